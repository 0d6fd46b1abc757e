//! The catalogue: plain files with a source on every row, embedded in the program, extended by the user's own.

mod facts;
mod files;
mod own;
mod parts;

use super::curve::{Curve, OnCurve};
use super::estimate::{
    ESTIMATE_C3_MAX_KM2_S2, EstimateCheck, EstimateError, Pair, UpperStage, may_be_truth, summarise,
};
use super::launch_site::LaunchSite;
use super::launcher::{Availability, EscapeBasis, Estimate, Launcher, LauncherFacts, PriceRange};
use super::stage::Stage;
use super::table::{CatalogueError, Row, Table, Verified, did_you_mean};
use crate::units::{Mass, Money};
use files::{CURVES, FILES, LAUNCHERS};
use std::sync::OnceLock;

/// The polynomials fitted to the launch curves, as embedded.
pub const LAUNCH_C3_POLY: &str = include_str!("../../catalogue/launch_c3_poly.toml");

/// The row of `engines_propellants.csv` whose specific impulse the upper-stage estimate assumes.
pub const ESTIMATE_PROPELLANT: &str = "hydrolox LH2/LOX";

/// A cargo craft.
#[derive(Debug, Clone, PartialEq)]
pub struct CargoCraft {
    /// name, the key of the catalogue
    pub name: String,
    /// who flies it
    pub partner: String,
    /// where it goes
    pub to: String,
    /// cargo it takes up: the total, or the sum of its parts where both are known
    pub cargo: Option<Mass>,
    /// cargo it brings back
    pub returned: Option<Mass>,
    /// what launches it
    pub launcher: String,
    /// where the row comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
}

/// Everything the catalogue knows, checked on load.
#[derive(Debug, Clone)]
pub struct Catalogue {
    tables: Vec<Table>,
    curves: Vec<Curve>,
    /// (launcher, curve) by name
    links: Vec<(String, String)>,
    launchers: Vec<Launcher>,
    checks: Vec<EstimateCheck>,
}

