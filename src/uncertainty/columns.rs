//! Columns of draws: addressed, stratified, shared by whoever uses the figure.

use statrs::distribution::{ContinuousCDF, Normal, Triangular};

use crate::figure::{Law, Z95};
use crate::math::{LANES, Lanes, Real};
use crate::scenario::Input;

/// All draws of all inputs: one column an input.
///
/// Randomness is addressed, not streamed: a column depends only on the seed, on which figure the input is, and
/// on its law. Two scenarios that use the same figure therefore use the same draws of it, in whatever order and
/// on however many threads they are computed. Each column is a Latin hypercube in one dimension: the midpoints
/// of equally likely strata, in an order given by a keyed shuffle.
#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<Column>,
    samples: usize,
}

#[derive(Debug)]
enum Column {
    Constant(f64),
    Drawn(Vec<f64>),
}

impl Columns {
    /// Draws all inputs.
    pub(crate) fn draw(inputs: &[Input], samples: usize, seed: u64) -> Self {
        let padded = samples.next_multiple_of(LANES);
        let scores = standard_scores(samples);
        let columns = map_columns(inputs, |input| column(input, &scores, padded, seed));
        Self { columns, samples }
    }

    /// Number of draws.
    pub(crate) fn samples(&self) -> usize {
        self.samples
    }

    /// Exchanges the draws of one input with those of other columns.
    pub(crate) fn exchange(&mut self, other: &mut Self, input: usize) {
        std::mem::swap(&mut self.columns[input], &mut other.columns[input]);
    }

    /// The draws of one input.
    #[cfg(test)]
    pub(crate) fn values(&self, input: usize) -> Vec<f64> {
        let lanes = (0..self.samples).step_by(LANES).flat_map(|first| self.lanes(input, first).to_array());
        lanes.take(self.samples).collect()
    }

    /// Some draws of one input; the last lanes repeat the last draw where the number does not divide.
    #[inline]
    pub(crate) fn lanes(&self, input: usize, first: usize) -> Lanes {
        match &self.columns[input] {
            Column::Constant(value) => Lanes::splat(*value),
            Column::Drawn(draws) => Lanes::from([draws[first], draws[first + 1], draws[first + 2], draws[first + 3]]),
        }
    }
}

