//! Whether profiles are right: every one is read, and what it names is looked up.

use crate::error::Error;
use crate::profile::{
    Accelerator, Catalog, Facility, Grid, Instance, Kind, Model, Network, ProfileText, Server, Shape, Stack,
    StatedFigure, Terminal,
};

/// Megajoules of a kilowatt-hour: no electricity takes less primary energy.
const LEAST_PRIMARY_ENERGY: f64 = 3.6;

impl Catalog {
    /// Reads every profile, and looks up every source it names; returns what is wrong.
    #[must_use]
    pub fn check(&self) -> Vec<Error> {
        if let Err(error) = self.bibliography() {
            return vec![error];
        }
        let mut wrong = Vec::new();
        for kind in Kind::ALL {
            for text in self.texts(kind) {
                let read = match kind {
                    Kind::Accelerator => self.profile::<Accelerator>(text.id).err(),
                    Kind::Server => self.profile::<Server>(text.id).err(),
                    Kind::Instance => self.profile::<Instance>(text.id).err(),
                    Kind::Facility => self.profile::<Facility>(text.id).err(),
                    Kind::Grid => self.check_grid(&text),
                    Kind::Shape => self.profile::<Shape>(text.id).err(),
                    Kind::Model => self.profile::<Model>(text.id).err(),
                    Kind::Stack => self.profile::<Stack>(text.id).err(),
                    Kind::Network => self.profile::<Network>(text.id).err(),
                    Kind::Terminal => self.profile::<Terminal>(text.id).err(),
                };
                wrong.extend(read);
                wrong.extend(self.check_references(&text));
            }
        }
        wrong
    }

    /// A grid that cannot be read or cannot be.
    fn check_grid(&self, text: &ProfileText<'_>) -> Option<Error> {
        let grid = match self.profile::<Grid>(text.id) {
            Ok(grid) => grid,
            Err(error) => return Some(error),
        };
        let least = grid.primary_energy.as_ref()?.value.as_megajoules_per_kwh();
        if least >= LEAST_PRIMARY_ENERGY {
            return None;
        }
        let error = Error::new(format!(
            "a kilowatt-hour takes at least {LEAST_PRIMARY_ENERGY} MJ of primary energy, found {least}"
        ));
        Some(text.document().parse().map_or_else(|error| error, |tree| tree.at("primary_energy.value", error)))
    }

    /// What the user's own profiles leave unsaid, though nothing in them is wrong.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        for profile in self.own_texts() {
            for figure in self.figures(&profile).unwrap_or_default() {
                let unsaid = unsaid(&figure);
                if !unsaid.is_empty() {
                    let (file, key) = (profile.shown_file(), &figure.key);
                    advice.push(format!("{file}: {key} of {} states no {}", profile.id, unsaid.join(", no ")));
                }
            }
        }
        advice
    }

    fn check_references(&self, profile: &ProfileText<'_>) -> Vec<Error> {
        let document = profile.document();
        let (tree, sources) = match (document.parse(), self.bibliography()) {
            (Ok(tree), Ok(sources)) => (tree, sources),
            (Err(error), _) | (_, Err(error)) => return vec![error],
        };
        let mut wrong = Vec::new();
        for key in tree.leaves().iter().filter(|key| key.ends_with("source")) {
            let source = tree.text(key).unwrap_or_default();
            if !sources.contains_key(&source) {
                wrong.push(tree.at(key, Error::unknown("source", &source, sources.keys().map(String::as_str))));
            }
        }
        for table in tree.tables() {
            if tree.has(&format!("{table}.value")) && !tree.has(&format!("{table}.source")) {
                wrong.push(tree.at(&table, Error::new(format!("figure \"{table}\" has no source"))));
            }
        }
        for (key, kind) in [
            ("grid", Kind::Grid),
            ("prior", Kind::Facility),
            ("server", Kind::Server),
            ("accelerator", Kind::Accelerator),
        ] {
            if let Some(id) = tree.text(key)
                && !self.has(kind, &id)
            {
                wrong.push(tree.at(key, self.unknown(kind, &id)));
            }
        }
        wrong
    }
}

/// What a figure does not say.
fn unsaid(figure: &StatedFigure) -> Vec<&'static str> {
    let said = [
        ("interval, gsd or pedigree (it is taken as exact)", figure.interval.is_some() || figure.value.is_none()),
        ("confidence", figure.confidence.is_some() || figure.value.is_none()),
        ("year", figure.year.is_some()),
        ("licence of its source", figure.licence.is_some()),
    ];
    said.into_iter().filter(|(_, said)| !said).map(|(what, _)| what).collect()
}
