//! Computed against measured energy of pictures, videos, texts read, pictures read and speech.
//!
//! Rows on which the stacks were fitted guard coefficients and formulas together. The wall measurements of MLPerf were
//! never fitted: they judge the coefficients of optimised software, which rest on judgement.

mod common;

use std::collections::BTreeMap;

use common::root;
use econome::{Catalog, Document, Estimate, Scenario, Settings};

/// Computed over measured energy, and whether the 90 % interval holds the measured one.
#[derive(Clone, Debug)]
struct Compared {
    ratio: f64,
    inside: bool,
}

/// What a set of rows is held to.
struct Bound {
    rows: usize,
    median: f64,
    covered: (f64, f64),
}

fn estimate(keys: &[(&str, String)], catalog: &Catalog) -> Estimate {
    let mut document = Document::new("measured", "name = \"measured\"\n");
    for (key, value) in keys.iter().filter(|(_, value)| !value.is_empty()) {
        document.set(key, value, "measured");
    }
    let scenario = Scenario::read(&document, catalog).unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    scenario.estimate(Settings::default().with_samples(200).expect("enough"))
}

fn of_accelerators(keys: &[(&str, String)], measured: f64, catalog: &Catalog) -> Compared {
    let energy = estimate(keys, catalog).accelerators_energy_wh().expect("covered").scaled(3600.0);
    Compared { ratio: energy.p50 / measured, inside: energy.p05 <= measured && measured <= energy.p95 }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn check(groups: &BTreeMap<String, Vec<Compared>>, bound: impl Fn(&str) -> Bound) {
    for (group, rows) in groups {
        let errors: Vec<f64> = rows.iter().map(|row| (row.ratio - 1.0).abs()).collect();
        let covered = rows.iter().filter(|row| row.inside).count() as f64 / rows.len() as f64;
        let bias = median(rows.iter().map(|row| row.ratio - 1.0).collect());
        let (found, bound) = (median(errors), bound(group));
        println!("{group}: {} rows, MdAPE {found:.3}, bias {bias:+.3}, covered {covered:.3}", rows.len());
        assert_eq!(rows.len(), bound.rows, "{group}");
        assert!(found <= bound.median, "{group}: median error {found}");
        assert!((bound.covered.0..=bound.covered.1).contains(&covered), "{group}: covered {covered}");
    }
}

/// A picture or video of ML.ENERGY.
#[derive(serde::Deserialize)]
struct Picture {
    stack: String,
    accelerator: String,
    model: String,
    task: String,
    accelerators: String,
    batch: String,
    width: String,
    height: String,
    steps: String,
    frames: String,
    evaluations: String,
    measured_j_per_item: f64,
    #[serde(rename = "use")]
    purpose: String,
}

fn picture(row: &Picture, catalog: &Catalog) -> Compared {
    let keys = [
        ("inference.model", row.model.clone()),
        ("inference.task", row.task.clone()),
        ("inference.width", row.width.clone()),
        ("inference.height", row.height.clone()),
        ("inference.steps", row.steps.clone()),
        ("inference.frames", row.frames.clone()),
        ("override.model.evaluations_per_step", row.evaluations.clone()),
        ("serving.stack", row.stack.clone()),
        ("serving.accelerator", row.accelerator.clone()),
        ("serving.accelerators", row.accelerators.clone()),
        ("serving.batch", row.batch.clone()),
    ];
    of_accelerators(&keys, row.measured_j_per_item, catalog)
}

#[test]
fn pictures_and_videos_are_near_what_was_measured() {
    let catalog = Catalog::builtin();
    let mut groups: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
    for row in csv::Reader::from_path(root().join("tests/data/media.csv")).expect("the data").deserialize::<Picture>() {
        let row = row.expect("a row");
        let group = format!("{} {} ({})", row.stack, row.task, row.purpose);
        groups.entry(group).or_default().push(picture(&row, &catalog));
    }
    check(&groups, |group| match group {
        "xdit-0.4 image (fit)" => Bound { rows: 462, median: 0.11, covered: (0.88, 1.0) },
        "xdit-0.4 video (fit)" => Bound { rows: 314, median: 0.08, covered: (0.88, 1.0) },
        "diffusers image (fit)" => Bound { rows: 67, median: 0.10, covered: (0.88, 1.0) },
        "diffusers video (fit)" => Bound { rows: 32, median: 0.08, covered: (0.88, 1.0) },
        // Left out of the fit: parts of their pipelines are not in the model tables. Failures, shown as such.
        "diffusers image (cascade)" => Bound { rows: 13, median: 0.45, covered: (0.0, 1.0) },
        "diffusers image (decoder)" => Bound { rows: 6, median: 0.45, covered: (0.0, 1.0) },
        other => panic!("{other}"),
    });
}

/// A text, picture or clip of the AI Energy Score.
#[derive(serde::Deserialize)]
struct Forward {
    stack: String,
    accelerator: String,
    model: String,
    task: String,
    precision: String,
    input_tokens: String,
    audio_seconds: String,
    measured_j: f64,
}

#[test]
fn passes_are_near_what_was_measured() {
    let catalog = Catalog::builtin();
    let mut groups: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
    for row in csv::Reader::from_path(root().join("tests/data/forward.csv")).expect("the data").deserialize::<Forward>()
    {
        let row = row.expect("a row");
        let keys = [
            ("inference.model", row.model.clone()),
            ("inference.task", row.task.clone()),
            ("inference.precision", row.precision.clone()),
            ("inference.input_tokens", row.input_tokens.clone()),
            ("inference.audio_seconds", row.audio_seconds.clone()),
            ("serving.stack", row.stack.clone()),
            ("serving.accelerator", row.accelerator.clone()),
            ("serving.batch", "1".to_owned()),
        ];
        let compared = of_accelerators(&keys, row.measured_j, &catalog);
        if std::env::var_os("ROWS").is_some() {
            println!("{} {:.2}", row.model, compared.ratio);
        }
        groups.entry(row.task.clone()).or_default().push(compared);
    }
    check(&groups, |group| match group {
        "classification" => Bound { rows: 43, median: 0.12, covered: (0.85, 1.0) },
        "detection" => Bound { rows: 6, median: 0.20, covered: (0.80, 1.0) },
        "embedding" => Bound { rows: 19, median: 0.10, covered: (0.85, 1.0) },
        "speech" => Bound { rows: 12, median: 0.20, covered: (0.80, 1.0) },
        other => panic!("{other}"),
    });
}

/// A wall measurement of MLPerf.
#[derive(serde::Deserialize)]
struct Wall {
    case: String,
    accelerator: String,
    model: String,
    task: String,
    precision: String,
    batch: String,
    input_tokens: String,
    audio_seconds: String,
    steps: String,
    power_limit_w: String,
    measured_wall_j: f64,
}

/// Wall energy of the server while it works: accelerators and host, no idle time, no site.
fn wall(row: &Wall, catalog: &Catalog) -> Compared {
    let limit = if row.power_limit_w.is_empty() { String::new() } else { format!("{} W", row.power_limit_w) };
    let server = if row.accelerator.starts_with("a100") { "hgx-a100" } else { "" };
    let keys = [
        ("inference.model", row.model.clone()),
        ("inference.task", row.task.clone()),
        ("inference.precision", row.precision.clone()),
        ("inference.input_tokens", row.input_tokens.clone()),
        ("inference.audio_seconds", row.audio_seconds.clone()),
        ("inference.steps", row.steps.clone()),
        ("serving.stack", "trtllm".to_owned()),
        ("serving.mode", "on_demand".to_owned()),
        ("serving.accelerator", row.accelerator.clone()),
        ("serving.server", server.to_owned()),
        ("serving.batch", row.batch.clone()),
        ("override.accelerator.tdp", limit),
        ("site.pue", "1".to_owned()),
    ];
    let energy = estimate(&keys, catalog).per_unit.energy_wh.expect("covered").scaled(3600.0);
    let measured = row.measured_wall_j;
    Compared { ratio: energy.p50 / measured, inside: energy.p05 <= measured && measured <= energy.p95 }
}

#[test]
fn optimised_software_is_near_wall_measurements_that_were_never_fitted() {
    let catalog = Catalog::builtin();
    let mut groups: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
    for row in csv::Reader::from_path(root().join("tests/data/mlperf.csv")).expect("the data").deserialize::<Wall>() {
        let row = row.expect("a row");
        let compared = wall(&row, &catalog);
        println!("{:62} {:.2}", row.case, compared.ratio);
        groups.entry(row.model.clone()).or_default().push(compared.clone());
        groups.entry("all".to_owned()).or_default().push(compared);
    }
    check(&groups, |group| match group {
        "all" => Bound { rows: 50, median: 0.25, covered: (0.80, 1.0) },
        _ => Bound { rows: groups[group].len(), median: 1.0, covered: (0.0, 1.0) },
    });
}

/// Energy at work of some turns of an agent, in watt-hours.
fn turns(keys: &str) -> f64 {
    let text = format!(
        "name = \"agent\"\n[inference]\nmodel = \"qwen3-8b\"\noutput_tokens = 200\n{keys}\n\
         [serving]\nstack = \"vllm-0.11\"\naccelerator = \"h100-sxm\"\nbatch = 16\n"
    );
    let scenario = Scenario::read(&Document::new("agent", &text), &Catalog::builtin()).expect("a scenario");
    let step = scenario.central().steps.remove(0);
    (econome::impact::request(&step).energy * step.per_unit).as_wh()
}

#[test]
fn a_growing_prompt_is_the_sum_of_its_turns() {
    for (count, growth) in [(1.0, 500.0), (8.0, 500.0), (20.0, 1500.0)] {
        let written: f64 =
            (0..count as usize).map(|turn| turns(&format!("input_tokens = {}", 1000.0 + growth * turn as f64))).sum();
        let closed = turns(&format!("input_tokens = 1000\nturns = {count}\ntokens_per_turn = {growth}"));
        let off = closed / written - 1.0;
        // The closed form takes the mean turn: time is summed exactly but for the smooth corner of the roofline, and
        // power is that of the mean.
        println!("{count} turns by {growth}: {off:+.4}");
        assert!(off.abs() < 0.01, "{count} turns by {growth}: {off}");
    }
}

#[test]
fn processor_time_costs_its_cores_part_of_the_processor() {
    let keys = [
        ("inference.model", "gradient-boosting-1000-trees".to_owned()),
        ("inference.cpu_seconds", "16".to_owned()),
        ("serving.accelerator", "cpu-epyc-9334".to_owned()),
        ("serving.stack", "hf-batch1".to_owned()),
    ];
    let energy = estimate(&keys, &Catalog::builtin()).accelerators_energy_wh().expect("covered").p50 * 3600.0;
    // Sixteen core-seconds are half a second of 32 cores, at nearly the 210 W of the processor.
    assert!((85.0..=106.0).contains(&energy), "{energy} J");
}
