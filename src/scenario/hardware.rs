//! Accelerator, server, precision.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Error;
use crate::figure::{Figure, Law};
use crate::precision::Precision;
use crate::profile::{Accelerator, Measured, Model, Server, Stack, StackFigures};
use crate::scenario::chosen::Place;
use crate::scenario::door::Door;
use crate::scenario::file::{Parallelism, ServingTable};
use crate::scenario::keys::Keys;
use crate::scenario::rented::NamedServer;
use crate::scenario::{Device, Host, Slot, defaults};
use crate::units::{Bandwidth, Carried as _, ComputeRate, Data, Power, Quantity};

/// Hardware and software of a step, as chosen.
pub(super) struct Chosen {
    pub(super) accelerator: Arc<Accelerator>,
    pub(super) accelerator_id: String,
    pub(super) stack: StackFigures,
    pub(super) stack_id: String,
    /// What each task was measured with.
    pub(super) measured: BTreeMap<String, Measured>,
    pub(super) saw: bool,
    /// Whether the software computes with 4-bit weights in 4 bits.
    pub(super) fp4: bool,
    pub(super) parallelism: Option<Parallelism>,
}

impl Chosen {
    /// Precision of the arithmetic: software without 4-bit arithmetic unpacks such weights to 16 bits.
    pub(super) fn arithmetic(&self, weights: Precision) -> Precision {
        match weights {
            Precision::Fp4 if !self.fp4 => Precision::Bf16,
            Precision::Int4 => Precision::Bf16,
            other => other,
        }
    }
}

impl Door<'_> {
    pub(super) fn hardware(&mut self, keys: &Keys, serving: &ServingTable) -> Result<Chosen, Error> {
        let key = self.serving_key(keys, "accelerator");
        let name = self.choose(&key, serving.accelerator.as_deref(), defaults::ACCELERATOR, "no accelerator named");
        if serving.accelerator.is_none() {
            self.warn("accelerator_assumed", format!("no serving.accelerator: {name} is assumed"));
        }
        let (accelerator, accelerator_id) = self.profile::<Accelerator>(&key, &name, Place::top)?;
        let key = self.serving_key(keys, "stack");
        let name = self.choose(&key, serving.stack.as_deref(), defaults::STACK, "no serving software named");
        let bare = accelerator_id.trim_start_matches("accelerator/").to_owned();
        let (stack, stack_id) = self.profile::<Stack>(&key, &name, |field| stack_place(&bare, field))?;
        let saw = stack.saw(&bare);
        Ok(Chosen {
            accelerator,
            accelerator_id,
            stack: stack.figures_on(&bare),
            stack_id,
            measured: stack.measured.clone(),
            saw,
            fp4: stack.fp4_arithmetic,
            parallelism: serving.parallelism,
        })
    }

    /// Where a serving key stands: in the step's own table, or in `[serving]`.
    pub(super) fn serving_key(&self, keys: &Keys, key: &str) -> String {
        let own = keys.own(&format!("serving.{key}"));
        if self.tree.has(&own) { own } else { keys.other(&format!("serving.{key}")) }
    }

    pub(super) fn precision(&mut self, keys: &Keys, given: Option<Precision>, model: &Model) -> Precision {
        let usual = model.precision.unwrap_or(Precision::Bf16);
        let closed = model.open == Some(false) && model.precision.is_none();
        let reason = if closed { "precision served not known" } else { "weights as published" };
        self.choose(&keys.own("precision"), given.map(Precision::name), usual.name(), reason);
        given.unwrap_or(usual)
    }

    pub(super) fn device(
        &mut self,
        keys: &Keys,
        accelerator: &Accelerator,
        id: &str,
        precision: Precision,
    ) -> Result<Device<Slot>, Error> {
        let key = |name: &str| keys.other(&format!("accelerator.{name}"));
        let ratings = ratings(accelerator, precision)
            .ok_or_else(|| self.tree.at(&self.hardware_key(keys, "accelerator"), incomplete(accelerator, id)))?;
        let tdp = self.figure(&key("tdp"), ratings.tdp, id);
        let idle_power = self.idle_power(&key("idle_power"), accelerator, ratings.tdp, id);
        let (rated, idle) = (self.value(tdp.raw()), self.value(idle_power.raw()));
        if idle > rated {
            let words = format!("{id} idles at {idle} W, more than its rated power of {rated} W");
            let error =
                Error::new(words).with_help("give override.accelerator.tdp and idle_power together").infeasible();
            return Err(self.tree.at("override.accelerator", error));
        }
        Ok(Device {
            tdp,
            idle_power,
            memory: self.figure(&key("memory"), ratings.memory, id),
            memory_bandwidth: self.figure(&key("memory_bandwidth"), ratings.memory_bandwidth, id),
            peak: self.figure(&key(ratings.peak.0), ratings.peak.1, id),
            peak_16bit: self.figure(&key(ratings.peak_16bit.0), ratings.peak_16bit.1, id),
            embodied_carbon: self.optional(&key("embodied_carbon"), accelerator.embodied_carbon.as_ref(), id),
            embodied_abiotic: self.optional(&key("embodied_abiotic"), accelerator.embodied_abiotic.as_ref(), id),
            embodied_primary_energy: self.optional(
                &key("embodied_primary_energy"),
                accelerator.embodied_primary_energy.as_ref(),
                id,
            ),
        })
    }

    fn idle_power(&mut self, key: &str, accelerator: &Accelerator, tdp: &Figure<Power>, id: &str) -> Power<Slot> {
        if let Some(figure) = &accelerator.idle_power {
            return self.figure(key, figure, id);
        }
        let assumed = defaults::IDLE_SHARE;
        let tdp = tdp.value.coherent();
        let law = Law::interval(assumed.ends.0 * tdp, assumed.ends.1 * tdp);
        let slot = self.derive(key, Power::watts(assumed.value * tdp), law, assumed.reason);
        self.cite(assumed.source, None);
        self.identify(format!("{id}/idle_power"));
        slot
    }

    pub(super) fn host(
        &mut self,
        keys: &Keys,
        choice: &str,
        named: NamedServer,
        accelerator: &Accelerator,
    ) -> Result<Host<Slot>, Error> {
        let usual = accelerator.server.as_deref().unwrap_or(defaults::SERVER);
        let name = self.choose(choice, named.name.as_deref(), usual, "usual server of the accelerator");
        let (server, id) = self.profile::<Server>(choice, &name, Place::top)?;
        let key = |name: &str| keys.other(&format!("server.{name}"));
        let host_power = self.figure(&key("host_power"), &server.host_power, &id);
        let host_idle_power = match &server.host_idle_power {
            Some(figure) => self.figure(&key("host_idle_power"), figure, &id),
            None => host_power,
        };
        let (accelerators, carrier) = named.answering.unwrap_or_else(|| (server.accelerators.clone(), id.clone()));
        Ok(Host {
            accelerators: self.figure(&key("accelerators"), &accelerators, &carrier),
            host_power,
            host_idle_power,
            lifetime: self.figure(&key("lifetime"), &server.lifetime, &id),
            embodied_carbon: self.optional(&key("embodied_carbon"), server.embodied_carbon.as_ref(), &id),
            embodied_abiotic: self.optional(&key("embodied_abiotic"), server.embodied_abiotic.as_ref(), &id),
            embodied_primary_energy: self.optional(
                &key("embodied_primary_energy"),
                server.embodied_primary_energy.as_ref(),
                &id,
            ),
        })
    }
}

