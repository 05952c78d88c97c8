//! Pedigrees: five scores of a datum's quality, and the spread that tables give them.

use crate::error::Error;
use crate::math::Real;
use crate::word::word;

/// Scores from 1 (best) to 5: reliability, completeness, temporal, geographical and technological correlation.
pub type Scores = [u8; 5];

word!(
    /// Which table turns scores into a spread.
    PedigreeTable {
        /// Variances of the logarithm, ecoinvent version 3.
        ///
        /// Source: Weidema et al. 2013, ecoinvent data quality guideline for version 3, table 10.5.
        Ecoinvent3 = "ecoinvent-3",
        /// Factors that are squared geometric standard deviations, ecoinvent version 2; scores for which the table has no
        /// factor are refused.
        ///
        /// Source: Frischknecht et al. 2007, ecoinvent report 1, table 7.2.
        Ecoinvent2 = "ecoinvent-2",
        /// Factors found in data, taken as geometric standard deviations as the paper defines them. Several programs take
        /// the same factors as squared ones: a quarter of the variance.
        ///
        /// Source: Ciroth, Muller, Weidema and Lesage 2016, doi 10.1007/s11367-013-0670-5.
        Ciroth2016 = "ciroth-2016",
    }
);

/// Names of the scores, for errors.
const INDICATORS: [&str; 5] = ["reliability", "completeness", "temporal", "geographical", "technological"];

/// Squared geometric standard deviation of a flow that is known: electricity, working materials.
///
/// Source: Frischknecht et al. 2007, ecoinvent report 1, table 7.1; transport has 2, infrastructure 3.
const KNOWN_FLOW: f64 = 1.05;
/// The same as a variance of the logarithm, as version 3 rounds it.
///
/// Source: Weidema et al. 2013, ecoinvent data quality guideline for version 3, table 10.1.
const KNOWN_FLOW_VARIANCE: f64 = 0.0006;

const ECOINVENT_3: [[f64; 5]; 5] = [
    [0.0, 0.0006, 0.002, 0.008, 0.04],
    [0.0, 0.0001, 0.0006, 0.002, 0.008],
    [0.0, 0.0002, 0.002, 0.008, 0.04],
    [0.0, 2.5e-5, 0.0001, 0.0006, 0.002],
    [0.0, 0.0006, 0.008, 0.04, 0.12],
];

/// A score for which a table has no factor.
const NONE: f64 = f64::NAN;

const ECOINVENT_2: [[f64; 5]; 5] = [
    [1.0, 1.05, 1.10, 1.20, 1.50],
    [1.0, 1.02, 1.05, 1.10, 1.20],
    [1.0, 1.03, 1.10, 1.20, 1.50],
    [1.0, 1.01, 1.02, NONE, 1.10],
    [1.0, NONE, 1.20, 1.50, 2.00],
];

const CIROTH_2016: [[f64; 5]; 5] = [
    [1.0, 1.54, 1.61, 1.69, NONE],
    [1.0, 1.03, 1.04, 1.08, NONE],
    [1.0, 1.03, 1.10, 1.19, 1.29],
    [1.0, 1.04, 1.08, 1.11, NONE],
    [1.0, 1.18, 1.65, 2.08, 2.80],
];

impl PedigreeTable {
    /// Variance of the logarithm that scores and the basic uncertainty of a flow give together.
    ///
    /// ```text
    /// variance = (ln(basic) / 2)^2 + sum of the variances of the scores
    /// variance of a score = as published           ecoinvent-3
    ///                     = (ln(factor) / 2)^2     ecoinvent-2
    ///                     = ln(factor)^2           ciroth-2016
    /// ```
    ///
    /// `basic` is a squared geometric standard deviation: 1.05 for electricity and materials, 2 for transport, 3 for
    /// infrastructure; none is that of a known flow.
    ///
    /// # Errors
    ///
    /// When a score is not between 1 and 5, the table has no factor for it, or `basic` is below one.
    ///
    /// ```
    /// use econome::PedigreeTable;
    /// let variance = PedigreeTable::Ecoinvent3.variance([2, 2, 3, 2, 4], None)?;
    /// assert!((variance - 0.043325).abs() < 1e-9);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn variance(self, scores: Scores, basic: Option<f64>) -> Result<f64, Error> {
        let mut variance = self.basic_variance(basic)?;
        for (indicator, score) in scores.into_iter().enumerate() {
            variance += self.score_variance(indicator, score)?;
        }
        Ok(variance)
    }

    fn basic_variance(self, basic: Option<f64>) -> Result<f64, Error> {
        match basic {
            None if self == Self::Ecoinvent3 => Ok(KNOWN_FLOW_VARIANCE),
            None => Ok(squared_factor(KNOWN_FLOW)),
            Some(basic) if basic >= 1.0 && basic.is_finite() => Ok(squared_factor(basic)),
            Some(basic) => Err(Error::new(format!("basic_uncertainty is a factor of at least 1, found {basic}"))),
        }
    }

    fn score_variance(self, indicator: usize, score: u8) -> Result<f64, Error> {
        let (table, variance): (_, fn(f64) -> f64) = match self {
            Self::Ecoinvent3 => (ECOINVENT_3, |variance| variance),
            Self::Ecoinvent2 => (ECOINVENT_2, squared_factor),
            Self::Ciroth2016 => (CIROTH_2016, |factor| 4.0 * squared_factor(factor)),
        };
        let error = || Error::new(format!("a pedigree has five scores from 1 to 5, found {score}"));
        let entry = table[indicator].get(usize::from(score).wrapping_sub(1)).ok_or_else(error)?;
        if entry.is_nan() {
            let name = INDICATORS[indicator];
            return Err(Error::new(format!("the pedigree table has no factor for a {name} score of {score}")));
        }
        Ok(variance(*entry))
    }
}

