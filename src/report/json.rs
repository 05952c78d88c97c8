//! An estimate for programs.

use crate::estimate::Estimate;

/// An estimate as JSON.
#[must_use]
pub fn json(estimate: &Estimate) -> String {
    serde_json::to_string_pretty(estimate).map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}
