//! Quantities: one type per physical dimension, one constructor per unit.
//!
//! A value is kept in a private coherent unit, so `700 W` times `2 h` can only become an [`Energy`], and
//! a carbon intensity can only be multiplied by an energy. There is no conversion from a bare number:
//! the unit is always named.
//!
//! ```
//! use econome::units::{CarbonIntensity, Energy, Power, Time};
//!
//! let energy = Power::watts(700.0) * Time::hours(2.0);
//! assert_eq!(energy, Energy::kwh(1.4));
//! let carbon = energy * CarbonIntensity::g_per_kwh(50.0);
//! assert_eq!(carbon.as_g(), 70.0);
//! assert_eq!("1.2 MWh".parse::<Energy>()?, Energy::kwh(1200.0));
//! # Ok::<(), econome::Error>(())
//! ```
//!
//! Power times carbon intensity means nothing and does not compile:
//!
//! ```compile_fail
//! use econome::units::{CarbonIntensity, Power};
//! let nonsense = Power::watts(700.0) * CarbonIntensity::g_per_kwh(50.0);
//! ```

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};
use std::str::FromStr;

use crate::error::Error;
use crate::math::Real;
pub use crate::quantity::Quantity;
#[cfg(feature = "cli")]
use crate::quantity::quantity_schema;
use crate::quantity::read_quantity;
pub(crate) use crate::quantity::{Carried, Term};

/// Seconds in an hour.
const HOUR: f64 = 3600.0;
/// Joules in a kilowatt-hour.
const KWH: f64 = 1000.0 * HOUR;
/// Seconds in a year of 365 days, the year of every annual figure.
const YEAR: f64 = 8760.0 * HOUR;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $words:literal, $domain:ident {
        $($vis:vis $make:ident / $get:ident = $symbol:literal : $factor:expr),* $(,)?
    } $(also { $($other:literal : $other_factor:expr),* $(,)? })?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name<T = f64>(T);

        impl<T: Real> $name<T> {
            $(
                #[doc = concat!("A value in ", $symbol, ".")]
                #[must_use]
                $vis fn $make(value: T) -> Self {
                    Self(value * T::of($factor))
                }
                #[doc = concat!("The value in ", $symbol, ".")]
                #[must_use]
                pub fn $get(self) -> T {
                    self.0 / T::of($factor)
                }
            )*
            /// Nothing at all.
            #[must_use]
            pub fn zero() -> Self {
                Self(T::of(0.0))
            }
            /// The larger of two.
            #[must_use]
            pub fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }
            /// The smaller of two.
            #[must_use]
            pub fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }
        }

        impl<T> Carried<T> for $name<T> {
            type Over<U> = $name<U>;
            #[inline]
            fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> $name<U> {
                $name(f(&self.0))
            }
            #[inline]
            fn term(self) -> Term<T> {
                Term { coherent: self.0, unit: <$name as Quantity>::UNITS[0] }
            }
            #[inline]
            fn raw(self) -> T {
                self.0
            }
        }

        impl Quantity for $name {
            const NAME: &'static str = $words;
            const UNITS: &'static [(&'static str, f64)] =
                &[$(($symbol, $factor)),* $($(, ($other, $other_factor))*)?];
            const DOMAIN: (f64, f64) = $domain;
            type Over<U> = $name<U>;
            fn over<U>(value: U) -> $name<U> {
                $name(value)
            }
            fn from_coherent(value: f64) -> Self {
                Self(value)
            }
            fn coherent(self) -> f64 {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::read(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.shown(4))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_quantity(deserializer)
            }
        }

        #[cfg(feature = "cli")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                quantity_schema::<$name>()
            }
        }

        impl<T: Real> Add for $name<T> {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl<T: Real> Sub for $name<T> {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
    };
}

