//! `profiles list`, `show` and `check`.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::{Profiles, ProfilesCommand};
use crate::cli::files;
use crate::document::Tree;
use crate::error::Error;
use crate::profile::{Catalog, Kind, ProfileText};

pub(super) fn profiles(arguments: &Profiles) -> Result<(), Error> {
    match &arguments.command {
        ProfilesCommand::List { kind, profiles } => list(kind.as_deref(), profiles.as_deref()),
        ProfilesCommand::Show { id, profiles } => show(id, profiles.as_deref()),
        ProfilesCommand::Check { profiles } => check(profiles.as_deref()),
    }
}

fn list(kind: Option<&str>, folder: Option<&Path>) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let kinds = match kind {
        None => Kind::ALL.to_vec(),
        Some(name) => vec![Kind::named(name).ok_or_else(|| {
            Error::unknown("kind of profile", name, Kind::ALL.iter().map(|kind| kind.name()))
                .with_help(format!("kinds: {}", Kind::ALL.map(Kind::name).join(", ")))
        })?],
    };
    let mut out = String::new();
    for kind in kinds {
        for profile in catalog.texts(kind) {
            let document = profile.document();
            let name = document.parse()?.text("name").unwrap_or_default();
            let _ = writeln!(out, "{:<12} {:<42} {name}", kind.name(), profile.id);
        }
    }
    files::write(None, &out)
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
            let _ = writeln!(out, "  {key} = {}", tree.text(&key).unwrap_or_default());
        }
    }
    for table in tree.tables() {
        write_table(catalog, &tree, &table, out)?;
    }
    out.push('\n');
    Ok(())
}

fn write_table(catalog: &Catalog, tree: &Tree<'_>, table: &str, out: &mut String) -> Result<(), Error> {
    let get = |key: &str| tree.text(&format!("{table}.{key}"));
    if let Some(value) = get("value") {
        let interval = match (get("low"), get("high")) {
            (Some(low), Some(high)) => format!(" ({low} to {high})"),
            _ => ["gsd", "pedigree"].iter().find_map(|key| Some(format!(" ({key} {})", get(key)?))).unwrap_or_default(),
        };
        let _ = writeln!(out, "  {table} = {value}{interval}");
    } else {
        let plain: Vec<String> = tree
            .keys(table)
            .into_iter()
            .filter(|key| key != "source" && tree.keys(&format!("{table}.{key}")).is_empty())
            .filter_map(|key| Some(format!("{key} = {}", get(&key)?)))
            .collect();
        if plain.is_empty() {
            return Ok(());
        }
        let _ = writeln!(out, "  {table}: {}", plain.join(", "));
    }
    let sources = catalog.bibliography()?;
    if let Some(source) = get("source") {
        let cited = sources.get(&source).map_or_else(|| "not in sources.toml".to_owned(), |source| source.cited());
        let licence = sources.get(&source).and_then(|source| source.licence.clone()).unwrap_or_default();
        let _ = writeln!(out, "      source: {source}: {cited} [{licence}]");
    }
    for key in ["confidence", "year", "note"] {
        if let Some(text) = get(key).filter(|_| get("value").is_some()) {
            let _ = writeln!(out, "      {key}: {text}");
        }
    }
    Ok(())
}

fn check(folder: Option<&Path>) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let wrong = catalog.check();
    if wrong.is_empty() {
        let count: usize = Kind::ALL.iter().map(|kind| catalog.texts(*kind).len()).sum();
        return files::write(None, &format!("{count} profiles are right\n"));
    }
    for error in &wrong {
        files::tell(&format!("error: {error}\n"));
    }
    Err(Error::new(format!("{} things are wrong in the profiles", wrong.len())))
}
