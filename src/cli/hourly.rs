//! `--hourly`: a series of one's own of the carbon intensity of electricity, read into a mean and a shape.

use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::cli::args::Common;
use crate::cli::files;
use crate::error::Error;
use crate::profile::{Catalog, DAYS, HOURS};

/// Identifier of the shape that the series becomes.
const ID: &str = "hourly";
/// Hours of a common and of a leap year.
const YEARS: [usize; 2] = [8760, 8784];
/// Carbon intensity, in g/kWh, beyond that of any plant: then it is another unit.
const BEYOND: f64 = 3000.0;
const HELP: &str = "the file has a column of times, one row an hour over a year, or the columns month and hour, one row for \
                    each of their means; then one named after its unit, such as gco2e_kwh";

/// What the common arguments lay over the shipped profiles and over the scenario.
pub(super) fn laid(common: &Common) -> Result<(Catalog, Vec<String>), Error> {
    let catalog = files::catalog(common.profiles.as_deref())?;
    let Some(path) = &common.hourly else { return Ok((catalog, common.sets.clone())) };
    let series = Series::read(path)?;
    let file = path.to_string_lossy();
    let catalog = catalog.with_file(&format!("shape/{ID}.toml"), &file, series.shape(&file))?;
    let mean = format!("override.grid.carbon_intensity={} gCO2e/kWh", series.mean);
    // What is set on the command line still wins.
    let sets = [mean, format!("site.shape={ID}")].into_iter().chain(common.sets.iter().cloned());
    Ok((catalog, sets.collect()))
}

/// The mean of a year and of each month and hour, in g/kWh.
struct Series {
    mean: f64,
    cells: Vec<f64>,
}

/// One row: month and hour from zero, and the value.
struct Row {
    month: usize,
    hour: usize,
    value: f64,
}

impl Series {
    fn read(path: &Path) -> Result<Self, Error> {
        let text = files::text(path)?;
        let wrong = |line: u64, words: String| Error::new(format!("{}:{line}: {words}", path.display()));
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
        let kind = Kind::of(&header).map_err(|words| wrong(1, words).with_help(HELP))?;
        let mut rows: Vec<Row> = Vec::new();
        let mut before = None;
        for record in reader.records() {
            let record = record.map_err(|error| wrong(rows.len() as u64 + 2, error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = kind.row(&record, rows.len(), &mut before).map_err(|words| wrong(line, words))?;
            rows.push(row);
        }
        kind.check_length(rows.len())
            .map_err(|words| Error::new(format!("{}: {words}", path.display())).with_help(HELP))?;
        Self::of(&rows, kind).map_err(|words| Error::new(format!("{}: {words}", path.display())))
    }

    fn of(rows: &[Row], kind: Kind) -> Result<Self, String> {
        let weight = |row: &Row| if kind == Kind::Means { DAYS[row.month] } else { 1.0 };
        let mut sums = vec![(0.0, 0.0); DAYS.len() * HOURS];
        for row in rows {
            let cell = &mut sums[row.month * HOURS + row.hour];
            *cell = (cell.0 + row.value * weight(row), cell.1 + weight(row));
        }
        let (sum, hours) = sums.iter().fold((0.0, 0.0), |all, cell| (all.0 + cell.0, all.1 + cell.1));
        let mean = sum / hours;
        if mean <= 0.0 {
            return Err("the mean of the year is zero".to_owned());
        }
        Ok(Self { mean, cells: sums.iter().map(|(sum, hours)| sum / hours).collect() })
    }

    /// The shape as the profile of a zone whose clock is that of the file.
    fn shape(&self, file: &str) -> String {
        let ratios: Vec<String> = self.cells.iter().map(|cell| format!("{:.0}", 1000.0 * cell / self.mean)).collect();
        let name = crate::document::quoted(&format!("series of {file}"));
        format!("name = {name}\nutc_offset = 0\nsource = \"given\"\nratios = \"{}\"\n", ratios.join(" "))
    }
}

/// What a row of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An hour of a year.
    Hours,
    /// The mean of an hour of a month.
    Means,
}

impl Kind {
    fn of(header: &csv::StringRecord) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
        let kind = match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["month", "hour", _] => Self::Means,
            [_, _] => Self::Hours,
            _ => return Err(format!("the header is \"{}\"", names.join(","))),
        };
        let unit = names.last().map(String::as_str).unwrap_or_default();
        if is_grams_per_kwh(unit) { Ok(kind) } else { Err(format!("the column \"{unit}\" does not say gCO2e/kWh")) }
    }

    fn row(self, record: &csv::StringRecord, index: usize, before: &mut Option<DateTime>) -> Result<Row, String> {
        let value = value(record.iter().next_back().unwrap_or_default())?;
        let (month, hour) = match self {
            Self::Hours => next_hour(record.get(0).unwrap_or_default(), before)?,
            Self::Means => {
                let expected = (index / HOURS, index % HOURS);
                let written = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
                if written != (&(expected.0 + 1).to_string(), &expected.1.to_string()) {
                    let (month, hour) = (expected.0 + 1, expected.1);
                    return Err(format!("month {month}, hour {hour} comes here, found {}, {}", written.0, written.1));
                }
                expected
            }
        };
        if month >= DAYS.len() { Err("a thirteenth month".to_owned()) } else { Ok(Row { month, hour, value }) }
    }

    fn check_length(self, rows: usize) -> Result<(), String> {
        let means = DAYS.len() * HOURS;
        match self {
            Self::Hours if !YEARS.contains(&rows) => {
                Err(format!("a year has {} or {} hours, found {rows}", YEARS[0], YEARS[1]))
            }
            Self::Means if rows != means => Err(format!("there are {means} means of month and hour, found {rows}")),
            _ => Ok(()),
        }
    }
}

