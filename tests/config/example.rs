//! The commented example: it works as it stands, and it leaves no key out.

use std::path::Path;

use postkort::config::{Config, Handover, Source};
use postkort::exports::records::{EventKind, FeedName};

use super::{good, load, with};

const EXAMPLE: &str = include_str!("../../config/example/postkort.toml");

#[test]
fn the_example_loads_as_it_stands_and_is_ready_for_a_night() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config/example/postkort.toml"));
    let (config, warnings) = Config::load_with_warnings(path).unwrap();
    assert_eq!(warnings, []);
    config.check_night().unwrap();
    assert_eq!(config.lawful_basis.handover, Handover::Named);
    assert!(matches!(config.exports[&FeedName::Notes].from, Source::Path(_)));
    assert!(config.check_secrets().unwrap().is_empty());
}

/// The example with every commented key switched on: the notes come from a URL then, instead of a path.
fn switched_on() -> String {
    let key = regex::Regex::new(r"^# ([a-z_]+ +=|\[\[)").unwrap();
    EXAMPLE
        .lines()
        .filter(|line| !line.starts_with("from     = \"exports/noter.csv\""))
        .map(|line| if key.is_match(line) { &line[2..] } else { line })
        .fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn every_commented_key_of_the_example_may_be_switched_on_but_the_one_that_says_so() {
    let error = load(switched_on()).unwrap_err();
    let said: Vec<_> = error.problems().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(said, ["`caseworker.certificate` asks for encrypted mail, which this version cannot send"]);
    let config = good(&switched_on().replace("certificate = ", "# certificate = "));
    assert_eq!(config.exports[&FeedName::Ledger].skip[0].rule, "trailer");
    assert!(config.shortlist.link.is_some() && config.operations.ping_url.is_some());
}

#[test]
fn the_example_leaves_no_key_out() {
    let probed: String = switched_on()
        .lines()
        .map(|line| if line.starts_with('[') { format!("{line}\nno_such_key = 1\n") } else { format!("{line}\n") })
        .collect::<String>()
        .replace("auth   = { ", "auth   = { no_such_key = 1, ");
    let error = load(probed).unwrap_err();
    let unknown: Vec<_> =
        error.problems().iter().filter(|p| p.message.starts_with("unknown key `no_such_key`")).collect();
    assert_eq!(
        unknown.len(),
        EXAMPLE.lines().filter(|line| line.starts_with('[')).count() + 2,
        "skip and auth as well"
    );
    for key in unknown.iter().filter_map(|problem| problem.allowed.as_deref()).flat_map(|keys| keys.split(", ")) {
        let written = regex::Regex::new(&format!(r"(?m)(^|[\s{{,.]){key}(\.[a-z]+)? *=|\.{key}\]\]")).unwrap();
        assert!(written.is_match(EXAMPLE), "{key} is not in the example");
    }
}

#[test]
fn the_example_names_every_canonical_column_and_kind() {
    for feed in [FeedName::Tenancies, FeedName::Ledger, FeedName::Events, FeedName::Notes] {
        for column in postkort::config::canonical_columns(feed) {
            let name = format!("{}{}", column.name, if column.required { "*" } else { "" });
            assert!(EXAMPLE.contains(&name), "{name} of {}", feed.as_str());
        }
    }
    for (kind, _) in postkort::config::columns::POSTING_KINDS {
        assert!(EXAMPLE.contains(kind), "{kind}");
    }
    for kind in EventKind::ALL.map(EventKind::as_str) {
        assert!(EXAMPLE.contains(&format!("\"{kind}\"")), "{kind}");
    }
}

#[test]
fn a_key_that_a_night_does_nothing_with_is_named_and_is_no_mistake() {
    let columns = "charged = \"Opkrævet\", paid = \"Indbetalt\"";
    let config = good(&with(columns, &format!("{columns}, entry_id = \"Bilag\", dunning_level = \"Rykker\"")));
    let unused: Vec<_> = config.unused_keys.iter().map(|unused| unused.key.as_str()).collect();
    assert_eq!(unused, ["exports.ledger.columns.dunning_level"]);
    let two = "\n[[caseworker]]\ntitle = \"leder\"\nname = \"Ole\"\nemail = \"ole@kommune.example\"\nphone = \"12345678\"\n\
               estates = [\"03\"]\nplace = \"Torvet\"\non_site = [\"fri 9:00-11:00\"]\nweekly_capacity = 1\n\n[mail]";
    let twice = with("[mail]", two).replacen("name    = \"Mette", "title = \"leder\"\nname = \"Mette", 1);
    let titles = good(&twice).unused_keys.iter().filter(|unused| unused.key == "caseworker.title").count();
    assert_eq!(titles, 1, "once, however many there are");
}

#[test]
fn the_example_says_of_each_key_that_a_night_does_nothing_with_that_it_does_not() {
    for unused in good(EXAMPLE).unused_keys {
        let key = unused.key.rsplit('.').next().unwrap();
        let at = EXAMPLE.lines().position(|line| line.starts_with(&format!("{key} "))).unwrap();
        let above: String = EXAMPLE.lines().skip(at.saturating_sub(3)).take(4).collect();
        assert!(above.contains("in no mail"), "{key}: {above}");
    }
}
