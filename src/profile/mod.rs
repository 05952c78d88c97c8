//! Profiles: records of sourced figures, one file per thing that can be chosen.

mod accelerator;
mod catalog;
mod facility;
mod grid;
mod instance;
mod model;
mod network;
mod server;
mod source;
mod stack;
mod terminal;

pub use accelerator::Accelerator;
#[cfg(feature = "cli")]
pub(crate) use catalog::shipped_cases;
pub use catalog::{Catalog, Kind, Profile, ProfileText, shipped_scenarios};
pub use facility::{Facility, Holding, Label, LabelStatus};
pub use grid::Grid;
pub use instance::Instance;
pub use model::{Architecture, Attention, Diffusion, Modality, Model, Quality, Work};
pub use network::Network;
pub use server::Server;
pub use source::{Bibliography, Source};
pub use stack::{Measured, Stack, StackFigures};
pub use terminal::Terminal;
