//! Depots that tankers fill while they boil off, and the launches behind one departure.
//!
//! A flight arrives every Δt and brings d; between two flights the depot keeps q = (1 − b)^Δt of what it holds:
//! m₁ = d, mₙ₊₁ = q·mₙ + d, so mₙ = d·(1 − qⁿ)/(1 − q).

use super::propulsion::BoilOff;
use super::stage::{HEAVIEST_KG, HIGHEST_ISP_S, exhaust_km_s};
use crate::units::{DeltaV, Mass, number, told};
use thiserror::Error;

/// Most tankers that a depot is filled by.
const MOST_FLIGHTS: u32 = 100_000;

/// What filling a depot refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DepotError {
    /// What boils off between two flights is more than a flight brings.
    #[error(
        "the depot never holds {} kg: with {brought_kg:.0} kg every {interval_d} d and {percent:.3} % boiling off a day it stays below {} kg; send tankers more often, larger ones, or cool the tank",
        told(*target_kg, target_kg - limit_kg, 0), told(*limit_kg, target_kg - limit_kg, 0),
        percent = .daily_fraction * 100.0
    )]
    Never {
        /// what it should hold
        target_kg: f64,
        /// what a flight adds
        brought_kg: f64,
        /// days between two flights
        interval_d: f64,
        /// part that boils off in a day
        daily_fraction: f64,
        /// what it cannot exceed
        limit_kg: f64,
    },
    /// More tankers than anybody counts one by one.
    #[error("filling the depot takes {} tankers, more than {MOST_FLIGHTS}; let each bring more", number(*flights_value))]
    TooMany {
        /// how many it takes
        flights_value: f64,
    },
    /// A number that cannot be.
    #[error("the {what} of a depot cannot be {} {unit}; write a {cure}", number(*value))]
    NotPhysical {
        /// which number
        what: &'static str,
        /// what was given, in `unit`
        value: f64,
        /// kg, d
        unit: &'static str,
        /// positive number, part of one
        cure: &'static str,
    },
    /// A tanker that arrives with nothing.
    #[error(
        "a tanker that starts with {initial_kg:.0} kg has nothing left to give after {out_m_s:.0} m/s out and {back_m_s:.0} m/s back; use a lighter one, a higher specific impulse, or a nearer depot"
    )]
    NothingToGive {
        /// its mass with full tanks
        initial_kg: f64,
        /// change of speed to the depot
        out_m_s: f64,
        /// change of speed back
        back_m_s: f64,
    },
}

/// A depot and the tankers that fill it.
#[derive(Debug, Clone, PartialEq)]
pub struct Depot {
    /// where it stands, for rates that differ by place
    pub place: String,
    /// what it shall hold when the ship comes
    pub target: Mass,
    /// propellant that a tanker brings
    pub tanker: Mass,
    /// days between two tankers
    pub interval_d: f64,
    /// how fast the depot boils off
    pub boil_off: BoilOff,
    /// part of what a tanker brings that is lost in the transfer
    pub transfer_loss_fraction: f64,
}

/// A depot that was filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Filling {
    /// tankers
    pub flights: u32,
    /// what it holds after each
    pub after: Vec<Mass>,
    /// days from the first tanker to the last
    pub duration_d: f64,
    /// what boiled off on the way
    pub boiled: Mass,
    /// what was lost in transfers
    pub lost: Mass,
}

impl Filling {
    /// What the depot holds after the last tanker.
    #[must_use]
    pub fn reached(&self) -> Mass {
        self.after.last().copied().unwrap_or(Mass::ZERO)
    }
}

impl Depot {
    fn check(&self) -> Result<(), DepotError> {
        let positive = |what, value: f64, unit| {
            let cure = if value > HEAVIEST_KG { "smaller number" } else { "positive number" };
            let fits = (f64::MIN_POSITIVE..=HEAVIEST_KG).contains(&value);
            if fits { Ok(()) } else { Err(DepotError::NotPhysical { what, value, unit, cure }) }
        };
        positive("target", self.target.kg(), "kg")?;
        positive("tanker", self.tanker.kg(), "kg")?;
        positive("interval", self.interval_d, "d")?;
        let boil_off = self.boil_off.place_fraction(&self.place);
        if !(0.0..=1.0).contains(&boil_off) {
            let (what, unit, cure) = ("boil-off", "of what is there in a day", "part of one");
            return Err(DepotError::NotPhysical { what, value: boil_off, unit, cure });
        }
        if (0.0..1.0).contains(&self.transfer_loss_fraction) {
            return Ok(());
        }
        let (what, value) = ("transfer loss", self.transfer_loss_fraction);
        Err(DepotError::NotPhysical { what, value, unit: "of what is brought", cure: "part of one" })
    }

