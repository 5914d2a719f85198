//! What the service behind `operations.ping_url` hears, and what a night hears of it.
#![allow(clippy::unwrap_used)] // all of it runs in tests only

mod https_server;

use std::time::{Duration, Instant};

use https_server::{Act, Authority, Server, answer};
use postkort::https::{Backoff, client};
use postkort::ping::{PingOptions, Stage, ping};

/// A client that trusts the server's CA, the server, and options for an impatient test.
async fn switch(script: Vec<Act>) -> (reqwest::Client, Server, PingOptions) {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    let client = client(Some(&ca), Duration::from_secs(5)).unwrap();
    let backoff = Backoff { base: Duration::from_millis(1), ..PingOptions::default().backoff };
    let options = PingOptions { limit: Duration::from_secs(1), backoff };
    (client, Server::start(&authority, script).await, options)
}

#[tokio::test]
async fn a_night_that_starts_succeeds_or_fails_is_told_as_such() {
    let (client, server, options) = switch(vec![answer("200 OK", &[], "OK")]).await;
    for stage in [Stage::Start, Stage::Success, Stage::Fail] {
        ping(&client, &server.url("/havblik"), stage, &options).await.unwrap();
    }
    let lines: Vec<String> = server.heads().iter().map(|head| head.lines().next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["GET /havblik/start HTTP/1.1", "GET /havblik HTTP/1.1", "GET /havblik/fail HTTP/1.1"]);
}

#[tokio::test]
async fn a_service_that_stumbles_is_told_again() {
    let script = vec![Act::Silence(Vec::new()), answer("502 Bad Gateway", &[], ""), answer("200 OK", &[], "OK")];
    let (client, server, options) = switch(script).await;
    ping(&client, &server.url("/havblik"), Stage::Success, &options).await.unwrap();
    assert_eq!(server.heads().len(), 3);
}

#[tokio::test]
async fn a_service_that_is_down_is_a_warning_that_does_not_show_the_address() {
    let (client, server, options) = switch(vec![answer("503 Service Unavailable", &[], "")]).await;
    let warning = ping(&client, &server.url("/hush?key=hush"), Stage::Fail, &options).await.unwrap_err();
    let told = "operations.ping_url: localhost was not told (Fail): it answers 503 Service Unavailable";
    assert_eq!((warning.to_string().as_str(), server.heads().len()), (told, 3));
    let (client, server, options) = switch(vec![answer("404 Not Found", &[], "")]).await;
    let warning = ping(&client, &server.url("/hush"), Stage::Start, &options).await.unwrap_err();
    assert!(warning.to_string().ends_with("(Start): it answers 404 Not Found") && server.heads().len() == 1);
    let nobody = format!("https://localhost:{}/hush", 1).parse().unwrap();
    let warning = ping(&client, &nobody, Stage::Start, &options).await.unwrap_err().to_string();
    assert!(warning.contains("no connection") && !warning.contains("hush"), "{warning}");
}

#[tokio::test]
async fn a_service_that_never_answers_does_not_hold_up_the_night() {
    let (client, server, options) = switch(vec![Act::Silence(Vec::new())]).await;
    let start = Instant::now();
    let warning = ping(&client, &server.url("/havblik"), Stage::Start, &options).await.unwrap_err();
    assert!(warning.why == "no answer in time" && start.elapsed() < Duration::from_secs(9), "{warning}");
}

#[tokio::test]
async fn a_service_that_redirects_is_not_followed_but_told_of() {
    let (client, server, options) = switch(vec![answer("301 Moved", &[("Location", "/elsewhere")], "")]).await;
    let warning = ping(&client, &server.url("/havblik"), Stage::Start, &options).await.unwrap_err();
    assert!(warning.why.ends_with("set the URL that it redirects to") && server.heads().len() == 1, "{warning}");
}
