//! Profiles of how the electricity of a zone varies over the day and the year.

use serde::{Deserialize, Deserializer};

use crate::error::Error;
use crate::profile::{Kind, Profile};

/// Hours of a day.
pub(crate) const HOURS: usize = 24;
/// Days of each month of a common year.
pub(crate) const DAYS: [f64; 12] = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
/// Cells of a shape.
const CELLS: usize = DAYS.len() * HOURS;
/// Ratios are written as whole thousandths.
const THOUSANDTHS: f64 = 1000.0;
/// How far the mean of a shape may be from one: rounding, and years of 366 days.
const MEAN_TOLERANCE: f64 = 0.02;

/// Carbon intensity of each month and hour, as ratios to the mean of the year.
///
/// Its identifier is the zone of the grid that it goes with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Shape {
    /// Zone and year.
    pub name: String,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Free remark.
    pub note: Option<String>,
    /// Year of the series.
    pub year: Option<i32>,
    /// Standard time of the zone, in hours before Greenwich; of several times, that of most people.
    pub utc_offset: f64,
    /// Key of the bibliography.
    pub source: String,
    /// Ratios of January at 0 h UTC, 1 h, …, February at 0 h, …
    pub ratios: Ratios,
}

impl Profile for Shape {
    const KIND: Kind = Kind::Shape;
}

/// 12 × 24 ratios, written as whole thousandths with blanks between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratios(Vec<f64>);

impl Ratios {
    fn written(text: &str) -> Result<Self, Error> {
        let ratio = |word: &str| word.parse::<u32>().ok().map(|thousandths| f64::from(thousandths) / THOUSANDTHS);
        let ratios: Option<Vec<f64>> = text.split_whitespace().map(ratio).collect();
        let ratios = ratios.ok_or_else(|| Error::new("ratios are whole thousandths, such as \"1380 1374 …\""))?;
        if ratios.len() != CELLS {
            return Err(Error::new(format!(
                "a shape has {CELLS} ratios, 24 hours of 12 months; found {}",
                ratios.len()
            )));
        }
        let weighted = ratios.chunks(HOURS).zip(DAYS).map(|(hours, days)| hours.iter().sum::<f64>() * days);
        let mean = weighted.sum::<f64>() / (DAYS.iter().sum::<f64>() * HOURS as f64);
        if (mean - 1.0).abs() > MEAN_TOLERANCE {
            return Err(Error::new(format!(
                "the mean of the ratios over the year must be 1000, found {:.0}",
                mean * THOUSANDTHS
            )));
        }
        Ok(Self(ratios))
    }

    /// The ratio of a month and an hour UTC, both from zero.
    pub(crate) fn at(&self, month: usize, hour: usize) -> f64 {
        self.0.get(month * HOURS + hour % HOURS).copied().unwrap_or(1.0)
    }
}

impl<'de> Deserialize<'de> for Ratios {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::written(&text).map_err(Error::into_serde)
    }
}

impl Shape {
    /// The ratio of a month and an hour of the zone's standard time, both from zero.
    ///
    /// An hour that begins at half past in UTC is the mean of the two that it touches.
    #[must_use]
    pub fn local(&self, month: usize, hour: usize) -> f64 {
        let utc = (hour as f64 - self.utc_offset).rem_euclid(HOURS as f64);
        let part = utc.fract();
        let hour = utc as usize;
        (1.0 - part) * self.ratios.at(month, hour) + part * self.ratios.at(month, hour + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Catalog;

    #[test]
    fn hours_are_those_of_the_zone() {
        let catalog = Catalog::builtin();
        for (zone, offset) in [("de", 1), ("us-cal-ciso", -8)] {
            let shape = catalog.profile::<Shape>(zone).unwrap();
            let utc = (36 - offset) as usize % HOURS;
            assert_eq!(shape.local(5, 12), shape.ratios.at(5, utc), "{zone}");
        }
        let india = catalog.profile::<Shape>("in").unwrap();
        let half = 0.5 * (india.ratios.at(0, 6) + india.ratios.at(0, 7));
        assert!((india.local(0, 12) - half).abs() < 1e-12);
    }

    #[test]
    fn shapes_that_are_none_are_refused() {
        let flat = |ratio: &str, cells: usize| [ratio].repeat(cells).join(" ");
        assert!(Ratios::written(&flat("1000", CELLS)).is_ok());
        for (text, words) in [
            (flat("1000", 24), "found 24"),
            (flat("1200", CELLS), "found 1200"),
            (flat("1.0", CELLS), "whole thousandths"),
            (flat("-1000", CELLS), "whole thousandths"),
        ] {
            assert!(Ratios::written(&text).unwrap_err().message().contains(words), "{words}");
        }
    }
}
