//! Each kind of arc, flown.

use super::ValidationError;
use super::told::{Arc, Case};
use crate::bodies::{EARTH, MARS, SUN};
use crate::dynamics::cr3bp::{Cr3bp, LagrangePoint, RotatingState};
use crate::dynamics::{Forces, PointMasses, Steering, ThrustArc};
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{minus, norm};
use crate::propagation::events::{Crossing, Event};
use crate::propagation::state_file::StateFile;
use crate::propagation::taylor::cr3bp::{RotatingTrajectory, propagate, propagate_end};
use crate::propagation::{Ending, Propagator, Start, Tolerance, Trajectory};
use crate::time::{DAY_S, Epoch};
use crate::transfers::departure_burn;
use crate::transfers::lambert::{Branch, Solution, Way, solve};
use crate::units::G0_M_S2;
use std::f64::consts::PI;

/// The astronomical unit, km (exact, IAU 2012 Resolution B2).
const AU_KM: f64 = 149_597_870.7;

/// Mass of the craft that burns; the burn depends on the ratio of thrust and weight alone.
const CRAFT_KG: f64 = 1000.0;

/// An arc and what came of it.
#[cfg_attr(not(feature = "nyx"), expect(dead_code, reason = "nyx alone flies the forces of a flight again"))]
pub(super) enum Flown<'a> {
    Flight { forces: Box<Forces>, trajectory: Trajectory, tightest: State, flown_km: Option<[f64; 3]> },
    Rotating { system: Cr3bp, trajectory: Box<RotatingTrajectory> },
    LagrangePoints { system: Cr3bp },
    FiniteBurn { forces: Box<Forces>, trajectory: Trajectory, isp_s: f64 },
    Lambert { solution: Solution },
    Hohmann { case: &'a Case },
}

impl<'a> Flown<'a> {
    pub(super) fn fly(arc: &'a Arc, ephemerides: &Ephemerides) -> Result<Self, ValidationError> {
        match &arc.case {
            Case::Flight { flight, span_s, flown_km } => {
                let name = format!("catalogue/validation.toml, {}", arc.id);
                let StateFile { epoch, state, forces, tolerance, .. } = StateFile::parse(&name, flight, ephemerides)?;
                let start = Start { state, epoch, span_s: *span_s };
                let fly = |tolerance| -> Result<Trajectory, ValidationError> {
                    let flown = Propagator::new(&forces).tolerance(tolerance).fly(&start);
                    flown.result?;
                    Ok(flown.trajectory)
                };
                let (trajectory, tightest) = (fly(tolerance)?, fly(Tolerance::TIGHTEST)?.end());
                Ok(Self::Flight { forces: Box::new(forces), trajectory, tightest, flown_km: *flown_km })
            }
            Case::Rotating { mass_ratio, position_lu, velocity_lu_tu, span_tu } => {
                let system = Cr3bp { mass_ratio: *mass_ratio, ..Cr3bp::JPL_EARTH_MOON };
                let start = RotatingState { position_lu: *position_lu, velocity_lu_tu: *velocity_lu_tu };
                let (trajectory, result) = propagate(&system, &start, *span_tu, Tolerance::TIGHTEST);
                result?;
                Ok(Self::Rotating { system, trajectory: Box::new(trajectory) })
            }
            Case::LagrangePoints { mass_ratio } => {
                Ok(Self::LagrangePoints { system: Cr3bp { mass_ratio: *mass_ratio, ..Cr3bp::JPL_EARTH_MOON } })
            }
            Case::FiniteBurn { .. } => finite_burn(&arc.case, ephemerides),
            Case::Lambert { mu_km3_s2, r1_km, r2_km, tof_s, way, revs, branch } => {
                let way = if way == "retrograde" { Way::Retrograde } else { Way::Prograde };
                let solutions = solve(*r1_km, *r2_km, *tof_s, *mu_km3_s2, way, *revs)?;
                let wanted = match branch.as_str() {
                    "low" => Branch::Low,
                    "high" => Branch::High,
                    _ => Branch::Single,
                };
                let solution = solutions.into_iter().find(|s| s.revs == *revs && s.branch == wanted);
                let refuse = || ValidationError::NoBranch { revs: *revs, branch: branch.clone() };
                Ok(Self::Lambert { solution: solution.ok_or_else(refuse)? })
            }
            case @ Case::Hohmann { .. } => Ok(Self::Hohmann { case }),
        }
    }

