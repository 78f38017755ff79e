//! All of a batch becomes visible together with its input offset, or none.
//!
//! After an error there are two ways on and no third. *Abortable*: the transaction is aborted and
//! the same records are sent again in a new one; never is anything decided again on applied state.
//! *Anything else*, a time-out among it: whether it was applied is not known, so the port is
//! dropped, the next one fences its stray requests, and the lane is restored from what is committed.

use std::time::{Duration, Instant};

use super::port::{Failure, Outgoing, Port};

/// A batch that is aborted so often is not going to be committed.
const ATTEMPTS_MAX: u32 = 20;

/// Why a batch is not committed.
#[derive(Debug, thiserror::Error)]
pub enum Uncommitted {
    /// The lane has to begin anew with another port.
    #[error("a transaction was {what}: {why}")]
    Abandoned {
        /// How it ended.
        what: &'static str,
        /// What was answered.
        why: String,
    },
    /// The broker refuses a record for good.
    #[error("{0}")]
    Refused(String),
}

/// How a batch came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is visible.
    Committed(Committed),
    /// The lane is not ours any more; nothing of it is visible.
    LetGo,
}

/// A batch that is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// How many attempts were aborted before.
    pub aborted: u32,
    /// Where the time of the last one went.
    pub spent: Spent,
}

/// Where the time of a transaction went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Beginning it and handing its records over.
    pub send: Duration,
    /// Until the broker had every record.
    pub drain: Duration,
    /// Adding the input offset.
    pub offset: Duration,
    /// Making it visible.
    pub commit: Duration,
}

/// Commits the records with the input offset.
///
/// # Errors
/// [`Uncommitted`]: this port must be dropped and the lane restored, or it must stop.
pub fn commit(port: &impl Port, records: &[Outgoing], next: i64) -> Result<Done, Uncommitted> {
    let mut why = String::new();
    for aborted in 0..ATTEMPTS_MAX {
        match attempt(port, records, next) {
            Ok(Some(spent)) => return Ok(Done::Committed(Committed { aborted, spent })),
            Ok(None) => {
                // The next owner would abort it, too.
                if let Err(failure) = port.abort() {
                    tracing::debug!(?failure, "left to the next owner");
                }
                return Ok(Done::LetGo);
            }
            Err(Failure::Abandon(why)) => {
                return Err(Uncommitted::Abandoned { what: "left unfinished", why });
            }
            Err(Failure::Refused(why)) => {
                // So would the next owner.
                if let Err(failure) = port.abort() {
                    tracing::debug!(?failure, "left to the next owner");
                }
                return Err(Uncommitted::Refused(why));
            }
            Err(Failure::Abort(because)) => {
                tracing::debug!(aborted, because, "aborted");
                why = because;
                port.abort().map_err(|failure| match failure {
                    Failure::Abort(why) | Failure::Abandon(why) | Failure::Refused(why) => {
                        Uncommitted::Abandoned { what: "not aborted", why }
                    }
                })?;
                port.pause(aborted + 1);
            }
        }
    }
    Err(Uncommitted::Abandoned { what: "aborted again and again", why })
}

/// `None` where the lane is not ours any more.
fn attempt(port: &impl Port, records: &[Outgoing], next: i64) -> Result<Option<Spent>, Failure> {
    let mut spent = Spent::default();
    timed(&mut spent.send, || {
        port.begin()?;
        records.iter().try_for_each(|record| port.send(record))
    })?;
    // Before the offset: the commit's own flush waits in steps of a hundred milliseconds.
    timed(&mut spent.drain, || port.drain())?;
    if !timed(&mut spent.offset, || port.send_offset(next))? {
        return Ok(None);
    }
    timed(&mut spent.commit, || port.commit())?;
    Ok(Some(spent))
}

fn timed<T>(took: &mut Duration, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = call();
    *took = began.elapsed();
    done
}
