#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![forbid(unsafe_code)]

pub mod math;
pub mod number;
pub mod units;

mod document;
mod dual;
mod error;
mod figure;
mod pedigree;
mod precision;
mod quantity;
mod tape;
mod warning;
mod word;

pub mod profile;
pub mod scenario;

pub mod physics;

pub mod impact;

pub mod rival;

mod estimate;
pub mod uncertainty;

pub mod sensitivity;

pub mod compare;

pub mod sweep;

#[cfg(feature = "cli")]
pub mod validation;

pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

#[doc(hidden)]
pub mod examples;

pub use compare::{Alternative, Comparison};
pub use document::Document;
pub use error::{Error, Kind as ErrorKind};
pub use estimate::{
    BreakdownLine, ByEvidence, ByOrigin, Check, Completeness, Coverage, Estimate, InputReport, Limit, LimitReport,
    MethodReport, ORDER_OF_MAGNITUDE, PerUnit, PerYear, Ratios, ResultFormulas, SideBySide, SizingReport, SourceReport,
    Target, TrainingReport, VarianceShare, Verdict,
};
pub use figure::{Figure, Law};
pub use pedigree::{PedigreeTable, Scores};
pub use precision::Precision;
pub use profile::{
    Accelerator, Catalog, Facility, Grid, Instance, Kind, Model, Network, Profile, ProfileDigest, Server, Stack,
    Terminal,
};
pub use rival::Method;
pub use scenario::{Case, Quality, Scenario};
pub use sensitivity::{Sensitivity, SobolReport};
pub use uncertainty::{Draws, QuantileErrors, Quantiles, Sampler, Settings};
pub use warning::Warning;
