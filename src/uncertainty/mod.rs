//! Uncertainty: columns of draws, the same formulas over all of them, and what they say together.

mod columns;
mod monte_carlo;
mod summary;

pub(crate) use columns::Columns;
pub use monte_carlo::Settings;
pub(crate) use monte_carlo::{Output, run};
pub use summary::Quantiles;
