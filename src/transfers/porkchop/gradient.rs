//! The function of two dates with its derivatives, eight date pairs at once.

use super::Problem;
use super::problem::directions_deg;
use crate::bodies::SUN;
use crate::ephemerides::State;
use crate::numerics::lanes::{Dual, Fused, Kernel, Lanes, Mask, Octet, WIDTH, Width, axes, run};
use crate::numerics::vector::Vector3;
use crate::time::Epoch;
use crate::transfers::lambert::Branch;
use crate::transfers::lambert::kernel::{self, End, Shape, Triangle};

/// A number of a transfer and how it changes when the departure, or the arrival, is a second later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Varying {
    /// the number, in its unit
    pub value: f64,
    /// its derivatives by the departure's and the arrival's date, its unit per second
    pub rate_values: [f64; 2],
}

impl Varying {
    /// A function of it, from the function and its slope there.
    fn chain(self, value: f64, slope: f64) -> Self {
        Self { value, rate_values: self.rate_values.map(|by| slope * by) }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.rate_values, other.rate_values);
        Self { value: self.value + other.value, rate_values: [a + c, b + d] }
    }

    /// √(self + constant)
    fn root(self, constant: f64) -> Self {
        let root = (self.value + constant).sqrt();
        self.chain(root, 0.5 / root)
    }
}

/// The numbers that a porkchop's minima are taken of, with their derivatives by both dates.
///
/// # Source
/// Implicit differentiation of Izzo's eq. 18 ("Revisiting Lambert's problem", Celest. Mech. Dyn. Astron. 121 (2015) 1),
/// ∂T/∂λ at fixed x being −2λ²/y; the rest by forward differentiation (Griewank and Walther, *Evaluating
/// Derivatives*, 2nd ed., section 3.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gradient {
    /// launch energy, km²/s²
    pub c3: Varying,
    /// excess speed at departure, km/s
    pub v_inf_dep: Varying,
    /// excess speed at arrival, km/s
    pub v_inf_arr: Varying,
    /// both impulses, km/s
    pub dv_total: Varying,
    /// declination of the launch asymptote, J2000 equator
    pub dla_deg: f64,
    /// heliocentric angle, whole revolutions left out, 0 to 2π
    pub angle_rad: f64,
}

impl Problem {
    /// A transfer's numbers with their derivatives by both dates.
    ///
    /// * `depart`, `arrive`: dates inside the kernels
    /// * `revs`, `branch`: which of the solutions
    ///
    /// `None` when there is no transfer, or a date is outside.
    ///
    /// ```
    /// use portolan::bodies::{EARTH, MARS};
    /// use portolan::ephemerides::Ephemerides;
    /// use portolan::time::{Epoch, Window};
    /// use portolan::transfers::lambert::Branch;
    /// use portolan::transfers::porkchop::{PorkchopRequest, Problem};
    /// let window = |text| Window::parse(text).unwrap();
    /// let request = PorkchopRequest::new(EARTH, MARS, window("2033-03-01..2033-06-01"), window("2033-09-01..2034-03-01"));
    /// let problem = Problem::new(Ephemerides::embedded()?, &request)?;
    /// let (depart, arrive) = (Epoch::from_calendar(2033, 4, 15), Epoch::from_calendar(2033, 11, 1));
    /// let now = problem.gradient(depart, arrive, 0, Branch::Single).unwrap();
    /// let at = |later_s| problem.gradient(depart + later_s, arrive, 0, Branch::Single).unwrap().c3.value;
    /// let slope = (at(600.0) - at(-600.0)) / 1200.0;
    /// assert!((slope - now.c3.rate_values[0]).abs() < 1e-4 * slope.abs());
    /// # Ok::<(), portolan::transfers::porkchop::PorkchopError>(())
    /// ```
    #[must_use]
    pub fn gradient(&self, depart: Epoch, arrive: Epoch, revs: u32, branch: Branch) -> Option<Gradient> {
        self.gradients(&[(depart, arrive)], revs, branch)[0]
    }

