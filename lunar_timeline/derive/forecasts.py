"""What those said who do not set the date: auditors, panels, insiders, the press, outsiders; and who was right.

A statement *warns* where it doubts a date, or gives a later one than the official date of its day. The warning was
right if the milestone came later than the date in question, and wrong if it came by then; as long as it has not come,
the warning is right once the official side has moved past that date or taken it back.
"""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.changes import Promise, classify, missed_by_days
from lunar_timeline.derive.targets import as_promise

Tables = Mapping[str, pd.DataFrame]

VOICES = ("auditor", "advisory_panel", "insider", "press", "outsider")
_KEPT = ["target_id", "milestone_id", "milestone_name", "voice", "stated_by", "stated_on", "known_on", "effect"]
_KEPT += ["target_text", "target", "qualifier", "condition", "confidence_pct", "mission_id", "source_id", "locator"]
_BESIDE = ["official_target_id", "official_target", "official_qualifier", "verdict", "conceded_on"]
_BESIDE += ["conceded_target_id", "days_ahead", "achieved_at"]


def forecasts(tables: Tables) -> pd.DataFrame:
    """One row per statement on a date by somebody who does not set it, beside the official date of that day."""
    history = tables["target_history"].merge(tables["target_dates"][["target_id", "confidence_pct"]], on="target_id")
    said = history[history["voice"].isin(VOICES) & (history["effect"].isin(["gives", "doubts"]))]
    set_dates = history[history["is_official"]].sort_values(["known_on", "official_until"], kind="stable")
    official: dict[str, list[dict]] = {}
    for row in set_dates[["milestone_id", "target_id", "known_on", "target", "qualifier"]].to_dict("records"):
        official.setdefault(row["milestone_id"], []).append(row)
    rows = [_set_beside(row, official.get(row["milestone_id"], [])) for row in said.to_dict("records")]
    return pd.DataFrame(rows, columns=[*_KEPT, *_BESIDE])


def _set_beside(said: dict, official: list[dict]) -> dict:
    """A statement, the official date that stood when it was made, and what became of that."""
    before = [row for row in official if row["known_on"] <= said["known_on"]]
    then = before[-1] if before and not pd.isna(before[-1]["target"]) else None
    row = {name: said[name] for name in _KEPT}
    if then:
        row |= {f"official_{name}": then[name] for name in ("target_id", "target", "qualifier")}
    question = _in_question(said, then)
    event = None if pd.isna(said["achieved_at"]) else edtf.parse(said["achieved_at"])
    row |= {"achieved_at": said["achieved_at"], "verdict": "no_warning"}
    if question is None:
        return row
    later = [other for other in official if other["known_on"] > said["known_on"]]
    conceded = next((other for other in later if _moves_past(question, other)), None)
    if conceded:
        row |= {"conceded_on": conceded["known_on"], "conceded_target_id": conceded["target_id"]}
        row["days_ahead"] = _days(said["known_on"], conceded["known_on"])
    # "No earlier than 2025" is in question as a date, too: what matters is whether it was later than 2025.
    late = missed_by_days(Promise("ceiling", question.anchor), event) if event else None
    is_right = late > 0 if late is not None else conceded is not None
    return row | {"verdict": "right" if is_right else "open" if late is None else "wrong"}


def _in_question(said: dict, official: dict | None) -> Promise | None:
    """The date that a statement calls into question; None where it warns of nothing."""
    own = None if pd.isna(said["target"]) else as_promise(said)
    standing = as_promise(official) if official else None
    if said["effect"] == "doubts":
        return own or standing
    return standing if own and standing and classify(standing, own) == "slip" else None


def _moves_past(question: Promise, official: dict) -> bool:
    return pd.isna(official["target"]) or classify(question, as_promise(official)) == "slip"


def _days(start: datetime, end: datetime) -> int:
    return (end.date() - start.date()).days
