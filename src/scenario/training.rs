//! Training or fine-tuning: how much work, and at what power.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::precision::Precision;
use crate::profile::{Accelerator, Kind, Stack, StackFigures};
use crate::scenario::chosen::Place;
use crate::scenario::coefficients::lacks;
use crate::scenario::door::Door;
use crate::scenario::file::{Method, TrainingTable};
use crate::scenario::hardware::{incomplete, stack_place};
use crate::scenario::keys::Keys;
use crate::scenario::rented::NamedServer;
use crate::scenario::step::ChosenModel;
use crate::scenario::{Draw, Effort, Reached, Rollout, Slot, Training, TrainingSite, defaults};
use crate::units::{Count, Power, Quantity, Share, Time};

/// The profile with the figures of training, as it applies to the accelerator chosen.
pub(super) struct Practice {
    pub(super) stack: Arc<Stack>,
    pub(super) figures: StackFigures,
    pub(super) id: String,
    /// The accelerator's name without its kind.
    pub(super) accelerator: String,
}

impl Door<'_> {
    pub(super) fn training(&mut self) -> Result<Option<Training<Slot>>, Error> {
        let Some(table) = self.file.training.clone() else { return Ok(None) };
        self.check_effort(&table)?;
        let keys = Keys::training();
        let mut hardware = self.training_hardware(&table);
        let rented = self.rent(&keys, &mut hardware)?;
        let (accelerator, id) = self.training_accelerator(&table, hardware.accelerator.as_deref())?;
        let device = self.device(&keys, &accelerator, &id, Precision::Bf16)?;
        let server = NamedServer::of(&hardware, rented.as_ref());
        let host = self.host(&keys, "training.server", server, &accelerator)?;
        self.credit(&keys, rented.as_ref());
        let practice = self.practice(&id)?;
        let effort = self.effort(&table, &practice)?;
        let rollout = self.rollout(&table, &effort, &practice)?;
        let site = self.training_site(&table, &accelerator, &id, &practice)?;
        Ok(Some(Training { effort, rollout, site, device, host }))
    }

    fn practice(&mut self, accelerator: &str) -> Result<Practice, Error> {
        let bare = accelerator.trim_start_matches("accelerator/").to_owned();
        let (stack, id) =
            self.profile::<Stack>("training", defaults::TRAINING_STACK, |field| stack_place(&bare, field))?;
        Ok(Practice { figures: stack.figures_on(&bare), stack, id, accelerator: bare })
    }

    fn check_effort(&self, table: &TrainingTable) -> Result<(), Error> {
        let given = [table.tokens.is_some(), table.flop.is_some(), table.accelerator_hours.is_some()];
        if given.iter().any(|given| *given) {
            return Ok(());
        }
        let error = Error::new("[training] needs tokens, flop or accelerator_hours");
        Err(self.tree.at("training", error.with_help("write for example tokens = 1e9")))
    }

    fn training_accelerator(
        &mut self,
        table: &TrainingTable,
        given: Option<&str>,
    ) -> Result<(Arc<Accelerator>, String), Error> {
        let key = if table.accelerator.is_some() { "training.accelerator" } else { "serving.accelerator" };
        let name = self.choose("training.accelerator", given, defaults::ACCELERATOR, "no accelerator named");
        self.profile::<Accelerator>(key, &name, Place::top)
    }

    /// How much work: billed hours win over operations, operations over tokens.
    fn effort(&mut self, table: &TrainingTable, practice: &Practice) -> Result<Effort<Slot>, Error> {
        let start = self.inputs.len();
        let chosen = self.training_model(table)?;
        self.consume("training.method");
        if let Some(hours) = table.accelerator_hours {
            return Ok(Effort::Hours(self.given("training.accelerator_hours", Time::hours(hours.coherent()))));
        }
        if let Some(flop) = &table.flop {
            let flop = flop.compute().map_err(|error| self.tree.at("training.flop", error))?;
            let mfu = self.reached(table, chosen.as_ref(), practice)?;
            self.widen_training(table, &mfu, practice, start);
            return Ok(Effort::Flop { flop: self.given("training.flop", flop), mfu });
        }
        let (Some(chosen), Some(tokens)) = (chosen, table.tokens) else {
            let error = Error::new("[training] needs a model to go with tokens");
            return Err(self.tree.at("training", error.with_help("add model, or give accelerator_hours instead")));
        };
        let mfu = self.reached(table, Some(&chosen), practice)?;
        let flop_per_parameter = self.flop_per_parameter(table);
        let active_parameters = match &mfu {
            Reached::Computed(form) => form.active_parameters,
            Reached::Given(_) => {
                self.model_size("training.model.active_parameters", &chosen.model.active_parameters, &chosen.id)
            }
        };
        let tokens = self.given("training.tokens", tokens);
        self.widen_training(table, &mfu, practice, start);
        Ok(Effort::Tokens { tokens, active_parameters, flop_per_parameter, mfu })
    }

    fn training_model(&mut self, table: &TrainingTable) -> Result<Option<ChosenModel>, Error> {
        let fallback = self.file.inference.as_ref().and_then(|inference| inference.model.clone());
        let name = table.model.clone().or(fallback);
        name.map(|name| self.model("training.model", Some(&name))).transpose()
    }

    /// Full training, or the part that an adapter needs.
    fn flop_per_parameter(&mut self, table: &TrainingTable) -> Count<Slot> {
        let method = table.method.unwrap_or(Method::Pretraining);
        self.choose("training.method", table.method.map(Method::name), method.name(), "all parameters from the start");
        let key = "training.flop_per_parameter";
        if method != Method::Lora {
            let full = Count::of(crate::physics::training::FULL_TRAINING);
            let slot = self.derive(key, full, Law::Exact, "forward, and twice that backward");
            self.cite("kaplan-2020", None);
            return slot;
        }
        self.consume("training.trained_share");
        let assumed = defaults::TRAINED_SHARE;
        let flop = |share: f64| crate::physics::training::adapter_flop(Share::fraction(share)).value();
        let (share, ends) = match table.trained_share {
            Some(share) => (share.coherent(), (share.coherent(), share.coherent())),
            None => (assumed.value, assumed.ends),
        };
        let law = Law::interval(flop(ends.0), flop(ends.1));
        let reason = format!("4 + 2 x {share}, the share of parameters that the adapter trains");
        let slot = self.derive(key, Count::of(flop(share)), law, &reason);
        self.cite(assumed.source, None);
        slot
    }

    fn rollout(
        &mut self,
        table: &TrainingTable,
        effort: &Effort<Slot>,
        practice: &Practice,
    ) -> Result<Option<Rollout<Slot>>, Error> {
        let Effort::Tokens { tokens, active_parameters, .. } = *effort else { return Ok(None) };
        if table.method != Some(Method::Reinforcement) {
            return Ok(None);
        }
        let efficiency = self.practised(practice, "rollout_efficiency", |figures| &figures.rollout_efficiency)?;
        Ok(Some(Rollout { tokens, active_parameters, efficiency }))
    }

    fn training_site(
        &mut self,
        table: &TrainingTable,
        accelerator: &Accelerator,
        id: &str,
        practice: &Practice,
    ) -> Result<TrainingSite<Slot>, Error> {
        let power = self.draw(table, accelerator, id, practice)?;
        if table.programme_factor.is_none() {
            self.gap(
                "training programme around the final run: training.programme_factor not given (1.5 to 5.6 published)",
            );
        }
        if let Some(factor) = table.programme_factor.filter(|factor| factor.coherent() < 1.0) {
            let words = format!("a programme is at least its final run, found a factor of {factor}");
            return Err(self.wrong("training.programme_factor", &words));
        }
        let amortised_over = match &table.amortised_over {
            Some(text) => {
                let count = text.count().map_err(|error| self.tree.at("training.amortised_over", error))?;
                Some(self.given("training.amortised_over", count))
            }
            None => None,
        };
        Ok(TrainingSite {
            power,
            time_ratio: self.training_ratio()?,
            programme_factor: table.programme_factor.map(|factor| self.given("training.programme_factor", factor)),
            runs_per_year: self.runs_per_year(),
            amortised_over,
        })
    }

    /// Mean power: what the scenario gives, else the node as measured, else shares of the rated power.
    fn draw(
        &mut self,
        table: &TrainingTable,
        accelerator: &Accelerator,
        id: &str,
        practice: &Practice,
    ) -> Result<Draw<Slot>, Error> {
        if let Some(node) = table.node_power {
            if table.power.is_some_and(|power| power > node) {
                return Err(self.wrong("training.power", "an accelerator draws no more than its share of the node"));
            }
            let node = self.given("training.node_power", node);
            return Ok(Draw::Node { node, power: self.accelerator_power(table, accelerator, practice)? });
        }
        // A measured node speaks of the accelerator as it is: not of another rated power, nor of another host.
        let changed = self.overrides(Kind::Accelerator, "tdp")
            || self.overrides(Kind::Stack, "training_host_ratio")
            || self.overrides(Kind::Stack, "training_power_share");
        let measured = accelerator.training_node_power.as_ref().filter(|_| table.power.is_none() && !changed);
        let power = self.accelerator_power(table, accelerator, practice)?;
        Ok(match measured {
            Some(node) => Draw::Node { node: self.figure("training.node_power", node, id), power },
            None => Draw::Accelerator {
                power,
                host_ratio: self.practised(practice, "training_host_ratio", |figures| &figures.training_host_ratio)?,
            },
        })
    }

    /// Mean power of the accelerator alone: given, or a share of the rated power.
    fn accelerator_power(
        &mut self,
        table: &TrainingTable,
        accelerator: &Accelerator,
        practice: &Practice,
    ) -> Result<Power<Slot>, Error> {
        if let Some(power) = table.power {
            return Ok(self.given("training.power", power));
        }
        let missing = || lacks(&practice.id, "training_power_share");
        let share = practice.figures.training_power_share.as_ref().ok_or_else(missing)?;
        let tdp = accelerator.tdp.as_ref().ok_or_else(|| incomplete(accelerator, &practice.accelerator))?;
        let tdp = tdp.value.coherent();
        let central = share.value.coherent();
        let law = share.law.ends().map_or(Law::Exact, |(low, high)| Law::interval(low * tdp, high * tdp));
        let reason = format!("{central} of the rated power of {tdp} W");
        let slot = self.derive("training.power", Power::watts(central * tdp), law, &reason);
        self.cite(&share.source, Some(&practice.id));
        self.identify(format!("{}/training_power_share", practice.id));
        Ok(slot)
    }

    /// A figure of the practice of training.
    pub(super) fn practised<Q: Quantity>(
        &mut self,
        practice: &Practice,
        name: &str,
        get: impl Fn(&StackFigures) -> &Option<Figure<Q>>,
    ) -> Result<Q::Over<Slot>, Error> {
        let figure = get(&practice.figures).as_ref().ok_or_else(|| lacks(&practice.id, name))?;
        Ok(self.figure(&format!("stack.{name}"), figure, &practice.id))
    }
}
