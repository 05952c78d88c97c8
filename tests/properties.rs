//! What must hold whatever the numbers.

use econome::units::{
    Abiotic, Bandwidth, Carbon, CarbonIntensity, ComputeRate, Data, Energy, Power, PrimaryEnergy, Quantity, Time,
    Water, WaterPerEnergy,
};
use econome::{Catalog, Document, Estimate, Scenario, Settings};
use proptest::prelude::*;

/// A chat with edits, estimated with few draws.
fn estimate(edits: &[(&str, String)]) -> Estimate {
    let text = "name = \"Chat\"\n[use]\nrequests_per_year = 1e6\n[inference]\nmodel = \"llama-3.1-8b\"\n\
                input_tokens = 500\noutput_tokens = 300\n[network]\ndata_per_request = \"20 kB\"\n\
                [terminal]\nactive_time = \"60 s\"\n[site]\nfacility = \"scaleway-dc5\"\n";
    let mut document = Document::new("chat.toml", text);
    for (key, value) in edits {
        document.set(key, value, "test");
    }
    let scenario = Scenario::read(&document, &Catalog::builtin()).unwrap_or_else(|error| panic!("{error}"));
    scenario.estimate(Settings::default().with_samples(200).expect("enough"))
}

fn edit(key: &'static str, value: f64) -> (&'static str, String) {
    (key, format!("{value:?}"))
}

fn energy(estimate: &Estimate) -> f64 {
    estimate.per_year.energy_kwh.expect("covered").p50
}

