//! One request for an export, redirects included, with credentials that go to the configured host alone.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};

use super::fault::DownloadFault;
use super::kept::Kept;
use crate::https::without_secrets;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// What proves to an https source that it may answer.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// `Authorization: Bearer …`
    Bearer(SecretString),
    /// `Authorization: Basic …`
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: SecretString,
    },
}

/// What is asked for, and with what.
pub(super) struct Request<'a> {
    pub client: &'a Client,
    pub url: &'a Url,
    pub credentials: Option<&'a Credentials>,
    /// The key in the config that names the credentials, for messages.
    pub key: &'a str,
    /// The intact file of an earlier pull: the server may answer that it has not changed.
    pub kept: Option<&'a Kept>,
    /// Longest wait for the head of an answer.
    pub stall_limit: Duration,
}

impl Request<'_> {
    /// Sends it, follows redirects, and gives the answer with the URL that it came from. The status is not looked at.
    ///
    /// Credentials go to the scheme, host and port of the configured URL and nowhere else; once a redirect has led away
    /// from there they are dropped for good, even if a later one leads back. Only https is followed.
    pub async fn send(&self) -> Result<(Response, Url), DownloadFault> {
        if !self.url.username().is_empty() || self.url.password().is_some() {
            return Err(DownloadFault::Url("the URL holds a user or a password; they belong under the key `auth`"));
        }
        if self.url.scheme() != "https" {
            return Err(DownloadFault::Url("only https URLs are pulled"));
        }
        let mut at = self.url.clone();
        let mut trusted = true;
        for _ in 0..=REDIRECTS {
            trusted &= at.origin() == self.url.origin();
            let response = self.ask(&at, trusted).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok((response, at));
            }
            at = next(&at, &response)?;
        }
        Err(DownloadFault::Redirect(format!("more than {REDIRECTS} times, at last to {}", without_secrets(&at))))
    }

    async fn ask(&self, at: &Url, trusted: bool) -> Result<Response, DownloadFault> {
        let mut request = self.client.get(at.clone());
        if let Some(credentials) = self.credentials.filter(|_| trusted) {
            request = self.authorise(request, credentials)?;
        }
        // Validators mean something only to the place that gave them.
        if let Some(kept) = self.kept.filter(|kept| kept.answered_by == without_secrets(at)) {
            for (name, value) in [(IF_NONE_MATCH, &kept.etag), (IF_MODIFIED_SINCE, &kept.last_modified)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
        }
        let answer = tokio::time::timeout(self.stall_limit, request.send()).await;
        Ok(answer.map_err(|_| DownloadFault::Stalled { after: self.stall_limit })??)
    }

    fn authorise(&self, request: RequestBuilder, credentials: &Credentials) -> Result<RequestBuilder, DownloadFault> {
        let unusable = |why| DownloadFault::Credentials { why, key: self.key.to_owned() };
        match credentials {
            Credentials::Bearer(token) => {
                let value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
                let mut value =
                    value.map_err(|_| unusable("the token holds a line end or another control character"))?;
                value.set_sensitive(true);
                Ok(request.header(AUTHORIZATION, value))
            }
            Credentials::Basic { user, .. } if user.contains(':') => Err(unusable("a user name cannot hold a colon")),
            Credentials::Basic { user, password } => Ok(request.basic_auth(user, Some(password.expose_secret()))),
        }
    }
}

/// Where a redirect leads.
fn next(at: &Url, response: &Response) -> Result<Url, DownloadFault> {
    let fault = |text: String| Err(DownloadFault::Redirect(text));
    let Some(location) = response.headers().get(LOCATION) else {
        return fault(format!("({}) without saying where to", response.status()));
    };
    let Some(mut url) = location.to_str().ok().and_then(|location| at.join(location).ok()) else {
        return fault("to something that is not a URL".to_owned());
    };
    if url.scheme() != "https" {
        return fault(format!("to {}, which is not https; refused", without_secrets(&url)));
    }
    // Only hosts that take a user info could refuse these, and https always does.
    let _ = (url.set_username(""), url.set_password(None));
    Ok(url)
}
