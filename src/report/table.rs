//! An estimate for a terminal.

use crate::estimate::{Coverage, Estimate, InputReport, VarianceShare};
use crate::number::grouped;
use crate::report::rows;
use crate::scenario::{Origin, follows};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// An estimate for a terminal of 80 columns.
#[must_use]
pub fn table(estimate: &Estimate) -> String {
    let mut out = Lines::default();
    out.line(&estimate.scenario);
    out.line(&format!("{} × {} a year", grouped(estimate.units_per_year), estimate.unit));
    if rows::is_rival(estimate) {
        out.wrapped("", &format!("Method: {}", estimate.method_name));
    }
    indicators(estimate, &mut out);
    if let Some(banner) = rows::banner(estimate) {
        out.wrapped("", banner);
    }
    breakdown(estimate, &mut out);
    if let Some(sizing) = rows::sizing(estimate) {
        out.title("Sizing");
        out.wrapped("  ", &sizing);
    }
    training(estimate, &mut out);
    evidence(estimate, &mut out);
    variance(INTERVALS_FROM, &estimate.variance_shares, &mut out);
    assumed(estimate, &mut out);
    list("Not covered (not zero: no figure)", &estimate.not_covered, &mut out);
    list("Warnings", &rows::warnings(estimate), &mut out);
    sources(estimate, &mut out);
    out.text
}

/// A text that grows line by line.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) text: String,
}

impl Lines {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn title(&mut self, title: &str) {
        self.line("");
        self.line(title);
    }

    /// A row whose key stands on a line of its own where it is too long for its column.
    pub(super) fn row(&mut self, key: &str, width: usize, rest: &str) {
        if key.chars().count() > width {
            self.line(&format!("  {key}"));
            self.line(&format!("  {:width$}{rest}", ""));
        } else {
            self.line(&format!("  {key:width$}{rest}"));
        }
    }

    /// Words broken at the width of the terminal, every line after the first set in.
    pub(super) fn wrapped(&mut self, indent: &str, text: &str) {
        let mut line = indent.to_owned();
        let mut empty = true;
        for word in text.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = format!("{}  ", " ".repeat(indent.chars().count()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.line(&line);
    }
}

fn indicators(estimate: &Estimate, out: &mut Lines) {
    let interval = rows::interval_heading(estimate);
    out.title(&format!(
        "{:18}{:>15}  {:<17}{:>13}  {}",
        "",
        format!("per {}", short(&estimate.unit)),
        interval,
        "per year",
        interval
    ));
    for row in rows::indicators(estimate) {
        out.line(&format!(
            "{:18}{:>15}  {:<17}{:>13}  {}",
            row.name, row.per_unit, row.interval, row.per_year, row.per_year_interval
        ));
    }
}

/// A unit's name that fits the heading of its column.
pub(super) fn short(unit: &str) -> &str {
    const LONGEST: usize = 11;
    if unit.chars().count() <= LONGEST { unit } else { "unit" }
}

fn breakdown(estimate: &Estimate, out: &mut Lines) {
    out.title(&format!(
        "{:28}{:>14}{:>8}{:>18}{:>8}",
        format!("Breakdown per {}", short(&estimate.unit)),
        "energy",
        "",
        "carbon",
        ""
    ));
    for row in rows::breakdown(estimate) {
        let name = format!("{}, {}", row.part, row.stage);
        out.line(&format!(
            "  {name:26}{:>14}{:>8}{:>18}{:>8}",
            row.energy, row.energy_share, row.carbon, row.carbon_share
        ));
    }
}

fn training(estimate: &Estimate, out: &mut Lines) {
    let rows = rows::training(estimate);
    if rows.is_empty() {
        return;
    }
    out.title("Training, one run (kept apart from use)");
    for (name, value) in rows {
        out.line(&format!("  {name:44}{value}"));
    }
}

/// What each indicator rests on, and which have gaps.
fn evidence(estimate: &Estimate, out: &mut Lines) {
    let rows = rows::evidence(estimate);
    if rows.is_empty() {
        return;
    }
    out.title("Rests on what is given, on published figures, on assumptions (%)");
    let covered = rows.iter().filter(|row| row.coverage != Coverage::Nothing);
    let shares: Vec<String> = covered.map(|row| format!("{} {}", row.name, row.evidence.join("/"))).collect();
    out.wrapped("  ", &shares.join("; "));
    for (words, coverage) in [("Lower bounds, lines missing", Coverage::Part), ("No figure at all", Coverage::Nothing)]
    {
        let names: Vec<&str> = rows.iter().filter(|row| row.coverage == coverage).map(|row| row.name).collect();
        if !names.is_empty() {
            out.wrapped("  ", &format!("{words}: {}", names.join(", ")));
        }
    }
}

/// What names the data that intervals come from.
const INTERVALS_FROM: &str = "Intervals come from (econome sensitivity tells what to obtain next)";

/// Which data the intervals come from.
pub(super) fn variance(title: &str, shares: &[VarianceShare], out: &mut Lines) {
    let rows = rows::variance(shares);
    if rows.is_empty() {
        return;
    }
    out.title(title);
    for (name, words) in rows {
        out.wrapped("  ", &format!("{name}: {words}"));
    }
}

/// Choices and numbers that nobody gave.
fn assumed(estimate: &Estimate, out: &mut Lines) {
    let assumed: Vec<&InputReport> =
        estimate.inputs.iter().filter(|input| input.origin == Origin::Default && !follows(&input.key)).collect();
    if assumed.is_empty() {
        return;
    }
    out.title(if rows::is_rival(estimate) {
        "Constants of the method, and assumptions"
    } else {
        "Assumed (set any of these with --set KEY=VALUE)"
    });
    for input in assumed {
        let reason = input.reason.as_deref().map(|reason| format!("  ({reason})")).unwrap_or_default();
        out.wrapped("  ", &format!("{} = {}{reason}", input.key, input.value));
    }
}

fn list(title: &str, items: &[String], out: &mut Lines) {
    if items.is_empty() {
        return;
    }
    out.title(title);
    for item in items {
        out.wrapped("  ", &format!("- {item}"));
    }
}

fn sources(estimate: &Estimate, out: &mut Lines) {
    out.title("Sources");
    let keys: Vec<&str> = estimate.sources.iter().map(|source| source.key.as_str()).collect();
    out.wrapped("  ", &keys.join(", "));
    if rows::is_rival(estimate) {
        out.wrapped("  ", "In full, with every input: --format markdown.");
    } else {
        out.wrapped("  ", "In full: --format markdown; every formula with its numbers: econome explain.");
    }
    out.title(&rows::colophon(estimate));
}
