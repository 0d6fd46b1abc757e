//! The answer.

use super::{Answer, Escape, half_name};
use crate::numerics::vector::norm;
use crate::transfers::departure::{Bound, FiniteBurn, FinitePlan, FlownEscape, Injection, PlaneTurn};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};
use std::fmt::Write;

/// What the transfer is made of.
const MODEL: &str = "patched conics: two-body motion around the Sun between the ephemerides of both bodies";

impl Answer<'_> {
    fn plan(&self) -> Option<&FinitePlan> {
        self.escape.as_ref().ok().and_then(Escape::plan)
    }

    /// Both impulses, and the loss of the departure where a stage is known.
    fn dv_with_losses_km_s(&self) -> Option<f64> {
        self.plan().map(|plan| self.impulses_km_s().1 + plan.loss_km_s)
    }

    /// What the departure burn turns.
    fn turn(&self) -> Option<&PlaneTurn> {
        self.escape.as_ref().ok().and_then(|escape| escape.departure.turn.as_ref())
    }

    /// The impulse of the departure and both impulses, with the turn of the plane where there is one.
    fn impulses_km_s(&self) -> (f64, f64) {
        let t = self.transfer;
        match &self.escape {
            Ok(Escape { departure, .. }) if departure.turn.is_some() => {
                (departure.impulse_km_s, departure.impulse_km_s + t.dv_arrive_km_s)
            }
            _ => (t.dv_depart_km_s, t.dv_total_km_s),
        }
    }

    pub(super) fn json(&self) -> Value {
        let t = self.transfer;
        let injection = self.escape.as_ref().ok().map(Escape::injection);
        let loss = self.plan().map(|plan| plan.loss_km_s);
        // where nothing is orbited the excess velocity itself is the burn
        let vector = injection.map_or(t.arc.v_inf_dep_km_s, |i| i.dv_km_s);
        let (dv_depart_km_s, dv_total_km_s) = self.impulses_km_s();
        json!({
            "from": self.arguments.from.name,
            "to": self.arguments.to.name,
            "depart": t.depart.iso(),
            "arrive": t.arrive.iso(),
            "tof_d": t.tof_d,
            "model": MODEL,
            "type": t.kind.to_string(),
            "revs": t.revs,
            "branch": t.branch.to_string(),
            "arrival_chosen": self.arrival_chosen,
            "cut": self.cut,
            "c3_km2_s2": t.c3_km2_s2,
            "v_inf_dep_km_s": t.v_inf_dep_km_s,
            "v_inf_arr_km_s": t.v_inf_arr_km_s,
            "dla_deg": t.dla_deg,
            "rla_deg": t.rla_deg,
            "parking": self.parking.to_string(),
            "capture": self.capture.to_string(),
            "burns": [
                {
                    "name": format!("departure from {}", self.arguments.from.name),
                    "epoch": t.depart.iso(),
                    "dv_km_s": dv_depart_km_s,
                    "dv_vector_km_s": vector,
                    "frame": "ICRF",
                    "plane_change_km_s": self.turn().map(|turn| turn.more_km_s),
                    "finite_loss_km_s": loss,
                    "margin_km_s": Value::Null,
                },
                {
                    "name": format!("arrival at {}", self.arguments.to.name),
                    "epoch": t.arrive.iso(),
                    "dv_km_s": t.dv_arrive_km_s,
                    "dv_vector_km_s": Value::Null,
                    "frame": Value::Null,
                    "finite_loss_km_s": Value::Null,
                    "margin_km_s": Value::Null,
                },
            ],
            "dv_total_km_s": dv_total_km_s,
            "dv_with_losses_km_s": self.dv_with_losses_km_s(),
            "residual_km": norm(self.residual.position_km),
            "residual_km_s": norm(self.residual.velocity_km_s),
            "verified": self.verified,
            "escape": self.escape.as_ref().map_or(Value::Null, |escape| escape.json(self)),
            "elapsed_s": self.elapsed_s,
        })
    }

    pub(super) fn text(&self) -> String {
        let t = self.transfer;
        let mut text = String::new();
        let with = match t.revs {
            0 => String::new(),
            1 => format!(", 1 revolution, branch {}", t.branch),
            revs => format!(", {revs} revolutions, branch {}", t.branch),
        };
        let chosen = match (self.arrival_chosen, self.turn()) {
            (false, _) => "",
            (true, None) => " (the arrival of least delta-v)",
            (true, Some(_)) => " (the arrival of least delta-v, the turn of the plane left out)",
        };
        let (dv_depart_km_s, dv_total_km_s) = self.impulses_km_s();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} to {}, type {}{with}: {} to {} TDB, {:.2} d{chosen}",
            self.arguments.from.name,
            self.arguments.to.name,
            t.kind,
            t.depart.iso(),
            t.arrive.iso(),
            t.tof_d
        );
        if let Some(cut) = &self.cut {
            let _ = writeln!(text, "{cut}");
        }
        let mut table = numbers(["burn", "from or into", "v∞ km/s", "C3 km²/s²", "Δv km/s", "loss m/s", "spent km/s"]);
        let loss = self.plan().map(|plan| plan.loss_km_s);
        table.add_row([
            format!("departure from {}", self.arguments.from.name),
            self.parking.to_string(),
            format!("{:.4}", t.v_inf_dep_km_s),
            format!("{:.4}", t.c3_km2_s2),
            format!("{dv_depart_km_s:.4}"),
            loss.map_or_else(|| "no stage given".to_owned(), |loss| format!("{:.1}", 1e3 * loss)),
            loss.map_or_else(String::new, |loss| format!("{:.4}", dv_depart_km_s + loss)),
        ]);
        table.add_row([
            format!("arrival at {}", self.arguments.to.name),
            self.capture.to_string(),
            format!("{:.4}", t.v_inf_arr_km_s),
            format!("{:.4}", t.v_inf_arr_km_s.powi(2)),
            format!("{:.4}", t.dv_arrive_km_s),
            "not counted".to_owned(),
            String::new(),
        ]);
        let _ = writeln!(text, "{table}");
        let _ = write!(text, "total {dv_total_km_s:.4} km/s by impulses");
        if let Some(dv) = self.dv_with_losses_km_s() {
            let _ = write!(text, ", {dv:.4} km/s with the loss of the departure");
        }
        let _ = writeln!(
            text,
            "\n{MODEL}; the arc closes to {:.1e} km and {:.1e} km/s",
            norm(self.residual.position_km),
            norm(self.residual.velocity_km_s)
        );
        if let Some(verified) = &self.verified {
            let _ = writeln!(text, "around the Sun {}", witnessed(verified));
        }
        match &self.escape {
            Ok(escape) => escape.text(self, &mut text),
            Err(reason) => {
                let _ = writeln!(text, "\n{reason}");
            }
        }
        text
    }
}

