//! The mail and the shortlist page as a real browser lays them out. Skipped with a message where there is none.

#![allow(clippy::unwrap_used)]

mod association;

use std::path::{Path, PathBuf};
use std::process::Command;

use association::{Association, TUESDAY};

/// Writes into the page's title how wide it is and how wide the window is, and what it tried to fetch.
const MEASURE: &str = "<script>addEventListener('load', () => { const root = document.documentElement; \
    const fetched = performance.getEntriesByType('resource').length; \
    document.title = `measured ${root.scrollWidth} of ${root.clientWidth}, fetched ${fetched}`; });</script>";

fn browser() -> Option<PathBuf> {
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
    });
    if found.is_none() {
        println!("skipped: no Chromium on this machine (package chromium)");
    }
    found
}

/// The title that the page gives itself in a window of that width.
fn measured(browser: &Path, html: &str, width: u32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, html.replace("</body>", &format!("{MEASURE}</body>"))).unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"])
        .arg(format!("--window-size={width},900"))
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let title = dom.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.unwrap_or_else(|| panic!("no title: {dom} {}", String::from_utf8_lossy(&output.stderr))).0.to_owned()
}

fn fits(browser: &Path, html: &str) {
    // Headless Chromium does not make windows narrower than 500 pixels.
    for width in [500, 1_200] {
        let title = measured(browser, html, width);
        let (page, rest) = title.strip_prefix("measured ").and_then(|title| title.split_once(" of ")).unwrap();
        let (window, fetched) = rest.split_once(", ").unwrap();
        assert_eq!(page, window, "the page is as wide as the window of {width}: {title}");
        assert_eq!(fetched, "fetched 0", "nothing is fetched from anywhere");
    }
}

#[test]
fn the_mail_and_the_page_fit_the_window_and_fetch_nothing() {
    let Some(browser) = browser() else { return };
    let association = Association::new();
    association.run(TUESDAY);
    fits(&browser, &association.read(&format!("out/{TUESDAY}/shortlist.html")));
    let mail = association.mails_to("mette@kommune.example").remove(0);
    fits(&browser, &association::html_part(&mail));
}
