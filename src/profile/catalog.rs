//! Finding profiles: those shipped, under those of the user, parsed when used.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::{Error, nearest};
use crate::profile::names::{aliases, normal, plain, readings, shown_file, stem};
use crate::profile::provenance::ShelfLives;
use crate::profile::table::{Fields, Table, check_joined, id_of, joined, list};
use crate::profile::{Bibliography, ProfileDigest, shipped};

/// What a profile describes; also the name of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Chip that runs models.
    Accelerator,
    /// Machine that carries accelerators.
    Server,
    /// Machine that a cloud provider rents by the hour.
    Instance,
    /// Data centre.
    Facility,
    /// Electricity of a zone.
    Grid,
    /// How that electricity varies over hours and months.
    Shape,
    /// Neural network.
    Model,
    /// Serving or training software.
    Stack,
    /// Telecommunication network.
    Network,
    /// User's device.
    Terminal,
}

impl Kind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Accelerator,
        Self::Server,
        Self::Instance,
        Self::Facility,
        Self::Grid,
        Self::Shape,
        Self::Model,
        Self::Stack,
        Self::Network,
        Self::Terminal,
    ];

    /// Name of the kind, of its folder and of its key in `[override]`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accelerator => "accelerator",
            Self::Server => "server",
            Self::Instance => "instance",
            Self::Facility => "facility",
            Self::Grid => "grid",
            Self::Shape => "shape",
            Self::Model => "model",
            Self::Stack => "stack",
            Self::Network => "network",
            Self::Terminal => "terminal",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A record that the catalogue can read.
pub trait Profile: DeserializeOwned + Send + Sync + 'static {
    /// Its kind.
    const KIND: Kind;
}

/// The text of one profile: where it comes from, and what it says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProfileText<'c> {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier: the file's name without `.toml`, or the first cell of a row.
    pub id: &'c str,
    /// Path of the file, or of all files that have a part of it; of a shipped profile, inside the profiles' folder.
    pub file: Cow<'c, str>,
    /// Its TOML.
    pub text: Cow<'c, str>,
    /// Whether it is shipped with the crate.
    pub builtin: bool,
}

impl ProfileText<'_> {
    /// How errors call the file.
    #[must_use]
    pub fn shown_file(&self) -> String {
        shown_file(self)
    }

    pub(crate) fn document(&self) -> Document {
        Document::new(&self.shown_file(), &self.text)
    }
}

/// A profile of the user: a TOML file, or rows of tables.
#[derive(Debug, Default)]
struct Own {
    file: String,
    rows: Vec<Fields>,
    text: String,
}

/// Identifiers by alias.
type Aliases = HashMap<String, Vec<String>>;

/// All profiles: those shipped, under those of the user. A profile is parsed when it is first used.
///
/// ```
/// use econome::{Accelerator, Catalog};
/// let h100 = Catalog::builtin().profile::<Accelerator>("h100-sxm")?;
/// assert_eq!(h100.tdp.as_ref().map(|tdp| tdp.value.as_watts()), Some(700.0));
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Catalog {
    /// Profiles of the user by (kind, id), the last link of the chain.
    own: BTreeMap<(Kind, String), Own>,
    own_sources: Option<(String, String)>,
    own_shelf_lives: Option<(String, String)>,
    parsed: Mutex<HashMap<(Kind, String), Arc<dyn Any + Send + Sync>>>,
    digests: Mutex<HashMap<(Kind, String), ProfileDigest>>,
    bibliography: OnceLock<Result<Bibliography, Error>>,
    /// Aliases of each kind, read when one is first asked for.
    aliases: [OnceLock<Aliases>; Kind::ALL.len()],
}

/// Values that replace figures of one profile: field path and TOML text.
pub(crate) type Overrides = [(String, String)];

