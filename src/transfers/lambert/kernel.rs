//! Lambert's equation in eight lanes: root and velocities for any mixture of geometries, no branch per lane.
//!
//! With y = √(1 − λ²(1 − x²)), u = 1 − x², η = y − λx, ψ the angle of Lancaster and Blanchard (cos ψ = xy + λu,
//! sin ψ = η√u), c = cos ψ/2 and m = tan² ψ/4 the time of flight is
//!
//! T = η·(η²·((1 + c)(2 + c) − 2·D(m))/(4c³(1 + c)³) + λ + (1 − xy)/u),  D(m) = (1 − arctan(√m)/√m)/m,
//!
//! where (1 − xy)/u = (1 + λ² − λ²u)/(1 + xy). Every term is positive or small, and the parabola is no exception: the
//! hyperbola is the same formula with m < 0. The first three derivatives follow from Izzo's recurrences.
//!
//! The unknown is ξ = 1 + x, whose digits do not run out for long times. The start is good to about 1e-3: between
//! the parabola and x = 0 a cubic through both with their slopes, in log ξ over log T; beyond x = 0 a polynomial in
//! (T₀/T)^⅓ with the asymptote of the nearly closed ellipse; on the hyperbolic side a quotient with the
//! asymptote of the straight line. Two steps of Householder's fourth-order method end nearly every lane; the few that
//! are not done go on, each kept between the last points on either side of its root.
//!
//! # Source
//! Izzo, "Revisiting Lambert's problem", Celest. Mech. Dyn. Astron. 121 (2015) 1, eqs. 18 to 31; Gooding, "A procedure
//! for the solution of Lambert's orbital boundary-value problem", Celest. Mech. Dyn. Astron. 48 (1990) 145, for the start
//! of the least time.

use crate::numerics::lanes::elementary::{arc_deficit, atan2, ln, polynomial, rough_exp2, rough_log2};
use crate::numerics::lanes::{Dual, Mask, Packed};
use std::f64::consts::PI;

/// λ and 1 − λ² of eight triangles.
#[derive(Clone, Copy)]
pub(crate) struct Shape<P> {
    /// Izzo's λ, −1 < λ < 1
    pub(crate) lambda: P,
    /// 1 − λ², to its own last digit
    pub(crate) one_minus_lambda2: P,
}

/// What the iterations ended with.
#[derive(Clone, Copy)]
pub(crate) struct Root<P: Packed> {
    /// 1 + x
    pub(crate) xi: P,
    /// lanes whose last step was small enough
    pub(crate) settled: P::Mask,
    /// iterations that the slowest lane took
    pub(crate) iterations: u32,
}

/// Powers of λ that every evaluation asks for.
#[derive(Clone, Copy)]
struct Powers<P> {
    l: P,
    q2: P,
    l2: P,
    l3: P,
    l5: P,
}

/// Dimensionless time of flight with three derivatives in x, and y.
#[derive(Clone, Copy)]
struct Flight<P> {
    value: P,
    first: P,
    second: P,
    third: P,
    y: P,
}

/// Nearer to the parabola than this, |1 − x²|, the recurrences divide by too little.
const NEAR_PARABOLA: f64 = 1e-3;

/// tan² ψ/4 below which a hyperbola's arc is taken from the logarithm.
const FAR_HYPERBOLA: f64 = -0.6;

/// A step this small, over the distance on which the time of flight bends, leaves 1e-16 after it.
const SMALL_STEP: f64 = 3e-4;

const MOST_ITERATIONS: u32 = 48;

impl<P: Packed> Powers<P> {
    #[inline(always)]
    fn new(shape: &Shape<P>) -> Self {
        let l = shape.lambda;
        let l2 = l * l;
        let l3 = l2 * l;
        Self { l, q2: shape.one_minus_lambda2, l2, l3, l5: l3 * l2 }
    }

    /// T at x = 1: ⅔(1 − λ³), and its first two derivatives there.
    #[inline(always)]
    fn parabola(&self) -> (P, P, P) {
        let one = P::splat(1.0);
        let first = P::splat(-0.4) * (one - self.l5);
        let second = P::splat(6.0 / 7.0) * self.q2 * self.l5 - P::splat(8.0 / 7.0) * first;
        (P::splat(2.0 / 3.0) * (one - self.l3), first, second)
    }

