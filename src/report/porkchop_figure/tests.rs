//! A porkchop of two lobes and a ridge, drawn and read back.

use super::*;
use crate::time::DAY_S;

const DEPARTS: usize = 180;
const ARRIVES: usize = 160;

struct Synthetic {
    depart: Vec<Epoch>,
    arrive: Vec<Epoch>,
    c3_km2_s2: Vec<f64>,
    v_inf_arr_km_s: Vec<f64>,
}

/// Two wells either side of a ridge along a line of equal flight time, empty on the ridge's crest.
fn synthetic() -> Synthetic {
    let day = |from: Epoch, d: usize, step_d: f64| from + d as f64 * step_d * DAY_S;
    let depart: Vec<Epoch> = (0..DEPARTS).map(|i| day(Epoch::from_calendar(2030, 12, 1), i, 1.2)).collect();
    let arrive: Vec<Epoch> = (0..ARRIVES).map(|j| day(Epoch::from_calendar(2031, 8, 1), j, 2.5)).collect();
    let mut c3_km2_s2 = Vec::new();
    let mut v_inf_arr_km_s = Vec::new();
    for j in 0..ARRIVES {
        for i in 0..DEPARTS {
            let (x, y) = (i as f64 / DEPARTS as f64, j as f64 / ARRIVES as f64);
            let ridge = y - 0.62 * x - 0.25;
            let well = |x0: f64, y0: f64| 60.0 * (x - x0).powi(2) + 110.0 * (y - y0 - 0.5 * (x - x0)).powi(2);
            let c3 = 8.17 + well(0.3, 0.25).min(well(0.42, 0.68) + 0.9) + 0.012 / ridge.powi(2);
            c3_km2_s2.push(if ridge.abs() < 0.008 { f64::NAN } else { c3 });
            v_inf_arr_km_s.push(2.6 + 7.0 * (y - 0.5).powi(2) + 4.0 * (x - 0.4).powi(2));
        }
    }
    Synthetic { depart, arrive, c3_km2_s2, v_inf_arr_km_s }
}

fn mark(depart: &str, arrive: &str, kind: MarkKind) -> Mark {
    let at = |text: &str| Epoch::parse(text).expect(text);
    let label = format!("least of its kind, type II: 8.17 km²/s², {depart} → {arrive}");
    Mark { depart: at(depart), arrive: at(arrive), label, kind }
}

fn view(data: &Synthetic) -> PorkchopView<'_> {
    PorkchopView {
        title: "Earth to Mars <2031> & back".to_owned(),
        subtitle: "direct transfers, 180 × 160 dates".to_owned(),
        depart: &data.depart,
        arrive: &data.arrive,
        bands: table(&data.c3_km2_s2),
        worth: None,
        v_inf_arr_km_s: &data.v_inf_arr_km_s,
        kinds: &[],
        kind_names: Vec::new(),
        masks: Vec::new(),
        period: None,
        marks: vec![
            mark("2031-02-03", "2031-11-09", MarkKind::LeastC3),
            mark("2031-02-06", "2031-11-12", MarkKind::LeastVInfSum),
            mark("2031-02-03", "2031-11-09", MarkKind::Chosen),
            mark("2031-03-02", "2032-05-01", MarkKind::LeastVInfArr),
            mark("2035-03-02", "2036-05-01", MarkKind::LeastDv),
        ],
        provenance: "portolan test; a made-up field of two wells; no kernel".to_owned(),
    }
}

fn table(c3_km2_s2: &[f64]) -> BandTable<'_> {
    BandTable {
        values: c3_km2_s2,
        label: "Departure C3".to_owned(),
        unit: "km²/s²",
        rank: Rank::LowIsGood,
        most_value: None,
        turn_deg: None,
    }
}

/// The values of a plot, great ones bad.
fn signed(view: &PorkchopView<'_>) -> Vec<f64> {
    let sign = if view.bands.rank == Rank::HighIsGood { -1.0 } else { 1.0 };
    view.bands.values.iter().map(|v| sign * v).collect()
}

fn text_of(canvas: &Canvas) -> Vec<&str> {
    canvas.texts().iter().map(|(text, _)| text.as_str()).collect()
}

