//! The page we draw on: shapes and text in pixels, out comes SVG.
//!
//! plotters stays behind this door. Its SVG backend counts whole units, so the page is laid out in tenths
//! of a pixel; what the backend cannot say (dashes, halos, slanted text) is said by a group around its
//! elements. Every text leaves its box here, so that a figure can place the next one clear of it.

use super::FigureError;
use super::colour::{PAPER, Rgb};
use super::escape::{line, xml};
use super::text::{Anchor, Box2, Weight, wrap};
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Page units per pixel.
const FINE: f64 = 10.0;

/// The family that [`super::png`] embeds, and what a browser without it may take.
const FAMILY: &str = "DejaVu Sans, Verdana, Geneva, sans-serif";

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pen {
    pub(super) colour: Rgb,
    pub(super) width_px: f64,
    pub(super) dash: Dash,
}

/// Solid or broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dash {
    Solid,
    Long,
    Short,
    Dotted,
}

impl Dash {
    const fn attribute(self) -> &'static str {
        match self {
            Self::Solid => "",
            Self::Long => " stroke-dasharray=\"70 45\"",
            Self::Short => " stroke-dasharray=\"35 25\"",
            Self::Dotted => " stroke-dasharray=\"10 25\"",
        }
    }
}

impl Pen {
    /// A solid pen.
    pub(super) const fn solid(colour: Rgb, width_px: f64) -> Self {
        Self { colour, width_px, dash: Dash::Solid }
    }
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    pub(super) size_px: f64,
    pub(super) weight: Weight,
    pub(super) colour: Rgb,
    pub(super) anchor: Anchor,
    /// turn from the horizontal, clockwise on the page
    pub(super) turn_rad: f64,
    /// width of the light edge that lifts the letters from what lies below; zero for none
    pub(super) halo_px: f64,
}

impl Type {
    /// Plain upright text that starts at its point.
    pub(super) const fn plain(size_px: f64, colour: Rgb) -> Self {
        Self { size_px, weight: Weight::Normal, colour, anchor: Anchor::Start, turn_rad: 0.0, halo_px: 0.0 }
    }

    pub(super) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(super) const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) const fn turned(self, turn_rad: f64) -> Self {
        Self { turn_rad, ..self }
    }

    pub(super) const fn haloed(self, halo_px: f64) -> Self {
        Self { halo_px, ..self }
    }

    /// The box of a text set this way.
    pub(super) fn box_of(&self, text: &str, at_px: [f64; 2]) -> Box2 {
        Box2::of_text(text, at_px, self.size_px, self.weight, self.anchor, self.turn_rad)
    }
}

enum Shape {
    Fill { points: Vec<(i32, i32)>, colour: Rgb },
    Line { points: Vec<(i32, i32)>, colour: Rgb, width: u32 },
    Disc { centre: (i32, i32), radius: u32, colour: Rgb },
    Text { text: String, at: (i32, i32), set: Type },
}

/// A page being drawn.
pub(super) struct Canvas {
    width_px: f64,
    height_px: f64,
    title: String,
    shapes: Vec<(String, Shape)>,
    #[cfg(test)]
    texts: Vec<(String, Box2)>,
}

fn fine(at_px: [f64; 2]) -> (i32, i32) {
    // A cast saturates, so that even a point far off the page stays a point.
    ((at_px[0] * FINE).round() as i32, (at_px[1] * FINE).round() as i32)
}

const fn plotters_colour(colour: Rgb) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

impl Canvas {
    /// A blank page; its title is what a screen reader says.
    pub(super) fn new(width_px: f64, height_px: f64, title: &str) -> Self {
        let mut canvas = Self {
            width_px,
            height_px,
            title: title.to_owned(),
            shapes: Vec::new(),
            #[cfg(test)]
            texts: Vec::new(),
        };
        canvas.rect([0.0, 0.0], [width_px, height_px], PAPER);
        canvas
    }

    pub(super) const fn height_px(&self) -> f64 {
        self.height_px
    }

    /// A filled polygon.
    pub(super) fn fill(&mut self, points_px: &[[f64; 2]], colour: Rgb) {
        let points = points_px.iter().map(|p| fine(*p)).collect();
        self.shapes.push((String::new(), Shape::Fill { points, colour }));
    }

