//! Marching squares over a field with empty cells: lines and bands of equal value.
//!
//! A cell counts only when its four corners are finite; everything else is a hole. A point of a contour
//! is named by the grid edge it crosses, so neighbouring cells agree on it bit for bit and bands that
//! share a level share its points: no gaps, no overlaps, and nothing non-finite can leave.

use std::collections::HashSet;

/// A point in grid coordinates: column and row, with fractions along an edge.
pub(super) type GridPoint = [f64; 2];

/// Values on the nodes of a grid, row by row; what is not finite is empty.
pub(super) struct Field<'a> {
    columns: usize,
    rows: usize,
    values: &'a [f64],
    filled: Vec<bool>,
}

/// What a crossing on an edge belongs to; with the edge it names a point.
#[derive(Clone, Copy)]
enum Crossing {
    Low = 0,
    High = 1,
    Node = 2,
}

/// A directed piece of a boundary between two named points; the region lies on its left.
type Piece = (u64, u64);

/// Levels that bound a band: `low ≤ value < high`.
#[derive(Clone, Copy)]
struct Levels {
    low: f64,
    high: f64,
}

/// A polyline in grid coordinates.
pub(super) struct Polyline {
    /// its points, at least two; a closed one repeats its first point at the end
    pub(super) points: Vec<GridPoint>,
}

impl<'a> Field<'a> {
    /// A field of `columns × rows` nodes; none when the number of values is another.
    pub(super) fn new(columns: usize, rows: usize, values: &'a [f64]) -> Option<Self> {
        if columns < 2 || rows < 2 || columns.checked_mul(rows)? != values.len() {
            return None;
        }
        let mut filled = vec![false; (columns - 1) * (rows - 1)];
        for row in 0..rows - 1 {
            for column in 0..columns - 1 {
                let at = row * columns + column;
                filled[row * (columns - 1) + column] =
                    [at, at + 1, at + columns, at + columns + 1].iter().all(|&k| values[k].is_finite());
            }
        }
        Some(Self { columns, rows, values, filled })
    }

    /// Empties the cells whose corners (places in the table) a rule does not join.
    pub(super) fn keep(&mut self, joined: impl Fn([usize; 4]) -> bool) {
        let across = self.columns - 1;
        for cell in 0..self.filled.len() {
            let at = (cell / across) * self.columns + cell % across;
            self.filled[cell] = self.filled[cell] && joined([at, at + 1, at + self.columns, at + self.columns + 1]);
        }
    }

    /// Lines where the interpolated field equals `level`, lower values on their left.
    ///
    /// Lines end at the grid's border and at empty cells; others close.
    pub(super) fn lines(&self, level: f64) -> Vec<Polyline> {
        let levels = Levels { low: f64::NEG_INFINITY, high: level };
        let mut pieces = Vec::new();
        for (column, row) in self.filled_cells() {
            let corners = self.corners(column, row);
            for (from, to) in crossings(corners, level) {
                pieces.push((
                    self.edge_key(column, row, from, Crossing::High),
                    self.edge_key(column, row, to, Crossing::High),
                ));
            }
        }
        self.join(pieces, levels)
    }

    /// Rings that bound `low ≤ value < high` within the filled cells: outer rings counter-clockwise,
    /// holes clockwise (columns to the right, rows upward), the first point not repeated.
    ///
    /// An infinite level leaves that side open.
    pub(super) fn band(&self, low: f64, high: f64) -> Vec<Vec<GridPoint>> {
        let levels = Levels { low, high };
        let mut pieces = Vec::new();
        for (column, row) in self.filled_cells() {
            let corners = self.corners(column, row);
            let (least, most) = range(corners);
            if least >= high || most < low {
                continue;
            }
            if least < high && most >= high {
                for (from, to) in crossings(corners, high) {
                    pieces.push((
                        self.edge_key(column, row, from, Crossing::High),
                        self.edge_key(column, row, to, Crossing::High),
                    ));
                }
            }
            if least < low {
                for (from, to) in crossings(corners, low) {
                    pieces.push((
                        self.edge_key(column, row, to, Crossing::Low),
                        self.edge_key(column, row, from, Crossing::Low),
                    ));
                }
            }
            for side in 0..4 {
                if !self.has_neighbour(column, row, side) {
                    self.border(column, row, side, levels, &mut pieces);
                }
            }
        }
        self.join(pieces, levels)
            .into_iter()
            .map(|ring| {
                let mut points = ring.points;
                points.pop();
                points
            })
            .filter(|ring| ring.len() >= 3)
            .collect()
    }

