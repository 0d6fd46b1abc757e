//! `portolan round-trip`: out, stay, back, searched together.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::pair::{table, transfer_json};
use crate::time::{DAY_S, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::round_trip::{Homecoming, Objective, RoundTrip, RoundTripRequest, round_trips};
use serde_json::{Value, json};
use std::time::Instant;

/// Out, stay and back: the best of each class, and the trade of time against delta-v
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// body where the trip begins and ends
    #[arg(value_name = "HOME", value_parser = flags::body_name, allow_negative_numbers = true)]
    home: flags::BodyName,
    /// body where it goes
    #[arg(value_name = "AWAY", value_parser = flags::body_name, allow_negative_numbers = true)]
    away: flags::BodyName,
    /// dates of the first departure
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    depart: Window,
    /// shortest and longest stay: "30 d..90 d", or one length for both
    #[arg(long, value_name = "S..T", value_parser = flags::days, default_value = "30 d..600 d")]
    stay: (f64, f64),
    /// longest trip: "1000 d", or bare seconds
    #[arg(long, value_name = "T", value_parser = flags::time_s)]
    max_total: Option<f64>,
    /// longest flight of either leg: "220 d", or bare seconds; if not given, a revolution and a half of the ellipse that
    /// touches both orbits, which the answer tells
    #[arg(long, value_name = "T", value_parser = flags::time_s)]
    max_leg: Option<f64>,
    /// orbit that the first burn leaves: "300 km", or "250 km x 88775.244 s"
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    parking: Option<ParkingOrbit>,
    /// orbit of the stay
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    away_orbit: Option<ParkingOrbit>,
    /// orbit entered at the end; without it the craft comes home by entry, unburnt
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit, conflicts_with = "max_v_inf_home")]
    home_orbit: Option<ParkingOrbit>,
    /// most excess speed at the entry: "9 km/s"
    #[arg(long, value_name = "V", value_parser = flags::speed_km_s)]
    max_v_inf_home: Option<f64>,
    /// what is to be least
    #[arg(long, value_enum, default_value_t)]
    least: Least,
    /// most full revolutions of either leg
    #[arg(long, value_name = "N", default_value_t = 0)]
    revs: u32,
    /// spacing of the dates that are tried before the refinement
    #[arg(long, value_name = "T", value_parser = flags::time_s, default_value = "4 d")]
    step: f64,
    #[command(flatten)]
    kernels: flags::Kernels,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Least {
    /// all burns together
    #[default]
    Dv,
    /// departure energies of both legs together
    C3Sum,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = arguments.kernels.load()?;
    let (home, away) = (arguments.home.find(&ephemerides)?, arguments.away.find(&ephemerides)?);
    let mut request = RoundTripRequest::new(home, away, arguments.depart);
    (request.min_stay_d, request.max_stay_d) = arguments.stay;
    request.max_total_d = arguments.max_total.map(|t| t / DAY_S);
    request.max_leg_d = arguments.max_leg.map(|t| t / DAY_S);
    request.parking = arguments.parking.unwrap_or(request.parking);
    request.away_orbit = arguments.away_orbit.unwrap_or(request.away_orbit);
    request.homecoming =
        arguments.home_orbit.map_or(Homecoming::Entry { max_v_inf_km_s: arguments.max_v_inf_home }, Homecoming::Orbit);
    request.objective = match arguments.least {
        Least::Dv => Objective::DeltaV,
        Least::C3Sum => Objective::C3Sum,
    };
    (request.max_revs, request.step_d) = (arguments.revs, arguments.step / DAY_S);
    let started = Instant::now();
    let found = round_trips(&ephemerides, &request)?;
    let elapsed_s = started.elapsed().as_secs_f64();
    let homecoming = match request.homecoming {
        Homecoming::Entry { max_v_inf_km_s: None } => "entry".to_owned(),
        Homecoming::Entry { max_v_inf_km_s: Some(most) } => format!("entry, v∞ up to {most} km/s"),
        Homecoming::Orbit(orbit) => orbit.to_string(),
    };
    let cut = found.last_homecoming.map(|end| {
        format!(
            "trips that come home after {} were not looked at: the kernels end there, --kernel FILE adds more",
            end.date()
        )
    });
    let trip_json = |trip: &RoundTrip| {
        let mut object = trip_json(trip);
        object["leg_at_limit"] = json!(found.leans_on_leg_limit(trip));
        object
    };
    match format {
        Format::Json => print_json(&json!({
            "home": home.name,
            "away": away.name,
            "depart": [request.depart.start.iso(), request.depart.end.iso()],
            "stay_d": [request.min_stay_d, request.max_stay_d],
            "max_total_d": request.max_total_d,
            "max_leg_d": found.max_leg_d,
            "max_leg_given": request.max_leg_d.is_some(),
            "cut": cut,
            "parking": request.parking.to_string(),
            "away_orbit": request.away_orbit.to_string(),
            "homecoming": homecoming,
            "optima": found.optima.iter().map(&trip_json).collect::<Vec<_>>(),
            "front": found.front.iter().map(&trip_json).collect::<Vec<_>>(),
            "elapsed_s": elapsed_s,
        }))?,
        Format::Text => {
            let mut text = format!(
                "{} to {} and back, departures {} (TDB), stays of {} to {} d\nfrom {}, stay in {}, home by {homecoming}\nlegs of up to {:.0} d{}\n",
                home.name,
                away.name,
                request.depart,
                request.min_stay_d,
                request.max_stay_d,
                request.parking,
                request.away_orbit,
                found.max_leg_d,
                match (request.max_leg_d, request.max_revs) {
                    (Some(_), _) => "",
                    (None, 0) =>
                        ", a revolution and a half of the ellipse that touches both orbits: --max-leg sets another limit",
                    (None, _) =>
                        ", half a turn more than the revolutions and one of the ellipse that touches both orbits: --max-leg sets another limit",
                }
            );
            if found.optima.is_empty() && found.front.is_empty() {
                text += "no round trip within the dates and limits\n";
            } else {
                for (title, trips) in
                    [("local optima, best first", &found.optima), ("shortest to cheapest", &found.front)]
                {
                    text += &format!("\n{title}\n{}\n", table(COLUMNS, trips.iter().map(cells).collect(), 5));
                }
            }
            let leaning = found.optima.iter().chain(&found.front).filter(|t| found.leans_on_leg_limit(t)).count();
            if leaning > 0 {
                text +=
                    &format!("{leaning} of these trips have a leg as long as the limit: a longer one may be cheaper\n");
            }
            if let Some(cut) = cut {
                text += &format!("{cut}\n");
            }
            print(&format!("{text}{elapsed_s:.2} s\n"))?;
        }
    }
    Ok(if found.optima.is_empty() && found.front.is_empty() { Exit::Infeasible } else { Exit::Done })
}

