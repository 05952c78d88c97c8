//! Profiles of serving and training software, with their calibrated coefficients.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::figure::Figure;
use crate::precision::Precision;
use crate::profile::{Attention, Kind, Profile};
use crate::units::{Compute, ComputeRate, Count, Data, Share, Time};

/// Software that serves or trains models, and its era, with coefficients fitted to measurements.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Stack {
    /// Name and era.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Accelerators on which it was measured; on others its error is larger.
    #[serde(default)]
    pub calibrated_on: Vec<String>,
    /// What was measured, by task.
    #[serde(default)]
    pub measured: BTreeMap<String, Measured>,
    /// Whether 4-bit weights are computed with in 4 bits where the accelerator can, instead of being unpacked.
    #[serde(default)]
    pub fp4_arithmetic: bool,
    /// Coefficients, for any accelerator.
    pub default: StackFigures,
    /// Coefficients that differ on one accelerator.
    #[serde(default)]
    pub on: BTreeMap<String, StackFigures>,
}

/// What a task was measured with: beyond it, a computed value is an extrapolation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Measured {
    /// Precisions of the weights.
    #[serde(default)]
    pub precisions: Vec<Precision>,
    /// Kinds of attention.
    #[serde(default)]
    pub attentions: Vec<Attention>,
    /// Least and greatest value of inputs, by key, in their coherent unit.
    #[serde(default)]
    pub range: BTreeMap<String, (f64, f64)>,
}