#[test]
fn law_texts_never_touch_and_stay_on_the_page() {
    let data = synthetic();
    let column: Vec<f64> = (0..DEPARTS * ARRIVES).map(|k| (k % DEPARTS) as f64).collect();
    let row: Vec<f64> = (0..DEPARTS * ARRIVES).map(|k| (k / DEPARTS) as f64).collect();
    let kinds: Vec<u32> = (0..DEPARTS * ARRIVES).map(|k| if k / DEPARTS < 90 { 1 } else { 4 }).collect();
    let mut hatched = view(&data);
    let label = |text: &str| text.to_owned();
    hatched.masks = vec![
        Mask { values: &column, most_value: 140.0, label: label("declination beyond 28.5°") },
        Mask { values: &row, most_value: 130.0, label: label("flight longer than 300 d") },
    ];
    hatched.bands.most_value = Some(17.0);
    hatched.kinds = &kinds;
    hatched.kind_names = vec![(1, label("type I")), (4, label("type III, low branch"))];
    let day = |text: &str| Epoch::parse(text).expect(text);
    hatched.period = Some(LaunchPeriod {
        depart: crate::time::Window { start: day("2031-01-10"), end: day("2031-02-01") },
        arrival: ArrivalRule::Fixed(day("2031-12-01")),
        label: label("20-day launch period"),
    });
    let mut mass = view(&data);
    let delivered: Vec<f64> = data.c3_km2_s2.iter().map(|c3| 12_000.0 - 250.0 * c3).collect();
    mass.bands = BandTable { rank: Rank::HighIsGood, unit: "kg", ..table(&delivered) };
    mass.worth = Some(Worth { c3_km2_s2: &data.c3_km2_s2, max_c3_km2_s2: Some(20.0) });
    let mut plain = view(&data);
    plain.marks.clear();
    for view in [view(&data), hatched, mass, plain] {
        let canvas = page(&view).expect("a page");
        let texts = canvas.texts();
        assert!(texts.len() > 40, "{}", texts.len());
        for (k, (text, a)) in texts.iter().enumerate() {
            assert!(a.lies_in([0.0, 0.0], [WIDTH_PX, HEIGHT_PX]), "{text} runs off the page: {a:?}");
            for (other, b) in &texts[k + 1..] {
                assert!(a.is_clear_of(b), "{text} touches {other}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn law_figure_says_units_dates_and_provenance() {
    let data = synthetic();
    let canvas = page(&view(&data)).expect("a page");
    let texts = text_of(&canvas);
    for wanted in [
        "Departure date (TDB)",
        "Arrival date (TDB)",
        "km²/s²",
        "arrival v∞, km/s",
        "time of flight, d",
        "Jan",
        "2031",
        "2032",
        "portolan test; a made-up field of two wells; no kernel",
    ] {
        assert!(texts.contains(&wanted), "{wanted} is missing in {texts:?}");
    }
    assert!(texts.iter().any(|t| t.ends_with(" km/s") && t.len() < 9), "arrival speed is labelled");
    assert!(texts.iter().any(|t| t.ends_with("0 d")), "flight time is labelled");
    assert!(texts.iter().any(|t| t.contains("8.17 km²/s², 2031-02-03 → 2031-11-09")), "{texts:?}");
    assert!(texts.iter().any(|t| t.starts_with("outside the figure: ")), "{texts:?}");
}

#[test]
fn law_every_level_is_labelled_on_its_line() {
    let data = synthetic();
    let view = view(&data);
    let values = signed(&view);
    let plot = Plot::new(&view, &values).expect("a plot");
    let mut placer = Placer::new(plot.map.area);
    let mut families = plot.lines(&mut placer);
    families.label(&mut placer);
    for level in &plot.scale.levels {
        let text = plain(*level);
        let lines: Vec<&lines::Drawn> = families.level.iter().filter(|line| line.text == text).collect();
        assert!(!lines.is_empty(), "level {text} is drawn");
        assert!(lines.iter().any(|line| !line.spots.is_empty()), "level {text} is labelled");
        for (line, spot) in lines.iter().flat_map(|line| line.spots.iter().map(move |spot| (line, spot))) {
            let away = |p: &[f64; 2]| (p[0] - spot.at_px[0]).hypot(p[1] - spot.at_px[1]);
            let near = super::super::labels::outside(&line.points_px, &[]).concat().windows(2).fold(
                f64::INFINITY,
                |least, pair| {
                    (0..=10).fold(least, |l, k| {
                        let share = f64::from(k) / 10.0;
                        l.min(away(&[0, 1].map(|c| pair[0][c] + share * (pair[1][c] - pair[0][c]))))
                    })
                },
            );
            assert!(near < 6.0, "{text} stands {near} px off its line");
            assert!(spot.set.turn_rad.abs() <= std::f64::consts::FRAC_PI_2 + 1e-9, "{text} is upside down");
        }
    }
}

#[test]
fn law_masked_cells_stay_blank() {
    let data = synthetic();
    let view = view(&data);
    let values = signed(&view);
    let plot = Plot::new(&view, &values).expect("a plot");
    let top = plot.scale.top();
    for ring in plot.bands.band(f64::NEG_INFINITY, top) {
        for p in ring {
            assert!(p.iter().all(|c| c.is_finite()));
            let (x, y) = (p[0] / DEPARTS as f64, p[1] / ARRIVES as f64);
            assert!((y - 0.62 * x - 0.25).abs() > 0.002, "{p:?} lies on the crest");
        }
    }
}

#[test]
fn law_an_empty_porkchop_says_so() {
    let mut data = synthetic();
    data.c3_km2_s2.fill(f64::NAN);
    let canvas = page(&view(&data)).expect("a page");
    assert!(text_of(&canvas).contains(&"no transfer between these dates"));
    data.c3_km2_s2[500] = 9.0;
    let canvas = page(&view(&data)).expect("a page");
    assert!(text_of(&canvas).contains(&"transfers lie too far apart on this grid to be drawn"));
}

#[test]
fn law_a_large_porkchop_stays_a_small_file() {
    let n = 500;
    let dates = |from: Epoch| (0..n).map(|k| from + k as f64 * 0.6 * DAY_S).collect::<Vec<Epoch>>();
    let (depart, arrive) = (dates(Epoch::from_calendar(2033, 1, 1)), dates(Epoch::from_calendar(2033, 9, 1)));
    let c3_km2_s2: Vec<f64> = (0..n * n)
        .map(|k| {
            let (x, y) = ((k % n) as f64 * 0.03, (k / n) as f64 * 0.03);
            20.0 + 11.0 * x.sin() * y.cos() + 0.2 * x
        })
        .collect();
    let data = synthetic();
    let view = PorkchopView {
        depart: &depart,
        arrive: &arrive,
        bands: table(&c3_km2_s2),
        v_inf_arr_km_s: &[],
        marks: Vec::new(),
        ..view(&data)
    };
    let figure = draw_porkchop(&view).expect("a figure");
    assert!(figure.svg().len() < 1_000_000, "{} bytes", figure.svg().len());
    assert!(!figure.svg().contains("NaN") && !figure.svg().contains("inf"), "a point is not finite");
}

#[test]
fn refuses_tables_that_do_not_fit() {
    let data = synthetic();
    let short = PorkchopView { bands: table(&data.c3_km2_s2[1..]), ..view(&data) };
    assert!(matches!(draw_porkchop(&short), Err(FigureError::Shape { what: "the table of the bands", .. })));
    let speeds = PorkchopView { v_inf_arr_km_s: &data.v_inf_arr_km_s[1..], ..view(&data) };
    assert!(matches!(draw_porkchop(&speeds), Err(FigureError::Shape { .. })));
    let backwards: Vec<Epoch> = data.depart.iter().rev().copied().collect();
    let turned = PorkchopView { depart: &backwards, ..view(&data) };
    assert_eq!(draw_porkchop(&turned), Err(FigureError::Dates { axis: "departure" }));
    let one = PorkchopView { arrive: &data.arrive[..1], ..view(&data) };
    assert_eq!(draw_porkchop(&one), Err(FigureError::Dates { axis: "arrival" }));
    for max in [5.0, f64::NAN] {
        let bands = BandTable { most_value: Some(max), ..table(&data.c3_km2_s2) };
        let low = PorkchopView { bands, ..view(&data) };
        assert!(matches!(draw_porkchop(&low), Err(FigureError::Level { .. })), "{max}");
    }
}

#[cfg(feature = "png")]
#[test]
fn law_page_is_well_formed_and_coloured() {
    let data = synthetic();
    let view = view(&data);
    let figure = draw_porkchop(&view).expect("a figure");
    let tree = crate::report::png::tree(figure.svg()).expect("well-formed SVG");
    assert_eq!((tree.size().width(), tree.size().height()), (1000.0, 800.0));
    let png = figure.png().expect("an image");
    let image = resvg::tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((image.width(), image.height()), (1000, 800));
    let values = signed(&view);
    let plot = Plot::new(&view, &values).expect("a plot");
    let at = |x: f64, y: f64| {
        let p = image.pixel(x as u32, y as u32).expect("on the page");
        Rgb(p.red(), p.green(), p.blue())
    };
    // Every band shows somewhere in the plot, and nowhere a colour that is no band's fills an area.
    let colours = plot.scale.colours();
    let mut seen = vec![0; colours.len()];
    for y in plot.map.area.least_px[1] as u32 + 2..plot.map.area.most_px[1] as u32 - 2 {
        for x in plot.map.area.least_px[0] as u32 + 2..plot.map.area.most_px[0] as u32 - 2 {
            if let Some(k) = colours.iter().position(|c| *c == at(f64::from(x), f64::from(y))) {
                seen[k] += 1;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
    // The value under a pixel away from lines and labels is in the band of its colour.
    let (i, j) = (120, 45);
    let c3 = data.c3_km2_s2[j * DEPARTS + i];
    let wanted = plot.scale.levels.partition_point(|level| *level <= c3);
    let spot = plot.map.place(data.depart[i], data.arrive[j]).expect("inside");
    let around = (-3..=3).flat_map(|a| (-3..=3).map(move |b| (f64::from(a), f64::from(b))));
    let hits = around.filter(|(a, b)| Some(&at(spot[0] + a, spot[1] + b)) == colours.get(wanted)).count();
    assert!(hits > 10, "{c3} km²/s² at {spot:?}: {hits} pixels of its band");
    assert_eq!(figure.png().expect("again"), png, "the same page makes the same image");
}
