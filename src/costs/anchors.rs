//! Prices that history paid, to hold ours against: per pound, per kilogram, per contract.

use super::reading::Rows;
use super::{CostError, finite, within};
use crate::units::{KG_PER_LB, Mass, Money};

const ANCHORS: &str = include_str!("../../catalogue/anchors.csv");
const CONTRACTS: &str = include_str!("../../catalogue/service_contracts.csv");

/// Dollars per kilogram of a price per avoirdupois pound.
///
/// * `price_usd_per_lb`: dollars of any year
///
/// ```
/// assert_eq!(format!("{:.2}", portolan::costs::usd_per_kg_from_lb(10_000.0)), "22046.23");
/// ```
#[must_use]
pub fn usd_per_kg_from_lb(price_usd_per_lb: f64) -> f64 {
    price_usd_per_lb / KG_PER_LB
}

/// Dollars per avoirdupois pound of a price per kilogram.
///
/// * `price_usd_per_kg`: dollars of any year
#[must_use]
pub fn usd_per_lb_from_kg(price_usd_per_kg: f64) -> f64 {
    price_usd_per_kg * KG_PER_LB
}

/// Dollars per kilogram, in the currency year of the price.
///
/// * `price`: what is paid
/// * `cargo`: what arrives
///
/// # Errors
/// [`CostError::OutOfRange`] when nothing arrives.
pub fn usd_per_kg(price: Money, cargo: Mass) -> Result<f64, CostError> {
    let cargo_kg = within("the cargo that a price is divided by, in kg,", cargo.kg(), f64::MIN_POSITIVE, 1e12)?;
    let usd_per_kg = finite("a price", price)?.musd() * 1e6 / cargo_kg;
    if usd_per_kg.is_finite() {
        return Ok(usd_per_kg);
    }
    Err(CostError::NotFinite { what: "the price of a kilogram", value_musd: usd_per_kg })
}

/// A price of record. Its currency year is not stated where it stands, so it is no [`Money`].
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// what it is the price of
    pub what: String,
    /// least price
    pub low_usd_per_lb: f64,
    /// greatest price
    pub high_usd_per_lb: f64,
    /// what else is known
    pub note: String,
    /// where it comes from
    pub source: String,
    /// how far it can be trusted, as the catalogue tags it
    pub verified: String,
}

impl Anchor {
    /// Least price, dollars per kilogram.
    #[must_use]
    pub fn low_usd_per_kg(&self) -> f64 {
        usd_per_kg_from_lb(self.low_usd_per_lb)
    }

    /// Greatest price, dollars per kilogram.
    #[must_use]
    pub fn high_usd_per_kg(&self) -> f64 {
        usd_per_kg_from_lb(self.high_usd_per_lb)
    }
}

/// A contract for cargo delivered, craft and operations included.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// name, the key of the catalogue
    pub service: String,
    /// what it pays
    pub value: Money,
    /// what arrives over its whole term
    pub cargo: Option<Mass>,
    /// how many flights
    pub flights: Option<u32>,
    /// where it comes from
    pub source: String,
    /// how far it can be trusted, as the catalogue tags it
    pub verified: String,
}

impl Contract {
    /// Dollars per kilogram delivered, where the cargo is known.
    #[must_use]
    pub fn usd_per_kg(&self) -> Option<f64> {
        self.cargo.and_then(|cargo| usd_per_kg(self.value, cargo).ok())
    }

    /// Cargo of a mean flight, where both are known.
    #[must_use]
    pub fn cargo_per_flight(&self) -> Option<Mass> {
        Some(Mass::from_kg(self.cargo?.kg() / f64::from(self.flights?)))
    }

    /// Price of a mean flight, where the flights are known.
    #[must_use]
    pub fn price_per_flight(&self) -> Option<Money> {
        Some(self.value.scaled(1.0 / f64::from(self.flights?)))
    }
}

/// The anchors of the catalogue.
///
/// # Errors
/// [`CostError::Catalogue`] when the embedded file does not read.
pub fn anchors() -> Result<Vec<Anchor>, CostError> {
    read_anchors(ANCHORS, "anchors.csv")
}

fn read_anchors(text: &str, file: &str) -> Result<Vec<Anchor>, CostError> {
    let rows = Rows::read(text, file, &["what", "low_usd_per_lb", "high_usd_per_lb", "note"])?;
    rows.iter()
        .map(|row| {
            let (low, high) = (row.number("low_usd_per_lb")?, row.number("high_usd_per_lb")?);
            if low > high {
                return Err(row.refuse(format!("{low} $/lb is above {high} $/lb; exchange the two")));
            }
            Ok(Anchor {
                what: row.name("what")?.to_owned(),
                low_usd_per_lb: low,
                high_usd_per_lb: high,
                note: row.text("note").to_owned(),
                source: row.name("source")?.to_owned(),
                verified: row.name("verified")?.to_owned(),
            })
        })
        .collect()
}

