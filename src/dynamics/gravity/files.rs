//! Gravity files: SHADR, GMAT COF and ICGEM gfc, plain or gzip.

use super::{GravityError, TideSystem};
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// Highest degree that is read at all; EGM2008, the largest field there is, ends at 2190.
const MOST_DEGREE: u16 = 2190;

/// Most bytes that a file may unpack to: EGM2008 to degree 2190 has 230 MB, and a few megabytes of gzip can hide gigabytes.
const MOST_BYTES: u64 = 512 << 20;
/// Most that gzip can make of the digits of a field, with a margin of ten; of zeros it makes a thousand times less.
const MOST_PACKED: u64 = 64;

/// What a file says, cut to the degree and order asked for.
pub(super) struct Coefficients {
    pub(super) name: String,
    pub(super) mu_km3_s2: f64,
    pub(super) radius_km: f64,
    pub(super) tide: Option<TideSystem>,
    order: usize,
    /// row n of `order + 1` pairs
    pairs: Vec<Option<[f64; 2]>>,
}

impl Coefficients {
    /// Fully normalised cosine and sine; zero for what the file may leave out.
    pub(super) fn pair(&self, n: usize, m: usize) -> [f64; 2] {
        self.pairs.get(n * (self.order + 1) + m).copied().flatten().unwrap_or_default()
    }
}

/// The text of a file, unpacked when it begins as gzip does (RFC 1952).
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<String, GravityError> {
    let refuse = |reason: String| GravityError::Unreadable { file: file.to_owned(), reason };
    let mut plain = Vec::new();
    let unpacked = if bytes.starts_with(&[0x1F, 0x8B]) {
        let most = (MOST_PACKED * bytes.len() as u64 + (1 << 20)).min(MOST_BYTES);
        let unpacking = MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut plain);
        unpacking.map_err(|e| refuse(format!("its gzip is damaged, {e}")))?;
        if plain.len() as u64 > most {
            return Err(refuse(format!(
                "its {} bytes of gzip unpack to more than {most} bytes, which no field does: fetch it again, or unpack it",
                bytes.len()
            )));
        }
        &plain
    } else {
        bytes
    };
    // ICGEM heads carry names in Latin-1; what is no UTF-8 stands in no number
    Ok(String::from_utf8_lossy(unpacked).into_owned())
}

/// Read a file's text in the layout that it shows.
pub(super) fn read(file: &str, text: &str, degree: u16, order: u16) -> Result<Coefficients, GravityError> {
    let first_word = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let mut words = text.lines().filter_map(first_word);
    if text.lines().any(|l| l.trim_start().starts_with("POTFIELD")) {
        cof(file, text, degree, order)
    } else if text.lines().any(|l| l.trim_start().starts_with("end_of_head")) {
        icgem(file, text, degree, order)
    } else if words.next().is_some() && text.lines().next().is_some_and(|l| l.split(',').count() >= 6) {
        shadr(file, text, degree, order)
    } else {
        Err(GravityError::UnknownLayout { file: file.to_owned() })
    }
}

