//! Pictures and videos by diffusion: tokens, arithmetic, time, and how busy it keeps an accelerator.

use crate::math::Real;
use crate::physics::compute::{FLOP_PER_PARAMETER, forward};
use crate::scenario::{Device, PictureCosts, Pictures};
use crate::units::{Compute, Count, Data, Time};

/// Bytes of one number of an activation: 16 bits.
///
/// Source: precision in which the measured pipelines run, ML.ENERGY benchmark v2 and v3.
pub const ACTIVATION_BYTES: f64 = 2.0;

/// Tokens that a picture or video becomes.
///
/// ```text
/// N = (width / p) * (height / p) * (1 + (frames - 1) / f) + text_tokens
/// ```
///
/// `[1]`; `p` pixels and `f` frames per token. Encoders of videos keep the first frame apart, so that 81 frames by
/// fours become 21.
///
/// # Source
///
/// Peebles and Xie 2022, arXiv 2212.09748 (patches of the latent picture as tokens); Yu et al. 2023,
/// arXiv 2310.05737 (first frame apart).
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// assert_eq!(econome::physics::media::picture_tokens(&flux_picture()).value(), 64.0 * 64.0 + 512.0);
/// ```
#[inline]
#[must_use]
pub fn picture_tokens<T: Real>(pictures: &Pictures<T>) -> Count<T> {
    let edge = pictures.pixels_per_token;
    let patches = (pictures.width / edge) * (pictures.height / edge);
    patches * latent_frames(pictures) + pictures.text_tokens
}

/// Frames of the latent video; one of a picture.
fn latent_frames<T: Real>(pictures: &Pictures<T>) -> Count<T> {
    let one = Count::of(T::of(1.0));
    one + (pictures.frames - one) / pictures.frames_per_token
}

/// Tokens to which one token attends.
///
/// ```text
/// A = (width / p) * (height / p) * min(1 + (frames - 1) / f, frames_attended) + text_tokens
/// ```
///
/// `[1]`; equal to all tokens with full attention, to those of one frame where frames are worked on apart.
///
/// # Source
///
/// Blattmann et al. 2023, arXiv 2304.08818 (spatial and temporal layers apart).
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// assert_eq!(econome::physics::media::attended_tokens(&flux_picture()).value(), 64.0 * 64.0 + 512.0);
/// ```
#[inline]
#[must_use]
pub fn attended_tokens<T: Real>(pictures: &Pictures<T>) -> Count<T> {
    let edge = pictures.pixels_per_token;
    let patches = (pictures.width / edge) * (pictures.height / edge);
    patches * latent_frames(pictures).min(pictures.frames_attended) + pictures.text_tokens
}

/// Operations of the matrix products of one pass of the network.
///
/// ```text
/// C_linear = 2 * P_eff * N
/// ```
///
/// `[FLOP]`; `P_eff` parameters are applied to each token: those of one stream where text and picture have their
/// own, without modulation, which runs once a pass.
///
/// # Source
///
/// Kaplan et al. 2020, arXiv 2001.08361; Esser et al. 2024, arXiv 2403.03206 (two streams).
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// let flop = econome::physics::media::linear_work(&flux_picture()).as_flop();
/// assert!((flop / (2.0 * 6.5e9 * 4608.0) - 1.0).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn linear_work<T: Real>(pictures: &Pictures<T>) -> Compute<T> {
    forward(pictures.effective_parameters, picture_tokens(pictures))
}

/// Operations of the attention of one pass of the network.
///
/// ```text
/// C_attention = 4 * attention_layers * hidden_size * N * A
/// ```
///
/// `[FLOP]`; none of linear attention.
///
/// # Source
///
/// Narayanan et al. 2021, arXiv 2104.04473 (attention term, without the causal half).
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// let flop = econome::physics::media::attention_work(&flux_picture()).as_flop();
/// assert!((flop / (4.0 * 57.0 * 3072.0 * 4608.0 * 4608.0) - 1.0).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn attention_work<T: Real>(pictures: &Pictures<T>) -> Compute<T> {
    let pairs = picture_tokens(pictures) * attended_tokens(pictures);
    let width = pictures.attention_layers * pictures.hidden_size;
    Compute::flop((width * pairs).value() * T::of(2.0 * FLOP_PER_PARAMETER))
}

/// Operations to make the pictures or videos of one request.
///
/// ```text
/// C = images * steps * evaluations_per_step * (C_linear + C_attention)
/// ```
///
/// `[FLOP]`; text encoder and picture decoder not counted.
///
/// # Source
///
/// Definition.
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// let flop = econome::physics::media::picture_work(&flux_picture()).as_flop();
/// assert!(flop > 1.6e15 && flop < 2.2e15);
/// ```
#[inline]
#[must_use]
pub fn picture_work<T: Real>(pictures: &Pictures<T>) -> Compute<T> {
    let passes = pictures.images * pictures.steps * pictures.evaluations_per_step;
    (linear_work(pictures) + attention_work(pictures)) * passes
}

/// Numbers of one activation of all layers in one pass.
///
/// ```text
/// V = layers * hidden_size * N * 2 bytes
/// ```
///
/// `[B]`.
///
/// # Source
///
/// Definition.
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// let bytes = econome::physics::media::activations(&flux_picture()).as_bytes();
/// assert!((bytes / (57.0 * 3072.0 * 4608.0 * 2.0) - 1.0).abs() < 1e-12);
/// ```
#[inline]
#[must_use]
pub fn activations<T: Real>(pictures: &Pictures<T>) -> Data<T> {
    let numbers = pictures.layers * pictures.hidden_size * picture_tokens(pictures);
    Data::bytes(numbers.value() * T::of(ACTIVATION_BYTES))
}

