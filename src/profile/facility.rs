//! Profiles of data centres.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::figure::Figure;
use crate::profile::{Kind, Profile};
use crate::units::{CarbonIntensity, Pue, WaterPerEnergy};
use crate::word::word;

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
    /// Region, as its operator calls it.
    pub region: Option<String>,
    /// Country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Country of the law under which the operator is controlled, ISO 3166 alpha-2.
    pub controlled_from: Option<String>,
    /// Year of commissioning.
    pub commissioned: Option<i32>,
    /// How it is cooled.
    pub cooling: Option<String>,
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
    /// Qualifications, commitments and practices, each with its evidence.
    #[serde(default)]
    pub labels: BTreeMap<Label, Holding>,
}

word!(
    /// What a facility, or the operator's offer there, may hold: the labels that French and European buyers ask for.
    #[derive(PartialOrd, Ord)]
    Label {
        /// Qualification of cloud offers by ANSSI.
        Secnumcloud = "secnumcloud",
        /// French certification of hosts of health data.
        Hds = "hds",
        /// Climate Neutral Data Centre Pact.
        Cndcp = "cndcp",
        /// Energy management, ISO 50001.
        Iso50001 = "iso_50001",
        /// European Code of Conduct for data centres.
        EuCodeOfConduct = "eu_code_of_conduct",
        /// Operator controlled under the law of a member state of the European Union.
        EuOperated = "eu_operated",
        /// Waste heat feeds others.
        HeatReuse = "heat_reuse",
        /// Public page with the yearly figures of the Energy Efficiency Directive.
        EedPage = "eed_page",
    }
);

word!(
    /// How far a label is held.
    LabelStatus {
        /// By decision of a public authority.
        Qualified = "qualified",
        /// Asked for, and not held yet.
        InProgress = "in_progress",
        /// The operator signed the commitment.
        Signatory = "signatory",
        /// By an accredited body.
        Certified = "certified",
        /// The operator or a public source says so.
        Declared = "declared",
        /// Looked for, and not found.
        NoneFound = "none_found",
    }
);

/// How far a facility holds one label, since when, and what shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Holding {
    /// How far.
    pub status: LabelStatus,
    /// Date of the evidence: year, month or day of ISO 8601.
    pub date: String,
    /// Key of the bibliography for the evidence.
    pub source: String,
    /// What it covers, where that is not all of the facility.
    pub scope: Option<String>,
    /// Free remark.
    pub note: Option<String>,
}

impl Facility {
    /// Whether it holds a label now; one that was asked for or not found is not held.
    ///
    /// ```
    /// use econome::{Catalog, Facility, profile::Label};
    /// let catalog = Catalog::builtin();
    /// assert!(catalog.profile::<Facility>("outscale-secnumcloud")?.holds(Label::Secnumcloud));
    /// assert!(!catalog.profile::<Facility>("france-average")?.holds(Label::Secnumcloud));
    /// # Ok::<(), econome::Error>(())
    /// ```
    #[must_use]
    pub fn holds(&self, label: Label) -> bool {
        let held = |holding: &Holding| !matches!(holding.status, LabelStatus::InProgress | LabelStatus::NoneFound);
        self.labels.get(&label).is_some_and(held)
    }
}

impl Profile for Facility {
    const KIND: Kind = Kind::Facility;
}
