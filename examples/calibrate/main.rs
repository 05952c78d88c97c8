//! Fits the stack profiles to the measurements in `tests/data` and scores them on what was left out.
//!
//! ```text
//! cargo run --release --example calibrate              prints coefficients and scores
//! cargo run --release --example calibrate -- --write   also writes the profiles and src/physics/calibration.md
//! cargo run --release --example calibrate -- --check   fails where these differ, or where a score misses its bound
//! ```

mod document;
mod fit;
mod media;
mod profile;
mod score;
mod stack;
mod text;
#[allow(dead_code, reason = "the tests use the rest")]
mod training;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use econome::Catalog;

use crate::fit::Coefficient;
use crate::score::Score;
use crate::stack::Stack;
use crate::text::{COEFFICIENTS, Text};

fn main() -> ExitCode {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = Catalog::builtin();
    let read = |name: &str| text::read(&root.join("tests/data").join(name), &catalog);
    let (served, alone) = (read("mlenergy.csv"), read("aienergyscore.csv"));
    let (modern, early) = (Fit::new("vllm-0.11", &served), Fit::new("vllm-0.5", &served));
    let unknown = unknown_residual(&modern, &early);
    let slow = Fit::host_bound(&modern);
    let eager = Fit::of("hf-batch1", &launched_one_by_one(&slow.stack), &alone);
    let mut fits = vec![modern, early, slow, eager];
    let unseen = fits.iter().map(|fit| fit.stack.residual_unseen).fold(0.0, f64::max);
    for fit in &mut fits {
        // How alike the accelerators of one stack happen to be says little: the largest error stands for all.
        fit.stack.residual_unseen = unseen.max(fit.stack.residual);
    }
    let others = |name: &str| media::read(&root.join("tests/data").join(name), &catalog);
    let (pictures, passes) = (others("media.csv"), others("forward.csv"));
    let tasks = media::calibrate(&pictures, &passes);
    let runs = training::runs();
    let training_page = "\n# Training\n\n".to_owned() + &training::report(&runs);
    let page = document::page(&fits, unknown) + &media::page(&tasks) + &training_page;
    let profile = |id: &str| root.join(format!("profiles/stack/{id}.toml"));
    let mut files: Vec<(PathBuf, String)> = fits.iter().map(|fit| fit.file(profile(&fit.stack.id))).collect();
    let for_unknown = profile::updated(&profile("unknown"), &fits[0].stack, &[], (unknown, unknown));
    files.push((profile("unknown"), for_unknown));
    for (id, task) in [("xdit-0.4", 0), ("diffusers", 1), ("hf-batch1", 2), ("unknown", 0)] {
        put_tasks(&mut files, profile(id), &tasks[task]);
    }
    let before = std::fs::read_to_string(training::profile()).expect("the profile of training");
    files.push((training::profile(), training::fitted_profile(&runs, &before)));
    files.push((root.join("src/physics/calibration.md"), page.clone()));
    match mode.as_str() {
        "--write" => write(&files),
        "--check" => return check(&files, &fits[0].stack.score),
        _ => println!("{page}"),
    }
    ExitCode::SUCCESS
}

/// Puts the coefficients of other tasks beside those of text.
fn put_tasks(files: &mut Vec<(PathBuf, String)>, path: PathBuf, tasks: &media::Tasks) {
    match files.iter_mut().find(|(other, _)| *other == path) {
        Some((_, text)) => *text = tasks.updated(text),
        None => {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.push((path, tasks.updated(&text)));
        }
    }
}

/// A stack with the rows it was fitted to, and those it was not.
pub struct Fit<'a> {
    pub stack: Stack,
    pub rows: Vec<&'a Text>,
    pub others: Vec<&'a Text>,
}

impl<'a> Fit<'a> {
    fn new(id: &str, rows: &'a [Text]) -> Self {
        Self::of(id, &COEFFICIENTS, rows)
    }

    /// The rows of a stack that are for the fit, and its others beside them.
    fn of(id: &str, coefficients: &[Coefficient], rows: &'a [Text]) -> Self {
        let own = rows.iter().filter(|row| row.stack == id);
        let (rows, others): (Vec<&Text>, Vec<&Text>) = own.partition(|row| row.purpose == "fit");
        Self { stack: stack::calibrate(id, coefficients, &rows), rows, others }
    }

