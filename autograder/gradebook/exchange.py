"""nbgrader's exchange with a course behind it: what is released is what a build gives, and feedback reaches everybody whom it can reach."""

from __future__ import annotations

import glob
import secrets
from pathlib import Path

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeReleaseFeedback

from autograder.course.model import load
from autograder.errors import AutograderError
from autograder.intake.submissions import SECRET
from autograder.pages.html import plain


class CourseRelease(ExchangeReleaseAssignment):
    """Release what the build gives, and nothing older."""

    def start(self) -> None:
        from autograder.gradebook.agreement import require_agreement

        try:
            course = load(Path(self.coursedir.root))
            require_agreement(course, course.assignment(self.coursedir.assignment_id), gradebook=False)
        except AutograderError as error:
            self.log.error("%s", error)
            raise ExchangeError(str(error)) from error
        super().start()


class CourseReleaseFeedback(ExchangeReleaseFeedback):
    """Release feedback also where some students handed in another way: nbgrader ends with the first of them, and the class gets nothing."""

    def copy_files(self) -> None:
        folders = sorted({Path(page).parent for page in glob.glob(f"{self.src_path}/*.html")})
        for folder in folders:
            if not (folder / SECRET).exists():
                (folder / SECRET).write_text(secrets.token_hex(64))  # a name that nobody can ask for
                self.log.warning(
                    "%s did not hand in through the exchange, so nobody can fetch that feedback there: it is in %s.",
                    plain(folder.parent.name), folder,
                )  # fmt: skip
            (folder / "timestamp.txt").touch()
        super().copy_files()