    /// A quantity of the arc by the name that the rows have for it.
    pub(super) fn measure(&self, quantity: &str) -> Result<Vec<f64>, ValidationError> {
        let values = match self {
            Self::Flight { trajectory, tightest, flown_km, .. } => {
                let end_km = trajectory.end().position_km;
                match (quantity, flown_km) {
                    ("end position", _) => Some(end_km.to_vec()),
                    ("end velocity", _) => Some(trajectory.end().velocity_km_s.to_vec()),
                    ("own error", _) => Some(vec![1e6 * norm(minus(end_km, tightest.position_km))]),
                    ("distance from the flown end", Some(flown_km)) => Some(vec![norm(minus(end_km, *flown_km))]),
                    _ => None,
                }
            }
            Self::Rotating { system, trajectory } => rotating(system, trajectory, quantity)?,
            Self::LagrangePoints { system } => {
                let points = ["L1", "L2", "L3", "L4", "L5"];
                let [l1, l2, l3, l4, l5] =
                    [LagrangePoint::L1, LagrangePoint::L2, LagrangePoint::L3, LagrangePoint::L4, LagrangePoint::L5];
                let point = |name: &str| points.iter().position(|p| *p == name).map(|k| [l1, l2, l3, l4, l5][k]);
                quantity.split_once(" of ").and_then(|(what, name)| {
                    let state = system.lagrange_point(point(name)?);
                    match what {
                        "x" => Some(vec![state.position_lu[0]]),
                        "C" => Some(vec![system.jacobi_lu2_tu2(&state)]),
                        _ => None,
                    }
                })
            }
            Self::FiniteBurn { forces, trajectory, isp_s } => {
                let burn_s = trajectory.span_s();
                let mass_kg = forces.mass_kg(trajectory.epoch(), burn_s);
                match quantity {
                    "delta-v" => Some(vec![1e-3 * G0_M_S2 * isp_s * (CRAFT_KG / mass_kg).ln()]),
                    "burn" => Some(vec![burn_s]),
                    _ => None,
                }
            }
            Self::Lambert { solution } => match quantity {
                "v1" => Some(solution.v1_km_s.to_vec()),
                "v2" => Some(solution.v2_km_s.to_vec()),
                _ => None,
            },
            Self::Hohmann { case } => hohmann(case, quantity)?,
        };
        values.ok_or_else(|| ValidationError::NoQuantity { quantity: quantity.to_owned() })
    }

    /// How far nyx is from our end, m; none where it has no such problem, or is not there.
    #[cfg(feature = "nyx")]
    pub(super) fn nyx_m(&self, ephemerides: &Ephemerides) -> Result<Option<f64>, ValidationError> {
        use crate::propagation::nyx::{NyxError, Options, Scope, compare};
        let (Self::Flight { forces, trajectory, .. } | Self::FiniteBurn { forces, trajectory, .. }) = self else {
            return Ok(None);
        };
        let ask = |scope| compare(forces, ephemerides, trajectory, 1, Options { scope, ..Options::default() });
        let told = match ask(Scope::Everything) {
            Err(NyxError::NoSuchForce { .. }) => ask(Scope::IntegrationAlone),
            other => other,
        };
        let told = told.map_err(|e| ValidationError::Witness { reason: e.to_string() })?;
        Ok(told.last().map(|difference| 1e3 * difference.position_km))
    }

    /// Nobody to ask.
    #[cfg(not(feature = "nyx"))]
    pub(super) fn nyx_m(&self, _ephemerides: &Ephemerides) -> Result<Option<f64>, ValidationError> {
        Ok(None)
    }
}

