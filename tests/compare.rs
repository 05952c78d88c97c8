//! `compare`: which is better, how surely, whether it is the same service, and why.

mod common;

use std::collections::BTreeMap;

use common::{econome, printed};
use econome::compare::{
    Alternative, CompareSettings, Comparison, Contributions, CutOffs, Parity, Standing, compare as compared,
};
use econome::{Catalog, Document, Settings, report};

const CHAT: &str = "\
name = \"Chat\"
[use]
requests_per_year = 1e6
[inference]
model = \"llama-3.1-8b\"
input_tokens = 500
output_tokens = 300
precision = \"bf16\"
[serving]
accelerator = \"h100-sxm\"
stack = \"vllm-0.11\"
[site]
facility = \"scaleway-dc5\"
";
const NETWORK: &str = "[network]\ndata_per_request = \"20 kB\"\n";

fn settings() -> CompareSettings {
    CompareSettings::default().with_draws(Settings::default().with_samples(1000).expect("enough"))
}

fn read<'c>(label: &str, text: &str, catalog: &'c Catalog) -> Alternative<'c> {
    let document = Document::new(&format!("{label}.toml"), text);
    Alternative::read(label, &document, catalog).unwrap_or_else(|error| panic!("{error}"))
}

/// The comparison of some texts, the first of them the reference.
fn compare(texts: &[&str]) -> Comparison {
    let catalog = Catalog::builtin();
    let labels = ["reference", "second", "third", "fourth"];
    let all: Vec<Alternative> = labels.iter().zip(texts).map(|(label, text)| read(label, text, &catalog)).collect();
    compared(&all, settings()).unwrap_or_else(|error| panic!("{error}"))
}

fn contributions(one: &str, other: &str) -> Contributions {
    let mut comparison = compare(&[one, other]);
    comparison.scenarios.pop().expect("two").against.expect("beside the reference").contributions
}

/// What each part contributes to a result.
fn by_part(contributions: &Contributions, result: &str) -> BTreeMap<String, f64> {
    let of = |part: &econome::compare::Contribution| {
        let effect = part.effects.iter().find(|effect| effect.result == result).expect("the result");
        (part.label.clone(), effect.amount)
    };
    contributions.parts.iter().map(of).collect()
}

fn shipped() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = econome::profile::shipped_scenarios().collect();
    all.sort_unstable();
    all
}

#[test]
fn a_scenario_is_equal_to_itself() {
    for (id, text) in shipped() {
        let comparison = compare(&[text, text]);
        let itself = &comparison.scenarios[1];
        for result in &itself.results {
            match result.quantiles {
                None => assert_eq!((result.verdict, result.ratio), (None, None), "{id}"),
                Some(_) => {
                    let ratio = result.ratio.expect("a ratio");
                    assert_eq!((ratio.p05, ratio.p50, ratio.p95, ratio.mean), (1.0, 1.0, 1.0, 1.0), "{id}");
                    assert_eq!(result.verdict, Some(Standing::Equal), "{id}");
                }
            }
        }
        let against = itself.against.as_ref().expect("beside the reference");
        assert!(against.differences.is_empty() && against.consequences.is_empty(), "{id}: {against:?}");
        assert!(against.contributions.parts.is_empty() && against.notes.iter().all(|note| note.contains("training")));
    }
}

#[test]
fn contributions_add_up_to_the_change() {
    let all = shipped();
    for (index, (id, text)) in all.iter().enumerate() {
        let (other_id, other) = all[(index + 1) % all.len()];
        let contributions = contributions(text, other);
        assert!(contributions.parts.len() <= 8, "{id} {other_id}");
        for (place, total) in contributions.totals.iter().enumerate() {
            let sum: f64 = contributions.parts.iter().map(|part| part.effects[place].amount).sum();
            // To the rounding of the largest part.
            let parts = contributions.parts.iter().map(|part| part.effects[place].amount.abs());
            let size = parts.fold(total.other.max(total.reference), f64::max);
            let change = total.other - total.reference;
            assert!((sum - change).abs() <= 1e-12 * size, "{id} {other_id} {}: {sum} is not {change}", total.result);
        }
    }
}

