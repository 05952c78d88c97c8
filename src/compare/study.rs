//! From alternatives to their comparison.

use crate::compare::alternative::same_profiles;
use crate::compare::attribution::contributions;
use crate::compare::differences::{self, Leaves, leaves};
use crate::compare::equivalence::equivalence;
use crate::compare::paired::{lower_and_higher, ranks, ratios};
use crate::compare::{
    Against, Alternative, CompareSettings, Compared, ComparedResult, Comparison, CutOffs, Ranks, Standing,
};
use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Indicator, Line, Outcome};
use crate::number::grouped;
use crate::rival::Method;
use crate::sensitivity::ratio_variance;
use crate::uncertainty::{Quantiles, Sampler, Settings};

/// Compares scenarios with the first of them, the reference.
///
/// # Errors
///
/// When there are fewer than two, or when two of them rest on different texts of the same profile.
///
/// ```
/// use econome::compare::{Alternative, CompareSettings, Standing, compare};
/// use econome::{Catalog, Document};
/// let catalog = Catalog::builtin();
/// let read = |label: &str, precision: &str| {
///     let work = "model = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
///     let text = format!("name = \"Chat\"\n[inference]\n{work}\nprecision = \"{precision}\"");
///     Alternative::read(label, &Document::new("chat.toml", &text), &catalog)
/// };
/// let comparison = compare(&[read("bf16", "bf16")?, read("fp8", "fp8")?], CompareSettings::default())?;
/// let energy = &comparison.scenarios[1].results[0];
/// assert_eq!(energy.verdict, Some(Standing::ClearlyLower));
/// let against = comparison.scenarios[1].against.as_ref().unwrap();
/// assert_eq!(against.differences[0].key, "inference.precision");
/// # Ok::<(), econome::Error>(())
/// ```
pub fn compare(alternatives: &[Alternative], settings: CompareSettings) -> Result<Comparison, Error> {
    let [reference, others @ ..] = alternatives else { return Err(too_few(None)) };
    if others.is_empty() {
        return Err(too_few(Some(reference)));
    }
    same_profiles(alternatives)?;
    let draws = Draws::of(alternatives, settings.draws())?;
    let labels = labels(alternatives);
    let mut scenarios = Vec::new();
    for (index, (one, label)) in alternatives.iter().zip(&labels).enumerate() {
        let against = if index == 0 { None } else { Some(against(reference, one, settings)?) };
        scenarios.push(Compared::new(one, label, draws.results(alternatives, index), against));
    }
    Ok(Comparison {
        reference: labels[0].clone(),
        scenarios,
        cut_offs: CutOffs::DECLARED,
        samples: settings.draws().samples(),
        seed: settings.draws().seed(),
    })
}

fn too_few(only: Option<&Alternative>) -> Error {
    let found = only.map_or_else(|| "none".to_owned(), |one| format!("{} alone", one.label));
    Error::new(format!("a comparison takes two scenarios or more, found {found}"))
        .with_help("name the reference, then the others: econome compare REFERENCE OTHER…")
}

/// What each is called; those of the same label are numbered.
fn labels(alternatives: &[Alternative]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for one in alternatives {
        let numbered = (2..).map(|number| format!("{} ({number})", one.label));
        let free = std::iter::once(one.label.clone()).chain(numbered).find(|label| !labels.contains(label));
        labels.push(free.unwrap_or_default());
    }
    labels
}

impl Compared {
    fn new(one: &Alternative, label: &str, results: Vec<ComparedResult>, against: Option<Against>) -> Self {
        let scenario = &one.scenario;
        Self {
            label: label.to_owned(),
            scenario: scenario.name.clone(),
            document: one.document.name().to_owned(),
            unit: scenario.unit.clone(),
            units_per_year: one.central.units_per_year.value(),
            quality: scenario.quality.clone(),
            results,
            against,
            warnings: scenario.warnings.clone(),
            method: Method::Econome.id().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles_digest: scenario.digest.clone(),
        }
    }
}

