//! A planet's state, Lambert's problem, a porkchop.

use super::super::failure::Failure;
use super::measure::{Peer, Row, Session, Unit, broken};
use crate::bodies::{MARS_BARYCENTER, SUN};
use crate::ephemerides::State;
use crate::numerics::vector::{cross, minus, norm};
use crate::propagation::kepler;
use crate::time::Epoch;
use crate::transfers::cases::{Triangle, inner_planets, inner_planets_for_long, mars_2031};
use crate::transfers::lambert::{Batch, Branch, Geometry, Pairs, Solution, Way, solve};
use crate::transfers::porkchop::{GridSize, Porkchop, porkchop};
use anise::constants::frames::{EARTH_J2000, MARS_BARYCENTER_J2000, SUN_J2000};
use anise::prelude::Frame;

/// Most revolutions of `lambert_multi`.
const REVS: u32 = 3;

pub(super) fn rows(session: &Session) -> Result<Vec<Row>, Failure> {
    Ok(vec![state(session)?, lambert_single(session)?, lambert_multi(session)?, porkchop_1000(session)?])
}

fn state(session: &Session) -> Result<Row, Failure> {
    let id = "state";
    session.say(id);
    let track = session.ephemerides.track(MARS_BARYCENTER, SUN)?;
    let almanac = session.ephemerides.almanac();
    // four years in an order that jumps between records
    let start = Epoch::from_calendar(2030, 1, 1);
    let epochs: Vec<Epoch> = (0..1024).map(|i| start + f64::from(i * 389 % 1024) * 123_456.7).collect();
    let ours = |t: &Epoch| track.state(*t).map(|s| s.position_km);
    let theirs = |t: &Epoch| {
        let from_sun = almanac.translate(MARS_BARYCENTER_J2000, SUN_J2000, t.scaled(), None);
        from_sun.map(|s| [s.radius_km.x, s.radius_km.y, s.radius_km.z])
    };
    let mut apart_km: f64 = 0.0;
    for t in &epochs {
        apart_km = apart_km.max(norm(minus(ours(t)?, theirs(t).map_err(broken(id))?)));
    }
    let each = epochs.len() as f64;
    let value = session.time_s(|| epochs.iter().map(|t| ours(t).map_or(0.0, |r| r[0])).sum::<f64>()) / each;
    let peer = session.time_s(|| epochs.iter().map(|t| theirs(t).map_or(0.0, |r| r[0])).sum::<f64>()) / each;
    Ok(Row {
        id,
        method: "Chebyshev records".to_owned(),
        value: Unit::Ns.of_s(value),
        unit: Unit::Ns,
        error: 1e6 * apart_km,
        error_unit: "mm",
        peer: Some(Peer { name: "anise", value: Unit::Ns.of_s(peer), error: None }),
        note: "Mars from the Sun by two records of DE440, position and velocity; the error is the distance from anise"
            .to_owned(),
    })
}

/// The 99th percentile of how far the orbits end from their second positions, relative.
fn round_trip_p99(triangles: &[Triangle], solve: impl Fn(&Triangle) -> Vec<Solution>) -> f64 {
    let mut misses = Vec::new();
    for t in triangles {
        for solution in solve(t) {
            let start = State { position_km: t.r1_lu, velocity_km_s: solution.v1_km_s };
            let end = kepler::propagate(&start, t.tof_tu, 1.0).map_or([f64::INFINITY; 3], |end| end.position_km);
            misses.push(norm(minus(end, t.r2_lu)) / norm(t.r2_lu));
        }
    }
    misses.sort_by(f64::total_cmp);
    misses.get(misses.len() * 99 / 100).copied().unwrap_or(f64::INFINITY)
}

fn lambert_single(session: &Session) -> Result<Row, Failure> {
    let id = "lambert_single";
    session.say(id);
    let triangles = inner_planets(10_000);
    let columns = Columns::new(&triangles);
    let pairs = columns.pairs();
    let mut batch = Batch::default();
    batch.solve(&pairs, 1.0, Way::Prograde, 0, Branch::Single)?;
    let solved = batch.solved.iter().filter(|there| **there).count();
    // one by one gives the same bits, as a test of the library says
    let alone = |t: &Triangle| {
        let geometry = Geometry::new(t.r1_lu, t.r2_lu, Way::Prograde)?;
        geometry.orbit(t.tof_tu, 1.0, 0, Branch::Single)
    };
    let error = round_trip_p99(&triangles, |t| alone(t).into_iter().collect());
    let seconds = session.time_s(|| {
        let mut batch = Batch::default();
        batch.solve(&pairs, 1.0, Way::Prograde, 0, Branch::Single).map_or(0.0, |()| batch.v1_km_s[0][0])
    });
    Ok(Row {
        id,
        method: "Izzo, sixteen abreast".to_owned(),
        value: Unit::PerSecond.of_s(seconds / solved as f64),
        unit: Unit::PerSecond,
        error,
        error_unit: "relative",
        peer: None,
        note: format!(
            "{solved} of {} triangles of the inner planets; the error is the 99th percentile of the round trip",
            triangles.len()
        ),
    })
}

