//! Numbers that nobody means, through every public function of these floors that answers with a `Result`: a refusal or
//! a finite answer, and always an end.

use crate::costs::{
    Amcm, CashFlow, Development, Difficulty, Inflation, Learning, LearningCurve, Profile, sum, usd_per_kg,
};
use crate::network::{LaunchOption, Preference, minimal_manifests, plan_launches};
use crate::partners::{Contributions, CostGame, airport_musd, divide};
use crate::units::{DeltaV, Dimension, Mass, Money, Share, parse_quantity};
use crate::vehicles::{
    BoilOff, Burn, Buyer, Catalogue, Cooling, Depot, Element, Engine, Extent, Firing, Growth, LaunchSlots, Load, Motor,
    Sizing, SizingLaw, Stage, Step, StepRule, Supply, Tank, TankerTrip, Vehicle, departure_launches, fewest_launches,
    fly, gear_ratio, inclination_cost, largest_payload, smallest_stack,
};
use std::time::Instant;

const NUMBERS: [f64; 30] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    1e-3,
    9.5,
    450.0,
    320.0,
    3.6,
    1000.0,
    5e4,
    1e6,
    1e9,
    1e15,
    1e18,
    1e30,
    1e150,
    1e300,
    f64::MAX,
    -1e300,
    f64::MIN_POSITIVE,
    5e-324,
    1e-12,
    1e-300,
    1.0 - f64::EPSILON,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Numbers from an index alone (SplitMix64): the plausible, the odd and the impossible.
struct Wild(u64);

impl Wild {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any number at all.
    fn any(&mut self) -> f64 {
        match self.below(3) {
            0 => NUMBERS[self.below(NUMBERS.len() as u64) as usize],
            1 => 10_f64.powf(self.unit() * 40.0 - 20.0),
            _ => f64::from_bits(self.next()),
        }
    }

    /// Mostly a number of some size, now and then any.
    fn about(&mut self, low: f64, high: f64) -> f64 {
        match self.below(12) {
            0 => self.any(),
            1 => low,
            2 => high,
            _ => low * (high / low).powf(self.unit()),
        }
    }

    fn part(&mut self) -> f64 {
        match self.below(12) {
            0 => self.any(),
            1 => 0.0,
            2 => 1.0,
            _ => self.unit(),
        }
    }

    fn mass(&mut self) -> Mass {
        Mass::from_kg(self.about(1e-3, 1e7))
    }

    fn dv(&mut self) -> DeltaV {
        DeltaV::from_km_s(self.about(1e-4, 20.0))
    }

    fn isp_s(&mut self) -> f64 {
        self.about(100.0, 5000.0)
    }
}

fn finite(what: &str, case: u64, values: &[f64]) {
    assert!(values.iter().all(|value| value.is_finite()), "{what}, case {case}: {values:?}");
}

/// Cases of a kind, each with an end within seconds.
fn each(kind: &str, cases: u64, mut one: impl FnMut(u64, &mut Wild)) {
    for case in 0..cases {
        let began = Instant::now();
        one(case, &mut Wild(case.wrapping_mul(0xA076_1D64_78BD_642F)));
        assert!(began.elapsed().as_secs() < 20, "{kind}, case {case}: no end in sight");
    }
}

#[test]
fn law_a_quantity_is_finite_or_refused() {
    each("quantity", 20_000, |case, wild| {
        let units = ["km", "au", "t", "kg", "lb", "yr", "d", "B$", "%", "", "deg", "km/h", "kN", "km3/s2"];
        let dimensions = [
            Dimension::Length,
            Dimension::Mass,
            Dimension::Time,
            Dimension::Money,
            Dimension::Ratio,
            Dimension::Angle,
            Dimension::Speed,
            Dimension::Force,
        ];
        let unit = units[wild.below(units.len() as u64) as usize];
        let dimension = dimensions[wild.below(dimensions.len() as u64) as usize];
        let exponent = wild.below(420) as i64 - 10;
        for text in [format!("{:e} {unit}", wild.any()), format!("{}e{exponent} {unit}", wild.below(10))] {
            if let Ok(value) = parse_quantity(&text, dimension) {
                finite(&text, case, &[value]);
            }
        }
        if let Ok(share) = Share::new(wild.any()) {
            finite("share", case, &[share.fraction()]);
        }
        if let Ok(money) = Money::from_musd(wild.any(), 2025).try_add(Money::from_musd(wild.any(), 2025)) {
            finite("money", case, &[money.musd()]);
        }
    });
}

