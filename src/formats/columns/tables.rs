//! The tables themselves.

use super::{Column, Kind, Table, Take};

/// All of them.
pub const TABLES: &[Table] = &[
    Table { name: "changes", about: "A row for each published change.", columns: CHANGES },
    Table {
        name: "evidence",
        about: "A row for each quote that a change rests on. A dispute or a later value quotes the other \
                side, too: for what supports a claim, take `claim.added` and `claim.corroborated`.",
        columns: EVIDENCE,
    },
    Table {
        name: "articles",
        about: "A row for each time something happened to an article: it joined a story, was \
                revised, reclassified or withdrawn, or left.",
        columns: ARTICLES,
    },
    Table {
        name: "stories",
        about: "A row for each story as it stands at the end.",
        columns: STORIES,
    },
    Table { name: "alerts", about: "A row for each event of an alert.", columns: ALERTS },
];

const fn at(name: &'static str, kind: Kind, place: &'static str, about: &'static str) -> Column {
    Column { name, kind, take: Take::At(place), about }
}

const fn own(name: &'static str, kind: Kind, place: &'static str, about: &'static str) -> Column {
    Column { name, kind, take: Take::Own(place), about }
}

const fn made(name: &'static str, kind: Kind, take: Take, about: &'static str) -> Column {
    Column { name, kind, take, about }
}

use Kind::{Flag, Json, Real, Text, Time, Whole};

const CHANGES: &[Column] = &[
    at("id", Text, "/id", "The change; stable over replays."),
    made("type", Text, Take::TypeName, "What happened: `claim.corroborated`."),
    made("desk", Text, Take::Desk, "The story space."),
    at("story", Text, "/subject", "The story."),
    at("headline", Text, "/data/story/headline", "The story's headline then."),
    at("recorded", Time, "/recordedtime", "Log time."),
    at("time", Time, "/time", "The cause's own time."),
    at("sequence", Whole, "/sequence", "Number within the story, from 1."),
    at("desk_sequence", Whole, "/desksequence", "Number within the desk, from 1."),
    at("cause_uri", Text, "/data/cause/uri", "The article that brought it about."),
    at("cause_version", Whole, "/data/cause/version", "Which version of it."),
    at("decision", Text, "/data/cause/decision", "The decision that brought it about."),
    at("claim", Text, "/data/claim/id", "The claim."),
    at("slot", Text, "/data/claim/slot", "The question that the claim answers."),
    at("kind", Text, "/data/claim/kind", "`event`, `state`, `quantity` or `statement`."),
    at("modality", Text, "/data/claim/modality", "`fact`, `forecast` or `plan`."),
    at("text", Text, "/data/claim/text", "What the claim says."),
    at("place", Text, "/data/claim/where", "Where."),
    at("indicator", Text, "/data/claim/quantity/indicator", "What a number counts: `killed`."),
    at("value", Real, "/data/claim/quantity/value", "The stated number."),
    at("low", Real, "/data/claim/quantity/low", "Lower end; null if open."),
    at("high", Real, "/data/claim/quantity/high", "Upper end; null if open."),
    at("bound", Text, "/data/claim/quantity/bound", "`exactly`, `about`, `at_least`, ..."),
    at("unit", Text, "/data/claim/quantity/unit", "`USD`, `percent`, `km`; null for heads."),
    at("population", Text, "/data/claim/quantity/population", "Who or what is counted."),
    at("status", Text, "/data/claim/level/status", "What stands after it."),
    at("likelihood", Text, "/data/claim/level/likelihood", "In the terms of ICD-203."),
    at("confidence", Text, "/data/claim/level/confidence", "How good the grounds are."),
    at("basis", Text, "/data/claim/level/basis", "`attributed`, `first_hand` or `own_act`."),
    at("dispute", Text, "/data/claim/level/dispute", "`none`, `outweighed` or `open`."),
    at("origins", Whole, "/data/claim/level/origins", "Independent origins that assert it."),
    at("p", Real, "/data/claim/level/p", "Projected probability."),
    at("uncertainty", Real, "/data/claim/level/uncertainty", "Share of not knowing."),
    at("conflict", Real, "/data/claim/level/conflict", "Conflict, 0 to 1."),
    made("denied_by", Text, Take::Joined("/data/claim/deniedBy", ""), "Who denies it."),
    at("status_before", Text, "/data/from/status", "Where the level moved: what stood before."),
    at("why", Text, "/data/why", "Where the level moved: why."),
    at("superseded_by", Text, "/data/supersededBy", "The claim with the later value."),
    at("withhold", Flag, "/data/claim/withhold", "True: do not publish."),
    made("json", Json, Take::Json("/data"), "All that the change says, as it was published."),
];