    /// What a tanker adds, kg.
    fn added_kg(&self) -> f64 {
        self.tanker.kg() * (1.0 - self.transfer_loss_fraction)
    }

    fn kept_fraction(&self) -> f64 {
        self.boil_off.kept_fraction(&self.place, self.interval_d)
    }

    /// What the depot cannot exceed however many tankers come: d/(1 − q); infinite without boil-off.
    #[must_use]
    pub fn limit(&self) -> Mass {
        Mass::from_kg(self.added_kg() / (1.0 - self.kept_fraction()))
    }

    fn never(&self) -> DepotError {
        DepotError::Never {
            target_kg: self.target.kg(),
            brought_kg: self.added_kg(),
            interval_d: self.interval_d,
            daily_fraction: self.boil_off.place_fraction(&self.place),
            limit_kg: self.limit().kg(),
        }
    }

    /// Tankers that fill the depot, in closed form: n = ⌈ln(1 − M·(1 − q)/d)/ln q⌉; ⌈M/d⌉ without boil-off.
    ///
    /// # Errors
    /// [`DepotError::Never`] when it never holds so much, [`DepotError::TooMany`] when it takes more tankers than a
    /// hundred thousand.
    ///
    /// ```
    /// use portolan::{units::Mass, vehicles::{BoilOff, Depot}};
    /// let depot = Depot {
    ///     place: "LEO".to_owned(),
    ///     target: Mass::from_kg(1.2e6),
    ///     tanker: Mass::from_kg(1e5),
    ///     interval_d: 6.0,
    ///     boil_off: BoilOff::everywhere(0.005),
    ///     transfer_loss_fraction: 0.0,
    /// };
    /// assert_eq!(depot.flights()?, 15);
    /// # Ok::<(), portolan::vehicles::DepotError>(())
    /// ```
    pub fn flights(&self) -> Result<u32, DepotError> {
        self.check()?;
        let (kept, added_kg) = (self.kept_fraction(), self.added_kg());
        // a part in 1e12 of a flight is rounding
        let loads = self.target.kg() / added_kg - 1e-12;
        let flights = if kept >= 1.0 || loads <= 1.0 {
            loads.ceil().max(1.0)
        } else {
            let rest = 1.0 - self.target.kg() * (1.0 - kept) / added_kg;
            if rest <= 0.0 {
                return Err(self.never());
            }
            (rest.ln() / kept.ln() - 1e-12).ceil().max(1.0)
        };
        if flights <= f64::from(MOST_FLIGHTS) {
            Ok(flights as u32)
        } else {
            Err(DepotError::TooMany { flights_value: flights })
        }
    }

    /// The same flight by flight, with what boils off and what is lost.
    ///
    /// # Errors
    /// [`DepotError::Never`] when it never holds so much.
    pub fn fill(&self) -> Result<Filling, DepotError> {
        let (kept, added_kg) = (self.kept_fraction(), self.added_kg());
        let mut filling =
            Filling { flights: 0, after: Vec::new(), duration_d: 0.0, boiled: Mass::ZERO, lost: Mass::ZERO };
        let mut held_kg = 0.0;
        // counted in closed form before they are sent one by one
        self.flights()?;
        loop {
            if filling.flights == MOST_FLIGHTS {
                return Err(DepotError::TooMany { flights_value: f64::from(MOST_FLIGHTS) + 1.0 });
            }
            let boiled_kg = held_kg * (1.0 - kept);
            let next_kg = held_kg - boiled_kg + added_kg;
            // a flight that adds nothing that a balance could tell: the limit is reached
            if next_kg <= held_kg * (1.0 + 1e-12) {
                return Err(self.never());
            }
            if filling.flights > 0 {
                filling.duration_d += self.interval_d;
            }
            held_kg = next_kg;
            filling.flights += 1;
            filling.boiled += Mass::from_kg(boiled_kg);
            filling.lost += Mass::from_kg(self.tanker.kg() - added_kg);
            filling.after.push(Mass::from_kg(held_kg));
            if held_kg >= self.target.kg() * (1.0 - 1e-12) {
                return Ok(filling);
            }
        }
    }
}

/// A tanker that goes somewhere and comes back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TankerTrip {
    /// without propellant
    pub dry: Mass,
    /// full tanks at the start
    pub propellant: Mass,
    /// specific impulse
    pub isp_s: f64,
    /// change of speed to the depot
    pub out: DeltaV,
    /// change of speed back; zero for one that stays
    pub back: DeltaV,
}

