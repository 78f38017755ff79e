//! `pipe`: articles in, changes (or final documents) out, to the end of the input.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufWriter, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use writethru_core::article::Time;
use writethru_core::policy::Policy;

use crate::app::places;
use crate::app::replay::{everything, files, folder, is_folder};
use crate::app::{self, Desk, Fed, Feeding, Progress, Stop};
use crate::cli::{PipeArgs, PipeFormat};
use crate::columns;
use crate::config::{Keeping, Settings};
use crate::engine::{Lines, Watcher};
use crate::formats::{self, assignments, times};
use crate::inputs::article_files;
use crate::log::{Entry, Log, LogError, Stream};
use crate::logs::disk::{DiskLog, Files};
use crate::logs::memory::MemoryLog;
use crate::logs::{Outlet, Outlets};
use crate::telemetry;
use crate::views::Placed;

/// What was asked for, checked.
struct Plan {
    files: Vec<PathBuf>,
    writing: Writing,
    until: Time,
    advance_to: Option<Time>,
    has_state: bool,
    has_dead_letters: bool,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Writing {
    /// One stream.
    One(PipeFormat),
    /// All that is published, into a folder.
    Everything(PathBuf),
}

/// Runs `writethru pipe`.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn pipe(args: PipeArgs, mut settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    let plan = match plan(&args, &settings) {
        Ok(plan) => plan,
        Err(error) => return Ok(telemetry::refused(&error)),
    };
    settings.reading.threads = args.threads.unwrap_or(settings.reading.threads);
    let batch = args.batch.unwrap_or(settings.reading.batch_records_max);
    settings.reading.batch_records_max = batch.max(1);
    let settings = Arc::new(settings);
    let outlets = outlets(&args, &plan)?;
    let done = match &args.state {
        None => MemoryLog::new(Files::default(), outlets)
            .map_err(anyhow::Error::from)
            .and_then(|log| flow(log, &plan, &settings, policy)),
        Some(dir) => {
            let keeping = Keeping { dir: dir.clone(), ..settings.state.clone() };
            DiskLog::open(Files::default(), keeping, outlets)
                .map(|log| as_wanted(log, &plan, args.dead_letters.as_deref()))
                .map_err(anyhow::Error::from)
                .and_then(|log| flow(log, &plan, &settings, policy))
        }
    };
    match done {
        Err(error) if matches!(error.downcast_ref(), Some(LogError::Gone)) => Ok(ExitCode::SUCCESS),
        done => done,
    }
}

/// A state that has not put out what is wanted now is folded again from its first record.
fn as_wanted(log: DiskLog<Files>, plan: &Plan, dead_letters: Option<&Path>) -> DiskLog<Files> {
    let is_new = !log.has(&plan.writing.lines().streams());
    if is_new {
        eprintln!("this state has put out something else so far: all of it is folded again");
    }
    if is_new || plan.writing.is(PipeFormat::Assignments) {
        return log.whole().told_nothing();
    }
    match dead_letters {
        Some(file) if !file.exists() => log.whole(),
        _ => log,
    }
}

fn plan(args: &PipeArgs, settings: &Settings) -> Result<Plan, String> {
    let time = |flag: &str, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => times::time(text).map(Some).ok_or_else(|| {
            format!("{flag}: \"{text}\" is no time; write it as 2024-12-08T06:00:00Z")
        }),
    };
    if args.output.is_some() && args.output == args.dead_letters {
        return Err("--output and --dead-letters must be two files".to_owned());
    }
    if let Some(missing) = args.files.iter().find(|file| !is_there(file)) {
        return Err(format!("{}: no such file or folder", missing.display()));
    }
    if let Some(file) = given_twice(&args.files) {
        return Err(format!("{} is given twice", file.display()));
    }
    let same = |one: &Path, other: &Path| {
        one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
    };
    let written = args.output.iter().chain(&args.dead_letters);
    for (file, written) in written.flat_map(|out| args.files.iter().map(move |file| (file, out))) {
        if file.is_file() && same(file, written) {
            return Err(format!("{} would be overwritten while it is read", file.display()));
        }
    }
    if let Some(refusal) = not_ours(args, settings) {
        return Err(refusal);
    }
    let folder = args.output.as_ref().filter(|output| is_folder(&output.to_string_lossy()));
    let writing = match (folder, args.format) {
        (Some(folder), None) => Writing::Everything(folder.clone()),
        (Some(folder), Some(_)) => {
            return Err(format!(
                "{} is a folder and gets everything: leave out --format, or name a file",
                folder.display()
            ));
        }
        (None, format) => Writing::One(format.unwrap_or(PipeFormat::Changes)),
    };
    Ok(Plan {
        files: args.files.clone(),
        has_dead_letters: args.dead_letters.is_some() || folder.is_some(),
        writing,
        until: time("--until", &args.until)?.unwrap_or_else(app::wall_clock),
        advance_to: time("--advance-to", &args.advance_to)?,
        has_state: args.state.is_some(),
    })
}

