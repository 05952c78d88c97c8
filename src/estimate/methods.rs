//! All methods on one scenario, side by side.

use serde::{Deserialize, Serialize};

use crate::estimate::{Estimate, PerUnit, SourceReport};
use crate::rival::Method;
use crate::scenario::{FOR_RIVALS, Scenario};
use crate::uncertainty::{Quantiles, Settings};
use crate::warning::Warning;

/// What all methods say of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SideBySide {
    /// Name of the use case.
    pub scenario: String,
    /// Functional unit.
    pub unit: String,
    /// Functional units a year.
    pub units_per_year: f64,
    /// The methods, that of this library first.
    pub methods: Vec<MethodReport>,
    /// Doubtful situations.
    pub warnings: Vec<Warning>,
    /// Draws of the method of this library.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
    /// Version of the library.
    pub version: String,
    /// SHA-256, shortened, of the profiles used.
    pub profiles_digest: String,
}

/// What one method says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MethodReport {
    /// The method, as on the command line.
    pub method: String,
    /// Paper or tool, with its version.
    pub method_name: String,
    /// Results for one functional unit; absent where the method does not cover the indicator. Of a rival, the
    /// quantiles are the ends of its range and their midpoint.
    pub per_unit: PerUnit,
    /// Medians over those of this library.
    pub ratio_to_econome: Ratios,
    /// What the method does not cover.
    pub not_covered: Vec<String>,
    /// Publications and sources of the inputs.
    pub sources: Vec<SourceReport>,
}

/// Medians of a method over those of this library; absent where either does not cover the indicator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ratios {
    /// Electricity.
    pub energy: Option<f64>,
    /// Greenhouse gases.
    pub carbon: Option<f64>,
    /// Water.
    pub water: Option<f64>,
    /// Primary energy.
    pub primary_energy: Option<f64>,
    /// Abiotic resources.
    pub abiotic: Option<f64>,
}

impl Scenario {
    /// Computes the scenario by every method.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let all = scenario.estimate_by_all(Settings::default());
    /// assert_eq!(all.methods.len(), 4);
    /// assert_eq!(all.methods[3].ratio_to_econome.water, None);
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn estimate_by_all(&self, settings: Settings) -> SideBySide {
        let own = self.estimate(settings);
        let methods = Method::ALL.into_iter().map(|method| match method {
            Method::Econome => MethodReport::new(&own, &own),
            rival => MethodReport::new(&self.estimate_by(rival, settings), &own),
        });
        let methods = methods.collect();
        let Estimate { scenario, unit, units_per_year, samples, seed, version, profiles_digest, .. } = own;
        let warnings = own.warnings.into_iter().filter(|warning| warning.code != FOR_RIVALS).collect();
        SideBySide { scenario, unit, units_per_year, methods, warnings, samples, seed, version, profiles_digest }
    }
}

impl MethodReport {
    fn new(estimate: &Estimate, own: &Estimate) -> Self {
        Self {
            method: estimate.method.clone(),
            method_name: estimate.method_name.clone(),
            per_unit: estimate.per_unit,
            ratio_to_econome: Ratios::new(&estimate.per_unit, &own.per_unit),
            not_covered: estimate.not_covered.clone(),
            sources: estimate.sources.clone(),
        }
    }
}

impl Ratios {
    fn new(one: &PerUnit, own: &PerUnit) -> Self {
        Self {
            energy: ratio(one.energy_wh, own.energy_wh),
            carbon: ratio(one.carbon_g, own.carbon_g),
            water: ratio(one.water_l, own.water_l),
            primary_energy: ratio(one.primary_energy_mj, own.primary_energy_mj),
            abiotic: ratio(one.abiotic_kgsbeq, own.abiotic_kgsbeq),
        }
    }
}

fn ratio(one: Option<Quantiles>, own: Option<Quantiles>) -> Option<f64> {
    let (one, own) = (one?, own?);
    (own.p50 > 0.0).then(|| one.p50 / own.p50)
}
