//! Axes: where ticks stand and what they say, for dates and for numbers.

use super::canvas::{Canvas, Pen, Type};
use super::colour::{FAINT, INK};
use super::text::{Anchor, Weight, width_px};
use crate::time::{DAY_S, Epoch};

/// The rectangle that a figure plots in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    /// left and top
    pub(super) least_px: [f64; 2],
    /// right and bottom
    pub(super) most_px: [f64; 2],
}

/// The span of an axis, in the axis's own numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Span {
    /// Share of the span at a value, 0 to 1 inside.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }
}

impl Area {
    pub(super) fn width_px(&self) -> f64 {
        self.most_px[0] - self.least_px[0]
    }

    pub(super) fn height_px(&self) -> f64 {
        self.most_px[1] - self.least_px[1]
    }

    /// The point at shares of the width (to the right) and the height (upward).
    pub(super) fn at(&self, right: f64, up: f64) -> [f64; 2] {
        [self.least_px[0] + right * self.width_px(), self.most_px[1] - up * self.height_px()]
    }
}

/// A tick with words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// where it stands, in the axis's own numbers
    pub(super) at: f64,
    /// what it says
    pub(super) label: String,
    /// the year, where it begins on the axis
    pub(super) year: Option<String>,
}

/// Ticks with words and ticks without.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    pub(super) major: Vec<Tick>,
    pub(super) minor: Vec<f64>,
}

/// Steps between dates, from fine to coarse. A day step restarts with every month.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Days(u8),
    Months(i32),
    Years(i32),
}

const STEPS: [Step; 16] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(5),
    Step::Days(10),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(500),
];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Which way an axis runs, and so how much room its labels need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Bottom,
    Left,
}

/// Size of the words at ticks.
pub(super) const TICK_PX: f64 = 11.0;

impl Step {
    /// Its dates within a span of TDB seconds.
    fn dates(self, span: Span) -> Vec<Epoch> {
        let first = Epoch::from_tdb_s(span.from).calendar();
        let (months, days) = match self {
            Self::Days(n) => (1, n),
            Self::Months(n) => (n, 31),
            Self::Years(n) => (12 * n, 31),
        };
        let count = (f64::from(first.year) * 12.0 + f64::from(first.month) - 1.0).floor() as i32;
        let mut month = count.div_euclid(months) * months;
        let mut dates = Vec::new();
        loop {
            let (year, number) = (month.div_euclid(12), month.rem_euclid(12) as u8 + 1);
            if Epoch::from_calendar(year, number, 1).tdb_s() > span.to {
                return dates;
            }
            let mut day = 1;
            // A last step shorter than half the others would crowd the first of the next month.
            while u32::from(day) + u32::from(days) / 2 <= 31 || day == 1 {
                let date = Epoch::from_calendar(year, number, day);
                let next = date.calendar();
                if next.month == number && date.tdb_s() >= span.from && date.tdb_s() <= span.to {
                    dates.push(date);
                }
                match day.checked_add(days) {
                    Some(later) if later <= 31 => day = later,
                    _ => break,
                }
            }
            month += months;
        }
    }

    fn label(self, date: Epoch) -> String {
        let c = date.calendar();
        let month = MONTHS[usize::from(c.month - 1) % 12];
        match self {
            Self::Days(_) => format!("{} {month}", c.day),
            Self::Months(_) => month.to_owned(),
            Self::Years(_) => c.year.to_string(),
        }
    }

    /// About how long it is, in seconds.
    fn length_s(self) -> f64 {
        match self {
            Self::Days(n) => f64::from(n) * DAY_S,
            Self::Months(n) => f64::from(n) * 30.4 * DAY_S,
            Self::Years(n) => f64::from(n) * 365.25 * DAY_S,
        }
    }
}

