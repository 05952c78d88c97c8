//! The steps that some results depend on, and how they are played over columns.

use std::ops::Range;

use crate::math;
use crate::tape::allocation::Allocation;
use crate::tape::instruction::{Instruction, Place};
use crate::tape::node::Multiple;
use crate::tape::recorder::StepId;
use crate::tape::{Node, Recorder};

/// Values of one block: small enough that all registers of a program stay in the first cache.
pub(crate) const BLOCK: usize = 128;

/// Steps in the order of calculation, and which of their results are asked for.
#[derive(Debug)]
pub(crate) struct Program {
    instructions: Vec<Instruction>,
    registers: usize,
    /// Where the results stand once all steps are done, each once, and what they are multiplied by.
    played: Vec<(Place, f64)>,
    results: Vec<Answer>,
}

/// A result: known, or a multiple of one of those that are played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    /// The same for all values of the columns.
    Known(f64),
    /// `factor` times a column that is played.
    Multiple {
        /// What multiplies the column.
        factor: f64,
        /// Which column, in the order of [`Program::play`].
        column: usize,
    },
}

impl Program {
    /// The program that computes these results.
    pub(crate) fn new(recorder: &Recorder, results: &[Node]) -> Self {
        let steps = recorder.steps();
        let mut wanted: Vec<(StepId, f64)> = Vec::new();
        let results = results.iter().map(|node| answer(*node, &mut wanted)).collect();
        let mut places = Allocation::new(&steps, wanted.iter().map(|(step, _)| *step));
        let instructions = places.instructions();
        let played = wanted.iter().map(|(step, factor)| (places.place(*step), *factor)).collect();
        Self { instructions, registers: places.registers, played, results }
    }

    /// Each result: known, or a multiple of a column that is played.
    pub(crate) fn results(&self) -> &[Answer] {
        &self.results
    }

    /// Number of columns that are played.
    pub(crate) fn columns(&self) -> usize {
        self.played.len()
    }

    /// Plays a range of whole blocks over columns, one for each input, into one slice for each column that is played.
    ///
    /// `column` gives the values of an input over the range.
    pub(crate) fn play<'c>(&self, column: impl Fn(u32) -> &'c [f64], range: Range<usize>, out: &mut [&mut [f64]]) {
        math::widest(
            #[inline(always)]
            || self.play_blocks(column, range, out),
        );
    }

    #[inline(always)]
    fn play_blocks<'c>(&self, column: impl Fn(u32) -> &'c [f64], range: Range<usize>, out: &mut [&mut [f64]]) {
        let mut registers: Vec<Vec<f64>> = vec![vec![0.0; BLOCK]; self.registers];
        for first in range.clone().step_by(BLOCK) {
            let block = |place: u32| &column(place)[first..first + BLOCK];
            for instruction in &self.instructions {
                instruction.apply(block, &mut registers);
            }
            let at = first - range.start;
            for ((place, factor), out) in self.played.iter().zip(out.iter_mut()) {
                scale(place.values(block, &registers), *factor, &mut out[at..at + BLOCK]);
            }
        }
    }
}

/// A result as a multiple of a column, which is added to those wanted where it is new.
fn answer(node: Node, wanted: &mut Vec<(StepId, f64)>) -> Answer {
    match node {
        Node::Known(value) => Answer::Known(value),
        Node::Multiple(Multiple { factor, step, .. }) => {
            let is_same = |(other, own): &(StepId, f64)| *other == step && own * factor > 0.0;
            let column = wanted.iter().position(is_same).unwrap_or(wanted.len());
            if column == wanted.len() {
                wanted.push((step, factor));
            }
            Answer::Multiple { factor: factor / wanted[column].1, column }
        }
    }
}

