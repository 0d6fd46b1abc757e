//! Small bodies that a user brings: osculating elements from a line, a CSV file or a TOML file.
//!
//! Ellipses are given by semi-major axis and mean anomaly, or like comets by perihelion distance and a passage of
//! the perihelion; parabolas and hyperbolas likewise (a negative semi-major axis for a hyperbola).

use super::small::passage_jd_tdb_d;
use super::{Body, Elements, MAJOR_BODIES, SmallBody};
use crate::units::{AU_KM, NameError, check_name};
use std::ops::RangeInclusive;
use std::path::Path;
use thiserror::Error;

/// What a user's elements are refused for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ElementsError {
    /// The file cannot be read, or is neither table.
    #[error("{file} cannot be read as elements: {reason}")]
    BadFile {
        /// the file
        file: String,
        /// what is wrong
        reason: String,
    },
    /// A line has not the fields that elements need.
    #[error(
        "{place}: {fields} fields are no elements: write name, epoch (JD TDB), a (au), e, i, node, peri, M (degrees), or key=value pairs of {}",
        KEYS.join(", ")
    )]
    BadLine {
        /// file and line, or the flag
        place: String,
        /// how many were given
        fields: usize,
    },
    /// A key or a column is not known.
    #[error("{place}: \"{key}\" is no element: known are {}", KEYS.join(", "))]
    UnknownKey {
        /// file and line, or the flag
        place: String,
        /// the key as written
        key: String,
    },
    /// A value is not a number.
    #[error("{place}: {key} = \"{text}\" is not a number")]
    NotANumber {
        /// file and line, or the flag
        place: String,
        /// the key
        key: &'static str,
        /// the value as written
        text: String,
    },
    /// An element is missing.
    #[error("{place}: {body} has no {missing}: give {cure}")]
    Missing {
        /// file and line, or the flag
        place: String,
        /// name of the body
        body: String,
        /// the key that is missing
        missing: &'static str,
        /// what would do
        cure: &'static str,
    },
    /// An element lies outside what an orbit can have.
    #[error("{place}: {body} has {key} = {value}: {cure}")]
    OutOfRange {
        /// file and line, or the flag
        place: String,
        /// name of the body
        body: String,
        /// the key
        key: &'static str,
        /// its value, in the unit of the key
        value: f64,
        /// what would do
        cure: &'static str,
    },
    /// A name that is not one printable line.
    #[error("{place}: {error}")]
    Name {
        /// file and line, or the flag
        place: String,
        /// the character at fault
        error: NameError,
    },
    /// The name is that of a planet or of another body of the user's.
    #[error("{place}: there is a body called {body} already: choose another name")]
    NameTaken {
        /// file and line, or the flag
        place: String,
        /// the name
        body: String,
    },
}

/// The keys of a row, in the order of a plain line; the last two are a comet's, instead of `a_au` and
/// `mean_anomaly_deg`.
const KEYS: [&str; 11] = [
    "name",
    "epoch_jd_tdb",
    "a_au",
    "e",
    "i_deg",
    "node_deg",
    "peri_deg",
    "mean_anomaly_deg",
    "naif_id",
    "q_au",
    "passage_jd_tdb",
];

/// Perihelia that are read, au: inside the Sun to the Oort cloud.
const PERIHELIA_AU: RangeInclusive<f64> = 1e-4..=1e5;
/// Largest semi-major axis, au; beyond, an orbit is a parabola.
const LARGEST_AU: f64 = 1e7;
/// Largest eccentricity: interstellar visitors have up to 6.
const LARGEST_ECC: f64 = 1e3;

/// Other spellings that people use.
const SHORT: [(&str, &str); 10] = [
    ("epoch", "epoch_jd_tdb"),
    ("epoch_jd", "epoch_jd_tdb"),
    ("a", "a_au"),
    ("q", "q_au"),
    ("i", "i_deg"),
    ("node", "node_deg"),
    ("peri", "peri_deg"),
    ("m", "mean_anomaly_deg"),
    ("tp", "passage_jd_tdb"),
    ("tp_jd", "passage_jd_tdb"),
];

