//! Stack profiles: fitted values put in their place, everything else in the file left as it is.

use std::collections::BTreeSet;
use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::stack::{Stack, ranges, shown};
use crate::text::{COEFFICIENTS, Text};

/// Key of the bibliography for fitted coefficients, and for those on which there is no row.
const FITTED: &str = "calibration-2026";
const JUDGED: &str = "econome-assumption";

/// The text of a profile with the fitted coefficients of a stack.
///
/// `residuals` are those of accelerators seen and not seen.
pub fn updated(path: &Path, stack: &Stack, rows: &[&Text], residuals: (f64, f64)) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    put_all(&mut document, "default", None, &stack.fitted.all, stack);
    put(document["default"].as_table_mut(), "residual", &rounded(residuals.0), FITTED);
    put(document["default"].as_table_mut(), "residual_unseen", &rounded(residuals.1), FITTED);
    put(document["default"].as_table_mut(), "extrapolation", &rounded(stack.extrapolation), FITTED);
    for (accelerator, values) in &stack.fitted.on {
        put_all(&mut document, "on", Some(accelerator), values, stack);
    }
    if !rows.is_empty() {
        let holder = document.entry("measured").or_insert_with(|| implicit().into());
        holder.as_table_mut().expect("a table of measured ranges").insert("text", measured(rows));
    }
    document.to_string()
}

fn rounded(value: f64) -> String {
    format!("{value:.2}")
}

fn put_all(document: &mut DocumentMut, table: &str, accelerator: Option<&str>, values: &[f64], stack: &Stack) {
    for ((coefficient, fitted), informed) in COEFFICIENTS.iter().zip(values).zip(&stack.informed) {
        if !informed && (coefficient.name == "alltoall_latency" || accelerator.is_some()) {
            continue;
        }
        let source = if *informed { FITTED } else { JUDGED };
        let holder = document.entry(table).or_insert_with(|| implicit().into()).as_table_mut();
        let holder = match (holder, accelerator) {
            (Some(holder), Some(accelerator)) => {
                holder.entry(accelerator).or_insert_with(|| implicit().into()).as_table_mut()
            }
            (holder, _) => holder,
        };
        put(holder, coefficient.name, &shown(coefficient.name, *fitted), source);
    }
}

fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}

/// Sets value and source of a figure.
fn put(holder: Option<&mut Table>, name: &str, written: &str, source: &str) {
    let holder = holder.unwrap_or_else(|| panic!("no table for {name}"));
    let figure = holder.entry(name).or_insert_with(|| Table::new().into());
    figure["value"] = written.parse::<f64>().map_or_else(|_| value(written), number);
    figure["source"] = value(source);
}

/// A number as short as it can be written.
fn number(number: f64) -> Item {
    let whole = number.fract() == 0.0 && number.abs() < 1e6;
    if whole { value(number as i64) } else { value(number) }
}

fn measured(rows: &[&Text]) -> Item {
    let words = |of: &dyn Fn(&Text) -> &str| {
        let names: BTreeSet<&str> = rows.iter().map(|row| of(row)).collect();
        value(names.into_iter().collect::<Array>())
    };
    let mut range = InlineTable::new();
    for (key, (low, high)) in ranges(rows) {
        range.insert(key, Value::Array([low, high].into_iter().collect()));
    }
    let mut table = Table::new();
    table["precisions"] = words(&|row| &row.precision);
    table["attentions"] = words(&|row| &row.attention);
    table["range"] = Item::Table(range.into_table());
    table.into()
}
