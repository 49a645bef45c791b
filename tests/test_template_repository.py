"""The template repository: made, cloned fresh, and its workflow's commands run step by step."""

import base64
import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement

from autograder.authoring.validate import solution_cells
from autograder.errors import CourseError
from autograder.repos.templates import write_template
from tests.conftest import ROOT
from tests.repo_class import answers, commit, git

LAB = "lab1_train_cnn"
TEMPLATE = ROOT / "autograder" / "repos" / "template"
WHOLE = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
REPORTER = {
    "type": "object",
    "required": ["version", "status", "max_score", "tests"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": WHOLE,
        "tests": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "status", "score", "message", "test_code", "filename", "line_no", "execution_time"],
                "additionalProperties": False,
                "properties": {
                    "name": TEXT, "status": {"enum": ["pass", "fail", "error"]}, "score": WHOLE, "message": {"type": "string"},
                    "test_code": {"type": "string"}, "filename": TEXT, "line_no": WHOLE, "execution_time": WHOLE,
                },
            },
        },
    },
}  # fmt: skip
RESULT = {
    "type": "object",
    "required": [
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review", "datetime",
        "graded_at", "score", "max-score", "tests",
    ],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group"]},
        **dict.fromkeys(("classroom", "assignment", "owner", "submission", "commit", "release", "review"), TEXT),
        **{name: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"} for name in ("datetime", "graded_at")},
        "score": WHOLE,
        "max-score": WHOLE,
        "tests": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "additionalProperties": False,
                "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": WHOLE, "max-score": WHOLE},
            },
        },
    },
}  # fmt: skip