const COLUMNS: [&str; 12] = [
    "class",
    "depart",
    "arrive",
    "leave",
    "home",
    "out d",
    "stay d",
    "back d",
    "total d",
    "ΣC3 km²/s²",
    "v∞ home km/s",
    "Δv km/s",
];

fn cells(trip: &RoundTrip) -> [String; 12] {
    [
        trip.class.to_string(),
        trip.outbound.depart.date(),
        trip.outbound.arrive.date(),
        trip.inbound.depart.date(),
        trip.inbound.arrive.date(),
        format!("{:.1}", trip.outbound.tof_d),
        format!("{:.1}", trip.stay_d),
        format!("{:.1}", trip.inbound.tof_d),
        format!("{:.1}", trip.total_d),
        format!("{:.2}", trip.c3_sum_km2_s2),
        format!("{:.2}", trip.inbound.v_inf_arr_km_s),
        format!("{:.3}", trip.dv_total_km_s),
    ]
}

fn trip_json(trip: &RoundTrip) -> Value {
    json!({
        "class": trip.class.to_string(),
        "stay_d": trip.stay_d,
        "total_d": trip.total_d,
        "dv_total_km_s": trip.dv_total_km_s,
        "c3_sum_km2_s2": trip.c3_sum_km2_s2,
        "outbound": transfer_json(&trip.outbound),
        "inbound": transfer_json(&trip.inbound),
    })
}
