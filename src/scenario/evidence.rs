//! How good the evidence for an input is.

use serde::{Deserialize, Serialize};

use crate::scenario::{Choice, Input, Origin, Scenario};

/// How good the evidence for a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// Given in the scenario: measured, or decided.
    Given,
    /// A published figure of a profile that the scenario names.
    Published,
    /// An assumption: a default, a judgement in a profile, or the figure of a profile that nobody chose.
    Assumed,
}

impl Evidence {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Published => "published",
            Self::Assumed => "assumed",
        }
    }
}

/// Source of the figures that are judgements of this project.
const JUDGEMENT: &str = "econome-assumption";

impl Scenario {
    /// How good the evidence for an input is.
    pub(crate) fn evidence(&self, input: usize) -> Evidence {
        let input = &self.inputs[input];
        match input.origin {
            Origin::Given => Evidence::Given,
            Origin::Default => Evidence::Assumed,
            Origin::Profile if input.source.as_deref() == Some(JUDGEMENT) => Evidence::Assumed,
            Origin::Profile if self.choices.iter().any(|one| assumed(one, self) && chose(one, input)) => {
                Evidence::Assumed
            }
            Origin::Profile => Evidence::Published,
        }
    }
}

/// Whether nobody made this choice; the grid of a facility is as good as the choice of the facility.
fn assumed(choice: &Choice, scenario: &Scenario) -> bool {
    let of_facility = choice.reason.as_deref().is_some_and(|reason| reason.starts_with("grid of facility"));
    let facility_assumed =
        || scenario.choices.iter().any(|one| one.key == "site.facility" && one.origin == Origin::Default);
    choice.origin == Origin::Default && (!of_facility || facility_assumed())
}

/// Whether this choice led to the profile of an input: `steps.a.serving.stack` to `stack/…` at `steps.a.stack.…`.
fn chose(choice: &Choice, input: &Input) -> bool {
    let Some((kind, id)) = input.profile.as_deref().and_then(|profile| profile.split_once('/')) else { return false };
    let last = choice.key.rsplit('.').next().unwrap_or_default();
    let step = |key: &str| key.strip_prefix("steps.").and_then(|rest| rest.split('.').next()).map(str::to_owned);
    let same_place = step(&choice.key) == step(&input.key)
        && choice.key.starts_with("terminal.") == input.key.starts_with("terminal.")
        && choice.key.starts_with("training.") == input.key.starts_with("training.");
    last == kind && choice.value == id && same_place
}
