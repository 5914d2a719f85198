//! Tonight's mails, written but not sent: a list for each caseworker, a notice for reviewers, word of urgent notes.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use lettre::message::Mailbox;
use sha2::{Digest, Sha256};

use super::NightError;
use super::lists::Lists;
use crate::config::{Caseworker, Config, Handover, Locale, Reviewer};
use crate::exports::records::Tenancy;
use crate::fingerprint::{hex, with_fields};
use crate::referral::check::CardContext;
use crate::referral::compose::{
    Composed, Household, ReviewerNotice, ShortlistMail, UrgentNote, reviewer_notice, shortlist_mail, stairwell,
    urgent_note, walking_order,
};
use crate::referral::message::{Content, format, message_id};
use crate::referral::names::first_names;
use crate::referral::outbox::{MailKind, NewMail};
use crate::referral::prompt::{self, NoPrompt, PromptContext, Variant};
use crate::risk::{Reason, ReasonGroup};
use crate::shortlist::Ranked;
use crate::store::{Card, StoreError, Wording};
use crate::tenancy::TenancyRef;

/// A caseworker's mail, and the wording proposed for each household in it.
pub struct ShortlistLetter {
    /// The mail.
    pub mail: NewMail,
    /// The households in it, each with its card.
    pub households: Vec<(TenancyRef, Card)>,
    /// That some of them got no wording for their card, and why: for a person to look at.
    pub without_card: Option<String>,
}

/// A note that a human must read now.
pub struct NoteToTell {
    /// The tenancy, where the row tells it.
    pub reference: Option<TenancyRef>,
    /// When it was written, where that can be read and has come.
    pub written_on: Option<Date>,
    /// Its text. Goes into the fingerprint, and nowhere else.
    pub text: Box<str>,
    /// The export it stands in.
    pub file: String,
    /// And the line.
    pub line: u64,
}

/// What every mail of a night needs.
pub struct Desk<'a> {
    /// The association's config.
    pub config: &'a Config,
    /// The day on which the program stands.
    pub as_of: Date,
    /// The run, so that two mails of a day differ.
    pub run: i64,
    /// Hides addresses in fingerprints.
    pub salt: &'a [u8],
}

