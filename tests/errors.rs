//! Bad input gets one clear error: what, where, what to do; exit code 2 and nothing on the standard output.
//!
//! Each `tests/errors/NAME.toml` is a wrong scenario, each `tests/errors/NAME.csv` a wrong batch, and
//! `NAME.txt` what the user is told. `UPDATE=1 cargo test --test errors` writes what is told now.

mod common;

use common::{command, econome, files, root, same_as_file};

/// Wrong command lines, by the name of their snapshot.
const COMMAND_LINES: [(&str, &[&str]); 57] = [
    ("cli-sweep-no-axis", &["sweep", "lirae"]),
    ("cli-sweep-not-an-axis", &["sweep", "lirae", "-P", "site.grid"]),
    ("cli-sweep-empty-axis", &["sweep", "lirae", "-P", "site.grid="]),
    ("cli-sweep-value-twice", &["sweep", "lirae", "-P", "site.grid=fr,de,fr"]),
    ("cli-sweep-axis-twice", &["sweep", "lirae", "-P", "site.grid=fr", "-P", "site.grid=de"]),
    ("cli-sweep-unknown-key", &["sweep", "lirae", "-P", "site.pux=1.1,1.2"]),
    ("cli-sweep-unknown-value", &["sweep", "lirae", "-P", "site.grid=fr,frr"]),
    ("cli-sweep-value-out-of-range", &["sweep", "lirae", "-P", "site.pue=0.5..1.5:lin3"]),
    ("cli-sweep-unknown-range", &["sweep", "lirae", "-P", "site.pue=1..2:cubic3"]),
    ("cli-sweep-how-many", &["sweep", "lirae", "-P", "site.pue=1..2"]),
    ("cli-sweep-nothing-to-sample", &["sweep", "lirae", "-P", "site.pue=1,2", "--sample", "9"]),
    ("cli-sweep-query-of-nothing", &["sweep", "lirae", "-P", "inference.model=*[open,<1k]"]),
    ("cli-sweep-query-with-typo", &["sweep", "lirae", "-P", "site.facility=*[secnumclod]"]),
    (
        "cli-sweep-too-many",
        &[
            "sweep",
            "lirae",
            "-P",
            "site.pue=1..2:lin100000",
            "-P",
            "site.wue=1..2 L/kWh:lin100000",
            "-P",
            "site.electricity_price=1..2 EUR/kWh:lin100000",
        ],
    ),
    ("cli-sweep-where-with-typo", &["sweep", "lirae", "-P", "site.pue=1,2", "--where", "latency < 2"]),
    ("cli-sweep-where-no-condition", &["sweep", "lirae", "-P", "site.pue=1,2", "--where", "latency_s"]),
    ("cli-sweep-unknown-result", &["sweep", "lirae", "-P", "site.pue=1,2", "--by", "carbon"]),
    ("cli-sweep-not-covered", &["sweep", "lirae", "-P", "site.pue=1,2", "--pareto", "carbon_g,training_carbon_kg"]),
    ("cli-sweep-group-by-no-axis", &["sweep", "lirae", "-P", "site.pue=1,2", "--group-by", "site.grid"]),
    ("cli-sweep-no-shard", &["sweep", "lirae", "-P", "site.pue=1,2", "--shard", "3/2"]),
    ("cli-sweep-resume-of-a-table", &["sweep", "lirae", "-P", "site.pue=1,2", "--resume"]),
    ("cli-check-unknown-result", &["check", "lirae", "--max", "carbon_gg=2"]),
    ("cli-check-not-a-limit", &["check", "lirae", "--max", "carbon_g"]),
    ("cli-check-no-confidence", &["check", "lirae", "--max", "carbon_g=2", "--confidence", "95"]),
    ("cli-check-too-few-samples", &["check", "lirae", "--max", "carbon_g=2", "--confidence", "0.99999"]),
    ("cli-sensitivity-unknown-result", &["sensitivity", "lirae", "--by", "energy"]),
    ("cli-sensitivity-not-covered", &["sensitivity", "lirae", "--by", "training_carbon_kg"]),
    ("cli-compare-one", &["compare", "lirae"]),
    ("cli-compare-method", &["compare", "lirae", "parole", "--method", "ecologits-0.11"]),
    ("cli-compare-negative-tolerance", &["compare", "lirae", "parole", "--quality-tolerance=-0.1"]),
    ("cli-compare-unknown-scenario", &["compare", "lirae", "parol"]),
    ("cli-compare-standard-input-twice", &["compare", "-", "-"]),
    ("cli-missing-file", &["estimate", "nowhere.toml"]),
    ("cli-near-shipped-scenario", &["estimate", "albert-eduction"]),
    ("cli-set-without-value", &["estimate", "lirae", "--set", "site.grid"]),
    ("cli-set-not-a-key", &["estimate", "lirae", "--set", "site..grid=fr"]),
    ("cli-set-unknown-grid", &["estimate", "lirae", "--set", "site.grid=frr"]),
    ("cli-set-unknown-key", &["estimate", "lirae", "--set", "site.pux=1.2"]),
    ("cli-set-pue-below-one", &["estimate", "lirae", "--set", "site.pue=0.8"]),
    ("cli-too-few-samples", &["estimate", "lirae", "--samples", "10"]),
    ("cli-too-many-samples", &["estimate", "lirae", "--samples", "100000000000"]),
    ("cli-output-is-a-folder", &["estimate", "lirae", "-o", "src"]),
    ("cli-no-threads", &["estimate", "lirae", "--threads", "0"]),
    ("cli-profiles-folder-missing", &["estimate", "lirae", "--profiles", "nowhere"]),
    ("cli-profiles-unknown-kind", &["profiles", "list", "gird"]),
    ("cli-profiles-unknown-id", &["profiles", "show", "h100-smx"]),
    ("cli-output-folder-missing", &["estimate", "lirae", "-o", "nowhere/out.txt"]),
    ("cli-hourly-unit", &["estimate", "lirae", "--hourly", "tests/errors/hourly-unit.series"]),
    ("cli-hourly-gap", &["estimate", "lirae", "--hourly", "tests/errors/hourly-gap.series"]),
    ("cli-hourly-negative", &["estimate", "lirae", "--hourly", "tests/errors/hourly-negative.series"]),
    ("cli-set-two-zones", &["estimate", "lirae", "--set", "site.grid=Georgia"]),
    ("cli-diff-folder-missing", &["profiles", "diff", "nowhere"]),
    ("cli-init-exists", &["init", "README.md"]),
    ("cli-unknown-method", &["estimate", "lirae", "--method", "ecologits-0.12"]),
    ("cli-batch-all-methods", &["batch", "nowhere.csv", "--method", "all"]),
    ("cli-validate-unknown-task", &["validate", "txt"]),
    ("cli-batch-missing-file", &["batch", "nowhere.csv"]),
];

