//! Where a target's numbers, choices and texts come from: drawn from a seed, or replayed from a file.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Random bits (SplitMix64; Steele, Lea and Flood, OOPSLA 2014, fig. 16).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// One stream for each seed, target and input, whatever thread asks.
    pub(crate) fn new(seed: u64, target: &str, index: u64) -> Self {
        // FNV-1a over the name
        let name = target
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3));
        let mut random = Self(seed ^ name.rotate_left(17) ^ index.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        random.bits();
        random
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 to `count` − 1.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { (self.bits() % count as u64) as usize }
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Numbers that no table of plausible values holds.
const WILD: [f64; 40] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    0.5,
    1.0 + f64::EPSILON,
    1.0 - f64::EPSILON / 2.0,
    f64::EPSILON,
    f64::MIN_POSITIVE,
    -f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    1e-310,
    1e-300,
    1e-160,
    1e-30,
    1e-9,
    1e9,
    1e16,
    -1e16,
    9_007_199_254_740_993.0,
    9.3e18,
    -9.3e18,
    1e30,
    1e154,
    1.4e154,
    1e160,
    1e300,
    -1e300,
    f64::MAX,
    f64::MIN,
    4_294_967_296.0,
    2_147_483_648.0,
    std::f64::consts::PI,
    std::f64::consts::TAU,
    709.8,
];

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// a number
    Number(f64),
    /// a whole number: a choice, a count
    Whole(u64),
    /// the bytes of a file or a text
    Bytes(Vec<u8>),
}

enum Origin {
    /// drawn, with the chance that a number is a wild one
    Drawn { random: Random, wild: f64 },
    /// taken from a list
    Replayed { entries: Vec<Entry> },
}

/// What an input has drawn so far, where another thread may look.
type Mirror = Arc<Mutex<Vec<(String, Entry)>>>;

/// One input, as far as a target has asked for it.
pub(crate) struct Tape {
    origin: Origin,
    drawn: Vec<(String, Entry)>,
    plain: bool,
    /// who sees each thing drawn at once, for an input that never ends
    mirror: Option<Mirror>,
}

