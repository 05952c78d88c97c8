//! EcoLogits 0.11: energy and latency of a token by regression, one shared server, ranges as two ends.
//!
//! The functions take plain numbers, not draws: a rival method answers once for each end of a range.

use crate::impact::{Line, Outcome};
use crate::math::Real;
use crate::physics::{embodied, facility};
use crate::rival::answer::{Ends, Own, Reader};
use crate::rival::method::ECOLOGITS_KEY;
use crate::scenario::{Device, Host, Site, Slot, Step, Work};
use crate::units::{Abiotic, Carbon, Count, Data, Energy, Power, PrimaryEnergy, Time};

/// Energy of one token on one accelerator, in watt-hours per billion active parameters, at a batch of zero.
///
/// Source: EcoLogits 0.11.3, regression on ML.ENERGY measurements.
pub const ENERGY_SLOPE: f64 = 1.166_527_317_045_191_4e-6;
/// How fast that energy falls with the batch.
///
/// Source: EcoLogits 0.11.3.
pub const ENERGY_DECAY: f64 = 0.011_205_921_025_579_175;
/// Energy of one token on one accelerator whatever the model, in watt-hours.
///
/// Source: EcoLogits 0.11.3.
pub const ENERGY_CONSTANT: f64 = 4.052_928_146_734_005e-5;
/// Seconds a token per billion active parameters.
///
/// Source: EcoLogits 0.11.3.
pub const LATENCY_SLOPE: f64 = 0.000_678_508_809_435_366_3;
/// Seconds a token per request served together.
///
/// Source: EcoLogits 0.11.3.
pub const LATENCY_BATCH: f64 = 0.000_311_931_031_168_825_9;
/// Seconds a token whatever the model and the batch.
///
/// Source: EcoLogits 0.11.3.
pub const LATENCY_CONSTANT: f64 = 0.019_473_717_579_473_387;
/// Memory over that of the weights alone.
///
/// Source: EcoLogits 0.11.3.
pub const MEMORY_OVERHEAD: f64 = 1.2;
/// Requests served together.
///
/// Source: EcoLogits 0.11.3.
pub const BATCH: f64 = 64.0;
/// Bits of a parameter.
///
/// Source: EcoLogits 0.11.3.
pub const BITS: f64 = 16.0;
/// Memory of one accelerator, in gigabytes.
///
/// Source: EcoLogits 0.11.3.
pub const ACCELERATOR_MEMORY: f64 = 80.0;
/// Accelerators of a server.
///
/// Source: EcoLogits 0.11.3.
pub const SERVER_ACCELERATORS: f64 = 8.0;
/// Power of a server without its accelerators, in kilowatts.
///
/// Source: EcoLogits 0.11.3.
pub const SERVER_POWER: f64 = 1.2;
/// Years in service of all hardware.
///
/// Source: EcoLogits 0.11.3.
pub const LIFETIME: f64 = 3.0;
/// Manufacture of a server without its accelerators: kilograms of greenhouse gases.
///
/// Source: EcoLogits 0.11.3, after BoaviztAPI.
pub const SERVER_CARBON: f64 = 5700.0;
/// The same in kilograms of antimony equivalent.
///
/// Source: EcoLogits 0.11.3, after BoaviztAPI.
pub const SERVER_ABIOTIC: f64 = 0.37;
/// The same in megajoules of primary energy.
///
/// Source: EcoLogits 0.11.3, after BoaviztAPI.
pub const SERVER_PRIMARY_ENERGY: f64 = 70_000.0;
/// Manufacture of an accelerator: kilograms of greenhouse gases.
///
/// Source: EcoLogits 0.11.3.
pub const ACCELERATOR_CARBON: f64 = 273.0;
/// The same in kilograms of antimony equivalent.
///
/// Source: EcoLogits 0.11.3.
pub const ACCELERATOR_ABIOTIC: f64 = 0.008_95;
/// The same in megajoules of primary energy.
///
/// Source: EcoLogits 0.11.3.
pub const ACCELERATOR_PRIMARY_ENERGY: f64 = 3721.0;

/// Parameters in the unit of the regressions.
const BILLION: f64 = 1e9;
/// Bits of a byte.
const BYTE: f64 = 8.0;