    /// The regime in which the host, not the accelerator, sets the pace: overheads are free, all else is as fitted.
    fn host_bound(usual: &Fit<'a>) -> Self {
        let rows: Vec<&Text> = usual.others.iter().copied().filter(|row| row.purpose == "host_bound").collect();
        let known = usual.stack.fitted.on(&rows[0].accelerator);
        let coefficients: Vec<Coefficient> =
            COEFFICIENTS.iter().zip(known).map(|(coefficient, value)| around(coefficient, *value)).collect();
        let id = format!("{}-host-bound", usual.stack.id);
        Self { stack: stack::calibrate(&id, &coefficients, &rows), rows, others: Vec::new() }
    }

    fn file(&self, path: PathBuf) -> (PathBuf, String) {
        let text = profile::updated(&path, &self.stack, &self.rows, (self.stack.residual, self.stack.residual_unseen));
        (path, text)
    }
}

/// A coefficient in the host-bound regime: what the host does anew, everything else as it was.
fn around(coefficient: &Coefficient, value: f64) -> Coefficient {
    let of_the_host = ["step_overhead", "layer_overhead", "sequence_overhead", "power_floor"];
    let log_sd = if of_the_host.contains(&coefficient.name) { 1.0 } else { 0.02 };
    let (low, high) =
        if coefficient.name == "step_overhead" { (1e-5, 0.2) } else { (coefficient.low, coefficient.high) };
    Coefficient { centre: value, log_sd, low, high, ..*coefficient }
}

/// Priors where kernels are launched one by one and only energy was measured, so that the rows cannot tell time from
/// power: both start from the regime in which they were seen apart.
fn launched_one_by_one(seen: &Stack) -> Vec<Coefficient> {
    let prior = |(coefficient, value): (&Coefficient, &f64)| {
        let kept = ["layer_overhead", "power_floor"].contains(&coefficient.name);
        Coefficient { centre: if kept { *value } else { coefficient.centre }, ..*coefficient }
    };
    COEFFICIENTS.iter().zip(&seen.fitted.all).map(prior).collect()
}

/// Log standard deviation of software that is not known, computed with the coefficients of the modern one: half of it
/// is taken to be like that, half like the early one.
fn unknown_residual(modern: &Fit, early: &Fit) -> f64 {
    let swapped: Vec<f64> = document::swapped(&modern.stack, &early.rows);
    let sum = |logs: &[f64]| logs.iter().map(|log| log * log).sum::<f64>() / logs.len() as f64;
    let mixed = (0.5 * sum(&modern.stack.left_out) + 0.5 * sum(&swapped)).sqrt();
    (100.0 * mixed).ceil() / 100.0
}

fn write(files: &[(PathBuf, String)]) {
    for (path, text) in files {
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        println!("wrote {}", path.display());
    }
}

/// Whether what is shipped is what the fit gives, and good enough.
fn check(files: &[(PathBuf, String)], score: &Score) -> ExitCode {
    let mut right = true;
    for (path, text) in files {
        let shipped = std::fs::read_to_string(path).unwrap_or_default();
        if !alike(&shipped, text) {
            eprintln!("{} is not what the fit gives: run with --write", path.display());
            right = false;
        }
    }
    let bounds = [
        ("median error", score.median_error, 0.125),
        ("mean error", score.mean_error, 0.16),
        ("1 - R squared", 1.0 - score.r_squared, 0.03),
        ("beyond 30 %", 1.0 - score.within_30, 0.20),
        ("beyond a factor of two", 1.0 - score.within_twice, 0.02),
    ];
    for (name, found, most) in bounds {
        if found > most {
            eprintln!("architectures left out: {name} is {found:.3}, more than {most}");
            right = false;
        }
    }
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether two texts are the same, numbers apart from the last digits, which processors may compute differently.
fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let (one, other) = (words(one), words(other));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one == other || near(one, other))
}

fn near(one: &str, other: &str) -> bool {
    /// Relative difference, and difference in the unit of a percentage, below which numbers count as the same.
    const TOLERANCE: (f64, f64) = (0.02, 1.0);
    let number = |word: &str| word.trim_matches(['"', '[', ']', ',']).parse::<f64>().ok();
    number(one).zip(number(other)).is_some_and(|(one, other)| {
        let least = if one.fract() == 0.0 || one.abs() > 10.0 { TOLERANCE.1 } else { 0.0 };
        (one - other).abs() <= (TOLERANCE.0 * one.abs()).max(least)
    })
}
