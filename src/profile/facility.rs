//! Profiles of data centres.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{CarbonIntensity, Pue, WaterPerEnergy};

/// A data centre, a cloud region, or the average of a class of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Facility {
    /// Name of the site or class.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Who runs it.
    pub operator: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Grid that feeds it.
    pub grid: Option<String>,
    /// Facility whose figures stand in for those that this one does not publish.
    pub prior: Option<String>,
    /// Figures looked for and not published.
    #[serde(default)]
    pub not_published: Vec<String>,
    /// Power usage effectiveness, annual.
    pub pue: Option<Figure<Pue>>,
    /// Water usage effectiveness, per kilowatt-hour of IT energy, annual.
    pub wue: Option<Figure<WaterPerEnergy>>,
    /// Market-based carbon intensity of the electricity bought, where published.
    pub market_carbon_intensity: Option<Figure<CarbonIntensity>>,
    /// Qualifications and commitments.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl Profile for Facility {
    const KIND: Kind = Kind::Facility;
}
