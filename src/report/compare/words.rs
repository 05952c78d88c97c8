//! What table and document say of a comparison in the same words.

use crate::compare::{Compared, ComparedResult, Comparison, CutOffs, Difference, Probability, Said, Standing, Total};
use crate::number::{digits_within, probability, scale, significant, supported_digits};
use crate::report::rows::{in_unit_of, units};
use crate::scenario::Origin;
use crate::uncertainty::{QuantileErrors, Quantiles};

/// Factor below which a difference is told in per cent, where its whole interval is.
const FACTOR: f64 = 1.1;
/// Digits of a ratio without spread; and of any ratio at most, however narrow its interval.
const RATIO_DIGITS: usize = 4;
const MOST_DIGITS: i64 = 6;
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

/// Median and interval of a ratio, with the decimals that its interval tells apart and the draws support.
pub(super) fn ratio(ratio: Quantiles) -> (String, String) {
    let width = ratio.p95 - ratio.p05;
    if width <= 0.0 {
        return interval_text(ratio, |_| RATIO_DIGITS);
    }
    let decimals = 1 - order_of_magnitude(width);
    let least = supported_digits(ratio.p05, ratio.p95) as i64;
    interval_text(ratio, |value| (decimals + order_of_magnitude(value) + 1).clamp(least, MOST_DIGITS) as usize)
}

fn order_of_magnitude(value: f64) -> i64 {
    if value > 0.0 { value.log10().floor() as i64 } else { 0 }
}

/// Median and interval with at most the digits told for each, and no more than the draws support.
fn interval_text(quantiles: Quantiles, most: impl Fn(f64) -> usize) -> (String, String) {
    let Quantiles { p05, p50, p95, error, .. } = quantiles;
    let errors = error.map_or([0.0; 3], |error| [error.p05, error.p50, error.p95]);
    let text = |value: f64, error: f64| significant(value, digits_within(value, error, most(value)));
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
        // What is told as a ratio: a difference that is not clear, and nothing beside something.
        (_, Some(ratio)) if verdict == Standing::NoClearDifference || ratio.p05 <= 0.0 => {
            let (median, interval) = self::ratio(ratio);
            let interval = if interval.is_empty() { interval } else { format!(" ({interval})") };
            format!("{indicator}: {label} is {median}x{interval} {reference}, {direction} it with {chance}.")
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
    let is_small = factor.p05 > 1.0 / FACTOR && factor.p95 < FACTOR;
    let (shown, unit) = match (is_small, is_lower) {
        (false, _) => (factor, "x"),
        (true, true) => (turned(ratio, |x| PERCENT * (1.0 - x), |_| PERCENT), " %"),
        (true, false) => (turned(ratio.scaled(-1.0), |x| PERCENT * (-x - 1.0), |_| PERCENT), " %"),
    };
    let digits = supported_digits(shown.p05, shown.p95);
    let (median, interval) = interval_text(shown, |_| digits);
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

/// Differences, one text each; what is written in one scenario alone goes together by table.
pub(super) fn differences(differences: &[Difference]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let alone = |one: &Difference| one.reference.is_none() || one.other.is_none();
    for group in differences.chunk_by(|a, b| {
        alone(a) && alone(b) && a.reference.is_none() == b.reference.is_none() && table(&a.key) == table(&b.key)
    }) {
        match group {
            [one] => texts.push(difference(one)),
            several => texts.push(of_table(several)),
        }
    }
    texts
}

/// A difference in one line.
fn difference(difference: &Difference) -> String {
    let Difference { key, reference, other } = difference;
    format!("{key}: {} → {}", said(reference.as_ref()), said(other.as_ref()))
}

/// Several keys of one table that only one scenario has.
fn of_table(several: &[Difference]) -> String {
    let table = several.first().map_or("", |first| table(&first.key));
    let value = |one: &Difference| {
        let name = one.key.get(table.len() + 1..).unwrap_or_default().to_owned();
        format!("{name} = {}", said(one.reference.as_ref().or(one.other.as_ref())))
    };
    let values = several.iter().map(value).collect::<Vec<_>>().join(", ");
    let is_new = several.iter().all(|one| one.reference.is_none());
    if is_new { format!("{table}: – → {values}") } else { format!("{table}: {values} → –") }
}

/// The table of a key: `steps.NAME`, or the first part.
fn table(key: &str) -> &str {
    let parts = if key.starts_with("steps.") { 2 } else { 1 };
    let end = key.match_indices('.').nth(parts - 1).map_or(key.len(), |(place, _)| place);
    &key[..end]
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
    let largest = total.reference.max(total.other) * to_smallest;
    let (whole, unit) = scale(largest, largest, units);
    let decimals = (TOTAL_DIGITS - 1 - order_of_magnitude(whole)).max(0) as usize;
    format!("{} {unit}", signed(scale(amount * to_smallest, largest, units).0, decimals))
}

/// Digits of a total in whose last one contributions are shown.
const TOTAL_DIGITS: i64 = 4;

/// A share of the reference in per cent, with its sign.
pub(super) fn relative(relative: Option<f64>) -> String {
    const LARGE: f64 = 10.0;
    let percent = relative.map(|share| 100.0 * share);
    percent.map(|percent| format!("{} %", signed(percent, usize::from(percent.abs() < LARGE)))).unwrap_or_default()
}

fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{value:+.decimals$}");
    if text.parse() == Ok(0.0) { "0".to_owned() } else { text }
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
        for (labels, more) in beyond(&covered, &common) {
            words.push(format!("{} of {labels} without {more}", first.indicator.name()));
        }
    }
    words
}

/// What scenarios lack beyond what all lack, those that lack the same together.
fn beyond(covered: &[(&str, &ComparedResult)], common: &[&String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (label, result) in covered {
        let more: Vec<&String> = result.missing_in.iter().filter(|line| !common.contains(line)).collect();
        match found.iter_mut().find(|(_, lines)| *lines == joined(&more)) {
            Some((labels, _)) => labels.push_str(&format!(", {label}")),
            None if more.is_empty() => {}
            None => found.push(((*label).to_owned(), joined(&more))),
        }
    }
    found
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
