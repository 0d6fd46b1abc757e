//! A segment of Chebyshev position records (SPK types 2 and 20), held as plain numbers.

use super::State;
use super::bundle::{Rows, Stretch};
use crate::numerics::lanes::{self, Kernel, Lanes, WIDTH, Width};
use crate::time::Epoch;

/// Most coefficients of a coordinate; DE440 has up to 14, the asteroids 17.
pub(crate) const MOST_TERMS: usize = 32;

/// Shortest half of a record that is read, s; the shortest of any kernel are minutes.
const LEAST_HALF_S: f64 = 1e-3;
/// Most that a coefficient (km) or half a record (s) can be: a thousand light years.
const LARGEST: f64 = 1e16;
/// Beyond every kernel, s: 31 000 years.
const FOR_EVER_S: f64 = 1e12;

/// Records of one target about one centre, all of one length.
pub(super) struct Segment {
    pub(super) target: i32,
    pub(super) center: i32,
    /// first and last epoch that the segment answers for
    pub(super) start: Epoch,
    pub(super) end: Epoch,
    /// start of the first record, TDB s
    first_s: f64,
    /// length of a record, s
    length_s: f64,
    records: usize,
    /// coefficients of a coordinate
    terms: usize,
    /// `terms` rows of x, y, z and a zero for each record: four lanes vectorise, three do not
    rows_km: Vec<[f64; 4]>,
    /// midpoint and half length of each record as the kernel states them, s
    middles_s: Vec<[f64; 2]>,
    /// see [`Segment::at_barycenter`]
    stands_in: bool,
}

impl Segment {
    /// A segment from the doubles of a DAF array.
    ///
    /// * `data`: the records (midpoint, radius, x, y, z coefficients)
    /// * `size`: numbers of a record
    ///
    /// # Errors
    /// A sentence on what is wrong with the numbers.
    ///
    /// # Source
    /// NAIF, *SPK Required Reading*, section "Type 2: Chebyshev (position only)".
    pub(super) fn from_doubles(
        target: i32,
        center: i32,
        start: Epoch,
        end: Epoch,
        data: &[f64],
        size: usize,
    ) -> Result<Self, String> {
        if size < 5 || !(size - 2).is_multiple_of(3) || data.len() < size {
            return Err(format!("has records of {size} numbers, which are not three coordinates"));
        }
        let terms = (size - 2) / 3;
        if terms > MOST_TERMS {
            return Err(format!("has {terms} coefficients a coordinate, up to {MOST_TERMS} are read"));
        }
        let records = data.len() / size;
        let (mut rows_km, mut middles_s) = (Vec::with_capacity(records * terms), Vec::with_capacity(records));
        for record in data.chunks_exact(size) {
            middles_s.push([record[0], record[1]]);
            let (x, yz) = record[2..].split_at(terms);
            let (y, z) = yz.split_at(terms);
            rows_km.extend(x.iter().zip(y).zip(z).map(|((x, y), z)| [*x, *y, *z, 0.0]));
        }
        let [first_middle_s, half_s] = middles_s[0];
        if !(LEAST_HALF_S..=LARGEST).contains(&half_s) || !first_middle_s.is_finite() {
            return Err(format!("has a first record of {} s", 2.0 * half_s));
        }
        let (first_s, length_s) = (first_middle_s - half_s, 2.0 * half_s);
        for (number, [middle_s, half_s]) in middles_s.iter().enumerate() {
            let wanted_s = first_s + (number as f64 + 0.5) * length_s;
            let near = |off_s: f64| off_s.abs() <= 1e-6 * length_s;
            if !(near(middle_s - wanted_s) && near(half_s - length_s / 2.0)) {
                return Err(format!(
                    "has a record, the one numbered {}, that does not follow the one before",
                    number + 1
                ));
            }
        }
        if let Some(place) = rows_km.iter().flatten().position(|v| v.is_nan() || v.abs() > LARGEST) {
            let number = place / (4 * terms) + 1;
            return Err(format!("has a coefficient that is no distance in the record numbered {number}"));
        }
        // what the last record does not hold is not answered for
        let last_s = first_s + records as f64 * length_s;
        let start = if start.tdb_s() < first_s - 1.0 { Epoch::from_tdb_s(first_s) } else { start };
        let end = if end.tdb_s() > last_s + 1.0 { Epoch::from_tdb_s(last_s) } else { end };
        if start.tdb_s() > last_s || end.tdb_s() < first_s {
            return Err("has no record for the dates that it is said to hold".to_owned());
        }
        Ok(Self { target, center, start, end, first_s, length_s, records, terms, rows_km, middles_s, stands_in: false })
    }

