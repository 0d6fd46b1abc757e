//! Functions of numbers alone, or of numbers and the kernels.

use super::{body, either, ephemerides, epoch, hold, state};
use crate::finite::{Told, answer, bare};
use crate::tape::Tape;
use portolan::bodies::{
    Body, EARTH, EARTH_MOON_BARYCENTER, Elements, JUPITER_BARYCENTER, MAJOR_BODIES, MARS, MOON, SUN, SmallBody, VENUS,
};
use portolan::dynamics::shadow::light_fraction;
use portolan::dynamics::{
    Atmosphere, Cr3bp, Forces, GravityField, LocalAxes, PointMasses, Steering, ThrustArc, cr3bp::LagrangePoint,
    cr3bp::RotatingState, point_masses::third_body_km_s2,
};
use portolan::ephemerides::Orientation;
use portolan::ephemerides::mars_moons::MarsMoon;
use portolan::numerics::minima::{Slope, descend, newton};
use portolan::numerics::{conic::from_periapsis, eccentric_anomaly, golden, simplex};
use portolan::propagation::kepler::propagate;
use portolan::time::Epoch;
use portolan::transfers::departure::{
    Asymptote, Departure, DepartureRequest, Equator, Phasing, Propulsion, estimate_loss, excess_velocity_km_s,
};
use portolan::transfers::lambert::{Batch, Branch, Geometry, Pairs, Way, solve};
use portolan::transfers::mars_moons::{MarsPlace, ellipse_to_circle, mars_moon_transfer};
use portolan::transfers::tangential::tangential_arc;
use portolan::transfers::{ParkingOrbit, departure_burn};
use portolan::vehicles::inclination_cost;
use std::hint::black_box;
use std::sync::OnceLock;

/// Gravitational parameters from an asteroid's to the Sun's.
fn mu_km3_s2(tape: &mut Tape) -> f64 {
    tape.number("mu_km3_s2", 1e-3, 1.4e11)
}

pub(super) fn kepler_equation(tape: &mut Tape) -> Result<Told, String> {
    let (mean_anomaly_rad, ecc) = (tape.number("mean_anomaly_rad", -1e3, 1e3), tape.number("ecc", 0.0, 0.999_999));
    bare("eccentric_anomaly", tape.is_plain(), &eccentric_anomaly(mean_anomaly_rad, ecc))
}

pub(super) fn conic(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = mu_km3_s2(tape);
    let periapsis_km = tape.number("periapsis_km", 1.0, 1e10);
    let ecc = if tape.toss("open") { tape.number("ecc", 1.0, 20.0) } else { tape.number("ecc", 0.0, 1.0) };
    let after_s = if tape.pick("at", 8) == 0 { 0.0 } else { tape.number("after_s", -1e10, 1e10) };
    let at = from_periapsis(periapsis_km, ecc, after_s, mu_km3_s2);
    bare("conic::from_periapsis", tape.is_plain(), &at)?;
    bare("Perifocal::nu_rad", tape.is_plain(), &at.nu_rad())?;
    hold(!tape.is_plain() || at.radius_km() >= periapsis_km * (1.0 - 1e-6), || {
        format!("conic::from_periapsis goes below the periapsis: {at:?}")
    })?;
    Ok(if tape.is_plain() { Told::Answer } else { Told::Refusal })
}

pub(super) fn kepler(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = mu_km3_s2(tape);
    let start = state(tape, 1.0, 1e10, 1e-6, 100.0);
    let time_s = tape.number("time_s", -1e10, 1e10);
    answer("kepler::propagate", &propagate(&start, time_s, mu_km3_s2))
}

