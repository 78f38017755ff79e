//! The laws of the calculus, each over whole streams of random articles.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::newsroom::*;
use super::{Claims, Dispute, Level, Occasion, RevisionEffect, Status};
use crate::reading::{Factuality, Proposition, Statement};
use crate::table::Row;

/// Chains of the universe: agencies, papers, bodies, people without names.
const CHAINS: [&str; 16] = [
    "ap",
    "reuters",
    "ap < ministry",
    "afp < ministry",
    "afp < sohr",
    "dpa < rescue",
    "sana < presidency",
    "tass < mid",
    "ap < ?an officer",
    "reuters < ??two senior officers",
    "mint < reuters < ?a syrian officer",
    "hindu < ap",
    "star < afp < sohr",
    "gazette < ?media reports",
    "post < shelter",
    "times < ministry < rescue",
];

const FIRMNESS: [Factuality; 5] = [
    Factuality::Possible,
    Factuality::Claimed,
    Factuality::Likely,
    Factuality::Said,
    Factuality::Stated,
];

/// What can be said: an event, its contrary, and three tolls.
fn content(which: usize, by: &str) -> Statement {
    match which {
        0 | 1 => said(by, assad_left()),
        2 => {
            let excludes = Some(word("leave"));
            let proposition = that("remain", "Assad", "Damascus", "");
            said(by, Proposition { excludes, once: true, valence: 1, ..proposition })
        }
        3 => killed(by, 43),
        4 => killed(by, 47),
        5 => numbered(by, at_least("killed", 40)),
        _ => numbered(by, gauge("missing", 9)),
    }
}

fn statement() -> impl Strategy<Value = Statement> {
    (0..7_usize, 0..CHAINS.len(), 0..5_usize, any::<bool>(), 0..4_u8).prop_map(
        |(which, chain, firm, unverified, denies)| {
            let told = Statement {
                factuality: FIRMNESS[firm],
                unverified,
                ..content(which, CHAINS[chain])
            };
            if denies == 0 { denied(told) } else { told }
        },
    )
}

/// One publisher speaks in an article: the chain of the first statement names it.
fn one_publisher(mut statements: Vec<Statement>) -> Vec<Statement> {
    let publisher = statements[0].chain[0].clone();
    for statement in &mut statements {
        Arc::make_mut(&mut statement.chain)[0] = publisher.clone();
    }
    statements
}

/// Articles with one to three statements; a fifth of them are withdrawn in the end.
fn stream() -> impl Strategy<Value = Vec<(Item, bool, u32)>> {
    let one = (0..120_i64, prop::collection::vec(statement(), 1..3), 0..5_u8, any::<u32>());
    prop::collection::vec(one, 1..10).prop_map(|articles| {
        articles
            .into_iter()
            .enumerate()
            .map(|(n, (minute, statements, withdrawn, order))| {
                let item = article(&format!("article-{n}"), minute, one_publisher(statements));
                (item, withdrawn == 0, order)
            })
            .collect()
    })
}

fn lived(stream: &[(Item, bool, u32)]) -> Desk {
    let mut desk = Desk::new();
    for (item, _, _) in stream {
        desk.take(item);
    }
    for (item, withdrawn, _) in stream {
        if *withdrawn {
            desk.withdraw(&item.uri, item.minute + 200);
        }
    }
    desk
}