/// One body as it was written: what each key says.
#[derive(Debug, Clone, Default)]
struct Row {
    place: String,
    texts: [Option<String>; KEYS.len()],
}

/// The bodies of a line or of a file.
///
/// * `text`: `name, epoch, a, e, i, node, peri, M`; or `name=1P/Halley, q=0.5871, …`; or the path of a `.csv` or
///   `.toml` file
///
/// # Errors
/// [`ElementsError`], with file and line.
///
/// ```
/// use portolan::bodies::osculating::read;
/// let halley = read("name=1P/Halley, epoch=2439875.5, q=0.587, e=0.967, i=162.26, node=58.42, peri=111.33, tp=2446467.4")?;
/// assert_eq!((halley[0].body.name, halley[0].elements.ecc), ("1P/Halley", 0.967));
/// # Ok::<(), portolan::bodies::ElementsError>(())
/// ```
pub fn read(text: &str) -> Result<Vec<SmallBody>, ElementsError> {
    let path = Path::new(text.trim());
    let kind = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    let rows = match kind.as_deref() {
        Some("csv") => csv_rows(text.trim(), &contents(path)?)?,
        Some("toml") => toml_rows(text.trim(), &contents(path)?)?,
        _ => vec![line(text)?],
    };
    let mut bodies: Vec<SmallBody> = Vec::new();
    for row in rows {
        let body = row.body()?;
        let same = |name: &str| name.eq_ignore_ascii_case(body.body.name);
        if bodies.iter().any(|b| same(b.body.name)) || MAJOR_BODIES.iter().any(|b| same(b.name)) {
            return Err(ElementsError::NameTaken { place: row.place, body: body.body.name.to_owned() });
        }
        bodies.push(body);
    }
    Ok(bodies)
}

fn contents(path: &Path) -> Result<String, ElementsError> {
    std::fs::read_to_string(path)
        .map_err(|e| ElementsError::BadFile { file: path.display().to_string(), reason: e.to_string() })
}

fn key_index(key: &str, place: &str) -> Result<usize, ElementsError> {
    let wanted = key.trim().to_lowercase();
    let full = SHORT.iter().find(|(short, _)| *short == wanted).map_or(wanted.as_str(), |(_, full)| full);
    KEYS.iter()
        .position(|k| *k == full)
        .ok_or_else(|| ElementsError::UnknownKey { place: place.to_owned(), key: key.trim().to_owned() })
}

fn line(text: &str) -> Result<Row, ElementsError> {
    let mut row = Row { place: "--elements".to_owned(), ..Row::default() };
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    if fields.iter().all(|f| f.contains('=')) {
        for (key, value) in fields.iter().filter_map(|f| f.split_once('=')) {
            row.texts[key_index(key, &row.place)?] = Some(value.trim().to_owned());
        }
    } else if fields.len() == 8 {
        row.texts[..8].iter_mut().zip(&fields).for_each(|(to, from)| *to = Some((*from).to_owned()));
    } else {
        return Err(ElementsError::BadLine { place: row.place, fields: fields.len() });
    }
    Ok(row)
}

/// A header of keys, then a body a line; `#` begins a comment. Columns that are no elements are left alone.
fn csv_rows(file: &str, text: &str) -> Result<Vec<Row>, ElementsError> {
    let refuse = |reason: String| ElementsError::BadFile { file: file.to_owned(), reason };
    // a line at a time, so that a mistake is told with its line
    let fields = |line: &str| -> Result<csv::StringRecord, ElementsError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line.as_bytes());
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record).map_err(|e| refuse(e.to_string()))?;
        Ok(record)
    };
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.trim_start().starts_with('#'));
    let header = lines.next().map_or(Ok(csv::StringRecord::new()), |(_, line)| fields(line))?;
    let columns: Vec<Option<usize>> = header.iter().map(|key| key_index(key, file).ok()).collect();
    if !columns.contains(&Some(0)) {
        return Err(refuse("its first line names no column \"name\"".to_owned()));
    }
    let mut rows = Vec::new();
    for (number, line) in lines {
        let mut row = Row { place: format!("{file}:{}", number + 1), ..Row::default() };
        for (column, value) in columns.iter().zip(&fields(line)?) {
            if let Some(k) = column
                && !value.is_empty()
            {
                row.texts[*k] = Some(value.to_owned());
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

/// `[[body]]` tables with the keys of a row.
fn toml_rows(file: &str, text: &str) -> Result<Vec<Row>, ElementsError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        body: Vec<toml::Spanned<toml::Table>>,
    }
    let line_of = |at: usize| text[..at.min(text.len())].lines().count().max(1);
    let parsed: File = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |span| line_of(span.start));
        ElementsError::BadFile { file: format!("{file}:{line}"), reason: e.message().to_owned() }
    })?;
    let mut rows = Vec::new();
    for table in parsed.body {
        let line = line_of(table.span().start + 1);
        let mut row = Row { place: format!("{file}:{line}"), ..Row::default() };
        for (key, value) in table.get_ref() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            row.texts[key_index(key, &row.place)?] = Some(text);
        }
        rows.push(row);
    }
    Ok(rows)
}