impl Tape {
    /// The input of a seed and a number.
    pub(crate) fn drawn(seed: u64, target: &str, index: u64) -> Self {
        let mut random = Random::new(seed, target, index);
        // half the inputs are plausible throughout, so that what is behind the checks is reached
        let wild = random.of(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.08, 0.15, 0.3, 0.6, 1.0]);
        Self { origin: Origin::Drawn { random, wild }, drawn: Vec::new(), plain: true, mirror: None }
    }

    /// The input of a list.
    pub(crate) fn replayed(entries: Vec<Entry>) -> Self {
        Self { origin: Origin::Replayed { entries }, drawn: Vec::new(), plain: true, mirror: None }
    }

    /// The same, told to `mirror` at each draw.
    pub(crate) fn mirrored(mut self, mirror: Arc<Mutex<Vec<(String, Entry)>>>) -> Self {
        self.mirror = Some(mirror);
        self
    }

    fn note(&mut self, name: &str, entry: Entry) {
        if let Some(mirror) = &self.mirror {
            mirror.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), entry.clone()));
        }
        self.drawn.push((name.to_owned(), entry));
    }

    /// Whether every number so far lies in the range that it was asked for in.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// What was drawn, with the names it was asked for by.
    pub(crate) fn entries(&self) -> &[(String, Entry)] {
        &self.drawn
    }

    fn next(&mut self) -> Option<Entry> {
        match &self.origin {
            Origin::Drawn { .. } => None,
            Origin::Replayed { entries } => entries.get(self.drawn.len()).cloned(),
        }
    }

    /// A number; plausible ones lie from `low` to `high`, by their logarithm where both are positive.
    pub(crate) fn number(&mut self, name: &str, low: f64, high: f64) -> f64 {
        let replayed = self.next();
        let value = match (&mut self.origin, replayed) {
            (_, Some(Entry::Number(value))) => value,
            (Origin::Replayed { .. }, _) => middle(low, high),
            (Origin::Drawn { random, wild }, _) => {
                if random.chance(*wild) {
                    wild_number(random, &self.drawn, low, high)
                } else {
                    plausible(random, low, high)
                }
            }
        };
        self.plain &= (low..=high).contains(&value);
        self.note(name, Entry::Number(value));
        value
    }

    /// A vector of a length from `low` to `high`, in any direction; each axis may be wild.
    pub(crate) fn vector(&mut self, name: &str, low: f64, high: f64) -> [f64; 3] {
        let length = match &mut self.origin {
            Origin::Drawn { random, .. } => plausible(random, low, high),
            Origin::Replayed { .. } => 0.0,
        };
        let mut direction = [0.0; 3];
        if let Origin::Drawn { random, .. } = &mut self.origin {
            direction = std::array::from_fn(|_| 2.0 * random.unit() - 1.0);
            // now and then on an axis or in a plane
            if random.chance(0.15) {
                direction[random.below(3)] = 0.0;
            }
            if random.chance(0.05) {
                direction[random.below(3)] = 0.0;
            }
        }
        let size = direction.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-3);
        let before = self.plain;
        let axes = std::array::from_fn(|axis| {
            let wanted = length * direction[axis] / size;
            self.around(&format!("{name}[{axis}]"), wanted)
        });
        let norm = axes.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
        self.plain = before && norm >= 0.5 * low && norm <= 2.0 * high;
        axes
    }

    /// A number that is `wanted` unless it is wild.
    fn around(&mut self, name: &str, wanted: f64) -> f64 {
        let replayed = self.next();
        let value = match (&mut self.origin, replayed) {
            (_, Some(Entry::Number(value))) => value,
            (Origin::Replayed { .. }, _) => 1.0,
            (Origin::Drawn { random, wild }, _) => {
                if random.chance(*wild * 0.5) {
                    wild_number(random, &self.drawn, -1.0, 1.0)
                } else {
                    wanted
                }
            }
        };
        self.note(name, Entry::Number(value));
        value
    }

    /// One of `count` choices.
    pub(crate) fn pick(&mut self, name: &str, count: usize) -> usize {
        self.whole(name, 0, count as u64 - 1, 0) as usize
    }

    /// Yes or no.
    pub(crate) fn toss(&mut self, name: &str) -> bool {
        self.pick(name, 2) == 1
    }

    /// A whole number from `low` to `high`; now and then, where numbers are wild, up to `most`.
    pub(crate) fn whole(&mut self, name: &str, low: u64, high: u64, most: u64) -> u64 {
        let replayed = self.next();
        let value = match (&mut self.origin, replayed) {
            (_, Some(Entry::Whole(value))) => value.clamp(low.min(high), high.max(most)),
            (Origin::Replayed { .. }, _) => low,
            (Origin::Drawn { random, wild }, _) => {
                if most > high && random.chance(*wild) {
                    random.of(&[0, 1, most, most - 1, high + 1, most / 2]).min(most)
                } else {
                    low + random.bits() % (high - low + 1)
                }
            }
        };
        self.plain &= (low..=high).contains(&value);
        self.note(name, Entry::Whole(value));
        value
    }

    /// Bytes that `make` draws.
    pub(crate) fn bytes(&mut self, name: &str, make: impl FnOnce(&mut Random) -> Vec<u8>) -> Vec<u8> {
        let replayed = self.next();
        let value = match (&mut self.origin, replayed) {
            (_, Some(Entry::Bytes(value))) => value,
            (Origin::Replayed { .. }, _) => Vec::new(),
            (Origin::Drawn { random, .. }, _) => make(random),
        };
        self.note(name, Entry::Bytes(value.clone()));
        value
    }

    /// Text that `make` draws.
    pub(crate) fn text(&mut self, name: &str, make: impl FnOnce(&mut Random) -> Vec<u8>) -> String {
        String::from_utf8_lossy(&self.bytes(name, make)).into_owned()
    }
}

fn middle(low: f64, high: f64) -> f64 {
    if low > 0.0 { (low * high).sqrt() } else { 0.5 * (low + high) }
}

fn plausible(random: &mut Random, low: f64, high: f64) -> f64 {
    // an end itself, now and then: bounds are where comparisons go wrong
    if random.chance(0.03) {
        return if random.chance(0.5) { low } else { high };
    }
    let u = random.unit();
    let value = if low > 0.0 { low * (high / low).powf(u) } else { low + u * (high - low) };
    // round numbers, as people write them
    let value = if random.chance(0.2) { format!("{value:.1e}").parse().unwrap_or(value) } else { value };
    value.clamp(low, high)
}

