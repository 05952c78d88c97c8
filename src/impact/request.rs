//! One request on a replica: its time, and how hard it works the accelerators.

use crate::impact::trace::explain;
use crate::impact::{Silent, Trace, media};
use crate::math::Real;
use crate::physics::{memory, power, runtime, serving};
use crate::scenario::{Deployment, Device, Serving, Step, Tokens, Transformer, Work};
use crate::units::{Carried as _, Count, Energy, Power, Time};

/// How one request runs on a replica.
pub(super) struct Run<T> {
    /// Replica time it takes.
    pub(super) time: Time<T>,
    /// Time its user waits.
    pub(super) latency: Time<T>,
    /// Where it writes text, the times that its user sees.
    pub(super) tokens: Option<TokenTimes<T>>,
    /// Use of memory bandwidth and of arithmetic; other than for text, none and the share of busy time.
    pub(super) bandwidth_use: Count<T>,
    pub(super) arithmetic_use: Count<T>,
}

impl<T: Real> Run<T> {
    /// A request that writes no text and keeps an accelerator busy for a share of its time.
    pub(super) fn of(time: Time<T>, latency: Time<T>, busy: Count<T>) -> Self {
        Self { time, latency, tokens: None, bandwidth_use: Count::zero(), arithmetic_use: busy }
    }
}

/// Times of a text.
pub(super) struct TokenTimes<T> {
    /// Of reading the prompt.
    pub(super) prefill: Time<T>,
    /// Until the first token.
    pub(super) first: Time<T>,
    /// From one token to the next.
    pub(super) between: Time<T>,
}

/// One request of a step on its replica, in the batch it is served in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<T = f64> {
    /// Replica time that it takes.
    pub time: Time<T>,
    /// Mean power of one accelerator meanwhile.
    pub power: Power<T>,
    /// Energy of the accelerators.
    pub energy: Energy<T>,
}

/// Time, power and energy of one request on the accelerators, everything else left out.
///
/// ```
/// # use econome::{Catalog, Document, Scenario};
/// let text = "name = 'x'\n[inference]\nmodel = 'llama-3.1-8b-instruct'\ninput_tokens = 250\noutput_tokens = 300\n\
///             [serving]\nstack = 'vllm-0.11'\naccelerator = 'h100-sxm'\nbatch = 64";
/// let scenario = Scenario::read(&Document::new("x.toml", text), &Catalog::builtin())?;
/// let request = econome::impact::request(&scenario.central().steps[0]);
/// assert!((request.energy / request.power).as_seconds() > 0.0);
/// # Ok::<(), econome::Error>(())
/// ```
#[must_use]
pub fn request<T: Real>(step: &Step<T>) -> Request<T> {
    let Step { work, device, deployment, .. } = step;
    let run = run(work, device, deployment, deployment.batch, &mut Silent);
    let power = active_power(step, &run, &mut Silent);
    Request { time: run.time, power, energy: serving::active_energy(run.time, deployment.accelerators, power) }
}

/// Mean power of one accelerator over a request.
pub(super) fn active_power<T: Real>(step: &Step<T>, run: &Run<T>, trace: &mut impl Trace<T>) -> Power<T> {
    let Step { device, power: law, .. } = step;
    let power = power::active(device.idle_power, device.tdp, law, run.bandwidth_use, run.arithmetic_use);
    let (idle, tdp) = (device.idle_power, device.tdp);
    let (floor, growing, exponent) = (law.power_floor, law.power_compute, law.power_exponent);
    match step.work {
        Work::Tokens { .. } => explain!(trace, "physics::power::active",
            "P = accelerator.idle_power + (accelerator.tdp - accelerator.idle_power) * min(1, stack.power_floor + stack.power_memory * MBU + stack.power_compute * MFU ^ stack.power_exponent)",
            power, {
            "accelerator.idle_power": idle, "accelerator.tdp": tdp, "stack.power_floor": floor,
            "stack.power_memory": law.power_memory, "MBU": run.bandwidth_use, "stack.power_compute": growing,
            "MFU": run.arithmetic_use, "stack.power_exponent": exponent,
        }),
        Work::Pictures { .. } => explain!(trace, "physics::power::active",
            "P = accelerator.idle_power + (accelerator.tdp - accelerator.idle_power) * min(1, stack.picture_power_floor + stack.picture_power_compute * activity ^ stack.picture_power_exponent)",
            power, {
            "accelerator.idle_power": idle, "accelerator.tdp": tdp, "stack.picture_power_floor": floor,
            "stack.picture_power_compute": growing, "activity": run.arithmetic_use, "stack.picture_power_exponent": exponent,
        }),
        _ => explain!(trace, "physics::power::active",
            "P = accelerator.idle_power + (accelerator.tdp - accelerator.idle_power) * min(1, stack.pass_power_floor + stack.pass_power_compute * activity ^ stack.pass_power_exponent)",
            power, {
            "accelerator.idle_power": idle, "accelerator.tdp": tdp, "stack.pass_power_floor": floor,
            "stack.pass_power_compute": growing, "activity": run.arithmetic_use, "stack.pass_power_exponent": exponent,
        }),
    }
    power
}

