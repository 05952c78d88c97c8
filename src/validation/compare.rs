//! What is computed for each published case, beside the published figure.

use serde::Serialize;

use crate::error::Error;
use crate::profile::Catalog;
use crate::scenario::Scenario;
use crate::uncertainty::{Quantiles, Settings};
use crate::validation::{Basis, Calibration, PublishedCase, Summary, summaries};

/// Published cases compared, and what they say together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Validation {
    /// Scores of each task, quantity and set.
    pub summary: Vec<Summary>,
    /// Each case.
    pub cases: Vec<Comparison>,
    /// Draws.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
    /// Version of the library.
    pub version: String,
}

/// One published figure beside what is computed for the same case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Identifier of the case.
    pub case: String,
    /// Table in which it stands.
    pub task: String,
    /// What it is a figure of.
    pub quantity: String,
    /// The published figure, in the unit of the quantity's name.
    pub published: f64,
    /// Lower end, where a range is published.
    pub published_low: Option<f64>,
    /// Upper end, where a range is published.
    pub published_high: Option<f64>,
    /// What is computed; absent where the case is not compared.
    pub predicted: Option<Predicted>,
    /// Whether the 90 % interval holds the published figure; absent where nothing uncertain was left.
    pub inside: Option<bool>,
    /// Computed median over published figure.
    pub ratio: Option<f64>,
    /// How the published figure came about.
    pub basis: Basis,
    /// Whether it had a part in the coefficients.
    pub calibration: Calibration,
    /// What it includes.
    pub scope: String,
    /// Key of the bibliography.
    pub source: String,
    /// Assumptions, doubts, or why it is not compared.
    pub note: String,
    /// Why the prediction failed, where it did.
    pub error: Option<String>,
}

/// Median and 90 % interval of what is computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Predicted {
    /// 5th percentile.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
}

impl Predicted {
    /// Whether the interval holds a figure; none for an interval without width.
    fn holds(self, figure: f64) -> Option<bool> {
        (self.p05 < self.p95).then_some(self.p05 <= figure && figure <= self.p95)
    }
}

impl From<Quantiles> for Predicted {
    fn from(Quantiles { p05, p50, p95, .. }: Quantiles) -> Self {
        Self { p05, p50, p95 }
    }
}

/// Computes every case; a case that fails says why in its `error`.
///
/// ```
/// use econome::{Catalog, Settings, validation};
/// let cases = validation::cases(&["mlperf"])?;
/// let validation = validation::validate(&cases, &Catalog::builtin(), Settings::default().with_samples(100)?);
/// assert!(validation.cases.iter().all(|case| case.error.is_none()));
/// # Ok::<(), econome::Error>(())
/// ```
#[must_use]
pub fn validate(cases: &[PublishedCase], catalog: &Catalog, settings: Settings) -> Validation {
    let cases = compare_all(cases, catalog, settings);
    let (samples, seed) = (settings.samples(), settings.seed());
    Validation { summary: summaries(&cases), cases, samples, seed, version: env!("CARGO_PKG_VERSION").to_owned() }
}

#[cfg(feature = "parallel")]
fn compare_all(cases: &[PublishedCase], catalog: &Catalog, settings: Settings) -> Vec<Comparison> {
    use rayon::prelude::*;
    cases.par_iter().map(|case| compare(case, catalog, settings)).collect()
}

#[cfg(not(feature = "parallel"))]
fn compare_all(cases: &[PublishedCase], catalog: &Catalog, settings: Settings) -> Vec<Comparison> {
    cases.iter().map(|case| compare(case, catalog, settings)).collect()
}

fn compare(case: &PublishedCase, catalog: &Catalog, settings: Settings) -> Comparison {
    let outcome = predict(case, catalog, settings);
    let error = outcome.as_ref().err().map(Error::one_line);
    let predicted = outcome.ok().flatten();
    let published = case.published;
    Comparison {
        case: case.case.clone(),
        task: case.task.clone(),
        quantity: case.quantity.clone(),
        published,
        published_low: case.published_low,
        published_high: case.published_high,
        predicted,
        inside: predicted.and_then(|predicted| predicted.holds(published)),
        ratio: predicted.map(|predicted| predicted.p50 / published),
        basis: case.basis,
        calibration: case.calibration,
        scope: case.scope.clone(),
        source: case.source.clone(),
        note: case.note.clone(),
        error,
    }
}

fn predict(case: &PublishedCase, catalog: &Catalog, settings: Settings) -> Result<Option<Predicted>, Error> {
    let Some(document) = case.document() else { return Ok(None) };
    let estimate = Scenario::read(&document, catalog)?.estimate(settings);
    let quantity = estimate.quantity(&case.quantity);
    let quantity = quantity.ok_or_else(|| Error::new(format!("no figure covers {}", case.quantity)))?;
    Ok(Some(quantity.into()))
}
