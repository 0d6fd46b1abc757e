//! The burn of a real stage: one, two or three burns along the velocity that reach the hyperbola wanted.
//!
//! Between the burns the stage coasts once around a growing ellipse. How the energy is shared among the burns and how
//! long before each periapsis the engine is lit is chosen for the least propellant. All of it happens in one plane
//! about one point, so the asymptote is met by turning the whole plan in its plane.

use super::coast::{Burnt, Conic, Fineness, Planar, Push, burn, nu_of_time_rad};
use super::plane::Shape;
use super::turned_burn::TurnedIgnition;
use super::{Departure, DepartureError, PlaneTurn};
use crate::dynamics::Steering;
use crate::numerics::simplex::lowest;
use crate::time::{DAY_S, Epoch};
use crate::transfers::burns::ParkingOrbit;
use crate::units::G0_M_S2;

/// Most perigee burns of a plan.
pub const MOST_BURNS: u32 = 3;

/// Another burn is worth its hours when it saves this part of the mass at ignition.
const WORTH: f64 = 0.005;

/// Velocities of a simplex that are one, km/s: 0.1 µm/s, a thousand times the rounding of a burn.
const CLOSE_KM_S: f64 = 1e-13;

/// A stage in the parking orbit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Propulsion {
    /// thrust
    pub thrust_n: f64,
    /// specific impulse
    pub isp_s: f64,
    /// mass at the first ignition
    pub mass_kg: f64,
}

impl Propulsion {
    fn checked(self) -> Result<Self, DepartureError> {
        let numbers = [
            ("the thrust (N)", self.thrust_n),
            ("the specific impulse (s)", self.isp_s),
            ("the mass (kg)", self.mass_kg),
        ];
        match numbers.into_iter().find(|(_, value)| !(*value > 0.0 && value.is_finite())) {
            Some((quantity, value)) => Err(DepartureError::BadStage { quantity, value }),
            None => Ok(self),
        }
    }

    /// g₀·Isp.
    fn exhaust_km_s(&self) -> f64 {
        1e-3 * G0_M_S2 * self.isp_s
    }

    pub(super) fn push(&self, mass_kg: f64) -> Push {
        Push { acceleration_km_s2: 1e-3 * self.thrust_n / mass_kg, exhaust_km_s: self.exhaust_km_s() }
    }

    /// Thrust over weight on the ground of the Earth, at the first ignition.
    #[must_use]
    pub fn thrust_to_weight_ratio(&self) -> f64 {
        self.thrust_n / (self.mass_kg * G0_M_S2)
    }
}

/// How long the orbits between the burns may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phasing {
    /// longest period of an orbit between two burns
    pub longest_s: f64,
}

impl Default for Phasing {
    /// Two days: an ellipse of that period reaches 130 000 km around the Earth, where the Moon begins to move it.
    fn default() -> Self {
        Self { longest_s: 2.0 * DAY_S }
    }
}

/// One burn of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FiniteBurn {
    /// when the engine is lit
    pub ignition: Epoch,
    /// burning time
    pub duration_s: f64,
    /// velocity spent, g₀·Isp·ln(m₀/m₁)
    pub dv_km_s: f64,
    /// mass at ignition
    pub mass_kg: f64,
    /// what is burnt
    pub propellant_kg: f64,
    /// from the ignition to where the periapsis would be without the burn; none on a circle
    pub before_periapsis_s: Option<f64>,
    /// height over the equatorial radius at cut-off
    pub cutoff_altitude_km: f64,
    /// period of the orbit after the burn; none after the last
    pub period_after_s: Option<f64>,
}

/// A departure by the burns of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct FinitePlan {
    /// the stage
    pub propulsion: Propulsion,
    /// its burns
    pub burns: Vec<FiniteBurn>,
    /// velocity spent in all of them
    pub dv_km_s: f64,
    /// by an impulse
    pub impulse_km_s: f64,
    /// the difference
    pub loss_km_s: f64,
    /// burning time
    pub burn_s: f64,
    /// coast between the first cut-off and the last ignition, burns between them left out
    pub phasing_s: f64,
    /// what is burnt
    pub propellant_kg: f64,
    /// height of the periapsis of the hyperbola reached, over the equatorial radius
    pub periapsis_altitude_km: f64,
    /// how it is lit
    pub(super) lit: Lit,
}

