//! From a scenario to its sensitivity: budget, tornado, what to know next, Sobol' indices.

use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Silent, evaluate};
use crate::math::Real;
use crate::number::significant;
use crate::scenario::{Input, Scenario};
use crate::sensitivity::budget::{Slope, shares, slopes};
use crate::sensitivity::groups::Group;
use crate::sensitivity::knowledge::{Knowledge, width};
use crate::sensitivity::sobol::{Mix, sobol};
use crate::sensitivity::tornado::ends;
use crate::sensitivity::{Index, Influence, NextDatum, Sensitivity, SobolReport};
use crate::uncertainty::{Columns, Quantiles, Settings, run, value_at};

/// Data in the list of those to obtain.
const LONGEST_LIST: usize = 10;
/// Narrowing that is worth an effort: below, a datum is not listed.
const WORTH_KNOWING: f64 = 0.999;
/// Digits of an input.
const DIGITS: usize = 4;

/// A result, its amount at the central case, and what takes amounts to its unit.
struct Studied<'s> {
    scenario: &'s Scenario,
    target: Target,
    groups: Vec<Group>,
    central: f64,
    factor: f64,
}

impl Scenario {
    /// What moves a result: the share of each uncertain input in the variance of its logarithm, the result at either
    /// end of each, and the data to obtain next.
    ///
    /// Inputs that are the same figure are one datum, for they are one draw.
    ///
    /// # Errors
    ///
    /// When no figure covers the result, or the scenario does not train or serve.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings, Target};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let sensitivity = scenario.sensitivity(Target::named("energy_wh")?, Settings::default())?;
    /// assert_eq!(sensitivity.influences[0].keys, ["stack.model_error"]);
    /// let shares: f64 = sensitivity.influences.iter().map(|influence| influence.share).sum();
    /// assert!((shares - 1.0).abs() < 1e-9);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn sensitivity(&self, target: Target, settings: Settings) -> Result<Sensitivity, Error> {
        Ok(Studied::new(self, target)?.sensitivity(settings))
    }

    /// Sobol' indices of a result, first and total order, with bootstrap intervals.
    ///
    /// They share out the variance of the logarithm where all draws are above zero. Unlike the budget they see
    /// thresholds, curvature and interaction; they take one run of the draws for each datum.
    ///
    /// # Errors
    ///
    /// When no figure covers the result, or the scenario does not train or serve.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings, Target};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let settings = Settings::default().with_samples(1000)?;
    /// let report = scenario.sobol(Target::named("energy_wh")?, settings)?;
    /// assert_eq!(report.indices[0].key, "stack.model_error");
    /// assert!(report.indices[0].first > 0.5);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn sobol(&self, target: Target, settings: Settings) -> Result<SobolReport, Error> {
        Ok(Studied::new(self, target)?.sobol(settings))
    }
}

impl<'s> Studied<'s> {
    fn new(scenario: &'s Scenario, target: Target) -> Result<Self, Error> {
        let outcome = evaluate(&scenario.central(), &mut Silent);
        if !target.is_covered(&outcome) {
            return Err(target.not_covered(scenario, &outcome));
        }
        let factor = target.factor(outcome.units_per_year.value());
        let groups = Group::all(scenario);
        Ok(Self { scenario, target, groups, central: target.amount(&outcome), factor })
    }

    fn sensitivity(mut self, settings: Settings) -> Sensitivity {
        let scenario = self.scenario;
        self.keep_moving();
        let mut knowledge = Knowledge::new(scenario, self.target, settings);
        let mut draws = knowledge.draws();
        let log_sd_drawn = log_sd(&draws);
        let now = Quantiles::of(&mut draws);
        let slopes = slopes(scenario, &self.groups, self.target, self.central);
        let variance: f64 = slopes.iter().map(|slope| slope.log_sd * slope.log_sd).sum();
        Sensitivity {
            scenario: scenario.name.clone(),
            result: self.target.name().to_owned(),
            result_unit: self.target.unit().to_owned(),
            per: self.target.per(&scenario.unit),
            central: self.central * self.factor,
            quantiles: now.scaled(self.factor),
            log_sd: variance.sqrt(),
            log_sd_drawn,
            influences: self.influences(&slopes),
            next: self.next(&mut knowledge, &now),
            sobol: None,
            samples: settings.samples(),
            seed: settings.seed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles_digest: scenario.digest.clone(),
        }
    }

    /// Leaves out the groups that do not move the result, neither near the central case nor at their ends.
    fn keep_moving(&mut self) {
        let ends = ends(self.scenario, &self.groups, self.target);
        let slopes = slopes(self.scenario, &self.groups, self.target, self.central);
        let still = |ends: &[f64; 2], slope: &Slope| ends.iter().all(|end| *end == self.central) && slope.log_sd == 0.0;
        let mut still =
            ends.iter().zip(&slopes).map(|(ends, slope)| still(ends, slope)).collect::<Vec<_>>().into_iter();
        self.groups.retain(|_| !still.next().unwrap_or(false));
    }

