//! What two versions of profiles say otherwise.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::profile::{Kind, ProfileText};

/// One key that two versions of a profile say otherwise; none on one side where only the other has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Kind of the profile.
    pub kind: Kind,
    /// Identifier of the profile.
    pub profile: String,
    /// Dotted key.
    pub key: String,
    /// What the old version says.
    pub old: Option<String>,
    /// What the new version says.
    pub new: Option<String>,
}

impl Difference {
    /// New over old, less one, where both are numbers in one unit.
    #[must_use]
    pub fn change(&self) -> Option<f64> {
        let (old, unit) = number(self.old.as_deref()?)?;
        let (new, same) = number(self.new.as_deref()?)?;
        (unit == same && old != 0.0).then(|| new / old - 1.0)
    }
}

fn number(text: &str) -> Option<(f64, &str)> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    Some((number.parse().ok()?, unit))
}

/// Every key that differs, by profile and key.
///
/// ```
/// use econome::{Catalog, Kind, profile::diff};
/// let mine = "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"60 gCO2e/kWh\"\nsource = \"x\"\n";
/// let mine = Catalog::builtin().with_file("grid/mine.toml", "mine.toml", mine.to_owned())?;
/// let again = mine.own_texts();
/// assert_eq!(diff(&again, &again)?, []);
/// assert_eq!(diff(&[], &again)?.len(), 4);
/// # Ok::<(), econome::Error>(())
/// ```
///
/// # Errors
///
/// When a text is not TOML.
pub fn diff(old: &[ProfileText<'_>], new: &[ProfileText<'_>]) -> Result<Vec<Difference>, Error> {
    let (mut old, mut new) = (said(old)?, said(new)?);
    let mut found = Vec::new();
    let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    for key in keys {
        let (before, after) = (old.remove(&key), new.remove(&key));
        if before != after {
            let (kind, profile, key) = key;
            found.push(Difference { kind, profile, key, old: before, new: after });
        }
    }
    Ok(found)
}

/// What all profiles say, by kind, profile and key.
fn said(texts: &[ProfileText<'_>]) -> Result<BTreeMap<(Kind, String, String), String>, Error> {
    let mut said = BTreeMap::new();
    for profile in texts {
        let document = profile.document();
        let tree = document.parse()?;
        for key in tree.leaves() {
            let value = tree.text(&key).unwrap_or_default();
            said.insert((profile.kind, profile.id.to_owned(), key), value);
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Catalog;

    #[test]
    fn a_changed_an_added_and_a_dropped_key_are_told_apart() {
        let own = "name = \"Germany 2024, Ember\"\nzone = \"DE\"\nnew = 1\n\
                   [carbon_intensity]\nvalue = \"171.03 gCO2e/kWh\"\nsource = \"ember-2024\"\n";
        let catalog = Catalog::builtin().with_file("grid/de.toml", "de.toml", own.to_owned()).unwrap();
        let shipped = Catalog::builtin();
        let old = [shipped.text(Kind::Grid, "de").unwrap()];
        let found = diff(&old, &catalog.own_texts()).unwrap();
        let at = |key: &str| found.iter().find(|difference| difference.key == key);
        assert_eq!(at("carbon_intensity.value").unwrap().change(), Some(-0.5));
        assert_eq!(at("new").unwrap().old, None);
        assert_eq!(at("water.value").unwrap().new, None);
        assert!(at("name").is_none() && at("zone").is_none());
    }
}
