//! The value of knowing a datum: how far the interval of a result would shrink.

use crate::Target;
use crate::figure::Law;
use crate::scenario::{Input, Scenario};
use crate::sensitivity::groups::Group;
use crate::uncertainty::{Columns, Quantiles, Settings, run};

/// The draws of a scenario, of which some groups can be taken as known.
pub(super) struct Knowledge<'s> {
    scenario: &'s Scenario,
    target: Target,
    columns: Columns,
    /// Every input at its central value.
    known: Columns,
}

impl<'s> Knowledge<'s> {
    pub(super) fn new(scenario: &'s Scenario, target: Target, settings: Settings) -> Self {
        let exact: Vec<Input> =
            scenario.inputs.iter().map(|input| Input { law: Law::Exact, ..input.clone() }).collect();
        let (samples, seed) = (settings.samples(), settings.seed());
        let columns = Columns::draw(&scenario.inputs, samples, seed);
        Self { scenario, target, columns, known: Columns::draw(&exact, samples, seed) }
    }

    /// All draws of the result.
    pub(super) fn draws(&self) -> Vec<f64> {
        run(self.scenario, &self.columns, &[self.target.output()]).pop().unwrap_or_default()
    }

    /// Takes the inputs of a group as known, or as unknown again.
    pub(super) fn exchange(&mut self, group: &Group) {
        for input in &group.inputs {
            self.columns.exchange(&mut self.known, *input);
        }
    }

    /// The result, in its coherent unit, if this group too were known, at its median.
    pub(super) fn if_known(&mut self, group: &Group) -> Quantiles {
        self.exchange(group);
        let quantiles = Quantiles::of(&mut self.draws());
        self.exchange(group);
        quantiles
    }
}

/// How wide an interval is: the factor between its ends, or their distance where it reaches zero.
pub(super) fn width(quantiles: &Quantiles) -> f64 {
    if quantiles.p05 > 0.0 { quantiles.p95 / quantiles.p05 } else { quantiles.p95 - quantiles.p05 }
}
