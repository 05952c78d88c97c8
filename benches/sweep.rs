//! Sweeps: what a scenario costs without draws, how that grows with their number, and how far it is from a bare loop.
//!
//! Compare figures of one run with each other; machines differ and are shared.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use econome::sweep::{Ask, Measure, Prepared, Sweep};
use econome::{Catalog, Document, Settings};

const SCENARIO: &str = include_str!("../tests/data/chat.toml");
/// Results that every scenario has.
const RESULTS: [&str; 3] = ["energy_wh", "carbon_g", "water_l"];
/// Places on the first axis; the other two have a hundred each.
const SIZES: [usize; 3] = [1, 10, 100];

/// Three numeric axes: PUE, carbon of the electricity, water of cooling.
fn axes(places: usize) -> [String; 3] {
    [format!("1.1..1.6:lin{places}"), "10..500 gCO2e/kWh:lin100".to_owned(), "0..2 L/kWh:lin100".to_owned()]
}

fn prepared(catalog: &Catalog, places: usize, settings: Option<Settings>) -> Prepared<'_> {
    let mut sweep = Sweep::new(Document::new("bench", SCENARIO));
    let keys = ["site.pue", "override.grid.carbon_intensity", "site.wue"];
    for (key, values) in keys.iter().zip(axes(places)) {
        sweep.axis(key, &values, catalog).expect("an axis");
    }
    sweep.prepare(catalog, &measures(), settings).expect("a sweep")
}

fn measures() -> Vec<Measure> {
    RESULTS.iter().map(|name| Measure::named(name).expect("a result")).collect()
}

/// The same three results of the same scenarios as a loop written by hand: all that varies is three numbers, and all
/// that does not is known before.
struct Bare {
    it: f64,
    embodied: f64,
    water: f64,
    axes: [Vec<f64>; 3],
    results: [Vec<f64>; 3],
}

impl Bare {
    /// Finds the constants from scenarios of the library: results are linear in what varies.
    fn new(prepared: &Prepared<'_>) -> Self {
        let table = prepared.table().expect("a table");
        let numbers = |axis: usize| {
            let values = &prepared.axes()[axis].values[0];
            values.iter().map(|text| text.split(' ').next().expect("a word").parse().expect("a number")).collect()
        };
        let axes: [Vec<f64>; 3] = [0, 1, 2].map(numbers);
        let it = table.columns[0][0] / axes[0][0];
        let embodied = table.columns[1][0] - table.columns[0][0] * axes[1][0] / 1000.0;
        let water = (table.columns[2][0] - it * axes[2][0] / 1000.0) / table.columns[0][0];
        let results = [0, 1, 2].map(|_| vec![0.0; table.fates.len()]);
        Self { it, embodied, water, axes, results }
    }

    fn run(&mut self) {
        let Self { it, embodied, water, axes: [pues, carbons, wues], results: [energy, carbon, used] } = self;
        let mut at = 0;
        for pue in pues.iter() {
            for intensity in carbons.iter() {
                for wue in wues.iter() {
                    let site = *it * pue;
                    energy[at] = site;
                    carbon[at] = site * (intensity / 1000.0) + *embodied;
                    used[at] = site * *water + *it * (wue / 1000.0);
                    at += 1;
                }
            }
        }
    }

    /// That the loop computes what the library computes.
    fn check(&mut self, prepared: &Prepared<'_>) {
        self.run();
        let table = prepared.table().expect("a table");
        for (bare, found) in self.results.iter().zip(&table.columns) {
            assert!(bare.iter().zip(found).all(|(bare, found)| (bare / found - 1.0).abs() < 1e-9));
        }
    }
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// Every number of every scenario in memory, beside the bare loop.
fn tables(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("table");
    for places in SIZES {
        let prepared = prepared(&catalog, places, None);
        let scenarios = prepared.scenarios();
        group.throughput(Throughput::Elements(scenarios));
        for threads in [1, 2] {
            let pool = pool(threads);
            group.bench_function(BenchmarkId::new(format!("threads {threads}"), scenarios), |bencher| {
                bencher.iter(|| pool.install(|| black_box(&prepared).table()));
            });
        }
        let mut bare = Bare::new(&prepared);
        bare.check(&prepared);
        group.bench_function(BenchmarkId::new("bare loop, memory reused", scenarios), |bencher| {
            bencher.iter(|| bare.run())
        });
        group.bench_function(BenchmarkId::new("bare loop", scenarios), |bencher| {
            bencher.iter(|| {
                bare.results = [0, 1, 2].map(|_| vec![0.0; scenarios as usize]);
                bare.run();
            });
        });
    }
}

/// The Pareto front, the lowest and the main effects, nothing kept.
fn streams(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("stream");
    let prepared = prepared(&catalog, 100, None);
    let results = measures();
    group.throughput(Throughput::Elements(prepared.scenarios()));
    for (name, ask) in [
        ("pareto", Ask::default().with_pareto(&results)),
        ("top", Ask::default().with_top(10, results[1])),
        ("effects", Ask::default().with_effects(&results[1..2])),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| prepared.summary(&ask).expect("a summary")));
    }
}

/// A thousand draws of each of a thousand scenarios.
fn draws(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let settings = Settings::default().with_samples(1000).expect("enough draws");
    let mut sweep = Sweep::new(Document::new("bench", SCENARIO));
    sweep.axis("site.pue", "1.1..1.6:lin1000", &catalog).expect("an axis");
    let prepared = sweep.prepare(&catalog, &measures(), Some(settings)).expect("a sweep");
    let mut group = criterion.benchmark_group("draws");
    group.throughput(Throughput::Elements(1000 * prepared.scenarios()));
    for threads in [1, 2] {
        let pool = pool(threads);
        group.bench_function(format!("threads {threads}"), |bencher| {
            bencher.iter(|| pool.install(|| prepared.summary(&Ask::default()).expect("a summary")));
        });
    }
}

criterion_group!(benches, tables, streams, draws);
criterion_main!(benches);
