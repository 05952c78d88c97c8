//! One step: a model, its task, where it runs.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::Law;
use crate::profile::{Kind, Model, Work};
use crate::scenario::chosen::Place;
use crate::scenario::coefficients::ErrorOf;
use crate::scenario::door::Door;
use crate::scenario::file::{Inference, ServingTable, Task};
use crate::scenario::keys::Keys;
use crate::scenario::passes::reads_pictures;
use crate::scenario::rented::NamedServer;
use crate::scenario::{Slot, Step, defaults};
use crate::units::{Count, Quantity as _};

/// A model as chosen: its profile, its id, and how its keys begin.
pub(super) struct ChosenModel {
    pub(super) model: Arc<Model>,
    pub(super) id: String,
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
        let mut serving = merged(table.serving.as_ref(), &file.serving);
        let first = self.inputs.len();
        let chosen_model = self.model(&keys.own("model"), table.model.as_deref())?;
        let task = self.task(&keys, table, &chosen_model)?;
        let rented = self.rent(&keys, &mut serving)?;
        let chosen = self.hardware(&keys, &serving)?;
        let per_unit = self.runs(&keys, table, task)?;
        let precision = self.precision(&keys, table.precision, &chosen_model.model);
        let arithmetic = chosen.arithmetic(precision);
        let device = self.device(&keys, &chosen.accelerator, &chosen.accelerator_id, arithmetic)?;
        let choice = self.serving_key(&keys, "server");
        let server = NamedServer::of(&serving, rented.as_ref());
        let host = self.host(&keys, &choice, server, &chosen.accelerator)?;
        let work = self.work(&keys, table, task, precision, &chosen_model, &chosen)?;
        let power = self.power_law(&keys, &work, &chosen)?;
        let seen = self.seen(&chosen, task, precision, &chosen_model);
        let error = self.model_error(&keys, &chosen, &chosen_model, ErrorOf::of(task, &work), seen)?;
        let requests = self.value(*units.place()) * self.value(*per_unit.place());
        let deployment = self.deployment(&keys, &serving, &work, &device, error, requests)?;
        self.credit(&keys, rented.as_ref());
        self.widen(*error.place(), &chosen, task, first..self.inputs.len());
        Ok(Step { per_unit, work, power, device, host, deployment })
    }

    /// Calls of the model in one unit: runs, times the turns of each.
    fn runs(&mut self, keys: &Keys, table: &Inference, task: Task) -> Result<Count<Slot>, Error> {
        let per_unit = self.given_or(&keys.own("per_unit"), table.per_unit, &defaults::PER_UNIT);
        let Some(turns) = table.turns.filter(|_| task == Task::Text) else { return Ok(per_unit) };
        let key = keys.own("turns");
        if turns.coherent() < 1.0 {
            return Err(self.wrong(&key, &format!("a dialogue has at least one turn, found {turns}")));
        }
        let turns = self.given(&key, turns);
        let calls = self.value(*per_unit.place()) * self.value(*turns.place());
        Ok(self.derive(&keys.own("calls_per_unit"), Count::of(calls), Law::Exact, "turns of all runs"))
    }

    /// Reads a model, letting an override of a dense model's size hold for its active size too.
    pub(super) fn model(&mut self, key: &str, name: Option<&str>) -> Result<ChosenModel, Error> {
        let Some(name) = name else {
            let (table, _) = key.rsplit_once('.').unwrap_or((key, ""));
            let error = Error::new(format!("[{table}] needs a model"));
            return Err(self.tree.at(table, error.with_help("`econome profiles list model` shows all")));
        };
        self.choose(key, Some(name), name, "");
        let published = self.catalog.profile::<Model>(name).map_err(|error| self.tree.at(key, error))?;
        self.check_shape_overrides(name, &published)?;
        let (mut model, id) = self.profile::<Model>(key, name, model_place)?;
        let dense = !published.is_mixture();
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
            let key =
                if self.overrides(Kind::Model, "active_parameters") { "override.model.active_parameters" } else { key };
            return Err(self.tree.at(key, Error::new(words).infeasible()));
        }
        Ok(ChosenModel { model, id })
    }

    /// A shape that is not published has no single number to replace.
    fn check_shape_overrides(&self, name: &str, published: &Model) -> Result<(), Error> {
        let fields = self.file.overrides.get(Kind::Model.name());
        let of_shape =
            |field: &&String| matches!(model_place(field), Place::Number(path) if path.starts_with("architecture."));
        let found = fields.and_then(|fields| fields.keys().find(of_shape));
        let Some(field) = found.filter(|_| published.architecture.is_none()) else { return Ok(()) };
        let error = Error::new(format!("{name} publishes no shape in which {field} could be replaced"));
        let help = "parameters and active_parameters can be; for more, write a profile with [architecture]";
        Err(self.tree.at(&format!("override.model.{field}"), error.with_help(help)))
    }

    fn task(&mut self, keys: &Keys, table: &Inference, chosen: &ChosenModel) -> Result<Task, Error> {
        let usual = usual_task(&chosen.model);
        let given = table.task.map(Task::name);
        self.choose(&keys.own("task"), given, usual.name(), "what the model is made for");
        let task = table.task.unwrap_or(usual);
        let model = &chosen.model;
        let reads_text =
            model.diffusion.is_none() && !reads_pictures(model) && model.modality.as_deref() != Some("tabular");
        let has = |figure: fn(&Work) -> bool| model.work.as_ref().is_some_and(figure);
        let able = match task {
            Task::Text | Task::Document => model.architecture.is_some() || usual == Task::Text,
            Task::Image | Task::Video => model.diffusion.is_some() && usual == task,
            Task::Speech => has(|work| work.flop_per_audio_second.is_some()),
            Task::Embedding => reads_text,
            Task::Classification => reads_text || has(|work| work.flop_per_item.is_some()),
            Task::Detection => has(|work| work.flop_per_item.is_some()),
        };
        if able {
            return Ok(task);
        }
        let words = format!("{} says nothing about the task \"{}\"", chosen.id, task.name());
        let help = format!("its task is \"{}\"; `econome profiles list model` shows others", usual.name());
        let key = if table.task.is_some() { keys.own("task") } else { keys.own("model") };
        Err(self.tree.at(&key, Error::new(words).with_help(help).infeasible()))
    }
}

