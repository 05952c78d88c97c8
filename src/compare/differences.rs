//! What two scenarios say differently, and what follows from it.

use std::collections::BTreeMap;

use crate::compare::{Alternative, Difference, Said};
use crate::document::Document;
use crate::error::Error;
use crate::number::significant;
use crate::scenario::{Input, Origin, Scenario, follows};

/// Keys that say what a scenario is called and how good it is: they change no result.
const WORDS: [&str; 4] = ["name", "description", "unit", "quality"];
/// Tables in the order of the documentation.
const ORDER: [&str; 9] =
    ["use", "inference", "steps", "training", "serving", "site", "network", "terminal", "override"];
/// Ends of the keys of inputs that show what a choice led to; coefficients of profiles are not listed one by one.
const TELLING: [&str; 6] =
    ["serving.accelerators", "serving.batch", "serving.utilisation", "site.pue", "site.wue", "grid.carbon_intensity"];

/// The values of a document that matter for results, as TOML, by dotted key.
pub(super) type Leaves = BTreeMap<String, String>;

pub(super) fn leaves(document: &Document) -> Result<Leaves, Error> {
    let tree = document.parse()?;
    let matters = |key: &String| !WORDS.contains(&key.split('.').next().unwrap_or_default());
    let leaves = tree.leaves().into_iter().filter(matters);
    Ok(leaves.filter_map(|key| Some((key.clone(), tree.toml(&key)?))).collect())
}

/// The keys whose values differ, by table in the order of the documentation.
pub(super) fn keys(one: &Leaves, other: &Leaves) -> Vec<String> {
    let mut keys: Vec<String> = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))).cloned().collect();
    keys.retain(|key| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => !same(one, other),
        _ => true,
    });
    keys.sort_by_key(|key| {
        let table = key.split('.').next().unwrap_or_default();
        (ORDER.iter().position(|name| *name == table).unwrap_or(ORDER.len()), key.clone())
    });
    keys
}

/// Whether two values are the same, however a number is written.
fn same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.replace('_', "").parse::<f64>();
    one == other || matches!((number(one), number(other)), (Ok(one), Ok(other)) if one == other)
}

/// The differences as they are shown: what is written, or what stands in for it.
pub(super) fn shown(
    keys: &[String],
    reference: (&Alternative, &Leaves),
    other: (&Alternative, &Leaves),
) -> Vec<Difference> {
    let side = |key: &String, (alternative, leaves): (&Alternative, &Leaves)| match leaves.get(key) {
        Some(toml) => Some(Said { value: toml.trim_matches('"').to_owned(), origin: Origin::Given }),
        None => stands_in(key, &alternative.scenario),
    };
    let one = |key: &String| Difference { key: key.clone(), reference: side(key, reference), other: side(key, other) };
    keys.iter().map(one).collect()
}

/// What a scenario takes for a key that it does not write.
fn stands_in(key: &str, scenario: &Scenario) -> Option<Said> {
    let choice = scenario.choices.iter().find(|choice| choice.key == key);
    let choice = choice.map(|choice| Said { value: choice.value.clone(), origin: choice.origin });
    let input = || scenario.inputs.iter().find(|input| input.key == key).map(said);
    choice.or_else(input)
}

fn said(input: &Input) -> Said {
    const DIGITS: usize = 4;
    let (symbol, factor) = input.unit;
    let value = format!("{} {symbol}", significant(input.value / factor, DIGITS));
    Said { value: value.trim_end().to_owned(), origin: input.origin }
}

/// Choices and sizes that differ although neither text says so.
pub(super) fn consequences(keys: &[String], reference: &Scenario, other: &Scenario) -> Vec<Difference> {
    let of_other = derived(other);
    let mut found: Vec<Difference> = Vec::new();
    for (key, said) in derived(reference) {
        let there = of_other.iter().find(|(other, there)| *other == key && there.value != said.value);
        // What [serving] says counts for every step: it is listed already.
        let is_listed = |key: &str| keys.iter().any(|listed| listed == key);
        let Some((_, there)) = there.filter(|_| !is_listed(&key) && !is_listed(common(&key))) else { continue };
        found.push(Difference { key, reference: Some(said), other: Some(there.clone()) });
    }
    once(found)
}

/// The key without its step.
fn common(key: &str) -> &str {
    key.strip_prefix("steps.").and_then(|rest| rest.split_once('.')).map_or(key, |(_, rest)| rest)
}

/// What is the same for several steps, under the key that they share.
fn once(found: Vec<Difference>) -> Vec<Difference> {
    let mut shown: Vec<Difference> = Vec::new();
    for one in found {
        let same = |other: &&mut Difference| {
            common(&other.key) == common(&one.key) && other.reference == one.reference && other.other == one.other
        };
        match shown.iter_mut().find(same) {
            Some(other) => other.key = common(&one.key).to_owned(),
            None => shown.push(one),
        }
    }
    shown
}

/// Choices, and the inputs that tell what they led to.
fn derived(scenario: &Scenario) -> Vec<(String, Said)> {
    let choices = scenario.choices.iter().filter(|choice| !follows(&choice.key));
    let choices = choices.map(|one| (one.key.clone(), Said { value: one.value.clone(), origin: one.origin }));
    let telling = |input: &&Input| TELLING.iter().any(|end| input.key.ends_with(end));
    let inputs = scenario.inputs.iter().filter(telling).map(|input| (input.key.clone(), said(input)));
    choices.chain(inputs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Leaves {
        leaves(&Document::new("x", text)).expect("TOML")
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let one = of("name = \"A\"\n[use]\nusers = 2_000\ndays_per_year = 220\n[site]\ngrid = \"fr\"\n");
        let other = of("name = \"B\"\nsite.grid = 'de'\nuse.users = 2e3\n");
        assert_eq!(keys(&one, &other), ["use.days_per_year", "site.grid"]);
    }

    #[test]
    fn a_number_and_a_text_are_not_the_same() {
        assert!(!same("1", "\"1\"") && same("1", "1.0") && same("\"a\"", "\"a\""));
    }
}
