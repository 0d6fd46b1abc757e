//! The Advanced Missions Cost Model: development and production cost from mass, number and difficulty.

use super::{CostError, unknown, within};
use crate::units::{Mass, Money};
use std::sync::OnceLock;

const FILE: &str = "amcm.toml";
const TEXT: &str = include_str!("../../catalogue/amcm.toml");

/// The currency year of the model.
pub const AMCM_YEAR: i32 = 1999;

/// z with Φ(z) = 0.9: the standard normal deviate of the 90th percentile.
///
/// # Source
/// NIST/SEMATECH, *e-Handbook of Statistical Methods*, table 1.3.6.7.1 (1.282); further digits by solving Φ(z) = 0.9.
const Z_90: f64 = 1.281_551_565_544_600_4;

/// Coefficients of the model, and the specifications it knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Amcm {
    set: &'static str,
    alpha: f64,
    beta: f64,
    gamma: f64,
    delta: f64,
    epsilon: f64,
    phi: f64,
    theta: f64,
    specs: Vec<Spec>,
}

/// What kind of thing is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// name, the key of the catalogue
    pub name: String,
    /// S, exponent of δ
    pub s_value: f64,
    /// standard deviation of S among the missions it was fitted to, where there were two or more
    pub s_sigma: Option<f64>,
    /// missions behind it
    pub missions: i64,
}

/// D of the model: how hard against the average of its kind, −3 to +3.
///
/// Most descriptions end at ±2.5; Jones (NASA Ames, 2023) goes from −3 to +3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difficulty(f64);

impl Difficulty {
    /// As hard as its kind usually is.
    pub const AVERAGE: Self = Self(0.0);

    /// From a number.
    ///
    /// * `value`: −3 (easiest) to 3 (hardest)
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] outside.
    pub fn new(value: f64) -> Result<Self, CostError> {
        within("the difficulty of an AMCM estimate", value, -3.0, 3.0).map(Self)
    }
}

/// What an estimate is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Development<'a> {
    /// name of the [`Spec`], such as `manned_habitat`
    pub spec: &'a str,
    /// Q: units built, test articles included
    pub units: u32,
    /// dry mass of one unit
    pub dry_mass: Mass,
    /// year of initial operating capability
    pub ioc_year: i32,
    /// B: 1 for a new design, 2 for its second version, and so on
    pub block: u32,
    /// D
    pub difficulty: Difficulty,
}

/// What the model answers, in dollars of [`AMCM_YEAR`].
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// cost of development and all units; the median, since the model was fitted to logarithms
    pub cost: Money,
    /// standard deviation of ln cost, from that of S: σ(ln C) = σ(S) ln δ; none where one mission made the fit
    pub ln_sigma: Option<f64>,
    /// which coefficients
    pub set: &'static str,
}

impl Estimate {
    /// Ten in a hundred such projects cost less.
    #[must_use]
    pub fn p10(&self) -> Option<Money> {
        self.at_deviate(-Z_90)
    }

    /// The median.
    #[must_use]
    pub fn p50(&self) -> Money {
        self.cost
    }

    /// Ten in a hundred such projects cost more.
    #[must_use]
    pub fn p90(&self) -> Option<Money> {
        self.at_deviate(Z_90)
    }

    /// Cost ratio of one standard deviation: ×/÷ this.
    #[must_use]
    pub fn spread_factor(&self) -> Option<f64> {
        self.ln_sigma.map(f64::exp)
    }

    fn at_deviate(&self, z: f64) -> Option<Money> {
        self.ln_sigma.map(|sigma| self.cost.scaled((z * sigma).exp()))
    }
}

