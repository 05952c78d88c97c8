//! Names under which profiles are asked for, and the identifiers they may mean.

use crate::profile::Kind;
use crate::profile::catalog::ProfileText;

/// Precision suffixes that do not make another model.
const PRECISION_SUFFIXES: [&str; 8] = ["-fp8", "-bf16", "-fp16", "-fp4", "-nvfp4", "-int8", "-int4", "-awq"];

/// Publishers that clouds write before the name of a model, with a dot.
const PUBLISHERS: [&str; 11] =
    ["ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "meta", "mistral", "moonshot", "openai", "qwen"];

pub(super) fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Identifiers are in lower case, with hyphens.
pub(super) fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

/// For models, also without publisher and precision, which are not part of the identifier.
pub(super) fn normal(kind: Kind, name: &str) -> String {
    let name = plain(name);
    if kind != Kind::Model {
        return name;
    }
    let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let bare = PRECISION_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
    bare.map(str::to_owned).unwrap_or(name)
}

/// What a name may stand for, the most literal first: as written, then as a profile would write it, then, for a model,
/// as a cloud calls it, without region, publisher, version of the interface and date.
pub(super) fn readings(kind: Kind, name: &str) -> Vec<String> {
    let mut readings = vec![plain(name), normal(kind, name)];
    if kind == Kind::Model {
        let unbranded = without_publisher(&readings[1]).to_owned();
        let undated = undated(&unbranded).to_owned();
        readings.extend([unbranded, undated]);
    }
    readings.dedup();
    readings
}

/// `us.anthropic.claude-3-haiku` is `claude-3-haiku`.
fn without_publisher(name: &str) -> &str {
    let parts = PUBLISHERS.iter().filter_map(|publisher| {
        let at = name.find(&format!("{publisher}."))?;
        let before = &name[..at];
        let region = before.is_empty() || before.ends_with('.') && before.len() <= "global.".len();
        region.then(|| &name[at + publisher.len() + 1..])
    });
    parts.min_by_key(|rest| rest.len()).unwrap_or(name)
}

/// `claude-3-haiku-20240307-v1:0`, `claude-3-haiku@20240307` and `claude-3-haiku-latest` are `claude-3-haiku`.
fn undated(name: &str) -> &str {
    let name = version(name).unwrap_or(name);
    let name = name.strip_suffix("-latest").unwrap_or(name);
    date(name, &[8]).or_else(|| date(name, &[4, 2, 2])).unwrap_or(name)
}

/// Without the version of a cloud's interface: `-v1:0`.
fn version(name: &str) -> Option<&str> {
    let (rest, version) = name.rsplit_once("-v")?;
    let (major, minor) = version.split_once(':')?;
    (is_number(major) && is_number(minor)).then_some(rest)
}

/// Without a date at the end, whose parts have these numbers of digits.
fn date<'n>(name: &'n str, parts: &[usize]) -> Option<&'n str> {
    let mut rest = name;
    for digits in parts.iter().rev() {
        let (before, number) = rest.rsplit_once(['-', '@'])?;
        if number.len() != *digits || !is_number(number) {
            return None;
        }
        rest = before;
    }
    rest.len().checked_sub(1).map(|_| rest)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The aliases that a TOML text states; none where it is wrong, which reading it will say.
pub(super) fn aliases(text: &str) -> Vec<String> {
    let Some(start) = text.lines().take_while(|line| !line.starts_with('[')).find(|line| line.starts_with("aliases"))
    else {
        return Vec::new();
    };
    // Where the list goes on over lines, the whole text is read.
    let written = if start.trim_end().ends_with(']') { start } else { text };
    let document = crate::document::Document::new("", written);
    let list = document.parse().ok().and_then(|tree| tree.text("aliases")).unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// How errors call the file of a profile.
pub(super) fn shown_file(profile: &ProfileText<'_>) -> String {
    if profile.builtin { format!("<builtin>/{}", profile.file) } else { profile.file.clone().into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clouds_name_is_read_as_the_models() {
        for name in [
            "Claude-3-Haiku",
            "anthropic/claude-3-haiku",
            "claude-3-haiku-20240307",
            "claude-3-haiku@20240307",
            "claude-3-haiku-latest",
            "anthropic.claude-3-haiku-20240307-v1:0",
            "us.anthropic.claude-3-haiku-20240307-v1:0",
        ] {
            assert_eq!(readings(Kind::Model, name).last().unwrap(), "claude-3-haiku", "{name}");
        }
        assert_eq!(readings(Kind::Model, "gpt-4o-2024-08-06").last().unwrap(), "gpt-4o");
    }

    #[test]
    fn what_is_no_date_stays() {
        for name in ["mistral-large-2411", "nomic-embed-text-v1", "qwen3-235b-a22b-instruct-2507", "20240307"] {
            assert_eq!(readings(Kind::Model, name).last().unwrap(), name);
        }
    }

    #[test]
    fn aliases_are_read_from_one_line_or_several() {
        let expected = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(aliases("name = \"x\"\naliases = [\"a\", \"b\"]\n[t]\n"), expected);
        assert_eq!(aliases("name = \"x\"\naliases = [\n  \"a\",\n  \"b\",\n]\n"), expected);
        assert_eq!(aliases("name = \"x\"\n[t]\naliases = [\"a\"]\n"), Vec::<String>::new());
    }
}
