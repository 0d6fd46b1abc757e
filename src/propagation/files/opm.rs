//! CCSDS orbit parameter messages (KVN): one state, what the craft is, and its burns.

use super::kvn::{self, Block, Entry, digits};
use super::{Eme2000, FileError, FrameName, Heading, Label, TimeSystem, center_name, stamps};
use crate::ephemerides::State;
use crate::time::Epoch;
use std::fmt::Write;
use std::path::Path;

/// What pressure and drag need to know of a craft; `None` where the file is silent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CraftParameters {
    /// mass
    pub mass_kg: Option<f64>,
    /// area that sunlight meets
    pub radiation_area_m2: Option<f64>,
    /// coefficient of reflectivity: 1 absorbs, 2 reflects
    pub radiation_coefficient: Option<f64>,
    /// area that the air meets
    pub drag_area_m2: Option<f64>,
    /// drag coefficient
    pub drag_coefficient: Option<f64>,
}

/// The angle along an orbit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anomaly {
    /// true anomaly
    True {
        /// from periapsis
        nu_deg: f64,
    },
    /// mean anomaly
    Mean {
        /// from periapsis
        anomaly_deg: f64,
    },
}

/// Osculating elements that a file gives besides its state, in the file's axes; they are carried, not used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keplerian {
    /// semi-major axis
    pub sma_km: f64,
    /// eccentricity
    pub ecc: f64,
    /// inclination
    pub inc_deg: f64,
    /// right ascension of the ascending node
    pub raan_deg: f64,
    /// argument of periapsis
    pub argp_deg: f64,
    /// angle along the orbit
    pub anomaly: Anomaly,
    /// gravitational parameter that the elements were made with
    pub mu_km3_s2: f64,
}

/// A covariance matrix; carried, not used.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    /// its axes, as written; the state's where the file is silent
    pub frame: Option<String>,
    /// comments of the block
    pub comments: Vec<String>,
    /// lower triangle row by row, X to Z_DOT: km², km²/s, km²/s²
    pub matrix: [f64; 21],
}

/// The axes of a burn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BurnFrame {
    /// ICRF
    Icrf,
    /// mean equator and equinox of J2000, the frame bias away from the ICRF
    Eme2000,
    /// another word for [`BurnFrame::Eme2000`]
    J2000,
    /// radial, transverse, normal to the orbit
    Rsw,
    /// another word for [`BurnFrame::Rsw`]
    Rtn,
    /// along the velocity, normal to it in the orbit, normal to the orbit
    Tnw,
}

impl BurnFrame {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Icrf, Self::Eme2000, Self::J2000, Self::Rsw, Self::Rtn, Self::Tnw];

    /// The name in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Icrf => "ICRF",
            Self::Eme2000 => "EME2000",
            Self::J2000 => "J2000",
            Self::Rsw => "RSW",
            Self::Rtn => "RTN",
            Self::Tnw => "TNW",
        }
    }

    /// The axes of a word; those of a file that means the ICRF by EME2000 are the ICRF's.
    fn find(word: &str, eme2000: Eme2000) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|frame| frame.name().eq_ignore_ascii_case(word));
        let found =
            found.or_else(|| matches!(FrameName::find(word, eme2000), Some(FrameName::Icrf)).then_some(Self::Icrf))?;
        let means_icrf = eme2000 == Eme2000::Icrf && matches!(found, Self::Eme2000 | Self::J2000);
        Some(if means_icrf { Self::Icrf } else { found })
    }
}

/// A burn.
#[derive(Debug, Clone, PartialEq)]
pub struct Burn {
    /// when it begins
    pub ignition: Epoch,
    /// how long it lasts; zero for an impulse
    pub duration_s: f64,
    /// change of mass, zero or negative
    pub mass_change_kg: f64,
    /// axes of the next
    pub frame: BurnFrame,
    /// change of velocity
    pub dv_km_s: [f64; 3],
    /// comments of the block
    pub comments: Vec<String>,
}

