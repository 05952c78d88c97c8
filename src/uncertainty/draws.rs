//! The formulas of a scenario, recorded once and played over all draws.

use std::borrow::Cow;

use crate::impact::{Outcome, Silent, evaluate};
use crate::math::Real as _;
use crate::scenario::Scenario;
use crate::tape::{Answer, BLOCK, Node, Program, Recorder};
use crate::uncertainty::summary::percentiles;
use crate::uncertainty::{Columns, Output, Quantiles, Sampler};

/// Draws that one thread plays at a time: enough to be worth its while.
const CHUNK: usize = 16 * BLOCK;

/// The formulas that give some outputs of a scenario from the columns of its uncertain inputs.
#[derive(Debug)]
pub(crate) struct Formulas<'s> {
    scenario: &'s Scenario,
    program: Program,
}

impl<'s> Formulas<'s> {
    /// The formulas of some outputs, each times a factor.
    pub(crate) fn new(scenario: &'s Scenario, outputs: impl IntoIterator<Item = (Output, f64)>) -> Self {
        let outputs: Vec<(Output, f64)> = outputs.into_iter().collect();
        let is_uncertain = |input: usize| scenario.inputs[input].is_uncertain();
        let program = record(scenario, is_uncertain, &Multiples(outputs));
        Self { scenario, program }
    }

    /// All draws of the outputs, over the columns of a sampler.
    pub(crate) fn draws(&self, sampler: &Sampler) -> Draws {
        self.play(&sampler.columns(&self.scenario.inputs))
    }

    /// All draws of the outputs, over the columns of a sampler, in the memory of draws that are no longer needed.
    pub(crate) fn draws_into(&self, sampler: &Sampler, draws: &mut Draws) {
        draws.play(&self.program, &sampler.columns(&self.scenario.inputs));
    }

    /// All draws of the outputs, the same for any number of threads.
    pub(crate) fn play(&self, columns: &Columns) -> Draws {
        let mut draws = Draws::default();
        draws.play(&self.program, columns);
        draws
    }
}

/// What is recorded of an outcome.
pub(crate) trait Recorded {
    /// The results, as formulas.
    fn of<'r>(&self, outcome: &Outcome<Node<'r>>) -> Vec<Node<'r>>;
}

/// Outputs, each times a factor.
struct Multiples(Vec<(Output, f64)>);

impl Recorded for Multiples {
    fn of<'r>(&self, outcome: &Outcome<Node<'r>>) -> Vec<Node<'r>> {
        let total = outcome.total();
        self.0.iter().map(|(output, factor)| output.of(outcome, &total) * Node::of(*factor)).collect()
    }
}

/// The formulas of a scenario over the inputs that vary; all others are known.
pub(crate) fn record(scenario: &Scenario, varies: impl Fn(usize) -> bool, results: &impl Recorded) -> Program {
    let recorder = Recorder::default();
    let case = scenario.case.map(|slot| {
        if varies(slot.0) { recorder.input(slot.0 as u32) } else { Node::of(scenario.inputs[slot.0].value) }
    });
    Program::new(&recorder, &results.of(&evaluate(&case, &mut Silent)))
}

/// All draws of some results, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Draws {
    /// One column after the other, each to the end of its last block; results that are multiples of each other are one.
    values: Vec<f64>,
    padded: usize,
    samples: usize,
    answers: Vec<Answer>,
}

impl Draws {
    /// Plays a program over all draws.
    pub(crate) fn play(&mut self, program: &Program, columns: &Columns) {
        self.fit(program, columns.samples());
        let padded = self.padded;
        let mut chunks: Vec<Vec<&mut [f64]>> = (0..padded.div_ceil(CHUNK)).map(|_| Vec::new()).collect();
        for column in self.values.chunks_mut(padded) {
            for (chunk, part) in chunks.iter_mut().zip(column.chunks_mut(CHUNK)) {
                chunk.push(part);
            }
        }
        each_chunk(chunks, |index, mut out| {
            let range = index * CHUNK..((index + 1) * CHUNK).min(padded);
            program.play(|input| columns.column(input), range, &mut out);
        });
    }

    /// Takes the shape of what a program gives.
    fn fit(&mut self, program: &Program, samples: usize) {
        self.samples = samples;
        self.padded = samples.next_multiple_of(BLOCK);
        self.values.resize(self.padded * program.columns(), 0.0);
        self.answers.clear();
        self.answers.extend_from_slice(program.results());
    }

    /// The quantiles of every result.
    #[must_use]
    pub fn quantiles(&self) -> Vec<Quantiles> {
        let samples = self.samples;
        let of_columns = map_columns(&self.values, self.padded, |draws| Quantiles::of(&draws[..samples]));
        let quantiles = |answer: &Answer| match *answer {
            Answer::Known(value) => Quantiles::exactly(value),
            Answer::Multiple { factor, column } => of_columns[column].scaled(factor),
        };
        self.answers.iter().map(quantiles).collect()
    }

    /// 5th percentile, median and 95th percentile of every result.
    pub(crate) fn percentiles(&self) -> Vec<[f64; 3]> {
        let of_columns: Vec<[f64; 3]> =
            self.values.chunks(self.padded.max(1)).map(|draws| percentiles(&draws[..self.samples])).collect();
        let scaled = |answer: &Answer| match *answer {
            Answer::Known(value) => [value; 3],
            Answer::Multiple { factor, column } => of_columns[column].map(|value| value * factor),
        };
        self.answers.iter().map(scaled).collect()
    }

    /// All draws of one result; nothing where fewer results were asked for.
    #[must_use]
    pub fn column(&self, result: usize) -> Cow<'_, [f64]> {
        match self.answers.get(result) {
            None => Cow::Borrowed(&[]),
            Some(Answer::Known(value)) => Cow::Owned(vec![*value; self.samples]),
            Some(Answer::Multiple { factor, column }) => {
                let draws = &self.values[column * self.padded..][..self.samples];
                if *factor == 1.0 {
                    Cow::Borrowed(draws)
                } else {
                    Cow::Owned(draws.iter().map(|draw| draw * factor).collect())
                }
            }
        }
    }
}

#[cfg(feature = "parallel")]
fn each_chunk(chunks: Vec<Vec<&mut [f64]>>, f: impl Fn(usize, Vec<&mut [f64]>) + Sync + Send) {
    use rayon::prelude::*;
    // Handing work over costs as much as a few thousand draws.
    if chunks.len() == 1 || rayon::current_num_threads() == 1 {
        return chunks.into_iter().enumerate().for_each(|(index, chunk)| f(index, chunk));
    }
    chunks.into_par_iter().enumerate().for_each(|(index, chunk)| f(index, chunk));
}

#[cfg(not(feature = "parallel"))]
fn each_chunk(chunks: Vec<Vec<&mut [f64]>>, f: impl Fn(usize, Vec<&mut [f64]>)) {
    chunks.into_iter().enumerate().for_each(|(index, chunk)| f(index, chunk));
}

#[cfg(feature = "parallel")]
fn map_columns<R: Send>(values: &[f64], length: usize, f: impl Fn(&[f64]) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    values.par_chunks(length).map(f).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_columns<R>(values: &[f64], length: usize, f: impl Fn(&[f64]) -> R) -> Vec<R> {
    values.chunks(length).map(f).collect()
}
