//! The ways between an orbit about Mars and a moon: by either apsis in two burns, by another apsis in three.

use super::{MarsMoonTransfer, MarsPlace};
use crate::bodies::MARS;
use crate::ephemerides::State;
use crate::ephemerides::mars_moons::MarsMoon;
use crate::numerics::vector::{cross, minus, norm, plus, scale};
use crate::time::{DAY_S, Epoch};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use crate::transfers::lambert::{Branch, Geometry, Way};
use crate::transfers::tangential::{falling_arc, tangential_arc};
use std::f64::consts::{PI, TAU};
use std::fmt;

/// The way that a transfer about Mars takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MarsRoute {
    /// from moon to moon on one arc
    Direct,
    /// the orbit is left or entered at its periapsis, in two burns
    Periapsis,
    /// the orbit is left or entered at its apoapsis, in two burns
    Apoapsis,
    /// by the orbit's periapsis and another apoapsis, in three burns: the bi-elliptic transfer
    OtherApoapsis,
    /// by the orbit's apoapsis and another periapsis, in three burns
    OtherPeriapsis,
}

impl MarsRoute {
    const FROM_AN_ORBIT: [Self; 4] = [Self::Periapsis, Self::Apoapsis, Self::OtherApoapsis, Self::OtherPeriapsis];

    /// The ways between two places.
    ///
    /// * `from`, `to`: the ends; a circle has one apsis
    #[must_use]
    pub fn between(from: MarsPlace, to: MarsPlace) -> &'static [Self] {
        match (from, to) {
            (MarsPlace::Moon(_), MarsPlace::Moon(_)) => &[Self::Direct],
            (MarsPlace::Orbit(orbit), _) | (_, MarsPlace::Orbit(orbit)) => match orbit {
                ParkingOrbit::Elliptic { .. } => &Self::FROM_AN_ORBIT,
                ParkingOrbit::Circular { .. } => &[Self::Periapsis, Self::OtherApoapsis],
            },
        }
    }

    /// Burns that it takes.
    #[must_use]
    pub const fn burns(self) -> u32 {
        match self {
            Self::Direct | Self::Periapsis | Self::Apoapsis => 2,
            Self::OtherApoapsis | Self::OtherPeriapsis => 3,
        }
    }
}

impl fmt::Display for MarsRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "direct",
            Self::Periapsis => "by the periapsis",
            Self::Apoapsis => "by the apoapsis",
            Self::OtherApoapsis => "by another apoapsis",
            Self::OtherPeriapsis => "by another periapsis",
        })
    }
}

/// The farthest apoapsis of a way about Mars: nearly all of the distance at which the Sun pulls as much.
const FARTHEST_KM: f64 = 500_000.0;

/// The lowest periapsis of a way about Mars: above the air that brakes.
const LOWEST_ALTITUDE_KM: f64 = 150.0;

/// Distances of the apsides of a parking orbit about Mars.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apsides {
    periapsis_km: f64,
    apoapsis_km: f64,
}

impl Apsides {
    pub(super) fn new(orbit: &ParkingOrbit) -> Result<Self, BurnError> {
        orbit.impulse(0.0, MARS.radius_km, MARS.mu_km3_s2)?;
        let periapsis_km = MARS.radius_km + orbit.periapsis_altitude_km();
        let apoapsis_km = match *orbit {
            ParkingOrbit::Circular { .. } => periapsis_km,
            ParkingOrbit::Elliptic { period_s, .. } => {
                2.0 * (MARS.mu_km3_s2 * (period_s / TAU).powi(2)).cbrt() - periapsis_km
            }
        };
        Ok(Self { periapsis_km, apoapsis_km: apoapsis_km.max(periapsis_km) })
    }
}

/// Speed at one apsis of the ellipse that has another.
fn apsis_speed_km_s(here_km: f64, there_km: f64) -> f64 {
    // 1/r − 1/(r + s) without its cancellation
    (2.0 * MARS.mu_km3_s2 * there_km / (here_km * (here_km + there_km))).sqrt()
}

