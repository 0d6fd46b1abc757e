//! What a launcher and a braking stage deliver: from the launch energy of a transfer to kilograms in the capture
//! orbit, and what each of them costs to launch.

use super::estimate::{ESTIMATE_C3_MAX_KM2_S2, UpperStage};
use super::launcher::{Basis, CAPACITY_DLA_DEG, Launcher, PriceRange, VehicleError};
use super::stage::{Stage, StageError, exhaust_km_s, propellant_of_kg};
use crate::transfers::porkchop::CellNumbers;
use crate::units::{DeltaV, Mass, told};
use thiserror::Error;

/// Specific impulse of the braking stage when nothing else is said, s.
///
/// # Source
/// NASA EMTG, `default.emtg_propulsionsystemopt`, DefaultChemicalPropulsionSystem: the row "default chemical stage
/// (EMTG)" of `catalogue/engines_propellants.csv`.
pub const BRAKING_ISP_S: f64 = 320.0;

/// Dry mass of the braking stage over its propellant when nothing else is said, a plain ratio.
///
/// # Source
/// An assumption between the two upper stages of `catalogue/stages.csv` whose dry mass and propellant are both
/// published: Centaur III (2247/20830 = 0.108) and ICPS (3490/27220 = 0.128).
pub const BRAKING_INERT_RATIO: f64 = 0.12;

/// Why nothing is delivered.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The launcher does not answer at this C3.
    #[error(transparent)]
    Launcher(#[from] VehicleError),
    /// The launch asymptote is steeper than the capacity holds for.
    #[error(
        "the capacity of {launcher} holds for launch asymptotes up to {most_deg}° north or south, and this one has {}°; choose another date, or a limit that its launch site reaches",
        told(*dla_deg, dla_deg.abs() - most_deg, 2)
    )]
    TooSteep {
        /// the launcher
        launcher: String,
        /// declination of the asymptote
        dla_deg: f64,
        /// limit
        most_deg: f64,
    },
    /// The stage does not make the arrival burn.
    #[error(transparent)]
    Stage(#[from] StageError),
}

/// What becomes of the injected mass at arrival.
#[derive(Debug, Clone, PartialEq)]
pub enum Braking {
    /// all of it counts: a flyby, or an aerocapture whose shield is part of it
    Whole,
    /// a stage as large as its burn asks for
    Sized {
        /// specific impulse, s
        isp_s: f64,
        /// dry mass over propellant
        inert_ratio: f64,
    },
    /// one built stage, its tank filled as far as needed
    Built(Stage),
}

impl Default for Braking {
    fn default() -> Self {
        Self::Sized { isp_s: BRAKING_ISP_S, inert_ratio: BRAKING_INERT_RATIO }
    }
}

impl Braking {
    /// What it is, in words for a legend.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Whole => "no braking burn".to_owned(),
            Self::Sized { isp_s, inert_ratio } => format!("braking stage {isp_s} s, dry {inert_ratio} of propellant"),
            Self::Built(stage) => format!("braking by {}", stage.name),
        }
    }
}

/// One launch of a launcher with a braking stage.
///
/// ```
/// use portolan::transfers::porkchop::CellNumbers;
/// use portolan::vehicles::{Braking, Catalogue, Freight};
/// let launcher = Catalogue::embedded()?.launcher("Falcon Heavy (expendable)")?;
/// let freight = Freight::new(launcher.clone(), Braking::Whole);
/// let cell = CellNumbers {
///     c3_km2_s2: 7.781, v_inf_dep_km_s: 2.789, v_inf_arr_km_s: 4.4, dla_deg: -7.0, rla_deg: 130.0, tof_d: 274.0,
///     angle_rad: 3.6, revs: 0, dv_depart_km_s: 3.54, dv_arrive_km_s: 1.9,
/// };
/// assert_eq!(format!("{:.0}", freight.deliver(&cell)?.delivered), "12909 kg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Freight {
    /// what lifts it
    pub launcher: Launcher,
    /// what brakes it
    pub braking: Braking,
    /// steepest launch asymptote, north or south, that the capacity is believed for
    pub max_dla_deg: f64,
}

/// The masses of one launch on one transfer.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    /// what the launcher injects, adapter not counted
    pub injected: Mass,
    /// on what ground
    pub basis: Basis,
    /// propellant burnt at arrival
    pub burnt: Mass,
    /// dry mass of the braking stage
    pub stage_dry: Mass,
    /// what is left in the capture orbit besides the stage
    pub delivered: Mass,
    /// price of the launch, where it is known
    pub price: Option<PriceRange>,
}

impl Delivered {
    /// Launch price of a delivered kilogram in dollars of the price's own year, from the middle of the range; `None`
    /// without a price or without a delivery.
    #[must_use]
    pub fn launch_usd_per_kg(&self) -> Option<f64> {
        let price = self.price.as_ref()?;
        let usd_per_kg = price.mid().musd() * 1e6 / self.delivered.kg();
        Some(usd_per_kg).filter(|price| self.delivered.kg() > 0.0 && price.is_finite())
    }
}