#[test]
fn law_a_stage_answers_finite_numbers_or_refuses() {
    each("stage", 40_000, |case, wild| {
        let (dv, isp_s, ratio) = (wild.dv(), wild.isp_s(), wild.part());
        if let Ok(gear) = gear_ratio(dv, isp_s, ratio) {
            finite("gear ratio", case, &[gear]);
        }
        let mass = wild.mass();
        let sized = [Sizing::for_payload(mass, dv, isp_s, ratio), Sizing::for_initial(mass, dv, isp_s, ratio)];
        for s in sized.into_iter().flatten() {
            finite("sizing", case, &[s.payload.kg(), s.propellant.kg(), s.dry.kg(), s.initial().kg()]);
        }
        let Ok(stage) = Stage::new("wild", wild.mass(), wild.mass(), isp_s) else { return };
        if let Ok(payload) = stage.payload_for(dv) {
            finite("payload", case, &[payload.kg()]);
        }
        if let Ok(delivery) = stage.deliver(mass, dv) {
            finite("delivery", case, &[delivery.payload.kg(), delivery.propellant.kg()]);
        }
        if let Ok(filled) = stage.filled_to(wild.mass()) {
            finite("fill", case, &[filled.wet().kg()]);
        }
        if let Ok(cost) = inclination_cost(wild.about(1e-3, 90.0), wild.about(1e-3, 180.0)) {
            finite("inclination", case, &[cost.km_s()]);
        }
    });
}

fn depot(wild: &mut Wild) -> Depot {
    Depot {
        place: "LEO".to_owned(),
        target: wild.mass(),
        tanker: wild.mass(),
        interval_d: wild.about(1e-3, 1e3),
        boil_off: BoilOff::everywhere(wild.part().powi(3)),
        transfer_loss_fraction: wild.part(),
    }
}

#[test]
fn law_a_depot_is_filled_or_refused_and_the_two_counts_agree() {
    each("depot", 120_000, |case, wild| {
        let depot = depot(wild);
        let (counted, filled) = (depot.flights(), depot.fill());
        if let (Ok(flights), Ok(filling)) = (&counted, &filled) {
            assert!(
                flights.abs_diff(filling.flights) <= 1,
                "case {case}: {flights} and {} of {depot:?}",
                filling.flights
            );
            finite(
                "depot",
                case,
                &[filling.reached().kg(), filling.boiled.kg(), filling.lost.kg(), filling.duration_d],
            );
        }
        let far = self::depot(wild);
        if let Ok(launches) = departure_launches(&far, Some(&depot)) {
            assert!(launches.total() > launches.tankers, "case {case}");
        }
        let trip = TankerTrip {
            dry: wild.mass(),
            propellant: wild.mass(),
            isp_s: wild.isp_s(),
            out: wild.dv(),
            back: wild.dv(),
        };
        if let Ok(gives) = trip.delivers() {
            finite("tanker", case, &[gives.kg()]);
        }
        let slots: Vec<LaunchSlots> =
            (0..wild.below(4)).map(|_| LaunchSlots { each: wild.mass(), most: wild.next() as u32 }).collect();
        let _ = fewest_launches(&slots, wild.mass());
    });
}

