//! Files and texts with mistakes in them, from ones that are right.

use crate::tape::Random;

/// No input is larger; what a reader does with more is asked by hand.
const MOST_B: usize = 24_000;

/// What stands where a number should.
const NUMBERS: [&str; 44] = [
    "",
    "0",
    "-0",
    "1",
    "-1",
    "1e400",
    "-1e400",
    "1e308",
    "1.7976931348623157e308",
    "1e-400",
    "5e-324",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "infinity",
    "99999999999999999999",
    "2147483648",
    "-2147483649",
    "4294967295",
    "18446744073709551616",
    "1e5",
    "1_000",
    "0x10",
    "1D5",
    "1d-3",
    "1,5",
    "+1",
    "--1",
    "1.",
    ".5",
    "1e",
    "e5",
    "0.1e1e1",
    "1e-5",
    "3.0.0",
    "٣",
    "1 000",
    "1/3",
    "255",
    "256",
    "65536",
    "360.0000001",
    "1e16",
];

/// What stands where a date should.
const DATES: [&str; 24] = [
    "2033-02-30",
    "0000-01-01",
    "9999-12-31T23:59:60",
    "99999-01-01",
    "-0001-01-01",
    "2016-12-31T23:59:60.5",
    "2015-06-30T23:59:60",
    "2031-366",
    "2032-366",
    "2031-000",
    "2031-04-28T24:00:00",
    "2031-13-01",
    "2031-00-10",
    "2031-04-31",
    "2031-04-28T00:00:00.0000000000000000000001",
    "4000000000-01-01",
    "2031-04-28T",
    "1900-02-29",
    "2031-04-28T12:60:00",
    "2031-04-28T12:00:61",
    "0001-01-01",
    "1582-10-10",
    "JD 1e308",
    "MJD -1e18",
];

/// What stands where a name should.
const NAMES: [&str; 20] = [
    "Mras",
    "a\u{0}b",
    "\u{1b}[31mred",
    "=1+2",
    "+cmd",
    "@x",
    "-a",
    "a,b",
    "\"",
    "'",
    "<svg>",
    "&amp",
    "]]>",
    "\r",
    "\u{feff}",
    "\u{202e}abc",
    "🚀",
    "../../etc",
    "a\u{7}",
    "\u{fffe}",
];

/// A seed with some mistakes.
pub(crate) fn mutated(random: &mut Random, seeds: &[&[u8]]) -> Vec<u8> {
    let mut bytes = random.of(seeds).to_vec();
    let most = MOST_B.max(bytes.len());
    // one in sixteen as it is: what comes behind the reader is to be reached
    let count = random.of(&[0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 6, 9, 16]);
    let text = std::str::from_utf8(&bytes).is_ok() && !bytes.contains(&0);
    for _ in 0..count {
        if text && random.chance(0.75) { textual(random, &mut bytes, seeds) } else { raw(random, &mut bytes, seeds) }
    }
    bytes.truncate(most);
    bytes
}

/// A name that a person could have written, or one that nobody should.
pub(crate) fn name(random: &mut Random) -> Vec<u8> {
    let plain: [&str; 12] =
        ["Tug 3", "Mars", "Earth", "lander", "Hab-1", "Ceres", "é", "Ares V (heavy)", "A & B", "x<y", "Moon", "tank"];
    let mut bytes = random.of(&plain).as_bytes().to_vec();
    if random.chance(0.6) {
        let at = random.below(bytes.len() + 1);
        let odd = random.of(&NAMES).as_bytes().to_vec();
        bytes.splice(at..at, odd);
    }
    if random.chance(0.05) {
        bytes = bytes.repeat(1 + random.below(300));
    }
    if random.chance(0.05) {
        bytes.clear();
    }
    bytes
}

fn range(random: &mut Random, length: usize, most: usize) -> std::ops::Range<usize> {
    let from = random.below(length + 1);
    let to = (from + random.below(most + 1)).min(length);
    from..to
}

