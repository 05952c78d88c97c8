//! Where each figure comes from, how sure and how old it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Tree};
use crate::error::Error;
use crate::figure::Law;
use crate::number::significant;
use crate::pedigree::PedigreeTable;
use crate::profile::{Catalog, Kind, ProfileText, shipped};

/// Digits of an interval that is computed rather than written.
const DIGITS: usize = 3;

/// One figure of a profile as it is written, with what is known of its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatedFigure {
    /// Its dotted key in the profile.
    pub key: String,
    /// Its value with unit; none for a table of several numbers with one source.
    pub value: Option<String>,
    /// Its 5th and 95th percentile and, where these follow from a pedigree or a factor, from what.
    pub interval: Option<String>,
    /// Key of the bibliography for the interval, where it comes from elsewhere than the value.
    pub interval_source: Option<String>,
    /// Key of the bibliography.
    pub source: Option<String>,
    /// The source in one line.
    pub cited: Option<String>,
    /// Licence of the source.
    pub licence: Option<String>,
    /// How far it is trusted by those who entered it.
    pub confidence: Option<String>,
    /// Year it is of; where it does not say, the year of the source.
    pub year: Option<i32>,
    /// Remark.
    pub note: Option<String>,
}

/// A figure that is older than its shelf life.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaleFigure {
    /// Kind of the profile.
    pub kind: Kind,
    /// Identifier of the profile.
    pub profile: String,
    /// The figure.
    pub figure: StatedFigure,
    /// Year it is of.
    pub year: i32,
    /// Years for which it should serve.
    pub shelf_life: i32,
}

/// Years by figure, by kind; the figure `any` is each that is not named.
pub(super) type ShelfLives = BTreeMap<String, BTreeMap<String, i32>>;

impl Catalog {
    /// The figures of a profile in the order of its text.
    ///
    /// ```
    /// use econome::{Catalog, Kind};
    /// let catalog = Catalog::builtin();
    /// let germany = catalog.text(Kind::Grid, "de").expect("shipped");
    /// let figures = catalog.figures(&germany)?;
    /// let carbon = figures.iter().find(|figure| figure.key == "carbon_intensity").expect("a figure");
    /// assert_eq!((carbon.year, carbon.licence.as_deref()), (Some(2024), Some("CC-BY-4.0")));
    /// # Ok::<(), econome::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text of the profile or of the bibliography is wrong.
    pub fn figures(&self, profile: &ProfileText<'_>) -> Result<Vec<StatedFigure>, Error> {
        let document = profile.document();
        let tree = document.parse()?;
        let mut tables = tree.tables();
        tables.sort_by_key(|table| tree.position(table));
        // A source beside the name of the profile speaks for the numbers beside it.
        if tree.has("source") {
            tables.insert(0, String::new());
        }
        let stated = tables.iter().filter(|table| is_figure(&tree, table));
        stated.map(|table| self.figure(&tree, table)).collect()
    }

    /// The files that have a part of a profile, each with the keys of the sources that it names.
    ///
    /// # Errors
    ///
    /// When the text of the profile is wrong.
    pub fn sources_by_file(&self, profile: &ProfileText<'_>) -> Result<Vec<(String, BTreeSet<String>)>, Error> {
        let document = profile.document();
        let tree = document.parse()?;
        let is_source = |key: &str| key == "source" || key.ends_with(".source") || key.ends_with(".interval_source");
        let mut rest: BTreeSet<String> = tree.leaves().into_iter().filter(|key| is_source(key)).collect();
        let mut files = Vec::new();
        let parts = if profile.builtin { shipped::parts(profile.kind, profile.id) } else { Vec::new() };
        for (file, keys) in parts {
            let named: Vec<String> = keys.into_iter().filter(|key| rest.remove(key)).collect();
            files.push((file.to_owned(), named.iter().filter_map(|key| tree.text(key)).collect()));
        }
        let own = profile.file.split(", ").find(|file| files.iter().all(|(found, _)| found != file));
        if let Some(own) = own {
            files.push((own.to_owned(), rest.iter().filter_map(|key| tree.text(key)).collect()));
        }
        Ok(files)
    }

    fn figure(&self, tree: &Tree<'_>, table: &str) -> Result<StatedFigure, Error> {
        let get = |key: &str| tree.text(&within(table, key));
        let source = get("source");
        let known = source.as_deref().and_then(|key| self.bibliography().ok()?.get(key));
        Ok(StatedFigure {
            key: if table.is_empty() { MAIN.to_owned() } else { table.to_owned() },
            value: get("value"),
            interval: interval(&get),
            interval_source: get("interval_source"),
            cited: known.map(|source| source.cited()),
            licence: known.and_then(|source| source.licence.clone()),
            confidence: get("confidence"),
            year: get("year").and_then(|year| year.parse().ok()).or_else(|| known?.year),
            note: get("note"),
            source,
        })
    }

    /// The figures older than their shelf life in `year`, the longest overdue first.
    ///
    /// # Errors
    ///
    /// When a profile or a shelf life is wrong.
    pub fn stale(&self, year: i32) -> Result<Vec<StaleFigure>, Error> {
        let lives = self.shelf_lives()?;
        let mut stale = Vec::new();
        for kind in Kind::ALL {
            let Some(lives) = lives.get(kind.name()) else { continue };
            for profile in self.texts(kind) {
                for figure in self.figures(&profile)? {
                    stale.extend(overdue(kind, profile.id, figure, lives, year));
                }
            }
        }
        stale.sort_by_key(|figure| figure.year + figure.shelf_life);
        Ok(stale)
    }

