//! Propellant made at a surface: plants that wear out, and what a shuttle between orbit and surface saves by it.

use super::stage::exhaust_km_s;
use crate::units::{DeltaV, Mass};

/// Days of the year that productivity, decay and maintenance are counted in: the Julian year.
const YEAR_D: f64 = 365.25;

/// A plant that makes propellant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plant {
    /// mass of the plant as landed
    pub mass: Mass,
    /// propellant made in a year per mass of plant that still works, kg/kg
    pub yearly_ratio: f64,
    /// part of the plant that wears out in a year
    pub decay_fraction: f64,
    /// spare parts that it needs in a year, per mass of plant
    pub maintenance_fraction: f64,
}

impl Plant {
    /// Propellant that a kilogram of plant makes in some years: η·(1 − (1 − δ)^t)/(−ln(1 − δ)), η·t without decay.
    fn made_ratio(&self, duration_d: f64) -> f64 {
        let years = duration_d / YEAR_D;
        if self.decay_fraction <= 0.0 {
            return self.yearly_ratio * years;
        }
        let log = (-self.decay_fraction).ln_1p();
        // a decay that no double tells from none
        if (years * log).abs() < f64::MIN_POSITIVE {
            return self.yearly_ratio * years;
        }
        self.yearly_ratio * (years * log).exp_m1() / log
    }

    /// Propellant that it makes in some years.
    ///
    /// * `duration_d`: ≥ 0; what works shrinks as (1 − δ)^t, t in years
    #[must_use]
    pub fn makes(&self, duration_d: f64) -> Mass {
        self.mass * self.made_ratio(duration_d)
    }

    /// Spare parts that it needs in some years.
    #[must_use]
    pub fn spares(&self, duration_d: f64) -> Mass {
        self.mass * (self.maintenance_fraction * duration_d / YEAR_D)
    }

    /// The same plant in the size that makes some propellant in some years.
    #[must_use]
    pub fn sized_for(self, propellant: Mass, duration_d: f64) -> Self {
        Self { mass: propellant * (1.0 / self.made_ratio(duration_d)), ..self }
    }
}

/// Where the propellant of a shuttle comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supplied {
    /// all of it from Earth
    FromEarth,
    /// that of the ascent from the surface
    AscentFromSurface,
    /// that of ascent and descent from the surface
    AllFromSurface,
}

/// A reusable lander between an orbit and a surface that brings payload down and comes up empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shuttle {
    /// without propellant and payload
    pub dry: Mass,
    /// specific impulse
    pub isp_s: f64,
    /// change of speed each way
    pub each_way: DeltaV,
    /// what it brings down
    pub payload: Mass,
    /// mass in low Earth orbit per mass in the shuttle's orbit, a plain ratio
    pub gear_ratio: f64,
}

/// What one flight of a shuttle takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShuttleFlight {
    /// mass in low Earth orbit: payload and propellant from Earth, times the gear ratio
    pub imleo: Mass,
    /// propellant made at the surface
    pub made: Mass,
}

impl Shuttle {
    /// One flight down with payload and up without.
    ///
    /// * `supplied`: where its propellant comes from
    ///
    /// With μ = exp(−Δv/vₑ): whoever arrives with m started with m/μ.
    ///
    /// ```
    /// use portolan::units::{DeltaV, Mass};
    /// use portolan::vehicles::{Shuttle, Supplied, gear_ratio};
    /// let shuttle = Shuttle {
    ///     dry: Mass::from_kg(8e3),
    ///     isp_s: 450.0,
    ///     each_way: DeltaV::from_km_s(2.75),
    ///     payload: Mass::from_kg(10e3),
    ///     gear_ratio: gear_ratio(DeltaV::from_km_s(3.6), 450.0, 0.1)?,
    /// };
    /// assert_eq!(format!("{:.0}", shuttle.flight(Supplied::FromEarth).imleo), "99523 kg");
    /// # Ok::<(), portolan::vehicles::StageError>(())
    /// ```
    #[must_use]
    pub fn flight(&self, supplied: Supplied) -> ShuttleFlight {
        // propellant per mass that arrives: 1/μ − 1
        let per_arrived = (self.each_way.km_s() / exhaust_km_s(self.isp_s)).exp_m1();
        let (dry_kg, payload_kg) = (self.dry.kg(), self.payload.kg());
        let ascent_kg = dry_kg * per_arrived;
        let (from_earth_kg, made_kg) = match supplied {
            Supplied::FromEarth => (ascent_kg + (dry_kg + payload_kg + ascent_kg) * per_arrived, 0.0),
            Supplied::AscentFromSurface => ((dry_kg + payload_kg) * per_arrived, ascent_kg),
            Supplied::AllFromSurface => {
                // it comes up with what the next way down burns
                let descent_kg = (dry_kg + payload_kg) * per_arrived;
                (0.0, descent_kg + (dry_kg + descent_kg) * per_arrived)
            }
        };
        ShuttleFlight {
            imleo: Mass::from_kg((payload_kg + from_earth_kg) * self.gear_ratio),
            made: Mass::from_kg(made_kg),
        }
    }

