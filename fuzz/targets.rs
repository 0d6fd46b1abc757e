//! What is tried, and how often.

mod flights;
mod kernels;
mod money;
mod readers;
mod reports;
mod searches;
mod vehicles;

use crate::finite::Told;
use crate::tape::Tape;
use portolan::bodies::Body;
use portolan::ephemerides::{Ephemerides, State};
use portolan::time::{DAY_S, Epoch, Window};
use portolan::vehicles::Catalogue;

/// A function that is tried, or a few that belong together.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// its part of ten million inputs, by what one costs
    pub(crate) share: u64,
    /// one input; the sentence of a broken law
    pub(crate) run: fn(&mut Tape) -> Result<Told, String>,
}

const fn target(name: &'static str, share: u64, run: fn(&mut Tape) -> Result<Told, String>) -> Target {
    Target { name, share, run }
}

/// All of them.
pub(crate) static TARGETS: &[Target] = &[
    // files and texts
    target("campaign_file", 400_000, readers::campaign),
    target("stack_file", 300_000, readers::stack),
    target("state_file", 60_000, readers::state),
    target("opm", 700_000, readers::opm),
    target("oem", 500_000, readers::oem),
    target("state_csv", 500_000, readers::state_csv),
    target("earth_orientation", 200_000, readers::earth_orientation),
    target("gravity_field", 600_000, readers::gravity),
    target("kernel_file", 1_500, readers::kernel),
    target("small_body", 700_000, readers::small_body),
    target("small_body_file", 40_000, readers::small_body_file),
    target("catalogue_rows", 60_000, readers::rows),
    target("curve_polynomials", 500_000, readers::polynomials),
    target("inflation_table", 300_000, readers::inflation),
    target("date", 700_000, readers::date),
    target("window", 400_000, readers::window),
    target("quantity", 500_000, readers::quantity),
    target("names", 60_000, readers::names),
    // kernels of numbers
    target("kepler_equation", 300_000, kernels::kepler_equation),
    target("conic", 400_000, kernels::conic),
    target("kepler", 400_000, kernels::kepler),
    target("elements", 250_000, kernels::elements),
    target("lambert", 300_000, kernels::lambert),
    target("lambert_batch", 60_000, kernels::lambert_batch),
    target("tangential_arc", 250_000, kernels::tangential),
    target("parking_orbit_burns", 300_000, kernels::burns),
    target("departure", 60_000, kernels::departure),
    target("departure_finite", 2_000, kernels::departure_finite),
    target("epoch", 300_000, kernels::dates),
    target("minima", 60_000, kernels::minima),
    target("pulls", 60_000, kernels::pulls),
    target("rotations", 40_000, kernels::rotations),
    target("rotating_frame", 200_000, kernels::rotating_frame),
    target("mars_moon_transfer", 60_000, kernels::mars_moon_transfer_of),
    // flights
    target("cr3bp_flight", 30_000, flights::cr3bp),
    target("periodic_orbit", 10_000, flights::periodic),
    target("taylor_flight", 60_000, flights::taylor),
    target("collocation_flight", 30_000, flights::collocation),
    target("events", 20_000, flights::events),
    target("tables_of_states", 10_000, flights::tables),
    // searches
    target("porkchop", 20_000, searches::porkchops),
    target("porkchop_transfer", 100_000, searches::transfers),
    target("opportunities", 300, searches::opportunities),
    target("next_opportunity", 1_500, searches::next),
    target("round_trip", 400, searches::round_trip),
    target("launch_period", 500, searches::launch_period),
    target("mars_moons", 20_000, searches::mars_moons),
    target("moon_window", 20_000, searches::moon_window_of),
    // vehicles
    target("stage", 250_000, vehicles::stage),
    target("tank", 200_000, vehicles::tank),
    target("depot", 150_000, vehicles::depot),
    target("stack_flight", 200_000, vehicles::flight),
    target("stack_fit", 4_000, vehicles::fit),
    target("launcher", 150_000, vehicles::launcher),
    target("upper_stage", 150_000, vehicles::upper_stage),
    target("surface_plant", 100_000, vehicles::plant),
    target("reliability", 40_000, vehicles::reliability),
    // money
    target("cost_model", 150_000, money::amcm),
    target("learning", 150_000, money::learning),
    target("inflation", 150_000, money::inflation),
    target("cash_flow", 150_000, money::cash_flow),
    target("shares", 150_000, money::shares),
    target("cost_game", 60_000, money::game),
    target("manifest", 30_000, money::manifest),
    target("minimal_manifests", 100_000, money::minimal),
    // reports
    target("charts", 20_000, reports::charts),
    target("waterfall", 20_000, reports::waterfall),
    target("run_report", 100, reports::run),
    target("porkchop_page", 500, reports::porkchop),
];

/// The kernels of the program.
pub(crate) fn ephemerides() -> &'static Ephemerides {
    Ephemerides::embedded().expect("the kernels")
}

/// The catalogue of the program.
pub(crate) fn catalogue() -> &'static Catalogue {
    Catalogue::embedded().expect("the catalogue")
}

/// Read what all inputs share.
pub(crate) fn warm_up() {
    ephemerides();
    catalogue();
    readers::known();
}

/// Two results: an answer if either is one.
pub(crate) fn either(a: Told, b: Told) -> Told {
    if a == Told::Answer { a } else { b }
}

/// A broken law, where a condition does not hold.
pub(crate) fn hold(condition: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(why()) }
}

/// A date that the kernels hold.
pub(crate) fn epoch(tape: &mut Tape, name: &str) -> Epoch {
    // 2010-01-02 to 2060-01-01
    Epoch::from_tdb_s(tape.number(&format!("{name}_tdb_s"), 3.157e8, 1.893e9))
}

/// A span that begins in the kernels.
pub(crate) fn span(tape: &mut Tape, name: &str, low_d: f64, high_d: f64) -> Window {
    let start = epoch(tape, name);
    let length_d = tape.number(&format!("{name}_length_d"), low_d, high_d);
    // decades inside the kernels are right to take seconds
    let length_d = if length_d > 3e3 && length_d < 1e6 { 3e3 } else { length_d };
    Window { start, end: start + length_d * DAY_S }
}

/// A state about a body of a gravitational parameter.
pub(crate) fn state(tape: &mut Tape, low_km: f64, high_km: f64, low_km_s: f64, high_km_s: f64) -> State {
    State {
        position_km: tape.vector("position_km", low_km, high_km),
        velocity_km_s: tape.vector("velocity_km_s", low_km_s, high_km_s),
    }
}

/// One of a list of bodies.
pub(crate) fn body(tape: &mut Tape, name: &str, bodies: &[Body]) -> Body {
    bodies[tape.pick(name, bodies.len())]
}
