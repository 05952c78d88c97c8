//! A language model whose shape nobody published: the usual one of its size, moving with its size.

use crate::figure::{Figure, Law};
use crate::profile::Model;
use crate::scenario::door::Door;
use crate::scenario::keys::Keys;
use crate::scenario::shape::{self, Shape};
use crate::scenario::step::ChosenModel;
use crate::scenario::{Slot, Transformer, defaults};
use crate::units::{Count, Quantity, Share};

/// Key of the bibliography for the rule.
const RULE: &str = "shape-rule-2026";

/// All and active parameters of a model: 5th percentile, central value, 95th percentile.
struct Size {
    all: [f64; 3],
    active: [f64; 3],
}

impl Size {
    fn of(model: &Model) -> Self {
        Self { all: points(&model.parameters), active: points(&model.active_parameters) }
    }

    /// What a function of all and active parameters makes of each of the three.
    fn each(&self, f: impl Fn(f64, f64) -> f64) -> [f64; 3] {
        [0, 1, 2].map(|at| f(self.all[at], self.active[at].min(self.all[at])))
    }
}

fn points(figure: &Figure<Count>) -> [f64; 3] {
    let value = figure.value.coherent();
    let (low, high) = figure.law.ends().unwrap_or((value, value));
    [low, value, high]
}

impl Door<'_> {
    /// Parameters of a model. All that tells the size of a model is one draw: its scale.
    pub(super) fn model_size(&mut self, key: &str, figure: &Figure<Count>, id: &str) -> Count<Slot> {
        let slot = self.figure(key, figure, id);
        self.identify(scale(id));
        slot
    }

    /// The transformer that a model without published shape is taken for.
    pub(super) fn usual_transformer(&mut self, keys: &Keys, chosen: &ChosenModel) -> Transformer<Slot> {
        let (model, id) = (&chosen.model, &chosen.id);
        let size = Size::of(model);
        let central = Shape::usual(size.all[1], size.active[1]);
        let parameters = self.model_size(&keys.other("model.parameters"), &model.parameters, id);
        let active_parameters = self.model_size(&keys.other("model.active_parameters"), &model.active_parameters, id);
        let layers = size.each(|all, active| Shape::usual(all, active).layers);
        let widths = size.each(|all, active| Shape::usual(all, active).hidden_size);
        let experts = size.each(|all, active| central.expert_parameters(all, active));
        let why_experts = if model.is_mixture() {
            "experts that make up the difference between all and active parameters"
        } else {
            "none: all parameters are active"
        };
        let why_share = "share of the experts that one token uses, in open mixtures of this active share";
        let layers = self.moving(keys, "layers", layers, "usual for its active parameters", id);
        Transformer {
            parameters,
            active_parameters,
            layers,
            attention_layers: layers,
            hidden_size: self.moving(keys, "hidden_size", widths, "usual for its active parameters", id),
            expert_parameters: self.moving(keys, "expert_parameters", experts, why_experts, id),
            expert_share: self.usual(keys, "expert_share", Share::fraction(central.expert_share), why_share),
            kv_heads: self.usual(keys, "kv_heads", Count::of(central.kv_heads), "usual of open models"),
            kv_width: self.usual(
                keys,
                "kv_width",
                Count::of(2.0 * central.head_dim),
                "key and value, usual of open models",
            ),
            window: self.usual(keys, "window", Count::of(defaults::NO_WINDOW), "no window known"),
            full_attention_share: self.usual(keys, "full_attention_share", Share::fraction(1.0), "no window known"),
            vocabulary: self.usual(keys, "vocabulary", Count::of(central.vocabulary), "usual of open models"),
            state_elements: self.usual(keys, "state_elements", Count::of(0.0), "no state-space layers known"),
        }
    }

    /// Says that the shape is not the model's own.
    pub(super) fn warn_of_usual_shape(&mut self, chosen: &ChosenModel, precision_given: bool) {
        let bare = chosen.id.trim_start_matches("model/");
        let mut words = format!(
            "{} publishes no shape: layers, width, cache and experts are those usual for its size, and the interval is \
             wider for it",
            chosen.id
        );
        if chosen.model.open == Some(false) {
            words += &format!("; `econome profiles show {bare}` says on what its size rests");
            if !precision_given && chosen.model.precision.is_none() {
                words += "; the precision served is not known and 16 bits are assumed";
            }
        }
        self.warn("architecture_derived", words);
    }

    /// A number of the shape that follows the size, draw by draw.
    fn moving(&mut self, keys: &Keys, name: &str, points: [f64; 3], reason: &str, id: &str) -> Count<Slot> {
        let [low, value, high] = points;
        let law = if value > 0.0 { Law::interval(low, high) } else { Law::Exact };
        let slot = self.derive(&keys.other(&format!("model.{name}")), Count::of(value), law, reason);
        self.cite(RULE, None);
        self.identify(scale(id));
        slot
    }

    /// A number of the shape that does not.
    fn usual<Q: Quantity>(&mut self, keys: &Keys, name: &str, value: Q, reason: &str) -> Q::Over<Slot> {
        let slot = self.derive(&keys.other(&format!("model.{name}")), value, Law::Exact, reason);
        self.cite(RULE, None);
        slot
    }
}

/// Log standard deviation that a model's shape adds to that of the method: none where it is published.
pub(super) fn shape_log_sd(model: &Model) -> f64 {
    if model.architecture.is_some() { 0.0 } else { shape::LOG_SD }
}

fn scale(id: &str) -> String {
    format!("{id}/scale")
}