fn witnessed(verified: &Value) -> String {
    let number = |key: &str| verified[key].as_f64().unwrap_or(f64::NAN);
    format!(
        "{} ends {:.3e} m and {:.3e} m/s from ours ({})",
        verified["engine"].as_str().unwrap_or("nyx"),
        1e3 * number("position_km"),
        1e3 * number("velocity_km_s"),
        verified["scope"].as_str().unwrap_or("")
    )
}

/// A table whose columns after the first stand to the right.
fn numbers<const N: usize>(heading: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(heading);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

const fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::Asked => "asked",
        Bound::Declination => "declination",
        Bound::Latitude => "latitude",
    }
}

impl Escape {
    fn json(&self, answer: &Answer<'_>) -> Value {
        let d = &self.departure;
        let h = &d.hyperbola;
        let propulsion = self.plans.first().map(|plan| plan.propulsion);
        json!({
            "body": d.body.name,
            "parking": d.parking.to_string(),
            "parking_period_s": d.period_s,
            "injection": d.asymptote.epoch.iso(),
            "v_inf_vector_km_s": d.asymptote.v_inf_km_s,
            "frame": "ICRF",
            "equator": d.equator.name(d.body),
            "asymptote_declination_deg": d.dla_deg,
            "asymptote_right_ascension_deg": d.rla_deg,
            "inclination_deg": d.inc_deg,
            "inclination_bound": bound_name(d.bound),
            "site": self.site.as_ref().map(|site| json!({ "name": site.name, "latitude_deg": site.latitude_deg })),
            "launch_azimuths_deg": d.azimuths_deg,
            "node_rate_deg_d": d.node_rate_deg_d,
            "hyperbola": {
                "c3_km2_s2": h.c3_km2_s2,
                "periapsis_km": h.periapsis_km,
                "periapsis_speed_km_s": h.periapsis_speed_km_s,
                "ecc": h.ecc,
                "asymptote_true_anomaly_deg": h.asymptote_nu_deg,
                "turn_deg": h.turn_deg,
            },
            "impulse_km_s": d.impulse_km_s,
            "plane_change": d.turn.map(|turn| json!({
                "off_deg": turn.off_deg,
                "turn_deg": turn.turn_deg,
                "in_plane_km_s": turn.in_plane_km_s,
                "more_km_s": turn.more_km_s,
                "injection_true_anomaly_deg": turn.injection_nu_deg,
            })),
            "planes": d.injections.iter().enumerate().map(|(k, i)| plane_json(i, k == self.plane)).collect::<Vec<_>>(),
            "stage": propulsion.map(|p| json!({
                "thrust_n": p.thrust_n,
                "isp_s": p.isp_s,
                "mass_kg": p.mass_kg,
                "thrust_to_weight_ratio": p.thrust_to_weight_ratio(),
            })),
            "plans": self.plans.iter().enumerate().map(|(k, p)| plan_json(p, Some(k) == self.taken)).collect::<Vec<_>>(),
            "flown": {
                "two_body": flown_json(&self.two_body),
                "with": self.others,
                "disturbed": flown_json(&self.disturbed),
                "aimed": self.aimed.as_ref().map(|aimed| flown_json(&aimed.flown)),
            },
            "aim": self.aimed.as_ref().map(|aimed| json!({
                "v_inf_vector_km_s": aimed.departure.asymptote.v_inf_km_s,
                "rounds": aimed.rounds,
                "inclination_deg": aimed.departure.inc_deg,
                "plane": plane_json(&aimed.departure.injections[self.plane], true),
                "plan": aimed.plan.as_ref().map(|plan| plan_json(plan, true)),
            })),
            "opm": answer.arguments.opm.as_ref().map(|path| path.display().to_string()),
            "verified": self.verified,
        })
    }

