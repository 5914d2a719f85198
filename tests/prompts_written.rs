//! What a caseworker gets as prompts for handwritten cards, over many households and caseworkers.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeSet;

use jiff::civil::{Weekday, time};
use postkort::config::{Locale, OnSite};
use postkort::referral::check::{CardContext, HIGHEST_LIX, MOST_WORDS, Violation, check};
use postkort::referral::names::first_names;
use postkort::referral::prompt::{Prompt, PromptContext, Variant, rehearse, write};
use postkort::risk::ReasonGroup;

const ALL_KINDS: [ReasonGroup; 5] = [
    ReasonGroup::Arrears,
    ReasonGroup::PaymentPattern,
    ReasonGroup::AgreementsAndDemands,
    ReasonGroup::Notes,
    ReasonGroup::Tenancy,
];

fn on_site(days: &[(Weekday, i8, i8)]) -> Vec<OnSite> {
    days.iter()
        .map(|&(weekday, from, until)| OnSite { weekday, from: time(from, 0, 0, 0), until: time(until, 0, 0, 0) })
        .collect()
}

fn havblik() -> Vec<OnSite> {
    on_site(&[(Weekday::Tuesday, 10, 14), (Weekday::Thursday, 13, 17)])
}

struct Household<'a> {
    locale: Locale,
    place: &'a str,
    on_site: &'a [OnSite],
    tenants: &'a str,
    kinds: &'a [ReasonGroup],
    key: &'a str,
}

fn prompt(household: &Household<'_>, used: &BTreeSet<Variant>) -> Result<Prompt, Vec<Violation>> {
    let names = first_names(household.tenants);
    let context = PromptContext {
        card: CardContext {
            locale: household.locale,
            caseworker_name: "Mette Holm",
            place: household.place,
            on_site: household.on_site,
            phone: "12 34 56 78",
            first_names: &names,
            tenant_names: household.tenants,
            reference: "007-01-0012-03",
        },
        kinds: household.kinds,
        household_key: household.key.as_bytes(),
        used,
    };
    write(&context).map_err(|no_prompt| no_prompt.0)
}

fn havblik_household<'a>(days: &'a [OnSite], tenants: &'a str, key: &'a str) -> Household<'a> {
    let place = "Beboerhuset, Strandvejen 12";
    Household { locale: Locale::Da, place, on_site: days, tenants, kinds: &[ReasonGroup::Arrears], key }
}

#[test]
fn five_hundred_households_of_one_stairwell_all_get_other_words() {
    let days = havblik();
    for locale in [Locale::Da, Locale::En] {
        let mut used = BTreeSet::new();
        let mut texts = BTreeSet::new();
        for number in 0..500 {
            let key = format!("household {number}");
            let household = Household { locale, ..havblik_household(&days, "Anne Sørensen", &key) };
            let prompt = prompt(&household, &used).unwrap();
            let nearest = used.iter().map(|other: &Variant| other.distance(&prompt.variant)).min().unwrap_or(8);
            assert!(nearest >= 2, "at least two building blocks differ between neighbours");
            used.insert(prompt.variant);
            assert!(texts.insert(prompt.text()));
        }
    }
}

#[test]
fn the_same_household_gets_the_same_prompt_and_another_gets_another() {
    let (days, none) = (havblik(), BTreeSet::new());
    let of = |key| prompt(&havblik_household(&days, "Anne Sørensen", key), &none).unwrap();
    assert_eq!(of("one"), of("one"));
    assert_ne!(of("one").text(), of("two").text());
    assert_eq!(format!("{:?}", of("one")).find("Anne"), None, "debug output names nobody");
}

