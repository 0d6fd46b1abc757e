//! The walk along a family of periodic orbits.

use super::{Condition, Held, Landed, PeriodicError, PeriodicOrbit, RightCrossing, newton, whole};
use nalgebra::Matrix4;

/// Newton's steps after which a stride was too long.
const MANY_STEPS: usize = 7;
/// Shortest stride.
const LEAST_STRIDE_LU: f64 = 1e-7;
/// Strides to a period that was asked for: the families of the Moon are walked in some hundreds.
const MOST_STRIDES: usize = 2000;

/// Which way to walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// to longer periods, at first
    LongerPeriods,
    /// to shorter periods, at first
    ShorterPeriods,
}

/// The orbits of a family, one stride after the other.
///
/// A stride is counted along the curve of (x, z, vy, period) in units of the system, so the walk goes round folds of
/// the period. Where Newton's method labours the stride is shortened, down to a stop.
#[derive(Debug, Clone)]
pub struct Family {
    system: crate::dynamics::Cr3bp,
    at: Landed,
    tangent: [f64; 4],
    stride: f64,
    longest: f64,
    /// whether a stride has failed, behind which there is nothing
    ended: bool,
}

impl PeriodicOrbit {
    /// Walk along the family from here.
    ///
    /// * `towards`: which way
    /// * `stride_lu`: longest stride, LU; a tenth of the orbit's size is a good one
    ///
    /// The walk is over at the first member that cannot be found; that refusal is its last item.
    ///
    /// # Errors
    /// [`PeriodicError`] where the orbit is none, or its family branches here, and for a stride that is no number.
    ///
    /// ```
    /// use portolan::dynamics::Cr3bp;
    /// use portolan::propagation::periodic::{Held, RightCrossing, Towards, correct};
    /// let guess = RightCrossing { x_lu: 1.021, z_lu: -0.182, vy_lu_tu: -0.102, period_tu: 1.502191242913625 };
    /// let orbit = correct(&Cr3bp::JPL_EARTH_MOON, &guess, Held::Period)?;
    /// let members: Vec<_> = orbit.family(Towards::LongerPeriods, 0.02)?.take(5).collect::<Result<_, _>>()?;
    /// assert!(members.windows(2).all(|pair| pair[1].crossing.period_tu > pair[0].crossing.period_tu));
    /// # Ok::<(), portolan::propagation::periodic::PeriodicError>(())
    /// ```
    pub fn family(&self, towards: Towards, stride_lu: f64) -> Result<Family, PeriodicError> {
        if !stride_lu.is_finite() {
            return Err(PeriodicError::BadGuess { quantity: "stride", value: stride_lu });
        }
        let condition = Condition::Held { held: Held::Period, as_in: self.crossing };
        // Newton's method once more, for the slopes; where the period is at its fold, any one will do
        let at = newton(&self.system, &self.crossing, &condition)?;
        let sense = if towards == Towards::LongerPeriods { 1.0 } else { -1.0 };
        let tangent = tangent(&at.slope, [0.0, 0.0, 0.0, sense]);
        let tangent =
            tangent.ok_or(PeriodicError::Singular { held: Held::Period, period_tu: at.crossing.period_tu })?;
        // nothing that begins at this orbit is longer than the orbit
        let size = at.crossing.unknowns().iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let longest = stride_lu.abs().clamp(LEAST_STRIDE_LU, size.max(LEAST_STRIDE_LU));
        Ok(Family { system: self.system, at, tangent, stride: longest, longest, ended: false })
    }

