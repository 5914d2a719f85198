//! What a pull leaves in the log, down to the finest level of every library beneath it.
#![allow(clippy::unwrap_used)] // all of it runs in tests only

mod https_server;
#[allow(dead_code)] // what the other tests of pulling need
#[path = "pull_https/site.rs"]
mod site;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use postkort::exports::pull::Credentials;
use tracing::Level;

use crate::https_server::answer;
use crate::site::{Site, busy, redirect, secret, whole};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_query_or_cell_of_an_export_stands_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).init();
    let mut site = Site::new();
    let server = site.server(vec![busy(), redirect("/filer?key=hush"), whole(), answer("401 No", &[], "")]).await;
    site.credentials = Some(Credentials::Bearer(secret("hush-token")));
    site.pull(server.url("/noter.csv?key=hush")).await.unwrap();
    site.credentials = Some(Credentials::Basic { user: "havblik".to_owned(), password: secret("hush") });
    site.failure(server.url("/noter.csv?key=hush")).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("pulling again") && text.contains("503 Service Unavailable"), "the log was caught: {text}");
    assert!(text.contains("reqwest::connect") && text.contains("rustls::"), "the libraries' own lines too");
    for secret in ["hush", "aGF2Ymxpazp", "007-01-0012-03"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