    /// Whether no cell is filled.
    pub(super) fn is_blank(&self) -> bool {
        !self.filled.contains(&true)
    }

    /// The value at a point by bilinear interpolation; none in an empty cell.
    pub(super) fn value(&self, at: GridPoint) -> Option<f64> {
        let cell = |along: f64, count: usize| (along.floor().max(0.0) as usize).min(count - 2);
        let (column, row) = (cell(at[0], self.columns), cell(at[1], self.rows));
        let (u, v) = (at[0] - column as f64, at[1] - row as f64);
        let [a, b, c, d] = self.corners(column, row);
        let filled = self.filled[row * (self.columns - 1) + column];
        filled.then_some((1.0 - v) * ((1.0 - u) * a + u * b) + v * ((1.0 - u) * d + u * c))
    }

    /// The parts of a line where this field is not above `top`, cut where it passes through.
    pub(super) fn below(&self, line: &[GridPoint], top: f64) -> Vec<Vec<GridPoint>> {
        let mut parts = Vec::new();
        let mut part: Vec<GridPoint> = Vec::new();
        let mut before: Option<(GridPoint, f64)> = None;
        for at in line {
            let here = self.value(*at).map(|value| (*at, value));
            if let (Some((p, from)), Some((q, to))) = (before, here)
                && (from <= top) != (to <= top)
            {
                let share = (top - from) / (to - from);
                part.push([p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])]);
            }
            match here {
                Some((_, value)) if value <= top => part.push(*at),
                _ => parts.push(std::mem::take(&mut part)),
            }
            before = here;
        }
        parts.push(part);
        parts.retain(|p| p.len() > 1);
        parts
    }

    fn filled_cells(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let across = self.columns - 1;
        self.filled.iter().enumerate().filter(|(_, filled)| **filled).map(move |(k, _)| (k % across, k / across))
    }

    /// Corner values of a cell, counter-clockwise from its least column and row.
    fn corners(&self, column: usize, row: usize) -> [f64; 4] {
        let at = row * self.columns + column;
        [self.values[at], self.values[at + 1], self.values[at + self.columns + 1], self.values[at + self.columns]]
    }

    /// Whether the cell across a side (bottom, right, top, left) is filled.
    fn has_neighbour(&self, column: usize, row: usize, side: usize) -> bool {
        let (across, up) = (self.columns - 1, self.rows - 1);
        let neighbour = match side {
            0 => row.checked_sub(1).map(|r| (column, r)),
            1 => (column + 1 < across).then_some((column + 1, row)),
            2 => (row + 1 < up).then_some((column, row + 1)),
            _ => column.checked_sub(1).map(|c| (c, row)),
        };
        neighbour.is_some_and(|(c, r)| self.filled[r * across + c])
    }

    /// The stretches of a cell's side that lie in the band, counter-clockwise around the cell.
    fn border(&self, column: usize, row: usize, side: usize, levels: Levels, pieces: &mut Vec<Piece>) {
        let corners = self.corners(column, row);
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        let inside = |value: f64| value >= levels.low && value < levels.high;
        let crosses = |level: f64| (from < level) != (to < level);
        let mut stops = Vec::with_capacity(4);
        if inside(from) {
            stops.push(self.node_key(column, row, side));
        }
        let rising = [(levels.low, Crossing::Low), (levels.high, Crossing::High)];
        let falling = [rising[1], rising[0]];
        for (level, crossing) in if from < to { rising } else { falling } {
            if crosses(level) {
                stops.push(self.edge_key(column, row, side, crossing));
            }
        }
        if inside(to) {
            stops.push(self.node_key(column, row, (side + 1) % 4));
        }
        // Entering and leaving the band alternate, so the stops come in pairs.
        pieces.extend(stops.chunks_exact(2).map(|pair| (pair[0], pair[1])));
    }

    fn node_key(&self, column: usize, row: usize, corner: usize) -> u64 {
        let (c, r) = match corner {
            0 => (column, row),
            1 => (column + 1, row),
            2 => (column + 1, row + 1),
            _ => (column, row + 1),
        };
        ((r * self.columns + c) * 8 + Crossing::Node as usize) as u64
    }

    /// Names the crossing on a side of a cell; the two cells that share the side say the same.
    fn edge_key(&self, column: usize, row: usize, side: usize, crossing: Crossing) -> u64 {
        let (c, r, upward) = match side {
            0 => (column, row, 0),
            1 => (column + 1, row, 4),
            2 => (column, row + 1, 0),
            _ => (column, row, 4),
        };
        ((r * self.columns + c) * 8 + upward + crossing as usize) as u64
    }

    fn point(&self, key: u64, levels: Levels) -> GridPoint {
        let at = (key / 8) as usize;
        let (column, row) = ((at % self.columns) as f64, (at / self.columns) as f64);
        let upward = key & 4 != 0;
        let level = match key & 3 {
            0 => levels.low,
            1 => levels.high,
            _ => return [column, row],
        };
        let (from, to) = (self.values[at], self.values[if upward { at + self.columns } else { at + 1 }]);
        // Halves keep the difference of two huge values finite.
        let fraction = (0.5 * level - 0.5 * from) / (0.5 * to - 0.5 * from);
        let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.5 };
        if upward { [column, row + fraction] } else { [column + fraction, row] }
    }

    /// Joins directed pieces end to start: first the open runs, then the closed ones.
    fn join(&self, mut pieces: Vec<Piece>, levels: Levels) -> Vec<Polyline> {
        pieces.sort_unstable();
        let ends: HashSet<u64> = pieces.iter().map(|p| p.1).collect();
        let mut used = vec![false; pieces.len()];
        let open: Vec<usize> = (0..pieces.len()).filter(|&k| !ends.contains(&pieces[k].0)).collect();
        let mut joined = Vec::new();
        for first in open.into_iter().chain(0..pieces.len()) {
            if used[first] {
                continue;
            }
            let start = pieces[first].0;
            let mut points = vec![self.point(start, levels)];
            let mut next = Some(first);
            while let Some(k) = next {
                used[k] = true;
                let end = pieces[k].1;
                points.push(self.point(end, levels));
                let from = pieces.partition_point(|p| p.0 < end);
                next = (end != start)
                    .then(|| (from..pieces.len()).take_while(|&m| pieces[m].0 == end).find(|&m| !used[m]))
                    .flatten();
            }
            joined.push(Polyline { points });
        }
        joined
    }
}