impl Row {
    fn number(&self, key: &'static str) -> Result<Option<f64>, ElementsError> {
        let index = KEYS.iter().position(|k| *k == key);
        let Some(text) = index.and_then(|k| self.texts[k].as_ref()) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(ElementsError::NotANumber { place: self.place.clone(), key, text: text.clone() }),
        }
    }

    fn body(&self) -> Result<SmallBody, ElementsError> {
        let place = || self.place.clone();
        let name = self.texts[0].clone().filter(|n| !n.is_empty()).ok_or_else(|| ElementsError::Missing {
            place: place(),
            body: "a body".to_owned(),
            missing: "name",
            cure: "one that is no planet's",
        })?;
        check_name(&name).map_err(|error| ElementsError::Name { place: place(), error })?;
        let missing = |missing, cure| ElementsError::Missing { place: place(), body: name.clone(), missing, cure };
        let out = |key, value, cure| ElementsError::OutOfRange { place: place(), body: name.clone(), key, value, cure };
        let need = |key: &'static str, cure| self.number(key)?.ok_or_else(|| missing(key, cure));
        let ecc = need("e", "the eccentricity")?;
        if ecc < 0.0 {
            return Err(out("e", ecc, "an eccentricity is 0 for a circle, 1 for a parabola, and never negative"));
        }
        if ecc > LARGEST_ECC {
            return Err(out("e", ecc, "an eccentricity above 1000 is a straight line: write it as it is printed"));
        }
        let angle_deg = |key: &'static str| -> Result<f64, ElementsError> {
            let value = need(key, "it in degrees, ecliptic and equinox of J2000")?;
            let most = if key == "i_deg" { (0.0, 180.0) } else { (-360.0, 360.0) };
            if value < most.0 || value > most.1 {
                let cure = if key == "i_deg" {
                    "an inclination is 0 to 180 degrees"
                } else {
                    "an angle is within a turn, in degrees"
                };
                return Err(out(key, value, cure));
            }
            Ok(value)
        };
        let (inc_deg, raan_deg, argp_deg) = (angle_deg("i_deg")?, angle_deg("node_deg")?, angle_deg("peri_deg")?);
        let epoch_jd_tdb_d = self.number("epoch_jd_tdb")?;
        let date = |key: &'static str, jd_tdb_d: f64| {
            // 1000 to 3000: a modified Julian date or a year does not pass for one
            let sound = (2_086_302.5..=2_816_787.5).contains(&jd_tdb_d);
            if sound { Ok(jd_tdb_d) } else { Err(out(key, jd_tdb_d, "write a Julian date, such as 2461200.5")) }
        };
        let (q_au, a_au) = (self.number("q_au")?, self.number("a_au")?);
        let perihelion_au = match (q_au, a_au) {
            (Some(q), _) if q <= 0.0 => return Err(out("q_au", q, "a perihelion distance is positive, in au")),
            (Some(q), None) => q,
            (None, Some(a)) if ecc == 1.0 => {
                return Err(out("a_au", a, "a parabola has no semi-major axis; give q_au and passage_jd_tdb"));
            }
            (None, Some(a)) if ecc < 1.0 && a <= 0.0 => {
                return Err(out("a_au", a, "with e below 1 the semi-major axis is positive, in au"));
            }
            (None, Some(a)) if ecc > 1.0 && a >= 0.0 => {
                return Err(out("a_au", a, "with e above 1 the semi-major axis is negative, in au"));
            }
            (None, Some(a)) => a * (1.0 - ecc),
            (Some(q), Some(_)) => return Err(out("q_au", q, "give q_au or a_au, not both")),
            (None, None) => return Err(missing("a_au", "the semi-major axis a_au, or the perihelion distance q_au")),
        };
        if let Some(a) = a_au.filter(|a| a.abs() > LARGEST_AU) {
            return Err(out("a_au", a, "a semi-major axis is below 1e7 au; give a parabola q_au and e = 1"));
        }
        if !PERIHELIA_AU.contains(&perihelion_au) {
            return Err(out("q_au", perihelion_au, "a perihelion distance is 1e-4 to 1e5 au (a_au times 1 - e)"));
        }
        let passage = match (self.number("passage_jd_tdb")?, self.number("mean_anomaly_deg")?) {
            (Some(jd), None) => date("passage_jd_tdb", jd)?,
            (Some(jd), Some(_)) => {
                return Err(out("passage_jd_tdb", jd, "give passage_jd_tdb or mean_anomaly_deg, not both"));
            }
            (None, Some(m)) if ecc == 1.0 => {
                return Err(out("mean_anomaly_deg", m, "a parabola has no mean anomaly; give passage_jd_tdb"));
            }
            (None, Some(m)) => {
                let epoch = epoch_jd_tdb_d.ok_or_else(|| missing("epoch_jd_tdb", "the epoch of its mean anomaly"))?;
                passage_jd_tdb_d(date("epoch_jd_tdb", epoch)?, perihelion_au * AU_KM / (1.0 - ecc), m.to_radians())
            }
            (None, None) => {
                return Err(missing("mean_anomaly_deg", "the mean anomaly mean_anomaly_deg, or passage_jd_tdb"));
            }
        };
        // a passage further off than a million years says nothing of today
        if !(passage.is_finite() && passage.abs() < 4e8) {
            return Err(out(
                "passage_jd_tdb",
                passage,
                "its perihelion is more than a million years away: check e and the mean anomaly",
            ));
        }
        let naif_id = match self.number("naif_id")? {
            Some(id) if id.fract() == 0.0 && (1_000_000.0..2e9).contains(&id) => id as i32,
            Some(id) => return Err(out("naif_id", id, "a small body's NAIF number is whole and above 1000000")),
            None => own_naif_id(&name),
        };
        Ok(SmallBody {
            // Bodies are Copy and live as long as the program; a user brings a handful.
            body: Body {
                naif_id,
                name: Box::leak(name.clone().into_boxed_str()),
                mu_km3_s2: 0.0,
                radius_km: 0.0,
                primary: 10,
            },
            elements: Elements {
                epoch_jd_tdb_d: epoch_jd_tdb_d.map_or(Ok(passage), |jd| date("epoch_jd_tdb", jd))?,
                perihelion_km: perihelion_au * AU_KM,
                ecc,
                inc_rad: inc_deg.to_radians(),
                raan_rad: raan_deg.to_radians(),
                argp_rad: argp_deg.to_radians(),
                passage_jd_tdb_d: passage,
            },
        })
    }
}

