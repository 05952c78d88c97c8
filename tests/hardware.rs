//! The catalogue of accelerators, servers, cloud instances and facilities: how many there are, that each figure and
//! label has its evidence, and that each computes or says what it lacks.

mod common;

use std::sync::Arc;

use econome::profile::{Label, LabelStatus};
use econome::units::{Power, Pue, Quantity};
use econome::{
    Accelerator, Catalog, Document, Error, Facility, Figure, Instance, Kind, Model, Profile, Scenario, Server, Settings,
};

fn all<P: Profile>(catalog: &Catalog) -> Vec<(String, Arc<P>)> {
    let read = |id: &str| catalog.profile::<P>(id).unwrap_or_else(|error| panic!("{id}: {error}"));
    catalog.texts(P::KIND).iter().map(|text| (text.id.to_owned(), read(text.id))).collect()
}

/// A small model answering, with some keys set.
fn chat(catalog: &Catalog, lines: &[(&str, &str)]) -> Result<Scenario, Error> {
    let text = "name = \"Chat\"\n[use]\nrequests_per_year = 1e6\n[inference]\nmodel = \"llama-3.2-1b\"\n\
        input_tokens = 200\noutput_tokens = 100\n";
    let mut document = Document::new("chat", text);
    for (key, value) in lines {
        document.set(key, value, "test");
    }
    Scenario::read(&document, catalog)
}

fn energy(scenario: &Scenario) -> f64 {
    scenario.estimate(Settings::default().with_samples(200).expect("enough")).per_unit.energy_wh.expect("covered").p50
}

fn input<'s>(scenario: &'s Scenario, key: &str) -> &'s econome::scenario::Input {
    scenario.inputs().iter().find(|input| input.key == key).unwrap_or_else(|| panic!("no {key}"))
}

fn value<Q: Quantity>(figure: &Option<Figure<Q>>) -> Option<f64> {
    figure.as_ref().map(|figure| figure.value.coherent())
}

#[test]
fn there_are_as_many_as_the_documentation_says() {
    let catalog = Catalog::builtin();
    for (kind, least) in
        [(Kind::Accelerator, 130), (Kind::Server, 30), (Kind::Instance, 170), (Kind::Facility, 180), (Kind::Model, 600)]
    {
        let count = catalog.texts(kind).len();
        println!("{count} of the kind {}", kind.name());
        assert!(count >= least, "{count} of the kind {}", kind.name());
    }
}