    /// T at x = 0, arccos λ + λ√(1 − λ²), to 3e-7.
    #[inline(always)]
    fn minimum_energy(&self) -> P {
        const TERMS: [f64; 7] = [
            1.570_796_125_870_133,
            -0.214_581_989_283_664_29,
            0.088_718_090_333_732_248,
            -0.048_644_333_029_465_572,
            0.026_597_796_320_785_658,
            -0.010_879_670_141_065_775,
            0.002_207_655_995_552_221_5,
        ];
        // √(1 + |λ|) to 2e-6
        const ROOT: [f64; 6] = [
            1.000_001_639_401_740_1,
            0.499_880_754_092_523_26,
            -0.123_534_919_631_477_16,
            0.055_540_682_162_773_486,
            -0.022_556_847_238_169_794,
            0.004_883_206_462_849_860_3,
        ];
        let size = self.l.abs();
        let root = (P::splat(1.0) - size).max(P::splat(0.0)).sqrt();
        let arc = root * polynomial(size, &TERMS);
        let arc = P::select(P::splat(0.0).le(self.l), arc, P::splat(PI) - arc);
        arc + self.l * root * polynomial(size, &ROOT)
    }

    /// T and its derivatives at x = ξ − 1.
    ///
    /// `turns`: Nπ, or none for less than a revolution
    #[inline(always)]
    fn flight(&self, xi: P, turns: Option<P>) -> Flight<P> {
        let (zero, one, two) = (P::splat(0.0), P::splat(1.0), P::splat(2.0));
        let x = xi - one;
        let u = xi * (two - xi);
        let lx = self.l * x;
        let y = lx.mul_add(lx, self.q2).sqrt();
        let size = lx.abs();
        let sum = y + size;
        let xy = x * y;
        // with revolutions the time grows without end towards x = 1, and the recurrences hold
        let near = u.abs().le(P::splat(NEAR_PARABOLA)).and(zero.le(x)).and(P::Mask::splat(turns.is_none()));
        let safe = P::select(near, one, u);
        let wide = one + xy.abs();
        let cos_psi = self.l.mul_add(u, xy);
        let twice_large = one + cos_psi.abs();
        // one division for five quotients
        let (a, b) = (safe * y, wide * sum);
        let (ab, bc) = (a * b, b * twice_large);
        let all = one / (a * bc);
        let (over_a, over_b) = (all * bc, all * (a * twice_large));
        let (over_u, over_y) = (over_a * y, over_a * safe);
        let (over_wide, over_sum) = (over_b * sum, over_b * wide);
        let eta = P::select(lx.le(zero), sum, self.q2 * over_sum);
        let half = P::select(x.le(zero), wide * over_u, (one + self.l2 - self.l2 * u) * over_wide);
        let eta2 = eta * eta;
        let large = P::splat(0.5) * twice_large;
        let small = P::splat(0.5) * eta2 * u * (all * ab);
        let wide_angle = cos_psi.le(zero);
        // squares of cos ψ/2 and sin ψ/2
        let cos2 = P::select(wide_angle, small, large);
        let sin2 = P::select(wide_angle, large, small);
        let c = cos2.sqrt();
        let more = one + c;
        let over = one / (c * more);
        let over_more = over * c;
        let m = sin2 * over_more * over_more;
        let near_arc = P::splat(FAR_HYPERBOLA).le(m);
        let mut rest = self.l + half;
        let mut deficit = arc_deficit(m);
        if !near_arc.all() {
            let w2 = (-m).max(P::splat(0.5));
            let w = w2.sqrt();
            let arc = P::splat(0.5) * ln((-sin2).max(zero).sqrt() + c) / w;
            deficit = P::select(near_arc, deficit, (arc - one) / w2);
            // there λ cancels against the quotient: with the second angle χ, sin χ = (y + λx)√u
            let other = self.q2 * over_sum;
            let other2 = other * other;
            let cos_chi = (one - u * other2).max(zero).sqrt();
            rest = P::select(near_arc.or(lx.le(zero).not()), rest, other2 / (one + cos_chi));
        }
        let arc = (two + c).mul_add(more, -(deficit + deficit));
        let cube = over * over * over;
        let mut value = eta * (P::splat(0.25) * eta2 * arc * cube + rest);
        if let Some(turns) = turns {
            value = value + turns * over_u * over_u.max(zero).sqrt();
        }
        let three = P::splat(3.0);
        let y2 = over_y * over_y;
        let l3_y = self.l3 * over_y;
        let bend = self.q2 * l3_y * y2;
        let first = ((three * value).mul_add(x, (l3_y + l3_y) * x) - two) * over_u;
        let second = (three.mul_add(value, P::splat(5.0) * x * first) + (bend + bend)) * over_u;
        let steep = P::splat(6.0) * bend * self.l2 * y2 * x;
        let third = ((P::splat(7.0) * x).mul_add(second, P::splat(8.0) * first) - steep) * over_u;
        let (_, first1, second1) = self.parabola();
        Flight {
            value,
            first: P::select(near, second1.mul_add(x - one, first1), first),
            second: P::select(near, second1, second),
            third: P::select(near, zero, third),
            y,
        }
    }

