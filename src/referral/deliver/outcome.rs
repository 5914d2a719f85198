//! What came of one attempt to deliver a mail, and why.
//!
//! Reasons go into logs, the database and alerts: they hold no address, no name and nothing of what the mail says.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::reply::Reply;

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server (or the disk) has taken the mail over.
    Delivered,
    /// Not this time; another time it may.
    Deferred {
        /// What happened.
        reason: Reason,
        /// `false`: the server fell silent after the end of the mail, and may have taken it over all the same. To send
        /// it again may be to send it twice (under the same Message-ID).
        certain: bool,
    },
    /// Nothing was handed over, and nothing will be until the operator mends the set-up: no TLS, a bad certificate, a
    /// wrong password, a folder that cannot be written. The mail itself is sound and waits.
    Held {
        /// What happened.
        reason: Reason,
    },
    /// This mail will not be taken, however often it is tried.
    Rejected {
        /// What happened.
        reason: Reason,
    },
}

impl Outcome {
    /// Why it was not delivered; `None` where it was.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Outcome::Delivered => None,
            Outcome::Deferred { reason, .. } | Outcome::Held { reason } | Outcome::Rejected { reason } => Some(reason),
        }
    }
}

/// How far the conversation had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before anything left this machine.
    Prepare,
    /// Finding and reaching the server; with TLS from the first byte, until its greeting.
    Connect,
    /// Its greeting, and what it says it can do.
    Greeting,
    /// STARTTLS and what the server says after it.
    StartTls,
    /// User and password.
    Login,
    /// `MAIL FROM`
    Sender,
    /// `RCPT TO`
    Recipient,
    /// `DATA`
    Data,
    /// The mail, before its final dot.
    Content,
    /// From the first byte of the final dot to the server's answer.
    FinalDot,
}

/// What happened, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// How far it had come.
    pub stage: Stage,
    /// What went wrong.
    pub fault: Fault,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The recipient is not on the allow-list.
    RecipientNotAllowed,
    /// Not a mail that SMTP can carry as it stands.
    Malformed(&'static str),
    /// The server could not be found or reached.
    Unreachable(io::ErrorKind),
    /// No answer in time.
    TimedOut,
    /// The connection was lost.
    Lost,
    /// The server said something that is no answer.
    Unintelligible,
    /// The server said no.
    Refused(Reply),
    /// The server offers no STARTTLS.
    NoStartTls,
    /// TLS failed, with what was wrong.
    Tls(String),
    /// The server offers no way to log in that we know.
    NoLogin,
    /// A mail in clear would have left this machine.
    NotLoopback,
    /// A file or folder of the file transport.
    File(PathBuf, io::ErrorKind),
}

/// Replies that are about the login, at whatever stage they come (RFC 4954, section 6): authentication required, too
/// weak, failed, or only under encryption.
const ABOUT_THE_LOGIN: [u16; 4] = [530, 534, 535, 538];

impl Reason {
    /// Which outcome this is. In doubt whether the server has the mail, it is uncertain.
    ///
    /// A permanent refusal (5xx) before the recipient is named is about us, not about them: the mail is held, not given
    /// up.
    pub fn outcome(self) -> Outcome {
        let certain = self.stage < Stage::FinalDot;
        match &self.fault {
            Fault::RecipientNotAllowed | Fault::Malformed(_) => Outcome::Rejected { reason: self },
            Fault::NoStartTls | Fault::Tls(_) | Fault::NoLogin | Fault::NotLoopback | Fault::File(..) => {
                Outcome::Held { reason: self }
            }
            Fault::Refused(reply) => match reply.code {
                400..=499 => Outcome::Deferred { reason: self, certain: true },
                500..=599 if self.stage < Stage::Recipient || ABOUT_THE_LOGIN.contains(&reply.code) => {
                    Outcome::Held { reason: self }
                }
                500..=599 => Outcome::Rejected { reason: self },
                _ => Outcome::Deferred { reason: self, certain },
            },
            Fault::Unreachable(_) | Fault::TimedOut | Fault::Lost | Fault::Unintelligible => {
                Outcome::Deferred { reason: self, certain }
            }
        }
    }

