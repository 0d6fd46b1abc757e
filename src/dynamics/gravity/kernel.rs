//! The sums over degree and order: eight points at a time, or one point with eight orders side by side.
//!
//! Both do the same operations in the same order, so a point by itself has the bits it has in a lane: each order sums
//! over its degrees from the lowest up, the orders are gathered modulo eight, and the eight are added as a tree.
//!
//! A term costs nine multiplications: three make h, six are the sums of three components. Clenshaw's sum from the top with
//! its two derivatives takes thirteen; the coefficients of the potential alone, with three neighbours of each order in
//! place of six columns, are a third of the memory but were slower by a third for their unaligned loads (both counted or
//! measured on Zen 4, where one point with 70 x 70 waits for 157 kB from the second cache, and eight points for the
//! one multiplier).
//!
//! No closure may hold lanes here: `array::map` and its like are compiled without the clone's instructions.

use super::table::Table;
use crate::numerics::lanes::{Lanes, WIDTH};

/// What the terms are made of: ξ, η, 2ζ, q and R/r.
///
/// q is summed from ξ, η and ζ as they are rounded: near a pole h changes with ζ/√q by n² of an error there, and
/// with all four by n alone.
struct Place<T> {
    xi: T,
    eta: T,
    twice_zeta: T,
    q: T,
    ratio: T,
}

#[inline(always)]
fn place_lanes<L: Lanes>(position_km: [L; 3], radius_km: f64) -> Place<L> {
    let [x, y, z] = position_km;
    let f = L::splat(radius_km) / z.mul_add(z, y.mul_add(y, x * x));
    let (xi, eta, zeta) = (x * f, y * f, z * f);
    let q = zeta.mul_add(zeta, eta.mul_add(eta, xi * xi));
    Place { xi, eta, twice_zeta: L::splat(2.0) * zeta, q, ratio: q.sqrt() }
}

#[inline(always)]
fn place(position_km: [f64; 3], radius_km: f64) -> Place<f64> {
    let [x, y, z] = position_km;
    let f = radius_km / z.mul_add(z, y.mul_add(y, x * x));
    let (xi, eta, zeta) = (x * f, y * f, z * f);
    let q = zeta.mul_add(zeta, eta.mul_add(eta, xi * xi));
    Place { xi, eta, twice_zeta: 2.0 * zeta, q, ratio: q.sqrt() }
}

/// a·b of complex numbers.
#[inline(always)]
fn times_lanes<L: Lanes>(a: [L; 2], b: [L; 2]) -> [L; 2] {
    [a[0].mul_add(b[0], -(a[1] * b[1])), a[0].mul_add(b[1], a[1] * b[0])]
}

#[inline(always)]
fn times(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0].mul_add(b[0], -(a[1] * b[1])), a[0].mul_add(b[1], a[1] * b[0])]
}

