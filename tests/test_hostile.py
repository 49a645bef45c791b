"""The hostile collection through the real sandbox: no undeserved point, no trace, no neighbour disturbed, no process left."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.course.model import Assignment, Course, load
from autograder.grading.scorecard import Scorecard
from autograder.workers.pool import Pool
from tests import hostile
from tests.conftest import ROOT, Desk, scores
from tests.hostile import Attack

CLASSES = ("forging", "hardcoding", "ending", "exhausting", "reaching", "harming", "content")
COLLECTION = {
    f"{name}: {attack.name}": attack
    for name in CLASSES
    for attack in importlib.import_module(f"tests.hostile.{name}").ATTACKS
}
NEIGHBOUR_EVERY = 12
WHERE = [Path(p) for p in ("/tmp", "/var/tmp", "/dev/shm", "/home", "/root", "/", "/usr", "/etc", "/run")]
SMALL = """
from dataclasses import replace
from autograder.course.model import Assignment, Limits
from tests.hostile import NOTEBOOK, POINTS
full = course
lab = full.assignments[0]
course = replace(
    full,
    languages=("en",),
    assignments=(replace(lab, notebooks={NOTEBOOK: POINTS}, without_stub=()),),
    limits=replace(full.limits, cell=3.0, call=2.5, notebook=40.0, tmp=64),
)
"""


@dataclasses.dataclass
class Seen:
    """What came of a run of the whole collection."""

    results: dict[str, dict[str, Any]]
    neighbours: list[dict[str, Any]]
    connections: int
    secret: str
    left: Counter[str]
    traces: list[Path]


class Listener:
    """Count whoever connects on loopback and on an abstract socket."""

    def __init__(self) -> None:
        self.connections = 0
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(f"\0autograder-hostile-{self.port}")
        unix.listen()
        self._sockets = (tcp, unix)
        for each in self._sockets:
            threading.Thread(target=self._serve, args=(each,), daemon=True).start()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return
            self.connections += 1

    def close(self) -> None:
        for each in self._sockets:
            each.close()


def small_course(root: Path, course: Course) -> Course:
    """Make a course of one notebook with two items and short limits."""
    root.mkdir()
    (root / "course_config.py").write_text((ROOT / "course_config.py").read_text() + SMALL)
    for name in ("release", "source"):
        (root / name).symlink_to(ROOT / name)
    (root / "data").symlink_to(course.data)
    return load(root)


def submission(desk: Desk, attack: Attack, port: int) -> Any:
    cell = attack.cell.replace("PORT", str(port)).replace("SECRET", str(desk.course.private / "secret"))
    cell = cell.replace("ROOT", str(desk.course.root))
    answers = {**hostile.HONEST, **attack.answers}
    notebook = desk.notebook(hostile.NOTEBOOK, answers, [cell] if cell else [], solved=False)
    changed = attack.change(notebook) if attack.change is not None else None
    return attack.put or (changed if isinstance(changed, bytes) else notebook)


def processes(workers: list[psutil.Process]) -> Counter[str]:
    """Count what runs below the workers, zombies aside."""
    found: Counter[str] = Counter()
    for worker in workers:
        for each in worker.children(recursive=True):
            try:
                if each.status() != psutil.STATUS_ZOMBIE:
                    found[f"{worker.pid}: {each.name()}"] += 1
            except psutil.NoSuchProcess:
                pass
    return found


def plain(card: dict[str, Any]) -> dict[str, Any]:
    """Return a scorecard without what differs from run to run."""
    text = re.sub(r'"(seconds|student_seconds)": [\d.e-]+', r'"\1": 0', json.dumps({**card, "student": ""}))
    return json.loads(text)


def run_collection(desk: Desk) -> Seen:
    listener = Listener()
    neighbour = desk.notebook(hostile.NOTEBOOK, hostile.SOLVED, solved=False)
    desk.results(neighbour, neighbour)  # starts the workers and their warm processes
    pool = next(iter(desk.pools.values()))
    assert pool._mother is not None
    workers = [psutil.Process(pool._mother.pid)]  # all workers, and the one warm process, are below it
    before = processes(workers)
    batch: list[Any] = [neighbour]
    names: list[str | None] = [None]
    for i, (name, attack) in enumerate(COLLECTION.items(), 1):
        batch.append(submission(desk, attack, listener.port))
        names.append(name)
        if i % NEIGHBOUR_EVERY == 0 or i == len(COLLECTION):
            batch.append(neighbour)
            names.append(None)
    results = desk.results(*batch)
    end = time.monotonic() + 10
    while (left := processes(workers) - before) and time.monotonic() < end:
        time.sleep(0.1)
    listener.close()
    folders = [*WHERE, desk.course.root, desk.folder, ROOT]
    return Seen(
        {name: result for name, result in zip(names, results) if name is not None},
        [result for name, result in zip(names, results) if name is None],
        listener.connections,
        (desk.course.private / "secret").read_text().strip(),
        left,
        [path for folder in folders for path in folder.glob(f"*{hostile.MARK}*")],
    )


def judge(seen: Seen, name: str) -> None:
    attack, result = COLLECTION[name], seen.results[name]
    assert "scorecard" in result, f"the worker ended: {result}"
    card = result["scorecard"]
    earned = scores(card)
    if attack.may_lose:
        assert all(score <= attack.deserves[item] for item, score in earned.items()), card
    else:
        assert earned == attack.deserves, card
    assert card["status"] in attack.status, card
    assert Scorecard.from_json(card).score == sum(earned.values())
    text = json.dumps(result)
    assert seen.secret not in text
    assert len(text) < 20 << 20
    said = [test["message"] for item in card["items"] for test in item["tests"]] + [card["message"]]
    assert not [each for each in said if set(each) & set("\x1b\x07\x9b\u202e\ud800")]


def judge_the_rest(seen: Seen) -> None:
    """No neighbour lost or gained anything, nobody was reached, nothing is left."""
    cards = [result["scorecard"] for result in seen.neighbours]
    assert [scores(card) for card in cards] == [hostile.POINTS] * len(cards)
    assert all(plain(card) == plain(cards[0]) for card in cards)
    assert seen.connections == 0
    assert not seen.traces
    assert not seen.left


@pytest.fixture(scope="module")
def desk_of_attacks(
    course: Course, lab1: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("hostile")
    small = small_course(folder / "course", course)
    pools: dict[str, Pool] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        yield Desk(small, small.assignments[0], folder, pools)
    for pool in pools.values():
        pool.close()


@pytest.fixture(scope="module")
def seen(desk_of_attacks: Desk) -> Seen:
    return run_collection(desk_of_attacks)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", COLLECTION)
def test_an_attack_earns_what_its_honest_part_deserves(seen: Seen, name: str) -> None:
    judge(seen, name)


def test_no_neighbour_is_disturbed_and_nothing_is_left(seen: Seen) -> None:
    judge_the_rest(seen)


def test_the_collection_is_large_and_covers_every_class() -> None:
    assert len(COLLECTION) >= 70
    assert all(sum(key.startswith(name) for key in COLLECTION) >= 10 for name in CLASSES)


def test_the_runner_sees_an_attack_that_succeeds(seen: Seen) -> None:
    """A wrong score, a trace, a connection, a neighbour with other points, a process left: each is noticed."""
    name = "hardcoding: a constant"
    gained = json.loads(json.dumps(seen.results[name]))
    (item,) = (each for each in gained["scorecard"]["items"] if each["id"] == "conv_output_size")
    assert item["score"] == 0.0
    item["score"] = 2.0
    with pytest.raises(AssertionError):
        judge(dataclasses.replace(seen, results={name: gained}), name)
    for change in (
        {"connections": 1},
        {"traces": [Path("/tmp/x")]},
        {"left": Counter(x=1)},
        {"neighbours": [*seen.neighbours, gained]},
    ):
        with pytest.raises(AssertionError):
            judge_the_rest(dataclasses.replace(seen, **change))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_cold_sandboxes_hold_as_well(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_COLD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    small = small_course(tmp_path / "course", course)
    pools: dict[str, Pool] = {}
    try:
        cold = run_collection(Desk(small, small.assignments[0], tmp_path, pools))
    finally:
        for pool in pools.values():
            pool.close()
    for name in COLLECTION:
        judge(cold, name)
    judge_the_rest(cold)
