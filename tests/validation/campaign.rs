//! The run of the README's campaign, computed a second time by hand: rocket equation, departure burn, launch
//! mass, cost model, price anchors.

use portolan::campaign::{Campaign, Known, Plan, Status, run};
use portolan::costs::{Amcm, anchors};
use portolan::ephemerides::Ephemerides;
use portolan::time::Window;
use portolan::vehicles::{Basis, Catalogue};
use std::path::Path;
use std::sync::OnceLock;

fn campaign() -> &'static (Campaign, Plan) {
    static FLOWN: OnceLock<(Campaign, Plan)> = OnceLock::new();
    FLOWN.get_or_init(|| {
        let catalogue = Catalogue::embedded().expect("catalogue");
        let known = Known {
            launchers: catalogue.launchers().iter().map(|l| l.name.clone()).collect(),
            partners: Vec::new(),
            cost_classes: Amcm::set_a().expect("model").specs().iter().map(|s| s.name.clone()).collect(),
            kernels: Window::parse("2009-12-02..2060-01-31").expect("a span"),
        };
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/campaigns/mars_cargo_2033.toml");
        let campaign = Campaign::read(&file, &known).expect("the campaign");
        let plan = run(Ephemerides::embedded().expect("kernels"), catalogue, &campaign).expect("a plan");
        (campaign, plan)
    })
}

fn near(got: f64, wanted: f64, tolerance: f64, what: &str) {
    assert!((got - wanted).abs() <= tolerance, "{what}: {got} is not {wanted}");
}

#[test]
fn law_the_demand_is_met_in_time() {
    let (campaign, plan) = campaign();
    assert_eq!(plan.status, Status::Optimal);
    near(plan.delivered().kg(), 10_000.0, 1e-6, "delivered kg");
    let due = campaign.demands[0].by.value;
    for launch in plan.launches() {
        assert!(
            launch.departure.transfer.arrive <= due && launch.departure.transfer.depart >= campaign.span.value.start
        );
    }
}

/// Every mass again from Δv, Isp and the numbers of the file, with g₀ = 9.80665 m/s².
#[test]
fn law_masses_close_by_the_rocket_equation() {
    let (_, plan) = campaign();
    for launch in plan.launches() {
        let m = &launch.departure.masses;
        // the file: 320 s, 2 % on the burn, 20 % on dry masses, 2 % of the capacity, 1.5 % residual,
        // stage 150 kg + 10 % of the propellant, craft 300 kg + 20 % of the cargo
        near(m.launch.kg(), 0.98 * launch.departure.capacity_kg, 1e-9 * m.launch.kg(), "launch kg");
        let dv_km_s = 1.02 * launch.departure.transfer.dv_arrive_km_s;
        let ratio = (dv_km_s / (320.0 * 9.806_65e-3)).exp();
        let burnt = m.launch.kg() - m.launch.kg() / ratio;
        near(m.burnt.kg(), burnt, 1e-8, "burnt kg");
        near(m.loaded.kg(), burnt / 0.985, 1e-8, "loaded kg");
        near(m.stage_dry.kg(), 1.2 * (150.0 + 0.1 * burnt / 0.985), 1e-8, "stage dry kg");
        near(m.craft_dry.kg(), 1.2 * (300.0 + 0.2 * m.cargo.kg()), 1e-8, "craft dry kg");
        let sum = m.cargo.kg() + m.craft_dry.kg() + m.stage_dry.kg() + m.loaded.kg();
        near(sum, m.launch.kg(), 1e-9, "sum kg");
        // the stage that must make the burn: everything but the burnt propellant is left after it
        near(320.0 * 9.806_65e-3 * (m.launch.kg() / (m.launch.kg() - m.burnt.kg())).ln(), dv_km_s, 1e-12, "Δv km/s");
    }
}

/// LOGISTICS.md V13 and TRAJECTORY.md M1: the burns at both ends from C3 and v∞ alone.
#[test]
fn law_burns_follow_from_the_energies() {
    let (_, plan) = campaign();
    for launch in plan.launches() {
        let t = &launch.departure.transfer;
        // 300 km circular about the Earth of DE440
        let (mu, r): (f64, f64) = (398_600.435_507, 6678.1366);
        near(t.dv_depart_km_s, (t.c3_km2_s2 + 2.0 * mu / r).sqrt() - (mu / r).sqrt(), 1e-9, "injection km/s");
        // 250 km by 88 775.244 s about Mars
        let (mu, r): (f64, f64) = (42_828.373_62, 3646.19);
        let a = (mu * (88_775.244 / std::f64::consts::TAU).powi(2)).cbrt();
        let dv = (t.v_inf_arr_km_s.powi(2) + 2.0 * mu / r).sqrt() - (mu * (2.0 / r - 1.0 / a)).sqrt();
        near(t.dv_arrive_km_s, dv, 1e-9, "insertion km/s");
    }
}

