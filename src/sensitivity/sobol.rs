//! Sobol' indices of any function of grouped inputs, first and total order.

use crate::sensitivity::bootstrap::intervals;
use crate::sensitivity::records::Interval;

/// Which draws a function of grouped inputs is to be computed with, of two sets A and B that are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mix {
    /// All of A.
    A,
    /// All of B.
    B,
    /// All of A but this group, which is taken from B.
    AWithB(usize),
}

/// First and total order index of one group, each with a 5–95 % interval by bootstrap.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Indices {
    /// Share of the variance that would go if the group were known.
    pub first: f64,
    /// 5th to 95th percentile of the former.
    pub first_interval: Interval,
    /// Share of the variance that would stay if everything else were known.
    pub total: f64,
    /// 5th to 95th percentile of the former.
    pub total_interval: Interval,
}

/// Sobol' indices of a function of `groups` groups of inputs.
///
/// `function` returns all draws of its result for a [`Mix`] of two independent sets of draws; the same draw must stand
/// at the same place every time.
///
/// ```text
/// S_i  = mean(f(B) (f(A with B_i) - f(A))) / V
/// ST_i = mean((f(A) - f(A with B_i))^2) / (2 V)
/// ```
///
/// `V` is the variance over A and B, and the mean is taken off `f` first. The indices of a function without variance
/// are zero. Estimates scatter: one of an input without effect may come out slightly below zero.
///
/// # Source
///
/// First order: Saltelli et al. 2010, Computer Physics Communications 181, 259, table 2 (b). Total order: Jansen 1999,
/// Computer Physics Communications 117, 35. Intervals: percentiles of 200 bootstrap replicates of the rows.
///
/// ```
/// use econome::sensitivity::{Mix, sobol};
/// // f = x + 2 y, of two independent uniform inputs: shares 1/5 and 4/5.
/// let n = 4096_u32;
/// let radical = |i: u32, base: u32| {
///     let (mut i, mut scale, mut sum) = (i + 1, 1.0, 0.0);
///     while i > 0 {
///         scale /= f64::from(base);
///         sum += scale * f64::from(i % base);
///         i /= base;
///     }
///     sum
/// };
/// let value = |row: u32, group: usize, b: bool| radical(row, [[2, 3], [5, 7]][usize::from(b)][group]);
/// let function = |mix: Mix| -> Vec<f64> {
///     let from_b = |group: usize| mix == Mix::B || mix == Mix::AWithB(group);
///     (0..n).map(|row| value(row, 0, from_b(0)) + 2.0 * value(row, 1, from_b(1))).collect()
/// };
/// let indices = sobol(2, 1, function);
/// assert!((indices[0].first - 0.2).abs() < 0.01 && (indices[1].total - 0.8).abs() < 0.01);
/// ```
#[must_use]
pub fn sobol(groups: usize, seed: u64, mut function: impl FnMut(Mix) -> Vec<f64>) -> Vec<Indices> {
    let (mut a, mut b) = (function(Mix::A), function(Mix::B));
    let rows = a.len().min(b.len());
    let mean = (a.iter().sum::<f64>() + b.iter().sum::<f64>()) / (a.len() + b.len()).max(1) as f64;
    a.iter_mut().chain(&mut b).for_each(|value| *value -= mean);
    let mut terms = Terms { both: Vec::new(), squares: Vec::new(), groups: Vec::new() };
    terms.both = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    terms.squares = a.iter().zip(&b).map(|(a, b)| a * a + b * b).collect();
    for group in 0..groups {
        let mixed = function(Mix::AWithB(group));
        let row = |row: usize| {
            let change = mixed[row] - mean - a[row];
            (b[row] * change, change * change)
        };
        terms.groups.push((0..rows.min(mixed.len())).map(row).collect());
    }
    let every: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
    let found = terms.indices(&every);
    let intervals = intervals(rows, seed, |taken| terms.indices(taken));
    let one = |group: usize| Indices {
        first: found[2 * group],
        first_interval: intervals[2 * group],
        total: found[2 * group + 1],
        total_interval: intervals[2 * group + 1],
    };
    (0..groups).map(one).collect()
}

