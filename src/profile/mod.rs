//! Profiles: records of sourced figures, one file per thing that can be chosen.

mod accelerator;
mod catalog;
mod digest;
mod facility;
mod grid;
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
pub use digest::ProfileDigest;
pub(crate) use digest::combined;
pub use facility::Facility;
pub use grid::Grid;
pub use model::{Architecture, Attention, Diffusion, Model, Work};
pub use network::Network;
pub use server::Server;
pub use source::{Bibliography, Source};
pub use stack::{Measured, Stack, StackFigures};
pub use terminal::Terminal;
