//! When electricity is drawn: hours and months of use.

use crate::error::Error;
use crate::figure::Law;
use crate::physics::schedule;
use crate::profile::{DAYS, HOURS, Shape};
use crate::scenario::chosen::Place;
use crate::scenario::door::Door;
use crate::scenario::file::Instrument;
use crate::scenario::{Mode, Slot, Step};
use crate::units::Count;

/// Hours of the day and months of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    months: [bool; DAYS.len()],
    hours: [bool; HOURS],
}

impl Window {
    /// Days of the month and ratio of each month and hour of use.
    fn cells(&self, shape: &Shape) -> Vec<(Count, Count)> {
        let months = (0..DAYS.len()).filter(|month| self.months[*month]);
        let cells = months.flat_map(|month| (0..HOURS).filter(|hour| self.hours[*hour]).map(move |hour| (month, hour)));
        cells.map(|(month, hour)| (Count::of(DAYS[month]), Count::of(shape.local(month, hour)))).collect()
    }
}

/// Parts such as `22-6` or `9-12, 14-18`, round the clock where the end comes first; the last hour is not included.
fn hours(text: &str) -> Result<[bool; HOURS], Error> {
    let mut chosen = [false; HOURS];
    for (from, to) in parts(text, 0, HOURS)? {
        if from % HOURS == to % HOURS && to != from + HOURS {
            return Err(Error::new(format!("from {from} to {to} is no time at all")).with_help(HOURS_HELP));
        }
        let to = if to <= from { to + HOURS } else { to };
        (from..to).for_each(|hour| chosen[hour % HOURS] = true);
    }
    Ok(chosen)
}

/// Parts such as `5-9` or `1, 7, 12`, round the year where the end comes first; the last month is included.
fn months(text: &str) -> Result<[bool; DAYS.len()], Error> {
    let mut chosen = [false; DAYS.len()];
    for (from, to) in parts(text, 1, DAYS.len())? {
        let to = if to < from { to + DAYS.len() } else { to };
        (from..=to).for_each(|month| chosen[(month - 1) % DAYS.len()] = true);
    }
    Ok(chosen)
}

const HOURS_HELP: &str = "hours are written like \"22-6\" or \"9-12, 14-18\", from 0 to 24";
const MONTHS_HELP: &str = "months are written like \"5-9\", \"11-2\" or \"1, 7\", from 1 to 12";

/// Both ends of every part; a part without hyphen has one for both.
fn parts(text: &str, least: usize, most: usize) -> Result<Vec<(usize, usize)>, Error> {
    let (what, help) = if least == 0 { ("hours", HOURS_HELP) } else { ("months", MONTHS_HELP) };
    let number = |word: &str| word.trim().parse().ok().filter(|number| (least..=most).contains(number));
    let part = |part: &str| {
        let ends = match part.split_once('-') {
            Some((from, to)) => number(from).zip(number(to)),
            None if least == 0 => None,
            None => number(part).map(|both| (both, both)),
        };
        ends.ok_or_else(|| Error::new(format!("\"{}\" is no span of {what}", part.trim())).with_help(help))
    };
    text.split(',').map(part).collect()
}

