//! `sweep`: a grid of scenarios, its rows or what is best in it.

mod interrupt;
#[cfg(feature = "parquet")]
mod parquet;
mod partial;
mod progress;
mod rows;

use std::ops::{ControlFlow, Range};
use std::path::Path;

use crate::cli::args::{Draws, Sweep as Arguments, SweepFormat};
use crate::cli::{commands, files};
use crate::error::Error;
use crate::profile::Catalog;
use crate::report;
use crate::sweep::{self, Ask, Measure, Prepared, Summary, Sweep};
use crate::uncertainty::Settings;
use progress::Progress;
use rows::Rows;

/// Scenarios shown where nothing is asked for.
const SHOWN: usize = 10;

pub(super) fn sweep(arguments: &Arguments) -> Result<(), Error> {
    let settings = settings(arguments)?;
    let catalog = files::catalog(arguments.common.profiles.as_deref())?;
    let sweep = read(arguments, &catalog)?;
    let scenarios = sweep.scenarios()?;
    let form = format(arguments)?;
    // An output that cannot be written is found before any work.
    drop(files::Sink::open(arguments.output.output.as_deref())?);
    let asked = Asked::read(arguments, &sweep, &catalog)?;
    let prepared = sweep.prepare(&catalog, &asked.measures, settings)?;
    prepared.check_ask(&asked.ask)?;
    let range = shard(arguments.shard.as_deref(), scenarios)?;
    if !arguments.quiet {
        files::tell(&counted(&prepared, &range));
    }
    if arguments.dry_run {
        return Ok(());
    }
    let job = Job { arguments, prepared: &prepared, ask: asked.ask, range };
    match form {
        SweepFormat::Table => job.report(report::sweep_table),
        SweepFormat::Json => job.report(report::sweep_json),
        format if asked.is_selection => job.selection(format),
        format => job.rows(format),
    }
}

fn settings(arguments: &Arguments) -> Result<Option<Settings>, Error> {
    let Arguments { samples, seed, threads, .. } = *arguments;
    let draws = Draws { samples: samples.unwrap_or(Settings::default().samples()), seed, threads };
    let settings = commands::settings(&draws)?;
    Ok(samples.map(|_| settings))
}

/// The sweep of the file and of the command line together.
fn read(arguments: &Arguments, catalog: &Catalog) -> Result<Sweep, Error> {
    let document = files::read_scenario(&arguments.scenario)?;
    let mut sweep = if sweep::is_sweep(&document)? {
        Sweep::read(&document, catalog, |name| beside(&arguments.scenario, name))?
    } else {
        Sweep::new(document)
    };
    files::edit(sweep.base_mut(), &arguments.common.sets)?;
    for axis in &arguments.axes {
        let (key, values) = axis.split_once('=').ok_or_else(|| {
            Error::new(format!("-P takes KEY=VALUES, found \"{axis}\""))
                .with_help("write for example -P site.grid=fr,de")
        })?;
        sweep.axis(key.trim(), values, catalog)?;
    }
    if let Some(condition) = &arguments.condition {
        sweep.keep_where(condition);
    }
    if let Some(points) = arguments.sample {
        sweep.sample(points);
    }
    Ok(sweep)
}

/// A scenario named in a file: beside that file, or shipped.
fn beside(file: &str, name: &str) -> Result<crate::Document, Error> {
    let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
    let path = folder.join(name);
    let is_file = file != "-" && path.exists();
    files::read_scenario(if is_file { path.to_str().unwrap_or(name) } else { name })
}

/// What is computed, and what is asked of all scenarios.
struct Asked {
    measures: Vec<Measure>,
    ask: Ask,
    /// Whether some scenarios are asked for rather than all.
    is_selection: bool,
}

impl Asked {
    fn read(arguments: &Arguments, sweep: &Sweep, catalog: &Catalog) -> Result<Self, Error> {
        let named = |names: &[String]| names.iter().map(|name| Measure::named(name)).collect::<Result<Vec<_>, _>>();
        let by = Measure::named(&arguments.by)?;
        let (mut measures, pareto) = (named(&arguments.results)?, named(&arguments.pareto)?);
        if measures.is_empty() {
            measures = sweep.usual_measures(catalog)?;
        }
        let is_selection = arguments.top.is_some() || !pareto.is_empty();
        let shows_best = arguments.top.is_some() || pareto.is_empty() && arguments.group_by.is_empty();
        let mut ask = Ask::default().with_pareto(&pareto).with_groups(&arguments.group_by).with_effects(&[by]);
        if shows_best {
            ask = ask.with_top(arguments.top.unwrap_or(SHOWN), by);
        }
        for measure in std::iter::once(by).chain(pareto) {
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
        Ok(Self { measures, ask, is_selection })
    }
}

/// The scenarios of one part of several, counted from one.
fn shard(shard: Option<&str>, scenarios: u64) -> Result<Range<u64>, Error> {
    let Some(text) = shard else { return Ok(0..scenarios) };
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse::<u64>().ok()?, n.parse::<u64>().ok()?)));
    let Some((part, parts)) = parts.filter(|(part, parts)| 1 <= *part && part <= parts) else {
        return Err(Error::new(format!("--shard takes I/N with I from 1 to N, found \"{text}\"")));
    };
    let cut = |part: u64| (u128::from(scenarios) * u128::from(part) / u128::from(parts)) as u64;
    Ok(cut(part - 1)..cut(part))
}

