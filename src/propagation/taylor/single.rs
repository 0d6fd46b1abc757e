//! One trajectory: its attractors side by side in the lanes.

use super::series::{ROOM, Row, Slots, carry_one, lanes_below, over_one, shift};
use super::step::Tuning;
use super::window::Window;
use crate::dynamics::PointMasses;
use crate::ephemerides::{MOST_TERMS, State};
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, Width, run};

/// Attractors that share a register.
struct Group {
    /// polynomials of the window and of the step; where the centre's would be stands its acceleration
    about_middle: [[Row; MOST_TERMS]; 3],
    about_now: [[Row; MOST_TERMS]; 3],
    slots: Slots,
}

/// A spacecraft and the room to work its series out.
pub(super) struct Single {
    groups: Vec<Group>,
    /// −μ of the centre and the others
    minus_mu: Vec<f64>,
    /// coefficients that count in the polynomials of the bodies
    terms: usize,
    /// where the spacecraft is
    pub(super) state: State,
    /// what rounding has left of it so far
    low: State,
    /// series of the position, km/s^power
    pub(super) position: [[f64; ROOM]; 3],
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stride {
    /// what the series allow, s
    pub(super) free_s: f64,
    /// what is gone, with its sign, s
    pub(super) h_s: f64,
    /// the last power that counts
    pub(super) order: usize,
}

impl Single {
    pub(super) fn new(model: &PointMasses, start: State, terms: usize) -> Self {
        let minus_mu: Vec<f64> =
            std::iter::once(-model.mu_km3_s2).chain(model.others.iter().map(|other| -other.mu_km3_s2)).collect();
        let group = |_| Group {
            about_middle: [[Row::ZERO; MOST_TERMS]; 3],
            about_now: [[Row::ZERO; MOST_TERMS]; 3],
            slots: Slots::new(),
        };
        let groups = (0..minus_mu.len().div_ceil(WIDTH)).map(group).collect();
        let position = [[0.0; ROOM]; 3];
        Self { groups, minus_mu, terms, state: start, low: State::default(), position }
    }

    /// Take the polynomials of a window.
    pub(super) fn look_through(&mut self, window: &Window) {
        for (k, column) in window.columns.iter().enumerate() {
            let Group { about_middle, .. } = &mut self.groups[k / WIDTH];
            for axis in 0..3 {
                for power in 0..self.terms {
                    about_middle[axis][power].0[k % WIDTH] = column[axis][power];
                }
            }
        }
    }

    /// One step.
    ///
    /// * `at`, `half_s`: where the step begins in the window, in halves of its length
    /// * `room_s`: how far it may go, > 0; `direction`: and which way
    pub(super) fn step(&mut self, width: Width, tuning: Tuning, at: f64, half_s: f64, way: Way) -> Stride {
        run(width, Step { single: self, tuning, at, scale: 1.0 / half_s, way })
    }
}

/// How far a step may go and which way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) room_s: f64,
    pub(super) direction: f64,
}

struct Step<'a> {
    single: &'a mut Single,
    tuning: Tuning,
    at: f64,
    scale: f64,
    way: Way,
}

