//! One request other than text on a replica: pictures, passes, rows, processor time.

use crate::impact::Trace;
use crate::impact::request::Run;
use crate::impact::trace::explain;
use crate::math::Real;
use crate::physics::{compute, media, passes};
use crate::scenario::{Cores, Deployment, Device, Items, Pass, PassCosts, PictureCosts, Pictures, Texts};
use crate::units::{Carried as _, Compute, Count, Share, Time};

pub(super) fn pictures<T: Real>(
    pictures: &Pictures<T>,
    costs: &PictureCosts<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    let (n, error) = (deployment.accelerators, deployment.model_error);
    explain_arithmetic(pictures, trace);
    let times = media::picture_times(pictures, costs, device, n, batch, error);
    explain_step(pictures, costs, device, n, batch, &times, trace);
    let pixels = pictures.width * pictures.height * pictures.frames * pictures.images * batch;
    explain!(trace, "physics::media::picture_times",
        "t_decode = inference.width * inference.height * inference.frames * inference.images * serving.batch * stack.picture_pixel_work / accelerator.peak_bf16",
        pixels * costs.pixel_work / device.peak_16bit, {
        "inference.width": pictures.width, "inference.height": pictures.height, "inference.frames": pictures.frames,
        "inference.images": pictures.images, "serving.batch": batch, "stack.picture_pixel_work": costs.pixel_work,
        "accelerator.peak_bf16": device.peak_16bit,
    });
    explain!(trace, "physics::media::picture_times",
        "t_request = stack.model_error * (inference.steps * t_step + t_decode) / serving.batch", times.request, {
        "stack.model_error": error, "inference.steps": pictures.steps, "t_step": times.step, "t_decode": times.decode,
        "serving.batch": batch,
    });
    explain!(trace, "physics::media::picture_times",
        "activity = (inference.steps * (t_compute + t_memory) + t_decode / serving.accelerators) / (inference.steps * t_step + t_decode)",
        times.activity, {
        "inference.steps": pictures.steps, "t_compute": times.compute, "t_memory": times.memory,
        "t_decode": times.decode, "serving.accelerators": n, "t_step": times.step,
    });
    Run::of(times.request, times.latency, times.activity)
}

fn explain_arithmetic<T: Real>(pictures: &Pictures<T>, trace: &mut impl Trace<T>) {
    let (tokens, attended) = (media::picture_tokens(pictures), media::attended_tokens(pictures));
    explain!(trace, "physics::media::picture_tokens",
        "N = (inference.width / model.pixels_per_token) * (inference.height / model.pixels_per_token) * (1 + (inference.frames - 1) / model.frames_per_token) + model.text_tokens",
        tokens, {
        "inference.width": pictures.width, "inference.height": pictures.height, "inference.frames": pictures.frames,
        "model.pixels_per_token": pictures.pixels_per_token, "model.frames_per_token": pictures.frames_per_token,
        "model.text_tokens": pictures.text_tokens,
    });
    explain!(trace, "physics::media::attended_tokens",
        "A = (inference.width / model.pixels_per_token) * (inference.height / model.pixels_per_token) * min(1 + (inference.frames - 1) / model.frames_per_token, model.frames_attended) + model.text_tokens",
        attended, {
        "inference.width": pictures.width, "inference.height": pictures.height, "inference.frames": pictures.frames,
        "model.pixels_per_token": pictures.pixels_per_token, "model.frames_per_token": pictures.frames_per_token,
        "model.frames_attended": pictures.frames_attended, "model.text_tokens": pictures.text_tokens,
    });
    explain!(trace, "physics::media::linear_work", "C_linear = 2 * model.effective_parameters * N", media::linear_work(pictures), {
        "model.effective_parameters": pictures.effective_parameters, "N": tokens,
    });
    explain!(trace, "physics::media::attention_work",
        "C_attention = 4 * model.attention_layers * model.hidden_size * N * A", media::attention_work(pictures), {
        "model.attention_layers": pictures.attention_layers, "model.hidden_size": pictures.hidden_size, "N": tokens,
        "A": attended,
    });
    explain!(trace, "physics::media::activations", "V = 2 * model.layers * model.hidden_size * N", media::activations(pictures), {
        "model.layers": pictures.layers, "model.hidden_size": pictures.hidden_size, "N": tokens,
    });
}

