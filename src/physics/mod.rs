#![doc = include_str!("method.md")]

pub mod compute;
pub mod embodied;
pub mod facility;
pub mod media;
pub mod memory;
pub mod network;
pub mod power;
pub mod runtime;
pub mod serving;
pub mod terminal;
pub mod training;
