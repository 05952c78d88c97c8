use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Document, Tree};
use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::math::Real;
use crate::profile::{Catalog, Kind, Profile, Source};
use crate::scenario::defaults::{self, Assumed};
use crate::scenario::{Case, Choice, Input, Origin, ScenarioFile, Slot};
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
    pub(crate) unit: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) case: Case<Slot>,
    pub(crate) step_names: Vec<String>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) gaps: Vec<String>,
    pub(crate) digest: String,
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
    inputs: Vec<Input>,
    choices: Vec<Choice>,
    warnings: Vec<Warning>,
    gaps: Vec<String>,
    used: BTreeSet<(Kind, String)>,
    peak_factor: Option<Count<Slot>>,
    runs_per_year: Option<Count<Slot>>,
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
            peak_factor: None,
            runs_per_year: None,
        };
        door.check_tables()?;
        Ok(door)
    }

    fn check_tables(&self) -> Result<(), Error> {
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
        for kind in file.overrides.keys() {
            if Kind::named(kind).is_none() {
                let known = Kind::ALL.iter().map(|kind| kind.name());
                let error = Error::unknown("kind of profile", kind, known);
                return Err(self.tree.at(&format!("override.{kind}"), error));
            }
        }
        Ok(())
    }

    fn enter(mut self) -> Result<Scenario, Error> {
        let units_per_year = self.units_per_year()?;
        let site = self.site()?;
        let names = self.step_names();
        let mut steps = Vec::new();
        for name in &names {
            steps.push(self.step(name.as_deref(), units_per_year)?);
        }
        let training = self.training()?;
        let network = self.network()?;
        let terminal = self.terminal()?;
        self.note_boundary();
        self.note_unused_overrides();
        let case = Case { units_per_year, steps, training, site, network, terminal };
        let used: Vec<(Kind, String)> = self.used.iter().cloned().collect();
        let sources = self.sources()?;
        Ok(Scenario {
            sources,
            name: self.file.name.clone(),
            unit: self.unit(),
            digest: self.catalog.digest(&used),
            step_names: names.into_iter().map(Option::unwrap_or_default).collect(),
            inputs: self.inputs,
            choices: self.choices,
            case,
            warnings: self.warnings,
            gaps: self.gaps,
        })
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

    /// Units a year, on average over the years of service.
    fn units_per_year(&mut self) -> Result<Count<Slot>, Error> {
        let usage = &self.file.usage;
        if self.file.inference.is_none() && self.file.steps.is_empty() {
            return Ok(self.runs_per_year());
        }
        if usage.requests_per_year.is_some() && (usage.users.is_some() || usage.requests_per_user_day.is_some()) {
            let words = "requests_per_year already tells the volume";
            let error = Error::new(words).with_help("remove it, or remove users and requests_per_user_day");
            return Err(self.tree.at("use.requests_per_year", error));
        }
        let Some((first_year, reason)) = self.first_year() else {
            self.warn("volume_assumed", "no volume in [use]: figures per year are those of one unit");
            return Ok(self.assume::<Count>("use.requests_per_year", &defaults::UNITS));
        };
        let growth = self.mean_growth();
        let reason =
            if growth == 1.0 { reason.to_owned() } else { format!("{reason}, mean over the years of service") };
        Ok(self.derive("units_per_year", Count::of(first_year * growth), Law::Exact, &reason))
    }

    /// Units of the first year, and how they were told.
    fn first_year(&mut self) -> Option<(f64, &'static str)> {
        let usage = &self.file.usage;
        if let Some(requests) = usage.requests_per_year {
            self.given("use.requests_per_year", requests);
            return Some((requests.coherent(), "requests given"));
        }
        let users = usage.users?;
        self.given("use.users", users);
        let requests =
            self.given_or("use.requests_per_user_day", usage.requests_per_user_day, &defaults::REQUESTS_PER_USER_DAY);
        let days = self.given_or("use.days_per_year", usage.days_per_year, &defaults::DAYS_PER_YEAR);
        let product = users.coherent() * self.value(*requests.place()) * self.value(*days.place());
        Some((product, "users x requests x days"))
    }

    /// Mean over the years of service of the use relative to the first year.
    fn mean_growth(&mut self) -> f64 {
        let usage = &self.file.usage;
        let (Some(growth), years) = (usage.growth_per_year, usage.years.unwrap_or(Count::of(defaults::YEARS.value)))
        else {
            return 1.0;
        };
        self.given("use.growth_per_year", growth);
        self.given_or("use.years", usage.years, &defaults::YEARS);
        let (growth, years) = (growth.coherent(), years.coherent());
        if growth == 0.0 || years == 0.0 {
            return 1.0;
        }
        (Real::pow(1.0 + growth, years) - 1.0) / (growth * years)
    }

    /// Peak over mean load, the same for all steps.
    pub(super) fn peak_factor(&mut self) -> Count<Slot> {
        if let Some(factor) = self.peak_factor {
            return factor;
        }
        let factor = self.given_or("use.peak_factor", self.file.usage.peak_factor, &defaults::PEAK_FACTOR);
        self.peak_factor = Some(factor);
        factor
    }

    /// Training runs a year.
    pub(super) fn runs_per_year(&mut self) -> Count<Slot> {
        if let Some(runs) = self.runs_per_year {
            return runs;
        }
        let given = self.file.training.as_ref().and_then(|training| training.retrainings_per_year);
        let runs = self.given_or("training.retrainings_per_year", given, &defaults::RETRAININGS);
        self.runs_per_year = Some(runs);
        runs
    }

    /// What no figure covers whatever the scenario.
    fn note_boundary(&mut self) {
        if self.file.network.is_none() {
            self.gap("network: no [network] in the scenario");
        }
        if self.file.terminal.is_none() {
            self.gap("terminal: no [terminal] in the scenario");
        }
        self.gap("building, cooling and power equipment: manufacture");
        self.gap("storage, backups and data preparation");
    }

    fn note_unused_overrides(&mut self) {
        let file = self.file;
        for kind in file.overrides.keys() {
            if !self.used.iter().any(|(used, _)| used.name() == kind) {
                self.warn("override_unused", format!("override.{kind} changes nothing: the scenario uses no {kind}"));
            }
        }
    }

    // --- the ways an input comes in ---

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

    /// Names the source of the input entered last.
    pub(super) fn cite(&mut self, source: &str, profile: Option<&str>) {
        if let Some(input) = self.inputs.last_mut() {
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

    // --- profiles ---

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
                let value = written.0.replace(['"', '\\'], " ");
                match path(field) {
                    Place::Figure(path) => {
                        let line = format!("{path} = {{ value = \"{value}\", source = \"{OVERRIDDEN}\" }}");
                        (path, line)
                    }
                    Place::Number(path) => {
                        let line = format!("{path} = \"{value}\"");
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

/// Source key of a figure that the scenario replaced.
const OVERRIDDEN: &str = "given";

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
