//! What the kernels say over a stretch of time: polynomials of the bodies and of the centre's own acceleration.
//!
//! The bodies' polynomials are those of the records. The acceleration of the centre by the same bodies depends on
//! time alone, so it is fitted once a stretch, to rounding, instead of being expanded anew at every step.

use crate::dynamics::PointMasses;
use crate::ephemerides::{Bundle, CHEBYSHEV, EphemerisError, MOST_TERMS, Rows, Stretch};
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, Width, run};
use crate::time::Epoch;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::OnceLock;

/// Points of the fit of the centre's acceleration; its polynomial has a degree less.
pub(super) const FIT: usize = 2 * WIDTH;

/// The last two coefficients of a fit that has converged, relative to its largest: what rounding leaves there.
const FIT_TAIL: f64 = 32.0 * f64::EPSILON;

/// A stretch is halved this often at most where the fit does not converge.
const MOST_HALVINGS: u32 = 12;

/// Windows kept by one worker: half a century of the Moon's records.
const MOST_KEPT: usize = 4096;

/// Polynomials over one stretch, in powers of (t − middle)/half.
pub(super) struct Window {
    /// middle and half length, s
    pub(super) middle_s: f64,
    pub(super) half_s: f64,
    /// the centre's acceleration with its sign turned, km/s², and then the bodies from the centre, km
    pub(super) columns: Vec<[[f64; MOST_TERMS]; 3]>,
}

impl Window {
    /// Seconds from the middle to `base + after_s`.
    pub(super) fn since_middle_s(&self, base: Epoch, after_s: f64) -> f64 {
        (base.tdb_s() - self.middle_s) + after_s
    }

    /// Seconds from there to the end of the stretch.
    pub(super) fn room_s(&self, base: Epoch, after_s: f64, direction: f64) -> f64 {
        self.half_s - direction * self.since_middle_s(base, after_s)
    }

    /// Whether nothing worth a step is left: what [`Bundle::stretch`] counts to the stretch ahead.
    pub(super) fn ends(&self, base: Epoch, after_s: f64, direction: f64) -> bool {
        self.room_s(base, after_s, direction) <= 1e-9 * self.half_s
    }
}

/// The windows that a worker has looked through.
pub(super) struct Windows<'a> {
    model: &'a PointMasses,
    bundle: Bundle,
    width: Width,
    /// by the bits of their ends; nothing where a stretch is halved
    known: HashMap<(u64, u64), Option<Rc<Window>>>,
    rows: Vec<Rows>,
}

impl<'a> Windows<'a> {
    pub(super) fn new(model: &'a PointMasses, epoch: Epoch, width: Width) -> Result<Self, EphemerisError> {
        let bundle = Bundle::new(model.others.iter().map(|other| &other.track), epoch)?;
        let rows = vec![[[0.0; 4]; MOST_TERMS]; model.others.len()];
        Ok(Self { model, bundle, width, known: HashMap::new(), rows })
    }

    /// What pulls.
    pub(super) const fn model(&self) -> &'a PointMasses {
        self.model
    }

    /// Registers that polynomials are worked out in.
    pub(super) const fn width(&self) -> Width {
        self.width
    }

    /// Coefficients of the longest polynomial.
    pub(super) fn terms(&self) -> usize {
        if self.model.others.is_empty() { 1 } else { self.bundle.reach().max(FIT) }
    }

    /// The window around `base + after_s`, or ahead of it on a boundary.
    pub(super) fn around(&mut self, base: Epoch, after_s: f64, direction: f64) -> Result<Rc<Window>, EphemerisError> {
        let Some(mut stretch) = self.bundle.stretch(base, after_s, direction)? else {
            // two bodies alone: for ever
            let columns = vec![[[0.0; MOST_TERMS]; 3]];
            return Ok(Rc::new(Window { middle_s: base.tdb_s(), half_s: 1e30, columns }));
        };
        for halvings in 0..=MOST_HALVINGS {
            let key = (stretch.start_s.to_bits(), stretch.end_s.to_bits());
            if self.known.len() > MOST_KEPT {
                self.known.clear();
            }
            if !self.known.contains_key(&key) {
                let window = self.build(stretch, halvings);
                self.known.insert(key, window);
            }
            if let Some(Some(window)) = self.known.get(&key) {
                return Ok(Rc::clone(window));
            }
            // halves are closed towards where the way comes from, as records are
            let middle_s = stretch.middle_s();
            let past_s = (base.tdb_s() - middle_s) + after_s + direction * 1e-9 * stretch.half_s();
            if past_s < 0.0 { stretch.end_s = middle_s } else { stretch.start_s = middle_s }
        }
        Err(EphemerisError::NoAnswer {
            what: "the acceleration of the centre".to_owned(),
            epoch: base + after_s,
            reason: "it has no polynomial there".to_owned(),
        })
    }

    fn build(&mut self, stretch: Stretch, halvings: u32) -> Option<Rc<Window>> {
        let Self { model, bundle, width, rows, .. } = self;
        let terms = bundle.reach();
        let work = Build { model, bundle, stretch, rows, terms };
        let (acceleration, converged) = run(*width, work);
        if !converged && halvings < MOST_HALVINGS {
            return None;
        }
        let mut columns = vec![[[0.0; MOST_TERMS]; 3]; rows.len() + 1];
        for axis in 0..3 {
            columns[0][axis][..FIT].copy_from_slice(&acceleration[axis]);
            for (column, rows) in columns[1..].iter_mut().zip(rows.iter()) {
                for power in 0..terms {
                    column[axis][power] = rows[power][axis];
                }
            }
        }
        Some(Rc::new(Window { middle_s: stretch.middle_s(), half_s: stretch.half_s(), columns }))
    }
}