impl Catalogue {
    /// The catalogue that the program carries, read and checked once.
    ///
    /// # Errors
    /// [`CatalogueError`] naming file, line, column and cure; a build of ours that passed its tests has none.
    ///
    /// ```
    /// use portolan::vehicles::Catalogue;
    /// let catalogue = Catalogue::embedded()?;
    /// assert_eq!(catalogue.launcher("Ariane 64")?.partner, "ESA/ArianeGroup");
    /// # Ok::<(), portolan::vehicles::CatalogueError>(())
    /// ```
    pub fn embedded() -> Result<&'static Self, CatalogueError> {
        static EMBEDDED: OnceLock<Result<Catalogue, CatalogueError>> = OnceLock::new();
        EMBEDDED.get_or_init(Self::read_embedded).as_ref().map_err(Clone::clone)
    }

    fn read_embedded() -> Result<Self, CatalogueError> {
        let tables: Vec<Table> =
            FILES.iter().map(|(file, text, layout)| Table::read(text, file, layout)).collect::<Result<_, _>>()?;
        let mut catalogue =
            Self { tables, curves: Vec::new(), links: Vec::new(), launchers: Vec::new(), checks: Vec::new() };
        catalogue.curves = Curve::from_table(catalogue.table("launch_c3.csv")?)?;
        let links = catalogue.table("launcher_curves.csv")?;
        catalogue.links = links
            .rows
            .iter()
            .map(|r| (links.cell(r, "launcher").to_owned(), links.cell(r, "curve").to_owned()))
            .collect();
        catalogue.launchers = read_launchers(catalogue.table("launch_vehicles.csv")?)?;
        for (launcher, curve) in &catalogue.links {
            catalogue.launcher(launcher)?;
            catalogue.curve(curve)?;
        }
        catalogue.take_facts(&catalogue.table("launcher_facts.csv")?.clone())?;
        catalogue.take_prices(&catalogue.table("launch_prices.csv")?.clone())?;
        catalogue.link()?;
        Ok(catalogue)
    }

    /// This catalogue with launchers of a file of the user's own; a name that is already there is replaced.
    ///
    /// * `text`: comma-separated values with the heading of `launch_vehicles.csv`
    /// * `file`: the file's name, for refusals
    ///
    /// # Errors
    /// [`CatalogueError`] naming file, line, column and cure.
    pub fn with_launchers(&self, text: &str, file: &str) -> Result<Self, CatalogueError> {
        let table = Table::read(text, file, &LAUNCHERS)?;
        let mut catalogue = self.clone();
        for launcher in read_launchers(&table)? {
            match catalogue.launchers.iter_mut().find(|l| l.name == launcher.name) {
                // the user's row replaces the figures; what is known beside it stays until a file of facts replaces that
                Some(old) => {
                    let (facts, prices) = (std::mem::take(&mut old.facts), std::mem::take(&mut old.prices));
                    *old = Launcher { facts, prices, ..launcher };
                }
                None => catalogue.launchers.push(launcher),
            }
        }
        catalogue.tables.push(table);
        catalogue.link()?;
        Ok(catalogue)
    }

    /// This catalogue with curves of a file of the user's own; a curve belongs to the launcher of its name, and
    /// replaces the one that launcher had.
    ///
    /// * `text`: comma-separated values with the heading of `launch_c3.csv`
    /// * `file`: the file's name, for refusals
    ///
    /// # Errors
    /// [`CatalogueError`] naming file, line, column and cure.
    pub fn with_curves(&self, text: &str, file: &str) -> Result<Self, CatalogueError> {
        let table = Table::read(text, file, &CURVES)?;
        let mut catalogue = self.clone();
        for curve in Curve::from_table(&table)? {
            catalogue.links.retain(|(launcher, _)| *launcher != curve.vehicle);
            match catalogue.curves.iter_mut().find(|c| c.vehicle == curve.vehicle) {
                Some(old) => *old = curve,
                None => catalogue.curves.push(curve),
            }
        }
        catalogue.tables.push(table);
        catalogue.link()?;
        Ok(catalogue)
    }

    /// Every table as read, the user's own last.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// A table by file name, with or without its `.csv`.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    pub fn table(&self, file: &str) -> Result<&Table, CatalogueError> {
        let wanted = file.trim_end_matches(".csv");
        self.tables.iter().rev().find(|t| t.file.trim_end_matches(".csv") == wanted).ok_or_else(|| {
            CatalogueError::Unknown {
                kind: "table",
                name: file.to_owned(),
                hint: did_you_mean(wanted, self.tables.iter().map(|t| t.file.trim_end_matches(".csv"))),
            }
        })
    }

    /// Every launcher.
    #[must_use]
    pub fn launchers(&self) -> &[Launcher] {
        &self.launchers
    }

    /// A launcher by name; case does not matter.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    pub fn launcher(&self, name: &str) -> Result<&Launcher, CatalogueError> {
        self.launchers.iter().find(|l| l.name.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let hint = did_you_mean(name, self.launchers.iter().map(|l| l.name.as_str()));
            CatalogueError::Unknown { kind: "launcher", name: name.to_owned(), hint }
        })
    }

    /// Every curve.
    #[must_use]
    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }

    /// A curve by its name in `launch_c3.csv`.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    pub fn curve(&self, name: &str) -> Result<&Curve, CatalogueError> {
        self.curves.iter().find(|c| c.vehicle.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let hint = did_you_mean(name, self.curves.iter().map(|c| c.vehicle.as_str()));
            CatalogueError::Unknown { kind: "launch curve", name: name.to_owned(), hint }
        })
    }

    /// A launch site by name.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    ///
    /// ```
    /// use portolan::vehicles::Catalogue;
    /// let site = Catalogue::embedded()?.launch_site("cape canaveral")?;
    /// assert!((site.latitude_deg - 28.4889).abs() < 1e-9); // 28°29′20″ N
    /// # Ok::<(), portolan::vehicles::CatalogueError>(())
    /// ```
    pub fn launch_site(&self, name: &str) -> Result<LaunchSite, CatalogueError> {
        let (table, row) = self.row("launch_sites.csv", "launch site", name)?;
        let known = |column: &str| {
            table.value(row, column).ok_or_else(|| CatalogueError::Incomplete {
                kind: "launch site",
                name: table.cell(row, "name").to_owned(),
                column: column.to_owned(),
            })
        };
        Ok(LaunchSite {
            name: table.cell(row, "name").to_owned(),
            latitude_deg: known("latitude_deg")?,
            longitude_deg: known("longitude_deg")?,
            source: row.source.clone(),
            verified: row.verified,
        })
    }

    /// A stage by name.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name; [`CatalogueError::Incomplete`] when dry mass, propellant or
    /// specific impulse is not known.
    pub fn stage(&self, name: &str) -> Result<Stage, CatalogueError> {
        let (table, row) = self.row("stages.csv", "stage", name)?;
        let known = |column: &str| {
            table.value(row, column).ok_or_else(|| CatalogueError::Incomplete {
                kind: "stage",
                name: table.cell(row, "name").to_owned(),
                column: column.to_owned(),
            })
        };
        Ok(Stage {
            name: table.cell(row, "name").to_owned(),
            dry: Mass::from_kg(known("dry_kg")?),
            propellant: Mass::from_kg(known("prop_kg")?),
            isp_s: known("isp_s")?,
            source: row.source.clone(),
            verified: row.verified,
        })
    }

    /// A cargo craft by name.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    pub fn cargo_craft(&self, name: &str) -> Result<CargoCraft, CatalogueError> {
        let (table, row) = self.row("cargo_craft.csv", "cargo craft", name)?;
        let kg = |column: &str| table.value(row, column);
        let parts = kg("pressurized_kg").zip(kg("unpressurized_kg")).map(|(p, u)| p + u);
        Ok(CargoCraft {
            name: table.cell(row, "name").to_owned(),
            partner: table.cell(row, "partner").to_owned(),
            to: table.cell(row, "to").to_owned(),
            cargo: kg("total_kg").or(parts).map(Mass::from_kg),
            returned: kg("return_kg").map(Mass::from_kg),
            launcher: table.cell(row, "launcher").to_owned(),
            source: row.source.clone(),
            verified: row.verified,
        })
    }

    /// Vacuum specific impulse of an engine or propellant of `engines_propellants.csv`, s.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name.
    pub fn isp_s(&self, name: &str) -> Result<f64, CatalogueError> {
        let (table, row) = self.row("engines_propellants.csv", "engine or propellant", name)?;
        Ok(table.value(row, "isp_vac_s").unwrap_or(f64::NAN))
    }

    /// Every comparison of the upper-stage estimate with a known curve, C3 0 to 30 km²/s² in steps of 1.
    #[must_use]
    pub fn estimate_checks(&self) -> &[EstimateCheck] {
        &self.checks
    }

    /// How wrong the upper-stage estimate through a pair of figures is; `None` when nothing can be compared.
    #[must_use]
    pub fn estimate_error(&self, pair: Pair) -> Option<EstimateError> {
        summarise(&self.checks, pair)
    }

    fn row(&self, file: &str, kind: &'static str, name: &str) -> Result<(&Table, &Row), CatalogueError> {
        let table = self.table(file)?;
        let key = |row: &Row| row.cells.first().cloned().unwrap_or_default();
        match table.rows.iter().find(|r| key(r).eq_ignore_ascii_case(name.trim())) {
            Some(row) => Ok((table, row)),
            None => {
                let names: Vec<String> = table.rows.iter().map(key).collect();
                let hint = did_you_mean(name, names.iter().map(String::as_str));
                Err(CatalogueError::Unknown { kind, name: name.to_owned(), hint })
            }
        }
    }

    /// Give each launcher its curve and its estimate, and measure the estimate where a curve is known.
    fn link(&mut self) -> Result<(), CatalogueError> {
        let isp_s = self.isp_s(ESTIMATE_PROPELLANT)?;
        for launcher in &mut self.launchers {
            let linked = self.links.iter().find(|(name, _)| *name == launcher.name).map(|(_, curve)| curve);
            let curve_name = linked.unwrap_or(&launcher.name);
            launcher.curve = self.curves.iter().find(|c| c.vehicle == *curve_name).cloned();
        }
        self.checks = self.launchers.iter().flat_map(|l| estimate_checks(l, isp_s)).collect();
        let errors = [Pair::GtoAndEscape, Pair::LeoAndEscape].map(|pair| (pair, summarise(&self.checks, pair)));
        for l in &mut self.launchers {
            let kg = |mass: Option<Mass>| mass.map(Mass::kg);
            let stage = UpperStage::through(kg(l.leo), kg(l.gto), kg(l.escape), l.escape_basis, isp_s);
            l.estimate = stage.map(|stage| {
                let error = errors.iter().find(|(pair, _)| *pair == stage.pair).and_then(|(_, e)| e.clone());
                Estimate { stage, error }
            });
        }
        Ok(())
    }
}