#[test]
fn the_way_back_is_the_way_there_reversed() {
    let other = CHAT.replace("bf16", "fp8").replace("h100-sxm", "l40s").replace("500", "900");
    let (there, back) = (contributions(CHAT, &other), contributions(&other, CHAT));
    let (there, back) = (by_part(&there, "carbon_g"), by_part(&back, "carbon_g"));
    assert_eq!(there.len(), 3);
    for (label, amount) in &there {
        assert!((amount + back[label]).abs() <= 1e-9 * amount.abs(), "{label}: {amount} and {}", back[label]);
    }
}

/// Two factors of one line share its change by their logarithms, and nothing else has a part.
#[test]
fn factors_of_a_line_share_its_change_by_their_logarithms() {
    let with = |data: &str, carbon: &str| {
        format!("{CHAT}[network]\ndata_per_request = \"{data}\"\n[override]\nnetwork.carbon_per_data = \"{carbon}\"\n")
    };
    let contributions = contributions(&with("10 kB", "20 gCO2e/GB"), &with("20 kB", "60 gCO2e/GB"));
    let parts = by_part(&contributions, "carbon_g");
    let before = 10e3 / 1e9 * 20.0;
    let mean = 5.0 * before / 6.0_f64.ln();
    for (label, factor) in [("network.data_per_request", 2.0_f64), ("override.network.carbon_per_data", 3.0)] {
        let expected = mean * factor.ln();
        assert!((parts[label] / expected - 1.0).abs() < 1e-9, "{label}: {} is not {expected}", parts[label]);
    }
}

#[test]
fn a_table_that_one_scenario_has_contributes_its_lines() {
    let contributions = contributions(CHAT, &format!("{CHAT}{NETWORK}"));
    let parts = by_part(&contributions, "carbon_g");
    let total = contributions.totals.iter().find(|total| total.result == "carbon_g").expect("carbon");
    assert_eq!(parts.len(), 1);
    assert!((parts["network"] - (total.other - total.reference)).abs() <= 1e-12 * total.other);
    let comparison = compare(&[CHAT, &format!("{CHAT}{NETWORK}")]);
    let notes = &comparison.scenarios[1].against.as_ref().expect("beside").notes;
    assert_eq!(notes, &["counted in the other scenario only: network, life cycle"]);
}

/// The larger model needs more accelerators: only the orders count that add these first.
#[test]
fn orders_through_impossible_scenarios_do_not_count() {
    let one = CHAT.replace("[serving]", "[serving]\naccelerators = 1\nbatch = 8");
    let two = one.replace("accelerators = 1", "accelerators = 4").replace("llama-3.1-8b", "llama-3.1-70b");
    let middle = one.replace("accelerators = 1", "accelerators = 4");
    let contributions = contributions(&one, &two);
    assert!(contributions.notes.is_empty(), "{:?}", contributions.notes);
    let parts = by_part(&contributions, "energy_wh");
    let steps = [self::contributions(&one, &middle), self::contributions(&middle, &two)];
    // By lines, each of which has its own logarithmic mean: near the change of the one step, not equal.
    let change = |step: &Contributions| step.totals[0].other - step.totals[0].reference;
    for (label, step) in [("serving.accelerators", &steps[0]), ("inference.model", &steps[1])] {
        assert_eq!(parts[label].signum(), change(step).signum(), "{label}: {parts:?}");
    }
    let total: f64 = parts.values().sum();
    assert!((total - steps.iter().map(change).sum::<f64>()).abs() < 1e-12 * total.abs());
}

/// Profiles that only one of two catalogues has: no mixture can be read, so that the differences are one.
#[test]
fn differences_that_are_impossible_one_by_one_are_one() {
    let own = |name: &str, carbon: f64| {
        let grid = format!(
            "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"{carbon} gCO2e/kWh\"\nsource = \"ember-2026\"\n"
        );
        let facility = format!("name = \"Mine\"\ngrid = \"{name}\"\n[pue]\nvalue = \"1.3\"\nsource = \"ember-2026\"\n");
        let catalog = Catalog::builtin().with_file(&format!("grid/{name}.toml"), "grid", grid).expect("a grid");
        catalog.with_file(&format!("facility/{name}.toml"), "facility", facility).expect("a facility")
    };
    let (first, second) = (own("one", 50.0), own("two", 100.0));
    let text = |name: &str| CHAT.replace("scaleway-dc5\"", &format!("{name}\"\ngrid = \"{name}\""));
    let all = [read("one", &text("one"), &first), read("two", &text("two"), &second)];
    let comparison = compared(&all, settings()).unwrap_or_else(|error| panic!("{error}"));
    let contributions = &comparison.scenarios[1].against.as_ref().expect("beside").contributions;
    assert_eq!(contributions.parts.len(), 1);
    assert_eq!(contributions.parts[0].label, "site.facility + site.grid");
    assert!(contributions.notes[0].contains("no valid scenario one by one"), "{:?}", contributions.notes);
}

