//! The figure: a panel a case, error to the right, time upward, a mark a setting.

use super::methods::{METHODS, Method};
use std::fmt::Write;

/// One measurement.
pub(crate) struct Point {
    pub(crate) method: Method,
    pub(crate) setting: f64,
    /// median, and the quickest run
    pub(crate) time_s: f64,
    pub(crate) least_s: f64,
    pub(crate) error_m: f64,
    pub(crate) evaluations: Option<usize>,
}

/// One case.
pub(crate) struct Panel {
    pub(crate) case: &'static str,
    pub(crate) title: &'static str,
    /// the reference from the other method at its tightest
    pub(crate) apart_m: f64,
    pub(crate) points: Vec<Point>,
}

/// Decades shown: beyond them a method has failed, or has nothing more to give.
const ERRORS: [i32; 2] = [-8, 3];

struct Look {
    name: &'static str,
    colour: &'static str,
    dash: &'static str,
    mark: Mark,
}

#[derive(Clone, Copy)]
enum Mark {
    Disc,
    Ring,
    Square,
    Diamond,
    Up,
    Down,
    Cross,
    Plus,
}

/// Dark to light as well as by hue, and each with its own mark: it survives a grey print.
fn look(method: Method) -> Look {
    let (name, colour, dash, mark) = match method {
        Method::Collocation => ("collocation (portolan)", "#101828", "", Mark::Disc),
        Method::Taylor => ("Taylor (portolan)", "#9e1a42", "", Mark::Diamond),
        Method::Dop853 => ("DOP853", "#0b6e99", "7 3", Mark::Square),
        Method::Verner98 => ("Verner 9(8)", "#2f9e6e", "7 3", Mark::Ring),
        Method::GaussJackson8 => ("Gauss–Jackson 8", "#8a6d00", "2 3", Mark::Up),
        Method::GaussJackson12 => ("Gauss–Jackson 12", "#c98a00", "2 3", Mark::Down),
        Method::GaussJackson14 => ("Gauss–Jackson 14", "#e0a84a", "2 3", Mark::Plus),
        Method::Extrapolation => ("Gragg–Bulirsch–Stoer", "#8f7bb8", "9 3 2 3", Mark::Cross),
    };
    Look { name, colour, dash, mark }
}

fn text(out: &mut String, at: [f64; 2], size: f64, extra: &str, words: &str) {
    let [x, y] = at;
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" {extra}>{words}</text>");
}

fn mark(out: &mut String, at: [f64; 2], look: &Look) {
    let ([x, y], r, colour) = (at, 3.6, look.colour);
    let path = |d: String| format!("<path d=\"{d}\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"1.4\"/>");
    let (l, t, e, b) = (x - r, y - r, x + r, y + r);
    let _ = out.write_str(&match look.mark {
        Mark::Disc => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\" fill=\"{colour}\"/>"),
        Mark::Ring => {
            format!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\" fill=\"#fff\" stroke=\"{colour}\" stroke-width=\"1.6\"/>"
            )
        }
        Mark::Square => path(format!("M{l:.1} {t:.1}H{e:.1}V{b:.1}H{l:.1}Z")),
        Mark::Diamond => {
            path(format!("M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}Z", t - 1.0, e + 1.0, b + 1.0, l - 1.0))
        }
        Mark::Up => path(format!("M{x:.1} {t:.1}L{e:.1} {b:.1}H{l:.1}Z")),
        Mark::Down => path(format!("M{x:.1} {b:.1}L{e:.1} {t:.1}H{l:.1}Z")),
        Mark::Cross => path(format!("M{l:.1} {t:.1}L{e:.1} {b:.1}M{e:.1} {t:.1}L{l:.1} {b:.1}")),
        Mark::Plus => path(format!("M{x:.1} {t:.1}V{b:.1}M{l:.1} {y:.1}H{e:.1}")),
    });
    out.push('\n');
}

/// 10ⁿ with superscripts.
fn power(n: i32) -> String {
    let words = n.to_string();
    let digits = words.chars().map(|c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32(0x2070 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
    });
    format!("10{}", digits.collect::<String>())
}

/// Errors of a panel in words a designer thinks in.
fn metres(n: i32) -> String {
    match n {
        -6 => "1 µm".to_owned(),
        -3 => "1 mm".to_owned(),
        0 => "1 m".to_owned(),
        3 => "1 km".to_owned(),
        n => power(n),
    }
}

fn seconds(n: i32) -> String {
    match n {
        -6 => "1 µs".to_owned(),
        -5 => "10 µs".to_owned(),
        -4 => "0.1 ms".to_owned(),
        -3 => "1 ms".to_owned(),
        -2 => "10 ms".to_owned(),
        -1 => "0.1 s".to_owned(),
        0 => "1 s".to_owned(),
        1 => "10 s".to_owned(),
        n => format!("{} s", power(n)),
    }
}