/// cos(k·θ_i) and the nodes cos θ_i, θ_i = π(i + ½)/16; rows over i.
struct Nodes {
    cosines: [[f64; FIT]; FIT],
}

fn nodes() -> &'static Nodes {
    static NODES: OnceLock<Nodes> = OnceLock::new();
    NODES.get_or_init(|| {
        let cosine = |k: usize, i: usize| {
            // the angle folded exactly, so that the table is as symmetric as the cosine
            let step = (k * (2 * i + 1)) % (4 * FIT);
            (std::f64::consts::PI * step as f64 / (2 * FIT) as f64).cos()
        };
        Nodes { cosines: std::array::from_fn(|i| std::array::from_fn(|k| cosine(k, i))) }
    })
}

struct Build<'a> {
    model: &'a PointMasses,
    bundle: &'a Bundle,
    stretch: Stretch,
    rows: &'a mut [Rows],
    terms: usize,
}

impl Kernel for Build<'_> {
    type Output = ([[f64; FIT]; 3], bool);

    /// The records' polynomials, and −Σ μ d/d³ at Chebyshev's nodes, turned into powers.
    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let Self { model, bundle, stretch, rows, terms } = self;
        bundle.fill(stretch, rows);
        let nodes = nodes();
        let mut values = [[0.0; FIT]; 3];
        for group in 0..FIT / WIDTH {
            let u = L::load(&std::array::from_fn(|lane| nodes.cosines[group * WIDTH + lane][1]));
            let mut sum = [L::splat(0.0); 3];
            for (other, rows) in model.others.iter().zip(rows.iter()) {
                let mut d = [L::splat(0.0); 3];
                for row in rows[..terms].iter().rev() {
                    for axis in 0..3 {
                        d[axis] = d[axis].mul_add(u, L::splat(row[axis]));
                    }
                }
                let square = super::series::dot(d, d);
                let factor = L::splat(-other.mu_km3_s2) / (square * square.sqrt());
                for axis in 0..3 {
                    sum[axis] = factor.mul_add(d[axis], sum[axis]);
                }
            }
            for axis in 0..3 {
                values[axis][group * WIDTH..(group + 1) * WIDTH].copy_from_slice(&sum[axis].to_array());
            }
        }
        let (mut powers, mut largest, mut tail) = ([[0.0; FIT]; 3], 0.0_f64, 0.0_f64);
        for axis in 0..3 {
            let mut coefficients = [0.0; FIT];
            for (value, cosines) in values[axis].iter().zip(&nodes.cosines) {
                add::<L>(&mut coefficients, *value, cosines);
            }
            coefficients[0] *= 0.5;
            for (k, coefficient) in coefficients.iter_mut().enumerate() {
                *coefficient *= 2.0 / FIT as f64;
                largest = largest.max(coefficient.abs());
                if k >= FIT - 2 {
                    tail = tail.max(coefficient.abs());
                }
            }
            for (coefficient, row) in coefficients.iter().zip(&CHEBYSHEV).rev() {
                if let Some(row) = row.first_chunk() {
                    add::<L>(&mut powers[axis], *coefficient, row);
                }
            }
        }
        (powers, tail <= FIT_TAIL * largest)
    }
}

/// sum += factor · row
#[inline(always)]
fn add<L: Lanes>(sum: &mut [f64; FIT], factor: f64, row: &[f64; FIT]) {
    let (into, _) = sum.as_chunks_mut::<WIDTH>();
    let (from, _) = row.as_chunks::<WIDTH>();
    for (into, from) in into.iter_mut().zip(from) {
        L::splat(factor).mul_add(L::load(from), L::load(into)).store(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, JUPITER_BARYCENTER, MERCURY, MOON, SUN, VENUS};
    use crate::ephemerides::Ephemerides;
    use crate::numerics::vector::{minus, norm};

    /// Direct and indirect together less the direct alone, against the polynomial.
    #[test]
    fn law_the_fit_is_the_acceleration_of_the_centre() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        for (center, others) in
            [(MOON, vec![EARTH, SUN]), (SUN, vec![MERCURY, VENUS, EARTH, JUPITER_BARYCENTER]), (EARTH, vec![MOON])]
        {
            let model = PointMasses::new(ephemerides, center, &others).expect("a model");
            let base = Epoch::from_tdb_s(8.479_296e8);
            let mut windows = Windows::new(&model, base, Width::best()).expect("records");
            for after_s in [0.0, 3e5, 1e6, 1e7] {
                let window = windows.around(base, after_s, 1.0).expect("a window");
                assert!(window.room_s(base, after_s, 1.0) > 0.0 && window.half_s >= 0.5 * 86_400.0);
                for part in [-1.0, -0.4, 0.1, 1.0] {
                    let epoch = Epoch::from_tdb_s(window.middle_s + part * window.half_s);
                    let mut wanted = [0.0; 3];
                    for other in &model.others {
                        let d = other.track.state(epoch).expect("a state").position_km;
                        let factor = -other.mu_km3_s2 / norm(d).powi(3);
                        (0..3).for_each(|axis| wanted[axis] += factor * d[axis]);
                    }
                    let got = std::array::from_fn(|axis| {
                        window.columns[0][axis].iter().rev().fold(0.0, |sum, term| sum * part + term)
                    });
                    let miss = norm(minus(got, wanted)) / norm(wanted);
                    assert!(miss < 2e-15, "{}: {miss:e} at {part}", center.name);
                }
            }
        }
    }
}
