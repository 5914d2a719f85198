//! One mail to one recipient over SMTP.
//!
//! The conversation is held command by command: the ready-made transport sends a mail in one call and reports every
//! fault alike, but what is to be done next depends on how far it had come. Each mail has its own connection, so that
//! what goes wrong with one touches no other; a night sends a few dozen.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout};

use super::connect::{Security, connect};
use super::fault::step;
use super::outcome::{Fault, Outcome, Reason, Stage};

/// Longest wait for the server's goodbye; the mail's fate is known by then.
const GOODBYE_LIMIT: Duration = Duration::from_secs(2);

/// The mail is written in pieces, so that a connection lost on the way is noticed before the final dot.
const PIECE: usize = 16 * 1024;

/// A mail server, and how to speak with it.
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password: sent under TLS only.
    pub login: Option<(String, SecretString)>,
    /// Longest time for one mail, from the first look at the host's name to the answer after the final dot.
    pub limit: Duration,
}

impl Server {
    /// Sends one mail: ASCII, CRLF line ends.
    pub async fn send(&self, from: &Address, to: &Address, mail: &[u8]) -> Outcome {
        let deadline = Instant::now() + self.limit;
        let hello = ClientId::default();
        let mut connection = match connect((&self.host, self.port), &self.security, &hello, deadline).await {
            Ok(connection) => connection,
            Err(reason) => return reason.outcome(),
        };
        let result = self.converse(&mut connection, from, to, mail, deadline).await;
        // A server that answered is owed a goodbye. To one that did not, any further byte might count as part of the mail.
        if matches!(&result, Ok(()) | Err(Reason { fault: Fault::Refused(_) | Fault::NoLogin, .. })) {
            let _ = timeout(GOODBYE_LIMIT, connection.quit()).await;
        }
        match result {
            Ok(()) => Outcome::Delivered,
            Err(reason) => reason.outcome(),
        }
    }

    async fn converse(
        &self,
        connection: &mut AsyncSmtpConnection,
        from: &Address,
        to: &Address,
        mail: &[u8],
        deadline: Instant,
    ) -> Result<(), Reason> {
        self.require_encryption(connection)?;
        self.log_in(connection, deadline).await?;
        let sender = Mail::new(Some(from.clone()), Vec::new());
        let answer = step(Stage::Sender, deadline, connection.command(sender)).await?;
        expect(Stage::Sender, &answer, Severity::PositiveCompletion)?;
        let recipient = Rcpt::new(to.clone(), Vec::new());
        let answer = step(Stage::Recipient, deadline, connection.command(recipient)).await?;
        expect(Stage::Recipient, &answer, Severity::PositiveCompletion)?;
        let answer = step(Stage::Data, deadline, connection.command(Data)).await?;
        expect(Stage::Data, &answer, Severity::PositiveIntermediate)?;
        hand_over(connection, mail, deadline).await
    }

    /// The last gate before anything of the mail or the login is said.
    fn require_encryption(&self, connection: &AsyncSmtpConnection) -> Result<(), Reason> {
        match self.security {
            Security::Loopback => Ok(()),
            Security::StartTls(_) | Security::Implicit(_) if connection.is_encrypted() => Ok(()),
            Security::StartTls(_) | Security::Implicit(_) => {
                Err(Reason { stage: Stage::StartTls, fault: Fault::Tls("the connection is not encrypted".to_owned()) })
            }
        }
    }

    async fn log_in(&self, connection: &mut AsyncSmtpConnection, deadline: Instant) -> Result<(), Reason> {
        let Some((user, password)) = &self.login else { return Ok(()) };
        if !connection.is_encrypted() || connection.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            return Err(Reason { stage: Stage::Login, fault: Fault::NoLogin });
        }
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let answer = step(Stage::Login, deadline, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        expect(Stage::Login, &answer, Severity::PositiveCompletion)
    }
}

/// Sends the mail itself and waits for the server to take it over.
async fn hand_over(connection: &mut AsyncSmtpConnection, mail: &[u8], deadline: Instant) -> Result<(), Reason> {
    // The client writes the last line end itself.
    let mail = mail.strip_suffix(b"\r\n").unwrap_or(mail);
    // The client asks for the next piece when the one before is written. When it is told that there is none, the final
    // dot is all that is left: from there on the server may have the whole mail, whatever is heard of it.
    let dot_is_next = AtomicBool::new(false);
    let mut pieces = mail.chunks(PIECE);
    let watched = std::iter::from_fn(|| {
        let piece = pieces.next();
        dot_is_next.store(piece.is_none(), Ordering::Relaxed);
        piece
    });
    let answer = step(Stage::Content, deadline, connection.message_iter(watched)).await;
    let stage = if dot_is_next.load(Ordering::Relaxed) { Stage::FinalDot } else { Stage::Content };
    let answer = answer.map_err(|reason| Reason { stage, ..reason })?;
    expect(Stage::FinalDot, &answer, Severity::PositiveCompletion)
}

/// The client takes 2xx and 3xx alike for a yes; here the wrong one of the two is no answer.
fn expect(stage: Stage, answer: &Response, severity: Severity) -> Result<(), Reason> {
    if answer.code().severity == severity {
        return Ok(());
    }
    Err(Reason { stage, fault: Fault::Unintelligible })
}
