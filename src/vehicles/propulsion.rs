//! What a stage burns and with what: fluids that boil off, tanks that give no more than they hold, engines.
//!
//! A tank is what one engine draws from: one fluid, or fuel and oxidiser that leave it at a fixed mixture ratio.
//! The fluids boil off each at its own rate, so the one that runs out first strands the rest of the other.

use crate::units::Mass;

/// How fast a fluid boils off in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRate {
    /// the place, such as `LEO`
    pub place: String,
    /// part of what is there that boils off in a day
    pub daily_fraction: f64,
}

/// How fast a fluid boils off, by place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoilOff {
    /// part of what is there that boils off in a day, where no place says otherwise
    pub daily_fraction: f64,
    /// places with a rate of their own
    pub places: Vec<PlaceRate>,
}

impl BoilOff {
    /// The same rate everywhere.
    ///
    /// * `daily_fraction`: part of what is there that boils off in a day, 0 to 1
    #[must_use]
    pub fn everywhere(daily_fraction: f64) -> Self {
        Self { daily_fraction, places: Vec::new() }
    }

    /// Part that boils off in a day at a place.
    #[must_use]
    pub fn place_fraction(&self, place: &str) -> f64 {
        let own = self.places.iter().find(|p| p.place.eq_ignore_ascii_case(place));
        own.map_or(self.daily_fraction, |p| p.daily_fraction)
    }

    /// Part that is still there after some days: (1 − b)^days.
    ///
    /// * `duration_d`: days, ≥ 0
    #[must_use]
    pub fn kept_fraction(&self, place: &str, duration_d: f64) -> f64 {
        let daily_fraction = self.place_fraction(place);
        if daily_fraction >= 1.0 && duration_d > 0.0 {
            return 0.0;
        }
        // nothing lost is exactly everything kept
        if daily_fraction == 0.0 || duration_d == 0.0 { 1.0 } else { (duration_d * (-daily_fraction).ln_1p()).exp() }
    }
}

/// What keeps a tank cold.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Cooling {
    /// insulation alone: the tank boils off at its fluids' rates
    #[default]
    Passive,
    /// a cryocooler: nothing boils off, at the price of its power and its mass
    ZeroBoilOff {
        /// electric power that the cooler draws
        power_kw: f64,
        /// mass of the cooler and its radiator
        mass: Mass,
    },
}

impl Cooling {
    /// The cooler that lifts a heat leak.
    ///
    /// * `heat_leak_kw`: heat that enters the tank: what boils off times its heat of vaporisation
    /// * `cooler`: power and mass per heat lifted
    #[must_use]
    pub fn lifting(heat_leak_kw: f64, cooler: CoolerFigures) -> Self {
        Self::ZeroBoilOff {
            power_kw: heat_leak_kw * cooler.power_ratio,
            mass: Mass::from_kg(heat_leak_kw * 1e3 * cooler.mass_per_w_ratio),
        }
    }

    /// Mass of the cooler.
    #[must_use]
    pub fn mass(self) -> Mass {
        match self {
            Self::Passive => Mass::ZERO,
            Self::ZeroBoilOff { mass, .. } => mass,
        }
    }

    /// Electric power that the cooler draws.
    #[must_use]
    pub fn power_kw(self) -> f64 {
        match self {
            Self::Passive => 0.0,
            Self::ZeroBoilOff { power_kw, .. } => power_kw,
        }
    }
}

/// What a cryocooler costs per watt of heat that it lifts; [`super::Catalogue::cryocooler`] knows one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoolerFigures {
    /// electric power per heat lifted, W/W
    pub power_ratio: f64,
    /// mass of the cooler per heat lifted, kg/W
    pub mass_per_w_ratio: f64,
}

/// One fluid in a tank.
#[derive(Debug, Clone, PartialEq)]
pub struct Fluid {
    /// name, such as `LOX`
    pub name: String,
    /// what is there
    pub mass: Mass,
    /// what there is room for
    pub capacity: Mass,
    /// part of the flow to the engine that is this fluid
    pub share_fraction: f64,
    /// how fast it boils off without a cooler
    pub boil_off: BoilOff,
}