/// The whole page as SVG.
pub(crate) fn draw(panels: &[Panel], provenance: &str) -> String {
    let (width, height) = (1260.0, 900.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"DejaVu Sans, Verdana, sans-serif\" fill=\"#18202c\">\n\
         <title>Work against precision of eight integrators</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    text(&mut out, [28.0, 34.0], 19.0, "font-weight=\"bold\"", "Work against precision");
    let under = "Time of one flight against its error at the end; lower and further left is better. Each mark is a tolerance or a step; pale where a quicker one does as well.";
    text(&mut out, [28.0, 56.0], 12.0, "fill=\"#5c6470\"", under);
    for (number, panel) in panels.iter().enumerate() {
        let (column, row) = ((number % 3) as f64, (number / 3) as f64);
        one(&mut out, panel, [28.0 + 410.0 * column, 76.0 + 392.0 * row]);
    }
    legend(&mut out, [28.0 + 410.0 * 2.0 + 62.0, 76.0 + 392.0 + 40.0]);
    let foot = format!(
        "{provenance}. Error: distance at the end from collocation at its tightest; the band is what that and another \
         method at its tightest differ by."
    );
    text(&mut out, [28.0, height - 16.0], 10.5, "fill=\"#5c6470\"", &foot);
    out.push_str("</svg>\n");
    out
}

fn legend(out: &mut String, [x, y]: [f64; 2]) {
    for (number, method) in METHODS.into_iter().enumerate() {
        let (look, y) = (look(method), y + 26.0 * number as f64);
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {y:.1}h44\" stroke=\"{}\" stroke-width=\"1.8\" stroke-dasharray=\"{}\" fill=\"none\"/>",
            look.colour, look.dash
        );
        mark(out, [x + 22.0, y], &look);
        text(out, [x + 56.0, y + 4.5], 13.0, "", look.name);
    }
}

/// One panel with its left upper corner there.
fn one(out: &mut String, panel: &Panel, [left, top]: [f64; 2]) {
    let (x0, y0, x1, y1) = (left + 62.0, top + 26.0, left + 392.0, top + 330.0);
    let shown = |p: &&Point| p.error_m > 0.0 && p.error_m < 10.0_f64.powi(ERRORS[1]);
    let times = || panel.points.iter().filter(shown).map(|p| p.least_s.log10());
    let low = times().fold(f64::INFINITY, f64::min).floor();
    let high = times().fold(f64::NEG_INFINITY, f64::max).ceil();
    let [from, to] = ERRORS.map(f64::from);
    let right = |e: f64| x0 + (x1 - x0) * ((e - from) / (to - from)).clamp(0.0, 1.0);
    let up = |t: f64| y1 - (y1 - y0) * (t - low) / (high - low);
    text(out, [x0, top + 16.0], 12.5, "font-weight=\"bold\"", panel.title);
    let band = right(panel.apart_m.max(1e-30).log10());
    let _ = writeln!(
        out,
        "<rect x=\"{x0:.1}\" y=\"{y0:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#edeff2\"/>",
        band - x0,
        y1 - y0
    );
    for n in ERRORS[0]..=ERRORS[1] {
        let x = right(f64::from(n));
        let strong = if n == -3 { "#5c6470" } else { "#d8dce1" };
        let _ = writeln!(out, "<path d=\"M{x:.1} {y0:.1}V{y1:.1}\" stroke=\"{strong}\" stroke-width=\"0.8\"/>");
        if n % 3 == 0 {
            text(out, [x, y1 + 17.0], 11.0, "text-anchor=\"middle\"", &metres(n));
        }
    }
    for n in low as i32..=high as i32 {
        let y = up(f64::from(n));
        let _ = writeln!(out, "<path d=\"M{x0:.1} {y:.1}H{x1:.1}\" stroke=\"#d8dce1\" stroke-width=\"0.8\"/>");
        text(out, [x0 - 6.0, y + 4.0], 11.0, "text-anchor=\"end\"", &seconds(n));
    }
    let (w, h) = (x1 - x0, y1 - y0);
    let _ = writeln!(
        out,
        "<rect x=\"{x0:.1}\" y=\"{y0:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"none\" stroke=\"#5c6470\" stroke-width=\"1\"/>"
    );
    text(out, [0.5 * (x0 + x1), y1 + 35.0], 11.5, "text-anchor=\"middle\"", "Error of the position at the end");
    let (x, y) = (left + 6.0, 0.5 * (y0 + y1));
    let turn = format!("text-anchor=\"middle\" transform=\"rotate(-90 {x:.1} {y:.1})\"");
    text(out, [x, y], 11.5, &turn, "Time of a flight");
    // the shipped methods last, on top
    for method in METHODS.into_iter().rev() {
        let look = look(method);
        let mut points: Vec<&Point> = panel.points.iter().filter(|p| p.method == method).filter(shown).collect();
        points.sort_by(|a, b| a.least_s.total_cmp(&b.least_s));
        let at = |p: &Point| [right(p.error_m.log10()), up(p.least_s.log10())];
        // the line goes through what no quicker setting does as well
        let (mut front, mut behind, mut best_m) = (Vec::new(), Vec::new(), f64::INFINITY);
        for point in points {
            let better = point.error_m < best_m;
            best_m = best_m.min(point.error_m);
            if better { &mut front } else { &mut behind }.push(at(point));
        }
        if front.is_empty() {
            continue;
        }
        let line: Vec<String> = front.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" stroke=\"{}\" stroke-width=\"1.6\" stroke-dasharray=\"{}\" fill=\"none\"/>",
            line.join(" "),
            look.colour,
            look.dash
        );
        out.push_str("<g opacity=\"0.3\">\n");
        for point in behind {
            mark(out, point, &look);
        }
        out.push_str("</g>\n");
        for point in front {
            mark(out, point, &look);
        }
    }
}

/// The page as PNG, in the font that figures have.
#[cfg(feature = "png")]
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    use resvg::{tiny_skia, usvg};
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options = usvg::Options {
        fontdb: std::sync::Arc::new(fonts),
        font_family: "DejaVu Sans".to_owned(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or("no image")?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}
