//! Medians, units and rows.

use super::super::failure::Failure;
use super::significant;
use crate::ephemerides::Ephemerides;
use rayon::ThreadPool;
use std::fmt;
use std::hint::black_box;
use std::io::{IsTerminal, Write};
use std::time::Instant;

/// Fewest runs that a median is taken of.
const LEAST: usize = 3;
/// Most runs.
const MOST: usize = 1001;

/// Whether peers that take their time are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peers {
    All,
    TooSlow,
    NotBuilt,
}

impl Peers {
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::All => {
                "nyx-space 2.4.0 flies the same forces by Dormand-Prince 7(8) at its quickest settings that end within a millimetre; handing them over is not counted."
            }
            Self::TooSlow => "--quick leaves nyx out, the peer of the flights from nrho_rev to leo70_day.",
            Self::NotBuilt => {
                "this program is built without nyx-space, the peer of the flights from nrho_rev to leo70_day: `cargo build --release --features nyx` brings it."
            }
        }
    }
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Ns,
    Us,
    Ms,
    /// millions a second
    PerSecond,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ns => "ns",
            Self::Us => "us",
            Self::Ms => "ms",
            Self::PerSecond => "M/s",
        })
    }
}

impl Unit {
    /// Seconds for one, in this unit.
    pub(super) fn of_s(self, seconds: f64) -> f64 {
        match self {
            Self::Ns => seconds * 1e9,
            Self::Us => seconds * 1e6,
            Self::Ms => seconds * 1e3,
            Self::PerSecond => 1e-6 / seconds,
        }
    }

    /// The value as people say it: a number below a thousand.
    pub(super) fn spoken(self, value: f64) -> String {
        let seconds = match self {
            Self::Ns => value * 1e-9,
            Self::Us => value * 1e-6,
            Self::Ms => value * 1e-3,
            Self::PerSecond => return format!("{} M/s", significant(value)),
        };
        let units = [(1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms")];
        let (_, scale, name) = units.into_iter().find(|(below, ..)| seconds < *below).unwrap_or((0.0, 1.0, "s"));
        format!("{} {name}", significant(seconds * scale))
    }
}

/// Another program's value in the same unit, and its error.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) value: f64,
    /// none where the two are compared with one another
    pub(super) error: Option<f64>,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) method: String,
    pub(super) value: f64,
    pub(super) unit: Unit,
    pub(super) error: f64,
    pub(super) error_unit: &'static str,
    pub(super) peer: Option<Peer>,
    pub(super) note: String,
}

impl Row {
    /// How many times faster than the peer.
    pub(super) fn ratio(&self) -> Option<f64> {
        self.peer.as_ref().map(|peer| self.ratio_to(peer.value))
    }

    /// How many times faster than something else in the same unit.
    pub(super) fn ratio_to(&self, value: f64) -> f64 {
        if self.unit == Unit::PerSecond { self.value / value } else { value / self.value }
    }
}

/// What all rows are measured with.
pub(super) struct Session {
    pub(super) ephemerides: &'static Ephemerides,
    pub(super) peers: Peers,
    /// time for the runs of one thing, the least number of runs apart
    budget_s: f64,
}

impl Session {
    pub(super) fn new(ephemerides: &'static Ephemerides, peers: Peers) -> Self {
        Self { ephemerides, peers, budget_s: if peers == Peers::TooSlow { 0.08 } else { 0.6 } }
    }

    /// Trajectories of a batch.
    pub(super) fn batch(&self) -> u32 {
        if self.peers == Peers::TooSlow { 64 } else { 256 }
    }

    /// The median of runs that say themselves what they took, s.
    pub(super) fn median_s(&self, mut run_s: impl FnMut() -> f64) -> f64 {
        let started = Instant::now();
        let mut times_s = Vec::new();
        while times_s.len() < LEAST || times_s.len() < MOST && started.elapsed().as_secs_f64() < self.budget_s {
            times_s.push(run_s());
        }
        times_s.sort_by(f64::total_cmp);
        times_s[times_s.len() / 2]
    }

    /// The median time of a piece of work, s.
    pub(super) fn time_s<T>(&self, mut work: impl FnMut() -> T) -> f64 {
        self.median_s(|| {
            let started = Instant::now();
            black_box(work());
            started.elapsed().as_secs_f64()
        })
    }

    /// Say on a terminal what is under way.
    pub(super) fn say(&self, id: &str) {
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() {
            // Talk that nobody hears is no error.
            let _ = write!(stderr, "\r\x1b[Kmeasuring {id} …");
        }
    }

    /// Take back what was said.
    pub(super) fn done(&self) {
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() {
            let _ = write!(stderr, "\r\x1b[K");
        }
    }
}

/// A pool of one thread.
pub(super) fn one_thread(id: &'static str) -> Result<ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(broken(id))
}

/// A fixed input that does not go through is our mistake.
pub(super) fn broken<E: fmt::Display>(id: &'static str) -> impl Fn(E) -> Failure {
    move |error| Failure::Bench { id, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_values_are_spoken_in_the_unit_that_fits() {
        for (unit, value, wanted) in [
            (Unit::Us, 64.13, "64.1 µs"),
            (Unit::Us, 9541.0, "9.54 ms"),
            (Unit::Ms, 0.2846, "285 µs"),
            (Unit::Ms, 1159.4, "1.16 s"),
            (Unit::Ns, 52.3, "52.3 ns"),
            (Unit::PerSecond, 1.6543, "1.65 M/s"),
        ] {
            assert_eq!(unit.spoken(value), wanted);
        }
        assert_eq!(Unit::PerSecond.of_s(1e-7), 10.0);
    }

    #[test]
    fn law_a_ratio_above_one_is_faster() {
        let row = |unit, value, peer| Row {
            id: "x",
            method: String::new(),
            value,
            unit,
            error: 0.0,
            error_unit: "m",
            peer: Some(Peer { name: "y", value: peer, error: None }),
            note: String::new(),
        };
        assert_eq!(row(Unit::Us, 2.0, 8.0).ratio(), Some(4.0));
        assert_eq!(row(Unit::PerSecond, 8.0, 2.0).ratio(), Some(4.0));
    }
}