/// The launcher's curve by straight lines between the catalogue's own rows.
#[test]
fn law_capacity_is_that_of_the_curve() {
    let (_, plan) = campaign();
    let rows = include_str!("../../catalogue/launch_c3.csv");
    let mut checked = 0;
    for launch in plan.launches().filter(|l| l.departure.basis == Basis::Curve) {
        let name = &launch.departure.launcher;
        let points: Vec<(f64, f64)> = rows
            .lines()
            .filter_map(|line| {
                let rest = line.strip_prefix(name.as_str())?.strip_prefix(',')?;
                let mut fields = rest.split(',').map(|f| f.parse::<f64>());
                Some((fields.next()?.ok()?, fields.next()?.ok()?))
            })
            .collect();
        let c3 = launch.departure.transfer.c3_km2_s2;
        let k = points.iter().position(|p| p.0 > c3).expect("inside the curve");
        let ((x0, y0), (x1, y1)) = (points[k - 1], points[k]);
        near(launch.departure.capacity_kg, y0 + (y1 - y0) * (c3 - x0) / (x1 - x0), 1e-9, name);
        checked += 1;
    }
    assert!(checked > 0, "no launch flies on a curve");
}

/// LOGISTICS.md V3: AMCM set A by hand with the masses of the run, and the price index 1.906 of 1999 to 2025.
#[test]
fn law_craft_cost_is_the_model() {
    let (_, plan) = campaign();
    let units = plan.launches().count() as f64;
    let dry_kg = plan.launches().map(|l| l.departure.masses.dry().kg()).fold(0.0, f64::max);
    let (s, ioc, block, difficulty): (f64, f64, f64, f64) = (2.39, 2033.0, 2.0, -1.0);
    let musd_1999 = 5.65e-4
        * units.powf(0.5941)
        * (dry_kg / 0.453_592_37).powf(0.6604)
        * 80.599_f64.powf(s)
        * 3.8085e-55_f64.powf(1.0 / (ioc - 1900.0))
        * block.powf(-0.3553)
        * 1.5691_f64.powf(difficulty);
    let bill = plan.bill();
    near(bill.craft_musd, musd_1999 * 1.906, 1e-9 * bill.craft_musd, "craft M$");
    let launches: f64 = plan.launches().map(|l| l.price.price.musd()).sum();
    near(bill.launch_musd, launches, 1e-9, "launches M$");
    near(bill.by_year.iter().map(|(_, musd)| musd).sum(), bill.total_musd(), 1e-6, "by year M$");
    assert!(bill.p10_musd < bill.p50_musd && bill.p50_musd < bill.p90_musd);
}

/// LOGISTICS.md V5, to half the last printed digit.
#[test]
fn published_anchors_in_dollars_a_kilogram() {
    let anchors = anchors().expect("anchors");
    let printed = [22_046.23, 59_524.81, 94_798.77, 2204.62];
    let mut found: Vec<f64> = anchors.iter().flat_map(|a| [a.low_usd_per_kg(), a.high_usd_per_kg()]).collect();
    found.dedup();
    assert_eq!(found.len(), printed.len());
    found.iter().zip(printed).for_each(|(got, wanted)| near(*got, wanted, 0.005, "$/kg"));
}

/// Shares, Shapley value and nucleolus each pay the whole bill.
#[test]
fn law_every_rule_pays_the_bill() {
    let (_, plan) = campaign();
    let total = plan.total_musd();
    near(plan.partners.iter().map(|p| p.proportional_musd).sum(), total, 1e-6, "shares");
    near(plan.partners.iter().filter_map(|p| p.shapley_musd).sum(), total, 1e-6, "Shapley");
    near(plan.partners.iter().filter_map(|p| p.nucleolus_musd).sum(), total, 1e-4, "nucleolus");
    near(plan.partners.iter().map(|p| p.contributes.kg()).sum(), 10_000.0, 1e-6, "contributions kg");
    for gone in &plan.withdrawals {
        let premium = gone.premium.expect("the others can fly it");
        assert!(premium >= -1e-12, "without {} it is cheaper by {premium}", gone.without);
    }
}
