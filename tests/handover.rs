//! Who is told of whom, how, and when: the three ways of handing over, capacity and days over weeks, what the newest data
//! takes back, and the mails that are no lists.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use std::collections::{BTreeMap, BTreeSet};

use association::{Association, TUESDAY, header, plain_text};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde_json::json;

const MONDAY: &str = "2026-11-23";
const METTE: &str = "mette@kommune.example";
const LONE: &str = "lone@bolig.example";

/// The text of the one mail that a run of Tuesday sends to Mette, and the page that it leaves for housing staff.
fn tuesday(association: &Association) -> (String, String) {
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let mails = association.mails_to(METTE);
    assert_eq!(mails.len(), 1, "{}", run.stdout);
    let text = plain_text(&mails[0]).replace("\r\n", "\n");
    for private in ["Anne Prøve", "Dorthe", "Prøvevej 4"] {
        assert!(!mails[0].contains(private) && !text.contains(private), "{private}: a surname or a protected address");
    }
    assert!(!header(&mails[0], "Subject").contains("Anne"), "a neutral subject");
    (text, association.read(&format!("out/{TUESDAY}/shortlist.html")))
}

fn handing_over(how: &str) -> Association {
    let association = Association::new();
    association.edit("postkort.toml", "handover  = \"named\"", &format!("handover  = \"{how}\""));
    association
}

#[test]
fn named_tells_first_name_and_address_and_has_a_nameless_card_for_a_protected_one() {
    let (text, page) = tuesday(&Association::new());
    assert!(text.contains("Anne, Prøvevej 1, st.") && text.contains("Lone Krogh"), "{text}");
    assert!(!text.contains("009-01"), "no tenancy reference:\n{text}");
    assert!(page.contains("Prøvevej 1") && !page.contains("Prøvevej 4"), "a protected address is not printed either");
    assert!(page.contains("009-01-0004-01"), "housing staff look it up");
    let card = text.split("Kort 2\n").nth(1).unwrap();
    assert!(card.contains("Byggesten til kortet") && page.contains("Kort 2 · Beskyttet adresse"), "{text}");
    assert!(!text.contains("Kort 1") && !page.contains("Kort 1"), "who is named needs no number:\n{text}");
}

#[test]
fn a_household_whose_name_says_that_it_is_protected_is_handed_over_as_a_card_without_a_name() {
    let association = Association::new();
    association.edit("exports/tenancies.csv", "Anne Prøve", "Hemmelig Adresse");
    let (text, page) = tuesday(&association);
    assert!(text.contains("Kort 1\n") && text.contains("Kort 2\n"), "{text}");
    for hidden in ["Prøvevej 1,", "Hemmelig", "Adresse,"] {
        assert!(!text.contains(hidden) && !page.contains(hidden), "{hidden}:\n{text}");
    }
}

#[test]
fn reference_tells_the_tenancys_number_and_a_link_and_no_name_or_address() {
    let association = handing_over("reference");
    association.edit(
        "postkort.toml",
        "cooldown_days = 90",
        "cooldown_days = 90\nlink = \"https://drift.bolig.example/?nr={ref}&q=å\"",
    );
    let (text, _) = tuesday(&association);
    assert!(
        text.contains("009-01-0001-01") && text.contains("https://drift.bolig.example/?nr=009-01-0001-01"),
        "{text}"
    );
    for hidden in ["Anne", "Prøvevej 1,", "009-01-0004-01"] {
        assert!(!text.contains(hidden), "{hidden}:\n{text}");
    }
    assert!(text.contains("Lone Krogh"), "whom to ask for the protected one:\n{text}");
}

#[test]
fn blind_tells_the_number_of_a_card_and_only_the_page_says_whose_it_is() {
    let (text, page) = tuesday(&handing_over("blind"));
    for number in ["Kort 1", "Kort 2"] {
        assert!(text.contains(number) && page.contains(number), "{number}:\n{text}");
    }
    for hidden in ["Anne", "Prøvevej 1,", "009-01", "5.000", "7100"] {
        assert!(!text.contains(hidden), "{hidden}:\n{text}");
    }
    // Walking order: Prøvevej 1 before Prøvevej 4 (protected, told by its tenancy's number).
    let article = |number: &str| {
        let all: Vec<&str> = page.split("<article").filter(|part| part.contains(number)).collect();
        assert_eq!(all.len(), 1, "{number} stands once on the page");
        all[0].to_owned()
    };
    assert!(article("Kort 1").contains("Prøvevej 1") && article("Kort 2").contains("009-01-0004-01"), "{page}");
}