def test_the_schemas_reject_what_breaks_the_readers():
    test = {
        "name": "a",
        "status": "pass",
        "score": 2,
        "message": "",
        "test_code": "",
        "filename": "a",
        "line_no": 0,
        "execution_time": 0,
    }
    good = {"version": 1, "status": "pass", "max_score": 2, "tests": [test]}
    jsonschema.validate(good, REPORTER)
    for bad in (
        {**good, "tests": []},
        {**good, "tests": [{**test, "score": 1.5}]},
        {**good, "tests": [{"name": "a"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, REPORTER)


@pytest.fixture(scope="module")
def fresh(course, lab1, tmp_path_factory):
    """A fresh clone of a template repository, with the work of a student in it."""
    root = tmp_path_factory.mktemp("template")
    start = root / "start"
    write_template(course, lab1, start)
    git(start, "init", "--quiet")
    commit(start, "The assignment")
    git(root, "clone", "--quiet", "--bare", str(start), "template.git")
    git(root, "clone", "--quiet", f"file://{root / 'template.git'}", "student")
    right = solution_cells(course, lab1, "01_cnn_layers")
    answers(
        root / "student",
        {"conv_output_size": right["conv_output_size"], "relu": "def relu(x):\n    return x + 1\n"},
    )
    (root / "student" / "03_softmax_metrics.ipynb").write_text("<<<<<<< HEAD\n")
    return root / "student"


@pytest.fixture(scope="module")
def ran(fresh):
    """The workflow's commands, one after the other, as GitHub runs them; the environment is the installed one."""
    workflow = yaml.safe_load((fresh / ".github" / "workflows" / "checks.yml").read_text())
    outputs = {name: fresh.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    environment = {
        **os.environ, **{name: str(path) for name, path in outputs.items()}, "GITHUB_REPOSITORY": "org/lab1-ada", "GITHUB_SHA": "ab" * 20,
        "GITHUB_ACTOR": "ada", "GITHUB_SERVER_URL": "https://github.com", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    said = []
    for step in workflow["jobs"]["checks"]["steps"]:
        if "run" not in step:
            continue
        for line in step["run"].strip().splitlines():
            if line.startswith("pip install"):
                assert line.endswith(
                    ("-r requirements.txt", "--index-url https://download.pytorch.org/whl/cpu")
                )
                continue
            done = subprocess.run(
                ["bash", "-e", "-c", line],
                cwd=fresh,
                env=environment,
                capture_output=True,
                text=True,
                timeout=280,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            said.append(done.stdout)
    return workflow, {name: path.read_text() for name, path in outputs.items()}, "".join(said)


def test_the_reporter_gets_one_line_of_its_json(ran):
    workflow, outputs, _ = ran
    name, _, value = outputs["GITHUB_OUTPUT"].partition("=")
    assert name == "result"
    text = base64.b64decode(value.strip(), validate=True).decode()
    assert "\n" not in text
    values = json.loads(text)
    jsonschema.validate(values, REPORTER)
    states = {test["name"]: (test["status"], test["score"]) for test in values["tests"]}
    assert len(states) == 20
    assert values["max_score"] == 100
    assert states["conv_output_size"] == ("pass", 2)
    assert states["relu"] == ("fail", 0)
    assert states["softmax"] == ("error", 0)
    assert values["status"] == "error"
    steps = workflow["jobs"]["checks"]["steps"]
    ids = [step["id"] for step in steps if "id" in step]
    assert all(re.fullmatch("[a-z]+", each) for each in ids)
    report = next(step for step in steps if "grading-reporter" in step.get("uses", ""))
    assert report["with"]["runners"] in ids
    assert f"{report['with']['runners'].upper()}_RESULTS" in report["env"]


def test_classroom_50_gets_its_result(ran, fresh):
    values = json.loads((fresh / "result.json").read_text())
    jsonschema.validate(values, RESULT)
    assert values["score"] == 2 == sum(test["score"] for test in values["tests"])
    assert values["max-score"] == 100 == sum(test["max-score"] for test in values["tests"])
    assert values["commit"] == f"https://github.com/org/lab1-ada/commit/{'ab' * 20}"
    assert (values["owner"], values["assignment"]) == ("ada", LAB)


def test_the_summary_and_the_screen_say_that_hidden_tests_remain(ran):
    _, outputs, said = ran
    summary = outputs["GITHUB_STEP_SUMMARY"]
    assert "**2 of 100 points in reach.** Hidden tests remain" in summary
    assert "hidden tests remain" in said
    assert "cannot be read as a notebook" in summary


def test_the_summary_of_a_first_push_lists_no_failure_in_another_language(course, lab1, tmp_path):
    write_template(course, lab1, tmp_path / "es", "es")
    answers(tmp_path / "es", {"relu": "def relu(x):\n    return x + 1\n"})
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_OUTPUT": ""}
    subprocess.run([sys.executable, ".github/report.py"], cwd=tmp_path / "es", env=environment, check=True, timeout=280)  # fmt: skip
    summary = (tmp_path / "summary").read_text()
    assert re.findall(r"<summary>(.*)</summary>", summary) == ["relu"]
    assert "**0 of 100 points in reach.**" in summary


def test_the_checks_run_offline_by_one_command(fresh):
    done = subprocess.run(
        [sys.executable, "checks.py", "01_cnn_layers.ipynb"], cwd=fresh, capture_output=True, text=True, timeout=280, check=False,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )  # fmt: skip
    assert done.returncode == 1  # not everything is right
    assert "2 of 24 points in reach" in done.stdout
    assert "hidden tests decide" in done.stdout


def test_the_template_is_whole_and_says_what_to_do(fresh, course, lab1):
    files = set(git(fresh, "ls-files").splitlines())
    assert files == {
        *(f"{name}.ipynb" for name in lab1.notebooks), "checks.py", "README.md", "requirements.txt", ".gitignore",
        ".devcontainer/devcontainer.json", ".github/workflows/checks.yml", ".github/report.py",
    }  # fmt: skip
    readme = (fresh / "README.md").read_text()
    for words in ("python checks.py", "git push", "hidden tests remain", f"grading/{LAB}"):
        assert words in readme
    for name in (
        files - {f"{name}.ipynb" for name in lab1.notebooks} - {"checks.py", ".github/workflows/checks.yml"}
    ):
        assert "{{" not in (fresh / name).read_text(), name
    json.loads((fresh / ".devcontainer" / "devcontainer.json").read_text())
    released = course.release(LAB) / "requirements.txt"
    assert (fresh / "requirements.txt").read_bytes() == released.read_bytes()
    for line in released.read_text().split():
        if line != "tqdm":  # the notebooks do without it, too
            metadata.version(Requirement(line).name)  # the environment in which the workflow ran here has it


def test_no_hidden_file_and_no_solution_is_in_the_template(fresh, course, lab1):
    everything = "".join(
        path.read_text(errors="replace")
        for path in (fresh.parent / "start").rglob("*")
        if path.is_file() and ".git" not in path.parts
    )
    assert "raise NotImplementedError" in everything
    for forbidden in ("CANARY-", "BEGIN SOLUTION", "HIDDEN TESTS", str(course.root)):
        assert forbidden not in everything


def test_readmes_in_other_languages_say_the_same():
    for path in TEMPLATE.glob("README.*.md"):
        text = path.read_text()
        for words in (
            "{{ assignment }}",
            "{{ notebooks }}",
            "python checks.py",
            "git push",
            "pip install -r requirements.txt",
        ):
            assert words in text, path


def test_a_folder_with_other_files_and_an_unknown_language_are_refused(course, lab1, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match=r"holds other files, such as mine\.txt"):
        write_template(course, lab1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(CourseError, match="Languages that are there: en"):
        write_template(course, lab1, tmp_path / "new", "xx")
    write_template(course, lab1, tmp_path / "new")
    write_template(course, lab1, tmp_path / "new")  # again: the same files


OUTPUTS = """
import json, setuptools
made = setuptools.Distribution({"script_name": "setup.py"})
made.parse_config_files(["pyproject.toml"])
made.set_defaults()
build = made.get_command_obj("build_py")
build.ensure_finalized()
print(json.dumps(build.get_outputs(include_bytecode=False)))
"""


def test_an_installed_package_holds_every_file_of_the_template():
    """setuptools passes over hidden files: so none of ours is hidden in the package."""
    pytest.importorskip("setuptools")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OUTPUTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    packed = {name.partition("autograder/")[2] for name in json.loads(done.stdout.splitlines()[-1])}
    own = {
        path.relative_to(ROOT / "autograder").as_posix()
        for path in TEMPLATE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(own) == 7
    assert own <= packed
    assert {"authoring/handout_texts/README.md", "authoring/handout_texts/images.md"} <= packed
    assert {"repos/page.html", "export/report.html", "gradebook/templates/feedback/style.css.j2"} <= packed
