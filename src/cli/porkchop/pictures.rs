//! What the pictures of a porkchop show: colours, branch, launchers and their braking stage, a launch period.

use super::super::failure::Failure;
use super::super::flags;
use crate::bodies::Body;
use crate::report::{ArrivalRule, Bands, Branches, LaunchPeriod, PorkchopPicture};
use crate::time::{Epoch, Window};
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::{CellNumbers, Porkchop, Quantity, Status};
use crate::vehicles::{BRAKING_INERT_RATIO, BRAKING_ISP_S, Braking, Delivered, Freight, Service};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

/// Launchers that a page tells when none is named: one for each class on the market that the catalogue has figures
/// beyond the Earth for.
const USUAL_LAUNCHERS: [&str; 5] =
    ["Falcon Heavy (expendable)", "Vulcan VC6", "New Glenn", "Ariane 64", "Falcon 9 (expendable)"];

#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Pictures and launchers")]
pub(super) struct Pictures {
    /// what the colours of a figure show: c3, v_inf_dep, v_inf_arr, v_inf_sum, dla, rla, tof, phase, dv_depart,
    /// dv_arrive, dv_total, delivered or cost_per_kg (both of the first launcher)
    #[arg(long, value_name = "LAYER", value_parser = layer, default_value = "c3")]
    layer: LayerName,
    /// show one branch instead of the one with the least C3: "0 single", "1 low", "1 high"
    #[arg(long, value_name = "BRANCH", value_parser = branch)]
    branch: Option<(u32, Branch)>,
    /// launcher of the catalogue: mass delivered and launch price of a kilogram; may be repeated
    #[arg(long = "launcher", value_name = "NAME")]
    launchers: Vec<String>,
    /// specific impulse of the braking stage; 320 s if not given (NASA EMTG's default chemical stage)
    #[arg(long, value_name = "ISP", value_parser = flags::time_s)]
    stage_isp: Option<f64>,
    /// dry mass of the braking stage over its propellant; 0.12 if not given, between the catalogue's Centaur III
    /// (0.108) and ICPS (0.128)
    #[arg(long, value_name = "RATIO", value_parser = ratio)]
    stage_inert: Option<f64>,
    /// brake with a built stage of the catalogue, its tank filled as far as needed
    #[arg(long, value_name = "NAME", conflicts_with_all = ["stage_isp", "stage_inert"])]
    stage: Option<String>,
    /// do not brake: everything injected counts (flyby, aerocapture)
    #[arg(long, conflicts_with_all = ["stage_isp", "stage_inert", "stage"])]
    no_stage: bool,
    /// mark a launch period on the figure
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    mark_period: Option<Window>,
    /// the date on which all days of the marked launch period arrive; each its best if not given
    #[arg(long, value_name = "DATE", value_parser = flags::date, requires = "mark_period")]
    mark_arrival: Option<Epoch>,
    #[command(flatten)]
    own: flags::OwnCatalogue,
}

/// A layer by the name that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LayerName {
    Number(Quantity),
    Delivered,
    CostPerKg,
}

fn layer(text: &str) -> Result<LayerName, String> {
    let name = text.trim().to_lowercase();
    let without_unit = |key: &str| {
        let units = ["_km2_s2", "_km_s", "_deg", "_d"];
        units.iter().find_map(|unit| key.strip_suffix(unit)).unwrap_or(key).to_owned()
    };
    match name.as_str() {
        "delivered" | "delivered_kg" => return Ok(LayerName::Delivered),
        "cost_per_kg" | "launch_usd_per_kg" => return Ok(LayerName::CostPerKg),
        _ => {}
    }
    let found = Quantity::ALL.into_iter().find(|q| name == q.key() || name == without_unit(q.key()));
    found.map(LayerName::Number).ok_or_else(|| {
        let names: Vec<String> = Quantity::ALL.into_iter().map(|q| without_unit(q.key())).collect();
        format!("\"{text}\" is no layer: choose one of {}, delivered, cost_per_kg", names.join(", "))
    })
}

