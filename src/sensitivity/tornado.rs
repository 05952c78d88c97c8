//! The tornado: a result at either end of each group, everything else central.

use crate::Target;
use crate::impact::{Silent, evaluate};
use crate::scenario::Scenario;
use crate::sensitivity::groups::Group;
use crate::uncertainty::value_at;

/// Probabilities of the ends.
const ENDS: [f64; 2] = [0.05, 0.95];

/// The amount of a result with the inputs of each group at their 5th and at their 95th percentile.
pub(super) fn ends(scenario: &Scenario, groups: &[Group], target: Target) -> Vec<[f64; 2]> {
    groups.iter().map(|group| ENDS.map(|probability| at(scenario, group, target, probability))).collect()
}

fn at(scenario: &Scenario, group: &Group, target: Target, probability: f64) -> f64 {
    let case = scenario.case.map(|slot| {
        let input = &scenario.inputs[slot.0];
        if group.inputs.contains(&slot.0) { value_at(input, probability) } else { input.value }
    });
    target.amount(&evaluate(&case, &mut Silent))
}
