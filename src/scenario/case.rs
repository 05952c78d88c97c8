//! A case: every input of a scenario as one number, the only thing physics may see.
//!
//! The records are generic in the kind of number: `Case<f64>` is one case, `Case<Slot>` names, for each number, the
//! input that it comes from, and over other kinds of numbers the formulas are recorded or differentiated.

use crate::scenario::Work;
use crate::scenario::record::record;
use crate::units::{
    Abiotic, AbioticPerEnergy, Bandwidth, Carbon, CarbonIntensity, CarbonPerData, Carried as _, Compute, ComputeRate,
    CostPerEnergy, CostPerTime, Count, Data, EnergyPerData, Power, PrimaryEnergy, PrimaryEnergyPerEnergy, Pue, Share,
    Time, WaterPerEnergy,
};

/// Place of an input in the list of inputs of a resolved scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub(crate) usize);

record!(
    /// Shape of a transformer language model.
    Transformer {
        /// All parameters.
        parameters: Count,
        /// Parameters used for one token.
        active_parameters: Count,
        /// Parameters of all experts; zero for a dense model.
        expert_parameters: Count,
        /// Share of the experts that one token uses; one for a dense model.
        expert_share: Share,
        /// Layers.
        layers: Count,
        /// Layers that keep a key-value cache.
        attention_layers: Count,
        /// Key-value heads.
        kv_heads: Count,
        /// Numbers kept per head, layer and token: key and value, or one latent vector.
        kv_width: Count,
        /// Tokens that a windowed layer keeps; very many without window.
        window: Count,
        /// Share of the attention layers without window.
        full_attention_share: Share,
        /// Width of the residual stream.
        hidden_size: Count,
        /// Entries of the vocabulary.
        vocabulary: Count,
        /// Numbers that state-space layers keep for one sequence; zero without such layers.
        state_elements: Count,
    }
);

record!(
    /// Coefficients of the serving software for tokens.
    Serving {
        /// Share of the memory bandwidth reached on dense weights.
        weights_efficiency: Share,
        /// Share of the memory bandwidth reached on experts.
        expert_efficiency: Share,
        /// Share of the memory bandwidth reached on the key-value cache.
        kv_efficiency: Count,
        /// Share of the peak reached while decoding.
        decode_efficiency: Count,
        /// Share of the peak reached on prompts.
        prefill_efficiency: Share,
        /// Time lost per step.
        step_overhead: Time,
        /// Time lost per layer.
        layer_overhead: Time,
        /// Further time lost per layer because of reduced precision; zero in 16 bits.
        precision_overhead: Time,
        /// Time lost per step for each sequence.
        sequence_overhead: Time,
        /// Time of sampling one token for a vocabulary of 150,000.
        sampling_overhead: Time,
        /// Latency of one exchange between accelerators, per doubling of their number.
        exchange_latency: Time,
        /// Bytes moved, each way, per number of state.
        state_bytes: Count,
    }
);

record!(
    /// How power follows activity.
    PowerLaw {
        /// Constant part.
        power_floor: Share,
        /// Part that follows the use of the memory bandwidth.
        power_memory: Count,
        /// Part that follows the use of the arithmetic units.
        power_compute: Count,
        /// Exponent of the latter.
        power_exponent: Count,
    }
);

record!(
    /// One accelerator.
    Device {
        /// Rated power.
        tdp: Power,
        /// Power while idle.
        idle_power: Power,
        /// Memory.
        memory: Data,
        /// Memory bandwidth.
        memory_bandwidth: Bandwidth,
        /// Peak computing rate at the precision of the work.
        peak: ComputeRate,
        /// Peak computing rate in 16 bits, to which the use of the arithmetic units is related.
        peak_16bit: ComputeRate,
        ; optional {
            /// Carbon of manufacture.
            embodied_carbon: Carbon,
            /// Abiotic resources of manufacture.
            embodied_abiotic: Abiotic,
            /// Primary energy of manufacture.
            embodied_primary_energy: PrimaryEnergy,
        }
    }
);

record!(
    /// The server around the accelerators.
    Host {
        /// Accelerators it carries.
        accelerators: Count,
        /// Power beyond the accelerators while serving.
        host_power: Power,
        /// The same while idle.
        host_idle_power: Power,
        /// Years in service.
        lifetime: Time,
        ; optional {
            /// Carbon of manufacture without accelerators.
            embodied_carbon: Carbon,
            /// Abiotic resources of manufacture without accelerators.
            embodied_abiotic: Abiotic,
            /// Primary energy of manufacture without accelerators.
            embodied_primary_energy: PrimaryEnergy,
        }
    }
);

/// Whose machines they are, and when they are powered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Mode {
    /// Replicas of one's own stay powered; how busy they are follows from load and sizing.
    Dedicated,
    /// A service with the traffic of many users; how busy it is, is given or assumed.
    Shared,
    /// Switched off when there is nothing to do.
    OnDemand,
}

