//! The page of the documentation that the fit writes.

use crate::Fit;
use crate::fit::{Row as _, log_ratio};
use crate::score::{HEADING, Score};
use crate::stack::{Stack, architectures, coefficients, energies, others, scores};
use crate::text::Text;

const INTRODUCTION: &str = "\
Coefficients of the serving software, and how well they predict what they were not fitted to.

This page is written by `cargo run --release --example calibrate -- --write` from the measurements in `tests/data`, as
are the coefficients in `profiles/stack`; every push checks that both are what the fit gives.

# How it is fitted

Each measured configuration is a scenario; the engine computes time, power and energy of its output tokens with trial
coefficients. The fit minimises a soft-L1 loss (beyond 12 %) of the logarithm of computed over measured energy (weight
1), time and power (0.3 each), plus the squared distance of each coefficient from its prior in log standard deviations.
First all accelerators of a stack together (\"any\", which stands for an accelerator that was not measured), then each
with these values as its prior, of half the width.

*Left out* means: the whole group (all models that share layers, width and routing; a publisher; an accelerator) was
absent from the fit that predicts it. MdAPE and MAPE are the median and the mean of the absolute relative error;
*covered* is the share of rows inside the 90 % interval that the shipped residual gives.
";

/// The whole page.
pub fn page(modern: &Fit, early: &Fit, unknown: f64) -> String {
    let mut page = INTRODUCTION.to_owned();
    page += "\n# Coefficients\n\n";
    page += &coefficients(&[&modern.stack, &early.stack]);
    page += &format!(
        "\n| | {} | {} | software not known |\n|---|--:|--:|--:|\n| log standard deviation, seen accelerator | {} | {} | {unknown} |\n\
         | the same, accelerator, precision or attention not seen | {} | {} | {unknown} |\n\
         | added for each unit of the logarithm outside the range | {} | {} | {} |\n",
        modern.stack.id,
        early.stack.id,
        modern.stack.residual,
        early.stack.residual,
        modern.stack.residual_unseen,
        early.stack.residual_unseen,
        modern.stack.extrapolation,
        early.stack.extrapolation,
        modern.stack.extrapolation,
    );
    for fit in [modern, early] {
        page += &section(fit);
    }
    page += "\n# Coefficients of one stack on rows of the other\n\nWhy software and its era are a profile of their own.\n\n";
    page += HEADING;
    page += &swap_row(modern, early);
    page += &swap_row(early, modern);
    page
}

fn section(fit: &Fit) -> String {
    format!(
        "\n# {}\n\nEnergy per output token.\n\n{}\nEach architecture, left out:\n\n{}\nRows that no fit has seen:\n\n{HEADING}{}",
        fit.stack.id,
        scores(&fit.stack, &fit.rows),
        architectures(&fit.stack, &fit.rows),
        others(&fit.stack, &fit.others),
    )
}

/// Errors of a stack's coefficients on rows of another.
pub fn swapped(stack: &Stack, rows: &[&Text]) -> Vec<f64> {
    rows.iter().map(|row| log_ratio(*row, stack.fitted.on(row.accelerator()))).collect()
}

fn swap_row(stack: &Fit, rows: &Fit) -> String {
    let logs = swapped(&stack.stack, &rows.rows);
    let name = format!("{} on rows of {}", stack.stack.id, rows.stack.id);
    Score::of(&logs, &energies(&rows.rows)).markdown(&name, stack.stack.residual, &logs)
}
