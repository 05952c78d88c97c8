//! A figure: one published number with its range, its distribution and its source.

use serde::Deserialize;

use crate::error::Error;
use crate::math::Real;
use crate::units::Quantity;

/// One published number.
///
/// `low` and `high` are the 5th and 95th percentiles of a credible interval, or the ends of a
/// triangular or uniform law. Instead, `gsd` (geometric standard deviation) or `pedigree` (five scores)
/// tell the spread. Without any of them the figure is taken as exact.
///
/// ```
/// use econome::{Figure, units::Power};
/// #[derive(serde::Deserialize)]
/// struct Profile { idle_power: Figure<Power> }
/// let text = r#"
/// [idle_power]
/// value  = "75 W"
/// low    = "60 W"
/// high   = "80 W"
/// source = "mlperf-4.1"
/// "#;
/// let profile: Profile = toml::from_str(text).unwrap();
/// assert_eq!(profile.idle_power.value, Power::watts(75.0));
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written<Q>", bound(deserialize = "Q: Quantity + Deserialize<'de>"))]
#[non_exhaustive]
pub struct Figure<Q> {
    /// The central value: the median of its distribution.
    pub value: Q,
    /// How the value is distributed.
    pub law: Law,
    /// Key of the bibliography.
    pub source: String,
}

/// A figure as it stands in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "Q: Quantity + Deserialize<'de>"))]
struct Written<Q> {
    value: Q,
    low: Option<Q>,
    high: Option<Q>,
    law: Option<LawName>,
    gsd: Option<f64>,
    pedigree: Option<[u8; 5]>,
    source: String,
    #[serde(rename = "confidence")]
    _confidence: Option<Confidence>,
    #[serde(rename = "year")]
    _year: Option<i32>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// How far a figure is trusted by those who entered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Confidence {
    High,
    Medium,
    Low,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LawName {
    Lognormal,
    Normal,
    Triangular,
    Uniform,
}

/// How a value is distributed, in coherent units.
///
/// The lognormal and the normal law are in two pieces that meet at the median, so that the median and both
/// percentiles are exactly the published ones even where these are not symmetric.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Law {
    /// Known, or taken as known.
    Exact,
    /// Lognormal on either side of the median, with these 5th and 95th percentiles.
    Lognormal {
        /// 5th percentile.
        p05: f64,
        /// 95th percentile.
        p95: f64,
    },
    /// Normal on either side of the median, with these 5th and 95th percentiles.
    Normal {
        /// 5th percentile.
        p05: f64,
        /// 95th percentile.
        p95: f64,
    },
    /// Triangular between two ends, the value being the mode.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Any value between two ends is as likely as any other.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
}

/// Standard score of the 95th percentile.
pub(crate) const Z95: f64 = 1.644_853_626_951_472_6;

/// Variance of the logarithm of a flow that is known.
///
/// Source: Weidema et al. 2013, ecoinvent 3 data quality guideline, table 10.1 (electricity, working materials).
const BASIC_VARIANCE: f64 = 0.0006;

/// Variance that each score adds: reliability, completeness, temporal, geographical, technological.
///
/// Source: Weidema et al. 2013, ecoinvent 3 data quality guideline, table 10.5.
const PEDIGREE_VARIANCES: [[f64; 5]; 5] = [
    [0.0, 0.0006, 0.002, 0.008, 0.04],
    [0.0, 0.0001, 0.0006, 0.002, 0.008],
    [0.0, 0.0002, 0.002, 0.008, 0.04],
    [0.0, 2.5e-5, 0.0001, 0.0006, 0.002],
    [0.0, 0.0006, 0.008, 0.04, 0.12],
];

impl Law {
    /// The law of a value known to a factor: its logarithm has the standard deviation `log_sd`.
    #[must_use]
    pub fn factor(value: f64, log_sd: f64) -> Self {
        let factor = Real::exp(Z95 * log_sd);
        Self::Lognormal { p05: value / factor, p95: value * factor }
    }

    /// The law that a credible interval suggests: lognormal where it is positive, else normal.
    ///
    /// A positive quantity is never drawn at zero or below, however close to zero its interval comes; where the
    /// interval is narrow or symmetric, the two pieces of the lognormal law are as good as a normal one.
    #[must_use]
    pub fn interval(low: f64, high: f64) -> Self {
        if low == high {
            Self::Exact
        } else if low > 0.0 {
            Self::Lognormal { p05: low, p95: high }
        } else {
            Self::Normal { p05: low, p95: high }
        }
    }

