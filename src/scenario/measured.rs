//! What was measured on a running service: for methods that cannot compute it.

use crate::error::Error;
use crate::scenario::door::Door;
use crate::scenario::keys::Keys;
use crate::units::{Count, Quantity, Time};

/// What was measured on a running service; the method of this library computes its own, some rivals do not.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Measured {
    /// Time of a whole request.
    pub latency: Option<Time>,
    /// Time to the first token.
    pub time_to_first_token: Option<Time>,
    /// Rate of generation that one user sees.
    pub output_tokens_per_second: Option<Count>,
}

/// Code of the warning that these keys change nothing in the answer of this library.
pub(crate) const FOR_RIVALS: &str = "for_rival_methods";

impl Door<'_> {
    pub(super) fn measured(&mut self, name: Option<&str>) -> Result<Measured, Error> {
        let file = self.file;
        let table = match name {
            None => file.inference.as_ref(),
            Some(name) => file.steps.get(name),
        };
        let Some(table) = table else { return Ok(Measured::default()) };
        let keys = Keys::new(name);
        let written = [
            ("latency", table.latency.is_some()),
            ("time_to_first_token", table.time_to_first_token.is_some()),
            ("output_tokens_per_second", table.output_tokens_per_second.is_some()),
        ];
        for (key, _) in written.iter().filter(|(_, written)| *written) {
            let key = keys.own(key);
            self.consume(&key);
            self.warn(FOR_RIVALS, format!("{key} counts for --method ecologits-0.11 only: econome computes its own"));
        }
        if table.output_tokens_per_second.is_some_and(|rate| rate.coherent() == 0.0) {
            return Err(self.wrong(&keys.own("output_tokens_per_second"), "a rate of zero never ends"));
        }
        Ok(Measured {
            latency: table.latency,
            time_to_first_token: table.time_to_first_token,
            output_tokens_per_second: table.output_tokens_per_second,
        })
    }
}
