//! One training run, its programme, and its share per request.

use crate::impact::trace::explain;
use crate::impact::{Impacts, Line, Outcome, Trace, TrainingRun, estimate, step};
use crate::math::Real;
use crate::physics::{compute, embodied, training};
use crate::scenario::{Effort, Rollout, Site, Training};
use crate::units::{Carried as _, Compute, ComputeRate, Count, Energy, Time};

/// Computes one training run; adds the runs of a year to the outcome only where training is the whole scenario.
pub(super) fn evaluate<T: Real>(
    case: &Training<T>,
    site: &Site<T>,
    whole: bool,
    outcome: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) {
    trace.heading("one training run");
    let (flop, mut time) = effort(&case.effort, case.device.peak_16bit, trace);
    if let Some(rollout) = &case.rollout {
        let generation = generate(rollout, case.device.peak_16bit, trace);
        explain!(trace, "impact::evaluate", "t = t_run + t_rollout", time + generation, {
            "t_run": time, "t_rollout": generation,
        });
        time = time + generation;
    } else {
        explain!(trace, "impact::evaluate", "t = t_run", time, { "t_run": time });
    }
    let mut one = Outcome::none(Count::of(T::of(1.0)));
    let it = energies(case, time, site, &mut one, trace);
    estimate::add_cooling(it, site, one.line_mut(Line::Cooling), true);
    manufacture(case, time, &mut one, trace);

    let run = one.total();
    estimate::explain_site(it, site, true, trace);
    explain!(trace, "impact::evaluate", "E_run = E_site", run.energy, { "E_site": run.energy });
    let programme = case.site.programme_factor.map(|factor| programme(&run, factor, trace));
    let whole_run = programme.map_or(run, |programme| run.plus(&programme));
    let one_request = |requests| whole_run.times(case.site.runs_per_year / requests);
    if whole {
        add_runs(&one, programme, case.site.runs_per_year, outcome);
    }
    let amortised = case.site.amortised_over.map(one_request);
    outcome.training = Some(TrainingRun {
        flop,
        accelerator_time: time,
        runs_per_year: case.site.runs_per_year,
        run,
        programme,
        amortised,
    });
}

/// What the programme costs beyond its final run.
fn programme<T: Real>(run: &Impacts<T>, factor: Count<T>, trace: &mut impl Trace<T>) -> Impacts<T> {
    let programme = run.times(factor - Count::of(T::of(1.0)));
    explain!(trace, "impact::evaluate", "E_programme = (training.programme_factor - 1) * E_run", programme.energy, {
        "training.programme_factor": factor, "E_run": run.energy,
    });
    programme
}

fn add_runs<T: Real>(one: &Outcome<T>, programme: Option<Impacts<T>>, runs: Count<T>, outcome: &mut Outcome<T>) {
    for line in Line::ALL {
        *outcome.line_mut(line) = one.line(line).times(runs);
    }
    if let Some(programme) = programme {
        *outcome.line_mut(Line::Programme) = programme.times(runs);
    }
}

/// Arithmetic and billed time.
fn effort<T: Real>(
    effort: &Effort<T>,
    peak: ComputeRate<T>,
    trace: &mut impl Trace<T>,
) -> (Option<Compute<T>>, Time<T>) {
    let (flop, mfu) = match *effort {
        Effort::Hours(time) => {
            explain!(trace, "physics::training::accelerator_time", "t_run = training.accelerator_hours", time, {
                "training.accelerator_hours": time,
            });
            return (None, time);
        }
        Effort::Flop { flop, mfu } => {
            explain!(trace, "physics::training::work", "C = training.flop", flop, { "training.flop": flop });
            (flop, mfu)
        }
        Effort::Tokens { tokens, active_parameters, flop_per_parameter, mfu } => {
            let flop = training::work(active_parameters, tokens, flop_per_parameter);
            explain!(trace, "physics::training::work",
                "C = training.flop_per_parameter * model.active_parameters * training.tokens", flop, {
                "training.flop_per_parameter": flop_per_parameter, "model.active_parameters": active_parameters,
                "training.tokens": tokens,
            });
            (flop, mfu)
        }
    };
    let time = training::accelerator_time(flop, peak, mfu);
    explain!(trace, "physics::training::accelerator_time", "t_run = C / (accelerator.peak_bf16 * training.mfu)", time, {
        "C": flop, "accelerator.peak_bf16": peak, "training.mfu": mfu,
    });
    (Some(flop), time)
}

/// Time of generating the answers of reinforcement learning.
fn generate<T: Real>(rollout: &Rollout<T>, peak: ComputeRate<T>, trace: &mut impl Trace<T>) -> Time<T> {
    let flop = compute::forward(rollout.active_parameters, rollout.tokens);
    let time = compute::time(flop, Count::of(T::of(1.0)), peak, rollout.efficiency);
    explain!(trace, "physics::compute::time",
        "t_rollout = 2 * model.active_parameters * training.tokens / (accelerator.peak_bf16 * stack.rollout_efficiency)", time, {
        "model.active_parameters": rollout.active_parameters, "training.tokens": rollout.tokens,
        "accelerator.peak_bf16": peak, "stack.rollout_efficiency": rollout.efficiency,
    });
    time
}

fn energies<T: Real>(
    case: &Training<T>,
    time: Time<T>,
    site: &Site<T>,
    one: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) -> Energy<T> {
    let accelerators = training::energy(time, case.site.power);
    explain!(trace, "physics::training::energy", "E_accelerators = t * training.power", accelerators, {
        "t": time, "training.power": case.site.power,
    });
    let hosts = accelerators * case.site.host_ratio;
    explain!(trace, "physics::training::energy", "E_host = E_accelerators * stack.training_host_ratio", hosts, {
        "E_accelerators": accelerators, "stack.training_host_ratio": case.site.host_ratio,
    });
    for (line, energy) in [(Line::Accelerators, accelerators), (Line::Host, hosts)] {
        let impacts = one.line_mut(line);
        impacts.add_electricity(energy, site);
        impacts.add_cost(site.electricity_price.map(|price| energy * price));
    }
    let it = accelerators + hosts;
    explain!(trace, "impact::evaluate", "E_it = E_accelerators + E_host", it, {
        "E_accelerators": accelerators, "E_host": hosts,
    });
    it
}

fn manufacture<T: Real>(case: &Training<T>, time: Time<T>, one: &mut Outcome<T>, trace: &mut impl Trace<T>) {
    let one_device = Count::of(T::of(1.0));
    let devices = embodied::life_share(one_device, time, case.host.lifetime);
    explain!(trace, "physics::embodied::life_share", "accelerators_used = t / server.lifetime", devices, {
        "t": time, "server.lifetime": case.host.lifetime,
    });
    let servers = embodied::life_share(one_device / case.host.accelerators, time, case.host.lifetime);
    explain!(trace, "physics::embodied::life_share", "servers_used = t / server.accelerators / server.lifetime", servers, {
        "t": time, "server.accelerators": case.host.accelerators, "server.lifetime": case.host.lifetime,
    });
    step::explain_manufacture(&case.device, &case.host, devices, servers, trace);
    step::add_manufacture(&case.device, &case.host, devices, servers, one);
}
