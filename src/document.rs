//! A TOML text with its positions, and the one way to change it: edits by dotted key.
//!
//! `--set a.b=v`, a column of a batch, an `[override]` and later an axis of a sweep are all edits of the
//! text before it is read as a scenario, so there is one validation and one style of error. Every value
//! remembers where it was written: in the file, or in the edit.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Place};

/// A TOML text and the edits made to it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text itself, then one segment an edit.
    segments: Vec<Segment>,
}

/// One text. Those of edits are preceded by blanks, as many as all texts before them are long, so that a
/// position alone tells which segment it belongs to.
#[derive(Clone, Debug)]
struct Segment {
    name: String,
    start: usize,
    text: String,
    /// Key of the value that this edit replaces whole instead of merging with it.
    replaces: Option<String>,
}

/// A parsed document: read it as a record, ask it where a key stands.
#[derive(Debug)]
pub(crate) struct Tree<'d> {
    segments: &'d [Segment],
    root: Spanned<DeTable<'d>>,
}

impl Document {
    /// Takes a text; `name` is how errors call it. The text is parsed when it is used.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario};
    /// let document = Document::new("case.toml", "[use]\nusers = = 3");
    /// let error = Scenario::read(&document, &Catalog::builtin()).unwrap_err();
    /// assert_eq!(error.position(), Some((2, 9)));
    /// ```
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self { segments: vec![Segment { name: name.to_owned(), start: 0, text: text.to_owned(), replaces: None }] }
    }

    /// Sets one value by its dotted key; a word that is not TOML is taken as a string.
    ///
    /// `origin` is how errors call the edit, such as `--set` or `CASES.csv:7`.
    pub fn set(&mut self, key: &str, value: &str, origin: &str) {
        self.push(value_line(key.trim(), value.trim()), origin, None);
    }

    /// Replaces whatever stands at `key` by one line of TOML.
    pub(crate) fn replace(&mut self, key: &str, line: String, origin: &str) {
        self.push(line, origin, Some(key.to_owned()));
    }

    /// Writes lines of TOML with dotted keys, as [`Document::set`] does one value.
    pub(crate) fn write(&mut self, lines: String, origin: &str) {
        self.push(lines, origin, None);
    }

    /// Removes whatever stands at `key`.
    pub(crate) fn remove(&mut self, key: &str, origin: &str) {
        self.replace(key, String::new(), origin);
    }

    fn push(&mut self, line: String, origin: &str, replaces: Option<String>) {
        let start = self.segments.last().map_or(0, |last| last.text.len() + 1);
        let text = " ".repeat(start) + &line;
        self.segments.push(Segment { name: origin.to_owned(), start, text, replaces });
    }

    /// How errors call the text itself.
    pub(crate) fn name(&self) -> &str {
        self.segments.first().map_or("", |first| &first.name)
    }

    pub(crate) fn parse(&self) -> Result<Tree<'_>, Error> {
        let parse = |index: usize| {
            DeTable::parse(&self.segments[index].text).map_err(|error| toml_error(&error, &self.segments))
        };
        let mut root = parse(0)?;
        for index in 1..self.segments.len() {
            let edit = parse(index).map_err(|error| error.with_help("a key is written like serving.accelerator"))?;
            if let Some(key) = &self.segments[index].replaces {
                remove(root.get_mut(), key);
            }
            merge(root.get_mut(), edit.into_inner())
                .map_err(|(span, message)| Error::new(message).at(place(&self.segments, &span)))?;
        }
        Ok(Tree { segments: &self.segments, root })
    }
}

impl<'d> Tree<'d> {
    /// Reads the whole text as a record.
    pub(crate) fn read<R: DeserializeOwned>(&self) -> Result<R, Error> {
        let deserializer = toml::de::Deserializer::from(self.root.clone());
        R::deserialize(deserializer).map_err(|error| toml_error(&error, self.segments))
    }

