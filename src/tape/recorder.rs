//! What is computed, step by step, each step once.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::tape::Node;

/// One step: an operation on earlier steps, with a constant where it takes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) operation: Operation,
    /// First operand.
    pub(super) a: StepId,
    /// Second operand; the first again where there is none.
    pub(super) b: StepId,
    /// The constant `c`; zero where there is none.
    pub(super) c: f64,
}

impl Step {
    /// The steps that it reads; the same one twice, where it reads one.
    pub(super) fn operands(&self) -> [StepId; 2] {
        [self.a, self.b]
    }
}

/// Place of a step in the order of recording; operands come before results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StepId(pub(super) u32);

/// A step that two products share, and what each multiplies it with: another step, or nothing.
pub(super) struct SharedTerm {
    pub(super) shared: StepId,
    pub(super) rests: [Option<StepId>; 2],
}

/// What a step computes from the operands `a` and `b` and the constant `c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    /// A column of values; which one is told by the place of the input.
    Input(u32),
    /// `a + c b`
    Add,
    /// `a b`
    Multiply,
    /// `a / b`
    Divide,
    /// The larger of `a` and `c b`.
    Max,
    /// The smaller of `a` and `c b`.
    Min,
    /// `a + c`
    AddConstant,
    /// The larger of `a` and `c`.
    MaxConstant,
    /// The smaller of `a` and `c`.
    MinConstant,
    /// `c a`
    Scale,
    /// `1 / a`
    Reciprocal,
    /// Root of `a`.
    Sqrt,
    /// Natural logarithm of `a`.
    Ln,
    /// `e` to the power `c a`
    Exp,
    /// Smallest whole number not below `c a`.
    Ceil,
}

/// Records what is computed with its nodes.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    steps: RefCell<Vec<Step>>,
    /// Steps by what they compute, so that none is recorded twice.
    known: RefCell<HashMap<(Operation, StepId, StepId, u64), StepId>>,
}

impl Recorder {
    /// The values of one input.
    pub(crate) fn input(&self, place: u32) -> Node<'_> {
        let nothing = StepId(0);
        Node::multiple(
            self,
            1.0,
            self.record(Step { operation: Operation::Input(place), a: nothing, b: nothing, c: 0.0 }),
        )
    }

    /// The step that computes this: one recorded before, or a new one.
    pub(super) fn record(&self, step: Step) -> StepId {
        let key = (step.operation, step.a, step.b, step.c.to_bits());
        *self.known.borrow_mut().entry(key).or_insert_with(|| {
            let mut steps = self.steps.borrow_mut();
            steps.push(step);
            StepId((steps.len() - 1) as u32)
        })
    }

    /// Whether a step adds a constant: its operand and the constant.
    pub(super) fn sum_with_constant(&self, step: StepId) -> Option<(StepId, f64)> {
        let step = self.steps.borrow()[step.0 as usize];
        (step.operation == Operation::AddConstant).then_some((step.a, step.c))
    }

    /// Whether two steps are products of the same step and others, or one is that step itself.
    pub(super) fn shared_term(&self, first: StepId, second: StepId) -> Option<SharedTerm> {
        let seconds = self.terms(second);
        let pair = |(shared, rest): (StepId, Option<StepId>)| {
            let (_, other) = seconds.iter().find(|(term, _)| *term == shared)?;
            Some(SharedTerm { shared, rests: [rest, *other] })
        };
        self.terms(first).into_iter().find_map(pair)
    }

    /// What a step is a product of, each beside what it is multiplied with; the step itself, multiplied with nothing.
    fn terms(&self, step: StepId) -> Vec<(StepId, Option<StepId>)> {
        let Step { operation, a, b, .. } = self.steps.borrow()[step.0 as usize];
        let product = if operation == Operation::Multiply { vec![(a, Some(b)), (b, Some(a))] } else { Vec::new() };
        std::iter::once((step, None)).chain(product).collect()
    }

    /// All steps in the order of recording.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.steps.borrow().clone()
    }
}