const EVIDENCE: &[Column] = &[
    at("change", Text, "/id", "The change that rests on it."),
    made("number", Whole, Take::Number, "Number within the change, from 0, best first."),
    made("type", Text, Take::TypeName, "The change's type."),
    made("desk", Text, Take::Desk, "The story space."),
    at("story", Text, "/subject", "The story."),
    at("claim", Text, "/data/claim/id", "The claim."),
    at("recorded", Time, "/recordedtime", "Log time of the change."),
    own("article", Text, "/article/uri", "The article that it stands in."),
    own("version", Whole, "/article/version", "Which version of it."),
    own("publisher", Text, "/article/publisher", "Whose article it is."),
    own("url", Text, "/article/url", "Where to read it."),
    own("published", Time, "/article/published", "The article's own time."),
    own("received", Time, "/article/received", "Log time of its arrival."),
    own("stance", Text, "/stance", "`assert` or `deny`."),
    own("quote", Text, "/quote", "The exact words."),
    own("part", Text, "/in", "`headline` or `body`."),
    own("span_start", Whole, "/span/0", "First code point of the quote."),
    own("span_end", Whole, "/span/1", "One past its last code point."),
    made("root", Text, Take::Root("resolved"), "Who says so, at the end of the chain."),
    made("root_id", Text, Take::Root("id"), "That source's id in the configuration."),
    made("root_kind", Text, Take::Root("kind"), "`official`, `agency`, `witness`, ..."),
    made("root_named", Flag, Take::Root("named"), "Whether it has a name."),
    made("hops", Whole, Take::Length("/chain"), "Steps of the chain, the publisher among them."),
    made("chain", Text, Take::Chain, "`Mint ← Reuters ← two officers`."),
    at("indicator", Text, "/data/claim/quantity/indicator", "What the claim's number counts."),
    at("value", Real, "/data/claim/quantity/value", "The claim's number."),
    at("low", Real, "/data/claim/quantity/low", "Its lower end; null if open."),
    at("high", Real, "/data/claim/quantity/high", "Its upper end; null if open."),
    at("population", Text, "/data/claim/quantity/population", "Who or what is counted."),
    made("json", Json, Take::OwnJson, "All of it, as it was published."),
];

const ARTICLES: &[Column] = &[
    at("change", Text, "/id", "The change that tells of it."),
    made("type", Text, Take::TypeName, "`article.joined`, `article.revised`, ..."),
    made("desk", Text, Take::Desk, "The story space."),
    at("story", Text, "/subject", "The story."),
    at("recorded", Time, "/recordedtime", "Log time."),
    at("uri", Text, "/data/article/uri", "Which article."),
    at("version", Whole, "/data/article/version", "The publisher's version number."),
    at("publisher", Text, "/data/article/publisher", "Whose it is."),
    at("url", Text, "/data/article/url", "Where to read it."),
    at("headline", Text, "/data/article/headline", "Its headline."),
    at("language", Text, "/data/article/language", "Its declared language."),
    at("published", Time, "/data/article/published", "Its own time."),
    at("received", Time, "/data/article/received", "Log time of its arrival."),
    at("novelty", Text, "/data/article/novelty", "`original` or `copy`."),
    at("copy_of", Text, "/data/article/copyOf/uri", "Where a copy comes from."),
    at("copy_of_publisher", Text, "/data/article/copyOf/publisher", "Whose that is."),
    at("revision", Text, "/data/revision/kind", "`update`, `correction`, ..."),
    at("previous_version", Whole, "/data/revision/previousVersion", "The version before."),
    made("fact_changes", Whole, Take::Length("/data/revision/factChanges"), "Facts it changed."),
    at("notice", Text, "/data/notice", "The notice of a withdrawal."),
    made("json", Json, Take::Json("/data"), "All that the change says, as it was published."),
];

const STORIES: &[Column] = &[
    at("id", Text, "/id", "The story."),
    at("state", Text, "/state", "`emerging`, `active`, `dormant`, `closed` or `withdrawn`."),
    at("desk", Text, "/desk", "The story space."),
    at("language", Text, "/language", "Most frequent language of its articles."),
    at("slug", Text, "/slug", "Short name."),
    at("headline", Text, "/headline", "Headline."),
    at("urgency", Whole, "/urgency", "The most urgent of its articles, 1 to 9."),
    made("subjects", Text, Take::Joined("/subjects", ""), "Codes of its articles."),
    at("version", Whole, "/version", "The sequence of its last change."),
    at("opened", Time, "/opened", "Log time of its first article."),
    at("updated", Time, "/updated", "Log time of its last change."),
    made("merged_from", Text, Take::Joined("/mergedFrom", ""), "Stories merged into it."),
    made("places", Text, Take::Joined("/places", "name"), "Places by prominence."),
    made("people", Text, Take::Joined("/people", "name"), "People by prominence."),
    made("organisations", Text, Take::Joined("/organisations", "name"), "By prominence."),
    made("summary", Text, Take::Joined("/summary", "text"), "At most three sentences."),
    at("article_count", Whole, "/articleCount", "Articles."),
    at("claim_count", Whole, "/claimCount", "Claims."),
    made("json", Json, Take::Json(""), "The whole document."),
];

const ALERTS: &[Column] = &[
    at("id", Text, "/id", "The event; stable over replays."),
    at("alert", Text, "/data/alert", "The alert; the same in all its events."),
    at("message", Text, "/data/msgType", "`alert`, `update` or `cancel`."),
    at("sequence", Whole, "/sequence", "Number within the alert, from 1."),
    at("rule", Text, "/data/rule", "The rule's name."),
    at("priority", Whole, "/data/priority", "From 1, the gravest."),
    made("desk", Text, Take::Desk, "The story space."),
    at("story", Text, "/subject", "The story."),
    at("recorded", Time, "/recordedtime", "Log time."),
    at("time", Time, "/time", "The cause's own time."),
    at("headline", Text, "/data/headline", "One line."),
    at("text", Text, "/data/text", "With source and status."),
    at("language", Text, "/data/language", "The story's language."),
    at("claim", Text, "/data/claims/0/id", "The first claim that it rests on."),
    at("status", Text, "/data/claims/0/level/status", "What stands of that claim."),
    made("claims", Whole, Take::Length("/data/claims"), "Claims that it rests on."),
    made("sources", Text, Take::Joined("/data/sources", "publisher"), "Where it stands."),
    at("reason", Text, "/data/reason", "What moved, in words."),
    at("change", Text, "/data/change", "The change that brought it about."),
    at("cause_uri", Text, "/data/cause/uri", "The article behind that."),
    at("cause_version", Whole, "/data/cause/version", "Which version of it."),
    at("withhold", Flag, "/data/withhold", "True: do not publish."),
    made("json", Json, Take::Json("/data"), "All that the event says, as it was published."),
];
