//! Published cases: well formed, computable, as documented, and not worse than they were.

mod common;

use std::collections::BTreeSet;

use common::{econome, files, printed, root, same_as_file};
use econome::validation::{Set, Validation, cases, validate};
use econome::{Catalog, Scenario, Settings};

/// First words of the generated part of the documentation.
const GENERATED: &str = "## Scores\n";
/// Tables of cases, each a file.
const TASKS: [&str; 10] = [
    "classification",
    "embedding",
    "image",
    "mlperf",
    "production",
    "speech",
    "text",
    "text-vision",
    "training",
    "video",
];

fn computed() -> Validation {
    let settings = Settings::default().with_samples(1000).expect("enough");
    validate(&cases(&[]).expect("the cases"), &Catalog::builtin(), settings)
}

#[test]
fn every_case_is_named_once_sourced_and_explained() {
    let catalog = Catalog::builtin();
    let bibliography = catalog.bibliography().expect("the bibliography");
    let (mut names, mut tasks) = (BTreeSet::new(), BTreeSet::new());
    for case in cases(&[]).expect("the cases") {
        let name = format!("{}/{}", case.task, case.case);
        assert!(names.insert(name.clone()), "{name} stands twice");
        assert!(case.case.len() <= 34, "{name} is too long for a line of a terminal");
        assert!(bibliography.contains_key(&case.source), "{name}: no source {}", case.source);
        assert!(!case.scope.is_empty(), "{name} does not say what it includes");
        assert!(!case.keys.is_empty() || !case.note.is_empty(), "{name} does not say why it is not compared");
        assert!(case.set() != Set::Assumed || !case.note.is_empty(), "{name} does not say what it assumes");
        let (low, high) = (case.published_low.unwrap_or(0.0), case.published_high.unwrap_or(f64::INFINITY));
        assert!(low <= case.published && case.published <= high, "{name}: {low} to {high}");
        tasks.insert(case.task);
    }
    assert!(names.len() >= 300, "only {} cases", names.len());
    assert_eq!(tasks.iter().map(String::as_str).collect::<Vec<_>>(), TASKS);
    assert_eq!(files("profiles/validation", "csv").len(), TASKS.len());
}

/// A key that nothing looks at is a case computed for something else.
#[test]
fn every_key_of_a_case_counts() {
    // Tasks other than text do not look at the batch; it is a fact of the measurement all the same.
    let facts = ["serving.batch changes nothing here", "serving.accelerators changes nothing here"];
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for case in cases(&[]).expect("the cases") {
        let Some(document) = case.document() else { continue };
        let scenario = match Scenario::read(&document, &catalog) {
            Ok(scenario) => scenario,
            Err(error) => {
                wrong.push(format!("{}/{}: {}", case.task, case.case, error.one_line()));
                continue;
            }
        };
        for warning in scenario.warnings() {
            let code = ["key_unused", "override_unused", "source_unknown"].contains(&&*warning.code);
            if code && !facts.contains(&&*warning.message) {
                wrong.push(format!("{}/{}: {}", case.task, case.case, warning.message));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_documentation_shows_the_tables_of_now() {
    let path = root().join("src/validation/validation.md");
    let before = std::fs::read_to_string(&path).expect("the documentation");
    let prose = before.split_once(GENERATED).map_or(&*before, |(prose, _)| prose);
    let tables = printed(&["validate", "--format", "markdown"]);
    assert!(tables.starts_with(GENERATED));
    same_as_file(&path, &format!("{prose}{tables}"))
        .map_err(|_| "UPDATE=1 cargo test --test validation writes the tables anew")
        .expect("the same tables");
}

#[test]
fn what_is_fitted_fits_what_is_metered_is_near_and_what_is_given_adds_up() {
    let validation = computed();
    let failed: Vec<&str> = validation.cases.iter().filter_map(|case| case.error.as_deref()).collect();
    assert_eq!(failed, Vec::<&str>::new());
    let score = |task: &str, quantity: &str, set: Set| {
        let same = |row: &&econome::validation::Summary| row.task == task && row.quantity == quantity && row.set == set;
        validation.summary.iter().find(same).expect("a score").clone()
    };
    let text = score("text", "accelerators_energy_wh", Set::Fitted);
    assert!(text.mdape <= 0.12 && text.bias.abs() <= 0.08, "{text:?}");
    assert!(text.coverage.is_some_and(|coverage| coverage >= 0.88), "{text:?}");
    let mlperf = score("mlperf", "energy_wh", Set::HeldOut);
    assert!(mlperf.mdape <= 0.25, "{mlperf:?}");
    let carbon = score("training", "training_carbon_kg", Set::HeldOut);
    assert!(carbon.mape <= 0.03 && carbon.coverage.is_none(), "{carbon:?}");
}

#[test]
fn the_terminal_has_eighty_columns_and_threads_change_nothing() {
    let one = printed(&["validate", "--cases", "--threads", "1"]);
    for line in one.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert_eq!(one, printed(&["validate", "--cases", "--threads", "3"]));
}

#[test]
fn the_forms_agree() {
    let json: serde_json::Value =
        serde_json::from_str(&printed(&["validate", "mlperf", "production", "--format", "json"])).expect("JSON");
    let found = json["cases"].as_array().expect("cases");
    let fields: BTreeSet<&str> = found[0].as_object().expect("a case").keys().map(String::as_str).collect();
    let stable = [
        "basis",
        "calibration",
        "case",
        "error",
        "inside",
        "note",
        "predicted",
        "published",
        "published_high",
        "published_low",
        "quantity",
        "ratio",
        "scope",
        "source",
        "task",
    ];
    assert_eq!(fields.into_iter().collect::<Vec<_>>(), stable);
    let text = printed(&["validate", "mlperf", "production", "--format", "csv"]);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).into_records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), found.len());
    for (row, case) in rows.iter().zip(found) {
        assert_eq!(
            (&row[0], &row[1]),
            (case["case"].as_str().expect("a case"), case["task"].as_str().expect("a task"))
        );
        let median = case["predicted"]["p50"].as_f64();
        assert_eq!(row[7].parse::<f64>().ok(), median);
    }
}

#[test]
fn one_set_can_be_asked_for() {
    let text = printed(&["validate", "text", "--only", "held-out", "--format", "csv"]);
    assert!(text.lines().count() > 5 && !text.contains(",yes,"));
    let output = econome(&["validate", "mlperf", "--only", "fitted"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("0 cases"));
}