/// An orbit parameter message.
#[derive(Debug, Clone, PartialEq)]
pub struct Opm {
    /// when and by whom
    pub heading: Heading,
    /// whose state, from where
    pub label: Label,
    /// when
    pub epoch: Epoch,
    /// position and velocity from the centre, ICRF axes
    pub state: State,
    /// elements beside the state
    pub elements: Option<Keplerian>,
    /// mass, areas, coefficients
    pub craft: CraftParameters,
    /// uncertainty of the state
    pub covariance: Option<Covariance>,
    /// burns, in the order of the file
    pub burns: Vec<Burn>,
    /// `USER_DEFINED_` keywords without that beginning, and their values
    pub user_defined: Vec<(String, String)>,
    /// comments of the metadata
    pub metadata_comments: Vec<String>,
    /// comments of the state
    pub state_comments: Vec<String>,
    /// comments of the elements
    pub element_comments: Vec<String>,
    /// comments of mass, areas, coefficients
    pub craft_comments: Vec<String>,
}

const HEADING: [&str; 5] = ["CCSDS_OPM_VERS", "CLASSIFICATION", "CREATION_DATE", "ORIGINATOR", "MESSAGE_ID"];
const METADATA: [&str; 6] = ["OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "REF_FRAME_EPOCH", "TIME_SYSTEM"];
const STATE: [&str; 7] = ["EPOCH", "X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"];
const ELEMENTS: [&str; 8] = [
    "SEMI_MAJOR_AXIS",
    "ECCENTRICITY",
    "INCLINATION",
    "RA_OF_ASC_NODE",
    "ARG_OF_PERICENTER",
    "TRUE_ANOMALY",
    "MEAN_ANOMALY",
    "GM",
];
const CRAFT: [&str; 5] = ["MASS", "SOLAR_RAD_AREA", "SOLAR_RAD_COEFF", "DRAG_AREA", "DRAG_COEFF"];
const BURN: [&str; 7] =
    ["MAN_EPOCH_IGNITION", "MAN_DURATION", "MAN_DELTA_MASS", "MAN_REF_FRAME", "MAN_DV_1", "MAN_DV_2", "MAN_DV_3"];
const AXES: [&str; 6] = ["X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"];
const USER: &str = "USER_DEFINED_";

/// `CX_X`, `CY_X`, `CY_Y`, … with the unit of each.
pub(super) fn covariance_keys() -> Vec<(String, &'static str)> {
    let key = |row: usize, column: usize| {
        let rates = usize::from(row >= 3) + usize::from(column >= 3);
        (format!("C{}_{}", AXES[row], AXES[column]), ["km**2", "km**2/s", "km**2/s**2"][rates])
    };
    (0..6).flat_map(|row| (0..=row).map(move |column| key(row, column))).collect()
}

impl Opm {
    /// A message with nothing but a state.
    #[must_use]
    pub const fn new(heading: Heading, label: Label, epoch: Epoch, state: State) -> Self {
        Self {
            heading,
            label,
            epoch,
            state,
            elements: None,
            craft: CraftParameters {
                mass_kg: None,
                radiation_area_m2: None,
                radiation_coefficient: None,
                drag_area_m2: None,
                drag_coefficient: None,
            },
            covariance: None,
            burns: Vec::new(),
            user_defined: Vec::new(),
            metadata_comments: Vec::new(),
            state_comments: Vec::new(),
            element_comments: Vec::new(),
            craft_comments: Vec::new(),
        }
    }

    /// Read a file; EME2000 is what CCSDS means by it.
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Self::read_as(path, Eme2000::default())
    }

    /// Read a file that may mean the ICRF by EME2000.
    ///
    /// * `eme2000`: what it means, in the state, the burns and the covariance
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn read_as(path: &Path, eme2000: Eme2000) -> Result<Self, FileError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| FileError::Unreadable { file: file.clone(), reason: e.to_string() })?;
        Self::parse_as(&file, &text, eme2000)
    }

    /// Read the text of a message, KVN; EME2000 is what CCSDS means by it.
    ///
    /// * `file`, `text`: as for [`Opm::parse_as`]
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        Self::parse_as(file, text, Eme2000::default())
    }

    /// Read the text of a message, KVN, that may mean the ICRF by EME2000.
    ///
    /// * `file`: what errors call it
    /// * `text`: versions 1.0 to 3.0; units in brackets may stand and must be the standard's
    /// * `eme2000`: what EME2000 means in it, in the state, the burns and the covariance
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    ///
    /// # Source
    /// CCSDS 502.0-B-3, *Orbit Data Messages*, section 3.
    pub fn parse_as(file: &str, text: &str, eme2000: Eme2000) -> Result<Self, FileError> {
        let entries = kvn::entries(text);
        kvn::check_version(file, &entries, "CCSDS_OPM_VERS")?;
        let covariance_keys = covariance_keys();
        let block = || Block::new(file);
        let [mut heading, mut metadata, mut state, mut elements, mut craft, mut covariance] =
            [block(), block(), block(), block(), block(), block()];
        let (mut burns, mut user_defined) = (Vec::<Block<'_>>::new(), Vec::new());
        let mut comments: Vec<String> = Vec::new();
        let mut last = 1;
        for (line, entry) in entries {
            last = line;
            let (key, value) = match entry {
                Entry::Comment(comment) => {
                    comments.push(comment.to_owned());
                    continue;
                }
                Entry::Bare(text) => {
                    let cure = "write KEYWORD = value, or COMMENT and a text".to_owned();
                    return Err(FileError::NoPlace { file: file.to_owned(), line, text: text.to_owned(), cure });
                }
                Entry::Pair { key, value } => (key, value),
            };
            if let Some(name) = key.strip_prefix(USER) {
                user_defined.push((name.to_owned(), value.to_owned()));
                continue;
            }
            let block = if HEADING.contains(&key) {
                &mut heading
            } else if METADATA.contains(&key) {
                &mut metadata
            } else if STATE.contains(&key) {
                &mut state
            } else if ELEMENTS.contains(&key) {
                &mut elements
            } else if CRAFT.contains(&key) {
                &mut craft
            } else if key == "COV_REF_FRAME" || covariance_keys.iter().any(|(known, _)| known == key) {
                &mut covariance
            } else if BURN.contains(&key) {
                if key == BURN[0] {
                    burns.push(block());
                }
                let Some(burn) = burns.last_mut() else {
                    let cure = "a burn begins with MAN_EPOCH_IGNITION".to_owned();
                    return Err(FileError::NoPlace { file: file.to_owned(), line, text: key.to_owned(), cure });
                };
                burn
            } else {
                let tables = [&HEADING[..], &METADATA, &STATE, &ELEMENTS, &CRAFT, &BURN];
                let known =
                    tables.into_iter().flatten().copied().chain(covariance_keys.iter().map(|(k, _)| k.as_str()));
                return Err(kvn::unknown(file, line, key, known));
            };
            block.comments.append(&mut comments);
            block.insert(line, key, value)?;
        }
        for block in [&mut heading, &mut metadata, &mut state] {
            // what never came is missed at the end of the file
            if block.is_empty() {
                block.end = last;
            }
        }
        let label = metadata.label(eme2000)?;
        let system = label.time_system;
        let number = |key: &str, unit| state.number(key, unit);
        let message = Self {
            heading: Heading {
                creation_date: heading.text("CREATION_DATE", "write CREATION_DATE = 2026-11-24T12:00:00")?,
                originator: heading.text("ORIGINATOR", "write ORIGINATOR = who made the file")?,
                message_id: heading.optional_text("MESSAGE_ID"),
                comments: heading.comments,
            },
            epoch: state.epoch("EPOCH", system)?,
            state: label.frame.read(State {
                position_km: [number("X", "km")?, number("Y", "km")?, number("Z", "km")?],
                velocity_km_s: [number("X_DOT", "km/s")?, number("Y_DOT", "km/s")?, number("Z_DOT", "km/s")?],
            }),
            elements: read_elements(&elements)?,
            craft: read_craft(&craft)?,
            covariance: read_covariance(&covariance, &covariance_keys, eme2000)?,
            burns: burns.iter().map(|burn| read_burn(file, burn, system, eme2000)).collect::<Result<_, _>>()?,
            user_defined,
            label,
            metadata_comments: metadata.comments,
            state_comments: state.comments,
            element_comments: elements.comments,
            craft_comments: craft.comments,
        };
        if let (false, None) = (message.burns.is_empty(), message.craft.mass_kg) {
            let cure = "a file with burns needs MASS = number [kg]".to_owned();
            return Err(FileError::Missing { file: file.to_owned(), line: last, quantity: "MASS".to_owned(), cure });
        }
        Ok(message)
    }

    /// The text of the message, KVN, version 3.0; [`Opm::parse`] brings back the same numbers to the last bit, where the axes
    /// are the ICRF, and the state to a rounding in others.
    ///
    /// # Source
    /// CCSDS 502.0-B-3, *Orbit Data Messages*, section 3.
    #[must_use]
    pub fn to_kvn(&self) -> String {
        let mut text = Text::new("CCSDS_OPM_VERS");
        text.heading(&self.heading);
        text.label(&self.label, &self.metadata_comments);
        text.blank();
        text.comments(&self.state_comments);
        text.pair("EPOCH", &stamps::write(self.epoch, self.label.time_system));
        let state = self.label.frame.written(self.state);
        for (key, value) in AXES.iter().zip(state.position_km.iter().chain(&state.velocity_km_s)) {
            text.number(key, *value, if key.ends_with("DOT") { "km/s" } else { "km" });
        }
        if let Some(e) = &self.elements {
            text.blank();
            text.comments(&self.element_comments);
            text.number("SEMI_MAJOR_AXIS", e.sma_km, "km");
            text.pair("ECCENTRICITY", &digits(e.ecc));
            text.number("INCLINATION", e.inc_deg, "deg");
            text.number("RA_OF_ASC_NODE", e.raan_deg, "deg");
            text.number("ARG_OF_PERICENTER", e.argp_deg, "deg");
            match e.anomaly {
                Anomaly::True { nu_deg } => text.number("TRUE_ANOMALY", nu_deg, "deg"),
                Anomaly::Mean { anomaly_deg } => text.number("MEAN_ANOMALY", anomaly_deg, "deg"),
            }
            text.number("GM", e.mu_km3_s2, "km**3/s**2");
        }
        if self.craft != CraftParameters::default() {
            text.blank();
            text.comments(&self.craft_comments);
            let craft = [
                ("MASS", self.craft.mass_kg, "kg"),
                ("SOLAR_RAD_AREA", self.craft.radiation_area_m2, "m**2"),
                ("SOLAR_RAD_COEFF", self.craft.radiation_coefficient, ""),
                ("DRAG_AREA", self.craft.drag_area_m2, "m**2"),
                ("DRAG_COEFF", self.craft.drag_coefficient, ""),
            ];
            for (key, value, unit) in craft {
                if let Some(value) = value {
                    text.number(key, value, unit);
                }
            }
        }
        if let Some(covariance) = &self.covariance {
            text.blank();
            text.comments(&covariance.comments);
            if let Some(frame) = &covariance.frame {
                text.pair("COV_REF_FRAME", frame);
            }
            for ((key, unit), value) in covariance_keys().iter().zip(covariance.matrix) {
                text.number(key, value, unit);
            }
        }
        for burn in &self.burns {
            text.blank();
            text.comments(&burn.comments);
            text.pair(BURN[0], &stamps::write(burn.ignition, self.label.time_system));
            text.number(BURN[1], burn.duration_s, "s");
            text.number(BURN[2], burn.mass_change_kg, "kg");
            text.pair(BURN[3], burn.frame.name());
            for (key, value) in BURN[4..].iter().zip(burn.dv_km_s) {
                text.number(key, value, "km/s");
            }
        }
        if !self.user_defined.is_empty() {
            text.blank();
        }
        for (name, value) in &self.user_defined {
            text.pair(&format!("{USER}{name}"), value);
        }
        text.0
    }
}

