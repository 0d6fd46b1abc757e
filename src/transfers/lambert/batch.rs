//! Many Lambert problems at once, sixteen side by side.

use super::kernel::{self, End, Triangle};
use super::{Branch, LambertError, Way};
use crate::numerics::lanes::{Both, Fused, Kernel, Lanes, Mask, Octet, Packed, WIDTH, Width, run};

/// Positions and times of many problems, one array an axis.
#[derive(Debug, Clone, Copy)]
pub struct Pairs<'a> {
    /// first positions from the centre
    pub r1_km: [&'a [f64]; 3],
    /// second positions
    pub r2_km: [&'a [f64]; 3],
    /// times of flight
    pub tof_s: &'a [f64],
}

/// Velocities of many solutions, one array an axis; memory that is used again from call to call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// velocities at the first positions
    pub v1_km_s: [Vec<f64>; 3],
    /// velocities at the second positions
    pub v2_km_s: [Vec<f64>; 3],
    /// which problems have a solution; where there is none the velocities mean nothing
    pub solved: Vec<bool>,
}

impl Batch {
    /// Solve all problems for one revolution count and branch.
    ///
    /// * `pairs`: positions and times
    /// * `mu_km3_s2`: gravitational parameter of the centre
    /// * `way`: which way round, the same for all
    /// * `revs`, `branch`: which of the orbits
    ///
    /// The bits do not depend on the machine's width, nor on what stands beside a problem. A problem whose positions lie
    /// in one line, whose time is not positive or too short for the revolutions, or whose numbers make no velocity, is told in
    /// [`Batch::solved`].
    ///
    /// # Errors
    /// [`LambertError::Lengths`], [`LambertError::NoGravity`], [`LambertError::NotFinite`] for the pole.
    ///
    /// ```
    /// use portolan::transfers::lambert::{Batch, Branch, Pairs, Way};
    /// // Curtis, example 5.2, twice
    /// let r1 = [[5000.0; 2], [10_000.0; 2], [2100.0; 2]];
    /// let r2 = [[-14_600.0; 2], [2500.0; 2], [7000.0; 2]];
    /// let pairs = Pairs { r1_km: r1.each_ref().map(|a| &a[..]), r2_km: r2.each_ref().map(|a| &a[..]), tof_s: &[3600.0; 2] };
    /// let mut batch = Batch::default();
    /// batch.solve(&pairs, 398_600.0, Way::Prograde, 0, Branch::Single)?;
    /// assert_eq!(format!("{:.4}", batch.v1_km_s[0][1]), "-5.9925");
    /// # Ok::<(), portolan::transfers::lambert::LambertError>(())
    /// ```
    pub fn solve(
        &mut self,
        pairs: &Pairs<'_>,
        mu_km3_s2: f64,
        way: Way,
        revs: u32,
        branch: Branch,
    ) -> Result<(), LambertError> {
        self.solve_in(Width::best(), pairs, mu_km3_s2, way, revs, branch)
    }

    pub(super) fn solve_in(
        &mut self,
        width: Width,
        pairs: &Pairs<'_>,
        mu_km3_s2: f64,
        way: Way,
        revs: u32,
        branch: Branch,
    ) -> Result<(), LambertError> {
        let count = pairs.tof_s.len();
        for (quantity, arrays) in [("first positions", pairs.r1_km), ("second positions", pairs.r2_km)] {
            if let Some(wrong) = arrays.iter().find(|a| a.len() != count) {
                return Err(LambertError::Lengths { quantity, found: wrong.len(), wanted: count });
            }
        }
        if !(mu_km3_s2 > 0.0 && mu_km3_s2.is_finite()) {
            return Err(LambertError::NoGravity { mu_km3_s2 });
        }
        let pole = way.checked_pole()?;
        self.v1_km_s.iter_mut().chain(&mut self.v2_km_s).for_each(|axis| axis.resize(count, 0.0));
        self.solved.resize(count, false);
        run(width, All { pairs, mu_km3_s2, pole, revs, branch, into: self });
        Ok(())
    }
}

struct All<'a> {
    pairs: &'a Pairs<'a>,
    mu_km3_s2: f64,
    pole: [f64; 3],
    revs: u32,
    branch: Branch,
    into: &'a mut Batch,
}

/// Problems side by side.
pub(crate) const ABREAST: usize = 2 * WIDTH;

impl Kernel for All<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { pairs, mu_km3_s2, pole, revs, branch, into } = self;
        let count = pairs.tof_s.len();
        let (root_two_mu, root_half_mu) =
            (Both::<L>::splat((2.0 * mu_km3_s2).sqrt()), Both::<L>::splat((0.5 * mu_km3_s2).sqrt()));
        let pole = [Both::<L>::splat(pole[0]), Both::<L>::splat(pole[1]), Both::<L>::splat(pole[2])];
        let mut first = 0;
        while first < count {
            let many = (count - first).min(ABREAST);
            let from =
                End::new([load(pairs.r1_km[0], first), load(pairs.r1_km[1], first), load(pairs.r1_km[2], first)]);
            let to = End::new([load(pairs.r2_km[0], first), load(pairs.r2_km[1], first), load(pairs.r2_km[2], first)]);
            let tof = load::<L>(pairs.tof_s, first);
            let triangle = Triangle::new(&from, &to, &pole);
            let time = triangle.time(tof * root_two_mu);
            // no less than the smallest double above zero
            let sound = Both::<L>::splat(f64::from_bits(1)).le(tof).and(triangle.planar);
            let root = kernel::root(&triangle.shape, time, revs, branch.side());
            let [v1, v2] = triangle.velocities(&from, &to, root.xi, root_half_mu);
            // a sum of products of both is a number where all six are
            let finite = kernel::dot(&v1, &v2).abs().le(Both::<L>::splat(f64::MAX));
            let solved = root.settled.and(sound).and(finite);
            let mut axis = 0;
            while axis < 3 {
                store(v1[axis], &mut into.v1_km_s[axis][first..first + many]);
                store(v2[axis], &mut into.v2_km_s[axis][first..first + many]);
                axis += 1;
            }
            let bits = u16::from(solved.0.bits()) | u16::from(solved.1.bits()) << WIDTH;
            for (k, told) in into.solved[first..first + many].iter_mut().enumerate() {
                *told = bits >> k & 1 == 1;
            }
            first += many;
        }
    }
}

/// The next numbers of an array; past its end the last one again.
#[inline(always)]
pub(crate) fn load<L: Lanes>(from: &[f64], first: usize) -> Both<L> {
    let mut pair = [[0.0; WIDTH]; 2];
    if let Some(all) = from.get(first..first + ABREAST) {
        pair[0].copy_from_slice(&all[..WIDTH]);
        pair[1].copy_from_slice(&all[WIDTH..]);
    } else {
        for k in 0..ABREAST {
            pair[k / WIDTH][k % WIDTH] = from[(first + k).min(from.len() - 1)];
        }
    }
    Both(L::load(&pair[0]), L::load(&pair[1]))
}

#[inline(always)]
fn store<L: Lanes>(lanes: Both<L>, to: &mut [f64]) {
    let mut pair = [[0.0; WIDTH]; 2];
    lanes.0.store(&mut pair[0]);
    lanes.1.store(&mut pair[1]);
    for (to, from) in to.iter_mut().zip(pair.as_flattened()) {
        *to = *from;
    }
}
