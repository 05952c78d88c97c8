//! Which uncertain data the interval of each result comes from, in short.

use serde::{Deserialize, Serialize};

use crate::dual::Dual;
use crate::impact::{Indicator, Outcome};
use crate::scenario::Scenario;
use crate::uncertainty::{Direction, derivatives};

/// How many data are named for each indicator.
const NAMED: usize = 3;
/// Share below which a datum is not named.
const LEAST: f64 = 0.01;

/// The share of one datum in the variance of the logarithm of an indicator, or of its ratio to that of another scenario,
/// from derivatives at the central case; the whole budget is [`crate::Sensitivity`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VarianceShare {
    /// Which indicator.
    pub indicator: Indicator,
    /// Key of the datum; the first, where the same figure is used in several places.
    pub key: String,
    /// Share of the variance.
    pub share: f64,
}

/// The data with the largest shares, indicator by indicator.
pub(super) fn variance_shares(scenario: &Scenario, central: &Outcome) -> Vec<VarianceShare> {
    let data = data(scenario);
    let slopes = derivatives(scenario, &data, totals);
    let key = |datum: &Direction| scenario.inputs[datum[0].0].key.clone();
    let covered = Indicator::ALL.into_iter().enumerate().filter(|(_, one)| central.total().covers(*one));
    let of =
        |(index, indicator)| leading(indicator, data.iter().zip(&slopes).map(|(datum, all)| (key(datum), all[index])));
    covered.flat_map(of).collect()
}

/// Inputs that are the same figure move together, each by its standard deviation.
fn data(scenario: &Scenario) -> Vec<Direction> {
    let mut data: Vec<Direction> = Vec::new();
    let identity = |input: usize| &scenario.inputs[input].identity;
    for (input, one) in scenario.inputs.iter().enumerate().filter(|(_, input)| input.is_uncertain()) {
        let moved = (input, one.law.deviation(one.value));
        match data.iter_mut().find(|datum| identity(datum[0].0) == identity(input)) {
            Some(datum) => datum.push(moved),
            None => data.push(vec![moved]),
        }
    }
    data
}

fn totals(outcome: &Outcome<Dual>) -> Vec<Dual> {
    Indicator::ALL.map(|indicator| outcome.total().amount(indicator)).to_vec()
}

/// Shares of the variance that slopes give, the largest first; those too small to matter are left out.
pub(crate) fn leading(indicator: Indicator, slopes: impl IntoIterator<Item = (String, f64)>) -> Vec<VarianceShare> {
    let squares: Vec<(String, f64)> = slopes.into_iter().map(|(key, slope)| (key, slope * slope)).collect();
    let variance: f64 = squares.iter().map(|(_, square)| square).sum();
    let share = |(key, square): (String, f64)| VarianceShare { indicator, key, share: square / variance };
    let mut shares: Vec<VarianceShare> = squares.into_iter().map(share).filter(|one| one.share >= LEAST).collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    shares.truncate(NAMED);
    shares
}
