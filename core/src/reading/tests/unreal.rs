//! What did not happen, and numbers that are not the one that is told.

use super::{article, check, policy};
use crate::reading::read;

#[test]
fn what_did_not_happen_counts_nobody() {
    let policy = policy();
    for body in [
        "The blast could have killed 40 people, police said.",
        "The bomb would have killed 40 people had police not found it.",
        "A falling crane nearly killed 12 workers in Dorn.",
        "State television wrongly reported that 40 people were killed.",
        "The outlet reported erroneously that 40 people were killed.",
        "False reports that 40 people were killed spread online.",
        "Police prevented the bomb from killing 40 people.",
        "A plot to kill 40 people was foiled.",
        "Rescuers narrowly avoided killing 12 people.",
        "The agency withdrew a report saying 40 people were killed.",
        "The paper has retracted its report that 40 people were killed.",
        "Brandt denied killing 40 people.",
        "The city held a drill in which 40 people were \"killed\".",
    ] {
        check(&policy, body, &[]);
    }
    for (body, expected) in [
        (
            "Firefighters saved 40 people from being killed.",
            "| stated | Firefighters saved 40 people from being killed #rescued=40",
        ),
        (
            "The gunman was acquitted of killing 12 people.",
            "| stated | The gunman was acquitted of killing 12 people",
        ),
        ("The gang tried to kill two officers.", "| stated | The gang tried to kill two officers"),
        (
            "The heatwave could kill 400 people, the ministry said.",
            "ministry | possible forecast | The heatwave could kill 400 people #killed=400",
        ),
        ("The flood killed 40 cows.", "| stated | The flood killed 40 cows #animals_killed=40"),
        (
            "The minister ruled out that 40 people were killed.",
            "The minister | said deny | 40 people were killed #killed=40",
        ),
    ] {
        check(&policy, body, &[expected]);
    }
}

#[test]
fn what_did_happen_is_counted_as_before() {
    let policy = policy();
    for (body, expected) in [
        (
            "The attack may have killed 40 people, officials said.",
            "officials | possible | The attack may have killed 40 people #killed=40",
        ),
        (
            "Nearly 40 people were killed in the quake.",
            "| stated | Nearly 40 people were killed in the quake #killed=36..44",
        ),
        (
            "The militia went on to kill 40 villagers.",
            "| stated | The militia went on to kill 40 villagers #killed=40",
        ),
        (
            "Gunmen managed to kill 12 soldiers.",
            "| stated | Gunmen managed to kill 12 soldiers #killed=12",
        ),
        (
            "The man escaped after killing two guards.",
            "| stated | The man escaped after killing two guards #killed=2",
        ),
        (
            "A training exercise in which three soldiers were killed has been suspended.",
            "| stated | A training exercise in which three soldiers were killed has been suspended \
             #killed=3",
        ),
        (
            "A bus with 40 cattle farmers crashed, killing 12 of them.",
            "| stated | A bus with 40 cattle farmers crashed, killing 12 of them #crash=40 \
             #killed=12",
        ),
        (
            "No fewer than 12 people were killed.",
            "| stated | No fewer than 12 people were killed #killed=12..",
        ),
    ] {
        check(&policy, body, &[expected]);
    }
}

#[test]
fn a_denial_does_not_reach_what_hangs_on_its_object() {
    let policy = policy();
    for (body, expected) in [
        (
            "The group denied any role in the attack that killed 40 people.",
            "group | said deny | Any role in the attack",
        ),
        (
            "No one has claimed responsibility for the attack that killed 12 people.",
            "| stated deny | Someone has claimed responsibility for the attack that killed \
             12 people",
        ),
        (
            "The army denied that its troops killed 40 people.",
            "army | said deny | Its troops killed 40 people #killed=40",
        ),
        ("Brandt pleaded not guilty to murder.", "| stated | Brandt pleaded not guilty to murder"),
        (
            "Not one of the 12 hostages was freed.",
            "| stated deny | One of the 12 hostages was freed",
        ),
    ] {
        check(&policy, body, &[expected]);
    }
}