#[test]
fn every_profile_and_every_source_is_right() {
    let wrong: Vec<String> = Catalog::builtin().check().iter().map(ToString::to_string).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_accelerator_computes_or_says_what_it_lacks() {
    let catalog = Catalog::builtin();
    let (mut computed, mut lacking) = (0, 0);
    for (id, accelerator) in all::<Accelerator>(&catalog) {
        // Memory on the chip alone holds no model: weights are given room, what is asked is whether figures suffice.
        let room = ("override.accelerator.memory", "64 GB");
        let lines = [("serving.accelerator", id.as_str()), room];
        let lines = if accelerator.memory.is_some() { &lines[..] } else { &lines[..1] };
        match chat(&catalog, lines) {
            Ok(scenario) => {
                assert!(accelerator.lacks().is_empty(), "{id} computes without {:?}", accelerator.lacks());
                assert!(energy(&scenario) > 0.0, "{id}");
                computed += 1;
            }
            Err(error) => {
                let words = format!("accelerator/{id} has no figure for {}", accelerator.lacks().join(", "));
                assert!(error.message().contains(&words), "{id}: {error}");
                assert!(error.help().is_some_and(|help| help.contains("override.accelerator.")), "{id}");
                lacking += 1;
            }
        }
    }
    println!("{computed} compute, {lacking} lack a figure");
    assert!(computed >= 100 && lacking >= 20, "{computed} compute, {lacking} lack a figure");
}

#[test]
fn what_an_accelerator_lacks_can_be_given() {
    let catalog = Catalog::builtin();
    let accelerator = ("serving.accelerator", "trainium2");
    assert!(chat(&catalog, &[accelerator]).is_err());
    let scenario = chat(&catalog, &[accelerator, ("override.accelerator.tdp", "500 W")]).expect("read");
    assert_eq!(input(&scenario, "accelerator.tdp").value, 500.0);
}

#[test]
fn accelerators_keep_within_what_physics_allows() {
    for (id, chip) in all::<Accelerator>(&Catalog::builtin()) {
        let (tdp, idle) = (value(&chip.tdp), value(&chip.idle_power));
        assert!(tdp.zip(idle).is_none_or(|(tdp, idle)| tdp > idle), "{id} idles at {idle:?} W of {tdp:?} W");
        let peaks = [&chip.peak_fp32, &chip.peak_bf16, &chip.peak_fp8, &chip.peak_fp4].map(value);
        let known: Vec<f64> = peaks.into_iter().flatten().collect();
        assert!(known.is_sorted(), "{id}: fewer bits and slower: {known:?}");
        assert!(!known.is_empty() || chip.peak_int8.is_some() || chip.note.is_some(), "{id} has no peak and no note");
        let room = chip.memory.as_ref().map(|memory| memory.value.as_gigabytes());
        assert!(room.is_none_or(|room| (0.1..=600.0).contains(&room)), "{id}: {room:?} GB");
    }
}

#[test]
fn servers_and_instances_name_what_exists() {
    let catalog = Catalog::builtin();
    let exists = |kind: Kind, id: &str| catalog.text(kind, id).is_some();
    for (id, server) in all::<Server>(&catalog) {
        assert!(server.accelerator.as_deref().is_none_or(|name| exists(Kind::Accelerator, name)), "{id}");
        assert!(server.host_power.value <= Power::kilowatts(60.0), "{id}");
    }
    for (id, instance) in all::<Instance>(&catalog) {
        assert!(exists(Kind::Accelerator, &instance.accelerator), "{id}: {}", instance.accelerator);
        assert!(exists(Kind::Server, &instance.server), "{id}: {}", instance.server);
        for facility in &instance.facilities {
            assert!(exists(Kind::Facility, facility), "{id}: {facility}");
        }
        let server = catalog.profile::<Server>(&instance.server).expect("read");
        let part = instance.accelerators.value.coherent() / server.accelerators.value.coherent();
        let share = value(&instance.server_share);
        assert!(
            share.is_none_or(|share| share > part),
            "{id} reserves {share:?} of the server, its accelerators {part}"
        );
    }
}

#[test]
fn every_instance_is_found_by_the_spelling_of_its_provider() {
    let catalog = Catalog::builtin();
    for (name, id) in [
        ("p5.48xlarge", "aws-p5-48xlarge"),
        ("Standard_ND96isr_H100_v5", "azure-nd96isr-h100-v5"),
        ("a3-highgpu-8g", "gcp-a3-highgpu-8g"),
        ("H100-1-80G", "scaleway-h100-1-80g"),
        ("t2-le-45", "ovhcloud-t2-le-45"),
        ("nvidia-a100-80", "outscale-fgpu-nvidia-a100-80"),
        ("p2v.2xlarge.8", "orange-p2v-2xlarge-8"),
    ] {
        assert_eq!(catalog.find(Kind::Instance, name).expect("found"), id);
    }
}

#[test]
fn every_instance_computes_unless_its_accelerator_lacks_a_figure() {
    let catalog = Catalog::builtin();
    let mut computed = 0;
    for (id, instance) in all::<Instance>(&catalog) {
        let lacks = catalog.profile::<Accelerator>(&instance.accelerator).expect("read").lacks();
        match chat(&catalog, &[("serving.instance", &id)]) {
            Ok(scenario) => {
                assert!(lacks.is_empty(), "{id} computes without {lacks:?}");
                let accelerators = input(&scenario, "serving.accelerators").value;
                assert_eq!(accelerators, instance.accelerators.value.coherent(), "{id}");
                computed += 1;
            }
            Err(error) => assert!(!lacks.is_empty() && error.message().contains("has no figure for"), "{id}: {error}"),
        }
    }
    assert!(computed >= 140, "only {computed} instances compute");
}

#[test]
fn an_instance_fills_what_the_scenario_leaves_out() {
    let catalog = Catalog::builtin();
    let scenario = chat(&catalog, &[("serving.instance", "p5.48xlarge")]).expect("read");
    let choice = |key: &str| scenario.choices().iter().find(|choice| choice.key == key).expect("made");
    for (key, value) in [("serving.accelerator", "h100-sxm"), ("serving.server", "hgx-h100")] {
        assert_eq!((choice(key).value.as_str(), choice(key).origin.name()), (value, "profile"));
    }
    let accelerators = input(&scenario, "serving.accelerators");
    assert_eq!((accelerators.value, accelerators.origin.name()), (8.0, "profile"));
    let price = input(&scenario, "serving.accelerator_price");
    assert!(price.law.ends().is_some() && price.source.is_some(), "{price:?}");
    assert_eq!(price.profile.as_deref(), Some("instance/aws-p5-48xlarge"));
    assert!(!scenario.warnings().iter().any(|warning| warning.code == "accelerator_assumed"));
}

#[test]
fn what_the_scenario_gives_wins_over_the_instance() {
    let catalog = Catalog::builtin();
    let given = [
        ("serving.instance", "p5.48xlarge"),
        ("serving.accelerator", "h100"),
        ("serving.accelerators", "2"),
        ("serving.server", "gpu-compute-high"),
        ("serving.accelerator_price", "1 EUR/h"),
    ];
    let scenario = chat(&catalog, &given).expect("read");
    let origin = |key: &str| input(&scenario, key).origin.name();
    assert_eq!((origin("serving.accelerators"), origin("serving.accelerator_price")), ("given", "given"));
    let same = [("serving.instance", "p5.48xlarge"), ("serving.accelerators", "2")];
    let by_hand = [("serving.accelerator", "h100-sxm"), ("serving.server", "hgx-h100"), ("serving.accelerators", "2")];
    let energies = [&same[..], &by_hand[..]].map(|lines| energy(&chat(&catalog, lines).expect("read")));
    assert_eq!(energies[0], energies[1]);
}

#[test]
fn another_accelerator_than_that_of_the_instance_is_refused() {
    let lines = [("serving.instance", "p5.48xlarge"), ("serving.accelerator", "l4")];
    let error = chat(&Catalog::builtin(), &lines).expect_err("refused");
    assert!(error.message().contains("carries h100-sxm, not l4"), "{error}");
}

#[test]
fn an_instance_answers_for_the_part_of_the_server_that_it_reserves() {
    let catalog = Catalog::builtin();
    let servers = |instance: &str| {
        let scenario = chat(&catalog, &[("serving.instance", instance), ("serving.mode", "dedicated")]).expect("read");
        scenario.estimate(Settings::default()).sizing.expect("sized").servers
    };
    assert!((servers("g5.xlarge") - 1.0 / 8.0).abs() < 1e-9);
    assert!((servers("g5.16xlarge") - 1.0 / 3.0).abs() < 1e-3);
}

#[test]
fn training_takes_an_instance_too() {
    let catalog = Catalog::builtin();
    let text = "name = \"Run\"\n[training]\nmodel = \"llama-3.1-8b\"\ntokens = 1e9\n";
    let accelerator = |lines: &[(&str, &str)]| {
        let mut document = Document::new("run", text);
        lines.iter().for_each(|(key, value)| document.set(key, value, "test"));
        let scenario = Scenario::read(&document, &catalog).expect("read");
        let choice =
            |key: &str| scenario.choices().iter().find(|choice| choice.key == key).expect("made").value.clone();
        (choice("training.accelerator"), choice("training.server"))
    };
    let own = accelerator(&[("training.instance", "p4d.24xlarge")]);
    assert_eq!(own, ("a100-sxm-40gb".to_owned(), "aws-p4d".to_owned()));
    let serving = accelerator(&[("serving.instance", "p4d.24xlarge")]);
    assert_eq!(serving, own);
    let both = accelerator(&[("serving.instance", "p4d.24xlarge"), ("training.accelerator", "h100-sxm")]);
    assert_eq!(both, ("h100-sxm".to_owned(), "hgx-h100".to_owned()));
}

#[test]
fn every_facility_computes_or_says_that_its_grid_is_missing() {
    let catalog = Catalog::builtin();
    for (id, facility) in all::<Facility>(&catalog) {
        let scenario = match chat(&catalog, &[("site.facility", &id)]) {
            Ok(scenario) => scenario,
            Err(error) => {
                let country = facility.country.as_deref().unwrap_or_default();
                let missing = format!("lies in {country}, and the catalogue has no grid of that name");
                let words = [missing.as_str(), "has no carbon intensity"];
                assert!(words.iter().any(|words| error.message().contains(words)), "{id}: {error}");
                chat(&catalog, &[("site.facility", &id), ("site.grid", "world")]).expect("with a grid given")
            }
        };
        let unknown = facility.pue.is_none();
        let warned = scenario.warnings().iter().any(|warning| warning.message.contains("publishes no PUE"));
        assert_eq!(warned, unknown, "{id}: {:?}", scenario.warnings());
        assert_eq!(facility.not_published.iter().any(|name| name == "pue"), unknown, "{id}");
    }
}

#[test]
fn a_facility_takes_the_grid_of_its_country_and_no_other() {
    let own = |country: &str| {
        let text = format!("name = \"Ours\"\ncountry = \"{country}\"\n[pue]\nvalue = 1.2\nsource = \"x\"\n");
        Catalog::builtin().with_file("facility/ours.toml", "ours.toml", text).expect("laid over")
    };
    let site = ("site.facility", "ours");
    let scenario = chat(&own("DE"), &[site]).expect("read");
    let grid = scenario.choices().iter().find(|choice| choice.key == "site.grid").expect("made");
    assert_eq!((grid.value.as_str(), grid.reason.as_deref()), ("de", Some("grid of the country of facility/ours")));
    let error = chat(&own("XX"), &[site]).expect_err("no such grid");
    assert!(error.message().contains("lies in XX, and the catalogue has no grid of that name"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("site.grid")), "{error}");
    chat(&own("XX"), &[site, ("site.grid", "fr")]).expect("with a grid given");
}

#[test]
fn a_label_outside_the_list_is_refused_with_the_list() {
    let text = "name = \"Ours\"\n[pue]\nvalue = 1.2\nsource = \"x\"\n[labels.green]\nstatus = \"qualified\"\n\
        date = \"2025\"\nsource = \"x\"\n";
    let catalog = Catalog::builtin().with_file("facility/ours.toml", "ours.toml", text.to_owned()).expect("laid over");
    let error = chat(&catalog, &[("site.facility", "ours")]).expect_err("no such label");
    assert!(error.to_string().contains("green") && error.to_string().contains("secnumcloud"), "{error}");
}

#[test]
fn facilities_keep_within_what_physics_allows() {
    for (id, facility) in all::<Facility>(&Catalog::builtin()) {
        let pue = facility.pue.as_ref().map(|figure| figure.value);
        assert!(pue.is_none_or(|pue| pue <= Pue::new(3.0).expect("a PUE")), "{id}");
        let wue = facility.wue.as_ref().map(|figure| figure.value.as_litres_per_kwh());
        assert!(wue.is_none_or(|wue| wue <= 5.0), "{id}: {wue:?} L/kWh");
    }
}

#[test]
fn pue_and_wue_of_a_site_have_their_year() {
    for text in Catalog::builtin().texts(Kind::Facility) {
        let tree: toml::Table = text.text.parse().expect("TOML");
        for name in ["pue", "wue"] {
            let Some(figure) = tree.get(name) else { continue };
            let year = figure.get("year").and_then(toml::Value::as_integer);
            assert!(year.is_some_and(|year| (2015..=2027).contains(&year)), "{}: {name} of {year:?}", text.id);
        }
    }
}

/// Year, month or day as ISO 8601 writes them.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &&str| part.parse::<u32>().ok();
    match parts.iter().map(number).collect::<Option<Vec<u32>>>().as_deref() {
        Some([year, rest @ ..]) if parts[0].len() == 4 && rest.len() <= 2 => {
            (2015..=2027).contains(year)
                && rest.first().is_none_or(|month| (1..=12).contains(month))
                && rest.get(1).is_none_or(|day| (1..=31).contains(day))
        }
        _ => false,
    }
}

