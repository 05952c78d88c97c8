//! What it costs to open the catalogue and to find something in it, and that it does not grow with its size.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use econome::{Catalog, Grid, Kind};

/// Opening reads nothing; the first thing that is asked for pays for its own row, the first alias for those of its kind.
fn fresh(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fresh catalogue");
    group.bench_function("open", |bencher| bencher.iter(Catalog::builtin));
    for (what, name) in [("identifier", "us-tex-erco"), ("alias", "Germany")] {
        group.bench_function(what, |bencher| bencher.iter(|| Catalog::builtin().find(Kind::Grid, name)));
    }
    group.bench_function("grid read", |bencher| bencher.iter(|| Catalog::builtin().profile::<Grid>("de")));
    group.bench_function("model read", |bencher| {
        bencher.iter(|| Catalog::builtin().profile::<econome::Model>("llama-3.1-8b-instruct"));
    });
}

/// The same look-ups with ever more profiles beside them.
fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("look-up beside more grids");
    for more in [0, 1_000, 10_000, 100_000] {
        let rows: String = (0..more).map(|row| format!("x{row:06},Zone,XX,{row},x\n")).collect();
        let table = format!("id,name,zone,carbon_intensity.value [gCO2e/kWh],carbon_intensity.source\n{rows}");
        let catalog = Catalog::builtin().with_file("grid/more.csv", "more.csv", table).expect("a table");
        for name in ["de", "Germany"] {
            catalog.find(Kind::Grid, name).expect("a grid");
            group.bench_with_input(BenchmarkId::new(name, more), name, |bencher, name| {
                bencher.iter(|| catalog.find(Kind::Grid, name));
            });
        }
    }
}

criterion_group!(benches, fresh, sizes);
criterion_main!(benches);
