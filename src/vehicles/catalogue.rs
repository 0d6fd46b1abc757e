//! The catalogue: plain files with a source on every row, embedded in the program, extended by the user's own.

mod own;
mod parts;

use super::curve::{Curve, OnCurve};
use super::estimate::{
    ESTIMATE_C3_MAX_KM2_S2, EstimateCheck, EstimateError, Pair, UpperStage, may_be_truth, summarise,
};
use super::launcher::{Availability, EscapeBasis, Estimate, Launcher, LauncherFacts, PriceRange};
use super::stage::Stage;
use super::table::{CatalogueError, Column, Kind, Layout, Row, Table, Verified, did_you_mean};
use crate::units::{Mass, Money};
use std::sync::OnceLock;

/// The polynomials fitted to the launch curves, as embedded.
pub const LAUNCH_C3_POLY: &str = include_str!("../../catalogue/launch_c3_poly.toml");

/// The row of `engines_propellants.csv` whose specific impulse the upper-stage estimate assumes.
pub const ESTIMATE_PROPELLANT: &str = "hydrolox LH2/LOX";

const KG: &str = "kg";
const HEAVIEST_KG: f64 = 5e6;

const LAUNCHERS: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("country", Kind::Name),
        Column("status", Kind::Name),
        Column("leo_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("gto_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("tli_or_escape_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("escape_basis", Kind::Text),
        Column("price_low_musd", Kind::Known("millions of USD", 0.0, 2e4)),
        Column("price_high_musd", Kind::Known("millions of USD", 0.0, 2e4)),
        Column("price_year", Kind::Known("calendar years", 1950.0, 2100.0)),
        Column("price_basis", Kind::Text),
        Column("availability", Kind::Name),
        Column("reuse", Kind::Name),
    ],
    unique: true,
};

const CURVES: Layout = Layout {
    columns: &[
        Column("vehicle", Kind::Name),
        Column("c3_km2_s2", Kind::Number("km²/s²", -61.0, 400.0)),
        Column("injected_kg", Kind::Number(KG, 0.0, 3e5)),
    ],
    unique: false,
};

