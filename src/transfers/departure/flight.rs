//! A departure flown: from before the first ignition to the edge of the sphere of influence.

use super::finite::Lit;
use super::{
    Departure, DepartureError, DepartureRequest, FiniteBurn, FinitePlan, Half, Injection, Phasing, Propulsion,
};
use crate::dynamics::{Forces, ThrustArc};
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{Vector3, cross, dot, minus, norm, plus, scale};
use crate::propagation::events::{Crossing, Event};
use crate::propagation::{Flown, Propagator, Start, kepler};
use crate::time::{DAY_S, Epoch};
use std::f64::consts::TAU;

/// Coast before the first ignition, so that a tool which reads the message flies into the burn.
pub(super) const LEAD_S: f64 = 600.0;

/// How long a way out is flown at most.
const LONGEST_S: f64 = 60.0 * DAY_S;

/// Rounds of aiming at most.
const MOST_ROUNDS: u32 = 40;

/// A flight that ends this near to the excess velocity wanted is aimed, km/s: a hundredth of a millimetre a second.
const AIMED_KM_S: f64 = 1e-8;

/// A stage and how it is burnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageBurns {
    /// the stage
    pub propulsion: Propulsion,
    /// how many burns
    pub burns: u32,
    /// how long the orbits between them may take
    pub phasing: Phasing,
}

/// A departure that was aimed off the pulls on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Aimed {
    /// leads beside the asymptote wanted, so that the flight ends on it
    pub departure: Departure,
    /// its burns
    pub plan: Option<FinitePlan>,
    /// the flight
    pub flown: FlownEscape,
    /// how often it was flown
    pub rounds: u32,
}

/// What came of a flight.
#[derive(Debug, Clone, PartialEq)]
pub struct FlownEscape {
    /// when it ended
    pub epoch: Epoch,
    /// where, ICRF axes from the body
    pub state: State,
    /// distance there
    pub radius_km: f64,
    /// osculating excess velocity there, ICRF axes
    pub v_inf_km_s: Vector3,
    /// its energy
    pub c3_km2_s2: f64,
    /// its declination, J2000
    pub dla_deg: f64,
    /// its right ascension, J2000, 0 to 360
    pub rla_deg: f64,
    /// angle between it and the asymptote wanted
    pub off_deg: f64,
    /// angle between the velocity itself and the asymptote wanted, which shrinks with the distance
    pub velocity_off_deg: f64,
    /// the whole flight
    pub flown: Flown,
}

/// The excess velocity of a hyperbola, from any state on it.
///
/// * `state`: position and velocity from the centre
/// * `mu_km3_s2`: of the centre
///
/// `None` on an orbit that is bound or falls straight down, and for numbers that are none.
///
/// ŝ = (−ê + √(e² − 1)·ĥ×ê)/e
///
/// # Source
/// Battin, *An Introduction to the Mathematics and Methods of Astrodynamics*, revised ed., section 4.4.
#[must_use]
pub fn excess_velocity_km_s(state: &State, mu_km3_s2: f64) -> Option<Vector3> {
    let (r, v) = (state.position_km, state.velocity_km_s);
    let c3_km2_s2 = dot(v, v) - 2.0 * mu_km3_s2 / norm(r);
    let h = cross(r, v);
    if !(c3_km2_s2 > 0.0 && norm(h) > 0.0) {
        return None;
    }
    let e = minus(scale(cross(v, h), 1.0 / mu_km3_s2), scale(r, 1.0 / norm(r)));
    let ecc = norm(e);
    let (along, across) = (scale(e, 1.0 / ecc), cross(scale(h, 1.0 / norm(h)), scale(e, 1.0 / ecc)));
    // √(e² − 1) from the energy: e² − 1 = C3·h²/μ²
    let root = c3_km2_s2.sqrt() * norm(h) / mu_km3_s2;
    let direction = scale(plus(scale(along, -1.0), scale(across, root)), 1.0 / ecc);
    let v_inf_km_s = scale(direction, c3_km2_s2.sqrt());
    v_inf_km_s.iter().all(|x| x.is_finite()).then_some(v_inf_km_s)
}

fn angle_deg(a: Vector3, b: Vector3) -> f64 {
    norm(cross(a, b)).atan2(dot(a, b)).to_degrees()
}

impl Departure {
    /// The state ten minutes before the first ignition, or behind the impulse where there is no plan.
    ///
    /// * `injection`: one of the two planes
    /// * `plan`: the burns
    #[must_use]
    pub fn start(&self, injection: &Injection, plan: Option<&FinitePlan>) -> Option<(Epoch, State)> {
        let Some(plan) = plan else { return Some((self.asymptote.epoch, injection.after)) };
        let ignition = plan.burns.first()?.ignition;
        let state = match plan.lit {
            Lit::Turning(lit) => lit.state,
            Lit::InPlane { first, asymptote_rad } => {
                let turn_rad = injection.asymptote_latitude_deg.to_radians() - asymptote_rad;
                let (out, across) = injection.directions(first.angle_rad + turn_rad);
                State {
                    position_km: scale(out, first.radius_km),
                    velocity_km_s: plus(scale(out, first.radial_km_s), scale(across, first.across_km_s)),
                }
            }
        };
        let before = kepler::propagate(&state, -LEAD_S, self.body.mu_km3_s2)?;
        Some((ignition + -LEAD_S, before))
    }

