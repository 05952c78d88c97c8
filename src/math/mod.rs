//! The one place of elementary functions.
//!
//! Physics is written once over [`Real`]. A plain `f64` answers for one case; other numbers that compute with the same
//! formulas record them, so that Monte Carlo is arithmetic over columns, or carry their derivatives.
//! Results are bit-identical for any number of threads and any width of vectors, and within 1e-12 relative from
//! platform to platform.

mod many;
mod real;

pub(crate) use many::{ends, exp_all, exp_in_place, ln_all, sum, widest};
pub use real::Real;
pub(crate) use real::{LANES, Lanes};
