//! Scenarios: the question as written, and the case it becomes once every input has a number.

mod case;
mod checks;
mod chosen;
mod coefficients;
mod defaults;
mod derived;
mod door;
mod file;
mod hardware;
mod input;
mod keys;
mod measured;
mod pictures;
mod plan;
mod range;
mod reached;
mod shape;
mod site;
mod step;
mod training;
mod volume;
mod work;

pub use case::{
    Case, Deployment, Device, Draw, Effort, Host, Items, Mode, Pictures, PowerLaw, Reached, Rollout, Screen, Serving,
    Site, Slot, Step, Texts, Tokens, Training, TrainingSite, Transfer, Transformer, Utilisation, Work,
};
pub use door::Scenario;
#[cfg(feature = "cli")]
pub use file::schema;
pub use input::{Choice, Input, Origin};
pub(crate) use measured::FOR_RIVALS;
pub use measured::Measured;
