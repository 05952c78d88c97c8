//! Batches: one scenario a row, bad rows beside good ones, the file whole or not at all.

mod common;

use std::collections::HashMap;

use common::{command, econome, printed};

const CASES: &str = "\
id,inference.model,inference.input_tokens,inference.output_tokens,serving.batch,site.pue,training.accelerator_hours
a,llama-3.1-8b,500,300,16,1.2,
b,llama-3.1-8b,500,300,16,0.5,
007,qwen3-32b,500,300,,1.2,
d,no-such-model,500,300,,1.2,
e,,,,,1.2,1000
";

fn rows(text: &str) -> Vec<HashMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

fn run(cases: &str, arguments: &[&str]) -> (Option<i32>, Option<String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("cases.csv"), folder.path().join("out.csv"));
    std::fs::write(&input, cases).expect("written");
    let (input, out) = (input.to_string_lossy().into_owned(), output.to_string_lossy().into_owned());
    let result = econome(&[&["batch", &input, "-o", &out, "--samples", "500"], arguments].concat());
    let text = std::fs::read_to_string(output).ok();
    (result.status.code(), text, String::from_utf8_lossy(&result.stderr).into_owned())
}

#[test]
fn a_bad_row_costs_only_itself() {
    let (code, text, told) = run(CASES, &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("2 of 5 rows"), "{told}");
    let rows = rows(&text.expect("an output"));
    assert_eq!(rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), ["a", "b", "007", "d", "e"]);
    assert!(rows[1]["error"].contains("PUE must be at least 1") && rows[1]["energy_wh_p50"].is_empty());
    assert!(rows[3]["error"].contains("unknown model \"no-such-model\""));
    for index in [0, 2, 4] {
        assert!(rows[index]["error"].is_empty(), "{}", rows[index]["error"]);
        let quantile = |name: &str| rows[index][&format!("energy_wh_{name}")].parse::<f64>().expect("a number");
        assert!(0.0 < quantile("p05") && quantile("p05") <= quantile("p50") && quantile("p50") <= quantile("p95"));
    }
    assert_eq!(rows[4]["training_accelerator_hours_p50"], "1000");
    assert!(rows[0]["training_accelerator_hours_p50"].is_empty());
}

#[test]
fn a_row_says_what_the_same_scenario_says() {
    let arguments = ["estimate", "tests/data/chat.toml", "--format", "json", "--quiet", "--samples", "500"];
    let estimate: serde_json::Value = serde_json::from_str(&printed(&arguments)).expect("JSON");
    let cases = "id,use.users,use.requests_per_user_day,inference.model,inference.input_tokens,inference.output_tokens,\
                 serving.mode,serving.accelerator,serving.stack,site.facility\n\
                 x,10_000,4,llama-3.1-8b,500,300,dedicated,h100-sxm,vllm-0.11,scaleway-dc5\n";
    let (code, text, told) = run(cases, &[]);
    assert_eq!(code, Some(0), "{told}");
    let row = &rows(&text.expect("an output"))[0];
    for indicator in ["energy_wh", "carbon_g", "water_l", "primary_energy_mj", "abiotic_kgsbeq", "cost_eur"] {
        let expected = estimate["per_unit"][indicator]["p95"].as_f64().expect("a number");
        let found: f64 = row[&format!("{indicator}_p95")].parse().expect("a number");
        assert!((found / expected - 1.0).abs() < 1e-8, "{indicator}: {found} is not {expected}");
    }
}

#[test]
fn the_order_and_the_bits_do_not_depend_on_threads() {
    let mut cases = "id,inference.model,inference.input_tokens,inference.output_tokens\n".to_owned();
    for row in 0..600 {
        cases.push_str(&format!("{row},llama-3.1-8b,{},300\n", 100 + row));
    }
    let one = run(&cases, &["--threads", "1"]).1.expect("an output");
    assert_eq!(one, run(&cases, &["--threads", "3"]).1.expect("an output"));
    let ids: Vec<String> = rows(&one).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, (0..600).map(|row| row.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_row_of_the_wrong_length_is_told_and_left() {
    let (code, text, _) = run("id,site.pue\na,1.2,3,4\n", &[]);
    assert_eq!(code, Some(1));
    assert!(rows(&text.expect("an output"))[0]["error"].contains("4 cells"));
}

#[test]
fn standard_input_and_output_work() {
    use std::io::Write as _;
    let mut child = command(&["batch", "-", "--samples", "200"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    child.stdin.take().expect("a pipe").write_all(CASES.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ended");
    assert_eq!(rows(&String::from_utf8(output.stdout).expect("UTF-8")).len(), 5);
}
