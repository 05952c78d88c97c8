//! One axis of a sweep: a key and its values, or several keys whose values go together.

use std::collections::HashSet;

use crate::document::Document;
use crate::error::Error;
use crate::sweep::plain;
use crate::sweep::values::number;

/// One dimension of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Axis {
    /// Dotted keys that are set together; one, where they are not zipped.
    pub keys: Vec<String>,
    /// The values of each key, all lists of the same length.
    pub values: Vec<Vec<String>>,
}

impl Axis {
    /// Number of places on the axis.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Whether it has no place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the axis is called: its keys.
    #[must_use]
    pub fn name(&self) -> String {
        self.keys.join(" + ")
    }

    /// What stands at one place, key by key.
    #[must_use]
    pub fn label(&self, place: usize) -> String {
        let values: Vec<&str> = self.values.iter().filter_map(|values| values.get(place)).map(String::as_str).collect();
        values.join(" + ")
    }

    /// Sets its keys in a scenario.
    pub(super) fn set(&self, document: &mut Document, place: usize) {
        for (key, values) in self.keys.iter().zip(&self.values) {
            document.set(key, &values[place], &format!("axis {key}"));
        }
    }

    /// Whether its values go into fixed inputs and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.keys.iter().all(|key| plain::is_plain(key))
    }

    /// The numbers of one of its keys, without unit; none where a value is no number.
    pub(super) fn numbers(&self, key: usize) -> Option<Vec<f64>> {
        self.values[key].iter().map(|value| number(value).map(|(number, _)| number)).collect()
    }
}

/// Refuses a key that stands on two axes, or inside another.
pub(super) fn check_keys(axes: &[Axis]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for key in axes.iter().flat_map(|axis| &axis.keys) {
        if !seen.insert(key.as_str()) {
            let error = Error::new(format!("the key {key} is on two axes"));
            return Err(error.with_help("one axis takes all its values, such as -P site.grid=fr,de"));
        }
    }
    Ok(())
}
