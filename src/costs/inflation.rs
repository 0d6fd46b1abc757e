//! Price levels: money of one year brought to another, by a named index, and never silently.

use super::reading::{Row, Rows};
use super::{CostError, finite, unknown};
use crate::units::Money;
use std::fmt;
use std::sync::OnceLock;

const FILE: &str = "inflation.csv";
const TEXT: &str = include_str!("../../catalogue/inflation.csv");

/// The indices that may be used unasked, best first. The other rows of the table are statements of single papers that
/// contradict one another (1999 to 2023: 1.772 and 1.82); they answer only to their name.
const PREFERRED: [&str; 2] = ["NNSI (fallback table)", "CPI-U"];

/// How far two ways through one index may differ before the table contradicts itself: its factors have four digits.
const ROUNDING_RATIO: f64 = 2e-3;

/// How an amount came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// it had the year already
    Identity,
    /// a row of the table
    Direct,
    /// a row of the table, backwards
    Inverse,
    /// between points of one index, at a constant yearly rate
    Interpolated,
    /// by two rows of one index, or by two indices that meet in a year
    Chained,
}

/// An amount in another year's money, and the way there.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// the amount
    pub money: Money,
    /// what it was multiplied by
    pub factor: f64,
    /// the index or indices
    pub index: String,
    /// how
    pub how: How,
    /// the way in words, for reports
    pub way: String,
}

impl fmt::Display for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, × {:.4}: {}", self.money, self.factor, self.way)
    }
}

/// A point of an index: a calendar year, or a month.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    label: String,
    /// middle of the year or month, as a decimal year
    middle: f64,
    ln_level: f64,
}

/// Points of one index that rows connect.
#[derive(Debug, Clone, PartialEq)]
struct Series {
    index: String,
    points: Vec<Point>,
    /// (from, to, factor) as the table has them
    rows: Vec<(f64, f64, f64)>,
}

/// The table of price levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Inflation {
    series: Vec<Series>,
}

/// One conversion inside one series.
struct Step {
    factor: f64,
    how: How,
    way: String,
}

