//! Sentences and what is read in them, as data.

mod counting;
mod headlines;
mod negation;
mod tolls;
mod unreal;
mod voices;

use super::*;
use crate::policy::lexicon::LexiconFile;
use crate::policy::sources::ListedKind;
use crate::policy::{Letter, Lexicon, Policy, Side, Source, Sources};

pub(super) fn policy() -> Policy {
    let file: LexiconFile =
        toml::from_str(include_str!("../../../config/lexicon/en.toml")).unwrap();
    let side = Side {
        id: "syrian-government".to_owned(),
        names: vec!["Assad".to_owned(), "presidency".to_owned()],
        allies: Vec::new(),
        opponents: Vec::new(),
    };
    let sources = vec![
        source("mint", "Mint", &[], ListedKind::Outlet),
        source("reuters", "Reuters", &[], ListedKind::Agency),
        source("ap", "AP", &["Associated Press", "The Associated Press"], ListedKind::Agency),
        source("afp", "AFP", &[], ListedKind::Agency),
        source("sham-fm", "Sham FM", &[], ListedKind::Outlet),
        source("sana", "SANA", &["state news agency SANA"], ListedKind::Agency),
        source("kremlin", "Kremlin", &["the Kremlin"], ListedKind::Official),
        source("sohr", "Syrian Observatory for Human Rights", &["SOHR"], ListedKind::Organisation),
    ];
    Policy {
        lexicon: Lexicon::new(vec![file]).unwrap(),
        sources: Sources::new(sources, vec![side]).unwrap(),
        ..Policy::default()
    }
}

fn source(id: &str, name: &str, aliases: &[&str], kind: ListedKind) -> Source {
    Source {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        domains: Vec::new(),
        kind,
        letter: Letter::B,
        owner: None,
        side: None,
        country: None,
        reason: String::new(),
    }
}

pub(super) fn article(headline: &str, body: &str) -> Article {
    Article {
        uri: "tag:example.net,2024:1".to_owned(),
        publisher: "Mint".to_owned(),
        headline: headline.to_owned(),
        body: body.to_owned(),
        language: Some("en".to_owned()),
        published: Time::parse("2024-12-08T03:00:00Z"),
        ..Article::default()
    }
}

/// `root chain | marks | proposition | quantities`, marks only where they are not the usual ones.
pub(super) fn show(statement: &Statement) -> String {
    let chain: Vec<&str> =
        statement.chain.iter().skip(1).map(|hop| hop.resolved.as_str()).collect();
    let mut marks = format!("{:?}", statement.factuality).to_lowercase();
    for (mark, set) in [
        ("deny", statement.stance == Stance::Deny),
        ("not-yet", statement.not_yet),
        ("plan", statement.modality == Modality::Plan),
        ("forecast", statement.modality == Modality::Forecast),
        ("background", statement.background),
        ("unverified", statement.unverified),
        ("own-act", statement.basis == Basis::OwnAct),
        ("first-hand", statement.basis == Basis::FirstHand),
    ] {
        if set {
            marks.push(' ');
            marks.push_str(mark);
        }
    }
    let mut line = format!("{} | {marks} | {}", chain.join(" > "), statement.text);
    for quantity in &statement.quantities {
        line.push_str(" #");
        line.push_str(&count(quantity));
    }
    line.trim().to_owned()
}

fn count(quantity: &Quantity) -> String {
    let end = |end: Option<i64>| end.map_or_else(String::new, thousandths);
    let range = if quantity.low == quantity.high {
        end(quantity.low)
    } else {
        format!("{}..{}", end(quantity.low), end(quantity.high))
    };
    let part = if quantity.part { "+" } else { "" };
    let unit = quantity.unit.as_deref().unwrap_or_default();
    format!("{part}{}={range}{unit}", quantity.indicator)
}

fn thousandths(n: i64) -> String {
    if n % 1000 == 0 { (n / 1000).to_string() } else { format!("{}.{:03}", n / 1000, n % 1000) }
}

#[track_caller]
fn check(policy: &Policy, body: &str, expected: &[&str]) {
    let reading = read(policy, article("", body));
    let shown: Vec<String> = reading.statements.iter().map(show).collect();
    assert_eq!(shown, expected, "{body}");
}