/// Triangles as arrays.
struct Columns {
    r1: [Vec<f64>; 3],
    r2: [Vec<f64>; 3],
    tof: Vec<f64>,
}

impl Columns {
    fn new(triangles: &[Triangle]) -> Self {
        let axis = |number: &dyn Fn(&Triangle) -> f64| triangles.iter().map(number).collect::<Vec<f64>>();
        Self {
            r1: [0, 1, 2].map(|k| axis(&|t| t.r1_lu[k])),
            r2: [0, 1, 2].map(|k| axis(&|t| t.r2_lu[k])),
            tof: axis(&|t| t.tof_tu),
        }
    }

    fn pairs(&self) -> Pairs<'_> {
        let [x1, y1, z1] = &self.r1;
        let [x2, y2, z2] = &self.r2;
        Pairs { r1_km: [x1, y1, z1], r2_km: [x2, y2, z2], tof_s: &self.tof }
    }
}

fn lambert_multi(session: &Session) -> Result<Row, Failure> {
    let id = "lambert_multi";
    session.say(id);
    let triangles = inner_planets_for_long(2000);
    let all = |t: &Triangle| solve(t.r1_lu, t.r2_lu, t.tof_tu, 1.0, Way::Prograde, REVS).unwrap_or_default();
    let solutions: usize = triangles.iter().map(|t| all(t).len()).sum();
    let error = round_trip_p99(&triangles, all);
    // the batch gives the same bits, as a test of the library says
    let columns = Columns::new(&triangles);
    let pairs = columns.pairs();
    let seconds = session.time_s(|| {
        let mut batch = Batch::default();
        let branches = std::iter::once((0, Branch::Single))
            .chain((1..=REVS).flat_map(|revs| [(revs, Branch::Low), (revs, Branch::High)]));
        let solved = branches.map(|(revs, branch)| {
            let done = batch.solve(&pairs, 1.0, Way::Prograde, revs, branch);
            done.map_or(0, |()| batch.solved.iter().filter(|there| **there).count())
        });
        solved.sum::<usize>()
    });
    Ok(Row {
        id,
        method: "Izzo, sixteen abreast".to_owned(),
        value: Unit::PerSecond.of_s(seconds / solutions as f64),
        unit: Unit::PerSecond,
        error,
        error_unit: "relative",
        peer: None,
        note: format!(
            "{solutions} orbits of up to {REVS} revolutions on {} triangles, orbits a second; the error is the 99th percentile of \
             the round trip",
            triangles.len()
        ),
    })
}

fn porkchop_1000(session: &Session) -> Result<Row, Failure> {
    let id = "porkchop_1000";
    session.say(id);
    let mut request = mars_2031();
    request.size = GridSize { depart: 1000, arrive: 1000 };
    let found = porkchop(session.ephemerides, &request)?;
    let apart_km2_s2 = apart_from_single_cells(session, &found)?;
    let seconds = session.time_s(|| porkchop(session.ephemerides, &request).map_or(0, |p| p.counts.solved));
    Ok(Row {
        id,
        method: "grid of Lambert arcs, sixteen abreast".to_owned(),
        value: Unit::Ms.of_s(seconds),
        unit: Unit::Ms,
        error: apart_km2_s2,
        error_unit: "km2/s2",
        peer: None,
        note: format!(
            "Earth to Mars 2031 with its minima, {} of 1000000 cells solved, {} threads; the error is the largest \
             in C3 from cells solved singly between anise's states, one cell in 9973",
            found.counts.solved,
            rayon::current_num_threads()
        ),
    })
}

/// The most that C3 differs in some hundred cells, km²/s², from the arc between anise's states.
fn apart_from_single_cells(session: &Session, found: &Porkchop) -> Result<f64, Failure> {
    let id = "porkchop_1000";
    let almanac = session.ephemerides.almanac();
    let from_sun = |frame: Frame, t: Epoch| {
        let state = almanac.translate(frame, SUN_J2000, t.scaled(), None).map_err(broken(id))?;
        let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
        Ok::<_, Failure>(State { position_km: array(state.radius_km), velocity_km_s: array(state.velocity_km_s) })
    };
    let mut most: f64 = 0.0;
    for place in (0..found.cells()).step_by(9973) {
        let Some(cell) = found.numbers(0, place) else { continue };
        let (depart, arrive) = found.dates(place);
        let (earth, mars) = (from_sun(EARTH_J2000, depart)?, from_sun(MARS_BARYCENTER_J2000, arrive)?);
        let way = Way::About { pole: cross(earth.position_km, earth.velocity_km_s) };
        let alone = solve(earth.position_km, mars.position_km, arrive - depart, SUN.mu_km3_s2, way, 0)?;
        let v_inf_km_s = norm(minus(alone[0].v1_km_s, earth.velocity_km_s));
        most = most.max((v_inf_km_s * v_inf_km_s - cell.c3_km2_s2).abs());
    }
    Ok(most)
}
