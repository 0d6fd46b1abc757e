//! Values of flags: vectors, spans, sizes, quantities; each refuses with a sentence.

use super::failure::Failure;
use crate::bodies::{Body, MARS, SUN, SmallBody, osculating};
use crate::ephemerides::Ephemerides;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::lambert::Way;
use crate::transfers::porkchop::GridSize;
use crate::units::{Dimension, QuantityError, parse_quantity};
use crate::vehicles::Catalogue;
use std::io::Write;
use std::path::PathBuf;

/// Kernels besides those in the program.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Kernels {
    /// SPK, binary PCK or anise file to load besides the kernels in the program; may be repeated, later ones first
    #[arg(long = "kernel", value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// small body of your own on two-body elements: "name, epoch JD, a au, e, i, node, peri, M degrees", or key=value
    /// pairs (a comet: name=…, q=…, e=…, i=…, node=…, peri=…, tp=JD), or a .csv or .toml file of them; may be repeated
    #[arg(long = "elements", value_name = "BODY")]
    elements: Vec<String>,
}

impl Kernels {
    pub(super) fn load(&self) -> Result<Ephemerides, Failure> {
        let mut own: Vec<SmallBody> = Vec::new();
        for text in &self.elements {
            own.extend(osculating::read(text)?);
        }
        let ephemerides = Ephemerides::with_kernels(&self.paths)?.with_small_bodies(own);
        if !self.paths.is_empty()
            && let Some(note) = barycentric(&ephemerides)
        {
            // stderr may be closed
            let _ = writeln!(std::io::stderr(), "{note}");
        }
        Ok(ephemerides)
    }
}

/// That a planet stands at its barycentre for dates that a user's kernel brings without the planet's own centre.
fn barycentric(ephemerides: &Ephemerides) -> Option<String> {
    let track = ephemerides.track(MARS, SUN).ok()?;
    let Window { start, end } = track.span();
    let stands_in = track.at_barycenter(start).or_else(|| track.at_barycenter(end))?;
    Some(format!(
        "note: {} is taken at the barycentre of its system, {} m away, for dates at which no kernel holds its own centre",
        stands_in.body.name,
        stands_in.off_km * 1e3
    ))
}

/// Files of the user's own beside the catalogue in the program.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct OwnCatalogue {
    // the name is the argument's, and has to differ from those of the other groups of flags
    /// launchers, curves, facts or prices of your own, in the columns of the catalogue's files; may be repeated
    #[arg(long = "catalogue", value_name = "FILE.csv")]
    catalogues: Vec<PathBuf>,
}

impl OwnCatalogue {
    pub(super) fn load(&self) -> Result<Catalogue, Failure> {
        let mut catalogue = Catalogue::embedded()?.clone();
        let refuse = |reason: String| Failure::Flag { flag: "--catalogue", reason };
        for path in &self.catalogues {
            let text =
                std::fs::read_to_string(path).map_err(|e| refuse(format!("cannot read {}: {e}", path.display())))?;
            catalogue = catalogue.with_file(&text, &path.display().to_string()).map_err(|e| refuse(e.to_string()))?;
        }
        Ok(catalogue)
    }
}

/// The name of a body, looked up when the user's own bodies are known.
#[derive(Debug, Clone)]
pub(super) struct BodyName(String);

impl BodyName {
    pub(super) fn find(&self, ephemerides: &Ephemerides) -> Result<Body, Failure> {
        Ok(ephemerides.find_body(&self.0)?)
    }
}

pub(super) fn body_name(text: &str) -> Result<BodyName, String> {
    Ok(BodyName(text.to_owned()))
}

/// Against the departure body's own motion, or along it.
pub(super) fn way(text: &str) -> Result<Way, String> {
    match text.trim().to_lowercase().as_str() {
        "prograde" | "along" => Ok(Way::Prograde),
        "retrograde" | "against" => Ok(Way::Retrograde),
        _ => Err(format!("\"{text}\" is no way: write along or against (the departure body's own motion)")),
    }
}

/// `2026..2050`, both years whole, or a span of dates.
pub(super) fn years(text: &str) -> Result<Window, String> {
    let four = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
    let year = |part: &str| Some(part.trim()).filter(|part| four(part))?.parse::<i32>().ok().filter(|y| *y > 0);
    match text.split_once("..").map(|(a, b)| (year(a), year(b))) {
        Some((Some(a), Some(b))) if a <= b => {
            Ok(Window { start: Epoch::from_calendar(a, 1, 1), end: Epoch::from_calendar(b, 12, 31) })
        }
        Some((Some(_), Some(_))) => Err(format!("the years \"{text}\" end before they begin: exchange them")),
        _ => span(text),
    }
}

/// `30 d..90 d`, or one of them for both.
pub(super) fn days(text: &str) -> Result<(f64, f64), String> {
    let one = |part: &str| Ok::<f64, String>(parse_quantity(part, Dimension::Time).map_err(|e| e.to_string())? / DAY_S);
    match text.split_once("..") {
        Some((a, b)) => Ok((one(a)?, one(b)?)),
        None => one(text).map(|d| (d, d)),
    }
}

/// `13 km/s`.
pub(super) fn speed_km_s(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::Speed)
}

/// `185 km`, or bare km.
pub(super) fn length_km(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::Length)
}

