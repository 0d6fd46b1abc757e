//! A minimum of a smooth function of two variables.

/// Where a search ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// first variable
    pub x: f64,
    /// second variable
    pub y: f64,
    /// the function there
    pub value: f64,
}

/// A local minimum near a start, or `None` when the way down leads out of the function's domain.
///
/// * `function`: the value at (x, y), `None` outside the domain
/// * `start`: a point inside the domain
/// * `reach`: longest step in either variable
/// * `probe`: distance of the difference quotients; the answer is a minimum when no point a probe away, in
///   eight directions, lies lower
///
/// Newton's method on central differences, damped after Levenberg so that every step descends.
///
/// # Source
/// Nocedal and Wright, *Numerical Optimization*, 2nd ed., section 4.1 and algorithm 4.1.
///
/// ```
/// use portolan::numerics::minima::descend;
/// let bowl = |x: f64, y: f64| Some((x - 1.0).powi(2) + 10.0 * (y - x * x).powi(2));
/// let found = descend(bowl, (0.0, 0.5), 1.0, 1e-4).unwrap();
/// assert!((found.x - 1.0).abs() < 1e-4 && (found.y - 1.0).abs() < 1e-4);
/// ```
pub fn descend(
    function: impl Fn(f64, f64) -> Option<f64>,
    start: (f64, f64),
    reach: f64,
    probe: f64,
) -> Option<Minimum> {
    let (mut x, mut y) = start;
    let mut value = function(x, y)?;
    let mut damping = 0.0_f64;
    for _ in 0..200 {
        let at = |dx: f64, dy: f64| function(x + dx * probe, y + dy * probe);
        let (e, w, n, s) = (at(1.0, 0.0)?, at(-1.0, 0.0)?, at(0.0, 1.0)?, at(0.0, -1.0)?);
        let (ne, nw, se, sw) = (at(1.0, 1.0)?, at(-1.0, 1.0)?, at(1.0, -1.0)?, at(-1.0, -1.0)?);
        let (gx, gy) = ((e - w) / (2.0 * probe), (n - s) / (2.0 * probe));
        let square = probe * probe;
        let (hxx, hyy) = ((e - 2.0 * value + w) / square, (n - 2.0 * value + s) / square);
        let hxy = (ne - nw - se + sw) / (4.0 * square);
        // the least damping that makes the matrix positive definite
        let (mean, apart) = (0.5 * (hxx + hyy), (0.25 * (hxx - hyy).powi(2) + hxy * hxy).sqrt());
        let floor = 1e-6 * (mean.abs() + apart);
        let least = (floor - (mean - apart)).max(0.0);
        let mut moved = None;
        for _ in 0..40 {
            let (a, b) = (hxx + least + damping, hyy + least + damping);
            let det = a * b - hxy * hxy;
            let (sx, sy) = (-(b * gx - hxy * gy) / det, -(a * gy - hxy * gx) / det);
            let shrink = (reach / sx.abs().max(sy.abs())).min(1.0);
            let (sx, sy) = (sx * shrink, sy * shrink);
            match function(x + sx, y + sy) {
                Some(next) if next < value => {
                    moved = Some((sx, sy, next));
                    damping *= 0.2;
                    break;
                }
                _ => damping = (4.0 * damping).max(0.01 * (mean.abs() + apart).max(f64::MIN_POSITIVE)),
            }
        }
        let Some((sx, sy, next)) = moved else {
            // No step descends: the bottom, if all eight neighbours agree.
            let lowest = [e, w, n, s, ne, nw, se, sw].into_iter().fold(f64::INFINITY, f64::min);
            return (lowest >= value).then_some(Minimum { x, y, value });
        };
        (x, y, value) = (x + sx, y + sy, next);
        if sx.abs().max(sy.abs()) < 1e-6 * probe {
            damping = 0.0;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_finds_the_bottom_of_a_bent_valley() {
        let rosenbrock = |x: f64, y: f64| Some((1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2));
        let found = descend(rosenbrock, (-1.2, 1.0), 0.5, 1e-4).expect("a minimum");
        assert!((found.x - 1.0).abs() < 1e-4 && (found.y - 1.0).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn refuses_a_slope_and_a_saddle() {
        let slope = |x: f64, y: f64| (x.abs() < 5.0 && y.abs() < 5.0).then_some(x + 2.0 * y);
        assert_eq!(descend(slope, (0.0, 0.0), 1.0, 1e-3), None);
        let saddle = |x: f64, y: f64| (x.abs() < 5.0 && y.abs() < 5.0).then_some(x * x - y * y);
        assert_eq!(descend(saddle, (0.3, 0.0), 1.0, 1e-3), None);
    }
}