    /// Where the iterations for less than a revolution begin.
    #[inline(always)]
    fn start(&self, time: P) -> P {
        let (half, one, two) = (P::splat(0.5), P::splat(1.0), P::splat(2.0));
        let (t1, first1, second1) = self.parabola();
        let t0 = self.minimum_energy();
        let (log, log0, log1) = (rough_log2(time), rough_log2(t0), rough_log2(t1));
        let h = log0 - log1;
        // one division for five quotients
        let (a, b) = (first1 * t1, t0 * h);
        let ab = a * b;
        let all = one / (ab * time);
        let (over_a, over_b) = (all * (b * time), all * (a * time));
        let (over_first1, over_t1) = (over_a * t1, over_a * first1);
        let (over_t0, over_h) = (over_b * h, over_b * t0);

        // T₁ ≤ T ≤ T₀: log₂ ξ is 1 at T₁, 0 at T₀
        let rate = -t1 * over_first1;
        let s1 = -half * rate * h;
        let s0 = -half * b;
        let w = (log - log1) * over_h;
        let c3 = two + s1 + s0;
        let c2 = -(c3 + one + s1);
        let middle = ((c3.mul_add(w, c2)).mul_add(w, s1)).mul_add(w, one);

        // T > T₀: in e = (T₀/T)^⅓
        let slow = time.le(t0).not();
        let e = rough_exp2(P::select(slow, P::splat(1.0 / 3.0) * (log0 - log), middle));
        let a = rough_exp2(P::splat(2.0 / 3.0) * (P::splat(1.651_496_129_472_318_8) - log0));
        let f0 = half * a;
        let f2 = half * f0 * f0;
        let f3 = P::splat(-2.0 / 9.0) * (one + self.l3) * a * over_t0;
        let rest = one - f0 - f2 - f3;
        let slope = P::splat(1.5) * t0 - two - two * f2 - P::splat(3.0) * f3;
        let f5 = slope - P::splat(4.0) * rest;
        let f4 = rest - f5;
        let inner = f5.mul_add(e, f4).mul_add(e, f3).mul_add(e, f2);
        let ellipse = e * e * inner.mul_add(e * e, f0);
        // near λ = 1 the time bends too sharply at x = 0 for a polynomial
        let follows = (P::splat(0.1) * e * e).le(ellipse).and(ellipse.le(one));
        let ellipse = P::select(follows, ellipse, e * e);

        // T < T₁: in g = T₁/T − 1
        let g = t1 * (all * ab) - one;
        let far = (one - self.l * self.l.abs()) * over_t1;
        // half the second derivative of x in g
        let curve = half * second1 * rate * rate * rate * over_t1 - rate;
        let apart = far - rate;
        let hyperbola = two + g * (rate * apart + curve * far * g) / (apart + curve * g);

        let fast = time.le(t1);
        let start = P::select(slow, ellipse, e);
        P::select(fast, hyperbola, start)
    }
}

/// Steps towards a root, eight at a time.
struct Search<P: Packed> {
    xi: P,
    low: P,
    high: P,
    /// +1 where the time falls to the right, −1 where it rises
    falls: P,
    settled: P::Mask,
}

