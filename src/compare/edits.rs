//! The edits that turn the text of one scenario into that of another.

use crate::compare::Alternative;
use crate::compare::differences::Leaves;
use crate::document::{Document, Tree, quoted};
use crate::error::Error;

/// How errors call such an edit.
const ORIGIN: &str = "compare";
/// Most edits that are told apart: all subsets of them are computed.
const MOST: usize = 8;
/// Label of one model in place of a chain, or the other way round.
const WORKLOAD: &str = "inference, steps";
/// Tables whose presence alone says something; [steps.NAME] are more of them.
const BY_PRESENCE: [&str; 4] = ["inference", "training", "network", "terminal"];
/// Keys that stand in for each other: where one is in one text only, they change together.
const IN_PLACE_OF: [(&str, &[&str]); 2] = [
    ("use", &["use.users", "use.requests_per_user_day", "use.requests_per_year"]),
    ("training", &["training.tokens", "training.flop", "training.accelerator_hours"]),
];

/// One edit: the keys that change together.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) label: String,
    pub(super) keys: Vec<String>,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    /// Removes a value or a whole table.
    Remove(String),
    /// Writes a value.
    Set { key: String, toml: String },
}

/// The texts of two scenarios.
struct Texts<'a> {
    reference: Tree<'a>,
    other: Tree<'a>,
    leaves: [&'a Leaves; 2],
    /// Tables of a model whose task differs.
    other_tasks: Vec<String>,
}

/// The edits, and how they were put together where there are many.
pub(super) fn edits(
    keys: &[String],
    reference: (&Alternative, &Leaves),
    other: (&Alternative, &Leaves),
) -> Result<(Vec<Edit>, Vec<String>), Error> {
    let texts = Texts {
        reference: reference.0.document.parse()?,
        other: other.0.document.parse()?,
        leaves: [reference.1, other.1],
        other_tasks: other_tasks(reference.0, other.0),
    };
    let mut edits: Vec<Edit> = Vec::new();
    for key in keys {
        let label = texts.label(key);
        let changes = texts.changes(key);
        match edits.iter_mut().find(|edit| edit.label == label) {
            Some(edit) => edit.add(key, changes),
            None => edits.push(Edit { label, keys: vec![key.clone()], changes }),
        }
    }
    let count = edits.len();
    for table in [step_or_table, top_table] {
        if edits.len() > MOST {
            edits = together(edits, table);
        }
    }
    let grouped = edits.len() < count;
    let note = format!("{count} differences are more than the {MOST} that are told apart: put together by table");
    Ok((edits, if grouped { vec![note] } else { Vec::new() }))
}

/// Tables of a model that does another task in the other scenario.
fn other_tasks(reference: &Alternative, other: &Alternative) -> Vec<String> {
    let tasks = reference.scenario.choices.iter().filter(|choice| choice.key.ends_with(".task"));
    let differs =
        |key: &str, value: &str| other.scenario.choices.iter().any(|choice| choice.key == key && choice.value != value);
    let differing = tasks.filter(|choice| differs(&choice.key, &choice.value));
    differing.filter_map(|choice| Some(choice.key.rsplit_once('.')?.0.to_owned())).collect()
}

impl Texts<'_> {
    /// What changes together has one label.
    fn label(&self, key: &str) -> String {
        let table = step_or_table(key);
        let is_workload = |table: &str| table == "inference" || table.starts_with("steps.");
        if is_workload(&table) && self.reference.has("inference") != self.other.has("inference") {
            return WORKLOAD.to_owned();
        }
        if self.in_one_only(&table) || self.other_tasks.contains(&table) {
            return table;
        }
        let present = |key: &&&str| self.reference.has(key) != self.other.has(key);
        let replaced = IN_PLACE_OF.iter().find(|(_, keys)| keys.contains(&key) && keys.iter().any(|one| present(&one)));
        replaced.map_or_else(|| key.to_owned(), |(label, _)| format!("{label} (amount)"))
    }

    /// Whether a table that says something by being there is in one text only.
    fn in_one_only(&self, table: &str) -> bool {
        let says = BY_PRESENCE.contains(&table) || table.starts_with("steps.");
        says && self.reference.has(table) != self.other.has(table)
    }

    fn changes(&self, key: &str) -> Vec<Change> {
        let table = step_or_table(key);
        match self.leaves[1].get(key) {
            Some(toml) => vec![Change::Set { key: bare(key), toml: toml.clone() }],
            None if self.in_one_only(&table) => vec![Change::Remove(table)],
            None => vec![Change::Remove(key.to_owned())],
        }
    }
}

/// `steps.NAME`, or the first table of a key.
fn step_or_table(key: &str) -> String {
    let parts = if key.starts_with("steps.") { 2 } else { 1 };
    key.split('.').take(parts).collect::<Vec<_>>().join(".")
}

fn top_table(key: &str) -> String {
    key.split('.').next().unwrap_or_default().to_owned()
}

