//! Certificates of the test server, good and bad, made anew for each server.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What is right or wrong with the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    Good,
    Expired,
    NotYetValid,
    WrongName,
    /// Signed by a CA that is not the one in the client's `ca` file.
    UnknownCa,
    SelfSigned,
}

/// A TLS server with that identity. The CA that the client is told to trust is written to `ca_file`.
pub fn acceptor(identity: Identity, ca_file: &Path) -> TlsAcceptor {
    let (certificate, key) = identify(identity, ca_file);
    let private_key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private_key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// The same as PEM files for a server of somebody else's: `ca.pem`, `certificate.pem` and `key.pem` in `folder`.
pub fn files(folder: &Path) {
    let (certificate, key) = identify(Identity::Good, &folder.join("ca.pem"));
    std::fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}

fn identify(identity: Identity, ca_file: &Path) -> (Certificate, KeyPair) {
    let trusted = authority("CA of the test");
    std::fs::write(ca_file, trusted.pem()).unwrap();
    let other = authority("CA of somebody else");
    let signer = if identity == Identity::UnknownCa { &other } else { &trusted };

    let name = if identity == Identity::WrongName { "another-host.example" } else { "localhost" };
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let now = OffsetDateTime::now_utc();
    (params.not_before, params.not_after) = match identity {
        Identity::Expired => (now - Duration::days(30), now - Duration::days(1)),
        Identity::NotYetValid => (now + Duration::days(1), now + Duration::days(30)),
        _ => (now - Duration::days(1), now + Duration::days(30)),
    };
    let key = KeyPair::generate().unwrap();
    let certificate = match identity {
        Identity::SelfSigned => params.self_signed(&key).unwrap(),
        _ => params.signed_by(&key, signer).unwrap(),
    };
    (certificate, key)
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}