#[test]
fn chains() {
    let policy = policy();
    for (body, expected) in [
        (
            "Two senior army officers familiar with the matter told Reuters that Assad had boarded a plane to an unknown destination.",
            &[
                "Reuters > Two senior army officers familiar with the matter | said | Assad had boarded a plane to an unknown destination",
            ][..],
        ),
        (
            "The airport has been evacuated and all flights suspended, AP reported, citing Sham FM.",
            &[
                "AP > Sham FM | said | The airport has been evacuated",
                "AP > Sham FM | said | All flights suspended",
            ],
        ),
        (
            "The airport has been evacuated, Sham FM radio said, AP reported.",
            &["AP > Sham FM | said | The airport has been evacuated"],
        ),
        (
            "Insurgents claimed to have entered the capital, according to AP.",
            &["AP > Insurgents | claimed | Insurgents have entered the capital"],
        ),
        (
            "“We have left the city,” said Ayman Darwish, a shopkeeper.",
            &["Ayman Darwish | said | We have left the city"],
        ),
        (
            "Kremlin spokesman Dmitry Peskov said the base had been attacked.",
            &["Kremlin | said | The base had been attacked"],
        ),
        (
            "A spokeswoman for the interior ministry confirmed that the road had been closed.",
            &["interior ministry | stated | The road had been closed"],
        ),
        (
            "The dam has collapsed, the energy ministry said. The ministry said two villages were flooded.",
            &[
                "energy ministry | said | The dam has collapsed",
                "energy ministry | said | Two villages were flooded #flood=2",
            ],
        ),
        (
            "Rami Khalil, who heads the Syrian Observatory for Human Rights, said the army had withdrawn. He said rebels had seized the prison.",
            &[
                "Syrian Observatory for Human Rights | said | The army had withdrawn",
                "Syrian Observatory for Human Rights | said | Rebels had seized the prison",
            ],
        ),
        (
            "Rebels entered the city on Saturday and seized the airport, AP reported.",
            &[
                "AP | said | Rebels entered the city on Saturday",
                "AP | said | Rebels seized the airport",
            ],
        ),
        (
            "The minister has reportedly resigned over a quarrel.",
            &[
                "somebody who is not named | said | The minister has reportedly resigned over a quarrel",
            ],
        ),
    ] {
        check(&policy, body, expected);
    }
}

#[test]
fn stance() {
    let policy = policy();
    for (body, expected) in [
        (
            "The presidency denied that Assad had left Damascus.",
            &["presidency | said deny | Assad had left Damascus"][..],
        ),
        (
            "Rebels have not yet entered the city, the army said.",
            &["army | said deny not-yet | Rebels have entered the city"],
        ),
        (
            "The airline did not cancel the flight, a spokesman for the airport said.",
            &["airport | said deny | The airline cancelled the flight"],
        ),
        (
            "It is not true that the president has fled, the interior ministry said.",
            &["interior ministry | said deny | The president has fled"],
        ),
        (
            "The foreign ministry rejected reports that the ambassador had been expelled.",
            &["foreign ministry | said deny | The ambassador had been expelled"],
        ),
    ] {
        check(&policy, body, expected);
    }
    let body = "Syria's presidency denied that Assad had left Damascus.";
    let reading = read(&policy, article("", body));
    let statement = &reading.statements[0];
    assert_eq!(statement.denial_text.as_deref(), body.strip_suffix('.'));
    assert!(statement.chain[1].party, "the presidency speaks for Assad");
}

#[test]
fn certainty() {
    let policy = policy();
    for (body, expected) in [
        (
            "Rebels seized the broadcaster, AFP reported. The report could not be independently verified.",
            &["AFP | said unverified | Rebels seized the broadcaster"][..],
        ),
        (
            "The minister may resign, aides said.",
            &["aides | possible forecast | The minister may resign"],
        ),
        (
            "The talks are expected to resume on Monday.",
            &["| stated forecast | The talks are expected to resume on Monday"],
        ),
        (
            "The central bank raised its key rate to 5 percent.",
            &[
                "| stated | The central bank raised its key rate to 5 percent #raise_percent=5percent",
            ],
        ),
        (
            "The ministry announced it had closed the border.",
            &["ministry | stated own-act | Ministry had closed the border"],
        ),
        (
            "An AFP journalist saw soldiers leave the palace.",
            &["AFP | stated first-hand | Soldiers leave the palace"],
        ),
        (
            "The town was captured in 2012.",
            &["| stated background | The town was captured in 2012"],
        ),
        ("There was no immediate comment from the government.", &[]),
        (
            "The rule of the general appeared to be ending in the capital.",
            &["| likely | The rule of the general is ending in the capital"],
        ),
        ("Will the president resign?", &[]),
        ("If the dam breaks, the town will be evacuated.", &[]),
        ("The loss of the city is a big blow to the president.", &[]),
        ("The general threatened to close the strait.", &[]),
    ] {
        check(&policy, body, expected);
    }
}

