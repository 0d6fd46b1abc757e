//! The page of `portolan porkchop --out FILE.html`, opened in headless Chromium from a file.

use crate::portolan_in;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

const MARS: [&str; 14] = [
    "porkchop",
    "Earth",
    "Mars",
    "--depart",
    "2033-01-01..2033-08-31",
    "--arrive",
    "2033-07-01..2034-08-31",
    "--size",
    "160x170",
    "--launcher",
    "Falcon Heavy (expendable)",
    "--launcher",
    "Ariane 64",
    "--format=json",
];

/// Chromium, where it usually is. A CI run has to have it; elsewhere a machine may lack it.
fn chromium() -> Option<PathBuf> {
    let asked = std::env::var_os("PORTOLAN_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];
    let found = asked.into_iter().chain(usual.map(PathBuf::from)).find(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "a CI run opens the page, and there is no Chromium here");
        eprintln!(
            "skipped: no Chromium at /usr/bin/chromium (apt-get install chromium); PORTOLAN_CHROMIUM names another"
        );
    }
    found
}

/// What Chromium writes to stdout with some flags, for a page that is given time to come to rest.
fn chromium_says(chromium: &Path, place: &Path, page: &str, flags: &[&str]) -> Vec<u8> {
    let profile = tempfile::tempdir().expect("a directory");
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--force-device-scale-factor=1", "--virtual-time-budget=8000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(flags)
        .arg(format!("file://{}/{page}", place.display()))
        .output()
        .expect("Chromium starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The page, and a copy with the hand that drives it.
fn write_page(place: &Path, extra: &[&str]) -> String {
    let outcome = portolan_in(place, &[&MARS[..], extra, &["--out", "page.html"]].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let page = std::fs::read_to_string(place.join("page.html")).expect("written");
    let hand = include_str!("porkchop_drive.js");
    std::fs::write(place.join("driven.html"), format!("{page}<script>{hand}</script>")).expect("written");
    page
}

fn number(object: &Value, key: &str) -> f64 {
    let text = object[key].as_str().unwrap_or_else(|| panic!("{key} in {object}"));
    text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{key}: {text}"))
}

/// Read, pinned, zoomed and saved in a browser, every number as the program's own CSV has it.
#[test]
fn agrees_with_the_cells_when_driven_in_a_browser() {
    let Some(chromium) = chromium() else { return };
    let place = tempfile::tempdir().expect("a directory");
    write_page(place.path(), &[]);
    let dom = String::from_utf8(chromium_says(&chromium, place.path(), "driven.html", &["--dump-dom"])).expect("UTF-8");
    let (_, after) = dom.split_once("<pre id=\"told\" hidden=\"\">").expect("the hand has finished");
    let (told, _) = after.split_once("</pre>").expect("an end");
    let told = told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let told: Value = serde_json::from_str(&told).expect("an object");
    assert!(told["error"].is_null(), "{}", told["error"]);
    assert_eq!((told["ready"].as_str(), told["outside"].as_array().map(Vec::len)), (Some("yes"), Some(0)), "{told}");

    // the hovered cell, against the same cell of the program's own table
    assert_eq!(portolan_in(place.path(), &[&MARS[..], &["--out", "cells.csv"]].concat()).code, 0);
    let csv = std::fs::read_to_string(place.path().join("cells.csv")).expect("written");
    let csv: Vec<&str> = csv.lines().filter(|l| !l.starts_with('#')).collect();
    let head: Vec<&str> = csv[0].split(',').collect();
    let at = |axis: usize| told["hovered"][axis].as_u64().expect("a place") as usize;
    let of = |i: usize, j: usize| csv[1 + j * 160 + i].split(',').collect::<Vec<_>>();
    let (row, hover) = (of(at(0), at(1)), &told["hover"]);
    let cell = |row: &[&str], column: &str| -> f64 {
        row[head.iter().position(|h| *h == column).expect(column)].parse().expect(column)
    };
    assert_eq!(hover["depart_tdb"], row[0][..10]);
    assert_eq!(hover["arrive_tdb"], row[1][..10]);
    for (column, half) in [
        ("tof_d", 0.05),
        ("c3_km2_s2", 5e-4),
        ("v_inf_dep_km_s", 5e-5),
        ("v_inf_arr_km_s", 5e-5),
        ("dla_deg", 0.005 + 0.0014),
        ("rla_deg", 0.005 + 0.0028),
    ] {
        let (read, told) = (number(hover, column), cell(&row, column));
        assert!((read - told).abs() <= half * 1.001, "{column}: {read} in the page, {told} in the table");
    }
    let keyed = of(at(0) + 1, at(1) + 10);
    assert!((number(&told["keyed"], "c3_km2_s2") - cell(&keyed, "c3_km2_s2")).abs() <= 5.1e-4);

    // pins: one by a click, two by two, none where there is no transfer, one by a key
    assert_eq!(told["after_click"].as_array().expect("rows").len(), 1);
    assert_eq!(told["after_click"][0][0], "A");
    assert_eq!(told["after_more"], 2);
    assert!(told["said"].as_str().expect("words").starts_with("no transfer here: "), "{}", told["said"]);
    for done in ["pins_survive_double_click", "reset", "pinned_by_key", "unpinned_by_key"] {
        assert_eq!(told[done], true, "{done}");
    }
    assert_eq!(told["cleared"], 0);

    // zoom: to the rectangle that was dragged
    let zoomed: Vec<f64> = told["zoomed"].as_array().expect("a view").iter().filter_map(Value::as_f64).collect();
    let wanted = [at(0) as f64 - 20.0, at(0) as f64 + 30.0, at(1) as f64 - 20.0, at(1) as f64 + 25.0];
    for (found, wanted) in zoomed.iter().zip(wanted) {
        assert!((found - wanted).abs() < 0.5, "{zoomed:?} and {wanted}");
    }
    assert!(told["key_zoom"][0].as_f64() > told["key_reset"][0].as_f64());

    // colours: every band of the first layer shows, every layer paints
    let bands: Vec<f64> = told["bands"].as_array().expect("shares").iter().filter_map(Value::as_f64).collect();
    // the innermost band lies between the least C3 and the next round number, half under its own mark
    assert!(bands.len() > 5 && bands.iter().all(|share| *share > 1e-4), "{bands:?}");
    let layers = told["layers"].as_array().expect("layers");
    assert_eq!(layers.len(), 11 + 2 * 2);
    for layer in layers {
        assert!(layer["bands"].as_u64() >= Some(3) && layer["painted"].as_f64() > Some(0.08), "{layer}");
    }

    // the table that is saved: a heading with units, and masses as the program computes them
    let saved = told["csv"].as_str().expect("a table");
    let mut reader = csv::Reader::from_reader(saved.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), 2);
    let column = |name: &str| heading.iter().position(|h| h == name).expect(name);
    let saved_number = |name: &str| rows[0][column(name)].parse::<f64>().expect(name);
    let catalogue = portolan::vehicles::Catalogue::embedded().expect("the catalogue");
    for name in ["Falcon Heavy (expendable)", "Ariane 64"] {
        let injected = catalogue.launcher(name).expect(name).capacity(cell(&row, "c3_km2_s2")).expect("in reach").mass;
        let burnt = 1.0 - (-saved_number("dv_arrive_km_s") / (320.0 * 9.80665e-3)).exp();
        let kg = injected.kg() * (1.0 - 1.12 * burnt);
        let told = saved_number(&format!("delivered_kg {name}"));
        // straight lines between the page's points of an estimate
        assert!((told - kg).abs() <= 0.05 + 1e-4 * kg, "{name}: {told} in the page, {kg} by the rocket equation");
    }
    assert!(told["best"].as_str().expect("words").starts_with("least C3, type I"), "{}", told["best"]);
}

/// A screenshot that has the colours it must have where the map is, and ink where the words are.
#[test]
fn law_a_screenshot_has_its_colours() {
    let Some(chromium) = chromium() else { return };
    let place = tempfile::tempdir().expect("a directory");
    let page = write_page(place.path(), &["--max-dla", "28.5", "--max-tof", "380 d"]);
    let shot = place.path().join("shot.png");
    let flag = format!("--screenshot={}", shot.display());
    chromium_says(&chromium, place.path(), "driven.html", &[&flag, "--window-size=1280,1400"]);
    let image = Pixels::read(&std::fs::read(&shot).expect("a screenshot"));
    assert_eq!((image.width, image.height), (1280, 1400));
    let data = page.split_once("id=\"data\">").and_then(|(_, d)| d.split_once("</script>")).expect("data").0;
    let data: Value = serde_json::from_str(data).expect("an object");
    let layer = &data["layers"][data["first"].as_u64().expect("a place") as usize];
    let all = (image.width * image.height) as f64;
    for colour in layer["colours"].as_array().expect("colours") {
        let rgb: Vec<u8> = colour.as_array().expect("three").iter().filter_map(|c| Some(c.as_u64()? as u8)).collect();
        let share = image.count(&rgb) as f64 / all;
        // the innermost band is the smallest, half under its own mark
        assert!(share > 1e-4, "{rgb:?} covers {share} of the page");
    }
    for (what, rgb, least) in [
        ("ink", [24, 32, 44], 1e-3),
        ("hatches", [92, 100, 112], 2e-3),
        ("arrival speed", [158, 26, 66], 3e-4),
        ("pins", [255, 200, 40], 1e-4),
        ("empty cells", [241, 243, 245], 2e-2),
    ] {
        let share = image.count(&rgb) as f64 / all;
        assert!(share > least, "{what} covers {share} of the page");
    }
    if let Some(keep) = std::env::var_os("PORTOLAN_KEEP_SHOT") {
        std::fs::copy(&shot, keep).expect("kept");
    }
}

/// An 8-bit RGB or RGBA image.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<[u8; 3]>,
}

impl Pixels {
    /// A PNG of ISO/IEC 15948, not interlaced: what Chromium writes.
    fn read(png: &[u8]) -> Self {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let word = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")) as usize;
        let (width, height) = (word(16), word(20));
        assert_eq!((png[24], png[28]), (8, 0), "8 bits, not interlaced");
        let each = match png[25] {
            2 => 3,
            6 => 4,
            other => panic!("colour type {other}"),
        };
        let (mut packed, mut at) = (Vec::new(), 8);
        while at < png.len() {
            let (length, kind) = (word(at), &png[at + 4..at + 8]);
            if kind == b"IDAT" {
                packed.extend_from_slice(&png[at + 8..at + 8 + length]);
            }
            at += 12 + length;
        }
        let mut lines = Vec::new();
        flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut lines).expect("a zlib stream");
        let stride = width * each;
        let mut before = vec![0_u8; stride];
        let mut rgb = Vec::with_capacity(width * height);
        for line in lines.chunks_exact(stride + 1) {
            let mut now = line[1..].to_vec();
            for k in 0..stride {
                let (left, corner) = if k < each { (0, 0) } else { (now[k - each], before[k - each]) };
                let up = before[k];
                let guess = match line[0] {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                    _ => paeth(left, up, corner),
                };
                now[k] = now[k].wrapping_add(guess);
            }
            rgb.extend(now.chunks_exact(each).map(|p| [p[0], p[1], p[2]]));
            before = now;
        }
        assert_eq!(rgb.len(), width * height);
        Self { width, height, rgb }
    }

    fn count(&self, rgb: &[u8]) -> usize {
        self.rgb.iter().filter(|p| p[..] == *rgb).count()
    }
}

/// The predictor of ISO/IEC 15948, 9.4.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let (pa, pb, pc) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        up
    } else {
        corner
    }
}
