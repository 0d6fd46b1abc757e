//! Round trips against brute force, against porkchops, and against what is known of Mars missions.

use super::*;
use crate::bodies::{EARTH, EARTH_MOON_BARYCENTER, MARS, VENUS};
use crate::transfers::porkchop::{Criterion, GridSize, porkchop};

fn request(depart: &str) -> RoundTripRequest {
    RoundTripRequest::new(EARTH, MARS, Window::parse(depart).expect("a window"))
}

fn trips(request: &RoundTripRequest) -> RoundTrips {
    round_trips(Ephemerides::embedded().expect("kernels"), request).expect("round trips")
}

/// Every departure, arrival, leaving and homecoming of a coarse lattice, one after the other.
#[test]
fn law_the_dynamic_programme_is_the_brute_force_search() {
    let mut request = request("2033-01-01..2033-09-01");
    (request.step_d, request.max_leg_d, request.max_stay_d) = (16.0, Some(400.0), 560.0);
    request.max_total_d = Some(960.0);
    let search = Search::new(Ephemerides::embedded().expect("kernels"), &request).expect("a search");
    let lattice = Lattice::solve(&search).expect("a lattice");
    let leg = lattice.longest_leg();
    let mut compared = 0;
    for (depart, row) in lattice.best.iter().enumerate() {
        let mut best = vec![f64::INFINITY; row.len()];
        for reach in depart + 1..=depart + leg {
            // 30 d rounds up to two steps, 560 d is 35
            for part in reach + 2..=reach + 35 {
                for home in part + 1..=part + leg {
                    if let Some(least) = best.get_mut(home - depart) {
                        *least = least.min(lattice.legs([depart, reach, part, home]));
                    }
                }
            }
        }
        for (total, (found, wanted)) in row.iter().zip(&best).enumerate() {
            assert_eq!(found.value, *wanted, "departure {depart}, total {total}");
            compared += usize::from(wanted.is_finite());
        }
    }
    assert!(compared > 800, "{compared}");
}

/// Where the stay is free, out and back are two porkchops.
#[test]
fn law_a_free_stay_is_two_minima() {
    let mut request = request("2033-03-01..2033-06-30");
    (request.min_stay_d, request.max_stay_d) = (300.0, 700.0);
    let found = trips(&request);
    let best = &found.optima[0];
    let window = |text: &str| Window::parse(text).expect("a window");
    let least = |from, to, depart: &str, arrive: &str, criterion: fn(&Transfer) -> f64, home: bool| {
        let mut porkchop_request = PorkchopRequest::new(from, to, window(depart), window(arrive));
        porkchop_request.size = GridSize { depart: 150, arrive: 200 };
        let solved = porkchop(Ephemerides::embedded().expect("kernels"), &porkchop_request).expect("a porkchop");
        let which = if home { Criterion::C3 } else { Criterion::DeltaV };
        criterion(solved.best(which).expect("a minimum"))
    };
    let out = least(EARTH, MARS, "2033-03-01..2033-06-30", "2033-08-15..2034-06-30", |t| t.dv_total_km_s, false);
    let back = least(MARS, EARTH, "2034-12-01..2035-09-30", "2035-08-01..2036-07-30", |t| t.dv_depart_km_s, true);
    assert!((best.dv_total_km_s - out - back).abs() < 1e-6, "{} {out} {back}", best.dv_total_km_s);
    assert_eq!(best.class, TripClass::Conjunction { laps: 1 });
}