#[test]
fn every_label_has_its_evidence_and_date() {
    let catalog = Catalog::builtin();
    let sources = catalog.bibliography().expect("right");
    let mut count = 0;
    for (id, facility) in all::<Facility>(&catalog) {
        for (label, holding) in &facility.labels {
            assert!(sources.contains_key(&holding.source), "{id}: {} without evidence", label.name());
            assert!(is_date(&holding.date), "{id}: {} dated {}", label.name(), holding.date);
            count += 1;
        }
        let by_europe = matches!(
            facility.controlled_from.as_deref(),
            Some("FR" | "DE" | "FI" | "IT" | "ES" | "LU" | "NL" | "SE" | "PL" | "BE" | "IE" | "AT" | "DK" | "GR")
        );
        assert_eq!(facility.holds(Label::EuOperated), by_europe, "{id}: {:?}", facility.controlled_from);
    }
    assert!(count >= 120, "only {count} labels");
}

#[test]
fn a_label_asked_for_or_looked_for_in_vain_is_not_held() {
    let catalog = Catalog::builtin();
    let mut seen = 0;
    for (_, facility) in all::<Facility>(&catalog) {
        for (label, holding) in &facility.labels {
            let pending = matches!(holding.status, LabelStatus::InProgress | LabelStatus::NoneFound);
            assert_eq!(facility.holds(*label), !pending);
            seen += usize::from(pending);
        }
    }
    assert!(seen >= 5);
    let qualified = |id: &str| catalog.profile::<Facility>(id).expect("there").holds(Label::Secnumcloud);
    assert!(qualified("outscale-secnumcloud") && qualified("s3ns-premi3ns"));
    assert!(!qualified("scaleway-dc5") && !qualified("outscale-eu-west-2") && !qualified("aws-paris"));
}

