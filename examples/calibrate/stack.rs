//! One stack: its coefficients, the error on what was left out, and how the error grows outside what was measured.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::fit::{Coefficient, Fitted, Row, fit_each, informs, leave_out, log_ratio};
use crate::score::{HEADING, Score, quantile};
use crate::text::{COEFFICIENTS, Text};

/// Inputs whose measured range a profile states.
pub const RANGED: [&str; 6] = [
    "model.parameters",
    "model.active_parameters",
    "input_tokens",
    "output_tokens",
    "serving.batch",
    "serving.accelerators",
];

/// Growth of the error outside the measured range where there are too few rows to tell: the larger of the two fitted.
const FEW_ROWS: f64 = 0.13;

/// A fitted stack.
pub struct Stack {
    pub id: String,
    /// What was fitted, and from which priors.
    pub coefficients: Vec<Coefficient>,
    pub fitted: Fitted,
    /// Log standard deviation on architectures left out.
    pub residual: f64,
    /// The same on accelerators left out; zero where there is one only.
    pub residual_unseen: f64,
    /// Log standard deviation that each unit of the logarithm outside the measured range adds.
    pub extrapolation: f64,
    /// Errors with each architecture left out, as logarithms.
    pub left_out: Vec<f64>,
    /// Median error and so on of these.
    pub score: Score,
    /// Which coefficients the rows tell anything about.
    pub informed: Vec<bool>,
}

/// Fits a stack and scores it.
pub fn calibrate(id: &str, coefficients: &[Coefficient], rows: &[&Text]) -> Stack {
    let left_out = leave_out(coefficients, rows, |row| row.architecture.clone());
    let score = Score::of(&left_out, &energies(rows));
    let accelerators: BTreeSet<&str> = rows.iter().map(|row| row.accelerator()).collect();
    let unseen = if accelerators.len() > 1 {
        let logs = leave_out(coefficients, rows, |row| row.accelerator.clone());
        let score = Score::of(&logs, &energies(rows));
        up(score.log_rms.max(score.log_sd_90))
    } else {
        0.0
    };
    let fitted = rounded(fit_each(coefficients, rows));
    Stack {
        id: id.to_owned(),
        coefficients: coefficients.to_vec(),
        informed: (0..coefficients.len()).map(|place| informs(&fitted.all, place, rows)).collect(),
        fitted,
        residual: up(score.log_rms.max(score.log_sd_90)),
        residual_unseen: unseen,
        extrapolation: up(extrapolation(coefficients, rows, score.log_rms)),
        left_out,
        score,
    }
}

pub fn energies(rows: &[&Text]) -> Vec<f64> {
    rows.iter().map(|row| row.measured().energy).collect()
}

/// Rounded up to two decimals: an error is not understated.
fn up(value: f64) -> f64 {
    (value * 100.0).ceil() / 100.0
}

/// Values as profiles state them.
fn rounded(fitted: Fitted) -> Fitted {
    let round = |values: &[f64]| values.iter().map(|value| three_digits(*value)).collect::<Vec<f64>>();
    Fitted {
        all: round(&fitted.all),
        on: fitted.on.iter().map(|(name, values)| (name.clone(), round(values))).collect(),
    }
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().expect("a number")
}

/// Ends of measured ranges: a width of 1024 pixels stays one.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().expect("a number")
}

/// How much the squared error grows with the squared distance, in logarithms, from what was fitted: the upper quartile
/// over cuts at the quartiles of each input, with the rows beyond the cut left out.
fn extrapolation(coefficients: &[Coefficient], rows: &[&Text], inside: f64) -> f64 {
    let mut rates = Vec::new();
    for key in RANGED {
        let values: Vec<f64> = rows.iter().map(|row| row.input(key)).collect();
        for (at, upwards) in [(0.25, false), (0.5, false), (0.5, true), (0.75, true)] {
            rates.extend(rate_beyond(coefficients, &split(rows, key, quantile(&values, at), upwards), inside));
        }
    }
    if rates.is_empty() { FEW_ROWS } else { quantile(&rates, 0.75) }
}

/// Rows on either side of a cut.
struct Split<'a> {
    near: Vec<&'a Text>,
    far: Vec<&'a Text>,
    /// Mean squared logarithmic distance of the far ones from the cut.
    distance: f64,
}

fn split<'a>(rows: &[&'a Text], key: &str, cut: f64, upwards: bool) -> Split<'a> {
    let beyond = |row: &Text| if upwards { row.input(key) > cut } else { row.input(key) < cut };
    let (far, near): (Vec<&Text>, Vec<&Text>) = rows.iter().copied().partition(|row| beyond(row));
    let distance = far.iter().map(|row| (row.input(key) / cut).ln().powi(2)).sum::<f64>() / far.len() as f64;
    Split { near, far, distance }
}

fn rate_beyond(coefficients: &[Coefficient], split: &Split, inside: f64) -> Option<f64> {
    /// Fewer rows tell nothing.
    const ENOUGH: usize = 20;
    let Split { near, far, distance } = split;
    if far.len() < ENOUGH || near.len() < ENOUGH {
        return None;
    }
    let fitted = fit_each(coefficients, near);
    let squares = far.iter().map(|row| log_ratio(*row, fitted.on(row.accelerator())).powi(2));
    let error = squares.sum::<f64>() / far.len() as f64;
    Some(((error - inside * inside).max(0.0) / distance).sqrt())
}

