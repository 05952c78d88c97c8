//! The ordered values of a column: one for each of equally likely strata of the law of an input.

use std::sync::{Arc, Mutex, PoisonError};

use statrs::distribution::{ContinuousCDF, Normal, Triangular};

use crate::figure::{Law, Z95};
use crate::math::{self, Real};
use crate::scenario::Input;

/// Smallest draw of a quantity that cannot be negative, as a share of its median.
const SMALLEST_SHARE: f64 = 1e-3;

/// Puts the values at the midpoints of the strata, from the standard normal scores of these, into an empty column.
pub(super) fn strata(input: &Input, scores: &[f64], column: &mut Vec<f64>) {
    let (low, high) = domain(input);
    if let Law::Lognormal { p05, p95 } = input.law {
        // The most frequent law of all, many values at a time.
        let (below, above) = log_slopes(input.value, p05, p95);
        column.extend(scores.iter().map(|score| score * if *score < 0.0 { below } else { above }));
        math::exp_in_place(column);
        column.iter_mut().for_each(|draw| *draw = (*draw * input.value).clamp(low, high));
    } else {
        let quantile = quantile_function(input);
        let value = |(rank, score): (usize, &f64)| quantile(*score, midpoint(rank, scores.len())).clamp(low, high);
        column.extend(scores.iter().enumerate().map(value));
    }
}

/// Standard deviations of the logarithm on either side of the median.
fn log_slopes(value: f64, p05: f64, p95: f64) -> (f64, f64) {
    (Real::ln(value / p05) / Z95, Real::ln(p95 / value) / Z95)
}

/// Standard normal scores of the midpoints of equally likely strata, in order.
///
/// Those of the last number of samples are remembered: they cost as much as several columns.
pub(super) fn standard_scores(samples: usize) -> Arc<Vec<f64>> {
    static LAST: Mutex<Option<Arc<Vec<f64>>>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some(scores) if scores.len() == samples => scores.clone(),
        _ => last.insert(Arc::new(computed_scores(samples))).clone(),
    }
}

/// The law is symmetric, and so are the scores.
fn computed_scores(samples: usize) -> Vec<f64> {
    let normal = Normal::standard();
    let mut scores = vec![0.0; samples];
    for rank in 0..samples / 2 {
        let score = normal.inverse_cdf(midpoint(rank, samples));
        scores[rank] = score;
        scores[samples - 1 - rank] = -score;
    }
    scores
}

/// The probability in the middle of a stratum.
pub(super) fn midpoint(rank: usize, samples: usize) -> f64 {
    (rank as f64 + 0.5) / samples as f64
}

/// The value of an input at a probability.
pub(crate) fn value_at(input: &Input, probability: f64) -> f64 {
    let (low, high) = domain(input);
    quantile_function(input)(Normal::standard().inverse_cdf(probability), probability).clamp(low, high)
}

/// Values that an input is drawn from.
fn domain(input: &Input) -> (f64, f64) {
    let (low, high) = input.domain;
    // A normal law given for a quantity that divides others never reaches zero.
    let is_normal = matches!(input.law, Law::Normal { .. });
    (if is_normal && low == 0.0 { input.value * SMALLEST_SHARE } else { low }, high)
}

/// The value at a standard score and the probability that belongs to it.
fn quantile_function(input: &Input) -> Box<dyn Fn(f64, f64) -> f64> {
    let value = input.value;
    match input.law {
        Law::Exact => Box::new(move |_, _| value),
        Law::Lognormal { p05, p95 } => {
            let (below, above) = log_slopes(value, p05, p95);
            Box::new(move |score, _| value * Real::exp(score * if score < 0.0 { below } else { above }))
        }
        Law::Normal { p05, p95 } => {
            let (below, above) = ((value - p05) / Z95, (p95 - value) / Z95);
            Box::new(move |score, _| value + score * if score < 0.0 { below } else { above })
        }
        Law::Triangular { low, high } => match Triangular::new(low, high, value) {
            Ok(law) => Box::new(move |_, probability| law.inverse_cdf(probability)),
            Err(_) => Box::new(move |_, _| value),
        },
        Law::Uniform { low, high } => Box::new(move |_, probability| low + probability * (high - low)),
    }
}
