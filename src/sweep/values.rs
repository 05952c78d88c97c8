//! Values of an axis as they are written: lists, ranges, profile queries.

use crate::error::Error;
use crate::math::Real;
use crate::number::significant;
use crate::profile::Catalog;
use crate::sweep::query;

/// Most values of one axis: each is read once through the door.
pub(super) const MOST_VALUES: usize = 1_000_000;
/// Digits of the values of a range.
const DIGITS: usize = 12;
/// How a range is written.
const RANGES: &str = "write A..B:lin5 or A..B:log5 (five values), A..B:log2 (powers of two), or A..B:step 10";

/// The values of one axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// One after the other, each as TOML or a word.
    Listed(Vec<String>),
    /// All numbers between two, of which some will be sampled.
    Continuous(Range),
}

/// Two ends with a common unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    low: f64,
    high: f64,
    unit: String,
    /// Whether equal ratios count the same, instead of equal differences.
    logarithmic: bool,
}

impl Values {
    /// Reads what stands on one side of `KEY=`: items between commas, each a value, a range or a query.
    pub(super) fn read(key: &str, text: &str, catalog: &Catalog) -> Result<Self, Error> {
        match Self::read_repeating(key, text, catalog)? {
            Self::Listed(values) => Self::listed(key, values),
            continuous => Ok(continuous),
        }
    }

    /// The same for a key that is zipped with others, whose values may repeat.
    pub(super) fn read_repeating(key: &str, text: &str, catalog: &Catalog) -> Result<Self, Error> {
        let items = items(text);
        if let [item] = items.as_slice()
            && let Some((range, kind)) = Range::read(item)?
            && let Some(range) = range.continuous(&kind)?
        {
            return Ok(Self::Continuous(range));
        }
        let mut values = Vec::new();
        for item in items {
            values.extend(listed(key, item, catalog)?);
        }
        check(key, &values)?;
        Ok(Self::Listed(values))
    }

    /// A list, each value once.
    pub(super) fn listed(key: &str, values: Vec<String>) -> Result<Self, Error> {
        check(key, &values)?;
        let mut seen = std::collections::HashSet::new();
        match values.iter().find(|value| !seen.insert(value.as_str())) {
            Some(twice) => Err(Error::new(format!("the axis {key} has the value {twice} twice"))),
            None => Ok(Self::Listed(values)),
        }
    }
}

/// Refuses what makes no axis.
fn check(key: &str, values: &[String]) -> Result<(), Error> {
    if values.is_empty() || values.iter().any(String::is_empty) {
        let error =
            Error::new(format!("the axis {key} has {}", if values.is_empty() { "no value" } else { "an empty value" }));
        return Err(error.with_help(format!("write for example {key}=1,2,4; a range: {RANGES}")));
    }
    if values.len() > MOST_VALUES {
        let words = format!("the axis {key} has {} values, more than {MOST_VALUES}", values.len());
        return Err(Error::new(words).with_help("fewer values, or several axes"));
    }
    Ok(())
}

/// The values that one item stands for.
fn listed(key: &str, item: &str, catalog: &Catalog) -> Result<Vec<String>, Error> {
    if item.starts_with('*') {
        return query::profiles(key, item, catalog);
    }
    let Some((range, kind)) = Range::read(item)? else { return Ok(vec![item.to_owned()]) };
    match range.continuous(&kind)? {
        Some(_) => Err(Error::new(format!("the range {item} does not say how many values it has")).with_help(RANGES)),
        None => range.values(&kind),
    }
}

/// Items between commas that stand outside of brackets and quotes.
fn items(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0_i32, false, 0);
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

impl Range {
    /// Reads `A..B` and what stands behind a colon; none where the text is no range of numbers.
    fn read(text: &str) -> Result<Option<(Self, String)>, Error> {
        let Some((low, rest)) = text.split_once("..") else { return Ok(None) };
        let (high, kind) = rest.split_once(':').unwrap_or((rest, ""));
        let (Some((low, low_unit)), Some((high, unit))) = (number(low), number(high)) else { return Ok(None) };
        if !low_unit.is_empty() && low_unit != unit {
            let words = format!("the ends of the range {text} have different units");
            return Err(Error::new(words).with_help("write for example 10 kB..100 kB:lin5"));
        }
        if low > high {
            return Err(Error::new(format!("the range {text} ends before it begins")));
        }
        let range = Self { low, high, unit: unit.to_owned(), logarithmic: kind.trim().starts_with("log") };
        if range.logarithmic && low <= 0.0 {
            return Err(Error::new(format!("the range {text} has a logarithm, and must begin above zero")));
        }
        Ok(Some((range, kind.trim().to_owned())))
    }

