//! One stage: the rocket equation both ways, a tank that gives no more than it holds, sizing.
//!
//! Δv = vₑ·ln(m₀/m₁), vₑ = g₀·Isp (Tsiolkovsky 1903); masses in kg, Δv in km/s.

use super::table::Verified;
use crate::units::{DeltaV, G0_M_S2, Mass, number, told};
use thiserror::Error;

/// What a stage refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StageError {
    /// A number that must be positive, or not negative, is not.
    #[error("the {what} of {stage} cannot be {} {unit}; write a {cure}", number(*value))]
    NotPhysical {
        /// the stage
        stage: String,
        /// dry mass, propellant, specific impulse, …
        what: &'static str,
        /// what was given, in `unit`
        value: f64,
        /// kg, s, km/s
        unit: &'static str,
        /// positive number, number of zero or more
        cure: &'static str,
    },
    /// The tank does not hold what the burn needs.
    #[error(
        "the tank of {stage} holds {} kg and a burn of {} m/s needs {} kg: {} kg or {} m/s short; lighten the payload, fill the tank or split the burn",
        told(*holds_kg, *short_kg, 1), told(*dv_m_s, *short_m_s, 1), told(*needs_kg, *short_kg, 1),
        told(*short_kg, *short_kg, 1), told(*short_m_s, *short_m_s, 1)
    )]
    TankTooSmall {
        /// the stage
        stage: String,
        /// what was asked, m/s
        dv_m_s: f64,
        /// propellant in the tank
        holds_kg: f64,
        /// propellant that the burn needs
        needs_kg: f64,
        /// propellant missing
        short_kg: f64,
        /// change of speed missing, m/s
        short_m_s: f64,
    },
    /// More change of speed than any mass of propellant gives.
    #[error(
        "a burn of {} km/s by {stage} is {} times its exhaust speed of {} km/s, and a rocket of a thousand tonnes could not give it to two grams; if metres per second are meant, it is {} km/s",
        number(*dv_km_s), told(dv_km_s / exhaust_km_s, 0.0, 0), told(*exhaust_km_s, *exhaust_km_s, 3), number(dv_km_s / 1e3)
    )]
    BeyondRockets {
        /// the stage
        stage: String,
        /// what was asked
        dv_km_s: f64,
        /// its exhaust speed
        exhaust_km_s: f64,
    },
    /// The structure eats the whole mass.
    #[error(
        "a stage of {isp_s:.0} s that weighs {inert_ratio:.3} kg dry per kg of propellant reaches {} m/s without payload, not {} m/s; use a higher specific impulse, a lighter structure or two stages",
        told(*most_m_s, dv_m_s - most_m_s, 0), told(*dv_m_s, dv_m_s - most_m_s, 0)
    )]
    InertTooHeavy {
        /// specific impulse
        isp_s: f64,
        /// dry mass over propellant, a plain ratio
        inert_ratio: f64,
        /// the Δv that no payload reaches, m/s
        most_m_s: f64,
        /// what was asked, m/s
        dv_m_s: f64,
    },
    /// What arrives is lighter than the stage's own dry mass.
    #[error(
        "of {initial_kg:.1} kg a burn of {dv_m_s:.1} m/s leaves {} kg, less than the {} kg of {stage} itself; use a stronger launcher, a lighter stage or a date of less delta-v",
        told(*final_kg, dry_kg - final_kg, 1), told(*dry_kg, dry_kg - final_kg, 1)
    )]
    NothingLeft {
        /// the stage
        stage: String,
        /// mass before the burn
        initial_kg: f64,
        /// mass after it
        final_kg: f64,
        /// dry mass of the stage
        dry_kg: f64,
        /// what was asked, m/s
        dv_m_s: f64,
    },
}

/// Most changes of speed over exhaust speed that count as a rocket's: what is left is e⁻²⁰ = 2·10⁻⁹ of the whole.
pub(super) const MOST_DV_RATIO: f64 = 20.0;

/// Heaviest thing that a vehicle is made of, kg: an asteroid of some fifty kilometres.
pub(super) const HEAVIEST_KG: f64 = 1e18;

