//! Messages that we write are read by anise, and those that anise writes by us: the same numbers to the last bit.

use crate::{numbers, rows};
use anise::ephemerides::ephemeris::Ephemeris;
use anise::ephemerides::opm::Opm as TheirOpm;
use portolan::bodies::MOON;
use portolan::ephemerides::State;
use portolan::propagation::files::{
    Burn, BurnFrame, CraftParameters, Heading, Interpolation, Label, Oem, Opm, Row, StateTable, TimeSystem,
};
use portolan::time::Epoch;

/// anise's text of a date ends at the nanosecond, an epoch here at 0.12 µs.
const TIME_S: f64 = 2.4e-7;

fn label() -> Label {
    Label { time_system: TimeSystem::Utc, object_id: "2022-070A".to_owned(), ..Label::new("CAPSTONE", MOON) }
}

/// CAPSTONE's flown week, as Horizons tells it.
fn week() -> StateTable {
    let row = |r: &csv::StringRecord| Row {
        epoch: Epoch::from_tdb_s(numbers::<1>(r, 0)[0]),
        state: State { position_km: numbers(r, 2), velocity_km_s: numbers(r, 5) },
    };
    let rows = rows("capstone_nrho_horizons_2022.csv").iter().map(row).collect();
    StateTable { label: label(), interpolation: Interpolation::Hermite { degree: 7 }, comments: Vec::new(), rows }
}

#[test]
fn agrees_with_anise_on_ephemeris_messages() {
    let (folder, table) = (tempfile::tempdir().expect("a folder"), week());
    let (ours, theirs) = (folder.path().join("ours.oem"), folder.path().join("theirs.oem"));
    let message = Oem::new(Heading::new(Epoch::from_tdb_s(8.5e8)), table.clone());
    std::fs::write(&ours, message.to_kvn().expect("text")).expect("written");
    let read = Ephemeris::from_ccsds_oem_file(&ours).expect("anise reads our file");
    let mut worst_s = 0.0_f64;
    let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
    assert_eq!((&read).into_iter().count(), table.rows.len());
    for (record, row) in (&read).into_iter().zip(&table.rows) {
        let orbit = record.orbit;
        worst_s = worst_s.max((orbit.epoch.to_et_seconds() - row.epoch.tdb_s()).abs());
        assert_eq!(array(orbit.radius_km), row.state.position_km, "{}", row.epoch);
        assert_eq!(array(orbit.velocity_km_s), row.state.velocity_km_s, "{}", row.epoch);
        assert_eq!(orbit.frame.ephemeris_id, 301);
    }
    println!("{} rows read by anise, dates within {worst_s:e} s", table.rows.len());
    assert!(worst_s <= TIME_S, "{worst_s:e} s");
    read.write_ccsds_oem(&theirs, None, None).expect("anise writes");
    let back = Oem::read(&theirs).expect("we read anise's file");
    let [segment] = &back.segments[..] else { panic!("one segment") };
    assert_eq!(segment.table.rows.len(), table.rows.len());
    assert_eq!(segment.table.interpolation, table.interpolation);
    for (row, wanted) in segment.table.rows.iter().zip(&table.rows) {
        assert_eq!(row.state, wanted.state);
        assert!((row.epoch - wanted.epoch).abs() <= TIME_S, "{}", row.epoch);
    }
}

/// A message in three segments that share their end rows: anise reads the rows, each once.
#[test]
fn agrees_with_anise_on_messages_in_segments() {
    let (folder, table) = (tempfile::tempdir().expect("a folder"), week());
    let path = folder.path().join("segments.oem");
    let count = table.rows.len();
    let cuts = [0, count / 3, count / 2, count - 1];
    let part = |ends: &[usize]| StateTable { rows: table.rows[ends[0]..=ends[1]].to_vec(), ..table.clone() };
    let message = Oem::of_segments(Heading::new(Epoch::from_tdb_s(8.5e8)), cuts.windows(2).map(part).collect());
    std::fs::write(&path, message.to_kvn().expect("text")).expect("written");
    let read = Ephemeris::from_ccsds_oem_file(&path).expect("anise reads our file");
    assert_eq!((&read).into_iter().count(), count);
    let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
    for (record, row) in (&read).into_iter().zip(&table.rows) {
        assert_eq!(array(record.orbit.radius_km), row.state.position_km, "{}", row.epoch);
        assert_eq!(array(record.orbit.velocity_km_s), row.state.velocity_km_s, "{}", row.epoch);
    }
    let back = Oem::read(&path).expect("we read our own");
    assert_eq!(back.segments.len(), 3);
}

#[test]
fn agrees_with_anise_on_parameter_messages() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (folder.path().join("ours.opm"), folder.path().join("theirs.opm"));
    let row = week().rows[7];
    let mut message = Opm::new(Heading::new(Epoch::from_tdb_s(8.5e8)), label(), row.epoch, row.state);
    message.craft = CraftParameters {
        mass_kg: Some(25.0),
        radiation_area_m2: Some(0.3),
        radiation_coefficient: Some(1.3),
        drag_area_m2: Some(0.1),
        drag_coefficient: Some(2.2),
    };
    message.burns.push(Burn {
        ignition: row.epoch + 3600.0,
        duration_s: 16.25,
        mass_change_kg: -1.0 / 3.0,
        frame: BurnFrame::Rtn,
        dv_km_s: [1e-3, -2.0e-5, 1.0 / 7.0],
        comments: Vec::new(),
    });
    std::fs::write(&ours, message.to_kvn()).expect("written");
    let read = TheirOpm::from_ccsds_opm_file(&ours).expect("anise reads our file");
    let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
    assert_eq!(array(read.orbit.radius_km), row.state.position_km);
    assert_eq!(read.spacecraft_data.mass.expect("a mass").dry_mass_kg, 25.0);
    assert_eq!(array(read.maneuvers[0].delta_v_km_s), message.burns[0].dv_km_s);
    read.write_ccsds_opm(&theirs, None, None).expect("anise writes");
    let back = Opm::read(&theirs).expect("we read anise's file");
    assert_eq!((back.state, back.craft), (message.state, message.craft));
    assert!((back.epoch - message.epoch).abs() <= TIME_S);
    let [burn] = &back.burns[..] else { panic!("one burn") };
    assert_eq!((burn.dv_km_s, burn.mass_change_kg, burn.frame), (message.burns[0].dv_km_s, -1.0 / 3.0, BurnFrame::Rtn));
    assert_eq!(burn.duration_s, 16.25);
}