fn explain_step<T: Real>(
    pictures: &Pictures<T>,
    costs: &PictureCosts<T>,
    device: &Device<T>,
    n: Count<T>,
    batch: Count<T>,
    times: &media::PictureTimes<T>,
    trace: &mut impl Trace<T>,
) {
    let work = pictures.evaluations_per_step * pictures.images * batch;
    let volume = media::activations(pictures);
    explain!(trace, "physics::media::picture_times", "w = model.evaluations_per_step * inference.images * serving.batch", work, {
        "model.evaluations_per_step": pictures.evaluations_per_step, "inference.images": pictures.images,
        "serving.batch": batch,
    });
    explain!(trace, "physics::media::picture_times",
        "t_compute = w / serving.accelerators * (C_linear / (accelerator.peak * stack.picture_efficiency) + C_attention / (accelerator.peak * stack.picture_attention_efficiency))",
        times.compute, {
        "w": work, "serving.accelerators": n, "C_linear": media::linear_work(pictures), "accelerator.peak": device.peak,
        "stack.picture_efficiency": costs.efficiency, "C_attention": media::attention_work(pictures),
        "stack.picture_attention_efficiency": costs.attention_efficiency,
    });
    explain!(trace, "physics::media::picture_times",
        "t_memory = w / serving.accelerators * model.memory_passes * V / (accelerator.memory_bandwidth * stack.picture_memory_efficiency)",
        times.memory, {
        "w": work, "serving.accelerators": n, "model.memory_passes": pictures.memory_passes, "V": volume,
        "accelerator.memory_bandwidth": device.memory_bandwidth,
        "stack.picture_memory_efficiency": costs.memory_efficiency,
    });
    explain!(trace, "physics::media::picture_times",
        "t_exchange = w * stack.picture_exchange * V / accelerator.memory_bandwidth * (serving.accelerators - 1) / serving.accelerators",
        times.exchange, {
        "w": work, "stack.picture_exchange": costs.exchange, "V": volume,
        "accelerator.memory_bandwidth": device.memory_bandwidth, "serving.accelerators": n,
    });
    explain!(trace, "physics::media::picture_times",
        "t_overhead = stack.picture_step_overhead + model.layers * (stack.picture_layer_overhead + stack.picture_exchange_latency * log2(serving.accelerators))",
        times.overhead, {
        "stack.picture_step_overhead": costs.step_overhead, "model.layers": pictures.layers,
        "stack.picture_layer_overhead": costs.layer_overhead, "stack.picture_exchange_latency": costs.exchange_latency,
        "serving.accelerators": n,
    });
    explain!(trace, "physics::media::slower", "t_step = sqrt((t_compute + t_memory + t_exchange) ^ 2 + t_overhead ^ 2)", times.step, {
        "t_compute": times.compute, "t_memory": times.memory, "t_exchange": times.exchange, "t_overhead": times.overhead,
    });
}

pub(super) fn texts<T: Real>(
    texts: &Texts<T>,
    pass: &Pass<T>,
    costs: &PassCosts<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    let work = passes::texts_work(texts);
    explain!(trace, "physics::passes::texts_work",
        "C = inference.items * (2 * model.multiplied_parameters * inference.input_tokens + 4 * model.attention_width * inference.input_tokens ^ 2)",
        work, {
        "inference.items": texts.items, "model.multiplied_parameters": texts.multiplied_parameters,
        "inference.input_tokens": texts.input_tokens, "model.attention_width": texts.attention_width,
    });
    run_passes(work, pass, costs, device, deployment, batch, trace)
}

pub(super) fn items<T: Real>(
    items: &Items<T>,
    pass: &Pass<T>,
    costs: &PassCosts<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    run_passes(items_work(items, trace), pass, costs, device, deployment, batch, trace)
}

fn items_work<T: Real>(items: &Items<T>, trace: &mut impl Trace<T>) -> Compute<T> {
    let work = passes::items_work(items);
    explain!(trace, "physics::passes::items_work", "C = inference.items * model.flop_per_item", work, {
        "inference.items": items.items, "model.flop_per_item": items.flop_per_item,
    });
    work
}