/// The times that make up a batch of pictures or videos.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PictureTimes<T = f64> {
    /// Of the arithmetic of one denoising step.
    pub compute: Time<T>,
    /// Of the element-wise reads and writes of one step.
    pub memory: Time<T>,
    /// Of the exchanges between accelerators in one step.
    pub exchange: Time<T>,
    /// That the host needs for one step.
    pub overhead: Time<T>,
    /// Of one step of the whole batch.
    pub step: Time<T>,
    /// Of decoding the pictures of the batch.
    pub decode: Time<T>,
    /// Replica time that one request takes.
    pub request: Time<T>,
    /// From request to picture.
    pub latency: Time<T>,
    /// Share of the time in which an accelerator works.
    pub activity: Count<T>,
}

/// All times of a request for pictures or videos, made with those of `batch` others.
///
/// ```text
/// w          = evaluations_per_step * images * batch
/// t_compute  = w / n * (C_linear / (peak * efficiency) + C_attention / (peak * attention_efficiency))
/// t_memory   = w / n * memory_passes * V / (bandwidth * memory_efficiency)
/// t_exchange = w * exchange * V / bandwidth * (n - 1) / n
/// t_overhead = step_overhead + layers * (layer_overhead + exchange_latency * log2(n))
/// t_step     = sqrt((t_compute + t_memory + t_exchange)^2 + t_overhead^2)
/// t_decode   = width * height * frames * images * batch * pixel_work / peak_16bit
/// t_request  = model_error * (steps * t_step + t_decode) / batch
/// activity   = (steps * (t_compute + t_memory) + t_decode / n) / (steps * t_step + t_decode)
/// ```
///
/// `[s]`. The host launches ahead of the accelerator, so that the slower of the two sets the pace. One accelerator
/// decodes while the others wait. Valid for diffusion pipelines with the sequence cut over the accelerators.
///
/// # Source
///
/// Roofline of Williams et al. 2009, doi 10.1145/1498765.1498785; sequence parallelism of Fang et al. 2024,
/// arXiv 2411.01738 (xDiT); coefficients from the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::{flux_picture, h100, xdit};
/// use econome::{physics::media::picture_times, units::Count};
/// let one = Count::of(1.0);
/// let alone = picture_times(&flux_picture(), &xdit(), &h100(), one, one, one);
/// let eight = picture_times(&flux_picture(), &xdit(), &h100(), Count::of(8.0), one, one);
/// assert!(alone.latency.as_seconds() > 3.0 && alone.latency.as_seconds() < 10.0);
/// assert!(eight.latency < alone.latency && eight.activity < alone.activity);
/// ```
#[inline]
#[must_use]
pub fn picture_times<T: Real>(
    pictures: &Pictures<T>,
    costs: &PictureCosts<T>,
    device: &Device<T>,
    accelerators: Count<T>,
    batch: Count<T>,
    model_error: Count<T>,
) -> PictureTimes<T> {
    let work = pictures.evaluations_per_step * pictures.images * batch;
    let part = work / accelerators;
    let volume = activations(pictures);
    let products = linear_work(pictures) * part / (device.peak * costs.efficiency);
    let attention = attention_work(pictures) * part / (device.peak * costs.attention_efficiency);
    let compute = products + attention;
    let memory = volume * (part * pictures.memory_passes) / (device.memory_bandwidth * costs.memory_efficiency);
    let others = (accelerators - Count::of(T::of(1.0))) / accelerators;
    let exchange = volume * (work * costs.exchange * others) / device.memory_bandwidth;
    let doublings = Count::of(accelerators.value().log2());
    let overhead = costs.step_overhead + (costs.layer_overhead + costs.exchange_latency * doublings) * pictures.layers;
    let step = slower(compute + memory + exchange, overhead);
    let pixels = pictures.width * pictures.height * pictures.frames * pictures.images * batch;
    let decode = costs.pixel_work * pixels / device.peak_16bit;
    let whole = step * pictures.steps + decode;
    PictureTimes {
        compute,
        memory,
        exchange,
        overhead,
        step,
        decode,
        request: whole / batch * model_error,
        latency: whole * model_error,
        activity: ((compute + memory) * pictures.steps + decode / accelerators) / whole,
    }
}

/// The slower of two sides that run at the same time, without the corner.
///
/// ```text
/// t = sqrt(t_accelerator^2 + t_host^2)
/// ```
///
/// `[s]`.
///
/// # Source
///
/// Roofline of Williams et al. 2009, doi 10.1145/1498765.1498785, smoothed.
///
/// # Example
///
/// ```
/// use econome::{physics::media::slower, units::Time};
/// assert_eq!(slower(Time::seconds(3.0), Time::seconds(4.0)), Time::seconds(5.0));
/// ```
#[inline]
#[must_use]
pub fn slower<T: Real>(accelerator: Time<T>, host: Time<T>) -> Time<T> {
    let (accelerator, host) = (accelerator.as_seconds(), host.as_seconds());
    Time::seconds((accelerator * accelerator + host * host).sqrt())
}
