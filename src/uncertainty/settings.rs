//! How many draws, and which.

/// Draws where nothing is said.
const SAMPLES: usize = 10_000;
/// Seed where nothing is said.
const SEED: u64 = 1;
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
