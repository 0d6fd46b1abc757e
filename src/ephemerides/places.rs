//! Eight epochs at a time: where a body is, straight from the records, in lanes.

use super::chebyshev::Segment;
use super::track::Link;
use super::{EphemerisError, Track};
use crate::numerics::lanes::{Lanes, Octet, WIDTH, axes};
use crate::numerics::vector::{Vector3, minus, scale};
use crate::time::Epoch;

impl Track {
    /// Positions of the target from the centre at eight epochs, km, ICRF axes.
    ///
    /// * `base`, `after_s`: the epochs are `base + after_s`, kept apart for the digits of a short span
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`] for an epoch that no segment holds.
    #[inline(always)]
    pub(crate) fn places_km<L: Lanes>(&self, base: Epoch, after_s: &[f64; WIDTH]) -> Result<[L; 3], EphemerisError> {
        let mut sum = [L::splat(0.0); 3];
        for (links, sign) in self.links() {
            for link in links {
                let place = match link {
                    Link::Chebyshev(segments) => match segments.iter().find(|s| s.covers_all(base, after_s)) {
                        Some(segment) => segment.places_km::<L>(base, after_s),
                        None => self.one_by_one(link, base, after_s)?,
                    },
                    _ => self.one_by_one(link, base, after_s)?,
                };
                for axis in 0..3 {
                    sum[axis] = if sign > 0.0 { sum[axis] + place[axis] } else { sum[axis] - place[axis] };
                }
            }
        }
        Ok(sum)
    }

    /// For links without records, and epochs of several segments.
    #[inline(always)]
    fn one_by_one<L: Lanes>(&self, link: &Link, base: Epoch, after_s: &[f64; WIDTH]) -> Result<[L; 3], EphemerisError> {
        let mut rows = [[0.0; WIDTH]; 3];
        for lane in 0..WIDTH {
            let place = self.link_state(link, base + after_s[lane])?.position_km;
            for axis in 0..3 {
                rows[axis][lane] = place[axis];
            }
        }
        Ok(axes!(axis => L::load(&rows[axis])))
    }

    /// Seconds to the nearest end of a record ahead, where the second derivative may jump.
    ///
    /// * `direction`: +1 when the way leads forward in time, −1 back
    pub(crate) fn record_left_s(&self, base: Epoch, after_s: f64, direction: f64) -> f64 {
        let mut left_s = f64::INFINITY;
        for (links, _) in self.links() {
            for link in links {
                let Link::Chebyshev(segments) = link else { continue };
                let Some(segment) = segments.iter().find(|s| s.covers(base + after_s)) else { continue };
                let record = segment.record(base, after_s, direction);
                let edge_s = if direction < 0.0 { record.start_s } else { record.end_s };
                left_s = left_s.min(((edge_s - base.tdb_s()) - after_s) * direction);
            }
        }
        left_s
    }

    /// Acceleration of the target from the centre, km/s²: the second derivative of the records.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`], and [`EphemerisError::NoAnswer`] for a body that has no Chebyshev records.
    pub(crate) fn acceleration_km_s2(&self, epoch: Epoch) -> Result<Vector3, EphemerisError> {
        self.acceleration_of_links(epoch, |_| {
            Err(EphemerisError::NoAnswer {
                what: format!("the acceleration of {} from {}", self.target().name, self.center().name),
                epoch,
                reason: "it has no Chebyshev records (SPK types 2 and 20) to take it from".to_owned(),
            })
        })
    }

    /// How the velocity changes, ICRF axes: from the records, and from velocities a span apart where a link has none.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`].
    pub(crate) fn velocity_slope_km_s2(&self, epoch: Epoch) -> Result<Vector3, EphemerisError> {
        self.acceleration_of_links(epoch, |link| {
            let at = |after_s: f64| self.link_state(link, epoch + after_s).map(|s| s.velocity_km_s);
            // at the end of a kernel from one side
            let (before, early_s) = at(-SLOPE_S).map_or((at(0.0)?, 0.0), |v| (v, SLOPE_S));
            let (after, late_s) = at(SLOPE_S).map_or((at(0.0)?, 0.0), |v| (v, SLOPE_S));
            Ok(scale(minus(after, before), 1.0 / (early_s + late_s).max(1.0)))
        })
    }

    /// The sum over the links, each from its records or, where it has none, as `other` says.
    fn acceleration_of_links(
        &self,
        epoch: Epoch,
        other: impl Fn(&Link) -> Result<Vector3, EphemerisError>,
    ) -> Result<Vector3, EphemerisError> {
        let mut sum = [0.0; 3];
        for (links, sign) in self.links() {
            for link in links {
                let acceleration = match link {
                    Link::Chebyshev(segments) => self.covering(segments, epoch)?.acceleration_km_s2(epoch),
                    _ => other(link)?,
                };
                (0..3).for_each(|axis| sum[axis] += sign * acceleration[axis]);
            }
        }
        Ok(sum)
    }
}

/// Distance of the velocities whose difference is an acceleration, s: around the Sun it misses by 1e-8 of it.
const SLOPE_S: f64 = 600.0;

impl Segment {
    fn covers_all(&self, base: Epoch, after_s: &[f64; WIDTH]) -> bool {
        after_s.iter().all(|after_s| self.covers(base + *after_s))
    }

