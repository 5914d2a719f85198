//! What arrives when all goes well.

use std::fs;
use std::sync::Mutex;

use jiff::civil::date;
use jiff::tz::TimeZone;
use postkort::config::Source;
use postkort::exports::pull::pull;

use crate::https_server::answer;
use crate::site::{CSV, Site, gzip, whole};

#[tokio::test]
async fn an_export_arrives_byte_for_byte_and_only_this_user_can_read_it() {
    let mut site = Site::new();
    let modified = ("Last-Modified", "Tue, 24 Nov 2026 23:30:00 GMT");
    let server = site.server(vec![answer("200 OK", &[modified], CSV)]).await;
    site.options.zone = TimeZone::get("Europe/Copenhagen").unwrap();
    let file = site.pull(server.url("/eksport/noter.csv?key=hush")).await.unwrap();
    assert_eq!(file.path, site.downloads().join("notes.csv"));
    assert_eq!(file.shown, format!("https://localhost:{}/eksport/noter.csv", server.port));
    assert_eq!(file.delivered_on, Some(date(2026, 11, 25)), "half past midnight in Copenhagen");
    assert_eq!(
        (site.content().as_str(), site.kept()),
        (CSV, vec!["notes.csv".to_owned(), "notes.pull.json".to_owned()])
    );
    assert!(server.heads()[0].starts_with("GET /eksport/noter.csv?key=hush HTTP/1.1\r\n"));
    let memory = fs::read_to_string(site.downloads().join("notes.pull.json")).unwrap();
    assert!(!memory.contains("hush"), "the query is not kept: {memory}");
    #[cfg(unix)]
    for (path, mode) in [("", 0o700), ("notes.csv", 0o600), ("notes.pull.json", 0o600)] {
        let metadata = fs::metadata(site.downloads().join(path)).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, mode, "{path}");
    }
}

#[tokio::test]
async fn a_compressed_export_is_unpacked_and_a_broken_one_pulled_again() {
    let packed = gzip(CSV.as_bytes());
    let mut site = Site::new();
    let headers = [("Content-Encoding", "gzip")];
    let server = site
        .server(vec![answer("200 OK", &headers, &packed[..packed.len() / 2]), answer("200 OK", &headers, packed)])
        .await;
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!((site.content().as_str(), server.heads().len()), (CSV, 2));
    assert_eq!(server.header(0, "Accept-Encoding").as_deref(), Some("gzip"));
}

#[tokio::test]
async fn a_spreadsheet_is_known_by_its_url_its_type_or_its_first_bytes() {
    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; charset=binary";
    for (path, kind, body) in
        [("/NOTER.XLSX", "application/octet-stream", "x"), ("/noter", sheet, "x"), ("/noter", "text/csv", "PK\x03\x04")]
    {
        let mut site = Site::new();
        let server = site.server(vec![whole(), answer("200 OK", &[("Content-Type", kind)], body)]).await;
        site.pull(server.url("/noter.csv")).await.unwrap();
        let file = site.pull(server.url(path)).await.unwrap();
        assert_eq!(file.path, site.downloads().join("notes.xlsx"));
        assert_eq!(site.kept(), ["notes.pull.json", "notes.xlsx"], "the older form is gone");
    }
}

#[tokio::test]
async fn progress_is_told_while_an_export_comes() {
    let mut site = Site::new();
    let server = site.server(vec![whole()]).await;
    site.feed.timeout_seconds = u64::MAX; // as good as none
    site.feed.from = Source::Url(server.url("/noter.csv"));
    let seen = Mutex::new(Vec::new());
    let note = |bytes, total| seen.lock().unwrap().push((bytes, total));
    pull(&site.feed, None, &site.downloads(), &site.options, &note).await.unwrap();
    let total = CSV.len() as u64;
    assert_eq!(seen.lock().unwrap().last(), Some(&(total, Some(total))));
}
