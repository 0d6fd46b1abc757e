//! Ephemerides, where a body is: SPK kernels (types 1, 2, 3, 5, 8, 9, 12, 13, 20 and 21, of either byte order, on the axes J2000
//! or ECLIPJ2000), and small bodies by their elements.
//!
//! Rotating frames are anise's, but for the ITRS. A state in a loop comes from [`Track`], which holds the records
//! themselves.

mod axes;
mod bias;
mod bundle;
mod chebyshev;
mod daf;
mod difference_lines;
mod earth_orientation;
mod elements;
mod ensemble;
mod eop;
mod fence;
mod frames;
mod kernels;
pub mod mars_moons;
mod places;
mod segments;
mod state_lists;
mod track;

pub use axes::AxesTrack;
pub(crate) use bias::icrf_of_eme2000;
pub(crate) use bundle::{Bundle, Rows, Stretch};
pub(crate) use chebyshev::{CHEBYSHEV, MOST_TERMS};
pub(crate) use ensemble::Ensemble;
pub use eop::{DayKind, EarthOrientationError, EarthOrientationParameters, PoleOffsets};
#[cfg(feature = "cli")]
pub(crate) use fence::fence_is_up;
pub use frames::{Orientation, Rotation};
pub use kernels::{Ephemerides, KernelInfo};
pub use track::{Barycentric, Track};

use crate::numerics::vector::{Vector3, minus, plus};
use crate::time::Epoch;
use thiserror::Error;

/// Position and velocity, ICRF axes (what SPICE calls J2000), geometric: no light time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct State {
    /// position, km
    pub position_km: Vector3,
    /// velocity, km/s
    pub velocity_km_s: Vector3,
}

impl State {
    fn plus(self, other: Self) -> Self {
        Self {
            position_km: plus(self.position_km, other.position_km),
            velocity_km_s: plus(self.velocity_km_s, other.velocity_km_s),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            position_km: minus(self.position_km, other.position_km),
            velocity_km_s: minus(self.velocity_km_s, other.velocity_km_s),
        }
    }
}

/// What the ephemerides refuse.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EphemerisError {
    /// No kernel and no elements know the body.
    #[error("no kernel holds {body} (NAIF {naif_id}): add one with --kernel FILE")]
    NoSuchBody {
        /// name of the body
        body: String,
        /// its NAIF number
        naif_id: i32,
    },
    /// Two bodies are not linked by the loaded kernels.
    #[error("the loaded kernels do not link {target} to {center}: add the kernel that does with --kernel FILE")]
    NotLinked {
        /// the body asked for
        target: String,
        /// the body it was asked from
        center: String,
    },
    /// The epoch lies outside the kernels.
    #[error(
        "{body} at {epoch} is outside the kernels, which hold {start} to {end}: choose a date inside, or add a kernel with --kernel FILE"
    )]
    OutsideKernel {
        /// name of the body
        body: String,
        /// the epoch asked for
        epoch: Epoch,
        /// first epoch held
        start: Epoch,
        /// last epoch held
        end: Epoch,
    },
    /// The epoch lies between two segments of the kernels.
    #[error(
        "{body} at {epoch} lies in a gap of the kernels, which end at {before} and go on at {after}: choose a date outside the gap, or add a kernel that fills it with --kernel FILE"
    )]
    InGap {
        /// name of the body
        body: String,
        /// the epoch asked for
        epoch: Epoch,
        /// last epoch before the gap
        before: Epoch,
        /// first epoch after it
        after: Epoch,
    },
    /// The body's segment is of a type, or on axes, that are not read.
    #[error(
        "{body} in {file} is {what}, which is not read: sample it with SPICE (spkgeo, axes J2000) and write the states as type 13 (spkw13)"
    )]
    UnreadSegment {
        /// name of the body
        body: String,
        /// path or name of the kernel
        file: String,
        /// type or axes, by number and name
        what: String,
    },
    /// The epoch lies outside the user's file of Earth orientation.
    #[error(
        "{epoch} is outside the Earth orientation of {file}, which holds {start} to {end}: choose a date inside, or leave the file out and take UT1 = UTC (up to 420 m on the ground)"
    )]
    OutsideEarthOrientation {
        /// name of the file
        file: String,
        /// the epoch asked for
        epoch: Epoch,
        /// first epoch held
        start: Epoch,
        /// last epoch held
        end: Epoch,
    },
    /// A file is no kernel, or is damaged.
    #[error("{file} cannot be read as a kernel: {reason}")]
    BadKernel {
        /// path or name of the kernel
        file: String,
        /// what anise or the file system said
        reason: String,
    },
    /// anise could not answer for a frame or a segment.
    #[error("{what} at {epoch}: {reason}")]
    NoAnswer {
        /// what was asked
        what: String,
        /// the epoch
        epoch: Epoch,
        /// what anise said
        reason: String,
    },
}
