//! Fixed flights that speeds and errors are measured on: the same inputs for the benches and for `portolan bench`.

use crate::bodies::{
    Body, EARTH, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, NEPTUNE_BARYCENTER,
    SATURN_BARYCENTER, SUN, URANUS_BARYCENTER, VENUS,
};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::dynamics::{DynamicsError, Forces, GravityError, GravityField, PointMasses};
use crate::ephemerides::{Ephemerides, Orientation, State};
#[cfg(feature = "nyx")]
use crate::propagation::nyx::{self, NyxError};
use crate::propagation::taylor::BatchStart;
use crate::propagation::taylor::cr3bp::RotatingStart;
use crate::propagation::{PropagationError, Propagator, Start, Tolerance};
use crate::time::{DAY_S, Epoch};
#[cfg(feature = "nyx")]
use std::time::Instant;
use thiserror::Error;

/// A flight among point masses.
#[derive(Clone)]
pub struct PointMassCase {
    /// what is flown, as a bench names it
    pub name: &'static str,
    /// what pulls
    pub model: PointMasses,
    /// where it begins and how long it lasts
    pub start: BatchStart,
    /// tolerance of Taylor's method at which the end is good to a millimetre
    pub tolerance: f64,
    /// the same of collocation
    pub collocation_tolerance: f64,
    /// how nyx flies it
    pub nyx: NyxSettings,
}

impl PointMassCase {
    /// The same flight as one under forces, which are points alone.
    #[must_use]
    pub fn under_forces(&self) -> ForcesCase {
        let BatchStart { state, epoch, span_s } = self.start;
        ForcesCase {
            name: self.name.to_owned(),
            forces: Forces::new(self.model.clone()),
            start: Start { state, epoch, span_s },
            tolerance: self.collocation_tolerance,
            nyx: self.nyx,
        }
    }
}

/// The settings at which nyx's Dormand-Prince 7(8) is quickest, to a few per cent, and ends within a millimetre: tolerances were
/// tried by thirds of a decade, longest steps by doublings of a day; its Runge-Kutta 8(9) was slower in every case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NyxSettings {
    /// relative error of a step that is let pass
    pub tolerance: f64,
    /// longest step
    pub longest_step_s: f64,
}

/// A flight under any forces.
#[derive(Clone)]
pub struct ForcesCase {
    /// what is flown, as a bench names it
    pub name: String,
    /// what pulls
    pub forces: Forces,
    /// where it begins and how long it lasts
    pub start: Start,
    /// tolerance at which collocation ends within a millimetre: the loosest of 1 and 3 × 10⁻ⁿ that does so here and from
    /// eleven starts beside
    pub tolerance: f64,
    /// how nyx flies it
    pub nyx: NyxSettings,
}

/// Why a case cannot be made.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The forces are refused.
    #[error(transparent)]
    Dynamics(#[from] DynamicsError),
    /// The gravity field is refused.
    #[error(transparent)]
    Gravity(#[from] GravityError),
}

/// A flight in the restricted problem of three bodies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotatingCase {
    /// what is flown, as a bench names it
    pub name: &'static str,
    /// the primaries and the units
    pub system: Cr3bp,
    /// where it begins and how long it lasts
    pub start: RotatingStart,
    /// tolerance asked for
    pub tolerance: f64,
}

/// One revolution of CAPSTONE's near-rectilinear halo orbit about the Moon, 6.56 days with Earth and Sun.
///
/// * `ephemerides`: kernels that hold the Earth, the Moon and the Sun at the end of 2022
///
/// # Errors
/// [`DynamicsError`] when the kernels do not hold a body.
///
/// # Source
/// JPL Horizons, CAPSTONE (−1176) from the Moon, ICRF, 2022-11-25 00:00 TDB.
pub fn nrho_revolution(ephemerides: &Ephemerides) -> Result<PointMassCase, DynamicsError> {
    let state = State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    };
    Ok(PointMassCase {
        name: "nrho_rev",
        model: PointMasses::new(ephemerides, MOON, &[EARTH, SUN])?,
        start: BatchStart { state, epoch: Epoch::from_calendar(2022, 11, 25), span_s: 6.56 * DAY_S },
        tolerance: 1e-12,
        collocation_tolerance: 3e-6,
        nyx: NyxSettings { tolerance: 3e-11, longest_step_s: DAY_S },
    })
}

/// What pulls on the heliocentric coast besides the Sun.
const PLANETS: [Body; 8] = [
    MERCURY,
    VENUS,
    EARTH_MOON_BARYCENTER,
    MARS_BARYCENTER,
    JUPITER_BARYCENTER,
    SATURN_BARYCENTER,
    URANUS_BARYCENTER,
    NEPTUNE_BARYCENTER,
];