fn branch(text: &str) -> Result<(u32, Branch), String> {
    let refuse = || format!("\"{text}\" is no branch: write \"0 single\", \"1 low\", \"1 high\" and so on");
    let mut words = text.split_whitespace();
    let revs: u32 = words.next().and_then(|n| n.parse().ok()).ok_or_else(refuse)?;
    let branch = match (words.next(), revs) {
        (None | Some("single"), 0) => Branch::Single,
        (Some("low"), 1..) => Branch::Low,
        (Some("high"), 1..) => Branch::High,
        _ => return Err(refuse()),
    };
    if words.next().is_some() { Err(refuse()) } else { Ok((revs, branch)) }
}

fn ratio(text: &str) -> Result<f64, String> {
    let found: Option<f64> = text.trim().parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0);
    found.ok_or_else(|| format!("\"{text}\" is no ratio of masses: write a number of zero or more, such as 0.12"))
}

impl Pictures {
    /// The launchers that were named.
    pub(super) fn freights(&self, from: Body) -> Result<Vec<Freight>, Failure> {
        if !self.launchers.is_empty() && !from_earth(from) {
            return Err(Failure::Flag {
                flag: "--launcher",
                reason: format!(
                    "launchers leave the Earth, and this transfer leaves {}: take the flag away",
                    from.name
                ),
            });
        }
        self.of_names(self.launchers.iter().map(String::as_str))
    }

    /// The launchers of a page: those that were named, or the usual ones.
    pub(super) fn page_freights(&self, from: Body) -> Result<Vec<Freight>, Failure> {
        if self.launchers.is_empty() && from_earth(from) {
            return self.of_names(USUAL_LAUNCHERS.into_iter());
        }
        self.freights(from)
    }

    fn of_names<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Vec<Freight>, Failure> {
        let catalogue = self.own.load()?;
        let braking = match (&self.stage, self.no_stage) {
            (_, true) => Braking::Whole,
            (Some(name), _) => Braking::Built(catalogue.stage(name)?),
            (None, false) => Braking::Sized {
                isp_s: self.stage_isp.unwrap_or(BRAKING_ISP_S),
                inert_ratio: self.stage_inert.unwrap_or(BRAKING_INERT_RATIO),
            },
        };
        if let Braking::Sized { isp_s, .. } = &braking
            && *isp_s <= 0.0
        {
            return Err(Failure::Flag {
                flag: "--stage-isp",
                reason: format!(
                    "a specific impulse of {isp_s} s pushes nothing: write a positive one, such as \"320 s\""
                ),
            });
        }
        names.map(|name| Ok(Freight::new(catalogue.launcher(name)?.clone(), braking.clone()))).collect()
    }

    /// What the bands show.
    pub(super) fn bands(&self, freights: &[Freight]) -> Result<Bands, Failure> {
        let first = || {
            freights.first().cloned().ok_or_else(|| Failure::Flag {
                flag: "--layer",
                reason: "this layer needs a launcher: add --launcher \"Ariane 64\"; `portolan catalogue launchers` lists them"
                    .to_owned(),
            })
        };
        Ok(match self.layer {
            LayerName::Number(quantity) => Bands::Number(quantity),
            LayerName::Delivered => Bands::Delivered(first()?),
            LayerName::CostPerKg => Bands::CostPerKg(first()?),
        })
    }

    /// The whole picture of a solved porkchop.
    pub(super) fn picture(&self, solved: &Porkchop, freights: &[Freight]) -> Result<PorkchopPicture, Failure> {
        Ok(PorkchopPicture {
            bands: self.bands(freights)?,
            branches: self.branch.map_or(Branches::Best, |(revs, branch)| Branches::One { revs, branch }),
            period: self.mark_period.map(|period| self.period(solved, period)),
            chosen: Vec::new(),
        })
    }

