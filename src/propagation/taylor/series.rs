//! Recurrences for the series of a spacecraft among point masses.

use crate::dynamics::point_masses::{PointMasses, third_body_km_s2};
use crate::ephemerides::{EphemerisError, State};
use crate::time::Epoch;

/// Highest order of a series.
pub(super) const MOST_ORDER: usize = 40;

/// Room for a series.
type Series = [f64; MOST_ORDER + 1];

/// Attractors side by side: the recurrences run over them as over the lanes of a register.
const LANES: usize = 4;

/// What one group of attractors needs.
struct Group {
    /// −μ of each; zero for an empty lane
    minus_mu: [f64; LANES],
    /// spacecraft minus attractor, km/s^power
    apart: [[[f64; LANES]; MOST_ORDER + 1]; 3],
    /// its square
    square: [[f64; LANES]; MOST_ORDER + 1],
    /// square^(−3/2)
    cube: [[f64; LANES]; MOST_ORDER + 1],
}

/// The series of a spacecraft about one epoch, with the room to work them out.
pub(super) struct Workspace {
    /// position, km/s^power
    pub(super) position: [Series; 3],
    /// series of the attractors from the centre, as far as their polynomials go
    bodies: Vec<Vec<[f64; 3]>>,
    /// acceleration of the centre by the attractors, km/s^(power + 2)
    indirect: [Series; 3],
    groups: Vec<Group>,
}

impl Workspace {
    pub(super) fn new(model: &PointMasses) -> Self {
        let lanes = model.others.len() + 1;
        let group = |g: usize| Group {
            minus_mu: std::array::from_fn(|lane| match g * LANES + lane {
                0 => -model.mu_km3_s2,
                k => model.others.get(k - 1).map_or(0.0, |other| -other.mu_km3_s2),
            }),
            apart: [[[0.0; LANES]; MOST_ORDER + 1]; 3],
            square: [[0.0; LANES]; MOST_ORDER + 1],
            cube: [[0.0; LANES]; MOST_ORDER + 1],
        };
        Self {
            position: [[0.0; MOST_ORDER + 1]; 3],
            bodies: vec![Vec::with_capacity(MOST_ORDER); model.others.len()],
            indirect: [[0.0; MOST_ORDER + 1]; 3],
            groups: (0..lanes.div_ceil(LANES)).map(group).collect(),
        }
    }

    /// Fill the series about `base + after_s`; the answer is how far the records hold, s.
    pub(super) fn expand(
        &mut self,
        model: &PointMasses,
        state: &State,
        (base, after_s): (Epoch, f64),
        direction: f64,
        order: usize,
    ) -> Result<f64, EphemerisError> {
        let mut room_s = f64::INFINITY;
        for (other, terms) in model.others.iter().zip(&mut self.bodies) {
            room_s = room_s.min(other.track.expand(base, after_s, direction, terms)?);
        }
        self.expand_indirect(model, order);
        // The tide, whose direct and indirect parts nearly cancel, enters its largest coefficient without cancellation.
        let mut first = [0.0; 3];
        for (other, terms) in model.others.iter().zip(&self.bodies) {
            let pull = third_body_km_s2(state.position_km, terms[0], other.mu_km3_s2);
            (0..3).for_each(|axis| first[axis] += pull[axis]);
        }
        for axis in 0..3 {
            self.position[axis][0] = state.position_km[axis];
            self.position[axis][1] = state.velocity_km_s[axis];
        }
        for n in 0..order - 1 {
            let mut acceleration = self.attraction(n);
            if n == 0 {
                let r2 = (0..3).map(|axis| state.position_km[axis] * state.position_km[axis]).sum::<f64>();
                let central = -model.mu_km3_s2 / (r2 * r2.sqrt());
                acceleration = std::array::from_fn(|axis| central * state.position_km[axis] + first[axis]);
            } else {
                (0..3).for_each(|axis| acceleration[axis] += self.indirect[axis][n]);
            }
            let divisor = ((n + 1) * (n + 2)) as f64;
            for axis in 0..3 {
                self.position[axis][n + 2] = acceleration[axis] / divisor;
            }
        }
        Ok(room_s)
    }

