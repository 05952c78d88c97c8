//! The answer made readable: one pure renderer per format, text out.

mod csv;
mod explain;
mod json;
mod markdown;
pub mod methods;
mod rows;
mod table;

pub use csv::csv;
pub use explain::explain;
pub use json::json;
pub use markdown::markdown;
pub use table::table;
