//! Moments of a trajectory: apsides, radii, planes, spheres of influence, shadows, and whatever a closure tells.
//!
//! An event is a number that passes through zero. Along every step the number is written as a Chebyshev series, halved
//! until the series is resolved and shows either that there is no zero or that there is one at most: none is
//! missed between two steps, and two close together are told apart.

use super::trajectory::{Piece, Trajectory};
use crate::bodies::{Body, SUN};
use crate::dynamics::shadow::edges_rad;
use crate::ephemerides::{Ephemerides, EphemerisError, State};
use crate::numerics::vector::{Vector3, dot, minus, norm, scale};
use crate::time::Epoch;
use std::fmt;
use std::sync::{Arc, OnceLock};

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
    value: Arc<dyn Fn(&Moment) -> f64 + Send + Sync>,
}

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

impl Event {
    /// A number of one's own.
    ///
    /// * `name`: what its occurrences are called
    /// * `crossing`: which passages count
    /// * `value`: a smooth function of the moment
    pub fn of(
        name: impl Into<String>,
        crossing: Crossing,
        value: impl Fn(&Moment) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), crossing, value: Arc::new(value) }
    }

    /// The nearest points to the centre: r·v rises through zero.
    #[must_use]
    pub fn periapsis() -> Self {
        Self::of("periapsis", Crossing::Rising, |m| dot(m.state.position_km, m.state.velocity_km_s))
    }

    /// The farthest points: r·v falls through zero.
    #[must_use]
    pub fn apoapsis() -> Self {
        Self::of("apoapsis", Crossing::Falling, |m| dot(m.state.position_km, m.state.velocity_km_s))
    }

    /// Passages through a distance from the centre.
    #[must_use]
    pub fn radius(radius_km: f64, crossing: Crossing) -> Self {
        Self::of(format!("radius {radius_km} km"), crossing, move |m| norm(m.state.position_km) - radius_km)
    }

    /// Passages through a height above the sphere of a body's equatorial radius, which is the centre.
    #[must_use]
    pub fn altitude(center: Body, altitude_km: f64, crossing: Crossing) -> Self {
        let radius_km = center.radius_km + altitude_km;
        Self::of(format!("altitude {altitude_km} km"), crossing, move |m| norm(m.state.position_km) - radius_km)
    }

    /// Passages through a plane: n·r = offset, ICRF axes; rising along the normal.
    ///
    /// * `normal`: a vector across the plane, of any length
    /// * `offset_km`: distance of the plane from the centre along it
    #[must_use]
    pub fn plane(normal: Vector3, offset_km: f64, crossing: Crossing) -> Self {
        let unit = scale(normal, 1.0 / norm(normal));
        Self::of("plane", crossing, move |m| dot(m.state.position_km, unit) - offset_km)
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
        Ok(Self::of(format!("sphere of influence of {}", body.name), crossing, move |m| {
            let place = |track: &crate::ephemerides::Track| track.state(m.epoch).map(|state| state.position_km);
            match (place(&from_center), place(&apart)) {
                (Ok(body_km), Ok(apart_km)) => norm(minus(m.state.position_km, body_km)) - share * norm(apart_km),
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
        Ok(Self::of(format!("{kind} of {}", body.name), crossing, move |m| {
            let (Ok(sun), Ok(dark)) = (sun.state(m.epoch), dark.state(m.epoch)) else { return f64::NAN };
            let from = |state: State| minus(state.position_km, m.state.position_km);
            edges_rad(from(sun), SUN.radius_km, from(dark), radius_km)[which]
        }))
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
    /// one.
    #[must_use]
    pub fn occurrences(&self, events: &[Event]) -> Vec<Occurrence> {
        let mut all = Vec::new();
        for event in events {
            let mut scan = Scan::new(event);
            for piece in self.pieces() {
                all.extend(scan.see(piece, self.epoch()));
            }
        }
        let direction = if self.span_s() < 0.0 { -1.0 } else { 1.0 };
        all.sort_by(|a, b| (a.after_s * direction).total_cmp(&(b.after_s * direction)));
        all
    }
}

/// One event sought step after step.
pub(super) struct Scan<'a> {
    event: &'a Event,
    /// whether the number was above zero at the end of the last step: where a step ends on a zero, rounding must not
    /// have it on one side from the left and on the other from the right
    above: Option<bool>,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(event: &'a Event) -> Self {
        Self { event, above: None }
    }

    /// Occurrences in the next step.
    pub(super) fn see(&mut self, piece: &Piece, base: Epoch) -> Vec<Occurrence> {
        let event = self.event;
        let moment = |since_s: f64| Moment { epoch: base + (piece.after_s + since_s), state: piece.state(since_s) };
        let value = |since_s: f64| (event.value)(&moment(since_s));
        let mut zeros_s = Vec::new();
        zeros(&value, (0.0, piece.h_s), self.above, 0, &mut zeros_s);
        self.above = Some(value(piece.h_s) >= 0.0);
        zeros_s
            .into_iter()
            .filter(|(since_s, _)| (piece.after_s + since_s).abs() > 1e-6)
            .map(|(since_s, rises)| {
                // along the way flown, which may lead back in time
                let crossing = if rises == (piece.h_s > 0.0) { Crossing::Rising } else { Crossing::Falling };
                let Moment { epoch, state } = moment(since_s);
                Occurrence { event: event.name.clone(), epoch, after_s: piece.after_s + since_s, state, crossing }
            })
            .filter(|found| event.crossing == Crossing::Either || event.crossing == found.crossing)
            .collect()
    }
}

/// Points of a series.
const POINTS: usize = 24;
/// Halvings of a step: a piece of 10⁵ s is cut to 10⁻⁴ s.
const DEEPEST: u32 = 30;

/// Zeros of a function between two ends, each with whether it rises from the first end to the second.
///
/// * `above`: whether it counts as above zero at the first end, where that is known better than from its value
fn zeros(
    value: &dyn Fn(f64) -> f64,
    (from, to): (f64, f64),
    above: Option<bool>,
    depth: u32,
    found: &mut Vec<(f64, bool)>,
) {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let mut samples = [0.0; POINTS];
    for (k, sample) in samples.iter_mut().enumerate() {
        *sample = value(middle + half * table()[1][k]);
    }
    if samples.iter().any(|x| !x.is_finite()) {
        return;
    }
    let series = coefficients(&samples);
    let size = series.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
    let resolved = series[POINTS - 3..].iter().all(|c| c.abs() <= 1e-9 * size);
    // what the series may be wrong by
    let doubt = 1e-8 * size;
    let others: f64 = series[1..].iter().map(|c| c.abs()).sum();
    if resolved && series[0].abs() > others + doubt {
        return;
    }
    let slopes = derivative(&series);
    let bends: f64 = slopes[1..].iter().map(|c| c.abs()).sum();
    let monotone = resolved && slopes[0].abs() > bends + 1e-6 * bends.max(slopes[0].abs());
    if monotone || depth >= DEEPEST {
        let (seen, high) = (value(from) >= 0.0, value(to) >= 0.0);
        if above.unwrap_or(seen) != high {
            found.push((if seen == high { from } else { bisect(value, from, to) }, high));
        }
        return;
    }
    zeros(value, (from, middle), above, depth + 1, found);
    zeros(value, (middle, to), None, depth + 1, found);
}

/// T_n at the zeros of the Chebyshev polynomial of degree [`POINTS`]: row n. Row 1 is the zeros themselves.
fn table() -> &'static [[f64; POINTS]; POINTS] {
    static TABLE: OnceLock<[[f64; POINTS]; POINTS]> = OnceLock::new();
    TABLE.get_or_init(|| {
        let angle = |k: usize| std::f64::consts::PI * (k as f64 + 0.5) / POINTS as f64;
        std::array::from_fn(|n| std::array::from_fn(|k| (n as f64 * angle(k)).cos()))
    })
}

/// Chebyshev coefficients of the polynomial through the samples.
fn coefficients(samples: &[f64; POINTS]) -> [f64; POINTS] {
    std::array::from_fn(|n| {
        let sum: f64 = samples.iter().zip(&table()[n]).map(|(f, t)| f * t).sum();
        if n == 0 { sum / POINTS as f64 } else { 2.0 * sum / POINTS as f64 }
    })
}

/// Chebyshev coefficients of the derivative.
fn derivative(series: &[f64; POINTS]) -> [f64; POINTS] {
    let mut slopes = [0.0; POINTS + 1];
    for n in (1..POINTS).rev() {
        slopes[n - 1] = slopes.get(n + 1).copied().unwrap_or(0.0) + 2.0 * n as f64 * series[n];
    }
    slopes[0] *= 0.5;
    std::array::from_fn(|n| slopes[n])
}

/// The zero between two ends of different sign, to the last bit, by the method of Ridders inside a bracket.
fn bisect(value: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let (mut a, mut b) = (from, to);
    let (mut fa, mut fb) = (value(a), value(b));
    for _ in 0..200 {
        let middle = a + 0.5 * (b - a);
        if middle == a || middle == b || fb == 0.0 {
            break;
        }
        let fm = value(middle);
        let bend = (fm * fm - fa * fb).sqrt();
        let step = if bend > 0.0 { (middle - a) * fm * (fa - fb).signum() / bend } else { 0.0 };
        let x = (middle + step).clamp(a.min(b), a.max(b));
        let fx = value(x);
        // keep the tightest bracket of the four points
        for (point, f) in [(middle, fm), (x, fx)] {
            if (point - a) * (b - point) > 0.0 {
                if (f >= 0.0) == (fa >= 0.0) { (a, fa) = (point, f) } else { (b, fb) = (point, f) }
            }
        }
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(value: impl Fn(f64) -> f64, from: f64, to: f64) -> Vec<f64> {
        let mut found = Vec::new();
        zeros(&value, (from, to), None, 0, &mut found);
        found.into_iter().map(|(x, _)| x).collect()
    }

    #[test]
    fn law_no_zero_is_missed() {
        // Wilkinson's twenty
        let wilkinson = |x: f64| (1..=20).map(|k| x - f64::from(k)).product::<f64>();
        let found = all(wilkinson, 0.3, 20.7);
        assert_eq!(found.len(), 20);
        assert!(found.iter().zip(1..=20).all(|(x, k)| (x - f64::from(k)).abs() < 1e-12), "{found:?}");
        // two a micrometre apart, and two that only touch
        let pair = all(|x| (x - 0.123) * (x - 0.123 - 1e-6), 0.0, 1.0);
        assert_eq!(pair.len(), 2);
        assert!((pair[1] - pair[0] - 1e-6).abs() < 1e-11, "{pair:?}");
        assert!(all(|x| (x - 0.4) * (x - 0.4) + 1e-9, 0.0, 1.0).is_empty());
        // many turns in one step
        assert_eq!(all(|x| (300.0 * x).sin(), 0.001, 1.0).len(), 95);
        let kink = all(|x: f64| 1.0 - x.abs(), -0.5, 3.0);
        assert!(kink.len() == 1 && (kink[0] - 1.0).abs() < 1e-15, "{kink:?}");
    }
}