    /// Clenshaw's recurrence at eight epochs, one pass for every record that they fall into.
    #[inline(always)]
    fn places_km<L: Lanes>(&self, base: Epoch, after_s: &[f64; WIDTH]) -> [L; 3] {
        let index = |lane: usize| self.index(base, after_s[lane]);
        let first = index(0);
        let mut todo = 0xFF_u8;
        let mut place = self.record_km::<L>(first, base, after_s);
        let same = (0..WIDTH).fold(0_u8, |bits, lane| bits | u8::from(index(lane) == first) << lane);
        todo &= !same;
        while todo != 0 {
            let next = index(todo.trailing_zeros() as usize);
            let same = (0..WIDTH).fold(0_u8, |bits, lane| bits | u8::from(index(lane) == next) << lane);
            let other = self.record_km::<L>(next, base, after_s);
            let mask = L::Mask::from_bits(same);
            place = axes!(axis => L::select(mask, other[axis], place[axis]));
            todo &= !same;
        }
        place
    }

    #[inline(always)]
    fn record_km<L: Lanes>(&self, index: usize, base: Epoch, after_s: &[f64; WIDTH]) -> [L; 3] {
        let ([middle_s, half_s], rows) = self.record_at(index);
        let s = (L::splat(base.tdb_s() - middle_s) + L::load(after_s)) / L::splat(half_s);
        let two_s = s + s;
        let zero = [L::splat(0.0); 3];
        let (mut b1, mut b2) = (zero, zero);
        for row in rows[1..].iter().rev() {
            let b0 = axes!(axis => two_s.mul_add(b1[axis], L::splat(row[axis]) - b2[axis]));
            (b2, b1) = (b1, b0);
        }
        axes!(axis => s.mul_add(b1[axis], L::splat(rows[0][axis]) - b2[axis]))
    }

    /// Value, first and second derivative by Clenshaw's recurrence differentiated twice.
    fn acceleration_km_s2(&self, epoch: Epoch) -> Vector3 {
        let ([middle_s, half_s], rows) = self.record_at(self.index(epoch, 0.0));
        let s = (epoch.tdb_s() - middle_s) / half_s;
        std::array::from_fn(|axis| {
            // b_k = c_k + 2s b_{k+1} − b_{k+2} and its derivatives d, e
            let [mut b1, mut b2, mut d1, mut d2, mut e1, mut e2] = [0.0; 6];
            for row in rows[1..].iter().rev() {
                let e0 = 4.0 * d1 + 2.0 * s * e1 - e2;
                let d0 = 2.0 * b1 + 2.0 * s * d1 - d2;
                let b0 = row[axis] + 2.0 * s * b1 - b2;
                (b2, b1, d2, d1, e2, e1) = (b1, b0, d1, d0, e1, e0);
            }
            (2.0 * d1 + s * e1 - e2) / (half_s * half_s)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MOON, SOLAR_SYSTEM_BARYCENTER, SUN};
    use crate::ephemerides::Ephemerides;
    use crate::numerics::lanes::{Kernel, Width, run};
    use crate::numerics::vector::{minus, norm};

    struct Places<'a>(&'a Track, Epoch, [f64; WIDTH]);

    impl Kernel for Places<'_> {
        type Output = [[f64; WIDTH]; 3];
        #[inline(always)]
        fn run<L: Lanes>(self) -> Self::Output {
            self.0.places_km::<L>(self.1, &self.2).expect("inside the kernels").map(Lanes::to_array)
        }
    }

    #[test]
    fn law_lanes_are_the_records() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let base = Epoch::from_tdb_s(8.479_296e8);
        for (target, center) in [(MOON, EARTH), (SUN, MOON), (EARTH, SUN)] {
            let track = ephemerides.track(target, center).expect("a track");
            // within a record, over its end, over many
            for reach in [1e3, 3e5, 5e6] {
                let after_s = std::array::from_fn(|lane| 123.456 + reach * lane as f64);
                let all: Vec<_> =
                    Width::available().into_iter().map(|w| run(w, Places(&track, base, after_s))).collect();
                assert!(all.iter().all(|rows| *rows == all[0]), "every width gives the same bits");
                for lane in 0..WIDTH {
                    let wanted = track.state(base + after_s[lane]).expect("a state").position_km;
                    let got = std::array::from_fn(|axis| all[0][axis][lane]);
                    assert!(norm(minus(got, wanted)) < 1e-14 * norm(wanted) + 2e-7 * 30.0, "{reach} {lane}");
                }
            }
        }
    }

    #[test]
    fn law_the_acceleration_is_that_of_the_positions() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let track = ephemerides.track(MOON, SOLAR_SYSTEM_BARYCENTER).expect("a track");
        let epoch = Epoch::from_tdb_s(8.479_3e8);
        let velocity = |after_s: f64| track.state(epoch + after_s).expect("a state").velocity_km_s;
        let got = track.acceleration_km_s2(epoch).expect("an acceleration");
        let h_s = 600.0;
        for axis in 0..3 {
            let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(|k| velocity(k * h_s)[axis]);
            let wanted = (a - 8.0 * b + 8.0 * c - d) / (12.0 * h_s);
            assert!((got[axis] - wanted).abs() < 1e-9 * norm(got), "{axis}: {} {wanted}", got[axis]);
        }
    }
}
