//! `check`: limits in a pipeline, by exit code and in words.

mod common;

use common::econome;
use econome::{Catalog, Check, Document, Limit, Scenario, Settings, Verdict};

/// Exit code, standard output and standard error.
fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = econome(&[&["check", "lirae", "--samples", "2000"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_exit_code_is_the_verdict() {
    for (max, code, words) in [
        ("carbon_g=500", 0, "within"),
        ("carbon_g=1", 1, "exceeded"),
        ("carbon_g=75", 1, "not shown"),
        ("carbon_kg_per_year=2000", 0, "within"),
        ("latency_s=1", 1, "exceeded"),
        ("training_carbon_kg=1", 1, "not covered"),
    ] {
        let (found, out, told) = check(&["--max", max]);
        assert_eq!(found, Some(code), "{max}: {out}{told}");
        assert!(out.contains(words), "{max}: {out}");
        assert_eq!(told.contains("limits not kept"), code == 1, "{max}: {told}");
    }
}

#[test]
fn one_limit_that_is_not_kept_is_enough_to_fail() {
    let (code, out, told) = check(&["--max", "carbon_g=500", "--max", "energy_wh=1"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("carbon_g <= 500") && out.contains("energy_wh <= 1"), "{out}");
    assert!(told.contains("energy_wh exceeded") && !told.contains("carbon_g"), "{told}");
}

#[test]
fn less_confidence_keeps_a_tighter_limit() {
    assert_eq!(check(&["--max", "carbon_g=75", "--confidence", "0.5"]).0, Some(0));
    assert_eq!(check(&["--max", "carbon_g=75", "--confidence", "0.9"]).0, Some(1));
}

#[test]
fn what_is_not_in_the_result_is_said() {
    let (_, out, _) = check(&["--max", "water_l=100"]);
    assert!(out.contains("without accelerators, manufacture"), "{out}");
}

#[test]
fn wrong_limits_are_explained() {
    for (arguments, words) in [
        (vec!["--max", "carbon_gg=1"], "did you mean carbon_g"),
        (vec!["--max", "watts=1"], "known: energy_wh"),
        (vec!["--max", "carbon_g"], "RESULT=NUMBER"),
        (vec!["--max", "carbon_g=two"], "is a number of gCO2e"),
        (vec!["--max", "carbon_g=-1"], "from zero"),
        (vec!["--max", "carbon_g=nan"], "from zero"),
        (vec!["--max", "carbon_g=1", "--confidence", "1.5"], "between 0 and 1"),
        (vec!["--max", "carbon_g=1", "--confidence", "95"], "between 0 and 1"),
        (vec!["--max", "carbon_g=1", "--confidence", "0.9999"], "needs at least 10000 draws"),
        (vec![], "--max"),
    ] {
        let (code, out, told) = check(&arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(words) && out.is_empty(), "{arguments:?}: {told}");
    }
    let few = econome(&["check", "lirae", "--max", "carbon_g=1", "--samples", "99"]);
    assert_eq!(few.status.code(), Some(2));
}

#[test]
fn programs_read_the_same() {
    let (code, out, _) = check(&["--max", "carbon_g=75", "--format", "json"]);
    let found: Check = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, found.holds), (Some(1), false));
    assert_eq!(found.limits[0].verdict, Verdict::NotShown);
}

/// The probability is that of the draws: a limit at the median is kept by half of them.
#[test]
fn the_probability_at_a_percentile_is_its_own() {
    let text = "name = \"Chat\"\n[inference]\nmodel = \"gpt-4o\"\ninput_tokens = 500\noutput_tokens = 300";
    let scenario = Scenario::read(&Document::new("x", text), &Catalog::builtin()).expect("a scenario");
    let carbon = scenario.estimate(Settings::default()).per_unit.carbon_g.expect("covered");
    let target = econome::Target::named("carbon_g").expect("a result");
    let limits = [carbon.p05, carbon.p50, carbon.p95].map(|value| Limit::new(target, value).expect("a limit"));
    let check = scenario.check(&limits, 0.9, Settings::default()).expect("enough draws");
    let probabilities: Vec<f64> = check.limits.iter().filter_map(|limit| limit.probability).collect();
    for (found, expected) in probabilities.iter().zip([0.05, 0.5, 0.95]) {
        assert!((found - expected).abs() < 2e-4, "{probabilities:?}");
    }
    let verdicts: Vec<Verdict> = check.limits.iter().map(|limit| limit.verdict).collect();
    assert_eq!(verdicts, [Verdict::Exceeded, Verdict::NotShown, Verdict::Within]);
}

#[test]
fn a_result_without_spread_keeps_the_limit_that_it_equals() {
    let text = "name = \"Run\"\n[training]\naccelerator_hours = 1000\naccelerator = \"h100-sxm\"\n";
    let scenario = Scenario::read(&Document::new("x", text), &Catalog::builtin()).expect("a scenario");
    let limits = ["training_accelerator_hours=1000", "training_accelerator_hours=999"];
    let limits = limits.map(|limit| limit.parse::<Limit>().expect("a limit"));
    let check = scenario.check(&limits, 0.95, Settings::default()).expect("enough draws");
    assert_eq!(check.limits[0].verdict, Verdict::Within);
    assert_eq!(check.limits[1].verdict, Verdict::Exceeded);
}
