//! Profiles of machines that cloud providers rent by the hour.

use serde::Deserialize;

use crate::figure::{Figure, Law};
use crate::profile::{Kind, Profile};
use crate::units::{CostPerTime, Count, Data, Quantity as _, Share};

/// A machine with accelerators that a cloud provider rents by the hour: which, how many, on what server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Instance {
    /// Provider and type, as the provider writes it.
    pub name: String,
    /// Other names by which it is found; the provider's own spelling is one.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Who rents it out.
    pub provider: String,
    /// Facilities of the catalogue in which the provider offers it; not a complete list.
    #[serde(default)]
    pub facilities: Vec<String>,
    /// Profile of the accelerator it carries.
    pub accelerator: String,
    /// Profile of the server it sits on, or of the nearest one that is published.
    pub server: String,
    /// How many accelerators it carries.
    pub accelerators: Figure<Count>,
    /// Part of the server that it reserves, where that is more than the part of the server's accelerators.
    pub server_share: Option<Figure<Share>>,
    /// Virtual processors.
    pub vcpus: Option<Figure<Count>>,
    /// Memory of the host that it may use.
    pub memory: Option<Figure<Data>>,
    /// List price of an hour without commitment and without tax.
    pub price: Option<Figure<CostPerTime>>,
}

impl Instance {
    /// List price of an hour on one of its accelerators.
    ///
    /// ```
    /// use econome::{Catalog, Instance};
    /// let rented = Catalog::builtin().profile::<Instance>("H100-2-80G")?;
    /// let all = rented.price.as_ref().map(|price| price.value.as_euros_per_hour());
    /// let each = rented.accelerator_price().map(|price| price.value.as_euros_per_hour());
    /// assert_eq!(each, all.map(|all| all / 2.0));
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn accelerator_price(&self) -> Option<Figure<CostPerTime>> {
        let price = self.price.as_ref()?;
        let each = 1.0 / self.accelerators.value.coherent();
        let value = CostPerTime::from_coherent(each * price.value.coherent());
        Some(Figure { value, law: price.law.scaled(each), source: price.source.clone() })
    }

    /// Accelerators of a whole server, counted so that each answers for its part of what the instance reserves.
    ///
    /// An instance with one accelerator and a third of the server counts as one of three; none where the instance
    /// reserves no more of the server than of its accelerators.
    #[must_use]
    pub fn accelerators_of_server(&self) -> Option<Figure<Count>> {
        let share = self.server_share.as_ref()?;
        let value = Count::of(self.accelerators.value.coherent() / share.value.coherent());
        Some(Figure { value, law: Law::Exact, source: share.source.clone() })
    }
}

impl Profile for Instance {
    const KIND: Kind = Kind::Instance;
}
