//! The commands of the README run, and print what the README shows.
//!
//! `UPDATE=1 cargo test --test readme` writes the output of now into it.

mod common;

use std::path::Path;
use std::process::Command;

use common::root;

/// How the README calls the binary.
const CARGO_RUN: &str = "cargo run --release -- ";

#[test]
fn the_readme_shows_what_its_commands_print() {
    let path = root().join("README.md");
    let before = std::fs::read_to_string(&path).expect("the README");
    let folder = workplace();
    write_files(&before, folder.path());
    let after = with_outputs(&before, folder.path());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, after).expect("written");
        return;
    }
    assert_eq!(before, after, "UPDATE=1 cargo test --test readme writes the README anew");
}

/// A folder where the README's commands find the profiles and may write.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = folder.path().join("profiles/scenario");
    std::fs::create_dir_all(&scenarios).expect("created");
    for path in common::files("profiles/scenario", "toml") {
        std::fs::copy(&path, scenarios.join(path.file_name().expect("a name"))).expect("copied");
    }
    folder
}

/// Writes the scenarios of the README: blocks of TOML whose first line is `# NAME.toml`.
fn write_files(text: &str, folder: &Path) {
    for block in text.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("the name of a file");
        std::fs::write(folder.join(name), block).expect("written");
    }
}

/// The text with each console block's output replaced by what its commands print.
fn with_outputs(text: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut commands = 0;
    let mut in_console = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        } else if in_console {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            out.push_str(&format!("{line}\n{}", output(command, folder)));
            commands += 1;
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    assert!(commands >= 3, "the README shows {commands} commands");
    out
}

fn output(command: &str, folder: &Path) -> String {
    let (command, lines) = match command.split_once(" | head -") {
        Some((command, lines)) => (command, lines.parse().expect("a number of lines")),
        None => (command, usize::MAX),
    };
    let arguments = command.strip_prefix(CARGO_RUN).unwrap_or_else(|| panic!("{command} does not run the project"));
    let output = Command::new(env!("CARGO_BIN_EXE_econome"))
        .current_dir(folder)
        .args(arguments.split_whitespace().map(|word| word.trim_matches('\'')))
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().take(lines).map(|line| format!("{line}\n")).collect()
}
