//! Launchers: what they lift to where, for how much, and on what ground we say so.

use super::curve::{Curve, OnCurve};
use super::estimate::{
    ESTIMATE_C3_MAX_KM2_S2, EstimateError, MARS_TRANSFER_C3_KM2_S2, Pair, UpperStage, geostationary_transfer_c3_km2_s2,
    trans_lunar_c3_km2_s2,
};
use super::launch_site::LaunchSite;
use super::price::PriceStep;
use super::reliability::FlightRecord;
use super::table::Verified;
use crate::time::{DAY_S, Epoch, TimeError, Window};
use crate::units::{Mass, Money};
use std::fmt;
use thiserror::Error;

/// Declination of the launch asymptote, north or south, up to which a capacity against C3 holds: a steeper one needs
/// a more inclined parking orbit than the launch site's latitude gives for nothing.
///
/// # Source
/// NASA Launch Services Program curves as noted in `catalogue/launch_c3_poly.toml`: valid for −28.5° to 28.5°.
pub const CAPACITY_DLA_DEG: f64 = 28.5;

/// What a launcher refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum VehicleError {
    /// The C3 is no number.
    #[error("C3 of {launcher} must be a finite number of km²/s², got {c3_km2_s2}")]
    NotAC3 {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
    },
    /// The C3 lies below the first point of the curve.
    #[error(
        "the curve of {launcher} begins at C3 = {first_km2_s2} km²/s² and says nothing at {c3_km2_s2:.3}; ask at {first_km2_s2}, where it injects {injected_kg:.0} kg, which is on the safe side"
    )]
    BelowCurve {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
        /// first point of the curve
        first_km2_s2: f64,
        /// mass there
        injected_kg: f64,
    },
    /// The C3 lies beyond the last point of the curve.
    #[error(
        "the curve of {launcher} ends at C3 = {last_km2_s2} km²/s² with {injected_kg:.0} kg and says nothing at {c3_km2_s2:.3}; choose a date of lower C3 or another launcher"
    )]
    BeyondCurve {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
        /// last point of the curve
        last_km2_s2: f64,
        /// mass there
        injected_kg: f64,
    },
    /// Neither a curve nor figures reach beyond Earth orbit.
    #[error(
        "{launcher} has no figure beyond Earth orbit, so its mass at C3 = {c3_km2_s2:.3} km²/s² is not known; choose another launcher, or give it a curve in a file of your own"
    )]
    NoFigure {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
    },
    /// It goes beyond Earth orbit only after refuelling there.
    #[error(
        "{launcher} goes beyond Earth orbit only after refuelling in it, so one launch injects nothing at C3 = {c3_km2_s2:.3} km²/s²; use it to low Earth orbit, or another launcher"
    )]
    NeedsRefuelling {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
    },
    /// The C3 lies outside what the published figures can be stretched to.
    #[error(
        "{launcher} has no curve, and its figures answer for C3 from {from_km2_s2:.2} to {to_km2_s2:.2} km²/s², not for {c3_km2_s2:.3}; choose another date or give it a curve in a file of your own"
    )]
    BeyondEstimate {
        /// the launcher
        launcher: String,
        /// what was asked
        c3_km2_s2: f64,
        /// least C3 of the estimate
        from_km2_s2: f64,
        /// greatest C3 of the estimate
        to_km2_s2: f64,
    },
    /// There is no figure for an orbit.
    #[error("{launcher} has no figure for {orbit}; choose another launcher or orbit")]
    NoOrbitFigure {
        /// the launcher
        launcher: String,
        /// the orbit
        orbit: Destination,
    },
    /// The launcher has no price.
    #[error("{launcher} has no price in the catalogue; give it one in a file of your own")]
    NoPrice {
        /// the launcher
        launcher: String,
    },
}

