//! The ready scenarios: all compute, say what the use cases are about, and keep to the published schema.

mod common;

use common::{econome, files, printed, root};
use serde_json::Value;

fn estimate(scenario: &str, sets: &[&str]) -> Value {
    let mut arguments = vec!["estimate", scenario, "--format", "json", "--quiet"];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    serde_json::from_str(&printed(&arguments)).expect("JSON")
}

fn median(estimate: &Value, scope: &str, indicator: &str) -> f64 {
    estimate[scope][indicator]["p50"].as_f64().unwrap_or_else(|| panic!("no {indicator}"))
}

fn shipped() -> Vec<String> {
    let paths = files("profiles/scenario", "toml");
    paths.iter().map(|path| path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned()).collect()
}

#[test]
fn all_sixteen_ship_and_compute_in_every_format() {
    let scenarios = shipped();
    assert_eq!(scenarios.len(), 16);
    for scenario in &scenarios {
        for format in ["table", "json", "csv", "markdown"] {
            let text = printed(&["estimate", scenario, "--format", format, "--samples", "200", "--quiet"]);
            assert!(text.len() > 200, "{scenario} as {format}: {text}");
            assert!(!text.contains("NaN") && !text.contains("inf "), "{scenario} as {format}");
        }
    }
}

#[test]
fn every_interval_is_ordered_and_every_total_covered() {
    for scenario in shipped() {
        let estimate = estimate(&scenario, &["name=\"x\""]);
        for (indicator, quantiles) in estimate["per_unit"].as_object().expect("an object") {
            let get = |name: &str| quantiles[name].as_f64().unwrap_or_else(|| panic!("{scenario}: {indicator}"));
            assert!(
                0.0 < get("p05") && get("p05") <= get("p50") && get("p50") <= get("p95"),
                "{scenario}: {indicator}"
            );
        }
        assert!(!estimate["not_covered"].as_array().expect("a list").is_empty(), "{scenario}");
        assert!(!estimate["sources"].as_array().expect("a list").is_empty(), "{scenario}");
    }
}

