//! The numbers that physics can compute with.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four numbers side by side.
pub(crate) type Lanes = wide::f64x4;

/// How many numbers stand side by side in [`Lanes`].
pub(crate) const LANES: usize = 4;

/// A number that physics can compute with.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A constant.
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

#[cfg(test)]
mod tests {
    use super::*;

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
