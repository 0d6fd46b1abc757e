//! Places of several bodies at one epoch: every link's record once, the coordinates side by side.

use super::chebyshev::{MOST_TERMS, Segment};
use super::track::Link;
use super::{EphemerisError, Track};
use crate::numerics::lanes::{Lanes, WIDTH};
use crate::numerics::vector::Vector3;
use crate::time::Epoch;
use std::sync::Arc;

/// Several tracks, asked one epoch at a time. It keeps the records of the last epoch, so that epochs in a row are
/// cheap, and shares a link that several tracks go over.
pub(crate) struct Ensemble<'a> {
    links: Vec<Held<'a>>,
    /// for each track the links it goes over, and +1 for what is added, −1 for what is taken away
    ways: Vec<Vec<(usize, f64)>>,
    /// three coordinates of each link after the other, eight to a block, by the degree
    rows_km: Vec<[[f64; WIDTH]; MOST_TERMS]>,
    terms: usize,
    /// places of the links
    at_km: Vec<[f64; WIDTH]>,
    /// argument of each lane's record
    s: Vec<[f64; WIDTH]>,
}

/// A link and the record that it stands in.
struct Held<'a> {
    track: &'a Track,
    link: &'a Link,
    record: Option<(&'a Segment, usize)>,
    middle_s: f64,
    half_s: f64,
}

impl<'a> Ensemble<'a> {
    pub(crate) fn new(tracks: &'a [Track]) -> Self {
        let mut links: Vec<Held<'a>> = Vec::new();
        let mut ways = Vec::new();
        for track in tracks {
            let mut way = Vec::new();
            for (ours, sign) in track.links() {
                for link in ours {
                    let at = links.iter().position(|held| same(held.link, link)).unwrap_or_else(|| {
                        links.push(Held { track, link, record: None, middle_s: 0.0, half_s: 1.0 });
                        links.len() - 1
                    });
                    way.push((at, sign));
                }
            }
            ways.push(way);
        }
        let blocks = (3 * links.len()).div_ceil(WIDTH);
        Self {
            links,
            ways,
            rows_km: vec![[[0.0; WIDTH]; MOST_TERMS]; blocks],
            terms: 1,
            at_km: vec![[0.0; WIDTH]; blocks],
            s: vec![[0.0; WIDTH]; blocks],
        }
    }