fn run_passes<T: Real>(
    work: Compute<T>,
    pass: &Pass<T>,
    costs: &PassCosts<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    batch: Count<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    let (n, error) = (deployment.accelerators, deployment.model_error);
    let times = passes::pass_times(work, pass, costs, device, n, batch, error);
    explain!(trace, "physics::passes::pass_times",
        "t_memory = inference.passes * model.multiplied_parameters * inference.parameter_bytes / (accelerator.memory_bandwidth * stack.pass_memory_efficiency)",
        times.memory, {
        "inference.passes": pass.passes, "model.multiplied_parameters": pass.parameters, "inference.parameter_bytes": pass.parameter_bytes,
        "accelerator.memory_bandwidth": device.memory_bandwidth, "stack.pass_memory_efficiency": costs.memory_efficiency,
    });
    explain!(trace, "physics::passes::pass_times",
        "t_compute = serving.batch * C / (accelerator.peak * stack.pass_efficiency)", times.compute, {
        "serving.batch": batch, "C": work, "accelerator.peak": device.peak, "stack.pass_efficiency": costs.efficiency,
    });
    explain!(trace, "physics::passes::pass_times",
        "t_overhead = inference.passes * (stack.pass_overhead + model.launches * stack.pass_launch_overhead) + inference.tokens * stack.pass_token_overhead + serving.batch * inference.pictures * stack.pass_picture_overhead",
        times.overhead, {
        "inference.passes": pass.passes, "stack.pass_overhead": costs.overhead, "model.launches": pass.launches,
        "stack.pass_launch_overhead": costs.launch_overhead, "serving.batch": batch, "inference.pictures": pass.pictures,
        "inference.tokens": pass.tokens, "stack.pass_token_overhead": costs.token_overhead,
        "stack.pass_picture_overhead": costs.picture_overhead,
    });
    explain!(trace, "physics::passes::pass_times", "t_batch = sqrt(t_memory ^ 2 + t_compute ^ 2 + t_overhead ^ 2)", times.batch, {
        "t_memory": times.memory, "t_compute": times.compute, "t_overhead": times.overhead,
    });
    explain!(trace, "physics::passes::pass_times",
        "t_request = stack.model_error * t_batch / (serving.batch * serving.accelerators)", times.request, {
        "stack.model_error": error, "t_batch": times.batch, "serving.batch": batch, "serving.accelerators": n,
    });
    explain!(trace, "physics::passes::pass_times", "activity = sqrt(t_memory ^ 2 + t_compute ^ 2) / t_batch", times.activity, {
        "t_memory": times.memory, "t_compute": times.compute, "t_batch": times.batch,
    });
    Run::of(times.request, times.batch * error, times.activity)
}

/// Rows of a table, limited by arithmetic alone.
pub(super) fn rows<T: Real>(
    items: &Items<T>,
    efficiency: Share<T>,
    device: &Device<T>,
    deployment: &Deployment<T>,
    trace: &mut impl Trace<T>,
) -> Run<T> {
    let work = items_work(items, trace);
    let n = deployment.accelerators;
    let time = compute::time(work, n, device.peak, efficiency) * deployment.model_error;
    explain!(trace, "physics::compute::time",
        "t_request = stack.model_error * C / (serving.accelerators * accelerator.peak * stack.row_efficiency)", time, {
        "stack.model_error": deployment.model_error, "C": work, "serving.accelerators": n,
        "accelerator.peak": device.peak, "stack.row_efficiency": efficiency,
    });
    Run::of(time, time, whole_time(trace))
}

/// Processor time that was measured.
pub(super) fn cores<T: Real>(cores: &Cores<T>, deployment: &Deployment<T>, trace: &mut impl Trace<T>) -> Run<T> {
    let (n, error) = (deployment.accelerators, deployment.model_error);
    let time: Time<T> = passes::core_time(cores) / n * error;
    explain!(trace, "physics::passes::core_time",
        "t_request = stack.model_error * inference.items * inference.cpu_seconds / (accelerator.cores * serving.accelerators)", time, {
        "stack.model_error": error, "inference.items": cores.items, "inference.cpu_seconds": cores.core_time,
        "accelerator.cores": cores.cores, "serving.accelerators": n,
    });
    Run::of(time, cores.core_time * cores.items * error, whole_time(trace))
}

fn whole_time<T: Real>(trace: &mut impl Trace<T>) -> Count<T> {
    let activity = Count::of(T::of(1.0));
    explain!(trace, "impact::evaluate", "activity = 1", activity, {});
    activity
}
