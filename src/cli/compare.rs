//! `compare`: scenarios beside the first of them.

use std::path::Path;

use crate::cli::args::{Compare, Format};
use crate::cli::{commands, files};
use crate::compare::{Alternative, CompareSettings, compare as compared};
use crate::error::Error;
use crate::report;

pub(super) fn compare(arguments: &Compare) -> Result<(), Error> {
    commands::compare_method(&arguments.by.method)?;
    let settings = settings(arguments)?;
    let catalog = files::catalog(arguments.common.profiles.as_deref())?;
    let names = &arguments.scenarios;
    if names.iter().filter(|name| *name == STANDARD_INPUT).count() > 1 {
        return Err(Error::new("the standard input is one scenario, found it named twice").with_help("name a file"));
    }
    let mut alternatives = Vec::new();
    for (name, label) in names.iter().zip(labels(names)) {
        let document = files::scenario(name, &arguments.common.sets)?;
        alternatives.push(Alternative::read(&label, &document, &catalog)?);
    }
    let comparison = compared(&alternatives, settings)?;
    let text = match arguments.format {
        Format::Table => report::compare_table(&comparison),
        Format::Json => report::compare_json(&comparison),
        Format::Csv => report::compare_csv(&comparison),
        Format::Markdown => report::compare_markdown(&comparison),
    };
    if !arguments.quiet {
        tell_warnings(&comparison);
    }
    files::write(arguments.output.output.as_deref(), &text)
}

fn settings(arguments: &Compare) -> Result<CompareSettings, Error> {
    let settings = CompareSettings::default().with_draws(commands::settings(&arguments.draws)?);
    let Some(tolerance) = arguments.quality_tolerance else { return Ok(settings) };
    settings.with_quality_tolerance(tolerance)
}

/// How the standard input is named.
const STANDARD_INPUT: &str = "-";

/// The names of files without folder and ending; whole where two would be the same.
fn labels(names: &[String]) -> Vec<String> {
    let stem = |name: &String| {
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        if name == STANDARD_INPUT { "stdin".to_owned() } else { stem.unwrap_or_else(|| name.clone()) }
    };
    let stems: Vec<String> = names.iter().map(stem).collect();
    let alone = |stem: &String| stems.iter().filter(|other| *other == stem).count() == 1;
    names.iter().zip(&stems).map(|(name, stem)| if alone(stem) { stem } else { name }.clone()).collect()
}

/// What is doubtful, said once where it is the same for several.
fn tell_warnings(comparison: &crate::compare::Comparison) {
    let mut told: Vec<&str> = Vec::new();
    for one in &comparison.scenarios {
        for warning in &one.warnings {
            if !told.contains(&warning.message.as_str()) {
                files::tell(&format!("warning: {}: {}", one.label, warning.message));
                told.push(&warning.message);
            }
        }
    }
}
