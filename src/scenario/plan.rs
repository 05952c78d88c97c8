//! Size of a replica and requests it serves together; whether the model fits.

use crate::error::Error;
use crate::figure::Law;
use crate::physics::{memory, runtime, serving};
use crate::scenario::door::Door;
use crate::scenario::file::{Parallelism, ServingTable};
use crate::scenario::keys::Keys;
use crate::scenario::{Deployment, Device, Mode, Serving, Slot, Tokens, Transformer, Work, defaults};
use crate::units::{Count, Quantity, Share};

/// How far the cache of the requests given may go beyond the memory before that is called wrong: the mean
/// context is an estimate itself.
///
/// Source: measured configurations of ML.ENERGY v3 reach 1.46 by this estimate.
const CACHE_TOLERANCE: f64 = 1.5;
/// Bytes in a gigabyte, for messages.
const GIGABYTE: f64 = 1e9;
/// Requests for which a proposed replica has room at least.
const LEAST_ROOM: f64 = 8.0;
/// Steps of the search for the mean batch; each brings latency and batch closer together.
const BATCH_SEARCH: usize = 30;

/// Accelerators of a replica, and requests it serves together.
struct Plan {
    accelerators: f64,
    /// Where the size of the model is a range and that of the replica is not given: those of either end.
    accelerators_range: Option<(f64, f64)>,
    batch: f64,
    peak_batch: f64,
    size_given: bool,
    batch_given: bool,
    why_accelerators: &'static str,
    why_batch: &'static str,
}