/// Where a reader stands, for its refusals.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl Place<'_> {
    fn malformed(self, quantity: &str, wanted: &str, text: &str) -> GravityError {
        GravityError::Malformed {
            file: self.file.to_owned(),
            line: self.line,
            quantity: quantity.to_owned(),
            wanted: wanted.to_owned(),
            text: text.to_owned(),
        }
    }

    fn field<'b>(self, fields: &[&'b str], index: usize, quantity: &str) -> Result<&'b str, GravityError> {
        fields.get(index).copied().filter(|f| !f.is_empty()).ok_or_else(|| self.malformed(quantity, "there", ""))
    }

    /// A number, with E or, as Fortran writes it, D before the exponent.
    fn number(self, text: &str, quantity: &str) -> Result<f64, GravityError> {
        let value = text.parse().or_else(|_| text.replace(['D', 'd'], "E").parse::<f64>());
        value.ok().filter(|v| v.is_finite()).ok_or_else(|| self.malformed(quantity, "a number", text))
    }

    /// A gravitational parameter or a radius: from a pebble's to a galaxy's, in whatever unit, so that no product overflows.
    fn positive(self, text: &str, quantity: &str) -> Result<f64, GravityError> {
        let value = self.number(text, quantity)?;
        if (1e-12..=1e30).contains(&value) {
            Ok(value)
        } else {
            Err(self.malformed(quantity, "positive, from 1e-12 to 1e30", text))
        }
    }

    /// A normalised coefficient: at most about one, also where parts of a small body stick out of the reference sphere.
    fn coefficient(self, text: &str, quantity: &str) -> Result<f64, GravityError> {
        let value = self.number(text, quantity)?;
        if value.abs() <= 1e3 { Ok(value) } else { Err(self.malformed(quantity, "at most 1000", text)) }
    }

    fn count(self, text: &str, quantity: &str) -> Result<u16, GravityError> {
        let count: Option<u16> = text.parse().ok().filter(|n| *n <= MOST_DEGREE);
        count.ok_or_else(|| self.malformed(quantity, &format!("a whole number up to {MOST_DEGREE}"), text))
    }
}

/// Coefficients as they come in.
struct Filling<'a> {
    file: &'a str,
    degree: u16,
    order: u16,
    pairs: Vec<Option<[f64; 2]>>,
}

impl<'a> Filling<'a> {
    fn new(file: &'a str, asked: [u16; 2], held: [u16; 2]) -> Result<Self, GravityError> {
        let ([degree, order], [held_degree, held_order]) = (asked, held);
        if degree > held_degree || order > held_order {
            let file = file.to_owned();
            return Err(GravityError::BeyondFile { file, degree, order, held_degree, held_order });
        }
        let size = (usize::from(degree) + 1) * (usize::from(order) + 1);
        Ok(Self { file, degree, order, pairs: vec![None; size] })
    }

    fn put(&mut self, place: Place<'_>, n: u16, m: u16, pair: [f64; 2]) -> Result<(), GravityError> {
        if m > n {
            return Err(place.malformed("the order", &format!("{n} at most, the degree"), &m.to_string()));
        }
        if n == 0 && (pair[0] - 1.0).abs() > 1e-12 {
            // a central coefficient other than one belongs into the gravitational parameter
            return Err(place.malformed("the coefficient of degree 0", "1", &pair[0].to_string()));
        }
        if m == 0 && pair[1] != 0.0 {
            return Err(place.malformed("the sine coefficient of order 0", "0", &pair[1].to_string()));
        }
        if n > self.degree || m > self.order {
            return Ok(());
        }
        let slot = &mut self.pairs[usize::from(n) * (usize::from(self.order) + 1) + usize::from(m)];
        if slot.is_some() {
            return Err(GravityError::TermTwice { file: self.file.to_owned(), line: place.line, degree: n, order: m });
        }
        *slot = Some(pair);
        Ok(())
    }

    /// All terms from degree 2 up are there.
    fn finish(self, head: Head) -> Result<Coefficients, GravityError> {
        let order = usize::from(self.order);
        for n in 2..=self.degree {
            for m in 0..=self.order.min(n) {
                if self.pairs[usize::from(n) * (order + 1) + usize::from(m)].is_none() {
                    return Err(GravityError::MissingTerm { file: self.file.to_owned(), degree: n, order: m });
                }
            }
        }
        let Head { name, mu_km3_s2, radius_km, tide } = head;
        Ok(Coefficients { name, mu_km3_s2, radius_km, tide, order, pairs: self.pairs })
    }
}

struct Head {
    name: String,
    mu_km3_s2: f64,
    radius_km: f64,
    tide: Option<TideSystem>,
}

/// The file's own name without folder and endings.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().filter(|s| !s.is_empty()).unwrap_or(name).to_owned()
}

