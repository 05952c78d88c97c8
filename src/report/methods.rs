//! All methods side by side, one pure renderer per format.

use std::fmt::Write as _;

use crate::estimate::{MethodReport, Ratios, SideBySide};
use crate::impact::Indicator as Counted;
use crate::number::{grouped, scale, significant, supported_digits};
use crate::report::markdown::cell;
use crate::report::rows::units;
use crate::report::table::{Lines, short};
use crate::uncertainty::Quantiles;

/// Digits of a ratio.
const RATIO_DIGITS: usize = 3;
/// Share of the first method below which another is shown in a unit of its own.
const FAR: f64 = 1e-2;

/// An indicator: its names, where it stands in a result, and how it is shown.
struct Indicator {
    name: &'static str,
    column: &'static str,
    value: fn(&MethodReport) -> Option<Quantiles>,
    ratio: fn(&Ratios) -> Option<f64>,
    counted: Counted,
}

const INDICATORS: [Indicator; 5] = [
    Indicator {
        name: "energy",
        column: "energy_wh",
        value: |one| one.per_unit.energy_wh,
        ratio: |ratios| ratios.energy,
        counted: Counted::Energy,
    },
    Indicator {
        name: "carbon",
        column: "carbon_g",
        value: |one| one.per_unit.carbon_g,
        ratio: |ratios| ratios.carbon,
        counted: Counted::Carbon,
    },
    Indicator {
        name: "water",
        column: "water_l",
        value: |one| one.per_unit.water_l,
        ratio: |ratios| ratios.water,
        counted: Counted::Water,
    },
    Indicator {
        name: "primary energy",
        column: "primary_energy_mj",
        value: |one| one.per_unit.primary_energy_mj,
        ratio: |ratios| ratios.primary_energy,
        counted: Counted::PrimaryEnergy,
    },
    Indicator {
        name: "abiotic resources",
        column: "abiotic_kgsbeq",
        value: |one| one.per_unit.abiotic_kgsbeq,
        ratio: |ratios| ratios.abiotic,
        counted: Counted::Abiotic,
    },
];

/// One method on one indicator, as text.
struct Row {
    value: String,
    range: String,
    ratio: String,
}

impl Row {
    /// In the unit of `reference` where that is near, so that the methods can be compared at sight.
    fn new(indicator: &Indicator, report: &MethodReport, reference: Option<Quantiles>) -> Self {
        let Some(own) = (indicator.value)(report) else {
            return Self { value: "not covered".to_owned(), range: String::new(), ratio: String::new() };
        };
        let digits = supported_digits(own.p05, own.p95);
        let comparable = |median: &Quantiles| (FAR..1.0 / FAR).contains(&(own.p50 / median.p50));
        let (to_smallest, units) = units(indicator.counted);
        let reference = reference.filter(comparable).unwrap_or(own).p50 * to_smallest;
        let shown = |value: f64, digits: usize| significant(scale(value * to_smallest, reference, units).0, digits);
        let unit = scale(reference, reference, units).1;
        let (low, high) = (shown(own.p05, digits), shown(own.p95, digits));
        let range = if low == high { String::new() } else { format!("{low} – {high}") };
        let ratio = (indicator.ratio)(&report.ratio_to_econome);
        let ratio = ratio.map(|ratio| significant(ratio, RATIO_DIGITS)).unwrap_or_default();
        Self { value: format!("{} {unit}", shown(own.p50, digits)).trim_end().to_owned(), range, ratio }
    }
}

/// Calls `each` for every indicator and method, with whether it is the first of its indicator.
fn rows(all: &SideBySide, mut each: impl FnMut(&Indicator, &MethodReport, Row, bool)) {
    for indicator in &INDICATORS {
        let reference = all.methods.first().and_then(indicator.value);
        for (index, report) in all.methods.iter().enumerate() {
            each(indicator, report, Row::new(indicator, report, reference), index == 0);
        }
    }
}

