//! `portolan transfer`: one transfer between two bodies around the Sun, and the departure that flies it.

mod ask;
mod tell;

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::output::write_atomically;
use super::pair::late_arrivals;
use super::witness;
use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MOON, SUN};
use crate::dynamics::{DynamicsError, Forces, PointMasses, ThrustArc};
use crate::ephemerides::{Ephemerides, EphemerisError, State};
use crate::numerics::vector::{minus, norm, plus};
use crate::propagation::{Propagator, Start, kepler};
use crate::time::Epoch;
use crate::transfers::ParkingOrbit;
use crate::transfers::departure::{
    Aimed, Asymptote, Departure, DepartureError, DepartureRequest, Equator, FinitePlan, FlownEscape, Half, Injection,
    Phasing, PlaneChange, StageBurns,
};
use crate::transfers::porkchop::{Problem, Transfer};
use ask::{BranchFlag, BurnsFlag, EquatorFlag, PlaneFlag, Site, Sought};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Instant;

/// One transfer between two bodies, from the parking orbit to the arrival, with the departure that flies it
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// body left behind: Earth, emb, Mars, or a NAIF number
    #[arg(value_name = "FROM", value_parser = flags::body, allow_negative_numbers = true)]
    from: Body,
    /// body flown to
    #[arg(value_name = "TO", value_parser = flags::body, allow_negative_numbers = true)]
    to: Body,
    /// departure: the moment of the injection, TDB unless the date says otherwise
    #[arg(long, value_name = "DATE", value_parser = flags::date)]
    depart: Epoch,
    /// arrival; the one of least delta-v if neither this nor --tof is given
    #[arg(long, value_name = "DATE", value_parser = flags::date, conflicts_with = "tof")]
    arrive: Option<Epoch>,
    /// time of flight: "260 d", or bare seconds
    #[arg(long, value_name = "T", value_parser = flags::time_s)]
    tof: Option<f64>,
    /// full revolutions around the Sun
    #[arg(long, value_name = "N", default_value_t = 0)]
    revs: u32,
    /// which of the two orbits with revolutions; the one of less delta-v if not given
    #[arg(long, value_enum)]
    branch: Option<BranchFlag>,
    /// orbit that the departure burn leaves: "300 km", or "250 km x 88775.244 s" (periapsis altitude, period)
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    parking: Option<ParkingOrbit>,
    /// orbit that the arrival burn enters, written alike
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    capture: Option<ParkingOrbit>,
    /// inclination of the parking orbit: "28.5 deg", or bare degrees; the least that does if not given
    #[arg(long, value_name = "ANGLE", value_parser = flags::angle_deg)]
    inclination: Option<f64>,
    /// where the orbit of --inclination does not hold the asymptote, turn its plane in the departure burn: the cheapest
    /// impulse over all places of the orbit
    #[arg(long, requires = "inclination")]
    plane_change: bool,
    /// launch site: a name of `portolan catalogue sites`, or a latitude such as "28.5 deg"
    #[arg(long, value_name = "SITE", allow_negative_numbers = true)]
    site: Option<String>,
    /// equator that inclination, node and declination are counted from; J2000 on the Earth, the body's own on Mars
    #[arg(long, value_enum)]
    equator: Option<EquatorFlag>,
    /// thrust of the departure stage: "110 kN"
    #[arg(long, value_name = "FORCE", value_parser = ask::thrust_n, requires_all = ["isp", "mass"])]
    thrust: Option<f64>,
    /// specific impulse: "450 s"
    #[arg(long, value_name = "TIME", value_parser = flags::time_s, requires_all = ["thrust", "mass"])]
    isp: Option<f64>,
    /// mass at the first ignition: "40 t"
    #[arg(long, value_name = "MASS", value_parser = ask::mass_kg, requires_all = ["thrust", "isp"])]
    mass: Option<f64>,
    /// perigee burns; auto takes one more where it saves half a percent of the mass at ignition
    #[arg(long, value_enum, default_value_t, requires = "thrust")]
    burns: BurnsFlag,
    /// longest orbit between two burns
    #[arg(long, value_name = "T", value_parser = flags::time_s, default_value = "2 d")]
    longest_orbit: f64,
    /// which of the two planes is flown; the one with the shorter wait in the parking orbit if not given
    #[arg(long, value_enum)]
    plane: Option<PlaneFlag>,
    /// aim off what the Sun, the Moon and Jupiter do on the way out, so that the flight with them ends on the asymptote
    #[arg(long)]
    aim_off: bool,
    /// write the departure as a CCSDS OPM: state before the first ignition, mass, burns
    #[arg(long, value_name = "FILE")]
    opm: Option<PathBuf>,
    /// name of the spacecraft in the OPM
    #[arg(long, value_name = "NAME", default_value = "PORTOLAN")]
    name: String,
    /// fly it again in nyx-space and tell the difference (a build with --features nyx)
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    kernels: flags::Kernels,
}