fn vehicle(wild: &mut Wild) -> Option<(Vehicle, Vec<Step>)> {
    let count = 1 + wild.below(3);
    let mut elements = Vec::new();
    for k in 0..count {
        let mut element = Element::new(&format!("e{k}"), wild.mass());
        let mut tank = if wild.below(2) == 0 {
            Tank::of("MMH/NTO", wild.mass())
        } else {
            Tank::of_two("LH2", "LOX", wild.about(0.5, 8.0), wild.mass())
        };
        tank.residual_fraction = wild.part().powi(4);
        if wild.below(3) == 0 {
            tank.reserve = Mass::from_kg(wild.about(1e-3, 1e3));
        }
        if wild.below(6) == 0 {
            tank.cooling = Cooling::ZeroBoilOff { power_kw: wild.about(0.1, 10.0), mass: wild.mass() };
        }
        tank = tank.boiling(&BoilOff::everywhere(wild.part().powi(6)));
        let mut engine = Engine::of_isp(wild.isp_s());
        engine.thrust_n = (wild.below(2) == 0).then(|| wild.about(10.0, 1e6));
        element = element.with_engine(engine, tank);
        if wild.below(3) == 0 {
            let own = Supply::Own(Tank::of("RCS", wild.mass()));
            element = element.with_thrusters(Engine::of_isp(wild.isp_s()), own);
        }
        element.growth = match wild.below(4) {
            0 => Growth::Inert { ratio: wild.part() },
            1 => Growth::Law(SizingLaw { payload: wild.mass() }),
            _ => Growth::Fixed,
        };
        if k > 0 && wild.below(4) == 0 {
            element.feeds = Some("e0".to_owned());
        }
        elements.push(element);
    }
    let cargo = Load { name: "cargo".to_owned(), mass: wild.mass(), people: 0, aboard: format!("e{}", count - 1) };
    let vehicle = Vehicle::new().with_gravity(wild.about(9.8, 9.81)).ok()?;
    let vehicle = vehicle.stack("s", elements).ok()?.carry(cargo).ok()?;
    let mut steps = Vec::new();
    for _ in 0..1 + wild.below(4) {
        let by = format!("e{}", wild.below(count));
        steps.push(match wild.below(6) {
            0 => {
                Step::Coast { name: String::new(), duration_d: wild.about(0.1, 1e3), place: String::new(), stack: None }
            }
            1 => Step::Refuel { element: by, sent: Some(wild.mass()), lost_fraction: wild.part() },
            2 => Step::Burn(Burn { extent: Extent::Depletion, ..Burn::new("out", DeltaV::ZERO, &[by.as_str()]) }),
            3 => Step::Burn(Burn {
                firing: Firing::Together,
                motor: if wild.below(3) == 0 { Motor::Thrusters } else { Motor::Main },
                margin_fraction: wild.part(),
                ..Burn::new("all", wild.dv(), &[])
            }),
            _ => Step::Burn(Burn::new("burn", wild.dv(), &[by.as_str()])),
        });
    }
    Some((vehicle, steps))
}

#[test]
fn law_a_flight_ends_in_finite_numbers_or_a_refusal() {
    let mut flown = 0;
    each("flight", 30_000, |case, wild| {
        let Some((vehicle, steps)) = vehicle(wild) else { return };
        let told = |flight: &crate::vehicles::Flight| {
            finite("flight", case, &[flight.start.kg(), flight.vehicle.mass().kg(), flight.dv().km_s()]);
            for e in &flight.events {
                let numbers = [e.before, e.after, e.burnt, e.boiled, e.dropped, e.added].map(Mass::kg);
                finite("event", case, &numbers);
                finite("burn", case, &[e.duration_s.unwrap_or(0.0), e.acceleration_m_s2.unwrap_or(0.0)]);
            }
        };
        if let Ok(flight) = fly(&vehicle, &steps) {
            flown += 1;
            told(&flight);
        }
        if case % 8 == 0 {
            if let Ok(most) = largest_payload(&vehicle, &steps, "cargo") {
                finite("largest payload", case, &[most.payload.kg()]);
                told(&most.flight);
            }
            if let Ok(least) = smallest_stack(&vehicle, &steps) {
                told(&least.flight);
            }
        }
    });
    assert!(flown > 1000, "only {flown} of the wild flights were flown");
}

#[test]
fn law_a_cost_is_finite_or_refused() {
    let specs = Amcm::set_a().expect("the model").specs();
    each("cost", 20_000, |case, wild| {
        let money = Money::from_musd(wild.about(1e-3, 1e6), 1940 + wild.below(120) as i32);
        let year = 1940 + wild.below(120) as i32;
        if let Ok(brought) = Inflation::embedded().expect("a table").bring(money, year) {
            finite("inflation", case, &[brought.money.musd()]);
        }
        let curve = if wild.below(2) == 0 { LearningCurve::Wright } else { LearningCurve::Crawford };
        if let Ok(learning) = Learning::new(curve, wild.part()) {
            let units = if wild.below(9) == 0 { wild.next() as u32 } else { wild.below(300) as u32 };
            for cost in [learning.total(money, units), learning.unit(money, units)].into_iter().flatten() {
                finite("learning", case, &[cost.musd()]);
            }
        }
        let spec = &specs[wild.below(specs.len() as u64) as usize].name;
        if let Ok(difficulty) = Difficulty::new(wild.about(0.01, 3.0)) {
            let development = Development {
                spec,
                units: wild.next() as u32 >> wild.below(32),
                dry_mass: wild.mass(),
                ioc_year: 1900 + wild.below(300) as i32,
                block: wild.below(2000) as u32,
                difficulty,
            };
            if let Ok(estimate) = Amcm::set_a().expect("the model").estimate(&development) {
                finite("amcm", case, &[estimate.cost.musd()]);
            }
        }
        if let Ok(price) = usd_per_kg(money, wild.mass()) {
            finite("price", case, &[price]);
        }
        let other = Money::from_musd(wild.any(), money.year());
        if let Ok(both) = sum(&[money, other], money.year()) {
            finite("sum", case, &[both.musd()]);
        }
        let mut flow = CashFlow::new(money.year());
        let years = [wild.next() as i32, 2030];
        for (amount, at) in [money, other].into_iter().zip(years) {
            let _ = flow.add(&Profile::launch().spread(amount, at));
        }
        if let Ok(worth) = flow.present_value(wild.part(), 2025) {
            finite("present value", case, &[worth.musd()]);
        }
        let launchers = Catalogue::embedded().expect("the catalogue").launchers();
        let launcher = &launchers[wild.below(launchers.len() as u64) as usize];
        let number = wild.next() as u32 >> wild.below(32);
        if let Ok(bought) = launcher.buy(number, Buyer::Government, StepRule::Increments) {
            finite("purchase", case, &[bought.total.low.musd(), bought.total.high.musd()]);
        }
        if let Ok(capacity) = launcher.capacity(wild.about(0.1, 100.0) - 10.0) {
            finite("capacity", case, &[capacity.mass.kg()]);
        }
    });
}

