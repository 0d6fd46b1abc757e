//! How an acceleration changes with the place, the velocity, the mass and the engine: what variational equations ask.

use super::pull::{added, dot_lanes, load, push, scaled, subtracted};
use super::{Ambient, Forces};
use crate::dynamics::thrust::Steering;
use crate::numerics::lanes::{Lanes, WIDTH, axes};
use crate::units::G0_M_S2;

/// Half the step of the differences that stand for derivatives of the weak forces, km and km/s: their own third
/// derivatives and the rounding of a double both leave 1e-9 of them, and they are 1e-7 of the whole.
const APART: [f64; 2] = [1e-2, 1e-5];

/// Derivatives of an acceleration at eight places.
pub(crate) struct Gradient<L> {
    /// by the position, 1/s²
    pub(crate) by_position: [[L; 3]; 3],
    /// by the velocity, 1/s
    pub(crate) by_velocity: [[L; 3]; 3],
}

impl Forces {
    /// Whether any force asks for the velocity.
    pub(crate) fn asks_velocity(&self) -> bool {
        !self.thrust.is_empty() || self.has_weak()
    }

    /// Derivatives by position and velocity: points, fields and engines exactly, the weak forces by differences.
    #[inline(always)]
    pub(crate) fn gradient<L: Lanes>(&self, ambient: &Ambient, r: [L; 3], v: [L; 3]) -> Gradient<L> {
        let zero = [[L::splat(0.0); 3]; 3];
        let mut by_position = point(r, self.points.mu_km3_s2);
        for (other, d) in self.points.others.iter().zip(&ambient.bodies_km) {
            by_position = sum(by_position, point(subtracted(r, load(d)), other.mu_km3_s2));
        }
        for (field, axes) in self.fields.iter().zip(&ambient.axes) {
            let rows: [[L; 3]; 3] = axes!(row => load(&axes[row]));
            let from = subtracted(r, load(&ambient.bodies_km[field.track]));
            let (_, [xx, xy, xz, yy, yz, zz]) = field.gravity.gradient_lanes(axes!(row => dot_lanes(rows[row], from)));
            let fixed = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]];
            // Rᵀ·G·R
            let right: [[L; 3]; 3] = axes!(i => axes!(j => {
                fixed[i][0].mul_add(rows[0][j], fixed[i][1].mul_add(rows[1][j], fixed[i][2] * rows[2][j]))
            }));
            let turned = axes!(i => axes!(j => {
                rows[0][i].mul_add(right[0][j], rows[1][i].mul_add(right[1][j], rows[2][i] * right[2][j]))
            }));
            by_position = sum(by_position, turned);
        }
        let mut by_velocity = zero;
        for index in &ambient.burning {
            let sign = match self.thrust[*index].steering {
                Steering::AlongVelocity | Steering::AgainstVelocity => L::splat(1.0),
                Steering::Inertial { .. } | Steering::LinearTangent { .. } => continue,
                Steering::Turning { .. } => {
                    // the axes turn slowly with the state: a second difference of 1e-10 of a thrust is left
                    let arc = &self.thrust[*index];
                    for axis in 0..3 {
                        for which in 0..2 {
                            let step = L::splat(APART[which]);
                            let (mut ahead, mut behind) = ([r, v], [r, v]);
                            ahead[which][axis] = ahead[which][axis] + step;
                            behind[which][axis] = behind[which][axis] - step;
                            let difference = subtracted(
                                push(arc, ambient, *index, ahead[0], ahead[1]),
                                push(arc, ambient, *index, behind[0], behind[1]),
                            );
                            let slope = scaled(difference, L::splat(0.5 / APART[which]));
                            let into = if which == 0 { &mut by_position } else { &mut by_velocity };
                            for row in 0..3 {
                                into[row][axis] = into[row][axis] + slope[row];
                            }
                        }
                    }
                    continue;
                }
            };
            // s·v/|v| turns with v: s/|v|·(1 − v·vᵀ/v²)
            let a = push(&self.thrust[*index], ambient, *index, r, v);
            let v2 = dot_lanes(v, v);
            let size = sign * dot_lanes(a, v) / v2;
            by_velocity = sum(
                by_velocity,
                axes!(i => axes!(j => {
                    let unit = if i == j { L::splat(1.0) } else { L::splat(0.0) };
                    size * (unit - v[i] * v[j] / v2)
                })),
            );
        }
        if self.has_weak() {
            for axis in 0..3 {
                let mut ahead = [r, v];
                let mut behind = [r, v];
                for which in 0..2 {
                    let (kept_ahead, kept_behind) = (ahead[which][axis], behind[which][axis]);
                    ahead[which][axis] = kept_ahead + L::splat(APART[which]);
                    behind[which][axis] = kept_behind - L::splat(APART[which]);
                    let difference =
                        subtracted(self.weak(ambient, ahead[0], ahead[1]), self.weak(ambient, behind[0], behind[1]));
                    let slope = scaled(difference, L::splat(0.5 / APART[which]));
                    let into = if which == 0 { &mut by_position } else { &mut by_velocity };
                    for row in 0..3 {
                        into[row][axis] = into[row][axis] + slope[row];
                    }
                    ahead[which][axis] = kept_ahead;
                    behind[which][axis] = kept_behind;
                }
            }
        }
        Gradient { by_position, by_velocity }
    }

    /// Derivatives by parameters: the mass at the start, then thrust and specific impulse of each arc.
    ///
    /// * `burnt_s`: burning time of each arc since the start
    /// * `set`: receives the number of the parameter and the acceleration, km/s² a kilogram, a newton, a second
    #[inline(always)]
    pub(crate) fn by_parameters<L: Lanes>(
        &self,
        ambient: &Ambient,
        r: [L; 3],
        v: [L; 3],
        burnt_s: &[[f64; WIDTH]],
        out: &mut [[[f64; WIDTH]; 3]],
    ) {
        let all = added(self.engines(ambient, r, v), self.surface(ambient, r, v));
        let by_mass = scaled(all, L::splat(-1.0) / L::load(&ambient.mass_kg));
        store(by_mass, &mut out[0]);
        for (index, arc) in self.thrust.iter().enumerate() {
            let burnt = L::load(&burnt_s[index]);
            // m = m₀ − T·t/(g₀·Isp)
            let per_newton = scaled(by_mass, -burnt * L::splat(1.0 / (G0_M_S2 * arc.isp_s)));
            let per_second = scaled(by_mass, burnt * L::splat(arc.thrust_n / (G0_M_S2 * arc.isp_s * arc.isp_s)));
            let own = if ambient.burning.contains(&index) && arc.thrust_n > 0.0 {
                scaled(push(arc, ambient, index, r, v), L::splat(1.0 / arc.thrust_n))
            } else {
                [L::splat(0.0); 3]
            };
            store(added(own, per_newton), &mut out[1 + 2 * index]);
            store(per_second, &mut out[2 + 2 * index]);
        }
    }
}

#[inline(always)]
fn store<L: Lanes>(a: [L; 3], out: &mut [[f64; WIDTH]; 3]) {
    a[0].store(&mut out[0]);
    a[1].store(&mut out[1]);
    a[2].store(&mut out[2]);
}

#[inline(always)]
fn sum<L: Lanes>(a: [[L; 3]; 3], b: [[L; 3]; 3]) -> [[L; 3]; 3] {
    axes!(row => added(a[row], b[row]))
}

/// μ/r⁵·(3·r·rᵀ − r²)
#[inline(always)]
fn point<L: Lanes>(r: [L; 3], mu: f64) -> [[L; 3]; 3] {
    let r2 = dot_lanes(r, r);
    let inverse = L::splat(1.0) / r2;
    let over_r3 = L::splat(mu) * inverse / r2.sqrt();
    let three = L::splat(3.0) * inverse;
    axes!(i => axes!(j => {
        let unit = if i == j { L::splat(1.0) } else { L::splat(0.0) };
        over_r3 * (three * r[i] * r[j] - unit)
    }))
}
