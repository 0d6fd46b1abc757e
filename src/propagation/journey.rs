//! A flight from one centre to the next: each leg about the body whose sphere of influence it is in.

use super::events::{Crossing, Event};
use super::limits::{checked, last_epoch};
use super::propagator::{Ending, Flown, Propagator, Start};
use super::taylor::PropagationError;
use crate::bodies::Body;
use crate::dynamics::{DynamicsError, Forces};
use crate::ephemerides::{Ephemerides, EphemerisError, State};
use crate::numerics::vector::{minus, norm};
use crate::time::Epoch;
use thiserror::Error;

/// Legs after which a journey is taken to go in circles.
const MOST_LEGS: usize = 1000;

/// Why a journey ended before its time. The legs up to there are kept.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum JourneyError {
    /// A leg failed.
    #[error(transparent)]
    Leg(#[from] PropagationError),
    /// The forces cannot be put about the next centre.
    #[error(transparent)]
    Forces(#[from] DynamicsError),
    /// The kernels do not tell where the next centre is.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    /// More legs than a journey has.
    #[error("the way crosses spheres of influence more than {legs} times: fly it about one centre")]
    TooManyLegs {
        /// how many were flown
        legs: usize,
    },
}

/// One leg.
#[derive(Clone)]
pub struct Leg {
    /// forces about the centre of the leg
    pub forces: Forces,
    /// its start
    pub start: Start,
    /// the flight
    pub flown: Flown,
}

/// A flight about one centre after the other.
#[derive(Clone)]
pub struct Journey {
    /// the legs, each from where the last one ended
    pub legs: Vec<Leg>,
    /// why it is not all the way
    pub result: Result<(), JourneyError>,
}

/// Fly on from sphere of influence to sphere of influence.
///
/// * `forces`: about the centre that the start is told from; its bodies are the centres that may follow
/// * `ephemerides`: the kernels
/// * `start`: where it begins
/// * `set_up`: how each leg is flown, such as `|forces| Propagator::new(forces)`; what it says of events is not kept
///
/// The first leg is about the body in whose sphere of influence the start lies, whatever centre it is told from. A leg ends where
/// the way leaves the sphere of its centre, or enters that of a body which goes round its centre. The moment is moved to the
/// next double that an epoch can be, so that the change of centre loses no digit of time, and the places are subtracted as the
/// kernels tell them at that very epoch. Air acts on the legs about the body whose it is.
///
/// With [`crate::dynamics::Indirect::Newtonian`] the legs are as good as the model is a whole: each centre is taken to move as the model's
/// bodies pull it. With [`crate::dynamics::Indirect::Kernel`] a change of centre changes nothing.
///
/// # Source
/// Vallado, *Fundamentals of Astrodynamics and Applications*, 4th ed., eq. 12-2, for the spheres.
pub fn fly_journey(
    forces: &Forces,
    ephemerides: &Ephemerides,
    start: &Start,
    set_up: impl for<'a> Fn(&'a Forces) -> Propagator<'a>,
) -> Journey {
    let mut journey = Journey { legs: Vec::new(), result: Ok(()) };
    let told = Told { forces, ephemerides, epoch: start.epoch };
    let (mut forces, mut start) = match told.first_leg(start) {
        Ok(first) => first,
        Err(error) => {
            journey.result = Err(error);
            return journey;
        }
    };
    loop {
        let (flown, next) = match leg(&forces, ephemerides, &start, &set_up) {
            Ok(leg) => leg,
            Err(error) => {
                journey.result = Err(error);
                return journey;
            }
        };
        let failed = flown.result.clone().err();
        let flown_s = flown.trajectory.span_s();
        let end = flown.trajectory.end();
        journey.legs.push(Leg { forces: forces.clone(), start, flown });
        if let Some(error) = failed {
            journey.result = Err(error.into());
            return journey;
        }
        let Some(center) = next else { return journey };
        if journey.legs.len() >= MOST_LEGS {
            journey.result = Err(JourneyError::TooManyLegs { legs: journey.legs.len() });
            return journey;
        }
        match told.onward(&forces, &start, (flown_s, end), center) {
            Ok((about, onward)) => (forces, start) = (about, onward),
            Err(error) => {
                journey.result = Err(error);
                return journey;
            }
        }
    }
}

