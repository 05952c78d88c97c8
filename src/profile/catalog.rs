//! Finding profiles: those shipped, under those of the user, parsed when used.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::Error;
use crate::profile::{Bibliography, Model};

static BUILTIN: Dir = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// Precision suffixes that do not make another model.
const PRECISION_SUFFIXES: [&str; 8] = ["-fp8", "-bf16", "-fp16", "-fp4", "-nvfp4", "-int8", "-int4", "-awq"];

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
    pub const ALL: [Self; 9] = [
        Self::Accelerator,
        Self::Server,
        Self::Instance,
        Self::Facility,
        Self::Grid,
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
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ProfileText<'c> {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier: the file's name without `.toml`.
    pub id: &'c str,
    /// Path of the file; of a shipped profile, inside the profiles' folder.
    pub file: &'c str,
    /// Its TOML.
    pub text: &'c str,
    /// Whether it is shipped with the crate.
    pub builtin: bool,
}

impl ProfileText<'_> {
    /// How errors call the file.
    #[must_use]
    pub fn shown_file(&self) -> String {
        if self.builtin { format!("<builtin>/{}", self.file) } else { self.file.to_owned() }
    }

    pub(crate) fn document(&self) -> Document {
        Document::new(&self.shown_file(), self.text)
    }
}

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
    /// Texts of the user by (kind, id), the last link of the chain.
    own: BTreeMap<(Kind, String), (String, String)>,
    own_sources: Option<(String, String)>,
    parsed: Mutex<HashMap<(Kind, String), Arc<dyn Any + Send + Sync>>>,
    bibliography: OnceLock<Result<Bibliography, Error>>,
    /// Identifiers by alias, read when one is first asked for.
    aliases: OnceLock<HashMap<(Kind, String), Vec<String>>>,
}

/// Values that replace figures of one profile: field path and TOML text.
pub(crate) type Overrides = [(String, String)];

impl Catalog {
    /// The profiles shipped with the crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Lays a file over the catalogue: `path` is relative to the profiles' folder, such as `grid/fr.toml`.
    ///
    /// # Errors
    ///
    /// When the first folder of the path is not a kind of profile.
    pub fn with_file(mut self, path: &str, file: &str, text: String) -> Result<Self, Error> {
        // What was read before may be another text now.
        self.parsed = Mutex::default();
        self.bibliography = OnceLock::new();
        self.aliases = OnceLock::new();
        if path == "sources.toml" {
            self.own_sources = Some((file.to_owned(), text));
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
        self.own.insert((kind, plain(stem(name))), (file.to_owned(), text));
        Ok(self)
    }

    /// Reads a profile by its identifier or one of its aliases.
    ///
    /// # Errors
    ///
    /// When there is none of this name (the nearest are listed), or its text is wrong.
    pub fn profile<P: Profile>(&self, id: &str) -> Result<Arc<P>, Error> {
        let id = self.find(P::KIND, id)?;
        let key = (P::KIND, id);
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
    /// # Errors
    ///
    /// When there is none of this name; the nearest are listed.
    pub fn find(&self, kind: Kind, name: &str) -> Result<String, Error> {
        let exact = plain(name);
        let wanted = normal(kind, name);
        for id in [&exact, &wanted] {
            if self.text(kind, id).is_some() {
                return Ok(id.clone());
            }
        }
        match self.by_alias(kind, wanted) {
            [] => Err(self.unknown(kind, name)),
            [id] => Ok(id.clone()),
            several => {
                let error =
                    Error::new(format!("\"{name}\" may be any of several profiles of the kind {}", kind.name()));
                Err(error.with_help(format!("choose one of {}", several.join(", "))))
            }
        }
    }

    fn by_alias(&self, kind: Kind, wanted: String) -> &[String] {
        let index = self.aliases.get_or_init(|| self.read_aliases());
        index.get(&(kind, wanted)).map_or(&[], Vec::as_slice)
    }

    fn read_aliases(&self) -> HashMap<(Kind, String), Vec<String>> {
        let mut index: HashMap<(Kind, String), Vec<String>> = HashMap::new();
        for profile in Kind::ALL.into_iter().flat_map(|kind| self.texts(kind)) {
            for alias in aliases(&profile) {
                let ids = index.entry((profile.kind, normal(profile.kind, &alias))).or_default();
                if ids.last().is_none_or(|last| last != profile.id) {
                    ids.push(profile.id.to_owned());
                }
            }
        }
        index
    }

    fn unknown(&self, kind: Kind, name: &str) -> Error {
        let texts = self.texts(kind);
        let error = Error::unknown(kind.name(), name, texts.iter().map(|text| text.id));
        let list = format!("`econome profiles list {}` shows all", kind.name());
        let help = error.help().map_or_else(|| list.clone(), |near| format!("{near} ({list})"));
        error.with_help(help)
    }

    /// The text of one profile.
    #[must_use]
    pub fn text(&self, kind: Kind, id: &str) -> Option<ProfileText<'_>> {
        if let Some(((_, id), (file, text))) = self.own.get_key_value(&(kind, id.to_owned())) {
            return Some(ProfileText { kind, id, file, text, builtin: false });
        }
        let name = format!("{id}.toml");
        let folder = BUILTIN.get_dir(kind.name())?;
        std::iter::once(folder).chain(folder.dirs()).find_map(|folder| {
            let file = folder.get_file(folder.path().join(&name))?;
            builtin_text(kind, file)
        })
    }

    /// The texts of all profiles of a kind, by identifier.
    #[must_use]
    pub fn texts(&self, kind: Kind) -> Vec<ProfileText<'_>> {
        let mut texts: BTreeMap<&str, ProfileText<'_>> = BTreeMap::new();
        if let Some(folder) = BUILTIN.get_dir(kind.name()) {
            let files = folder.files().chain(folder.dirs().flat_map(Dir::files));
            for text in files.filter_map(|file| builtin_text(kind, file)) {
                texts.insert(text.id, text);
            }
        }
        for ((own_kind, id), (file, text)) in &self.own {
            if *own_kind == kind {
                texts.insert(id, ProfileText { kind, id, file, text, builtin: false });
            }
        }
        texts.into_values().collect()
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
        let builtin = BUILTIN.get_file("sources.toml").and_then(include_dir::File::contents_utf8).unwrap_or_default();
        let mut all: Bibliography = Document::new("<builtin>/sources.toml", builtin).parse()?.read()?;
        if let Some((file, text)) = &self.own_sources {
            all.extend(Document::new(file, text).parse()?.read::<Bibliography>()?);
        }
        Ok(all)
    }

