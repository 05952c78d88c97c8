//! From a scenario to its sensitivity: budget, tornado, what to know next, Sobol' indices.

use crate::error::Error;
use crate::estimate::Target;
use crate::math::Real;
use crate::number::significant;
use crate::scenario::{Input, Scenario};
use crate::sensitivity::budget::{Slope, shares, slopes};
use crate::sensitivity::knowledge::Knowledge;
use crate::sensitivity::sobol::{Mix, sobol};
use crate::sensitivity::subject::{Group, Subject};
use crate::sensitivity::{Index, Influence, Sensitivity, SobolReport};
use crate::uncertainty::{Columns, Quantiles, Settings, value_at};

/// Digits of an input.
const DIGITS: usize = 4;
/// Probabilities of the ends of a tornado's bars.
const ENDS: [f64; 2] = [0.05, 0.95];

impl Scenario {
    /// What moves a result: the share of each uncertain datum in the variance of its logarithm, the result at either
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
        Ok(study(Subject::one(self, target)?, settings))
    }

    /// What moves the ratio of a result to that of another scenario; what they share cancels, draw by draw.
    ///
    /// # Errors
    ///
    /// When either scenario does not have the result, or has none of it.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings, Target};
    /// let read = |model: &str| {
    ///     let work = "input_tokens = 500\noutput_tokens = 300";
    ///     let text = format!("name = \"Chat\"\n[inference]\nmodel = \"{model}\"\n{work}");
    ///     Scenario::read(&Document::new("chat.toml", &text), &Catalog::builtin())
    /// };
    /// let (small, large) = (read("llama-3.1-8b")?, read("llama-3.1-70b")?);
    /// let target = Target::named("energy_wh")?;
    /// let ratio = small.sensitivity_of_ratio(&large, target, Settings::default())?;
    /// assert!(ratio.central < 1.0);
    /// // The site is the same: its PUE moves either energy, but hardly their ratio.
    /// let pue = ratio.influences.iter().find(|influence| influence.keys[0] == "site.pue");
    /// assert!(pue.is_none_or(|pue| pue.share < 1e-6));
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn sensitivity_of_ratio(
        &self,
        against: &Self,
        target: Target,
        settings: Settings,
    ) -> Result<Sensitivity, Error> {
        Ok(study(Subject::ratio(self, against, target)?, settings))
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
        Ok(indices(Subject::one(self, target)?, settings))
    }

    /// Sobol' indices of the ratio of a result to that of another scenario.
    ///
    /// # Errors
    ///
    /// When either scenario does not have the result, or has none of it.
    pub fn sobol_of_ratio(&self, against: &Self, target: Target, settings: Settings) -> Result<SobolReport, Error> {
        Ok(indices(Subject::ratio(self, against, target)?, settings))
    }
}

fn study(mut subject: Subject, settings: Settings) -> Sensitivity {
    keep_moving(&mut subject);
    let slopes = slopes(&subject);
    let variance: f64 = slopes.iter().map(|slope| slope.log_sd * slope.log_sd).sum();
    let knowledge = Knowledge::new(&subject, settings);
    let mut draws = knowledge.draws();
    let log_sd_drawn = log_sd(&draws);
    let quantiles = Quantiles::of(&mut draws);
    let scenario = subject.scenario();
    Sensitivity {
        scenario: scenario.name.clone(),
        against: subject.against().map(str::to_owned),
        result: subject.target.name().to_owned(),
        result_unit: if subject.is_ratio() { "times".to_owned() } else { subject.target.unit().to_owned() },
        per: if subject.is_ratio() { String::new() } else { subject.target.per(&scenario.unit) },
        central: subject.central(),
        quantiles,
        log_sd: variance.sqrt(),
        log_sd_drawn,
        influences: influences(&subject, &slopes),
        next: knowledge.next(&quantiles),
        sobol: None,
        samples: settings.samples(),
        seed: settings.seed(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profiles_digest: scenario.digest.clone(),
    }
}

/// Leaves out the groups that do not move the result, neither near the central case nor at their ends.
fn keep_moving(subject: &mut Subject) {
    let central = subject.central();
    let still = |(group, slope): (&Group, Slope)| slope.log_sd == 0.0 && ends(subject, group) == [central; 2];
    let mut still = subject.groups.iter().zip(slopes(subject)).map(still).collect::<Vec<bool>>().into_iter();
    subject.groups.retain(|_| !still.next().unwrap_or(false));
}

/// The result with the inputs of a group at their 5th and at their 95th percentile, everything else central.
fn ends(subject: &Subject, group: &Group) -> [f64; 2] {
    let value = |place, input: &Input, probability| {
        if group.places.contains(&place) { value_at(input, probability) } else { input.value }
    };
    ENDS.map(|probability| subject.at(|place, input| value(place, input, probability)))
}

fn influences(subject: &Subject, slopes: &[Slope]) -> Vec<Influence> {
    let groups = subject.groups.iter().zip(slopes).zip(shares(slopes));
    let influence = |((group, slope), share): ((&Group, &Slope), f64)| {
        let first = group.places[0];
        let input = subject.input(first);
        let [at_low, at_high] = ends(subject, group);
        let [low, high] = ENDS.map(|probability| shown(input, probability));
        Influence {
            keys: subject.keys(group),
            value: input.shown.clone(),
            low,
            high,
            origin: input.origin,
            evidence: subject.evidence(first),
            elasticity: slope.elasticity,
            log_sd: slope.log_sd,
            share,
            at_low,
            at_high,
        }
    };
    let mut found: Vec<Influence> = groups.map(influence).collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share).then(swing(b).total_cmp(&swing(a))));
    found
}

fn indices(mut subject: Subject, settings: Settings) -> SobolReport {
    keep_moving(&mut subject);
    let seed = settings.seed();
    // The second set is drawn with another seed.
    let (mut a, mut b) = (subject.columns(settings), subject.columns(settings.with_seed(!seed)));
    let first = subject.draws(&a);
    let of_logarithm = first.iter().all(|draw| *draw > 0.0);
    let scale = |draw: f64| if of_logarithm { Real::ln(draw.max(f64::MIN_POSITIVE)) } else { draw };
    let function = |mix: Mix| {
        let draws = match mix {
            Mix::A => first.clone(),
            Mix::B => subject.draws(&b),
            Mix::AWithB(group) => exchanged(&subject, &subject.groups[group], &mut a, &mut b),
        };
        draws.into_iter().map(scale).collect()
    };
    let found = sobol(subject.groups.len(), seed, function);
    let named = subject.groups.iter().zip(found).map(|(group, found)| Index {
        key: subject.keys(group).swap_remove(0),
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

/// The draws over one set, of which a group is taken from the other.
fn exchanged(subject: &Subject, group: &Group, one: &mut [Columns], other: &mut [Columns]) -> Vec<f64> {
    group.exchange(one, other);
    let draws = subject.draws(one);
    group.exchange(one, other);
    draws
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