    /// Places an error at the value of `key`, or at the nearest table above it that exists.
    pub(crate) fn at(&self, key: &str, error: Error) -> Error {
        error.at(self.span(key).and_then(|span| place(self.segments, &span)))
    }

    /// Whether something is written at `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The keys of a table, in the order in which they were written; those of the whole text for no key.
    pub(crate) fn keys(&self, key: &str) -> Vec<String> {
        let table = match key {
            "" => Some(self.root.get_ref()),
            key => self.value(key).and_then(|value| value.get_ref().as_table()),
        };
        let mut keys: Vec<(usize, String)> = table
            .into_iter()
            .flat_map(|table| table.keys())
            .map(|key| (key.span().start, key.get_ref().to_string()))
            .collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// The dotted keys of all values that are not tables, in no particular order.
    pub(crate) fn leaves(&self) -> Vec<String> {
        let mut tables = self.tables();
        tables.push(String::new());
        let mut found = Vec::new();
        for table in &tables {
            for key in self.keys(table) {
                let path = if table.is_empty() { key } else { format!("{table}.{key}") };
                if !tables.contains(&path) {
                    found.push(path);
                }
            }
        }
        found
    }

    /// The dotted keys of all tables, at any depth.
    pub(crate) fn tables(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect_tables(self.root.get_ref(), "", &mut found);
        found
    }

    /// Where the value at a dotted key begins in the text.
    pub(crate) fn position(&self, key: &str) -> usize {
        self.value(key).map_or(0, |value| value.span().start)
    }

    /// The value at a dotted key, as it is written.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(text.to_owned());
        }
        self.excerpt(value.span())
    }

    /// The value at a dotted key as TOML, texts in quotes: what [`Document::set`] takes to write the same.
    pub(crate) fn toml(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        value.get_ref().as_str().map(quoted).or_else(|| self.excerpt(value.span()))
    }

    fn excerpt(&self, span: Range<usize>) -> Option<String> {
        Some(segment_of(self.segments, span.start)?.text.get(span)?.to_owned())
    }

    fn value(&self, key: &str) -> Option<&Spanned<DeValue<'d>>> {
        let mut table = self.root.get_ref();
        let mut parts = key.split('.').peekable();
        while let Some(part) = parts.next() {
            let value = table.get(part)?;
            if parts.peek().is_none() {
                return Some(value);
            }
            table = value.get_ref().as_table()?;
        }
        None
    }

    fn span(&self, key: &str) -> Option<Range<usize>> {
        let mut key = key;
        loop {
            if let Some(value) = self.value(key) {
                return Some(value.span());
            }
            key = key.rsplit_once('.')?.0;
        }
    }
}

fn collect_tables(table: &DeTable<'_>, above: &str, found: &mut Vec<String>) {
    for (key, value) in table {
        if let DeValue::Table(inner) = value.get_ref() {
            let path = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
            collect_tables(inner, &path, found);
            found.push(path);
        }
    }
}

/// One line of TOML: the value as it stands where that is a value, else as a string.
pub(crate) fn value_line(key: &str, value: &str) -> String {
    let plain = format!("{key} = {value}");
    if !value.contains(['\n', '\r']) && DeTable::parse(&plain).is_ok() {
        return plain;
    }
    format!("{key} = {}", quoted(value))
}

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Lays `edit` over `table`: tables merge, values replace.
fn merge<'t>(table: &mut DeTable<'t>, edit: DeTable<'t>) -> Result<(), (Range<usize>, String)> {
    for (key, mut value) in edit {
        let existing = table.get_mut(key.get_ref().as_ref());
        let span = value.span();
        match (existing, value.get_mut()) {
            (Some(existing), DeValue::Table(inner)) => {
                let inner = std::mem::take(inner);
                match existing.get_mut() {
                    DeValue::Table(outer) => merge(outer, inner)?,
                    _ => return Err((span, format!("\"{}\" is a value, it has no keys", key.get_ref()))),
                }
            }
            (Some(existing), _) => *existing = value,
            (None, _) => {
                table.insert(key, value);
            }
        }
    }
    Ok(())
}

