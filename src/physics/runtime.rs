//! How long a request keeps a replica busy.

use crate::math::Real;
use crate::physics::{compute, memory};
use crate::scenario::{Device, Serving, Tokens, Transformer};
use crate::units::{Compute, Count, Data, Share, Time};

/// Vocabulary for which the sampling overhead of a stack is stated.
///
/// Source: reference size chosen for the stack profiles, near the 151,936 of Qwen3.
pub const REFERENCE_VOCABULARY: f64 = 150_000.0;

/// Exchanges between accelerators in one layer: after attention and after the feed-forward part.
///
/// With tensor parallelism both are all-reduces; with expert parallelism the second sends tokens to their experts
/// and back.
///
/// Source: Shoeybi et al. 2019, arXiv 1909.08053; Lepikhin et al. 2020, arXiv 2006.16668.
pub const EXCHANGES_PER_LAYER: f64 = 2.0;

/// Time to read everything one decoding step needs from memory.
///
/// ```text
/// t_memory = dense / (n * bandwidth * weights_efficiency)
///          + experts / (n * bandwidth * expert_efficiency)
///          + kv / (min(n, kv_heads) * bandwidth * kv_efficiency)
///          + state / (n * bandwidth * kv_efficiency)
/// ```
///
/// `[s]`. Valid with tensor parallelism: weights are cut in `n` parts, the cache in no more parts than there
/// are key-value heads.
///
/// # Source
///
/// Pope et al. 2022, arXiv 2211.05102; efficiencies from the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::{h100, llama_8b_chat, vllm};
/// use econome::{physics::{memory::step_bytes, runtime::memory_time}, units::Count};
/// let (tokens, model) = llama_8b_chat();
/// let one = Count::of(1.0);
/// let t = memory_time(&step_bytes(&model, &tokens, one, one), &vllm(), &h100(), one, model.kv_heads);
/// assert!((t.as_seconds() - 0.00537).abs() < 0.0001);
/// ```
#[inline]
#[must_use]
pub fn memory_time<T: Real>(
    bytes: &memory::StepBytes<T>,
    serving: &Serving<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    kv_heads: Count<T>,
) -> Time<T> {
    let bandwidth = device.memory_bandwidth;
    let of = |share: Share<T>| Count::of(share.as_fraction());
    memory::read_time(bytes.dense, accelerators, bandwidth, of(serving.weights_efficiency))
        + memory::read_time(bytes.experts, accelerators, bandwidth, of(serving.expert_efficiency))
        + memory::read_time(bytes.kv, accelerators.min(kv_heads), bandwidth, serving.kv_efficiency)
        + memory::read_time(bytes.state, accelerators, bandwidth, serving.kv_efficiency)
}

/// Time of the arithmetic of one decoding step.
///
/// ```text
/// t_compute = 2 * active_parameters * batch / (n * peak * decode_efficiency)
/// ```
///
/// `[s]`.
///
/// # Source
///
/// [`compute::forward`] and [`compute::time`].
///
/// # Example
///
/// ```
/// # use econome::examples::{h100, llama_8b_chat, vllm};
/// use econome::{physics::runtime::compute_time, units::Count};
/// let (_, model) = llama_8b_chat();
/// let t = compute_time(&model, &vllm(), &h100(), Count::of(1.0), Count::of(64.0));
/// assert!(t.as_seconds() > 0.0009 && t.as_seconds() < 0.003);
/// ```
#[inline]
#[must_use]
pub fn compute_time<T: Real>(
    model: &Transformer<T>,
    serving: &Serving<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    batch: Count<T>,
) -> Time<T> {
    compute::forward(model.active_parameters, batch) / (accelerators * device.peak * serving.decode_efficiency)
}

/// Time one decoding step loses beside reading and computing.
///
/// ```text
/// t_overhead = step_overhead + layers * (layer_overhead + precision_overhead)
///            + batch * (sequence_overhead + sampling_overhead * vocabulary / 150000)
///            + exchange_latency * 2 * layers * log2(n)
/// ```
///
/// `[s]`: launching kernels, choosing tokens, exchanging partial sums.
///
/// # Source
///
/// Form: this project; coefficients from the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::{llama_8b_chat, vllm};
/// use econome::{physics::runtime::overhead_time, units::Count};
/// let (_, model) = llama_8b_chat();
/// let alone = overhead_time(&model, &vllm(), Count::of(1.0), Count::of(1.0));
/// let eight = overhead_time(&model, &vllm(), Count::of(8.0), Count::of(1.0));
/// assert!(eight > alone);
/// ```
#[inline]
#[must_use]
pub fn overhead_time<T: Real>(
    model: &Transformer<T>,
    serving: &Serving<T>,
    accelerators: Count<T>,
    batch: Count<T>,
) -> Time<T> {
    let vocabulary = model.vocabulary / Count::of(T::of(REFERENCE_VOCABULARY));
    let doublings = Count::of(accelerators.value().log2());
    let exchanges = model.layers * doublings * Count::of(T::of(EXCHANGES_PER_LAYER));
    serving.step_overhead
        + (serving.layer_overhead + serving.precision_overhead) * model.layers
        + (serving.sequence_overhead + serving.sampling_overhead * vocabulary) * batch
        + serving.exchange_latency * exchanges
}