const LAUNCHER_FACTS: Layout = Layout {
    columns: &[
        Column("launcher", Kind::Name),
        Column("sso_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("site", Kind::Text),
        Column("site_latitude_deg", Kind::Known("degrees", -90.0, 90.0)),
        Column("fairing_diameter_m", Kind::Known("m", 0.1, 30.0)),
        Column("fairing_height_m", Kind::Known("m", 0.1, 60.0)),
        Column("flown", Kind::Known("flights", 0.0, 1e5)),
        Column("failed", Kind::Known("flights", 0.0, 1e5)),
        Column("counted_to", Kind::Text),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const LAUNCHER_CURVES: Layout =
    Layout { columns: &[Column("launcher", Kind::Name), Column("curve", Kind::Name)], unique: true };

const STAGES: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("class", Kind::Name),
        Column("dry_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("prop_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("rcs_prop_kg", Kind::KnownOr("shared", KG, 0.0, HEAVIEST_KG)),
        Column("isp_s", Kind::Known("s", 50.0, 1e4)),
        Column("rcs_isp_s", Kind::Known("s", 50.0, 1e4)),
        Column("propellant", Kind::Text),
        Column("cargo_cap_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("crew", Kind::Known("people", 0.0, 1000.0)),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const ENGINES: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("isp_vac_s", Kind::Number("s", 50.0, 1e4)),
        Column("bulk_density_kg_l", Kind::Known("kg/L", 0.01, 25.0)),
        Column("boiloff_pct_day", Kind::Known("% per day", 0.0, 100.0)),
        Column("tank_kg_per_l", Kind::Known("kg/L", 0.0, 1.0)),
        Column("isru_feed_kg_per_kg", Kind::Text),
    ],
    unique: true,
};

const CRAFT: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("to", Kind::Name),
        Column("pressurized_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("unpressurized_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("total_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("return_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("launcher", Kind::Name),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const LANDERS: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("payload_to_lunar_surface_kg", Kind::Figure(KG, 0.0, 2e5)),
        Column("mode", Kind::Name),
        Column("prop", Kind::Text),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const ARCS: Layout = Layout {
    columns: &[
        Column("from", Kind::Name),
        Column("to", Kind::Name),
        Column("dv_m_s", Kind::Figure("m/s", 0.0, 3e4)),
        Column("tof_d", Kind::Figure("d", 0.0, 5e3)),
        Column("kind", Kind::Name),
        Column("note", Kind::Text),
    ],
    unique: false,
};

const MARS_WINDOWS: Layout = Layout {
    columns: &[
        Column("window", Kind::Number("calendar years", 2000.0, 2200.0)),
        Column("type", Kind::Name),
        Column("depart", Kind::Text),
        Column("arrive", Kind::Text),
        Column("c3_min_km2_s2", Kind::Number("km²/s²", 0.0, 400.0)),
        Column("tof_d", Kind::Known("d", 1.0, 5e3)),
        Column("dv_tmi_407km_m_s", Kind::Number("m/s", 0.0, 3e4)),
        Column("fh_exp_kg", Kind::Number(KG, 0.0, 3e5)),
        Column("fh_rec_kg", Kind::Number(KG, 0.0, 3e5)),
        Column("vulcan_vc6_kg", Kind::Number(KG, 0.0, 3e5)),
    ],
    unique: true,
};

const CREW_RATES: Layout = Layout {
    columns: &[
        Column("item", Kind::Name),
        Column("value", Kind::Figure("the row's own unit", 0.0, 1e4)),
        Column("unit", Kind::Name),
        Column("basis", Kind::Text),
    ],
    unique: true,
};

const CLASSES: Layout = Layout {
    columns: &[
        Column("cos", Kind::Number("class numbers", 1.0, 9999.0)),
        Column("name", Kind::Name),
        Column("parent", Kind::Known("class numbers", 1.0, 99.0)),
    ],
    unique: true,
};

const DEPOTS: Layout = Layout {
    columns: &[
        Column("item", Kind::Name),
        Column("value", Kind::Figure("the row's own unit", 0.0, 1e5)),
        Column("low", Kind::Known("the row's own unit", 0.0, 1e5)),
        Column("high", Kind::Known("the row's own unit", 0.0, 1e5)),
        Column("unit", Kind::Name),
    ],
    unique: true,
};

const CONTRACTS: Layout = Layout {
    columns: &[
        Column("service", Kind::Name),
        Column("value_musd", Kind::Number("millions of USD", 0.0, 1e6)),
        Column("cargo_kg", Kind::Known(KG, 0.0, 1e8)),
        Column("missions", Kind::Known("flights", 0.0, 1e4)),
        Column("usd_per_kg", Kind::Known("USD/kg", 0.0, 1e7)),
        Column("year", Kind::Number("calendar years", 1950.0, 2100.0)),
    ],
    unique: true,
};

const INFLATION: Layout = Layout {
    columns: &[
        Column("from_year", Kind::Name),
        Column("to_year", Kind::Name),
        Column("factor", Kind::Number("a plain ratio", 0.1, 100.0)),
        Column("index", Kind::Name),
    ],
    unique: false,
};

const ANCHORS: Layout = Layout {
    columns: &[
        Column("what", Kind::Name),
        Column("low_usd_per_lb", Kind::Number("USD/lb", 0.0, 1e7)),
        Column("high_usd_per_lb", Kind::Number("USD/lb", 0.0, 1e7)),
        Column("note", Kind::Text),
    ],
    unique: true,
};

macro_rules! files {
    ($($name:literal: $layout:ident),* $(,)?) => {
        /// Every table: its name, its text, what it must look like.
        const FILES: &[(&str, &str, &Layout)] =
            &[$(($name, include_str!(concat!("../../catalogue/", $name)), &$layout)),*];
    };
}
files! {
    "launch_vehicles.csv": LAUNCHERS,
    "launch_c3.csv": CURVES,
    "launcher_curves.csv": LAUNCHER_CURVES,
    "launcher_facts.csv": LAUNCHER_FACTS,
    "stages.csv": STAGES,
    "engines_propellants.csv": ENGINES,
    "cargo_craft.csv": CRAFT,
    "landers.csv": LANDERS,
    "arcs_delta_v.csv": ARCS,
    "mars_windows.csv": MARS_WINDOWS,
    "crew_rates.csv": CREW_RATES,
    "classes_of_supply.csv": CLASSES,
    "depots_isru.csv": DEPOTS,
    "service_contracts.csv": CONTRACTS,
    "inflation.csv": INFLATION,
    "anchors.csv": ANCHORS,
}

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
                Some(old) => *old = launcher,
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