impl Door<'_> {
    pub(super) fn deployment(
        &mut self,
        keys: &Keys,
        serving: &ServingTable,
        work: &Work<Slot>,
        device: &Device<Slot>,
        model_error: Count<Slot>,
        requests: f64,
    ) -> Result<Deployment<Slot>, Error> {
        let mode_key = self.serving_key(keys, "mode");
        self.choose(&mode_key, serving.mode.map(mode_name), "shared", "a service with many users");
        let mode = serving.mode.unwrap_or(Mode::Shared);
        let peak_factor = self.peak_factor();
        let plan = self.plan(keys, serving, work, device, mode, requests)?;
        let key = |name: &str| keys.other(&format!("serving.{name}"));
        let accelerators =
            self.planned(&key("accelerators"), plan.accelerators, plan.size_given, plan.why_accelerators);
        if let Some((low, high)) = plan.accelerators_range {
            self.follow(work, Law::interval(low, high));
        }
        let why_peak = "requests served together at the peak, for sizing";
        let peak_batch = self.planned(&key("peak_batch"), plan.peak_batch, false, why_peak);
        let batch = self.planned(&key("batch"), plan.batch, plan.batch_given, plan.why_batch);
        if mode == Mode::OnDemand {
            self.gap("on-demand replicas: energy of starting them");
        }
        Ok(Deployment {
            accelerators,
            batch,
            peak_batch,
            peak_factor,
            model_error,
            utilisation: self.utilisation(keys, serving, mode)?,
            accelerator_price: serving.accelerator_price.map(|price| self.given(&key("accelerator_price"), price)),
            mode,
        })
    }

    fn utilisation(&mut self, keys: &Keys, serving: &ServingTable, mode: Mode) -> Result<Option<Share<Slot>>, Error> {
        let key = keys.other("serving.utilisation");
        match (serving.utilisation, mode) {
            (Some(given), _) if given.coherent() == 0.0 => {
                Err(self.wrong(&self.serving_key(keys, "utilisation"), "a utilisation of zero serves nobody"))
            }
            (Some(given), _) => Ok(Some(self.given(&key, given))),
            (None, Mode::Shared) => Ok(Some(self.assume::<Share>(&key, &defaults::SHARED_UTILISATION))),
            (None, _) => Ok(None),
        }
    }

    fn planned(&mut self, key: &str, value: f64, given: bool, why: &str) -> Count<Slot> {
        if given {
            return self.given(key, Count::of(value));
        }
        self.derive(key, Count::of(value), Law::Exact, why)
    }

    /// How many accelerators a replica takes and how many requests it serves together.
    fn plan(
        &mut self,
        keys: &Keys,
        serving: &ServingTable,
        work: &Work<Slot>,
        device: &Device<Slot>,
        mode: Mode,
        requests: f64,
    ) -> Result<Plan, Error> {
        let whole = self.whole_accelerators(keys, serving)?;
        let given_batch = self.given_batch(keys, serving)?;
        let spread = serving.parallelism == Some(Parallelism::Data);
        let common = Plan {
            accelerators: whole.unwrap_or(1.0),
            accelerators_range: None,
            batch: 1.0,
            peak_batch: 1.0,
            size_given: whole.is_some() && !spread,
            batch_given: false,
            why_accelerators: "one accelerator for one request",
            why_batch: "one request at a time",
        };
        let (tokens, model, software) = match work {
            Work::Tokens { tokens, model, serving: software } => (tokens, model, software),
            Work::Rows { .. } | Work::Cores { .. } => return Ok(common),
            work => {
                let shared = mode == Mode::Shared && !matches!(work, Work::Pictures { .. });
                let usual = if shared { defaults::PASS_BATCH.value } else { 1.0 };
                let batch = given_batch.unwrap_or(usual);
                let why_batch = if shared { defaults::PASS_BATCH.reason } else { common.why_batch };
                return Ok(Plan { batch, peak_batch: batch, batch_given: given_batch.is_some(), why_batch, ..common });
            }
        };
        if spread {
            // Data parallelism: the numbers given are those of several replicas of one accelerator.
            let (size, batch) = (self.serving_key(keys, "accelerators"), self.serving_key(keys, "batch"));
            self.consume(&size);
            self.consume(&batch);
        }
        let central = &mut |slot: &Slot| self.value(*slot);
        let replica = Replica {
            tokens: tokens.map(central),
            model: model.map(central),
            software: software.map(central),
            device: device.map(central),
        };
        let (size, batch) = if spread {
            (Some(1.0), given_batch.map(|batch| (batch / whole.unwrap_or(1.0)).max(1.0)))
        } else {
            (whole, given_batch)
        };
        let accelerators = self.size(keys, &replica, size, batch)?;
        let why_accelerators =
            if spread { "each accelerator is a replica" } else { "smallest power of two whose memory holds the model" };
        let range = if size.is_none() { self.ends_of_size(model, &replica, batch) } else { None };
        let common = Plan { accelerators, accelerators_range: range, why_accelerators, ..common };
        if let Some(batch) = batch {
            return Ok(Plan {
                batch,
                peak_batch: batch,
                batch_given: !spread,
                why_batch: "requests given, shared out over the accelerators",
                ..common
            });
        }
        let most = replica.most_requests(accelerators);
        if mode == Mode::Shared {
            let why_batch = "64 as a provider with many users, or as many as the memory holds";
            return Ok(Plan { batch: most, peak_batch: most, why_batch, ..common });
        }
        let peak_over_mean = self.peak_factor();
        let load = Load { requests, peak_over_mean: self.value(*peak_over_mean.place()) };
        let batch = replica.mean_batch(&load, accelerators, most);
        Ok(Plan {
            batch,
            peak_batch: most,
            why_batch: "served together while busy, at mean load (Little's law)",
            ..common
        })
    }

    /// Accelerators of a replica: those given if they hold the model, else the fewest that do.
    fn size(&mut self, keys: &Keys, replica: &Replica, given: Option<f64>, batch: Option<f64>) -> Result<f64, Error> {
        let wanted = batch.unwrap_or(1.0);
        let Some(n) = given else {
            let none = || self.does_not_fit(keys, replica, defaults::MOST_ACCELERATORS, batch);
            return replica.fewest(batch).ok_or_else(none);
        };
        if replica.need(1.0) > replica.room(n) || replica.need(wanted) > CACHE_TOLERANCE * replica.memory(n) {
            return Err(self.does_not_fit(keys, replica, n, batch));
        }
        if replica.need(wanted) > replica.room(n) {
            let words = format!(
                "weights and cache of {wanted:.0} requests together need about {:.0} GB of {:.0} GB: some would wait",
                replica.need(wanted) / GIGABYTE,
                replica.room(n) / GIGABYTE
            );
            self.warn("cache_tight", words);
        }
        Ok(n)
    }

    /// Accelerators for the smallest and the largest size that a model may have, where it is a range.
    fn ends_of_size(&self, model: &Transformer<Slot>, replica: &Replica, batch: Option<f64>) -> Option<(f64, f64)> {
        let law = |slot: &Slot| self.inputs[slot.0].law;
        law(model.parameters.place()).ends()?;
        let at = |end: fn((f64, f64)) -> f64| {
            let number = &mut |slot: &Slot| law(slot).ends().map_or_else(|| self.value(*slot), end);
            let model = model.map(number);
            Replica { model, ..*replica }.fewest(batch).unwrap_or(defaults::MOST_ACCELERATORS)
        };
        Some((at(|ends| ends.0), at(|ends| ends.1)))
    }

    /// Makes the number entered last follow the size of the model, draw by draw.
    fn follow(&mut self, work: &Work<Slot>, law: Law) {
        let Work::Tokens { model, .. } = work else { return };
        let identity = self.inputs[model.parameters.place().0].identity.clone();
        self.identify(identity);
        if let Some(input) = self.inputs.last_mut() {
            input.law = law;
        }
    }

    fn whole_accelerators(&self, keys: &Keys, serving: &ServingTable) -> Result<Option<f64>, Error> {
        match serving.accelerators.map(|n| n.coherent()) {
            Some(n) if n < 1.0 || n.fract() != 0.0 => {
                let words = format!("a replica has a whole number of accelerators, found {n}");
                Err(self.wrong(&self.serving_key(keys, "accelerators"), &words))
            }
            n => Ok(n),
        }
    }

    fn given_batch(&self, keys: &Keys, serving: &ServingTable) -> Result<Option<f64>, Error> {
        match serving.batch.map(|batch| batch.coherent()) {
            Some(batch) if batch < 1.0 => {
                let words = format!("a replica serves at least one request at a time, found a batch of {batch}");
                Err(self.wrong(&self.serving_key(keys, "batch"), &words))
            }
            batch => Ok(batch),
        }
    }

    fn does_not_fit(&self, keys: &Keys, replica: &Replica, n: f64, batch: Option<f64>) -> Error {
        let need = replica.need(batch.unwrap_or(1.0));
        let together = batch.map(|batch| format!(" of {batch:.0} requests together")).unwrap_or_default();
        let words = format!(
            "the model does not fit: weights and cache{together} need {:.0} GB, {n} accelerator{} {:.0} GB",
            need / GIGABYTE,
            if n == 1.0 { " offers" } else { "s offer" },
            replica.room(n) / GIGABYTE,
        );
        let enough = (need / replica.room(1.0)).ceil();
        let help = format!("{enough:.0} accelerators would hold it; a lower precision or a smaller batch needs fewer");
        let size = self.serving_key(keys, "accelerators");
        let key = if self.tree.has(&size) { size } else { keys.own("model") };
        self.tree.at(&key, Error::new(words).with_help(help).infeasible())
    }
}

