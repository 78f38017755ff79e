//! THE PATH of one article: judge → place → record → settle.
//!
//! A lane is the state machine of all desks of one partition ([`desks`]). Single-threaded and
//! deterministic: what it publishes is a function of the records it took and of the policy.

mod alerting;
mod decide;
mod desks;
mod document;
mod judge;
mod life;
mod membership;
mod part;
mod turn;

use std::collections::BTreeSet;

use self::judge::Verdict;
use self::turn::Turn;
use crate::alerts::Alert;
use crate::article::{ArticleId, ClaimId, StoryId, Time};
use crate::change::{Change, RevisionKind, StoryDoc};
use crate::decision::{Decision, Refusal};
use crate::policy::Policy;
use crate::reading::Reading;
use crate::state::State;

pub use self::desks::{Lane, LaneRow};

/// One record of a desk's log, read.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The story space.
    pub desk: String,
    /// When it was received; log time is the running maximum of these.
    pub at: Time,
    /// What came.
    pub input: Input,
}

/// What came.
#[derive(Clone, Debug)]
pub enum Input {
    /// One revision.
    Article(Box<Reading>),
    /// What somebody at the desk decided.
    Decision(Box<Decision>),
    /// Time has passed and nothing came.
    Tick,
}

/// What became of a record: each is counted once.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Outcome {
    /// The first of its article, with words of its own.
    Original,
    /// The first of its article, taken from another.
    Copy,
    /// A later revision of a known article.
    Revision(RevisionKind),
    /// Under embargo.
    Parked,
    /// A withdrawal of something that is not known here.
    UnknownWithdrawal,
    /// Not an article (a tick).
    Nothing,
    /// A human's decision.
    Decision,
}

/// What one step brought about.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// In published order.
    pub changes: Vec<Change>,
    /// Alert events, in published order.
    pub alerts: Vec<Alert>,
    /// Stories whose document changed, by desk.
    pub touched: BTreeSet<(String, StoryId)>,
    /// Claims that may look different in their documents than before.
    pub moved: BTreeSet<ClaimId>,
    /// Why a decision had no effect; then nothing else happened.
    pub refused: Option<Refusal>,
    /// What became of the record itself.
    pub outcome: Option<Outcome>,
    /// Last documents of stories that left the state.
    pub evicted: Vec<StoryDoc>,
}

/// Takes one record: first the timers that are due before it, in order of time, then the record.
fn step(state: &mut State, policy: &Policy, desk: &str, at: Time, input: Input, out: &mut Output) {
    let now = state.now().max(at);
    while let Some((due, timer)) = state.pop_due(now) {
        state.advance(due);
        life::expire(state, policy, desk, (due, timer), out);
    }
    state.advance(now);
    out.outcome = Some(match input {
        Input::Article(reading) => take(state, policy, desk, *reading, out),
        Input::Decision(decision) => decide::obey(state, policy, desk, &decision, out),
        Input::Tick => Outcome::Nothing,
    });
}

/// One revision's way: judged against what is known of its article, then acted on.
fn take(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    reading: Reading,
    out: &mut Output,
) -> Outcome {
    let id = ArticleId::of(&reading.article.uri);
    let verdict = judge::judge(state, id, &reading);
    let mut turn = Turn::begin(state, policy, desk, id, &reading, out);
    let outcome = match verdict {
        Verdict::Embargoed(until) => membership::park(&mut turn, id, until, reading),
        Verdict::Withdrawal => membership::withdraw(&mut turn, id, &reading),
        Verdict::StaysWithdrawn => Outcome::Revision(RevisionKind::Withdrawal),
        Verdict::Repeat => membership::repeat(&mut turn, id, &reading),
        Verdict::First => membership::welcome(&mut turn, id, reading),
        Verdict::Revised(kind, facts) => membership::revise(&mut turn, id, reading, kind, facts),
    };
    turn.end();
    outcome
}