/// `[steps.NAME.serving]` over `[serving]`.
fn merged(own: Option<&ServingTable>, common: &ServingTable) -> ServingTable {
    let Some(own) = own else { return common.clone() };
    let own = own.clone();
    let mut common = common.clone();
    if own.accelerator.is_some() || own.instance.is_some() {
        // Instance, server, size of a replica and price go with the accelerator they were chosen for.
        common = ServingTable { accelerator: None, instance: None, server: None, accelerators: None, ..common };
    }
    ServingTable {
        mode: own.mode.or(common.mode),
        accelerator: own.accelerator.or(common.accelerator),
        instance: own.instance.or(common.instance),
        server: own.server.or(common.server),
        accelerators: own.accelerators.or(common.accelerators),
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
        Some("detection") => Task::Detection,
        _ => Task::Text,
    }
}

/// Where a figure stands in a model's profile.
fn model_place(field: &str) -> Place {
    match field {
        "parameters" | "active_parameters" => Place::top(field),
        "flop_per_audio_second"
        | "flop_per_item"
        | "tokens_per_page"
        | "launches"
        | "multiplied_parameters"
        | "passes_per_audio_second" => Place::Figure(format!("work.{field}")),
        "effective_parameters"
        | "pixels_per_token"
        | "frames_per_token"
        | "text_tokens"
        | "evaluations_per_step"
        | "memory_passes"
        | "frames_attended" => Place::Number(format!("diffusion.{field}")),
        _ => Place::Number(format!("architecture.{field}")),
    }
}
