//! What is known of a launcher beside its row, and files of the user's own.

use super::{Catalogue, LAUNCHER_FACTS};
use crate::units::Mass;
use crate::vehicles::launcher::{Fairing, LaunchSite, LauncherFacts};
use crate::vehicles::reliability::FlightRecord;
use crate::vehicles::table::{CatalogueError, Row, Table, Verified};

impl Catalogue {
    /// This catalogue with a file of the user's own: launchers, curves or facts, told apart by the first line.
    ///
    /// * `text`: comma-separated values with the heading of `launch_vehicles.csv`, `launch_c3.csv` or
    ///   `launcher_facts.csv`
    /// * `file`: the file's name, for refusals
    ///
    /// # Errors
    /// [`CatalogueError`] naming file, line, column and cure.
    pub fn with_file(&self, text: &str, file: &str) -> Result<Self, CatalogueError> {
        let heading = text.lines().next().unwrap_or("");
        let has = |column: &str| heading.split(',').any(|name| name.trim() == column);
        if has("injected_kg") {
            return self.with_curves(text, file);
        }
        if has("sso_kg") || has("flown") {
            let table = Table::read(text, file, &LAUNCHER_FACTS)?;
            let mut catalogue = self.clone();
            catalogue.take_facts(&table)?;
            catalogue.tables.push(table);
            return Ok(catalogue);
        }
        self.with_launchers(text, file)
    }

    /// Give each launcher what a table of facts knows of it.
    pub(super) fn take_facts(&mut self, table: &Table) -> Result<(), CatalogueError> {
        for row in &table.rows {
            let name = self.launcher(table.cell(row, "launcher"))?.name.clone();
            let facts = read_facts(table, row)?;
            if let Some(launcher) = self.launchers.iter_mut().find(|l| l.name == name) {
                launcher.facts = facts;
            }
        }
        Ok(())
    }
}

fn read_facts(table: &Table, row: &Row) -> Result<LauncherFacts, CatalogueError> {
    let empty =
        |column: &str| CatalogueError::Empty { file: table.file.clone(), line: row.line, column: column.to_owned() };
    // of two that belong together one alone says nothing
    let both = |a: &'static str, b: &'static str| match (table.value(row, a), table.value(row, b)) {
        (Some(x), Some(y)) => Ok(Some([x, y])),
        (None, None) => Ok(None),
        (Some(_), None) => Err(empty(b)),
        (None, Some(_)) => Err(empty(a)),
    };
    let counted_to = table.cell(row, "counted_to").to_owned();
    let record = match both("flown", "failed")? {
        Some([flown, failed]) => {
            if failed > flown {
                return Err(CatalogueError::Contradiction {
                    file: table.file.clone(),
                    line: row.line,
                    column: "flown".to_owned(),
                    value: flown,
                    other: "failed".to_owned(),
                    bound_value: failed,
                });
            }
            if counted_to.is_empty() {
                return Err(empty("counted_to"));
            }
            Some(FlightRecord { flown: flown as u32, failed: failed as u32, counted_to })
        }
        None => None,
    };
    let fairing = both("fairing_diameter_m", "fairing_height_m")?;
    Ok(LauncherFacts {
        sso: table.value(row, "sso_kg").map(Mass::from_kg),
        site: table
            .value(row, "site_latitude_deg")
            .map(|latitude_deg| LaunchSite { name: table.cell(row, "site").to_owned(), latitude_deg }),
        fairing: fairing.map(|[diameter_m, height_m]| Fairing { diameter_m, height_m }),
        record,
        source: row.source.clone(),
        verified: Some(row.verified).filter(|v| *v != Verified::Memory),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the catalogue")
    }

    const HEADING: &str = "launcher,sso_kg,site,site_latitude_deg,fairing_diameter_m,fairing_height_m,flown,failed,counted_to,note,source,verified\n";

    /// Figures of launcher_facts.csv, and how far the inclination estimate is from the two that are known.
    #[test]
    fn agrees_with_the_known_sun_synchronous_figures() {
        let mut errors = Vec::new();
        for name in ["Ariane 62", "Ariane 64"] {
            let launcher = catalogue().launcher(name).expect(name);
            let known = launcher.facts.sso.expect("a figure").kg();
            let estimate = launcher.low_orbit_estimate(97.4).expect("an estimate").kg();
            errors.push((estimate - known) / known);
        }
        // an estimate is one: within a quarter, and the same for both
        assert!(errors.iter().all(|e| e.abs() < 0.25), "{errors:?}");
        assert!((errors[0] - errors[1]).abs() < 0.25, "{errors:?}");
    }

    #[test]
    fn law_a_file_of_facts_extends_and_is_told_apart_by_its_heading() {
        let own = format!("{HEADING}LVM3,,Sriharikota,13.7,5.0,10.0,7,0,2023-10-01,,my notes,read\n");
        let mine = catalogue().with_file(&own, "facts.csv").expect("facts");
        let facts = &mine.launcher("LVM3").expect("a row").facts;
        assert_eq!(facts.record.as_ref().map(|r| r.flown), Some(7));
        assert_eq!(facts.site.as_ref().map(|s| s.latitude_deg), Some(13.7));
        let curve = "vehicle,c3_km2_s2,injected_kg,source,verified\nLVM3,0,2400,me,read\nLVM3,20,1000,me,read\n";
        let curved = mine.with_file(curve, "curve.csv").expect("a curve");
        assert_eq!(curved.launcher("LVM3").expect("a row").capacity(10.0).expect("on it").mass.kg(), 1700.0);
        assert!(curved.with_file("name\nx\n", "x.csv").is_err());
    }

    #[test]
    fn refuses_facts_that_contradict_themselves() {
        let refusal = |row: &str| {
            catalogue().with_file(&format!("{HEADING}{row}\n"), "f.csv").expect_err("a refusal").to_string()
        };
        assert_eq!(
            refusal("LVM3,,,,,,3,4,2023-10-01,,me,read"),
            "f.csv:2: column `flown`: 3 is below `failed` = 4; exchange the two or correct one"
        );
        assert_eq!(
            refusal("LVM3,,,,,,3,0,,,me,read"),
            "f.csv:2: column `counted_to` is empty; write a value, every row needs one"
        );
        assert!(refusal("LVM3,,,,5.0,,,,,,me,read").contains("column `fairing_height_m` is empty"));
        assert!(refusal("LVM3,,X,95,,,,,,,me,read").contains("95 is outside -90 to 90"));
        assert!(refusal("LVMM3,,,,,,,,,,me,read").contains("did you mean \"LVM3\"?"));
    }
}
