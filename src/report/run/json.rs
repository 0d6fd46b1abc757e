//! A run as one object, with the keys that scripts lean on.

use super::{delivered_usd_per_kg, launch_usd_per_kg};
use crate::campaign::{Campaign, Launch, Plan, Status};
use crate::costs::anchors;
use crate::ephemerides::Ephemerides;
use crate::report::ReportError;
use crate::transfers::porkchop::Transfer;
use crate::units::KG_PER_LB;
use serde_json::{Value, json};

/// The object of `report.json`.
///
/// * `campaign`, `plan`: the file and what came of it
/// * `ephemerides`: the kernels, for the provenance
///
/// # Errors
/// [`ReportError`] when the price anchors do not read.
pub fn run_json(campaign: &Campaign, plan: &Plan, ephemerides: &Ephemerides) -> Result<Value, ReportError> {
    let bill = plan.bill();
    let by_year: serde_json::Map<String, Value> =
        bill.by_year.iter().map(|(year, musd)| (year.to_string(), json!(musd))).collect();
    let (status, reasons) = match &plan.status {
        Status::Optimal => ("optimal", Vec::new()),
        Status::Feasible => ("feasible", Vec::new()),
        Status::Infeasible { reasons } => ("infeasible", reasons.clone()),
    };
    let anchors: Vec<Value> = anchors()?
        .iter()
        .map(|a| {
            json!({
                "what": a.what,
                "usd_per_lb": [a.low_usd_per_lb, a.high_usd_per_lb],
                "usd_per_kg": [a.low_usd_per_kg(), a.high_usd_per_kg()],
                "note": a.note,
                "source": a.source,
            })
        })
        .collect();
    let launch_mass = plan.launch_mass().kg();
    Ok(json!({
        "campaign": campaign.name.value,
        "status": status,
        "reasons": reasons,
        "left_out": plan.left_out(),
        "objective": plan.objective_value,
        "gap": plan.gap,
        "imleo_kg": imleo_kg(plan),
        "launch_mass_kg": launch_mass,
        "launches": plan.launches().map(launch_json).collect::<Vec<_>>(),
        "flights": plan.launches().map(flight_json).collect::<Vec<_>>(),
        "deliveries": deliveries(campaign, plan),
        "cost_musd": {
            "total": bill.total_musd(),
            "launch": bill.launch_musd,
            "craft": bill.craft_musd,
            "propellant": bill.propellant_musd,
            "operations": bill.operations_musd,
            "by_year": by_year,
            "discounted": bill.discounted_musd,
            "p10": bill.p10_musd,
            "p50": bill.p50_musd,
            "p90": bill.p90_musd,
            "currency_year": bill.currency_year,
        },
        "delivered": {
            "usd_per_kg": delivered_usd_per_kg(plan),
            "usd_per_lb": delivered_usd_per_kg(plan).map(|x| x * KG_PER_LB),
            "launch_usd_per_kg": launch_usd_per_kg(plan),
            "launch_usd_per_lb": launch_usd_per_kg(plan).map(|x| x * KG_PER_LB),
            "anchors": anchors,
        },
        "partners": plan.partners.iter().map(|p| json!({
            "id": p.id,
            "share": p.share,
            "contributes_kg": p.contributes.kg(),
            "contributes_musd": p.contributes_musd,
            "proportional_musd": p.proportional_musd,
            "shapley_musd": p.shapley_musd,
            "nucleolus_musd": p.nucleolus_musd,
            "alone_musd": p.alone_musd,
            "in_core": p.in_core,
        })).collect::<Vec<_>>(),
        "resilience": plan.withdrawals.iter().map(|w| json!({
            "without": w.without,
            "cost_musd": w.cost_musd,
            "unmet_kg": w.unmet.kg(),
            "premium": w.premium,
        })).collect::<Vec<_>>(),
        "provenance": provenance(campaign, ephemerides),
    }))
}

