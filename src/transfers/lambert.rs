//! Lambert's problem: the orbits that join two positions in a given time, all revolutions.
//!
//! One kernel serves a single problem, a batch and the cells of a porkchop, with the same bits: Izzo's formulation
//! with a time equation that has no singularity at the parabola; every difference of nearly equal numbers is
//! replaced by its conjugate quotient.

pub(super) mod batch;
pub(crate) mod kernel;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Pairs};

use crate::numerics::lanes::{Kernel, Lanes, Width, run};
use crate::numerics::vector::{Vector3, dot, minus, norm, plus, scale};
use crate::time::DAY_S;
use kernel::{End, Shape, Side, Triangle};
use std::fmt;
use thiserror::Error;

/// Which way round the centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// angular momentum along +z of the axes in use
    Prograde,
    /// angular momentum along −z
    Retrograde,
    /// angular momentum on the side of this pole; it also fixes the plane when the positions are opposite
    About {
        /// the pole
        pole: Vector3,
    },
}

impl Way {
    /// The pole on whose side the angular momentum lies.
    fn pole(self) -> Vector3 {
        match self {
            Self::Prograde => [0.0, 0.0, 1.0],
            Self::Retrograde => [0.0, 0.0, -1.0],
            Self::About { pole } => pole,
        }
    }

    /// The same, where it is a direction.
    fn checked_pole(self) -> Result<Vector3, LambertError> {
        let pole = self.pole();
        if norm(pole).is_finite() { Ok(pole) } else { Err(LambertError::NotFinite { quantity: "the pole" }) }
    }
}

/// Which of the two orbits of a revolution count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Branch {
    /// less than one revolution: there is only one
    Single,
    /// the longer period of the two: the flatter path
    Low,
    /// the shorter period of the two
    High,
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Single => "single",
            Self::Low => "low",
            Self::High => "high",
        })
    }
}

/// One orbit that solves the problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solution {
    /// complete revolutions before arrival
    pub revs: u32,
    /// which of the two orbits of that revolution count
    pub branch: Branch,
    /// velocity at the first position, km/s
    pub v1_km_s: Vector3,
    /// velocity at the second position, km/s
    pub v2_km_s: Vector3,
    /// iterations of the root finder
    pub iterations: u32,
}

/// Why there is no orbit.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum LambertError {
    /// A number is not finite.
    #[error("{quantity} is not a finite number")]
    NotFinite {
        /// the quantity at fault
        quantity: &'static str,
    },
    /// The time of flight is zero or negative.
    #[error("the time of flight must be positive, got {tof_s} s")]
    NoTime {
        /// the time asked for, s
        tof_s: f64,
    },
    /// The gravitational parameter is zero or negative.
    #[error("the gravitational parameter must be positive, got {mu_km3_s2} km³/s²")]
    NoGravity {
        /// the parameter asked for, km³/s²
        mu_km3_s2: f64,
    },
    /// A position is the centre itself.
    #[error("{quantity} lies at the centre of attraction")]
    AtCenter {
        /// the position at fault
        quantity: &'static str,
    },
    /// Both positions lie in one direction: no plane, and the orbit is a straight line.
    #[error("the positions lie in one direction from the centre (0°): only a straight line joins them")]
    Parallel,
    /// The positions are opposite: every plane through them holds a transfer.
    #[error(
        "the positions are opposite (180°): any plane holds both, so choose one by its pole with Way::About; the pole tried was {pole:?}"
    )]
    PlaneFree {
        /// the pole that did not fix the plane
        pole: Vector3,
    },
    /// The arrays of a batch are of different lengths.
    #[error("a batch needs as many of {quantity} as of times of flight: {found} and {wanted}")]
    Lengths {
        /// the array at fault
        quantity: &'static str,
        /// its length
        found: usize,
        /// the number of times of flight
        wanted: usize,
    },
    /// The time is too short for so many revolutions.
    #[error("{revs} revolutions need at least {min_tof_d:.4} d, got {tof_d:.4} d")]
    TooShort {
        /// revolutions asked for
        revs: u32,
        /// the least time that would do, d
        min_tof_d: f64,
        /// the time asked for, d
        tof_d: f64,
    },
    /// More orbits exist than are listed.
    #[error("up to {possible} revolutions fit into {tof_d:.1} d, and {most} are listed at most: ask for no more")]
    TooManyRevs {
        /// revolutions that the time may hold, or that were asked for where these are fewer
        possible: u32,
        /// most that are listed
        most: u32,
        /// the time asked for, d
        tof_d: f64,
    },
    /// The numbers are too large, too small or too far apart for the arithmetic.
    #[error(
        "no orbit of {tof_s:e} s between {r1_km:e} and {r2_km:e} km from the centre about {mu_km3_s2:e} km³/s² can be told in doubles: look at the units"
    )]
    OutOfRange {
        /// first distance from the centre, km
        r1_km: f64,
        /// second distance, km
        r2_km: f64,
        /// the time asked for, s
        tof_s: f64,
        /// the parameter asked for, km³/s²
        mu_km3_s2: f64,
    },
}

