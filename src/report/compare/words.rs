//! What table and document say of a comparison in the same words.

use crate::compare::{Compared, ComparedResult, Comparison, CutOffs, Difference, Probability, Said, Standing, Total};
use crate::number::{digits_within, probability, scale, significant, supported_digits};
use crate::report::rows::{in_unit_of, units};
use crate::scenario::Origin;
use crate::uncertainty::{QuantileErrors, Quantiles};

/// Factor from which on a difference is told as a factor; below it in per cent.
const FACTOR: f64 = 1.1;
/// Digits of a ratio at most, however near to one it is.
const MOST_DIGITS: usize = 6;
/// Share of the reference below which a result is shown in a unit of its own.
const FAR: f64 = 1e-2;

/// Median and interval of a result, in the unit of the reference where that is near.
pub(super) fn value(result: &ComparedResult, reference: &ComparedResult) -> (String, String) {
    let Some(own) = result.quantiles else { return ("not covered".to_owned(), String::new()) };
    let near = |of: &f64| (FAR..=1.0 / FAR).contains(&(own.p50 / of));
    let suits = reference.quantiles.map(|quantiles| quantiles.p50).filter(near).unwrap_or(own.p50);
    let (to_smallest, units) = units(result.indicator);
    in_unit_of(suits, own, to_smallest, units)
}

/// Median and interval of a ratio, with as many digits as it takes to tell it from one and as the draws support.
pub(super) fn ratio(ratio: Quantiles) -> (String, String) {
    interval_text(ratio, digits_from_one(ratio))
}

fn digits_from_one(ratio: Quantiles) -> usize {
    const TELLING: f64 = 2.0;
    let digits = supported_digits(ratio.p05, ratio.p95);
    let distance = (ratio.p50 - 1.0).abs();
    if distance == 0.0 || distance >= 1.0 {
        return digits;
    }
    let decimals = (TELLING - 1.0 - distance.log10().floor()) as usize;
    digits.max(decimals + usize::from(ratio.p50 >= 1.0)).min(MOST_DIGITS)
}

fn interval_text(quantiles: Quantiles, most: usize) -> (String, String) {
    let Quantiles { p05, p50, p95, error, .. } = quantiles;
    let errors = error.map_or([0.0; 3], |error| [error.p05, error.p50, error.p95]);
    let text = |value: f64, error: f64| significant(value, digits_within(value, error, most));
    let interval = format!("{} – {}", text(p05, errors[0]), text(p95, errors[2]));
    (text(p50, errors[1]), if p05 == p95 { String::new() } else { interval })
}

/// One result of a scenario beside the reference, as a sentence.
pub(super) fn sentence(label: &str, result: &ComparedResult, comparison: &Comparison) -> Option<String> {
    let (verdict, lower, higher) = (result.verdict?, result.lower?, result.higher?);
    let (indicator, reference) = (result.indicator.name(), &comparison.reference);
    let (chance, direction) = if lower.share >= higher.share { (lower, "below") } else { (higher, "above") };
    let chance = format!("{}: {}", chance_of(chance, comparison.samples), verdict.words());
    Some(match (verdict, result.ratio) {
        (Standing::Equal, _) => format!("{indicator}: {label} is equal to {reference} in every draw."),
        (_, None) => format!("{indicator}: {label} is {direction} {reference}, {chance}."),
        (Standing::NoClearDifference, Some(ratio)) => {
            let (median, interval) = self::ratio(ratio);
            format!("{indicator}: {label} is {median}x ({interval}) {reference}, {direction} it with {chance}.")
        }
        (_, Some(ratio)) => {
            let distance = distance(ratio, direction == "below");
            format!("{indicator}: {label} is {distance} {direction} {reference}, {chance}.")
        }
    })
}

/// `P = 0.86 ± 0.004`, or `P > 0.9999`.
fn chance_of(chance: Probability, samples: usize) -> String {
    let text = probability(chance.share, samples);
    if text.starts_with(['<', '>']) {
        return format!("P {text}");
    }
    format!("P = {text} ± {}", significant(chance.error, 1))
}

