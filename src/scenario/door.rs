//! The door: where a scenario is validated and completed, once.

use std::collections::BTreeSet;

use crate::document::{Document, Tree};
use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::profile::{Catalog, Kind, ProfileDigest, Source, combined};
use crate::scenario::chosen::OVERRIDDEN;
use crate::scenario::defaults::Assumed;
use crate::scenario::file::ScenarioFile;
use crate::scenario::{Case, Choice, Input, Measured, Origin, Quality, Slot};
use crate::units::{Count, Quantity};
use crate::warning::Warning;

/// A scenario with every input found: given, read from a profile, or assumed.
///
/// Reading it is where all validation happens; what comes after cannot fail.
///
/// ```
/// use econome::{Catalog, Document, Scenario};
/// let text = r#"
/// name = "Chat"
/// [use]
/// requests_per_year = 1e6
/// [inference]
/// model = "llama-3.1-8b-instruct"
/// input_tokens = 500
/// output_tokens = 300
/// "#;
/// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
/// assert!(scenario.warnings().iter().any(|warning| warning.code == "site_assumed"));
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scenario {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) unit: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) case: Case<Slot>,
    pub(crate) step_names: Vec<String>,
    /// What the scenario says of a running service, by step.
    pub(crate) measured: Vec<Measured>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) gaps: Vec<String>,
    /// The profiles used, and one digest of them all.
    pub(crate) profiles: Vec<ProfileDigest>,
    pub(crate) digest: String,
    pub(crate) quality: Option<Quality>,
    /// The bibliography of the inputs; a source that nobody described has a key only.
    pub(crate) sources: Vec<(String, Option<Source>)>,
}

impl Scenario {
    /// Finds every input of a scenario.
    ///
    /// # Errors
    ///
    /// At the first thing wrong in the text, with its place: TOML, keys, units, ranges, names, or a model that
    /// does not fit its accelerators.
    pub fn read(document: &Document, catalog: &Catalog) -> Result<Self, Error> {
        let tree = document.parse()?;
        let file: ScenarioFile = tree.read()?;
        Door::new(&tree, catalog, &file)?.enter()
    }

    /// Name of the use case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Functional unit.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// All numbers it rests on.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// All choices it rests on.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The profiles it rests on, each with a digest of its text.
    #[must_use]
    pub fn profiles(&self) -> &[ProfileDigest] {
        &self.profiles
    }

    /// How good the answers are, where the scenario declares it.
    #[must_use]
    pub fn quality(&self) -> Option<&Quality> {
        self.quality.as_ref()
    }

    /// Doubtful situations.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The case with every input at its central value.
    #[must_use]
    pub fn central(&self) -> Case {
        self.case.map(|slot| self.inputs[slot.0].value)
    }
}

/// Where a scenario is checked and completed.
pub(super) struct Door<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) file: &'a ScenarioFile,
    pub(super) inputs: Vec<Input>,
    pub(super) choices: Vec<Choice>,
    pub(super) warnings: Vec<Warning>,
    pub(super) gaps: Vec<String>,
    pub(super) used: BTreeSet<(Kind, String)>,
    pub(super) consumed: BTreeSet<String>,
    pub(super) peak_factor: Option<Count<Slot>>,
    pub(super) runs_per_year: Option<Count<Slot>>,
    pub(super) site_ratio: Option<Count<Slot>>,
    /// Zone of the site's grid, in lower case.
    pub(super) zone: String,
}

impl<'a> Door<'a> {
    fn new(tree: &'a Tree<'a>, catalog: &'a Catalog, file: &'a ScenarioFile) -> Result<Self, Error> {
        let door = Self {
            tree,
            catalog,
            file,
            inputs: Vec::new(),
            choices: Vec::new(),
            warnings: Vec::new(),
            gaps: Vec::new(),
            used: BTreeSet::new(),
            consumed: BTreeSet::new(),
            peak_factor: None,
            runs_per_year: None,
            site_ratio: None,
            zone: String::new(),
        };
        door.check_tables()?;
        Ok(door)
    }