#[test]
fn every_input_of_a_profile_has_a_source_of_the_bibliography() {
    for scenario in shipped() {
        let estimate = estimate(&scenario, &[]);
        let sources: Vec<&str> = estimate["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|source| source["key"].as_str())
            .collect();
        for input in estimate["inputs"].as_array().expect("a list") {
            if input["origin"] == "profile" {
                let source = input["source"].as_str().unwrap_or_else(|| panic!("{scenario}: {input} has no source"));
                assert!(sources.contains(&source), "{scenario}: {source}");
            }
            if input["origin"] == "default" {
                assert!(input["reason"].is_string(), "{scenario}: {input} has no reason");
            }
        }
    }
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let estimate = estimate("partages", &[]);
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for key in [
        "scenario",
        "method",
        "unit",
        "units_per_year",
        "per_unit",
        "per_year",
        "breakdown",
        "sizing",
        "training",
        "inputs",
        "not_covered",
        "warnings",
        "sources",
        "samples",
        "seed",
        "version",
        "profiles_digest",
    ] {
        assert!(keys(&estimate).contains(&key.to_owned()), "{key}");
    }
    let per_unit = ["energy_wh", "carbon_g", "water_l", "primary_energy_mj", "abiotic_kgsbeq", "cost_eur"];
    let per_year = ["energy_kwh", "carbon_kg", "water_m3", "primary_energy_mj", "abiotic_kgsbeq", "cost_eur"];
    assert_eq!(keys(&estimate["per_unit"]).len(), per_unit.len());
    for (unit, year) in per_unit.iter().zip(per_year) {
        assert!(estimate["per_unit"][unit]["mean"].is_number(), "{unit}");
        assert!(estimate["per_year"][year]["p95"].is_number(), "{year}");
    }
    for key in [
        "replicas",
        "accelerators",
        "servers",
        "utilisation",
        "latency_s",
        "time_to_first_token_s",
        "output_tokens_per_s",
    ] {
        assert!(estimate["sizing"][key].is_number(), "{key}");
    }
    for key in ["accelerator_hours", "energy_kwh", "carbon_kg"] {
        assert!(estimate["training"][key]["p50"].is_number(), "{key}");
    }
    assert!(estimate["training"]["flop"].is_number());
    let line = &estimate["breakdown"][0];
    assert!(line["part"].is_string() && line["stage"].is_string() && line["energy_wh"]["p50"].is_number());
}

#[test]
fn twelve_hundred_answers_a_year_pay_for_idle_machines() {
    let estimate = estimate("albert-education", &[]);
    let energy = |part: &str| -> f64 {
        let lines = estimate["breakdown"].as_array().expect("a list").iter();
        lines.filter(|line| line["part"] == part).filter_map(|line| line["energy_wh"]["mean"].as_f64()).sum()
    };
    assert!(energy("idle") > 100.0 * energy("accelerators"), "idle {}", energy("idle"));
    assert!(estimate["warnings"].to_string().contains("mostly_idle"));
    assert!(estimate["sizing"]["utilisation"].as_f64().expect("a number") < 0.001);
    let shared = self::estimate("albert-education", &["steps.answer.serving.mode=shared", "serving.mode=shared"]);
    assert!(median(&shared, "per_unit", "energy_wh") < 0.05 * median(&estimate, "per_unit", "energy_wh"));
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let one = printed(&["estimate", "partages", "--format", "json", "--quiet", "--threads", "1"]);
    for threads in ["2", "3", "7"] {
        assert_eq!(one, printed(&["estimate", "partages", "--format", "json", "--quiet", "--threads", threads]));
    }
    let other = printed(&["estimate", "partages", "--format", "json", "--quiet", "--seed", "2"]);
    assert_ne!(one, other);
}

#[test]
fn training_is_a_view_of_its_own() {
    let both = estimate("partages", &[]);
    let mut text = std::fs::read_to_string(root().join("profiles/scenario/partages.toml")).expect("the scenario");
    let start = text.find("\n[training]").expect("a training table");
    let end = text[start + 2..].find("\n[").map_or(text.len(), |end| start + 2 + end);
    text.replace_range(start..end, "\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("without.toml");
    std::fs::write(&path, text).expect("written");
    let without = estimate(&path.to_string_lossy(), &[]);
    assert_eq!(both["per_unit"], without["per_unit"], "training leaks into the use");
    assert!(without["training"].is_null());
}

#[test]
fn shipped_scenarios_follow_the_schema_and_mistakes_do_not() {
    let schema: Value = serde_json::from_str(&printed(&["schema"])).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let json = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).expect("TOML")).expect("JSON");
    for scenario in shipped() {
        let text = std::fs::read_to_string(root().join(&scenario)).expect("the scenario");
        let wrong: Vec<String> = validator.iter_errors(&json(&text)).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{scenario}: {}", wrong.join("; "));
    }
    assert!(validator.is_valid(&json(&printed(&["init"]))));
    for mistake in ["name = 3", "nme = \"x\"", "name = \"x\"\n[site]\npue = 0.5", "name = \"x\"\n[site]\npux = 1.5"] {
        assert!(!validator.is_valid(&json(mistake)), "{mistake}");
    }
}

#[test]
fn init_writes_a_scenario_that_computes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("case.toml");
    assert!(econome(&["init", &path.to_string_lossy()]).status.success());
    let result = estimate(&path.to_string_lossy(), &[]);
    assert!(median(&result, "per_unit", "energy_wh") > 0.0);
}

#[test]
fn a_market_instrument_takes_the_operators_factor() {
    let sets = ["site.instrument=market", "override.facility.market_carbon_intensity=10 gCO2e/kWh"];
    let market = estimate("tests/data/chat.toml", &sets);
    let location = estimate("tests/data/chat.toml", &[]);
    assert!(median(&market, "per_unit", "carbon_g") < median(&location, "per_unit", "carbon_g"));
    assert_eq!(median(&market, "per_unit", "energy_wh"), median(&location, "per_unit", "energy_wh"));
}

