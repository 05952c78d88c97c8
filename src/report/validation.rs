//! Published cases beside what is computed: for terminals, documents, spreadsheets and programs.

use std::fmt::Write as _;

use crate::number::{scale, significant};
use crate::report::csv::quoted;
use crate::report::markdown::cell;
use crate::report::rows::{ABIOTIC, CARBON, COST, ENERGY, PRIMARY, WATER};
use crate::validation::{Comparison, Summary, Validation};

/// Columns of a terminal.
const WIDTH: usize = 80;
/// Units of accelerator time.
const HOURS: &[&str] = &["h", "kh", "Mh"];

/// How much of a validation a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The scores.
    Scores,
    /// The scores and every case.
    Cases,
}

/// Scores, and every case where asked for, for a terminal of 80 columns.
#[must_use]
pub fn validation_table(validation: &Validation, detail: Detail) -> String {
    let mut out = format!(
        "{:15}{:13}{:9}{:>3}{:>6}{:>6}{:>7}{:>6}{:>5}{:>5}{:>5}\n",
        "task", "quantity", "set", "n", "MdAPE", "MAPE", "bias", "R2", "30%", "x2", "90%"
    );
    for row in &validation.summary {
        let [cases, mdape, mape, bias, r2, near, double, covered] = score_cells(row);
        let names = format!("{:15}{:13}{:9}", row.task, short(&row.quantity), row.set.name());
        let scores = format!("{mdape:>6}{mape:>6}{bias:>7}{r2:>6}{near:>5}{double:>5}{covered:>5}");
        let _ = writeln!(out, "{}", format!("{names}{cases:>3}{scores}").trim_end());
    }
    if detail == Detail::Cases {
        cases_for_terminal(validation, &mut out);
    }
    out.push('\n');
    let left = validation.cases.iter().filter(|case| case.predicted.is_none()).count();
    let legend = format!(
        "Errors in per cent of the published figure: MdAPE median, MAPE mean, bias median with sign. R2 of logarithms. \
         30%, x2: share of cases within. 90%: share held by the 90 % interval. {} cases, {left} listed without being \
         compared; {} draws, seed {}.",
        validation.cases.len(),
        validation.samples,
        validation.seed
    );
    wrapped("", &legend, &mut out);
    out
}

fn cases_for_terminal(validation: &Validation, out: &mut String) {
    for (task, cases) in by_task(validation) {
        let (compared, left): (Vec<&Comparison>, Vec<&Comparison>) =
            cases.into_iter().partition(|case| case.predicted.is_some());
        if !compared.is_empty() {
            let heading = ["published", "computed", "5 – 95 %", "ratio"];
            let [published, computed, interval, ratio] = heading;
            let _ = writeln!(out, "\n{task:34} {published:>10} {computed:>8} {interval:>14} {ratio:>6}");
        }
        for case in compared {
            let cells = Cells::of(case);
            let mark = inside(case, "in", "out");
            let Cells { published, computed, interval, ratio, .. } = &cells;
            let line = format!("{:34} {published:>10} {computed:>8} {interval:>14} {ratio:>6} {mark:>3}", case.case);
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if !left.is_empty() {
            let _ = writeln!(out, "\n{task}: not compared");
        }
        for case in left {
            let words = format!("{}, {}: {}", case.case, Cells::of(case).published, why(case));
            wrapped("  ", &words, out);
        }
    }
}

/// Words broken at the width of the terminal; lines after the first begin with `indent`.
fn wrapped(indent: &str, text: &str, out: &mut String) {
    let mut width = 0;
    for (index, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if index > 0 && width + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(indent);
            width = indent.len();
        } else if index > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}

/// Whether the interval holds the figure, in words; empty where there is no interval.
fn inside<'w>(case: &Comparison, yes: &'w str, no: &'w str) -> &'w str {
    match case.inside {
        Some(true) => yes,
        Some(false) => no,
        None => "",
    }
}

/// The scores and every case, as a section of a document.
#[must_use]
pub fn validation_markdown(validation: &Validation) -> String {
    let mut out = "## Scores\n\n\
                   | task | quantity | set | cases | MdAPE | MAPE | bias | R² (log) | in ±30 % | in ×2 | 90 % interval holds |\n\
                   |---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for row in &validation.summary {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            row.task,
            short(&row.quantity),
            row.set.name(),
            score_cells(row).join(" | ")
        );
    }
    for (task, cases) in by_task(validation) {
        let (compared, left): (Vec<&Comparison>, Vec<&Comparison>) =
            cases.into_iter().partition(|case| case.predicted.is_some());
        let _ = writeln!(out, "\n## Cases: {task}");
        compared_cases(&compared, &mut out);
        notes(&compared, &mut out);
        left_cases(&left, &mut out);
    }
    let (samples, seed) = (validation.samples, validation.seed);
    let _ = writeln!(out, "\nComputed with {samples} draws, seed {seed}.");
    out
}

