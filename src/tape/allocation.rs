//! Which steps are needed, which are done together, and which register each writes to.

use crate::tape::instruction::{Action, Instruction, Place};
use crate::tape::recorder::{Operation, Step, StepId};

/// Places of the results of steps; a register that nobody reads any more is used again.
pub(super) struct Allocation<'s> {
    steps: &'s [Step],
    uses: Vec<Uses>,
    places: Vec<Option<Place>>,
    pub(super) registers: usize,
    free: Vec<u16>,
}

/// Who reads what a step computes.
#[derive(Clone, Copy, Default)]
struct Uses {
    /// How many steps and results.
    count: u32,
    /// The last step that does; past all steps, for a result.
    last: usize,
}

impl<'s> Allocation<'s> {
    /// Finds the steps that some results depend on, and who reads each.
    pub(super) fn new(steps: &'s [Step], results: impl Iterator<Item = StepId>) -> Self {
        let mut uses = vec![Uses::default(); steps.len()];
        for step in results {
            uses[step.0 as usize] = Uses { count: 2, last: steps.len() };
        }
        for (index, step) in steps.iter().enumerate().rev() {
            if uses[index].count > 0 && !matches!(step.operation, Operation::Input(_)) {
                for operand in step.operands() {
                    let operand = &mut uses[operand.0 as usize];
                    operand.count += 1;
                    operand.last = operand.last.max(index);
                }
            }
        }
        let mut allocation = Self { steps, uses, places: vec![None; steps.len()], registers: 0, free: Vec::new() };
        allocation.keep_factors();
        allocation
    }

    /// The factors of a product that is computed together with its sum are read until then.
    fn keep_factors(&mut self) {
        for index in 0..self.steps.len() {
            if let Some((product, _)) = self.product_and_sum(index) {
                for factor in self.steps[product].operands() {
                    let last = &mut self.uses[factor.0 as usize].last;
                    *last = (*last).max(index);
                }
            }
        }
    }

    pub(super) fn instructions(&mut self) -> Vec<Instruction> {
        (0..self.steps.len()).filter_map(|index| self.instruction(index)).collect()
    }

    /// The instruction of a step, where it has one of its own.
    fn instruction(&mut self, index: usize) -> Option<Instruction> {
        let step = self.steps[index];
        if let Operation::Input(input) = step.operation {
            self.places[index] = Some(Place::Input(input));
            return None;
        }
        if self.uses[index].count == 0 || self.is_added_only(index) {
            return None;
        }
        let to = self.register();
        self.places[index] = Some(Place::Register(to));
        let action = self.action(index);
        self.release(index);
        Some(Instruction { action, to })
    }

    fn action(&self, index: usize) -> Action {
        let Step { operation, a, b, c } = self.steps[index];
        match self.product_and_sum(index) {
            Some((product, is_first)) => {
                let [x, y] = self.steps[product].operands().map(|factor| self.place(factor));
                let (z, p, q) = if is_first { (b, 1.0, c) } else { (a, c, 1.0) };
                Action::ProductAndSum { x, y, z: self.place(z), p, q }
            }
            None => Action::Operation { operation, a: self.place(a), b: self.place(b), c },
        }
    }

    /// The product that a sum is computed together with, and whether it is its first term.
    fn product_and_sum(&self, index: usize) -> Option<(usize, bool)> {
        let Step { operation, a, b, .. } = self.steps[index];
        if operation != Operation::Add || self.uses[index].count == 0 {
            return None;
        }
        let is_own = |term: StepId| {
            self.steps[term.0 as usize].operation == Operation::Multiply && self.uses[term.0 as usize].count == 1
        };
        let second = is_own(b).then_some((b.0 as usize, false));
        second.or_else(|| is_own(a).then_some((a.0 as usize, true)))
    }

    /// Whether a step is a product that is computed together with the only sum that reads it.
    fn is_added_only(&self, index: usize) -> bool {
        let Uses { count, last } = self.uses[index];
        count == 1 && last < self.steps.len() && self.product_and_sum(last).is_some_and(|(product, _)| product == index)
    }

    pub(super) fn place(&self, step: StepId) -> Place {
        self.places[step.0 as usize].unwrap_or(Place::Register(0))
    }

    fn register(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            (self.registers - 1) as u16
        })
    }

    /// Frees the registers whose last reader is this step.
    fn release(&mut self, index: usize) {
        let product = self.product_and_sum(index).map(|(product, _)| self.steps[product].operands());
        let mut read = self.steps[index].operands().to_vec();
        read.extend(product.into_iter().flatten());
        read.sort();
        read.dedup();
        for operand in read {
            if let (Some(Place::Register(register)), true) =
                (self.places[operand.0 as usize], self.uses[operand.0 as usize].last == index)
            {
                self.free.push(register);
            }
        }
    }
}
