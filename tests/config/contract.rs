//! The normative config, and its commented keys switched on.

use std::path::Path;

use jiff::civil::{Weekday, date, time};
use postkort::config::{
    Auth, ColumnAt, Config, DateFormat, Decimal, Encoding, GlobSet, Handover, Locale, ModelChoice, NameOrder,
    ReasonDetail, ReviewMode, SecretAt, SignRule, SkipTest, Source, Tls, Transport,
};
use postkort::exports::records::{EventKind, FeedName};

use super::{BASE, good, load, with};

/// The contract lies beside the project where it is developed, not in it.
fn contract() -> Option<&'static Path> {
    let path = Path::new("../shared/contract/havblik.toml");
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

#[test]
fn the_contract_loads_as_it_stands() {
    let Some(path) = contract() else { return };
    let (config, warnings) = Config::load_with_warnings(path).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(config.association.name, "Boligforeningen Havblik");
    assert_eq!(config.association.locale, Locale::Da);
    assert!(config.association.state.is_absolute() && config.association.state.ends_with("state/havblik.db"));
    assert_eq!(config.lawful_basis.handover, Handover::Named);
    assert_eq!(config.lawful_basis.dpia, Some(date(2026, 2, 12)));
    assert_eq!(config.lawful_basis.special_categories, None);
    assert_eq!(config.exports.len(), 4);
    let ledger = &config.exports[&FeedName::Ledger];
    assert!(matches!(&ledger.from, Source::Glob(pattern, GlobSet::Newest)
        if pattern.starts_with('/') && pattern.ends_with("/exports/posteringer_*.csv")));
    assert_eq!(ledger.columns["tenancy_ref"], ColumnAt::Name("Lejemålsnr".to_owned()));
    assert_eq!(ledger.values["kind"]["A conto varme"], "utilities");
    assert_eq!((ledger.max_rejects, ledger.max_shrink), (0.01, 0.5));
    assert_eq!((ledger.max_bytes, ledger.timeout_seconds), (4096 * 1024 * 1024, 600));
    assert_eq!((ledger.decimal, ledger.sign, ledger.delimiter), (Decimal::Comma, None, None));
    assert_eq!(config.exports[&FeedName::Notes].encoding, Some(Encoding::Windows1252));
    assert_eq!(config.exports[&FeedName::Events].values["kind"].len(), 14);
    assert_eq!(config.risk.label, [EventKind::Termination, EventKind::CourtFiling]);
    assert_eq!((config.risk.horizon_days, config.risk.labels_since), (180, Some(date(2023, 1, 1))));
    assert_eq!((&config.risk.model, config.risk.drift_limit), (&ModelChoice::Current, 0.25));
    assert_eq!(config.shortlist.review, ReviewMode::BeforeSending);
    assert_eq!((config.shortlist.cooldown_days, config.shortlist.min_arrears_months), (90, 0.0));
    assert_eq!(config.shortlist.reasons, ReasonDetail::Full);
    assert!(!config.reviewers[0].notify);
    let mette = &config.caseworkers[0];
    assert_eq!((mette.name.as_str(), mette.title.as_deref()), ("Mette Holm", Some("socialrådgiver")));
    assert_eq!((mette.estates.as_slice(), mette.weekly_capacity), (&["01".to_owned(), "02".to_owned()][..], 5));
    assert_eq!(mette.on_site[1].weekday, Weekday::Thursday);
    assert_eq!((mette.on_site[1].from, mette.on_site[1].until), (time(13, 0, 0, 0), time(17, 0, 0, 0)));
    assert!(matches!(config.mail.transport, Transport::File));
    assert_eq!(config.operations.alert_email.as_deref(), Some("drift@havblik.example"));
    let unused: Vec<_> = config.unused_keys.iter().map(|unused| unused.key.as_str()).collect();
    assert_eq!(unused, ["caseworker.title"]);
    config.check_night().unwrap();
    assert_eq!(config.check_secrets().unwrap(), []);
}

