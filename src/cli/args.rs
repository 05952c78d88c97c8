//! What can be written on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::uncertainty::Settings;

/// Estimates, before anything is deployed, the energy, carbon, water and resource footprint of an AI workload.
#[derive(Debug, Parser)]
#[command(name = "econome", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Estimate a scenario: per unit and per year, with intervals, breakdown, sizing and sources.
    Estimate(Estimate),
    /// Print every formula of a scenario with its numbers and sources, in the order of calculation.
    Explain(Explain),
    /// Say what moves a result most, and which datum to obtain next.
    Sensitivity(Sensitivity),
    /// Compare scenarios with the first of them: which is better, how surely, and why.
    Compare(Compare),
    /// Check that results keep their limits: exit code 1 where one is not shown to be kept.
    Check(Check),
    /// Estimate one scenario for each row of a CSV file.
    Batch(Batch),
    /// Compute a grid of scenarios: the best, the Pareto front, groups, what each axis does, or every row.
    Sweep(Sweep),
    /// Compare with published figures: scores of each task, and every case.
    Validate(Validate),
    /// List, show, check, date and compare profiles.
    Profiles(Profiles),
    /// Write a commented scenario to start from.
    Init(Init),
    /// Print the JSON Schema of scenarios.
    Schema(Output),
}

/// What every command that reads scenarios takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Folder of profiles laid over those shipped.
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Set one value of the scenario, such as site.grid=de.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) sets: Vec<String>,
    /// Carbon intensity of the site's electricity: every hour of a year, or the mean of each month and hour (CSV).
    #[arg(long, value_name = "FILE")]
    pub(super) hourly: Option<PathBuf>,
}

/// By which method.
#[derive(Debug, Args)]
pub(super) struct By {
    /// Method of calculation; `all` sets them side by side (estimate only).
    #[arg(long, value_name = "METHOD", default_value = "econome")]
    pub(super) method: String,
}

/// How many draws, and which.
#[derive(Debug, Args)]
pub(super) struct Draws {
    /// Draws of the Monte Carlo.
    #[arg(long, value_name = "N", default_value_t = Settings::default().samples())]
    pub(super) samples: usize,
    /// Which draws: the same seed gives the same result.
    #[arg(long, value_name = "S", default_value_t = Settings::default().seed())]
    pub(super) seed: u64,
    /// Threads; by default as many as cores. The result does not depend on it.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct Output {
    /// Write to this file instead of the standard output; whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Estimate {
    /// Scenario: a TOML file, `-` for standard input, or the name of a shipped scenario.
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) by: By,
    #[command(flatten)]
    pub(super) draws: Draws,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Print no warnings to the standard error.
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal.
    Table,
    /// For programs; also the form of the library.
    Json,
    /// For spreadsheets.
    Csv,
    /// For documents, with every input and the bibliography.
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Scenario: a TOML file, `-` for standard input, or the name of a shipped scenario.
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Sensitivity {
    /// Scenario: a TOML file, `-` for standard input, or the name of a shipped scenario.
    pub(super) scenario: String,
    /// Result, by its name in the JSON of an estimate, such as energy_wh or carbon_kg_per_year.
    #[arg(long, value_name = "RESULT", default_value = "carbon_g")]
    pub(super) by: String,
    /// Study the ratio of the result to that of another scenario, read the same way.
    #[arg(long, value_name = "SCENARIO")]
    pub(super) against: Option<String>,
    /// Add Sobol' indices, first and total order.
    #[arg(long)]
    pub(super) sobol: bool,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) draws: Draws,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Scenarios, the reference first: TOML files, `-` for standard input, or names of shipped scenarios.
    #[arg(required = true, value_name = "SCENARIO")]
    pub(super) scenarios: Vec<String>,
    /// By how much a quality may be worse than that of the reference, instead of the tolerances in the scenarios.
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub(super) quality_tolerance: Option<f64>,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) by: By,
    #[command(flatten)]
    pub(super) draws: Draws,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Print no warnings to the standard error.
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Scenario: a TOML file, `-` for standard input, or the name of a shipped scenario.
    pub(super) scenario: String,
    /// The most a result may be, such as carbon_g=2 or carbon_kg_per_year=500; may be repeated.
    #[arg(long, value_name = "RESULT=NUMBER", required = true)]
    pub(super) max: Vec<String>,
    /// Probability with which each limit must be kept.
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    pub(super) confidence: f64,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) draws: Draws,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = CheckFormat::Table)]
    pub(super) format: CheckFormat,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For a terminal.
    Table,
    /// For programs; also the form of the library.
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Batch {
    /// CSV file: header `id` and dotted keys, one scenario a row; `-` for standard input.
    pub(super) cases: String,
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) by: By,
    #[command(flatten)]
    pub(super) draws: Draws,
    #[command(flatten)]
    pub(super) output: Output,
    /// Print no summary to the standard error.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Sweep {
    /// Sweep or scenario: a TOML file, `-` for standard input, or the name of a shipped scenario.
    pub(super) scenario: String,
    /// An axis: values of one key, such as site.grid=fr,de, serving.batch=1..64:log2, site.pue=1.1..1.5:lin5 or
    /// 'inference.model=*[open,<30B]'; may be repeated.
    #[arg(short = 'P', long = "axis", value_name = "KEY=VALUES")]
    pub(super) axes: Vec<String>,
    /// Keep the scenarios for which this holds, such as 'latency_s < 2 && sizing.accelerators <= 8'.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) condition: Option<String>,
    /// Take so many points of the axes written without a number of values, such as site.pue=1.1..1.6.
    #[arg(long, value_name = "N")]
    pub(super) sample: Option<usize>,
    /// Results to compute, by their names in the JSON of an estimate; by default the indicators that figures cover.
    #[arg(long, value_name = "RESULT,…", value_delimiter = ',')]
    pub(super) results: Vec<String>,
    /// Show the scenarios with the lowest values.
    #[arg(long, value_name = "K")]
    pub(super) top: Option<usize>,
    /// Of which result.
    #[arg(long, value_name = "RESULT", default_value = "carbon_g")]
    pub(super) by: String,
    /// Show the scenarios that no other is better than in all of these results, the smaller the better.
    #[arg(long, value_name = "RESULT,…", value_delimiter = ',')]
    pub(super) pareto: Vec<String>,
    /// Show least, mean and most of each result for every value of these keys.
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    pub(super) group_by: Vec<String>,
    /// Draw each scenario so many times, and give its 5th percentile, median and 95th percentile.
    #[arg(long, value_name = "N")]
    pub(super) samples: Option<usize>,
    /// Which draws: the same seed gives the same result.
    #[arg(long, value_name = "S", default_value_t = Settings::default().seed())]
    pub(super) seed: u64,
    /// Threads; by default as many as cores. The result does not depend on it.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Say how many scenarios there are, check all values, and compute nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Compute one of several parts in a row, such as 1/4; together they are the whole.
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<String>,
    /// Go on where an interrupted sweep to the same file stopped.
    #[arg(long)]
    pub(super) resume: bool,
    #[command(flatten)]
    pub(super) common: Common,
    /// Form of the result; by default what the name of the output ends with, else a table.
    #[arg(long, value_enum)]
    pub(super) format: Option<SweepFormat>,
    /// Print nothing to the standard error but what went wrong.
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SweepFormat {
    /// For a terminal: the best, the front, the groups, and what each axis does.
    Table,
    /// The same for programs.
    Json,
    /// One line a scenario, for spreadsheets.
    Csv,
    /// One JSON record a scenario, a line each.
    Jsonl,
    /// One row a scenario, in columns.
    #[cfg(feature = "parquet")]
    Parquet,
}

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Tasks, such as text or training; all of them where none is named.
    pub(super) tasks: Vec<String>,
    /// Show every case, not only the scores; other forms than the table always do.
    #[arg(long)]
    pub(super) cases: bool,
    /// Only the cases of one set.
    #[arg(long, value_enum, value_name = "SET")]
    pub(super) only: Option<Only>,
    /// Folder of profiles laid over those shipped.
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Draws of the Monte Carlo, for each case.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(super) samples: usize,
    /// Which draws: the same seed gives the same result.
    #[arg(long, value_name = "S", default_value_t = Settings::default().seed())]
    pub(super) seed: u64,
    /// Threads; by default as many as cores. The result does not depend on it.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Only {
    /// Cases that had a part in the coefficients.
    Fitted,
    /// Cases that had none.
    HeldOut,
    /// Cases whose scenario rests on an input that nobody published.
    Assumed,
    /// Cases that their author computed.
    Modelled,
}

