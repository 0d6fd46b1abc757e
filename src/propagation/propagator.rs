//! One door to every integrator.

use super::collocation::{self, Transition};
use super::events::{Event, Gap, Occurrence, Scan};
use super::limits::{checked, last_epoch};
use super::taylor::{self, PropagationError, Stop, Tolerance};
use super::trajectory::{Piece, Seen, Trajectory};
use crate::dynamics::Forces;
use crate::ephemerides::State;
use crate::numerics::vector::norm;
use crate::time::Epoch;
use rayon::prelude::*;
use std::fmt;

/// Which method flies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Integrator {
    /// Gauss–Legendre collocation, every force; see [`collocation`]
    #[default]
    Collocation,
    /// Taylor series, point masses alone; see [`taylor`]
    Taylor,
}

/// What ended a flight that did not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// its time was over
    Time,
    /// the event came for the time asked
    Event(Occurrence),
}

/// What became of the event that a flight was to end at.
#[derive(Debug, Clone, PartialEq)]
pub struct Awaited {
    /// its name
    pub event: String,
    /// how often it occurred
    pub passages: u32,
    /// how often it was to occur
    pub wanted: u32,
    /// where it is zero all along or could not be followed
    pub gaps: Vec<Gap>,
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event, passages, wanted, .. } = self;
        match passages {
            0 => write!(f, "the event {event} does not occur in the time flown"),
            _ => write!(f, "the event {event} occurs {passages} of {wanted} times in the time flown"),
        }
    }
}

/// A flight.
#[derive(Debug, Clone, PartialEq)]
pub struct Flown {
    /// the way, as far as it came
    pub trajectory: Trajectory,
    /// how its end changes with its beginning, when asked for
    pub transition: Option<Transition>,
    /// what ended it, or why it is not all the way
    pub result: Result<Ending, PropagationError>,
    /// what became of the event that it was to end at, where there is one
    pub awaited: Option<Awaited>,
    method: Integrator,
}

impl Flown {
    /// The method that flew it: Taylor gives way to collocation where it cannot fly.
    #[must_use]
    pub const fn method(&self) -> Integrator {
        self.method
    }
}

/// Where a flight begins, and for how long it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// position and velocity from the model's centre, ICRF axes
    pub state: State,
    /// when
    pub epoch: Epoch,
    /// time to go, negative for back
    pub span_s: f64,
}

/// Forces and how to integrate them.
///
/// ```
/// use portolan::bodies::{EARTH, MOON, SUN};
/// use portolan::dynamics::{Forces, PointMasses};
/// use portolan::ephemerides::{Ephemerides, State};
/// use portolan::propagation::{Propagator, Start, events::Event};
/// use portolan::time::Epoch;
///
/// let kernels = Ephemerides::embedded()?;
/// let forces = Forces::new(PointMasses::new(kernels, EARTH, &[MOON, SUN])?);
/// let state = State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088611, -5.088611, 0.0] };
/// let start = Start { state, epoch: Epoch::parse("2020-01-01")?, span_s: 86_400.0 };
/// let flown = Propagator::new(&forces).fly(&start);
/// flown.result?;
/// let nodes = flown.trajectory.occurrences(&[Event::node([0.0, 0.0, 1.0], Default::default())]);
/// assert_eq!(nodes.len(), 26); // a revolution takes 6728 s
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Propagator<'a> {
    forces: &'a Forces,
    tolerance: Tolerance,
    integrator: Integrator,
    stop: Stop,
    until: Option<(Event, u32)>,
    transition: bool,
}

impl<'a> Propagator<'a> {
    /// Collocation at a tolerance of 1e-12, through every surface.
    #[must_use]
    pub fn new(forces: &'a Forces) -> Self {
        Self {
            forces,
            tolerance: Tolerance::DEFAULT,
            integrator: Integrator::default(),
            stop: Stop::default(),
            until: None,
            transition: false,
        }
    }

    /// Another tolerance: the size of what a step's polynomial leaves out, relative to the whole.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Another method.
    #[must_use]
    pub fn integrator(mut self, integrator: Integrator) -> Self {
        self.integrator = integrator;
        self
    }

    /// Whether a surface ends the flight.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// End at an event.
    ///
    /// * `event`: which
    /// * `nth`: for the how-manieth time, counted from 1; a flight to the zeroth is refused
    ///
    /// Where it does not come so often the flight ends with its time; [`Flown::awaited`] tells why.
    #[must_use]
    pub fn until(mut self, event: Event, nth: u32) -> Self {
        self.until = Some((event, nth));
        self
    }

    /// Fly the variational equations along; collocation alone does.
    #[must_use]
    pub fn with_transition(mut self) -> Self {
        self.transition = true;
        self
    }

