//! What a result rests on: who said each number, how good the evidence is, what is missing.

use serde::{Deserialize, Serialize};

use crate::dual::Dual;
use crate::estimate::target::missing_in;
use crate::impact::{Indicator, Line, Outcome};
use crate::math::Real as _;
use crate::scenario::{Evidence, Origin, Scenario};
use crate::uncertainty::{Direction, derivatives};
use crate::units::Carried as _;

/// What the amount of one indicator rests on.
///
/// Each line of the breakdown is shared out among the inputs that determine it, in proportion to how much the line
/// moves when the input moves by a per cent (the size of its elasticity); the shares of a line add up to its amount,
/// and the lines to the whole. Inputs that only follow from others (bytes of a precision, number of units a year) and
/// inputs of zero have no share. A line is thus counted by its size, and not by how many figures it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Completeness {
    /// Which indicator.
    pub indicator: Indicator,
    /// How much of the boundary has a figure.
    pub coverage: Coverage,
    /// Shares by who said the numbers; absent where there is no amount.
    pub origin: Option<ByOrigin>,
    /// Shares by how good the evidence is; absent where there is no amount.
    pub evidence: Option<ByEvidence>,
    /// Lines of the breakdown without a figure.
    pub missing_in: Vec<String>,
}

/// How much of the boundary has a figure for an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Coverage {
    /// Every line of the breakdown.
    Whole,
    /// Some lines; the result is a lower bound.
    Part,
    /// None.
    Nothing,
}

/// Shares by who said the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ByOrigin {
    /// Written in the scenario.
    pub given: f64,
    /// A figure of a profile.
    pub profile: f64,
    /// Assumed.
    pub default: f64,
}

/// Shares by how good the evidence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ByEvidence {
    /// Given in the scenario: measured, or decided.
    pub given: f64,
    /// A published figure of a profile that the scenario names.
    pub published: f64,
    /// An assumption: a default, a judgement in a profile, or the figure of a profile that nobody chose.
    pub assumed: f64,
}

/// What each indicator rests on.
pub(super) fn completeness(scenario: &Scenario, central: &Outcome) -> Vec<Completeness> {
    let inputs: Vec<usize> = (0..scenario.inputs.len()).filter(|one| !scenario.inputs[*one].follows()).collect();
    let directions: Vec<Direction> = inputs.iter().map(|one| vec![(*one, scenario.inputs[*one].value)]).collect();
    let slopes = derivatives(scenario, &directions, every_amount);
    let indicators = Indicator::ALL.into_iter().enumerate();
    indicators
        .map(|(index, indicator)| {
            one(scenario, central, indicator, &Slopes { inputs: &inputs, slopes: &slopes, index })
        })
        .collect()
}

/// Every indicator of every line, per functional unit.
fn every_amount(outcome: &Outcome<Dual>) -> Vec<Dual> {
    let units = outcome.units_per_year.raw().max(Dual::of(f64::MIN_POSITIVE));
    let amounts = |line: Line| Indicator::ALL.map(|indicator| outcome.line(line).amount(indicator) / units);
    Line::ALL.into_iter().flat_map(amounts).collect()
}

/// The derivatives of one indicator.
struct Slopes<'a> {
    inputs: &'a [usize],
    slopes: &'a [Vec<f64>],
    index: usize,
}

impl Slopes<'_> {
    /// How much each input moves a line.
    fn of(&self, line: usize) -> impl Iterator<Item = (usize, f64)> {
        let place = line * Indicator::ALL.len() + self.index;
        self.inputs.iter().zip(self.slopes).map(move |(input, slopes)| (*input, slopes[place].abs()))
    }
}

fn one(scenario: &Scenario, central: &Outcome, indicator: Indicator, slopes: &Slopes) -> Completeness {
    let total = central.total();
    let (mut origin, mut evidence, mut shared) = (ByOrigin::default(), ByEvidence::default(), 0.0);
    for (index, line) in Line::ALL.into_iter().enumerate() {
        let amount = central.line(line).amount(indicator);
        let whole: f64 = slopes.of(index).map(|(_, size)| size).sum();
        if amount <= 0.0 || whole <= 0.0 {
            continue;
        }
        shared += amount;
        for (input, size) in slopes.of(index) {
            let share = amount * size / whole;
            origin.add(scenario.inputs[input].origin, share);
            evidence.add(scenario.evidence(input), share);
        }
    }
    let missing_in = missing_in(central, indicator);
    Completeness {
        indicator,
        coverage: match (total.covers(indicator), missing_in.is_empty()) {
            (false, _) => Coverage::Nothing,
            (true, true) => Coverage::Whole,
            (true, false) => Coverage::Part,
        },
        origin: (shared > 0.0).then(|| origin.over(shared)),
        evidence: (shared > 0.0).then(|| evidence.over(shared)),
        missing_in,
    }
}

impl ByOrigin {
    fn add(&mut self, origin: Origin, share: f64) {
        match origin {
            Origin::Given => self.given += share,
            Origin::Profile => self.profile += share,
            Origin::Default => self.default += share,
        }
    }

    fn over(self, whole: f64) -> Self {
        Self { given: self.given / whole, profile: self.profile / whole, default: self.default / whole }
    }
}

impl ByEvidence {
    fn add(&mut self, evidence: Evidence, share: f64) {
        match evidence {
            Evidence::Given => self.given += share,
            Evidence::Published => self.published += share,
            Evidence::Assumed => self.assumed += share,
        }
    }

    fn over(self, whole: f64) -> Self {
        Self { given: self.given / whole, published: self.published / whole, assumed: self.assumed / whole }
    }
}
