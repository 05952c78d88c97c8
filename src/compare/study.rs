//! From alternatives to their comparison.

use crate::compare::alternative::same_profiles;
use crate::compare::attribution::contributions;
use crate::compare::differences::{self, Leaves, leaves};
use crate::compare::equivalence::equivalence;
use crate::compare::paired::{lower_and_higher, ranks, ratios};
use crate::compare::{Against, Alternative, CompareSettings, Compared, ComparedResult, Comparison, CutOffs, Standing};
use crate::error::Error;
use crate::estimate::{Target, draws};
use crate::impact::{Indicator, Line, Outcome};
use crate::number::grouped;
use crate::rival::Method;
use crate::uncertainty::{Columns, Quantiles, Settings};

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
    let draws = Draws::of(alternatives, settings.draws());
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
}

impl Draws {
    fn of(alternatives: &[Alternative], settings: Settings) -> Self {
        let targets: Vec<(Target, Indicator)> = Target::per_unit().collect();
        let named: Vec<Target> = targets.iter().map(|(target, _)| *target).collect();
        let of = |one: &Alternative| {
            let columns = Columns::draw(&one.scenario.inputs, settings.samples(), settings.seed());
            let drawn = draws(&one.scenario, &columns, &named).into_iter().zip(&named);
            drawn.map(|(draws, target)| target.is_covered(&one.central).then_some(draws)).collect()
        };
        Self { draws: alternatives.iter().map(of).collect(), targets }
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
                quantiles: own.map(|draws| Quantiles::of(&mut draws.to_vec())),
                missing_in: target.missing_in(&alternatives[index].central),
                ratio: ratio.map(|mut ratio| Quantiles::of(&mut ratio)),
                lower: shares.map(|[lower, _]| lower),
                higher: shares.map(|[_, higher]| higher),
                verdict: shares.map(|[lower, higher]| Standing::new(lower.share, higher.share)),
                ranks: self.ranks(index, place),
            }
        };
        self.targets.iter().enumerate().map(of).collect()
    }

    /// The places of one alternative among those that cover an indicator, where they are three or more.
    fn ranks(&self, index: usize, place: usize) -> Option<crate::compare::Ranks> {
        let covering: Vec<usize> = (0..self.draws.len()).filter(|one| self.draws[*one][place].is_some()).collect();
        let own = covering.iter().position(|one| *one == index).filter(|_| covering.len() > 2)?;
        let all: Vec<&[f64]> = covering.iter().filter_map(|one| self.draws[*one][place].as_deref()).collect();
        ranks(&all).into_iter().nth(own)
    }
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
