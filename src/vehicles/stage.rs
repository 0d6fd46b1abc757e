//! Stages: the rocket equation both ways, tanks that give no more than they hold, stacks fired in sequence, sizing.
//!
//! Δv = vₑ·ln(m₀/m₁), vₑ = g₀·Isp (Tsiolkovsky 1903); masses in kg, Δv in km/s.

use super::table::Verified;
use crate::units::{DeltaV, G0_M_S2, Mass};
use thiserror::Error;

/// What a stage refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StageError {
    /// A number that must be positive, or not negative, is not.
    #[error("the {what} of {stage} cannot be {value} {unit}; write a {cure}")]
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
        "the tank of {stage} holds {holds_kg:.1} kg and a burn of {dv_m_s:.1} m/s needs {needs_kg:.1} kg: {short_kg:.1} kg or {short_m_s:.1} m/s short; lighten the payload, fill the tank or split the burn"
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
    /// All stages together do not give the change of speed.
    #[error("the stack burns out {short_m_s:.1} m/s short of {dv_m_s:.1} m/s; lighten the payload or add a stage")]
    StackTooSmall {
        /// what was asked, m/s
        dv_m_s: f64,
        /// change of speed missing, m/s
        short_m_s: f64,
    },
    /// There is no stage to fire or drop.
    #[error("the stack has no stage left to {action}; add a stage")]
    NoStage {
        /// fire, drop
        action: &'static str,
    },
    /// More was taken from the payload than it weighs.
    #[error("the payload weighs {payload_kg:.1} kg, so {asked_kg:.1} kg cannot leave it; check the sequence of events")]
    PayloadTooLight {
        /// what is there
        payload_kg: f64,
        /// what was to leave
        asked_kg: f64,
    },
    /// The structure eats the whole mass.
    #[error(
        "a stage of {isp_s:.0} s that weighs {inert_ratio:.3} kg dry per kg of propellant reaches {most_m_s:.0} m/s without payload, not {dv_m_s:.0} m/s; use a higher specific impulse, a lighter structure or two stages"
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
        "of {initial_kg:.1} kg a burn of {dv_m_s:.1} m/s leaves {final_kg:.1} kg, less than the {dry_kg:.1} kg of {stage} itself; use a stronger launcher, a lighter stage or a date of less delta-v"
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
        let final_kg = self.propellant.kg() / (dv.km_s() / exhaust_km_s(self.isp_s)).exp_m1();
        let payload_kg = final_kg - self.dry.kg();
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
    let fits = value.is_finite() && (value > 0.0 || (sign == Sign::NotNegative && value == 0.0));
    let cure = if sign == Sign::Positive { "positive number" } else { "number of zero or more" };
    if fits { Ok(()) } else { Err(StageError::NotPhysical { stage: stage.to_owned(), what, value, unit, cure }) }
}

/// What one stage did in one burn.
#[derive(Debug, Clone, PartialEq)]
pub struct Burned {
    /// the stage
    pub stage: String,
    /// change of speed it gave
    pub dv: DeltaV,
    /// propellant it used
    pub used: Mass,
    /// propellant left in its tank
    pub left: Mass,
    /// the whole stack before
    pub before: Mass,
    /// the whole stack after
    pub after: Mass,
}

/// Stages on top of each other with a payload on top; the first is the one that fires.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    stages: Vec<Stage>,
    payload: Mass,
}

impl Stack {
    /// A stack.
    ///
    /// * `stages`: in the order in which they fire
    /// * `payload`: what rides on the last
    ///
    /// # Errors
    /// [`StageError::NotPhysical`] for a number that cannot be.
    pub fn new(stages: Vec<Stage>, payload: Mass) -> Result<Self, StageError> {
        stages.iter().try_for_each(Stage::check)?;
        check("the stack", "payload", payload.kg(), "kg", Sign::NotNegative)?;
        Ok(Self { stages, payload })
    }

    /// The whole mass.
    #[must_use]
    pub fn mass(&self) -> Mass {
        self.stages.iter().map(Stage::wet).sum::<Mass>() + self.payload
    }

    /// What rides on the last stage.
    #[must_use]
    pub fn payload(&self) -> Mass {
        self.payload
    }

