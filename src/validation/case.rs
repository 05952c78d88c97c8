//! Published cases: a figure, what it includes, and the scenario to which it belongs.

use crate::document::{Document, quoted};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::profile::shipped_cases;
use crate::word::word;

/// Columns that every table of cases has, before the dotted keys of scenarios.
const COLUMNS: [&str; 10] = [
    "case",
    "published",
    "published_low",
    "published_high",
    "quantity",
    "basis",
    "calibration",
    "scope",
    "source",
    "note",
];

word!(
    /// How the published figure came about.
    Basis {
        /// Energy counters of the accelerators.
        MeasuredAccelerators = "measured_accelerators",
        /// Software counters of accelerators, processor and memory, or the system power of a chip with its share.
        MeasuredServer = "measured_server",
        /// A meter at the plug.
        MeasuredWall = "measured_wall",
        /// The operator's statement, not open to checking.
        Disclosed = "disclosed",
        /// Computed by its author: compared, never counted as a measurement.
        Modelled = "modelled",
        /// A life-cycle assessment.
        LifeCycle = "life_cycle",
    }
);

word!(
    /// Whether the figure had a part in the coefficients that predict it.
    Calibration {
        /// It was fitted, or is one of the runs behind a prior.
        Yes = "yes",
        /// It was not looked at in any fit.
        No = "no",
        /// It is one of the rows that gave the stack its coefficients.
        Stack = "stack",
        /// An input on which everything hangs is not published, and one was assumed: an order of magnitude.
        Assumed = "assumed",
    }
);

/// A published figure with the scenario to which it belongs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PublishedCase {
    /// Table in which it stands.
    pub task: String,
    /// Identifier, unique in its table.
    pub case: String,
    /// The figure.
    pub published: f64,
    /// Lower end, where a range is published.
    pub published_low: Option<f64>,
    /// Upper end, where a range is published.
    pub published_high: Option<f64>,
    /// What it is a figure of, one of [`Estimate::QUANTITIES`].
    pub quantity: String,
    /// How it came about.
    pub basis: Basis,
    /// Whether it had a part in the coefficients.
    pub calibration: Calibration,
    /// What it includes.
    pub scope: String,
    /// Key of the bibliography.
    pub source: String,
    /// Assumptions, doubts, or why it is not compared.
    pub note: String,
    /// Edits that make the scenario: dotted keys and values; none where the case is listed without being compared.
    pub keys: Vec<(String, String)>,
}

impl PublishedCase {
    /// The scenario: its edits of an empty one; none where the case is not compared.
    #[must_use]
    pub fn document(&self) -> Option<Document> {
        if self.keys.is_empty() {
            return None;
        }
        let origin = format!("<builtin>/validation/{}.csv, case {}", self.task, self.case);
        let mut document = Document::new(&origin, "");
        document.set("name", &quoted(&self.case), &origin);
        for (key, value) in &self.keys {
            document.set(key, value, &origin);
        }
        Some(document)
    }
}

/// The shipped cases of some tasks, or of all where none is named, in the order of their tables.
///
/// ```
/// let cases = econome::validation::cases(&["production"])?;
/// assert!(cases.iter().any(|case| case.case == "bloom-api"));
/// # Ok::<(), econome::Error>(())
/// ```
///
/// # Errors
///
/// When there is no such task; the nearest are listed.
pub fn cases(tasks: &[&str]) -> Result<Vec<PublishedCase>, Error> {
    let known = || shipped_cases().map(|(task, _)| task);
    if let Some(unknown) = tasks.iter().find(|task| !known().any(|known| known == **task)) {
        let error = Error::unknown("task", unknown, known());
        let all = known().collect::<Vec<_>>().join(", ");
        return Err(error.with_help(format!("there are published cases of {all}")));
    }
    let wanted = |task: &&str| tasks.is_empty() || tasks.contains(task);
    let mut found = Vec::new();
    for (task, text) in shipped_cases().filter(|(task, _)| wanted(task)) {
        found.extend(read(task, text)?);
    }
    Ok(found)
}

fn read(task: &str, text: &str) -> Result<Vec<PublishedCase>, Error> {
    let wrong = |words: String| Error::new(format!("<builtin>/validation/{task}.csv: {words}"));
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    if !header.iter().take(COLUMNS.len()).eq(COLUMNS) {
        return Err(wrong(format!("the header begins with {}", COLUMNS.join(","))));
    }
    let mut cases = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let case = record.get(0).unwrap_or_default();
        cases.push(read_case(task, &header, &record).map_err(|error| wrong(format!("{case}: {}", error.message())))?);
    }
    Ok(cases)
}

fn read_case(task: &str, header: &csv::StringRecord, record: &csv::StringRecord) -> Result<PublishedCase, Error> {
    let [case, published, low, high, quantity, basis, calibration, scope, source, note] =
        std::array::from_fn(|index| record.get(index).unwrap_or_default());
    if !Estimate::QUANTITIES.contains(&quantity) {
        return Err(Error::unknown("quantity", quantity, Estimate::QUANTITIES.into_iter()));
    }
    let cells = header.iter().zip(record).skip(COLUMNS.len());
    let keys = cells.filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key.to_owned(), value.to_owned()));
    Ok(PublishedCase {
        task: task.to_owned(),
        case: case.to_owned(),
        published: number(published)?.ok_or_else(|| Error::new("no published figure"))?,
        published_low: number(low)?,
        published_high: number(high)?,
        quantity: quantity.to_owned(),
        basis: basis.parse()?,
        calibration: calibration.parse()?,
        scope: scope.to_owned(),
        source: source.to_owned(),
        note: note.to_owned(),
        keys: keys.collect(),
    })
}

/// A positive number; none for an empty cell.
fn number(cell: &str) -> Result<Option<f64>, Error> {
    if cell.is_empty() {
        return Ok(None);
    }
    let value = cell.parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
    value.map(Some).ok_or_else(|| Error::new(format!("a published figure is a number above zero, found \"{cell}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "case,published,published_low,published_high,quantity,basis,calibration,scope,source,note,site.pue\n";

    #[test]
    fn a_case_without_keys_is_listed_and_not_compared() {
        let text =
            format!("{HEADER}# a remark\na,1,,,energy_wh,disclosed,no,,x,,\nb,2,1,3,energy_wh,modelled,no,,x,,1.2\n");
        let cases = read("text", &text).unwrap();
        assert!(cases[0].document().is_none() && cases[1].document().is_some());
        assert_eq!(cases[1].published_high, Some(3.0));
    }

    #[test]
    fn a_wrong_cell_names_its_case() {
        for (row, words) in [
            ("a,-1,,,energy_wh,disclosed,no,,x,,", "above zero"),
            ("a,1,,,energy,disclosed,no,,x,,", "unknown quantity"),
            ("a,1,,,energy_wh,told,no,,x,,", "unknown Basis"),
            ("a,,,,energy_wh,disclosed,no,,x,,", "no published figure"),
        ] {
            let error = read("text", &format!("{HEADER}{row}\n")).unwrap_err();
            assert!(error.message().contains(words) && error.message().contains("text.csv: a:"), "{error}");
        }
    }

    #[test]
    fn an_unknown_task_lists_the_known_ones() {
        let error = cases(&["txt"]).unwrap_err();
        assert!(error.help().is_some_and(|help| help.contains("text")), "{error}");
    }
}
