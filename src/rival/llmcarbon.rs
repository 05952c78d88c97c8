//! LLMCarbon: time from arithmetic and hardware efficiency, power times time, manufacture by area.
//!
//! The functions take plain numbers, not draws: a rival method answers once for each end of a range.

use crate::impact::{Line, Outcome};
use crate::math::Real;
use crate::physics::{compute, embodied, training};
use crate::rival::answer::{Ends, Own, Reader, TrainedRun, add_training};
use crate::rival::method::LLMCARBON_KEY;
use crate::rival::tdp;
use crate::scenario::{Device, Draw, Effort, Host, Reached, Site, Slot, Step, Training, Work};
use crate::units::{Carbon, Compute, ComputeRate, Count, Data, Energy, Power, Share, Time};

/// Throughput of an accelerator in a model cut within one server, in TFLOP/s: `a * P^2 + b * P + c`.
///
/// Source: regression published with the paper (SotaroKaneda/MLCarbon), on Narayanan et al. 2021, arXiv 2104.04473.
pub const WITHIN_SERVER: [f64; 3] = [-8.820_790_68e-20, 1.685_911_16e-9, 133.954_735];
/// The same for a model cut over several servers.
///
/// Source: as [`WITHIN_SERVER`].
pub const ACROSS_SERVERS: [f64; 3] = [-5.602_337_49e-23, 8.454_355_87e-11, 134.546_129];
/// Peak in 16 bits of the accelerator of that regression, an A100, in TFLOP/s.
///
/// Source: Narayanan et al. 2021, arXiv 2104.04473.
pub const REGRESSION_PEAK: f64 = 312.0;
/// Smallest and largest model of that regression, in parameters.
///
/// Source: Narayanan et al. 2021, arXiv 2104.04473, table 1: 1.7 billion to one trillion.
pub const REGRESSION_RANGE: [f64; 2] = [1.7e9, 1.008e12];
/// Parameters that an accelerator takes for each gigabyte of its memory.
///
/// Source: published with the paper (SotaroKaneda/MLCarbon): 0.03 billion.
pub const PARAMETERS_PER_GIGABYTE: f64 = 0.03e9;
/// Years in service of all hardware.
///
/// Source: published with the paper (SotaroKaneda/MLCarbon): five years of 365 days.
pub const LIFETIME: f64 = 5.0;
/// Kilograms of greenhouse gases of the rest of a server: a processor of 1.47 cm2 at 1 kg/cm2, 256 GB of memory at
/// 0.4 kg/GB, 32,768 GB of flash at 0.018 kg/GB, other chips of 111.6 cm2 at 1.2 kg/cm2.
///
/// Source: Faiz et al. 2024, the server of its validation, as published with the paper (SotaroKaneda/MLCarbon).
pub const SERVER_CARBON: f64 = 1.47 * 1.0 + 256.0 * 0.4 + 32_768.0 * 0.018 + 111.6 * 1.2;

/// Chips that the authors list: beginning of the accelerator's id, area in cm2, kilograms per cm2.
///
/// Source: Faiz et al. 2024, as published with the paper (SotaroKaneda/MLCarbon): V100 in 12 nm, H100 in 4 nm,
/// TPU v3 in 16 nm and v4 in 7 nm.
const CHIPS: [(&str, f64, f64); 4] =
    [("v100", 8.15, 1.2), ("h100", 8.14, 1.8), ("tpu-v3", 7.0, 1.0), ("tpu-v4", 4.0, 1.6)];

/// Share of the peak that an accelerator reaches, from the size of the model.
///
/// ```text
/// efficiency = (a * P^2 + b * P + c) / 312
/// ```
///
/// `[1]`; `P` active parameters, held within the sizes of the regression. Fitted on A100, training; the paper uses
/// one efficiency for training and inference, and other accelerators reach the same share here.
///
/// # Source
///
/// Faiz et al. 2024, arXiv 2309.14393, section on hardware efficiency; coefficients published with the paper.
///
/// # Example
///
/// ```
/// use econome::{rival::llmcarbon::efficiency, units::Count};
/// let share = efficiency(Count::of(175e9), Count::of(19.2e9));
/// assert!((share.as_fraction() - 0.473159).abs() < 1e-6);
/// ```
#[must_use]
pub fn efficiency(parameters: Count, one_server_holds: Count) -> Share {
    let [least, most] = REGRESSION_RANGE;
    let [a, b, c] = if parameters < one_server_holds { WITHIN_SERVER } else { ACROSS_SERVERS };
    let p = parameters.value().clamp(least, most);
    Share::fraction(((a * p + b) * p + c) / REGRESSION_PEAK)
}

