//! The estimate of a rival method, in the same form as that of this library.

use crate::estimate::compute::{Results, missing, outputs};
use crate::estimate::records::input_report;
use crate::estimate::{Estimate, InputReport, SourceReport};
use crate::rival::{Answer, Method, answer};
use crate::scenario::Scenario;
use crate::uncertainty::{Quantiles, Settings};
use crate::warning::Warning;

/// Warnings about what rival methods use too.
const SHARED_WARNINGS: [&str; 6] =
    ["site_assumed", "pue_unknown", "wue_unknown", "volume_assumed", "override_unused", "override_many"];

impl Scenario {
    /// Computes the scenario by a method of choice; see the module [`rival`](crate::rival).
    ///
    /// ```
    /// use econome::{Catalog, Document, Method, Scenario, Settings};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let rival = scenario.estimate_by(Method::Tdp, Settings::default());
    /// assert_eq!(rival.method, "tdp");
    /// assert!(rival.per_unit.energy_wh.is_some() && rival.per_unit.water_l.is_none());
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn estimate_by(&self, method: Method, settings: Settings) -> Estimate {
        match answer(self, method) {
            Some(answer) => self.rival_estimate(method, &answer, settings),
            None => self.estimate(settings),
        }
    }

    fn rival_estimate(&self, method: Method, answer: &Answer, settings: Settings) -> Estimate {
        let results = results(answer);
        let total = answer.high.total();
        let mut not_covered = missing(&answer.high);
        not_covered.extend(answer.not_covered.iter().cloned());
        Estimate {
            scenario: self.name.clone(),
            method: method.id().to_owned(),
            method_name: method.name().to_owned(),
            description: self.description.clone(),
            unit: self.unit.clone(),
            units_per_year: results.units,
            per_unit: results.per_unit(&total),
            per_year: results.per_year(&total),
            breakdown: results.breakdown(&answer.high),
            sizing: None,
            training: answer.high.training.as_ref().map(|run| results.training(run)),
            inputs: self.rival_inputs(method, answer),
            completeness: Vec::new(),
            variance_shares: Vec::new(),
            not_covered,
            warnings: self.shared_warnings(),
            sources: self.rival_sources(method, answer),
            samples: 0,
            seed: settings.seed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles_digest: self.digest.clone(),
        }
    }

    fn rival_inputs(&self, method: Method, answer: &Answer) -> Vec<InputReport> {
        let chosen = |input: &InputReport| choices(method).iter().any(|name| input.key.ends_with(name));
        let choices = self.choice_reports().filter(chosen);
        choices.chain(answer.inputs.iter().map(input_report)).collect()
    }

    fn shared_warnings(&self) -> Vec<Warning> {
        let shared = |warning: &&Warning| SHARED_WARNINGS.contains(&&*warning.code);
        self.warnings.iter().filter(shared).cloned().collect()
    }

    /// Publications of the method, and the sources of the inputs that it used.
    fn rival_sources(&self, method: Method, answer: &Answer) -> Vec<SourceReport> {
        let own = method.references();
        let used = |key: &str| answer.inputs.iter().any(|input| input.source.as_deref() == Some(key));
        let of_inputs = self
            .sources
            .iter()
            .filter(|(key, _)| used(key) && own.iter().all(|reference| reference.key != key))
            .map(|(key, source)| SourceReport::new(key, source.as_ref()));
        own.iter().map(SourceReport::of_method).chain(of_inputs).collect()
    }
}

/// Choices that a rival method follows, by the end of their keys.
fn choices(method: Method) -> &'static [&'static str] {
    match method {
        Method::Ecologits => &[".model", "site.facility", "site.grid", "site.instrument"],
        Method::Tdp => &[".model", ".accelerator", "site.facility", "site.grid", "site.instrument"],
        _ => &[".model", ".accelerator", ".server", "site.facility", "site.grid", "site.instrument"],
    }
}

/// The ends of every output as quantiles.
fn results(answer: &Answer) -> Results {
    let (low, high) = (answer.low.total(), answer.high.total());
    let outputs = outputs(&answer.high);
    let quantiles =
        outputs.iter().map(|one| Quantiles::range(one.of(&answer.low, &low), one.of(&answer.high, &high))).collect();
    Results { outputs, quantiles, units: answer.high.units_per_year.value() }
}
