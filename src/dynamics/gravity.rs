//! Gravity fields in spherical harmonics: read from files, summed without a singular point.
//!
//! A field answers in the axes of its body and without the central term: the caller adds −μ·r/r³ itself. How the
//! terms are laid out and why the sums have no pole is told in `gravity/table.rs`.

mod files;
mod kernel;
mod table;

use crate::bodies::{self, Body};
use crate::numerics::lanes::{Kernel, Lanes, Width, run};
use crate::numerics::vector::Vector3;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use table::{Axis, Series, Table};
use thiserror::Error;

/// The fields in the program itself.
const EMBEDDED: [(&str, &str, &[u8]); 4] = [
    (
        "earth_egm2008_70",
        "earth_egm2008_70.shadr.gz",
        include_bytes!("../../ephemerides/gravity/earth_egm2008_70.shadr.gz"),
    ),
    ("earth_jgm3_70", "earth_jgm3_70.cof.gz", include_bytes!("../../ephemerides/gravity/earth_jgm3_70.cof.gz")),
    (
        "moon_grgm1200a_70",
        "moon_grgm1200a_70.shadr.gz",
        include_bytes!("../../ephemerides/gravity/moon_grgm1200a_70.shadr.gz"),
    ),
    (
        "mars_mro120d_70",
        "mars_mro120d_70.shadr.gz",
        include_bytes!("../../ephemerides/gravity/mars_mro120d_70.shadr.gz"),
    ),
];

/// What a gravity field refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum GravityError {
    /// No embedded field has the name.
    #[error("no gravity field is called \"{name}\": choose one of {known}, or give the path of a file")]
    NoSuchField {
        /// the name as written
        name: String,
        /// the names there are
        known: String,
    },
    /// The file cannot be read at all.
    #[error("the gravity file {file} cannot be read: {reason}")]
    Unreadable {
        /// path of the file
        file: String,
        /// what the system or the decompressor said
        reason: String,
    },
    /// The file is in none of the known layouts.
    #[error(
        "{file} is no gravity file that is known here: give SHADR (.shadr, .tab), GMAT COF (.cof) or ICGEM (.gfc), gzip or plain"
    )]
    UnknownLayout {
        /// path of the file
        file: String,
    },
    /// A line that says something else than it should.
    #[error(
        "{file}, line {line}: {quantity} should be {wanted}, it is \"{text}\": correct the line or fetch the file again"
    )]
    Malformed {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// what was read
        quantity: String,
        /// what it may be
        wanted: String,
        /// what is written
        text: String,
    },
    /// The head of the file leaves something out.
    #[error("{file} does not say its {quantity}: add it to the head of the file")]
    NotTold {
        /// path of the file
        file: String,
        /// what is missing
        quantity: String,
    },
    /// A coefficient that the asked field needs is not in the file.
    #[error(
        "{file} has no coefficient of degree {degree} and order {order}: fetch the whole file, or ask for degree {} at most",
        degree.saturating_sub(1)
    )]
    MissingTerm {
        /// path of the file
        file: String,
        /// degree of the first missing term
        degree: u16,
        /// its order
        order: u16,
    },
    /// One coefficient is there twice.
    #[error("{file}, line {line}: degree {degree} and order {order} are there a second time: remove one of the two")]
    TermTwice {
        /// path of the file
        file: String,
        /// number of the second line, from 1
        line: usize,
        /// degree of the term
        degree: u16,
        /// order of the term
        order: u16,
    },
    /// More is asked than the file holds.
    #[error(
        "{file} holds degree {held_degree} and order {held_order}, degree {degree} and order {order} are asked: ask for less"
    )]
    BeyondFile {
        /// path of the file
        file: String,
        /// degree asked for
        degree: u16,
        /// order asked for
        order: u16,
        /// degree of the file
        held_degree: u16,
        /// order of the file
        held_order: u16,
    },
    /// An order above the degree.
    #[error("a field of degree {degree} has no order {order}: ask for order {degree} at most")]
    OrderAboveDegree {
        /// degree asked for
        degree: u16,
        /// order asked for
        order: u16,
    },
    /// Coefficients that are not fully normalised.
    #[error("{file}, line {line}: the coefficients are not fully normalised: fetch the fully normalised file")]
    NotNormalised {
        /// path of the file
        file: String,
        /// number of the line that says so, from 1
        line: usize,
    },
    /// Coefficients that change with time.
    #[error(
        "{file}, line {line}: \"{keyword}\" makes the field change with time, which is not done here: fetch a static field"
    )]
    ChangesWithTime {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// the word at its beginning
        keyword: String,
    },
}

