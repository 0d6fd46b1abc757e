//! Bodies: NAIF id, gravitational parameter, radius; each number with its source.
//!
//! Gravitational parameters are those of `gm_de440.tpc` (Park et al. 2021, Astron. J. 161:105), radii
//! those of `pck00011.tpc` (Archinal et al. 2018, equatorial), both in `ephemerides/text/`.

pub mod osculating;
pub mod small;

pub use osculating::ElementsError;
pub use small::{Elements, SmallBody, small_bodies};

use thiserror::Error;

/// A body, a barycentre or a small body, as its NAIF number names it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// NAIF id: 10 Sun, 3 Earth-Moon barycentre, 399 Earth, 2000001 Ceres
    pub naif_id: i32,
    /// name as printed
    pub name: &'static str,
    /// gravitational parameter; zero where none is known (a barycentre counts its moons)
    pub mu_km3_s2: f64,
    /// equatorial radius, of the planet for barycentres 5 to 9; zero for barycentres 0, 3 and 4
    pub radius_km: f64,
    /// NAIF id of the body it goes around; 0 for the Sun
    pub primary: i32,
}

/// What a body's name refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BodyError {
    /// No body carries the name.
    #[error("no body is called \"{name}\"{hint}")]
    Unknown {
        /// the name as written
        name: String,
        /// `; did you mean "Mars"?`, or a list, or nothing
        hint: String,
    },
}

