//! From a scenario to its estimate: central case, draws, quantiles.

use crate::estimate::completeness::completeness;
use crate::estimate::magnitude::order_of_magnitude;
use crate::estimate::records::input_report;
use crate::estimate::variance::variance_shares;
use crate::estimate::{
    BreakdownLine, Estimate, InputReport, PerUnit, PerYear, SizingReport, SourceReport, TrainingReport,
};
use crate::impact::{Impacts, Indicator, Line, Outcome, Silent, Sizing, TrainingRun, evaluate};
use crate::rival::Method;
use crate::scenario::Scenario;
use crate::uncertainty::{Formulas, Output, Quantiles, Sampler, Settings};
use crate::units::{Abiotic, Carbon, Carried as _, Cost, Energy, PrimaryEnergy, Time, Water};
use crate::warning::Warning;

impl Scenario {
    /// Computes the scenario: central case, draws, and what they say.
    ///
    /// It cannot fail: everything was validated when the scenario was read.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let estimate = scenario.estimate(Settings::default());
    /// let carbon = estimate.per_unit.carbon_g.unwrap();
    /// assert!(0.0 < carbon.p05 && carbon.p05 < carbon.p50 && carbon.p50 < carbon.p95);
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn estimate(&self, settings: Settings) -> Estimate {
        let central = evaluate(&self.central(), &mut Silent);
        let outputs = outputs(&central);
        let formulas = Formulas::new(self, outputs.iter().map(|output| (*output, 1.0)));
        let quantiles = formulas.draws(&Sampler::new(settings)).quantiles();
        let results = Results { outputs, quantiles, units: central.units_per_year.value() };
        self.report(&central, &results, settings)
    }

    fn report(&self, central: &Outcome, results: &Results, settings: Settings) -> Estimate {
        let total = central.total();
        let per_unit = results.per_unit(&total);
        Estimate {
            scenario: self.name.clone(),
            method: Method::Econome.id().to_owned(),
            method_name: Method::Econome.name().to_owned(),
            description: self.description.clone(),
            unit: self.unit.clone(),
            units_per_year: results.units,
            per_unit,
            per_year: results.per_year(&total),
            breakdown: results.breakdown(central),
            sizing: central.sizing.as_ref().map(SizingReport::new),
            training: central.training.as_ref().map(|run| results.training(run)),
            inputs: self.input_reports(),
            completeness: completeness(self, central),
            variance_shares: variance_shares(self, central),
            not_covered: self.not_covered(central),
            warnings: self.all_warnings(central, &per_unit),
            sources: self.sources.iter().map(|(key, source)| SourceReport::new(key, source.as_ref())).collect(),
            samples: settings.samples(),
            seed: settings.seed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles_digest: self.digest.clone(),
        }
    }

    fn input_reports(&self) -> Vec<InputReport> {
        self.choice_reports().chain(self.inputs.iter().map(input_report)).collect()
    }

    pub(super) fn choice_reports(&self) -> impl Iterator<Item = InputReport> {
        self.choices.iter().map(|choice| InputReport {
            key: choice.key.clone(),
            value: choice.value.clone(),
            low: None,
            high: None,
            origin: choice.origin,
            source: None,
            profile: None,
            reason: choice.reason.clone(),
        })
    }

    fn not_covered(&self, central: &Outcome) -> Vec<String> {
        let mut gaps = missing(central);
        gaps.extend(self.gaps.iter().cloned());
        gaps
    }

    fn all_warnings(&self, central: &Outcome, per_unit: &PerUnit) -> Vec<Warning> {
        let mut warnings = self.warnings.clone();
        warnings.extend(order_of_magnitude(per_unit));
        if let Some(sizing) = &central.sizing {
            let utilisation = sizing.utilisation();
            if utilisation < IDLE_WARNING {
                let words = format!(
                    "replicas serve {:.2} % of the time they are powered: idle capacity dominates; share or switch them off",
                    100.0 * utilisation
                );
                warnings.push(Warning::new("mostly_idle", words));
            }
        }
        warnings
    }
}

/// Indicators that some line lacks, one text a line.
pub(super) fn missing(outcome: &Outcome) -> Vec<String> {
    let mut gaps = Vec::new();
    for line in Line::ALL {
        let lacks = |indicator: &Indicator| outcome.line(line).lacks(*indicator);
        let missing: Vec<&str> = Indicator::ALL.into_iter().filter(lacks).map(Indicator::name).collect();
        if !missing.is_empty() {
            gaps.push(format!("{}, {}: {}", line.part().name(), line.stage().name(), missing.join(", ")));
        }
    }
    gaps
}

/// Utilisation below which a fleet is said to be mostly idle.
const IDLE_WARNING: f64 = 0.05;

impl Sizing {
    /// Share of the powered time spent serving.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        let powered = self.powered.as_seconds();
        if powered > 0.0 { self.busy.as_seconds() / powered } else { 0.0 }
    }
}