/// The forces as they were told, from which those of every leg are made: what a change of centre leaves out, such as the air of
/// another body, is there again when the way comes back.
struct Told<'a> {
    forces: &'a Forces,
    ephemerides: &'a Ephemerides,
    /// of the start, from which the mass is counted
    epoch: Epoch,
}

impl Told<'_> {
    /// The start about the body in whose sphere it lies, when nothing is refused before.
    fn first_leg(&self, start: &Start) -> Result<(Forces, Start), JourneyError> {
        let Start { state, epoch, span_s } = *start;
        let leg = |error| Err(JourneyError::Leg(error));
        if let Err(error) = checked(&state, epoch, span_s) {
            return leg(error);
        }
        let held = self.forces.holds(epoch).and_then(|()| self.forces.holds(last_epoch(epoch, span_s)));
        if let Err(source) = held {
            return leg(PropagationError::Ephemeris { source, state });
        }
        let center = dominant_body(self.forces, self.ephemerides, start)?;
        if center == self.forces.points.center {
            return Ok((self.forces.clone(), *start));
        }
        self.onward(self.forces, start, (0.0, state), center)
    }

    /// The end of a leg about another centre.
    fn onward(
        &self,
        forces: &Forces,
        start: &Start,
        (flown_s, end): (f64, State),
        center: Body,
    ) -> Result<(Forces, Start), JourneyError> {
        let epoch = start.epoch + flown_s;
        let place = self.ephemerides.track(center, forces.points.center)?.state(epoch)?;
        let state = State {
            position_km: minus(end.position_km, place.position_km),
            velocity_km_s: minus(end.velocity_km_s, place.velocity_km_s),
        };
        let mut about = self.forces.about(self.ephemerides, center)?;
        about.craft.mass_kg = self.forces.mass_kg(self.epoch, epoch - self.epoch);
        Ok((about, Start { state, epoch, span_s: start.span_s - flown_s }))
    }
}

/// One leg, and the centre of the next.
fn leg(
    forces: &Forces,
    ephemerides: &Ephemerides,
    start: &Start,
    set_up: &impl for<'a> Fn(&'a Forces) -> Propagator<'a>,
) -> Result<(Flown, Option<Body>), JourneyError> {
    let center = forces.points.center;
    let bodies: Vec<Body> = forces.points.others.iter().map(|other| other.body).collect();
    let way_out = bodies.iter().copied().find(|body| body.naif_id == center.primary);
    let way_in = bodies.iter().copied().filter(|body| body.primary == center.naif_id);
    // how deep inside its own sphere, and how far outside the others; the first to reach zero ends the leg
    let mut borders: Vec<(Event, Body)> = Vec::new();
    let (leaving, entering) = match start.span_s < 0.0 {
        false => (Crossing::Rising, Crossing::Falling),
        true => (Crossing::Falling, Crossing::Rising),
    };
    if let Some(primary) = way_out {
        borders.push((Event::sphere_of_influence(ephemerides, center, center, primary, leaving)?, primary));
    }
    for body in way_in {
        borders.push((Event::sphere_of_influence(ephemerides, center, body, center, entering)?, body));
    }
    let mut first: Option<(Flown, Body)> = None;
    let mut whole = None;
    for (event, body) in borders {
        let flown = set_up(forces).until(event, 1).fly(start);
        let nearer = |kept: &(Flown, Body)| flown.trajectory.span_s().abs() < kept.0.trajectory.span_s().abs();
        match flown.result {
            Ok(Ending::Event(_)) if first.as_ref().is_none_or(nearer) => first = Some((flown, body)),
            Ok(Ending::Event(_)) => {}
            _ => whole = Some(flown),
        }
    }
    match (first, whole) {
        (Some((mut flown, body)), _) => {
            // an epoch is a double: end the leg on one
            let epoch = start.epoch + flown.trajectory.span_s();
            flown.trajectory.end_at(epoch - start.epoch);
            Ok((flown, Some(body)))
        }
        (None, Some(flown)) => Ok((flown, None)),
        (None, None) => Ok((set_up(forces).fly(start), None)),
    }
}

