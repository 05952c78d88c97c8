//! The catalogue as a page of documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::Output;
use crate::cli::{files, profiles};
use crate::error::Error;
use crate::profile::{Catalog, Kind, ProfileText, StatedFigure};

/// What a page says of a profile.
struct Entry<'c> {
    text: ProfileText<'c>,
    name: String,
    figures: Vec<StatedFigure>,
}

pub(super) fn page(kind: Option<&str>, folder: Option<&Path>, output: &Output) -> Result<(), Error> {
    let catalog = files::catalog(folder)?;
    let kinds = profiles::kinds(kind)?;
    let mut entries: Vec<(Kind, Vec<Entry<'_>>)> = Vec::new();
    for kind in kinds {
        let read = catalog.texts(kind).into_iter().map(|text| entry(&catalog, text));
        entries.push((kind, read.collect::<Result<_, _>>()?));
    }
    let mut out = String::from(
        "# The catalogue\n\nEvery profile that is shipped, with the sources of its figures and their licences. ",
    );
    out += "`econome profiles show ID` prints each figure with its interval, source, year and confidence.\n";
    summary(&entries, &mut out);
    licences(&catalog, &entries, &mut out)?;
    for (kind, entries) in &entries {
        match kind {
            Kind::Grid => grids(&catalog, entries, &mut out),
            kind => plain(*kind, entries, &mut out),
        }
    }
    files::write(output.output.as_deref(), &out)
}

fn entry<'c>(catalog: &Catalog, text: ProfileText<'c>) -> Result<Entry<'c>, Error> {
    let figures = catalog.figures(&text)?;
    let name = text.document().parse()?.text("name").unwrap_or_default();
    Ok(Entry { text, name, figures })
}

/// How many profiles and figures of each kind, and how well they are documented.
fn summary(entries: &[(Kind, Vec<Entry<'_>>)], out: &mut String) {
    *out +=
        "\n| kind | profiles | figures | with an interval | with a confidence | sources |\n|---|--:|--:|--:|--:|--:|\n";
    for (kind, entries) in entries {
        let figures = || entries.iter().flat_map(|entry| &entry.figures);
        let valued = figures().filter(|figure| figure.value.is_some()).count();
        let intervals = figures().filter(|figure| figure.interval.is_some()).count();
        let confident = figures().filter(|figure| figure.value.is_some() && figure.confidence.is_some()).count();
        let sources: BTreeSet<&String> = figures().filter_map(|figure| figure.source.as_ref()).collect();
        let (kind, profiles, sources) = (kind.name(), entries.len(), sources.len());
        let _ = writeln!(out, "| {kind} | {profiles} | {valued} | {intervals} | {confident} | {sources} |");
    }
}

/// The licences of each file: of a folder of profiles as one, of each table alone.
fn licences(catalog: &Catalog, entries: &[(Kind, Vec<Entry<'_>>)], out: &mut String) -> Result<(), Error> {
    let bibliography = catalog.bibliography()?;
    let licence = |source: &String| bibliography.get(source)?.licence.clone();
    let mut found: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for entry in entries.iter().flat_map(|(_, entries)| entries) {
        for (file, sources) in catalog.sources_by_file(&entry.text)? {
            let (count, licences) = found.entry(shown(&file)).or_default();
            *count += 1;
            licences.extend(sources.iter().filter_map(licence));
        }
    }
    *out += "\n## Licences by file\n\nA profile may have parts in several tables, each under its own licence.\n\n";
    *out += "| file | profiles | licences of the sources |\n|---|--:|---|\n";
    for (file, (count, licences)) in found {
        let licences = licences.into_iter().collect::<Vec<_>>().join("; ");
        let _ = writeln!(out, "| `{file}` | {count} | {licences} |");
    }
    Ok(())
}

/// A table by its name, other profiles by their folder.
fn shown(file: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    if file.ends_with(".csv") { file.to_owned() } else { format!("{folder}/*.toml") }
}

fn grids(catalog: &Catalog, entries: &[Entry<'_>], out: &mut String) {
    *out += "\n## grid\n\nGrams of CO2 equivalent per kilowatt-hour. `life` over the life cycle, `direct` of generation alone, \
             `marginal` of the plants that follow demand. `P` primary energy, `W` water, `A` abiotic resources, `H` history, \
             `S` shape over hours and months. An identifier that names no source, such as `de`, is the recommended value of its zone.\n\n";
    *out += "| id | name | life | 5–95 % | direct | marginal | year | also | sources |\n|---|---|--:|--:|--:|--:|--:|---|---|\n";
    for entry in entries {
        let value = |key: &str| figure(entry, key).and_then(|figure| figure.value.as_deref()).map_or("", bare);
        let main = figure(entry, "carbon_intensity").or_else(|| figure(entry, "direct_carbon_intensity"));
        let interval = main.and_then(|figure| figure.interval.as_deref()).unwrap_or_default();
        let interval: Vec<&str> = interval.split(" to ").map(bare).collect();
        let year = main.and_then(|figure| figure.year).map(|year| year.to_string()).unwrap_or_default();
        let (life, direct) = (value("carbon_intensity"), value("direct_carbon_intensity"));
        let life = if main.is_none() { "no value" } else { life };
        let _ = writeln!(
            out,
            "| `{}` | {} | {life} | {} | {direct} | {} | {year} | {} | {} |",
            entry.text.id,
            entry.name,
            interval.join(" – "),
            value("marginal_carbon_intensity"),
            also(catalog, entry),
            sources(entry)
        );
    }
}

fn figure<'e>(entry: &'e Entry<'_>, key: &str) -> Option<&'e StatedFigure> {
    entry.figures.iter().find(|figure| figure.key == key)
}

/// The number without its unit.
fn bare(written: &str) -> &str {
    written.split(' ').next().unwrap_or_default()
}

/// Letters of what else is known of a grid.
fn also(catalog: &Catalog, entry: &Entry<'_>) -> String {
    let mut letters: String = [("primary_energy", 'P'), ("water", 'W'), ("abiotic", 'A')]
        .into_iter()
        .filter(|(key, _)| figure(entry, key).is_some())
        .map(|(_, letter)| letter)
        .collect();
    if entry.text.text.contains("[history]") {
        letters.push('H');
    }
    let document = entry.text.document();
    let zone = document.parse().ok().and_then(|tree| tree.text("zone")).unwrap_or_default();
    if catalog.has(Kind::Shape, &zone.to_lowercase()) {
        letters.push('S');
    }
    letters
}

fn plain(kind: Kind, entries: &[Entry<'_>], out: &mut String) {
    let _ = write!(out, "\n## {}\n\n| id | name | sources |\n|---|---|---|\n", kind.name());
    for entry in entries {
        let _ = writeln!(out, "| `{}` | {} | {} |", entry.text.id, entry.name.replace('|', "/"), sources(entry));
    }
}

/// The keys of the bibliography, once each.
fn sources(entry: &Entry<'_>) -> String {
    let named = entry.figures.iter().flat_map(|figure| [&figure.source, &figure.interval_source]);
    let keys: BTreeSet<&str> = named.flatten().map(String::as_str).collect();
    if keys.is_empty() { "no figure".to_owned() } else { keys.into_iter().collect::<Vec<_>>().join(", ") }
}
