//! A comparison, one pure renderer per format.

mod documents;
mod table;
mod words;

pub use documents::{compare_csv, compare_json, compare_markdown};
pub use table::compare_table;
