//! Contacts of the Sun's disc with those of shadow bodies inside a step: there the light bends, and the step ends.

use super::Flight;
use super::solve::Solved;
use crate::numerics::lanes::WIDTH;
use crate::propagation::trajectory::Piece;
use std::sync::Arc;

/// Time within which a contact of discs is the same one, s.
const SAME_S: f64 = 1e-5;
/// A dip below a contact, as [`contacts`](crate::dynamics::shadow::contacts) counts it, that is let pass: at its bottom less
/// than 1e-10 of the light of a low orbit changes, and it stands above the rounding of epochs.
const SHALLOW: f64 = 1e-10;
/// Questions for the bottom of a dip.
const MOST_QUESTIONS: usize = 60;

/// Contacts at the moments of a step, s after its beginning.
struct Row {
    since_s: f64,
    contacts: Vec<f64>,
}

impl<const B: usize> Flight<'_, B> {
    /// The first contact of the Sun's disc with a body's inside a step, s after its beginning.
    ///
    /// The nodes show every shadow that one of them lies in; between two that lie outside, or both inside, a contact
    /// comes with a second one, and the bottom between them is looked for where the nodes beside it leave room for one.
    pub(super) fn contact_s(&self, piece: &Piece, solved: &Solved<B>) -> Option<f64> {
        self.forces.radiation.as_ref().filter(|radiation| !radiation.shadows.is_empty())?;
        // a contact at the very beginning is the one that the step before ended at, one at the very end is met there
        let same_s = SAME_S.min(1e-3 * piece.h_s.abs()) * self.direction;
        let mut rows = Vec::with_capacity(WIDTH * B + 2);
        rows.push(Row { since_s: same_s, contacts: self.contacts_at(piece, same_s)? });
        let q = Arc::clone(&self.quadrature);
        for (block, ambient) in self.ambient.iter().enumerate() {
            for lane in 0..WIDTH {
                let r = std::array::from_fn(|k| solved.position[k][block][lane]);
                let contacts = self.forces.contacts(&ambient.places_km(lane), r);
                rows.push(Row { since_s: q.places[block][lane] * piece.h_s, contacts });
            }
        }
        let end_s = piece.h_s - same_s;
        rows.push(Row { since_s: end_s, contacts: self.contacts_at(piece, end_s)? });
        (1..rows.len()).find_map(|behind| {
            let (from, to) = (&rows[behind - 1], &rows[behind]);
            let first = (0..from.contacts.len()).filter_map(|which| {
                let apart_s = if (from.contacts[which] < 0.0) == (to.contacts[which] < 0.0) {
                    self.dip(piece, &rows, (which, behind))?
                } else {
                    to.since_s
                };
                self.between(piece, which, (from.since_s, from.contacts[which]), apart_s)
            });
            first.min_by(|a, b| a.abs().total_cmp(&b.abs()))
        })
    }

    /// The angles between the discs at a moment of a step.
    fn contacts_at(&self, piece: &Piece, since_s: f64) -> Option<Vec<f64>> {
        let bodies = self.forces.bodies_km(self.epoch + (self.after_s + since_s)).ok()?;
        Some(self.forces.contacts(&bodies, piece.state(since_s).position_km))
    }

    /// A moment between two rows of the same sign at which it is the other one.
    fn dip(&self, piece: &Piece, rows: &[Row], (which, behind): (usize, usize)) -> Option<f64> {
        let sign = if rows[behind].contacts[which] < 0.0 { -1.0 } else { 1.0 };
        let height = |row: &Row| sign * row.contacts[which];
        let (a, b) = (behind - 1, behind);
        // a bottom lies beside the lowest of the rows around it
        let low = height(&rows[a]).min(height(&rows[b]));
        let around = a.saturating_sub(1)..(b + 2).min(rows.len());
        if rows[around].iter().any(|row| height(row) < low) {
            return None;
        }
        // half the second derivative, by three rows
        let bend = |middle: usize| {
            let [before, here, after] = [&rows[middle - 1], &rows[middle], &rows[middle + 1]];
            let slope = |from: &Row, to: &Row| (height(to) - height(from)) / (to.since_s - from.since_s);
            ((slope(here, after) - slope(before, here)) / (after.since_s - before.since_s)).abs()
        };
        let most = [a, b].into_iter().filter(|k| (1..rows.len() - 1).contains(k)).map(bend).fold(0.0, f64::max);
        // a parabola hangs a sixteenth of this below its chord, and rises by a quarter of it from a bottom at one end
        let room = |width_s: f64| 4.0 * most * width_s * width_s;
        let (mut left_s, mut right_s) = (rows[a].since_s, rows[b].since_s);
        let rise = (height(&rows[b]) - height(&rows[a])).abs();
        if low.max(rise) > room(right_s - left_s) {
            return None;
        }
        let ask = |since_s: f64| Some(sign * self.contacts_at(piece, since_s)?.get(which)?);
        // golden section, until the room left does not reach zero
        let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
        let mut points_s = [right_s - golden * (right_s - left_s), left_s + golden * (right_s - left_s)];
        let mut heights = [ask(points_s[0])?, ask(points_s[1])?];
        for _ in 0..MOST_QUESTIONS {
            for (since_s, height) in points_s.into_iter().zip(heights) {
                if height < -SHALLOW {
                    return Some(since_s);
                }
            }
            if heights[0].min(heights[1]) > room(right_s - left_s) {
                return None;
            }
            if heights[0] < heights[1] {
                right_s = points_s[1];
                points_s = [right_s - golden * (right_s - left_s), points_s[0]];
                heights = [ask(points_s[0])?, heights[0]];
            } else {
                left_s = points_s[0];
                points_s = [points_s[1], left_s + golden * (right_s - left_s)];
                heights = [heights[1], ask(points_s[1])?];
            }
        }
        None
    }

    /// Bisection of one contact between two moments of a step.
    fn between(&self, piece: &Piece, which: usize, from: (f64, f64), to_s: f64) -> Option<f64> {
        let (mut near_s, mut far_s) = (from.0, to_s);
        for _ in 0..50 {
            let middle_s = 0.5 * (near_s + far_s);
            let contact = *self.contacts_at(piece, middle_s)?.get(which)?;
            if (contact < 0.0) == (from.1 < 0.0) { near_s = middle_s } else { far_s = middle_s }
        }
        Some(far_s)
    }
}

