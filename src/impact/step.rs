//! One step of a use case over a year: fleet, electricity, manufacture.

use crate::impact::request::{Run, active_power, explain_request_energy, run};
use crate::impact::trace::explain;
use crate::impact::{Impacts, Line, Outcome, Sizing, Trace};
use crate::math::Real;
use crate::physics::{embodied, serving};
use crate::scenario::{Deployment, Device, Host, Mode, Site, Step};
use crate::units::{Carried as _, Count, Energy, Power, Share, Time};

/// Heading of what happens in a year.
const FLEET: &str = "fleet, per year";

/// Adds one step of a year to the outcome; returns its IT energy.
pub(super) fn evaluate<T: Real>(
    step: &Step<T>,
    units_per_year: Count<T>,
    site: &Site<T>,
    outcome: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) -> Energy<T> {
    let Step { work, device, host, deployment, .. } = step;
    trace.heading("one request");
    let run = run(work, device, deployment, deployment.batch, trace);
    let power = active_power(step, &run, trace);
    explain_request_energy(work, deployment.accelerators, power, &run, trace);

    trace.heading(FLEET);
    let requests = units_per_year * step.per_unit;
    let busy = serving::busy_time(requests, run.time);
    explain!(trace, "physics::serving::busy_time", "busy = units_per_year * per_unit * t_request", busy, {
        "units_per_year": units_per_year, "per_unit": step.per_unit, "t_request": run.time,
    });
    let (replicas, powered) = fleet(step, requests, busy, trace);
    let it = energies(step, busy, powered, power, site, outcome, trace);
    manufacture(device, host, deployment, powered, outcome, trace);
    extend(&mut outcome.sizing, sizing(step, replicas, busy, powered, &run));
    it
}

/// Replicas, and the time they are powered.
fn fleet<T: Real>(step: &Step<T>, requests: Count<T>, busy: Time<T>, trace: &mut impl Trace<T>) -> (Count<T>, Time<T>) {
    let deployment = &step.deployment;
    let year = Time::years(T::of(1.0));
    if deployment.mode == Mode::Shared {
        let utilisation = deployment.utilisation.unwrap_or_else(|| Share::fraction(T::of(1.0)));
        let powered = powered_for(busy, utilisation, trace);
        return (powered / year, powered);
    }
    let needed = replicas(step, requests, trace);
    match (deployment.utilisation, deployment.mode) {
        (Some(utilisation), _) => (needed, powered_for(busy, utilisation, trace)),
        (None, Mode::OnDemand) => {
            explain!(trace, "physics::serving::powered_shared", "powered = busy", busy, { "busy": busy });
            (needed, busy)
        }
        (None, _) => {
            let powered = serving::powered_dedicated(needed, busy);
            explain!(trace, "physics::serving::powered_dedicated", "powered = max(replicas * year, busy)", powered, {
                "replicas": needed, "year": year, "busy": busy,
            });
            (needed, powered)
        }
    }
}

/// Time powered to be busy for a part of it.
fn powered_for<T: Real>(busy: Time<T>, utilisation: Share<T>, trace: &mut impl Trace<T>) -> Time<T> {
    let powered = serving::powered_shared(busy, utilisation);
    explain!(trace, "physics::serving::powered_shared", "powered = busy / serving.utilisation", powered, {
        "busy": busy, "serving.utilisation": utilisation,
    });
    powered
}

/// Replicas that serve the peak.
fn replicas<T: Real>(step: &Step<T>, requests: Count<T>, trace: &mut impl Trace<T>) -> Count<T> {
    let deployment = &step.deployment;
    trace.heading("one request at the peak, for sizing");
    let at_peak = run(&step.work, &step.device, deployment, deployment.peak_batch, trace).time;
    explain!(trace, "impact::evaluate", "t_request_peak = t_request", at_peak, { "t_request": at_peak });
    trace.heading(FLEET);
    let needed = serving::replicas(deployment.peak_factor, requests, at_peak);
    let units = requests / step.per_unit;
    explain!(trace, "physics::serving::replicas",
        "replicas = ceil(use.peak_factor * units_per_year * per_unit * t_request_peak / year)", needed, {
        "use.peak_factor": deployment.peak_factor, "units_per_year": units, "per_unit": step.per_unit,
        "t_request_peak": at_peak, "year": Time::years(T::of(1.0)),
    });
    needed
}

