//! The user's device.

use crate::math::Real;
use crate::units::{Count, Energy, Power, Time};

/// Hours in a day.
///
/// Source: convention.
pub const HOURS_PER_DAY: f64 = 24.0;

/// Electricity of a device in use.
///
/// ```text
/// E = active_time * active_power
/// ```
///
/// `[Wh]`.
///
/// # Source
///
/// Definition of energy.
///
/// # Example
///
/// ```
/// use econome::{physics::terminal::energy, units::{Energy, Power, Time}};
/// assert_eq!(energy(Time::hours(2.0), Power::watts(26.5)), Energy::wh(53.0));
/// ```
#[inline]
#[must_use]
pub fn energy<T: Real>(active_time: Time<T>, active_power: Power<T>) -> Energy<T> {
    active_power * active_time
}

/// Share of the life of a device that a use takes, its manufacture being spread over its hours of use.
///
/// ```text
/// share = active_time / (lifetime * active_hours_per_day / 24)
/// ```
///
/// `[1]`.
///
/// # Source
///
/// ADEME, Base Empreinte, digital terminals: manufacture per hour of use.
///
/// # Example
///
/// A laptop that lasts 5 years, used 3 hours a day, lives for 5475 hours.
///
/// ```
/// use econome::{physics::terminal::life_share, units::{Carbon, Count, Time}};
/// let share = life_share(Time::hours(1.0), Time::years(5.0), Count::of(3.0));
/// assert!(((Carbon::kg(185.09) * share).as_g() - 33.806).abs() < 1e-3);
/// ```
#[inline]
#[must_use]
pub fn life_share<T: Real>(active_time: Time<T>, lifetime: Time<T>, active_hours_per_day: Count<T>) -> Count<T> {
    active_time / (lifetime * (active_hours_per_day / Count::of(T::of(HOURS_PER_DAY))))
}