/// Time of one decoding step of all sequences together.
///
/// ```text
/// t_step = model_error * (sqrt(t_memory^2 + t_compute^2) + t_overhead)
/// ```
///
/// `[s]`. The root of squares lies between full overlap (the larger) and none (the sum).
///
/// # Source
///
/// Roofline of Williams et al. 2009, doi 10.1145/1498765.1498785, smoothed.
///
/// # Example
///
/// ```
/// use econome::{physics::runtime::step_time, units::{Count, Time}};
/// let s = Time::seconds;
/// assert_eq!(step_time(s(3.0), s(4.0), s(1.0), Count::of(1.0)), s(6.0));
/// ```
#[inline]
#[must_use]
pub fn step_time<T: Real>(memory: Time<T>, compute: Time<T>, overhead: Time<T>, model_error: Count<T>) -> Time<T> {
    let (memory, compute) = (memory.as_seconds(), compute.as_seconds());
    (Time::seconds((memory * memory + compute * compute).sqrt()) + overhead) * model_error
}

/// Time a replica spends reading the prompt of one request.
///
/// ```text
/// t_prefill = model_error * C_prompt / (n * peak * prefill_efficiency)
/// C_prompt  = (1 - cached) * (2 * active_parameters * input_tokens
///           + 2 * layers * hidden_size * (input_tokens^2 + input_variance))
/// ```
///
/// `[s]`; cached tokens are skipped. Over the turns of a dialogue, `input_tokens` is their mean, and the mean of their
/// squares is that of the mean plus their variance; zero for a single request.
///
/// # Source
///
/// [`compute::forward`], [`compute::attention`]; efficiency from the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::{h100, llama_8b_chat, vllm};
/// use econome::{physics::runtime::prefill_time, units::Count};
/// let (tokens, model) = llama_8b_chat();
/// let t = prefill_time(&model, &tokens, &vllm(), &h100(), Count::of(1.0), Count::of(1.0));
/// assert!(t.as_seconds() > 0.03 && t.as_seconds() < 0.08);
/// ```
#[inline]
#[must_use]
pub fn prefill_time<T: Real>(
    model: &Transformer<T>,
    tokens: &Tokens<T>,
    serving: &Serving<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    model_error: Count<T>,
) -> Time<T> {
    let linear = compute::forward(model.active_parameters, tokens.input_tokens);
    let quadratic = compute::attention(model.layers, model.hidden_size, tokens.input_tokens);
    let spread = tokens.input_variance.unwrap_or(Count::zero());
    let quadratic = quadratic + Compute::flop((model.layers * model.hidden_size * spread).value() * T::of(2.0));
    let work = (linear + quadratic) * tokens.cached_input_share.complement();
    compute::time(work, accelerators, device.peak, serving.prefill_efficiency) * model_error
}

/// Replica time that one request takes, its share of the steps it is served in with others.
///
/// ```text
/// t_request = t_prefill + output_tokens * t_step / batch
/// ```
///
/// `[s]`. Valid while prompts are read between the steps of running answers (continuous batching).
///
/// # Source
///
/// Yu et al. 2022 (Orca, OSDI); Agrawal et al. 2024, arXiv 2403.02310.
///
/// # Example
///
/// ```
/// use econome::{physics::runtime::request_time, units::{Count, Time}};
/// let t = request_time(Time::seconds(0.1), Time::seconds(0.02), Count::of(300.0), Count::of(30.0));
/// assert!((t.as_seconds() - 0.3).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn request_time<T: Real>(prefill: Time<T>, step: Time<T>, output_tokens: Count<T>, batch: Count<T>) -> Time<T> {
    prefill + step * output_tokens / batch
}

/// Time a user waits for the whole answer.
///
/// ```text
/// latency = batch * t_prefill + output_tokens * t_step
/// ```
///
/// `[s]`: the answer's own prompt and steps, and the prompts of the `batch - 1` others read meanwhile; queueing
/// excluded.
///
/// # Source
///
/// Continuous batching as in [`request_time`]: while one answer is written, `batch` prompts arrive.
///
/// # Example
///
/// ```
/// use econome::{physics::runtime::latency, units::{Count, Time}};
/// let t = latency(Time::seconds(0.1), Time::seconds(0.02), Count::of(300.0), Count::of(1.0));
/// assert!((t.as_seconds() - 6.1).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn latency<T: Real>(prefill: Time<T>, step: Time<T>, output_tokens: Count<T>, batch: Count<T>) -> Time<T> {
    prefill * batch + step * output_tokens
}