impl Catalog {
    /// The profiles shipped with the crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Lays a file over the catalogue: `path` is relative to the profiles' folder, such as `grid/fr.toml`, or
    /// `grid/mine.csv` for a table of profiles.
    ///
    /// # Errors
    ///
    /// When the first folder of the path is not a kind of profile, or a table is not one of profiles.
    pub fn with_file(mut self, path: &str, file: &str, text: String) -> Result<Self, Error> {
        // What was read before may be another text now.
        self.parsed = Mutex::default();
        self.digests = Mutex::default();
        self.bibliography = OnceLock::new();
        self.aliases = Default::default();
        if path == "sources.toml" {
            self.own_sources = Some((file.to_owned(), text));
            return Ok(self);
        }
        if path == "shelf-life.toml" {
            self.own_shelf_lives = Some((file.to_owned(), text));
            return Ok(self);
        }
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        if ["scenario", "lever", "validation"].contains(&folder) {
            return Ok(self);
        }
        let kind = Kind::named(folder).ok_or_else(|| {
            Error::unknown("kind of profile", folder, Kind::ALL.iter().map(|kind| kind.name()))
                .with_help(format!("{file}: profiles lie in folders named {}", kind_names()))
        })?;
        match name.strip_suffix(".csv") {
            Some(_) => self.lay_table(kind, file, &text)?,
            None => self.lay(kind, &plain(stem(name)), file, Laid::Text(text))?,
        }
        Ok(self)
    }

    fn lay_table(&mut self, kind: Kind, file: &str, text: &str) -> Result<(), Error> {
        let table = Table::read(file, text)?;
        for (number, line) in table.rows() {
            self.lay(kind, &plain(id_of(line)), file, Laid::Row(table.fields(number, line)?))?;
        }
        Ok(())
    }

    /// Lays one profile or a part of one over those shipped; parts in several files make one profile.
    fn lay(&mut self, kind: Kind, id: &str, file: &str, laid: Laid) -> Result<(), Error> {
        let own = self.own.entry((kind, id.to_owned())).or_default();
        let first = own.text.is_empty();
        own.file = if first { file.to_owned() } else { format!("{}, {file}", own.file) };
        match laid {
            Laid::Text(text) => own.text = text + &joined("", &own.rows),
            Laid::Row(row) => {
                own.rows.push(row);
                own.text = joined("", &own.rows);
            }
        }
        if first { Ok(()) } else { check_joined(&own.file, &own.text) }
    }

    /// Reads a profile by its identifier or one of its aliases.
    ///
    /// # Errors
    ///
    /// When there is none of this name (the nearest are listed), or its text is wrong.
    pub fn profile<P: Profile>(&self, id: &str) -> Result<Arc<P>, Error> {
        // What was read under this very identifier need not be looked up.
        if let Some(parsed) = self.remembered::<P>(&(P::KIND, id.to_owned())) {
            return Ok(parsed);
        }
        let key = (P::KIND, self.find(P::KIND, id)?);
        if let Some(parsed) = self.remembered::<P>(&key) {
            return Ok(parsed);
        }
        let parsed: Arc<P> = Arc::new(self.read(&key.1, &[])?);
        if let Ok(mut memory) = self.parsed.lock() {
            memory.insert(key, parsed.clone());
        }
        Ok(parsed)
    }

    fn remembered<P: Profile>(&self, key: &(Kind, String)) -> Option<Arc<P>> {
        self.parsed.lock().ok()?.get(key)?.clone().downcast().ok()
    }

    /// Reads a profile with some of its figures replaced.
    pub(crate) fn overridden<P: Profile>(&self, id: &str, overrides: &Overrides) -> Result<Arc<P>, Error> {
        if overrides.is_empty() {
            return self.profile(id);
        }
        let id = self.find(P::KIND, id)?;
        self.read(&id, overrides).map(Arc::new)
    }

    fn read<P: Profile>(&self, id: &str, overrides: &Overrides) -> Result<P, Error> {
        let text = self.text(P::KIND, id).ok_or_else(|| self.unknown(P::KIND, id))?;
        let mut document = text.document();
        for (path, line) in overrides {
            document.replace(path, line.clone(), "override");
        }
        document.parse()?.read()
    }

    /// The identifier under which a name is filed: ids first, then aliases.
    ///
    /// ```
    /// use econome::{Catalog, Kind};
    /// let catalog = Catalog::builtin();
    /// for name in ["de", "DEU", "Germany"] {
    ///     assert_eq!(catalog.find(Kind::Grid, name)?, "de");
    /// }
    /// assert_eq!(catalog.find(Kind::Model, "gpt-4o-2024-08-06")?, "gpt-4o");
    /// # Ok::<(), econome::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is none of this name, and the nearest are listed; or several, and they are.
    pub fn find(&self, kind: Kind, name: &str) -> Result<String, Error> {
        for reading in readings(kind, name) {
            if self.has(kind, &reading) {
                return Ok(reading);
            }
            match self.by_alias(kind, &reading) {
                [] => {}
                [id] => return Ok(id.clone()),
                several => return Err(ambiguous(kind, name, several)),
            }
        }
        Err(self.unknown(kind, name))
    }

