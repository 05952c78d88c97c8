//! Profiles of electricity.

use std::collections::BTreeMap;

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
    /// Other names by which it is found: ISO 3166 alpha-3 code, names of the zone.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// ISO 3166 code of a country or part of one, `EU`, `WORLD`, or the code of a balancing area.
    pub zone: String,
    /// What the carbon intensity counts.
    pub basis: Option<String>,
    /// Profiles to consider where this one has no carbon intensity.
    #[serde(default)]
    pub neighbours: Vec<String>,
    /// Location-based carbon intensity over the life cycle.
    pub carbon_intensity: Option<Figure<CarbonIntensity>>,
    /// Location-based carbon intensity of generation alone, without upstream.
    pub direct_carbon_intensity: Option<Figure<CarbonIntensity>>,
    /// Carbon intensity of the plants that follow demand, for the consequences of a change.
    pub marginal_carbon_intensity: Option<Figure<CarbonIntensity>>,
    /// Carbon intensity of what is left after contracts (residual mix), for the market-based view.
    pub residual_carbon_intensity: Option<Figure<CarbonIntensity>>,
    /// Abiotic resources.
    pub abiotic: Option<Figure<AbioticPerEnergy>>,
    /// Primary energy.
    pub primary_energy: Option<Figure<PrimaryEnergyPerEnergy>>,
    /// Water consumed by generation.
    pub water: Option<Figure<WaterPerEnergy>>,
    /// Price for a data centre.
    pub electricity_price: Option<Figure<CostPerEnergy>>,
    /// The same carbon intensity in other years, by year.
    #[serde(default)]
    pub history: BTreeMap<String, CarbonIntensity>,
}

impl Profile for Grid {
    const KIND: Kind = Kind::Grid;
}
