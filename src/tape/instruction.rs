//! One instruction of a program over one block of values.

use crate::math;
use crate::tape::BLOCK;
use crate::tape::recorder::Operation;

/// The values of one block: their number is known, so that loops over them need no checks.
type Block = [f64; BLOCK];

/// Where values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the column of an input.
    Input(u32),
    /// In a register.
    Register(u16),
}

impl Place {
    /// The values of one block.
    #[inline(always)]
    pub(super) fn values<'v, 'i: 'v>(
        self,
        input: impl Fn(u32) -> &'i [f64],
        registers: &'v [Vec<f64>],
    ) -> &'v [f64] {
        match self {
            Self::Input(place) => input(place),
            Self::Register(register) => &registers[register as usize],
        }
    }
}

/// An operation on two places (the same one twice, where it takes one) into a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) operation: Operation,
    pub(super) a: Place,
    pub(super) b: Place,
    pub(super) c: f64,
    pub(super) to: u16,
}

impl Instruction {
    /// Computes one block; the register written to is none of those read.
    #[inline(always)]
    pub(super) fn apply<'i>(&self, input: impl Fn(u32) -> &'i [f64], registers: &mut [Vec<f64>]) {
        let mut to = std::mem::take(&mut registers[self.to as usize]);
        let (a, b) = (self.a.values(&input, registers), self.b.values(&input, registers));
        if let (Some(a), Some(b), Some(to)) = (a.first_chunk(), b.first_chunk(), to.first_chunk_mut()) {
            self.compute(a, b, to);
        }
        registers[self.to as usize] = to;
    }

    #[inline(always)]
    fn compute(&self, a: &Block, b: &Block, to: &mut Block) {
        let c = self.c;
        match self.operation {
            Operation::Input(_) => to.copy_from_slice(a),
            Operation::Add if c == 1.0 => of_two(a, b, to, |a, b| a + b),
            Operation::Add => of_two(a, b, to, |a, b| a + c * b),
            Operation::Multiply => of_two(a, b, to, |a, b| a * b),
            Operation::Divide => of_two(a, b, to, |a, b| a / b),
            Operation::Max => of_two(a, b, to, |a, b| a.max(c * b)),
            Operation::Min => of_two(a, b, to, |a, b| a.min(c * b)),
            Operation::AddConstant => of_one(a, to, |a| a + c),
            Operation::MaxConstant => of_one(a, to, |a| a.max(c)),
            Operation::MinConstant => of_one(a, to, |a| a.min(c)),
            Operation::Scale => of_one(a, to, |a| c * a),
            Operation::Reciprocal => of_one(a, to, |a| 1.0 / a),
            Operation::Sqrt => of_one(a, to, f64::sqrt),
            Operation::Ln => math::ln_all(a, to),
            Operation::Exp => math::exp_all(a, c, to),
            Operation::Ceil => of_one(a, to, |a| (c * a).ceil()),
        }
    }
}

#[inline(always)]
fn of_one(a: &Block, to: &mut Block, f: impl Fn(f64) -> f64) {
    for index in 0..BLOCK {
        to[index] = f(a[index]);
    }
}

#[inline(always)]
fn of_two(a: &Block, b: &Block, to: &mut Block, f: impl Fn(f64, f64) -> f64) {
    for index in 0..BLOCK {
        to[index] = f(a[index], b[index]);
    }
}
