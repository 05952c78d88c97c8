//! One row a scenario: CSV, JSON lines, Parquet.

use std::io::Write as _;
use std::path::Path;

use crate::cli::args::SweepFormat;
use crate::cli::files::Sink;
use crate::error::Error;
use crate::sweep::{Block, Prepared, Row};

/// Rows on their way to a file.
pub(super) struct Rows<'p> {
    prepared: &'p Prepared<'p>,
    writer: Writer,
}

enum Writer {
    Csv(Sink),
    Jsonl(Sink),
    #[cfg(feature = "parquet")]
    Parquet(Box<super::parquet::Columns>),
}

impl<'p> Rows<'p> {
    /// Opens an output and writes what stands before the first row.
    pub(super) fn open(format: SweepFormat, output: Option<&Path>, prepared: &'p Prepared<'p>) -> Result<Self, Error> {
        let sink = Sink::open(output)?;
        let mut rows = Self { prepared, writer: writer(format, sink, prepared)? };
        if let Writer::Csv(sink) = &mut rows.writer {
            sink.write(header(prepared)?.as_bytes())?;
        }
        Ok(rows)
    }

    /// Opens an output that goes on with the text of another.
    pub(super) fn after(
        format: SweepFormat,
        output: Option<&Path>,
        prepared: &'p Prepared<'p>,
        before: &Path,
    ) -> Result<Self, Error> {
        let mut sink = Sink::open(output)?;
        sink.copy(before)?;
        Ok(Self { prepared, writer: writer(format, sink, prepared)? })
    }

    /// Writes the scenarios of a block that are kept.
    pub(super) fn write_block(&mut self, block: &Block) -> Result<(), Error> {
        #[cfg(feature = "parquet")]
        if let Writer::Parquet(columns) = &mut self.writer {
            return columns.write_block(self.prepared, block);
        }
        let mut text = Vec::new();
        for row in block.kept() {
            let numbers = block.columns.iter().map(|column| Some(column[row]).filter(|value| !value.is_nan()));
            self.line(block.first + row as u64, numbers, &mut text)?;
        }
        self.text(&text)
    }

    /// Writes some scenarios.
    pub(super) fn write_rows<'r>(&mut self, rows: impl Iterator<Item = &'r Row>) -> Result<(), Error> {
        #[cfg(feature = "parquet")]
        if let Writer::Parquet(columns) = &mut self.writer {
            for row in rows {
                columns.push(self.prepared, row.scenario, row.values.iter().copied());
            }
            return Ok(());
        }
        let mut text = Vec::new();
        for row in rows {
            self.line(row.scenario, row.values.iter().copied(), &mut text)?;
        }
        self.text(&text)
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Error> {
        match &mut self.writer {
            Writer::Csv(sink) | Writer::Jsonl(sink) => sink.write(text),
            #[cfg(feature = "parquet")]
            Writer::Parquet(_) => Ok(()),
        }
    }

    fn line(&self, scenario: u64, numbers: impl Iterator<Item = Option<f64>>, text: &mut Vec<u8>) -> Result<(), Error> {
        let written = match &self.writer {
            Writer::Csv(_) => csv_line(self.prepared, scenario, numbers, text),
            _ => jsonl_line(self.prepared, scenario, numbers, text),
        };
        written.map_err(|error| Error::run(error.to_string()))
    }

    /// Ends the output: it is there from now on.
    pub(super) fn close(self) -> Result<(), Error> {
        self.into_sink()?.close()
    }

    /// Ends the output under another name.
    pub(super) fn close_as(self, path: &Path) -> Result<(), Error> {
        self.into_sink()?.close_as(path)
    }

    fn into_sink(self) -> Result<Sink, Error> {
        match self.writer {
            Writer::Csv(sink) | Writer::Jsonl(sink) => Ok(sink),
            #[cfg(feature = "parquet")]
            Writer::Parquet(columns) => columns.finish(),
        }
    }
}

#[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "the schema is that of Parquet"))]
fn writer(format: SweepFormat, sink: Sink, prepared: &Prepared<'_>) -> Result<Writer, Error> {
    Ok(match format {
        #[cfg(feature = "parquet")]
        SweepFormat::Parquet => Writer::Parquet(Box::new(super::parquet::Columns::new(sink, prepared)?)),
        SweepFormat::Jsonl => Writer::Jsonl(sink),
        _ => Writer::Csv(sink),
    })
}

/// Names of the columns: the scenario, the keys of the axes, the results.
pub(super) fn names(prepared: &Prepared<'_>) -> Vec<String> {
    let keys = prepared.axes().iter().flat_map(|axis| axis.keys.clone());
    std::iter::once("scenario".to_owned()).chain(keys).chain(prepared.columns()).collect()
}

fn header(prepared: &Prepared<'_>) -> Result<String, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Error::run(error.to_string());
    writer.write_record(names(prepared)).map_err(failed)?;
    let bytes = writer.into_inner().map_err(|error| Error::run(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn csv_line(
    prepared: &Prepared<'_>,
    scenario: u64,
    numbers: impl Iterator<Item = Option<f64>>,
    text: &mut Vec<u8>,
) -> std::io::Result<()> {
    write!(text, "{scenario}")?;
    for value in prepared.values(scenario) {
        if value.contains([',', '"', '\n', '\r']) {
            write!(text, ",\"{}\"", value.replace('"', "\"\""))?;
        } else {
            write!(text, ",{value}")?;
        }
    }
    for number in numbers {
        match number {
            Some(number) => write!(text, ",{number:?}")?,
            None => text.push(b','),
        }
    }
    text.push(b'\n');
    Ok(())
}

fn jsonl_line(
    prepared: &Prepared<'_>,
    scenario: u64,
    numbers: impl Iterator<Item = Option<f64>>,
    text: &mut Vec<u8>,
) -> std::io::Result<()> {
    write!(text, "{{\"scenario\":{scenario}")?;
    let keys = prepared.axes().iter().flat_map(|axis| &axis.keys);
    for (key, value) in keys.zip(prepared.values(scenario)) {
        write!(
            text,
            ",{}:{}",
            json(key),
            plain_number(value).map_or_else(|| json(value), |number| format!("{number:?}"))
        )?;
    }
    for (name, number) in prepared.columns().iter().zip(numbers) {
        match number.filter(|number| number.is_finite()) {
            Some(number) => write!(text, ",\"{name}\":{number:?}")?,
            None => write!(text, ",\"{name}\":null")?,
        }
    }
    text.extend(b"}\n");
    Ok(())
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The number that a value is, where it has no unit.
pub(super) fn plain_number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}
