//! The levels that cut a table of values into bands, and how each of them reads.

use super::bands::Rank;
use super::colour::{Rgb, bands};
use super::labels::{even_levels, levels};

/// Levels of a table, rising in the direction in which values get worse.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    /// upper ends of the bands, of `sign · value`
    pub(super) levels: Vec<f64>,
    /// −1 where great values are good, so that the deep of the ramp is what is wanted
    pub(super) sign: f64,
    /// whether values lie beyond the last level
    pub(super) is_capped: bool,
    /// values that go round a circle are written between 0 and this
    turn: Option<f64>,
}

/// How a table wants to be cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    pub(super) rank: Rank,
    /// worst value that is coloured; chosen from the best when absent
    pub(super) most: Option<f64>,
    /// least span above the best value that is coloured
    pub(super) span: f64,
    pub(super) turn: Option<f64>,
}

impl Wish {
    /// The wish of a quantity in its unit.
    ///
    /// Of C3 as much above the least as a launcher may still give; of speeds 2 km/s.
    pub(super) fn of(rank: Rank, unit: &str) -> Self {
        let span = match unit {
            "km²/s²" => 25.0,
            "km/s" => 2.0,
            _ => 0.0,
        };
        Self { rank, most: None, span, turn: None }
    }
}

impl Scale {
    /// Levels for values; none when no value is finite or the wish leaves nothing.
    pub(super) fn new(values: impl Iterator<Item = f64>, wish: Wish) -> Self {
        let sign = if wish.rank == Rank::HighIsGood { -1.0 } else { 1.0 };
        let (least, most) = extent(values.map(|v| sign * v));
        let none = Self { levels: Vec::new(), sign, is_capped: false, turn: wish.turn };
        if least > most {
            return none;
        }
        let (levels, is_capped) = match (wish.rank, wish.most) {
            (Rank::Neither, _) => {
                let (mut found, step) = even_levels(least, most, 6.0);
                if found.last().is_none_or(|last| *last < most) {
                    found.push(found.last().map_or_else(|| (most / step).ceil() * step, |last| last + step));
                }
                (found, false)
            }
            (_, Some(max)) => (levels(least, sign * max, 0.05 * least.abs()), sign * max < most),
            (rank, None) => {
                let max = if rank == Rank::HighIsGood { 0.25 * least } else { usual_max(least, wish.span) };
                let mut found = levels(least, max, 0.05 * least.abs());
                // a flat field ends at the first level above it
                let needed = found.partition_point(|level| *level < most) + 1;
                found.truncate(needed);
                (found, max < most)
            }
        };
        Self { levels, is_capped, ..none }
    }

    /// The worst value that is coloured, of `sign · value`.
    pub(super) fn top(&self) -> f64 {
        self.levels.last().copied().unwrap_or(f64::NEG_INFINITY)
    }

    /// What a level is called.
    pub(super) fn label(&self, level: f64) -> String {
        let value = self.sign * level;
        plain(self.turn.map_or(value, |turn| value.rem_euclid(turn)))
    }

    /// The colour below each level.
    pub(super) fn colours(&self) -> Vec<Rgb> {
        bands(self.levels.len())
    }
}

/// Least and greatest finite value; least above greatest when there is none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), v| (least.min(v), most.max(v)))
}

/// The value up to which a designer reads: the least one and as much again as may still be worth it.
pub(super) fn usual_max(least: f64, span: f64) -> f64 {
    let wanted = least + (0.6 * least).max(span);
    let step = super::axes::round_up(wanted / 10.0);
    (wanted / step).ceil() * step
}

/// A number with the decimals it needs, at most three; thousands apart from 10 000 on.
pub(super) fn plain(value: f64) -> String {
    if value.abs() >= 1e4 {
        return super::axes::short(value.round(), 1.0);
    }
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// Angles brought into the half turn either side of their mean direction, so that 359° and 1° are neighbours.
pub(super) fn unrolled(angles_deg: &[f64]) -> Vec<f64> {
    let finite = angles_deg.iter().filter(|a| a.is_finite());
    let (sine, cosine) = finite.fold((0.0, 0.0), |(s, c), a| (s + a.to_radians().sin(), c + a.to_radians().cos()));
    let mean_deg = f64::atan2(sine, cosine).to_degrees();
    angles_deg.iter().map(|a| mean_deg + (a - mean_deg + 180.0).rem_euclid(360.0) - 180.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_every_value_up_to_the_cap_has_a_band() {
        let values = |from: f64, to: f64| (0..200).map(move |k| from + (to - from) * f64::from(k) / 199.0);
        for (rank, unit, from, to) in [
            (Rank::LowIsGood, "km²/s²", 8.2, 300.0),
            (Rank::LowIsGood, "km/s", 2.4, 9.0),
            (Rank::LowIsGood, "$/kg", 15_000.0, 400_000.0),
            (Rank::HighIsGood, "kg", 10.0, 12_900.0),
            (Rank::Neither, "°", -43.0, 51.0),
            (Rank::Neither, "d", 122.0, 480.0),
        ] {
            let scale = Scale::new(values(from, to), Wish::of(rank, unit));
            assert!((5..=15).contains(&scale.levels.len()), "{unit}: {:?}", scale.levels);
            assert!(scale.levels.windows(2).all(|p| p[1] > p[0]));
            let best = if rank == Rank::HighIsGood { -to } else { from };
            assert!(scale.levels[0] > best, "{unit}: {:?}", scale.levels);
            if rank == Rank::Neither {
                assert!(scale.top() >= to && !scale.is_capped);
            }
        }
        assert!(Scale::new([f64::NAN].into_iter(), Wish::of(Rank::LowIsGood, "km/s")).levels.is_empty());
    }

    #[test]
    fn law_a_turn_has_no_cliff_at_zero() {
        let unrolled = unrolled(&[350.0, 359.0, 1.0, 10.0, f64::NAN]);
        assert!(unrolled[..4].windows(2).all(|p| (p[1] - p[0]) > 0.0 && p[1] - p[0] < 10.0), "{unrolled:?}");
        assert!(unrolled[4].is_nan());
        let wish = Wish { turn: Some(360.0), ..Wish::of(Rank::Neither, "°") };
        let scale = Scale::new(unrolled.into_iter(), wish);
        assert!(scale.levels.iter().map(|l| scale.label(*l)).all(|l| !l.starts_with('−')));
    }

    #[test]
    fn law_numbers_read_as_people_write_them() {
        let written = [0.5, 12.0, -28.5, -0.0, 123_456.4].map(plain);
        assert_eq!(written, ["0.5", "12", "−28.5", "0", "123\u{202f}456"].map(|s| s.replace('\u{202f}', " ")));
    }
}
