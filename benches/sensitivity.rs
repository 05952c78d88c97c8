//! What a sensitivity costs: budget and data to obtain, and Sobol' indices, for one model and for a chain.
//!
//! Compare figures of one run with each other; machines differ and are shared.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use econome::sensitivity::{Mix, sobol};
use econome::{Catalog, Document, Scenario, Settings, Target};

const SCENARIOS: [(&str, &str); 2] = [
    ("inference", include_str!("../tests/data/chat.toml")),
    ("chain", include_str!("../profiles/scenario/anonymisation-decisions.toml")),
];
const SAMPLES: usize = 10_000;

fn scenarios(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let target = Target::named("carbon_g").expect("a result");
    let settings = Settings::default().with_samples(SAMPLES).expect("enough");
    for (name, text) in SCENARIOS {
        let scenario = Scenario::read(&Document::new("bench", text), &catalog).expect("a scenario");
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        group.bench_function("estimate", |bencher| bencher.iter(|| scenario.estimate(settings)));
        group.bench_function("sensitivity", |bencher| bencher.iter(|| scenario.sensitivity(target, settings)));
        let report = scenario.sobol(target, settings).expect("covered");
        // Runs of the draws: both sets, and one for each datum.
        group.throughput(Throughput::Elements((SAMPLES * (report.indices.len() + 2)) as u64));
        group.bench_function("sobol", |bencher| bencher.iter(|| scenario.sobol(target, settings)));
    }
}

/// The estimators and the bootstrap alone, by the number of draws, for ten groups of a function that costs nothing.
fn estimators(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sobol estimators");
    group.sample_size(20);
    for samples in [1_000_usize, 10_000] {
        let draws = |salt: usize| -> Vec<f64> {
            (0..samples).map(|row| ((row * 7919 + salt * 104_729) % samples) as f64).collect()
        };
        let sets: Vec<Vec<f64>> = (0..12).map(draws).collect();
        let function = |mix: Mix| match mix {
            Mix::A => sets[0].clone(),
            Mix::B => sets[1].clone(),
            Mix::AWithB(group) => sets[group + 2].clone(),
            _ => Vec::new(),
        };
        group.bench_function(BenchmarkId::from_parameter(samples), |bencher| bencher.iter(|| sobol(10, 1, function)));
    }
}

criterion_group!(benches, scenarios, estimators);
criterion_main!(benches);
