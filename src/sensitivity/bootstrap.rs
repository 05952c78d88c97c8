//! Intervals by drawing the draws again.

use crate::sensitivity::Interval;
use crate::uncertainty::{GOLDEN_GAMMA, Quantiles, mixed};

/// How often the draws are drawn again: enough for a 5th and a 95th percentile.
const REPLICATES: usize = 200;

/// 5th and 95th percentile of each statistic over replicates (Efron 1979), every replicate taking as many rows as there
/// are, with replacement; which ones depends only on the seed.
pub(super) fn intervals(
    rows: usize,
    seed: u64,
    statistics: impl Fn(&[u32]) -> Vec<f64> + Sync + Send,
) -> Vec<Interval> {
    let replicates = map_replicates(|replicate| statistics(&resampled(rows, seed, replicate)));
    let count = replicates.first().map_or(0, Vec::len);
    let interval = |statistic: usize| {
        let values: Vec<f64> = replicates.iter().map(|values| values[statistic]).collect();
        let Quantiles { p05, p95, .. } = Quantiles::of(&values);
        Interval { low: p05, high: p95 }
    };
    (0..count).map(interval).collect()
}

/// The rows of one replicate.
fn resampled(rows: usize, seed: u64, replicate: usize) -> Vec<u32> {
    let mut state = mixed(seed ^ mixed(replicate as u64 + 1));
    let draw = |_| {
        state = state.wrapping_add(GOLDEN_GAMMA);
        ((u128::from(mixed(state)) * rows as u128) >> u64::BITS) as u32
    };
    (0..rows).map(draw).collect()
}

#[cfg(feature = "parallel")]
fn map_replicates(f: impl Fn(usize) -> Vec<f64> + Sync + Send) -> Vec<Vec<f64>> {
    use rayon::prelude::*;
    (0..REPLICATES).into_par_iter().map(f).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_replicates(f: impl Fn(usize) -> Vec<f64>) -> Vec<Vec<f64>> {
    (0..REPLICATES).map(f).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of n draws has the standard deviation of one over the root of n.
    #[test]
    fn the_interval_of_a_mean_is_that_of_theory() {
        let rows = 1000;
        let mean = |taken: &[u32]| vec![taken.iter().map(|row| f64::from(*row)).sum::<f64>() / taken.len() as f64];
        let found = intervals(rows, 1, mean)[0];
        let sd = rows as f64 / 12.0_f64.sqrt() / (rows as f64).sqrt();
        assert!(((found.high - found.low) / (2.0 * 1.645 * sd) - 1.0).abs() < 0.15, "{found:?}");
        assert!(found.low < 499.5 && 499.5 < found.high);
        assert_eq!(intervals(rows, 1, mean)[0], found);
    }
}
