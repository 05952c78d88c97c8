//! Situations that are computable but doubtful.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A situation that is computable but doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// Stable name, for programs.
    pub code: Cow<'static, str>,
    /// What is doubtful and what to do, for people.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), message: message.into() }
    }
}
