//! One event sought step after step, and what rounding leaves of its value.

use super::zeros::{Blank, Known, Search};
use super::{Crossing, Event, Gap, GapReason, Moment, Occurrence};
use crate::numerics::vector::norm;
use crate::propagation::trajectory::{Blur, Piece, Trajectory};
use crate::time::Epoch;

/// Roundings in a place, a speed and a term of an event: those of the polynomial of a step and of a formula of some ten operations.
const ROUNDINGS: f64 = 16.0;
/// Part of a quantity by which its slope is measured: far above its rounding, far below where the slope changes.
const NUDGE: f64 = 1.490_116_119_384_765_6e-8;
/// Turn about the centre, rad, on which a value that is zero is worth a word: less is a touch.
const WORTH_TELLING_RAD: f64 = 0.1;
/// Zeros nearer to the start are not counted.
const START_S: f64 = 1e-6;

/// One event sought step after step.
pub(in crate::propagation) struct Scan<'a> {
    event: &'a Event,
    known: Known,
    blanks: Vec<Stretch>,
    flown_s: f64,
    /// what the steps before have left out
    drift: Blur,
    /// their number
    steps: u32,
}

/// A stretch that nothing is told of.
#[derive(Clone, Copy)]
struct Stretch {
    from_s: f64,
    to_s: f64,
    why: Blank,
    /// how long it has to be to be worth a word
    least_s: f64,
}

impl Stretch {
    fn long_s(&self) -> f64 {
        (self.to_s - self.from_s).abs()
    }

    /// Whether it is told: a touch of zero is not, a search that was given up always.
    fn counts(&self) -> bool {
        matches!(self.why, Blank::Unresolved | Blank::NotFinite) || self.long_s() >= self.least_s
    }
}

impl<'a> Scan<'a> {
    pub(in crate::propagation) const fn new(event: &'a Event) -> Self {
        Self { event, known: Known::NOTHING, blanks: Vec::new(), flown_s: 0.0, drift: Blur::NONE, steps: 0 }
    }

    /// Occurrences in the next step.
    pub(in crate::propagation) fn see(&mut self, piece: &Piece, base: Epoch) -> Vec<Occurrence> {
        let event = self.event;
        let value = |since_s: f64| (event.value)(&moment(piece, base, since_s));
        let (drift, steps) = (self.drift, self.steps);
        let rounding = || rounding(event, piece, base, (drift.plus(piece.blur()), steps));
        let mut search = Search::new(&value, &rounding, self.known);
        self.known = search.run(0.0, piece.h_s);
        let Search { zeros, blanks, .. } = search;
        for (from, to, why) in blanks {
            self.keep(piece, (from, to), why);
        }
        self.flown_s = piece.after_s + piece.h_s;
        self.drift = self.drift.plus(piece.blur_at_end());
        self.steps = self.steps.saturating_add(1);
        zeros.into_iter().filter_map(|(since_s, rises)| self.occurrence(piece, base, since_s, rises)).collect()
    }

    /// The occurrence at the very end of a flight, which has nothing behind it that would confirm it.
    pub(in crate::propagation) fn at_end(&self, piece: &Piece, base: Epoch) -> Option<Occurrence> {
        let rises = self.known.at_end()?;
        self.occurrence(piece, base, piece.h_s, rises)
    }

    fn occurrence(&self, piece: &Piece, base: Epoch, since_s: f64, rises: bool) -> Option<Occurrence> {
        let after_s = piece.after_s + since_s;
        // along the way flown, which may lead back in time
        let crossing = if rises == (piece.h_s > 0.0) { Crossing::Rising } else { Crossing::Falling };
        let wanted = self.event.crossing == Crossing::Either || self.event.crossing == crossing;
        (after_s.abs() > START_S && wanted).then(|| {
            let Moment { epoch, state } = moment(piece, base, since_s);
            Occurrence { event: self.event.name.clone(), epoch, after_s, state, crossing }
        })
    }

    fn keep(&mut self, piece: &Piece, (from, to): (f64, f64), why: Blank) {
        let (from_s, to_s) = (piece.after_s + from, piece.after_s + to);
        let state = piece.state(from);
        let least_s = WORTH_TELLING_RAD * norm(state.position_km) / norm(state.velocity_km_s);
        match self.blanks.last_mut() {
            // the beginning of a step is the end of the one before but for rounding
            Some(last) if last.why == why && (last.to_s - from_s).abs() <= 1e-9 * (1.0 + from_s.abs()) => {
                last.to_s = to_s;
            }
            last => {
                // what is over and was short is forgotten
                if last.is_some_and(|last| !last.counts()) {
                    self.blanks.pop();
                }
                self.blanks.push(Stretch { from_s, to_s, why, least_s });
            }
        }
    }

