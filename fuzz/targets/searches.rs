//! Searches over dates, on grids of a few cells.

use super::{body, either, ephemerides, epoch, kernels::mars_place, span};
use crate::finite::{Told, answer, bare};
use crate::tape::Tape;
use portolan::bodies::{
    Body, CERES, EARTH, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, MARS, MARS_BARYCENTER, MERCURY, MOON, PSYCHE, SUN,
    VENUS, small_bodies,
};
use portolan::time::{DAY_S, Window};
use portolan::transfers::ParkingOrbit;
use portolan::transfers::lambert::{Branch, Way};
use portolan::transfers::launch_period::{ArrivalDates, LaunchPeriodRequest, launch_periods};
use portolan::transfers::mars_moons::{MarsMoonRequest, mars_moon_window};
use portolan::transfers::moon_window::{Heading, MoonProblem, MoonWindowRequest, moon_window};
use portolan::transfers::opportunities::opportunities as all_opportunities;
use portolan::transfers::porkchop::{
    Criterion, GridSize, Limits, PorkchopRequest, Problem, Quantity, next_opportunity, porkchop,
};
use portolan::transfers::round_trip::{Homecoming, Objective, RoundTripRequest, round_trips};

const BODIES: [Body; 12] = [
    EARTH,
    MARS,
    VENUS,
    MERCURY,
    EARTH_MOON_BARYCENTER,
    MARS_BARYCENTER,
    JUPITER_BARYCENTER,
    CERES,
    PSYCHE,
    MOON,
    SUN,
    MARS,
];

/// A body that may be one of the catalogue's comets and asteroids.
fn any_body(tape: &mut Tape, name: &str) -> Body {
    let small = small_bodies();
    let k = tape.pick(name, BODIES.len() + small.len());
    BODIES.get(k).copied().unwrap_or_else(|| small[k - BODIES.len()].body)
}

fn parking(tape: &mut Tape) -> ParkingOrbit {
    if tape.toss("elliptic") {
        ParkingOrbit::Elliptic {
            periapsis_altitude_km: tape.number("periapsis_altitude_km", 100.0, 1e4),
            period_s: tape.number("period_s", 6e3, 1e6),
        }
    } else {
        ParkingOrbit::Circular { altitude_km: tape.number("altitude_km", 100.0, 1e5) }
    }
}

fn limits(tape: &mut Tape) -> Limits {
    let mut maybe = |name: &str, low: f64, high: f64| (tape.pick(name, 4) == 0).then(|| tape.number(name, low, high));
    Limits {
        max_c3_km2_s2: maybe("max_c3_km2_s2", 5.0, 100.0),
        max_tof_d: maybe("max_tof_d", 50.0, 1000.0),
        max_dla_deg: maybe("max_dla_deg", 5.0, 90.0),
        max_entry_km_s: maybe("max_entry_km_s", 5.0, 20.0),
    }
}

/// A request with a grid of at most `most` dates a side.
fn request(tape: &mut Tape, most: u64) -> PorkchopRequest {
    let (departure, arrival) = (any_body(tape, "departure"), any_body(tape, "arrival"));
    let depart = span(tape, "depart", 1.0, 800.0);
    let after_d = tape.number("after_d", 20.0, 400.0);
    let length_d = tape.number("arrive_length_d", 1.0, 900.0);
    let start = depart.start + after_d * DAY_S;
    let mut request = PorkchopRequest::new(departure, arrival, depart, Window { start, end: start + length_d * DAY_S });
    // sizes beyond every bound are to be refused before there is memory for them
    let most_of_all = u64::from(u32::MAX);
    request.size = GridSize {
        depart: tape.whole("departs", 2, most, most_of_all) as usize,
        arrive: tape.whole("arrives", 2, most, most_of_all) as usize,
    };
    // one that is within the bounds and large is work, not a fault
    for side in [&mut request.size.depart, &mut request.size.arrive] {
        if *side > 40 && *side <= 10_000 {
            *side = 40;
        }
    }
    request.max_revs = if tape.pick("turns", 4) == 0 { tape.whole("revs", 0, 2, most_of_all) as u32 } else { 0 };
    if tape.pick("orbits", 3) == 0 {
        (request.parking, request.capture) = (parking(tape), parking(tape));
    }
    if tape.pick("ways", 5) == 0 {
        request.way =
            if tape.toss("about") { Way::About { pole: tape.vector("pole", 0.5, 2.0) } } else { Way::Retrograde };
    }
    if tape.pick("limits", 3) == 0 {
        request.limits = limits(tape);
    }
    request
}

