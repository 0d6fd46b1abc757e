//! From an excess velocity to a departure that can be flown: the plane of the parking orbit, the place and the moment of
//! the injection, the burn of a real stage in one, two or three parts, and the message that a flight dynamics tool reads.
//!
//! An impulse along the velocity at the periapsis of a hyperbola leaves the orbital plane as it is, so the plane has to
//! hold the outgoing asymptote: its inclination is at least the declination of the asymptote, and as a rule two planes of
//! one inclination do, with two right ascensions of the node. The injection epoch is the departure date of the patched
//! conics: the moment of the hyperbola's periapsis. From a plane that does not hold the asymptote the burn may turn the
//! plane, off the periapsis and out of the plane; the injection is the moment of that burn then.

mod coast;
mod estimate;
mod finite;
mod flight;
mod message;
mod plane;
mod turn;
mod turned_burn;

pub use estimate::{LossEstimate, estimate_loss};
pub use finite::{FiniteBurn, FinitePlan, MOST_BURNS, Phasing, Propulsion};
pub use flight::{Aimed, FlownEscape, StageBurns, excess_velocity_km_s};
pub use plane::{Equator, Half, Hyperbola, Injection};
pub use turn::{PlaneChange, PlaneTurn};

use super::burns::{BurnError, ParkingOrbit};
use super::porkchop::Transfer;
use crate::bodies::{Body, EARTH, MARS, MOON};
use crate::dynamics::{DynamicsError, GravityField};
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::numerics::vector::{Vector3, norm};
use crate::propagation::PropagationError;
use crate::time::{DAY_S, Epoch};
use plane::Plane;
use std::f64::consts::TAU;
use thiserror::Error;
use turn::Turn;

