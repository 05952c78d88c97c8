//! `profiles stale` and `diff`: what has grown old, and what has changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::args::StaleFormat;
use crate::cli::files;
use crate::error::Error;
use crate::number::significant;
use crate::profile::{Catalog, Difference, ProfileText, StaleFigure, diff as differences};

/// Mean length of a year of the calendar.
const SECONDS_PER_YEAR: u64 = 31_556_952;
/// Year in which the clock begins.
const EPOCH: i32 = 1970;
/// Profiles named on a line of the table.
const NAMED: usize = 4;

pub(super) fn stale(at: Option<i32>, format: StaleFormat, folder: Option<&Path>) -> Result<(), Error> {
    let year = at.map_or_else(this_year, Ok)?;
    let found = files::catalog(folder)?.stale(year)?;
    let text = match format {
        StaleFormat::Table => stale_table(&found, year),
        StaleFormat::Csv => stale_csv(&found),
    };
    files::write(None, &text)
}

fn this_year() -> Result<i32, Error> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let years = since.map(|since| since.as_secs() / SECONDS_PER_YEAR).unwrap_or_default();
    let year = i32::try_from(years).ok().map(|years| EPOCH + years);
    year.ok_or_else(|| Error::run("the clock of this machine is wrong").with_help("give the year with --at"))
}

/// One line for each figure, year and source, with the profiles that have it.
fn stale_table(found: &[StaleFigure], year: i32) -> String {
    type Alike<'f> = (i32, &'f str, &'f str, i32, i32, &'f str);
    let mut alike: BTreeMap<Alike<'_>, Vec<&str>> = BTreeMap::new();
    for stale in found {
        let source = stale.figure.source.as_deref().unwrap_or_default();
        let due = stale.year + stale.shelf_life;
        let key = (due, stale.kind.name(), stale.figure.key.as_str(), stale.year, stale.shelf_life, source);
        alike.entry(key).or_default().push(&stale.profile);
    }
    let mut out = format!("Figures older than their shelf life in {year}\n\n");
    let _ = writeln!(out, "{:<40} {:>4} {:>5} {:>7}  {:<28} profiles", "figure", "year", "shelf", "overdue", "source");
    for ((due, kind, key, of, shelf, source), profiles) in &alike {
        let figure = format!("{kind}.{key}");
        let named = profiles.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if profiles.len() > NAMED { format!(" and {} more", profiles.len() - NAMED) } else { String::new() };
        let _ = writeln!(out, "{figure:<40} {of:>4} {shelf:>5} {:>7}  {source:<28} {named}{more}", year - due);
    }
    let _ = writeln!(out, "\n{} figures; years. Shelf lives: shelf-life.toml of the profiles.", found.len());
    out
}

fn stale_csv(found: &[StaleFigure]) -> String {
    let mut out = String::from("kind,profile,figure,year,shelf_life,source\n");
    for stale in found {
        let source = stale.figure.source.as_deref().unwrap_or_default();
        let (kind, figure) = (stale.kind.name(), &stale.figure.key);
        let _ = writeln!(out, "{kind},{},{figure},{},{},{source}", stale.profile, stale.year, stale.shelf_life);
    }
    out
}

pub(super) fn diff(old: &Path, new: Option<&Path>) -> Result<(), Error> {
    let first = files::catalog(Some(old))?;
    let Some(new) = new else {
        let shipped = Catalog::builtin();
        let own = first.own_texts();
        let old: Vec<ProfileText<'_>> = own.iter().filter_map(|own| shipped.text(own.kind, own.id)).collect();
        return files::write(None, &diff_table(&differences(&old, &own)?));
    };
    let second = files::catalog(Some(new))?;
    files::write(None, &diff_table(&differences(&first.own_texts(), &second.own_texts())?))
}

/// The differences of each profile below its name.
fn diff_table(found: &[Difference]) -> String {
    if found.is_empty() {
        return "no differences\n".to_owned();
    }
    let (mut out, mut above) = (String::new(), String::new());
    for difference in found {
        let profile = format!("{}/{}", difference.kind.name(), difference.profile);
        if profile != above {
            let _ = writeln!(out, "{profile}");
            above = profile;
        }
        let _ = writeln!(out, "  {}", diff_line(difference));
    }
    out
}

fn diff_line(difference: &Difference) -> String {
    let key = &difference.key;
    match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => {
            let change =
                difference.change().map(|change| format!(" ({}%)", signed(change * 100.0))).unwrap_or_default();
            format!("{key}: {old} -> {new}{change}")
        }
        (None, Some(new)) => format!("{key}: added, {new}"),
        (Some(old), None) => format!("{key}: dropped, {old}"),
        (None, None) => key.clone(),
    }
}

fn signed(per_cent: f64) -> String {
    let sign = if per_cent > 0.0 { "+" } else { "" };
    format!("{sign}{} ", significant(per_cent, 3))
}
