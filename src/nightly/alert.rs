//! Who is told how a night went, beside its caseworkers: the operator by mail, a dead man's switch by ping.

use std::time::Duration;

use lettre::message::Mailbox;

use super::summary::{RunSummary, Status};
use super::{NightOptions, workplace};
use crate::config::Config;
use crate::https;
use crate::ping::{PingOptions, Stage, ping};
use crate::referral::compose::{AlertKind, OperatorAlert, operator_alert};
use crate::referral::deliver::Letter;
use crate::referral::message::{Content, format, message_id};

/// Longest time to reach the dead man's switch.
const PING_CONNECT: Duration = Duration::from_secs(10);

/// Tells the dead man's switch that a run has begun.
pub async fn started(config: &Config, options: &NightOptions) {
    if !options.dry_run {
        tell_switch(config, Stage::Start).await;
    }
}

/// Tells the operator of a run that failed and of mail that was not delivered, and the dead man's switch how it ended. A dry run tells
/// nobody. That nobody could be told is in the log.
pub async fn ended(config: &Config, options: &NightOptions, run: &RunSummary) {
    match &run.error {
        Some(error) => tracing::error!(association = run.association, status = run.status.as_str(), "{error}"),
        None => tracing::info!(association = run.association, status = run.status.as_str(), "run ended"),
    }
    for what in &run.attention {
        tracing::warn!("{what}");
    }
    if options.dry_run {
        return;
    }
    if (run.error.is_some() || run.undelivered)
        && let Err(why) = tell_operator(config, options, run).await
    {
        tracing::error!("the operator could not be told: {why}");
    }
    let has_failed = matches!(run.status, Status::Failed | Status::ConfigError) || run.error.is_some();
    tell_switch(config, if has_failed { Stage::Fail } else { Stage::Success }).await;
}

async fn tell_switch(config: &Config, stage: Stage) {
    let Some(url) = &config.operations.ping_url else { return };
    let told = match https::client(None, PING_CONNECT) {
        Ok(client) => ping(&client, url, stage, &PingOptions::default()).await.map_err(|warning| warning.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(why) = told {
        tracing::warn!("{why}");
    }
}

/// An alert goes past the outbox, for the database may be what is broken; it is tried once.
async fn tell_operator(config: &Config, options: &NightOptions, run: &RunSummary) -> Result<(), String> {
    let Some(operator) = &config.operations.alert_email else { return Ok(()) };
    let (what, error) = match &run.error {
        Some(error) if run.has_kept => (AlertKind::StoppedLate, error.clone()),
        Some(error) => (AlertKind::Stopped, error.clone()),
        None => (AlertKind::NeedsAPerson, run.attention.join("\n")),
    };
    let steps = ["postkort check CONFIG", "postkort run CONFIG"]
        .map(|command| command.replace("CONFIG", &config.path.display().to_string()));
    let composed = operator_alert(&OperatorAlert {
        association: &config.association.name,
        locale: config.association.locale,
        what,
        error: &error,
        steps: &steps,
    });
    let composed = composed.map_err(|error| error.to_string())?;
    let (from, association) = (&config.mail.from, &config.association.name);
    let id = message_id(association, "alert", operator, options.as_of, &error, from.email.domain());
    let address = operator.parse().map_err(|_| "operations.alert_email is no e-mail address".to_owned())?;
    let content = Content { subject: composed.subject, text: composed.text, html: Some(composed.html) };
    let bytes = format(from, &Mailbox::new(None, address), &content, &id, options.as_of);
    let bytes = bytes.map_err(|error| error.to_string())?;
    let carrier = workplace::carrier(config).map_err(|error| error.to_string())?;
    let letter = Letter { to: operator, date: options.as_of, kind: "alert", message_id: &id, bytes: &bytes };
    match carrier.deliver(&letter).await.reason() {
        Some(reason) => Err(reason.to_string()),
        None => Ok(()),
    }
}
