//! How far a sweep is: a bar on a terminal, nothing elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar with rate and time left.
pub(super) struct Progress(ProgressBar);

const STYLE: &str = "{bar:30} {human_pos} of {human_len} scenarios, {per_sec}, {eta} left";

impl Progress {
    pub(super) fn new(scenarios: u64, quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(scenarios), target);
        Self(bar.with_style(ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    pub(super) fn add(&self, scenarios: usize) {
        self.0.inc(scenarios as u64);
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
