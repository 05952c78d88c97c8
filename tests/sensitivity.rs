//! What moves a result: shares, ends, Sobol' indices, data to obtain; what a result rests on.

mod common;

use common::{econome, printed};
use econome::impact::Indicator;
use econome::{Catalog, Coverage, Document, Estimate, ORDER_OF_MAGNITUDE, Scenario, Sensitivity, Settings, Target};

const CHAT: &str = "\
name = \"Chat\"
[use]
requests_per_year = 1e6
[inference]
model = \"llama-3.1-8b\"
input_tokens = 500
output_tokens = 300
[serving]
accelerator = \"h100-sxm\"
stack = \"vllm-0.11\"
[site]
facility = \"scaleway-dc5\"
";

fn read_with(text: &str, catalog: &Catalog) -> Scenario {
    Scenario::read(&Document::new("x.toml", text), catalog).unwrap_or_else(|error| panic!("{error}"))
}

fn read(text: &str) -> Scenario {
    read_with(text, &Catalog::builtin())
}

fn settings(samples: usize) -> Settings {
    Settings::default().with_samples(samples).expect("enough")
}

fn target(name: &str) -> Target {
    Target::named(name).expect("a result")
}

fn study(text: &str, by: &str) -> Sensitivity {
    read(text).sensitivity(target(by), settings(2000)).expect("covered")
}

fn closed() -> String {
    CHAT.replace("llama-3.1-8b", "gpt-4o").replace("accelerator = \"h100-sxm\"", "batch = 16")
}

