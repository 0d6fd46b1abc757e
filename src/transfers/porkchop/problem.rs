//! One transfer between two bodies on two dates: the function behind the cells.

use super::{PorkchopError, PorkchopRequest};
use crate::bodies::{Body, EARTH, MARS, MOON, SUN, SmallBody, small_bodies};
use crate::ephemerides::{Ephemerides, EphemerisError, State, Track};
use crate::numerics::lanes::Packed;
use crate::numerics::lanes::elementary::atan2;
use crate::numerics::vector::{Vector3, cross, minus, norm, scale};
use crate::time::{DAY_S, Epoch};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use crate::transfers::lambert::kernel::length2;
use crate::transfers::lambert::{Branch, Geometry, LambertError, Solution, Way};
use std::f64::consts::{PI, TAU};
use std::fmt;

/// Most revolutions around the Sun that are searched.
pub const MOST_REVS: u32 = 1000;

/// Why a cell is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// arrival not after departure
    ArrivesFirst,
    /// the time is too short for the revolutions
    TooShort,
    /// both bodies in one line with the Sun, so that no plane holds the transfer
    InLine,
}

/// The handbook's type of a transfer: I under half a turn, II under a whole one, III and IV with a revolution more, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferType(u32);

impl TransferType {
    /// From whole revolutions and the half of the turn that the rest ends in.
    ///
    /// * `revs`: complete revolutions
    /// * `angle_rad`: the rest of the angle, 0 to 2π
    #[must_use]
    pub fn new(revs: u32, angle_rad: f64) -> Self {
        Self(2 * revs + 1 + u32::from(angle_rad > PI))
    }

    /// 1 for type I, 2 for type II, …
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Complete revolutions.
    #[must_use]
    pub const fn revs(self) -> u32 {
        (self.0 - 1) / 2
    }
}

impl fmt::Display for TransferType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        for (value, letters) in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
            while rest >= value {
                f.write_str(letters)?;
                rest -= value;
            }
        }
        Ok(())
    }
}

/// What a cell keeps of its transfer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// excess velocity at departure, ICRF axes
    pub v_inf_dep_km_s: Vector3,
    /// excess velocity at arrival, ICRF axes
    pub v_inf_arr_km_s: Vector3,
    /// heliocentric angle, whole revolutions left out, 0 to 2π
    pub angle_rad: f64,
}

impl Arc {
    /// Launch energy C3 = v∞².
    #[must_use]
    pub fn c3_km2_s2(&self) -> f64 {
        length2(&self.v_inf_dep_km_s)
    }

    /// Excess speed at departure.
    #[must_use]
    pub fn departure_speed_km_s(&self) -> f64 {
        length2(&self.v_inf_dep_km_s).sqrt()
    }

    /// Excess speed at arrival.
    #[must_use]
    pub fn arrival_speed_km_s(&self) -> f64 {
        length2(&self.v_inf_arr_km_s).sqrt()
    }

    /// Declination of the launch asymptote, J2000 equator.
    #[must_use]
    pub fn dla_deg(&self) -> f64 {
        directions_deg(&self.v_inf_dep_km_s).0
    }

    /// Right ascension of the launch asymptote, J2000, 0 to 360.
    #[must_use]
    pub fn rla_deg(&self) -> f64 {
        directions_deg(&self.v_inf_dep_km_s).1
    }
}

/// Declination and right ascension of a direction, the latter from 0 to 360°; one function for a cell and for a row of them.
#[inline(always)]
pub(super) fn directions_deg<P: Packed>(v: &[P; 3]) -> (P, P) {
    let degrees = P::splat(180.0 / PI);
    let level = v[0].mul_add(v[0], v[1] * v[1]).sqrt();
    let right = atan2(v[1], v[0]);
    let right = P::select(P::splat(0.0).le(right), right, right + P::splat(TAU));
    (atan2(v[2], level) * degrees, right * degrees)
}

