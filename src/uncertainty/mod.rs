//! Uncertainty: columns of draws, the same formulas over all of them, and what they say together.
#![doc = ""]
#![doc = include_str!("uncertainty.md")]

mod draws;
mod gradient;
mod output;
mod ranked;
mod sampler;
mod settings;
mod shuffle;
mod strata;
mod summary;

pub use draws::Draws;
pub(crate) use draws::{Formulas, Recorded, record};
pub(crate) use gradient::{Direction, derivatives};
pub(crate) use output::Output;
pub(crate) use sampler::Columns;
pub use sampler::Sampler;
pub use settings::Settings;
pub(crate) use shuffle::{GOLDEN_GAMMA, mixed, ordered_by};
pub(crate) use strata::value_at;
pub use summary::{QuantileErrors, Quantiles};