pub(super) fn porkchops(tape: &mut Tape) -> Result<Told, String> {
    let request = request(tape, 9);
    let solved = porkchop(ephemerides(), &request);
    let Ok(solved) = solved else { return Ok(Told::Refusal) };
    // cells without a transfer hold no numbers: what is asked for is what is told
    answer("porkchop", &(&solved.depart, &solved.arrive, &solved.counts, &solved.minima))?;
    for layer in 0..solved.layers.len() {
        for k in 0..solved.cells() {
            let numbers = solved.numbers(layer, k);
            answer("Porkchop::numbers", &numbers)?;
            if let Some(cell) = numbers {
                answer("Quantity::value", &Quantity::ALL.map(|q| q.value(&cell)))?;
            }
            if k % 7 == 0 {
                answer("Porkchop::transfer", &solved.transfer(layer, k))?;
            }
        }
    }
    for criterion in Criterion::ALL {
        answer("Porkchop::best", &solved.best(criterion))?;
    }
    Ok(if solved.counts.solved > 0 { Told::Answer } else { Told::Refusal })
}

pub(super) fn transfers(tape: &mut Tape) -> Result<Told, String> {
    let mut asked = PorkchopRequest::new(any_body(tape, "departure"), any_body(tape, "arrival"), full(), full());
    if tape.pick("orbits", 3) == 0 {
        (asked.parking, asked.capture) = (parking(tape), parking(tape));
    }
    let Ok(problem) = Problem::new(ephemerides(), &asked) else { return Ok(Told::Refusal) };
    let depart = epoch(tape, "depart");
    let arrive = depart + tape.number("tof_d", 1.0, 2000.0) * DAY_S;
    let revs = if tape.pick("turns", 3) == 0 { tape.whole("revs", 0, 3, 100) as u32 } else { 0 };
    let branch = [Branch::Single, Branch::Low, Branch::High][if revs == 0 { 0 } else { tape.pick("branch", 3) }];
    let told = answer("Problem::transfer", &problem.transfer(depart, arrive, revs, branch))?;
    Ok(either(told, answer("Problem::gradient", &problem.gradient(depart, arrive, revs, branch))?))
}

fn full() -> Window {
    Window::parse("2030-01-01..2040-01-01").expect("dates")
}

pub(super) fn opportunities(tape: &mut Tape) -> Result<Told, String> {
    let (departure, arrival) = (any_body(tape, "departure"), any_body(tape, "arrival"));
    let depart = span(tape, "depart", 100.0, 900.0);
    let window = Window { start: depart.start, end: depart.end + 1000.0 * DAY_S };
    let mut asked = PorkchopRequest::new(departure, arrival, depart, window);
    if tape.pick("limits", 4) == 0 {
        asked.limits = limits(tape);
    }
    answer("opportunities", &all_opportunities(ephemerides(), &asked))
}

pub(super) fn next(tape: &mut Tape) -> Result<Told, String> {
    let (departure, arrival) = (any_body(tape, "departure"), any_body(tape, "arrival"));
    answer("next_opportunity", &next_opportunity(ephemerides(), departure, arrival, epoch(tape, "after")))
}

