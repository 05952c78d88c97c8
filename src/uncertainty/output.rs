//! Which results are followed over all draws.

use crate::impact::{Impacts, Indicator, Line, Outcome};
use crate::math::Real;
use crate::units::Carried as _;

/// One result that is followed over all draws, per year (training: per run).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Sum of all lines.
    Total(Indicator),
    /// One line.
    Line(Line, Indicator),
    /// Billed time of a training run.
    TrainingTime,
    /// A training run itself.
    TrainingRun(Indicator),
    /// The training programme beyond the run.
    TrainingProgramme(Indicator),
    /// Training spread over requests.
    TrainingAmortised(Indicator),
    /// Time a user waits.
    Latency,
    /// Time until the first token.
    FirstToken,
}

impl Output {
    /// Its amount in an outcome and its total.
    #[inline]
    pub(crate) fn of<T: Real>(self, outcome: &Outcome<T>, total: &Impacts<T>) -> T {
        let nothing = T::of(0.0);
        match self {
            Self::Total(indicator) => total.amount(indicator),
            Self::Line(line, indicator) => outcome.line(line).amount(indicator),
            Self::TrainingTime => outcome.training.map_or(nothing, |run| run.accelerator_time.raw()),
            Self::TrainingRun(indicator) => outcome.training.map_or(nothing, |run| run.run.amount(indicator)),
            Self::TrainingProgramme(indicator) => {
                let programme = outcome.training.and_then(|run| run.programme);
                programme.map_or(nothing, |programme| programme.amount(indicator))
            }
            Self::TrainingAmortised(indicator) => {
                outcome.training.and_then(|run| run.amortised).map_or(nothing, |amortised| amortised.amount(indicator))
            }
            Self::Latency => outcome.sizing.map_or(nothing, |sizing| sizing.latency.raw()),
            Self::FirstToken => {
                outcome.sizing.and_then(|sizing| sizing.time_to_first_token).map_or(nothing, |time| time.raw())
            }
        }
    }
}
