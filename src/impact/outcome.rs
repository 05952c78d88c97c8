//! What one case gives: lines, fleet, training.

use crate::impact::{Impacts, Line};
use crate::math::Real;
use crate::units::{Count, Time};

/// The fleet that serves the use case.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sizing<T = f64> {
    /// Replicas of all steps; a fraction where traffic shares them with others.
    pub replicas: Count<T>,
    /// Their accelerators.
    pub accelerators: Count<T>,
    /// Servers that carry these.
    pub servers: Count<T>,
    /// Replica time serving.
    pub busy: Time<T>,
    /// Replica time powered.
    pub powered: Time<T>,
    /// Time a user waits for all steps.
    pub latency: Time<T>,
    /// Time until the first token of the last step that writes text.
    pub time_to_first_token: Option<Time<T>>,
    /// Tokens a second that one user sees in that step.
    pub output_tokens_per_second: Option<Count<T>>,
}

/// One training run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TrainingRun<T = f64> {
    /// Arithmetic, where hours are not given instead.
    pub flop: Option<crate::units::Compute<T>>,
    /// Billed time of all accelerators.
    pub accelerator_time: Time<T>,
    /// Runs a year.
    pub runs_per_year: Count<T>,
    /// The run with host, site and manufacture.
    pub run: Impacts<T>,
    /// The programme beyond the run, where one is declared.
    pub programme: Option<Impacts<T>>,
    /// All runs of a year, spread over the requests declared, per functional unit.
    pub amortised: Option<Impacts<T>>,
}

/// What one case gives, per year.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Outcome<T = f64> {
    /// Functional units a year.
    pub units_per_year: Count<T>,
    lines: [Impacts<T>; Line::ALL.len()],
    /// The fleet, where something is served.
    pub sizing: Option<Sizing<T>>,
    /// One training run, where something is trained.
    pub training: Option<TrainingRun<T>>,
}

impl<T: Real> Outcome<T> {
    /// Nothing yet.
    #[must_use]
    pub fn none(units_per_year: Count<T>) -> Self {
        Self { units_per_year, lines: [Impacts::none(); Line::ALL.len()], sizing: None, training: None }
    }

    /// One line of the breakdown.
    #[inline]
    #[must_use]
    pub fn line(&self, line: Line) -> &Impacts<T> {
        &self.lines[line as usize]
    }

    pub(crate) fn line_mut(&mut self, line: Line) -> &mut Impacts<T> {
        &mut self.lines[line as usize]
    }

    /// All lines together.
    #[inline]
    #[must_use]
    pub fn total(&self) -> Impacts<T> {
        self.lines.iter().fold(Impacts::none(), |sum, line| sum.plus(line))
    }
}