fn counted(prepared: &Prepared<'_>, range: &Range<u64>) -> String {
    let lens: Vec<String> = prepared.axes().iter().map(|axis| format!("{} ({})", axis.name(), axis.len())).collect();
    let all = prepared.scenarios();
    let (count, part) =
        (range.end - range.start, if range.end - range.start < all { format!(" of {all}") } else { String::new() });
    format!("{count}{part} scenarios: {}", lens.join(" x "))
}

/// The form asked for, or that the name of the output ends with.
fn format(arguments: &Arguments) -> Result<SweepFormat, Error> {
    let path = arguments.output.output.as_deref();
    let ending = path.and_then(Path::extension).and_then(|ending| ending.to_str());
    let format = arguments.format.unwrap_or(match ending {
        Some("csv") => SweepFormat::Csv,
        Some("jsonl" | "ndjson") => SweepFormat::Jsonl,
        Some("json") => SweepFormat::Json,
        #[cfg(feature = "parquet")]
        Some("parquet") => SweepFormat::Parquet,
        _ => SweepFormat::Table,
    });
    let rows = matches!(format, SweepFormat::Csv | SweepFormat::Jsonl)
        && arguments.top.is_none()
        && arguments.pareto.is_empty();
    if arguments.resume && !(rows && path.is_some()) {
        let error = Error::new("--resume goes on with all rows of a file of the format csv or jsonl");
        return Err(error.with_help("give -o FILE.csv or -o FILE.jsonl, without --top and --pareto"));
    }
    if !arguments.group_by.is_empty() && !matches!(format, SweepFormat::Table | SweepFormat::Json) {
        return Err(Error::new("--group-by is shown by the formats table and json"));
    }
    Ok(format)
}

/// A sweep that is ready to be computed.
struct Job<'a> {
    arguments: &'a Arguments,
    prepared: &'a Prepared<'a>,
    ask: Ask,
    range: Range<u64>,
}

impl Job<'_> {
    fn output(&self) -> Option<&Path> {
        self.arguments.output.output.as_deref()
    }

    /// Everything that is said of all scenarios together.
    fn report(&self, renderer: impl Fn(&Summary) -> String) -> Result<(), Error> {
        let sink = files::Sink::open(self.output())?;
        let summary = self.compute(self.range.clone(), &self.ask, |_| Ok(()))?;
        sink.write_whole(&renderer(&summary))?;
        finish(&summary)
    }

    /// The scenarios that were asked for, as rows.
    fn selection(&self, format: SweepFormat) -> Result<(), Error> {
        if self.arguments.top.is_some() && !self.arguments.pareto.is_empty() {
            return Err(
                Error::new("rows are those of --top or of --pareto, found both").with_help("table and json show both")
            );
        }
        let mut rows = Rows::open(format, self.output(), self.prepared)?;
        let summary = self.compute(self.range.clone(), &self.ask, |_| Ok(()))?;
        let chosen = summary.pareto.iter().map(|pareto| &pareto.rows).chain(summary.top.iter().map(|top| &top.rows));
        rows.write_rows(chosen.flatten())?;
        rows.close()?;
        self.say(&summary);
        finish(&summary)
    }

    /// All rows that are kept.
    fn rows(&self, format: SweepFormat) -> Result<(), Error> {
        let (mut rows, first) = if self.arguments.resume {
            partial::resume(format, self.output(), self.prepared, &self.range)?
        } else {
            (Rows::open(format, self.output(), self.prepared)?, self.range.start)
        };
        let mut next = first;
        let summary = self.compute(first..self.range.end, &Ask::default(), |block| {
            next = block.first + block.fates.len() as u64;
            rows.write_block(block)
        })?;
        if !summary.partial {
            rows.close()?;
            partial::remove(self.output());
            self.say(&summary);
            return Ok(());
        }
        partial::keep(rows, self.output(), self.prepared, next)
    }

    fn compute(
        &self,
        range: Range<u64>,
        ask: &Ask,
        mut each: impl FnMut(&sweep::Block) -> Result<(), Error>,
    ) -> Result<Summary, Error> {
        interrupt::listen();
        let progress = Progress::new(range.end - range.start, self.arguments.quiet);
        let summary = self.prepared.run(range, ask, |block| {
            each(block)?;
            progress.add(block.fates.len());
            Ok(if interrupt::is_asked_for() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        progress.end();
        summary
    }

    fn say(&self, summary: &Summary) {
        if !self.arguments.quiet {
            files::tell(report::sweep_counts(summary).trim_end());
        }
    }
}

/// An interrupted sweep shows what it has, and is no success.
fn finish(summary: &Summary) -> Result<(), Error> {
    if summary.partial {
        let words = format!("interrupted after {} scenarios: the result is partial, and says so", summary.computed);
        return Err(Error::run(words));
    }
    Ok(())
}
