//! The share of the peak that training reaches: fitted to published runs, judged on families left out of the fit.
//!
//! The form is linear in logarithms, so the fit is a ridge regression with a robust loss: no starting point, one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use econome::physics::training::mixture;
use econome::units::Count;
use econome::{Accelerator, Catalog, Stack};
use nalgebra::{SMatrix, SVector};

use super::score::{Z95, quantile};

/// Logarithmic error beyond which a run loses weight: the scale of the soft-L1 loss.
pub const ROBUST_BEYOND: f64 = 0.3;
/// The shipped spread is the one found, rounded up to the next of these steps.
const STEP_OF_SPREAD: f64 = 0.05;
/// Operations per parameter and token.
const FULL_TRAINING: f64 = 6.0;

/// How many coefficients the form has.
pub const TERMS: usize = 5;

/// A coefficient of the profile, and what is known of it beforehand: a normal prior on the scale of the fit.
pub struct Coefficient {
    pub name: &'static str,
    pub centre: f64,
    pub sd: f64,
    /// Whether the profile has the exponential of what is fitted.
    pub exponential: bool,
}

/// The form's coefficients. Centres come from published classes of the share reached over billed hours: A100 from 6
/// billion parameters 0.35; mixtures 0.21 against 0.30 dense; H100 from 60 billion 0.30, below 20 billion 0.25. The
/// memory exponent lies between none and that of computing activations twice on half the memory (0.42).
pub const COEFFICIENTS: [Coefficient; TERMS] = [
    Coefficient { name: "training_mfu", centre: -1.049_822, sd: 0.2, exponential: true },
    Coefficient { name: "training_experts", centre: -0.356_675, sd: 0.2, exponential: true },
    Coefficient { name: "training_memory_exponent", centre: 0.2, sd: 0.2, exponential: false },
    Coefficient { name: "training_peak_exponent", centre: 0.13, sd: 0.13, exponential: false },
    Coefficient { name: "training_size_exponent", centre: 0.06, sd: 0.06, exponential: false },
];

/// A row of `tests/data/training.csv`.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Row {
    pub id: String,
    pub family: String,
    pub model: String,
    pub parameters_b: Option<f64>,
    pub active_parameters_b: Option<f64>,
    pub tokens_b: Option<f64>,
    pub architecture: String,
    pub accelerator: String,
    pub accelerator_hours: Option<f64>,
    pub power_w: Option<f64>,
    pub power_scope: String,
    pub pue: Option<f64>,
    pub grid_g_per_kwh: Option<f64>,
    pub carbon_t: Option<f64>,
    pub hours_scored: String,
    pub hours_reason: String,
    pub energy_scored: String,
    pub energy_reason: String,
    pub source: String,
}

/// A run whose hours are scored.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: String,
    pub family: String,
    pub accelerator: String,
    pub parameters: f64,
    pub active_parameters: f64,
    pub tokens: f64,
    pub hours: f64,
    /// What each coefficient is multiplied with.
    pub terms: [f64; TERMS],
    /// Logarithm of the share of the peak that was reached.
    pub reached: f64,
}

/// The fitted values on the scale of the fit.
pub type Fitted = [f64; TERMS];

/// A run and the logarithm of computed over billed hours by a fit that has not seen its group.
pub struct LeftOut<'r> {
    pub run: &'r Run,
    pub fitted: Fitted,
    pub log_ratio: f64,
}

