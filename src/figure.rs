//! A figure: one published number with its range, its distribution and its source.

use serde::Deserialize;

use crate::error::Error;
use crate::math::Real;
use crate::pedigree::{PedigreeTable, Scores};
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
    pedigree: Option<Scores>,
    pedigree_table: Option<PedigreeTable>,
    basic_uncertainty: Option<f64>,
    source: String,
    #[serde(rename = "interval_source")]
    _interval_source: Option<String>,
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

/// Divisor of the variance of a triangular law.
const TRIANGULAR: f64 = 18.0;
/// Divisor of the variance of a uniform law.
const UNIFORM: f64 = 12.0;

/// Standard score of the 95th percentile.
pub(crate) const Z95: f64 = 1.644_853_626_951_472_6;

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

    /// The lognormal law of a figure judged by a pedigree of five scores; see [`PedigreeTable::variance`].
    ///
    /// # Errors
    ///
    /// When the value is not above zero, or the table has no such scores.
    ///
    /// ```
    /// use econome::{Law, PedigreeTable};
    /// let law = Law::pedigree(1.0, [2, 2, 3, 2, 4], PedigreeTable::Ecoinvent3, None)?;
    /// let Law::Lognormal { p95, .. } = law else { panic!() };
    /// let gsd = (p95.ln() / 1.644_853_626_951_472_6).exp();
    /// assert!((gsd - 1.231_394).abs() < 1e-6);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn pedigree(value: f64, scores: Scores, table: PedigreeTable, basic: Option<f64>) -> Result<Self, Error> {
        Self::spread(value, table.variance(scores, basic)?.sqrt())
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

    /// By how much a value moves with one standard deviation of its draw, near the value.
    pub(crate) fn deviation(self, value: f64) -> f64 {
        // Means over both pieces of a law in two pieces.
        match self {
            Self::Exact => 0.0,
            Self::Lognormal { .. } => value * self.log_sd().unwrap_or(0.0),
            Self::Normal { p05, p95 } => (p95 - p05) / (2.0 * Z95),
            Self::Triangular { low, high } => {
                let products = low * high + low * value + high * value;
                ((low * low + high * high + value * value - products) / TRIANGULAR).max(0.0).sqrt()
            }
            Self::Uniform { low, high } => (high - low) / UNIFORM.sqrt(),
        }
    }

    /// A number for each kind of law.
    pub(crate) fn kind(self) -> u64 {
        match self {
            Self::Exact => 0,
            Self::Lognormal { .. } => 1,
            Self::Normal { .. } => 2,
            Self::Triangular { .. } => 3,
            Self::Uniform { .. } => 4,
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
        let (table, basic) = (written.pedigree_table, written.basic_uncertainty);
        let law = match (written.pedigree, ends.is_some() || written.gsd.is_some() || written.law.is_some()) {
            (Some(_), true) => Err(Error::new("a pedigree already tells the law")),
            (Some(scores), false) => {
                Law::pedigree(written.value.coherent(), scores, table.unwrap_or(PedigreeTable::Ecoinvent3), basic)
            }
            (None, _) if table.is_some() || basic.is_some() => {
                Err(Error::new("pedigree_table and basic_uncertainty go with a pedigree"))
            }
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
    fn deviations_are_those_of_the_laws() {
        for (law, expected) in [
            (Law::Exact, 0.0),
            (Law::Uniform { low: 1.0, high: 4.0 }, 0.75_f64.sqrt()),
            (Law::Triangular { low: 1.0, high: 4.0 }, (7.0_f64 / 18.0).sqrt()),
            (Law::Triangular { low: 2.0, high: 2.0 }, 0.0),
            (Law::Normal { p05: 2.0 - Z95, p95: 2.0 + Z95 }, 1.0),
            (Law::factor(2.0, 0.3), 0.6),
        ] {
            let found = law.deviation(2.0);
            assert!((found - expected).abs() < 1e-12, "{law:?}: {found}");
        }
    }

    #[test]
    fn a_pedigree_tells_the_law() {
        let spread = |fields: &str| match law(fields) {
            Ok(Law::Lognormal { p95, .. }) => ((p95 / 100.0).ln() / Z95).powi(2),
            other => panic!("{other:?}"),
        };
        let scores = "pedigree = [2, 2, 3, 2, 4]";
        assert!((spread(scores) - 0.043_325).abs() < 1e-9);
        let second = spread(&format!("{scores}\npedigree_table = \"ecoinvent-2\""));
        assert!(((2.0 * second.sqrt()).exp() - 1.526_190).abs() < 1e-6);
        let transport = spread(&format!("{scores}\nbasic_uncertainty = 2.0"));
        assert!((transport - second).abs() > 0.1, "{transport}");
        assert!(law("pedigree = [1, 2, 3, 4, 6]").unwrap_err().contains("from 1 to 5"));
        assert!(law("pedigree = [1, 2, 3, 4, 5]\ngsd = 1.1").unwrap_err().contains("already"));
        assert!(law("basic_uncertainty = 2.0").unwrap_err().contains("go with a pedigree"));
        assert!(law(&format!("{scores}\npedigree_table = \"ecoinvent-4\"")).unwrap_err().contains("ecoinvent-3"));
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
