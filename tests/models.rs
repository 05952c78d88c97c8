//! The catalogue of models: how many, that closed ones say what is not known, and that each answers or is refused.

mod common;

use std::sync::Arc;

use econome::profile::ProfileText;
use econome::units::Quantity as _;
use econome::{Catalog, Document, Error, Figure, Kind, Model, Scenario, Settings, units::Count};

fn scenario(catalog: &Catalog, model: &str, lines: &[(&str, &str)]) -> Result<Scenario, Error> {
    let mut document = Document::new("chat", "name = \"Chat\"\n");
    document.set("inference.model", model, "test");
    for (key, value) in
        [("inference.task", "text"), ("inference.input_tokens", "500"), ("inference.output_tokens", "300")]
    {
        document.set(key, value, "test");
    }
    for (key, value) in lines {
        document.set(key, value, "test");
    }
    Scenario::read(&document, catalog)
}

fn models(catalog: &Catalog) -> Vec<(String, Arc<Model>)> {
    let read = |text: &ProfileText<'_>| catalog.profile::<Model>(text.id).expect("a right profile");
    catalog.texts(Kind::Model).iter().map(|text| (text.id.to_owned(), read(text))).collect()
}

fn ends(figure: &Figure<Count>) -> (f64, f64) {
    figure.law.ends().unwrap_or((figure.value.coherent(), figure.value.coherent()))
}

fn width(scenario: &Scenario) -> f64 {
    let energy = scenario.estimate(Settings::default()).per_unit.energy_wh.expect("covered");
    energy.p95 / energy.p05
}

#[test]
fn there_are_as_many_models_as_the_documentation_says() {
    let models = models(&Catalog::builtin());
    let closed = models.iter().filter(|(_, model)| model.open == Some(false));
    let ranges = closed.clone().filter(|(_, model)| model.parameters.law.ends().is_some());
    let (all, closed, ranges) = (models.len(), closed.count(), ranges.count());
    println!("{all} models, {closed} closed, {ranges} of them with a range");
    assert!(all >= 500 && closed >= 135 && ranges >= 110, "{all} models, {closed} closed, {ranges} ranges");
}

#[test]
fn closed_models_have_a_range_and_its_basis() {
    for (id, model) in models(&Catalog::builtin()) {
        if model.open != Some(false) {
            continue;
        }
        let note = model.note.as_deref().unwrap_or_default();
        assert!(note.len() > 30, "{id} does not say on what its size rests");
        assert!(model.architecture.is_none(), "{id} knows its shape");
        let (all, active) = (ends(&model.parameters), ends(&model.active_parameters));
        assert!(active.0 <= all.0 && active.1 <= all.1, "{id}: more active parameters than all");
        let is_published = note.starts_with("Size as published");
        assert!(is_published || active.1 / active.0 >= 1.15, "{id}: a guess without a range");
        let guessed = model.parameters.source == "econome-assumption" || model.parameters.source == "ecologits-0.11";
        assert!(is_published || !guessed || active.1 / active.0 >= 3.5, "{id}: a narrow range on thin ground");
    }
}

#[test]
fn every_language_model_answers_or_says_why_not() {
    let catalog = Catalog::builtin();
    let (mut answered, mut too_large, mut other_tasks) = (0, Vec::new(), 0);
    for (id, model) in models(&catalog) {
        let speaks = matches!(model.modality.as_deref(), Some("text" | "vision_text"));
        match scenario(&catalog, &id, &[]) {
            Ok(scenario) => {
                let derived = scenario.warnings().iter().any(|warning| warning.code == "architecture_derived");
                assert_eq!(derived, model.architecture.is_none(), "{id}");
                assert!(speaks || model.architecture.is_some(), "{id} is no language model");
                answered += 1;
            }
            Err(error) if error.message().contains("does not fit") => too_large.push(id),
            Err(error) => {
                assert!(!speaks && error.message().contains("says nothing about the task"), "{id}: {error}");
                other_tasks += 1;
            }
        }
    }
    println!("{answered} answer, {other_tasks} have other tasks, too large for 64 cards in 16 bits: {too_large:?}");
    assert!(answered >= 470 && too_large.len() <= 5, "{answered} answer, too large: {too_large:?}");
}

#[test]
fn a_closed_model_has_a_wide_interval_that_its_size_explains() {
    let catalog = Catalog::builtin();
    let stack = ("serving.stack", "vllm-0.11");
    let closed = width(&scenario(&catalog, "gpt-4o", &[stack]).expect("read"));
    let sized = [stack, ("override.model.parameters", "440e9"), ("override.model.active_parameters", "76e9")];
    let known = width(&scenario(&catalog, "gpt-4o", &sized).expect("read"));
    assert!(closed > 1.5 * known, "{closed} with its range, {known} with a size given");
}

#[test]
fn the_size_alone_can_be_replaced() {
    let catalog = Catalog::builtin();
    for model in ["gpt-4o-mini", "llama-3.1-8b"] {
        let scenario = scenario(&catalog, model, &[("override.model.parameters", "7e9")]).expect("read");
        let active = scenario.inputs().iter().find(|input| input.key == "model.active_parameters").expect("there");
        assert_eq!((active.value, active.law.ends()), (7e9, None), "{model}");
    }
}

#[test]
fn ranges_that_cross_in_their_tails_are_computed() {
    let own = "name = \"Ours\"\nmodality = \"text\"\n\
        [parameters]\nvalue = 100e9\nlow = 50e9\nhigh = 200e9\nsource = \"x\"\n\
        [active_parameters]\nvalue = 99e9\nlow = 20e9\nhigh = 199e9\nsource = \"x\"\n";
    let catalog = Catalog::builtin().with_file("model/ours.toml", "ours.toml", own.to_owned()).expect("laid over");
    let scenario = scenario(&catalog, "ours", &[]).expect("read");
    let energy = scenario.estimate(Settings::default()).per_unit.energy_wh.expect("covered");
    assert!(energy.p05 > 0.0 && energy.p95.is_finite() && energy.p95 < 20.0 * energy.p05, "{energy:?}");
}