impl Amcm {
    /// The coefficients that reproduce a published result (set A).
    ///
    /// # Errors
    /// [`CostError::Catalogue`] when the embedded file does not read.
    pub fn set_a() -> Result<&'static Self, CostError> {
        static SET: OnceLock<Result<Amcm, CostError>> = OnceLock::new();
        SET.get_or_init(|| Self::read(TEXT, "set_a")).as_ref().map_err(Clone::clone)
    }

    /// Another published fit, 14 to 19 % lower (set B).
    ///
    /// # Errors
    /// [`CostError::Catalogue`] when the embedded file does not read.
    pub fn set_b() -> Result<&'static Self, CostError> {
        static SET: OnceLock<Result<Amcm, CostError>> = OnceLock::new();
        SET.get_or_init(|| Self::read(TEXT, "set_b")).as_ref().map_err(Clone::clone)
    }

    fn read(text: &str, set: &'static str) -> Result<Self, CostError> {
        let broken = |detail: String| CostError::Catalogue { file: FILE.to_owned(), line: 1, detail };
        let table: toml::Table =
            toml::from_str(text).map_err(|e| broken(format!("not TOML: {}", e.message().replace('\n', " "))))?;
        let part = |name: &str| {
            table.get(name).and_then(toml::Value::as_table).ok_or_else(|| broken(format!("there is no table [{name}]")))
        };
        let coefficients = part(set)?;
        let number = |name: &str| {
            coefficients
                .get(name)
                .and_then(number_of)
                .filter(|v| v.is_finite())
                .ok_or_else(|| broken(format!("[{set}] has no number `{name}`")))
        };
        let mut specs = Vec::new();
        for (name, row) in part("spec")? {
            let Some(row) = row.as_table() else { continue };
            let s_value =
                row.get("S").and_then(number_of).ok_or_else(|| broken(format!("[spec.{name}] has no number `S`")))?;
            specs.push(Spec {
                name: name.clone(),
                s_value,
                s_sigma: row.get("sigma_S").and_then(number_of),
                missions: row.get("n").and_then(toml::Value::as_integer).unwrap_or(0),
            });
        }
        specs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            set,
            alpha: number("alpha")?,
            beta: number("beta")?,
            gamma: number("gamma")?,
            delta: number("delta")?,
            epsilon: number("epsilon")?,
            phi: number("phi")?,
            theta: number("theta")?,
            specs,
        })
    }

    /// What the model can estimate, in alphabetical order.
    #[must_use]
    pub fn specs(&self) -> &[Spec] {
        &self.specs
    }

    /// A specification by its name; blanks and hyphens count as underscores.
    ///
    /// * `name`: such as `planetary_lander`
    ///
    /// # Errors
    /// [`CostError::Unknown`] with the nearest name and the list.
    pub fn spec(&self, name: &str) -> Result<&Spec, CostError> {
        let asked = name.trim().to_lowercase().replace([' ', '-'], "_");
        self.specs
            .iter()
            .find(|s| s.name == asked)
            .ok_or_else(|| unknown("AMCM specification", name, self.specs.iter().map(|s| s.name.as_str())))
    }

    /// Exponent of the number of units; as a cumulative-average learning curve its slope is 2^(β−1), 75.5 % for set
    /// A, so no second learning curve belongs on top of an estimate.
    #[must_use]
    pub fn units_exponent(&self) -> f64 {
        self.beta
    }

    /// Cost of developing and building all units, in millions of dollars of 1999.
    ///
    /// C = α Q^β M^γ δ^S ε^(1/(IOC − 1900)) B^φ θ^D, with M in pounds
    ///
    /// * `development`: what is built
    ///
    /// # Errors
    /// [`CostError::Unknown`] for the specification; [`CostError::OutOfRange`] for no units, a mass that is not
    /// positive, a year outside 1950 to 2150, a block of zero.
    ///
    /// # Source
    /// The Advanced Missions Cost Model of NASA's Johnson Space Center; equation and coefficients, with their
    /// provenance, in `catalogue/amcm.toml`. The number below is printed as 66.1 in Jones, NASA Ames, 2023.
    ///
    /// ```
    /// use portolan::costs::{Amcm, Development, Difficulty};
    /// use portolan::units::Mass;
    /// let tanks = Development {
    ///     spec: "manned_habitat", units: 100, dry_mass: Mass::from_kg(12.7),
    ///     ioc_year: 2023, block: 2, difficulty: Difficulty::new(-3.0)?,
    /// };
    /// let estimate = Amcm::set_a()?.estimate(&tanks)?;
    /// assert_eq!(estimate.cost.to_string(), "66.1 M$ (1999)");
    /// # Ok::<(), portolan::costs::CostError>(())
    /// ```
    pub fn estimate(&self, development: &Development<'_>) -> Result<Estimate, CostError> {
        let spec = self.spec(development.spec)?;
        let quantity = within("the units of an AMCM estimate", f64::from(development.units), 1.0, 1e6)?;
        let dry_kg = within("the dry mass of an AMCM estimate in kg", development.dry_mass.kg(), 1e-3, 1e7)?;
        let ioc =
            within("the year of first operation of an AMCM estimate", f64::from(development.ioc_year), 1950.0, 2150.0)?;
        let block = within("the block of an AMCM estimate", f64::from(development.block), 1.0, 1e3)?;
        let cost_musd = self.alpha
            * quantity.powf(self.beta)
            * Mass::from_kg(dry_kg).pounds().powf(self.gamma)
            * self.delta.powf(spec.s_value)
            * self.epsilon.powf(1.0 / (ioc - 1900.0))
            * block.powf(self.phi)
            * self.theta.powf(development.difficulty.0);
        Ok(Estimate {
            cost: Money::from_musd(cost_musd, AMCM_YEAR),
            ln_sigma: spec.s_sigma.map(|sigma| sigma * self.delta.ln()),
            set: self.set,
        })
    }
}

