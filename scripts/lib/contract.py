"""The descriptor and the schemas themselves, checked more strictly than frictionless does.

frictionless accepts misspelt properties, follows links out of the package and fetches addresses; none
of that may pass here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lunar_timeline import edtf
from lunar_timeline.derive import DERIVED
from lunar_timeline.schema import Field, Schema, is_edtf
from scripts.lib.findings import Finding, did_you_mean, shown
from scripts.lib.paths import House


@dataclass
class Contract:
    """Descriptor and schemas as far as they can be read, and what is wrong with them."""

    schemas: dict[str, Schema] = field(default_factory=dict)
    derived: dict[str, Schema] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.findings


def check_contract(house: House) -> Contract:
    """Read the descriptor and the schemas; the base tables come in the descriptor's order."""
    contract = Contract(findings=list(_check_links(house)))
    findings = contract.findings
    package, found = _read(house.descriptor, "datapackage.json", "datapackage")
    findings += found
    specs: dict[str, Any] = {}
    for position, resource in enumerate(_resources(package)):
        name, path = str(resource.get("name", "")), resource.get("schema", "")
        wanted = f"schemas/{name}.json"
        if path != wanted:
            message = f"resources[{position}].schema {shown(path)}: type {shown(wanted)}"
            findings.append(_at("datapackage.json", house, str(path), "descriptor", message))
            continue
        if resource.get("path") != f"data/{name}.csv":
            message = f"resources[{position}].path {shown(resource.get('path'))}: type {shown(f'data/{name}.csv')}"
            findings.append(_at("datapackage.json", house, str(resource.get("path")), "descriptor", message))
        if name in specs:
            message = f"resources[{position}].name {shown(name)}: listed twice; remove one"
            findings.append(Finding("datapackage.json", 0, 0, "descriptor", message))
            continue
        specs[name], found = _read(house.root / wanted, wanted, "tableschema")
        findings += found
        if not found:
            contract.schemas[name] = Schema(name, specs[name])
    for name in DERIVED:
        path = f"schemas/derived/{name}.json"
        spec, found = _read(house.root / path, path, "tableschema")
        findings += found
        if not found:
            contract.derived[name] = Schema(name, spec)
    for schemas, folder, base in ((contract.schemas, "schemas", True), (contract.derived, "schemas/derived", False)):
        wrong = {
            name: list(_check_schema(schema, f"{folder}/{name}.json", specs, base)) for name, schema in schemas.items()
        }
        for name, found in wrong.items():
            findings += found
            if found:
                del schemas[name]  # nothing can be checked by a schema that is wrong itself
    findings += _stray_files(house.data, "data", {f"{name}.csv" for name in specs})
    findings += _stray_files(house.schemas, "schemas", {f"{name}.json" for name in specs} | {"README.md", "derived"})
    findings += _stray_files(house.derived_schemas, "schemas/derived", {f"{name}.json" for name in DERIVED})
    return contract


def _stray_files(folder: Path, shown_folder: str, listed: set[str]) -> Iterator[Finding]:
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name not in listed:
            message = f"belongs to no table; remove it, or list it in datapackage.json{did_you_mean(file.name, listed)}"
            yield Finding(f"{shown_folder}/{file.name}", 0, 0, "stray-file", message)


def _resources(package: Any) -> Iterator[dict]:
    resources = package.get("resources") if isinstance(package, dict) else None
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict):
            yield resource


def _check_links(house: House) -> Iterator[Finding]:
    """No symbolic link among what the package reads: it could show any file of the machine."""
    for folder in (house.data, house.schemas, house.derived_schemas):
        for path in [folder, *(sorted(folder.iterdir()) if folder.is_dir() else ())]:
            if path.is_symlink():
                name = path.relative_to(house.root).as_posix()
                yield Finding(name, 0, 0, "symlink", "a symbolic link; put the file itself in its place")
    if house.descriptor.is_symlink():
        yield Finding("datapackage.json", 0, 0, "symlink", "a symbolic link; put the file itself in its place")


@cache
def _profile(name: str) -> dict:
    return json.loads((files("scripts.lib") / "profiles" / f"{name}.json").read_text(encoding="utf-8"))


def _read(path: Path, shown_path: str, profile: str) -> tuple[Any, list[Finding]]:
    import jsonschema

    rule = "descriptor" if profile == "datapackage" else "schema"
    try:
        text = path.read_text(encoding="utf-8")
        spec = json.loads(text, object_pairs_hook=_no_duplicates)
    except OSError as error:
        return {}, [Finding(shown_path, 0, 0, "missing-file", f"cannot be read ({error.strerror}); add the file")]
    except json.JSONDecodeError as error:
        return {}, [Finding(shown_path, error.lineno, error.colno, rule, f"no JSON: {error.msg}; mend the syntax")]
    except (ValueError, RecursionError) as problem:
        return {}, [Finding(shown_path, 0, 0, rule, f"no JSON that can be used: {problem}")]
    validator = jsonschema.Draft202012Validator(_profile(profile))
    findings = []
    for wrong in sorted(validator.iter_errors(spec), key=lambda wrong: list(map(str, wrong.absolute_path))):
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in wrong.absolute_path)
        message = f"{where.lstrip('.') or 'the whole'}: {_problem(wrong)}"
        findings.append(_at_text(shown_path, text, wrong.instance, rule, message))
    return spec, findings