#[test]
fn many_differences_are_put_together_by_table() {
    let (one, other) = (shipped()[0].1, shipped().into_iter().find(|(id, _)| *id == "lirae").expect("shipped").1);
    let contributions = contributions(one, other);
    assert!(contributions.parts.len() <= 8);
    assert!(contributions.notes.iter().any(|note| note.contains("put together by table")), "{:?}", contributions.notes);
}

#[test]
fn one_profile_of_two_texts_is_refused_by_name() {
    let grid =
        "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"12 gCO2e/kWh\"\nsource = \"ember-2026\"\n";
    let own = Catalog::builtin().with_file("grid/fr.toml", "mine", grid.to_owned()).expect("a grid");
    let builtin = Catalog::builtin();
    let error = compared(&[read("a", CHAT, &builtin), read("b", CHAT, &own)], settings()).unwrap_err();
    assert!(error.message().contains("different texts of the profile grid/fr"), "{error}");
    assert!(error.message().contains("\"a\" and \"b\"") && error.help().is_some());
    // The grid of the users alone counts too.
    let text = format!("{CHAT}grid = \"de\"\n[terminal]\nactive_time = \"60 s\"\n");
    let error = compared(&[read("a", &text, &builtin), read("b", &text, &own)], settings()).unwrap_err();
    assert!(error.message().contains("grid/fr"), "{error}");
    // What only one of the two uses may be anything.
    let german = CHAT.replace("[site]", "[site]\ngrid = \"de\"");
    assert!(compared(&[read("a", CHAT, &own), read("b", &german, &builtin)], settings()).is_ok());
}

#[test]
fn fewer_than_two_cannot_be_compared() {
    let catalog = Catalog::builtin();
    let error = compared(&[read("alone", CHAT, &catalog)], settings()).unwrap_err();
    assert!(error.message().contains("two scenarios or more, found alone alone"), "{error}");
    assert!(compared(&[], settings()).is_err());
}

#[test]
fn places_add_up() {
    let fp8 = CHAT.replace("bf16", "fp8");
    let l40s = CHAT.replace("h100-sxm", "l40s");
    let comparison = compare(&[CHAT, &fp8, &l40s, &fp8]);
    for place in 0..comparison.scenarios[0].results.len() {
        let ranks: Vec<_> = comparison.scenarios.iter().filter_map(|one| one.results[place].ranks.as_ref()).collect();
        assert!(ranks.is_empty() || ranks.len() == 4);
        let sum = |of: fn(&econome::compare::Ranks) -> f64| ranks.iter().map(|ranks| of(ranks)).sum::<f64>();
        if !ranks.is_empty() {
            assert!((sum(|ranks| ranks.best.share) - 1.0).abs() < 1e-9);
            assert!((sum(|ranks| ranks.expected) - 10.0).abs() < 1e-9);
            assert_eq!(ranks[1].shares, ranks[3].shares);
        }
    }
    let two = compare(&[CHAT, &fp8]);
    assert!(two.scenarios.iter().all(|one| one.results.iter().all(|result| result.ranks.is_none())));
}