    /// Whether the next mail of the same run would meet the same: the server or the set-up is at fault, not this mail.
    pub fn concerns_every_mail(&self) -> bool {
        match &self.fault {
            Fault::RecipientNotAllowed | Fault::Malformed(_) => false,
            Fault::NoStartTls | Fault::Tls(_) | Fault::NoLogin | Fault::NotLoopback | Fault::File(..) => true,
            Fault::Refused(reply) => self.stage < Stage::Recipient || ABOUT_THE_LOGIN.contains(&reply.code),
            Fault::Unreachable(_) | Fault::TimedOut | Fault::Lost | Fault::Unintelligible => {
                self.stage < Stage::Recipient
            }
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Prepare => "before connecting",
            Stage::Connect => "while connecting",
            Stage::Greeting => "at its greeting",
            Stage::StartTls => "at STARTTLS",
            Stage::Login => "at the login",
            Stage::Sender => "at the sender (MAIL)",
            Stage::Recipient => "at the recipient (RCPT)",
            Stage::Data => "at DATA",
            Stage::Content => "during the mail, before its end",
            Stage::FinalDot => "after the end of the mail",
        })
    }
}

impl fmt::Display for Reason {
    /// One line for the operator: what happened, where, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = self.stage;
        match &self.fault {
            Fault::RecipientNotAllowed => f.write_str(
                "the recipient is not among the addresses of this config; nothing was sent. \
                 Add them to the config if they are to have mail",
            ),
            Fault::Malformed(what) => write!(f, "the stored mail cannot be sent as it stands: {what}"),
            Fault::Unreachable(kind) => {
                write!(f, "the mail server could not be reached ({kind}); check mail.host, mail.port and the network")
            }
            Fault::TimedOut => write!(f, "the mail server did not answer in time, {stage}"),
            Fault::Lost => write!(f, "the connection to the mail server was lost {stage}"),
            Fault::Unintelligible => write!(f, "the mail server gave an answer that is not SMTP, {stage}"),
            Fault::Refused(reply) => write!(f, "the mail server refused {stage}: {reply}"),
            Fault::NoStartTls => f.write_str(
                "the mail server offers no STARTTLS; nothing was sent. Turn TLS on there, or use tls = \"implicit\" \
                 with its port",
            ),
            Fault::Tls(what) => write!(
                f,
                "no secure connection to the mail server: {what}; nothing was sent. Check its certificate, mail.host and \
                 mail.ca"
            ),
            Fault::NoLogin => f.write_str(
                "the mail server offers no login by user and password (PLAIN or LOGIN) on a secure connection; nothing \
                 was sent",
            ),
            Fault::NotLoopback => f.write_str(
                "mail.host is not a loopback address, and tls = \"none\" is for those only; nothing was sent",
            ),
            Fault::File(path, kind) => {
                write!(
                    f,
                    "cannot write {} ({kind}); check that the folder exists, is writable and has room",
                    path.display()
                )
            }
        }?;
        if self.stage == Stage::FinalDot && !matches!(self.fault, Fault::Refused(_)) {
            f.write_str("; it may have been accepted all the same")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stage: Stage, fault: Fault) -> Outcome {
        Reason { stage, fault }.outcome()
    }

    fn refused(stage: Stage, code: u16) -> Outcome {
        outcome(stage, Fault::Refused(Reply::new(code, "")))
    }

    #[test]
    fn only_silence_after_the_end_of_the_mail_is_uncertain() {
        for fault in [Fault::Lost, Fault::TimedOut, Fault::Unintelligible, Fault::Refused(Reply::new(354, ""))] {
            assert!(matches!(outcome(Stage::Content, fault.clone()), Outcome::Deferred { certain: true, .. }));
            assert!(matches!(outcome(Stage::FinalDot, fault), Outcome::Deferred { certain: false, .. }));
        }
        assert!(matches!(refused(Stage::FinalDot, 451), Outcome::Deferred { certain: true, .. }));
    }

    #[test]
    fn a_refusal_of_us_holds_the_mail_and_a_refusal_of_the_recipient_rejects_it() {
        assert!(matches!(refused(Stage::Greeting, 554), Outcome::Held { .. }));
        assert!(matches!(refused(Stage::Login, 535), Outcome::Held { .. }));
        assert!(matches!(refused(Stage::Sender, 550), Outcome::Held { .. }));
        assert!(matches!(refused(Stage::Recipient, 530), Outcome::Held { .. }), "login required");
        assert!(matches!(refused(Stage::Recipient, 550), Outcome::Rejected { .. }));
        assert!(matches!(refused(Stage::FinalDot, 554), Outcome::Rejected { .. }));
    }

    #[test]
    fn what_concerns_the_server_concerns_every_mail() {
        let reason = |stage, fault| Reason { stage, fault }.concerns_every_mail();
        assert!(reason(Stage::Connect, Fault::Unreachable(io::ErrorKind::ConnectionRefused)));
        assert!(reason(Stage::Login, Fault::Refused(Reply::new(535, ""))));
        assert!(!reason(Stage::Recipient, Fault::Refused(Reply::new(550, ""))));
        assert!(!reason(Stage::FinalDot, Fault::Lost));
    }
}