impl Door<'_> {
    /// Carbon intensity over the hours of use, as ratio to the year; none where no hours and months are said.
    pub(super) fn site_ratio(&mut self) -> Result<Option<Count<Slot>>, Error> {
        let (hours, months) = (self.file.site.hours.clone(), self.file.site.months.clone());
        self.time_ratio("site", hours.as_deref(), months.as_deref())
    }

    /// The same for training: as the site, where it says nothing else.
    pub(super) fn training_ratio(&mut self) -> Result<Option<Count<Slot>>, Error> {
        let Some(table) = &self.file.training else { return Ok(None) };
        if table.hours.is_none() && table.months.is_none() {
            return Ok(self.site_ratio);
        }
        let site = &self.file.site;
        let (hours, months) =
            (table.hours.clone().or(site.hours.clone()), table.months.clone().or(site.months.clone()));
        self.time_ratio("training", hours.as_deref(), months.as_deref())
    }

    fn time_ratio(
        &mut self,
        table: &str,
        hours_said: Option<&str>,
        months_said: Option<&str>,
    ) -> Result<Option<Count<Slot>>, Error> {
        if let Some(shape) = self.file.site.shape.clone() {
            self.choose("site.shape", Some(&shape), "", "");
        }
        if hours_said.is_none() && months_said.is_none() {
            return Ok(None);
        }
        let [hours_key, months_key] = ["hours", "months"].map(|key| format!("{table}.{key}"));
        let chosen = Window {
            hours: hours(self.chosen_time(&hours_key, hours_said, "0-24"))
                .map_err(|error| self.tree.at(&hours_key, error))?,
            months: months(self.chosen_time(&months_key, months_said, "1-12"))
                .map_err(|error| self.tree.at(&months_key, error))?,
        };
        let place = if hours_said.is_some() { hours_key } else { months_key };
        let (shape, id) = self.chosen_shape(&place)?;
        let ratio = schedule::time_ratio(&chosen.cells(&shape));
        let reason = format!("hours {}, months {}", hours_said.unwrap_or("0-24"), months_said.unwrap_or("1-12"));
        let slot = self.derive(&format!("{table}.time_ratio"), ratio, Law::Exact, &reason);
        self.cite(&shape.source, Some(&id));
        Ok(Some(slot))
    }

    /// The time that is said or all of it; what is said here is a choice.
    fn chosen_time<'t>(&mut self, key: &str, said: Option<&'t str>, all: &'t str) -> &'t str {
        if self.tree.has(key) {
            self.choose(key, said, all, "");
        }
        said.unwrap_or(all)
    }

    /// The shape of the site's zone, or the one that the scenario names.
    fn chosen_shape(&mut self, place: &str) -> Result<(std::sync::Arc<Shape>, String), Error> {
        let Some(name) = self.file.site.shape.clone() else {
            let zone = self.zone.clone();
            if !self.catalog.has(crate::profile::Kind::Shape, &zone) {
                let error = Error::new(format!("how electricity varies over hours and months is not known for {zone}"));
                let help = "name a like zone with site.shape (`econome profiles list shape`), or give a series of your own \
                            with --hourly FILE.csv";
                return Err(self.tree.at(place, error.with_help(help)));
            }
            return self.profile::<Shape>(place, &zone, Place::top);
        };
        self.profile::<Shape>("site.shape", &name, Place::top)
    }

    /// Refuses hours of use where it is not the grid's average that counts.
    pub(super) fn check_instrument(&self) -> Result<(), Error> {
        let written = ["site", "training"].map(|table| ["hours", "months"].map(|key| format!("{table}.{key}")));
        let Some(key) = written.as_flattened().iter().find(|key| self.tree.has(key)) else { return Ok(()) };
        match self.file.site.instrument {
            None | Some(Instrument::Location) => Ok(()),
            Some(other) => {
                let error = Error::new(format!(
                    "hours and months are known of the grid's average only, not of {}",
                    other.name()
                ));
                Err(self.tree.at(key, error.with_help("leave site.instrument at location, or hours and months out")))
            }
        }
    }

    /// Refuses hours of use for machines that are powered at all hours.
    pub(super) fn check_schedule(&self, steps: &[Step<Slot>]) -> Result<(), Error> {
        let dedicated = steps.iter().any(|step| step.deployment.mode == Mode::Dedicated);
        if self.site_ratio.is_none() || !dedicated {
            return Ok(());
        }
        let key = if self.tree.has("site.hours") { "site.hours" } else { "site.months" };
        let error =
            Error::new(format!("dedicated replicas draw electricity all year round: {key} does not change when"));
        let help = "set serving.mode to on_demand (off outside of these hours) or shared; training has hours and months of \
                    its own";
        Err(self.tree.at(key, error.with_help(help)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_months_go_round() {
        let night = hours("22-6").unwrap();
        assert_eq!((0..HOURS).filter(|hour| night[*hour]).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 22, 23]);
        assert_eq!(hours("0-24").unwrap(), [true; HOURS]);
        assert_eq!(hours("9-12, 14-18").unwrap().iter().filter(|chosen| **chosen).count(), 7);
        let winter = months("11-2").unwrap();
        assert_eq!((0..DAYS.len()).filter(|month| winter[*month]).collect::<Vec<_>>(), [0, 1, 10, 11]);
        assert_eq!(months("1, 7").unwrap().iter().filter(|chosen| **chosen).count(), 2);
        assert_eq!(months("1-12").unwrap(), [true; DAYS.len()]);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "22", "6-25", "night", "5-5", "1-2-3", "-3-4"] {
            assert!(hours(text).is_err(), "{text}");
        }
        for text in ["", "0", "1-13", "may", "1-"] {
            assert!(months(text).is_err(), "{text}");
        }
    }
}
