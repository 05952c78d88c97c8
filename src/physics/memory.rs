//! What a replica keeps in memory and reads in each step.

use crate::math::Real;
use crate::scenario::{Tokens, Transformer};
use crate::units::{Bandwidth, Count, Data, Share};

/// Share of an accelerator's memory that serving software uses for weights and cache.
///
/// Source: vLLM documentation, `gpu_memory_utilization`, default 0.9.
pub const USABLE_MEMORY: f64 = 0.9;

/// The state of a state-space layer is read and written in each step.
///
/// Source: Dao and Gu 2024, arXiv 2405.21060.
pub const READ_AND_WRITE: f64 = 2.0;

/// Bytes of the key-value cache of one token.
///
/// ```text
/// kv_token = attention_layers * kv_heads * kv_width * kv_bytes
/// ```
///
/// `[B]`; `kv_width` is twice the head's width (key and value), or the latent width with latent attention.
///
/// # Source
///
/// Shazeer 2019, arXiv 1911.02150 (grouped heads); DeepSeek-AI 2024, arXiv 2405.04434 (latent attention).
///
/// # Example
///
/// Llama 3.1 8B in 16 bits: 32 layers, 8 heads, width 128.
///
/// ```
/// use econome::{physics::memory::kv_token, units::Count};
/// let bytes = kv_token(Count::of(32.0), Count::of(8.0), Count::of(256.0), Count::of(2.0));
/// assert_eq!(bytes.as_bytes(), 131_072.0);
/// ```
#[inline]
#[must_use]
pub fn kv_token<T: Real>(
    attention_layers: Count<T>,
    kv_heads: Count<T>,
    kv_width: Count<T>,
    kv_bytes: Count<T>,
) -> Data<T> {
    Data::bytes((attention_layers * kv_heads * kv_width * kv_bytes).value())
}

/// Tokens of context that an average attention layer keeps.
///
/// ```text
/// context = full * tokens + (1 - full) * min(tokens, window)
/// ```
///
/// `[1]`; `full` is the share of the attention layers without window.
///
/// # Source
///
/// Beltagy et al. 2020, arXiv 2004.05150 (windowed attention).
///
/// # Example
///
/// ```
/// use econome::{physics::memory::context, units::{Count, Share}};
/// let kept = context(Count::of(5000.0), Share::new(0.5)?, Count::of(1000.0));
/// assert_eq!(kept.value(), 3000.0);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn context<T: Real>(tokens: Count<T>, full: Share<T>, window: Count<T>) -> Count<T> {
    tokens * full + tokens.min(window) * full.complement()
}

/// Share of the experts that a step touches.
///
/// ```text
/// touched = 1 - (1 - k/E)^B
/// ```
///
/// `[1]`; `k/E` is the share of experts one token uses, `B` the sequences decoded together. Valid for
/// routing that spreads tokens evenly; one for a dense model, whose `k/E` is one.
///
/// # Source
///
/// Expected number of distinct draws (occupancy problem), applied to mixture-of-experts routing.
///
/// # Example
///
/// ```
/// use econome::{physics::memory::touched_experts, units::{Count, Share}};
/// let touched = touched_experts(Share::new(8.0 / 128.0)?, Count::of(1.0));
/// assert!((touched.as_fraction() - 0.0625).abs() < 1e-12);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn touched_experts<T: Real>(expert_share: Share<T>, batch: Count<T>) -> Share<T> {
    let missed = expert_share.complement().as_fraction().pow(batch.value());
    Share::fraction(T::of(1.0) - missed)
}

/// Time-like cost of moving some bytes over the memory of several accelerators.
///
/// ```text
/// t = bytes / (shards * bandwidth * efficiency)
/// ```
///
/// `[s]`. Valid where memory bandwidth is the limit.
///
/// # Source
///
/// Williams et al. 2009, "Roofline", doi 10.1145/1498765.1498785 (memory-bound branch).
///
/// # Example
///
/// ```
/// use econome::{physics::memory::read_time, units::{Bandwidth, Count, Data}};
/// let bandwidth = Bandwidth::gigabytes_per_second(1000.0);
/// let t = read_time(Data::gigabytes(16.0), Count::of(2.0), bandwidth, Count::of(0.8));
/// assert_eq!(t.as_seconds(), 0.01);
/// ```
#[inline]
#[must_use]
pub fn read_time<T: Real>(
    bytes: Data<T>,
    shards: Count<T>,
    bandwidth: Bandwidth<T>,
    efficiency: Count<T>,
) -> crate::units::Time<T> {
    bytes / (bandwidth * shards * efficiency)
}

/// The model with no more active parameters, nor more of experts, than it has in all.
///
/// ```text
/// active_parameters = min(active_parameters, parameters)
/// expert_parameters = min(expert_parameters, parameters)
/// ```
///
/// `[parameters]`; changes nothing where sizes are known. Where they are ranges, far tails of all and active
/// parameters may cross.
///
/// # Source
///
/// Definition of the terms.
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// use econome::{physics::memory::within_all, units::Count};
/// let (_, mut model) = chat();
/// model.active_parameters = Count::of(9e9);
/// assert_eq!(within_all(&model).active_parameters, Count::of(8.03e9));
/// ```
#[inline]
#[must_use]
pub fn within_all<T: Real>(model: &Transformer<T>) -> Transformer<T> {
    Transformer {
        active_parameters: model.active_parameters.min(model.parameters),
        expert_parameters: model.expert_parameters.min(model.parameters),
        ..*model
    }
}