/// What the columns are.
const LEGEND: &str = "econome: median, 5 – 95 %. Rivals: value, or midpoint and ends (min – max) where the method takes a \
                      range. Methods count different things: compare what each does not cover.";

/// All methods for a terminal of 80 columns.
#[must_use]
pub fn table(all: &SideBySide) -> String {
    let mut out = Lines::default();
    out.line(&all.scenario);
    out.line(&format!("{} × {} a year", grouped(all.units_per_year), all.unit));
    let heading = format!("per {}", short(&all.unit));
    out.title(&format!("{:19}{:15}{heading:>16}  {:<18}{:>10}", "", "method", "range", "x econome"));
    rows(all, |indicator, report, row, first| {
        let name = if first { indicator.name } else { "" };
        out.line(&format!("{name:19}{:15}{:>16}  {:<18}{:>10}", report.method, row.value, row.range, row.ratio));
    });
    out.line("");
    out.wrapped("", LEGEND);
    for report in &all.methods {
        out.title(&format!("{}: {}", report.method, report.method_name));
        for gap in &report.not_covered {
            out.wrapped("  ", &format!("- not covered: {gap}"));
        }
        let sources: Vec<&str> = report.sources.iter().map(|source| source.key.as_str()).collect();
        out.wrapped("  ", &format!("sources: {}", sources.join(", ")));
    }
    out.title(&colophon(all));
    out.text
}

fn colophon(all: &SideBySide) -> String {
    let SideBySide { version, samples, seed, profiles_digest, .. } = all;
    format!("econome {version}, {samples} draws, seed {seed}, profiles {profiles_digest}")
}

/// All methods as JSON.
#[must_use]
pub fn json(all: &SideBySide) -> String {
    serde_json::to_string_pretty(all).map_or_else(|error| format!("{{\"error\":\"{error}\"}}"), |text| text + "\n")
}

/// All methods as CSV: one line a method and indicator; empty cells where it is not covered.
#[must_use]
pub fn csv(all: &SideBySide) -> String {
    let mut out = "method,scope,indicator,p05,p50,p95,mean,ratio_to_econome\n".to_owned();
    rows(all, |indicator, report, _, _| {
        let _ = write!(out, "{},per_unit,{},", report.method, indicator.column);
        match (indicator.value)(report) {
            Some(Quantiles { p05, p50, p95, mean, .. }) => {
                let _ = write!(out, "{p05},{p50},{p95},{mean},");
            }
            None => out.push_str(",,,,"),
        }
        let ratio = (indicator.ratio)(&report.ratio_to_econome);
        let _ = writeln!(out, "{}", ratio.map(|ratio| ratio.to_string()).unwrap_or_default());
    });
    out
}

/// All methods as a Markdown document.
#[must_use]
pub fn markdown(all: &SideBySide) -> String {
    let mut out = format!("# {}: methods side by side\n\n", all.scenario);
    let _ = writeln!(out, "Functional unit: {}. Volume: {} a year.\n", all.unit, grouped(all.units_per_year));
    let unit = cell(&all.unit);
    let _ = writeln!(out, "| indicator | method | per {unit} | range | × econome |\n|---|---|---:|---:|---:|");
    rows(all, |indicator, report, row, _| {
        let Row { value, range, ratio } = row;
        let _ = writeln!(out, "| {} | {} | {value} | {range} | {ratio} |", indicator.name, report.method);
    });
    let _ = writeln!(out, "\n{LEGEND}\n");
    for report in &all.methods {
        let _ = writeln!(out, "## {}: {}\n\nNot covered:\n", report.method, report.method_name);
        for gap in &report.not_covered {
            let _ = writeln!(out, "- {gap}");
        }
        out.push_str("\nSources:\n\n");
        for source in &report.sources {
            let licence = source.licence.as_deref().map(|licence| format!(" [{licence}]")).unwrap_or_default();
            let _ = writeln!(out, "- `{}`: {}{licence}", source.key, source.citation);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "Computed with {}.", colophon(all));
    out
}