/// Which part of the permanent tide the coefficient C20 has in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TideSystem {
    /// the permanent tide and what it does to the body are both left out
    TideFree,
    /// the permanent deformation is left in
    ZeroTide,
    /// both are left in
    MeanTide,
}

/// The acceleration and its gradient at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldGradient {
    /// acceleration without the central term, body-fixed axes
    pub acceleration_km_s2: Vector3,
    /// its derivative by position, rows of ∂a/∂x, ∂a/∂y, ∂a/∂z; symmetric, trace zero
    pub gradient_s2: [[f64; 3]; 3],
}

/// A gravity field, body-fixed, without its central term. Cheap to clone.
#[derive(Clone)]
pub struct GravityField {
    held: Arc<Held>,
}

struct Held {
    name: String,
    mu_km3_s2: f64,
    radius_km: f64,
    degree: u16,
    order: u16,
    tide: Option<TideSystem>,
    c20: f64,
    /// rows of order 0 to `order`, one a degree
    #[cfg(feature = "nyx")]
    normalised: Vec<[f64; 2]>,
    potential: Series,
    acceleration: Table<7>,
    gradient: OnceLock<Table<17>>,
    only_potential: OnceLock<Table<3>>,
}

impl GravityField {
    /// A field of the program itself.
    ///
    /// * `name`: `earth_egm2008_70`, `earth_jgm3_70`, `moon_grgm1200a_70` or `mars_mro120d_70`
    /// * `degree`, `order`: highest terms to take, 70 at most; degree 0 or 1 leaves the point mass alone
    ///
    /// # Errors
    /// [`GravityError::NoSuchField`], [`GravityError::BeyondFile`], [`GravityError::OrderAboveDegree`].
    ///
    /// ```
    /// use portolan::dynamics::GravityField;
    /// let earth = GravityField::embedded("earth_egm2008_70", 8, 8)?;
    /// // NGA's EGM2008 file: the tide-free C20 makes J2 = 1.08262617e-3
    /// let pull = earth.acceleration_km_s2([7000.0, 0.0, 0.0]);
    /// let j2 = 1.5 * 1.08262617e-3 * earth.mu_km3_s2() * earth.radius_km().powi(2) / 7000f64.powi(4);
    /// assert!((-pull[0] / j2 - 1.0).abs() < 0.02); // the other terms are 1 or 2 per cent of it
    /// # Ok::<(), portolan::dynamics::GravityError>(())
    /// ```
    pub fn embedded(name: &str, degree: u16, order: u16) -> Result<Self, GravityError> {
        match EMBEDDED.iter().find(|(known, _, _)| *known == name) {
            Some((_, file, bytes)) => Self::parse(file, bytes, degree, order),
            None => Err(GravityError::NoSuchField {
                name: name.to_owned(),
                known: EMBEDDED.map(|(known, _, _)| known).join(", "),
            }),
        }
    }

    /// A user's own file.
    ///
    /// * `path`: SHADR, GMAT COF or ICGEM gfc, gzip or plain
    /// * `degree`, `order`: highest terms to take
    ///
    /// # Errors
    /// [`GravityError`] with the file, the line and what to do.
    pub fn read(path: &Path, degree: u16, order: u16) -> Result<Self, GravityError> {
        let file = path.display().to_string();
        let bytes =
            std::fs::read(path).map_err(|e| GravityError::Unreadable { file: file.clone(), reason: e.to_string() })?;
        Self::parse(&file, &bytes, degree, order)
    }