impl Inflation {
    /// The table of the catalogue.
    ///
    /// # Errors
    /// [`CostError::Catalogue`] when the embedded file does not read.
    pub fn embedded() -> Result<&'static Self, CostError> {
        static TABLE: OnceLock<Result<Inflation, CostError>> = OnceLock::new();
        TABLE.get_or_init(|| Self::read(TEXT, FILE)).as_ref().map_err(Clone::clone)
    }

    /// A table of the user's own.
    ///
    /// * `text`: comma-separated values with `from_year` and `to_year` (`1999` or `2017-12`), `factor`, `index`,
    ///   `source`, `verified`
    /// * `file`: the file's name, for refusals
    ///
    /// # Errors
    /// [`CostError::Catalogue`] naming file, line and cure, also where two rows of one index contradict each other.
    pub fn read(text: &str, file: &str) -> Result<Self, CostError> {
        let rows = Rows::read(text, file, &["from_year", "to_year", "factor", "index"])?;
        let mut table = Self { series: Vec::new() };
        for row in rows.iter() {
            let (from, to) = (point(row, "from_year")?, point(row, "to_year")?);
            if from.middle >= to.middle {
                return Err(row.refuse(format!("{} is not before {}; exchange them", from.label, to.label)));
            }
            table.insert(row, from, to, row.number("factor")?)?;
        }
        for series in &mut table.series {
            series.points.sort_by(|a, b| a.middle.total_cmp(&b.middle));
        }
        Ok(table)
    }

    /// Put a row where its index already has one of its ends.
    fn insert(&mut self, row: Row<'_>, from: Point, to: Point, factor: f64) -> Result<(), CostError> {
        let index = row.name("index")?.to_owned();
        let ends = (from.middle, to.middle, factor);
        let touching: Vec<usize> = (0..self.series.len())
            .filter(|&k| {
                self.series.get(k).is_some_and(|s| {
                    s.index == index && (s.level(from.middle).is_some() || s.level(to.middle).is_some())
                })
            })
            .collect();
        let mut merged = Series { index, points: Vec::new(), rows: vec![ends] };
        let mut from = from;
        let mut to = to;
        to.ln_level = factor.ln();
        // every piece is shifted so that it agrees with the row at the end it shares
        for &k in touching.iter().rev() {
            let mut piece = self.series.remove(k);
            let (at_from, at_to) = (piece.level(from.middle), piece.level(to.middle));
            if let (Some(a), Some(b)) = (at_from, at_to)
                && (b - a - factor.ln()).abs() > ROUNDING_RATIO
            {
                return Err(row.refuse(format!(
                    "the factor {factor} from {} to {} contradicts {:.4} by other rows of {}; correct one",
                    from.label,
                    to.label,
                    (b - a).exp(),
                    merged.index
                )));
            }
            let shift = at_from.map_or_else(|| at_to.map_or(0.0, |b| to.ln_level - b), |a| from.ln_level - a);
            piece.points.iter_mut().for_each(|p| p.ln_level += shift);
            merged.points.append(&mut piece.points);
            merged.rows.splice(0..0, piece.rows);
        }
        for end in [&mut from, &mut to] {
            if merged.level(end.middle).is_none() {
                merged.points.push(end.clone());
            }
        }
        self.series.push(merged);
        Ok(())
    }

    /// An amount in the money of another year.
    ///
    /// A calendar year is taken at its middle, a month at its middle. New-start index of NASA first, consumer prices
    /// where it ends; between points of an index a constant yearly rate; if no index reaches, two that meet in a year.
    ///
    /// * `money`: the amount
    /// * `to_year`: currency year wanted
    ///
    /// # Errors
    /// [`CostError::NoIndex`] naming what the table covers.
    ///
    /// ```
    /// use portolan::{costs::{How, Inflation}, units::Money};
    /// let brought = Inflation::embedded()?.bring(Money::from_musd(100.0, 1999), 2025)?;
    /// assert_eq!(brought.money.to_string(), "190.6 M$ (2025)");
    /// assert_eq!(brought.how, How::Direct);
    /// # Ok::<(), portolan::costs::CostError>(())
    /// ```
    pub fn bring(&self, money: Money, to_year: i32) -> Result<Converted, CostError> {
        finite("an amount", money)?;
        if money.year() == to_year {
            return Ok(identity(money));
        }
        for index in PREFERRED {
            if let Some(step) = self.step(index, money.year(), to_year) {
                return step.apply(money, to_year, index.to_owned()).checked();
            }
        }
        let chained = self.chain(money, to_year);
        chained
            .map(Converted::checked)
            .transpose()?
            .ok_or_else(|| self.no_index(money.year(), to_year, |name| PREFERRED.contains(&name)))
    }

    /// An amount in the money of another year, by one index alone.
    ///
    /// * `money`: the amount
    /// * `to_year`: currency year wanted
    /// * `index`: name of the index as the table writes it
    ///
    /// # Errors
    /// [`CostError::Unknown`] for the index; [`CostError::NoIndex`] naming what it covers.
    pub fn bring_by(&self, money: Money, to_year: i32, index: &str) -> Result<Converted, CostError> {
        if !self.series.iter().any(|s| s.index == index) {
            let mut names: Vec<&str> = self.series.iter().map(|s| s.index.as_str()).collect();
            names.dedup();
            return Err(unknown("price index", index, names.into_iter()));
        }
        finite("an amount", money)?;
        if money.year() == to_year {
            return Ok(identity(money));
        }
        self.step(index, money.year(), to_year)
            .map(|step| step.apply(money, to_year, index.to_owned()).checked())
            .transpose()?
            .ok_or_else(|| self.no_index(money.year(), to_year, |name| name == index))
    }

    fn step(&self, index: &str, from: i32, to: i32) -> Option<Step> {
        self.series.iter().filter(|s| s.index == index).find_map(|s| s.step(from, to))
    }

    /// By two indices that meet: the preferred one is followed as far as it goes.
    fn chain(&self, money: Money, to_year: i32) -> Option<Converted> {
        let by_name = |name: &'static str| self.series.iter().filter(move |s| s.index == name);
        for (rank, first) in PREFERRED.into_iter().enumerate().flat_map(|(k, name)| by_name(name).map(move |s| (k, s)))
        {
            for (other, second) in
                PREFERRED.into_iter().enumerate().flat_map(|(k, name)| by_name(name).map(move |s| (k, s)))
            {
                let (a, b) = (first.span(), second.span());
                let common = (a.0.max(b.0), a.1.min(b.1));
                if rank == other || common.0 > common.1 {
                    continue;
                }
                let beyond_preferred = if rank < other { to_year } else { money.year() };
                let meet = beyond_preferred.clamp(common.0, common.1);
                let (Some(here), Some(there)) = (first.step(money.year(), meet), second.step(meet, to_year)) else {
                    continue;
                };
                let joined = Step {
                    factor: here.factor * there.factor,
                    how: How::Chained,
                    way: format!("{}, then {}", here.way, there.way),
                };
                return Some(joined.apply(money, to_year, format!("{} to {meet}, then {}", first.index, second.index)));
            }
        }
        None
    }

    fn no_index(&self, from: i32, to: i32, wanted: impl Fn(&str) -> bool) -> CostError {
        let covers: Vec<String> = self
            .series
            .iter()
            .filter(|s| wanted(&s.index))
            .map(|s| format!("{} {} to {}", s.index, s.span().0, s.span().1))
            .collect();
        CostError::NoIndex {
            from,
            to,
            covers: if covers.is_empty() { "nothing".to_owned() } else { covers.join(", ") },
        }
    }
}