pub(super) fn run<T: Real>(
    work: &Work<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    match work {
        Work::Tokens { tokens, model, serving } => {
            text(tokens, &memory::within_all(model), serving, device, deployment, batch, trace)
        }
        Work::Pictures { pictures, costs } => media::pictures(pictures, costs, device, deployment, batch, trace),
        Work::Texts { texts, pass, costs } => media::texts(texts, pass, costs, device, deployment, batch, trace),
        Work::Items { items, pass, costs } => media::items(items, pass, costs, device, deployment, batch, trace),
        Work::Rows { items, efficiency } => media::rows(items, *efficiency, device, deployment, trace),
        Work::Cores { cores } => media::cores(cores, deployment, trace),
    }
}

fn text<T: Real>(
    tokens: &Tokens<T>,
    model: &Transformer<T>,
    serving: &Serving<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    let (n, error) = (deployment.accelerators, deployment.model_error);
    let timing = runtime::timing(tokens, model, serving, device, n, error, batch);
    let runtime::Timing {
        bytes,
        memory: t_memory,
        compute: t_compute,
        overhead: t_overhead,
        step: t_step,
        prefill: t_prefill,
    } = timing;
    explain_bytes(tokens, model, serving, batch, &bytes, trace);
    explain!(trace, "physics::runtime::memory_time",
        "t_memory = (dense / stack.weights_efficiency + experts / stack.expert_efficiency + state / stack.kv_efficiency) / (serving.accelerators * accelerator.memory_bandwidth) + kv / (min(serving.accelerators, model.kv_heads) * accelerator.memory_bandwidth * stack.kv_efficiency)",
        t_memory, {
        "dense": bytes.dense, "stack.weights_efficiency": serving.weights_efficiency,
        "experts": bytes.experts, "stack.expert_efficiency": serving.expert_efficiency, "state": bytes.state,
        "stack.kv_efficiency": serving.kv_efficiency, "serving.accelerators": n,
        "accelerator.memory_bandwidth": device.memory_bandwidth, "kv": bytes.kv, "model.kv_heads": model.kv_heads,
    });
    explain!(trace, "physics::runtime::compute_time",
        "t_compute = 2 * model.active_parameters * serving.batch / (serving.accelerators * accelerator.peak * stack.decode_efficiency)",
        t_compute, {
        "model.active_parameters": model.active_parameters, "serving.batch": batch, "serving.accelerators": n,
        "accelerator.peak": device.peak, "stack.decode_efficiency": serving.decode_efficiency,
    });
    explain!(trace, "physics::runtime::overhead_time",
        "t_overhead = stack.step_overhead + model.layers * (stack.layer_overhead + stack.precision_overhead) + serving.batch * (stack.sequence_overhead + stack.sampling_overhead * model.vocabulary / 150000) + stack.exchange_latency * 2 * model.layers * log2(serving.accelerators)",
        t_overhead, {
        "stack.step_overhead": serving.step_overhead, "model.layers": model.layers,
        "stack.layer_overhead": serving.layer_overhead, "stack.precision_overhead": serving.precision_overhead,
        "serving.batch": batch, "stack.sequence_overhead": serving.sequence_overhead,
        "stack.sampling_overhead": serving.sampling_overhead, "model.vocabulary": model.vocabulary,
        "stack.exchange_latency": serving.exchange_latency, "serving.accelerators": n,
    });
    explain!(trace, "physics::runtime::step_time",
        "t_step = stack.model_error * (sqrt(t_memory ^ 2 + t_compute ^ 2) + t_overhead)", t_step, {
        "stack.model_error": error, "t_memory": t_memory, "t_compute": t_compute, "t_overhead": t_overhead,
    });
    if let Some(spread) = tokens.input_variance {
        explain!(trace, "physics::runtime::prefill_time",
            "t_prefill = stack.model_error * (1 - inference.cached_input_share) * (2 * model.active_parameters * inference.input_tokens + 2 * model.layers * model.hidden_size * (inference.input_tokens ^ 2 + inference.input_variance)) / (serving.accelerators * accelerator.peak * stack.prefill_efficiency)",
            t_prefill, {
            "stack.model_error": error, "inference.cached_input_share": tokens.cached_input_share,
            "model.active_parameters": model.active_parameters, "inference.input_tokens": tokens.input_tokens,
            "model.layers": model.layers, "inference.input_variance": spread, "model.hidden_size": model.hidden_size, "serving.accelerators": n,
            "accelerator.peak": device.peak, "stack.prefill_efficiency": serving.prefill_efficiency,
        });
    } else {
        explain!(trace, "physics::runtime::prefill_time",
            "t_prefill = stack.model_error * (1 - inference.cached_input_share) * (2 * model.active_parameters * inference.input_tokens + 2 * model.layers * model.hidden_size * inference.input_tokens ^ 2) / (serving.accelerators * accelerator.peak * stack.prefill_efficiency)",
            t_prefill, {
            "stack.model_error": error, "inference.cached_input_share": tokens.cached_input_share,
            "model.active_parameters": model.active_parameters, "inference.input_tokens": tokens.input_tokens,
            "model.layers": model.layers, "model.hidden_size": model.hidden_size, "serving.accelerators": n,
            "accelerator.peak": device.peak, "stack.prefill_efficiency": serving.prefill_efficiency,
        });
    }
    let time = runtime::request_time(t_prefill, t_step, tokens.output_tokens, batch);
    explain!(trace, "physics::runtime::request_time", "t_request = t_prefill + inference.output_tokens * t_step / serving.batch", time, {
        "t_prefill": t_prefill, "inference.output_tokens": tokens.output_tokens, "t_step": t_step, "serving.batch": batch,
    });
    // Power follows the computed time: the error of the method is one of energy, so that time carries it whole.
    let computed = time / error;
    explain!(trace, "impact::evaluate", "t_computed = t_request / stack.model_error", computed, {
        "t_request": time, "stack.model_error": error,
    });
    let bandwidth_use =
        runtime::bandwidth_use(bytes.total(), tokens.output_tokens, batch, device.memory_bandwidth * n * computed);
    explain!(trace, "physics::runtime::bandwidth_use",
        "MBU = (dense + experts + kv + state) * inference.output_tokens / serving.batch / (serving.accelerators * accelerator.memory_bandwidth * t_computed)",
        bandwidth_use, {
        "dense": bytes.dense, "experts": bytes.experts, "kv": bytes.kv, "state": bytes.state,
        "inference.output_tokens": tokens.output_tokens, "serving.batch": batch, "serving.accelerators": n,
        "accelerator.memory_bandwidth": device.memory_bandwidth, "t_computed": computed,
    });
    let arithmetic_use = runtime::arithmetic_use(model, tokens, device.peak_16bit * n * computed);
    explain!(trace, "physics::runtime::arithmetic_use",
        "MFU = 2 * model.active_parameters * (inference.output_tokens + (1 - inference.cached_input_share) * inference.input_tokens) / (serving.accelerators * accelerator.peak_bf16 * t_computed)",
        arithmetic_use, {
        "model.active_parameters": model.active_parameters, "inference.output_tokens": tokens.output_tokens,
        "inference.cached_input_share": tokens.cached_input_share, "inference.input_tokens": tokens.input_tokens,
        "serving.accelerators": n, "accelerator.peak_bf16": device.peak_16bit, "t_computed": computed,
    });
    let latency = runtime::latency(t_prefill, t_step, tokens.output_tokens, batch);
    explain!(trace, "physics::runtime::latency", "latency = serving.batch * t_prefill + inference.output_tokens * t_step", latency, {
        "t_prefill": t_prefill, "inference.output_tokens": tokens.output_tokens, "t_step": t_step, "serving.batch": batch,
    });
    let between = t_step + t_prefill * batch / tokens.output_tokens.max(Count::of(T::of(1.0)));
    Run {
        time,
        latency,
        tokens: Some(TokenTimes { prefill: t_prefill, first: t_prefill + t_step, between }),
        bandwidth_use,
        arithmetic_use,
    }
}

