//! What matters: which uncertain input moves a result, by how much, and which datum to obtain next.
#![doc = ""]
#![doc = include_str!("sensitivity.md")]

mod bootstrap;
mod budget;
mod knowledge;
mod ratio;
mod records;
mod sobol;
mod study;
mod subject;

pub(crate) use ratio::ratio_variance;
pub use records::{Index, Influence, Interval, NextDatum, Sensitivity, SobolReport};
pub use sobol::{Indices, Mix, sobol};
