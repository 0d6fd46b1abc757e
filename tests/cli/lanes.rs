//! `PORTOLAN_LANES`: registers of any width give the same files, byte for byte.

use crate::portolan_in;
use std::path::Path;
use std::process::Command;

/// What a command writes when it computes with registers of some width.
fn written(place: &Path, width: &str, arguments: &[&str], file: &str) -> Vec<u8> {
    let status = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(arguments)
        .current_dir(place)
        .env("PORTOLAN_LANES", width)
        .output()
        .expect("the program starts");
    assert!(status.status.success(), "{width}: {}", String::from_utf8_lossy(&status.stderr));
    std::fs::read(place.join(file)).expect("written")
}

/// The widths that this machine has, as a refusal names them.
fn machine() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .arg("schema")
        .env("PORTOLAN_LANES", "mmx")
        .output()
        .expect("the program starts");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    let (_, words) = told.trim().split_once("\"mmx\" are no registers of this machine: it has ").expect("a sentence");
    words.split(", ").map(str::to_owned).collect()
}

/// A field, the Moon, the Sun, sunlight, air and a burn; point masses alone; cells of three branches with their minima.
#[test]
fn law_the_width_of_the_registers_does_not_show() {
    let place = tempfile::tempdir().expect("a directory");
    for (name, state) in [
        ("tug.toml", include_str!("../../examples/states/leo_tug.toml")),
        ("points.toml", include_str!("../../examples/states/gmat_36h.toml")),
    ] {
        std::fs::write(place.path().join(name), state).expect("a file");
    }
    let questions: [(&[&str], &str); 4] = [
        (&["propagate", "tug.toml", "--for", "4 h", "--rows", "17", "--out", "a.csv"], "a.csv"),
        (&["propagate", "points.toml", "--for", "-1 d", "--rows", "17", "--out", "b.csv"], "b.csv"),
        (
            &["porkchop", "Earth", "Mars", "--after", "2032-01-01", "--size", "50x41", "--revs", "1", "--out", "c.csv"],
            "c.csv",
        ),
        (&["moon-window", "--depart", "2026-12-01..2026-12-08", "--size", "20x10", "--out", "d.csv"], "d.csv"),
    ];
    for (arguments, file) in questions {
        assert_eq!(portolan_in(place.path(), arguments).code, 0, "{arguments:?}");
        let plain = std::fs::read(place.path().join(file)).expect("written");
        assert!(plain.len() > 1000);
        for width in machine() {
            assert!(written(place.path(), &width, arguments, file) == plain, "{width} {arguments:?}");
        }
    }
}
