//! At what mass towards Mars does a depot in low orbit beat expendable heavy lift?
//!
//! ```text
//! $ cargo run --release --example 09_depot_or_heavy_lift
//! Falcon Heavy (expendable): 63.8 t to low orbit, 164 M$ in the middle of its range, operational
//! Starship (projected): 59.2 t to low orbit, 95 M$ in the middle of its range, development
//! one Falcon Heavy (expendable) injects 12.91 t at C3 = 7.781 km²/s²
//!   cargo   straight       depot by the same    depot by Starship
//!    10 t    1   164 M$     3   492 M$   0 d     3   285 M$   0 d
//!    20 t    2   328 M$     3   492 M$   0 d     3   285 M$   0 d
//!    50 t    4   656 M$     4   656 M$  14 d     4   380 M$  14 d
//!   100 t    8  1312 M$     7  1148 M$  42 d     7   665 M$  42 d
//!   200 t   16  2624 M$    12  1968 M$  84 d    12  1140 M$  84 d
//! ```
//!
//! Straight: the cargo in as many parts as launches, each injected by its launcher. Depot: one launch for the depot,
//! tankers until it is full, and launches for a methane stage (8 % of its propellant as structure) and the cargo in
//! one piece. With the same launcher the depot breaks even at 50 t and saves a quarter of the price at 200 t; with a
//! tanker that is only projected it wins from 20 t on, as far as one believes its price. What the depot itself costs,
//! and waiting, are not in it.

use portolan::units::{DeltaV, Mass};
use portolan::vehicles::estimate::dv_from_parking_km_s;
use portolan::vehicles::{
    BoilOff, Burn, Catalogue, Depot, Element, Engine, Growth, LaunchSlots, Launcher, Load, Step, Tank, Vehicle,
    fewest_launches, smallest_stack,
};
use std::error::Error;

/// C3 of the transfer of April 2033, km²/s².
const C3_KM2_S2: f64 = 7.781;

fn launches(each: Mass, mass: Mass) -> Result<u32, Box<dyn Error>> {
    Ok(fewest_launches(&[LaunchSlots { each, most: u32::MAX }], mass).ok_or("nothing lifts it")?)
}

/// Launches and days of a departure from a depot that a launcher fills.
fn by_depot(catalogue: &Catalogue, lifter: &Launcher, cargo: Mass) -> Result<(u32, f64), Box<dyn Error>> {
    let lift = lifter.leo.ok_or("no figure to low orbit")?;
    let loss = catalogue.depot_value("in-space transfer loss")?;
    let engine = Engine::of_isp(catalogue.isp_s("methalox LCH4/LOX")?);
    let mut stage = Element::new("stage", Mass::ZERO).with_engine(engine, Tank::of("LCH4/LOX", Mass::ZERO));
    stage.growth = Growth::Inert { ratio: 0.08 };
    let load = Load { name: "cargo".to_owned(), mass: cargo, people: 0, aboard: "stage".to_owned() };
    let vehicle = Vehicle::new().stack("ship", vec![stage])?.carry(load)?;
    let dv = DeltaV::from_km_s(dv_from_parking_km_s(C3_KM2_S2));
    let sized = smallest_stack(&vehicle, &[Step::Burn(Burn::new("departure", dv, &["stage"]))])?;
    let propellant = sized.flight.burnt();
    let depot = Depot {
        place: "LEO".to_owned(),
        // what the ship takes is lost in part on the way over
        target: propellant * (1.0 / (1.0 - loss)),
        tanker: lift,
        interval_d: 14.0,
        boil_off: BoilOff::everywhere(catalogue.depot_value("LEO cryogenic depot boil-off")? / 100.0),
        transfer_loss_fraction: loss,
    };
    let filling = depot.fill()?;
    Ok((1 + filling.flights + launches(lift, sized.flight.start - propellant)?, filling.duration_d))
}

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    let heavy = catalogue.launcher("Falcon Heavy (expendable)")?;
    let tanker = catalogue.launcher("Starship (projected)")?;
    let each = heavy.capacity(C3_KM2_S2)?.mass;
    for launcher in [heavy, tanker] {
        println!(
            "{}: {:.1} t to low orbit, {:.0} M$ in the middle of its range, {}",
            launcher.name,
            launcher.leo.map_or(f64::NAN, |m| m.tonnes()),
            launcher.price_range()?.mid().musd(),
            launcher.status
        );
    }
    println!("one {} injects {:.2} t at C3 = {C3_KM2_S2} km²/s²", heavy.name, each.tonnes());
    println!("  cargo   straight       depot by the same    depot by Starship");
    for mass_t in [10.0, 20.0, 50.0, 100.0, 200.0] {
        let cargo = Mass::from_kg(1e3 * mass_t);
        let straight = launches(each, cargo)?;
        let cost = |n: u32, of: &Launcher| Ok::<f64, Box<dyn Error>>(f64::from(n) * of.price_range()?.mid().musd());
        let (same, same_d) = by_depot(catalogue, heavy, cargo)?;
        let (ship, ship_d) = by_depot(catalogue, tanker, cargo)?;
        println!(
            "{mass_t:5.0} t  {straight:3} {:5.0} M$   {same:3} {:5.0} M$ {same_d:3.0} d   {ship:3} {:5.0} M$ {ship_d:3.0} d",
            cost(straight, heavy)?,
            cost(same, heavy)?,
            cost(ship, tanker)?,
        );
    }
    Ok(())
}