/// The draws of all indicators of all alternatives, those of the same number made with the same draws of the inputs.
struct Draws {
    targets: Vec<(Target, Indicator)>,
    /// By alternative, then by indicator; none where no figure covers it.
    draws: Vec<Vec<Option<Vec<f64>>>>,
    /// By indicator, then by alternative.
    ranks: Vec<Vec<Option<Ranks>>>,
}

impl Draws {
    fn of(alternatives: &[Alternative], settings: Settings) -> Result<Self, Error> {
        let targets: Vec<(Target, Indicator)> = Target::per_unit().collect();
        let sampler = Sampler::new(settings);
        let drawn = alternatives.iter().map(|one| of_covered(one, &targets, &sampler));
        let draws = drawn.collect::<Result<Vec<Vec<Option<Vec<f64>>>>, Error>>()?;
        let ranks = (0..targets.len()).map(|place| places(&draws, place)).collect();
        Ok(Self { targets, draws, ranks })
    }

    /// The indicators of one alternative, beside those of the reference.
    fn results(&self, alternatives: &[Alternative], index: usize) -> Vec<ComparedResult> {
        let of = |(place, (target, indicator)): (usize, &(Target, Indicator))| {
            let own = self.draws[index][place].as_deref();
            let reference = self.draws[0][place].as_deref().filter(|_| index > 0);
            let pair = own.zip(reference);
            let shares = pair.map(|(own, reference)| lower_and_higher(own, reference));
            let ratio = pair.and_then(|(own, reference)| ratios(own, reference));
            ComparedResult {
                result: target.name().to_owned(),
                unit: target.unit().to_owned(),
                indicator: *indicator,
                quantiles: own.map(Quantiles::of),
                missing_in: target.missing_in(&alternatives[index].central),
                ratio: ratio.map(|ratio| Quantiles::of(&ratio)),
                lower: shares.map(|[lower, _]| lower),
                higher: shares.map(|[_, higher]| higher),
                verdict: shares.map(|[lower, higher]| Standing::new(lower.share, higher.share)),
                ranks: self.ranks[place][index].clone(),
            }
        };
        self.targets.iter().enumerate().map(of).collect()
    }
}

/// The draws of each indicator that an alternative covers.
fn of_covered(
    one: &Alternative,
    targets: &[(Target, Indicator)],
    sampler: &Sampler,
) -> Result<Vec<Option<Vec<f64>>>, Error> {
    let is_covered = |target: &Target| target.is_covered(&one.central);
    let covered: Vec<Target> = targets.iter().map(|(target, _)| *target).filter(is_covered).collect();
    let draws = one.scenario.draws(&covered, sampler)?;
    let column = |target: &Target| covered.iter().position(|one| one == target).map(|at| draws.column(at).into_owned());
    Ok(targets.iter().map(|(target, _)| column(target)).collect())
}

/// The places of all alternatives that cover one indicator, where they are three or more; by alternative.
fn places(draws: &[Vec<Option<Vec<f64>>>], place: usize) -> Vec<Option<Ranks>> {
    let covering: Vec<&[f64]> = draws.iter().filter_map(|one| one[place].as_deref()).collect();
    let mut found = if covering.len() > 2 { ranks(&covering) } else { Vec::new() }.into_iter();
    draws.iter().map(|one| one[place].as_ref().and_then(|_| found.next())).collect()
}

/// A scenario beside the reference.
fn against(reference: &Alternative, other: &Alternative, settings: CompareSettings) -> Result<Against, Error> {
    let (of_reference, of_other): (Leaves, Leaves) = (leaves(&reference.document)?, leaves(&other.document)?);
    let keys = differences::keys(&of_reference, &of_other);
    let (one, two) = ((reference, &of_reference), (other, &of_other));
    Ok(Against {
        equivalence: equivalence(&reference.scenario, &other.scenario, settings.quality_tolerance()),
        notes: notes(&reference.central, &other.central),
        differences: differences::shown(&keys, one, two),
        consequences: differences::consequences(&keys, &reference.scenario, &other.scenario),
        contributions: contributions(&keys, one, two)?,
        variance_shares: Target::per_unit()
            .flat_map(|target| ratio_variance(&other.scenario, &reference.scenario, target))
            .collect(),
    })
}

