"""The workflows run what `make` runs, with actions pinned by commit and no more rights than they need."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.lib.paths import HERE

GITHUB = HERE.root / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
# What is not a make target, and why: it is of no use outside the host.
NOT_MADE = {'gh run download "$RUN" --name release --dir dist/releases': "takes over what the job before has built"}
# The rights beyond reading the code, each in the one job that needs it.
RIGHTS = {
    ("release.yml", "publish"): {"actions": "read", "attestations": "write", "contents": "write", "id-token": "write"},
    ("release.yml", "pages"): {"id-token": "write", "pages": "write"},
}

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def load(path: Path) -> dict:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # BaseLoader: `on` stays a word


def steps(path: Path):
    for job in load(path)["jobs"].values():
        yield from job["steps"]


def targets() -> set[str]:
    return set(re.findall(r"^(\w+):", (HERE.root / "Makefile").read_text("utf-8"), re.M))


def test_the_three_are_there():
    assert [path.name for path in WORKFLOWS] == ["release.yml", "scheduled.yml", "validate.yml"]


@every_workflow
def test_every_step_runs_a_make_target(path):
    for step in steps(path):
        if run := step.get("run"):
            assert run in NOT_MADE or re.fullmatch(r'make [a-z]+( [A-Z]+=("\$[A-Z]+"|\w+))*( >> "\$[A-Z_]+")?', run), (
                run
            )
        else:
            assert step["uses"]


def test_every_target_that_a_step_runs_is_in_the_makefile():
    run = {
        found[1]
        for path in WORKFLOWS
        for step in steps(path)
        if (found := re.match(r"make (\w+)", step.get("run", "")))
    }
    assert {"check", "test", "report", "release"} <= run
    assert run <= targets()


def test_no_exception_is_stale():
    assert {run for path in WORKFLOWS for step in steps(path) if (run := step.get("run")) in NOT_MADE} == set(NOT_MADE)


@every_workflow
def test_actions_are_pinned_by_commit_with_their_version_beside(path):
    used = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert used
    for line in used:
        assert re.fullmatch(r"\s+(- )?uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_has_one_commit_everywhere():
    pins = {step["uses"] for path in WORKFLOWS for step in steps(path) if "uses" in step}
    names = [pin.split("@")[0] for pin in pins]
    assert len(names) == len(set(names)), pins


@every_workflow
def test_rights_are_least(path):
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == RIGHTS.get((path.name, name), {"contents": "read"}), name


@every_workflow
def test_nothing_keeps_a_token_runs_on_or_runs_twice(path):
    workflow = load(path)
    assert workflow["concurrency"]["group"]
    assert all(int(job["timeout-minutes"]) <= 60 for job in workflow["jobs"].values())
    for step in steps(path):
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false"


def test_a_fork_gets_no_secret_and_no_token_that_writes():
    for path in WORKFLOWS:
        content = path.read_text("utf-8")
        assert "pull_request_target" not in content and "workflow_run" not in content and "secrets." not in content
    assert set(load(GITHUB / "workflows" / "validate.yml")["on"]) == {"pull_request", "push"}


def test_the_report_blocks_nobody():
    workflow = load(GITHUB / "workflows" / "scheduled.yml")
    assert set(workflow["on"]) == {"schedule", "workflow_dispatch"}
    reports = [step for step in steps(GITHUB / "workflows" / "scheduled.yml") if "report" in step.get("run", "")]
    assert reports and all(step["continue-on-error"] == "true" for step in reports)


def lint(tool: str, *arguments: str, folder: Path = HERE.root) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name(tool)
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


ZIZMOR = ("--offline", "--no-progress", "--persona", "pedantic")


def test_the_linters_find_nothing():
    for run in (lint("actionlint", *map(str, WORKFLOWS)), lint("zizmor", *ZIZMOR, str(GITHUB))):
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_linters_see_a_fault(tmp_path):
    """They look at our workflows at all: a right too much, and a step without anything to do, are found."""
    shutil.copytree(GITHUB, tmp_path / ".github")
    path = tmp_path / ".github" / "workflows" / "validate.yml"
    path.write_text(path.read_text("utf-8").replace("permissions: {}", "permissions: write-all"), "utf-8")
    assert lint("zizmor", *ZIZMOR, str(tmp_path / ".github")).returncode != 0
    path.write_text(path.read_text("utf-8").replace("- run: make test", "- rum: make test"), "utf-8")
    assert lint("actionlint", str(path)).returncode != 0


FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_each_form_asks_for_the_source(path):
    form = load(path)
    assert {"name", "description", "body"} <= set(form)
    ids = [question["id"] for question in form["body"]]
    assert len(ids) == len(set(ids))
    for question in form["body"]:
        assert question["type"] in ("input", "textarea", "dropdown")
        assert question["attributes"]["label"]
    required = {
        question["id"] for question in form["body"] if question.get("validations", {}).get("required") == "true"
    }
    assert "source" in required and len(required) >= 4


def test_the_pull_request_template_has_five_lines():
    assert [path.stem for path in FORMS] == ["fact-is-wrong", "new-announcement", "new-signatory"]
    assert len((GITHUB / "pull_request_template.md").read_text("utf-8").splitlines()) == 5
