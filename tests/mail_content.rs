//! What caseworkers, reviewers and operators read in their mails, as snapshots and by rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod mailing;

use jiff::civil::date;
use mailing::{HANDOVERS, LOCALES, composed, households, keep, mail, on_site, reason};
use postkort::config::{Handover, Locale, ReasonDetail};
use postkort::referral::compose::{
    AlertKind, Composed, OperatorAlert, ReviewerNotice, ShortlistMail, UrgentNote, operator_alert, reviewer_notice,
    shortlist_mail, stairwell, urgent_note, walking_order,
};
use postkort::risk::{Reason, ReasonGroup};

#[test]
fn the_shortlist_mail_reads_well_in_both_languages_and_all_handovers() {
    for (locale, language) in LOCALES {
        for (handover, mode) in HANDOVERS {
            let mail = composed(locale, handover, ReasonDetail::Full);
            let name = format!("shortlist_{mode}_{language}");
            keep(&name, &mail.html);
            insta::assert_snapshot!(format!("{name}_text"), format!("Subject: {}\n\n{}", mail.subject, mail.text));
            insta::assert_snapshot!(format!("{name}_html"), mail.html);
        }
    }
}

#[test]
fn the_neutral_mails_read_well_and_name_nobody() {
    let steps = ["Se efter, om serveren er oppe.".to_owned(), "Kør »postkort check« igen.".to_owned()];
    for (locale, language) in LOCALES {
        let association = "Boligforeningen Havblik";
        let config = "config/havblik.toml";
        let notice = ReviewerNotice { association, locale, reviewer_name: "Lone Krogh", waiting: 4, config };
        let notice = reviewer_notice(&notice).unwrap();
        let note = UrgentNote {
            association,
            locale,
            reviewer_name: "Lone Krogh",
            reference: Some("007-02-0102-05"),
            written_on: Some(date(2026, 10, 22)),
            file: "noter.csv",
            line: 5,
        };
        let stray = UrgentNote { reference: None, written_on: None, line: 9, ..note };
        let (note, stray) = (urgent_note(&note).unwrap(), urgent_note(&stray).unwrap());
        let error =
            "posteringer.csv:12: column Beløb: not an amount\n  | 12;abc;5.690,00\n  |    ^^^ expected an amount";
        let alert = OperatorAlert { association, locale, what: AlertKind::Stopped, error, steps: &steps };
        let alert = operator_alert(&alert).unwrap();
        for (name, mail) in [("reviewer", &notice), ("urgent", &note), ("urgent_stray", &stray), ("alert", &alert)] {
            keep(&format!("{name}_{language}"), &mail.html);
            insta::assert_snapshot!(
                format!("{name}_{language}"),
                format!("Subject: {}\n\n{}", mail.subject, mail.text)
            );
            assert_fit(mail);
        }
        assert!(!notice.text.contains("007") && !notice.text.contains("Strandvejen"));
        assert!(note.text.contains("007-02-0102-05") && note.text.contains("noter.csv") && note.text.contains('5'));
        assert!(alert.text.contains("^^^") && alert.html.contains("^^^"));
    }
}

#[test]
fn each_handover_tells_what_it_may_and_nothing_more() {
    for (locale, _) in LOCALES {
        let told = |handover| composed(locale, handover, ReasonDetail::Full);
        let named = told(Handover::Named);
        let hidden_everywhere = ["Kirsten", "Lund", "Bakken 14, 1.", "007-02-0102-05"];
        for shown in ["Anne", "Jørgen", "Grethe", "Strandvejen 2, 1. tv", "7100 Vejle", "17.399,00"] {
            assert!(named.text.contains(shown) && named.html.contains(shown), "{shown}");
        }
        for never in ["007-", "drift.havblik", "Sørensen", "Åbo", "Khatib", "1.7", "1,7"] {
            assert!(!named.text.contains(never) && !named.html.contains(never), "{never}");
        }
        let reference = told(Handover::Reference);
        assert!(reference.text.contains("https://drift.havblik.example/lejemaal/007-01-0012-03?a=1&b=2"));
        assert!(reference.html.contains("lejemaal/007-01-0012-03?a=1&#38;b=2"));
        for never in ["Anne", "Jørgen", "Mohamed", "Strandvejen 2", "Bakken"] {
            assert!(!reference.text.contains(never) && !reference.html.contains(never), "{never}");
        }
        let blind = told(Handover::Blind);
        for never in ["Anne", "Jørgen", "Mohamed", "Strandvejen 2", "Bakken", "007-", "drift.", "17.399"] {
            assert!(!blind.text.contains(never) && !blind.html.contains(never), "{never}");
        }
        for mail in [&named, &reference] {
            assert!(hidden_everywhere.iter().all(|never| !mail.text.contains(never) && !mail.html.contains(never)));
            assert!(mail.text.contains("Lone Krogh"));
        }
        [named, reference, blind].iter().for_each(assert_fit);
    }
}

