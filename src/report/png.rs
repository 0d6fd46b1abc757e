//! SVG to PNG with one embedded font, so that a figure looks the same on every machine.

use super::FigureError;
use resvg::{tiny_skia, usvg};
use std::sync::Arc;

/// A tree that resvg can draw; system fonts are never looked at.
pub(super) fn tree(svg: &str) -> Result<usvg::Tree, FigureError> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options =
        usvg::Options { fontdb: Arc::new(fonts), font_family: "DejaVu Sans".to_owned(), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options).map_err(|e| FigureError::Png { reason: e.to_string() })
}

/// The PNG of a page, one pixel of the page to a pixel of the image.
pub(super) fn render(svg: &str) -> Result<Vec<u8>, FigureError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| FigureError::Png { reason: format!("no image of {} × {}", size.width(), size.height()) })?;
    resvg::render(&tree, tiny_skia::Transform::default(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| FigureError::Png { reason: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::canvas::{Canvas, Type};
    use crate::report::colour::INK;
    use crate::report::text::{Anchor, Weight, width_px};

    /// Columns of a row band that hold ink.
    fn inked(pixels: &tiny_skia::Pixmap) -> (u32, u32) {
        let dark = |x: u32| (0..pixels.height()).any(|y| pixels.pixel(x, y).is_some_and(|p| p.red() < 128));
        let columns: Vec<u32> = (0..pixels.width()).filter(|x| dark(*x)).collect();
        (columns[0], columns[columns.len() - 1])
    }

    #[test]
    fn agrees_with_the_font_about_widths() {
        // Letters whose ink nearly fills their advance at both ends, a subscript apart from the rest.
        for (text, weight) in [
            ("MNHEarth departure 0123M", Weight::Normal),
            ("M12 → 34 ≤ km²/s² ∞M", Weight::Normal),
            ("MBoldM", Weight::Bold),
        ] {
            let set = Type { weight, ..Type::plain(20.0, INK) };
            let mut canvas = Canvas::new(600.0, 60.0, "text");
            canvas.text(text, [300.0, 30.0], set.anchored(Anchor::Middle));
            let tree = tree(&canvas.finish().expect("svg")).expect("a tree");
            let mut pixels = tiny_skia::Pixmap::new(600, 60).expect("pixels");
            resvg::render(&tree, tiny_skia::Transform::default(), &mut pixels.as_mut());
            let (from, to) = inked(&pixels);
            let drawn = f64::from(to - from + 1);
            let told = width_px(text, 20.0, weight);
            // M has side bearings of 0.1 em each; the table rounds ², ³ and µ up.
            assert!(drawn <= told && drawn > 0.94 * told - 4.0, "{text}: {drawn} of {told}");
            assert!((f64::from(from + to) / 2.0 - 300.0).abs() < 2.0, "{text} is centred");
        }
    }

    #[test]
    fn refuses_what_is_no_svg() {
        assert!(matches!(render("<svg"), Err(FigureError::Png { .. })));
    }
}
