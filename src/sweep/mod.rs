//! Sweeps: a grid of scenarios, and what is best in it.
#![doc = ""]
#![doc = include_str!("sweep.md")]

mod axis;
mod best;
mod condition;
mod definition;
mod effects;
mod file;
mod front;
mod groups;
mod hypercube;
mod layout;
mod measure;
mod plain;
mod prepared;
mod query;
mod run;
mod structure;
mod summary;
mod threads;
mod values;

pub use axis::Axis;
pub use definition::Sweep;
pub use file::is_sweep;
pub use measure::Measure;
pub use prepared::{Block, Fate, Prepared};
pub use run::Table;
pub use summary::{Ask, AxisReport, Effect, GroupReport, GroupsReport, Pareto, Reason, Row, Summary, Top};
