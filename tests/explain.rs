//! `explain` prints each formula with its numbers; here every printed result is computed again from what is
//! printed, by an expression evaluator that knows nothing of the library.

mod common;

use std::collections::BTreeMap;

use common::printed;
use exmex::Express as _;

/// Printed numbers have twelve significant digits.
const TOLERANCE: f64 = 1e-7;

/// Units as printed, in one coherent system.
const UNITS: [(&str, f64); 17] = [
    ("W", 1.0),
    ("s", 1.0),
    ("Wh", 3600.0),
    ("GB", 1e9),
    ("GB/s", 1e9),
    ("FLOP", 1.0),
    ("TFLOP/s", 1e12),
    ("gCO2e", 1.0),
    ("gCO2e/kWh", 1.0 / 3.6e6),
    ("gCO2e/GB", 1e-9),
    ("kWh/GB", 3.6e6 / 1e9),
    ("L", 1.0),
    ("L/kWh", 1.0 / 3.6e6),
    ("MJ", 1.0),
    ("MJ/kWh", 1.0 / 3.6e6),
    ("kgSbeq", 1.0),
    ("kgSbeq/kWh", 1.0 / 3.6e6),
];
const MONEY: [(&str, f64); 3] = [("EUR", 1.0), ("EUR/kWh", 1.0 / 3.6e6), ("EUR/h", 1.0 / 3600.0)];

/// Every scenario that ships, and some that reach the other formulas.
const VARIANTS: [&[&str]; 24] = [
    &["albert-education"],
    &["albert-francais-etranger"],
    &["anonymisation-decisions"],
    &["astree"],
    &["chatft-matchft"],
    &["chorus-pro"],
    &["comparia"],
    &["drop-brgm"],
    &["ecg"],
    &["espresso"],
    &["feux-de-foret"],
    &["genia-armees"],
    &["ina-data"],
    &["lirae"],
    &["parole"],
    &["partages"],
    &["tests/data/chat.toml", "--set", "inference.model=deepseek-v3.1", "--set", "inference.precision=fp8"],
    &["tests/data/chat.toml", "--set", "inference.model=gemma-3-27b-it", "--set", "serving.accelerators=2"],
    &[
        "tests/data/chat.toml",
        "--set",
        "inference.model=nvidia-nemotron-nano-12b-v2",
        "--set",
        "serving.accelerator=b200-sxm",
    ],
    &["tests/data/chat.toml", "--set", "serving.accelerator_price=2.5 EUR/h", "--set", "serving.mode=on_demand"],
    &["partages", "--set", "training.method=reinforcement", "--set", "training.programme_factor=1.5"],
    &["partages", "--set", "training.power=500 W", "--set", "training.mfu=0.3"],
    &["partages", "--set", "training.model=deepseek-v3.1", "--set", "training.accelerator=a100-sxm-40gb"],
    &["tests/data/image.toml"],
];

/// One formula as printed.
struct Printed {
    equation: String,
    terms: BTreeMap<String, f64>,
    symbol: String,
    result: f64,
    function: String,
}

#[test]
fn every_printed_value_is_recomputed_from_what_is_printed() {
    let mut recomputed = 0;
    for arguments in VARIANTS {
        let text = printed(&[&["explain"], arguments].concat());
        let formulas = formulas(&text);
        assert!(formulas.len() > 10, "{arguments:?}: only {} formulas", formulas.len());
        for formula in &formulas {
            let value = computed(formula);
            let off = (value - formula.result).abs();
            assert!(
                off <= TOLERANCE * formula.result.abs().max(f64::MIN_POSITIVE),
                "{arguments:?}: {} gives {value}, printed {} = {}",
                formula.equation,
                formula.symbol,
                formula.result
            );
            recomputed += 1;
        }
    }
    assert!(recomputed > 600, "only {recomputed} formulas");
}

#[test]
fn every_intermediate_value_was_computed_before_it_is_used() {
    for arguments in VARIANTS {
        let text = printed(&[&["explain"], arguments].concat());
        let mut known: BTreeMap<String, f64> = BTreeMap::new();
        for formula in formulas(&text) {
            for (term, value) in &formula.terms {
                let is_input = term.contains('.') || ["units_per_year", "per_unit", "year"].contains(&term.as_str());
                let is_line = formula.function == "impact::Outcome::total";
                if is_input || is_line || term == "electricity_price" || term == "accelerator_time" {
                    continue;
                }
                let before = known.get(term);
                assert!(
                    before.is_some(),
                    "{arguments:?}: {term} is used before it is computed in {}",
                    formula.equation
                );
                let off = before.map_or(f64::INFINITY, |before| (before - value).abs());
                assert!(
                    off <= TOLERANCE * value.abs(),
                    "{arguments:?}: {term} changed its value in {}",
                    formula.equation
                );
            }
            known.insert(formula.symbol, formula.result);
        }
    }
}

