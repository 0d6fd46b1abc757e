//! Files of the user's own, told apart by their first line.

use super::Catalogue;
use super::files::{LAUNCH_PRICES, LAUNCHER_FACTS};
use crate::vehicles::table::{CatalogueError, Table};

impl Catalogue {
    /// This catalogue with a file of the user's own: launchers, curves, facts or prices, told apart by the first line.
    ///
    /// * `text`: comma-separated values with the heading of `launch_vehicles.csv`, `launch_c3.csv`,
    ///   `launcher_facts.csv` or `launch_prices.csv`
    /// * `file`: the file's name, for refusals
    ///
    /// A launcher of the user's facts or prices has these alone: what the catalogue knew of the same kind is gone.
    ///
    /// # Errors
    /// [`CatalogueError`] naming file, line, column and cure.
    pub fn with_file(&self, text: &str, file: &str) -> Result<Self, CatalogueError> {
        let heading = text.lines().next().unwrap_or("");
        let has = |column: &str| heading.split(',').any(|name| name.trim() == column);
        let mut catalogue = self.clone();
        let table = if has("injected_kg") {
            return self.with_curves(text, file);
        } else if has("sso_kg") || has("flown") {
            let table = Table::read(text, file, &LAUNCHER_FACTS)?;
            catalogue.take_facts(&table)?;
            table
        } else if has("buyer") || has("from_number") {
            let table = Table::read(text, file, &LAUNCH_PRICES)?;
            catalogue.take_prices(&table)?;
            table
        } else {
            return self.with_launchers(text, file);
        };
        catalogue.tables.push(table);
        Ok(catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the catalogue")
    }

    const HEADING: &str = "launcher,sso_kg,site,fairing_diameter_m,fairing_height_m,fairing_volume_m3,flown,failed,counted_to,first_flight,last_flight,per_year,note,source,verified\n";

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
        let own = format!("{HEADING}LVM3,,Sriharikota,5.0,10.0,90,7,0,2023-10-01,2017,2040-06,4,,my notes,read\n");
        let mine = catalogue().with_file(&own, "facts.csv").expect("facts");
        let facts = &mine.launcher("LVM3").expect("a row").facts;
        assert_eq!(facts.record.as_ref().map(|r| r.flown), Some(7));
        assert_eq!(facts.site.as_ref().map(|s| s.latitude_deg), Some(13.72));
        assert_eq!((facts.fairing_volume_m3, facts.launches_per_year), (Some(90.0), Some(4)));
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
            refusal("LVM3,,,,,,3,4,2023-10-01,,,,,me,read"),
            "f.csv:2: column `flown`: 3 is below `failed` = 4; exchange the two or correct one"
        );
        assert_eq!(
            refusal("LVM3,,,,,,3,0,,,,,,me,read"),
            "f.csv:2: column `counted_to` is empty; write a value, every row needs one"
        );
        assert!(refusal("LVM3,,,5.0,,,,,,,,,,me,read").contains("column `fairing_height_m` is empty"));
        assert_eq!(
            refusal("LVM3,,Sriharicota,,,,,,,,,,,me,read"),
            "f.csv:2: column `site`: the catalogue has no launch site \"Sriharicota\"; did you mean \"Sriharikota\"?"
        );
        assert!(
            refusal("LVM3,,,,,,,,,spring,,,,me,read").contains(
                "column `first_flight`: \"spring\" is none of a day 2024-07-09, a month 2024-07, a year 2024"
            )
        );
        assert!(
            refusal("LVM3,,,,,,,,,2030,2029-12,,,me,read")
                .contains("column `last_flight`: 2029 is below `first_flight` = 2030")
        );
        assert_eq!(
            refusal("LVM3,,,,,110,,,,,,,,me,read\nLVM3,,,,,100,,,,,,,,me,read"),
            "f.csv:3: column `fairing_volume_m3`: \"LVM3\" is already there on line 2; rename or remove one"
        );
        assert!(refusal("LVMM3,,,,,,,,,,,,,me,read").contains("did you mean \"LVM3\"?"));
    }

    #[test]
    fn refuses_prices_that_contradict_themselves() {
        let heading = "launcher,buyer,from_number,low_musd,high_musd,price_year,note,source,verified\n";
        let refusal = |rows: &str| {
            catalogue().with_file(&format!("{heading}{rows}\n"), "p.csv").expect_err("a refusal").to_string()
        };
        assert_eq!(
            refusal("LVM3,anybody,1,10,12,2026,,me,read"),
            "p.csv:2: column `buyer`: \"anybody\" is none of commercial, government; write one of them"
        );
        assert_eq!(
            refusal("LVM3,commercial,1,12,10,2026,,me,read"),
            "p.csv:2: column `high_musd`: 10 is below `low_musd` = 12; exchange the two or correct one"
        );
        assert!(refusal("LVM3,commercial,1.5,10,12,2026,,me,read").contains("\"1.5\" is none of the whole numbers"));
        assert_eq!(
            refusal("LVM3,commercial,1,10,12,2026,,me,read\nLVM3,commercial,1,9,12,2026,,me,read"),
            "p.csv:3: column `from_number`: \"LVM3 commercial from 1\" is already there on line 2; rename or remove one"
        );
    }
}