    fn period(&self, solved: &Porkchop, depart: Window) -> LaunchPeriod {
        let days = format!("launch period {} to {}", depart.start.date(), depart.end.date());
        if let Some(arrive) = self.mark_arrival {
            let label = format!("{days}, arriving {}", arrive.date());
            return LaunchPeriod { depart, arrival: ArrivalRule::Fixed(arrive), label };
        }
        let columns = solved.depart.len();
        let best = |i: usize| {
            let cells = (0..solved.arrive.len()).map(|j| j * columns + i);
            let c3 = |k: usize| solved.best_layer(k).map(|l| solved.layers[l].c3_km2_s2(k));
            let (_, k) = cells.filter_map(|k| Some((c3(k)?, k))).min_by(|a, b| a.0.total_cmp(&b.0))?;
            let (depart, arrive) = solved.dates(k);
            // the foot of a parabola through three arrivals, so that the steps of the grid do not show
            let around = k
                .checked_sub(columns)
                .and_then(c3)
                .zip(c3(k))
                .zip(Some(k + columns).filter(|n| *n < solved.cells()).and_then(c3));
            let aside = around.map_or(0.0, |((a, b), c)| 0.5 * (a - c) / (a - 2.0 * b + c));
            let step_s = (solved.request.arrive.end - solved.request.arrive.start) / (solved.arrive.len() - 1) as f64;
            Some((depart, if aside.abs() <= 1.0 { arrive + aside * step_s } else { arrive }))
        };
        let inside = (0..columns).filter(|i| depart.contains(solved.depart[*i]));
        let pairs: Vec<(Epoch, Epoch)> = inside.filter_map(best).collect();
        LaunchPeriod { depart, arrival: ArrivalRule::Free(pairs), label: format!("{days}, each day's least C3") }
    }
}

fn from_earth(body: Body) -> bool {
    matches!(body.naif_id, 3 | 399)
}

/// The cell in which one launch of a launcher delivers most.
pub(super) struct Best<'a> {
    freight: &'a Freight,
    found: Result<(Epoch, Epoch, CellNumbers, Delivered), String>,
}

/// The best cell of each launcher over all layers; where there is none, why the cell of least C3 is refused.
pub(super) struct Deliveries<'a> {
    freights: &'a [Freight],
    best: Vec<Option<(Epoch, Epoch, CellNumbers, Delivered)>>,
    nearest: Vec<Option<(f64, String)>>,
}

impl<'a> Deliveries<'a> {
    pub(super) fn new(freights: &'a [Freight]) -> Self {
        Self { freights, best: vec![None; freights.len()], nearest: vec![None; freights.len()] }
    }