impl TankerTrip {
    /// Propellant that it gives at the depot: what is left after the way out less what the way back needs,
    /// (m_dry + m_p)·exp(−Δv_out/vₑ) − m_dry·exp(Δv_back/vₑ).
    ///
    /// # Errors
    /// [`DepotError::NothingToGive`] when that is nothing.
    pub fn delivers(&self) -> Result<Mass, DepotError> {
        for (what, value, unit, least_value, most_value) in [
            ("tanker's dry mass", self.dry.kg(), "kg", 0.0, HEAVIEST_KG),
            ("tanker's propellant", self.propellant.kg(), "kg", 0.0, HEAVIEST_KG),
            ("tanker's specific impulse", self.isp_s, "s", f64::MIN_POSITIVE, HIGHEST_ISP_S),
            ("tanker's way out", self.out.km_s(), "km/s", 0.0, f64::MAX),
            ("tanker's way back", self.back.km_s(), "km/s", 0.0, f64::MAX),
        ] {
            if !(least_value..=most_value).contains(&value) {
                let cure = if value > most_value { "smaller number" } else { "positive number" };
                return Err(DepotError::NotPhysical { what, value, unit, cure });
            }
        }
        let exhaust_km_s = exhaust_km_s(self.isp_s);
        let arrives_kg = (self.dry + self.propellant).kg() * (-self.out.km_s() / exhaust_km_s).exp();
        let gives_kg = arrives_kg - self.dry.kg() * (self.back.km_s() / exhaust_km_s).exp();
        // minus zero and the least of all numbers make no more of a tanker than it was
        if gives_kg > 0.0 && gives_kg <= (self.dry + self.propellant).kg() {
            return Ok(Mass::from_kg(gives_kg));
        }
        Err(DepotError::NothingToGive {
            initial_kg: (self.dry + self.propellant).kg(),
            out_m_s: self.out.m_s(),
            back_m_s: self.back.m_s(),
        })
    }
}

/// Launches behind one departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepartureLaunches {
    /// the depot itself, if it has to be launched
    pub depot: u32,
    /// tankers that fill the depot the ship is fuelled from
    pub tankers: u32,
    /// launches that fuel those tankers in low orbit, where they go on from there
    pub behind_tankers: u32,
    /// the ship
    pub ship: u32,
}

impl DepartureLaunches {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.depot + self.tankers + self.behind_tankers + self.ship
    }
}

/// The launches behind one departure from a depot in low orbit or farther out.
///
/// * `far`: the depot that the ship is fuelled from
/// * `near`: the depot in low orbit that each of its tankers is fuelled from; none when tankers come straight from
///   the ground
///
/// # Errors
/// [`DepotError::Never`] when one of the two is never full.
pub fn departure_launches(far: &Depot, near: Option<&Depot>) -> Result<DepartureLaunches, DepotError> {
    let tankers = far.flights()?;
    // each tanker is itself a launch; its fuel is more
    let behind_tankers = near.map_or(Ok(0), |depot| {
        let each = depot.flights()?;
        let flights = f64::from(tankers) * f64::from(each);
        // two of the most fit four times into what is counted here
        tankers.checked_mul(each).filter(|all| *all <= 1 << 30).ok_or(DepotError::TooMany { flights_value: flights })
    })?;
    Ok(DepartureLaunches { depot: 1 + u32::from(near.is_some()), tankers, behind_tankers, ship: 1 })
}

/// What one launch carries in an opportunity, and how many of it there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaunchSlots {
    /// mass of one launch
    pub each: Mass,
    /// launches that can be had
    pub most: u32,
}