#[cfg(test)]
mod tests {
    use crate::bodies::{EARTH, MOON, SUN};
    use crate::dynamics::{Forces, PointMasses, Radiation};
    use crate::ephemerides::{Ephemerides, State};
    use crate::numerics::vector::{minus, norm};
    use crate::propagation::events::tests::{Graze, angles, bottom, graze, random};
    use crate::propagation::events::{Crossing, Event};
    use crate::propagation::{Propagator, Start, Trajectory};
    use crate::time::{DAY_S, Epoch};
    use rayon::prelude::*;

    fn lit() -> Forces {
        let kernels = Ephemerides::embedded().expect("kernels");
        let radiation =
            Radiation { area_m2: 20.0, reflectivity_coefficient: 1.5, flux_w_m2: 1361.0, shadows: vec![EARTH, MOON] };
        let points = PointMasses::new(kernels, EARTH, &[MOON, SUN]).expect("a model");
        let lit = Forces::new(points).with_radiation(kernels, radiation).expect("sunlight");
        lit.with_craft(500.0, 0.0).expect("a craft")
    }

    fn fly(forces: &Forces, start: &Start) -> Trajectory {
        let flown = Propagator::new(forces).fly(start);
        flown.result.expect("to the end");
        flown.trajectory
    }

    /// Contacts of the Earth's shadow along a flight that no step ends at, and how many there are; of a pair whose dip is less than
    /// 1e-8 rad deep nothing is asked.
    fn slipped(forces: &Forces, start: &Start, way: &Trajectory) -> [usize; 2] {
        let kernels = Ephemerides::embedded().expect("kernels");
        let either = Crossing::Either;
        let edges = [
            Event::penumbra(kernels, EARTH, EARTH, either).expect("an event"),
            Event::umbra(kernels, EARTH, EARTH, either).expect("an event"),
        ];
        let joints_s = way.joints_s();
        let [mut slipped, mut asked] = [0, 0];
        for which in 0..2 {
            let found = way.occurrences(&edges[which..=which]);
            let edge = |after_s: f64| {
                let state = way.state(after_s).expect("inside");
                angles(forces, start.epoch + after_s, state.position_km)[which]
            };
            for (k, o) in found.iter().enumerate() {
                // the other contact of the same dip
                let other = if o.crossing == Crossing::Falling {
                    found.get(k + 1)
                } else {
                    k.checked_sub(1).map(|k| &found[k])
                };
                let shallow = other.is_some_and(|other| bottom(edge, o.after_s, other.after_s).1 > -1e-8);
                if shallow {
                    continue;
                }
                asked += 1;
                let nearest = joints_s.iter().map(|joint_s| (joint_s - o.after_s).abs()).fold(f64::INFINITY, f64::min);
                slipped += usize::from(nearest > 1e-3);
            }
        }
        [slipped, asked]
    }