/// Energy of one token on one accelerator.
///
/// ```text
/// E_token = 1.1665e-6 * exp(-0.011206 * B) * P_active + 4.0529e-5
/// ```
///
/// `[Wh]`; `P_active` in billions. Fitted on H100 measurements; the prompt costs nothing.
///
/// # Source
///
/// EcoLogits 0.11.3.
///
/// # Example
///
/// ```
/// use econome::{rival::ecologits::token_energy, units::Count};
/// let energy = token_energy(Count::of(70e9), Count::of(64.0));
/// assert!((energy.as_wh() - 8.0388e-5).abs() < 1e-9);
/// ```
#[must_use]
pub fn token_energy(active_parameters: Count, batch: Count) -> Energy {
    let decay = Real::exp(-ENERGY_DECAY * batch.value());
    Energy::wh(ENERGY_SLOPE * decay * (active_parameters.value() / BILLION) + ENERGY_CONSTANT)
}

/// Time of one token.
///
/// ```text
/// t_token = 6.7851e-4 * P_active + 3.1193e-4 * B + 0.019474
/// ```
///
/// `[s]`; `P_active` in billions. A measured rate of tokens takes its place.
///
/// # Source
///
/// EcoLogits 0.11.3.
///
/// # Example
///
/// ```
/// use econome::{rival::ecologits::token_latency, units::Count};
/// let latency = token_latency(Count::of(8e9), Count::of(64.0));
/// assert!((latency.as_seconds() - 0.0448654).abs() < 1e-7);
/// ```
#[must_use]
pub fn token_latency(active_parameters: Count, batch: Count) -> Time {
    let billions = active_parameters.value() / BILLION;
    Time::seconds(LATENCY_SLOPE * billions + LATENCY_BATCH * batch.value() + LATENCY_CONSTANT)
}

/// Time of a request.
///
/// ```text
/// L = tokens * t_token + t_first
/// ```
///
/// `[s]`; `t_first` is zero where the time to the first token was not measured. A shorter measured latency of the
/// whole request takes its place.
///
/// # Source
///
/// EcoLogits 0.11.3.
///
/// # Example
///
/// ```
/// use econome::{rival::ecologits::latency, units::{Count, Time}};
/// let seconds = latency(Count::of(400.0), Time::seconds(1.0 / 50.0), Time::seconds(0.5));
/// assert_eq!(seconds, Time::seconds(8.5));
/// ```
#[must_use]
pub fn latency(output_tokens: Count, token: Time, first: Time) -> Time {
    token * output_tokens + first
}

/// Accelerators that hold a model: a power of two.
///
/// ```text
/// G = 2 ^ ceil(log2(ceil(1.2 * P * bits / 8 / memory)))
/// ```
///
/// `[1]`.
///
/// # Source
///
/// EcoLogits 0.11.3.
///
/// # Example
///
/// ```
/// use econome::{rival::ecologits::accelerators, units::{Count, Data}};
/// let n = accelerators(Count::of(70e9), Count::of(16.0), Data::gigabytes(80.0));
/// assert_eq!(n.value(), 4.0);
/// ```
#[must_use]
pub fn accelerators(parameters: Count, bits: Count, memory: Data) -> Count {
    // In the tool's own units and order, so that a model on the edge falls on the same side of it.
    let needed = MEMORY_OVERHEAD * (parameters.value() / BILLION) * bits.value() / BYTE;
    let whole = Real::ceil(needed / memory.as_gigabytes()).max(1.0);
    // A cast of a float saturates; no model is that large.
    Count::of((whole as u64).checked_next_power_of_two().map_or(whole, |power| power as f64))
}

/// Energy of the server around the accelerators, for one request.
///
/// ```text
/// E_server = L * P_server * G / accelerators_per_server / B
/// ```
///
/// `[Wh]`.
///
/// # Source
///
/// EcoLogits 0.11.3.
///
/// # Example
///
/// ```
/// use econome::{rival::ecologits::server_energy, units::{Count, Power, Time}};
/// let seconds = Time::seconds(36.0);
/// let energy = server_energy(seconds, Power::kilowatts(1.2), Count::of(4.0), Count::of(8.0), Count::of(64.0));
/// assert!((energy.as_wh() - 0.09375).abs() < 1e-12);
/// ```
#[must_use]
pub fn server_energy(latency: Time, power: Power, n: Count, server_accelerators: Count, batch: Count) -> Energy {
    power * latency * (n / server_accelerators) / batch
}