/// Electricity of accelerators, host and idle capacity; returns the sum.
fn energies<T: Real>(
    step: &Step<T>,
    busy: Time<T>,
    powered: Time<T>,
    power: Power<T>,
    site: &Site<T>,
    outcome: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) -> Energy<T> {
    let Step { device, host, deployment, .. } = step;
    let n = deployment.accelerators;
    let accelerators = serving::active_energy(busy, n, power);
    explain!(trace, "physics::serving::active_energy", "E_accelerators = busy * serving.accelerators * P", accelerators, {
        "busy": busy, "serving.accelerators": n, "P": power,
    });
    let hosts = serving::host_energy(busy, n, host.accelerators, host.host_power);
    explain!(trace, "physics::serving::host_energy",
        "E_host = busy * serving.accelerators / server.accelerators * server.host_power", hosts, {
        "busy": busy, "serving.accelerators": n, "server.accelerators": host.accelerators, "server.host_power": host.host_power,
    });
    let idle = serving::idle_energy(powered - busy, n, device.idle_power, host.accelerators, host.host_idle_power);
    explain!(trace, "physics::serving::idle_energy",
        "E_idle = (powered - busy) * serving.accelerators * (accelerator.idle_power + server.host_idle_power / server.accelerators)", idle, {
        "powered": powered, "busy": busy, "serving.accelerators": n, "accelerator.idle_power": device.idle_power,
        "server.host_idle_power": host.host_idle_power, "server.accelerators": host.accelerators,
    });
    for (line, energy) in [(Line::Accelerators, accelerators), (Line::Host, hosts), (Line::Idle, idle)] {
        let impacts = outcome.line_mut(line);
        impacts.add_electricity(energy, site);
        if deployment.accelerator_price.is_none() {
            impacts.add_cost(site.electricity_price.map(|price| energy * price));
        }
    }
    if let Some(price) = deployment.accelerator_price {
        rent(powered * n, price, outcome.line_mut(Line::Accelerators), trace);
    }
    let it = accelerators + hosts + idle;
    explain!(trace, "impact::evaluate", "E_it = E_accelerators + E_host + E_idle", it, {
        "E_accelerators": accelerators, "E_host": hosts, "E_idle": idle,
    });
    it
}

/// Hourly rent, which includes electricity.
fn rent<T: Real>(time: Time<T>, price: crate::units::CostPerTime<T>, line: &mut Impacts<T>, trace: &mut impl Trace<T>) {
    let cost = time * price;
    explain!(trace, "impact::evaluate", "cost = accelerator_time * serving.accelerator_price", cost, {
        "accelerator_time": time, "serving.accelerator_price": price,
    });
    line.add_cost(Some(cost));
}

fn manufacture<T: Real>(
    device: &Device<T>,
    host: &Host<T>,
    deployment: &Deployment<T>,
    powered: Time<T>,
    outcome: &mut Outcome<T>,
    trace: &mut impl Trace<T>,
) {
    let n = deployment.accelerators;
    let devices = embodied::life_share(n, powered, host.lifetime);
    explain!(trace, "physics::embodied::life_share", "accelerators_used = serving.accelerators * powered / server.lifetime", devices, {
        "serving.accelerators": n, "powered": powered, "server.lifetime": host.lifetime,
    });
    let servers = embodied::life_share(n / host.accelerators, powered, host.lifetime);
    explain!(trace, "physics::embodied::life_share",
        "servers_used = serving.accelerators / server.accelerators * powered / server.lifetime", servers, {
        "serving.accelerators": n, "server.accelerators": host.accelerators, "powered": powered, "server.lifetime": host.lifetime,
    });
    explain_manufacture(device, host, devices, servers, trace);
    add_manufacture(device, host, devices, servers, outcome);
}

