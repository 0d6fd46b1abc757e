//! What did the missions that flew to Mars ask of their launchers, and does a transfer between the planets on their dates say so?
//!
//! ```text
//! $ cargo run --release --example 05_flown_missions
//! mission                  leaves      arrives     type     C3  print     DLA  v∞ arr   entry  print
//!                                                       km²/s²            deg    km/s    km/s   km/s
//! Mars Science Laboratory  2011-11-26  2012-08-06  I     10.69  10.78     4.0    3.53    6.06    5.9
//! Mars Orbiter Mission     2013-11-30  2014-09-24  II     9.75           20.9    3.16    5.86
//!   by an impulse 614 m/s from its ellipse; with its engine 643 m/s, 22.8 min, 197 kg (ISRO: 648, 23, 198)
//! Trace Gas Orbiter        2016-03-14  2016-10-19  I     14.76          -50.3    3.84    6.25    5.8
//! InSight                  2018-05-05  2018-11-26  I      8.16   8.19   -40.4    2.98    5.76    5.5
//! ```
//!
//! Printed C3 are targets of the launch, which osculate after the escape and are aimed beside Mars: 0.15 km²/s² is no error.
//! The Trace Gas Orbiter burnt 326 m/s half way (spaceflights.news, 2016-07-29), so that no single arc is its flight. Entry speeds are ours in inertial space, 125 km
//! up; the printed ones are against air that turns with up to 0.24 km/s: 13 200 mph (visualstories.com on Curiosity),
//! 21 000 km/h (Vatican Observatory on Schiaparelli), 19 800 km/h (senegal-actu.com on InSight). The stage of Mars Orbiter
//! Mission is what 440 N, 23 minutes, 648 m/s and 198 kg make of it (Zee News, 2013-11-27), and so is the apogee.

use portolan::bodies::{EARTH, MARS};
use portolan::ephemerides::Ephemerides;
use portolan::time::{Epoch, Window};
use portolan::transfers::ParkingOrbit;
use portolan::transfers::departure::{Asymptote, Departure, DepartureRequest, Phasing, Propulsion};
use portolan::transfers::lambert::Branch;
use portolan::transfers::porkchop::{PorkchopRequest, Problem};
use portolan::units::G0_M_S2;
use std::error::Error;
use std::f64::consts::TAU;

/// A mission: launch or injection, arrival, and what was printed of it.
struct Flown {
    name: &'static str,
    depart: &'static str,
    arrive: &'static str,
    c3_km2_s2: Option<f64>,
    entry_km_s: Option<f64>,
}

const FLOWN: [Flown; 4] = [
    Flown {
        name: "Mars Science Laboratory",
        depart: "2011-11-26T15:02:00 UTC",
        arrive: "2012-08-06T05:17:00 UTC",
        c3_km2_s2: Some(10.78),
        entry_km_s: Some(13_200.0 * 1.609_344 / 3600.0),
    },
    Flown {
        name: "Mars Orbiter Mission",
        depart: "2013-11-30T19:19:00 UTC",
        arrive: "2014-09-24T02:00:00 UTC",
        c3_km2_s2: None,
        entry_km_s: None,
    },
    Flown {
        name: "Trace Gas Orbiter",
        depart: "2016-03-14T09:31:00 UTC",
        arrive: "2016-10-19T15:24:00 UTC",
        c3_km2_s2: None,
        entry_km_s: Some(21_000.0 / 3600.0),
    },
    Flown {
        name: "InSight",
        depart: "2018-05-05T11:05:00 UTC",
        arrive: "2018-11-26T19:53:00 UTC",
        c3_km2_s2: Some(8.19),
        entry_km_s: Some(19_800.0 / 3600.0),
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let ephemerides = Ephemerides::embedded()?;
    let any = Window::parse("2011-01-01..2019-01-01")?;
    let problem = Problem::new(ephemerides, &PorkchopRequest::new(EARTH, MARS, any, any))?;
    let printed = |value: Option<f64>, digits: usize| value.map_or(String::new(), |v| format!("{v:.digits$}"));
    println!("mission                  leaves      arrives     type     C3  print     DLA  v∞ arr   entry  print");
    println!("                                                      km²/s²            deg    km/s    km/s   km/s");
    for mission in &FLOWN {
        let (depart, arrive) = (Epoch::parse(mission.depart)?, Epoch::parse(mission.arrive)?);
        let Some(t) = problem.transfer(depart, arrive, 0, Branch::Single) else {
            println!("{}: no transfer", mission.name);
            continue;
        };
        // v² = v∞² + 2μ/r at 125 km
        let entry_km_s = (t.v_inf_arr_km_s.powi(2) + 2.0 * MARS.mu_km3_s2 / (MARS.radius_km + 125.0)).sqrt();
        let row = format!(
            "{:24} {}  {}  {:4} {:6.2} {:>6} {:7.1} {:7.2} {:7.2} {:>6}",
            mission.name,
            t.depart.date(),
            t.arrive.date(),
            t.kind.to_string(),
            t.c3_km2_s2,
            printed(mission.c3_km2_s2, 2),
            t.dla_deg,
            t.v_inf_arr_km_s,
            entry_km_s,
            printed(mission.entry_km_s, 1),
        );
        println!("{}", row.trim_end());
        if mission.name == "Mars Orbiter Mission" {
            let (low_km, high_km) = (EARTH.radius_km + 250.0, EARTH.radius_km + 192_874.0);
            let period_s = TAU * ((0.5 * (low_km + high_km)).powi(3) / EARTH.mu_km3_s2).sqrt();
            let ellipse = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s };
            let (burn_s, dv_km_s, propellant_kg) = (23.0 * 60.0, 0.648_f64, 198.0);
            let exhaust_km_s = 1e-3 * 440.0 * burn_s / propellant_kg;
            let mass_kg = propellant_kg / -(-dv_km_s / exhaust_km_s).exp_m1();
            let propulsion = Propulsion { thrust_n: 440.0, isp_s: 1e3 * exhaust_km_s / G0_M_S2, mass_kg };
            let departure = Departure::new(ephemerides, &Asymptote::of(&t), &DepartureRequest::new(EARTH, ellipse))?;
            let plan = departure.finite(propulsion, 1, Phasing::default())?;
            println!(
                "  by an impulse {:.0} m/s from its ellipse; with its engine {:.0} m/s, {:.1} min, {:.0} kg (ISRO: 648, 23, 198)",
                1e3 * plan.impulse_km_s,
                1e3 * plan.dv_km_s,
                plan.burn_s / 60.0,
                plan.propellant_kg,
            );
        }
    }
    Ok(())
}
