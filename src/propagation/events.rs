//! Moments of a trajectory: apsides, radii, planes, spheres of influence, shadows, and whatever a closure tells.
//!
//! An event is a number that passes through zero. Along every step the number is written as a Chebyshev series, halved
//! until the series is resolved and shows either that there is no zero or that there is one at most: none is
//! missed between two steps, and two close together are told apart.
//!
//! A number made of doubles is known down to a floor: the rounding of epoch, place and speed, and what the integrator's
//! polynomials leave out, seen through the slopes of the number. Below it there is no sign and so no event. An event
//! that stays there (the apsides of a circle, the nodes of an orbit in the plane) is degenerate: it does not occur, and a
//! [`Gap`] says so.

mod scan;
mod zeros;

pub(super) use scan::Scan;

use super::trajectory::Trajectory;
use crate::bodies::{Body, SUN};
use crate::dynamics::shadow::contacts;
use crate::ephemerides::{Ephemerides, EphemerisError, State};
use crate::numerics::vector::{Vector3, dot, minus, norm, scale};
use crate::time::Epoch;
use std::fmt;
use std::sync::Arc;

/// What a zero value means.
const CIRCULAR: &str = "the orbit is circular";
const CIRCLE: &str = "the orbit is a circle of that radius";
const IN_THE_PLANE: &str = "the orbit lies in that plane";

/// Which passages through zero count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Crossing {
    /// from below zero to above, in the sense of time
    Rising,
    /// from above to below
    Falling,
    /// both
    #[default]
    Either,
}

/// Where a spacecraft is at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// when
    pub epoch: Epoch,
    /// position and velocity from the model's centre, ICRF axes
    pub state: State,
}

/// A number along a trajectory whose zeros are sought.
#[derive(Clone)]
pub struct Event {
    name: String,
    crossing: Crossing,
    value: Quantity,
    /// size of the terms that cancel in the value, beyond those of epoch, place and speed
    scale: Option<Quantity>,
    /// what it means where the value is zero all along
    when_zero: &'static str,
}

/// A number that depends on the moment.
type Quantity = Arc<dyn Fn(&Moment) -> f64 + Send + Sync>;

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("name", &self.name).field("crossing", &self.crossing).finish_non_exhaustive()
    }
}

/// One zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// name of the event
    pub event: String,
    /// when
    pub epoch: Epoch,
    /// seconds after the start of the trajectory
    pub after_s: f64,
    /// position and velocity then
    pub state: State,
    /// which way the number goes as time goes on
    pub crossing: Crossing,
}

/// What is found of some events.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passages {
    /// every zero, in the order in which they are flown through
    pub occurrences: Vec<Occurrence>,
    /// where an event is zero all along or could not be followed, in the order of the events
    pub gaps: Vec<Gap>,
}

/// Why nothing is told of an event for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GapReason {
    /// its value is zero to rounding
    Zero,
    /// its value is noise of its own, or turns a thousand times in a step
    Noise,
    /// its value turns so often that the search was given up
    Unresolved,
    /// its value is no number: a kernel ends
    NotFinite,
}

/// A degenerate event: for some time it has no zeros that could be told, because it is zero, or nothing that could be followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// name of the event
    pub event: String,
    /// why nothing is told
    pub reason: GapReason,
    /// where the first such stretch begins, seconds after the start of the trajectory
    pub from_s: f64,
    /// where the last one ends
    pub to_s: f64,
    /// how long they are together
    pub lasting_s: f64,
    /// what it means that the value is zero
    meaning: &'static str,
    /// length of the trajectory
    flown_s: f64,
}

impl Gap {
    /// Whether it lasts from the start to the end.
    #[must_use]
    pub fn is_all_along(&self) -> bool {
        self.lasting_s >= self.flown_s.abs() * (1.0 - 1e-9)
    }

    /// What it means, where it means something: that the orbit is circular, or lies in a plane.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.reason {
            GapReason::Zero => "is zero",
            GapReason::Noise => "is noise or turns too fast to be followed",
            GapReason::Unresolved => "turns too often to be followed to its end",
            GapReason::NotFinite => "is no number",
        };
        write!(f, "the event {} {what} ", self.event)?;
        if self.is_all_along() {
            f.write_str("all along")?;
        } else {
            write!(f, "for {:.3} s, from {:.3} s to {:.3} s after the start", self.lasting_s, self.from_s, self.to_s)?;
        }
        match self.reason {
            GapReason::Zero if self.meaning.is_empty() => f.write_str(": it does not occur there"),
            GapReason::Zero => write!(f, ": {} to rounding", self.meaning),
            _ => f.write_str(": occurrences may be missing there"),
        }
    }
}

