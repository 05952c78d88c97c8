//! Scenarios: the question as written, and the case it becomes once every input has a number.

mod asked;
mod case;
mod checks;
mod chosen;
mod coefficients;
mod defaults;
mod derived;
mod door;
mod evidence;
mod file;
mod hardware;
mod input;
mod keys;
mod measured;
mod passes;
mod pictures;
mod plan;
mod quality;
mod range;
mod reached;
mod record;
mod rented;
mod schedule;
mod shape;
mod site;
mod step;
mod training;
mod volume;
mod work;

pub use asked::{Cores, Items, Pass, PassCosts, PictureCosts, Pictures, Texts, Tokens, Work};
pub use case::{
    Case, Deployment, Device, Draw, Effort, Host, Mode, PowerLaw, Reached, Rollout, Screen, Serving, Site, Slot, Step,
    Training, TrainingSite, Transfer, Transformer, Utilisation,
};
pub use door::Scenario;
pub use evidence::Evidence;
#[cfg(feature = "cli")]
pub use file::schema;
pub(crate) use input::follows;
pub use input::{Choice, Input, Origin};
pub(crate) use measured::FOR_RIVALS;
pub use measured::Measured;
pub use quality::Quality;
