//! Moments at which a force jumps: ignitions, cut-offs, the ends of records, the end of the flight.
//!
//! A moment is the difference of two dates, and a date is a double: in 2030 its last place is 0.12 µs. Two moments that are
//! meant to be one, such as the cut-off of a burn and the ignition of the next, may come out some last places apart.

use super::super::propagator::Start;
use crate::dynamics::Forces;
use crate::ephemerides::Track;
use crate::time::Epoch;

/// Last places of a date by which sums of a date and some spans may be apart.
const SAME_PLACES: f64 = 8.0;

/// The least that two moments are told apart by, s, however near a date is to J2000.
const LEAST_APART_S: f64 = 1e-7;

/// The moments ahead of a flight.
pub(super) struct Moments {
    epoch: Epoch,
    span_s: f64,
    direction: f64,
    /// two moments nearer than this are one, s
    same_s: f64,
    /// where an engine is lit or stops, seconds after the epoch, ascending, none beside the start, the end or another
    engines_s: Vec<f64>,
}

/// The next moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    /// seconds to go, > 0
    pub(super) left_s: f64,
    /// seconds after the epoch
    pub(super) at_s: f64,
}

impl Moments {
    pub(super) fn new(forces: &Forces, start: &Start) -> Self {
        let Start { epoch, span_s, .. } = *start;
        let most_s = epoch.tdb_s().abs().max((epoch + span_s).tdb_s().abs());
        let same_s = (SAME_PLACES * (most_s.next_up() - most_s)).max(LEAST_APART_S);
        let spans = forces.thrust.iter().map(|arc| arc.span_s(epoch));
        // a burn shorter than a date can tell still has two ends
        let (brief, lasting): (Vec<[f64; 2]>, Vec<[f64; 2]>) =
            spans.partition(|[from_s, to_s]| to_s - from_s <= same_s);
        let mut lasting_s: Vec<f64> = lasting.into_iter().flatten().collect();
        lasting_s.sort_by(f64::total_cmp);
        let mut engines_s: Vec<f64> = Vec::new();
        for at_s in lasting_s {
            let apart = |other_s: f64| (at_s - other_s).abs() > same_s;
            if apart(0.0) && apart(span_s) && engines_s.last().is_none_or(|last_s| apart(*last_s)) {
                engines_s.push(at_s);
            }
        }
        engines_s.extend(brief.into_iter().flatten());
        engines_s.sort_by(f64::total_cmp);
        Self { epoch, span_s, direction: if span_s < 0.0 { -1.0 } else { 1.0 }, same_s, engines_s }
    }

    /// Whether the flight has come to its end.
    pub(super) fn over(&self, after_s: f64) -> bool {
        self.ahead_s(self.span_s, after_s) <= 0.0
    }

    /// The next moment ahead: of an engine, the end of one of the centre's records, or the end of the flight.
    ///
    /// * `centre`: the track whose second derivative jumps from record to record, when the model asks for it
    pub(super) fn next(&self, after_s: f64, centre: Option<&Track>) -> Next {
        let engines_s = self.engines_s.iter().copied().filter(|at_s| self.ahead_s(*at_s, after_s) > 0.0);
        let nearer = |kept_s: f64, at_s: f64| {
            if self.ahead_s(at_s, after_s) < self.ahead_s(kept_s, after_s) { at_s } else { kept_s }
        };
        let at_s = engines_s.fold(self.span_s, nearer);
        let left_s = self.ahead_s(at_s, after_s);
        let record_s = centre.map_or(f64::INFINITY, |track| track.record_left_s(self.epoch, after_s, self.direction));
        // beside where the way stands, or beside another moment, it is that one
        if record_s > self.same_s && record_s + self.same_s < left_s {
            return Next { left_s: record_s, at_s: after_s + record_s * self.direction };
        }
        Next { left_s, at_s }
    }

    /// Whether an engine is lit or stops at a moment that a step has ended on.
    pub(super) fn is_engine(&self, at_s: f64) -> bool {
        self.engines_s.contains(&at_s)
    }

    fn ahead_s(&self, at_s: f64, after_s: f64) -> f64 {
        (at_s - after_s) * self.direction
    }
}