/// Time of all accelerators together.
///
/// ```text
/// n * t = C / (peak * efficiency)
/// ```
///
/// `[s]`; `C` is `6 * P * D` for training and `2 * P * D` for inference.
///
/// # Source
///
/// Faiz et al. 2024, arXiv 2309.14393, operational carbon model.
///
/// # Example
///
/// GPT-3 on V100, as in the paper's validation: 10,000 accelerators for 14.8 days.
///
/// ```
/// use econome::rival::llmcarbon::accelerator_time;
/// use econome::units::{Compute, ComputeRate, Share};
/// let peak = ComputeRate::teraflop_per_second(125.0);
/// let time = accelerator_time(Compute::flop(6.0 * 175e9 * 300e9), peak, Share::new(0.197)?);
/// assert!((time.as_hours() / 24.0 / 10_000.0 - 14.805).abs() < 1e-3);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn accelerator_time<T: Real>(work: Compute<T>, peak: ComputeRate<T>, efficiency: Share<T>) -> Time<T> {
    work / (peak * efficiency)
}

/// Energy of the hardware.
///
/// ```text
/// E_hard = P * n * t
/// ```
///
/// `[Wh]`; `P` is the mean power of the system for one accelerator where it is given, the rated power of the
/// accelerator otherwise. The site multiplies it by its PUE.
///
/// # Source
///
/// Faiz et al. 2024, arXiv 2309.14393, operational carbon model. The paper writes peak power times efficiency, the
/// inputs published for its validation have the mean power of the system: the validation is followed.
///
/// # Example
///
/// ```
/// use econome::{rival::llmcarbon::hardware_energy, units::{Energy, Power, Time}};
/// assert_eq!(hardware_energy(Power::watts(330.0), Time::hours(1000.0)), Energy::kwh(330.0));
/// ```
#[inline]
#[must_use]
pub fn hardware_energy<T: Real>(power: Power<T>, accelerator_time: Time<T>) -> Energy<T> {
    power * accelerator_time
}

/// Manufacture of a chip.
///
/// ```text
/// G_chip = area * CPA
/// ```
///
/// `[g]`; area in cm2, carbon per area in kilograms per cm2. Memory stacks, board and assembly are not in it.
///
/// # Source
///
/// Faiz et al. 2024, arXiv 2309.14393, embodied carbon model.
///
/// # Example
///
/// ```
/// use econome::{rival::llmcarbon::chip_carbon, units::{Carbon, Count}};
/// let v100 = chip_carbon(Count::of(8.15), Count::of(1.2));
/// assert!((v100.as_kg() - 9.78).abs() < 1e-12);
/// ```
#[must_use]
pub fn chip_carbon(area: Count, carbon_per_area: Count) -> Carbon {
    Carbon::kg((area * carbon_per_area).value())
}

/// Applies the model to every text step and to the training of a scenario.
pub(super) fn answer(reader: &mut Reader) -> Ends<Outcome> {
    let case = &reader.scenario.case;
    let units = reader.central(&case.units_per_year);
    let mut outcome = Ends { low: Outcome::none(units), high: Outcome::none(units) };
    let site = tdp::site(reader);
    for (index, step) in case.steps.iter().enumerate() {
        infer(reader, index, step, units, &site, &mut outcome);
    }
    if let Some(training) = &case.training {
        train(reader, training, &site, &mut outcome);
    }
    outcome
}

fn infer(reader: &mut Reader, index: usize, step: &Step<Slot>, units: Count, site: &Site, outcome: &mut Ends<Outcome>) {
    let prefix = reader.prefix(index);
    let Work::Tokens { tokens, model, .. } = &step.work else {
        reader.gap(format!("{}: LLMCarbon models language models only", prefix.trim_end_matches('.')));
        return;
    };
    let active = reader.ends(&model.active_parameters);
    let read = reader.central(&tokens.input_tokens) * reader.central(&tokens.cached_input_share).complement();
    let passed = read + reader.central(&tokens.output_tokens);
    let requests = units * reader.central(&step.per_unit);
    let work = active.map(|parameters| compute::forward(*parameters, passed * requests));
    let chips = Chips::read(reader, &step.device, &step.host);
    let efficiency = chips.efficiency(reader, &prefix, &active);
    let time = work.with(&efficiency, |work, share| accelerator_time(*work, chips.peak, *share));
    chips.add(&time.low, site, &mut outcome.low);
    chips.add(&time.high, site, &mut outcome.high);
}

fn train(reader: &mut Reader, case: &Training<Slot>, site: &Site, outcome: &mut Ends<Outcome>) {
    let mut chips = Chips::read(reader, &case.device, &case.host);
    let given = match case.site.power {
        Draw::Accelerator { power, .. } => reader.given(&power),
        Draw::Node { node, power } => reader.given(&node).or_else(|| reader.given(&power)),
    };
    if let Some(power) = given {
        chips.power = power;
    }
    let Some((flop, time)) = effort(reader, case, &chips) else { return };
    if case.rollout.is_some() {
        reader.gap("reinforcement learning, answers generated: no formula in llmcarbon".to_owned());
    }
    let runs_per_year = reader.central(&case.site.runs_per_year);
    let trains_only = reader.scenario.case.steps.is_empty();
    let add = |flop: Option<Compute>, time: Time, outcome: &mut Outcome| {
        let mut lines = Outcome::none(Count::of(1.0));
        chips.add(&time, site, &mut lines);
        add_training(&TrainedRun { flop, time, lines }, runs_per_year, trains_only, outcome);
    };
    add(flop.low, time.low, &mut outcome.low);
    add(flop.high, time.high, &mut outcome.high);
}

