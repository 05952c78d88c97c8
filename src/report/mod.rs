//! The answer made readable: one pure renderer per format, text out.

mod csv;
mod explain;
mod json;
mod markdown;
pub mod methods;
mod rows;
mod table;
#[cfg(feature = "cli")]
mod validation;

pub use csv::csv;
pub use explain::explain;
pub use json::json;
pub use markdown::markdown;
pub use table::table;
#[cfg(feature = "cli")]
pub use validation::{Detail, validation_csv, validation_json, validation_markdown, validation_table};
