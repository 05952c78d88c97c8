//! How scenarios are compared.

use crate::error::Error;
use crate::uncertainty::Settings;

/// How scenarios are compared: which draws, and how much worse a quality may be.
///
/// ```
/// use econome::compare::CompareSettings;
/// let settings = CompareSettings::default().with_quality_tolerance(0.02)?;
/// assert_eq!(settings.quality_tolerance(), Some(0.02));
/// assert!(settings.with_quality_tolerance(-1.0).is_err());
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CompareSettings {
    draws: Settings,
    quality_tolerance: Option<f64>,
}

impl CompareSettings {
    /// The draws, the same for all scenarios.
    #[must_use]
    pub fn draws(&self) -> Settings {
        self.draws
    }

    /// By how much a quality may be worse than that of the reference, where it overrides what the scenarios say.
    #[must_use]
    pub fn quality_tolerance(&self) -> Option<f64> {
        self.quality_tolerance
    }

    /// The same with these draws.
    #[must_use]
    pub fn with_draws(mut self, draws: Settings) -> Self {
        self.draws = draws;
        self
    }

    /// The same with this tolerance instead of those of the scenarios, in the unit of the metric.
    ///
    /// # Errors
    ///
    /// When it is negative or not a number.
    pub fn with_quality_tolerance(mut self, tolerance: f64) -> Result<Self, Error> {
        if !(tolerance.is_finite() && tolerance >= 0.0) {
            let error = Error::new(format!("a tolerance is a number from zero, found {tolerance}"));
            return Err(error.with_help("give it in the unit of the metric, such as 0.02"));
        }
        self.quality_tolerance = Some(tolerance);
        Ok(self)
    }
}