def _problem(error: Any) -> str:
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", ()))
        extra = [name for name in error.instance if name not in allowed]
        return "; ".join(f"{shown(name)} is no property here{did_you_mean(name, allowed)}" for name in extra)
    if error.validator == "const":
        return f"{shown(error.instance)}: type {shown(error.validator_value)}"
    if error.validator == "pattern" and str(error.instance).startswith(("http:", "https:")):
        return f"{shown(error.instance)}: an address; only files of the package are read, type data/<table>.csv"
    if error.validator == "pattern":
        return f"{shown(error.instance)}: not of the form {error.validator_value}"
    return error.message[:200]


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the property {shown(name)} stands twice in one object; remove one")
    return dict(pairs)


def _at(path: str, house: House, text: str, rule: str, message: str) -> Finding:
    content = (house.root / path).read_text(encoding="utf-8", errors="replace")
    return _at_text(path, content, text, rule, message)


def _at_text(path: str, content: str, instance: Any, rule: str, message: str) -> Finding:
    """A finding at the first line on which a value stands; at the file where it stands nowhere alone."""
    if isinstance(instance, str) and instance:
        for line, text in enumerate(content.split("\n"), start=1):
            if (column := text.find(json.dumps(instance, ensure_ascii=False))) >= 0:
                return Finding(path, line, column + 1, rule, message)
    return Finding(path, 0, 0, rule, message)


def _check_schema(schema: Schema, path: str, tables: Mapping[str, Any], base: bool) -> Iterator[Finding]:
    """What JSON Schema cannot say of a schema: names that point to each other, and constraints that fit their type."""

    def wrong(message: str) -> Finding:
        return Finding(path, 0, 0, "schema", message)

    columns = schema.columns
    everywhere = [*columns, *(spec["name"] for spec in schema.spec.get("releaseFields", ()))]
    if len(set(everywhere)) < len(everywhere):
        yield wrong("fields: two columns have the same name; rename one")
    for mark, names in (("primaryKey", schema.primary_key), ("knownOn", schema.known_on)):
        for name in names:
            if name not in columns:
                yield wrong(f"{mark}: {shown(name)} is no column{did_you_mean(name, columns)}")
    for key in schema.foreign_keys:
        if key.column not in columns:
            yield wrong(f"foreignKeys: {shown(key.column)} is no column{did_you_mean(key.column, columns)}")
        if key.table not in tables:
            yield wrong(f"foreignKeys: {shown(key.table)} is no table{did_you_mean(key.table, tables)}")
        elif isinstance(tables[key.table], dict) and tables[key.table].get("primaryKey", [key.key]) != [key.key]:
            yield wrong(f"foreignKeys: {shown(key.key)} is not the key of {key.table}; type its key")
    for column in schema.fields:
        yield from (wrong(f"{column.name}: {problem}") for problem in _check_field(column, columns, base))


_OF_TEXT = ("pattern", "maxLength", "enum")
_OF_NUMBERS = ("minimum", "maximum")


def _check_field(field: Field, columns: list[str], base: bool) -> Iterator[str]:
    definitions, example = field.spec.get("definitions", {}), str(field.spec["example"])
    if base and field.type not in ("string", "number", "boolean"):
        yield f"type {shown(field.type)}: a curated column is a string, number or boolean"
    for limit in field.constraints:
        if limit in _OF_TEXT and field.type != "string":
            yield f"{limit}: only for a string"
        if limit in _OF_NUMBERS and field.type not in ("number", "integer"):
            yield f"{limit}: only for a number"
    if field.is_("edtf") and field.type != "string":
        yield "edtf: only for a string"
    try:
        re.compile(field.constraints.get("pattern", ""))
    except re.error as error:
        yield f"pattern {shown(field.constraints['pattern'])}: no regular expression: {error}"
    if list(definitions) != list(field.enum):
        missing = ", ".join(value for value in field.enum if value not in definitions) or "none"
        yield f"definitions: define each value of the enumeration, in its order; missing: {missing}"
    if field.enum and example not in field.enum:
        yield f"example {shown(example)}: not one of its values{did_you_mean(example, field.enum)}"
    if field.is_("edtf") and not is_edtf(example):
        yield f"example {shown(example)}: no date of the profile ({', '.join(edtf.PRECISIONS)})"
    qualifier = field.spec.get("qualifiedBy")
    if qualifier and qualifier not in columns:
        yield f"qualifiedBy: {shown(qualifier)} is no column{did_you_mean(qualifier, columns)}"
