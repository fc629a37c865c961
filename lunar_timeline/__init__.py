"""Missions, agreements and promised dates of the lunar programmes, as pandas tables.

>>> import lunar_timeline as lt
>>> lt.tables()
>>> lt.load("target_history")
>>> lt.as_of("2021-03-16")["membership"]
"""

from lunar_timeline.reader import NoReleaseError, as_of, cite, describe, dtypes, load, read_csv_options, tables

__all__ = ["NoReleaseError", "as_of", "cite", "describe", "dtypes", "load", "read_csv_options", "tables"]