    /// Reads every profile, and looks up every source it names; returns what is wrong.
    #[must_use]
    pub fn check(&self) -> Vec<Error> {
        use crate::profile::{Accelerator, Facility, Grid, Instance, Network, Server, Stack, Terminal};
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
                    Kind::Grid => self.profile::<Grid>(text.id).err(),
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

    fn check_references(&self, profile: &ProfileText<'_>) -> Vec<Error> {
        let document = profile.document();
        let (tree, sources) = match (document.parse(), self.bibliography()) {
            (Ok(tree), Ok(sources)) => (tree, sources),
            (Err(error), _) | (_, Err(error)) => return vec![error],
        };
        let mut wrong = Vec::new();
        for table in tree.tables() {
            let key = format!("{table}.source");
            match tree.text(&key) {
                Some(source) if !sources.contains_key(&source) => {
                    wrong.push(tree.at(&key, Error::unknown("source", &source, sources.keys().map(String::as_str))));
                }
                None if tree.has(&format!("{table}.value")) => {
                    wrong.push(tree.at(&table, Error::new(format!("figure \"{table}\" has no source"))));
                }
                _ => {}
            }
        }
        for (key, kind) in [
            ("grid", Kind::Grid),
            ("prior", Kind::Facility),
            ("server", Kind::Server),
            ("accelerator", Kind::Accelerator),
        ] {
            if let Some(id) = tree.text(key)
                && self.text(kind, &id).is_none()
            {
                wrong.push(tree.at(key, self.unknown(kind, &id)));
            }
        }
        wrong
    }

    /// SHA-256 of the texts of the named profiles, for telling whether two estimates rest on the same figures.
    pub(crate) fn digest(&self, used: &[(Kind, String)]) -> String {
        let mut hash = hmac_sha256::Hash::new();
        for (kind, id) in used {
            let Some(profile) = self.text(*kind, id) else { continue };
            hash.update(format!("{}/{id}\n", kind.name()));
            hash.update(profile.text);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The scenarios shipped with the crate, as (id, TOML text).
pub fn shipped_scenarios() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTIN
        .get_dir("scenario")
        .into_iter()
        .flat_map(Dir::files)
        .filter_map(|file| Some((stem(file.path().file_name()?.to_str()?), file.contents_utf8()?)))
}

/// The tables of published cases shipped with the crate, as (task, CSV text), by task.
#[cfg(feature = "cli")]
pub(crate) fn shipped_cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files: BTreeMap<&str, &str> = BUILTIN
        .get_dir("validation")
        .into_iter()
        .flat_map(Dir::files)
        .filter_map(|file| Some((file.path().file_name()?.to_str()?.strip_suffix(".csv")?, file.contents_utf8()?)))
        .collect();
    files.into_iter()
}

fn builtin_text(kind: Kind, file: &'static include_dir::File<'static>) -> Option<ProfileText<'static>> {
    let path = file.path().to_str()?;
    let id = stem(file.path().file_name()?.to_str()?);
    Some(ProfileText { kind, id, file: path, text: file.contents_utf8()?, builtin: true })
}

fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.strip_suffix(".toml").unwrap_or(name)
}

fn kind_names() -> String {
    Kind::ALL.map(Kind::name).join(", ")
}

/// Identifiers are in lower case, with hyphens.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

/// For models, also without publisher and precision, which are not part of the identifier.
fn normal(kind: Kind, name: &str) -> String {
    let name = plain(name);
    if kind != Kind::Model {
        return name;
    }
    let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let bare = PRECISION_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
    bare.map(str::to_owned).unwrap_or(name)
}

/// The aliases of a profile; none where its text is wrong, which reading it will say.
fn aliases(profile: &ProfileText<'_>) -> Vec<String> {
    if !profile.text.contains("aliases") {
        return Vec::new();
    }
    let document = profile.document();
    let written = document.parse().ok().and_then(|tree| tree.text("aliases")).unwrap_or_default();
    written.split('"').skip(1).step_by(2).map(str::to_owned).collect()
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
