//! Training and fine-tuning.

use crate::math::Real;
use crate::units::{Compute, ComputeRate, Count, Energy, Power, Share, Time};

/// Operations per parameter and token of full training: forward, and twice that backward.
///
/// Source: Kaplan et al. 2020, arXiv 2001.08361.
pub const FULL_TRAINING: f64 = 6.0;

/// The same for low-rank adapters: forward and the gradient of activations, without that of frozen weights.
///
/// Source: Hu et al. 2021, arXiv 2106.09685: frozen weights need no gradient (4 of the 6 operations remain).
pub const FROZEN_TRAINING: f64 = 4.0;

/// What trainable parameters add, in proportion to their share.
///
/// Source: Kaplan et al. 2020, arXiv 2001.08361: gradient of the weights, 2 of the 6 operations.
pub const TRAINABLE_TRAINING: f64 = 2.0;

/// Operations per parameter and token when only a share of the parameters is trained.
///
/// ```text
/// c = 4 + 2 * f
/// ```
///
/// `[1]`; `f` is the trained share: one gives the 6 of full training.
///
/// # Source
///
/// Hu et al. 2021, arXiv 2106.09685; Kaplan et al. 2020, arXiv 2001.08361.
///
/// # Example
///
/// ```
/// use econome::{physics::training::adapter_flop, units::Share};
/// assert_eq!(adapter_flop(Share::new(0.01)?).value(), 4.02);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn adapter_flop<T: Real>(trained_share: Share<T>) -> Count<T> {
    Count::of(T::of(FROZEN_TRAINING) + T::of(TRAINABLE_TRAINING) * trained_share.as_fraction())
}

/// Operations of a training run.
///
/// ```text
/// C = flop_per_parameter * active_parameters * tokens
/// ```
///
/// `[FLOP]`; attention over the context not counted, as in the definition of MFU used for the priors.
///
/// # Source
///
/// Kaplan et al. 2020, arXiv 2001.08361; Hoffmann et al. 2022, arXiv 2203.15556.
///
/// # Example
///
/// ```
/// use econome::{physics::training::work, units::Count};
/// let c = work(Count::of(7e9), Count::of(2e12), Count::of(6.0));
/// assert_eq!(c.as_flop(), 8.4e22);
/// ```
#[inline]
#[must_use]
pub fn work<T: Real>(active_parameters: Count<T>, tokens: Count<T>, flop_per_parameter: Count<T>) -> Compute<T> {
    Compute::flop((active_parameters * tokens * flop_per_parameter).value())
}

/// Billed time of all accelerators together.
///
/// ```text
/// t = C / (peak * MFU)
/// ```
///
/// `[s]`; `MFU` is over billed hours, so failures and restarts are in it, and the peak is that of dense
/// 16-bit arithmetic whatever the precision.
///
/// # Source
///
/// Chowdhery et al. 2022, arXiv 2204.02311, appendix B (definition of MFU).
///
/// # Example
///
/// ```
/// use econome::physics::training::accelerator_time;
/// use econome::units::{Compute, ComputeRate, Share};
/// let peak = ComputeRate::teraflop_per_second(312.0);
/// let t = accelerator_time(Compute::flop(8.4e22), peak, Share::new(0.4)?);
/// assert!((t.as_hours() - 186_965.8).abs() < 0.1);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn accelerator_time<T: Real>(work: Compute<T>, peak: ComputeRate<T>, mfu: Share<T>) -> Time<T> {
    work / (peak * mfu)
}

/// Energy of the accelerators of a run.
///
/// ```text
/// E = t * P
/// ```
///
/// `[Wh]`; `P` is the mean power of one accelerator over the run.
///
/// # Source
///
/// Definition of energy.
///
/// # Example
///
/// ```
/// use econome::{physics::training::energy, units::{Energy, Power, Time}};
/// assert_eq!(energy(Time::hours(1000.0), Power::watts(630.0)), Energy::kwh(630.0));
/// ```
#[inline]
#[must_use]
pub fn energy<T: Real>(time: Time<T>, power: Power<T>) -> Energy<T> {
    power * time
}
