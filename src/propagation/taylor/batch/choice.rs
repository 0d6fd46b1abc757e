//! The quicker of two ways to fly a batch, found by the clock and kept for the process.

use crate::numerics::lanes::Width;
use std::sync::{Mutex, PoisonError};

/// How a worker flies what it takes from the list. The bits are the same either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::propagation::taylor) enum Abreast {
    /// eight trajectories in the lanes, their attractors one after another
    Eight,
    /// one trajectory after another, its attractors in the lanes
    One,
}

/// What decides which way is the quicker, besides the machine.
///
/// Eight abreast keep 20 kB of series an attractor, and one after another a fraction of that: on processors with narrow registers
/// and a small cache the second may win. Since nobody can see from the answers which way was taken, the first batch that is
/// large enough flies eight of its starts each way and looks at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) width: Width,
    pub(super) attractors: usize,
    pub(super) order: usize,
}

/// What has been found in this process.
static FOUND: Mutex<Vec<(Key, Abreast)>> = Mutex::new(Vec::new());

impl Key {
    /// The way that a batch before has found to be the quicker.
    pub(super) fn quicker(self) -> Option<Abreast> {
        let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
        found.iter().find(|(key, _)| *key == self).map(|(_, abreast)| *abreast)
    }

    /// The quicker of two ways by the time of a step; kept where both have made one.
    pub(super) fn learn(self, one_s: Option<f64>, eight_s: Option<f64>) -> Abreast {
        let (Some(one_s), Some(eight_s)) = (one_s, eight_s) else { return Abreast::Eight };
        let abreast = if one_s < eight_s { Abreast::One } else { Abreast::Eight };
        FOUND.lock().unwrap_or_else(PoisonError::into_inner).push((self, abreast));
        abreast
    }
}
