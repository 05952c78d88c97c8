//! The rows that table and markdown share.

use crate::estimate::{Completeness, Coverage, Estimate, ORDER_OF_MAGNITUDE, VarianceShare};
use crate::impact::Indicator;
use crate::number::{digits_within, scale, significant, supported_digits};
use crate::rival::Method;
use crate::uncertainty::Quantiles;

pub(super) const ENERGY: &[&str] = &["nWh", "uWh", "mWh", "Wh", "kWh", "MWh", "GWh"];
pub(super) const CARBON: &[&str] = &["ngCO2e", "ugCO2e", "mgCO2e", "gCO2e", "kgCO2e", "tCO2e", "ktCO2e"];
pub(super) const WATER: &[&str] = &["nL", "uL", "mL", "L", "m3"];
pub(super) const PRIMARY: &[&str] = &["mJ", "J", "kJ", "MJ", "GJ", "TJ", "PJ"];
pub(super) const ABIOTIC: &[&str] = &["pgSbeq", "ngSbeq", "ugSbeq", "mgSbeq", "gSbeq", "kgSbeq", "tSbeq"];
pub(super) const COST: &[&str] = &["nEUR", "uEUR", "mEUR", "EUR", "kEUR", "MEUR"];

/// Whether a rival method computed it.
pub(super) fn is_rival(estimate: &Estimate) -> bool {
    estimate.method != Method::Econome.id()
}

/// What the interval of a result is called: percentiles of draws, or the ends of a rival's range.
pub(super) fn interval_heading(estimate: &Estimate) -> &'static str {
    if is_rival(estimate) { "min – max" } else { "5 – 95 %" }
}

/// By what the result was computed.
pub(super) fn colophon(estimate: &Estimate) -> String {
    let Estimate { version, samples, seed, profiles_digest, .. } = estimate;
    if is_rival(estimate) {
        format!("method {} by econome {version}, profiles {profiles_digest}", estimate.method)
    } else {
        format!("econome {version}, {samples} draws, seed {seed}, profiles {profiles_digest}")
    }
}

/// An indicator with its value for a unit and for a year.
pub(super) struct IndicatorRow {
    pub(super) name: &'static str,
    pub(super) per_unit: String,
    pub(super) interval: String,
    pub(super) per_year: String,
    pub(super) per_year_interval: String,
}

/// Units of an indicator, and the size of the unit of results in the smallest of them.
pub(super) fn units(indicator: Indicator) -> (f64, &'static [&'static str]) {
    match indicator {
        Indicator::Energy => (1e9, ENERGY),
        Indicator::Carbon => (1e9, CARBON),
        Indicator::Water => (1e9, WATER),
        Indicator::PrimaryEnergy => (1e9, PRIMARY),
        Indicator::Abiotic => (1e15, ABIOTIC),
        Indicator::Cost => (1e9, COST),
    }
}

/// Median and interval as text, or that there is no figure.
pub(super) fn median_and_interval(quantiles: Option<Quantiles>, to_smallest: f64, units: &[&str]) -> (String, String) {
    let Some(quantiles) = quantiles else { return ("not covered".to_owned(), String::new()) };
    in_unit_of(quantiles.p50, quantiles, to_smallest, units)
}

/// Median and interval as text, in the unit that suits another value.
pub(super) fn in_unit_of(suits: f64, quantiles: Quantiles, to_smallest: f64, units: &[&str]) -> (String, String) {
    let most = supported_digits(quantiles.p05, quantiles.p95);
    let quantiles = quantiles.scaled(to_smallest);
    let shown = |value: f64| scale(value, suits * to_smallest, units);
    // No digit that the number of draws does not support.
    let error = quantiles.error.map_or([0.0; 3], |error| [error.p05, error.p50, error.p95]);
    let (median, unit) = shown(quantiles.p50);
    let end = |value: f64, error: f64| significant(shown(value).0, digits_within(value, error, most));
    let ends = [end(quantiles.p05, error[0]), end(quantiles.p95, error[2])];
    let digits = digits_within(quantiles.p50, error[1], most);
    // One number has no interval.
    let interval = if quantiles.p05 == quantiles.p95 { String::new() } else { ends.join(" – ") };
    (format!("{} {unit}", significant(median, digits)).trim_end().to_owned(), interval)
}