/// Why an output must not be written: it belongs to a service that has run with these settings, or
/// lies among the state.
fn not_ours(args: &PipeArgs, settings: &Settings) -> Option<String> {
    let outputs = args.output.iter().chain(&args.dead_letters);
    let files: Vec<_> = outputs.flat_map(|output| files(&output.to_string_lossy())).collect();
    let service = &settings.state.dir;
    let is_its_state = args.state.as_ref().is_some_and(|state| places::is_same(state, service));
    let has_run = service.join("lock").exists() && !is_its_state;
    files.iter().find_map(|file| match &args.state {
        Some(state) if places::lies_in(file, state) => {
            Some(format!("{} lies in the state folder: name another file", file.display()))
        }
        _ if has_run => places::refusal(file, settings),
        _ => None,
    })
}

/// A file that is named once more, be it by another path or by its folder.
fn given_twice(files: &[PathBuf]) -> Option<PathBuf> {
    let mut seen = BTreeSet::new();
    let all = files.iter().flat_map(|file| {
        let within = file.is_dir().then(|| article_files(file).ok()).flatten();
        within.unwrap_or_else(|| vec![file.clone()])
    });
    all.into_iter().find(|file| !seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())))
}

/// `-` is the standard input.
fn is_there(file: &Path) -> bool {
    file == Path::new("-") || file.exists()
}

fn outlets(args: &PipeArgs, plan: &Plan) -> anyhow::Result<Outlets> {
    let outlets = match (&plan.writing, &args.output) {
        (Writing::Everything(path), _) => folder(path)?,
        (Writing::One(format), Some(path)) => {
            Outlets::default().with(stream(*format), outlet(path))
        }
        (Writing::One(format), None) => {
            let output = Outlet::Reader(Box::new(BufWriter::new(stdout())));
            Outlets::default().with(stream(*format), output)
        }
    };
    Ok(match &args.dead_letters {
        Some(path) => outlets.with(Stream::DeadLetters, outlet(path)),
        None => outlets,
    })
}

/// A device or a named pipe cannot be gone on with like a file.
fn outlet(path: &Path) -> Outlet {
    let special = path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    match std::fs::OpenOptions::new().write(true).open(path) {
        Ok(device) if special => Outlet::Reader(Box::new(device)),
        _ => Outlet::File(path.to_owned()),
    }
}

const fn stream(format: PipeFormat) -> Stream {
    match format {
        PipeFormat::Changes => Stream::Changes,
        PipeFormat::Alerts => Stream::Alerts,
        PipeFormat::Stories => Stream::Stories,
        PipeFormat::Ninjs => Stream::Ninjs,
        PipeFormat::Assignments => Stream::Assignments,
    }
}

fn flow<L: Log>(
    log: L,
    plan: &Plan,
    settings: &Arc<Settings>,
    policy: Policy,
) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen().context("cannot listen for Ctrl-C")?;
    let placed = Rc::new(RefCell::new(Placed::default()));
    let watcher = plan.writing.is(PipeFormat::Assignments).then(|| follower(&placed));
    let lines = plan.writing.lines();
    let mut desk = app::open(log, settings, policy, lines, plan.until, watcher)?;
    let arrivals =
        app::read_files(plan.files.clone(), desk.marker(), settings.reading.record_bytes_max);
    let mut progress = Progress::of(length(&plan.files));
    let last_words = Duration::ZERO;
    let feeding = Feeding { arrivals: &arrivals, settings, stop: &stop, last_words, stamp: None };
    let fed = app::feed(&mut desk, &feeding, &mut progress, &mut |_, _| Ok(()));
    progress.end();
    match fed? {
        Fed::Stopped => stopped(&mut desk, plan),
        Fed::Ended { ends, unreadable } => {
            finish(&mut desk, plan, ends, &placed)?;
            match unreadable {
                0 => Ok(ExitCode::SUCCESS),
                _ => Ok(ExitCode::FAILURE),
            }
        }
    }
}

