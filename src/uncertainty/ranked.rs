//! The values that stand at some ranks of many, without putting all in order.

use crate::math;

/// Values for each bin that they are counted in, on average.
const PER_BIN: usize = 8;
/// Most bins: their counts stay in the first cache.
const MOST_BINS: usize = 8192;

/// Values at some ranks.
pub(super) struct Ranked {
    /// In order, without repeats.
    ranks: Vec<usize>,
    values: Vec<f64>,
}

impl Ranked {
    /// Finds the values at these ranks, each below their number; zero is the rank of the smallest.
    ///
    /// Values are counted in bins that are as wide as a small part of the value itself; only the bins that hold a rank
    /// asked for are put in order.
    pub(super) fn new(values: &[f64], mut ranks: Vec<usize>) -> Self {
        ranks.sort_unstable();
        ranks.dedup();
        let bins = Bins::of(values);
        let mut held = vec![false; bins.count];
        let mut places = Vec::with_capacity(ranks.len());
        let (mut start, mut left_out) = (0, 0);
        let mut wanted = ranks.iter().peekable();
        for (held, count) in held.iter_mut().zip(bins.counts(values)) {
            let count = count as usize;
            while let Some(rank) = wanted.next_if(|rank| **rank < start + count) {
                places.push(rank - left_out);
                *held = true;
            }
            start += count;
            left_out += if *held { 0 } else { count };
        }
        let mut inside: Vec<f64> = values.iter().copied().filter(|value| held[bins.bin(*value)]).collect();
        inside.sort_unstable_by(f64::total_cmp);
        Self { values: places.iter().map(|place| inside[*place]).collect(), ranks }
    }

    /// The value at one of the ranks asked for.
    pub(super) fn at(&self, rank: usize) -> f64 {
        self.ranks.binary_search(&rank).map_or(f64::NAN, |place| self.values[place])
    }
}

/// Bins of equal width on the scale of the bits of a number, which is nearly that of its logarithm.
struct Bins {
    count: usize,
    first: u64,
    shift: u32,
}

impl Bins {
    fn of(values: &[f64]) -> Self {
        let (least, most) = math::ends(values);
        let (first, last) = (key(least), key(most));
        let count = (values.len() / PER_BIN).clamp(1, MOST_BINS);
        let mut shift = 0;
        while last.saturating_sub(first) >> shift >= count as u64 {
            shift += 1;
        }
        Self { count, first, shift }
    }

    #[inline]
    fn bin(&self, value: f64) -> usize {
        // What is not a number, or a zero with the other sign, falls into the first or the last bin.
        let bin = (key(value).saturating_sub(self.first) >> self.shift) as usize;
        bin.min(self.count - 1)
    }

    fn counts(&self, values: &[f64]) -> Vec<u32> {
        let mut counts = vec![0_u32; self.count];
        for value in values {
            counts[self.bin(*value)] += 1;
        }
        counts
    }
}

/// Whole numbers in the order of the numbers.
#[inline]
fn key(value: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = value.to_bits();
    // All bits of a negative number are turned, of others the sign alone.
    bits ^ (SIGN | (bits.cast_signed() >> 63).cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_values_in_order() {
        for (count, spread) in [(1, 1.0), (2, 1.0), (100, 0.5), (5000, 3.0), (5000, 1e-9), (5000, 200.0)] {
            let value = |place: usize| ((place * 7919 % count) as f64 / count as f64 - 0.3) * spread;
            let signed: Vec<f64> = (0..count).map(value).collect();
            let positive: Vec<f64> = signed.iter().map(|value| value.exp()).collect();
            for values in [signed, positive] {
                let mut ordered = values.clone();
                ordered.sort_by(f64::total_cmp);
                let ranked = Ranked::new(&values, (0..count).collect());
                assert!((0..count).all(|rank| ranked.at(rank) == ordered[rank]), "{count} {spread}");
                let few = Ranked::new(&values, vec![count - 1, 0, count / 2, count / 20, count / 2]);
                assert!([0, count / 20, count / 2, count - 1].iter().all(|rank| few.at(*rank) == ordered[*rank]));
            }
        }
    }

    #[test]
    fn zeros_of_both_signs_are_zeros() {
        let ranked = Ranked::new(&[0.0, -0.0, 1.0, 0.0], vec![0, 1, 3]);
        assert_eq!([ranked.at(0), ranked.at(1), ranked.at(3)], [0.0, 0.0, 1.0]);
    }

    #[test]
    fn equal_values_have_every_rank() {
        let ranked = Ranked::new(&[2.0, 1.0, 2.0, 2.0], vec![1, 3]);
        assert_eq!([ranked.at(1), ranked.at(3)], [2.0, 2.0]);
    }
}
