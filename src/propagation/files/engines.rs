//! The burns of a message as thrust arcs.

use super::{Burn, BurnFrame, FileError, Opm};
use crate::dynamics::{LocalAxes, Steering, ThrustArc};
use crate::ephemerides::icrf_of_eme2000;
use crate::numerics::vector::norm;
use crate::units::G0_M_S2;

/// A specific impulse for a burn that is told to lose no mass: the exhaust of light leaves at 3e7 s.
const NO_LOSS_ISP_S: f64 = 1e12;

impl Opm {
    /// The burns as thrust arcs; those of no duration are left to [`Opm::impulses`].
    ///
    /// * `file`: what errors call the message
    ///
    /// A burn tells its duration, its change of mass Δm and its Δv in axes that it keeps. Thrust and flow are taken as
    /// constant: Isp = Δv/(g₀·ln(m₀/m₁)), T = g₀·Isp·|Δm|/duration. The mass of the message is that at its epoch.
    ///
    /// # Errors
    /// [`FileError::Burn`] for a burn that no constant thrust makes, and in a message that tells no mass.
    pub fn thrust_arcs(&self, file: &str) -> Result<Vec<ThrustArc>, FileError> {
        let mut arcs = Vec::new();
        for (number, burn) in self.burns.iter().enumerate().filter(|(_, burn)| burn.duration_s > 0.0) {
            let refuse = |reason: String| FileError::Burn { file: file.to_owned(), number: number + 1, reason };
            let told_kg = self.craft.mass_kg.ok_or_else(|| refuse("the message tells no MASS: give it".to_owned()))?;
            let mass_kg = self.mass_at_ignition_kg(told_kg, burn);
            let dv_km_s = norm(burn.dv_km_s);
            let left_kg = mass_kg + burn.mass_change_kg;
            if left_kg.is_nan() || left_kg <= 0.0 {
                return Err(refuse(format!("it loses {} kg of {mass_kg} kg", -burn.mass_change_kg)));
            }
            if dv_km_s == 0.0 {
                if burn.mass_change_kg == 0.0 {
                    continue;
                }
                return Err(refuse("it loses mass without a change of velocity: give its MAN_DV".to_owned()));
            }
            let isp_s = if burn.mass_change_kg == 0.0 {
                NO_LOSS_ISP_S
            } else {
                1e3 * dv_km_s / (G0_M_S2 * (mass_kg / left_kg).ln())
            };
            let thrust_n = if burn.mass_change_kg == 0.0 {
                1e3 * dv_km_s * mass_kg / burn.duration_s
            } else {
                -G0_M_S2 * isp_s * burn.mass_change_kg / burn.duration_s
            };
            let direction = burn.dv_km_s;
            let steering = match burn.frame {
                BurnFrame::Icrf => Steering::Inertial { direction },
                BurnFrame::Eme2000 | BurnFrame::J2000 => Steering::Inertial { direction: icrf_of_eme2000(direction) },
                BurnFrame::Tnw if direction == [dv_km_s, 0.0, 0.0] => Steering::AlongVelocity,
                BurnFrame::Tnw if direction == [-dv_km_s, 0.0, 0.0] => Steering::AgainstVelocity,
                BurnFrame::Tnw => Steering::Turning { axes: LocalAxes::Tnw, direction },
                BurnFrame::Rsw | BurnFrame::Rtn => Steering::Turning { axes: LocalAxes::Rtn, direction },
            };
            let arc = ThrustArc::new(burn.ignition, burn.duration_s, thrust_n, isp_s, steering)
                .map_err(|e| refuse(e.to_string()))?;
            arcs.push(arc);
        }
        Ok(arcs)
    }

    /// The burns of no duration.
    pub fn impulses(&self) -> impl Iterator<Item = &Burn> {
        self.burns.iter().filter(|burn| burn.duration_s == 0.0 && norm(burn.dv_km_s) > 0.0)
    }

