//! The departure burn that also turns the plane, from a parking orbit that never heads for its asymptote.
//!
//! Two hyperbolas with one excess velocity v∞·ŝ pass through a place r·r̂. On each (v − v∞ŝ)×h = μ(r̂ − ŝ), the vector
//! that holds the periapsis being the same here and far out, so v = v∞ŝ + k(r̂ + ŝ); the energy then asks for
//! k = ½v∞(±√(1 + 4μ/(r·v∞²(1 + r̂·ŝ))) − 1). The one with the upper sign climbs straight away from most places, the other
//! goes about the other side of the body. The burn is least where |v − v_parking| is, over the places of the parking orbit.

use super::plane::{Hyperbola, Injection, Plane, Shape};
use crate::ephemerides::State;
use crate::numerics::simplex::lowest;
use crate::numerics::vector::{Vector3, cross, dot, minus, norm, plus, scale};
use std::f64::consts::{PI, TAU};

/// Whether the burn of a departure may turn the plane of the parking orbit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlaneChange {
    /// no: a plane that does not hold the asymptote is refused, with what the turn would cost
    #[default]
    Refused,
    /// yes, where the plane does not hold the asymptote
    InTheBurn,
}

/// What a burn turns, and what that costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneTurn {
    /// angle between the asymptote and the plane of the parking orbit, which it is nearest to at its highest latitude
    pub off_deg: f64,
    /// angle between the planes of the parking orbit and of the hyperbola
    pub turn_deg: f64,
    /// impulse to the same excess speed without the turn
    pub in_plane_km_s: f64,
    /// what the turn adds to it
    pub more_km_s: f64,
    /// true anomaly of the injection on the parking orbit, −180 to 180; 0 on a circle
    pub injection_nu_deg: f64,
}

/// The cheapest burn, in the axes of the parking orbit: x to the asymptote's shadow on its plane, y ahead, z to its pole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// of the injection from x, along the motion
    angle_rad: f64,
    /// true anomaly of the injection on the parking orbit
    nu_rad: f64,
    /// which of the two hyperbolas: the sign of the root
    way: f64,
    pub(super) told: PlaneTurn,
    pub(super) impulse_km_s: f64,
}

/// Places that are looked at before the best is refined: a degree on a circle; on an ellipse places of its periapsis too.
const ANGLES: u32 = 360;
const PLACES: u32 = 72;

/// Impulses of a simplex that are one, km/s.
const CLOSE_KM_S: f64 = 1e-15;

/// Velocity at a place on the hyperbola that leaves with an excess velocity.
///
/// * `out`, `heads_for`: unit vectors to the place and along the asymptote
/// * `way`: 1 or −1, the sign of the root
///
/// No number straight opposite to the asymptote, where no hyperbola passes.
fn on_hyperbola_km_s(out: Vector3, heads_for: Vector3, radius_km: f64, v_inf_km_s: f64, mu: f64, way: f64) -> Vector3 {
    let both = plus(out, heads_for);
    // 1 + r̂·ŝ
    let near = 0.5 * dot(both, both);
    let root = (1.0 + 4.0 * mu / (radius_km * v_inf_km_s * v_inf_km_s * near)).sqrt();
    plus(scale(heads_for, v_inf_km_s), scale(both, 0.5 * v_inf_km_s * (way * root - 1.0)))
}

/// Distance of the periapsis of a hyperbola from a state on it.
pub(super) fn periapsis_km(position_km: Vector3, velocity_km_s: Vector3, v_inf_km_s: f64, mu: f64) -> f64 {
    let h = norm(cross(position_km, velocity_km_s));
    let semi_latus_km = h * h / mu;
    semi_latus_km / (1.0 + (1.0 + v_inf_km_s * v_inf_km_s * semi_latus_km / mu).sqrt())
}