fn explain_bytes<T: Real>(
    tokens: &Tokens<T>,
    model: &Transformer<T>,
    serving: &Serving<T>,
    batch: Count<T>,
    bytes: &memory::StepBytes<T>,
    trace: &mut impl Trace<T>,
) {
    explain!(trace, "physics::memory::step_bytes", "dense = (model.parameters - model.expert_parameters) * inference.parameter_bytes", bytes.dense, {
        "model.parameters": model.parameters, "model.expert_parameters": model.expert_parameters,
        "inference.parameter_bytes": tokens.parameter_bytes,
    });
    let touched = memory::touched_experts(model.expert_share, batch);
    explain!(trace, "physics::memory::touched_experts", "touched = 1 - (1 - model.expert_share) ^ serving.batch", touched, {
        "model.expert_share": model.expert_share, "serving.batch": batch,
    });
    explain!(trace, "physics::memory::step_bytes", "experts = model.expert_parameters * inference.expert_bytes * touched", bytes.experts, {
        "model.expert_parameters": model.expert_parameters, "inference.expert_bytes": tokens.expert_bytes, "touched": touched,
    });
    let kv_token = memory::kv_token(model.attention_layers, model.kv_heads, model.kv_width, tokens.kv_bytes);
    explain!(trace, "physics::memory::kv_token",
        "kv_token = model.attention_layers * model.kv_heads * model.kv_width * inference.kv_bytes", kv_token, {
        "model.attention_layers": model.attention_layers, "model.kv_heads": model.kv_heads, "model.kv_width": model.kv_width,
        "inference.kv_bytes": tokens.kv_bytes,
    });
    let mean = memory::mean_context(tokens);
    explain!(trace, "physics::memory::mean_context", "tokens = inference.input_tokens + inference.output_tokens / 2", mean, {
        "inference.input_tokens": tokens.input_tokens, "inference.output_tokens": tokens.output_tokens,
    });
    let context = memory::context(mean, model.full_attention_share, model.window);
    explain!(trace, "physics::memory::context",
        "context = model.full_attention_share * tokens + (1 - model.full_attention_share) * min(tokens, model.window)", context, {
        "model.full_attention_share": model.full_attention_share, "tokens": mean, "model.window": model.window,
    });
    explain!(trace, "physics::memory::step_bytes", "kv = kv_token * context * serving.batch", bytes.kv, {
        "kv_token": kv_token, "context": context, "serving.batch": batch,
    });
    explain!(trace, "physics::memory::step_bytes", "state = 2 * model.state_elements * stack.state_bytes * serving.batch", bytes.state, {
        "model.state_elements": model.state_elements, "stack.state_bytes": serving.state_bytes, "serving.batch": batch,
    });
}