/// Most revolutions of which [`solve`] lists the orbits: two a revolution, 72 bytes each.
pub const MOST_REVS: u32 = 10_000;

/// All orbits with 0 to `max_revs` revolutions, in the order 0, 1 low, 1 high, 2 low, …
///
/// * `r1_km`, `r2_km`: positions from the centre, any one set of inertial axes
/// * `tof_s`: time of flight, > 0
/// * `mu_km3_s2`: gravitational parameter of the centre
/// * `way`: which way round
/// * `max_revs`: most revolutions wanted; those that the time is too short for are left out
///
/// # Errors
/// [`LambertError`] says which of the inputs admits no orbit.
///
/// # Source
/// Izzo, "Revisiting Lambert's problem", Celest. Mech. Dyn. Astron. 121 (2015) 1, eqs. 18 to 31.
///
/// ```
/// use portolan::transfers::lambert::{Way, solve};
/// // Curtis, example 5.2
/// let found = solve([5000.0, 10_000.0, 2100.0], [-14_600.0, 2500.0, 7000.0], 3600.0, 398_600.0, Way::Prograde, 0)?;
/// assert_eq!(format!("{:.4}", found[0].v1_km_s[0]), "-5.9925");
/// # Ok::<(), portolan::transfers::lambert::LambertError>(())
/// ```
pub fn solve(
    r1_km: Vector3,
    r2_km: Vector3,
    tof_s: f64,
    mu_km3_s2: f64,
    way: Way,
    max_revs: u32,
) -> Result<Vec<Solution>, LambertError> {
    let geometry = Geometry::new(r1_km, r2_km, way)?;
    let mut found = vec![geometry.orbit(tof_s, mu_km3_s2, 0, Branch::Single)?];
    // N revolutions last Nπ at least, as T is counted
    let fit = (tof_s * geometry.rate_s1(mu_km3_s2) / std::f64::consts::PI).ceil();
    let possible = max_revs.min(fit as u32);
    if possible > MOST_REVS {
        return Err(LambertError::TooManyRevs { possible, most: MOST_REVS, tof_d: tof_s / DAY_S });
    }
    for revs in 1..=possible {
        match geometry.orbit(tof_s, mu_km3_s2, revs, Branch::Low) {
            Ok(low) => found.extend([low, geometry.orbit(tof_s, mu_km3_s2, revs, Branch::High)?]),
            Err(LambertError::TooShort { .. }) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

/// Two positions and a way round: what all times of flight and revolutions share.
#[derive(Clone, Copy)]
pub struct Geometry {
    from: End<f64>,
    to: End<f64>,
    triangle: Triangle<f64>,
}

impl fmt::Debug for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Geometry")
            .field("r1_km", &self.from.position)
            .field("r2_km", &self.to.position)
            .field("lambda", &self.triangle.shape.lambda)
            .finish_non_exhaustive()
    }
}

/// Runs what it holds with the instructions of the machine's widest clone.
struct Single<F>(F);

/// A piece of work on single numbers.
trait Piece {
    type Output;
    fn work(self) -> Self::Output;
}

impl<F: Piece> Kernel for Single<F> {
    type Output = F::Output;
    #[inline(always)]
    fn run<L: Lanes>(self) -> F::Output {
        self.0.work()
    }
}

/// The triangle, from positions and a pole; the plane of the pole when they are opposite.
struct Build {
    r1_km: Vector3,
    r2_km: Vector3,
    pole: Vector3,
    opposite: bool,
}

impl Piece for Build {
    type Output = Geometry;
    #[inline(always)]
    fn work(self) -> Geometry {
        let (from, to) = (End::new(self.r1_km), End::new(self.r2_km));
        let triangle = if self.opposite {
            let normal = minus(self.pole, scale(from.unit, dot(self.pole, from.unit)));
            Triangle::with_normal(&from, &to, [0.0, 1.0], &normal, norm(normal), true)
        } else {
            Triangle::new(&from, &to, &self.pole)
        };
        Geometry { from, to, triangle }
    }
}

/// One root with its velocities.
struct Orbit<'a> {
    geometry: &'a Geometry,
    time: f64,
    mu_km3_s2: f64,
    revs: u32,
    branch: Branch,
}

impl Piece for Orbit<'_> {
    type Output = Result<(Option<[Vector3; 2]>, u32), f64>;
    #[inline(always)]
    fn work(self) -> Self::Output {
        let Geometry { from, to, triangle } = self.geometry;
        let root = if self.revs == 0 {
            kernel::single(&triangle.shape, self.time)
        } else {
            let least = kernel::least(&triangle.shape, self.revs);
            if self.time < least.time {
                return Err(least.time);
            }
            let side = self.branch.side();
            kernel::multiple(&triangle.shape, self.time, self.revs, &least, side)
        };
        let velocities = triangle.velocities(from, to, root.xi, (0.5 * self.mu_km3_s2).sqrt());
        let sound = root.settled && velocities.as_flattened().iter().all(|v| v.is_finite());
        Ok((sound.then_some(velocities), root.iterations))
    }
}

