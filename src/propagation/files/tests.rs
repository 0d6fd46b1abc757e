//! Round trips of every format, agreement with anise, and each class of mistake.

mod axes;
mod segments;

use super::*;
use crate::bodies::{EARTH, EARTH_MOON_BARYCENTER, MARS_BARYCENTER, MOON, SUN, VENUS};
use crate::dynamics::PointMasses;
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{minus, norm};
use crate::propagation::Trajectory;
use crate::propagation::taylor::{Stop, Tolerance, propagate};
use crate::time::DAY_S;

const OPM: &str = "CCSDS_OPM_VERS = 3.0
COMMENT made for a test
CREATION_DATE = 2026-11-24T12:00:00
ORIGINATOR = portolan
MESSAGE_ID = 7

OBJECT_NAME = TUG 3
OBJECT_ID = 2031-044A
CENTER_NAME = MOON
REF_FRAME = ICRF
TIME_SYSTEM = UTC

COMMENT after the insertion
EPOCH = 2031-118T05:10:00.25
X = -16983.14075642353 [km]
Y = 21213.5584242304   [km]
Z = -58035.6304537942 [km]
X_DOT = -4.457645856905286E-02 [km/s]
Y_DOT = -0.05137482728591616 [km/s]
Z_DOT = 1.416421540429468E-01

SEMI_MAJOR_AXIS = 35000.0 [km]
ECCENTRICITY = 0.9
INCLINATION = 89.5 [deg]
RA_OF_ASC_NODE = 12.25 [deg]
ARG_OF_PERICENTER = 270.0 [deg]
MEAN_ANOMALY = 179.125 [deg]
GM = 4902.8001184575496 [km**3/s**2]

MASS = 1913.0 [kg]
SOLAR_RAD_AREA = 10.0 [m**2]
SOLAR_RAD_COEFF = 1.3
DRAG_AREA = 10.0 [m**2]
DRAG_COEFF = 2.2

COMMENT down to the orbit of the station
MAN_EPOCH_IGNITION = 2031-04-28T09:00:34.1
MAN_DURATION = 132.6 [s]
MAN_DELTA_MASS = -18.418 [kg]
MAN_REF_FRAME = EME2000
MAN_DV_1 = -0.023257 [km/s]
MAN_DV_2 = 0.0168316 [km/s]
MAN_DV_3 = -0.00893444 [km/s]

MAN_EPOCH_IGNITION = 2031-04-29T09:00:00
MAN_DURATION = 0.0 [s]
MAN_DELTA_MASS = -1.469 [kg]
MAN_REF_FRAME = RTN
MAN_DV_1 = 0.001015
MAN_DV_2 = -0.001873
MAN_DV_3 = 1E-7

USER_DEFINED_EARTH_MODEL = none
";

const OEM: &str = "CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2026-11-24T12:00:00
ORIGINATOR = portolan

META_START
OBJECT_NAME = TUG 3
OBJECT_ID = 2031-044A
CENTER_NAME = EARTH BARYCENTER
REF_FRAME = ICRF
TIME_SYSTEM = TDB
START_TIME = 2031-04-28T00:00:00
STOP_TIME = 2031-04-28T03:00:00
INTERPOLATION = LAGRANGE
INTERPOLATION_DEGREE = 3
META_STOP

COMMENT before the burn
2031-04-28T00:00:00 1000.0 2000.0 3000.0 1.0 2.0 3.0
2031-04-28T01:00:00 4600.0 9200.0 13800.0 1.0 2.0 3.0 0.0 0.0 0.0
2031-04-28T02:00:00 8200.0 16400.0 24600.0 1.0 2.0 3.0
2031-04-28T03:00:00 11800.0 23600.0 35400.0 1.0 2.0 3.0

COVARIANCE_START
EPOCH = 2031-04-28T00:00:00
1.0
0.0 1.0
COVARIANCE_STOP

META_START
OBJECT_NAME = TUG 3
OBJECT_ID = 2031-044A
CENTER_NAME = EARTH BARYCENTER
REF_FRAME = ICRF
TIME_SYSTEM = TDB
START_TIME = 2031-04-28T03:00:00
USEABLE_STOP_TIME = 2031-04-28T03:30:00
STOP_TIME = 2031-04-28T04:00:00
META_STOP
2031-04-28T03:00:00 11800.0 23600.0 35400.0 0.0 0.0 0.0
2031-04-28T04:00:00 11800.0 23600.0 35400.0 0.0 0.0 0.0
";

