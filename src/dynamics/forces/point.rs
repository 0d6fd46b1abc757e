//! Accelerations at one place and moment after the other: what a classical integrator asks for.

use super::pull::{oblate, schwarzschild, third_body};
use super::{Ambient, Forces, Relativity};
use crate::ephemerides::{Ensemble, EphemerisError};
use crate::numerics::lanes::{self, Kernel, Lanes, WIDTH, Width, axes};
use crate::numerics::vector::Vector3;
use crate::time::Epoch;

/// Forces made ready to be asked one moment at a time.
///
/// It keeps what it had to look up for the last moment (records of the bodies), so that moments near each other are
/// cheap; the answer does not depend on what was asked before.
pub struct Evaluator<'a> {
    forces: &'a Forces,
    epoch: Epoch,
    ensemble: Ensemble<'a>,
    places_km: Vec<Vector3>,
    /// third bodies side by side, and their gravitational parameters
    others_km: Vec<[[f64; WIDTH]; 3]>,
    others_mu_km3_s2: Vec<[f64; WIDTH]>,
    ambient: Ambient,
    /// whether anything but points and fields acts
    asks_more: bool,
}

impl Forces {
    /// These forces made ready to be asked one moment after the other.
    ///
    /// * `epoch`: of the start of the flight; moments are counted from it, and so is the mass
    ///
    /// ```
    /// use portolan::bodies::{EARTH, MOON, SUN};
    /// use portolan::dynamics::{Forces, PointMasses};
    /// use portolan::ephemerides::Ephemerides;
    /// use portolan::time::Epoch;
    ///
    /// let points = PointMasses::new(Ephemerides::embedded()?, EARTH, &[MOON, SUN])?;
    /// let forces = Forces::new(points);
    /// let mut evaluator = forces.evaluator(Epoch::parse("2030-01-01")?);
    /// let pull = evaluator.acceleration_km_s2(60.0, [42_164.0, 0.0, 0.0], [0.0, 3.0747, 0.0])?;
    /// // μ/r² at the radius of the geostationary orbit, Moon and Sun in the fifth digit
    /// assert!((-pull[0] / (398_600.435_507 / 42_164.0_f64.powi(2)) - 1.0).abs() < 5e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn evaluator(&self, epoch: Epoch) -> Evaluator<'_> {
        let others = &self.points.others;
        let blocks = others.len().div_ceil(WIDTH);
        let mut others_mu_km3_s2 = vec![[0.0; WIDTH]; blocks];
        for (number, other) in others.iter().enumerate() {
            others_mu_km3_s2[number / WIDTH][number % WIDTH] = other.mu_km3_s2;
        }
        Evaluator {
            forces: self,
            epoch,
            ensemble: Ensemble::new(&self.tracks),
            places_km: vec![[0.0; 3]; self.tracks.len()],
            // lanes without a body have it somewhere, without mass
            others_km: vec![[[1.0; WIDTH]; 3]; blocks],
            others_mu_km3_s2,
            ambient: Ambient::new(self),
            asks_more: self.has_weak() || !self.thrust.is_empty() || self.points.barycentric.is_some(),
        }
    }
}

impl Evaluator<'_> {
    /// Acceleration, km/s², ICRF axes.
    ///
    /// * `after_s`: seconds after the epoch of the start
    /// * `position_km`, `velocity_km_s`: from the centre, ICRF axes
    ///
    /// The numbers are those that collocation works with, to the last bit. An engine burns from its ignition on, and
    /// no more at its cut-off.
    ///
    /// # Errors
    /// [`EphemerisError`] outside the kernels.
    pub fn acceleration_km_s2(
        &mut self,
        after_s: f64,
        position_km: Vector3,
        velocity_km_s: Vector3,
    ) -> Result<Vector3, EphemerisError> {
        lanes::run(Width::best(), Pull { of: self, after_s, r: position_km, v: velocity_km_s })
    }
}

struct Pull<'a, 'b> {
    of: &'a mut Evaluator<'b>,
    after_s: f64,
    r: Vector3,
    v: Vector3,
}