impl<P: Packed> Search<P> {
    #[inline(always)]
    fn new(start: P, low: P, high: P, falls: P) -> Self {
        Self { xi: start, low, high, falls, settled: P::Mask::splat(false) }
    }

    /// One step of Householder's method, kept inside the bracket; lanes that have settled stay.
    #[inline(always)]
    fn step(&mut self, flight: &Flight<P>, time: P, bend: P) {
        let half = P::splat(0.5);
        let miss = flight.value - time;
        // too far to the right the time is no number any more
        let left = P::splat(0.0).le(miss * self.falls).not();
        self.low = P::select(left, self.low, self.xi);
        self.high = P::select(left, self.xi, self.high);
        let square = flight.first * flight.first;
        let bent = miss * flight.second;
        let above = miss * (square - half * bent);
        let below = flight.first * (square - bent) + P::splat(1.0 / 6.0) * flight.third * miss * miss;
        let next = self.xi - above / below;
        let reach = P::splat(8.0).mul_add(self.xi, P::splat(8.0)).min(self.high);
        let inside = self.low.le(next).and(next.le(reach));
        // an open upper end has no middle
        let open = P::splat(1e300).le(self.high);
        let middle = P::select(open, P::splat(2.0) * self.xi + P::splat(1.0), half * (self.low + self.high));
        let next = P::select(inside, next, middle);
        let moved = (next - self.xi).abs();
        // where both ends of the bracket are neighbours, rounding alone decides what is inside
        let bottom = moved.le(P::splat(4e-16) * self.xi);
        let small = moved.le(P::splat(SMALL_STEP) * bend.min(self.xi)).and(inside).or(bottom);
        self.xi = P::select(self.settled, self.xi, next);
        self.settled = self.settled.or(small);
    }
}

/// The root for less than one revolution of all eight lanes.
///
/// * `time`: dimensionless times of flight, > 0
#[inline(always)]
pub(crate) fn single<P: Packed>(shape: &Shape<P>, time: P) -> Root<P> {
    let powers = Powers::new(shape);
    let start = powers.start(time).max(P::splat(1e-13));
    let mut search = Search::new(start, P::splat(1e-14), P::splat(f64::INFINITY), P::splat(1.0));
    for _ in 0..2 {
        let flight = powers.flight(search.xi, None);
        // the first step settles nothing: every lane takes two, so that no lane depends on its neighbours
        search.settled = P::Mask::splat(false);
        search.step(&flight, time, flight.y);
    }
    let mut iterations = 2;
    while !search.settled.all() && iterations < MOST_ITERATIONS {
        let flight = powers.flight(search.xi, None);
        search.step(&flight, time, flight.y);
        iterations += 1;
    }
    Root { xi: search.xi, settled: search.settled, iterations }
}

/// The least time of flight with complete revolutions, where it lies, and how the time bends there.
#[derive(Clone, Copy)]
pub(crate) struct Least<P> {
    /// dimensionless time
    pub(crate) time: P,
    xi: P,
    second: P,
    third: P,
}

/// The least time of all eight lanes for a revolution count.
#[inline(always)]
pub(crate) fn least<P: Packed>(shape: &Shape<P>, revs: u32) -> Least<P> {
    let powers = Powers::new(shape);
    let (zero, one, two) = (P::splat(0.0), P::splat(1.0), P::splat(2.0));
    let turns = P::splat(PI * f64::from(revs));
    // Gooding's start, with (4/π)·arctan(|λ|) to 0.004
    let size = shape.lambda.abs();
    let angle = one - size * (one + P::splat(0.3476) * (one - size));
    let eighth = angle.max(P::splat(1e-12)).sqrt().sqrt().sqrt();
    let factor = P::select(zero.le(shape.lambda), eighth, two - eighth);
    let mut xi = one + P::splat(4.0 / (3.0 * PI * (2.0 * f64::from(revs) + 1.0))) * factor;
    let (mut low, mut high) = (P::splat(1e-9), two - P::splat(1e-9));
    let mut settled = P::Mask::splat(false);
    let mut flight = powers.flight(xi, Some(turns));
    let mut iterations = 0;
    while !settled.all() && iterations < MOST_ITERATIONS {
        let left = zero.le(flight.first);
        low = P::select(left, low, xi);
        high = P::select(left, xi, high);
        let below = flight.second * flight.second - P::splat(0.5) * flight.first * flight.third;
        let next = xi - flight.first * flight.second / below;
        let inside = low.le(next).and(next.le(high));
        let next = P::select(inside, next, P::splat(0.5) * (low + high));
        // the time there is off by the square of this
        let small = (next - xi).abs().le(P::splat(1e-6) * flight.y.min(two - xi)).and(inside);
        let moved = P::select(settled, xi, next);
        settled = settled.or(small);
        xi = moved;
        flight = powers.flight(xi, Some(turns));
        iterations += 1;
    }
    Least { time: flight.value, xi, second: flight.second, third: flight.third }
}