/// Where a launcher puts its payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Destination {
    /// low Earth orbit as the row's figure has it
    LowEarthOrbit,
    /// geostationary transfer orbit
    GeostationaryTransfer,
    /// sun-synchronous orbit as the source's figure has it
    SunSynchronous,
    /// a conic of given C3; negative is an ellipse
    Energy {
        /// characteristic energy, km²/s²
        c3_km2_s2: f64,
    },
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LowEarthOrbit => f.write_str("low Earth orbit"),
            Self::GeostationaryTransfer => f.write_str("geostationary transfer orbit"),
            Self::SunSynchronous => f.write_str("sun-synchronous orbit"),
            Self::Energy { c3_km2_s2 } => write!(f, "C3 = {c3_km2_s2:.3} km²/s²"),
        }
    }
}

/// What orbit a row's figure beyond Earth stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeBasis {
    /// C3 = 0
    Escape,
    /// a transfer to the Moon: the ellipse that reaches its mean distance
    TransLunar,
    /// a transfer to Mars: C3 taken as [`MARS_TRANSFER_C3_KM2_S2`]
    MarsTransfer,
    /// reached only after refuelling in orbit
    NeedsRefuelling,
    /// no figure
    None,
}

impl EscapeBasis {
    /// The words of the catalogue's column, with what they stand for.
    pub(crate) const WORDS: [(&'static str, Self); 9] = [
        ("escape", Self::Escape),
        ("TLI", Self::TransLunar),
        ("TLI high end", Self::TransLunar),
        ("TLI/escape", Self::TransLunar),
        ("Mars transfer", Self::MarsTransfer),
        ("needs LEO refuelling", Self::NeedsRefuelling),
        ("use launch_c3.csv", Self::None),
        ("none", Self::None),
        ("", Self::None),
    ];

    /// The C3 that the figure stands for, km²/s²; `None` without a figure for one launch.
    #[must_use]
    pub fn c3_km2_s2(self) -> Option<f64> {
        match self {
            Self::Escape => Some(0.0),
            Self::TransLunar => Some(trans_lunar_c3_km2_s2()),
            Self::MarsTransfer => Some(MARS_TRANSFER_C3_KM2_S2),
            Self::NeedsRefuelling | Self::None => None,
        }
    }
}

/// Who may buy a launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Availability {
    /// on the market
    Open,
    /// for its own government
    GovernmentOnly,
    /// barred by sanctions or law for some
    Restricted,
    /// flies no more, or never did
    Unavailable,
}

impl Availability {
    /// The words of the catalogue's column, with what they stand for.
    pub(crate) const WORDS: [(&'static str, Self); 5] = [
        ("open", Self::Open),
        ("government_only", Self::GovernmentOnly),
        ("restricted", Self::Restricted),
        ("restricted (sanctions)", Self::Restricted),
        ("unavailable", Self::Unavailable),
    ];
}

/// Lowest and highest price of one launch, of one currency year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceRange {
    /// lowest price
    pub low: Money,
    /// highest price
    pub high: Money,
}

impl PriceRange {
    /// The middle of the range.
    #[must_use]
    pub fn mid(&self) -> Money {
        Money::from_musd(0.5 * (self.low.musd() + self.high.musd()), self.low.year())
    }
}

/// An upper-stage estimate together with its measured error.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// the stage fitted through two figures
    pub stage: UpperStage,
    /// how wrong the same fit is where a curve is known; `None` when no launcher allows the comparison
    pub error: Option<EstimateError>,
}

/// On what ground a capacity is stated.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Basis {
    /// the launcher's curve, straight lines between its points
    Curve,
    /// the row's figure for the orbit itself
    OrbitFigure,
    /// one published figure, exactly at its C3
    SingleFigure {
        /// C3 that the figure stands for, km²/s²
        figure_at_c3_km2_s2: f64,
    },
    /// an upper stage in the rocket equation through two figures
    Estimate {
        /// the figures it goes through
        pair: Pair,
        /// how wrong the same fit is where a curve is known
        error: Option<EstimateError>,
    },
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Curve => f.write_str("curve"),
            Self::OrbitFigure => f.write_str("published figure"),
            Self::SingleFigure { figure_at_c3_km2_s2 } => {
                write!(f, "published figure, taken for C3 = {figure_at_c3_km2_s2:.2} km²/s²")
            }
            Self::Estimate { pair, error } => {
                let figures = match pair {
                    Pair::GtoAndEscape => "GTO and escape",
                    Pair::LeoAndEscape => "LEO and escape",
                };
                write!(f, "estimate through its {figures} figures")?;
                match error {
                    Some(e) => write!(
                        f,
                        "; on {} launchers with a curve the same is wrong by {:.0} % rms and {:+.0} % at worst ({}, of the mass at C3 = 0)",
                        e.launchers,
                        e.rms_fraction * 100.0,
                        e.worst_fraction * 100.0,
                        e.worst_launcher
                    ),
                    None => f.write_str("; its error is not known"),
                }
            }
        }
    }
}