/// What a departure refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DepartureError {
    /// The parking orbit or the impulse.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// The date of the asymptote.
    #[error("the asymptote is of {epoch}: give it a date of the years 1 to 9999")]
    NoDate {
        /// its date
        epoch: Epoch,
    },
    /// The kernels do not hold the axes.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    /// The forces of a flight.
    #[error(transparent)]
    Dynamics(#[from] DynamicsError),
    /// A flight that did not come to its end.
    #[error(transparent)]
    Flight(#[from] PropagationError),
    /// A body that nothing can orbit.
    #[error("no parking orbit around {body}: neither its pull nor its size is known, so nothing waits there")]
    NoPull {
        /// the body
        body: String,
    },
    /// No excess velocity, and so no direction.
    #[error("an excess speed of {v_inf_km_s} km/s points nowhere: a departure needs an asymptote")]
    NoAsymptote {
        /// excess speed, km/s
        v_inf_km_s: f64,
    },
    /// An inclination that is none.
    #[error("an inclination lies between 0 and 180 deg, got {inc_deg} deg")]
    BadInclination {
        /// inclination, deg
        inc_deg: f64,
    },
    /// A latitude that is none.
    #[error("a latitude lies between -90 and 90 deg, got {latitude_deg} deg")]
    BadLatitude {
        /// latitude, deg
        latitude_deg: f64,
    },
    /// The asymptote is steeper than the plane.
    #[error(
        "an orbit inclined {inc_deg:.3} deg never heads for a declination of {dla_deg:.3} deg ({axes}): {least_deg:.3} deg at least is needed, or a departure burn that also turns the plane by {turn_deg:.2} deg, {more_km_s:.3} km/s more (--plane-change)"
    )]
    SteepAsymptote {
        /// inclination asked for, deg
        inc_deg: f64,
        /// declination of the asymptote, deg
        dla_deg: f64,
        /// whose equator
        axes: String,
        /// least inclination that would do (the greatest, for a retrograde orbit), deg
        least_deg: f64,
        /// turn of the plane by the cheapest burn that would do instead, deg
        turn_deg: f64,
        /// what that turn would cost, km/s
        more_km_s: f64,
    },
    /// Several burns of a stage that turns the plane.
    #[error(
        "the burn that turns the plane by {turn_deg:.2} deg is planned as one, not as {burns}: ask for one, or incline the parking orbit by {least_deg:.3} deg"
    )]
    TurnInParts {
        /// asked for
        burns: u32,
        /// turn of the plane, deg
        turn_deg: f64,
        /// least inclination that needs none (the greatest, for a retrograde orbit), deg
        least_deg: f64,
    },
    /// The site is too far from the equator.
    #[error(
        "no launch from latitude {latitude_deg:.3} deg reaches an inclination of {inc_deg:.3} deg without a dog-leg: {least_deg:.3} deg at least, or a site nearer to the equator; the dog-leg would turn the plane by {turn_deg:.2} deg, about {more_km_s:.3} km/s in the parking orbit"
    )]
    HighLatitude {
        /// latitude of the site, deg
        latitude_deg: f64,
        /// inclination asked for, deg
        inc_deg: f64,
        /// least inclination that would do (the greatest, for a retrograde orbit), deg
        least_deg: f64,
        /// turn of the plane that would do instead, deg
        turn_deg: f64,
        /// 2·v·sin(turn/2), km/s
        more_km_s: f64,
    },
    /// A body whose rotation is not in the program.
    #[error("the equator of {body} of date is not known here: count from the equator of J2000")]
    NoEquator {
        /// the body
        body: String,
    },
    /// A number of a stage that makes no sense.
    #[error("{quantity} is {value}: write a positive number")]
    BadStage {
        /// which
        quantity: &'static str,
        /// how much
        value: f64,
    },
    /// An engine that needs hundreds of revolutions.
    #[error(
        "{thrust_n} N on {mass_kg} kg spiral out for more than {burn_d:.0} d: that is a low-thrust transfer, not a departure burn; give more thrust or less mass"
    )]
    TooWeak {
        /// thrust, N
        thrust_n: f64,
        /// mass at ignition, kg
        mass_kg: f64,
        /// time for the impulse alone, d
        burn_d: f64,
    },
    /// More perigee burns than are searched.
    #[error("{burns} perigee burns are not searched: ask for 1 to {most}")]
    TooManyBurns {
        /// asked for
        burns: u32,
        /// most
        most: u32,
    },
    /// Other pulls that cannot be aimed off.
    #[error(
        "after {rounds} rounds of aiming the flight still ends {miss_km_s:.1e} km/s beside the asymptote wanted: the other bodies turn it too far; leave on another date, or in the other plane"
    )]
    NotAimed {
        /// how many
        rounds: u32,
        /// length of what is missed, km/s
        miss_km_s: f64,
    },
    /// No intermediate orbit inside the limit of the phasing.
    #[error(
        "{burns} perigee burns need orbits of {parking_s:.0} s and more between them, the longest allowed takes {longest_s:.0} s: allow longer ones, or fewer burns"
    )]
    NoPhasing {
        /// asked for
        burns: u32,
        /// period of the parking orbit, s
        parking_s: f64,
        /// longest period allowed, s
        longest_s: f64,
    },
}

/// Where a hyperbola is to lead: the excess velocity at a body, and when it leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asymptote {
    /// injection
    pub epoch: Epoch,
    /// excess velocity, ICRF axes
    pub v_inf_km_s: Vector3,
}

impl Asymptote {
    /// The asymptote that a transfer leaves on.
    #[must_use]
    pub const fn of(transfer: &Transfer) -> Self {
        Self { epoch: transfer.depart, v_inf_km_s: transfer.arc.v_inf_dep_km_s }
    }

    /// Excess speed.
    #[must_use]
    pub fn speed_km_s(&self) -> f64 {
        norm(self.v_inf_km_s)
    }

    /// Launch energy, v∞².
    #[must_use]
    pub fn c3_km2_s2(&self) -> f64 {
        self.speed_km_s().powi(2)
    }

    /// Declination, J2000 equator.
    #[must_use]
    pub fn dla_deg(&self) -> f64 {
        (self.v_inf_km_s[2] / self.speed_km_s()).asin().to_degrees()
    }

