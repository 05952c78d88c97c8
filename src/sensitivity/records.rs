//! The sensitivity as it is read: by people, by programs, by the library.

use serde::{Deserialize, Serialize};

use crate::scenario::{Evidence, Origin};
use crate::uncertainty::Quantiles;

/// What moves a result, and which datum to obtain next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sensitivity {
    /// Name of the use case.
    pub scenario: String,
    /// Name of the use case that it is set against, where the result is a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Which result, by its name in an estimate.
    pub result: String,
    /// Its unit.
    pub result_unit: String,
    /// What it is for, such as `per request`.
    pub per: String,
    /// The result at the central case.
    pub central: f64,
    /// The result over all draws.
    pub quantiles: Quantiles,
    /// Standard deviation of its logarithm, from derivatives at the central case.
    pub log_sd: f64,
    /// The same over all draws; absent where some are not above zero.
    pub log_sd_drawn: Option<f64>,
    /// Every uncertain input with an effect, that with the largest share first.
    pub influences: Vec<Influence>,
    /// The data to obtain next, that which narrows the interval most first.
    pub next: Vec<NextDatum>,
    /// Sobol' indices, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sobol: Option<SobolReport>,
    /// Draws.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
    /// Version of the library.
    pub version: String,
    /// SHA-256, shortened, of the profiles used.
    pub profiles_digest: String,
}

/// One uncertain datum, and what it does to the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Influence {
    /// Keys of the inputs that it is; several where the same figure is used in several places. In a ratio, `(first)` or
    /// `(second)` follows the key of an input that only one of the scenarios has.
    pub keys: Vec<String>,
    /// Value with unit.
    pub value: String,
    /// 5th percentile with unit.
    pub low: String,
    /// 95th percentile with unit.
    pub high: String,
    /// Who said so.
    pub origin: Origin,
    /// How good the evidence is.
    pub evidence: Evidence,
    /// Per cent that the result moves when the datum moves by one per cent.
    pub elasticity: f64,
    /// Standard deviation that it alone gives to the logarithm of the result.
    pub log_sd: f64,
    /// Share of the variance of the logarithm.
    pub share: f64,
    /// The result with the datum at its 5th percentile, all else central.
    pub at_low: f64,
    /// The result with the datum at its 95th percentile, all else central.
    pub at_high: f64,
}

/// A datum to obtain, and the interval that the result would then have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NextDatum {
    /// Key of the datum, the first of its keys.
    pub key: String,
    /// The result if it were known, and were its median.
    pub if_known: Quantiles,
    /// Width of the interval then, over the width now; the width is the factor between the ends.
    pub narrowing: f64,
    /// The result if it and all data before it in the list were known.
    pub if_all_known: Quantiles,
}

/// Sobol' indices of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SobolReport {
    /// Whether they share out the variance of the logarithm, or (where a draw is not above zero) of the result itself.
    pub of_logarithm: bool,
    /// Sum of the first orders; what it lacks to one is interaction.
    pub sum_of_first: f64,
    /// Every uncertain input with an effect, that with the largest total order first.
    pub indices: Vec<Index>,
}

/// Sobol' indices of one datum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Index {
    /// Key of the datum, the first of its keys.
    pub key: String,
    /// Share of the variance that would go if it were known.
    pub first: f64,
    /// 5th to 95th percentile of the former, by bootstrap.
    pub first_interval: Interval,
    /// Share of the variance that would stay if everything else were known.
    pub total: f64,
    /// 5th to 95th percentile of the former, by bootstrap.
    pub total_interval: Interval,
}

/// Two ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}
