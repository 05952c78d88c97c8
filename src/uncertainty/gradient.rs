//! Exact derivatives of what a scenario gives at its central case, by the formulas themselves.

use crate::dual::Dual;
use crate::impact::{Outcome, Silent, evaluate};
use crate::math::LANES;
use crate::scenario::Scenario;

/// A way to move inputs together: which, and how fast each.
pub(crate) type Direction = Vec<(usize, f64)>;

/// The derivatives of some amounts in each direction: one list a direction, in the order of the amounts.
pub(crate) fn derivatives(
    scenario: &Scenario,
    directions: &[Direction],
    amounts: impl Fn(&Outcome<Dual>) -> Vec<Dual>,
) -> Vec<Vec<f64>> {
    let mut found = Vec::with_capacity(directions.len());
    for together in directions.chunks(LANES) {
        let amounts = amounts(&moved(scenario, together));
        for lane in 0..together.len() {
            found.push(amounts.iter().map(|amount| amount.slopes.to_array()[lane]).collect());
        }
    }
    found
}

/// The central case, differentiated in up to four directions.
fn moved(scenario: &Scenario, directions: &[Direction]) -> Outcome<Dual> {
    let mut slopes = vec![[0.0; LANES]; scenario.inputs.len()];
    for (lane, direction) in directions.iter().enumerate() {
        for (input, slope) in direction {
            slopes[*input][lane] = *slope;
        }
    }
    let case = scenario.case.map(|slot| Dual::moving(scenario.inputs[slot.0].value, slopes[slot.0]));
    evaluate(&case, &mut Silent)
}
