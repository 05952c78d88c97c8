//! The fleet: how many replicas a load needs, and how long they are powered.

use crate::math::Real;
use crate::units::{Count, Energy, Power, Share, Time};

/// Load below which a request is taken to be alone: keeps the ratio of two vanishing numbers exact.
///
/// Source: numerical; the error at this load is below a millionth.
const RAREST: f64 = 1e-6;

/// Replica time that all requests of a year take.
///
/// ```text
/// busy = requests_per_year * t_request
/// ```
///
/// `[s]`.
///
/// # Source
///
/// Definition.
///
/// # Example
///
/// ```
/// use econome::{physics::serving::busy_time, units::{Count, Time}};
/// assert_eq!(busy_time(Count::of(3600.0), Time::seconds(2.0)), Time::hours(2.0));
/// ```
#[inline]
#[must_use]
pub fn busy_time<T: Real>(requests_per_year: Count<T>, request_time: Time<T>) -> Time<T> {
    request_time * requests_per_year
}

/// Replicas needed to serve the peak.
///
/// ```text
/// replicas = ceil(peak_factor * requests_per_year * t_request_peak / year)
/// ```
///
/// `[1]`; the year has 365 days.
///
/// # Source
///
/// Little 1961, "A Proof for the Queuing Formula L = λW", doi 10.1287/opre.9.3.383.
///
/// # Example
///
/// One request a second that takes half a second, peak three times the mean:
///
/// ```
/// use econome::{physics::serving::replicas, units::{Count, Time}};
/// let n = replicas(Count::of(3.0), Count::of(365.0 * 86400.0), Time::seconds(0.5));
/// assert_eq!(n.value(), 2.0);
/// ```
#[inline]
#[must_use]
pub fn replicas<T: Real>(
    peak_factor: Count<T>,
    requests_per_year: Count<T>,
    request_time_at_peak: Time<T>,
) -> Count<T> {
    (busy_time(requests_per_year * peak_factor, request_time_at_peak) / Time::years(T::of(1.0))).ceil()
}

/// Mean number of requests in service together, while there is any.
///
/// ```text
/// load     = requests_per_year * latency / year
/// together = load / (1 - exp(-load))
/// ```
///
/// `[1]`. Valid for requests that come independently of each other: their number in service then follows a
/// Poisson law, whose mean is the load; without traffic a request is alone.
///
/// # Source
///
/// Little 1961, doi 10.1287/opre.9.3.383 (mean number in service); Takács 1962, Introduction to the Theory of
/// Queues (Poisson law with as many servers as needed).
///
/// # Example
///
/// ```
/// use econome::{physics::serving::served_together, units::{Count, Time}};
/// let rare = served_together(Count::of(1200.0), Time::seconds(5.0));
/// assert!((rare.value() - 1.0).abs() < 0.001);
/// let often = served_together(Count::of(365.0 * 86400.0), Time::seconds(20.0));
/// assert!((often.value() - 20.0).abs() < 0.001);
/// ```
#[inline]
#[must_use]
pub fn served_together<T: Real>(requests_per_year: Count<T>, latency: Time<T>) -> Count<T> {
    let load = busy_time(requests_per_year, latency) / Time::years(T::of(1.0));
    let load = load.max(Count::of(T::of(RAREST)));
    load / Count::of(T::of(1.0) - (-load.value()).exp())
}

/// Time that the replicas of a dedicated deployment are powered in a year.
///
/// ```text
/// powered = max(replicas * year, busy)
/// ```
///
/// `[s]`.
///
/// # Source
///
/// Replicas of one's own stay powered, with or without requests.
///
/// # Example
///
/// ```
/// use econome::{physics::serving::powered_dedicated, units::{Count, Time}};
/// assert_eq!(powered_dedicated(Count::of(2.0), Time::hours(1.0)), Time::years(2.0));
/// ```
#[inline]
#[must_use]
pub fn powered_dedicated<T: Real>(replicas: Count<T>, busy: Time<T>) -> Time<T> {
    (Time::years(T::of(1.0)) * replicas).max(busy)
}

/// Time that replicas are powered to be busy for a given part of it.
///
/// ```text
/// powered = busy / utilisation
/// ```
///
/// `[s]`.
///
/// # Source
///
/// Definition of utilisation.
///
/// # Example
///
/// ```
/// use econome::{physics::serving::powered_shared, units::{Share, Time}};
/// assert_eq!(powered_shared(Time::hours(2.0), Share::new(0.5)?), Time::hours(4.0));
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn powered_shared<T: Real>(busy: Time<T>, utilisation: Share<T>) -> Time<T> {
    busy / utilisation
}

/// Energy of all accelerators of a replica while serving.
///
/// ```text
/// E = busy * n * P
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
/// use econome::{physics::serving::active_energy, units::{Count, Energy, Power, Time}};
/// let e = active_energy(Time::hours(1.0), Count::of(2.0), Power::watts(500.0));
/// assert_eq!(e, Energy::kwh(1.0));
/// ```
#[inline]
#[must_use]
pub fn active_energy<T: Real>(busy: Time<T>, accelerators: Count<T>, power: Power<T>) -> Energy<T> {
    power * busy * accelerators
}

/// Energy of the rest of the server while a replica is serving or idle.
///
/// ```text
/// E = t * n / accelerators_per_server * host_power
/// ```
///
/// `[Wh]`: a replica answers for the part of the host that its accelerators take.
///
/// # Source
///
/// Allocation by accelerators reserved (ISO/IEC 21031 SCI: resources reserved over total resources).
///
/// # Example
///
/// ```
/// use econome::{physics::serving::host_energy, units::{Count, Energy, Power, Time}};
/// let e = host_energy(Time::hours(1.0), Count::of(2.0), Count::of(8.0), Power::watts(1200.0));
/// assert_eq!(e, Energy::wh(300.0));
/// ```
#[inline]
#[must_use]
pub fn host_energy<T: Real>(
    time: Time<T>,
    accelerators: Count<T>,
    accelerators_per_server: Count<T>,
    host_power: Power<T>,
) -> Energy<T> {
    host_power * time * (accelerators / accelerators_per_server)
}

/// Energy of replicas that are powered and serve nobody.
///
/// ```text
/// E_idle = (powered - busy) * n * (idle_power + host_idle_power / accelerators_per_server)
/// ```
///
/// `[Wh]`.
///
/// # Source
///
/// Boundary of Elsworth et al. 2025, arXiv 2508.15734 (idle machines as a line of their own).
///
/// # Example
///
/// ```
/// use econome::{physics::serving::idle_energy, units::{Count, Energy, Power, Time}};
/// let (n, per_server) = (Count::of(8.0), Count::of(8.0));
/// let e = idle_energy(Time::hours(1.0), n, Power::watts(75.0), per_server, Power::watts(400.0));
/// assert_eq!(e, Energy::wh(1000.0));
/// ```
#[inline]
#[must_use]
pub fn idle_energy<T: Real>(
    idle: Time<T>,
    accelerators: Count<T>,
    idle_power: Power<T>,
    accelerators_per_server: Count<T>,
    host_idle_power: Power<T>,
) -> Energy<T> {
    active_energy(idle, accelerators, idle_power)
        + host_energy(idle, accelerators, accelerators_per_server, host_idle_power)
}
