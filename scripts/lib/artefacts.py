"""What stands in a release beside the tables, made from them or from the descriptor for one kind of reader."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.paths import House


def write_artefacts(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, Schema],
    package: Mapping[str, Any],
    house: House,
) -> None:
    """Write them into the release folder, in which tables, descriptor, dictionary and pages already stand.

    Args:
        folder: the release folder.
        tables: every table of the release.
        schemas: the released schema of each.
        package: the released descriptor.
        house: the checkout that is released.
    """
    citation = (house.root / "CITATION.cff").read_text(encoding="utf-8")
    (folder / "CITATION.cff").write_text(f"{citation}version: {package['version']}\n", encoding="utf-8")