/// Errors of a set of predictions.
pub struct Errors {
    pub runs: usize,
    pub median: f64,
    pub mean: f64,
    pub bias: f64,
    pub within_2: f64,
    /// Log standard deviation whose 90 % interval holds nine tenths of them.
    pub spread: f64,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The profile that the fit writes.
pub fn profile() -> PathBuf {
    root().join("profiles/stack/training.toml")
}

/// Every row of the data.
pub fn rows() -> Vec<Row> {
    let path = root().join("tests/data/training.csv");
    csv::Reader::from_path(path).expect("the data").deserialize().map(|row| row.expect("a row")).collect()
}

/// The runs whose hours are scored.
pub fn runs() -> Vec<Run> {
    let catalog = Catalog::builtin();
    rows().iter().filter(|row| row.hours_scored == "yes").map(|row| run(row, &catalog)).collect()
}

fn run(row: &Row, catalog: &Catalog) -> Run {
    let billions = |value: Option<f64>| value.expect("scored rows are complete") * 1e9;
    let (parameters, active, tokens) =
        (billions(row.parameters_b), billions(row.active_parameters_b), billions(row.tokens_b));
    let chip = catalog.profile::<Accelerator>(&row.accelerator).expect("an accelerator");
    let stack = catalog.profile::<Stack>("training").expect("the profile");
    let figures = &stack.default;
    let peak = chip.peak_bf16.as_ref().expect("a peak").value.as_teraflop_per_second();
    let reference = figures.training_peak.as_ref().expect("in the profile").value.as_teraflop_per_second();
    let memory = figures.training_memory.as_ref().expect("in the profile").value.as_gigabytes();
    let full = figures.training_parameters.as_ref().expect("in the profile").value.value();
    let room = (chip.memory.as_ref().expect("a memory").value.as_gigabytes() / memory).min(1.0).ln();
    let speed = (peak / reference).max(1.0).ln();
    let fill = (active / full).min(1.0).ln();
    let hours = row.accelerator_hours.expect("scored rows are complete");
    let share = FULL_TRAINING * active * tokens / (hours * 3600.0 * peak * 1e12);
    Run {
        id: row.id.clone(),
        family: row.family.clone(),
        accelerator: row.accelerator.clone(),
        parameters,
        active_parameters: active,
        tokens,
        hours,
        terms: [1.0, mixture(Count::of(parameters), Count::of(active)).value(), room, -speed, speed * fill],
        reached: share.ln(),
    }
}

/// Logarithm of the share of the peak that the form gives.
pub fn computed(fitted: &Fitted, run: &Run) -> f64 {
    fitted.iter().zip(run.terms).map(|(value, term)| value * term).sum()
}

/// Fits the terms that are switched on; a family of n runs weighs as much as the root of n.
pub fn fit(runs: &[&Run], switched: &[bool; TERMS]) -> Fitted {
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for run in runs {
        *sizes.entry(&run.family).or_default() += 1.0;
    }
    let mut fitted = std::array::from_fn(|term| if switched[term] { COEFFICIENTS[term].centre } else { 0.0 });
    for _ in 0..200 {
        let weights: Vec<f64> = runs
            .iter()
            .map(|run| {
                let far = (run.reached - computed(&fitted, run)) / ROBUST_BEYOND;
                1.0 / (sizes[run.family.as_str()].sqrt() * (1.0 + far * far).sqrt())
            })
            .collect();
        fitted = ridge(runs, &weights, switched);
    }
    fitted
}

/// Weighted least squares with the priors; terms that are switched off stay at zero.
fn ridge(runs: &[&Run], weights: &[f64], switched: &[bool; TERMS]) -> Fitted {
    let mut matrix = SMatrix::<f64, TERMS, TERMS>::zeros();
    let mut side = SVector::<f64, TERMS>::zeros();
    for (index, coefficient) in COEFFICIENTS.iter().enumerate() {
        let precision = coefficient.sd.powi(-2);
        matrix[(index, index)] = precision;
        side[index] = if switched[index] { precision * coefficient.centre } else { 0.0 };
    }
    for (run, weight) in runs.iter().zip(weights) {
        let precision = weight / ROBUST_BEYOND.powi(2);
        let terms = SVector::<f64, TERMS>::from_fn(|term, _| if switched[term] { run.terms[term] } else { 0.0 });
        matrix += terms * terms.transpose() * precision;
        side += terms * (precision * run.reached);
    }
    let factors = matrix.cholesky().expect("every term has a prior");
    factors.solve(&side).into()
}

/// Each run, predicted by a fit without its group.
pub fn left_out<'r>(runs: &'r [Run], switched: &[bool; TERMS], group: impl Fn(&Run) -> String) -> Vec<LeftOut<'r>> {
    let groups: BTreeSet<String> = runs.iter().map(&group).collect();
    let mut found = Vec::new();
    for left in groups {
        let kept: Vec<&Run> = runs.iter().filter(|run| group(run) != left).collect();
        let fitted = fit(&kept, switched);
        for run in runs.iter().filter(|run| group(run) == left) {
            found.push(LeftOut { run, fitted, log_ratio: run.reached - computed(&fitted, run) });
        }
    }
    found
}

/// All terms.
pub const WHOLE: [bool; TERMS] = [true; TERMS];

/// Generation of a chip, to leave out together.
pub fn generation(run: &Run) -> String {
    let names = [("a100", "Ampere"), ("a800", "Ampere"), ("h100", "Hopper"), ("h800", "Hopper"), ("v100", "Volta")];
    let found = names.iter().find(|(prefix, _)| run.accelerator.starts_with(prefix));
    found.map_or("TPU", |(_, name)| name).to_owned()
}