    /// The lognormal law of a figure judged by a pedigree: five scores from 1 (best) to 5 for reliability,
    /// completeness, temporal, geographical and technological correlation.
    ///
    /// ```text
    /// variance of the logarithm = basic + sum of the variances of the scores
    /// ```
    ///
    /// # Source
    ///
    /// Weidema et al. 2013, ecoinvent data quality guideline for version 3, variances of the underlying normal
    /// distribution; basic variance of known flows 0.0006.
    ///
    /// # Errors
    ///
    /// When a score is not between 1 and 5.
    ///
    /// ```
    /// use econome::Law;
    /// let Law::Lognormal { p95, .. } = Law::pedigree(1.0, [2, 2, 3, 2, 4])? else { panic!() };
    /// let gsd = (p95.ln() / 1.644_853_626_951_472_6).exp();
    /// assert!((gsd - 1.231_394).abs() < 1e-6);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn pedigree(value: f64, scores: [u8; 5]) -> Result<Self, Error> {
        let mut variance = BASIC_VARIANCE;
        for (score, variances) in scores.iter().zip(PEDIGREE_VARIANCES) {
            let index = usize::from(*score).wrapping_sub(1);
            let error = || Error::new(format!("a pedigree has five scores from 1 to 5, found {score}"));
            variance += variances.get(index).ok_or_else(error)?;
        }
        Self::spread(value, variance.sqrt())
    }

    /// The law of a positive value known to a factor.
    fn spread(value: f64, log_sd: f64) -> Result<Self, Error> {
        if value <= 0.0 {
            return Err(Error::new("only a value above zero can have a gsd or a pedigree"));
        }
        match Self::factor(value, log_sd) {
            Self::Lognormal { p05, p95 } if p05 == p95 => Ok(Self::Exact),
            Self::Lognormal { p05, p95 } if p05 <= 0.0 || !p95.is_finite() => {
                Err(Error::new("the gsd is too large for a number"))
            }
            law => Ok(law),
        }
    }

    fn written(value: f64, ends: Option<(f64, f64)>, name: Option<LawName>, gsd: Option<f64>) -> Result<Self, Error> {
        match (ends, gsd, name) {
            (None, None, None) => Ok(Self::Exact),
            (None, None, Some(_)) => Err(Error::new("a law needs low and high, or gsd")),
            (Some(_), Some(_), _) => Err(Error::new("give either low and high or gsd, not both")),
            (None, Some(gsd), None | Some(LawName::Lognormal)) if gsd >= 1.0 => Self::spread(value, Real::ln(gsd)),
            (None, Some(gsd), None | Some(LawName::Lognormal)) => {
                Err(Error::new(format!("gsd must be at least 1, found {gsd}")))
            }
            (None, Some(_), Some(_)) => Err(Error::new("gsd describes a lognormal law only")),
            (Some((low, high)), None, name) => Self::between(value, low, high, name),
        }
    }

    fn between(value: f64, low: f64, high: f64, name: Option<LawName>) -> Result<Self, Error> {
        if low > value || value > high {
            return Err(Error::new("low must not be above value, nor value above high"));
        }
        if low == high {
            return Ok(Self::Exact);
        }
        match name {
            None => Ok(Self::interval(low, high)),
            Some(LawName::Lognormal) if low > 0.0 => Ok(Self::Lognormal { p05: low, p95: high }),
            Some(LawName::Lognormal) => Err(Error::new("a lognormal law needs low above zero")),
            Some(LawName::Normal) => Ok(Self::Normal { p05: low, p95: high }),
            Some(LawName::Triangular) => Ok(Self::Triangular { low, high }),
            Some(LawName::Uniform) => Ok(Self::Uniform { low, high }),
        }
    }

    /// The law of the value times an exact factor.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Exact => Self::Exact,
            Self::Lognormal { p05, p95 } => Self::Lognormal { p05: factor * p05, p95: factor * p95 },
            Self::Normal { p05, p95 } => Self::Normal { p05: factor * p05, p95: factor * p95 },
            Self::Triangular { low, high } => Self::Triangular { low: factor * low, high: factor * high },
            Self::Uniform { low, high } => Self::Uniform { low: factor * low, high: factor * high },
        }
    }

    /// Standard deviation of the logarithm that goes with the two percentiles of a lognormal law.
    pub(crate) fn log_sd(self) -> Option<f64> {
        match self {
            Self::Lognormal { p05, p95 } => Some(Real::ln(p95 / p05) / (2.0 * Z95)),
            _ => None,
        }
    }

    /// Low and high ends as the figure states them, where it has any.
    #[must_use]
    pub fn ends(self) -> Option<(f64, f64)> {
        match self {
            Self::Exact => None,
            Self::Lognormal { p05: low, p95: high }
            | Self::Normal { p05: low, p95: high }
            | Self::Triangular { low, high }
            | Self::Uniform { low, high } => Some((low, high)),
        }
    }
}

impl<Q: Quantity> TryFrom<Written<Q>> for Figure<Q> {
    type Error = String;

