//! Reports: figures that carry their units, their provenance and their own words.
//!
//! A figure is drawn once, as SVG; with the feature `png` the same page comes out as PNG with an embedded
//! font, pixel for pixel alike on every machine.

mod axes;
mod bands;
mod canvas;
mod chart;
mod colour;
mod contact_sheet;
mod contours;
mod escape;
mod labels;
mod mapped;
#[cfg(feature = "png")]
mod png;
mod porkchop_cells;
mod porkchop_figure;
mod porkchop_html;
mod porkchop_page;
pub mod run;
mod stack_figure;
mod scale;
mod text;

pub use bands::{Bands, Branches, Rank, ShownCells};
pub use chart::{Bar, BarsView, Curve, LinesView, draw_bars, draw_lines};
pub use contact_sheet::contact_sheet;
pub use porkchop_cells::{CellFileError, CellFormat, CellWriter};
pub use porkchop_figure::{
    ArrivalRule, BandTable, LaunchPeriod, Mark, MarkKind, Mask, PorkchopView, Worth, draw_porkchop,
};
pub use porkchop_html::porkchop_html;
pub use porkchop_page::{PorkchopPicture, porkchop_page};
pub use run::ReportError;
pub use stack_figure::draw_waterfall;

use thiserror::Error;

/// What a figure refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FigureError {
    /// A table does not fit its axes.
    #[error("{what} has {found} values for a grid of {depart} departures and {arrive} arrivals")]
    Shape {
        /// which table
        what: &'static str,
        /// values it has
        found: usize,
        /// departure dates
        depart: usize,
        /// arrival dates
        arrive: usize,
    },
    /// An axis needs two dates that follow one another.
    #[error("the {axis} dates do not rise from one to the next: a figure needs at least two in order")]
    Dates {
        /// departure or arrival
        axis: &'static str,
    },
    /// The worst level leaves nothing to draw.
    #[error("no level of {what} can be drawn up to {asked_value} {unit}: the best here is {best_value:.3} {unit}")]
    Level {
        /// what the bands show
        what: String,
        /// level asked for, in `unit`
        asked_value: f64,
        /// best value in the table, in `unit`
        best_value: f64,
        /// unit of the table
        unit: String,
    },
    /// A branch that was not solved.
    #[error("there is no branch \"{asked}\" in this porkchop, which has {}: ask for more revolutions or another branch", solved.join(", "))]
    NoBranch {
        /// revolutions and branch asked for
        asked: String,
        /// those there are
        solved: Vec<String>,
    },
    /// A contact sheet of nothing.
    #[error("a contact sheet needs at least one porkchop with a transfer: widen the years")]
    NoPanel,
    /// A chart has nothing to show.
    #[error("the chart \"{title}\" has nothing to show: give it at least one value")]
    Empty {
        /// its title
        title: String,
    },
    /// A chart's number is not finite.
    #[error("\"{name}\" has a value that is not a finite number")]
    NotFinite {
        /// bar or curve
        name: String,
    },
    /// The coordinates of a curve come in different numbers.
    #[error("the curve \"{name}\" has {xs} abscissas and {ys} ordinates")]
    Pairs {
        /// the curve
        name: String,
        /// abscissas
        xs: usize,
        /// ordinates
        ys: usize,
    },
    /// The drawing backend failed.
    #[error("the figure could not be drawn: {reason}")]
    Backend {
        /// what it said
        reason: String,
    },
    /// The image could not be made from the page.
    #[error("the page could not be made an image: {reason}")]
    Png {
        /// what it said
        reason: String,
    },
}

/// A finished figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    svg: String,
}

impl Figure {
    fn of(canvas: canvas::Canvas) -> Result<Self, FigureError> {
        Ok(Self { svg: canvas.finish()? })
    }

    /// The figure as SVG.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// The figure as PNG, one pixel for one unit of the page.
    ///
    /// # Errors
    /// [`FigureError::Png`] when the image cannot be made.
    #[cfg(feature = "png")]
    pub fn png(&self) -> Result<Vec<u8>, FigureError> {
        png::render(&self.svg)
    }
}
