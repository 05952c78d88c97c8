//! Coefficients of the serving software, and the error of the method.

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::precision::Precision;
use crate::profile::StackFigures;
use crate::scenario::derived::shape_log_sd;
use crate::scenario::door::Door;
use crate::scenario::file::{Parallelism, Task};
use crate::scenario::hardware::Chosen;
use crate::scenario::keys::Keys;
use crate::scenario::step::ChosenModel;
use crate::scenario::{PowerLaw, Serving, Slot, Work};
use crate::units::{Count, Quantity, Time};

impl Door<'_> {
    pub(super) fn serving(
        &mut self,
        keys: &Keys,
        hardware: &Chosen,
        precision: Precision,
        experts: bool,
    ) -> Result<Serving<Slot>, Error> {
        Ok(Serving {
            weights_efficiency: self.coefficient(
                keys,
                "weights_efficiency",
                |stack| &stack.weights_efficiency,
                hardware,
            )?,
            expert_efficiency: self.coefficient(
                keys,
                "expert_efficiency",
                |stack| &stack.expert_efficiency,
                hardware,
            )?,
            kv_efficiency: self.coefficient(keys, "kv_efficiency", |stack| &stack.kv_efficiency, hardware)?,
            decode_efficiency: self.coefficient(
                keys,
                "decode_efficiency",
                |stack| &stack.decode_efficiency,
                hardware,
            )?,
            prefill_efficiency: self.coefficient(
                keys,
                "prefill_efficiency",
                |stack| &stack.prefill_efficiency,
                hardware,
            )?,
            step_overhead: self.coefficient(keys, "step_overhead", |stack| &stack.step_overhead, hardware)?,
            layer_overhead: self.coefficient(keys, "layer_overhead", |stack| &stack.layer_overhead, hardware)?,
            precision_overhead: self.precision_overhead(keys, hardware, precision, experts)?,
            sequence_overhead: self.coefficient(
                keys,
                "sequence_overhead",
                |stack| &stack.sequence_overhead,
                hardware,
            )?,
            sampling_overhead: self.coefficient(
                keys,
                "sampling_overhead",
                |stack| &stack.sampling_overhead,
                hardware,
            )?,
            exchange_latency: self.exchange_latency(keys, hardware, experts)?,
            state_bytes: self.coefficient(keys, "state_bytes", |stack| &stack.state_bytes, hardware)?,
        })
    }

    fn precision_overhead(
        &mut self,
        keys: &Keys,
        hardware: &Chosen,
        precision: Precision,
        experts: bool,
    ) -> Result<Time<Slot>, Error> {
        let key = keys.other("stack.precision_overhead");
        if !matches!(hardware.arithmetic(precision), Precision::Fp8 | Precision::Int8 | Precision::Fp4) {
            return Ok(self.derive(&key, Time::seconds(0.0), Law::Exact, "none where arithmetic is in 16 or 32 bits"));
        }
        let missing = || lacks(&hardware.stack_id, "quantised_layer_overhead");
        let layer = hardware.stack.quantised_layer_overhead.as_ref().ok_or_else(missing)?;
        let expert = hardware.stack.quantised_expert_overhead.as_ref().ok_or_else(missing)?;
        let value = if experts { layer.value + expert.value } else { layer.value };
        let slot = self.derive(&key, value, Law::Exact, "of a layer, and of its experts where it has any");
        self.cite(&layer.source, Some(&hardware.stack_id));
        Ok(slot)
    }

    /// Latency of an exchange between accelerators, by the way the model is cut over them.
    fn exchange_latency(&mut self, keys: &Keys, hardware: &Chosen, experts: bool) -> Result<Time<Slot>, Error> {
        let spread = experts && hardware.stack.alltoall_latency.is_some();
        let usual = if spread { Parallelism::Expert } else { Parallelism::Tensor };
        let why = if spread { "experts spread, as measured" } else { "every matrix cut" };
        let key = self.serving_key(keys, "parallelism");
        self.choose(&key, hardware.parallelism.map(Parallelism::name), usual.name(), why);
        let expert = hardware.parallelism.unwrap_or(usual) == Parallelism::Expert;
        if expert && !spread {
            let words =
                format!("{} says nothing about spread experts: computed as tensor parallelism", hardware.stack_id);
            self.warn("expert_parallelism", words);
        }
        let (name, figure) = if expert && spread {
            ("alltoall_latency", &hardware.stack.alltoall_latency)
        } else {
            ("allreduce_latency", &hardware.stack.allreduce_latency)
        };
        let figure = figure.as_ref().ok_or_else(|| lacks(&hardware.stack_id, name))?;
        let slot = self.derive(&keys.other("stack.exchange_latency"), figure.value, Law::Exact, name);
        self.cite(&figure.source, Some(&hardware.stack_id));
        Ok(slot)
    }

    pub(super) fn power_law(
        &mut self,
        keys: &Keys,
        work: &Work<Slot>,
        hardware: &Chosen,
    ) -> Result<PowerLaw<Slot>, Error> {
        macro_rules! coefficient {
            ($name:ident) => {
                self.coefficient(keys, stringify!($name), |stack| &stack.$name, hardware)?
            };
        }
        macro_rules! in_busy_time {
            ($floor:ident, $compute:ident, $exponent:ident) => {
                PowerLaw {
                    power_floor: coefficient!($floor),
                    power_memory: self.derive(
                        &keys.other("stack.power_memory"),
                        Count::of(0.0),
                        Law::Exact,
                        "power follows the share of busy time",
                    ),
                    power_compute: coefficient!($compute),
                    power_exponent: coefficient!($exponent),
                }
            };
        }
        Ok(match work {
            Work::Tokens { .. } => PowerLaw {
                power_floor: coefficient!(power_floor),
                power_memory: coefficient!(power_memory),
                power_compute: coefficient!(power_compute),
                power_exponent: coefficient!(power_exponent),
            },
            Work::Pictures { .. } => {
                in_busy_time!(picture_power_floor, picture_power_compute, picture_power_exponent)
            }
            _ => in_busy_time!(pass_power_floor, pass_power_compute, pass_power_exponent),
        })
    }

    /// A coefficient of the stack, on the accelerator chosen.
    pub(super) fn coefficient<Q: Quantity>(
        &mut self,
        keys: &Keys,
        name: &str,
        get: impl Fn(&StackFigures) -> &Option<Figure<Q>>,
        hardware: &Chosen,
    ) -> Result<Q::Over<Slot>, Error> {
        let figure = get(&hardware.stack).as_ref().ok_or_else(|| lacks(&hardware.stack_id, name))?;
        Ok(self.figure(&keys.other(&format!("stack.{name}")), figure, &hardware.stack_id))
    }

    /// The error of the method: one, within the spread that measurements show around it.
    pub(super) fn model_error(
        &mut self,
        keys: &Keys,
        hardware: &Chosen,
        chosen: &ChosenModel,
        kind: ErrorOf,
        seen: bool,
    ) -> Result<Count<Slot>, Error> {
        let stack = &hardware.stack;
        let unseen = match kind {
            ErrorOf::Image | ErrorOf::Video => ("residual_picture_unseen", &stack.residual_picture_unseen),
            _ => ("residual_pass_unseen", &stack.residual_pass_unseen),
        };
        let (name, figure) = match kind {
            ErrorOf::Text if seen => ("residual", &stack.residual),
            ErrorOf::Text => ("residual_unseen", &stack.residual_unseen),
            ErrorOf::Row => ("residual_row", &stack.residual_row),
            _ if !seen && unseen.1.is_some() => unseen,
            ErrorOf::Image => ("residual_image", &stack.residual_image),
            ErrorOf::Video => ("residual_video", &stack.residual_video),
            ErrorOf::Speech => ("residual_speech", &stack.residual_speech),
            ErrorOf::Embedding => ("residual_embedding", &stack.residual_embedding),
            ErrorOf::Classification => ("residual_classification", &stack.residual_classification),
            ErrorOf::Detection => ("residual_detection", &stack.residual_detection),
        };
        let figure = figure.as_ref().ok_or_else(|| lacks(&hardware.stack_id, name))?;
        let (own, shape) =
            (figure.value.coherent(), if kind == ErrorOf::Text { shape_log_sd(&chosen.model) } else { 0.0 });
        let law = Law::factor(1.0, (own * own + shape * shape).sqrt());
        let with = if shape > 0.0 { format!(", and {shape} of a shape not published") } else { String::new() };
        let reason = format!("measured over computed: log standard deviation {own} ({name}){with}");
        let slot = self.derive(&keys.other("stack.model_error"), Count::of(1.0), law, &reason);
        self.cite(&figure.source, Some(&hardware.stack_id));
        self.identify(format!(
            "model_error/{}/{}/{model}",
            hardware.stack_id,
            hardware.accelerator_id,
            model = chosen.id
        ));
        Ok(slot)
    }
}

/// What the error of the method is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorOf {
    Text,
    Image,
    Video,
    Speech,
    Embedding,
    Classification,
    Detection,
    Row,
}

impl ErrorOf {
    pub(super) fn of<T>(task: Task, work: &Work<T>) -> Self {
        match (work, task) {
            (Work::Rows { .. } | Work::Cores { .. }, _) => Self::Row,
            (_, Task::Text | Task::Document) => Self::Text,
            (_, Task::Image) => Self::Image,
            (_, Task::Video) => Self::Video,
            (_, Task::Speech) => Self::Speech,
            (_, Task::Embedding) => Self::Embedding,
            (_, Task::Classification) => Self::Classification,
            (_, Task::Detection) => Self::Detection,
        }
    }
}

pub(super) fn lacks(stack: &str, name: &str) -> Error {
    Error::new(format!("{stack} has no coefficient {name}"))
        .with_help("choose another serving.stack, or \"unknown\"")
        .infeasible()
}
