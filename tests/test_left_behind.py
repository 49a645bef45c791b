"""What a call leaves on a network of ours is seen: hooks, gradients, memory that is shared, also where it ends in an error."""

import pytest
import torch

from autograder.grading.aspects import compare_aspect
from autograder.grading.items import Material
from autograder.grading.observers import run_here
from autograder.sandbox.inside.parts import Net, Workshop

_LAYERS = {
    "first": ["Linear", 3, 4],
    "watch": ["Watch"],
    "act": ["ReLU", {"inplace": True}],
    "block": ["Residual", {"in": ["Linear", 4, 4]}],
}


def net(**more):
    torch.manual_seed(0)
    state = Workshop().build(Net("model", [_LAYERS], {})).state_dict()
    state = {name: each.abs() for name, each in state.items()}  # no ReLU is shut for all
    return Net("model", [_LAYERS], state, **more)


def seen(function, model=None, **more):
    args = [model or net(), torch.linspace(-1, 1, 6).reshape(2, 3)]
    spec = {"item": "f", "args": args, "kwargs": {}, "seed": 0, **more}
    reply = run_here({"f": function}, "call", spec)
    assert reply.status == "ok", reply.value
    return reply.value


def quiet(model, x):
    with torch.no_grad():
        return model.eval().train()(x).clone()


def differs(aspect, function, than=quiet, model=None, **more):
    mine, theirs = (seen(each, model, **more) for each in (function, than))
    return compare_aspect(aspect, mine, theirs, Material("f", than), None, True)


def hooked(model, x):
    model.block.get_submodule("body").register_forward_pre_hook(lambda module, given: None)
    return quiet(model, x)


def patched(model, x):
    model.act.forward = torch.relu
    return quiet(model, x)


def put_back(model, x):
    model.act.forward = model.act.forward
    return quiet(model, x)


def backward(model, x):
    model(x).sum().backward()
    return quiet(model, x)


def zeros_left(model, x):
    for each in model.parameters():
        each.grad = torch.zeros_like(each)
    return quiet(model, x)


def recorded(model, x):
    x.requires_grad_()
    return quiet(model, x)


def frozen(model, x):
    model.first.requires_grad_(False)
    return quiet(model, x)


@pytest.mark.parametrize(
    ("aspect", "function"),
    [
        ("hooks", hooked),
        ("hooks", patched),
        ("gradients", backward),
        ("gradients", zeros_left),
        ("learning", frozen),
        ("recording", recorded),
        ("graph", lambda model, x: model(x)),
        ("own", lambda model, x: model.first.weight.detach()),
        ("own", lambda model, x: x[:1]),
        ("evaluating", lambda model, x: model.eval()(x)),
        ("passes", lambda model, x: x),
    ],
)
def test_it_is_seen(aspect, function):
    assert differs(aspect, function) is not None


@pytest.mark.parametrize(
    "aspect",
    ["hooks", "gradients", "learning", "recording", "graph", "own", "evaluating", "batches"],
)
def test_what_is_as_it_was_is_no_difference(aspect):
    assert differs(aspect, put_back) is None


def test_hooks_on_all_modules_there_are_are_seen():
    handles = []

    def everywhere(model, x):
        handles.append(torch.nn.modules.module.register_module_forward_hook(lambda *given: None))
        return quiet(model, x)

    try:
        mine = seen(everywhere)
    finally:
        handles[0].remove()
    assert compare_aspect("hooks", mine, seen(quiet), Material("f", quiet), None, True).text.startswith(
        "1 hook "
    )


def test_hooks_that_were_there_are_missed():
    def cleared(model, x):
        model.act._forward_hooks.clear()
        return quiet(model, x)

    model = net(hooked=["act"])
    assert differs("hooks", quiet, model=model) is None
    assert "expected 1" in differs("hooks", cleared, model=model).text


def test_a_list_that_is_changed_is_seen():
    def ordered(model, names):
        names.sort()

    args = [net(), ["b", "a"]]
    mine, theirs = (
        run_here({"f": each}, "call", {"item": "f", "args": args, "kwargs": {}, "seed": 0}).value
        for each in (ordered, lambda model, names: sorted(names) and None)
    )
    found = compare_aspect("inputs", mine, theirs, Material("f", quiet), None, True)
    assert found.text.endswith("after the call is ['a', 'b'], expected ['b', 'a']")
    assert compare_aspect("inputs", theirs, theirs, Material("f", quiet), None, True) is None


def test_larger_batches_are_seen():
    def one_by_one(model, x):
        return torch.cat([quiet(model, each[None]) for each in x])

    assert differs("batches", quiet, than=one_by_one).text.startswith("batches of up to 2")
    assert differs("batches", one_by_one) is None


def test_an_error_is_brought_back_where_it_is_asked_for():
    def lookup(model, x):
        model.act.register_forward_hook(lambda *given: None)
        raise KeyError("no layer")

    def other(model, x):
        raise ValueError("no layer")

    given = seen(lookup, raising=True)
    assert given["error"]["kinds"][:2] == ["KeyError", "LookupError"]
    assert sum(given["nets"]["model"]["hooks"].values()) == 1
    assert differs("error", lookup, than=lookup, raising=True) is None
    for function in (other, quiet):
        assert "expected a KeyError" in differs("error", function, than=lookup, raising=True).text
    assert (
        run_here({"f": other}, "call", {"item": "f", "args": [1, 2], "kwargs": {}, "seed": 0}).status
        == "error"
    )


def test_a_failing_layer_fails_and_a_residual_works_in_place():
    failing = Net("model", [{**_LAYERS, "end": ["Failing"]}], {})
    assert "fails in every" in seen(quiet, failing, raising=True)["error"]["message"]
    model, kept = Workshop().build(net()), []
    model.get_submodule("block.body.in").register_forward_hook(
        lambda m, given, output: kept.append((output, output.clone()))
    )
    with torch.no_grad():
        out = model(torch.ones(2, 3))
    assert kept[0][0].data_ptr() == out.data_ptr()
    assert not torch.equal(*kept[0])