pub(super) fn indicators(estimate: &Estimate) -> Vec<IndicatorRow> {
    let (unit, year) = (&estimate.per_unit, &estimate.per_year);
    [
        row("energy", unit.energy_wh, 1e9, year.energy_kwh, 1e12, ENERGY),
        row("carbon", unit.carbon_g, 1e9, year.carbon_kg, 1e12, CARBON),
        row("water", unit.water_l, 1e9, year.water_m3, 1e12, WATER),
        row("primary energy", unit.primary_energy_mj, 1e9, year.primary_energy_mj, 1e9, PRIMARY),
        row("abiotic resources", unit.abiotic_kgsbeq, 1e15, year.abiotic_kgsbeq, 1e15, ABIOTIC),
        row("cost", unit.cost_eur, 1e9, year.cost_eur, 1e9, COST),
    ]
    .into_iter()
    .collect()
}

/// A row from values and the factors that take them to the smallest unit of the list.
fn row(
    name: &'static str,
    per_unit: Option<Quantiles>,
    unit_factor: f64,
    per_year: Option<Quantiles>,
    year_factor: f64,
    units: &[&str],
) -> IndicatorRow {
    let (per_unit, interval) = median_and_interval(per_unit, unit_factor, units);
    let (per_year, per_year_interval) = median_and_interval(per_year, year_factor, units);
    IndicatorRow { name, per_unit, interval, per_year, per_year_interval }
}

/// A line of the breakdown with its shares of the totals.
pub(super) struct BreakdownRow {
    pub(super) part: &'static str,
    pub(super) stage: &'static str,
    pub(super) energy: String,
    pub(super) energy_share: String,
    pub(super) carbon: String,
    pub(super) carbon_share: String,
}

pub(super) fn breakdown(estimate: &Estimate) -> Vec<BreakdownRow> {
    let mean = |quantiles: Option<Quantiles>| quantiles.map_or(0.0, |quantiles| quantiles.mean);
    let energy_total = mean(estimate.per_unit.energy_wh);
    let carbon_total = mean(estimate.per_unit.carbon_g);
    estimate
        .breakdown
        .iter()
        .map(|line| BreakdownRow {
            part: line.part.name(),
            stage: line.stage.name(),
            energy: cell(line.energy_wh, ENERGY, line.stage == crate::impact::Stage::Manufacture),
            energy_share: share(line.energy_wh, energy_total),
            carbon: cell(line.carbon_g, CARBON, false),
            carbon_share: share(line.carbon_g, carbon_total),
        })
        .collect()
}

/// Median in a scaled unit; a dash where the indicator has no meaning for the line.
fn cell(quantiles: Option<Quantiles>, units: &[&str], meaningless: bool) -> String {
    match quantiles {
        None if meaningless => "–".to_owned(),
        other => median_and_interval(other, 1e9, units).0,
    }
}

/// Share of the total; shares of means add up, those of medians do not.
fn share(quantiles: Option<Quantiles>, total: f64) -> String {
    match quantiles {
        Some(quantiles) if total > 0.0 => format!("{:.0} %", 100.0 * quantiles.mean / total),
        _ => String::new(),
    }
}

/// The fleet in words.
pub(super) fn sizing(estimate: &Estimate) -> Option<String> {
    let sizing = estimate.sizing?;
    let mut words = vec![
        counted(sizing.replicas, "replica"),
        counted(sizing.accelerators, "accelerator"),
        counted(sizing.servers, "server"),
        format!("{} % busy", significant(100.0 * sizing.utilisation, 2)),
        format!("latency {} s", significant(sizing.latency_s, 2)),
    ];
    if let Some(first) = sizing.time_to_first_token_s {
        words.push(format!("first token {} s", significant(first, 2)));
    }
    if let Some(rate) = sizing.output_tokens_per_s {
        words.push(format!("{} tokens/s", significant(rate, 2)));
    }
    Some(words.join(", "))
}