/// Whether the name of a column holds the unit, with or without signs: `gco2e_kwh`, `gCO2/kWh`, `CI [gCO2eq/kWh]`.
fn is_grams_per_kwh(name: &str) -> bool {
    let words: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == '_' || *c == ' ').collect();
    let joined: String = words.replace(['_', ' '], "");
    ["gco2kwh", "gco2ekwh", "gco2eqkwh"].iter().any(|unit| {
        let at = joined.find(unit);
        // No letter before the grams, as in kilograms, but the word "carbon intensity" may be.
        at.is_some_and(|at| !joined[..at].ends_with(['k', 'm', 't']))
    })
}

fn value(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("a number is expected, found \"{text}\""))?;
    if !value.is_finite() || value < 0.0 {
        return Err(format!("a carbon intensity is not negative, found {text}"));
    }
    if value > BEYOND {
        return Err(format!("{text} is more than any plant emits in gCO2e/kWh: is it another unit?"));
    }
    Ok(value)
}

/// Month and hour of a time, which follows the one before by an hour.
fn next_hour(text: &str, before: &mut Option<DateTime>) -> Result<(usize, usize), String> {
    let now = time(text).ok_or_else(|| format!("a time such as 2024-01-31T23:00Z is expected, found \"{text}\""))?;
    if let Some(before) = before.replace(now) {
        let expected = before.checked_add(1.hour()).map_err(|error| error.to_string())?;
        if now != expected {
            return Err(format!(
                "{expected} comes here, found {text}: no hour may lack or stand twice (write times in UTC)"
            ));
        }
    }
    let month = usize::try_from(now.month()).unwrap_or(1) - 1;
    Ok((month, usize::try_from(now.hour()).unwrap_or_default()))
}

/// A time with an offset is taken to UTC, one without is taken as it is.
fn time(text: &str) -> Option<DateTime> {
    let absolute = text.parse::<Timestamp>().ok().map(|instant| TimeZone::UTC.to_datetime(instant));
    absolute.or_else(|| text.parse::<DateTime>().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Series, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.csv");
        std::fs::write(&path, text).unwrap();
        Series::read(&path)
    }

    /// A year of hours, each with the value of a function of month, hour.
    fn year(year: i16, value: impl Fn(i8, i8) -> f64) -> String {
        let mut now = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
        let mut out = String::from("datetime_utc,gco2_kwh_direct\n");
        while now.year() == year {
            out += &format!("{now}Z,{}\n", value(now.month(), now.hour()));
            now = now.checked_add(1.hour()).unwrap();
        }
        out
    }

    #[test]
    fn a_year_becomes_its_mean_and_its_shape() {
        for (of, days) in [(2023, 365.0), (2024, 366.0)] {
            let series = read(&year(of, |month, _| if month == 1 { 400.0 } else { 100.0 })).unwrap();
            let mean = (31.0 * 400.0 + (days - 31.0) * 100.0) / days;
            assert!((series.mean - mean).abs() < 1e-9, "{}", series.mean);
            assert_eq!((series.cells[0], series.cells[HOURS]), (400.0, 100.0));
        }
    }

    #[test]
    fn means_of_month_and_hour_are_weighted_by_days() {
        let mut text = String::from("month,hour,gCO2e/kWh\n");
        for month in 1..=12 {
            for hour in 0..24 {
                text += &format!("{month},{hour},{}\n", if month == 2 { 200.0 } else { 100.0 });
            }
        }
        let series = read(&text).unwrap();
        assert!((series.mean - (28.0 * 200.0 + 337.0 * 100.0) / 365.0).abs() < 1e-9);
    }

    #[test]
    fn wrong_series_are_refused_at_the_line() {
        let right = year(2023, |_, _| 100.0);
        let gap = right.replacen("2023-03-01T05:00:00Z,100\n", "", 1);
        for (text, words) in [
            (gap.as_str(), ":1423: 2023-03-01T05:00:00 comes here"),
            (&right.replacen(",100\n", ",-1\n", 1), ":2: a carbon intensity is not negative, found -1"),
            (&right.replacen(",100\n", ",\n", 1), ":2: a number is expected"),
            (&right.replacen(",100\n", ",50000\n", 1), "another unit"),
            (&right.replace("gco2_kwh_direct", "kgco2_kwh"), "does not say gCO2e/kWh"),
            (&right.replace("gco2_kwh_direct", "lb_mwh"), "does not say gCO2e/kWh"),
            (&right.lines().take(100).collect::<Vec<_>>().join("\n"), "found 99"),
            (&year(2023, |_, _| 0.0), "mean of the year is zero"),
            ("", "the header is"),
            ("month,hour,gco2e_kwh\n1,1,100\n", "month 1, hour 0 comes here"),
        ] {
            let error = read(text).map(|series| series.mean).unwrap_err();
            assert!(error.message().contains(words), "{words}: {error}");
        }
    }

    #[test]
    fn units_are_told_from_the_name_of_the_column() {
        for name in ["gco2e_kwh", "gCO2/kWh", "CI [gCO2eq/kWh]", "carbon intensity gCO2e/kWh", "gco2_kwh_direct"] {
            assert!(is_grams_per_kwh(name), "{name}");
        }
        for name in ["kgCO2e/kWh", "gCO2e/MWh", "tCO2/GWh", "value", "mgco2_kwh"] {
            assert!(!is_grams_per_kwh(name), "{name}");
        }
    }
}
