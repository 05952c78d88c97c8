//! One training run, its programme, and its share per request.

use crate::impact::trace::explain;
use crate::impact::{Impacts, Line, Outcome, Trace, TrainingRun, estimate, step};
use crate::math::Real;
use crate::physics::{compute, embodied, training};
use crate::scenario::{Device, Draw, Effort, Reached, Rollout, Site, Training, Utilisation};
use crate::units::{Carried as _, Compute, ComputeRate, Count, Energy, Power, Time};

/// Computes one training run; adds the runs of a year to the outcome only where training is the whole scenario.
pub(super) fn evaluate<T: Real>(
    case: &Training<T>,
    site: &Site<T>,
    whole: bool,
    outcome: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) {
    trace.heading("one training run");
    let (flop, mut time) = effort(&case.effort, &case.device, trace);
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
fn effort<T: Real>(effort: &Effort<T>, device: &Device<T>, trace: &mut impl Trace<T>) -> (Option<Compute<T>>, Time<T>) {
    let (flop, mfu) = match *effort {
        Effort::Hours(time) => {
            explain!(trace, "physics::training::accelerator_time", "t_run = training.accelerator_hours", time, {
                "training.accelerator_hours": time,
            });
            return (None, time);
        }
        Effort::Flop { flop, ref mfu } => {
            explain!(trace, "physics::training::work", "C = training.flop", flop, { "training.flop": flop });
            (flop, mfu)
        }
        Effort::Tokens { tokens, active_parameters, flop_per_parameter, ref mfu } => {
            let flop = training::work(active_parameters, tokens, flop_per_parameter);
            explain!(trace, "physics::training::work",
                "C = training.flop_per_parameter * model.active_parameters * training.tokens", flop, {
                "training.flop_per_parameter": flop_per_parameter, "model.active_parameters": active_parameters,
                "training.tokens": tokens,
            });
            (flop, mfu)
        }
    };
    (Some(flop), billed(flop, mfu, device, trace))
}

/// Billed time of some arithmetic.
fn billed<T: Real>(flop: Compute<T>, mfu: &Reached<T>, device: &Device<T>, trace: &mut impl Trace<T>) -> Time<T> {
    let peak = device.peak_16bit;
    let form = match mfu {
        &Reached::Given(mfu) => {
            let time = training::accelerator_time(flop, peak, mfu);
            explain!(trace, "physics::training::accelerator_time",
                "t_run = C / (accelerator.peak_bf16 * training.mfu)", time, {
                "C": flop, "accelerator.peak_bf16": peak, "training.mfu": mfu,
            });
            return time;
        }
        Reached::Computed(form) => form,
    };
    let mfu = training::utilisation(form, peak, device.memory);
    explain_utilisation(form, device, trace);
    let time = training::accelerator_time(flop, peak, mfu) * form.error;
    explain!(trace, "physics::training::accelerator_time",
        "t_run = training.model_error * C / (accelerator.peak_bf16 * MFU)", time, {
        "training.model_error": form.error, "C": flop, "accelerator.peak_bf16": peak, "MFU": mfu,
    });
    time
}

fn explain_utilisation<T: Real>(form: &Utilisation<T>, device: &Device<T>, trace: &mut impl Trace<T>) {
    let mixture = training::mixture(form.parameters, form.active_parameters);
    explain!(trace, "physics::training::mixture",
        "mixture = min(1, 2 - 2 * model.active_parameters / model.parameters)", mixture, {
        "model.active_parameters": form.active_parameters, "model.parameters": form.parameters,
    });
    let fill = (form.active_parameters / form.full).min(Count::of(T::of(1.0)));
    explain!(trace, "physics::training::utilisation",
        "fill = min(1, model.active_parameters / stack.training_parameters)", fill, {
        "model.active_parameters": form.active_parameters, "stack.training_parameters": form.full,
    });
    let mfu = training::utilisation(form, device.peak_16bit, device.memory);
    explain!(trace, "physics::training::utilisation",
        "MFU = stack.training_mfu * stack.training_experts ^ mixture * min(1, accelerator.memory / stack.training_memory) ^ stack.training_memory_exponent * max(1, accelerator.peak_bf16 / stack.training_peak) ^ (stack.training_size_exponent * ln(fill) - stack.training_peak_exponent)",
        mfu, {
        "stack.training_mfu": form.base, "stack.training_experts": form.experts, "mixture": mixture,
        "accelerator.memory": device.memory, "stack.training_memory": form.memory,
        "stack.training_memory_exponent": form.memory_exponent,
        "accelerator.peak_bf16": device.peak_16bit, "stack.training_peak": form.peak,
        "stack.training_peak_exponent": form.peak_exponent, "fill": fill,
        "stack.training_size_exponent": form.size_exponent,
    });
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
    let (accelerators, hosts) = match case.site.power {
        Draw::Accelerator { power, host_ratio } => from_accelerator(time, power, host_ratio, trace),
        Draw::Node { node, power } => from_node(time, node, power, trace),
    };
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

/// Energy of accelerators and hosts where the accelerator's power is known.
fn from_accelerator<T: Real>(
    time: Time<T>,
    power: Power<T>,
    host_ratio: Count<T>,
    trace: &mut impl Trace<T>,
) -> (Energy<T>, Energy<T>) {
    let accelerators = training::energy(time, power);
    explain!(trace, "physics::training::energy", "E_accelerators = t * training.power", accelerators, {
        "t": time, "training.power": power,
    });
    let hosts = accelerators * host_ratio;
    explain!(trace, "physics::training::energy", "E_host = E_accelerators * stack.training_host_ratio", hosts, {
        "E_accelerators": accelerators, "stack.training_host_ratio": host_ratio,
    });
    (accelerators, hosts)
}

/// Energy of accelerators and hosts where the node's power is known.
fn from_node<T: Real>(
    time: Time<T>,
    node: Power<T>,
    power: Power<T>,
    trace: &mut impl Trace<T>,
) -> (Energy<T>, Energy<T>) {
    let inside = training::within_node(power, node);
    explain!(trace, "physics::training::within_node", "P = min(training.power, training.node_power)", inside, {
        "training.power": power, "training.node_power": node,
    });
    let accelerators = training::energy(time, inside);
    explain!(trace, "physics::training::energy", "E_accelerators = t * P", accelerators, { "t": time, "P": inside });
    let hosts = training::energy(time, node - inside);
    explain!(trace, "physics::training::energy", "E_host = t * (training.node_power - P)", hosts, {
        "t": time, "training.node_power": node, "P": inside,
    });
    (accelerators, hosts)
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
