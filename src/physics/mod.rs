#![doc = include_str!("method.md")]

#[doc = include_str!("calibration.md")]
pub mod calibration {}

pub mod compute;
pub mod embodied;
pub mod facility;
pub mod media;
pub mod memory;
pub mod network;
pub mod passes;
pub mod power;
pub mod runtime;
pub mod schedule;
pub mod serving;
pub mod terminal;
pub mod training;
