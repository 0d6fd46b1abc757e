//! Fixed inputs that speeds and errors are measured on: the same for the benches and for `portolan bench`.

use super::porkchop::PorkchopRequest;
use crate::bodies::{EARTH, MARS};
use crate::numerics::vector::Vector3;
use crate::time::{Epoch, Window};
use std::f64::consts::TAU;

/// A Lambert problem in canonical units: the centre's gravitational parameter is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Triangle {
    /// first position from the centre
    pub r1_lu: Vector3,
    /// second position
    pub r2_lu: Vector3,
    /// time between the two
    pub tof_tu: f64,
}

/// Geometries of the inner solar system: radii 0.7 to 1.7, any angle, 0.2 to 3 parabolic times.
///
/// * `count`: how many
#[must_use]
pub fn inner_planets(count: u64) -> Vec<Triangle> {
    (0..count).map(|index| triangle(index, (1.0, 6.0))).collect()
}

/// The same with time for several revolutions.
///
/// * `count`: how many
#[must_use]
pub fn inner_planets_for_long(count: u64) -> Vec<Triangle> {
    (0..count).map(|index| triangle(index, (10.0, 40.0))).collect()
}

fn triangle(index: u64, (least_tu, more_tu): (f64, f64)) -> Triangle {
    let (ra, rb) = (0.7 + uniform(index, 0), 0.7 + uniform(index, 1));
    let (angle, tilt) = (TAU * uniform(index, 2), 0.1 * uniform(index, 3));
    let r2_lu = [rb * angle.cos(), rb * angle.sin() * tilt.cos(), rb * angle.sin() * tilt.sin()];
    Triangle { r1_lu: [ra, 0.0, 0.0], r2_lu, tof_tu: least_tu + more_tu * uniform(index, 4) }
}

/// SplitMix64, seeded by the index: the same cases on every machine.
pub(crate) fn uniform(index: u64, stream: u64) -> f64 {
    let mut z = (index * 8 + stream).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// Earth to Mars in the opportunity of 2031, departures of seven months against arrivals of thirteen.
#[must_use]
pub fn mars_2031() -> PorkchopRequest {
    let date = Epoch::from_calendar;
    let depart = Window { start: date(2030, 11, 1), end: date(2031, 5, 31) };
    let arrive = Window { start: date(2031, 7, 1), end: date(2032, 7, 31) };
    PorkchopRequest::new(EARTH, MARS, depart, arrive)
}
