//! Work of image and video models.

use crate::error::Error;
use crate::figure::Law;
use crate::profile::Kind;
use crate::scenario::door::Door;
use crate::scenario::file::{Inference, Task};
use crate::scenario::hardware::Chosen;
use crate::scenario::keys::Keys;
use crate::scenario::step::ChosenModel;
use crate::scenario::{PictureCosts, Pictures, Slot, defaults};
use crate::units::Count;

impl Door<'_> {
    pub(super) fn pictures(
        &mut self,
        keys: &Keys,
        table: &Inference,
        task: Task,
        chosen: &ChosenModel,
    ) -> Result<Pictures<Slot>, Error> {
        let Some(shape) = &chosen.model.diffusion else {
            return Err(Error::new(format!("{} has no diffusion table", chosen.id)));
        };
        let one = Count::of(1.0);
        let video = task == Task::Video;
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
            if !self.overrides(Kind::Model, name) {
                self.cite(&shape.source, Some(&chosen.id));
            }
            slot
        };
        let shape_numbers = [
            number("pixels_per_token", shape.pixels_per_token),
            number("frames_per_token", if video { shape.frames_per_token.unwrap_or(one) } else { one }),
            number("text_tokens", shape.text_tokens.unwrap_or(Count::of(0.0))),
            number("evaluations_per_step", shape.evaluations_per_step),
            number("effective_parameters", shape.effective_parameters),
            number("layers", shape.layers),
            number("attention_layers", shape.attention_layers.unwrap_or(shape.layers)),
            number("frames_attended", shape.frames_attended.unwrap_or(Count::of(defaults::NO_WINDOW))),
            number("hidden_size", shape.hidden_size),
        ];
        let [
            pixels_per_token,
            frames_per_token,
            text_tokens,
            evaluations_per_step,
            effective_parameters,
            layers,
            attention_layers,
            frames_attended,
            hidden_size,
        ] = shape_numbers;
        let memory_passes = match shape.memory_passes {
            Some(passes) => {
                let slot = self.given(&keys.other("model.memory_passes"), passes);
                self.cite(&shape.source, Some(&chosen.id));
                slot
            }
            None => self.assume::<Count>(&keys.other("model.memory_passes"), &defaults::MEMORY_PASSES),
        };
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
            attention_layers,
            frames_attended,
            hidden_size,
            memory_passes,
        })
    }

    pub(super) fn picture_costs(&mut self, keys: &Keys, hardware: &Chosen) -> Result<PictureCosts<Slot>, Error> {
        macro_rules! coefficient {
            ($name:ident) => {
                self.coefficient(keys, stringify!($name), |stack| &stack.$name, hardware)?
            };
        }
        Ok(PictureCosts {
            efficiency: coefficient!(picture_efficiency),
            attention_efficiency: coefficient!(picture_attention_efficiency),
            memory_efficiency: coefficient!(picture_memory_efficiency),
            layer_overhead: coefficient!(picture_layer_overhead),
            step_overhead: coefficient!(picture_step_overhead),
            exchange: coefficient!(picture_exchange),
            exchange_latency: coefficient!(picture_exchange_latency),
            pixel_work: coefficient!(picture_pixel_work),
        })
    }
}