/// Arithmetic and time of a training run; nothing where the model does not tell them.
fn effort(reader: &mut Reader, case: &Training<Slot>, chips: &Chips) -> Option<(Ends<Option<Compute>>, Ends<Time>)> {
    let (work, parameters, mfu) = match &case.effort {
        Effort::Hours(hours) => {
            let time = reader.central(hours);
            return Some((Ends { low: None, high: None }, Ends { low: time, high: time }));
        }
        Effort::Flop { flop, mfu } => {
            let flop = reader.central(flop);
            (Ends { low: flop, high: flop }, None, mfu)
        }
        Effort::Tokens { tokens, active_parameters, mfu, .. } => {
            let (tokens, parameters) = (reader.central(tokens), reader.ends(active_parameters));
            let each = reader.own(own("training.flop_per_parameter", Count::of(training::FULL_TRAINING)));
            (parameters.map(|parameters| training::work(*parameters, tokens, each)), Some(parameters), mfu)
        }
    };
    let mfu = match mfu {
        Reached::Given(mfu) => reader.given(mfu),
        Reached::Computed(_) => None,
    };
    let efficiency = match (mfu, parameters) {
        (Some(given), _) => Ends { low: given, high: given },
        (None, Some(parameters)) => chips.efficiency(reader, "training.", &parameters),
        (None, None) => {
            reader.gap("training: llmcarbon needs the model's size (training.tokens) or training.mfu".to_owned());
            return None;
        }
    };
    let time = work.with(&efficiency, |work, share| accelerator_time(*work, chips.peak, *share));
    Some((work.map(|work| Some(*work)), time))
}

/// A constant of LLMCarbon.
fn own<Q>(key: &'static str, value: Q) -> Own<Q> {
    Own { key, value, source: LLMCARBON_KEY, reason: "LLMCarbon" }
}

/// The machines, as LLMCarbon sees them.
struct Chips {
    power: Power,
    peak: ComputeRate,
    memory: Data,
    per_server: Count,
    lifetime: Time,
    chip: Option<Carbon>,
    server: Carbon,
}

impl Chips {
    fn read(reader: &mut Reader, device: &Device<Slot>, host: &Host<Slot>) -> Self {
        let profile = reader.profile(&device.tdp).unwrap_or_default();
        let id = profile.trim_start_matches("accelerator/");
        let listed = CHIPS.iter().find(|(name, _, _)| id.starts_with(name));
        let chip = listed.map(|(_, area, cpa)| chip_carbon(Count::of(*area), Count::of(*cpa)));
        match chip {
            Some(carbon) => {
                reader.own(own("accelerator.embodied_carbon", carbon));
            }
            None => reader.gap(format!("{id}, manufacture: llmcarbon lists V100, H100, TPU v3 and v4 only")),
        }
        Self {
            power: reader.central(&device.tdp),
            peak: reader.central(&device.peak_16bit),
            memory: reader.central(&device.memory),
            per_server: reader.central(&host.accelerators),
            lifetime: reader.own(own("server.lifetime", Time::years(LIFETIME))),
            chip,
            server: reader.own(own("server.embodied_carbon", Carbon::kg(SERVER_CARBON))),
        }
    }

    /// Share of the peak reached, by size of the model.
    fn efficiency(&self, reader: &mut Reader, prefix: &str, parameters: &Ends<Count>) -> Ends<Share> {
        let memory = self.per_server.value() * self.memory.as_gigabytes();
        let share = parameters.map(|parameters| efficiency(*parameters, Count::of(PARAMETERS_PER_GIGABYTE * memory)));
        let why = "LLMCarbon's regression of training throughput on A100, by active parameters";
        reader.computed(&format!("{prefix}hardware_efficiency"), share.high, why);
        share
    }

    /// Adds time of accelerators, with their servers.
    fn add(&self, time: &Time, site: &Site, outcome: &mut Outcome) {
        tdp::add(hardware_energy(self.power, *time), site, outcome);
        let device = embodied::life_share(Count::of(1.0), *time, self.lifetime);
        outcome.line_mut(Line::AcceleratorsMade).add_manufacture(device, self.chip, None, None);
        let server = embodied::life_share(Count::of(1.0) / self.per_server, *time, self.lifetime);
        outcome.line_mut(Line::HostMade).add_manufacture(server, Some(self.server), None, None);
    }
}