/// The estimate of a launcher with a curve against that curve, through each pair of figures it has.
fn estimate_checks(launcher: &Launcher, isp_s: f64) -> Vec<EstimateCheck> {
    let Some(curve) = &launcher.curve else { return Vec::new() };
    let trusted = may_be_truth(launcher.verified) && may_be_truth(curve.verified);
    let (Some(leo), Some(gto), Some(escape), true) = (launcher.leo, launcher.gto, launcher.escape, trusted) else {
        return Vec::new();
    };
    let whole_kg = curve.points.first().map_or(f64::NAN, |p| p.injected_kg);
    let stages = [
        UpperStage::through(None, Some(gto.kg()), Some(escape.kg()), launcher.escape_basis, isp_s),
        UpperStage::through(Some(leo.kg()), None, Some(escape.kg()), launcher.escape_basis, isp_s),
    ];
    let steps = ESTIMATE_C3_MAX_KM2_S2 as u32;
    let mut checks = Vec::new();
    for stage in stages.into_iter().flatten() {
        for c3_km2_s2 in (0..=steps).map(f64::from) {
            if let OnCurve::Mass { mass_kg: curve_kg } = curve.at(c3_km2_s2) {
                let estimate_kg = stage.injected_kg(c3_km2_s2).max(0.0);
                checks.push(EstimateCheck {
                    launcher: launcher.name.clone(),
                    pair: stage.pair,
                    c3_km2_s2,
                    estimate_kg,
                    curve_kg,
                    error_fraction: (estimate_kg - curve_kg) / whole_kg,
                });
            }
        }
    }
    checks
}

