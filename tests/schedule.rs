//! Electricity at some hours and months: the ratio that shapes give, and what may be asked.

mod common;

use common::{econome, printed, root};
use econome::{Catalog, Document, Scenario};
use serde_json::Value;

const CHAT: &str = "name = 'x'\n[inference]\nmodel = 'llama-3.1-8b'\ninput_tokens = 500\noutput_tokens = 300\n";
const TRAINING: &str = "name = 'x'\n[training]\naccelerator_hours = 1000\naccelerator = 'h100-sxm'\n";

fn read(text: &str) -> Result<Scenario, econome::Error> {
    Scenario::read(&Document::new("x.toml", text), &Catalog::builtin())
}

fn ratio(text: &str, key: &str) -> Option<f64> {
    let scenario = read(text).unwrap_or_else(|error| panic!("{error}"));
    scenario.inputs().iter().find(|input| input.key == key).map(|input| input.value)
}

fn chat(site: &str) -> String {
    format!("{CHAT}[serving]\nmode = 'on_demand'\n[site]\n{site}\n")
}

fn site_ratio(site: &str) -> f64 {
    ratio(&chat(site), "site.time_ratio").expect("a ratio")
}

#[test]
fn all_hours_together_are_the_year() {
    for grid in ["de", "us-cal-ciso", "in", "au-sa"] {
        let year = site_ratio(&format!("grid = '{grid}'\nhours = '0-24'"));
        assert!((year - 1.0).abs() < 2e-3, "{grid}: {year}");
    }
    assert_eq!(ratio(&chat("grid = 'de'"), "site.time_ratio"), None);
}

/// Parts of the day, weighted by their hours, make the whole.
#[test]
fn day_and_night_make_the_year() {
    let [night, day] = ["22-6", "6-22"].map(|hours| site_ratio(&format!("grid = 'de'\nhours = '{hours}'")));
    assert!(((8.0 * night + 16.0 * day) / 24.0 - 1.0).abs() < 2e-3, "{night} {day}");
    let seasons = ["5-9", "10-4"].map(|months| site_ratio(&format!("grid = 'fr'\nmonths = '{months}'")));
    assert!(((153.0 * seasons[0] + 212.0 * seasons[1]) / 365.0 - 1.0).abs() < 2e-3, "{seasons:?}");
}

/// Facts of the grids: solar noons in California, low-carbon summers in France.
#[test]
fn the_sun_shows() {
    assert!(site_ratio("grid = 'us-cal-ciso'\nhours = '10-15'") < 0.75);
    assert!(site_ratio("grid = 'us-cal-ciso'\nhours = '19-23'") > 1.1);
    assert!(site_ratio("grid = 'fr'\nmonths = '5-8'") < 0.8);
    assert!(site_ratio("grid = 'fr'\nmonths = '12-1'") > 1.2);
}

#[test]
fn carbon_follows_the_ratio_and_energy_does_not() {
    let of = |text: &str| read(text).expect("a scenario").estimate(econome::Settings::default());
    let use_carbon = |estimate: &econome::Estimate| -> f64 {
        let use_lines = estimate.breakdown.iter().filter(|line| format!("{:?}", line.stage) == "Use");
        use_lines.filter_map(|line| line.carbon_g).map(|carbon| carbon.mean).sum()
    };
    let (year, noon) = (of(&chat("grid = 'us-cal-ciso'")), of(&chat("grid = 'us-cal-ciso'\nhours = '10-15'")));
    let expected = site_ratio("grid = 'us-cal-ciso'\nhours = '10-15'");
    assert!((use_carbon(&noon) / use_carbon(&year) / expected - 1.0).abs() < 1e-9);
    assert_eq!(year.per_unit.energy_wh.map(|energy| energy.p50), noon.per_unit.energy_wh.map(|energy| energy.p50));
}

#[test]
fn training_has_hours_of_its_own_and_else_those_of_the_site() {
    let site = "[site]\ngrid = 'de'\nhours = '0-6'\n";
    let inherited = ratio(&format!("{TRAINING}{site}"), "site.time_ratio");
    assert!(inherited.is_some() && ratio(&format!("{TRAINING}{site}"), "training.time_ratio").is_none());
    let own =
        ratio(&format!("{TRAINING}hours = '10-16'\nmonths = '6-8'\n[site]\ngrid = 'de'\n"), "training.time_ratio");
    assert!(own.expect("a ratio") < 0.8 * inherited.expect("a ratio"), "{own:?}");
    let carbon = |text: &str| read(text).expect("a scenario").estimate(econome::Settings::default()).per_unit.carbon_g;
    let whole = carbon(&format!("{TRAINING}[site]\ngrid = 'de'\n")).expect("carbon").p50;
    let shifted =
        carbon(&format!("{TRAINING}hours = '10-16'\nmonths = '6-8'\n[site]\ngrid = 'de'\n")).expect("carbon").p50;
    assert!(shifted < whole, "{shifted} {whole}");
    // A dedicated service beside it is no obstacle to training at night.
    let both = format!(
        "{CHAT}[serving]\nmode = 'dedicated'\n[use]\nrequests_per_year = 1e6\n{}hours = '0-6'\n",
        &TRAINING[11..]
    );
    assert!(read(&both).is_ok());
}

