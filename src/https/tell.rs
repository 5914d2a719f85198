//! Failures in words that can stand in a log: without the URL's query, without user info, without headers.

use std::error::Error;
use std::io;

use rustls::{CertificateError, Error as TlsError};

/// A URL as messages show it: scheme, host, port and path. Query, fragment and user info may hold a key.
pub fn without_secrets(url: &reqwest::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

/// What went wrong, from the most telling cause. reqwest's own text would show the whole URL.
pub fn tell(error: &reqwest::Error) -> String {
    if let Some(fault) = certificate_fault(error) {
        return fault;
    }
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_dns() {
        return "the host name cannot be looked up".to_owned();
    }
    let what = if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the body broke off or is damaged"
    } else {
        "no answer"
    };
    format!("{what} ({})", innermost(error))
}

/// What is wrong with the server's certificate or its TLS, where that is why no connection came about.
pub fn certificate_fault(error: &reqwest::Error) -> Option<String> {
    let fault = chain(error).find_map(as_tls)?;
    match fault {
        TlsError::InvalidCertificate(fault) => Some(match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate has expired".to_owned()
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "the server's certificate is from a CA that is not trusted here; name it with the key `ca`".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the server's certificate is for another host name".to_owned()
            }
            other => format!("the server's certificate is not valid ({other})"),
        }),
        TlsError::PeerIncompatible(_) | TlsError::NoCertificatesPresented | TlsError::AlertReceived(_) => {
            Some(format!("TLS 1.2 or newer could not be agreed on ({fault})"))
        }
        _ => None,
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// rustls' errors come wrapped in one or more `io::Error`s, whose `source` skips the very error that they carry.
fn as_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    error.downcast_ref::<TlsError>().or_else(|| as_tls(error.downcast_ref::<io::Error>()?.get_ref()?))
}

fn innermost(error: &reqwest::Error) -> String {
    // The outermost error is reqwest's own, with the URL in it; those below are hyper's, rustls' and the system's.
    chain(error).skip(1).last().map_or_else(|| "of unknown cause".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_url_is_not_shown() {
        let url = reqwest::Url::parse("https://anna:hush@drift.example:8443/eksport/noter.csv?key=hush#hush").unwrap();
        assert_eq!(without_secrets(&url), "https://drift.example:8443/eksport/noter.csv");
    }

    #[tokio::test]
    async fn a_failure_is_told_without_the_url() {
        let client = super::super::client(None, std::time::Duration::from_secs(1));
        let Ok(client) = client else { return }; // a machine without any CA
        let error = client.get("https://127.0.0.1:1/eksport?key=hush").send().await.unwrap_err();
        let told = tell(&error);
        assert!(told.starts_with("no connection (") && !told.contains("hush") && !told.contains("eksport"), "{told}");
    }
}