/// A transfer with its dates and burns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transfer {
    /// departure
    pub depart: Epoch,
    /// arrival
    pub arrive: Epoch,
    /// time of flight
    pub tof_d: f64,
    /// type of the handbooks
    pub kind: TransferType,
    /// complete revolutions
    pub revs: u32,
    /// which of the two orbits
    pub branch: Branch,
    /// heliocentric angle with whole revolutions
    pub angle_deg: f64,
    /// excess velocities at both ends
    pub arc: Arc,
    /// launch energy
    pub c3_km2_s2: f64,
    /// excess speed at departure
    pub v_inf_dep_km_s: f64,
    /// excess speed at arrival
    pub v_inf_arr_km_s: f64,
    /// declination of the launch asymptote, J2000 equator
    pub dla_deg: f64,
    /// right ascension of the launch asymptote, J2000
    pub rla_deg: f64,
    /// impulse from the parking orbit
    pub dv_depart_km_s: f64,
    /// impulse into the capture orbit
    pub dv_arrive_km_s: f64,
    /// both impulses
    pub dv_total_km_s: f64,
}

/// What a stack waits around and what enters meets: a planet, not the barycentre of its system.
pub(super) fn planet(body: Body) -> Body {
    match body.naif_id {
        3 => EARTH,
        4 => MARS,
        _ => body,
    }
}

/// A body's pull and size at one end, for the burn there.
#[derive(Debug, Clone, Copy)]
struct End {
    radius_km: f64,
    mu_km3_s2: f64,
    orbit: ParkingOrbit,
    /// escape speed and the orbit's own at its periapsis
    periapsis_km_s: (f64, f64),
}

impl End {
    fn new(body: Body, orbit: ParkingOrbit) -> Result<Self, BurnError> {
        let planet = planet(body);
        let mut end =
            Self { radius_km: planet.radius_km, mu_km3_s2: planet.mu_km3_s2, orbit, periapsis_km_s: (0.0, 0.0) };
        // an orbit that does not exist is refused here, not in every cell
        end.impulse_km_s(1.0)?;
        if end.pulls() {
            let escape_km_s = (2.0 * end.mu_km3_s2 / (end.radius_km + orbit.periapsis_altitude_km())).sqrt();
            end.periapsis_km_s = (escape_km_s, escape_km_s - end.impulse_km_s(0.0)?);
        }
        Ok(end)
    }

    /// Whether a pull is known.
    fn pulls(&self) -> bool {
        self.mu_km3_s2 > 0.0 && self.radius_km > 0.0
    }

    fn impulse_km_s(&self, v_inf_km_s: f64) -> Result<f64, BurnError> {
        if self.pulls() {
            self.orbit.impulse(v_inf_km_s, self.radius_km, self.mu_km3_s2).map(|dv| dv.km_s())
        } else if v_inf_km_s >= 0.0 && v_inf_km_s.is_finite() {
            // rendezvous with a body whose pull is not known, and too weak to matter
            Ok(v_inf_km_s)
        } else {
            Err(BurnError::BadExcess { v_inf_km_s })
        }
    }
}

/// The bodies, orbits and ephemerides of a porkchop: a function of two dates.
#[derive(Clone)]
pub struct Problem {
    departure: Track,
    arrival: Track,
    sense: f64,
    pole: Option<Vector3>,
    leave: End,
    enter: End,
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("departure", &self.departure.target().name)
            .field("arrival", &self.arrival.target().name)
            .finish_non_exhaustive()
    }
}

impl Problem {
    /// The function of two dates behind a request.
    ///
    /// * `ephemerides`: the kernels
    /// * `request`: bodies and orbits
    ///
    /// # Errors
    /// [`PorkchopError`] for bodies that make no heliocentric transfer and orbits that do not exist.
    pub fn new(ephemerides: &Ephemerides, request: &PorkchopRequest) -> Result<Self, PorkchopError> {
        let (from, to) = (request.departure, request.arrival);
        if request.max_revs > MOST_REVS {
            return Err(PorkchopError::TooManyRevs { revs: request.max_revs, most: MOST_REVS });
        }
        for body in [from, to] {
            if matches!(body.naif_id, 0 | 10) || body.naif_id == MOON.naif_id {
                return Err(PorkchopError::NotHeliocentric { body: body.name.to_owned() });
            }
        }
        if system(from) == system(to) {
            return Err(PorkchopError::SameSystem { departure: from.name.to_owned(), arrival: to.name.to_owned() });
        }
        let (leave, enter) = (End::new(from, request.parking)?, End::new(to, request.capture)?);
        if let Way::About { pole } = request.way
            && !(norm(pole) > 0.0 && norm(pole).is_finite())
        {
            return Err(PorkchopError::NoPole { pole });
        }
        let (sense, pole) = match request.way {
            Way::Prograde => (1.0, None),
            Way::Retrograde => (-1.0, None),
            Way::About { pole } => (1.0, Some(pole)),
        };
        let (departure, arrival) = (ephemerides.track(from, SUN)?, ephemerides.track(to, SUN)?);
        Ok(Self { departure, arrival, sense, pole, leave, enter })
    }

