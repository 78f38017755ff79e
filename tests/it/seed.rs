//! The seed case: one article with every kind of chain; a report, its rewrites, a denial of it
//! and that denial's withdrawal.

use writethru_core::article::ClaimId;
use writethru_core::change::{Body, Change};
use writethru_core::claims::Level;
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::reading::{Factuality, Hop, Reading, SourceKind, Statement};

use crate::stream;

fn seed() -> Vec<Intake> {
    let case = stream::cases().into_iter().find(|case| case.name == "seed");
    case.expect("the seed case is there").intakes()
}

fn reading(intake: &Intake) -> &Reading {
    match &intake.input {
        Input::Article(reading) => reading,
        Input::Tick | Input::Decision(_) => panic!("the seed case has articles only"),
    }
}

/// The one statement of the body with these words.
fn said<'a>(reading: &'a Reading, words: &str) -> &'a Statement {
    let mut found = reading.statements.iter().filter(|it| !it.echo && it.text.contains(words));
    found.next().unwrap_or_else(|| {
        let all: Vec<&str> = reading.statements.iter().map(|it| it.text.as_str()).collect();
        panic!("nothing says \"{words}\": {all:#?}")
    })
}

/// The chain by the ids of the configuration, else by the kind of source.
fn chain(statement: &Statement) -> Vec<&str> {
    let name = |hop: &'_ Hop| match (&hop.id, hop.kind) {
        (Some(_), _) => None,
        (None, SourceKind::Anonymous) => Some("anonymous"),
        (None, SourceKind::Collective) => Some("collective"),
        (None, _) => Some("other"),
    };
    statement
        .chain
        .iter()
        .map(|hop| name(hop).unwrap_or_else(|| hop.id.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn every_chain_of_the_article_is_read_to_its_root() {
    let seed = seed();
    let mint = reading(&seed[0]);
    assert_eq!(chain(said(mint, "left Damascus")), ["mint", "reuters", "anonymous"]);
    assert_eq!(chain(said(mint, "evacuated")), ["mint", "ap", "sham-fm"]);
    assert_eq!(chain(said(mint, "flights")), ["mint", "ap", "sham-fm"]);
    assert_eq!(chain(said(mint, "took up positions")), ["mint", "sham-fm"]);
    assert_eq!(chain(said(mint, "withdrawn from Homs")), ["mint", "sohr"]);
    let withdrawn = said(mint, "withdrawn from Homs");
    assert_eq!(withdrawn.factuality, Factuality::Stated, "the monitor confirmed it");
    let entered = said(mint, "entered the capital");
    assert_eq!(chain(entered)[..2], ["mint", "ap"]);
    assert_eq!(entered.factuality, Factuality::Claimed);
    let heard = said(mint, "gunfire");
    assert_eq!(chain(heard), ["mint"]);
}

#[test]
fn absence_opinion_and_background_raise_nothing() {
    let seed = seed();
    let mint = reading(&seed[0]);
    for words in ["response", "big blow"] {
        assert!(mint.statements.iter().all(|it| !it.text.contains(words)), "\"{words}\" is read");
    }
    let before = mint.statements.iter().filter(|it| it.text.contains("1971"));
    assert!(before.into_iter().all(|it| it.background), "1971 is told again");
}

#[test]
fn five_rewrites_of_one_report_corroborate_nothing() {
    let changes = fold(&seed()[..10]);
    let rewrites = changes.iter().filter(|it| matches!(it.body, Body::ArticleJoined { .. }));
    assert!(rewrites.count() >= 8, "the report and its rewrites are all in");
    let corroborated: Vec<&Change> =
        changes.iter().filter(|it| matches!(it.body, Body::ClaimCorroborated { .. })).collect();
    let by_afp =
        |change: &&Change| change.because.iter().all(|it| *it.article.publisher == *"afp.com");
    assert!(corroborated.iter().all(by_afp), "{corroborated:#?}");
    assert!(!corroborated.is_empty(), "the monitor by way of AFP is a second origin");
}

#[test]
fn a_withdrawn_denial_leaves_the_level_as_if_it_had_never_been() {
    let all = seed();
    let of_sana = |intake: &&Intake| reading(intake).article.uri.contains("sana.sy");
    let without: Vec<Intake> = all.iter().filter(|it| !of_sana(it)).cloned().collect();
    let (with_it, without_it) = (departure(&all), departure(&without));
    assert_eq!(with_it, without_it);
    let denied = departure(&all[..11]);
    assert_ne!(denied.1, departure(&all[..10]).1, "while it stands, the denial shows");
}

fn fold(intakes: &[Intake]) -> Vec<Change> {
    let mut lane = stream::lane();
    take(&mut lane, intakes)
}

fn take(lane: &mut Lane, intakes: &[Intake]) -> Vec<Change> {
    let mut out = Output::default();
    intakes.iter().for_each(|intake| lane.step(stream::policy(), intake.clone(), &mut out));
    out.changes
}

/// The claim that Assad left Damascus, with its level and who denies it.
fn departure(intakes: &[Intake]) -> (ClaimId, Level, Vec<String>) {
    let mut lane = stream::lane();
    take(&mut lane, intakes);
    let stories: Vec<_> =
        lane.stories().filter_map(|(desk, id)| lane.story(stream::policy(), desk, id)).collect();
    let claims = stories.iter().flat_map(|story| &story.claims);
    let about = |text: &str| text.contains("left Damascus") || text.contains("boarded a plane");
    let mut found: Vec<_> = claims.filter(|it| it.text.as_deref().is_some_and(about)).collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.level.origins));
    let claim = found.first().expect("the departure is a claim");
    (claim.id, claim.level, claim.denied_by.clone())
}
