"""The night as an analyst would write it with pandas and scikit-learn: the peer that the benchmark runs beside postkort.

    python3 night.py EXPORTS AS_OF OUT

Reads the four exports of `postkort simulate`, computes what is owed and how it was paid, scores with a logistic
regression on standardised features, keeps the five riskiest a caseworker (here: an estate), and writes one .eml each.
It does less than postkort: no rejects with line and column, no calendar, no reasons, no prompts, no outbox.
"""

import glob
import re
import sys
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

exports, as_of, out = Path(sys.argv[1]), pd.Timestamp(sys.argv[2]), Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)


def read(pattern, columns, skip=0):
    # Naming the columns also passes over semicolons that nobody quoted in a row's last text.
    frames = [
        pd.read_csv(
            path, sep=";", encoding="cp1252", dtype=str, usecols=columns, skiprows=skip, keep_default_na=False
        )
        for path in sorted(glob.glob(str(exports / pattern)))
    ]
    return pd.concat(frames, ignore_index=True)


def amount(column):
    cleaned = column.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(cleaned, errors="coerce").fillna(0.0)


def date(column):
    return pd.to_datetime(column, format="%d-%m-%Y", errors="coerce")


tenancies = read("lejemaal.csv", ["Lejemålsnr", "Afdeling", "Adresse", "Lejer", "Indflytning", "Fraflytning", "Husleje"])
tenancies["moved_out"] = date(tenancies["Fraflytning"])
tenancies["moved_in"] = date(tenancies["Indflytning"])
tenancies["rent"] = amount(tenancies["Husleje"])
tenancies = tenancies[tenancies["moved_out"].isna() | (tenancies["moved_out"] >= as_of)].set_index("Lejemålsnr")

ledger = read(
    "posteringer_*.csv", ["Lejemålsnr", "Bogført", "Forfald", "Art", "Opkrævet", "Indbetalt"], skip=2
)
ledger["booked"] = date(ledger["Bogført"])
ledger["due"] = date(ledger["Forfald"])
ledger["charged"] = amount(ledger["Opkrævet"])
ledger["paid"] = amount(ledger["Indbetalt"])
ledger = ledger[ledger["booked"].notna() & (ledger["booked"] <= as_of)]
ledger = ledger[ledger["Lejemålsnr"].isin(tenancies.index)]

# What is owed: charges that have fallen due less everything paid.
due = ledger[ledger["due"].fillna(ledger["booked"]) <= as_of]
owed = due.groupby("Lejemålsnr")["charged"].sum() - ledger.groupby("Lejemålsnr")["paid"].sum()
features = pd.DataFrame(index=tenancies.index)
features["arrears"] = owed.clip(lower=0).reindex(features.index).fillna(0.0)
features["arrears_months"] = features["arrears"] / tenancies["rent"].replace(0, np.nan)

# How each month was paid: charges by due month against payments by booked month.
month_of = lambda dates: dates.dt.year * 12 + dates.dt.month
charges = ledger[ledger["charged"] > 0].assign(month=month_of(ledger["due"].fillna(ledger["booked"])))
payments = ledger[ledger["paid"] > 0].assign(month=month_of(ledger["booked"]))
monthly = pd.concat(
    [
        charges.groupby(["Lejemålsnr", "month"])["charged"].sum(),
        payments.groupby(["Lejemålsnr", "month"])["paid"].sum(),
        payments.groupby(["Lejemålsnr", "month"])["booked"].min().dt.day.rename("paid_day"),
    ],
    axis=1,
).fillna({"charged": 0.0, "paid": 0.0})
monthly = monthly.reset_index().sort_values(["Lejemålsnr", "month"])
monthly["missing"] = (monthly["charged"] > 0) & (monthly["paid"] == 0)
monthly["partial"] = (monthly["paid"] > 0) & (monthly["paid"] < 0.9 * monthly["charged"])
monthly["late"] = monthly["paid_day"] > 5
monthly["balance"] = (monthly["charged"] - monthly["paid"]).groupby(monthly["Lejemålsnr"]).cumsum()
this_month = as_of.year * 12 + as_of.month
for window in (3, 6, 12, 24):
    recent = monthly[monthly["month"] > this_month - window].groupby("Lejemålsnr")
    for name in ("missing", "partial", "late"):
        features[f"{name}_{window}"] = recent[name].sum()
    features[f"peak_{window}"] = recent["balance"].max()
    features[f"slope_{window}"] = (recent["balance"].last() - recent["balance"].first()) / window
features["paid_day_spread"] = monthly.groupby("Lejemålsnr")["paid_day"].std()
features["since_payment"] = (as_of - payments.groupby("Lejemålsnr")["booked"].max()).dt.days
features["fees"] = ledger[ledger["Art"] == "Påkravsgebyr"].groupby("Lejemålsnr")["charged"].sum()

events = read("haendelser.csv", ["Lejemålsnr", "Dato", "Hændelse"])
events["on"] = date(events["Dato"])
events = events[events["on"] <= as_of]
for kind in ("Rykker", "Påkrav", "BS afvist", "Afdragsordning brudt"):
    recent = events[(events["Hændelse"] == kind) & (events["on"] > as_of - pd.DateOffset(months=12))]
    features[kind] = recent.groupby("Lejemålsnr").size()

notes = read("noter.csv", ["Lejemålsnr", "Dato", "Bemærkning"])
notes = notes[date(notes["Dato"]) > as_of - pd.DateOffset(months=6)]
words = {"economy": r"betale|bagud|fyret|job", "absence": r"post|åbner ikke|ikke set", "housing": r"lugt|skrald|rod"}
for category, pattern in words.items():
    hits = notes[notes["Bemærkning"].str.contains(pattern, flags=re.IGNORECASE)]
    features[category] = hits.groupby("Lejemålsnr").size()

features = features.fillna(0.0)
label = (features["arrears_months"] > 1) & (features["missing_3"] > 0)  # stands in for a model trained elsewhere
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
model.fit(features, label)
tenancies["score"] = model.predict_proba(features)[:, 1]

closed = set(events[events["Hændelse"].isin(["Ophævelse", "Fogedsag", "Indsigelse", "Dødsfald"])]["Lejemålsnr"])
eligible = tenancies[(features["arrears"] > 0) & ~tenancies.index.isin(closed)]
for estate, households in eligible.groupby("Afdeling"):
    message = EmailMessage()
    message["To"], message["Subject"] = f"{estate}@kommune.example", "Ugens kort"
    top = households.sort_values("score", ascending=False).head(5)
    message.set_content("\n".join(f"{row.Adresse}: {row.Lejer.split()[0]}" for row in top.itertuples()))
    (out / f"{estate}.eml").write_bytes(bytes(message))
print(f"{len(tenancies)} tenancies, {len(ledger)} ledger rows, {len(eligible)} eligible")
