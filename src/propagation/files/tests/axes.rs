//! EME2000 in files: what is read of it, against SOFA, and what is written.

use super::*;
use crate::dynamics::Steering;
use crate::numerics::vector::{Vector3, dot};
use crate::propagation::state_file::StateFile;

/// The frame bias by SOFA's routine, which this project has in translation: from EME2000 into the ICRF.
fn by_sofa(vector: Vector3) -> Vector3 {
    let (bias, _, _) = sofars::pnp::bp00(2_451_545.0, 0.0);
    std::array::from_fn(|k| dot([bias[0][k], bias[1][k], bias[2][k]], vector))
}

const TOLD_KM: Vector3 = [-16_983.140_756_423_53, 21_213.558_424_230_4, -58_035.630_453_794_2];
const TOLD_KM_S: Vector3 = [-4.457_645_856_905_286e-2, -0.051_374_827_285_916_16, 1.416_421_540_429_468e-01];

fn opm(frame: &str) -> String {
    OPM.replace("REF_FRAME = ICRF\nTIME", &format!("REF_FRAME = {frame}\nTIME"))
}

/// One row of an ephemeris and of a table with the state of the message above.
fn tables(frame: &str) -> [String; 2] {
    let [x, y, z] = TOLD_KM;
    let [vx, vy, vz] = TOLD_KM_S;
    let oem = OEM
        .replace("REF_FRAME = ICRF", &format!("REF_FRAME = {frame}"))
        .replace("1000.0 2000.0 3000.0 1.0 2.0 3.0", &format!("{x:?} {y:?} {z:?} {vx:?} {vy:?} {vz:?}"));
    let csv = format!(
        "# center = Moon\n# frame = {frame}\nepoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s\n\
         1.0,{x:?},{y:?},{z:?},{vx:?},{vy:?},{vz:?}\n"
    );
    [oem, csv]
}

/// The state of each kind of file.
fn states(frame: &str, eme2000: Eme2000) -> Vec<(&'static str, State)> {
    let [oem, csv] = tables(frame);
    let message = Opm::parse_as("tug.opm", &opm(frame), eme2000).expect("a message");
    let ephemeris = Oem::parse_as("tug.oem", &oem, eme2000).expect("an ephemeris");
    let mut found = vec![("OPM", message.state), ("OEM", ephemeris.segments[0].table.rows[0].state)];
    if eme2000 == Eme2000::MeanEquator {
        found.push(("CSV", StateTable::from_csv("tug.csv", &csv).expect("a table").rows[0].state));
    }
    found
}

#[test]
fn agrees_with_sofa_on_eme2000_in_every_file() {
    for word in ["EME2000", "J2000", "eme2000"] {
        for (kind, state) in states(word, Eme2000::MeanEquator) {
            // SOFA's own offsets have 7e-13 rad other digits
            let miss_km = norm(minus(state.position_km, by_sofa(TOLD_KM)));
            assert!(miss_km < 1e-7, "{kind} in {word}: {miss_km:e} km");
            assert!(norm(minus(state.velocity_km_s, by_sofa(TOLD_KM_S))) < 1e-12, "{kind} in {word}");
            assert!(norm(minus(state.position_km, TOLD_KM)) > 5e-3, "{kind} in {word} is not turned");
        }
        for (kind, state) in states(word, Eme2000::Icrf) {
            assert_eq!((state.position_km, state.velocity_km_s), (TOLD_KM, TOLD_KM_S), "{kind} in {word}");
        }
    }
    for word in ["ICRF", "ICRS", "GCRF", "ICRF3"] {
        for (kind, state) in states(word, Eme2000::MeanEquator).into_iter().chain(states(word, Eme2000::Icrf)) {
            assert_eq!((state.position_km, state.velocity_km_s), (TOLD_KM, TOLD_KM_S), "{kind} in {word}");
        }
    }
}