    fn text(&self, answer: &Answer<'_>, text: &mut String) {
        let d = &self.departure;
        let h = &d.hyperbola;
        let why = match d.bound {
            Bound::Asked => "as asked".to_owned(),
            Bound::Declination => "the declination of the asymptote, the least that does".to_owned(),
            Bound::Latitude => "the latitude of the site, the least that does".to_owned(),
        };
        let _ = writeln!(
            text,
            "\nescape from {} on {} TDB\nasymptote: declination {:.4} deg, right ascension {:.4} deg, {}\nparking orbit: {}, {:.1} min, inclined {:.4} deg ({why})",
            d.body.name,
            d.asymptote.epoch.iso(),
            d.dla_deg,
            d.rla_deg,
            d.equator.name(d.body),
            d.parking,
            d.period_s / 60.0,
            d.inc_deg
        );
        if let Some(rate) = d.node_rate_deg_d {
            let _ = writeln!(
                text,
                "its node drifts {rate:+.3} deg/day by the oblateness: the node below is that of the injection"
            );
        }
        if let (Some(site), Some([north, south])) = (&self.site, d.azimuths_deg) {
            let name = site.name.as_deref().unwrap_or("the site");
            let _ = writeln!(
                text,
                "from {name}, latitude {:.3} deg: azimuth {north:.2} deg northbound, {south:.2} deg southbound (inertial)",
                site.latitude_deg
            );
        }
        let _ = writeln!(
            text,
            "hyperbola: periapsis {:.1} km at {:.4} km/s, e {:.5}, asymptote {:.3} deg on, turn {:.3} deg; impulse {:.4} km/s",
            h.periapsis_km, h.periapsis_speed_km_s, h.ecc, h.asymptote_nu_deg, h.turn_deg, d.impulse_km_s
        );
        if let Some(turn) = &d.turn {
            let _ = writeln!(
                text,
                "the asymptote stands {:.3} deg off that plane: the burn turns it by {:.3} deg, {:.4} km/s more than the {:.4} km/s in a plane that holds it",
                turn.off_deg, turn.turn_deg, turn.more_km_s, turn.in_plane_km_s
            );
        }
        let mut planes = numbers([
            "plane",
            "node deg",
            "injection deg from node",
            "asymptote deg from node",
            "wait from node min",
            "flown",
        ]);
        for (k, i) in d.injections.iter().enumerate() {
            planes.add_row([
                half_name(i.half).to_owned(),
                format!("{:.4}", i.raan_deg),
                format!("{:.4}", i.argp_deg),
                format!("{:.4}", i.asymptote_latitude_deg),
                format!("{:.2}", i.wait_s / 60.0),
                if k == self.plane { "this one" } else { "" }.to_owned(),
            ]);
        }
        let _ = writeln!(text, "{planes}");
        if d.bound == Bound::Declination || d.turn.is_some() {
            let _ = writeln!(text, "both planes are one: a higher inclination has two");
        }
        if let Some(plan) = self.plans.first() {
            let p = plan.propulsion;
            let _ = writeln!(
                text,
                "stage: {} kg, {} N, Isp {} s, thrust over weight {:.3}",
                p.mass_kg,
                p.thrust_n,
                p.isp_s,
                p.thrust_to_weight_ratio()
            );
            let mut table =
                numbers(["burns", "spent km/s", "loss m/s", "burning s", "phasing h", "propellant kg", "taken"]);
            for (k, plan) in self.plans.iter().enumerate() {
                table.add_row([
                    plan.burns.len().to_string(),
                    format!("{:.4}", plan.dv_km_s),
                    format!("{:.1}", 1e3 * plan.loss_km_s),
                    format!("{:.1}", plan.burn_s),
                    format!("{:.2}", plan.phasing_s / 3600.0),
                    format!("{:.1}", plan.propellant_kg),
                    if Some(k) == self.taken { "this one" } else { "" }.to_owned(),
                ]);
            }
            let _ = writeln!(text, "{table}");
        }
        if let Some(plan) = self.plan() {
            let mut table = numbers([
                "burn",
                "ignition TDB",
                "s",
                "km/s",
                "propellant kg",
                "lit before periapsis s",
                "cut-off at km",
                "orbit after",
            ]);
            for (k, b) in plan.burns.iter().enumerate() {
                table.add_row([
                    (k + 1).to_string(),
                    b.ignition.iso(),
                    format!("{:.2}", b.duration_s),
                    format!("{:.4}", b.dv_km_s),
                    format!("{:.1}", b.propellant_kg),
                    b.before_periapsis_s.map_or_else(|| "on a circle".to_owned(), |s| format!("{s:.1}")),
                    format!("{:.0}", b.cutoff_altitude_km),
                    b.period_after_s.map_or_else(|| "hyperbola".to_owned(), |s| format!("{:.3} h", s / 3600.0)),
                ]);
            }
            let _ = writeln!(text, "{table}");
        }
        let mut table = numbers([
            "flown to the edge of the sphere of influence",
            "C3 km²/s²",
            "DLA deg",
            "RLA deg",
            "off the asymptote deg",
        ]);
        table.add_row([
            "wanted (J2000)".to_owned(),
            format!("{:.5}", d.asymptote.c3_km2_s2()),
            format!("{:.5}", d.asymptote.dla_deg()),
            format!("{:.5}", d.asymptote.rla_deg()),
            String::new(),
        ]);
        let with = format!("with {}", self.others.join(", "));
        let mut flights = vec![(format!("{} alone", d.body.name), &self.two_body), (with, &self.disturbed)];
        if let Some(aimed) = &self.aimed {
            flights.push((format!("with them, aimed off in {} rounds", aimed.rounds), &aimed.flown));
        }
        for (name, flown) in flights {
            table.add_row([
                name,
                format!("{:.5}", flown.c3_km2_s2),
                format!("{:.5}", flown.dla_deg),
                format!("{:.5}", flown.rla_deg),
                format!("{:.2e}", flown.off_deg),
            ]);
        }
        let _ = writeln!(text, "{table}");
        if self.aimed.is_none() {
            let _ = writeln!(text, "--aim-off leads the flight with the other bodies onto the asymptote");
        }
        if let Some(verified) = &self.verified {
            let _ = writeln!(text, "out to there {}", witnessed(verified));
        }
        if let Some(path) = &answer.arguments.opm {
            let _ = writeln!(
                text,
                "written to {}: fly it with portolan propagate {} --for \"3 d\"",
                path.display(),
                path.display()
            );
        }
    }
}