    /// Look at the next band of a porkchop.
    pub(super) fn see(&mut self, band: &Porkchop) {
        for (n, freight) in self.freights.iter().enumerate() {
            for (l, layer) in band.layers.iter().enumerate() {
                for k in (0..band.cells()).filter(|k| layer.status(*k) == Status::Transfer) {
                    let Some(cell) = band.numbers(l, k) else { continue };
                    match freight.deliver(&cell) {
                        Ok(d) if self.best[n].as_ref().is_none_or(|(.., b)| d.delivered > b.delivered) => {
                            let (depart, arrive) = band.dates(k);
                            self.best[n] = Some((depart, arrive, cell, d));
                        }
                        Err(why) if self.nearest[n].as_ref().is_none_or(|(c3, _)| cell.c3_km2_s2 < *c3) => {
                            self.nearest[n] = Some((cell.c3_km2_s2, why.to_string()));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Best<'a>> {
        let none = || "no transfer between these dates".to_owned();
        let all = self.freights.iter().zip(self.best).zip(self.nearest);
        all.map(|((freight, best), nearest)| Best {
            freight,
            found: best.ok_or_else(|| nearest.map_or_else(none, |(_, why)| why)),
        })
        .collect()
    }
}

pub(super) fn to_json(best: &[Best<'_>]) -> Value {
    let row = |b: &Best<'_>| {
        let launcher = &b.freight.launcher.name;
        match &b.found {
            Ok((depart, arrive, cell, d)) => json!({
                "launcher": launcher,
                "stage": b.freight.braking.words(),
                "depart": depart.iso(),
                "arrive": arrive.iso(),
                "c3_km2_s2": cell.c3_km2_s2,
                "dla_deg": cell.dla_deg,
                "dv_arrive_km_s": cell.dv_arrive_km_s,
                "injected_kg": d.injected.kg(),
                "basis": d.basis.to_string(),
                "propellant_kg": d.burnt.kg(),
                "stage_dry_kg": d.stage_dry.kg(),
                "delivered_kg": d.delivered.kg(),
                "price_musd": d.price.map(|p| p.mid().musd()),
                "price_year": d.price.map(|p| p.mid().year()),
                "launch_usd_per_kg": d.launch_usd_per_kg(),
                "service": b.freight.launcher.service(*depart).to_string(),
            }),
            Err(reason) => json!({ "launcher": launcher, "reason": reason }),
        }
    };
    best.iter().map(row).collect()
}

/// A table of the deliveries, after the minima.
pub(super) fn to_text(best: &[Best<'_>]) -> String {
    let Some(first) = best.first() else { return String::new() };
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["most delivered by", "depart", "arrive", "C3 km²/s²", "injected kg", "delivered kg", "$/kg"]);
    for b in best {
        let name = b.freight.launcher.name.clone();
        match &b.found {
            Ok((depart, arrive, cell, d)) => table.add_row([
                name,
                depart.date(),
                arrive.date(),
                format!("{:.3}", cell.c3_km2_s2),
                format!("{:.0}", d.injected.kg()),
                format!("{:.0}", d.delivered.kg()),
                d.launch_usd_per_kg().map_or_else(|| "–".to_owned(), |p| format!("{p:.0}")),
            ]),
            Err(reason) => table.add_row([name, reason.clone()]),
        };
    }
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = format!(
        "{table}\n{}, no margins; best cell of the grid, launch price from the middle of its range\n",
        first.freight.braking.words()
    );
    for b in best {
        let Ok((depart, ..)) = &b.found else { continue };
        let service = b.freight.launcher.service(*depart);
        if service != Service::Flying {
            text.push_str(&format!("{} {service}\n", b.freight.launcher.name));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_layers_and_branches_are_read_as_people_write_them() {
        assert_eq!(layer("c3"), Ok(LayerName::Number(Quantity::C3)));
        assert_eq!(layer("V_inf_arr"), Ok(LayerName::Number(Quantity::ArrivalSpeed)));
        assert_eq!(layer("dv_total_km_s"), Ok(LayerName::Number(Quantity::DeltaV)));
        assert_eq!(layer("tof"), Ok(LayerName::Number(Quantity::Tof)));
        assert_eq!(layer("phase"), Ok(LayerName::Number(Quantity::Phase)));
        assert_eq!((layer("delivered"), layer("cost_per_kg")), (Ok(LayerName::Delivered), Ok(LayerName::CostPerKg)));
        assert_eq!(
            (branch("0"), branch("1 low"), branch("2 high")),
            (Ok((0, Branch::Single)), Ok((1, Branch::Low)), Ok((2, Branch::High)))
        );
        assert_eq!(ratio("0.15"), Ok(0.15));
    }

    #[test]
    fn refuses_what_is_no_layer_branch_or_ratio() {
        assert!(layer("energy").expect_err("none").contains("choose one of c3, v_inf_dep, v_inf_arr"));
        for text in ["", "low", "0 low", "1 single", "1 low high", "-1 low"] {
            assert!(branch(text).is_err(), "{text} passed");
        }
        for text in ["-0.1", "nan", "ten"] {
            assert!(ratio(text).is_err(), "{text} passed");
        }
    }
}