#[derive(Debug, Args)]
pub(super) struct Profiles {
    #[command(subcommand)]
    pub(super) command: ProfilesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfilesCommand {
    /// List profiles, all or those of one kind.
    List {
        /// accelerator, server, facility, grid, shape, model, stack, network or terminal.
        kind: Option<String>,
        /// Form of the list; markdown is the catalogue as a page of documentation.
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        /// Folder of profiles laid over those shipped.
        #[arg(long, value_name = "DIR")]
        profiles: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Show a profile: of each figure the interval, source, licence, year and confidence.
    Show {
        /// Identifier or alias, or kind/identifier.
        id: String,
        /// Folder of profiles laid over those shipped.
        #[arg(long, value_name = "DIR")]
        profiles: Option<PathBuf>,
    },
    /// Check every profile: units, intervals, sources, references; and advise on those of a folder of your own.
    Check {
        /// Folder of profiles laid over those shipped.
        #[arg(long, value_name = "DIR")]
        profiles: Option<PathBuf>,
    },
    /// List the figures that are older than their shelf life.
    Stale {
        /// Year for which they are judged; by default this year.
        #[arg(long, value_name = "YEAR")]
        at: Option<i32>,
        /// Form of the list: csv has a row for each figure, the table one for each set of alike ones.
        #[arg(long, value_enum, default_value_t = StaleFormat::Table)]
        format: StaleFormat,
        /// Folder of profiles laid over those shipped.
        #[arg(long, value_name = "DIR")]
        profiles: Option<PathBuf>,
    },
    /// Say what two versions of profiles state otherwise.
    Diff {
        /// Folder of profiles: the old version, or, alone, the new version of those shipped.
        #[arg(value_name = "DIR")]
        old: PathBuf,
        /// Folder of profiles: the new version.
        #[arg(value_name = "NEW")]
        new: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For a terminal.
    Table,
    /// For documents.
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StaleFormat {
    /// For a terminal.
    Table,
    /// For spreadsheets.
    Csv,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// File to write; an existing file is left alone. Without it, the standard output.
    pub(super) file: Option<PathBuf>,
}