    /// Right ascension, J2000, 0 to 360.
    #[must_use]
    pub fn rla_deg(&self) -> f64 {
        self.v_inf_km_s[1].atan2(self.v_inf_km_s[0]).rem_euclid(TAU).to_degrees()
    }
}

/// What decides the inclination of the parking orbit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// it was asked for
    Asked,
    /// the declination of the asymptote
    Declination,
    /// the latitude of the launch site
    Latitude,
}

/// What is known of the parking orbit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepartureRequest {
    /// body left behind
    pub body: Body,
    /// its shape; the injection is at its periapsis
    pub parking: ParkingOrbit,
    /// inclination; the least that does if none is given
    pub inc_deg: Option<f64>,
    /// latitude of the launch site
    pub latitude_deg: Option<f64>,
    /// the equator that inclination, node and declination are counted from
    pub equator: Equator,
    /// whether the burn may turn the plane
    pub plane_change: PlaneChange,
}

impl DepartureRequest {
    /// The least inclination that does, from the equator that [`Equator::usual`] names.
    ///
    /// * `body`: body left behind; the Earth-Moon barycentre stands for the Earth
    /// * `parking`: shape of the parking orbit
    #[must_use]
    pub fn new(body: Body, parking: ParkingOrbit) -> Self {
        Self {
            body,
            parking,
            inc_deg: None,
            latitude_deg: None,
            equator: Equator::usual(body),
            plane_change: PlaneChange::Refused,
        }
    }
}

/// A departure: the plane, the hyperbola, both injections.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// the planet that is orbited
    pub body: Body,
    /// where it leads
    pub asymptote: Asymptote,
    /// where its flight under other pulls is to end, when it was aimed off them
    pub aimed_for: Option<Asymptote>,
    /// shape of the parking orbit
    pub parking: ParkingOrbit,
    /// the equator that the next are counted from
    pub equator: Equator,
    /// declination of the asymptote from that equator
    pub dla_deg: f64,
    /// right ascension of the asymptote on that equator, 0 to 360
    pub rla_deg: f64,
    /// inclination
    pub inc_deg: f64,
    /// what decided it
    pub bound: Bound,
    /// latitude of the launch site
    pub latitude_deg: Option<f64>,
    /// the way out
    pub hyperbola: Hyperbola,
    /// period of the parking orbit
    pub period_s: f64,
    /// impulse along the velocity at the periapsis, or where and whither it turns the plane
    pub impulse_km_s: f64,
    /// whether the burn may turn the plane
    pub plane_change: PlaneChange,
    /// what it turns, where the plane does not hold the asymptote
    pub turn: Option<PlaneTurn>,
    /// drift of the parking orbit's node by the oblateness, where a gravity field of the body is in the program
    pub node_rate_deg_d: Option<f64>,
    /// azimuths of the ascent in inertial space, from north over east: northbound, southbound
    pub azimuths_deg: Option<[f64; 2]>,
    /// both planes, by the half of the orbit that the asymptote lies on; they are one where the inclination is the
    /// declination, or less and the burn turns it
    pub injections: [Injection; 2],
}

