//! What a person types: flags and their meaning, in a newsroom's words.
//!
//! Only shapes and help live here; what a command does is in the room of its name.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::LogFormat;
use crate::formats::times;
use crate::logs::replay::Moment;

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

    /// How the program's own messages are written on stderr; else as the setting `log.format` says
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Everywhere")]
    pub log_format: Option<LogFormat>,
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
    /// Tell what was known at a time, with the levels as they stood
    Asof(AsofArgs),
    /// Say why a claim has its level, and what would raise it
    Explain(ExplainArgs),
    /// Score against labelled data
    Eval(EvalArgs),
    /// Fold a part of the past again, beside the running service
    Replay(ReplayArgs),
    /// Show what could not be read, and send it back
    Dlq(DlqArgs),
    /// Check configuration, broker, topics and rights, and say what to do
    Doctor(DoctorArgs),
    /// Show the settings in use, and where each was set
    Config(ConfigArgs),
    /// Write the JSON Schemas of everything that is published
    Schemas(SchemasArgs),
}

/// `writethru run`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    WRITETHRU__INPUTS=wires/ writethru run\n  \
    writethru run --config newsroom.toml\n  \
    WRITETHRU__KAFKA__BOOTSTRAP_SERVERS=127.0.0.1:9092 WRITETHRU__KAFKA__ARTICLE_TOPICS=articles \\\n    \
    writethru run --role route,lanes\n\n\
    Without Kafka it reads what the setting `inputs` names, and follows it; a last line without an\n\
    end is a line once nothing more comes. It writes changes.ndjson, alerts.ndjson and\n\
    dead-letters.ndjson into the folder `output.dir`, and keeps its log in `state.dir`.\n\n\
    With Kafka (`kafka.bootstrap_servers`) it reads the topics that `kafka.article_topics` names,\n\
    one article a record, keyed by its uri, and writes the topics APP.changes, APP.alerts,\n\
    APP.stories and APP.dlq, APP being the setting `app`. It makes its own topics; `writethru\n\
    doctor --make` makes those of the articles, too, and says what is wrong.\n\n\
    It can be stopped or killed at any time and goes on where it was. The page is at\n\
    `serve.listen`.")]
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
    /// Shows what was published: HTTP, stream, feeds and the page
    Serve,
    /// Delivers alerts and stories: webhooks, chat, e-mail, CAP, CMS
    Deliver,
}

/// `writethru demo`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru demo                  about a minute and a half\n  \
    writethru demo --speed 600      ten minutes of news in a second\n  \
    writethru demo --speed max      all at once, for scripts\n  \
    writethru demo --serve          also in a browser, at http://127.0.0.1:8080/")]
pub struct DemoArgs {
    /// How many times faster than it happened, or `max`
    #[arg(long, value_name = "N|max", default_value = "1000", value_parser = speed)]
    pub speed: Speed,

    /// No colours, whatever the terminal can do
    #[arg(long)]
    pub plain: bool,

    /// Show it in a browser, too, and stay there until Ctrl-C
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8080")]
    pub serve: Option<std::net::SocketAddr>,
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
    writethru pipe articles.ndjson --state state/ --output changes.ndjson\n  \
    writethru pipe articles.ndjson --output monday/\n\n\
    A folder gets everything that is published, as NDJSON and as Parquet for analysis.\n\
    With --state it can be killed at any moment and started again: the output is the same.\n\
    What cannot be read goes to --dead-letters and never stops the rest. A count of what became\n\
    of all records is written to stderr at the end.")]
pub struct PipeArgs {
    /// Files to read in this order; none or `-`: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// What to write; else changes, or everything into a folder
    #[arg(long, value_name = "WHAT")]
    pub format: Option<PipeFormat>,

    /// Keep log and state in this folder, so that a restart goes on
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,

    /// Where to write, a folder for everything; else standard output
    #[arg(long, value_name = "FILE|DIR")]
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
    #[arg(long, value_name = "N", value_parser = up_to::<1024>)]
    pub threads: Option<usize>,

    /// Records that are stored together; the output does not depend on it
    #[arg(long, value_name = "N", value_parser = up_to::<100_000>)]
    pub batch: Option<usize>,
}

/// A whole number from 1 on.
fn up_to<const MAX: usize>(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=MAX).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from 1 to {MAX}")),
    }
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
    Reads what `pipe` reads. One line for each article. Spans count code points into the text as\n\
    printed there.")]