/// Quantities that scale by counts and shares, and whose ratio is a count.
macro_rules! scalable {
    ($($name:ident),* $(,)?) => {$(
        impl<T: Real> Mul<Count<T>> for $name<T> {
            type Output = Self;
            #[inline]
            fn mul(self, factor: Count<T>) -> Self { Self(self.0 * factor.0) }
        }
        impl<T: Real> Mul<$name<T>> for Count<T> {
            type Output = $name<T>;
            #[inline]
            fn mul(self, quantity: $name<T>) -> $name<T> { $name(self.0 * quantity.0) }
        }
        impl<T: Real> Div<Count<T>> for $name<T> {
            type Output = Self;
            #[inline]
            fn div(self, divisor: Count<T>) -> Self { Self(self.0 / divisor.0) }
        }
        impl<T: Real> Mul<Share<T>> for $name<T> {
            type Output = Self;
            #[inline]
            fn mul(self, share: Share<T>) -> Self { Self(self.0 * share.0) }
        }
        impl<T: Real> Mul<$name<T>> for Share<T> {
            type Output = $name<T>;
            #[inline]
            fn mul(self, quantity: $name<T>) -> $name<T> { $name(self.0 * quantity.0) }
        }
        impl<T: Real> Div<Share<T>> for $name<T> {
            type Output = Self;
            #[inline]
            fn div(self, share: Share<T>) -> Self { Self(self.0 / share.0) }
        }
        impl<T: Real> Div for $name<T> {
            type Output = Count<T>;
            #[inline]
            fn div(self, other: Self) -> Count<T> { Count(self.0 / other.0) }
        }
    )*};
}

/// The table of legal products: `a * b = c`, and with it `b * a`, `c / a`, `c / b`.
macro_rules! products {
    ($($a:ident * $b:ident = $c:ident;)*) => {$(
        impl<T: Real> Mul<$b<T>> for $a<T> {
            type Output = $c<T>;
            #[inline]
            fn mul(self, other: $b<T>) -> $c<T> { $c(self.0 * other.0) }
        }
        impl<T: Real> Mul<$a<T>> for $b<T> {
            type Output = $c<T>;
            #[inline]
            fn mul(self, other: $a<T>) -> $c<T> { $c(self.0 * other.0) }
        }
        impl<T: Real> Div<$a<T>> for $c<T> {
            type Output = $b<T>;
            #[inline]
            fn div(self, other: $a<T>) -> $b<T> { $b(self.0 / other.0) }
        }
        impl<T: Real> Div<$b<T>> for $c<T> {
            type Output = $a<T>;
            #[inline]
            fn div(self, other: $b<T>) -> $a<T> { $a(self.0 / other.0) }
        }
    )*};
}

const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
const FRACTION: (f64, f64) = (0.0, 1.0);
const AT_LEAST_ONE: (f64, f64) = (1.0, f64::INFINITY);