/// A dotted key as TOML writes it: parts that are no bare keys in quotes.
fn bare(key: &str) -> String {
    let is_bare = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let part = |part: &str| if is_bare(part) { part.to_owned() } else { quoted(part) };
    key.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// Puts edits of the same table together.
fn together(edits: Vec<Edit>, table: fn(&str) -> String) -> Vec<Edit> {
    let mut merged: Vec<Edit> = Vec::new();
    for edit in edits {
        let label = if edit.label == WORKLOAD { edit.label.clone() } else { table(&edit.keys[0]) };
        match merged.iter_mut().find(|one| one.label == label) {
            Some(one) => one.join(edit),
            None => merged.push(Edit { label, ..edit }),
        }
    }
    merged
}

impl Edit {
    fn add(&mut self, key: &str, changes: Vec<Change>) {
        self.keys.push(key.to_owned());
        self.changes.extend(changes);
    }

    fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.changes.extend(other.changes);
    }

    /// Several edits as one, named after all of them.
    pub(super) fn of(edits: Vec<Self>) -> Option<Self> {
        let label = edits.iter().map(|edit| edit.label.as_str()).collect::<Vec<_>>().join(" + ");
        let mut all = edits.into_iter();
        let mut one = all.next()?;
        all.for_each(|edit| one.join(edit));
        Some(Self { label, ..one })
    }

    /// Makes the edit.
    pub(super) fn apply(&self, document: &mut Document) {
        let mut lines = String::new();
        for change in &self.changes {
            match change {
                // What goes makes room for what comes.
                Change::Remove(key) => document.remove(key, ORIGIN),
                Change::Set { key, toml } => lines.push_str(&format!("{key} = {toml}\n")),
            }
        }
        document.write(lines, ORIGIN);
    }
}

/// A text that says the same in the fewest words, which is quick to read again and again.
pub(super) fn brief(name: &str, leaves: &Leaves) -> Document {
    let lines = leaves.iter().map(|(key, toml)| format!("{} = {toml}\n", bare(key)));
    Document::new(name, &format!("name = {}\n{}", quoted(name), lines.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;
    use crate::compare::differences;
    use crate::impact::{Indicator, Silent, evaluate};
    use crate::profile::shipped_scenarios;
    use crate::scenario::Scenario;

    fn read<'c>(text: &str, catalog: &'c Catalog) -> (Alternative<'c>, Leaves) {
        let document = Document::new("x.toml", text);
        let leaves = differences::leaves(&document).expect("TOML");
        (Alternative::read("x", &document, catalog).unwrap_or_else(|error| panic!("{error}")), leaves)
    }

    fn found(one: &(Alternative, Leaves), other: &(Alternative, Leaves)) -> Vec<Edit> {
        let keys = differences::keys(&one.1, &other.1);
        edits(&keys, (&one.0, &one.1), (&other.0, &other.1)).expect("edits").0
    }

    #[test]
    fn all_edits_together_are_the_other_scenario() {
        let catalog = Catalog::builtin();
        let all: Vec<(Alternative, Leaves)> = shipped_scenarios().map(|(_, text)| read(text, &catalog)).collect();
        for one in &all {
            for other in &all {
                let mut document = brief("x", &one.1);
                found(one, other).iter().for_each(|edit| edit.apply(&mut document));
                let made = Scenario::read(&document, &catalog).unwrap_or_else(|error| panic!("{error}"));
                let total = evaluate(&made.central(), &mut Silent).total();
                for indicator in Indicator::ALL {
                    let (found, wanted) = (total.amount(indicator), other.0.central.total().amount(indicator));
                    // The order of steps may change, and with it the last digit of a sum.
                    assert!((found - wanted).abs() <= 1e-12 * wanted, "{indicator:?}: {found} is not {wanted}");
                }
            }
        }
    }

    #[test]
    fn what_only_makes_sense_together_is_one_edit() {
        const WORK: &str = "input_tokens = 500\noutput_tokens = 300\n";
        let chat = |head: &str, tail: &str| {
            format!("name = \"A\"\n{head}\n[inference]\nmodel = \"llama-3.1-8b\"\n{WORK}{tail}")
        };
        let picture = "name = \"A\"\n[inference]\nmodel = \"flux.1-dev\"\nimages = 1\n".to_owned();
        let chain = format!("name = \"A\"\n[steps.\"a b\"]\nmodel = \"llama-3.1-8b\"\n{WORK}");
        for (one, other, labels) in [
            (chat("", ""), chat("", "[network]\ndata_per_request = \"20 kB\""), vec!["network"]),
            (chat("", "[terminal]\nterminal = \"laptop\"\nactive_time = \"60 s\""), chat("", ""), vec!["terminal"]),
            (
                chat("[use]\nrequests_per_year = 1e6", ""),
                chat("[use]\nusers = 1000\nrequests_per_user_day = 4", ""),
                vec!["use (amount)"],
            ),
            (
                chat("[use]\nusers = 1000\nrequests_per_user_day = 3", ""),
                chat("[use]\nusers = 2000\nrequests_per_user_day = 4", ""),
                vec!["use.requests_per_user_day", "use.users"],
            ),
            (chat("", ""), picture, vec!["inference"]),
            (chat("", ""), chain.clone(), vec!["inference, steps"]),
            (chain, chat("", "[site]\ngrid = \"de\"\npue = 1.2"), vec!["inference, steps", "site.grid", "site.pue"]),
        ] {
            let catalog = Catalog::builtin();
            let (one, other) = (read(&one, &catalog), read(&other, &catalog));
            let edits = found(&one, &other);
            assert_eq!(edits.iter().map(|edit| edit.label.as_str()).collect::<Vec<_>>(), labels);
            let mut document = one.0.document.clone();
            edits.iter().for_each(|edit| edit.apply(&mut document));
            assert!(Scenario::read(&document, &catalog).is_ok(), "{labels:?}");
        }
    }
}
