//! Runs, and how many rows their feeds had.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::columns::date;
use super::{Night, Store, StoreError};
use crate::exports::records::{EventKind, FeedName};

/// One run as it is kept.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// The day on which it stood.
    pub as_of: Date,
    /// When it began.
    pub started_at: Timestamp,
    /// The model that scored, by its id.
    pub model: String,
}

/// A case that is too late for prevention.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ActNow {
    /// The tenancy's reference.
    pub tenancy: String,
    /// What happened: `termination`, `court_filing` or `eviction`.
    pub event: EventKind,
    /// When.
    pub since: Date,
}

impl Store {
    /// Rows of each feed when it was last accepted.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn accepted_rows(&self) -> Result<BTreeMap<FeedName, u64>, StoreError> {
        let mut statement = self.connection.prepare("select feed, rows from accepted_feed")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        let mut accepted = BTreeMap::new();
        for row in rows {
            let (feed, count) = row?;
            if let Some(name) = FeedName::ALL.into_iter().find(|name| name.as_str() == feed) {
                accepted.insert(name, count.max(0) as u64);
            }
        }
        Ok(accepted)
    }

    /// The cases too late for prevention, as the last run saw them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn act_now(&self) -> Result<Vec<ActNow>, StoreError> {
        let mut statement =
            self.connection.prepare("select tenancy_ref, event, since from act_now order by since, tenancy_ref")?;
        let mut rows = statement.query([])?;
        let mut cases = Vec::new();
        while let Some(row) = rows.next()? {
            let event: String = row.get(1)?;
            let event = EventKind::of(&event).ok_or_else(|| StoreError::Corrupt(format!("the event {event:?}")))?;
            cases.push(ActNow { tenancy: row.get(0)?, event, since: date(row.get(2)?)? });
        }
        Ok(cases)
    }

    /// How many tenancies the last run that ended excluded by a rule.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn last_excluded(&self, rule: &str) -> Result<u64, StoreError> {
        let sql = "select coalesce(json_extract(summary, '$.excluded.' || ?1), 0) from run
                   where summary is not null order by id desc limit 1";
        let count: Option<i64> = self.connection.query_row(sql, [rule], |row| row.get(0)).optional()?;
        Ok(count.unwrap_or_default().max(0) as u64)
    }

    /// Whether an earlier day's run told that this model's scores had drifted, of what was known on the same day.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn drift_told_before(&self, as_of: Date, model: &str, compared_on: Date) -> Result<bool, StoreError> {
        let sql = "select exists(select 1 from run where as_of < ?1 and model = ?2 and summary is not null
                   and json_extract(summary, '$.drift.as_of') = ?3 and json_extract(summary, '$.drift.over_limit'))";
        let values = params![as_of.to_string(), model, compared_on.to_string()];
        Ok(self.connection.query_row(sql, values, |row| row.get(0))?)
    }

    /// Closes a run with its status and summary (JSON, without personal data).
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn finish_run(
        &self,
        run: i64,
        at: Timestamp,
        status: &str,
        summary: &impl serde::Serialize,
    ) -> Result<(), StoreError> {
        let summary = serde_json::to_string(summary).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.connection.execute(
            "update run set finished_at = ?2, status = ?3, summary = ?4 where id = ?1",
            params![run, at.to_string(), status, summary],
        )?;
        Ok(())
    }
}

impl Night<'_> {
    /// Records that a run has begun; its number.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn begin_run(&self, run: &RunRow) -> Result<i64, StoreError> {
        self.tx.execute(
            "insert into run (as_of, started_at, status, model) values (?1, ?2, 'listed', ?3)",
            params![run.as_of.to_string(), run.started_at.to_string(), run.model],
        )?;
        Ok(self.tx.last_insert_rowid())
    }

    /// Replaces the cases too late for prevention by tonight's.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn set_act_now(&self, cases: &[ActNow]) -> Result<(), StoreError> {
        self.tx.execute("delete from act_now", [])?;
        for case in cases {
            self.tx.execute(
                "insert into act_now (tenancy_ref, event, since) values (?1, ?2, ?3)",
                params![case.tenancy, case.event.as_str(), case.since.to_string()],
            )?;
        }
        Ok(())
    }

    /// Remembers how many rows a feed had.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn accept_feed(&self, feed: FeedName, rows: u64, as_of: Date) -> Result<(), StoreError> {
        self.tx.execute(
            "insert into accepted_feed (feed, rows, as_of) values (?1, ?2, ?3)
             on conflict (feed) do update set rows = excluded.rows, as_of = excluded.as_of",
            params![feed.as_str(), i64::try_from(rows).unwrap_or(i64::MAX), as_of.to_string()],
        )?;
        Ok(())
    }
}