/// Share of the peak memory bandwidth in use over a request.
///
/// ```text
/// MBU = bytes_per_step * output_tokens / batch / (n * bandwidth * t_request)
/// ```
///
/// `[1]`.
///
/// # Source
///
/// Definition of model bandwidth utilisation, Databricks 2023, "LLM inference performance engineering".
///
/// # Example
///
/// ```
/// use econome::physics::runtime::bandwidth_use;
/// use econome::units::{Bandwidth, Count, Data, Time};
/// let one = Count::of(1.0);
/// let capacity = Bandwidth::gigabytes_per_second(100.0) * Time::seconds(1.0);
/// assert_eq!(bandwidth_use(Data::gigabytes(10.0), Count::of(5.0), one, capacity).value(), 0.5);
/// ```
#[inline]
#[must_use]
pub fn bandwidth_use<T: Real>(step: Data<T>, output_tokens: Count<T>, batch: Count<T>, capacity: Data<T>) -> Count<T> {
    step * output_tokens / batch / capacity
}

/// Share of the peak arithmetic in use over a request.
///
/// ```text
/// MFU = 2 * active_parameters * (output_tokens + (1 - cached) * input_tokens) / (n * peak_16bit * t_request)
/// ```
///
/// `[1]`; related to the 16-bit peak whatever the precision: measured power follows the arithmetic done,
/// and reduced precision does more of it for the same power.
///
/// # Source
///
/// Definition of model FLOP utilisation, Chowdhery et al. 2022, arXiv 2204.02311, appendix B.
///
/// # Example
///
/// ```
/// # use econome::examples::llama_8b_chat as chat;
/// use econome::{physics::runtime::arithmetic_use, units::Compute};
/// let (tokens, model) = chat();
/// let mfu = arithmetic_use(&model, &tokens, Compute::flop(2.0 * 8.03e9 * 1100.0 * 10.0));
/// assert!((mfu.value() - 0.1).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn arithmetic_use<T: Real>(model: &Transformer<T>, tokens: &Tokens<T>, capacity: Compute<T>) -> Count<T> {
    let computed = tokens.output_tokens + tokens.input_tokens * tokens.cached_input_share.complement();
    compute::forward(model.active_parameters, computed) / capacity
}

/// The times that make up a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing<T = f64> {
    /// Bytes read in one decoding step.
    pub bytes: memory::StepBytes<T>,
    /// Time of reading them.
    pub memory: Time<T>,
    /// Time of the arithmetic of one step.
    pub compute: Time<T>,
    /// Time one step loses.
    pub overhead: Time<T>,
    /// Time of one step.
    pub step: Time<T>,
    /// Time of reading one prompt.
    pub prefill: Time<T>,
}

/// All times of a request served with `batch` others.
///
/// ```text
/// t_step    = model_error * (sqrt(t_memory^2 + t_compute^2) + t_overhead)
/// t_prefill = model_error * C_prompt / (n * peak * prefill_efficiency)
/// ```
///
/// `[s]`.
///
/// # Source
///
/// [`memory_time`], [`compute_time`], [`overhead_time`], [`step_time`], [`prefill_time`].
///
/// # Example
///
/// ```
/// # use econome::examples::{h100, llama_8b_chat, vllm};
/// use econome::{physics::runtime::timing, units::Count};
/// let (tokens, model) = llama_8b_chat();
/// let one = Count::of(1.0);
/// let alone = timing(&tokens, &model, &vllm(), &h100(), one, one, one);
/// let crowded = timing(&tokens, &model, &vllm(), &h100(), one, one, Count::of(64.0));
/// assert!(crowded.step > alone.step && crowded.prefill == alone.prefill);
/// ```
#[inline]
#[must_use]
pub fn timing<T: Real>(
    tokens: &Tokens<T>,
    model: &Transformer<T>,
    serving: &Serving<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    model_error: Count<T>,
    batch: Count<T>,
) -> Timing<T> {
    let bytes = memory::step_bytes(model, tokens, serving.state_bytes, batch);
    let memory = memory_time(&bytes, serving, device, accelerators, model.kv_heads);
    let compute = compute_time(model, serving, device, accelerators, batch);
    let overhead = overhead_time(model, serving, accelerators, batch);
    let step = step_time(memory, compute, overhead, model_error);
    let prefill = prefill_time(model, tokens, serving, device, accelerators, model_error);
    Timing { bytes, memory, compute, overhead, step, prefill }
}