pub(super) fn elements(tape: &mut Tape) -> Result<Told, String> {
    let turn = std::f64::consts::TAU;
    let mut number = |name: &str, low: f64, high: f64| tape.number(name, low, high);
    let elements = Elements {
        epoch_jd_tdb_d: number("epoch_jd_tdb_d", 2.4e6, 2.5e6),
        perihelion_km: number("perihelion_km", 1e6, 1e10),
        ecc: number("ecc", 0.0, 3.5),
        inc_rad: number("inc_rad", 0.0, turn / 2.0),
        raan_rad: number("raan_rad", 0.0, turn),
        argp_rad: number("argp_rad", 0.0, turn),
        passage_jd_tdb_d: number("passage_jd_tdb_d", 2.4e6, 2.5e6),
    };
    let body = Body { naif_id: 900_000_001, name: "own", mu_km3_s2: 0.0, radius_km: 0.0, primary: 10 };
    let own = ephemerides().clone().with_small_bodies(vec![SmallBody { body, elements }]);
    let epoch = match tape.pick("at", 3) {
        0 => Epoch::from_jd_tdb(elements.passage_jd_tdb_d),
        1 => Epoch::from_jd_tdb(elements.passage_jd_tdb_d) + 1e-3,
        _ => epoch(tape, "epoch"),
    };
    either_of(
        answer("Ephemerides::state", &own.state(body, SUN, epoch)),
        answer("Ephemerides::state", &own.state(body, EARTH, epoch)),
    )
}

fn either_of(a: Result<Told, String>, b: Result<Told, String>) -> Result<Told, String> {
    Ok(either(a?, b?))
}

fn way(tape: &mut Tape) -> Way {
    match tape.pick("way", 4) {
        0 | 1 => Way::Prograde,
        2 => Way::Retrograde,
        _ => Way::About { pole: tape.vector("pole", 0.5, 2.0) },
    }
}

const BRANCHES: [Branch; 3] = [Branch::Single, Branch::Low, Branch::High];

pub(super) fn lambert(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = tape.number("mu_km3_s2", 1.0, 1.4e11);
    let r1_km = tape.vector("r1_km", 1e3, 1e9);
    // the same place, the opposite one or its neighbour, now and then
    let r2_km = match tape.pick("place", 12) {
        0 => r1_km,
        1 => r1_km.map(|x| -x),
        2 => r1_km.map(|x| -x * (1.0 + 1e-12)),
        3 => r1_km.map(|x| x * 2.0),
        _ => tape.vector("r2_km", 1e3, 1e9),
    };
    let tof_s = tape.number("tof_s", 10.0, 1e10);
    let way = way(tape);
    let max_revs = tape.whole("max_revs", 0, 4, 60) as u32;
    let mut told = answer("lambert::solve", &solve(r1_km, r2_km, tof_s, mu_km3_s2, way, max_revs))?;
    if let Ok(geometry) = Geometry::new(r1_km, r2_km, way) {
        answer("Geometry::angle_rad", &geometry.angle_rad())?;
        bare("Geometry::parabolic_tof_s", tape.is_plain(), &geometry.parabolic_tof_s(mu_km3_s2))?;
        let branch = BRANCHES[tape.pick("branch", 3)];
        told = either(told, answer("Geometry::orbit", &geometry.orbit(tof_s, mu_km3_s2, max_revs, branch))?);
    }
    Ok(told)
}

pub(super) fn lambert_batch(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = tape.number("mu_km3_s2", 1.0, 1.4e11);
    let count = tape.whole("count", 0, 20, 0) as usize;
    let (mut r1, mut r2, mut tof_s) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3], Vec::new());
    for _ in 0..count {
        let (a, b) = (tape.vector("r1_km", 1e6, 1e9), tape.vector("r2_km", 1e6, 1e9));
        for axis in 0..3 {
            r1[axis].push(a[axis]);
            r2[axis].push(b[axis]);
        }
        tof_s.push(tape.number("tof_s", 1e5, 1e9));
    }
    // lists of different lengths, now and then
    if tape.pick("lengths", 20) == 0 {
        tof_s.push(1e7);
    }
    let (way, revs, branch) = (way(tape), tape.whole("revs", 0, 2, 40) as u32, BRANCHES[tape.pick("branch", 3)]);
    let pairs = Pairs { r1_km: [&r1[0], &r1[1], &r1[2]], r2_km: [&r2[0], &r2[1], &r2[2]], tof_s: &tof_s };
    let mut batch = Batch::default();
    if batch.solve(&pairs, mu_km3_s2, way, revs, branch).is_err() {
        return Ok(Told::Refusal);
    }
    let mut told = Told::Refusal;
    // what is not solved says so in `solved` and has no velocities
    for lane in (0..batch.solved.len()).filter(|k| batch.solved[*k]) {
        let velocities: Vec<f64> =
            batch.v1_km_s.iter().chain(&batch.v2_km_s).filter_map(|axis| axis.get(lane).copied()).collect();
        hold(velocities.len() == 6, || "Batch::solve: an answer without velocities".to_owned())?;
        told = answer("Batch::solve", &velocities)?;
    }
    Ok(told)
}

