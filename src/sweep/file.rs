//! A sweep as the user writes it: SWEEP.toml.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::document::Document;
use crate::error::Error;
use crate::profile::Catalog;
use crate::sweep::Sweep;

/// Keys that a sweep adds to those of a scenario.
const KEYS: [&str; 5] = ["scenario", "axes", "zip", "where", "sample"];

/// What a file says of a sweep, beside the scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SweepFile {
    scenario: Option<String>,
    #[serde(default)]
    axes: BTreeMap<String, Written>,
    #[serde(default)]
    zip: Vec<BTreeMap<String, Written>>,
    #[serde(rename = "where")]
    condition: Option<String>,
    sample: Option<usize>,
}

/// Values as written: items of a text, or of a list.
#[derive(Debug)]
struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Written;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the values of a key in quotes, such as \"serving.batch\" = \"1..64:log2\" or [1, 2, 4]")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Written, E> {
                Ok(Written(text.to_owned()))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Written, E> {
                Ok(Written(value.to_string()))
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Written, E> {
                Ok(Written(format!("{value:?}")))
            }
            fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Written, E> {
                Ok(Written(value.to_string()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Written, A::Error> {
                let mut all = Vec::new();
                while let Some(Written(item)) = items.next_element()? {
                    all.push(item);
                }
                Ok(Written(all.join(",")))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Whether a text describes a sweep, not a scenario alone.
///
/// # Errors
///
/// When it is no TOML.
pub fn is_sweep(document: &Document) -> Result<bool, Error> {
    let tree = document.parse()?;
    Ok(tree.has("axes") || tree.has("zip") || tree.has("scenario"))
}

impl Sweep {
    /// Reads a sweep: `scenario` names its base, or the base is written beside `[axes]`.
    ///
    /// `base` is asked for the scenario of a name.
    ///
    /// # Errors
    ///
    /// When a key is unknown, values make no axis, or the base cannot be had.
    pub fn read(
        document: &Document,
        catalog: &Catalog,
        base: impl FnOnce(&str) -> Result<Document, Error>,
    ) -> Result<Self, Error> {
        let tree = document.parse()?;
        let order = tree.keys("axes");
        let mut own = document.clone();
        let rest: Vec<String> = tree.keys("").into_iter().filter(|key| !KEYS.contains(&key.as_str())).collect();
        for key in &rest {
            own.remove(key, "sweep");
        }
        let file: SweepFile = own.parse()?.read()?;
        let mut sweep = Self::new(match (&file.scenario, rest.first()) {
            (Some(name), None) => base(name)?,
            (Some(_), Some(key)) => {
                let words = format!("the sweep names its scenario, and has {key} of its own beside it");
                return Err(
                    tree.at(key, Error::new(words).with_help("remove `scenario`, or move the key to the scenario"))
                );
            }
            (None, _) => without_sweep(document),
        });
        for key in &order {
            let values = file.axes.get(key).map(|written| written.0.as_str()).unwrap_or_default();
            sweep.axis(key, values, catalog).map_err(|error| tree.at("axes", error))?;
        }
        for zip in &file.zip {
            let keys: Vec<(String, String)> = zip.iter().map(|(key, values)| (key.clone(), values.0.clone())).collect();
            sweep.zip(&keys, catalog).map_err(|error| tree.at("zip", error))?;
        }
        sweep.condition = file.condition;
        sweep.points = file.sample;
        Ok(sweep)
    }
}

/// The scenario that stands beside the axes.
fn without_sweep(document: &Document) -> Document {
    let mut base = document.clone();
    for key in KEYS {
        base.remove(key, "sweep");
    }
    base
}