/// What is followed over the draws of a case.
pub(super) fn outputs(central: &Outcome) -> Vec<Output> {
    let mut outputs: Vec<Output> = Indicator::ALL.map(Output::Total).to_vec();
    for line in Line::ALL {
        for indicator in [Indicator::Energy, Indicator::Carbon] {
            if central.line(line).covers(indicator) {
                outputs.push(Output::Line(line, indicator));
            }
        }
    }
    if let Some(run) = &central.training {
        outputs.push(Output::TrainingTime);
        outputs.extend(run.programme.map(|_| Output::TrainingProgramme(Indicator::Carbon)));
        for indicator in [Indicator::Energy, Indicator::Carbon] {
            outputs.push(Output::TrainingRun(indicator));
            outputs.extend(run.amortised.map(|_| Output::TrainingAmortised(indicator)));
        }
    }
    outputs
}

/// Quantiles of the outputs, in coherent units and per year.
pub(super) struct Results {
    pub(super) outputs: Vec<Output>,
    pub(super) quantiles: Vec<Quantiles>,
    pub(super) units: f64,
}

impl Results {
    fn get(&self, output: Output) -> Option<Quantiles> {
        let index = self.outputs.iter().position(|other| *other == output)?;
        Some(self.quantiles[index])
    }

    /// What the total of an indicator becomes per functional unit, in a unit of this size.
    fn total(&self, total: &Impacts, indicator: Indicator, size: f64) -> Option<Quantiles> {
        let quantiles = self.get(Output::Total(indicator)).filter(|_| total.covers(indicator));
        quantiles.map(|quantiles| quantiles.scaled(1.0 / size))
    }

    fn per_unit_factor(&self) -> f64 {
        if self.units > 0.0 { self.units } else { 1.0 }
    }

    pub(super) fn per_unit(&self, total: &Impacts) -> PerUnit {
        let n = self.per_unit_factor();
        PerUnit {
            energy_wh: self.total(total, Indicator::Energy, n * Energy::wh(1.0).raw()),
            carbon_g: self.total(total, Indicator::Carbon, n * Carbon::g(1.0).raw()),
            water_l: self.total(total, Indicator::Water, n * Water::litres(1.0).raw()),
            primary_energy_mj: self.total(total, Indicator::PrimaryEnergy, n * PrimaryEnergy::megajoules(1.0).raw()),
            abiotic_kgsbeq: self.total(total, Indicator::Abiotic, n * Abiotic::kg_sb(1.0).raw()),
            cost_eur: self.total(total, Indicator::Cost, n * Cost::euros(1.0).raw()),
        }
    }

    pub(super) fn per_year(&self, total: &Impacts) -> PerYear {
        PerYear {
            energy_kwh: self.total(total, Indicator::Energy, Energy::kwh(1.0).raw()),
            carbon_kg: self.total(total, Indicator::Carbon, Carbon::kg(1.0).raw()),
            water_m3: self.total(total, Indicator::Water, Water::cubic_metres(1.0).raw()),
            primary_energy_mj: self.total(total, Indicator::PrimaryEnergy, PrimaryEnergy::megajoules(1.0).raw()),
            abiotic_kgsbeq: self.total(total, Indicator::Abiotic, Abiotic::kg_sb(1.0).raw()),
            cost_eur: self.total(total, Indicator::Cost, Cost::euros(1.0).raw()),
        }
    }

    pub(super) fn breakdown(&self, central: &Outcome) -> Vec<BreakdownLine> {
        let n = self.per_unit_factor();
        Line::ALL
            .into_iter()
            .filter(|line| {
                let impacts = central.line(*line);
                Indicator::ALL.iter().any(|one| impacts.covers(*one) || impacts.lacks(*one))
            })
            .map(|line| BreakdownLine {
                part: line.part(),
                stage: line.stage(),
                energy_wh: self
                    .get(Output::Line(line, Indicator::Energy))
                    .map(|q| q.scaled(1.0 / (n * Energy::wh(1.0).raw()))),
                carbon_g: self
                    .get(Output::Line(line, Indicator::Carbon))
                    .map(|q| q.scaled(1.0 / (n * Carbon::g(1.0).raw()))),
            })
            .collect()
    }

    pub(super) fn training(&self, run: &TrainingRun) -> TrainingReport {
        let maybe = |output: Output, size: f64| self.get(output).map(|quantiles| quantiles.scaled(1.0 / size));
        let get = |output: Output, size: f64| maybe(output, size).unwrap_or_else(|| Quantiles::exactly(0.0));
        let (kwh, wh) = (Energy::kwh(1.0).raw(), Energy::wh(1.0).raw());
        let (kg, g) = (Carbon::kg(1.0).raw(), Carbon::g(1.0).raw());
        TrainingReport {
            flop: run.flop.map(crate::units::Compute::as_flop),
            accelerator_hours: get(Output::TrainingTime, Time::<f64>::hours(1.0).raw()),
            energy_kwh: get(Output::TrainingRun(Indicator::Energy), kwh),
            carbon_kg: get(Output::TrainingRun(Indicator::Carbon), kg),
            runs_per_year: run.runs_per_year.value(),
            programme_carbon_kg: maybe(Output::TrainingProgramme(Indicator::Carbon), kg),
            amortised_energy_wh: maybe(Output::TrainingAmortised(Indicator::Energy), wh),
            amortised_carbon_g: maybe(Output::TrainingAmortised(Indicator::Carbon), g),
        }
    }
}