impl Series {
    /// ln of the level at a point of the table.
    fn level(&self, middle: f64) -> Option<f64> {
        self.points.iter().find(|p| p.middle == middle).map(|p| p.ln_level)
    }

    /// First and last calendar year whose middle lies inside.
    fn span(&self) -> (i32, i32) {
        let first = self.points.iter().map(|p| p.middle).fold(f64::INFINITY, f64::min);
        let last = self.points.iter().map(|p| p.middle).fold(f64::NEG_INFINITY, f64::max);
        ((first - 0.5).ceil() as i32, (last - 0.5).floor() as i32)
    }

    /// The points about a moment: one twice, or two neighbours.
    fn about(&self, middle: f64) -> Option<(&Point, &Point)> {
        let after = self.points.iter().find(|p| p.middle >= middle)?;
        let before = self.points.iter().rev().find(|p| p.middle <= middle)?;
        Some((before, after))
    }

    fn step(&self, from: i32, to: i32) -> Option<Step> {
        let (a, b) = (middle_of_year(from), middle_of_year(to));
        let (from_points, to_points) = (self.about(a)?, self.about(b)?);
        let row = |x: f64, y: f64| self.rows.iter().find(|r| r.0 == x && r.1 == y).map(|r| r.2);
        if let Some(factor) = row(a, b) {
            return Some(Step { factor, how: How::Direct, way: format!("{} {from} to {to}", self.index) });
        }
        if let Some(factor) = row(b, a) {
            let way = format!("{} {to} to {from}, backwards", self.index);
            return Some(Step { factor: 1.0 / factor, how: How::Inverse, way });
        }
        let factor = (interpolate(to_points, b) - interpolate(from_points, a)).exp();
        let between: Vec<String> = [from_points, to_points]
            .iter()
            .filter(|(before, after)| before.middle < after.middle)
            .map(|(before, after)| format!("{} and {}", before.label, after.label))
            .collect();
        let (how, way) = match between.as_slice() {
            [] => (How::Chained, format!("{} {from} to {to} by its base", self.index)),
            [one, other] if one != other => {
                (How::Interpolated, format!("{} at the mean rates between {one}, and {other}", self.index))
            }
            [one, ..] => (How::Interpolated, format!("{} at the mean rate between {one}", self.index)),
        };
        Some(Step { factor, how, way })
    }
}

impl Step {
    fn apply(self, money: Money, to_year: i32, index: String) -> Converted {
        let money = Money::from_musd(money.musd() * self.factor, to_year);
        Converted { money, factor: self.factor, index, how: self.how, way: self.way }
    }
}

impl Converted {
    fn checked(self) -> Result<Self, CostError> {
        finite("the amount in the other year's money", self.money).map(|_| self)
    }
}

fn identity(money: Money) -> Converted {
    let way = format!("{} money already", money.year());
    Converted { money, factor: 1.0, index: "none needed".to_owned(), how: How::Identity, way }
}

