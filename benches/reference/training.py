"""What training and back-testing take with pandas and scikit-learn: the peer that the benchmark runs beside postkort.

    python3 training.py fits FOLDER OUT SOLVER TOLERANCE SECONDS    logistic regressions on the benchmark's own matrix
    python3 training.py features EXPORTS OUT SECONDS DATE...        features of every tenancy that ran on each date

Times go to OUT as JSON, with the coefficients. Reading files is not timed. No fit and no date is begun once SECONDS are
spent. The features are 45, where postkort takes 88, the naive rankings and the label; lateness is counted by the month's
first payment, as an analyst would, not instalment by instalment.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.pop(0)  # this folder holds no modules


def fits(folder, out, solver, tolerance, seconds):
    from sklearn.linear_model import LogisticRegression

    def model(ridge, **more):
        return LogisticRegression(C=1 / ridge, solver=solver, tol=tolerance, max_iter=100_000, **more)

    plan = json.loads((folder / "plan.json").read_text())
    matrix, labels = np.load(folder / "matrix.npy"), np.load(folder / "labels.npy")
    took, coefficients, steps, began = [], [], [], time.perf_counter()
    for rows in plan["prefixes"]:
        if time.perf_counter() - began > seconds:
            break
        start = time.perf_counter()
        fitted = model(plan["ridge"]).fit(matrix[:rows], labels[:rows])
        took.append(time.perf_counter() - start)
        coefficients.append([*fitted.coef_[0].tolist(), fitted.intercept_[0]])
        steps.append(int(fitted.n_iter_[0]))
    # The choice of the penalty: the largest first, each fit starting where the last one ended.
    choice = None
    if time.perf_counter() - began <= seconds:
        rows, start = plan["choice_rows"], time.perf_counter()
        warm = model(1.0, warm_start=True)
        for ridge in plan["grid"]:
            warm.set_params(C=1 / ridge).fit(matrix[:rows], labels[:rows])
        choice = time.perf_counter() - start
    answer = {"seconds": took, "choice": choice, "coefficients": coefficients, "steps": steps}
    out.write_text(json.dumps(answer))


def read(exports, pattern, columns, skip=0):
    paths = sorted(exports.glob(pattern))
    return pd.concat(
        [
            pd.read_csv(
                path, sep=";", encoding="cp1252", dtype=str, usecols=columns, skiprows=skip, keep_default_na=False
            )
            for path in paths
        ],
        ignore_index=True,
    )


def amount(column):
    cleaned = column.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(cleaned, errors="coerce").fillna(0.0)


def date(column):
    return pd.to_datetime(column, format="%d-%m-%Y", errors="coerce")


def frames(exports):
    """The exports with numbers for tenancies, dates and amounts: the most that can be done before a date is known."""
    tenancies = read(exports, "lejemaal.csv", ["Lejemålsnr", "Indflytning", "Fraflytning"])
    number = pd.Series(np.arange(len(tenancies)), index=tenancies["Lejemålsnr"])
    number = number[~number.index.duplicated()]
    home = lambda frame: frame.pop("Lejemålsnr").map(number).fillna(-1).astype("int32")
    ledger = read(exports, "posteringer_*.csv", ["Lejemålsnr", "Bogført", "Forfald", "Art", "Opkrævet", "Indbetalt"], 2)
    ledger["tenancy"] = home(ledger)
    ledger["booked"], ledger["due"] = date(ledger.pop("Bogført")), date(ledger.pop("Forfald"))
    ledger["due"] = ledger["due"].fillna(ledger["booked"])
    ledger["charged"], ledger["paid"] = amount(ledger.pop("Opkrævet")), amount(ledger.pop("Indbetalt"))
    ledger["rent"] = ledger.pop("Art") == "Husleje"
    ledger = ledger[(ledger["tenancy"] >= 0) & ledger["booked"].notna()].sort_values(["tenancy", "due"])
    events = read(exports, "haendelser.csv", ["Lejemålsnr", "Dato", "Hændelse"])
    events["tenancy"], events["on"] = home(events), date(events.pop("Dato"))
    notes = read(exports, "noter.csv", ["Lejemålsnr", "Dato"])
    notes["tenancy"], notes["on"] = home(notes), date(notes.pop("Dato"))
    tenancies["moved_in"], tenancies["moved_out"] = date(tenancies["Indflytning"]), date(tenancies["Fraflytning"])
    return tenancies, ledger, events, notes


def features_on(as_of, tenancies, ledger, events, notes):
    closed = events[(events["on"] <= as_of) & events["Hændelse"].isin(["Ophævelse", "Fogedsag"])]["tenancy"]
    runs = (tenancies["moved_in"] <= as_of) & ~(tenancies["moved_out"] <= as_of)
    runs &= ~tenancies.index.isin(closed)
    known = ledger[(ledger["booked"] <= as_of).to_numpy() & runs.to_numpy()[ledger["tenancy"]]]
    features = pd.DataFrame(index=tenancies.index[runs])

    paid = known.groupby("tenancy")["paid"].sum()
    due = known[(known["charged"] > 0) & (known["due"] <= as_of)]
    charged = due.groupby("tenancy")["charged"].sum()
    arrears = charged.sub(paid, fill_value=0.0).clip(lower=0)
    rent = known[known["rent"] & (known["charged"] > 0)].groupby("tenancy")["charged"].last()
    features["arrears"] = arrears
    features["arrears_months"] = arrears / rent
    # Payments settle the oldest charges first.
    unpaid = due[due.groupby("tenancy")["charged"].cumsum() > due["tenancy"].map(paid).fillna(0.0) + 0.005]
    by_tenancy = unpaid.groupby("tenancy")
    features["oldest_unpaid"] = (as_of - by_tenancy["due"].first()).dt.days
    features["unpaid_charges"] = by_tenancy.size()
    features["rent"] = rent
    features["tenure"] = (as_of - tenancies["moved_in"]).dt.days
    payments = known[known["paid"] > 0]
    features["since_payment"] = (as_of - payments.groupby("tenancy")["booked"].max()).dt.days

    month_of = lambda dates: dates.dt.year * 12 + dates.dt.month
    this_month = as_of.year * 12 + as_of.month
    charges, payments = due.assign(month=month_of(due["due"])), payments.assign(month=month_of(payments["booked"]))
    charges = charges[charges["month"] > this_month - 24].groupby(["tenancy", "month"])["charged"].sum()
    payments = payments[payments["month"] > this_month - 24].groupby(["tenancy", "month"])
    monthly = pd.concat([charges, payments["paid"].sum(), payments["booked"].min().dt.day.rename("day")], axis=1)
    monthly = monthly.fillna({"charged": 0.0, "paid": 0.0}).reset_index().sort_values(["tenancy", "month"])
    monthly["missing"] = (monthly["charged"] > 0) & (monthly["paid"] == 0)
    monthly["partial"] = (monthly["paid"] > 0) & (monthly["paid"] < 0.9 * monthly["charged"])
    monthly["late"] = monthly["day"] > 5
    monthly["balance"] = (monthly["charged"] - monthly["paid"]).groupby(monthly["tenancy"]).cumsum()
    features["paid_day_spread"] = monthly.groupby("tenancy")["day"].std()
    for window in (3, 6, 12, 24):
        recent = monthly[monthly["month"] > this_month - window].groupby("tenancy")
        sums = recent[["charged", "paid", "missing", "partial", "late"]].sum()
        for name in ("missing", "partial", "late"):
            features[f"{name}_{window}"] = sums[name]
        features[f"paid_share_{window}"] = sums["paid"] / sums["charged"].replace(0.0, np.nan)
        features[f"peak_{window}"] = recent["balance"].max()
        features[f"slope_{window}"] = (recent["balance"].last() - recent["balance"].first()) / window
    half = monthly[monthly["month"] > this_month - 6].groupby("tenancy")
    features["charged_6"], features["most_charged_6"] = half["charged"].sum(), half["charged"].max()
    features["least_paid_6"] = half["paid"].min()

    year = events[(events["on"] <= as_of) & (events["on"] > as_of - pd.DateOffset(months=12))]
    for kind in ("Rykker", "Påkrav", "BS afvist", "Afdragsordning", "Afdragsordning brudt", "Afdragsordning afsluttet"):
        features[kind] = year[year["Hændelse"] == kind].groupby("tenancy").size()
    for months in (1, 3, 6, 12):
        recent = notes[(notes["on"] <= as_of) & (notes["on"] > as_of - pd.DateOffset(months=months))]
        features[f"notes_{months}"] = recent.groupby("tenancy").size()
    return features


def features(exports, out, seconds, dates):
    tables = frames(exports)
    took, members, began = [], [], time.perf_counter()
    for as_of in dates:
        if time.perf_counter() - began > seconds:
            break
        start = time.perf_counter()
        made = features_on(pd.Timestamp(as_of), *tables)
        took.append(time.perf_counter() - start)
        members.append(len(made))
    out.write_text(json.dumps({"seconds": took, "members": members, "columns": made.shape[1]}))


if sys.argv[1] == "fits":
    fits(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], float(sys.argv[5]), float(sys.argv[6]))
else:
    features(Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]), sys.argv[5:])
