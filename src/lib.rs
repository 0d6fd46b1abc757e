//! Orbital transfers, delta-v and space logistics: from a campaign file to dated burns, masses,
//! money and shares.
//!
//! A floor imports only from floors above it in this list; `tests/house.rs` holds it to that.

#![deny(unsafe_code)] // numerics::lanes alone may: it asks the processor

pub mod units; // quantities, their suffixes, parsing "3.2 km/s"
pub mod time; // epochs and windows; TDB inside, UTC only at the edges
pub mod bodies; // NAIF ids, gravitational parameters, radii; each with its source
pub mod numerics; // small vectors, roots, minima, lanes
pub mod ephemerides; // where a body is: SPK kernels, Chebyshev records, elements
pub mod dynamics; // what pulls: point masses, gravity fields, sunlight, air, thrust, CR3BP
pub mod propagation; // what that does over time: collocation, Taylor series, events, files, nyx as the witness
pub mod transfers; // from here to there: Lambert, porkchop, burns of parking orbits
pub mod vehicles; // what flies: launchers, stages, the catalogue
pub mod network; // what moves where and when: the launch manifest
pub mod costs; // what it costs: development, learning, price levels, cash flow
pub mod partners; // who pays: shares, games
pub mod campaign; // the file: read, check, run
pub mod report; // figures, tables, HTML, JSON
#[cfg(feature = "cli")]
pub mod cli; // the program, one file per subcommand