#[test]
fn shares_add_up_to_the_variance_of_the_draws() {
    let mut agreeing = 0;
    for (id, text) in econome::profile::shipped_scenarios() {
        let sensitivity = study(text, "carbon_g");
        let shares: f64 = sensitivity.influences.iter().map(|influence| influence.share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{id}: {shares}");
        let drawn = sensitivity.log_sd_drawn.expect("positive");
        // Whole replicas are thresholds, which derivatives do not see and the ends do.
        let jumps = |one: &econome::sensitivity::Influence| one.share < 0.01 && one.at_high / one.at_low > 1.2;
        let threshold = sensitivity.influences.iter().any(jumps);
        let agrees = (sensitivity.log_sd / drawn - 1.0).abs() < 0.15;
        assert!(agrees || threshold, "{id}: {} and {drawn:?}", sensitivity.log_sd);
        agreeing += usize::from(agrees);
    }
    assert!(agreeing >= 13, "derivatives agree with the draws in {agreeing} scenarios only");
}

/// A fleet of whole replicas grows in steps: the ends, the data to obtain and Sobol' indices see them.
#[test]
fn thresholds_that_derivatives_miss_are_said_and_seen() {
    let scenario =
        read(econome::profile::shipped_scenarios().find(|(id, _)| *id == "feux-de-foret").expect("shipped").1);
    let sensitivity = scenario.sensitivity(target("carbon_g"), settings(2000)).expect("covered");
    assert!(sensitivity.log_sd_drawn.expect("positive") > 1.5 * sensitivity.log_sd);
    assert_eq!(sensitivity.next[0].key, "stack.model_error");
    let report = scenario.sobol(target("carbon_g"), settings(2000)).expect("covered");
    assert_eq!(report.indices[0].key, "stack.model_error");
    let table = econome::report::sensitivity_table(&sensitivity);
    assert!(table.contains("They differ") && table.contains("  stack.model_error "), "{table}");
}

/// Carbon of electricity is proportional to the intensity of the grid, and manufacture does not depend on it.
#[test]
fn an_elasticity_is_what_a_small_change_does() {
    let by = |intensity: &str| {
        let text = format!("{CHAT}[override]\ngrid.carbon_intensity = \"{intensity} g/kWh\"\n");
        let text = text.replace("g/kWh", "gCO2e/kWh");
        study(&text, "carbon_g").central
    };
    let sensitivity = study(CHAT, "carbon_g");
    let grid = sensitivity.influences.iter().find(|one| one.keys[0] == "grid.carbon_intensity").expect("the grid");
    let expected = (by("52.419") / by("51.381")).ln() / (52.419_f64 / 51.381).ln();
    assert!((grid.elasticity / expected - 1.0).abs() < 1e-4, "{} is not {expected}", grid.elasticity);
    assert!(grid.at_low < sensitivity.central && sensitivity.central < grid.at_high);
}

#[test]
fn the_same_figure_in_several_places_is_one_datum() {
    let sensitivity = study(&closed(), "energy_wh");
    let size = &sensitivity.influences[0];
    assert_eq!(size.keys[0], "model.parameters");
    assert!(size.keys.len() > 1, "{:?}", size.keys);
    let text = econome::profile::shipped_scenarios().find(|(id, _)| *id == "lirae").expect("shipped").1;
    let grid = study(text, "energy_wh").influences;
    assert!(grid.iter().any(|one| one.keys.iter().any(|key| key.ends_with("utilisation")) && one.keys.len() == 3));
}

#[test]
fn the_tornado_of_a_monotonic_result_holds_its_interval_in_the_largest_bar() {
    let sensitivity = study(&closed(), "energy_wh");
    for influence in &sensitivity.influences {
        let (low, high) = (influence.at_low.min(influence.at_high), influence.at_low.max(influence.at_high));
        assert!(low <= sensitivity.central && sensitivity.central <= high, "{influence:?}");
        assert!(high / low <= 1.05 * sensitivity.quantiles.p95 / sensitivity.quantiles.p05, "{influence:?}");
    }
}

#[test]
fn sobol_indices_agree_with_the_budget_where_nothing_interacts() {
    let scenario = read(CHAT);
    let sensitivity = scenario.sensitivity(target("energy_wh"), settings(8000)).expect("covered");
    let report = scenario.sobol(target("energy_wh"), settings(8000)).expect("covered");
    assert!(report.of_logarithm && (report.sum_of_first - 1.0).abs() < 0.05, "{}", report.sum_of_first);
    for influence in &sensitivity.influences {
        let index = report.indices.iter().find(|index| index.key == influence.keys[0]).expect("an index");
        assert!((index.first - influence.share).abs() < 0.05, "{influence:?} {index:?}");
        assert!((index.total - influence.share).abs() < 0.05, "{influence:?} {index:?}");
        assert!(index.total_interval.low <= index.total && index.total <= index.total_interval.high);
    }
}

#[test]
fn knowing_a_datum_narrows_the_interval_and_knowing_all_leaves_none() {
    let sensitivity = study(&closed(), "carbon_g");
    assert_eq!(sensitivity.next[0].key, "model.parameters");
    let width = |datum: &econome::Quantiles| datum.p95 / datum.p05;
    let mut before = width(&sensitivity.quantiles);
    for datum in &sensitivity.next {
        assert!(datum.narrowing < 1.0, "{datum:?}");
        assert!(width(&datum.if_all_known) <= before * 1.001, "{datum:?}");
        before = width(&datum.if_all_known);
    }
    let narrowings: Vec<f64> = sensitivity.next.iter().map(|datum| datum.narrowing).collect();
    assert!(narrowings.is_sorted(), "{narrowings:?}");
    let alone = study(CHAT, "latency_s");
    assert_eq!(alone.next.len(), 1);
    assert_eq!(alone.next[0].if_all_known.p05, alone.next[0].if_all_known.p95);
}

/// What is frozen is what a scenario without the datum's spread gives.
#[test]
fn a_known_datum_is_one_that_is_given() {
    let sensitivity = study(CHAT, "carbon_g");
    let datum = sensitivity.next.iter().find(|datum| datum.key == "grid.carbon_intensity").expect("the grid");
    let text = format!("{CHAT}[override]\ngrid.carbon_intensity = \"51.9 gCO2e/kWh\"\n");
    let given = estimate(&text, 2000).per_unit.carbon_g.expect("covered");
    assert!((datum.if_known.p05 / given.p05 - 1.0).abs() < 1e-12);
    assert!((datum.if_known.p95 / given.p95 - 1.0).abs() < 1e-12);
}

#[test]
fn what_two_scenarios_share_does_not_move_their_ratio() {
    let (one, other) = (read(CHAT), read(&CHAT.replace("output_tokens = 300", "output_tokens = 600")));
    let ratio = one.sensitivity_of_ratio(&other, target("carbon_g"), settings(1000)).expect("covered");
    assert!((0.4..0.6).contains(&ratio.central), "{}", ratio.central);
    assert!(ratio.log_sd < 0.05, "{}", ratio.log_sd);
    let itself = one.sensitivity_of_ratio(&one, target("carbon_g"), settings(1000)).expect("covered");
    assert!(itself.influences.iter().all(|influence| influence.log_sd < 1e-12) && itself.next.is_empty());
}

#[test]
fn a_result_that_is_not_covered_is_refused() {
    let error = read(CHAT).sensitivity(target("training_carbon_kg"), settings(100)).expect_err("nothing is trained");
    assert!(error.to_string().contains("has no training_carbon_kg"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("carbon_g")), "{error}");
    let output = econome(&["sensitivity", "lirae", "--by", "training_carbon_kg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn every_form_says_the_same() {
    let arguments = ["sensitivity", "lirae", "--by", "energy_wh", "--samples", "500", "--sobol", "--format"];
    let form = |name: &str| printed(&[arguments.as_slice(), &[name]].concat());
    let sensitivity: Sensitivity = serde_json::from_str(&form("json")).expect("JSON");
    let first = &sensitivity.influences[0].keys[0];
    assert!(form("table").contains(first.as_str()) && form("markdown").contains(first.as_str()));
    let csv = form("csv");
    assert_eq!(csv.lines().count(), 1 + sensitivity.influences.len());
    let columns = csv.lines().next().map(|line| line.split(',').count());
    assert!(csv.lines().all(|line| Some(line.split(',').count()) == columns), "{csv}");
    assert!(form("table").lines().all(|line| line.chars().count() <= 80), "{}", form("table"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads: &str| {
        let arguments = ["sensitivity", "lirae", "--sobol", "--samples", "500", "--format", "json", "--threads"];
        printed(&[arguments.as_slice(), &[threads]].concat())
    };
    assert_eq!(run("1"), run("3"));
}

fn estimate(text: &str, samples: usize) -> Estimate {
    read(text).estimate(settings(samples))
}

/// Other seeds scatter as the error says, or less: the draws are stratified.
#[test]
fn the_error_of_a_percentile_is_how_far_other_seeds_are() {
    let scenario = read(&closed());
    let carbon = |seed: u64| scenario.estimate(settings(1000).with_seed(seed)).per_unit.carbon_g.expect("covered");
    let error = carbon(1).error.expect("drawn");
    let seeds = 2..42;
    let spread = |value: fn(&econome::Quantiles) -> f64| {
        let values: Vec<f64> = seeds.clone().map(|seed| value(&carbon(seed))).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
    };
    for (name, found, stated) in [
        ("p05", spread(|q| q.p05), error.p05),
        ("p50", spread(|q| q.p50), error.p50),
        ("p95", spread(|q| q.p95), error.p95),
    ] {
        assert!(found < 1.3 * stated && found > 0.2 * stated, "{name}: {found}, stated {stated}");
    }
}

#[test]
fn fewer_draws_print_fewer_digits() {
    let text =
        |samples: &str| printed(&["estimate", "lirae", "--set", "network.data_per_request=1 GB", "--samples", samples]);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let head = |samples: &str| text(samples).lines().skip(4).take(6).collect::<Vec<_>>().join("\n");
    assert!(digits(&head("100")) < digits(&head("100000")), "{}\n{}", head("100"), head("100000"));
}

#[test]
fn a_wide_result_is_said_to_be_an_order_of_magnitude() {
    let wide = estimate(&closed(), 1000);
    let warning = wide.warnings.iter().find(|warning| warning.code == ORDER_OF_MAGNITUDE).expect("a warning");
    assert!(warning.message.contains("energy"), "{}", warning.message);
    for report in [econome::report::table(&wide), econome::report::markdown(&wide)] {
        assert_eq!(report.matches("order of magnitude").count(), 1, "{report}");
    }
    let given =
        "[training]\naccelerator_hours = 1000\naccelerator = \"h100-sxm\"\n[site]\nfacility = \"scaleway-dc5\"\n";
    let narrow = estimate(&format!("name = \"Run\"\n{given}"), 1000);
    let energy = narrow.per_unit.energy_wh.expect("covered").gsd_squared().expect("positive");
    assert!(energy < 2.0);
    let told =
        narrow.warnings.iter().any(|warning| warning.code == ORDER_OF_MAGNITUDE && warning.message.contains("energy "));
    assert!(!told, "{:?}", narrow.warnings);
}

#[test]
fn what_a_result_rests_on_adds_up() {
    for (id, text) in econome::profile::shipped_scenarios() {
        let estimate = estimate(text, 100);
        assert_eq!(estimate.completeness.len(), 6, "{id}");
        for one in &estimate.completeness {
            let (Some(origin), Some(evidence)) = (one.origin, one.evidence) else {
                assert_eq!(one.coverage, Coverage::Nothing, "{id}");
                continue;
            };
            assert!((origin.given + origin.profile + origin.default - 1.0).abs() < 1e-9, "{id}: {one:?}");
            assert!((evidence.given + evidence.published + evidence.assumed - 1.0).abs() < 1e-9, "{id}: {one:?}");
            assert_eq!(one.coverage == Coverage::Whole, one.missing_in.is_empty(), "{id}: {one:?}");
        }
    }
}

#[test]
fn giving_a_number_moves_its_share_to_what_is_given() {
    let carbon = |text: &str| estimate(text, 100).completeness[1].clone();
    let assumed = carbon(CHAT);
    let given = carbon(&CHAT.replace("[serving]", "[serving]\nutilisation = 0.6"));
    let share = |one: &econome::Completeness| one.evidence.expect("covered");
    assert!(share(&given).given > share(&assumed).given && share(&given).assumed < share(&assumed).assumed);
    // The same software, named or assumed.
    let unnamed = carbon(&CHAT.replace("stack = \"vllm-0.11\"", "stack = \"unknown\""));
    let silent = carbon(&CHAT.replace("stack = \"vllm-0.11\"\n", ""));
    assert!(share(&silent).assumed > share(&unnamed).assumed);
    assert_eq!(silent.origin, unnamed.origin);
}

/// A figure whose interval has no width is exact: it moves nothing, and nothing fails.
#[test]
fn an_interval_without_width_is_no_interval() {
    let grid = |fields: &str| {
        format!(
            "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"50 gCO2e/kWh\"\nsource = \"ember-2026\"\n{fields}"
        )
    };
    let text = format!("{CHAT}grid = \"mine\"\n");
    let with = |fields: &str| {
        let catalog = Catalog::builtin().with_file("grid/mine.toml", "mine.toml", grid(fields)).expect("a profile");
        let scenario = read_with(&text, &catalog);
        let sensitivity = scenario.sensitivity(target("carbon_g"), settings(500)).expect("covered");
        let estimate = scenario.estimate(settings(500));
        (estimate.per_unit.carbon_g.expect("covered"), sensitivity)
    };
    let (exact, _) = with("");
    for fields in [
        "low = \"50 gCO2e/kWh\"\nhigh = \"50 gCO2e/kWh\"",
        "low = \"50 gCO2e/kWh\"\nhigh = \"50 gCO2e/kWh\"\nlaw = \"triangular\"",
        "low = \"50 gCO2e/kWh\"\nhigh = \"50 gCO2e/kWh\"\nlaw = \"uniform\"",
        "gsd = 1.0",
    ] {
        let (quantiles, sensitivity) = with(fields);
        assert_eq!(quantiles, exact, "{fields}");
        assert!(sensitivity.influences.iter().all(|one| one.keys[0] != "grid.carbon_intensity"), "{fields}");
    }
    // One side without width, and laws that touch zero, are drawn as they are.
    for fields in [
        "low = \"50 gCO2e/kWh\"\nhigh = \"80 gCO2e/kWh\"",
        "low = \"50 gCO2e/kWh\"\nhigh = \"80 gCO2e/kWh\"\nlaw = \"triangular\"",
        "low = \"0 gCO2e/kWh\"\nhigh = \"80 gCO2e/kWh\"",
        "low = \"0 gCO2e/kWh\"\nhigh = \"80 gCO2e/kWh\"\nlaw = \"uniform\"",
    ] {
        let (quantiles, sensitivity) = with(fields);
        assert!(
            quantiles.p95.is_finite() && quantiles.p95 / quantiles.p05 > exact.p95 / exact.p05,
            "{fields}: {quantiles:?}"
        );
        assert!(sensitivity.influences.iter().any(|one| one.keys[0] == "grid.carbon_intensity"), "{fields}");
    }
}

/// The short list of every estimate names what the whole budget names first.
#[test]
fn every_estimate_says_where_its_intervals_come_from() {
    for (id, text) in econome::profile::shipped_scenarios() {
        let scenario = read(text);
        let shares = scenario.estimate(settings(100)).variance_shares;
        for (name, indicator) in [("carbon_g", Indicator::Carbon), ("water_l", Indicator::Water)] {
            let own: Vec<_> = shares.iter().filter(|share| share.indicator == indicator).collect();
            let budget = scenario.sensitivity(target(name), settings(100)).expect("covered").influences;
            assert!(!own.is_empty() && own.len() <= 3, "{id} {name}");
            for (short, whole) in own.iter().zip(&budget) {
                assert!((short.share - whole.share).abs() < 1e-9, "{id} {name}: {short:?} {whole:?}");
                assert_eq!(short.key, whole.keys[0], "{id} {name}");
            }
        }
    }
}