#[test]
fn every_formula_names_a_function_of_the_library() {
    let source = |module: &str| {
        let path = common::root().join(format!("src/{module}.rs"));
        std::fs::read_to_string(path).unwrap_or_default()
    };
    for arguments in VARIANTS {
        for formula in formulas(&printed(&[&["explain"], arguments].concat())) {
            let (module, function) = formula.function.rsplit_once("::").expect("a path");
            if module.starts_with("physics") {
                let text = source(&module.replace("::", "/"));
                assert!(text.contains(&format!("pub fn {function}<")), "{} does not exist", formula.function);
            }
        }
    }
}

#[test]
fn explain_ends_at_what_estimate_says() {
    let text = printed(&["explain", "genia-armees"]);
    let formulas = formulas(&text);
    let total = formulas.iter().find(|formula| formula.symbol == "carbon_per_unit").expect("a total");
    let json: serde_json::Value =
        serde_json::from_str(&printed(&["estimate", "genia-armees", "--format", "json"])).expect("JSON");
    let median = json["per_unit"]["carbon_g"]["p50"].as_f64().expect("a number");
    assert!((total.result / median - 1.0).abs() < 0.05, "central {} and median {median}", total.result);
}

fn formulas(text: &str) -> Vec<Printed> {
    let mut found = Vec::new();
    let mut current: Option<(String, BTreeMap<String, f64>)> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match (indent, &mut current) {
            (2, _) => current = Some((line.trim().to_owned(), BTreeMap::new())),
            (6, Some((_, terms))) => {
                let (symbol, value, _) = parsed(line);
                terms.insert(symbol, value);
            }
            (4, open) => {
                let (equation, terms) = open.take().expect("a formula before its result");
                let (symbol, result, function) = parsed(line);
                found.push(Printed { equation, terms, symbol, result, function });
            }
            _ => {}
        }
    }
    found
}

/// `symbol = value unit      rest`.
fn parsed(line: &str) -> (String, f64, String) {
    let (symbol, rest) = line.trim().split_once(" = ").expect("a value");
    let (shown, rest) = rest.split_once("  ").unwrap_or((rest, ""));
    let (number, unit) = shown.trim().split_once(' ').unwrap_or((shown.trim(), ""));
    let number: f64 = number.parse().unwrap_or_else(|_| panic!("no number in {line}"));
    (symbol.to_owned(), number * factor(unit.trim()), rest.trim().to_owned())
}

fn factor(unit: &str) -> f64 {
    if unit.is_empty() {
        return 1.0;
    }
    let known = UNITS.iter().chain(&MONEY).find(|(symbol, _)| *symbol == unit);
    known.unwrap_or_else(|| panic!("unit {unit}")).1
}

fn computed(formula: &Printed) -> f64 {
    let (symbol, expression) = formula.equation.split_once(" = ").expect("an equation");
    assert_eq!(symbol, formula.symbol);
    let names: Vec<&String> = formula.terms.keys().collect();
    let mut expression = format!(" {expression} ");
    // Longest first, so that no name is replaced inside another.
    let mut by_length = names.clone();
    by_length.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in by_length {
        let place = format!("{{{}}}", alias(name));
        expression = replace_word(&expression, name, &place);
    }
    let parsed = exmex::parse::<f64>(expression.trim()).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let values: Vec<f64> = parsed
        .var_names()
        .iter()
        .map(|variable| {
            let name = names.iter().find(|name| alias(name) == *variable);
            formula.terms[*name.unwrap_or_else(|| panic!("{variable} is not printed in {expression}"))]
        })
        .collect();
    parsed.eval(&values).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// A name that cannot be taken for a function or a number.
fn alias(name: &str) -> String {
    format!("v_{}", name.replace('.', "_of_"))
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == '{');
        out.push_str(&rest[..at]);
        out.push_str(if inside(before) || inside(after) { word } else { by });
        rest = &rest[at + word.len()..];
    }
    out + rest
}