    /// A filled region with holes: the rings are strung on one thread that runs out and back, which
    /// covers nothing.
    pub(super) fn fill_rings(&mut self, rings_px: &[Vec<[f64; 2]>], colour: Rgb) {
        let Some(home) = rings_px.first().and_then(|ring| ring.first()) else { return };
        let mut points = Vec::new();
        for ring in rings_px {
            let Some(first) = ring.first() else { continue };
            points.extend(ring.iter().chain([first, home]).map(|p| fine(*p)));
        }
        points.dedup();
        self.shapes.push((" fill-rule=\"evenodd\"".to_owned(), Shape::Fill { points, colour }));
    }

    /// A filled rectangle.
    pub(super) fn rect(&mut self, least_px: [f64; 2], most_px: [f64; 2], colour: Rgb) {
        self.fill(&[least_px, [most_px[0], least_px[1]], most_px, [least_px[0], most_px[1]]], colour);
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&mut self, least_px: [f64; 2], most_px: [f64; 2], pen: Pen) {
        let corners = [least_px, [most_px[0], least_px[1]], most_px, [least_px[0], most_px[1]], least_px];
        self.line(&corners, pen);
    }

    /// A line through points.
    pub(super) fn line(&mut self, points_px: &[[f64; 2]], pen: Pen) {
        let mut points: Vec<(i32, i32)> = points_px.iter().map(|p| fine(*p)).collect();
        points.dedup();
        if points.len() < 2 {
            return;
        }
        let width = (pen.width_px * FINE).round() as u32;
        let group = format!(" stroke-linejoin=\"round\"{}", pen.dash.attribute());
        self.shapes.push((group, Shape::Line { points, colour: pen.colour, width }));
    }

    /// A filled disc.
    pub(super) fn disc(&mut self, centre_px: [f64; 2], radius_px: f64, colour: Rgb) {
        let radius = (radius_px * FINE).round() as u32;
        self.shapes.push((String::new(), Shape::Disc { centre: fine(centre_px), radius, colour }));
    }

    /// A text whose capitals are centred on the height of `at_px`.
    pub(super) fn text(&mut self, text: &str, at_px: [f64; 2], set: Type) {
        if text.is_empty() {
            return;
        }
        #[cfg(test)]
        self.texts.push((text.to_owned(), set.box_of(text, at_px)));
        let mut group = String::new();
        if set.turn_rad != 0.0 {
            let (x, y) = fine(at_px);
            group.push_str(&format!(" transform=\"rotate({:.1} {x} {y})\"", set.turn_rad.to_degrees()));
        }
        if set.halo_px > 0.0 {
            let Rgb(r, g, b) = PAPER;
            group.push_str(&format!(
                " stroke=\"#{r:02x}{g:02x}{b:02x}\" stroke-width=\"{:.0}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                2.0 * set.halo_px * FINE
            ));
        }
        self.shapes.push((group, Shape::Text { text: line(text), at: fine(at_px), set }));
    }

    /// A text broken into lines; answers the height of the line after the last.
    pub(super) fn paragraph(&mut self, text: &str, at_px: [f64; 2], room_px: f64, set: Type) -> f64 {
        let mut below_px = at_px[1];
        for part in wrap(text, set.size_px, room_px) {
            self.text(&part, [at_px[0], below_px], set);
            below_px += 1.35 * set.size_px;
        }
        below_px
    }

    /// The texts so far, for tests, with the boxes they cover.
    #[cfg(test)]
    pub(super) fn texts(&self) -> &[(String, Box2)] {
        &self.texts
    }

    /// The colours and widths of all fills so far, for tests.
    #[cfg(test)]
    pub(super) fn filled_px(&self) -> Vec<(Rgb, f64)> {
        let widths = self.shapes.iter().filter_map(|(_, shape)| match shape {
            Shape::Fill { points, colour } => {
                let xs = || points.iter().map(|p| f64::from(p.0) / FINE);
                Some((*colour, xs().fold(f64::NEG_INFINITY, f64::max) - xs().fold(f64::INFINITY, f64::min)))
            }
            _ => None,
        });
        widths.collect()
    }

