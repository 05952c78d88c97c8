//! The commands on profiles: where figures come from, how old they are, what two versions say otherwise.

mod common;

use std::path::Path;

use common::{econome, printed, root, same_as_file};

#[test]
fn the_documentation_shows_the_catalogue_of_now() {
    let page = printed(&["profiles", "list", "--format", "markdown"]);
    let same = same_as_file(&root().join("src/profile/catalogue.md"), &page);
    assert!(same.is_ok(), "UPDATE=1 cargo test --test profiles writes src/profile/catalogue.md anew");
}

/// A profile without any figure says so; all others name the sources of theirs.
#[test]
fn every_profile_of_the_page_names_its_sources() {
    let page = std::fs::read_to_string(root().join("src/profile/catalogue.md")).expect("the page");
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| `") && !line.starts_with("| `grid/")).collect();
    assert!(rows.len() > 1500, "{}", rows.len());
    let silent: Vec<&&str> = rows.iter().filter(|row| row.ends_with("| no figure |")).collect();
    assert!(silent.len() < 60, "{silent:?}");
    let valued = |row: &str| row.contains("–") || row.contains("Ember");
    assert!(silent.iter().all(|row| !valued(row)) && rows.iter().all(|row| !row.ends_with("|  |")), "{silent:?}");
}

#[test]
fn showing_a_profile_prints_the_origin_of_each_figure() {
    let shown = printed(&["profiles", "show", "grid/DEU"]);
    for part in [
        "grid/de: Germany 2024, Ember",
        "carbon_intensity = 342.06 gCO2e/kWh (315 gCO2e/kWh to 427 gCO2e/kWh)",
        "[CC-BY-4.0]",
        "confidence: high",
        "year: 2024",
        "pedigree [3, 3, 3, 1, 4]",
        "marginal_carbon_intensity = 650 gCO2e/kWh (no interval: taken as exact)",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let shown = printed(&["profiles", "show", "de-electricity-maps-2025"]);
    assert!(shown.contains("history: 2021: 439 gCO2e/kWh, 2022: 475 gCO2e/kWh"), "{shown}");
    assert!(shown.contains("grid/electricity-maps/grids.csv, grid/resources/grids.csv"), "{shown}");
}

#[test]
fn stale_figures_are_counted_by_year() {
    let table = printed(&["profiles", "stale", "--at", "2028"]);
    let row = table.lines().find(|line| line.starts_with("grid.abiotic")).expect("the mix of 2011");
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words[1..5], ["2011", "8", "9", "ademe-base-impacts-2"]);
    let csv = printed(&["profiles", "stale", "--at", "2028", "--format", "csv"]);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.as_bytes()).into_records().map(|row| row.expect("a row")).collect();
    let told: usize = table.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).expect("a count");
    assert_eq!(rows.len(), told);
    assert!(rows.iter().all(|row| row[3].parse::<i32>().unwrap() + row[4].parse::<i32>().unwrap() < 2028));
    assert!(printed(&["profiles", "stale", "--at", "2000"]).contains("\n0 figures"));
    // Without a year, the clock's: not before the figures that are shipped.
    assert!(printed(&["profiles", "stale"]).starts_with("Figures older than their shelf life in 20"));
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

#[test]
fn two_versions_of_profiles_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = |value: &str| {
        format!(
            "name = \"A\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"{value} gCO2e/kWh\"\nsource = \"ember-2024\"\n"
        )
    };
    write(folder.path(), "old/grid/a.toml", &text("50"));
    write(folder.path(), "old/grid/gone.toml", &text("50"));
    write(folder.path(), "new/grid/a.toml", &text("60"));
    write(folder.path(), "new/grid/table.csv", "id,name,zone\nborn,Born,FR\n");
    let path = |version: &str| folder.path().join(version).to_string_lossy().into_owned();
    let told = printed(&["profiles", "diff", &path("old"), &path("new")]);
    let expected = "grid/a\n  carbon_intensity.value: 50 gCO2e/kWh -> 60 gCO2e/kWh (+20 %)\n\
                    grid/born\n  name: added, Born\n  zone: added, FR\n\
                    grid/gone\n  carbon_intensity.source: dropped, ember-2024\n";
    assert!(told.starts_with(expected), "{told}");
    assert_eq!(printed(&["profiles", "diff", &path("old"), &path("old")]), "no differences\n");
}

#[test]
fn a_folder_is_compared_with_what_is_shipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let shipped = std::fs::read_to_string(root().join("profiles/accelerator/l4.toml")).expect("the profile");
    write(folder.path(), "accelerator/l4.toml", &shipped);
    let path = folder.path().to_string_lossy().into_owned();
    assert_eq!(printed(&["profiles", "diff", &path]), "no differences\n");
    write(folder.path(), "accelerator/l4.toml", &shipped.replace("NVIDIA L4", "Another name"));
    assert_eq!(printed(&["profiles", "diff", &path]), "accelerator/l4\n  name: NVIDIA L4 -> Another name\n");
}

#[test]
fn checking_a_folder_of_ones_own_advises() {
    let folder = tempfile::tempdir().expect("a folder");
    let figure = "name = \"A\"\nzone = \"FR\"\n[carbon_intensity]\nvalue = \"50 gCO2e/kWh\"\nsource = \"mine\"\n";
    write(folder.path(), "grid/a.toml", figure);
    write(folder.path(), "sources.toml", "[mine]\nauthor = \"Me\"\ntitle = \"My meter\"\n");
    let path = folder.path().to_string_lossy().into_owned();
    let output = econome(&["profiles", "check", "--profiles", &path]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    for word in ["carbon_intensity of a", "no interval", "no confidence", "no year", "no licence of its source"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    assert!(String::from_utf8_lossy(&output.stdout).contains("profiles are right"));

    write(folder.path(), "grid/b.toml", &figure.replace("mine", "nobody").replace("50 g", "-5 g"));
    let output = econome(&["profiles", "check", "--profiles", &path]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("unknown source \"nobody\"") && told.contains("b.toml:4"), "{told}");
}
