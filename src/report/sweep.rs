//! A sweep for people and for programs.

use crate::number::significant;
use crate::report::table::Lines;
use crate::sweep::{GroupsReport, Row, Summary};

/// Digits of the results of a scenario.
const DIGITS: usize = 3;
/// Widest line.
const WIDTH: usize = 80;
/// Narrowest and widest column of what stands on an axis.
const PLACE: std::ops::RangeInclusive<usize> = 4..=28;
/// Rows of a front or of groups that are shown.
const ROWS: usize = 40;

/// Counts, the best scenarios, the front, the groups, and what each axis does.
#[must_use]
pub fn sweep_table(summary: &Summary) -> String {
    let mut out = Lines::default();
    out.text.push_str(&sweep_counts(summary));
    if let Some(top) = &summary.top {
        out.title(&format!("Lowest {}{}", top.by, medians(summary)));
        rows(summary, &top.rows, std::slice::from_ref(&top.by), &mut out);
    }
    if let Some(pareto) = &summary.pareto {
        out.title(&format!(
            "Best in {}: nothing else is as good in all and better in one{}",
            pareto.objectives.join(", "),
            medians(summary)
        ));
        rows(summary, &pareto.rows, &pareto.objectives, &mut out);
        let equal: u64 = pareto.equals.iter().sum();
        if equal > 0 {
            out.line(&format!("  {equal} more scenarios have the same values as one of these"));
        }
    }
    if let Some(report) = &summary.groups {
        groups(report, &mut out);
    }
    effects(summary, &mut out);
    out.text
}

