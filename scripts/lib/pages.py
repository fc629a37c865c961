"""The pages of a release: templates of docs/ filled with what its tables say."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

import pandas as pd

from lunar_timeline.derive.totals import MEMBER_RULES
from lunar_timeline.schema import Schema
from scripts.lib.counting import differences, totals_beside_ours
from scripts.lib.markdown import rows_of
from scripts.lib.quality import age_sentence, quality_rows, released_quality

Tables = Mapping[str, pd.DataFrame]


def fill_pages(
    folder: Path, tables: Tables, schemas: Mapping[str, Schema], version: str, stories: Mapping[str, str]
) -> dict[str, str]:
    """Page name -> text, from the templates in a folder. Figures stand in a release only, never in a template.

    `stories` are texts by placeholder (see :mod:`scripts.lib.stories`), for code blocks.
    """
    published = tables["published_totals"]
    published = published.assign(
        publisher=published["source_id"].map(tables["sources"].set_index("source_id")["publisher"])
    ).sort_values(["counted_on_latest", "total_id"])
    of_members = published["counts"].isin(list(MEMBER_RULES))
    figures = released_quality(tables, schemas)
    values = {
        "version": version,
        "sizes": rows_of((f"`{name}`", len(frame)) for name, frame in tables.items()),
        "verdicts": _verdicts(tables, schemas["mission_outcomes"]),
        "totals": totals_beside_ours(tables, published[~of_members]),
        "differences": "\n".join(differences(tables, published[~of_members])),
        "quality": quality_rows(figures),
        "ages": age_sentence(figures, tables["sources"]),
        "member_totals": totals_beside_ours(tables, published[of_members]),
        "member_differences": "\n".join(differences(tables, published[of_members])),
        **{name: text.replace("```", "` ` `") for name, text in stories.items()},
    }
    return {
        page.name: Template(page.read_text(encoding="utf-8")).safe_substitute(values)
        for page in sorted(folder.glob("*.md"))
    }


def _verdicts(tables: Tables, schema: Schema) -> str:
    outcomes = tables["mission_outcomes"]
    rules = {field.name: field.spec["description"] for field in schema.fields}
    return rows_of(
        (f"`{name}`", text.removeprefix("Rule: "), int(outcomes[name].fillna(False).sum()))
        for name, text in rules.items()
        if text.startswith("Rule: ")
    )