fn plane_json(i: &Injection, flown: bool) -> Value {
    json!({
        "half": half_name(i.half),
        "flown": flown,
        "raan_deg": i.raan_deg,
        "injection_latitude_argument_deg": i.argp_deg,
        "asymptote_latitude_argument_deg": i.asymptote_latitude_deg,
        "wait_s": i.wait_s,
        "position_km": i.before.position_km,
        "velocity_before_km_s": i.before.velocity_km_s,
        "velocity_after_km_s": i.after.velocity_km_s,
        "dv_vector_km_s": i.dv_km_s,
    })
}

fn plan_json(plan: &FinitePlan, taken: bool) -> Value {
    json!({
        "taken": taken,
        "burns": plan.burns.iter().map(burn_json).collect::<Vec<_>>(),
        "dv_km_s": plan.dv_km_s,
        "impulse_km_s": plan.impulse_km_s,
        "finite_loss_km_s": plan.loss_km_s,
        "burn_s": plan.burn_s,
        "phasing_s": plan.phasing_s,
        "propellant_kg": plan.propellant_kg,
        "periapsis_altitude_km": plan.periapsis_altitude_km,
    })
}

fn burn_json(b: &FiniteBurn) -> Value {
    json!({
        "ignition": b.ignition.iso(),
        "ignition_tdb_s": b.ignition.tdb_s(),
        "duration_s": b.duration_s,
        "dv_km_s": b.dv_km_s,
        "mass_kg": b.mass_kg,
        "propellant_kg": b.propellant_kg,
        "before_periapsis_s": b.before_periapsis_s,
        "cutoff_altitude_km": b.cutoff_altitude_km,
        "period_after_s": b.period_after_s,
    })
}

fn flown_json(flown: &FlownEscape) -> Value {
    json!({
        "epoch": flown.epoch.iso(),
        "radius_km": flown.radius_km,
        "c3_km2_s2": flown.c3_km2_s2,
        "dla_deg": flown.dla_deg,
        "rla_deg": flown.rla_deg,
        "off_deg": flown.off_deg,
    })
}
