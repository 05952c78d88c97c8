//! `validate`: published figures beside what is computed.

use crate::cli::args::{Draws, Format, Only, Validate};
use crate::cli::{commands, files};
use crate::error::Error;
use crate::report::{self, Detail};
use crate::validation::{self, Set};

pub(super) fn validate(arguments: &Validate) -> Result<(), Error> {
    let draws = Draws { samples: arguments.samples, seed: arguments.seed, threads: arguments.threads };
    let settings = commands::settings(&draws)?;
    let catalog = files::catalog(arguments.profiles.as_deref())?;
    let tasks: Vec<&str> = arguments.tasks.iter().map(String::as_str).collect();
    let mut cases = validation::cases(&tasks)?;
    if let Some(only) = arguments.only {
        cases.retain(|case| case.set() == set(only));
    }
    let validation = validation::validate(&cases, &catalog, settings);
    let detail = if arguments.cases { Detail::Cases } else { Detail::Scores };
    let text = match arguments.format {
        Format::Table => report::validation_table(&validation, detail),
        Format::Json => report::validation_json(&validation),
        Format::Csv => report::validation_csv(&validation),
        Format::Markdown => report::validation_markdown(&validation),
    };
    files::write(arguments.output.output.as_deref(), &text)
}

fn set(only: Only) -> Set {
    match only {
        Only::Fitted => Set::Fitted,
        Only::HeldOut => Set::HeldOut,
        Only::Assumed => Set::Assumed,
        Only::Modelled => Set::Modelled,
    }
}