#[test]
fn every_prompt_is_short_and_easy_with_every_place_that_a_caseworker_may_sit_in() {
    let places = [
        "beboerhuset",
        "Beboerhuset, Strandvejen 12",
        "Medborgerhuset Solsikken, Solsikkevej 14, st.",
        "Fælleshuset i Gyldenrisparken, Vermlandsgade 101",
        "på biblioteket",
    ];
    let weeks = [
        havblik(),
        on_site(&[(Weekday::Wednesday, 9, 12)]),
        on_site(&[(Weekday::Monday, 9, 12), (Weekday::Wednesday, 12, 16), (Weekday::Friday, 9, 11)]),
        on_site(&[(Weekday::Tuesday, 9, 15), (Weekday::Wednesday, 9, 15), (Weekday::Thursday, 9, 15)]),
    ];
    for locale in [Locale::Da, Locale::En] {
        for place in places {
            for week in &weeks {
                for tenants in ["Anne Sørensen", "Jørgen Ø. Åbo & Grethe Åbo", "Anne-Marie Krogh", "ukendt"] {
                    for number in 0..20 {
                        let key = number.to_string();
                        let household =
                            Household { locale, place, on_site: week, tenants, kinds: &ALL_KINDS, key: &key };
                        let prompt = prompt(&household, &BTreeSet::new()).unwrap();
                        let text = prompt.text();
                        // Counted here in other ways than the program counts.
                        assert!(text.split(' ').count() <= MOST_WORDS, "{text}");
                        assert!(independent_lix(&text) <= HIGHEST_LIX, "{} {text}", independent_lix(&text));
                        assert_eq!(prompt.names, first_names(tenants).len());
                        assert!(prompt.names_left_out.is_empty(), "{:?}", prompt.names_left_out);
                    }
                }
            }
        }
    }
}

/// Words are runs of letters and digits, sentences the pieces between full stops.
fn independent_lix(text: &str) -> f64 {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let long = words.iter().filter(|word| word.chars().count() > 6).count();
    let sentences = text.split(['.', '!', '?']).filter(|piece| !piece.trim().is_empty()).count();
    words.len() as f64 / sentences as f64 + 100.0 * long as f64 / words.len() as f64
}

#[test]
fn one_is_called_du_and_two_are_called_i() {
    let days = havblik();
    let (mut singular, mut plural) = (0, 0);
    for number in 0..60 {
        let key = number.to_string();
        let one = prompt(&havblik_household(&days, "Anne Sørensen", &key), &BTreeSet::new()).unwrap().text();
        let two = prompt(&havblik_household(&days, "Per Bæk & Ida Bæk", &key), &BTreeSet::new()).unwrap().text();
        let has = |text: &str, words: &[&str]| text.split([' ', '.', ',']).any(|word| words.contains(&word));
        assert!(!has(&one, &["I", "jer", "velkomne"]), "{one}");
        assert!(!has(&two, &["du", "Du", "dig", "velkommen"]), "{two}");
        assert!(two.contains("Per og Ida"));
        singular += u32::from(has(&one, &["du", "Du", "dig"]));
        plural += u32::from(has(&two, &["I", "jer"]));
    }
    assert!(singular > 30 && plural > 30);
}

#[test]
fn the_kinds_of_reason_touch_nothing_but_the_offer_and_general_offers_stay_in_the_pool() {
    let (days, none) = (havblik(), BTreeSet::new());
    let offers = |kinds: &[ReasonGroup]| -> BTreeSet<String> {
        (0..300)
            .map(|number| {
                let key = number.to_string();
                let household = Household { kinds, ..havblik_household(&days, "Anne Sørensen", &key) };
                prompt(&household, &none).unwrap().blocks.swap_remove(3).text
            })
            .collect()
    };
    let (general, arrears, notes) = (offers(&[]), offers(&[ReasonGroup::Arrears]), offers(&[ReasonGroup::Notes]));
    assert!(general.is_subset(&arrears) && general.is_subset(&notes));
    assert!(arrears.len() > general.len() && notes.difference(&arrears).count() > 8);
}

#[test]
fn a_surname_that_is_also_a_word_of_the_card_is_avoided_by_other_words() {
    let days = havblik();
    for tenants in ["Anne Ring", "Anne Kort", "Anne Kaffe", "Anne Hilsen", "Per Mette", "Thi Du", "Bo Strand"] {
        for number in 0..40 {
            let key = number.to_string();
            let prompt = prompt(&havblik_household(&days, tenants, &key), &BTreeSet::new()).unwrap();
            let surname = tenants.split(' ').nth(1).unwrap().to_lowercase();
            let own_word = ["mette", "du"].contains(&surname.as_str());
            let text = prompt.text().to_lowercase();
            let found = text.split(|c: char| !c.is_alphabetic()).any(|word| word == surname);
            assert!(own_word || !found, "{text}");
            assert_eq!(prompt.names, 1);
        }
    }
}