impl Freight {
    /// A launcher and a braking stage, for launch asymptotes up to [`CAPACITY_DLA_DEG`].
    ///
    /// * `launcher`: of the catalogue
    /// * `braking`: what happens at arrival
    #[must_use]
    pub const fn new(launcher: Launcher, braking: Braking) -> Self {
        Self { launcher, braking, max_dla_deg: CAPACITY_DLA_DEG }
    }

    /// What one launch delivers on a transfer.
    ///
    /// * `cell`: its numbers; the arrival burn is taken from them
    ///
    /// A sized stage burns 1 − exp(−Δv/vₑ) of the injected mass and weighs its inert ratio of that; the rest is
    /// delivered. No margins and no losses: a campaign adds them.
    ///
    /// # Errors
    /// [`DeliveryError`]: outside the launcher's curve or figures (nothing is extrapolated), on a steeper asymptote, or
    /// where the stage cannot make the burn.
    pub fn deliver(&self, cell: &CellNumbers) -> Result<Delivered, DeliveryError> {
        if cell.dla_deg.abs() > self.max_dla_deg {
            let (launcher, dla_deg) = (self.launcher.name.clone(), cell.dla_deg);
            return Err(DeliveryError::TooSteep { launcher, dla_deg, most_deg: self.max_dla_deg });
        }
        let capacity = self.launcher.capacity(cell.c3_km2_s2)?;
        let injected = capacity.mass;
        let (burnt, stage_dry, delivered) = self.brake(injected, cell.dv_arrive_km_s)?;
        Ok(Delivered { injected, basis: capacity.basis, burnt, stage_dry, delivered, price: self.launcher.price })
    }

    /// Mass delivered, NaN where [`Freight::deliver`] refuses: one value of a layer.
    ///
    /// * `cell`: numbers of a transfer
    #[must_use]
    pub fn delivered_kg(&self, cell: &CellNumbers) -> f64 {
        self.deliver(cell).map_or(f64::NAN, |d| d.delivered.kg())
    }

    /// Launch price of a delivered kilogram, NaN where there is none: one value of a layer.
    ///
    /// * `cell`: numbers of a transfer
    #[must_use]
    pub fn launch_usd_per_kg(&self, cell: &CellNumbers) -> f64 {
        self.deliver(cell).ok().and_then(|d| d.launch_usd_per_kg()).unwrap_or(f64::NAN)
    }

    /// Greatest C3 that the launcher answers for; `None` where it has no figure beyond the Earth.
    #[must_use]
    pub fn most_c3_km2_s2(&self) -> Option<f64> {
        if let Some(curve) = &self.launcher.curve {
            return curve.points.last().map(|p| p.c3_km2_s2);
        }
        let end = |stage: &UpperStage| ESTIMATE_C3_MAX_KM2_S2.min(stage.exhausted_c3_km2_s2());
        let reach = self.launcher.estimate.as_ref().map(|e| end(&e.stage));
        reach.filter(|c3| self.launcher.capacity(*c3).is_ok())
    }