/// SP-2009-566: with all burns by the propulsion, a conjunction mission takes about 7 ± 1 km/s (injection, capture and
/// return injection) and stays about 500 days of a trip of about 900 to 1000; opposition missions stay 30 to 90 days of
/// 450 to 750 and cost far more.
#[test]
fn published_conjunction_and_opposition_missions() {
    let mut request = request("2035-01-01..2037-12-31");
    (request.min_stay_d, request.max_stay_d) = (30.0, 600.0);
    let all = trips(&request);
    // its crews fly for no more than 200 days
    request.max_leg_d = Some(200.0);
    let best = &trips(&request).optima[0];
    assert_eq!(best.class, TripClass::Conjunction { laps: 1 });
    assert!((best.dv_total_km_s - 7.0).abs() <= 1.0, "{}", best.dv_total_km_s);
    assert!((best.stay_d - 500.0).abs() <= 100.0 && (best.total_d - 950.0).abs() <= 50.0, "{best:?}");
    (request.max_stay_d, request.max_leg_d) = (90.0, None);
    let short = trips(&request);
    let best_short = short.optima.iter().find(|t| t.class == TripClass::Opposition).expect("an opposition mission");
    assert!((450.0..=750.0).contains(&best_short.total_d), "{best_short:?}");
    assert!(best_short.dv_total_km_s > best.dv_total_km_s + 1.0, "{}", best_short.dv_total_km_s);
    assert!((best_short.stay_d - 30.0).abs() < 1e-6, "the shortest stay is the cheapest: {}", best_short.stay_d);
    // both classes lie on one front
    let classes: Vec<TripClass> = all.front.iter().map(|t| t.class).collect();
    assert!(classes.contains(&TripClass::Opposition) && classes.contains(&TripClass::Conjunction { laps: 1 }));
}