pub(super) fn round_trip(tape: &mut Tape) -> Result<Told, String> {
    let home = body(tape, "home", &[EARTH, EARTH_MOON_BARYCENTER, EARTH, MARS, MOON]);
    let away = body(tape, "away", &[MARS, VENUS, MARS_BARYCENTER, CERES, EARTH, SUN]);
    let mut asked = RoundTripRequest::new(home, away, span(tape, "depart", 30.0, 400.0));
    asked.step_d = tape.number("step_d", 40.0, 120.0);
    // a fine step is work, not a fault
    if asked.step_d > 0.0 && asked.step_d < 40.0 {
        asked.step_d = 40.0;
    }
    asked.min_stay_d = tape.number("min_stay_d", 0.0, 500.0);
    asked.max_stay_d = asked.min_stay_d + tape.number("more_stay_d", 0.0, 300.0);
    let mut maybe = |name: &str, low: f64, high: f64| (tape.pick(name, 3) == 0).then(|| tape.number(name, low, high));
    asked.max_total_d = maybe("max_total_d", 300.0, 1200.0);
    asked.max_leg_d = maybe("max_leg_d", 100.0, 400.0);
    asked.homecoming = match maybe("max_v_inf_km_s", 3.0, 15.0) {
        Some(most) => Homecoming::Entry { max_v_inf_km_s: Some(most) },
        None => Homecoming::Orbit(parking(tape)),
    };
    asked.objective = [Objective::DeltaV, Objective::C3Sum][tape.pick("objective", 2)];
    answer("round_trips", &round_trips(ephemerides(), &asked))
}

pub(super) fn launch_period(tape: &mut Tape) -> Result<Told, String> {
    let asked = LaunchPeriodRequest {
        porkchop: request(tape, 12),
        days: tape.whole("days", 1, 30, u64::from(u32::MAX)) as u32,
        arrival: [ArrivalDates::Fixed, ArrivalDates::Free][tape.pick("arrival", 2)],
        criterion: Criterion::ALL[tape.pick("criterion", 4)],
    };
    answer("launch_periods", &launch_periods(ephemerides(), &asked))
}

/// A grid's sides: a few, none, or beyond every bound.
fn sides(tape: &mut Tape) -> (usize, usize) {
    let mut side = |name: &str| {
        let side = tape.whole(name, 2, 9, u64::from(u32::MAX)) as usize;
        if side > 40 && side <= 10_000 { 40 } else { side }
    };
    (side("departs"), side("times"))
}

pub(super) fn mars_moons(tape: &mut Tape) -> Result<Told, String> {
    let (from, to) = (mars_place(tape, "from"), mars_place(tape, "to"));
    let depart = span(tape, "depart", 0.1, 10.0);
    let (min_tof_d, max_tof_d) = (tape.number("min_tof_d", 0.02, 0.5), tape.number("max_tof_d", 0.3, 3.0));
    let asked = MarsMoonRequest { from, to, depart, min_tof_d, max_tof_d, size: sides(tape) };
    answer("mars_moon_window", &mars_moon_window(&asked))
}

pub(super) fn moon_window_of(tape: &mut Tape) -> Result<Told, String> {
    let depart = span(tape, "depart", 0.1, 30.0);
    let mut asked = MoonWindowRequest::new(depart);
    (asked.min_tof_d, asked.max_tof_d) = (tape.number("min_tof_d", 1.0, 4.0), tape.number("max_tof_d", 3.0, 9.0));
    asked.altitude_km = tape.number("altitude_km", 150.0, 2000.0);
    asked.inc_deg = tape.number("inc_deg", 0.0, 180.0);
    asked.lunar_orbit = parking(tape);
    asked.size = sides(tape);
    let heading = [Heading::North, Heading::South][tape.pick("heading", 2)];
    if let Ok(problem) = MoonProblem::new(ephemerides(), &asked) {
        bare("MoonProblem::transfer", true, &problem.transfer(depart.start, asked.min_tof_d, heading))?;
    }
    let found = moon_window(ephemerides(), &asked);
    answer("moon_window", &found)
}