    /// Stages that are still there, the one that fires first; `propellant` is what their tanks still hold.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Change of speed that the first stage can still give.
    #[must_use]
    pub fn available(&self) -> DeltaV {
        let before_kg = self.mass().kg();
        self.stages.first().map_or(DeltaV::ZERO, |s| {
            if s.propellant == Mass::ZERO {
                return DeltaV::ZERO;
            }
            DeltaV::from_km_s(dv_of_km_s(before_kg, before_kg - s.propellant.kg(), s.isp_s))
        })
    }

    /// Burn with the first stage.
    ///
    /// # Errors
    /// [`StageError::TankTooSmall`] when its tank does not hold enough; nothing is burned then.
    pub fn burn(&mut self, dv: DeltaV) -> Result<Burned, StageError> {
        check("the burn", "delta-v", dv.km_s(), "km/s", Sign::NotNegative)?;
        let before = self.mass();
        let gives = self.available();
        let stage = self.stages.first_mut().ok_or(StageError::NoStage { action: "fire" })?;
        let needs_kg = propellant_of_kg(dv.km_s(), before.kg(), stage.isp_s);
        let holds_kg = stage.propellant.kg();
        // one part in 1e12 is rounding, not a shortage
        if needs_kg > holds_kg * (1.0 + 1e-12) {
            return Err(stage.too_small(holds_kg, needs_kg, dv, gives.km_s()));
        }
        let used = Mass::from_kg(needs_kg.min(holds_kg));
        stage.propellant = stage.propellant - used;
        let (name, left) = (stage.name.clone(), stage.propellant);
        Ok(Burned { stage: name, dv, used, left, before, after: self.mass() })
    }

    /// Burn with the first stage until its tank is empty.
    ///
    /// # Errors
    /// [`StageError::NoStage`] when there is none.
    pub fn burn_out(&mut self) -> Result<Burned, StageError> {
        let before = self.mass();
        let dv = self.available();
        let stage = self.stages.first_mut().ok_or(StageError::NoStage { action: "fire" })?;
        let used = stage.propellant;
        stage.propellant = Mass::ZERO;
        let name = stage.name.clone();
        Ok(Burned { stage: name, dv, used, left: Mass::ZERO, before, after: self.mass() })
    }

    /// Burn with stage after stage; each that is empty is dropped before the next fires.
    ///
    /// # Errors
    /// [`StageError::StackTooSmall`] when all together do not suffice; the stack is then as it was.
    pub fn burn_in_sequence(&mut self, dv: DeltaV) -> Result<Vec<Burned>, StageError> {
        check("the burn", "delta-v", dv.km_s(), "km/s", Sign::NotNegative)?;
        let mut trial = self.clone();
        let mut burns = Vec::new();
        let mut left = dv;
        loop {
            if trial.stages.is_empty() {
                return Err(StageError::StackTooSmall { dv_m_s: dv.m_s(), short_m_s: left.m_s() });
            }
            if trial.available() >= left {
                burns.push(trial.burn(left)?);
                *self = trial;
                return Ok(burns);
            }
            let burned = trial.burn_out()?;
            left = left - burned.dv;
            burns.push(burned);
            trial.drop_stage()?;
        }
    }

    /// Drop the first stage with what its tank still holds; the mass that leaves.
    ///
    /// # Errors
    /// [`StageError::NoStage`] when there is none.
    pub fn drop_stage(&mut self) -> Result<Mass, StageError> {
        if self.stages.is_empty() {
            return Err(StageError::NoStage { action: "drop" });
        }
        Ok(self.stages.remove(0).wet())
    }

    /// Put mass on top.
    ///
    /// # Errors
    /// [`StageError::NotPhysical`] for a negative mass.
    pub fn load(&mut self, mass: Mass) -> Result<(), StageError> {
        check("the stack", "loaded mass", mass.kg(), "kg", Sign::NotNegative)?;
        self.payload += mass;
        Ok(())
    }

    /// Take mass off the top.
    ///
    /// # Errors
    /// [`StageError::PayloadTooLight`] when there is less.
    pub fn release(&mut self, mass: Mass) -> Result<(), StageError> {
        check("the stack", "released mass", mass.kg(), "kg", Sign::NotNegative)?;
        if mass > self.payload {
            return Err(StageError::PayloadTooLight { payload_kg: self.payload.kg(), asked_kg: mass.kg() });
        }
        self.payload = self.payload - mass;
        Ok(())
    }
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

