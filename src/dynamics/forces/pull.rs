//! Accelerations at eight places at once: the strong part and the weak one.

use super::{Ambient, Forces, LIGHT_KM_S, Relativity};
use crate::bodies::{Body, SUN};
use crate::dynamics::shadow;
use crate::dynamics::thrust::{LocalAxes, Steering, ThrustArc};
use crate::numerics::lanes::{Lanes, WIDTH, axes};
use crate::numerics::vector::{Vector3, cross, dot, minus, norm, scale};
use crate::units::AU_KM;

impl Forces {
    /// The strong and cheap part: points, the oblate centre, the engine. km/s², ICRF axes.
    #[inline(always)]
    pub(crate) fn near<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> [L; 3] {
        let one = L::splat(1.0);
        let r2 = dot_lanes(r, r);
        let inverse = one / r2;
        let over_r3 = inverse / r2.sqrt();
        let mut a = scaled(r, -L::splat(self.points.mu_km3_s2) * over_r3);
        for (other, d) in self.points.others.iter().zip(&ambient.bodies_km) {
            a = added(a, third_body(r, load(d), L::splat(other.mu_km3_s2)));
        }
        a = added(a, load(&ambient.indirect_km_s2));
        for (field, axes) in self.fields.iter().zip(&ambient.axes).filter(|(field, _)| field.oblateness != 0.0) {
            a = added(a, oblate(r, load(&axes[2]), inverse, over_r3, field.oblateness));
        }
        added(a, self.engines(ambient, r, v))
    }

    /// The weak and dear part: fields beyond the oblateness, sunlight, air, relativity. km/s², ICRF axes.
    #[inline(always)]
    pub(crate) fn rest<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> [L; 3] {
        let zero = L::splat(0.0);
        let mut a = [zero; 3];
        for (field, axes) in self.fields.iter().zip(&ambient.axes) {
            let from = subtracted(r, load(&ambient.bodies_km[field.track]));
            let rows: [[L; 3]; 3] = axes!(row => load(&axes[row]));
            let fixed: [L; 3] = axes!(row => dot_lanes(rows[row], from));
            let pull = field.gravity.acceleration_lanes(fixed);
            for k in 0..3 {
                a[k] = a[k] + rows[0][k].mul_add(pull[0], rows[1][k].mul_add(pull[1], rows[2][k] * pull[2]));
            }
            if field.oblateness != 0.0 {
                let inverse = L::splat(1.0) / dot_lanes(r, r);
                a = subtracted(a, oblate(r, rows[2], inverse, inverse * inverse.sqrt(), field.oblateness));
            }
        }
        if self.has_weak() {
            a = added(a, self.weak(ambient, r, v));
        }
        a
    }

    /// Whether anything but gravity fields is in the weak part.
    pub(super) fn has_weak(&self) -> bool {
        self.relativity != Relativity::None || self.radiation.is_some() || self.drag.is_some()
    }

    /// Relativity, sunlight and air. km/s², ICRF axes.
    #[inline(always)]
    pub(super) fn weak<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> [L; 3] {
        let mut a = [L::splat(0.0); 3];
        if self.relativity == Relativity::Schwarzschild {
            a = schwarzschild(r, v, self.points.mu_km3_s2);
        }
        added(a, self.surface(ambient, r, v))
    }

    /// Sunlight and air. km/s², ICRF axes.
    #[inline(always)]
    pub(super) fn surface<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> [L; 3] {
        if self.radiation.is_none() && self.drag.is_none() {
            return [L::splat(0.0); 3];
        }
        let (r, v) = (axes!(k => r[k].to_array()), axes!(k => v[k].to_array()));
        let mut push = [[0.0; WIDTH]; 3];
        for lane in 0..WIDTH {
            let at = |rows: &[[f64; WIDTH]; 3]| std::array::from_fn(|k| rows[k][lane]);
            let pull = self.surface_km_s2(ambient, lane, at(&r), at(&v));
            for k in 0..3 {
                push[k][lane] = pull[k];
            }
        }
        load(&push)
    }

