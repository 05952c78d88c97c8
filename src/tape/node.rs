//! A number that records what is computed with it.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::math::Real;
use crate::tape::Recorder;
use crate::tape::recorder::{Operation, SharedTerm, Step, StepId};

/// A number that is the same for all values of the columns, or a multiple of what a recorded step computes.
///
/// A constant factor stays beside the step: products and quotients multiply the factors once, when they are recorded,
/// and sums take the ratio of the factors into the step. Values differ from those of plain arithmetic by rounding only.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'r> {
    /// The same for all.
    Known(f64),
    /// `factor` times a step.
    Multiple(Multiple<'r>),
}

/// A multiple of what a step computes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Multiple<'r> {
    recorder: &'r Recorder,
    pub(super) factor: f64,
    pub(super) step: StepId,
}

impl<'r> Node<'r> {
    /// A multiple of a step; a multiple by zero is nothing, whatever the step.
    pub(super) fn multiple(recorder: &'r Recorder, factor: f64, step: StepId) -> Self {
        if factor == 0.0 { Self::Known(0.0) } else { Self::Multiple(Multiple { recorder, factor, step }) }
    }
}

impl<'r> Multiple<'r> {
    fn times(self, factor: f64) -> Node<'r> {
        Node::multiple(self.recorder, self.factor * factor, self.step)
    }

    /// What an operation makes of this step, its factor aside, times a factor.
    fn then(self, operation: Operation, c: f64, factor: f64) -> Node<'r> {
        let step = Step { operation, a: self.step, b: self.step, c };
        Node::multiple(self.recorder, factor, self.recorder.record(step))
    }

    /// What an operation makes of this step and another, their factors aside, times a factor.
    fn with(self, operation: Operation, other: Self, c: f64, factor: f64) -> Node<'r> {
        let step = Step { operation, a: self.step, b: other.step, c };
        Node::multiple(self.recorder, factor, self.recorder.record(step))
    }

    /// The same number with a factor above zero.
    fn upright(self) -> Self {
        if self.factor > 0.0 {
            return self;
        }
        let step = Step { operation: Operation::Scale, a: self.step, b: self.step, c: -1.0 };
        Self { recorder: self.recorder, factor: -self.factor, step: self.recorder.record(step) }
    }

    /// The number itself, its factor multiplied into the step.
    fn whole(self) -> Self {
        if self.factor == 1.0 {
            return self;
        }
        let step = Step { operation: Operation::Scale, a: self.step, b: self.step, c: self.factor };
        Self { recorder: self.recorder, factor: 1.0, step: self.recorder.record(step) }
    }

    /// Sums of multiples of one step are one multiple; sums of products that share a term are one product.
    fn plus(self, other: Self) -> Node<'r> {
        if self.step == other.step {
            return Node::multiple(self.recorder, self.factor + other.factor, self.step);
        }
        match self.recorder.shared_term(self.step, other.step) {
            Some(SharedTerm { shared, rests: [first, second] }) => {
                let rest = |factor: f64, step: Option<StepId>| match step {
                    Some(step) => Node::multiple(self.recorder, factor, step),
                    None => Node::Known(factor),
                };
                (rest(self.factor, first) + rest(other.factor, second)) * Node::multiple(self.recorder, 1.0, shared)
            }
            None => self.with(Operation::Add, other, other.factor / self.factor, self.factor),
        }
    }

    /// This and a constant; the constants of several sums are one.
    fn plus_constant(self, constant: f64) -> Node<'r> {
        let constant = constant / self.factor;
        let (this, constant) = match self.recorder.sum_with_constant(self.step) {
            Some((step, before)) => (Self { step, ..self }, before + constant),
            None => (self, constant),
        };
        if constant == 0.0 { Node::Multiple(this) } else { this.then(Operation::AddConstant, constant, this.factor) }
    }

    /// Products in one order, whichever way round they are written.
    fn product(self, other: Self) -> Node<'r> {
        let (first, second) = if self.step <= other.step { (self, other) } else { (other, self) };
        first.with(Operation::Multiply, second, 0.0, self.factor * other.factor)
    }

    fn quotient(self, other: Self) -> Node<'r> {
        if self.step == other.step {
            return Node::Known(self.factor / other.factor);
        }
        self.with(Operation::Divide, other, 0.0, self.factor / other.factor)
    }

    /// The larger (or smaller) of this and another number.
    fn extreme(self, operation: Operation, other: Self) -> Node<'r> {
        let this = self.upright();
        this.with(operation, other, other.factor / this.factor, this.factor)
    }

    /// The larger (or smaller) of this and a constant.
    fn extreme_constant(self, operation: Operation, constant: f64) -> Node<'r> {
        let this = self.upright();
        this.then(operation, constant / this.factor, this.factor)
    }

    /// The exponential; a constant summand becomes a factor.
    fn exponential(self) -> Node<'r> {
        match self.recorder.sum_with_constant(self.step) {
            Some((step, constant)) => {
                Self { step, ..self }.then(Operation::Exp, self.factor, Real::exp(self.factor * constant))
            }
            None => self.then(Operation::Exp, self.factor, 1.0),
        }
    }

    /// The logarithm; a factor becomes a constant summand.
    fn logarithm(self) -> Node<'r> {
        let this = if self.factor > 0.0 { self } else { self.whole() };
        this.then(Operation::Ln, 0.0, 1.0) + Node::Known(Real::ln(this.factor))
    }

    fn root(self) -> Node<'r> {
        let this = if self.factor > 0.0 { self } else { self.whole() };
        this.then(Operation::Sqrt, 0.0, Real::sqrt(this.factor))
    }
}