    fn enter(mut self) -> Result<Scenario, Error> {
        let quality = self.quality()?;
        let units_per_year = self.units_per_year()?;
        let site = self.site()?;
        let names = self.step_names();
        let (mut steps, mut measured) = (Vec::new(), Vec::new());
        for name in &names {
            steps.push(self.step(name.as_deref(), units_per_year)?);
            measured.push(self.measured(name.as_deref())?);
        }
        self.check_instrument()?;
        self.check_schedule(&steps)?;
        let training = self.training()?;
        let network = self.network()?;
        let terminal = self.terminal()?;
        self.note_boundary();
        self.note_overrides();
        self.note_unused_keys();
        self.check_values()?;
        let case = Case { units_per_year, steps, training, site, network, terminal };
        let profiles = self.catalog.digests(&self.read_profiles());
        let sources = self.sources()?;
        for (key, _) in sources.iter().filter(|(_, source)| source.is_none()) {
            self.warn("source_unknown", format!("the source \"{key}\" is not in sources.toml"));
        }
        Ok(Scenario {
            sources,
            name: self.file.name.clone(),
            description: self.file.description.clone(),
            unit: self.unit(),
            digest: combined(&profiles),
            profiles,
            quality,
            measured,
            step_names: names.into_iter().map(Option::unwrap_or_default).collect(),
            inputs: self.inputs,
            choices: self.choices,
            case,
            warnings: self.warnings,
            gaps: self.gaps,
        })
    }

    /// The profiles chosen, and those that only lent a figure.
    fn read_profiles(&self) -> BTreeSet<(Kind, String)> {
        let named = self.inputs.iter().filter_map(|input| input.profile.as_deref()?.split_once('/'));
        let lent = named.filter_map(|(kind, id)| Some((Kind::named(kind)?, id.to_owned())));
        self.used.iter().cloned().chain(lent).collect()
    }

    /// The bibliography of the inputs.
    fn sources(&self) -> Result<Vec<(String, Option<Source>)>, Error> {
        let bibliography = self.catalog.bibliography()?;
        let cited: BTreeSet<&String> = self.inputs.iter().filter_map(|input| input.source.as_ref()).collect();
        Ok(cited.into_iter().map(|key| (key.clone(), bibliography.get(key).cloned())).collect())
    }

    fn unit(&self) -> String {
        let trains_only = self.file.inference.is_none() && self.file.steps.is_empty();
        let default = if trains_only { "training run" } else { "request" };
        self.file.unit.clone().unwrap_or_else(|| default.to_owned())
    }

    /// Names of the steps in the order written; one without name for `[inference]`.
    fn step_names(&self) -> Vec<Option<String>> {
        if self.file.inference.is_some() {
            return vec![None];
        }
        self.tree.keys("steps").into_iter().map(Some).collect()
    }

    /// A value written in the scenario.
    pub(super) fn given<Q: Quantity>(&mut self, key: &str, value: Q) -> Q::Over<Slot> {
        self.push(key, value, Law::Exact, Origin::Given)
    }

    /// A value written in the scenario, or the one assumed.
    pub(super) fn given_or<Q: Quantity>(&mut self, key: &str, value: Option<Q>, assumed: &Assumed) -> Q::Over<Slot> {
        match value {
            Some(value) => self.given(key, value),
            None => self.assume::<Q>(key, assumed),
        }
    }

    /// A value assumed.
    pub(super) fn assume<Q: Quantity>(&mut self, key: &str, assumed: &Assumed) -> Q::Over<Slot> {
        let place = self.push::<Q>(key, Q::from_coherent(assumed.value), assumed.law(), Origin::Default);
        if let Some(input) = self.inputs.last_mut() {
            input.source = Some(assumed.source.to_owned());
            input.reason = Some(assumed.reason.to_owned());
            // The same assumption is the same draw, in whatever step and shape of scenario.
            input.identity = format!("default/{}", key.rsplit('.').next().unwrap_or(key));
        }
        place
    }

