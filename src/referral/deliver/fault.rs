//! From the SMTP client's errors, which do not tell much apart, to faults that do.

use std::error::Error as _;
use std::future::Future;
use std::io;

use lettre::transport::smtp::Error;
use rustls::CertificateError;
use tokio::time::{Instant, timeout_at};

use super::outcome::{Fault, Reason, Stage};
use super::reply::Reply;

/// Runs one step of the conversation, until `deadline` at the latest.
pub(super) async fn step<T>(
    stage: Stage,
    deadline: Instant,
    doing: impl Future<Output = Result<T, Error>>,
) -> Result<T, Reason> {
    match timeout_at(deadline, doing).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Reason { stage, fault: fault(stage, &error) }),
        Err(_) => Err(Reason { stage, fault: Fault::TimedOut }),
    }
}

/// What an error of the client means.
///
/// The client calls a bad certificate a connection error and keeps a refusal's text as an untyped source, so the chain
/// of sources is searched for what really happened.
pub(super) fn fault(stage: Stage, error: &Error) -> Fault {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return Fault::Refused(Reply::new(code.into(), &text));
    }
    let Some(io_error) = io_source(error) else {
        // Without a source in the network: an answer cut short, or none that can be read.
        return if stage == Stage::Login && error.is_client() { Fault::NoLogin } else { Fault::Unintelligible };
    };
    if let Some(tls) = io_error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Fault::Tls(tls_fault(tls));
    }
    match io_error.kind() {
        io::ErrorKind::InvalidData => Fault::Unintelligible,
        io::ErrorKind::TimedOut => Fault::TimedOut,
        kind if stage == Stage::Connect => Fault::Unreachable(kind),
        _ => Fault::Lost,
    }
}

fn io_source(error: &Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io_error) = inner.downcast_ref::<io::Error>() {
            return Some(io_error);
        }
        source = inner.source();
    }
    None
}

fn tls_fault(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => "the server does not speak TLS here, or somebody interferes".to_owned(),
            other => other.to_string(),
        };
    };
    match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet (or the clock here is wrong)".to_owned()
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate comes from nobody that this machine trusts".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host name".to_owned()
        }
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "it shows a certificate of its own making, which is one for signing others: name it under `ca` only where it \
             has signed the server's certificate, and give the server one for its name"
                .to_owned()
        }
        other => format!("its certificate is bad ({other})"),
    }
}
