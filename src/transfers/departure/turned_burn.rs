//! The burn of a stage that turns the plane: one direction in space, held from ignition to cut-off.
//!
//! Three numbers, the direction and the length of the burn, reach the three of the excess velocity by Newton's method;
//! the ignition that then needs the least is found by golden section.

use super::coast::{Push, midpoint_extrapolated};
use super::finite::{FiniteBurn, FinitePlan, Propulsion};
use super::flight::excess_velocity_km_s;
use super::plane::Shape;
use super::{Departure, DepartureError};
use crate::dynamics::Steering;
use crate::ephemerides::State;
use crate::numerics::golden::golden_section;
use crate::numerics::vector::{Vector3, minus, norm, plus, scale};
use crate::propagation::kepler;
use crate::time::DAY_S;
use crate::transfers::burns::ParkingOrbit;

/// The state in which an engine is lit, and where it points from then on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TurnedIgnition {
    pub(super) state: State,
    /// unit vector, ICRF axes
    pub(super) direction: Vector3,
}

/// Radians of motion in a step of the integration, whose order is fourteen: far below the rounding of an epoch.
const STEP_RAD: f64 = 0.25;

/// Logarithm of the masses before and after a step.
const STEP_RATIO: f64 = 0.1;

/// Most steps: a burn of some revolutions is no burn that holds one direction.
const MOST_STEPS: f64 = 200.0;

/// Most of the parking orbit's motion that a burn with one direction is planned over, rad.
const LONGEST_RAD: f64 = 2.5;

/// An excess velocity this near to the one wanted is reached, km/s.
const REACHED_KM_S: f64 = 1e-11;

/// Width at which the ignition is found, s: the length of a burn is flat there.
const IGNITION_S: f64 = 1e-2;

/// What a burn from one place costs.
#[derive(Debug, Clone, Copy)]
struct Burnt {
    ignition: TurnedIgnition,
    spent_km_s: f64,
    end: State,
}

impl Departure {
    /// The burn of a stage that turns the plane and reaches this departure's excess velocity with the least propellant.
    ///
    /// One burn, whose direction does not turn; half of its velocity is spent at the injection epoch.
    pub(super) fn turned_burn(&self, propulsion: Propulsion) -> Result<FinitePlan, DepartureError> {
        let mu = self.body.mu_km3_s2;
        let push = propulsion.push(propulsion.mass_kg);
        let burn_s = push.time_s(self.impulse_km_s);
        let weak = || DepartureError::TooWeak {
            thrust_n: propulsion.thrust_n,
            mass_kg: propulsion.mass_kg,
            burn_d: burn_s / DAY_S,
        };
        let parked = &self.injections[0].before;
        let rate_s1 = (mu / norm(parked.position_km).powi(3)).sqrt();
        if burn_s * rate_s1 > LONGEST_RAD || burn_s.is_nan() {
            return Err(weak());
        }
        let lit = |before_s: f64| self.reach(push, before_s, parked);
        let spent = |before_s: f64| lit(before_s).map_or(f64::INFINITY, |burnt| burnt.spent_km_s);
        let best = golden_section(spent, 0.0, 1.2 * burn_s, IGNITION_S.min(1e-4 * burn_s));
        let Burnt { ignition, spent_km_s, end } = lit(best.x).ok_or_else(weak)?;
        let duration_s = push.time_s(spent_km_s);
        let exhaust_km_s = push.exhaust_km_s;
        let propellant_kg = -propulsion.mass_kg * (-spent_km_s / exhaust_km_s).exp_m1();
        let burn = FiniteBurn {
            ignition: self.asymptote.epoch + -push.time_s(0.5 * spent_km_s),
            duration_s,
            dv_km_s: spent_km_s,
            mass_kg: propulsion.mass_kg,
            propellant_kg,
            before_periapsis_s: self.turn.filter(|_| matches!(self.parking, ParkingOrbit::Elliptic { .. })).map(
                |turn| {
                    best.x - Shape::of(self.parking, self.body).since_periapsis_s(turn.injection_nu_deg.to_radians())
                },
            ),
            cutoff_altitude_km: norm(end.position_km) - self.body.radius_km,
            period_after_s: None,
        };
        let periapsis_km =
            super::turn::periapsis_km(end.position_km, end.velocity_km_s, self.asymptote.speed_km_s(), mu);
        Ok(FinitePlan {
            propulsion,
            burns: vec![burn],
            dv_km_s: spent_km_s,
            impulse_km_s: self.impulse_km_s,
            loss_km_s: spent_km_s - self.impulse_km_s,
            burn_s: duration_s,
            phasing_s: 0.0,
            propellant_kg,
            periapsis_altitude_km: periapsis_km - self.body.radius_km,
            lit: super::finite::Lit::Turning(ignition),
        })
    }

