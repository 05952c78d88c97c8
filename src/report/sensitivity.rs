//! A sensitivity, one pure renderer per format.

use std::fmt::Write as _;

use crate::number::significant;
use crate::report::check::shown;
use crate::report::markdown::cell;
use crate::report::table::Lines;
use crate::sensitivity::{Index, Influence, Interval, NextDatum, Sensitivity, SobolReport};
use crate::uncertainty::Quantiles;

/// Share, or index, below which a terminal shows only how many there are.
const SHOWN_SHARE: f64 = 0.005;
/// How far a datum must move the result between its ends for a terminal to show it without a share.
const SHOWN_MOVE: f64 = 0.1;
/// Ratio of the two standard deviations, either way, beyond which derivatives do not tell the whole.
const DISAGREEMENT: f64 = 1.2;
/// Digits of a share, a slope, or an interval to come.
const DIGITS: usize = 2;
/// Digits of a result at one end of an input.
const END_DIGITS: usize = 3;

/// A sensitivity for a terminal of 80 columns.
#[must_use]
pub fn sensitivity_table(sensitivity: &Sensitivity) -> String {
    let mut out = Lines::default();
    out.line(&title(sensitivity));
    out.line(&heading(sensitivity));
    influences(sensitivity, &mut out);
    next(sensitivity, &mut out);
    if let Some(report) = &sensitivity.sobol {
        sobol(report, &mut out);
    }
    out.title(&colophon(sensitivity));
    out.text
}

fn title(sensitivity: &Sensitivity) -> String {
    let scenario = &sensitivity.scenario;
    sensitivity.against.as_ref().map_or_else(|| scenario.clone(), |other| format!("{scenario}, over {other}"))
}

fn heading(sensitivity: &Sensitivity) -> String {
    let (median, interval) = shown(sensitivity.quantiles);
    let Sensitivity { result, result_unit, per, .. } = sensitivity;
    let value = format!("{median} {result_unit} {per}");
    let interval = if interval.is_empty() { "no spread".to_owned() } else { format!("5 – 95 % {interval}") };
    format!("{result}: {}, {interval}", value.trim_end())
}

fn colophon(sensitivity: &Sensitivity) -> String {
    let Sensitivity { version, samples, seed, profiles_digest, .. } = sensitivity;
    format!("econome {version}, {samples} draws, seed {seed}, profiles {profiles_digest}")
}

fn influences(sensitivity: &Sensitivity, out: &mut Lines) {
    out.title(&format!("{:44}{:>6}{:>11}  {}", "What moves it", "share", "elasticity", "at 5 % – at 95 %"));
    let (shown, rest): (Vec<&Influence>, Vec<&Influence>) =
        sensitivity.influences.iter().partition(|influence| matters(influence));
    for influence in shown {
        let (share, elasticity) = (percent(influence.share), significant(influence.elasticity, DIGITS));
        out.row(&key(&influence.keys), 42, &format!("{share:>6}{elasticity:>11}  {}", ends(influence)));
    }
    if !rest.is_empty() {
        let share: f64 = rest.iter().map(|influence| influence.share).sum();
        out.row(&format!("{} others", rest.len()), 42, &format!("{:>6}", percent(share)));
    }
    out.wrapped("  ", &deviations(sensitivity));
}

/// Whether a terminal shows it: it has a share, or moves the result between its ends.
fn matters(influence: &Influence) -> bool {
    let moves = (influence.at_high / influence.at_low - 1.0).abs();
    influence.share >= SHOWN_SHARE || moves >= SHOWN_MOVE
}

/// How well the closed form agrees with the draws.
fn deviations(sensitivity: &Sensitivity) -> String {
    let Sensitivity { log_sd, log_sd_drawn, .. } = *sensitivity;
    let mut words = format!(
        "Shares of the variance of the logarithm; its standard deviation: {} by derivatives",
        significant(log_sd, DIGITS)
    );
    if let Some(drawn) = log_sd_drawn {
        let _ = write!(words, ", {} over the draws", significant(drawn, DIGITS));
    }
    words.push('.');
    if log_sd_drawn.is_some_and(|drawn| drawn > DISAGREEMENT * log_sd || log_sd > DISAGREEMENT * drawn) {
        words.push_str(" They differ: derivatives do not see thresholds, such as whole replicas. Trust the ends, ");
        words.push_str("the data below, and Sobol' indices.");
    }
    words
}

