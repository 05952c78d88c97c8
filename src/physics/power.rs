//! Power of an accelerator at work.

use crate::math::Real;
use crate::scenario::PowerLaw;
use crate::units::{Count, Power};

/// Mean power of an accelerator from its use of memory bandwidth and arithmetic.
///
/// ```text
/// P = idle + (tdp - idle) * min(1, floor + memory * MBU + compute * MFU^exponent)
/// ```
///
/// `[W]`; `MBU` and `MFU` are the shares of peak bandwidth and of peak arithmetic in use, averaged over the
/// time of a request. Valid for steady serving; the coefficients belong to a stack.
///
/// # Source
///
/// Form: Özcan et al. 2025, arXiv 2507.11417 (power law in MFU), with a term for bandwidth; coefficients
/// fitted to ML.ENERGY v3 measurements, see the stack's profile.
///
/// # Example
///
/// ```
/// # use econome::examples::power_law;
/// use econome::{physics::power::active, units::{Count, Power}};
/// // floor 0.3, memory 0.1, compute 0.7, exponent 0.5
/// let (idle, tdp) = (Power::watts(100.0), Power::watts(700.0));
/// let p = active(idle, tdp, &power_law(), Count::of(0.5), Count::of(0.04));
/// assert!((p.as_watts() - (100.0 + 600.0 * (0.3 + 0.05 + 0.14))).abs() < 1e-9);
/// ```
#[inline]
#[must_use]
pub fn active<T: Real>(
    idle: Power<T>,
    tdp: Power<T>,
    law: &PowerLaw<T>,
    bandwidth_use: Count<T>,
    arithmetic_use: Count<T>,
) -> Power<T> {
    let arithmetic = Count::of(arithmetic_use.value().pow(law.power_exponent.value()));
    let share =
        Count::of(law.power_floor.as_fraction()) + law.power_memory * bandwidth_use + law.power_compute * arithmetic;
    idle + (tdp - idle).max(Power::zero()) * share.min(Count::of(T::of(1.0)))
}
