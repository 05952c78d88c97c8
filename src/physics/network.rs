//! Data carried to and from the user.

use crate::math::Real;
use crate::units::{Carbon, CarbonPerData, Data, Energy, EnergyPerData};

/// Electricity of the network for some data.
///
/// ```text
/// E = data * energy_per_data
/// ```
///
/// `[Wh]`. Average allocation: a year's electricity over a year's traffic. The marginal effect of one more
/// gigabyte is smaller.
///
/// # Source
///
/// ADEME and Arcep 2022, environmental footprint of digital services in France (average allocation).
///
/// # Example
///
/// ```
/// use econome::{physics::network::energy, units::{Data, EnergyPerData}};
/// let e = energy(Data::gigabytes(2.0), EnergyPerData::kwh_per_gigabyte(0.07));
/// assert!((e.as_wh() - 140.0).abs() < 1e-9);
/// ```
#[inline]
#[must_use]
pub fn energy<T: Real>(data: Data<T>, energy_per_data: EnergyPerData<T>) -> Energy<T> {
    data * energy_per_data
}

/// Carbon of the network for some data, manufacture and use together.
///
/// ```text
/// G = data * carbon_per_data
/// ```
///
/// `[gCO2e]`. Average allocation, as for [`energy`].
///
/// # Source
///
/// ADEME Base Empreinte, fixed and mobile networks.
///
/// # Example
///
/// ```
/// use econome::{physics::network::carbon, units::{CarbonPerData, Data}};
/// let g = carbon(Data::gigabytes(2.0), CarbonPerData::g_per_gigabyte(9.0));
/// assert!((g.as_g() - 18.0).abs() < 1e-9);
/// ```
#[inline]
#[must_use]
pub fn carbon<T: Real>(data: Data<T>, carbon_per_data: CarbonPerData<T>) -> Carbon<T> {
    data * carbon_per_data
}
