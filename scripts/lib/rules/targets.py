"""Rules about milestones and the dates promised for them."""

from collections.abc import Iterator

from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, each, look_up, surely_before


def target_shape(tables: Tables) -> Iterator[Problem]:
    """What an effect needs: a date and its direction, or neither; who denies a date leaves a floor after it."""
    frame = tables["target_dates"]
    needs = frame["effect"].isin(["gives", "denies"])
    empty = frame["effect"].isin(["withdraws", "undated"])
    for column in ("target", "qualifier"):
        missing = needs & frame[column].isna()
        yield from each(frame, "target_dates", column, missing, "who gives or denies a date needs one; type it")
        extra = empty & frame[column].notna()
        yield from each(frame, "target_dates", column, extra, "who gives no date has none; empty the cell")
    wordless = ~empty & frame["target_text"].isna()
    yield from each(frame, "target_dates", "target_text", wordless, "quote the words with the date")
    half = (frame["effect"] == "doubts") & (frame["target"].isna() != frame["qualifier"].isna())
    yield from each(frame, "target_dates", "qualifier", half, "a date and its direction stand together")
    floor = (frame["effect"] == "denies") & frame["qualifier"].notna() & (frame["qualifier"] != "after")
    yield from each(
        frame, "target_dates", "qualifier", floor, 'who denies a date leaves a floor after it; type "after"'
    )


def achieved_has_event(tables: Tables) -> Iterator[Problem]:
    """A milestone is achieved if and only if it names the event that did it."""
    frame = tables["milestones"]
    achieved, named = frame["status"] == "achieved", frame["achieved_event_id"].notna()
    yield from each(frame, "milestones", "achieved_event_id", achieved & ~named, "name the event that achieved it")
    yield from each(frame, "milestones", "status", ~achieved & named, 'has an event; type "achieved"')


def replaced_has_successor(tables: Tables) -> Iterator[Problem]:
    """A redefined, merged or split milestone names what stands in its place, and no other does."""
    frame = tables["milestones"]
    replaced = frame["status"].isin(["redefined", "merged", "split"])
    lost = replaced & frame["successor_id"].isna()
    yield from each(frame, "milestones", "successor_id", lost, "name the milestone that stands in its place")
    extra = ~replaced & frame["successor_id"].notna()
    yield from each(frame, "milestones", "successor_id", extra, "only a redefined, merged or split one has a successor")
    own = frame["successor_id"] == frame["milestone_id"]
    yield from each(frame, "milestones", "successor_id", own, "a milestone does not replace itself")


def nothing_promised_after_achieved(tables: Tables) -> Iterator[Problem]:
    """No date is stated for what has been achieved."""
    frame = tables["target_dates"]
    event = look_up(frame["milestone_id"], tables["milestones"], "achieved_event_id")
    occurred = look_up(event, tables["mission_events"], "occurred_at")
    late = surely_before(occurred, frame["stated_on"])
    yield from each(frame, "target_dates", "stated_on", late, "after the milestone was achieved")


def one_target_a_day(tables: Tables) -> Iterator[Problem]:
    """One body does not state two different dates on one day in one role under one condition."""
    frame = tables["target_dates"]
    gives = frame[(frame["effect"] == "gives") & (frame["role"] != "backup")].fillna({"condition": ""})
    key = ["milestone_id", "stated_on", "stated_by", "voice", "role", "condition"]
    gives = gives.assign(date=gives["target"] + " " + gives["qualifier"])
    differ = gives[gives.groupby(key, dropna=False)["date"].transform("nunique") > 1]
    for _, group in differ.groupby(key, dropna=False):
        *_, other, last = group.drop_duplicates("date").index
        message = f"target {shown(gives.loc[last, 'target'])}: the same body states {shown(gives.loc[other, 'date'])} "
        message += "on that day; tell them apart by condition or role"
        yield Problem("target_dates", last, "target", message)
