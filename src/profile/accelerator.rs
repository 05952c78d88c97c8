//! Profiles of chips that run models.

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{Abiotic, Bandwidth, Carbon, ComputeRate, Count, Data, Power, PrimaryEnergy};

/// A chip that runs models: GPU, TPU, other ASIC, or a processor socket.
///
/// Peaks are dense (no sparsity); embodied figures are for one device over its whole life, use excluded. What its maker
/// does not publish stays out: [`Accelerator::lacks`] says what is then missing for computing with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Accelerator {
    /// Commercial name.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Maker.
    pub vendor: Option<String>,
    /// Year of launch.
    pub year: Option<i32>,
    /// `gpu`, `tpu`, `asic` or `cpu`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Server that usually carries it.
    pub server: Option<String>,
    /// Rated power; many makers of chips for their own clouds publish none.
    pub tdp: Option<Figure<Power>>,
    /// Power while powered and not computing.
    pub idle_power: Option<Figure<Power>>,
    /// Mean power of a node for each of its accelerators while training: accelerator, host, network cards, fans.
    pub training_node_power: Option<Figure<Power>>,
    /// Cores of a processor.
    pub cores: Option<Figure<Count>>,
    /// Memory of one device.
    pub memory: Option<Figure<Data>>,
    /// Bandwidth of that memory.
    pub memory_bandwidth: Option<Figure<Bandwidth>>,
    /// Peak in 32-bit floating point.
    pub peak_fp32: Option<Figure<ComputeRate>>,
    /// Peak in 16-bit floating point.
    pub peak_bf16: Option<Figure<ComputeRate>>,
    /// Peak in 8-bit floating point.
    pub peak_fp8: Option<Figure<ComputeRate>>,
    /// Peak in 8-bit integers.
    pub peak_int8: Option<Figure<ComputeRate>>,
    /// Peak in 4-bit floating point.
    pub peak_fp4: Option<Figure<ComputeRate>>,
    /// Carbon of manufacture, transport and end of life.
    pub embodied_carbon: Option<Figure<Carbon>>,
    /// Abiotic resources of manufacture.
    pub embodied_abiotic: Option<Figure<Abiotic>>,
    /// Primary energy of manufacture.
    pub embodied_primary_energy: Option<Figure<PrimaryEnergy>>,
}

impl Accelerator {
    /// Figures without which nothing can be computed on it, of those that it does not have.
    ///
    /// ```
    /// use econome::{Accelerator, Catalog};
    /// let catalog = Catalog::builtin();
    /// assert!(catalog.profile::<Accelerator>("h100-sxm")?.lacks().is_empty());
    /// assert_eq!(catalog.profile::<Accelerator>("trainium2")?.lacks(), ["tdp"]);
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn lacks(&self) -> Vec<&'static str> {
        let computes = self.peak_bf16.is_some() || self.peak_fp32.is_some();
        [
            ("tdp", self.tdp.is_some()),
            ("memory", self.memory.is_some()),
            ("memory_bandwidth", self.memory_bandwidth.is_some()),
            ("peak_bf16", computes),
        ]
        .into_iter()
        .filter_map(|(name, known)| (!known).then_some(name))
        .collect()
    }
}

impl Profile for Accelerator {
    const KIND: Kind = Kind::Accelerator;
}
