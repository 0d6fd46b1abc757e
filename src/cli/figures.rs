//! Figures to files, by the ending of their name.

use super::failure::Failure;
use super::output::write_atomically;
use crate::report::Figure;
#[cfg(feature = "png")]
use crate::report::ReportError;
use std::path::Path;

fn ending(path: &Path) -> String {
    path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase()
}

/// Whether a name is that of a figure, in this build or another.
pub(super) fn is_figure(path: &Path) -> bool {
    matches!(ending(path).as_str(), "svg" | "png")
}

/// Refuse a name that no figure can be written to, before anything is computed.
pub(super) fn check(path: &Path) -> Result<(), Failure> {
    let refuse = |reason: String| Err(Failure::Flag { flag: "--out", reason });
    match ending(path).as_str() {
        "svg" => Ok(()),
        "png" if cfg!(feature = "png") => Ok(()),
        "png" => refuse("this build draws no PNG: write a .svg, or build with the feature png".to_owned()),
        _ => refuse(format!("{} is neither .svg nor .png; end its name with one of them", path.display())),
    }
}

/// Write a figure as the ending of its name says.
pub(super) fn write(path: &Path, figure: &Figure) -> Result<(), Failure> {
    check(path)?;
    #[cfg(feature = "png")]
    if ending(path) == "png" {
        return Ok(write_atomically(path, &figure.png().map_err(ReportError::from)?)?);
    }
    Ok(write_atomically(path, figure.svg().as_bytes())?)
}