    /// Mass in low Earth orbit for several flights supplied from the surface, the plant and its spares included.
    ///
    /// * `flights`: how many
    /// * `duration_d`: over how long
    /// * `plant`: productivity and decay; it is sized here and landed by the same shuttle with propellant from Earth
    #[must_use]
    pub fn imleo_with_plant(&self, flights: u32, duration_d: f64, plant: Plant) -> Mass {
        let one = self.flight(Supplied::AllFromSurface);
        let plant = plant.sized_for(one.made * f64::from(flights), duration_d);
        let landed = plant.mass + plant.spares(duration_d);
        let per_landed = self.flight(Supplied::FromEarth).imleo.kg() / self.payload.kg();
        one.imleo * f64::from(flights) + landed * per_landed
    }
}

#[cfg(test)]
mod tests {
    use super::super::stage::gear_ratio;
    use super::*;

    fn shuttle() -> Shuttle {
        Shuttle {
            dry: Mass::from_kg(8e3),
            isp_s: 450.0,
            each_way: DeltaV::from_km_s(2.75),
            payload: Mass::from_kg(10e3),
            gear_ratio: gear_ratio(DeltaV::from_km_s(3.6), 450.0, 0.1).expect("a ratio"),
        }
    }

    /// LOGISTICS V16: the lander between NRHO and the surface, with and without a plant.
    #[test]
    fn published_isru_toy() {
        let shuttle = shuttle();
        assert!((shuttle.gear_ratio - 2.58714).abs() <= 5e-6, "{}", shuttle.gear_ratio);
        let near = |found: Mass, printed_t: f64, half_t: f64| {
            assert!((found.tonnes() - printed_t).abs() <= half_t, "{} t and {printed_t} t", found.tonnes());
        };
        near(shuttle.flight(Supplied::FromEarth).imleo, 99.522_882, 5e-7);
        near(shuttle.flight(Supplied::AscentFromSurface).imleo, 66.144_414, 5e-7);
        let both = shuttle.flight(Supplied::AllFromSurface);
        near(both.imleo, 25.871_411, 5e-7);
        near(both.made, 35.947_273, 5e-7);
        near(shuttle.flight(Supplied::FromEarth).imleo * 10.0, 995.229, 5e-4);
        near(shuttle.flight(Supplied::FromEarth).imleo * 0.1, 9.952_288, 5e-7);
        for (yearly_ratio, printed_t) in [(1.0, 616.4717), (2.0, 437.5929), (5.0, 330.2656), (10.0, 294.4899)] {
            let plant = Plant { mass: Mass::ZERO, yearly_ratio, decay_fraction: 0.0, maintenance_fraction: 0.0 };
            near(shuttle.imleo_with_plant(10, 10.0 * YEAR_D, plant), printed_t, 5e-5);
        }
    }

    #[test]
    fn law_a_plant_that_wears_out_makes_less_and_weighs_more() {
        let fresh =
            Plant { mass: Mass::from_kg(1000.0), yearly_ratio: 5.0, decay_fraction: 0.0, maintenance_fraction: 0.05 };
        let worn = Plant { decay_fraction: 0.1, ..fresh };
        assert!(
            (fresh.makes(4.0 * YEAR_D).kg() - 20_000.0).abs() < 1e-9
                && (fresh.spares(4.0 * YEAR_D).kg() - 200.0).abs() < 1e-9
        );
        // a thousand short steps of the same decay
        let mut sum_kg = 0.0;
        for k in 0..100_000 {
            let t = (f64::from(k) + 0.5) * 4e-5;
            sum_kg += 1000.0 * 0.9_f64.powf(t) * 5.0 * 4e-5;
        }
        assert!(
            (worn.makes(4.0 * YEAR_D).kg() - sum_kg).abs() < 1e-6 * sum_kg,
            "{} and {sum_kg}",
            worn.makes(4.0 * YEAR_D)
        );
        assert!((worn.sized_for(worn.makes(7.0 * YEAR_D), 7.0 * YEAR_D).mass.kg() - 1000.0).abs() < 1e-9);
        assert!(
            shuttle().imleo_with_plant(10, 10.0 * YEAR_D, worn) > shuttle().imleo_with_plant(10, 10.0 * YEAR_D, fresh)
        );
    }
}
