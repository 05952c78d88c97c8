//! `estimate`, `explain`, `init` and `schema`.

use crate::cli::args::{Draws, Estimate, Explain, Format, Init, Output};
use crate::cli::files;
use crate::error::Error;
use crate::report;
use crate::scenario::{self, Scenario};
use crate::uncertainty::Settings;

/// The scenario that `init` writes.
const STARTING_SCENARIO: &str = include_str!("init.toml");

pub(super) fn estimate(arguments: &Estimate) -> Result<(), Error> {
    let settings = settings(&arguments.draws)?;
    let catalog = files::catalog(arguments.common.profiles.as_deref())?;
    let document = files::scenario(&arguments.scenario, &arguments.common.sets)?;
    let estimate = Scenario::read(&document, &catalog)?.estimate(settings);
    let text = match arguments.format {
        Format::Table => report::table(&estimate),
        Format::Json => report::json(&estimate),
        Format::Csv => report::csv(&estimate),
        Format::Markdown => report::markdown(&estimate),
    };
    if !arguments.quiet && arguments.format != Format::Table {
        for warning in &estimate.warnings {
            files::tell(&format!("warning: {}", warning.message));
        }
    }
    files::write(arguments.output.output.as_deref(), &text)
}

pub(super) fn explain(arguments: &Explain) -> Result<(), Error> {
    let catalog = files::catalog(arguments.common.profiles.as_deref())?;
    let document = files::scenario(&arguments.scenario, &arguments.common.sets)?;
    let scenario = Scenario::read(&document, &catalog)?;
    files::write(arguments.output.output.as_deref(), &report::explain(&scenario))
}

pub(super) fn init(arguments: &Init) -> Result<(), Error> {
    let Some(path) = &arguments.file else { return files::write(None, STARTING_SCENARIO) };
    if path.exists() {
        let error = Error::new(format!("{} exists already", path.display()));
        return Err(error.with_help("choose another name, or remove it first"));
    }
    files::write(Some(path), STARTING_SCENARIO)
}

pub(super) fn schema(arguments: &Output) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(&scenario::schema()).map_err(|error| Error::run(error.to_string()))?;
    files::write(arguments.output.as_deref(), &(text + "\n"))
}

/// Draws and threads as asked for.
pub(super) fn settings(draws: &Draws) -> Result<Settings, Error> {
    threads(draws.threads)?;
    let settings = Settings::default().with_seed(draws.seed).with_samples(draws.samples);
    settings.map_err(|error| error.with_help("set the number with --samples"))
}

/// More threads than any machine has cores.
#[cfg(feature = "parallel")]
const MOST_THREADS: usize = 1024;

#[cfg(feature = "parallel")]
fn threads(threads: Option<usize>) -> Result<(), Error> {
    let Some(threads) = threads else { return Ok(()) };
    if threads == 0 || threads > MOST_THREADS {
        return Err(Error::new(format!("--threads must be between 1 and {MOST_THREADS}, found {threads}")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Error::run(format!("cannot start {threads} threads: {error}")))
}

#[cfg(not(feature = "parallel"))]
fn threads(threads: Option<usize>) -> Result<(), Error> {
    match threads {
        None | Some(1) => Ok(()),
        Some(_) => Err(Error::new("this build has no threads (feature `parallel`)")),
    }
}