fn range(corners: [f64; 4]) -> (f64, f64) {
    corners.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &v| (least.min(v), most.max(v)))
}

/// The pieces of a level inside one cell, as pairs of sides, with the lower values on the left.
///
/// Going round the cell, a piece leads from the side where the values rise through the level to one where
/// they fall again; at a saddle the mean of the corners says which of the two.
fn crossings(corners: [f64; 4], level: f64) -> impl Iterator<Item = (usize, usize)> {
    let below = corners.map(|v| v < level);
    let rises = move |side: usize| below[side] && !below[(side + 1) % 4];
    let falls = move |side: usize| !below[side] && below[(side + 1) % 4];
    let saddle = below[0] == below[2] && below[1] == below[3] && below[0] != below[1];
    let middle_below = saddle && corners.iter().map(|v| 0.25 * v).sum::<f64>() < level;
    (0..4).filter(move |&side| rises(side)).filter_map(move |side| {
        // A low middle joins the two low corners, so the piece runs on to the next fall; otherwise each
        // low corner is cut off and the piece returns to the fall before it.
        let steps = if middle_below { [1, 2, 3] } else { [3, 2, 1] };
        steps.into_iter().map(|step| (side + step) % 4).find(|&s| falls(s)).map(|to| (side, to))
    })
}

/// Leaves out points of a polyline that lie within `tolerance` of the line between their neighbours
/// (Douglas and Peucker, Cartographica 10, 1973, p. 112); its ends stay.
pub(super) fn thin(points: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    let last = points.len() - 1;
    keep[0] = true;
    keep[last] = true;
    let mut spans = vec![(0, last)];
    while let Some((from, to)) = spans.pop() {
        let mut farthest = (0.0, from);
        for k in from + 1..to {
            let away = distance_to_segment(points[k], points[from], points[to]);
            if away > farthest.0 {
                farthest = (away, k);
            }
        }
        if farthest.0 > tolerance {
            keep[farthest.1] = true;
            spans.push((from, farthest.1));
            spans.push((farthest.1, to));
        }
    }
    points.iter().zip(keep).filter(|(_, kept)| *kept).map(|(p, _)| *p).collect()
}