macro_rules! body {
    ($(#[$doc:meta])* $id:ident = $naif:literal, $name:literal, mu $mu:expr, radius $radius:expr, about $primary:literal) => {
        $(#[$doc])*
        pub const $id: Body = Body { naif_id: $naif, name: $name, mu_km3_s2: $mu, radius_km: $radius, primary: $primary };
    };
}

body!(/// The solar-system barycentre.
    SOLAR_SYSTEM_BARYCENTER = 0, "Solar System Barycenter", mu 0.0, radius 0.0, about 0);
body!(/// The Sun.
    SUN = 10, "Sun", mu 132_712_440_041.279_42, radius 695_700.0, about 0);
body!(/// Mercury.
    MERCURY = 199, "Mercury", mu 22_031.868_551_400_003, radius 2440.53, about 10);
body!(/// Venus.
    VENUS = 299, "Venus", mu 324_858.592, radius 6051.8, about 10);
body!(/// The Earth.
    EARTH = 399, "Earth", mu 398_600.435_507_022_66, radius 6378.1366, about 10);
body!(/// The Earth-Moon barycentre.
    EARTH_MOON_BARYCENTER = 3, "Earth-Moon Barycenter", mu 403_503.235_625_480_19, radius 0.0, about 10);
body!(/// The Moon.
    MOON = 301, "Moon", mu 4902.800_118_457_549_6, radius 1737.4, about 399);
body!(/// Mars, the planet without its moons.
    MARS = 499, "Mars", mu 42_828.373_620_699_09, radius 3396.19, about 10);
body!(/// The Mars system.
    MARS_BARYCENTER = 4, "Mars Barycenter", mu 42_828.375_815_756_102, radius 0.0, about 10);
body!(/// The Jupiter system.
    JUPITER_BARYCENTER = 5, "Jupiter Barycenter", mu 126_712_764.099_999_98, radius 71_492.0, about 10);
body!(/// The Saturn system.
    SATURN_BARYCENTER = 6, "Saturn Barycenter", mu 37_940_584.841_8, radius 60_268.0, about 10);
body!(/// The Uranus system.
    URANUS_BARYCENTER = 7, "Uranus Barycenter", mu 5_794_556.399_999_998_5, radius 25_559.0, about 10);
body!(/// The Neptune system.
    NEPTUNE_BARYCENTER = 8, "Neptune Barycenter", mu 6_836_527.100_580_398_9, radius 24_764.0, about 10);
body!(/// The Pluto system.
    PLUTO_BARYCENTER = 9, "Pluto Barycenter", mu 975.5, radius 1188.3, about 10);
body!(/// Ceres; the gravitational parameter is that of DE440's asteroid model.
    CERES = 2_000_001, "Ceres", mu 62.628_888_644_409_93, radius 487.3, about 10);
body!(/// Vesta.
    VESTA = 2_000_004, "Vesta", mu 17.288_232_879_171_513, radius 289.0, about 10);
body!(/// Psyche.
    PSYCHE = 2_000_016, "Psyche", mu 1.589_658_244_170_942_4, radius 139.5, about 10);

/// Every body with an embedded kernel, in the order of a textbook.
pub const MAJOR_BODIES: [Body; 17] = [
    SUN,
    MERCURY,
    VENUS,
    EARTH,
    EARTH_MOON_BARYCENTER,
    MOON,
    MARS,
    MARS_BARYCENTER,
    JUPITER_BARYCENTER,
    SATURN_BARYCENTER,
    URANUS_BARYCENTER,
    NEPTUNE_BARYCENTER,
    PLUTO_BARYCENTER,
    CERES,
    VESTA,
    PSYCHE,
    SOLAR_SYSTEM_BARYCENTER,
];

/// Short names people type. The outer planets have no centre of their own in DE440, so their plain
/// names stand for their barycentres, and say so when printed.
const ALIASES: [(&str, Body); 10] = [
    ("emb", EARTH_MOON_BARYCENTER),
    ("ssb", SOLAR_SYSTEM_BARYCENTER),
    ("luna", MOON),
    ("jupiter", JUPITER_BARYCENTER),
    ("saturn", SATURN_BARYCENTER),
    ("uranus", URANUS_BARYCENTER),
    ("neptune", NEPTUNE_BARYCENTER),
    ("pluto", PLUTO_BARYCENTER),
    ("1", MERCURY),
    ("2", VENUS),
];

impl Body {
    /// The body that a name or a NAIF number stands for.
    ///
    /// * `name`: case does not matter; `"earth"`, `"emb"`, `"Mars Barycenter"`, `"499"`, `"2008 EV5"`, or the
    ///   number of any body that a user's kernel holds, such as `"-1176"`
    ///
    /// # Errors
    /// [`BodyError::Unknown`] with the nearest known name.
    ///
    /// ```
    /// use portolan::bodies::Body;
    /// assert_eq!(Body::find("mars")?.naif_id, 499);
    /// assert!(Body::find("Mras").unwrap_err().to_string().contains("did you mean \"Mars\""));
    /// # Ok::<(), portolan::bodies::BodyError>(())
    /// ```
    pub fn find(name: &str) -> Result<Self, BodyError> {
        let wanted = name.trim().to_lowercase();
        if let Some((_, body)) = ALIASES.iter().find(|(alias, _)| *alias == wanted) {
            return Ok(*body);
        }
        let known = || MAJOR_BODIES.into_iter().chain(small_bodies().iter().map(|s| s.body));
        if let Some(body) = known().find(|b| b.name.to_lowercase() == wanted || b.naif_id.to_string() == wanted) {
            return Ok(body);
        }
        if let Ok(naif_id) = wanted.parse::<i32>() {
            return Ok(Self::from_naif_id(naif_id));
        }
        let names: Vec<&str> = known().map(|b| b.name).chain(ALIASES.iter().map(|(a, _)| *a)).collect();
        Err(BodyError::Unknown { name: name.to_owned(), hint: hint(&wanted, &names) })
    }

    /// The body of a NAIF number; one that portolan does not know has neither mass nor radius.
    #[must_use]
    pub fn from_naif_id(naif_id: i32) -> Self {
        MAJOR_BODIES
            .into_iter()
            .chain(small_bodies().iter().map(|s| s.body))
            .find(|b| b.naif_id == naif_id)
            .unwrap_or_else(|| Self {
                naif_id,
                // Bodies are Copy and live as long as the program; a user's kernel brings a handful.
                name: Box::leak(format!("NAIF {naif_id}").into_boxed_str()),
                mu_km3_s2: 0.0,
                radius_km: 0.0,
                primary: 10,
            })
    }

    /// The lower-case word for files and JSON: `earth`, `emb`, `mars`, `2008_ev5`.
    #[must_use]
    pub fn slug(&self) -> String {
        match self.naif_id {
            0 => "ssb".to_owned(),
            3 => "emb".to_owned(),
            _ => self.name.to_lowercase().replace(' ', "_"),
        }
    }
}

/// `; did you mean "Mars"?` when a known name is near, otherwise a list.
fn hint(wanted: &str, names: &[&str]) -> String {
    let nearest = names.iter().min_by_key(|n| edit_distance(wanted, &n.to_lowercase()));
    match nearest {
        Some(name) if edit_distance(wanted, &name.to_lowercase()) <= 1 + wanted.chars().count() / 3 => {
            format!("; did you mean \"{name}\"?")
        }
        _ => format!("; known are {}, and NAIF numbers of your own kernels", names[..13].join(", ")),
    }
}

/// Edits (insert, delete, replace, exchange of neighbours) that turn one word into another.
///
/// # Source
/// Damerau, CACM 7 (1964) 171; optimal string alignment.
#[must_use]
pub fn edit_distance(left: &str, right: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_names_find_bodies() {
        for (name, id) in [
            ("EARTH", 399),
            ("emb", 3),
            ("mars barycenter", 4),
            ("499", 499),
            ("jupiter", 5),
            ("eros", 2_000_433),
            ("-1176", -1176),
        ] {
            assert_eq!(Body::find(name).expect(name).naif_id, id);
        }
        for body in MAJOR_BODIES {
            assert_eq!(Body::find(body.name).expect(body.name), body);
        }
    }

    #[test]
    fn agrees_with_the_text_kernel() {
        let text = include_str!("../ephemerides/text/gm_de440.tpc");
        for body in MAJOR_BODIES.into_iter().filter(|b| b.naif_id != 0) {
            let key = format!("BODY{}_GM ", body.naif_id);
            let line = text.lines().find(|l| l.trim_start().starts_with(&key)).expect(&key);
            let number = line.split(['(', ')']).nth(1).expect(&key).trim();
            assert_eq!(number.replace('D', "E").parse::<f64>().expect(number), body.mu_km3_s2, "{key}");
        }
    }

    #[test]
    fn refuses_with_the_nearest_name() {
        assert_eq!(
            Body::find("Mras").expect_err("unknown").to_string(),
            "no body is called \"Mras\"; did you mean \"Mars\"?"
        );
        assert!(Body::find("Tatooine").expect_err("unknown").to_string().contains("known are Sun, Mercury"));
    }
}