record!(
    /// How a step is served.
    Deployment {
        /// Accelerators of one replica.
        accelerators: Count,
        /// Mean number of requests served together while serving.
        batch: Count,
        /// The same at the peak, for sizing.
        peak_batch: Count,
        /// Peak over mean load.
        peak_factor: Count,
        /// Ratio of true to computed time, the error of the method; one in the central case.
        model_error: Count,
        ; optional {
            /// Share of the powered time spent serving.
            utilisation: Share,
            /// Price of an hour on one accelerator, electricity included.
            accelerator_price: CostPerTime,
        }
        ; kept {
            /// Whose machines, and when they are powered.
            mode: Mode,
        }
    }
);

/// One step of a use case: a model, what is asked of it, and where it runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Step<T = f64> {
    /// Times it runs in one functional unit.
    pub per_unit: Count<T>,
    /// What one run asks for.
    pub work: Work<T>,
    /// How power follows activity.
    pub power: PowerLaw<T>,
    /// The accelerators.
    pub device: Device<T>,
    /// The servers.
    pub host: Host<T>,
    /// The fleet.
    pub deployment: Deployment<T>,
}

impl<T> Step<T> {
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Step<U> {
        Step {
            per_unit: self.per_unit.map(f),
            work: self.work.map(f),
            power: self.power.map(f),
            device: self.device.map(f),
            host: self.host.map(f),
            deployment: self.deployment.map(f),
        }
    }
}

record!(
    /// What decides the share of the peak that training reaches.
    Utilisation {
        /// All parameters.
        parameters: Count,
        /// Parameters used for one token.
        active_parameters: Count,
        /// Share reached by a dense model that fills a chip with enough memory.
        base: Share,
        /// What is left of it with a mixture of experts.
        experts: Share,
        /// Memory from which more changes nothing.
        memory: Data,
        /// Exponent of the memory below that.
        memory_exponent: Count,
        /// Peak up to which the chip changes nothing.
        peak: ComputeRate,
        /// Exponent of the peak beyond that.
        peak_exponent: Count,
        /// Active parameters that fill a faster chip.
        full: Count,
        /// How fast the share falls below that.
        size_exponent: Count,
        /// Billed over computed time.
        error: Count,
    }
);

/// Share of the peak reached over billed hours.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Reached<T = f64> {
    /// As the scenario says.
    Given(Share<T>),
    /// As model and chip suggest.
    Computed(Utilisation<T>),
}

impl<T> Reached<T> {
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Reached<U> {
        match self {
            Self::Given(share) => Reached::Given(share.map(f)),
            Self::Computed(utilisation) => Reached::Computed(utilisation.map(f)),
        }
    }
}

/// How much training is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Effort<T = f64> {
    /// Tokens through parameters, at a share of the peak computing rate.
    Tokens {
        /// Training tokens.
        tokens: Count<T>,
        /// Parameters applied to each.
        active_parameters: Count<T>,
        /// Operations per parameter and token: 6 for full training.
        flop_per_parameter: Count<T>,
        /// Share of the peak reached over billed hours.
        mfu: Reached<T>,
    },
    /// The arithmetic itself, at a share of the peak computing rate.
    Flop {
        /// All operations.
        flop: Compute<T>,
        /// Share of the peak reached over billed hours.
        mfu: Reached<T>,
    },
    /// Billed time of all accelerators together.
    Hours(Time<T>),
}

impl<T> Effort<T> {
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Effort<U> {
        match self {
            Self::Tokens { tokens, active_parameters, flop_per_parameter, mfu } => Effort::Tokens {
                tokens: tokens.map(f),
                active_parameters: active_parameters.map(f),
                flop_per_parameter: flop_per_parameter.map(f),
                mfu: mfu.map(f),
            },
            Self::Flop { flop, mfu } => Effort::Flop { flop: flop.map(f), mfu: mfu.map(f) },
            Self::Hours(hours) => Effort::Hours(hours.map(f)),
        }
    }
}

record!(
    /// Generation of the answers that reinforcement learning judges.
    Rollout {
        /// Tokens generated.
        tokens: Count,
        /// Parameters applied to each.
        active_parameters: Count,
        /// Share of the peak reached while generating.
        efficiency: Share,
    }
);

/// Mean power of one accelerator and of its share of the node.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Draw<T = f64> {
    /// The accelerator is known, the rest of the node follows from it.
    Accelerator {
        /// Power of the accelerator.
        power: Power<T>,
        /// Power of the rest of the node per watt of accelerators.
        host_ratio: Count<T>,
    },
    /// The node is known, per accelerator; part of it is the accelerator's.
    Node {
        /// Power of the node, per accelerator.
        node: Power<T>,
        /// Power of the accelerator, at most that of the node.
        power: Power<T>,
    },
}