    /// A value that follows from others, with the reason.
    pub(super) fn derive<Q: Quantity>(&mut self, key: &str, value: Q, law: Law, reason: &str) -> Q::Over<Slot> {
        let place = self.push(key, value, law, Origin::Default);
        if let Some(input) = self.inputs.last_mut() {
            input.reason = Some(reason.to_owned());
        }
        place
    }

    /// A figure of a profile, `profile` being `kind/id`.
    pub(super) fn figure<Q: Quantity>(&mut self, key: &str, figure: &Figure<Q>, profile: &str) -> Q::Over<Slot> {
        let place = self.push(key, figure.value, figure.law, Origin::Profile);
        let overridden = figure.source == OVERRIDDEN;
        let name = key.rsplit('.').next().unwrap_or(key);
        if let Some(input) = self.inputs.last_mut() {
            if overridden {
                input.origin = Origin::Given;
            } else {
                input.source = Some(figure.source.clone());
                input.identity = format!("{profile}/{name}");
            }
            input.profile = Some(profile.to_owned());
        }
        place
    }

    /// A figure that a profile may not have.
    pub(super) fn optional<Q: Quantity>(
        &mut self,
        key: &str,
        figure: Option<&Figure<Q>>,
        profile: &str,
    ) -> Option<Q::Over<Slot>> {
        let found = figure.map(|figure| self.figure(key, figure, profile));
        if found.is_none() {
            self.gap(&format!("{key}: no figure in {profile}"));
        }
        found
    }

    /// Names the source of the input entered last, or that the scenario replaced it.
    pub(super) fn cite(&mut self, source: &str, profile: Option<&str>) {
        if let Some(input) = self.inputs.last_mut() {
            if source == OVERRIDDEN {
                input.origin = Origin::Given;
                return;
            }
            input.source = Some(source.to_owned());
            if let Some(profile) = profile {
                input.origin = Origin::Profile;
                input.profile = Some(profile.to_owned());
            }
        }
    }

    /// Makes the input entered last the same draw as others of this identity.
    pub(super) fn identify(&mut self, identity: String) {
        if let Some(input) = self.inputs.last_mut() {
            input.identity = identity;
        }
    }

    fn push<Q: Quantity>(&mut self, key: &str, value: Q, law: Law, origin: Origin) -> Q::Over<Slot> {
        let slot = Slot(self.inputs.len());
        self.inputs.push(Input {
            key: key.to_owned(),
            shown: value.shown(6),
            value: value.coherent(),
            unit: Q::UNITS[0],
            domain: Q::DOMAIN,
            law,
            origin,
            profile: None,
            source: None,
            reason: None,
            identity: format!("{}/{key}", origin.name()),
        });
        Q::over(slot)
    }

    /// Central value of an input.
    pub(super) fn value(&self, slot: Slot) -> f64 {
        self.inputs[slot.0].value
    }

    /// A choice, and who made it.
    pub(super) fn choose(&mut self, key: &str, given: Option<&str>, default: &str, reason: &str) -> String {
        let (value, origin) = given.map_or((default, Origin::Default), |given| (given, Origin::Given));
        let reason = given.is_none().then(|| reason.to_owned());
        self.choices.push(Choice { key: key.to_owned(), value: value.to_owned(), origin, reason });
        value.to_owned()
    }

    pub(super) fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        let warning = Warning::new(code, message);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(super) fn gap(&mut self, what: &str) {
        if !self.gaps.iter().any(|gap| gap == what) {
            self.gaps.push(what.to_owned());
        }
    }

    pub(super) fn wrong(&self, key: &str, message: &str) -> Error {
        self.tree.at(key, Error::new(message))
    }
}
