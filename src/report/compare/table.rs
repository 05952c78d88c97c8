//! A comparison for a terminal.

use crate::compare::{Against, Compared, Comparison, Contributions, Parity};
use crate::impact::Indicator;
use crate::number::{grouped, probability};
use crate::report::compare::words;
use crate::report::table::{self, Lines, short};

/// Columns of a label.
const LABEL: usize = 25;
/// Indicators whose contributions a terminal shows.
const CONTRIBUTIONS: [Indicator; 2] = [Indicator::Energy, Indicator::Carbon];

/// A comparison for a terminal of 80 columns.
#[must_use]
pub fn compare_table(comparison: &Comparison) -> String {
    let mut out = Lines::default();
    scenarios(comparison, &mut out);
    verdicts(comparison, &mut out);
    results(comparison, &mut out);
    lower_bounds(comparison, &mut out);
    ranks(comparison, &mut out);
    for one in &comparison.scenarios {
        if let Some(against) = &one.against {
            differences(one, against, comparison, &mut out);
            contributions(one, &against.contributions, comparison, &mut out);
            let title = format!("The interval of {} over {} comes from", one.label, comparison.reference);
            table::variance(&title, &against.variance_shares, &mut out);
        }
    }
    colophon(comparison, &mut out);
    out.text
}

/// Who is compared, and whether it is the same service.
fn scenarios(comparison: &Comparison, out: &mut Lines) {
    out.line(&format!("Comparison with {}, the reference", comparison.reference));
    for one in &comparison.scenarios {
        let volume = format!("{} × {} a year", grouped(one.units_per_year), one.unit);
        out.wrapped("  ", &format!("{}: {}; {volume}", one.label, one.scenario));
    }
    out.title(&format!("As good as {}?", comparison.reference));
    for one in &comparison.scenarios {
        let Some(against) = &one.against else { continue };
        let parity = against.equivalence.parity;
        let words = if parity == Parity::NotEquivalent { "NOT EQUIVALENT" } else { parity.words() };
        out.wrapped("  ", &format!("{}: {words} ({})", one.label, against.equivalence.reasons.join("; ")));
        for note in &against.notes {
            out.wrapped("    ", note);
        }
    }
}

fn results(comparison: &Comparison, out: &mut Lines) {
    let [reference, ..] = comparison.scenarios.as_slice() else { return };
    for (place, of_reference) in reference.results.iter().enumerate() {
        let covered = comparison.scenarios.iter().any(|one| one.results[place].quantiles.is_some());
        let title = format!("{} per {}", of_reference.indicator.name(), short(&reference.unit));
        if !covered {
            out.title(&format!("{title}: not covered"));
            continue;
        }
        let over = "ratio";
        out.title(&format!("{title:34}{:>6}  {:<14}{over:>8}  {}", "median", "5 – 95 %", "5 – 95 %"));
        for one in &comparison.scenarios {
            let (median, interval) = words::value(&one.results[place], of_reference);
            let (ratio, ratio_interval) = one.results[place].ratio.map(words::ratio).unwrap_or_default();
            out.row(&one.label, LABEL, &format!("{median:>13}  {interval:<14}{ratio:>8}  {ratio_interval}"));
        }
    }
}

fn lower_bounds(comparison: &Comparison, out: &mut Lines) {
    let bounds = words::lower_bounds(comparison);
    if !bounds.is_empty() {
        out.title("Lower bounds (lines without a figure)");
        bounds.iter().for_each(|bound| out.wrapped("  ", bound));
    }
}

/// One sentence a scenario and indicator.
fn verdicts(comparison: &Comparison, out: &mut Lines) {
    out.title("How surely");
    for one in comparison.scenarios.iter().filter(|one| one.against.is_some()) {
        let sentences = one.results.iter().filter_map(|result| words::sentence(&one.label, result, comparison));
        sentences.for_each(|sentence| out.wrapped("  ", &sentence));
    }
    out.wrapped("  ", &words::legend(comparison));
}

/// Names of the indicators that fit their columns.
fn headings(results: &[crate::compare::ComparedResult]) -> String {
    let heading = |indicator: Indicator| match indicator {
        Indicator::PrimaryEnergy => "primary",
        Indicator::Abiotic => "abiotic",
        other => other.name(),
    };
    results.iter().map(|result| format!("{:>9}", heading(result.indicator))).collect()
}

fn ranks(comparison: &Comparison, out: &mut Lines) {
    if comparison.scenarios.iter().all(|one| one.results.iter().all(|result| result.ranks.is_none())) {
        return;
    }
    let headings = headings(&comparison.scenarios[0].results);
    type Cell = fn(&crate::compare::Ranks, usize) -> String;
    let tables: [(&str, Cell); 2] = [
        ("P(best)", |ranks, samples| probability(ranks.best.share, samples)),
        ("Expected rank", |ranks, _| format!("{:.1}", ranks.expected)),
    ];
    for (title, cell) in tables {
        out.title(&format!("{title:26}{headings}"));
        for one in &comparison.scenarios {
            let cells = one.results.iter().map(|result| result.ranks.as_ref());
            let cells = cells.map(|ranks| ranks.map(|ranks| cell(ranks, comparison.samples)).unwrap_or_default());
            let cells: String = cells.map(|cell| format!("{cell:>9}")).collect();
            out.row(&one.label, LABEL - 1, &cells);
        }
    }
}

fn differences(one: &Compared, against: &Against, comparison: &Comparison, out: &mut Lines) {
    out.title(&format!("What differs: {} → {}", comparison.reference, one.label));
    if against.differences.is_empty() {
        out.line("  nothing that moves a result");
    }
    words::differences(&against.differences).iter().for_each(|words| out.wrapped("  ", words));
    if !against.consequences.is_empty() {
        out.line("  and therefore");
        words::differences(&against.consequences).iter().for_each(|words| out.wrapped("    ", words));
    }
}

fn contributions(one: &Compared, contributions: &Contributions, comparison: &Comparison, out: &mut Lines) {
    if contributions.parts.is_empty() {
        return;
    }
    let shown = contributions.totals.iter().enumerate().filter(|(_, total)| CONTRIBUTIONS.contains(&total.indicator));
    let shown: Vec<_> = shown.collect();
    let unit = short(&comparison.scenarios[0].unit);
    let headings: String = shown.iter().map(|(_, total)| format!("{:>14}{:8}", total.indicator.name(), "")).collect();
    out.title(&format!("{:36}{headings}", format!("Change per {unit}, central case")));
    for part in &contributions.parts {
        let cell = |(place, total): &(usize, &crate::compare::Total)| {
            let effect = &part.effects[*place];
            format!("{:>14}{:>8}", words::amount(effect.amount, total), words::relative(effect.relative))
        };
        out.row(&part.label, 34, &shown.iter().map(cell).collect::<String>());
    }
    let change = |(_, total): &(usize, &crate::compare::Total)| {
        let change = total.other - total.reference;
        let relative = (total.reference != 0.0).then(|| change / total.reference);
        format!("{:>14}{:>8}", words::amount(change, total), words::relative(relative))
    };
    out.row(&format!("{}, together", one.label), 34, &shown.iter().map(change).collect::<String>());
    contributions.notes.iter().for_each(|note| out.wrapped("  ", note));
}

fn colophon(comparison: &Comparison, out: &mut Lines) {
    out.line("");
    for one in &comparison.scenarios {
        out.row(&one.label, LABEL, &format!(" {}", words::computed(one)));
    }
    out.line(&format!("{} draws, seed {}", comparison.samples, comparison.seed));
}
