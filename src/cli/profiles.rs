//! `profiles list`, `show` and `check`.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::{ListFormat, Output, Profiles, ProfilesCommand};
use crate::cli::{ages, files, page};
use crate::document::Tree;
use crate::error::Error;
use crate::profile::{Catalog, Kind, ProfileText, StatedFigure};

pub(super) fn profiles(arguments: &Profiles) -> Result<(), Error> {
    match &arguments.command {
        ProfilesCommand::List { kind, format, profiles, output } => match format {
            ListFormat::Table => list(kind.as_deref(), profiles.as_deref(), output),
            ListFormat::Markdown => page::page(kind.as_deref(), profiles.as_deref(), output),
        },
        ProfilesCommand::Show { id, profiles } => show(id, profiles.as_deref()),
        ProfilesCommand::Check { profiles } => check(profiles.as_deref()),
        ProfilesCommand::Stale { at, format, profiles } => ages::stale(*at, *format, profiles.as_deref()),
        ProfilesCommand::Diff { old, new } => ages::diff(old, new.as_deref()),
    }
}

/// The kind of this name, or all of them.
pub(super) fn kinds(kind: Option<&str>) -> Result<Vec<Kind>, Error> {
    let Some(name) = kind else { return Ok(Kind::ALL.to_vec()) };
    let kind = Kind::named(name).ok_or_else(|| {
        Error::unknown("kind of profile", name, Kind::ALL.iter().map(|kind| kind.name()))
            .with_help(format!("kinds: {}", Kind::ALL.map(Kind::name).join(", ")))
    })?;
    Ok(vec![kind])
}

fn list(kind: Option<&str>, folder: Option<&Path>, output: &Output) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let mut out = String::new();
    for kind in kinds(kind)? {
        for profile in catalog.texts(kind) {
            let document = profile.document();
            let name = document.parse()?.text("name").unwrap_or_default();
            let _ = writeln!(out, "{:<12} {:<42} {name}", kind.name(), profile.id);
        }
    }
    files::write(output.output.as_deref(), &out)
}

fn show(id: &str, folder: Option<&Path>) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let mut out = String::new();
    for profile in matching(&catalog, id)? {
        write_profile(&catalog, &profile, &mut out)?;
    }
    files::write(None, &out)
}

/// The profile of that name of any kind, or of the kind before the slash.
fn matching<'c>(catalog: &'c Catalog, id: &str) -> Result<Vec<ProfileText<'c>>, Error> {
    let (kinds, name) = match id.split_once('/').and_then(|(kind, name)| Some((Kind::named(kind)?, name))) {
        Some((kind, name)) => (vec![kind], name),
        None => (Kind::ALL.to_vec(), id),
    };
    let found: Vec<ProfileText<'c>> =
        kinds.iter().filter_map(|kind| catalog.text(*kind, &catalog.find(*kind, name).ok()?)).collect();
    if found.is_empty() {
        let all = kinds.iter().flat_map(|kind| catalog.texts(*kind)).map(|profile| profile.id);
        let error = Error::unknown("profile", name, all);
        let help = error.help().map_or_else(|| "`econome profiles list` shows all".to_owned(), str::to_owned);
        return Err(error.with_help(help));
    }
    Ok(found)
}

fn write_profile(catalog: &Catalog, profile: &ProfileText<'_>, out: &mut String) -> Result<(), Error> {
    let document = profile.document();
    let tree = document.parse()?;
    let _ = writeln!(out, "{}/{}: {}", profile.kind.name(), profile.id, tree.text("name").unwrap_or_default());
    let _ = writeln!(out, "  {}", profile.shown_file());
    for key in tree.keys("") {
        if key != "name" && tree.keys(&key).is_empty() {
            let _ = writeln!(out, "  {key} = {}", short(&tree.text(&key).unwrap_or_default()));
        }
    }
    for figure in catalog.figures(profile)? {
        write_figure(&tree, &figure, out);
    }
    let history: Vec<String> = tree
        .keys("history")
        .iter()
        .filter_map(|year| Some(format!("{year}: {}", tree.text(&format!("history.{year}"))?)))
        .collect();
    if !history.is_empty() {
        let _ = writeln!(out, "  history: {}", history.join(", "));
    }
    out.push('\n');
    Ok(())
}

/// A text that fits a line or two, or its beginning.
fn short(text: &str) -> String {
    const LONGEST: usize = 300;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(60).chain(['…']).collect() }
}

/// A figure with its interval, and below it what is known of its origin.
fn write_figure(tree: &Tree<'_>, figure: &StatedFigure, out: &mut String) {
    match (&figure.value, &figure.interval) {
        (Some(value), Some(interval)) => {
            let _ = writeln!(out, "  {} = {value} ({interval})", figure.key);
        }
        (Some(value), None) => {
            let _ = writeln!(out, "  {} = {value} (no interval: taken as exact)", figure.key);
        }
        (None, _) => {
            let numbers = numbers(tree, &figure.key).join(", ");
            let _ = writeln!(out, "{}", format!("  {}: {numbers}", figure.key).trim_end_matches([' ', ':']));
        }
    }
    let source = figure.source.as_deref().unwrap_or("no source");
    let cited = figure.cited.as_deref().unwrap_or("not in sources.toml");
    let licence = figure.licence.as_deref().unwrap_or("licence not stated");
    let _ = writeln!(out, "      source: {source}: {cited} [{licence}]");
    if let Some(source) = &figure.interval_source {
        let _ = writeln!(out, "      interval: {source}");
    }
    let year = figure.year.map(|year| year.to_string());
    for (what, text) in [("confidence", &figure.confidence), ("year", &year), ("note", &figure.note)] {
        if let Some(text) = text {
            let _ = writeln!(out, "      {what}: {text}");
        }
    }
}

/// The numbers of a table that has one source for all of them.
fn numbers(tree: &Tree<'_>, table: &str) -> Vec<String> {
    let keys =
        tree.keys(table).into_iter().filter(|key| !["source", "confidence", "year", "note"].contains(&key.as_str()));
    let plain = keys.filter(|key| tree.keys(&format!("{table}.{key}")).is_empty());
    plain.filter_map(|key| Some(format!("{key} = {}", tree.text(&format!("{table}.{key}"))?))).collect()
}

fn check(folder: Option<&Path>) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let wrong = catalog.check();
    for error in &wrong {
        files::tell(&format!("error: {error}\n"));
    }
    for advice in catalog.advice() {
        files::tell(&format!("advice: {advice}"));
    }
    if wrong.is_empty() {
        let count: usize = Kind::ALL.iter().map(|kind| catalog.ids(*kind).len()).sum();
        return files::write(None, &format!("{count} profiles are right\n"));
    }
    Err(Error::new(format!("{} things are wrong in the profiles", wrong.len())))
}