/// Half the period of the ellipse between two apsides.
fn half_s(a_km: f64, b_km: f64) -> f64 {
    PI * ((0.5 * (a_km + b_km)).powi(3) / MARS.mu_km3_s2).sqrt()
}

/// Shortest and longest flight that show every way between two places: an hour to 22, and with a long ellipse as far as
/// half of it and half the ellipse from its apoapsis to the moon take.
///
/// * `from`, `to`: the ends
///
/// # Errors
/// [`BurnError`] for an orbit that does not exist.
pub fn usual_flights_d(from: MarsPlace, to: MarsPlace) -> Result<(f64, f64), BurnError> {
    let (shortest_d, mut longest_d) = (1.0 / 24.0, 22.0 / 24.0);
    let (orbit, moon) = match (from, to) {
        (MarsPlace::Orbit(orbit), MarsPlace::Moon(moon)) | (MarsPlace::Moon(moon), MarsPlace::Orbit(orbit)) => {
            (orbit, moon)
        }
        _ => return Ok((shortest_d, longest_d)),
    };
    let Apsides { periapsis_km, apoapsis_km } = Apsides::new(&orbit)?;
    if matches!(orbit, ParkingOrbit::Elliptic { .. }) && apoapsis_km < FARTHEST_KM {
        // the moon on any day: its distance changes by 1.5 % at most
        let radius_km = norm(moon.state(Epoch::from_tdb_s(0.0)).position_km);
        let both_s = half_s(periapsis_km, apoapsis_km) + half_s(apoapsis_km, radius_km);
        longest_d = longest_d.max(1.1 * both_s / DAY_S);
    }
    Ok((shortest_d, longest_d))
}

/// The transfer of one date, flight time and way; `None` when there is none.
pub(super) fn transfer(
    (from, to): (MarsPlace, MarsPlace),
    route: MarsRoute,
    depart: Epoch,
    tof_d: f64,
) -> Result<Option<MarsMoonTransfer>, BurnError> {
    let arrive = depart + tof_d * DAY_S;
    let flown = match (from, to) {
        (MarsPlace::Moon(a), MarsPlace::Moon(b)) => direct(&a.state(depart), &b.state(arrive), tof_d * DAY_S),
        (MarsPlace::Orbit(orbit), MarsPlace::Moon(moon)) => {
            let apsides = Apsides::new(&orbit)?;
            from_orbit(&apsides, route, moon, arrive, (tof_d * DAY_S, 1.0))
        }
        (MarsPlace::Moon(moon), MarsPlace::Orbit(orbit)) => {
            // the way in is the way out flown backwards
            let apsides = Apsides::new(&orbit)?;
            let out = from_orbit(&apsides, route, moon, depart, (tof_d * DAY_S, -1.0));
            out.map(|f| Flown { dv_km_s: [f.dv_km_s[2], f.dv_km_s[1], f.dv_km_s[0]], ..f })
        }
        (MarsPlace::Orbit(_), MarsPlace::Orbit(_)) => None,
    };
    let flown = flown.filter(|f| f.dv_km_s.iter().all(|dv| dv.is_finite()) && f.angle_rad.is_finite());
    Ok(flown.map(|Flown { dv_km_s: [dv_depart_km_s, dv_middle_km_s, dv_arrive_km_s], angle_rad }| MarsMoonTransfer {
        depart,
        arrive,
        tof_d,
        route,
        angle_deg: angle_rad.to_degrees(),
        dv_depart_km_s,
        dv_middle_km_s,
        dv_arrive_km_s,
        dv_total_km_s: dv_depart_km_s + dv_middle_km_s + dv_arrive_km_s,
    }))
}

/// The burns of a way, the middle one nought where there are two, and its angle about Mars.
struct Flown {
    dv_km_s: [f64; 3],
    angle_rad: f64,
}

