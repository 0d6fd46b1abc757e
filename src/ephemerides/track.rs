//! From one body to another through the kernels.

use super::chebyshev::{Segment, Sum, add_up};
use super::kernels::{AnySegment, ForeignSegment};
use super::{Ephemerides, EphemerisError, State, elements};
use crate::bodies::{Body, small::Elements, small_bodies};
use crate::time::{Epoch, Window};
use anise::constants::orientations::J2000;
use anise::prelude::{Almanac, Frame};
use std::sync::Arc;

/// Most records that are added up at one go; JPL's kernels chain three.
const MOST_LINKS: usize = 6;

/// One step of the way: where a target is from its own centre.
#[derive(Clone)]
pub(super) enum Link {
    /// records, the ones that go before others first
    Chebyshev(Vec<Arc<Segment>>),
    Foreign {
        almanac: Arc<Almanac>,
        segments: Vec<Arc<ForeignSegment>>,
    },
    Elements(Elements),
}

/// The way from a centre to a target: what a loop asks for states.
#[derive(Clone)]
pub struct Track {
    target: Body,
    center: Body,
    up: Vec<Link>,
    down: Vec<Link>,
}

impl Track {
    pub(super) fn find(ephemerides: &Ephemerides, target: Body, center: Body) -> Result<Self, EphemerisError> {
        let (mut up, mut down) = (chain(ephemerides, target)?, chain(ephemerides, center)?);
        // What both go through cancels: the Moon from the Earth must not lose digits by way of the Sun.
        let ids = |links: &[(i32, Link)], body: Body| -> Vec<i32> {
            std::iter::once(body.naif_id).chain(links.iter().map(|(id, _)| *id)).collect()
        };
        let (from, to) = (ids(&up, target), ids(&down, center));
        let meeting = from.iter().position(|id| to.contains(id));
        let Some((i, j)) = meeting.and_then(|i| Some((i, to.iter().position(|id| *id == from[i])?))) else {
            return Err(EphemerisError::NotLinked { target: target.name.to_owned(), center: center.name.to_owned() });
        };
        up.truncate(i);
        down.truncate(j);
        let strip = |links: Vec<(i32, Link)>| links.into_iter().map(|(_, link)| link).collect();
        Ok(Self { target, center, up: strip(up), down: strip(down) })
    }

    /// The body at the end of the way.
    #[must_use]
    pub const fn target(&self) -> Body {
        self.target
    }

    /// The body at its beginning.
    #[must_use]
    pub const fn center(&self) -> Body {
        self.center
    }

    /// Position and velocity of the target from the centre, ICRF axes, geometric.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`] for an epoch that no segment holds.
    pub fn state(&self, epoch: Epoch) -> Result<State, EphemerisError> {
        let mut sums = [Sum::default(); MOST_LINKS];
        let mut count = 0;
        let mut rest = State::default();
        for (links, sign) in self.links() {
            for link in links {
                match link {
                    Link::Chebyshev(segments) if count < MOST_LINKS => {
                        sums[count] = self.covering(segments, epoch)?.sum(epoch, sign);
                        count += 1;
                    }
                    _ => {
                        let state = self.link_state(link, epoch)?;
                        rest = if sign > 0.0 { rest.plus(state) } else { rest.minus(state) };
                    }
                }
            }
        }
        Ok(rest.plus(add_up(&sums[..count])))
    }

