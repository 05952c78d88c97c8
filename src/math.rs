//! The one place of elementary functions.
//!
//! Physics is written once over [`Real`]. A plain `f64` answers for one case; [`Lanes`] answers for four
//! draws at a time with the same formulas, so that Monte Carlo is arithmetic over columns.
//! Results are bit-identical for any number of threads, and within 1e-12 relative from platform to platform.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four draws evaluated together.
pub type Lanes = wide::f64x4;

/// How many draws one [`Lanes`] holds.
pub const LANES: usize = 4;

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

impl Real for Lanes {
    #[inline]
    fn of(value: f64) -> Self {
        Lanes::splat(value)
    }
    #[inline]
    fn sqrt(self) -> Self {
        Lanes::sqrt(self)
    }
    #[inline]
    fn exp(self) -> Self {
        Lanes::exp(self)
    }
    #[inline]
    fn ln(self) -> Self {
        Lanes::ln(self)
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        Lanes::max(self, other)
    }
    #[inline]
    fn min(self, other: Self) -> Self {
        Lanes::min(self, other)
    }
    #[inline]
    fn ceil(self) -> Self {
        Lanes::ceil(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(name: &str, scalar: f64, lanes: Lanes) {
        for lane in lanes.to_array() {
            assert!((lane - scalar).abs() <= 1e-12 * scalar.abs(), "{name}: {lane} is not {scalar}");
        }
    }

    #[test]
    fn lanes_compute_what_scalars_compute() {
        for x in [1e-6, 0.3, 1.0, 2.5, 812.0] {
            let lanes = Lanes::of(x);
            agree("sqrt", Real::sqrt(x), Real::sqrt(lanes));
            agree("exp", Real::exp(x / 100.0), Real::exp(lanes / Lanes::of(100.0)));
            agree("ln", 1.0 + Real::ln(x).abs(), Lanes::of(1.0) + Real::ln(lanes).abs());
            agree("pow", x.pow(0.2), lanes.pow(Lanes::of(0.2)));
            agree("log2", 20.0 + Real::log2(x), Lanes::of(20.0) + Real::log2(lanes));
            agree("ceil", Real::ceil(x), Real::ceil(lanes));
        }
    }

    #[test]
    fn what_is_not_a_number_loses_every_comparison() {
        assert_eq!(Real::min(f64::NAN, 1.0), 1.0);
        assert_eq!(Real::min(Lanes::of(f64::NAN), Lanes::of(1.0)).to_array(), [1.0; LANES]);
        assert_eq!(Real::max(Lanes::of(f64::NAN), Lanes::of(1.0)).to_array(), [1.0; LANES]);
    }

    #[test]
    fn zero_to_a_positive_power_is_as_good_as_zero() {
        assert!(0.0.pow(0.2) < 1e-60);
    }
}
