//! Groups of inputs: those of the same figure are one draw, and therefore one cause.

use crate::figure::Law;
use crate::scenario::{Input, Scenario};

/// The uncertain inputs that are one draw.
pub(super) struct Group {
    /// Their places among the inputs, in order.
    pub(super) inputs: Vec<usize>,
}

impl Group {
    /// All groups with a spread, in the order of the inputs.
    pub(super) fn all(scenario: &Scenario) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (place, input) in scenario.inputs.iter().enumerate() {
            if input.law == Law::Exact {
                continue;
            }
            let same = |group: &&mut Self| scenario.inputs[group.inputs[0]].identity == input.identity;
            match groups.iter_mut().find(same) {
                Some(group) => group.inputs.push(place),
                None => groups.push(Self { inputs: vec![place] }),
            }
        }
        groups
    }

    /// The first of its inputs, which stands for the others.
    pub(super) fn first<'s>(&self, scenario: &'s Scenario) -> &'s Input {
        &scenario.inputs[self.inputs[0]]
    }
}
