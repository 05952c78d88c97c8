//! Training or fine-tuning.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::precision::Precision;
use crate::profile::{Accelerator, Model, Stack, StackFigures};
use crate::scenario::chosen::Place;
use crate::scenario::door::Door;
use crate::scenario::file::{Method, TrainingTable};
use crate::scenario::hardware::stack_place;
use crate::scenario::keys::Keys;
use crate::scenario::step::ChosenModel;
use crate::scenario::{Effort, Rollout, Slot, Training, TrainingSite, defaults};
use crate::units::{Count, Power, Quantity, Share, Time};

/// Parameters from which a dense model counts as large, for the share of the peak reached.
///
/// Source: class of `training_mfu_dense_large`.
const LARGE: f64 = 60e9;
/// Parameters below which it counts as small.
///
/// Source: class of `training_mfu_dense_small`.
const SMALL: f64 = 20e9;

impl Door<'_> {
    pub(super) fn training(&mut self) -> Result<Option<Training<Slot>>, Error> {
        let Some(table) = self.file.training.clone() else { return Ok(None) };
        self.check_effort(&table)?;
        let keys = Keys::training();
        let (accelerator, id) = self.training_accelerator(&table)?;
        let device = self.device(&keys, &accelerator, &id, Precision::Bf16)?;
        let serving_server = self.file.serving.server.as_deref().filter(|_| table.accelerator.is_none());
        let server = table.server.as_deref().or(serving_server);
        let host = self.host(&keys, "training.server", server, &accelerator)?;
        let bare = id.trim_start_matches("accelerator/").to_owned();
        let (stack, stack_id) =
            self.profile::<Stack>("training", defaults::TRAINING_STACK, |field| stack_place(&bare, field))?;
        let figures = stack.figures_on(&bare);
        let effort = self.effort(&table, &figures, &stack_id)?;
        let rollout = self.rollout(&table, &effort, &figures, &stack_id)?;
        let site = self.training_site(&table, &accelerator, &figures, &stack_id)?;
        Ok(Some(Training { effort, rollout, site, device, host }))
    }

    fn check_effort(&self, table: &TrainingTable) -> Result<(), Error> {
        let given = [table.tokens.is_some(), table.flop.is_some(), table.accelerator_hours.is_some()];
        if given.iter().any(|given| *given) {
            return Ok(());
        }
        let error = Error::new("[training] needs tokens, flop or accelerator_hours");
        Err(self.tree.at("training", error.with_help("write for example tokens = 1e9")))
    }

    fn training_accelerator(&mut self, table: &TrainingTable) -> Result<(Arc<Accelerator>, String), Error> {
        let key = if table.accelerator.is_some() { "training.accelerator" } else { "serving.accelerator" };
        let given = table.accelerator.clone().or_else(|| self.file.serving.accelerator.clone());
        let name = self.choose("training.accelerator", given.as_deref(), defaults::ACCELERATOR, "no accelerator named");
        self.profile::<Accelerator>(key, &name, Place::top)
    }

    /// How much work: billed hours win over operations, operations over tokens.
    fn effort(&mut self, table: &TrainingTable, figures: &StackFigures, stack: &str) -> Result<Effort<Slot>, Error> {
        let chosen = self.training_model(table)?;
        self.consume("training.method");
        if let Some(hours) = table.accelerator_hours {
            return Ok(Effort::Hours(self.given("training.accelerator_hours", Time::hours(hours.coherent()))));
        }
        let mfu = self.mfu(table, chosen.as_ref().map(|chosen| &*chosen.model), figures, stack)?;
        if let Some(flop) = &table.flop {
            let flop = flop.compute().map_err(|error| self.tree.at("training.flop", error))?;
            return Ok(Effort::Flop { flop: self.given("training.flop", flop), mfu });
        }
        let (Some(chosen), Some(tokens)) = (chosen, table.tokens) else {
            let error = Error::new("[training] needs a model to go with tokens");
            return Err(self.tree.at("training", error.with_help("add model, or give accelerator_hours instead")));
        };
        let flop_per_parameter = self.flop_per_parameter(table);
        Ok(Effort::Tokens {
            tokens: self.given("training.tokens", tokens),
            active_parameters: self.model_size(
                "training.model.active_parameters",
                &chosen.model.active_parameters,
                &chosen.id,
            ),
            flop_per_parameter,
            mfu,
        })
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

    /// Share of the peak reached over billed hours, by kind of model and accelerator.
    fn mfu(
        &mut self,
        table: &TrainingTable,
        model: Option<&Model>,
        figures: &StackFigures,
        stack: &str,
    ) -> Result<Share<Slot>, Error> {
        if let Some(mfu) = table.mfu {
            if mfu.coherent() == 0.0 {
                return Err(self.wrong("training.mfu", "a share of zero never ends"));
            }
            return Ok(self.given("training.mfu", mfu));
        }
        let (name, figure) = mfu_class(model, figures);
        let figure = figure.as_ref().ok_or_else(|| Error::new(format!("{stack} has no {name}")))?;
        let slot = self.figure("training.mfu", figure, stack);
        self.identify(format!("{stack}/{name}"));
        Ok(slot)
    }

    fn rollout(
        &mut self,
        table: &TrainingTable,
        effort: &Effort<Slot>,
        figures: &StackFigures,
        stack: &str,
    ) -> Result<Option<Rollout<Slot>>, Error> {
        let Effort::Tokens { tokens, active_parameters, .. } = *effort else { return Ok(None) };
        if table.method != Some(Method::Reinforcement) {
            return Ok(None);
        }
        let figure = figures.rollout_efficiency.as_ref();
        let figure = figure.ok_or_else(|| Error::new(format!("{stack} has no rollout_efficiency")))?;
        let efficiency = self.figure("stack.rollout_efficiency", figure, stack);
        Ok(Some(Rollout { tokens, active_parameters, efficiency }))
    }

    fn training_site(
        &mut self,
        table: &TrainingTable,
        accelerator: &Accelerator,
        figures: &StackFigures,
        stack: &str,
    ) -> Result<TrainingSite<Slot>, Error> {
        let missing = |name: &str| Error::new(format!("{stack} has no {name}"));
        let share = figures.training_power_share.as_ref().ok_or_else(|| missing("training_power_share"))?;
        let ratio = figures.training_host_ratio.as_ref().ok_or_else(|| missing("training_host_ratio"))?;
        let power = match table.power {
            Some(power) => self.given("training.power", power),
            None => self.training_power(accelerator, share, stack),
        };
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
            host_ratio: self.figure("stack.training_host_ratio", ratio, stack),
            programme_factor: table.programme_factor.map(|factor| self.given("training.programme_factor", factor)),
            runs_per_year: self.runs_per_year(),
            amortised_over,
        })
    }

    /// Mean power: a share of the rated power.
    fn training_power(&mut self, accelerator: &Accelerator, share: &Figure<Share>, stack: &str) -> Power<Slot> {
        let tdp = accelerator.tdp.value.coherent();
        let central = share.value.coherent();
        let law = share.law.ends().map_or(Law::Exact, |(low, high)| Law::interval(low * tdp, high * tdp));
        let reason = format!("{central} of the rated power of {tdp} W");
        let slot = self.derive("training.power", Power::watts(central * tdp), law, &reason);
        self.cite(&share.source, Some(stack));
        self.identify(format!("{stack}/training_power_share"));
        slot
    }
}

/// The share that fits the model best: classes by size exist for some accelerators only.
fn mfu_class<'f>(model: Option<&Model>, figures: &'f StackFigures) -> (&'static str, &'f Option<Figure<Share>>) {
    let parameters = model.map_or(0.0, |model| model.parameters.value.coherent());
    if model.is_some_and(Model::is_mixture) {
        ("training_mfu_experts", &figures.training_mfu_experts)
    } else if figures.training_mfu_dense_large.is_some() && parameters >= LARGE {
        ("training_mfu_dense_large", &figures.training_mfu_dense_large)
    } else if figures.training_mfu_dense_small.is_some() && parameters > 0.0 && parameters < SMALL {
        ("training_mfu_dense_small", &figures.training_mfu_dense_small)
    } else {
        ("training_mfu_dense", &figures.training_mfu_dense)
    }
}
