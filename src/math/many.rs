//! Elementary functions of many values at a time, in loops that the compiler makes vectors of.

use crate::math::Real;

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

/// A number so large that adding it rounds to a whole number, which then stands in the low bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// The logarithm of two, as a sum of which the first term has trailing zeros: whole multiples of it are exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
/// Bits of the significand.
const SIGNIFICAND: u32 = 52;
/// What is added to an exponent where it is stored.
const BIAS: u64 = 1023;
/// Arguments whose exponential is neither zero nor infinite nor loses digits.
const EXP_DOMAIN: f64 = 708.0;
/// Reciprocals of the factorials from 13 down to 0: 0.35^14 / 14! is below the last digit.
const EXP_TERMS: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];
/// Factors of the powers of `s^2` in the series of `2 artanh(s) / s`, from `s^22` down: 0.172^24 / 25 is below the last
/// digit.
const LN_TERMS: [f64; 12] = [
    2.0 / 23.0,
    2.0 / 21.0,
    2.0 / 19.0,
    2.0 / 17.0,
    2.0 / 15.0,
    2.0 / 13.0,
    2.0 / 11.0,
    2.0 / 9.0,
    2.0 / 7.0,
    2.0 / 5.0,
    2.0 / 3.0,
    2.0,
];

/// `e` to the power of `c` times each value.
#[inline(always)]
pub(crate) fn exp_all(values: &[f64], c: f64, to: &mut [f64]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to = ordinary_exp(value * c);
    }
    replace(values, to, |value| (value * c).abs() <= EXP_DOMAIN, |value| Real::exp(value * c));
}

/// `e` to the power of each value, in its place.
pub(crate) fn exp_in_place(values: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for values in values.chunks_mut(64) {
                let mut before = [0.0; 64];
                let before = &mut before[..values.len()];
                before.copy_from_slice(values);
                exp_all(before, 1.0, values);
            }
        },
    );
}

/// Natural logarithm of each value.
#[inline(always)]
pub(crate) fn ln_all(values: &[f64], to: &mut [f64]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to = ordinary_ln(*value);
    }
    replace(values, to, |value| (f64::MIN_POSITIVE..=f64::MAX).contains(&value), Real::ln);
}

/// Computes anew what was computed for values that are not ordinary.
#[inline(always)]
fn replace(values: &[f64], to: &mut [f64], is_ordinary: impl Fn(f64) -> bool, f: impl Fn(f64) -> f64) {
    let strange = values.iter().fold(0_u64, |strange, value| strange | u64::from(!is_ordinary(*value)));
    if strange > 0 {
        for (to, value) in to.iter_mut().zip(values).filter(|(_, value)| !is_ordinary(**value)) {
            *to = f(*value);
        }
    }
}

/// `2^k e^r` with `|r|` at most half the logarithm of two (Cody and Waite 1980), the latter by its series.
#[inline(always)]
fn ordinary_exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDING;
    let k = shifted - ROUNDING;
    let r = x - k * LN_2[0] - k * LN_2[1];
    let series = EXP_TERMS.iter().fold(0.0, |sum, term| sum * r + term);
    let power = f64::from_bits(shifted.to_bits().wrapping_add(BIAS) << SIGNIFICAND);
    series * power
}

/// `k ln 2 + ln m` with `m` between the roots of a half and of two, the latter by the series of `2 artanh`.
#[inline(always)]
fn ordinary_ln(x: f64) -> f64 {
    const ROOT_OF_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    // Exponents are counted from one below zero here, so that they stay positive.
    let above = x.to_bits().wrapping_sub(ROOT_OF_HALF).wrapping_add(BIAS << SIGNIFICAND);
    let exponent = above >> SIGNIFICAND;
    let k = f64::from_bits(ROUNDING.to_bits().wrapping_add(exponent)) - ROUNDING - BIAS as f64;
    let m = f64::from_bits(x.to_bits().wrapping_sub(exponent.wrapping_sub(BIAS) << SIGNIFICAND));
    let s = (m - 1.0) / (m + 1.0);
    let series = LN_TERMS.iter().fold(0.0, |sum, term| sum * (s * s) + term);
    k * LN_2[0] + (k * LN_2[1] + s * series)
}

