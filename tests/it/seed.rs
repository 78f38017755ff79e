//! The seed case: one article with every kind of chain, a report and its rewrites, a denial and
//! its withdrawal.

use writethru_core::article::ClaimId;
use writethru_core::change::{Body, ClaimDoc, StoryDoc};
use writethru_core::claims::Level;
use writethru_core::lane::{Input, Lane, Output};
use writethru_core::reading::{Reading, SourceKind, Stance, Statement};

use crate::stream::{self, Case};

fn case() -> Case {
    stream::cases().into_iter().find(|case| case.name == "seed").expect("the seed case is there")
}

fn mint() -> Reading {
    let first = case().intakes().into_iter().next().expect("the seed case has articles");
    match first.input {
        Input::Article(reading) => *reading,
        Input::Tick => panic!("an article comes first"),
    }
}

fn said<'a>(reading: &'a Reading, words: &str) -> &'a Statement {
    let body = reading.statements.iter().filter(|it| !it.echo);
    let all: Vec<&Statement> = body.filter(|it| it.text.contains(words)).collect();
    all.first().copied().unwrap_or_else(|| {
        panic!("no claim with \"{words}\" in {:#?}", texts(reading));
    })
}

fn texts(reading: &Reading) -> Vec<&str> {
    reading.statements.iter().map(|it| it.text.as_str()).collect()
}

/// The chain by the ids of the configuration, else by kind.
fn chain(statement: &Statement) -> Vec<String> {
    let name = |hop: &writethru_core::reading::Hop| match (&hop.id, hop.kind) {
        (Some(id), _) => id.clone(),
        (None, SourceKind::Collective) => "collective".to_owned(),
        (None, SourceKind::Anonymous) => "anonymous".to_owned(),
        (None, _) => hop.resolved.clone(),
    };
    statement.chain.iter().map(name).collect()
}