quantity!(
    /// Electrical energy.
    Energy, "energy", POSITIVE {
        pub wh / as_wh = "Wh": HOUR,
        pub kwh / as_kwh = "kWh": KWH,
        pub megawatt_hours / as_megawatt_hours = "MWh": 1e3 * KWH,
        pub joules / as_joules = "J": 1.0,
    } also { "GWh": 1e6 * KWH, "TWh": 1e9 * KWH, "kJ": 1e3, "MJ": 1e6 }
);
quantity!(
    /// Electrical power.
    Power, "power", POSITIVE {
        pub watts / as_watts = "W": 1.0,
        pub kilowatts / as_kilowatts = "kW": 1e3,
    } also { "mW": 1e-3, "MW": 1e6 }
);
quantity!(
    /// Duration; a year is 365 days.
    Time, "time", POSITIVE {
        pub seconds / as_seconds = "s": 1.0,
        pub hours / as_hours = "h": HOUR,
        pub years / as_years = "years": YEAR,
    } also { "ms": 1e-3, "us": 1e-6, "min": 60.0, "days": 24.0 * HOUR, "day": 24.0 * HOUR, "year": YEAR }
);
quantity!(
    /// Amount of data, in bytes with decimal prefixes.
    Data, "amount of data", POSITIVE {
        pub gigabytes / as_gigabytes = "GB": 1e9,
        pub bytes / as_bytes = "B": 1.0,
    } also { "kB": 1e3, "MB": 1e6, "TB": 1e12 }
);
quantity!(
    /// Data per time.
    Bandwidth, "bandwidth", POSITIVE {
        pub gigabytes_per_second / as_gigabytes_per_second = "GB/s": 1e9,
    } also { "MB/s": 1e6, "TB/s": 1e12, "B/s": 1.0 }
);
quantity!(
    /// Arithmetic work, in floating-point operations.
    Compute, "amount of computation", POSITIVE {
        pub flop / as_flop = "FLOP": 1.0,
    } also { "MFLOP": 1e6, "GFLOP": 1e9, "TFLOP": 1e12, "PFLOP": 1e15, "EFLOP": 1e18, "ZFLOP": 1e21 }
);
quantity!(
    /// Arithmetic work per time.
    ComputeRate, "computing rate", POSITIVE {
        pub teraflop_per_second / as_teraflop_per_second = "TFLOP/s": 1e12,
    } also { "GFLOP/s": 1e9, "PFLOP/s": 1e15, "FLOP/s": 1.0 }
);
quantity!(
    /// Greenhouse gases as carbon dioxide equivalent (GWP100).
    Carbon, "carbon footprint", POSITIVE {
        pub g / as_g = "gCO2e": 1.0,
        pub kg / as_kg = "kgCO2e": 1e3,
    } also { "mgCO2e": 1e-3, "tCO2e": 1e6 }
);
quantity!(
    /// Carbon per electrical energy.
    CarbonIntensity, "carbon intensity", POSITIVE {
        pub g_per_kwh / as_g_per_kwh = "gCO2e/kWh": 1.0 / KWH,
    } also { "kgCO2e/kWh": 1e3 / KWH, "kgCO2e/MWh": 1.0 / KWH, "tCO2e/MWh": 1e3 / KWH }
);
quantity!(
    /// Carbon per amount of data carried.
    CarbonPerData, "carbon per amount of data", POSITIVE {
        pub g_per_gigabyte / as_g_per_gigabyte = "gCO2e/GB": 1e-9,
    } also { "kgCO2e/GB": 1e-6 }
);
quantity!(
    /// Energy per amount of data carried.
    EnergyPerData, "energy per amount of data", POSITIVE {
        pub kwh_per_gigabyte / as_kwh_per_gigabyte = "kWh/GB": KWH / 1e9,
    } also { "Wh/GB": HOUR / 1e9 }
);
quantity!(
    /// Fresh water consumed.
    Water, "water", POSITIVE {
        pub litres / as_litres = "L": 1.0,
        pub cubic_metres / as_cubic_metres = "m3": 1e3,
    } also { "mL": 1e-3 }
);
quantity!(
    /// Water per electrical energy.
    WaterPerEnergy, "water per energy", POSITIVE {
        pub litres_per_kwh / as_litres_per_kwh = "L/kWh": 1.0 / KWH,
    } also { "m3/MWh": 1.0 / KWH }
);
quantity!(
    /// Primary energy, renewable and not, kept apart from electricity.
    PrimaryEnergy, "primary energy", POSITIVE {
        pub megajoules / as_megajoules = "MJ": 1.0,
    } also { "GJ": 1e3, "kJ": 1e-3 }
);
quantity!(
    /// Primary energy per electrical energy.
    PrimaryEnergyPerEnergy, "primary energy per energy", POSITIVE {
        pub megajoules_per_kwh / as_megajoules_per_kwh = "MJ/kWh": 1.0 / KWH,
    }
);
quantity!(
    /// Depletion of minerals and metals (ADPe), as antimony equivalent.
    Abiotic, "abiotic resource depletion", POSITIVE {
        pub kg_sb / as_kg_sb = "kgSbeq": 1.0,
    } also { "gSbeq": 1e-3, "mgSbeq": 1e-6, "ugSbeq": 1e-9 }
);
quantity!(
    /// Abiotic depletion per electrical energy.
    AbioticPerEnergy, "abiotic resource depletion per energy", POSITIVE {
        pub kg_sb_per_kwh / as_kg_sb_per_kwh = "kgSbeq/kWh": 1.0 / KWH,
    } also { "gSbeq/kWh": 1e-3 / KWH }
);
quantity!(
    /// Money, in euros.
    Cost, "cost", POSITIVE {
        pub euros / as_euros = "EUR": 1.0,
    }
);
quantity!(
    /// Price of electricity.
    CostPerEnergy, "electricity price", POSITIVE {
        pub euros_per_kwh / as_euros_per_kwh = "EUR/kWh": 1.0 / KWH,
    } also { "EUR/MWh": 1e-3 / KWH }
);
quantity!(
    /// Price of time on an accelerator.
    CostPerTime, "hourly price", POSITIVE {
        pub euros_per_hour / as_euros_per_hour = "EUR/h": 1.0 / HOUR,
    }
);
quantity!(
    /// A pure number, zero or more: parameters, tokens, requests, factors.
    Count, "a count", POSITIVE {
        pub of / value = "": 1.0,
    }
);
quantity!(
    /// A pure number between zero and one.
    Share, "a share", FRACTION {
        pub(crate) fraction / as_fraction = "": 1.0,
    }
);
quantity!(
    /// Power usage effectiveness: total energy of a data centre over the energy of its IT equipment.
    Pue, "PUE", AT_LEAST_ONE {
        pub(crate) ratio / as_ratio = "": 1.0,
    }
);