/// A departure with what was planned, flown and witnessed.
struct Escape {
    departure: Departure,
    site: Option<Site>,
    plans: Vec<FinitePlan>,
    /// which of them is flown
    taken: Option<usize>,
    /// which of the two planes
    plane: usize,
    /// under the body alone
    two_body: FlownEscape,
    /// with the other bodies
    disturbed: FlownEscape,
    others: Vec<&'static str>,
    /// aimed off the other bodies
    aimed: Option<Aimed>,
    verified: Option<Value>,
}

impl Escape {
    fn plan(&self) -> Option<&FinitePlan> {
        self.taken.and_then(|k| self.plans.get(k))
    }

    fn injection(&self) -> &Injection {
        &self.departure.injections[self.plane]
    }
}

/// Everything that is told.
struct Answer<'a> {
    arguments: &'a Arguments,
    transfer: &'a Transfer,
    parking: ParkingOrbit,
    capture: ParkingOrbit,
    arrival_chosen: bool,
    /// the arrivals that the end of the kernels left out of the choice
    cut: Option<String>,
    residual: State,
    escape: Result<Escape, String>,
    verified: Option<Value>,
    elapsed_s: f64,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    if arguments.verify && cfg!(not(feature = "nyx")) {
        return Err(Failure::NoWitness);
    }
    let site = arguments.site.as_deref().map(Site::of).transpose()?;
    let ephemerides = arguments.kernels.load()?;
    let started = Instant::now();
    let request = ask::request(arguments);
    let problem = Problem::new(&ephemerides, &request)?;
    let kernel = ephemerides.track(arguments.to, SUN)?.span();
    let (transfer, arrival_chosen, cut) = match ask::transfer(arguments, &problem, kernel)? {
        Sought::Found(transfer) => (*transfer, false, None),
        Sought::Chosen(transfer, cut) => (*transfer, true, late_arrivals(cut)),
        Sought::None(reason) => {
            match format {
                Format::Json => print_json(&json!({ "reason": reason }))?,
                Format::Text => print(&format!("no transfer: {reason}\n"))?,
            }
            return Ok(Exit::Infeasible);
        }
    };
    let (residual, arc) = closure(&problem, &transfer)?;
    let verified = if arguments.verify { Some(witness_of_arc(&arc, &transfer, &ephemerides)?) } else { None };
    let escape = match escape(arguments, site, &transfer, &problem, request.parking, &ephemerides) {
        Ok(escape) => Ok(escape),
        // a small body holds nothing in orbit: its departure is the excess velocity itself
        Err(Failure::Departure(error @ DepartureError::NoPull { .. }))
            if arguments.opm.is_none() && arguments.thrust.is_none() =>
        {
            Err(error.to_string())
        }
        Err(other) => return Err(other),
    };
    if let (Some(path), Ok(escape)) = (&arguments.opm, &escape) {
        let (departure, plan) = match &escape.aimed {
            Some(aimed) => (&aimed.departure, aimed.plan.as_ref()),
            None => (&escape.departure, escape.plan()),
        };
        let message = departure.message(&departure.injections[escape.plane], plan, &arguments.name);
        let Some(message) = message else {
            let reason = "the departure has no state to write".to_owned();
            return Err(Failure::Flag { flag: "--opm", reason });
        };
        write_atomically(path, message.to_kvn().as_bytes())?;
    }
    let answer = Answer {
        arguments,
        transfer: &transfer,
        parking: request.parking,
        capture: request.capture,
        arrival_chosen,
        cut,
        residual,
        escape,
        verified,
        elapsed_s: started.elapsed().as_secs_f64(),
    };
    match format {
        Format::Json => print_json(&answer.json())?,
        Format::Text => print(&answer.text())?,
    }
    Ok(Exit::Done)
}