    /// Orbits that touch a shadow or miss it by a hair, and orbits at random for a day: a step ends at every contact, and the
    /// way back leads to where it came from.
    #[test]
    fn law_a_step_ends_at_every_contact() {
        let forces = lit();
        let back_km = |start: &Start, way: &Trajectory| {
            let back = Start { state: way.end(), epoch: start.epoch + way.span_s(), span_s: -way.span_s() };
            norm(minus(fly(&forces, &back).end().position_km, start.state.position_km))
        };
        let grazing = (0..2000_u64).into_par_iter().map(|seed| {
            let Graze { start, .. } = graze(&forces, seed);
            let way = fly(&forces, &start);
            let ([slipped, asked], back_km) = (slipped(&forces, &start, &way), back_km(&start, &way));
            assert!(slipped == 0, "{seed}: {slipped} of {asked}");
            assert!(back_km < 1e-7, "{seed}: {back_km:e} km there and back");
            asked
        });
        let grazing: usize = grazing.sum();
        let at_random = (0..60_u64).into_par_iter().map(|seed| {
            let draw = |k: u64| random(8 * seed + k + 1_000_000);
            let (radius_km, eccentricity) = (6700.0 + 3000.0 * draw(0), 0.6 * draw(1) * draw(1));
            let speed_km_s = (forces.points.mu_km3_s2 * (1.0 + eccentricity) / radius_km).sqrt();
            let tilt_rad = std::f64::consts::PI * draw(2);
            let (sin, cos) = (std::f64::consts::TAU * draw(3)).sin_cos();
            let (x, y) = (radius_km * cos, radius_km * sin);
            let along = speed_km_s * tilt_rad.cos();
            let state = State {
                position_km: [x, y, 0.0],
                velocity_km_s: [-along * sin, along * cos, speed_km_s * tilt_rad.sin()],
            };
            let epoch = Epoch::parse("2024-01-01").expect("a date") + 3000.0 * DAY_S * draw(4);
            let start = Start { state, epoch, span_s: DAY_S };
            let way = fly(&forces, &start);
            let ([slipped, asked], back_km) = (slipped(&forces, &start, &way), back_km(&start, &way));
            assert!(slipped == 0, "{seed}: {slipped} of {asked}");
            assert!(back_km < 1e-6, "{seed}: {back_km:e} km there and back");
            asked
        });
        let at_random: usize = at_random.sum();
        println!("{grazing} contacts of grazing orbits, {at_random} of orbits at random");
        assert!(grazing > 1000 && at_random > 1000);
    }
}
