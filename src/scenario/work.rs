//! What one request asks for: the task, and the tokens of texts and documents.

use crate::error::Error;
use crate::figure::Law;
use crate::precision::Precision;
use crate::profile::{Architecture, Attention, Kind};
use crate::scenario::door::Door;
use crate::scenario::file::{Inference, Task};
use crate::scenario::hardware::Chosen;
use crate::scenario::keys::Keys;
use crate::scenario::step::ChosenModel;
use crate::scenario::{Slot, Tokens, Transformer, Work, defaults};
use crate::units::{Count, Quantity, Share};

impl Door<'_> {
    pub(super) fn work(
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
            Task::Image | Task::Video => {
                let costs = self.picture_costs(keys, hardware)?;
                Ok(Work::Pictures { pictures: self.pictures(keys, table, task, chosen)?, costs })
            }
            Task::Speech => self.speech(keys, table, precision, chosen, hardware),
            Task::Embedding => self.texts(keys, table, precision, chosen, hardware),
            Task::Classification | Task::Detection => {
                let known = chosen.model.work.as_ref().and_then(|work| work.flop_per_item.as_ref());
                match known {
                    None => self.texts(keys, table, precision, chosen, hardware),
                    Some(_) if table.cpu_seconds.is_some() => self.cores(keys, table, chosen, hardware),
                    Some(figure) if chosen.model.modality.as_deref() == Some("tabular") => {
                        self.rows(keys, table, figure, chosen, hardware)
                    }
                    Some(figure) => self.pictures_read(keys, table, figure, precision, chosen, hardware),
                }
            }
        }
    }

    pub(super) fn needed(&mut self, key: &str, value: Option<Count>) -> Result<Count<Slot>, Error> {
        match value {
            Some(value) => Ok(self.given(key, value)),
            None => {
                let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
                let error = Error::new(format!("[{table}] needs {name}")).infeasible();
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
        let mixture = chosen.model.is_mixture();
        let stored = Stored::new(precision, mixture);
        let reason = format!("{} weights", precision.name());
        let tokens = Tokens {
            input_tokens: self.prompt(keys, table, task, chosen)?,
            output_tokens: self.needed(&keys.own("output_tokens"), table.output_tokens)?,
            cached_input_share: self.given_or(
                &keys.own("cached_input_share"),
                table.cached_input_share,
                &defaults::CACHED_SHARE,
            ),
            parameter_bytes: self.derive(&keys.own("parameter_bytes"), Count::of(stored.dense), Law::Exact, &reason),
            expert_bytes: self.derive(&keys.own("expert_bytes"), Count::of(stored.experts), Law::Exact, &reason),
            kv_bytes: self.derive(
                &keys.own("kv_bytes"),
                Count::of(stored.kv),
                Law::Exact,
                "16-bit cache, the software's default",
            ),
            input_variance: self.prompt_variance(keys, table, task),
        };
        let model = match &chosen.model.architecture {
            Some(shape) => self.transformer(keys, shape, chosen),
            None => {
                self.warn_of_usual_shape(chosen, table.precision.is_some());
                self.usual_transformer(keys, chosen)
            }
        };
        let serving = self.serving(keys, hardware, precision, mixture)?;
        Ok(Work::Tokens { tokens, model, serving })
    }

    /// Mean prompt over the turns of a dialogue: `input_tokens + tokens_per_turn * (turns - 1) / 2`.
    fn mean_prompt(
        &mut self,
        keys: &Keys,
        table: &Inference,
        turns: Count,
        growth: Count,
    ) -> Result<Count<Slot>, Error> {
        let key = keys.own("input_tokens");
        let Some(first) = table.input_tokens else { return self.needed(&key, None) };
        self.consume(&key);
        self.given(&keys.own("tokens_per_turn"), growth);
        let mean = first.coherent() + growth.coherent() * (turns.coherent() - 1.0) / 2.0;
        let reason = format!("mean of {turns} prompts that grow from {first} by {growth} a turn");
        Ok(self.derive(&key, Count::of(mean), Law::Exact, &reason))
    }

    /// Variance of the prompts of a dialogue: `tokens_per_turn^2 * (turns^2 - 1) / 12`.
    fn prompt_variance(&mut self, keys: &Keys, table: &Inference, task: Task) -> Option<Count<Slot>> {
        let (turns, growth) = table.turns.zip(table.tokens_per_turn).filter(|_| task == Task::Text)?;
        let (turns, growth) = (turns.coherent(), growth.coherent());
        let variance = growth * growth * (turns * turns - 1.0) / 12.0;
        let reason = "of prompts that grow evenly from turn to turn";
        Some(self.derive(&keys.own("input_variance"), Count::of(variance), Law::Exact, reason))
    }

    /// Prompt tokens: those given, and those of the pages of a document.
    fn prompt(
        &mut self,
        keys: &Keys,
        table: &Inference,
        task: Task,
        chosen: &ChosenModel,
    ) -> Result<Count<Slot>, Error> {
        let key = keys.own("input_tokens");
        if task == Task::Text {
            return match table.turns.zip(table.tokens_per_turn) {
                Some((turns, growth)) => self.mean_prompt(keys, table, turns, growth),
                None => self.needed(&key, table.input_tokens),
            };
        }
        let Some(pages) = table.pages else {
            return self.needed(&keys.own("pages"), None);
        };
        self.given(&keys.own("pages"), pages);
        let assumed = defaults::TOKENS_PER_PAGE;
        let published = chosen.model.work.as_ref().and_then(|work| work.tokens_per_page.as_ref());
        let (per_page, ends) = match published {
            Some(figure) => (
                figure.value.coherent(),
                figure.law.ends().unwrap_or((figure.value.coherent(), figure.value.coherent())),
            ),
            None => (assumed.value, assumed.ends),
        };
        let instruction = table.input_tokens.map_or(0.0, |tokens| tokens.coherent());
        self.consume(&key);
        let total = |tokens_per_page: f64| instruction + pages.coherent() * tokens_per_page;
        let law = Law::interval(total(ends.0), total(ends.1));
        let reason = format!("{per_page} tokens a page: {}", assumed.reason);
        let slot = self.derive(&key, Count::of(total(per_page)), law, &reason);
        self.cite(published.map_or(assumed.source, |figure| &figure.source), None);
        self.identify("default/tokens_per_page".to_owned());
        Ok(slot)
    }

    fn transformer(&mut self, keys: &Keys, shape: &Architecture, chosen: &ChosenModel) -> Transformer<Slot> {
        let id = &chosen.id;
        let parameters = self.model_size(&keys.other("model.parameters"), &chosen.model.parameters, id);
        let active_parameters =
            self.model_size(&keys.other("model.active_parameters"), &chosen.model.active_parameters, id);
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
            expert_parameters: self.shape(
                keys,
                "expert_parameters",
                shape.expert_parameters.unwrap_or(Count::of(0.0)),
                shape,
                id,
            ),
            expert_share: self.shape(keys, "expert_share", Share::fraction(share), shape, id),
            layers: self.shape(keys, "layers", shape.layers, shape, id),
            attention_layers: self.shape(
                keys,
                "attention_layers",
                shape.attention_layers.unwrap_or(shape.layers),
                shape,
                id,
            ),
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
            state_elements: self.shape(
                keys,
                "state_elements",
                shape.state_elements.unwrap_or(Count::of(0.0)),
                shape,
                id,
            ),
        }
    }

    /// A number of a model's sourced table.
    fn shape<Q: Quantity>(
        &mut self,
        keys: &Keys,
        name: &str,
        value: Q,
        shape: &Architecture,
        id: &str,
    ) -> Q::Over<Slot> {
        let slot = self.given(&keys.other(&format!("model.{name}")), value);
        let written: &[&str] = match name {
            "kv_width" => &["head_dim"],
            "expert_share" => &["experts", "experts_per_token"],
            name => &[name],
        };
        if !written.iter().any(|field| self.overrides(Kind::Model, field)) {
            self.cite(&shape.source, Some(id));
        }
        slot
    }
}

/// Bytes of a parameter, of a parameter of an expert, and of a number of the cache.
pub(super) struct Stored {
    pub(super) dense: f64,
    experts: f64,
    kv: f64,
}

impl Stored {
    /// In 4-bit floating point, a mixture of experts keeps everything but its experts in 16 bits.
    pub(super) fn new(precision: Precision, mixture: bool) -> Self {
        let bytes = |name: &str| {
            let known = defaults::PARAMETER_BYTES.iter().find(|(other, _)| *other == name);
            known.map_or(f64::NAN, |(_, bytes)| *bytes)
        };
        let dense = if mixture && precision == Precision::Fp4 { Precision::Bf16 } else { precision };
        let kv = if precision == Precision::Fp32 { defaults::KV_BYTES_FP32 } else { defaults::KV_BYTES };
        Self { dense: bytes(dense.name()), experts: bytes(precision.name()), kv }
    }
}
