//! `batch`: one scenario a row of a CSV file, streamed.

use std::io::Read;

use crate::cli::args::Batch;
use crate::cli::{commands, files, hourly};
use crate::document::{Document, quoted};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::number::significant;
use crate::profile::Catalog;
use crate::rival::Method;
use crate::scenario::Scenario;
use crate::uncertainty::{Quantiles, Settings};

/// Rows computed at a time: bounds the memory whatever the number of rows.
const CHUNK: usize = 256;
/// Significant digits of the output.
const DIGITS: usize = 9;
/// The same for rival methods, whose answers are not drawn: as many as a number has.
const RIVAL_DIGITS: usize = 17;
/// Indicators, each with three quantiles.
const COLUMNS: [&str; 8] = [
    "energy_wh",
    "carbon_g",
    "water_l",
    "primary_energy_mj",
    "abiotic_kgsbeq",
    "cost_eur",
    "accelerators_energy_wh",
    "training_accelerator_hours",
];

/// Estimates each row; the bad ones get a message, the good ones their result.
pub(super) fn batch(arguments: &Batch) -> Result<(), Error> {
    let method = commands::batch_method(&arguments.by.method)?;
    let settings = commands::settings(&arguments.draws)?;
    let (catalog, sets) = hourly::laid(&arguments.common)?;
    let mut reader = reader(&arguments.cases)?;
    let header = Header::read(&mut reader, &arguments.cases)?;
    let mut sink = files::Sink::open(arguments.output.output.as_deref())?;
    let sets = &sets;
    let job = Job { catalog: &catalog, header: &header, sets, method, settings, file: &arguments.cases };
    let mut counts = Counts::default();
    let mut records = reader.into_records();
    loop {
        let chunk: Vec<_> = records.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        if counts.rows == 0 {
            sink.write(&line(&output_header(method))?)?;
        }
        for row in job.compute(chunk) {
            counts.add(&row);
            sink.write(&line(&row.cells(method))?)?;
        }
    }
    if counts.rows == 0 {
        let error = Error::new(format!("{} has a header and no rows", arguments.cases));
        return Err(error.with_help("write one scenario a row below the header"));
    }
    sink.close()?;
    counts.finish(arguments.quiet)
}

#[derive(Default)]
struct Counts {
    rows: usize,
    wrong: usize,
}

impl Counts {
    fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.wrong += usize::from(row.result.is_err());
    }

    fn finish(&self, quiet: bool) -> Result<(), Error> {
        if self.wrong == 0 {
            if !quiet {
                files::tell(&format!("{} rows estimated", self.rows));
            }
            return Ok(());
        }
        let words = format!("{} of {} rows could not be estimated", self.wrong, self.rows);
        Err(Error::run(words).with_help("the column `error` says why; all other rows are complete"))
    }
}

fn reader(cases: &str) -> Result<csv::Reader<Box<dyn Read>>, Error> {
    let input: Box<dyn Read> = if cases == "-" {
        Box::new(std::io::stdin())
    } else {
        let file = std::fs::File::open(cases);
        Box::new(file.map_err(|error| Error::new(format!("cannot read {cases}: {error}")))?)
    };
    Ok(csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input))
}

/// The columns of the input.
struct Header {
    keys: Vec<String>,
    id: usize,
}

impl Header {
    fn read(reader: &mut csv::Reader<Box<dyn Read>>, file: &str) -> Result<Self, Error> {
        let header = reader.headers().map_err(|error| Error::new(format!("{file}: {error}")))?;
        let keys: Vec<String> = header.iter().map(|key| key.trim_start_matches('\u{feff}').to_owned()).collect();
        let help = "the header has `id` and dotted keys, such as id,inference.model,serving.accelerator";
        if keys.iter().all(String::is_empty) {
            return Err(Error::new(format!("{file} is empty")).with_help(help));
        }
        if let Some(twice) = keys.iter().enumerate().find(|(index, key)| keys[..*index].contains(key)) {
            return Err(Error::new(format!("{file}: the column \"{}\" stands twice", twice.1)));
        }
        let id = keys.iter().position(|key| key == "id");
        let semicolons = keys.iter().any(|key| key.contains(';'));
        let help = if semicolons { "columns are separated by commas, not by semicolons" } else { help };
        let id = id.ok_or_else(|| Error::new(format!("{file} has no column \"id\"")).with_help(help))?;
        Ok(Self { keys, id })
    }
}