    /// LOGISTICS V1: the lunar sortie of SpaceNet 2.5r2 Quick Start 1, whose formulae have g₀ = 9.81 m/s².
    #[test]
    fn agrees_with_spacenet_quick_start_1() {
        let catalogue = Catalogue::embedded().expect("the catalogue");
        let g = 9.81 / G0_M_S2;
        let of = |name: &str| {
            let mut s = catalogue.stage(name).expect(name);
            s.isp_s *= g;
            s
        };
        let near = |found: Mass, expected: f64| {
            assert!((found.kg() - expected).abs() <= 1e-6 * expected.max(1.0) + 5e-4, "{found} and {expected}");
        };
        // Ares I: crew, service module and crew module under the escape tower
        let (crew, sm, cm, las) = (kg(400.0), kg(13_000.0), kg(8175.0), kg(6000.0));
        let first = Stage::new("FS", kg(105_000.0), kg(620_000.0), 267.0 * g).expect("a stage");
        let mut ares_1 = Stack::new(vec![first, of("Ares I Upper Stage")], crew + sm + cm + las).expect("a stack");
        near(ares_1.mass(), 889_575.0);
        let boost = ares_1.burn_out().expect("a burn");
        assert!((boost.dv.m_s() - 3127.139).abs() < 1e-3, "{}", boost.dv.m_s());
        ares_1.drop_stage().expect("dropped");
        ares_1.release(las).expect("released");
        let left = DeltaV::from_km_s(9.5) - boost.dv;
        near(ares_1.burn(left).expect("a burn").left, 3619.572);
        // Ares V: boosters, core and departure stage under the lander
        let dm = of("Altair DM");
        let am = of("Altair AM");
        let dm_extras = kg(425.0 + 500.0);
        let mut ares_5 =
            Stack::new(vec![of("Ares V SRBs"), of("Ares V Core"), of("Ares V EDS")], dm.wet() + dm_extras + am.wet())
                .expect("a stack");
        near(ares_5.mass(), 3_669_825.0);
        let ascent = ares_5.burn_in_sequence(m_s(9500.0)).expect("a burn");
        assert_eq!(ascent.len(), 3);
        near(ascent[2].left, 115_470.642);
        // joined, trans-lunar injection by the departure stage
        ares_5.load(crew + sm + cm).expect("docked");
        near(ares_5.mass(), 206_870.642);
        let tli = ares_5.burn(m_s(3150.0)).expect("a burn");
        near(tli.used, 105_847.405);
        near(tli.left, 9623.237);
        // course corrections from the lander's own small tank, then its main engine
        let mut outbound = Stack::new(vec![dm], dm_extras + am.wet() + crew + sm + cm).expect("a stack");
        let mut rcs = kg(425.0);
        let trim = |stack: &mut Stack, rcs: &mut Mass, dv: f64| {
            let used = kg(propellant_of_kg(dv * 1e-3, stack.mass().kg(), 300.0 * g));
            stack.release(used).expect("there");
            *rcs = *rcs - used;
        };
        trim(&mut outbound, &mut rcs, 2.0);
        trim(&mut outbound, &mut rcs, 2.0);
        near(outbound.burn(m_s(950.0)).expect("a burn").used, 12_696.107);
        outbound.release(sm + cm).expect("left in orbit");
        let descent = outbound.burn(m_s(2030.0)).expect("a burn");
        near(descent.used, 11_630.163);
        near(descent.left, 573.730);
        trim(&mut outbound, &mut rcs, 11.0);
        near(rcs, 262.267);
        // ascent with crew and samples; one tank for both engines
        let mut up = Stack::new(vec![am], crew + kg(100.0)).expect("a stack");
        near(up.burn(m_s(1875.0)).expect("a burn").used, 2923.029);
        let mut on_rcs = up.stages()[0].clone();
        on_rcs.isp_s = 300.0 * g;
        let mut up = Stack::new(vec![on_rcs], up.payload()).expect("a stack");
        let trimmed = up.burn(m_s(31.0)).expect("a burn");
        near(trimmed.used, 37.480);
        near(trimmed.left, 39.490);
        // home: the service module's three burns and two trims of its one tank
        let mut home = Stack::new(vec![of("Orion SM (Constellation)")], cm + crew + kg(100.0)).expect("a stack");
        for dv in [612.3, 276.5, 333.6] {
            home.burn(m_s(dv)).expect("a burn");
        }
        let mut on_rcs = home.stages()[0].clone();
        on_rcs.isp_s = 301.0 * g;
        let mut home = Stack::new(vec![on_rcs], home.payload()).expect("a stack");
        home.burn(m_s(3.2)).expect("a burn");
        near(home.burn(m_s(3.2)).expect("a burn").left, 3117.067);
        let entry_used = propellant_of_kg(5e-3, home.payload().kg(), 301.0 * g);
        near(kg(175.0 - entry_used), 160.323);
    }