#[test]
fn the_number_that_is_told() {
    let policy = policy();
    check(
        &policy,
        "Two people were killed. Another 12 were injured.",
        &[
            "| stated | Two people were killed #killed=2",
            "| stated | Another 12 were injured #injured=12",
        ],
    );
    check(
        &policy,
        "The storm killed 12 people and injured another 30.",
        &[
            "| stated | The storm killed 12 people #killed=12",
            "| stated | The storm injured another 30 #injured=30",
        ],
    );
    for (body, expected) in [
        ("The death toll rose by 30 to 180.", "The death toll rose by 30 to 180 #killed=180"),
        (
            "Another 23 people were killed, bringing the total to 60.",
            "Another 23 people were killed, bringing the total to 60 #+killed=23 #killed=60",
        ),
        (
            "The plane crashed, killing everyone on board, 154 people.",
            "The plane crashed, killing everyone on board, 154 people #killed=154",
        ),
        (
            "All 154 people on board the plane died.",
            "All 154 people on board the plane died #killed=154",
        ),
        ("Nobody was hurt in the fire.", "Nobody was hurt in the fire #injured=0"),
        ("The blast killed no one.", "The blast killed no one #killed=0"),
        ("There were no deaths.", "There were no deaths #killed=0"),
        (
            "The blast killed 14 people, not 40 as previously reported.",
            "The blast killed 14 people, not 40 as previously reported #killed=14",
        ),
        ("The toll was not 40 but 14.", "The toll was not 40 but 14 #killed=14"),
        ("Twelve of the 40 hostages were freed.", "Twelve of the 40 hostages were freed #freed=12"),
        (
            "The crash killed 120 of the 137 passengers.",
            "The crash killed 120 of the 137 passengers #killed=120",
        ),
        (
            "He was one of three soldiers wounded in the attack.",
            "He was one of three soldiers wounded in the attack #injured=3",
        ),
        ("Sia was one of 314 people who died.", "Sia was one of 314 people who died #killed=314"),
        (
            "A boy is one of three arrested in Dorn.",
            "A boy is one of three arrested in Dorn #arrested=3",
        ),
        ("Three of the 40 soldiers died.", "Three of the 40 soldiers died #killed=3"),
        (
            "A 6.3-magnitude earthquake hit Dorn.",
            "A 6.3-magnitude earthquake hit Dorn #magnitude=6.300magnitude",
        ),
        (
            "A quake measuring 6.3 on the Richter scale hit Dorn.",
            "A quake measuring 6.3 on the Richter scale hit Dorn #magnitude=6.300magnitude",
        ),
        (
            "At least 15 people were killed after a 5.9-magnitude quake.",
            "At least 15 people were killed after a 5.9-magnitude quake #killed=15.. \
             #magnitude=5.900magnitude",
        ),
    ] {
        check(&policy, body, &[&format!("| stated | {expected}")]);
    }
}

#[test]
fn one_can_win_what_there_is_one_of() {
    let policy = policy();
    for (body, sole) in [
        ("Lena Brandt won the presidential election in Norland.", true),
        ("Lena Brandt has won the race for mayor.", true),
        ("Rebels seized Homs on Sunday.", true),
        ("Lena Brandt won a seat in parliament.", false),
        ("Lena Brandt won the gold medal in the relay.", false),
        ("Lena Brandt won two awards on Sunday.", false),
        ("Lena Brandt won her third title on Sunday.", false),
    ] {
        let reading = read(&policy, article("", body));
        let told: Vec<bool> = reading.statements.iter().map(|it| it.proposition.sole).collect();
        assert_eq!(told, [sole], "{body}");
    }
}