/// Highest specific impulse, s: that of light, c/g₀.
pub(super) const HIGHEST_ISP_S: f64 = 299_792_458.0 / G0_M_S2;

/// Whether a rocket can give a change of speed at all.
fn within_rockets(stage: &str, dv_km_s: f64, isp_s: f64) -> Result<(), StageError> {
    let exhaust_km_s = exhaust_km_s(isp_s);
    if dv_km_s <= MOST_DV_RATIO * exhaust_km_s {
        return Ok(());
    }
    Err(StageError::BeyondRockets { stage: stage.to_owned(), dv_km_s, exhaust_km_s })
}

/// Exhaust speed of a specific impulse, km/s: g₀·Isp.
#[must_use]
pub fn exhaust_km_s(isp_s: f64) -> f64 {
    isp_s * G0_M_S2 * 1e-3
}

/// Propellant that changes the speed of what remains, kg: m₁·(exp(Δv/vₑ) − 1).
///
/// * `dv_km_s`: change of speed, ≥ 0
/// * `final_kg`: mass after the burn
/// * `isp_s`: specific impulse, > 0
#[must_use]
pub fn propellant_for_kg(dv_km_s: f64, final_kg: f64, isp_s: f64) -> f64 {
    final_kg * (dv_km_s / exhaust_km_s(isp_s)).exp_m1()
}

/// Propellant that a burn takes of a given initial mass, kg: m₀·(1 − exp(−Δv/vₑ)).
///
/// * `dv_km_s`: change of speed, ≥ 0
/// * `initial_kg`: mass before the burn
/// * `isp_s`: specific impulse, > 0
#[must_use]
pub fn propellant_of_kg(dv_km_s: f64, initial_kg: f64, isp_s: f64) -> f64 {
    if dv_km_s == 0.0 {
        return 0.0;
    }
    -initial_kg * (-dv_km_s / exhaust_km_s(isp_s)).exp_m1()
}

/// Change of speed that burning from one mass to another gives, km/s: vₑ·ln(m₀/m₁).
///
/// * `initial_kg`, `final_kg`: masses before and after, 0 < final ≤ initial
/// * `isp_s`: specific impulse, > 0
#[must_use]
pub fn dv_of_km_s(initial_kg: f64, final_kg: f64, isp_s: f64) -> f64 {
    exhaust_km_s(isp_s) * (initial_kg / final_kg).ln()
}

/// A stage with a full tank.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// name, for refusals and reports
    pub name: String,
    /// mass without usable propellant
    pub dry: Mass,
    /// usable propellant
    pub propellant: Mass,
    /// specific impulse, s
    pub isp_s: f64,
    /// where the numbers come from
    pub source: String,
    /// how far they can be trusted
    pub verified: Verified,
}

/// What a stage delivers of a given initial mass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// what arrives beside the stage
    pub payload: Mass,
    /// what was burned
    pub propellant: Mass,
}

impl Stage {
    /// A stage of the user's own numbers.
    ///
    /// # Errors
    /// [`StageError::NotPhysical`] for a negative mass or a specific impulse that is not positive.
    pub fn new(name: &str, dry: Mass, propellant: Mass, isp_s: f64) -> Result<Self, StageError> {
        let stage = Self {
            name: name.to_owned(),
            dry,
            propellant,
            isp_s,
            source: "given by the user".to_owned(),
            verified: Verified::Read,
        };
        stage.check()?;
        Ok(stage)
    }

    /// The same stage with a tank filled so far.
    ///
    /// # Errors
    /// [`StageError::NotPhysical`] for a fill that is negative or above the tank.
    pub fn filled_to(mut self, propellant: Mass) -> Result<Self, StageError> {
        if !(0.0..=self.propellant.kg()).contains(&propellant.kg()) {
            return Err(StageError::NotPhysical {
                stage: self.name,
                what: "fill",
                value: propellant.kg(),
                unit: "kg",
                cure: "mass from zero to what the tank holds",
            });
        }
        self.propellant = propellant;
        Ok(self)
    }