    /// The engine's arcs of a plan.
    ///
    /// # Errors
    /// [`DepartureError::Dynamics`] for numbers out of range.
    pub fn thrust_arcs(plan: &FinitePlan) -> Result<Vec<ThrustArc>, DepartureError> {
        let Propulsion { thrust_n, isp_s, .. } = plan.propulsion;
        let arc = |b: &FiniteBurn| ThrustArc::new(b.ignition, b.duration_s, thrust_n, isp_s, plan.steering());
        Ok(plan.burns.iter().map(arc).collect::<Result<_, _>>()?)
    }

    /// Fly a departure under given forces until a distance is reached.
    ///
    /// * `injection`: one of the two planes
    /// * `plan`: the burns; without them the impulse
    /// * `forces`: what acts, about the body left behind; engines and mass are put in here
    /// * `radius_km`: where the flight ends
    ///
    /// # Errors
    /// [`DepartureError::Flight`] for a flight that breaks off, [`DepartureError::NoAsymptote`] for one that does not come
    /// out.
    pub fn fly(
        &self,
        injection: &Injection,
        plan: Option<&FinitePlan>,
        forces: &Forces,
        radius_km: f64,
    ) -> Result<FlownEscape, DepartureError> {
        if !(radius_km > 0.0 && radius_km.is_finite()) {
            return Err(DepartureError::BadStage {
                quantity: "the distance where the flight ends (km)",
                value: radius_km,
            });
        }
        let bound = DepartureError::NoAsymptote { v_inf_km_s: 0.0 };
        let mut forces = forces.clone();
        if let Some(plan) = plan {
            for arc in Self::thrust_arcs(plan)? {
                forces = forces.with_thrust(arc);
            }
            forces = forces.with_craft(plan.propulsion.mass_kg, 0.0)?;
        }
        let (epoch, state) = self.start(injection, plan).ok_or_else(|| bound.clone())?;
        let out = Event::radius(radius_km, Crossing::Rising);
        let start = Start { state, epoch, span_s: LONGEST_S };
        let flown = Propagator::new(&forces).until(out, 1).fly(&start);
        flown.result.clone()?;
        let end = flown.trajectory.end();
        let v_inf_km_s = excess_velocity_km_s(&end, self.body.mu_km3_s2).ok_or(bound)?;
        let wanted = self.aimed_for.unwrap_or(self.asymptote).v_inf_km_s;
        Ok(FlownEscape {
            epoch: epoch + flown.trajectory.span_s(),
            state: end,
            radius_km: norm(end.position_km),
            v_inf_km_s,
            c3_km2_s2: dot(v_inf_km_s, v_inf_km_s),
            dla_deg: (v_inf_km_s[2] / norm(v_inf_km_s)).asin().to_degrees(),
            rla_deg: v_inf_km_s[1].atan2(v_inf_km_s[0]).rem_euclid(TAU).to_degrees(),
            off_deg: angle_deg(v_inf_km_s, wanted),
            velocity_off_deg: angle_deg(end.velocity_km_s, wanted),
            flown,
        })
    }

    /// This departure aimed off other pulls: its flight under them ends on the excess velocity wanted.
    ///
    /// * `ephemerides`: the kernels
    /// * `half`: which of the two planes
    /// * `stage`: the stage and how it is burnt; an impulse without it
    /// * `forces`: what acts, about the body left behind
    /// * `radius_km`: where the flight ends and its osculating excess velocity counts
    ///
    /// What a flight misses is added to the aim of the next; an inclination that was asked for is kept.
    ///
    /// # Errors
    /// [`DepartureError::NotAimed`] where that does not settle, and what planning and flying refuse.
    pub fn aimed(
        &self,
        ephemerides: &Ephemerides,
        half: Half,
        stage: Option<StageBurns>,
        forces: &Forces,
        radius_km: f64,
    ) -> Result<Aimed, DepartureError> {
        let wanted = self.asymptote;
        let request = DepartureRequest {
            body: self.body,
            parking: self.parking,
            inc_deg: Some(self.inc_deg).filter(|_| self.bound == super::Bound::Asked),
            latitude_deg: self.latitude_deg,
            equator: self.equator,
            plane_change: self.plane_change,
        };
        let mut aim = wanted;
        let mut miss_km_s = f64::INFINITY;
        for rounds in 1..=MOST_ROUNDS {
            let mut departure = Self::new(ephemerides, &aim, &request)?;
            departure.aimed_for = Some(wanted);
            let plan = stage.map(|s| departure.finite(s.propulsion, s.burns, s.phasing)).transpose()?;
            let injection = departure.injections[usize::from(half == Half::Southbound)];
            let flown = departure.fly(&injection, plan.as_ref(), forces, radius_km)?;
            let miss = minus(wanted.v_inf_km_s, flown.v_inf_km_s);
            miss_km_s = norm(miss);
            if miss_km_s <= AIMED_KM_S {
                return Ok(Aimed { departure, plan, flown, rounds });
            }
            aim.v_inf_km_s = plus(aim.v_inf_km_s, miss);
        }
        Err(DepartureError::NotAimed { rounds: MOST_ROUNDS, miss_km_s })
    }
}
