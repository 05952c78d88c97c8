//! `estimate`, `explain`, `init` and `schema`.

use crate::cli::args::{Draws, Estimate, Explain, Format, Init, Output};
use crate::cli::{files, hourly};
use crate::error::Error;
use crate::report;
use crate::rival::Method;
use crate::scenario::{self, Scenario};
use crate::uncertainty::Settings;
use crate::warning::Warning;

/// The scenario that `init` writes.
const STARTING_SCENARIO: &str = include_str!("init.toml");

pub(super) fn estimate(arguments: &Estimate) -> Result<(), Error> {
    let by = by(&arguments.by.method)?;
    let settings = settings(&arguments.draws)?;
    let (catalog, sets) = hourly::laid(&arguments.common)?;
    let document = files::scenario(&arguments.scenario, &sets)?;
    let scenario = Scenario::read(&document, &catalog)?;
    let (text, warnings) = match by {
        By::One(method) => one_method(&scenario, method, settings, arguments.format),
        By::All => all_methods(&scenario, settings, arguments.format),
    };
    if !arguments.quiet {
        for warning in &warnings {
            files::tell(&format!("warning: {}", warning.message));
        }
    }
    files::write(arguments.output.output.as_deref(), &text)
}

/// The result of one method, and the warnings that it does not show itself.
fn one_method(scenario: &Scenario, method: Method, settings: Settings, format: Format) -> (String, Vec<Warning>) {
    let estimate = scenario.estimate_by(method, settings);
    match format {
        Format::Table => (report::table(&estimate), Vec::new()),
        Format::Json => (report::json(&estimate), estimate.warnings),
        Format::Csv => (report::csv(&estimate), estimate.warnings),
        Format::Markdown => (report::markdown(&estimate), estimate.warnings),
    }
}

fn all_methods(scenario: &Scenario, settings: Settings, format: Format) -> (String, Vec<Warning>) {
    let all = scenario.estimate_by_all(settings);
    let text = match format {
        Format::Table => report::methods::table(&all),
        Format::Json => report::methods::json(&all),
        Format::Csv => report::methods::csv(&all),
        Format::Markdown => report::methods::markdown(&all),
    };
    (text, all.warnings)
}

/// One method, or all side by side.
enum By {
    One(Method),
    All,
}

/// How all methods are asked for.
const ALL: &str = "all";

fn by(name: &str) -> Result<By, Error> {
    if name == ALL { Ok(By::All) } else { method(name, &format!(", {ALL}")).map(By::One) }
}

/// The method of this name; `more` is what else could have been written.
fn method(name: &str, more: &str) -> Result<Method, Error> {
    Method::named(name).map_err(|error| {
        let help = error.help().map(|known| format!("{known}{more}")).unwrap_or_default();
        error.with_help(help)
    })
}

/// The one method of a batch.
pub(super) fn batch_method(name: &str) -> Result<Method, Error> {
    if name == ALL {
        let error = Error::new("a batch is computed by one method, found --method all");
        return Err(error.with_help("run it once for each method; `estimate` sets them side by side"));
    }
    method(name, "")
}

/// Refuses methods that give no draws.
pub(super) fn compare_method(name: &str) -> Result<(), Error> {
    if name == ALL || method(name, "")? != Method::Econome {
        let error =
            Error::new(format!("scenarios are compared draw by draw, found --method {name}, which has no draws"));
        return Err(error.with_help("leave --method out; `estimate --method all` sets the methods side by side"));
    }
    Ok(())
}

pub(super) fn explain(arguments: &Explain) -> Result<(), Error> {
    let (catalog, sets) = hourly::laid(&arguments.common)?;
    let document = files::scenario(&arguments.scenario, &sets)?;
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