#[test]
fn every_commented_key_of_the_contract_works() {
    let Some(path) = contract() else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let on = ["# auth", "# host", "# port", "# tls", "# ca", "# user", "# password", "# ping_url"];
    let per_export = "delimiter = \";\"\ndecimal = \".\"\ndates = [\"dd-mm-yyyy\", \"yyyy-mm-dd\"]\nheader_row = 3\n\
                      max_age_days = 2\nmax_rejects = 0.02\nmax_shrink = 0.4\nca = \"certs/ca.pem\"";
    let switched = |line: &str| match on.iter().any(|key| line.starts_with(key)) {
        true => line.trim_start_matches("# ").to_owned(),
        false => line.replace("\"exports/noter.csv\" ", "\"https://drift.havblik.example/noter.csv\" "),
    };
    let text: String = text.lines().map(|line| switched(line) + "\n").collect();
    let text = text
        .replace("encoding = \"windows-1252\"", &format!("{per_export}\nencoding = \"windows-1252\""))
        .replace(
            "special_categories = false",
            "special_categories = true\nspecial_categories_statement = \"Art. 9(2)\"",
        )
        .replace("transport = \"file\"", "transport = \"smtp\"");
    let config = good(&text);
    let notes = &config.exports[&FeedName::Notes];
    assert!(matches!(&notes.auth, Some(Auth::Bearer(SecretAt::Env(name))) if name == "HAVBLIK_NOTES_TOKEN"));
    assert!(matches!(&notes.from, Source::Url(url) if url.scheme() == "https"));
    assert_eq!((notes.delimiter, notes.decimal, notes.header_row), (Some(b';'), Decimal::Point, Some(3)));
    assert_eq!(notes.dates, [DateFormat::DayMonthYearDash, DateFormat::YearMonthDayDash]);
    assert_eq!((notes.max_age_days, notes.max_rejects, notes.max_shrink), (Some(2), 0.02, 0.4));
    assert!(notes.ca.as_ref().is_some_and(|path| path.is_absolute()));
    assert_eq!(config.lawful_basis.special_categories.as_deref(), Some("Art. 9(2)"));
    let Transport::Smtp(smtp) = &config.mail.transport else { panic!("smtp was chosen") };
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.tls), ("mail.havblik.example", 587, Tls::Required));
    let password = SecretAt::File("/run/secrets/postkort-smtp".into());
    assert_eq!(smtp.credentials, Some(("postkort".to_owned(), password)));
    assert_eq!(config.operations.ping_url.as_ref().map(|url| url.as_str()), Some("https://ping.example/havblik"));
}

#[test]
fn basic_auth_and_a_sign_rule_stand_where_the_contract_says() {
    let text = with("charged = \"Opkrævet\", paid = \"Indbetalt\" }", "amount = \"Beløb\" }\nsign = \"debt-negative\"")
        .replace(
            "from = \"exports/haendelser.csv\"",
            "from = \"https://x.example/h.csv\"\nauth = { user = \"drift\", password = \"file:secrets/token\" }",
        );
    let config = good(&text);
    assert_eq!(config.exports[&FeedName::Ledger].sign, Some(SignRule::DebtNegative));
    let auth = config.exports[&FeedName::Events].auth.clone();
    let Some(Auth::Basic { user, password: SecretAt::File(path) }) = auth else { panic!("{auth:?}") };
    assert_eq!(user, "drift");
    assert!(path.is_absolute() && path.ends_with("secrets/token"), "relative to the config");
}

#[test]
fn a_bank_layout_without_header_is_read_by_position_fixed_value_and_skip_rules() {
    let bank = r#"header_row = 0
columns = { booked_on = 3, amount = 11, sign = 10, text = 15 }
fixed = { tenancy_ref = "KONTO-1" }
sign = "debt-negative"
values.sign = { "D" = "-", "K" = "+" }
decimal = "."
dates = ["yyyymmdd"]
[[exports.ledger.skip]]
rule = "trailer"
column = 1
equals = ["ED99", "ED00"]
[[exports.ledger.skip]]
rule = "other_account"
column = 2
not_equals = "2999"
[[exports.ledger.skip]]
rule = "summary"
column = 2
starts_with = "SUM"
[[exports.ledger.skip]]
rule = "no_text"
column = 15
empty = true
"#;
    let start = BASE.find("columns = ").unwrap();
    let end = BASE.find("[exports.events]").unwrap();
    let config = good(&format!("{}{bank}\n{}", &BASE[..start], &BASE[end..]));
    let ledger = &config.exports[&FeedName::Ledger];
    assert_eq!(ledger.columns["amount"], ColumnAt::Position(11));
    assert_eq!(ledger.fixed["tenancy_ref"], "KONTO-1");
    assert_eq!(ledger.values["sign"]["D"], "-");
    assert_eq!((ledger.sign, ledger.header_row), (Some(SignRule::DebtNegative), Some(0)));
    let tests: Vec<_> = ledger.skip.iter().map(|rule| (rule.rule.as_str(), &rule.test)).collect();
    assert_eq!(tests[0], ("trailer", &SkipTest::Equals(vec!["ED99".to_owned(), "ED00".to_owned()])));
    assert_eq!(tests[1], ("other_account", &SkipTest::NotEquals(vec!["2999".to_owned()])));
    assert_eq!(tests[2], ("summary", &SkipTest::StartsWith("SUM".to_owned())));
    assert_eq!(tests[3], ("no_text", &SkipTest::Empty));
}