/// Variance of the logarithm that goes with a squared geometric standard deviation.
fn squared_factor(factor: f64) -> f64 {
    let half = Real::ln(factor) / 2.0;
    half * half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gsd_squared(table: PedigreeTable, scores: Scores, basic: Option<f64>) -> f64 {
        (2.0 * table.variance(scores, basic).expect("a variance").sqrt()).exp()
    }

    /// Golden values: computed from the published tables by hand.
    #[test]
    fn tables_give_their_published_spread() {
        use PedigreeTable::{Ciroth2016, Ecoinvent2, Ecoinvent3};
        for (table, scores, expected) in [
            (Ecoinvent3, [2, 2, 3, 2, 4], 1.516_330),
            (Ecoinvent3, [5, 5, 5, 5, 5], 2.503_835),
            (Ecoinvent3, [4, 3, 3, 3, 3], 1.320_287),
            (Ecoinvent2, [2, 2, 3, 2, 4], 1.526_190),
            (Ecoinvent2, [5, 5, 5, 5, 5], 2.519_602),
            (Ciroth2016, [1, 1, 1, 1, 2], (4.0 * 1.18_f64.ln().powi(2) + 1.05_f64.ln().powi(2)).sqrt().exp()),
        ] {
            let found = gsd_squared(table, scores, None);
            assert!((found - expected).abs() < 1e-6, "{table:?} {scores:?}: {found}");
        }
        assert!((gsd_squared(Ecoinvent2, [1; 5], Some(3.0)) - 3.0).abs() < 1e-12);
        assert!((gsd_squared(Ecoinvent3, [1; 5], Some(2.0)) - 2.0).abs() < 1e-12);
    }

    /// Squared geometric standard deviation that each score alone gives: the table that goes with the guideline.
    #[test]
    fn each_score_has_its_published_factor() {
        let factors = [
            [1.0, 1.050, 1.094, 1.196, 1.492],
            [1.0, 1.020, 1.050, 1.094, 1.196],
            [1.0, 1.029, 1.094, 1.196, 1.492],
            [1.0, 1.010, 1.020, 1.050, 1.094],
            [1.0, 1.050, 1.196, 1.492, 1.999],
        ];
        for (indicator, factors) in factors.iter().enumerate() {
            for (score, factor) in (1..=5).zip(factors) {
                let mut scores = [1; 5];
                scores[indicator] = score;
                let found = gsd_squared(PedigreeTable::Ecoinvent3, scores, Some(1.0));
                assert!((found - factor).abs() < 6e-4, "indicator {indicator}, score {score}: {found}");
            }
        }
    }

    /// Both versions of the guideline hold the same judgement: the variances of the third are those of the second, rounded.
    #[test]
    fn the_third_version_rounds_the_second() {
        for (variances, factors) in ECOINVENT_3.iter().zip(ECOINVENT_2) {
            for (variance, factor) in variances.iter().zip(factors).filter(|(_, factor)| !factor.is_nan()) {
                let rounding = 0.15 * variance;
                assert!((variance - squared_factor(factor)).abs() <= rounding, "{variance} {factor}");
            }
        }
    }

    #[test]
    fn scores_without_a_factor_are_refused() {
        for (table, scores, basic, words) in [
            (PedigreeTable::Ecoinvent2, [1, 1, 1, 4, 1], None, "no factor for a geographical score of 4"),
            (PedigreeTable::Ecoinvent2, [1, 1, 1, 1, 2], None, "no factor for a technological score of 2"),
            (PedigreeTable::Ciroth2016, [5, 1, 1, 1, 1], None, "no factor for a reliability score of 5"),
            (PedigreeTable::Ecoinvent3, [0, 1, 1, 1, 1], None, "from 1 to 5, found 0"),
            (PedigreeTable::Ecoinvent3, [1; 5], Some(0.9), "at least 1, found 0.9"),
            (PedigreeTable::Ecoinvent3, [1; 5], Some(f64::NAN), "at least 1"),
        ] {
            let message = table.variance(scores, basic).unwrap_err().one_line();
            assert!(message.contains(words), "{message}");
        }
    }
}
