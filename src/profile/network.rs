//! Profiles of telecommunication networks.

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{CarbonPerData, EnergyPerData};

/// Telecommunication network, average allocation to the data carried.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Network {
    /// Name.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Carbon of manufacture and use together.
    pub carbon_per_data: Option<Figure<CarbonPerData>>,
    /// Electricity.
    pub energy_per_data: Option<Figure<EnergyPerData>>,
}

impl Profile for Network {
    const KIND: Kind = Kind::Network;
}
