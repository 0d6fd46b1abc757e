//! Orbital transfers, delta-v and space logistics: from a campaign file to dated burns, masses,
//! money and shares.
//!
//! A floor imports only from floors above it in this list; `tests/house.rs` holds it to that.

#![forbid(unsafe_code)]

pub mod bodies;
pub mod campaign; // the file: read, check; every value with its place
#[cfg(feature = "cli")]
pub mod cli; // the program, one file per subcommand
pub mod dynamics; // what pulls: point masses
pub mod ephemerides; // where a body is: SPK kernels, Chebyshev records, elements
pub mod network; // what moves where and when: the launch manifest
pub mod numerics; // small vectors, roots, minima, interpolation
pub mod propagation; // what that does over time: Kepler, Taylor series
pub mod time; // epochs and windows; TDB inside, UTC only at the edges
pub mod transfers; // from here to there: Lambert, porkchop, burns of parking orbits
pub mod units; // quantities, their suffixes, parsing "3.2 km/s" // NAIF ids, gravitational parameters, radii; each with its source