/// What stands, by what is claimed; ids depend on who came first.
fn standing(desk: &Desk) -> BTreeMap<String, (Level, Vec<String>, Option<String>)> {
    let name = |claim| {
        let row = desk.row(claim);
        format!(
            "{:?} {:?}",
            row.proposition.predicate,
            row.quantity.as_ref().map(|q| (q.low, q.high))
        )
    };
    let all = desk.all().into_iter();
    all.map(|claim| {
        let row = desk.row(claim);
        let later = row.superseded_by.map(name);
        (name(claim), (row.level, row.denied_by.clone(), later))
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn order_of_arrival_does_not_matter(stream in stream()) {
        let mut shuffled = stream.clone();
        shuffled.sort_by_key(|(item, _, order)| (*order, item.uri.clone()));
        let mut one = standing(&lived(&stream));
        let mut two = standing(&lived(&shuffled));
        // A claim that only ever lived in a withdrawn article may not have been published.
        one.retain(|name, _| two.contains_key(name));
        two.retain(|name, _| one.contains_key(name));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn withdrawals_at_any_time_give_the_same_in_the_end(stream in stream()) {
        let mut early = Desk::new();
        for (item, withdrawn, _) in &stream {
            early.take(item);
            if *withdrawn {
                early.withdraw(&item.uri, item.minute + 200);
            }
        }
        let (mut one, mut two) = (standing(&early), standing(&lived(&stream)));
        one.retain(|name, _| two.contains_key(name));
        two.retain(|name, _| one.contains_key(name));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn the_same_again_changes_nothing(stream in stream(), which in any::<prop::sample::Index>()) {
        let mut desk = lived(&stream);
        desk.claims.drain(&mut |_| {});
        let digest = desk.claims.digest();
        let (item, withdrawn, _) = which.get(&stream);
        if !withdrawn {
            let events = desk.take(item);
            prop_assert_eq!(kinds(&events), [""; 0]);
        }
        let settled = desk.claims.settle(
            &desk.policy.clone(), desk.row(desk.all()[0]).slot, Occasion::Revision, desk.now,
        );
        prop_assert_eq!(kinds(&settled.events), [""; 0]);
        desk.claims.drain(&mut |_| {});
        prop_assert_eq!(desk.claims.digest(), digest);
    }

    #[test]
    fn copies_change_nothing(
        stream in stream(),
        which in any::<prop::sample::Index>(),
        credits in any::<bool>(),
        paper in prop::sample::select(vec!["post", "times", "daily-blog"]),
        minute in 0..300_i64,
    ) {
        let mut desk = lived(&stream);
        let before = standing(&desk);
        let (item, _, _) = which.get(&stream);
        let mut statements = item.statements.clone();
        for statement in &mut statements {
            let told = statement.chain.iter().skip(usize::from(!credits)).cloned();
            statement.chain = std::iter::once(hop(paper)).chain(told).collect();
            Arc::make_mut(&mut statement.chain)[0].kind = crate::reading::SourceKind::Publisher;
        }
        let copy = article("copy", minute, statements).copy_of(&item.uri, item.minute);
        let events = desk.take(&copy);
        prop_assert_eq!(kinds(&events), [""; 0]);
        prop_assert_eq!(standing(&desk), before);
    }

    #[test]
    fn another_independent_origin_only_raises(stream in stream(), minute in 0..300_i64) {
        let mut desk = lived(&stream);
        desk.take(&article("base", 0, vec![said("ap < ?an officer", assad_left())]));
        let claim = left(&desk);
        let before = desk.level(claim);
        let fresh = vec![said("zeta wire < crown prosecutor of the north", assad_left())];
        desk.take(&article("fresh", minute, fresh));
        let after = desk.level(claim);
        prop_assert!(after.p >= before.p, "{:?} to {:?}", before, after);
        prop_assert!(after.origins > before.origins || before.origins <= 1);
        if before.origins > 0 && before.dispute != Dispute::None {
            prop_assert!(after.dispute != Dispute::None, "{:?} to {:?}", before, after);
        }
        if before.conflict > 0 {
            prop_assert!(after.conflict > 0, "{:?} to {:?}", before, after);
        }
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace(
        stream in stream(),
        extra in prop::collection::vec(statement(), 1..4),
        minute in 0..300_i64,
    ) {
        let mut desk = lived(&stream);
        let before = standing(&desk);
        let mut extra = extra;
        for statement in &mut extra {
            Arc::make_mut(&mut statement.chain)[0] = hop("zeta");
            Arc::make_mut(&mut statement.chain)[0].kind = crate::reading::SourceKind::Publisher;
        }
        desk.take(&article("extra", minute, extra));
        desk.withdraw("extra", 400);
        let mut after = standing(&desk);
        after.retain(|name, _| before.contains_key(name));
        for (name, (level, ..)) in &mut after {
            // What nobody asserts has been asserted meanwhile, and taken back.
            if before[name].0.origins == 0 && level.status == Status::Retracted {
                level.status = before[name].0.status;
            }
        }
        prop_assert_eq!(after, before);
    }

    #[test]
    fn shares_stay_within_bounds(stream in stream()) {
        let desk = lived(&stream);
        for claim in desk.all() {
            let level = desk.level(claim);
            for share in [level.p, level.uncertainty, level.conflict] {
                prop_assert!((0..=1_000_000).contains(&share), "{:?}", level);
            }
            prop_assert!(level.uncertainty > 0);
            prop_assert!(level.conflict <= 2 * level.p.min(1_000_000 - level.p));
            let weighed = desk.weighed(claim);
            prop_assert_eq!(weighed.level, level, "the row says what the slot weighs");
        }
    }

    #[test]
    fn a_restored_desk_goes_on_alike(stream in stream(), cut in any::<prop::sample::Index>()) {
        let mut desk = Desk::new();
        let cut = cut.index(stream.len());
        let mut stored: BTreeMap<(u8, Vec<u8>), Row> = BTreeMap::new();
        for (item, withdrawn, _) in stream.iter().take(cut) {
            desk.take(item);
            if *withdrawn {
                desk.withdraw(&item.uri, item.minute + 200);
            }
            desk.claims.drain(&mut |row| {
                let key = (row.table, row.key.clone());
                if row.value.is_some() { stored.insert(key, row); } else { stored.remove(&key); }
            });
        }
        let mut restored = desk.clone();
        restored.claims = Claims::new(16);
        for row in stored.values() {
            prop_assert!(restored.claims.load(row).unwrap());
        }
        restored.claims.reindex();
        prop_assert_eq!(restored.claims.digest(), desk.claims.digest());
        for (item, withdrawn, order) in stream.iter().skip(cut) {
            prop_assert_eq!(restored.take(item), desk.take(item));
            if order % 3 == 0 {
                let revised = item.clone().version(2, RevisionEffect::Correction);
                let revised = Item { statements: stream[0].0.statements.clone(), ..revised };
                prop_assert_eq!(restored.take(&revised), desk.take(&revised));
            }
            if *withdrawn {
                let at = item.minute + 200;
                prop_assert_eq!(restored.withdraw(&item.uri, at), desk.withdraw(&item.uri, at));
            }
        }
        restored.claims.drain(&mut |_| {});
        desk.claims.drain(&mut |_| {});
        prop_assert_eq!(restored.claims.digest(), desk.claims.digest());
    }

    #[test]
    fn events_tell_each_move_once(stream in stream()) {
        let mut desk = Desk::new();
        let mut told: BTreeMap<_, Level> = BTreeMap::new();
        for (item, _, _) in &stream {
            let events = desk.take(item);
            let mut seen = Vec::new();
            for event in &events {
                let what = (event.claim, std::mem::discriminant(&event.what));
                prop_assert!(!seen.contains(&what), "{:?}", events);
                seen.push(what);
                if let super::What::LevelChanged { from, to, .. } = event.what {
                    let known = told.insert(event.claim, to);
                    let known = known.map(|level| (level.status, level.origins));
                    prop_assert_eq!(known, Some((from.status, from.origins)));
                } else if matches!(event.what, super::What::Added) {
                    told.insert(event.claim, desk.level(event.claim));
                }
            }
            for claim in desk.all() {
                let (known, level) = (told[&claim], desk.level(claim));
                prop_assert_eq!((known.status, known.origins), (level.status, level.origins));
            }
        }
    }
}

/// The claim that he left.
fn left(desk: &Desk) -> crate::article::ClaimId {
    let found = desk.all().into_iter().find(|claim| {
        let row = desk.row(*claim);
        row.quantity.is_none() && row.proposition.predicate == Some(word("leave"))
    });
    found.unwrap()
}
