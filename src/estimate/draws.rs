//! All draws of some results of a scenario, in the units of reports.

use crate::estimate::Target;
use crate::impact::{Silent, evaluate};
use crate::scenario::Scenario;
use crate::uncertainty::{Columns, Output, run};

/// All draws of some results, one column each. Draws of the same number in columns of the same seed go together, in
/// whatever scenario.
pub(crate) fn draws(scenario: &Scenario, columns: &Columns, targets: &[Target]) -> Vec<Vec<f64>> {
    let units = evaluate(&scenario.central(), &mut Silent).units_per_year.value();
    let outputs: Vec<Output> = targets.iter().map(|target| target.output()).collect();
    let mut draws = run(scenario, columns, &outputs);
    for (draws, target) in draws.iter_mut().zip(targets) {
        let factor = target.factor(units);
        draws.iter_mut().for_each(|draw| *draw *= factor);
    }
    draws
}
