//! How good the answers are, as the scenario declares it.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::scenario::door::Door;

/// A score that the answers reach on a data set.
///
/// ```
/// use econome::{Catalog, Document, Scenario};
/// let text = "name = \"Chat\"\nquality = { metric = \"accuracy\", dataset = \"MMLU\", value = 0.69 }\n\
///             [inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
/// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
/// assert_eq!(scenario.quality().map(|quality| quality.value), Some(0.69));
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quality {
    /// What is measured.
    pub metric: String,
    /// On which data set.
    pub dataset: String,
    /// The score.
    pub value: f64,
    /// By how much another score may be worse and still count as the same service.
    pub tolerance: Option<f64>,
    /// Whether a lower score is a better one.
    pub lower_is_better: bool,
}

/// How it is written.
const EXAMPLE: &str = "write for example quality = { metric = \"accuracy\", dataset = \"MMLU\", value = 0.82, \
                       tolerance = 0.02 }";

impl Door<'_> {
    pub(super) fn quality(&self) -> Result<Option<Quality>, Error> {
        let Some(table) = &self.file.quality else { return Ok(None) };
        let lacks =
            |key: &str| self.tree.at("quality", Error::new(format!("[quality] needs {key}")).with_help(EXAMPLE));
        let text = |key: &str, text: &Option<String>| {
            let text = text.as_ref().ok_or_else(|| lacks(key))?;
            if text.trim().is_empty() || text.contains(char::is_control) {
                return Err(self.wrong(&format!("quality.{key}"), &format!("{key} must be one line of text")));
            }
            Ok(text.trim().to_owned())
        };
        let value = table.value.ok_or_else(|| lacks("value"))?;
        if !value.is_finite() {
            return Err(self.wrong("quality.value", &format!("a score is a number, found {value}")));
        }
        if let Some(tolerance) = table.tolerance.filter(|tolerance| !(tolerance.is_finite() && *tolerance >= 0.0)) {
            return Err(
                self.wrong("quality.tolerance", &format!("a tolerance is a number from zero, found {tolerance}"))
            );
        }
        Ok(Some(Quality {
            metric: text("metric", &table.metric)?,
            dataset: text("dataset", &table.dataset)?,
            value,
            tolerance: table.tolerance,
            lower_is_better: table.lower_is_better.unwrap_or_default(),
        }))
    }
}