    fn by_alias(&self, kind: Kind, wanted: &str) -> &[String] {
        self.aliases(kind).get(wanted).map_or(&[], Vec::as_slice)
    }

    fn aliases(&self, kind: Kind) -> &Aliases {
        self.aliases[kind as usize].get_or_init(|| self.read_aliases(kind))
    }

    /// Aliases of all profiles of a kind; of tables, only the cells with aliases are looked at.
    fn read_aliases(&self, kind: Kind) -> Aliases {
        let mut index = Aliases::new();
        let mut add = |id: &str, alias: &str| {
            let ids = index.entry(normal(kind, alias)).or_default();
            if ids.last().is_none_or(|last| last != id) {
                ids.push(id.to_owned());
            }
        };
        for (id, text) in shipped::files(kind).filter(|(id, _)| !self.is_own(kind, id)) {
            aliases(text).iter().for_each(|alias| add(id, alias));
        }
        for table in shipped::tables(kind) {
            for (_, line) in table.rows().filter(|(_, line)| !self.is_own(kind, id_of(line))) {
                let cell = table.cell(line, "aliases").unwrap_or_default();
                list(&cell).for_each(|alias| add(id_of(line), alias));
            }
        }
        for ((_, id), own) in self.own.iter().filter(|((own_kind, _), _)| *own_kind == kind) {
            aliases(&own.text).iter().for_each(|alias| add(id, alias));
        }
        index
    }

    /// That there is none of this name; the profiles with the nearest identifiers or aliases are listed.
    pub(crate) fn unknown(&self, kind: Kind, name: &str) -> Error {
        let ids = self.ids(kind);
        let aliases = self.aliases(kind);
        let names = ids.iter().copied().chain(aliases.keys().map(String::as_str));
        let mut near = Vec::new();
        for id in nearest(&plain(name), names).into_iter().flat_map(|name| self.meant(kind, name)) {
            if !near.contains(&id) {
                near.push(id);
            }
        }
        let list = format!("`econome profiles list {}` shows all", kind.name());
        let help = if near.is_empty() { list } else { format!("did you mean {}? ({list})", near.join(", ")) };
        Error::new(format!("unknown {} \"{name}\"", kind.name())).with_help(help)
    }

    /// The identifiers that a known name stands for.
    fn meant(&self, kind: Kind, name: &str) -> Vec<String> {
        if self.has(kind, name) { vec![name.to_owned()] } else { self.by_alias(kind, name).to_vec() }
    }

    fn is_own(&self, kind: Kind, id: &str) -> bool {
        self.own.contains_key(&(kind, id.to_owned()))
    }

    /// Whether a profile has this identifier.
    pub(crate) fn has(&self, kind: Kind, id: &str) -> bool {
        self.is_own(kind, id) || shipped::has(kind, id)
    }