    /// The engines alone. km/s², ICRF axes.
    #[inline(always)]
    pub(super) fn engines<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> [L; 3] {
        let mut a = [L::splat(0.0); 3];
        for index in &ambient.burning {
            a = added(a, push(&self.thrust[*index], ambient, *index, r, v));
        }
        a
    }

    /// The layer of the air that a place lies in; none without air.
    pub(crate) fn layer(&self, ambient: &Ambient, r: Vector3) -> Option<usize> {
        let drag = self.drag.as_ref()?;
        let pole: Vector3 = std::array::from_fn(|k| ambient.pole[k][0]);
        Some(drag.atmosphere.layer(altitude_km(&self.points.center, pole, r)))
    }

    /// What acts on the surface of the craft: sunlight and air, km/s².
    pub(super) fn surface_km_s2(&self, ambient: &Ambient, lane: usize, r: Vector3, v: Vector3) -> Vector3 {
        let mut a = [0.0; 3];
        let body = |track: usize| -> Vector3 { std::array::from_fn(|k| ambient.bodies_km[track][k][lane]) };
        if let (Some(radiation), Some(sun)) = (&self.radiation, self.sun) {
            let to = |track: usize| -> Vector3 { std::array::from_fn(|k| body(track)[k] - r[k]) };
            let sun_km = to(sun);
            let mut light = 1.0;
            for (track, shadow) in self.shadows.iter().zip(&radiation.shadows) {
                light *= shadow::light_fraction(sun_km, SUN.radius_km, to(*track), shadow.radius_km);
            }
            let s2 = dot(sun_km, sun_km);
            // W/m² over m/s is N/m²; N/kg is m/s²
            let pressure_n_m2 = radiation.flux_w_m2 / (1e3 * LIGHT_KM_S) * (AU_KM * AU_KM / s2);
            let size = 1e-3 * light * pressure_n_m2 * radiation.reflectivity_coefficient * radiation.area_m2
                / ambient.mass_kg[lane];
            for k in 0..3 {
                a[k] -= size * sun_km[k] / s2.sqrt();
            }
        }
        if let (Some(drag), Some(sun)) = (&self.drag, self.sun) {
            let pole: Vector3 = std::array::from_fn(|k| ambient.pole[k][lane]);
            let altitude_km = altitude_km(&self.points.center, pole, r);
            let density = drag.atmosphere.density_kg_m3(altitude_km, r, body(sun));
            let wind = cross(scale(pole, ambient.spin_s1), r);
            let v = minus(v, wind);
            let size = -0.5 * density * drag.drag_coefficient * drag.area_m2 / ambient.mass_kg[lane] * 1e3 * norm(v);
            for k in 0..3 {
                a[k] += size * v[k];
            }
        }
        a
    }
}

/// Height above the ellipsoid along the radius, which is what the tables of air are read by.
fn altitude_km(center: &Body, pole: Vector3, r: Vector3) -> f64 {
    norm(r) - ellipsoid_km(center.radius_km, flattening(center), dot(r, pole) / norm(r))
}

/// Flattening of the bodies with air (WGS 84; IAU 2015 for Mars).
fn flattening(body: &Body) -> f64 {
    match body.naif_id {
        399 => 1.0 / 298.257_223_563,
        499 | 4 => (3396.19 - 3376.20) / 3396.19,
        _ => 0.0,
    }
}

/// Radius of an ellipsoid of revolution in a geocentric direction.
fn ellipsoid_km(equator_km: f64, flattening: f64, sin_latitude: f64) -> f64 {
    let polar = 1.0 - flattening;
    let sin2 = sin_latitude * sin_latitude;
    equator_km * polar / (polar * polar * (1.0 - sin2) + sin2).sqrt()
}

#[inline(always)]
pub(super) fn load<L: Lanes>(rows: &[[f64; WIDTH]; 3]) -> [L; 3] {
    [L::load(&rows[0]), L::load(&rows[1]), L::load(&rows[2])]
}

#[inline(always)]
pub(super) fn dot_lanes<L: Lanes>(a: [L; 3], b: [L; 3]) -> L {
    a[0].mul_add(b[0], a[1].mul_add(b[1], a[2] * b[2]))
}

