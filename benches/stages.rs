//! The stages of a night one by one: `cargo bench --bench stages`, or `-- ledger` for those with that in their name.
//!
//! Whole feeds come from a simulated association under `target/tmp/stages`. Times of stages that use all cores are wall
//! times; those with "one_core" in their name use one.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};

use postkort::calendar::Day;
use postkort::config::{Config, Decimal, Locale, ReviewMode};
use postkort::exports::cells::amount::amount;
use postkort::exports::cells::date::DateRule;
use postkort::exports::feeds::notes::kept_since;
use postkort::exports::pulled::{Pulled, PulledFile};
use postkort::exports::read::read_exports;
use postkort::exports::records::{FeedName, Posting};
use postkort::features;
use postkort::history::{HistoryBuilder, Known, Lease};
use postkort::nightly::{Gathered, Unwatched, gather, gather_notes};
use postkort::notes::{Lexicon, NoteCounts, SpecialCategories, findings};
use postkort::redaction::cpr::redact;
use postkort::referral::check::CardContext;
use postkort::referral::prompt::{self, PromptContext};
use postkort::risk::{Model, Scorecard};
use postkort::shortlist::{Evidence, Terms, assess};
use postkort::simulate::{SimulationOptions, simulate};

const AS_OF: Date = date(2026, 11, 24);
const TENANCIES: u32 = 4_000;

fn main() {
    divan::main();
}

/// A simulated association, read.
struct Association {
    config: Config,
    pulled: BTreeMap<FeedName, Pulled>,
    known: Gathered,
}

static ASSOCIATION: LazyLock<Association> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages");
    let review = ReviewMode::ByCaseworker;
    let options = SimulationOptions { tenancies: TENANCIES, months: 36, seed: 1, as_of: AS_OF, review, quirks: false };
    let simulated = simulate(&folder, &options, &mut |_, _| {}).unwrap();
    let config = Config::load(&simulated.config).unwrap();
    let feeds = [
        (FeedName::Tenancies, simulated.tenancies),
        (FeedName::Ledger, simulated.ledger),
        (FeedName::Events, simulated.events),
        (FeedName::Notes, simulated.notes),
    ];
    let file = |path| PulledFile { path, shown: "simulated".to_owned(), delivered_on: None };
    let pulled = feeds.map(|(name, feed)| (name, Pulled { files: vec![file(feed.path)], left_out: Vec::new() })).into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let notes = runtime.block_on(gather_notes(&config, kept_since(AS_OF), AS_OF, &folder, &Unwatched)).unwrap();
    let known = runtime.block_on(gather(&config, notes, &BTreeMap::new(), AS_OF, &folder, &Unwatched)).unwrap();
    Association { config, pulled, known }
});

impl Association {
    fn path(&self, feed: FeedName) -> &Path {
        &self.pulled[&feed].files[0].path
    }

    fn bytes(&self, feed: FeedName) -> BytesCount {
        BytesCount::new(std::fs::metadata(self.path(feed)).unwrap().len())
    }

    fn tenancies(&self) -> ItemsCount {
        ItemsCount::new(self.known.exports.tenancies.len())
    }