impl Kernel for Pull<'_, '_> {
    type Output = Result<Vector3, EphemerisError>;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let Self { of, after_s, r, v } = self;
        let forces = of.forces;
        of.ensemble.places_km::<L>(of.epoch, after_s, &mut of.places_km)?;
        if of.asks_more {
            of.ambient.fill_rest(forces, of.epoch, &[after_s; WIDTH], after_s)?;
            for (rows, place) in of.ambient.bodies_km.iter_mut().zip(&of.places_km) {
                for axis in 0..3 {
                    rows[axis][0] = place[axis];
                }
            }
        }
        let (r_lanes, v_lanes) = (axes!(k => L::splat(r[k])), axes!(k => L::splat(v[k])));
        let r2 = fused(r, r);
        let inverse = 1.0 / r2;
        let over_r3 = inverse / r2.sqrt();
        let size = -forces.points.mu_km3_s2 * over_r3;
        let mut near = axes!(k => r[k] * size);
        let places = of.places_km.chunks(WIDTH);
        let left = forces.points.others.chunks(WIDTH).map(<[_]>::len);
        for (((d, mu), places), count) in of.others_km.iter_mut().zip(&of.others_mu_km3_s2).zip(places).zip(left) {
            for lane in 0..count {
                for axis in 0..3 {
                    d[axis][lane] = places[lane][axis];
                }
            }
            let d = axes!(k => L::load(&d[k]));
            let pull = third_body(r_lanes, d, L::load(mu));
            let pull = axes!(k => pull[k].to_array());
            for lane in 0..count {
                near = axes!(k => near[k] + pull[k][lane]);
            }
        }
        near = axes!(k => near[k] + of.ambient.indirect_km_s2[k][0]);
        let mut rest = [0.0; 3];
        for field in &forces.fields {
            let rows = field.axes.matrix_after(of.epoch, after_s)?;
            let center = of.places_km[field.track];
            let from = axes!(k => r[k] - center[k]);
            let pull = field.gravity.acceleration_point::<L>(axes!(row => fused(rows[row], from)));
            rest = axes!(k => rest[k]
                + rows[0][k].mul_add(pull[0], rows[1][k].mul_add(pull[1], rows[2][k] * pull[2])));
            if field.oblateness != 0.0 {
                // taken from the one and given to the other, as in collocation, for the same bits
                let pole = axes!(k => L::splat(rows[2][k]));
                let (inverse, over_r3) = (L::splat(inverse), L::splat(over_r3));
                let given = oblate(r_lanes, pole, inverse, over_r3, field.oblateness);
                let taken = oblate(r_lanes, pole, inverse, inverse * inverse.sqrt(), field.oblateness);
                near = axes!(k => near[k] + given[k].to_array()[0]);
                rest = axes!(k => rest[k] - taken[k].to_array()[0]);
            }
        }
        if of.asks_more {
            let push = forces.engines(&of.ambient, r_lanes, v_lanes);
            near = axes!(k => near[k] + push[k].to_array()[0]);
            let mut weak = [L::splat(0.0); 3];
            if forces.relativity == Relativity::Schwarzschild {
                weak = schwarzschild(r_lanes, v_lanes, forces.points.mu_km3_s2);
            }
            let surface = forces.surface_km_s2(&of.ambient, 0, r, v);
            rest = axes!(k => rest[k] + (weak[k].to_array()[0] + surface[k]));
        }
        Ok(axes!(k => near[k] + rest[k]))
    }
}

