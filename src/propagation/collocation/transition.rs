//! The state transition matrix along a flight: the variational equations at the same nodes.

use super::nodes::{Nodes, Quadrature};
use super::solve::{Accelerations, integrate};
use crate::dynamics::Forces;
use crate::dynamics::forces::Ambient;
use crate::ephemerides::State;
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, axes};

/// Iterations of a column before rounding is all that is left.
const MOST: usize = 60;

/// How the end of a flight changes with its beginning.
///
/// Rows are the final position (km) and velocity (km/s), in the order x, y, z, vx, vy, vz.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// ∂(final state)/∂(initial state), columns in the same order as the rows
    pub matrix: [[f64; 6]; 6],
    /// ∂(final state)/∂(mass at the start), a kilogram
    pub mass_coefficients: [f64; 6],
    /// ∂(final state)/∂(thrust) of each arc, a newton
    pub thrust_coefficients: Vec<[f64; 6]>,
    /// ∂(final state)/∂(specific impulse) of each arc, a second
    pub isp_coefficients: Vec<[f64; 6]>,
}

impl Transition {
    pub(super) fn of(columns: &[[f64; 6]]) -> Self {
        let pairs = &columns[7..];
        Self {
            matrix: std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row])),
            mass_coefficients: columns[6],
            thrust_coefficients: pairs.iter().step_by(2).copied().collect(),
            isp_coefficients: pairs.iter().skip(1).step_by(2).copied().collect(),
        }
    }

    /// Columns at the start: no change but each of its own.
    pub(super) fn start(forces: &Forces) -> Vec<[f64; 6]> {
        (0..7 + 2 * forces.thrust.len()).map(|k| std::array::from_fn(|row| f64::from(u8::from(row == k)))).collect()
    }
}

/// One step of the variational equations.
pub(super) struct Vary<'a, const B: usize> {
    pub(super) quadrature: &'a Quadrature<B>,
    pub(super) forces: &'a Forces,
    pub(super) ambient: &'a [Ambient],
    pub(super) start: State,
    pub(super) acceleration: &'a Accelerations<B>,
    /// burning time of each arc at the nodes of each block
    pub(super) burnt_s: &'a [Vec<[f64; WIDTH]>],
    pub(super) h_s: f64,
    pub(super) columns: &'a mut [[f64; 6]],
}

impl<const B: usize> Kernel for Vary<'_, B> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { quadrature: q, forces, ambient, start, acceleration, burnt_s, h_s, columns } = self;
        let h = L::splat(h_s);
        let h2 = L::splat(h_s * h_s);
        let zero: Nodes<B> = [[0.0; WIDTH]; B];
        let mut by_position = [[zero; 3]; 3];
        let mut by_velocity = [[zero; 3]; 3];
        let (mut position, mut velocity) = ([zero; 3], [zero; 3]);
        integrate::<L, B>(&q.twice, acceleration, h2, &mut position);
        integrate::<L, B>(&q.once, acceleration, h, &mut velocity);
        let windy = forces.asks_velocity();
        let parameters = columns.len() - 6;
        let mut sources = vec![[[[0.0; WIDTH]; 3]; B]; parameters];
        let mut scratch = vec![[[0.0; WIDTH]; 3]; parameters];
        for block in 0..B {
            let reach = L::load(&q.places[block]) * h;
            let v0 = axes!(k => L::splat(start.velocity_km_s[k]));
            let r = axes!(k => {
                L::splat(start.position_km[k]) + reach.mul_add(v0[k], L::load(&position[k][block]))
            });
            let v = axes!(k => v0[k] + L::load(&velocity[k][block]));
            let gradient = forces.gradient(&ambient[block], r, v);
            for i in 0..3 {
                for j in 0..3 {
                    gradient.by_position[i][j].store(&mut by_position[i][j][block]);
                    gradient.by_velocity[i][j].store(&mut by_velocity[i][j][block]);
                }
            }
            if windy {
                forces.by_parameters(&ambient[block], r, v, &burnt_s[block], &mut scratch);
                for (source, values) in sources.iter_mut().zip(&scratch) {
                    source[block] = *values;
                }
            }
        }
        for (number, column) in columns.iter_mut().enumerate() {
            let source = number.checked_sub(6).map(|k| &sources[k]);
            let nothing = column.iter().all(|x| *x == 0.0)
                && source.is_none_or(|s| s.iter().flatten().flatten().all(|x| *x == 0.0));
            if nothing {
                continue;
            }
            let mut a: Accelerations<B> = [zero; 3];
            let mut before = f64::INFINITY;
            for round in 0..MOST {
                let mut change = L::splat(0.0);
                let mut most = L::splat(0.0);
                let old = a;
                for block in 0..B {
                    let reach = L::load(&q.places[block]) * h;
                    let mut twice = [L::splat(0.0); 3];
                    let mut once = [L::splat(0.0); 3];
                    for j in 0..WIDTH * B {
                        let at = axes!(k => L::splat(old[k][j / WIDTH][j % WIDTH]));
                        let row = L::load(&q.twice[j][block]);
                        twice = axes!(k => row.mul_add(at[k], twice[k]));
                        if windy {
                            let row = L::load(&q.once[j][block]);
                            once = axes!(k => row.mul_add(at[k], once[k]));
                        }
                    }
                    let dr = axes!(k => {
                        h2.mul_add(twice[k], reach.mul_add(L::splat(column[k + 3]), L::splat(column[k])))
                    });
                    let dv = axes!(k => h.mul_add(once[k], L::splat(column[k + 3])));
                    for i in 0..3 {
                        let mut new = match source {
                            Some(source) => L::load(&source[block][i]),
                            None => L::splat(0.0),
                        };
                        for j in 0..3 {
                            new = L::load(&by_position[i][j][block]).mul_add(dr[j], new);
                            if windy {
                                new = L::load(&by_velocity[i][j][block]).mul_add(dv[j], new);
                            }
                        }
                        change = change.max((new - L::load(&old[i][block])).abs());
                        most = most.max(new.abs());
                        new.store(&mut a[i][block]);
                    }
                }
                let (change, most) = (greatest(change), greatest(most));
                if change <= 1e-15 * most || round > 6 && change >= 0.5 * before && change <= 1e-13 * most {
                    break;
                }
                before = change;
            }
            let first = *column;
            for axis in 0..3 {
                let (mut once, mut twice) = (0.0, 0.0);
                for j in 0..WIDTH * B {
                    once += q.once_to_end.at(j) * a[axis][j / WIDTH][j % WIDTH];
                    twice += q.twice_to_end.at(j) * a[axis][j / WIDTH][j % WIDTH];
                }
                column[axis] = first[axis] + h_s * (first[axis + 3] + h_s * twice);
                column[axis + 3] = first[axis + 3] + h_s * once;
            }
        }
    }
}

#[inline(always)]
fn greatest<L: Lanes>(x: L) -> f64 {
    x.to_array().into_iter().fold(0.0, f64::max)
}