/// From a circle along the velocity until the energy is that of the hyperbola.
fn finite_burn<'a>(case: &'a Case, ephemerides: &Ephemerides) -> Result<Flown<'a>, ValidationError> {
    let Case::FiniteBurn { isp_s, thrust_to_weight_ratio, c3_km2_s2, radius_km, mu_km3_s2 } = *case else {
        return Err(ValidationError::NoQuantity { quantity: "burn".to_owned() });
    };
    let refuse = |e: crate::dynamics::DynamicsError| {
        ValidationError::State(crate::propagation::state_file::StateFileError::Dynamics {
            file: "catalogue/validation.toml".to_owned(),
            source: e,
        })
    };
    // any date: nothing but the Earth pulls
    let epoch = Epoch::from_calendar(2022, 11, 25);
    let thrust_n = thrust_to_weight_ratio * CRAFT_KG * G0_M_S2;
    let arc = ThrustArc::new(epoch, DAY_S, thrust_n, isp_s, Steering::AlongVelocity).map_err(refuse)?;
    let points = PointMasses::new(ephemerides, EARTH, &[]).map_err(refuse)?.with_mu(EARTH, mu_km3_s2);
    let forces = Forces::new(points).with_thrust(arc).with_craft(CRAFT_KG, 0.0).map_err(refuse)?;
    let state = State { position_km: [radius_km, 0.0, 0.0], velocity_km_s: [0.0, (mu_km3_s2 / radius_km).sqrt(), 0.0] };
    let escaped = Event::of("C3", Crossing::Rising, move |moment| {
        let speed_km_s = norm(moment.state.velocity_km_s);
        speed_km_s * speed_km_s - 2.0 * mu_km3_s2 / norm(moment.state.position_km) - c3_km2_s2
    });
    // a tenth of the acceleration of the strongest burns for two hours and a half
    let start = Start { state, epoch, span_s: 9000.0 };
    let flown = Propagator::new(&forces).until(escaped, 1).fly(&start);
    match flown.result? {
        Ending::Event(_) => Ok(Flown::FiniteBurn { forces: Box::new(forces), trajectory: flown.trajectory, isp_s }),
        Ending::Time => Err(ValidationError::NoCutoff { c3_km2_s2 }),
    }
}

fn rotating(
    system: &Cr3bp,
    trajectory: &RotatingTrajectory,
    quantity: &str,
) -> Result<Option<Vec<f64>>, ValidationError> {
    let (start, end) = (trajectory.start(), trajectory.end());
    let jacobi = system.jacobi_lu2_tu2(&start);
    Ok(match quantity {
        "closure" => {
            let miss = norm(minus(end.position_lu, start.position_lu));
            Some(vec![miss.hypot(norm(minus(end.velocity_lu_tu, start.velocity_lu_tu)))])
        }
        "C" => Some(vec![jacobi]),
        "drift of C in 10000 revolutions" => {
            let end = propagate_end(system, &start, 1e4 * trajectory.span_tu(), Tolerance::TIGHTEST)?;
            Some(vec![system.jacobi_lu2_tu2(&end.state) - jacobi])
        }
        "end state" => Some(end.position_lu.into_iter().chain(end.velocity_lu_tu).collect()),
        "least distance from the Moon" => Some(vec![extreme_distance(system, trajectory, -1.0)]),
        "greatest distance from the Moon" => Some(vec![extreme_distance(system, trajectory, 1.0)]),
        _ => None,
    })
}

/// Greatest (sign 1) or least (sign −1) distance from the smaller primary.
fn extreme_distance(system: &Cr3bp, trajectory: &RotatingTrajectory, sign: f64) -> f64 {
    // a parabola's top between 100 000 samples lies 1e-10 of the whole above the highest of them
    const SAMPLES: u32 = 100_000;
    let distance = |k: u32| {
        let state = trajectory.state(trajectory.span_tu() * f64::from(k) / f64::from(SAMPLES))?;
        Some(sign * system.distances_lu(state.position_lu)[1])
    };
    sign * (0..=SAMPLES).filter_map(distance).fold(f64::NEG_INFINITY, f64::max)
}

/// Half an ellipse between two circles, and the impulses at both ends from 300 km.
fn hohmann(case: &Case, quantity: &str) -> Result<Option<Vec<f64>>, ValidationError> {
    let Case::Hohmann { departure_au, arrival_au } = *case else { return Ok(None) };
    let (near_km, far_km) = (departure_au * AU_KM, arrival_au * AU_KM);
    let sma_km = 0.5 * (near_km + far_km);
    let speed_km_s = |at_km: f64, sma_km: f64| (SUN.mu_km3_s2 * (2.0 / at_km - 1.0 / sma_km)).sqrt();
    let away_km_s = speed_km_s(near_km, sma_km) - speed_km_s(near_km, near_km);
    let there_km_s = speed_km_s(far_km, far_km) - speed_km_s(far_km, sma_km);
    let burn = |v_inf_km_s, body: crate::bodies::Body| -> Result<f64, ValidationError> {
        Ok(departure_burn(v_inf_km_s, body.radius_km + 300.0, body.mu_km3_s2)?.km_s())
    };
    Ok(match quantity {
        "v_inf at departure" => Some(vec![away_km_s]),
        "v_inf at arrival" => Some(vec![there_km_s]),
        "time of flight" => Some(vec![PI * (sma_km.powi(3) / SUN.mu_km3_s2).sqrt() / DAY_S]),
        "departure burn from 300 km" => Some(vec![burn(away_km_s, EARTH)?]),
        "arrival burn to 300 km" => Some(vec![burn(there_km_s, MARS)?]),
        _ => None,
    })
}