/// The service contracts of the catalogue.
///
/// # Errors
/// [`CostError::Catalogue`] when the embedded file does not read.
pub fn contracts() -> Result<Vec<Contract>, CostError> {
    let rows =
        Rows::read(CONTRACTS, "service_contracts.csv", &["service", "value_musd", "cargo_kg", "missions", "year"])?;
    rows.iter()
        .map(|row| {
            let year = row
                .name("year")?
                .parse()
                .map_err(|_| row.refuse("column `year` is no calendar year; write four digits".to_owned()))?;
            Ok(Contract {
                service: row.name("service")?.to_owned(),
                value: Money::from_musd(row.number("value_musd")?, year),
                cargo: row.known("cargo_kg")?.map(Mass::from_kg),
                flights: match row.text("missions") {
                    "" => None,
                    text => Some(text.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
                        row.refuse(format!("column `missions`: \"{text}\" is no whole number of flights"))
                    })?),
                },
                source: row.name("source")?.to_owned(),
                verified: row.name("verified")?.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(what: &str) -> Anchor {
        anchors().expect("the file").into_iter().find(|a| a.what == what).expect(what)
    }

    #[test]
    fn published_prices_per_pound_in_kilograms() {
        for (what, low, high) in [
            ("Space Shuttle", 22_046.23, 22_046.23),
            ("commercial resupply", 59_524.81, 94_798.77),
            ("aim", 2_204.62, 2_204.62),
        ] {
            let found = anchor(what);
            assert!((found.low_usd_per_kg() - low).abs() <= 0.005, "{what}");
            assert!((found.high_usd_per_kg() - high).abs() <= 0.005, "{what}");
        }
    }

    #[test]
    fn published_prices_per_flight_of_jones() {
        // Shuttle 1.99 G$ for 27.5 t; Falcon 9 67 M$ for 22.8 t, Falcon Heavy 97 M$ for 63.8 t, quotients as printed
        for (price_musd, payload_kg, printed) in
            [(1990.0, 27_500.0, 72_363.6), (67.0, 22_800.0, 2_938.6), (97.0, 63_800.0, 1_520.4)]
        {
            let found = usd_per_kg(Money::from_musd(price_musd, 2023), Mass::from_kg(payload_kg)).expect("a price");
            assert!((found - printed).abs() <= 0.05, "{found}");
        }
        assert!((usd_per_lb_from_kg(1.99e9 / 27_500.0) - 32_823.6).abs() <= 0.05);
    }

    #[test]
    fn published_resupply_contract() {
        let contracts = contracts().expect("the file");
        let crs_1 = contracts.iter().find(|c| c.service == "ISS CRS-1").expect("CRS-1");
        assert!((crs_1.usd_per_kg().expect("known") - 63_219.62).abs() <= 0.005);
        assert!((crs_1.cargo_per_flight().expect("known").kg() - 3_025.8).abs() <= 0.05);
        assert!((crs_1.price_per_flight().expect("known").musd() - 191.29).abs() <= 0.005);
        let gateway = contracts.iter().find(|c| c.service.starts_with("Gateway")).expect("Gateway");
        assert_eq!((gateway.usd_per_kg(), gateway.cargo_per_flight()), (None, None));
    }

    #[test]
    fn law_pounds_and_kilograms_undo_each_other() {
        for price in [0.1, 1000.0, 43_000.0] {
            assert!((usd_per_lb_from_kg(usd_per_kg_from_lb(price)) - price).abs() < 1e-12 * price);
        }
    }

    #[test]
    fn refuses_to_divide_by_no_cargo() {
        let refusal = usd_per_kg(Money::from_musd(1.0, 2025), Mass::ZERO).expect_err("a refusal").to_string();
        assert!(refusal.starts_with("the cargo that a price is divided by, in kg, must be from 0.0000"), "{refusal}");
        assert!(refusal.ends_with("got 0"), "{refusal}");
    }

    #[test]
    fn refuses_an_anchor_upside_down() {
        let text = "what,low_usd_per_lb,high_usd_per_lb,note,source,verified\nx,9,3,,s,read\n";
        assert_eq!(
            read_anchors(text, "mine.csv").expect_err("a refusal").to_string(),
            "mine.csv:2: 9 $/lb is above 3 $/lb; exchange the two"
        );
    }
}