#[test]
fn quantities_of_clauses() {
    let policy = policy();
    for (body, expected) in [
        (
            "The death toll from the earthquake rose to 47, with 120 people still missing.",
            "#killed=47 #missing=120",
        ),
        ("A bomber killed 12 people and wounded 30 others.", "#killed=12 #injured=30"),
        ("At least 47 people were killed, including 35 children.", "#killed=47.. #+killed=35"),
        ("The blast left 12 dead and dozens injured.", "#killed=12 #injured=24..99"),
        ("Between 20 and 30 miners are trapped underground.", "#trapped=20..30"),
        ("More than 15,000 people were displaced.", "#displaced=15001.."),
        ("As many as half a million households were without power.", "#without_power=..500000"),
        ("The bombing claimed the lives of 13 people.", "#killed=13"),
        ("Three soldiers and two civilians were killed.", "#killed=3 #killed=2"),
        ("The storm killed eight people in Texas and 14 in Louisiana.", "#killed=8 #killed=14"),
        ("Profit rose to $2.3 billion.", "#rise=2300000000USD"),
        ("Shares fell 3.5 percent.", "#fall_percent=3.500percent"),
        ("Hundreds of thousands of people fled.", "#leave=200000..999000"),
        ("At least 40 miners, including six boys, were killed.", "#killed=40.. #+killed=6"),
        ("Thirty people are missing there.", "#missing=30"),
        ("The number of people missing in the Loreto region has fallen to 17.", "#missing=17"),
        ("The number of injured rose to 62.", "#injured=62"),
        ("All 154 people aboard the plane were killed.", "#killed=154"),
        ("All 154 aboard were killed.", "#killed=154"),
        ("All 12 people on board died.", "#killed=12"),
        ("54 people aboard a bus that crashed near Brno on Monday were killed.", "#killed=54"),
        ("At least 20 people travelling in the bus were injured.", "#injured=20.."),
        ("Five people are presumed dead in Bergen.", "#killed=5"),
        ("A village of 300 people near the border was shelled, rebels said.", "#attack=300"),
        ("Police searched the homes of 12 people who said a man was killed.", ""),
        ("Ten people at the scene saw how two guards were killed.", ""),
        ("A family of five among 12 killed in the crash was from Brno.", "#+killed=12"),
        ("He was one of at least 52 people killed in the quake.", "#killed=52.."),
        ("All 20 people aboard Flight 370 to Brno died.", "#killed=20"),
        ("Residents heard gunfire in several districts.", ""),
        ("Ali Hassan, 45, was arrested on 8 December 2024.", ""),
        ("She was sentenced to 15 years in prison.", ""),
    ] {
        let reading = read(&policy, article("", body));
        let found = reading.statements.iter().flat_map(|statement| &statement.quantities);
        let shown: Vec<String> = found.map(|quantity| format!("#{}", count(quantity))).collect();
        assert_eq!(shown.join(" "), expected, "{body}");
    }
}

#[test]
fn headlines() {
    let policy = policy();
    for (headline, expected) in [
        ("Assad left Damascus – sources", "sources | said | Assad left Damascus"),
        ("Rebels enter Homs, monitor says", "monitor | said | Rebels enter Homs"),
        (
            "Police: Two men arrested after blast",
            "Police | said | Two men arrested after blast #arrested=2",
        ),
        ("Sudan: army leaves the city", "| stated | Army leaves the city"),
        ("Quake kills 12 in Nepal", "| stated | Quake kills 12 in Nepal #killed=12"),
    ] {
        let reading = read(&policy, article(headline, ""));
        let shown: Vec<String> = reading.statements.iter().map(show).collect();
        assert_eq!(shown, [expected], "{headline}");
    }
}

#[test]
fn credits_carry_what_nobody_is_named_for() {
    let policy = policy();
    check(
        &policy,
        "DAMASCUS (Reuters) - Rebels entered the capital on Sunday.",
        &["Reuters | stated | Rebels entered the capital on Sunday"],
    );
    check(
        &policy,
        "The airport was closed on Sunday. Police said two men were arrested.\nWith inputs from AP",
        &[
            "AP | stated | The airport was closed on Sunday",
            "Police | said | Two men were arrested #arrested=2",
        ],
    );
}

#[test]
fn the_fall_of_a_capital() {
    let policy = policy();
    let body = "The airport has been evacuated and all flights suspended, Sham FM radio said, AP reported. \
        Two senior army officers familiar with the matter told Reuters that Assad had boarded a plane to an unknown destination. \
        Insurgents claimed to have entered the capital, according to AP. \
        Residents said they heard gunfire. \
        There was no immediate response from the government. \
        The loss of Homs is a big blow to Assad.\n\
        Troops took positions outside Homs, Sham FM reported. \
        The Syrian Observatory for Human Rights confirmed that they had withdrawn from the city. \
        Assad has been president since 2000, when he followed his father, who had ruled since 1971.";
    check(
        &policy,
        body,
        &[
            "AP > Sham FM | said | The airport has been evacuated",
            "AP > Sham FM | said | All flights suspended",
            "Reuters > Two senior army officers familiar with the matter | said | Assad had boarded a plane to an unknown destination",
            "AP > Insurgents | claimed | Insurgents have entered the capital",
            "Residents | said | Residents heard gunfire",
            "Sham FM | said | Troops took positions outside Homs",
            "Syrian Observatory for Human Rights | stated | Troops had withdrawn from the city",
        ],
    );
}