/// The fewest launches that together carry some mass; `None` when all together do not.
///
/// * `slots`: opportunities with their launches
/// * `mass`: what is to be carried; it can be split freely
///
/// The largest first: with a mass that splits freely no other choice needs fewer.
#[must_use]
pub fn fewest_launches(slots: &[LaunchSlots], mass: Mass) -> Option<u32> {
    let mut sorted = slots.to_vec();
    sorted.sort_by(|a, b| b.each.kg().total_cmp(&a.each.kg()));
    let (mut left_kg, mut count) = (mass.kg(), 0);
    for slot in sorted.iter().filter(|s| s.each > Mass::ZERO) {
        if left_kg <= 0.0 {
            break;
        }
        let taken = ((left_kg / slot.each.kg()).ceil() as u32).min(slot.most);
        left_kg -= f64::from(taken) * slot.each.kg();
        count = u32::checked_add(count, taken)?;
    }
    (left_kg <= 0.0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn depot(target_t: f64, tanker_t: f64, interval_d: f64, daily_fraction: f64) -> Depot {
        Depot {
            place: "LEO".to_owned(),
            target: Mass::from_kg(1e3 * target_t),
            tanker: Mass::from_kg(1e3 * tanker_t),
            interval_d,
            boil_off: BoilOff::everywhere(daily_fraction),
            transfer_loss_fraction: 0.0,
        }
    }

    /// LOGISTICS V9, every row.
    #[test]
    fn published_depot_fillings() {
        for (tanker_t, interval_d, daily, flights, reached_t) in [
            (100.0, 6.0, 0.001, 13, Some(1254.326)),
            (100.0, 6.0, 0.005, 15, Some(1225.521)),
            (100.0, 6.0, 0.01, 21, Some(1227.172)),
            (100.0, 12.0, 0.005, 21, None),
            (150.0, 6.0, 0.005, 9, Some(1200.594)),
            (150.0, 12.0, 0.01, 20, None),
        ] {
            let depot = depot(1200.0, tanker_t, interval_d, daily);
            let filling = depot.fill().expect("it fills");
            assert_eq!((filling.flights, depot.flights()), (flights, Ok(flights)), "{tanker_t} {interval_d} {daily}");
            if let Some(reached_t) = reached_t {
                let found_t: f64 = filling.reached().tonnes();
                assert!((found_t - reached_t).abs() <= 5e-4, "{found_t} and {reached_t}");
            }
            assert!((filling.duration_d - interval_d * f64::from(flights - 1)).abs() < 1e-9);
        }
        let never = depot(1200.0, 100.0, 12.0, 0.01);
        assert!((never.limit().tonnes() - 880.2).abs() <= 0.05, "{}", never.limit());
        assert_eq!(never.flights(), never.fill().map(|f| f.flights));
        assert_eq!(
            never.flights().expect_err("never").to_string(),
            "the depot never holds 1200000 kg: with 100000 kg every 12 d and 1.000 % boiling off a day it stays below 880164 kg; send tankers more often, larger ones, or cool the tank"
        );
    }

    proptest! {
        #[test]
        fn law_the_closed_form_is_the_simulation(
            target in 10.0..3000.0_f64, tanker in 20.0..300.0_f64, interval in 0.5..40.0_f64, daily in 0.0..0.02_f64,
            loss in 0.0..0.1_f64,
        ) {
            let depot = Depot { transfer_loss_fraction: loss, ..depot(target, tanker, interval, daily) };
            match (depot.flights(), depot.fill()) {
                (Ok(flights), Ok(filling)) => {
                    prop_assert_eq!(flights, filling.flights);
                    let brought = Mass::from_kg(f64::from(flights) * depot.tanker.kg());
                    let rest = brought - filling.boiled - filling.lost - filling.reached();
                    prop_assert!(rest.kg().abs() <= 1e-9 * brought.kg(), "{rest}");
                }
                (a, b) => prop_assert_eq!(a.err(), b.err()),
            }
        }
    }

    #[test]
    fn law_a_farther_depot_takes_more_launches() {
        let trip = |out: f64, back: f64| TankerTrip {
            dry: Mass::from_kg(120e3),
            propellant: Mass::from_kg(1200e3),
            isp_s: 380.0,
            out: DeltaV::from_km_s(out),
            back: DeltaV::from_km_s(back),
        };
        // LEO, NRHO and low lunar orbit with the budget of V20: 3726 and 4466 m/s out
        let gives = |out, back| trip(out, back).delivers().expect("something").kg();
        let (leo, nrho, llo) = (gives(0.0, 0.0), gives(3.726, 0.45), gives(4.466, 1.256));
        assert!((leo - 1200e3).abs() < 1e-6 && leo > nrho && nrho > llo && llo > 0.0, "{leo} {nrho} {llo}");
        let near = depot(1200.0, 100.0, 6.0, 0.001);
        let far = Depot { tanker: Mass::from_kg(nrho), interval_d: 90.0, ..depot(400.0, 1.0, 1.0, 0.0003) };
        let there = departure_launches(&far, Some(&near)).expect("both fill");
        let here = departure_launches(&near, None).expect("it fills");
        assert_eq!((here.total(), here.tankers), (15, 13));
        assert_eq!(there.behind_tankers, 13 * there.tankers);
        assert!(matches!(trip(12.0, 3.0).delivers(), Err(DepotError::NothingToGive { .. })));
    }

    #[test]
    fn refuses_depots_that_cannot_be() {
        for (depot, says) in [
            (depot(-1.0, 100.0, 6.0, 0.0), "the target of a depot cannot be -1000 kg; write a positive number"),
            (depot(1.0, 100.0, 0.0, 0.0), "the interval of a depot cannot be 0 d; write a positive number"),
            (
                Depot { transfer_loss_fraction: 1.0, ..depot(1.0, 1.0, 1.0, 0.0) },
                "the transfer loss of a depot cannot be 1 of what is brought; write a part of one",
            ),
        ] {
            assert_eq!(depot.fill().expect_err("a refusal").to_string(), says);
        }
    }
}
