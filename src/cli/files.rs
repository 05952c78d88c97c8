//! Reading and writing: scenarios, profiles, results; nothing else touches files.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::document::Document;
use crate::error::Error;
use crate::profile::{Catalog, shipped_scenarios};

/// Largest input that is read whole.
const LARGEST_TEXT: u64 = 64 << 20;

/// The scenario named on the command line, with its edits.
pub(super) fn scenario(name: &str, sets: &[String]) -> Result<Document, Error> {
    let mut document = read_scenario(name)?;
    edit(&mut document, sets)?;
    Ok(document)
}

/// Makes the edits of the command line.
pub(super) fn edit(document: &mut Document, sets: &[String]) -> Result<(), Error> {
    for set in sets {
        let (key, value) = set.split_once('=').ok_or_else(|| {
            Error::new(format!("--set takes KEY=VALUE, found \"{set}\""))
                .with_help("write for example --set site.grid=de")
        })?;
        document.set(key, value, "--set");
    }
    Ok(())
}

pub(super) fn read_scenario(name: &str) -> Result<Document, Error> {
    if name == "-" {
        return Ok(Document::new("<stdin>", &standard_input()?));
    }
    if Path::new(name).exists() {
        return Ok(Document::new(name, &text(Path::new(name))?));
    }
    let shipped: Vec<(&str, &str)> = shipped_scenarios().collect();
    if let Some((id, text)) = shipped.iter().find(|(id, _)| *id == name) {
        return Ok(Document::new(&format!("<builtin>/scenario/{id}.toml"), text));
    }
    let missing = Error::new(format!("no file and no shipped scenario \"{name}\""));
    let near = Error::unknown("scenario", name, shipped.iter().map(|(id, _)| *id));
    let ids: Vec<&str> = shipped.iter().map(|(id, _)| *id).collect();
    Err(missing.with_help(near.help().map_or_else(|| format!("shipped: {}", ids.join(", ")), str::to_owned)))
}

/// The whole text of a file.
pub(super) fn text(path: &Path) -> Result<String, Error> {
    let unreadable = |error: std::io::Error| Error::new(format!("cannot read {}: {error}", path.display()));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST_TEXT {
        return Err(Error::new(format!(
            "{} has {size} bytes, more than a scenario or profile may have",
            path.display()
        )));
    }
    fs::read_to_string(path).map_err(unreadable)
}

fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().take(LARGEST_TEXT + 1).read_to_string(&mut text);
    read.map_err(|error| Error::new(format!("cannot read the standard input: {error}")))?;
    if text.len() as u64 > LARGEST_TEXT {
        return Err(Error::new("the standard input is larger than a scenario may be"));
    }
    Ok(text)
}

/// The shipped profiles, and a folder laid over them.
pub(super) fn catalog(folder: Option<&Path>) -> Result<Catalog, Error> {
    let Some(folder) = folder else { return Ok(Catalog::builtin()) };
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort();
    let mut catalog = Catalog::builtin();
    for path in found {
        let relative = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        catalog = catalog.with_file(&relative, &path.to_string_lossy(), text(&path)?)?;
    }
    Ok(catalog)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| {
        Error::new(format!("cannot read the profiles' folder {}: {error}", folder.display()))
            .with_help("--profiles takes a folder with sub-folders accelerator, grid, model…")
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "toml" || extension == "csv")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// Writes a result to a file, whole or not at all, or to the standard output.
pub(super) fn write(output: Option<&Path>, text: &str) -> Result<(), Error> {
    let mut sink = Sink::open(output)?;
    sink.write(text.as_bytes())?;
    sink.close()
}

/// Where a result goes: a stream, or a file that appears when it is complete.
pub(super) enum Sink {
    /// The standard output, a pipe, a device.
    Stream(Box<dyn Write + Send>),
    /// A file beside the one to be written, and that one.
    File(Box<std::io::BufWriter<tempfile::NamedTempFile>>, PathBuf),
}

impl Sink {
    pub(super) fn open(output: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = output else { return Ok(Self::Stream(Box::new(std::io::BufWriter::new(std::io::stdout())))) };
        // A link is followed; what is not a plain file is written to, never replaced.
        let shown = path.display();
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                let error = Error::new(format!("cannot write {shown}: it is a folder"));
                Err(error.with_help("-o takes the name of a file"))
            }
            Ok(metadata) if !metadata.is_file() => {
                let stream = fs::OpenOptions::new().write(true).open(&path);
                let stream = stream.map_err(|error| cannot_write(&path, &error))?;
                Ok(Self::Stream(Box::new(std::io::BufWriter::new(stream))))
            }
            known => Self::beside(path, known.ok().map(|metadata| metadata.permissions())),
        }
    }

    /// A temporary file in the folder of the one to be written, with the permissions that this has or will have.
    fn beside(path: PathBuf, permissions: Option<fs::Permissions>) -> Result<Self, Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let mut builder = tempfile::Builder::new();
        if let Some(permissions) = permissions.or_else(readable) {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder).map_err(|error| {
            // The name of the temporary file would only puzzle.
            let words = error.to_string();
            let words = words.split(" at path ").next().unwrap_or_default();
            Error::new(format!("cannot write in {}: {words}", folder.display()))
                .with_help("-o takes a file in an existing folder")
        })?;
        Ok(Self::File(Box::new(std::io::BufWriter::new(file)), path))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = match self {
            Self::Stream(stream) => stream.write_all(bytes),
            Self::File(file, _) => file.write_all(bytes),
        };
        written.or_else(unless_closed)
    }

    /// Writes a whole text, and closes.
    pub(super) fn write_whole(mut self, text: &str) -> Result<(), Error> {
        Sink::write(&mut self, text.as_bytes())?;
        self.close()
    }

    /// Writes what another file holds.
    pub(super) fn copy(&mut self, from: &Path) -> Result<(), Error> {
        let unreadable = |error: std::io::Error| Error::new(format!("cannot read {}: {error}", from.display()));
        let mut from = fs::File::open(from).map_err(unreadable)?;
        std::io::copy(&mut from, self).map(|_| ()).or_else(unless_closed)
    }

    /// Closes the file under another name than that it was opened for.
    pub(super) fn close_as(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::File(file, _) => Self::File(file, path.to_owned()).close(),
            stream @ Self::Stream(_) => stream.close(),
        }
    }

    pub(super) fn close(self) -> Result<(), Error> {
        match self {
            Self::Stream(mut stream) => stream.flush().or_else(unless_closed),
            Self::File(file, path) => {
                let file = file.into_inner().map_err(|error| cannot_write(&path, error.error()))?;
                file.persist(&path).map_err(|error| cannot_write(&path, &error.error))?;
                Ok(())
            }
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.write(bytes),
            Self::File(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::File(file, _) => file.flush(),
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Error {
    Error::run(format!("cannot write {}: {error}", path.display()))
}

/// A reader that has seen enough, such as `head`, is no failure.
fn unless_closed(error: std::io::Error) -> Result<(), Error> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Error::run(format!("cannot write the result: {error}")))
}

/// What others may read, unless the file exists with permissions of its own.
#[cfg(unix)]
fn readable() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::Permissions::from_mode(0o644))
}

/// Systems without such permissions need none.
#[cfg(not(unix))]
fn readable() -> Option<fs::Permissions> {
    None
}

/// Says something to the user; one who does not listen is no failure.
pub(super) fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}
