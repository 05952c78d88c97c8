//! From one case to its impacts: which formulas apply, in which order, and who causes what.

mod estimate;
mod outcome;
mod step;
mod trace;
mod training;

pub use estimate::evaluate;
pub use outcome::{Impacts, Indicator, Line, Outcome, Part, Sizing, Stage, TrainingRun};
pub use trace::{Formula, Recorder, Silent, Trace};