/// Errors of logarithms of computed over billed hours.
pub fn errors(log_ratios: &[f64]) -> Errors {
    let count = log_ratios.len();
    let absolute: Vec<f64> = log_ratios.iter().map(|ratio| (ratio.exp() - 1.0).abs()).collect();
    let sizes: Vec<f64> = log_ratios.iter().map(|ratio| ratio.abs()).collect();
    Errors {
        runs: count,
        median: quantile(&absolute, 0.5),
        mean: absolute.iter().sum::<f64>() / count as f64,
        bias: quantile(log_ratios, 0.5).exp() - 1.0,
        within_2: sizes.iter().filter(|size| **size <= 2.0_f64.ln()).count() as f64 / count as f64,
        spread: quantile(&sizes, 0.9) / Z95,
    }
}

/// What the profile says: three significant digits, on the profile's scale.
pub fn shipped(fitted: &Fitted) -> [(&'static str, f64); TERMS] {
    std::array::from_fn(|term| {
        let coefficient = &COEFFICIENTS[term];
        let value = if coefficient.exponential { fitted[term].exp() } else { fitted[term] };
        (coefficient.name, format!("{value:.2e}").parse().expect("a number"))
    })
}

/// The spread of families left out, rounded up.
pub fn shipped_spread(runs: &[Run]) -> f64 {
    let left: Vec<f64> = left_out(runs, &WHOLE, |run| run.family.clone()).iter().map(|row| row.log_ratio).collect();
    let steps = (errors(&left).spread / STEP_OF_SPREAD).ceil();
    (steps * STEP_OF_SPREAD * 1e6).round() / 1e6
}

/// The profile with these values.
pub fn rewritten(profile: &str, values: &[(&str, f64)]) -> String {
    let mut header = String::new();
    let mut lines = Vec::new();
    for line in profile.lines() {
        if let Some(name) = line.strip_prefix("[default.") {
            header = name.trim_end_matches(']').to_owned();
        }
        match values.iter().find(|(name, _)| *name == header) {
            Some((_, value)) if line.starts_with("value = ") => lines.push(format!("value = {value:?}")),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// The values and the profile they give.
pub fn fitted_profile(runs: &[Run], profile: &str) -> String {
    let all: Vec<&Run> = runs.iter().collect();
    let mut values = shipped(&fit(&all, &WHOLE)).to_vec();
    values.push(("training_residual", shipped_spread(runs)));
    rewritten(profile, &values)
}

const HEADING: &str = "\
| form | runs | MdAPE % | MAPE % | bias % | in ×2 % | log sd of 90 % |
|---|--:|--:|--:|--:|--:|--:|
";

/// Scores and residuals, as markdown.
pub fn report(runs: &[Run]) -> String {
    let mut text = String::from("Accelerator-hours, family left out:\n\n");
    text += HEADING;
    let names = ["constant", "and experts", "and memory", "and peak", "and size: the form shipped"];
    for terms in 1..=TERMS {
        let switched = std::array::from_fn(|term| term < terms);
        text += &line(names[terms - 1], &left_out(runs, &switched, |run| run.family.clone()));
    }
    text += "\nGeneration of chip left out:\n\n";
    text += HEADING;
    let by_chip = left_out(runs, &WHOLE, generation);
    text += &line("all", &by_chip);
    for chip in by_chip.iter().map(|row| generation(row.run)).collect::<BTreeSet<_>>() {
        let own: Vec<f64> = by_chip.iter().filter(|row| generation(row.run) == chip).map(|row| row.log_ratio).collect();
        text += &score_line(&chip, &own);
    }
    text +=
        "\nEach run, its family left out:\n\n| run | chip | billed kh | computed kh | ratio |\n|---|---|--:|--:|--:|\n";
    for row in left_out(runs, &WHOLE, |run| run.family.clone()) {
        let (billed, ratio) = (row.run.hours / 1e3, row.log_ratio.exp());
        text += &format!(
            "| {} | {} | {billed:.0} | {:.0} | {ratio:.2} |\n",
            row.run.id,
            row.run.accelerator,
            billed * ratio
        );
    }
    text
}

fn line(name: &str, rows: &[LeftOut]) -> String {
    score_line(name, &rows.iter().map(|row| row.log_ratio).collect::<Vec<_>>())
}

fn score_line(name: &str, log_ratios: &[f64]) -> String {
    let found = errors(log_ratios);
    format!(
        "| {name} | {} | {:.1} | {:.1} | {:+.0} | {:.0} | {:.2} |\n",
        found.runs,
        100.0 * found.median,
        100.0 * found.mean,
        100.0 * found.bias,
        100.0 * found.within_2,
        found.spread
    )
}