    /// [`Problem::gradient`] of up to eight date pairs.
    pub(super) fn gradients(&self, dates: &[(Epoch, Epoch)], revs: u32, branch: Branch) -> [Option<Gradient>; WIDTH] {
        let (mut from, mut to) = (Moving::default(), Moving::default());
        let (mut tof_s, mut pole) = ([-1.0; WIDTH], [[0.0; WIDTH]; 3]);
        // the arms of a cross share the dates of its middle
        let Some(middle) = dates.first() else { return [None; WIDTH] };
        let middle_states = (self.departs(middle.0), self.arrives(middle.1));
        for (lane, (depart, arrive)) in dates.iter().take(WIDTH).enumerate() {
            let leaves = if *depart == middle.0 { middle_states.0 } else { self.departs(*depart) };
            let enters = if *arrive == middle.1 { middle_states.1 } else { self.arrives(*arrive) };
            let (Some(leaves), Some(enters)) = (leaves, enters) else { continue };
            tof_s[lane] = *arrive - *depart;
            let about = self.pole(&leaves.0);
            (0..3).for_each(|axis| pole[axis][lane] = about[axis]);
            from.set(lane, leaves);
            to.set(lane, enters);
        }
        let found = run(Width::best(), Slopes { from: &from, to: &to, tof_s: &tof_s, pole: &pole, revs, branch });
        std::array::from_fn(|lane| {
            let one = |n: usize| found.numbers[n][lane];
            let varying = |n: usize| Varying { value: one(n), rate_values: [one(n + 1), one(n + 2)] };
            let (c3, arrival) = (varying(0), varying(3));
            let [leave, enter] = self.periapsis_speeds_km_s();
            let impulse = |squared: Varying, (escape, own): (f64, f64)| {
                let fast = squared.root(escape * escape);
                fast.chain(fast.value - own, 1.0)
            };
            let finite = found.numbers.iter().all(|number| number[lane].is_finite());
            (found.sound >> lane & 1 == 1 && finite && c3.value > 0.0 && arrival.value > 0.0).then(|| Gradient {
                c3,
                v_inf_dep: c3.root(0.0),
                v_inf_arr: arrival.root(0.0),
                dv_total: impulse(c3, leave).plus(impulse(arrival, enter)),
                dla_deg: one(6),
                angle_rad: one(7),
            })
        })
    }
}

/// Eight states of a body and how their velocities change, one array an axis.
struct Moving {
    position_km: [[f64; WIDTH]; 3],
    velocity_km_s: [[f64; WIDTH]; 3],
    acceleration_km_s2: [[f64; WIDTH]; 3],
}

impl Default for Moving {
    /// What idle lanes hold: numbers that nothing divides by.
    fn default() -> Self {
        let ones = [[1.0; WIDTH]; 3];
        Self { position_km: ones, velocity_km_s: ones, acceleration_km_s2: ones }
    }
}

impl Moving {
    fn set(&mut self, lane: usize, (state, slope): (State, Vector3)) {
        for axis in 0..3 {
            self.position_km[axis][lane] = state.position_km[axis];
            self.velocity_km_s[axis][lane] = state.velocity_km_s[axis];
            self.acceleration_km_s2[axis][lane] = slope[axis];
        }
    }

    /// Position and velocity as functions of one of the two dates.
    #[inline(always)]
    fn of<L: Lanes>(&self, date: usize) -> [[Dual<L>; 3]; 2] {
        let (r, v, a) = (&self.position_km, &self.velocity_km_s, &self.acceleration_km_s2);
        [axes!(k => moving(&r[k], &v[k], date)), axes!(k => moving(&v[k], &a[k], date))]
    }
}

#[inline(always)]
fn moving<L: Lanes>(value: &[f64; WIDTH], slope: &[f64; WIDTH], date: usize) -> Dual<L> {
    let mut by = [L::splat(0.0); 2];
    by[date] = L::load(slope);
    Dual { value: L::load(value), by }
}

struct Slopes<'a> {
    from: &'a Moving,
    to: &'a Moving,
    tof_s: &'a [f64; WIDTH],
    pole: &'a [[f64; WIDTH]; 3],
    revs: u32,
    branch: Branch,
}

/// C3 and its derivatives, the square of the arrival's speed and its derivatives, DLA and angle.
struct Found {
    numbers: [[f64; WIDTH]; 8],
    sound: u8,
}