/// Which side of the least time a root lies on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// left: shorter period, the high path
    Left,
    /// right: longer period, the low path
    Right,
}

/// A root with complete revolutions of all eight lanes.
///
/// * `time`: dimensionless times of flight; lanes below their least time do not settle
/// * `least`: from [`least`]
#[inline(always)]
pub(crate) fn multiple<P: Packed>(shape: &Shape<P>, time: P, revs: u32, least: &Least<P>, side: Side) -> Root<P> {
    let powers = Powers::new(shape);
    let (zero, one, two) = (P::splat(0.0), P::splat(1.0), P::splat(2.0));
    let turns = PI * f64::from(revs);
    let exists = least.time.le(time);
    // close to the least time a cubic, farther away the asymptote
    let p = (two * (time - least.time).max(zero) / least.second).sqrt();
    let bent = least.third / (P::splat(6.0) * least.second) * p * p;
    let sign = P::splat(if side == Side::Left { -1.0 } else { 1.0 });
    let close = least.xi + sign * p - bent;
    let cubed = powers.l3;
    let over = match side {
        Side::Left => P::splat(turns + PI) / (time + P::splat(2.0 / 3.0) * (one + cubed)),
        Side::Right => P::splat(turns) / (time - P::splat(2.0 / 3.0) * (one - cubed)),
    };
    let u = rough_exp2(P::splat(2.0 / 3.0) * rough_log2(over.max(P::splat(1e-300)))).min(one);
    let from_edge = u / (one + (one - u).max(zero).sqrt());
    let (edge, far) = match side {
        Side::Left => (least.xi, from_edge),
        Side::Right => (two - least.xi, two - from_edge),
    };
    let start = P::select(p.le(P::splat(0.4) * edge), close, far);
    let (low, high) = match side {
        Side::Left => (P::splat(1e-14), least.xi),
        Side::Right => (least.xi, two - P::splat(1e-15)),
    };
    let within = low.le(start).and(start.le(high));
    let start = P::select(within, start, P::splat(0.5) * (low + high));
    let mut search = Search::new(start, low, high, -sign);
    let mut iterations = 0;
    loop {
        let flight = powers.flight(search.xi, Some(P::splat(turns)));
        search.step(&flight, time, flight.y.min(two - search.xi));
        iterations += 1;
        if iterations == 1 {
            search.settled = exists.not();
        } else if search.settled.all() || iterations >= MOST_ITERATIONS {
            break;
        }
    }
    Root { xi: search.xi, settled: search.settled.and(exists), iterations }
}

/// The root for a revolution count and the side of its least time; the side says nothing for less than a revolution.
#[inline(always)]
pub(crate) fn root<P: Packed>(shape: &Shape<P>, time: P, revs: u32, side: Side) -> Root<P> {
    if revs == 0 {
        return single(shape, time);
    }
    multiple(shape, time, revs, &least(shape, revs), side)
}

/// The root with the derivatives of its triangle, by the theorem of implicit functions.
///
/// * `shape`, `time`: with their derivatives
/// * `xi`: the root for their values
///
/// At fixed x the time of flight changes with λ by −2λ²/y; so dξ = (dT + 2λ²/y·dλ)/(∂T/∂x).
#[inline(always)]
pub(crate) fn varied<P: Packed>(shape: &Shape<Dual<P>>, time: Dual<P>, xi: P, revs: u32) -> Dual<P> {
    let plain = Shape { lambda: shape.lambda.value, one_minus_lambda2: shape.one_minus_lambda2.value };
    let powers = Powers::new(&plain);
    let flight = powers.flight(xi, if revs > 0 { Some(P::splat(PI * f64::from(revs))) } else { None });
    let over = P::splat(1.0) / flight.first;
    let share = P::splat(2.0) * powers.l2 / flight.y;
    let [by0, by1] = shape.lambda.by;
    Dual { value: xi, by: [share.mul_add(by0, time.by[0]) * over, share.mul_add(by1, time.by[1]) * over] }
}