    /// The bodies that move on two-body elements because no kernel holds them.
    #[must_use]
    pub fn from_elements(&self) -> Vec<&'static SmallBody> {
        let on_elements = |naif_id: i32| {
            let tracks = [&self.departure, &self.arrival];
            tracks.into_iter().any(|track| track.target().naif_id == naif_id && !track.from_kernels())
        };
        small_bodies().iter().filter(|small| on_elements(small.body.naif_id)).collect()
    }

    /// The departure body from the Sun.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`].
    pub fn departure_state(&self, epoch: Epoch) -> Result<State, EphemerisError> {
        self.departure.state(epoch)
    }

    /// The arrival body from the Sun.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`].
    pub fn arrival_state(&self, epoch: Epoch) -> Result<State, EphemerisError> {
        self.arrival.state(epoch)
    }

    /// Where the departure body is, and how its velocity changes; `None` outside the kernels.
    pub(super) fn departs(&self, epoch: Epoch) -> Option<(State, Vector3)> {
        Some((self.departure.state(epoch).ok()?, self.departure.velocity_slope_km_s2(epoch).ok()?))
    }

    /// The arrival body likewise.
    pub(super) fn arrives(&self, epoch: Epoch) -> Option<(State, Vector3)> {
        Some((self.arrival.state(epoch).ok()?, self.arrival.velocity_slope_km_s2(epoch).ok()?))
    }

    /// Escape speed and the orbit's own at the periapsis of both orbits; zeros where no pull is known.
    pub(super) fn periapsis_speeds_km_s(&self) -> [(f64, f64); 2] {
        [self.leave, self.enter].map(|end| end.periapsis_km_s)
    }

    /// The impulses at both ends.
    pub(super) fn impulses_km_s(&self, v_inf_dep_km_s: f64, v_inf_arr_km_s: f64) -> Option<(f64, f64)> {
        Some((self.leave.impulse_km_s(v_inf_dep_km_s).ok()?, self.enter.impulse_km_s(v_inf_arr_km_s).ok()?))
    }

    /// The Lambert triangle of two states, turning with the departure body.
    pub(super) fn geometry(&self, from: &State, to: &State) -> Result<Geometry, Reason> {
        let pole = self.pole(from);
        Geometry::new(from.position_km, to.position_km, Way::About { pole }).map_err(|_| Reason::InLine)
    }

    /// The pole that a transfer turns about.
    pub(super) fn pole(&self, from: &State) -> Vector3 {
        self.pole.unwrap_or_else(|| scale(cross(from.position_km, from.velocity_km_s), self.sense))
    }

    /// The arc of one revolution count in a triangle.
    pub(super) fn arc(
        geometry: &Geometry,
        from: &State,
        to: &State,
        tof_s: f64,
        revs: u32,
        branch: Branch,
    ) -> Result<Arc, Reason> {
        let Solution { v1_km_s, v2_km_s, .. } =
            geometry.orbit(tof_s, SUN.mu_km3_s2, revs, branch).map_err(|error| match error {
                LambertError::TooShort { .. } => Reason::TooShort,
                LambertError::NoTime { .. } => Reason::ArrivesFirst,
                _ => Reason::InLine,
            })?;
        Ok(Arc {
            v_inf_dep_km_s: minus(v1_km_s, from.velocity_km_s),
            v_inf_arr_km_s: minus(v2_km_s, to.velocity_km_s),
            angle_rad: geometry.angle_rad(),
        })
    }

    /// The transfer of two dates.
    ///
    /// * `depart`, `arrive`: dates inside the kernels
    /// * `revs`, `branch`: which of the solutions
    ///
    /// `None` when there is none, or a date is outside.
    #[must_use]
    pub fn transfer(&self, depart: Epoch, arrive: Epoch, revs: u32, branch: Branch) -> Option<Transfer> {
        let (from, to) = (self.departure.state(depart).ok()?, self.arrival.state(arrive).ok()?);
        let geometry = self.geometry(&from, &to).ok()?;
        let arc = Self::arc(&geometry, &from, &to, arrive - depart, revs, branch).ok()?;
        self.dated(depart, arrive, revs, branch, arc)
    }

    /// An arc with its dates and burns.
    ///
    /// * `depart`, `arrive`, `revs`, `branch`: what the arc was solved for
    /// * `arc`: excess velocities
    ///
    /// `None` for an arc whose numbers are none.
    #[must_use]
    pub fn dated(&self, depart: Epoch, arrive: Epoch, revs: u32, branch: Branch, arc: Arc) -> Option<Transfer> {
        let (v_inf_dep_km_s, v_inf_arr_km_s) = (arc.departure_speed_km_s(), arc.arrival_speed_km_s());
        let (dv_depart_km_s, dv_arrive_km_s) = self.impulses_km_s(v_inf_dep_km_s, v_inf_arr_km_s)?;
        if !(0.0..=TAU).contains(&arc.angle_rad) {
            return None;
        }
        Some(Transfer {
            depart,
            arrive,
            tof_d: (arrive - depart) / DAY_S,
            kind: TransferType::new(revs, arc.angle_rad),
            revs,
            branch,
            angle_deg: arc.angle_rad.to_degrees() + 360.0 * f64::from(revs),
            arc,
            c3_km2_s2: arc.c3_km2_s2(),
            v_inf_dep_km_s,
            v_inf_arr_km_s,
            dla_deg: arc.dla_deg(),
            rla_deg: arc.rla_deg(),
            dv_depart_km_s,
            dv_arrive_km_s,
            dv_total_km_s: dv_depart_km_s + dv_arrive_km_s,
        })
    }
}