impl Desk<'_> {
    /// The lists of all caseworkers who get one today. `earlier` are wordings that households have been given before;
    /// `next_card` gives the number of a caseworker's next card, by e-mail address.
    ///
    /// # Errors
    /// [`NightError`] where a text file is broken or a mail cannot be formatted.
    pub fn shortlists(
        &self,
        lists: &Lists<'_>,
        earlier: &[Wording],
        next_card: &dyn Fn(&str) -> Result<u32, StoreError>,
    ) -> Result<Vec<ShortlistLetter>, NightError> {
        let mut letters = Vec::new();
        for (number, ranked) in &lists.plan.to_send {
            let Some(caseworker) = self.config.caseworkers.get(*number) else { continue };
            letters.extend(self.shortlist(caseworker, ranked, lists, earlier, next_card(&caseworker.email)?)?);
        }
        Ok(letters)
    }

    fn shortlist(
        &self,
        caseworker: &Caseworker,
        ranked: &[Ranked],
        lists: &Lists<'_>,
        earlier: &[Wording],
        first_card: u32,
    ) -> Result<Option<ShortlistLetter>, NightError> {
        let mut cards = Cards::new(self, caseworker, earlier);
        let mut households = Vec::with_capacity(ranked.len());
        let mut chosen = Vec::with_capacity(ranked.len());
        let mut in_mail: Vec<_> = ranked.iter().filter_map(|ranked| lists.households.get(&ranked.id)).collect();
        // Cards are chosen in the order of the references, so that the choice hangs on nothing but the households.
        in_mail.sort_by(|(one, _), (other, _)| one.reference.cmp(&other.reference));
        for (tenancy, reasons) in in_mail {
            let (household, wording) = cards.household(tenancy, reasons);
            let card = Card { number: 0, wording, protected: household.protected };
            chosen.push((tenancy.reference.clone(), card));
            households.push(household);
        }
        // Numbered as the caseworker walks, and on from the last mail, so that no two cards are taken for one another.
        for (number, position) in (first_card..).zip(walking_order(&households)) {
            if let (Some(household), Some((_, card))) = (households.get_mut(position), chosen.get_mut(position)) {
                household.card = Some(number);
                card.number = number;
            }
        }
        let shortlist = &self.config.shortlist;
        let composed = shortlist_mail(&ShortlistMail {
            association: &self.config.association.name,
            locale: self.config.association.locale,
            caseworker_name: &caseworker.name,
            place: &caseworker.place,
            on_site: &caseworker.on_site,
            send_on: self.as_of,
            households: &households,
            housing_contact: self.housing_contact(),
            handover: self.config.lawful_basis.handover,
            reasons: shortlist.reasons,
        });
        let Some(composed) = composed.map_err(|error| NightError::Texts(error.to_string()))? else { return Ok(None) };
        let part = self.run.to_string();
        let mail = self.mail(MailKind::Shortlist, &caseworker.name, &caseworker.email, composed, &part)?;
        Ok(Some(ShortlistLetter { mail, households: chosen, without_card: cards.missing() }))
    }

    /// Word for each reviewer who wants it that so many households wait. At most one a day.
    ///
    /// # Errors
    /// As [`Desk::shortlists`].
    pub fn notices(&self, waiting: usize) -> Result<Vec<NewMail>, NightError> {
        let to_notify = self.config.reviewers.iter().filter(|reviewer| reviewer.notify);
        let notice = |reviewer: &Reviewer| {
            let composed = reviewer_notice(&ReviewerNotice {
                association: &self.config.association.name,
                locale: self.config.association.locale,
                reviewer_name: &reviewer.name,
                waiting,
                config: &self.config.path.display().to_string(),
            });
            let composed = composed.map_err(|error| NightError::Texts(error.to_string()))?;
            self.mail(MailKind::Notice, &reviewer.name, &reviewer.email, composed, "")
        };
        to_notify.map(notice).collect()
    }

    /// Word of one note that a human must read now, for every reviewer; for the operator where there is none.
    ///
    /// # Errors
    /// As [`Desk::shortlists`].
    pub fn urgent(&self, note: &NoteToTell, fingerprint: &str) -> Result<Vec<NewMail>, NightError> {
        let operator = self.config.operations.alert_email.as_deref().map(|email| ("", email));
        let reviewers: Vec<(&str, &str)> =
            self.config.reviewers.iter().map(|reviewer| (reviewer.name.as_str(), reviewer.email.as_str())).collect();
        let told = if reviewers.is_empty() { operator.into_iter().collect() } else { reviewers };
        let write = |(name, email): (&str, &str)| {
            let composed = urgent_note(&UrgentNote {
                association: &self.config.association.name,
                locale: self.config.association.locale,
                reviewer_name: name,
                reference: note.reference.as_ref().map(TenancyRef::as_str),
                written_on: note.written_on,
                file: &note.file,
                line: note.line,
            });
            let composed = composed.map_err(|error| NightError::Texts(error.to_string()))?;
            self.mail(MailKind::Urgent, name, email, composed, fingerprint)
        };
        told.into_iter().map(write).collect()
    }

    /// What a note is remembered by, so that nobody is told of it twice, on whatever line of whatever export it comes.
    /// Says nothing of the tenancy or the text.
    pub fn note_fingerprint(&self, note: &NoteToTell) -> String {
        let reference = note.reference.as_ref().map_or("", TenancyRef::as_str);
        let written_on = note.written_on.map(|day| day.to_string()).unwrap_or_default();
        self.fingerprint(&[reference, &written_on, &note.text])
    }

    fn housing_contact(&self) -> &str {
        let reviewer = self.config.reviewers.first().map(|reviewer| reviewer.name.as_str());
        reviewer.unwrap_or(&self.config.association.name)
    }

    fn mail(
        &self,
        kind: MailKind,
        name: &str,
        email: &str,
        composed: Composed,
        part: &str,
    ) -> Result<NewMail, NightError> {
        let from = &self.config.mail.from;
        let address = email.parse().map_err(|_| NightError::Letter("a recipient's address is not one".to_owned()))?;
        let to = Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address);
        let association = &self.config.association.name;
        let id = message_id(association, kind.as_str(), email, self.as_of, part, from.email.domain());
        let content = Content { subject: composed.subject, text: composed.text, html: Some(composed.html) };
        let bytes =
            format(from, &to, &content, &id, self.as_of).map_err(|error| NightError::Letter(error.to_string()))?;
        Ok(NewMail { message_id: id, kind, recipient: email.to_owned(), bytes })
    }

    fn fingerprint(&self, parts: &[&str]) -> String {
        let digest = with_fields(Sha256::new().chain_update(self.salt), parts);
        hex(&digest.finalize(), 12)
    }
}