fn carbon(estimate: &Estimate) -> f64 {
    estimate.per_year.carbon_kg.expect("covered").p50
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// A mixture of tasks, models and places to serve them.
fn workload() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let models = prop_oneof![
        Just("llama-3.1-8b"),
        Just("qwen3-30b-a3b-instruct-2507"),
        Just("gemma-3-12b-it"),
        Just("nvidia-nemotron-nano-9b-v2"),
        Just("deepseek-v3.1"),
    ];
    let accelerators = prop_oneof![Just("h100-sxm"), Just("b200-sxm"), Just("a100-sxm-80gb"), Just("mi300x")];
    let precisions = prop_oneof![Just("bf16"), Just("fp8"), Just("int4")];
    let modes = prop_oneof![Just("shared"), Just("dedicated"), Just("on_demand")];
    (models, accelerators, precisions, modes, 1.0..8000.0, 1.0..4000.0).prop_map(
        |(model, accelerator, precision, mode, input, output): (_, _, _, _, f64, f64)| {
            vec![
                ("inference.model", model.to_owned()),
                ("serving.accelerator", accelerator.to_owned()),
                ("inference.precision", precision.to_owned()),
                ("serving.mode", mode.to_owned()),
                edit("inference.input_tokens", input.round()),
                edit("inference.output_tokens", output.round()),
            ]
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_shared_service_is_linear_in_requests(requests in 1.0..1e9_f64, factor in 1.0..1e3_f64) {
        let once = estimate(&[edit("use.requests_per_year", requests)]);
        let more = estimate(&[edit("use.requests_per_year", requests * factor)]);
        prop_assert!(close(energy(&once) * factor, energy(&more)));
        prop_assert!(close(carbon(&once) * factor, carbon(&more)));
        let per_unit = |estimate: &Estimate| estimate.per_unit.carbon_g.expect("covered").p95;
        prop_assert!(close(per_unit(&once), per_unit(&more)));
    }

    #[test]
    fn energy_grows_with_pue(mut work in workload(), pue in 1.0..2.0_f64, more in 0.001..1.0_f64) {
        work.push(edit("site.pue", pue));
        let low = estimate(&work);
        work.push(edit("site.pue", pue + more));
        prop_assert!(energy(&low) < energy(&estimate(&work)));
    }

    #[test]
    fn carbon_grows_with_the_grid_and_energy_does_not(mut work in workload(), grid in 1.0..800.0_f64, more in 1.0..200.0_f64) {
        work.push(("override.grid.carbon_intensity", format!("{grid} gCO2e/kWh")));
        let low = estimate(&work);
        work.push(("override.grid.carbon_intensity", format!("{} gCO2e/kWh", grid + more)));
        let high = estimate(&work);
        prop_assert!(carbon(&low) < carbon(&high));
        prop_assert!(close(energy(&low), energy(&high)));
    }

    #[test]
    fn parts_sum_to_the_total(work in workload()) {
        let estimate = estimate(&work);
        let sum = |get: fn(&econome::BreakdownLine) -> Option<econome::Quantiles>| -> f64 {
            estimate.breakdown.iter().filter_map(get).map(|quantiles| quantiles.mean).sum()
        };
        prop_assert!(close(sum(|line| line.energy_wh), estimate.per_unit.energy_wh.expect("covered").mean));
        prop_assert!(close(sum(|line| line.carbon_g), estimate.per_unit.carbon_g.expect("covered").mean));
    }

    #[test]
    fn results_are_finite_and_ordered(work in workload()) {
        let estimate = estimate(&work);
        let unit = estimate.per_unit;
        for quantiles in [unit.energy_wh, unit.carbon_g, unit.water_l, unit.primary_energy_mj, unit.abiotic_kgsbeq, unit.cost_eur] {
            let quantiles = quantiles.expect("covered");
            prop_assert!(0.0 < quantiles.p05 && quantiles.p05 <= quantiles.p50 && quantiles.p50 <= quantiles.p95);
            prop_assert!(quantiles.p95.is_finite() && quantiles.mean.is_finite());
        }
    }

    #[test]
    fn more_tokens_never_cost_less(mut work in workload(), factor in 1.01..4.0_f64) {
        let tokens: f64 = work[5].1.parse().expect("a number");
        work.push(("serving.mode", "shared".to_owned()));
        work.push(("serving.batch", "8".to_owned()));
        let less = estimate(&work);
        work.push(edit("inference.output_tokens", (tokens * factor).ceil()));
        prop_assert!(energy(&less) < energy(&estimate(&work)));
    }

    #[test]
    fn the_embodied_accounts_follow_the_idle_time(utilisation in 0.05..0.5_f64) {
        let busy = estimate(&[edit("serving.utilisation", 2.0 * utilisation)]);
        let idle = estimate(&[edit("serving.utilisation", utilisation)]);
        let made = |estimate: &Estimate| {
            let made = estimate.breakdown.iter().find(|line| line.stage == econome::impact::Stage::Manufacture);
            made.and_then(|line| line.carbon_g).expect("covered").p50
        };
        prop_assert!(close(2.0 * made(&busy), made(&idle)));
    }

    #[test]
    fn units_round_trip(value in 1e-6..1e6_f64) {
        round_trip::<Energy>(value)?;
        round_trip::<Power>(value)?;
        round_trip::<Time>(value)?;
        round_trip::<Data>(value)?;
        round_trip::<Bandwidth>(value)?;
        round_trip::<ComputeRate>(value)?;
        round_trip::<Carbon>(value)?;
        round_trip::<CarbonIntensity>(value)?;
        round_trip::<Water>(value)?;
        round_trip::<WaterPerEnergy>(value)?;
        round_trip::<PrimaryEnergy>(value)?;
        round_trip::<Abiotic>(value)?;
    }

    #[test]
    fn no_text_makes_the_door_panic(text in ".{0,200}") {
        let _ = Scenario::read(&Document::new("x", &text), &Catalog::builtin());
    }

    #[test]
    fn no_edit_makes_the_door_panic(key in "[a-z_.]{1,30}", value in ".{0,40}") {
        let mut document = Document::new("x", "name = \"x\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 1\noutput_tokens = 1\n");
        document.set(&key, &value, "test");
        if let Ok(scenario) = Scenario::read(&document, &Catalog::builtin()) {
            let _ = scenario.estimate(Settings::default().with_samples(100).expect("enough"));
        }
    }
}

fn round_trip<Q: Quantity>(value: f64) -> Result<(), TestCaseError> {
    for (unit, size) in Q::UNITS {
        let read = Q::read(&format!("{value:?} {unit}")).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(close(read.coherent(), value * size), "{value} {unit}");
        let again = Q::read(&read.shown(15)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(
            (again.coherent() / read.coherent() - 1.0).abs() < 1e-12,
            "{value} {unit} shown {}",
            read.shown(15)
        );
    }
    Ok(())
}

#[test]
fn nothing_asked_for_costs_nothing() {
    let mut none = vec![edit("use.requests_per_year", 0.0)];
    for mode in ["shared", "dedicated", "on_demand"] {
        none.push(("serving.mode", mode.to_owned()));
        let estimate = estimate(&none);
        assert_eq!(energy(&estimate), 0.0, "{mode}");
        assert_eq!(carbon(&estimate), 0.0, "{mode}");
    }
    let silent = estimate(&[edit("inference.input_tokens", 0.0), edit("inference.output_tokens", 0.0)]);
    let accelerators = silent.accelerators_energy_wh().expect("covered");
    assert_eq!(accelerators.p95, 0.0);
}

#[test]
fn an_estimate_survives_json() {
    let estimate = estimate(&[]);
    let text = serde_json::to_string(&estimate).expect("JSON");
    assert_eq!(serde_json::from_str::<Estimate>(&text).expect("an estimate"), estimate);
}

#[test]
fn caching_the_prompt_saves_energy() {
    let whole = estimate(&[]);
    let cached = estimate(&[edit("inference.cached_input_share", 0.9)]);
    assert!(energy(&cached) < energy(&whole));
}

#[test]
fn a_replica_of_data_parallelism_is_one_accelerator() {
    let base = [("serving.batch", "64".to_owned()), ("serving.accelerators", "4".to_owned())];
    let data = estimate(&[base.as_slice(), &[("serving.parallelism", "data".to_owned())]].concat());
    let single = estimate(&[("serving.batch", "16".to_owned()), ("serving.accelerators", "1".to_owned())]);
    assert!(close(energy(&data), energy(&single)));
}

#[test]
fn no_draw_leaves_the_numbers() {
    let shipped: Vec<String> = econome::profile::shipped_scenarios().map(|(_, text)| text.to_owned()).collect();
    let trained = ["pretraining", "fine_tuning", "lora", "reinforcement"].map(|method| {
        format!("name = \"x\"\n[training]\nmodel = \"llama-3.1-8b\"\ntokens = 1e9\nmethod = \"{method}\"\nprogramme_factor = 2\n")
    });
    for text in shipped.iter().chain(&trained) {
        let scenario =
            Scenario::read(&Document::new("x", text), &Catalog::builtin()).unwrap_or_else(|error| panic!("{error}"));
        let settings = Settings::default().with_samples(50_000).expect("enough");
        let estimate = serde_json::to_value(scenario.estimate(settings)).expect("JSON");
        assert_finite(&estimate, text);
    }
}

/// JSON writes what is not a number as null, which otherwise stands for what is not covered.
fn assert_finite(estimate: &serde_json::Value, text: &str) {
    let quantiles = |value: &serde_json::Value| value.get("mean").is_some();
    let mut open = vec![estimate];
    while let Some(value) = open.pop() {
        if quantiles(value) {
            for name in ["p05", "p50", "p95", "mean"] {
                assert!(value[name].is_number(), "{name} of {value} in {text}");
                let error = value.get("error").map(|error| &error[name]);
                assert!(name == "mean" || error.is_none_or(serde_json::Value::is_number), "error of {value} in {text}");
            }
        }
        match value {
            serde_json::Value::Object(fields) => open.extend(fields.values()),
            serde_json::Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}