/// A replica at central values.
struct Replica {
    tokens: Tokens,
    model: Transformer,
    software: Serving,
    device: Device,
}

/// What a fleet has to serve.
struct Load {
    requests: f64,
    peak_over_mean: f64,
}

impl Replica {
    /// Fewest accelerators, in powers of two, whose memory holds the model and the cache of some requests.
    fn fewest(&self, batch: Option<f64>) -> Option<f64> {
        smallest_power_of_two(|n| self.need(batch.unwrap_or(LEAST_ROOM)) <= self.room(n))
    }

    /// Bytes that weights and the cache of some requests take.
    fn need(&self, batch: f64) -> f64 {
        memory::replica_memory(&self.model, &self.tokens, Count::of(batch)).coherent()
    }

    /// Bytes of all accelerators.
    fn memory(&self, accelerators: f64) -> f64 {
        accelerators * self.device.memory.coherent()
    }

    /// Bytes of all accelerators that the software uses.
    fn room(&self, accelerators: f64) -> f64 {
        self.memory(accelerators) * memory::USABLE_MEMORY
    }

    /// Requests that the memory holds together, up to those of a provider with many users.
    fn most_requests(&self, accelerators: f64) -> f64 {
        let each = (self.need(1.0) - self.need(0.0)).max(1.0);
        let fitting = ((self.room(accelerators) - self.need(0.0)) / each).floor();
        defaults::SHARED_BATCH.value.min(fitting).max(1.0)
    }

    fn timing(&self, accelerators: f64, batch: f64) -> runtime::Timing {
        let (n, exact) = (Count::of(accelerators), Count::of(1.0));
        runtime::timing(&self.tokens, &self.model, &self.software, &self.device, n, exact, Count::of(batch))
    }

    /// Mean number of requests that a replica serves together while it serves any.
    fn mean_batch(&self, load: &Load, accelerators: f64, most: f64) -> f64 {
        let output = self.tokens.output_tokens;
        let at_peak = self.timing(accelerators, most);
        let peak_time = runtime::request_time(at_peak.prefill, at_peak.step, output, Count::of(most));
        let replicas = serving::replicas(Count::of(load.peak_over_mean), Count::of(load.requests), peak_time).value();
        let requests = Count::of(load.requests / replicas.max(1.0));
        let mut batch = 1.0;
        for _ in 0..BATCH_SEARCH {
            let times = self.timing(accelerators, batch);
            let latency = runtime::latency(times.prefill, times.step, output, Count::of(batch));
            let together = serving::served_together(requests, latency).value();
            batch = (0.5 * (batch + together)).clamp(1.0, most);
        }
        batch
    }
}

fn smallest_power_of_two(fits: impl Fn(f64) -> bool) -> Option<f64> {
    let powers = std::iter::successors(Some(1.0), |n| Some(2.0 * n));
    powers.take_while(|n| *n <= defaults::MOST_ACCELERATORS).find(|n| fits(*n))
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Dedicated => "dedicated",
        Mode::Shared => "shared",
        Mode::OnDemand => "on_demand",
    }
}
