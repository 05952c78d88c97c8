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
    pub(super) fn values<'v, 'i: 'v>(self, input: impl Fn(u32) -> &'i [f64], registers: &'v [Vec<f64>]) -> &'v [f64] {
        match self {
            Self::Input(place) => input(place),
            Self::Register(register) => &registers[register as usize],
        }
    }
}

/// What is done to some places, into a register that is none of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) action: Action,
    pub(super) to: u16,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// An operation on two places; the same one twice, where it takes one.
    Operation { operation: Operation, a: Place, b: Place, c: f64 },
    /// `p x y + q z`: a product that is only added to something is not stored in between.
    ProductAndSum { x: Place, y: Place, z: Place, p: f64, q: f64 },
}

impl Instruction {
    /// Computes one block.
    #[inline(always)]
    pub(super) fn apply<'i>(&self, input: impl Fn(u32) -> &'i [f64], registers: &mut [Vec<f64>]) {
        let mut to = std::mem::take(&mut registers[self.to as usize]);
        let block = |place: Place| place.values(&input, registers).first_chunk();
        match (self.action, to.first_chunk_mut()) {
            (Action::Operation { operation, a, b, c }, Some(to)) => {
                if let (Some(a), Some(b)) = (block(a), block(b)) {
                    compute(operation, a, b, c, to);
                }
            }
            (Action::ProductAndSum { x, y, z, p, q }, Some(to)) => {
                if let (Some(x), Some(y), Some(z)) = (block(x), block(y), block(z)) {
                    of_three(x, y, z, to, |x, y, z| p * (x * y) + q * z);
                }
            }
            (_, None) => {}
        }
        registers[self.to as usize] = to;
    }
}

#[inline(always)]
fn compute(operation: Operation, a: &Block, b: &Block, c: f64, to: &mut Block) {
    match operation {
        Operation::Input(_) => to.copy_from_slice(a),
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

#[inline(always)]
fn of_three(x: &Block, y: &Block, z: &Block, to: &mut Block, f: impl Fn(f64, f64, f64) -> f64) {
    for index in 0..BLOCK {
        to[index] = f(x[index], y[index], z[index]);
    }
}