/// The state at the first ignition, and where the engine points from then on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Lit {
    /// along the velocity, in the plane
    InPlane {
        /// its angle counted in the plan's own plane
        first: Planar,
        /// the direction of the asymptote in that plane
        asymptote_rad: f64,
    },
    /// in one direction, out of the plane
    Turning(TurnedIgnition),
}

impl FinitePlan {
    /// Where the engine points.
    #[must_use]
    pub const fn steering(&self) -> Steering {
        match &self.lit {
            Lit::InPlane { .. } => Steering::AlongVelocity,
            Lit::Turning(ignition) => ignition.steering(),
        }
    }
}

/// One burn in the plane.
#[derive(Debug, Clone, Copy)]
struct Leg {
    start: Planar,
    end: Burnt,
    ignition_s: f64,
    duration_s: f64,
    mass_kg: f64,
    before_periapsis_s: Option<f64>,
}

/// What stays the same while a plan is searched.
struct Search {
    shape: Shape,
    circular: bool,
    mu_km3_s2: f64,
    propulsion: Propulsion,
    impulse_km_s: f64,
    end_km2_s2: f64,
    longest_s: f64,
    burns: usize,
}

impl Search {
    /// Energy after a share of the impulse at the periapsis of the parking orbit.
    fn energy_km2_s2(&self, share: f64) -> f64 {
        let v = self.shape.periapsis_speed_km_s + share * self.impulse_km_s;
        0.5 * v * v - self.mu_km3_s2 / self.shape.periapsis_km
    }

    /// The share of the impulse that leads to an orbit of a period.
    fn share_of_period(&self, period_s: f64) -> f64 {
        let sma_km = (self.mu_km3_s2 * (period_s / std::f64::consts::TAU).powi(2)).cbrt();
        let v2 = 2.0 * self.mu_km3_s2 / self.shape.periapsis_km - self.mu_km3_s2 / sma_km;
        (v2.max(0.0).sqrt() - self.shape.periapsis_speed_km_s) / self.impulse_km_s
    }

    /// About the length of one burn, for the unit of the ignition times.
    fn unit_s(&self) -> f64 {
        self.propulsion.push(self.propulsion.mass_kg).time_s(self.impulse_km_s) / self.burns as f64
    }

    /// The burns of a point of the search: shares of the energy, then ignitions before the periapsis.
    fn legs(&self, point: &[f64], fine: Fineness) -> Option<Vec<Leg>> {
        let (shares, ignitions) = point.split_at(self.burns - 1);
        let mut ignitions = ignitions.iter();
        let mu = self.mu_km3_s2;
        let periapsis = Planar {
            radius_km: self.shape.periapsis_km,
            radial_km_s: 0.0,
            across_km_s: self.shape.periapsis_speed_km_s,
            angle_rad: 0.0,
        };
        let (mut mass_kg, mut clock_s) = (self.propulsion.mass_kg, 0.0);
        let (mut share, mut legs) = (0.0, Vec::<Leg>::with_capacity(self.burns));
        for number in 0..self.burns {
            let (start, before_periapsis_s) = match legs.last() {
                None if self.circular => (periapsis, None),
                previous => {
                    let before_s = self.unit_s() * ignitions.next()?;
                    let orbit = Conic::of(previous.map_or(&periapsis, |leg| &leg.end.state), mu);
                    let period_s = orbit.period_s();
                    if !(period_s <= self.longest_s || previous.is_none()) || before_s.abs() > 0.45 * period_s {
                        return None;
                    }
                    if previous.is_some() {
                        clock_s += period_s - orbit.since_periapsis_s(orbit.nu_rad) - before_s;
                    }
                    let nu_rad = nu_of_time_rad(-before_s, period_s, orbit.ecc);
                    (orbit.state(nu_rad, u32::from(previous.is_some())), Some(before_s))
                }
            };
            let to_km2_s2 = match shares.get(number) {
                Some(next) if *next > share && *next < 1.0 => {
                    share = *next;
                    self.energy_km2_s2(share)
                }
                Some(_) => return None,
                None => self.end_km2_s2,
            };
            let push = self.propulsion.push(mass_kg);
            let end = burn(&start, push, to_km2_s2, mu, fine)?;
            let duration_s = push.time_s(end.spent_km_s);
            legs.push(Leg { start, end, ignition_s: clock_s, duration_s, mass_kg, before_periapsis_s });
            clock_s += duration_s;
            mass_kg *= (-end.spent_km_s / push.exhaust_km_s).exp();
        }
        Some(legs)
    }

