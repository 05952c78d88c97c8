//! Comparison: which scenario is better, how surely, whether they do the same, and why they differ.
#![doc = ""]
#![doc = include_str!("compare.md")]

mod alternative;
mod attribution;
mod differences;
mod edits;
mod equivalence;
mod paired;
mod records;
mod settings;
mod study;
mod verdict;

pub use alternative::Alternative;
pub use equivalence::{Equivalence, Parity};
pub use records::{
    Against, Compared, ComparedResult, Comparison, Contribution, Contributions, Difference, Effect, Probability, Ranks,
    Said, Total,
};
pub use settings::CompareSettings;
pub use study::compare;
pub use verdict::{CutOffs, Standing};
