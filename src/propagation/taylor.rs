//! Taylor's method in the ephemeris: the spacecraft's own series beside the exact polynomials of the bodies
//! that pull it.
//!
//! A DE440 record is a polynomial in time, so the series of a third body about any epoch are exact and cheap.
//! The recurrences for the spacecraft then give its series to any order; order and step follow from the
//! tolerance, a step ends where a record does, and the series of each step are the trajectory between.

mod batch;
pub mod cr3bp;
mod series;
mod single;
mod step;
mod window;

pub use super::trajectory::Trajectory;
pub use batch::{BatchStart, propagate_batch};
pub(super) use step::fly_pieces;
pub use step::{End, PropagationError, Stop, Tolerance, propagate, propagate_end, reference};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MOON, SUN, VENUS};
    use crate::dynamics::PointMasses;
    use crate::ephemerides::{Ephemerides, State};
    use crate::numerics::vector::{minus, norm};
    use crate::time::{DAY_S, Epoch};

    /// The constants of GMAT, which the published arcs were flown with.
    const GMAT: [(Body, f64); 4] = [
        (EARTH, 398_600.4415),
        (MOON, 4_902.800_582_147_8),
        (SUN, 132_712_440_017.99),
        (JUPITER_BARYCENTER, 126_712_767.857_8),
    ];

    fn model(center: Body, others: &[Body]) -> PointMasses {
        PointMasses::new(Ephemerides::embedded().expect("kernels"), center, others).expect("a model")
    }

    fn gmat(center: Body, others: &[Body]) -> PointMasses {
        GMAT.iter().fold(model(center, others), |model, (body, mu)| model.with_mu(*body, *mu))
    }

    fn fly(model: &PointMasses, start: &State, epoch: Epoch, span_s: f64) -> Trajectory {
        let (trajectory, end) = propagate(model, start, epoch, span_s, Tolerance::TIGHTEST, Stop::Never);
        end.expect("to the end");
        trajectory
    }

    fn epoch(text: &str) -> Epoch {
        Epoch::parse(text).expect("a date")
    }

    fn leo() -> State {
        State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] }
    }

    fn nrho() -> State {
        // CAPSTONE, JPL Horizons, 2022-11-25 00:00 TDB
        State {
            position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
            velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
        }
    }

    /// TRAJECTORY.md P1: two bodies for a day, the analytic answer; its sixteen digits are more than a day's motion keeps.
    #[test]
    fn agrees_with_the_analytic_p1() {
        let end = fly(&gmat(EARTH, &[]), &leo(), epoch("2020-01-01"), DAY_S).end();
        let wanted = State {
            position_km: [-5_971.194_191_670_505, 3_945.506_653_222_689, 2_864.636_618_416_717],
            velocity_km_s: [0.049_096_957_632_98, -4.185_093_318_477_84, 5.848_940_867_747_601],
        };
        let (dr, dv) =
            (norm(minus(end.position_km, wanted.position_km)), norm(minus(end.velocity_km_s, wanted.velocity_km_s)));
        assert!(dr < 2e-8 && dv < 2e-11, "{dr:e} km {dv:e} km/s");
    }

    /// TRAJECTORY.md P2 to P4: GMAT's arcs; the differences are those of DE438 against DE440.
    #[test]
    fn agrees_with_gmat_p2_p3_p4() {
        let p2 = State {
            position_km: [333_321.004_516, -76_134.198_887, -20_873.831_939],
            velocity_km_s: [0.257_153_712, 0.930_284_066, 0.346_177],
        };
        let p4 = State {
            position_km: [-752.948_527_740_460_9, 5_624.035_455_855_085, 3_278.632_833_875_311],
            velocity_km_s: [-7.683_161_946_015_461, -0.860_670_301_418_699_3, -0.085_614_035_370_280_35],
        };
        type Arc<'a> = (&'a str, State, &'a [Body], f64, [f64; 3], f64);
        let arcs: [Arc<'_>; 3] = [
            (
                "2002-02-07T00:00:00 TAI",
                p2,
                &[MOON],
                24.0,
                [343_016.028_193_306_2, 6_118.870_782_679_712, 9_463.253_311_291_08],
                6e-7,
            ),
            (
                "2020-01-01T00:00:00 TAI",
                leo(),
                &[MOON, SUN, JUPITER_BARYCENTER],
                24.0,
                [-5_971.190_141_842_914, 3_945.572_972_028_369, 2_864.554_642_502_679],
                1.3e-6,
            ),
            (
                "2022-11-27T05:55:49 UTC",
                p4,
                &[MOON, SUN],
                36.0,
                [-6_151.500_843_512_164, 1_833.914_559_118_256, 1_384.255_278_442_759],
                2e-7,
            ),
        ];
        for (date, start, others, hours, wanted, bound_km) in arcs {
            // the kernels begin in December 2009
            if epoch(date) < epoch("2009-12-02") {
                continue;
            }
            let end = fly(&gmat(EARTH, others), &start, epoch(date), hours * 3600.0).end();
            let miss = norm(minus(end.position_km, wanted));
            println!("{date}: {miss:e} km from GMAT");
            assert!(miss < bound_km, "{date}: {miss:e} km");
        }
    }

    #[test]
    fn law_there_and_back() {
        let bodies: [(&str, PointMasses, State, f64); 3] = [
            ("LEO", model(EARTH, &[MOON, SUN]), leo(), DAY_S),
            ("NRHO", model(MOON, &[EARTH, SUN]), nrho(), 6.5 * DAY_S),
            (
                "heliocentric",
                model(SUN, &[VENUS, EARTH, MOON, MARS_BARYCENTER, JUPITER_BARYCENTER]),
                State { position_km: [1.3e8, 7.0e7, 3.1e7], velocity_km_s: [-14.0, 26.0, 11.0] },
                200.0 * DAY_S,
            ),
        ];
        for (name, model, start, span_s) in bodies {
            let there = fly(&model, &start, epoch("2022-11-25"), span_s);
            let back = fly(&model, &there.end(), epoch("2022-11-25") + span_s, -span_s);
            let miss = norm(minus(back.end().position_km, start.position_km));
            println!("{name}: {} steps, there and back {miss:e} km", there.steps());
            assert!(miss < 1e-5, "{name}: {miss:e} km");
            // dense output meets the ends and is one curve over the joints
            assert_eq!(there.state(0.0), Some(start));
            let last = there.state(span_s).expect("the end");
            assert!(norm(minus(last.position_km, there.end().position_km)) < 1e-9 * norm(start.position_km));
            assert_eq!(there.state(span_s * 1.001), None);
        }
    }

    #[test]
    fn law_two_bodies_keep_their_energy_for_a_thousand_revolutions() {
        let model = model(EARTH, &[]);
        for eccentricity in [0.001, 0.3, 0.7, 0.95_f64] {
            let (periapsis_km, mu) = (6778.0, model.mu_km3_s2);
            let speed_km_s = (mu * (1.0 + eccentricity) / periapsis_km).sqrt();
            let start = State {
                position_km: [periapsis_km, 0.0, 0.0],
                velocity_km_s: [0.0, 0.8 * speed_km_s, 0.6 * speed_km_s],
            };
            let energy = |s: &State| 0.5 * norm(s.velocity_km_s).powi(2) - mu / norm(s.position_km);
            let sma_km = periapsis_km / (1.0 - eccentricity);
            let period_s = std::f64::consts::TAU * (sma_km * sma_km * sma_km / mu).sqrt();
            let starts: Vec<BatchStart> = (1..=8)
                .map(|k| BatchStart {
                    state: start,
                    epoch: epoch("2030-01-01"),
                    // away from the periapsis, where the energy is a difference of larger numbers
                    span_s: (125.0 * f64::from(k) + 0.3) * period_s,
                })
                .collect();
            let ends = propagate_batch(&model, &starts, Tolerance::TIGHTEST);
            let drift =
                |end: Result<End, PropagationError>| (energy(&end.expect("an end").state) / energy(&start) - 1.0).abs();
            let worst = ends.into_iter().map(drift).fold(0.0, f64::max);
            println!("e = {eccentricity}: energy drifts by {worst:e}");
            // the last digit of the acceleration at a periapsis is 2(1 + e)/(1 − e) of the energy's: 78 for the last orbit, and
            // a thousand passages add up as a walk at random
            let bound = if eccentricity > 0.9 { 2e-12 } else { 1e-13 };
            assert!(worst < bound, "{eccentricity}: {worst:e}");
        }
    }

    #[test]
    fn law_a_looser_tolerance_costs_digits_and_saves_steps() {
        let model = model(MOON, &[EARTH, SUN]);
        let fly = |value: f64| {
            let tolerance = Tolerance::new(value).expect("a tolerance");
            propagate(&model, &nrho(), epoch("2022-11-25"), 6.5 * DAY_S, tolerance, Stop::Never).0
        };
        let (tight, loose) = (fly(1e-15), fly(1e-9));
        let apart = norm(minus(tight.end().position_km, loose.end().position_km));
        assert!(apart > 1e-9 && apart < 1e-2, "{apart:e} km");
        assert!(Tolerance::new(1.0).is_err() && Tolerance::new(0.0).is_err() && Tolerance::new(f64::NAN).is_err());
    }

    #[test]
    fn refuses_and_keeps_what_was_flown() {
        let down = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0, 5.0, 0.0] };
        let (flown, end) =
            propagate(&model(EARTH, &[]), &down, epoch("2030-01-01"), DAY_S, Tolerance::TIGHTEST, Stop::AtSurface);
        let Err(PropagationError::Impact { radius_km, .. }) = end else { panic!("no impact: {end:?}") };
        assert!((radius_km - EARTH.radius_km).abs() < 1e-6 && flown.steps() > 0);
        assert!((norm(flown.end().position_km) - EARTH.radius_km).abs() < 1e-6);
        // a periapsis 20 km below the surface, passed inside one step
        let speed_km_s = (2.0 * EARTH.mu_km3_s2 / 6358.0_f64).sqrt();
        let grazing = State { position_km: [6358.0, 0.0, 0.0], velocity_km_s: [0.0, speed_km_s, 0.0] };
        let (before, _) =
            propagate(&model(EARTH, &[]), &grazing, epoch("2030-01-01"), -1e4, Tolerance::TIGHTEST, Stop::Never);
        let (_, end) = propagate(
            &model(EARTH, &[]),
            &before.end(),
            epoch("2030-01-01"),
            2e4,
            Tolerance::TIGHTEST,
            Stop::AtSurface,
        );
        assert!(matches!(end, Err(PropagationError::Impact { .. })), "{end:?}");
        let lost = State { position_km: [f64::NAN; 3], velocity_km_s: [0.0; 3] };
        let (_, end) = propagate(&model(EARTH, &[]), &lost, epoch("2030-01-01"), 1.0, Tolerance::TIGHTEST, Stop::Never);
        assert_eq!(end, Err(PropagationError::NotFinite { quantity: "position" }));
        let fall = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0; 3] };
        let (kept, end) =
            propagate(&model(EARTH, &[]), &fall, epoch("2030-01-01"), DAY_S, Tolerance::TIGHTEST, Stop::Never);
        assert!(matches!(end, Err(PropagationError::StepCollapsed { .. })), "{end:?}");
        assert!(kept.span_s() > 600.0);
        // over the end of the kernels: at once where nothing can end the flight before, else as far as they reach
        let past = |stop, span_s| {
            propagate(&model(MOON, &[EARTH]), &nrho(), epoch("2060-01-30"), span_s, Tolerance::TIGHTEST, stop)
        };
        for span_s in [10.0 * DAY_S, 1e11, -1e11] {
            let (kept, end) = past(Stop::Never, span_s);
            assert!(matches!(end, Err(PropagationError::Ephemeris { .. })), "{end:?}");
            assert_eq!(kept.steps(), 0);
        }
        let (kept, end) = past(Stop::AtSurface, 10.0 * DAY_S);
        assert!(matches!(end, Err(PropagationError::Ephemeris { .. })), "{end:?}");
        assert!(kept.span_s() > 1.9 * DAY_S && kept.span_s() <= 2.0 * DAY_S + 1.0, "{}", kept.span_s());
        // a year of a low orbit has steps; thirty thousand have too many, and are not flown to see it
        let (_, end) =
            propagate(&model(EARTH, &[]), &leo(), epoch("2030-01-01"), 9e11, Tolerance::TIGHTEST, Stop::Never);
        assert!(matches!(end, Err(PropagationError::TooManySteps { steps, .. }) if steps > 100_000_000), "{end:?}");
    }
}
