//! The estimate as it is read: by people, by programs, by the library.

use serde::{Deserialize, Serialize};

use crate::estimate::{Completeness, VarianceShare};
use crate::impact::{Part, Sizing, Stage};
use crate::number::significant;
use crate::profile::Source;
use crate::rival::Reference;
use crate::scenario::{Input, Origin};
use crate::uncertainty::Quantiles;
use crate::units::Time;
use crate::warning::Warning;

/// What a scenario gives, in the form of the machine-readable report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Estimate {
    /// Name of the use case.
    pub scenario: String,
    /// Method that computed it, as on the command line.
    pub method: String,
    /// The same as paper or tool, with its version.
    pub method_name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Functional unit.
    pub unit: String,
    /// Functional units a year.
    pub units_per_year: f64,
    /// Results for one functional unit; absent where no figure covers the indicator.
    pub per_unit: PerUnit,
    /// Results for one year.
    pub per_year: PerYear,
    /// Who causes what, when; per functional unit.
    pub breakdown: Vec<BreakdownLine>,
    /// The fleet, at central values.
    pub sizing: Option<SizingReport>,
    /// One training run, never merged with the use.
    pub training: Option<TrainingReport>,
    /// Everything the result rests on.
    pub inputs: Vec<InputReport>,
    /// What each indicator rests on; none of a rival method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub completeness: Vec<Completeness>,
    /// The data that the interval of each indicator comes from; none of a rival method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variance_shares: Vec<VarianceShare>,
    /// What no figure covers, and is therefore not in the results.
    pub not_covered: Vec<String>,
    /// Doubtful situations.
    pub warnings: Vec<Warning>,
    /// The bibliography of this result.
    pub sources: Vec<SourceReport>,
    /// Draws; zero for a rival method, whose quantiles are the ends of a range and their midpoint.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
    /// Version of the library.
    pub version: String,
    /// SHA-256, shortened, of the profiles used.
    pub profiles_digest: String,
}

/// Results for one functional unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PerUnit {
    /// Electricity, in watt-hours.
    pub energy_wh: Option<Quantiles>,
    /// Greenhouse gases, in grams.
    pub carbon_g: Option<Quantiles>,
    /// Water, in litres.
    pub water_l: Option<Quantiles>,
    /// Primary energy, in megajoules.
    pub primary_energy_mj: Option<Quantiles>,
    /// Abiotic resources, in kilograms of antimony equivalent.
    pub abiotic_kgsbeq: Option<Quantiles>,
    /// Money, in euros.
    pub cost_eur: Option<Quantiles>,
}

/// Results for one year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PerYear {
    /// Electricity, in kilowatt-hours.
    pub energy_kwh: Option<Quantiles>,
    /// Greenhouse gases, in kilograms.
    pub carbon_kg: Option<Quantiles>,
    /// Water, in cubic metres.
    pub water_m3: Option<Quantiles>,
    /// Primary energy, in megajoules.
    pub primary_energy_mj: Option<Quantiles>,
    /// Abiotic resources, in kilograms of antimony equivalent.
    pub abiotic_kgsbeq: Option<Quantiles>,
    /// Money, in euros.
    pub cost_eur: Option<Quantiles>,
}

/// One line of the breakdown, per functional unit; absent values are not covered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BreakdownLine {
    /// Who.
    pub part: Part,
    /// When.
    pub stage: Stage,
    /// Electricity, in watt-hours.
    pub energy_wh: Option<Quantiles>,
    /// Greenhouse gases, in grams.
    pub carbon_g: Option<Quantiles>,
}

/// The fleet, at central values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SizingReport {
    /// Replicas; a fraction where they are shared with others.
    pub replicas: f64,
    /// Accelerators.
    pub accelerators: f64,
    /// Servers.
    pub servers: f64,
    /// Share of the powered time spent serving.
    pub utilisation: f64,
    /// Time a user waits for all steps.
    pub latency_s: f64,
    /// Time to the first token; absent where no text is written.
    pub time_to_first_token_s: Option<f64>,
    /// Tokens a second seen by one user; absent where no text is written.
    pub output_tokens_per_s: Option<f64>,
}

/// One training run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrainingReport {
    /// Arithmetic; absent where hours are given instead.
    pub flop: Option<f64>,
    /// Billed hours of all accelerators.
    pub accelerator_hours: Quantiles,
    /// Electricity of the run with its site, in kilowatt-hours.
    pub energy_kwh: Quantiles,
    /// Greenhouse gases of the run with manufacture, in kilograms.
    pub carbon_kg: Quantiles,
    /// Runs a year.
    pub runs_per_year: f64,
    /// The programme beyond the run, in kilograms of greenhouse gases, where one is declared.
    pub programme_carbon_kg: Option<Quantiles>,
    /// All runs of a year spread over the requests declared: watt-hours and grams per request.
    pub amortised_energy_wh: Option<Quantiles>,
    /// See `amortised_energy_wh`.
    pub amortised_carbon_g: Option<Quantiles>,
}