impl Kernel for Step<'_> {
    type Output = Stride;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Stride {
        let Self { single, tuning, at, scale, way } = self;
        let Single { groups, minus_mu, terms, state, low, position } = single;
        let (terms, most) = (*terms, tuning.order());
        for axis in 0..3 {
            position[axis][0] = state.position_km[axis];
            position[axis][1] = state.velocity_km_s[axis];
        }
        let mut sum = [0.0; 3];
        for (g, group) in groups.iter_mut().enumerate() {
            shift(&group.about_middle, &mut group.about_now, terms, L::splat(at), L::splat(scale));
            let central = lanes_below::<L>(usize::from(g == 0));
            let r = [L::splat(position[0][0]), L::splat(position[1][0]), L::splat(position[2][0])];
            let d = bodies(&group.about_now, 0, central);
            let pull = group.slots.begin(r, d, central);
            add(&mut sum, pull, minus_mu, g);
        }
        for axis in 0..3 {
            position[axis][2] = 0.5 * sum[axis];
        }
        let threshold = tuning.of_position() * size(position, 0);
        let mut reach = way.room_s * way.room_s;
        let mut small = size(position, 2) * reach <= threshold;
        let mut order = most;
        let mut enough = false;
        for n in 1..=most - 2 {
            let mut sum: [f64; 3] = match n < terms {
                true => {
                    let [x, y, z] = &groups[0].about_now;
                    [x[n].0[0], y[n].0[0], z[n].0[0]]
                }
                false => [0.0; 3],
            };
            for (g, group) in groups.iter_mut().enumerate() {
                let central = lanes_below::<L>(usize::from(g == 0));
                let mut newest = [L::splat(position[0][n]), L::splat(position[1][n]), L::splat(position[2][n])];
                if n < terms {
                    let d = bodies::<L>(&group.about_now, n, central);
                    newest = [newest[0] - d[0], newest[1] - d[1], newest[2] - d[2]];
                }
                let pull = group.slots.pull(n, newest);
                add(&mut sum, pull, minus_mu, g);
            }
            for axis in 0..3 {
                position[axis][n + 2] = over_one(sum[axis], (n + 1) * (n + 2));
            }
            reach *= way.room_s;
            let now = size(position, n + 2) * reach <= threshold;
            if small && now {
                (order, enough) = (n + 2, true);
                break;
            }
            small = now;
        }
        let free_s = match enough {
            true => way.room_s,
            false => tuning.stride_s(size(position, 0), size(position, order), size(position, order - 1)),
        };
        let h_s = smaller(free_s, way.room_s) * way.direction;
        for axis in 0..3 {
            let series = &position[axis];
            let (mut r, mut v) = (0.0_f64, 0.0_f64);
            for n in (2..=order).rev() {
                r = r.mul_add(h_s, series[n]);
                v = v.mul_add(h_s, series[n] * n as f64);
            }
            let (r, v) = (r.mul_add(h_s, series[1]) * h_s, v * h_s);
            (state.position_km[axis], low.position_km[axis]) =
                carry_one(state.position_km[axis], low.position_km[axis], r);
            (state.velocity_km_s[axis], low.velocity_km_s[axis]) =
                carry_one(state.velocity_km_s[axis], low.velocity_km_s[axis], v);
        }
        Stride { free_s, h_s, order }
    }
}

/// One coefficient of the bodies; none where the centre is.
#[inline(always)]
fn bodies<L: Lanes>(about_now: &[[Row; MOST_TERMS]; 3], n: usize, central: L::Mask) -> [L; 3] {
    let zero = L::splat(0.0);
    let [x, y, z] = about_now;
    [
        L::select(central, zero, L::load(&x[n].0)),
        L::select(central, zero, L::load(&y[n].0)),
        L::select(central, zero, L::load(&z[n].0)),
    ]
}

/// sum += −μ·pull, in the order of the attractors.
#[inline(always)]
fn add<L: Lanes>(sum: &mut [f64; 3], pull: [L; 3], minus_mu: &[f64], group: usize) {
    for axis in 0..3 {
        let pull = pull[axis].to_array();
        for (pull, minus_mu) in pull.iter().zip(&minus_mu[group * WIDTH..]) {
            sum[axis] = minus_mu.mul_add(*pull, sum[axis]);
        }
    }
}

/// The larger as lanes take it.
#[inline(always)]
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller as lanes take it.
#[inline(always)]
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The largest coordinate of a coefficient.
#[inline(always)]
fn size(position: &[[f64; ROOM]; 3], n: usize) -> f64 {
    larger(larger(position[0][n].abs(), position[1][n].abs()), position[2][n].abs())
}
