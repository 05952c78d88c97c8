//! What an estimate costs, and in what: finding the inputs, drawing the columns, applying the formulas.
//!
//! Compare figures of one run with each other; machines differ and are shared.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use econome::impact::{Silent, evaluate};
use econome::{Catalog, Document, Scenario, Settings};

/// One model, a chain, and a training run.
const SCENARIOS: [(&str, &str); 3] = [
    ("inference", include_str!("../tests/data/chat.toml")),
    ("chain", include_str!("../profiles/scenario/anonymisation-decisions.toml")),
    ("training", include_str!("../profiles/scenario/partages.toml")),
];

fn read(text: &str, catalog: &Catalog) -> Scenario {
    Scenario::read(&Document::new("bench", text), catalog).expect("a scenario")
}

/// From text to a scenario with every input found; profiles are remembered after the first time.
fn door(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("door");
    for (name, text) in SCENARIOS {
        group.bench_function(name, |bencher| bencher.iter(|| read(text, &catalog)));
    }
    group.bench_function("with profiles parsed anew", |bencher| {
        bencher.iter(|| read(SCENARIOS[0].1, &Catalog::builtin()));
    });
}

/// The formulas once, at central values.
fn central(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("central");
    for (name, text) in SCENARIOS {
        let case = read(text, &catalog).central();
        group.bench_function(name, |bencher| bencher.iter(|| evaluate(&case, &mut Silent)));
    }
}

/// Columns, formulas over all draws, and quantiles.
fn draws(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("draws");
    for (name, text) in SCENARIOS {
        let scenario = read(text, &catalog);
        for samples in [1_000, 10_000, 100_000] {
            let settings = Settings::default().with_samples(samples).expect("enough");
            group.throughput(Throughput::Elements(samples as u64));
            group.bench_with_input(BenchmarkId::new(name, samples), &settings, |bencher, settings| {
                bencher.iter(|| scenario.estimate(*settings));
            });
        }
    }
}

criterion_group!(benches, door, central, draws);
criterion_main!(benches);
