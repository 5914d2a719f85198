//! A real HTTPS server on the loopback interface that answers by script, and misbehaves where the script says so.
#![allow(dead_code)] // each test binary uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used)] // all of it runs in tests only

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What the server does with one request, on one connection.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends these bytes and ends the connection as TLS wants it.
    Send(Vec<u8>),
    /// Sends these bytes and drops the connection without a goodbye.
    Cut(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes, then one byte after each pause, without end.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes, then as much as the client takes, without end.
    Endless(Vec<u8>),
    /// Sends these bytes, then nothing, and keeps the connection open.
    Silence(Vec<u8>),
}

/// A CA made for one test.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        // Two CAs of one name would be told apart only by their keys.
        params.distinguished_name.push(DnType::CommonName, format!("test CA {:02x?}", &key.public_key_raw()[..8]));
        Authority { issuer: CertifiedIssuer::self_signed(params, key).unwrap() }
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A TLS setup for `name`, with a certificate that ends `days` from now.
    fn config(&self, name: &str, days: i64) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let now = time::OffsetDateTime::now_utc();
        params.not_before = now - time::Duration::days(400);
        params.not_after = now + time::Duration::days(days);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap()
    }
}

/// A running server. It ends with the test's runtime.
pub struct Server {
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    sent: Arc<AtomicU64>,
    script: Arc<Mutex<VecDeque<Act>>>,
}

impl Server {
    /// Serves `script`, one act a request; the last act is repeated for ever.
    pub async fn start(authority: &Authority, script: Vec<Act>) -> Server {
        Server::start_as(authority, "localhost", 30, script).await
    }

    /// As [`Server::start`], with a certificate for `name` that ends `days` from now.
    pub async fn start_as(authority: &Authority, name: &str, days: i64, script: Vec<Act>) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            heads: Arc::default(),
            sent: Arc::default(),
            script: Arc::new(Mutex::new(script.into())),
        };
        let acceptor = TlsAcceptor::from(Arc::new(authority.config(name, days)));
        let (heads, sent, script) = (server.heads.clone(), server.sent.clone(), server.script.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heads, sent, script) = (acceptor.clone(), heads.clone(), sent.clone(), script.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, acceptor, &heads, &sent, &script).await; // clients hang up as they like
                });
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> reqwest::Url {
        format!("https://localhost:{}{path}", self.port).parse().unwrap()
    }

    /// Replaces what is left of the script.
    pub fn then(&self, script: Vec<Act>) {
        *self.script.lock().unwrap() = script.into();
    }

    /// The requests so far: request line and headers.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The value of a header in the request of this number, from 0.
    pub fn header(&self, request: usize, name: &str) -> Option<String> {
        let head = self.heads().get(request).cloned().unwrap_or_else(|| panic!("no request {request}"));
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// Bytes that went out in endless answers.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

/// An answer with its length and the wish to close the connection.
pub fn answer(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Act {
    let length = body.as_ref().len().to_string();
    let headers = [headers, &[("Content-Length", length.as_str())]].concat();
    let mut bytes = head(status, &headers);
    bytes.extend(body.as_ref());
    Act::Send(bytes)
}

/// The head of an answer, with just these headers and the wish to close the connection.
pub fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n").into_bytes()
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    heads: &Mutex<Vec<String>>,
    sent: &AtomicU64,
    script: &Mutex<VecDeque<Act>>,
) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let request = read_head(&mut stream).await?;
    heads.lock().unwrap().push(request);
    let act = {
        let mut script = script.lock().unwrap();
        let act = script.pop_front().expect("the script has an act");
        if script.is_empty() {
            script.push_back(act.clone());
        }
        act
    };
    match act {
        Act::Send(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Act::Cut(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            stream.get_mut().0.shutdown().await
        }
        Act::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            tokio::time::sleep(Duration::from_millis(50)).await; // so that the bytes are not dropped with the reset
            stream.get_ref().0.set_zero_linger()
        }
        Act::Drip(bytes, pause) => {
            stream.write_all(&bytes).await?;
            loop {
                tokio::time::sleep(pause).await;
                stream.write_all(b"1").await?;
                stream.flush().await?;
            }
        }
        Act::Endless(bytes) => {
            stream.write_all(&bytes).await?;
            let lines = b"007-01-0012-03;01-11-2026;5.690,00\r\n".repeat(400);
            loop {
                stream.write_all(&lines).await?;
                sent.fetch_add(lines.len() as u64, Ordering::SeqCst);
            }
        }
        Act::Silence(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            std::future::pending().await
        }
    }
}

async fn read_head(stream: &mut TlsStream<TcpStream>) -> io::Result<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => head.extend(&buffer[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
