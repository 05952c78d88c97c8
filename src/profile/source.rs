//! The bibliography.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The bibliography: key of a source, and the source.
pub type Bibliography = BTreeMap<String, Source>;

/// One published source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// Person or organisation.
    pub author: String,
    /// Title.
    pub title: String,
    /// Year of publication.
    pub year: Option<i32>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Licence of the data, or that facts are cited.
    pub licence: Option<String>,
    /// Public data set through which the figure came.
    pub via: Option<String>,
    /// Date of access.
    pub accessed: Option<String>,
}

impl Source {
    /// The source in one line, as a report cites it.
    #[must_use]
    pub fn cited(&self) -> String {
        let year = self.year.map(|year| format!(" ({year})")).unwrap_or_default();
        let url = self.url.as_deref().map(|url| format!(" {url}")).unwrap_or_default();
        format!("{}{year}. {}.{url}", self.author, self.title)
    }
}
