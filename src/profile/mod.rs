//! Profiles: records of sourced figures, one file or one row of a table for each thing that can be chosen.
#![doc = ""]
#![doc = include_str!("catalogue.md")]

mod accelerator;
mod catalog;
mod diff;
mod digest;
mod facility;
mod grid;
mod instance;
mod lint;
mod model;
mod names;
mod network;
mod provenance;
mod server;
mod shape;
mod shipped;
mod source;
mod stack;
mod table;
mod terminal;

pub use accelerator::Accelerator;
pub use catalog::{Catalog, Kind, Profile, ProfileText};
pub use diff::{Difference, diff};
pub use digest::ProfileDigest;
pub(crate) use digest::combined;
pub use facility::{Facility, Holding, Label, LabelStatus};
pub use grid::Grid;
pub use instance::Instance;
pub use model::{Architecture, Attention, Diffusion, Modality, Model, Score, Work};
pub use network::Network;
pub use provenance::{StaleFigure, StatedFigure};
pub use server::Server;
pub(crate) use shape::{DAYS, HOURS};
pub use shape::{Ratios, Shape};
#[cfg(feature = "cli")]
pub(crate) use shipped::shipped_cases;
pub use shipped::shipped_scenarios;
pub use source::{Bibliography, Source};
pub use stack::{Measured, Stack, StackFigures};
pub use terminal::Terminal;