/// Ticks of a date axis of some length: as fine as their words allow.
///
/// The span is in TDB seconds past J2000; each year is named where it begins.
pub(super) fn date_ticks(span: Span, length_px: f64, side: Side) -> Ticks {
    let px_per_s = length_px / (span.to - span.from);
    let place = |date: &Epoch| (date.tdb_s() - span.from) * px_per_s;
    for (k, step) in STEPS.iter().enumerate() {
        // Dates too close to hold words are not even listed.
        let room_px = if side == Side::Bottom { 34.0 } else { 22.0 };
        if step.length_s() * px_per_s < room_px {
            continue;
        }
        let dates = step.dates(span);
        let widest = dates.iter().map(|d| width_px(&step.label(*d), TICK_PX, Weight::Normal)).fold(0.0, f64::max);
        let apart = if side == Side::Bottom { widest + 12.0 } else { 22.0 };
        if dates.windows(2).any(|pair| place(&pair[1]) - place(&pair[0]) < apart) {
            continue;
        }
        let minor = STEPS[..k]
            .iter()
            .rev()
            .filter(|finer| matches!(finer, Step::Days(1 | 5 | 10) | Step::Months(1 | 3) | Step::Years(1 | 10 | 100)))
            .find(|finer| finer.length_s() * px_per_s >= 5.0)
            .map(|finer| finer.dates(span).iter().map(|d| d.tdb_s()).collect())
            .unwrap_or_default();
        let mut year_before = None;
        let major = dates
            .iter()
            .map(|date| {
                let year = date.calendar().year;
                let begins = year_before.replace(year) != Some(year);
                let named = begins && !matches!(step, Step::Years(_));
                Tick { at: date.tdb_s(), label: step.label(*date), year: named.then(|| year.to_string()) }
            })
            .collect::<Vec<_>>();
        if !major.is_empty() {
            return Ticks { major, minor };
        }
    }
    // A span that holds no step: its first day says it all.
    let date = Epoch::from_tdb_s(span.from);
    let tick = Tick { at: span.from, label: Step::Days(1).label(date), year: Some(date.calendar().year.to_string()) };
    Ticks { major: vec![tick], minor: Vec::new() }
}

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below a positive number.
pub(super) fn round_up(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 2.5, 5.0].iter().map(|m| m * power).find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// A number without needless zeros, thousands apart.
pub(super) fn short(value: f64, step: f64) -> String {
    let digits = (0..6).find(|d| (step * 10f64.powi(*d)).fract().min(1.0 - (step * 10f64.powi(*d)).fract()) < 1e-6);
    let text = format!("{:.*}", digits.unwrap_or(6) as usize, value);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').map_or((text, String::new()), |(w, f)| (w, format!(".{f}")));
    let mut grouped = String::new();
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    if value == 0.0 { "0".to_owned() } else { format!("{sign}{grouped}{fraction}") }
}

/// Ticks of a number axis, about one every `room_px`.
pub(super) fn number_ticks(span: Span, length_px: f64, room_px: f64) -> Ticks {
    let step = round_up((span.to - span.from) * room_px / length_px);
    let first = (span.from / step - 1e-9).ceil() as i64;
    let last = (span.to / step + 1e-9).floor() as i64;
    let tick = |k: i64| Tick { at: k as f64 * step, label: short(k as f64 * step, step), year: None };
    Ticks { major: (first..=last).map(tick).collect(), minor: Vec::new() }
}

