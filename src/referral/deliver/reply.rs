//! What a mail server said, without what it repeats.
//!
//! Servers quote: the address that they refuse, the subject that they take for spam. A reply is therefore kept as its
//! codes (RFC 5321, RFC 3463) and those of its words that belong to the language of mail servers; every other word
//! becomes `…`. A list of what may pass cannot be outwitted by a new way of quoting.

use std::fmt;

/// A reply: its code, its enhanced code, and its harmless words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, such as 550.
    pub code: u16,
    /// Such as `5.1.1`, where the server gave one.
    pub enhanced: Option<String>,
    /// The words in it that mail servers use of themselves; `…` for the rest.
    pub words: String,
}

/// Words kept; longer replies end in `…`.
const MOST_WORDS: usize = 24;

/// What mail servers say of themselves and of mail, in their own words. None of these is a name.
const VOCABULARY: &str = "
    a able accept accepted access account action active address addresses again allowed an and another are as at attempt attempts auth
    authenticate authenticated authentication authorized available bad banned bandwidth be because been before blacklisted
    block blocked but by cannot certificate channel check client closed closing command commands completed
    configuration connect connection connections content could credentials daily data deferred delayed delivered delivery
    denied disabled dkim dmarc dns does domain due each encrypted encryption error exceeded exceeds exist expired failed
    failure few first for format forwarding from full go going graylisted greylisted greylisting has have helo ehlo host id
    in inactive incoming incorrect insufficient internal invalid ip is issue it later length limit limits line list listed
    local lookup loop mail mailbox mailboxes mailing maximum message messages minutes moved must my name need no not now of
    off offline on only or order out outgoing over overloaded parameter parameters password per permanent permanently
    permission permitted please policy possible postmaster prohibited protocol quota rate reached received recipient
    recipients refused reject rejected rejection relay relaying repeated reply reputation required requested resources
    responding retry reverse route routing seconds see security send sender sending sends sent server service session shutting size
    smtp space spam spf starttls storage suspended syntax system table temporarily temporary than that the their this throttled
    time timeout tls to too transaction transmission try trying unable unavailable unexpected unknown unrecognized
    unresolvable unsolicited unsupported user username valid verification verify version virus was with within wrong you your
";

impl Reply {
    /// Takes a reply apart; `text` is what came after the code, with all its lines.
    pub fn new(code: u16, text: &str) -> Reply {
        let enhanced = text.split_whitespace().next().filter(|word| is_enhanced_code(word)).map(str::to_owned);
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace().filter(|word| !is_enhanced_code(word)) {
            let kept = harmless(word).unwrap_or_else(|| "…".to_owned());
            if kept != "…" || words.last().is_none_or(|last| last != "…") {
                words.push(kept);
            }
            if words.len() > MOST_WORDS {
                words.truncate(MOST_WORDS);
                words.push("…".to_owned());
                break;
            }
        }
        Reply { code, enhanced, words: words.join(" ") }
    }
}

/// The word in lower case where it is in the vocabulary.
fn harmless(word: &str) -> Option<String> {
    let bare = word.trim_matches(|c: char| c.is_ascii_punctuation()).to_ascii_lowercase();
    VOCABULARY.split_whitespace().any(|known| known == bare).then_some(bare)
}

/// RFC 3463: class, subject, detail.
fn is_enhanced_code(word: &str) -> bool {
    let parts: Vec<_> = word.split('.').collect();
    let digits = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), ["2" | "4" | "5", subject, detail] if digits(subject) && digits(detail))
}

/// What the most frequent enhanced codes mean (RFC 3463, RFC 7372), with what to do.
fn meaning(enhanced: &str) -> Option<&'static str> {
    let (_, code) = enhanced.split_once('.')?;
    Some(match code {
        "1.1" => "no such mailbox: correct the address in the config",
        "1.2" => "no such domain: correct the address in the config",
        "1.3" => "not an address: correct it in the config",
        "1.8" | "1.7" => "the sender's address is not accepted: check mail.from",
        "2.1" => "the mailbox is disabled: ask the recipient",
        "2.2" => "the mailbox is full: ask the recipient",
        "3.4" => "the mail is too big for the server",
        "7.0" | "7.1" => "forbidden by the server's policy: ask its operator",
        "7.8" => "wrong user or password: check mail.user and mail.password",
        _ => return None,
    })
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = &self.enhanced {
            write!(f, " {enhanced}")?;
        }
        if !self.words.is_empty() {
            write!(f, " “{}”", self.words)?;
        }
        match self.enhanced.as_deref().and_then(meaning) {
            Some(meaning) => write!(f, " ({meaning})"),
            None if self.code == 535 => f.write_str(" (wrong user or password: check mail.user and mail.password)"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_keeps_its_codes_and_loses_what_it_quotes() {
        let reply = Reply::new(
            550,
            "5.1.1 <mette.holm@kommune.example>: Recipient address rejected: User Mette Holm unknown, subject 'Hej Yusuf' 010190-1234",
        );
        assert_eq!(
            reply.to_string(),
            "550 5.1.1 “… recipient address rejected user … unknown …” (no such mailbox: correct the address in the config)"
        );
    }

    #[test]
    fn a_greylisting_can_still_be_read() {
        let reply = Reply::new(451, "4.7.1 Greylisted, please try again in 300 seconds");
        assert_eq!(reply.words, "greylisted please try again in … seconds");
        assert_eq!(reply.enhanced.as_deref(), Some("4.7.1"));
    }

    #[test]
    fn an_address_cannot_pass_for_an_enhanced_code_and_a_long_reply_is_cut() {
        assert_eq!(Reply::new(550, "12.34.56 no").enhanced, None);
        assert_eq!(Reply::new(550, "").to_string(), "550");
        let long = Reply::new(550, &"try again ".repeat(1_000));
        assert!(long.words.len() < 200 && long.words.ends_with('…'));
    }

    proptest::proptest! {
        #[test]
        fn nothing_outside_the_vocabulary_comes_through(text in "\\PC{0,200}") {
            let reply = Reply::new(550, &text);
            for word in reply.words.split_whitespace() {
                assert!(word == "…" || VOCABULARY.split_whitespace().any(|known| known == word), "{word:?}");
            }
        }
    }
}