/// The orbit that a departure burn usually leaves.
///
/// * `body`: the Earth: 300 km circular; Mars: 250 km × 1 sol (88 775.244 s); elsewhere 300 km circular
#[must_use]
pub fn departure_orbit(body: Body) -> ParkingOrbit {
    match body.naif_id {
        4 | 499 => ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 },
        _ => ParkingOrbit::Circular { altitude_km: 300.0 },
    }
}

/// The orbit that an arrival burn usually enters: the same as [`departure_orbit`].
///
/// * `body`: where the transfer ends
#[must_use]
pub fn arrival_orbit(body: Body) -> ParkingOrbit {
    departure_orbit(body)
}

/// The barycentre of the body's system, so that the Earth and its barycentre count as one place.
fn system(body: Body) -> i32 {
    match body.naif_id {
        id @ 100..=999 => id / 100,
        id => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Window;

    /// An arc that somebody brings: numbers, or no transfer; at a planet and at a body without a known pull.
    #[test]
    fn law_no_transfer_holds_what_is_no_number() {
        let window = Window::parse("2031-01-01..2032-01-01").expect("a window");
        let psyche = small_bodies().iter().find(|b| b.body.name.contains("Psyche")).expect("a small body").body;
        let pool = [0.0, -1.0, 1e-320, 3.0, 1e150, 1e200, f64::MAX, f64::NAN, f64::INFINITY];
        let mut found = 0;
        for (from, to) in [(EARTH, MARS), (psyche, EARTH), (EARTH, psyche)] {
            let request = PorkchopRequest::new(from, to, window, window);
            let problem = Problem::new(Ephemerides::embedded().expect("kernels"), &request).expect("a problem");
            for (a, b, c) in pool.iter().flat_map(|a| pool.iter().flat_map(move |b| pool.map(|c| (*a, *b, c)))) {
                let arc = Arc { v_inf_dep_km_s: [a, b, 1.0], v_inf_arr_km_s: [1.0, b, a], angle_rad: c };
                let Some(t) = problem.dated(window.start, window.end, 0, Branch::Single, arc) else { continue };
                found += 1;
                let numbers = [
                    t.c3_km2_s2,
                    t.dla_deg,
                    t.rla_deg,
                    t.angle_deg,
                    t.dv_depart_km_s,
                    t.dv_arrive_km_s,
                    t.dv_total_km_s,
                ];
                assert!(numbers.iter().all(|x| x.is_finite()), "{arc:?}: {t:?}");
            }
        }
        assert!(found > 50, "{found}");
    }
}
