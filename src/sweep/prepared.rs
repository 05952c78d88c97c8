//! A sweep that is ready: its axes, its condition and its formulas, and how blocks of scenarios are computed.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use crate::document::Document;
use crate::error::{Error, Kind};
use crate::impact::{Silent, evaluate};
use crate::profile::Catalog;
use crate::sweep::condition::Condition;
use crate::sweep::layout::{self, Layout, Run};
use crate::sweep::structure::{Formulas, Reader, Structure};
use crate::sweep::{Axis, Measure, Sweep, threads};
use crate::tape::{Answer, BLOCK};
use crate::uncertainty::{Draws, Sampler, Settings};

/// Scenarios of a block that is computed by formulas.
const BLOCK_OF_FORMULAS: usize = 32 * BLOCK;
/// Scenarios of a block of which each is drawn, or read on its own.
const BLOCK_OF_FEW: usize = 16;
/// Most scenarios of a block.
const LARGEST_BLOCK: usize = 512 * BLOCK;
/// Structures kept from one wave of blocks to the next.
const MOST_STRUCTURES: usize = 2048;

/// A sweep that is ready to be computed, as often as wanted.
#[derive(Debug)]
pub struct Prepared<'c> {
    base: Document,
    catalog: &'c Catalog,
    pub(super) layout: Layout,
    measures: Vec<Measure>,
    /// How many of the measures were asked for; the others serve the condition.
    asked: usize,
    condition: Option<Condition>,
    sampler: Option<Sampler>,
}

/// What became of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// Computed, and the condition holds.
    Kept,
    /// Computed, and the condition does not hold.
    Excluded,
    /// Its values do not go together.
    Infeasible,
}

/// Scenarios in a row, and what they give.
#[derive(Debug)]
#[non_exhaustive]
pub struct Block {
    /// Number of the first scenario.
    pub first: u64,
    /// What became of each.
    pub fates: Vec<Fate>,
    /// One column for each number: a measure, or each of its quantiles where scenarios are drawn.
    pub columns: Vec<Vec<f64>>,
    /// Why scenarios are infeasible: scenario and reason, the first few.
    pub(super) reasons: Vec<(u64, String)>,
}

/// Structures that were read.
pub(super) type Structures = HashMap<u64, Arc<Structure>>;

/// Reasons that a block keeps.
const REASONS: usize = 4;

impl Sweep {
    /// Checks axes, condition and measures against the scenario and the profiles: what is wrong is found here.
    ///
    /// With settings, every scenario is drawn so many times, by the same draws of what scenarios share; without, inputs
    /// stand at their central values.
    ///
    /// # Errors
    ///
    /// When a key or a value is unknown, a measure has no figure in the first scenario that is feasible, or the
    /// condition makes no sense.
    pub fn prepare<'c>(
        &self,
        catalog: &'c Catalog,
        measures: &[Measure],
        settings: Option<Settings>,
    ) -> Result<Prepared<'c>, Error> {
        let prepared = self.unchecked(catalog, measures, settings)?;
        prepared.check()?;
        Ok(prepared)
    }

    fn unchecked<'c>(
        &self,
        catalog: &'c Catalog,
        measures: &[Measure],
        settings: Option<Settings>,
    ) -> Result<Prepared<'c>, Error> {
        let axes = self.axes()?;
        layout::count(&axes)?;
        let mut measures = measures.to_vec();
        let asked = measures.len();
        let condition =
            self.condition.as_deref().map(|text| Condition::read(text, &axes, &mut measures)).transpose()?;
        Ok(Prepared {
            base: self.base.clone(),
            catalog,
            layout: Layout::new(axes),
            measures,
            asked,
            condition,
            sampler: settings.map(Sampler::new),
        })
    }

    /// The measures that a sweep shows where none is asked for: those that a figure covers.
    ///
    /// # Errors
    ///
    /// When the scenario, or a value of an axis, is wrong.
    pub fn usual_measures(&self, catalog: &Catalog) -> Result<Vec<Measure>, Error> {
        const USUAL: [&str; 8] = [
            "energy_wh",
            "carbon_g",
            "water_l",
            "primary_energy_mj",
            "abiotic_kgsbeq",
            "cost_eur",
            "latency_s",
            "sizing.accelerators",
        ];
        let all: Vec<Measure> = USUAL.iter().map(|name| Measure::named(name)).collect::<Result<_, _>>()?;
        let mut free = self.clone();
        free.condition = None;
        let prepared = free.unchecked(catalog, &[], None)?;
        let Some(scenario) = prepared.first_feasible()? else { return Ok(all) };
        let outcome = evaluate(&scenario.central(), &mut Silent);
        Ok(all.into_iter().filter(|measure| measure.is_covered(&outcome)).collect())
    }
}

