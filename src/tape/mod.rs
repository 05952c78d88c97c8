//! Formulas recorded once, and played over columns of values.
//!
//! Physics is written for one number ([`Real`](crate::math::Real)). A [`Node`] is a number that records what is computed
//! with it: [`Recorder`] keeps each step once, numbers that do not vary are computed at once, and constant factors are
//! carried along instead of being multiplied draw by draw. [`Program`] keeps the steps that the results asked for
//! depend on, and plays them over blocks of values that stay in the first cache. Draws, and axes of a sweep, are columns.

mod allocation;
mod instruction;
mod node;
mod program;
mod recorder;

pub(crate) use node::Node;
pub(crate) use program::{Answer, BLOCK, Program};
pub(crate) use recorder::Recorder;
