//! Answers that are no export.

use crate::https_server::answer;
use crate::site::Site;

#[tokio::test]
async fn a_login_page_is_not_taken_for_an_export() {
    let page = "\r\n<!DOCTYPE html><title>Log ind</title>";
    let mut site = Site::new();
    let kinds = [("text/html; charset=utf-8", "x"), ("text/csv", page)];
    for (kind, body) in kinds {
        let server = site.server(vec![answer("200 OK", &[("Content-Type", kind)], body)]).await;
        let message = site.failure(server.url("/noter.csv")).await;
        assert!(message.contains("an HTML page came instead of an export, perhaps a login page"), "{message}");
        assert_eq!((server.heads().len(), site.kept().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_status_that_will_not_pass_is_told_at_once() {
    for status in
        ["404 Not Found", "410 Gone", "400 Bad Request", "204 No Content", "206 Partial Content", "304 Not Modified"]
    {
        let mut site = Site::new();
        let server = site.server(vec![answer(status, &[], "")]).await;
        let message = site.failure(server.url("/noter.csv")).await;
        assert!(message.contains(&format!("the server answers {status}")), "{message}");
        assert_eq!(server.heads().len(), 1, "{status} is not tried again");
    }
}
