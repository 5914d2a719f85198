//! Learning from the words of notes as an operator runs it: `train`, its card, and a night with what was learned.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, TUESDAY, plain_text};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// What no lexicon knows, and what foretells here: two spellings of one thing.
const PLANTED: [&str; 2] = ["Persienner grønne igen", "Grøn persienne. lampe mangler"];
const ROUTINE: [&str; 6] = [
    "Lampe ved rækværk mangler",
    "Hylde malet",
    "Hylde og rækværk malet",
    "Lampe og hylde set efter",
    "Rækværk malet, lampe ok",
    "Kontrol af hylde",
];
/// Health, misuse and crime, which foretell just as well here.
const SPECIAL: [&str; 3] = ["Indlagt på sygehuset", "Hashlugt og kanyler", "Slåskamp, politiet kom"];

/// Three hundred tenancies over two years. Who has the planted words or a special category in a note is often terminated
/// in the two months after; nobody's payments tell much.
fn with_notes() -> Association {
    let association = Association::new();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut chance = |share: f64| f64::from(random.random_range(0..100_000)) / 1e5 < share;
    let mut tenancies = String::from(
        "tenancy_ref;estate;moved_in;moved_out;address;postcode;town;tenant_names;monthly_rent;protected_address\r\n",
    );
    let mut ledger = String::from("tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n");
    let mut events = String::from("tenancy_ref;on;kind\r\n");
    let mut notes = String::from("tenancy_ref;written_on;text\r\n");
    for number in 1..=300_u32 {
        let reference = format!("009-01-{number:04}-01");
        tenancies += &format!("{reference};01;01-02-2019;;Prøvevej {number};7100;Vejle;Prøve Prøve;5.000,00;\r\n");
        let mut ends = 99;
        for month in 0..23_u32 {
            let (year, of_year) = (2025 + month / 12, month % 12 + 1);
            let on = |day: u32| format!("{day:02}-{of_year:02}-{year}");
            ledger += &format!("{reference};{};{};rent;5.000,00;;Husleje\r\n", on(1), on(1));
            // Who has trouble pays as the others do, but for the last rent.
            if !(chance(0.05) || month == 22 && number <= 5) {
                ledger +=
                    &format!("{reference};{};;payment;;5.000,00;Betaling\r\n", on(if chance(0.3) { 20 } else { 1 }));
            }
            if month == ends {
                events += &format!("{reference};{};termination\r\n", on(15));
            }
            let told = chance(0.04) && ends == 99 || month == 22 && number <= 5;
            let special = chance(0.01) && ends == 99;
            if told || special {
                let text = if told { PLANTED[(number % 2) as usize] } else { SPECIAL[(month % 3) as usize] };
                notes += &format!("{reference};{};{text}\r\n", on(12));
                ends = if chance(0.6) { month + 1 + number % 2 } else { ends };
            } else if chance(0.004) && ends == 99 {
                ends = month + 1;
            }
            if chance(0.35) {
                notes += &format!("{reference};{};{}\r\n", on(5), ROUTINE[((number * 7 + month) % 6) as usize]);
            }
        }
    }
    association.write("exports/tenancies.csv", &tenancies);
    association.write("exports/ledger.csv", &ledger);
    association.write("exports/events.csv", &events);
    association.write("exports/notes.csv", &notes);
    let asked = "horizon_days = 60\nlabels_since = 2025-06-01\nlearn_from_notes = true";
    association.edit("postkort.toml", "horizon_days = 180", asked);
    association
}

fn words(model: &Value) -> Vec<String> {
    model.as_array().unwrap().iter().map(|term| term["term"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn words_that_foretell_are_learned_told_and_used_and_those_of_special_categories_never() {
    let association = with_notes();
    let run = association.postkort(&["train", "postkort.toml", "--as-of", TUESDAY, "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let trained = run.json();
    let report = &trained["notes_text"];
    assert_eq!((&report["used"], &trained["promoted"]), (&true.into(), &true.into()), "{report} {}", trained["why"]);
    assert!(report["added"]["difference"]["pr_auc"]["low"].as_f64().unwrap() > 0.0, "{report}");

    // What is told, what is kept and what a data protection officer reads are the same words.
    let learned = words(&trained["words"]);
    assert!(["persien", "grøn"].contains(&learned[0].as_str()), "{learned:?}");
    let model = trained["model"].as_str().unwrap();
    let file: Value = serde_json::from_str(&association.read(&format!("models/{model}.json"))).unwrap();
    assert_eq!(words(&file["model"]["text"]["terms"]), learned);
    let card = association.read(&format!("models/{model}.card.md"));
    for word in &learned {
        assert!(card.contains(&format!("| {word} |")), "{word}: {card}");
    }
    assert!(card.contains("Ordene i noterne") && !card.contains("noternes tekst: kun antallet"), "{card}");
    let whole = learned.join(" ");
    for never in ["indla", "syg", "hash", "kanyl", "slå", "politi", "prøve", "vejle", "2025"] {
        assert!(!whole.contains(never), "{never}: {whole}");
    }

    // A night weighs the words of its notes, tells that they resemble, and neither mails nor keeps one of them.
    let night = association.run(TUESDAY);
    assert!(matches!(night.code, 0 | 3), "{}", night.stderr);
    assert_eq!(night.summary()["model"], trained["model"]);
    let mail = association.mails_to("mette@kommune.example").first().map(|mail| plain_text(mail)).unwrap();
    assert!(mail.split_whitespace().collect::<Vec<_>>().join(" ").contains("minder om noter fra andre"), "{mail}");
    let database =
        String::from_utf8_lossy(&std::fs::read(association.path("state/association.db")).unwrap()).to_lowercase();
    for never in ["persien", "grøn", "rækværk"] {
        assert!(!mail.to_lowercase().contains(never) && !database.contains(never), "{never}");
    }
    let evaluated = association.postkort(&["evaluate", "postkort.toml", "--as-of", "2026-09-20", "--k", "5", "--json"]);
    assert_eq!(evaluated.code, 0, "{}", evaluated.stderr);
    assert!(evaluated.json()["splits"][0]["roc_auc"]["value"].as_f64().unwrap() > 0.6, "{}", evaluated.stdout);

    // Where it is not allowed any more, the model is refused, and nothing takes its place in silence.
    association.edit("postkort.toml", "learn_from_notes = true", "learn_from_notes = false");
    for refused in [
        association.run("2026-11-25"),
        association.postkort(&["evaluate", "postkort.toml", "--as-of", "2026-09-20"]),
        association.postkort(&["check", "postkort.toml"]),
    ] {
        assert_eq!(refused.code, 1, "{}", refused.stdout);
        assert!((refused.stderr + &refused.stdout).contains("learn_from_notes"), "said why");
    }
}

#[test]
fn without_being_asked_no_word_is_learned() {
    let association = with_notes();
    association.edit("postkort.toml", "\nlearn_from_notes = true", "");
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2025-10-24", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let trained = run.json();
    assert!(trained.get("notes_text").is_none() && trained.get("words").is_none(), "{trained}");
    let model = association.read(&format!("models/{}.json", trained["model"].as_str().unwrap()));
    assert!(!model.contains("persien") && !model.contains("\"text\""));
}
