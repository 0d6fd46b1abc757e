//! Fixed flights that speeds and errors are measured on: the same inputs for the benches and for `portolan bench`.

use crate::bodies::{
    Body, EARTH, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, NEPTUNE_BARYCENTER,
    SATURN_BARYCENTER, SUN, URANUS_BARYCENTER, VENUS,
};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::dynamics::{DynamicsError, PointMasses};
use crate::ephemerides::{Ephemerides, State};
use crate::propagation::taylor::BatchStart;
use crate::propagation::taylor::cr3bp::RotatingStart;
use crate::time::{DAY_S, Epoch};

/// A flight among point masses.
#[derive(Clone)]
pub struct PointMassCase {
    /// what is flown, as a bench names it
    pub name: &'static str,
    /// what pulls
    pub model: PointMasses,
    /// where it begins and how long it lasts
    pub start: BatchStart,
    /// tolerance at which the end is good to a millimetre
    pub tolerance: f64,
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
    })
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