#[inline(always)]
pub(super) fn scaled<L: Lanes>(a: [L; 3], size: L) -> [L; 3] {
    [a[0] * size, a[1] * size, a[2] * size]
}

#[inline(always)]
pub(super) fn added<L: Lanes>(a: [L; 3], b: [L; 3]) -> [L; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

#[inline(always)]
pub(super) fn subtracted<L: Lanes>(a: [L; 3], b: [L; 3]) -> [L; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// Battin's form of [`super::point_masses::third_body_km_s2`], in lanes.
#[inline(always)]
pub(super) fn third_body<L: Lanes>(r: [L; 3], d: [L; 3], mu: L) -> [L; 3] {
    let one = L::splat(1.0);
    let three = L::splat(3.0);
    let apart = subtracted(d, r);
    let q = dot_lanes(r, subtracted(r, added(d, d))) / dot_lanes(d, d);
    let root = (one + q).max(L::splat(0.0)).sqrt();
    let f = q * (three + q * (three + q)) / (one + root * root * root);
    let apart2 = dot_lanes(apart, apart);
    let size = -mu / (apart2 * apart2.sqrt());
    axes!(k => size * f.mul_add(d[k], r[k]))
}

/// Pull of the second zonal harmonic: 3/2·√5·C₂₀·μR²/r⁵·((1 − 5z²/r²)·r + 2z·k), z = r·k.
#[inline(always)]
pub(super) fn oblate<L: Lanes>(r: [L; 3], pole: [L; 3], inverse: L, over_r3: L, oblateness: f64) -> [L; 3] {
    let z = dot_lanes(r, pole);
    let size = L::splat(1.5 * oblateness) * over_r3 * inverse;
    let along = L::splat(1.0) - L::splat(5.0) * z * z * inverse;
    axes!(k => size * along.mul_add(r[k], (z + z) * pole[k]))
}

/// μ/(c²r³)·((4μ/r − v²)·r + 4(r·v)·v)
#[inline(always)]
pub(super) fn schwarzschild<L: Lanes>(r: [L; 3], v: [L; 3], mu: f64) -> [L; 3] {
    let r2 = dot_lanes(r, r);
    let inverse = L::splat(1.0) / r2.sqrt();
    let size = L::splat(mu / (LIGHT_KM_S * LIGHT_KM_S)) * inverse * inverse * inverse;
    let along_r = L::splat(4.0 * mu) * inverse - dot_lanes(v, v);
    let along_v = L::splat(4.0) * dot_lanes(r, v);
    axes!(k => size * along_r.mul_add(r[k], along_v * v[k]))
}

/// Thrust over mass in the direction of the steering.
#[inline(always)]
pub(super) fn push<L: Lanes>(arc: &ThrustArc, ambient: &Ambient, index: usize, r: [L; 3], v: [L; 3]) -> [L; 3] {
    let size = L::splat(1e-3 * arc.thrust_n) / L::load(&ambient.mass_kg);
    match arc.steering {
        Steering::AlongVelocity => scaled(v, size / dot_lanes(v, v).sqrt()),
        Steering::AgainstVelocity => scaled(v, -size / dot_lanes(v, v).sqrt()),
        Steering::Inertial { direction } => scaled(axes!(k => L::splat(direction[k])), size),
        Steering::LinearTangent { direction, rate_s1 } => {
            let t = L::load(&ambient.since_s[index]);
            let along = axes!(k => L::splat(rate_s1[k]).mul_add(t, L::splat(direction[k])));
            scaled(along, size / dot_lanes(along, along).sqrt())
        }
        Steering::Turning { axes, direction } => {
            let unit = |a: [L; 3]| scaled(a, L::splat(1.0) / dot_lanes(a, a).sqrt());
            let crossed =
                |a: [L; 3], b: [L; 3]| axes!(k => a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3]);
            let first = match axes {
                LocalAxes::Tnw => unit(v),
                LocalAxes::Rtn => unit(r),
            };
            let normal = unit(crossed(r, v));
            let second = crossed(normal, first);
            let [a, b, c] = direction.map(|x| size * L::splat(x));
            axes!(k => a.mul_add(first[k], b.mul_add(second[k], c * normal[k])))
        }
    }
}
