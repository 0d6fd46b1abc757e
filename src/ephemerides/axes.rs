//! How a body is turned, epoch after epoch.

use super::{Ephemerides, EphemerisError, Orientation, Rotation};
use crate::time::Epoch;

/// The rotation from J2000 into the axes of a body, for loops.
#[derive(Clone)]
pub struct AxesTrack {
    ephemerides: Ephemerides,
    orientation: Orientation,
}

impl Ephemerides {
    /// The axes of a body.
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] for axes that no loaded kernel holds.
    pub fn axes(&self, orientation: Orientation) -> Result<AxesTrack, EphemerisError> {
        Ok(AxesTrack { ephemerides: self.clone(), orientation })
    }
}

impl AxesTrack {
    /// Rows of the direction cosine matrix.
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] for an epoch outside the kernel.
    pub fn matrix(&self, epoch: Epoch) -> Result<[[f64; 3]; 3], EphemerisError> {
        Ok(self.rotation(epoch)?.matrix)
    }

    /// The matrix and its rate.
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] for an epoch outside the kernel.
    pub fn rotation(&self, epoch: Epoch) -> Result<Rotation, EphemerisError> {
        self.ephemerides.rotation(Orientation::J2000, self.orientation, epoch)
    }
}
