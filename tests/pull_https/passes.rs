//! Trouble that passes, and how often and how long it is waited for.

use std::time::{Duration, Instant};

use crate::https_server::{Act, answer, head};
use crate::site::{CSV, Site, busy, whole};

#[tokio::test]
async fn a_body_that_is_cut_short_is_pulled_again_until_it_is_whole() {
    let half = || {
        let mut bytes = head("200 OK", &[("Content-Length", &CSV.len().to_string())]);
        bytes.extend(&CSV.as_bytes()[..30]);
        bytes
    };
    let mut chunked = head("200 OK", &[("Transfer-Encoding", "chunked")]);
    chunked.extend(b"10\r\n0123456789abcdef\r\n");
    let mut site = Site::new();
    site.options.backoff.attempts = 5;
    let script = vec![Act::Send(half()), Act::Cut(half()), Act::Reset(half()), Act::Send(chunked), whole()];
    let server = site.server(script).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!((site.content().as_str(), server.heads().len()), (CSV, 5));
}

#[tokio::test]
async fn a_body_without_a_length_counts_as_whole_only_if_the_server_says_goodbye() {
    let open_ended = |bytes: &str| [head("200 OK", &[("Content-Type", "text/csv")]), bytes.into()].concat();
    let mut site = Site::new();
    let server = site.server(vec![Act::Cut(open_ended(&CSV[..30])), Act::Send(open_ended(CSV))]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!((site.content().as_str(), server.heads().len()), (CSV, 2));
}

#[tokio::test]
async fn a_server_that_is_busy_twice_and_then_answers_gives_the_export() {
    let mut site = Site::new();
    let server = site.server(vec![busy(), answer("500 Oops", &[], ""), whole()]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!((site.content().as_str(), server.heads().len()), (CSV, 3));
}

#[tokio::test]
async fn a_server_that_stays_busy_is_asked_a_bounded_number_of_times() {
    let mut site = Site::new();
    let server = site.server(vec![busy()]).await;
    let message = site.failure(server.url("/noter.csv?key=hush")).await;
    assert!(message.ends_with("/noter.csv: the server answers 503 Service Unavailable (attempt 4)"), "{message}");
    assert_eq!((server.heads().len(), site.kept()), (4, vec![]));
}

#[tokio::test]
async fn a_server_that_asks_for_time_gets_it() {
    let mut site = Site::new();
    let server = site.server(vec![answer("429 Too Many Requests", &[("Retry-After", "1")], ""), whole()]).await;
    let start = Instant::now();
    site.pull(server.url("/noter.csv")).await.unwrap();
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(8), "{waited:?}");
}

#[tokio::test]
async fn a_server_that_asks_for_more_time_than_there_is_ends_the_pull_at_once() {
    let mut site = Site::new();
    site.feed.timeout_seconds = 10;
    let server = site.server(vec![answer("429 Too Many Requests", &[("Retry-After", "3600")], "")]).await;
    let start = Instant::now();
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(start.elapsed() < Duration::from_secs(5) && server.heads().len() == 1);
    let end = "not done within timeout_seconds = 10; before that: the server answers 429 Too Many Requests";
    assert!(message.ends_with(end), "{message}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_asked_again() {
    let mut site = Site::new();
    site.options.stall_limit = Duration::from_millis(700);
    let started = head("200 OK", &[("Content-Length", "100")]);
    let server = site.server(vec![Act::Silence(Vec::new()), Act::Silence(started), whole()]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert!(site.content() == CSV && server.heads().len() >= 3);
}

#[tokio::test]
async fn an_empty_export_is_never_taken() {
    let mut site = Site::new();
    let server = site.server(vec![whole(), answer("200 OK", &[], "")]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the body is empty (attempt 4)"), "{message}");
    assert_eq!(site.content(), CSV);
}