    /// The text of one profile.
    #[must_use]
    pub fn text(&self, kind: Kind, id: &str) -> Option<ProfileText<'_>> {
        let own = self.own.get_key_value(&(kind, id.to_owned())).map(|((_, id), own)| {
            let (file, text) = (own.file.as_str().into(), own.text.as_str().into());
            ProfileText { kind, id, file, text, builtin: false }
        });
        own.or_else(|| shipped::text(kind, id))
    }

    /// The identifiers of all profiles of a kind, in order.
    #[must_use]
    pub fn ids(&self, kind: Kind) -> BTreeSet<&str> {
        let own = self.own.keys().filter(|(own_kind, _)| *own_kind == kind).map(|(_, id)| id.as_str());
        shipped::ids(kind).into_iter().chain(own).collect()
    }

    /// The texts of all profiles of a kind, by identifier.
    #[must_use]
    pub fn texts(&self, kind: Kind) -> Vec<ProfileText<'_>> {
        self.ids(kind).into_iter().filter_map(|id| self.text(kind, id)).collect()
    }

    /// The bibliography, read when it is first needed.
    ///
    /// # Errors
    ///
    /// When a user's `sources.toml` is wrong.
    pub fn bibliography(&self) -> Result<&Bibliography, Error> {
        self.bibliography.get_or_init(|| self.read_bibliography()).as_ref().map_err(Clone::clone)
    }

    fn read_bibliography(&self) -> Result<Bibliography, Error> {
        let shipped = shipped::top("sources.toml");
        let mut all: Bibliography = Document::new("<builtin>/sources.toml", shipped).parse()?.read()?;
        if let Some((file, text)) = &self.own_sources {
            all.extend(Document::new(file, text).parse()?.read::<Bibliography>()?);
        }
        Ok(all)
    }

    /// For how long figures serve: as the user says, else as shipped.
    pub(super) fn shelf_lives(&self) -> Result<ShelfLives, Error> {
        match &self.own_shelf_lives {
            Some((file, text)) => Self::read_shelf_lives(file, text),
            None => Self::read_shelf_lives("<builtin>/shelf-life.toml", shipped::top("shelf-life.toml")),
        }
    }

    /// The texts of the profiles of the user alone.
    #[must_use]
    pub fn own_texts(&self) -> Vec<ProfileText<'_>> {
        self.own.keys().filter_map(|(kind, id)| self.text(*kind, id)).collect()
    }

    /// The digests of the named profiles, for telling whether two estimates rest on the same figures.
    pub(crate) fn digests(&self, used: &BTreeSet<(Kind, String)>) -> Vec<ProfileDigest> {
        let Ok(mut memory) = self.digests.lock() else { return Vec::new() };
        let mut digest = |key: &(Kind, String)| {
            if let Some(known) = memory.get(key) {
                return Some(known.clone());
            }
            let profile = self.text(key.0, &key.1)?;
            let digest = ProfileDigest::new(profile.kind, profile.id, &profile.text);
            memory.insert(key.clone(), digest.clone());
            Some(digest)
        };
        used.iter().filter_map(&mut digest).collect()
    }
}

/// What a file lays over the catalogue.
enum Laid {
    /// A whole profile.
    Text(String),
    /// A row of a table.
    Row(Fields),
}

fn ambiguous(kind: Kind, name: &str, several: &[String]) -> Error {
    let error = Error::new(format!("\"{name}\" may be any of several profiles of the kind {}", kind.name()));
    error.with_help(format!("choose one of {}", several.join(", ")))
}

fn kind_names() -> String {
    Kind::ALL.map(Kind::name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Accelerator, Grid};

    #[test]
    fn names_are_found_without_publisher_and_precision() {
        let catalog = Catalog::builtin();
        for name in ["Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "qwen3-235b-a22b-instruct-2507"] {
            assert_eq!(catalog.find(Kind::Model, name).as_deref(), Ok("qwen3-235b-a22b-instruct-2507"));
        }
        let alias = catalog.find(Kind::Model, "mistral-small-3.2-24b");
        assert_eq!(alias.as_deref(), Ok("mistral-small-3.2-24b-instruct-2506"));
    }

    #[test]
    fn a_users_profile_replaces_the_shipped_one() {
        let own = "name = \"Mine\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"12 gCO2e/kWh\"\nsource = \"x\"\n";
        let catalog = Catalog::builtin().with_file("grid/fr.toml", "mine/grid/fr.toml", own.to_owned()).unwrap();
        assert_eq!(catalog.profile::<Grid>("fr").unwrap().name, "Mine");
        assert!(catalog.check().iter().any(|error| error.message().contains("unknown source")));
    }

    #[test]
    fn every_shipped_profile_is_right() {
        let wrong: Vec<String> = Catalog::builtin().check().iter().map(ToString::to_string).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn an_ambiguous_alias_lists_the_candidates() {
        let mut catalog = Catalog::builtin();
        for id in ["one", "two"] {
            let text = format!("name = \"{id}\"\naliases = [\"mine\"]\nzone = \"FR\"\n");
            catalog = catalog.with_file(&format!("grid/{id}.toml"), "x", text).unwrap();
        }
        assert_eq!(catalog.find(Kind::Grid, "mine").unwrap_err().help(), Some("choose one of one, two"));
    }

    #[test]
    fn an_unknown_name_lists_the_nearest() {
        let error = Catalog::builtin().profile::<Accelerator>("h100-smx").unwrap_err();
        assert!(error.help().unwrap().contains("h100-sxm"), "{error}");
    }
}