/// What to bear in mind: volumes that differ, lines that one of the two lacks, training that is kept apart.
fn notes(reference: &Outcome, other: &Outcome) -> Vec<String> {
    let mut notes = Vec::new();
    let volumes = [reference, other].map(|one| one.units_per_year.value());
    if volumes[0] != volumes[1] {
        let [reference, other] = volumes.map(grouped);
        notes.push(format!(
            "volumes differ, {reference} and {other} units a year: idle capacity per unit depends on them"
        ));
    }
    for (has, lacks, where_) in [(reference, other, "the reference"), (other, reference, "the other scenario")] {
        let counted = |one: &Outcome, line: Line| Indicator::ALL.into_iter().any(|it| one.line(line).covers(it));
        let only = Line::ALL.into_iter().filter(|line| counted(has, *line) && !counted(lacks, *line));
        let names: Vec<String> = only.map(|line| format!("{}, {}", line.part().name(), line.stage().name())).collect();
        if !names.is_empty() {
            notes.push(format!("counted in {where_} only: {}", names.join("; ")));
        }
    }
    let trains_beside = |one: &Outcome| one.training.is_some() && one.sizing.is_some();
    if trains_beside(reference) || trains_beside(other) {
        notes.push("training is kept apart, it is not in these results".to_owned());
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Probability;
    use crate::{Catalog, Document};

    /// Llama 3.1 8B in 16 and in 8 bits, all else equal: the example of the documentation.
    #[test]
    fn shared_draws_tell_apart_what_independent_draws_do_not() {
        const WORK: &str = "model = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
        const PLACE: &str = "[serving]\nstack = \"vllm-0.11\"\naccelerator = \"h100-sxm\"\n\
                             [site]\nfacility = \"scaleway-dc5\"";
        let catalog = Catalog::builtin();
        let read = |precision: &str| {
            let text = format!("name = \"Chat\"\n[inference]\n{WORK}\nprecision = \"{precision}\"\n{PLACE}");
            Alternative::read(precision, &Document::new("chat.toml", &text), &catalog).expect("a scenario")
        };
        let (bf16, fp8) = (read("bf16"), read("fp8"));
        let target = Target::named("energy_wh").expect("a result");
        let drawn = |one: &Alternative, seed: u64| {
            let sampler = Sampler::new(Settings::default().with_seed(seed));
            one.scenario.draws(&[target], &sampler).expect("covered").column(0).into_owned()
        };
        let lower = |one: &[f64], reference: &[f64]| -> Probability { lower_and_higher(one, reference)[0] };
        assert_eq!(lower(&drawn(&fp8, 1), &drawn(&bf16, 1)).share, 1.0);
        let independent = lower(&drawn(&fp8, 2), &drawn(&bf16, 1));
        assert!((independent.share - 0.73).abs() < 3.0 * independent.error, "{independent:?}");
        let comparison = compare(&[bf16, fp8], CompareSettings::default()).expect("a comparison");
        let ratio = comparison.scenarios[1].results[0].ratio.expect("a ratio");
        assert!((ratio.p50 - 0.798).abs() < 0.002 && ratio.p95 - ratio.p05 < 0.01, "{ratio:?}");
    }

    #[test]
    fn the_same_label_is_numbered() {
        let catalog = Catalog::builtin();
        let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 9\noutput_tokens = 3";
        let one = Alternative::read("chat", &Document::new("x", text), &catalog).expect("a scenario");
        assert_eq!(labels(&[one.clone(), one.clone(), one]), ["chat", "chat (2)", "chat (3)"]);
    }
}