    /// Burnt, stage dry, delivered.
    fn brake(&self, injected: Mass, dv_km_s: f64) -> Result<(Mass, Mass, Mass), DeliveryError> {
        match &self.braking {
            Braking::Whole => Ok((Mass::from_kg(0.0), Mass::from_kg(0.0), injected)),
            Braking::Sized { isp_s, inert_ratio } => {
                let burnt_kg = propellant_of_kg(dv_km_s, injected.kg(), *isp_s);
                let dry_kg = inert_ratio * burnt_kg;
                let left_kg = injected.kg() - burnt_kg - dry_kg;
                // a dry mass that is none would deliver more than is injected
                if left_kg > 0.0 && left_kg <= injected.kg() {
                    return Ok((Mass::from_kg(burnt_kg), Mass::from_kg(dry_kg), Mass::from_kg(left_kg)));
                }
                let most_m_s = 1e3 * exhaust_km_s(*isp_s) * ((1.0 + inert_ratio) / inert_ratio).ln();
                let (isp_s, inert_ratio) = (*isp_s, *inert_ratio);
                Err(StageError::InertTooHeavy { isp_s, inert_ratio, most_m_s, dv_m_s: 1e3 * dv_km_s }.into())
            }
            Braking::Built(stage) => {
                let flown = stage.deliver(injected, DeltaV::from_km_s(dv_km_s))?;
                Ok((flown.propellant, stage.dry, flown.payload))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicles::{Catalogue, Sizing};

    fn cell(c3_km2_s2: f64, dla_deg: f64, dv_arrive_km_s: f64) -> CellNumbers {
        CellNumbers {
            c3_km2_s2,
            v_inf_dep_km_s: c3_km2_s2.sqrt(),
            v_inf_arr_km_s: 3.0,
            dla_deg,
            rla_deg: 10.0,
            tof_d: 250.0,
            angle_rad: 3.0,
            revs: 0,
            dv_depart_km_s: 3.6,
            dv_arrive_km_s,
        }
    }

    fn freight(name: &str, braking: Braking) -> Freight {
        Freight::new(Catalogue::embedded().expect("the catalogue").launcher(name).expect(name).clone(), braking)
    }

    #[test]
    fn agrees_with_the_stage_that_is_sized_for_its_task() {
        let found = freight("Vulcan VC6", Braking::default()).deliver(&cell(9.0, 5.0, 1.1)).expect("a delivery");
        let sized = Sizing::for_initial(found.injected, DeltaV::from_km_s(1.1), 320.0, 0.12).expect("a stage");
        assert!((sized.payload.kg() - found.delivered.kg()).abs() < 1e-9, "{} and {}", sized.payload, found.delivered);
        let whole = found.burnt + found.stage_dry + found.delivered;
        assert!((whole.kg() - found.injected.kg()).abs() < 1e-9);
    }

    #[test]
    fn law_a_built_stage_delivers_what_its_own_arithmetic_says() {
        let stage = Stage::new("tug", Mass::from_kg(900.0), Mass::from_kg(8000.0), 320.0).expect("a stage");
        let found = freight("Vulcan VC6", Braking::Built(stage)).deliver(&cell(9.0, 5.0, 1.1)).expect("a delivery");
        let whole = found.burnt + found.stage_dry + found.delivered;
        assert!((whole.kg() - found.injected.kg()).abs() < 1e-9);
        // m₁ = m₀·exp(−Δv/(g₀·Isp))
        let left_kg = found.injected.kg() * (-1.1 / (320.0 * 9.80665e-3_f64)).exp();
        assert!((found.delivered.kg() + 900.0 - left_kg).abs() < 1e-9);
    }

    #[test]
    fn law_price_per_kilogram_is_price_over_mass() {
        let heavy = freight("Falcon Heavy (expendable)", Braking::Whole);
        let found = heavy.deliver(&cell(7.781, -10.0, 1.0)).expect("a delivery");
        // 150 to 178 M$ in the catalogue
        let usd_per_kg = found.launch_usd_per_kg().expect("a price");
        assert!((usd_per_kg - 164e6 / found.delivered.kg()).abs() < 1e-9);
        assert_eq!(heavy.launch_usd_per_kg(&cell(7.781, -10.0, 1.0)), usd_per_kg);
    }

    #[test]
    fn law_the_default_stage_lies_between_its_sources() {
        let catalogue = Catalogue::embedded().expect("the catalogue");
        let ratio = |name: &str| {
            let stage = catalogue.stage(name).expect(name);
            stage.dry.kg() / stage.propellant.kg()
        };
        let (light, heavy) = (ratio("Centaur III (single engine)"), ratio("ICPS"));
        assert!(light < BRAKING_INERT_RATIO && BRAKING_INERT_RATIO < heavy, "{light} {heavy}");
        let engines = catalogue.table("engines_propellants.csv").expect("a table");
        let row = engines.rows.iter().find(|r| engines.cell(r, "name").starts_with("default chemical")).expect("a row");
        assert_eq!(engines.value(row, "isp_vac_s"), Some(BRAKING_ISP_S));
    }

    #[test]
    fn law_the_most_c3_is_the_last_that_is_answered() {
        for name in ["Falcon Heavy (expendable)", "Ariane 64", "New Glenn", "LVM3"] {
            let freight = freight(name, Braking::Whole);
            let most = freight.most_c3_km2_s2().expect("a reach");
            assert!(freight.delivered_kg(&cell(most, 0.0, 0.0)).is_finite(), "{name} at {most}");
            assert!(freight.delivered_kg(&cell(most + 1e-6, 0.0, 0.0)).is_nan(), "{name} beyond {most}");
        }
        assert_eq!(freight("Vega C", Braking::Whole).most_c3_km2_s2(), None);
    }

    #[test]
    fn refuses_where_launcher_asymptote_or_stage_end() {
        let said = |freight: &Freight, cell: &CellNumbers| {
            assert!(freight.delivered_kg(cell).is_nan() && freight.launch_usd_per_kg(cell).is_nan());
            freight.deliver(cell).expect_err("a refusal").to_string()
        };
        let heavy = freight("Falcon Heavy (expendable)", Braking::default());
        assert!(said(&heavy, &cell(101.0, 0.0, 1.0)).contains("ends at C3 = 100 km²/s²"));
        assert_eq!(
            said(&heavy, &cell(9.0, -40.0, 1.0)),
            "the capacity of Falcon Heavy (expendable) holds for launch asymptotes up to 28.5° north or south, and this one has -40.00°; choose another date, or a limit that its launch site reaches"
        );
        assert!(said(&heavy, &cell(9.0, 0.0, 9.0)).contains("reaches 7009 m/s without payload, not 9000 m/s"));
        let free = freight("Ares V (notional SpaceNet)", Braking::Whole);
        assert!(said(&free, &cell(9.0, 0.0, 1.0)).contains("has no figure beyond Earth orbit"));
    }
}
