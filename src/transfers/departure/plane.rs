//! The plane of the parking orbit, the hyperbola in it, and where the two meet.

use super::DepartureError;
use crate::bodies::{Body, EARTH, MARS, MOON};
use crate::ephemerides::{Ephemerides, Orientation, State};
use crate::numerics::vector::{Vector3, cross, dot, minus, norm, plus, scale};
use crate::propagation::kepler;
use crate::time::Epoch;
use crate::transfers::burns::ParkingOrbit;
use std::f64::consts::{PI, TAU};

/// The equator that inclinations, nodes and declinations are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equator {
    /// the mean equator of J2000, the xy plane of the ICRF here; right ascensions from its x axis
    J2000,
    /// the body's own equator at the injection. Right ascensions from the ascending node of that equator on the one of J2000;
    /// on the Earth, where that node is ill-defined, from the ICRF x axis laid onto the equator of date, which is not
    /// the equinox of date: that lies 0.0128° a year after 2000 west of it
    OfDate,
}

impl Equator {
    /// J2000 on the Earth, as launch declinations are counted; the body's own where its rotation is in the program.
    ///
    /// * `body`: the body left behind
    #[must_use]
    pub fn usual(body: Body) -> Self {
        if matches!(body.naif_id, 4 | 301 | 499) { Self::OfDate } else { Self::J2000 }
    }

    /// As a sentence calls it.
    ///
    /// * `body`: whose
    #[must_use]
    pub fn name(self, body: Body) -> String {
        match self {
            Self::J2000 => "mean equator of J2000".to_owned(),
            Self::OfDate => format!("equator of {} of date", body.name),
        }
    }

    /// Its x, y and z axes, ICRF.
    pub(super) fn axes(
        self,
        ephemerides: &Ephemerides,
        body: Body,
        epoch: Epoch,
    ) -> Result<[Vector3; 3], DepartureError> {
        let orientation = match (self, body) {
            (Self::J2000, _) => return Ok([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
            (Self::OfDate, EARTH) => Orientation::Itrs,
            (Self::OfDate, MARS) => Orientation::IauMars,
            (Self::OfDate, MOON) => Orientation::MoonMe,
            (Self::OfDate, _) => return Err(DepartureError::NoEquator { body: body.name.to_owned() }),
        };
        let pole = ephemerides.rotation(Orientation::J2000, orientation, epoch)?.matrix[2];
        let first = if body == EARTH {
            let x = [1.0, 0.0, 0.0];
            minus(x, scale(pole, dot(x, pole)))
        } else {
            cross([0.0, 0.0, 1.0], pole)
        };
        let first = scale(first, 1.0 / norm(first));
        Ok([first, cross(pole, first), pole])
    }
}

/// Right ascension 0 to 2π, and declination.
pub(super) fn right_ascension_and_declination(axes: &[Vector3; 3], v: Vector3) -> (f64, f64) {
    let [x, y, z] = axes.map(|axis| dot(axis, v));
    (y.atan2(x).rem_euclid(TAU), (z / norm(v)).clamp(-1.0, 1.0).asin())
}

/// Size and shape of the parking orbit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) periapsis_km: f64,
    pub(super) periapsis_speed_km_s: f64,
    pub(super) semi_latus_km: f64,
    pub(super) ecc: f64,
    pub(super) period_s: f64,
}

impl Shape {
    /// Of an orbit whose impulse has been taken already, which has refused what is no orbit.
    pub(super) fn of(parking: ParkingOrbit, body: Body) -> Self {
        let mu = body.mu_km3_s2;
        match parking {
            ParkingOrbit::Circular { altitude_km } => {
                let r = body.radius_km + altitude_km;
                Self {
                    periapsis_km: r,
                    periapsis_speed_km_s: (mu / r).sqrt(),
                    semi_latus_km: r,
                    ecc: 0.0,
                    period_s: TAU * (r.powi(3) / mu).sqrt(),
                }
            }
            ParkingOrbit::Elliptic { periapsis_altitude_km, period_s } => {
                let r = body.radius_km + periapsis_altitude_km;
                let sma_km = (mu * (period_s / TAU).powi(2)).cbrt();
                let ecc = (1.0 - r / sma_km).max(0.0);
                Self {
                    periapsis_km: r,
                    periapsis_speed_km_s: (mu * (1.0 + ecc) / r).sqrt(),
                    semi_latus_km: r * (1.0 + ecc),
                    ecc,
                    period_s,
                }
            }
        }
    }
}

/// The way out, as the impulse makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hyperbola {
    /// launch energy
    pub c3_km2_s2: f64,
    /// from the body's centre
    pub periapsis_km: f64,
    /// speed there
    pub periapsis_speed_km_s: f64,
    /// eccentricity
    pub ecc: f64,
    /// true anomaly of the asymptote, arccos(−1/e)
    pub asymptote_nu_deg: f64,
    /// angle between both asymptotes' directions of motion, 2·arcsin(1/e)
    pub turn_deg: f64,
}

