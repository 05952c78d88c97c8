//! The closed-form budget of the variance of the logarithm, from exact derivatives at the central case.

use crate::figure::{Law, Z95};
use crate::sensitivity::subject::Subject;

/// What the derivatives at the central case say of a group.
pub(super) struct Slope {
    /// Per cent that the result moves when all inputs of the group move by one per cent.
    pub(super) elasticity: f64,
    /// Standard deviation that the group alone gives to the logarithm of the result.
    pub(super) log_sd: f64,
}

/// The slope of each group.
pub(super) fn slopes(subject: &Subject) -> Vec<Slope> {
    let elasticities = subject.log_slopes(|input| input.value);
    let deviations = subject.log_slopes(|input| deviation(input.value, input.law));
    elasticities.into_iter().zip(deviations).map(|(elasticity, sd)| Slope { elasticity, log_sd: sd.abs() }).collect()
}

/// Shares of the variance of the logarithm; they add up to one, or are all zero.
pub(super) fn shares(slopes: &[Slope]) -> Vec<f64> {
    let variance: f64 = slopes.iter().map(|slope| slope.log_sd * slope.log_sd).sum();
    let share = |slope: &Slope| if variance > 0.0 { slope.log_sd * slope.log_sd / variance } else { 0.0 };
    slopes.iter().map(share).collect()
}

/// By how much an input moves with one standard deviation of its draw, near its central value.
fn deviation(value: f64, law: Law) -> f64 {
    // Means over both pieces of a law in two pieces.
    match law {
        Law::Exact => 0.0,
        Law::Lognormal { .. } => value * law.log_sd().unwrap_or(0.0),
        Law::Normal { p05, p95 } => (p95 - p05) / (2.0 * Z95),
        Law::Triangular { low, high } => {
            let products = low * high + low * value + high * value;
            ((low * low + high * high + value * value - products) / TRIANGULAR).max(0.0).sqrt()
        }
        Law::Uniform { low, high } => (high - low) / UNIFORM.sqrt(),
    }
}

/// Divisor of the variance of a triangular law.
const TRIANGULAR: f64 = 18.0;
/// Divisor of the variance of a uniform law.
const UNIFORM: f64 = 12.0;

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = deviation(2.0, law);
            assert!((found - expected).abs() < 1e-12, "{law:?}: {found}");
        }
    }

    #[test]
    fn shares_add_up_or_are_nothing() {
        let slope = |log_sd: f64| Slope { elasticity: 1.0, log_sd };
        let found = shares(&[slope(0.3), slope(0.4)]);
        assert!((found[0] - 0.36).abs() < 1e-12 && (found[1] - 0.64).abs() < 1e-12, "{found:?}");
        assert_eq!(shares(&[slope(0.0)]), [0.0]);
        assert_eq!(shares(&[]), Vec::<f64>::new());
    }
}
