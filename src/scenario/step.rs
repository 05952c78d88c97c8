use std::sync::Arc;

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::physics::{memory, runtime, serving};
use crate::profile::{Accelerator, Architecture, Attention, Kind, Model, Server, Stack, StackFigures};
use crate::scenario::door::{Door, Place};
use crate::scenario::file::{Inference, Parallelism, Precision, ServingTable, Task};
use crate::scenario::{
    Deployment, Device, Host, Items, Mode, Pictures, PowerLaw, Serving, Slot, Step, Texts, Tokens, Transformer, Work,
    defaults,
};
use crate::units::{Compute, ComputeRate, Count, Power, Quantity, Share, Time};

/// A model as chosen: its profile, its id, and how its keys begin.
pub(super) struct ChosenModel {
    pub(super) model: Arc<Model>,
    pub(super) id: String,
}

/// Hardware and software of a step, as chosen.
struct Chosen {
    accelerator: Arc<Accelerator>,
    accelerator_id: String,
    stack: StackFigures,
    stack_id: String,
    saw: bool,
}

/// The keys of one step: where they stand in the file, and what they are called in reports.
#[derive(Clone)]
pub(super) struct Keys {
    /// `inference.` or `steps.NAME.`.
    table: String,
    /// Nothing, or `steps.NAME.`.
    prefix: String,
}

