//! The building around the machines, and its electricity.

use crate::math::Real;
use crate::units::{Energy, Pue, Water, WaterPerEnergy};

/// Energy drawn by the site for a given energy drawn by the IT equipment.
///
/// ```text
/// E_site = PUE * E_it
/// ```
///
/// `[Wh]`. Valid for annual averages; a single hour can be far from the annual PUE.
///
/// # Source
///
/// ISO/IEC 30134-2:2016.
///
/// # Example
///
/// ```
/// # use econome::{physics::facility::site_energy, units::{Energy, Pue}};
/// assert_eq!(site_energy(Energy::kwh(100.0), Pue::new(1.25)?), Energy::kwh(125.0));
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn site_energy<T: Real>(it: Energy<T>, pue: Pue<T>) -> Energy<T> {
    pue * it
}

/// Energy of cooling, power distribution and building: what the site draws beyond the IT equipment.
///
/// ```text
/// E_cooling = (PUE - 1) * E_it
/// ```
///
/// `[Wh]`.
///
/// # Source
///
/// ISO/IEC 30134-2:2016.
///
/// # Example
///
/// ```
/// # use econome::{physics::facility::cooling_energy, units::{Energy, Pue}};
/// assert_eq!(cooling_energy(Energy::kwh(100.0), Pue::new(1.25)?), Energy::kwh(25.0));
/// # Ok::<(), econome::Error>(())
/// ```
#[inline]
#[must_use]
pub fn cooling_energy<T: Real>(it: Energy<T>, pue: Pue<T>) -> Energy<T> {
    pue.overhead() * it
}

/// Water evaporated on site.
///
/// ```text
/// W_site = WUE * E_it
/// ```
///
/// `[L]`; WUE is per kilowatt-hour of **IT** energy. A figure per total energy has to be multiplied by the
/// PUE first.
///
/// # Source
///
/// ISO/IEC 30134-9:2022; Delegated Regulation (EU) 2024/1364.
///
/// # Example
///
/// ```
/// # use econome::{physics::facility::site_water, units::{Energy, WaterPerEnergy}};
/// let water = site_water(Energy::kwh(100.0), WaterPerEnergy::litres_per_kwh(0.25));
/// assert_eq!(water.as_litres(), 25.0);
/// ```
#[inline]
#[must_use]
pub fn site_water<T: Real>(it: Energy<T>, wue: WaterPerEnergy<T>) -> Water<T> {
    it * wue
}