/// One input of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InputReport {
    /// Dotted key by which it can be set.
    pub key: String,
    /// Value with unit.
    pub value: String,
    /// 5th percentile with unit, where it is uncertain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// 95th percentile with unit, where it is uncertain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// Who said so.
    pub origin: Origin,
    /// Key of the bibliography.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Profile it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Why, where it was assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One source of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceReport {
    /// Key of the bibliography.
    pub key: String,
    /// The source in one line.
    pub citation: String,
    /// Licence of its data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

impl SourceReport {
    pub(super) fn new(key: &str, source: Option<&Source>) -> Self {
        let citation = source.map_or_else(|| "not in sources.toml".to_owned(), Source::cited);
        Self { key: key.to_owned(), citation, licence: source.and_then(|source| source.licence.clone()) }
    }
}

impl SourceReport {
    pub(super) fn of_method(reference: &Reference) -> Self {
        let Reference { key, citation, licence } = *reference;
        Self { key: key.to_owned(), citation: citation.to_owned(), licence: Some(licence.to_owned()) }
    }
}

pub(super) fn input_report(input: &Input) -> InputReport {
    let (symbol, factor) = input.unit;
    let shown = |value: f64| format!("{} {symbol}", significant(value / factor, 4)).trim_end().to_owned();
    let (low, high) = input.law.ends().unzip();
    InputReport {
        key: input.key.clone(),
        value: input.shown.clone(),
        low: low.map(shown),
        high: high.map(shown),
        origin: input.origin,
        source: input.source.clone(),
        profile: input.profile.clone(),
        reason: input.reason.clone(),
    }
}

impl SizingReport {
    pub(super) fn new(sizing: &Sizing) -> Self {
        Self {
            replicas: sizing.replicas.value(),
            accelerators: sizing.accelerators.value(),
            servers: sizing.servers.value(),
            utilisation: sizing.utilisation(),
            latency_s: sizing.latency.as_seconds(),
            time_to_first_token_s: sizing.time_to_first_token.map(Time::as_seconds),
            output_tokens_per_s: sizing.output_tokens_per_second.map(crate::units::Count::value),
        }
    }
}

impl Estimate {
    /// Energy of the accelerators at work, per functional unit, in watt-hours.
    #[must_use]
    pub fn accelerators_energy_wh(&self) -> Option<Quantiles> {
        self.energy_in_use(Part::Accelerators)
    }

    fn energy_in_use(&self, part: Part) -> Option<Quantiles> {
        let line = self.breakdown.iter().find(|line| line.part == part && line.stage == Stage::Use);
        line.and_then(|line| line.energy_wh)
    }

    /// Names that [`Estimate::quantity`] knows.
    pub const QUANTITIES: [&'static str; 13] = [
        "energy_wh",
        "carbon_g",
        "water_l",
        "primary_energy_mj",
        "abiotic_kgsbeq",
        "cost_eur",
        "accelerators_energy_wh",
        "host_energy_wh",
        "idle_energy_wh",
        "cooling_energy_wh",
        "training_accelerator_hours",
        "training_energy_kwh",
        "training_carbon_kg",
    ];

    /// A result by its name, as columns of batches and published cases call it: indicators per functional unit,
    /// energy of one part at work, or one training run. None where no figure covers it, or the name is unknown.
    #[must_use]
    pub fn quantity(&self, name: &str) -> Option<Quantiles> {
        match name {
            "energy_wh" => self.per_unit.energy_wh,
            "carbon_g" => self.per_unit.carbon_g,
            "water_l" => self.per_unit.water_l,
            "primary_energy_mj" => self.per_unit.primary_energy_mj,
            "abiotic_kgsbeq" => self.per_unit.abiotic_kgsbeq,
            "cost_eur" => self.per_unit.cost_eur,
            "accelerators_energy_wh" => self.accelerators_energy_wh(),
            "host_energy_wh" => self.energy_in_use(Part::Host),
            "idle_energy_wh" => self.energy_in_use(Part::Idle),
            "cooling_energy_wh" => self.energy_in_use(Part::Cooling),
            "training_accelerator_hours" => self.training.map(|training| training.accelerator_hours),
            "training_energy_kwh" => self.training.map(|training| training.energy_kwh),
            "training_carbon_kg" => self.training.map(|training| training.carbon_kg),
            _ => None,
        }
    }
}
