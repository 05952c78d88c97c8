//! Uncertainty: columns of draws, the same formulas over all of them, and what they say together.

mod columns;
mod gradient;
mod monte_carlo;
mod summary;

pub(crate) use columns::{Columns, GOLDEN_GAMMA, mixed, value_at};
pub(crate) use gradient::{Direction, derivatives};
pub use monte_carlo::Settings;
pub(crate) use monte_carlo::{Output, run};
pub use summary::{QuantileErrors, Quantiles};