    fn spent_km_s(&self, point: &[f64]) -> f64 {
        self.legs(point, Fineness::FULL).map_or(f64::INFINITY, |legs| legs.iter().map(|leg| leg.end.spent_km_s).sum())
    }

    /// The point of least velocity spent.
    fn best(&self) -> Option<Vec<f64>> {
        let between = self.burns - 1;
        let most = self.share_of_period(self.longest_s);
        if between > 0 && (most.is_nan() || most <= 0.0) {
            return None;
        }
        let even = |k: usize| k as f64 / self.burns as f64;
        let widest = if between > 0 && even(between) > 0.9 * most { 0.9 * most / even(between) } else { 1.0 };
        let ignitions = if self.circular { between } else { self.burns };
        let start: Vec<f64> = (1..=between).map(|k| widest * even(k)).chain((0..ignitions).map(|_| 0.5)).collect();
        let reach: Vec<f64> =
            (0..between).map(|_| -0.1 * widest / self.burns as f64).chain((0..ignitions).map(|_| -0.1)).collect();
        lowest(|point| self.spent_km_s(point), &start, &reach, CLOSE_KM_S).map(|found| found.point)
    }
}

impl Departure {
    /// The burns of a stage that reach this departure's hyperbola with the least propellant.
    ///
    /// * `propulsion`: the stage
    /// * `burns`: how many burns, 1 to [`MOST_BURNS`]
    /// * `phasing`: how long the orbits between them may take
    ///
    /// The thrust is along the velocity; where the burn turns the plane it holds one direction, and half of it is spent at the
    /// injection epoch. The hyperbola reached has the energy wanted, a little more periapsis than the
    /// parking orbit, and its periapsis passage is the injection epoch of the departure.
    ///
    /// # Errors
    /// [`DepartureError::BadStage`], [`DepartureError::TooWeak`], [`DepartureError::TooManyBurns`],
    /// [`DepartureError::NoPhasing`], [`DepartureError::TurnInParts`] for more than one burn that turns the plane.
    ///
    /// # Source
    /// Robbins, AIAA Journal 4 (1966) 1417, for what a burn of finite length loses.
    pub fn finite(&self, propulsion: Propulsion, burns: u32, phasing: Phasing) -> Result<FinitePlan, DepartureError> {
        let propulsion = propulsion.checked()?;
        if phasing.longest_s.is_nan() || phasing.longest_s <= 0.0 {
            return Err(DepartureError::BadStage { quantity: "the longest orbit (s)", value: phasing.longest_s });
        }
        if !(1..=MOST_BURNS).contains(&burns) {
            return Err(DepartureError::TooManyBurns { burns, most: MOST_BURNS });
        }
        match self.turn {
            None => {}
            Some(_) if burns == 1 => return self.turned_burn(propulsion),
            Some(PlaneTurn { turn_deg, .. }) => {
                let steep_deg = self.dla_deg.abs();
                let least_deg = if self.inc_deg > 90.0 { 180.0 - steep_deg } else { steep_deg };
                return Err(DepartureError::TurnInParts { burns, turn_deg, least_deg });
            }
        }
        let mu_km3_s2 = self.body.mu_km3_s2;
        let search = Search {
            shape: Shape::of(self.parking, self.body),
            circular: matches!(self.parking, ParkingOrbit::Circular { .. }),
            mu_km3_s2,
            propulsion,
            impulse_km_s: self.impulse_km_s,
            end_km2_s2: 0.5 * self.hyperbola.c3_km2_s2,
            longest_s: phasing.longest_s,
            burns: burns as usize,
        };
        let burn_d = propulsion.push(propulsion.mass_kg).time_s(self.impulse_km_s) / DAY_S;
        let weak = DepartureError::TooWeak { thrust_n: propulsion.thrust_n, mass_kg: propulsion.mass_kg, burn_d };
        if burn_d * DAY_S > 100.0 * self.period_s.max(1.0) {
            return Err(weak);
        }
        let none = || match burns {
            1 => weak.clone(),
            _ => DepartureError::NoPhasing { burns, parking_s: self.period_s, longest_s: phasing.longest_s },
        };
        let point = search.best().ok_or_else(none)?;
        let legs = search.legs(&point, Fineness::FULL).ok_or_else(none)?;
        self.plan(propulsion, &legs).ok_or_else(none)
    }

