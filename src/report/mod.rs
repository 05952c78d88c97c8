//! The answer made readable: one pure renderer per format, text out.

mod check;
mod compare;
mod csv;
mod explain;
mod json;
mod markdown;
pub mod methods;
mod rows;
mod sensitivity;
mod sweep;
mod table;
#[cfg(feature = "cli")]
mod validation;

pub use check::{check_json, check_table};
pub use compare::{compare_csv, compare_json, compare_markdown, compare_table};
pub use csv::csv;
pub use explain::explain;
pub use json::json;
pub use markdown::markdown;
pub use sensitivity::{sensitivity_csv, sensitivity_json, sensitivity_markdown, sensitivity_table};
pub use sweep::{sweep_counts, sweep_json, sweep_table};
pub use table::table;
#[cfg(feature = "cli")]
pub use validation::{Detail, validation_csv, validation_json, validation_markdown, validation_table};
