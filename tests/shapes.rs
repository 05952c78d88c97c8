//! What a derived shape costs in accuracy: measured configurations computed with the true shape and with the
//! usual one of the same size. `cargo test --release --test shapes -- --nocapture` prints the spread.

mod common;

use std::collections::BTreeMap;

use common::measured::{self, Measured};
use econome::{Catalog, Kind, Scenario, Settings};

/// The catalogue without any published shape.
fn without_shapes(catalog: &Catalog) -> Catalog {
    let mut bare = Catalog::builtin();
    for text in catalog.texts(Kind::Model) {
        let Some(at) = text.text.find("\n[architecture]\n") else { continue };
        let after = text.text[at + 1..].find("\n[").map_or("", |next| &text.text[at + 1 + next..]);
        let text_without = format!("{}{after}", &text.text[..at]);
        bare = bare.with_file(&format!("model/{}.toml", text.id), text.id, text_without).expect("a model");
    }
    bare
}

/// How the rows are asked: prompts longer by a factor, and at most so many requests together.
#[derive(Clone, Copy)]
struct Prompts {
    factor: f64,
    most_together: f64,
}

/// Energy of the accelerators for one output token; nothing where the cache does not fit.
fn energy(row: &Measured, prompts: Prompts, catalog: &Catalog) -> Option<f64> {
    let mut document = row.document();
    document.set("inference.input_tokens", &format!("{:?}", row.input_tokens * prompts.factor), "longer");
    document.set("serving.batch", &format!("{:?}", row.batch.min(prompts.most_together)), "fewer");
    let scenario = match Scenario::read(&document, catalog) {
        Ok(scenario) => scenario,
        Err(error) if error.message().contains("does not fit") => return None,
        Err(error) => panic!("{}: {error}", row.model),
    };
    let estimate = scenario.estimate(Settings::default().with_samples(100).expect("enough"));
    Some(estimate.accelerators_energy_wh().expect("covered").p50 * 3600.0 / row.output_tokens)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn root_mean_square(values: &[f64]) -> f64 {
    mean(&values.iter().map(|value| value * value).collect::<Vec<_>>()).sqrt()
}

/// Logarithms of the energy with the usual shape over the one with the published shape, by model.
fn changes(rows: &[Measured], prompts: Prompts) -> BTreeMap<String, Vec<f64>> {
    let catalog = Catalog::builtin();
    let bare = without_shapes(&catalog);
    let mut changes: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows {
        if let (Some(published), Some(usual)) = (energy(row, prompts, &catalog), energy(row, prompts, &bare)) {
            changes.entry(row.model.clone()).or_default().push((usual / published).ln());
        }
    }
    changes
}

fn rows(every: usize) -> Vec<Measured> {
    measured::fitted().into_iter().step_by(every).collect()
}

#[test]
fn the_usual_shape_costs_no_more_than_assumed() {
    let by_model = changes(&rows(1), Prompts { factor: 1.0, most_together: f64::INFINITY });
    for (model, logs) in &by_model {
        println!("{model:<50} {:>3} rows, mean {:+.3}", logs.len(), mean(logs));
    }
    let all: Vec<f64> = by_model.into_values().flatten().collect();
    let (bias, spread) = (mean(&all), root_mean_square(&all));
    println!("usual over published shape: {} rows, mean {bias:+.3}, root mean square {spread:.3}", all.len());
    assert!(all.len() >= 600, "only {} rows fit", all.len());
    assert!(bias.abs() < 0.06, "bias {bias}");
    assert!((0.10..=0.15).contains(&spread), "spread {spread}");
}

#[test]
fn long_prompts_widen_it_little() {
    let by_model = changes(&rows(4), Prompts { factor: 40.0, most_together: 4.0 });
    let all: Vec<f64> = by_model.into_values().flatten().collect();
    let spread = root_mean_square(&all);
    println!("prompts forty times as long: {} rows, root mean square {spread:.3}", all.len());
    assert!(spread <= 0.20, "spread {spread}");
}
