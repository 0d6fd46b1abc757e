//! The cells: states per axis, Lambert in rows over all cores.

use super::problem::directions_deg;
use super::{CellCounts, GridSize, Layer, MOST_REVS, Masks, PorkchopError, PorkchopRequest, Problem, Reason, Status};
use crate::bodies::SUN;
use crate::ephemerides::State;
use crate::numerics::lanes::{Both, Fused, Kernel, Lanes, Octet, Packed, WIDTH, Width, run};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::lambert::Branch;
use crate::transfers::lambert::batch::{ABREAST, load};
use crate::transfers::lambert::kernel::{self, End, Triangle};
use rayon::prelude::*;
use std::ops::Range;

/// Most dates on a side of a grid that is held in memory: 41 bytes a cell and layer make 4.1 GB of this.
pub const MOST_HELD: usize = 10_000;

/// Most dates on a side of a grid that goes by in bands.
pub(super) const MOST_DATES: usize = 1_000_000;

/// Most cells of all layers that are held at once, 41 bytes each: 4.1 GB.
pub(super) const MOST_CELLS: usize = 100_000_000;

/// Most cells of all layers that go by in bands: some minutes of arithmetic, 730 GB on the disk.
pub(super) const MOST_IN_BANDS: usize = 10_000_000_000;

/// Whether a grid can be made at all, before anything is.
///
/// * `dates`: most on a side
/// * `rows`: rows of equal arrival that count
/// * `cells`: most of all layers
/// * `what`: is done with them
pub(super) fn check(
    request: &PorkchopRequest,
    dates: usize,
    rows: usize,
    cells: usize,
    what: &'static str,
) -> Result<(), PorkchopError> {
    let GridSize { depart, arrive } = request.size;
    if !(2..=dates).contains(&depart) || !(2..=dates).contains(&arrive) {
        return Err(PorkchopError::BadSize { depart, arrive, most: dates });
    }
    if request.max_revs > MOST_REVS {
        return Err(PorkchopError::TooManyRevs { revs: request.max_revs, most: MOST_REVS });
    }
    let layers = request.layers();
    let asked = depart as u128 * rows as u128 * layers as u128;
    if asked > cells as u128 {
        return Err(PorkchopError::TooManyCells { depart, arrive, layers, cells: asked, most: cells, what });
    }
    Ok(())
}

/// Both axes of a grid, and the bodies' states on them.
pub(super) struct Axes {
    pub(super) depart: Vec<Epoch>,
    pub(super) arrive: Vec<Epoch>,
    departures: Departures,
    to: Vec<State>,
    /// revolution counts and branches, one a layer
    pub(super) branches: Vec<(u32, Branch)>,
}

impl Axes {
    pub(super) fn new(problem: &Problem, request: &PorkchopRequest, most: usize) -> Result<Self, PorkchopError> {
        check(request, most, request.size.arrive, MOST_IN_BANDS, "solved")?;
        let size = request.size;
        if request.arrive.end <= request.depart.start {
            return Err(PorkchopError::ArrivesFirst { depart: request.depart, arrive: request.arrive });
        }
        let (depart, arrive) = (axis(request.depart, size.depart), axis(request.arrive, size.arrive));
        let from = depart.iter().map(|t| problem.departure_state(*t)).collect::<Result<Vec<_>, _>>()?;
        let to = arrive.iter().map(|t| problem.arrival_state(*t)).collect::<Result<Vec<_>, _>>()?;
        let branches = std::iter::once((0, Branch::Single))
            .chain((1..=request.max_revs).flat_map(|n| [(n, Branch::Low), (n, Branch::High)]))
            .collect();
        let departures = Departures::new(problem, &from);
        Ok(Self { depart, arrive, departures, to, branches })
    }

    /// The cells of some rows, one layer a branch.
    pub(super) fn solve(&self, rows: Range<usize>, masks: &Masks) -> Vec<Layer> {
        let (columns, depart) = (self.depart.len(), &self.depart);
        let (arrive, to) = (&self.arrive[rows.clone()], &self.to[rows]);
        let one = |(revs, branch): &(u32, Branch)| {
            let mut layer = Layer::empty(*revs, *branch, columns * arrive.len());
            let rows = (
                layer.status.par_chunks_mut(columns),
                layer.c3_km2_s2.par_chunks_mut(columns),
                layer.v_inf_arr_km_s.par_chunks_mut(columns),
                layer.dla_deg.par_chunks_mut(columns),
                layer.rla_deg.par_chunks_mut(columns),
                layer.angle_rad.par_chunks_mut(columns),
                arrive.par_iter(),
                to.par_iter(),
            );
            rows.into_par_iter().for_each(|(status, c3, v_inf_arr, dla, rla, angle, arrive, to)| {
                let tof_s: Vec<f64> = depart.iter().map(|depart| *arrive - *depart).collect();
                let axis = &self.departures;
                let numbers = [&mut *c3, &mut *v_inf_arr, &mut *dla, rla, angle];
                run(
                    Width::best(),
                    Row { axis, to, tof_s: &tof_s, revs: *revs, branch: *branch, status: &mut *status, numbers },
                );
                if masks.any() {
                    for (k, status) in status.iter_mut().enumerate() {
                        if *status == Status::Transfer && !masks.allow(c3[k], dla[k], tof_s[k] / DAY_S, v_inf_arr[k]) {
                            *status = Status::Masked;
                        }
                    }
                }
            });
            layer
        };
        self.branches.iter().map(one).collect()
    }
}

