//! What a comparison says, as records; also their JSON form.

use serde::{Deserialize, Serialize};

use crate::compare::{CutOffs, Equivalence, Standing};
use crate::estimate::VarianceShare;
use crate::impact::Indicator;
use crate::scenario::{Origin, Quality};
use crate::uncertainty::Quantiles;
use crate::warning::Warning;

/// Scenarios beside the first of them, the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Label of the reference.
    pub reference: String,
    /// The scenarios, the reference first.
    pub scenarios: Vec<Compared>,
    /// Shares of the draws behind the words of the verdicts.
    pub cut_offs: CutOffs,
    /// Draws, shared by all scenarios.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
}

/// One scenario of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Compared {
    /// What reports call it, different for each.
    pub label: String,
    /// Name of the use case.
    pub scenario: String,
    /// What it was read from.
    pub document: String,
    /// Functional unit.
    pub unit: String,
    /// Functional units a year.
    pub units_per_year: f64,
    /// How good the answers are, where it is declared.
    pub quality: Option<Quality>,
    /// The indicators per functional unit, in the order of all reports.
    pub results: Vec<ComparedResult>,
    /// What it is beside the reference; absent of the reference itself.
    pub against: Option<Against>,
    /// Doubtful situations.
    pub warnings: Vec<Warning>,
    /// The method of calculation.
    pub method: String,
    /// Version of the library.
    pub version: String,
    /// SHA-256, shortened, of the profiles used.
    pub profiles_digest: String,
}

/// One indicator of one scenario, per functional unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComparedResult {
    /// Name of the result, such as `carbon_g`.
    pub result: String,
    /// Its unit.
    pub unit: String,
    /// What is counted.
    pub indicator: Indicator,
    /// The result; absent where no figure covers it.
    pub quantiles: Option<Quantiles>,
    /// Lines of the breakdown that are not in the result, for lack of a figure.
    pub missing_in: Vec<String>,
    /// The result over that of the reference, draw by draw; absent of the reference, where either is not covered, and
    /// where the reference is zero in a draw in which the other is not.
    pub ratio: Option<Quantiles>,
    /// Share of the draws in which it is lower than the reference.
    pub lower: Option<Probability>,
    /// Share of the draws in which it is higher than the reference.
    pub higher: Option<Probability>,
    /// The same in words.
    pub verdict: Option<Standing>,
    /// Its place among all scenarios that cover the indicator, where these are three or more.
    pub ranks: Option<Ranks>,
}

/// A share of the draws, and its Monte-Carlo error.
///
/// ```text
/// share = hits / draws      error = sqrt(p (1 - p) / (draws + 2))      p = (hits + 1) / (draws + 2)
/// ```
///
/// The error is that of the share after one hit and one miss more: where all draws agree, it is still above zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Probability {
    /// Share of the draws.
    pub share: f64,
    /// Its standard error, for there are only so many draws.
    pub error: f64,
}

/// Places of a scenario among all, by draws; the lowest result has the first place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ranks {
    /// Share of the draws in which it has the lowest result; scenarios with the same result share a draw.
    pub best: Probability,
    /// Mean of its places.
    pub expected: f64,
    /// 5th percentile of its places.
    pub p05: usize,
    /// 95th percentile of its places.
    pub p95: usize,
    /// Share of the draws in which it has the first, second … place; they add up to one.
    pub shares: Vec<f64>,
}

/// A scenario beside the reference: whether it does the same, what differs, and what each difference does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Against {
    /// Whether it is the same service.
    pub equivalence: Equivalence,
    /// What to bear in mind: volumes that differ, lines that only one of the two counts.
    pub notes: Vec<String>,
    /// What the two texts say differently.
    pub differences: Vec<Difference>,
    /// Choices and sizes that differ for that reason although neither text says so.
    pub consequences: Vec<Difference>,
    /// What each difference contributes to the change of the results.
    pub contributions: Contributions,
    /// The data that the interval of each ratio comes from; `(first)` marks one of this scenario alone, `(second)` one of
    /// the reference alone.
    pub variance_shares: Vec<VarianceShare>,
}

/// A key that differs between the reference and another scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// Dotted key.
    pub key: String,
    /// In the reference; absent where nothing stands for it.
    pub reference: Option<Said>,
    /// In the other scenario; absent where nothing stands for it.
    pub other: Option<Said>,
}

/// A value and who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Said {
    /// The value as written, or with its unit.
    pub value: String,
    /// Who said so.
    pub origin: Origin,
}

/// The change of each result from the reference to another scenario, shared out among the differences.
///
/// It is of the central case; for each result, the amounts of all parts add up to the change exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contributions {
    /// Each result at the central case, where both scenarios cover it.
    pub totals: Vec<Total>,
    /// The differences with what each contributes.
    pub parts: Vec<Contribution>,
    /// How differences were put together, where they were.
    pub notes: Vec<String>,
}

/// A result at the central case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Total {
    /// Name of the result.
    pub result: String,
    /// Its unit.
    pub unit: String,
    /// What is counted.
    pub indicator: Indicator,
    /// In the reference.
    pub reference: f64,
    /// In the other scenario.
    pub other: f64,
}

/// What one difference contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contribution {
    /// What reports call it.
    pub label: String,
    /// The keys that it changes.
    pub keys: Vec<String>,
    /// What it does to each result, in the order of the totals.
    pub effects: Vec<Effect>,
}

/// What one difference does to one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// Name of the result.
    pub result: String,
    /// Its part of the change, in the unit of the result.
    pub amount: f64,
    /// The same over the result of the reference; absent where that is zero.
    pub relative: Option<f64>,
}
