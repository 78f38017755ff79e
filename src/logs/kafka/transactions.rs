//! All of a batch becomes visible together with its input offset, or none.
//!
//! After an error there are two ways on and no third. *Abortable*: the transaction is aborted and
//! the same records are sent again in a new one; never is anything decided again on applied state.
//! *Anything else*, a time-out among it: whether it was applied is not known, so the port is
//! dropped, the next one fences its stray requests, and the lane is restored from what is committed.

use super::port::{Failure, Outgoing, Port};

/// A batch that is aborted so often is not going to be committed.
const ATTEMPTS_MAX: u32 = 20;

/// The lane has to begin anew with another port.
#[derive(Debug, thiserror::Error)]
#[error("a transaction was {what}: {why}")]
pub struct Abandoned {
    what: &'static str,
    why: String,
}

/// How a batch came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is visible, after so many attempts were aborted.
    Committed {
        /// How many.
        aborted: u32,
    },
    /// The lane is not ours any more; nothing of it is visible.
    LetGo,
}

/// Commits the records with the input offset.
///
/// # Errors
/// [`Abandoned`]: this port must be dropped and the lane restored.
pub fn commit(port: &impl Port, records: &[Outgoing], next: i64) -> Result<Done, Abandoned> {
    let mut why = String::new();
    for aborted in 0..ATTEMPTS_MAX {
        match attempt(port, records, next) {
            Ok(true) => return Ok(Done::Committed { aborted }),
            Ok(false) => {
                // The next owner would abort it, too.
                if let Err(failure) = port.abort() {
                    tracing::debug!(?failure, "left to the next owner");
                }
                return Ok(Done::LetGo);
            }
            Err(Failure::Abandon(why)) => return Err(Abandoned { what: "left unfinished", why }),
            Err(Failure::Abort(because)) => {
                tracing::debug!(aborted, because, "aborted");
                why = because;
                port.abort().map_err(|failure| match failure {
                    Failure::Abort(why) | Failure::Abandon(why) => {
                        Abandoned { what: "not aborted", why }
                    }
                })?;
                port.pause(aborted + 1);
            }
        }
    }
    Err(Abandoned { what: "aborted again and again", why })
}

fn attempt(port: &impl Port, records: &[Outgoing], next: i64) -> Result<bool, Failure> {
    port.begin()?;
    for record in records {
        port.send(record)?;
    }
    // Before the offset: the commit's own flush waits in steps of a hundred milliseconds.
    port.drain()?;
    if !port.send_offset(next)? {
        return Ok(false);
    }
    port.commit()?;
    Ok(true)
}