#[test]
fn the_sign_rule_may_stand_among_the_columns_and_mapped_signs_mean_debt_unless_told() {
    let columns = "charged = \"Opkrævet\", paid = \"Indbetalt\" }";
    let ledger = |new: &str| good(&with(columns, new)).exports[&FeedName::Ledger].clone();
    let rule = ledger("amount = \"Beløb\", sign = \"debt-negative\" }");
    assert_eq!(rule.sign, Some(SignRule::DebtNegative));
    assert!(!rule.columns.contains_key("sign"));
    let mapped = ledger("amount = \"Beløb\", sign = \"D/K\" }\nvalues.sign = { \"D\" = \"+\", \"K\" = \"-\" }");
    assert_eq!(mapped.sign, Some(SignRule::DebtPositive));
    assert_eq!(mapped.columns["sign"], ColumnAt::Name("D/K".to_owned()));
}

#[test]
fn a_config_for_training_needs_neither_caseworkers_nor_mail_and_the_night_does() {
    let start = "[association]\nname = \"X\"\nstate = \"s.db\"\nmodels = \"m\"\noutput = \"o\"\n";
    let config = good(&format!("{start}[exports.ledger]\nfrom = \"l.csv\"\n"));
    assert_eq!(config.lawful_basis.handover, Handover::Blind);
    assert_eq!(config.risk.label, [EventKind::Termination, EventKind::CourtFiling]);
    assert_eq!((config.risk.horizon_days, &config.risk.model), (180, &ModelChoice::Current));
    let error = config.check_night().unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert!(error.to_string().contains("add [exports.tenancies] with from"), "{error}");
    assert!(error.to_string().contains("add [[caseworker]]"), "{error}");
}

#[test]
fn days_and_hours_are_read_in_both_languages_and_put_in_the_weeks_order() {
    let days =
        "[\"SØN 9:30-10:00\", \"tor 13:00 – 15:00\", \"mon 08:00-09:00\", \"thu 10:00-12:00\", \"lør 10:00-11:00\"]";
    let config = good(&with("[\"tue 10:00-14:00\"]", days));
    let order: Vec<_> = config.caseworkers[0].on_site.iter().map(|hours| (hours.weekday, hours.from.hour())).collect();
    let expected = [
        (Weekday::Monday, 8),
        (Weekday::Thursday, 10),
        (Weekday::Thursday, 13),
        (Weekday::Saturday, 10),
        (Weekday::Sunday, 9),
    ];
    assert_eq!(order, expected);
}

#[test]
fn plain_http_and_mail_in_clear_are_for_this_machine_only() {
    for host in ["localhost", "127.0.0.1", "127.8.0.1", "[::1]"] {
        good(&with("exports/lejemaal.csv", &format!("http://{host}:8080/lejemaal.csv")));
    }
    for host in ["128.0.0.1", "localhost.example", "0.0.0.0", "[::2]", "127.0.0.1.example"] {
        assert!(load(with("exports/lejemaal.csv", &format!("http://{host}/lejemaal.csv"))).is_err(), "{host}");
    }
    let mail = |host: &str| with("\"file\"", &format!("\"smtp\"\nhost = \"{host}\"\ntls = \"none\""));
    for host in ["localhost", "127.0.0.1", "::1"] {
        good(&mail(host));
    }
    for host in ["mail.example", "10.0.0.1", "::2", "127.0.0.1.example"] {
        assert!(load(mail(host)).is_err(), "{host}");
    }
}