#[test]
fn spans_are_the_exact_words() {
    let policy = policy();
    let body = "Café owners said the “old bridge” had collapsed.";
    let reading = read(&policy, article("", body));
    let statement = &reading.statements[0];
    let cut = |span: Span| -> String {
        let (start, end) = (span.start as usize, span.end as usize);
        reading.text.chars().skip(start).take(end - start).collect()
    };
    assert_eq!(cut(statement.span), "the “old bridge” had collapsed");
    assert_eq!(cut(statement.chain[1].span.unwrap()), "Café owners");
    assert_eq!(cut(statement.chain[1].cue.as_ref().unwrap().span), "said");
}

#[test]
fn the_same_event_in_other_words_has_the_same_predicate() {
    let policy = policy();
    let class = |body: &str| read(&policy, article("", body)).statements[0].proposition.clone();
    let boarded = class("Officers said Assad boarded a plane to an unknown destination.");
    let fled = class("Officers said Assad has fled the capital.");
    let stayed = class("Officers said Assad remained in the capital.");
    assert_eq!(boarded.predicate, fled.predicate);
    assert_eq!(boarded.subject, fled.subject);
    assert_eq!(stayed.predicate, fled.excludes);
}

#[test]
fn an_unknown_language_gives_numbers_only() {
    let policy = policy();
    let mut one = article("", "Katastrofa w kopalni pochłonęła 12 ofiar. Premier przyjechał.");
    one.language = Some("pl".to_owned());
    let reading = read(&policy, one);
    assert_eq!(reading.language, "pl");
    assert_eq!(reading.statements.len(), 1);
    assert_eq!(reading.statements[0].chain.len(), 1);
}

#[test]
fn a_claim_behind_as_in_a_headline_is_told_apart() {
    let headline = "Sudan: governor flies out of Khartoum as rebels claim to be in the city";
    let reading = read(&policy(), article(headline, ""));
    let shown: Vec<String> = reading.statements.iter().map(show).collect();
    let expected =
        ["| stated | Governor flies out of Khartoum", "rebels | claimed | Rebels are in the city"];
    assert_eq!(shown, expected);
}

#[test]
fn whom_an_agency_quotes_says_the_content() {
    check(
        &policy(),
        "AP also quoted fighters who claimed to have entered the harbour.",
        &["AP > fighters | claimed | Fighters have entered the harbour"],
    );
}

#[test]
fn remarks_about_sourcing_tell_nothing() {
    let policy = policy();
    for (body, expected) in [
        ("The agency did not name the captains.", &[][..]),
        ("The airline left several calls unanswered.", &[]),
        ("The ministry did not respond to a request for comment.", &[]),
        ("It was not clear how many sailors were killed.", &[]),
        (
            "The mayor was arrested, the police said without elaborating.",
            &["police | said | The mayor was arrested"],
        ),
        (
            "The police said the mayor was arrested but gave no further details.",
            &["police | said | The mayor was arrested"],
        ),
        (
            "An officer who declined to be named said the tunnel was closed.",
            &["An officer who declined to be named | said | The tunnel was closed"],
        ),
    ] {
        check(&policy, body, expected);
    }
}

#[test]
fn a_denial_holds_one_verb_and_reads_as_english() {
    let policy = policy();
    for (body, expected) in [
        (
            "Mr Haddad had not slept and did not want to, his sister said.",
            &["his sister | said deny | Mr Haddad had slept"][..],
        ),
        (
            "The army entered the town and did not attack the base, AP reported.",
            &[
                "AP | said | The army entered the town",
                "AP | said deny | The army attacked the base",
            ],
        ),
        (
            "No police cars were to be seen on the bridge, a baker said.",
            &["a baker | said deny | Police cars were to be seen on the bridge"],
        ),
        ("No one was killed in the fire.", &["| stated | No one was killed in the fire #killed=0"]),
    ] {
        check(&policy, body, expected);
    }
}

#[test]
fn a_title_stands_for_the_one_person_who_has_it() {
    let policy = policy();
    let last = |body: &str| {
        let reading = read(&policy, article("", body));
        reading.statements.last().unwrap().proposition.clone()
    };
    let one = last(
        "President Bashar al-Assad left the palace. The Syrian president has boarded a plane, officers said.",
    );
    let named = last("Officers said Bashar al-Assad has boarded a plane.");
    assert_eq!(one.subject_text, "Bashar al-Assad");
    assert_eq!(one.subject, named.subject);
    let two = last(
        "President Luis Prado met President Ana Ruiz. The president has boarded a plane, officers said.",
    );
    assert_eq!(two.subject_text, "The president");
}
