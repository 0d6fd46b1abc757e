//! SPK segments of every type that is read, against CSPICE on the same files (`ephemerides/tools/make_spk_samples.py`).

use crate::{Worst, distance, file, numbers, rows};
use portolan::bodies::{Body, EARTH};
use portolan::ephemerides::{Ephemerides, EphemerisError};
use portolan::time::Epoch;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Rounding in 7000 km is 1e-12 km; polynomials through many states and the Moon's 4e5 km lose a digit or two of it. The
/// difference lines come out bit for bit.
const POSITION_KM: f64 = 1e-10;
const VELOCITY_KM_S: f64 = 2e-12;

fn kernels(names: &[&str]) -> Ephemerides {
    let paths: Vec<PathBuf> = names.iter().map(|name| file("tests/golden/spk").join(name)).collect();
    Ephemerides::with_kernels(&paths).expect("kernels")
}

#[test]
fn agrees_with_cspice_on_every_type_of_segment() {
    let mut of_type: BTreeMap<String, (Worst, Worst)> = BTreeMap::new();
    let table = rows("spk/states.csv");
    assert_eq!(table.len(), 175, "the table has lost rows");
    for name in ["segments.bsp", "differences.bsp", "big_endian.bsp"] {
        let ephemerides = kernels(&[name]);
        for row in table.iter().filter(|row| &row[0] == name) {
            let (target, center) = (row[2].parse().expect("an id"), row[3].parse().expect("an id"));
            let epoch = Epoch::from_tdb_s(numbers::<1>(row, 4)[0]);
            let got =
                ephemerides.state(Body::from_naif_id(target), Body::from_naif_id(center), epoch).expect("a state");
            let place = || format!("{} at {}", &row[1], &row[4]);
            let (far, fast) = of_type.entry(row[1].to_owned()).or_insert_with(|| (Worst::none(), Worst::none()));
            far.see(distance(got.position_km, numbers(row, 5)), place);
            fast.see(distance(got.velocity_km_s, numbers(row, 8)), place);
        }
    }
    for (name, (far, fast)) in &of_type {
        println!("{name}: {:.1e} km, {:.1e} km/s", far.value, fast.value);
    }
    for (name, (far, fast)) in &of_type {
        assert!(far.within(POSITION_KM), "{name}: {:e} km, {}", far.value, far.at);
        assert!(fast.within(VELOCITY_KM_S), "{name}: {:e} km/s, {}", fast.value, fast.at);
    }
    assert_eq!(of_type.len(), 25);
}

#[test]
fn refuses_types_and_axes_that_are_not_read_by_name() {
    let ephemerides = kernels(&["segments.bsp"]);
    for (id, what) in [
        (-1090, "NAIF -1090 in {file} is SPK type 17 (equinoctial elements), which is not read: sample it with SPICE"),
        (
            -1091,
            "NAIF -1091 in {file} is given on the axes B1950 (SPICE's frame 2), which is not read: sample it with SPICE",
        ),
    ] {
        let said = ephemerides.track(Body::from_naif_id(id), EARTH).map(|_| ()).expect_err("refused");
        assert!(matches!(said, EphemerisError::UnreadSegment { .. }));
        let what = what.replace("{file}", &file("tests/golden/spk/segments.bsp").display().to_string());
        assert!(said.to_string().starts_with(&what), "{said}");
    }
}

#[test]
fn refuses_an_epoch_in_a_gap_as_one() {
    let ephemerides = kernels(&["segments.bsp"]);
    let track = ephemerides.track(Body::from_naif_id(-1092), EARTH).expect("a track");
    let said = track.state(Epoch::from_tdb_s(800_064_000.0 + 3500.0)).expect_err("a gap");
    assert!(matches!(said, EphemerisError::InGap { .. }), "{said}");
    let words =
        "lies in a gap of the kernels, which end at 2025-05-09T12:50:14 TDB and go on at 2025-05-09T13:10:07 TDB";
    assert!(said.to_string().contains(words), "{said}");
    let outside = track.state(Epoch::from_tdb_s(800_064_000.0 - 1.0)).expect_err("before it");
    assert!(matches!(outside, EphemerisError::OutsideKernel { .. }), "{outside}");
}

/// The Earth of a full DE440 and the program's Mars: the planet has no segment there, and stands at its barycentre.
#[test]
fn law_mars_stands_at_its_barycenter_where_no_kernel_holds_it() {
    use portolan::bodies::{MARS, MARS_BARYCENTER, MERCURY, SUN, VENUS};
    let ephemerides = Ephemerides::embedded().expect("kernels");
    let track = ephemerides.track(MARS, MARS_BARYCENTER).expect("a track");
    for (date, told) in [("1900-01-01", true), ("2033-01-01", false), ("2500-01-01", true)] {
        let epoch = Epoch::parse(date).expect("a date");
        assert_eq!(track.state(epoch).expect("a state").position_km, [0.0; 3]);
        let said = track.at_barycenter(epoch);
        assert_eq!(said.map(|b| (b.body, b.off_km)), told.then_some((MARS, 0.2e-3)), "{date}");
    }
    // what bounds the planets is what the kernels hold of their barycentres
    for planet in [MERCURY, VENUS, MARS] {
        let span = ephemerides.track(planet, SUN).expect("a track").span();
        assert_eq!((span.start.date(), span.end.date()), ("2009-12-01".to_owned(), "2060-02-01".to_owned()));
    }
}
