//! Limits and what becomes of them, for people and for programs.

use crate::estimate::{Check, LimitReport, Verdict};
use crate::number::{digits_within, probability, significant, supported_digits};
use crate::report::table::Lines;
use crate::uncertainty::Quantiles;

/// One line a limit, then what the probabilities mean.
#[must_use]
pub fn check_table(check: &Check) -> String {
    let mut out = Lines::default();
    out.line(&check.scenario);
    out.title(&format!("{:28}{:>10}  {:18}{:>11}  {}", "limit", "median", "5 – 95 %", "P(kept)", "verdict"));
    for limit in &check.limits {
        out.line(&line(limit, check.samples));
        if limit.verdict == Verdict::NotCovered {
            out.wrapped("    ", "no figure covers it: the limit is not shown to be kept");
        } else if !limit.missing_in.is_empty() {
            out.wrapped("    ", &format!("without {}", limit.missing_in.join("; ")));
        }
    }
    let verdict = if check.holds { "kept" } else { "not kept" };
    out.title(&format!("Limits {verdict} with a probability of {} each.", check.confidence));
    let Check { version, samples, seed, profiles_digest, .. } = check;
    out.line(&format!("econome {version}, {samples} draws, seed {seed}, profiles {profiles_digest}"));
    out.text
}

fn line(limit: &LimitReport, draws: usize) -> String {
    let name = format!("{} <= {}", limit.result, significant(limit.at_most, LIMIT_DIGITS));
    let (median, interval) = limit.quantiles.map_or_else(Default::default, shown);
    let probability = limit.probability.map(|share| probability(share, draws)).unwrap_or_default();
    format!("{name:28}{median:>10}  {interval:18}{probability:>11}  {}", limit.verdict.words())
}

/// Digits of a limit.
const LIMIT_DIGITS: usize = 6;

/// Median and interval as text, without unit.
pub(super) fn shown(quantiles: Quantiles) -> (String, String) {
    let most = supported_digits(quantiles.p05, quantiles.p95);
    let error = quantiles.error.map_or([0.0; 3], |error| [error.p05, error.p50, error.p95]);
    let text = |value: f64, error: f64| significant(value, digits_within(value, error, most));
    let interval = format!("{} – {}", text(quantiles.p05, error[0]), text(quantiles.p95, error[2]));
    (text(quantiles.p50, error[1]), if quantiles.p05 == quantiles.p95 { String::new() } else { interval })
}

/// Limits as JSON.
#[must_use]
pub fn check_json(check: &Check) -> String {
    serde_json::to_string_pretty(check).map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}