/// A coast of 200 days from near the Earth's distance outwards, with the Sun and the eight planets, the Earth and the
/// Moon as one.
///
/// * `ephemerides`: kernels that hold the planets at the end of 2022
///
/// # Errors
/// [`DynamicsError`] when the kernels do not hold a body.
pub fn heliocentric_coast(ephemerides: &Ephemerides) -> Result<PointMassCase, DynamicsError> {
    let state = State { position_km: [1.3e8, 7.0e7, 3.1e7], velocity_km_s: [-14.0, 26.0, 11.0] };
    Ok(PointMassCase {
        name: "helio_200d",
        model: PointMasses::new(ephemerides, SUN, &PLANETS)?,
        start: BatchStart { state, epoch: Epoch::from_calendar(2022, 11, 25), span_s: 200.0 * DAY_S },
        tolerance: f64::EPSILON,
        collocation_tolerance: 3e-10,
        nyx: NyxSettings { tolerance: 1e-10, longest_step_s: 4.0 * DAY_S },
    })
}

/// A day in the space station's orbit, 400 km up and inclined by 51.6°, in the Earth's field EGM2008 to a degree and
/// order, with the Sun and the Moon: at degree 8 what a mission study flies, at degree 70 what tracking asks for.
///
/// * `ephemerides`: kernels that hold the Sun and the Moon in 2030
/// * `degree`: degree and order of the field, 2 to 70
///
/// The field turns with the axes IAU_EARTH, which nyx knows too.
///
/// # Errors
/// [`CaseError::Gravity`] for a degree that the field has not, [`CaseError::Dynamics`] when the kernels do not hold a
/// body.
pub fn leo_day(ephemerides: &Ephemerides, degree: u16) -> Result<ForcesCase, CaseError> {
    // the speed of a circle, √(μ/r), turned up from the equator
    let state = State {
        position_km: [6778.1366, 0.0, 0.0],
        velocity_km_s: [0.0, 4.763_307_991_537_432, 6.009_798_999_077_454_5],
    };
    let field = GravityField::embedded("earth_egm2008_70", degree, degree)?;
    let points = PointMasses::new(ephemerides, EARTH, &[SUN, MOON])?;
    Ok(ForcesCase {
        name: format!("leo{degree}_day"),
        forces: Forces::new(points).with_field(ephemerides, EARTH, field, Orientation::IauEarth)?,
        start: Start { state, epoch: Epoch::from_calendar(2030, 1, 1), span_s: DAY_S },
        tolerance: if degree > 16 { 3e-7 } else { 1e-5 },
        nyx: NyxSettings { tolerance: if degree > 16 { 3e-11 } else { 1e-12 }, longest_step_s: DAY_S },
    })
}

impl ForcesCase {
    /// The end by collocation.
    ///
    /// * `tolerance`: relative size of what a step's polynomial leaves out
    ///
    /// # Errors
    /// [`PropagationError`] as for [`Propagator::fly`].
    pub fn end(&self, tolerance: f64) -> Result<State, PropagationError> {
        let flown = Propagator::new(&self.forces).tolerance(Tolerance::new(tolerance)?).fly(&self.start);
        flown.result.map(|_| flown.trajectory.end())
    }

    /// What errors are measured against: the tightest that collocation holds. Among points it lies within 0.1 mm of Taylor's
    /// [`reference`](super::taylor::reference).
    ///
    /// # Errors
    /// [`PropagationError`] as for [`Propagator::fly`].
    pub fn reference(&self) -> Result<State, PropagationError> {
        self.end(2e-14)
    }

    /// The same flight many times, spread as [`spread`] does.
    ///
    /// * `count`: how many
    #[must_use]
    pub fn spread(&self, count: u32) -> Vec<Start> {
        let start = |k: u32| {
            let k = f64::from(k);
            let mut start = self.start;
            start.epoch = start.epoch + 1e4 * k;
            start.state.position_km[0] += 1e-3 * k;
            start
        };
        (0..count).map(start).collect()
    }

    /// The end by nyx, and the time it took without handing the forces over.
    ///
    /// * `ephemerides`: the kernels, the same that the case was made with
    ///
    /// # Errors
    /// [`NyxError`].
    #[cfg(feature = "nyx")]
    pub fn witnessed(&self, ephemerides: &Ephemerides) -> Result<Witnessed, NyxError> {
        let NyxSettings { tolerance, longest_step_s } = self.nyx;
        let options = nyx::Options { tolerance, longest_step_s, ..nyx::Options::default() };
        let Start { state, epoch, span_s } = self.start;
        let fly = |at_s: &[f64]| {
            let started = Instant::now();
            let states = nyx::fly(&self.forces, ephemerides, &state, epoch, at_s, options)?;
            Ok((states, started.elapsed()))
        };
        let (_, handing_over) = fly(&[])?;
        let (states, whole) = fly(&[span_s])?;
        let end = states.last().copied().unwrap_or(state);
        Ok(Witnessed { end, elapsed_s: whole.saturating_sub(handing_over).as_secs_f64() })
    }
}

/// A flight of nyx.
#[cfg(feature = "nyx")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Witnessed {
    /// where it ends
    pub end: State,
    /// what it took
    pub elapsed_s: f64,
}