fn fly(center: Body, others: &[Body], start: State, span_s: f64) -> Trajectory {
    let ephemerides = Ephemerides::embedded().expect("kernels");
    let model = PointMasses::new(ephemerides, center, others).expect("a model");
    // CAPSTONE's first row in tests/golden; an epoch whose sum with fractions rounds
    let epoch = Epoch::from_tdb_s(722_606_400.0);
    let (flown, end) = propagate(&model, &start, epoch, span_s, Tolerance::TIGHTEST, Stop::Never);
    end.expect("to the end");
    flown
}

fn nrho(span_s: f64) -> Trajectory {
    let start = State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    };
    fly(MOON, &[EARTH, SUN], start, span_s)
}

fn low_orbit() -> Trajectory {
    let start = State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] };
    fly(EARTH, &[MOON, SUN], start, DAY_S)
}

fn cruise() -> Trajectory {
    let start = State { position_km: [1.3e8, 7.0e7, 3.1e7], velocity_km_s: [-14.0, 26.0, 11.0] };
    fly(SUN, &[VENUS, EARTH, MARS_BARYCENTER], start, 200.0 * DAY_S)
}

/// The three arcs that files are tested on, each with the error that its distance allows: a millimetre.
fn arcs() -> [(&'static str, Trajectory, Body); 3] {
    [("NRHO", nrho(30.0 * DAY_S), MOON), ("LEO", low_orbit(), EARTH), ("cruise", cruise(), SUN)]
}

const MILLIMETRE_KM: f64 = 1e-6;

fn fitted(flown: &Trajectory, center: Body, interpolation: Interpolation) -> Fitted {
    StateTable::fitted(flown, Label::new("Tug 3", center), interpolation, MILLIMETRE_KM).expect("a millimetre")
}

fn table() -> StateTable {
    let mut table = fitted(&nrho(30.0 * DAY_S), MOON, Interpolation::default()).table;
    table.comments = vec!["points: Moon, Earth, Sun".to_owned(), "a = b, even \"so\"".to_owned()];
    table
}

#[test]
fn law_a_message_goes_round_to_the_last_bit() {
    let message = Opm::parse("tug.opm", OPM).expect("a message");
    assert_eq!(message.state.position_km[2], -58_035.630_453_794_2);
    assert_eq!(message.epoch.utc_iso(), "2031-04-28T05:10:00.250Z");
    assert_eq!((message.label.center.naif_id, message.label.frame), (301, FrameName::Icrf));
    assert_eq!(message.craft.mass_kg, Some(1913.0));
    assert_eq!(message.burns.len(), 2);
    assert_eq!(message.burns[0].comments, ["down to the orbit of the station"]);
    assert_eq!((message.burns[1].frame, message.burns[1].dv_km_s[2]), (BurnFrame::Rtn, 1e-7));
    assert_eq!(message.state_comments, ["after the insertion"]);
    assert_eq!(message.user_defined, [("EARTH_MODEL".to_owned(), "none".to_owned())]);
    let text = message.to_kvn();
    let again = Opm::parse("again.opm", &text).expect("our own text");
    assert_eq!(again, message);
    assert_eq!(again.to_kvn(), text, "bytes");
}

#[test]
fn law_any_double_goes_round_in_a_message() {
    let mut message = Opm::parse("tug.opm", OPM).expect("a message");
    message.label.time_system = TimeSystem::Tdb;
    message.covariance = Some(Covariance {
        frame: Some("RTN".to_owned()),
        comments: vec!["of the last fit".to_owned()],
        matrix: std::array::from_fn(|k| 1.0 / (k as f64 + 3.0)),
    });
    // up to the largest that a file may hold
    let awkward = [0.1 + 0.2, -0.0, 1e-300, 5e-324, 1e30, 123_456_789.123_456_79, 1e15, 9.999_999e-5, 2.0 / 3.0];
    for (k, value) in awkward.into_iter().enumerate() {
        message.state.position_km[0] = value;
        message.epoch = Epoch::from_tdb_s(9.9e8 + 1.0 / (k as f64 + 3.0));
        let again = Opm::parse("again.opm", &message.to_kvn()).expect("our own text");
        assert_eq!(again.state.position_km[0].to_bits(), value.to_bits(), "{value:e}");
        assert_eq!(again, message);
    }
}

#[test]
fn law_an_ephemeris_is_read_and_goes_round() {
    let message = Oem::parse("tug.oem", OEM).expect("a message");
    let [first, second] = &message.segments[..] else { panic!("two segments") };
    assert_eq!(first.table.label.center, EARTH_MOON_BARYCENTER);
    assert_eq!(first.table.interpolation, Interpolation::Lagrange { degree: 3 });
    assert_eq!(first.left_out, ["1 covariance matrices", "1 accelerations"]);
    assert_eq!(first.table.comments, ["before the burn"]);
    assert_eq!(second.table.interpolation, Interpolation::Hermite { degree: 7 }, "the file is silent");
    let at = |text: &str| Epoch::parse(text).expect("a date");
    let (segment, row) = message.last().expect("a row");
    assert_eq!((segment, row.state.velocity_km_s), (second, [0.0; 3]));
    assert_eq!(row.epoch, at("2031-04-28T03:30:00"), "the last useable date, not the last row");
    let (segment, state) = message.state(at("2031-04-28T01:30:00")).expect("inside");
    assert_eq!(segment, first);
    assert!(norm(minus(state.position_km, [6400.0, 12_800.0, 19_200.0])) < 1e-10, "{state:?}");
    assert_eq!(message.state(at("2031-04-28T03:00:00")).expect("inside").0, second, "the later one holds");
    assert!(matches!(message.state(at("2031-04-28T03:45:00")), Err(TableError::Outside { .. })), "not useable there");
    let mut wanted = message.clone();
    wanted.segments[0].left_out.clear();
    let text = message.to_kvn().expect("text");
    let again = Oem::parse("again.oem", &text).expect("our own text");
    assert_eq!(again, wanted);
    assert_eq!(again.to_kvn().expect("text"), text, "bytes");
}

#[test]
fn law_a_trajectory_goes_round_in_an_ephemeris_and_in_csv() {
    let table = table();
    let message = Oem::new(Heading::new(Epoch::from_tdb_s(8.5e8)), table.clone());
    assert_eq!(Oem::parse("tug.oem", &message.to_kvn().expect("text")).expect("our own text"), message);
    assert_eq!(StateTable::from_csv("tug.csv", &table.to_csv().expect("text")).expect("our own text"), table);
    assert_eq!(FileKind::of(&table.to_csv().expect("text")), FileKind::Csv);
    assert_eq!(FileKind::of(&message.to_kvn().expect("text")), FileKind::Oem);
    assert_eq!(FileKind::of(OPM), FileKind::Opm);
    assert_eq!(FileKind::of("# a state\nepoch = \"2020-01-01\"\n"), FileKind::Toml);
    // in UTC the dates may move by the rounding of nanoseconds, the states not at all
    let mut utc = message.clone();
    utc.segments[0].table.label.time_system = TimeSystem::Utc;
    let again = Oem::parse("tug.oem", &utc.to_kvn().expect("text")).expect("our own text");
    for (row, wanted) in again.segments[0].table.rows.iter().zip(&table.rows) {
        assert_eq!(row.state, wanted.state);
        assert!((row.epoch - wanted.epoch).abs() <= 2.4e-7, "{:e}", row.epoch - wanted.epoch);
    }
}

#[cfg(feature = "parquet")]
#[test]
fn law_a_trajectory_goes_round_in_parquet() {
    let table = table();
    let bytes = table.to_parquet().expect("bytes");
    assert_eq!(StateTable::from_parquet("tug.parquet", bytes.clone()).expect("our own bytes"), table);
    let refused = StateTable::from_parquet("tug.parquet", bytes[..bytes.len() / 2].to_vec());
    assert!(matches!(refused, Err(FileError::Damaged { .. })), "{refused:?}");
    // the units stand beside the columns
    let reader = ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
    let schema = reader.expect("a reader").schema().clone();
    assert_eq!(schema.field_with_name("vx_km_s").expect("a column").metadata()["unit"], "km/s");
}

#[test]
fn law_interpolation_keeps_a_millimetre() {
    for (name, flown, center) in arcs() {
        for interpolation in [Interpolation::default(), Interpolation::Lagrange { degree: 11 }] {
            let Fitted { table, position_error_km, velocity_error_km_s } = fitted(&flown, center, interpolation);
            println!(
                "{name}, {} {}: {} rows for {} steps, {:.2e} mm, {velocity_error_km_s:.1e} km/s",
                interpolation.name(),
                interpolation.degree(),
                table.rows.len(),
                flown.steps(),
                1e6 * position_error_km,
            );
            assert!(position_error_km <= MILLIMETRE_KM);
            // rows are the trajectory's own states at the very epochs they are written with
            let row = table.rows[table.rows.len() / 3];
            assert_eq!(flown.state(row.epoch - flown.epoch()), Some(row.state));
        }
    }
}

#[test]
fn agrees_with_anise_on_spk_of_both_types() {
    let folder = tempfile::tempdir().expect("a folder");
    let craft = Body::from_naif_id(-1176);
    for (name, flown, center) in arcs() {
        for (kind, interpolation) in [(13, Interpolation::default()), (9, Interpolation::Lagrange { degree: 11 })] {
            let table = fitted(&flown, center, interpolation).table;
            let path = folder.path().join(format!("{name}_{kind}.bsp"));
            std::fs::write(&path, table.to_spk(-1176).expect("bytes")).expect("written");
            let ephemerides = Ephemerides::with_kernels(&[path]).expect("a kernel");
            let mut worst_km = 0.0_f64;
            for k in 1..500 {
                // anise counts nanoseconds, so whole seconds
                let after_s = (flown.span_s() * f64::from(k) / 500.0).floor();
                let got = ephemerides.state(craft, center, flown.epoch() + after_s).expect("a state");
                let wanted = flown.state(after_s).expect("inside");
                worst_km = worst_km.max(norm(minus(got.position_km, wanted.position_km)));
            }
            println!(
                "{name}, type {kind}, {} rows: anise {:.2e} mm from the trajectory",
                table.rows.len(),
                1e6 * worst_km
            );
            assert!(worst_km < MILLIMETRE_KM, "{name}, type {kind}: {worst_km:e} km");
        }
    }
}

#[test]
fn law_a_kernel_of_a_hundred_rows_has_no_directory() {
    let (folder, flown) = (tempfile::tempdir().expect("a folder"), low_orbit());
    for rows in [12, 99, 100, 101, 200, 201] {
        // whole seconds: anise's clock makes other epochs anew, to a unit in the last place
        let sampling = Sampling::Every { step_s: 60.0 };
        let mut table = StateTable::sample(&flown, Label::new("Tug 3", EARTH), sampling).expect("rows");
        table.rows.truncate(rows);
        let bytes = table.to_spk(-7).expect("bytes");
        let path = folder.path().join("tug.bsp");
        std::fs::write(&path, &bytes).expect("written");
        let ephemerides = Ephemerides::with_kernels(&[path]).expect("a kernel");
        for row in &table.rows[1..rows - 1] {
            let got = ephemerides.state(Body::from_naif_id(-7), EARTH, row.epoch).expect("a state");
            assert!(norm(minus(got.position_km, row.state.position_km)) < 1e-11, "{rows} rows");
        }
        assert_eq!(bytes.len() % 1024, 0);
    }
}

#[test]
fn law_sampling_keeps_ends_and_order() {
    let label = || Label::new("Tug 3", MOON);
    let there = nrho(6.5 * DAY_S);
    let back = fly(MOON, &[EARTH, SUN], there.end(), -6.5 * DAY_S);
    for flown in [&there, &back] {
        let (start, end) = (flown.epoch(), flown.epoch() + flown.span_s());
        let (first, last) = if start < end { (start, end) } else { (end, start) };
        let samplings = [
            (Sampling::Rows { rows: 101 }, 101),
            (Sampling::Every { step_s: DAY_S }, 8),
            (Sampling::Steps { parts: 3 }, 3 * flown.steps() + 1),
        ];
        let graded = StateTable::sample(flown, label(), Sampling::Graded { parts: 4 }).expect("rows");
        assert_eq!((graded.rows[0].epoch, graded.last().expect("a row").epoch), (first, last));
        // whatever cut the integrator's steps short, neighbours stay alike
        for three in graded.rows.windows(3) {
            let ratio = (three[2].epoch - three[1].epoch) / (three[1].epoch - three[0].epoch);
            assert!((0.4..2.5).contains(&ratio), "{ratio} at {}", three[1].epoch);
        }
        for (sampling, rows) in samplings {
            let table = StateTable::sample(flown, label(), sampling).expect("rows");
            assert_eq!(table.rows.len(), rows, "{sampling:?}");
            assert_eq!((table.rows[0].epoch, table.rows[rows - 1].epoch), (first, last));
            assert!(table.rows.windows(2).all(|pair| pair[0].epoch < pair[1].epoch));
            assert_eq!(table.state(last).expect("inside"), table.rows[rows - 1].state);
        }
    }
    let refused = |sampling| StateTable::sample(&there, label(), sampling).expect_err("refused").to_string();
    assert!(refused(Sampling::Every { step_s: -1.0 }).starts_with("a step of -1 s over 561600 s"));
    assert!(refused(Sampling::Every { step_s: 1e-9 }).contains("2 to 10000000 rows"));
    assert!(refused(Sampling::Rows { rows: 1 }).starts_with("1 rows: write a number"));
    assert!(refused(Sampling::Steps { parts: 0 }).contains("rows"));
}

#[test]
fn refuses_tables_that_cannot_be_written() {
    let flown = nrho(6.5 * DAY_S);
    let table = StateTable::sample(&flown, Label::new("Tug 3", MOON), Sampling::Rows { rows: 20 }).expect("rows");
    let spk = |change: &dyn Fn(&mut StateTable)| {
        let mut table = table.clone();
        change(&mut table);
        table.to_spk(-7).expect_err("refused").to_string()
    };
    assert_eq!(spk(&|t| t.rows.truncate(5)), "5 rows are too few: 6 are needed");
    assert!(spk(&|t| t.interpolation = Interpolation::Hermite { degree: 8 }).starts_with("degree 8: SPICE"));
    assert!(spk(&|t| t.interpolation = Interpolation::Lagrange { degree: 29 }).contains("1 to 27"));
    assert!(spk(&|t| t.rows.swap(3, 4)).starts_with("row 5 of 2022-11-2"));
    assert!(spk(&|t| t.rows[2].state.position_km[1] = f64::NAN).starts_with("row 3 of"));
    assert!(table.to_spk(301).expect_err("the centre").to_string().contains("301 is that of the centre"));
    let outside = table.state(flown.epoch() - 1.0).expect_err("before").to_string();
    assert!(outside.contains("which holds 2022-11-25T00:00:00 TDB to 2022-12-01T12:00:00 TDB"), "{outside}");
    let cruise = cruise();
    let label = Label::new("Tug 3", SUN);
    // 1e-12 km is below the digits of 1.5e8 km
    let refused = StateTable::fitted(&cruise, label, Interpolation::default(), 1e-12);
    assert!(matches!(refused, Err(TableError::NotReached { .. })), "{:?}", refused.err());
}

#[test]
fn refuses_each_mistake_of_a_parameter_message_with_its_line() {
    let refused = |from: &str, to: &str| {
        assert!(OPM.contains(from), "{from}");
        Opm::parse("tug.opm", &OPM.replace(from, to)).expect_err(to).to_string()
    };
    let starts = |from: &str, to: &str, wanted: &str| {
        let message = refused(from, to);
        assert!(message.starts_with(wanted), "{message}");
    };
    starts("CCSDS_OPM_VERS", "CCSDS_OEM_VERS", "tug.opm:1: the file begins with \"CCSDS_OEM_VERS\"");
    starts("VERS = 3.0", "VERS = 4.0", "tug.opm:1: version 4.0 is not known");
    starts("ORIGINATOR = portolan\n", "", "tug.opm:4: ORIGINATOR is missing");
    starts("OBJECT_NAME = TUG 3", "OBJECT_NAME =", "tug.opm:7: OBJECT_NAME is missing");
    starts(
        "CENTER_NAME = MOON",
        "CENTER_NAME = MOOON",
        "tug.opm:9: no body is called \"MOOON\"; did you mean \"Moon\"?",
    );
    starts("ICRF\nTIME", "ITRF-97\nTIME", "tug.opm:10: REF_FRAME is ITRF-97: rotate");
    starts("SYSTEM = UTC", "SYSTEM = GPS", "tug.opm:11: the time system is GPS: convert");
    starts("2031-118T", "2031-368T", "tug.opm:14: EPOCH is \"2031-368T05:10:00.25\"");
    starts(
        "X = -16983.14075642353 [km]",
        "X = -16983,14 [km]",
        "tug.opm:15: X is \"-16983,14\": write a finite number",
    );
    starts("Z = -58035.6304537942", "Z = inf", "tug.opm:17: Z is \"inf\"");
    starts("21213.5584242304   [km]", "21213558.4242304 [m]", "tug.opm:16: Y is given in [m]: convert it to [km]");
    starts("Z_DOT", "ZDOT", "tug.opm:20: the keyword ZDOT is not known here; did you mean Z_DOT?");
    starts("Y_DOT", "X_DOT", "tug.opm:19: X_DOT stands here and on line 18");
    starts("GM = 4", "GM = -4", "tug.opm:28: GM is -4902.8");
    starts("MASS = 1913.0 [kg]\n", "", "tug.opm:52: MASS is missing: a file with burns");
    starts("MASS = 1913.0", "MASS = 0.0", "tug.opm:30: MASS is 0: write a positive");
    starts("DRAG_AREA = 10.0", "DRAG_AREA = -10.0", "tug.opm:33: DRAG_AREA is -10");
    starts(
        "MAN_EPOCH_IGNITION = 2031-04-28T09:00:34.1\n",
        "",
        "tug.opm:37: \"MAN_DURATION\" cannot stand here: a burn",
    );
    starts("DURATION = 132.6", "DURATION = -132.6", "tug.opm:38: MAN_DURATION is -132.6");
    starts("= -18.418", "= 18.418", "tug.opm:39: MAN_DELTA_MASS is 18.418: a burn loses mass");
    starts("RTN", "LVLH", "tug.opm:48: MAN_REF_FRAME is LVLH: rotate");
    starts("MAN_DV_3 = 1E-7", "the end", "tug.opm:51: \"the end\" cannot stand here");
    assert!(matches!(Opm::parse("tug.opm", ""), Err(FileError::WrongKind { line: 1, .. })));
    assert!(matches!(Opm::read(std::path::Path::new("no/such.opm")), Err(FileError::Unreadable { .. })));
}

#[test]
fn refuses_each_mistake_of_an_ephemeris_with_its_line() {
    let starts = |from: &str, to: &str, wanted: &str| {
        assert!(OEM.contains(from), "{from}");
        let message = Oem::parse("tug.oem", &OEM.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(message.starts_with(wanted), "{message}");
    };
    starts("CCSDS_OEM_VERS", "CCSDS_OPM_VERS", "tug.oem:1: the file begins with \"CCSDS_OPM_VERS\"");
    starts("META_START", "META_BEGIN", "tug.oem:5: \"META_BEGIN\" cannot stand here: a segment begins with META_START");
    starts("META_STOP\n", "", "tug.oem:17: \"2031-04-28T00:00:00 1000.0 2000.0 3000.0 1.0 2.0 3.0\" cannot stand here");
    starts("START_TIME = 2031-04-28T00:00:00\n", "", "tug.oem:14: START_TIME is missing");
    starts("DEGREE = 3", "DEGREE = 2.5", "tug.oem:14: INTERPOLATION_DEGREE is 2.5");
    starts("LAGRANGE", "SPLINE", "tug.oem:13: INTERPOLATION is SPLINE");
    starts(" 1.0 2.0 3.0\n", " 1.0 2.0\n", "tug.oem:18: 6 fields in the row");
    starts(" 9200.0 ", " 9.2D3 ", "tug.oem:19: y is \"9.2D3\"");
    starts(
        "2031-04-28T02:00:00",
        "2031-04-28T01:00:00",
        "tug.oem:20: the row of 2031-04-28T01:00:00 does not come after",
    );
    starts("2031-04-28T02:00:00", "2031-04-28", "tug.oem:20: the row's date is \"2031-04-28\"");
    starts("COVARIANCE_STOP\n", "", "tug.oem:28: \"META_START\" cannot stand here: covariances end");
    starts("COMMENT before", "REMARK = before", "tug.oem:17: \"REMARK\" cannot stand here");
    let head = &OEM[..OEM.find("COMMENT before").expect("rows")];
    assert_eq!(
        Oem::parse("tug.oem", head).expect_err("no rows").to_string(),
        "tug.oem:15: no row with a state: a table needs one at least"
    );
    let headless = &OEM[..OEM.find("META_START").expect("metadata")];
    assert!(Oem::parse("tug.oem", headless).expect_err("no segment").to_string().contains("META_START is missing"));
}

#[test]
fn refuses_each_mistake_of_a_csv_with_its_line() {
    let good = "# center = Moon\n# by hand\nepoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s,note\n\
        1.0,2.0,3.0,4.0,5.0,6.0,7.0,first\n2.0,2.0,3.0,4.0,5.0,6.0,7.0,second\n";
    let table = StateTable::from_csv("tug.csv", good).expect("a table");
    assert_eq!((table.rows.len(), table.label.center, &table.comments[..]), (2, MOON, &["by hand".to_owned()][..]));
    let dated = good.replace("epoch_tdb_s", "epoch").replace("\n1.0,", "\n2031-04-28T00:00:00,");
    let dated = dated.replace("\n2.0,", "\n2031-04-28T00:00:01,").replace("# by hand", "# time_system = UTC");
    let table = StateTable::from_csv("tug.csv", &dated).expect("a table with dates");
    assert_eq!(table.rows[1].epoch.utc_iso(), "2031-04-28T00:00:01.000Z");
    let starts = |from: &str, to: &str, wanted: &str| {
        assert!(good.contains(from), "{from}");
        let message = StateTable::from_csv("tug.csv", &good.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(message.starts_with(wanted), "{message}");
    };
    starts("# center = Moon\n", "", "tug.csv:2: center is missing: write a line \"# center = Moon\"");
    starts("= Moon", "= Mon", "tug.csv:1: no body is called \"Mon\"");
    starts("# by hand", "# frame = TEME", "tug.csv:2: frame is TEME: rotate");
    starts("# by hand", "# time_system = GPS", "tug.csv:2: the time system is GPS");
    starts("# by hand", "# interpolation = cubic", "tug.csv:2: INTERPOLATION is cubic");
    starts(",x_km", ",x_m", "tug.csv:3: column x_km is missing: the header is epoch_tdb_s,x_km");
    starts("1.0,2.0", "1.0,two", "tug.csv:4: x_km is \"two\"");
    starts("7.0,second", "NaN,second", "tug.csv:5: vz_km_s is \"NaN\"");
    starts("2.0,2.0,", "2.0,", "tug.csv:5: 7 fields in the row: write 8");
    starts("\n2.0,", "\n1.0,", "tug.csv:5: the row of");
    let header = &good[..good.find("1.0").expect("rows")];
    assert!(matches!(StateTable::from_csv("tug.csv", header), Err(FileError::Empty { .. })));
}

/// Whether the states that anise finds in a kernel are those of the trajectory.
fn spk_agrees(path: &std::path::Path, flown: &Trajectory, bound_km: f64) {
    let ephemerides = Ephemerides::with_kernels(&[path.to_owned()]).expect("a kernel");
    for k in 1..500 {
        // anise counts nanoseconds, so whole seconds
        let after_s = (flown.span_s() * f64::from(k) / 500.0).trunc();
        let got = ephemerides.state(Body::from_naif_id(-1176), EARTH, flown.epoch() + after_s).expect("a state");
        let wanted = flown.state(after_s).expect("inside");
        let miss_km = norm(minus(got.position_km, wanted.position_km));
        assert!(miss_km < bound_km, "{after_s} s: {miss_km:e} km");
    }
}

/// Half a day in low orbit with a burn of a minute and a half, forward or back.
fn burn_flight(span_s: f64) -> (Trajectory, [Epoch; 2]) {
    use crate::dynamics::{Forces, Steering, ThrustArc};
    use crate::propagation::{Propagator, Start};
    let kernels = Ephemerides::embedded().expect("kernels");
    let epoch = Epoch::from_tdb_s(722_606_400.0);
    let ignition = epoch + 0.4 * span_s;
    let arc = ThrustArc::new(ignition, 90.0, 3000.0, 320.0, Steering::AlongVelocity).expect("a burn");
    let forces = Forces::new(PointMasses::new(kernels, EARTH, &[MOON, SUN]).expect("a model"))
        .with_thrust(arc)
        .with_craft(4000.0, 1000.0)
        .expect("a craft");
    let state = State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 4.8, 5.98] };
    let flown = Propagator::new(&forces).fly(&Start { state, epoch, span_s });
    flown.result.expect("to the end");
    (flown.trajectory, [ignition, ignition + 90.0])
}

/// A message over a burn has three segments, and between its rows a millimetre, where one segment is metres off.
#[test]
fn law_tables_are_cut_where_a_burn_begins_and_ends() {
    let label = Label::new("Tug 3", EARTH);
    let interpolation = Interpolation::Hermite { degree: 11 };
    for span_s in [0.5 * DAY_S, -0.5 * DAY_S] {
        let (flown, edges) = burn_flight(span_s);
        let mut whole = StateTable::sample(&flown, label.clone(), Sampling::Graded { parts: 8 }).expect("a table");
        whole.interpolation = interpolation;
        let uncut_km = whole.measured(&flown).expect("its own").position_error_km;
        let fitted = StateTable::fitted_in_segments(&flown, &label, interpolation, MILLIMETRE_KM).expect("tables");
        let worst_km = fitted.iter().map(|f| f.position_error_km).fold(0.0, f64::max);
        let rows: Vec<usize> = fitted.iter().map(|f| f.table.rows.len()).collect();
        println!("{rows:?} rows: {worst_km:e} km, uncut {uncut_km:e} km");
        assert!(fitted.len() == 3 && worst_km <= MILLIMETRE_KM && uncut_km > 1e-3, "{worst_km:e} {uncut_km:e}");
        let tables: Vec<StateTable> = fitted.into_iter().map(|f| f.table).collect();
        for (pair, edge) in tables.windows(2).zip(edges) {
            assert_eq!(pair[0].last(), pair[1].first());
            assert!((pair[1].rows[0].epoch - edge).abs() < 1e-6);
        }
        // round trip, and the state at any date of the message as it was flown
        let message = Oem::of_segments(Heading::new(Epoch::from_tdb_s(8.5e8)), tables.clone());
        let again = Oem::parse("tug.oem", &message.to_kvn().expect("text")).expect("our own text");
        assert_eq!(again, message);
        for segment in &again.segments {
            assert_eq!(segment.useable_start, segment.table.first().map(|row| row.epoch));
            assert_eq!(segment.useable_stop, segment.table.last().map(|row| row.epoch));
        }
        for k in 0..=2000 {
            let after_s = span_s * f64::from(k) / 2000.0;
            let (_, got) = again.state(flown.epoch() + after_s).expect("inside");
            let wanted = flown.state(after_s).expect("inside");
            let miss_km = norm(minus(got.position_km, wanted.position_km));
            assert!(miss_km < 2.0 * MILLIMETRE_KM, "{after_s}: {miss_km:e} km");
        }
        // evenly spread rows are cut there too
        let even = StateTable::sampled_in_segments(&flown, &label, interpolation, 2001).expect("tables");
        assert_eq!(even.len(), 3);
        for (a, b) in even.iter().zip(&tables) {
            assert_eq!(
                (a.first().map(|r| r.epoch), a.last().map(|r| r.epoch)),
                (b.first().map(|r| r.epoch), b.last().map(|r| r.epoch))
            );
            assert!(a.rows.len() >= interpolation.window());
        }
        // and an SPK holds them as segments that anise reads
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tug.bsp");
        std::fs::write(&path, StateTable::to_spk_in_segments(&tables, -1176).expect("bytes")).expect("written");
        spk_agrees(&path, &flown, 2.0 * MILLIMETRE_KM);
    }
}

/// More segments than one record of summaries holds.
#[test]
fn agrees_with_anise_on_sixty_segments() {
    let flown = low_orbit();
    let label = Label::new("Tug 3", EARTH);
    let whole = StateTable::sample(&flown, label, Sampling::Rows { rows: 60 * 40 + 1 }).expect("a table");
    let part = |k: usize| StateTable { rows: whole.rows[40 * k..=40 * (k + 1)].to_vec(), ..whole.clone() };
    let tables: Vec<StateTable> = (0..60).map(part).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tug.bsp");
    std::fs::write(&path, StateTable::to_spk_in_segments(&tables, -1176).expect("bytes")).expect("written");
    spk_agrees(&path, &flown, 1e-5);
    assert!(matches!(StateTable::to_spk_in_segments(&[], -7), Err(TableError::TooFew { rows: 0, .. })));
}
