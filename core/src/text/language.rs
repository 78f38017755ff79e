//! Which language a text is in, where its words tell.
//!
//! Used for reading only, never for the desk.

use whichlang::Lang;

/// Characters looked at.
const SAMPLE_CHARS_MAX: usize = 500;
/// Letters below which an alphabetic text tells too little.
const LETTERS_MIN: usize = 20;
/// The same for scripts that write a word in one or two characters.
const IDEOGRAPHS_MIN: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    EastAsian,
    Greek,
    Hebrew,
    Thai,
    Other,
}

const SCRIPTS: usize = Script::Other as usize + 1;

/// The primary subtag; `None` where there is too little text or the script is none we can tell.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    let sample: String = text.chars().take(SAMPLE_CHARS_MAX).collect();
    let mut counts = [0; SCRIPTS];
    for letter in sample.chars().filter(|letter| letter.is_alphabetic()) {
        counts[script(letter) as usize] += 1;
    }
    let letters = |script: Script| counts[script as usize];
    let most = *counts.iter().max()?;
    let enough = |script: Script, min: usize| letters(script) == most && most >= min;
    if enough(Script::Latin, LETTERS_MIN) {
        return latin(&sample);
    }
    if letters(Script::EastAsian) * 2 >= most && letters(Script::EastAsian) >= IDEOGRAPHS_MIN {
        return Some(subtag(whichlang::detect_language(&sample)));
    }
    if enough(Script::Cyrillic, LETTERS_MIN) {
        let ukrainian = sample.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']);
        return Some(if ukrainian { "uk" } else { "ru" });
    }
    if enough(Script::Arabic, LETTERS_MIN) {
        let urdu = sample.contains(['ٹ', 'ڈ', 'ے', 'ں']);
        let persian = sample.contains(['پ', 'چ', 'ژ', 'گ']);
        return Some(if urdu {
            "ur"
        } else if persian {
            "fa"
        } else {
            "ar"
        });
    }
    let told = [
        (Script::Devanagari, "hi"),
        (Script::Greek, "el"),
        (Script::Hebrew, "he"),
        (Script::Thai, "th"),
    ];
    told.iter().find(|(script, _)| enough(*script, LETTERS_MIN)).map(|(_, tag)| *tag)
}

/// Capitals look foreign to the detector, so they are lowered first.
fn latin(sample: &str) -> Option<&'static str> {
    let told = subtag(whichlang::detect_language(&sample.to_lowercase()));
    let alphabetic = !matches!(told, "zh" | "ja" | "ko" | "ar" | "hi" | "ru");
    alphabetic.then_some(told)
}

const fn script(letter: char) -> Script {
    match letter {
        '\u{0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{590}'..='\u{5FF}' => Script::Hebrew,
        '\u{600}'..='\u{77F}' => Script::Arabic,
        '\u{900}'..='\u{97F}' => Script::Devanagari,
        '\u{E00}'..='\u{E7F}' => Script::Thai,
        '\u{1100}'..='\u{11FF}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' => Script::EastAsian,
        _ => Script::Other,
    }
}

const fn subtag(lang: Lang) -> &'static str {
    match lang {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told() {
        for (tag, text) in [
            ("en", "Rebels entered the capital before dawn, residents said."),
            ("en", "REBELS ENTERED THE CAPITAL BEFORE DAWN, RESIDENTS SAID."),
            ("de", "Die Regierung hat am Sonntag den Rücktritt des Ministers bestätigt."),
            ("fr", "Le président a quitté la capitale dans la nuit, selon deux officiers."),
            ("es", "El presidente abandonó la capital durante la noche, según dos oficiales."),
            ("uk", "Президент залишив столицю вночі, повідомили офіцери."),
            ("ru", "Президент покинул столицу ночью, сообщили офицеры."),
            ("ar", "غادر الرئيس العاصمة ليلا بحسب ضابطين كبيرين"),
            ("zh", "两名军官说，总统在夜间离开了首都。"),
            ("ja", "大統領は夜に首都を離れたと将校が語った。"),
            ("el", "Ο πρόεδρος έφυγε από την πρωτεύουσα τη νύχτα"),
        ] {
            assert_eq!(language(text), Some(tag), "{text}");
        }
    }

    #[test]
    fn too_little_text_tells_nothing() {
        assert_eq!(language(""), None);
        assert_eq!(language("5:3 ..."), None);
        assert_eq!(language("Damascus"), None);
    }
}