    /// Dry mass and propellant.
    #[must_use]
    pub fn wet(&self) -> Mass {
        self.dry + self.propellant
    }

    /// The payload that a full tank changes by some speed; burnt dry.
    ///
    /// m_payload = m_p/(exp(Δv/vₑ) − 1) − m_dry
    ///
    /// # Errors
    /// [`StageError::NotPhysical`] for a Δv that is not positive, [`StageError::TankTooSmall`] when not even the empty
    /// stage gets there.
    pub fn payload_for(&self, dv: DeltaV) -> Result<Mass, StageError> {
        self.check()?;
        check(&self.name, "delta-v", dv.km_s(), "km/s", Sign::Positive)?;
        within_rockets(&self.name, dv.km_s(), self.isp_s)?;
        let final_kg = self.propellant.kg() / (dv.km_s() / exhaust_km_s(self.isp_s)).exp_m1();
        let payload_kg = final_kg - self.dry.kg();
        if payload_kg > HEAVIEST_KG {
            let (stage, what, value) = (self.name.clone(), "delta-v", dv.km_s());
            let cure = "change of speed that limits the payload";
            return Err(StageError::NotPhysical { stage, what, value, unit: "km/s", cure });
        }
        if payload_kg >= 0.0 {
            return Ok(Mass::from_kg(payload_kg));
        }
        let needs_kg = propellant_for_kg(dv.km_s(), self.dry.kg(), self.isp_s);
        Err(self.too_small(self.propellant.kg(), needs_kg, dv, dv_of_km_s(self.wet().kg(), self.dry.kg(), self.isp_s)))
    }

    /// What of an initial mass arrives beside this stage after a burn; the tank is filled as far as needed.
    ///
    /// * `initial`: stage, its propellant and payload together before the burn
    /// * `dv`: change of speed, ≥ 0
    ///
    /// # Errors
    /// [`StageError::TankTooSmall`] when the burn needs more than the tank holds, [`StageError::NothingLeft`] when
    /// less than the empty stage would remain.
    pub fn deliver(&self, initial: Mass, dv: DeltaV) -> Result<Delivery, StageError> {
        self.check()?;
        check(&self.name, "delta-v", dv.km_s(), "km/s", Sign::NotNegative)?;
        check(&self.name, "initial mass", initial.kg(), "kg", Sign::Positive)?;
        within_rockets(&self.name, dv.km_s(), self.isp_s)?;
        let needs_kg = propellant_of_kg(dv.km_s(), initial.kg(), self.isp_s);
        let payload_kg = initial.kg() - needs_kg - self.dry.kg();
        if payload_kg < 0.0 {
            return Err(StageError::NothingLeft {
                stage: self.name.clone(),
                initial_kg: initial.kg(),
                final_kg: initial.kg() - needs_kg,
                dry_kg: self.dry.kg(),
                dv_m_s: dv.m_s(),
            });
        }
        if needs_kg > self.propellant.kg() {
            let gives_km_s = dv_of_km_s(initial.kg(), initial.kg() - self.propellant.kg(), self.isp_s);
            return Err(self.too_small(self.propellant.kg(), needs_kg, dv, gives_km_s));
        }
        Ok(Delivery { payload: Mass::from_kg(payload_kg), propellant: Mass::from_kg(needs_kg) })
    }

    fn check(&self) -> Result<(), StageError> {
        check(&self.name, "dry mass", self.dry.kg(), "kg", Sign::NotNegative)?;
        check(&self.name, "propellant", self.propellant.kg(), "kg", Sign::NotNegative)?;
        check(&self.name, "specific impulse", self.isp_s, "s", Sign::Positive)
    }

