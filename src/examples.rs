//! Ready records for the examples of the documentation.

use crate::scenario::{Device, Items, Pictures, PowerLaw, Serving, Texts, Tokens, Transformer};
use crate::units::{Bandwidth, Compute, ComputeRate, Count, Data, Power, Share, Time};

/// Llama 3.1 8B in 16 bits, 800 tokens in and 300 out.
#[must_use]
pub fn llama_8b_chat() -> (Tokens, Transformer) {
    let tokens = Tokens {
        input_tokens: Count::of(800.0),
        output_tokens: Count::of(300.0),
        cached_input_share: Share::fraction(0.0),
        parameter_bytes: Count::of(2.0),
        expert_bytes: Count::of(2.0),
        kv_bytes: Count::of(2.0),
    };
    let model = Transformer {
        parameters: Count::of(8.03e9),
        active_parameters: Count::of(8.03e9),
        expert_parameters: Count::of(0.0),
        expert_share: Share::fraction(1.0),
        layers: Count::of(32.0),
        attention_layers: Count::of(32.0),
        kv_heads: Count::of(8.0),
        kv_width: Count::of(256.0),
        window: Count::of(1e12),
        full_attention_share: Share::fraction(1.0),
        hidden_size: Count::of(4096.0),
        vocabulary: Count::of(128_256.0),
        state_elements: Count::of(0.0),
    };
    (tokens, model)
}

/// Coefficients near those of vLLM 0.11 on an H100.
#[must_use]
pub fn vllm() -> Serving {
    Serving {
        weights_efficiency: Share::fraction(0.9),
        expert_efficiency: Share::fraction(0.63),
        kv_efficiency: Count::of(0.95),
        decode_efficiency: Count::of(0.8),
        prefill_efficiency: Share::fraction(0.295),
        step_overhead: Time::seconds(0.44e-3),
        layer_overhead: Time::seconds(31.7e-6),
        precision_overhead: Time::seconds(0.0),
        sequence_overhead: Time::seconds(37e-6),
        sampling_overhead: Time::seconds(13.5e-6),
        exchange_latency: Time::seconds(8.25e-6),
        state_bytes: Count::of(5.4),
    }
}

/// An H100 SXM.
#[must_use]
pub fn h100() -> Device {
    Device {
        tdp: Power::watts(700.0),
        idle_power: Power::watts(75.0),
        memory: Data::gigabytes(80.0),
        memory_bandwidth: Bandwidth::gigabytes_per_second(3350.0),
        peak: ComputeRate::teraflop_per_second(989.4),
        peak_16bit: ComputeRate::teraflop_per_second(989.4),
        embodied_carbon: None,
        embodied_abiotic: None,
        embodied_primary_energy: None,
    }
}

/// One picture of 1024 by 1024 pixels by FLUX.1 in 28 steps.
#[must_use]
pub fn flux_picture() -> Pictures {
    Pictures {
        images: Count::of(1.0),
        steps: Count::of(28.0),
        width: Count::of(1024.0),
        height: Count::of(1024.0),
        frames: Count::of(1.0),
        pixels_per_token: Count::of(16.0),
        frames_per_token: Count::of(1.0),
        text_tokens: Count::of(512.0),
        evaluations_per_step: Count::of(1.0),
        effective_parameters: Count::of(6.5e9),
        layers: Count::of(57.0),
        hidden_size: Count::of(3072.0),
    }
}

/// A power law with round numbers.
#[must_use]
pub fn power_law() -> PowerLaw {
    PowerLaw {
        power_floor: Share::fraction(0.3),
        power_memory: Count::of(0.1),
        power_compute: Count::of(0.7),
        power_exponent: Count::of(0.5),
    }
}

/// Ten pictures to classify with ResNet-50.
#[must_use]
pub fn ten_pictures() -> Items {
    Items { items: Count::of(10.0), flop_per_item: Compute::flop(8.2e9) }
}

/// Ten texts of a hundred tokens for a model of a hundred million parameters.
#[must_use]
pub fn ten_texts() -> Texts {
    Texts { items: Count::of(10.0), input_tokens: Count::of(100.0), active_parameters: Count::of(1e8) }
}