/// What the arc misses its arrival by in two-body motion around the Sun, and the state it starts with.
fn closure(problem: &Problem, transfer: &Transfer) -> Result<(State, State), EphemerisError> {
    let (from, to) = (problem.departure_state(transfer.depart)?, problem.arrival_state(transfer.arrive)?);
    let start =
        State { position_km: from.position_km, velocity_km_s: plus(from.velocity_km_s, transfer.arc.v_inf_dep_km_s) };
    let end = kepler::propagate(&start, transfer.arrive - transfer.depart, SUN.mu_km3_s2).unwrap_or_default();
    let wanted_km_s = plus(to.velocity_km_s, transfer.arc.v_inf_arr_km_s);
    let residual = State {
        position_km: minus(end.position_km, to.position_km),
        velocity_km_s: minus(end.velocity_km_s, wanted_km_s),
    };
    Ok((residual, start))
}

/// nyx's word on the arc around the Sun.
fn witness_of_arc(start: &State, transfer: &Transfer, ephemerides: &Ephemerides) -> Result<Value, Failure> {
    let forces = Forces::new(PointMasses::new(ephemerides, SUN, &[]).map_err(model)?);
    let start = Start { state: *start, epoch: transfer.depart, span_s: transfer.arrive - transfer.depart };
    let flown = Propagator::new(&forces).fly(&start);
    flown.result?;
    Ok(witness::verify(&forces, ephemerides, &flown.trajectory, 1)?.to_json())
}

fn model(error: DynamicsError) -> Failure {
    Failure::Departure(error.into())
}

fn escape(
    arguments: &Arguments,
    site: Option<Site>,
    transfer: &Transfer,
    problem: &Problem,
    parking: ParkingOrbit,
    ephemerides: &Ephemerides,
) -> Result<Escape, Failure> {
    let mut request = DepartureRequest::new(arguments.from, parking);
    request.inc_deg = arguments.inclination;
    request.latitude_deg = site.as_ref().map(|site| site.latitude_deg);
    request.plane_change = if arguments.plane_change { PlaneChange::InTheBurn } else { PlaneChange::Refused };
    request.equator = match arguments.equator {
        None => request.equator,
        Some(EquatorFlag::J2000) => Equator::J2000,
        Some(EquatorFlag::Date) => Equator::OfDate,
    };
    let departure = Departure::new(ephemerides, &Asymptote::of(transfer), &request)?;
    let (plans, taken) = plans(arguments, &departure)?;
    let plane = match arguments.plane {
        Some(PlaneFlag::Northbound) => 0,
        Some(PlaneFlag::Southbound) => 1,
        None => usize::from(departure.injections[1].wait_s < departure.injections[0].wait_s),
    };
    let (injection, plan) = (&departure.injections[plane], taken.and_then(|k| plans.get(k)));
    let body = departure.body;
    let alone = Forces::new(PointMasses::new(ephemerides, body, &[]).map_err(model)?);
    let others: Vec<Body> = [SUN, EARTH, MOON, JUPITER_BARYCENTER].into_iter().filter(|other| *other != body).collect();
    let with = Forces::new(PointMasses::new(ephemerides, body, &others).map_err(model)?);
    // a·(m/M)^0.4, with the distance from the Sun for a
    let distance_km = norm(problem.departure_state(transfer.depart)?.position_km);
    let edge_km = distance_km * (body.mu_km3_s2 / SUN.mu_km3_s2).powf(0.4);
    let two_body = departure.fly(injection, plan, &alone, edge_km)?;
    let disturbed = departure.fly(injection, plan, &with, edge_km)?;
    let aimed = if arguments.aim_off {
        let phasing = Phasing { longest_s: arguments.longest_orbit };
        let burns = |plan: &FinitePlan| plan.burns.len() as u32;
        let stage = plan.map(|plan| StageBurns { propulsion: plan.propulsion, burns: burns(plan), phasing });
        Some(departure.aimed(ephemerides, injection.half, stage, &with, edge_km)?)
    } else {
        None
    };
    let verified = match (arguments.verify, &aimed) {
        (false, _) => None,
        (true, Some(aimed)) => Some(witness_of_escape(&aimed.flown, aimed.plan.as_ref(), &with, ephemerides)?),
        (true, None) => Some(witness_of_escape(&disturbed, plan, &with, ephemerides)?),
    };
    let others = others.iter().map(|other| other.name).collect();
    Ok(Escape { plane, plans, taken, two_body, disturbed, others, aimed, verified, departure, site })
}

