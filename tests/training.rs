//! Training: the coefficients are what the fit gives; hours of families left out, energy given hours, carbon given all.

mod common;

#[allow(dead_code, reason = "the example uses the rest")]
#[path = "../examples/calibrate/training.rs"]
mod calibrate;
#[allow(dead_code, reason = "the example uses the rest")]
#[path = "../examples/calibrate/score.rs"]
mod score;

use std::collections::BTreeSet;

use calibrate::{COEFFICIENTS, Row, Run, WHOLE, errors, fitted_profile, left_out, rows, runs};
use econome::{Catalog, Document, Estimate, Scenario, Settings, Stack};
use score::{covered, quantile};

/// A scenario that only trains.
fn estimate(keys: &[(&str, String)]) -> Estimate {
    let mut document = Document::new("run", "name = \"run\"\n");
    for (key, value) in keys {
        document.set(key, value, "training.csv");
    }
    let scenario = Scenario::read(&document, &Catalog::builtin()).unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    scenario.estimate(Settings::default().with_samples(400).expect("enough"))
}

fn key(name: &'static str, value: impl ToString) -> (&'static str, String) {
    (name, value.to_string())
}

/// A run as a user would ask for it: parameters, tokens, chip.
fn asked(run: &Run) -> Vec<(&'static str, String)> {
    vec![
        key("training.model", "llama-3.1-8b"),
        key("override.model.parameters", run.parameters),
        key("override.model.active_parameters", run.active_parameters),
        key("training.tokens", run.tokens),
        key("training.accelerator", &run.accelerator),
    ]
}

/// Computed over billed hours, and whether the 90 % interval holds the bill.
fn compared(run: &Run, keys: &[(&str, String)]) -> (f64, bool) {
    let hours = estimate(keys).training.expect("trains").accelerator_hours;
    ((hours.p50 / run.hours).ln(), hours.p05 <= run.hours && run.hours <= hours.p95)
}

fn share(flags: impl ExactSizeIterator<Item = bool>) -> f64 {
    let count = flags.len() as f64;
    flags.map(|flag| f64::from(u8::from(flag))).sum::<f64>() / count
}

#[test]
fn shipped_coefficients_are_what_the_fit_gives() {
    let shipped = std::fs::read_to_string(calibrate::profile()).expect("the profile");
    let fitted = fitted_profile(&runs(), &shipped);
    assert_eq!(shipped, fitted, "run `cargo run --release --example calibrate -- --write`");
}

#[test]
fn hours_of_a_family_left_out_are_within_a_fifth() {
    let runs = runs();
    let mut ratios = Vec::new();
    let mut inside = Vec::new();
    for row in left_out(&runs, &WHOLE, |run| run.family.clone()) {
        let mut keys = asked(row.run);
        for (coefficient, value) in COEFFICIENTS.iter().zip(row.fitted) {
            let value = if coefficient.exponential { value.exp() } else { value };
            keys.push((Box::leak(format!("override.stack.{}", coefficient.name).into_boxed_str()), value.to_string()));
        }
        let (ratio, held) = compared(row.run, &keys);
        assert!((ratio - row.log_ratio).abs() < 0.01, "{}: the engine does not compute the form fitted", row.run.id);
        ratios.push(ratio);
        inside.push(held);
    }
    let constant = left_out(&runs, &[true, false, false, false, false], |run| run.family.clone());
    let constant: Vec<f64> = constant.iter().map(|row| row.log_ratio).collect();
    let (found, before) = (errors(&ratios), errors(&constant));
    println!(
        "left out: MdAPE {:.3}, MAPE {:.3}; constant {:.3}, {:.3}",
        found.median, found.mean, before.median, before.mean
    );
    let held = share(inside.into_iter());
    println!("covered {held:.3}");
    assert!(found.median <= 0.18, "median error {}", found.median);
    assert!(found.mean <= 0.26 && found.mean < before.mean, "mean error {}", found.mean);
    assert!((0.85..=0.95).contains(&held), "covered {held}");
}

#[test]
fn hours_of_a_generation_of_chips_left_out_stay_within_a_third() {
    let runs = runs();
    let ratios: Vec<f64> = left_out(&runs, &WHOLE, calibrate::generation).iter().map(|row| row.log_ratio).collect();
    let found = errors(&ratios);
    let spread = Catalog::builtin().profile::<Stack>("training").expect("the profile");
    let unseen = spread.default.training_residual_unseen.as_ref().expect("given").value.value();
    println!("chip left out: MdAPE {:.3}, covered {:.3}", found.median, covered(&ratios, unseen));
    assert!(found.median < 0.3 && covered(&ratios, unseen) >= 0.9);
}

