//! Published figures beside what is computed for the same case.
#![doc = ""]
#![doc = include_str!("validation.md")]

mod case;
mod compare;
mod summary;

pub use case::{Basis, Calibration, PublishedCase, cases};
pub use compare::{Comparison, Predicted, Validation, validate};
pub use summary::{Set, Summary, summaries};