/// Chooses cards for the households of one mail, so that no two of them, and no neighbours of earlier mails, get the same.
struct Cards<'a> {
    desk: &'a Desk<'a>,
    caseworker: &'a Caseworker,
    in_mail: BTreeSet<Variant>,
    in_stairwell: HashMap<String, BTreeSet<Variant>>,
    /// What kept each household without a wording from getting one.
    without: Vec<NoPrompt>,
}

impl<'a> Cards<'a> {
    fn new(desk: &'a Desk<'a>, caseworker: &'a Caseworker, earlier: &[Wording]) -> Cards<'a> {
        let mut in_stairwell: HashMap<String, BTreeSet<Variant>> = HashMap::new();
        for wording in earlier {
            if let Ok(variant) = wording.variant.parse() {
                in_stairwell.entry(wording.stairwell.clone()).or_default().insert(variant);
            }
        }
        Cards { desk, caseworker, in_mail: BTreeSet::new(), in_stairwell, without: Vec::new() }
    }

    fn household(&mut self, tenancy: &Tenancy, reasons: &[Reason]) -> (Household, Wording) {
        let config = self.desk.config;
        let stairwell = self.desk.fingerprint(&[&stairwell(&tenancy.address, &tenancy.postcode)]);
        let named = config.lawful_basis.handover == Handover::Named && !tenancy.protected_address;
        let first_names = if named { first_names(&tenancy.tenant_names) } else { Vec::new() };
        let kinds: Vec<ReasonGroup> = reasons
            .iter()
            .filter(|reason| reason.amount > 0.0 && !reason.remainder)
            .map(|reason| reason.group)
            .collect();
        let neighbours = self.in_stairwell.get(&stairwell).into_iter().flatten();
        let used: BTreeSet<Variant> = self.in_mail.iter().chain(neighbours).copied().collect();
        let written = prompt::write(&PromptContext {
            card: CardContext {
                locale: card_locale(tenancy, config.association.locale),
                caseworker_name: &self.caseworker.name,
                place: &self.caseworker.place,
                on_site: &self.caseworker.on_site,
                phone: &self.caseworker.phone,
                first_names: &first_names,
                tenant_names: &tenancy.tenant_names,
                reference: tenancy.reference.as_str(),
            },
            kinds: &kinds,
            household_key: tenancy.reference.as_str().as_bytes(),
            used: &used,
        });
        let prompt = written.map_err(|why| self.without.push(why)).ok();
        let variant = prompt.as_ref().map(|prompt| prompt.variant);
        if let Some(variant) = variant {
            self.in_mail.insert(variant);
            self.in_stairwell.entry(stairwell.clone()).or_default().insert(variant);
        }
        let link =
            config.shortlist.link.as_ref().map(|link| link.replace("{ref}", &in_url(tenancy.reference.as_str())));
        let household = Household {
            reference: tenancy.reference.as_str().to_owned(),
            link,
            address: tenancy.address.to_string(),
            postcode: tenancy.postcode.to_string(),
            town: tenancy.town.to_string(),
            first_names,
            reasons: reasons.to_vec(),
            card: None,
            protected: tenancy.protected_address,
            prompt,
        };
        (household, Wording { stairwell, variant: variant.map(|variant| variant.to_string()).unwrap_or_default() })
    }

    /// That some households got no wording, and why.
    fn missing(&self) -> Option<String> {
        let why = self.without.first()?;
        Some(format!(
            "caseworker of {}: {} households of today's mail got no wording for their card ({why})",
            self.caseworker.estates.join(", "),
            self.without.len()
        ))
    }
}

/// The language of a card: the tenant's where it is exported and we have it, else the association's.
fn card_locale(tenancy: &Tenancy, of_association: Locale) -> Locale {
    match tenancy.language.as_deref().map(str::to_lowercase) {
        Some(language) if language.starts_with("en") => Locale::En,
        Some(language) if language.starts_with("da") => Locale::Da,
        _ => of_association,
    }
}

/// A reference as it can stand in a URL.
fn in_url(reference: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let letter = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    reference.bytes().map(letter).collect()
}