/// What became of the cells of some layers.
pub(super) fn counts(layers: &[Layer]) -> CellCounts {
    let of = |layer: &Layer| {
        let chunks = layer.status.par_chunks(1 << 14);
        chunks
            .map(|part| part.iter().fold(CellCounts::default(), |all, status| all.plus(CellCounts::of(*status))))
            .reduce(CellCounts::default, CellCounts::plus)
    };
    layers.iter().map(of).fold(CellCounts::default(), CellCounts::plus)
}

/// The departure dates' states, one array an axis, and the pole of each transfer.
struct Departures {
    position_km: [Vec<f64>; 3],
    velocity_km_s: [Vec<f64>; 3],
    pole: [Vec<f64>; 3],
}

impl Departures {
    fn new(problem: &Problem, states: &[State]) -> Self {
        let axis = |number: &dyn Fn(&State) -> [f64; 3]| {
            let all: Vec<[f64; 3]> = states.iter().map(number).collect();
            [0, 1, 2].map(|k| all.iter().map(|v| v[k]).collect())
        };
        Self {
            position_km: axis(&|state| state.position_km),
            velocity_km_s: axis(&|state| state.velocity_km_s),
            pole: axis(&|state| problem.pole(state)),
        }
    }
}

/// All departures to one arrival, sixteen side by side.
struct Row<'a> {
    axis: &'a Departures,
    to: &'a State,
    tof_s: &'a [f64],
    revs: u32,
    branch: Branch,
    status: &'a mut [Status],
    /// C3, arrival speed, DLA and RLA in degrees, angle
    numbers: [&'a mut [f64]; 5],
}

impl Kernel for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { axis, to, tof_s, revs, branch, status, numbers } = self;
        let (mu, zero) = (SUN.mu_km3_s2, Both::<L>::splat(0.0));
        let (root_two_mu, root_half_mu) = (Both::<L>::splat((2.0 * mu).sqrt()), Both::<L>::splat((0.5 * mu).sqrt()));
        let all = |v: &[f64; 3]| [Both::<L>::splat(v[0]), Both::<L>::splat(v[1]), Both::<L>::splat(v[2])];
        let (end, velocity_end) = (End::new(all(&to.position_km)), all(&to.velocity_km_s));
        let mut first = 0;
        while first < tof_s.len() {
            let many = (tof_s.len() - first).min(ABREAST);
            let from = End::new(load3::<L>(&axis.position_km, first));
            let tof = load::<L>(tof_s, first);
            let triangle = Triangle::new(&from, &end, &load3(&axis.pole, first));
            let time = triangle.time(tof * root_two_mu);
            let root = kernel::root(&triangle.shape, time, revs, branch.side());
            let [v1, v2] = triangle.velocities(&from, &end, root.xi, root_half_mu);
            let leaving = kernel::minus(&v1, &load3(&axis.velocity_km_s, first));
            let arriving = kernel::minus(&v2, &velocity_end);
            let (dla, rla) = directions_deg(&leaving);
            let cells = [kernel::length2(&leaving), kernel::length2(&arriving).sqrt(), dla, rla, triangle.angle_rad()];
            let finite = (cells[0] + cells[1]).le(Both::<L>::splat(f64::MAX));
            let (early, settled) = (bits(tof.le(zero)), bits(root.settled));
            let planar = bits(triangle.planar) & bits(finite);
            for k in 0..many {
                let none = if early >> k & 1 == 1 {
                    Some(Reason::ArrivesFirst)
                } else if planar >> k & 1 == 0 {
                    Some(Reason::InLine)
                } else if settled >> k & 1 == 0 {
                    Some(Reason::TooShort)
                } else {
                    None
                };
                status[first + k] = none.map_or(Status::Transfer, Status::None);
            }
            let mut n = 0;
            while n < 5 {
                let mut pair = [[0.0; WIDTH]; 2];
                cells[n].0.store(&mut pair[0]);
                cells[n].1.store(&mut pair[1]);
                for (k, number) in pair.as_flattened()[..many].iter().enumerate() {
                    let there = status[first + k] == Status::Transfer;
                    numbers[n][first + k] = if there { *number } else { f64::NAN };
                }
                n += 1;
            }
            first += many;
        }
    }
}

#[inline(always)]
fn load3<L: Lanes>(axes: &[Vec<f64>; 3], first: usize) -> [Both<L>; 3] {
    [load(&axes[0], first), load(&axes[1], first), load(&axes[2], first)]
}

#[inline(always)]
fn bits<M: Octet>(mask: Both<M>) -> u16 {
    u16::from(mask.0.bits()) | u16::from(mask.1.bits()) << WIDTH
}

/// Equally spaced dates, both ends included.
fn axis(window: Window, dates: usize) -> Vec<Epoch> {
    let step_s = (window.end - window.start) / (dates - 1) as f64;
    (0..dates).map(|i| if i + 1 == dates { window.end } else { window.start + step_s * i as f64 }).collect()
}