fn read_launchers(table: &Table) -> Result<Vec<Launcher>, CatalogueError> {
    table.rows.iter().map(|row| read_launcher(table, row)).collect()
}

fn read_launcher(table: &Table, row: &Row) -> Result<Launcher, CatalogueError> {
    let text = |column: &str| table.cell(row, column).to_owned();
    // a zero in these columns means that the launcher does not go there
    let mass = |column: &str| table.value(row, column).filter(|kg| *kg > 0.0).map(Mass::from_kg);
    let line = row.line;
    let file = || table.file.clone();
    let price = match ["price_low_musd", "price_high_musd", "price_year"].map(|c| table.value(row, c)) {
        [Some(low), Some(high), Some(year)] => {
            if low > high {
                return Err(CatalogueError::Contradiction {
                    file: file(),
                    line,
                    column: "price_high_musd".to_owned(),
                    value: high,
                    other: "price_low_musd".to_owned(),
                    bound_value: low,
                });
            }
            let year = year as i32;
            Some(PriceRange { low: Money::from_musd(low, year), high: Money::from_musd(high, year) })
        }
        [None, None, None] => None,
        partly => {
            let names = ["price_low_musd", "price_high_musd", "price_year"];
            let missing = partly.iter().zip(names).find(|(v, _)| v.is_none()).map_or("price_year", |(_, n)| n);
            return Err(CatalogueError::Empty { file: file(), line, column: missing.to_owned() });
        }
    };
    Ok(Launcher {
        name: text("name"),
        partner: text("partner"),
        country: text("country"),
        status: text("status"),
        leo: mass("leo_kg"),
        gto: mass("gto_kg"),
        escape: mass("tli_or_escape_kg"),
        escape_basis: word(table, row, "escape_basis", &EscapeBasis::WORDS)?,
        price,
        price_basis: text("price_basis"),
        availability: word(table, row, "availability", &Availability::WORDS)?,
        reuse: text("reuse"),
        prices: Vec::new(),
        facts: LauncherFacts::default(),
        source: row.source.clone(),
        verified: row.verified,
        curve: None,
        estimate: None,
    })
}