/// What every row needs.
struct Job<'a> {
    catalog: &'a Catalog,
    header: &'a Header,
    sets: &'a [String],
    method: Method,
    settings: Settings,
    file: &'a str,
}

/// One row of the output.
struct Row {
    id: String,
    result: Result<Estimate, Error>,
}

impl Job<'_> {
    #[cfg(feature = "parallel")]
    fn compute(&self, chunk: Vec<csv::Result<csv::StringRecord>>) -> Vec<Row> {
        use rayon::prelude::*;
        chunk.into_par_iter().map(|record| self.row(record)).collect()
    }

    #[cfg(not(feature = "parallel"))]
    fn compute(&self, chunk: Vec<csv::Result<csv::StringRecord>>) -> Vec<Row> {
        chunk.into_iter().map(|record| self.row(record)).collect()
    }

    fn row(&self, record: csv::Result<csv::StringRecord>) -> Row {
        match record {
            Ok(record) => {
                let id = record.get(self.header.id).unwrap_or_default().to_owned();
                Row { result: self.estimate(&record, &id), id }
            }
            Err(error) => Row { id: String::new(), result: Err(Error::new(format!("unreadable row: {error}"))) },
        }
    }

    fn estimate(&self, record: &csv::StringRecord, id: &str) -> Result<Estimate, Error> {
        if record.len() != self.header.keys.len() {
            let words = format!("the row has {} cells, the header {}", record.len(), self.header.keys.len());
            return Err(Error::new(words));
        }
        let origin =
            record.position().map_or_else(|| self.file.to_owned(), |at| format!("{}:{}", self.file, at.line()));
        let mut document = Document::new(&origin, "");
        if !self.header.keys.iter().any(|key| key == "name") {
            document.set("name", &quoted(id), &origin);
        }
        for (key, value) in self.header.keys.iter().zip(record) {
            if key != "id" && !value.is_empty() {
                document.set(key, value, &origin);
            }
        }
        for set in self.sets {
            let (key, value) = set.split_once('=').ok_or_else(|| Error::new("--set takes KEY=VALUE"))?;
            document.set(key, value, "--set");
        }
        Ok(Scenario::read(&document, self.catalog)?.estimate_by(self.method, self.settings))
    }
}

fn output_header(method: Method) -> Vec<String> {
    let quantiles = COLUMNS.iter().flat_map(|name| ["p05", "p50", "p95"].map(|quantile| format!("{name}_{quantile}")));
    let mut header = vec!["id".to_owned()];
    header.extend(quantiles);
    header.extend(["warnings".to_owned(), "error".to_owned()]);
    if is_rival(method) {
        header.push("method".to_owned());
    }
    header
}

/// The output of a rival method names it in a column of its own.
fn is_rival(method: Method) -> bool {
    method != Method::Econome
}

impl Row {
    fn cells(&self, method: Method) -> Vec<String> {
        let digits = if is_rival(method) { RIVAL_DIGITS } else { DIGITS };
        let mut cells = vec![self.id.clone()];
        match &self.result {
            Ok(estimate) => {
                cells.extend(COLUMNS.iter().flat_map(|name| quantile_cells(estimate.quantity(name), digits)));
                let codes: Vec<&str> = estimate.warnings.iter().map(|warning| &*warning.code).collect();
                cells.extend([codes.join(";"), String::new()]);
            }
            Err(error) => {
                cells.extend(std::iter::repeat_n(String::new(), 3 * COLUMNS.len() + 1));
                cells.push(error.one_line());
            }
        }
        if is_rival(method) {
            cells.push(method.id().to_owned());
        }
        cells
    }
}

/// Empty where no figure covers the indicator.
fn quantile_cells(quantiles: Option<Quantiles>, digits: usize) -> [String; 3] {
    quantiles.map_or_else(Default::default, |q| [q.p05, q.p50, q.p95].map(|value| significant(value, digits)))
}

fn line(cells: &[String]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(|error| Error::run(error.to_string()))?;
    writer.into_inner().map_err(|error| Error::run(error.to_string()))
}
