//! Electricity drawn at some hours and months rather than all year round.

use crate::math::Real;
use crate::units::{CarbonIntensity, Count};

/// Carbon intensity of the hours of use over that of the whole year.
///
/// ```text
/// r = sum(d * r_mh) / sum(d)          over the months m and hours h of use
/// ```
///
/// `[-]`; `cells` holds, for each month and hour of use, the days `d` of the month and the ratio `r_mh` of that hour's
/// mean carbon intensity to the mean of the year. Valid for electricity drawn evenly over the hours of use; the average
/// of the grid at these hours, not the effect of the shift on its plants.
///
/// # Source
///
/// Own derivation: a mean weighted by time. Ratios: profiles of the kind `shape`.
///
/// # Example
///
/// ```
/// use econome::{physics::schedule::time_ratio, units::Count};
/// let night = [(Count::of(31.0), Count::of(0.8)), (Count::of(31.0), Count::of(0.7))];
/// assert!((time_ratio(&night).value() - 0.75).abs() < 1e-12);
/// ```
#[must_use]
pub fn time_ratio<T: Real>(cells: &[(Count<T>, Count<T>)]) -> Count<T> {
    let none = Count::of(T::of(0.0));
    let (days, weighted) =
        cells.iter().fold((none, none), |(days, sum), (day, ratio)| (days + *day, sum + *day * *ratio));
    weighted / days
}

/// Carbon intensity of the electricity drawn at the hours of use.
///
/// ```text
/// CI_then = CI_year * r
/// ```
///
/// `[gCO2e/kWh]`. Valid where hours and months have the same shape as in the year of the ratios, and for the same
/// scope: ratios over the life cycle differ from those of generation alone.
///
/// # Source
///
/// GHG Protocol Scope 2 guidance, average emission factors by time of use.
///
/// # Example
///
/// ```
/// use econome::{physics::schedule::carbon_intensity, units::{CarbonIntensity, Count}};
/// let then = carbon_intensity(CarbonIntensity::g_per_kwh(300.0), Count::of(0.75));
/// assert!((then.as_g_per_kwh() - 225.0).abs() < 1e-9);
/// ```
#[inline]
#[must_use]
pub fn carbon_intensity<T: Real>(year: CarbonIntensity<T>, ratio: Count<T>) -> CarbonIntensity<T> {
    year * ratio
}
