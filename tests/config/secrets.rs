//! Secrets are fetched from where the config says, and shown nowhere.

use std::path::Path;

use postkort::config::{SecretAt, SecretError};
use secrecy::ExposeSecret;

use super::{good, load, printed, with};

fn kept(content: impl AsRef<[u8]>) -> (tempfile::TempDir, SecretAt) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, content).unwrap();
    (folder, SecretAt::File(path))
}

#[test]
fn a_secret_is_the_files_one_line_without_its_end() {
    for (content, secret) in
        [("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("ø x \n", "ø x ")]
    {
        let (_folder, at) = kept(content);
        assert_eq!(at.read().unwrap().expose_secret(), secret, "{content:?}");
    }
}

#[test]
fn a_secret_in_the_environment_is_read_by_its_name() {
    // Set by cargo for every test; tests do not change their own environment.
    let at = SecretAt::parse("env:CARGO_PKG_NAME", Path::new("")).unwrap();
    assert_eq!(at.read().unwrap().expose_secret(), "postkort");
    let missing = SecretAt::Env("POSTKORT_NO_SUCH_VARIABLE".to_owned()).read().unwrap_err();
    assert!(matches!(missing, SecretError::NotSet(_)));
    assert!(missing.to_string().contains("POSTKORT_NO_SUCH_VARIABLE is not set"), "{missing}");
}

#[test]
fn a_secret_that_cannot_be_one_is_refused_by_the_name_of_its_file() {
    let cases: [(&[u8], &str); 6] = [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"hunter2\nhunter3\n", "is not one line of text"),
        (b"hunter2\0", "is not one line of text"),
        (b"hunter2\xff", "is not one line of text"),
        (&[b'x'; 64 * 1024 + 1], "is larger than 64 KB"),
    ];
    for (content, said) in cases {
        let (_folder, at) = kept(content);
        let error = at.read().unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("/secret"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    let (_folder, at) = kept([b'x'; 64 * 1024]);
    assert!(at.read().is_ok(), "64 KB are allowed");
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(SecretAt::File(folder.path().to_owned()).read(), Err(SecretError::NotAFile(_))));
    assert!(matches!(SecretAt::File(folder.path().join("x")).read(), Err(SecretError::Unreadable { .. })));
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_pointed_out_and_still_used() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, at) = kept("hunter2");
    let path = folder.path().join("secret");
    for (mode, exposed) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o610, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(at.exposed().is_some(), exposed, "{mode:o}");
        assert!(at.read().is_ok());
    }
    let said = at.exposed().unwrap().to_string();
    assert!(said.contains("mode 0610") && !said.contains("hunter2"), "{said}");
}