/// One end of eight arcs: position, direction and powers of the radius.
#[derive(Clone, Copy)]
pub(crate) struct End<P> {
    /// position from the centre
    pub(crate) position: [P; 3],
    /// its direction
    pub(crate) unit: [P; 3],
    /// radius
    pub(crate) radius: P,
    /// 1/radius
    pub(crate) over: P,
}

impl<P: Packed> End<P> {
    /// From positions.
    #[inline(always)]
    pub(crate) fn new(position: [P; 3]) -> Self {
        let radius = length2(&position).sqrt();
        let over = P::splat(1.0) / radius;
        Self { position, unit: scaled(&position, over), radius, over }
    }
}

/// Eight triangles of two positions.
#[derive(Clone, Copy)]
pub(crate) struct Triangle<P: Packed> {
    /// λ and 1 − λ²
    pub(crate) shape: Shape<P>,
    /// semiperimeter^(−3/2)
    pub(crate) over_rate: P,
    /// cosine and sine of half the angle between the positions, 0 to 180°
    pub(crate) half_angle: [P; 2],
    /// lanes that turn by less than 180°
    pub(crate) short: P::Mask,
    /// lanes whose positions fix a plane
    pub(crate) planar: P::Mask,
    root_s: P,
    rho: P,
    sigma: P,
    across1: [P; 3],
    across2: [P; 3],
}

/// Cosine or sine of half an angle below which two positions lie in one line.
pub(crate) const IN_LINE: f64 = 1e-15;

impl<P: Packed> Triangle<P> {
    /// From both ends and a pole on whose side the angular momentum lies.
    #[inline(always)]
    pub(crate) fn new(from: &End<P>, to: &End<P>, pole: &[P; 3]) -> Self {
        let half = P::splat(0.5);
        let (sum, difference) = (plus(&from.unit, &to.unit), minus(&to.unit, &from.unit));
        let (cos_half, sin_half) = (half * length2(&sum).sqrt(), half * length2(&difference).sqrt());
        let normal = cross(&sum, &difference);
        let short = P::splat(0.0).le(dot(&normal, pole));
        let sides = P::splat(4.0) * cos_half * sin_half;
        Self::with_normal(from, to, [cos_half, sin_half], &normal, sides, short)
    }

    /// The same with a normal of the plane that does not come from the positions.
    ///
    /// * `half_angle`: cosine and sine of half the angle between the positions
    /// * `normal`, `length`: the normal and its length
    /// * `short`: whether the angular momentum is on its side
    #[inline(always)]
    pub(crate) fn with_normal(
        from: &End<P>,
        to: &End<P>,
        half_angle: [P; 2],
        normal: &[P; 3],
        length: P,
        short: P::Mask,
    ) -> Self {
        let (half, one) = (P::splat(0.5), P::splat(1.0));
        let [cos_half, sin_half] = half_angle;
        let sign = P::select(short, one, -one);
        let apart = minus(&to.position, &from.position);
        let chord = length2(&apart).sqrt();
        let radii = from.radius + to.radius;
        let s = half * (radii + chord);
        let root_s = s.sqrt();
        // one division for the quotients by s, chord, r₁ + r₂ and |normal|
        let (a, b) = (s * chord, radii * length);
        let all = one / (a * b);
        let (over_a, over_b) = (all * b, all * a);
        let (over_s, over_chord) = (over_a * chord, over_a * s);
        let h = scaled(normal, sign * (over_b * radii));
        let root = (from.radius * to.radius).sqrt();
        let least = P::splat(IN_LINE);
        Self {
            shape: Shape { lambda: sign * root * cos_half * over_s, one_minus_lambda2: chord * over_s },
            over_rate: over_s * root_s * over_s,
            half_angle,
            short,
            planar: least.le(cos_half).and(least.le(sin_half)),
            root_s,
            // r₁ − r₂ from the difference of the vectors, so that nearly equal radii keep their digits
            rho: -dot(&apart, &plus(&from.position, &to.position)) * (over_chord * (over_b * length)),
            sigma: P::splat(2.0) * root * sin_half * over_chord,
            across1: cross(&h, &from.unit),
            across2: cross(&h, &to.unit),
        }
    }

