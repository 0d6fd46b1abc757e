//! The tables of a run, with units in their headings.

use crate::campaign::{Campaign, Plan};
use crate::report::escape::csv_cell;

/// A table as text of comma-separated values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvTable {
    /// name of the file
    pub name: String,
    /// its text
    pub text: String,
}

fn table(name: &str, heading: &str, rows: impl Iterator<Item = Vec<String>>) -> CsvTable {
    let mut text = format!("{heading}\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| csv_cell(c)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    CsvTable { name: format!("{name}.csv"), text }
}

/// Numbers of a report to a tenth of a gram, a dollar or a millimetre per second.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// All tables of a run.
///
/// * `campaign`, `plan`: the file and what came of it
#[must_use]
pub fn run_tables(campaign: &Campaign, plan: &Plan) -> Vec<CsvTable> {
    let optional = |value: Option<f64>| value.map_or_else(String::new, number);
    let launches = table(
        "launches",
        "launch,launcher,partner,depart_tdb,arrive_tdb,tof_d,type,c3_km2_s2,dla_deg,rla_deg,v_inf_arr_km_s,dv_injection_km_s,dv_insertion_km_s,capacity_kg,payload_kg,price_musd,capacity_basis",
        plan.launches().enumerate().map(|(k, l)| {
            let (d, t) = (&l.departure, &l.departure.transfer);
            let mut row =
                vec![(k + 1).to_string(), d.launcher.clone(), d.partner.clone(), t.depart.iso(), t.arrive.iso()];
            row.push(number(t.tof_d));
            row.push(t.kind.to_string());
            let numbers = [
                t.c3_km2_s2,
                t.dla_deg,
                t.rla_deg,
                t.v_inf_arr_km_s,
                t.dv_depart_km_s,
                t.dv_arrive_km_s,
                d.capacity_kg,
                d.masses.launch.kg(),
                l.price.price.musd(),
            ];
            row.extend(numbers.map(number));
            row.push(d.basis.to_string());
            row
        }),
    );
    let masses = table(
        "masses",
        "launch,launcher,launch_kg,cargo_kg,cargo_capacity_kg,craft_dry_kg,stage_dry_kg,propellant_loaded_kg,propellant_burnt_kg,residual_kg,dv_with_margin_km_s",
        plan.launches().enumerate().map(|(k, l)| {
            let m = &l.departure.masses;
            let mut row = vec![(k + 1).to_string(), l.departure.launcher.clone()];
            let masses = [m.launch, l.cargo, m.cargo, m.craft_dry, m.stage_dry, m.loaded, m.burnt, m.residual];
            row.extend(masses.map(|mass| number(mass.kg())));
            row.push(number(m.dv.km_s()));
            row
        }),
    );
    let departures = table(
        "departures",
        "demand,opportunity,launcher,partner,depart_tdb,arrive_tdb,c3_km2_s2,v_inf_arr_km_s,capacity_kg,cargo_kg,capacity_basis",
        plan.demands.iter().flat_map(|d| {
            d.departures.departures.iter().map(|x| {
                let t = &x.transfer;
                let mut row =
                    vec![d.demand.clone(), (x.opportunity + 1).to_string(), x.launcher.clone(), x.partner.clone()];
                row.extend([t.depart.iso(), t.arrive.iso()]);
                row.extend([t.c3_km2_s2, t.v_inf_arr_km_s, x.capacity_kg, x.masses.cargo.kg()].map(number));
                row.push(x.basis.to_string());
                row
            })
        }),
    );
    let bill = plan.bill();
    let costs = table(
        "costs_by_year",
        &format!("year,cost_musd_of_{}", campaign.currency_year),
        bill.by_year.iter().map(|(year, musd)| vec![year.to_string(), number(*musd)]),
    );
    let partners = table(
        "partners",
        "partner,share,contributes_kg,contributes_musd,proportional_musd,shapley_musd,nucleolus_musd,alone_musd,in_core",
        plan.partners.iter().map(|p| {
            let mut row = vec![p.id.clone(), number(p.share), number(p.contributes.kg()), number(p.contributes_musd)];
            row.push(number(p.proportional_musd));
            row.extend([p.shapley_musd, p.nucleolus_musd, p.alone_musd].map(optional));
            row.push(p.in_core.map_or_else(String::new, |inside| inside.to_string()));
            row
        }),
    );
    let withdrawals = table(
        "withdrawals",
        "without,cost_musd,unmet_kg,premium",
        plan.withdrawals
            .iter()
            .map(|w| vec![w.without.clone(), optional(w.cost_musd), number(w.unmet.kg()), optional(w.premium)]),
    );
    vec![launches, masses, departures, costs, partners, withdrawals]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_cell_that_holds_a_comma_is_quoted() {
        let made = table("x", "a,b", [vec!["1,5".to_owned(), "say \"so\"".to_owned()]].into_iter());
        assert_eq!((made.name.as_str(), made.text.as_str()), ("x.csv", "a,b\n\"1,5\",\"say \"\"so\"\"\"\n"));
        assert_eq!(
            (number(2.5), number(-0.0), number(1.0 / 3.0)),
            ("2.5".to_owned(), "0".to_owned(), "0.333333".to_owned())
        );
    }
}
