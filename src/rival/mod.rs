#![doc = include_str!("method.md")]

mod answer;
pub mod ecologits;
pub mod llmcarbon;
mod method;
pub mod tdp;

pub use answer::{Answer, answer};
pub use method::{Method, Reference};