/// Bytes read in one decoding step.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StepBytes<T = f64> {
    /// Dense weights, read once.
    pub dense: Data<T>,
    /// Experts touched by the step.
    pub experts: Data<T>,
    /// Key-value cache of all sequences.
    pub kv: Data<T>,
    /// State of state-space layers of all sequences, read and written.
    pub state: Data<T>,
}

impl<T: Real> StepBytes<T> {
    /// All of it.
    #[inline]
    #[must_use]
    pub fn total(&self) -> Data<T> {
        self.dense + self.experts + self.kv + self.state
    }
}

/// Bytes read in one decoding step of `batch` sequences.
///
/// ```text
/// dense   = (parameters - expert_parameters) * parameter_bytes
/// experts = expert_parameters * expert_bytes * touched
/// kv      = kv_token * context(input_tokens + output_tokens / 2) * batch
/// state   = 2 * state_elements * state_bytes * batch
/// ```
///
/// `[B]`; the mean context of a sequence is its prompt and half its answer.
///
/// # Source
///
/// Pope et al. 2022, arXiv 2211.05102 (weights and cache read per step); Dao and Gu 2024, arXiv 2405.21060
/// (state of fixed size, read and written).
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// use econome::{physics::memory::step_bytes, units::Count};
/// let (tokens, model) = chat();
/// let bytes = step_bytes(&model, &tokens, Count::of(5.4), Count::of(1.0));
/// assert!((bytes.dense.as_gigabytes() - 16.06).abs() < 0.01);
/// ```
#[inline]
#[must_use]
pub fn step_bytes<T: Real>(
    model: &Transformer<T>,
    tokens: &Tokens<T>,
    state_bytes: Count<T>,
    batch: Count<T>,
) -> StepBytes<T> {
    let dense = model.parameters - model.expert_parameters;
    let touched = touched_experts(model.expert_share, batch);
    StepBytes {
        dense: Data::bytes((dense * tokens.parameter_bytes).value()),
        experts: Data::bytes((model.expert_parameters * tokens.expert_bytes * touched).value()),
        kv: sequence_cache(model, tokens, mean_context(tokens)) * batch,
        state: Data::bytes((model.state_elements * state_bytes * batch).value() * T::of(READ_AND_WRITE)),
    }
}

/// Prompt and half the answer: the context of a sequence, averaged over its steps.
///
/// ```text
/// tokens = input_tokens + output_tokens / 2
/// ```
///
/// `[1]`.
///
/// # Source
///
/// Mean of a context that grows by one token each step.
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// let (tokens, _) = chat();
/// assert_eq!(econome::physics::memory::mean_context(&tokens).value(), 950.0);
/// ```
#[inline]
#[must_use]
pub fn mean_context<T: Real>(tokens: &Tokens<T>) -> Count<T> {
    tokens.input_tokens + tokens.output_tokens / Count::of(T::of(2.0))
}

/// Key-value cache of one sequence with some context.
///
/// ```text
/// kv = kv_token * context(tokens)
/// ```
///
/// `[B]`.
///
/// # Source
///
/// [`kv_token`] and [`context`].
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// use econome::{physics::memory::sequence_cache, units::Count};
/// let (tokens, model) = chat();
/// let bytes = sequence_cache(&model, &tokens, Count::of(1000.0));
/// assert_eq!(bytes.as_bytes(), 131_072_000.0);
/// ```
#[inline]
#[must_use]
pub fn sequence_cache<T: Real>(model: &Transformer<T>, tokens: &Tokens<T>, context_tokens: Count<T>) -> Data<T> {
    let kept = context(context_tokens, model.full_attention_share, model.window);
    kv_token(model.attention_layers, model.kv_heads, model.kv_width, tokens.kv_bytes) * kept
}

/// Memory that a replica needs: all weights, and the cache of all sequences.
///
/// ```text
/// need = (parameters - expert_parameters) * parameter_bytes + expert_parameters * expert_bytes
///      + batch * kv_token * context(input_tokens + output_tokens / 2)
/// ```
///
/// `[B]`; at any moment the sequences of a batch are at all stages of their answers, so that each holds half
/// an answer on average. Activations and the software's own memory are covered by [`USABLE_MEMORY`].
///
/// # Source
///
/// Kwon et al. 2023, arXiv 2309.06180 (memory of weights and cache).
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// use econome::{physics::memory::replica_memory, units::Count};
/// let (tokens, model) = chat();
/// let need = replica_memory(&model, &tokens, Count::of(10.0));
/// assert!((need.as_gigabytes() - (16.06 + 10.0 * 950.0 * 131_072e-9)).abs() < 1e-9);
/// ```
#[inline]
#[must_use]
pub fn replica_memory<T: Real>(model: &Transformer<T>, tokens: &Tokens<T>, batch: Count<T>) -> Data<T> {
    let dense = (model.parameters - model.expert_parameters) * tokens.parameter_bytes;
    let weights = Data::bytes((dense + model.expert_parameters * tokens.expert_bytes).value());
    weights + sequence_cache(model, tokens, mean_context(tokens)) * batch
}