    /// A field from the bytes of a file.
    ///
    /// * `file_name`: said in refusals; its ending plays no part, the layout is told from the text
    /// * `bytes`: the file, gzip or plain
    /// * `degree`, `order`: highest terms to take
    ///
    /// Coefficients are taken as the file has them: degree 1 too, which moves the origin off the centre of mass,
    /// and the tide system as it is.
    ///
    /// # Errors
    /// [`GravityError`] with the file, the line and what to do.
    pub fn parse(file_name: &str, bytes: &[u8], degree: u16, order: u16) -> Result<Self, GravityError> {
        if order > degree {
            return Err(GravityError::OrderAboveDegree { degree, order });
        }
        let text = files::text(file_name, bytes)?;
        let file = files::read(file_name, &text, degree, order)?;
        let (n, m) = (usize::from(degree), usize::from(order));
        let potential = Series::from_normalised(n, m, |n, m| file.pair(n, m));
        let [x, y, z] = [Axis::X, Axis::Y, Axis::Z].map(|axis| potential.derivative(axis));
        let acceleration = Table::new(&[x, y, z]);
        let c20 = if n >= 2 { file.pair(2, 0)[0] } else { 0.0 };
        #[cfg(feature = "nyx")]
        let normalised = {
            let pair = |(n, m): (usize, usize)| if n > 0 && m <= n { file.pair(n, m) } else { [0.0; 2] };
            (0..=n).flat_map(|n| (0..=m).map(move |m| (n, m))).map(pair).collect()
        };
        Ok(Self {
            held: Arc::new(Held {
                name: file.name,
                mu_km3_s2: file.mu_km3_s2,
                radius_km: file.radius_km,
                degree,
                order,
                tide: file.tide,
                c20,
                #[cfg(feature = "nyx")]
                normalised,
                potential,
                acceleration,
                gradient: OnceLock::new(),
                only_potential: OnceLock::new(),
            }),
        })
    }

    /// What the file calls itself, or the name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.held.name
    }

    /// Gravitational parameter that the coefficients belong to.
    #[must_use]
    pub fn mu_km3_s2(&self) -> f64 {
        self.held.mu_km3_s2
    }

    /// Reference radius that the coefficients belong to.
    #[must_use]
    pub fn radius_km(&self) -> f64 {
        self.held.radius_km
    }

    /// Highest degree taken.
    #[must_use]
    pub fn degree(&self) -> u16 {
        self.held.degree
    }

    /// Highest order taken.
    #[must_use]
    pub fn order(&self) -> u16 {
        self.held.order
    }

    /// The tide system, where the file tells it.
    #[must_use]
    pub fn tide(&self) -> Option<TideSystem> {
        self.held.tide
    }

    /// The fully normalised second zonal coefficient; zero below degree 2.
    pub(crate) fn c20(&self) -> f64 {
        self.held.c20
    }

    /// The fully normalised coefficients C and S as the file has them; zero where the field has none.
    #[cfg(feature = "nyx")]
    pub(crate) fn normalised(&self, degree: u16, order: u16) -> [f64; 2] {
        let at = usize::from(degree) * (usize::from(self.held.order) + 1) + usize::from(order);
        if order > self.held.order { [0.0; 2] } else { self.held.normalised.get(at).copied().unwrap_or_default() }
    }

    /// The body whose field it is, told by its gravitational parameter and radius; none when no body fits.
    ///
    /// No two bodies of the list are nearer to each other than a hundred times what is allowed here.
    #[must_use]
    pub fn body(&self) -> Option<Body> {
        let fits = |body: &Body| {
            (self.mu_km3_s2() / body.mu_km3_s2 - 1.0).abs() < 1e-4
                && (self.radius_km() / body.radius_km - 1.0).abs() < 0.02
        };
        [bodies::EARTH, bodies::MOON, bodies::MARS, bodies::VENUS, bodies::MERCURY].into_iter().find(fits)
    }

    /// Acceleration without the central term.
    ///
    /// * `position_km`: from the body's centre, body-fixed axes
    ///
    /// Relative error about 1e-15; at the centre itself the answer is no number.
    #[must_use]
    pub fn acceleration_km_s2(&self, position_km: Vector3) -> Vector3 {
        run(Width::best(), Point(self, position_km))
    }

    /// Acceleration without the central term, and its derivative by position.
    ///
    /// * `position_km`: from the body's centre, body-fixed axes
    #[must_use]
    pub fn gradient(&self, position_km: Vector3) -> FieldGradient {
        run(Width::best(), PointGradient(self, position_km))
    }

    /// Derivative of the acceleration by position, without the central term: [`GravityField::gradient`] alone.
    #[must_use]
    pub fn gradient_s2(&self, position_km: Vector3) -> [[f64; 3]; 3] {
        self.gradient(position_km).gradient_s2
    }

    /// Potential without the central term; its gradient is the acceleration.
    ///
    /// * `position_km`: from the body's centre, body-fixed axes
    #[must_use]
    pub fn potential_km2_s2(&self, position_km: Vector3) -> f64 {
        run(Width::best(), PointPotential(self, position_km))
    }

    /// Acceleration without the central term at eight points, km/s².
    #[allow(dead_code, reason = "for batches of trajectories")]
    #[inline(always)]
    pub(crate) fn acceleration_lanes<L: Lanes>(&self, position_km: [L; 3]) -> [L; 3] {
        let scale = L::splat(self.scale_km_s2());
        let [x, y, z] = kernel::points::<L, 7, 3>(&self.held.acceleration, self.held.radius_km, position_km);
        [x * scale, y * scale, z * scale]
    }

    /// Acceleration without the central term at one point with eight orders in the lanes, km/s²: the bits of a lane
    /// of [`Self::acceleration_lanes`], in a fifth of the time of all eight.
    #[inline(always)]
    pub(crate) fn acceleration_point<L: Lanes>(&self, position_km: Vector3) -> Vector3 {
        let scale = self.scale_km_s2();
        let [x, y, z] = kernel::point::<L, 7, 3>(&self.held.acceleration, self.held.radius_km, position_km);
        [x * scale, y * scale, z * scale]
    }

    /// Acceleration in km/s² and its gradient xx, xy, xz, yy, yz, zz in 1/s² at eight points, without the central term.
    #[allow(dead_code, reason = "for batches of trajectories")]
    #[inline(always)]
    pub(crate) fn gradient_lanes<L: Lanes>(&self, position_km: [L; 3]) -> ([L; 3], [L; 6]) {
        let values = kernel::points::<L, 17, 8>(self.gradient_table(), self.held.radius_km, position_km);
        let (first, second) = (L::splat(self.scale_km_s2()), L::splat(self.scale_s2()));
        let [x, y, z, xx, xy, xz, yy, yz] = values;
        let (xx, yy) = (xx * second, yy * second);
        ([x * first, y * first, z * first], [xx, xy * second, xz * second, yy, yz * second, -(xx + yy)])
    }

    /// The same at one point, with eight orders in the lanes.
    #[inline(always)]
    pub(crate) fn gradient_point<L: Lanes>(&self, position_km: Vector3) -> (Vector3, [f64; 6]) {
        let values = kernel::point::<L, 17, 8>(self.gradient_table(), self.held.radius_km, position_km);
        let (first, second) = (self.scale_km_s2(), self.scale_s2());
        let [x, y, z, xx, xy, xz, yy, yz] = values;
        let (xx, yy) = (xx * second, yy * second);
        ([x * first, y * first, z * first], [xx, xy * second, xz * second, yy, yz * second, -(xx + yy)])
    }

    fn scale_km_s2(&self) -> f64 {
        self.held.mu_km3_s2 / (self.held.radius_km * self.held.radius_km)
    }

    fn scale_s2(&self) -> f64 {
        self.scale_km_s2() / self.held.radius_km
    }

    fn gradient_table(&self) -> &Table<17> {
        self.held.gradient.get_or_init(|| {
            let [x, y, z] = [Axis::X, Axis::Y, Axis::Z].map(|axis| self.held.potential.derivative(axis));
            let (xx, xy, xz) = (x.derivative(Axis::X), x.derivative(Axis::Y), x.derivative(Axis::Z));
            let (yy, yz) = (y.derivative(Axis::Y), y.derivative(Axis::Z));
            Table::new(&[x, y, z, xx, xy, xz, yy, yz])
        })
    }
}

