//! What single values cannot tell: conflicts, unused keys, values beyond computing.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::profile::Kind;
use crate::scenario::door::Door;
use crate::scenario::{Origin, defaults};
use crate::units::Quantity;

/// Largest and smallest values, in coherent units, whose products stay within the numbers.
const LARGEST: f64 = 1e40;
const SMALLEST: f64 = 1e-40;

/// Inputs by which something is divided.
const DIVISORS: [&str; 13] = [
    "lifetime",
    "active_hours_per_day",
    "amortised_over",
    "memory_bandwidth",
    "accelerators",
    "utilisation",
    "mfu",
    "batch",
    "pixels_per_token",
    "frames_per_token",
    "kv_heads",
    "memory",
    "per_unit",
];

impl Door<'_> {
    pub(super) fn check_tables(&self) -> Result<(), Error> {
        let file = self.file;
        if file.inference.is_some() && !file.steps.is_empty() {
            return Err(self.wrong("steps", "a scenario has [inference] or [steps.NAME], not both"));
        }
        if file.inference.is_none() && file.steps.is_empty() && file.training.is_none() {
            let error = Error::new("the scenario has no workload");
            return Err(
                error.with_help("add [inference], [steps.NAME] or [training]; `econome init` writes an example")
            );
        }
        for (key, text) in [("name", Some(&file.name)), ("unit", file.unit.as_ref())] {
            if text.is_some_and(|text| text.trim().is_empty() || text.contains(char::is_control)) {
                return Err(self.wrong(key, &format!("{key} must be one line of text")));
            }
        }
        if let Some(factor) = file.usage.peak_factor.filter(|factor| factor.coherent() < 1.0) {
            return Err(
                self.wrong("use.peak_factor", &format!("a peak is at least the mean, found a factor of {factor}"))
            );
        }
        if let Some(years) = file.usage.years.filter(|years| years.coherent() < 1.0) {
            return Err(self.wrong("use.years", &format!("a service lasts at least one year, found {years}")));
        }
        for kind in file.overrides.keys() {
            if Kind::named(kind).is_none() {
                let known = Kind::ALL.iter().map(|kind| kind.name());
                let error = Error::unknown("kind of profile", kind, known);
                return Err(self.tree.at(&format!("override.{kind}"), error));
            }
        }
        Ok(())
    }

    /// What no figure covers whatever the scenario.
    pub(super) fn note_boundary(&mut self) {
        if self.file.network.is_none() {
            self.gap("network: no [network] in the scenario");
        }
        if self.file.terminal.is_none() {
            self.gap("terminal: no [terminal] in the scenario");
        }
        self.gap("building, cooling and power equipment: manufacture");
        self.gap("storage, backups and data preparation");
    }

    /// Overrides that reach no profile, or more than one.
    pub(super) fn note_overrides(&mut self) {
        let file = self.file;
        for kind in file.overrides.keys() {
            let named = self.used.iter().filter(|(used, id)| used.name() == kind && id != defaults::TRAINING_STACK);
            let reached: Vec<String> = named.map(|(_, id)| format!("{kind}/{id}")).collect();
            // Facilities stand in for each other: the first one that has the figure counts.
            match reached.as_slice() {
                // The stack of training is one of its own, beside those that serve.
                [] if kind == Kind::Stack.name() && self.uses(Kind::Stack, defaults::TRAINING_STACK) => {}
                [] => {
                    self.warn(
                        "override_unused",
                        format!("override.{kind} changes nothing: the scenario uses no {kind}"),
                    );
                }
                [_] => {}
                _ if kind == Kind::Facility.name() => {}
                several => {
                    self.warn("override_many", format!("override.{kind} changes all of {}", several.join(", ")));
                }
            }
        }
    }

    /// Keys that were written and that nothing looked at.
    pub(super) fn note_unused_keys(&mut self) {
        let given: BTreeSet<String> = self
            .inputs
            .iter()
            .filter(|input| input.origin == Origin::Given)
            .map(|input| input.key.clone())
            .chain(self.choices.iter().filter(|choice| choice.origin == Origin::Given).map(|choice| choice.key.clone()))
            .collect();
        for key in self.tree.leaves() {
            let table = key.split('.').next().unwrap_or_default();
            let known =
                ["name", "description", "unit", "quality", "override"].contains(&table) || self.consumed.contains(&key);
            // What [serving] says counts for every step that does not say otherwise.
            let inherited = given
                .iter()
                .any(|given| given.strip_prefix("steps.").is_some_and(|rest| rest.ends_with(&format!(".{key}"))));
            if !known && !given.contains(&key) && !inherited {
                self.warn("key_unused", format!("{key} changes nothing here"));
            }
        }
    }

    /// What single values cannot tell: that they are finite together, and that nothing is divided by zero.
    pub(super) fn check_values(&self) -> Result<(), Error> {
        for input in &self.inputs {
            let name = input.key.rsplit('.').next().unwrap_or_default();
            let divides = DIVISORS.contains(&name) || name.ends_with("_efficiency") || name.starts_with("peak_");
            let words = if input.value.abs() > LARGEST || input.value != 0.0 && input.value.abs() < SMALLEST {
                format!("{} = {} is beyond what can be computed", input.key, input.shown)
            } else if divides && input.value == 0.0 {
                format!("{} must be above zero", input.key)
            } else {
                continue;
            };
            let figure: Vec<&str> = input.key.rsplitn(3, '.').take(2).collect();
            let replaced = format!("override.{}", figure.into_iter().rev().collect::<Vec<_>>().join("."));
            let key = match input.key.as_str() {
                "units_per_year" => "use".to_owned(),
                _ if self.tree.has(&replaced) => replaced,
                key => key.to_owned(),
            };
            return Err(self.tree.at(&key, Error::new(words)));
        }
        Ok(())
    }

    /// Notes that a key was looked at although it is no input of its own.
    pub(super) fn consume(&mut self, key: &str) {
        self.consumed.insert(key.to_owned());
    }

    /// Whether a profile is chosen already.
    pub(super) fn uses(&self, kind: Kind, id: &str) -> bool {
        self.used.contains(&(kind, id.to_owned()))
    }
}
