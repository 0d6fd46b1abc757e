//! Files and texts.

use super::{catalogue, either, ephemerides, hold};
use crate::finite::{Told, answer, bare};
use crate::mutate::{mutated, name};
use crate::tape::{Random, Tape};
use portolan::bodies::{Body, EARTH, MARS, MARS_BARYCENTER, MOON, SUN, osculating};
use portolan::campaign::{Campaign, Known, StackFile};
use portolan::costs::Inflation;
use portolan::dynamics::GravityField;
use portolan::ephemerides::{EarthOrientationParameters, Ephemerides, Orientation};
use portolan::propagation::files::{FileKind, Interpolation, Label, Oem, Opm, Row, StateTable};
use portolan::propagation::state_file::StateFile;
use portolan::time::{DAY_S, Epoch, Window};
use portolan::units::{Dimension, Money, parse_quantity};
use portolan::vehicles::{CurvePolynomial, Dated, fly};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::OnceLock;

macro_rules! seed {
    ($path:literal) => {
        include_bytes!(concat!("../seeds/", $path)) as &[u8]
    };
}

pub(super) const CAMPAIGN: &[u8] = include_bytes!("../../examples/campaigns/mars_cargo_2033.toml");
const STACKS: [&[u8]; 3] = [
    include_bytes!("../../examples/stacks/mars_tug.toml"),
    include_bytes!("../../examples/stacks/constellation_sortie.toml"),
    include_bytes!("../../examples/stacks/refuelled_ship.toml"),
];
const STATES: [&[u8]; 2] =
    [include_bytes!("../../examples/states/leo_tug.toml"), include_bytes!("../../examples/states/gmat_36h.toml")];

/// What a campaign file may name.
pub(super) fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| Known::new(catalogue(), ephemerides()).expect("names"))
}

pub(super) fn campaign(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &[CAMPAIGN]));
    let read = Campaign::parse("campaign.toml", &text, known());
    if let Err(why) = &read {
        // what points at the file has to find its place there
        drop((
            why.to_string(),
            why.spot().map(|s| (s.line_and_column(), s.line_text().len())),
            why.mistake().map(|m| m.cure()),
        ));
    }
    answer("Campaign::parse", &read)
}

pub(super) fn stack(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &STACKS));
    match StackFile::parse("stack.toml", &text, catalogue()) {
        Err(why) => {
            drop((why.to_string(), why.spot().map(|s| (s.line_and_column(), s.line_text().len()))));
            Ok(Told::Refusal)
        }
        Ok(file) => {
            answer("StackFile::parse", &(&file.name, &file.vehicle, &file.steps, &file.payload))?;
            let flown = fly(&file.vehicle, &file.steps);
            answer("fly", &flown)?;
            if let Err(stopped) = &flown {
                drop(file.refuse(stopped).to_string());
            }
            Ok(Told::Answer)
        }
    }
}

pub(super) fn state(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| {
        // a field of a low degree: the file says which, and reading it is what costs
        let light = String::from_utf8_lossy(STATES[0]).replace("= 20", "= 3");
        mutated(r, &[light.as_bytes(), STATES[1]])
    });
    black_box(FileKind::of(&text));
    let Ok(file) = StateFile::parse("state.toml", &text, ephemerides()) else { return Ok(Told::Refusal) };
    let forces = &file.forces;
    let parts = (&forces.radiation, &forces.drag, &forces.thrust, &forces.relativity, &forces.craft);
    answer("StateFile::parse", &(&file.epoch, &file.state, &file.tolerance, parts))?;
    answer(
        "StateFile::parse",
        &forces.fields.iter().map(|f| (f.gravity.mu_km3_s2(), f.gravity.radius_km())).collect::<Vec<_>>(),
    )
}

pub(super) fn opm(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &[seed!("tug.opm"), seed!("tug.oem")]));
    black_box(FileKind::of(&text));
    let read = Opm::parse("tug.opm", &text);
    let told = answer("Opm::parse", &read)?;
    if let Ok(message) = read {
        answer("Opm::thrust_arcs", &message.thrust_arcs("tug.opm"))?;
        answer("Opm::impulses", &message.impulses().collect::<Vec<_>>())?;
        let written = message.to_kvn();
        let again = Opm::parse("again.opm", &written);
        hold(again.is_ok(), || format!("Opm::to_kvn writes what Opm::parse refuses: {again:?}"))?;
    }
    Ok(told)
}

