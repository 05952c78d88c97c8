//! Reading the profiles a scenario chooses, with the figures it overrides.

use std::sync::Arc;

use crate::document::quoted;
use crate::error::Error;
use crate::profile::{Kind, Profile};
use crate::scenario::door::Door;

/// Source key of a figure that the scenario replaced.
pub(super) const OVERRIDDEN: &str = "given";

/// Where a figure stands in a profile.
pub(super) enum Place {
    /// A table with value and source.
    Figure(String),
    /// A plain number inside a sourced table.
    Number(String),
}

impl Place {
    /// Most profiles have their figures at the top.
    pub(super) fn top(field: &str) -> Self {
        Self::Figure(field.to_owned())
    }
}

impl Door<'_> {
    /// Reads a chosen profile with the scenario's overrides; `key` is where it was chosen.
    ///
    /// Returns its `kind/id` with it. `path` says where a figure stands in such a profile.
    pub(super) fn profile<P: Profile>(
        &mut self,
        key: &str,
        name: &str,
        path: impl Fn(&str) -> Place,
    ) -> Result<(Arc<P>, String), Error> {
        let kind = P::KIND;
        let id = self.catalog.find(kind, name).map_err(|error| self.tree.at(key, error))?;
        let overrides = self.override_lines(kind, path);
        let profile = self.catalog.overridden::<P>(&id, &overrides).map_err(|error| self.of_override(kind, error))?;
        self.used.insert((kind, id.clone()));
        Ok((profile, format!("{}/{id}", kind.name())))
    }

    fn override_lines(&self, kind: Kind, path: impl Fn(&str) -> Place) -> Vec<(String, String)> {
        let Some(fields) = self.file.overrides.get(kind.name()) else { return Vec::new() };
        fields
            .iter()
            .map(|(field, written)| {
                let value = quoted(&written.0);
                match path(field) {
                    Place::Figure(path) => {
                        let line = format!("{path} = {{ value = {value}, source = \"{OVERRIDDEN}\" }}");
                        (path, line)
                    }
                    Place::Number(path) => {
                        let line = format!("{path} = {value}");
                        (path, line)
                    }
                }
            })
            .collect()
    }

    /// Moves an error about an override to where the scenario writes it.
    fn of_override(&self, kind: Kind, error: Error) -> Error {
        let Some((field, _)) = self
            .file
            .overrides
            .get(kind.name())
            .and_then(|fields| fields.iter().find(|(field, _)| error.to_string().contains(&format!("{field} = "))))
        else {
            return error;
        };
        self.tree.at(&format!("override.{}.{field}", kind.name()), error.without_place())
    }

    /// Whether the scenario replaces this figure.
    pub(super) fn overrides(&self, kind: Kind, field: &str) -> bool {
        self.file.overrides.get(kind.name()).is_some_and(|fields| fields.contains_key(field))
    }
}
