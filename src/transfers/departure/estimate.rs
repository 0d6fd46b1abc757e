//! The loss of a burn, quickly enough for every cell of a grid.

use super::DepartureError;
use super::coast::{Conic, Fineness, Planar, Push, burn, nu_of_time_rad};
use super::plane::Shape;
use crate::bodies::Body;
use crate::transfers::burns::ParkingOrbit;
use crate::units::G0_M_S2;

/// What a burn of finite length costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossEstimate {
    /// velocity spent
    pub dv_km_s: f64,
    /// by an impulse
    pub impulse_km_s: f64,
    /// the difference
    pub loss_km_s: f64,
}

/// The loss of a single burn along the velocity, by a coarse integration over the energy.
///
/// * `v_inf_km_s`: excess speed
/// * `parking`: the orbit that is left; an ellipse is lit half a burn before its periapsis
/// * `body`: whose orbit
/// * `thrust_to_weight_ratio`: thrust over mass·g₀ at ignition
/// * `isp_s`: specific impulse
///
/// Some hundred evaluations of the slope, a few microseconds. From a circle the loss is that of [`Departure::finite`]
/// within 0.04 m/s for table F of TRAJECTORY.md (thrust to weight from 0.05 to 1, C3 9.144); from an ellipse it lies above
/// the least by what the ignition is off its optimum.
///
/// [`Departure::finite`]: super::Departure::finite
///
/// # Errors
/// [`DepartureError`] for an orbit or a stage that makes no sense, or an engine too weak for a burn.
///
/// ```
/// use portolan::{bodies::EARTH, transfers::{ParkingOrbit, departure::estimate_loss}};
/// let parking = ParkingOrbit::Circular { altitude_km: 407.0 };
/// let loss = estimate_loss(9.144_f64.sqrt(), parking, EARTH, 0.3, 450.0)?;
/// assert_eq!(format!("{:.1}", 1e3 * loss.loss_km_s), "74.3"); // 74.25 m/s in full
/// # Ok::<(), portolan::transfers::departure::DepartureError>(())
/// ```
pub fn estimate_loss(
    v_inf_km_s: f64,
    parking: ParkingOrbit,
    body: Body,
    thrust_to_weight_ratio: f64,
    isp_s: f64,
) -> Result<LossEstimate, DepartureError> {
    let positive = |quantity, value: f64| {
        if value > 0.0 && value.is_finite() { Ok(value) } else { Err(DepartureError::BadStage { quantity, value }) }
    };
    let acceleration_km_s2 = 1e-3 * G0_M_S2 * positive("the thrust over the weight", thrust_to_weight_ratio)?;
    let exhaust_km_s = 1e-3 * G0_M_S2 * positive("the specific impulse (s)", isp_s)?;
    let impulse_km_s = parking.impulse(v_inf_km_s, body.radius_km, body.mu_km3_s2)?.km_s();
    let push = Push { acceleration_km_s2, exhaust_km_s };
    let shape = Shape::of(parking, body);
    let periapsis = Planar {
        radius_km: shape.periapsis_km,
        radial_km_s: 0.0,
        across_km_s: shape.periapsis_speed_km_s,
        angle_rad: 0.0,
    };
    let before_s = 0.5 * push.time_s(impulse_km_s);
    let start = match parking {
        ParkingOrbit::Circular { .. } => periapsis,
        ParkingOrbit::Elliptic { .. } => {
            let nu_rad = nu_of_time_rad(-before_s.min(0.45 * shape.period_s), shape.period_s, shape.ecc);
            Conic::of(&periapsis, body.mu_km3_s2).state(nu_rad, 0)
        }
    };
    let burnt = burn(&start, push, 0.5 * v_inf_km_s * v_inf_km_s, body.mu_km3_s2, Fineness::COARSE).ok_or(
        DepartureError::TooWeak {
            thrust_n: thrust_to_weight_ratio * G0_M_S2,
            mass_kg: 1.0,
            burn_d: 2.0 * before_s / crate::time::DAY_S,
        },
    )?;
    Ok(LossEstimate { dv_km_s: burnt.spent_km_s, impulse_km_s, loss_km_s: burnt.spent_km_s - impulse_km_s })
}
