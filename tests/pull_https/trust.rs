//! Who gets the credentials, and whose answer counts.

use postkort::config::{Auth, SecretAt};
use postkort::exports::pull::Credentials;
use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::https_server::{Authority, Server, answer};
use crate::site::{Site, busy, redirect, secret, whole};

#[tokio::test]
async fn bearer_and_basic_credentials_arrive_as_they_should() {
    let mut site = Site::new();
    let server = site.server(vec![whole()]).await;
    site.credentials = Some(Credentials::Bearer(secret("hush-token")));
    site.pull(server.url("/noter.csv")).await.unwrap();
    site.credentials = Some(Credentials::Basic { user: "havblik".to_owned(), password: secret("hush:æ") });
    site.pull(server.url("/noter.csv")).await.unwrap();
    assert_eq!(server.header(0, "Authorization").as_deref(), Some("Bearer hush-token"));
    assert_eq!(server.header(1, "Authorization").as_deref(), Some("Basic aGF2YmxpazpodXNoOsOm"));
}

#[tokio::test]
async fn refused_credentials_are_named_by_their_key_and_never_shown() {
    let mut site = Site::new();
    site.credentials = Some(Credentials::Bearer(secret("hush-token")));
    site.feed.auth = Some(Auth::Bearer(SecretAt::Env("HAVBLIK_NOTES_TOKEN".to_owned())));
    let server = site.server(vec![answer("401 Unauthorized", &[], ""), answer("403 Forbidden", &[], "")]).await;
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let message = site.failure(server.url("/noter.csv?sig=hush")).await;
        let end = format!(
            "the server refuses the credentials ({status}); check exports.notes.auth.bearer = \"env:HAVBLIK_NOTES_TOKEN\""
        );
        assert!(message.ends_with(&end), "{message}");
    }
    assert_eq!(server.heads().len(), 2, "not tried again");
}

#[tokio::test]
async fn a_secret_with_a_line_end_in_it_is_not_sent() {
    let mut site = Site::new();
    let server = site.server(vec![whole()]).await;
    site.credentials = Some(Credentials::Bearer(secret("hush\r\nX-Evil: 1")));
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.contains("the credentials cannot be sent: the token holds a line end"), "{message}");
    assert_eq!(server.heads().len(), 0);
}

#[tokio::test]
async fn a_redirect_on_the_same_host_keeps_the_credentials() {
    let mut site = Site::new();
    site.credentials = Some(Credentials::Bearer(secret("hush-token")));
    let server = site.server(vec![redirect("/filer/noter.csv?del=2"), whole()]).await;
    let file = site.pull(server.url("/noter.csv?key=hush")).await.unwrap();
    assert!(file.shown.ends_with("/noter.csv"), "messages call it by the configured URL: {}", file.shown);
    assert!(server.heads()[1].starts_with("GET /filer/noter.csv?del=2 HTTP/1.1"));
    assert_eq!(server.header(1, "Authorization").as_deref(), Some("Bearer hush-token"));
    assert_eq!(server.header(1, "Referer"), None, "a URL may hold a key");
}

#[tokio::test]
async fn a_redirect_to_another_host_drops_the_credentials_for_good() {
    let mut site = Site::new();
    site.credentials = Some(Credentials::Basic { user: "havblik".to_owned(), password: secret("hush") });
    let home = site.server(vec![busy()]).await;
    let back = redirect(home.url("/tilbage.csv").as_str());
    let away = site.server(vec![back]).await;
    let other_user = away.url("/noter.csv").to_string().replace("https://", "https://anna:hush@");
    home.then(vec![redirect(&other_user), whole()]);
    site.pull(home.url("/noter.csv")).await.unwrap();
    assert!(home.header(0, "Authorization").is_some());
    assert_eq!(away.header(0, "Authorization"), None, "not to another port, nor those of the redirect");
    assert_eq!(home.header(1, "Authorization"), None, "nor back home, where another host sent us");
}

#[tokio::test]
async fn a_refusal_by_another_host_says_that_it_got_no_credentials() {
    let mut site = Site::new();
    let away = site.server(vec![answer("403 Forbidden", &[], "")]).await;
    let home = site.server(vec![redirect(away.url("/lager/noter.csv?sig=hush").as_str())]).await;
    let message = site.failure(home.url("/noter.csv")).await;
    let end = format!("they are not sent on to https://localhost:{}/lager/noter.csv", away.port);
    assert!(message.ends_with(&end), "{message}");
}

#[tokio::test]
async fn a_redirect_out_of_https_is_refused() {
    let mut site = Site::new();
    let server = site.server(vec![redirect("http://localhost/noter.csv?key=hush")]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("redirects to http://localhost/noter.csv, which is not https; refused"), "{message}");
    assert_eq!(server.heads().len(), 1);
}

#[tokio::test]
async fn a_redirect_in_circles_ends_after_five() {
    let mut site = Site::new();
    let server = site.server(vec![redirect("/noter.csv?hush")]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.contains("the server redirects more than 5 times, at last to https://localhost"), "{message}");
    assert_eq!(server.heads().len(), 6);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told() {
    let mut site = Site::new();
    let server = site.server(vec![answer("302 Found", &[], "")]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the server redirects (302 Found) without saying where to"), "{message}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused_at_once() {
    let mut site = Site::new();
    let server = Server::start_as(&site.authority, "localhost", -1, vec![whole()]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the server's certificate has expired"), "{message}");
    assert_eq!(server.heads().len(), 0);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_ca_or_another_host_is_refused_at_once() {
    let mut site = Site::new();
    let stranger = Server::start(&Authority::new(), vec![whole()]).await;
    let message = site.failure(stranger.url("/noter.csv")).await;
    assert!(message.ends_with("from a CA that is not trusted here; name it with the key `ca`"), "{message}");
    let server = Server::start_as(&site.authority, "drift.havblik.example", 30, vec![whole()]).await;
    let message = site.failure(server.url("/noter.csv")).await;
    assert!(message.ends_with("the server's certificate is for another host name"), "{message}");
    assert_eq!((stranger.heads().len(), server.heads().len()), (0, 0));
}

#[tokio::test]
async fn a_user_in_the_url_is_refused_without_being_shown() {
    let mut site = Site::new();
    let url = Url::parse("https://anna:hush@localhost:1/noter.csv").unwrap();
    let message = site.failure(url).await;
    assert!(message.ends_with("they belong under the key `auth`") && !message.contains("anna"), "{message}");
}

#[tokio::test]
async fn a_server_that_only_knows_tls_1_1_is_refused_at_once() {
    // rustls cannot serve what it does not speak, so this server says by hand: ServerHello, version 1.1.
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]); // random
    hello.extend([0, 0xc0, 0x13, 0]); // no session, ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://localhost:{}/noter.csv", listener.local_addr().unwrap().port()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut client_hello = [0; 4096];
            let _ = stream.read(&mut client_hello).await;
            let _ = stream.write_all(&hello).await;
            let _ = stream.read(&mut client_hello).await; // the alert
        }
    });
    let message = Site::new().failure(url).await;
    assert!(message.contains("TLS 1.2 or newer could not be agreed on") && !message.contains("attempt"), "{message}");
}
