//! An estimate for spreadsheets.

use crate::estimate::Estimate;
use crate::uncertainty::Quantiles;

/// An estimate as CSV: one line an indicator and scope, canonical units in the name.
#[must_use]
pub fn csv(estimate: &Estimate) -> String {
    let (unit, year, method) = (&estimate.per_unit, &estimate.per_year, &*estimate.method);
    let mut out = "scope,indicator,p05,p50,p95,mean,method\n".to_owned();
    for (scope, indicator, quantiles) in [
        ("per_unit", "energy_wh", unit.energy_wh),
        ("per_unit", "carbon_g", unit.carbon_g),
        ("per_unit", "water_l", unit.water_l),
        ("per_unit", "primary_energy_mj", unit.primary_energy_mj),
        ("per_unit", "abiotic_kgsbeq", unit.abiotic_kgsbeq),
        ("per_unit", "cost_eur", unit.cost_eur),
        ("per_year", "energy_kwh", year.energy_kwh),
        ("per_year", "carbon_kg", year.carbon_kg),
        ("per_year", "water_m3", year.water_m3),
        ("per_year", "primary_energy_mj", year.primary_energy_mj),
        ("per_year", "abiotic_kgsbeq", year.abiotic_kgsbeq),
        ("per_year", "cost_eur", year.cost_eur),
    ] {
        out.push_str(&line(scope, indicator, quantiles, method));
    }
    for row in &estimate.breakdown {
        let scope = format!("breakdown:{}/{}", row.part.name(), row.stage.name());
        out.push_str(&line(&scope, "energy_wh", row.energy_wh, method));
        out.push_str(&line(&scope, "carbon_g", row.carbon_g, method));
    }
    out
}

/// A line; empty cells where no figure covers the indicator.
fn line(scope: &str, indicator: &str, quantiles: Option<Quantiles>, method: &str) -> String {
    match quantiles {
        Some(Quantiles { p05, p50, p95, mean, .. }) => {
            format!("{scope},{indicator},{p05},{p50},{p95},{mean},{method}\n")
        }
        None => format!("{scope},{indicator},,,,,{method}\n"),
    }
}

/// A text as a cell of CSV.
pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