/// A peak, and the name of its figure.
type NamedPeak<'a> = (&'static str, &'a Figure<ComputeRate>);

/// What every calculation needs of an accelerator.
struct Ratings<'a> {
    tdp: &'a Figure<Power>,
    memory: &'a Figure<Data>,
    memory_bandwidth: &'a Figure<Bandwidth>,
    peak: NamedPeak<'a>,
    peak_16bit: NamedPeak<'a>,
}

/// What every calculation needs, where the accelerator has all of it.
fn ratings(accelerator: &Accelerator, precision: Precision) -> Option<Ratings<'_>> {
    Some(Ratings {
        tdp: accelerator.tdp.as_ref()?,
        memory: accelerator.memory.as_ref()?,
        memory_bandwidth: accelerator.memory_bandwidth.as_ref()?,
        peak: peak(accelerator, precision)?,
        peak_16bit: peak_16bit(accelerator)?,
    })
}

/// That an accelerator has no figure for something that a calculation needs.
pub(super) fn incomplete(accelerator: &Accelerator, id: &str) -> Error {
    let lacks = accelerator.lacks();
    let keys: Vec<String> = lacks.iter().map(|name| format!("override.accelerator.{name}")).collect();
    let words = format!("{id} has no figure for {}, which is needed here", lacks.join(", "));
    let error = Error::new(words).infeasible();
    error.with_help(format!("none is published; give {} to compute with a value of your own", keys.join(" and ")))
}

/// Peak at a precision; where the accelerator has none, that of the arithmetic it falls back to.
fn peak(accelerator: &Accelerator, precision: Precision) -> Option<NamedPeak<'_>> {
    let own = match precision {
        Precision::Fp32 => accelerator.peak_fp32.as_ref().map(|peak| ("peak_fp32", peak)),
        Precision::Bf16 | Precision::Int4 => None,
        Precision::Fp4 => accelerator.peak_fp4.as_ref().map(|peak| ("peak_fp4", peak)),
        Precision::Fp8 => accelerator.peak_fp8.as_ref().map(|peak| ("peak_fp8", peak)),
        Precision::Int8 => accelerator.peak_int8.as_ref().map(|peak| ("peak_int8", peak)),
    };
    own.or_else(|| peak_16bit(accelerator))
}

fn peak_16bit(accelerator: &Accelerator) -> Option<NamedPeak<'_>> {
    let half = accelerator.peak_bf16.as_ref().map(|peak| ("peak_bf16", peak));
    half.or_else(|| accelerator.peak_fp32.as_ref().map(|peak| ("peak_fp32", peak)))
}

/// Where a coefficient stands in a stack's profile, on one accelerator.
pub(super) fn stack_place(accelerator: &str, field: &str) -> Place {
    Place::Figure(format!("on.{accelerator}.{field}"))
}