#[test]
fn wrong_scenarios_are_explained() {
    let mut wrong = Vec::new();
    let scenarios = files("tests/errors", "toml");
    assert!(scenarios.len() >= 25, "only {} bad scenarios", scenarios.len());
    for path in scenarios {
        let file = path.strip_prefix(root()).expect("inside the project").to_string_lossy().into_owned();
        wrong.extend(told(&["estimate", &file], &path.with_extension("txt")).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn wrong_batches_are_explained_and_write_nothing() {
    let mut wrong = Vec::new();
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("out.csv");
    for path in files("tests/errors", "csv") {
        let file = path.strip_prefix(root()).expect("inside the project").to_string_lossy().into_owned();
        let arguments = ["batch", &file, "-o", &output.to_string_lossy()];
        wrong.extend(told(&arguments, &path.with_extension("txt")).err());
        assert!(!output.exists(), "{file} left an output");
    }
    assert!(std::fs::read_dir(folder.path()).expect("the folder").next().is_none(), "a temporary file is left");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn wrong_command_lines_are_explained() {
    let wrong: Vec<String> = COMMAND_LINES
        .iter()
        .filter_map(|(name, arguments)| told(arguments, &root().join(format!("tests/errors/{name}.txt"))).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_wrong_scenario_leaves_the_output_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("out.json");
    std::fs::write(&output, "before").expect("written");
    let status = econome(&["estimate", "tests/errors/pue-below-one.toml", "-o", &output.to_string_lossy()]).status;
    assert_eq!(status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&output).expect("read"), "before");
}

#[test]
fn wrong_profiles_of_a_user_are_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("grid")).expect("created");
    let text = "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"12 g/kWh\"\nsource = \"mine\"\n";
    std::fs::write(folder.path().join("grid/mine.toml"), text).expect("written");
    let output = command(&["profiles", "check", "--profiles", &folder.path().to_string_lossy()]).output().expect("run");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("\"g/kWh\" is not a unit of carbon intensity"), "{told}");
    assert!(told.contains("grid/mine.toml:4:9"), "{told}");
    assert!(told.contains("unknown source \"mine\""), "{told}");
}

#[test]
fn impossible_intervals_of_a_profile_are_explained() {
    for (fields, words) in [
        ("low = \"90 gCO2e/kWh\"\nhigh = \"60 gCO2e/kWh\"", "low must not be above value, nor value above high"),
        ("low = \"40 gCO2e/kWh\"", "low and high come together"),
        ("gsd = 0.9", "gsd must be at least 1, found 0.9"),
        ("gsd = inf", "too large"),
        ("gsd = 1.2\nlaw = \"normal\"", "gsd describes a lognormal law only"),
        ("law = \"triangular\"", "a law needs low and high"),
        ("low = \"0 gCO2e/kWh\"\nhigh = \"90 gCO2e/kWh\"\nlaw = \"lognormal\"", "needs low above zero"),
        ("law = \"gaussian\"", "unknown value \"gaussian\""),
        ("pedigree = [1, 2, 3, 4, 6]", "five scores from 1 to 5, found 6"),
        ("pedigree = [1, 2, 3, 4, 5]\ngsd = 1.1", "a pedigree already tells the law"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("grid")).expect("created");
        let figure = "[carbon_intensity]\nvalue = \"50 gCO2e/kWh\"\nsource = \"ember-2026\"";
        let text = format!("name = \"Mine\"\nzone = \"FR\"\n{figure}\n{fields}\n");
        std::fs::write(folder.path().join("grid/mine.toml"), text).expect("written");
        let profiles = folder.path().to_string_lossy().into_owned();
        let arguments = ["estimate", "lirae", "--set", "site.grid=mine", "--profiles", &profiles];
        let output = command(&arguments).output().expect("run");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{fields}: {told}");
        assert!(told.contains(words) && told.contains("grid/mine.toml:"), "{fields}: {told}");
    }
}

fn told(arguments: &[&str], snapshot: &std::path::Path) -> Result<(), String> {
    let output = econome(arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(2) || !output.stdout.is_empty() {
        return Err(format!("{arguments:?}: exit code {:?}, told {told}", output.status.code()));
    }
    same_as_file(snapshot, &told)
}