fn read_elements(block: &Block<'_>) -> Result<Option<Keplerian>, FileError> {
    if block.is_empty() {
        return Ok(None);
    }
    let number = |key: &str, unit| block.number(key, unit);
    let mu_km3_s2 = number("GM", "km**3/s**2")?;
    if mu_km3_s2 <= 0.0 {
        return Err(block.out_of_range("GM", mu_km3_s2, "write a positive number, km³/s²"));
    }
    let anomaly = if block.has("MEAN_ANOMALY") && !block.has("TRUE_ANOMALY") {
        Anomaly::Mean { anomaly_deg: number("MEAN_ANOMALY", "deg")? }
    } else {
        Anomaly::True { nu_deg: number("TRUE_ANOMALY", "deg")? }
    };
    Ok(Some(Keplerian {
        sma_km: number("SEMI_MAJOR_AXIS", "km")?,
        ecc: number("ECCENTRICITY", "")?,
        inc_deg: number("INCLINATION", "deg")?,
        raan_deg: number("RA_OF_ASC_NODE", "deg")?,
        argp_deg: number("ARG_OF_PERICENTER", "deg")?,
        anomaly,
        mu_km3_s2,
    }))
}

fn read_craft(block: &Block<'_>) -> Result<CraftParameters, FileError> {
    Ok(CraftParameters {
        mass_kg: match block.optional_number("MASS", "kg")? {
            Some(mass_kg) if mass_kg <= 0.0 => {
                return Err(block.out_of_range("MASS", mass_kg, "write a positive number of kilograms"));
            }
            other => other,
        },
        radiation_area_m2: block.optional_amount("SOLAR_RAD_AREA", "m**2")?,
        radiation_coefficient: block.optional_amount("SOLAR_RAD_COEFF", "")?,
        drag_area_m2: block.optional_amount("DRAG_AREA", "m**2")?,
        drag_coefficient: block.optional_amount("DRAG_COEFF", "")?,
    })
}

