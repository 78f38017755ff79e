//! What a person types: flags and their meaning, in a newsroom's words.
//!
//! Only shapes and help live here; what a command does is in the room of its name.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// One sourced, versioned record for every developing news story.
#[derive(Debug, Parser)]
#[command(
    name = "writethru",
    version,
    about,
    long_about = "writethru reads news articles and keeps one sourced, versioned record for each \
                  developing story. Whenever something changes (a new fact, an independent \
                  confirmation, a denial, a higher toll, a correction, a withdrawal) it publishes \
                  one change that says what is new, who says so, and how sure one may be.",
    after_help = "Start here:\n  \
                  writethru demo                            watch a story grow\n  \
                  writethru pipe articles.ndjson            changes, one a line\n  \
                  writethru annotate articles.ndjson        what is read in each article\n\n\
                  Articles are JSON, one a line; `headline` or `body`, `uri` or `url`, and \
                  `publisher` are enough.",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Settings of your own; what they do not name keeps its default
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub config: Option<PathBuf>,

    /// How the program's own messages are written on stderr
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Everywhere"
    )]
    pub log_format: LogFormat,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Follow files and folders and publish changes until stopped
    Run(RunArgs),
    /// Watch the fall of Damascus as writethru tells it, from bundled articles
    Demo(DemoArgs),
    /// Read articles to the end and write what changed
    Pipe(PipeArgs),
    /// Show what is read in each article: sentences, claims, who says so, numbers
    Annotate(AnnotateArgs),
    /// Say why a claim has its level, and what would raise it
    Explain(ExplainArgs),
    /// Score against labelled data
    Eval(EvalArgs),
    /// Write the JSON Schemas of everything that is published
    Schemas(SchemasArgs),
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for a person
    Text,
    /// One JSON object a line
    Json,
}

/// `writethru run`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    WRITETHRU__INPUTS=wires/ writethru run\n  \
    writethru run --config newsroom.toml\n\n\
    Reads what the setting `inputs` names, and follows it. Writes changes.ndjson and\n\
    dead-letters.ndjson into the folder `output.dir`; keeps its log in `state.dir`, so it can be\n\
    stopped or killed at any time and goes on where it was.")]
pub struct RunArgs {
    /// With Kafka: what this process does; several may be given, all of them by default
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',')]
    pub roles: Vec<Role>,
}

/// What a process does of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Brings articles to their desks
    Route,
    /// Keeps the desks' stories and publishes what changes
    Lanes,
}

/// `writethru demo`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru demo                  about a minute and a half\n  \
    writethru demo --speed 600      ten minutes of news in a second\n  \
    writethru demo --speed max      all at once, for scripts")]
pub struct DemoArgs {
    /// How many times faster than it happened, or `max`
    #[arg(long, value_name = "N|max", default_value = "1000", value_parser = speed)]
    pub speed: Speed,

    /// No colours, whatever the terminal can do
    #[arg(long)]
    pub plain: bool,
}

/// How fast log time is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// So many times faster than it happened.
    Times(u32),
    /// Without waiting.
    Max,
}

/// `writethru pipe`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru pipe < articles.ndjson > changes.ndjson\n  \
    writethru pipe monday.ndjson tuesday.ndjson --format stories\n  \
    writethru pipe articles.ndjson --state state/ --output changes.ndjson\n\n\
    With --state it can be killed at any moment and started again: the output is the same.\n\
    What cannot be read goes to --dead-letters and never stops the rest. A count of what became\n\
    of all records is written to stderr at the end.")]
pub struct PipeArgs {
    /// Files to read in this order; none or `-`: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// What to write
    #[arg(long, value_name = "WHAT", default_value = "changes")]
    pub format: PipeFormat,

    /// Keep log and state in this folder, so that a restart goes on
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,

    /// Where to write; else standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Where to write what cannot be read; else it is only counted
    #[arg(long, value_name = "FILE")]
    pub dead_letters: Option<PathBuf>,

    /// No article's own time counts beyond this; else the clock at the first start
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,

    /// Let time pass to here after the last article, so that stories go quiet
    #[arg(long, value_name = "TIME")]
    pub advance_to: Option<String>,

    /// Threads that read ahead; the output does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,

    /// Records that are stored together; the output does not depend on it
    #[arg(long, value_name = "N")]
    pub batch: Option<usize>,
}

/// What `pipe` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PipeFormat {
    /// Every change in order, as CloudEvents
    Changes,
    /// Every alert event in order, as CloudEvents
    Alerts,
    /// The document of each story as it stands at the end
    Stories,
    /// One IPTC ninjs 3.1 item for each story
    Ninjs,
    /// The final story of each article
    Assignments,
}

/// `writethru annotate`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  writethru annotate < articles.ndjson\n\n\
    One line for each article. Spans count code points into the text as printed there.")]
pub struct AnnotateArgs {
    /// Files to read in this order; none or `-`: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `writethru explain`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru explain 3f9a61c2 articles.ndjson\n  \
    writethru explain 3f9a61c2 --state state/\n\n\
    The first six digits of an id are enough where they are unique.")]
pub struct ExplainArgs {
    /// Id of a claim or a story, or its first digits
    #[arg(value_name = "CLAIM|STORY")]
    pub id: String,

    /// Articles to read; none and no --state: standard input
    #[arg(value_name = "FILE", conflicts_with = "state")]
    pub files: Vec<PathBuf>,

    /// A state folder of `run` or `pipe`
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// `writethru eval`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru eval stories labelled.ndjson\n  \
    writethru eval attribution documents.ndjson\n  \
    writethru eval factuality events.ndjson\n\n\
    Each line has its answer in it: an article with \"gold\":{\"story\":\"...\"}; a text with\n\
    \"attributions\", each with pieces of source, cue and content; a sentence with an event and its\n\
    score from 3 to -3. No answer enters the desk.")]
pub struct EvalArgs {
    /// What to score
    pub what: Gold,

    /// Files with the answers in them
    #[arg(value_name = "GOLD", required = true)]
    pub files: Vec<PathBuf>,
}

/// What can be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Gold {
    /// Which articles are one story: BCubed, pairwise, ARI, NMI
    Stories,
    /// Who says what: spans of source, cue and content
    Attribution,
    /// How far the words commit: mean error and correlation
    Factuality,
}

/// `writethru schemas`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  writethru schemas schemas/")]
pub struct SchemasArgs {
    /// Folder to write them into
    #[arg(value_name = "DIR", default_value = "schemas")]
    pub folder: PathBuf,
}

fn speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    match text.parse() {
        Ok(times) if times > 0 => Ok(Speed::Times(times)),
        _ => Err("give a whole number from 1, or max".to_owned()),
    }
}