/// What one engine draws from.
#[derive(Debug, Clone, PartialEq)]
pub struct Tank {
    /// its fluids; their shares of the flow add up to one
    pub fluids: Vec<Fluid>,
    /// part of the capacity that cannot be drawn
    pub residual_fraction: f64,
    /// propellant that no planned burn may touch
    pub reserve: Mass,
    /// what keeps it cold
    pub cooling: Cooling,
}

impl Tank {
    /// A full tank of one propellant.
    ///
    /// * `propellant`: its name
    /// * `mass`: what it holds
    #[must_use]
    pub fn of(propellant: &str, mass: Mass) -> Self {
        let fluid = Fluid {
            name: propellant.to_owned(),
            mass,
            capacity: mass,
            share_fraction: 1.0,
            boil_off: BoilOff::default(),
        };
        Self { fluids: vec![fluid], residual_fraction: 0.0, reserve: Mass::ZERO, cooling: Cooling::Passive }
    }

    /// A full tank of fuel and oxidiser.
    ///
    /// * `fuel`, `oxidiser`: their names
    /// * `mixture_ratio`: mass of oxidiser per mass of fuel, > 0
    /// * `mass`: what both hold together
    ///
    /// The oxidiser is r/(1 + r) of the flow.
    #[must_use]
    pub fn of_two(fuel: &str, oxidiser: &str, mixture_ratio: f64, mass: Mass) -> Self {
        let oxidiser_fraction = mixture_ratio / (1.0 + mixture_ratio);
        let fluid = |name: &str, share_fraction: f64| Fluid {
            name: name.to_owned(),
            mass: mass * share_fraction,
            capacity: mass * share_fraction,
            share_fraction,
            boil_off: BoilOff::default(),
        };
        let fluids = vec![fluid(fuel, 1.0 - oxidiser_fraction), fluid(oxidiser, oxidiser_fraction)];
        Self { fluids, residual_fraction: 0.0, reserve: Mass::ZERO, cooling: Cooling::Passive }
    }

    /// The same tank with one boil-off for all its fluids.
    #[must_use]
    pub fn boiling(mut self, boil_off: &BoilOff) -> Self {
        self.fluids.iter_mut().for_each(|f| f.boil_off = boil_off.clone());
        self
    }

    /// The names of its fluids, such as `LH2/LOX`.
    #[must_use]
    pub fn kind(&self) -> String {
        self.fluids.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join("/")
    }

    /// Everything in it.
    #[must_use]
    pub fn mass(&self) -> Mass {
        self.fluids.iter().map(|f| f.mass).sum()
    }

    /// Everything there is room for.
    #[must_use]
    pub fn capacity(&self) -> Mass {
        self.fluids.iter().map(|f| f.capacity).sum()
    }

    /// What cannot be drawn for want of pressure or a liquid over the outlet.
    #[must_use]
    pub fn residual(&self) -> Mass {
        self.capacity() * self.residual_fraction
    }

    /// What a burn may draw: the fluid that runs out first decides, residual and reserve stay.
    #[must_use]
    pub fn usable(&self) -> Mass {
        let whole_kg = self
            .fluids
            .iter()
            .map(|f| (f.mass.kg() - f.capacity.kg() * self.residual_fraction) / f.share_fraction)
            .fold(f64::INFINITY, f64::min);
        let usable_kg = whole_kg - self.reserve.kg();
        // a part in 1e12 of the tank is the rounding of what was drawn before
        let there = usable_kg.is_finite() && usable_kg > 1e-12 * self.capacity().kg();
        Mass::from_kg(if there { usable_kg } else { 0.0 })
    }

    /// Take propellant out, at the mixture ratio; the caller asks for no more than [`Tank::usable`].
    pub(super) fn draw(&mut self, kg: f64) {
        for fluid in &mut self.fluids {
            fluid.mass = Mass::from_kg((fluid.mass.kg() - kg * fluid.share_fraction).max(0.0));
        }
    }

