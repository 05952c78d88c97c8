//! The formulas over all draws, in blocks.

use crate::impact::{Impacts, Indicator, Line, Outcome, Silent, evaluate};
use crate::math::{LANES, Real};
use crate::scenario::Scenario;
use crate::uncertainty::Columns;
use crate::units::Carried as _;

/// Draws where nothing is said.
const SAMPLES: usize = 10_000;
/// Seed where nothing is said.
const SEED: u64 = 1;
/// Draws of one block: small enough for the first cache, large enough to be worth a thread's while.
const BLOCK: usize = 512;

/// How uncertainty is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    samples: usize,
    seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { samples: SAMPLES, seed: SEED }
    }
}

impl Settings {
    /// Fewest draws that give a 5th percentile worth the name.
    pub const FEWEST_SAMPLES: usize = 100;

    /// Most draws: beyond, the memory is better spent otherwise and no digit changes.
    pub const MOST_SAMPLES: usize = 1_000_000;

    /// Number of draws.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Which draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The same with this number of draws.
    ///
    /// # Errors
    ///
    /// Below [`Settings::FEWEST_SAMPLES`] or above [`Settings::MOST_SAMPLES`].
    pub fn with_samples(mut self, samples: usize) -> Result<Self, crate::Error> {
        if samples > Self::MOST_SAMPLES {
            let words = format!("at most {} draws are computed, found {samples}", Self::MOST_SAMPLES);
            return Err(crate::Error::new(words));
        }
        if samples < Self::FEWEST_SAMPLES {
            let words = format!("at least {} draws are needed, found {samples}", Self::FEWEST_SAMPLES);
            return Err(crate::Error::new(words));
        }
        self.samples = samples;
        Ok(self)
    }

    /// The same with this seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

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

/// All draws of some outputs, one column each, the same for any number of threads.
pub(crate) fn run(scenario: &Scenario, columns: &Columns, outputs: &[Output]) -> Vec<Vec<f64>> {
    let blocks = columns.samples().div_ceil(BLOCK);
    let computed = map_blocks(blocks, |block| evaluate_block(scenario, columns, outputs, block));
    let mut results = vec![Vec::with_capacity(columns.samples().next_multiple_of(LANES)); outputs.len()];
    for block in computed {
        for (result, draws) in results.iter_mut().zip(block.chunks_exact(block.len() / outputs.len().max(1))) {
            result.extend_from_slice(draws);
        }
    }
    for result in &mut results {
        result.truncate(columns.samples());
    }
    results
}

/// The draws of one block: those of the first output, then those of the second, and so on.
fn evaluate_block(scenario: &Scenario, columns: &Columns, outputs: &[Output], block: usize) -> Vec<f64> {
    let first = block * BLOCK;
    let last = (first + BLOCK).min(columns.samples().next_multiple_of(LANES));
    let length = last - first;
    let mut draws = vec![0.0; outputs.len() * length];
    for offset in (0..length).step_by(LANES) {
        let case = scenario.case.map(|slot| columns.lanes(slot.0, first + offset));
        let outcome = evaluate(&case, &mut Silent);
        let total = outcome.total();
        for (index, output) in outputs.iter().enumerate() {
            let start = index * length + offset;
            draws[start..start + LANES].copy_from_slice(output.of(&outcome, &total).as_array());
        }
    }
    draws
}

#[cfg(feature = "parallel")]
fn map_blocks<R: Send>(blocks: usize, f: impl Fn(usize) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    (0..blocks).into_par_iter().map(f).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_blocks<R>(blocks: usize, f: impl Fn(usize) -> R) -> Vec<R> {
    (0..blocks).map(f).collect()
}
