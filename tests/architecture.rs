//! The invariants of the design, each as a test over the source.

mod common;

use std::path::Path;

use common::{files, root};

/// A file of the library: its path below `src`, and its code without tests and comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    files("src", "rs").iter().map(|path| source(path)).collect()
}

fn source(path: &Path) -> Source {
    let text = std::fs::read_to_string(path).expect("the source");
    let library = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: Vec<&str> = library.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let path = path.strip_prefix(root().join("src")).expect("inside").to_string_lossy().into_owned();
    Source { path, code: code.join("\n"), text }
}

/// The engine: everything but the command line.
fn engine() -> Vec<Source> {
    let engine: Vec<Source> =
        sources().into_iter().filter(|file| !file.path.starts_with("cli/") && file.path != "main.rs").collect();
    assert!(engine.len() > 30, "the engine has moved: {} files", engine.len());
    engine
}

fn holding(files: &[Source], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.code.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(format!("{} holds {word}: {} ({})", file.path, line.trim(), number + 1));
            }
        }
    }
    found
}

#[test]
fn the_engine_does_no_io_and_reads_no_clock_and_no_environment() {
    let words = [
        "std::fs",
        "std::io",
        "std::net",
        "std::process",
        "std::env::",
        "std::time",
        "SystemTime",
        "Instant::",
        "println!",
        "eprintln!",
        "print!(",
        "dbg!",
    ];
    assert_eq!(holding(&engine(), &words), Vec::<String>::new());
}

#[test]
fn the_engine_never_panics() {
    let words =
        [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "assert!(", "assert_eq!("];
    let files: Vec<Source> = sources().into_iter().filter(|file| file.path != "main.rs").collect();
    // The table of checked constructors carries its documentation examples as text.
    let found: Vec<String> = holding(&files, &words).into_iter().filter(|line| !line.contains(": \"assert!")).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn nothing_a_user_writes_is_read_without_its_position() {
    let words = ["serde(flatten", "serde(untagged", "serde(tag"];
    assert_eq!(holding(&sources(), &words), Vec::<String>::new());
    for file in sources() {
        let records = file.code.matches("Deserialize)]").count();
        let enums = file.code.matches("pub enum").count() + file.code.matches("\nenum ").count();
        let strict = file.code.matches("deny_unknown_fields").count() + file.code.matches("try_from").count();
        if file.path.starts_with("profile/") && file.path != "profile/mod.rs" {
            assert!(strict + enums >= records, "{}: a record accepts unknown keys", file.path);
        }
    }
}

#[test]
fn only_the_command_line_touches_files() {
    let words = ["std::fs", "use std::fs", "File::open", "tempfile"];
    for found in holding(&sources(), &words) {
        assert!(found.starts_with("cli/"), "{found}");
    }
}

/// Each module may use those before it on the data path, and none after it.
#[test]
fn modules_follow_the_data_path() {
    let order = [
        "math",
        "tape",
        "profile",
        "scenario",
        "physics",
        "impact",
        "rival",
        "uncertainty",
        "sensitivity",
        "compare",
        "sweep",
        "report",
        "cli",
    ];
    let forbidden = |module: &str| -> Vec<&str> {
        match module {
            "math" => vec!["units", "tape", "scenario", "impact", "uncertainty"],
            // Recorded formulas are numbers of whatever meaning.
            "tape" => vec!["units", "profile", "scenario", "physics", "impact", "uncertainty", "report", "cli"],
            // Scenario and physics know each other: cases are records of quantities, the door sizes replicas.
            "profile" => vec!["scenario", "physics", "impact", "uncertainty", "cli"],
            "scenario" => vec!["impact", "rival", "estimate", "uncertainty", "report", "cli"],
            "physics" => vec!["profile", "impact", "rival", "uncertainty", "report", "cli", "figure", "error"],
            "impact" => vec!["profile", "rival", "uncertainty", "report", "cli", "figure"],
            // A rival is one answer or two, never draws.
            "rival" => vec!["profile", "estimate", "uncertainty", "report", "cli"],
            "uncertainty" => vec!["profile", "rival", "report", "cli"],
            "sensitivity" => vec!["profile", "physics", "rival", "report", "cli"],
            "compare" => vec!["physics", "report", "cli"],
            // Queries and values of axes are read against the catalogue.
            "sweep" => vec!["physics", "rival", "sensitivity", "compare", "report", "cli"],
            "report" => vec!["profile", "cli"],
            _ => Vec::new(),
        }
    };
    for module in order {
        let files: Vec<Source> =
            sources().into_iter().filter(|file| file.path.starts_with(&format!("{module}/"))).collect();
        assert!(!files.is_empty(), "no module {module}");
        for later in forbidden(module) {
            let found = holding(&files, &[&format!("crate::{later}::")]);
            assert!(found.is_empty(), "{module} uses {later}: {found:?}");
        }
    }
}

#[test]
fn physics_never_learns_what_uncertainty_is() {
    let physics: Vec<Source> = sources().into_iter().filter(|file| file.path.starts_with("physics/")).collect();
    let words = ["Figure", "figure::", "Quantiles", "samples", "seed", "random", "Option<"];
    assert_eq!(holding(&physics, &words), Vec::<String>::new());
}

/// Whether a file holds formulas: physics, and the rival methods.
fn is_formulas(path: &str) -> bool {
    path.starts_with("physics/") || ["rival/ecologits.rs", "rival/llmcarbon.rs", "rival/tdp.rs"].contains(&path)
}

#[test]
fn every_physics_function_shows_equation_units_source_and_example() {
    let mut count = 0;
    let formulas = |file: &&Source| is_formulas(&file.path) && file.path != "physics/mod.rs";
    for file in sources().iter().filter(formulas) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if !line.starts_with("pub fn ") {
                continue;
            }
            let start = lines[..index].iter().rposition(|line| line.is_empty()).map_or(0, |blank| blank + 1);
            let doc = lines[start..index].join("\n");
            for part in ["```text", "# Source", "# Example", "/// `["] {
                assert!(doc.contains(part), "{}: {line} lacks {part}", file.path);
            }
            assert!(doc.matches("```").count() >= 4, "{}: {line} has no example that runs", file.path);
            count += 1;
        }
    }
    assert!(count >= 30, "only {count} physics functions found");
}

