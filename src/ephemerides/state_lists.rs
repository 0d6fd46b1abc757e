//! Lists of states: SPK types 8, 9, 12 and 13 (polynomials through the nearest ones) and 5 (two-body motion between two).

use super::State;
use crate::numerics::conic::stumpff;
use crate::numerics::vector::{dot, norm};
use std::f64::consts::PI;

/// Highest degree that CSPICE evaluates (`MAXDEG` of spk09.inc and spk13.inc).
const MOST_DEGREE: usize = 27;

/// How a list is read between its states.
#[derive(Debug, Clone, Copy)]
enum Between {
    /// places and velocities by polynomials of their own, through so many states
    Lagrange { window: usize },
    /// places and velocities by one polynomial, through so many states
    Hermite { window: usize },
    /// each neighbour's two-body motion, the one fading into the other
    TwoBody { mu_km3_s2: f64 },
}

/// The states of a segment.
#[derive(Debug)]
pub(super) struct StateList {
    /// TDB s past J2000
    epochs_s: Vec<f64>,
    /// place and velocity
    states: Vec<[f64; 6]>,
    between: Between,
}

impl StateList {
    /// * `doubles`: the array of a segment
    /// * `kind`: SPK type, 5, 8, 9, 12 or 13
    ///
    /// # Errors
    /// A sentence on what is wrong with the numbers.
    ///
    /// # Source
    /// NAIF, *SPK Required Reading*, the sections of these types: the states; for 8 and 12 first epoch, step, degree (or window less
    /// one) and number; for 9 and 13 the epochs, a directory of them, degree (or window less one) and number; for 5 the
    /// epochs, a directory of them, the gravitational parameter and the number.
    pub(super) fn new(doubles: &[f64], kind: i32) -> Result<Self, String> {
        let tail = |at: usize| doubles.len().checked_sub(at).and_then(|k| doubles.get(k)).copied().unwrap_or(f64::NAN);
        let whole = |x: f64, most: usize| (x.fract() == 0.0 && 1.0 <= x && x <= most as f64).then_some(x as usize);
        let count = whole(tail(1), doubles.len() / 6).ok_or("does not say how many states it has")?;
        let equal = kind == 8 || kind == 12;
        let least = 6 * count + if equal { 4 } else { count + 2 };
        let directory = [count / 100, (count - 1) / 100];
        let fits = if equal { doubles.len() == least } else { directory.iter().any(|d| doubles.len() == least + d) };
        if !fits {
            return Err(format!("has {} numbers, {count} states take {least}", doubles.len()));
        }
        let window = || {
            let window = whole(tail(2), MOST_DEGREE).map(|degree| degree + 1);
            window.filter(|w| *w <= count).ok_or_else(|| {
                format!(
                    "interpolates through {} of its {count} states; 2 to {} are read",
                    tail(2) + 1.0,
                    MOST_DEGREE + 1
                )
            })
        };
        let between = match kind {
            5 => Between::TwoBody { mu_km3_s2: tail(2) },
            8 | 9 => Between::Lagrange { window: window()? },
            _ => Between::Hermite { window: window()? },
        };
        let states: Vec<[f64; 6]> =
            doubles[..6 * count].chunks_exact(6).map(|row| std::array::from_fn(|k| row[k])).collect();
        let epochs_s: Vec<f64> = if equal {
            let (first_s, step_s) = (tail(4), tail(3));
            (0..count).map(|k| first_s + k as f64 * step_s).collect()
        } else {
            doubles[6 * count..7 * count].to_vec()
        };
        if !doubles.iter().all(|x| x.is_finite()) || !epochs_s.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err("has states that are no numbers, or whose epochs do not grow".to_owned());
        }
        if let Between::TwoBody { mu_km3_s2 } = between
            && !(mu_km3_s2 > 0.0 && states.iter().all(|s| norm([s[0], s[1], s[2]]) > 0.0))
        {
            return Err(format!("has a gravitational parameter of {mu_km3_s2} km3/s2, or a state in the centre"));
        }
        Ok(Self { epochs_s, states, between })
    }

    /// Place and velocity.
    pub(super) fn state(&self, tdb_s: f64) -> State {
        match self.between {
            Between::TwoBody { mu_km3_s2 } => self.two_body(tdb_s, mu_km3_s2),
            Between::Lagrange { window } => self.lagrange(tdb_s, self.first_of(tdb_s, window), window),
            Between::Hermite { window } => self.hermite(tdb_s, self.first_of(tdb_s, window), window),
        }
    }

    /// The first of the states that a polynomial goes through: as many before the epoch as after it, or, of an odd number, about
    /// the nearest.
    fn first_of(&self, tdb_s: f64, window: usize) -> usize {
        let n = self.epochs_s.len();
        let before = self.epochs_s.partition_point(|e| *e <= tdb_s).clamp(1, n) - 1;
        let after = (before + 1).min(n - 1);
        let middle = if window.is_multiple_of(2) {
            before + 1
        } else if tdb_s - self.epochs_s[before] < self.epochs_s[after] - tdb_s {
            before
        } else {
            after
        };
        middle.saturating_sub(window / 2).min(n - window)
    }

    fn lagrange(&self, tdb_s: f64, first: usize, window: usize) -> State {
        let epochs_s = &self.epochs_s[first..first + window];
        let mut sum = [0.0; 6];
        for (i, at_s) in epochs_s.iter().enumerate() {
            let others = epochs_s.iter().enumerate().filter(|(j, _)| *j != i);
            let weight: f64 = others.map(|(_, other_s)| (tdb_s - other_s) / (at_s - other_s)).product();
            (0..6).for_each(|k| sum[k] += weight * self.states[first + i][k]);
        }
        state_of(sum)
    }

    /// Newton's divided differences over every epoch twice, in steps of the window's mean.
    fn hermite(&self, tdb_s: f64, first: usize, window: usize) -> State {
        let epochs_s = &self.epochs_s[first..first + window];
        let unit_s = (epochs_s[window - 1] - epochs_s[0]) / (window as f64 - 1.0).max(1.0);
        let unit_s = if unit_s > 0.0 { unit_s } else { 1.0 };
        let at = |s: f64| (s - tdb_s) / unit_s;
        let mut nodes = [0.0; 2 * (MOST_DEGREE + 1)];
        for (i, epoch_s) in epochs_s.iter().enumerate() {
            nodes[2 * i] = at(*epoch_s);
            nodes[2 * i + 1] = nodes[2 * i];
        }
        let count = 2 * window;
        let mut state = State::default();
        for axis in 0..3 {
            let mut table = [0.0; 2 * (MOST_DEGREE + 1)];
            for i in 0..window {
                (table[2 * i], table[2 * i + 1]) = (self.states[first + i][axis], self.states[first + i][axis]);
            }
            for order in 1..count {
                for i in (order..count).rev() {
                    let apart = nodes[i] - nodes[i - order];
                    table[i] = if apart == 0.0 {
                        self.states[first + i / 2][axis + 3] * unit_s
                    } else {
                        (table[i] - table[i - 1]) / apart
                    };
                }
            }
            // Horner at nodes counted from the epoch asked for: x − node = −node
            let (mut place, mut slope) = (table[count - 1], 0.0);
            for i in (0..count - 1).rev() {
                slope = slope * -nodes[i] + place;
                place = place * -nodes[i] + table[i];
            }
            state.position_km[axis] = place;
            state.velocity_km_s[axis] = slope / unit_s;
        }
        state
    }

    /// The earlier neighbour's motion and the later's, faded by half a cosine.
    fn two_body(&self, tdb_s: f64, mu_km3_s2: f64) -> State {
        let n = self.epochs_s.len();
        let before = self.epochs_s.partition_point(|e| *e <= tdb_s).clamp(1, n) - 1;
        let after = if tdb_s < self.epochs_s[0] { 0 } else { (before + 1).min(n - 1) };
        let fly = |k: usize| moved(&self.states[k], tdb_s - self.epochs_s[k], mu_km3_s2);
        let one = fly(before);
        if before == after {
            return state_of(one);
        }
        let two = fly(after);
        let span_s = self.epochs_s[after] - self.epochs_s[before];
        let angle = PI * (tdb_s - self.epochs_s[before]) / span_s;
        let (weight, rate_s1) = (0.5 + 0.5 * angle.cos(), -0.5 * PI / span_s * angle.sin());
        state_of(std::array::from_fn(|k| {
            let mixed = weight * one[k] + (1.0 - weight) * two[k];
            if k < 3 { mixed } else { mixed + rate_s1 * (one[k - 3] - two[k - 3]) }
        }))
    }
}