#[cfg(feature = "parallel")]
fn map_columns(inputs: &[Input], f: impl Fn(&Input) -> Column + Sync + Send) -> Vec<Column> {
    use rayon::prelude::*;
    inputs.par_iter().map(f).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_columns(inputs: &[Input], f: impl Fn(&Input) -> Column) -> Vec<Column> {
    inputs.iter().map(f).collect()
}

/// Standard normal scores of the midpoints of equally likely strata, in order.
fn standard_scores(samples: usize) -> Vec<f64> {
    let normal = Normal::standard();
    (0..samples).map(|rank| normal.inverse_cdf(midpoint(rank, samples))).collect()
}

fn midpoint(rank: usize, samples: usize) -> f64 {
    (rank as f64 + 0.5) / samples as f64
}

/// Smallest draw of a quantity that cannot be negative, as a share of its median.
const SMALLEST_SHARE: f64 = 1e-3;

/// The value of an input at a probability.
pub(crate) fn value_at(input: &Input, probability: f64) -> f64 {
    let (low, high) = domain(input);
    quantile_function(input)(Normal::standard().inverse_cdf(probability), probability).clamp(low, high)
}

/// Values that an input is drawn from.
fn domain(input: &Input) -> (f64, f64) {
    let (low, high) = input.domain;
    // A normal law given for a quantity that divides others never reaches zero.
    let is_normal = matches!(input.law, Law::Normal { .. });
    (if is_normal && low == 0.0 { input.value * SMALLEST_SHARE } else { low }, high)
}

fn column(input: &Input, scores: &[f64], padded: usize, seed: u64) -> Column {
    if input.law == Law::Exact {
        return Column::Constant(input.value);
    }
    let samples = scores.len();
    let quantile = quantile_function(input);
    let ranks = shuffled_ranks(seed, &input.identity, samples);
    let (low, high) = domain(input);
    let draws = (0..padded)
        .map(|draw| {
            let rank = ranks[draw.min(samples - 1)] as usize;
            quantile(scores[rank], midpoint(rank, samples)).clamp(low, high)
        })
        .collect();
    Column::Drawn(draws)
}

/// The value at a standard score and the probability that belongs to it.
fn quantile_function(input: &Input) -> Box<dyn Fn(f64, f64) -> f64> {
    let value = input.value;
    match input.law {
        Law::Exact => Box::new(move |_, _| value),
        Law::Lognormal { p05, p95 } => {
            let (below, above) = (Real::ln(value / p05) / Z95, Real::ln(p95 / value) / Z95);
            Box::new(move |score, _| value * Real::exp(score * if score < 0.0 { below } else { above }))
        }
        Law::Normal { p05, p95 } => {
            let (below, above) = ((value - p05) / Z95, (p95 - value) / Z95);
            Box::new(move |score, _| value + score * if score < 0.0 { below } else { above })
        }
        Law::Triangular { low, high } => match Triangular::new(low, high, value) {
            Ok(law) => Box::new(move |_, probability| law.inverse_cdf(probability)),
            Err(_) => Box::new(move |_, _| value),
        },
        Law::Uniform { low, high } => Box::new(move |_, probability| low + probability * (high - low)),
    }
}

/// The ranks in an order that depends only on the seed and on which figure it is (Fisher and Yates 1938).
fn shuffled_ranks(seed: u64, identity: &str, samples: usize) -> Vec<u32> {
    let mut state = key(seed, identity);
    let mut ranks: Vec<u32> = (0..u32::try_from(samples).unwrap_or(u32::MAX)).collect();
    for last in (1..ranks.len()).rev() {
        state = state.wrapping_add(GOLDEN_GAMMA);
        // A number below last + 1: the high half of a product (Lemire 2019), without division.
        let below = (u128::from(mixed(state)) * (last as u128 + 1)) >> u64::BITS;
        ranks.swap(last, below as usize);
    }
    ranks
}

fn key(seed: u64, identity: &str) -> u64 {
    let mut hash = hmac_sha256::Hash::new();
    hash.update(seed.to_le_bytes());
    hash.update(identity.as_bytes());
    hash.finalize().iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Step of the generator: 2^64 over the golden ratio.
pub(crate) const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every other.
pub(crate) fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Origin;

    fn input(identity: &str, value: f64, law: Law) -> Input {
        Input {
            key: identity.to_owned(),
            shown: String::new(),
            value,
            unit: ("", 1.0),
            domain: (0.0, f64::INFINITY),
            law,
            origin: Origin::Default,
            profile: None,
            source: None,
            reason: None,
            identity: identity.to_owned(),
        }
    }

    fn draws(identity: &str, value: f64, law: Law, samples: usize, seed: u64) -> Vec<f64> {
        let columns = Columns::draw(&[input(identity, value, law)], samples, seed);
        let lanes = (0..samples).step_by(LANES).flat_map(|first| columns.lanes(0, first).to_array());
        lanes.take(samples).collect()
    }

    fn sorted(mut values: Vec<f64>) -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn a_column_has_exactly_the_published_percentiles() {
        let law = Law::Lognormal { p05: 2.0, p95: 30.0 };
        let values = sorted(draws("a", 5.0, law, 10_001, 1));
        assert!((values[5000] - 5.0).abs() < 1e-3, "{}", values[5000]);
        assert!((values[500] - 2.0).abs() < 1e-2, "{}", values[500]);
        assert!((values[9500] - 30.0).abs() < 0.1, "{}", values[9500]);
    }

    #[test]
    fn a_column_is_a_permutation_of_its_strata() {
        let law = Law::Uniform { low: 0.0, high: 1.0 };
        for samples in [100, 1000, 1023, 1025] {
            let values = sorted(draws("a", 0.5, law, samples, 7));
            for (rank, value) in values.iter().enumerate() {
                assert!((value - midpoint(rank, samples)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_same_figure_is_the_same_draw_and_another_is_not() {
        let law = Law::Normal { p05: 8.0, p95: 12.0 };
        let one = draws("grid/fr/carbon_intensity", 10.0, law, 1000, 1);
        assert_eq!(one, draws("grid/fr/carbon_intensity", 10.0, law, 1000, 1));
        assert_ne!(one, draws("grid/fr/carbon_intensity", 10.0, law, 1000, 2));
        let other = draws("grid/de/carbon_intensity", 10.0, law, 1000, 1);
        let mean = 10.0;
        let product: f64 = one.iter().zip(&other).map(|(a, b)| (a - mean) * (b - mean)).sum();
        let square: f64 = one.iter().map(|a| (a - mean) * (a - mean)).sum();
        assert!((product / square).abs() < 0.1, "correlation {}", product / square);
    }

    #[test]
    fn the_triangular_law_has_its_mode() {
        let law = Law::Triangular { low: 0.0, high: 4.0 };
        let values = sorted(draws("a", 1.0, law, 1000, 1));
        assert!(values[0] > 0.0 && values[999] < 4.0);
        assert!((values[249] - 1.0).abs() < 0.01, "{}", values[249]);
    }
}