/// What a request is, as EcoLogits sees it.
struct Request {
    requests: Count,
    active: Ends<Count>,
    total: Ends<Count>,
    output_tokens: Count,
    batch: Count,
    bits: Count,
    first: Time,
    per_token: Option<Time>,
    cap: Option<Time>,
}

/// The machine, as EcoLogits sees it.
struct Machine {
    memory: Data,
    accelerators: Count,
    power: Power,
    lifetime: Time,
    server: Embodied,
    accelerator: Embodied,
}

/// Manufacture of one device.
struct Embodied {
    carbon: Carbon,
    abiotic: Abiotic,
    primary_energy: PrimaryEnergy,
}

/// Applies the formulas to every text step of a scenario.
pub(super) fn answer(reader: &mut Reader) -> Ends<Outcome> {
    let case = &reader.scenario.case;
    let units = reader.central(&case.units_per_year);
    let mut outcome = Ends { low: Outcome::none(units), high: Outcome::none(units) };
    let mut site = None;
    for (index, step) in case.steps.iter().enumerate() {
        let Work::Tokens { .. } = step.work else {
            let name = reader.prefix(index);
            reader.gap(format!("{}: EcoLogits 0.11 has a text formula only", name.trim_end_matches('.')));
            continue;
        };
        let Some(request) = request(reader, index, step, units) else { continue };
        let machine = machine(reader, &step.device, &step.host);
        let site = site.get_or_insert_with(|| self::site(reader));
        add(&request, &machine, site, &mut outcome);
    }
    if case.training.is_some() {
        reader.gap("training: no formula in ecologits-0.11".to_owned());
    }
    outcome
}

fn request(reader: &mut Reader, index: usize, step: &Step<Slot>, units: Count) -> Option<Request> {
    let Work::Tokens { tokens, model, .. } = &step.work else { return None };
    let prefix = reader.prefix(index);
    let measured = reader.scenario.measured.get(index).copied().unwrap_or_default();
    let rate = reader.stated(&format!("{prefix}output_tokens_per_second"), measured.output_tokens_per_second);
    Some(Request {
        requests: units * reader.central(&step.per_unit),
        active: reader.ends(&model.active_parameters),
        total: reader.ends(&model.parameters),
        output_tokens: reader.central(&tokens.output_tokens),
        batch: reader.given_or(Some(&step.deployment.batch), own("serving.batch", Count::of(BATCH))),
        bits: match reader.chosen(&format!("{prefix}precision")) {
            Some(precision) => Count::of(bits(precision)),
            None => reader.own(own("precision_bits", Count::of(BITS))),
        },
        first: reader
            .stated(&format!("{prefix}time_to_first_token"), measured.time_to_first_token)
            .unwrap_or_else(Time::zero),
        per_token: rate.map(|rate| Time::seconds(1.0) / rate),
        cap: reader.stated(&format!("{prefix}latency"), measured.latency),
    })
}

/// Bits of a parameter at a precision.
fn bits(precision: &str) -> f64 {
    match precision {
        "fp32" => 32.0,
        "fp8" | "int8" => 8.0,
        "fp4" | "int4" => 4.0,
        _ => BITS,
    }
}

