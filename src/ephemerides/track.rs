//! From one body to another through the kernels.

use super::chebyshev::{Segment, Sum, add_up};
use super::segments::AnySegment;
use super::{Ephemerides, EphemerisError, State, elements};
use crate::bodies::{Body, small::Elements, small_bodies};
use crate::time::{Epoch, Window};
use std::sync::Arc;

/// Most records that are added up at one go; JPL's kernels chain three.
const MOST_LINKS: usize = 6;
/// Most steps from a body to the root of the kernels.
const MOST_STEPS: usize = 16;

/// One step of the way: where a target is from its own centre.
#[derive(Clone)]
pub(super) enum Link {
    /// records, the ones that go before others first
    Chebyshev(Vec<Arc<Segment>>),
    /// segments of several kinds or about several centres, the ones that go before others first
    Pieces(Vec<Piece>),
    Elements(Elements),
}

/// A segment, and the way from its centre to that of the whole link.
#[derive(Clone)]
pub(super) struct Piece {
    segment: AnySegment,
    rest: Vec<Link>,
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
            Link::Chebyshev(segments) => {
                self.covering(segments, epoch).map(|segment| add_up(&[segment.sum(epoch, 1.0)]))
            }
            Link::Elements(elements) => Ok(elements::state(elements, epoch)),
            Link::Pieces(pieces) => {
                let piece = pieces.iter().find(|piece| piece.covers(epoch)).ok_or_else(|| self.outside(epoch))?;
                let mut state = match &piece.segment {
                    AnySegment::Chebyshev(segment) => add_up(&[segment.sum(epoch, 1.0)]),
                    AnySegment::Other(segment) => segment.state(epoch),
                    AnySegment::Unread(_) => {
                        return Err(piece.segment.refusal(self.target).unwrap_or_else(|| self.outside(epoch)));
                    }
                };
                for link in &piece.rest {
                    state = state.plus(self.link_state(link, epoch)?);
                }
                Ok(state)
            }
        }
        .and_then(|state| self.finite(state, epoch))
    }

    /// Refuse numbers that have run away: a segment or elements that are damaged in a way nobody saw.
    fn finite(&self, state: State, epoch: Epoch) -> Result<State, EphemerisError> {
        if state.position_km.iter().chain(&state.velocity_km_s).all(|x| x.is_finite()) {
            return Ok(state);
        }
        Err(EphemerisError::NoAnswer {
            what: format!("{} from {}", self.target.name, self.center.name),
            epoch,
            reason: "its kernel or its elements give no number there".to_owned(),
        })
    }

    /// The refusal of an epoch: in a gap between the segments of a link, or outside all of them.
    pub(super) fn outside(&self, epoch: Epoch) -> EphemerisError {
        let body = (if self.up.is_empty() { self.center } else { self.target }).name.to_owned();
        for link in self.up.iter().chain(&self.down) {
            let spans = link_spans(link);
            if spans.iter().any(|s| s.contains(epoch)) {
                continue;
            }
            let before = spans.iter().map(|s| s.end).filter(|end| *end < epoch).reduce(later);
            let after = spans.iter().map(|s| s.start).filter(|start| *start > epoch).reduce(earlier);
            if let (Some(before), Some(after)) = (before, after) {
                return EphemerisError::InGap { body, epoch, before, after };
            }
        }
        let Window { start, end } = self.span();
        EphemerisError::OutsideKernel { body, epoch, start, end }
    }

    /// The body that is taken at the barycentre of its system at an epoch, because no kernel holds its own place there,
    /// and the distance of the two.
    #[must_use]
    pub fn at_barycenter(&self, epoch: Epoch) -> Option<Barycentric> {
        // without a moon a planet is its barycentre
        const MARS: (i32, f64) = (499, 0.2e-3);
        let segment = self.up.iter().chain(&self.down).find_map(|link| match link {
            Link::Chebyshev(segments) => segments.iter().find(|s| s.covers(epoch)).filter(|s| s.target == MARS.0),
            Link::Pieces(_) | Link::Elements(_) => None,
        })?;
        segment.stands_in().then(|| Barycentric { body: Body::from_naif_id(MARS.0), off_km: MARS.1 })
    }
}

/// A body that stands at the barycentre of its system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Barycentric {
    /// the body
    pub body: Body,
    /// how far its centre is from the barycentre
    pub off_km: f64,
}

impl Piece {
    fn covers(&self, epoch: Epoch) -> bool {
        self.segment.covers(epoch)
            && self
                .rest
                .iter()
                .all(|link| matches!(link, Link::Elements(_)) || link_spans(link).iter().any(|s| s.contains(epoch)))
    }

    /// When both the segment and the rest of the way hold.
    fn spans(&self) -> Vec<Window> {
        let (start, end) = self.segment.span();
        let mut spans = vec![Window { start, end }];
        for link in self.rest.iter().filter(|link| !matches!(link, Link::Elements(_))) {
            let of_link = link_spans(link);
            let both = |a: &Window, b: &Window| Window { start: later(a.start, b.start), end: earlier(a.end, b.end) };
            spans = spans.iter().flat_map(|a| of_link.iter().map(move |b| both(a, b))).collect();
            spans.retain(|s| s.start <= s.end);
        }
        spans
    }
}

fn earlier(a: Epoch, b: Epoch) -> Epoch {
    if b < a { b } else { a }
}

fn later(a: Epoch, b: Epoch) -> Epoch {
    if b > a { b } else { a }
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
            reason: "it has no Chebyshev records (SPK types 2 and 20) to take it from".to_owned(),
        }
    }
}