fn compared_cases(cases: &[&Comparison], out: &mut String) {
    if cases.is_empty() {
        return;
    }
    out.push_str(
        "\n| case | quantity | published | computed | 5–95 % | inside | ratio | set | basis | source |\n\
         |---|---|--:|--:|--:|---|--:|---|---|---|\n",
    );
    for case in cases {
        let cells = Cells::of(case);
        let inside = inside(case, "yes", "**no**");
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {inside} | {} | {} | {} | {} |",
            case.case,
            short(&case.quantity),
            cells.published_with_range(),
            cells.computed,
            cells.interval,
            cells.ratio,
            case.set().name(),
            case.basis.name().replace('_', " "),
            case.source
        );
    }
}

/// Scopes and notes, each with the cases that share it.
fn notes(cases: &[&Comparison], out: &mut String) {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for case in cases {
        let words = [case.scope.as_str(), case.note.as_str()].into_iter().filter(|words| !words.is_empty());
        let text = words.collect::<Vec<_>>().join("; ");
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(&case.case),
            None => groups.push((text, vec![&case.case])),
        }
    }
    out.push('\n');
    for (text, names) in groups.iter().filter(|(text, _)| !text.is_empty()) {
        let _ = match names.as_slice() {
            [one] => writeln!(out, "- {one}: {}", cell(text)),
            [first, .., last] if names.len() > 4 => {
                writeln!(out, "- {first} … {last} ({} cases): {}", names.len(), cell(text))
            }
            several => writeln!(out, "- {}: {}", several.join(", "), cell(text)),
        };
    }
}

fn left_cases(cases: &[&Comparison], out: &mut String) {
    if cases.is_empty() {
        return;
    }
    out.push_str(
        "\nNot compared:\n\n| case | quantity | published | scope | why | source |\n|---|---|--:|---|---|---|\n",
    );
    for case in cases {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            case.case,
            short(&case.quantity),
            Cells::of(case).published_with_range(),
            cell(&case.scope),
            cell(why(case)),
            case.source
        );
    }
}

/// Every case as CSV, in the units of the quantities' names.
#[must_use]
pub fn validation_csv(validation: &Validation) -> String {
    let mut out = "case,task,quantity,published,published_low,published_high,p05,p50,p95,inside,ratio,basis,\
                   calibration,scope,source,note,error\n"
        .to_owned();
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for case in &validation.cases {
        let predicted = case.predicted.map(|q| [q.p05, q.p50, q.p95].map(Some)).unwrap_or_default();
        let [p05, p50, p95] = predicted.map(number);
        let cells = [
            case.case.clone(),
            case.task.clone(),
            case.quantity.clone(),
            case.published.to_string(),
            number(case.published_low),
            number(case.published_high),
            p05,
            p50,
            p95,
            case.inside.map(|inside| inside.to_string()).unwrap_or_default(),
            number(case.ratio),
            case.basis.name().to_owned(),
            case.calibration.name().to_owned(),
            quoted(&case.scope),
            case.source.clone(),
            quoted(&case.note),
            quoted(case.error.as_deref().unwrap_or_default()),
        ];
        let _ = writeln!(out, "{}", cells.join(","));
    }
    out
}