/// The first key, and how many more there are.
fn key(keys: &[String]) -> String {
    match keys {
        [] => String::new(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first} (+{})", more.len()),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn ends(influence: &Influence) -> String {
    let [low, high] = [influence.at_low, influence.at_high].map(|end| significant(end, END_DIGITS));
    format!("{low} – {high}")
}

fn next(sensitivity: &Sensitivity, out: &mut Lines) {
    if sensitivity.next.is_empty() {
        return;
    }
    out.title(&format!("{:38} {:>17} {:>17}{:>6}", "Data to obtain next", "5 – 95 % then", "with all above", "width"));
    for datum in &sensitivity.next {
        let [known, all, width] = next_cells(datum);
        out.row(&datum.key, 36, &format!(" {known:>17} {all:>17}{width:>6}"));
    }
    out.wrapped("  ", "Were the datum known, and its median. Width: factor between the ends, over that of now.");
    if sensitivity.next.iter().any(|datum| datum.key.contains("model_error")) {
        out.wrapped("  ", "model_error is the error of the method: a measurement of the service stands in for it.");
    }
}

fn next_cells(datum: &NextDatum) -> [String; 3] {
    [interval(datum.if_known), interval(datum.if_all_known), percent(datum.narrowing)]
}

/// An interval that fits its column; what has none any more is its median.
fn interval(quantiles: Quantiles) -> String {
    let text = |value: f64| significant(value, DIGITS);
    let Quantiles { p05, p50, p95, .. } = quantiles;
    if p05 == p95 { text(p50) } else { format!("{} – {}", text(p05), text(p95)) }
}

fn sobol(report: &SobolReport, out: &mut Lines) {
    out.title(&format!("{:40}{:>20}{:>20}", sobol_title(report), "first order", "total order"));
    for index in report.indices.iter().take_while(|index| index.total >= SHOWN_SHARE) {
        let [first, total] = sobol_cells(index);
        out.row(&index.key, 38, &format!("{first:>20}{total:>20}"));
    }
    out.wrapped(
        "  ",
        &format!("First orders add up to {}; intervals 5 – 95 %.", significant(report.sum_of_first, DIGITS)),
    );
}

fn sobol_title(report: &SobolReport) -> &'static str {
    if report.of_logarithm { "Sobol' indices of the logarithm" } else { "Sobol' indices of the result" }
}

fn sobol_cells(index: &Index) -> [String; 2] {
    let text = |value: f64, interval: Interval| format!("{value:.2} ({:.2} – {:.2})", interval.low, interval.high);
    [text(index.first, index.first_interval), text(index.total, index.total_interval)]
}

/// A sensitivity as JSON.
#[must_use]
pub fn sensitivity_json(sensitivity: &Sensitivity) -> String {
    let text = serde_json::to_string_pretty(sensitivity);
    text.map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}

/// A sensitivity as CSV: one line a datum, that with the largest share first.
#[must_use]
pub fn sensitivity_csv(sensitivity: &Sensitivity) -> String {
    let mut out = "result,key,share,elasticity,log_sd,at_p05,at_p95,narrowing,sobol_first,sobol_total\n".to_owned();
    for influence in &sensitivity.influences {
        let key = influence.keys.first().map_or("", String::as_str);
        let datum = sensitivity.next.iter().find(|datum| datum.key == key);
        let narrowing = datum.map(|datum| datum.narrowing.to_string()).unwrap_or_default();
        let index = sensitivity.sobol.as_ref().and_then(|report| report.indices.iter().find(|index| index.key == key));
        let sobol = index.map_or_else(|| ",".to_owned(), |index| format!("{},{}", index.first, index.total));
        let Influence { share, elasticity, log_sd, at_low, at_high, .. } = influence;
        let result = &sensitivity.result;
        let _ = writeln!(out, "{result},{key},{share},{elasticity},{log_sd},{at_low},{at_high},{narrowing},{sobol}");
    }
    out
}

/// A sensitivity as a Markdown document.
#[must_use]
pub fn sensitivity_markdown(sensitivity: &Sensitivity) -> String {
    let mut out = format!("# {}\n\n{}.\n\n", title(sensitivity), heading(sensitivity));
    out.push_str(
        "## What moves it\n\n\
         | input | value | 5–95 % | evidence | share | elasticity | result at 5 % – at 95 % |\n\
         |---|---|---|---|---:|---:|---|\n",
    );
    for influence in &sensitivity.influences {
        let Influence { keys, value, low, high, evidence, share, elasticity, .. } = influence;
        let (share, elasticity) = (percent(*share), significant(*elasticity, DIGITS));
        let keys = cell(&keys.join(", "));
        let (evidence, ends) = (evidence.name(), ends(influence));
        let _ = writeln!(out, "| {keys} | {value} | {low} to {high} | {evidence} | {share} | {elasticity} | {ends} |");
    }
    let _ = writeln!(out, "\n{}\n", deviations(sensitivity));
    if !sensitivity.next.is_empty() {
        out.push_str(
            "## Data to obtain next\n\n| datum | 5–95 % then | with all above | width |\n|---|---|---|---:|\n",
        );
        for datum in &sensitivity.next {
            let _ = writeln!(out, "| {} | {} |", datum.key, next_cells(datum).join(" | "));
        }
        out.push('\n');
    }
    if let Some(report) = &sensitivity.sobol {
        let _ = writeln!(out, "## {}\n\n| datum | first order | total order |\n|---|---|---|", sobol_title(report));
        for index in &report.indices {
            let _ = writeln!(out, "| {} | {} |", index.key, sobol_cells(index).join(" | "));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "Computed with {}.", colophon(sensitivity));
    out
}