fn distance_to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (p[0] - a[0] - along * dx).hypot(p[1] - a[1] - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(rings: &[Vec<GridPoint>]) -> f64 {
        let ring_area = |ring: &Vec<GridPoint>| -> f64 {
            (0..ring.len())
                .map(|k| {
                    let (a, b) = (ring[k], ring[(k + 1) % ring.len()]);
                    0.5 * (a[0] * b[1] - b[0] * a[1])
                })
                .sum()
        };
        rings.iter().map(ring_area).sum()
    }

    /// Noise that needs no generator: bits of an integer hash, in 0 to 1.
    fn noise(k: usize) -> f64 {
        let mut x = (k as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
        x ^= x >> 29;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^= x >> 32;
        (x >> 11) as f64 / (1u64 << 53) as f64
    }

    fn sample(columns: usize, rows: usize, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        (0..columns * rows).map(|k| f((k % columns) as f64, (k / columns) as f64)).collect()
    }

    #[test]
    fn law_bands_tile_the_filled_cells() {
        // Rough noise has every saddle there is; every ninth node is empty, and some values sit on a level.
        let (columns, rows) = (41, 33);
        let values: Vec<f64> = (0..columns * rows)
            .map(|k| if noise(k * 3) < 0.05 { f64::NAN } else { (noise(k) * 20.0).round() / 20.0 })
            .collect();
        let field = Field::new(columns, rows, &values).expect("a grid");
        let cells = field.filled_cells().count() as f64;
        let levels = [f64::NEG_INFINITY, 0.1, 0.3, 0.5, 0.55, 0.8, f64::INFINITY];
        let mut total = 0.0;
        for pair in levels.windows(2) {
            let rings = field.band(pair[0], pair[1]);
            let inside = area(&rings);
            assert!(inside >= 0.0, "a band of negative area: {inside}");
            assert!(rings.iter().flatten().flatten().all(|c| c.is_finite()));
            total += inside;
        }
        assert!((total - cells).abs() < 1e-9 * cells, "{total} of {cells} cells");
        assert!((area(&field.band(f64::NEG_INFINITY, f64::INFINITY)) - cells).abs() < 1e-9);
    }

    #[test]
    fn law_bands_nest_like_their_levels() {
        let values: Vec<f64> = (0..30 * 30).map(noise).collect();
        let field = Field::new(30, 30, &values).expect("a grid");
        let below = |level: f64| area(&field.band(f64::NEG_INFINITY, level));
        let band = area(&field.band(0.3, 0.6));
        assert!((below(0.6) - below(0.3) - band).abs() < 1e-9, "{band}");
    }

    #[test]
    fn law_contour_of_a_cone_is_a_circle() {
        let values = sample(101, 101, |x, y| (x - 50.0).hypot(y - 50.0));
        let field = Field::new(101, 101, &values).expect("a grid");
        let lines = field.lines(30.0);
        assert_eq!(lines.len(), 1);
        let points = &lines[0].points;
        assert_eq!(points.first(), points.last(), "the circle closes");
        for p in points {
            let radius = (p[0] - 50.0).hypot(p[1] - 50.0);
            // Linear interpolation of a cone along an edge of length 1 errs by at most 1/(8 r).
            assert!((radius - 30.0).abs() < 1.0 / (8.0 * 29.0), "{radius}");
        }
        let disc = area(&field.band(f64::NEG_INFINITY, 30.0));
        assert!((disc / (std::f64::consts::PI * 900.0) - 1.0).abs() < 2e-3, "{disc}");
    }

    #[test]
    fn law_lines_lie_at_their_level() {
        let (columns, rows) = (37, 29);
        let values = sample(columns, rows, |x, y| (0.3 * x).sin() * 3.0 + (0.21 * y).cos() * 2.0 + 0.01 * x * y);
        let field = Field::new(columns, rows, &values).expect("a grid");
        for level in [-2.0, -0.5, 1.0, 3.3] {
            let lines = field.lines(level);
            assert!(!lines.is_empty(), "{level}");
            for p in lines.iter().flat_map(|l| &l.points) {
                let value = field.value(*p).expect("no cell is empty");
                assert!((value - level).abs() < 1e-12, "{value} on {level}");
            }
        }
    }

    #[test]
    fn law_lines_keep_clear_of_holes() {
        let mut values = sample(40, 40, |x, y| x + 0.1 * y);
        values[20 * 40 + 15] = f64::NAN;
        values[21 * 40 + 16] = f64::INFINITY;
        let field = Field::new(40, 40, &values).expect("a grid");
        let lines = field.lines(17.0);
        assert_eq!(lines.len(), 2, "the hole cuts the line in two");
        for p in lines.iter().flat_map(|l| &l.points) {
            assert!(p.iter().all(|c| c.is_finite()));
            let in_hole = |c: f64, r: f64| (p[0] - c).abs() < 1.0 && (p[1] - r).abs() < 1.0;
            assert!(!in_hole(15.0, 20.0) && !in_hole(16.0, 21.0), "{p:?}");
        }
        let all = area(&field.band(f64::NEG_INFINITY, f64::INFINITY));
        assert!((all - (39.0 * 39.0 - 7.0)).abs() < 1e-9, "two holes that share a cell: {all}");
    }

    #[test]
    fn law_a_cut_line_ends_on_the_level_that_cuts_it() {
        let height = sample(30, 30, |x, y| 0.5 * x + y);
        let other = sample(30, 30, |x, y| (x - 14.3).hypot(y - 12.1));
        let (height, other) =
            (Field::new(30, 30, &height).expect("a grid"), Field::new(30, 30, &other).expect("a grid"));
        let lines = height.lines(20.0);
        let parts = other.below(&lines[0].points, 7.0);
        assert_eq!(parts.len(), 1, "in once and out once");
        for end in [parts[0][0], parts[0][parts[0].len() - 1]] {
            let value = other.value(end).expect("no cell is empty");
            assert!((value - 7.0).abs() < 0.02, "{value}");
        }
        assert!(parts[0].iter().all(|p| other.value(*p).expect("no cell is empty") < 7.02));
        assert_eq!(other.below(&lines[0].points, 1e9)[0], lines[0].points);
        assert!(other.below(&lines[0].points, 0.0).is_empty());
    }

    #[test]
    fn law_saddle_follows_the_mean() {
        // Corners 0, 1, 0, 1 counter-clockwise: the mean is 1/2.
        let values = [0.0, 1.0, 1.0, 0.0];
        let field = Field::new(2, 2, &values).expect("a grid");
        // Below the mean the low corners are cut off, two triangles of half a quarter square each.
        assert!((area(&field.band(f64::NEG_INFINITY, 0.25)) - 0.0625).abs() < 1e-12);
        // Above it they are joined, and the high corners are the triangles.
        assert!((area(&field.band(0.75, f64::INFINITY)) - 0.0625).abs() < 1e-12);
        assert_eq!(field.lines(0.25).len(), 2);
        assert_eq!(field.band(f64::NEG_INFINITY, 0.75).len(), 1);
    }

    #[test]
    fn law_huge_values_stay_finite() {
        let values = [-1e308, 1e308, 1e308, -1e308];
        let field = Field::new(2, 2, &values).expect("a grid");
        for level in [-1e308, 0.0, 9e307] {
            assert!(field.lines(level).iter().flat_map(|l| &l.points).flatten().all(|c| c.is_finite()));
        }
    }

    #[test]
    fn law_thinning_keeps_within_its_tolerance() {
        let points: Vec<[f64; 2]> = (0..500).map(|k| [f64::from(k), 20.0 * (f64::from(k) * 0.05).sin()]).collect();
        let thinned = thin(&points, 0.1);
        assert!(thinned.len() < 150, "{}", thinned.len());
        for p in &points {
            let near = thinned.windows(2).map(|s| distance_to_segment(*p, s[0], s[1])).fold(f64::INFINITY, f64::min);
            assert!(near <= 0.1, "{near}");
        }
    }

    #[test]
    fn refuses_a_grid_of_another_size() {
        assert!(Field::new(3, 3, &[0.0; 8]).is_none());
        assert!(Field::new(1, 8, &[0.0; 8]).is_none());
    }
}