fn read_covariance(
    block: &Block<'_>,
    keys: &[(String, &'static str)],
    eme2000: Eme2000,
) -> Result<Option<Covariance>, FileError> {
    if block.is_empty() {
        return Ok(None);
    }
    let mut matrix = [0.0; 21];
    for (value, (key, unit)) in matrix.iter_mut().zip(keys) {
        *value = block.number(key, unit)?;
    }
    let frame = block.optional_text("COV_REF_FRAME").map(|word| match BurnFrame::find(&word, eme2000) {
        Some(BurnFrame::Icrf) => BurnFrame::Icrf.name().to_owned(),
        _ => word,
    });
    Ok(Some(Covariance { frame, comments: block.comments.clone(), matrix }))
}

fn read_burn(file: &str, block: &Block<'_>, system: TimeSystem, eme2000: Eme2000) -> Result<Burn, FileError> {
    let named = block.text("MAN_REF_FRAME", "write MAN_REF_FRAME = EME2000, ICRF, RTN, RSW or TNW")?;
    let frame = BurnFrame::find(&named, eme2000).ok_or_else(|| FileError::Frame {
        file: file.to_owned(),
        line: block.line("MAN_REF_FRAME"),
        quantity: "MAN_REF_FRAME".to_owned(),
        found: named,
        wanted: "ICRF, EME2000, J2000, RSW, RTN or TNW",
    })?;
    let ignition = block.epoch("MAN_EPOCH_IGNITION", system)?;
    let duration_s = block.number("MAN_DURATION", "s")?;
    if duration_s < 0.0 {
        return Err(block.out_of_range("MAN_DURATION", duration_s, "write a number of seconds from zero up"));
    }
    let mass_change_kg = block.number("MAN_DELTA_MASS", "kg")?;
    if mass_change_kg > 0.0 {
        return Err(block.out_of_range("MAN_DELTA_MASS", mass_change_kg, "a burn loses mass: write a negative number"));
    }
    let dv = |key: &str| block.number(key, "km/s");
    let dv_km_s = [dv("MAN_DV_1")?, dv("MAN_DV_2")?, dv("MAN_DV_3")?];
    Ok(Burn { ignition, duration_s, mass_change_kg, frame, dv_km_s, comments: block.comments.clone() })
}

/// The text of a message as it grows.
pub(super) struct Text(pub(super) String);

impl Text {
    pub(super) fn new(version: &str) -> Self {
        Self(format!("{version} = 3.0\n"))
    }

    pub(super) fn blank(&mut self) {
        self.0.push('\n');
    }

    pub(super) fn comments(&mut self, comments: &[String]) {
        for comment in comments {
            // a comment of two lines would end as something else
            for line in comment.lines() {
                let _ = writeln!(self.0, "COMMENT {line}");
            }
        }
    }

    pub(super) fn pair(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {}", value.replace(['\n', '\r'], " "));
    }

    pub(super) fn number(&mut self, key: &str, value: f64, unit: &str) {
        let unit = if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
        let _ = writeln!(self.0, "{key} = {}{unit}", digits(value));
    }

    pub(super) fn heading(&mut self, heading: &Heading) {
        self.comments(&heading.comments);
        self.pair("CREATION_DATE", &heading.creation_date);
        self.pair("ORIGINATOR", &heading.originator);
        if let Some(id) = &heading.message_id {
            self.pair("MESSAGE_ID", id);
        }
        self.blank();
    }

    pub(super) fn label(&mut self, label: &Label, comments: &[String]) {
        self.comments(comments);
        self.pair("OBJECT_NAME", &label.object_name);
        self.pair("OBJECT_ID", &label.object_id);
        self.pair("CENTER_NAME", &center_name(label.center));
        self.pair("REF_FRAME", label.frame.name());
        self.pair("TIME_SYSTEM", label.time_system.name());
    }
}