/// What holds of every mail: a neutral subject, short lines, nothing from elsewhere, dark mode.
fn assert_fit(mail: &Composed) {
    assert!(!mail.subject.contains(|c: char| c.is_ascii_digit() || c.is_control()), "{}", mail.subject);
    for word in ["Anne", "Lone", "husleje", "rent", "gæld", "debt", "udsæt", "evict"] {
        assert!(!mail.subject.contains(word));
    }
    for line in mail.text.lines().filter(|line| !line.contains("https://")) {
        assert!(line.chars().count() <= 78, "{line}");
    }
    for elsewhere in ["<img", "<script", "<link", "url(", "src=", "@import", "<iframe"] {
        assert!(!mail.html.contains(elsewhere), "{elsewhere}");
    }
    assert!(mail.html.contains("prefers-color-scheme: dark") && mail.html.contains("<html lang=\""));
    assert!(!mail.html.contains('{') || !mail.html.contains("{n}") && !mail.text.contains('{'));
}

#[test]
fn a_prompt_with_names_does_not_slip_into_a_mail_without_names() {
    let (days, homes) = (on_site(), households(Locale::Da, Handover::Named));
    for handover in [Handover::Reference, Handover::Blind] {
        let mail = shortlist_mail(&mail(Locale::Da, handover, &days, &homes)).unwrap().unwrap();
        for name in ["Anne", "Jørgen", "Grethe"] {
            assert!(!mail.text.contains(name) && !mail.html.contains(name));
        }
        assert!(mail.text.contains("dine egne ord"));
    }
}

#[test]
fn reasons_are_told_as_the_config_wants_in_the_order_given_and_what_speaks_against_a_card_last() {
    let full = composed(Locale::Da, Handover::Named, ReasonDetail::Full).text;
    let at = |text: &str| full.find(text).unwrap();
    assert!(at("Skylder 3,0") < at("To betalinger") && at("To betalinger") < at("Viceværten skrev"));
    assert!(at("Viceværten skrev") < at("Taler imod et kort: Har boet her i 7 år."));
    assert!(!full.contains("Ingen aftaler"), "what weighs nothing is no reason");
    let kinds = composed(Locale::Da, Handover::Named, ReasonDetail::Categories).text;
    assert!(kinds.contains("Viceværtens bemærkninger") && !kinds.contains("Skylder 3,0"));
    let none = composed(Locale::Da, Handover::Named, ReasonDetail::None).text;
    assert!(!none.contains("Værd at vide") && !none.contains("Taler imod et kort"));
}

#[test]
fn the_list_is_a_walk_and_an_empty_one_is_no_mail() {
    let (days, homes) = (on_site(), households(Locale::Da, Handover::Named));
    assert_eq!(walking_order(&homes), [3, 1, 0, 2], "a protected address tells nothing by where it stands");
    assert_eq!(stairwell(&homes[0].address, "7100"), stairwell(&homes[1].address, "7100"));
    let text = shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &homes)).unwrap().unwrap().text;
    assert!(text.find("Bakken 14, st.") < text.find("Strandvejen 2, 1. tv"));
    assert!(text.find("Strandvejen 2, 1. tv") < text.find("Strandvejen 2, 1. th"));
    assert!(shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &[])).unwrap().is_none());
}

