//! Gragg, Bulirsch and Stoer: Störmer's rule extrapolated to steps of no length.
//!
//! # Source
//! Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., II.14, eqs. 14.30 to 14.34: for
//! accelerations that do not ask for the velocity.

use super::pull::{Pull, Summed, relative};
use portolan::ephemerides::{EphemerisError, State};
use portolan::numerics::vector::{Vector3, norm};
use portolan::propagation::Start;

/// Increments of position and velocity.
type Increment = [Vector3; 2];

/// To the end, with `columns` extrapolations of each step.
///
/// * `tolerance`: of a step's error, relative to position and velocity
pub(crate) fn fly(
    pull: &mut Pull,
    start: &Start,
    columns: usize,
    tolerance: f64,
    mu: f64,
) -> Result<State, EphemerisError> {
    let mut now = Summed::new(start.state);
    let radius = norm(start.state.position_km);
    let mut h_s = (0.2 * (radius * radius * radius / mu).sqrt()).min(start.span_s);
    let mut after_s = 0.0;
    let mut first = pull.at(0.0, &now.state)?;
    let mut table: Vec<Increment> = vec![[[0.0; 3]; 2]; columns];
    while after_s < start.span_s {
        let left_s = start.span_s - after_s;
        let last = h_s >= left_s * (1.0 - 1e-12);
        let h = if last { left_s } else { h_s };
        let mut error = f64::INFINITY;
        for j in 0..columns {
            let mut diagonal = stoermer(pull, after_s, h, j + 1, &now.state, first)?;
            // Aitken and Neville in h²; the table holds the last row
            for i in 0..j {
                let ratio = (j + 1) as f64 / (j - i) as f64;
                let denominator = ratio * ratio - 1.0;
                let mut next = diagonal;
                for half in 0..2 {
                    for axis in 0..3 {
                        next[half][axis] += (diagonal[half][axis] - table[i][half][axis]) / denominator;
                    }
                }
                table[i] = diagonal;
                diagonal = next;
            }
            if j + 1 == columns {
                let below = table[j - 1];
                let apart = |half: usize| std::array::from_fn(|axis| diagonal[half][axis] - below[half][axis]);
                error = relative(apart(0), apart(1), &now.state) / tolerance;
            }
            table[j] = diagonal;
        }
        let stretch = 0.9 * error.max(1e-12).powf(-1.0 / (2 * columns - 1) as f64);
        if error > 1.0 {
            h_s = h * stretch.clamp(0.1, 0.9);
            continue;
        }
        let [dr, dv] = table[columns - 1];
        now.add(dr, dv);
        after_s = if last { start.span_s } else { after_s + h };
        h_s = h * stretch.min(3.0);
        if !last {
            first = pull.at(after_s, &now.state)?;
        }
    }
    Ok(now.state)
}

/// Störmer's rule in `parts` equal parts, as increments over the whole.
fn stoermer(
    pull: &mut Pull,
    after_s: f64,
    h: f64,
    parts: usize,
    from: &State,
    first: Vector3,
) -> Result<Increment, EphemerisError> {
    let part = h / parts as f64;
    let v = from.velocity_km_s;
    // what a part adds beyond the velocity of the beginning
    let mut bend: Vector3 = std::array::from_fn(|k| 0.5 * part * first[k]);
    let mut beyond: Vector3 = bend.map(|x| part * x);
    let mut at = *from;
    for done in 1..=parts {
        let since_s = done as f64 * part;
        for k in 0..3 {
            at.position_km[k] = from.position_km[k] + (since_s * v[k] + beyond[k]);
        }
        let a = pull.at(after_s + since_s, &at)?;
        if done == parts {
            let dr = std::array::from_fn(|k| h * v[k] + beyond[k]);
            let dv = std::array::from_fn(|k| bend[k] + 0.5 * part * a[k]);
            return Ok([dr, dv]);
        }
        for k in 0..3 {
            bend[k] += part * a[k];
            beyond[k] += part * bend[k];
        }
    }
    Ok([[0.0; 3]; 2])
}
