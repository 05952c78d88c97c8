//! Passes of a network over texts, pictures and sound; rows of tables; work on processor cores.

use crate::math::Real;
use crate::physics::compute::{FLOP_PER_PARAMETER, forward};
use crate::physics::media::slower;
use crate::scenario::{Cores, Device, Items, Pass, PassCosts, Texts};
use crate::units::{Compute, Count, Data, Time};

/// Operations for some items.
///
/// ```text
/// C = items * flop_per_item
/// ```
///
/// `[FLOP]`.
///
/// # Source
///
/// Definition.
///
/// # Example
///
/// ```
/// # use econome::examples::ten_pictures;
/// // ten pictures of 8.2e9 operations
/// assert_eq!(econome::physics::passes::items_work(&ten_pictures()).as_flop(), 8.2e10);
/// ```
#[inline]
#[must_use]
pub fn items_work<T: Real>(items: &Items<T>) -> Compute<T> {
    items.flop_per_item * items.items
}

/// Operations to read some texts once.
///
/// ```text
/// C = items * (2 * multiplied_parameters * input_tokens + 4 * attention_width * input_tokens^2)
/// ```
///
/// `[FLOP]`; embedding and classification of texts. Embedding tables are looked up, not multiplied;
/// `attention_width` is layers times width.
///
/// # Source
///
/// Kaplan et al. 2020, arXiv 2001.08361 (forward pass); Narayanan et al. 2021, arXiv 2104.04473 (attention).
///
/// # Example
///
/// ```
/// # use econome::examples::ten_texts;
/// // ten texts of 100 tokens, 1e8 parameters, 12 layers of width 768
/// let flop = 10.0 * (2.0 * 1e8 * 100.0 + 4.0 * 12.0 * 768.0 * 1e4);
/// assert_eq!(econome::physics::passes::texts_work(&ten_texts()).as_flop(), flop);
/// ```
#[inline]
#[must_use]
pub fn texts_work<T: Real>(texts: &Texts<T>) -> Compute<T> {
    let pairs = texts.attention_width * texts.input_tokens * texts.input_tokens;
    let attention = Compute::flop(pairs.value() * T::of(2.0 * FLOP_PER_PARAMETER));
    (forward(texts.multiplied_parameters, texts.input_tokens) + attention) * texts.items
}

/// The times that make up a batch of passes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PassTimes<T = f64> {
    /// Of reading the weights in all passes.
    pub memory: Time<T>,
    /// Of the arithmetic of the whole batch.
    pub compute: Time<T>,
    /// That the host needs.
    pub overhead: Time<T>,
    /// Of all passes of the batch.
    pub batch: Time<T>,
    /// Replica time that one request takes.
    pub request: Time<T>,
    /// Share of the time in which the accelerator works.
    pub activity: Count<T>,
}

/// All times of a request that takes some passes of a network, shared with those of `batch` others.
///
/// ```text
/// t_memory   = passes * parameters * parameter_bytes / (bandwidth * memory_efficiency)
/// t_compute  = batch * C / (peak * efficiency)
/// t_overhead = passes * (overhead + launches * launch_overhead) + tokens * token_overhead
///            + batch * pictures * picture_overhead
/// t_batch    = sqrt(t_memory^2 + t_compute^2 + t_overhead^2)
/// t_request  = model_error * t_batch / (batch * n)
/// activity   = sqrt(t_memory^2 + t_compute^2) / t_batch
/// ```
///
/// `[s]`: like a step of a language model without cache. Accelerators beyond the first serve batches of their own.
/// One request at a time is bound by the host, which launches a few hundred kernels: the size of the network hardly
/// matters until a billion parameters.
///
/// # Source
///
/// Roofline of Williams et al. 2009, doi 10.1145/1498765.1498785; coefficients from the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::{encoder_pass, h100, pass_costs};
/// use econome::{physics::passes::pass_times, units::{Compute, Count}};
/// let one = Count::of(1.0);
/// let times = |batch| pass_times(Compute::flop(1e10), &encoder_pass(), &pass_costs(), &h100(), one, batch, one);
/// assert!(times(Count::of(32.0)).request < times(one).request);
/// assert!(times(Count::of(32.0)).activity > times(one).activity);
/// ```
#[inline]
#[must_use]
pub fn pass_times<T: Real>(
    work: Compute<T>,
    pass: &Pass<T>,
    costs: &PassCosts<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    batch: Count<T>,
    model_error: Count<T>,
) -> PassTimes<T> {
    let weights = Data::bytes((pass.parameters * pass.parameter_bytes).value());
    let memory = weights * pass.passes / (device.memory_bandwidth * costs.memory_efficiency);
    let compute = work * batch / (device.peak * costs.efficiency);
    let overhead = (costs.overhead + costs.launch_overhead * pass.launches) * pass.passes
        + costs.token_overhead * pass.tokens
        + costs.picture_overhead * (pass.pictures * batch);
    let working = slower(memory, compute);
    let whole = slower(working, overhead);
    PassTimes {
        memory,
        compute,
        overhead,
        batch: whole,
        request: whole / (batch * accelerators) * model_error,
        activity: working / whole,
    }
}

/// Time of a whole processor that some work on its cores takes.
///
/// ```text
/// t = core_time / cores
/// ```
///
/// `[s]`; the other cores do other work meanwhile, so that each core answers for its part of the power.
///
/// # Source
///
/// Lannelongue et al. 2021, "Green Algorithms", arXiv 2007.07610 (power per core).
///
/// # Example
///
/// ```
/// # use econome::scenario::Cores;
/// # use econome::{examples::sixteen_core_seconds, physics::passes::core_time};
/// // sixteen core-seconds on a processor of 32 cores
/// assert_eq!(core_time(&sixteen_core_seconds()).as_seconds(), 0.5);
/// ```
#[inline]
#[must_use]
pub fn core_time<T: Real>(cores: &Cores<T>) -> Time<T> {
    cores.core_time * cores.items / cores.cores
}
