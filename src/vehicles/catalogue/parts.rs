//! Rows of the catalogue as what they stand for: elements of a vehicle, coolers, arcs.

use super::Catalogue;
use crate::units::{DeltaV, Mass};
use crate::vehicles::element::{Element, Supply};
use crate::vehicles::propulsion::{CoolerFigures, Engine, Tank};
use crate::vehicles::table::{CatalogueError, Row, did_you_mean};

impl Catalogue {
    /// A stage with its engines and tanks, full, by name: what [`fly`](crate::vehicles::fly) flies.
    ///
    /// A row without specific impulse is a piece without engine; `shared` small engines draw on the main tank.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name; [`CatalogueError::Incomplete`] when the dry mass is not known,
    /// or an engine has no propellant.
    pub fn element(&self, name: &str) -> Result<Element, CatalogueError> {
        let (table, row) = self.row("stages.csv", "stage", name)?;
        let own_name = table.cell(row, "name");
        let known = |column: &str| {
            table.value(row, column).ok_or_else(|| CatalogueError::Incomplete {
                kind: "stage",
                name: own_name.to_owned(),
                column: column.to_owned(),
            })
        };
        let mut element = Element::new(own_name, Mass::from_kg(known("dry_kg")?));
        let propellant = table.cell(row, "propellant");
        let main_kg = table.value(row, "prop_kg").filter(|kg| *kg > 0.0);
        if let Some(isp_s) = table.value(row, "isp_s") {
            element =
                element.with_engine(Engine::of_isp(isp_s), Tank::of(propellant, Mass::from_kg(known("prop_kg")?)));
        } else if let Some(kg) = main_kg {
            element.tank = Some(Tank::of(propellant, Mass::from_kg(kg)));
        }
        if let Some(isp_s) = table.value(row, "rcs_isp_s") {
            let supply = match table.cell(row, "rcs_prop_kg") {
                "shared" => Supply::Shared,
                _ => Supply::Own(Tank::of(propellant, Mass::from_kg(known("rcs_prop_kg")?))),
            };
            element = element.with_thrusters(Engine::of_isp(isp_s), supply);
        }
        // a seat or a hold of zero is none
        element.seats = table.value(row, "crew").map(|people| people as u32);
        element.cargo_capacity = table.value(row, "cargo_cap_kg").map(Mass::from_kg);
        (element.source, element.verified) = (row.source.clone(), row.verified);
        Ok(element)
    }

    /// What a cryocooler of the catalogue costs per watt that it lifts: the rows `20 K cryocooler` of `depots_isru.csv`.
    ///
    /// # Errors
    /// [`CatalogueError::Incomplete`] when a row has no number.
    pub fn cryocooler(&self) -> Result<CoolerFigures, CatalogueError> {
        Ok(CoolerFigures {
            power_ratio: self.depot_value("20 K cryocooler input")?,
            mass_per_w_ratio: self.depot_value("20 K cryocooler mass")?,
        })
    }

    /// A number of `depots_isru.csv`, in the row's own unit.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] with the nearest name, [`CatalogueError::Incomplete`] when it is no single number.
    pub fn depot_value(&self, item: &str) -> Result<f64, CatalogueError> {
        let (table, row) = self.row("depots_isru.csv", "depot figure", item)?;
        table.value(row, "value").ok_or_else(|| CatalogueError::Incomplete {
            kind: "depot figure",
            name: item.to_owned(),
            column: "value".to_owned(),
        })
    }

    /// The change of speed from one place to another as a source states it, both names as `arcs_delta_v.csv` has them.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] when there is no such row, [`CatalogueError::Incomplete`] when it states a span.
    pub fn arc(&self, from: &str, to: &str) -> Result<DeltaV, CatalogueError> {
        let table = self.table("arcs_delta_v.csv")?;
        let is = |row: &Row, column: &str, name: &str| table.cell(row, column).eq_ignore_ascii_case(name.trim());
        let row = table.rows.iter().find(|r| is(r, "from", from) && is(r, "to", to)).ok_or_else(|| {
            let asked = format!("{from} to {to}");
            let names: Vec<String> =
                table.rows.iter().map(|r| format!("{} to {}", table.cell(r, "from"), table.cell(r, "to"))).collect();
            let hint = did_you_mean(&asked, names.iter().map(String::as_str));
            CatalogueError::Unknown { kind: "arc", name: asked, hint }
        })?;
        let m_s = table.value(row, "dv_m_s").ok_or_else(|| CatalogueError::Incomplete {
            kind: "arc",
            name: format!("{from} to {to}"),
            column: "dv_m_s".to_owned(),
        })?;
        Ok(DeltaV::from_km_s(m_s * 1e-3))
    }
}