/// When a link holds, a span a segment; none for elements, which hold for ever.
fn link_spans(link: &Link) -> Vec<Window> {
    match link {
        Link::Chebyshev(segments) => segments.iter().map(|s| Window { start: s.start, end: s.end }).collect(),
        Link::Pieces(pieces) => pieces.iter().flat_map(Piece::spans).collect(),
        Link::Elements(_) => Vec::new(),
    }
}

fn link_span(link: &Link) -> Option<Window> {
    link_spans(link).into_iter().reduce(|a, b| Window { start: earlier(a.start, b.start), end: later(a.end, b.end) })
}

/// The links from a body up to the root of the kernels, each with the centre it leads to.
fn chain(ephemerides: &Ephemerides, body: Body) -> Result<Vec<(i32, Link)>, EphemerisError> {
    let links = upward(ephemerides, body.naif_id, &mut Vec::new()).map_err(|of| of(body))?;
    if links.is_empty() && body.naif_id != 0 {
        return Err(EphemerisError::NoSuchBody { body: body.name.to_owned(), naif_id: body.naif_id });
    }
    Ok(links)
}

/// A refusal that waits for the body it is about.
type Refusal = Box<dyn FnOnce(Body) -> EphemerisError>;

/// * `below`: the bodies that the way has come by: kernels that go round in a circle end there
fn upward(ephemerides: &Ephemerides, from: i32, below: &mut Vec<i32>) -> Result<Vec<(i32, Link)>, Refusal> {
    let mut links = Vec::new();
    let (mut at, depth) = (from, below.len());
    while below.len() < MOST_STEPS && !below.contains(&at) {
        below.push(at);
        let Some((center, link)) = step(ephemerides, at, below)? else { break };
        links.push((center, link));
        at = center;
    }
    below.truncate(depth);
    Ok(links)
}

/// The segments of a target that answer for some epoch, the ones that go before others first.
///
/// One whose every epoch is held by those before it never does, and a planet whose own place a kernel gives from elsewhere
/// than its barycentre does not stand there.
fn answering(ephemerides: &Ephemerides, target: i32) -> Vec<&AnySegment> {
    let mut answering: Vec<&AnySegment> = Vec::new();
    for segment in ephemerides.segments().iter().rev().filter(|s| s.ends().0 == target) {
        let stands_in = matches!(segment, AnySegment::Chebyshev(s) if s.stands_in());
        let elsewhere = answering.iter().any(|s| s.ends().1 != segment.ends().1);
        let (mut from, end) = segment.span();
        while let Some(before) = answering.iter().map(|s| s.span()).find(|(s, e)| *s <= from && *e > from) {
            from = before.1;
            if from >= end {
                break;
            }
        }
        if from < end && !(stands_in && elsewhere) {
            answering.push(segment);
        }
    }
    answering
}

/// The segments of one target: about one centre, or about several and led on to what these have in common.
fn step(ephemerides: &Ephemerides, target: i32, below: &mut Vec<i32>) -> Result<Option<(i32, Link)>, Refusal> {
    let segments = answering(ephemerides, target);
    let Some(first) = segments.first() else {
        let known = ephemerides.own_small_bodies().iter().chain(small_bodies());
        let small = known.into_iter().find(|s| s.body.naif_id == target);
        return Ok(small.map(|small| (small.body.primary, Link::Elements(small.elements))));
    };
    if let Some(unread) = segments.iter().find(|s| matches!(s, AnySegment::Unread(_))) {
        let unread = (*unread).clone();
        return Err(Box::new(move |body| {
            unread
                .refusal(body)
                .unwrap_or_else(|| EphemerisError::NoSuchBody { body: body.name.to_owned(), naif_id: body.naif_id })
        }));
    }
    let center = first.ends().1;
    let records: Vec<Arc<_>> = segments
        .iter()
        .map_while(|s| match s {
            AnySegment::Chebyshev(segment) if segment.center == center => Some(Arc::clone(segment)),
            _ => None,
        })
        .collect();
    if records.len() == segments.len() {
        return Ok(Some((center, Link::Chebyshev(records))));
    }
    // the ways on from every centre, and the nearest body that all of them go through
    let mut ways: Vec<(i32, Vec<(i32, Link)>)> = Vec::new();
    for segment in &segments {
        let center = segment.ends().1;
        if ways.iter().all(|(known, _)| *known != center) {
            ways.push((center, upward(ephemerides, center, below)?));
        }
    }
    let through =
        |way: &(i32, Vec<(i32, Link)>), body: i32| way.0 == body || way.1.iter().any(|(center, _)| *center == body);
    let own = std::iter::once(ways[0].0).chain(ways[0].1.iter().map(|(center, _)| *center));
    let common = own.into_iter().find(|body| ways.iter().all(|way| through(way, *body)));
    // a centre that the kernels do not link to the first one's is left out
    let common = common.unwrap_or(center);
    let pieces = segments.into_iter().filter_map(|segment| {
        let (at, way) = ways.iter().find(|(center, _)| *center == segment.ends().1)?;
        let rest = if *at == common {
            Vec::new()
        } else {
            let steps = way.iter().position(|(center, _)| *center == common)? + 1;
            way[..steps].iter().map(|(_, link)| link.clone()).collect()
        };
        Some(Piece { segment: segment.clone(), rest })
    });
    Ok(Some((common, Link::Pieces(pieces.collect()))))
}
