//! The formulas of a scenario, recorded once and played over all draws.

use crate::impact::{Silent, evaluate};
use crate::scenario::{Input, Scenario};
use crate::tape::{Answer, BLOCK, Node, Program, Recorder};
use crate::uncertainty::{Columns, Output, Quantiles};

/// Draws that one thread plays at a time: enough to be worth its while.
const CHUNK: usize = 16 * BLOCK;

/// The formulas that give some outputs of a scenario from the columns of its inputs.
#[derive(Debug)]
pub(crate) struct Formulas(Program);

impl Formulas {
    /// The formulas of some outputs, over draws of all uncertain inputs.
    pub(crate) fn new(scenario: &Scenario, outputs: &[Output]) -> Self {
        Self::over(scenario, outputs, |_, input| input.is_uncertain())
    }

    /// The formulas of some outputs over columns of the inputs that are said to vary; all others stay as they are.
    pub(crate) fn over(scenario: &Scenario, outputs: &[Output], varies: impl Fn(usize, &Input) -> bool) -> Self {
        let recorder = Recorder::default();
        let case = scenario.case.map(|slot| {
            let input = &scenario.inputs[slot.0];
            if varies(slot.0, input) { recorder.input(slot.0 as u32) } else { Node::Known(input.value) }
        });
        let outcome = evaluate(&case, &mut Silent);
        let total = outcome.total();
        let results: Vec<Node> = outputs.iter().map(|output| output.of(&outcome, &total)).collect();
        Self(Program::new(&recorder, &results))
    }

    /// All draws of the outputs, the same for any number of threads.
    pub(crate) fn play(&self, columns: &Columns) -> Draws {
        let padded = columns.samples().next_multiple_of(BLOCK);
        let mut values = vec![0.0; padded * self.0.columns()];
        let mut chunks: Vec<Vec<&mut [f64]>> = (0..padded.div_ceil(CHUNK)).map(|_| Vec::new()).collect();
        for column in values.chunks_mut(padded) {
            for (chunk, part) in chunks.iter_mut().zip(column.chunks_mut(CHUNK)) {
                chunk.push(part);
            }
        }
        each_chunk(chunks, |index, mut out| {
            let range = index * CHUNK..((index + 1) * CHUNK).min(padded);
            self.0.play(|input| columns.column(input), range, &mut out);
        });
        Draws { values, padded, samples: columns.samples(), answers: self.0.results().to_vec() }
    }
}

/// All draws of some outputs; those that are multiples of each other are one column.
#[derive(Debug)]
pub(crate) struct Draws {
    /// One column after the other, each to the end of its last block.
    values: Vec<f64>,
    padded: usize,
    samples: usize,
    answers: Vec<Answer>,
}

impl Draws {
    /// The quantiles of every output.
    pub(crate) fn quantiles(mut self) -> Vec<Quantiles> {
        let samples = self.samples;
        let of_columns = map_columns(&mut self.values, self.padded, |draws| Quantiles::of(&mut draws[..samples]));
        let quantiles = |answer: &Answer| match *answer {
            Answer::Known(value) => Quantiles::exactly(value),
            Answer::Multiple { factor, column } => of_columns[column].scaled(factor),
        };
        self.answers.iter().map(quantiles).collect()
    }

    /// All draws of one output, times a factor.
    pub(crate) fn scaled(&self, output: usize, factor: f64) -> Vec<f64> {
        match self.answers[output] {
            Answer::Known(value) => vec![value * factor; self.samples],
            Answer::Multiple { factor: own, column } => {
                let draws = self.values[column * self.padded..].iter().take(self.samples);
                draws.map(|draw| draw * (own * factor)).collect()
            }
        }
    }
}

#[cfg(feature = "parallel")]
fn each_chunk(chunks: Vec<Vec<&mut [f64]>>, f: impl Fn(usize, Vec<&mut [f64]>) + Sync + Send) {
    use rayon::prelude::*;
    chunks.into_par_iter().enumerate().for_each(|(index, chunk)| f(index, chunk));
}

#[cfg(not(feature = "parallel"))]
fn each_chunk(chunks: Vec<Vec<&mut [f64]>>, f: impl Fn(usize, Vec<&mut [f64]>)) {
    chunks.into_iter().enumerate().for_each(|(index, chunk)| f(index, chunk));
}

#[cfg(feature = "parallel")]
fn map_columns<R: Send>(values: &mut [f64], length: usize, f: impl Fn(&mut [f64]) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    values.par_chunks_mut(length).map(f).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_columns<R>(values: &mut [f64], length: usize, f: impl Fn(&mut [f64]) -> R) -> Vec<R> {
    values.chunks_mut(length).map(f).collect()
}
