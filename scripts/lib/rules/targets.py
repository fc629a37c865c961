"""Rules about milestones and the dates promised for them."""

from collections.abc import Iterator

from lunar_timeline.derive.targets import OPEN_STATUSES, with_series
from lunar_timeline.edtf import QUALIFIERS
from scripts.lib.date_words import DateWords, agree
from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, among, each, earliests, look_up, surely_before

# What introduces, in a note, why a date does not follow from its words.
EXPLAINED = "Date: "
# What stands before a milestone's id in that of the row of `coverage` on its dates.
SEARCHED = "target-dates-"


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
    """One side does not state two different dates on one day, in one voice and role and under one condition."""
    frame = tables["target_dates"]
    gives = frame[(frame["effect"] == "gives") & (frame["role"] != "backup")].fillna({"condition": ""})
    gives = with_series(gives, tables["actors"].drop_duplicates("actor_id"))
    key = ["series_id", "stated_on", "condition"]
    gives = gives.assign(date=gives["target"] + " " + gives["qualifier"])
    differ = gives[gives.groupby(key, dropna=False)["date"].transform("nunique") > 1]
    for _, group in differ.groupby(key, dropna=False):
        *_, other, last = group.drop_duplicates("date").index
        message = f"target {shown(gives.loc[last, 'target'])}: the same side states {shown(gives.loc[other, 'date'])} "
        message += "on that day; tell them apart by condition or role"
        yield Problem("target_dates", last, "target", message)


def words_name_the_date(tables: Tables) -> Iterator[Problem]:
    """A date follows from its words by the rules of `date_words`, or its note says after "Date: " where it is from."""
    frame = tables["target_dates"].dropna(subset=["target_text", "target", "qualifier", "stated_on"])
    frame = frame[earliests(frame["target"]).notna() & frame["qualifier"].isin(QUALIFIERS)]
    rules = DateWords(tables["date_words"])
    country = look_up(frame["stated_by"], tables["actors"], "country_code")
    for row in frame.assign(country=country.astype("object").where(country.notna(), None)).itertuples():
        found = rules.readings(row.target_text, row.stated_on, row.country)
        follows, explained = agree(row.target, row.qualifier, found), EXPLAINED in str(row.note)
        if follows and explained:
            message = f'note: the date follows from its words; take out what stands after "{EXPLAINED.strip()}"'
            yield Problem("target_dates", row.Index, "note", message)
        elif not follows and not explained:
            named = " or ".join(dict.fromkeys(shown(f"{one.target} {one.qualifier}") for one in found)) or "no date"
            message = f"target {shown(f'{row.target} {row.qualifier}')}: its words name {named}; type that, quote the "
            message += f'words that name the date, or say in the note after "{EXPLAINED}" where it is from'
            yield Problem("target_dates", row.Index, "target", message)


def achieved_by_its_carrier(tables: Tables) -> Iterator[Problem]:
    """A milestone that a mission was to carry was achieved by an event of that mission."""
    frame, carriers = tables["milestones"], tables["milestone_carriers"]
    mission = look_up(frame["achieved_event_id"], tables["mission_events"], "mission_id")
    carried = among(frame["milestone_id"], carriers["milestone_id"])
    pairs = carriers["milestone_id"] + " " + carriers["mission_id"]
    stranger = carried & mission.notna() & ~among(frame["milestone_id"] + " " + mission, pairs)
    text = "its mission was not to carry it; add it to milestone_carriers, or name another event"
    yield from each(frame, "milestones", "achieved_event_id", stranger, text)


def launched_is_achieved(tables: Tables) -> Iterator[Problem]:
    """The launch of a mission that was launched is no longer promised."""
    frame, events = tables["milestones"], tables["mission_events"]
    carriers = tables["milestone_carriers"]
    launched = events.loc[(events["phase"] == "launch") & (events["outcome"] == "success"), "mission_id"]
    flown = carriers[carriers["released_on"].isna() & among(carriers["mission_id"], launched)]
    waiting = frame["status"].isin(OPEN_STATUSES) & (frame["kind"] == "launch")
    waiting &= among(frame["milestone_id"], flown["milestone_id"])
    yield from each(frame, "milestones", "status", waiting, 'its mission was launched; type "achieved"')


def milestones_were_searched(tables: Tables) -> Iterator[Problem]:
    """`coverage` says for each milestone where its dates were searched, and through which day."""
    frame = tables["milestones"]
    told = SEARCHED + frame["milestone_id"]
    for line, coverage_id in told[told.notna() & ~among(told, tables["coverage"]["coverage_id"])].items():
        message = f"milestone_id {shown(frame.loc[line, 'milestone_id'])}: nothing says where its dates were searched; "
        yield Problem("milestones", line, "milestone_id", message + f"add a row {shown(coverage_id)} to coverage")