pub(super) fn tangential(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = tape.number("mu_km3_s2", 1.0, 1.4e11);
    let periapsis_km = tape.number("periapsis_km", 1e2, 1e8);
    let radius_km = if tape.toss("far") {
        periapsis_km * tape.number("radius_ratio", 1.0, 1e4)
    } else {
        tape.number("radius_km", 1e2, 1e9)
    };
    let hohmann_s = std::f64::consts::PI * ((0.5 * (periapsis_km + radius_km)).powi(3) / mu_km3_s2).sqrt();
    let tof_s = if tape.toss("near") {
        hohmann_s * tape.number("tof_ratio", 0.05, 2.5)
    } else {
        tape.number("tof_s", 1.0, 1e9)
    };
    answer("tangential_arc", &tangential_arc(periapsis_km, radius_km, tof_s, mu_km3_s2))
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

pub(super) fn burns(tape: &mut Tape) -> Result<Told, String> {
    let mu_km3_s2 = mu_km3_s2(tape);
    let v_inf_km_s = tape.number("v_inf_km_s", 0.0, 100.0);
    let radius_km = tape.number("radius_km", 1.0, 1e6);
    let orbit = parking(tape);
    let mut told = answer("departure_burn", &departure_burn(v_inf_km_s, radius_km, mu_km3_s2))?;
    told = either(told, answer("ParkingOrbit::impulse", &orbit.impulse(v_inf_km_s, radius_km, mu_km3_s2))?);
    let (thrust_to_weight, isp_s) = (tape.number("thrust_to_weight", 1e-3, 10.0), tape.number("isp_s", 50.0, 5000.0));
    let body = body(tape, "body", &[EARTH, MARS, MOON, VENUS, EARTH_MOON_BARYCENTER]);
    told = either(told, answer("estimate_loss", &estimate_loss(v_inf_km_s, orbit, body, thrust_to_weight, isp_s))?);
    let (a, b) = (tape.number("latitude_deg", -90.0, 90.0), tape.number("inclination_deg", 0.0, 180.0));
    told = either(told, answer("inclination_cost", &inclination_cost(a, b))?);
    let circle_km = tape.number("circle_km", 3.5e3, 1e6);
    let apsides = (tape.number("periapsis_km", 3.4e3, 1e5), tape.number("apoapsis_km", 3.4e3, 1e6));
    told = either(told, answer("ellipse_to_circle", &ellipse_to_circle(apsides.0, apsides.1, circle_km))?);
    let state = state(tape, 1e3, 1e7, 1.0, 50.0);
    Ok(either(told, answer("excess_velocity_km_s", &excess_velocity_km_s(&state, mu_km3_s2))?))
}

fn a_departure(tape: &mut Tape) -> Result<(Told, Option<Departure>), String> {
    let asymptote = Asymptote { epoch: epoch(tape, "epoch"), v_inf_km_s: tape.vector("v_inf_km_s", 0.1, 20.0) };
    let body = body(tape, "body", &[EARTH, MARS, MOON, VENUS, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER]);
    let mut request = DepartureRequest::new(body, parking(tape));
    if tape.toss("inclined") {
        request.inc_deg = Some(tape.number("inc_deg", 0.0, 180.0));
    }
    if tape.pick("site", 3) == 0 {
        request.latitude_deg = Some(tape.number("latitude_deg", -90.0, 90.0));
    }
    if tape.pick("equator", 3) == 0 {
        request.equator = Equator::J2000;
    }
    let departure = Departure::new(ephemerides(), &asymptote, &request);
    let told = answer("Departure::new", &departure)?;
    if let Err(why) = &departure {
        drop(why.to_string());
    }
    Ok((told, departure.ok()))
}

pub(super) fn departure(tape: &mut Tape) -> Result<Told, String> {
    let (told, departure) = a_departure(tape)?;
    let after_s = tape.number("after_s", -1e5, 1e6);
    if let Some(departure) = departure {
        for injection in &departure.injections {
            answer("Injection::coast", &injection.coast(after_s, departure.body.mu_km3_s2))?;
            answer("Departure::start", &departure.start(injection, None))?;
            answer("Departure::message", &departure.message(injection, None, "Tug"))?;
        }
    }
    Ok(told)
}

pub(super) fn departure_finite(tape: &mut Tape) -> Result<Told, String> {
    let (_, departure) = a_departure(tape)?;
    let propulsion = Propulsion {
        thrust_n: tape.number("thrust_n", 1e2, 1e7),
        isp_s: tape.number("isp_s", 100.0, 1000.0),
        mass_kg: tape.number("mass_kg", 1e2, 1e6),
    };
    let burns = tape.whole("burns", 1, 3, 9) as u32;
    let phasing = Phasing { longest_s: tape.number("longest_s", 1e4, 1e6) };
    let Some(departure) = departure else { return Ok(Told::Refusal) };
    let plan = departure.finite(propulsion, burns, phasing);
    let told = answer("Departure::finite", &plan)?;
    if let Ok(plan) = plan {
        answer("Departure::thrust_arcs", &Departure::thrust_arcs(&plan))?;
        answer("Departure::start", &departure.start(&departure.injections[0], Some(&plan)))?;
        answer("Departure::message", &departure.message(&departure.injections[1], Some(&plan), "Tug"))?;
    }
    Ok(told)
}

fn epoch_text(epoch: Epoch) -> [String; 4] {
    [epoch.date(), epoch.iso(), epoch.utc_iso(), epoch.to_string()]
}

pub(super) fn dates(tape: &mut Tape) -> Result<Told, String> {
    let tdb_s = tape.number("tdb_s", -6.3e10, 2.5e11);
    let epoch = Epoch::from_tdb_s(tdb_s);
    drop(epoch_text(epoch));
    let c = epoch.calendar();
    if tape.is_plain() {
        answer("Epoch::calendar", &c)?;
        let again = Epoch::parse(&epoch.iso());
        hold(again.as_ref().is_ok_and(|a| (*a - epoch).abs() <= 0.51), || {
            format!("Epoch::iso prints {} for {epoch:?}, which reads as {again:?}", epoch.iso())
        })?;
        let midnight = Epoch::from_calendar(c.year, c.month, c.day);
        hold((epoch - midnight - c.second_s).abs() < 1e-4, || format!("Epoch::calendar says {c:?} for {epoch:?}"))?;
    }
    let (year, month) =
        (tape.whole("year", 1900, 2100, u64::from(u32::MAX)) as u32 as i32, tape.pick("month", 14) as u8);
    let day = tape.pick("day", 34) as u8;
    drop(epoch_text(Epoch::from_calendar(year, month, day)));
    answer("Epoch::from_calendar", &Epoch::from_calendar(year, month, day))?;
    for moon in MarsMoon::ALL {
        bare("MarsMoon::state", tape.is_plain(), &moon.state(epoch))?;
    }
    Ok(if tape.is_plain() { Told::Answer } else { Told::Refusal })
}

pub(super) fn minima(tape: &mut Tape) -> Result<Told, String> {
    let (x, y) = (tape.number("x", -3.0, 3.0), tape.number("y", -3.0, 3.0));
    let (reach, probe) = (tape.number("reach", 1e-3, 2.0), tape.number("probe", 1e-8, 1e-2));
    let (a, b) = (tape.number("a", -2.0, 2.0), tape.number("b", 0.1, 50.0));
    let inside = |x: f64, y: f64| x.abs() < 5.0 && y.abs() < 5.0;
    let value = move |x: f64, y: f64| (x - a).powi(2) + b * (y - x * x).powi(2);
    let bowl = |x: f64, y: f64| inside(x, y).then(|| value(x, y));
    let mut told = answer("minima::descend", &descend(bowl, (x, y), reach, probe))?;
    let slope = |x: f64, y: f64| {
        let by = [2.0 * (x - a) - 4.0 * b * x * (y - x * x), 2.0 * b * (y - x * x)];
        inside(x, y).then(|| Slope { value: value(x, y), by })
    };
    told =
        either(told, answer("minima::newton", &newton(|five| five.map(|(x, y)| slope(x, y)), (x, y), reach, probe))?);
    let plain = tape.is_plain();
    let tolerance = tape.number("tolerance", 1e-10, 1e-3);
    bare("golden_section", plain, &golden::golden_section(|x| value(x, y), x.min(y), x.max(y) + 1e-6, tolerance))?;
    black_box(golden::golden_section(|x| value(x, y), x, y, tolerance));
    let samples = tape.whole("samples", 1, 40, 0) as u32;
    bare(
        "lowest_valley",
        plain,
        &golden::lowest_valley(|x| value(x, y), x.min(y), x.max(y) + 1e-6, samples, tolerance),
    )?;
    bare("lattice_search", plain, &golden::lattice_search(|p: &[f64; 2]| value(p[0], p[1]), [x, y], reach, probe))?;
    let found = simplex::lowest(|p| bowl(p[0], p[1]).unwrap_or(f64::INFINITY), &[x, y], &[reach, reach], tolerance);
    Ok(either(told, answer("simplex::lowest", &found)?))
}

/// A field, points and a craft under everything: built once.
fn forces() -> &'static (PointMasses, Forces, GravityField) {
    static FORCES: OnceLock<(PointMasses, Forces, GravityField)> = OnceLock::new();
    FORCES.get_or_init(|| {
        let points = PointMasses::new(ephemerides(), EARTH, &[MOON, SUN]).expect("points");
        let field = GravityField::embedded("earth_egm2008_70", 6, 6).expect("a field");
        let text = include_str!("../../examples/states/leo_tug.toml").replace("= 20", "= 3");
        let file = portolan::propagation::state_file::StateFile::parse("leo_tug.toml", &text, ephemerides());
        (points, file.expect("a state").forces, field)
    })
}