#[test]
fn a_name_that_speaks_of_debt_is_left_out_and_a_place_that_does_gives_no_prompt() {
    let days = havblik();
    let household = havblik_household(&days, "Gæld Sørensen", "1");
    let prompt_without = prompt(&household, &BTreeSet::new()).unwrap();
    assert_eq!(prompt_without.names, 0);
    assert!(matches!(prompt_without.names_left_out[..], [Violation::ForbiddenWord(_)]));
    let place = "Kommunens hus, Strandvejen 12";
    let broken = prompt(&Household { place, ..household }, &BTreeSet::new()).unwrap_err();
    assert!(matches!(broken[..], [Violation::ForbiddenWord(_)]), "{broken:?}");
}

#[test]
fn the_texts_of_both_languages_have_the_same_keys_and_enough_variants() {
    for file in ["prompts", "mail", "page", "review"] {
        let keys = |locale: &str| {
            let path = format!("{}/config/texts/{locale}/{file}.toml", env!("CARGO_MANIFEST_DIR"));
            let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
            let mut keys = BTreeSet::new();
            collect("", &toml::Value::Table(table), &mut keys);
            keys
        };
        assert_eq!(keys("da"), keys("en"), "{file}.toml");
    }
}

fn collect(path: &str, value: &toml::Value, keys: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            table.iter().for_each(|(key, value)| collect(&format!("{path}.{key}"), value, keys))
        }
        _ if path.starts_with(".never") => {}
        toml::Value::Array(list)
            if ["greeting", "offer", "who", "where_", "invit", "phone", "volun", "close"]
                .iter()
                .any(|block| path.trim_start_matches('.').starts_with(block)) =>
        {
            let different: BTreeSet<String> = list.iter().map(toml::Value::to_string).collect();
            assert!(different.len() >= 8 && different.len() == list.len(), "{path}");
            keys.insert(path.to_owned());
        }
        _ => {
            keys.insert(path.to_owned());
        }
    }
}

#[test]
fn the_example_of_the_tone_lacks_only_that_it_is_voluntary() {
    let names = ["Anne".to_owned()];
    let days = on_site(&[(Weekday::Tuesday, 13, 15)]);
    let context = CardContext {
        locale: Locale::Da,
        caseworker_name: "Mette Holm",
        place: "beboerhuset",
        on_site: &days,
        phone: "12 34 56 78",
        first_names: &names,
        tenant_names: "Anne Sørensen",
        reference: "007-01-0012-03",
    };
    let example = "Hej Anne. Jeg hedder Mette. Jeg sidder i beboerhuset tirsdag 13–15 og hjælper med stort og småt. \
        Kig ind til en kop kaffe, eller ring 12 34 56 78. Kh Mette";
    let missing = Violation::Missing(postkort::referral::check::Element::Voluntary);
    assert_eq!(check(example, &context), Err(vec![missing]));
    assert_eq!(check(&format!("{example}. Det er frivilligt."), &context), Ok(()));
}

#[test]
fn a_place_that_leaves_no_room_for_fifty_easy_words_is_found_by_day() {
    let days = havblik();
    let long_words =
        ["Aktivitetshuset", "Fællessalen", "Havudsigten", "Gyldenrisparken", "Vermlandsgade", "Strandbyen"];
    for locale in [Locale::Da, Locale::En] {
        let rehearsed = |place: &str| rehearse(locale, "Mette Holm", place, &days, "12 34 56 78");
        assert_eq!(rehearsed(&long_words[..4].join(" ")), Ok(()));
        assert_eq!(rehearsed("Kommunens hus").map_err(|no| no.0.len()), Err(1));
        let broken = rehearsed(&long_words.repeat(3).join(" ")).unwrap_err().0;
        assert!(broken.iter().all(|rule| matches!(rule, Violation::TooLong | Violation::TooHard)), "{broken:?}");
    }
}