    /// Years for which figures serve.
    pub(super) fn read_shelf_lives(file: &str, text: &str) -> Result<ShelfLives, Error> {
        let document = Document::new(file, text);
        let tree = document.parse()?;
        let lives: ShelfLives = tree.read()?;
        match lives.keys().find(|kind| Kind::named(kind).is_none()) {
            Some(kind) => {
                let known = Kind::ALL.iter().map(|kind| kind.name());
                Err(tree.at(kind, Error::unknown("kind of profile", kind, known)))
            }
            None => Ok(lives),
        }
    }
}

/// Key of the numbers that stand at the top of a profile, beside its name.
const MAIN: &str = "ratios";
/// Key of the figures of a kind that have no shelf life of their own.
const ANY: &str = "any";

fn within(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// A table with a value or a source.
fn is_figure(tree: &Tree<'_>, table: &str) -> bool {
    ["value", "source"].iter().any(|key| tree.has(&within(table, key)))
}

fn overdue(
    kind: Kind,
    profile: &str,
    figure: StatedFigure,
    lives: &BTreeMap<String, i32>,
    year: i32,
) -> Option<StaleFigure> {
    let shelf_life = *lives.get(&figure.key).or_else(|| lives.get(ANY))?;
    let of = figure.year?;
    let stale = StaleFigure { kind, profile: profile.to_owned(), figure, year: of, shelf_life };
    (of + shelf_life < year).then_some(stale)
}

/// The interval as written, or as it follows from a factor or a pedigree.
fn interval(get: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if let (Some(low), Some(high)) = (get("low"), get("high")) {
        let law = get("law").map(|law| format!(", {law}")).unwrap_or_default();
        return Some(format!("{low} to {high}{law}"));
    }
    let written = get("value")?;
    let (number, unit) = written.split_once(' ').unwrap_or((&written, ""));
    let value: f64 = number.parse().ok()?;
    let (law, why) = match (get("gsd"), get("pedigree")) {
        (Some(gsd), _) => (Law::factor(value, crate::math::Real::ln(gsd.parse::<f64>().ok()?)), format!("gsd {gsd}")),
        (None, Some(scores)) => {
            let table = get("pedigree_table").map_or(Some(PedigreeTable::Ecoinvent3), |name| name.parse().ok())?;
            let basic = get("basic_uncertainty").and_then(|factor| factor.parse().ok());
            (Law::pedigree(value, five(&scores)?, table, basic).ok()?, format!("pedigree {scores}"))
        }
        (None, None) => return None,
    };
    let Law::Lognormal { p05, p95 } = law else { return None };
    Some(format!("{} to {} {unit}, {why}", significant(p05, DIGITS), significant(p95, DIGITS)).replace(" ,", ","))
}

fn five(scores: &str) -> Option<[u8; 5]> {
    let numbers: Option<Vec<u8>> =
        scores.trim_matches(['[', ']']).split(',').map(|score| score.trim().parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(kind: Kind, id: &str) -> Vec<StatedFigure> {
        let catalog = Catalog::builtin();
        catalog.figures(&catalog.text(kind, id).unwrap()).unwrap()
    }

    #[test]
    fn a_figure_tells_source_licence_year_confidence_and_interval() {
        let found = figures(Kind::Grid, "de");
        let carbon = found.iter().find(|figure| figure.key == "carbon_intensity").unwrap();
        assert_eq!(carbon.value.as_deref(), Some("342.06 gCO2e/kWh"));
        assert_eq!(carbon.interval.as_deref(), Some("315 gCO2e/kWh to 427 gCO2e/kWh"));
        assert_eq!(carbon.confidence.as_deref(), Some("high"));
        assert!(carbon.cited.as_deref().unwrap().starts_with("Ember"));
        let water = found.iter().find(|figure| figure.key == "water").unwrap();
        assert_eq!(water.interval.as_deref(), Some("1.37 to 2.76 L/kWh, pedigree [3, 3, 3, 1, 4]"));
        assert_eq!(water.licence.as_deref(), Some("facts cited"));
    }

    #[test]
    fn numbers_at_the_top_have_a_source_too() {
        let found = figures(Kind::Shape, "de");
        assert_eq!((found.len(), found[0].year, found[0].licence.as_deref()), (1, Some(2024), Some("ODbL-1.0")));
    }

    #[test]
    fn figures_grow_stale_with_the_years() {
        let catalog = Catalog::builtin();
        let counts: Vec<usize> = [2000, 2025, 2030].map(|year| catalog.stale(year).unwrap().len()).to_vec();
        assert!(counts[0] == 0 && 0 < counts[1] && counts[1] < counts[2], "{counts:?}");
        let stale = catalog.stale(2028).unwrap();
        assert!(stale.windows(2).all(|pair| pair[0].year + pair[0].shelf_life <= pair[1].year + pair[1].shelf_life));
        assert!(stale.iter().all(|figure| figure.year + figure.shelf_life < 2028));
        assert!(stale.iter().any(|figure| figure.kind == Kind::Grid && figure.figure.key == "carbon_intensity"));
    }

    #[test]
    fn a_shelf_life_of_ones_own_replaces_the_shipped_ones() {
        let lives = "[grid]\ncarbon_intensity = 100\n".to_owned();
        let catalog = Catalog::builtin().with_file("shelf-life.toml", "mine/shelf-life.toml", lives).unwrap();
        assert_eq!(catalog.stale(2050).unwrap(), Vec::new());
        let lives = "[gird]\ncarbon_intensity = 100\n".to_owned();
        let catalog = Catalog::builtin().with_file("shelf-life.toml", "mine/shelf-life.toml", lives).unwrap();
        assert!(catalog.stale(2050).unwrap_err().help().unwrap().contains("grid"));
    }
}
