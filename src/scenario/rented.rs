//! Cloud instances: what a rented machine says of accelerator, server and price.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::Figure;
use crate::profile::{Instance, Kind};
use crate::scenario::Origin;
use crate::scenario::chosen::Place;
use crate::scenario::door::Door;
use crate::scenario::file::{ServingTable, TrainingTable};
use crate::scenario::keys::Keys;
use crate::units::{CostPerTime, Count};

/// A cloud instance as chosen, and the keys that it fills because the scenario leaves them out.
pub(super) struct Rented {
    instance: Arc<Instance>,
    id: String,
    fills: Vec<&'static str>,
}

/// Which server, and how many accelerators answer for it where that is not all that it carries.
#[derive(Default)]
pub(super) struct NamedServer {
    pub(super) name: Option<String>,
    pub(super) answering: Option<(Figure<Count>, String)>,
}

impl Door<'_> {
    /// Lets the instance that a table names fill what the table leaves out; what it says itself wins.
    ///
    /// Whoever rents a machine reserves all of its accelerators, so a replica takes them all unless told otherwise.
    pub(super) fn rent(&mut self, keys: &Keys, table: &mut ServingTable) -> Result<Option<Rented>, Error> {
        let Some(name) = table.instance.clone() else { return Ok(None) };
        let key = self.hardware_key(keys, "instance");
        self.choose(&key, Some(&name), &name, "");
        let (instance, id) = self.profile::<Instance>(&key, &name, Place::top)?;
        self.check_carried(keys, table, &instance, &id)?;
        let mut fills = Vec::new();
        fill(&mut table.accelerator, "accelerator", Some(instance.accelerator.clone()), &mut fills);
        fill(&mut table.server, "server", Some(instance.server.clone()), &mut fills);
        fill(&mut table.accelerators, "accelerators", Some(instance.accelerators.value), &mut fills);
        let price = instance.accelerator_price().map(|price| price.value);
        fill(&mut table.accelerator_price, "accelerator_price", price, &mut fills);
        Ok(Some(Rented { instance, id, fills }))
    }

    /// What `[training]` says of the hardware, as a table of serving: its own accelerator or instance, else that
    /// which serves, and the server that goes with it.
    pub(super) fn training_hardware(&mut self, table: &TrainingTable) -> ServingTable {
        let serving = &self.file.serving;
        let own = table.accelerator.is_some() || table.instance.is_some();
        let (accelerator, instance, server) = match own {
            true => (&table.accelerator, &table.instance, &None),
            false => (&serving.accelerator, &serving.instance, &serving.server),
        };
        let server = table.server.clone().or(server.clone());
        let hardware =
            ServingTable { accelerator: accelerator.clone(), instance: instance.clone(), server, ..Default::default() };
        if !own && serving.instance.is_some() {
            self.consume("serving.instance");
        }
        hardware
    }

    /// The accelerator that a table names must be the one that its instance carries.
    fn check_carried(&self, keys: &Keys, table: &ServingTable, instance: &Instance, id: &str) -> Result<(), Error> {
        let Some(given) = &table.accelerator else { return Ok(()) };
        let find = |name: &str| self.catalog.find(Kind::Accelerator, name);
        let (Ok(given_id), carried) = (find(given), find(&instance.accelerator)?) else { return Ok(()) };
        if given_id == carried {
            return Ok(());
        }
        let error = Error::new(format!("{id} carries {carried}, not {given_id}"));
        let help = "leave out the accelerator, or choose an instance that carries it";
        Err(self.tree.at(&self.hardware_key(keys, "accelerator"), error.with_help(help)))
    }

    /// Says of inputs and choices that the instance filled where they come from.
    pub(super) fn credit(&mut self, keys: &Keys, rented: Option<&Rented>) {
        let Some(rented) = rented else { return };
        let filled: Vec<String> = rented.fills.iter().map(|name| self.hardware_key(keys, name)).collect();
        for choice in self.choices.iter_mut().filter(|choice| filled.contains(&choice.key)) {
            choice.origin = Origin::Profile;
            choice.reason = Some(format!("of {}", rented.id));
        }
        for input in self.inputs.iter_mut().filter(|input| filled.contains(&input.key)) {
            input.origin = Origin::Profile;
            input.profile = Some(rented.id.clone());
            let price = rented.price().filter(|_| input.key.ends_with("accelerator_price"));
            input.law = price.as_ref().map_or(input.law, |price| price.law);
            input.source =
                Some(price.map_or_else(|| rented.instance.accelerators.source.clone(), |price| price.source));
        }
    }

    /// Where a key of the hardware stands: in `[training]`, or where those of serving do.
    pub(super) fn hardware_key(&self, keys: &Keys, key: &str) -> String {
        if keys.is_training() { keys.own(key) } else { self.serving_key(keys, key) }
    }
}

impl Rented {
    /// Price of an hour on one accelerator, where it is known.
    fn price(&self) -> Option<Figure<CostPerTime>> {
        self.instance.accelerator_price()
    }
}

impl NamedServer {
    /// The server that a table names after its instance filled it.
    pub(super) fn of(table: &ServingTable, rented: Option<&Rented>) -> Self {
        let of_instance = rented.filter(|rented| rented.fills.contains(&"server"));
        let answering =
            of_instance.and_then(|rented| Some((rented.instance.accelerators_of_server()?, rented.id.clone())));
        Self { name: table.server.clone(), answering }
    }
}

/// Fills a place that is empty, and remembers its name.
fn fill<V>(place: &mut Option<V>, name: &'static str, value: Option<V>, fills: &mut Vec<&'static str>) {
    if place.is_none() && value.is_some() {
        *place = value;
        fills.push(name);
    }
}