    /// Positions of all targets at `base + after_s`, km, ICRF axes: the bits of a lane of [`Track::places_km`].
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`] for an epoch that no segment holds.
    #[inline(always)]
    pub(crate) fn places_km<L: Lanes>(
        &mut self,
        base: Epoch,
        after_s: f64,
        out: &mut [Vector3],
    ) -> Result<(), EphemerisError> {
        let mut foreign = false;
        for number in 0..self.links.len() {
            let held = &self.links[number];
            let epoch = base + after_s;
            let stays = held
                .record
                .is_some_and(|(segment, record)| segment.covers(epoch) && segment.index(base, after_s) == record);
            if !stays && !self.gather(number, base, after_s)? {
                foreign = true;
                continue;
            }
            let held = &self.links[number];
            let s = ((base.tdb_s() - held.middle_s) + after_s) / held.half_s;
            for lane in 3 * number..3 * number + 3 {
                self.s[lane / WIDTH][lane % WIDTH] = s;
            }
        }
        for (block, rows) in self.rows_km.iter().enumerate() {
            let s = L::load(&self.s[block]);
            let two_s = s + s;
            let (mut b1, mut b2) = (L::splat(0.0), L::splat(0.0));
            for row in rows[1..self.terms].iter().rev() {
                let b0 = two_s.mul_add(b1, L::load(row) - b2);
                (b2, b1) = (b1, b0);
            }
            s.mul_add(b1, L::load(&rows[0]) - b2).store(&mut self.at_km[block]);
        }
        if foreign {
            self.ask(base + after_s)?;
        }
        for (way, place) in self.ways.iter().zip(out) {
            let mut sum = [0.0; 3];
            for (number, sign) in way {
                for (axis, sum) in sum.iter_mut().enumerate() {
                    let lane = 3 * number + axis;
                    let part = self.at_km[lane / WIDTH][lane % WIDTH];
                    *sum = if *sign > 0.0 { *sum + part } else { *sum - part };
                }
            }
            *place = sum;
        }
        Ok(())
    }

    /// The record of one link that holds the epoch; false for a link that has none.
    #[cold]
    fn gather(&mut self, number: usize, base: Epoch, after_s: f64) -> Result<bool, EphemerisError> {
        let held = &mut self.links[number];
        let Link::Chebyshev(segments) = held.link else { return Ok(false) };
        let epoch = base + after_s;
        let segment: &'a Segment =
            segments.iter().find(|s| s.covers(epoch)).ok_or_else(|| held.track.outside(epoch))?;
        let index = segment.index(base, after_s);
        let ([middle_s, half_s], rows) = segment.record_at(index);
        (held.middle_s, held.half_s, held.record) = (middle_s, half_s, Some((segment, index)));
        self.terms = self.terms.max(rows.len());
        for axis in 0..3 {
            let lane = 3 * number + axis;
            let block = &mut self.rows_km[lane / WIDTH];
            for (degree, into) in block.iter_mut().enumerate() {
                into[lane % WIDTH] = rows.get(degree).map_or(0.0, |row| row[axis]);
            }
        }
        Ok(true)
    }

    /// The links that have no records.
    fn ask(&mut self, epoch: Epoch) -> Result<(), EphemerisError> {
        for (number, held) in self.links.iter().enumerate() {
            if matches!(held.link, Link::Chebyshev(_)) {
                continue;
            }
            let place = held.track.link_state(held.link, epoch)?.position_km;
            for (axis, place) in place.iter().enumerate() {
                let lane = 3 * number + axis;
                self.at_km[lane / WIDTH][lane % WIDTH] = *place;
            }
        }
        Ok(())
    }
}

/// Whether two links are the same records.
fn same(a: &Link, b: &Link) -> bool {
    match (a, b) {
        (Link::Chebyshev(a), Link::Chebyshev(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MOON, SUN, VENUS};
    use crate::ephemerides::Ephemerides;
    use crate::numerics::lanes::{Kernel, Width, run};

    struct One<'a, 'b>(&'a mut Ensemble<'b>, Epoch, f64);

    impl Kernel for One<'_, '_> {
        type Output = Result<Vec<Vector3>, EphemerisError>;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Self::Output {
            let mut out = vec![[0.0; 3]; self.0.ways.len()];
            self.0.places_km::<L>(self.1, self.2, &mut out).map(|()| out)
        }
    }

    struct Eight<'a>(&'a Track, Epoch, f64);

    impl Kernel for Eight<'_> {
        type Output = Vector3;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Vector3 {
            self.0.places_km::<L>(self.1, &[self.2; WIDTH]).expect("inside the kernels").map(|x| x.to_array()[0])
        }
    }

    #[test]
    fn law_one_epoch_is_a_lane_of_eight() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let eros = Body::find("Eros").expect("a body");
        let base = Epoch::from_tdb_s(8.479_296e8);
        for center in [EARTH, SUN] {
            let tracks: Vec<Track> = [MOON, SUN, EARTH, VENUS, JUPITER_BARYCENTER, eros]
                .map(|body| ephemerides.track(body, center).expect("a track"))
                .into();
            for width in Width::available() {
                let mut ensemble = Ensemble::new(&tracks);
                // on, back, over the ends of records
                for step in 0..200 {
                    let after_s = 12_345.678 * f64::from(step * 37 % 200 - 100);
                    let got = run(width, One(&mut ensemble, base, after_s)).expect("inside");
                    for (track, got) in tracks.iter().zip(got) {
                        assert_eq!(got, run(width, Eight(track, base, after_s)), "{} {after_s}", track.target().name);
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_an_epoch_outside_and_goes_on_inside() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let tracks = [ephemerides.track(MOON, EARTH).expect("a track")];
        let base = Epoch::from_tdb_s(8.479_296e8);
        let mut ensemble = Ensemble::new(&tracks);
        let first = run(Width::best(), One(&mut ensemble, base, 5.0)).expect("inside");
        let outside = run(Width::best(), One(&mut ensemble, base, 1e11));
        assert!(matches!(outside, Err(EphemerisError::OutsideKernel { .. })), "{outside:?}");
        assert_eq!(run(Width::best(), One(&mut ensemble, base, 5.0)).expect("inside"), first);
    }
}
