//! What a comparison costs: two scenarios with few differences, and with as many as are told apart.
//!
//! Compare figures of one run with each other; machines differ and are shared.

use criterion::{Criterion, criterion_group, criterion_main};
use econome::compare::{Alternative, CompareSettings, compare};
use econome::{Catalog, Document, Settings};

const CHAT: &str = include_str!("../tests/data/chat.toml");
const LIRAE: &str = include_str!("../profiles/scenario/lirae.toml");
const ESPRESSO: &str = include_str!("../profiles/scenario/espresso.toml");

fn scenarios(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let german = CHAT.replace("[site]", "[site]\ngrid = \"de\"");
    let mut group = criterion.benchmark_group("compare");
    for (name, texts) in [("one difference", [CHAT, &german]), ("eight differences", [LIRAE, ESPRESSO])] {
        let read =
            |text: &str| Alternative::read("bench", &Document::new("bench", text), &catalog).expect("a scenario");
        let all = texts.map(read);
        for samples in [100, 10_000] {
            let draws = Settings::default().with_samples(samples).expect("enough");
            let settings = CompareSettings::default().with_draws(draws);
            group
                .bench_function(format!("{name}, {samples} draws"), |bencher| bencher.iter(|| compare(&all, settings)));
        }
    }
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