fn middle_of_year(year: i32) -> f64 {
    f64::from(year) + 0.5
}

/// ln level at a moment between two points, at a constant rate.
fn interpolate((before, after): (&Point, &Point), middle: f64) -> f64 {
    if before.middle == after.middle {
        return before.ln_level;
    }
    let fraction = (middle - before.middle) / (after.middle - before.middle);
    before.ln_level + fraction * (after.ln_level - before.ln_level)
}

/// `1999`, or `2017-12`.
fn point(row: Row<'_>, column: &str) -> Result<Point, CostError> {
    let label = row.name(column)?.to_owned();
    let (year, month) = label.split_once('-').map_or((label.as_str(), None), |(y, m)| (y, Some(m)));
    let year: Option<i32> = year.parse().ok().filter(|y| (1900..=2200).contains(y));
    let month: Option<Option<u8>> = match month {
        None => Some(None),
        Some(text) => text.parse().ok().filter(|m| (1..=12).contains(m)).map(Some),
    };
    match (year, month) {
        (Some(year), Some(None)) => Ok(Point { label, middle: middle_of_year(year), ln_level: 0.0 }),
        (Some(year), Some(Some(month))) => {
            let middle = f64::from(year) + (f64::from(month) - 0.5) / 12.0;
            Ok(Point { label, middle, ln_level: 0.0 })
        }
        _ => Err(row.refuse(format!("column `{column}`: \"{label}\" is no year; write 1999, or 2017-12 for a month"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bring(musd: f64, from: i32, to: i32) -> Converted {
        Inflation::embedded().expect("the table").bring(Money::from_musd(musd, from), to).expect("a way")
    }

    #[test]
    fn published_rows_answer_directly_and_backwards() {
        for (to, factor) in [(2000, 1.040), (2010, 1.384), (2020, 1.666), (2024, 1.857), (2025, 1.906)] {
            let there = bring(100.0, 1999, to);
            assert_eq!((there.factor, there.how), (factor, How::Direct));
            assert_eq!(there.money, Money::from_musd(100.0 * factor, to));
            assert_eq!(there.index, "NNSI (fallback table)");
            let back = bring(100.0, to, 1999);
            assert_eq!((back.factor, back.how), (1.0 / factor, How::Inverse));
        }
    }

    #[test]
    fn law_between_points_the_rate_is_constant_and_said() {
        let brought = bring(100.0, 1999, 2022);
        assert_eq!(brought.how, How::Interpolated);
        assert_eq!(brought.way, "NNSI (fallback table) at the mean rate between 2020 and 2024");
        assert!((brought.money.musd() - 100.0 * (1.666_f64 * 1.857).sqrt()).abs() < 1e-9);
        let rate = bring(1.0, 2021, 2022).factor;
        assert!((rate - bring(1.0, 2022, 2023).factor).abs() < 1e-12);
    }

    #[test]
    fn law_two_rows_of_one_index_are_chained() {
        let brought = bring(100.0, 2010, 2020);
        assert_eq!(brought.how, How::Chained);
        assert!((brought.factor - 1.666 / 1.384).abs() < 1e-12);
    }

    #[test]
    fn law_prices_of_2026_come_to_2025_by_consumer_prices() {
        let brought = bring(100.0, 2026, 2025);
        assert_eq!((brought.index.as_str(), brought.how), ("CPI-U", How::Interpolated));
        assert_eq!(brought.way, "CPI-U at the mean rate between 2017-12 and 2026-08");
        // 104 months from December 2017 to August 2026, twelve of them from the middle of 2025 to that of 2026
        assert!((brought.factor - 1.3484_f64.powf(-12.0 / 104.0)).abs() < 1e-12);
        assert!((brought.money.musd() - 96.610).abs() < 0.001, "{}", brought.money.musd());
    }

    #[test]
    fn law_one_index_hands_over_to_the_other_where_it_ends() {
        let there = bring(100.0, 1999, 2026);
        assert_eq!(there.how, How::Chained);
        assert_eq!(there.index, "NNSI (fallback table) to 2025, then CPI-U");
        assert!((there.factor - 1.906 * bring(1.0, 2025, 2026).factor).abs() < 1e-12);
        let back = bring(100.0, 2026, 1999);
        assert_eq!(back.index, "CPI-U to 2025, then NNSI (fallback table)");
        assert!((back.factor * there.factor - 1.0).abs() < 1e-12);
    }

    #[test]
    fn law_there_and_back_is_nothing() {
        for from in 1999..=2026 {
            for to in 1999..=2026 {
                let there = bring(321.0, from, to);
                let back = bring(there.money.musd(), to, from);
                assert!((back.money.musd() - 321.0).abs() < 1e-9, "{from} {to}");
                assert_eq!(there.how == How::Identity, from == to);
            }
        }
    }

    #[test]
    fn published_statements_of_single_papers_answer_to_their_name_only() {
        let table = Inflation::embedded().expect("the table");
        let money = Money::from_musd(92.6915, 1999);
        let implied = table.bring_by(money, 2023, "implied by printed results").expect("a row");
        // printed 164.2, from a factor of four digits
        assert!((implied.money.musd() - 164.2).abs() <= 0.05 + 92.6915 * 0.0005, "{implied}");
        let stated = table.bring_by(Money::from_musd(1.44e3, 2010), 2023, "stated 1.44->1.99 BUSD").expect("a row");
        assert!((stated.money.musd() - 1.99e3).abs() <= 5.0, "{stated}");
        let by_default = table.bring(money, 2023).expect("a way");
        assert_eq!(by_default.index, "NNSI (fallback table)");
        assert!((by_default.factor - 1.772).abs() > 0.02);
    }

    #[test]
    fn refuses_years_that_no_index_reaches() {
        let table = Inflation::embedded().expect("the table");
        assert_eq!(
            table.bring(Money::from_musd(1.0, 1969), 2025).expect_err("a refusal").to_string(),
            "no price index goes from 1969 to 2025: the table covers NNSI (fallback table) 1999 to 2025, CPI-U 2011 to 2026; choose a currency year inside it or add a row to inflation.csv"
        );
        assert_eq!(
            table.bring_by(Money::from_musd(1.0, 1999), 2025, "CPI-U").expect_err("a refusal").to_string(),
            "no price index goes from 1999 to 2025: the table covers CPI-U 2011 to 2026; choose a currency year inside it or add a row to inflation.csv"
        );
        let unknown = table.bring_by(Money::from_musd(1.0, 1999), 2025, "CPI").expect_err("a refusal").to_string();
        assert!(
            unknown.starts_with("no price index is called \"CPI\"; did you mean \"CPI-U\"? known are "),
            "{unknown}"
        );
    }

    #[test]
    fn refuses_a_table_that_contradicts_itself() {
        let refusal = |rows: &str| {
            let text = format!("from_year,to_year,factor,index,source,verified\n{rows}");
            Inflation::read(&text, "mine.csv").expect_err("a refusal").to_string()
        };
        assert_eq!(
            refusal("2000,2010,1.2,a,s,read\n2010,2020,1.5,a,s,read\n2000,2020,1.9,a,s,read\n"),
            "mine.csv:4: the factor 1.9 from 2000 to 2020 contradicts 1.8000 by other rows of a; correct one"
        );
        assert_eq!(refusal("2010,2000,1.2,a,s,read\n"), "mine.csv:2: 2010 is not before 2000; exchange them");
        assert_eq!(
            refusal("2010-13,2020,1.2,a,s,read\n"),
            "mine.csv:2: column `from_year`: \"2010-13\" is no year; write 1999, or 2017-12 for a month"
        );
    }

    #[test]
    fn law_pieces_of_an_index_join_when_a_row_connects_them() {
        let text = "from_year,to_year,factor,index,source,verified\n2000,2005,1.1,NNSI (fallback table),s,read\n\
                    2010,2015,1.2,NNSI (fallback table),s,read\n2005,2010,1.3,NNSI (fallback table),s,read\n";
        let table = Inflation::read(text, "mine.csv").expect("a table");
        let brought = table.bring(Money::from_musd(1.0, 2000), 2015).expect("a way");
        assert_eq!(brought.how, How::Chained);
        assert!((brought.factor - 1.1 * 1.2 * 1.3).abs() < 1e-12, "{brought}");
    }
}
