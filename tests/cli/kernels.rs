//! Kernels, Earth orientation and dates of a user's that lie, are damaged or are of a kind that is not read.

use super::{names, portolan_in};
use std::path::Path;

const SAMPLES: &[u8] = include_bytes!("../golden/spk/segments.bsp");
const FRAMES: &[u8] = include_bytes!("../../ephemerides/frames_moon_eclip.epa");

/// A circle of summary records, constants that a reader panics on, half a file: one sentence, exit code 2, nothing written.
#[test]
fn refuses_kernels_that_lie_about_themselves() {
    let place = tempfile::tempdir().expect("a directory");
    let mut circle = SAMPLES.to_vec();
    circle[1024..1032].copy_from_slice(&2.0_f64.to_le_bytes());
    let mut frames = FRAMES.to_vec();
    frames[224] = 1;
    for (name, bytes, what) in [
        ("circle.bsp", circle, "its summary records go round in a circle, by way of record 2"),
        ("frames.epa", frames, "it is damaged (index out of bounds"),
        ("half.bsp", SAMPLES[..SAMPLES.len() / 2].to_vec(), "it is cut short or damaged"),
    ] {
        std::fs::write(place.path().join(name), bytes).expect("written");
        let before = names(place.path());
        let said = portolan_in(place.path(), &["windows", "Earth", "Mars", "--years", "2033..2034", "--kernel", name]);
        let said = said.refusal(2).to_owned();
        assert!(said.contains(&format!("{name} cannot be read as a kernel: ")) && said.contains(what), "{said}");
        assert!(!said.contains("has a bug"), "{said}");
        assert_eq!(names(place.path()), before);
    }
}

#[test]
fn refuses_segments_that_are_not_read_by_name() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/spk/segments.bsp");
    let samples = samples.display().to_string();
    for (body, what) in
        [("-1090", "SPK type 17 (equinoctial elements)"), ("-1091", "on the axes B1950 (SPICE's frame 2)")]
    {
        let ask = ["windows", "Earth", body, "--years", "2033..2034", "--kernel", &samples];
        let said = portolan_in(Path::new("."), &ask).refusal(2).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(what) && said.contains("spkw13"), "{said}");
    }
}

#[test]
fn refuses_dates_that_no_calendar_has() {
    for (date, what) in [
        ("JD 1e308", "is outside the years 1 to 9999"),
        ("2033-06-30T23:59:60 UTC", "has a second 60 where there is none"),
        ("2033-02-29", "is not a date"),
    ] {
        let said = portolan_in(Path::new("."), &["transfer", "Earth", "Mars", "--depart", date]);
        let said = said.refusal(2).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(what), "{said}");
    }
}