impl Hyperbola {
    pub(super) fn new(v_inf_km_s: f64, periapsis_km: f64, mu_km3_s2: f64) -> Self {
        let c3_km2_s2 = v_inf_km_s * v_inf_km_s;
        let ecc = 1.0 + periapsis_km * c3_km2_s2 / mu_km3_s2;
        Self {
            c3_km2_s2,
            periapsis_km,
            periapsis_speed_km_s: (c3_km2_s2 + 2.0 * mu_km3_s2 / periapsis_km).sqrt(),
            ecc,
            asymptote_nu_deg: (-1.0 / ecc).acos().to_degrees(),
            turn_deg: (2.0 * (1.0 / ecc).asin()).to_degrees(),
        }
    }
}

/// The half of the parking orbit that the asymptote points from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// going north
    Northbound,
    /// going south
    Southbound,
}

impl Half {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Northbound, Self::Southbound];

    /// As a table calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Northbound => "northbound",
            Self::Southbound => "southbound",
        }
    }
}

/// One of the two planes, and the impulse in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Injection {
    /// the half of the orbit that the asymptote lies on
    pub half: Half,
    /// right ascension of the ascending node, 0 to 360
    pub raan_deg: f64,
    /// argument of latitude of the asymptote, 0 to 360; of its shadow on a plane that does not hold it
    pub asymptote_latitude_deg: f64,
    /// argument of latitude of the injection, 0 to 360: the argument of periapsis, unless the burn turns the plane
    pub argp_deg: f64,
    /// time in the parking orbit from the ascending node to the injection
    pub wait_s: f64,
    /// before the impulse, ICRF axes from the body's centre
    pub before: State,
    /// after it: the periapsis of the hyperbola, unless the burn turns the plane
    pub after: State,
    /// the impulse, ICRF axes
    pub dv_km_s: Vector3,
    /// to the ascending node
    pub(super) node: Vector3,
    /// a quarter of a turn on
    pub(super) ahead: Vector3,
}

/// A plane of the parking orbit, with where the asymptote is in it, or nearest to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    half: Half,
    raan_rad: f64,
    /// argument of latitude of the asymptote, or of its shadow on the plane
    pub(super) u_inf_rad: f64,
    node: Vector3,
    ahead: Vector3,
}

impl Plane {
    pub(super) fn new(half: Half, axes: &[Vector3; 3], [rla_rad, dla_rad]: [f64; 2], inc_rad: f64) -> Self {
        let (sin_i, cos_i) = inc_rad.sin_cos();
        // in the equator every place is a node; an asymptote steeper than the plane is nearest to its highest latitude
        let u_inf = if sin_i < 1e-12 { 0.0 } else { (dla_rad.sin() / sin_i).clamp(-1.0, 1.0).asin() };
        let u_inf = if half == Half::Northbound { u_inf } else { PI - u_inf };
        let raan_rad = (rla_rad - (cos_i * u_inf.sin()).atan2(u_inf.cos())).rem_euclid(TAU);
        let (sin_o, cos_o) = raan_rad.sin_cos();
        let place = |x: f64, y: f64, z: f64| plus(plus(scale(axes[0], x), scale(axes[1], y)), scale(axes[2], z));
        let node = place(cos_o, sin_o, 0.0);
        let ahead = place(-cos_i * sin_o, cos_i * cos_o, sin_i);
        Self { half, raan_rad, u_inf_rad: u_inf, node, ahead }
    }

    /// Direction in the plane at an argument of latitude, and the one a quarter of a turn on.
    pub(super) fn directions(&self, latitude_rad: f64) -> (Vector3, Vector3) {
        directions(self.node, self.ahead, latitude_rad)
    }

    /// How far an asymptote stands above the plane, towards the pole of the orbit.
    pub(super) fn off_rad(&self, v: Vector3) -> f64 {
        let pole = cross(self.node, self.ahead);
        (dot(v, pole) / norm(v)).clamp(-1.0, 1.0).asin()
    }

