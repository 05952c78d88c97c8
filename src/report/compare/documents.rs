//! A comparison for documents, spreadsheets and programs.

use std::fmt::Write as _;

use crate::compare::{Against, Compared, ComparedResult, Comparison, Contributions, Probability};
use crate::number::{grouped, probability, significant};
use crate::report::compare::words;
use crate::report::csv::quoted;
use crate::report::markdown::{self, cell};

/// A comparison as JSON.
#[must_use]
pub fn compare_json(comparison: &Comparison) -> String {
    let text = serde_json::to_string_pretty(comparison);
    text.map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}

/// Columns of the CSV.
const HEADER: &str = "scenario,result,unit,p05,p50,p95,mean,ratio_p05,ratio_p50,ratio_p95,p_lower,p_lower_error,p_higher,\
                      p_higher_error,verdict,p_best,p_best_error,expected_rank,rank_p05,rank_p95,equivalence\n";

/// A comparison as CSV: one line a scenario and indicator; empty cells where there is nothing to say.
#[must_use]
pub fn compare_csv(comparison: &Comparison) -> String {
    let mut out = HEADER.to_owned();
    for one in &comparison.scenarios {
        let parity = one.against.as_ref().map_or("", |against| against.equivalence.parity.words());
        for result in &one.results {
            let cells = csv_cells(result).join(",");
            let _ = writeln!(out, "{},{},{},{cells},{parity}", quoted(&one.label), result.result, result.unit);
        }
    }
    out
}

fn csv_cells(result: &ComparedResult) -> Vec<String> {
    let chance = |chance: Option<Probability>| chance.map(|chance| [chance.share, chance.error]);
    let (own, ratio, ranks) = (result.quantiles, result.ratio, result.ranks.as_ref());
    let mut cells = numbers(own.map(|one| [one.p05, one.p50, one.p95, one.mean]));
    cells.extend(numbers(ratio.map(|one| [one.p05, one.p50, one.p95])));
    cells.extend(numbers(chance(result.lower)));
    cells.extend(numbers(chance(result.higher)));
    cells.push(result.verdict.map_or("", |verdict| verdict.words()).to_owned());
    cells.extend(numbers(chance(ranks.map(|ranks| ranks.best))));
    cells.extend(numbers(ranks.map(|ranks| [ranks.expected, ranks.p05 as f64, ranks.p95 as f64])));
    cells
}

fn numbers<const N: usize>(numbers: Option<[f64; N]>) -> Vec<String> {
    numbers.map_or_else(|| vec![String::new(); N], |numbers| numbers.map(|number| number.to_string()).to_vec())
}

/// A comparison as a Markdown document.
#[must_use]
pub fn compare_markdown(comparison: &Comparison) -> String {
    let mut out = format!("# Comparison with {}\n\n", comparison.reference);
    scenarios(comparison, &mut out);
    results(comparison, &mut out);
    ranks(comparison, &mut out);
    for one in &comparison.scenarios {
        if let Some(against) = &one.against {
            beside(one, against, comparison, &mut out);
        }
    }
    let _ = writeln!(out, "Computed with {} draws, seed {}.", comparison.samples, comparison.seed);
    out
}

fn scenarios(comparison: &Comparison, out: &mut String) {
    out.push_str("| scenario | use case | functional unit | units a year | computed with |\n|---|---|---|---:|---|\n");
    for one in &comparison.scenarios {
        let volume = grouped(one.units_per_year);
        let [label, scenario, unit] = [&one.label, &one.scenario, &one.unit].map(|text| cell(text));
        let _ = writeln!(out, "| {label} | {scenario} | {unit} | {volume} | {} |", words::computed(one));
    }
    out.push('\n');
}

fn results(comparison: &Comparison, out: &mut String) {
    let [reference, ..] = comparison.scenarios.as_slice() else { return };
    let _ = writeln!(
        out,
        "## Results per {}\n\n| indicator | scenario | median | 5–95 % | × {} | 5–95 % | P(lower) | error | verdict |\n\
         |---|---|---:|---|---:|---|---:|---:|---|",
        cell(&reference.unit),
        cell(&comparison.reference)
    );
    for (place, of_reference) in reference.results.iter().enumerate() {
        for one in &comparison.scenarios {
            let result = &one.results[place];
            let (median, interval) = words::value(result, of_reference);
            let (ratio, ratio_interval) = result.ratio.map(words::ratio).unwrap_or_default();
            let lower = result.lower.map(|lower| probability(lower.share, comparison.samples)).unwrap_or_default();
            let error = result.lower.map(|lower| significant(lower.error, 1)).unwrap_or_default();
            let verdict = result.verdict.map_or("", |verdict| verdict.words());
            let _ = writeln!(
                out,
                "| {} | {} | {median} | {interval} | {ratio} | {ratio_interval} | {lower} | {error} | {verdict} |",
                result.indicator.name(),
                cell(&one.label),
            );
        }
    }
    let _ = writeln!(out, "\n{}\n", words::legend(comparison));
    list("Lower bounds (lines without a figure)", &words::lower_bounds(comparison), out);
}

