//! The dead man's switch: a service outside is told when a night starts, succeeds and fails, and raises the alarm itself
//! when it hears nothing.

use std::time::Duration;

use reqwest::{Client, Url};
use tokio::time::sleep;

use crate::https::{Backoff, RetryExt, jitter, tell};

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A run starts: `GET …/start`.
    Start,
    /// A run is done: `GET …`.
    Success,
    /// A run failed, or a person must look: `GET …/fail`.
    Fail,
}

/// Why a ping did not arrive. A warning and no error: a night does not fail because nobody could be told of it.
///
/// The URL itself is the key to the switch, so only its host is shown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("operations.ping_url: {host} was not told ({stage:?}): {why}")]
pub struct PingWarning {
    /// The host that was to be told.
    pub host: String,
    /// What it was to be told.
    pub stage: Stage,
    /// What went wrong.
    pub why: String,
}

/// How patient a ping is.
#[derive(Clone, Copy, Debug)]
pub struct PingOptions {
    /// Longest time for one attempt. Default: 10 s.
    pub limit: Duration,
    /// How often it is tried. Default: three times, with waits of up to 1 and 2 seconds, and whatever the server asks for.
    pub backoff: Backoff,
}

impl Default for PingOptions {
    fn default() -> PingOptions {
        PingOptions { limit: Duration::from_secs(10), backoff: Backoff { attempts: 3, ..Backoff::default() } }
    }
}

/// Tells `url` of `stage`. `client` is one of [`crate::https::client`]; redirects are not followed.
///
/// # Errors
/// A warning, where no attempt was answered with a status of success.
pub async fn ping(client: &Client, url: &Url, stage: Stage, options: &PingOptions) -> Result<(), PingWarning> {
    let address = address(url, stage);
    let mut attempt = 1;
    loop {
        let (why, again) = match client.get(address.clone()).timeout(options.limit).send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) if answer.status().is_redirection() => {
                (format!("it redirects ({}); set the URL that it redirects to", answer.status()), false)
            }
            Ok(answer) => (format!("it answers {}", answer.status()), answer.status().should_retry()),
            Err(error) => (tell(&error), error.should_retry()),
        };
        if !again || attempt >= options.backoff.attempts {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(PingWarning { host, stage, why });
        }
        sleep(options.backoff.delay(attempt, jitter(), None)).await;
        attempt += 1;
    }
}

/// The URL of a stage: `/start` or `/fail` behind the path, before a query.
fn address(url: &Url, stage: Stage) -> Url {
    let ending = match stage {
        Stage::Start => "/start",
        Stage::Success => return url.clone(),
        Stage::Fail => "/fail",
    };
    let mut address = url.clone();
    address.set_path(&format!("{}{ending}", url.path().trim_end_matches('/')));
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_address() {
        let told = |url: &str| {
            let url: Url = url.parse().unwrap();
            [Stage::Start, Stage::Success, Stage::Fail].map(|stage| address(&url, stage).to_string())
        };
        let at = |path: &str| format!("https://ping.example{path}");
        assert_eq!(told(&at("/havblik")), [at("/havblik/start"), at("/havblik"), at("/havblik/fail")]);
        assert_eq!(told(&at("/havblik/")), [at("/havblik/start"), at("/havblik/"), at("/havblik/fail")]);
        assert_eq!(told(&at("/p?k=1")), [at("/p/start?k=1"), at("/p?k=1"), at("/p/fail?k=1")]);
        assert_eq!(told(&at("")), [at("/start"), at("/"), at("/fail")]);
    }
}
