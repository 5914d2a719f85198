//! What stays on disk from one night to the next.

use std::fs;
use std::time::Duration;

use jiff::civil::date;

use crate::https_server::{Act, answer, head};
use crate::site::{CSV, Site, redirect, whole};

fn tagged(tag: &str, body: &str) -> Act {
    answer("200 OK", &[("ETag", tag), ("Last-Modified", "Mon, 23 Nov 2026 04:00:00 GMT")], body)
}

#[tokio::test]
async fn an_export_that_has_not_changed_is_not_sent_again() {
    let mut site = Site::new();
    let server = site.server(vec![tagged("\"v1\"", CSV), answer("304 Not Modified", &[], "")]).await;
    let first = site.pull(server.url("/noter.csv?key=hush")).await.unwrap();
    let again = site.pull(server.url("/noter.csv?key=hush")).await.unwrap();
    assert_eq!(first, again);
    assert_eq!((again.delivered_on, site.content().as_str()), (Some(date(2026, 11, 23)), CSV));
    assert_eq!(server.header(0, "If-None-Match"), None);
    assert_eq!(server.header(1, "If-None-Match").as_deref(), Some("\"v1\""));
    assert_eq!(server.header(1, "If-Modified-Since").as_deref(), Some("Mon, 23 Nov 2026 04:00:00 GMT"));
    server.then(vec![tagged("\"v2\"", "a;b\n")]);
    site.pull(server.url("/noter.csv?key=hush")).await.unwrap();
    assert_eq!(site.content(), "a;b\n", "a new version replaces it");
}

#[tokio::test]
async fn a_kept_file_that_was_altered_is_pulled_whole_again() {
    type Harm = fn(&std::path::Path);
    let harms: [(&str, Harm); 5] = [
        ("one byte changed", |folder| fs::write(folder.join("notes.csv"), CSV.replace('5', "6")).unwrap()),
        ("cut", |folder| fs::write(folder.join("notes.csv"), &CSV[..20]).unwrap()),
        ("gone", |folder| fs::remove_file(folder.join("notes.csv")).unwrap()),
        ("memory broken", |folder| fs::write(folder.join("notes.pull.json"), "{\"etag\":").unwrap()),
        ("memory of another place", |folder| {
            fs::copy(folder.join("notes.csv"), folder.join("../other.csv")).unwrap();
            let memory = fs::read_to_string(folder.join("notes.pull.json")).unwrap();
            assert!(memory.contains(": \"notes.csv\""));
            fs::write(folder.join("notes.pull.json"), memory.replace(": \"notes.csv\"", ": \"../other.csv\"")).unwrap();
        }),
    ];
    for (what, harm) in harms {
        let mut site = Site::new();
        let server = site.server(vec![tagged("\"v1\"", CSV)]).await;
        site.pull(server.url("/noter.csv")).await.unwrap();
        harm(&site.downloads());
        site.pull(server.url("/noter.csv")).await.unwrap();
        assert_eq!(server.header(1, "If-None-Match"), None, "{what}");
        assert_eq!(server.header(1, "If-Modified-Since"), None, "{what}");
        assert_eq!(site.content(), CSV, "{what}");
    }
}

#[tokio::test]
async fn what_one_url_gave_does_not_stand_in_for_another() {
    let mut site = Site::new();
    let server = site.server(vec![tagged("\"v1\"", CSV)]).await;
    site.pull(server.url("/noter.csv?forening=1")).await.unwrap();
    site.pull(server.url("/noter.csv?forening=2")).await.unwrap();
    assert_eq!(server.header(1, "If-None-Match"), None);
}

#[tokio::test]
async fn validators_go_only_to_the_place_that_gave_them() {
    let mut site = Site::new();
    let store = site.server(vec![tagged("\"v1\"", CSV), answer("304 Not Modified", &[], "")]).await;
    let server = site.server(vec![redirect(store.url("/lager/noter.csv?sig=hush").as_str())]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!(server.header(1, "If-None-Match"), None);
    assert_eq!(store.header(1, "If-None-Match").as_deref(), Some("\"v1\""));
    server.then(vec![answer("304 Not Modified", &[], "")]);
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.contains("304 Not Modified although the whole export was asked for"), "{message}");
}

#[tokio::test]
async fn a_pull_that_fails_leaves_the_last_export_and_no_half_file() {
    let mut site = Site::new();
    let server = site.server(vec![tagged("\"v1\"", CSV)]).await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    let before = site.kept();
    let mut half = head("200 OK", &[("Content-Length", "5000")]);
    half.extend(b"half;an;export\r\n");
    for act in [Act::Cut(half), Act::Endless(head("200 OK", &[])), answer("404 Not Found", &[], "")] {
        server.then(vec![act]);
        site.failure(server.url("/noter.csv")).await;
        assert_eq!((site.content().as_str(), site.kept()), (CSV, before.clone()));
    }
    server.then(vec![answer("304 Not Modified", &[], "")]);
    site.pull(server.url("/noter.csv")).await.unwrap();
}

#[tokio::test]
async fn a_pull_that_is_dropped_midway_leaves_no_half_file_and_one_left_by_a_kill_is_replaced() {
    let mut site = Site::new();
    site.options.stall_limit = Duration::from_secs(30);
    let mut half = head("200 OK", &[("Content-Length", "5000")]);
    half.extend(b"half;an;export\r\n");
    let server = site.server(vec![Act::Silence(half), whole()]).await;
    let part = site.downloads().join("notes.csv.part");
    let begun = async {
        while !part.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        pulled = site.pull(server.url("/noter.csv")) => panic!("half an export was enough: {pulled:?}"),
        () = begun => {}
    }
    assert_eq!(site.kept(), Vec::<String>::new());
    fs::write(site.downloads().join("notes.csv.part"), "left by a killed run").unwrap();
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!(
        (site.content().as_str(), site.kept()),
        (CSV, vec!["notes.csv".to_owned(), "notes.pull.json".to_owned()])
    );
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let mut site = Site::new();
    let server = site.server(vec![whole()]).await;
    fs::write(site.downloads(), "a file where the folder should be").unwrap();
    let message = site.failure(server.url("/noter.csv")).await;
    let place = site.downloads().display().to_string();
    assert!(message.contains(&format!("{place} cannot be written: ")), "{message}");
    assert!(message.ends_with("is there space, and may this user write there?"), "{message}");
    fs::remove_file(site.downloads()).unwrap();
    fs::create_dir_all(site.downloads().join("notes.csv.part")).unwrap();
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.contains("notes.csv.part cannot be written: "), "{message}");
}
