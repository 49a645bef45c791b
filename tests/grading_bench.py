"""Grade functions of our own without a sandbox and without pytest inside pytest: what `test_graders` is built on."""

import copy
import functools
import hashlib
import importlib.util
import inspect
import json
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from autograder.course import data
from autograder.course.model import load
from autograder.course.secret import derive
from autograder.grading import causes, observers
from autograder.grading.items import item_folder, material, test_module
from autograder.grading.observers import LocalObserver
from autograder.grading.outcomes import Failed, NotAttempted
from autograder.grading.plugin import Raw
from autograder.grading.points import diagnosis, score_item
from autograder.grading.rng import Rng
from autograder.grading.run import Context
from autograder.grading.scorecard import Scorecard, under_rules
from autograder.grading.student import Student
from autograder.sandbox.inside import parts, wire

ROOT = Path(__file__).parents[1]
COURSE = load(ROOT)
LAB = COURSE.assignment("lab1_train_cnn")
SECRET = b"k" * 40
LAB_OF = {
    item.id: lab for lab in COURSE.assignments for item in lab.items()
}  # no two labs of ours name an item alike
NOTEBOOK_OF = {item.id: item.notebook for lab in COURSE.assignments for item in lab.items()}
ALL_STUBS = {item.id: item for lab in COURSE.assignments for item in lab.items() if item.solution}
STUBS = {
    name: item for name, item in ALL_STUBS.items() if LAB_OF[name] is LAB
}  # lab 1's items that have a stub
# Wrong answers whose only fault is a library call: that shows in a sandbox, where such calls are taken away (`test_from_scratch`).
BY_LIBRARY = (
    ("conv2d", "library_by_another_name"),
    ("conv2d", "correlation_of_scipy"),
    ("relu", "library_method"),
    ("softmax", "library_method"),
    ("log_softmax", "library_call"),
    ("cross_entropy", "library_loss"),
    ("auc", "numpy_does_it"),
    *((name, "library_loss") for name in ("nll_loss", "mse_loss", "bce_loss", "kl_div")),
    ("classification_report", "library_report"),
    ("dropout", "by_the_library"),
    ("channel_dropout", "by_the_library"),
    *(
        (item, "library_call")
        for item in ("pca", "cosine_similarity", "nearest_neighbours", "knn_accuracy", "features")
    ),
    *((item, "LibraryClass") for item in ("SGD", "RMSprop", "Adagrad", "Adam")),
)


def known(item):
    return material(LAB_OF[item].name, item)


# --- answers -----------------------------------------------------------------------------------------------


def answers(folder, item):
    """Return {name: function or class} of <folder>.py in an item's own, each without its module's other names."""
    path = item_folder(LAB_OF[item].name, item) / f"{folder}.py"
    if not path.is_file():
        return {}
    name = f"answers_{folder}_{item.lower()}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        key: value
        for key, value in vars(module).items()
        if getattr(value, "__module__", "") == name and callable(value) and not key.startswith("_")
    }


def notebook(**changes):
    """Return a namespace in which every item is the reference but for `changes`.

    The globals of a changed function are the namespace over its own module's names, as in a notebook.
    """
    labs = {LAB_OF[name].name for name in changes} or {LAB.name}
    space = {name: known(name).reference for name in ALL_STUBS if LAB_OF[name].name in labs}
    for name, value in changes.items():
        if value is None:
            space.pop(name, None)
            continue
        home = sys.modules.get(getattr(value, "__module__", ""))
        space = {**vars(home), **space} if home is not None else space
    for name, value in changes.items():
        if isinstance(value, types.FunctionType):
            value = rebound(value, space)
        if value is not None:
            space[name] = value
    return space