/// Energy of reading the prompt and of writing the answer, apart.
pub(super) fn explain_request_energy<T: Real>(
    work: &Work<T>,
    accelerators: Count<T>,
    power: Power<T>,
    run: &Run<T>,
    trace: &mut impl Trace<T>,
) {
    let (Work::Tokens { tokens, .. }, Some(times)) = (work, &run.tokens) else { return };
    let prompt = serving::active_energy(times.prefill, accelerators, power);
    explain!(trace, "physics::serving::active_energy", "E_prompt = t_prefill * serving.accelerators * P", prompt, {
        "t_prefill": times.prefill, "serving.accelerators": accelerators, "P": power,
    });
    let answer = serving::active_energy(run.time - times.prefill, accelerators, power);
    explain!(trace, "physics::serving::active_energy", "E_answer = (t_request - t_prefill) * serving.accelerators * P", answer, {
        "t_request": run.time, "t_prefill": times.prefill, "serving.accelerators": accelerators, "P": power,
    });
    let written = tokens.output_tokens.max(Count::of(T::of(1.0)));
    explain!(trace, "impact::evaluate", "E_output_token = (E_prompt + E_answer) / max(inference.output_tokens, 1)",
        (prompt + answer) / written, {
        "E_prompt": prompt, "E_answer": answer, "inference.output_tokens": tokens.output_tokens,
    });
}
