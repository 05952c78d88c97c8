//! `check`: limits for a pipeline, exit code 1 where one is not shown to be kept.

use crate::cli::args::{Check, CheckFormat};
use crate::cli::{commands, files, hourly};
use crate::error::Error;
use crate::estimate::{Limit, Verdict};
use crate::report;
use crate::scenario::Scenario;

pub(super) fn check(arguments: &Check) -> Result<(), Error> {
    let limits = arguments.max.iter().map(|text| limit(text)).collect::<Result<Vec<Limit>, Error>>()?;
    let settings = commands::settings(&arguments.draws)?;
    let (catalog, sets) = hourly::laid(&arguments.common)?;
    let document = files::scenario(&arguments.scenario, &sets)?;
    let scenario = Scenario::read(&document, &catalog)?;
    let check = scenario.check(&limits, arguments.confidence, settings)?;
    let text = match arguments.format {
        CheckFormat::Table => report::check_table(&check),
        CheckFormat::Json => report::check_json(&check),
    };
    files::write(arguments.output.output.as_deref(), &text)?;
    if check.holds {
        return Ok(());
    }
    let broken = check.limits.iter().filter(|limit| limit.verdict != Verdict::Within);
    let broken: Vec<String> = broken.map(|limit| format!("{} {}", limit.result, limit.verdict.words())).collect();
    Err(Error::run(format!("limits not kept: {}", broken.join(", "))))
}

fn limit(text: &str) -> Result<Limit, Error> {
    text.parse()
}
