//! `sensitivity`: what moves a result, and which datum to obtain next.

use crate::cli::args::{Format, Sensitivity};
use crate::cli::{commands, files, hourly};
use crate::error::Error;
use crate::estimate::Target;
use crate::report;
use crate::scenario::Scenario;

pub(super) fn sensitivity(arguments: &Sensitivity) -> Result<(), Error> {
    let target = Target::named(&arguments.by)?;
    let settings = commands::settings(&arguments.draws)?;
    let (catalog, sets) = hourly::laid(&arguments.common)?;
    let document = files::scenario(&arguments.scenario, &sets)?;
    let scenario = Scenario::read(&document, &catalog)?;
    let against = match &arguments.against {
        Some(name) => Some(Scenario::read(&files::scenario(name, &sets)?, &catalog)?),
        None => None,
    };
    let mut sensitivity = match &against {
        Some(other) => scenario.sensitivity_of_ratio(other, target, settings)?,
        None => scenario.sensitivity(target, settings)?,
    };
    if arguments.sobol {
        let report = match &against {
            Some(other) => scenario.sobol_of_ratio(other, target, settings)?,
            None => scenario.sobol(target, settings)?,
        };
        sensitivity.sobol = Some(report);
    }
    let text = match arguments.format {
        Format::Table => report::sensitivity_table(&sensitivity),
        Format::Json => report::sensitivity_json(&sensitivity),
        Format::Csv => report::sensitivity_csv(&sensitivity),
        Format::Markdown => report::sensitivity_markdown(&sensitivity),
    };
    files::write(arguments.output.output.as_deref(), &text)
}