    fn too_small(&self, holds_kg: f64, needs_kg: f64, dv: DeltaV, gives_km_s: f64) -> StageError {
        StageError::TankTooSmall {
            stage: self.name.clone(),
            dv_m_s: dv.m_s(),
            holds_kg,
            needs_kg,
            short_kg: needs_kg - holds_kg,
            short_m_s: dv.m_s() - gives_km_s * 1e3,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Positive,
    NotNegative,
}

fn check(stage: &str, what: &'static str, value: f64, unit: &'static str, sign: Sign) -> Result<(), StageError> {
    let most_value = if unit == "s" { HIGHEST_ISP_S } else { HEAVIEST_KG };
    let fits = value <= most_value && (value > 0.0 || (sign == Sign::NotNegative && value == 0.0));
    let cure = match sign {
        _ if value > most_value => "smaller number",
        Sign::Positive => "positive number",
        Sign::NotNegative => "number of zero or more",
    };
    if fits { Ok(()) } else { Err(StageError::NotPhysical { stage: stage.to_owned(), what, value, unit, cure }) }
}

/// A stage sized for its task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizing {
    /// what it carries
    pub payload: Mass,
    /// propellant
    pub propellant: Mass,
    /// its own dry mass
    pub dry: Mass,
}

impl Sizing {
    /// The stage that gives a payload some Δv.
    ///
    /// * `payload`: what it carries, ≥ 0
    /// * `dv`: change of speed, ≥ 0
    /// * `isp_s`: specific impulse, > 0
    /// * `inert_ratio`: dry mass over propellant, ≥ 0
    ///
    /// m₀ = G·m_payload with G of [`gear_ratio`], m_p = (1 − μ)·m₀, m_dry = f·m_p.
    ///
    /// # Errors
    /// [`StageError::InertTooHeavy`] when no size reaches the Δv; [`StageError::NotPhysical`] for a negative number.
    pub fn for_payload(payload: Mass, dv: DeltaV, isp_s: f64, inert_ratio: f64) -> Result<Self, StageError> {
        check("the stage", "payload", payload.kg(), "kg", Sign::NotNegative)?;
        let gear = gear_ratio(dv, isp_s, inert_ratio)?;
        let propellant = Mass::from_kg(propellant_of_kg(dv.km_s(), gear * payload.kg(), isp_s));
        Ok(Self { payload, propellant, dry: propellant * inert_ratio })
    }

    /// The stage and payload that make up a given initial mass.
    ///
    /// # Errors
    /// As [`Sizing::for_payload`].
    pub fn for_initial(initial: Mass, dv: DeltaV, isp_s: f64, inert_ratio: f64) -> Result<Self, StageError> {
        check("the stage", "initial mass", initial.kg(), "kg", Sign::NotNegative)?;
        let gear = gear_ratio(dv, isp_s, inert_ratio)?;
        let propellant = Mass::from_kg(propellant_of_kg(dv.km_s(), initial.kg(), isp_s));
        Ok(Self { payload: initial * (1.0 / gear), propellant, dry: propellant * inert_ratio })
    }

    /// Dry mass and propellant.
    #[must_use]
    pub fn wet(&self) -> Mass {
        self.dry + self.propellant
    }