/// How many scenarios there are, and what became of them.
#[must_use]
pub fn sweep_counts(summary: &Summary) -> String {
    let mut out = Lines::default();
    let Summary { computed, kept, excluded, infeasible, .. } = summary;
    let share = if computed < &summary.scenarios { format!(" of {}", summary.scenarios) } else { String::new() };
    let mut words = format!("{computed}{share} scenarios: {kept} kept");
    for (count, what) in [(excluded, "excluded by the condition"), (infeasible, "infeasible")] {
        if *count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    out.line(&words);
    if summary.partial {
        out.line("PARTIAL: interrupted before the end");
    }
    for reason in &summary.reasons {
        out.wrapped("  ", &format!("{}: {}", reason.places.join(", "), reason.reason));
    }
    out.text
}

fn medians(summary: &Summary) -> String {
    summary.samples.map_or_else(String::new, |samples| format!(" (medians of {samples} draws)"))
}

/// The columns shown: the measures asked for first, then as many others as there is room for.
fn shown(summary: &Summary, by: &[String], room: usize) -> Vec<usize> {
    let is_shown = |name: &String| summary.samples.is_none() || name.ends_with("_p50");
    let all: Vec<usize> = (0..summary.columns.len()).filter(|column| is_shown(&summary.columns[*column])).collect();
    let (first, others): (Vec<usize>, Vec<usize>) =
        all.iter().partition(|column| by.iter().any(|name| name == bare(summary, **column)));
    let mut left = room;
    let fits = |column: &usize| {
        let width = bare(summary, *column).chars().count().max(NUMBER) + 2;
        let fits = left >= width;
        left = if fits { left - width } else { 0 };
        fits
    };
    first.into_iter().chain(others).filter(fits).collect()
}

/// Room for one measure at least.
const NARROWEST: usize = 32;
/// Characters of a number.
const NUMBER: usize = 8;

/// The name of a column without its quantile.
fn bare(summary: &Summary, column: usize) -> &str {
    let name = &summary.columns[column];
    if summary.samples.is_some() { name.trim_end_matches("_p50") } else { name }
}

fn rows(summary: &Summary, rows: &[Row], by: &[String], out: &mut Lines) {
    if rows.is_empty() {
        return out.line("  none");
    }
    let axes: Vec<String> = summary.axes.iter().map(|axis| axis.keys.join(" + ")).collect();
    let name = |axis: &String| axis.rsplit('.').next().unwrap_or(axis).to_owned();
    let heads: Vec<String> = axes.iter().map(name).collect();
    let places: Vec<&Vec<String>> = rows.iter().map(|row| &row.places).collect();
    let widths = widths(&heads, &places);
    let room = WIDTH.saturating_sub(2 + widths.iter().map(|width| width + 2).sum::<usize>());
    let columns = shown(summary, by, room.max(NARROWEST));
    let mut head = place_cells(&heads, &widths);
    for column in &columns {
        head.push_str(&format!("  {:>NUMBER$}", bare(summary, *column)));
    }
    out.line(&format!("  {head}"));
    for row in rows.iter().take(ROWS) {
        let mut line = place_cells(&row.places, &widths);
        for column in &columns {
            let width = bare(summary, *column).chars().count().max(NUMBER);
            let value = row.values[*column].map_or_else(|| "–".to_owned(), |value| significant(value, DIGITS));
            line.push_str(&format!("  {value:>width$}"));
        }
        out.line(&format!("  {line}"));
    }
    if rows.len() > ROWS {
        out.line(&format!("  and {} more, in the formats json, csv, jsonl and parquet", rows.len() - ROWS));
    }
}

/// Widths of what stands on the axes.
fn widths(heads: &[String], places: &[&Vec<String>]) -> Vec<usize> {
    let width = |axis: usize| {
        let longest = places.iter().filter_map(|row| row.get(axis)).map(|place| place.chars().count()).max();
        longest.unwrap_or(0).max(heads[axis].chars().count()).clamp(*PLACE.start(), *PLACE.end())
    };
    (0..heads.len()).map(width).collect()
}

fn place_cells(places: &[String], widths: &[usize]) -> String {
    let cell = |(place, width): (&String, &usize)| {
        let cut: String = if place.chars().count() > *width {
            place.chars().take(width - 1).chain(std::iter::once('…')).collect()
        } else {
            place.clone()
        };
        format!("{cut:width$}")
    };
    places.iter().zip(widths).map(cell).collect::<Vec<_>>().join("  ")
}

fn groups(report: &GroupsReport, out: &mut Lines) {
    out.title(&format!("By {}: least, mean and most", report.keys.join(", ")));
    for group in report.groups.iter().take(ROWS) {
        let counts = [(group.excluded, "excluded"), (group.infeasible, "infeasible")];
        let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
        out.line(&format!("  {} ({} kept{})", group.places.join(", "), group.kept, counts.collect::<String>()));
        for (measure, numbers) in report.measures.iter().zip(&group.numbers) {
            let shown = match numbers {
                Some(numbers) => {
                    let [least, mean, most] = numbers.map(|number| significant(number, DIGITS));
                    format!("{least:>12}{mean:>12}{most:>12}")
                }
                None => format!("{:>12}", "not covered"),
            };
            out.line(&format!("    {measure:28}{shown}"));
        }
    }
    if report.groups.len() > ROWS {
        out.line(&format!("  and {} more, in the format json", report.groups.len() - ROWS));
    }
}

fn effects(summary: &Summary, out: &mut Lines) {
    for effect in &summary.effects {
        out.title(&format!("What moves {}", effect.measure));
        for (axis, share) in summary.axes.iter().zip(&effect.shares) {
            out.row(&axis.keys.join(" + "), 44, &format!("{:>5.0} %", share * 100.0));
        }
        let sum: f64 = effect.shares.iter().sum();
        let whole = summary.excluded == 0
            && summary.infeasible == 0
            && !summary.partial
            && summary.computed == summary.scenarios;
        if whole && sum <= 1.0 {
            out.row("together, beyond each alone", 44, &format!("{:>5.0} %", (1.0 - sum).abs() * 100.0));
        }
        out.wrapped(
            "  ",
            &format!(
                "Shares of the variance of the logarithm; its standard deviation: {}.{}",
                significant(effect.log_sd, 2),
                if whole { "" } else { " Scenarios are missing, so that shares of axes may overlap." },
            ),
        );
    }
}

/// Everything as JSON.
#[must_use]
pub fn sweep_json(summary: &Summary) -> String {
    serde_json::to_string_pretty(summary).map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}
