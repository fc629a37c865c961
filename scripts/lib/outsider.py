"""The package as a stranger's tool sees it: frictionless on a descriptor, ours or a release's."""

from pathlib import Path

from scripts.lib.findings import Finding, shown


def validate_as_outsider(descriptor: Path) -> list[Finding]:
    """What frictionless has to say of a data package, as findings.

    It is run after our own strict check of the descriptor, which forbids the addresses and links that
    frictionless would follow.
    """
    import frictionless

    report = frictionless.validate(str(descriptor.name), basepath=str(descriptor.parent))
    findings = []
    for row in report.flatten(["title", "rowNumber", "fieldNumber", "type", "note"]):
        title, line, column, kind, note = row
        message = f"{note}; our own checks did not see this, please report it"
        findings.append(Finding(_path(report, title), line or 0, column or 0, f"frictionless-{kind}", message))
    for error in report.errors:
        findings.append(Finding(descriptor.name, 0, 0, "frictionless", shown(error.note)))
    return findings


def _path(report, title: str | None) -> str:
    return next((task.place for task in report.tasks if title and task.title == title), "datapackage.json")