fn direct(a: &State, b: &State, tof_s: f64) -> Option<Flown> {
    let pole = cross(a.position_km, a.velocity_km_s);
    let geometry = Geometry::new(a.position_km, b.position_km, Way::About { pole }).ok()?;
    let orbit = geometry.orbit(tof_s, MARS.mu_km3_s2, 0, Branch::Single).ok()?;
    Some(Flown {
        dv_km_s: [norm(minus(orbit.v1_km_s, a.velocity_km_s)), 0.0, norm(minus(orbit.v2_km_s, b.velocity_km_s))],
        angle_rad: geometry.angle_rad(),
    })
}

/// From an orbit to a moon that is met at an epoch.
///
/// * `(tof_s, sense)`: flight time, and −1 where the way is flown backwards
fn from_orbit(
    apsides: &Apsides,
    route: MarsRoute,
    moon: MarsMoon,
    meet: Epoch,
    (tof_s, sense): (f64, f64),
) -> Option<Flown> {
    let Apsides { periapsis_km, apoapsis_km } = *apsides;
    let state = moon.state(meet);
    let radius_km = norm(state.position_km);
    let lowest_km = MARS.radius_km + LOWEST_ALTITUDE_KM;
    // the burn at the moon, where the way ends with two speeds in the moon's plane
    let at_moon = |radial_km_s: f64, transverse_km_s: f64| {
        let up = scale(state.position_km, 1.0 / radius_km);
        let pole = cross(state.position_km, state.velocity_km_s);
        let along = cross(scale(pole, 1.0 / norm(pole)), up);
        let velocity = plus(scale(up, sense * radial_km_s), scale(along, transverse_km_s));
        norm(minus(velocity, state.velocity_km_s))
    };
    let two = |start_km: f64, other_km: f64| {
        let arc = if start_km < radius_km {
            tangential_arc(start_km, radius_km, tof_s, MARS.mu_km3_s2)?
        } else {
            falling_arc(start_km, radius_km, lowest_km, tof_s, MARS.mu_km3_s2)?
        };
        let at_orbit = (arc.start_speed_km_s - apsis_speed_km_s(start_km, other_km)).abs();
        let dv_km_s = [at_orbit, 0.0, at_moon(arc.radial_km_s, arc.transverse_km_s)];
        Some(Flown { dv_km_s, angle_rad: arc.angle_rad })
    };
    // halves of two ellipses that share an apsis in the middle, whose distance the flight time fixes
    let three = |start_km: f64, other_km: f64, low_km: f64, high_km: f64| {
        let late_s = |middle_km: f64| half_s(start_km, middle_km) + half_s(middle_km, radius_km) - tof_s;
        if !(low_km < high_km && late_s(low_km) <= 0.0 && late_s(high_km) >= 0.0) {
            return None;
        }
        let (mut low, mut high) = (low_km, high_km);
        while high - low > 4.0 * f64::EPSILON * high {
            let middle = 0.5 * (low + high);
            if late_s(middle) <= 0.0 { low = middle } else { high = middle }
        }
        let middle_km = 0.5 * (low + high);
        let first = (apsis_speed_km_s(start_km, middle_km) - apsis_speed_km_s(start_km, other_km)).abs();
        let second = (apsis_speed_km_s(middle_km, radius_km) - apsis_speed_km_s(middle_km, start_km)).abs();
        let dv_km_s = [first, second, at_moon(0.0, apsis_speed_km_s(radius_km, middle_km))];
        Some(Flown { dv_km_s, angle_rad: TAU })
    };
    match route {
        MarsRoute::Direct => None,
        MarsRoute::Periapsis => two(periapsis_km, apoapsis_km),
        MarsRoute::Apoapsis => two(apoapsis_km, periapsis_km),
        MarsRoute::OtherApoapsis => three(periapsis_km, apoapsis_km, radius_km.max(periapsis_km), FARTHEST_KM),
        MarsRoute::OtherPeriapsis => three(apoapsis_km, periapsis_km, lowest_km, apoapsis_km.min(radius_km)),
    }
}
