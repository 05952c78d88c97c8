//! Training and fine-tuning.

use crate::math::Real;
use crate::scenario::Utilisation;
use crate::units::{Carried as _, Compute, ComputeRate, Count, Data, Energy, Power, Share, Time};

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

/// How much of a mixture of experts a model is.
///
/// ```text
/// mixture = min(1, 2 * (1 - active / parameters))
/// ```
///
/// `[1]`; zero for a dense model, one where a token uses half of the parameters or less, as in every mixture of the
/// calibration (0.04 to 0.26 of the parameters); nothing is measured in between.
///
/// # Source
///
/// A form of this project, fitted to published training runs: method documentation, section 5.
///
/// # Example
///
/// ```
/// use econome::{physics::training::mixture, units::Count};
/// assert_eq!(mixture(Count::of(8e9), Count::of(8e9)).value(), 0.0);
/// assert_eq!(mixture(Count::of(671e9), Count::of(37e9)).value(), 1.0);
/// ```
#[inline]
#[must_use]
pub fn mixture<T: Real>(parameters: Count<T>, active_parameters: Count<T>) -> Count<T> {
    let unused = T::of(1.0) - active_parameters.value() / parameters.value();
    Count::of((T::of(2.0) * unused).max(T::of(0.0)).min(T::of(1.0)))
}

/// Share of the 16-bit peak that training reaches over billed hours.
///
/// ```text
/// room   = min(1, memory_of_the_chip / memory)
/// speed  = max(1, peak_of_the_chip / peak)
/// fill   = min(1, active_parameters / full)
/// MFU    = base * experts^mixture * room^memory_exponent * speed^(size_exponent * ln(fill) - peak_exponent)
/// ```
///
/// `[1]`; less memory forces computing activations twice and cutting the model finer; a chip with a higher peak waits
/// longer for its memory and its network, the more so the smaller the model. Restarts and failures are in it. Fitted
/// to runs of 1.3 to 540 billion active parameters, 0.3 to 40 trillion tokens and peaks of 123 to 989 TFLOP/s.
///
/// # Source
///
/// A form of this project, fitted to published training runs: method documentation, section 5.
///
/// # Example
///
/// ```
/// use econome::{Catalog, Document, Scenario, physics::training::utilisation, scenario::{Effort, Reached}};
/// let text = "name = \"x\"\n[training]\nmodel = \"llama-3.1-8b\"\ntokens = 1e12\naccelerator = \"a100-sxm-80gb\"";
/// let case = Scenario::read(&Document::new("x", text), &Catalog::builtin())?.central();
/// let training = case.training.expect("trains");
/// let Effort::Tokens { mfu: Reached::Computed(form), .. } = training.effort else { panic!("computed") };
/// let mfu = utilisation(&form, training.device.peak_16bit, training.device.memory);
/// assert_eq!(mfu, form.base);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn utilisation<T: Real>(form: &Utilisation<T>, peak: ComputeRate<T>, memory: Data<T>) -> Share<T> {
    let one = T::of(1.0);
    let room = (memory.raw() / form.memory.raw()).min(one);
    let speed = (peak.raw() / form.peak.raw()).max(one);
    let fill = (form.active_parameters / form.full).value().min(one).max(T::of(f64::MIN_POSITIVE));
    let experts = form.experts.as_fraction().pow(mixture(form.parameters, form.active_parameters).value());
    let slower = speed.pow(form.size_exponent.value() * fill.ln() - form.peak_exponent.value());
    Share::fraction(form.base.as_fraction() * experts * room.pow(form.memory_exponent.value()) * slower)
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

/// Power of one accelerator within its share of a node.
///
/// ```text
/// P = min(P_accelerator, P_node)
/// ```
///
/// `[W]`; the rest of the node's power is the host's.
///
/// # Source
///
/// Definition: a part is not more than the whole.
///
/// # Example
///
/// ```
/// use econome::{physics::training::within_node, units::Power};
/// assert_eq!(within_node(Power::watts(270.0), Power::watts(330.0)), Power::watts(270.0));
/// ```
#[inline]
#[must_use]
pub fn within_node<T: Real>(accelerator: Power<T>, node: Power<T>) -> Power<T> {
    accelerator.min(node)
}
