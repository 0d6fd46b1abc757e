//! One step: the accelerations at its nodes, found by iteration, eight nodes to a register.

use super::nodes::{Halves, Nodes, Quadrature};
use crate::dynamics::Forces;
use crate::dynamics::forces::Ambient;
use crate::ephemerides::State;
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, axes};

/// Iterations of the strong part before a step is given up.
const MOST_INNER: usize = 40;
/// Evaluations of the weak part before a step is given up.
const MOST_OUTER: usize = 30;

/// Relative change of the accelerations below which the rounding of the weights can be told from them.
const NEARLY: f64 = 1e-3;

/// Accelerations at the nodes, km/s².
pub(super) type Accelerations<const B: usize> = [Nodes<B>; 3];

/// What a step asks.
pub(super) struct Solve<'a, const B: usize> {
    pub(super) quadrature: &'a Quadrature<B>,
    pub(super) forces: &'a Forces,
    pub(super) ambient: &'a [Ambient],
    pub(super) start: State,
    /// what rounding has left of the start
    pub(super) low: State,
    pub(super) h_s: f64,
    /// relative change of an acceleration that ends the iteration
    pub(super) settled: f64,
    /// the weak part at the start, a guess for all nodes
    pub(super) rest: [f64; 3],
}

/// What a step gives.
pub(super) struct Solved<const B: usize> {
    pub(super) acceleration: Accelerations<B>,
    /// the weak part at the last node
    pub(super) rest: [f64; 3],
    /// positions at the nodes
    pub(super) position: Accelerations<B>,
    /// Legendre coefficients of the acceleration
    pub(super) legendre: Accelerations<B>,
    /// the same polynomial by powers of x, −1 at the beginning and 1 at the end
    pub(super) monomials: Accelerations<B>,
    /// greatest acceleration
    pub(super) size: f64,
    /// what the step adds to position and velocity
    pub(super) gain: State,
    /// what rounding has left of it
    pub(super) gain_low: State,
}

impl<const B: usize> Kernel for Solve<'_, B> {
    /// `None` when the iteration does not settle.
    type Output = Option<Solved<B>>;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let Self { quadrature: q, forces, ambient, start, low, h_s, settled, rest: guess } = self;
        let (r0, v0) = (start.position_km, start.velocity_km_s);
        let h = L::splat(h_s);
        let h2 = L::splat(h_s * h_s);
        let zero = L::splat(0.0);
        let mut a: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        let mut rest: Accelerations<B> = axes!(k => [[guess[k]; WIDTH]; B]);
        let mut position: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        let mut velocity: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        let winds = !forces.thrust.is_empty();
        let has_rest = forces.has_rest();
        // what the rounding of places and weights has taken from the positions; nothing until they are all but known
        let mut nudge: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        let mut nudged = false;
        let mut outer = 0;
        let mut last_rest_change = f64::INFINITY;
        let mut size;
        let mut final_round = false;
        loop {
            // the strong part to rest
            let mut before = f64::INFINITY;
            let mut rounds = 0;
            loop {
                let mut change = L::splat(0.0);
                let mut most = L::splat(0.0);
                // zero, unless a number is none: a maximum would forget it
                let mut poison = L::splat(0.0);
                integrate::<L, B>(&q.twice, &a, h2, &mut position);
                if winds {
                    integrate::<L, B>(&q.once, &a, h, &mut velocity);
                }
                for block in 0..B {
                    let reach = L::load(&q.places[block]) * h;
                    let mut r = [L::splat(0.0); 3];
                    let mut v = [L::splat(0.0); 3];
                    for k in 0..3 {
                        r[k] = L::splat(r0[k])
                            + reach.mul_add(L::splat(v0[k]), L::load(&position[k][block]) + L::load(&nudge[k][block]));
                        if winds {
                            v[k] = L::splat(v0[k]) + L::load(&velocity[k][block]);
                        }
                        r[k].store(&mut position[k][block]);
                    }
                    let near = forces.near(&ambient[block], r, v);
                    for k in 0..3 {
                        let new = near[k] + L::load(&rest[k][block]);
                        change = change.max((new - L::load(&a[k][block])).abs());
                        most = most.max(new.abs());
                        poison = poison + new * zero;
                        new.store(&mut a[k][block]);
                    }
                }
                rounds += 1;
                let change = largest(change + poison);
                size = largest(most);
                if !(change.is_finite() && size.is_finite()) {
                    return None;
                }
                if !nudged && change <= NEARLY * size {
                    nudged = true;
                    integrate::<L, B>(&q.twice_low, &a, h2, &mut nudge);
                    for block in 0..B {
                        let place = L::load(&q.places[block]);
                        let reach = place * h;
                        let taken = L::load(&q.places_low[block]).mul_add(h, place.mul_add(h, -reach));
                        for k in 0..3 {
                            let moved = taken.mul_add(L::splat(v0[k]), reach * L::splat(low.velocity_km_s[k]));
                            (L::load(&nudge[k][block]) + moved).store(&mut nudge[k][block]);
                        }
                    }
                    continue;
                }
                if change <= settled * size {
                    break;
                }
                // rounding is all that moves: no better will come
                if rounds > 6 && change >= 0.5 * before && change <= 1e-14 * size {
                    break;
                }
                if rounds > MOST_INNER {
                    return None;
                }
                before = change;
            }
            if !has_rest || final_round {
                break;
            }
            integrate::<L, B>(&q.once, &a, h, &mut velocity);
            let mut change = L::splat(0.0);
            let mut poison = L::splat(0.0);
            for block in 0..B {
                let mut r = [L::splat(0.0); 3];
                let mut v = [L::splat(0.0); 3];
                for k in 0..3 {
                    r[k] = L::load(&position[k][block]);
                    v[k] = L::splat(v0[k]) + L::load(&velocity[k][block]);
                }
                let new = forces.rest(&ambient[block], r, v);
                for k in 0..3 {
                    let old = L::load(&rest[k][block]);
                    let moved = new[k] - old;
                    change = change.max(moved.abs());
                    poison = poison + moved * zero;
                    new[k].store(&mut rest[k][block]);
                    (L::load(&a[k][block]) + moved).store(&mut a[k][block]);
                }
            }
            outer += 1;
            let change = largest(change + poison);
            if !change.is_finite() || outer > MOST_OUTER {
                return None;
            }
            // the next evaluation would move as much less again as this one did
            let expected = change * (change / last_rest_change).min(1.0);
            last_rest_change = change;
            // what this evaluation moved still has to reach the places
            final_round = outer > 1 && expected <= settled * size;
        }
        let one = L::splat(1.0);
        let mut legendre: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        integrate::<L, B>(&q.legendre, &a, one, &mut legendre);
        let mut monomials: Accelerations<B> = [[[0.0; WIDTH]; B]; 3];
        integrate::<L, B>(&q.monomials, &legendre, one, &mut monomials);
        let rest = axes!(k => rest[k][B - 1][WIDTH - 1]);
        let [gain, gain_low] = gain::<L, B>(q, &a, [v0, low.velocity_km_s], h);
        Some(Solved { acceleration: a, rest, position, legendre, monomials, size, gain, gain_low })
    }
}