/// Carbon, abiotic resources and primary energy of a share of manufacture, where there are figures.
pub(super) fn explain_manufacture<T: Real>(
    device: &Device<T>,
    host: &Host<T>,
    devices: Count<T>,
    servers: Count<T>,
    trace: &mut impl Trace<T>,
) {
    macro_rules! made {
        ($record:expr, $field:ident, $count:expr, $equation:literal, $symbol:literal, $used:literal) => {
            if let Some(whole) = $record.$field {
                explain!(trace, "impact::evaluate", $equation, whole * $count, { $used: $count, $symbol: whole });
            }
        };
    }
    made!(
        device,
        embodied_carbon,
        devices,
        "G_accelerators_made = accelerators_used * accelerator.embodied_carbon",
        "accelerator.embodied_carbon",
        "accelerators_used"
    );
    made!(
        device,
        embodied_abiotic,
        devices,
        "ADP_accelerators_made = accelerators_used * accelerator.embodied_abiotic",
        "accelerator.embodied_abiotic",
        "accelerators_used"
    );
    made!(
        device,
        embodied_primary_energy,
        devices,
        "PE_accelerators_made = accelerators_used * accelerator.embodied_primary_energy",
        "accelerator.embodied_primary_energy",
        "accelerators_used"
    );
    made!(
        host,
        embodied_carbon,
        servers,
        "G_host_made = servers_used * server.embodied_carbon",
        "server.embodied_carbon",
        "servers_used"
    );
    made!(
        host,
        embodied_abiotic,
        servers,
        "ADP_host_made = servers_used * server.embodied_abiotic",
        "server.embodied_abiotic",
        "servers_used"
    );
    made!(
        host,
        embodied_primary_energy,
        servers,
        "PE_host_made = servers_used * server.embodied_primary_energy",
        "server.embodied_primary_energy",
        "servers_used"
    );
}

pub(super) fn add_manufacture<T: Real>(
    device: &Device<T>,
    host: &Host<T>,
    devices: Count<T>,
    servers: Count<T>,
    outcome: &mut Outcome<T>,
) {
    outcome.line_mut(Line::AcceleratorsMade).add_manufacture(
        devices,
        device.embodied_carbon,
        device.embodied_abiotic,
        device.embodied_primary_energy,
    );
    outcome.line_mut(Line::HostMade).add_manufacture(
        servers,
        host.embodied_carbon,
        host.embodied_abiotic,
        host.embodied_primary_energy,
    );
}

fn sizing<T: Real>(step: &Step<T>, replicas: Count<T>, busy: Time<T>, powered: Time<T>, run: &Run<T>) -> Sizing<T> {
    let accelerators = replicas * step.deployment.accelerators;
    Sizing {
        replicas,
        accelerators,
        servers: accelerators / step.host.accelerators,
        busy,
        powered,
        latency: run.latency * step.per_unit,
        time_to_first_token: run.tokens.as_ref().map(|times| times.first),
        output_tokens_per_second: run.tokens.as_ref().map(|times| Time::seconds(T::of(1.0)) / times.between),
    }
}

/// Fleets of several steps add up, and so do their latencies: steps follow each other.
fn extend<T: Real>(sizing: &mut Option<Sizing<T>>, step: Sizing<T>) {
    *sizing = Some(match sizing.take() {
        None => step,
        Some(before) => Sizing {
            replicas: before.replicas + step.replicas,
            accelerators: before.accelerators + step.accelerators,
            servers: before.servers + step.servers,
            busy: before.busy + step.busy,
            powered: before.powered + step.powered,
            latency: before.latency + step.latency,
            time_to_first_token: step
                .time_to_first_token
                .map(|first| before.latency + first)
                .or(before.time_to_first_token),
            output_tokens_per_second: step.output_tokens_per_second.or(before.output_tokens_per_second),
        },
    });
}
