//! Median, percentiles and mean of some draws.

use serde::{Deserialize, Serialize};

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
}

impl Quantiles {
    /// Of some draws, which are reordered; quantiles interpolate between neighbours (Hyndman and Fan, type 7).
    pub(crate) fn of(draws: &mut [f64]) -> Self {
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        if draws.iter().all(|draw| *draw == draws[0]) {
            return Self { p05: draws[0], p50: draws[0], p95: draws[0], mean: draws[0] };
        }
        let p50 = quantile(draws, 0.50);
        let p05 = quantile(draws, 0.05);
        let p95 = quantile(draws, 0.95);
        Self { p05, p50, p95, mean }
    }

    /// Of a range that a method gives: its ends, and their midpoint as median and mean.
    pub(crate) fn range(low: f64, high: f64) -> Self {
        let middle = f64::midpoint(low, high);
        Self { p05: low.min(high), p50: middle, p95: low.max(high), mean: middle }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let Self { p05, p50, p95, mean } = self;
        Self { p05: p05 * factor, p50: p50 * factor, p95: p95 * factor, mean: mean * factor }
    }
}

fn quantile(draws: &mut [f64], probability: f64) -> f64 {
    let position = probability * (draws.len() - 1) as f64;
    let below = position.floor() as usize;
    let (_, low, above) = draws.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    if above.is_empty() { low } else { low + (position - below as f64) * (high - low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let mut draws: Vec<f64> = (0..101).rev().map(f64::from).collect();
        let quantiles = Quantiles::of(&mut draws);
        assert_eq!(quantiles, Quantiles { p05: 5.0, p50: 50.0, p95: 95.0, mean: 50.0 });
        assert_eq!(Quantiles::of(&mut [1.0, 2.0]).p50, 1.5);
    }

    #[test]
    fn a_constant_has_no_spread() {
        assert_eq!(Quantiles::of(&mut [3.0; 7]), Quantiles { p05: 3.0, p50: 3.0, p95: 3.0, mean: 3.0 });
    }
}