    pub(super) fn covering<'a>(
        &self,
        segments: &'a [Arc<Segment>],
        epoch: Epoch,
    ) -> Result<&'a Segment, EphemerisError> {
        segments.iter().find(|s| s.covers(epoch)).map(|s| &**s).ok_or_else(|| self.outside(epoch))
    }

    /// The records of every step of the way, and +1 for what is added, −1 for what is taken away.
    ///
    /// # Errors
    /// A way over a link that has no Chebyshev records.
    pub(super) fn records(&self) -> Result<Vec<Signed<'_>>, NoRecords<'_>> {
        let up = self.up.iter().map(|link| (link, 1.0));
        let down = self.down.iter().map(|link| (link, -1.0));
        let records = up.chain(down).map(|(link, sign)| match link {
            Link::Chebyshev(segments) => Ok((segments, sign)),
            _ => Err(NoRecords(self)),
        });
        records.collect()
    }

    /// The links that lead away from the root, and back to it with a minus.
    pub(super) fn links(&self) -> [(&[Link], f64); 2] {
        [(&self.up, 1.0), (&self.down, -1.0)]
    }

    /// The epochs that every step of the way holds.
    #[must_use]
    pub fn span(&self) -> Window {
        let everything = Window { start: Epoch::from_tdb_s(f64::NEG_INFINITY), end: Epoch::from_tdb_s(f64::INFINITY) };
        self.up.iter().chain(&self.down).filter_map(link_span).fold(everything, |all, one| Window {
            start: if one.start > all.start { one.start } else { all.start },
            end: if one.end < all.end { one.end } else { all.end },
        })
    }

    /// Whether every state comes from a kernel; false when elements stand in for one.
    #[must_use]
    pub fn from_kernels(&self) -> bool {
        !self.up.iter().chain(&self.down).any(|link| matches!(link, Link::Elements(_)))
    }

    pub(super) fn link_state(&self, link: &Link, epoch: Epoch) -> Result<State, EphemerisError> {
        match link {
            Link::Chebyshev(segments) => Ok(add_up(&[self.covering(segments, epoch)?.sum(epoch, 1.0)])),
            Link::Elements(elements) => Ok(elements::state(elements, epoch)),
            Link::Foreign { almanac, segments } => {
                let segment =
                    segments.iter().find(|s| s.start <= epoch && epoch <= s.end).ok_or_else(|| self.outside(epoch))?;
                let frame = |id| Frame::new(id, J2000);
                let answer = almanac.translate(frame(segment.target), frame(segment.center), epoch.scaled(), None);
                let s = answer.map_err(|e| EphemerisError::NoAnswer {
                    what: format!("{} from {}", self.target.name, self.center.name),
                    epoch,
                    reason: e.to_string(),
                })?;
                let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
                Ok(State { position_km: array(s.radius_km), velocity_km_s: array(s.velocity_km_s) })
            }
        }
    }

    pub(super) fn outside(&self, epoch: Epoch) -> EphemerisError {
        let Window { start, end } = self.span();
        let body = if self.up.is_empty() { self.center } else { self.target };
        EphemerisError::OutsideKernel { body: body.name.to_owned(), epoch, start, end }
    }
}

/// The records of a step of the way, and its sign.
pub(super) type Signed<'a> = (&'a Vec<Arc<Segment>>, f64);

/// A way that is no polynomial.
pub(super) struct NoRecords<'a>(&'a Track);

impl NoRecords<'_> {
    pub(super) fn at(&self, epoch: Epoch) -> EphemerisError {
        EphemerisError::NoAnswer {
            what: format!("a polynomial of {} from {}", self.0.target.name, self.0.center.name),
            epoch,
            reason: "it has no Chebyshev records (SPK type 2) to take it from".to_owned(),
        }
    }
}

fn link_span(link: &Link) -> Option<Window> {
    let ends: Vec<(Epoch, Epoch)> = match link {
        Link::Chebyshev(segments) => segments.iter().map(|s| (s.start, s.end)).collect(),
        Link::Foreign { segments, .. } => segments.iter().map(|s| (s.start, s.end)).collect(),
        Link::Elements(_) => return None,
    };
    ends.into_iter().map(|(start, end)| Window { start, end }).reduce(|a, b| Window {
        start: if b.start < a.start { b.start } else { a.start },
        end: if b.end > a.end { b.end } else { a.end },
    })
}

/// The links from a body up to the root of the kernels, each with the centre it leads to.
fn chain(ephemerides: &Ephemerides, body: Body) -> Result<Vec<(i32, Link)>, EphemerisError> {
    let mut links = Vec::new();
    let mut at = body.naif_id;
    while let Some((center, link)) = step(ephemerides, at) {
        links.push((center, link));
        at = center;
        // a kernel that goes round in a circle
        if links.len() > 16 {
            break;
        }
    }
    if links.is_empty() && at != 0 {
        return Err(EphemerisError::NoSuchBody { body: body.name.to_owned(), naif_id: body.naif_id });
    }
    Ok(links)
}

/// The segments of one target, all about the centre of the one loaded last.
fn step(ephemerides: &Ephemerides, target: i32) -> Option<(i32, Link)> {
    let of_target = || ephemerides.segments().iter().rev().filter(|s| s.ends().0 == target);
    let Some(first) = of_target().next() else {
        let small = ephemerides.own_small_bodies().iter().chain(small_bodies()).find(|s| s.body.naif_id == target)?;
        return Some((small.body.primary, Link::Elements(small.elements)));
    };
    let center = first.ends().1;
    let same = || of_target().filter(|s| s.ends().1 == center);
    let mut records = Vec::new();
    let mut foreign = Vec::new();
    for segment in same() {
        match segment {
            AnySegment::Chebyshev(s) => records.push(Arc::clone(s)),
            AnySegment::Foreign(s) => foreign.push(Arc::clone(s)),
        }
    }
    let link = match first {
        AnySegment::Chebyshev(_) => Link::Chebyshev(records),
        AnySegment::Foreign(_) => Link::Foreign { almanac: Arc::clone(ephemerides.almanac()), segments: foreign },
    };
    Some((center, link))
}
