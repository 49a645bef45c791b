"""Make the template repository from which students' repositories are made."""

from __future__ import annotations

from pathlib import Path

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.agreement import require_agreement

_FILES = Path(__file__).parent / "template"
_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


def write_template(course: Course, assignment: Assignment, folder: Path, language: str = "en") -> list[str]:
    """Write a template repository's files and return their names. It is not made a git repository.

    The package's own files lie in `template/`; a name that begins with `dot-` stands for a hidden one, and a README
    in the students' language (`README.es.md`) takes the place of the English one. The notebooks, the public checks and the
    list of libraries are the release's. Its README is not taken along: it says that the instructor says how to hand in, and
    here that is known, by a push.

    Raises:
        CourseError: The folder holds something else, or the course has no release in that language.
    """
    release = course.release(assignment.name, language)
    missing = [name for name in assignment.notebooks if not (release / f"{name}.ipynb").is_file()]
    beside = [release / name for name in ("checks.py", "requirements.txt")]
    if missing or not all(path.is_file() for path in beside):
        have = sorted(path.parent.name for path in (course.root / "release").glob(f"*/{assignment.name}"))
        raise CourseError(
            f"There is no whole release of {assignment.name} in {release}. Languages that are there: {', '.join(have) or 'none'}. "
            "Run `autograder build`."
        )
    require_agreement(course, assignment, gradebook=False)
    files = _template(language)
    for path in (*(release / f"{name}.ipynb" for name in assignment.notebooks), *beside):
        files[path.name] = path.read_text(encoding="utf-8")
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file. Name a folder with --out.")
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
    if foreign := sorted(present - set(files)):
        raise CourseError(
            f"{folder} holds other files, such as {foreign[0]}. Name an empty or a new folder with --out."
        )
    words = {
        "{{ assignment }}": assignment.name,
        "{{ notebooks }}": ", ".join(f"`{name}.ipynb`" for name in assignment.notebooks),
    }
    for name, text in files.items():
        if not name.endswith((".ipynb", "checks.py")):
            for word, value in words.items():
                text = text.replace(word, value)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(files)


def _template(language: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted(_FILES.rglob("*")):
        relative = path.relative_to(_FILES)
        if not path.is_file() or _SKIPPED & set(relative.parts) or path.name.startswith("README."):
            continue
        name = "/".join(
            part.replace("dot-", ".", 1) if part.startswith("dot-") else part for part in relative.parts
        )
        files[name] = path.read_text(encoding="utf-8")
    readme = _FILES / f"README.{language}.md"
    files["README.md"] = (readme if readme.is_file() else _FILES / "README.md").read_text(encoding="utf-8")
    return files