/// What the estimators add up, row by row.
struct Terms {
    /// Sum of both sets.
    both: Vec<f64>,
    /// Sum of the squares of both sets.
    squares: Vec<f64>,
    /// Of each group: the terms of the first and of the total order.
    groups: Vec<Vec<(f64, f64)>>,
}

impl Terms {
    /// First and total order of each group, in turn, over some rows.
    fn indices(&self, rows: &[u32]) -> Vec<f64> {
        let sum = |values: &[f64]| rows.iter().map(|row| values[*row as usize]).sum::<f64>();
        let mean = sum(&self.both) / (2 * rows.len()).max(1) as f64;
        // Variance times the number of rows.
        let variance = sum(&self.squares) / 2.0 - mean * mean * rows.len() as f64;
        let share = |part: f64| if variance > 0.0 { part / variance } else { 0.0 };
        let mut found = Vec::with_capacity(2 * self.groups.len());
        for terms in &self.groups {
            let (first, total) = rows.iter().fold((0.0, 0.0), |(first, total), row| {
                let term = terms[*row as usize];
                (first + term.0, total + term.1)
            });
            found.extend([share(first), share(total / 2.0)]);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Law;
    use crate::scenario::{Input, Origin};
    use crate::uncertainty::Columns;

    fn uniform(identity: &str, law: Law) -> Input {
        Input {
            key: identity.to_owned(),
            shown: String::new(),
            value: 0.0,
            unit: ("", 1.0),
            domain: (f64::NEG_INFINITY, f64::INFINITY),
            law,
            origin: Origin::Default,
            profile: None,
            source: None,
            reason: None,
            identity: identity.to_owned(),
        }
    }

    fn column(input: &Input, samples: usize, seed: u64) -> Vec<f64> {
        Columns::draw(std::slice::from_ref(input), samples, seed).column(0)[..samples].to_vec()
    }

    /// Draws of Ishigami and Homma's function of three uniform inputs, the columns being ours.
    fn ishigami(samples: usize) -> Vec<Indices> {
        let pi = std::f64::consts::PI;
        let law = Law::Uniform { low: -pi, high: pi };
        let inputs = ["x1", "x2", "x3"].map(|name| uniform(name, law));
        let a = inputs.clone().map(|input| column(&input, samples, 1));
        let b = inputs.map(|input| column(&input, samples, 2));
        sobol(3, 1, |mix| {
            let of = |group: usize| if mix == Mix::B || mix == Mix::AWithB(group) { &b[group] } else { &a[group] };
            let (x, y, z) = (of(0), of(1), of(2));
            (0..samples)
                .map(|row| {
                    let sine = y[row].sin();
                    let fourth = z[row] * z[row] * z[row] * z[row];
                    x[row].sin() * (1.0 + 0.1 * fourth) + 7.0 * sine * sine
                })
                .collect()
        })
    }

    /// Golden values: Ishigami and Homma 1990 with a = 7, b = 0.1, in closed form.
    #[test]
    fn the_indices_of_ishigami_are_reproduced() {
        let found = ishigami(65_536);
        let truth = [(0.313_905, 0.557_589), (0.442_411, 0.442_411), (0.0, 0.243_684)];
        for (found, (first, total)) in found.iter().zip(truth) {
            assert!((found.first - first).abs() < 0.01, "{found:?}");
            assert!((found.total - total).abs() < 0.01, "{found:?}");
        }
    }

    #[test]
    fn intervals_shrink_with_the_draws_and_hold_the_estimate() {
        let (few, many) = (ishigami(1000), ishigami(16_000));
        for (few, many) in few.iter().zip(&many) {
            let width = |interval: Interval| interval.high - interval.low;
            let ratio = width(few.total_interval) / width(many.total_interval);
            assert!((2.5..6.0).contains(&ratio), "{ratio}");
            assert!(few.first_interval.low <= few.first && few.first <= few.first_interval.high);
        }
    }

    #[test]
    fn a_constant_has_no_indices() {
        let found = sobol(1, 1, |_| vec![3.0; 100]);
        assert_eq!((found[0].first, found[0].total), (0.0, 0.0));
    }
}
