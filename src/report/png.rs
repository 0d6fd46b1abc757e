//! SVG to PNG with one embedded font, so that a figure looks the same on every machine.

use super::FigureError;
use resvg::{tiny_skia, usvg};
use std::sync::Arc;

/// A tree that resvg can draw; system fonts are never looked at.
fn tree(svg: &str) -> Result<usvg::Tree, FigureError> {
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
