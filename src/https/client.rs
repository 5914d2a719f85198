//! The HTTPS client that pulls and pings: TLS 1.2 or newer, certificates checked, no redirect followed on its own.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Certificate, Client, redirect, retry, tls};

use super::tell;

/// Why no client could be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of the extra CA cannot be read.
    #[error("the CA file {} cannot be read: {source}", path.display())]
    CaUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file of the extra CA holds no certificate.
    #[error("the CA file {} holds no certificate that can be used; it must be PEM (-----BEGIN CERTIFICATE-----)", path.display())]
    CaUnusable {
        /// The file.
        path: PathBuf,
    },
    /// TLS could not be set up, for instance because the system has no CA certificates at all.
    #[error("TLS cannot be set up: {0}; are the system's CA certificates (ca-certificates) installed?")]
    Tls(String),
}

/// Makes ring the TLS provider of this process. Must have run before the first client, for HTTPS or SMTP, is built; to
/// run it again does nothing.
pub fn install_tls_provider() {
    // The only failure is that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client that speaks TLS 1.2 or newer and trusts the system's CAs and, where given, those of the PEM file `ca`.
///
/// What is left out, and why:
/// - redirects: the caller follows them, so that it is certain which host gets credentials;
/// - retries: the caller has a policy of its own;
/// - proxies from the environment (`HTTPS_PROXY` and the like): the same config pulls the same way from a shell, from
///   cron and from systemd, whose environments differ. A host that needs a proxy to reach the source cannot pull by URL;
///   fetch the file with another program and give its path;
/// - the `Referer` header: a URL's query may hold a key.
///
/// # Errors
/// The CA file cannot be read or holds no certificate; TLS cannot be set up.
pub fn client(ca: Option<&Path>, connect_limit: Duration) -> Result<Client, ClientError> {
    install_tls_provider();
    let mut builder = Client::builder()
        .tls_backend_rustls()
        .tls_version_min(tls::Version::TLS_1_2)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .connect_timeout(connect_limit)
        .user_agent(concat!("postkort/", env!("CARGO_PKG_VERSION")));
    if let Some(path) = ca {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder.build().map_err(|error| ClientError::Tls(tell(&error)))
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, ClientError> {
    let pem = std::fs::read(path).map_err(|source| ClientError::CaUnreadable { path: path.to_owned(), source })?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ClientError::CaUnusable { path: path.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_a_certificate_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let message = || client(Some(&path), Duration::from_secs(1)).unwrap_err().to_string();
        assert!(message().contains("ca.pem cannot be read"), "{}", message());
        for content in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(&path, content).unwrap();
            assert!(client(Some(&path), Duration::from_secs(1)).is_err(), "{content:?} was taken for a CA");
        }
        std::fs::write(&path, "not a certificate").unwrap();
        assert!(message().contains("ca.pem holds no certificate"), "{}", message());
    }
}
