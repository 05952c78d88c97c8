//! The closed-form budget of the variance of the logarithm, from exact derivatives at the central case.

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
    let deviations = subject.log_slopes(|input| input.law.deviation(input.value));
    elasticities.into_iter().zip(deviations).map(|(elasticity, sd)| Slope { elasticity, log_sd: sd.abs() }).collect()
}

/// Shares of the variance of the logarithm; they add up to one, or are all zero.
pub(super) fn shares(slopes: &[Slope]) -> Vec<f64> {
    let variance: f64 = slopes.iter().map(|slope| slope.log_sd * slope.log_sd).sum();
    let share = |slope: &Slope| if variance > 0.0 { slope.log_sd * slope.log_sd / variance } else { 0.0 };
    slopes.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_or_are_nothing() {
        let slope = |log_sd: f64| Slope { elasticity: 1.0, log_sd };
        let found = shares(&[slope(0.3), slope(0.4)]);
        assert!((found[0] - 0.36).abs() < 1e-12 && (found[1] - 0.64).abs() < 1e-12, "{found:?}");
        assert_eq!(shares(&[slope(0.0)]), [0.0]);
        assert_eq!(shares(&[]), Vec::<f64>::new());
    }
}
