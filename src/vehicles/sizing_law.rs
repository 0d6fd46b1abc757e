//! A fitted law for the dry mass of a single-stage lander or tug, and its root.

use crate::units::Mass;

/// Crew that the law's life-support and cabin terms are written for.
const CREW: f64 = 4.0;
/// Days that they are written for.
const DAYS: f64 = 3.0;
/// Mean density of the propellant, kg/m³.
const PROPELLANT_KG_M3: f64 = 360.0;

/// Dry mass of a spacecraft as a function of the payload and the propellant it is built for.
///
/// # Source
/// Isaji, Takubo, Ho, "Multidisciplinary Design Optimization Approach to Integrated Space Mission Planning and
/// Spacecraft Design", JSR 59(5) 2022, doi 10.2514/1.A35284: the fit that its toolbox sizes its landers with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizingLaw {
    /// payload that the structure is built for
    pub payload: Mass,
}

impl SizingLaw {
    /// Dry mass for some propellant.
    ///
    /// d = 0.3238 d + 693.7 P^0.0459 + 0.1648 (d + P) + 20.26 F/360 + m_w + 1.014 m_w^0.8423 + 22.33·3
    /// and 0.00419·4·3 d^0.9061 + 434.7 + 0.05 d more, with m_w = 7.277·10⁻⁸ d^2.443 + 137: structure, thermal, tanks,
    /// power, avionics, cabin. The least root is the mass; without one (beyond some 65 t of propellant) the answer is infinite.
    ///
    /// ```
    /// use portolan::{units::Mass, vehicles::SizingLaw};
    /// let law = SizingLaw { payload: Mass::from_kg(2000.0) };
    /// assert_eq!(format!("{:.6}", law.dry(Mass::from_kg(30_000.0)).kg()), "9609.406938");
    /// ```
    #[must_use]
    pub fn dry(&self, propellant: Mass) -> Mass {
        let excess = |dry_kg: f64| self.right_side_kg(dry_kg, propellant.kg()) - dry_kg;
        // the right side is above the diagonal at zero and convex for large masses: walk up to the first crossing
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        while excess(high) > 0.0 {
            (low, high) = (high, high * 1.05 + 10.0);
            if high > 1e7 {
                return Mass::from_kg(f64::INFINITY);
            }
        }
        // bisection to the last bit
        loop {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                return Mass::from_kg(middle);
            }
            if excess(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    fn right_side_kg(&self, dry_kg: f64, propellant_kg: f64) -> f64 {
        let payload_kg = self.payload.kg();
        let power_kg = 7.277e-8 * dry_kg.powf(2.443) + 137.0;
        0.3238 * dry_kg
            + 693.7 * payload_kg.powf(0.0459)
            + 0.1648 * (dry_kg + payload_kg)
            + 20.26 * propellant_kg / PROPELLANT_KG_M3
            + power_kg
            + 1.014 * power_kg.powf(0.8423)
            + 22.33 * DAYS
            + 0.00419 * CREW * DAYS * dry_kg.powf(0.9061)
            + 434.7
            + 0.05 * dry_kg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LOGISTICS V7: the published root and two computed ones, to their printed digits.
    #[test]
    fn published_dry_masses_of_the_sizing_law() {
        for (payload, propellant, printed, half) in [
            (2_837.117_685_069_91, 44_362.378_002_732_37, 13_071.917_273_43, 5e-9),
            (2000.0, 30_000.0, 9609.406_938, 5e-7),
            (1000.0, 20_000.0, 7323.918_930, 5e-7),
        ] {
            let law = SizingLaw { payload: Mass::from_kg(payload) };
            let found = law.dry(Mass::from_kg(propellant)).kg();
            assert!((found - printed).abs() <= half, "{payload}: {found}");
        }
    }

    #[test]
    fn law_more_propellant_never_weighs_less_and_too_much_has_no_root() {
        let law = SizingLaw { payload: Mass::from_kg(3000.0) };
        let mut before = 0.0;
        for propellant in (0..60).map(|k| f64::from(k) * 1000.0) {
            let dry = law.dry(Mass::from_kg(propellant)).kg();
            assert!(dry > before, "{propellant}: {dry}");
            before = dry;
        }
        assert!(law.dry(Mass::from_kg(1e7)).kg().is_infinite());
    }
}
