"""Where things stand in the repository."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class House:
    """A checkout of the package, or a copy of one."""

    root: Path

    @property
    def descriptor(self) -> Path:
        return self.root / "datapackage.json"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def derived_schemas(self) -> Path:
        return self.root / "schemas" / "derived"

    @property
    def dictionary(self) -> Path:
        return self.root / "schemas" / "README.md"

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    def version(self) -> str:
        """The version of the package; it stands in pyproject.toml only."""
        text = (self.root / "pyproject.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)["project"]["version"]


HERE = House(Path(__file__).resolve().parents[2])