    /// The series up to an order: rows of x, y, z, one a power.
    pub(super) fn terms(&self, order: usize) -> Vec<[f64; 3]> {
        (0..=order).map(|n| std::array::from_fn(|axis| self.position[axis][n])).collect()
    }

    /// Coefficient `n` of −Σ μ(r − d)/|r − d|³, and what it needs.
    fn attraction(&mut self, n: usize) -> [f64; 3] {
        let mut sum = [0.0; 3];
        for (g, group) in self.groups.iter_mut().enumerate() {
            let Group { minus_mu, apart, square, cube } = group;
            for axis in 0..3 {
                apart[axis][n] = [self.position[axis][n]; LANES];
                for lane in 0..LANES {
                    let k = g * LANES + lane;
                    if let Some(row) = k.checked_sub(1).and_then(|k| self.bodies.get(k)).and_then(|terms| terms.get(n))
                    {
                        apart[axis][n][lane] -= row[axis];
                    }
                }
            }
            // square: the products come in pairs
            let mut s = [0.0; LANES];
            for series in apart.iter() {
                for j in 0..n.div_ceil(2) {
                    for lane in 0..LANES {
                        s[lane] += series[j][lane] * series[n - j][lane];
                    }
                }
            }
            for lane in 0..LANES {
                s[lane] *= 2.0;
            }
            if n.is_multiple_of(2) {
                for series in apart.iter() {
                    for lane in 0..LANES {
                        s[lane] += series[n / 2][lane] * series[n / 2][lane];
                    }
                }
            }
            square[n] = s;
            // cube: n s₀ p_n = Σ_{j<n} (−3/2·(n − j) − j) s_{n−j} p_j
            let mut p = [0.0; LANES];
            if n == 0 {
                for lane in 0..LANES {
                    p[lane] = 1.0 / (s[lane] * s[lane].sqrt());
                }
            } else {
                for j in 0..n {
                    let weight = -1.5 * (n - j) as f64 - j as f64;
                    for lane in 0..LANES {
                        p[lane] += weight * square[n - j][lane] * cube[j][lane];
                    }
                }
                for lane in 0..LANES {
                    p[lane] /= n as f64 * square[0][lane];
                }
            }
            cube[n] = p;
            for axis in 0..3 {
                let mut a = [0.0; LANES];
                for j in 0..=n {
                    for lane in 0..LANES {
                        a[lane] += cube[j][lane] * apart[axis][n - j][lane];
                    }
                }
                for lane in 0..LANES {
                    sum[axis] += minus_mu[lane] * a[lane];
                }
            }
        }
        sum
    }

    /// The centre's own acceleration −Σ μ d/|d|³ as a series.
    fn expand_indirect(&mut self, model: &PointMasses, order: usize) {
        for axis in &mut self.indirect {
            axis[..order].fill(0.0);
        }
        for (other, terms) in model.others.iter().zip(&self.bodies) {
            let (mut square, mut cube) = ([0.0; MOST_ORDER + 1], [0.0; MOST_ORDER + 1]);
            let reach = terms.len();
            for n in 0..order {
                for j in n.saturating_sub(reach - 1)..=n.min(reach - 1) {
                    square[n] += (0..3).map(|axis| terms[j][axis] * terms[n - j][axis]).sum::<f64>();
                }
                cube[n] = if n == 0 {
                    1.0 / (square[0] * square[0].sqrt())
                } else {
                    let sum: f64 = (0..n).map(|j| (-1.5 * (n - j) as f64 - j as f64) * square[n - j] * cube[j]).sum();
                    sum / (n as f64 * square[0])
                };
                for axis in 0..3 {
                    let product: f64 = (n.saturating_sub(reach - 1)..=n).map(|j| cube[j] * terms[n - j][axis]).sum();
                    self.indirect[axis][n] -= other.mu_km3_s2 * product;
                }
            }
        }
    }
}