    /// The burn that is lit some seconds before the place of the impulse and reaches the excess velocity.
    fn reach(&self, push: Push, before_s: f64, parked: &State) -> Option<Burnt> {
        let mu = self.body.mu_km3_s2;
        let start = kepler::propagate(parked, -before_s, mu)?;
        let wanted = self.asymptote.v_inf_km_s;
        let ends = |w: Vector3| {
            let end = burnt(&start, push, w, mu)?;
            Some((end, minus(excess_velocity_km_s(&end, mu)?, wanted)))
        };
        // the velocity spent as a vector: its direction is the engine's
        let mut w = self.injections[0].dv_km_s;
        let (mut end, mut miss) = first_hyperbola(&mut w, ends)?;
        for _ in 0..40 {
            if norm(miss) <= REACHED_KM_S {
                break;
            }
            let h = 1e-6;
            let mut columns = [[0.0; 3]; 3];
            for (k, column) in columns.iter_mut().enumerate() {
                let (mut ahead, mut behind) = (w, w);
                ahead[k] += h;
                behind[k] -= h;
                *column = scale(minus(ends(ahead)?.1, ends(behind)?.1), 0.5 / h);
            }
            let step = solved(columns, miss)?;
            // shorter where a whole step leads off, or to no hyperbola
            let mut part = 1.0;
            let (to, next) = loop {
                let to = minus(w, scale(step, part));
                match ends(to) {
                    Some(next) if norm(next.1) < norm(miss) => break (to, next),
                    // what is left is the rounding of the excess velocity
                    _ if norm(miss) <= 10.0 * REACHED_KM_S => break (w, (end, [0.0; 3])),
                    _ if part < 1e-3 => return None,
                    _ => part *= 0.5,
                }
            };
            w = to;
            (end, miss) = next;
        }
        if norm(miss) > REACHED_KM_S {
            return None;
        }
        let spent_km_s = norm(w);
        let ignition = TurnedIgnition { state: start, direction: scale(w, 1.0 / spent_km_s) };
        Some(Burnt { ignition, spent_km_s, end })
    }
}

/// The first guess, lengthened until it leads out at all.
fn first_hyperbola(w: &mut Vector3, ends: impl Fn(Vector3) -> Option<(State, Vector3)>) -> Option<(State, Vector3)> {
    for _ in 0..12 {
        if let Some(found) = ends(*w) {
            return Some(found);
        }
        *w = scale(*w, 1.1);
    }
    None
}

/// x of x₀·c₀ + x₁·c₁ + x₂·c₂ = b, by Cramer's rule.
fn solved(columns: [Vector3; 3], b: Vector3) -> Option<Vector3> {
    use crate::numerics::vector::{cross, dot};
    let [c0, c1, c2] = columns;
    let det = dot(c0, cross(c1, c2));
    let x = [dot(b, cross(c1, c2)), dot(c0, cross(b, c2)), dot(c0, cross(c1, b))].map(|d| d / det);
    x.iter().all(|x| x.is_finite()).then_some(x)
}

/// The end of a burn in one direction.
///
/// * `w`: velocity spent, along the direction
fn burnt(start: &State, push: Push, w: Vector3, mu: f64) -> Option<State> {
    let spent_km_s = norm(w);
    let direction = scale(w, 1.0 / spent_km_s);
    let whole_s = push.time_s(spent_km_s);
    let rate_s1 = (mu / norm(start.position_km).powi(3)).sqrt();
    let steps = (whole_s * rate_s1 / STEP_RAD).max(spent_km_s / push.exhaust_km_s / STEP_RATIO).ceil() + 2.0;
    if steps.is_nan() || steps > MOST_STEPS {
        return None;
    }
    // place, velocity and the time since ignition
    let slope = |row: [f64; 7]| {
        let [x, y, z, vx, vy, vz, t] = row;
        let r = norm([x, y, z]);
        let pull = -mu / (r * r * r);
        // T/(m₀ − ṁt)
        let thrust = push.acceleration_km_s2 / (1.0 - push.acceleration_km_s2 / push.exhaust_km_s * t);
        let [ax, ay, az] = plus(scale([x, y, z], pull), scale(direction, thrust));
        [vx, vy, vz, ax, ay, az, 1.0]
    };
    let ([x, y, z], [vx, vy, vz]) = (start.position_km, start.velocity_km_s);
    let mut row = [x, y, z, vx, vy, vz, 0.0];
    // steps of equal velocity: the mass shrinks by one part in each
    let mut reached_s = 0.0;
    for k in 1..=steps as u32 {
        let next_s = push.time_s(spent_km_s * f64::from(k) / steps);
        row = midpoint_extrapolated(slope, row, next_s - reached_s, 7);
        reached_s = next_s;
    }
    let [x, y, z, vx, vy, vz, _] = row;
    let end = State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] };
    row.iter().all(|x| x.is_finite()).then_some(end)
}

impl TurnedIgnition {
    pub(super) const fn steering(&self) -> Steering {
        Steering::Inertial { direction: self.direction }
    }
}