impl Branch {
    /// On which side of the least time its root lies.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::High => Side::Left,
            Self::Low | Self::Single => Side::Right,
        }
    }
}

impl Geometry {
    /// The triangle of two positions.
    ///
    /// * `r1_km`, `r2_km`: positions from the centre
    /// * `way`: which way round
    ///
    /// # Errors
    /// [`LambertError::NotFinite`] also for a position whose length is not, [`LambertError::AtCenter`],
    /// [`LambertError::Parallel`], [`LambertError::PlaneFree`].
    pub fn new(r1_km: Vector3, r2_km: Vector3, way: Way) -> Result<Self, LambertError> {
        for (quantity, r) in [("the first position", r1_km), ("the second position", r2_km)] {
            if !norm(r).is_finite() {
                return Err(LambertError::NotFinite { quantity });
            }
            if norm(r) == 0.0 {
                return Err(LambertError::AtCenter { quantity });
            }
        }
        let pole = way.checked_pole()?;
        let (ir1, ir2) = (scale(r1_km, 1.0 / norm(r1_km)), scale(r2_km, 1.0 / norm(r2_km)));
        // cos and sin of half the angle between the positions, 0 to 180°
        let (cos_half, sin_half) = (0.5 * norm(plus(ir1, ir2)), 0.5 * norm(minus(ir2, ir1)));
        if sin_half < kernel::IN_LINE {
            return Err(LambertError::Parallel);
        }
        let opposite = cos_half < kernel::IN_LINE;
        if opposite {
            let across = minus(pole, scale(ir1, dot(pole, ir1)));
            let fixes_the_plane = matches!(way, Way::About { .. }) && norm(across) > 1e-8 * norm(pole);
            if !fixes_the_plane {
                return Err(LambertError::PlaneFree { pole });
            }
        }
        Ok(run(Width::best(), Single(Build { r1_km, r2_km, pole, opposite })))
    }

    /// Angle from the first position to the second, along the motion, 0 to 2π.
    #[must_use]
    pub fn angle_rad(&self) -> f64 {
        self.triangle.angle_rad()
    }

    /// The time of flight of the parabola through both positions.
    ///
    /// * `mu_km3_s2`: gravitational parameter of the centre, > 0; without one there is no time, but NaN
    #[must_use]
    pub fn parabolic_tof_s(&self, mu_km3_s2: f64) -> f64 {
        // T(1) = ⅔(1 − λ³)
        let Shape { lambda, one_minus_lambda2 } = self.triangle.shape;
        let one_minus_lambda = if lambda > 0.0 { one_minus_lambda2 / (1.0 + lambda) } else { 1.0 - lambda };
        2.0 / 3.0 * one_minus_lambda * (1.0 + lambda + lambda * lambda) / self.rate_s1(mu_km3_s2)
    }

    /// One orbit.
    ///
    /// * `tof_s`: time of flight, > 0
    /// * `mu_km3_s2`: gravitational parameter of the centre
    /// * `revs`: complete revolutions
    /// * `branch`: which of the two when `revs` > 0; not looked at when `revs` is 0
    ///
    /// # Errors
    /// [`LambertError::NoTime`], [`LambertError::NoGravity`], [`LambertError::TooShort`], [`LambertError::OutOfRange`].
    pub fn orbit(&self, tof_s: f64, mu_km3_s2: f64, revs: u32, branch: Branch) -> Result<Solution, LambertError> {
        if !tof_s.is_finite() {
            return Err(LambertError::NotFinite { quantity: "the time of flight" });
        }
        if tof_s <= 0.0 {
            return Err(LambertError::NoTime { tof_s });
        }
        if !(mu_km3_s2 > 0.0 && mu_km3_s2.is_finite()) {
            return Err(LambertError::NoGravity { mu_km3_s2 });
        }
        let time = self.triangle.time(tof_s * (2.0 * mu_km3_s2).sqrt());
        let orbit = Orbit { geometry: self, time, mu_km3_s2, revs, branch };
        let (velocities, iterations) = run(Width::best(), Single(orbit)).map_err(|least| LambertError::TooShort {
            revs,
            min_tof_d: least / self.rate_s1(mu_km3_s2) / DAY_S,
            tof_d: tof_s / DAY_S,
        })?;
        let [v1_km_s, v2_km_s] = velocities.ok_or(LambertError::OutOfRange {
            r1_km: self.from.radius,
            r2_km: self.to.radius,
            tof_s,
            mu_km3_s2,
        })?;
        let branch = if revs == 0 { Branch::Single } else { branch };
        Ok(Solution { revs, branch, v1_km_s, v2_km_s, iterations })
    }

    /// √(2μ/s³), which makes times of flight dimensionless.
    fn rate_s1(&self, mu_km3_s2: f64) -> f64 {
        (2.0 * mu_km3_s2).sqrt() * self.triangle.over_rate
    }
}