macro_rules! stack_figures {
    ($($(#[$doc:meta])* $field:ident: $quantity:ty),* $(,)?) => {
        /// Coefficients of a stack; those that a stack does not have are absent.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct StackFigures {
            $($(#[$doc])* pub $field: Option<Figure<$quantity>>,)*
        }

        impl StackFigures {
            /// These figures, and those of `other` where these have none.
            fn or(&self, other: &Self) -> Self {
                Self { $($field: self.$field.clone().or_else(|| other.$field.clone()),)* }
            }
        }
    };
}

stack_figures! {
    /// Share of the memory bandwidth reached when reading dense weights.
    weights_efficiency: Share,
    /// Share of the memory bandwidth reached when reading experts.
    expert_efficiency: Share,
    /// Share of the memory bandwidth reached when reading the key-value cache.
    kv_efficiency: Count,
    /// Share of the peak computing rate reached while decoding.
    decode_efficiency: Count,
    /// Share of the peak computing rate reached while reading prompts.
    prefill_efficiency: Share,
    /// Time lost in each step.
    step_overhead: Time,
    /// Time lost in each layer.
    layer_overhead: Time,
    /// Further time lost in each layer with 8-bit or 4-bit arithmetic.
    quantised_layer_overhead: Time,
    /// Further time lost in each layer with 8-bit or 4-bit arithmetic and experts.
    quantised_expert_overhead: Time,
    /// Time lost in each step for each sequence: scheduling, choosing the token, turning it into text.
    sequence_overhead: Time,
    /// Time of sampling one token of one sequence, for a vocabulary of 150,000.
    sampling_overhead: Time,
    /// Tensor parallelism: latency of one all-reduce, per doubling of accelerators.
    allreduce_latency: Time,
    /// Expert parallelism: latency of one exchange of tokens, per doubling of accelerators. A stack that has it
    /// spreads experts over accelerators unless told otherwise.
    alltoall_latency: Time,
    /// Bytes moved, each way, per number of the state of state-space layers.
    state_bytes: Count,
    /// Power while serving, beyond idle, as a share of the span from idle to rated power: constant part.
    power_floor: Share,
    /// The part that grows with the use of the memory bandwidth.
    power_memory: Count,
    /// The part that grows with the use of the arithmetic units.
    power_compute: Count,
    /// Exponent of the use of the arithmetic units.
    power_exponent: Count,
    /// Standard deviation of the logarithm of measured over computed energy, accelerators seen in calibration.
    residual: Count,
    /// The same for accelerators, precisions and kinds of attention not seen.
    residual_unseen: Count,
    /// Standard deviation of the logarithm that each unit of the logarithm outside the measured range adds.
    extrapolation: Count,
    /// Pictures and videos: share of the peak reached in matrix products.
    picture_efficiency: Share,
    /// The same in attention.
    picture_attention_efficiency: Share,
    /// Share of the memory bandwidth reached in element-wise work.
    picture_memory_efficiency: Share,
    /// Time that the host needs for one layer.
    picture_layer_overhead: Time,
    /// Time that the host needs for one denoising step.
    picture_step_overhead: Time,
    /// Several accelerators: reads and writes of all activations that the exchanges of one pass take as long as.
    picture_exchange: Count,
    /// Latency of the exchanges of one layer, per doubling of accelerators.
    picture_exchange_latency: Time,
    /// Operations at the 16-bit peak that decoding one pixel takes as long as.
    picture_pixel_work: Compute,
    /// Pictures and videos: power law in the share of the time in which the accelerator works, constant part.
    picture_power_floor: Share,
    /// Its growing part.
    picture_power_compute: Count,
    /// Its exponent.
    picture_power_exponent: Count,
    /// Standard deviation of the logarithm for pictures.
    residual_image: Count,
    /// The same for videos.
    residual_video: Count,
    /// The same for both on accelerators not seen.
    residual_picture_unseen: Count,
    /// Passes over texts, pictures or sound: share of the peak reached.
    pass_efficiency: Share,
    /// Share of the memory bandwidth reached when reading weights.
    pass_memory_efficiency: Share,
    /// Time that the host needs for one pass.
    pass_overhead: Time,
    /// Time that the host needs to launch one kernel.
    pass_launch_overhead: Time,
    /// Time that the host needs to write one token of a transcript.
    pass_token_overhead: Time,
    /// Time that the host needs to prepare one picture.
    pass_picture_overhead: Time,
    /// Passes: power law in the share of the time in which the accelerator works, constant part.
    pass_power_floor: Share,
    /// Its growing part.
    pass_power_compute: Count,
    /// Its exponent.
    pass_power_exponent: Count,
    /// Standard deviation of the logarithm for speech.
    residual_speech: Count,
    /// The same for embedding.
    residual_embedding: Count,
    /// The same for classification.
    residual_classification: Count,
    /// The same for detection.
    residual_detection: Count,
    /// The same for all of these on accelerators not seen.
    residual_pass_unseen: Count,
    /// Rows of tables: share of the peak reached.
    row_efficiency: Share,
    /// Standard deviation of the logarithm for rows of tables and for processor time.
    residual_row: Count,
    /// Training: share of the 16-bit peak over billed hours: dense, enough memory, a model that fills the chip.
    training_mfu: Share,
    /// What is left of it with a mixture of experts.
    training_experts: Share,
    /// Memory of an accelerator from which more changes nothing.
    training_memory: Data,
    /// Exponent of the memory below that.
    training_memory_exponent: Count,
    /// Peak computing rate up to which the chip changes nothing.
    training_peak: ComputeRate,
    /// Exponent of the peak beyond that, against the share reached.
    training_peak_exponent: Count,
    /// Active parameters that fill a faster chip.
    training_parameters: Count,
    /// How fast the share falls for smaller models on faster chips.
    training_size_exponent: Count,
    /// Standard deviation of the logarithm of billed over computed hours, chips seen in calibration.
    training_residual: Count,
    /// The same for chips not seen.
    training_residual_unseen: Count,
    /// Fine-tuning, adapters, reinforcement: hours over those of pretraining with the same arithmetic.
    training_adaptation: Count,
    /// Training: mean power over rated power of an accelerator.
    training_power_share: Share,
    /// Training: power of the rest of the node per watt of accelerators.
    training_host_ratio: Count,
    /// Reinforcement learning: share of the peak reached while generating.
    rollout_efficiency: Share,
}

impl Stack {
    /// The coefficients that hold on one accelerator.
    #[must_use]
    pub fn figures_on(&self, accelerator: &str) -> StackFigures {
        self.on.get(accelerator).map_or_else(|| self.default.clone(), |own| own.or(&self.default))
    }

    /// Whether the stack was measured on this accelerator.
    #[must_use]
    pub fn saw(&self, accelerator: &str) -> bool {
        self.calibrated_on.iter().any(|seen| seen == accelerator)
    }
}

impl Profile for Stack {
    const KIND: Kind = Kind::Stack;
}