    proptest! {
        #[test]
        fn law_a_burn_conserves_mass(
            dry in 100.0..2e4_f64, propellant in 10.0..1e5_f64, isp_s in 200.0..460.0_f64,
            payload in 0.0..5e4_f64, part in 0.0..1.0_f64,
        ) {
            let mut stack = Stack::new(vec![stage("s", dry, propellant, isp_s)], kg(payload)).expect("a stack");
            let whole = stack.mass();
            let dv = stack.available() * part;
            let burned = stack.burn(dv).expect("inside the tank");
            prop_assert!((whole.kg() - burned.used.kg() - stack.mass().kg()).abs() <= 1e-9);
            prop_assert!(burned.left.kg() >= 0.0);
            // what was burned gives back the same change of speed
            let back_km_s = dv_of_km_s(whole.kg(), stack.mass().kg(), isp_s);
            prop_assert!((back_km_s - dv.km_s()).abs() <= 1e-11 * (1.0 + whole.kg() / stack.mass().kg()));
            // and both forms of the rocket equation ask for the same propellant
            let other_kg = propellant_for_kg(dv.km_s(), stack.mass().kg(), isp_s);
            prop_assert!((other_kg - burned.used.kg()).abs() <= 1e-9 * whole.kg().max(1.0));
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
    fn law_stages_in_sequence_equal_the_sum_of_their_burns() {
        let stages = || vec![stage("a", 1000.0, 9000.0, 300.0), stage("b", 500.0, 4000.0, 450.0)];
        let mut stack = Stack::new(stages(), kg(800.0)).expect("a stack");
        let first = Stack::new(stages(), kg(800.0)).expect("a stack").available();
        let burns = stack.burn_in_sequence(first + m_s(1000.0)).expect("enough");
        assert_eq!(burns.len(), 2);
        assert!((burns[1].dv.m_s() - 1000.0).abs() < 1e-9);
        assert_eq!(stack.stages().len(), 1);
    }

    #[test]
    fn refuses_what_no_tank_holds() {
        let mut stack = Stack::new(vec![stage("EDS", 1000.0, 500.0, 450.0)], kg(3500.0)).expect("a stack");
        let before = stack.clone();
        assert_eq!(
            stack.burn(m_s(950.0)).expect_err("too small").to_string(),
            "the tank of EDS holds 500.0 kg and a burn of 950.0 m/s needs 968.4 kg: 468.4 kg or 485.0 m/s short; lighten the payload, fill the tank or split the burn"
        );
        assert_eq!(
            stack.burn_in_sequence(m_s(950.0)).expect_err("too small").to_string(),
            "the stack burns out 485.0 m/s short of 950.0 m/s; lighten the payload or add a stage"
        );
        assert_eq!(stack, before, "a refused burn leaves the stack as it was");
        assert_eq!(
            stack.release(kg(4000.0)).expect_err("too much").to_string(),
            "the payload weighs 3500.0 kg, so 4000.0 kg cannot leave it; check the sequence of events"
        );
        stack.drop_stage().expect("one");
        assert_eq!(
            stack.drop_stage().expect_err("none").to_string(),
            "the stack has no stage left to drop; add a stage"
        );
        assert_eq!(
            stack.burn(m_s(1.0)).expect_err("none").to_string(),
            "the stack has no stage left to fire; add a stage"
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
}