impl Departure {
    /// The planes that an asymptote can be left in.
    ///
    /// * `ephemerides`: the kernels, for the equator of date
    /// * `asymptote`: where the hyperbola is to lead
    /// * `request`: body, parking orbit, inclination, launch site
    ///
    /// sin u∞ = sin δ∞/sin i, Ω = α∞ − atan2(cos i·sin u∞, cos u∞), ν∞ = arccos(−1/e), injection at u∞ − ν∞.
    /// From a site at latitude φ the azimuth is sin β = cos i/cos φ; the rotation of the ground is not taken off it.
    /// Ω̇ = −(3/2)·n·J₂·(R/p)²·cos i.
    ///
    /// Under [`PlaneChange::InTheBurn`] a plane that does not hold the asymptote is left by the cheapest impulse that leads
    /// to it: over all places of the parking orbit, and both hyperbolas through each of them, from the plane that stands
    /// nearest to the asymptote. A way out that dives below the parking orbit is left out.
    ///
    /// # Errors
    /// [`DepartureError`] with the numbers and a cure where no plane does.
    ///
    /// # Source
    /// Bate, Mueller, White, *Fundamentals of Astrodynamics*, sections 8.3.2 and 6.4; Vallado, *Fundamentals of
    /// Astrodynamics and Applications*, 4th ed., eqs. 6-8 and 9-37; NASA/TM-2010-216764, introduction.
    ///
    /// ```
    /// use portolan::{bodies::EARTH, ephemerides::Ephemerides, time::Epoch};
    /// use portolan::transfers::{ParkingOrbit, departure::{Asymptote, Departure, DepartureRequest}};
    /// let asymptote = Asymptote { epoch: Epoch::parse("2031-02-22")?, v_inf_km_s: [2.0, 1.8, 1.0] };
    /// let mut request = DepartureRequest::new(EARTH, ParkingOrbit::Circular { altitude_km: 300.0 });
    /// request.latitude_deg = Some(28.5);
    /// let departure = Departure::new(Ephemerides::embedded()?, &asymptote, &request)?;
    /// assert_eq!(departure.inc_deg, 28.5); // the site binds, not the declination of 20.4 deg
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        ephemerides: &Ephemerides,
        asymptote: &Asymptote,
        request: &DepartureRequest,
    ) -> Result<Self, DepartureError> {
        // a stack waits around a planet, not around a barycentre
        let body = match request.body.naif_id {
            3 => EARTH,
            4 => MARS,
            _ => request.body,
        };
        if !(body.mu_km3_s2 > 0.0 && body.radius_km > 0.0) {
            return Err(DepartureError::NoPull { body: body.name.to_owned() });
        }
        let v_inf_km_s = asymptote.speed_km_s();
        if !(v_inf_km_s > 1e-9 && v_inf_km_s.is_finite()) {
            return Err(DepartureError::NoAsymptote { v_inf_km_s });
        }
        if !asymptote.epoch.in_calendar() {
            return Err(DepartureError::NoDate { epoch: asymptote.epoch });
        }
        let impulse_km_s = request.parking.impulse(v_inf_km_s, body.radius_km, body.mu_km3_s2)?.km_s();
        let shape = plane::Shape::of(request.parking, body);
        let hyperbola = Hyperbola::new(v_inf_km_s, shape.periapsis_km, body.mu_km3_s2);
        if ![shape.period_s, shape.semi_latus_km, hyperbola.ecc].iter().all(|x| x.is_finite()) {
            return Err(BurnError::NoOrbit { radius_km: shape.periapsis_km, mu_km3_s2: body.mu_km3_s2 }.into());
        }
        let axes = request.equator.axes(ephemerides, body, asymptote.epoch)?;
        let (rla_rad, dla_rad) = plane::right_ascension_and_declination(&axes, asymptote.v_inf_km_s);
        let dla_deg = dla_rad.to_degrees();
        let direction = [rla_rad, dla_rad];
        let plane = |half, inc_deg: f64| Plane::new(half, &axes, direction, inc_deg.to_radians());
        // no launch site and no date change how far the nearest plane of an inclination stands off
        let turned = |inc_deg: f64| {
            let off_rad = plane(Half::Northbound, inc_deg).off_rad(asymptote.v_inf_km_s);
            Turn::cheapest(off_rad, v_inf_km_s, &shape, body.mu_km3_s2)
                .ok_or(DepartureError::NoAsymptote { v_inf_km_s })
        };
        let (inc_deg, bound, turn) = inclination(request, dla_deg, turned, &shape, body)?;
        let planes = Half::BOTH.map(|half| plane(half, inc_deg));
        let (injections, hyperbola, impulse_km_s) = match turn {
            None => (planes.map(|plane| Injection::new(&plane, &hyperbola, &shape)), hyperbola, impulse_km_s),
            Some(turn) => {
                let both = planes.map(|plane| turn.injection(&plane, asymptote.v_inf_km_s, &shape, body.mu_km3_s2));
                (both.map(|(injection, _)| injection), both[0].1, turn.impulse_km_s)
            }
        };
        let azimuths_deg = request.latitude_deg.map(|latitude_deg| {
            let beta = (inc_deg.to_radians().cos() / latitude_deg.to_radians().cos()).clamp(-1.0, 1.0).asin();
            [beta.to_degrees().rem_euclid(360.0), 180.0 - beta.to_degrees()]
        });
        Ok(Self {
            body,
            asymptote: *asymptote,
            aimed_for: None,
            parking: request.parking,
            equator: request.equator,
            dla_deg,
            rla_deg: rla_rad.to_degrees(),
            inc_deg,
            bound,
            latitude_deg: request.latitude_deg,
            hyperbola,
            period_s: shape.period_s,
            impulse_km_s,
            plane_change: request.plane_change,
            turn: turn.map(|turn| turn.told),
            node_rate_deg_d: node_rate_deg_d(body, &shape, inc_deg),
            azimuths_deg,
            injections,
        })
    }
}

