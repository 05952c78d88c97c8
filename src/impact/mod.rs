//! From one case to its impacts: which formulas apply, in which order, and who causes what.

mod estimate;
mod impacts;
mod line;
mod media;
mod outcome;
mod request;
mod step;
mod trace;
mod training;

pub use estimate::evaluate;
pub use impacts::Impacts;
pub use line::{Indicator, Line, Part, Stage};
pub use outcome::{Outcome, Sizing, TrainingRun};
pub use request::{Request, request};
pub use trace::{Formula, Recorder, Shaped, Silent, Trace};
