//! The steps that some results depend on, and how they are played over columns.

use std::ops::Range;

use crate::math;
use crate::tape::instruction::{Instruction, Place};
use crate::tape::node::Multiple;
use crate::tape::recorder::{Operation, Step, StepId};
use crate::tape::{Node, Recorder};

/// Values of one block: small enough that all registers of a program stay in the first cache.
pub(crate) const BLOCK: usize = 128;

/// Steps in the order of calculation, and which of their results are asked for.
#[derive(Debug)]
pub(crate) struct Program {
    instructions: Vec<Instruction>,
    registers: usize,
    /// Where the results stand once all steps are done, each once.
    played: Vec<Place>,
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
        let mut wanted: Vec<StepId> = Vec::new();
        let results = results.iter().map(|node| answer(*node, &mut wanted)).collect();
        let mut places = Allocation::new(&steps, &wanted);
        let instructions = places.instructions(&steps);
        let played = wanted.iter().map(|step| places.place(*step)).collect();
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
            for (place, out) in self.played.iter().zip(out.iter_mut()) {
                out[at..at + BLOCK].copy_from_slice(place.values(block, &registers));
            }
        }
    }
}

/// A result as a multiple of a column, which is added to those wanted where it is new.
fn answer(node: Node, wanted: &mut Vec<StepId>) -> Answer {
    match node {
        Node::Known(value) => Answer::Known(value),
        Node::Multiple(Multiple { factor, step, .. }) => {
            let column = wanted.iter().position(|other| *other == step).unwrap_or(wanted.len());
            if column == wanted.len() {
                wanted.push(step);
            }
            Answer::Multiple { factor, column }
        }
    }
}

/// Which register each step writes to; one that nobody reads any more is used again.
struct Allocation {
    /// For each step the last one that reads it, or itself where none does.
    last_use: Vec<Option<usize>>,
    places: Vec<Option<Place>>,
    registers: usize,
    free: Vec<u16>,
}

impl Allocation {
    /// Finds the steps that those wanted depend on, and when each is read for the last time.
    fn new(steps: &[Step], wanted: &[StepId]) -> Self {
        let mut last_use: Vec<Option<usize>> = vec![None; steps.len()];
        for step in wanted {
            last_use[step.0 as usize] = Some(steps.len());
        }
        for (index, step) in steps.iter().enumerate().rev() {
            if last_use[index].is_some() && !matches!(step.operation, Operation::Input(_)) {
                for operand in [step.a, step.b] {
                    let last = &mut last_use[operand.0 as usize];
                    *last = Some(last.unwrap_or(index));
                }
            }
        }
        Self { last_use, places: vec![None; steps.len()], registers: 0, free: Vec::new() }
    }

    fn instructions(&mut self, steps: &[Step]) -> Vec<Instruction> {
        let mut instructions = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            if self.last_use[index].is_none() {
                continue;
            }
            if let Operation::Input(input) = step.operation {
                self.places[index] = Some(Place::Input(input));
                continue;
            }
            let to = self.register();
            self.places[index] = Some(Place::Register(to));
            let (a, b) = (self.place(step.a), self.place(step.b));
            instructions.push(Instruction { operation: step.operation, a, b, c: step.c, to });
            self.release(step, index);
        }
        instructions
    }

    fn place(&self, step: StepId) -> Place {
        self.places[step.0 as usize].unwrap_or(Place::Register(0))
    }

    fn register(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            (self.registers - 1) as u16
        })
    }

    /// Frees the registers of operands that this step was the last to read.
    fn release(&mut self, step: &Step, index: usize) {
        let operands = if step.a == step.b { &[step.a][..] } else { &[step.a, step.b] };
        for operand in operands {
            if let (Some(last), Place::Register(register)) = (self.last_use[operand.0 as usize], self.place(*operand))
                && last == index
            {
                self.free.push(register);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Real;

    /// A formula with every operation.
    fn formula<T: Real>(x: T, y: T, z: T) -> T {
        let two = T::of(2.0);
        let sums = (x + y * two - z / two) * T::of(3.0) + (x - x) + x / x - T::of(1.0);
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
        for row in 0..2 * BLOCK {
            let [x, y, z] = [0, 1, 2].map(|input: usize| columns[input][row]);
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
    fn nothing_is_computed_twice_and_registers_are_used_again() {
        let recorder = Recorder::default();
        let (x, y) = (recorder.input(0), recorder.input(1));
        let mut sum = x * y + y * x;
        for _ in 0..100 {
            sum = (sum + x).sqrt();
        }
        let program = Program::new(&recorder, &[sum]);
        assert_eq!(program.instructions.len(), 201);
        assert_eq!(program.registers, 2);
    }
}
