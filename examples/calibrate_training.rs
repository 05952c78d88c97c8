//! Fits the share of the peak that training reaches to the runs in `tests/data/training.csv`.
//!
//! ```text
//! cargo run --example calibrate_training              prints scores
//! cargo run --example calibrate_training -- --write   also writes profiles/stack/training.toml
//! ```

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "calibrate/training.rs"]
mod training;

fn main() -> std::io::Result<()> {
    let runs = training::runs();
    let before = std::fs::read_to_string(training::profile())?;
    let after = training::fitted_profile(&runs, &before);
    print!("{}", training::report(&runs));
    if std::env::args().any(|argument| argument == "--write") {
        std::fs::write(training::profile(), &after)?;
    } else if before != after {
        println!("\nprofiles/stack/training.toml is not what the fit gives: run with --write");
    }
    Ok(())
}
