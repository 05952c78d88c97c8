//! The files built into the crate: profiles, tables of profiles, scenarios, published cases.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, DirEntry, File, include_dir};

use crate::profile::catalog::{Kind, ProfileText};
use crate::profile::names::stem;
use crate::profile::table::{Fields, Table, id_of, joined};

static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// The tables of each kind, of which only the headers are read.
static TABLES: LazyLock<BTreeMap<Kind, Vec<Table<'static>>>> =
    LazyLock::new(|| Kind::ALL.into_iter().map(|kind| (kind, read_tables(kind))).collect());

fn read_tables(kind: Kind) -> Vec<Table<'static>> {
    let files = folders(kind).flat_map(Dir::files).filter(|file| file.path().extension() == Some("csv".as_ref()));
    files.filter_map(|file| Table::read(file.path().to_str()?, file.contents_utf8()?).ok()).collect()
}

pub(super) fn tables(kind: Kind) -> &'static [Table<'static>] {
    TABLES.get(&kind).map_or(&[], Vec::as_slice)
}

/// The folder of a kind and those in it, each of its own licence: found once, for that looks at every file.
static FOLDERS: LazyLock<BTreeMap<Kind, Vec<&'static Dir<'static>>>> = LazyLock::new(|| {
    let folders = |kind: Kind| {
        SHIPPED.get_dir(kind.name()).into_iter().flat_map(|folder| std::iter::once(folder).chain(folder.dirs()))
    };
    Kind::ALL.into_iter().map(|kind| (kind, folders(kind).collect())).collect()
});

fn folders(kind: Kind) -> impl Iterator<Item = &'static Dir<'static>> {
    FOLDERS.get(&kind).into_iter().flatten().copied()
}

/// The text of one profile: its file, rows of tables, or both.
pub(super) fn text(kind: Kind, id: &str) -> Option<ProfileText<'static>> {
    let file = folders(kind).find_map(|folder| file_in(folder, &format!("{id}.toml")));
    let rows: Vec<_> = tables(kind).iter().filter_map(|table| Some((table, table.row(id)?))).collect();
    let own = file.and_then(File::contents_utf8);
    let (Some(line), true) = (rows.first().map(|(_, line)| *line), !rows.is_empty()) else {
        let file = file?;
        let path = file.path().to_str()?;
        return Some(ProfileText { kind, id: stem(path), file: path.into(), text: own?.into(), builtin: true });
    };
    let fields: Vec<Fields> = rows.iter().map(|(table, line)| table.fields(0, line)).collect::<Result<_, _>>().ok()?;
    let files: Vec<&str> = file
        .and_then(|file| file.path().to_str())
        .into_iter()
        .chain(rows.iter().map(|(table, _)| table.file))
        .collect();
    let text = Cow::Owned(joined(own.unwrap_or_default(), &fields));
    Some(ProfileText { kind, id: id_of(line), file: files.join(", ").into(), text, builtin: true })
}

/// The tables that have a part of a profile, and the keys of each part.
pub(super) fn parts(kind: Kind, id: &str) -> Vec<(&'static str, Vec<String>)> {
    let rows = tables(kind).iter().filter_map(|table| Some((table, table.row(id)?)));
    let keys = |fields: Fields| fields.into_iter().map(|(key, _)| key).collect();
    rows.map(|(table, line)| (table.file, table.fields(0, line).map(keys).unwrap_or_default())).collect()
}

/// Whether a profile has this identifier.
pub(super) fn has(kind: Kind, id: &str) -> bool {
    let named = format!("{id}.toml");
    folders(kind).any(|folder| file_in(folder, &named).is_some())
        || tables(kind).iter().any(|table| table.row(id).is_some())
}

/// The file of this name in a folder, whose entries are in order of names.
fn file_in(folder: &'static Dir<'static>, name: &str) -> Option<&'static File<'static>> {
    let entries = folder.entries();
    let found = entries.binary_search_by(|entry| entry.path().file_name().cmp(&Some(name.as_ref()))).ok()?;
    entries.get(found).and_then(DirEntry::as_file)
}

/// The profiles of a kind that have a file of their own: identifier and text.
pub(super) fn files(kind: Kind) -> impl Iterator<Item = (&'static str, &'static str)> {
    folders(kind).flat_map(Dir::files).filter_map(|file| {
        let name = file.path().file_name()?.to_str()?.strip_suffix(".toml")?;
        Some((name, file.contents_utf8()?))
    })
}

/// The identifiers of a kind, once each, in order.
pub(super) fn ids(kind: Kind) -> Vec<&'static str> {
    let rows = tables(kind).iter().flat_map(|table| table.rows().map(|(_, line)| id_of(line)));
    let mut ids: Vec<&str> = files(kind).map(|(id, _)| id).chain(rows).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A text at the top of the profiles' folder.
pub(super) fn top(name: &str) -> &'static str {
    SHIPPED.get_file(name).and_then(File::contents_utf8).unwrap_or_default()
}

/// The scenarios shipped with the crate, as (id, TOML text).
pub fn shipped_scenarios() -> impl Iterator<Item = (&'static str, &'static str)> {
    in_folder("scenario", ".toml")
}

/// The tables of published cases shipped with the crate, as (task, CSV text), by task.
#[cfg(feature = "cli")]
pub(crate) fn shipped_cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    in_folder("validation", ".csv")
}

/// Names without suffix and texts of the files of a folder, in order of these names.
fn in_folder(folder: &str, suffix: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = SHIPPED.get_dir(folder).into_iter().flat_map(Dir::files);
    let files: BTreeMap<_, _> = files
        .filter_map(move |file| Some((file.path().file_name()?.to_str()?.strip_suffix(suffix)?, file.contents_utf8()?)))
        .collect();
    files.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_table_is_read_and_in_order_of_identifiers() {
        let files = Kind::ALL.into_iter().flat_map(folders).flat_map(Dir::files);
        let tables_there = files.filter(|file| file.path().extension() == Some("csv".as_ref())).count();
        let all: Vec<&Table<'_>> = Kind::ALL.iter().flat_map(|kind| tables(*kind)).collect();
        assert!(tables_there >= 7 && all.len() == tables_there, "{} of {tables_there}", all.len());
        for table in all {
            let ids: Vec<&str> = table.rows().map(|(_, line)| id_of(line)).collect();
            assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{}: not in order", table.file);
            for (number, line) in table.rows() {
                assert!(table.fields(number, line).is_ok(), "{}:{number}", table.file);
                assert_eq!(table.row(id_of(line)), Some(line));
            }
        }
    }

    #[test]
    fn every_file_is_found() {
        for kind in Kind::ALL {
            for (id, _) in files(kind) {
                assert!(text(kind, id).is_some_and(|found| found.id == id), "{id}");
            }
        }
    }
}