#[test]
fn models_say_who_published_them_and_under_which_licence() {
    let models = all::<Model>(&Catalog::builtin());
    let share = |has: fn(&Model) -> bool| {
        let count = models.iter().filter(|(_, model)| has(model)).count();
        count as f64 / models.len() as f64
    };
    assert!(share(|model| model.country.is_some()) > 0.94);
    assert!(share(|model| model.licence.is_some()) > 0.96);
    assert!(share(|model| !model.modalities.is_empty()) > 0.99);
    for (id, model) in &models {
        let closed = model.open == Some(false);
        assert!(!closed || model.licence.as_deref() == Some("proprietary"), "{id}: {:?}", model.licence);
        let country = model.country.as_deref().unwrap_or("FR");
        assert!(country == "INT" || country.len() == 2, "{id}: {country}");
        let released = model.released.as_deref().unwrap_or("2025");
        assert!(is_date(released), "{id}: {released}");
        let years = model.year.zip(model.released.as_deref().and_then(|date| date.get(..4)?.parse::<i32>().ok()));
        assert!(years.is_none_or(|(year, released)| year == released), "{id}");
    }
}

#[test]
fn every_score_has_its_benchmark_date_and_source() {
    let catalog = Catalog::builtin();
    let sources = catalog.bibliography().expect("right");
    let mut count = 0;
    for (id, model) in all::<Model>(&catalog) {
        for (benchmark, quality) in &model.quality {
            assert!(sources.contains_key(&quality.source), "{id}: {benchmark} without source");
            assert!(is_date(&quality.date) && !quality.metric.is_empty(), "{id}: {benchmark}");
            let ends = (quality.low.unwrap_or(quality.score), quality.high.unwrap_or(quality.score));
            assert!(ends.0 <= quality.score && quality.score <= ends.1, "{id}: {benchmark}");
            count += 1;
        }
    }
    assert!(count >= 80, "only {count} scores");
}

#[test]
fn scores_are_no_part_of_the_footprint() {
    let catalog = Catalog::builtin();
    let text = catalog.text(Kind::Model, "llama-3.1-8b-instruct").expect("there").text.to_owned();
    let bare = text.split("[quality.").next().expect("a text").to_owned();
    assert_ne!(text, bare);
    let own = Catalog::builtin().with_file("model/llama-3.1-8b-instruct.toml", "own.toml", bare).expect("laid over");
    let model = [("inference.model", "llama-3.1-8b-instruct")];
    let energies = [&catalog, &own].map(|catalog| energy(&chat(catalog, &model).expect("read")));
    assert_eq!(energies[0], energies[1]);
}