impl Kernel for Slopes<'_> {
    type Output = Found;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Found {
        let Self { from, to, tof_s, pole, revs, branch } = self;
        let ([r1, w1], [r2, w2]) = (from.of::<L>(0), to.of::<L>(1));
        let (start, end) = (End::new(r1), End::new(r2));
        let pole = axes!(k => Dual::constant(L::load(&pole[k])));
        let triangle = Triangle::new(&start, &end, &pole);
        let (mu, tof) = (SUN.mu_km3_s2, L::load(tof_s));
        let flown = Dual { value: tof, by: [L::splat(-1.0), L::splat(1.0)] };
        let time = triangle.time(flown * Dual::splat((2.0 * mu).sqrt()));
        let shape =
            Shape { lambda: triangle.shape.lambda.value, one_minus_lambda2: triangle.shape.one_minus_lambda2.value };
        let root = kernel::root(&shape, time.value, revs, branch.side());
        let xi = kernel::varied(&triangle.shape, time, root.xi, revs);
        let [v1, v2] = triangle.velocities(&start, &end, xi, Dual::splat((0.5 * mu).sqrt()));
        let (leaving, arriving) = (kernel::minus(&v1, &w1), kernel::minus(&v2, &w2));
        let (c3, arrival) = (kernel::length2(&leaving), kernel::length2(&arriving));
        let (dla, _) = directions_deg(&[leaving[0].value, leaving[1].value, leaving[2].value]);
        let late = tof.le(L::splat(0.0)).not();
        let lanes = [
            c3.value,
            c3.by[0],
            c3.by[1],
            arrival.value,
            arrival.by[0],
            arrival.by[1],
            dla,
            triangle.angle_rad().value,
        ];
        let mut numbers = [[0.0; WIDTH]; 8];
        let mut n = 0;
        while n < 8 {
            lanes[n].store(&mut numbers[n]);
            n += 1;
        }
        Found { numbers, sound: late.and(triangle.planar).and(root.settled).bits() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, EARTH, MARS, VENUS, small_bodies};
    use crate::ephemerides::Ephemerides;
    use crate::time::Window;
    use crate::transfers::porkchop::{PorkchopRequest, Transfer};

    /// What it is called, with its derivatives, and of a transfer.
    type Number = (&'static str, Varying, fn(&Transfer) -> f64);

    fn problem(departure: Body, arrival: Body) -> Problem {
        let window = |text| Window::parse(text).expect("a window");
        let (depart, arrive) = (window("2030-01-01..2036-01-01"), window("2031-01-01..2039-01-01"));
        let request = PorkchopRequest::new(departure, arrival, depart, arrive);
        Problem::new(Ephemerides::embedded().expect("kernels"), &request).expect("a problem")
    }

    /// Against Richardson's quotient of the function itself, types I to V, both branches, a body on elements too.
    #[test]
    fn law_the_gradient_is_the_slope() {
        let psyche = small_bodies().iter().find(|b| b.body.name.contains("Psyche")).expect("a small body").body;
        let first = Epoch::from_calendar(2030, 1, 10);
        let mut compared = 0;
        for (departure, arrival) in [(EARTH, MARS), (EARTH, VENUS), (MARS, EARTH), (EARTH, psyche)] {
            let problem = problem(departure, arrival);
            for (revs, branch) in [(0, Branch::Single), (1, Branch::Low), (1, Branch::High), (2, Branch::High)] {
                for k in 0..40 {
                    let depart = first + f64::from(k) * 37.3 * 86_400.0;
                    let arrive = depart + (90.0 + f64::from(k * 29 % 40) * 31.0) * 86_400.0;
                    let Some(gradient) = problem.gradient(depart, arrive, revs, branch) else { continue };
                    let at = |a: f64, b: f64| problem.transfer(depart + a, arrive + b, revs, branch);
                    let Some(here) = at(0.0, 0.0) else { continue };
                    let angle = (here.arc.angle_rad.to_degrees() - 180.0).abs();
                    // steep, and next to the least time of a revolution more than steep
                    if !(2.0..178.0).contains(&angle) || at(-3e4, 0.0).is_none() || at(3e4, 0.0).is_none() {
                        continue;
                    }
                    let numbers: [Number; 4] = [
                        ("C3", gradient.c3, |t| t.c3_km2_s2),
                        ("departure", gradient.v_inf_dep, |t| t.v_inf_dep_km_s),
                        ("arrival", gradient.v_inf_arr, |t| t.v_inf_arr_km_s),
                        ("both impulses", gradient.dv_total, |t| t.dv_total_km_s),
                    ];
                    for (what, varying, number) in numbers {
                        assert!((varying.value - number(&here)).abs() < 1e-10 * number(&here), "{what}");
                        for date in 0..2 {
                            let quotient = |h: f64| {
                                let (a, b) = if date == 0 { (h, 0.0) } else { (0.0, h) };
                                Some((number(&at(a, b)?) - number(&at(-a, -b)?)) / (2.0 * h))
                            };
                            let Some((coarse, fine)) = quotient(2e3).zip(quotient(1e3)) else { continue };
                            let slope = (4.0 * fine - coarse) / 3.0;
                            let size = slope.abs().max(number(&here) / (100.0 * 86_400.0));
                            let miss = (varying.rate_values[date] - slope).abs() / size;
                            assert!(miss < 2e-7, "{what} by {date}: {varying:?} {slope:e} {miss:e} {here:?}");
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert!(compared > 1500, "{compared}");
    }
}
