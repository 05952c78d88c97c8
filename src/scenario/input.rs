//! Inputs and choices, with their origin.

use serde::{Deserialize, Serialize};

use crate::figure::Law;

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// Written in the scenario.
    Given,
    /// A figure of a chosen profile.
    Profile,
    /// Assumed, because neither says.
    Default,
}

impl Origin {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Profile => "profile",
            Self::Default => "default",
        }
    }
}

/// A number that the scenario rests on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Input {
    /// Dotted key by which it can be set.
    pub key: String,
    /// Its value with unit.
    pub shown: String,
    /// Its value in the coherent unit.
    pub value: f64,
    /// Its unit and the value of that unit in the coherent one.
    pub(crate) unit: (&'static str, f64),
    /// Values that it may take at all.
    pub(crate) domain: (f64, f64),
    /// How it is distributed.
    pub law: Law,
    /// Where it comes from.
    pub origin: Origin,
    /// Profile it was read from, as `kind/id`.
    pub profile: Option<String>,
    /// Key of the bibliography.
    pub source: Option<String>,
    /// Why, where it was assumed.
    pub reason: Option<String>,
    /// What makes two inputs the same draw: the figure they are, in whatever scenario.
    pub(crate) identity: String,
}

/// A choice among profiles or modes, not a number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Choice {
    /// Dotted key by which it can be set.
    pub key: String,
    /// What was chosen.
    pub value: String,
    /// Who chose.
    pub origin: Origin,
    /// Why, where it was assumed.
    pub reason: Option<String>,
}

/// Ends of the keys of inputs and choices that follow from others rather than being found or assumed.
const FOLLOWING: [&str; 10] = [
    "units_per_year",
    "parameter_bytes",
    "expert_bytes",
    "kv_bytes",
    "precision_overhead",
    "task",
    "instrument",
    "flop_per_parameter",
    "per_unit",
    "peak_batch",
];

/// Whether what has this key follows from others.
pub(crate) fn follows(key: &str) -> bool {
    FOLLOWING.iter().any(|name| key.ends_with(name))
}

impl Input {
    /// Whether it is drawn: its law is not that of a number taken as exact.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.law != Law::Exact
    }

    /// Whether it follows from others, or was not said by anyone because nothing depends on it.
    pub(crate) fn follows(&self) -> bool {
        self.origin == Origin::Default && follows(&self.key)
    }
}
