//! The estimate: what a scenario gives, how sure it is, and what it rests on.

mod check;
mod completeness;
mod compute;
mod draws;
mod magnitude;
mod methods;
mod records;
mod rival;
mod target;
mod variance;

pub use check::{Check, Limit, LimitReport, Verdict};
pub use completeness::{ByEvidence, ByOrigin, Completeness, Coverage};
pub use draws::ResultFormulas;
pub use magnitude::ORDER_OF_MAGNITUDE;
pub use methods::{MethodReport, Ratios, SideBySide};
pub use records::{BreakdownLine, Estimate, InputReport, PerUnit, PerYear, SizingReport, SourceReport, TrainingReport};
pub use target::Target;
pub use variance::VarianceShare;
pub(crate) use variance::leading;