fn raw(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[&[u8]]) {
    let at = random.below(bytes.len());
    match random.below(9) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        1 if !bytes.is_empty() => bytes[at] = random.of(&[0, 0xFF, 0x7F, 0x80, b'\n', b' ', b'"', b'-', b'9', b'=']),
        2 => bytes.insert(at, (random.bits() & 0xFF) as u8),
        3 => drop(bytes.drain(range(random, bytes.len(), 40))),
        4 => bytes.truncate(at),
        // a stretch twice
        5 => {
            let part = bytes[range(random, bytes.len(), 200)].to_vec();
            bytes.splice(at..at, part);
        }
        // the tail of another seed
        6 => {
            let other = random.of(seeds);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[random.below(other.len())..]);
        }
        // a number of eight or four bytes, as binary files hold them
        7 if bytes.len() > 16 => {
            let at = (at & !7).min(bytes.len() - 8);
            let value = random.of(&[
                f64::NAN.to_bits(),
                f64::INFINITY.to_bits(),
                1e300f64.to_bits(),
                (-1.0f64).to_bits(),
                0,
                u64::MAX,
                1,
                0x7FFF_FFFF,
                0x8000_0000,
                0x0000_0001_0000_0001,
                5e-324f64.to_bits(),
            ]);
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        _ if bytes.len() > 4 => {
            let at = (at & !3).min(bytes.len() - 4);
            let value = random.of(&[0u32, 1, 2, 3, 17, 127, 128, 0x7FFF_FFFF, 0x8000_0000, u32::MAX]);
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        _ => bytes.push(b'1'),
    }
}

/// Stretches of bytes that read as numbers.
fn words(bytes: &[u8], is: impl Fn(u8) -> bool, begins: impl Fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut k) = (Vec::new(), 0);
    while k < bytes.len() {
        if begins(bytes[k]) {
            let start = k;
            while k < bytes.len() && is(bytes[k]) {
                k += 1;
            }
            found.push(start..k.max(start + 1));
        }
        k += 1;
    }
    found
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
}

fn textual(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[&[u8]]) {
    let number = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    let name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    match random.below(12) {
        // a number for a number
        0..=3 => {
            let found = words(bytes, number, |b| b.is_ascii_digit() || b == b'-');
            if !found.is_empty() {
                let at = found[random.below(found.len())].clone();
                let new = match random.below(8) {
                    0 => random.of(&DATES).as_bytes().to_vec(),
                    1 | 2 => {
                        // the number with other digits or another exponent
                        let mut new = bytes[at.clone()].to_vec();
                        match random.below(4) {
                            0 => new.insert(0, b'-'),
                            1 => new.extend_from_slice(
                                random.of(&["e5", "e-5", "e300", "e-300", "0", "9", ".5"]).as_bytes(),
                            ),
                            2 => {
                                let k = random.below(new.len());
                                new[k] = b'0' + random.below(10) as u8;
                            }
                            _ => {
                                let other = found[random.below(found.len())].clone();
                                new = bytes[other].to_vec();
                            }
                        }
                        new
                    }
                    _ => random.of(&NUMBERS).as_bytes().to_vec(),
                };
                bytes.splice(at, new);
            }
        }
        // a word of a seed for a word
        4 | 5 => {
            let found = words(bytes, name, |b| b.is_ascii_alphabetic());
            let other = random.of(seeds);
            let theirs = words(other, name, |b| b.is_ascii_alphabetic());
            if !found.is_empty() {
                let new = if theirs.is_empty() || random.chance(0.3) {
                    random.of(&NAMES).as_bytes().to_vec()
                } else {
                    other[theirs[random.below(theirs.len())].clone()].to_vec()
                };
                bytes.splice(found[random.below(found.len())].clone(), new);
            }
        }
        // lines: one gone, twice, exchanged, from another seed
        6..=9 => {
            let mut all = lines(bytes);
            let (a, b) = (random.below(all.len()), random.below(all.len()));
            match random.below(5) {
                0 => drop(all.remove(a)),
                1 => all.insert(b, all[a].clone()),
                2 => all.swap(a, b),
                3 => {
                    let theirs = lines(random.of(seeds));
                    all.insert(a, theirs[random.below(theirs.len())].clone());
                }
                _ => {
                    let end = (a + 1 + random.below(6)).min(all.len());
                    all.drain(a..end);
                }
            }
            *bytes = all.join(&b'\n');
        }
        10 => {
            let at = random.below(bytes.len() + 1);
            let new = random.of(&NAMES).as_bytes().to_vec();
            bytes.splice(at..at, new);
        }
        // one character for another, between words
        _ => {
            let found: Vec<usize> = (0..bytes.len()).filter(|k| !name(bytes[*k])).collect();
            if !found.is_empty() {
                bytes[random.of(&found)] = random.of(b"=,;:[]{}\"'#%\t\r .-");
            }
        }
    }
}
