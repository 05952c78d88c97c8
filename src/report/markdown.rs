//! An estimate for documents.

use std::fmt::Write as _;

use crate::estimate::{Estimate, VarianceShare};
use crate::number::grouped;
use crate::report::rows;

/// An estimate as a Markdown document, with every input and the bibliography.
#[must_use]
pub fn markdown(estimate: &Estimate) -> String {
    let mut out = format!("# {}\n\n", estimate.scenario);
    if let Some(description) = &estimate.description {
        let _ = writeln!(out, "{}\n", description.trim());
    }
    let _ = writeln!(out, "Functional unit: {}. Volume: {} a year.\n", estimate.unit, grouped(estimate.units_per_year));
    if rows::is_rival(estimate) {
        let _ = writeln!(out, "Method: {}.\n", estimate.method_name);
    }
    indicators(estimate, &mut out);
    if let Some(banner) = rows::banner(estimate) {
        let _ = writeln!(out, "**{}**\n", cell(banner));
    }
    breakdown(estimate, &mut out);
    if let Some(sizing) = rows::sizing(estimate) {
        let _ = writeln!(out, "## Sizing\n\n{sizing}.\n");
    }
    training(estimate, &mut out);
    evidence(estimate, &mut out);
    variance(&estimate.variance_shares, &mut out);
    inputs(estimate, &mut out);
    list("Not covered", &estimate.not_covered, &mut out);
    list("Warnings", &rows::warnings(estimate), &mut out);
    sources(estimate, &mut out);
    let _ = writeln!(out, "Computed with {}.", rows::colophon(estimate));
    out
}

fn indicators(estimate: &Estimate, out: &mut String) {
    let interval = rows::interval_heading(estimate).replace(" – ", "–");
    let _ = writeln!(
        out,
        "| indicator | per {} | {interval} | per year | {interval} |\n|---|---:|---:|---:|---:|",
        cell(&estimate.unit)
    );
    for row in rows::indicators(estimate) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            row.name, row.per_unit, row.interval, row.per_year, row.per_year_interval
        );
    }
    out.push('\n');
}

/// A text that cannot break its row.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn breakdown(estimate: &Estimate, out: &mut String) {
    let _ = writeln!(
        out,
        "## Breakdown per {}\n\n| part | stage | energy | share | carbon | share |\n|---|---|---:|---:|---:|---:|",
        estimate.unit
    );
    for row in rows::breakdown(estimate) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            row.part, row.stage, row.energy, row.energy_share, row.carbon, row.carbon_share
        );
    }
    out.push('\n');
}

fn training(estimate: &Estimate, out: &mut String) {
    let rows = rows::training(estimate);
    if rows.is_empty() {
        return;
    }
    out.push_str("## Training, one run\n\n| | |\n|---|---|\n");
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out.push('\n');
}

fn evidence(estimate: &Estimate, out: &mut String) {
    let rows = rows::evidence(estimate);
    if rows.is_empty() {
        return;
    }
    out.push_str(
        "## What it rests on\n\n\
         Shares of the footprint in per cent: each line is shared out among its inputs by how much they move it. By evidence, then \
         by who said the number.\n\n\
         | indicator | given | published | assumed | given | profile | default | coverage | no figure for |\n\
         |---|---:|---:|---:|---:|---:|---:|---|---|\n",
    );
    for row in rows {
        let shares: Vec<String> = row.evidence.into_iter().chain(row.origin).collect();
        let coverage = rows::coverage(row.coverage);
        let _ = writeln!(out, "| {} | {} | {coverage} | {} |", row.name, shares.join(" | "), row.missing_in);
    }
    out.push('\n');
}

/// Which data intervals come from.
pub(super) fn variance(shares: &[VarianceShare], out: &mut String) {
    let rows = rows::variance(shares);
    if rows.is_empty() {
        return;
    }
    out.push_str("| interval of | comes from (share of the variance) |\n|---|---|\n");
    for (name, words) in rows {
        let _ = writeln!(out, "| {name} | {words} |");
    }
    out.push('\n');
}

fn inputs(estimate: &Estimate, out: &mut String) {
    out.push_str("## Inputs\n\n| key | value | 5–95 % | origin | source or reason |\n|---|---|---|---|---|\n");
    for input in &estimate.inputs {
        let interval = match (&input.low, &input.high) {
            (Some(low), Some(high)) => format!("{low} to {high}"),
            _ => String::new(),
        };
        let why = [input.profile.as_deref(), input.source.as_deref(), input.reason.as_deref()];
        let why: Vec<&str> = why.into_iter().flatten().collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            input.key,
            input.value,
            interval,
            input.origin.name(),
            why.join("; ")
        );
    }
    out.push('\n');
}

fn list(title: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {title}\n");
    for item in items {
        let _ = writeln!(out, "- {item}");
    }
    out.push('\n');
}

fn sources(estimate: &Estimate, out: &mut String) {
    out.push_str("## Sources\n\n");
    for source in &estimate.sources {
        let licence = source.licence.as_deref().map(|licence| format!(" [{licence}]")).unwrap_or_default();
        let _ = writeln!(out, "- `{}`: {}{licence}", source.key, source.citation);
    }
    out.push('\n');
}