    /// The mass of the message, less what burns between its epoch and this ignition take; more, where they lie before it.
    fn mass_at_ignition_kg(&self, mass_kg: f64, burn: &Burn) -> f64 {
        let between = |other: &&Burn| {
            let (early, late) =
                if burn.ignition >= self.epoch { (self.epoch, burn.ignition) } else { (burn.ignition, self.epoch) };
            other.ignition >= early && other.ignition < late
        };
        let change_kg: f64 = self.burns.iter().filter(between).map(|other| other.mass_change_kg).sum();
        if burn.ignition >= self.epoch { mass_kg + change_kg } else { mass_kg - change_kg }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::EARTH;
    use crate::dynamics::{Forces, PointMasses};
    use crate::ephemerides::{Ephemerides, State};
    use crate::numerics::vector::minus;
    use crate::propagation::files::{Heading, Label};
    use crate::propagation::{Propagator, Start};
    use crate::time::Epoch;

    fn message(frame: BurnFrame, dv_km_s: [f64; 3], mass_change_kg: f64) -> Opm {
        let epoch = Epoch::from_calendar(2031, 4, 28);
        let state = State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 6.0, 4.7] };
        let mut opm = Opm::new(Heading::new(epoch), Label::new("TUG", EARTH), epoch, state);
        opm.craft.mass_kg = Some(1000.0);
        let comments = Vec::new();
        opm.burns.push(Burn { ignition: epoch + 100.0, duration_s: 300.0, mass_change_kg, frame, dv_km_s, comments });
        opm
    }

    fn fly(opm: &Opm) -> State {
        let kernels = Ephemerides::embedded().expect("kernels");
        let points = PointMasses::new(kernels, EARTH, &[]).expect("a point");
        let mut forces = Forces::new(points).with_craft(1000.0, 0.0).expect("a craft");
        forces.thrust = opm.thrust_arcs("tug.opm").expect("arcs");
        let start = Start { state: opm.state, epoch: opm.epoch, span_s: 2000.0 };
        let flown = Propagator::new(&forces).fly(&start);
        flown.result.expect("a flight");
        flown.trajectory.end()
    }

    /// A burn in turning axes whose direction is the velocity is a burn along the velocity; radial and transverse likewise
    /// where the orbit is a circle at ignition and the burn is weak.
    #[test]
    fn law_a_frame_is_its_direction() {
        let along = fly(&message(BurnFrame::Tnw, [0.4, 0.0, 0.0], -90.0));
        let mut nearly = message(BurnFrame::Tnw, [0.4, 1e-300, 0.0], -90.0);
        let turning = fly(&nearly);
        assert!(norm(minus(along.position_km, turning.position_km)) < 1e-7, "{along:?} {turning:?}");
        nearly = message(BurnFrame::Tnw, [-0.4, 0.0, 0.0], -90.0);
        let arcs = nearly.thrust_arcs("tug.opm").expect("arcs");
        assert_eq!(arcs[0].steering, Steering::AgainstVelocity);
        // Isp = Δv/(g₀·ln(m₀/m₁)) by hand: 400/(9.80665·ln(1000/910)) s
        assert!((arcs[0].isp_s - 432.502).abs() < 1e-2, "{}", arcs[0].isp_s);
        let (transverse, tangential) = (
            fly(&message(BurnFrame::Rtn, [0.0, 1e-4, 0.0], -0.1)),
            fly(&message(BurnFrame::Tnw, [1e-4, 0.0, 0.0], -0.1)),
        );
        assert!(norm(minus(transverse.position_km, tangential.position_km)) < 2e-3, "{transverse:?} {tangential:?}");
        // outwards: N points inwards on a circle
        let (out, inwards) = (
            fly(&message(BurnFrame::Rsw, [1e-4, 0.0, 0.0], -0.1)),
            fly(&message(BurnFrame::Tnw, [0.0, -1e-4, 0.0], -0.1)),
        );
        assert!(norm(minus(out.position_km, inwards.position_km)) < 2e-3, "{out:?} {inwards:?}");
    }

    /// Turning axes against differences of whole flights, in the transition matrix.
    #[test]
    fn law_the_transition_knows_the_turning_axes() {
        let kernels = Ephemerides::embedded().expect("kernels");
        let opm = message(BurnFrame::Rtn, [0.2, 0.5, -0.3], -150.0);
        let points = PointMasses::new(kernels, EARTH, &[]).expect("a point");
        let mut forces = Forces::new(points).with_craft(1000.0, 0.0).expect("a craft");
        forces.thrust = opm.thrust_arcs("tug.opm").expect("arcs");
        let fly = |state: State| {
            Propagator::new(&forces).with_transition().fly(&Start { state, epoch: opm.epoch, span_s: 900.0 })
        };
        let matrix = fly(opm.state).transition.expect("a transition").matrix;
        for column in 0..6 {
            let moved = |sign: f64| {
                let mut state = opm.state;
                let step = if column < 3 { 1e-2 } else { 1e-5 };
                let part = if column < 3 { &mut state.position_km } else { &mut state.velocity_km_s };
                part[column % 3] += sign * step;
                (fly(state).trajectory.end(), step)
            };
            let ((ahead, step), (behind, _)) = (moved(1.0), moved(-1.0));
            for row in 0..3 {
                let slope = (ahead.position_km[row] - behind.position_km[row]) / (2.0 * step);
                let scale = if column < 3 { 1.0 } else { 1000.0 };
                assert!(
                    (matrix[row][column] - slope).abs() < 1e-6 * scale,
                    "{row} {column}: {} {slope}",
                    matrix[row][column]
                );
            }
        }
    }

    #[test]
    fn refuses_burns_that_no_thrust_makes() {
        let refusal = |opm: &Opm| opm.thrust_arcs("tug.opm").expect_err("refused").to_string();
        let empty = message(BurnFrame::Tnw, [0.4, 0.0, 0.0], -1000.0);
        assert_eq!(refusal(&empty), "tug.opm: burn 1: it loses 1000 kg of 1000 kg");
        let leak = message(BurnFrame::Tnw, [0.0; 3], -10.0);
        assert!(refusal(&leak).contains("it loses mass without a change of velocity"));
        let coast = message(BurnFrame::Tnw, [0.0; 3], 0.0);
        assert_eq!(coast.thrust_arcs("tug.opm").expect("none"), Vec::new());
        let ideal = message(BurnFrame::Eme2000, [0.0, 0.3, 0.0], 0.0).thrust_arcs("tug.opm").expect("one");
        assert!((ideal[0].thrust_n - 1000.0).abs() < 1e-9);
        let mut impulse = message(BurnFrame::Tnw, [0.4, 0.0, 0.0], -90.0);
        impulse.burns[0].duration_s = 0.0;
        assert_eq!((impulse.impulses().count(), impulse.thrust_arcs("tug.opm").expect("none").len()), (1, 0));
    }
}
