"""Rules about instruments, acts on them, and policies."""

from collections.abc import Iterator

import pandas as pd

from scripts.lib.rules.problem import Problem, Tables, each, look_up, surely_before

_REPEATABLE = ("modified", "option_exercised")
_TREATY_ACTS = (
    "ratified",
    "accepted",
    "acceded",
    "succeeded",
    "approved",
    "acts_as_depositary",
)
_TREATIES = ("treaty", "intergovernmental_agreement")
_CONTRACT_ACTS = ("awarded", "option_exercised")
_CONTRACTS = ("contract", "master_contract", "task_order")
_JOINING = (
    "signed",
    "ratified",
    "accepted",
    "acceded",
    "succeeded",
    "approved",
    "declared_acceptance",
    "provisionally_applied",
    "joined_as_observer",
)
_BEFORE_OPENING = ("stated_intent", "applied", "reported")


def acts_are_dated(tables: Tables) -> Iterator[Problem]:
    """An act has a day, or a day of effect, or at least one on which it was told."""
    frame = tables["agreement_actions"]
    undated = frame[["done_on", "effective_on", "announced_on"]].isna().all(axis=1)
    yield from each(frame, "agreement_actions", "done_on", undated, "type the day, month, year or window of the act")


def acts_happen_once(tables: Tables) -> Iterator[Problem]:
    """An actor does the same thing to an instrument once; only changes and options repeat."""
    frame = tables["agreement_actions"]
    once = frame[~frame["action"].isin(_REPEATABLE)]
    again = once.duplicated(["agreement_id", "actor_id", "action"])
    yield from each(once, "agreement_actions", "action", again, "the actor has done this already; remove one row")


def acts_fit_the_instrument(tables: Tables) -> Iterator[Problem]:
    """Treaty acts are done to treaties, contracts are awarded."""
    frame = tables["agreement_actions"]
    kind = look_up(frame["agreement_id"], tables["agreements"], "kind")
    for acts, kinds in ((_TREATY_ACTS, _TREATIES), (_CONTRACT_ACTS, _CONTRACTS)):
        wrong = frame["action"].isin(acts) & kind.notna() & ~kind.isin(kinds)
        yield from each(frame, "agreement_actions", "action", wrong, f"only done to {', '.join(kinds)}")


def acts_after_opening(tables: Tables) -> Iterator[Problem]:
    """Nobody signs or joins before the instrument was open; intentions, applications and reports may come first."""
    frame = tables["agreement_actions"]
    opened = look_up(frame["agreement_id"], tables["agreements"], "opened_on")
    early = surely_before(frame["done_on"], opened) & ~frame["action"].isin(_BEFORE_OPENING)
    yield from each(frame, "agreement_actions", "done_on", early, "before the instrument was opened for signature")


def silent_signing_dates_no_instrument(tables: Tables) -> Iterator[Problem]:
    """Where a signing became known later, only its acts carry the day: an instrument has no `announced_on`."""
    frame, acts = tables["agreements"], tables["agreement_actions"]
    for column in ("adopted_on", "opened_on"):
        day = look_up(acts["agreement_id"], frame, column)
        first = acts[day.notna() & acts["done_on"].notna() & ~surely_before(day, acts["done_on"])]
        silent = first["announced_on"].notna().groupby(first["agreement_id"]).all()
        wrong = frame["agreement_id"].isin(silent[silent].index) if len(first) else frame["agreement_id"].isna()
        text = "the signing became known later (announced_on of its acts); empty this cell, the acts carry the day"
        yield from each(frame, "agreements", column, wrong, text)


def withdrawal_after_joining(tables: Tables) -> Iterator[Problem]:
    """Who withdraws had joined before."""
    frame = tables["agreement_actions"]
    party = ["agreement_id", "actor_id"]
    withdrawn = frame[frame["action"] == "withdrew"]
    joined = frame.loc[frame["action"].isin(_JOINING), [*party, "done_on"]].dropna(subset=party)
    pairs = withdrawn[[*party, "done_on"]].reset_index().merge(joined, on=party, suffixes=("", "_joined"))
    after = pairs.loc[~surely_before(pairs["done_on"], pairs["done_on_joined"]), "line"]
    text = "it had not joined by then"
    yield from each(withdrawn, "agreement_actions", "action", ~withdrawn.index.to_series().isin(after), text)


