//! The shape usual for a language model of some size: a rule over the shapes of open models.

use crate::math::Real;

/// One billion, in which the rule counts parameters.
const BILLION: f64 = 1e9;
/// Layers of a model with a billion active parameters, and how they grow with these.
///
/// Source: `shape-rule-2026`, least squares in logarithms over 197 shapes, log standard deviation 0.24.
const LAYERS: (f64, f64) = (22.3, 0.26);
/// Width of a model with a billion active parameters, and how it grows with these.
///
/// Source: `shape-rule-2026`, as above, log standard deviation 0.15.
const WIDTH: (f64, f64) = (1630.0, 0.40);
/// Key-value heads.
///
/// Source: `shape-rule-2026`, median of the shapes of 2024 and later.
const KV_HEADS: f64 = 8.0;
/// Width of a head.
///
/// Source: `shape-rule-2026`, median of the shapes of 2024 and later.
const HEAD_DIM: f64 = 128.0;
/// Entries of the vocabulary.
///
/// Source: `shape-rule-2026`, median of the shapes of 2024 and later.
const VOCABULARY: f64 = 131_072.0;
/// Share of the experts that one token uses, over the share of the parameters.
///
/// Source: `shape-rule-2026`, median of 36 mixtures of experts, 0.39 to 0.91 (5th and 95th percentiles).
const EXPERT_SHARE: f64 = 0.6;

/// Log standard deviation of the energy of a request computed with this rule, around the one with the true shape.
///
/// Source: 0.127 on 610 of the 619 measured configurations of the fit (ML.ENERGY), 0.17 with prompts forty times as
/// long; `tests/shapes.rs` computes both again.
pub(super) const LOG_SD: f64 = 0.15;

/// Shape of a language model, as far as its size tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) layers: f64,
    pub(super) hidden_size: f64,
    pub(super) kv_heads: f64,
    pub(super) head_dim: f64,
    pub(super) vocabulary: f64,
    /// One for a dense model.
    pub(super) expert_share: f64,
}

impl Shape {
    /// The shape usual for this many parameters.
    pub(super) fn usual(parameters: f64, active: f64) -> Self {
        let power = |(factor, exponent): (f64, f64)| (factor * (active / BILLION).pow(exponent)).round().max(1.0);
        let dense = active >= parameters;
        Self {
            layers: power(LAYERS),
            hidden_size: power(WIDTH),
            kv_heads: KV_HEADS,
            head_dim: HEAD_DIM,
            vocabulary: VOCABULARY,
            expert_share: if dense { 1.0 } else { EXPERT_SHARE * active / parameters },
        }
    }

    /// Parameters of all experts that make up the difference between all and active ones.
    pub(super) fn expert_parameters(&self, parameters: f64, active: f64) -> f64 {
        if self.expert_share >= 1.0 {
            return 0.0;
        }
        ((parameters - active) / (1.0 - self.expert_share)).clamp(0.0, parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Catalog, Kind, Model};
    use crate::units::Quantity as _;

    #[test]
    fn all_and_active_parameters_come_back() {
        let (all, active) = (440e9, 76e9);
        let shape = Shape::usual(all, active);
        let experts = shape.expert_parameters(all, active);
        assert!((all - experts + experts * shape.expert_share - active).abs() < 1.0);
        assert_eq!(Shape::usual(7e9, 7e9).expert_parameters(7e9, 7e9), 0.0);
    }

    /// The rule against every published shape: how many lie within a factor.
    #[test]
    fn published_shapes_are_near_the_usual_one() {
        let catalog = Catalog::builtin();
        let (mut layers, mut widths) = (Vec::new(), Vec::new());
        for text in catalog.texts(Kind::Model) {
            let model = catalog.profile::<Model>(text.id).unwrap();
            let Some(published) = &model.architecture else { continue };
            let usual = Shape::usual(model.parameters.value.coherent(), model.active_parameters.value.coherent());
            layers.push(published.layers.coherent() / usual.layers);
            widths.push(published.hidden_size.coherent() / usual.hidden_size);
        }
        let within = |ratios: &[f64], factor: f64| {
            let inside = ratios.iter().filter(|ratio| **ratio < factor && **ratio > 1.0 / factor).count();
            inside as f64 / ratios.len() as f64
        };
        assert!(layers.len() > 250, "{}", layers.len());
        assert!(within(&layers, 1.5) > 0.9 && within(&layers, 2.5) == 1.0, "layers {}", within(&layers, 1.5));
        assert!(within(&widths, 1.4) > 0.9 && within(&widths, 2.0) == 1.0, "widths {}", within(&widths, 1.4));
    }
}
