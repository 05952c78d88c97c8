//! Rated power times time: the rule of the first calculators.

use crate::impact::{Line, Outcome, Silent, evaluate};
use crate::math::Real;
use crate::physics::facility;
use crate::rival::answer::{Ends, Reader, TrainedRun, add_training};
use crate::scenario::{Case, Site, Slot, Step, Training};
use crate::units::{Count, Energy, Power, Time};

/// Energy of accelerators that draw their rated power all the time they work.
///
/// ```text
/// E = TDP * t
/// ```
///
/// `[Wh]`; `t` is the time of all accelerators together. Memory, processors, fans and idle machines are not in it.
///
/// # Source
///
/// Lacoste et al. 2019, arXiv 1910.09700 (power consumption x time x carbon of the grid); the PUE is multiplied in
/// as Lannelongue et al. 2021 do.
///
/// # Example
///
/// ```
/// use econome::{rival::tdp::rated_energy, units::{Energy, Power, Time}};
/// assert_eq!(rated_energy(Power::watts(400.0), Time::hours(1000.0)), Energy::kwh(400.0));
/// ```
#[inline]
#[must_use]
pub fn rated_energy<T: Real>(tdp: Power<T>, accelerator_time: Time<T>) -> Energy<T> {
    tdp * accelerator_time
}

/// Applies the rule to every step and to the training of a scenario.
pub(super) fn answer(reader: &mut Reader) -> Ends<Outcome> {
    let case = &reader.scenario.case;
    let units = reader.central(&case.units_per_year);
    let mut outcome = Outcome::none(units);
    let site = site(reader);
    for (index, step) in case.steps.iter().enumerate() {
        let time = busy(reader, index, step);
        let tdp = reader.central(&step.device.tdp);
        add(rated_energy(tdp, time), &site, &mut outcome);
    }
    if let Some(training) = &case.training {
        train(reader, training, &site, &mut outcome);
    }
    Ends { low: outcome, high: outcome }
}

/// What the rule knows of a site: PUE and carbon intensity.
pub(super) fn site(reader: &mut Reader) -> Site {
    let site = &reader.scenario.case.site;
    Site {
        pue: reader.central(&site.pue),
        carbon_intensity: reader.central(&site.carbon_intensity),
        time_ratio: None,
        wue: None,
        water: None,
        primary_energy: None,
        abiotic: None,
        electricity_price: None,
    }
}

/// Adds IT energy of a year, and what the site draws beyond it.
pub(super) fn add(it: Energy, site: &Site, outcome: &mut Outcome) {
    outcome.line_mut(Line::Accelerators).add_electricity(it, site);
    outcome.line_mut(Line::Cooling).add_electricity(facility::cooling_energy(it, site.pue), site);
}

/// Time of all accelerators while they serve a step, per year: that of econome, at central values.
fn busy(reader: &mut Reader, index: usize, step: &Step<Slot>) -> Time {
    let scenario = reader.scenario;
    let whole = &scenario.case;
    let alone = Case {
        units_per_year: whole.units_per_year,
        steps: vec![*step],
        training: None,
        site: whole.site,
        network: None,
        terminal: None,
    };
    let outcome = evaluate(&alone.map(|slot| scenario.inputs[slot.0].value), &mut Silent);
    let replicas = outcome.sizing.map_or_else(Time::zero, |sizing| sizing.busy);
    let time = replicas * reader.central(&step.deployment.accelerators);
    let units = outcome.units_per_year.max(Count::of(f64::MIN_POSITIVE));
    let why = "time of all accelerators for one unit, as econome computes it: the rule has none of its own";
    reader.computed(&format!("{}accelerator_time", reader.prefix(index)), time / units, why);
    time
}

fn train(reader: &mut Reader, training: &Training<Slot>, site: &Site, outcome: &mut Outcome) {
    let scenario = reader.scenario;
    let central = scenario.central();
    let Some(run) = evaluate(&central, &mut Silent).training else { return };
    let time = run.accelerator_time;
    let why = "hours given, or those that econome computes: the rule has none of its own";
    reader.computed("training.accelerator_time", time, why);
    let tdp = reader.central(&training.device.tdp);
    let mut lines = Outcome::none(Count::of(1.0));
    add(rated_energy(tdp, time), site, &mut lines);
    let run = TrainedRun { flop: run.flop, time, lines };
    let runs_per_year = reader.central(&training.site.runs_per_year);
    add_training(&run, runs_per_year, scenario.case.steps.is_empty(), outcome);
}