/// a·b as the lanes have it.
#[inline(always)]
fn fused(a: Vector3, b: Vector3) -> f64 {
    a[0].mul_add(b[0], a[1].mul_add(b[1], a[2] * b[2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{
        Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, NEPTUNE_BARYCENTER, SATURN_BARYCENTER, SUN,
        URANUS_BARYCENTER, VENUS,
    };
    use crate::dynamics::{Atmosphere, Drag, GravityField, Indirect, PointMasses, Radiation, Steering, ThrustArc};
    use crate::ephemerides::{Ephemerides, Orientation};

    struct Eight<'a>(&'a Forces, &'a Ambient, [Vector3; 2]);

    impl Kernel for Eight<'_> {
        type Output = Vector3;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Vector3 {
            let [r, v] = self.2;
            let (r, v) = (axes!(k => L::splat(r[k])), axes!(k => L::splat(v[k])));
            let (near, rest) = (self.0.near(self.1, r, v), self.0.rest(self.1, r, v));
            axes!(k => (near[k] + rest[k]).to_array()[0])
        }
    }

    fn kernels() -> &'static Ephemerides {
        Ephemerides::embedded().expect("kernels")
    }

    fn points(center: Body, others: &[Body]) -> PointMasses {
        PointMasses::new(kernels(), center, others).expect("a model")
    }

    fn field(name: &str, degree: u16) -> GravityField {
        GravityField::embedded(name, degree, degree).expect("a field")
    }

    fn models() -> Vec<(Forces, Vector3)> {
        let k = kernels();
        let planets = [
            MERCURY,
            VENUS,
            EARTH,
            MOON,
            MARS_BARYCENTER,
            JUPITER_BARYCENTER,
            SATURN_BARYCENTER,
            URANUS_BARYCENTER,
            NEPTUNE_BARYCENTER,
        ];
        let earth = Forces::new(points(EARTH, &[MOON, SUN]))
            .with_field(k, EARTH, field("earth_egm2008_70", 21), Orientation::IauEarth)
            .expect("a model");
        let burn = ThrustArc::new(Epoch::from_tdb_s(8.5e8) + 300.0, 9e4, 40.0, 320.0, Steering::AlongVelocity);
        let radiation =
            Radiation { area_m2: 10.0, reflectivity_coefficient: 1.5, flux_w_m2: 1361.0, shadows: vec![EARTH, MOON] };
        let drag =
            Drag { area_m2: 10.0, drag_coefficient: 2.2, atmosphere: Atmosphere::HarrisPriester { exponent: 4.0 } };
        let all = earth
            .clone()
            .with_radiation(k, radiation)
            .and_then(|f| f.with_drag(k, drag, Orientation::IauEarth))
            .and_then(|f| f.with_craft(20_000.0, 100.0))
            .expect("a model")
            .with_thrust(burn.expect("a burn"))
            .with_relativity(Relativity::Schwarzschild);
        let moon = Forces::new(points(MOON, &[EARTH, SUN]))
            .with_field(k, EARTH, field("earth_egm2008_70", 8), Orientation::Itrs)
            .and_then(|f| f.with_field(k, MOON, field("moon_grgm1200a_70", 40), Orientation::MoonPa))
            .expect("a model");
        let felt = points(MOON, &[EARTH, SUN]).with_indirect(k, Indirect::Kernel).expect("a model");
        let low = [5000.0, 3000.0, -3400.0];
        vec![
            (Forces::new(points(SUN, &planets)), [1.4e8, 3e7, 2e6]),
            (earth, low),
            (all, low),
            (moon, [1200.0, -900.0, 1100.0]),
            (Forces::new(felt), [9000.0, -20_000.0, 60_000.0]),
        ]
    }

    #[test]
    fn law_one_point_is_a_lane_of_eight() {
        let base = Epoch::from_tdb_s(8.5e8);
        for (number, (forces, r)) in models().into_iter().enumerate() {
            let mut evaluator = forces.evaluator(base);
            for step in 0..60 {
                let after_s = 1234.567 * f64::from(step * 17 % 60);
                let shift = f64::from(step);
                let (r, v) = ([r[0] + shift, r[1], r[2] - 2.0 * shift], [1.5, 6.0, -0.1 * shift]);
                let mut ambient = Ambient::new(&forces);
                ambient.fill(&forces, base, &[after_s; WIDTH], after_s).expect("inside the kernels");
                let wanted = lanes::run(Width::best(), Eight(&forces, &ambient, [r, v]));
                let got = evaluator.acceleration_km_s2(after_s, r, v).expect("inside the kernels");
                assert_eq!(got, wanted, "model {number}, {after_s} s");
            }
        }
    }

    #[test]
    fn agrees_with_the_sum_written_out() {
        let base = Epoch::from_tdb_s(8.5e8);
        let model = points(EARTH, &[MOON, SUN]);
        let forces = Forces::new(model.clone());
        let r = [30_000.0, -20_000.0, 9000.0];
        let got = forces.evaluator(base).acceleration_km_s2(0.0, r, [0.0; 3]).expect("inside");
        let wanted = model.acceleration_km_s2(r, base).expect("inside");
        for k in 0..3 {
            assert!((got[k] - wanted[k]).abs() < 1e-15 * wanted[0].abs(), "{got:?} {wanted:?}");
        }
    }

    #[test]
    fn refuses_epochs_outside_the_kernels() {
        let forces = Forces::new(points(EARTH, &[MOON]));
        let mut evaluator = forces.evaluator(Epoch::from_tdb_s(8.5e8));
        let refused = evaluator.acceleration_km_s2(1e11, [7000.0, 0.0, 0.0], [0.0; 3]);
        assert!(matches!(refused, Err(EphemerisError::OutsideKernel { .. })), "{refused:?}");
    }
}