#[test]
fn law_the_front_trades_time_for_delta_v_and_keeps_the_limits() {
    let mut request = request("2033-01-01..2034-12-31");
    (request.step_d, request.max_total_d, request.homecoming) =
        (8.0, Some(800.0), Homecoming::Entry { max_v_inf_km_s: Some(9.0) });
    let found = trips(&request);
    assert!(found.front.len() > 3);
    for pair in found.front.windows(2) {
        assert!(pair[1].total_d > pair[0].total_d && pair[1].dv_total_km_s < pair[0].dv_total_km_s);
    }
    for trip in found.front.iter().chain(&found.optima) {
        assert!(trip.total_d <= 800.0 + 1e-6 && trip.stay_d >= 30.0 - 1e-6 && trip.inbound.v_inf_arr_km_s <= 9.0);
        let sum = trip.outbound.tof_d + trip.stay_d + trip.inbound.tof_d;
        assert!((sum - trip.total_d).abs() < 1e-6);
        let burns = trip.outbound.dv_depart_km_s + trip.outbound.dv_arrive_km_s + trip.inbound.dv_depart_km_s;
        assert!((burns - trip.dv_total_km_s).abs() < 1e-12);
    }
    // every date a day off, within the limits, is no better than an optimum
    let search = Search::new(Ephemerides::embedded().expect("kernels"), &request).expect("a search");
    let best = &found.optima[0];
    let dates_d = [best.outbound.depart, best.outbound.arrive, best.inbound.depart, best.inbound.arrive]
        .map(|t| (t - request.depart.start) / DAY_S);
    let mut tried = 0;
    for code in 0..81_usize {
        let shift = |k: u32| (code / 3_usize.pow(k) % 3) as f64 - 1.0;
        let near = [0, 1, 2, 3].map(|k| dates_d[k as usize] + shift(k));
        if search.allows(&near, f64::INFINITY) {
            let legs = search.outbound(near[0], near[1], (0, Branch::Single)).zip(search.inbound(
                near[2],
                near[3],
                (0, Branch::Single),
            ));
            if let Some((out, back)) = legs {
                tried += 1;
                assert!(search.out_value(&out) + search.back_value(&back) >= best.dv_total_km_s - 1e-9, "{near:?}");
            }
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn law_venus_and_the_sum_of_energies_work_alike() {
    let mut request =
        RoundTripRequest::new(EARTH_MOON_BARYCENTER, VENUS, Window::parse("2031-01-01..2031-12-31").expect("a window"));
    request.objective = Objective::C3Sum;
    request.homecoming = Homecoming::Orbit(ParkingOrbit::Circular { altitude_km: 400.0 });
    let found = trips(&request);
    let best = &found.optima[0];
    assert_eq!(best.class, TripClass::Conjunction { laps: 1 });
    assert!((best.c3_sum_km2_s2 - best.outbound.c3_km2_s2 - best.inbound.c3_km2_s2).abs() < 1e-12);
    let burns = best.outbound.dv_total_km_s + best.inbound.dv_total_km_s;
    assert!((burns - best.dv_total_km_s).abs() < 1e-12);
}

#[test]
fn refuses_limits_that_contradict_each_other() {
    let say = |change: fn(&mut RoundTripRequest)| {
        let mut request = request("2033-01-01..2033-12-31");
        change(&mut request);
        round_trips(Ephemerides::embedded().expect("kernels"), &request).expect_err("refused").to_string()
    };
    assert!(say(|r| r.min_stay_d = 700.0).contains("a stay of 700 to 600 days is no span"));
    assert!(say(|r| r.max_total_d = Some(20.0)).contains("has no room for two flights and a stay of 30 days"));
    assert!(say(|r| r.step_d = 0.1).contains("choose a step, or a longest leg, that makes 3 to 4000"));
    for step_d in [0.0, -4.0, f64::NAN] {
        let mut request = request("2033-01-01..2033-12-31");
        request.step_d = step_d;
        let refused = round_trips(Ephemerides::embedded().expect("kernels"), &request).expect_err("refused");
        assert!(refused.to_string().contains("a step in days of "), "{refused}");
    }
    assert!(say(|r| r.max_leg_d = Some(f64::NAN)).contains("a longest leg in days of NaN is none"));
    assert!(say(|r| r.max_leg_d = Some(-1.0)).contains("it is a number over 0"));
    assert!(say(|r| r.max_revs = u32::MAX).contains("ask for 20 at most"));
    assert!(
        say(|r| r.homecoming = Homecoming::Entry { max_v_inf_km_s: Some(f64::NAN) }).contains("excess speed in km/s")
    );
    assert!(say(|r| r.away = EARTH_MOON_BARYCENTER).contains("does not leave the system"));
    assert!(
        say(|r| r.depart = Window::parse("2059-06-01..2060-06-01").expect("a window")).contains("outside the kernels")
    );
    let mut tight = request("2033-01-01..2033-12-31");
    (tight.max_total_d, tight.min_stay_d) = (Some(60.0), 30.0);
    tight.homecoming = Homecoming::Entry { max_v_inf_km_s: Some(1.0) };
    let none = trips(&tight);
    assert!(none.optima.is_empty() && none.front.is_empty());
}

/// A cap on the legs that nobody asked for hides the cheapest trip; the one that is taken is told.
#[test]
fn law_no_longer_leg_is_cheaper_than_the_default_allows() {
    let mut request = request("2035-01-01..2037-12-31");
    request.step_d = 8.0;
    let found = trips(&request);
    // Mars at its aphelion and the Earth at its own: half the ellipse takes 283 days
    assert!((found.max_leg_d - 3.0 * 283.0).abs() < 6.0, "{}", found.max_leg_d);
    let best = found.optima[0].dv_total_km_s;
    assert!(!found.leans_on_leg_limit(&found.optima[0]));
    request.max_leg_d = Some(1200.0);
    let longer = trips(&request);
    assert!((longer.optima[0].dv_total_km_s - best).abs() < 1e-6, "{} {best}", longer.optima[0].dv_total_km_s);
    // a limit of the user's own is kept, and what leans on it is told
    request.max_leg_d = Some(180.0);
    let short = trips(&request);
    assert_eq!(short.max_leg_d, 180.0);
    assert!(short.optima[0].dv_total_km_s > best && short.optima.iter().any(|t| short.leans_on_leg_limit(t)));
}

#[test]
fn law_the_end_of_the_kernels_is_told_where_trips_would_pass_it() {
    let found = trips(&request("2057-06-01..2057-12-31"));
    let end = found.last_homecoming.expect("an end");
    assert_eq!(end.date(), "2060-02-01");
    assert!(!found.optima.is_empty());
    for trip in found.optima.iter().chain(&found.front) {
        assert!(trip.inbound.arrive <= end && trip.dv_total_km_s.is_finite());
    }
    assert_eq!(trips(&request("2035-06-01..2035-12-31")).last_homecoming, None);
}
