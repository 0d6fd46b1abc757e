//! A minimum of a function of a few variables, without derivatives.

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowest {
    /// the variables
    pub point: Vec<f64>,
    /// the function there
    pub value: f64,
}

/// A local minimum near a start, by a simplex that walks, stretches and shrinks.
///
/// * `function`: the value at a point; infinite, or no number, outside the domain
/// * `start`: a point inside the domain
/// * `reach`: size of the first simplex in each variable
/// * `close`: the search ends when the values of the simplex lie this near to one another, and again after a
///   second simplex of a tenth of the size, so that one which has lost a dimension finds it again
///
/// `None` when the start lies outside the domain. Deterministic: the same bits for the same input.
///
/// # Source
/// Nelder and Mead, Computer Journal 7 (1965) 308; Lagarias et al., SIAM J. Optim. 9 (1998) 112 for the order of ties.
///
/// ```
/// use portolan::numerics::simplex::lowest;
/// let valley = |p: &[f64]| (1.0 - p[0]).powi(2) + 100.0 * (p[1] - p[0] * p[0]).powi(2);
/// let found = lowest(valley, &[-1.2, 1.0], &[0.5, 0.5], 1e-16).unwrap();
/// assert!((found.point[0] - 1.0).abs() < 1e-6 && (found.point[1] - 1.0).abs() < 1e-6);
/// ```
#[must_use]
pub fn lowest(function: impl Fn(&[f64]) -> f64, start: &[f64], reach: &[f64], close: f64) -> Option<Lowest> {
    // a NaN of either sign would be sorted before or behind every number
    let function = |point: &[f64]| {
        let value = function(point);
        if value.is_nan() || value == f64::NEG_INFINITY { f64::INFINITY } else { value }
    };
    let mut best = Lowest { point: start.to_vec(), value: function(start) };
    if !(best.value.is_finite() && start.iter().chain(reach).all(|x| x.is_finite())) {
        return None;
    }
    if start.is_empty() {
        return Some(best);
    }
    for round in 0..4 {
        let size = 0.1_f64.powi(round);
        let found = walk(&function, &best, reach, size, close);
        let gained = best.value - found.value;
        best = found;
        if round > 0 && gained <= close {
            break;
        }
    }
    Some(best)
}

fn walk(function: &impl Fn(&[f64]) -> f64, from: &Lowest, reach: &[f64], size: f64, close: f64) -> Lowest {
    let dimensions = reach.len();
    let corner = |k: usize| {
        // the other side where the first lies outside
        let at = |sign: f64| {
            let mut point = from.point.clone();
            point[k] += sign * size * reach[k];
            Lowest { value: function(&point), point }
        };
        let ahead = at(1.0);
        if ahead.value.is_finite() { ahead } else { at(-1.0) }
    };
    let mut corners: Vec<Lowest> = std::iter::once(from.clone()).chain((0..dimensions).map(corner)).collect();
    for _ in 0..400 * dimensions {
        // stable, so that ties keep their order
        corners.sort_by(|a, b| a.value.total_cmp(&b.value));
        if corners[dimensions].value - corners[0].value <= close {
            break;
        }
        let center: Vec<f64> = (0..dimensions)
            .map(|k| corners[..dimensions].iter().map(|c| c.point[k]).sum::<f64>() / dimensions as f64)
            .collect();
        let worst = corners[dimensions].clone();
        let along = |t: f64| {
            let point: Vec<f64> = center.iter().zip(&worst.point).map(|(c, w)| c + t * (c - w)).collect();
            Lowest { value: function(&point), point }
        };
        let reflected = along(1.0);
        let next = if reflected.value < corners[0].value {
            let stretched = along(2.0);
            if stretched.value < reflected.value { stretched } else { reflected }
        } else if reflected.value < corners[dimensions - 1].value {
            reflected
        } else {
            let pulled = if reflected.value < worst.value { along(0.5) } else { along(-0.5) };
            if pulled.value < worst.value.min(reflected.value) {
                pulled
            } else {
                let first = corners[0].point.clone();
                for other in &mut corners[1..] {
                    for (x, towards) in other.point.iter_mut().zip(&first) {
                        *x = towards + 0.5 * (*x - towards);
                    }
                    other.value = function(&other.point);
                }
                continue;
            }
        };
        corners[dimensions] = next;
    }
    corners.sort_by(|a, b| a.value.total_cmp(&b.value));
    corners.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_bowls_of_one_to_four_variables_end_at_their_bottom() {
        for dimensions in 1..=4 {
            let bowl =
                |p: &[f64]| p.iter().enumerate().map(|(k, x)| (k as f64 + 1.0) * (x - k as f64).powi(2)).sum::<f64>();
            let found = lowest(bowl, &vec![3.0; dimensions], &vec![1.0; dimensions], 1e-18).expect("a minimum");
            for (k, x) in found.point.iter().enumerate() {
                assert!((x - k as f64).abs() < 1e-6, "{dimensions}: {found:?}");
            }
        }
    }

    #[test]
    fn law_a_wall_is_not_crossed() {
        let walled = |p: &[f64]| if p[0] < 1.0 { f64::INFINITY } else { p[0] };
        let found = lowest(walled, &[1.5], &[-1.0], 1e-14).expect("a minimum");
        assert!((found.value - 1.0).abs() < 1e-9 && found.value >= 1.0, "{found:?}");
        assert_eq!(lowest(walled, &[0.5], &[1.0], 1e-14), None);
    }

    #[test]
    fn refuses_to_end_on_what_is_no_number() {
        for hole in [f64::NAN, -f64::NAN, f64::NEG_INFINITY] {
            let pierced = |p: &[f64]| if p[0].abs() < 0.3 { hole } else { p[0] * p[0] };
            let found = lowest(pierced, &[1.0], &[-0.5], 1e-14).expect("a minimum");
            assert!(found.value >= 0.09, "{hole}: {found:?}");
            assert_eq!(lowest(pierced, &[0.1], &[1.0], 1e-14), None);
        }
        assert_eq!(lowest(|_| 0.0, &[f64::NAN], &[1.0], 1e-14), None);
    }
}