/// One revolution of a southern L2 near-rectilinear halo orbit of JPL's catalogue.
///
/// # Source
/// JPL Solar System Dynamics, *Three-Body Periodic Orbits*; TRAJECTORY.md C2 of this project's notes has the digits.
#[must_use]
pub fn cr3bp_revolution() -> RotatingCase {
    let state = RotatingState {
        position_lu: [1.021_344_895_916_729_1, 0.0, -0.181_626_337_853_603_55],
        velocity_lu_tu: [0.0, -0.101_777_715_932_378_6, 0.0],
    };
    RotatingCase {
        name: "cr3bp_rev",
        system: Cr3bp::JPL_EARTH_MOON,
        start: RotatingStart { state, span_tu: 1.502_191_242_913_625 },
        tolerance: 1e-15,
    }
}

/// The same flight many times, each a little later and a little beside the first: what a Monte Carlo run asks for.
///
/// * `case`: the flight
/// * `count`: how many
///
/// Start `k` is 10 000·k seconds later and k/1000 of a kilometre further along x; the first is the case itself.
#[must_use]
pub fn spread(case: &PointMassCase, count: u32) -> Vec<BatchStart> {
    let start = |k: u32| {
        let k = f64::from(k);
        let mut start = case.start;
        start.epoch = start.epoch + 1e4 * k;
        start.state.position_km[0] += 1e-3 * k;
        start
    };
    (0..count).map(start).collect()
}

/// The same flight in the restricted problem many times, each 10⁻⁹ LU further along x than the one before.
///
/// * `case`: the flight
/// * `count`: how many
#[must_use]
pub fn spread_rotating(case: &RotatingCase, count: u32) -> Vec<RotatingStart> {
    let start = |k: u32| {
        let mut start = case.start;
        start.state.position_lu[0] += 1e-9 * f64::from(k);
        start
    };
    (0..count).map(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::vector::{minus, norm};
    use crate::propagation::taylor::{Tolerance, cr3bp, propagate_batch, propagate_end};

    /// Collocation keeps the millimetre from every start beside, and is where Taylor's reference is.
    #[test]
    fn law_collocation_is_good_to_a_millimetre() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let points = [nrho_revolution(ephemerides), heliocentric_coast(ephemerides)].map(|case| case.expect("a case"));
        for case in &points {
            let taylor = crate::propagation::taylor::reference(&case.model, &case.start).expect("an end").state;
            let apart_km =
                norm(minus(case.under_forces().reference().expect("an end").position_km, taylor.position_km));
            assert!(apart_km < 1e-7, "{}: {apart_km:e} km", case.name);
        }
        let low = [8, 70].map(|degree| leo_day(ephemerides, degree).expect("a case"));
        for case in points.iter().map(PointMassCase::under_forces).chain(low) {
            let worst_km = case.spread(if case.name == "leo70_day" { 2 } else { 12 }).into_iter().map(|start| {
                let beside = ForcesCase { start, ..case.clone() };
                let (end, tight) = (beside.end(case.tolerance).expect("an end"), beside.reference().expect("an end"));
                norm(minus(end.position_km, tight.position_km))
            });
            let worst_km = worst_km.fold(0.0, f64::max);
            println!("{}: {worst_km:e} km", case.name);
            assert!(worst_km < 1e-6, "{}: {worst_km:e} km", case.name);
        }
        assert!(matches!(leo_day(ephemerides, 71), Err(CaseError::Gravity(_))));
    }

    /// Every case keeps the millimetre that its tolerance promises, against the tightest run.
    #[test]
    fn law_the_cases_are_good_to_a_millimetre() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        for case in [nrho_revolution(ephemerides), heliocentric_coast(ephemerides)] {
            let case = case.expect("a case");
            let BatchStart { state, epoch, span_s } = case.start;
            let fly = |value: f64| {
                let tolerance = Tolerance::new(value).expect("a tolerance");
                propagate_end(&case.model, &state, epoch, span_s, tolerance).expect("an end").state
            };
            let tolerance = Tolerance::new(case.tolerance).expect("a tolerance");
            let tight = crate::propagation::taylor::reference(&case.model, &case.start).expect("an end").state;
            let miss_km = norm(minus(fly(case.tolerance).position_km, tight.position_km));
            println!("{}: {miss_km:e} km", case.name);
            assert!(miss_km < 1e-6, "{}: {miss_km:e} km", case.name);
            let starts = spread(&case, 9);
            let ends = propagate_batch(&case.model, &starts, tolerance);
            assert_eq!(ends[0].as_ref().expect("an end").state, fly(case.tolerance));
        }
        let case = cr3bp_revolution();
        let tolerance = Tolerance::new(case.tolerance).expect("a tolerance");
        let ends = cr3bp::propagate_batch(&case.system, &spread_rotating(&case, 9), tolerance);
        let tight = cr3bp::reference(&case.system, &case.start).expect("an end").state;
        let alone = cr3bp::propagate_end(&case.system, &case.start.state, case.start.span_tu, tolerance);
        assert_eq!(ends[0], alone);
        let miss_lu = norm(minus(alone.expect("an end").state.position_lu, tight.position_lu));
        println!("{}: {:e} m", case.name, miss_lu * case.system.length_km * 1e3);
        assert!(miss_lu * case.system.length_km < 1e-6, "{miss_lu:e} LU");
    }
}