/// A message says EME2000 again with the same numbers to a rounding; one that means the ICRF says that.
#[test]
fn law_eme2000_goes_round() {
    let message = Opm::parse("tug.opm", &opm("EME2000")).expect("a message");
    let text = message.to_kvn();
    assert!(text.contains("REF_FRAME = EME2000\n"), "{text}");
    let again = Opm::parse_as("again.opm", &text, Eme2000::Icrf).expect("our own text");
    assert!(norm(minus(again.state.position_km, TOLD_KM)) < 1e-10, "{:?}", again.state);
    assert!(norm(minus(again.state.velocity_km_s, TOLD_KM_S)) < 3e-16, "{:?}", again.state);
    assert!(again.to_kvn().contains("REF_FRAME = ICRF\n"), "{}", again.to_kvn());
    let keys: String = opm::covariance_keys().iter().map(|(key, _)| format!("{key} = 1.0\n")).collect();
    let covered = text.replacen("\nMAN_EPOCH", &format!("\nCOV_REF_FRAME = EME2000\n{keys}\nMAN_EPOCH"), 1);
    let frame =
        |eme2000| Opm::parse_as("tug.opm", &covered, eme2000).expect("a message").covariance.expect("one").frame;
    assert_eq!(frame(Eme2000::MeanEquator).as_deref(), Some("EME2000"));
    assert_eq!(frame(Eme2000::Icrf).as_deref(), Some("ICRF"));
    for word in ["EME2000", "ICRF"] {
        let ephemeris = Oem::parse("tug.oem", &tables(word)[0]).expect("an ephemeris");
        let text = ephemeris.to_kvn().expect("text");
        assert!(text.contains(&format!("REF_FRAME = {word}\n")));
        let again = Oem::parse_as("again.oem", &text, Eme2000::Icrf).expect("our own text");
        assert!(norm(minus(again.segments[0].table.rows[0].state.position_km, TOLD_KM)) < 1e-10);
    }
}

/// Burns have axes of their own, and in a state file those of the state.
#[test]
fn agrees_with_sofa_on_the_axes_of_burns() {
    let wanted = |steering: Steering, direction: Vector3, what: &str| {
        let Steering::Inertial { direction: found } = steering else { panic!("{what}: {steering:?}") };
        let unit = direction.map(|x| x / norm(direction));
        assert!(norm(minus(found, unit)) < 1e-12, "{what}: {found:?} {unit:?}");
    };
    let dv_km_s = [-0.023_257, 0.016_831_6, -0.008_934_44];
    let steering = |eme2000| {
        Opm::parse_as("tug.opm", OPM, eme2000).expect("a message").thrust_arcs("tug.opm").expect("burns")[0].steering
    };
    wanted(steering(Eme2000::MeanEquator), by_sofa(dv_km_s), "OPM, EME2000");
    wanted(steering(Eme2000::Icrf), dv_km_s, "OPM, ICRF by the name of EME2000");
    let kernels = Ephemerides::embedded().expect("kernels");
    let file = |frame: &str| {
        let text = format!(
            "epoch = \"2030-01-01\"\ncenter = \"Moon\"\n{frame}position_km = {TOLD_KM:?}\nvelocity_km_s = {TOLD_KM_S:?}\n\
             mass_kg = 10.0\n[model]\nthrust = [{{ start = \"2030-01-01\", duration_s = 9, thrust_n = 1, isp_s = 300, \
             steering = \"inertial\", direction = [1.0, 2.0, -2.0] }}]\n"
        );
        StateFile::parse("tug.toml", &text, kernels).expect("a state")
    };
    let turned = file("frame = \"EME2000\"\n");
    assert_eq!(turned.frame, FrameName::Eme2000);
    assert!(norm(minus(turned.state.position_km, by_sofa(TOLD_KM))) < 1e-7);
    assert!(norm(minus(turned.state.velocity_km_s, by_sofa(TOLD_KM_S))) < 1e-12);
    wanted(turned.forces.thrust[0].steering, by_sofa([1.0, 2.0, -2.0]), "TOML, EME2000");
    // what SPICE calls J2000 are the axes of the kernels
    for frame in ["", "frame = \"J2000\"\n", "frame = \"ICRF\"\n"] {
        let same = file(frame);
        assert_eq!((same.state.position_km, same.frame), (TOLD_KM, FrameName::Icrf), "{frame}");
        wanted(same.forces.thrust[0].steering, [1.0, 2.0, -2.0], "TOML");
    }
}