/// How far a ratio lies below or above one: as a factor, or in per cent where that is small.
fn distance(ratio: Quantiles, is_lower: bool) -> String {
    const PERCENT: f64 = 100.0;
    let factor = if is_lower { turned(ratio, |x| 1.0 / x, |x| 1.0 / (x * x)) } else { ratio };
    let (shown, unit) = match (factor.p50 >= FACTOR, is_lower) {
        (true, _) => (factor, "x"),
        (false, true) => (turned(ratio, |x| PERCENT * (1.0 - x), |_| PERCENT), " %"),
        (false, false) => (turned(ratio.scaled(-1.0), |x| PERCENT * (-x - 1.0), |_| PERCENT), " %"),
    };
    let (median, interval) = interval_text(shown, supported_digits(shown.p05, shown.p95));
    if interval.is_empty() { format!("{median}{unit}") } else { format!("{median}{unit} ({interval})") }
}

/// A falling function of what has these quantiles: its ends change places; errors by its slope.
fn turned(of: Quantiles, function: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> Quantiles {
    let Quantiles { p05, p50, p95, mean, error } = of;
    let error = error.map(|errors| QuantileErrors {
        p05: errors.p95 * slope(p95).abs(),
        p50: errors.p50 * slope(p50).abs(),
        p95: errors.p05 * slope(p05).abs(),
    });
    Quantiles { p05: function(p95), p50: function(p50), p95: function(p05), mean: function(mean), error }
}

/// A difference in one line.
pub(super) fn difference(difference: &Difference) -> String {
    let Difference { key, reference, other } = difference;
    format!("{key}: {} → {}", said(reference.as_ref()), said(other.as_ref()))
}

/// A value, and who said it where the scenario did not.
pub(super) fn said(said: Option<&Said>) -> String {
    match said {
        None => "–".to_owned(),
        Some(Said { value, origin: Origin::Given }) => value.clone(),
        Some(Said { value, origin }) => format!("{value} ({})", origin.name()),
    }
}

/// Amount of a contribution in the unit that suits the total, with its sign.
pub(super) fn amount(amount: f64, total: &Total) -> String {
    let (to_smallest, units) = units(total.indicator);
    let suits = total.reference.max(total.other) * to_smallest;
    let (shown, unit) = scale(amount * to_smallest, suits, units);
    format!("{} {unit}", signed(shown, AMOUNT_DIGITS))
}

/// Digits of a contribution.
const AMOUNT_DIGITS: usize = 3;

/// A share of the reference in per cent, with its sign.
pub(super) fn relative(relative: Option<f64>) -> String {
    relative.map(|share| format!("{} %", signed(100.0 * share, 2))).unwrap_or_default()
}

fn signed(value: f64, digits: usize) -> String {
    // What is nothing but rounding is nothing.
    const NOTHING: f64 = 1e-9;
    if value.abs() < NOTHING {
        return "0".to_owned();
    }
    let text = significant(value, digits);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// What lines of the breakdown all scenarios lack, then what one lacks beyond: one text an indicator.
pub(super) fn lower_bounds(comparison: &Comparison) -> Vec<String> {
    let mut words = Vec::new();
    for (place, first) in comparison.scenarios[0].results.iter().enumerate() {
        let covered: Vec<(&str, &ComparedResult)> = comparison
            .scenarios
            .iter()
            .map(|one| (one.label.as_str(), &one.results[place]))
            .filter(|(_, result)| result.quantiles.is_some())
            .collect();
        let in_all = |line: &&String| covered.iter().all(|(_, result)| result.missing_in.contains(line));
        let Some((_, any)) = covered.first() else { continue };
        let common: Vec<&String> = any.missing_in.iter().filter(in_all).collect();
        if !common.is_empty() {
            words.push(format!("{} without {}", first.indicator.name(), joined(&common)));
        }
        for (label, result) in &covered {
            let more: Vec<&String> = result.missing_in.iter().filter(|line| !common.contains(line)).collect();
            if !more.is_empty() {
                words.push(format!("{} of {label} alone without {}", first.indicator.name(), joined(&more)));
            }
        }
    }
    words
}

fn joined(lines: &[&String]) -> String {
    lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("; ")
}

/// What the columns and verdicts mean.
pub(super) fn legend(comparison: &Comparison) -> String {
    let CutOffs { clearly, probably } = comparison.cut_offs;
    format!(
        "All scenarios are computed with the same draws of what they share. P: share of the draws, no significance \
         level; clearly from {clearly}, probably from {probably}."
    )
}

/// By what a scenario was computed.
pub(super) fn computed(one: &Compared) -> String {
    format!("method {} {}, profiles {}", one.method, one.version, one.profiles_digest)
}
