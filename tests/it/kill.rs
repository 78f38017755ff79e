//! A kill stays killed: six words in a row of a withdrawn article are looked for in everything
//! that is put out after it, save for the retraction itself.

use std::collections::BTreeSet;

use writethru::formats::{alerts, changes, ninjs_out, stories};
use writethru_core::alerts::Message;
use writethru_core::article::ArticleId;
use writethru_core::change::Body;
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::reading::{Label, Reading};

use crate::stream::{self, Case};

/// Words in a row that give a text away.
const RUN: usize = 6;

#[test]
fn no_output_after_a_kill_has_six_words_of_it_in_a_row() {
    let mut looked_at = 0;
    for case in stream::cases() {
        let intakes = case.intakes();
        let mut lane = stream::lane();
        for (number, intake) in intakes.iter().enumerate() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake.clone(), &mut out);
            let killed = killed_runs(&intakes[..=number], &lane);
            if killed.is_empty() {
                continue;
            }
            looked_at += 1;
            let told = texts(&lane, &out);
            let leaked: Vec<_> = told.iter().filter(|it| !runs(it).is_disjoint(&killed)).collect();
            assert!(leaked.is_empty(), "{} after record {number}: {leaked:#?}", case.name);
        }
    }
    assert!(looked_at > 20, "too few streams have a kill in them: {looked_at}");
}

/// Everything a reader can get: the new changes but for retractions, the alerts but for cancels,
/// all documents, all items.
fn texts(lane: &Lane, out: &Output) -> Vec<String> {
    let retraction = |body: &Body| matches!(body, Body::ClaimRetracted { withhold: true, .. });
    let told = out.changes.iter().filter(|it| !retraction(&it.body)).map(changes::line);
    let stories: Vec<_> =
        lane.stories().filter_map(|(desk, id)| lane.story(stream::policy(), desk, id)).collect();
    let documents = stories.iter().flat_map(|it| [stories::line(it), ninjs_out::line(it)]);
    let cancels = out.alerts.iter().filter(|it| it.message != Message::Cancelled);
    let alerts = cancels.map(alerts::line);
    told.chain(alerts)
        .chain(documents)
        .map(|bytes| String::from_utf8(bytes).expect("JSON is UTF-8"))
        .collect()
}

/// The streams at whose end something is withdrawn, with the runs that give it away.
pub fn streams() -> Vec<(Case, BTreeSet<Vec<String>>)> {
    let killed = |case: Case| {
        let intakes = case.intakes();
        let mut lane = stream::lane();
        for intake in &intakes {
            lane.step(stream::policy(), intake.clone(), &mut Output::default());
        }
        let killed = killed_runs(&intakes, &lane);
        (!killed.is_empty()).then_some((case, killed))
    };
    stream::cases().into_iter().filter_map(killed).collect()
}

/// The runs of withdrawn articles that no article has which may be used.
pub fn killed_runs(intakes: &[Intake], lane: &Lane) -> BTreeSet<Vec<String>> {
    let (mut killed, mut live) = (BTreeSet::new(), BTreeSet::new());
    for reading in intakes.iter().filter_map(reading) {
        let id = ArticleId::of(&reading.article.uri);
        let Some((state, row)) =
            lane.desks().find_map(|(_, state)| state.article(id).map(|row| (state, row)))
        else {
            continue;
        };
        let runs = runs(&format!("{} . {}", reading.headline, reading.text));
        if reading.label == Label::Withdrawal {
            // A notice may be told, but nothing that it repeats.
        } else if row.withdrawn.is_some() {
            killed.extend(runs);
        } else if state.is_live(row) {
            live.extend(runs);
        }
    }
    killed.difference(&live).cloned().collect()
}

fn reading(intake: &Intake) -> Option<&Reading> {
    match &intake.input {
        Input::Article(reading) => Some(reading),
        _ => None,
    }
}

pub fn runs(text: &str) -> BTreeSet<Vec<String>> {
    let words: Vec<String> = text
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.windows(RUN).map(<[String]>::to_vec).collect()
}