    /// Take everything that can be drawn: afterwards [`Tank::usable`] is zero.
    pub(super) fn draw_all(&mut self) {
        self.draw(self.usable().kg());
    }

    /// Go on burning with propellant that is not there; what of each fluid lacked, added to `lacking`.
    ///
    /// * `mass_kg`: everything that is accelerated, this tank included
    /// * `dv_ratio`: change of speed over exhaust speed
    ///
    /// A fluid that is left over because another ran out is burnt first. With the shares N of fluids that lack and S
    /// of those that are there, k kilograms take m + N k to m − S k, so k = m (E − 1)/(N + E S), E = exp(Δv/vₑ).
    pub(super) fn borrow(&mut self, mass_kg: f64, dv_ratio: f64, lacking: &mut [f64]) {
        let residual_fraction = self.residual_fraction;
        let (mut mass_kg, mut dv_ratio) = (mass_kg, dv_ratio);
        // each round but the last uses up a fluid; what a rounding leaves of it after that is not there
        for rounds_left in (0..=self.fluids.len()).rev() {
            let spare_kg = |f: &Fluid| {
                let kg = f.mass.kg() - f.capacity.kg() * residual_fraction;
                if rounds_left > 0 && kg > 1e-12 * f.capacity.kg() { kg } else { 0.0 }
            };
            let there: Vec<bool> = self.fluids.iter().map(|f| spare_kg(f) > 0.0).collect();
            // with a reserve under it, or with everything there, the rest is not for this burn
            let all = there.iter().all(|t| *t);
            let share = |wanted: bool| -> f64 {
                self.fluids
                    .iter()
                    .zip(&there)
                    .filter(|(_, t)| (**t && !all) == wanted)
                    .map(|(f, _)| f.share_fraction)
                    .sum()
            };
            let (lacks, has) = (share(false), share(true));
            let needs_kg = mass_kg * dv_ratio.exp_m1() / (lacks + dv_ratio.exp() * has);
            let limits = self.fluids.iter().zip(&there).filter(|(_, t)| **t && !all);
            let limit_kg = limits.map(|(f, _)| spare_kg(f) / f.share_fraction).fold(f64::INFINITY, f64::min);
            let taken_kg = needs_kg.min(limit_kg);
            for ((fluid, t), lack_kg) in self.fluids.iter_mut().zip(&there).zip(lacking.iter_mut()) {
                let part_kg = taken_kg * fluid.share_fraction;
                if *t && !all {
                    fluid.mass = Mass::from_kg((fluid.mass.kg() - part_kg).max(0.0));
                } else {
                    *lack_kg += part_kg;
                }
            }
            if needs_kg <= limit_kg {
                return;
            }
            let after_kg = mass_kg - taken_kg * has;
            dv_ratio -= ((mass_kg + taken_kg * lacks) / after_kg).ln();
            mass_kg = after_kg;
            if dv_ratio <= 0.0 {
                return;
            }
        }
    }

    /// Let it stand; what boils off.
    pub(super) fn stand(&mut self, place: &str, duration_d: f64) -> Mass {
        if self.cooling != Cooling::Passive {
            return Mass::ZERO;
        }
        let mut lost_kg = 0.0;
        for fluid in &mut self.fluids {
            let kept_kg = fluid.mass.kg() * fluid.boil_off.kept_fraction(place, duration_d);
            lost_kg += fluid.mass.kg() - kept_kg;
            fluid.mass = Mass::from_kg(kept_kg);
        }
        Mass::from_kg(lost_kg)
    }

    /// Room that is left.
    #[must_use]
    pub fn room(&self) -> Mass {
        Mass::from_kg((self.capacity().kg() - self.mass().kg()).max(0.0))
    }

    /// Fill each fluid up by an equal part of its room; the caller asks for no more than [`Tank::room`].
    pub(super) fn fill(&mut self, mass: Mass) {
        let room_kg = self.room().kg();
        if room_kg <= 0.0 {
            return;
        }
        let part = (mass.kg() / room_kg).min(1.0);
        for fluid in &mut self.fluids {
            fluid.mass += (fluid.capacity - fluid.mass) * part;
        }
    }
}

