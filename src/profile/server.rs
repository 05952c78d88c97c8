//! Profiles of servers.

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{Abiotic, Carbon, Count, Power, PrimaryEnergy, Time};

/// A server that carries accelerators; its figures are those of everything but the accelerators.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Server {
    /// Commercial name.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Accelerator it usually carries.
    pub accelerator: Option<String>,
    /// How many accelerators it carries.
    pub accelerators: Figure<Count>,
    /// Power of processors, memory, storage, fans and network cards while serving.
    pub host_power: Figure<Power>,
    /// The same while idle, where it is known to differ.
    pub host_idle_power: Option<Figure<Power>>,
    /// Carbon of manufacture without accelerators.
    pub embodied_carbon: Option<Figure<Carbon>>,
    /// Abiotic resources of manufacture without accelerators.
    pub embodied_abiotic: Option<Figure<Abiotic>>,
    /// Primary energy of manufacture without accelerators.
    pub embodied_primary_energy: Option<Figure<PrimaryEnergy>>,
    /// Years in service, for the server and its accelerators.
    pub lifetime: Figure<Time>,
}

impl Profile for Server {
    const KIND: Kind = Kind::Server;
}
