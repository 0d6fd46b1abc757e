//! Where a body is: SPK kernels read by anise, their Chebyshev records evaluated here, small bodies by
//! their elements.
//!
//! anise reads the files and answers for rotating frames and for the segment types that are not
//! Chebyshev positions. A state in a loop comes from [`Track`], which holds the records themselves.

mod axes;
mod bias;
mod bundle;
mod chebyshev;
mod earth_orientation;
mod elements;
mod ensemble;
mod eop;
mod frames;
mod kernels;
pub mod mars_moons;
mod places;
mod track;

pub use axes::AxesTrack;
pub(crate) use bias::icrf_of_eme2000;
pub(crate) use bundle::{Bundle, Rows, Stretch};
pub(crate) use chebyshev::{CHEBYSHEV, MOST_TERMS};
pub(crate) use ensemble::Ensemble;
pub use eop::{DayKind, EarthOrientationError, EarthOrientationParameters};
pub use frames::{Orientation, Rotation};
pub use kernels::{Ephemerides, KernelInfo};
pub use track::Track;

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