/// What one launch carries, and on what ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// mass put on the orbit, adapter not counted
    pub mass: Mass,
    /// on what ground
    pub basis: Basis,
}

/// A fairing, as its source measures it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fairing {
    /// outer diameter
    pub diameter_m: f64,
    /// outer height
    pub height_m: f64,
}

impl Fairing {
    /// Volume of the cylinder of that diameter and height: no payload is larger, and the nose takes some of it.
    #[must_use]
    pub fn cylinder_m3(&self) -> f64 {
        std::f64::consts::FRAC_PI_4 * self.diameter_m * self.diameter_m * self.height_m
    }
}

/// A day, a month or a year, as a source gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// `2024-07-09`, `2024-07` or `2024`
    pub text: String,
    /// all of that day, month or year
    pub span: Window,
}

impl Dated {
    /// A date of the catalogue.
    ///
    /// * `text`: `2024-07-09`, `2024-07` or `2024`
    ///
    /// # Errors
    /// [`TimeError`] when it is none of them.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        let start = match text.split('-').count() {
            1 => Epoch::parse(&format!("{text}-01-01")),
            2 => Epoch::parse(&format!("{text}-01")),
            _ => Epoch::parse(text),
        }
        .map_err(|_| TimeError::NotADate { text: text.to_owned() })?;
        let date = start.calendar();
        let end = match text.split('-').count() {
            1 => Epoch::from_calendar(date.year + 1, 1, 1),
            2 if date.month == 12 => Epoch::from_calendar(date.year + 1, 1, 1),
            2 => Epoch::from_calendar(date.year, date.month + 1, 1),
            _ => start + DAY_S,
        };
        Ok(Self { text: text.to_owned(), span: Window { start, end } })
    }
}

impl fmt::Display for Dated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where one of the facts comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct FactSource {
    /// the columns that the row fills
    pub columns: Vec<String>,
    /// what else it says
    pub note: String,
    /// where the row comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
}

/// What is known of a launcher beside its row; everything that no source gives is empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LauncherFacts {
    /// mass to a sun-synchronous orbit
    pub sso: Option<Mass>,
    /// where it starts
    pub site: Option<LaunchSite>,
    /// its fairing from outside
    pub fairing: Option<Fairing>,
    /// room for a payload under it
    pub fairing_volume_m3: Option<f64>,
    /// its flights
    pub record: Option<FlightRecord>,
    /// when it first flew, or is to fly
    pub first_flight: Option<Dated>,
    /// when it last flew, or is to fly last
    pub last_flight: Option<Dated>,
    /// launches in a year: flown, or aimed at, as the row's note says
    pub launches_per_year: Option<u32>,
    /// where these come from, row by row
    pub sources: Vec<FactSource>,
}

/// Whether a launcher flies on a date.
#[derive(Debug, Clone, PartialEq)]
pub enum Service {
    /// as far as the catalogue knows it does
    Flying,
    /// its first flight is later
    NotYet {
        /// the first flight
        first: Dated,
    },
    /// its last flight is earlier
    NoMore {
        /// the last flight
        last: Dated,
    },
    /// it has not flown, and the catalogue has no date for its first flight
    Undated,
    /// it flies no more or never did, and the catalogue has no date for that
    Unavailable,
}

impl Service {
    /// Whether the catalogue says that it does not fly; where it has no date it says nothing.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::NotYet { .. } | Self::NoMore { .. } | Self::Unavailable)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flying => f.write_str("flies"),
            Self::NotYet { first } => write!(f, "does not fly before {first}"),
            Self::NoMore { last } => write!(f, "flew last in {last}"),
            Self::Undated => f.write_str("has not flown, and no date of its first flight is known"),
            Self::Unavailable => f.write_str("flies no more, or never did"),
        }
    }
}