impl Prepared<'_> {
    /// The axes, the slowest first.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.layout.axes
    }

    /// Number of scenarios.
    #[must_use]
    pub fn scenarios(&self) -> u64 {
        self.layout.scenarios
    }

    /// Number of structures: sets of formulas. All scenarios of one differ in plain numbers only.
    #[must_use]
    pub fn structures(&self) -> u64 {
        self.layout.structures()
    }

    /// The measures that were asked for.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures[..self.asked]
    }

    /// Draws of each scenario; none where inputs stand at their central values.
    #[must_use]
    pub fn samples(&self) -> Option<usize> {
        self.sampler.as_ref().map(|sampler| sampler.settings().samples())
    }

    /// What stands on each axis for one scenario.
    #[must_use]
    pub fn places(&self, scenario: u64) -> Vec<String> {
        (0..self.layout.axes.len())
            .map(|axis| self.layout.axes[axis].label(self.layout.place(axis, scenario)))
            .collect()
    }

    /// The value of every key of the axes for one scenario.
    pub fn values(&self, scenario: u64) -> impl Iterator<Item = &str> {
        self.layout.axes.iter().enumerate().flat_map(move |(axis, own)| {
            let place = self.layout.place(axis, scenario);
            own.values.iter().map(move |values| values[place].as_str())
        })
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        let Self { base, layout, catalog, measures, sampler, .. } = self;
        Reader { base, layout, catalog, measures, drawn: sampler.is_some() }
    }

    /// Reads every value of every axis once, beside the first values of the others.
    fn check(&self) -> Result<(), Error> {
        let reader = self.reader();
        let first = vec![0; self.layout.axes.len()];
        let mut places: Vec<Vec<usize>> = vec![first.clone()];
        for (axis, own) in self.layout.axes.iter().enumerate() {
            for place in 1..own.len() {
                let mut one = first.clone();
                one[axis] = place;
                places.push(one);
            }
        }
        for read in threads::map(places, |places| reader.scenario(&places).map(|_| ())) {
            match read {
                Err(error) if error.kind() != Kind::Infeasible => return Err(error),
                _ => {}
            }
        }
        let Some(scenario) = self.first_feasible()? else { return Ok(()) };
        let outcome = evaluate(&scenario.central(), &mut Silent);
        match self.measures.iter().find(|measure| !measure.is_covered(&outcome)) {
            Some(measure) => Err(measure.not_covered(&scenario, &outcome)),
            None => Ok(()),
        }
    }

    /// The first scenario whose values go together, among the first few structures.
    pub(super) fn first_feasible(&self) -> Result<Option<crate::scenario::Scenario>, Error> {
        const TRIED: u64 = 1000;
        let reader = self.reader();
        for structure in 0..self.structures().min(TRIED) {
            match reader.scenario(&self.layout.first_places(structure)) {
                Ok(scenario) => return Ok(Some(scenario)),
                Err(error) if error.kind() == Kind::Infeasible => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Scenarios of a block, so that every structure in it has some of its own.
    pub(super) fn block_len(&self) -> usize {
        let inner = self.layout.inner;
        if self.sampler.is_some() || self.layout.plain.iter().all(|plain| !plain) {
            return BLOCK_OF_FEW;
        }
        if inner >= BLOCK_OF_FORMULAS as u64 {
            return BLOCK_OF_FORMULAS;
        }
        let structures = usize::try_from(self.structures()).unwrap_or(usize::MAX);
        BLOCK.saturating_mul(structures).clamp(BLOCK_OF_FORMULAS, LARGEST_BLOCK)
    }

    /// Numbers that every scenario has: measures, or their quantiles.
    fn numbers(&self) -> usize {
        self.measures.len() * if self.sampler.is_some() { QUANTILES.len() } else { 1 }
    }

    /// Names of the columns of a block.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let names = self.measures.iter().map(|measure| measure.name().to_owned());
        match self.sampler {
            None => names.collect(),
            Some(_) => names.flat_map(|name| QUANTILES.map(|quantile| format!("{name}_{quantile}"))).collect(),
        }
    }

    /// The column of a measure: its value, or its median.
    #[must_use]
    pub fn column(&self, measure: Measure) -> Option<usize> {
        let place = self.place(measure)?;
        Some(if self.sampler.is_some() { place * QUANTILES.len() + MEDIAN } else { place })
    }

    /// The place of a measure among those computed.
    pub(super) fn place(&self, measure: Measure) -> Option<usize> {
        self.measures.iter().position(|own| *own == measure)
    }

    /// Reads the structures that some scenarios need and that are not there yet.
    pub(super) fn load(&self, range: Range<u64>, structures: &mut Structures) -> Result<(), Error> {
        if structures.len() > MOST_STRUCTURES {
            structures.clear();
        }
        let mut needed = BTreeSet::new();
        let mut at = range.start;
        while at < range.end {
            needed.insert(self.layout.structure(at));
            at = (at / self.layout.inner + 1).saturating_mul(self.layout.inner);
        }
        needed.retain(|structure| !structures.contains_key(structure));
        let reader = self.reader();
        for read in threads::map(needed.into_iter().collect(), |structure| (structure, reader.structure(structure))) {
            structures.insert(read.0, Arc::new(read.1?));
        }
        Ok(())
    }

    /// Computes scenarios in a row.
    ///
    /// # Errors
    ///
    /// When a value is wrong by itself where others are as they are.
    pub(super) fn block(&self, first: u64, len: usize, structures: &Structures) -> Result<Block, Error> {
        let columns = vec![vec![f64::NAN; len]; self.numbers()];
        let mut block = Block { first, fates: vec![Fate::Kept; len], columns, reasons: Vec::new() };
        let mut slices: Vec<&mut [f64]> = block.columns.iter_mut().map(Vec::as_mut_slice).collect();
        self.compute(first, structures, &mut slices, &mut block.fates, &mut block.reasons)?;
        self.exclude(&mut block);
        Ok(block)
    }

    /// Computes scenarios in a row into slices of their columns.
    pub(super) fn compute(
        &self,
        first: u64,
        structures: &Structures,
        out: &mut [&mut [f64]],
        fates: &mut [Fate],
        reasons: &mut Vec<(u64, String)>,
    ) -> Result<(), Error> {
        let mut runs = self.layout.runs(first, fates.len());
        runs.sort_by_key(|run| run.structure);
        for runs in runs.chunk_by(|a, b| a.structure == b.structure) {
            let structure = structures.get(&runs[0].structure).map(Arc::as_ref);
            match structure {
                Some(Structure::Formulas(formulas)) if self.sampler.is_none() => self.play(formulas, runs, first, out),
                Some(Structure::Formulas(formulas)) => self.draw(formulas, runs, first, out),
                Some(Structure::Infeasible(reason)) => {
                    note(reasons, runs[0].first, reason);
                    for run in runs {
                        let at = (run.first - first) as usize;
                        fates[at..at + run.len].fill(Fate::Infeasible);
                    }
                }
                Some(Structure::OneByOne) | None => self.one_by_one(runs, first, out, fates, reasons)?,
            }
        }
        Ok(())
    }

    /// Plays the formulas of a structure over some of its scenarios.
    fn play(&self, formulas: &Formulas, runs: &[Run], first: u64, out: &mut [&mut [f64]]) {
        let len: usize = runs.iter().map(|run| run.len).sum();
        let padded = len.next_multiple_of(BLOCK);
        let mut columns = vec![0.0; padded * formulas.columns.len()];
        for (column, to) in formulas.columns.iter().zip(columns.chunks_mut(padded)) {
            let mut at = 0;
            for run in runs {
                self.layout.fill(column.axis, run.first, &column.values, &mut to[at..at + run.len]);
                at += run.len;
            }
            // What fills up the last block is a scenario like others.
            let last = to[len - 1];
            to[len..].fill(last);
        }
        let mut played = vec![0.0; padded * formulas.program.columns()];
        let mut slices: Vec<&mut [f64]> = played.chunks_mut(padded).collect();
        let column = |input: u32| {
            let place = formulas.column_of[input as usize];
            &columns[place * padded..(place + 1) * padded]
        };
        formulas.program.play(column, 0..padded, &mut slices);
        for (answer, out) in formulas.program.results().iter().zip(out) {
            let mut at = 0;
            for run in runs {
                let to = &mut out[(run.first - first) as usize..][..run.len];
                match answer {
                    Answer::Known(value) => to.fill(*value),
                    Answer::Multiple { factor, column } => {
                        let values = &played[column * padded + at..][..run.len];
                        to.iter_mut().zip(values).for_each(|(to, value)| *to = value * factor);
                    }
                }
                at += run.len;
            }
        }
    }

    /// Draws some scenarios of a structure, one after the other.
    fn draw(&self, formulas: &Formulas, runs: &[Run], first: u64, out: &mut [&mut [f64]]) {
        let Some(sampler) = &self.sampler else { return };
        let mut columns = sampler.columns(&formulas.scenario.inputs);
        let mut draws = Draws::default();
        for scenario in runs.iter().flat_map(|run| run.first..run.first + run.len as u64) {
            for column in &formulas.columns {
                columns.hold(column.input, column.values[self.layout.place(column.axis, scenario)]);
            }
            draws.play(&formulas.program, &columns);
            self.write(&draws, (scenario - first) as usize, out);
        }
    }

    /// Writes the quantiles of all measures of one scenario.
    fn write(&self, draws: &Draws, at: usize, out: &mut [&mut [f64]]) {
        for (result, quantiles) in draws.percentiles().into_iter().enumerate() {
            for (quantile, value) in quantiles.into_iter().enumerate() {
                out[result * QUANTILES.len() + quantile][at] = value;
            }
        }
    }

    /// Reads each scenario on its own.
    fn one_by_one(
        &self,
        runs: &[Run],
        first: u64,
        out: &mut [&mut [f64]],
        fates: &mut [Fate],
        reasons: &mut Vec<(u64, String)>,
    ) -> Result<(), Error> {
        let reader = self.reader();
        for scenario in runs.iter().flat_map(|run| run.first..run.first + run.len as u64) {
            let at = (scenario - first) as usize;
            match reader.scenario(&self.layout.places(scenario)) {
                Ok(read) => match &self.sampler {
                    None => out.iter_mut().zip(reader.one(&read)).for_each(|(out, value)| out[at] = value),
                    Some(sampler) => {
                        let formulas = reader.alone(&read);
                        let mut draws = Draws::default();
                        draws.play(&formulas, &sampler.columns(&read.inputs));
                        self.write(&draws, at, out);
                    }
                },
                Err(error) if error.kind() == Kind::Infeasible => {
                    fates[at] = Fate::Infeasible;
                    note(reasons, scenario, &error.one_line());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Marks the scenarios for which the condition does not hold.
    fn exclude(&self, block: &mut Block) {
        let Some(condition) = &self.condition else { return };
        let medians: Vec<&[f64]> = self
            .measures
            .iter()
            .map(|measure| self.column(*measure).map_or(&[][..], |column| block.columns[column].as_slice()))
            .collect();
        let truths = condition.holds(&self.layout, block.first, &medians, block.fates.len());
        for (fate, truth) in block.fates.iter_mut().zip(truths) {
            if *fate == Fate::Kept && truth <= 0.0 {
                *fate = Fate::Excluded;
            }
        }
    }

    /// A mark that two sweeps share only where they compute the same.
    #[must_use]
    pub fn digest(&self) -> String {
        let axes = format!("{:?} {:?} {:?} {:?}", self.base, self.layout.axes, self.condition, self.columns());
        let settings = self.sampler.as_ref().map(Sampler::settings);
        let first = self.first_feasible().ok().flatten().map(|scenario| scenario.digest);
        let all = format!("{axes} {settings:?} {first:?} {}", env!("CARGO_PKG_VERSION"));
        hmac_sha256::Hash::hash(all.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Quantiles of a measure, in the order of its columns.
const QUANTILES: [&str; 3] = ["p05", "p50", "p95"];
/// The median among them.
const MEDIAN: usize = 1;

/// Keeps a reason, unless there are enough.
fn note(reasons: &mut Vec<(u64, String)>, scenario: u64, reason: &str) {
    if reasons.len() < REASONS && !reasons.iter().any(|(_, own)| own == reason) {
        reasons.push((scenario, reason.to_owned()));
    }
}