#[test]
fn a_protected_household_gets_a_nameless_card_that_housing_staff_carry() {
    let days = on_site();
    for (handover, _) in HANDOVERS {
        let mut homes = households(Locale::Da, handover);
        homes[2].card = Some(17);
        let text = shortlist_mail(&mail(Locale::Da, handover, &days, &homes)).unwrap().unwrap().text;
        let card = text.split("Kort 17\n").nth(1).unwrap().split("Sådan gør du").next().unwrap();
        let blocks = &homes[2].prompt.as_ref().unwrap().blocks;
        assert!(blocks.iter().all(|block| card.contains(block.text.split_whitespace().next().unwrap())), "{card}");
        assert!(card.contains("Byggesten til kortet") && !card.contains("17.399"), "no figures: {card}");
        assert!(text.find("Strandvejen") < text.find("Kort 17"), "{text}");
        for never in ["Kirsten", "Lund", "Bakken 14, 1.", "007-02-0102-05"] {
            assert!(!text.contains(never), "{never}: {text}");
        }
        // Where there is nobody else, the mail is one of cards only.
        let alone = shortlist_mail(&mail(Locale::Da, handover, &days, &homes[2..3])).unwrap().unwrap().text;
        for told in ["Her er et kort", "Kort 17\n", "Giv kuverterne til Lone Krogh", "Byggesten til kortet"] {
            assert!(alone.contains(told), "{told}: {alone}");
        }
        assert!(!alone.contains("ingen, der kan stå") && !alone.contains("Gå selv hen"), "{alone}");
    }
}

#[test]
fn an_address_field_tells_the_door_only_and_one_that_is_empty_is_told() {
    let days = on_site();
    let told = |address: &str| {
        let mut homes = households(Locale::Da, Handover::Named);
        homes[1].address = address.to_owned();
        shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &homes)).unwrap().unwrap().text
    };
    let cared_for = told("Strandvejen 2, 1. tv, v/Per Sørensen, tlf. 87 65 43 21");
    assert!(cared_for.contains("Anne, Strandvejen 2, 1. tv\n") && !cared_for.contains("87 65"), "{cared_for}");
    let empty = told(" ");
    assert!(empty.contains("Anne\n----\n") && empty.contains("Adressen mangler. Spørg Lone Krogh."), "{empty}");
    assert!(told(&"lang".repeat(2_000)).lines().all(|line| line.chars().count() <= 120));
}

#[test]
fn markup_and_line_breaks_in_what_was_exported_do_no_harm() {
    let days = on_site();
    let mut homes = households(Locale::Da, Handover::Named);
    let evil = "<script>alert(1)</script>\r\nBcc: x@y.example \u{202e}\"'&";
    homes[1].address = evil.to_owned();
    homes[1].town = evil.to_owned();
    homes[1].link = Some("javascript:alert(1)".to_owned());
    homes[1].reasons = vec![reason(ReasonGroup::Arrears, 1.0, evil)];
    for (handover, _) in HANDOVERS {
        let place = "Beboerhuset\r\nBcc: x@y.example";
        let mail = ShortlistMail {
            association: evil,
            place,
            housing_contact: evil,
            ..mail(Locale::Da, handover, &days, &homes)
        };
        let mail = shortlist_mail(&mail).unwrap().unwrap();
        assert!(!mail.html.contains("<script>") && !mail.html.contains("javascript:"));
        assert!(!mail.text.lines().any(|line| line.starts_with("Bcc:")) && !mail.subject.contains(['\r', '\n']));
    }
}

#[test]
fn debug_output_of_mails_and_households_names_nobody() {
    let mail = composed(Locale::Da, Handover::Named, ReasonDetail::Full);
    let homes = households(Locale::Da, Handover::Named);
    let debug = format!("{mail:?} {homes:?}");
    assert!(!debug.contains("Anne") && !debug.contains("Strandvejen") && !debug.contains("007"));
}

#[test]
fn what_is_not_told_one_by_one_stays_out_of_the_mail_and_a_given_card_number_is_shown() {
    let days = on_site();
    let mut homes = households(Locale::Da, Handover::Blind);
    homes[0]
        .reasons
        .push(Reason { remainder: true, ..reason(ReasonGroup::Tenancy, 2.0, "Andre, mindre ting tilsammen") });
    homes[0].card = Some(41);
    let blind = shortlist_mail(&mail(Locale::Da, Handover::Blind, &days, &homes)).unwrap().unwrap().text;
    assert!(blind.contains("Kort 41\n") && !blind.contains("Selve lejemålet\n* Selve"));
    let named = shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &homes)).unwrap().unwrap().text;
    assert!(!named.contains("mindre ting"), "{named}");
    assert!(named.find("Det skal altid stå") < named.find("Det må aldrig stå"));
}
