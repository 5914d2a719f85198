//! A run in a few lines, for the operator's eyes and cron's mail.

use std::fmt::Write;

use super::summary::RunSummary;

/// The lines that `postkort run` prints for one association.
pub fn report(run: &RunSummary) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(run, &mut text);
    text
}

fn write(run: &RunSummary, out: &mut String) -> std::fmt::Result {
    let dry = if run.dry_run { " (dry run: nothing was kept or sent)" } else { "" };
    writeln!(out, "{}, {}: {}{dry}", run.association, run.as_of, run.status.as_str())?;
    if let Some(error) = &run.error {
        writeln!(out, "  {}", error.replace('\n', "\n  "))?;
        if run.urgent_notes > 0 {
            writeln!(out, "  urgent     {:>9} notes told to housing staff", run.urgent_notes)?;
        }
        return run.attention.iter().try_for_each(|what| writeln!(out, "  look at    {what}"));
    }
    for (feed, counts) in &run.exports {
        let skipped: u64 = counts.skipped.values().sum();
        write!(out, "  {:<10} {:>9} rows: {} used", feed.as_str(), counts.rows, counts.used)?;
        if skipped > 0 {
            let rules: Vec<String> = counts.skipped.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            write!(out, ", {skipped} skipped ({})", rules.join(", "))?;
        }
        writeln!(out, ", {} rejected", counts.rejected)?;
    }
    writeln!(out, "  scored     {:>9} running tenancies with {} ({})", run.scored, run.model, run.model_reason)?;
    if let Some(drift) = &run.drift {
        writeln!(out, "  drift      {}", drift.in_words())?;
    }
    if let Some(training) = &run.training {
        writeln!(out, "  training   {}", training.in_words())?;
    }
    let excluded: Vec<String> = run.excluded.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    writeln!(out, "  excluded   {:>9} ({})", run.excluded.values().sum::<u64>(), excluded.join(", "))?;
    writeln!(out, "  shortlist  {:>9} households, {} waiting for a decision", run.shortlisted, run.waiting)?;
    if !run.withdrawn.is_empty() {
        let rules: Vec<String> = run.withdrawn.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        writeln!(
            out,
            "  withdrawn  {:>9} by the newest data ({})",
            run.withdrawn.values().sum::<u64>(),
            rules.join(", ")
        )?;
    }
    if run.act_now > 0 {
        writeln!(
            out,
            "  act now    {:>9} cases at termination or court: see `postkort review CONFIG list`",
            run.act_now
        )?;
    }
    if run.urgent_notes > 0 {
        writeln!(out, "  urgent     {:>9} notes told to housing staff", run.urgent_notes)?;
    }
    let mails = run.mails;
    writeln!(
        out,
        "  mails      {:>9} queued, {} sent, {} deferred, {} failed",
        mails.queued, mails.sent, mails.deferred, mails.failed
    )?;
    for what in &run.attention {
        writeln!(out, "  look at    {what}")?;
    }
    for (name, path) in &run.files {
        writeln!(out, "  {name:<10} {}", path.display())?;
    }
    Ok(())
}