/// What a step adds to position and velocity, h·v + h²·Σ and h·Σ, each as a double and what rounding has left of it.
///
/// # Source
/// Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005) 1955, algorithm 5.3.
#[inline(always)]
fn gain<L: Lanes, const B: usize>(
    q: &Quadrature<B>,
    a: &Accelerations<B>,
    [v, v_low]: [[f64; 3]; 2],
    h: L,
) -> [State; 2] {
    let once = axes!(k => sum_of_products::<L, B>(&q.once_to_end, &a[k]));
    let twice = axes!(k => sum_of_products::<L, B>(&q.twice_to_end, &a[k]));
    // an axis a lane
    let row = |values: [f64; 3]| L::load(&[values[0], values[1], values[2], 0.0, 0.0, 0.0, 0.0, 0.0]);
    let times_h = |[high, low]: [L; 2]| {
        let product = high * h;
        [product, low.mul_add(h, high.mul_add(h, -product))]
    };
    let dv = times_h([row(once.map(|s| s[0])), row(once.map(|s| s[1]))]);
    let [more, more_low] = times_h([row(twice.map(|s| s[0])), row(twice.map(|s| s[1]))]);
    let [speed, lost] = two_sum(row(v), more);
    let dr = times_h([speed, lost + (more_low + row(v_low))]);
    let state = |r: L, v: L| {
        let ([x, y, z, ..], [vx, vy, vz, ..]) = (r.to_array(), v.to_array());
        State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] }
    };
    [state(dr[0], dv[0]), state(dr[1], dv[1])]
}

/// Σ weights·values to twice the digits.
#[inline(always)]
fn sum_of_products<L: Lanes, const B: usize>(weights: &Halves<B>, values: &Nodes<B>) -> [f64; 2] {
    let (mut sum, mut low) = (L::splat(0.0), L::splat(0.0));
    for block in 0..B {
        let (weight, value) = (L::load(&weights.high[block]), L::load(&values[block]));
        let product = weight * value;
        let taken = weight.mul_add(value, -product);
        let [next, lost] = two_sum(sum, product);
        sum = next;
        low = low + L::load(&weights.low[block]).mul_add(value, taken + lost);
    }
    let (sums, lows) = (sum.to_array(), low.to_array());
    let (mut high, mut rest) = (sums[0], lows[0]);
    for lane in 1..WIDTH {
        let next = high + sums[lane];
        let of_lane = next - high;
        rest += (high - (next - of_lane)) + (sums[lane] - of_lane) + lows[lane];
        high = next;
    }
    [high, rest]
}

/// a + b, and what rounding takes from it.
#[inline(always)]
fn two_sum<L: Lanes>(a: L, b: L) -> [L; 2] {
    let sum = a + b;
    let of_b = sum - a;
    [sum, (a - (sum - of_b)) + (b - of_b)]
}

/// size·Σ_j rows[j]·values[j], for each axis.
#[inline(always)]
pub(super) fn integrate<L: Lanes, const B: usize>(
    rows: &[Nodes<B>],
    values: &Accelerations<B>,
    size: L,
    out: &mut Accelerations<B>,
) {
    for block in 0..B {
        let mut sum = [L::splat(0.0); 3];
        for (j, row) in rows.iter().enumerate() {
            let row = L::load(&row[block]);
            for k in 0..3 {
                sum[k] = row.mul_add(L::splat(values[k][j / WIDTH][j % WIDTH]), sum[k]);
            }
        }
        for k in 0..3 {
            (sum[k] * size).store(&mut out[k][block]);
        }
    }
}

/// The greatest lane; infinite where one is no number.
#[inline(always)]
fn largest<L: Lanes>(x: L) -> f64 {
    x.to_array().into_iter().fold(0.0, |most: f64, lane| if lane.is_finite() { most.max(lane) } else { f64::INFINITY })
}
