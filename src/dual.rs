//! Numbers that carry their derivatives, so that one pass over the formulas differentiates them exactly.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::math::{LANES, Lanes, Real};

/// A number and its derivatives in four directions (forward differentiation, Wengert 1964).
///
/// Where a formula has a corner (the larger of two, a whole number of replicas) the derivative is that of the branch
/// taken; a step up to the next whole number counts for nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dual {
    pub(crate) value: f64,
    pub(crate) slopes: Lanes,
}

impl Dual {
    /// A number that moves as told in each direction.
    pub(crate) fn moving(value: f64, slopes: [f64; LANES]) -> Self {
        Self { value, slopes: Lanes::from(slopes) }
    }

    /// A function of this number, from its value and its derivative.
    fn chain(self, value: f64, derivative: f64) -> Self {
        Self { value, slopes: self.slopes * Lanes::splat(derivative) }
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { value: self.value + other.value, slopes: self.slopes + other.slopes }
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { value: self.value - other.value, slopes: self.slopes - other.slopes }
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let slopes = self.slopes * Lanes::splat(other.value) + other.slopes * Lanes::splat(self.value);
        Self { value: self.value * other.value, slopes }
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        let slopes = (self.slopes - other.slopes * Lanes::splat(value)) * Lanes::splat(1.0 / other.value);
        Self { value, slopes }
    }
}

impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, slopes: -self.slopes }
    }
}

impl Real for Dual {
    fn of(value: f64) -> Self {
        Self { value, slopes: Lanes::splat(0.0) }
    }
    fn sqrt(self) -> Self {
        let root = Real::sqrt(self.value);
        // At zero the slope is infinite; there nothing moves.
        self.chain(root, if root > 0.0 { 0.5 / root } else { 0.0 })
    }
    fn exp(self) -> Self {
        let value = Real::exp(self.value);
        self.chain(value, value)
    }
    fn ln(self) -> Self {
        self.chain(Real::ln(self.value), 1.0 / self.value)
    }
    fn max(self, other: Self) -> Self {
        if self.value >= other.value || other.value.is_nan() { self } else { other }
    }
    fn min(self, other: Self) -> Self {
        if self.value <= other.value || other.value.is_nan() { self } else { other }
    }
    fn ceil(self) -> Self {
        Self::of(Real::ceil(self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation that physics knows, smooth around the points tested.
    fn formula<T: Real>(x: T, y: T) -> T {
        let sum = (x * y + x / y - y).sqrt() + (-x).exp() * y.ln();
        sum.max(T::of(0.1)).min(T::of(1e6)) + x.pow(T::of(0.3)) + y.log2() + y.ceil()
    }

    #[test]
    fn derivatives_are_those_of_small_differences() {
        let step = 1e-6;
        for (x, y) in [(2.0, 1.5), (0.7, 0.6), (12.0, 3.3)] {
            let dual = formula(Dual::moving(x, [1.0, 0.0, 1.0, 0.0]), Dual::moving(y, [0.0, 1.0, 2.0, 0.0]));
            let along = |dx: f64, dy: f64| {
                (formula(x + step * dx, y + step * dy) - formula(x - step * dx, y - step * dy)) / (2.0 * step)
            };
            let expected = [along(1.0, 0.0), along(0.0, 1.0), along(1.0, 2.0), 0.0];
            for (found, expected) in dual.slopes.to_array().into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{found} is not {expected}");
            }
            assert!((dual.value - formula(x, y)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_root_or_a_power_of_zero_does_not_move() {
        for number in [Dual::moving(0.0, [1.0; LANES]).sqrt(), Dual::moving(0.0, [0.0; LANES]).pow(Dual::of(0.3))] {
            assert_eq!(number.slopes.to_array(), [0.0; LANES]);
        }
    }
}