#[test]
fn law_shares_are_finite_or_refused() {
    each("shares", 10_000, |case, wild| {
        let weights: Vec<(String, f64)> = (0..wild.below(5)).map(|k| (k.to_string(), wild.about(1e-3, 1e6))).collect();
        let total = Money::from_musd(wild.about(1e-3, 1e6), 2025);
        if let Ok(parts) = divide(total, &weights) {
            finite("parts", case, &parts.iter().map(|(_, m)| m.musd()).collect::<Vec<_>>());
        }
        let costs: Vec<f64> = weights.iter().map(|(_, w)| *w).collect();
        if let Ok(parts) = airport_musd(&costs) {
            finite("airport", case, &parts);
        }
        let mut contributions = Contributions::new(2025);
        for (name, _) in &weights {
            let _ = contributions.add(name, wild.mass(), Money::from_musd(wild.about(1e-3, 1e6), 2025));
        }
        for parts in [contributions.divide_by_mass(total), contributions.divide_by_money(total)].into_iter().flatten() {
            finite("contributions", case, &parts.iter().map(|(_, m)| m.musd()).collect::<Vec<_>>());
        }
        let players = 1 + wild.below(4) as usize;
        let mut costs: Vec<f64> = (0..1 << players).map(|_| wild.about(1e-3, 1e6)).collect();
        costs[0] = 0.0;
        let names = (0..players).map(|k| k.to_string()).collect();
        if let Ok(game) = CostGame::new(names, costs) {
            finite("shapley", case, &game.shapley_musd());
            if case % 10 == 0 {
                if let Ok(nucleolus) = game.nucleolus_musd() {
                    finite("nucleolus", case, &nucleolus);
                }
                if let Ok(core) = game.least_core() {
                    finite("least core", case, &[core.epsilon_musd]);
                    finite("least core", case, &core.allocation_musd);
                }
            }
            if let Ok(core) = game.core_test(&game.shapley_musd()) {
                finite("core", case, &[core.worst_excess_musd]);
            }
        }
    });
}

#[test]
fn law_a_manifest_delivers_or_is_refused() {
    each("manifest", 400, |case, wild| {
        let options: Vec<LaunchOption> = (0..1 + wild.below(5))
            .map(|k| LaunchOption {
                launcher: k.to_string(),
                partner: String::new(),
                delivered_kg: wild.about(10.0, 1e5),
                launch_mass_kg: wild.about(10.0, 1e5),
                price_musd: wild.about(1.0, 1e3),
                most: wild.below(40) as u32,
            })
            .collect();
        let demanded_kg = wild.about(1.0, 1e6);
        if let Ok(manifest) = plan_launches(&options, demanded_kg, Preference::Price) {
            finite(
                "manifest",
                case,
                &[manifest.price_musd, manifest.launch_mass_kg, manifest.deliverable_kg, manifest.gap.unwrap_or(0.0)],
            );
            assert!(manifest.deliverable_kg >= demanded_kg, "case {case}");
            assert!(manifest.launches.iter().zip(&options).all(|(n, o)| *n <= o.most), "case {case}");
        }
        let _ = minimal_manifests(&options, demanded_kg, 1000);
    });
}
