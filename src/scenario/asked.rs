//! What one request asks for, as numbers: text, pictures, passes, rows, processor time.

use crate::scenario::record::record;
use crate::scenario::{Serving, Transformer};
use crate::units::{Carried as _, Compute, Count, Share, Time};

record!(
    /// Tokens of one request through a language model.
    Tokens {
        /// Prompt tokens.
        input_tokens: Count,
        /// Generated tokens.
        output_tokens: Count,
        /// Share of the prompt whose key-value cache is kept from before.
        cached_input_share: Share,
        /// Bytes per parameter that is not an expert's.
        parameter_bytes: Count,
        /// Bytes per parameter of an expert.
        expert_bytes: Count,
        /// Bytes per number of the key-value cache.
        kv_bytes: Count,
        ; optional {
            /// Variance of the prompt tokens over the turns of a dialogue.
            input_variance: Count,
        }
    }
);

record!(
    /// Pictures made by a diffusion transformer.
    Pictures {
        /// Pictures or videos.
        images: Count,
        /// Denoising steps.
        steps: Count,
        /// Width in pixels.
        width: Count,
        /// Height in pixels.
        height: Count,
        /// Frames; one for a still picture.
        frames: Count,
        /// Edge of the square of pixels of one token.
        pixels_per_token: Count,
        /// Frames of one token.
        frames_per_token: Count,
        /// Prompt tokens.
        text_tokens: Count,
        /// Passes per step.
        evaluations_per_step: Count,
        /// Parameters applied to one token.
        effective_parameters: Count,
        /// Layers.
        layers: Count,
        /// Layers whose attention grows with the square of the tokens.
        attention_layers: Count,
        /// Frames of the latent video to which a token attends; very many with full attention.
        frames_attended: Count,
        /// Width of the residual stream.
        hidden_size: Count,
        /// Times that a layer reads or writes the vector of a token, beside the matrix products.
        memory_passes: Count,
    }
);

record!(
    /// Coefficients of the software that makes pictures.
    PictureCosts {
        /// Share of the peak reached in matrix products.
        efficiency: Share,
        /// Share of the peak reached in attention.
        attention_efficiency: Share,
        /// Share of the memory bandwidth reached in element-wise work.
        memory_efficiency: Share,
        /// Time that the host needs for one layer.
        layer_overhead: Time,
        /// Time that the host needs for one step.
        step_overhead: Time,
        /// Reads and writes of all activations that the exchanges of one pass take as long as.
        exchange: Count,
        /// Latency of the exchanges of one layer, per doubling of accelerators.
        exchange_latency: Time,
        /// Operations at the peak rate that decoding one pixel takes as long as.
        pixel_work: Compute,
    }
);

record!(
    /// Passes of a network that a request needs.
    Pass {
        /// How many in sequence.
        passes: Count,
        /// Parameters read in each: those multiplied, without embedding tables.
        parameters: Count,
        /// Bytes of one.
        parameter_bytes: Count,
        /// Kernels that the host launches in each.
        launches: Count,
        /// Tokens that the host writes one by one; none but for speech.
        tokens: Count,
        /// Pictures that the host prepares; none where texts or sound are read.
        pictures: Count,
    }
);

record!(
    /// Coefficients of the software that runs passes.
    PassCosts {
        /// Share of the peak reached.
        efficiency: Share,
        /// Share of the memory bandwidth reached when reading weights.
        memory_efficiency: Share,
        /// Time that the host needs for one pass.
        overhead: Time,
        /// Time that the host needs to launch one kernel.
        launch_overhead: Time,
        /// Time that the host needs to write one token.
        token_overhead: Time,
        /// Time that the host needs to prepare one picture.
        picture_overhead: Time,
    }
);

record!(
    /// Work on the cores of a processor.
    Cores {
        /// How many items.
        items: Count,
        /// Time of one core for one item.
        core_time: Time,
        /// Cores of the processor.
        cores: Count,
    }
);

record!(
    /// Things of known arithmetic: seconds of sound, images to classify, texts to embed, rows of a table.
    Items {
        /// How many.
        items: Count,
        /// Arithmetic of one.
        flop_per_item: Compute,
    }
);

record!(
    /// Texts to embed or to classify: one pass of the model over each.
    Texts {
        /// How many.
        items: Count,
        /// Tokens of each.
        input_tokens: Count,
        /// Parameters multiplied with each token.
        multiplied_parameters: Count,
        /// Layers times width, for attention; zero where it is not known.
        attention_width: Count,
    }
);

/// What one request asks for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Work<T = f64> {
    /// Text in, text out.
    Tokens {
        /// How many, and how they are stored.
        tokens: Tokens<T>,
        /// The model.
        model: Transformer<T>,
        /// The serving software.
        serving: Serving<T>,
    },
    /// Pictures or videos.
    Pictures {
        /// How many, how large.
        pictures: Pictures<T>,
        /// The software.
        costs: PictureCosts<T>,
    },
    /// Texts read, nothing written.
    Texts {
        /// How many, how long.
        texts: Texts<T>,
        /// The passes over them.
        pass: Pass<T>,
        /// The software.
        costs: PassCosts<T>,
    },
    /// Pictures or sound of known arithmetic.
    Items {
        /// How many.
        items: Items<T>,
        /// The passes over them.
        pass: Pass<T>,
        /// The software.
        costs: PassCosts<T>,
    },
    /// Rows of a table: arithmetic alone.
    Rows {
        /// How many.
        items: Items<T>,
        /// Share of the peak computing rate reached.
        efficiency: Share<T>,
    },
    /// Processor time that was measured.
    Cores {
        /// How much, on what.
        cores: Cores<T>,
    },
}

impl<T> Work<T> {
    pub(super) fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Work<U> {
        match self {
            Self::Tokens { tokens, model, serving } => {
                Work::Tokens { tokens: tokens.map(f), model: model.map(f), serving: serving.map(f) }
            }
            Self::Pictures { pictures, costs } => Work::Pictures { pictures: pictures.map(f), costs: costs.map(f) },
            Self::Texts { texts, pass, costs } => {
                Work::Texts { texts: texts.map(f), pass: pass.map(f), costs: costs.map(f) }
            }
            Self::Items { items, pass, costs } => {
                Work::Items { items: items.map(f), pass: pass.map(f), costs: costs.map(f) }
            }
            Self::Rows { items, efficiency } => Work::Rows { items: items.map(f), efficiency: efficiency.map(f) },
            Self::Cores { cores } => Work::Cores { cores: cores.map(f) },
        }
    }
}
