//! Numbers as people read them.

/// Magnitudes outside of which a number is written with a power of ten.
const PLAIN: std::ops::Range<f64> = 1e-4..1e9;

/// A number rounded to some significant digits.
///
/// ```
/// use econome::number::significant;
/// assert_eq!(significant(1234.56, 3), "1230");
/// assert_eq!(significant(0.012345, 3), "0.0123");
/// assert_eq!(significant(4.86e-8, 3), "4.86e-8");
/// assert_eq!(significant(2.0, 3), "2");
/// ```
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    let rounded: f64 = scientific.parse().unwrap_or(value);
    if PLAIN.contains(&rounded.abs()) {
        return trimmed(&format!("{rounded:.*}", decimals(rounded, digits)));
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    format!("{}e{exponent}", trimmed(mantissa))
}

fn decimals(value: f64, digits: usize) -> usize {
    let magnitude = value.abs().log10().floor() as i64;
    usize::try_from(digits as i64 - 1 - magnitude).unwrap_or(0)
}

fn trimmed(number: &str) -> String {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').to_owned() } else { number.to_owned() }
}

/// How many digits an interval supports: two where its ends differ by half or more, else three.
///
/// ```
/// use econome::number::supported_digits;
/// assert_eq!(supported_digits(10.0, 20.0), 2);
/// assert_eq!(supported_digits(10.0, 11.0), 3);
/// ```
#[must_use]
pub fn supported_digits(low: f64, high: f64) -> usize {
    const WIDE: f64 = 1.5;
    if low > 0.0 && high / low < WIDE { 3 } else { 2 }
}

/// Units of the last digit that the standard error of a number may reach: the digit before it is then right to half a
/// unit with 95 % confidence.
const LAST_DIGIT_ERROR: f64 = 2.5;

/// How many digits the standard error of a number supports, at least one and at most `most`.
///
/// A digit is kept while the standard error is at most 2.5 of its units: the number, rounded to the digit before, is
/// then right to half a unit with 95 % confidence.
///
/// ```
/// use econome::number::digits_within;
/// assert_eq!(digits_within(4.271, 0.01, 3), 3);
/// assert_eq!(digits_within(4.271, 0.03, 3), 2);
/// assert_eq!(digits_within(4.271, 0.9, 3), 1);
/// assert_eq!(digits_within(4.271, 0.0, 3), 3);
/// ```
#[must_use]
pub fn digits_within(value: f64, error: f64, most: usize) -> usize {
    if value == 0.0 || error <= 0.0 || !(value.is_finite() && error.is_finite()) {
        return most;
    }
    let magnitude = value.abs().log10().floor();
    let finest = (error / LAST_DIGIT_ERROR).log10().ceil();
    ((magnitude - finest) as i64 + 1).clamp(1, most.max(1) as i64) as usize
}

/// Divides `value` by the thousands that bring `reference` below a thousand; returns the unit that goes with it.
#[must_use]
pub fn scale<'u>(value: f64, reference: f64, units: &[&'u str]) -> (f64, &'u str) {
    if reference == 0.0 {
        return (value, "");
    }
    const STEP: f64 = 1000.0;
    let mut index = 0;
    let (mut value, mut reference) = (value, reference.abs());
    while reference >= STEP && index + 1 < units.len() {
        value /= STEP;
        reference /= STEP;
        index += 1;
    }
    (value, units.get(index).copied().unwrap_or(""))
}

/// A count with thousands set apart: `18 876 000`.
///
/// ```
/// assert_eq!(econome::number::grouped(18876000.0), "18 876 000");
/// assert_eq!(econome::number::grouped(0.25), "0.25");
/// ```
#[must_use]
pub fn grouped(value: f64) -> String {
    const WHOLE_FROM: f64 = 1000.0;
    if value.fract() != 0.0 && value.abs() < WHOLE_FROM || value.abs() >= PLAIN.end * PLAIN.end {
        return significant(value, 4);
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A share of some draws as a probability: no digit that the draws do not support, and never certainty.
///
/// Where `n` draws all agree, they only tell that the probability of the contrary is below about `1 / n`.
///
/// ```
/// use econome::number::probability;
/// assert_eq!(probability(0.86213, 10_000), "0.86");
/// assert_eq!(probability(0.99834, 10_000), "0.998");
/// assert_eq!(probability(0.996, 250), "0.996");
/// assert_eq!(probability(1.0, 10_000), "> 0.9999");
/// assert_eq!(probability(0.0, 300), "< 0.004");
/// ```
#[must_use]
pub fn probability(share: f64, draws: usize) -> String {
    let n = draws.max(2);
    if share > 0.0 && share < 1.0 {
        return inner_probability(share, n as f64);
    }
    // One over n, rounded up to one digit.
    let decimals = (1..).find(|decimals| 10_usize.pow(*decimals) >= n).unwrap_or(1);
    let contrary = 10_usize.pow(decimals).div_ceil(n) as f64 / 10_usize.pow(decimals) as f64;
    let places = decimals as usize;
    if share >= 1.0 { format!("> {:.places$}", 1.0 - contrary) } else { format!("< {contrary:.places$}") }
}

/// A probability between none and certainty, with as many decimals as its standard error supports, and as it takes to
/// be neither.
fn inner_probability(share: f64, n: f64) -> String {
    let error = (share * (1.0 - share) / n).sqrt();
    let finest = (error / LAST_DIGIT_ERROR).log10().ceil();
    let least = (-finest).max(1.0) as usize;
    let texts = (least..).map(|decimals| format!("{share:.decimals$}"));
    let is_inner = |text: &String| text.parse().is_ok_and(|read: f64| read > 0.0 && read < 1.0);
    texts.take(PROBABILITY_DECIMALS).find(is_inner).unwrap_or_else(|| share.to_string())
}

/// Decimals tried beyond those supported.
const PROBABILITY_DECIMALS: usize = 20;
