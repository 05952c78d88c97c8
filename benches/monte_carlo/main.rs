//! Draws: what columns, formulas and quantiles cost, and how far the formulas are from a bare loop.
//!
//! Compare figures of one run with each other; machines differ and are shared. The ratios are documented in
//! `src/uncertainty/uncertainty.md`.

mod bare;

use std::hint::black_box;

use bare::Bare;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use econome::{Catalog, Document, Draws, ResultFormulas, Sampler, Scenario, Settings, Target};

/// An open model: sizes are known, so that many formulas do not vary.
const OPEN: &str = include_str!("../../tests/data/chat.toml");
/// Numbers of draws: columns that stay in a cache, and columns that do not.
const SAMPLES: [usize; 2] = [10_000, 200_000];
/// The indicators that figures cover.
const INDICATORS: [&str; 6] = ["energy_wh", "carbon_g", "water_l", "primary_energy_mj", "abiotic_kgsbeq", "cost_eur"];

/// The parts that draw energy.
const PARTS: [&str; 4] = ["accelerators_energy_wh", "host_energy_wh", "idle_energy_wh", "cooling_energy_wh"];

fn read(text: &str) -> Scenario {
    Scenario::read(&Document::new("bench", text), &Catalog::builtin()).expect("a scenario")
}

/// The same with a closed model: its size is a range, so that nearly all formulas vary.
fn closed() -> String {
    OPEN.replace("llama-3.1-8b", "gpt-4o").replace("stack = \"vllm-0.11\"\n", "")
}

fn targets() -> Vec<Target> {
    INDICATORS.iter().map(|name| Target::named(name).expect("a result")).collect()
}

fn settings(samples: usize) -> Settings {
    Settings::default().with_samples(samples).expect("enough draws")
}

/// The formulas over columns that are drawn: by the library, and by a loop written by hand for this scenario.
fn formulas(criterion: &mut Criterion) {
    let (open, closed) = (read(OPEN), read(&closed()));
    let targets = targets();
    let all = rayon::ThreadPoolBuilder::new().build().expect("threads");
    // What is not handed to these runs on the thread that asks for it.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    let mut group = criterion.benchmark_group("formulas");
    for samples in SAMPLES {
        let sampler = Sampler::new(settings(samples));
        group.throughput(Throughput::Elements(samples as u64));
        let mut bare = Bare::new(&open, &sampler);
        bare.check(&open.draws(&targets, &sampler).expect("covered"));
        for (scenario, model) in [(&open, "open model"), (&closed, "closed model")] {
            for (cores, pool) in [("one core", None), ("all cores", Some(&all))] {
                let formulas = ResultFormulas::new(scenario, &targets).expect("covered");
                let mut draws = Draws::default();
                group.bench_function(BenchmarkId::new(format!("{model}, {cores}"), samples), |bencher| {
                    let mut run = || formulas.draws_into(black_box(&sampler), &mut draws);
                    match pool {
                        None => bencher.iter(run),
                        Some(pool) => bencher.iter(|| pool.install(&mut run)),
                    }
                });
            }
        }
        group.bench_function(BenchmarkId::new("bare loop", samples), |bencher| bencher.iter(|| bare.run()));
        group.bench_function(BenchmarkId::new("bare loop, widest vectors", samples), |bencher| {
            bencher.iter(|| bare.run_widest());
        });
    }
}

/// The columns of all uncertain inputs, drawn anew.
fn columns(criterion: &mut Criterion) {
    let open = read(OPEN);
    let uncertain = open.inputs().iter().filter(|input| input.law != econome::Law::Exact).count();
    let mut group = criterion.benchmark_group("columns");
    for samples in SAMPLES {
        group.throughput(Throughput::Elements((samples * uncertain) as u64));
        group.bench_function(BenchmarkId::from_parameter(samples), |bencher| {
            bencher.iter(|| {
                let sampler = Sampler::new(settings(samples));
                open.inputs().iter().map(|input| sampler.draws(input).len()).sum::<usize>()
            });
        });
    }
}

/// A Monte Carlo from nothing: columns, formulas, and the quantiles of the indicators and of the energy of each part. The
/// script `benches/peers/numpy_monte_carlo.py` does the same in numpy.
fn whole(criterion: &mut Criterion) {
    let open = read(OPEN);
    let mut targets = targets();
    targets.extend(PARTS.map(|name| Target::named(name).expect("a result")));
    let all = rayon::ThreadPoolBuilder::new().build().expect("threads");
    let mut group = criterion.benchmark_group("whole");
    for samples in SAMPLES {
        group.throughput(Throughput::Elements(samples as u64));
        group.bench_function(BenchmarkId::from_parameter(samples), |bencher| {
            let run = || open.draws(&targets, &Sampler::new(settings(samples))).expect("covered").quantiles();
            bencher.iter(|| all.install(run));
        });
    }
}

/// Everything: columns, formulas, quantiles of all results and lines, and the report that goes with them.
fn estimates(criterion: &mut Criterion) {
    let open = read(OPEN);
    let mut group = criterion.benchmark_group("estimate");
    for samples in SAMPLES {
        group.throughput(Throughput::Elements(samples as u64));
        group.bench_function(BenchmarkId::from_parameter(samples), |bencher| {
            bencher.iter(|| open.estimate(settings(samples)));
        });
    }
}

criterion_group!(benches, formulas, columns, whole, estimates);
criterion_main!(benches);
