//! What is kept of notes: how many told of what in the half year before a date.

use jiff::civil::{Date, date};
use postkort::exports::records::Note;
use postkort::notes::{Lexicon, NOTE_DAYS, NoteCounts, SpecialCategories, Urgency, counts, findings};
use postkort::tenancy::TenancyId;

fn note(id: u32, written_on: Date, text: &str) -> Note {
    Note { id: TenancyId(id), written_on, text: text.into(), line: 2 }
}

#[test]
fn notes_of_the_last_half_year_are_counted_once_per_category() {
    let as_of = date(2026, 11, 24);
    let notes = [
        note(0, date(2026, 10, 14), "Posten hober sig op, og gardinerne er nedrullet. Åbner ikke."),
        note(0, date(2026, 11, 2), "Nabo siger hun har mistet sit job i sommer"),
        note(0, date(2026, 11, 24), "Åbner ikke. Ingen klager. Indlagt"),
        note(0, date(2026, 11, 25), "Åbner ikke"),
        note(0, date(2026, 5, 25), "Skilsmisse"),
        note(0, date(2026, 5, 24), "Fogedsag. Skilsmisse"),
        note(0, date(2026, 11, 1), "Vandhane skiftet. Ingen lugt fra lejligheden"),
    ];
    let findings = findings(Lexicon::danish().unwrap(), &notes, SpecialCategories::KeptOut);
    let expected = NoteCounts { economy: 1, absence: 2, life_event: 1, protective: 1, ..NoteCounts::default() };
    assert_eq!(NOTE_DAYS, 183);
    assert_eq!(counts(&findings, as_of), expected);
    assert_eq!(counts(&findings, date(2026, 5, 24)), NoteCounts { life_event: 1, ..NoteCounts::default() });
}

#[test]
fn an_urgent_note_keeps_its_line_and_is_not_counted() {
    let notes = [note(3, date(2026, 11, 1), "Børn alene hjemme, taler om selvmord")];
    let findings = findings(Lexicon::danish().unwrap(), &notes, SpecialCategories::Used);
    assert_eq!(
        (findings[0].urgent, findings[0].line, findings[0].id),
        (Some(Urgency::SuicideAndChild), 2, TenancyId(3))
    );
    assert_eq!(counts(&findings, date(2026, 11, 24)), NoteCounts::default());
}
