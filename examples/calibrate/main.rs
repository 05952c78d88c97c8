//! Fits the stack profiles to the measurements in `tests/data` and scores them on what was left out.
//!
//! ```text
//! cargo run --release --example calibrate              prints coefficients and scores
//! cargo run --release --example calibrate -- --write   also writes the profiles and src/physics/calibration.md
//! cargo run --release --example calibrate -- --check   fails where these differ, or where a score misses its bound
//! ```

mod document;
mod fit;
mod profile;
mod score;
mod stack;
mod text;

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
    let rows = text::read(&root.join("tests/data/mlenergy.csv"), &Catalog::builtin());
    let (mut modern, mut early) =
        (Fit::new("vllm-0.11", &COEFFICIENTS, &rows), Fit::new("vllm-0.5", &COEFFICIENTS, &rows));
    // How alike the two accelerators of a stack happen to be says little: the larger error stands for both.
    let unseen = modern.stack.residual_unseen.max(early.stack.residual_unseen);
    (modern.stack.residual_unseen, early.stack.residual_unseen) = (unseen, unseen);
    let unknown = unknown_residual(&modern, &early);
    let page = document::page(&modern, &early, unknown);
    let profile = |id: &str| root.join(format!("profiles/stack/{id}.toml"));
    let files = vec![
        modern.file(profile("vllm-0.11")),
        early.file(profile("vllm-0.5")),
        (profile("unknown"), profile::updated(&profile("unknown"), &modern.stack, &[], (unknown, unknown))),
        (root.join("src/physics/calibration.md"), page.clone()),
    ];
    match mode.as_str() {
        "--write" => write(&files),
        "--check" => return check(&files, &modern.stack.score),
        _ => println!("{page}"),
    }
    ExitCode::SUCCESS
}

/// A stack with the rows it was fitted to, and those it was not.
pub struct Fit<'a> {
    pub stack: Stack,
    pub rows: Vec<&'a Text>,
    pub others: Vec<&'a Text>,
}

impl<'a> Fit<'a> {
    fn new(id: &str, coefficients: &[Coefficient], rows: &'a [Text]) -> Self {
        let own = rows.iter().filter(|row| row.stack == id);
        let (rows, others): (Vec<&Text>, Vec<&Text>) = own.partition(|row| row.purpose == "fit");
        Self { stack: stack::calibrate(id, coefficients, &rows), rows, others }
    }

    fn file(&self, path: PathBuf) -> (PathBuf, String) {
        let text = profile::updated(&path, &self.stack, &self.rows, (self.stack.residual, self.stack.residual_unseen));
        (path, text)
    }
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
        if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
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
