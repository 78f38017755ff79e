//! The forms of an English verb from its base, where the file does not give them.

/// Base, third person, past, participle, present participle.
pub struct Forms {
    /// In that order.
    pub all: [String; 5],
}

/// The forms by rule; `doubles` says that a longer verb doubles its last letter.
pub fn regular(base: &str, doubles: bool) -> Forms {
    let stem = if doubles || short_closed(base) { doubled(base) } else { base.to_owned() };
    let past = if base.ends_with('e') {
        format!("{base}d")
    } else if consonant_y(base) {
        format!("{}ied", base.trim_end_matches('y'))
    } else {
        format!("{stem}ed")
    };
    Forms { all: [base.to_owned(), third(base), past.clone(), past, ing(base, &stem)] }
}

/// The forms of an irregular verb from `base past participle [present participle]`.
pub fn irregular(line: &str) -> Option<Forms> {
    let mut parts = line.split_whitespace();
    let (base, past, participle) = (parts.next()?, parts.next()?, parts.next()?);
    let ing = parts.next().map_or_else(|| ing(base, base), str::to_owned);
    Some(Forms { all: [base.to_owned(), third(base), past.to_owned(), participle.to_owned(), ing] })
}

fn third(base: &str) -> String {
    let sibilant = ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| base.ends_with(end));
    if base == "have" {
        "has".to_owned()
    } else if sibilant {
        format!("{base}es")
    } else if consonant_y(base) {
        format!("{}ies", base.trim_end_matches('y'))
    } else {
        format!("{base}s")
    }
}

fn ing(base: &str, stem: &str) -> String {
    match base.strip_suffix('e') {
        Some(cut) if !base.ends_with("ee") && !base.ends_with("ye") && base.len() > 2 => {
            format!("{cut}ing")
        }
        _ => format!("{stem}ing"),
    }
}

fn doubled(base: &str) -> String {
    let last = base.chars().last().map(String::from).unwrap_or_default();
    format!("{base}{last}")
}

fn vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

fn consonant_y(base: &str) -> bool {
    base.ends_with('y') && !base.chars().rev().nth(1).is_some_and(vowel)
}

/// One syllable that ends in one vowel and one consonant: "plan", "drop".
fn short_closed(base: &str) -> bool {
    let letters: Vec<char> = base.chars().collect();
    let vowels = letters.iter().filter(|letter| vowel(**letter)).count();
    match letters.as_slice() {
        [.., a, b, c] => {
            vowels == 1 && vowel(*b) && !vowel(*a) && !vowel(*c) && !"wxy".contains(*c)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_forms() {
        for (base, third, past, ing) in [
            ("plan", "plans", "planned", "planning"),
            ("deny", "denies", "denied", "denying"),
            ("seize", "seizes", "seized", "seizing"),
            ("report", "reports", "reported", "reporting"),
            ("crash", "crashes", "crashed", "crashing"),
            ("free", "frees", "freed", "freeing"),
        ] {
            let forms = regular(base, false).all;
            assert_eq!((forms[1].as_str(), forms[4].as_str()), (third, ing));
            if base != "free" {
                assert_eq!(forms[2], past);
            }
        }
        assert_eq!(regular("admit", true).all[2], "admitted");
        assert_eq!(irregular("flee fled fled fleeing").unwrap().all[1], "flees");
    }
}