#[test]
fn an_unknown_pue_is_said_and_never_silent() {
    let estimate = estimate("tests/data/chat.toml", &["site.facility=aws-paris"]);
    let warnings = estimate["warnings"].to_string();
    assert!(warnings.contains("pue_unknown") && warnings.contains("aws-paris"), "{warnings}");
}

#[test]
fn every_override_is_shown_as_given_and_never_as_sourced() {
    let sets = [
        "override.stack.residual=0.1",
        "override.model.head_dim=64",
        "override.server.host_power=900 W",
        "override.grid.water=1 L/kWh",
        "override.accelerator.embodied_carbon=100 kgCO2e",
    ];
    let estimate = estimate("tests/data/chat.toml", &sets);
    let inputs = estimate["inputs"].as_array().expect("a list");
    for key in ["stack.model_error", "model.kv_width", "server.host_power", "grid.water", "accelerator.embodied_carbon"]
    {
        let input = inputs.iter().find(|input| input["key"] == key).unwrap_or_else(|| panic!("no {key}"));
        assert_eq!((input["origin"].as_str(), &input["source"]), (Some("given"), &Value::Null), "{key}");
    }
}

#[test]
fn keys_without_effect_are_said() {
    let warned = |sets: &[&str]| {
        let estimate = estimate("tests/data/chat.toml", sets);
        let warnings = estimate["warnings"].as_array().expect("a list").clone();
        let unused: Vec<String> = warnings
            .iter()
            .filter(|warning| warning["code"] == "key_unused" || warning["code"] == "override_unused")
            .map(|warning| warning["message"].as_str().expect("a text").to_owned())
            .collect();
        unused
    };
    assert_eq!(warned(&[]), Vec::<String>::new());
    assert_eq!(warned(&["inference.frames=3"]), ["inference.frames changes nothing here"]);
    let both = ["training.model=llama-3.1-8b", "training.tokens=1e9", "training.accelerator_hours=10"];
    assert!(warned(&both).contains(&"training.tokens changes nothing here".to_owned()));
    assert_eq!(warned(&["override.terminal.lifetime=4 years"]).len(), 1);
    for scenario in shipped() {
        let estimate = estimate(&scenario, &[]);
        assert!(!estimate["warnings"].to_string().contains("_unused"), "{scenario}: {}", estimate["warnings"]);
    }
}

#[test]
fn an_override_of_the_grid_is_of_the_site_alone() {
    let set = "override.grid.carbon_intensity=500 gCO2e/kWh";
    let terminal = ["terminal.active_time=60 s", "terminal.grid=pl", set];
    let estimate = estimate("tests/data/chat.toml", &terminal);
    let inputs = estimate["inputs"].as_array().expect("a list");
    let users = inputs.iter().find(|input| input["key"] == "terminal.grid.carbon_intensity").expect("the input");
    assert_eq!(users["origin"], "profile");
}

#[test]
fn overrides_are_shown_as_given() {
    let estimate = estimate("tests/data/chat.toml", &["override.accelerator.tdp=350 W"]);
    let inputs = estimate["inputs"].as_array().expect("a list");
    let tdp = inputs.iter().find(|input| input["key"] == "accelerator.tdp").expect("the input");
    assert_eq!((tdp["origin"].as_str(), tdp["value"].as_str()), (Some("given"), Some("350 W")));
}

#[test]
fn a_scenario_comes_through_the_standard_input() {
    use std::io::Write as _;
    let text = std::fs::read(root().join("tests/data/chat.toml")).expect("the scenario");
    let mut child = common::command(&["estimate", "-", "--format", "json", "--quiet"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    child.stdin.take().expect("a pipe").write_all(&text).expect("written");
    let output = child.wait_with_output().expect("ended");
    let piped: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(piped, estimate("tests/data/chat.toml", &[]));
}
