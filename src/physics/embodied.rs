//! The share of manufacture that a use answers for.

use crate::math::Real;
use crate::units::{Count, Time};

/// Share of the life of some devices that a use takes.
///
/// ```text
/// share = devices * reserved / lifetime
/// ```
///
/// `[1]` devices; time reserved counts idle time too, so that idle capacity is spread over the requests.
///
/// # Source
///
/// ISO/IEC 21031:2024 (SCI): time share times resource share. The French product category rules for cloud
/// services leave accelerators out of their allocation; this rule is the project's choice.
///
/// # Example
///
/// One hour of a device that lasts four years:
///
/// ```
/// use econome::{physics::embodied::life_share, units::{Carbon, Count, Time}};
/// let share = life_share(Count::of(1.0), Time::hours(1.0), Time::years(4.0));
/// assert!(((Carbon::kg(1000.0) * share).as_g() - 28.5388).abs() < 1e-4);
/// ```
#[inline]
#[must_use]
pub fn life_share<T: Real>(devices: Count<T>, reserved: Time<T>, lifetime: Time<T>) -> Count<T> {
    devices * (reserved / lifetime)
}