    /// The member of the same family with another period.
    ///
    /// * `period_tu`: what it is to be
    ///
    /// # Errors
    /// [`PeriodicError::TurnsBack`] when the family's periods have an extreme on the way, [`PeriodicError::TooFar`] for a period
    /// that a walk does not reach, and as [`correct`](super::correct).
    pub fn relative(&self, period_tu: f64) -> Result<PeriodicOrbit, PeriodicError> {
        if !(period_tu > 0.0 && period_tu.is_finite()) {
            return Err(PeriodicError::BadGuess { quantity: "period", value: period_tu });
        }
        let distance = period_tu - self.crossing.period_tu;
        let towards = if distance < 0.0 { Towards::ShorterPeriods } else { Towards::LongerPeriods };
        let size = self.crossing.x_lu.abs().max(self.crossing.z_lu.abs());
        let mut family = self.family(towards, 0.05 * size)?;
        let mut before = self.crossing;
        for _ in 0..MOST_STRIDES {
            let beyond = (before.period_tu - period_tu) * distance >= 0.0;
            if beyond || before.period_tu == period_tu {
                let held = Condition::Held { held: Held::Period, as_in: RightCrossing { period_tu, ..before } };
                let landed = newton(&self.system, &RightCrossing { period_tu, ..before }, &held)?;
                return whole(&self.system, landed.crossing);
            }
            let after = family.walk()?;
            if (after.period_tu - before.period_tu) * distance <= 0.0 {
                return Err(PeriodicError::TurnsBack { turn_tu: before.period_tu, wanted_tu: period_tu });
            }
            if (after.period_tu - period_tu) * distance >= 0.0 {
                // a guess between the two
                let part = (period_tu - before.period_tu) / (after.period_tu - before.period_tu);
                let (a, b) = (before.unknowns(), after.unknowns());
                let between = RightCrossing::of(std::array::from_fn(|k| a[k] + part * (b[k] - a[k])));
                before = RightCrossing { period_tu, ..between };
            } else {
                before = after;
            }
        }
        Err(PeriodicError::TooFar { strides: MOST_STRIDES, period_tu: before.period_tu, wanted_tu: period_tu })
    }
}

impl Family {
    /// One stride.
    fn walk(&mut self) -> Result<RightCrossing, PeriodicError> {
        loop {
            let from = self.at.crossing.unknowns();
            let ahead: [f64; 4] = std::array::from_fn(|k| from[k] + self.stride * self.tangent[k]);
            let condition = Condition::Arc { tangent: self.tangent, through: ahead };
            let landed = newton(&self.system, &RightCrossing::of(ahead), &condition);
            let found = landed.ok().filter(|landed| {
                let to = landed.crossing.unknowns();
                let aside = (0..4).map(|k| (to[k] - ahead[k]).powi(2)).sum::<f64>().sqrt();
                landed.steps <= MANY_STEPS && aside < 0.5 * self.stride
            });
            let onward = found.and_then(|landed| Some((landed, tangent(&landed.slope, self.tangent)?)));
            let Some((landed, tangent)) = onward else {
                self.stride *= 0.5;
                if self.stride < LEAST_STRIDE_LU {
                    let (period_tu, stride_lu) = (self.at.crossing.period_tu, self.stride);
                    return Err(PeriodicError::Stuck { period_tu, stride_lu });
                }
                continue;
            };
            (self.at, self.tangent) = (landed, tangent);
            self.stride = (1.5 * self.stride).min(self.longest);
            return Ok(landed.crossing);
        }
    }
}

impl Iterator for Family {
    type Item = Result<PeriodicOrbit, PeriodicError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let member = self.walk().and_then(|crossing| whole(&self.system, crossing));
        self.ended = member.is_err();
        Some(member)
    }
}

/// The unit vector along which the first three conditions stay met, on the side of another one.
fn tangent(slope: &Matrix4<f64>, like: [f64; 4]) -> Option<[f64; 4]> {
    // the cross product of three rows of four: minors with alternating signs
    let minor = |left_out: usize| {
        let columns: Vec<usize> = (0..4).filter(|k| *k != left_out).collect();
        let at = |row: usize, k: usize| slope[(row, columns[k])];
        at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) - at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0))
            + at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
    };
    let across = [minor(0), -minor(1), minor(2), -minor(3)];
    let length = across.iter().map(|x| x * x).sum::<f64>().sqrt();
    let side: f64 = (0..4).map(|k| across[k] * like[k]).sum();
    (length.is_normal() && side != 0.0).then(|| across.map(|x| x / length * side.signum()))
}

#[cfg(test)]
mod tests {
    use super::super::correct;
    use super::*;

    /// Behind the member that cannot be found there is none.
    #[test]
    fn law_a_walk_ends_with_its_refusal() {
        let guess = RightCrossing { x_lu: 1.021, z_lu: -0.182, vy_lu_tu: -0.102, period_tu: 1.502_191_242_913_625 };
        let orbit = correct(&crate::dynamics::Cr3bp::JPL_EARTH_MOON, &guess, Held::Period).expect("an orbit");
        let mut family = orbit.family(Towards::LongerPeriods, 0.02).expect("a family");
        assert!(family.next().is_some_and(|member| member.is_ok()));
        // no direction leads anywhere
        family.tangent = [f64::NAN; 4];
        let members: Vec<_> = family.collect();
        assert!(matches!(members[..], [Err(PeriodicError::Stuck { .. })]), "{members:?}");
    }
}
