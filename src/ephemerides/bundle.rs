//! The polynomials of several ways at once, over the stretch of time that one record of each holds.
//!
//! Bodies share links: seen from the Moon, the Earth and the Sun both lead over the Moon's own records. A link is
//! turned into a polynomial once a stretch, however many bodies go over it.

use super::chebyshev::{MOST_TERMS, Segment};
use super::{EphemerisError, Track};
use crate::time::Epoch;
use std::sync::Arc;

/// A span of time, TDB seconds past J2000.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
}

impl Stretch {
    pub(crate) fn middle_s(self) -> f64 {
        0.5 * (self.start_s + self.end_s)
    }

    pub(crate) fn half_s(self) -> f64 {
        0.5 * (self.end_s - self.start_s)
    }
}

/// Rows of x, y, z and a zero, one a power of (t − middle)/half, km.
pub(crate) type Rows = [[f64; 4]; MOST_TERMS];

/// Several ways that are asked together.
pub(crate) struct Bundle {
    tracks: Vec<Track>,
    links: Vec<Vec<Arc<Segment>>>,
    /// the links of each way and whether they are added or taken away
    ways: Vec<Vec<(usize, f64)>>,
}

impl Bundle {
    /// * `epoch`: named in the refusal
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] for a body that has no Chebyshev records.
    pub(crate) fn new<'a>(tracks: impl Iterator<Item = &'a Track>, epoch: Epoch) -> Result<Self, EphemerisError> {
        let mut bundle = Self { tracks: tracks.cloned().collect(), links: Vec::new(), ways: Vec::new() };
        for track in &bundle.tracks {
            let mut way = Vec::new();
            for (segments, sign) in track.records().map_err(|what| what.at(epoch))? {
                let same = |known: &Vec<Arc<Segment>>| {
                    known.len() == segments.len() && known.iter().zip(segments).all(|(a, b)| Arc::ptr_eq(a, b))
                };
                let link = bundle.links.iter().position(same).unwrap_or_else(|| {
                    bundle.links.push(segments.clone());
                    bundle.links.len() - 1
                });
                way.push((link, sign));
            }
            bundle.ways.push(way);
        }
        Ok(bundle)
    }

    /// Most terms that any polynomial of these ways has.
    pub(crate) fn reach(&self) -> usize {
        self.links.iter().flatten().map(|segment| segment.terms()).max().unwrap_or(1)
    }

    /// What one record of every link holds around an instant; one on a boundary belongs to what lies ahead.
    ///
    /// * `base`, `after_s`: the instant is `base + after_s`
    /// * `direction`: +1 when the way leads forward in time, −1 back
    ///
    /// `None` when there is no link, so that everything holds for ever.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`].
    pub(crate) fn stretch(&self, base: Epoch, after_s: f64, direction: f64) -> Result<Option<Stretch>, EphemerisError> {
        let epoch = base + after_s;
        let mut all: Option<Stretch> = None;
        for (k, link) in self.links.iter().enumerate() {
            let outside = || {
                let track = self.ways.iter().position(|way| way.iter().any(|(l, _)| *l == k));
                self.tracks[track.unwrap_or(0)].outside(epoch)
            };
            // what lies ahead counts: a segment that ends here gives way to the next
            let ahead_s = |edge_s: f64| ((edge_s - base.tdb_s()) - after_s) * direction;
            let last_s = |s: &Segment| if direction < 0.0 { s.start.tdb_s() } else { s.end.tdb_s() };
            let holds = |s: &Arc<Segment>| s.covers(epoch) && ahead_s(last_s(s)) > 0.0;
            let chosen = link.iter().position(holds).ok_or_else(outside)?;
            let mut one = link[chosen].record(base, after_s, direction);
            // where a segment with precedence begins or ends, it takes over
            for other in &link[..chosen] {
                for edge_s in [other.start.tdb_s(), other.end.tdb_s()] {
                    let later = (edge_s - base.tdb_s()) - after_s;
                    if later > 0.0 || (later == 0.0 && direction < 0.0) {
                        one.end_s = one.end_s.min(edge_s);
                    } else {
                        one.start_s = one.start_s.max(edge_s);
                    }
                }
            }
            all =
                Some(all.map_or(one, |all| Stretch {
                    start_s: all.start_s.max(one.start_s),
                    end_s: all.end_s.min(one.end_s),
                }));
        }
        Ok(all)
    }

    /// The position at the end of each way over a stretch.
    ///
    /// * `stretch`: inside one record of every link
    /// * `ways`: receives one polynomial a way
    #[inline(always)]
    pub(crate) fn fill(&self, stretch: Stretch, ways: &mut [Rows]) {
        for rows in ways.iter_mut() {
            *rows = [[0.0; 4]; MOST_TERMS];
        }
        let mut rows = [[0.0; 4]; MOST_TERMS];
        for (k, link) in self.links.iter().enumerate() {
            let middle = Epoch::from_tdb_s(stretch.middle_s());
            let Some(segment) = link.iter().find(|s| s.covers(middle)) else { continue };
            segment.polynomial(stretch, &mut rows);
            for (way, sum) in self.ways.iter().zip(ways.iter_mut()) {
                for (_, sign) in way.iter().filter(|(link, _)| *link == k) {
                    for (into, row) in sum[..segment.terms()].iter_mut().zip(&rows) {
                        (0..4).for_each(|axis| into[axis] += sign * row[axis]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MARS_BARYCENTER, MERCURY, MOON, SUN};
    use crate::ephemerides::Ephemerides;

    #[test]
    fn law_a_bundle_is_its_tracks() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let bodies = [EARTH, SUN, MARS_BARYCENTER, MERCURY];
        let tracks: Vec<Track> = bodies.iter().map(|b| ephemerides.track(*b, MOON).expect("a track")).collect();
        let base = Epoch::from_tdb_s(8.479_296e8);
        let bundle = Bundle::new(tracks.iter(), base).expect("records");
        let mut rows = vec![[[0.0; 4]; MOST_TERMS]; bodies.len()];
        for (after_s, direction) in [(0.0, 1.0), (12_345.678, 1.0), (-98_765.4, -1.0), (4e6, 1.0), (8e6, -1.0)] {
            let stretch = bundle.stretch(base, after_s, direction).expect("inside").expect("links");
            let at_s = (base.tdb_s() - stretch.middle_s()) + after_s;
            assert!(at_s.abs() <= stretch.half_s() && stretch.half_s() <= 2.0 * 86_400.0, "{stretch:?}");
            bundle.fill(stretch, &mut rows);
            for part in [-1.0, -0.3, 0.0, 0.8, 1.0] {
                let middle = Epoch::from_tdb_s(stretch.middle_s());
                for (track, rows) in tracks.iter().zip(&rows) {
                    let wanted = track.state(middle + part * stretch.half_s()).expect("a state").position_km;
                    for axis in 0..3 {
                        let got = rows.iter().rev().fold(0.0, |sum, row| sum * part + row[axis]);
                        let size = 4e5 + wanted[axis].abs();
                        assert!((got - wanted[axis]).abs() < 2e-15 * size.max(1e8), "{part}: {got} {wanted:?}");
                    }
                }
            }
        }
        let late = Epoch::from_tdb_s(1e11);
        assert!(matches!(bundle.stretch(late, 0.0, 1.0), Err(EphemerisError::OutsideKernel { .. })));
    }
}