fn word<T: Copy>(table: &Table, row: &Row, column: &str, words: &[(&str, T)]) -> Result<T, CatalogueError> {
    let text = table.cell(row, column);
    words.iter().find(|(w, _)| *w == text).map(|(_, value)| *value).ok_or_else(|| CatalogueError::NotOneOf {
        file: table.file.clone(),
        line: row.line,
        column: column.to_owned(),
        text: text.to_owned(),
        allowed: words.iter().map(|(w, _)| *w).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the embedded catalogue")
    }

    const HEADING: &str = "name,partner,country,status,leo_kg,gto_kg,tli_or_escape_kg,escape_basis,price_low_musd,price_high_musd,price_year,price_basis,availability,reuse,source,verified\n";

    fn refusal(row: &str) -> String {
        catalogue().with_launchers(&format!("{HEADING}{row}\n"), "mine.csv").expect_err("a refusal").to_string()
    }

    #[test]
    fn law_every_row_of_every_table_has_a_source() {
        assert_eq!(catalogue().tables().len(), FILES.len());
        for table in catalogue().tables() {
            assert!(!table.rows.is_empty(), "{} is empty", table.file);
            for row in &table.rows {
                assert!(!row.source.is_empty() && row.source != "same", "{}:{}", table.file, row.line);
            }
        }
    }

    #[test]
    fn law_rows_from_memory_are_flagged_and_can_be_asked_for() {
        let dream_chaser = catalogue().cargo_craft("Dream Chaser cargo").expect("a row");
        assert_eq!(dream_chaser.verified, Verified::Memory);
        assert!(catalogue().launchers().iter().all(|l| l.verified != Verified::Memory));
        assert_eq!(catalogue().cargo_craft("HTV-X").expect("a row").cargo, Some(Mass::from_kg(5820.0)));
    }

    #[test]
    fn law_the_two_files_of_launchers_are_joined_by_name_or_by_their_link() {
        let curve_of = |name: &str| catalogue().launcher(name).expect(name).curve.as_ref().map(|c| c.vehicle.clone());
        assert_eq!(curve_of("Falcon 9 (reusable)").as_deref(), Some("Falcon 9 (ASDS)"));
        assert_eq!(curve_of("Falcon Heavy (side boosters recovered)").as_deref(), Some("Falcon Heavy (recovery)"));
        assert_eq!(curve_of("New Glenn").as_deref(), Some("New Glenn"));
        assert_eq!(curve_of("Ariane 64"), None);
        assert_eq!(catalogue().launchers().iter().filter(|l| l.curve.is_some()).count(), 7);
    }

    #[test]
    fn law_a_users_own_files_extend_and_replace() {
        let row = "Kestrel,Me,Here,operational,1000,500,300,escape,10,12,2026,mine,open,expendable,my notes,read\n";
        let mine = catalogue().with_launchers(&format!("{HEADING}{row}"), "mine.csv").expect("a launcher");
        assert_eq!(mine.launchers().len(), catalogue().launchers().len() + 1);
        assert!(mine.launcher("Kestrel").expect("mine").estimate.is_some());
        let curve = "vehicle,c3_km2_s2,injected_kg,source,verified\nKestrel,0,310,me,read\nKestrel,20,100,me,read\n\
                     Falcon 9 (reusable),0,3000,me,read\nFalcon 9 (reusable),10,2000,me,read\n";
        let curved = mine.with_curves(curve, "curves.csv").expect("curves");
        assert_eq!(curved.launcher("Kestrel").expect("mine").capacity(10.0).expect("on it").mass.kg(), 205.0);
        assert_eq!(
            curved.launcher("Falcon 9 (reusable)").expect("his").capacity(5.0).expect("on it").mass.kg(),
            2500.0
        );
        assert_eq!(curved.curve("Falcon 9 (ASDS)").expect("still there").points.len(), 3);
    }

    #[test]
    fn refuses_a_users_launcher_that_contradicts_itself() {
        assert_eq!(
            refusal("K,Me,Here,ok,1000,,,none,12,10,2026,mine,open,none,notes,read"),
            "mine.csv:2: column `price_high_musd`: 10 is below `price_low_musd` = 12; exchange the two or correct one"
        );
        assert_eq!(
            refusal("K,Me,Here,ok,1000,,,none,10,12,,mine,open,none,notes,read"),
            "mine.csv:2: column `price_year` is empty; write a value, every row needs one"
        );
        assert_eq!(
            refusal("K,Me,Here,ok,1000,,,none,10,12,2026,mine,sometimes,none,notes,read"),
            "mine.csv:2: column `availability`: \"sometimes\" is none of open, government_only, restricted, restricted (sanctions), unavailable; write one of them"
        );
        assert!(refusal("K,Me,Here,ok,-5,,,none,10,12,2026,mine,open,none,notes,read").contains("-5 is outside 0 to"));
    }

    #[test]
    fn refuses_names_that_are_not_there() {
        let missing = catalogue().launcher("Arianne 64").expect_err("not there").to_string();
        assert_eq!(missing, "the catalogue has no launcher \"Arianne 64\"; did you mean \"Ariane 64\"?");
        assert!(catalogue().curve("Saturn V").is_err() && catalogue().table("rockets").is_err());
        assert_eq!(
            catalogue().stage("EUS").expect_err("incomplete").to_string(),
            "the catalogue's row of the stage \"EUS\" has no `dry_kg`; choose another, or write the numbers yourself"
        );
    }
}
