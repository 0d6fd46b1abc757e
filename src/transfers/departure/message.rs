//! The departure as a CCSDS orbit parameter message.

use super::flight::LEAD_S;
use super::{Departure, FinitePlan, Injection};
use crate::propagation::files::{Burn, BurnFrame, Heading, Label, Opm, TimeSystem};

impl Departure {
    /// The message that a flight dynamics tool flies: the state ten minutes before the first ignition, the mass, and
    /// the burns.
    ///
    /// * `injection`: one of the two planes
    /// * `plan`: the burns; without them the message begins behind the impulse and has none
    /// * `name`: of the spacecraft
    ///
    /// ICRF, UTC. The burns are along the velocity, which no inertial direction is, so their frame is TNW, whose
    /// first axis is the velocity. Created at the epoch of the departure, so that the same departure gives the same
    /// bytes. A burn that turns the plane holds a direction of the ICRF. `None` when there is no motion to tell.
    ///
    /// # Source
    /// CCSDS 502.0-B-3, *Orbit Data Messages*, section 3 and annex B.
    #[must_use]
    pub fn message(&self, injection: &Injection, plan: Option<&FinitePlan>, name: &str) -> Option<Opm> {
        let (epoch, state) = self.start(injection, plan)?;
        let mut heading = Heading::new(self.asymptote.epoch);
        heading.comments = vec![
            format!(
                "departure from {} at {} TDB: C3 {:.6} km2/s2, DLA {:.6} deg, RLA {:.6} deg (J2000)",
                self.body.name,
                self.asymptote.epoch.iso(),
                self.hyperbola.c3_km2_s2,
                self.asymptote.dla_deg(),
                self.asymptote.rla_deg(),
            ),
            format!(
                "parking orbit {}, inclination {:.6} deg, node {:.6} deg, {}",
                self.parking,
                self.inc_deg,
                injection.raan_deg,
                self.equator.name(self.body),
            ),
            match self.aimed_for {
                None => "two bodies: other pulls between here and the asymptote are not aimed off".to_owned(),
                Some(wanted) => format!(
                    "aimed off the other pulls, so that the flight ends on C3 {:.6} km2/s2, DLA {:.6} deg, RLA {:.6} deg",
                    wanted.c3_km2_s2(),
                    wanted.dla_deg(),
                    wanted.rla_deg(),
                ),
            },
        ];
        let mut label = Label::new(name, self.body);
        label.time_system = TimeSystem::Utc;
        let mut message = Opm::new(heading, label, epoch, state);
        match plan {
            None => {
                let how = match self.turn {
                    None => "along the velocity at the periapsis".to_owned(),
                    Some(turn) => format!(
                        "that turns the plane by {:.6} deg towards an asymptote {:.6} deg off it",
                        turn.turn_deg, turn.off_deg
                    ),
                };
                message.state_comments =
                    vec![format!("behind an impulse of {:.6} km/s {how}; no stage was given", self.impulse_km_s)];
            }
            Some(plan) => {
                message.state_comments = vec![format!("{LEAD_S} s before the first ignition")];
                message.craft.mass_kg = Some(plan.propulsion.mass_kg);
                let count = plan.burns.len();
                // along the velocity no inertial direction is; a burn that turns the plane has one
                let (frame, axis, how) = match plan.steering() {
                    crate::dynamics::Steering::Inertial { direction } => {
                        (BurnFrame::Icrf, direction, "in one direction")
                    }
                    _ => (BurnFrame::Tnw, [1.0, 0.0, 0.0], "along the velocity"),
                };
                for (number, burn) in plan.burns.iter().enumerate() {
                    message.burns.push(Burn {
                        ignition: burn.ignition,
                        duration_s: burn.duration_s,
                        mass_change_kg: -burn.propellant_kg,
                        frame,
                        dv_km_s: axis.map(|part| part * burn.dv_km_s),
                        comments: vec![format!(
                            "burn {} of {count}: {} N {how}, Isp {} s",
                            number + 1,
                            plan.propulsion.thrust_n,
                            plan.propulsion.isp_s
                        )],
                    });
                }
            }
        }
        Some(message)
    }
}
