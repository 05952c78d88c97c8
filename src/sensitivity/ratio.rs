//! Which data the interval of a ratio comes from, in short.

use crate::estimate::{Target, VarianceShare, leading};
use crate::impact::Indicator;
use crate::scenario::Scenario;
use crate::sensitivity::budget::slopes;
use crate::sensitivity::subject::Subject;

/// The data with the largest shares in the variance of an indicator over that of another scenario; none where no ratio
/// can be formed.
pub(crate) fn ratio_variance(
    scenario: &Scenario,
    against: &Scenario,
    (target, indicator): (Target, Indicator),
) -> Vec<VarianceShare> {
    let Ok(subject) = Subject::ratio(scenario, against, target) else { return Vec::new() };
    let key = |group| subject.keys(group).swap_remove(0);
    let slopes = slopes(&subject);
    leading(indicator, subject.groups.iter().zip(&slopes).map(|(group, slope)| (key(group), slope.log_sd)))
}