scalable!(
    Energy,
    Power,
    Time,
    Data,
    Bandwidth,
    Compute,
    ComputeRate,
    Carbon,
    CarbonIntensity,
    CarbonPerData,
    EnergyPerData,
    Water,
    WaterPerEnergy,
    PrimaryEnergy,
    PrimaryEnergyPerEnergy,
    Abiotic,
    AbioticPerEnergy,
    Cost,
    CostPerEnergy,
    CostPerTime,
);

products! {
    Power * Time = Energy;
    Bandwidth * Time = Data;
    ComputeRate * Time = Compute;
    Energy * CarbonIntensity = Carbon;
    Data * CarbonPerData = Carbon;
    Data * EnergyPerData = Energy;
    Energy * WaterPerEnergy = Water;
    Energy * PrimaryEnergyPerEnergy = PrimaryEnergy;
    Energy * AbioticPerEnergy = Abiotic;
    Energy * CostPerEnergy = Cost;
    Time * CostPerTime = Cost;
}

impl<T> Count<T> {
    /// What stands for the number.
    pub(crate) fn place(&self) -> &T {
        &self.0
    }
}
impl<T: Real> Mul for Count<T> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}
impl<T: Real> Div for Count<T> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        Self(self.0 / other.0)
    }
}
impl<T: Real> Mul<Share<T>> for Count<T> {
    type Output = Self;
    #[inline]
    fn mul(self, share: Share<T>) -> Self {
        Self(self.0 * share.0)
    }
}
impl<T: Real> Div<Share<T>> for Count<T> {
    type Output = Self;
    #[inline]
    fn div(self, share: Share<T>) -> Self {
        Self(self.0 / share.0)
    }
}
impl<T: Real> Count<T> {
    /// Rounds up to a whole number: servers come in ones.
    #[must_use]
    pub fn ceil(self) -> Self {
        Self(self.0.ceil())
    }
}
impl<T: Real> Share<T> {
    /// What remains of one.
    #[must_use]
    pub fn complement(self) -> Self {
        Self((T::of(1.0) - self.0).max(T::of(0.0)))
    }
}
impl<T: Real> Pue<T> {
    /// Energy beyond the IT equipment, per unit of IT energy: `PUE - 1`.
    #[must_use]
    pub fn overhead(self) -> Count<T> {
        Count(self.0 - T::of(1.0))
    }
}
impl<T: Real> Mul<Energy<T>> for Pue<T> {
    type Output = Energy<T>;
    #[inline]
    fn mul(self, energy: Energy<T>) -> Energy<T> {
        Energy(self.0 * energy.0)
    }
}