#[test]
fn reasons_are_told_in_full_by_kind_or_not_at_all() {
    let told = |detail: &str| {
        let association = Association::new();
        association.edit("postkort.toml", "cooldown_days = 90", &format!("cooldown_days = 90\nreasons = \"{detail}\""));
        tuesday(&association).0
    };
    let (full, categories, none) = (told("full"), told("categories"), told("none"));
    assert!(full.contains("Værd at vide:") && full.contains("Skylder 3,0 måneders husleje (15.000 kr.)"), "{full}");
    let kinds = categories.split("Værd at vide:").nth(1).unwrap().split("Byggesten").next().unwrap();
    assert!(kinds.contains("* ") && !kinds.contains(|c: char| c.is_ascii_digit()), "{categories}");
    assert!(!none.contains("Værd at vide"), "{none}");
}

#[test]
fn an_association_that_speaks_english_mails_and_prints_in_english() {
    let association = Association::new();
    association.edit("postkort.toml", "locale = \"da\"", "locale = \"en\"");
    let (text, page) = tuesday(&association);
    assert!(
        text.starts_with("This week's cards") && text.contains("Hi Mette") && text.contains("Never on the card"),
        "{text}"
    );
    assert!(page.contains("<html lang=\"en\">") && page.contains("Who might get a card?"));
    for danish in ["husstand", "Aldrig", "betal", "Beboerhuset på"] {
        assert!(!text.contains(danish), "{danish}:\n{text}");
    }
}

/// Twelve households in trouble in Mette's estate, six in Per's, who is there on Wednesdays.
fn two_caseworkers() -> Association {
    let association = Association::new();
    association.edit("postkort.toml", "weekly_capacity = 5", "weekly_capacity = 3");
    association.append(
        "postkort.toml",
        "\n[[caseworker]]\nname = \"Per Prøve\"\nemail = \"per@kommune.example\"\nphone = \"12 34 56 78\"\n\
         estates = [\"02\"]\nplace = \"Kajhuset\"\non_site = [\"wed 10:00-14:00\"]\nweekly_capacity = 2\n",
    );
    let (mut tenancies, mut ledger) = (String::new(), String::new());
    for (estate, homes) in [(1, 12), (2, 6)] {
        for home in 0..homes {
            let reference = format!("010-0{estate}-{home:04}-01");
            tenancies += &format!(
                "{reference};0{estate};01-02-2019;;Kajvej {estate}{home:02}, st.;7100;Vejle;Ib Prøve;5.000,00;\r\n"
            );
            for month in 5..=11 {
                ledger +=
                    &format!("{reference};20-{:02}-2026;01-{month:02}-2026;rent;5.000,00;;Husleje\r\n", month - 1);
                if month < 9 {
                    ledger += &format!("{reference};01-{month:02}-2026;;payment;;5.000,00;Betaling\r\n");
                }
            }
        }
    }
    association.append("exports/tenancies.csv", &tenancies);
    association.append("exports/ledger.csv", &ledger);
    association
}

#[test]
fn over_a_fortnight_each_caseworker_gets_a_weeks_worth_on_own_days_and_nobody_twice() {
    let association = two_caseworkers();
    let mut day: Date = MONDAY.parse().unwrap();
    let mut by_week: BTreeMap<(u64, String), u64> = BTreeMap::new();
    let mut seen = 0;
    for night in 0..14_u64 {
        let summary = association.run(&day.to_string()).summary();
        assert_eq!(summary["status"], "done", "{summary}");
        let mails: Vec<String> =
            association.rows(&format!("select recipient from mail where state = 'sent' and changed_on = '{day}'"));
        for recipient in &mails {
            let days =
                if recipient == METTE { vec![Weekday::Tuesday, Weekday::Thursday] } else { vec![Weekday::Wednesday] };
            assert!(days.contains(&day.weekday()), "{recipient} on {day}");
            let told: u64 = association
                .rows(&format!("select count(*) from referral where caseworker = '{recipient}' and sent_on = '{day}'"))
                [0]
            .parse()
            .unwrap();
            *by_week.entry((night / 7, recipient.clone())).or_default() += told;
        }
        seen += mails.len();
        assert_eq!(association.mails().len(), seen, "one mail a caseworker and day, and no other mail");
        day = day.checked_add(1.day()).unwrap();
    }
    let weeks: Vec<(u64, &str, u64)> = by_week.iter().map(|((week, who), told)| (*week, who.as_str(), *told)).collect();
    assert_eq!(weeks, [(0, METTE, 3), (0, "per@kommune.example", 2), (1, METTE, 3), (1, "per@kommune.example", 2)]);
    assert!(association.rows("select tenancy_ref from referral group by 1 having count(*) > 1").is_empty());
    let cards: Vec<String> = association.rows("select variant from referral");
    assert_eq!(
        cards.iter().collect::<BTreeSet<_>>().len(),
        cards.len(),
        "no two households got the same card: {cards:?}"
    );
}