/// nyx's word on every coast and every burn of a way out, each from our own state: it would step over the beginning and
/// end of a burn.
fn witness_of_escape(
    flown: &FlownEscape,
    plan: Option<&FinitePlan>,
    forces: &Forces,
    ephemerides: &Ephemerides,
) -> Result<Value, Failure> {
    let whole = &flown.flown.trajectory;
    let burns = plan.map_or(&[][..], |plan| &plan.burns);
    let marks = burns.iter().flat_map(|burn| {
        let lit_s = burn.ignition - whole.epoch();
        [lit_s, lit_s + burn.duration_s]
    });
    let marks: Vec<f64> = std::iter::once(0.0).chain(marks).chain([whole.span_s()]).collect();
    let (mut position_km, mut velocity_km_s, mut engine) = (0.0, 0.0, "");
    for (number, leg) in marks.windows(2).enumerate() {
        let Some(state) = whole.state(leg[0]) else { continue };
        let (epoch, span_s) = (whole.epoch() + leg[0], leg[1] - leg[0]);
        let mut forces = forces.clone();
        // coast, burn, coast, burn, …, coast
        if let (Some(plan), Some(burn)) = (plan, burns.get(number / 2).filter(|_| number % 2 == 1)) {
            // longer than the leg at both ends, so that no stage of a step falls on an end
            let (thrust_n, isp_s) = (plan.propulsion.thrust_n, plan.propulsion.isp_s);
            let arc = ThrustArc::new(epoch + -10.0, span_s + 20.0, thrust_n, isp_s, plan.steering());
            forces = forces.with_thrust(arc.map_err(model)?).with_craft(burn.mass_kg, 0.0).map_err(model)?;
        }
        let part = Propagator::new(&forces).fly(&Start { state, epoch, span_s });
        part.result?;
        let witness = witness::verify(&forces, ephemerides, &part.trajectory, 1)?;
        engine = witness.engine;
        if let Some(end) = witness.end() {
            position_km += end.position_km;
            velocity_km_s += end.velocity_km_s;
        }
    }
    Ok(json!({
        "engine": engine,
        "scope": "each coast and burn from our own state, the differences added",
        "position_km": position_km,
        "velocity_km_s": velocity_km_s,
    }))
}

/// The plans of the stage, and which is taken.
fn plans(arguments: &Arguments, departure: &Departure) -> Result<(Vec<FinitePlan>, Option<usize>), Failure> {
    let Some(propulsion) = ask::propulsion(arguments) else { return Ok((Vec::new(), None)) };
    let phasing = Phasing { longest_s: arguments.longest_orbit };
    let Some(burns) = arguments.burns.count() else {
        let plans = departure.finite_plans(propulsion, phasing)?;
        let worthwhile = Departure::worthwhile(&plans).map_or(1, |plan| plan.burns.len());
        return Ok((plans, Some(worthwhile - 1)));
    };
    Ok((vec![departure.finite(propulsion, burns, phasing)?], Some(0)))
}

/// As a table calls a half.
const fn half_name(half: Half) -> &'static str {
    half.name()
}