/// The measured ranges of some rows.
pub fn ranges(rows: &[&Text]) -> BTreeMap<&'static str, (f64, f64)> {
    let ends = |key: &'static str| {
        let values = rows.iter().map(|row| row.input(key));
        let ends = values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        (key, (four_digits(ends.0), four_digits(ends.1)))
    };
    RANGED.into_iter().map(ends).collect()
}

/// Scores of a stack on everything that can be left out, as a table.
pub fn scores(stack: &Stack, rows: &[&Text]) -> String {
    let mut table = HEADING.to_owned();
    let mut add = |name: &str, logs: &[f64], rows: &[&Text], log_sd: f64| {
        table += &Score::of(logs, &energies(rows)).markdown(name, log_sd, logs);
    };
    let seen: Vec<f64> = rows.iter().map(|row| log_ratio(*row, stack.fitted.on(row.accelerator()))).collect();
    add("**architecture left out**", &stack.left_out, rows, stack.residual);
    let accelerators = by(rows, |row| row.accelerator.clone());
    for (name, members) in accelerators.iter().filter(|_| accelerators.len() > 1) {
        let (logs, own) = pick(&stack.left_out, rows, members);
        add(&format!("… on {name}"), &logs, &own, stack.residual);
    }
    let vendors = leave_out(&stack.coefficients, rows, |row| row.publisher.clone());
    add("**publisher of the model left out**", &vendors, rows, stack.residual);
    if accelerators.len() > 1 {
        let logs = leave_out(&stack.coefficients, rows, |row| row.accelerator.clone());
        for (name, members) in accelerators {
            let (logs, own) = pick(&logs, rows, &members);
            add(&format!("**accelerator left out:** {name}"), &logs, &own, stack.residual_unseen);
        }
    }
    add("seen in the fit", &seen, rows, stack.residual);
    table
}

/// Bias and median error of each architecture left out, worst first.
pub fn architectures(stack: &Stack, rows: &[&Text]) -> String {
    let mut lines: Vec<(f64, String)> = by(rows, |row| row.architecture.clone())
        .into_iter()
        .map(|(name, members)| {
            let (logs, own) = pick(&stack.left_out, rows, &members);
            let score = Score::of(&logs, &energies(&own));
            let line = format!(
                "| {name} | {} | {} | {:+.0} | {:.0} |\n",
                own[0].publisher,
                own.len(),
                100.0 * score.bias,
                100.0 * score.median_error
            );
            (score.median_error, line)
        })
        .collect();
    lines.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut table =
        "| architecture left out | publisher | rows | bias % | MdAPE % |\n|---|---|--:|--:|--:|\n".to_owned();
    for (_, line) in lines {
        table += &line;
    }
    table
}

/// Errors of rows that no fit has seen, by why they were left out.
pub fn others(stack: &Stack, rows: &[&Text]) -> String {
    let mut table = String::new();
    for (name, members) in by(rows, |row| format!("{}, {}", row.purpose.replace('_', " "), row.accelerator)) {
        let own: Vec<&Text> = members.iter().map(|index| rows[*index]).collect();
        let logs: Vec<f64> = own.iter().map(|row| log_ratio(*row, stack.fitted.on(row.accelerator()))).collect();
        table += &Score::of(&logs, &energies(&own)).markdown(&name, stack.residual, &logs);
    }
    table
}

/// The coefficients as a table: all accelerators together, then each.
pub fn coefficients(stacks: &[&Stack]) -> String {
    let columns: Vec<(String, &[f64])> = stacks
        .iter()
        .flat_map(|stack| {
            let all = (format!("{}, any", stack.id), stack.fitted.all.as_slice());
            let each =
                stack.fitted.on.iter().map(|(name, values)| (format!("{}, {name}", stack.id), values.as_slice()));
            std::iter::once(all).chain(each)
        })
        .collect();
    let mut table = "| coefficient | prior (p5–p95) |".to_owned();
    for (name, _) in &columns {
        let _ = write!(table, " {name} |");
    }
    table += "\n|---|---|";
    table += &"--:|".repeat(columns.len());
    table += "\n";
    for (place, coefficient) in COEFFICIENTS.iter().enumerate() {
        let _ = write!(table, "| `{}` | {} |", coefficient.name, prior(coefficient));
        for (_, values) in &columns {
            let _ = write!(table, " {} |", shown(coefficient.name, values[place]));
        }
        table += "\n";
    }
    table
}

fn prior(coefficient: &Coefficient) -> String {
    let factor = (1.645 * coefficient.log_sd).exp();
    let low = (coefficient.centre / factor).max(coefficient.low);
    let high = (coefficient.centre * factor).min(coefficient.high);
    format!("{} – {}", shown(coefficient.name, low), shown(coefficient.name, high))
}

/// A value with its unit, as a profile writes it.
pub fn shown(name: &str, value: f64) -> String {
    let time = name.ends_with("_overhead") || name.ends_with("_latency");
    let number = |value: f64| econome::number::significant(value, 3);
    match time {
        true if value >= 1e-3 => format!("{} ms", number(value * 1e3)),
        true => format!("{} us", number(value * 1e6)),
        false => number(value),
    }
}

fn by(rows: &[&Text], key: impl Fn(&Text) -> String) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        groups.entry(key(row)).or_default().push(index);
    }
    groups
}

fn pick<'a>(logs: &[f64], rows: &[&'a Text], members: &[usize]) -> (Vec<f64>, Vec<&'a Text>) {
    members.iter().map(|index| (logs[*index], rows[*index])).unzip()
}