#[test]
fn the_equation_is_explained_with_its_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.toml");
    std::fs::write(&file, chat("grid = 'de'\nhours = '22-6'")).expect("written");
    let text = printed(&["explain", &file.to_string_lossy()]);
    for part in [
        "CI_then = grid.carbon_intensity * site.time_ratio",
        "shape/de [electricity-maps-hourly-2025]",
        "physics::schedule::carbon_intensity",
        "G_electricity = E_site * CI_then",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn what_cannot_be_shifted_is_refused() {
    for (text, words, help) in [
        (chat("grid = 'de'\nhours = '25-3'"), "\"25-3\"", "from 0 to 24"),
        (chat("grid = 'de'\nmonths = '0-3'"), "\"0-3\"", "from 1 to 12"),
        (chat("grid = 'us-ca'\nhours = '0-6'"), "not known for us-ca", "--hourly FILE.csv"),
        (chat("grid = 'de'\nhours = '0-6'\nshape = 'dee'"), "unknown shape \"dee\"", "did you mean de"),
        (chat("grid = 'de'\nhours = '0-6'\ninstrument = 'marginal'"), "not of marginal", "location"),
        (
            format!("{CHAT}[use]\nrequests_per_year = 1e6\n[serving]\nmode = 'dedicated'\n[site]\nhours = '0-6'\n"),
            "all year round",
            "on_demand",
        ),
    ] {
        let error = read(&text).map(|scenario| scenario.name().to_owned()).unwrap_err();
        assert!(error.message().contains(words), "{words}: {error}");
        assert!(error.help().is_some_and(|found| found.contains(help)), "{help}: {error}");
        assert!(error.position().is_some(), "{error}");
    }
    let like = site_ratio("grid = 'us-ca'\nhours = '10-15'\nshape = 'us-cal-ciso'");
    assert_eq!(like, site_ratio("grid = 'us-cal-ciso'\nhours = '10-15'"));
}

/// The year in the file: 100 g, of which nights from 0 to 6 h have 40.
fn series() -> String {
    let mut out = String::from("month,hour,gco2e_kwh\n");
    for month in 1..=12 {
        for hour in 0..24 {
            out += &format!("{month},{hour},{}\n", if hour < 6 { 40 } else { 120 });
        }
    }
    out
}

#[test]
fn a_series_of_ones_own_gives_the_year_and_the_hours() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("s.csv"), series()).expect("written");
    std::fs::write(path("x.toml"), chat("grid = 'us-ca'")).expect("written");
    let inputs = |more: &[&str]| -> Vec<(String, String)> {
        let (scenario, series) = (path("x.toml"), path("s.csv"));
        let mut arguments = vec!["estimate", &scenario, "--hourly", &series, "--format", "json", "--quiet"];
        arguments.extend(more);
        let estimate: Value = serde_json::from_str(&printed(&arguments)).expect("JSON");
        let inputs = estimate["inputs"].as_array().expect("a list").clone();
        let text = |input: &Value, key: &str| input[key].as_str().unwrap_or_default().to_owned();
        inputs.iter().map(|input| (text(input, "key"), text(input, "value"))).collect()
    };
    let found = inputs(&["--set", "site.hours=0-6"]);
    assert!(found.contains(&("grid.carbon_intensity".to_owned(), "100 gCO2e/kWh".to_owned())), "{found:?}");
    assert!(found.contains(&("site.time_ratio".to_owned(), "0.4".to_owned())), "{found:?}");
    assert!(inputs(&[]).iter().all(|(key, _)| key != "site.time_ratio"));

    std::fs::write(path("s.csv"), series().replace("gco2e_kwh", "kg/MWh")).expect("written");
    let output = econome(&["estimate", &path("x.toml"), "--hourly", &path("s.csv")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not say gCO2e/kWh"));
}

#[test]
fn hours_are_a_key_like_any_other() {
    let scenario = root().join("tests/data/chat.toml").to_string_lossy().into_owned();
    let carbon = |hours: &str| -> f64 {
        let set = format!("site.hours={hours}");
        let sets = ["--set", &set, "--set", "site.grid=au-sa", "--set", "serving.mode=on_demand"];
        let arguments: Vec<&str> =
            ["estimate", &scenario, "--format", "json", "--quiet"].into_iter().chain(sets).collect();
        let estimate: Value = serde_json::from_str(&printed(&arguments)).expect("JSON");
        estimate["per_unit"]["carbon_g"]["p50"].as_f64().expect("carbon")
    };
    assert!(carbon("10-15") < carbon("18-23"));
}