    /// Everything before the burn.
    #[must_use]
    pub fn initial(&self) -> Mass {
        self.wet() + self.payload
    }
}

/// Initial mass over payload of a stage that is sized for its task, a plain ratio.
///
/// * `dv`: change of speed, ≥ 0
/// * `isp_s`: specific impulse, > 0
/// * `inert_ratio`: dry mass over propellant, f ≥ 0
///
/// G = 1/(μ − f(1 − μ)), μ = exp(−Δv/vₑ): of an initial mass 1 there burn 1 − μ, so the dry mass is
/// f(1 − μ) and the payload is the rest of μ.
///
/// # Errors
/// [`StageError::InertTooHeavy`] when μ ≤ f(1 − μ), which is Δv ≥ vₑ·ln((1 + f)/f).
///
/// ```
/// use portolan::{units::DeltaV, vehicles::gear_ratio};
/// let gear = gear_ratio(DeltaV::from_km_s(3.60), 450.0, 0.1)?;
/// assert_eq!(format!("{gear:.3}"), "2.587");
/// # Ok::<(), portolan::vehicles::StageError>(())
/// ```
pub fn gear_ratio(dv: DeltaV, isp_s: f64, inert_ratio: f64) -> Result<f64, StageError> {
    check("the stage", "specific impulse", isp_s, "s", Sign::Positive)?;
    check("the stage", "delta-v", dv.km_s(), "km/s", Sign::NotNegative)?;
    check("the stage", "inert ratio", inert_ratio, "kg/kg", Sign::NotNegative)?;
    within_rockets("the stage", dv.km_s(), isp_s)?;
    let burned = -(-dv.km_s() / exhaust_km_s(isp_s)).exp_m1();
    let payload_part = 1.0 - burned - inert_ratio * burned;
    if payload_part > 0.0 {
        return Ok(1.0 / payload_part);
    }
    let most_m_s = 1e3 * exhaust_km_s(isp_s) * ((1.0 + inert_ratio) / inert_ratio).ln();
    Err(StageError::InertTooHeavy { isp_s, inert_ratio, most_m_s, dv_m_s: dv.m_s() })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;
    use proptest::prelude::*;

    const fn kg(value: f64) -> Mass {
        Mass::from_kg(value)
    }
    const fn m_s(value: f64) -> DeltaV {
        DeltaV::from_km_s(value * 1e-3)
    }
    fn stage(name: &str, dry: f64, propellant: f64, isp_s: f64) -> Stage {
        Stage::new(name, kg(dry), kg(propellant), isp_s).expect(name)
    }

    /// LOGISTICS V7: gear ratios, printed to three decimals.
    #[test]
    fn published_gear_ratios() {
        let cases = [(3.60, 450.0, 0.1, 2.587), (4.04, 450.0, 0.1, 2.938), (2.05, 320.0, 0.15, 2.230)];
        for (dv, isp_s, f, printed) in cases {
            let gear = gear_ratio(DeltaV::from_km_s(dv), isp_s, f).expect("a gear ratio");
            assert!((gear - printed).abs() <= 5e-4, "{dv}: {gear}");
        }
        let chained = cases[1..].iter().map(|c| gear_ratio(DeltaV::from_km_s(c.0), c.1, c.2).expect("a ratio"));
        assert!((chained.product::<f64>() - 6.55).abs() <= 5e-3);
    }

    /// LOGISTICS V8: Orion Quick Facts, 58 467 lb injected, 20 500 lb propellant, 4390 ft/s.
    #[test]
    fn published_orion_specific_impulse() {
        let lb = crate::units::KG_PER_LB;
        let (full, empty) = (58_467.0 * lb, (58_467.0 - 20_500.0) * lb);
        // 4390 ft/s = 1338.072 m/s
        let implied_s = 4390.0 * 0.3048 / ((full / empty).ln() * G0_M_S2);
        assert!((implied_s - 316.03).abs() <= 5e-3, "{implied_s}");
        assert!((dv_of_km_s(full, empty, 316.0) * 1e3 - 1337.94).abs() <= 5e-3);
        let orion = Catalogue::embedded().expect("the catalogue").stage("Reference single-stage lander (Isaji)");
        assert_eq!(orion.expect("a stage").isp_s, 420.0);
    }

    proptest! {
        #[test]
        fn law_both_forms_of_the_rocket_equation_agree(
            dry in 100.0..2e4_f64, propellant in 10.0..1e5_f64, isp_s in 200.0..460.0_f64, part in 0.0..1.0_f64,
        ) {
            let (before, after) = (dry + propellant, dry + propellant * (1.0 - part));
            let dv_km_s = dv_of_km_s(before, after, isp_s);
            let used_kg = propellant_of_kg(dv_km_s, before, isp_s);
            prop_assert!((before - used_kg - after).abs() <= 1e-9);
            let other_kg = propellant_for_kg(dv_km_s, after, isp_s);
            prop_assert!((other_kg - used_kg).abs() <= 1e-9 * before.max(1.0));
        }

        #[test]
        fn law_a_sized_stage_flies_its_task(
            payload in 1.0..1e5_f64, dv in 0.01..4.0_f64, isp_s in 250.0..460.0_f64, f in 0.0..0.2_f64,
        ) {
            let sized = Sizing::for_payload(kg(payload), DeltaV::from_km_s(dv), isp_s, f).expect("it can be built");
            prop_assert!((sized.initial().kg() / payload - gear_ratio(DeltaV::from_km_s(dv), isp_s, f).expect("same")).abs() <= 1e-9);
            let s = stage("sized", sized.dry.kg(), sized.propellant.kg(), isp_s);
            let carried = s.payload_for(DeltaV::from_km_s(dv)).expect("it flies");
            prop_assert!((carried.kg() - payload).abs() <= 1e-9 * sized.initial().kg().max(1.0));
            let again = Sizing::for_initial(sized.initial(), DeltaV::from_km_s(dv), isp_s, f).expect("same");
            prop_assert!((again.payload.kg() - payload).abs() <= 1e-9 * sized.initial().kg().max(1.0));
            prop_assert!((again.initial().kg() - sized.initial().kg()).abs() <= 1e-9 * sized.initial().kg().max(1.0));
            let delivery = s.deliver(sized.initial() - kg(0.01 * payload), DeltaV::from_km_s(dv)).expect("less fits");
            prop_assert!(delivery.payload.kg() < payload);
        }
    }

    #[test]
    fn refuses_what_no_tank_holds() {
        let stage = stage("EDS", 1000.0, 500.0, 450.0);
        assert_eq!(
            stage.deliver(kg(5000.0), m_s(950.0)).expect_err("too small").to_string(),
            "the tank of EDS holds 500.0 kg and a burn of 950.0 m/s needs 968.4 kg: 468.4 kg or 485.0 m/s short; lighten the payload, fill the tank or split the burn"
        );
    }

    #[test]
    fn refuses_what_no_structure_allows() {
        assert_eq!(
            Sizing::for_payload(kg(1.0), DeltaV::from_km_s(9.5), 300.0, 0.1).expect_err("impossible").to_string(),
            "a stage of 300 s that weighs 0.100 kg dry per kg of propellant reaches 7055 m/s without payload, not 9500 m/s; use a higher specific impulse, a lighter structure or two stages"
        );
        assert_eq!(
            Stage::new("tug", kg(-1.0), kg(2.0), 300.0).expect_err("negative").to_string(),
            "the dry mass of tug cannot be -1 kg; write a number of zero or more"
        );
        assert_eq!(
            Stage::new("tug", kg(1.0), kg(2.0), 0.0).expect_err("no impulse").to_string(),
            "the specific impulse of tug cannot be 0 s; write a positive number"
        );
        assert!(stage("tug", 1.0, 2.0, 300.0).filled_to(kg(2.1)).is_err());
        let tug = stage("tug", 1000.0, 2000.0, 320.0);
        assert_eq!(
            tug.deliver(kg(1500.0), m_s(2000.0)).expect_err("nothing left").to_string(),
            "of 1500.0 kg a burn of 2000.0 m/s leaves 793.1 kg, less than the 1000.0 kg of tug itself; use a stronger launcher, a lighter stage or a date of less delta-v"
        );
        assert!(matches!(tug.deliver(kg(9000.0), m_s(2000.0)), Err(StageError::TankTooSmall { .. })));
        assert!(matches!(tug.payload_for(m_s(9000.0)), Err(StageError::TankTooSmall { .. })));
    }

    #[test]
    fn refuses_a_slip_of_the_unit_and_tells_small_amounts() {
        let tug = stage("tug", 1000.0, 2000.0, 320.0);
        let slip = tug.payload_for(DeltaV::from_km_s(950.0)).expect_err("metres were meant").to_string();
        assert!(
            slip.contains("303 times its exhaust speed of 3.138 km/s") && slip.contains("it is 0.95 km/s"),
            "{slip}"
        );
        let full = tug.deliver(kg(5000.0), DeltaV::from_km_s(1.603_036_3)).expect_err("grams lack").to_string();
        assert!(!full.contains(" 0.0 kg") && !full.contains(" 0.0 m/s short"), "{full}");
        assert!(tug.payload_for(DeltaV::from_km_s(1e-300)).is_err(), "a payload without end");
    }
}
