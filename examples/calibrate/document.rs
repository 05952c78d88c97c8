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
pub fn page(fits: &[Fit], unknown: f64) -> String {
    let stacks: Vec<&Stack> = fits.iter().map(|fit| &fit.stack).collect();
    let mut page = INTRODUCTION.to_owned();
    page += "\n# Coefficients\n\n";
    page += &coefficients(&stacks);
    page += "\nA coefficient on which a stack has no row keeps the centre of its prior.\n\n# Residuals\n\n";
    page += "Log standard deviation of measured over computed energy.\n\n";
    page += "| stack | seen | accelerator, precision or attention not seen | added by each unit of ln outside the range |\n";
    page += "|---|--:|--:|--:|\n";
    for stack in &stacks {
        let Stack { id, residual, residual_unseen, extrapolation, .. } = stack;
        page += &format!("| {id} | {residual:.2} | {residual_unseen:.2} | {extrapolation:.2} |\n");
    }
    page += &format!("| unknown | {unknown:.2} | {unknown:.2} | {:.2} |\n", stacks[0].extrapolation);
    fits.iter().for_each(|fit| page += &section(fit));
    page += "\n# Coefficients of one stack on rows of the other\n\nWhy software and its era are a profile of their own.\n\n";
    page += HEADING;
    page += &swap_row(&fits[0], &fits[1]);
    page += &swap_row(&fits[1], &fits[0]);
    page
}

fn section(fit: &Fit) -> String {
    let mut section = format!("\n# {}\n\nEnergy per output token.\n\n", fit.stack.id);
    section += &scores(&fit.stack, &fit.rows);
    section += "\nEach architecture, left out:\n\n";
    section += &architectures(&fit.stack, &fit.rows);
    if !fit.others.is_empty() {
        section += "\nRows that no fit of this stack has seen:\n\n";
        section += HEADING;
        section += &others(&fit.stack, &fit.others);
    }
    section
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