    /// A body in the place of its system's barycentre, for ever.
    pub(super) fn at_barycenter(target: i32, center: i32) -> Self {
        Self {
            target,
            center,
            start: Epoch::from_tdb_s(-FOR_EVER_S),
            end: Epoch::from_tdb_s(FOR_EVER_S),
            first_s: -FOR_EVER_S,
            length_s: 2.0 * FOR_EVER_S,
            records: 1,
            terms: 1,
            rows_km: vec![[0.0; 4]],
            middles_s: vec![[0.0, FOR_EVER_S]],
            stands_in: true,
        }
    }

    /// Whether it only says that a body is where its barycentre is.
    pub(super) const fn stands_in(&self) -> bool {
        self.stands_in
    }

    /// Whether the epoch lies inside.
    pub(super) fn covers(&self, epoch: Epoch) -> bool {
        self.start <= epoch && epoch <= self.end
    }

    /// The record that an instant falls into.
    pub(super) fn index(&self, base: Epoch, after_s: f64) -> usize {
        let at = ((base.tdb_s() - self.first_s) + after_s) / self.length_s;
        (at.max(0.0) as usize).min(self.records - 1)
    }

    /// Middle and half length of a record, s, and its rows.
    pub(super) fn record_at(&self, index: usize) -> ([f64; 2], &[[f64; 4]]) {
        (self.middles_s[index], &self.rows_km[index * self.terms..(index + 1) * self.terms])
    }

    /// The sum that answers for an epoch, which must be covered.
    ///
    /// * `sign`: +1 for what is added, −1 for what is taken away
    pub(super) fn sum(&self, epoch: Epoch, sign: f64) -> Sum<'_> {
        let t_s = epoch.tdb_s();
        let index = (((t_s - self.first_s) / self.length_s).max(0.0) as usize).min(self.records - 1);
        let ([middle_s, half_s], rows_km) = self.record_at(index);
        Sum { rows_km, at: (t_s - middle_s) / half_s, sign, rate_per_s: sign / half_s }
    }

    /// Coefficients of a coordinate.
    pub(super) const fn terms(&self) -> usize {
        self.terms
    }

    /// The record that holds an instant, as far as the segment answers for it.
    ///
    /// * `base`, `after_s`: the instant is `base + after_s`, kept apart so that no digit of a short span is lost
    /// * `direction`: +1 when the way leads forward, −1 back: an instant on a boundary belongs to what lies ahead
    pub(super) fn record(&self, base: Epoch, after_s: f64, direction: f64) -> Stretch {
        let at = ((base.tdb_s() - self.first_s) + after_s) / self.length_s + direction * 1e-9;
        let [middle_s, half_s] = self.middles_s[(at.max(0.0) as usize).min(self.records - 1)];
        // a cut kernel answers for less than its last record holds
        Stretch {
            start_s: (middle_s - half_s).max(self.start.tdb_s()),
            end_s: (middle_s + half_s).min(self.end.tdb_s()),
        }
    }

    /// The position over a stretch inside one record, in powers of (t − middle)/half of the stretch.
    ///
    /// * `rows`: receives [`Segment::terms`] rows; the rest is left alone
    ///
    /// The Chebyshev sum is written out in powers about the middle of its record and shifted to the middle of the
    /// stretch. The powers' coefficients are large where the sum's are small, so nothing is lost to cancellation.
    #[inline(always)]
    pub(super) fn polynomial(&self, stretch: Stretch, rows: &mut Rows) {
        let at = (stretch.middle_s() - self.first_s) / self.length_s;
        let index = (at.max(0.0) as usize).min(self.records - 1);
        let [middle_s, half_s] = self.middles_s[index];
        let record = &self.rows_km[index * self.terms..(index + 1) * self.terms];
        let rows = &mut rows[..self.terms];
        rows.fill([0.0; 4]);
        for (k, coefficients) in record.iter().enumerate().rev() {
            for power in (k % 2..=k).step_by(2) {
                let factor = CHEBYSHEV[k][power];
                (0..4).for_each(|axis| rows[power][axis] += factor * coefficients[axis]);
            }
        }
        let shift = (stretch.middle_s() - middle_s) / half_s;
        let ratio = stretch.half_s() / half_s;
        if shift != 0.0 {
            for first in 0..self.terms - 1 {
                for power in (first..self.terms - 1).rev() {
                    let above = rows[power + 1];
                    (0..4).for_each(|axis| rows[power][axis] += shift * above[axis]);
                }
            }
        }
        if ratio != 1.0 {
            let mut unit = 1.0;
            for row in rows {
                (0..4).for_each(|axis| row[axis] *= unit);
                unit *= ratio;
            }
        }
    }
}

