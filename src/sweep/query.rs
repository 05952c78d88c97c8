//! Profiles by what they hold: `*[open,<30B]`, `*[vendor=NVIDIA,year>=2022]`, `*[secnumcloud]`.

use crate::error::Error;
use crate::profile::{Accelerator, Catalog, Facility, Kind, Model};
use crate::sweep::values::number;
use crate::units::Quantity as _;

/// What a profile holds that can be asked for.
#[derive(Default)]
struct Held {
    /// Words that are true of it.
    words: Vec<String>,
    /// Fields with a text.
    texts: Vec<(&'static str, Option<String>)>,
    /// Fields with a number; the first one is meant where none is named.
    numbers: Vec<(&'static str, Option<f64>)>,
}

/// The identifiers of the profiles that a query asks for; `key` tells the kind.
pub(super) fn profiles(key: &str, query: &str, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let kind = kind_of(key).ok_or_else(|| {
        let error = Error::new(format!("{query} asks for profiles, and {key} does not name any"));
        error
            .with_help("keys of profiles are such as inference.model, serving.accelerator, site.facility and site.grid")
    })?;
    let inner = query.strip_prefix('*').unwrap_or(query);
    let inner = if inner.is_empty() {
        ""
    } else {
        inner
            .strip_prefix('[')
            .and_then(|inner| inner.strip_suffix(']'))
            .ok_or_else(|| Error::new(format!("{query} is no query")).with_help("write * for all, or *[open,<30B]"))?
    };
    let filters: Vec<Filter> =
        inner.split(',').map(str::trim).filter(|word| !word.is_empty()).map(Filter::read).collect();
    let held = |id| Ok((id, held(kind, id, catalog)?));
    let all: Vec<(&str, Held)> = catalog.ids(kind).into_iter().map(held).collect::<Result<_, Error>>()?;
    for filter in &filters {
        filter.check(kind, &all)?;
    }
    let kept = all.iter().filter(|(_, held)| filters.iter().all(|filter| filter.holds(held)));
    let ids: Vec<String> = kept.map(|(id, _)| (*id).to_owned()).collect();
    if ids.is_empty() {
        return Err(Error::new(format!("no profile of the kind {} is {query}", kind.name())));
    }
    Ok(ids)
}

/// The kind of profile that a key names.
pub(super) fn kind_of(key: &str) -> Option<Kind> {
    let (table, name) = key.rsplit_once('.')?;
    let kind = Kind::named(name)?;
    let table = table.rsplit('.').next()?;
    let fits = match kind {
        Kind::Model => table == "inference" || table == "training" || key.starts_with("steps."),
        Kind::Accelerator | Kind::Server | Kind::Stack | Kind::Instance => table == "serving" || table == "training",
        Kind::Facility => table == "site",
        Kind::Grid => table == "site" || table == "terminal",
        Kind::Network | Kind::Terminal => table == name,
        _ => false,
    };
    fits.then_some(kind)
}

/// What can be asked of a profile.
fn held(kind: Kind, id: &str, catalog: &Catalog) -> Result<Held, Error> {
    Ok(match kind {
        Kind::Model => of_model(&*catalog.profile::<Model>(id)?),
        Kind::Accelerator => of_accelerator(&*catalog.profile::<Accelerator>(id)?),
        Kind::Facility => of_facility(&*catalog.profile::<Facility>(id)?),
        _ => Held::default(),
    })
}

fn of_model(model: &Model) -> Held {
    let openness = model.open.map(|open| if open { "open" } else { "closed" });
    let shape = if model.is_mixture() { "mixture" } else { "dense" };
    let kind = model.modality.as_deref().unwrap_or("text");
    Held {
        words: [openness, Some(shape), Some(kind)].into_iter().flatten().map(str::to_owned).collect(),
        texts: vec![
            ("publisher", model.publisher.clone()),
            ("licence", model.licence.clone()),
            ("modality", Some(kind.to_owned())),
        ],
        numbers: vec![
            ("parameters", Some(model.parameters.value.coherent())),
            ("active_parameters", Some(model.active_parameters.value.coherent())),
            ("year", model.year.map(f64::from)),
        ],
    }
}

fn of_accelerator(accelerator: &Accelerator) -> Held {
    Held {
        words: accelerator.kind.iter().cloned().collect(),
        texts: vec![("vendor", accelerator.vendor.clone())],
        numbers: vec![("year", accelerator.year.map(f64::from))],
    }
}

fn of_facility(facility: &Facility) -> Held {
    let held = facility.labels.keys().filter(|label| facility.holds(**label));
    Held {
        words: held.map(|label| label.name().to_owned()).collect(),
        texts: vec![
            ("operator", facility.operator.clone()),
            ("city", facility.city.clone()),
            ("country", facility.country.clone()),
            ("grid", facility.grid.clone()),
        ],
        numbers: Vec::new(),
    }
}

/// One condition of a query.
enum Filter<'q> {
    /// A word that is true.
    Word(&'q str),
    /// A field, a comparison, and what it is compared with.
    Compared { field: &'q str, by: &'static str, with: &'q str },
}

/// Comparisons, longest first.
const COMPARISONS: [&str; 6] = ["<=", ">=", "!=", "<", ">", "="];

impl<'q> Filter<'q> {
    fn read(text: &'q str) -> Self {
        let found = COMPARISONS.iter().find_map(|by| Some((text.split_once(by)?, *by)));
        match found {
            Some(((field, with), by)) => Self::Compared { field: field.trim(), by, with: with.trim() },
            None => Self::Word(text),
        }
    }

    /// Refuses what no profile of the kind could be asked.
    fn check(&self, kind: Kind, all: &[(&str, Held)]) -> Result<(), Error> {
        let first = all.first().map(|(_, held)| held);
        let fields = || first.into_iter().flat_map(|held| held.fields());
        match self {
            Self::Word(word) => {
                let known = || all.iter().flat_map(|(_, held)| held.words.iter().map(String::as_str));
                if known().any(|known| known == *word) {
                    return Ok(());
                }
                let mut words: Vec<&str> = known().collect();
                words.sort_unstable();
                words.dedup();
                let known = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
                Err(Error::new(format!("no profile of the kind {} is \"{word}\"", kind.name()))
                    .with_help(format!("words: {known}; fields: {}", fields().collect::<Vec<_>>().join(", "))))
            }
            Self::Compared { field, with, .. } if first.is_some_and(|held| held.number(field).is_some()) => {
                match magnitude(with) {
                    Some(_) => Ok(()),
                    None => Err(Error::new(format!("\"{with}\" is no number to compare {field} with"))
                        .with_help("write for example <30B, parameters>=7e9 or year>=2024")),
                }
            }
            Self::Compared { field, by, .. } if first.is_some_and(|held| held.text(field).is_some()) => {
                let equality = ["=", "!="].contains(by);
                if equality { Ok(()) } else { Err(Error::new(format!("{field} is a text: compare it with = or !="))) }
            }
            Self::Compared { field, .. } => {
                let error = Error::unknown(&format!("field of the kind {}", kind.name()), field, fields());
                Err(error.with_help(format!("fields: {}", fields().collect::<Vec<_>>().join(", "))))
            }
        }
    }

    fn holds(&self, held: &Held) -> bool {
        match self {
            Self::Word(word) => held.words.iter().any(|own| own == word),
            Self::Compared { field, by, with } => {
                if let Some(own) = held.number(field) {
                    return own.zip(magnitude(with)).is_some_and(|(own, with)| compared(own, by, with));
                }
                let own = held.text(field).flatten();
                own.is_some_and(|own| own.eq_ignore_ascii_case(with) == (*by == "="))
            }
        }
    }
}

impl Held {
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.numbers.iter().map(|(name, _)| *name).chain(self.texts.iter().map(|(name, _)| *name))
    }

    /// A field that is a number, or the first one where none is named.
    fn number(&self, field: &str) -> Option<Option<f64>> {
        let named = self.numbers.iter().find(|(name, _)| *name == field);
        let found = if field.is_empty() { self.numbers.first() } else { named };
        found.map(|(_, value)| *value)
    }

    fn text(&self, field: &str) -> Option<Option<&str>> {
        self.texts.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_deref())
    }
}

fn compared(own: f64, by: &str, with: f64) -> bool {
    match by {
        "<" => own < with,
        "<=" => own <= with,
        ">" => own > with,
        ">=" => own >= with,
        "!=" => own != with,
        _ => own == with,
    }
}

/// A number with one of the letters of thousands, millions, billions and trillions.
fn magnitude(text: &str) -> Option<f64> {
    let (value, unit) = number(text)?;
    let factor = match unit {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "B" => 1e9,
        "T" => 1e12,
        _ => return None,
    };
    Some(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Label;

    fn found(key: &str, query: &str) -> Vec<String> {
        profiles(key, query, &Catalog::builtin()).unwrap()
    }

    #[test]
    fn a_query_finds_the_profiles_that_hold_it() {
        let catalog = Catalog::builtin();
        let all = found("inference.model", "*").len();
        let (open, closed) = (found("inference.model", "*[open]"), found("inference.model", "*[closed]"));
        assert!(!open.is_empty() && !closed.is_empty() && open.len() + closed.len() <= all);
        for id in found("steps.answer.model", "*[open, text, <30B, year>=2025]") {
            let model = catalog.profile::<Model>(&id).unwrap();
            assert!(
                model.open == Some(true) && model.parameters.value.value() < 30e9 && model.year >= Some(2025),
                "{id}"
            );
        }
        let vendor = |id: &String| catalog.profile::<Accelerator>(id).unwrap().vendor.clone().unwrap_or_default();
        let makers: Vec<String> = found("serving.accelerator", "*[vendor=nvidia]").iter().map(vendor).collect();
        assert!(makers.len() > 3 && makers.iter().all(|maker| maker.eq_ignore_ascii_case("nvidia")), "{makers:?}");
        for id in found("site.facility", "*[secnumcloud]") {
            assert!(catalog.profile::<Facility>(&id).unwrap().holds(Label::Secnumcloud), "{id}");
        }
        assert!(found("site.grid", "*").len() > 10);
    }

    #[test]
    fn a_query_that_asks_nothing_sensible_is_explained() {
        for (key, query, words) in [
            ("serving.batch", "*[open]", "does not name any"),
            ("inference.model", "*[opne]", "is \"opne\""),
            ("inference.model", "*[size<3]", "unknown field"),
            ("inference.model", "*[<small]", "no number"),
            ("inference.model", "*[<1k]", "no profile"),
            ("inference.model", "*open", "no query"),
            ("inference.model", "*[publisher>a]", "is a text"),
        ] {
            let error = profiles(key, query, &Catalog::builtin()).unwrap_err().to_string();
            assert!(error.contains(words), "{query}: {error}");
        }
    }
}