pub(super) fn body(text: &str) -> Result<Body, String> {
    Body::find(text).map_err(|e| e.to_string())
}

pub(super) fn date(text: &str) -> Result<Epoch, String> {
    Epoch::parse(text).map_err(|e| e.to_string())
}

pub(super) fn span(text: &str) -> Result<Window, String> {
    Window::parse(text).map_err(|e| e.to_string())
}

/// `X,Y,Z` in km.
pub(super) fn position_km(text: &str) -> Result<[f64; 3], String> {
    let refuse = || format!("\"{text}\" is not a position: write three numbers in km, such as 5000,10000,2100");
    let numbers: Option<Vec<f64>> =
        text.split(',').map(|n| n.trim().parse().ok().filter(|x: &f64| x.is_finite())).collect();
    numbers.and_then(|n| <[f64; 3]>::try_from(n).ok()).ok_or_else(refuse)
}

/// `NxM`.
pub(super) fn size(text: &str) -> Result<GridSize, String> {
    let sides: Option<Vec<usize>> = text.split(['x', '×']).map(|n| n.trim().parse().ok()).collect();
    match sides.as_deref() {
        Some(&[depart, arrive]) => Ok(GridSize { depart, arrive }),
        _ => Err(format!("\"{text}\" is not the size of a grid: write departures by arrivals, such as 400x400")),
    }
}

/// A quantity with its unit, or a bare number in the house unit of a flag that says which that is.
fn quantity_or_bare(text: &str, dimension: Dimension) -> Result<f64, String> {
    match parse_quantity(text, dimension) {
        Err(QuantityError::MissingUnit { .. }) => parse_quantity(text, Dimension::Ratio).map_err(|e| e.to_string()),
        other => other.map_err(|e| e.to_string()),
    }
}

/// `3600 s`, `260 d`, or bare seconds.
pub(super) fn time_s(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::Time)
}

/// `398600.4418 km3/s2`, or bare km³/s².
pub(super) fn mu_km3_s2(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::GravitationalParameter)
}

/// `28.5 deg`, or bare degrees.
pub(super) fn angle_deg(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::Angle)
}

/// `25 km2/s2`, or bare km²/s².
pub(super) fn c3_km2_s2(text: &str) -> Result<f64, String> {
    quantity_or_bare(text, Dimension::SpecificEnergy)
}

/// `300 km` for a circle, `250 km x 88775.244 s` for the ellipse of a periapsis altitude and a period.
pub(super) fn orbit(text: &str) -> Result<ParkingOrbit, String> {
    let quantity = |part: &str, dimension| parse_quantity(part, dimension).map_err(|e| e.to_string());
    let trimmed = text.trim().trim_end_matches("circular");
    match trimmed.split_once(['x', '×']) {
        Some((periapsis, period)) => Ok(ParkingOrbit::Elliptic {
            periapsis_altitude_km: quantity(periapsis, Dimension::Length)?,
            period_s: quantity(period, Dimension::Time)?,
        }),
        None => Ok(ParkingOrbit::Circular { altitude_km: quantity(trimmed, Dimension::Length)? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_flags_are_read_as_people_write_them() {
        assert_eq!(position_km("-14600, 2.5e3,7000"), Ok([-14_600.0, 2500.0, 7000.0]));
        assert_eq!(size("500x400"), Ok(GridSize { depart: 500, arrive: 400 }));
        assert_eq!((time_s("3600"), time_s("1 h"), time_s("2 d")), (Ok(3600.0), Ok(3600.0), Ok(172_800.0)));
        assert_eq!((mu_km3_s2("398600"), mu_km3_s2("398600 km3/s2")), (Ok(398_600.0), Ok(398_600.0)));
        assert_eq!((c3_km2_s2("25"), c3_km2_s2("25 km²/s²")), (Ok(25.0), Ok(25.0)));
        for text in ["300km", "300 km", "300 km circular"] {
            assert_eq!(orbit(text), Ok(ParkingOrbit::Circular { altitude_km: 300.0 }), "{text}");
        }
        let sol = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 };
        assert_eq!(orbit("250 km x 88775.244 s"), Ok(sol));
        assert_eq!(orbit("250km×88775.244s"), Ok(sol));
    }

    #[test]
    fn refuses_with_a_form_that_would_do() {
        for (refusal, part) in [
            (position_km("1,2").map(|_| ()), "write three numbers in km, such as 5000,10000,2100"),
            (position_km("1,2,inf").map(|_| ()), "is not a position"),
            (size("400").map(|_| ()), "such as 400x400"),
            (time_s("3600 kg").map(|_| ()), "\"kg\" measures a mass, but a time is asked for here"),
            (time_s("soon").map(|_| ()), "does not begin with a number"),
            (orbit("300").map(|_| ()), "\"300\" has no unit"),
            (orbit("250 km x 33793 km").map(|_| ()), "\"km\" measures a length, but a time is asked for here"),
            (body("Mras").map(|_| ()), "did you mean \"Mars\"?"),
            (span("2033-01-01").map(|_| ()), "write 2033-01-01..2033-12-31"),
            (date("tomorrow").map(|_| ()), "is not a date"),
        ] {
            let message = refusal.expect_err(part);
            assert!(message.contains(part), "{message}");
        }
    }
}
