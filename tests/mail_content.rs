//! What caseworkers, reviewers and operators read: mails and the printed page, as snapshots and by rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Weekday, date, time};
use postkort::config::{Handover, Locale, OnSite, ReasonDetail};
use postkort::referral::compose::{
    AlertKind, Composed, Household, OperatorAlert, ReviewerNotice, ShortlistMail, UrgentNote, operator_alert,
    reviewer_notice, shortlist_mail, stairwell, urgent_note, walking_order,
};
use postkort::referral::names::first_names;
use postkort::referral::page::{ActNow, PageCaseworker, PageHousehold, ShortlistPage, Status, Step, shortlist_page};
use postkort::referral::prompt::{PromptContext, write};
use postkort::risk::{Reason, ReasonGroup};

fn on_site() -> [OnSite; 2] {
    [(Weekday::Tuesday, 10, 14), (Weekday::Thursday, 13, 17)].map(|(weekday, from, until)| OnSite {
        weekday,
        from: time(from, 0, 0, 0),
        until: time(until, 0, 0, 0),
    })
}

fn reason(group: ReasonGroup, amount: f64, text: &str) -> Reason {
    Reason { group, amount, text: text.to_owned(), remainder: false }
}

fn reasons() -> Vec<Reason> {
    vec![
        reason(ReasonGroup::Tenancy, -0.4, "Har boet her i 7 år."),
        reason(
            ReasonGroup::Arrears,
            1.7,
            "Skylder 3,0 måneders husleje (17.399,00 kr.), og det er tre gange så meget som i sommer.",
        ),
        reason(ReasonGroup::PaymentPattern, 0.9, "To betalinger kom retur det seneste halve år."),
        reason(ReasonGroup::Notes, 0.3, "Viceværten skrev om posten to gange i efteråret."),
        reason(ReasonGroup::AgreementsAndDemands, 0.0, "Ingen aftaler."),
    ]
}

/// The tenancies of the contract's exports, as they would be handed over.
fn households(locale: Locale, handover: Handover) -> Vec<Household> {
    let mut used = BTreeSet::new();
    [
        ("007-01-0013-01", "Strandvejen 2, 1. th", "Jørgen Ø. Åbo & Grethe Åbo", false),
        ("007-01-0012-03", "Strandvejen 2, 1. tv", "Anne Sørensen", false),
        ("007-02-0102-05", "Bakken 14, 1.", "Lund; Kirsten", true),
        ("007-02-0101-02", "Bakken 14, st.", "Mohamed Al-Khatib", false),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (reference, address, tenants, protected))| {
        let names = if handover == Handover::Named && !protected { first_names(tenants) } else { Vec::new() };
        let place = "Beboerhuset, Strandvejen 12";
        let context = PromptContext {
            locale,
            caseworker_name: "Mette Holm",
            place,
            on_site: &on_site(),
            phone: "12 34 56 78",
            first_names: &names,
            tenant_names: tenants,
            reference,
            kinds: &[ReasonGroup::Arrears, ReasonGroup::Notes],
            household_key: reference.as_bytes(),
            used: &used,
        };
        let prompt = write(&context).unwrap();
        used.insert(prompt.variant);
        Household {
            reference: reference.to_owned(),
            link: Some(format!("https://drift.havblik.example/lejemaal/{reference}?a=1&b=2")),
            address: address.to_owned(),
            postcode: "7100".to_owned(),
            town: "Vejle".to_owned(),
            first_names: first_names(tenants),
            reasons: if at == 3 { Vec::new() } else { reasons() },
            card: None,
            protected,
            prompt: (at != 3).then_some(prompt),
        }
    })
    .collect()
}

fn mail<'a>(
    locale: Locale,
    handover: Handover,
    on_site: &'a [OnSite],
    households: &'a [Household],
) -> ShortlistMail<'a> {
    ShortlistMail {
        association: "Boligforeningen Havblik",
        locale,
        caseworker_name: "Mette Holm",
        place: "Beboerhuset, Strandvejen 12",
        on_site,
        send_on: date(2026, 11, 24),
        households,
        housing_contact: "Lone Krogh",
        handover,
        reasons: ReasonDetail::Full,
    }
}

fn composed(locale: Locale, handover: Handover, detail: ReasonDetail) -> Composed {
    let (days, homes) = (on_site(), households(locale, handover));
    let mail = ShortlistMail { reasons: detail, ..mail(locale, handover, &days, &homes) };
    shortlist_mail(&mail).unwrap().unwrap()
}

const LOCALES: [(Locale, &str); 2] = [(Locale::Da, "da"), (Locale::En, "en")];
const HANDOVERS: [(Handover, &str); 3] =
    [(Handover::Named, "named"), (Handover::Reference, "reference"), (Handover::Blind, "blind")];

