//! Cells that are solved but not wanted.

use super::problem::planet;
use super::{PorkchopError, Transfer};
use crate::bodies::Body;

/// Altitude over the equatorial radius at which the speed of an entry is counted, for every body.
///
/// A convention: missions to Mars count from 125 to 131 km, to the Earth from about 122 km; ten kilometres change the speed
/// by 0.15 %.
pub const ENTRY_ALTITUDE_KM: f64 = 125.0;

/// What excludes a cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// most launch energy
    pub max_c3_km2_s2: Option<f64>,
    /// longest time of flight
    pub max_tof_d: Option<f64>,
    /// most declination of the launch asymptote, north or south
    pub max_dla_deg: Option<f64>,
    /// highest speed at [`ENTRY_ALTITUDE_KM`] above the body flown to, without its turning
    pub max_entry_km_s: Option<f64>,
}

impl Limits {
    /// The excess speed at arrival that makes the highest entry; `None` without that limit, or where nothing enters as slowly.
    ///
    /// * `arrival`: body flown to
    #[must_use]
    pub fn max_excess_km_s(&self, arrival: Body) -> Option<f64> {
        excess_km_s(self.max_entry_km_s?, arrival).ok()
    }
}

/// The limits as the cells ask for them.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Masks {
    limits: Limits,
    /// excess speed at arrival that makes the highest entry
    v_inf_arr_km_s: Option<f64>,
}

impl Masks {
    /// The limits of a flight to a body.
    ///
    /// # Errors
    /// An entry that is slower than a fall from rest, or at a body without a known pull; a limit that is no number.
    pub(in super::super) fn new(limits: &Limits, arrival: Body) -> Result<Self, PorkchopError> {
        for (quantity, limit) in [
            ("launch energy (km²/s²)", limits.max_c3_km2_s2),
            ("time of flight (d)", limits.max_tof_d),
            ("declination of the launch asymptote (deg)", limits.max_dla_deg),
        ] {
            if let Some(value) = limit.filter(|value| value.is_nan()) {
                return Err(PorkchopError::BadLimit { quantity, value });
            }
        }
        let v_inf_arr_km_s = limits.max_entry_km_s.map(|most| excess_km_s(most, arrival)).transpose()?;
        Ok(Self { limits: *limits, v_inf_arr_km_s })
    }

    /// Whether there is one.
    pub(super) fn any(&self) -> bool {
        self.limits != Limits::default()
    }

    /// Whether a transfer keeps them all.
    pub(in super::super) fn keep(&self, transfer: &Transfer) -> bool {
        let Transfer { c3_km2_s2, dla_deg, tof_d, v_inf_arr_km_s, .. } = *transfer;
        self.allow(c3_km2_s2, dla_deg, tof_d, v_inf_arr_km_s)
    }

    /// Whether an arc keeps them all.
    #[inline(always)]
    pub(super) fn allow(&self, c3_km2_s2: f64, dla_deg: f64, tof_d: f64, v_inf_arr_km_s: f64) -> bool {
        let over = |limit: Option<f64>, value: f64| limit.is_some_and(|most| value > most);
        let Limits { max_c3_km2_s2, max_tof_d, max_dla_deg, .. } = self.limits;
        !(over(max_c3_km2_s2, c3_km2_s2)
            || over(max_tof_d, tof_d)
            || over(max_dla_deg, dla_deg.abs())
            || over(self.v_inf_arr_km_s, v_inf_arr_km_s))
    }
}

/// The excess speed that enters at a speed: v∞² = v² − 2μ/r.
fn excess_km_s(entry_km_s: f64, arrival: Body) -> Result<f64, PorkchopError> {
    let refuse = |reason: String| Err(PorkchopError::EntrySpeed { reason });
    let body = planet(arrival);
    if !(body.mu_km3_s2 > 0.0 && body.radius_km > 0.0) {
        return refuse(format!("nothing enters at {}: take the limit of the entry speed away", body.name));
    }
    let escape2 = 2.0 * body.mu_km3_s2 / (body.radius_km + ENTRY_ALTITUDE_KM);
    let excess2 = entry_km_s * entry_km_s - escape2;
    // a speed that is no number is refused too
    if excess2.is_nan() || excess2 <= 0.0 {
        return refuse(format!(
            "no flight enters at {} with {entry_km_s} km/s or less: a fall from rest makes {:.3} km/s, so set a higher limit",
            body.name,
            escape2.sqrt()
        ));
    }
    Ok(excess2.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{MARS, VENUS};

    #[test]
    fn law_an_entry_limit_is_a_limit_of_the_excess_speed() {
        let limits = Limits { max_entry_km_s: Some(6.0), ..Limits::default() };
        let masks = Masks::new(&limits, MARS).expect("masks");
        let excess = masks.v_inf_arr_km_s.expect("a limit");
        let entry = |v: f64| (v * v + 2.0 * MARS.mu_km3_s2 / (MARS.radius_km + 125.0)).sqrt();
        assert!((entry(excess) - 6.0).abs() < 1e-14 && masks.any());
        assert!(masks.allow(10.0, 0.0, 200.0, excess) && !masks.allow(10.0, 0.0, 200.0, excess * (1.0 + 1e-12)));
        let too_slow = Limits { max_entry_km_s: Some(4.7), ..Limits::default() };
        let told = Masks::new(&too_slow, MARS).expect_err("refused").to_string();
        assert!(told.contains("a fall from rest makes 4.9"), "{told}");
        assert!(Masks::new(&Limits { max_entry_km_s: Some(f64::NAN), ..limits }, VENUS).is_err());
    }
}