/// Draws ticks, their words and the title along one side of an area.
pub(super) fn draw_axis(canvas: &mut Canvas, area: Area, span: Span, ticks: &Ticks, side: Side, title: &str) {
    let pen = Pen::solid(INK, 1.0);
    let marks = |long: f64, at: f64| {
        let share = span.share(at);
        let foot = if side == Side::Bottom { area.at(share, 0.0) } else { area.at(0.0, share) };
        let tip = if side == Side::Bottom { [foot[0], foot[1] + long] } else { [foot[0] - long, foot[1]] };
        (foot, tip)
    };
    for at in &ticks.minor {
        let (foot, tip) = marks(3.5, *at);
        canvas.line(&[foot, tip], Pen::solid(FAINT, 0.7));
    }
    let set = Type::plain(TICK_PX, INK);
    let mut widest_px: f64 = 0.0;
    for tick in &ticks.major {
        let (foot, tip) = marks(6.0, tick.at);
        canvas.line(&[foot, tip], pen);
        if side == Side::Bottom {
            canvas.text(&tick.label, [foot[0], foot[1] + 15.0], set.anchored(Anchor::Middle));
            if let Some(year) = &tick.year {
                canvas.text(year, [foot[0], foot[1] + 29.0], set.bold().anchored(Anchor::Middle));
            }
        } else {
            let right = foot[0] - 9.0;
            canvas.text(&tick.label, [right, foot[1]], set.anchored(Anchor::End));
            let label_px = width_px(&tick.label, TICK_PX, Weight::Normal);
            let year_px = tick.year.as_ref().map_or(0.0, |year| {
                canvas.text(year, [right - label_px - 5.0, foot[1]], set.bold().anchored(Anchor::End));
                5.0 + width_px(year, TICK_PX, Weight::Bold)
            });
            widest_px = widest_px.max(label_px + year_px);
        }
    }
    let heading = Type::plain(12.0, INK).anchored(Anchor::Middle);
    if side == Side::Bottom {
        let years = ticks.major.iter().any(|t| t.year.is_some());
        canvas.text(title, [area.at(0.5, 0.0)[0], area.most_px[1] + if years { 46.0 } else { 34.0 }], heading);
    } else {
        let at = [area.least_px[0] - 9.0 - widest_px - 14.0, area.at(0.0, 0.5)[1]];
        canvas.text(title, at, heading.turned(-std::f64::consts::FRAC_PI_2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        let at = |text: &str| Epoch::parse(text).expect(text).tdb_s();
        Span { from: at(from), to: at(to) }
    }

    #[test]
    fn law_date_labels_never_touch() {
        for days in [3, 9, 25, 60, 130, 300, 500, 900, 2500, 9000, 60_000] {
            let from = Epoch::from_calendar(2030, 11, 17);
            let span = Span { from: from.tdb_s(), to: (from + f64::from(days) * DAY_S).tdb_s() };
            for (side, length) in [(Side::Bottom, 740.0), (Side::Left, 560.0), (Side::Bottom, 300.0)] {
                let ticks = date_ticks(span, length, side);
                assert!((1..=40).contains(&ticks.major.len()), "{days} d: {}", ticks.major.len());
                for pair in ticks.major.windows(2) {
                    let apart = (pair[1].at - pair[0].at) / (span.to - span.from) * length;
                    let room = if side == Side::Left {
                        1.2 * TICK_PX
                    } else {
                        let half = |t: &Tick| 0.5 * width_px(&t.label, TICK_PX, Weight::Normal);
                        half(&pair[0]) + half(&pair[1]) + 4.0
                    };
                    assert!(apart > room, "{days} d: {pair:?} {apart}");
                }
                for tick in &ticks.major {
                    assert!(tick.at >= span.from && tick.at <= span.to);
                }
            }
        }
    }

    #[test]
    fn law_each_year_is_named_once() {
        let ticks = date_ticks(span("2030-11-17", "2032-03-05"), 740.0, Side::Bottom);
        let years: Vec<&str> = ticks.major.iter().filter_map(|t| t.year.as_deref()).collect();
        assert_eq!(years, ["2030", "2031", "2032"]);
        let labels: Vec<&str> = ticks.major.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels[..4], ["Dec", "Jan", "Feb", "Mar"]);
        let days = date_ticks(span("2031-01-20", "2031-03-15"), 740.0, Side::Bottom);
        assert!(days.major.iter().any(|t| t.label == "1 Mar"), "{days:?}");
        let decades = date_ticks(span("1999-06-01", "2071-01-01"), 740.0, Side::Bottom);
        assert!(decades.major.iter().all(|t| t.year.is_none() && t.label.len() == 4), "{decades:?}");
    }

    #[test]
    fn law_number_ticks_cover_their_span() {
        for (from, to) in [(0.0, 1.0), (-3.0, 17.0), (0.0, 123_456.0), (8.1, 8.3), (0.0, 1e-3)] {
            let ticks = number_ticks(Span { from, to }, 600.0, 70.0);
            assert!((3..=12).contains(&ticks.major.len()), "{from}..{to}: {}", ticks.major.len());
            assert!(ticks.major.iter().all(|t| t.at >= from - 1e-9 * to.abs() && t.at <= to * (1.0 + 1e-9)));
            let mut labels: Vec<&String> = ticks.major.iter().map(|t| &t.label).collect();
            labels.dedup();
            assert_eq!(labels.len(), ticks.major.len(), "{labels:?}");
        }
        assert_eq!(short(20000.0, 5000.0), "20 000");
        assert_eq!(short(-2.5, 0.5), "−2.5");
        assert_eq!(short(9.0, 0.25), "9.00");
        assert_eq!(short(0.0, 0.25), "0");
    }
}