    /// One flight.
    ///
    /// Refusals are in [`Flown::result`]; the way up to there is kept. A flight that neither an event nor a surface may end before
    /// its time, and that the kernels do not hold to its end, is refused before it begins.
    #[must_use]
    pub fn fly(&self, start: &Start) -> Flown {
        let mut trajectory = Trajectory::new(start.epoch, start.state);
        if let Err(error) = self.check(start) {
            let (result, method) = (Err(error), self.integrator);
            return Flown { trajectory, transition: None, result, awaited: None, method };
        }
        let scan = self.until.as_ref().map(|(event, _)| Scan::new(event));
        let mut watch = Watch { propagator: self, scan, epoch: start.epoch, seen: 0, ending: Ending::Time };
        if self.integrator == Integrator::Taylor && self.forces.only_points() && !self.transition {
            let see = |piece, end| watch.see(piece, end, &mut trajectory);
            let result = taylor::fly_pieces(&self.forces.points, start, self.tolerance, see);
            return watch.land(trajectory, None, result, Integrator::Taylor);
        }
        let (columns, result) =
            collocation::fly(self.forces, start, (self.tolerance, self.transition), |piece, end| {
                watch.see(piece, end, &mut trajectory)
            });
        watch.land(trajectory, columns, result, Integrator::Collocation)
    }

    /// Whether there is a flight, as far as can be told before it begins.
    fn check(&self, start: &Start) -> Result<(), PropagationError> {
        let Start { state, epoch, span_s } = *start;
        checked(&state, epoch, span_s)?;
        if let Some((event, 0)) = &self.until {
            return Err(PropagationError::ZerothEvent { event: event.name().to_owned() });
        }
        let ends_early = self.until.is_some() || self.stop == Stop::AtSurface;
        let last = if ends_early { epoch } else { last_epoch(epoch, span_s) };
        let held = self.forces.holds(epoch).and_then(|()| self.forces.holds(last));
        held.map_err(|source| PropagationError::Ephemeris { source, state })
    }

    /// Many flights, over all threads; the answers are those of [`Propagator::fly`] to the last bit, in the order of
    /// the starts.
    #[must_use]
    pub fn fly_all(&self, starts: &[Start]) -> Vec<Flown> {
        starts.par_iter().map(|start| self.fly(start)).collect()
    }
}

/// Two masses this near, as parts of the whole, are one: a burn of all the propellant, told to twelve digits, leaves the tanks
/// empty and not in want.
const SAME_MASS: f64 = 1e-12;

/// What looks at every step and says whether to go on.
struct Watch<'a> {
    propagator: &'a Propagator<'a>,
    scan: Option<Scan<'a>>,
    epoch: Epoch,
    seen: u32,
    ending: Ending,
}

impl Watch<'_> {
    /// The flight as it ended.
    fn land(
        mut self,
        trajectory: Trajectory,
        transition: Option<Transition>,
        result: Result<(), PropagationError>,
        method: Integrator,
    ) -> Flown {
        let nth = self.propagator.until.as_ref().map(|(_, nth)| *nth);
        if let (Ok(()), Ending::Time, Some(scan), Some(piece)) =
            (&result, &self.ending, &self.scan, trajectory.pieces().last())
            && let Some(found) = scan.at_end(piece, self.epoch)
        {
            self.seen += 1;
            if nth == Some(self.seen) {
                self.ending = Ending::Event(found);
            }
        }
        let awaited = self.propagator.until.as_ref().zip(self.scan).map(|((event, wanted), scan)| Awaited {
            event: event.name().to_owned(),
            passages: self.seen,
            wanted: *wanted,
            gaps: scan.gaps(),
        });
        Flown { trajectory, transition, result: result.map(|()| self.ending), awaited, method }
    }

    /// Keep a step, or what of it lies before an end.
    fn see(&mut self, piece: Piece, end: State, trajectory: &mut Trajectory) -> Result<Seen, PropagationError> {
        let Propagator { forces, stop, until, .. } = self.propagator;
        let center = &forces.points.center;
        // air ends on the ground, so a centre that has air is no point
        let at_surface = *stop == Stop::AtSurface || forces.drag.is_some();
        let lowest_s = if at_surface { piece.lowest_s() } else { piece.h_s };
        let below = at_surface && norm(piece.state(lowest_s).position_km) < center.radius_km;
        let hit = below.then(|| piece.crossing(center.radius_km, lowest_s));
        if let (Some(scan), Some((_, nth))) = (&mut self.scan, until) {
            for found in scan.see(&piece, self.epoch) {
                let since_s = found.after_s - piece.after_s;
                if hit.is_some_and(|(hit_s, _)| hit_s.abs() < since_s.abs()) {
                    break;
                }
                self.seen += 1;
                if self.seen == *nth {
                    trajectory.push(piece.cut(since_s), found.state);
                    self.ending = Ending::Event(found);
                    return Ok(Seen::End { since_s });
                }
            }
        }
        if let Some((hit_s, state)) = hit {
            let epoch = self.epoch + (piece.after_s + hit_s);
            trajectory.push(piece.cut(hit_s), state);
            let body = center.name.to_owned();
            return Err(PropagationError::Impact { body, epoch, radius_km: norm(state.position_km), state });
        }
        let after_s = piece.after_s + piece.h_s;
        trajectory.push(piece, end);
        let mass_kg = forces.mass_kg(self.epoch, after_s);
        // what a sum of burns is rounded by is no shortage
        if mass_kg < forces.craft.dry_mass_kg - SAME_MASS * forces.craft.mass_kg {
            return Err(PropagationError::OutOfPropellant {
                epoch: self.epoch + after_s,
                short_kg: forces.craft.dry_mass_kg - mass_kg,
                state: end,
            });
        }
        Ok(Seen::GoOn)
    }
}