#[test]
fn ports_follow_the_transport_security_unless_given() {
    for (tls, port) in [("required", 587), ("implicit", 465), ("none", 25)] {
        let config = good(&with("\"file\"", &format!("\"smtp\"\nhost = \"localhost\"\ntls = \"{tls}\"")));
        let Transport::Smtp(smtp) = config.mail.transport else { panic!() };
        assert_eq!(smtp.port, port, "{tls}");
    }
}

#[test]
fn encodings_go_by_their_other_names_too() {
    for (name, encoding) in
        [("latin1", Encoding::Windows1252), ("ISO-8859-1", Encoding::Windows1252), ("UTF-8", Encoding::Utf8)]
    {
        let config = good(&with("\"exports/lejemaal.csv\"", &format!("\"x.csv\"\nencoding = \"{name}\"")));
        assert_eq!(config.exports[&FeedName::Tenancies].encoding, Some(encoding), "{name}");
    }
}

#[test]
fn what_does_nothing_is_a_warning_with_its_line() {
    let text = with("\"exports/lejemaal.csv\"", "\"x.csv\"\nfiles = \"all\"\nauth = { bearer = \"env:X\" }")
        .replace("values.kind = ", "sign = \"debt-positive\"\nvalues.kind = ");
    let (_, warnings) = load(text).unwrap();
    let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 13: `exports.tenancies.files` does nothing here: it belongs to a pattern",
            "line 14: `exports.tenancies.auth` does nothing here: it belongs to an https:// source",
            "line 19: `exports.ledger.sign` does nothing here: it belongs to `amount`",
        ]
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    good(&format!("\u{feff}{}", BASE.replace('\n', "\r\n")));
    let error = load(format!("\u{feff}{}", with("name   =", "nmae =").replace('\n', "\r\n"))).unwrap_err();
    let last = error.problems().last().unwrap();
    assert_eq!((last.line, last.column), (Some(2), Some(1)));
}

#[test]
fn a_folder_with_brackets_in_its_name_does_not_change_the_pattern() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("drift [ny]");
    std::fs::create_dir_all(inside.join("exports")).unwrap();
    std::fs::write(inside.join("exports/posteringer_2026-11.csv"), "").unwrap();
    std::fs::write(inside.join("postkort.toml"), BASE).unwrap();
    let config = Config::load(&inside.join("postkort.toml")).unwrap();
    let Source::Glob(pattern, _) = &config.exports[&FeedName::Ledger].from else { panic!("a pattern") };
    assert_eq!(glob::glob(pattern).unwrap().count(), 1, "{pattern}");
}

#[test]
fn the_order_of_names_is_told_of_the_tenancies_alone() {
    let ordered =
        |order: &str| with("\"exports/lejemaal.csv\"", &format!("\"exports/lejemaal.csv\"\nname_order = \"{order}\""));
    assert_eq!(good(BASE).exports[&FeedName::Tenancies].name_order, NameOrder::FirstLast);
    assert_eq!(good(&ordered("first-last")).exports[&FeedName::Tenancies].name_order, NameOrder::FirstLast);
    assert_eq!(good(&ordered("last-first")).exports[&FeedName::Tenancies].name_order, NameOrder::LastFirst);
    let error = load(ordered("surname-first")).unwrap_err();
    assert_eq!(error.problems()[0].allowed.as_deref(), Some("\"first-last\", \"last-first\""));
    let of_events = with("\"exports/haendelser.csv\"", "\"exports/haendelser.csv\"\nname_order = \"last-first\"");
    assert!(load(of_events).is_err());
}

#[test]
fn a_night_without_events_is_told_what_it_cannot_see() {
    assert!(good(BASE).blind_spots().is_empty());
    let config = good(&with("[exports.events]\nfrom = \"exports/haendelser.csv\"\n", ""));
    config.check_night().unwrap();
    let [spot] = config.blind_spots().try_into().unwrap();
    assert!(spot.contains("objections, deaths and terminations cannot be seen"), "{spot}");
}