    /// An injection in it.
    ///
    /// * `latitude_rad`: its argument of latitude, 0 to 2π
    pub(super) fn injection(&self, latitude_rad: f64, wait_s: f64, before: State, after: State) -> Injection {
        Injection {
            half: self.half,
            raan_deg: self.raan_rad.to_degrees(),
            asymptote_latitude_deg: self.u_inf_rad.rem_euclid(TAU).to_degrees(),
            argp_deg: latitude_rad.to_degrees(),
            wait_s,
            before,
            after,
            dv_km_s: minus(after.velocity_km_s, before.velocity_km_s),
            node: self.node,
            ahead: self.ahead,
        }
    }
}

fn directions(node: Vector3, ahead: Vector3, latitude_rad: f64) -> (Vector3, Vector3) {
    let (sin, cos) = latitude_rad.sin_cos();
    (plus(scale(node, cos), scale(ahead, sin)), minus(scale(ahead, cos), scale(node, sin)))
}

impl Injection {
    /// Along the velocity, at the periapsis of the parking orbit and of the hyperbola.
    pub(super) fn new(plane: &Plane, hyperbola: &Hyperbola, shape: &Shape) -> Self {
        let argp_rad = (plane.u_inf_rad - hyperbola.asymptote_nu_deg.to_radians()).rem_euclid(TAU);
        let (out, across) = plane.directions(argp_rad);
        let position_km = scale(out, shape.periapsis_km);
        let state = |speed_km_s: f64| State { position_km, velocity_km_s: scale(across, speed_km_s) };
        let (before, after) = (state(shape.periapsis_speed_km_s), state(hyperbola.periapsis_speed_km_s));
        plane.injection(argp_rad, shape.wait_s(argp_rad, 0.0), before, after)
    }

    /// Direction in the plane at an argument of latitude, and the one a quarter of a turn on.
    pub(super) fn directions(&self, latitude_rad: f64) -> (Vector3, Vector3) {
        directions(self.node, self.ahead, latitude_rad)
    }

    /// The state some seconds after the impulse, two-body motion.
    ///
    /// * `after_s`: from the injection
    /// * `mu_km3_s2`: the body's
    ///
    /// `None` when the numbers are no motion.
    #[must_use]
    pub fn coast(&self, after_s: f64, mu_km3_s2: f64) -> Option<State> {
        kepler::propagate(&self.after, after_s, mu_km3_s2)
    }
}

impl Shape {
    /// From the ascending node to a true anomaly.
    ///
    /// * `argp_rad`: argument of the periapsis
    pub(super) fn wait_s(&self, argp_rad: f64, nu_rad: f64) -> f64 {
        // the node's true anomaly is −ω
        let mean_of_node = self.mean_rad((TAU - argp_rad).rem_euclid(TAU));
        let wait = (self.mean_rad(nu_rad.rem_euclid(TAU)) + TAU - mean_of_node).rem_euclid(TAU);
        wait / TAU * self.period_s
    }

    /// Time from the nearest passage of the periapsis to a true anomaly between −π and π.
    pub(super) fn since_periapsis_s(&self, nu_rad: f64) -> f64 {
        let mean = self.mean_rad(nu_rad.rem_euclid(TAU));
        (if mean > PI { mean - TAU } else { mean }) / TAU * self.period_s
    }

    /// Mean anomaly of a true anomaly, both 0 to 2π: M = E − e·sin E.
    fn mean_rad(&self, nu_rad: f64) -> f64 {
        let half = if nu_rad > PI { nu_rad - TAU } else { nu_rad };
        let e = 2.0 * (((1.0 - self.ecc) / (1.0 + self.ecc)).sqrt() * (0.5 * half).tan()).atan();
        (e - self.ecc * e.sin()).rem_euclid(TAU)
    }

    /// Position and velocity at a true anomaly.
    ///
    /// * `toward`, `ahead`: unit vectors in the plane, the second a quarter of a turn on along the motion
    /// * `angle_rad`: of the place from the first of them
    /// * `mu`: the body's
    pub(super) fn place(
        &self,
        toward: Vector3,
        ahead: Vector3,
        angle_rad: f64,
        nu_rad: f64,
        mu: f64,
    ) -> (Vector3, Vector3) {
        let (out, across) = directions(toward, ahead, angle_rad);
        let (sin, cos) = nu_rad.sin_cos();
        let radius_km = self.semi_latus_km / (1.0 + self.ecc * cos);
        let momentum_km2_s = (mu * self.semi_latus_km).sqrt();
        let (radial_km_s, across_km_s) = (mu / momentum_km2_s * self.ecc * sin, momentum_km2_s / radius_km);
        (scale(out, radius_km), plus(scale(out, radial_km_s), scale(across, across_km_s)))
    }
}