/// The lines with something in them, numbered from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(k, line)| (k + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// NASA PDS: radius in km, GM in km³/s², its sigma, degree, order, 1 for normalised, reference longitude and
/// latitude; then degree, order, C, S and two sigmas a line.
///
/// # Source
/// The layout that PDS Geosciences gives its ASCII spherical-harmonics records.
fn shadr(file: &str, text: &str, degree: u16, order: u16) -> Result<Coefficients, GravityError> {
    let mut lines = lines(text);
    let Some((line, head)) = lines.next() else {
        return Err(GravityError::UnknownLayout { file: file.to_owned() });
    };
    let place = Place { file, line };
    let fields: Vec<&str> = head.split(',').map(str::trim).collect();
    let radius_km = place.positive(place.field(&fields, 0, "the reference radius")?, "the reference radius, km,")?;
    let mu_km3_s2 = place.positive(place.field(&fields, 1, "GM")?, "GM, km3/s2,")?;
    let held = [
        place.count(place.field(&fields, 3, "the degree")?, "the degree")?,
        place.count(place.field(&fields, 4, "the order")?, "the order")?,
    ];
    if place.field(&fields, 5, "the normalisation")? != "1" {
        return Err(GravityError::NotNormalised { file: file.to_owned(), line });
    }
    for (index, quantity) in [(6, "the reference longitude"), (7, "the reference latitude")] {
        if let Some(text) = fields.get(index).filter(|t| !t.is_empty())
            && place.number(text, quantity)? != 0.0
        {
            return Err(place.malformed(quantity, "0", text));
        }
    }
    let mut filling = Filling::new(file, [degree, order], held)?;
    for (line, row) in lines {
        let place = Place { file, line };
        let fields: Vec<&str> = row.split(',').map(str::trim).collect();
        let n = place.count(place.field(&fields, 0, "the degree")?, "the degree")?;
        let m = place.count(place.field(&fields, 1, "the order")?, "the order")?;
        let c = place.coefficient(place.field(&fields, 2, "the cosine coefficient")?, "the cosine coefficient")?;
        let s = place.coefficient(place.field(&fields, 3, "the sine coefficient")?, "the sine coefficient")?;
        filling.put(place, n, m, [c, s])?;
    }
    filling.finish(Head { name: stem(file), mu_km3_s2, radius_km, tide: None })
}