fn counted(number: f64, noun: &str) -> String {
    let shown = significant(number, 3);
    let plural = if shown == "1" { "" } else { "s" };
    format!("{shown} {noun}{plural}")
}

/// Training in words, one line each.
pub(super) fn training(estimate: &Estimate) -> Vec<(String, String)> {
    let Some(training) = &estimate.training else { return Vec::new() };
    let mut rows = Vec::new();
    if let Some(flop) = training.flop {
        rows.push(("arithmetic".to_owned(), format!("{} FLOP", significant(flop, 3))));
    }
    let mut add = |name: &str, quantiles: Quantiles, factor: f64, units: &[&str]| {
        let (median, interval) = median_and_interval(Some(quantiles), factor, units);
        rows.push((name.to_owned(), if interval.is_empty() { median } else { format!("{median}  ({interval})") }));
    };
    add("accelerator-hours", training.accelerator_hours, 1.0, &["h", "thousand h", "million h"]);
    add("energy", training.energy_kwh, 1e12, ENERGY);
    add("carbon", training.carbon_kg, 1e12, CARBON);
    if let Some(programme) = training.programme_carbon_kg {
        add("carbon, programme beyond the run", programme, 1e12, CARBON);
    }
    if let (Some(energy), Some(carbon)) = (training.amortised_energy_wh, training.amortised_carbon_g) {
        add("energy, spread over the requests declared", energy, 1e9, ENERGY);
        add("carbon, spread over the requests declared", carbon, 1e9, CARBON);
    }
    rows
}

/// The line that says which results are an order of magnitude only, where there are any.
pub(super) fn banner(estimate: &Estimate) -> Option<&str> {
    let warning = estimate.warnings.iter().find(|warning| warning.code == ORDER_OF_MAGNITUDE)?;
    Some(&warning.message)
}

/// Warnings but the one that stands as a banner.
pub(super) fn warnings(estimate: &Estimate) -> Vec<String> {
    let others = estimate.warnings.iter().filter(|warning| warning.code != ORDER_OF_MAGNITUDE);
    others.map(|warning| warning.message.clone()).collect()
}

/// What an indicator rests on.
pub(super) struct EvidenceRow {
    pub(super) name: &'static str,
    /// Given, published, assumed.
    pub(super) evidence: [String; 3],
    /// Given, profile, default.
    pub(super) origin: [String; 3],
    pub(super) coverage: Coverage,
    pub(super) missing_in: String,
}

pub(super) fn evidence(estimate: &Estimate) -> Vec<EvidenceRow> {
    let percent = |share: f64| format!("{:.0}", 100.0 * share);
    let row = |one: &Completeness| EvidenceRow {
        name: one.indicator.name(),
        evidence: one.evidence.map_or_else(Default::default, |by| [by.given, by.published, by.assumed].map(percent)),
        origin: one.origin.map_or_else(Default::default, |by| [by.given, by.profile, by.default].map(percent)),
        coverage: one.coverage,
        missing_in: one.missing_in.join("; "),
    };
    estimate.completeness.iter().map(row).collect()
}

/// The data that the interval of each indicator comes from: its name, and they with their shares.
pub(super) fn variance(shares: &[VarianceShare]) -> Vec<(&'static str, String)> {
    let words = |indicator: Indicator| {
        let own = shares.iter().filter(|share| share.indicator == indicator);
        let words: Vec<String> = own.map(|one| format!("{} {:.0} %", one.key, 100.0 * one.share)).collect();
        (indicator.name(), words.join(", "))
    };
    Indicator::ALL.map(words).into_iter().filter(|(_, words)| !words.is_empty()).collect()
}

/// How much of the boundary has a figure, in words.
pub(super) fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Whole => "whole",
        Coverage::Part => "in part",
        Coverage::Nothing => "not covered",
    }
}