/// How many partial results stand side by side: one alone would wait for itself.
const SIDE_BY_SIDE: usize = 8;

/// The smallest and the largest of many values.
pub(crate) fn ends(values: &[f64]) -> (f64, f64) {
    let (whole, rest) = values.as_chunks::<SIDE_BY_SIDE>();
    let (mut least, mut most) = ([f64::INFINITY; SIDE_BY_SIDE], [f64::NEG_INFINITY; SIDE_BY_SIDE]);
    for values in whole {
        for (place, value) in values.iter().enumerate() {
            least[place] = if *value < least[place] { *value } else { least[place] };
            most[place] = if *value > most[place] { *value } else { most[place] };
        }
    }
    let least = least.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
    (least, most.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max))
}

/// Sum of many values, in several partial sums side by side.
pub(crate) fn sum(values: &[f64]) -> f64 {
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

    /// Distance in units of the last digit.
    fn ulps(found: f64, expected: f64) -> f64 {
        if found == expected { 0.0 } else { (found - expected).abs() / (expected.abs() * f64::EPSILON) }
    }

    #[test]
    fn exponentials_and_logarithms_are_right_to_two_units_of_the_last_digit() {
        let values: Vec<f64> = (-70_000..70_000).map(|step| f64::from(step) * 0.010_01).collect();
        let (mut powers, mut logarithms) = (vec![0.0; values.len()], vec![0.0; values.len()]);
        exp_all(&values, 1.0, &mut powers);
        ln_all(&powers, &mut logarithms);
        for ((value, power), logarithm) in values.iter().zip(&powers).zip(&logarithms) {
            assert!(ulps(*power, value.exp()) <= 2.0, "exp {value}: {power}");
            assert!(ulps(*logarithm, power.ln()) <= 2.0, "ln {power}: {logarithm}");
        }
        let near: Vec<f64> = (-500..500).map(|step| 1.0 + f64::from(step) * 1e-9).collect();
        let mut logarithms = vec![0.0; near.len()];
        ln_all(&near, &mut logarithms);
        for (value, logarithm) in near.iter().zip(&logarithms).filter(|(value, _)| **value != 1.0) {
            assert!(ulps(*logarithm, value.ln()) <= 2.0, "ln {value}: {logarithm}");
        }
    }

    #[test]
    fn values_that_are_not_ordinary_give_what_they_give_alone() {
        let values = [0.0, -0.0, -1.0, 1e-310, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 800.0, -800.0, -740.0, 1.0];
        let mut found = [0.0; 11];
        ln_all(&values, &mut found);
        for (value, found) in values.iter().zip(found) {
            assert!(found == value.ln() || found.is_nan() && value.ln().is_nan(), "ln {value}: {found}");
        }
        exp_all(&values, 1.0, &mut found);
        for (value, found) in values.iter().zip(found) {
            let is_right = found == value.exp() || ulps(found, value.exp()) <= 2.0;
            assert!(is_right || found.is_nan() && value.is_nan(), "exp {value}: {found}");
        }
    }

    #[test]
    fn many_in_place_are_what_they_are_apart() {
        let values: Vec<f64> = (0..1001).map(|step| f64::from(step) * 0.37 - 200.0).collect();
        let (mut inside, mut apart) = (values.clone(), vec![0.0; values.len()]);
        exp_in_place(&mut inside);
        exp_all(&values, 1.0, &mut apart);
        assert_eq!(inside, apart);
        assert!((sum(&values) - values.iter().sum::<f64>()).abs() < 1e-9);
        assert_eq!(ends(&values), (values[0], values[1000]));
    }
}
