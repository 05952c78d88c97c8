//! Scores of compared cases: errors, bias, coverage.

use serde::Serialize;

use crate::math::Real;
use crate::validation::{Basis, Calibration, Comparison, PublishedCase};

/// Cases from which a coefficient of determination means something.
const FEWEST_FOR_R2: usize = 3;
/// An error that counts as near.
const NEAR: f64 = 0.30;

/// Which cases are scored together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Set {
    /// Those that had a part in the coefficients.
    Fitted,
    /// Those that had none.
    HeldOut,
    /// Those whose scenario rests on an input that nobody published.
    Assumed,
    /// Those that their author computed.
    Modelled,
}

impl Set {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fitted => "fitted",
            Self::HeldOut => "held out",
            Self::Assumed => "assumed",
            Self::Modelled => "modelled",
        }
    }
}

impl Set {
    fn of(basis: Basis, calibration: Calibration) -> Self {
        match (basis, calibration) {
            (Basis::Modelled, _) => Self::Modelled,
            (_, Calibration::Yes | Calibration::Stack) => Self::Fitted,
            (_, Calibration::No) => Self::HeldOut,
            (_, Calibration::Assumed) => Self::Assumed,
        }
    }
}

impl Comparison {
    /// The set to which it belongs.
    #[must_use]
    pub fn set(&self) -> Set {
        Set::of(self.basis, self.calibration)
    }
}

impl PublishedCase {
    /// The set to which it belongs.
    #[must_use]
    pub fn set(&self) -> Set {
        Set::of(self.basis, self.calibration)
    }
}

/// Scores of the cases of one task, quantity and set; errors are relative to the published figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Table of the cases.
    pub task: String,
    /// What they are figures of.
    pub quantity: String,
    /// Fitted, held out, assumed or modelled.
    pub set: Set,
    /// Cases compared.
    pub cases: usize,
    /// Median absolute error.
    pub mdape: f64,
    /// Mean absolute error.
    pub mape: f64,
    /// Median error, with its sign.
    pub bias: f64,
    /// Share of the variance of the logarithms that the computed medians explain; absent below three cases.
    pub r2_log: Option<f64>,
    /// Share of cases within 30 %.
    pub within_30_percent: f64,
    /// Share of cases within a factor of two.
    pub within_factor_2: f64,
    /// Share of cases whose 90 % interval holds the published figure; absent where nothing uncertain was left.
    pub coverage: Option<f64>,
}

/// Scores of each task, quantity and set, in the order of the cases; cases not compared count nowhere.
#[must_use]
pub fn summaries(cases: &[Comparison]) -> Vec<Summary> {
    let mut groups: Vec<Vec<&Comparison>> = Vec::new();
    for case in cases.iter().filter(|case| case.predicted.is_some()) {
        let same = |other: &Comparison| {
            other.task == case.task && other.quantity == case.quantity && other.set() == case.set()
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| same(first))) {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    groups.iter().filter_map(|group| Summary::of(group)).collect()
}

impl Summary {
    fn of(cases: &[&Comparison]) -> Option<Self> {
        let first = cases.first()?;
        let ratios: Vec<f64> = cases.iter().filter_map(|case| case.ratio).collect();
        let errors: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        Some(Self {
            task: first.task.clone(),
            quantity: first.quantity.clone(),
            set: first.set(),
            cases: cases.len(),
            mdape: median(&errors),
            mape: mean(&errors),
            bias: median(&ratios) - 1.0,
            r2_log: r2_log(cases),
            within_30_percent: share(&errors, |error| error <= NEAR),
            within_factor_2: share(&ratios, |ratio| (0.5..=2.0).contains(&ratio)),
            coverage: coverage(cases),
        })
    }
}

fn coverage(cases: &[&Comparison]) -> Option<f64> {
    let inside: Vec<f64> = cases.iter().filter_map(|case| case.inside).map(|is| f64::from(u8::from(is))).collect();
    (!inside.is_empty()).then(|| mean(&inside))
}

fn r2_log(cases: &[&Comparison]) -> Option<f64> {
    if cases.len() < FEWEST_FOR_R2 {
        return None;
    }
    let published: Vec<f64> = cases.iter().map(|case| Real::ln(case.published)).collect();
    let middle = mean(&published);
    let spread: f64 = published.iter().map(|value| (value - middle) * (value - middle)).sum();
    let left: f64 = cases.iter().filter_map(|case| case.ratio).map(Real::ln).map(|error: f64| error * error).sum();
    (spread > 0.0).then(|| 1.0 - left / spread)
}

fn share(values: &[f64], holds: impl Fn(f64) -> bool) -> f64 {
    mean(&values.iter().map(|value| f64::from(u8::from(holds(*value)))).collect::<Vec<_>>())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => 0.5 * (sorted[middle - 1] + sorted[middle]),
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Predicted;

    fn case(published: f64, p50: f64, calibration: Calibration) -> Comparison {
        Comparison {
            case: "a".to_owned(),
            task: "text".to_owned(),
            quantity: "energy_wh".to_owned(),
            published,
            published_low: None,
            published_high: None,
            predicted: Some(Predicted { p05: 0.5 * p50, p50, p95: 2.0 * p50 }),
            inside: Some(0.5 * p50 <= published && published <= 2.0 * p50),
            ratio: Some(p50 / published),
            basis: Basis::MeasuredWall,
            calibration,
            scope: String::new(),
            source: String::new(),
            note: String::new(),
            error: None,
        }
    }

    #[test]
    fn scores_are_those_worked_by_hand() {
        let cases = [1.0, 1.2, 0.5, 4.0].map(|ratio| case(10.0, 10.0 * ratio, Calibration::No));
        let summary = &summaries(&cases)[0];
        assert_eq!((summary.cases, summary.set), (4, Set::HeldOut));
        assert!((summary.mdape - 0.35).abs() < 1e-12 && (summary.mape - 0.925).abs() < 1e-12);
        assert!((summary.bias - 0.1).abs() < 1e-12);
        assert_eq!((summary.within_30_percent, summary.within_factor_2), (0.5, 0.75));
        assert_eq!(summary.coverage, Some(0.75));
        assert_eq!(summary.r2_log, None, "published figures without spread");
    }

    #[test]
    fn a_perfect_prediction_explains_everything() {
        let cases = [1.0, 3.0, 9.0].map(|value| case(value, value, Calibration::Yes));
        let summary = &summaries(&cases)[0];
        assert_eq!((summary.r2_log, summary.set), (Some(1.0), Set::Fitted));
    }

    #[test]
    fn sets_are_scored_apart() {
        let mut modelled = case(1.0, 1.0, Calibration::No);
        modelled.basis = Basis::Modelled;
        let cases = [case(1.0, 1.0, Calibration::Stack), modelled, case(1.0, 1.0, Calibration::No)];
        let sets: Vec<Set> = summaries(&cases).iter().map(|summary| summary.set).collect();
        assert_eq!(sets, [Set::Fitted, Set::Modelled, Set::HeldOut]);
    }
}
