//! What all quantities share: reading a number with its unit, checking its range, showing it.

use std::fmt;

use crate::error::Error;

/// What every quantity can tell about itself: its name, its units and the values it may take.
pub trait Quantity: Copy + Sized {
    /// What it is, in words: `power`, `carbon intensity`.
    const NAME: &'static str;
    /// Accepted units with their value in the coherent unit; the first is the one shown.
    const UNITS: &'static [(&'static str, f64)];
    /// Smallest and largest value allowed, in the coherent unit.
    const DOMAIN: (f64, f64);

    /// The same quantity over another kind of number: a column of draws, the place of an input.
    #[doc(hidden)]
    type Over<U>;

    /// Wraps anything that stands for a number in the coherent unit; unchecked, for the crate alone.
    #[doc(hidden)]
    fn over<U>(value: U) -> Self::Over<U>;
    /// Wraps a number given in the coherent unit; unchecked, for the crate alone.
    #[doc(hidden)]
    fn from_coherent(value: f64) -> Self;
    /// The number in the coherent unit.
    fn coherent(self) -> f64;

    /// Refuses what is not a number or outside the domain.
    ///
    /// # Errors
    ///
    /// Says what was found and what is allowed.
    fn checked(value: f64, written: &str) -> Result<Self, Error> {
        let (low, high) = Self::DOMAIN;
        if !value.is_finite() {
            return Err(Error::new(format!("{} must be a finite number, found {written}", Self::NAME)));
        }
        if value < low || value > high {
            let range = match (low == 0.0, high.is_finite()) {
                (true, false) => "zero or more".to_owned(),
                (_, false) => format!("at least {low}"),
                _ => format!("between {low} and {high}"),
            };
            return Err(Error::new(format!("{} must be {range}, found {written}", Self::NAME)));
        }
        Ok(Self::from_coherent(value))
    }

    /// Reads a number with its unit, such as `"700 W"`; plain numbers are for quantities without dimension.
    ///
    /// # Errors
    ///
    /// Lists the accepted units when the unit is missing or wrong.
    fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let split = text.find(|c: char| !(c.is_ascii_digit() || "+-._eE".contains(c))).unwrap_or(text.len());
        let (number, unit) = split_exponent(text, split);
        let value = parse_number(number)
            .ok_or_else(|| Error::new(format!("expected a number for {}, found \"{text}\"", Self::NAME)))?;
        let unit = unit.trim();
        if unit.strip_prefix([',', '\'']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            let error = Error::new(format!("\"{text}\" is not a number with a decimal point"));
            return Err(error.with_help("write 350.5, and no separator between thousands but _"));
        }
        match Self::UNITS.iter().find(|(symbol, _)| same_unit(symbol, unit)) {
            Some((_, factor)) => Self::checked(value * factor, &format!("\"{text}\"")),
            None => Err(Error::new(wrong_unit(Self::NAME, unit, text)).with_help(unit_help(Self::UNITS))),
        }
    }

    /// The value with its default unit, rounded to `digits` significant digits.
    fn shown(self, digits: usize) -> String {
        let (symbol, factor) = Self::UNITS[0];
        let number = crate::number::significant(self.coherent() / factor, digits);
        if symbol.is_empty() { number } else { format!("{number} {symbol}") }
    }
}

/// A quantity seen from inside the crate: whatever stands for its number.
pub(crate) trait Carried<T>: Sized {
    /// The same quantity over another kind of number.
    type Over<U>;
    /// Replaces what stands for the number.
    fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> Self::Over<U>;
    /// The number with its unit, for explaining a formula.
    fn term(self) -> Term<T>;
    /// The number in the coherent unit.
    fn raw(self) -> T;
}

/// A number of some quantity whose type no longer matters: a term of an explained formula.
#[derive(Clone, Copy, Debug)]
pub struct Term<T = f64> {
    /// In the coherent unit.
    pub(crate) coherent: T,
    /// Unit shown, and its value in the coherent unit.
    pub(crate) unit: (&'static str, f64),
}

/// A number immediately followed by a unit that starts with `e` or `E` would swallow it; hand it back.
fn split_exponent(text: &str, split: usize) -> (&str, &str) {
    let number = text[..split].trim_end_matches(['e', 'E', '_']);
    (number, &text[number.len()..])
}

fn parse_number(text: &str) -> Option<f64> {
    text.replace('_', "").parse().ok()
}

/// Units compare without regard to `CO2e`, `CO2eq` and `CO2`, `·`, or superscripts.
fn same_unit(symbol: &str, written: &str) -> bool {
    fn plain(unit: &str) -> String {
        unit.replace("CO₂", "CO2")
            .replace("CO2eq", "CO2e")
            .replace(['µ', 'μ'], "u")
            .replace('³', "3")
            .replace([' ', '·'], "")
    }
    let (symbol, written) = (plain(symbol), plain(written));
    symbol == written || symbol.replace("CO2e", "CO2") == written
}

fn wrong_unit(name: &str, unit: &str, text: &str) -> String {
    if unit.is_empty() {
        format!("{name} needs a unit, found \"{text}\"")
    } else {
        format!("\"{unit}\" is not a unit of {name}")
    }
}

fn unit_help(units: &[(&str, f64)]) -> String {
    let known: Vec<&str> = units.iter().map(|(symbol, _)| *symbol).filter(|symbol| !symbol.is_empty()).collect();
    if known.is_empty() {
        "write a plain number, without unit".to_owned()
    } else {
        format!("write for example \"10 {}\"; accepted units: {}", known[0], known.join(", "))
    }
}

/// Reads a quantity from TOML: a string with a unit, or a plain number where there is no unit.
pub(crate) fn read_quantity<'de, Q: Quantity, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Q, D::Error> {
    struct Visitor<Q>(std::marker::PhantomData<Q>);
    impl<Q: Quantity> Visitor<Q> {
        fn number<E: serde::de::Error>(self, value: f64) -> Result<Q, E> {
            if Q::UNITS[0].0.is_empty() {
                return Q::checked(value, &value.to_string()).map_err(Error::into_serde);
            }
            let error = Error::new(format!("{} needs a unit, found {value}", Q::NAME));
            Err(error.with_help(unit_help(Q::UNITS)).into_serde())
        }
    }
    impl<Q: Quantity> serde::de::Visitor<'_> for Visitor<Q> {
        type Value = Q;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match Q::UNITS[0].0 {
                "" => write!(f, "{} as a number", Q::NAME),
                unit => write!(f, "{} such as \"10 {unit}\"", Q::NAME),
            }
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Q, E> {
            Q::read(text).map_err(Error::into_serde)
        }
        fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Q, E> {
            self.number(value)
        }
        fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Q, E> {
            self.number(value as f64)
        }
        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Q, E> {
            self.number(value as f64)
        }
    }
    deserializer.deserialize_any(Visitor(std::marker::PhantomData))
}

#[cfg(feature = "cli")]
pub(crate) fn quantity_schema<Q: Quantity>() -> schemars::Schema {
    let (low, high) = Q::DOMAIN;
    if Q::UNITS[0].0.is_empty() {
        let mut schema = schemars::json_schema!({
            "description": Q::NAME, "type": ["number", "string"], "minimum": low
        });
        if high.is_finite() {
            schema.insert("maximum".to_owned(), high.into());
        }
        return schema;
    }
    let units: Vec<&str> = Q::UNITS.iter().map(|(symbol, _)| *symbol).collect();
    schemars::json_schema!({
        "description": format!("{}, a number with one of the units {}", Q::NAME, units.join(", ")),
        "type": "string",
        "pattern": "^[0-9].*[A-Za-z]"
    })
}
