//! Ready records for the examples of the documentation.

use crate::scenario::{
    Cores, Device, Items, Pass, PassCosts, PictureCosts, Pictures, PowerLaw, Serving, Texts, Tokens, Transformer,
};
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
        input_variance: None,
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
        attention_layers: Count::of(57.0),
        frames_attended: Count::of(1e12),
        hidden_size: Count::of(3072.0),
        memory_passes: Count::of(100.0),
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
    Texts {
        items: Count::of(10.0),
        input_tokens: Count::of(100.0),
        multiplied_parameters: Count::of(1e8),
        attention_width: Count::of(12.0 * 768.0),
    }
}

/// Software that makes pictures, in round numbers near those of xDiT 0.4.
#[must_use]
pub fn xdit() -> PictureCosts {
    PictureCosts {
        efficiency: Share::fraction(0.6),
        attention_efficiency: Share::fraction(0.35),
        memory_efficiency: Share::fraction(0.5),
        layer_overhead: Time::seconds(0.2e-3),
        step_overhead: Time::seconds(20e-3),
        exchange: Count::of(70.0),
        exchange_latency: Time::seconds(0.5e-3),
        pixel_work: Compute::flop(130e6),
    }
}

/// One pass of an encoder of 85 million parameters in 16 bits.
#[must_use]
pub fn encoder_pass() -> Pass {
    Pass {
        passes: Count::of(1.0),
        parameters: Count::of(85e6),
        parameter_bytes: Count::of(2.0),
        launches: Count::of(192.0),
        tokens: Count::of(0.0),
        pictures: Count::of(0.0),
    }
}

/// Software that runs passes one kernel at a time.
#[must_use]
pub fn pass_costs() -> PassCosts {
    PassCosts {
        efficiency: Share::fraction(0.4),
        memory_efficiency: Share::fraction(0.7),
        overhead: Time::seconds(1e-3),
        launch_overhead: Time::seconds(20e-6),
        token_overhead: Time::seconds(4e-3),
        picture_overhead: Time::seconds(6e-3),
    }
}

/// Sixteen seconds of one core on a processor of thirty-two.
#[must_use]
pub fn sixteen_core_seconds() -> Cores {
    Cores { items: Count::of(1.0), core_time: Time::seconds(16.0), cores: Count::of(32.0) }
}