pub struct AnnotateArgs {
    /// Files and folders to read in this order; none or `-`: standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `writethru asof`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru asof 06:00                            all stories, on the last day\n  \
    writethru asof 2024-12-08T06:00:00Z 4a2e2e15    one story\n  \
    writethru asof 06:00 --changes changes.ndjson   from the output of `pipe`\n\n\
    Reads changes.ndjson in the folder `output.dir`. Times are UTC, as log time counts them. What\n\
    was taken back since then is not shown.")]
pub struct AsofArgs {
    /// When: 2024-12-08T06:00:00Z, or a time of the last day
    #[arg(value_name = "TIME")]
    pub time: String,

    /// A story's id, or its first digits; none: all stories
    #[arg(value_name = "STORY")]
    pub story: Option<String>,

    /// Files of changes, or folders with changes.ndjson in them
    #[arg(long, value_name = "FILE|DIR")]
    pub changes: Vec<PathBuf>,

    /// One JSON document a line
    #[arg(long)]
    pub json: bool,
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

    /// Files and folders of articles; none and no --state: standard input
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
    writethru eval factuality events.ndjson\n  \
    writethru eval updates updates.ndjson.gz nuggets.ndjson matches.ndjson\n\n\
    Each line has its answer in it: an article with \"gold\":{\"story\":\"...\"}; a text with\n\
    \"attributions\", each with pieces of source, cue and content; a sentence with an event and its\n\
    score from 3 to -3. No answer enters the desk.\n\n\
    `updates` plays breaking news sentence by sentence and asks what a reader of the desk's news\n\
    would have got. It takes three files: the sentences as they came in ({\"topic\", \"id\", \"doc\",\n\
    \"versionCreated\", \"text\"}, and \"duplicate_of\" on a repeat), the facts of each event\n\
    ({\"topic\", \"nugget\", \"importance\"}), and which sentence states which fact ({\"topic\", \"update\",\n\
    \"nugget\"}). A sentence counts as put out where it changed any claim, brought a new fact (a claim\n\
    added, overtaken or corrected), or raised or updated an alert; a first row takes every sentence, for comparison. Of these\n\
    outputs it tells:\n  \
    recall      share of the facts that got out; weighted: by their importance\n  \
    novel       share of the outputs with a fact that none before had\n  \
    off topic   share of the outputs with no fact of the event in them\n  \
    redundancy  share of the facts in the outputs that had been out before\n  \
    F1          high only where recall and novel both are\n  \
    median lag  from the first sentence that states a fact to the first that was put out\n\
    The last line tells how well the sentences with a fact in them were put into stories.")]
pub struct EvalArgs {
    /// What to score
    pub what: Gold,

    /// Files with the answers in them; for `updates` its three, in this order: updates, nuggets,
    /// matches
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
    /// What breaking news gets out, how late and how often: recall, novelty, redundancy, lag
    Updates,
}

/// `writethru replay`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru replay --to 2026-03-03T06:00:00Z --output then/\n  \
    writethru replay --from 2026-03-03T06:00:00Z --desk en > morning.ndjson\n  \
    writethru replay --config stricter.toml --output topic:trial.changes\n  \
    writethru replay --compare stricter.toml --output stricter.html\n\n\
    Reads the routed topic, or the log of the state folder without Kafka, and never touches live\n\
    state, outputs, topics or offsets: an --output that a service with these settings reads or\n\
    writes is refused, any other file is written anew. What was before --from is folded, too, and\n\
    not written (a snapshot of the same settings that lies before it spares that): with the\n\
    settings that were live the changes are those that were published, with the same ids. A range\n\
    in which nothing lies, and a desk that has no record, are refused.\n\n\
    With --compare the same past is folded with two settings side by side. A change is the same\n\
    by its id, an alert by its rule and its claim or story; what the other settings gain, lose,\n\
    tell earlier or later is told, rule by rule.")]
pub struct ReplayArgs {
    /// Write from here on: a time, an offset of each partition (or a number of the log's entry)
    #[arg(long, value_name = "TIME|OFFSET", value_parser = moment)]
    pub from: Option<Moment>,

