//! Many profiles in one CSV file: a row is a profile, or a part of one, in short.
//!
//! The header is `id` and the dotted keys of a profile; a unit in brackets after a key goes with every cell below. A
//! first row with the id `*` completes the figures that a row begins, and the keys outside of figures that it leaves
//! empty. Rows of several tables with one id make one profile together, each figure from a table of its own licence.
//! A row is written out as TOML when it is asked for, so that everything else about it is as for any profile.

use crate::document::{Document, value_line};
use crate::error::{Error, Place};

/// Identifier of the row that completes the others.
const COMPLETES: &str = "*";
/// Keys whose cells are lists, parted by semicolons.
const LISTS: [&str; 2] = ["aliases", "neighbours"];

/// A CSV file of profiles.
#[derive(Clone, Debug)]
pub(super) struct Table<'t> {
    /// Its name.
    pub(super) file: &'t str,
    columns: Vec<Column>,
    /// Cells of the row that completes the others, as many as columns, or none.
    completing: Vec<String>,
    /// The rows, one a line.
    body: &'t str,
    /// Line on which they begin.
    first_line: usize,
}

#[derive(Clone, Debug)]
struct Column {
    key: String,
    unit: Option<String>,
}

/// Keys and values of one row, the values as TOML.
pub(super) type Fields = Vec<(String, String)>;

impl<'t> Table<'t> {
    /// Reads header and completing row of a table.
    pub(super) fn read(file: &'t str, text: &'t str) -> Result<Self, Error> {
        let (header, rest) = text.split_once('\n').unwrap_or((text, ""));
        let columns: Vec<Column> = cells(header).iter().map(|cell| Column::read(cell)).collect();
        let mut table = Self { file, columns, completing: Vec::new(), body: rest, first_line: 2 };
        if table.columns.first().is_none_or(|first| first.key != "id") {
            let error = Error::new("a table of profiles begins with the column \"id\"");
            let help = "the other columns are keys of a profile, such as carbon_intensity.value [gCO2e/kWh]";
            return Err(error.with_help(help).at(table.place(1, header)));
        }
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if id_of(first) == COMPLETES {
            table.completing = table.cells(2, first)?;
            (table.body, table.first_line) = (after, 3);
        }
        Ok(table)
    }

    /// The row with this identifier, in a table that is in order of identifiers.
    pub(super) fn row(&self, id: &str) -> Option<&'t str> {
        let body = self.body;
        let (mut low, mut high) = (0, body.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let newline = body.as_bytes()[..middle].iter().rposition(|byte| *byte == b'\n');
            let start = newline.map_or(0, |newline| newline + 1).max(low);
            let end = body[start..].find('\n').map_or(body.len(), |newline| start + newline);
            let line = &body[start..end];
            match id_of(line).cmp(id) {
                std::cmp::Ordering::Equal => return Some(line),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// All rows with the number of their line.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &'t str)> {
        (self.first_line..).zip(self.body.lines()).filter(|(_, line)| !line.trim().is_empty())
    }

    /// Keys and values of a row, those of the completing row among them.
    pub(super) fn fields(&self, number: usize, line: &str) -> Result<Fields, Error> {
        let row = self.cells(number, line)?;
        let begun: Vec<&str> = self.columns.iter().zip(&row).filter(|(_, cell)| !cell.is_empty()).map(figure).collect();
        let mut fields = Vec::new();
        for (index, column) in self.columns.iter().enumerate().skip(1) {
            let completing = self.completing.get(index).filter(|_| column.completed(&begun));
            let cell = Some(&row[index]).filter(|cell| !cell.is_empty()).or(completing);
            if let Some(cell) = cell.filter(|cell| !cell.is_empty()) {
                fields.push((column.key.clone(), column.value(cell)));
            }
        }
        Ok(fields)
    }

    /// The cell of a row in the column of this key, without reading the others into values.
    pub(super) fn cell(&self, line: &str, key: &str) -> Option<String> {
        let index = self.columns.iter().position(|column| column.key == key)?;
        cells(line).into_iter().nth(index).filter(|cell| !cell.is_empty())
    }

    fn cells(&self, number: usize, line: &str) -> Result<Vec<String>, Error> {
        let cells = cells(line);
        if cells.len() == self.columns.len() {
            return Ok(cells);
        }
        let message = format!("this row has {} cells, the header {}", cells.len(), self.columns.len());
        let help = "a cell with a comma stands in double quotes, and a row on one line";
        Err(Error::new(message).with_help(help).at(self.place(number, line)))
    }

    fn place(&self, line: usize, excerpt: &str) -> Option<Place> {
        let width = excerpt.chars().count();
        Some(Place { file: self.file.to_owned(), line, column: 1, excerpt: excerpt.to_owned(), width })
    }
}

impl Column {
    fn read(cell: &str) -> Self {
        let parts = cell.trim().strip_suffix(']').and_then(|cell| cell.split_once('['));
        match parts {
            Some((key, unit)) => Self { key: key.trim().to_owned(), unit: Some(unit.trim().to_owned()) },
            None => Self { key: cell.trim().to_owned(), unit: None },
        }
    }