#[test]
fn a_referred_household_comes_back_on_the_first_on_site_day_after_the_cooldown() {
    let association = Association::new();
    association.edit("postkort.toml", "cooldown_days = 90", "cooldown_days = 7");
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
    for (day, sent) in [("2026-11-26", 0), ("2026-11-30", 0), ("2026-12-01", 1), ("2026-12-03", 0)] {
        let summary = association.run(day).summary();
        assert_eq!(summary["mails"]["sent"], sent, "{day}: {summary}");
    }
}

#[test]
fn whoever_objected_moved_died_or_was_helped_the_day_before_is_withdrawn_before_sending() {
    let event = |kind: &str| ("exports/events.csv", format!("009-01-0001-01;23-11-2026;{kind}\r\n"));
    for ((file, row), rule) in [
        (event("objection"), "objected"),
        (event("municipal_case_opened"), "municipal_case_open"),
        (event("plan_agreed"), "plan_kept"),
        (event("deceased"), "deceased"),
        (event("termination"), "too_late_for_prevention"),
        (event("court_filing"), "too_late_for_prevention"),
    ] {
        let association = Association::new();
        assert_eq!(association.run(MONDAY).summary()["shortlisted"], 2);
        association.append(file, &row);
        let summary = association.run(TUESDAY).summary();
        assert_eq!(summary["withdrawn"], json!({rule: 1}), "{summary}");
        let mails = association.mails_to(METTE).concat();
        assert!(!mails.contains("Anne"), "{rule}");
        assert_eq!(
            association.rows("select state, rule from entry where tenancy_ref = '009-01-0001-01'"),
            [format!("withdrawn|{rule}")]
        );
    }
    let association = Association::new();
    association.run(MONDAY);
    association.edit(
        "exports/tenancies.csv",
        "009-01-0001-01;01;01-02-2019;;",
        "009-01-0001-01;01;01-02-2019;23-11-2026;",
    );
    assert_eq!(association.run(TUESDAY).summary()["withdrawn"], json!({"moved_out": 1}));
    // And whoever is not exported any more.
    let association = Association::new();
    association.run(MONDAY);
    let without: String = association
        .read("exports/tenancies.csv")
        .split_inclusive('\n')
        .filter(|line| !line.contains("009-01-0001-01"))
        .collect();
    association.write("exports/tenancies.csv", &without);
    assert_eq!(association.run(TUESDAY).summary()["withdrawn"], json!({"unknown_tenancy": 1}));
}

#[test]
fn an_objection_outlasts_the_cooldown() {
    let association = Association::new();
    association.append("exports/events.csv", "009-01-0001-01;01-11-2026;objection\r\n");
    for day in [TUESDAY, "2027-03-02"] {
        assert_eq!(association.run(day).summary()["excluded"]["objected"], 1, "{day}");
    }
}

#[test]
fn an_urgent_note_goes_to_the_reviewers_at_once_and_once_without_its_text_or_kind() {
    let association = Association::new();
    association.append("exports/notes.csv", "009-01-0002-01;23-11-2026;Beboeren taler om selvmord, ring straks.\r\n");
    let run = association.run(MONDAY);
    assert_eq!((run.code, &run.summary()["urgent_notes"]), (0, &json!(1)), "{}", run.stdout);
    let mails = association.mails_to(LONE);
    assert_eq!(mails.len(), 1, "at once, although nobody is on site");
    let text = plain_text(&mails[0]);
    assert!(text.contains("009-01-0002-01") && text.contains("notes.csv") && text.contains('3'), "{text}");
    for hidden in ["selvmord", "ring straks", "Beboeren taler", "Bo ", "Prøvevej"] {
        let everywhere = mails[0].clone() + &text + &run.stdout + &run.stderr;
        assert!(!everywhere.contains(hidden), "{hidden}:\n{everywhere}");
    }
    // The next export has it on another line: nobody is told twice.
    association.append("exports/notes.csv", "009-01-0003-01;23-11-2026;Vandhane skiftet.\r\n");
    association.edit(
        "exports/notes.csv",
        "tenancy_ref;written_on;text\r\n",
        "tenancy_ref;written_on;text\r\n009-01-0003-01;22-11-2026;Måler aflæst.\r\n",
    );
    for day in [MONDAY, TUESDAY, "2026-11-25"] {
        assert_eq!(association.run(day).summary()["urgent_notes"], 0, "{day}");
    }
    assert_eq!(association.mails_to(LONE).len(), 1);
    let kept = association.kept().concat();
    assert!(!kept.contains("selvmord"), "{kept}");
    // It is no reason to list anybody.
    assert!(association.rows("select * from entry where tenancy_ref = '009-01-0002-01'").is_empty());
}