def rebound(function, namespace):
    """Return a copy of a function whose globals are the namespace."""
    copy = types.FunctionType(
        function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__module__ = function.__module__
    return copy


# --- grading -----------------------------------------------------------------------------------------------


def notebook_items(name):
    return tuple(each for lab in COURSE.assignments if name in lab.notebooks for each in lab.items(name))


@functools.cache
def hidden_tests(name):
    """Return a notebook's hidden tests in the order they are written."""
    tests = []
    for item in notebook_items(name):
        path = test_module(LAB_OF[item.id].name, item.id)
        spec = importlib.util.spec_from_file_location(f"hidden_{item.id.lower()}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = vars(module).items()
        tests += [each for key, each in found if key.startswith("test_") and inspect.isfunction(each)]
    return [(each, next(m.kwargs for m in each.pytestmark if m.name == "item")) for each in tests]


def run_tests(student, name, item, seed):
    """Do what the plugin does, for one item."""
    raws, stopped = [], None
    for test, mark in hidden_tests(name):
        if mark["name"] != item:
            continue
        raw = Raw(item, test.__name__, inspect.getdoc(test), mark["weight"], mark["gate"], mark["veto"])
        raws.append(raw)
        if stopped:
            raw.outcome = stopped
            continue
        rng = student.rng = Rng(derive(SECRET, str(seed), test.__name__))
        values = {
            "student": student,
            "rng": rng,
            "context": context(name),
        }
        try:
            test(**{each: values[each] for each in inspect.signature(test).parameters})
            raw.outcome = "passed"
        except NotAttempted:
            raw.outcome = stopped = "not_attempted"
        except Failed as failure:
            raw.fail(failure, student, mark["holds"], Rng(derive(SECRET, str(seed), test.__name__, "holds")))
            if raw.hides_the_rest:
                stopped = "skipped"
        except pytest.skip.Exception:
            pass
    return raws


@functools.cache
def context(name):
    items = notebook_items(name)
    training = LAB_OF[items[0].id].training_on("digits")
    return Context(training, data.load(COURSE.data, "digits"), items)


def student_of(namespace, item, changed):
    name = NOTEBOOK_OF[item]
    observer = LocalObserver(namespace, frozenset(ALL_STUBS) - frozenset(changed))
    items = tuple(each.id for each in notebook_items(name))
    return Student(observer, LAB_OF[item].name, COURSE.limits, items)


_profiles = {}


def grade(namespace, item, seed=0, changed=None):
    """Return one item's result for a namespace of our own; `changed` names what is not the reference (the item)."""
    student = student_of(namespace, item, {item} if changed is None else changed)
    return scored(item, run_tests(student, NOTEBOOK_OF[item], item, seed), seed)


def grade_facts(namespace, item, seed=0):
    """Return one item's result as `grade` does, but for the causes, which take longer to find than what is wrong."""
    with causes.not_sought():
        raws = run_tests(student_of(namespace, item, {item}), NOTEBOOK_OF[item], item, seed)
    return score_item(ALL_STUBS[item], raws, known(item), [])


def grade_misconception(item, each, seed):
    """Return what `grade` returns for a misconception as the answer; what it gives is what a diagnosis asks for as well."""
    return scored(item, profile(item, each, seed), seed)


def profile(item, each, seed):
    """Return what the item's tests give for a misconception, which never changes."""
    key = (item, each.name, seed)
    if key not in _profiles:
        space = notebook(**{item: each.function})
        if space[item] is not each.function:
            space[
                item
            ].original = each.function  # beside references alone: gives what the graders' own run of it gives
        student = student_of(space, item, {item})
        _profiles[key] = run_tests(student, NOTEBOOK_OF[item], item, seed)
    return _profiles[key]


def scored(item, raws, seed):
    """Return an item's result from its tests, diagnosed."""
    what = known(item)
    return score_item(
        ALL_STUBS[item], raws, what, diagnosis(raws, lambda each: profile(item, each, seed), what)
    )


def under_rules_of_the_course(result):
    """Return an item's result with the points that the course gives for it, what only follows included."""
    card = Scorecard(LAB_OF[result.id].name, NOTEBOOK_OF[result.id], "ada", "graded", 0, 0, [result])
    return under_rules(card, LAB_OF[result.id]).items[0]


def names_in(result):
    return [each.misconception for each in result.tests if each.misconception]


def hints_in(result):
    return [each.hint for each in result.tests if each.hint]


# --- the same misconception on the same inputs gives the same: remember it ----------------------------------


_ONE_NAME = {"call", "loaders", "devices", "module"}  # the probes that ask for one name of a notebook's
_ASIDE = {"lab", "way", "whose", "taken"}  # of a specification: a matter of sandboxes and stand-ins
_trusted = {}  # what they gave, for all tests of this process


def likeness(value):
    """Return a digest that only equal values share."""
    encoder = wire.Encoder(parts.describe)
    digest = hashlib.blake2b(json.dumps(encoder.encode(value), sort_keys=True).encode(), digest_size=16)
    for key, tensor in encoder.tensors.items():
        whole = tensor.reshape(-1).clone(memory_format=torch.contiguous_format)
        digest.update(
            f"{key} {tensor.dtype} {tensor.shape}".encode() + whole.view(torch.uint8).numpy().tobytes()
        )
    return digest.hexdigest()


def remember_trusted_runs(patch):
    """Let the graders' own runs of references and misconceptions be made once for each input."""
    plain, remembered = observers._run, _trusted
    own = {id(each.function) for name in ALL_STUBS for each in known(name).misconceptions}
    own |= {id(known(name).reference) for name in ALL_STUBS}

    latest = {}  # by key of a specification, what was asked last, and what it is like

    def like(key, value):
        if value is None or type(value) in (bool, int, float, str):
            return repr(value)
        if key not in latest or value is not latest[key][0]:
            latest[key] = value, likeness(value)  # most are asked of every misconception in turn
        return latest[key][1]

    def run_here(namespace, probe, spec):
        asked = namespace
        if probe in _ONE_NAME and not spec.get(
            "standins"
        ):  # what is ours rests on nothing else of the namespace
            function = namespace.get(spec["item"])
            asked = {spec["item"]: getattr(function, "original", function)}
        if not own.issuperset(map(id, asked.values())):
            return plain(namespace, probe, spec)
        specified = frozenset(
            (key, like(key, each))
            for key, each in spec.items()
            if key not in _ASIDE and (key, each) != ("standins", [])
        )
        place = (*asked.items(), probe, specified)
        if place not in remembered:
            remembered[place] = plain(namespace, probe, spec)
        known = remembered[place]
        return replace(known, value=copy.copy(known.value))  # graders note in it what they find

    patch.setattr(observers, "_run", run_here)
