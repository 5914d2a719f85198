//! Wrong lengths, sizes over the limit, and answers that never end.

use std::time::{Duration, Instant};

use crate::https_server::{Act, answer, head};
use crate::site::{CSV, Site, gzip, whole};

#[tokio::test]
async fn a_length_that_promises_more_than_comes_is_an_error() {
    let mut site = Site::new();
    let mut bytes = head("200 OK", &[("Content-Length", "5000")]);
    bytes.extend(CSV.as_bytes());
    let server = site.server(vec![Act::Send(bytes)]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(
        message.contains("the body broke off or is damaged (end of file before message length reached)"),
        "{message}"
    );
    assert_eq!((server.heads().len(), site.kept()), (4, vec![]));
}

#[tokio::test]
async fn what_comes_after_the_promised_length_is_no_part_of_the_export() {
    let mut site = Site::new();
    let mut bytes = head("200 OK", &[("Content-Length", &CSV.len().to_string())]);
    bytes.extend(CSV.as_bytes());
    bytes.extend(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    let server = site.server(vec![Act::Send(bytes), whole()]).await;
    for _ in 0..2 {
        site.pull(server.url("/noter.csv")).await.unwrap();
        assert_eq!(site.content(), CSV);
    }
    assert_eq!(server.heads().len(), 2);
}

#[tokio::test]
async fn two_lengths_that_disagree_are_not_taken() {
    let mut site = Site::new();
    let mut bytes = head("200 OK", &[("Content-Length", "10"), ("Content-Length", "20")]);
    bytes.extend(CSV.as_bytes());
    let server = site.server(vec![Act::Send(bytes)]).await;
    site.failure(server.url("/noter.csv")).await;
    assert_eq!(site.kept(), Vec::<String>::new());
}

#[tokio::test]
async fn an_endless_export_is_stopped_at_the_size_limit_and_leaves_nothing() {
    let mut site = Site::new();
    let server = site.server(vec![Act::Endless(head("200 OK", &[]))]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the export is over 100000 bytes (key `max_mb`); stopped there"), "{message}");
    assert_eq!((server.heads().len(), site.kept()), (1, vec![]));
    assert!(server.sent() < 20_000_000, "the connection was closed: {} bytes went out", server.sent());
}

#[tokio::test]
async fn an_export_that_announces_too_much_is_refused_before_it_comes() {
    let mut site = Site::new();
    let server = site.server(vec![Act::Silence(head("200 OK", &[("Content-Length", "100001")]))]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.contains("100000") && message.contains("`max_mb`"), "{message}");
    assert_eq!((server.heads().len(), site.kept()), (1, vec![]));
}

#[tokio::test]
async fn a_slow_drip_is_stopped_by_the_time_limit() {
    let mut site = Site::new();
    site.feed.timeout_seconds = 2;
    let drip = Act::Drip(head("200 OK", &[("Content-Length", "90000")]), Duration::from_millis(50));
    let server = site.server(vec![drip]).await;
    let start = Instant::now();
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("not done within timeout_seconds = 2"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(6) && site.kept().is_empty(), "{:?}", site.kept());
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_too_much_is_stopped() {
    let mut site = Site::new();
    let packed = gzip(&[b'7'; 100_001]);
    assert!(packed.len() < 1000);
    let server = site.server(vec![answer("200 OK", &[("Content-Encoding", "gzip")], packed)]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the export is over 100000 bytes (key `max_mb`); stopped there"), "{message}");
    assert_eq!((server.heads().len(), site.kept()), (1, vec![]));
}
