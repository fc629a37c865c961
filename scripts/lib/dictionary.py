"""The data dictionary, `schemas/README.md`, generated from the schemas."""

from collections.abc import Iterable

from lunar_timeline.schema import Schema, dictionary

_BASE = """# Data dictionary

Generated from the schemas by `make fmt`; edit those.

Dates are EDTF strings with just the precision of their source. In a release each date column `x` has three
more: `x_earliest` and `x_latest`, the first and last second that it allows, and `x_precision`. Tables whose
rows become known on a day also have `known_on` there. An empty cell is a missing value; no other token is.
"""

_DERIVED = """
# Derived tables

In a release only. Each is a pure function of the tables above.
"""


def data_dictionary(base: Iterable[Schema], derived: Iterable[Schema]) -> str:
    """The whole dictionary as Markdown."""
    return dictionary(base, _BASE) + dictionary(derived, _DERIVED)
