//! Whether two scenarios are the same service: the same functional unit, and as good answers.

use serde::{Deserialize, Serialize};

use crate::number::significant;
use crate::scenario::{Quality, Scenario};

/// Whether a scenario is as good as the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Parity {
    /// The same functional unit, and a quality that is as good within the tolerance, or better.
    Equivalent,
    /// Another functional unit, another measure of quality, or a worse quality.
    NotEquivalent,
    /// At least one of the two does not declare its quality.
    NotDeclared,
}

impl Parity {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::NotEquivalent => "not equivalent",
            Self::NotDeclared => "not declared",
        }
    }
}

/// Whether a scenario is the same service as the reference, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Equivalence {
    /// Whether it is.
    pub parity: Parity,
    /// Why.
    pub reasons: Vec<String>,
}

/// Digits of a score.
const DIGITS: usize = 6;
/// Share of a score that rounding may take.
const ROUNDING: f64 = 1e-9;

/// Whether a scenario is the same service as the reference; `tolerance` overrides those declared.
pub(super) fn equivalence(reference: &Scenario, other: &Scenario, tolerance: Option<f64>) -> Equivalence {
    let (parity, reason) = quality(reference.quality.as_ref(), other.quality.as_ref(), tolerance);
    let mut reasons = vec![reason];
    let same_unit = reference.unit.trim().to_lowercase() == other.unit.trim().to_lowercase();
    if !same_unit {
        let words = "results per unit are not those of the same thing";
        reasons.insert(0, format!("functional units differ, {} and {}: {words}", reference.unit, other.unit));
    }
    Equivalence { parity: if same_unit { parity } else { Parity::NotEquivalent }, reasons }
}

fn quality(reference: Option<&Quality>, other: Option<&Quality>, tolerance: Option<f64>) -> (Parity, String) {
    let (reference, other) = match (reference, other) {
        (Some(reference), Some(other)) => (reference, other),
        (None, None) => return (Parity::NotDeclared, "neither declares its quality".to_owned()),
        (None, _) => return (Parity::NotDeclared, "the reference does not declare its quality".to_owned()),
        (_, None) => return (Parity::NotDeclared, "it does not declare its quality".to_owned()),
    };
    if !same_measure(reference, other) {
        let words = format!("qualities are not measured alike: {} and {}", measure(reference), measure(other));
        return (Parity::NotEquivalent, words);
    }
    let tolerance = tolerance.unwrap_or_else(|| declared(reference, other));
    let parity = if is_as_good(reference, other, tolerance) { Parity::Equivalent } else { Parity::NotEquivalent };
    let [other_score, score, tolerance] = [other.value, reference.value, tolerance].map(|one| significant(one, DIGITS));
    (parity, format!("{} {other_score} beside {score}, tolerance {tolerance}", measure(reference)))
}

/// The metric with its data set.
fn measure(quality: &Quality) -> String {
    let better = if quality.lower_is_better { " (lower is better)" } else { "" };
    format!("{} on {}{better}", quality.metric, quality.dataset)
}

fn same_measure(one: &Quality, other: &Quality) -> bool {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    same(&one.metric, &other.metric)
        && same(&one.dataset, &other.dataset)
        && one.lower_is_better == other.lower_is_better
}

/// The stricter of the tolerances declared; none is zero.
fn declared(one: &Quality, other: &Quality) -> f64 {
    let declared = [one.tolerance, other.tolerance].into_iter().flatten();
    declared.reduce(f64::min).unwrap_or_default()
}

/// Whether a score falls short of that of the reference by no more than the tolerance.
fn is_as_good(reference: &Quality, other: &Quality, tolerance: f64) -> bool {
    let better = reference.value - other.value;
    let shortfall = if reference.lower_is_better { -better } else { better };
    shortfall <= tolerance + ROUNDING * reference.value.abs().max(other.value.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(value: f64, tolerance: Option<f64>, lower_is_better: bool) -> Quality {
        Quality { metric: "accuracy".into(), dataset: "MMLU".into(), value, tolerance, lower_is_better }
    }

    #[test]
    fn as_good_within_the_tolerance_or_better_is_equivalent() {
        for (reference, other, lower_is_better, parity) in [
            ((0.8, Some(0.1)), (0.7, None), false, Parity::Equivalent),
            ((0.8, Some(0.1)), (0.699, None), false, Parity::NotEquivalent),
            ((0.8, Some(0.1)), (0.99, None), false, Parity::Equivalent),
            ((0.8, None), (0.8, None), false, Parity::Equivalent),
            ((0.8, None), (0.79, None), false, Parity::NotEquivalent),
            // The stricter of two tolerances counts.
            ((0.8, Some(0.1)), (0.75, Some(0.01)), false, Parity::NotEquivalent),
            // Of an error rate, lower is better.
            ((0.1, Some(0.02)), (0.12, None), true, Parity::Equivalent),
            ((0.1, Some(0.02)), (0.01, None), true, Parity::Equivalent),
            ((0.1, Some(0.02)), (0.13, None), true, Parity::NotEquivalent),
        ] {
            let reference = score(reference.0, reference.1, lower_is_better);
            let other = score(other.0, other.1, lower_is_better);
            let (found, why) = quality(Some(&reference), Some(&other), None);
            assert_eq!(found, parity, "{why}");
        }
    }

    #[test]
    fn a_tolerance_asked_for_overrides_those_declared() {
        let (reference, other) = (score(0.8, Some(0.001), false), score(0.75, Some(0.001), false));
        assert_eq!(quality(Some(&reference), Some(&other), Some(0.05)).0, Parity::Equivalent);
        assert_eq!(quality(Some(&reference), Some(&other), None).0, Parity::NotEquivalent);
    }

    #[test]
    fn another_measure_is_not_equivalent_and_none_is_not_declared() {
        let reference = score(0.8, None, false);
        let other = Quality { dataset: "GSM8K".into(), ..reference.clone() };
        assert_eq!(quality(Some(&reference), Some(&other), Some(1.0)).0, Parity::NotEquivalent);
        let reversed = Quality { lower_is_better: true, ..reference.clone() };
        assert_eq!(quality(Some(&reference), Some(&reversed), Some(1.0)).0, Parity::NotEquivalent);
        for (one, two) in [(None, Some(&reference)), (Some(&reference), None), (None, None)] {
            assert_eq!(quality(one, two, None).0, Parity::NotDeclared);
        }
    }
}