/// A launcher of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Launcher {
    /// name, the key of the catalogue
    pub name: String,
    /// who flies it
    pub partner: String,
    /// where it is built
    pub country: String,
    /// operational, development, retired, …
    pub status: String,
    /// mass to low Earth orbit
    pub leo: Option<Mass>,
    /// mass to geostationary transfer orbit
    pub gto: Option<Mass>,
    /// mass beyond
    pub escape: Option<Mass>,
    /// what orbit the mass beyond stands for
    pub escape_basis: EscapeBasis,
    /// price of a launch
    pub price: Option<PriceRange>,
    /// published, estimate, award, …
    pub price_basis: String,
    /// who may buy a launch
    pub availability: Availability,
    /// what of it flies again
    pub reuse: String,
    /// what it costs whom, by the number bought together
    pub prices: Vec<PriceStep>,
    /// what else is known of it
    pub facts: LauncherFacts,
    /// where the row comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
    /// its curve, where there is one
    pub curve: Option<Curve>,
    /// the stage that stands in for a curve, where two figures allow it
    pub estimate: Option<Estimate>,
}

impl Launcher {
    /// Mass that one launch puts on a conic of given C3.
    ///
    /// * `c3_km2_s2`: characteristic energy, km²/s²
    ///
    /// A launcher with a curve answers from it, between its ends. One without answers with its published
    /// figure at that figure's own C3, and elsewhere, from its lower figure's orbit (GTO, or GTO's C3 where the
    /// figure is LEO) up to [`ESTIMATE_C3_MAX_KM2_S2`], with the estimate of [`super::estimate`].
    ///
    /// # Errors
    /// [`VehicleError`] outside the curve or the reach of the figures; nothing is ever extrapolated from a curve.
    ///
    /// ```
    /// use portolan::vehicles::{Basis, Catalogue};
    /// let launcher = Catalogue::embedded()?.launcher("Falcon Heavy (expendable)")?;
    /// let capacity = launcher.capacity(7.781)?;
    /// assert_eq!(format!("{:.0}", capacity.mass), "12909 kg");
    /// assert_eq!(capacity.basis, Basis::Curve);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn capacity(&self, c3_km2_s2: f64) -> Result<Capacity, VehicleError> {
        let launcher = || self.name.clone();
        if !c3_km2_s2.is_finite() {
            return Err(VehicleError::NotAC3 { launcher: launcher(), c3_km2_s2 });
        }
        if let Some(curve) = &self.curve {
            return match curve.at(c3_km2_s2) {
                OnCurve::Mass { mass_kg: kg } => Ok(Capacity { mass: Mass::from_kg(kg), basis: Basis::Curve }),
                OnCurve::Below(p) => Err(VehicleError::BelowCurve {
                    launcher: launcher(),
                    c3_km2_s2,
                    first_km2_s2: p.c3_km2_s2,
                    injected_kg: p.injected_kg,
                }),
                OnCurve::Beyond(p) => Err(VehicleError::BeyondCurve {
                    launcher: launcher(),
                    c3_km2_s2,
                    last_km2_s2: p.c3_km2_s2,
                    injected_kg: p.injected_kg,
                }),
            };
        }
        if self.escape_basis == EscapeBasis::NeedsRefuelling {
            return Err(VehicleError::NeedsRefuelling { launcher: launcher(), c3_km2_s2 });
        }
        let (Some(figure), Some(at)) = (self.escape, self.escape_basis.c3_km2_s2()) else {
            return Err(VehicleError::NoFigure { launcher: launcher(), c3_km2_s2 });
        };
        if c3_km2_s2 == at {
            return Ok(Capacity { mass: figure, basis: Basis::SingleFigure { figure_at_c3_km2_s2: at } });
        }
        let Some(estimate) = &self.estimate else {
            let (from_km2_s2, to_km2_s2) = (at, at);
            return Err(VehicleError::BeyondEstimate { launcher: launcher(), c3_km2_s2, from_km2_s2, to_km2_s2 });
        };
        let from_km2_s2 = geostationary_transfer_c3_km2_s2();
        let to_km2_s2 = ESTIMATE_C3_MAX_KM2_S2.min(estimate.stage.exhausted_c3_km2_s2());
        if !(from_km2_s2..=to_km2_s2).contains(&c3_km2_s2) {
            return Err(VehicleError::BeyondEstimate { launcher: launcher(), c3_km2_s2, from_km2_s2, to_km2_s2 });
        }
        let mass = Mass::from_kg(estimate.stage.injected_kg(c3_km2_s2).max(0.0));
        Ok(Capacity { mass, basis: Basis::Estimate { pair: estimate.stage.pair, error: estimate.error.clone() } })
    }

    /// Mass that one launch puts where it is to go.
    ///
    /// # Errors
    /// [`VehicleError`] where there is no figure, or as [`Launcher::capacity`].
    pub fn capacity_to(&self, destination: Destination) -> Result<Capacity, VehicleError> {
        let figure = match destination {
            Destination::Energy { c3_km2_s2 } => return self.capacity(c3_km2_s2),
            Destination::LowEarthOrbit => self.leo,
            Destination::GeostationaryTransfer => self.gto,
            Destination::SunSynchronous => self.facts.sso,
        };
        let mass =
            figure.ok_or_else(|| VehicleError::NoOrbitFigure { launcher: self.name.clone(), orbit: destination })?;
        Ok(Capacity { mass, basis: Basis::OrbitFigure })
    }

    /// Whether it flies on a date, as far as the catalogue knows.
    ///
    /// * `epoch`: the day of a launch
    ///
    /// ```
    /// use portolan::time::Epoch;
    /// use portolan::vehicles::{Catalogue, Service};
    /// let shuttle = Catalogue::embedded()?.launcher("Space Shuttle")?;
    /// let service = shuttle.service(Epoch::parse("2033-04-28")?);
    /// assert_eq!(service.to_string(), "flew last in 2011-07");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn service(&self, epoch: Epoch) -> Service {
        match (&self.facts.first_flight, &self.facts.last_flight) {
            (Some(first), _) if epoch < first.span.start => Service::NotYet { first: first.clone() },
            (_, Some(last)) if epoch >= last.span.end => Service::NoMore { last: last.clone() },
            (None, None) if self.availability == Availability::Unavailable => Service::Unavailable,
            (None, _) if self.status == "development" => Service::Undated,
            _ => Service::Flying,
        }
    }

    /// The range of prices of one launch.
    ///
    /// # Errors
    /// [`VehicleError::NoPrice`] where the row has none.
    pub fn price_range(&self) -> Result<PriceRange, VehicleError> {
        self.price.ok_or_else(|| VehicleError::NoPrice { launcher: self.name.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;
    use proptest::prelude::*;

    fn launcher(name: &str) -> Launcher {
        Catalogue::embedded().expect("the catalogue").launcher(name).expect(name).clone()
    }

    /// The masses of `mars_windows.csv` were interpolated outside this program.
    #[test]
    fn agrees_with_the_masses_of_the_mars_windows() {
        let catalogue = Catalogue::embedded().expect("the catalogue");
        let windows = catalogue.table("mars_windows.csv").expect("a table");
        let mut compared = 0;
        for row in &windows.rows {
            let c3 = windows.value(row, "c3_min_km2_s2").expect("a C3");
            for (column, name) in [
                ("fh_exp_kg", "Falcon Heavy (expendable)"),
                ("fh_rec_kg", "Falcon Heavy (side boosters recovered)"),
                ("vulcan_vc6_kg", "Vulcan VC6"),
            ] {
                let kg = windows.value(row, column).expect("a mass");
                let found = launcher(name).capacity(c3).expect("on the curve");
                assert!((found.mass.kg() - kg).abs() <= 0.5 + 1e-6, "{name} at {c3}: {} and {kg}", found.mass);
                compared += 1;
            }
        }
        assert_eq!(compared, 30);
    }

    #[test]
    fn law_a_figure_is_used_at_its_own_energy_and_estimated_elsewhere() {
        let ariane = launcher("Ariane 64");
        let at = ariane.capacity(0.0).expect("its figure");
        assert_eq!(at.mass.kg(), 8600.0);
        assert_eq!(at.basis, Basis::SingleFigure { figure_at_c3_km2_s2: 0.0 });
        let off = ariane.capacity(10.0).expect("an estimate");
        assert!((6500.0..8000.0).contains(&off.mass.kg()), "{}", off.mass);
        let said = off.basis.to_string();
        assert!(
            said.starts_with("estimate through its GTO and escape figures; on 6 launchers with a curve the same is wrong by 16 % rms and -37 % at worst (Falcon 9 (reusable)"),
            "{said}"
        );
        assert_eq!(ariane.capacity_to(Destination::LowEarthOrbit).expect("a figure").mass.kg(), 21_600.0);
        assert_eq!(ariane.capacity_to(Destination::GeostationaryTransfer).expect("a figure").basis, Basis::OrbitFigure);
    }

    #[test]
    fn law_every_launcher_answers_or_says_why_not() {
        let catalogue = Catalogue::embedded().expect("the catalogue");
        let known: Vec<&str> = catalogue
            .launchers()
            .iter()
            .filter(|l| l.capacity(8.0).is_ok_and(|c| c.mass.kg() > 0.0))
            .map(|l| l.name.as_str())
            .collect();
        for name in ["Falcon Heavy (expendable)", "Vulcan VC6", "Ariane 64", "H3-24L", "LVM3", "SLS Block 1"] {
            assert!(known.contains(&name), "{name} does not answer");
        }
    }

    proptest! {
        #[test]
        fn law_an_estimate_falls_with_c3(a in -16.0..30.0_f64, b in -16.0..30.0_f64) {
            for name in ["Ariane 64", "H3-24L", "LVM3", "SLS Block 1", "Long March 5", "Soyuz-2.1b"] {
                let l = launcher(name);
                let low = l.capacity(a.min(b));
                let high = l.capacity(a.max(b));
                if let (Ok(low), Ok(high)) = (low, high) {
                    prop_assert!(high.mass.kg() <= low.mass.kg() + 1e-9, "{name}");
                    prop_assert!(low.mass.kg() <= l.leo.expect("a figure").kg());
                }
            }
        }
    }

    #[test]
    fn refuses_what_neither_curve_nor_figure_says() {
        let message = |name: &str, c3: f64| launcher(name).capacity(c3).expect_err("a refusal").to_string();
        assert_eq!(
            message("Falcon Heavy (expendable)", 120.0),
            "the curve of Falcon Heavy (expendable) ends at C3 = 100 km²/s² with 755 kg and says nothing at 120.000; choose a date of lower C3 or another launcher"
        );
        assert_eq!(
            message("New Glenn", -2.0),
            "the curve of New Glenn begins at C3 = 0 km²/s² and says nothing at -2.000; ask at 0, where it injects 7180 kg, which is on the safe side"
        );
        assert_eq!(
            message("Vega C", 9.0),
            "Vega C has no figure beyond Earth orbit, so its mass at C3 = 9.000 km²/s² is not known; choose another launcher, or give it a curve in a file of your own"
        );
        assert_eq!(
            message("Starship (projected)", 9.0),
            "Starship (projected) goes beyond Earth orbit only after refuelling in it, so one launch injects nothing at C3 = 9.000 km²/s²; use it to low Earth orbit, or another launcher"
        );
        assert_eq!(
            message("Ariane 64", 31.0),
            "Ariane 64 has no curve, and its figures answer for C3 from -16.36 to 30.00 km²/s², not for 31.000; choose another date or give it a curve in a file of your own"
        );
        assert_eq!(message("Ariane 64", f64::NAN), "C3 of Ariane 64 must be a finite number of km²/s², got NaN");
        let no_orbit = launcher("Vega C").capacity_to(Destination::GeostationaryTransfer).expect_err("no figure");
        assert_eq!(
            no_orbit.to_string(),
            "Vega C has no figure for geostationary transfer orbit; choose another launcher or orbit"
        );
        let no_price = launcher("Ares V (notional SpaceNet)").price_range().expect_err("no price");
        assert_eq!(
            no_price.to_string(),
            "Ares V (notional SpaceNet) has no price in the catalogue; give it one in a file of your own"
        );
    }
}
