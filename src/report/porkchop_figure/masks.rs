//! Regions that a limit excludes: paper, a hatch of their own for each reason, an edge where the limit is reached.

use super::super::canvas::{Canvas, Dash, Pen};
use super::super::colour::{FAINT, Rgb};

/// A limit, and the quantity it limits: what lies above is hatched.
#[derive(Debug, Clone)]
pub struct Mask<'a> {
    /// value of each cell, in the order of the tables
    pub values: &'a [f64],
    /// greatest value that is allowed, in the same unit
    pub most_value: f64,
    /// what it means, for the legend, such as `|DLA| above 28.5°`
    pub label: String,
}

/// Turn (degrees, counter-clockwise on the page), distance and dash of the hatch of each reason in turn.
const HATCHES: [(f64, f64, Dash); 5] = [
    (45.0, 8.0, Dash::Solid),
    (-45.0, 8.0, Dash::Solid),
    (0.0, 6.0, Dash::Short),
    (90.0, 6.0, Dash::Dotted),
    (20.0, 11.0, Dash::Long),
];
/// Under a hatch, lighter than where there is no transfer.
const EXCLUDED: Rgb = Rgb(250, 250, 251);

/// Draws a region, given by its rings, in the hatch of the reason's number.
pub(super) fn draw(canvas: &mut Canvas, rings_px: &[Vec<[f64; 2]>], number: usize) {
    canvas.fill_rings(rings_px, EXCLUDED);
    let (turn_deg, apart_px, dash) = HATCHES[number % HATCHES.len()];
    for line in hatch(rings_px, turn_deg, apart_px) {
        canvas.line(&line, Pen { colour: FAINT, width_px: 0.7, dash });
    }
    for ring in rings_px {
        let closed: Vec<[f64; 2]> = ring.iter().chain(ring.first()).copied().collect();
        canvas.line(&closed, Pen::solid(FAINT, 0.9));
    }
}

/// Parallel lines inside rings, by the even-odd rule.
fn hatch(rings_px: &[Vec<[f64; 2]>], turn_deg: f64, apart_px: f64) -> Vec<[[f64; 2]; 2]> {
    let (sin, cos) = turn_deg.to_radians().sin_cos();
    // along and across the hatch; the page's y runs down
    let to = |p: &[f64; 2]| [p[0] * cos - p[1] * sin, p[0] * sin + p[1] * cos];
    let back = |u: f64, v: f64| [u * cos + v * sin, v * cos - u * sin];
    let mut lines: std::collections::BTreeMap<i64, Vec<f64>> = std::collections::BTreeMap::new();
    for ring in rings_px {
        for k in 0..ring.len() {
            let (a, b) = (to(&ring[k]), to(&ring[(k + 1) % ring.len()]));
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            // a line through a corner counts one of its two sides
            let (first, last) = ((low[1] / apart_px).ceil() as i64, (high[1] / apart_px).ceil() as i64);
            for n in first..last {
                let share = (n as f64 * apart_px - low[1]) / (high[1] - low[1]);
                lines.entry(n).or_default().push(low[0] + share * (high[0] - low[0]));
            }
        }
    }
    let mut drawn = Vec::new();
    for (n, mut stops) in lines {
        stops.sort_by(f64::total_cmp);
        let v = n as f64 * apart_px;
        drawn.extend(stops.chunks_exact(2).map(|pair| [back(pair[0], v), back(pair[1], v)]));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_hatch_fills_its_region_and_spares_its_hole() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let rings = [square(10.0, 110.0), square(40.0, 80.0)];
        for (turn_deg, apart_px, _) in HATCHES {
            let lines = hatch(&rings, turn_deg, apart_px);
            let length: f64 = lines.iter().map(|[a, b]| (b[0] - a[0]).hypot(b[1] - a[1])).sum();
            // lines a distance d apart cover an area A with a length of A/d
            let wanted = (100.0 * 100.0 - 40.0 * 40.0) / apart_px;
            assert!((length / wanted - 1.0).abs() < 0.1, "{turn_deg}: {length} of {wanted}");
            for [a, b] in &lines {
                let middle = [0, 1].map(|c| 0.5 * (a[c] + b[c]));
                let inside = |low: f64, high: f64| middle.iter().all(|c| (low..=high).contains(c));
                assert!(inside(9.99, 110.01) && !inside(40.01, 79.99), "{a:?} {b:?}");
            }
        }
    }
}