    /// The range itself, where it does not say how many values it has.
    fn continuous(&self, kind: &str) -> Result<Option<Self>, Error> {
        Ok(matches!(kind, "" | "lin" | "log").then(|| self.clone()))
    }

    fn values(&self, kind: &str) -> Result<Vec<String>, Error> {
        let unknown = || Error::new(format!("unknown kind of range \"{kind}\"")).with_help(RANGES);
        if kind == "log2" {
            let powers = std::iter::successors(Some(self.low), |value| Some(2.0 * value));
            return Ok(powers.take_while(|value| *value <= self.high).map(|value| self.written(value)).collect());
        }
        if let Some(step) = kind.strip_prefix("step") {
            let step = number(step).filter(|(step, _)| *step > 0.0).ok_or_else(unknown)?.0;
            // A last value that rounding alone keeps out belongs to the range.
            let steps = ((self.high - self.low) / step + 1e-9).floor();
            return self.counted(steps + 1.0, |index| self.low + step * index);
        }
        let count = kind.strip_prefix("lin").or_else(|| kind.strip_prefix("log")).ok_or_else(unknown)?;
        let count: u32 = count.parse().ok().filter(|count| *count > 0).ok_or_else(unknown)?;
        let last = f64::from(count.saturating_sub(1)).max(1.0);
        self.counted(f64::from(count), |index| self.at(index / last))
    }

    fn counted(&self, count: f64, value: impl Fn(f64) -> f64) -> Result<Vec<String>, Error> {
        if count > MOST_VALUES as f64 {
            return Err(Error::new(format!("a range of {count} values, more than {MOST_VALUES}")));
        }
        Ok((0..count as usize).map(|index| self.written(value(index as f64))).collect())
    }

    /// The number at a share of the way.
    pub(super) fn at(&self, share: f64) -> f64 {
        if self.logarithmic {
            return self.low * Real::exp(share * Real::ln(self.high / self.low));
        }
        self.low + share * (self.high - self.low)
    }

    /// A number of the range as it would be written.
    pub(super) fn written(&self, value: f64) -> String {
        let number = significant(value, DIGITS);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }
}

/// A number and the unit behind it.
pub(super) fn number(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-._eE".contains(c))).unwrap_or(text.len());
    let digits = text[..end].trim_end_matches(['e', 'E', '_', '.']);
    let value: f64 = digits.replace('_', "").parse().ok()?;
    value.is_finite().then(|| (value, text[digits.len()..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, Error> {
        match Values::read("site.pue", text, &Catalog::builtin())? {
            Values::Listed(values) => Ok(values),
            Values::Continuous(range) => Ok(vec![format!("{range:?}")]),
        }
    }

    #[test]
    fn lists_and_ranges_have_the_values_they_say() {
        for (text, expected) in [
            ("1..256:log2", "1 2 4 8 16 32 64 128 256"),
            ("1.1..1.5:lin5", "1.1 1.2 1.3 1.4 1.5"),
            ("1..100:log3", "1 10 100"),
            ("10..100:step 30", "10 40 70 100"),
            ("0..1:step 0.1", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
            ("3..3:lin1", "3"),
            ("fr,de, se", "fr de se"),
            ("1, 4..8:step 2", "1 4 6 8"),
        ] {
            assert_eq!(read(text).unwrap().join(" "), expected, "{text}");
        }
        assert_eq!(read("10..20 kB:lin2").unwrap(), ["10 kB", "20 kB"]);
        assert_eq!(read("10 kB..20 kB:lin2").unwrap(), ["10 kB", "20 kB"]);
    }

    #[test]
    fn what_makes_no_range_is_explained() {
        for (text, words) in [
            ("", "an empty value"),
            ("1,,2", "an empty value"),
            ("1,2,1", "the value 1 twice"),
            ("5..1:lin3", "ends before it begins"),
            ("0..1:log3", "must begin above zero"),
            ("1..5:cubic3", "unknown kind of range"),
            ("1..5:lin0", "unknown kind of range"),
            ("1..5:step 0", "unknown kind of range"),
            ("1 kB..5 MB:lin3", "different units"),
            ("1..5:lin99999999", "more than 1000000"),
            ("1,2..3", "does not say how many"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
