//! The one place of elementary functions.
//!
//! Physics is written once over [`Real`]. A plain `f64` answers for one case; other numbers that compute with the same
//! formulas record them, so that Monte Carlo is arithmetic over columns, or carry their derivatives.
//! Results are bit-identical for any number of threads, and within 1e-12 relative from platform to platform.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four numbers side by side.
pub(crate) type Lanes = wide::f64x4;

/// How many numbers stand side by side in [`Lanes`].
pub(crate) const LANES: usize = 4;

/// A number that physics can compute with.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The same constant in every lane.
    fn of(value: f64) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// `e` to the power of `self`.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// The larger of two numbers; the other one where one is not a number.
    fn max(self, other: Self) -> Self;
    /// The smaller of two numbers; the other one where one is not a number.
    fn min(self, other: Self) -> Self;
    /// Smallest whole number not below `self`.
    fn ceil(self) -> Self;

    /// `self` to a real power; `self` must be positive or zero.
    ///
    /// Zero gives zero (for positive exponents) as the limit does.
    fn pow(self, exponent: Self) -> Self {
        (self.max(Self::of(f64::MIN_POSITIVE)).ln() * exponent).exp()
    }

    /// Base-2 logarithm.
    fn log2(self) -> Self {
        self.ln() / Self::of(std::f64::consts::LN_2)
    }
}

impl Real for f64 {
    #[inline]
    fn of(value: f64) -> Self {
        value
    }
    #[inline]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline]
    fn exp(self) -> Self {
        f64::exp(self)
    }
    #[inline]
    fn ln(self) -> Self {
        f64::ln(self)
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        f64::max(self, other)
    }
    #[inline]
    fn min(self, other: Self) -> Self {
        f64::min(self, other)
    }
    #[inline]
    fn ceil(self) -> Self {
        f64::ceil(self)
    }
}

/// Calls a function compiled for the widest vectors that this machine has; what it calls must be inlined into it.
///
/// Wider vectors change no bit: each value is computed by the same operations.
#[cfg(feature = "simd")]
pub(crate) fn widest<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

/// Calls a function; without the feature `simd`, with the vectors that every machine of this kind has.
#[cfg(not(feature = "simd"))]
pub(crate) fn widest<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Natural logarithms of all values of a block whose length divides by the number of lanes.
#[inline(always)]
pub(crate) fn ln_all(values: &[f64], to: &mut [f64]) {
    map_lanes(values, to, Lanes::ln);
}

/// `e` to the power of `c` times all values of a block whose length divides by the number of lanes.
#[inline(always)]
pub(crate) fn exp_all(values: &[f64], c: f64, to: &mut [f64]) {
    map_lanes(values, to, |lanes| (lanes * Lanes::splat(c)).exp());
}

#[inline(always)]
fn map_lanes(values: &[f64], to: &mut [f64], f: impl Fn(Lanes) -> Lanes) {
    for (to, values) in to.as_chunks_mut::<LANES>().0.iter_mut().zip(values.as_chunks::<LANES>().0) {
        *to = f(Lanes::from(*values)).to_array();
    }
}

/// `e` to the power of each value, in its place.
pub(crate) fn exp_in_place(values: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            let (whole, rest) = values.as_chunks_mut::<LANES>();
            for lanes in whole {
                *lanes = Lanes::from(*lanes).exp().to_array();
            }
            for value in rest {
                *value = Lanes::splat(*value).exp().as_array()[0];
            }
        },
    );
}

/// Sum of many values, in several partial sums side by side.
pub(crate) fn sum(values: &[f64]) -> f64 {
    const SIDE_BY_SIDE: usize = 8;
    let (whole, rest) = values.as_chunks::<SIDE_BY_SIDE>();
    let mut sums = [0.0; SIDE_BY_SIDE];
    for values in whole {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    sums.iter().chain(rest).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_a_time_are_what_they_are_alone() {
        let values: Vec<f64> = (1..=LANES * 5 + 3).map(|step| step as f64 * 0.37 - 2.0).collect();
        let mut powers = values.clone();
        exp_in_place(&mut powers);
        for (power, value) in powers.iter().zip(&values) {
            assert!((power - value.exp()).abs() <= 1e-14 * power, "{value}: {power}");
        }
        let whole = LANES * 5;
        let (mut logarithms, mut tenfold) = (vec![0.0; whole], vec![0.0; whole]);
        ln_all(&powers[..whole], &mut logarithms);
        exp_all(&values[..whole], 10.0, &mut tenfold);
        for ((logarithm, tenfold), value) in logarithms.iter().zip(&tenfold).zip(&values) {
            assert!((logarithm - value).abs() <= 1e-14, "{value}: {logarithm}");
            assert!((tenfold - (10.0 * value).exp()).abs() <= 1e-13 * tenfold, "{value}: {tenfold}");
        }
        assert!((sum(&values) - values.iter().sum::<f64>()).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_a_number_loses_every_comparison() {
        assert_eq!(Real::min(f64::NAN, 1.0), 1.0);
        assert_eq!(Real::max(f64::NAN, 1.0), 1.0);
    }

    #[test]
    fn zero_to_a_positive_power_is_as_good_as_zero() {
        assert!(0.0.pow(0.2) < 1e-60);
    }
}