macro_rules! checked_new {
    ($($name:ident: $example:literal),*) => {$(
        impl $name {
            /// Checks the number.
            ///
            /// # Errors
            ///
            /// When it is not finite or outside its range.
            ///
            #[doc = concat!("```\n# use econome::units::", stringify!($name), ";\n", $example, "\n```")]
            pub fn new(value: f64) -> Result<Self, Error> {
                Self::checked(value, &value.to_string())
            }
        }
    )*};
}
checked_new!(
    Count: "assert!(Count::new(f64::NAN).is_err());",
    Share: "assert!(Share::new(1.2).is_err());",
    Pue: "assert!(Pue::new(0.9).is_err());"
);

#[cfg(test)]
mod tests {
    use super::*;

    fn reads<Q: Quantity + PartialEq + fmt::Debug>(text: &str, coherent: f64) {
        let read = Q::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let off = (read.coherent() - coherent).abs();
        assert!(off <= 1e-12 * coherent.abs(), "{text} is {} not {coherent}", read.coherent());
    }

    #[test]
    fn units_of_the_field_are_read() {
        reads::<Power>("700 W", 700.0);
        reads::<Power>("1.2kW", 1200.0);
        reads::<Energy>("1.2 MWh", 1.2e6 * HOUR);
        reads::<CarbonIntensity>("51.9 gCO2e/kWh", 51.9 / KWH);
        reads::<CarbonIntensity>("51.9 gCO2/kWh", 51.9 / KWH);
        reads::<CarbonIntensity>("51.9 gCO₂eq/kWh", 51.9 / KWH);
        reads::<Carbon>("164 kgCO2e", 164e3);
        reads::<WaterPerEnergy>("0.3 L/kWh", 0.3 / KWH);
        reads::<Data>("80 GB", 80e9);
        reads::<ComputeRate>("989 TFLOP/s", 989e12);
        reads::<Time>("77 us", 77e-6);
        reads::<Time>("77 µs", 77e-6);
        reads::<Count>("7e9", 7e9);
        reads::<Count>("260_000", 260e3);
        reads::<AbioticPerEnergy>("4.86e-8 kgSbeq/kWh", 4.86e-8 / KWH);
    }

    #[test]
    fn wrong_units_list_the_right_ones() {
        let message = "700 kg".parse::<Power>().unwrap_err().to_string();
        assert!(message.contains("\"kg\" is not a unit of power"), "{message}");
        assert!(message.contains("accepted units: W, kW"), "{message}");
        let message = "700".parse::<Power>().unwrap_err().to_string();
        assert!(message.contains("power needs a unit"), "{message}");
    }

    #[test]
    fn impossible_numbers_are_refused() {
        for (text, words) in [("-3 W", "zero or more"), ("inf W", "expected a number"), ("x W", "expected a number")] {
            let message = text.parse::<Power>().unwrap_err().to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
        assert!(Pue::new(0.99).unwrap_err().to_string().contains("PUE"));
        assert!(Share::new(f64::NAN).is_err());
    }

    #[test]
    fn the_unit_shown_first_is_the_declared_one() {
        assert_eq!(Energy::kwh(1.4).to_string(), "1400 Wh");
        assert_eq!(Data::bytes(8e10).to_string(), "80 GB");
    }
}