/// Midway between the first row and the last.
fn middle(rows: &[Row]) -> Option<Epoch> {
    Some(rows.first()?.epoch + 0.5 * (rows.last()?.epoch - rows.first()?.epoch))
}

fn table(table: &StateTable) -> Result<(), String> {
    for epoch in middle(&table.rows).into_iter().chain(table.first().map(|r| r.epoch)) {
        answer("StateTable::state", &table.state(epoch))?;
    }
    if let Ok(written) = table.to_csv() {
        let again = StateTable::from_csv("again.csv", &written);
        hold(again.is_ok(), || format!("StateTable::to_csv writes what StateTable::from_csv refuses: {again:?}"))?;
    }
    Ok(())
}

pub(super) fn oem(tape: &mut Tape) -> Result<Told, String> {
    let text =
        tape.text("file", |r| mutated(r, &[seed!("tug.oem"), seed!("tug.oem"), seed!("tug.oem"), seed!("tug.opm")]));
    let read = Oem::parse("tug.oem", &text);
    let told = answer("Oem::parse", &read)?;
    if let Ok(message) = read {
        answer("Oem::last", &message.last())?;
        for segment in &message.segments {
            if let Some(epoch) = middle(&segment.table.rows) {
                answer("Oem::state", &message.state(epoch).map(|(_, state)| state))?;
            }
            table(&segment.table)?;
        }
        if let Ok(written) = message.to_kvn() {
            let again = Oem::parse("again.oem", &written);
            hold(again.is_ok(), || format!("Oem::to_kvn writes what Oem::parse refuses: {again:?}"))?;
        }
    }
    Ok(told)
}

pub(super) fn state_csv(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &[seed!("states.csv"), seed!("dated_states.csv")]));
    let read = StateTable::from_csv("states.csv", &text);
    let told = answer("StateTable::from_csv", &read)?;
    if let Ok(read) = read {
        table(&read)?;
    }
    Ok(told)
}

pub(super) fn earth_orientation(tape: &mut Tape) -> Result<Told, String> {
    let file =
        tape.bytes("file", |r| mutated(r, &[seed!("c04_20.txt"), seed!("c04_14.txt"), seed!("finals2000a.txt")]));
    let read = EarthOrientationParameters::parse("eop.txt", &file);
    let told = answer("EarthOrientationParameters::parse", &read)?;
    if let Ok(parameters) = read {
        let (start, end) = (parameters.start(), parameters.end());
        answer("EarthOrientationParameters::measured_until", &parameters.measured_until())?;
        black_box((parameters.kind(start), parameters.kind(end), parameters.kind(end + 1.0)));
        let turned = ephemerides().with_earth_orientation(parameters);
        let turn = |epoch| turned.rotation(Orientation::J2000, Orientation::Itrs, epoch);
        answer("Ephemerides::rotation", &turn(start + 0.4 * (end - start)))?;
        answer("Ephemerides::rotation", &turn(end))?;
    }
    Ok(told)
}

pub(super) fn gravity(tape: &mut Tape) -> Result<Told, String> {
    let file = tape.bytes("file", |r| {
        let seeds = [seed!("small.gfc"), seed!("small.shadr"), seed!("small.cof")];
        let mut bytes = mutated(r, &seeds);
        // packed, now and then, with mistakes in the packing
        if r.chance(0.15) {
            bytes = packed(&bytes);
            if r.chance(0.5) {
                bytes = mutated(r, &[&bytes]);
            }
        }
        bytes
    });
    let degree = tape.whole("degree", 0, 3, 65_535) as u16;
    let order = tape.whole("order", 0, 3, 65_535) as u16;
    let file_name = ["small.gfc", "small.shadr", "small.cof", "a/b.c.gz"][tape.pick("name", 4)];
    let Ok(field) = GravityField::parse(file_name, &file, degree, order) else { return Ok(Told::Refusal) };
    answer("GravityField::parse", &(field.mu_km3_s2(), field.radius_km(), field.tide(), field.body()))?;
    hold(field.mu_km3_s2() > 0.0 && field.radius_km() > 0.0, || "GravityField::parse: no mass or no size".to_owned())?;
    // at one and a half reference radii, off every axis
    let at = [0.9, 0.9, 0.8].map(|x| x * field.radius_km());
    answer("GravityField::acceleration_km_s2", &field.acceleration_km_s2(at))?;
    answer("GravityField::gradient", &field.gradient(at))?;
    answer("GravityField::potential_km2_s2", &field.potential_km2_s2(at))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    // gzip with stored blocks (RFC 1951 §3.2.4, RFC 1952), so that no packer is needed here
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    let length = bytes.len().min(65_535);
    out.push(1);
    out.extend_from_slice(&(length as u16).to_le_bytes());
    out.extend_from_slice(&(!(length as u16)).to_le_bytes());
    out.extend_from_slice(&bytes[..length]);
    let mut crc = u32::MAX;
    for byte in &bytes[..length] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    out.extend_from_slice(&(!crc).to_le_bytes());
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out
}

