//! Broken configs, one mistake each, and what is printed for them.

use super::{BASE, load, printed, with};

/// Prints each case under its title, for one snapshot a theme.
fn show(cases: &[(&str, &str, &str)]) -> String {
    let case = |(title, old, new): &(&str, &str, &str)| {
        let printed = printed(with(old, new));
        assert_ne!(printed, "LOADS\n", "{title}");
        format!("## {title}\n{printed}\n")
    };
    cases.iter().map(case).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_in_the_form_of_the_file() {
    insta::assert_snapshot!(show(&[
        ("a quote is missing", "name   = \"Boligforeningen Eksempelvang\"", "name   = \"Boligforeningen Eksempelvang"),
        ("no quotes at all", "handover  = \"named\"", "handover  = named"),
        ("a key twice", "review = \"before-sending\"", "review = \"before-sending\"\nreview = \"by-caseworker\""),
        ("a section twice", "[shortlist]", "[risk]\n[shortlist]"),
        ("a bracket is missing", "[mail]", "[mail"),
        ("an impossible date", "[risk]", "[risk]\nlabels_since = 2026-02-30"),
    ]));
}

#[test]
fn mistakes_in_names_of_keys_and_sections() {
    insta::assert_snapshot!(show(&[
        ("a key mistyped", "models = \"models\"", "model = \"models\""),
        ("a section mistyped", "[shortlist]", "[shortlst]"),
        ("a feed mistyped", "[exports.events]", "[exports.event]"),
        ("a key of another section", "[risk]", "[risk]\ncooldown_days = 90"),
        ("a single table for a list", "[[reviewer]]", "[reviewer]"),
        (
            "a section as text",
            "[lawful_basis]\nhandover  = \"named\"",
            "[association.lawful_basis]\nhandover  = \"named\""
        ),
        ("no ledger", "[exports.ledger]", "[exports.notes]"),
    ]));
}

#[test]
fn mistakes_in_the_association_and_its_lawful_basis() {
    insta::assert_snapshot!(show(&[
        ("an empty name", "\"Boligforeningen Eksempelvang\"", "\"\""),
        ("an unknown language", "[lawful_basis]", "locale = \"dk\"\n[lawful_basis]"),
        ("a path from home", "\"state/eksempelvang.db\"", "\"~/eksempelvang.db\""),
        ("a number for text", "output = \"out\"", "output = 7"),
        ("a handover that is none", "\"named\"", "\"naemd\""),
        ("named without a statement", "statement = \"Samarbejdsaftale, journal 26/001\"\n", ""),
        ("an empty statement", "\"Samarbejdsaftale, journal 26/001\"", "\"  \""),
        ("special categories without a basis", "[exports.tenancies]", "special_categories = true\n[exports.tenancies]"),
        ("a date in quotes", "[exports.tenancies]", "dpia = \"2026-02-12\"\n[exports.tenancies]"),
        ("a date with a time", "[exports.tenancies]", "dpia = 2026-02-12T10:00:00\n[exports.tenancies]"),
        ("a year of long ago", "[exports.tenancies]", "dpia = 1026-02-12\n[exports.tenancies]"),
    ]));
}

#[test]
fn mistakes_in_where_a_feed_comes_from() {
    let from = "\"exports/lejemaal.csv\"";
    insta::assert_snapshot!(show(&[
        ("no from", "from = \"exports/lejemaal.csv\"", ""),
        ("http to somewhere", from, "\"http://drift.eksempelvang.example/lejemaal.csv\""),
        ("ftp", from, "\"ftp://drift.eksempelvang.example/lejemaal.csv\""),
        ("a URL without host", from, "\"https://\""),
        ("a password in the URL", from, "\"https://drift:hunter2@eksempelvang.example/lejemaal.csv\""),
        ("a signature in the URL", from, "\"https://eksempelvang.example/lejemaal.csv?sv=1&sig=hunter2\""),
        ("a pattern that is none", from, "\"exports/[a.csv\""),
        ("which files", from, "\"exports/*.csv\"\nfiles = \"latest\""),
        ("auth as text", from, "\"https://x.example/l.csv\"\nauth = \"Bearer hunter2\""),
        ("a token in clear", from, "\"https://x.example/l.csv\"\nauth = { bearer = \"hunter2\" }"),
        ("a password in clear", from, "\"https://x.example/l.csv\"\nauth = { user = \"x\", password = \"hunter2\" }"),
        ("a user without password", from, "\"https://x.example/l.csv\"\nauth = { user = \"x\" }"),
        ("bearer and user", from, "\"https://x.example/l.csv\"\nauth = { user = \"x\", bearer = \"env:X\" }"),
        ("a mistyped password", from, "\"https://x.example/l.csv\"\nauth = { user = \"x\", pasword = \"hunter2\" }"),
        ("share as per cent", from, "\"x.csv\"\nmax_rejects = 1.5"),
        ("share as text", from, "\"x.csv\"\nmax_shrink = \"50 %\""),
        ("a size of nothing", from, "\"x.csv\"\nmax_mb = 0"),
        ("an endless wait", from, "\"x.csv\"\ntimeout_seconds = 9999999"),
        ("a negative age", from, "\"x.csv\"\nmax_age_days = -1"),
    ]));
}

#[test]
fn mistakes_in_how_a_feed_is_written() {
    let from = "\"exports/lejemaal.csv\"";
    insta::assert_snapshot!(show(&[
        ("a delimiter of two", from, "\"x.csv\"\ndelimiter = \";;\""),
        ("a letter as delimiter", from, "\"x.csv\"\ndelimiter = \"a\""),
        ("an unknown encoding", from, "\"x.csv\"\nencoding = \"utf-16\""),
        ("a decimal sign of words", from, "\"x.csv\"\ndecimal = \"comma\""),
        ("a date format mistyped", from, "\"x.csv\"\ndates = [\"dd-mm-yyy\"]"),
        ("a date format twice", from, "\"x.csv\"\ndates = [\"ddmmyy\", \"ddmmyy\"]"),
        ("two formats that look alike", from, "\"x.csv\"\ndates = [\"ddmmyy\", \"yymmdd\"]"),
        ("no formats", from, "\"x.csv\"\ndates = []"),
        ("a column mistyped", from, "\"x.csv\"\ncolumns = { tenacy_ref = \"Lejemålsnr\" }"),
        ("columns the wrong way round", from, "\"x.csv\"\ncolumns = { \"Lejemålsnr\" = \"tenancy_ref\" }"),
        ("a column of another feed", from, "\"x.csv\"\ncolumns = { booked_on = \"Bogført\" }"),
        ("a column counted from 0", from, "\"x.csv\"\ncolumns = { tenancy_ref = 0 }"),
        ("a column that is a list", from, "\"x.csv\"\ncolumns = { tenancy_ref = [1] }"),
        ("a CPR column", from, "\"x.csv\"\ncolumns = { tenancy_ref = \"CPR-nr.\" }"),
        (
            "by name without a header",
            from,
            "\"x.csv\"\nheader_row = 0\ncolumns = { tenancy_ref = 1, estate = 2, moved_in = \"Ind\" }"
        ),
        ("too little without a header", from, "\"x.csv\"\nheader_row = 0\ncolumns = { tenancy_ref = 1 }"),
        ("fixed and a column", from, "\"x.csv\"\ncolumns.estate = 1\nfixed.estate = \"01\""),
        ("fixed without quotes", from, "\"x.csv\"\nfixed.estate = 1"),
        ("a value that is none", "\"Husleje\" = \"rent\"", "\"Husleje\" = \"rnt\""),
        ("values the wrong way round", "\"Husleje\" = \"rent\"", "\"rent\" = \"Husleje\""),
        ("an event that is none", "[risk]", "values.kind = { \"Ophævelse\" = \"terminated\" }\n[risk]"),
        ("values of a column without kinds", "[risk]", "values.on = { \"a\" = \"b\" }\n[risk]"),
    ]));
}

#[test]
fn mistakes_in_amounts_and_signs() {
    let columns = "charged = \"Opkrævet\", paid = \"Indbetalt\" }";
    insta::assert_snapshot!(show(&[
        ("an amount without a sign rule", columns, "amount = \"Beløb\" }"),
        ("an amount beside charged and paid", columns, "charged = 3, paid = 4, amount = 5 }\nsign = \"debt-positive\""),
        ("charged and paid in one column", columns, "charged = \"Beløb\", paid = \"Beløb\" }"),
        (
            "a sign column without an amount",
            columns,
            "charged = 3, paid = 4, sign = \"D/K\" }\nvalues.sign = { \"D\" = \"+\" }"
        ),
        ("a sign rule mistyped", columns, "amount = 3 }\nsign = \"debt-postive\""),
        ("a sign rule mistyped among the columns", columns, "amount = 3, sign = \"debt_positive\" }"),
        ("two sign rules", columns, "amount = 3, sign = \"debt-positive\" }\nsign = \"debt-positive\""),
        (
            "a sign that is none",
            columns,
            "amount = 3, sign = 4 }\nsign = \"debt-negative\"\nvalues.sign = { \"D\" = \"debit\" }"
        ),
        ("a sign for events", "[risk]", "sign = \"debt-positive\"\n[risk]"),
    ]));
}

#[test]
fn mistakes_in_skip_rules() {
    let from = "from = \"exports/haendelser.csv\"\n";
    let rule = |rest: &str| format!("{from}[[exports.events.skip]]\n{rest}\n");
    let shown = |title: &'static str, rest: &str| show(&[(title, from, &rule(rest))]);
    insta::assert_snapshot!(
        [
            shown("no name", "column = 1\nempty = true"),
            shown("a name with capitals", "rule = \"Trailer\"\ncolumn = 1\nempty = true"),
            shown("a name of our own", "rule = \"duplicate\"\ncolumn = 1\nempty = true"),
            shown("no column", "rule = \"trailer\"\nempty = true"),
            shown("no test", "rule = \"trailer\"\ncolumn = 1"),
            shown("two tests", "rule = \"trailer\"\ncolumn = 1\nempty = true\nequals = \"99\""),
            shown("a test mistyped", "rule = \"trailer\"\ncolumn = 1\nequal = \"99\""),
            shown("a number for text", "rule = \"trailer\"\ncolumn = 1\nequals = 99"),
            shown("not empty", "rule = \"trailer\"\ncolumn = 1\nempty = false"),
            shown("an empty text", "rule = \"trailer\"\ncolumn = 1\nstarts_with = \"\""),
            show(&[("a single table", from, &rule("").replace("[[", "[").replace("]]", "]"))]),
        ]
        .join("\n")
    );
}

#[test]
fn mistakes_in_risk_and_shortlist() {
    let label = "[\"termination\", \"court_filing\"]";
    insta::assert_snapshot!(show(&[
        ("an empty label", label, "[]"),
        ("a label that is none", label, "[\"terminaton\"]"),
        ("a label that is too common", label, "[\"reminder\"]"),
        ("a label twice", label, "[\"eviction\", \"eviction\"]"),
        ("no horizon", label, "[\"eviction\"]\nhorizon_days = 0"),
        ("a horizon of years", label, "[\"eviction\"]\nhorizon_days = 731"),
        ("a model mistyped", label, "[\"eviction\"]\nmodel = \"curent\""),
        ("a model outside the folder", label, "[\"eviction\"]\nmodel = \"../other/model.json\""),
        ("a drift limit that every night is over", label, "[\"eviction\"]\ndrift_limit = 0"),
        ("a drift limit in quotes", label, "[\"eviction\"]\ndrift_limit = \"0.25\""),
        ("a review that is none", "\"before-sending\"", "\"after-sending\""),
        ("nobody to review", "[[reviewer]]\nname  = \"Inge Prøve\"\nemail = \"inge@eksempelvang.example\"\n", ""),
        ("months below nothing", "[[reviewer]]", "min_arrears_months = -0.5\n[[reviewer]]"),
        ("months that are no number", "[[reviewer]]", "min_arrears_months = nan\n[[reviewer]]"),
        ("reasons that are none", "[[reviewer]]", "reasons = \"some\"\n[[reviewer]]"),
        ("a link without a tenancy", "[[reviewer]]", "link = \"https://drift.example/lejemaal\"\n[[reviewer]]"),
        ("a link to another host each time", "[[reviewer]]", "link = \"https://{ref}.example/\"\n[[reviewer]]"),
        ("a link in clear", "[[reviewer]]", "link = \"http://drift.example/{ref}\"\n[[reviewer]]"),
    ]));
}

#[test]
fn mistakes_in_reviewers_and_caseworkers() {
    let again = |email: &str, estate: &str| {
        format!(
            "[[caseworker]]\nname = \"Ole\"\nemail = \"{email}\"\nphone = \"12345678\"\nestates = [\"{estate}\"]\nplace = \"P\"\n\
             on_site = [\"mon 9:00-10:00\"]\nweekly_capacity = 1\n\n[mail]"
        )
    };
    insta::assert_snapshot!(show(&[
        ("an address that is none", "\"inge@eksempelvang.example\"", "\"inge at eksempelvang.example\""),
        ("an address with a name", "\"mette@kommune.example\"", "\"Mette <mette@kommune.example>\""),
        (
            "a reviewer twice",
            "[[caseworker]]",
            "[[reviewer]]\nname = \"inge prøve\"\nemail = \"Inge@eksempelvang.example\"\n[[caseworker]]"
        ),
        ("a caseworker twice", "[mail]", &again("Mette@kommune.example", "03")),
        ("an estate of two caseworkers", "[mail]", &again("ole@kommune.example", "02")),
        ("an estate without quotes", "[\"01\", \"02\"]", "[1, 2]"),
        ("no estates", "[\"01\", \"02\"]", "[]"),
        ("a phone of words", "\"12 34 56 78\"", "\"ring til mig\""),
        ("a line break in a name", "\"Mette Prøve\"", "\"Mette\\nBcc: x@x.example\""),
        ("an unknown day", "tue 10:00-14:00", "tues 10:00-14:00"),
        ("hours without minutes", "tue 10:00-14:00", "tue 10-14"),
        ("hours backwards", "tue 10:00-14:00", "tue 14:00-10:00"),
        ("hours that overlap", "\"tue 10:00-14:00\"", "\"tue 10:00-14:00\", \"tir 13:00-15:00\""),
        ("no days", "[\"tue 10:00-14:00\"]", "[]"),
        ("a capacity below nothing", "weekly_capacity = 5", "weekly_capacity = -1"),
        ("no capacity", "weekly_capacity = 5", ""),
        ("a certificate", "weekly_capacity = 5", "weekly_capacity = 5\ncertificate = \"certs/mette.pem\""),
    ]));
}

#[test]
fn mistakes_in_mail_and_operations() {
    let file = "transport = \"file\"";
    insta::assert_snapshot!(show(&[
        ("no mail", "[mail]\nfrom      = \"Postkort <postkort@eksempelvang.example>\"\ntransport = \"file\"", ""),
        ("a sender that is none", "\"Postkort <postkort@eksempelvang.example>\"", "\"Postkort\""),
        ("a transport that is none", file, "transport = \"sendmail\""),
        ("smtp without a host", file, "transport = \"smtp\""),
        ("a host with a port", file, "transport = \"smtp\"\nhost = \"mail.example:587\""),
        ("a host with a password", file, "transport = \"smtp\"\nhost = \"postkort:hunter2@mail.example\""),
        ("in clear over the net", file, "transport = \"smtp\"\nhost = \"mail.example\"\ntls = \"none\""),
        ("tls that is none", file, "transport = \"smtp\"\nhost = \"mail.example\"\ntls = \"starttls\""),
        ("a port beyond", file, "transport = \"smtp\"\nhost = \"mail.example\"\nport = 65536"),
        (
            "a password in clear",
            file,
            "transport = \"smtp\"\nhost = \"mail.example\"\nuser = \"p\"\npassword = \"hunter2\""
        ),
        (
            "a password without quotes",
            file,
            "transport = \"smtp\"\nhost = \"mail.example\"\nuser = \"p\"\npassword = hunter2"
        ),
        (
            "a password that is a number",
            file,
            "transport = \"smtp\"\nhost = \"mail.example\"\nuser = \"p\"\npassword = 271828"
        ),
        ("a password key mistyped", file, "transport = \"smtp\"\nhost = \"mail.example\"\npasword = \"hunter2\""),
        ("a user without password", file, "transport = \"smtp\"\nhost = \"mail.example\"\nuser = \"p\""),
        ("a password without user", file, "transport = \"smtp\"\nhost = \"mail.example\"\npassword = \"env:P\""),
        ("an alert to nobody", file, "transport = \"file\"\n[operations]\nalert_email = \"drift\""),
        ("a ping in clear", file, "transport = \"file\"\n[operations]\nping_url = \"http://ping.example/x\""),
        ("a ping with a query", file, "transport = \"file\"\n[operations]\nping_url = \"https://ping.example/x?a=b\""),
    ]));
}

#[test]
fn all_mistakes_of_a_file_are_shown_at_once() {
    let broken = BASE
        .replace("\"named\"", "\"nobody\"")
        .replace("weekly_capacity = 5", "weekly_capcity = 5")
        .replace("\"tue 10:00-14:00\"", "\"someday\"")
        .replace("\"file\"", "\"pigeon\"");
    insta::assert_snapshot!(printed(&broken));
    let problems = load(&broken).unwrap_err();
    let lines: Vec<_> = problems.problems().iter().filter_map(|problem| problem.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn files_that_are_no_text_say_how_to_save_them() {
    let windows_1252 = encoding_rs::WINDOWS_1252.encode(BASE).0.into_owned();
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(BASE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    insta::assert_snapshot!(format!("{}\n\n{}\n\n{}", printed(windows_1252), printed(utf_16), printed("")));
}

#[test]
fn a_file_that_is_not_there_or_a_folder_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = postkort::config::Config::load(&folder.path().join("nowhere.toml")).unwrap_err();
    assert!(missing.to_string().starts_with("error: cannot read the config: No such file"), "{missing}");
    let is_folder = postkort::config::Config::load(folder.path()).unwrap_err();
    assert!(is_folder.to_string().starts_with("error: the config is not a file"), "{is_folder}");
}

#[test]
fn problems_become_json_with_line_column_and_message() {
    let error = load(with("\"named\"", "\"naemd\"")).unwrap_err();
    insta::assert_snapshot!(serde_json::to_string_pretty(error.problems()).unwrap());
}

#[test]
fn long_lines_are_cut_around_the_caret() {
    let many = (0..40).map(|n| format!("\"Art {n}\" = \"fee\"")).collect::<Vec<_>>().join(", ");
    let long = format!("values.kind = {{ {many}, \"Husleje\" = \"rnt\", {} }}", many.replace("Art", "Kind"));
    insta::assert_snapshot!(printed(with("values.kind = { \"Husleje\" = \"rent\" }", &long)));
}