/// The values of `SERIES` series at eight points; `COLUMNS` = 1 + 2·`SERIES`.
#[inline(always)]
pub(super) fn points<L: Lanes, const COLUMNS: usize, const SERIES: usize>(
    table: &Table<COLUMNS>,
    radius_km: f64,
    position_km: [L; 3],
) -> [L; SERIES] {
    let at = place_lanes(position_km, radius_km);
    let (one, zero) = (L::splat(1.0), L::splat(0.0));
    let first = [at.xi, at.eta];
    let second = times_lanes(first, first);
    let third = times_lanes(second, first);
    let fourth = times_lanes(second, second);
    let eighth = times_lanes(fourth, fourth);
    let mut powers = [
        [one, zero],
        first,
        second,
        third,
        fourth,
        times_lanes(fourth, first),
        times_lanes(fourth, second),
        times_lanes(fourth, third),
    ];
    let mut gathered = [[zero; SERIES]; WIDTH];
    let mut rest = table.rows.as_slice();
    for m in 0..=table.order {
        let (rows, after) = rest.split_at((table.degree + 1 - m).min(rest.len()));
        rest = after;
        let (mut h, mut below) = (one, zero);
        let mut sums = [[zero; 2]; SERIES];
        for (k, row) in rows.iter().enumerate() {
            if k > 0 {
                let next = at.twice_zeta.mul_add(h, (L::splat(row[0]) * at.q) * below);
                (below, h) = (h, next);
            }
            for s in 0..SERIES {
                sums[s][0] = h.mul_add(L::splat(row[1 + 2 * s]), sums[s][0]);
                sums[s][1] = h.mul_add(L::splat(row[2 + 2 * s]), sums[s][1]);
            }
        }
        let lane = m % WIDTH;
        let power = powers[lane];
        for s in 0..SERIES {
            gathered[lane][s] = sums[s][0].mul_add(power[0], sums[s][1].mul_add(power[1], gathered[lane][s]));
        }
        powers[lane] = times_lanes(power, eighth);
    }
    let mut values = [zero; SERIES];
    for s in 0..SERIES {
        let even = (gathered[0][s] + gathered[4][s]) + (gathered[2][s] + gathered[6][s]);
        let odd = (gathered[1][s] + gathered[5][s]) + (gathered[3][s] + gathered[7][s]);
        values[s] = (even + odd) * at.ratio;
    }
    values
}

/// The values of `SERIES` series at one point, eight orders in the lanes.
#[inline(always)]
pub(super) fn point<L: Lanes, const COLUMNS: usize, const SERIES: usize>(
    table: &Table<COLUMNS>,
    radius_km: f64,
    position_km: [f64; 3],
) -> [f64; SERIES] {
    let at = place(position_km, radius_km);
    let first = [at.xi, at.eta];
    let second = times(first, first);
    let third = times(second, first);
    let fourth = times(second, second);
    let eighth = times(fourth, fourth);
    let eighth = [L::splat(eighth[0]), L::splat(eighth[1])];
    let (fifth, sixth, seventh) = (times(fourth, first), times(fourth, second), times(fourth, third));
    let powers = [[1.0, 0.0], first, second, third, fourth, fifth, sixth, seventh];
    let (mut real, mut imaginary) = ([0.0; WIDTH], [0.0; WIDTH]);
    for (lane, power) in powers.iter().enumerate() {
        [real[lane], imaginary[lane]] = *power;
    }
    let mut power = [L::load(&real), L::load(&imaginary)];
    let (one, zero) = (L::splat(1.0), L::splat(0.0));
    let (twice_zeta, q) = (L::splat(at.twice_zeta), L::splat(at.q));
    let mut gathered = [zero; SERIES];
    let mut rest = table.blocks.as_slice();
    for m in (0..=table.order).step_by(WIDTH) {
        let (rows, after) = rest.split_at((table.degree + 1 - m).min(rest.len()));
        rest = after;
        let (mut h, mut below) = (one, zero);
        let mut sums = [[zero; 2]; SERIES];
        for (k, row) in rows.iter().enumerate() {
            if k > 0 {
                let next = twice_zeta.mul_add(h, (L::load(&row[0]) * q) * below);
                (below, h) = (h, next);
            }
            for s in 0..SERIES {
                sums[s][0] = h.mul_add(L::load(&row[1 + 2 * s]), sums[s][0]);
                sums[s][1] = h.mul_add(L::load(&row[2 + 2 * s]), sums[s][1]);
            }
        }
        for s in 0..SERIES {
            gathered[s] = sums[s][0].mul_add(power[0], sums[s][1].mul_add(power[1], gathered[s]));
        }
        power = times_lanes(power, eighth);
    }
    let mut values = [0.0; SERIES];
    for s in 0..SERIES {
        let g = gathered[s].to_array();
        values[s] = (((g[0] + g[4]) + (g[2] + g[6])) + ((g[1] + g[5]) + (g[3] + g[7]))) * at.ratio;
    }
    values
}