    /// Shows every tenancy's evidence to `look`.
    fn each(&self, mut look: impl FnMut(&Known<'_>)) {
        let mut postings: Vec<Posting> = Vec::new();
        for tenancy in &self.known.exports.tenancies {
            self.known.postings(tenancy.id, &mut postings);
            look(&Known {
                postings: &postings,
                events: self.known.events(tenancy.id),
                lease: Some(Lease::from(tenancy)),
                notes: NoteCounts::default(),
                notes_text: 0.0,
            });
        }
    }
}

#[divan::bench]
fn amount_of_a_cell() -> i64 {
    amount(black_box(b"5.690,00"), Decimal::Comma).unwrap().0
}

#[divan::bench]
fn date_of_a_cell() -> Date {
    DateRule::new(&[]).parse(black_box(b"24-11-2026")).unwrap()
}

#[divan::bench]
fn redacting_a_note() -> usize {
    redact(black_box("Ringede d. 24-11 kl. 13.30, ingen lukkede op. Kontakt 12 34 56 78.")).1
}

/// What the ledger is compared with.
#[divan::bench(sample_count = 20)]
fn ledger_as_byte_records_one_core(bencher: Bencher) {
    bencher.counter(ASSOCIATION.bytes(FeedName::Ledger)).bench(|| {
        let (mut rows, mut record) = (0, csv::ByteRecord::new());
        let path = ASSOCIATION.path(FeedName::Ledger);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_path(path).unwrap();
        while reader.read_byte_record(&mut record).unwrap() {
            rows += 1;
        }
        rows
    });
}

#[divan::bench(args = FeedName::ALL, sample_count = 20)]
fn reading(bencher: Bencher, feed: FeedName) {
    let only = |name: &FeedName| *name == feed;
    let Association { config, pulled, .. } = &*ASSOCIATION;
    let feeds =
        config.exports.iter().filter(|(name, _)| only(name)).map(|(name, feed)| (*name, feed.clone())).collect();
    bencher.counter(ASSOCIATION.bytes(feed)).bench(|| read_exports(&feeds, pulled, AS_OF, &|_| {}).unwrap());
}

#[divan::bench(sample_count = 20)]
fn histories_one_core(bencher: Bencher) {
    let mut builder = HistoryBuilder::new();
    bencher.counter(ASSOCIATION.tenancies()).bench_local(|| {
        ASSOCIATION.each(|known| {
            black_box(builder.build(Day::from(AS_OF), known));
        });
    });
}

#[divan::bench(sample_count = 20)]
fn histories_features_and_scores_one_core(bencher: Bencher) {
    let model = Model::Starter(Scorecard::starter().unwrap());
    let mut builder = HistoryBuilder::new();
    let mut vector = [0.0; features::N];
    bencher.counter(ASSOCIATION.tenancies()).bench_local(|| {
        ASSOCIATION.each(|known| {
            features::vector(builder.build(Day::from(AS_OF), known), &mut vector);
            black_box(model.value(&vector));
        });
    });
}

#[divan::bench(sample_count = 20)]
fn assessing(bencher: Bencher) {
    let model = Model::Starter(Scorecard::starter().unwrap());
    let Association { config, known, .. } = &*ASSOCIATION;
    let terms = Terms { as_of: AS_OF, min_arrears_months: config.shortlist.min_arrears_months };
    let tenancies = &known.exports.tenancies;
    let asked = Default::default();
    bencher
        .counter(ASSOCIATION.tenancies())
        .bench(|| assess(tenancies, known, &model, &|_| Some(0), &terms, &asked).scored);
}

#[divan::bench(sample_count = 20)]
fn note_reading(bencher: Bencher) {
    let lexicon = Lexicon::danish().unwrap();
    let notes = &ASSOCIATION.known.exports.notes;
    bencher.counter(ItemsCount::new(notes.len())).bench(|| findings(lexicon, notes, SpecialCategories::KeptOut));
}

#[divan::bench]
fn a_prompt(bencher: Bencher) {
    let caseworker = &ASSOCIATION.config.caseworkers[0];
    let first_names = ["Anne".to_owned()];
    let used = BTreeSet::new();
    bencher.bench(|| {
        prompt::write(&PromptContext {
            card: CardContext {
                locale: Locale::Da,
                caseworker_name: &caseworker.name,
                place: &caseworker.place,
                on_site: &caseworker.on_site,
                phone: &caseworker.phone,
                first_names: &first_names,
                tenant_names: "Anne Sørensen",
                reference: "007-01-0012-03",
            },
            kinds: &[],
            household_key: b"007-01-0012-03",
            used: &used,
        })
    });
}
