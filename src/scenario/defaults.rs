//! What is assumed where the scenario does not say: each a named constant with its source and its reason.

use crate::figure::Law;

/// A value assumed for an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assumed {
    /// Central value, in the coherent unit.
    pub(crate) value: f64,
    /// 5th and 95th percentiles, equal to the value where it is a choice and not an unknown.
    pub(crate) ends: (f64, f64),
    /// Key of the bibliography.
    pub(crate) source: &'static str,
    /// Why.
    pub(crate) reason: &'static str,
}

impl Assumed {
    const fn exactly(value: f64, source: &'static str, reason: &'static str) -> Self {
        Self { value, ends: (value, value), source, reason }
    }

    const fn within(value: f64, low: f64, high: f64, source: &'static str, reason: &'static str) -> Self {
        Self { value, ends: (low, high), source, reason }
    }

    pub(crate) fn law(&self) -> Law {
        Law::interval(self.ends.0, self.ends.1)
    }
}

/// Facility where none is named: a French data centre of which nothing is known.
pub(crate) const FACILITY: &str = "france-average";
/// Grid where neither the scenario nor the facility names one.
pub(crate) const GRID: &str = "fr";
/// Accelerator where none is named: the most measured one, and the most rented in Europe in 2024 and 2025.
pub(crate) const ACCELERATOR: &str = "h100-sxm";
/// Serving software where none is named.
pub(crate) const STACK: &str = "unknown";
/// Profile with the figures of training.
pub(crate) const TRAINING_STACK: &str = "training";
/// Server where the accelerator's profile names none.
pub(crate) const SERVER: &str = "hgx-h100";
/// Network where data is given without one.
pub(crate) const NETWORK: &str = "fixed-fr";
/// Terminal where time is given without one.
pub(crate) const TERMINAL: &str = "laptop";

/// One unit a year, where a shared service says nothing of its volume.
pub(crate) const UNITS: Assumed =
    Assumed::exactly(1.0, "econome-assumption", "no volume given: figures per year are those of one unit");
/// Working days of the French civil service.
pub(crate) const DAYS_PER_YEAR: Assumed =
    Assumed::exactly(220.0, "econome-assumption", "working days of a year less leave");
/// One request a user a day, where only users are given.
pub(crate) const REQUESTS_PER_USER_DAY: Assumed =
    Assumed::exactly(1.0, "econome-assumption", "users given without requests: one a day each");
/// One year of service, where growth is given without years.
pub(crate) const YEARS: Assumed = Assumed::exactly(1.0, "econome-assumption", "one year of service");
/// Peak over mean of traffic of office hours, mean over all hours of the year.
pub(crate) const PEAK_FACTOR: Assumed =
    Assumed::exactly(3.0, "econome-assumption", "traffic concentrated in a third of the hours");
/// Runs of a step in a unit.
pub(crate) const PER_UNIT: Assumed = Assumed::exactly(1.0, "econome-assumption", "once in each unit");
/// Nothing cached.
pub(crate) const CACHED_SHARE: Assumed = Assumed::exactly(0.0, "vllm-docs", "no prompt cache assumed");
/// Requests served together by a service with many users.
pub(crate) const SHARED_BATCH: Assumed =
    Assumed::exactly(64.0, "ecologits-0.11", "batch of a provider with many users");
/// Busy share of a shared service.
pub(crate) const SHARED_UTILISATION: Assumed = Assumed::within(
    0.6,
    0.35,
    0.85,
    "gemini-2025",
    "idle capacity is a tenth of the energy in Google's disclosure, which implies about 0.75; others are less busy",
);
/// Idle power over rated power, where an accelerator has no measurement.
pub(crate) const IDLE_SHARE: Assumed = Assumed::within(
    0.12,
    0.08,
    0.20,
    "econome-assumption",
    "idle over rated power of V100, T4, A100, H100, H200 and B200: 0.11 to 0.14",
);
/// Prompt tokens of one page.
pub(crate) const TOKENS_PER_PAGE: Assumed = Assumed::within(
    1000.0,
    500.0,
    2500.0,
    "econome-assumption",
    "a page of 500 words is about 700 tokens of text; read as an image it takes up to 2,500",
);
/// Side of a picture.
pub(crate) const PICTURE_SIDE: Assumed = Assumed::exactly(1024.0, "econome-assumption", "usual size of the models");
/// Reads and writes of a token's vector in a layer of a diffusion transformer.
pub(crate) const MEMORY_PASSES: Assumed = Assumed::within(
    105.0,
    60.0,
    175.0,
    "econome-assumption",
    "counted on the unfused code of nine diffusion transformers: 65 to 175",
);
/// Kernels that one layer of an encoder launches.
pub(crate) const LAUNCHES_PER_LAYER: Assumed =
    Assumed::within(16.0, 12.0, 24.0, "econome-assumption", "kernels of a plain encoder layer, counted: 16 each");
/// Kernels of one pass of a network of unknown shape.
pub(crate) const LAUNCHES: Assumed =
    Assumed::within(200.0, 70.0, 600.0, "econome-assumption", "kernels of common networks, counted: 70 to 1,000");
/// Requests that share a pass in a service with many users.
pub(crate) const PASS_BATCH: Assumed =
    Assumed::exactly(8.0, "econome-assumption", "small requests wait some milliseconds for others");
/// Frames of a video.
pub(crate) const FRAMES: Assumed = Assumed::exactly(81.0, "wan-report", "five seconds at 16 frames a second");
/// Share of parameters trained by an adapter.
pub(crate) const TRAINED_SHARE: Assumed =
    Assumed::within(0.005, 0.001, 0.02, "hu-lora-2021", "usual adapters train 0.1 to 2 % of the parameters");
/// Runs a year.
pub(crate) const RETRAININGS: Assumed = Assumed::exactly(1.0, "econome-assumption", "one run a year");

/// Bytes of one parameter, by precision; 4-bit formats carry their scales.
///
/// Source: 4-bit: OCP Microscaling Formats 1.0, 2023, one 8-bit scale for 32 values (4.25 bits), and
/// embeddings kept in 16 bits.
pub(crate) const PARAMETER_BYTES: [(&str, f64); 6] =
    [("fp32", 4.0), ("bf16", 2.0), ("fp8", 1.0), ("int8", 1.0), ("int4", 0.53), ("fp4", 0.53)];
/// Bytes of one number of the cache: 16 bits unless weights are kept in 32.
///
/// Source: vLLM documentation, `kv_cache_dtype = auto`.
pub(crate) const KV_BYTES: f64 = 2.0;
/// The same with weights in 32 bits.
pub(crate) const KV_BYTES_FP32: f64 = 4.0;
/// Largest replica that is proposed.
pub(crate) const MOST_ACCELERATORS: f64 = 64.0;
/// Window of a model without window: more tokens than any context.
pub(crate) const NO_WINDOW: f64 = 1e12;