fn wild_number(random: &mut Random, drawn: &[(String, Entry)], low: f64, high: f64) -> f64 {
    let earlier: Vec<f64> =
        drawn.iter().filter_map(|(_, e)| if let Entry::Number(x) = e { Some(*x) } else { None }).collect();
    match random.below(10) {
        0..=3 => random.of(&WILD),
        // a number that came before, or its neighbour or negative
        4 if !earlier.is_empty() => random.of(&earlier),
        5 if !earlier.is_empty() => {
            let x = random.of(&earlier);
            f64::from_bits(x.to_bits().wrapping_add(random.below(3) as u64).wrapping_sub(1))
        }
        4 | 5 => -plausible(random, low, high),
        6 => -plausible(random, low, high),
        7 => plausible(random, low, high) * random.of(&[1e-12, 1e-6, 1e-3, 1e3, 1e6, 1e12]),
        // any magnitude
        8 => {
            let x = 10f64.powf(-308.0 + 616.0 * random.unit());
            if random.chance(0.3) { -x } else { x }
        }
        // any bits
        _ => f64::from_bits(random.bits()),
    }
}

/// The text of an input: the target's name, then one line for each thing drawn.
pub(crate) fn to_text(target: &str, why: &str, entries: &[(String, Entry)]) -> String {
    let mut text = String::new();
    for line in why.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "target {target}");
    for (name, entry) in entries {
        let _ = match entry {
            Entry::Number(x) if x.is_nan() => writeln!(text, "number {name} = NaN"),
            Entry::Number(x) => writeln!(text, "number {name} = {x:e}"),
            Entry::Whole(n) => writeln!(text, "whole {name} = {n}"),
            Entry::Bytes(bytes) => writeln!(text, "bytes {name} = \"{}\"", bytes.escape_ascii()),
        };
    }
    text
}

/// The target and the input of a text.
pub(crate) fn from_text(text: &str) -> Result<(String, Vec<Entry>), String> {
    let (mut target, mut entries) = (None, Vec::new());
    for (k, line) in text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        let wrong = || format!("line {} is no entry: {line}", k + 1);
        if let Some(name) = line.strip_prefix("target ") {
            target = Some(name.trim().to_owned());
            continue;
        }
        let (head, value) = line.split_once(" = ").ok_or_else(wrong)?;
        let kind = head.split(' ').next().unwrap_or_default();
        entries.push(match kind {
            "number" => Entry::Number(value.parse().map_err(|_| wrong())?),
            "whole" => Entry::Whole(value.parse().map_err(|_| wrong())?),
            "bytes" => {
                let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).ok_or_else(wrong)?;
                Entry::Bytes(unescape(inner).ok_or_else(wrong)?)
            }
            _ => return Err(wrong()),
        });
    }
    Ok((target.ok_or("there is no line `target NAME`")?, entries))
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b != b'\\' {
            bytes.push(b);
            continue;
        }
        bytes.push(match rest.next()? {
            b't' => b'\t',
            b'r' => b'\r',
            b'n' => b'\n',
            b'x' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(bytes)
}

/// An input written and read again is the same.
pub(crate) fn check_itself() -> Result<(), String> {
    let entries = vec![
        ("r_km[0]".to_owned(), Entry::Number(-0.1 - 0.2)),
        ("wild".to_owned(), Entry::Number(5e-324)),
        ("far".to_owned(), Entry::Number(f64::NEG_INFINITY)),
        ("way".to_owned(), Entry::Whole(u64::MAX)),
        ("file".to_owned(), Entry::Bytes((0..=255).collect())),
        ("none".to_owned(), Entry::Bytes(Vec::new())),
    ];
    let (target, back) = from_text(&to_text("a", "two\nlines", &entries))?;
    let wanted: Vec<Entry> = entries.into_iter().map(|(_, e)| e).collect();
    if (target.as_str(), &back) == ("a", &wanted) { Ok(()) } else { Err(format!("an input reads back as {back:?}")) }
}
