//! What is flown: five flights that a designer would recognise.

use portolan::bodies::{EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, SATURN_BARYCENTER, SUN, VENUS};
use portolan::dynamics::{Forces, GravityField, PointMasses};
use portolan::ephemerides::{Ephemerides, Orientation, State};
use portolan::propagation::Start;
use portolan::time::{DAY_S, Epoch};
use std::error::Error;

/// A flight and its forces.
pub(crate) struct Case {
    /// as in names of benches
    pub(crate) name: &'static str,
    /// as in a figure
    pub(crate) title: &'static str,
    pub(crate) forces: Forces,
    pub(crate) start: Start,
    /// least and greatest number of fixed steps worth a try
    pub(crate) steps: [usize; 2],
}

/// All of them.
pub(crate) fn cases() -> Result<Vec<Case>, Box<dyn Error>> {
    let kernels = Ephemerides::embedded()?;
    let epoch = Epoch::parse("2022-11-25")?;
    let leo = State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 4.8, 5.98] };
    // CAPSTONE, JPL Horizons, 2022-11-25 00:00 TDB
    let nrho = State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    };
    let helio = State { position_km: [1.47e8, 1.0e7, 2.0e6], velocity_km_s: [-3.0, 32.5, 1.5] };
    let earth = |degree: u16| -> Result<Forces, Box<dyn Error>> {
        let field = GravityField::embedded("earth_egm2008_70", degree, degree)?;
        let points = PointMasses::new(kernels, EARTH, &[MOON, SUN])?;
        Ok(Forces::new(points).with_field(kernels, EARTH, field, Orientation::IauEarth)?)
    };
    let moon = || PointMasses::new(kernels, MOON, &[EARTH, SUN]);
    let lunar = GravityField::embedded("moon_grgm1200a_70", 20, 20)?;
    let planets = [MERCURY, VENUS, EARTH, MOON, MARS_BARYCENTER, JUPITER_BARYCENTER, SATURN_BARYCENTER];
    let start = |state: State, days_d: f64| Start { state, epoch, span_s: days_d * DAY_S };
    Ok(vec![
        Case {
            name: "leo8_day",
            title: "Low Earth orbit, a day: 8 × 8, Moon, Sun",
            forces: earth(8)?,
            start: start(leo, 1.0),
            steps: [600, 6000],
        },
        Case {
            name: "leo70_day",
            title: "Low Earth orbit, a day: 70 × 70, Moon, Sun",
            forces: earth(70)?,
            start: start(leo, 1.0),
            steps: [1000, 12_000],
        },
        Case {
            name: "nrho_rev",
            title: "NRHO, a revolution: Moon, Earth, Sun as points",
            forces: Forces::new(moon()?),
            start: start(nrho, 6.56),
            steps: [300, 20_000],
        },
        Case {
            name: "nrho20_week",
            title: "NRHO, a week: Moon 20 × 20, Earth, Sun",
            forces: Forces::new(moon()?).with_field(kernels, MOON, lunar, Orientation::MoonPa)?,
            start: start(nrho, 7.0),
            steps: [300, 20_000],
        },
        Case {
            name: "helio_200d",
            title: "Heliocentric coast, 200 days: Sun, seven bodies",
            forces: Forces::new(PointMasses::new(kernels, SUN, &planets)?),
            start: start(helio, 200.0),
            steps: [50, 2000],
        },
    ])
}
