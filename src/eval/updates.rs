//! The field's scores for news that breaks sentence by sentence (TREC Temporal Summarization):
//! which facts were put out, how late, and how much came twice or was beside the point.
//!
//! Pure counting over a pool of updates in the order of time and the ones that were put out.

pub mod pool;

use std::collections::{BTreeMap, BTreeSet};

use writethru_core::article::Time;

use self::pool::Pool;

/// All scores of one way of putting out news.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Updates put out.
    pub outputs: usize,
    /// Of the facts that any update of the pool states, the share that was put out.
    pub recall: f64,
    /// The same, each fact counted as often as its importance says.
    pub weighted_recall: f64,
    /// Of the outputs, the share with a fact that none before had.
    pub novel: f64,
    /// Of the outputs, the share with no fact at all.
    pub off_topic: f64,
    /// Of the facts in all outputs, the share that an earlier output had.
    pub redundancy: f64,
    /// Harmonic mean of recall and novel share.
    pub f1: f64,
    /// Milliseconds from the first update that states a fact to the first output that does, the
    /// median over the facts put out.
    pub median_lag_ms: Option<i64>,
}

/// Scores what was put out: updates of the pool by their number.
#[must_use]
pub fn score(pool: &Pool, outputs: &BTreeSet<usize>) -> Report {
    let stated = first_told(pool, |_| true);
    let found = first_told(pool, |number| outputs.contains(&number));
    let put_out = || pool.updates.iter().enumerate().filter(|(number, _)| outputs.contains(number));
    let hits: usize = put_out().map(|(_, update)| update.states.len()).sum();
    let off_topic = put_out().filter(|(_, update)| update.states.is_empty()).count();
    let novel: BTreeSet<usize> = found.values().map(|first| first.update).collect();
    let weight = |facts: &BTreeMap<usize, First>| -> u64 {
        facts.keys().map(|fact| u64::from(pool.importance[*fact])).sum()
    };
    let lags = found.iter().map(|(fact, first)| first.at.since_ms(stated[fact].at)).collect();
    let recall = share(found.len(), stated.len());
    let novel = share(novel.len(), outputs.len());
    let sum = recall + novel;
    Report {
        outputs: outputs.len(),
        recall,
        weighted_recall: ratio(weight(&found) as f64, weight(&stated) as f64),
        novel,
        off_topic: share(off_topic, outputs.len()),
        redundancy: share(hits - found.len(), hits),
        f1: ratio(2.0 * recall * novel, sum),
        median_lag_ms: median(lags),
    }
}

/// Where a fact was told first.
struct First {
    update: usize,
    at: Time,
}

/// Each fact that such updates state, with the first of them.
fn first_told(pool: &Pool, counts: impl Fn(usize) -> bool) -> BTreeMap<usize, First> {
    let mut told = BTreeMap::new();
    for (number, update) in pool.updates.iter().enumerate().filter(|(number, _)| counts(*number)) {
        for fact in &update.states {
            told.entry(*fact).or_insert(First { update: number, at: update.at });
        }
    }
    told
}

fn share(part: usize, whole: usize) -> f64 {
    ratio(part as f64, whole as f64)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { i64::midpoint(values[middle - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::pool::Update;
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    /// One update a minute, each with the facts it states.
    fn pool(states: &[&[usize]], importance: &[u32]) -> Pool {
        let update = |(number, states): (usize, &&[usize])| Update {
            at: Time::EPOCH.plus_ms(60_000 * i64::try_from(number).unwrap_or_default()),
            states: states.iter().copied().collect(),
            ..Update::default()
        };
        Pool {
            updates: states.iter().enumerate().map(update).collect(),
            importance: importance.to_vec(),
        }
    }

    /// Worked by hand: of the facts 0 to 4 nobody states 4. Put out are the minutes 1, 2, 3 and 5:
    /// fact 0 a minute late, nothing, fact 0 again with fact 1 on time, fact 1 again.
    #[test]
    fn a_small_case_by_hand() {
        let pool = pool(&[&[0], &[0], &[], &[0, 1], &[2, 3], &[1]], &[3, 2, 1, 1, 3]);
        let report = score(&pool, &BTreeSet::from([1, 2, 3, 5]));
        assert_eq!(report.outputs, 4);
        near(report.recall, 2.0 / 4.0);
        near(report.weighted_recall, 5.0 / 7.0);
        near(report.novel, 2.0 / 4.0);
        near(report.off_topic, 1.0 / 4.0);
        near(report.redundancy, 2.0 / 4.0);
        near(report.f1, 0.5);
        assert_eq!(report.median_lag_ms, Some(30_000), "between a minute and none");
    }

    #[test]
    fn an_update_with_two_new_facts_is_one_novel_output() {
        let report = score(&pool(&[&[0, 1], &[]], &[1, 1]), &BTreeSet::from([0, 1]));
        near(report.novel, 0.5);
        near(report.recall, 1.0);
        near(report.f1, 2.0 / 3.0);
        assert_eq!(report.median_lag_ms, Some(0));
    }

    #[test]
    fn nothing_put_out_is_worth_nothing() {
        let report = score(&pool(&[&[0]], &[1]), &BTreeSet::new());
        assert_eq!(report, Report::default());
    }
}