/// Kernels that are small enough to be read thousands of times.
fn kernel_seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let row = |k: u32| Row {
            epoch: Epoch::from_tdb_s(8.0e8 + 600.0 * f64::from(k)),
            state: portolan::ephemerides::State {
                position_km: [7000.0 + f64::from(k), 20.0 * f64::from(k), 3.0],
                velocity_km_s: [0.0, 7.5, 0.1],
            },
        };
        let table = |interpolation| StateTable {
            label: Label::new("Tug 3", EARTH),
            interpolation,
            comments: Vec::new(),
            rows: (0..12).map(row).collect(),
        };
        let spk = |i| table(i).to_spk(-999).expect("a kernel");
        vec![
            include_bytes!("../../ephemerides/mars_center_499.bsp").to_vec(),
            spk(Interpolation::Hermite { degree: 7 }),
            spk(Interpolation::Lagrange { degree: 5 }),
            include_bytes!("../../ephemerides/pck11_gmde440.pca").to_vec(),
            include_bytes!("../../ephemerides/frames_moon_eclip.epa").to_vec(),
        ]
    })
}

/// The first of a binary kernel's records, where its head and the summaries of its segments stand.
fn headed(random: &mut Random, bytes: &mut [u8]) {
    let from = if random.chance(0.5) { 0 } else { 1024.min(bytes.len()) };
    let to = (from + 200).min(bytes.len());
    if to >= from + 8 {
        let at = from + (random.below(to - from - 7) & !3);
        let word = random.of(&[0u32, 1, 2, 3, 5, 17, 21, 128, 1 << 20, 0x7FFF_FFFF, 0x8000_0000, u32::MAX]);
        let number = random.of(&[f64::NAN, f64::INFINITY, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 1e9, 1e300]);
        if random.chance(0.5) {
            bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        } else {
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
    }
}

pub(super) fn kernel(tape: &mut Tape) -> Result<Told, String> {
    let file = tape.bytes("file", |r| {
        let seeds: Vec<&[u8]> = kernel_seeds().iter().map(Vec::as_slice).collect();
        if r.chance(0.5) {
            let mut bytes = r.of(&seeds).to_vec();
            for _ in 0..1 + r.below(3) {
                headed(r, &mut bytes);
            }
            bytes
        } else {
            mutated(r, &seeds)
        }
    });
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("own.bsp");
    std::fs::write(&path, &file).expect("written");
    let Ok(own) = Ephemerides::with_kernels(&[path]) else { return Ok(Told::Refusal) };
    let probe = Body::from_naif_id(-999);
    for (target, center) in [(probe, EARTH), (MARS, MARS_BARYCENTER), (MARS, SUN), (MOON, EARTH)] {
        let Ok(track) = own.track(target, center) else { continue };
        answer("Track::span", &track.span())?;
        let Window { start, end } = track.span();
        for epoch in [Epoch::from_tdb_s(8.0e8 + 3000.0), start, end, start + 0.5 * (end - start)] {
            answer("Track::state", &track.state(epoch))?;
        }
    }
    for orientation in Orientation::ALL {
        answer("Ephemerides::rotation", &own.rotation(Orientation::J2000, orientation, Epoch::from_tdb_s(8.0e8)))?;
    }
    Ok(Told::Answer)
}

fn bodies(read: &Result<Vec<portolan::bodies::SmallBody>, osculating::ElementsError>) -> Result<Told, String> {
    let told = answer("osculating::read", read)?;
    for small in read.iter().flatten() {
        answer("Elements::period_s", &Some(small.elements.period_s()).filter(|_| small.elements.ecc < 1.0))?;
        drop(small.elements_date());
        let own = ephemerides().clone().with_small_bodies(vec![*small]);
        let passage = Epoch::from_jd_tdb(small.elements.passage_jd_tdb_d);
        for epoch in [Epoch::from_tdb_s(8e8), passage, Epoch::from_jd_tdb(small.elements.epoch_jd_tdb_d)] {
            answer("Ephemerides::state", &own.state(small.body, SUN, epoch))?;
        }
    }
    Ok(told)
}

pub(super) fn small_body(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("line", |r| mutated(r, &[seed!("body_line.txt"), seed!("body_fields.txt")]));
    // a text that is the name of a file is asked for by the other target
    if [".csv", ".toml"].iter().any(|end| text.trim().to_lowercase().ends_with(end)) {
        return Ok(Told::Refusal);
    }
    bodies(&osculating::read(&text))
}

pub(super) fn small_body_file(tape: &mut Tape) -> Result<Told, String> {
    let kind = tape.pick("kind", 2);
    let seed = [seed!("bodies.csv"), seed!("bodies.toml")][kind];
    let text = tape.bytes("file", |r| mutated(r, &[seed]));
    let place = tempfile::tempdir().expect("a folder");
    let path: PathBuf = place.path().join(["a.csv", "a.toml"][kind]);
    std::fs::write(&path, text).expect("written");
    bodies(&osculating::read(&path.display().to_string()))
}

fn catalogue_rows(text: &str) -> Result<Told, String> {
    let read = catalogue().with_file(text, "own.csv");
    let told = if read.is_ok() { Told::Answer } else { Told::Refusal };
    if let Ok(own) = &read {
        // the rows that were read are the new ones: launchers and curves of these names
        for launcher in own.launchers().iter().filter(|l| text.contains(l.name.as_str())) {
            answer("Catalogue::with_file", launcher)?;
            for c3_km2_s2 in [-60.0, -10.0, 0.0, 3.7, 10.0, 40.0, 200.0] {
                answer("Launcher::capacity", &launcher.capacity(c3_km2_s2))?;
            }
            answer("Launcher::low_orbit_estimate", &launcher.low_orbit_estimate(97.4))?;
            answer("Launcher::service", &launcher.service(Epoch::from_tdb_s(8e8)))?;
        }
        for curve in own.curves().iter().filter(|c| text.contains(c.vehicle.as_str())) {
            answer("Catalogue::with_file", curve)?;
        }
    }
    Ok(told)
}

pub(super) fn rows(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| {
        let seeds = [
            seed!("launch_vehicles.csv"),
            seed!("launch_c3.csv"),
            seed!("launcher_facts.csv"),
            seed!("launch_prices.csv"),
        ];
        // a heading of another file is refused at once: keep most of them
        let seed = r.of(&seeds);
        mutated(r, &[seed])
    });
    catalogue_rows(&text)
}

