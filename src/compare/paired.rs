//! Results over shared draws: which is lower in how many, their ratio, their places.

use std::cmp::Ordering;

use crate::compare::{Probability, Ranks};

/// How far two results may lie apart, relative to the larger, and still be the same but for rounding.
const ROUNDING: f64 = 1e-12;
/// Probabilities of the ends of an interval.
const ENDS: [f64; 2] = [0.05, 0.95];

/// Which of two results is lower; what differs by rounding alone is equal.
fn order(one: f64, other: f64) -> Ordering {
    if (one - other).abs() <= ROUNDING * one.abs().max(other.abs()) { Ordering::Equal } else { one.total_cmp(&other) }
}

/// Shares of the draws in which a result is lower, and higher, than another in the same draw.
pub(super) fn lower_and_higher(one: &[f64], reference: &[f64]) -> [Probability; 2] {
    [Ordering::Less, Ordering::Greater].map(|wanted| {
        let hits = one.iter().zip(reference).filter(|(one, reference)| order(**one, **reference) == wanted).count();
        Probability::of(hits as f64, one.len())
    })
}

/// The ratio of two results, draw by draw; none where something is set against nothing.
pub(super) fn ratios(one: &[f64], reference: &[f64]) -> Option<Vec<f64>> {
    let ratio = |(one, reference): (&f64, &f64)| match order(*one, *reference) {
        Ordering::Equal => Some(1.0),
        _ if *reference == 0.0 => None,
        _ => Some(one / reference),
    };
    one.iter().zip(reference).map(ratio).collect()
}

/// The places of each of several results, draw by draw; equal results share their places.
pub(super) fn ranks(results: &[&[f64]]) -> Vec<Ranks> {
    let samples = results.first().map_or(0, |draws| draws.len());
    let mut hits = vec![vec![0.0; results.len()]; results.len()];
    for draw in 0..samples {
        for (hits, one) in hits.iter_mut().zip(results) {
            let orders = results.iter().map(|other| order(other[draw], one[draw]));
            let (lower, equal) = orders.fold((0, 0), |(lower, equal), order| match order {
                Ordering::Less => (lower + 1, equal),
                Ordering::Equal => (lower, equal + 1),
                Ordering::Greater => (lower, equal),
            });
            hits[lower..lower + equal].iter_mut().for_each(|hits| *hits += 1.0 / equal as f64);
        }
    }
    hits.into_iter().map(|hits| Ranks::new(&hits, samples)).collect()
}

impl Ranks {
    fn new(hits: &[f64], samples: usize) -> Self {
        let shares: Vec<f64> = hits.iter().map(|hits| hits / samples as f64).collect();
        let [p05, p95] = ENDS.map(|probability| place(&shares, probability));
        let expected = shares.iter().zip(1..).map(|(share, place)| share * f64::from(place)).sum();
        Self { best: Probability::of(hits[0], samples), expected, p05, p95, shares }
    }
}

/// The first place up to which this share of the draws lies.
fn place(shares: &[f64], probability: f64) -> usize {
    let mut below = 0.0;
    let reached = shares.iter().position(|share| {
        below += share;
        below >= probability - ROUNDING
    });
    reached.map_or(shares.len(), |index| index + 1)
}

impl Probability {
    pub(super) fn of(hits: f64, draws: usize) -> Self {
        let n = draws as f64;
        let p = (hits + 1.0) / (n + 2.0);
        Self { share: hits / n, error: (p * (1.0 - p) / (n + 2.0)).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_difference() {
        let [lower, higher] = lower_and_higher(&[1.0 + 1e-15, 2.0, 3.0, 0.0], &[1.0, 3.0, 2.0, 0.0]);
        assert_eq!((lower.share, higher.share), (0.25, 0.25));
        assert_eq!(ratios(&[1.0 + 1e-15, 0.0], &[1.0, 0.0]), Some(vec![1.0, 1.0]));
        assert_eq!(ratios(&[1.0], &[0.0]), None);
        assert_eq!(ratios(&[0.0], &[2.0]), Some(vec![0.0]));
    }

    #[test]
    fn a_share_of_all_draws_still_has_an_error() {
        let sure = Probability::of(10_000.0, 10_000);
        assert!((sure.error / 1e-4 - 1.0).abs() < 0.01, "{sure:?}");
        let half = Probability::of(5_000.0, 10_000);
        assert!((half.error / 5e-3 - 1.0).abs() < 0.01, "{half:?}");
    }

    #[test]
    fn equal_results_share_their_places() {
        let ranks = ranks(&[&[1.0, 1.0], &[1.0, 2.0], &[0.5, 3.0]]);
        assert_eq!(ranks[0].shares, [0.5, 0.25, 0.25]);
        assert_eq!(ranks[1].shares, [0.0, 0.75, 0.25]);
        assert_eq!(ranks[2].shares, [0.5, 0.0, 0.5]);
        assert_eq!(ranks[2].expected, 2.0);
        assert_eq!((ranks[2].p05, ranks[2].p95), (1, 3));
        let places: f64 = ranks.iter().map(|ranks| ranks.expected).sum();
        assert_eq!(places, 6.0);
    }
}