    /// Every number of burns that can be flown, the fewest first.
    ///
    /// * `propulsion`, `phasing`: as for [`Departure::finite`]
    ///
    /// # Errors
    /// That of a single burn, without which there is no other.
    pub fn finite_plans(&self, propulsion: Propulsion, phasing: Phasing) -> Result<Vec<FinitePlan>, DepartureError> {
        let mut plans = vec![self.finite(propulsion, 1, phasing)?];
        if self.turn.is_some() {
            return Ok(plans);
        }
        for burns in 2..=MOST_BURNS {
            match self.finite(propulsion, burns, phasing) {
                Ok(plan) => plans.push(plan),
                Err(DepartureError::NoPhasing { .. }) => break,
                Err(other) => return Err(other),
            }
        }
        Ok(plans)
    }

    /// The plan to take among several: one more burn only where it saves half a percent of the mass at ignition.
    ///
    /// * `plans`: the fewest burns first, as [`Departure::finite_plans`] gives them
    #[must_use]
    pub fn worthwhile(plans: &[FinitePlan]) -> Option<&FinitePlan> {
        let mut taken = plans.first()?;
        for next in &plans[1..] {
            if taken.propellant_kg - next.propellant_kg >= WORTH * taken.propulsion.mass_kg {
                taken = next;
            }
        }
        Some(taken)
    }

    /// Dates and masses of the burns in the plane.
    fn plan(&self, propulsion: Propulsion, legs: &[Leg]) -> Option<FinitePlan> {
        let mu = self.body.mu_km3_s2;
        let (first, last) = (legs.first()?, legs.last()?);
        let reached = Conic::of(&last.end.state, mu);
        // the hyperbola passes its periapsis at the injection epoch
        let passage_s = last.ignition_s + last.duration_s - reached.since_periapsis_s(reached.nu_rad);
        let start = self.asymptote.epoch + -passage_s;
        let exhaust_km_s = propulsion.exhaust_km_s();
        let burns: Vec<FiniteBurn> = legs
            .iter()
            .map(|leg| {
                let after = Conic::of(&leg.end.state, mu);
                FiniteBurn {
                    ignition: start + leg.ignition_s,
                    duration_s: leg.duration_s,
                    dv_km_s: leg.end.spent_km_s,
                    mass_kg: leg.mass_kg,
                    propellant_kg: -leg.mass_kg * (-leg.end.spent_km_s / exhaust_km_s).exp_m1(),
                    before_periapsis_s: leg.before_periapsis_s,
                    cutoff_altitude_km: leg.end.state.radius_km - self.body.radius_km,
                    period_after_s: Some(after.period_s()).filter(|period_s| period_s.is_finite()),
                }
            })
            .collect();
        let sum = |of: fn(&FiniteBurn) -> f64| burns.iter().map(of).sum::<f64>();
        let (dv_km_s, burn_s, propellant_kg) = (sum(|b| b.dv_km_s), sum(|b| b.duration_s), sum(|b| b.propellant_kg));
        let coast_s = |w: &[Leg]| w[1].ignition_s - w[0].ignition_s - w[0].duration_s;
        // the sum of nothing is −0
        let phasing_s = 0.0 + legs.windows(2).map(coast_s).sum::<f64>();
        if ![dv_km_s, burn_s, propellant_kg, phasing_s, passage_s].iter().all(|x| x.is_finite()) {
            return None;
        }
        Some(FinitePlan {
            propulsion,
            dv_km_s,
            impulse_km_s: self.impulse_km_s,
            loss_km_s: dv_km_s - self.impulse_km_s,
            burn_s,
            phasing_s,
            propellant_kg,
            periapsis_altitude_km: reached.periapsis_km() - self.body.radius_km,
            lit: Lit::InPlane { first: first.start, asymptote_rad: reached.periapsis_rad + reached.asymptote_nu_rad() },
            burns,
        })
    }
}
