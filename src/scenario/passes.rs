//! What one request asks for: texts, pictures and sound read, rows of tables, processor time.

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::precision::Precision;
use crate::profile;
use crate::scenario::coefficients::lacks;
use crate::scenario::door::Door;
use crate::scenario::file::Inference;
use crate::scenario::hardware::Chosen;
use crate::scenario::keys::Keys;
use crate::scenario::step::ChosenModel;
use crate::scenario::work::Stored;
use crate::scenario::{Cores, Items, Pass, PassCosts, Slot, Texts, Work, defaults};
use crate::units::{Compute, Count, Quantity as _, Time};

/// What a pass is made of, but for the model: how many in sequence, and pictures for the host to prepare.
struct Shape {
    passes: f64,
    why: &'static str,
    /// Key of the bibliography for what the number of passes rests on.
    source: Option<String>,
    tokens: f64,
    pictures: f64,
}

impl Door<'_> {
    /// Texts to embed or to classify.
    pub(super) fn texts(
        &mut self,
        keys: &Keys,
        table: &Inference,
        precision: Precision,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let (layers, width) = encoder(&chosen.model);
        let items = self.given_or(&keys.own("items"), table.items, &defaults::PER_UNIT);
        let input_tokens = self.needed(&keys.own("input_tokens"), table.input_tokens)?;
        let why = "layers times width of the encoder, zero where not known";
        let attention_width =
            self.derive(&keys.other("model.attention_width"), Count::of(layers * width), Law::Exact, why);
        let shape = Shape {
            passes: self.value(*items.place()),
            why: "one for each text",
            source: None,
            tokens: 0.0,
            pictures: 0.0,
        };
        let pass = self.pass(keys, precision, chosen, &shape);
        let texts = Texts { items, input_tokens, multiplied_parameters: pass.parameters, attention_width };
        Ok(Work::Texts { texts, pass, costs: self.pass_costs(keys, hardware)? })
    }

    /// Pictures to classify, or in which to detect things.
    pub(super) fn pictures_read(
        &mut self,
        keys: &Keys,
        table: &Inference,
        figure: &Figure<Compute>,
        precision: Precision,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let items = self.items(keys, table, figure, chosen);
        let count = self.value(*items.items.place());
        let prepared = if reads_pictures(&chosen.model) { count } else { 0.0 };
        let shape = Shape { passes: count, why: "one for each item", source: None, tokens: 0.0, pictures: prepared };
        let pass = self.pass(keys, precision, chosen, &shape);
        Ok(Work::Items { items, pass, costs: self.pass_costs(keys, hardware)? })
    }

    /// Sound to transcribe.
    pub(super) fn speech(
        &mut self,
        keys: &Keys,
        table: &Inference,
        precision: Precision,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let asked = self.needed(&keys.own("audio_seconds"), table.audio_seconds)?;
        let seconds = self.value(*asked.place());
        let work = chosen.model.work.as_ref();
        let lacking = || Error::new(format!("{} has no flop_per_audio_second", chosen.id));
        let figure = work.and_then(|work| work.flop_per_audio_second.as_ref()).ok_or_else(lacking)?;
        let window = work.and_then(|work| work.window_seconds).map_or(0.0, |window| window.coherent());
        let why = "seconds of sound, at least one window of the model";
        let items = self.derive(&keys.own("items"), Count::of(seconds.max(window)), Law::Exact, why);
        let flop_per_item = self.figure(&keys.other("model.flop_per_audio_second"), figure, &chosen.id);
        let written = work.and_then(|work| work.passes_per_audio_second.as_ref());
        let windows = if window > 0.0 { (seconds / window).max(1.0) } else { 1.0 };
        let tokens = written.map_or(0.0, |figure| figure.value.coherent()) * seconds;
        let shape = Shape {
            passes: windows + tokens,
            why: "one for each window of sound, and one for each token written",
            source: written.map(|figure| figure.source.clone()),
            tokens,
            pictures: 0.0,
        };
        let pass = self.pass(keys, precision, chosen, &shape);
        Ok(Work::Items { items: Items { items, flop_per_item }, pass, costs: self.pass_costs(keys, hardware)? })
    }

    /// Rows of a table, of which only the arithmetic is known.
    pub(super) fn rows(
        &mut self,
        keys: &Keys,
        table: &Inference,
        figure: &Figure<Compute>,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let items = self.items(keys, table, figure, chosen);
        let efficiency = self.coefficient(keys, "row_efficiency", |stack| &stack.row_efficiency, hardware)?;
        Ok(Work::Rows { items, efficiency })
    }

    /// Processor time that was measured.
    pub(super) fn cores(
        &mut self,
        keys: &Keys,
        table: &Inference,
        chosen: &ChosenModel,
        hardware: &Chosen,
    ) -> Result<Work<Slot>, Error> {
        let key = keys.own("cpu_seconds");
        let Some(seconds) = table.cpu_seconds else { return Err(lacks(&chosen.id, "cpu_seconds")) };
        let Some(cores) = &hardware.accelerator.cores else {
            let words = format!("{} has no cores", hardware.accelerator_id.replace('/', " "));
            let help = "give serving.accelerator = \"cpu-epyc-9334\" or another processor";
            return Err(self.tree.at(&key, Error::new(words).with_help(help)));
        };
        let items = self.given_or(&keys.own("items"), table.items, &defaults::PER_UNIT);
        Ok(Work::Cores {
            cores: Cores {
                items,
                core_time: self.given(&key, Time::seconds(seconds.coherent())),
                cores: self.figure(&keys.other("accelerator.cores"), cores, &hardware.accelerator_id),
            },
        })
    }

    fn items(&mut self, keys: &Keys, table: &Inference, figure: &Figure<Compute>, chosen: &ChosenModel) -> Items<Slot> {
        Items {
            items: self.given_or(&keys.own("items"), table.items, &defaults::PER_UNIT),
            flop_per_item: self.figure(&keys.other("model.flop_per_item"), figure, &chosen.id),
        }
    }

    fn pass(&mut self, keys: &Keys, precision: Precision, chosen: &ChosenModel, shape: &Shape) -> Pass<Slot> {
        let bytes = Count::of(Stored::new(precision, false).dense);
        let why = format!("{} weights", precision.name());
        let known = chosen.model.work.as_ref().and_then(|work| work.multiplied_parameters.as_ref());
        let figure = known.unwrap_or(&chosen.model.active_parameters);
        let parameters = self.model_size(&keys.other("model.multiplied_parameters"), figure, &chosen.id);
        let passes = self.derive(&keys.own("passes"), Count::of(shape.passes), Law::Exact, shape.why);
        if let Some(source) = &shape.source {
            self.cite(source, Some(&chosen.id));
        }
        Pass {
            passes,
            parameters,
            parameter_bytes: self.derive(&keys.own("parameter_bytes"), bytes, Law::Exact, &why),
            launches: self.launches(keys, chosen),
            tokens: self.derive(&keys.own("tokens"), Count::of(shape.tokens), Law::Exact, "written one by one"),
            pictures: self.derive(
                &keys.own("pictures"),
                Count::of(shape.pictures),
                Law::Exact,
                "pictures that the host prepares",
            ),
        }
    }

    fn launches(&mut self, keys: &Keys, chosen: &ChosenModel) -> Count<Slot> {
        let key = keys.other("model.launches");
        if let Some(figure) = chosen.model.work.as_ref().and_then(|work| work.launches.as_ref()) {
            return self.figure(&key, figure, &chosen.id);
        }
        let (layers, _) = encoder(&chosen.model);
        if layers == 0.0 {
            return self.assume::<Count>(&key, &defaults::LAUNCHES);
        }
        let each = defaults::LAUNCHES_PER_LAYER;
        let law = Law::interval(layers * each.ends.0, layers * each.ends.1);
        let slot = self.derive(&key, Count::of(layers * each.value), law, each.reason);
        self.cite(each.source, None);
        slot
    }

    fn pass_costs(&mut self, keys: &Keys, hardware: &Chosen) -> Result<PassCosts<Slot>, Error> {
        macro_rules! coefficient {
            ($name:ident) => {
                self.coefficient(keys, stringify!($name), |stack| &stack.$name, hardware)?
            };
        }
        Ok(PassCosts {
            efficiency: coefficient!(pass_efficiency),
            memory_efficiency: coefficient!(pass_memory_efficiency),
            overhead: coefficient!(pass_overhead),
            launch_overhead: coefficient!(pass_launch_overhead),
            token_overhead: coefficient!(pass_token_overhead),
            picture_overhead: coefficient!(pass_picture_overhead),
        })
    }
}

/// Whether a model reads pictures, which the host decodes and resizes.
pub(super) fn reads_pictures(model: &profile::Model) -> bool {
    matches!(model.modality.as_deref(), Some("vision" | "detection"))
}

/// Layers and width of an encoder, zero where its profile does not say.
fn encoder(model: &profile::Model) -> (f64, f64) {
    let own = model.work.as_ref().and_then(|work| work.layers.zip(work.hidden_size));
    let shape = || model.architecture.as_ref().map(|shape| (shape.layers, shape.hidden_size));
    own.or_else(shape).map_or((0.0, 0.0), |(layers, width)| (layers.coherent(), width.coherent()))
}
