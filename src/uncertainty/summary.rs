//! Median, percentiles and mean of some draws.

use serde::{Deserialize, Serialize};

use crate::figure::Z95;
use crate::math::{self, Real};
use crate::uncertainty::ranked::Ranked;

/// What the draws of one result say: median, 5th and 95th percentiles, mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quantiles {
    /// 5th percentile.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Mean.
    pub mean: f64,
    /// Standard errors of the percentiles, for there are only so many draws; absent where nothing was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<QuantileErrors>,
}

/// Standard errors of percentiles that come from a limited number of draws.
///
/// ```text
/// error(p) = (x[n p + d] - x[n p - d]) / 2        d = sqrt(n p (1 - p))
/// ```
///
/// with `x` the draws in order: how many draws fall below a percentile is binomial, and `d` its standard deviation.
/// It holds for independent draws; those of a Latin hypercube are more even, so that this is an upper estimate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QuantileErrors {
    /// Of the 5th percentile.
    pub p05: f64,
    /// Of the median.
    pub p50: f64,
    /// Of the 95th percentile.
    pub p95: f64,
}

/// Probabilities of the percentiles.
const PROBABILITIES: [f64; 3] = [0.05, 0.50, 0.95];

impl Quantiles {
    /// Of some draws; quantiles interpolate between neighbours (Hyndman and Fan, type 7).
    pub(crate) fn of(draws: &[f64]) -> Self {
        let mean = math::sum(draws) / draws.len() as f64;
        if draws.iter().all(|draw| *draw == draws[0]) {
            return Self::exactly(draws[0]);
        }
        let places = PROBABILITIES.map(|probability| Place::new(probability, draws.len()));
        let ranked = Ranked::new(draws, places.iter().flat_map(|place| place.ranks()).collect());
        let [p05, p50, p95] = places.map(|place| place.quantile(&ranked));
        let errors = places.map(|place| place.error(&ranked));
        let error = QuantileErrors { p05: errors[0], p50: errors[1], p95: errors[2] };
        Self { p05, p50, p95, mean, error: Some(error) }
    }

    /// Of a number without spread.
    pub(crate) fn exactly(value: f64) -> Self {
        Self { p05: value, p50: value, p95: value, mean: value, error: None }
    }

    /// Of a range that a method gives: its ends, and their midpoint as median and mean.
    pub(crate) fn range(low: f64, high: f64) -> Self {
        let middle = f64::midpoint(low, high);
        Self { p05: low.min(high), p50: middle, p95: low.max(high), mean: middle, error: None }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let Self { p05, p50, p95, mean, error } = self;
        let error = error.map(|QuantileErrors { p05, p50, p95 }| QuantileErrors {
            p05: p05 * factor,
            p50: p50 * factor,
            p95: p95 * factor,
        });
        Self { p05: p05 * factor, p50: p50 * factor, p95: p95 * factor, mean: mean * factor, error }
    }

    /// The squared geometric standard deviation that goes with the 5th and 95th percentiles: a lognormal result lies
    /// within this factor of its median in 95 % of cases. None where the 5th percentile is not above zero.
    ///
    /// ```text
    /// GSD^2 = exp(2 * ln(p95 / p05) / (2 * 1.645))
    /// ```
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let carbon = scenario.estimate(Settings::default()).per_unit.carbon_g.unwrap();
    /// assert!(carbon.gsd_squared().is_some_and(|factor| factor > 1.5));
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn gsd_squared(&self) -> Option<f64> {
        (self.p05 > 0.0).then(|| Real::exp(Real::ln(self.p95 / self.p05) / Z95))
    }
}

/// 5th percentile, median and 95th percentile alone, as [`Quantiles::of`] has them.
pub(super) fn percentiles(draws: &[f64]) -> [f64; 3] {
    let places = PROBABILITIES.map(|probability| Place::new(probability, draws.len()));
    let ranked = Ranked::new(draws, places.iter().flat_map(|place| [place.below, place.above()]).collect());
    places.map(|place| place.quantile(&ranked))
}

/// Where a percentile stands among ordered draws.
#[derive(Clone, Copy)]
struct Place {
    below: usize,
    /// How far towards the next one.
    part: f64,
    /// One standard deviation of the number of draws below, to either side.
    low: usize,
    high: usize,
}

impl Place {
    fn new(probability: f64, draws: usize) -> Self {
        let last = draws - 1;
        let position = probability * last as f64;
        let deviation = (draws as f64 * probability * (1.0 - probability)).sqrt();
        let below = position.floor() as usize;
        let low = (position - deviation).round().max(0.0) as usize;
        let high = ((position + deviation).round() as usize).min(last);
        Self { below, part: position - below as f64, low, high }
    }

    fn above(self) -> usize {
        if self.part > 0.0 { self.below + 1 } else { self.below }
    }

    fn ranks(self) -> [usize; 4] {
        [self.low, self.below, self.above(), self.high]
    }

    fn quantile(self, ranked: &Ranked) -> f64 {
        let (low, high) = (ranked.at(self.below), ranked.at(self.above()));
        low + self.part * (high - low)
    }

    fn error(self, ranked: &Ranked) -> f64 {
        (ranked.at(self.high) - ranked.at(self.low)) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Continuous as _, ContinuousCDF as _, Normal};

    #[test]
    fn quantiles_interpolate() {
        let draws: Vec<f64> = (0..101).rev().map(f64::from).collect();
        let quantiles = Quantiles::of(&draws);
        let Quantiles { p05, p50, p95, mean, .. } = quantiles;
        assert_eq!([p05, p50, p95, mean], [5.0, 50.0, 95.0, 50.0]);
        assert_eq!(Quantiles::of(&[1.0, 2.0]).p50, 1.5);
    }

    #[test]
    fn a_constant_has_no_spread() {
        assert_eq!(Quantiles::of(&[3.0; 7]), Quantiles::exactly(3.0));
    }

    /// Of a normal law, the error of a percentile is sqrt(p (1 - p) / n) over the density there.
    #[test]
    fn the_error_of_a_percentile_is_that_of_order_statistics() {
        let normal = Normal::standard();
        let n = 100_000_usize;
        let draws: Vec<f64> = (0..n).map(|k| normal.inverse_cdf((((k * 7919) % n) as f64 + 0.5) / n as f64)).collect();
        let error = Quantiles::of(&draws).error.expect("an error");
        let tails = (0.05 * 0.95 / n as f64).sqrt() / normal.pdf(Z95);
        let middle = (0.25 / n as f64).sqrt() / normal.pdf(0.0);
        for (found, expected) in [(error.p05, tails), (error.p50, middle), (error.p95, tails)] {
            assert!((found / expected - 1.0).abs() < 0.02, "{found} is not {expected}");
        }
    }

    #[test]
    fn the_factor_of_a_lognormal_result_holds_95_percent() {
        let quantiles = Quantiles { p05: (-Z95).exp(), p50: 1.0, p95: Z95.exp(), mean: 1.0, error: None };
        assert!((quantiles.gsd_squared().expect("positive") - 2.0_f64.exp()).abs() < 1e-12);
        assert_eq!(Quantiles::range(0.0, 1.0).gsd_squared(), None);
    }
}