impl Event {
    /// A number of one's own.
    ///
    /// * `name`: what its occurrences are called
    /// * `crossing`: which passages count
    /// * `value`: a smooth function of the moment
    ///
    /// What it may be wrong by is taken from the rounding of the epoch, the place and the speed, and from how the value
    /// changes with them. Where larger terms cancel inside of it, [`Event::with_scale`] says how large they are.
    pub fn of(
        name: impl Into<String>,
        crossing: Crossing,
        value: impl Fn(&Moment) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), crossing, value: Arc::new(value), scale: None, when_zero: "" }
    }

    /// The same event, whose value is a difference of large terms.
    ///
    /// * `scale`: the size of the terms that cancel in the value, in its unit: a value that is no larger than some roundings
    ///   of it counts as zero
    #[must_use]
    pub fn with_scale(mut self, scale: impl Fn(&Moment) -> f64 + Send + Sync + 'static) -> Self {
        self.scale = Some(Arc::new(scale));
        self
    }

    fn meaning(mut self, when_zero: &'static str) -> Self {
        self.when_zero = when_zero;
        self
    }

    /// The nearest points to the centre: r·v rises through zero.
    #[must_use]
    pub fn periapsis() -> Self {
        Self::of("periapsis", Crossing::Rising, |m| dot(m.state.position_km, m.state.velocity_km_s)).meaning(CIRCULAR)
    }

    /// The farthest points: r·v falls through zero.
    #[must_use]
    pub fn apoapsis() -> Self {
        Self::of("apoapsis", Crossing::Falling, |m| dot(m.state.position_km, m.state.velocity_km_s)).meaning(CIRCULAR)
    }

    /// Passages through a distance from the centre.
    #[must_use]
    pub fn radius(radius_km: f64, crossing: Crossing) -> Self {
        Self::of(format!("radius {radius_km} km"), crossing, move |m| norm(m.state.position_km) - radius_km)
            .meaning(CIRCLE)
    }

    /// Passages through a height above the sphere of a body's equatorial radius, which is the centre.
    #[must_use]
    pub fn altitude(center: Body, altitude_km: f64, crossing: Crossing) -> Self {
        let radius_km = center.radius_km + altitude_km;
        Self::of(format!("altitude {altitude_km} km"), crossing, move |m| norm(m.state.position_km) - radius_km)
            .meaning(CIRCLE)
    }

    /// Passages through a plane: n·r = offset, ICRF axes; rising along the normal.
    ///
    /// * `normal`: a vector across the plane, of any length
    /// * `offset_km`: distance of the plane from the centre along it
    #[must_use]
    pub fn plane(normal: Vector3, offset_km: f64, crossing: Crossing) -> Self {
        let unit = scale(normal, 1.0 / norm(normal));
        Self::of("plane", crossing, move |m| dot(m.state.position_km, unit) - offset_km).meaning(IN_THE_PLANE)
    }

    /// Passages through the plane across a pole: nodes, ascending where they rise.
    ///
    /// * `pole`: of the plane, ICRF axes: [0, 0, 1] for the ICRF equator
    #[must_use]
    pub fn node(pole: Vector3, crossing: Crossing) -> Self {
        Self { name: "node".to_owned(), ..Self::plane(pole, 0.0, crossing) }
    }

    /// Passages through the sphere of influence of a body about another: d·(μ/μ′)^(2/5), d their distance.
    ///
    /// * `ephemerides`: the kernels
    /// * `center`: centre of the model
    /// * `body`, `primary`: whose sphere, and about whom it moves
    ///
    /// Rising on the way out. Source: Vallado, *Fundamentals of Astrodynamics and Applications*, 4th ed., eq. 12-2.
    ///
    /// # Errors
    /// [`EphemerisError`] for bodies that the kernels do not link.
    pub fn sphere_of_influence(
        ephemerides: &Ephemerides,
        center: Body,
        body: Body,
        primary: Body,
        crossing: Crossing,
    ) -> Result<Self, EphemerisError> {
        let from_center = ephemerides.track(body, center)?;
        let apart = ephemerides.track(body, primary)?;
        let share = (body.mu_km3_s2 / primary.mu_km3_s2).powf(0.4);
        let share2 = share * share;
        Ok(Self::of(format!("sphere of influence of {}", body.name), crossing, move |m| {
            let place = |track: &crate::ephemerides::Track| track.state(m.epoch).map(|state| state.position_km);
            match (place(&from_center), place(&apart)) {
                // squares have no kink where the way leads through the middle
                (Ok(body_km), Ok(apart_km)) => {
                    let from_body_km = minus(m.state.position_km, body_km);
                    dot(from_body_km, from_body_km) - share2 * dot(apart_km, apart_km)
                }
                _ => f64::NAN,
            }
        }))
    }

    /// Entries into and exits from the penumbra of a body: falling on the way in, rising on the way out.
    ///
    /// # Errors
    /// [`EphemerisError`] for bodies that the kernels do not link.
    pub fn penumbra(
        ephemerides: &Ephemerides,
        center: Body,
        body: Body,
        crossing: Crossing,
    ) -> Result<Self, EphemerisError> {
        Self::shadow(ephemerides, center, body, crossing, "penumbra", 0)
    }

    /// Entries into and exits from the umbra of a body, or, where it looks smaller than the Sun, of the ring.
    ///
    /// # Errors
    /// [`EphemerisError`] for bodies that the kernels do not link.
    pub fn umbra(
        ephemerides: &Ephemerides,
        center: Body,
        body: Body,
        crossing: Crossing,
    ) -> Result<Self, EphemerisError> {
        Self::shadow(ephemerides, center, body, crossing, "umbra", 1)
    }

    fn shadow(
        ephemerides: &Ephemerides,
        center: Body,
        body: Body,
        crossing: Crossing,
        kind: &str,
        which: usize,
    ) -> Result<Self, EphemerisError> {
        let (sun, dark) = (ephemerides.track(SUN, center)?, ephemerides.track(body, center)?);
        let radius_km = body.radius_km;
        // the Sun and the body from the spacecraft
        let seen = move |m: &Moment| {
            let from = |state: State| minus(state.position_km, m.state.position_km);
            Some((from(sun.state(m.epoch).ok()?), from(dark.state(m.epoch).ok()?)))
        };
        let squares = seen.clone();
        let value = move |m: &Moment| {
            seen(m).map_or(f64::NAN, |(sun, dark)| contacts(sun, SUN.radius_km, dark, radius_km)[which])
        };
        // squares of the apparent radii, which cancel at the tip of the umbra
        let scale = move |m: &Moment| {
            squares(m).map_or(0.0, |(sun, dark)| {
                SUN.radius_km * SUN.radius_km / dot(sun, sun) + radius_km * radius_km / dot(dark, dark)
            })
        };
        Ok(Self::of(format!("{kind} of {}", body.name), crossing, value).with_scale(scale))
    }

    /// A moment of the calendar.
    #[must_use]
    pub fn time(epoch: Epoch) -> Self {
        Self::of("time", Crossing::Rising, move |m| m.epoch - epoch)
    }

    /// The name that its occurrences carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same event under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl Trajectory {
    /// Every occurrence of some events, in the order in which they are flown through.
    ///
    /// * `events`: what is sought
    ///
    /// A zero within a microsecond of the start is not counted: a flight that begins at its periapsis has not passed
    /// one. Where an event is zero all along it does not occur; [`Trajectory::passages`] tells that beside the occurrences.
    #[must_use]
    pub fn occurrences(&self, events: &[Event]) -> Vec<Occurrence> {
        self.passages(events).occurrences
    }

    /// Every occurrence of some events, and where an event is degenerate or could not be followed.
    ///
    /// * `events`: what is sought
    ///
    /// ```
    /// use portolan::bodies::EARTH;
    /// use portolan::dynamics::{Forces, PointMasses};
    /// use portolan::ephemerides::{Ephemerides, State};
    /// use portolan::propagation::{Propagator, Start, events::Event};
    /// use portolan::time::Epoch;
    ///
    /// let forces = Forces::new(PointMasses::new(Ephemerides::embedded()?, EARTH, &[])?);
    /// let speed_km_s = (EARTH.mu_km3_s2 / 7000.0).sqrt();
    /// let state = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0, speed_km_s, 0.0] };
    /// let start = Start { state, epoch: Epoch::parse("2030-01-01")?, span_s: 86_400.0 };
    /// let found = Propagator::new(&forces).fly(&start).trajectory.passages(&[Event::periapsis()]);
    /// assert!(found.occurrences.is_empty());
    /// let said = found.gaps[0].to_string();
    /// assert_eq!(said, "the event periapsis is zero all along: the orbit is circular to rounding");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn passages(&self, events: &[Event]) -> Passages {
        let mut all = Passages::default();
        for event in events {
            let (occurrences, gaps) = self.scan(event);
            all.occurrences.extend(occurrences);
            all.gaps.extend(gaps);
        }
        let direction = if self.span_s() < 0.0 { -1.0 } else { 1.0 };
        all.occurrences.sort_by(|a, b| (a.after_s * direction).total_cmp(&(b.after_s * direction)));
        all
    }
}

#[cfg(test)]
pub(super) mod tests;