def money_is_whole(tables: Tables) -> Iterator[Problem]:
    """An amount has its currency and says what it covers, and these two have an amount."""
    frame = tables["agreement_actions"]
    money = ["amount", "currency", "amount_kind"]
    any_filled = frame[money].notna().any(axis=1)
    for column in money:
        missing = any_filled & frame[column].isna()
        yield from each(frame, "agreement_actions", column, missing, "amount, currency and amount_kind stand together")


def successors_come_later(tables: Tables) -> Iterator[Problem]:
    """A policy replaces one that was issued before it."""
    frame = tables["policies"]
    issued = look_up(frame["replaces_id"], frame, "issued_on")
    early = surely_before(frame["issued_on"], issued) | (frame["replaces_id"] == frame["policy_id"])
    yield from each(frame, "policies", "replaces_id", early, "issued after the policy that is to replace it")


# act -> kinds of actor that can do it; acts that are missing here can be done by anybody.
_BODIES = ("state", "territory", "intergovernmental_organisation")
_ACTED_BY = {
    "ratified": _BODIES,
    "accepted": _BODIES,
    "acceded": _BODIES,
    "succeeded": _BODIES,
    "provisionally_applied": _BODIES,
    "declared_acceptance": ("intergovernmental_organisation",),
    "acts_as_depositary": ("state", "intergovernmental_organisation", "government_body"),
}


def acts_fit_the_actor(tables: Tables) -> Iterator[Problem]:
    """States and organisations of states do the acts of treaty law; others only sign, apply or are awarded."""
    frame = tables["agreement_actions"]
    kind = look_up(frame["actor_id"], tables["actors"], "kind")
    for action, kinds in _ACTED_BY.items():
        wrong = (frame["action"] == action) & kind.notna() & ~kind.isin(kinds)
        yield from each(frame, "agreement_actions", "action", wrong, f"only done by actors of kind {', '.join(kinds)}")


# table -> (who acted, on which day)
_ACTING = {
    "agreement_actions": ("actor_id", "done_on"),
    "statements": ("made_by", "made_on"),
    "policies": ("issued_by", "issued_on"),
    "target_dates": ("stated_by", "stated_on"),
}


def actors_existed(tables: Tables) -> Iterator[Problem]:
    """An actor acts and speaks only while it exists."""
    for table, (who, day) in _ACTING.items():
        frame = tables[table]
        begins, ends = (look_up(frame[who], tables["actors"], column) for column in ("active_from", "active_to"))
        for outside, said in (
            (surely_before(frame[day], begins), "the actor did not exist yet (active_from)"),
            (surely_before(ends, frame[day]), "the actor existed no more (active_to)"),
        ):
            yield from each(frame, table, day, outside, said)


def states_count_once(tables: Tables) -> Iterator[Problem]:
    """No state stands twice among the members of an instrument: not as a second actor, not beside its own agency."""
    actors, acts = tables["actors"], tables["agreement_actions"]
    states = actors[actors["kind"] == "state"]
    twice = states["country_code"].notna() & states.duplicated("country_code")
    yield from each(states, "actors", "country_code", twice, "another actor of kind state has it; keep one of them")
    joining = acts[acts["action"].isin(_JOINING)]
    through = set(zip(joining["agreement_id"], joining["through_actor_id"], strict=True))
    pairs = zip(joining["agreement_id"], joining["actor_id"], strict=True)
    both = pd.Series([pair in through for pair in pairs], index=joining.index, dtype="bool")
    text = "a state acts through it on this instrument already; one of the two rows is the same act"
    yield from each(joining, "agreement_actions", "actor_id", both, text)
