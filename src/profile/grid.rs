//! Profiles of electricity.

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{AbioticPerEnergy, CarbonIntensity, CostPerEnergy, PrimaryEnergyPerEnergy, WaterPerEnergy};

/// Impacts of one kilowatt-hour of electricity of a zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Grid {
    /// Zone and origin of the figures.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// ISO 3166 alpha-2 code, `EU` or `WORLD`.
    pub zone: String,
    /// What the carbon intensity counts.
    pub basis: Option<String>,
    /// Location-based carbon intensity.
    pub carbon_intensity: Figure<CarbonIntensity>,
    /// Abiotic resources.
    pub abiotic: Option<Figure<AbioticPerEnergy>>,
    /// Primary energy.
    pub primary_energy: Option<Figure<PrimaryEnergyPerEnergy>>,
    /// Water consumed by generation.
    pub water: Option<Figure<WaterPerEnergy>>,
    /// Price for a data centre.
    pub electricity_price: Option<Figure<CostPerEnergy>>,
}

impl Profile for Grid {
    const KIND: Kind = Kind::Grid;
}