    /// Up to here, and without it
    #[arg(long, value_name = "TIME|OFFSET", value_parser = moment)]
    pub to: Option<Moment>,

    /// Know nothing of what was before --from
    #[arg(long)]
    pub fresh: bool,

    /// An article topic in place of the routed one: as if its articles came again
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,

    /// This desk only
    #[arg(long, value_name = "DESK")]
    pub desk: Option<String>,

    /// A file for the changes, a folder for everything (NDJSON and Parquet), or topic:NAME; else
    /// standard output
    #[arg(long, value_name = "FILE|DIR|topic:NAME")]
    pub output: Option<String>,

    /// How many times faster than it happened, or `max`
    #[arg(long, value_name = "N|max", default_value = "max", value_parser = speed)]
    pub speed: Speed,

    /// Tell what these other settings would have published
    #[arg(long, value_name = "OTHER", conflicts_with = "speed")]
    pub compare: Option<PathBuf>,

    /// How the comparison is told; else by the ending of --output, else as text
    #[arg(long, value_name = "HOW", requires = "compare")]
    pub format: Option<ReportFormat>,
}

/// How a comparison is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Tables for a person
    Text,
    /// One JSON document
    Json,
    /// A page of its own
    Html,
}

/// `writethru dlq`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru dlq list --reason not_json\n  \
    writethru dlq show 3:41\n  \
    writethru dlq send-back 3:41 3:57\n  \
    writethru dlq send-back --all --into wires/\n\n\
    With Kafka the letters stand in the topic <app>.dlq and go back to the partition of the\n\
    article topic that they came from; else they stand in dead-letters.ndjson in `output.dir`.")]
pub struct DlqArgs {
    /// What to do
    #[command(subcommand)]
    pub command: DlqCommand,

    /// A file of dead letters, in place of what the settings name
    #[arg(long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// What can be done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DlqCommand {
    /// One a line: id, time, reason, where it came from, size, what was wrong
    List {
        /// Which of them
        #[command(flatten)]
        picked: Picked,
    },
    /// One of them, with its original bytes
    Show {
        /// Its id, as `list` shows it
        #[arg(value_name = "ID")]
        id: String,
        /// The original bytes and nothing else
        #[arg(long)]
        bytes: bool,
    },
    /// Send the original bytes to where they came from, as new records
    SendBack {
        /// Which of them
        #[command(flatten)]
        picked: Picked,
        /// Every one of them
        #[arg(long)]
        all: bool,
        /// Without Kafka: the file or folder that is followed
        #[arg(long, value_name = "PATH")]
        into: Option<PathBuf>,
        /// Show which would be sent, and send none
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which dead letters.
#[derive(Clone, Debug, Args)]
pub struct Picked {
    /// By id, as `list` shows it
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// By reason
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

impl Picked {
    /// Whether nothing is left out.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.ids.is_empty() && self.reason.is_none()
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn has(&self, id: &str, reason: &str) -> bool {
        (self.ids.is_empty() || self.ids.iter().any(|it| it == id))
            && self.reason.as_ref().is_none_or(|it| it == reason)
    }
}

/// `writethru doctor`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru doctor --config newsroom.toml\n  \
    writethru doctor --make\n\n\
    Exit codes: 0 all is well, 1 something must be done, 2 the configuration is wrong.")]
pub struct DoctorArgs {
    /// Make the topics that are missing, those of `kafka.article_topics`, too
    #[arg(long)]
    pub make: bool,
}

/// `writethru config`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    writethru config --config newsroom.toml               what differs from the defaults\n  \
    writethru config --print > newsroom.toml              a file to begin with\n\n\
    Settings are checked first, as for any command. What is printed can be read back with\n\
    --config. Secrets are never shown.")]
pub struct ConfigArgs {
    /// All of them, each with its sentence
    #[arg(long)]
    pub print: bool,
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

fn moment(text: &str) -> Result<Moment, String> {
    let offset = text.parse().ok().filter(|offset| *offset >= 0).map(Moment::Offset);
    offset
        .or_else(|| times::time(text).map(Moment::At))
        .ok_or_else(|| "give a time such as 2024-12-08T06:00:00Z, or an offset from 0".to_owned())
}
