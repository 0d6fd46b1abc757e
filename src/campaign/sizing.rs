//! What a craft delivers of the mass that a launcher injects.

use super::{Campaign, CampaignError, Craft, Mistake};
use crate::units::{DeltaV, Mass};
use crate::vehicles::stage::propellant_of_kg;
use crate::vehicles::{Stage, StageError};

/// The masses of one craft, from the launcher's adapter to the node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CraftMasses {
    /// injected: everything below
    pub launch: Mass,
    /// cargo handed over
    pub cargo: Mass,
    /// dry mass of the craft itself, growth included
    pub craft_dry: Mass,
    /// dry mass of its stage, growth included
    pub stage_dry: Mass,
    /// propellant loaded
    pub loaded: Mass,
    /// propellant burnt
    pub burnt: Mass,
    /// propellant that cannot be burnt
    pub residual: Mass,
    /// the burn with its margin
    pub dv: DeltaV,
}

impl CraftMasses {
    /// Dry mass of craft and stage together.
    #[must_use]
    pub fn dry(&self) -> Mass {
        self.craft_dry + self.stage_dry
    }
}

/// A craft and what the campaign adds to its masses.
#[derive(Debug, Clone)]
pub struct Carrier<'a> {
    campaign: &'a Campaign,
    craft: &'a Craft,
    stage: &'a super::Stage,
}

impl<'a> Carrier<'a> {
    /// The carrier of a demand.
    ///
    /// * `campaign`: the file
    /// * `craft`: one of its craft
    ///
    /// # Errors
    /// [`Mistake::StackOfMany`] when the craft burns more than one stage: a burn of several stages is not shared
    /// out yet.
    pub fn new(campaign: &'a Campaign, craft: &'a Craft) -> Result<Self, CampaignError> {
        let stages: Vec<&super::Stage> = campaign.stack(craft).collect();
        match stages[..] {
            [stage] => Ok(Self { campaign, craft, stage }),
            _ => Err(campaign.refuse(
                &craft.name.span,
                Mistake::StackOfMany { craft: craft.name.value.clone(), stages: stages.len() },
            )),
        }
    }

    /// The burn with the campaign's margin.
    #[must_use]
    pub fn with_margin(&self, dv: DeltaV) -> DeltaV {
        dv * (1.0 + self.campaign.margins.burn_fraction)
    }

    /// The masses of a craft that fills an injected mass; negative cargo means that nothing arrives.
    ///
    /// * `launch_kg`: injected mass
    /// * `dv`: the burn without margin
    ///
    /// The stage burns 1 − exp(−Δv/vₑ) of the injected mass; residuals, dry masses and their growth come out of the
    /// rest, which is linear in the cargo.
    #[must_use]
    pub fn fill(&self, launch_kg: f64, dv: DeltaV) -> CraftMasses {
        let growth = 1.0 + self.campaign.margins.dry_mass_fraction;
        let dv = self.with_margin(dv);
        let burnt_kg = propellant_of_kg(dv.km_s(), launch_kg, self.stage.isp_s.value);
        let loaded_kg = burnt_kg / (1.0 - self.stage.residual_fraction);
        let stage_kg = growth * (self.stage.dry.kg() + self.stage.dry_per_propellant_ratio * loaded_kg);
        let rest_kg = launch_kg - loaded_kg - stage_kg - growth * self.craft.dry.kg();
        let cargo_kg = rest_kg / (1.0 + growth * self.craft.dry_per_cargo_ratio);
        CraftMasses {
            launch: Mass::from_kg(launch_kg),
            cargo: Mass::from_kg(cargo_kg),
            craft_dry: Mass::from_kg(growth * (self.craft.dry.kg() + self.craft.dry_per_cargo_ratio * cargo_kg)),
            stage_dry: Mass::from_kg(stage_kg),
            loaded: Mass::from_kg(loaded_kg),
            burnt: Mass::from_kg(burnt_kg),
            residual: Mass::from_kg(loaded_kg - burnt_kg),
            dv,
        }
    }

    /// Fly the burn of a filled craft with the stage's own tank.
    ///
    /// * `masses`: what [`Carrier::fill`] gave
    ///
    /// # Errors
    /// [`Mistake::TankTooSmall`], at the tank, with what it needs and what it holds.
    pub fn check_tank(&self, masses: &CraftMasses) -> Result<(), CampaignError> {
        let Some(tank) = &self.stage.tank else { return Ok(()) };
        let usable = tank.value * (1.0 - self.stage.residual_fraction);
        let dry = masses.launch - masses.loaded + masses.residual;
        let flown = Stage::new(&self.stage.name.value, dry, usable, self.stage.isp_s.value)
            .and_then(|stage| stage.deliver(masses.launch, masses.dv));
        match flown {
            Err(StageError::TankTooSmall { .. }) => Err(self.campaign.refuse(
                &tank.span,
                Mistake::TankTooSmall {
                    stage: self.stage.name.value.clone(),
                    needed_kg: masses.loaded.kg(),
                    holds_kg: tank.value.kg(),
                },
            )),
            _ => Ok(()),
        }
    }
}