    /// Angles from the first position to the second, along the motion, 0 to 2π.
    #[inline(always)]
    pub(crate) fn angle_rad(&self) -> P {
        let [cos_half, sin_half] = self.half_angle;
        let half = atan2(sin_half, cos_half);
        P::splat(2.0) * P::select(self.short, half, P::splat(PI) - half)
    }

    /// Dimensionless times of flight.
    ///
    /// * `tof`: times of flight times √(2μ)
    #[inline(always)]
    pub(crate) fn time(&self, tof: P) -> P {
        tof * self.over_rate
    }

    /// Velocities at both ends.
    ///
    /// * `root_half_mu`: √(μ/2)
    #[inline(always)]
    pub(crate) fn velocities(&self, from: &End<P>, to: &End<P>, xi: P, root_half_mu: P) -> [[P; 3]; 2] {
        let (zero, one) = (P::splat(0.0), P::splat(1.0));
        let (l, q2) = (self.shape.lambda, self.shape.one_minus_lambda2);
        let x = xi - one;
        let lx = l * x;
        let y = lx.mul_add(lx, q2).sqrt();
        let ly = l * y;
        // of x + λy and x − λy, and of y + λx, the one that cancels comes from the product of both
        let (same, opposite) = (zero.le(lx), lx.le(zero));
        let product = q2 * (x * x * l.mul_add(l, one) - l * l);
        let (together, apart) = (x + ly, x - ly);
        let steady = P::select(same.and(opposite), one, P::select(same, together, apart));
        let conjugate = y + lx.abs();
        let all = one / (steady * conjugate);
        let other = product * (all * conjugate);
        let apart = P::select(same.and(opposite.not()), other, apart);
        let together = P::select(opposite.and(same.not()), other, together);
        let sum = P::select(same, y + lx, q2 * (all * steady));
        let gamma = root_half_mu * self.root_s;
        let radial1 = -gamma * (apart + self.rho * together) * from.over;
        let radial2 = gamma * (apart - self.rho * together) * to.over;
        let across = gamma * self.sigma * sum;
        [
            combined(&from.unit, radial1, &self.across1, across * from.over),
            combined(&to.unit, radial2, &self.across2, across * to.over),
        ]
    }
}

macro_rules! componentwise {
    ($k:ident => $value:expr) => {
        crate::numerics::lanes::axes!($k => $value)
    };
}

#[inline(always)]
pub(crate) fn dot<P: Packed>(a: &[P; 3], b: &[P; 3]) -> P {
    a[0].mul_add(b[0], a[1].mul_add(b[1], a[2] * b[2]))
}

#[inline(always)]
pub(crate) fn length2<P: Packed>(a: &[P; 3]) -> P {
    dot(a, a)
}

#[inline(always)]
pub(crate) fn plus<P: Packed>(a: &[P; 3], b: &[P; 3]) -> [P; 3] {
    componentwise!(k => a[k] + b[k])
}

#[inline(always)]
pub(crate) fn minus<P: Packed>(a: &[P; 3], b: &[P; 3]) -> [P; 3] {
    componentwise!(k => a[k] - b[k])
}

#[inline(always)]
fn scaled<P: Packed>(a: &[P; 3], by: P) -> [P; 3] {
    componentwise!(k => a[k] * by)
}

#[inline(always)]
fn combined<P: Packed>(a: &[P; 3], by_a: P, b: &[P; 3], by_b: P) -> [P; 3] {
    componentwise!(k => a[k].mul_add(by_a, b[k] * by_b))
}

#[inline(always)]
pub(crate) fn cross<P: Packed>(a: &[P; 3], b: &[P; 3]) -> [P; 3] {
    [a[1].mul_add(b[2], -(a[2] * b[1])), a[2].mul_add(b[0], -(a[0] * b[2])), a[0].mul_add(b[1], -(a[1] * b[0]))]
}