impl Keys {
    fn new(name: Option<&str>) -> Self {
        match name {
            None => Self { table: "inference.".to_owned(), prefix: String::new() },
            Some(name) => Self { table: format!("steps.{name}."), prefix: format!("steps.{name}.") },
        }
    }
    /// Keys of `[training]`.
    pub(super) fn training() -> Self {
        Self { table: "training.".to_owned(), prefix: "training.".to_owned() }
    }
    fn own(&self, key: &str) -> String {
        format!("{}{key}", self.table)
    }
    fn other(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl Door<'_> {
    pub(super) fn step(&mut self, name: Option<&str>, units: Count<Slot>) -> Result<Step<Slot>, Error> {
        let file = self.file;
        let keys = Keys::new(name);
        let table = match name {
            None => file.inference.as_ref(),
            Some(name) => file.steps.get(name),
        };
        let Some(table) = table else { return Err(Error::new("the step has no table")) };
        let serving = merged(table.serving.as_ref(), &file.serving);
        let chosen_model = self.model(&keys.own("model"), table.model.as_deref())?;
        let task = self.task(&keys, table, &chosen_model)?;
        let chosen = self.hardware(&keys, &serving)?;
        let per_unit = self.given_or(&keys.own("per_unit"), table.per_unit, &defaults::PER_UNIT);
        let precision = self.precision(&keys, table.precision);
        let device = self.device(&keys, &chosen.accelerator, &chosen.accelerator_id, precision)?;
        let host = self.host(&keys, &serving, &chosen.accelerator)?;
        let work = self.work(&keys, table, task, precision, &chosen_model, &chosen)?;
        let power = self.power_law(&keys, &chosen)?;
        let is_text = matches!(work, Work::Tokens { .. });
        let error = self.model_error(&keys, &chosen, &chosen_model.id, is_text)?;
        let requests = self.value(*units.place()) * self.value(*per_unit.place());
        let deployment = self.deployment(&keys, &serving, &work, &device, error, requests)?;
        Ok(Step { per_unit, work, power, device, host, deployment })
    }

    /// Reads a model, letting an override of a dense model's size hold for its active size too.
    pub(super) fn model(&mut self, key: &str, name: Option<&str>) -> Result<ChosenModel, Error> {
        let Some(name) = name else {
            let (table, _) = key.rsplit_once('.').unwrap_or((key, ""));
            let error = Error::new(format!("[{table}] needs a model"));
            return Err(self.tree.at(table, error.with_help("`econome profiles list model` shows all")));
        };
        self.choose(key, Some(name), name, "");
        let (model, id) = self.profile::<Model>(key, name, model_place)?;
        let mut model = model;
        let dense = model.architecture.as_ref().is_none_or(|shape| shape.experts.is_none());
        if dense && self.overrides(Kind::Model, "parameters") && !self.overrides(Kind::Model, "active_parameters") {
            let mut whole = (*model).clone();
            whole.active_parameters = whole.parameters.clone();
            model = Arc::new(whole);
        }
        if model.active_parameters.value > model.parameters.value {
            let words = format!(
                "{} active parameters are more than all {} parameters",
                model.active_parameters.value, model.parameters.value
            );
            let key = if self.overrides(Kind::Model, "active_parameters") { "override.model.active_parameters" } else { key };
            return Err(self.tree.at(key, Error::new(words)));
        }
        Ok(ChosenModel { model, id })
    }

    fn task(&mut self, keys: &Keys, table: &Inference, chosen: &ChosenModel) -> Result<Task, Error> {
        let usual = usual_task(&chosen.model);
        let given = table.task.map(Task::name);
        self.choose(&keys.own("task"), given, usual.name(), "what the model is made for");
        let task = table.task.unwrap_or(usual);
        let able = match task {
            Task::Text | Task::Document => chosen.model.architecture.is_some(),
            Task::Image | Task::Video => chosen.model.diffusion.is_some(),
            Task::Speech => chosen.model.work.as_ref().is_some_and(|work| work.flop_per_audio_second.is_some()),
            Task::Embedding | Task::Classification => true,
        };
        if able {
            return Ok(task);
        }
        let words = format!("{} says nothing about the task \"{}\"", chosen.id, task.name());
        let help = format!("its task is \"{}\"; `econome profiles list model` shows others", usual.name());
        let key = if table.task.is_some() { keys.own("task") } else { keys.own("model") };
        Err(self.tree.at(&key, Error::new(words).with_help(help)))
    }

    fn hardware(&mut self, keys: &Keys, serving: &ServingTable) -> Result<Chosen, Error> {
        let key = self.serving_key(keys, "accelerator");
        let name = self.choose(&key, serving.accelerator.as_deref(), defaults::ACCELERATOR, "no accelerator named");
        if serving.accelerator.is_none() {
            self.warn("accelerator_assumed", format!("no serving.accelerator: {name} is assumed"));
        }
        let (accelerator, accelerator_id) = self.profile::<Accelerator>(&key, &name, Place::top)?;
        let key = self.serving_key(keys, "stack");
        let name = self.choose(&key, serving.stack.as_deref(), defaults::STACK, "no serving software named");
        let bare = accelerator_id.trim_start_matches("accelerator/").to_owned();
        let (stack, stack_id) = self.profile::<Stack>(&key, &name, |field| stack_place(&bare, field))?;
        let saw = stack.saw(&bare);
        Ok(Chosen { accelerator, accelerator_id, stack: stack.figures_on(&bare), stack_id, saw })
    }

    /// Where a serving key stands: in the step's own table, or in `[serving]`.
    fn serving_key(&self, keys: &Keys, key: &str) -> String {
        let own = format!("{}serving.{key}", keys.table);
        if self.tree.has(&own) { own } else { format!("{}serving.{key}", if keys.prefix.is_empty() { "" } else { &keys.prefix }) }
    }

    fn precision(&mut self, keys: &Keys, given: Option<Precision>) -> Precision {
        self.choose(
            &keys.own("precision"),
            given.map(Precision::name),
            Precision::Bf16.name(),
            "weights as published",
        );
        given.unwrap_or(Precision::Bf16)
    }

    pub(super) fn device(
        &mut self,
        keys: &Keys,
        accelerator: &Accelerator,
        id: &str,
        precision: Precision,
    ) -> Result<Device<Slot>, Error> {
        let key = |name: &str| keys.other(&format!("accelerator.{name}"));
        let (name, peak) = peak(accelerator, precision).ok_or_else(|| no_peak(id))?;
        let (name_16bit, peak_16bit) = peak_16bit(accelerator).ok_or_else(|| no_peak(id))?;
        Ok(Device {
            tdp: self.figure(&key("tdp"), &accelerator.tdp, id),
            idle_power: self.idle_power(&key("idle_power"), accelerator, id),
            memory: self.figure(&key("memory"), &accelerator.memory, id),
            memory_bandwidth: self.figure(&key("memory_bandwidth"), &accelerator.memory_bandwidth, id),
            peak: self.figure(&key(name), peak, id),
            peak_16bit: self.figure(&key(name_16bit), peak_16bit, id),
            embodied_carbon: self.optional(&key("embodied_carbon"), accelerator.embodied_carbon.as_ref(), id),
            embodied_abiotic: self.optional(&key("embodied_abiotic"), accelerator.embodied_abiotic.as_ref(), id),
            embodied_primary_energy: self.optional(
                &key("embodied_primary_energy"),
                accelerator.embodied_primary_energy.as_ref(),
                id,
            ),
        })
    }

    fn idle_power(&mut self, key: &str, accelerator: &Accelerator, id: &str) -> Power<Slot> {
        if let Some(figure) = &accelerator.idle_power {
            return self.figure(key, figure, id);
        }
        let assumed = defaults::IDLE_SHARE;
        let tdp = accelerator.tdp.value.coherent();
        let law = Law::interval(assumed.value * tdp, assumed.ends.0 * tdp, assumed.ends.1 * tdp);
        let slot = self.derive(key, Power::watts(assumed.value * tdp), law, assumed.reason);
        self.cite(assumed.source, None);
        self.identify(format!("{id}/idle_power"));
        slot
    }

    pub(super) fn host(
        &mut self,
        keys: &Keys,
        serving: &ServingTable,
        accelerator: &Accelerator,
    ) -> Result<Host<Slot>, Error> {
        let choice = self.serving_key(keys, "server");
        let usual = accelerator.server.as_deref().unwrap_or(defaults::SERVER);
        let name = self.choose(&choice, serving.server.as_deref(), usual, "usual server of the accelerator");
        let (server, id) = self.profile::<Server>(&choice, &name, Place::top)?;
        let key = |name: &str| keys.other(&format!("server.{name}"));
        let host_power = self.figure(&key("host_power"), &server.host_power, &id);
        let host_idle_power = match &server.host_idle_power {
            Some(figure) => self.figure(&key("host_idle_power"), figure, &id),
            None => host_power,
        };
        Ok(Host {
            accelerators: self.figure(&key("accelerators"), &server.accelerators, &id),
            host_power,
            host_idle_power,
            lifetime: self.figure(&key("lifetime"), &server.lifetime, &id),
            embodied_carbon: self.optional(&key("embodied_carbon"), server.embodied_carbon.as_ref(), &id),
            embodied_abiotic: self.optional(&key("embodied_abiotic"), server.embodied_abiotic.as_ref(), &id),
            embodied_primary_energy: self.optional(
                &key("embodied_primary_energy"),
                server.embodied_primary_energy.as_ref(),
                &id,
            ),
        })
    }

    fn work(
        &mut self,
        keys: &Keys,
        table: &Inference,
        task: Task,
        precision: Precision,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        match task {
            Task::Text | Task::Document => self.tokens_work(keys, table, task, precision, chosen, hardware),
            Task::Image => {
                let pictures = self.pictures(keys, table, chosen, false)?;
                let efficiency = self.coefficient(keys, "image_efficiency", |stack| &stack.image_efficiency, hardware)?;
                Ok(Work::Pictures { pictures, efficiency })
            }
            Task::Video => {
                let pictures = self.pictures(keys, table, chosen, true)?;
                let efficiency = self.coefficient(keys, "video_efficiency", |stack| &stack.video_efficiency, hardware)?;
                Ok(Work::Pictures { pictures, efficiency })
            }
            Task::Speech => {
                let items = self.needed(&keys.own("audio_seconds"), table.audio_seconds)?;
                let figure = chosen.model.work.as_ref().and_then(|work| work.flop_per_audio_second.as_ref());
                let efficiency = self.coefficient(keys, "speech_efficiency", |stack| &stack.speech_efficiency, hardware)?;
                self.items_work(keys, "flop_per_audio_second", items, figure, chosen, efficiency)
            }
            Task::Embedding => {
                let efficiency =
                    self.coefficient(keys, "embedding_efficiency", |stack| &stack.embedding_efficiency, hardware)?;
                self.texts_work(keys, table, chosen, efficiency)
            }
            Task::Classification => {
                let efficiency = self.coefficient(
                    keys,
                    "classification_efficiency",
                    |stack| &stack.classification_efficiency,
                    hardware,
                )?;
                let figure = chosen.model.work.as_ref().and_then(|work| work.flop_per_item.as_ref());
                if figure.is_none() {
                    return self.texts_work(keys, table, chosen, efficiency);
                }
                let items = self.given_or(&keys.own("items"), table.items, &defaults::PER_UNIT);
                self.items_work(keys, "flop_per_item", items, figure, chosen, efficiency)
            }
        }
    }

    fn items_work(
        &mut self,
        keys: &Keys,
        name: &str,
        items: Count<Slot>,
        figure: Option<&Figure<Compute>>,
        chosen: &ChosenModel,
        efficiency: Share<Slot>,
    ) -> Result<Work<Slot>, Error> {
        let Some(figure) = figure else { return Err(Error::new(format!("{} has no {name}", chosen.id))) };
        let flop_per_item = self.figure(&keys.other(&format!("model.{name}")), figure, &chosen.id);
        Ok(Work::Items { items: Items { items, flop_per_item }, efficiency })
    }

    fn texts_work(
        &mut self,
        keys: &Keys,
        table: &Inference,
        chosen: &ChosenModel,
        efficiency: Share<Slot>,
    ) -> Result<Work<Slot>, Error> {
        let texts = Texts {
            items: self.given_or(&keys.own("items"), table.items, &defaults::PER_UNIT),
            input_tokens: self.needed(&keys.own("input_tokens"), table.input_tokens)?,
            active_parameters: self.figure(
                &keys.other("model.active_parameters"),
                &chosen.model.active_parameters,
                &chosen.id,
            ),
        };
        Ok(Work::Texts { texts, efficiency })
    }

    fn needed(&mut self, key: &str, value: Option<Count>) -> Result<Count<Slot>, Error> {
        match value {
            Some(value) => Ok(self.given(key, value)),
            None => {
                let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
                let error = Error::new(format!("[{table}] needs {name}"));
                Err(self.tree.at(table, error.with_help(format!("write for example {name} = 500"))))
            }
        }
    }

    fn tokens_work(
        &mut self,
        keys: &Keys,
        table: &Inference,
        task: Task,
        precision: Precision,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let Some(shape) = &chosen.model.architecture else {
            return Err(Error::new(format!("{} has no architecture", chosen.id)));
        };
        let (bytes, kv_bytes) = stored_bytes(precision);
        let reason = format!("{} weights", precision.name());
        let tokens = Tokens {
            input_tokens: self.prompt(keys, table, task, chosen)?,
            output_tokens: self.needed(&keys.own("output_tokens"), table.output_tokens)?,
            cached_input_share: self.given_or(
                &keys.own("cached_input_share"),
                table.cached_input_share,
                &defaults::CACHED_SHARE,
            ),
            parameter_bytes: self.derive(&keys.own("parameter_bytes"), Count::of(bytes), Law::Exact, &reason),
            kv_bytes: self.derive(&keys.own("kv_bytes"), Count::of(kv_bytes), Law::Exact, "16-bit cache, the software's default"),
        };
        let model = self.transformer(keys, shape, chosen);
        let serving = self.serving(keys, hardware, precision, shape.experts.is_some())?;
        Ok(Work::Tokens { tokens, model, serving })
    }

    /// Prompt tokens: those given, and those of the pages of a document.
    fn prompt(&mut self, keys: &Keys, table: &Inference, task: Task, chosen: &ChosenModel) -> Result<Count<Slot>, Error> {
        let key = keys.own("input_tokens");
        if task == Task::Text {
            return self.needed(&key, table.input_tokens);
        }
        let Some(pages) = table.pages else {
            return self.needed(&keys.own("pages"), None);
        };
        self.given(&keys.own("pages"), pages);
        let assumed = defaults::TOKENS_PER_PAGE;
        let published = chosen.model.work.as_ref().and_then(|work| work.tokens_per_page.as_ref());
        let (per_page, ends) = match published {
            Some(figure) => (figure.value.coherent(), figure.law.ends().unwrap_or((figure.value.coherent(), figure.value.coherent()))),
            None => (assumed.value, assumed.ends),
        };
        let instruction = table.input_tokens.map_or(0.0, |tokens| tokens.coherent());
        let total = |tokens_per_page: f64| instruction + pages.coherent() * tokens_per_page;
        let law = Law::interval(total(per_page), total(ends.0), total(ends.1));
        let reason = format!("{per_page} tokens a page: {}", assumed.reason);
        let slot = self.derive(&key, Count::of(total(per_page)), law, &reason);
        self.cite(published.map_or(assumed.source, |figure| &figure.source), None);
        self.identify("default/tokens_per_page".to_owned());
        Ok(slot)
    }

    fn transformer(&mut self, keys: &Keys, shape: &Architecture, chosen: &ChosenModel) -> Transformer<Slot> {
        let id = &chosen.id;
        let parameters = self.figure(&keys.other("model.parameters"), &chosen.model.parameters, id);
        let active_parameters =
            self.figure(&keys.other("model.active_parameters"), &chosen.model.active_parameters, id);
        let one = Count::of(1.0);
        let share = match (shape.experts, shape.experts_per_token) {
            (Some(experts), Some(used)) => (used.coherent() / experts.coherent()).clamp(0.0, 1.0),
            _ => 1.0,
        };
        let width = if shape.attention == Attention::Latent { 1.0 } else { 2.0 };
        let full = if shape.attention == Attention::SlidingWindow { shape.full_attention_share } else { None };
        let window = if shape.attention == Attention::SlidingWindow { shape.window } else { None };
        Transformer {
            parameters,
            active_parameters,
            expert_parameters: self.shape(keys, "expert_parameters", shape.expert_parameters.unwrap_or(Count::of(0.0)), shape, id),
            expert_share: self.shape(keys, "expert_share", Share::fraction(share), shape, id),
            layers: self.shape(keys, "layers", shape.layers, shape, id),
            attention_layers: self.shape(keys, "attention_layers", shape.attention_layers.unwrap_or(shape.layers), shape, id),
            kv_heads: self.shape(keys, "kv_heads", shape.kv_heads, shape, id),
            kv_width: self.shape(keys, "kv_width", shape.head_dim * Count::of(width), shape, id),
            window: self.shape(keys, "window", window.unwrap_or(Count::of(defaults::NO_WINDOW)), shape, id),
            full_attention_share: self.shape(
                keys,
                "full_attention_share",
                full.unwrap_or(Share::fraction(one.value())),
                shape,
                id,
            ),
            hidden_size: self.shape(keys, "hidden_size", shape.hidden_size, shape, id),
            vocabulary: self.shape(keys, "vocabulary", shape.vocabulary, shape, id),
            state_elements: self.shape(keys, "state_elements", shape.state_elements.unwrap_or(Count::of(0.0)), shape, id),
        }
    }

    /// A number of a model's sourced table.
    fn shape<Q: Quantity>(&mut self, keys: &Keys, name: &str, value: Q, shape: &Architecture, id: &str) -> Q::Over<Slot> {
        let slot = self.given(&keys.other(&format!("model.{name}")), value);
        if !self.overrides(Kind::Model, name) {
            self.cite(&shape.source, Some(id));
        }
        slot
    }

    fn serving(&mut self, keys: &Keys, hardware: &Chosen, precision: Precision, experts: bool) -> Result<Serving<Slot>, Error> {
        Ok(Serving {
            weights_efficiency: self.coefficient(keys, "weights_efficiency", |stack| &stack.weights_efficiency, hardware)?,
            expert_efficiency: self.coefficient(keys, "expert_efficiency", |stack| &stack.expert_efficiency, hardware)?,
            kv_efficiency: self.coefficient(keys, "kv_efficiency", |stack| &stack.kv_efficiency, hardware)?,
            decode_efficiency: self.coefficient(keys, "decode_efficiency", |stack| &stack.decode_efficiency, hardware)?,
            prefill_efficiency: self.coefficient(keys, "prefill_efficiency", |stack| &stack.prefill_efficiency, hardware)?,
            step_overhead: self.coefficient(keys, "step_overhead", |stack| &stack.step_overhead, hardware)?,
            layer_overhead: self.coefficient(keys, "layer_overhead", |stack| &stack.layer_overhead, hardware)?,
            precision_overhead: self.precision_overhead(keys, hardware, precision, experts)?,
            sequence_overhead: self.coefficient(keys, "sequence_overhead", |stack| &stack.sequence_overhead, hardware)?,
            sampling_overhead: self.coefficient(keys, "sampling_overhead", |stack| &stack.sampling_overhead, hardware)?,
            allreduce_latency: self.coefficient(keys, "allreduce_latency", |stack| &stack.allreduce_latency, hardware)?,
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
        if matches!(precision, Precision::Bf16 | Precision::Fp32) {
            return Ok(self.derive(&key, Time::seconds(0.0), Law::Exact, "none in 16 and 32 bits"));
        }
        let missing = || lacks(&hardware.stack_id, "quantised_layer_overhead");
        let layer = hardware.stack.quantised_layer_overhead.as_ref().ok_or_else(missing)?;
        let expert = hardware.stack.quantised_expert_overhead.as_ref().ok_or_else(missing)?;
        let value = if experts { layer.value + expert.value } else { layer.value };
        let slot = self.derive(&key, value, Law::Exact, "of a layer, and of its experts where it has any");
        self.cite(&layer.source, Some(&hardware.stack_id));
        Ok(slot)
    }

    fn power_law(&mut self, keys: &Keys, hardware: &Chosen) -> Result<PowerLaw<Slot>, Error> {
        Ok(PowerLaw {
            power_floor: self.coefficient(keys, "power_floor", |stack| &stack.power_floor, hardware)?,
            power_memory: self.coefficient(keys, "power_memory", |stack| &stack.power_memory, hardware)?,
            power_compute: self.coefficient(keys, "power_compute", |stack| &stack.power_compute, hardware)?,
            power_exponent: self.coefficient(keys, "power_exponent", |stack| &stack.power_exponent, hardware)?,
        })
    }

    /// A coefficient of the stack, on the accelerator chosen.
    fn coefficient<Q: Quantity>(
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
    fn model_error(&mut self, keys: &Keys, hardware: &Chosen, model: &str, text: bool) -> Result<Count<Slot>, Error> {
        let (name, figure) = match (text, hardware.saw) {
            (false, _) => ("residual_other", &hardware.stack.residual_other),
            (true, true) => ("residual", &hardware.stack.residual),
            (true, false) => ("residual_unseen", &hardware.stack.residual_unseen),
        };
        let figure = figure.as_ref().ok_or_else(|| lacks(&hardware.stack_id, name))?;
        let sd = figure.value.coherent();
        let law = Law::factor(1.0, sd);
        let reason = format!("measured over computed: log standard deviation {sd} ({name})");
        let slot = self.derive(&keys.other("stack.model_error"), Count::of(1.0), law, &reason);
        self.cite(&figure.source, Some(&hardware.stack_id));
        self.identify(format!("model_error/{}/{}/{model}", hardware.stack_id, hardware.accelerator_id));
        Ok(slot)
    }

    fn pictures(&mut self, keys: &Keys, table: &Inference, chosen: &ChosenModel, video: bool) -> Result<Pictures<Slot>, Error> {
        let Some(shape) = &chosen.model.diffusion else {
            return Err(Error::new(format!("{} has no diffusion table", chosen.id)));
        };
        let one = Count::of(1.0);
        let steps = match table.steps {
            Some(steps) => self.given(&keys.own("steps"), steps),
            None => {
                let slot = self.derive(&keys.own("steps"), shape.default_steps, Law::Exact, "usual for the model");
                self.cite(&shape.source, None);
                slot
            }
        };
        let frames = match (video, table.frames) {
            (false, _) => self.derive(&keys.own("frames"), one, Law::Exact, "a still picture"),
            (true, frames) => self.given_or(&keys.own("frames"), frames, &defaults::FRAMES),
        };
        let mut number = |name: &str, value: Count| {
            let slot = self.given(&keys.other(&format!("model.{name}")), value);
            self.cite(&shape.source, Some(&chosen.id));
            slot
        };
        let shape_numbers = [
            number("pixels_per_token", shape.pixels_per_token),
            number("frames_per_token", if video { shape.frames_per_token.unwrap_or(one) } else { one }),
            number("text_tokens", shape.text_tokens.unwrap_or(Count::of(0.0))),
            number("evaluations_per_step", shape.evaluations_per_step),
            number("effective_parameters", shape.effective_parameters),
            number("layers", shape.layers),
            number("hidden_size", shape.hidden_size),
        ];
        let [pixels_per_token, frames_per_token, text_tokens, evaluations_per_step, effective_parameters, layers, hidden_size] =
            shape_numbers;
        Ok(Pictures {
            images: self.given_or(&keys.own("images"), table.images, &defaults::PER_UNIT),
            steps,
            width: self.given_or(&keys.own("width"), table.width, &defaults::PICTURE_SIDE),
            height: self.given_or(&keys.own("height"), table.height, &defaults::PICTURE_SIDE),
            frames,
            pixels_per_token,
            frames_per_token,
            text_tokens,
            evaluations_per_step,
            effective_parameters,
            layers,
            hidden_size,
        })
    }

    fn deployment(
        &mut self,
        keys: &Keys,
        serving: &ServingTable,
        work: &Work<Slot>,
        device: &Device<Slot>,
        model_error: Count<Slot>,
        requests: f64,
    ) -> Result<Deployment<Slot>, Error> {
        let mode_key = self.serving_key(keys, "mode");
        let given = serving.mode.map(mode_name);
        self.choose(&mode_key, given, "shared", "a service with many users");
        let mode = serving.mode.unwrap_or(Mode::Shared);
        let peak_factor = self.peak_factor();
        let plan = self.plan(keys, serving, work, device, mode, requests, self.value(*peak_factor.place()))?;
        let key = |name: &str| keys.other(&format!("serving.{name}"));
        let accelerators = self.planned(&key("accelerators"), plan.accelerators, serving.accelerators, plan.why_accelerators);
        let peak_batch = self.planned(&key("peak_batch"), plan.peak_batch, None, plan.why_peak_batch);
        let batch = self.planned(&key("batch"), plan.batch, serving.batch.filter(|_| plan.batch_given), plan.why_batch);
        let utilisation = match (serving.utilisation, mode) {
            (Some(given), _) if given.coherent() == 0.0 => {
                return Err(self.wrong(&self.serving_key(keys, "utilisation"), "a utilisation of zero serves nobody"));
            }
            (Some(given), _) => Some(self.given(&key("utilisation"), given)),
            (None, Mode::Shared) => Some(self.assume::<Share>(&key("utilisation"), &defaults::SHARED_UTILISATION)),
            (None, _) => None,
        };
        if mode == Mode::OnDemand {
            self.gap("on-demand replicas: energy of starting them");
        }
        Ok(Deployment {
            accelerators,
            batch,
            peak_batch,
            peak_factor,
            model_error,
            utilisation,
            accelerator_price: serving.accelerator_price.map(|price| self.given(&key("accelerator_price"), price)),
            mode,
        })
    }

    fn planned(&mut self, key: &str, value: f64, given: Option<Count>, why: &str) -> Count<Slot> {
        match given {
            Some(_) => self.given(key, Count::of(value)),
            None => self.derive(key, Count::of(value), Law::Exact, why),
        }
    }

    /// How many accelerators a replica takes and how many requests it serves together.
    fn plan(
        &mut self,
        keys: &Keys,
        serving: &ServingTable,
        work: &Work<Slot>,
        device: &Device<Slot>,
        mode: Mode,
        requests: f64,
        peak_over_mean: f64,
    ) -> Result<Plan, Error> {
        let whole = self.whole_accelerators(keys, serving)?;
        let Work::Tokens { tokens, model, serving: software } = work else {
            let n = whole.unwrap_or(1.0);
            return Ok(Plan { accelerators: n, ..Plan::single() });
        };
        let central = &mut |slot: &Slot| self.value(*slot);
        let (tokens, model) = (tokens.map(central), model.map(central));
        let (software, device) = (software.map(central), device.map(central));
        let spread = serving.parallelism == Some(Parallelism::Data);
        if serving.parallelism == Some(Parallelism::Expert) {
            self.warn("expert_parallelism", "expert parallelism is computed as tensor parallelism");
        }
        let given_batch = self.given_batch(keys, serving)?;
        let per_replica = given_batch.map(|batch| if spread { (batch / whole.unwrap_or(1.0)).max(1.0) } else { batch });
        let room = |n: f64| n * device.memory.coherent() * memory::USABLE_MEMORY;
        let need = |batch: f64| memory::replica_memory(&model, &tokens, Count::of(batch)).coherent();
        let asked = if spread { Some(1.0) } else { whole };
        let wanted = per_replica.unwrap_or(1.0);
        let accelerators = match asked {
            Some(n) if need(1.0) <= room(n) && need(wanted) <= n * device.memory.coherent() * CACHE_TOLERANCE => {
                if need(wanted) > room(n) {
                    self.warn("cache_tight", cache_tight(need(wanted), room(n), wanted));
                }
                n
            }
            Some(n) => return Err(self.does_not_fit(keys, need(wanted), room(n), n, &device, per_replica)),
            None => smallest_power_of_two(|n| need(per_replica.unwrap_or(LEAST_ROOM)) <= room(n))
                .ok_or_else(|| self.does_not_fit(keys, need(wanted), room(defaults::MOST_ACCELERATORS), defaults::MOST_ACCELERATORS, &device, per_replica))?,
        };
        let fitting = ((room(accelerators) - need(0.0)) / (need(1.0) - need(0.0)).max(1.0)).floor();
        let most = defaults::SHARED_BATCH.value.min(fitting).max(1.0);
        let timing = |batch: f64| {
            let one = Count::of(1.0);
            runtime::timing(&tokens, &model, &software, &device, Count::of(accelerators), one, Count::of(batch))
        };
        Ok(match (per_replica, mode) {
            (Some(batch), _) => Plan { accelerators, batch, peak_batch: batch, batch_given: !spread, ..Plan::single() },
            (None, Mode::Shared) => Plan {
                accelerators,
                batch: most,
                peak_batch: most,
                why_batch: "64 as a provider with many users, or as many as the memory holds",
                ..Plan::single()
            },
            (None, _) => {
                let batch = mean_batch(requests, peak_over_mean, most, tokens.output_tokens, timing);
                Plan {
                    accelerators,
                    batch,
                    peak_batch: most,
                    why_batch: "mean load times latency (Little's law)",
                    ..Plan::single()
                }
            }
        })
    }

    fn whole_accelerators(&self, keys: &Keys, serving: &ServingTable) -> Result<Option<f64>, Error> {
        match serving.accelerators.map(|n| n.coherent()) {
            Some(n) if n < 1.0 || n.fract() != 0.0 => {
                let words = format!("a replica has a whole number of accelerators, found {n}");
                Err(self.wrong(&self.serving_key(keys, "accelerators"), &words))
            }
            n => Ok(n),
        }
    }

    fn given_batch(&self, keys: &Keys, serving: &ServingTable) -> Result<Option<f64>, Error> {
        match serving.batch.map(|batch| batch.coherent()) {
            Some(batch) if batch < 1.0 => {
                let words = format!("a replica serves at least one request at a time, found a batch of {batch}");
                Err(self.wrong(&self.serving_key(keys, "batch"), &words))
            }
            batch => Ok(batch),
        }
    }

    fn does_not_fit(&self, keys: &Keys, need: f64, room: f64, n: f64, device: &Device, batch: Option<f64>) -> Error {
        let per_device = device.memory.coherent() * memory::USABLE_MEMORY;
        let batch = batch.map(|batch| format!(" of {batch} requests together")).unwrap_or_default();
        let words = format!(
            "the model does not fit: weights and cache{batch} need {:.0} GB, {n} accelerator{} offer {:.0} GB",
            need / GIGABYTE,
            if n == 1.0 { "" } else { "s" },
            room / GIGABYTE,
        );
        let help = format!(
            "{:.0} accelerators would hold it; a lower precision or a smaller batch needs fewer",
            (need / per_device).ceil(),
        );
        let key = if self.tree.has(&self.serving_key(keys, "accelerators")) {
            self.serving_key(keys, "accelerators")
        } else {
            keys.own("model")
        };
        self.tree.at(&key, Error::new(words).with_help(help))
    }
}

/// How far the cache of the requests given may go beyond the memory before that is called wrong: the mean
/// context is an estimate itself.
///
/// Source: measured configurations of ML.ENERGY v3 reach 1.46 by this estimate.
const CACHE_TOLERANCE: f64 = 1.5;
/// Bytes in a gigabyte, for messages.
const GIGABYTE: f64 = 1e9;
/// Requests for which a proposed replica has room at least.
const LEAST_ROOM: f64 = 8.0;
/// Steps of the search for the mean batch; each brings latency and batch closer together.
const BATCH_SEARCH: usize = 30;

/// Accelerators of a replica, and requests it serves together.
struct Plan {
    accelerators: f64,
    batch: f64,
    peak_batch: f64,
    batch_given: bool,
    why_accelerators: &'static str,
    why_batch: &'static str,
    why_peak_batch: &'static str,
}

impl Plan {
    fn single() -> Self {
        Self {
            accelerators: 1.0,
            batch: 1.0,
            peak_batch: 1.0,
            batch_given: false,
            why_accelerators: "smallest power of two whose memory holds the model",
            why_batch: "one request at a time",
            why_peak_batch: "as many as served together at the peak, for sizing",
        }
    }
}

fn cache_tight(need: f64, room: f64, batch: f64) -> String {
    format!(
        "weights and cache of {batch:.0} requests together need about {:.0} GB of {:.0} GB: some would wait",
        need / GIGABYTE,
        room / GIGABYTE
    )
}

/// Mean number of requests a replica serves together at mean load.
fn mean_batch(
    requests: f64,
    peak_factor: f64,
    most: f64,
    output_tokens: Count,
    timing: impl Fn(f64) -> runtime::Timing,
) -> f64 {
    let at_peak = timing(most);
    let peak_time = runtime::request_time(at_peak.prefill, at_peak.step, output_tokens, Count::of(most));
    let replicas = serving::replicas(Count::of(peak_factor), Count::of(requests), peak_time).value().max(1.0);
    let year = Time::<f64>::years(1.0).as_seconds();
    let rate = requests / year / replicas;
    let mut batch = 1.0;
    for _ in 0..BATCH_SEARCH {
        let times = timing(batch);
        let latency = runtime::latency(times.prefill, times.step, output_tokens, Count::of(batch)).as_seconds();
        batch = (0.5 * (batch + rate * latency)).clamp(1.0, most);
    }
    batch
}

fn smallest_power_of_two(fits: impl Fn(f64) -> bool) -> Option<f64> {
    let mut n = 1.0;
    while n <= defaults::MOST_ACCELERATORS {
        if fits(n) {
            return Some(n);
        }
        n *= 2.0;
    }
    None
}

/// `[steps.NAME.serving]` over `[serving]`.
fn merged(own: Option<&ServingTable>, common: &ServingTable) -> ServingTable {
    let Some(own) = own else { return common.clone() };
    let (own, common) = (own.clone(), common.clone());
    ServingTable {
        mode: own.mode.or(common.mode),
        accelerator: own.accelerator.clone().or(common.accelerator),
        // The server and the size of a replica go with the accelerator they were chosen for.
        server: own.server.or(if own.accelerator.is_some() { None } else { common.server }),
        accelerators: own.accelerators.or(if own.accelerator.is_some() { None } else { common.accelerators }),
        batch: own.batch.or(common.batch),
        stack: own.stack.or(common.stack),
        utilisation: own.utilisation.or(common.utilisation),
        parallelism: own.parallelism.or(common.parallelism),
        accelerator_price: own.accelerator_price.or(common.accelerator_price),
    }
}

fn usual_task(model: &Model) -> Task {
    match model.modality.as_deref() {
        Some("image") => Task::Image,
        Some("video") => Task::Video,
        Some("speech") => Task::Speech,
        Some("embedding") => Task::Embedding,
        Some("classification" | "vision" | "tabular") => Task::Classification,
        _ => Task::Text,
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Dedicated => "dedicated",
        Mode::Shared => "shared",
        Mode::OnDemand => "on_demand",
    }
}

/// Bytes of a parameter and of a number of the cache.
fn stored_bytes(precision: Precision) -> (f64, f64) {
    let bytes = defaults::PARAMETER_BYTES.iter().find(|(name, _)| *name == precision.name());
    let kv = if precision == Precision::Fp32 { defaults::KV_BYTES_FP32 } else { defaults::KV_BYTES };
    (bytes.map_or(2.0, |(_, bytes)| *bytes), kv)
}

type NamedPeak<'a> = Option<(&'static str, &'a Figure<ComputeRate>)>;

/// Peak at a precision; where the accelerator has none, that of the arithmetic it falls back to.
fn peak(accelerator: &Accelerator, precision: Precision) -> NamedPeak<'_> {
    let own = match precision {
        Precision::Fp32 => accelerator.peak_fp32.as_ref().map(|peak| ("peak_fp32", peak)),
        Precision::Bf16 | Precision::Int4 => None,
        Precision::Fp8 => accelerator.peak_fp8.as_ref().map(|peak| ("peak_fp8", peak)),
        Precision::Int8 => accelerator.peak_int8.as_ref().map(|peak| ("peak_int8", peak)),
        Precision::Fp4 => accelerator.peak_fp4.as_ref().map(|peak| ("peak_fp4", peak)),
    };
    own.or_else(|| peak_16bit(accelerator))
}

fn peak_16bit(accelerator: &Accelerator) -> NamedPeak<'_> {
    let half = accelerator.peak_bf16.as_ref().map(|peak| ("peak_bf16", peak));
    half.or_else(|| accelerator.peak_fp32.as_ref().map(|peak| ("peak_fp32", peak)))
}

fn no_peak(id: &str) -> Error {
    Error::new(format!("{id} gives neither peak_bf16 nor peak_fp32"))
}

fn lacks(stack: &str, name: &str) -> Error {
    Error::new(format!("{stack} has no coefficient {name}")).with_help("choose another serving.stack, or \"unknown\"")
}

/// Where a figure stands in a model's profile.
fn model_place(field: &str) -> Place {
    match field {
        "parameters" | "active_parameters" => Place::top(field),
        "flop_per_audio_second" | "flop_per_item" | "tokens_per_page" => Place::Figure(format!("work.{field}")),
        "effective_parameters" | "pixels_per_token" | "frames_per_token" | "text_tokens" | "evaluations_per_step" => {
            Place::Number(format!("diffusion.{field}"))
        }
        _ => Place::Number(format!("architecture.{field}")),
    }
}

/// Where a coefficient stands in a stack's profile, on one accelerator.
fn stack_place(accelerator: &str, field: &str) -> Place {
    Place::Figure(format!("on.{accelerator}.{field}"))
}