/// Writes what a browser can show to the test's own folder, for looking at it.
fn keep(name: &str, html: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("looks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
}

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
    assert_eq!(walking_order(&homes), [3, 2, 1, 0]);
    assert_eq!(stairwell(&homes[0].address, "7100"), stairwell(&homes[1].address, "7100"));
    let text = shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &homes)).unwrap().unwrap().text;
    assert!(text.find("Bakken 14, st.") < text.find("Strandvejen 2, 1. tv"));
    assert!(text.find("Strandvejen 2, 1. tv") < text.find("Strandvejen 2, 1. th"));
    assert!(shortlist_mail(&mail(Locale::Da, Handover::Named, &days, &[])).unwrap().is_none());
    let only_protected = &homes[2..3];
    let text = shortlist_mail(&mail(Locale::Da, Handover::Named, &days, only_protected)).unwrap().unwrap().text;
    assert!(text.contains("beskyttet adresse") && !text.contains("Kirsten"));
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

fn page(locale: Locale, handover: Handover) -> String {
    let homes = households(locale, handover);
    let order = walking_order(&homes);
    let statuses = [Status::Approved, Status::Waiting, Status::Sent, Status::Withdrawn];
    let households = homes.iter().zip(statuses).enumerate().map(|(at, (home, status))| PageHousehold {
        reference: home.reference.clone(),
        address: home.address.clone(),
        postcode: home.postcode.clone(),
        town: home.town.clone(),
        names: home.first_names.join(", "),
        reasons: home.reasons.clone(),
        status,
        decided_by: matches!(status, Status::Approved | Status::Sent).then(|| "Lone Krogh".to_owned()),
        rule: (status == Status::Withdrawn).then(|| "no_sign_of_trouble".to_owned()),
        card: (handover == Handover::Blind).then(|| (1..).zip(&order).find(|(_, own)| **own == at).unwrap().0),
        protected: home.protected,
    });
    let caseworkers = [
        PageCaseworker {
            name: "Mette Holm".to_owned(),
            place: "Beboerhuset, Strandvejen 12".to_owned(),
            on_site: on_site().to_vec(),
            send_on: Some(date(2026, 11, 24)),
            households: households.collect(),
        },
        PageCaseworker {
            name: "Bo Vang".to_owned(),
            place: "Biblioteket".to_owned(),
            on_site: on_site()[..1].to_vec(),
            send_on: None,
            households: Vec::new(),
        },
    ];
    let act_now = [(Step::Termination, false), (Step::CourtFiling, true)].map(|(step, protected)| ActNow {
        reference: "007-03-0001-01".to_owned(),
        address: "Havnegade 3, 2. tv".to_owned(),
        step,
        since: Some(date(2026, 11, 2)),
        protected,
    });
    let excluded: BTreeMap<String, u64> = [
        ("moved_out", 1),
        ("regular_late_payer", 14),
        ("no_sign_of_trouble", 4211),
        ("some_new_rule", 2),
        ("cooldown", 0),
    ]
    .map(|(rule, count)| (rule.to_owned(), count))
    .into();
    let page = ShortlistPage {
        association: "Boligforeningen Havblik",
        locale,
        as_of: date(2026, 11, 24),
        handover,
        caseworkers: &caseworkers,
        act_now: &act_now,
        excluded: &excluded,
        unjudged: &["007-01-0044-01".to_owned()],
    };
    shortlist_page(&page).unwrap()
}

#[test]
fn the_page_shows_staff_every_household_with_its_reasons_but_no_protected_address() {
    for (locale, language) in LOCALES {
        let html = page(locale, Handover::Named);
        keep(&format!("page_{language}"), &html);
        insta::assert_snapshot!(format!("page_{language}"), html);
        for shown in ["Anne", "007-01-0012-03", "007-02-0102-05", "17.399,00", "4211", "some_new_rule", "@page"] {
            assert!(html.contains(shown), "{shown}");
        }
        for never in ["Kirsten", "Bakken 14, 1.", "<script", "1.7", "url("] {
            assert!(!html.contains(never), "{never}");
        }
        assert_eq!(html.matches("Havnegade").count(), 1, "of two cases one has a protected address");
    }
}

#[test]
fn with_blind_handover_the_page_tells_staff_which_card_is_whose() {
    let html = page(Locale::Da, Handover::Blind);
    keep("page_blind_da", &html);
    assert!(html.contains("Kort 3 · Strandvejen 2, 1. tv") && html.contains("Kort 2 · Beskyttet adresse"));
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