impl<'r> Add for Node<'r> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a + b),
            (Self::Multiple(a), Self::Multiple(b)) => a.plus(b),
            (Self::Multiple(a), Self::Known(b)) | (Self::Known(b), Self::Multiple(a)) => a.plus_constant(b),
        }
    }
}

impl Sub for Node<'_> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<'r> Mul for Node<'r> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a * b),
            (Self::Multiple(a), Self::Multiple(b)) => a.product(b),
            (Self::Multiple(a), Self::Known(b)) | (Self::Known(b), Self::Multiple(a)) => a.times(b),
        }
    }
}

impl Div for Node<'_> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a / b),
            (Self::Multiple(a), Self::Multiple(b)) => a.quotient(b),
            (Self::Multiple(a), Self::Known(b)) => a.times(1.0 / b),
            (Self::Known(a), Self::Multiple(b)) => b.then(Operation::Reciprocal, 0.0, a / b.factor),
        }
    }
}

impl Neg for Node<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(-value),
            Self::Multiple(multiple) => multiple.times(-1.0),
        }
    }
}

impl Real for Node<'_> {
    fn of(value: f64) -> Self {
        Self::Known(value)
    }
    fn sqrt(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(Real::sqrt(value)),
            Self::Multiple(multiple) => multiple.root(),
        }
    }
    fn exp(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(Real::exp(value)),
            Self::Multiple(multiple) => multiple.exponential(),
        }
    }
    fn ln(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(Real::ln(value)),
            Self::Multiple(multiple) => multiple.logarithm(),
        }
    }
    fn max(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(Real::max(a, b)),
            (Self::Multiple(a), Self::Multiple(b)) => a.extreme(Operation::Max, b),
            (Self::Multiple(a), Self::Known(b)) | (Self::Known(b), Self::Multiple(a)) => {
                a.extreme_constant(Operation::MaxConstant, b)
            }
        }
    }
    fn min(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(Real::min(a, b)),
            (Self::Multiple(a), Self::Multiple(b)) => a.extreme(Operation::Min, b),
            (Self::Multiple(a), Self::Known(b)) | (Self::Known(b), Self::Multiple(a)) => {
                a.extreme_constant(Operation::MinConstant, b)
            }
        }
    }
    fn ceil(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(Real::ceil(value)),
            Self::Multiple(multiple) => multiple.then(Operation::Ceil, multiple.factor, 1.0),
        }
    }
}