/// The body of a model whose sphere of influence a place lies in: the innermost.
///
/// * `forces`: about any centre
/// * `ephemerides`: the kernels
/// * `start`: where, from the model's centre, and when
///
/// # Errors
/// [`EphemerisError`] outside the kernels.
pub fn dominant_body(forces: &Forces, ephemerides: &Ephemerides, start: &Start) -> Result<Body, EphemerisError> {
    let center = forces.points.center;
    let mut bodies = vec![center];
    bodies.extend(forces.points.others.iter().map(|other| other.body));
    let mut best = (f64::INFINITY, center);
    for body in &bodies {
        let place = ephemerides.track(*body, center)?.state(start.epoch)?.position_km;
        let distance = norm(minus(start.state.position_km, place));
        let sphere = match bodies.iter().find(|primary| primary.naif_id == body.primary) {
            Some(primary) => {
                let apart = ephemerides.track(*body, *primary)?.state(start.epoch)?.position_km;
                norm(apart) * (body.mu_km3_s2 / primary.mu_km3_s2).powf(0.4)
            }
            // nothing that it goes round is in the model: its sphere is everything
            None => f64::MAX,
        };
        if distance < sphere && sphere < best.0 {
            best = (sphere, *body);
        }
    }
    Ok(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, JUPITER_BARYCENTER, MOON, SUN};
    use crate::dynamics::{Indirect, PointMasses};
    use crate::propagation::Tolerance;
    use crate::time::DAY_S;

    fn kernels() -> &'static Ephemerides {
        Ephemerides::embedded().expect("kernels")
    }

    fn tight(forces: &Forces) -> Propagator<'_> {
        Propagator::new(forces).tolerance(Tolerance::new(1e-14).expect("a tolerance"))
    }

    /// TRAJECTORY.md P4's translunar arc, on past the Moon, then again with the Moon and the Sun as centres on the way.
    #[test]
    fn law_a_change_of_centre_changes_nothing() {
        let points = PointMasses::new(kernels(), EARTH, &[SUN, MOON, JUPITER_BARYCENTER]).expect("a model");
        // with Newtonian indirect terms a centre moves as the model's bodies pull it, not as the kernel has it: 15 km here
        let forces = Forces::new(points.with_indirect(kernels(), Indirect::Kernel).expect("a model"));
        let state = State {
            position_km: [-752.948_527_740_460_9, 5_624.035_455_855_085, 3_278.632_833_875_311],
            velocity_km_s: [
                -7.683_161_946_015_461 * 1.424,
                -0.860_670_301_418_699_3 * 1.424,
                -0.085_614_035_370_280_35 * 1.424,
            ],
        };
        let epoch = Epoch::parse("2022-11-27T05:55:49 UTC").expect("a date");
        let start = Start { state, epoch, span_s: 20.0 * DAY_S };
        let journey = fly_journey(&forces, kernels(), &start, tight);
        journey.result.clone().expect("to the end");
        let centers: Vec<&str> = journey.legs.iter().map(|leg| leg.forces.points.center.name).collect();
        assert_eq!(centers[0], "Earth");
        assert!(centers.contains(&"Sun"), "{centers:?}");
        // all of it about the Earth
        let whole = tight(&forces).fly(&start).trajectory.end();
        let last = journey.legs.last().expect("a leg");
        let end_epoch = last.start.epoch + last.start.span_s;
        let place =
            kernels().track(last.forces.points.center, EARTH).expect("a track").state(end_epoch).expect("a state");
        let from_earth: [f64; 3] =
            std::array::from_fn(|k| last.flown.trajectory.end().position_km[k] + place.position_km[k]);
        let miss_km = norm(minus(from_earth, whole.position_km));
        // a double of 1.5e8 km, in which the Sun's leg is told, is 3e-8 km wide
        assert!(miss_km < 5e-6, "{miss_km:e} km, {centers:?}");
        let dominant = dominant_body(&last.forces, kernels(), &last.start).expect("a body");
        assert_eq!(dominant.name, last.forces.points.center.name);
    }
}