impl<T> Draw<T> {
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Draw<U> {
        match self {
            Self::Accelerator { power, host_ratio } => {
                Draw::Accelerator { power: power.map(f), host_ratio: host_ratio.map(f) }
            }
            Self::Node { node, power } => Draw::Node { node: node.map(f), power: power.map(f) },
        }
    }
}

record!(
    /// Everything about training but its amount.
    TrainingSite {
        /// Mean power of one accelerator and of its share of the node.
        power: Draw,
        /// Runs a year.
        runs_per_year: Count,
        ; optional {
            /// Carbon of the electricity at the hours of training over that of the year.
            time_ratio: Count,
            /// Whole programme over final run.
            programme_factor: Count,
            /// Requests over which the training is spread.
            amortised_over: Count,
        }
    }
);

/// Training or fine-tuning of a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Training<T = f64> {
    /// How much is asked for.
    pub effort: Effort<T>,
    /// Reinforcement learning also generates.
    pub rollout: Option<Rollout<T>>,
    /// Its power and its place in the programme.
    pub site: TrainingSite<T>,
    /// The accelerators.
    pub device: Device<T>,
    /// The servers.
    pub host: Host<T>,
}

impl<T> Training<T> {
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Training<U> {
        Training {
            effort: self.effort.map(f),
            rollout: self.rollout.as_ref().map(|rollout| rollout.map(f)),
            site: self.site.map(f),
            device: self.device.map(f),
            host: self.host.map(f),
        }
    }
}

record!(
    /// The data centre and its electricity.
    Site {
        /// Total over IT energy.
        pue: Pue,
        /// Carbon of the electricity.
        carbon_intensity: CarbonIntensity,
        ; optional {
            /// Carbon of the electricity at the hours of use over that of the year.
            time_ratio: Count,
            /// Water evaporated on site, per IT energy.
            wue: WaterPerEnergy,
            /// Water of generating the electricity.
            water: WaterPerEnergy,
            /// Primary energy of the electricity.
            primary_energy: PrimaryEnergyPerEnergy,
            /// Abiotic resources of the electricity.
            abiotic: AbioticPerEnergy,
            /// Price of the electricity.
            electricity_price: CostPerEnergy,
        }
    }
);

record!(
    /// Data carried between the data centre and the user.
    Transfer {
        /// Per functional unit.
        data_per_request: Data,
        ; optional {
            /// Carbon of manufacture and use of the network.
            carbon_per_data: CarbonPerData,
            /// Electricity of the network.
            energy_per_data: EnergyPerData,
        }
    }
);

record!(
    /// The user's device.
    Screen {
        /// Use per functional unit.
        active_time: Time,
        /// Power in use.
        active_power: Power,
        /// Years in service.
        lifetime: Time,
        /// Hours of use a day.
        active_hours_per_day: Count,
        /// Carbon of the user's electricity.
        carbon_intensity: CarbonIntensity,
        ; optional {
            /// Water of the user's electricity.
            water: WaterPerEnergy,
            /// Primary energy of the user's electricity.
            primary_energy: PrimaryEnergyPerEnergy,
            /// Abiotic resources of the user's electricity.
            abiotic: AbioticPerEnergy,
            /// Carbon of manufacture.
            embodied_carbon: Carbon,
            /// Abiotic resources of manufacture.
            embodied_abiotic: Abiotic,
        }
    }
);

/// A scenario with every input fixed to one number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case<T = f64> {
    /// Functional units a year.
    pub units_per_year: Count<T>,
    /// The steps of one functional unit.
    pub steps: Vec<Step<T>>,
    /// Training, where there is any.
    pub training: Option<Training<T>>,
    /// The data centre.
    pub site: Site<T>,
    /// The network, where it is counted.
    pub network: Option<Transfer<T>>,
    /// The terminal, where it is counted.
    pub terminal: Option<Screen<T>>,
}

impl<T> Case<T> {
    /// The same case over another kind of number.
    pub(crate) fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Case<U> {
        let f = &mut f;
        Case {
            units_per_year: self.units_per_year.map(f),
            steps: self.steps.iter().map(|step| step.map(f)).collect(),
            training: self.training.as_ref().map(|training| training.map(f)),
            site: self.site.map(f),
            network: self.network.as_ref().map(|network| network.map(f)),
            terminal: self.terminal.as_ref().map(|terminal| terminal.map(f)),
        }
    }
}

impl<T: crate::math::Real> Screen<T> {
    /// The user's electricity, in the form of a site.
    pub(crate) fn grid(&self) -> Site<T> {
        Site {
            pue: Pue::ratio(T::of(1.0)),
            carbon_intensity: self.carbon_intensity,
            time_ratio: None,
            wue: None,
            water: self.water,
            primary_energy: self.primary_energy,
            abiotic: self.abiotic,
            electricity_price: None,
        }
    }
}