pub(super) fn polynomials(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &[seed!("launch_c3_poly.toml")]));
    let read = CurvePolynomial::read(&text, "poly.toml");
    let told = answer("CurvePolynomial::read", &read)?;
    for polynomial in read.iter().flatten() {
        for c3_km2_s2 in polynomial.c3_range_km2_s2 {
            answer("CurvePolynomial::injected_kg", &polynomial.injected_kg(c3_km2_s2))?;
        }
    }
    Ok(told)
}

pub(super) fn inflation(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("file", |r| mutated(r, &[seed!("inflation.csv")]));
    let read = Inflation::read(&text, "inflation.csv");
    let told = answer("Inflation::read", &read)?;
    if let Ok(read) = read {
        for (from, to) in [(1999, 2025), (2025, 1999), (2010, 2023), (2020, 2021)] {
            answer("Inflation::bring", &read.bring(Money::from_musd(3.0, from), to))?;
        }
    }
    Ok(told)
}

const DATES: [&[u8]; 16] = [
    b"2033-04-28",
    b"2033-04-28T05:10",
    b"2033-04-28 05:10:00.5 UTC",
    b"2033-04-28T05:10:00Z",
    b"JD 2461344.933",
    b"MJD 61344.4",
    b"2016-12-31T23:59:60.5 UTC",
    b"2002-02-07T00:00:00 TAI",
    b"2002-02-07T00:00:00 TT",
    b"1972-01-01 ET",
    b"0000-01-01",
    b"9999-12-31T23:59:59.999999999",
    b"2028-02-29 TDB",
    b"1958-01-01 UTC",
    b"JD 2451545 TDB",
    b"2017-01-01T00:00:00.0 UTC",
];