/// GMAT and STK: `POTFIELD degree order 1 GM[m³/s²] radius[m] 1.0`, then `RECOEF degree order C S`.
///
/// # Source
/// The layout of GMAT's own `JGM3.cof`; columns that touch are not told apart.
fn cof(file: &str, text: &str, degree: u16, order: u16) -> Result<Coefficients, GravityError> {
    let mut head: Option<(Head, Filling<'_>)> = None;
    for (line, row) in lines(text) {
        let place = Place { file, line };
        let fields: Vec<&str> = row.split_whitespace().collect();
        match fields[0] {
            "POTFIELD" => {
                if head.is_some() {
                    return Err(place.malformed("the head POTFIELD", "there once", row));
                }
                let held = [
                    place.count(place.field(&fields, 1, "the degree")?, "the degree")?,
                    place.count(place.field(&fields, 2, "the order")?, "the order")?,
                ];
                let mu_m3_s2 = place.positive(place.field(&fields, 4, "GM")?, "GM, m3/s2,")?;
                let radius_m =
                    place.positive(place.field(&fields, 5, "the reference radius")?, "the reference radius, m,")?;
                let unit = place.field(&fields, 6, "the normalisation")?;
                if place.number(unit, "the normalisation")? != 1.0 {
                    return Err(GravityError::NotNormalised { file: file.to_owned(), line });
                }
                let told = Head { name: stem(file), mu_km3_s2: mu_m3_s2 / 1e9, radius_km: radius_m / 1e3, tide: None };
                head = Some((told, Filling::new(file, [degree, order], held)?));
            }
            "RECOEF" => {
                let Some((_, filling)) = head.as_mut() else {
                    return Err(place.malformed("the first record", "POTFIELD", row));
                };
                let n = place.count(place.field(&fields, 1, "the degree")?, "the degree")?;
                let m = place.count(place.field(&fields, 2, "the order")?, "the order")?;
                let c =
                    place.coefficient(place.field(&fields, 3, "the cosine coefficient")?, "the cosine coefficient")?;
                let s = match fields.get(4) {
                    Some(text) => place.coefficient(text, "the sine coefficient")?,
                    None if m == 0 => 0.0,
                    None => return Err(place.malformed("the sine coefficient", "there", row)),
                };
                filling.put(place, n, m, [c, s])?;
            }
            "END" => break,
            word if word.starts_with("COMMENT") || word.starts_with('%') || word.starts_with('#') => {}
            word => return Err(place.malformed("the record", "COMMENT, POTFIELD, RECOEF or END", word)),
        }
    }
    match head {
        Some((head, filling)) => filling.finish(head),
        None => Err(GravityError::NotTold { file: file.to_owned(), quantity: "record POTFIELD".to_owned() }),
    }
}

/// ICGEM: keywords up to `end_of_head`, then `gfc degree order C S [sigmas]`; metres and m³/s².
///
/// # Source
/// Barthelmes and Förste, *The ICGEM-format*, GFZ Potsdam.
fn icgem(file: &str, text: &str, degree: u16, order: u16) -> Result<Coefficients, GravityError> {
    let mut lines = lines(text);
    let (mut mu_km3_s2, mut radius_km, mut held) = (None, None, None);
    let (mut name, mut tide) = (stem(file), None);
    for (line, row) in lines.by_ref() {
        let place = Place { file, line };
        let fields: Vec<&str> = row.split_whitespace().collect();
        let value = |quantity: &str| place.field(&fields, 1, quantity);
        match fields[0] {
            "end_of_head" => break,
            "modelname" => value("the name")?.clone_into(&mut name),
            "earth_gravity_constant" | "gravity_constant" => {
                mu_km3_s2 = Some(place.positive(value("GM")?, "GM, m3/s2,")? / 1e9);
            }
            "radius" => {
                radius_km = Some(place.positive(value("the radius")?, "the reference radius, m,")? / 1e3);
            }
            "max_degree" => held = Some(place.count(value("the degree")?, "the degree")?),
            "norm" if value("the normalisation")? != "fully_normalized" => {
                return Err(GravityError::NotNormalised { file: file.to_owned(), line });
            }
            "tide_system" => {
                tide = match value("the tide system")? {
                    "tide_free" => Some(TideSystem::TideFree),
                    "zero_tide" => Some(TideSystem::ZeroTide),
                    "mean_tide" => Some(TideSystem::MeanTide),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    let told = |quantity: &str| GravityError::NotTold { file: file.to_owned(), quantity: quantity.to_owned() };
    let held = held.ok_or_else(|| told("max_degree"))?;
    let head = Head {
        name,
        mu_km3_s2: mu_km3_s2.ok_or_else(|| told("earth_gravity_constant"))?,
        radius_km: radius_km.ok_or_else(|| told("radius"))?,
        tide,
    };
    let mut filling = Filling::new(file, [degree, order], [held, held])?;
    for (line, row) in lines {
        let place = Place { file, line };
        let fields: Vec<&str> = row.split_whitespace().collect();
        match fields[0] {
            "gfc" => {}
            "gfct" | "trnd" | "dot" | "acos" | "asin" => {
                let keyword = fields[0].to_owned();
                return Err(GravityError::ChangesWithTime { file: file.to_owned(), line, keyword });
            }
            word => return Err(place.malformed("the record", "gfc", word)),
        }
        let n = place.count(place.field(&fields, 1, "the degree")?, "the degree")?;
        let m = place.count(place.field(&fields, 2, "the order")?, "the order")?;
        let c = place.coefficient(place.field(&fields, 3, "the cosine coefficient")?, "the cosine coefficient")?;
        let s = place.coefficient(place.field(&fields, 4, "the sine coefficient")?, "the sine coefficient")?;
        filling.put(place, n, m, [c, s])?;
    }
    filling.finish(head)
}