#[inline(always)]
fn scale(values: &[f64], factor: f64, to: &mut [f64]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to = value * factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Real;

    /// A formula with every operation.
    fn formula<T: Real>(x: T, y: T, z: T) -> T {
        let two = T::of(2.0);
        let shared = x * y - y * z * two + y + (x - T::of(1.0)) * z + z;
        let (same, twice) = (x + y, (x + y) * two);
        let nothing = (twice - same * two) + twice / same - two;
        let sums = (x + y * two - z / two) * T::of(3.0) + nothing + shared;
        let powers = (x * T::of(5.0)).pow(T::of(0.3)) + (two * y).sqrt() * (T::of(4.0) / z).ln().exp();
        let corners = (x * T::of(7.0)).max(y).min(z * T::of(9.0)).max(T::of(0.5)).min(T::of(100.0));
        let steps = (x * y * T::of(10.0)).ceil() - (-z).max(-x) + (-x).min(T::of(-0.1)) + (z * T::of(-1.5)).max(-y);
        sums + powers * corners + steps / (x + T::of(1.0)) + T::of(0.0) * y
    }

    fn columns() -> [Vec<f64>; 3] {
        [3, 7, 11].map(|step| (0..2 * BLOCK).map(|row| 0.1 + ((row * step) % 97) as f64 / 20.0).collect())
    }

    #[test]
    fn what_is_played_is_what_is_computed_number_by_number() {
        let recorder = Recorder::default();
        let [x, y, z] = [0, 1, 2].map(|place| recorder.input(place));
        let results = [formula(x, y, z), x * Node::of(3.0), Node::of(4.0) + Node::of(1.0), x * Node::of(6.0)];
        let program = Program::new(&recorder, &results);
        let columns = columns();
        let mut out = vec![vec![0.0; 2 * BLOCK]; program.columns()];
        let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
        program.play(|input| &columns[input as usize], 0..2 * BLOCK, &mut slices);
        let value = |result: usize, row: usize| match program.results()[result] {
            Answer::Known(value) => value,
            Answer::Multiple { factor, column } => factor * out[column][row],
        };
        let [xs, ys, zs] = &columns;
        for (row, ((&x, &y), &z)) in xs.iter().zip(ys).zip(zs).enumerate() {
            let expected = formula(x, y, z);
            assert!((value(0, row) - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{row}");
            assert_eq!([value(1, row), value(3, row)], [3.0 * x, 6.0 * x]);
            assert_eq!(value(2, row), 5.0);
        }
    }

    #[test]
    fn what_nobody_asks_for_is_not_computed() {
        let recorder = Recorder::default();
        let (x, y) = (recorder.input(0), recorder.input(1));
        let _unused = (x * y).exp();
        let sum = x + y;
        assert_eq!(Program::new(&recorder, &[sum]).instructions.len(), 1);
        assert_eq!(Program::new(&recorder, &[Node::of(2.0)]).columns(), 0);
    }

    #[test]
    fn what_products_share_is_multiplied_once() {
        let recorder = Recorder::default();
        let [x, y, z] = [0, 1, 2].map(|place| recorder.input(place));
        let instructions = |node: Node| Program::new(&recorder, &[node]).instructions.len();
        assert_eq!(instructions((x * y + y * z * Node::of(3.0)).sqrt()), 3);
        assert_eq!(instructions(x * (y - Node::of(1.0)) + x), 1);
        assert_eq!(instructions(x * y * Node::of(2.0) + y), 2);
    }

    #[test]
    fn a_product_that_is_only_added_is_computed_with_its_sum() {
        let recorder = Recorder::default();
        let [x, y, z] = [0, 1, 2].map(|place| recorder.input(place));
        let instructions = |nodes: &[Node]| Program::new(&recorder, nodes).instructions.len();
        assert_eq!(instructions(&[x.sqrt() * y + z]), 2);
        assert_eq!(instructions(&[z + x.sqrt() * y]), 2);
        assert_eq!(instructions(&[x.sqrt() * y + z, x.sqrt() * y]), 3);
    }

    #[test]
    fn nothing_is_computed_twice_and_registers_are_used_again() {
        let recorder = Recorder::default();
        let (x, y) = (recorder.input(0), recorder.input(1));
        let mut sum = x * y + (y * x).sqrt();
        for _ in 0..100 {
            sum = (sum + x).sqrt();
        }
        let program = Program::new(&recorder, &[sum]);
        assert_eq!(program.instructions.len(), 203);
        assert_eq!(program.registers, 3);
    }
}