    fn influences(&self, slopes: &[Slope]) -> Vec<Influence> {
        let ends = ends(self.scenario, &self.groups, self.target);
        let shares = shares(slopes);
        let of = |index: usize, group: &Group| {
            let input = group.first(self.scenario);
            let [at_low, at_high] = ends[index].map(|end| end * self.factor);
            let key = |place: &usize| self.scenario.inputs[*place].key.clone();
            Influence {
                keys: group.inputs.iter().map(key).collect(),
                value: input.shown.clone(),
                low: shown(input, 0.05),
                high: shown(input, 0.95),
                origin: input.origin,
                evidence: self.scenario.evidence(group.inputs[0]),
                elasticity: slopes[index].elasticity,
                log_sd: slopes[index].log_sd,
                share: shares[index],
                at_low,
                at_high,
            }
        };
        let mut found: Vec<Influence> = self.groups.iter().enumerate().map(|(index, group)| of(index, group)).collect();
        found.sort_by(|a, b| b.share.total_cmp(&a.share).then(swing(b).total_cmp(&swing(a))));
        found
    }

    /// The data to obtain, those that narrow the interval most first.
    fn next(&self, knowledge: &mut Knowledge, now: &Quantiles) -> Vec<NextDatum> {
        let mut found: Vec<(&Group, Quantiles)> =
            self.groups.iter().map(|group| (group, knowledge.if_known(group))).collect();
        found.sort_by(|a, b| width(&a.1).total_cmp(&width(&b.1)));
        found.retain(|(_, known)| width(known) < WORTH_KNOWING * width(now));
        found.truncate(LONGEST_LIST);
        let datum = |(group, if_known): (&Group, Quantiles)| {
            knowledge.exchange(group);
            NextDatum {
                key: group.first(self.scenario).key.clone(),
                if_known: if_known.scaled(self.factor),
                narrowing: width(&if_known) / width(now),
                if_all_known: Quantiles::of(&mut knowledge.draws()).scaled(self.factor),
            }
        };
        found.into_iter().map(datum).collect()
    }

    fn sobol(mut self, settings: Settings) -> SobolReport {
        self.keep_moving();
        let (samples, seed) = (settings.samples(), settings.seed());
        let mut a = Columns::draw(&self.scenario.inputs, samples, seed);
        let mut b = Columns::draw(&self.scenario.inputs, samples, !seed);
        let output = [self.target.output()];
        let compute = |columns: &Columns| run(self.scenario, columns, &output).pop().unwrap_or_default();
        let draws_a = compute(&a);
        let of_logarithm = draws_a.iter().all(|draw| *draw > 0.0);
        let scale = |draw: f64| if of_logarithm { Real::ln(draw.max(f64::MIN_POSITIVE)) } else { draw };
        let function = |mix: Mix| {
            let draws = match mix {
                Mix::A => draws_a.clone(),
                Mix::B => compute(&b),
                Mix::AWithB(group) => {
                    let inputs = &self.groups[group].inputs;
                    inputs.iter().for_each(|input| a.exchange(&mut b, *input));
                    let draws = compute(&a);
                    inputs.iter().for_each(|input| a.exchange(&mut b, *input));
                    draws
                }
            };
            draws.into_iter().map(scale).collect()
        };
        let indices = sobol(self.groups.len(), seed, function);
        let named = self.groups.iter().zip(indices).map(|(group, found)| Index {
            key: group.first(self.scenario).key.clone(),
            first: found.first,
            first_interval: found.first_interval,
            total: found.total,
            total_interval: found.total_interval,
        });
        let mut indices: Vec<Index> = named.collect();
        indices.sort_by(|a, b| b.total.total_cmp(&a.total));
        let sum_of_first = indices.iter().map(|index| index.first).sum();
        SobolReport { of_logarithm, sum_of_first, indices }
    }
}

/// How far the result moves between the ends of a datum.
fn swing(influence: &Influence) -> f64 {
    (influence.at_high - influence.at_low).abs()
}

/// The value of an input at a probability, with its unit.
fn shown(input: &Input, probability: f64) -> String {
    let (symbol, factor) = input.unit;
    format!("{} {symbol}", significant(value_at(input, probability) / factor, DIGITS)).trim_end().to_owned()
}

/// Standard deviation of the logarithm of some draws; none where one is not above zero.
fn log_sd(draws: &[f64]) -> Option<f64> {
    if draws.iter().any(|draw| *draw <= 0.0) {
        return None;
    }
    let logs: Vec<f64> = draws.iter().map(|draw| Real::ln(*draw)).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let squares: f64 = logs.iter().map(|log| (log - mean) * (log - mean)).sum();
    Some((squares / logs.len() as f64).sqrt())
}
