"""Rules about sources, and about the time between saying, printing and reading."""

from collections.abc import Iterator, Sequence

import pandas as pd

from lunar_timeline.asof import row_ids
from scripts.lib.findings import ERROR, WARNING, shown
from scripts.lib.rules.problem import ACT_DATES, Problem, Tables, among, each, look_up, look_up_all, surely_before

# Pages that change after their publication may tell of later things.
_LIVING = ("web_page", "catalogue", "dataset", "treaty_record")


def sources_have_an_address(tables: Tables) -> Iterator[Problem]:
    """A source can be found again: by its address, the address of a copy, or its document number."""
    frame = tables["sources"]
    lost = frame[["url", "archive_url", "document_id"]].isna().all(axis=1)
    yield from each(frame, "sources", "url", lost, "type the address, the copy's address or the document's number")


def sources_are_used(tables: Tables) -> Iterator[Problem]:
    """A source that no row cites is left over."""
    citing = [frame["source_id"] for table, frame in tables.items() if table != "sources" and "source_id" in frame]
    frame = tables["sources"]
    idle = ~among(frame["source_id"], pd.concat(citing))
    yield from each(frame, "sources", "source_id", idle, "no row cites it; remove it, or cite it", WARNING)


def no_encyclopedia(tables: Tables) -> Iterator[Problem]:
    """Encyclopedias that anybody edits are for finding a source, not for citing."""
    frame = tables["sources"]
    for column in ("url", "archive_url"):
        wiki = frame[column].str.contains(r"://(?:[^/]*\.)?(?:wikipedia|wikimedia|fandom)\.(?:org|com)", regex=True)
        yield from each(frame, "sources", column, wiki, "cite the document that the article cites")


def one_source_a_document(tables: Tables) -> Iterator[Problem]:
    """A document is one source, however many rows cite it; editions of a catalogue are documents of their own."""
    frame = tables["sources"]
    printed = frame[frame["url"].notna() & ~frame["kind"].isin(_LIVING)]
    address = printed["url"].str.replace(r"^https?://(?:www\.)?", "", regex=True).str.rstrip("/")
    first = printed["source_id"].groupby(address).transform("first")
    for line, other in first[address.duplicated()].items():
        message = f"url {shown(frame.loc[line, 'url'])}: the address of {shown(other)}; cite that and remove this"
        yield Problem("sources", line, "url", message)


def confirmed_by_another(tables: Tables) -> Iterator[Problem]:
    """What confirms a row is another document than its own."""
    citations = tables["citations"]
    confirming = citations[citations["bearing"] == "confirms"]
    for name, rows in confirming.groupby("table_name"):
        if "source_id" not in tables.get(str(name), ()):
            continue
        cited, schema = tables[str(name)], tables.schemas[str(name)]
        sources = pd.DataFrame({"row_id": row_ids(cited, schema), "source_id": cited["source_id"]})
        own = look_up(rows["row_id"], sources, "source_id")
        text = "it is the source of the row itself; remove the citation, or cite another document"
        yield from each(rows, "citations", "source_id", rows["source_id"] == own, text)


def nothing_after_reading(tables: Tables) -> Iterator[Problem]:
    """What has happened had happened when its source was read."""
    for table, read in _of_its_source(tables, "read_on", tuple(ACT_DATES)):
        frame, column = tables[table], ACT_DATES[table]
        yield from each(frame, table, column, surely_before(read, frame[column]), "later than its source was read")


def _of_its_source(tables: Tables, column: str, names: Sequence[str]) -> Iterator[tuple[str, pd.Series]]:
    """For some tables what `sources` says of each row's source."""
    cited = [tables[name]["source_id"] for name in names]
    return zip(names, look_up_all(cited, tables["sources"], column), strict=True)


def stated_before_published(tables: Tables) -> Iterator[Problem]:
    """A statement, act or event is not later than the publication of the source that tells it."""
    names = tuple(table for table in ACT_DATES if table not in ("history", "milestone_carriers"))
    kinds = dict(_of_its_source(tables, "kind", names))
    for table, published in _of_its_source(tables, "published_on", names):
        frame, column = tables[table], ACT_DATES[table]
        early = surely_before(published, frame[column]) & ~kinds[table].isin(_LIVING)
        # A bill is read before it becomes law; the day then needs a citation of its own.
        severity = WARNING if table == "policies" else ERROR
        text = "later than its source was published; mend one of the two, or cite another source for the day"
        cited = (
            among(frame.iloc[:, 0], _cited_days(tables["citations"], table, column)) if severity == WARNING else False
        )
        yield from each(frame, table, column, early & ~cited, text, severity)


def _cited_days(citations: pd.DataFrame, table: str, column: str) -> pd.Series:
    return citations.loc[(citations["table_name"] == table) & (citations["column_name"] == column), "row_id"]