    fn try_from(written: Written<Q>) -> Result<Self, String> {
        let ends = match (written.low, written.high) {
            (Some(low), Some(high)) => Some((low.coherent(), high.coherent())),
            (None, None) => None,
            _ => return Err("low and high come together".to_owned()),
        };
        let law = match (written.pedigree, ends.is_some() || written.gsd.is_some() || written.law.is_some()) {
            (Some(_), true) => Err(Error::new("a pedigree already tells the law")),
            (Some(scores), false) => Law::pedigree(written.value.coherent(), scores),
            (None, _) => Law::written(written.value.coherent(), ends, written.law, written.gsd),
        };
        let law = law.map_err(|error| error.one_line())?;
        Ok(Self { value: written.value, law, source: written.source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Power;

    fn law(fields: &str) -> Result<Law, String> {
        let text = format!("value = \"100 W\"\nsource = \"x\"\n{fields}");
        toml::from_str::<Figure<Power>>(&text).map(|figure| figure.law).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn the_interval_chooses_the_law() {
        assert_eq!(law(""), Ok(Law::Exact));
        assert_eq!(law("low = \"50 W\"\nhigh = \"200 W\""), Ok(Law::Lognormal { p05: 50.0, p95: 200.0 }));
        assert_eq!(law("low = \"80 W\"\nhigh = \"110 W\""), Ok(Law::Lognormal { p05: 80.0, p95: 110.0 }));
        assert_eq!(law("low = \"0 W\"\nhigh = \"110 W\""), Ok(Law::Normal { p05: 0.0, p95: 110.0 }));
        assert_eq!(law("low = \"100 W\"\nhigh = \"100 W\""), Ok(Law::Exact));
        let triangular = "low = \"0 W\"\nhigh = \"200 W\"\nlaw = \"triangular\"";
        assert_eq!(law(triangular), Ok(Law::Triangular { low: 0.0, high: 200.0 }));
        assert!(matches!(law("gsd = 1.2"), Ok(Law::Lognormal { .. })));
        assert_eq!(law("gsd = 1"), Ok(Law::Exact));
        let triangular = "low = \"100 W\"\nhigh = \"100 W\"\nlaw = \"triangular\"";
        assert_eq!(law(triangular), Ok(Law::Exact));
    }

    #[test]
    fn pedigrees_give_the_published_spread() {
        for (scores, variance) in [([2, 2, 3, 2, 4], 0.043_325), ([5, 5, 5, 5, 5], 0.2106), ([4, 3, 3, 3, 3], 0.0193)] {
            let Ok(Law::Lognormal { p95, .. }) = Law::pedigree(1.0, scores) else { panic!("no law") };
            assert!(((p95.ln() / Z95).powi(2) - variance).abs() < 1e-9, "{scores:?}");
        }
        assert!(law("pedigree = [1, 2, 3, 4, 6]").unwrap_err().contains("from 1 to 5"));
        assert!(law("pedigree = [1, 2, 3, 4, 5]\ngsd = 1.1").unwrap_err().contains("already"));
    }

    /// GSD² that each score alone gives to a figure without basic variance: the table that goes with the guideline.
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
                let Ok(Law::Lognormal { p95, .. }) = Law::pedigree(1.0, scores) else { panic!("no law") };
                let variance = (p95.ln() / Z95).powi(2) - BASIC_VARIANCE;
                let found = (2.0 * variance.max(0.0).sqrt()).exp();
                assert!((found - factor).abs() < 6e-4, "indicator {indicator}, score {score}: {found}");
            }
        }
    }

    #[test]
    fn a_pedigree_of_the_worst_gives_two_and_a_half() {
        let Ok(Law::Lognormal { p95, .. }) = Law::pedigree(1.0, [5; 5]) else { panic!("no law") };
        assert!(((2.0 * p95.ln() / Z95).exp() - 2.503_835).abs() < 1e-6);
        let Ok(Law::Lognormal { p95, .. }) = Law::pedigree(1.0, [4, 3, 3, 3, 3]) else { panic!("no law") };
        assert!(((2.0 * p95.ln() / Z95).exp() - 1.320_287).abs() < 1e-6);
    }

    #[test]
    fn impossible_laws_are_refused() {
        for (fields, words) in [
            ("low = \"120 W\"\nhigh = \"200 W\"", "low must not be above value"),
            ("low = \"50 W\"", "come together"),
            ("gsd = 0.9", "at least 1"),
            ("gsd = nan", "at least 1"),
            ("gsd = inf", "too large"),
            ("gsd = 1e300", "too large"),
            ("low = \"90 W\"\nhigh = \"80 W\"", "low must not be above value"),
            ("gsd = 1.2\nlaw = \"uniform\"", "lognormal law only"),
            ("pedigree = [1, 2, 3, 4]", "length"),
            ("law = \"uniform\"", "needs low and high"),
            ("low = \"0 W\"\nhigh = \"200 W\"\nlaw = \"lognormal\"", "above zero"),
            ("gsd = 1.2\nlow = \"50 W\"\nhigh = \"200 W\"", "not both"),
        ] {
            let message = law(fields).unwrap_err();
            assert!(message.contains(words), "{fields}: {message}");
        }
    }
}
