//! The words that agencies put before a headline, folded, as data.

use super::Label;

/// One word or phrase that labels a headline.
#[derive(Debug)]
pub(super) struct Word {
    /// What it makes of the revision; `None` where it only says how the text comes.
    pub label: Label,
    /// Also a label when it is not in capitals (`Correction: …`).
    pub titled: bool,
    /// Also the first part of ordinary compounds (`KILL-SWITCH`).
    pub compounds: bool,
}

const fn word(label: Label, titled: bool, compounds: bool) -> Word {
    Word { label, titled, compounds }
}

static WITHDRAWAL: Word = word(Label::Withdrawal, true, false);
static WITHDRAWAL_SHOUTED: Word = word(Label::Withdrawal, false, false);
static WITHDRAWAL_CAPITALS: Word = word(Label::Withdrawal, false, true);
static CORRECTION: Word = word(Label::Correction, true, false);
static CORRECTION_COMPOUND: Word = word(Label::Correction, true, true);
static REFILE: Word = word(Label::Refile, true, false);
static REPEAT: Word = word(Label::Repeat, true, true);
static PLAIN: Word = word(Label::None, true, true);

/// What a folded phrase means as a label.
pub(super) fn lookup(phrase: &str) -> Option<&'static Word> {
    Some(match phrase {
        "story withdrawn" | "article withdrawn" | "article deleted" | "article removed" | "story removed" | "story retracted"
        | "story deleted" | "mandatory kill" | "kill notice" | "story kill" | "bulletin kill"
        | "headline withdrawn"
        // de
        | "meldung zuruckgezogen"
        // fr
        | "depeche annulee" | "depeche retiree"
        // es, pt, it
        | "nota anulada" | "nota retirada" | "noticia anulada" | "noticia retirada"
        | "despacho anulado" | "notizia annullata" => &WITHDRAWAL,
        // What a headline may also tell of: "Withdrawn: the vaccine that …"
        "deleted" | "removed" | "withdrawn" | "retraction" | "retracted" | "report withdrawn" | "article retracted"
        | "article retire" | "item withdrawn" | "alert withdrawn" | "zuruckgezogen"
        | "zurueckgezogen" | "zuruckziehung" | "ingetrokken" => &WITHDRAWAL_SHOUTED,
        "kill" | "annulation" | "anulacion" | "annullamento" | "anulacao" => &WITHDRAWAL_CAPITALS,
        "corrected" | "clarification" | "corrects" | "correcting" | "corrected version"
        | "official correction" | "correction notice" | "erratum" | "errata"
        // de
        | "berichtigung" | "berichtigt" | "korrektur" | "korrigiert" | "richtigstellung"
        | "korrigierte fassung" | "korrigierte version"
        // fr
        | "rectificatif" | "rectification" | "corrige" | "annule et remplace"
        | "version corrigee"
        // es, pt, it, nl, pl
        | "correccion" | "corregida" | "corregido" | "rectificacion" | "fe de errores"
        | "fe de erratas" | "correcao" | "corrigida" | "corrigido" | "retificacao" | "rettifica"
        | "correzione" | "errata corrige" | "rectificatie" | "correctie" | "sprostowanie"
        | "korekta" | "rattelse" => &CORRECTION,
        "correction" => &CORRECTION_COMPOUND,
        "refile" | "refiled" | "refiling" | "resend" | "resending" | "retransmission"
        | "reenvio" => &REFILE,
        "repeat" | "repeating" | "repeats" | "rpt" | "repetition" | "wiederholung" | "wdh"
        | "reprise" | "repeticion" | "repeticao" | "ripetizione" | "herhaling" => &REPEAT,
        "update" | "updated" | "updates" | "updating" | "urgent" | "breaking" | "breaking news"
        | "exclusive" | "wrapup" | "wrap" | "wrap-up" | "just in" | "news alert" | "newsalert"
        | "alert" | "flash" | "bulletin" | "newsbreak" | "developing" | "live" | "live updates"
        | "factbox" | "explainer" | "analysis" | "insight" | "timeline" | "instant view"
        | "newsmaker" | "lead" | "roundup" | "advisory" | "writethru" | "1st ld" | "2nd ld"
        | "3rd ld" | "4th ld" | "5th ld" | "6th ld" | "1st lead" | "2nd lead" | "3rd lead"
        | "4th lead" | "5th lead" | "1st ld-writethru" | "2nd ld-writethru"
        | "3rd ld-writethru" | "4th ld-writethru" | "5th ld-writethru" | "ld" | "recast"
        | "watch" | "video" | "photos" | "in pictures"
        // de
        | "eil" | "eilmeldung" | "aktualisiert" | "zusammenfassung" | "exklusiv" | "ticker"
        // fr
        | "urgence" | "alerte" | "derniere minute" | "exclusif" | "exclusivite" | "direct"
        | "en direct"
        // es, pt, it
        | "urgente" | "ultima hora" | "exclusiva" | "exclusivo" | "en vivo" | "ao vivo"
        | "esclusiva" | "ultim'ora" | "diretta" => &PLAIN,
        _ => return None,
    })
}