fn remove(table: &mut DeTable<'_>, key: &str) {
    match key.split_once('.') {
        None => {
            table.remove(key);
        }
        Some((outer, rest)) => {
            if let Some(DeValue::Table(inner)) = table.get_mut(outer).map(Spanned::get_mut) {
                remove(inner, rest);
            }
        }
    }
}

fn toml_error(error: &toml::de::Error, segments: &[Segment]) -> Error {
    Error::from_serde(error.message()).at(error.span().and_then(|span| place(segments, &span)))
}

fn segment_of(segments: &[Segment], position: usize) -> Option<&Segment> {
    segments.iter().rev().find(|segment| segment.start <= position)
}

fn place(segments: &[Segment], span: &Range<usize>) -> Option<Place> {
    let segment = segment_of(segments, span.start)?;
    let end = segment.text.len();
    let at = span.start.min(end);
    let line_start = segment.text[..at].rfind('\n').map_or(segment.start, |newline| newline + 1);
    let line_end = segment.text[at..].find('\n').map_or(end, |newline| at + newline);
    let column = segment.text[line_start..at].chars().count() + 1;
    let width = segment.text[at..span.end.clamp(at, line_end.max(at))].chars().count();
    Some(Place {
        file: segment.name.clone(),
        line: segment.text[segment.start..at].matches('\n').count() + 1,
        column,
        excerpt: segment.text[line_start..line_end].to_owned(),
        width,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Site {
        pue: crate::units::Pue,
        grid: Option<String>,
    }
    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Top {
        site: Site,
    }

    fn read(document: &Document) -> Result<Top, Error> {
        document.parse()?.read()
    }

    #[test]
    fn an_edit_replaces_a_value_and_adds_a_key() {
        let mut document = Document::new("a.toml", "[site]\npue = 1.5\n");
        document.set("site.pue", "1.2", "--set");
        document.set("site.grid", "fr", "--set");
        let top = read(&document).unwrap();
        assert_eq!(top.site.pue, crate::units::Pue::new(1.2).unwrap());
        assert_eq!(top.site.grid.as_deref(), Some("fr"));
    }

    #[test]
    fn errors_point_at_the_text_that_is_wrong() {
        let mut document = Document::new("a.toml", "[site]\npue = 0.5\n");
        let error = read(&document).unwrap_err();
        assert_eq!(
            error.to_string(),
            "PUE must be at least 1, found 0.5\n --> a.toml:2:7\n  |\n2 | pue = 0.5\n  |       ^^^"
        );
        document.set("site.pue", "0.7", "--set");
        let error = read(&document).unwrap_err().to_string();
        assert!(error.contains("--> --set:1:12") && error.contains("1 | site.pue = 0.7"), "{error}");
    }

    #[test]
    fn keys_come_in_the_order_of_the_text() {
        let document = Document::new("a.toml", "[steps.search]\n[steps.answer]\n");
        assert_eq!(document.parse().unwrap().keys("steps"), ["search", "answer"]);
    }

    #[test]
    fn a_value_cannot_bring_lines_of_its_own() {
        let mut document = Document::new("a.toml", "[site]\npue = 1.5\n");
        document.set("site.grid", "fr\npue = 1.1", "--set");
        let top = read(&document).unwrap();
        assert_eq!(top.site.grid.as_deref(), Some("fr\npue = 1.1"));
        assert_eq!(top.site.pue, crate::units::Pue::new(1.5).unwrap());
        for text in ["a \"b\" \\\\ c", "\u{7f}\u{0}"] {
            document.set("site.grid", text, "--set");
            assert_eq!(read(&document).unwrap().site.grid.as_deref(), Some(text));
        }
    }

    #[test]
    fn a_value_has_no_keys() {
        let mut document = Document::new("a.toml", "site = 3\n");
        document.set("site.pue", "1.2", "--set");
        assert!(document.parse().unwrap_err().to_string().contains("is a value"));
    }
}