#[test]
fn shipped_hours_are_near_the_bills() {
    let runs = runs();
    let found: Vec<(f64, bool)> = runs.iter().map(|run| compared(run, &asked(run))).collect();
    let ratios: Vec<f64> = found.iter().map(|(ratio, _)| *ratio).collect();
    let seen = errors(&ratios);
    println!("seen: {} runs, MdAPE {:.3}, MAPE {:.3}", seen.runs, seen.median, seen.mean);
    assert!(seen.median <= 0.18 && seen.bias.abs() < 0.15, "{} {}", seen.median, seen.bias);
    assert!((0.85..=0.97).contains(&share(found.iter().map(|(_, held)| *held))));
}

/// Watts of an accelerator, and of it with its share of the node, as computed from hours alone.
fn watts(accelerator: &str, more: &[(&'static str, String)]) -> (f64, f64) {
    let hours = 1000.0;
    let mut keys =
        vec![key("training.accelerator_hours", hours), key("training.accelerator", accelerator), key("site.pue", 1)];
    keys.extend_from_slice(more);
    let estimate = estimate(&keys);
    let own = estimate.accelerators_energy_wh().expect("covered").p50;
    (own / hours, estimate.per_unit.energy_wh.expect("covered").p50 / hours)
}

fn measured() -> Vec<Row> {
    rows().into_iter().filter(|row| row.energy_scored == "yes").collect()
}

#[test]
fn energy_given_hours_is_near_what_was_measured() {
    let errors: Vec<f64> = measured()
        .iter()
        .map(|row| {
            let (own, node) = watts(&row.accelerator, &[]);
            let computed = if row.power_scope == "node" { node } else { own };
            let ratio = computed / row.power_w.expect("measured");
            println!("{}: {} {computed:.0} W, ratio {ratio:.3}", row.id, row.power_scope);
            (ratio - 1.0).abs()
        })
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!("seen: {} rows, MAPE {mean:.3}, MdAPE {:.3}", errors.len(), quantile(&errors, 0.5));
    assert_eq!(errors.len(), 9);
    assert!(mean <= 0.11, "mean error {mean}");
}

#[test]
fn energy_given_hours_holds_with_the_row_left_out() {
    let rows = measured();
    let (mut by_row, mut by_chip) = (Vec::new(), Vec::new());
    for row in &rows {
        let peers: Vec<f64> = rows
            .iter()
            .filter(|other| other.id != row.id && other.accelerator == row.accelerator)
            .map(|other| other.power_w.expect("measured"))
            .collect();
        let mean = format!("{} W", peers.iter().sum::<f64>() / peers.len() as f64);
        let of_rest = if row.power_scope == "node" { "training.node_power" } else { "training.power" };
        // Without any measured node: shares of rated power, as for a chip of which nothing is known.
        let unknown = key("override.stack.training_power_share", 0.9);
        for (keys, errors) in [(key(of_rest, mean), &mut by_row), (unknown, &mut by_chip)] {
            let (own, node) = watts(&row.accelerator, &[keys]);
            let computed = if row.power_scope == "node" { node } else { own };
            errors.push((computed / row.power_w.expect("measured") - 1.0).abs());
        }
    }
    let mean = |errors: &[f64]| errors.iter().sum::<f64>() / errors.len() as f64;
    println!("row left out: MAPE {:.3}; node of the chip not known: {:.3}", mean(&by_row), mean(&by_chip));
    assert!(mean(&by_row) <= 0.11, "mean error {}", mean(&by_row));
    assert!(mean(&by_chip) <= 0.25, "mean error {}", mean(&by_chip));
}

#[test]
fn carbon_with_everything_given_is_that_published() {
    let cases = ["t5-11b", "gpt3-175b", "gshard-600b", "switch-1500b", "xlm-r-wu"];
    let mut errors = Vec::new();
    for row in rows().iter().filter(|row| cases.contains(&row.id.as_str())) {
        let estimate = estimate(&[
            key("training.accelerator", &row.accelerator),
            key("training.accelerator_hours", row.accelerator_hours.expect("given")),
            key("training.node_power", format!("{} W", row.power_w.expect("given"))),
            key("site.pue", row.pue.expect("given")),
            key("override.grid.carbon_intensity", format!("{} gCO2e/kWh", row.grid_g_per_kwh.expect("given"))),
        ]);
        // The published figures leave manufacture out.
        let used = estimate.breakdown.iter().filter(|line| line.stage == econome::impact::Stage::Use);
        let grams: f64 = used.filter_map(|line| line.carbon_g).map(|carbon| carbon.p50).sum();
        let ratio = grams / 1e6 / row.carbon_t.expect("published");
        println!("{}: ratio {ratio:.4}", row.id);
        errors.push((ratio - 1.0).abs());
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!("mean error {mean:.4}");
    assert_eq!(errors.len(), 5);
    assert!(mean <= 0.03 && errors.iter().all(|error| *error < 0.03), "{errors:?}");
}

#[test]
fn every_row_left_out_says_why_and_the_profile_says_what_was_seen() {
    for row in rows() {
        assert!(!row.source.is_empty(), "{}", row.id);
        for (scored, reason) in [(&row.hours_scored, &row.hours_reason), (&row.energy_scored, &row.energy_reason)] {
            assert_eq!(scored == "yes", reason.is_empty(), "{}: {reason}", row.id);
        }
    }
    let runs = runs();
    let stack = Catalog::builtin().profile::<Stack>("training").expect("the profile");
    let seen = &stack.measured["training"].range;
    let ends = |get: fn(&Run) -> f64| {
        let values: Vec<f64> = runs.iter().map(get).collect();
        (quantile(&values, 0.0), quantile(&values, 1.0))
    };
    assert_eq!(seen["active_parameters"], ends(|run| run.active_parameters));
    assert_eq!(seen["tokens"], ends(|run| run.tokens));
    let chips: BTreeSet<String> = runs.iter().map(|run| run.accelerator.clone()).collect();
    assert_eq!(chips, stack.calibrated_on.iter().cloned().collect());
}

/// Ratio of the ends of the interval of hours, and the warnings.
fn width(more: &[(&'static str, String)]) -> (f64, Vec<String>) {
    let mut keys = vec![
        key("training.model", "llama-3.1-8b"),
        key("training.tokens", 1e12),
        key("training.accelerator", "h100-sxm"),
    ];
    keys.extend_from_slice(more);
    let estimate = estimate(&keys);
    let hours = estimate.training.expect("trains").accelerator_hours;
    (hours.p95 / hours.p05, estimate.warnings.iter().map(|warning| warning.code.to_string()).collect())
}

#[test]
fn what_was_not_seen_has_a_wider_interval() {
    let (usual, warnings) = width(&[]);
    assert!(!warnings.contains(&"outside_calibration".to_owned()));
    for more in [
        key("training.accelerator", "mi300x"),
        key("training.method", "fine_tuning"),
        key("training.method", "lora"),
        key("training.method", "reinforcement"),
    ] {
        let (wider, _) = width(std::slice::from_ref(&more));
        assert!(wider > 1.2 * usual, "{more:?}: {wider} against {usual}");
    }
    for more in [key("training.tokens", 1e9), key("override.model.parameters", 1e7)] {
        let (wider, warnings) = width(std::slice::from_ref(&more));
        assert!(wider > 1.2 * usual && warnings.contains(&"outside_calibration".to_owned()), "{more:?}");
    }
    assert!((width(&[key("training.mfu", 0.4)]).0 - 1.0).abs() < 1e-9);
}

#[test]
fn a_node_draws_no_less_than_its_accelerator() {
    let of = |more: &[(&'static str, String)]| watts("h100-sxm", more);
    let (own, node) = of(&[key("training.node_power", "900 W"), key("training.power", "600 W")]);
    assert!((own - 600.0).abs() < 1e-6 && (node - 900.0).abs() < 1e-6);
    let (own, node) = of(&[key("training.node_power", "300 W")]);
    assert!((own - 300.0).abs() < 1e-6 && (node - 300.0).abs() < 1e-6);
    // As before: the accelerator alone is given, the host follows; or is switched off.
    let (own, node) = of(&[key("training.power", "330 W"), key("override.stack.training_host_ratio", 0)]);
    assert!((own - 330.0).abs() < 1e-6 && (node - 330.0).abs() < 1e-6);
    let mut document = Document::new("x", "name = \"x\"\n[training]\naccelerator_hours = 1\nnode_power = \"300 W\"\n");
    document.set("training.power", "400 W", "x");
    let error = Scenario::read(&document, &Catalog::builtin()).expect_err("refused");
    assert!(error.to_string().contains("no more than its share of the node"), "{error}");
}