#[test]
fn an_urgent_note_without_a_reviewer_goes_to_the_operator_and_without_one_calls_for_a_person() {
    let association = Association::new();
    let config = association.read("postkort.toml");
    let reviewer = "[[reviewer]]\nname  = \"Lone Krogh\"\nemail = \"lone@bolig.example\"\n";
    association.write("postkort.toml", &config.replace(reviewer, ""));
    association.append("exports/notes.csv", "009-01-0002-01;23-11-2026;Børn alene hjemme hele natten.\r\n");
    assert_eq!(association.run(MONDAY).code, 0);
    assert_eq!(association.mails_to("drift@bolig.example").len(), 1);
    let association_without = Association::new();
    let config = config.replace(reviewer, "").replace("alert_email = \"drift@bolig.example\"", "");
    association_without.write("postkort.toml", &config);
    association_without.append("exports/notes.csv", "009-01-0002-01;23-11-2026;Børn alene hjemme hele natten.\r\n");
    let run = association_without.run(MONDAY);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.summary()["attention"].to_string().contains("[[reviewer]]"));
    // Once somebody is named, they are told: a note that nobody was told of is not done with.
    association_without.edit("postkort.toml", "[[caseworker]]", &format!("{reviewer}\n[[caseworker]]"));
    assert_eq!(association_without.run(MONDAY).code, 0);
    assert_eq!(association_without.mails_to(LONE).len(), 1);
}

#[test]
fn a_reviewer_who_wants_to_know_gets_one_neutral_notice_a_day_with_how_many_wait() {
    let association = two_caseworkers();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    association.edit(
        "postkort.toml",
        "email = \"lone@bolig.example\"",
        "email = \"lone@bolig.example\"\nnotify = true",
    );
    let first = association.run(MONDAY);
    assert_eq!((first.code, &first.summary()["waiting"]), (0, &json!(5)), "{}", first.stdout);
    let notices = association.mails_to(LONE);
    assert_eq!(notices.len(), 1);
    let text = plain_text(&notices[0]);
    assert!(text.contains("fem husstande") && text.contains("review"), "{text}");
    for hidden in ["Anne", "Ib", "Kajvej", "010-0", "009-0"] {
        assert!(!text.contains(hidden) && !header(&notices[0], "Subject").contains(hidden), "{hidden}: {text}");
    }
    association.run(MONDAY);
    assert_eq!(association.mails_to(LONE).len(), 1, "one a day");
    association.run(TUESDAY);
    assert_eq!(association.mails_to(LONE).len(), 1, "and none where nobody new waits");
    // One is dropped, so that another moves up: a new one waits, beside the others.
    let waiting = association.rows("select tenancy_ref from entry where state = 'waiting' order by 1");
    let dropped = association.postkort(&["review", "postkort.toml", "drop", &waiting[0], "--reason", "fejl"]);
    assert_eq!(dropped.code, 0, "{}", dropped.stderr);
    association.run("2026-11-25");
    let notices = association.mails_to(LONE);
    assert_eq!(notices.len(), 2);
    assert!(
        notices.iter().all(|notice| plain_text(notice).contains("fem husstande")),
        "all that wait are counted, not only the new"
    );
}

#[test]
fn a_card_number_never_comes_again_also_where_the_household_of_the_first_has_been_forgotten() {
    let association = Association::new();
    association.edit("postkort.toml", "handover  = \"named\"", "handover  = \"blind\"");
    association.run(TUESDAY);
    let numbers = || association.rows("select card from entry where card is not null order by card");
    let given = numbers();
    association.database().execute("delete from referral", []).unwrap();
    association.database().execute("delete from entry", []).unwrap();
    association.run("2026-11-26");
    assert!(!given.is_empty() && !numbers().is_empty());
    assert!(given.iter().all(|number| !numbers().contains(number)), "{given:?} {:?}", numbers());
}
