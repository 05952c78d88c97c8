//! Profiles of models.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::figure::Figure;
use crate::precision::Precision;
use crate::profile::{Kind, Profile};
use crate::units::{Compute, Count, Share};
use crate::word::word;

/// A neural network or another learnt predictor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Model {
    /// Human name.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Public repository.
    pub repository: Option<String>,
    /// Licence of the weights.
    pub licence: Option<String>,
    /// Whether the weights are public.
    pub open: Option<bool>,
    /// Country of the publisher, ISO 3166 alpha-2; `INT` where partners of several countries share the work.
    pub country: Option<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Month of publication, such as `2025-06`, or day.
    pub released: Option<String>,
    /// What it works on.
    pub modality: Option<String>,
    /// What it takes in and gives out.
    #[serde(default)]
    pub modalities: Vec<Modality>,
    /// Precision in which its weights are published, where that is not 16 bits.
    pub precision: Option<Precision>,
    /// All parameters.
    pub parameters: Figure<Count>,
    /// Parameters used for one token.
    pub active_parameters: Figure<Count>,
    /// Shape of a transformer language model; one that has none is taken for the usual one of its size.
    pub architecture: Option<Architecture>,
    /// Shape of an image or video diffusion transformer.
    pub diffusion: Option<Diffusion>,
    /// Arithmetic of one item, where parameters do not tell it.
    pub work: Option<Work>,
    /// Scores of public benchmarks, by name of the benchmark: shown beside the footprint, no part of it.
    #[serde(default)]
    pub quality: BTreeMap<String, Score>,
}

word!(
    /// A kind of data that a model takes in or gives out.
    Modality {
        /// Text.
        Text = "text",
        /// Still pictures.
        Image = "image",
        /// Moving pictures.
        Video = "video",
        /// Sound.
        Audio = "audio",
        /// Rows of a table, and other measurements.
        Table = "table",
        /// Vectors for comparing and searching.
        Vector = "vector",
        /// Names of classes, or places in a picture.
        Class = "class",
    }
);

/// Score of a model in one public benchmark.
///
/// Scores of different benchmarks, dates or publishers cannot be compared; nothing is computed from them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Score {
    /// The score.
    pub score: f64,
    /// Lower end of its interval, where one is published.
    pub low: Option<f64>,
    /// Upper end of that interval.
    pub high: Option<f64>,
    /// What the score counts, such as `exact match, %`.
    pub metric: String,
    /// Month or day of the publication of the score.
    pub date: String,
    /// Key of the bibliography for where it was published.
    pub source: String,
    /// Who measured it: the publisher of the model, or someone else.
    pub by: Option<String>,
    /// Free remark.
    pub note: Option<String>,
}

/// Shape of a transformer language model, as in its public configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Architecture {
    /// Key of the bibliography for the whole table.
    pub source: String,
    /// How far it is trusted.
    pub confidence: Option<String>,
    /// Decoder layers.
    pub layers: Count,
    /// Key-value heads; 1 for latent attention.
    pub kv_heads: Count,
    /// Width of one head; of the latent vector for latent attention.
    pub head_dim: Count,
    /// Width of the residual stream.
    pub hidden_size: Count,
    /// Entries of the vocabulary.
    pub vocabulary: Count,
    /// Experts per layer; none for a dense model.
    pub experts: Option<Count>,
    /// Experts that one token uses.
    pub experts_per_token: Option<Count>,
    /// Parameters of all experts together.
    pub expert_parameters: Option<Count>,
    /// Kind of attention.
    pub attention: Attention,
    /// Layers that keep a key-value cache; all where not said.
    pub attention_layers: Option<Count>,
    /// Tokens seen by a windowed layer.
    pub window: Option<Count>,
    /// Share of the attention layers that see the whole context.
    pub full_attention_share: Option<Share>,
    /// Numbers that state-space layers keep for one sequence, whatever its length.
    pub state_elements: Option<Count>,
}

/// Kind of attention, which decides the size of the key-value cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attention {
    /// Every layer sees the whole context.
    Full,
    /// Some layers see a window only.
    SlidingWindow,
    /// Keys and values are kept as one latent vector.
    Latent,
    /// Few attention layers among state-space layers.
    Hybrid,
}

impl Attention {
    /// The word as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::SlidingWindow => "sliding_window",
            Self::Latent => "latent",
            Self::Hybrid => "hybrid",
        }
    }
}

/// Shape of an image or video diffusion network; of one that is no transformer, its equivalents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Diffusion {
    /// Key of the bibliography for the whole table.
    pub source: String,
    /// How far it is trusted.
    pub confidence: Option<String>,
    /// Parameters applied to one image token.
    pub effective_parameters: Count,
    /// Transformer layers.
    pub layers: Count,
    /// Width of the residual stream.
    pub hidden_size: Count,
    /// Edge, in pixels, of the square that one token stands for.
    pub pixels_per_token: Count,
    /// Frames that one token stands for; 1 for images.
    pub frames_per_token: Option<Count>,
    /// Tokens of the prompt.
    pub text_tokens: Option<Count>,
    /// Layers whose attention grows with the square of the tokens; all where not said, none with linear attention.
    pub attention_layers: Option<Count>,
    /// Frames of the latent video to which a token attends; all where not said, 1 where frames are worked on apart.
    pub frames_attended: Option<Count>,
    /// Times that a layer reads or writes the vector of a token beside its matrix products, unfused.
    pub memory_passes: Option<Count>,
    /// Passes of the network per step: 2 with classifier-free guidance.
    pub evaluations_per_step: Count,
    /// Denoising steps where the scenario does not say.
    pub default_steps: Count,
}

/// Arithmetic of one item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Work {
    /// Key of the bibliography for the whole table.
    pub source: String,
    /// How far it is trusted.
    pub confidence: Option<String>,
    /// For one second of sound.
    pub flop_per_audio_second: Option<Figure<Compute>>,
    /// For one image, text or table row.
    pub flop_per_item: Option<Figure<Compute>>,
    /// Kernels that one pass launches; 16 a layer where not said.
    pub launches: Option<Figure<Count>>,
    /// Layers of an encoder.
    pub layers: Option<Count>,
    /// Width of its residual stream.
    pub hidden_size: Option<Count>,
    /// Parameters multiplied with each token: embedding tables left out; the active ones where not said.
    pub multiplied_parameters: Option<Figure<Count>>,
    /// Least length of sound, in seconds, that is worked on: shorter clips are padded.
    pub window_seconds: Option<Count>,
    /// Passes in sequence for one second of sound: tokens written one by one; none where not said.
    pub passes_per_audio_second: Option<Figure<Count>>,
    /// Prompt tokens that one page becomes.
    pub tokens_per_page: Option<Figure<Count>>,
}

impl Model {
    /// Whether a token uses some of its parameters only: experts that are published, or follow from its size.
    #[must_use]
    pub fn is_mixture(&self) -> bool {
        match &self.architecture {
            Some(shape) => shape.experts.is_some(),
            None => self.active_parameters.value < self.parameters.value,
        }
    }
}

impl Profile for Model {
    const KIND: Kind = Kind::Model;
}