pub(super) fn date(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("text", |r| mutated(r, &DATES));
    answer("Dated::parse", &Dated::parse(&text))?;
    let read = Epoch::parse(&text);
    let told = answer("Epoch::parse", &read)?;
    if let Ok(epoch) = read {
        // what is printed is the date that was read, to the half second that the print leaves out; the last half second
        // of the calendar rounds out of it
        let rounds_out = epoch.tdb_s() > 252_455_572_799.4;
        let again = Epoch::parse(&epoch.iso());
        hold(rounds_out || again.as_ref().is_ok_and(|a| (*a - epoch).abs() <= 0.51), || {
            format!("Epoch::iso prints {} for {epoch:?}, which reads as {again:?}", epoch.iso())
        })?;
        let c = epoch.calendar();
        hold((1..=12).contains(&c.month) && (1..=31).contains(&c.day) && (0.0..DAY_S).contains(&c.second_s), || {
            format!("Epoch::calendar says {c:?}")
        })?;
        // UTC by whole leap seconds begins with 1972, and is not read before
        let before_utc = epoch.tdb_s() < -883_655_957.0;
        let utc = Epoch::parse(&epoch.utc_iso());
        hold(before_utc || rounds_out || utc.as_ref().is_ok_and(|a| (*a - epoch).abs() <= 1.1e-3), || {
            format!("Epoch::utc_iso prints {} for {epoch:?}, which reads as {utc:?}", epoch.utc_iso())
        })?;
    }
    Ok(told)
}

pub(super) fn window(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("text", |r| {
        if r.chance(0.3) {
            return mutated(
                r,
                &[b"2033-01-01..2033-12-31", b"JD 2461344.933..JD 2461350", b"2033-01-01T00:00..2034-02-28 UTC"],
            );
        }
        let mut text = r.of(&DATES).to_vec();
        text.extend_from_slice(b"..");
        text.extend_from_slice(&mutated(r, &DATES));
        text
    });
    let read = Window::parse(&text);
    let told = answer("Window::parse", &read)?;
    if let Ok(window) = read {
        answer("Window::length_d", &window.length_d())?;
        hold(window.length_d() > 0.0, || format!("Window::parse lets {window:?} pass"))?;
        drop(window.to_string());
    }
    Ok(told)
}

const DIMENSIONS: [Dimension; 10] = [
    Dimension::Length,
    Dimension::Speed,
    Dimension::Time,
    Dimension::Angle,
    Dimension::Mass,
    Dimension::SpecificEnergy,
    Dimension::GravitationalParameter,
    Dimension::Force,
    Dimension::Money,
    Dimension::Ratio,
];

pub(super) fn quantity(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("text", |r| {
        let seeds: [&[u8]; 18] = [
            b"250 km",
            b"2.5 t",
            b"30 %",
            b"3.2 km/s",
            b"3839 m/s",
            b"88775.244 s",
            b"14 d",
            b"28.5 deg",
            b"0.5",
            b"12 km2/s2",
            b"4 kN",
            b"120 M$",
            b"1e5kg",
            b"398600.4418 km^3/s^2",
            b"1_000 lb",
            b"2 B$",
            b"1.5e3 au",
            b"7 years",
        ];
        mutated(r, &seeds)
    });
    let dimension = DIMENSIONS[tape.pick("dimension", DIMENSIONS.len())];
    let read = parse_quantity(&text, dimension);
    if let Err(why) = &read {
        drop(why.to_string());
    }
    // the other dimensions see the same text, so that each unit meets its own
    let mut told = answer("parse_quantity", &read)?;
    for dimension in DIMENSIONS {
        told = either(told, answer("parse_quantity", &parse_quantity(&text, dimension))?);
    }
    Ok(told)
}

pub(super) fn names(tape: &mut Tape) -> Result<Told, String> {
    let text = tape.text("name", name);
    let found = ephemerides().find_body(&text);
    let told = answer("Ephemerides::find_body", &found)?;
    if let Err(why) = &found {
        drop(why.to_string());
    }
    answer("Catalogue::launcher", &catalogue().launcher(&text))?;
    answer("Catalogue::stage", &catalogue().stage(&text))?;
    answer("Catalogue::element", &catalogue().element(&text))?;
    let id = tape.whole("naif_id", 0, 999, u64::from(u32::MAX)) as u32 as i32;
    let body = Body::from_naif_id(id);
    drop(body.slug());
    bare("Body::from_naif_id", true, &body)?;
    Ok(told)
}
