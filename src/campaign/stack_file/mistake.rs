//! What a stack file refuses.

use crate::campaign::error::Spot;
use crate::units::{NameError, QuantityError};
use crate::vehicles::{CatalogueError, FitError, FlightError};
use std::path::PathBuf;
use thiserror::Error;

/// Why a stack file is not taken, or not flown.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StackFileError {
    /// The file cannot be read.
    #[error("cannot read the stack file {}: {reason}", path.display())]
    Unreadable {
        /// the path as the user gave it
        path: PathBuf,
        /// what the system says
        reason: String,
    },
    /// Something in the file is wrong.
    #[error("{at}: {mistake}")]
    Wrong {
        /// where it stands
        at: Box<Spot>,
        /// what is wrong
        mistake: Box<StackMistake>,
    },
}

impl StackFileError {
    /// What is wrong, if the file could be read at all.
    #[must_use]
    pub fn mistake(&self) -> Option<&StackMistake> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Wrong { mistake, .. } => Some(mistake),
        }
    }

    /// Where it stands, if the file could be read at all.
    #[must_use]
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Wrong { at, .. } => Some(at),
        }
    }
}

/// What can be wrong in a stack file.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StackMistake {
    /// The text is not TOML, or has a key that is not known.
    #[error("{message}")]
    Toml {
        /// what the reader met
        message: String,
    },
    /// A name or another text that is not one printable line.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A quantity that is none.
    #[error("\"{key}\": {source}")]
    Quantity {
        /// the key
        key: String,
        /// why
        source: QuantityError,
    },
    /// A quantity outside its range.
    #[error("\"{key}\" is {text}; write {range}")]
    OutOfRange {
        /// the key
        key: String,
        /// what was written
        text: String,
        /// what may be written
        range: &'static str,
    },
    /// A word that stands for nothing here.
    #[error("\"{key}\" is \"{text}\"; write one of {known}")]
    Choice {
        /// the key
        key: String,
        /// what was written
        text: String,
        /// what may be written
        known: String,
    },
    /// A name that is not in the file.
    #[error("there is no {what} \"{name}\" in this file{hint}")]
    Unknown {
        /// stage, load
        what: &'static str,
        /// what was written
        name: String,
        /// `; did you mean "…"?`
        hint: String,
    },
    /// Stages that feed or follow one another in a circle.
    #[error("\"{key}\" goes round in a circle: {circle}; let one of them end it")]
    Circle {
        /// feeds, leaves_with
        key: &'static str,
        /// the names, the first again at the end
        circle: String,
    },
    /// Something that needs what the file does not say.
    #[error("{what} {needs}: add {example} to it")]
    Missing {
        /// a burn, stage "x"
        what: String,
        /// what is missing, as `needs dv`
        needs: &'static str,
        /// how it is written
        example: &'static str,
    },
    /// There is no stage at all.
    #[error("the stack has no stage; add [stage.NAME] with its dry mass, propellant and isp")]
    NoStage,
    /// A step that does nothing, or two things.
    #[error("a step does one thing, this one says {found}; {cure}")]
    NotOne {
        /// what it says
        found: String,
        /// make it two, or give it one of …
        cure: String,
    },
    /// The catalogue does not know it, or not all of it.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The vehicle cannot be put together, or a step not flown.
    #[error(transparent)]
    Flight(#[from] FlightError),
    /// No payload or no size does it.
    #[error(transparent)]
    Fit(#[from] FitError),
}