#[test]
fn nothing_beside_something_has_no_ratio() {
    let priced = |price: &str| CHAT.replace("[serving]", &format!("[serving]\naccelerator_price = \"{price}\""));
    let (free, dear) = (priced("0 EUR/h"), priced("2 EUR/h"));
    let comparison = compare(&[&free, &dear, &free]);
    let cost =
        |index: usize| comparison.scenarios[index].results.iter().find(|one| one.result == "cost_eur").expect("cost");
    assert_eq!(cost(1).ratio, None);
    assert_eq!(cost(1).verdict, Some(Standing::ClearlyHigher));
    assert_eq!((cost(2).verdict, cost(2).ratio.map(|ratio| ratio.p50)), (Some(Standing::Equal), Some(1.0)));
    let table = report::compare_table(&comparison);
    assert!(table.contains("cost: second is above reference, P > 0.999: clearly higher."), "{table}");
    // The other way round the ratio is zero, of which no factor can be told.
    let comparison = compare(&[&dear, &free]);
    let table = report::compare_table(&comparison);
    assert!(table.contains("cost: second is 0x reference, below it with P > 0.999: clearly lower."), "{table}");
}

#[test]
fn another_functional_unit_is_not_equivalent_and_still_computed() {
    let other = format!("unit = \"answer\"\n{}", CHAT.replace("1e6", "2e6"));
    let comparison = compare(&[CHAT, &other]);
    let against = comparison.scenarios[1].against.as_ref().expect("beside");
    assert_eq!(against.equivalence.parity, Parity::NotEquivalent);
    assert!(against.equivalence.reasons[0].contains("functional units differ, request and answer"));
    assert!(against.notes[0].contains("volumes differ, 1 000 000 and 2 000 000"), "{:?}", against.notes);
    assert!(comparison.scenarios[1].results[0].ratio.is_some());
    assert!(report::compare_table(&comparison).contains("second: NOT EQUIVALENT"));
}

#[test]
fn quality_is_as_declared_or_as_tolerated() {
    let with = |value: &str| format!("quality = {{ metric = \"accuracy\", dataset = \"MMLU\", {value} }}\n{CHAT}");
    let (one, worse) = (with("value = 0.82, tolerance = 0.02"), with("value = 0.79"));
    let parity = |texts: [&str; 2], settings: CompareSettings| {
        let catalog = Catalog::builtin();
        let all = texts.map(|text| read("x", text, &catalog));
        let comparison = compared(&all, settings).expect("a comparison");
        comparison.scenarios[1].against.as_ref().expect("beside").equivalence.parity
    };
    let tolerant = settings().with_quality_tolerance(0.05).expect("a tolerance");
    assert_eq!(parity([&one, &worse], settings()), Parity::NotEquivalent);
    assert_eq!(parity([&one, &worse], tolerant), Parity::Equivalent);
    assert_eq!(parity([&worse, &one], settings()), Parity::Equivalent);
    assert_eq!(parity([&one, CHAT], tolerant), Parity::NotDeclared);
    // A quality moves no result.
    assert!(contributions(&one, &worse).parts.is_empty());
}

#[test]
fn what_differs_is_told_with_what_follows() {
    let other = CHAT.replace("h100-sxm", "l40s").replace("precision = \"bf16\"\n", "");
    let comparison = compare(&[CHAT, &other]);
    let against = comparison.scenarios[1].against.as_ref().expect("beside");
    let told = |all: &[econome::compare::Difference]| -> Vec<String> {
        let said = |said: &Option<econome::compare::Said>| {
            said.as_ref().map(|said| format!("{} {}", said.value, said.origin.name())).unwrap_or_default()
        };
        all.iter().map(|one| format!("{}: {} / {}", one.key, said(&one.reference), said(&one.other))).collect()
    };
    assert_eq!(
        told(&against.differences),
        ["inference.precision: bf16 given / bf16 default", "serving.accelerator: h100-sxm given / l40s given"]
    );
    let follows = told(&against.consequences);
    assert!(follows.iter().any(|one| one.starts_with("serving.server: hgx-h100 default / ")), "{follows:?}");
    assert!(follows.len() < 6, "{follows:?}");
}

#[test]
fn programs_read_the_same() {
    let comparison = compare(&[CHAT, &CHAT.replace("bf16", "fp8"), &CHAT.replace("h100-sxm", "l40s")]);
    let text = report::compare_json(&comparison);
    let read: Comparison = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read, comparison);
    assert_eq!((read.cut_offs.clearly, read.cut_offs.probably), (0.95, 0.80));
    assert_eq!(read.cut_offs, CutOffs::DECLARED);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let other = &value["scenarios"][1];
    assert_eq!(other["results"][0]["verdict"], "clearly_lower");
    assert_eq!(other["against"]["equivalence"]["parity"], "not_declared");
    assert_eq!(other["against"]["differences"][0]["key"], "inference.precision");
    assert!(other["results"][0]["lower"]["error"].as_f64().is_some_and(|error| error > 0.0));
    assert_eq!(value["scenarios"][0]["against"], serde_json::Value::Null);
}