/// A record and where in it: Σ c_k T_k(s) and its derivative are still to be taken.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum<'a> {
    rows_km: &'a [[f64; 4]],
    /// s, from −1 to 1
    at: f64,
    sign: f64,
    /// ds/dt with the sign
    rate_per_s: f64,
}

/// Position and velocity of a way: its sums added up.
pub(super) fn add_up(sums: &[Sum<'_>]) -> State {
    let [x, y, z, _, vx, vy, vz, _] = lanes::run(Width::best(), Way(sums));
    State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] }
}

/// Position in the lower four lanes and velocity in the upper.
///
/// T_k and U_{k−1} obey one recurrence, W_{k+1} = 2s·W_k − W_{k−1}, and T_k′ = k·U_{k−1}: so a term costs one step of
/// it for both, a product with k, and one multiply-add on a row that is read twice.
struct Way<'a>(&'a [Sum<'a>]);

impl Kernel for Way<'_> {
    type Output = [f64; WIDTH];

    #[inline(always)]
    fn run<L: Lanes>(self) -> [f64; WIDTH] {
        let mut way = L::splat(0.0);
        for Sum { rows_km, at, sign, rate_per_s } in self.0 {
            let twice = L::splat(2.0 * at);
            // T_0 = 1 and U_{−1} = 0, T_1 = s and U_0 = 1
            let mut now = L::load(&[1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
            let mut next = L::load(&[*at, *at, *at, *at, 1.0, 1.0, 1.0, 1.0]);
            let first = now;
            let second = next;
            // the two large terms come last, so that the rest is summed before it meets them
            let mut sum = L::splat(0.0);
            for (row, weight) in rows_km.iter().zip(&WEIGHTS).skip(2) {
                (now, next) = (next, twice.mul_add(next, -now));
                sum = (next * L::load(weight)).mul_add(L::load_twice(row), sum);
            }
            if let Some(row) = rows_km.get(1) {
                sum = second.mul_add(L::load_twice(row), sum);
            }
            sum = first.mul_add(L::load_twice(&rows_km[0]), sum);
            let rate = *rate_per_s;
            way = sum.mul_add(L::load(&[*sign, *sign, *sign, *sign, rate, rate, rate, rate]), way);
        }
        way.to_array()
    }
}

/// 1 for T_k and k for U_{k−1}.
static WEIGHTS: [[f64; WIDTH]; MOST_TERMS] = {
    let mut weights = [[1.0; WIDTH]; MOST_TERMS];
    let mut k = 0;
    while k < MOST_TERMS {
        let mut lane = 4;
        while lane < WIDTH {
            weights[k][lane] = k as f64;
            lane += 1;
        }
        k += 1;
    }
    weights
};

/// Coefficients of the Chebyshev polynomials, T_k in row k; whole numbers below 2⁵³, so exact.
pub(crate) static CHEBYSHEV: [[f64; MOST_TERMS]; MOST_TERMS] = {
    let mut table = [[0.0; MOST_TERMS]; MOST_TERMS];
    table[0][0] = 1.0;
    table[1][1] = 1.0;
    let mut k = 2;
    while k < MOST_TERMS {
        // T_k = 2s·T_{k−1} − T_{k−2}
        let mut power = 0;
        while power <= k {
            let raised = if power > 0 { 2.0 * table[k - 1][power - 1] } else { 0.0 };
            table[k][power] = raised - table[k - 2][power];
            power += 1;
        }
        k += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// x = T₀ + 2T₁ + 3T₂, y = T₁, z = 5: at s, x = 1 + 2s + 3(2s² − 1).
    #[test]
    fn law_a_record_is_its_polynomial() {
        let data = [100.0, 50.0, 1.0, 2.0, 3.0, 0.0, 1.0, 0.0, 5.0, 0.0, 0.0];
        let (start, end) = (Epoch::from_tdb_s(50.0), Epoch::from_tdb_s(150.0));
        let segment = Segment::from_doubles(1, 0, start, end, &data, 11).expect("a segment");
        for t in [50.0, 73.0, 100.0, 149.0, 150.0] {
            let s: f64 = (t - 100.0) / 50.0;
            let state = add_up(&[segment.sum(Epoch::from_tdb_s(t), 1.0)]);
            assert!((state.position_km[0] - (1.0 + 2.0 * s + 3.0 * (2.0 * s * s - 1.0))).abs() < 1e-14);
            assert!((state.velocity_km_s[0] - (2.0 + 12.0 * s) / 50.0).abs() < 1e-15);
            assert!((state.position_km[1] - s).abs() < 1e-15 && state.position_km[2] == 5.0);
            assert!((state.velocity_km_s[1] - 0.02).abs() < 1e-16 && state.velocity_km_s[2] == 0.0);
        }
    }

    /// Mars and the Earth at a thousand epochs against the same sums in twice the digits: within one last digit of the place, and
    /// the velocity within three.
    #[test]
    fn law_a_state_is_its_sum_to_the_last_digit() {
        use crate::bodies::{EARTH, MARS_BARYCENTER};
        use crate::ephemerides::Ephemerides;
        use crate::ephemerides::segments::AnySegment;
        use crate::numerics::double_double::DoubleDouble;
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let mut worst = [0.0_f64; 2];
        for segment in ephemerides.segments().iter().filter_map(|any| match any {
            AnySegment::Chebyshev(s) if [EARTH.naif_id, MARS_BARYCENTER.naif_id].contains(&s.target) => Some(s),
            _ => None,
        }) {
            for k in 0..1000 {
                let epoch = segment.start + (segment.end - segment.start) * (f64::from(k) + 0.37) / 1000.0;
                let state = add_up(&[segment.sum(epoch, 1.0)]);
                let Sum { rows_km, at, rate_per_s, .. } = segment.sum(epoch, 1.0);
                let (s, two_s) = (DoubleDouble::from(at), DoubleDouble::from(2.0 * at));
                for axis in 0..3 {
                    // T_k and k·U_{k−1}, forwards, for digits are plenty here
                    let (mut t, mut t_next) = (DoubleDouble::from(1.0), s);
                    let (mut u, mut u_next) = (DoubleDouble::from(0.0), DoubleDouble::from(1.0));
                    let (mut place, mut slope) = (DoubleDouble::from(0.0), DoubleDouble::from(0.0));
                    for (k, row) in rows_km.iter().enumerate() {
                        let c = DoubleDouble::from(row[axis]);
                        place = place + c * t;
                        slope = slope + c * u * DoubleDouble::from(k as f64);
                        (t, t_next) = (t_next, two_s * t_next - t);
                        (u, u_next) = (u_next, two_s * u_next - u);
                    }
                    let speed = slope * DoubleDouble::from(rate_per_s);
                    let digits = |got: f64, wanted: DoubleDouble, size: f64| {
                        (DoubleDouble::from(got) - wanted).to_f64().abs() / (size.next_up() - size)
                    };
                    let sizes = [state.position_km, state.velocity_km_s]
                        .map(|v| v.iter().fold(0.0, |m: f64, x| m.max(x.abs())));
                    worst[0] = worst[0].max(digits(state.position_km[axis], place, sizes[0]));
                    worst[1] = worst[1].max(digits(state.velocity_km_s[axis], speed, sizes[1]));
                }
            }
        }
        println!("in last digits of the largest coordinate: place {:.2}, velocity {:.2}", worst[0], worst[1]);
        assert!(worst[0] > 0.0 && worst[0] <= 1.0 && worst[1] <= 3.0, "{worst:?}");
    }

    #[test]
    fn refuses_numbers_that_are_no_segment() {
        let epoch = Epoch::from_tdb_s(0.0);
        let one = [0.0, 50.0, 1.0, 2.0, 3.0, 0.0, 1.0, 0.0, 5.0, 0.0, 0.0];
        let with = |at: usize, value: f64| {
            let mut data = one;
            data[at] = value;
            data.to_vec()
        };
        let apart = [one, one].concat();
        for (data, size, what) in [
            (vec![0.0; 11], 11, "a first record of 0 s"),
            (vec![1.0; 11], 10, "not three coordinates"),
            (vec![], 11, "not three coordinates"),
            (vec![f64::NAN; 11], 11, "a first record of NaN s"),
            (with(4, f64::NAN), 11, "no distance in the record numbered 1"),
            (with(4, 1e300), 11, "no distance"),
            (with(0, f64::INFINITY), 11, "a first record of"),
            (with(1, 1e-300), 11, "a first record of"),
            (with(0, 1e6), 11, "no record for the dates"),
            (apart, 11, "the one numbered 2"),
            (vec![1.0; 2 + 3 * 33], 2 + 3 * 33, "33 coefficients a coordinate, up to 32"),
        ] {
            let said = Segment::from_doubles(1, 0, epoch, epoch, &data, size).err().expect(what);
            assert!(said.contains(what), "wanted {what}, got {said}");
        }
    }
}