/// The inclination, what decides it, and the turn of the plane where it does not hold the asymptote.
fn inclination(
    request: &DepartureRequest,
    dla_deg: f64,
    turned: impl Fn(f64) -> Result<Turn, DepartureError>,
    shape: &plane::Shape,
    body: Body,
) -> Result<(f64, Bound, Option<Turn>), DepartureError> {
    let steep_deg = dla_deg.abs();
    if let Some(latitude_deg) = request.latitude_deg
        && !(-90.0..=90.0).contains(&latitude_deg)
    {
        return Err(DepartureError::BadLatitude { latitude_deg });
    }
    let north_deg = request.latitude_deg.unwrap_or(0.0).abs();
    let Some(inc_deg) = request.inc_deg else {
        let bound = if north_deg > steep_deg { Bound::Latitude } else { Bound::Declination };
        return Ok((north_deg.max(steep_deg), bound, None));
    };
    if !(0.0..=180.0).contains(&inc_deg) {
        return Err(DepartureError::BadInclination { inc_deg });
    }
    // how far the orbit goes from the equator
    let reach_deg = inc_deg.min(180.0 - inc_deg);
    let least = |needed_deg: f64| if inc_deg > 90.0 { 180.0 - needed_deg } else { needed_deg };
    let turn = if reach_deg < steep_deg { Some(turned(inc_deg)?) } else { None };
    if let Some(Turn { told: PlaneTurn { turn_deg, more_km_s, .. }, .. }) = turn
        && request.plane_change == PlaneChange::Refused
    {
        return Err(DepartureError::SteepAsymptote {
            inc_deg,
            dla_deg,
            axes: request.equator.name(body),
            least_deg: least(steep_deg),
            turn_deg,
            more_km_s,
        });
    }
    if reach_deg < north_deg {
        let turn_deg = north_deg - reach_deg;
        return Err(DepartureError::HighLatitude {
            latitude_deg: request.latitude_deg.unwrap_or(0.0),
            inc_deg,
            least_deg: least(north_deg),
            turn_deg,
            more_km_s: 2.0 * shape.periapsis_speed_km_s * (0.5 * turn_deg.to_radians()).sin(),
        });
    }
    Ok((inc_deg, Bound::Asked, turn))
}

/// −(3/2)·n·J₂·(R/p)²·cos i, the oblateness from the body's gravity field in the program.
fn node_rate_deg_d(body: Body, shape: &plane::Shape, inc_deg: f64) -> Option<f64> {
    let name = match body {
        EARTH => "earth_egm2008_70",
        MOON => "moon_grgm1200a_70",
        MARS => "mars_mro120d_70",
        _ => return None,
    };
    let field = GravityField::embedded(name, 2, 0).ok()?;
    let j2 = -5.0_f64.sqrt() * field.c20();
    let motion_s1 = TAU / shape.period_s;
    let ratio = field.radius_km() / shape.semi_latus_km;
    Some((-1.5 * motion_s1 * j2 * ratio * ratio * inc_deg.to_radians().cos()).to_degrees() * DAY_S)
}

#[cfg(test)]
mod tests;