#[test]
fn spreadsheets_have_a_row_for_each_scenario_and_indicator() {
    let comparison = compare(&[CHAT, &CHAT.replace("bf16", "fp8"), &CHAT.replace("h100-sxm", "l40s")]);
    let text = report::compare_csv(&comparison);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a header").len();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 3 * 6);
    assert!(rows.iter().all(|row| row.len() == columns));
    assert_eq!(rows[6].iter().take(3).collect::<Vec<_>>(), ["second", "energy_wh", "Wh"]);
    assert_eq!(&rows[6][14], "clearly lower");
}

/// Every row of a Markdown table has as many cells as its heading.
#[test]
fn documents_have_whole_tables() {
    let odd = CHAT.replace("name = \"Chat\"", "name = \"Chat | Tea\"\nunit = \"a|b\"");
    let comparison = compare(&[CHAT, &CHAT.replace("bf16", "fp8"), &odd]);
    let text = report::compare_markdown(&comparison);
    let mut cells = 0;
    for line in text.lines() {
        let found = line.replace("\\|", "").matches('|').count();
        if found == 0 {
            cells = 0;
        } else if cells == 0 {
            cells = found;
        }
        assert_eq!(found, cells, "{line}");
    }
    assert!(text.contains("| inference.precision | bf16 | fp8 | written |"), "{text}");
}

#[test]
fn tables_fit_a_terminal() {
    for ids in [vec!["lirae", "espresso", "parole"], vec!["albert-francais-etranger", "anonymisation-decisions"]] {
        let text = printed(&[&["compare", "--samples", "200", "-q"], ids.as_slice()].concat());
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for id in ids {
            assert!(text.contains(id), "{text}");
        }
    }
}

#[test]
fn the_command_line_names_scenarios_by_their_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("lirae.toml");
    std::fs::write(&other, CHAT.replace("name = \"Chat\"", "name = \"Chat\"\nunit = \"file\"")).expect("written");
    let path = other.to_string_lossy().into_owned();
    let run = |names: &[&str]| -> Comparison {
        let text = printed(&[&["compare", "--samples", "200", "--format", "json", "-q"], names].concat());
        serde_json::from_str(&text).expect("JSON")
    };
    let labels =
        |comparison: Comparison| -> Vec<String> { comparison.scenarios.into_iter().map(|one| one.label).collect() };
    assert_eq!(labels(run(&["lirae", "espresso"])), ["lirae", "espresso"]);
    assert_eq!(labels(run(&["lirae", &path])), ["lirae".to_owned(), path.clone()]);
    assert_eq!(labels(run(&["espresso", &path, &path])), ["espresso".to_owned(), path.clone(), format!("{path} (2)")]);
    // An edit of the command line is made in all.
    let edited = run(&["lirae", &path, "--set", "site.grid=de"]);
    let against = edited.scenarios[1].against.as_ref().expect("beside");
    assert!(against.differences.iter().all(|one| one.key != "site.grid"));
}

#[test]
fn threads_do_not_change_the_result() {
    let run = |threads: &str| printed(&["compare", "lirae", "parole", "--samples", "700", "-q", "--threads", threads]);
    assert_eq!(run("1"), run("3"));
}

#[test]
fn wrong_usage_is_explained() {
    for (arguments, words) in [
        (vec!["compare", "lirae"], "two scenarios or more"),
        (vec!["compare", "lirae", "parole", "--method", "tdp"], "has no draws"),
        (vec!["compare", "lirae", "parole", "--method", "all"], "has no draws"),
        (vec!["compare", "lirae", "parole", "--method", "tpd"], "known"),
        (vec!["compare", "lirae", "parole", "--quality-tolerance", "-0.1"], "from zero"),
        (vec!["compare", "-", "-"], "named twice"),
        (vec!["compare"], "SCENARIO"),
    ] {
        let output = econome(&arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(words) && output.stdout.is_empty(), "{arguments:?}: {told}");
    }
}