    /// The page as SVG.
    pub(super) fn finish(self) -> Result<String, FigureError> {
        let (w, h) = ((self.width_px * FINE).round() as u32, (self.height_px * FINE).round() as u32);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {w} {h}\" role=\"img\">\n<title>{}</title>\n",
            self.width_px,
            self.height_px,
            xml(&self.title)
        );
        let mut rest = self.shapes.as_slice();
        while let Some((group, _)) = rest.first() {
            let alike = rest.iter().take_while(|(other, _)| other == group).count();
            let body = elements(&rest[..alike], (w, h))?;
            if group.is_empty() {
                svg.push_str(&body);
            } else {
                svg.push_str(&format!("<g{group}>\n{body}</g>\n"));
            }
            rest = &rest[alike..];
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }
}

fn refused(fault: impl std::fmt::Display) -> FigureError {
    FigureError::Backend { reason: fault.to_string() }
}

/// What plotters writes for some shapes, without the document around them.
fn elements(shapes: &[(String, Shape)], size: (u32, u32)) -> Result<String, FigureError> {
    let mut document = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut document, size);
        for (_, shape) in shapes {
            match shape {
                Shape::Fill { points, colour } => {
                    backend.fill_polygon(points.iter().copied(), &plotters_colour(*colour).to_backend_color())
                }
                Shape::Line { points, colour, width } => {
                    let style = ShapeStyle::from(plotters_colour(*colour)).stroke_width(*width);
                    backend.draw_path(points.iter().copied(), &style)
                }
                Shape::Disc { centre, radius, colour } => {
                    let style = ShapeStyle::from(plotters_colour(*colour)).filled();
                    backend.draw_circle(*centre, *radius, &style, true)
                }
                Shape::Text { text, at, set } => {
                    let style = text_style(set);
                    // The backend sets the foot of the text half an ex below its point; our point is the
                    // middle of the capitals, 0.365 em above the foot.
                    let foot = at.1 + ((0.365 + 0.26) * set.size_px * FINE).round() as i32;
                    backend.draw_text(text, &style, (at.0, foot))
                }
            }
            .map_err(refused)?;
        }
        backend.present().map_err(refused)?;
    }
    let inner = document.split_once('\n').map_or("", |(_, after)| after);
    Ok(inner.strip_suffix("</svg>\n").unwrap_or(inner).replace(" opacity=\"1\"", ""))
}

fn text_style(set: &Type) -> TextStyle<'static> {
    let style = if set.weight == Weight::Bold { FontStyle::Bold } else { FontStyle::Normal };
    let at = match set.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    TextStyle {
        // The backend divides by 1.24, its guess of em per line.
        font: FontDesc::new(FontFamily::Name(FAMILY), set.size_px * FINE * 1.24, style),
        color: plotters_colour(set.colour).to_backend_color(),
        pos: Pos::new(at, VPos::Bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::colour::INK;

    #[test]
    fn law_page_keeps_tenths_of_a_pixel_and_escapes() {
        let mut canvas = Canvas::new(200.0, 100.0, "a < b & c");
        canvas.line(&[[1.04, 2.0], [10.26, 20.0]], Pen { colour: INK, width_px: 1.5, dash: Dash::Short });
        canvas.text("x < y & \"z\"", [50.0, 50.0], Type::plain(10.0, INK).turned(0.5).haloed(2.0));
        let svg = canvas.finish().expect("svg");
        assert!(svg.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\" viewBox=\"0 0 2000 1000\""
        ));
        assert!(svg.contains("<title>a &lt; b &amp; c</title>"));
        assert!(svg.contains("points=\"10,20 103,200 \""), "{svg}");
        assert!(svg.contains("stroke-width=\"15\"") && svg.contains("stroke-dasharray=\"35 25\""));
        assert!(svg.contains("rotate(28.6 500 500)") && svg.contains("paint-order=\"stroke\""));
        assert!(svg.contains("x &lt; y &amp; &quot;z&quot;"));
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
        assert!(svg.ends_with("</svg>\n"));
    }

    #[test]
    fn law_shapes_alike_share_a_group() {
        let mut canvas = Canvas::new(200.0, 100.0, "lines");
        for k in 0..50 {
            canvas.line(&[[0.0, f64::from(k)], [10.0, f64::from(k)]], Pen::solid(INK, 1.0));
        }
        canvas.line(&[[5.0, 5.0], [5.01, 5.01]], Pen::solid(INK, 1.0));
        let svg = canvas.finish().expect("svg");
        assert_eq!((svg.matches("<g").count(), svg.matches("<polyline").count()), (1, 50), "a dot is no line");
    }
}
