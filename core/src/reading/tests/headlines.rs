//! What a headline has before its colon: who says it, what it is about, or what kind of item it is.

use super::{article, policy, show};
use crate::reading::{Part, read};

#[test]
fn a_name_before_a_colon_speaks_only_where_it_is_heard() {
    let policy = policy();
    let told: Vec<String> = [
        ("Flu: 12 people killed in Tarvo", "", "| stated | 12 people killed in Tarvo #killed=12"),
        (
            "Lena Holm: Former mayor arrested in Tarvo",
            "",
            "| stated | Former mayor arrested in Tarvo",
        ),
        ("Storm Iris: Army evacuates Tarvo", "", "| stated | Army evacuates Tarvo"),
        ("Monday Briefing: Rebels capture Tarvo", "", "| stated | Rebels capture Tarvo"),
        ("Watch: Rebels capture Tarvo", "", "| stated | Rebels capture Tarvo"),
        ("Opinion: The army captured Tarvo", "", ""),
        ("Opinion | The army captured Tarvo", "", ""),
        ("On this day: Quake kills 2,000 in Tarvo", "", ""),
        ("Ten years on: the fire that killed 72 in Tarvo", "", ""),
        ("Drill: 200 people killed in mock attack", "", ""),
        (
            "UPDATE 2-Rebels capture Tarvo after riot kills 22",
            "",
            "| stated | Rebels capture Tarvo after riot kills 22 #killed=22",
        ),
        (
            "President Holm: Rebels captured Tarvo",
            "",
            "President Holm | said | Rebels captured Tarvo",
        ),
        ("Trump: Rebels captured Tarvo", "", "Trump | said | Rebels captured Tarvo"),
        (
            "Portugal’s Holm: Rebels captured Tarvo",
            "",
            "Portugal’s Holm | said | Rebels captured Tarvo",
        ),
        ("Norlund’s Galaxy: Rebels captured Tarvo", "", "| stated | Rebels captured Tarvo"),
        ("Princess Holm: Rebels captured Tarvo", "", "| stated | Rebels captured Tarvo"),
        ("Ebola: Rebels captured Tarvo", "", "| stated | Rebels captured Tarvo"),
        (
            "Police: 12 people killed in Tarvo",
            "",
            "Police | said | 12 people killed in Tarvo #killed=12",
        ),
        ("Reuters: Rebels capture Tarvo", "", "Reuters | said | Rebels capture Tarvo"),
        (
            "Holm: Rebels captured Tarvo",
            "Lena Holm told reporters that the road was open.",
            "Lena Holm | said | Rebels captured Tarvo",
        ),
        ("Rebels captured Tarvo – ministry", "", "ministry | said | Rebels captured Tarvo"),
    ]
    .iter()
    .filter_map(|(headline, body, expected)| {
        let statements = read(&policy, article(headline, body)).statements;
        let of_headline = statements.iter().filter(|it| it.part == Part::Headline);
        let shown: Vec<String> = of_headline.map(show).collect();
        (shown.join("; ") != *expected).then(|| format!("{headline} => {shown:?}"))
    })
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}
