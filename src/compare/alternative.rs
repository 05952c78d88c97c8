//! An alternative: a scenario with the text and the profiles that it was read from.

use crate::document::Document;
use crate::error::Error;
use crate::impact::{Outcome, Silent, evaluate};
use crate::profile::Catalog;
use crate::scenario::Scenario;

/// One of the scenarios that are compared, with the text and the catalogue that it was read from.
#[derive(Clone, Debug)]
pub struct Alternative<'c> {
    pub(super) label: String,
    pub(super) document: Document,
    pub(super) scenario: Scenario,
    pub(super) catalog: &'c Catalog,
    /// The central case, computed.
    pub(super) central: Outcome,
}

impl<'c> Alternative<'c> {
    /// Reads a scenario to be compared; `label` is what the report calls it.
    ///
    /// # Errors
    ///
    /// Those of [`Scenario::read`].
    pub fn read(label: &str, document: &Document, catalog: &'c Catalog) -> Result<Self, Error> {
        let scenario = Scenario::read(document, catalog)?;
        let central = evaluate(&scenario.central(), &mut Silent);
        Ok(Self { label: label.to_owned(), document: document.clone(), scenario, catalog, central })
    }

    /// What the report calls it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }
}

/// Refuses alternatives that were read from different texts of the same profile.
pub(super) fn same_profiles(alternatives: &[Alternative]) -> Result<(), Error> {
    for (index, one) in alternatives.iter().enumerate() {
        for other in &alternatives[..index] {
            for profile in &one.scenario.profiles {
                let differs = |other: &&crate::profile::ProfileDigest| {
                    other.profile == profile.profile && other.digest != profile.digest
                };
                if let Some(found) = other.scenario.profiles.iter().find(differs) {
                    let words = format!(
                        "\"{}\" and \"{}\" rest on different texts of the profile {} ({} and {})",
                        other.label, one.label, profile.profile, found.digest, profile.digest
                    );
                    let help = "read both with one catalogue, or give one of the two profiles another name";
                    return Err(Error::new(words).with_help(help));
                }
            }
        }
    }
    Ok(())
}