#[test]
fn a_score_and_a_sentence_tell_two_claims_apart() {
    let policy = policy();
    let names = |body: &str| {
        let reading = read(&policy, article("", body));
        reading.statements.iter().map(|it| it.proposition.names.clone()).collect::<Vec<_>>()
    };
    let six = names("Brandt was sentenced to six years in prison.");
    assert_eq!(six.len(), 1);
    assert_eq!(six, names("Brandt was sentenced to 6 years in prison."));
    assert_ne!(six, names("Brandt was sentenced to eight years in prison."));
    assert_ne!(six, names("Brandt was sentenced to life in prison."));
    let won = names("Norland beat Dorn 3-1 in the final.");
    assert_eq!(won, names("Norland beat Dorn 3-1 in Tuesday's final."));
    assert_ne!(won, names("Norland beat Dorn 3-2 in the final."));
}

#[test]
fn what_a_court_tries_is_no_new_toll() {
    let policy = policy();
    for (body, expected) in [
        (
            "The driver was convicted of killing four people.",
            "| stated | The driver was convicted of killing four people",
        ),
        (
            "The man was charged with killing 11 people.",
            "| stated | The man was charged with killing 11 people",
        ),
        (
            "Norland executed a man who killed 12 people.",
            "| stated | Norland executed a man who killed 12 people",
        ),
        (
            "Police arrested a man after he killed 12 people.",
            "| stated | Police arrested a man after he killed 12 people #killed=12",
        ),
        (
            "A gunman who killed 12 people fled to Dorn.",
            "| stated | A gunman who killed 12 people fled to Dorn #killed=12",
        ),
        (
            "The gunman opened fire, killing 11 people.",
            "| stated | The gunman opened fire, killing 11 people #killed=11",
        ),
    ] {
        let shown: Vec<String> =
            read(&policy, article("", body)).statements.iter().map(super::show).collect();
        let killed = |text: &str| text.contains("#killed");
        assert_eq!(shown.iter().any(|it| killed(it)), killed(expected), "{body} {shown:?}");
    }
}

#[test]
fn what_would_be_is_no_fact() {
    let policy = policy();
    for (body, expected) in [
        (
            "The Norland government said it would fine Norlund.",
            "Norland government | said plan | Norland government would fine Norlund",
        ),
        (
            "A magnitude 9 earthquake off Norland would kill 298,000 people, the ministry said.",
            "ministry | said forecast | A magnitude 9 earthquake off Norland would kill 298,000 people #magnitude=9magnitude #killed=298000",
        ),
        (
            "The Norland ministry said it had expelled no diplomats.",
            "Norland ministry | said deny | Norland ministry had expelled no diplomats",
        ),
        (
            "The Norland ministry said it had expelled two diplomats.",
            "Norland ministry | stated own-act | Norland ministry had expelled two diplomats #extradite=2",
        ),
        (
            "The Norland government fined Norlund, it said.",
            "Norland government | stated own-act | The Norland government fined Norlund",
        ),
        (
            "The Norland ministry has expelled no fewer than 12 diplomats.",
            "| stated | The Norland ministry has expelled no fewer than 12 diplomats #extradite=12..",
        ),
    ] {
        check(&policy, body, &[expected]);
    }
}

#[test]
fn what_is_long_ago_is_no_new_toll() {
    let policy = policy();
    for (body, counted) in [
        ("Norland marked ten years since bombings killed 32 people.", false),
        ("Eleven years after a fire killed 14 people, the hall opened in Tarvo.", false),
        ("Ten years after attacks that killed 32 people in Tarvo, the hall opened.", false),
        ("A man who killed 51 people in Tarvo has lost his appeal.", false),
        ("Police charged a man with planting a bomb that killed 15 people.", false),
        ("Police said the bomb that killed 15 people was planted by rebels.", true),
        ("Police arrested a man carrying a bomb that killed 15 people.", true),
        ("The bridge fell ten years after it opened, killing 12 people.", true),
        ("Two days after the quake killed 12 people, rescuers left Tarvo.", true),
        ("The war has killed 12,000 people since it began.", true),
    ] {
        let told = read(&policy, article("", body)).statements;
        let killed = told.iter().flat_map(|it| &it.quantities).any(|it| it.indicator == "killed");
        assert_eq!(killed, counted, "{body} {told:#?}");
    }
}