/// What turns propellant into a change of speed.
#[derive(Debug, Clone, PartialEq)]
pub struct Engine {
    /// specific impulse in vacuum, or over its own part of an ascent
    pub isp_s: f64,
    /// thrust of all its chambers together, where known
    pub thrust_n: Option<f64>,
    /// least part of the thrust it can run at; 1 for an engine without throttle
    pub least_throttle_fraction: f64,
    /// how often it can be started, where that is limited
    pub starts: Option<u32>,
}

impl Engine {
    /// An engine of which the specific impulse alone is known.
    ///
    /// * `isp_s`: specific impulse, > 0
    #[must_use]
    pub fn of_isp(isp_s: f64) -> Self {
        Self { isp_s, thrust_n: None, least_throttle_fraction: 1.0, starts: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_the_fluid_that_runs_out_first_strands_the_other() {
        let mut tank = Tank::of_two("LH2", "LOX", 5.5, Mass::from_kg(6500.0));
        tank.fluids[0].boil_off = BoilOff::everywhere(0.01);
        let boiled = tank.stand("LEO", 10.0);
        let fuel_kg = 1000.0 * 0.99_f64.powi(10);
        assert!((boiled.kg() - (1000.0 - fuel_kg)).abs() < 1e-9);
        assert!((tank.usable().kg() - 6.5 * fuel_kg).abs() < 1e-9, "{:?}", tank.usable());
        tank.draw(tank.usable().kg());
        assert!((tank.mass().kg() - 5.5 * (1000.0 - fuel_kg)).abs() < 1e-9, "oxygen is left over");
    }

    #[test]
    fn law_residual_and_reserve_stay_in_the_tank() {
        let mut tank = Tank::of("MMH/NTO", Mass::from_kg(1000.0));
        tank.residual_fraction = 0.02;
        tank.reserve = Mass::from_kg(50.0);
        assert!((tank.usable().kg() - 930.0).abs() < 1e-9);
        tank.draw(930.0);
        assert!((tank.mass().kg() - 70.0).abs() < 1e-9);
        tank.fill(Mass::from_kg(500.0));
        assert!((tank.mass().kg() - 570.0).abs() < 1e-9);
    }

    #[test]
    fn law_a_cooled_tank_loses_nothing_and_has_its_price() {
        let figures = CoolerFigures { power_ratio: 80.0, mass_per_w_ratio: 5.0 };
        let cooling = Cooling::lifting(0.025, figures);
        assert!((cooling.mass().kg() - 125.0).abs() < 1e-9, "{cooling:?}");
        assert!((cooling.power_kw() - 2.0).abs() < 1e-12, "{cooling:?}");
        let mut tank = Tank::of("LH2", Mass::from_kg(10_000.0)).boiling(&BoilOff::everywhere(0.0005));
        let left_kg = 1e4 * 0.9995_f64.powi(100);
        assert!((tank.stand("LEO", 100.0).kg() - (1e4 - left_kg)).abs() < 1e-8);
        tank.cooling = cooling;
        assert_eq!(tank.stand("LEO", 100.0), Mass::ZERO);
    }

    #[test]
    fn law_a_place_has_its_own_rate() {
        let places = vec![PlaceRate { place: "NRHO".to_owned(), daily_fraction: 0.0 }];
        let boil_off = BoilOff { daily_fraction: 0.1, places };
        assert_eq!(boil_off.kept_fraction("nrho", 5.0), 1.0);
        assert!((boil_off.kept_fraction("LEO", 2.0) - 0.81).abs() < 1e-15);
        assert_eq!(BoilOff::everywhere(1.0).kept_fraction("LEO", 1.0), 0.0);
        assert_eq!(BoilOff::everywhere(1.0).kept_fraction("LEO", 0.0), 1.0, "no time, no loss");
    }
}