/// A number that no catalogue uses, the same for the same name (FNV-1a into 900 to 999 millions).
fn own_naif_id(name: &str) -> i32 {
    let hash = name.to_lowercase().bytes().fold(0x811C_9DC5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    900_000_000 + (hash % 99_999_999) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALLEY: &str =
        "name=1P/Halley, epoch=2439875.5, q=0.5871, e=0.9673, i=162.26, node=58.42, peri=111.33, tp=2446467.4";

    #[test]
    fn law_a_line_a_csv_and_a_toml_say_the_same() {
        let place = tempfile::tempdir().expect("a directory");
        let path = |name: &str| place.path().join(name).display().to_string();
        let line = read("Ceres again, 2461200.5, 2.7655, 0.0797, 10.588, 80.2486, 73.294, 274.419").expect("a body");
        std::fs::write(
            path("a.csv"),
            "# mine\nname,a_au,e,i_deg,node_deg,peri_deg,mean_anomaly_deg,epoch_jd_tdb,H\nCeres again,2.7655,0.0797,10.588,80.2486,73.294,274.419,2461200.5,3.3\n",
        )
        .expect("written");
        std::fs::write(
            path("a.toml"),
            "[[body]]\nname = \"Ceres again\"\nepoch_jd_tdb = 2461200.5\na_au = 2.7655\ne = 0.0797\ni_deg = 10.588\nnode_deg = 80.2486\nperi_deg = 73.294\nmean_anomaly_deg = 274.419\n",
        )
        .expect("written");
        assert_eq!(read(&path("a.csv")).expect("a body"), line);
        assert_eq!(read(&path("a.toml")).expect("a body"), line);
        assert!(line[0].body.naif_id >= 900_000_000);
    }

    #[test]
    fn refuses_with_the_line_and_a_cure() {
        let say = |text: &str| read(text).expect_err(text).to_string();
        let with = |from: &str, to: &str| say(&HALLEY.replace(from, to));
        assert!(read(HALLEY).is_ok());
        for (message, part) in [
            (say("a, b, c"), "3 fields are no elements: write name, epoch (JD TDB)"),
            (with("e=0.9673", "e=-0.1"), "1P/Halley has e = -0.1: an eccentricity is 0 for a circle"),
            (with("q=0.5871", "q=0"), "q_au = 0: a perihelion distance is positive"),
            (with("q=0.5871", "a=-17.8"), "with e below 1 the semi-major axis is positive"),
            (with("i=162.26", "i=197.74"), "i_deg = 197.74: an inclination is 0 to 180"),
            (with("tp=2446467.4", "tp=46467.4"), "passage_jd_tdb = 46467.4: write a Julian date"),
            (with("tp=2446467.4", "tp=soon"), "passage_jd_tdb = \"soon\" is not a number"),
            (with(", tp=2446467.4", ""), "has no mean_anomaly_deg: give the mean anomaly"),
            (with("node=58.42", "knot=58.42"), "\"knot\" is no element: known are name"),
            (with("1P/Halley", "Mars"), "there is a body called Mars already"),
            (say("x, 2461200.5, 2.0, 1.0, 1, 2, 3, 4"), "a parabola has no semi-major axis; give q_au"),
            (say("x, 2461200.5, 2.0, 1.5, 1, 2, 3, 4"), "with e above 1 the semi-major axis is negative"),
            (with("e=0.9673", "e=1e300"), "e = 1000000"),
            (with("q=0.5871", "q=1e300"), "a perihelion distance is 1e-4 to 1e5 au"),
            (with("q=0.5871", "q=1e-9"), "a perihelion distance is 1e-4 to 1e5 au"),
            (with("1P/Halley", "1P\u{1b}[2J"), "a name is one printable line, and character 3 of this one is"),
            (say("x, 2461200.5, 1e300, 0.5, 1, 2, 3, 4"), "a semi-major axis is below 1e7 au"),
            (say("x, 2461200.5, -1e-300, 1.5, 1, 2, 3, 4"), "a perihelion distance is 1e-4 to 1e5 au"),
            (say("x, 2461200.5, -1.5, 1.5, 1, 2, 3, 1e300"), "more than a million years away"),
            (say("x, 2461200.5, 1e6, 0.999999, 1, 2, 3, 170"), "more than a million years away"),
            (say("no/such/file.csv"), "no/such/file.csv cannot be read as elements"),
        ] {
            assert!(message.contains(part), "{message}");
        }
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("a.csv");
        std::fs::write(&path, "name,e\n# c\nA,0.1\nB,x\n").expect("written");
        assert!(say(&path.display().to_string()).contains("a.csv:3: A has no i_deg"));
        let path = place.path().join("b.toml");
        std::fs::write(&path, "[[body]]\nname = \"A\"\n\n[[body]\nname = 1\n").expect("written");
        assert!(say(&path.display().to_string()).contains("b.toml:4"), "{}", say(&path.display().to_string()));
    }
}
