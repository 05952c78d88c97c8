//! Profiles of users' devices.

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{Abiotic, Carbon, Count, Power, Time};

/// The device on which the service is used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Terminal {
    /// Name.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Power in use.
    pub active_power: Figure<Power>,
    /// Carbon of manufacture, distribution and end of life.
    pub embodied_carbon: Option<Figure<Carbon>>,
    /// Abiotic resources of manufacture.
    pub embodied_abiotic: Option<Figure<Abiotic>>,
    /// Years in service.
    pub lifetime: Figure<Time>,
    /// Hours of use a day, for sharing the manufacture out.
    pub active_hours_per_day: Figure<Count>,
}

impl Profile for Terminal {
    const KIND: Kind = Kind::Terminal;
}
