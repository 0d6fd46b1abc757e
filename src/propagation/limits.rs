//! Validity limits of a propagation, checked before it begins: finite numbers, dates inside the kernels, a bounded number of
//! steps.

use super::taylor::PropagationError;
use crate::dynamics::forces::LIGHT_KM_S;
use crate::ephemerides::State;
use crate::numerics::vector::Vector3;
use crate::time::Epoch;

/// Farthest that a flight begins from its centre, km: a light year.
const FARTHEST_KM: f64 = 9.460_730_472_580_8e12;

/// Longest flight, s: 31 700 years, more than any ephemeris of JPL holds.
const LONGEST_S: f64 = 1e12;

/// Most steps of a flight.
pub(super) const MOST_STEPS: usize = 10_000_000;

/// Steps after which the rest is first foretold.
const FIRST_STEPS: usize = 1 << 16;

/// A date this near the end of a kernel may be its end, s.
const NEAR_END_S: f64 = 1e-6;

/// Whether a start is a state, a date and a time to go.
pub(super) fn checked(state: &State, epoch: Epoch, span_s: f64) -> Result<(), PropagationError> {
    for (quantity, finite) in [
        ("span", span_s.is_finite()),
        ("epoch", epoch.tdb_s().is_finite()),
        ("position", state.position_km.iter().all(|x| x.is_finite())),
        ("velocity", state.velocity_km_s.iter().all(|x| x.is_finite())),
    ] {
        if !finite {
            return Err(PropagationError::NotFinite { quantity });
        }
    }
    for (quantity, value, most_value) in [
        ("span (s)", span_s.abs(), LONGEST_S),
        ("distance from the centre (km)", length(state.position_km), FARTHEST_KM),
        ("speed (km/s)", length(state.velocity_km_s), LIGHT_KM_S),
    ] {
        if value > most_value {
            return Err(PropagationError::OutOfRange { quantity, value, most_value });
        }
    }
    Ok(())
}

/// The length of a vector, also of one whose square is too large for a double.
fn length([x, y, z]: Vector3) -> f64 {
    x.hypot(y).hypot(z)
}

/// The last moment of a flight, a hair before it, so that a flight to the very end of a kernel is inside.
pub(super) fn last_epoch(epoch: Epoch, span_s: f64) -> Epoch {
    let hair_s = NEAR_END_S.min(span_s.abs());
    epoch + (span_s - if span_s < 0.0 { -hair_s } else { hair_s })
}

/// The steps flown, and whether there will be too many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    flown: usize,
    next: usize,
    most: usize,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self::up_to(MOST_STEPS)
    }

    /// A flight of no more steps than `most`.
    pub(super) const fn up_to(most: usize) -> Self {
        Self { flown: 0, next: FIRST_STEPS, most }
    }

    /// Steps so far.
    pub(super) const fn steps(self) -> usize {
        self.flown
    }

    /// One more step; the steps that the whole flight would take, where they are too many.
    ///
    /// * `part`: how much of the flight is behind, 0 to 1
    #[inline(always)]
    pub(super) fn step(&mut self, part: impl FnOnce() -> f64) -> Option<usize> {
        self.flown += 1;
        if self.flown < self.next { None } else { self.foretell(part()) }
    }

    #[cold]
    fn foretell(&mut self, part: f64) -> Option<usize> {
        self.next = (2 * self.flown).min(self.most.max(self.flown + 1));
        let steps = self.flown as f64 / part.clamp(f64::MIN_POSITIVE, 1.0);
        (self.flown >= self.most || steps > self.most as f64).then_some(steps as usize)
    }
}

/// The refusal of too many steps.
pub(super) fn too_many(steps: usize, epoch: Epoch, state: State) -> PropagationError {
    PropagationError::TooManySteps { steps, most: MOST_STEPS, epoch, state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_starts_that_are_none() {
        let state = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0, 7.5, 0.0] };
        let epoch = Epoch::from_tdb_s(8e8);
        assert_eq!(checked(&state, epoch, 60.0), Ok(()));
        let refuse = |position_km: [f64; 3], velocity_km_s: [f64; 3], tdb_s: f64, span_s: f64| {
            checked(&State { position_km, velocity_km_s }, Epoch::from_tdb_s(tdb_s), span_s)
                .expect_err("refused")
                .to_string()
        };
        let (r, v) = (state.position_km, state.velocity_km_s);
        assert_eq!(refuse(r, v, f64::NAN, 1.0), "the starting epoch is not finite");
        assert_eq!(refuse(r, v, 0.0, f64::INFINITY), "the starting span is not finite");
        assert!(refuse(r, v, 0.0, -8.64e13).contains("span (s) is 8.64e13, more than 1e12"));
        assert!(refuse([1e200, 0.0, 0.0], v, 0.0, 1.0).contains("distance from the centre (km) is 1e200"));
        assert!(refuse(r, [0.0, 3e5, 0.0], 0.0, 1.0).contains("speed (km/s) is 3e5"));
    }

    #[test]
    fn law_too_many_steps_are_foretold() {
        let fly = |steps: f64| {
            let mut pace = Pace::new();
            loop {
                let flown = pace.steps() as f64 + 1.0;
                if let Some(told) = pace.step(|| flown / steps) {
                    return Some((pace.steps(), told));
                }
                if flown >= steps {
                    return None;
                }
            }
        };
        assert_eq!(fly(9.9e6), None);
        let (flown, told) = fly(1e9).expect("too many");
        assert_eq!(flown, FIRST_STEPS);
        assert!((told as f64 / 1e9 - 1.0).abs() < 1e-6, "{told}");
    }
}
