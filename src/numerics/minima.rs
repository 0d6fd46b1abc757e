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
/// * `function`: the value at (x, y), `None` outside the domain; a value that is not finite is outside too
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
    let function = |x: f64, y: f64| function(x, y).filter(|value| value.is_finite());
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
            // a matrix of zeros has no step yet
            match Some((x + sx, y + sy))
                .filter(|to| to.0.is_finite() && to.1.is_finite())
                .and_then(|to| function(to.0, to.1))
            {
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

/// A value and the gradient there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// the function
    pub value: f64,
    /// its derivatives by the two variables
    pub by: [f64; 2],
}

/// A local minimum near a start, from exact gradients; `None` when the way down leads out of the function's domain.
///
/// * `function`: value and gradient at five points at once, `None` for a point outside the domain; a number that is not
///   finite is outside too
/// * `start`: a point inside the domain
/// * `reach`: longest step in either variable
/// * `probe`: distance of the gradients whose differences make the matrix of second derivatives
///
/// Newton's method, damped after Levenberg so that every step descends; it ends where an undamped step would move
/// neither variable by a hundred-thousandth of the probe.
///
/// # Source
/// Nocedal and Wright, *Numerical Optimization*, 2nd ed., sections 3.4 and 8.1.
///
/// ```
/// use portolan::numerics::minima::{Slope, newton};
/// let bowl = |x: f64, y: f64| {
///     let (a, b) = (x - 1.0, y - x * x);
///     Some(Slope { value: a * a + 10.0 * b * b, by: [2.0 * a - 40.0 * b * x, 20.0 * b] })
/// };
/// let found = newton(|five| five.map(|(x, y)| bowl(x, y)), (0.0, 0.5), 1.0, 1e-4).unwrap();
/// assert!((found.x - 1.0).abs() < 1e-9 && (found.y - 1.0).abs() < 1e-9);
/// ```
pub fn newton(
    function: impl Fn([(f64, f64); 5]) -> [Option<Slope>; 5],
    start: (f64, f64),
    reach: f64,
    probe: f64,
) -> Option<Minimum> {
    let cross = |(x, y): (f64, f64)| [(x, y), (x + probe, y), (x - probe, y), (x, y + probe), (x, y - probe)];
    let mut at = start;
    let mut around = all(function(cross(at)))?;
    let mut damping = 0.0_f64;
    for _ in 0..200 {
        let [here, e, w, n, s] = around;
        let over = 0.5 / probe;
        let (hxx, hyy) = ((e.by[0] - w.by[0]) * over, (n.by[1] - s.by[1]) * over);
        let hxy = 0.5 * over * (e.by[1] - w.by[1] + n.by[0] - s.by[0]);
        // the least damping that makes the matrix positive definite
        let (mean, apart) = (0.5 * (hxx + hyy), (0.25 * (hxx - hyy).powi(2) + hxy * hxy).sqrt());
        let least = (1e-6 * (mean.abs() + apart) - (mean - apart)).max(0.0);
        let (mut moved, mut refused) = (false, false);
        for _ in 0..40 {
            let (a, b) = (hxx + least + damping, hyy + least + damping);
            let det = a * b - hxy * hxy;
            let [gx, gy] = here.by;
            let (sx, sy) = (-(b * gx - hxy * gy) / det, -(a * gy - hxy * gx) / det);
            if !(sx.is_finite() && sy.is_finite()) {
                return None;
            }
            if least == 0.0 && damping == 0.0 && sx.abs().max(sy.abs()) <= 1e-5 * probe {
                return Some(Minimum { x: at.0, y: at.1, value: here.value });
            }
            if refused && sx.abs().max(sy.abs()) <= 1e-5 * probe {
                // not even the smallest step leads down inside the domain
                return None;
            }
            let shrink = (reach / sx.abs().max(sy.abs())).min(1.0);
            let next = (at.0 + sx * shrink, at.1 + sy * shrink);
            let found = function(cross(next));
            // next to the bottom values tell only their rounding, and the gradients go on
            let close = sx.abs().max(sy.abs()) < probe;
            let rounding = if close { 1e-10 * here.value.abs() } else { 0.0 };
            // a step that leads to the border of the domain is too long, if it is not the way itself that leads out
            if let Some(found) = all(found)
                && found[0].value < here.value + rounding
            {
                (at, around) = (next, found);
                damping = if damping < 1e-3 * mean.abs() { 0.0 } else { 0.2 * damping };
                moved = true;
                break;
            }
            refused = true;
            damping = (4.0 * damping).max(0.01 * (mean.abs() + apart).max(f64::MIN_POSITIVE));
        }
        if !moved {
            return None;
        }
    }
    None
}

/// All five, where every number of them is one.
fn all(five: [Option<Slope>; 5]) -> Option<[Slope; 5]> {
    let finite = |s: &Slope| s.value.is_finite() && s.by.iter().all(|by| by.is_finite());
    let [a, b, c, d, e] = five.map(|s| s.filter(finite));
    Some([a?, b?, c?, d?, e?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(f: impl Fn(f64, f64) -> Option<Slope>) -> impl Fn([(f64, f64); 5]) -> [Option<Slope>; 5] {
        move |five| five.map(|(x, y)| f(x, y))
    }

    #[test]
    fn law_gradients_lead_to_the_bottom_of_a_bent_valley() {
        let rosenbrock = |x: f64, y: f64| {
            let (a, b) = (1.0 - x, y - x * x);
            Some(Slope { value: a * a + 100.0 * b * b, by: [-2.0 * a - 400.0 * b * x, 200.0 * b] })
        };
        let found = newton(exact(rosenbrock), (-1.2, 1.0), 0.5, 1e-4).expect("a minimum");
        assert!((found.x - 1.0).abs() < 1e-8 && (found.y - 1.0).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn refuses_a_slope_and_a_saddle_by_gradients_too() {
        let inside = |x: f64, y: f64| x.abs() < 5.0 && y.abs() < 5.0;
        let slope = |x: f64, y: f64| inside(x, y).then_some(Slope { value: x + 2.0 * y, by: [1.0, 2.0] });
        assert_eq!(newton(exact(slope), (0.0, 0.0), 1.0, 1e-3), None);
        let saddle = |x: f64, y: f64| inside(x, y).then_some(Slope { value: x * x - y * y, by: [2.0 * x, -2.0 * y] });
        assert_eq!(newton(exact(saddle), (0.3, 0.0), 1.0, 1e-3), None);
    }

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

    #[test]
    fn refuses_numbers_that_are_none() {
        let holes = |x: f64, y: f64| Some(if x * x + y * y < 0.25 { f64::NAN } else { x * x + y * y });
        assert_eq!(descend(holes, (0.1, 0.1), 1.0, 1e-3), None);
        assert!(descend(holes, (2.0, 1.0), 1.0, 1e-3).is_none_or(|m| m.value.is_finite()));
        assert_eq!(descend(|x, y| Some(x * x + y * y), (1.0, 1.0), f64::NAN, f64::NAN), None);
        let flat = |x: f64, y: f64| Some(Slope { value: f64::NAN, by: [2.0 * x, 2.0 * y] });
        assert_eq!(newton(exact(flat), (0.0, 0.0), 1.0, 1e-3), None);
        let steep = |x: f64, y: f64| Some(Slope { value: x * x + y * y, by: [f64::INFINITY, 2.0 * y] });
        assert_eq!(newton(exact(steep), (1.0, 1.0), 1.0, 1e-3), None);
    }
}