    /// Whether the completing row speaks for this column where a row has begun these figures.
    fn completed(&self, begun: &[&str]) -> bool {
        match self.key.rsplit_once('.') {
            Some((figure, _)) => begun.contains(&figure),
            None => true,
        }
    }

    fn value(&self, cell: &str) -> String {
        match &self.unit {
            Some(unit) => value_line(&self.key, &format!("{cell} {unit}")),
            None if LISTS.contains(&self.key.as_str()) => {
                let words = list(cell).map(crate::document::quoted).collect::<Vec<_>>();
                format!("{} = [{}]", self.key, words.join(", "))
            }
            None => value_line(&self.key, cell),
        }
    }
}

/// The words of a cell that is a list.
pub(super) fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|word| !word.is_empty())
}

/// The figure that a column belongs to, if any.
fn figure<'c>((column, _): (&'c Column, &String)) -> &'c str {
    column.key.rsplit_once('.').map_or("", |(figure, _)| figure)
}

/// The identifier of a row, which needs no quotes.
pub(super) fn id_of(line: &str) -> &str {
    line.split(',').next().unwrap_or_default().trim()
}

fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(512).from_reader(line.as_bytes());
    let row = reader.records().next().and_then(Result::ok).unwrap_or_default();
    row.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// One TOML text of a profile's own text and of rows that add to it: keys first, then tables.
pub(super) fn joined(own: &str, rows: &[Fields]) -> String {
    let (mut keys, mut tables) = (String::new(), Vec::<(&str, String)>::new());
    for (key, line) in rows.iter().flatten() {
        match key.rsplit_once('.') {
            None => keys += &format!("{line}\n"),
            Some((table, last)) => {
                let line = format!("{last}{}\n", &line[key.len()..]);
                match tables.iter_mut().find(|(name, _)| *name == table) {
                    Some((_, lines)) => lines.push_str(&line),
                    None => tables.push((table, line)),
                }
            }
        }
    }
    let tables: String = tables.iter().map(|(name, lines)| format!("\n[{name}]\n{lines}")).collect();
    keys + own + &tables
}

/// Refuses a profile that two files give.
pub(super) fn check_joined(file: &str, text: &str) -> Result<(), Error> {
    Document::new(file, text).parse().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "id,name,aliases,size.value [W],size.source\n*,,,,here\na,Alpha,A; Aleph,3,\nab,\"Al, Bet\",,,\n\
                        b,Beta,,4,there\n";

    #[test]
    fn a_row_is_written_out_as_toml() {
        let table = Table::read("t.csv", TEXT).unwrap();
        let fields = table.fields(3, table.row("a").unwrap()).unwrap();
        let toml = joined("", &[fields]);
        let expected = "name = \"Alpha\"\naliases = [\"A\", \"Aleph\"]\n\n[size]\nvalue = \"3 W\"\nsource = \"here\"\n";
        assert_eq!(toml, expected);
    }

    #[test]
    fn the_completing_row_adds_no_figure_and_replaces_no_cell() {
        let table = Table::read("t.csv", TEXT).unwrap();
        let of = |id| joined("", &[table.fields(0, table.row(id).unwrap()).unwrap()]);
        assert_eq!(of("ab"), "name = \"Al, Bet\"\n");
        assert!(of("b").contains("source = \"there\""));
    }

    #[test]
    fn every_row_is_found_and_no_other() {
        let table = Table::read("t.csv", TEXT).unwrap();
        for (_, line) in table.rows() {
            assert_eq!(table.row(id_of(line)), Some(line));
        }
        for absent in ["", "aa", "abc", "c", "*"] {
            assert_eq!(table.row(absent), None, "{absent}");
        }
    }

    #[test]
    fn parts_of_one_figure_come_from_several_tables() {
        let value = Table::read("v.csv", "id,size.value\na,3 W\n").unwrap();
        let range = Table::read("r.csv", "id,size.low,size.high\na,2 W,4 W\n").unwrap();
        let rows = [&value, &range].map(|table| table.fields(2, table.row("a").unwrap()).unwrap());
        assert_eq!(
            joined("name = \"A\"\n", &rows),
            "name = \"A\"\n\n[size]\nvalue = \"3 W\"\nlow = \"2 W\"\nhigh = \"4 W\"\n"
        );
    }

    #[test]
    fn a_short_row_and_a_table_without_ids_are_refused() {
        let table = Table::read("t.csv", "id,name\na\n").unwrap();
        let error = table.fields(2, "a").unwrap_err();
        assert_eq!((error.message(), error.position()), ("this row has 1 cells, the header 2", Some((2, 1))));
        assert!(Table::read("t.csv", "name\nx\n").unwrap_err().message().contains("column \"id\""));
    }
}