/// The forces of the example of a tug, with a field of degree 3.
pub(super) fn tug_forces() -> &'static Forces {
    &forces().1
}

pub(super) fn pulls(tape: &mut Tape) -> Result<Told, String> {
    let (points, tug, field) = forces();
    let epoch = epoch_of(tape);
    let (after_s, state) = (tape.number("after_s", 0.0, 1e6), state(tape, 6.4e3, 1e6, 0.1, 12.0));
    let plain = tape.is_plain();
    let r = state.position_km;
    let finite = |told: &str, v: &dyn std::fmt::Debug| if plain { answer(told, &v) } else { Ok(Told::Refusal) };
    finite("PointMasses::acceleration_km_s2", &points.acceleration_km_s2(r, epoch))?;
    let told = finite("Forces::acceleration_km_s2", &tug.acceleration_km_s2(epoch, after_s, r, state.velocity_km_s))?;
    bare("GravityField::acceleration_km_s2", plain, &field.acceleration_km_s2(r))?;
    bare("GravityField::gradient_s2", plain, &field.gradient_s2(r))?;
    bare("GravityField::potential_km2_s2", plain, &field.potential_km2_s2(r))?;
    let other_km = tape.vector("other_km", 1e5, 1e9);
    bare("third_body_km_s2", tape.is_plain(), &third_body_km_s2(r, other_km, 1.3e11))?;
    let (sun_radius, body_radius) = (tape.number("sun_radius_km", 1.0, 1e6), tape.number("body_radius_km", 1.0, 1e5));
    let light = light_fraction(other_km, sun_radius, r, body_radius);
    bare("light_fraction", tape.is_plain(), &light)?;
    hold(light.is_nan() || (-1e-12..=1.0 + 1e-12).contains(&light), || format!("light_fraction answers {light}"))?;
    let air = match tape.pick("air", 3) {
        0 => Atmosphere::Layers,
        1 => Atmosphere::HarrisPriester { exponent: tape.number("exponent", 2.0, 6.0) },
        _ => Atmosphere::Exponential {
            density_kg_m3: tape.number("density_kg_m3", 1e-15, 2.0),
            altitude_km: tape.number("altitude_km", 0.0, 1e3),
            scale_km: tape.number("scale_km", 1.0, 300.0),
        },
    };
    let height_km = tape.number("height_km", 100.0, 2000.0);
    if let Ok(air) = air.checked() {
        bare("Atmosphere::density_kg_m3", tape.is_plain(), &air.density_kg_m3(height_km, r, other_km))?;
    }
    let direction = tape.vector("direction", 0.5, 2.0);
    let steering = match tape.pick("steering", 5) {
        0 => Steering::AlongVelocity,
        1 => Steering::AgainstVelocity,
        2 => Steering::Inertial { direction },
        3 => Steering::LinearTangent { direction, rate_s1: tape.vector("rate_s1", 1e-6, 1e-2) },
        _ => Steering::Turning { axes: LocalAxes::Rtn, direction },
    };
    let [duration_s, thrust_n, isp_s] =
        [("duration_s", 1.0, 1e5), ("thrust_n", 1e-3, 1e7), ("isp_s", 50.0, 5e3)].map(|(n, l, h)| tape.number(n, l, h));
    let arc = ThrustArc::new(epoch, duration_s, thrust_n, isp_s, steering);
    answer("ThrustArc::new", &arc)?;
    if let Ok(arc) = arc {
        answer("ThrustArc::flow_kg_s", &arc.flow_kg_s())?;
        bare("ThrustArc::burnt_s", plain, &arc.burnt_s(epoch, after_s))?;
    }
    Ok(told)
}