    /// What is told of the stretches without an answer, up to the end of the step seen last.
    pub(in crate::propagation) fn gaps(&self) -> Vec<Gap> {
        let whole_s = self.flown_s.abs();
        [Blank::Zero, Blank::Noise, Blank::Unresolved, Blank::NotFinite]
            .into_iter()
            .filter_map(|why| {
                let told = |stretch: &&Stretch| {
                    stretch.why == why && (stretch.counts() || stretch.long_s() >= whole_s * (1.0 - 1e-9))
                };
                let mut gap: Option<Gap> = None;
                for stretch in self.blanks.iter().filter(told) {
                    let gap = gap.get_or_insert_with(|| Gap {
                        event: self.event.name.clone(),
                        reason: match why {
                            Blank::Zero => GapReason::Zero,
                            Blank::Noise => GapReason::Noise,
                            Blank::Unresolved => GapReason::Unresolved,
                            Blank::NotFinite => GapReason::NotFinite,
                        },
                        meaning: self.event.when_zero,
                        from_s: stretch.from_s,
                        to_s: stretch.to_s,
                        lasting_s: 0.0,
                        flown_s: self.flown_s,
                    });
                    gap.to_s = stretch.to_s;
                    gap.lasting_s += stretch.long_s();
                }
                gap
            })
            .collect()
    }
}

impl Trajectory {
    /// One event all along: its occurrences and what is told besides.
    pub(super) fn scan(&self, event: &Event) -> (Vec<Occurrence>, Vec<Gap>) {
        let mut scan = Scan::new(event);
        let mut found: Vec<Occurrence> = self.pieces().iter().flat_map(|piece| scan.see(piece, self.epoch())).collect();
        found.extend(self.pieces().last().and_then(|piece| scan.at_end(piece, self.epoch())));
        (found, scan.gaps())
    }
}

fn moment(piece: &Piece, base: Epoch, since_s: f64) -> Moment {
    Moment { epoch: base + (piece.after_s + since_s), state: piece.state(since_s) }
}

/// What the value of an event may be wrong by on a step: rounding and what polynomials leave out, seen through the slopes of
/// the value, and the rounding of the terms that the event is said to be made of.
///
/// * `blur`, `steps`: what is left out up to this step, and the number of those before
fn rounding(event: &Event, piece: &Piece, base: Epoch, (blur, steps): (Blur, u32)) -> f64 {
    let ulps = ROUNDINGS * f64::EPSILON;
    // a rounding or so of every step is kept, and they walk at random
    let walked = ulps * (1.0 + f64::from(steps) / ROUNDINGS).sqrt();
    [0.0, 0.5, 1.0]
        .into_iter()
        .map(|part| {
            let at = moment(piece, base, part * piece.h_s);
            let [position_km, velocity_km_s] = [norm(at.state.position_km), norm(at.state.velocity_km_s)];
            let middle = (event.value)(&at);
            let slope = |moved: &Moment, by: f64| {
                let slope = ((event.value)(moved) - middle).abs() / by;
                if slope.is_finite() { slope } else { 0.0 }
            };
            let mut sum = event.scale.as_ref().map_or(0.0, |scale| ulps * scale(&at).abs());
            for axis in 0..3 {
                let mut moved = at;
                moved.state.position_km[axis] += NUDGE * position_km;
                sum += slope(&moved, NUDGE * position_km) * (walked * position_km + blur.position_km);
                let mut moved = at;
                moved.state.velocity_km_s[axis] += NUDGE * velocity_km_s;
                sum += slope(&moved, NUDGE * velocity_km_s) * (walked * velocity_km_s + blur.velocity_km_s);
            }
            // an epoch is a double of seconds since J2000, and so is the sum of one and the seconds flown
            let by_s = (NUDGE * at.epoch.tdb_s().abs()).max(1.0);
            let ahead = slope(&Moment { epoch: at.epoch + by_s, ..at }, by_s);
            let behind = slope(&Moment { epoch: at.epoch + -by_s, ..at }, by_s);
            sum + ahead.max(behind) * 2.0 * f64::EPSILON * at.epoch.tdb_s().abs()
        })
        .fold(0.0, f64::max)
}