fn number_of(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Float(number) => Some(*number),
        // exact: the whole numbers of the file are small
        toml::Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tank(dry_kg: f64) -> Development<'static> {
        Development {
            spec: "manned_habitat",
            units: 100,
            dry_mass: Mass::from_kg(dry_kg),
            ioc_year: 2023,
            block: 2,
            difficulty: Difficulty::new(-3.0).expect("in range"),
        }
    }

    fn musd(amcm: &Amcm, development: &Development<'_>) -> f64 {
        amcm.estimate(development).expect("an estimate").cost.musd()
    }

    #[test]
    fn published_tanks_of_jones_2023() {
        let set_a = Amcm::set_a().expect("set A");
        // printed with one digit; the further digits are those of set A in the validation case
        assert!((musd(set_a, &tank(12.7)) - 66.1).abs() <= 0.05);
        assert!((musd(set_a, &tank(12.7)) - 66.0815).abs() <= 0.000_05);
        assert!((musd(set_a, &tank(21.2)) - 92.6915).abs() <= 0.000_05);
    }

    #[test]
    fn published_spreads_and_slope() {
        let set_a = Amcm::set_a().expect("set A");
        for (spec, factor) in [("planetary_lander", 1.34), ("manned_habitat", 1.40), ("upper stage", 1.65)] {
            let estimate = set_a.estimate(&Development { spec, ..tank(1e3) }).expect(spec);
            let spread = estimate.spread_factor().expect(spec);
            assert!((spread - factor).abs() <= 0.005, "{spec}: {spread}");
        }
        let slope = (set_a.units_exponent() - 1.0).exp2();
        assert!((slope - 0.755).abs() <= 0.0005, "{slope}");
    }

    #[test]
    fn published_set_b_is_lower() {
        let (set_a, set_b) = (Amcm::set_a().expect("set A"), Amcm::set_b().expect("set B"));
        for development in [tank(12.7), tank(1e4), Development { spec: "planetary_lander", ..tank(2e3) }] {
            let lower = 1.0 - musd(set_b, &development) / musd(set_a, &development);
            assert!((0.135..=0.195).contains(&lower), "{lower}");
        }
    }

    #[test]
    fn law_quantiles_are_of_a_lognormal() {
        let set_a = Amcm::set_a().expect("set A");
        let estimate = set_a.estimate(&tank(100.0)).expect("an estimate");
        let (p10, p90) = (estimate.p10().expect("p10"), estimate.p90().expect("p90"));
        let (low, high) = (p10.musd().ln(), p90.musd().ln());
        assert!(((low + high) / 2.0 - estimate.p50().musd().ln()).abs() < 1e-12);
        let sigma = estimate.ln_sigma.expect("a spread");
        assert!(((high - low) / (2.0 * sigma) - 1.281_551_565_5).abs() < 1e-10);
        assert_eq!(p90.year(), 1999);
        let rover = set_a.estimate(&Development { spec: "lunar_rover", ..tank(100.0) }).expect("an estimate");
        assert_eq!((rover.ln_sigma, rover.p10(), rover.p90()), (None, None, None));
    }

    #[test]
    fn law_powers_of_the_equation() {
        let set_a = Amcm::set_a().expect("set A");
        let one = musd(set_a, &tank(50.0));
        let doubled = musd(set_a, &tank(100.0));
        assert!((doubled / one - 0.6604_f64.exp2()).abs() < 1e-12);
        let harder = musd(set_a, &Development { difficulty: Difficulty::new(-2.0).expect("in range"), ..tank(50.0) });
        assert!((harder / one - 1.5691).abs() < 1e-12);
        let later = musd(set_a, &Development { ioc_year: 2033, ..tank(50.0) });
        assert!((later / one - 3.8085e-55_f64.powf(1.0 / 133.0 - 1.0 / 123.0)).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_the_model_does_not_know() {
        let set_a = Amcm::set_a().expect("set A");
        let refusal = |d: &Development<'_>| set_a.estimate(d).expect_err("a refusal").to_string();
        let unknown = refusal(&Development { spec: "planetary_landr", ..tank(1.0) });
        assert!(
            unknown.starts_with(
                "no AMCM specification is called \"planetary_landr\"; did you mean \"planetary_lander\"? known are communication, "
            ),
            "{unknown}"
        );
        assert!(refusal(&Development { spec: "bus", ..tank(1.0) }).contains("\"bus\"; known are communication"));
        assert_eq!(
            refusal(&tank(-4.0)),
            "the dry mass of an AMCM estimate in kg must be from 0.001 to 10000000, got -4"
        );
        assert_eq!(
            refusal(&Development { units: 0, ..tank(1.0) }),
            "the units of an AMCM estimate must be from 1 to 1000000, got 0"
        );
        assert_eq!(
            refusal(&Development { ioc_year: 1900, ..tank(1.0) }),
            "the year of first operation of an AMCM estimate must be from 1950 to 2150, got 1900"
        );
        assert_eq!(
            refusal(&Development { block: 0, ..tank(1.0) }),
            "the block of an AMCM estimate must be from 1 to 1000, got 0"
        );
        assert_eq!(
            Difficulty::new(3.5).expect_err("a refusal").to_string(),
            "the difficulty of an AMCM estimate must be from -3 to 3, got 3.5"
        );
    }

    #[test]
    fn refuses_a_file_without_its_tables() {
        let refusal = |text: &str| Amcm::read(text, "set_a").expect_err("a refusal").to_string();
        assert_eq!(refusal("[spec]\n"), "amcm.toml:1: there is no table [set_a]");
        assert_eq!(refusal("[set_a]\nalpha = 1\n[spec.x]\n"), "amcm.toml:1: [spec.x] has no number `S`");
        assert_eq!(refusal("[set_a]\nalpha = 1\n[spec]\n"), "amcm.toml:1: [set_a] has no number `beta`");
        assert!(refusal("[set_a\n").starts_with("amcm.toml:1: not TOML: "));
    }
}
