//! The estimate: what a scenario gives, how sure it is, and what it rests on.

mod compute;
mod methods;
mod records;
mod rival;

pub use methods::{MethodReport, Ratios, SideBySide};
pub use records::{BreakdownLine, Estimate, InputReport, PerUnit, PerYear, SizingReport, SourceReport, TrainingReport};