#[test]
fn places_of_secrets_are_env_and_file_and_nothing_else() {
    let parse = |written| SecretAt::parse(written, Path::new("/etc/postkort"));
    assert_eq!(parse("env:SMTP_PASSWORD"), Some(SecretAt::Env("SMTP_PASSWORD".to_owned())));
    assert_eq!(parse("file:secrets/smtp"), Some(SecretAt::File("/etc/postkort/secrets/smtp".into())));
    assert_eq!(parse("file:/run/secrets/smtp"), Some(SecretAt::File("/run/secrets/smtp".into())));
    for wrong in
        ["hunter2", "", "env:", "env:9X", "env:A B", "env:A-B", "env:hunter2!", "file:", "file: ", "file:a\nb", "ENV:X"]
    {
        assert_eq!(parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn all_secrets_that_a_run_needs_are_tried_before_anything_is_done() {
    let text = with(
        "\"exports/lejemaal.csv\"",
        "\"https://x.example/l.csv\"\nauth = { bearer = \"env:POSTKORT_NONE\" }",
    )
    .replace(
        "transport = \"file\"",
        "transport = \"smtp\"\nhost = \"mail.example\"\nuser = \"p\"\npassword = \"file:nowhere\"\nca = \"ca.pem\"",
    );
    let error = good(&text).check_secrets().unwrap_err();
    let said = error.to_string();
    assert_eq!(error.0.len(), 3, "{said}");
    assert!(
        said.contains("exports.tenancies.auth.bearer: the environment variable POSTKORT_NONE is not set"),
        "{said}"
    );
    assert!(said.contains("mail.password: cannot read the secret in ") && said.contains("nowhere"), "{said}");
    assert!(said.contains("mail.ca: cannot read "), "{said}");
}

#[test]
fn secrets_that_nothing_uses_tonight_are_not_asked_for() {
    let text = with("\"exports/lejemaal.csv\"", "\"l.csv\"\nauth = { bearer = \"env:POSTKORT_NONE\" }").replace(
        "transport = \"file\"",
        "transport = \"file\"\nhost = \"mail.example\"\nuser = \"p\"\npassword = \"env:POSTKORT_NONE\"",
    );
    assert_eq!(good(&text).check_secrets().unwrap(), []);
}

#[test]
fn a_file_without_a_certificate_is_no_authority() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    let text = with("\"file\"", &format!("\"smtp\"\nhost = \"mail.example\"\nca = {:?}", authority.display()));
    std::fs::write(&authority, "-----BEGIN PRIVATE KEY-----\n").unwrap();
    assert!(good(&text).check_secrets().unwrap_err().to_string().contains("mail.ca: no certificate in "));
    std::fs::write(&authority, "-----BEGIN CERTIFICATE-----\n").unwrap();
    assert_eq!(good(&text).check_secrets().unwrap(), []);
}

/// Ways to write a secret into a config by mistake, each beside another mistake that might show its line.
const SLIPS: [&str; 25] = [
    "pasword = \"hun\"hunter2\"",
    "kode = hunter2 hunter2",
    "pass = \"\"hunter2",
    "password = \"hunter2\"",
    "password = \"hunter2",
    "password = 'hunter2'",
    "password = hunter2",
    "password = \"hun\"hunter2\"",
    "password = \"\"\"\nhunter2\n\"\"\"",
    "password = \"\"\"\nhunter2\n",
    "password = [\"hunter2\"]",
    "password = { is = \"hunter2\" }",
    "password.is = \"hunter2\"",
    "password = \"env:hunter2 !\"",
    "\"password\" = \"hunter2\"",
    "pass = \"hunter2\"",
    "pasword = \"hunter2\"",
    "Password = \"hunter2\" ]",
    "password : \"hunter2\"",
    "smtp_password = \"hunter2\"",
    "host = \"smtp://postkort:hunter2@mail.example\"",
    "host = \"postkort:hunter2@mail.example\" ]",
    "host = \"mail.example\" # password = hunter2 ]\nport = 0",
    "port = 0 # token: hunter2",
    "host = \"mail example\" ]",
];

#[test]
fn a_secret_written_into_the_config_is_never_repeated() {
    for slip in SLIPS {
        for other in ["", "\nhost = \"\"", "\nport = \"x\"", " ]", "\n]"] {
            let text = with("transport = \"file\"", &format!("transport = \"smtp\"\nuser = \"p\"\n{slip}{other}"));
            let Err(error) = load(&text) else { panic!("{slip}{other} loads") };
            let json = serde_json::to_string(error.problems()).unwrap();
            for told in [error.to_string(), format!("{error:?}"), json] {
                assert!(!told.contains("hunter2"), "{slip}{other}\n{told}");
            }
        }
    }
    let urls = [
        "\"https://drift:hunter2@x.example/l.csv\"",
        "\"https://hunter2@x.example/l.csv\"",
        "\"https://x.example/l.csv?token=hunter2\"",
        "\"https://drift:hunter2@x.example/l.csv",
        "https://drift:hunter2@x.example/l.csv",
        "\"http://drift:hunter2@x.example:99999/l.csv\"",
        "\"l.csv\"\nauth = { bearer = \"hunter2\" }",
        "\"l.csv\"\nauth = { bearer = \"hunter2\", }\nmax_mb = 0",
        "\"l.csv\"\nauth = { user = \"x\", password = \"hunter2\" ",
        "\"l.csv\"\nauth = \"hunter2\"",
        "\"l.csv\"\nauth = { user = \"x\", pasword = \"hun\"hunter2\" }",
        "\"l.csv\"\nauth.kode = hunter2 hunter2",
        "\"l.csv\"\nauth = [\"hunter2\"]",
        "\"l.csv\"\nauth = { basic = \"hunter2\" }",
        "\"l.csv\"\nauth.header = \"Authorization hunter2\"",
        "\"l.csv\"\ntoken = \"hunter2\"",
    ];
    for url in urls {
        let told = printed(with("\"exports/lejemaal.csv\"", url));
        assert!(told.starts_with("error") && !told.contains("hunter2"), "{url}\n{told}");
    }
}

#[test]
fn the_debug_form_of_a_config_names_places_of_secrets_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "hunter2").unwrap();
    let place = format!("{:?}", format!("file:{}", folder.path().join("secret").display()));
    let text = with("\"exports/lejemaal.csv\"", &format!("\"https://x.example/l.csv\"\nauth = {{ bearer = {place} }}"));
    let config = good(&text);
    config.check_secrets().unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