struct Point<'a>(&'a GravityField, Vector3);

impl Kernel for Point<'_> {
    type Output = Vector3;
    #[inline(always)]
    fn run<L: Lanes>(self) -> Vector3 {
        self.0.acceleration_point::<L>(self.1)
    }
}

struct PointGradient<'a>(&'a GravityField, Vector3);

impl Kernel for PointGradient<'_> {
    type Output = FieldGradient;
    #[inline(always)]
    fn run<L: Lanes>(self) -> FieldGradient {
        let (acceleration_km_s2, [xx, xy, xz, yy, yz, zz]) = self.0.gradient_point::<L>(self.1);
        FieldGradient { acceleration_km_s2, gradient_s2: [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]] }
    }
}

struct PointPotential<'a>(&'a GravityField, Vector3);

impl Kernel for PointPotential<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<L: Lanes>(self) -> f64 {
        let held = &self.0.held;
        let table = held.only_potential.get_or_init(|| Table::new(std::slice::from_ref(&held.potential)));
        let [value] = kernel::point::<L, 3, 1>(table, held.radius_km, self.1);
        value * (held.mu_km3_s2 / held.radius_km)
    }
}

impl std::fmt::Debug for GravityField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Held { name, degree, order, mu_km3_s2, radius_km, .. } = &*self.held;
        write!(f, "GravityField {{ {name}, {degree} x {order}, {mu_km3_s2} km3/s2, {radius_km} km }}")
    }
}

#[cfg(test)]
mod tests;