/// Scores and cases as JSON.
#[must_use]
pub fn validation_json(validation: &Validation) -> String {
    serde_json::to_string_pretty(validation)
        .map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}

fn by_task(validation: &Validation) -> Vec<(&str, Vec<&Comparison>)> {
    let mut tasks: Vec<(&str, Vec<&Comparison>)> = Vec::new();
    for case in &validation.cases {
        match tasks.last_mut() {
            Some((task, cases)) if *task == case.task => cases.push(case),
            _ => tasks.push((&case.task, vec![case])),
        }
    }
    tasks
}

/// Why a case is not compared: the error, or what its note says.
fn why(case: &Comparison) -> &str {
    case.error.as_deref().unwrap_or(&case.note)
}

/// A case in words and numbers, all in the unit that suits the published figure.
struct Cells {
    published: String,
    range: String,
    computed: String,
    interval: String,
    ratio: String,
}

impl Cells {
    fn of(case: &Comparison) -> Self {
        let (units, factor) = units(&case.quantity);
        let shown = |value: f64| scale(value * factor, case.published * factor, units);
        let digits = |value: f64, digits: usize| significant(shown(value).0, digits);
        let (published, unit) = shown(case.published);
        let predicted = case.predicted;
        Self {
            published: format!("{} {unit}", significant(published, 3)),
            range: match (case.published_low, case.published_high) {
                (Some(low), Some(high)) => format!(" ({} – {})", digits(low, 3), digits(high, 3)),
                _ => String::new(),
            },
            computed: predicted.map(|predicted| digits(predicted.p50, 3)).unwrap_or_default(),
            interval: predicted
                .filter(|predicted| predicted.p05 < predicted.p95)
                .map(|predicted| format!("{} – {}", digits(predicted.p05, 2), digits(predicted.p95, 2)))
                .unwrap_or_default(),
            ratio: case.ratio.map(|ratio| significant(ratio, if ratio < 1.0 { 2 } else { 3 })).unwrap_or_default(),
        }
    }

    fn published_with_range(&self) -> String {
        format!("{}{}", self.published, self.range)
    }
}

/// Units of a quantity, and the factor to the smallest of them.
fn units(quantity: &str) -> (&'static [&'static str], f64) {
    match quantity {
        "training_accelerator_hours" => (HOURS, 1.0),
        "training_energy_kwh" => (ENERGY, 1e12),
        "training_carbon_kg" => (CARBON, 1e12),
        "carbon_g" => (CARBON, 1e9),
        "water_l" => (WATER, 1e9),
        "primary_energy_mj" => (PRIMARY, 1e9),
        "abiotic_kgsbeq" => (ABIOTIC, 1e15),
        "cost_eur" => (COST, 1e9),
        _ => (ENERGY, 1e9),
    }
}

/// A quantity in one or two words.
fn short(quantity: &str) -> &str {
    match quantity {
        "accelerators_energy_wh" => "accelerators",
        "host_energy_wh" => "host",
        "idle_energy_wh" => "idle",
        "cooling_energy_wh" => "cooling",
        "training_accelerator_hours" => "hours",
        "carbon_g" | "training_carbon_kg" => "carbon",
        "water_l" => "water",
        "primary_energy_mj" => "primary",
        "abiotic_kgsbeq" => "abiotic",
        "cost_eur" => "cost",
        _ => "energy",
    }
}

/// Number of cases and scores, as text.
fn score_cells(row: &Summary) -> [String; 8] {
    let percent = |value: f64| format!("{:.0}", 100.0 * value);
    let tenths = |value: f64| {
        let value = 100.0 * value;
        if value.abs() < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
    };
    let bias = tenths(row.bias);
    [
        row.cases.to_string(),
        tenths(row.mdape),
        tenths(row.mape),
        if bias.starts_with('-') { bias } else { format!("+{bias}") },
        row.r2_log.map(|r2| if r2 < -9.0 { "<-9".to_owned() } else { format!("{r2:.2}") }).unwrap_or_default(),
        percent(row.within_30_percent),
        percent(row.within_factor_2),
        row.coverage.map(percent).unwrap_or_default(),
    ]
}
