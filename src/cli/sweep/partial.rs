//! What an interrupted sweep leaves: FILE.partial with the rows until then, and beside it where to go on.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::args::SweepFormat;
use crate::cli::files;
use crate::cli::sweep::rows::Rows;
use crate::error::Error;
use crate::sweep::Prepared;

/// Where to go on.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    /// The next scenario.
    next: u64,
    /// Of which sweep.
    sweep: String,
}

fn named(output: &Path, ending: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Keeps the rows of an interrupted sweep; it is an error all the same, that says how to go on.
pub(super) fn keep(rows: Rows<'_>, output: Option<&Path>, prepared: &Prepared<'_>, next: u64) -> Result<(), Error> {
    let Some(output) = output else {
        rows.close()?;
        return Err(Error::run(format!("interrupted before scenario {next}: the rows are partial")));
    };
    let rest = named(output, ".partial");
    rows.close_as(&rest)?;
    let mark = Mark { next, sweep: prepared.digest() };
    let mark = serde_json::to_string(&mark).map_err(|error| Error::run(error.to_string()))?;
    files::write(Some(&named(output, ".partial.json")), &(mark + "\n"))?;
    let error = Error::run(format!("interrupted before scenario {next}: {} has the rows until then", rest.display()));
    Err(error.with_help("the same command with --resume goes on from there (csv and jsonl)"))
}

/// Opens the output with the rows that an interrupted sweep left; returns it and the next scenario.
pub(super) fn resume<'p>(
    format: SweepFormat,
    output: Option<&Path>,
    prepared: &'p Prepared<'p>,
    range: &Range<u64>,
) -> Result<(Rows<'p>, u64), Error> {
    let Some(output) = output else { return Err(Error::new("--resume needs -o FILE")) };
    let rest = named(output, ".partial");
    let mark_file = named(output, ".partial.json");
    if !rest.exists() || !mark_file.exists() {
        let error = Error::new(format!("nothing to go on with: there is no {}", rest.display()));
        return Err(error.with_help("leave --resume out"));
    }
    let mark: Mark = serde_json::from_str(&files::text(&mark_file)?)
        .map_err(|error| Error::new(format!("{} is no mark of a sweep: {error}", mark_file.display())))?;
    if mark.sweep != prepared.digest() || !(range.start..=range.end).contains(&mark.next) {
        let error = Error::new(format!("{} is of another sweep", rest.display()));
        return Err(error.with_help("scenario, axes, condition, results, draws and profiles must be the same"));
    }
    Ok((Rows::after(format, Some(output), prepared, &rest)?, mark.next))
}

/// Removes what an interrupted sweep left, once the output is whole.
pub(super) fn remove(output: Option<&Path>) {
    for ending in [".partial", ".partial.json"] {
        if let Some(path) = output.map(|output| named(output, ending)).filter(|path| path.exists()) {
            // What cannot be removed does no harm: the output itself is complete.
            let _ = fs::remove_file(path);
        }
    }
}