#[test]
fn every_constant_of_a_formula_has_its_source() {
    let mut count = 0;
    for file in sources() {
        if !is_formulas(&file.path) && file.path != "scenario/defaults.rs" {
            continue;
        }
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let is_number = line.contains(": f64 =");
            if !is_number || !(line.starts_with("pub const") || line.starts_with("pub(crate) const")) {
                continue;
            }
            let start = lines[..index].iter().rposition(|line| !line.starts_with("///")).map_or(0, |other| other + 1);
            let doc = lines[start..index].join(" ");
            let physics = is_formulas(&file.path);
            assert!(!doc.is_empty() && (!physics || doc.contains("Source:")), "{}: {line} has no source", file.path);
            count += 1;
        }
    }
    assert!(count >= 8, "only {count} constants found");
}

/// No number stands in a formula: only zero, one and two halves of a mean do, everything else has a name.
#[test]
fn no_literal_hides_in_a_formula() {
    for file in sources().iter().filter(|file| is_formulas(&file.path)) {
        for line in file.code.lines().filter(|line| !line.contains("const ")) {
            let mut rest = line;
            while let Some(at) = rest.find("T::of(") {
                rest = &rest[at + 6..];
                let argument = rest.split(')').next().unwrap_or_default();
                let named = argument.chars().next().is_some_and(char::is_uppercase) || argument.contains("::");
                assert!(
                    named || ["1.0", "0.0", "2.0"].contains(&argument) || argument.contains(" * "),
                    "{}: {line}",
                    file.path
                );
            }
        }
    }
}

#[test]
fn elementary_functions_go_through_one_module() {
    let words = [".powf(", ".powi(", ".exp()", ".ln()", ".log2()"];
    let files: Vec<Source> = engine().into_iter().filter(|file| !file.path.starts_with("math/")).collect();
    let found: Vec<String> = holding(&files, &words).into_iter().filter(|line| !line.contains(".value()")).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn estimating_cannot_fail() {
    let text = std::fs::read_to_string(root().join("src/estimate/compute.rs")).expect("the source");
    assert!(text.contains("pub fn estimate(&self, settings: Settings) -> Estimate {"));
    let text = std::fs::read_to_string(root().join("src/impact/estimate.rs")).expect("the source");
    assert!(text.contains("-> Outcome<T> {"));
}

#[test]
fn renderers_return_text() {
    for renderer in ["table", "json", "csv", "markdown", "explain"] {
        let text = std::fs::read_to_string(root().join(format!("src/report/{renderer}.rs"))).expect("the source");
        let signature = text.lines().find(|line| line.starts_with("pub fn ")).expect("a function");
        assert!(signature.ends_with("-> String {"), "{renderer}: {signature}");
    }
}

#[test]
fn files_stay_small_enough_to_read() {
    const LONGEST: usize = 600;
    // The records of a case are a list.
    let lists = ["scenario/case.rs"];
    for file in sources() {
        let lines = file.text.lines().count();
        assert!(lines <= LONGEST || lists.contains(&file.path.as_str()), "{} has {lines} lines", file.path);
    }
}

#[test]
fn every_file_has_a_caption_of_one_line_or_more() {
    for file in sources() {
        let first = file.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") || first.starts_with("#![doc"), "{} has no caption", file.path);
    }
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let mut wrong = Vec::new();
    for extension in ["rs", "toml", "md"] {
        for folder in ["src", "profiles", "tests", "benches"] {
            for path in files(folder, extension) {
                if path.ends_with("tests/architecture.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("the file");
                for word in ["../shared", "/work/", "/tmp/", "/home/"] {
                    if text.contains(word) {
                        wrong.push(format!("{}: {word}", path.display()));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
