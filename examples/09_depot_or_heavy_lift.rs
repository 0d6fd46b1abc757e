//! At what mass towards Mars does a depot in low orbit beat expendable heavy lift?
//!
//! ```text
//! $ cargo run --release --example 09_depot_or_heavy_lift
//! ```

use portolan::units::{DeltaV, Mass};
use portolan::vehicles::estimate::dv_from_parking_km_s;
use portolan::vehicles::{
    BoilOff, Burn, Catalogue, Depot, Element, Engine, Growth, LaunchSlots, Load, Step, Tank, Vehicle, fewest_launches,
    smallest_stack,
};
use std::error::Error;

/// C3 of the transfer of April 2033, km²/s².
const C3_KM2_S2: f64 = 7.781;

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    let heavy = catalogue.launcher("Falcon Heavy (expendable)")?;
    let tanker = catalogue.launcher("Starship (projected)")?;
    let each = heavy.capacity(C3_KM2_S2)?.mass;
    let (heavy_price, tanker_price) = (heavy.price_range()?.mid(), tanker.price_range()?.mid());
    let lift = tanker.leo.ok_or("no figure to low orbit")?;
    let isp_s = catalogue.isp_s("methalox LCH4/LOX")?;
    let boil_off = catalogue.depot_value("LEO cryogenic depot boil-off")? / 100.0;
    let loss = catalogue.depot_value("in-space transfer loss")?;
    let dv = DeltaV::from_km_s(dv_from_parking_km_s(C3_KM2_S2));
    println!(
        "one {}: {:.2} t at C3 {C3_KM2_S2}, {:.0} M$; one tanker: {:.1} t in low orbit, {:.0} M$",
        heavy.name,
        each.tonnes(),
        heavy_price.musd(),
        lift.tonnes(),
        tanker_price.musd()
    );
    for mass_t in [20.0, 50.0, 100.0, 200.0] {
        let mass = Mass::from_kg(1e3 * mass_t);
        let straight = fewest_launches(&[LaunchSlots { each, most: u32::MAX }], mass).ok_or("nothing lifts it")?;
        // a departure stage that goes up dry and is fuelled from the depot
        let mut stage = Element::new("departure stage", Mass::ZERO)
            .with_engine(Engine::of_isp(isp_s), Tank::of("LCH4/LOX", Mass::ZERO));
        stage.growth = Growth::Inert { ratio: 0.08 };
        let aboard = "departure stage".to_owned();
        let vehicle = Vehicle::new().stack("ship", vec![stage])?.carry(Load {
            name: "cargo".to_owned(),
            mass,
            people: 0,
            aboard,
        })?;
        let sized = smallest_stack(&vehicle, &[Step::Burn(Burn::new("departure", dv, &["departure stage"]))])?;
        let propellant = sized.flight.burnt();
        let depot = Depot {
            place: "LEO".to_owned(),
            // what the ship takes is lost in part on the way over
            target: propellant * (1.0 / (1.0 - loss)),
            tanker: lift,
            interval_d: 14.0,
            boil_off: BoilOff::everywhere(boil_off),
            transfer_loss_fraction: loss,
        };
        let filling = depot.fill()?;
        let dry = sized.flight.start - propellant;
        let ship = fewest_launches(&[LaunchSlots { each: lift, most: u32::MAX }], dry).ok_or("nothing lifts it")?;
        let launches = filling.flights + ship;
        println!(
            "{mass_t:5.0} t: heavy lift {straight:2} launches {:5.0} M$; depot {launches:2} launches ({} tankers, {:.0} d) {:5.0} M$",
            f64::from(straight) * heavy_price.musd(),
            filling.flights,
            filling.duration_d,
            f64::from(launches) * tanker_price.musd()
        );
    }
    Ok(())
}
