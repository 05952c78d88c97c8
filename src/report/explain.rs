//! Every formula with its numbers and sources.

use std::fmt::Write as _;

use crate::impact::{Formula, Recorder, evaluate};
use crate::number::significant;
use crate::scenario::{Input, Scenario};
use crate::units::Term;

/// Digits with which numbers are printed: enough to compute each result again.
const DIGITS: usize = 12;

/// Every formula of the central case with its numbers, in the order of calculation.
///
/// A number that is an input names its origin and source; a number computed before stands under its symbol.
#[must_use]
pub fn explain(scenario: &Scenario) -> String {
    let mut recorder = Recorder::default();
    let _ = evaluate(&scenario.central(), &mut recorder);
    let mut out = format!("{}: every formula at central values, in the order of calculation\n", scenario.name());
    let mut heading = String::new();
    for formula in &recorder.formulas {
        let title = title(scenario, formula);
        if title != heading {
            let _ = write!(out, "\n{title}\n");
            heading = title;
        }
        write_formula(scenario, formula, &mut out);
    }
    out
}

fn title(scenario: &Scenario, formula: &Formula) -> String {
    match formula.step.and_then(|step| scenario.step_names.get(step)) {
        Some(name) if !name.is_empty() => format!("{} (step {name})", formula.heading),
        _ => formula.heading.clone(),
    }
}

fn write_formula(scenario: &Scenario, formula: &Formula, out: &mut String) {
    let symbol = formula.equation.split(" = ").next().unwrap_or_default();
    let _ = write!(out, "\n  {}\n", formula.equation);
    for (name, term) in &formula.terms {
        let origin = input_of(scenario, formula, name, term).map(origin).unwrap_or_default();
        let line = format!("      {name} = {}", shown(term));
        let _ = writeln!(out, "{}", format!("{line:<60}{origin}").trim_end());
    }
    let result = format!("    {symbol} = {}", shown(&formula.result));
    let _ = writeln!(out, "{result:<60}{}", formula.function);
}

fn shown(term: &Term) -> String {
    let (symbol, factor) = term.unit;
    format!("{} {symbol}", significant(term.coherent / factor, DIGITS)).trim_end().to_owned()
}

fn origin(input: &Input) -> String {
    let from = input.profile.as_deref().unwrap_or(input.origin.name());
    let source = input.source.as_deref().map(|source| format!(" [{source}]")).unwrap_or_default();
    format!("{from}{source}")
}

/// The input that a term stands for, if it is one: by its key in this step, or by a key that begins or ends so.
fn input_of<'s>(scenario: &'s Scenario, formula: &Formula, name: &str, term: &Term) -> Option<&'s Input> {
    if !name.contains('.') && name != "units_per_year" && name != "per_unit" {
        return None;
    }
    let prefix = match formula.step.and_then(|step| scenario.step_names.get(step)) {
        Some(step) if !step.is_empty() => format!("steps.{step}."),
        _ if formula.heading.contains("training") => "training.".to_owned(),
        _ => String::new(),
    };
    let own = name.strip_prefix("inference.").map(|rest| format!("{prefix}{rest}")).filter(|_| !prefix.is_empty());
    let inference = Some(format!("inference.{name}")).filter(|_| prefix.is_empty());
    let runs = (name == "units_per_year").then(|| "training.retrainings_per_year".to_owned());
    let yearly = (name == "units_per_year").then(|| "use.requests_per_year".to_owned());
    let keys = [own, Some(format!("{prefix}{name}")), Some(name.to_owned()), inference, runs, yearly];
    let is_it = |input: &&Input, key: &String| input.key == *key && input.value == term.coherent;
    let exact = keys.iter().flatten().find_map(|key| scenario.inputs.iter().find(|input| is_it(input, key)));
    exact.or_else(|| related(scenario, &prefix, name, term))
}

/// `accelerator.peak` stands for the peak of one precision, `stack.efficiency` for that of one task.
fn related<'s>(scenario: &'s Scenario, prefix: &str, name: &str, term: &Term) -> Option<&'s Input> {
    let (kind, last) = name.rsplit_once('.').unwrap_or((name, name));
    scenario.inputs.iter().find(|input| {
        let of_kind = input.key.starts_with(&format!("{prefix}{kind}."));
        let key = input.key.rsplit('.').next().unwrap_or_default();
        let alike = key.starts_with(last) || key.ends_with(last) || last == "host_idle_power" && key == "host_power";
        of_kind && alike && input.value == term.coherent
    })
}
