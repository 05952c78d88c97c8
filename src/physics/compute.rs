//! Arithmetic of a transformer.

use crate::math::Real;
use crate::units::{Compute, ComputeRate, Count, Share, Time};

/// Operations per parameter and token of a forward pass: one multiplication and one addition.
///
/// Source: Kaplan et al. 2020, arXiv 2001.08361, table 1.
pub const FLOP_PER_PARAMETER: f64 = 2.0;

/// Operations of a forward pass over some tokens.
///
/// ```text
/// C = 2 * P_active * tokens
/// ```
///
/// `[FLOP]`, `[1]`, `[1]`. Valid while the context is short against `6 * hidden_size`; the attention term
/// is that of [`attention`].
///
/// # Source
///
/// Kaplan et al. 2020, arXiv 2001.08361, table 1.
///
/// # Example
///
/// ```
/// use econome::{physics::compute::forward, units::Count};
/// assert_eq!(forward(Count::of(8e9), Count::of(1000.0)).as_flop(), 16e12);
/// ```
#[inline]
#[must_use]
pub fn forward<T: Real>(active_parameters: Count<T>, tokens: Count<T>) -> Compute<T> {
    Compute::flop((active_parameters * tokens).value() * T::of(FLOP_PER_PARAMETER))
}

/// Operations of causal attention over a prompt.
///
/// ```text
/// C = 2 * layers * hidden_size * tokens^2
/// ```
///
/// `[FLOP]`; scores and weighted sum cost `4 * layers * hidden_size * tokens^2`, half of it masked.
/// Valid for full attention; an upper bound with windows.
///
/// # Source
///
/// Narayanan et al. 2021, arXiv 2104.04473, appendix (attention term, forward pass, causal half).
///
/// # Example
///
/// ```
/// use econome::{physics::compute::attention, units::Count};
/// let flop = attention(Count::of(32.0), Count::of(4096.0), Count::of(1000.0));
/// assert_eq!(flop.as_flop(), 2.0 * 32.0 * 4096.0 * 1e6);
/// ```
#[inline]
#[must_use]
pub fn attention<T: Real>(layers: Count<T>, hidden_size: Count<T>, tokens: Count<T>) -> Compute<T> {
    Compute::flop((layers * hidden_size * tokens * tokens).value() * T::of(2.0))
}

/// Time of some arithmetic on the accelerators of a replica.
///
/// ```text
/// t = C / (n * peak * efficiency)
/// ```
///
/// `[s]`. Valid where arithmetic, not memory, is the limit.
///
/// # Source
///
/// Williams et al. 2009, "Roofline", doi 10.1145/1498765.1498785 (compute-bound branch).
///
/// # Example
///
/// ```
/// use econome::physics::compute::time;
/// use econome::units::{Compute, ComputeRate, Count, Share};
/// let peak = ComputeRate::teraflop_per_second(1000.0);
/// let t = time(Compute::flop(1e15), Count::of(2.0), peak, Share::new(0.5)?);
/// assert_eq!(t.as_seconds(), 1.0);
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn time<T: Real>(work: Compute<T>, accelerators: Count<T>, peak: ComputeRate<T>, efficiency: Share<T>) -> Time<T> {
    work / (accelerators * peak * efficiency)
}