impl Writing {
    fn is(&self, format: PipeFormat) -> bool {
        *self == Self::One(format)
    }

    fn lines(&self) -> Lines {
        let all = everything();
        let nothing = Lines::default();
        match self {
            Self::Everything(_) => all,
            Self::One(PipeFormat::Changes) => Lines { changes: all.changes, ..nothing },
            Self::One(PipeFormat::Alerts) => Lines { alerts: all.alerts, ..nothing },
            Self::One(PipeFormat::Stories) => Lines { documents: all.documents, ..nothing },
            Self::One(PipeFormat::Ninjs) => {
                Lines { documents: Some((Stream::Ninjs, formats::ninjs_out::line)), ..nothing }
            }
            Self::One(PipeFormat::Assignments) => nothing,
        }
    }
}

/// Keeps track of where each article is, so that also stories long gone have theirs.
fn follower(placed: &Rc<RefCell<Placed>>) -> Watcher {
    let placed = Rc::clone(placed);
    Box::new(move |change| placed.borrow_mut().follow(change))
}

fn finish<L: Log>(
    desk: &mut Desk<L>,
    plan: &Plan,
    ends: Vec<Entry>,
    placed: &RefCell<Placed>,
) -> anyhow::Result<()> {
    if let Some(to) = plan.advance_to {
        advance(desk, to)?;
    }
    desk.checkpoint()?;
    close_with_documents(desk, &plan.writing, placed)?;
    // The last thing of all: what is given again after a kill before this is the same input, and
    // what is given after it is another one.
    desk.accept(ends)?;
    desk.settle()?;
    if let Writing::Everything(folder) = &plan.writing {
        columns::write(folder)?;
    }
    count(desk, plan);
    Ok(())
}

/// Lets time pass, desk by desk, so that their timers fire.
fn advance<L: Log>(desk: &mut Desk<L>, to: Time) -> Result<(), LogError> {
    while let Some((name, due)) = desk.fold().next_due() {
        if due > to {
            break;
        }
        desk.accept(vec![Entry::Tick { desk: name, due: to }])?;
        desk.settle()?;
    }
    Ok(())
}

fn close_with_documents<L: Log>(
    desk: &mut Desk<L>,
    writing: &Writing,
    placed: &RefCell<Placed>,
) -> Result<(), LogError> {
    let mut lines = Vec::new();
    if let Some((stream, line)) = writing.lines().documents {
        let lane = desk.fold();
        for (name, id) in lane.stories() {
            let Some(story) = lane.story(desk.policy(), name, id) else { continue };
            lines.push((stream, line(&story)));
        }
    }
    if writing.is(PipeFormat::Assignments) {
        let line = |(uri, story)| (Stream::Assignments, assignments::line(uri, story));
        lines.extend(placed.borrow().all().map(line));
    }
    for (stream, line) in lines {
        desk.close_with(stream, &line)?;
    }
    Ok(())
}

fn stopped<L: Log>(desk: &mut Desk<L>, plan: &Plan) -> anyhow::Result<ExitCode> {
    desk.checkpoint()?;
    count(desk, plan);
    if plan.has_state {
        eprintln!("stopped; all that was read is kept: give the same command to go on");
    } else {
        eprintln!("stopped; nothing is kept: with --state DIR it could go on from here");
    }
    Ok(ExitCode::from(app::INTERRUPTED))
}

fn count<L: Log>(desk: &Desk<L>, plan: &Plan) {
    let tally = &desk.marker().tally;
    eprintln!("{tally}");
    if !tally.dead_letters.is_empty() && !plan.has_dead_letters {
        eprintln!("--dead-letters FILE keeps what cannot be read");
    }
}

/// Bytes of all files together, where that is known: not of streams, folders and packed files.
fn length(files: &[PathBuf]) -> Option<u64> {
    let plain = |file: &&PathBuf| file.extension().is_none_or(|ending| ending != "gz");
    let length = |file: &PathBuf| {
        Some(Some(file).filter(plain)?.metadata().ok().filter(|m| m.is_file())?.len())
    };
    files.iter().map(length).sum::<Option<u64>>().filter(|bytes| *bytes > 0)
}