fn provenance(campaign: &Campaign, ephemerides: &Ephemerides) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "licence": env!("CARGO_PKG_LICENSE"),
        "campaign_file": std::path::Path::new(&campaign.source.name)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        "kernels": ephemerides.kernels().iter().map(|k| json!({ "name": k.name, "sha256": k.sha256 })).collect::<Vec<_>>(),
        "constants": "gravitational parameters of DE440, radii of pck00011, g0 9.80665 m/s²",
        "model": "patched conics: Lambert arcs between DE440 states, impulses at the periapsis of the orbits at both ends",
        "time": "TDB",
    })
}

/// The reference stages' mass in the parking orbit, all launches together.
fn imleo_kg(plan: &Plan) -> f64 {
    plan.launches().map(|l| l.departure.imleo().kg()).sum()
}

fn launch_json(launch: &Launch) -> Value {
    let d = &launch.departure;
    json!({
        "launcher": d.launcher,
        "partner": d.partner,
        "date": d.transfer.depart.iso(),
        "c3_km2_s2": d.transfer.c3_km2_s2,
        "dla_deg": d.transfer.dla_deg,
        "rla_deg": d.transfer.rla_deg,
        "payload_kg": d.masses.launch.kg(),
        "capacity_kg": d.capacity_kg,
        "capacity_basis": d.basis.to_string(),
        "imleo_kg": d.imleo().kg(),
        "price_musd": launch.price.price.musd(),
        "price_range_musd": [launch.price.low.musd(), launch.price.high.musd()],
        "price_note": launch.price.note,
    })
}

fn flight_json(launch: &Launch) -> Value {
    let (d, m) = (&launch.departure, &launch.departure.masses);
    let t = &d.transfer;
    json!({
        "launcher": d.launcher,
        "partner": d.partner,
        "depart": t.depart.iso(),
        "arrive": t.arrive.iso(),
        "tof_d": t.tof_d,
        "type": t.kind.to_string(),
        "revs": t.revs,
        "transfer_angle_deg": t.angle_deg,
        "v_inf_dep_km_s": t.v_inf_dep_km_s,
        "v_inf_arr_km_s": t.v_inf_arr_km_s,
        "burns": burns(t, m.dv.km_s()),
        "cargo_kg": launch.cargo.kg(),
        "cargo_capacity_kg": m.cargo.kg(),
        "craft_dry_kg": m.craft_dry.kg(),
        "stage_dry_kg": m.stage_dry.kg(),
        "propellant_loaded_kg": m.loaded.kg(),
        "propellant_burnt_kg": m.burnt.kg(),
        "residual_kg": m.residual.kg(),
    })
}

/// Both burns; the launcher's upper stage makes the first, so it has no margin of the craft.
fn burns(t: &Transfer, with_margin_km_s: f64) -> Value {
    json!([
        {
            "name": "injection", "by": "launcher", "epoch": t.depart.iso(), "dv_km_s": t.dv_depart_km_s,
            "v_inf_km_s": t.arc.v_inf_dep_km_s, "frame": "J2000", "finite_loss_km_s": null, "margin_km_s": 0.0,
        },
        {
            "name": "insertion", "by": "craft", "epoch": t.arrive.iso(), "dv_km_s": t.dv_arrive_km_s,
            "v_inf_km_s": t.arc.v_inf_arr_km_s, "frame": "J2000", "finite_loss_km_s": null,
            "margin_km_s": with_margin_km_s - t.dv_arrive_km_s,
        },
    ])
}

fn deliveries(campaign: &Campaign, plan: &Plan) -> Vec<Value> {
    let mut rows = Vec::new();
    for (demand, planned) in campaign.demands.iter().zip(&plan.demands) {
        for launch in &planned.launches {
            rows.push(json!({
                "commodity": demand.commodity.value,
                "node": demand.node.value,
                "date": launch.departure.transfer.arrive.iso(),
                "mass_kg": launch.cargo.kg(),
                "demanded_kg": demand.mass.value.kg(),
            }));
        }
        if planned.launches.is_empty() {
            rows.push(json!({
                "commodity": demand.commodity.value,
                "node": demand.node.value,
                "date": null,
                "mass_kg": 0.0,
                "demanded_kg": demand.mass.value.kg(),
            }));
        }
    }
    rows
}