fn epoch_of(tape: &mut Tape) -> Epoch {
    epoch(tape, "epoch")
}

pub(super) fn rotations(tape: &mut Tape) -> Result<Told, String> {
    let epoch = epoch_of(tape);
    let pick = |tape: &mut Tape, name: &str| Orientation::ALL[tape.pick(name, Orientation::ALL.len())];
    let (from, to) = (pick(tape, "from"), pick(tape, "to"));
    let mut told = answer("Ephemerides::rotation", &ephemerides().rotation(from, to, epoch))?;
    let after_s = tape.number("after_s", -1e6, 1e6);
    if let Ok(axes) = ephemerides().axes(to) {
        told = either(told, answer("AxesTrack::matrix_after", &axes.matrix_after(epoch, after_s))?);
    }
    let (target, center) = (body(tape, "target", &MAJOR_BODIES), body(tape, "center", &MAJOR_BODIES));
    Ok(either(told, answer("Ephemerides::state", &ephemerides().state(target, center, epoch + after_s))?))
}

pub(super) fn rotating_frame(tape: &mut Tape) -> Result<Told, String> {
    let system = Cr3bp {
        mass_ratio: tape.number("mass_ratio", 1e-9, 0.5),
        length_km: tape.number("length_km", 1e3, 1e9),
        time_s: tape.number("time_s", 1e3, 1e8),
    };
    let plain = tape.is_plain();
    for point in [LagrangePoint::L1, LagrangePoint::L2, LagrangePoint::L3, LagrangePoint::L4, LagrangePoint::L5] {
        bare("Cr3bp::lagrange_point", plain, &system.lagrange_point(point))?;
    }
    let state = RotatingState {
        position_lu: tape.vector("position_lu", 0.05, 3.0),
        velocity_lu_tu: tape.vector("velocity_lu_tu", 0.0, 3.0),
    };
    bare("Cr3bp::jacobi_lu2_tu2", tape.is_plain(), &system.jacobi_lu2_tu2(&state))?;
    bare("Cr3bp::distances_lu", tape.is_plain(), &system.distances_lu(state.position_lu))
}

/// A place about Mars.
pub(super) fn mars_place(tape: &mut Tape, name: &str) -> MarsPlace {
    match tape.pick(name, 4) {
        0 => MarsPlace::Moon(MarsMoon::Phobos),
        1 => MarsPlace::Moon(MarsMoon::Deimos),
        _ => MarsPlace::Orbit(parking(tape)),
    }
}

pub(super) fn mars_moon_transfer_of(tape: &mut Tape) -> Result<Told, String> {
    let (from, to) = (mars_place(tape, "from"), mars_place(tape, "to"));
    let (depart, tof_d) = (epoch_of(tape), tape.number("tof_d", 0.01, 5.0));
    // `Ok(None)` is an answer that holds no number
    let found = mars_moon_transfer(from, to, depart, tof_d);
    answer("mars_moon_transfer", &found)
}
