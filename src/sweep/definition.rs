//! What a sweep is: a scenario, axes, a condition.

use crate::document::Document;
use crate::error::Error;
use crate::profile::Catalog;
use crate::sweep::values::{Range, Values};
use crate::sweep::{Axis, hypercube, layout};

/// A scenario and the axes along which it varies.
///
/// ```
/// use econome::sweep::{Ask, Measure, Sweep};
/// use econome::{Catalog, Document};
/// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
/// let catalog = Catalog::builtin();
/// let mut sweep = Sweep::new(Document::new("chat.toml", text));
/// sweep.axis("site.grid", "fr,de,se", &catalog)?;
/// sweep.axis("serving.batch", "1..64:log2", &catalog)?;
/// sweep.keep_where("latency_s < 10");
/// assert_eq!(sweep.scenarios()?, 21);
/// let carbon = Measure::named("carbon_g")?;
/// let summary = sweep.prepare(&catalog, &[carbon], None)?.summary(&Ask::default().with_top(1, carbon))?;
/// assert_eq!(summary.top.unwrap().rows[0].places[0], "se");
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep {
    pub(super) base: Document,
    axes: Vec<Axis>,
    /// Axes that are sampled, and where they stand among the others.
    continuous: Vec<(String, Range)>,
    continuous_at: usize,
    pub(super) points: Option<usize>,
    pub(super) condition: Option<String>,
}

impl Sweep {
    /// A scenario without axes.
    #[must_use]
    pub fn new(base: Document) -> Self {
        Self { base, axes: Vec::new(), continuous: Vec::new(), continuous_at: 0, points: None, condition: None }
    }

    /// The scenario, to be edited.
    #[cfg(feature = "cli")]
    pub(crate) fn base_mut(&mut self) -> &mut Document {
        &mut self.base
    }

    /// Adds an axis: the values of one key, as a list, a range or a query (`1..256:log2`, `a,b,c`, `*[open,<30B]`).
    ///
    /// # Errors
    ///
    /// When the values make no axis.
    pub fn axis(&mut self, key: &str, values: &str, catalog: &Catalog) -> Result<(), Error> {
        self.add(key, Values::read(key, values, catalog)?);
        Ok(())
    }

    /// Adds an axis from values that stand apart.
    ///
    /// # Errors
    ///
    /// When there is none, or one twice.
    pub fn list(&mut self, key: &str, values: Vec<String>) -> Result<(), Error> {
        self.add(key, Values::listed(key, values)?);
        Ok(())
    }

    fn add(&mut self, key: &str, values: Values) {
        match values {
            Values::Listed(values) => self.axes.push(Axis { keys: vec![key.to_owned()], values: vec![values] }),
            Values::Continuous(range) => {
                if self.continuous.is_empty() {
                    self.continuous_at = self.axes.len();
                }
                self.continuous.push((key.to_owned(), range));
            }
        }
    }

    /// Adds one axis of several keys whose values go together, the first with the first.
    ///
    /// # Errors
    ///
    /// When the lists have different lengths, or one of them makes no axis.
    pub fn zip(&mut self, keys: &[(String, String)], catalog: &Catalog) -> Result<(), Error> {
        let mut axis = Axis { keys: Vec::new(), values: Vec::new() };
        for (key, values) in keys {
            let Values::Listed(values) = Values::read_repeating(key, values, catalog)? else {
                return Err(
                    Error::new(format!("{key} is zipped with others, and needs a list")).with_help("write A..B:lin5")
                );
            };
            axis.keys.push(key.clone());
            axis.values.push(values);
        }
        let lens: Vec<usize> = axis.values.iter().map(Vec::len).collect();
        if lens.windows(2).any(|pair| pair[0] != pair[1]) {
            let lens: Vec<String> = axis.keys.iter().zip(&lens).map(|(key, len)| format!("{key} {len}")).collect();
            let error = Error::new(format!("zipped keys need as many values each, found {}", lens.join(", ")));
            return Err(error);
        }
        if axis.keys.is_empty() {
            return Err(Error::new("a [[zip]] has no key"));
        }
        self.axes.push(axis);
        Ok(())
    }

    /// Keeps the scenarios for which a condition holds.
    pub fn keep_where(&mut self, condition: &str) {
        self.condition = Some(condition.to_owned());
    }

    /// Takes this many points of the axes that are written without a number of values (`1.1..1.6`), all together.
    pub fn sample(&mut self, points: usize) {
        self.points = Some(points);
    }

    /// All axes, the slowest first.
    ///
    /// # Errors
    ///
    /// When there is none, or a continuous one and no number of points.
    pub fn axes(&self) -> Result<Vec<Axis>, Error> {
        let mut axes = self.axes.clone();
        match (self.points, self.continuous.as_slice()) {
            (Some(points), ranges @ [_, ..]) => {
                axes.insert(self.continuous_at, hypercube::sample(ranges, points, crate::Settings::default().seed())?);
            }
            (Some(_), []) => {
                let error = Error::new("a sample was asked for, and no axis is continuous");
                return Err(error.with_help("write its range without a number of values, such as site.pue=1.1..1.6"));
            }
            (None, [(key, _), ..]) => {
                let error = Error::new(format!("the range of {key} does not say how many values it has"));
                return Err(error.with_help("write A..B:lin5 for five of them, or take some points with --sample 100"));
            }
            (None, []) => {}
        }
        if axes.is_empty() {
            let error = Error::new("the sweep has no axis");
            return Err(error.with_help("write for example -P site.grid=fr,de,se -P serving.batch=1..64:log2"));
        }
        Ok(axes)
    }

    /// Number of scenarios.
    ///
    /// # Errors
    ///
    /// When a key is on two axes, or there are too many scenarios.
    pub fn scenarios(&self) -> Result<u64, Error> {
        layout::count(&self.axes()?)
    }
}