fn ranks(comparison: &Comparison, out: &mut String) {
    let ranked = comparison.scenarios.iter().flat_map(|one| {
        one.results.iter().filter_map(move |result| Some((one, result.indicator, result.ranks.as_ref()?)))
    });
    let mut ranked: Vec<_> = ranked.collect();
    if ranked.is_empty() {
        return;
    }
    ranked.sort_by_key(|(_, indicator, _)| *indicator as u8);
    out.push_str("## Ranks (1 is the lowest)\n\n| indicator | scenario | P(best) | error | expected rank | 5–95 % |\n");
    out.push_str("|---|---|---:|---:|---:|---|\n");
    for (one, indicator, ranks) in ranked {
        let (best, error) = (probability(ranks.best.share, comparison.samples), significant(ranks.best.error, 1));
        let (label, name) = (cell(&one.label), indicator.name());
        let (expected, p05, p95) = (significant(ranks.expected, 3), ranks.p05, ranks.p95);
        let _ = writeln!(out, "| {name} | {label} | {best} | {error} | {expected} | {p05} – {p95} |");
    }
    out.push('\n');
}

/// One scenario beside the reference.
fn beside(one: &Compared, against: &Against, comparison: &Comparison, out: &mut String) {
    let parity = against.equivalence.parity.words();
    let _ = writeln!(out, "## {} beside {}\n", one.label, comparison.reference);
    let _ = writeln!(out, "**Same service: {parity}** ({}).\n", cell(&against.equivalence.reasons.join("; ")));
    let sentences = one.results.iter().filter_map(|result| words::sentence(&one.label, result, comparison));
    let all: Vec<String> = against.notes.iter().cloned().chain(sentences).collect();
    all.iter().for_each(|words| out.push_str(&format!("- {words}\n")));
    out.push('\n');
    differences(one, against, comparison, out);
    contributions(&against.contributions, out);
    markdown::variance(&against.variance_shares, out);
    let warnings: Vec<String> = one.warnings.iter().map(|warning| warning.message.clone()).collect();
    list("Warnings", &warnings, out);
}

fn differences(one: &Compared, against: &Against, comparison: &Comparison, out: &mut String) {
    if against.differences.is_empty() && against.consequences.is_empty() {
        out.push_str("Nothing differs that moves a result.\n\n");
        return;
    }
    let [reference, other] = [&comparison.reference, &one.label].map(|label| cell(label));
    let _ = writeln!(out, "| what differs | {reference} | {other} | |\n|---|---|---|---|");
    let written = against.differences.iter().map(|difference| (difference, "written"));
    for (difference, why) in written.chain(against.consequences.iter().map(|difference| (difference, "follows"))) {
        let sides = [&difference.reference, &difference.other].map(|said| cell(&words::said(said.as_ref())));
        let _ = writeln!(out, "| {} | {} | {why} |", cell(&difference.key), sides.join(" | "));
    }
    out.push('\n');
}

/// What each difference contributes to every result.
fn contributions(contributions: &Contributions, out: &mut String) {
    if contributions.parts.is_empty() {
        return;
    }
    let names: Vec<&str> = contributions.totals.iter().map(|total| total.indicator.name()).collect();
    let _ = writeln!(out, "| contribution, central case | {} |", names.join(" | "));
    let _ = writeln!(out, "|---|{}", "---:|".repeat(names.len()));
    for part in &contributions.parts {
        let effects = part.effects.iter().zip(&contributions.totals);
        let cells = effects.map(|(effect, total)| {
            format!("{} ({})", words::amount(effect.amount, total), words::relative(effect.relative))
        });
        let _ = writeln!(out, "| {} | {} |", cell(&part.label), cells.collect::<Vec<_>>().join(" | "));
    }
    let changes = contributions.totals.iter().map(|total| words::amount(total.other - total.reference, total));
    let _ = writeln!(out, "| together | {} |\n", changes.collect::<Vec<_>>().join(" | "));
    contributions.notes.iter().for_each(|note| out.push_str(&format!("{}\n\n", cell(note))));
}

fn list(title: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:\n");
    items.iter().for_each(|item| out.push_str(&format!("- {item}\n")));
    out.push('\n');
}