impl Turn {
    /// The cheapest burn onto an asymptote that stands off the plane.
    ///
    /// * `off_rad`: angle of the asymptote above the plane, towards the pole of the orbit
    ///
    /// A way out that first goes down, and below the parking orbit, is none.
    pub(super) fn cheapest(off_rad: f64, v_inf_km_s: f64, shape: &Shape, mu: f64) -> Option<Self> {
        let heads_for = [off_rad.cos(), 0.0, off_rad.sin()];
        let circle = shape.ecc == 0.0;
        let burn_km_s = |way: f64, angle_rad: f64, nu_rad: f64| {
            let (out, before) = shape.place([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], angle_rad, nu_rad, mu);
            let radius_km = norm(out);
            let unit = scale(out, 1.0 / radius_km);
            let after = on_hyperbola_km_s(unit, heads_for, radius_km, v_inf_km_s, mu, way);
            let dives =
                dot(unit, after) < 0.0 && periapsis_km(out, after, v_inf_km_s, mu) < shape.periapsis_km * (1.0 - 1e-12);
            if dives { f64::INFINITY } else { norm(minus(after, before)) }
        };
        let places = if circle { 1 } else { PLACES };
        let (width, depth) = (TAU / f64::from(ANGLES), TAU / f64::from(places));
        let mut best: Option<(f64, Vec<f64>, f64)> = None;
        for way in [1.0, -1.0] {
            let burn = |p: &[f64]| burn_km_s(way, p[0], p.get(1).copied().unwrap_or(0.0));
            // half a width off, so that no place is straight opposite
            let starts = (0..ANGLES).flat_map(|a| (0..places).map(move |p| (a, p)));
            let lowest_start = starts
                .map(|(a, p)| {
                    let angle = (f64::from(a) + 0.5) * width - PI;
                    let point = if circle { vec![angle] } else { vec![angle, f64::from(p) * depth - PI] };
                    (burn(&point), point)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, start)) = lowest_start else { continue };
            let reach = if circle { vec![0.5 * width] } else { vec![0.5 * width, 0.5 * depth] };
            let Some(found) = lowest(burn, &start, &reach, CLOSE_KM_S) else { continue };
            if best.as_ref().is_none_or(|(least, ..)| found.value < *least) {
                best = Some((found.value, found.point, way));
            }
        }
        let (impulse_km_s, point, way) = best?;
        let (angle_rad, nu_rad) = (point[0], point.get(1).copied().unwrap_or(0.0));
        let (out, _) = shape.place([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], angle_rad, nu_rad, mu);
        let after = on_hyperbola_km_s(scale(out, 1.0 / norm(out)), heads_for, norm(out), v_inf_km_s, mu, way);
        let pole = cross(out, after);
        let in_plane_km_s =
            Hyperbola::new(v_inf_km_s, shape.periapsis_km, mu).periapsis_speed_km_s - shape.periapsis_speed_km_s;
        let told = PlaneTurn {
            off_deg: off_rad.to_degrees().abs(),
            turn_deg: pole[0].hypot(pole[1]).atan2(pole[2]).to_degrees(),
            in_plane_km_s,
            more_km_s: impulse_km_s - in_plane_km_s,
            injection_nu_deg: if circle { 0.0 } else { nu_rad.sin().atan2(nu_rad.cos()).to_degrees() },
        };
        Some(Self { angle_rad, nu_rad, way, told, impulse_km_s })
    }

    /// The burn in its plane, and the hyperbola that it leads to.
    ///
    /// * `plane`: where the asymptote is nearest to it
    /// * `v_inf_km_s`: excess velocity, ICRF axes
    pub(super) fn injection(
        &self,
        plane: &Plane,
        v_inf_km_s: Vector3,
        shape: &Shape,
        mu: f64,
    ) -> (Injection, Hyperbola) {
        let speed_km_s = norm(v_inf_km_s);
        let (toward, ahead) = plane.directions(plane.u_inf_rad);
        let (position_km, parked_km_s) = shape.place(toward, ahead, self.angle_rad, self.nu_rad, mu);
        let radius_km = norm(position_km);
        let (unit, heads_for) = (scale(position_km, 1.0 / radius_km), scale(v_inf_km_s, 1.0 / speed_km_s));
        let after_km_s = on_hyperbola_km_s(unit, heads_for, radius_km, speed_km_s, mu, self.way);
        let latitude_rad = plane.u_inf_rad + self.angle_rad;
        let before = State { position_km, velocity_km_s: parked_km_s };
        let after = State { position_km, velocity_km_s: after_km_s };
        let wait_s = shape.wait_s((latitude_rad - self.nu_rad).rem_euclid(TAU), self.nu_rad);
        let hyperbola = Hyperbola::new(speed_km_s, periapsis_km(position_km, after_km_s, speed_km_s, mu), mu);
        (plane.injection(latitude_rad.rem_euclid(TAU), wait_s, before, after), hyperbola)
    }
}