fn state_of([x, y, z, vx, vy, vz]: [f64; 6]) -> State {
    State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] }
}

/// A state some time later on its conic, by Stumpff's functions.
///
/// # Source
/// Danby, *Fundamentals of Celestial Mechanics*, 2nd ed., section 6.9: r₀·s·c₁ + r₀·v₀·s²c₂ + μs³c₃ = t, whose left side grows with s.
fn moved(state: &[f64; 6], after_s: f64, mu: f64) -> [f64; 6] {
    let (r, v) = ([state[0], state[1], state[2]], [state[3], state[4], state[5]]);
    let (r0, along) = (norm(r), dot(r, v));
    let alpha = 2.0 * mu / r0 - dot(v, v);
    // time and distance at s
    let at = |s: f64| {
        let [c0, c1, c2, c3] = stumpff(alpha * s * s);
        let time_s = s * (r0 * c1 + s * (along * c2 + s * mu * c3));
        (time_s, r0 * c0 + s * (along * c1 + s * mu * c2))
    };
    if after_s == 0.0 {
        return *state;
    }
    // from nothing to where the time is passed
    let (mut near, mut far) = (0.0, after_s / r0);
    for _ in 0..1100 {
        let (time_s, _) = at(far);
        if (time_s - after_s) * after_s >= 0.0 || time_s.is_nan() {
            break;
        }
        near = far;
        far *= 2.0;
    }
    let mut s = 0.5 * (near + far);
    for _ in 0..200 {
        let (time_s, distance) = at(s);
        if (time_s - after_s) * after_s >= 0.0 || time_s.is_nan() {
            far = s;
        } else {
            near = s;
        }
        let newton = s - (time_s - after_s) / distance;
        let inside = (newton - near) * (newton - far) <= 0.0;
        let next = if inside { newton } else { 0.5 * (near + far) };
        let settled = (next - s).abs() <= 2.0 * f64::EPSILON * s.abs();
        s = next;
        if settled {
            break;
        }
    }
    let [_, c1, c2, c3] = stumpff(alpha * s * s);
    let (_, distance) = at(s);
    let (f, g) = (1.0 - mu * s * s * c2 / r0, after_s - mu * s * s * s * c3);
    let (df, dg) = (-mu * s * c1 / (r0 * distance), 1.0 - mu * s * s * c2 / distance);
    std::array::from_fn(|k| if k < 3 { f * r[k] + g * v[k] } else { df * r[k - 3] + dg * v[k - 3] })
}