fn machine(reader: &mut Reader, device: &Device<Slot>, host: &Host<Slot>) -> Machine {
    let lifetime = own("server.lifetime", Time::years(LIFETIME));
    let memory = own("accelerator.memory", Data::gigabytes(ACCELERATOR_MEMORY));
    Machine {
        memory: reader.given_or(Some(&device.memory), memory),
        accelerators: reader
            .given_or(Some(&host.accelerators), own("server.accelerators", Count::of(SERVER_ACCELERATORS))),
        power: reader.given_or(Some(&host.host_power), own("server.host_power", Power::kilowatts(SERVER_POWER))),
        lifetime: reader.given_or(Some(&host.lifetime), lifetime),
        server: Embodied {
            carbon: reader
                .given_or(host.embodied_carbon.as_ref(), own("server.embodied_carbon", Carbon::kg(SERVER_CARBON))),
            abiotic: reader.given_or(
                host.embodied_abiotic.as_ref(),
                own("server.embodied_abiotic", Abiotic::kg_sb(SERVER_ABIOTIC)),
            ),
            primary_energy: reader.given_or(
                host.embodied_primary_energy.as_ref(),
                own("server.embodied_primary_energy", PrimaryEnergy::megajoules(SERVER_PRIMARY_ENERGY)),
            ),
        },
        accelerator: Embodied {
            carbon: reader.given_or(
                device.embodied_carbon.as_ref(),
                own("accelerator.embodied_carbon", Carbon::kg(ACCELERATOR_CARBON)),
            ),
            abiotic: reader.given_or(
                device.embodied_abiotic.as_ref(),
                own("accelerator.embodied_abiotic", Abiotic::kg_sb(ACCELERATOR_ABIOTIC)),
            ),
            primary_energy: reader.given_or(
                device.embodied_primary_energy.as_ref(),
                own("accelerator.embodied_primary_energy", PrimaryEnergy::megajoules(ACCELERATOR_PRIMARY_ENERGY)),
            ),
        },
    }
}

/// A constant of EcoLogits, used where the scenario gives no value of its own.
fn own<Q>(key: &'static str, value: Q) -> Own<Q> {
    Own { key, value, source: ECOLOGITS_KEY, reason: "constant of EcoLogits 0.11" }
}

/// The site at both ends of its PUE and WUE; everything else has one value.
fn site(reader: &mut Reader) -> Ends<Site> {
    let site = &reader.scenario.case.site;
    let pue = reader.ends(&site.pue);
    let wue = site.wue.as_ref().map(|wue| reader.ends(wue));
    let carbon_intensity = reader.central(&site.carbon_intensity);
    let water = reader.optional(site.water.as_ref());
    let primary_energy = reader.optional(site.primary_energy.as_ref());
    let abiotic = reader.optional(site.abiotic.as_ref());
    let at = |pue, wue| Site {
        pue,
        carbon_intensity,
        wue,
        water,
        primary_energy,
        abiotic,
        time_ratio: None,
        electricity_price: None,
    };
    Ends { low: at(pue.low, wue.map(|wue| wue.low)), high: at(pue.high, wue.map(|wue| wue.high)) }
}

/// Adds the requests of a year at both ends.
fn add(request: &Request, machine: &Machine, site: &Ends<Site>, outcome: &mut Ends<Outcome>) {
    add_end(request, machine, request.active.low, request.total.low, &site.low, &mut outcome.low);
    add_end(request, machine, request.active.high, request.total.high, &site.high, &mut outcome.high);
}

fn add_end(request: &Request, machine: &Machine, active: Count, total: Count, site: &Site, outcome: &mut Outcome) {
    let Request { requests, output_tokens, batch, .. } = *request;
    let n = accelerators(total, request.bits, machine.memory);
    let token = request.per_token.unwrap_or_else(|| token_latency(active, batch));
    let computed = latency(output_tokens, token, request.first);
    let seconds = request.cap.map_or(computed, |cap| computed.min(cap));
    let gpus = token_energy(active, batch) * output_tokens * n * requests;
    let server = server_energy(seconds, machine.power, n, machine.accelerators, batch) * requests;
    outcome.line_mut(Line::Accelerators).add_electricity(gpus, site);
    outcome.line_mut(Line::Host).add_electricity(server, site);
    let cooling = outcome.line_mut(Line::Cooling);
    cooling.add_electricity(facility::cooling_energy(gpus + server, site.pue), site);
    cooling.add_water(site.wue.map(|wue| facility::site_water(gpus + server, wue)));
    let reserved = seconds / batch;
    let Embodied { carbon, abiotic, primary_energy } = machine.accelerator;
    outcome.line_mut(Line::AcceleratorsMade).add_manufacture(
        embodied::life_share(n, reserved, machine.lifetime) * requests,
        Some(carbon),
        Some(abiotic),
        Some(primary_energy),
    );
    let Embodied { carbon, abiotic, primary_energy } = machine.server;
    outcome.line_mut(Line::HostMade).add_manufacture(
        embodied::life_share(n / machine.accelerators, reserved, machine.lifetime) * requests,
        Some(carbon),
        Some(abiotic),
        Some(primary_energy),
    );
}
