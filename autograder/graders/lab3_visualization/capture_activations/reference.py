"""Reference and misconceptions of `capture_activations`: what named layers give in one forward pass, by hooks that are gone afterwards."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization import models
from autograder.graders.lab3_visualization.library import TAKEN as TAKEN

LEAST_MISCONCEPTIONS = 15


def capture_activations(model, images, names):
    modules = dict(model.named_modules())
    for name in names:
        if name not in modules:
            raise KeyError(f"no module {name!r}; there are {', '.join(modules)}")
    captured = {}
    handles = []

    def keeper(name):
        def keep(module, inputs, output):
            captured[name] = output.detach().clone()

        return keep

    was_training = model.training
    model.eval()
    try:
        for name in names:
            handles.append(modules[name].register_forward_hook(keeper(name)))
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
        model.train(was_training)
    return captured


reference = capture_activations
instead = changes_of(capture_activations)


def trace_clue(seen, expected):
    """Say what is left behind, or that a name is looked up too late; where a KeyError is all that is wrong, it is raised in time."""
    hooks = [each["nets"]["model"]["hooks"] for each in (seen, expected)]
    in_time = (
        seen["error"] and "KeyError" in seen["error"]["kinds"] and not seen["log"] and hooks[0] == hooks[1]
    )
    if in_time or expected["error"] is None or expected["error"]["kinds"][0] != "KeyError":
        return models.trace_clue(seen, expected, own=True)
    return "Look at all names first: `if name not in dict(model.named_modules()): raise KeyError(name)`, before a hook is registered and before the model runs."


def clue(args, kwargs, got, expected):
    """Say which layer's output is wrong, and whether a later one has written into it."""
    for name, wanted in expected.items():
        mine = got[name]
        if torch.allclose(mine, wanted, 1e-4, 1e-5):
            continue
        if bool((wanted < 0).any()) and not bool((mine < 0).any()):
            return f"`{name}` gives negative values, and you return none: a later layer works in place and has overwritten them. Keep a `clone()` in the hook, when the layer gives it."
        return f"What you return for {name!r} is not what that layer gives: the hook's third argument, `output`, in evaluation mode. Call the layers one after the other by hand and compare."
    return f"Return the layers that are named, and no others: {', '.join(expected)}." if got.keys() - expected else ""  # fmt: skip


def form_clue(args, kwargs, got, expected):
    """Say of the first entry that has not its layer's form what it is."""
    if not isinstance(got, dict):
        return "Return a dict: each name with its layer's output."
    for name, wanted in expected.items():
        mine = got.get(name)
        if name not in got:
            return f"Take the names that were asked for as keys, as they are: {name!r} is missing."
        if not isinstance(mine, torch.Tensor):
            if hasattr(mine, "dtype"):
                return f"Under {name!r} belongs one tensor, the layer's output, and no NumPy array: `torch.from_numpy` makes a tensor of it."
            return f"Under {name!r} belongs one tensor, the layer's output, and no list of them: there is one pass."
        if mine.shape == wanted.shape:
            continue
        if other := next((n for n, each in expected.items() if each.shape == mine.shape), ""):
            return f"Under {name!r} you return what {other!r} gives: hooks run in the order of the layers, not of the names. Let each hook know its name."
        if mine.shape[:1] != wanted.shape[:1]:
            return f"The first axis is that of the images: of {name!r} keep all of them, also where there is one alone."
        return f"Keep the output of {name!r} in the layer's own shape, {tuple(wanted.shape)}: nothing squeezed, flattened or averaged."
    return ""


# --- what is kept -------------------------------------------------------------------------------------------

not_cloned = instead(
    "You keep the layer's output itself, and a later layer that works in place (`ReLU(inplace=True)`, `+=`) overwrites it. Keep a `clone()`, and let the hook return nothing: what it returns goes on in the output's place.",
    {".detach().clone()": ".detach()"},
)
graph_kept = instead(
    "Your activations hang on the graph, which keeps every layer in memory. Run the model under `torch.no_grad()`, or detach what you keep.",
    {"output.detach().clone()": "output.clone()", "with torch.no_grad():": "if True:"},
)
inputs_captured = instead(
    "You keep what goes into the layer. A forward hook gets (module, inputs, output): keep the third.",
    {"output.detach().clone()": "inputs[0].detach().clone()"},
)
first_image_alone = instead(
    "You keep the first image's maps alone. Keep the whole batch: (N, …).",
    {"output.detach().clone()": "output[0].detach().clone()"},
)
averaged_over_the_batch = instead(
    "You average over the images. Keep each image's own: (N, …).",
    {"output.detach().clone()": "output.detach().mean(0, keepdim=True).clone()"},
)
flattened = instead(
    "You flatten the activations. Keep them in the layer's own shape, (N, C, H, W) for maps.",
    {"output.detach().clone()": "output.detach().clone().flatten(1)"},
)
negatives_cut_off = instead(
    "You cut off what is below 0. Keep the output as the layer gives it: whether a ReLU follows is that layer's matter.",
    {"output.detach().clone()": "output.detach().clone().relu()"},
)
a_list_returned = instead(
    "You return a list. Return a dict: each name with its layer's output.",
    {"return captured": "return list(captured.values())"},
)
all_layers_returned = instead(
    "You return every layer of the model. Return those that are named, and no others.",
    {"    try:\n        for name in names": "    try:\n        for name in modules"},
)
in_the_order_of_the_layers = instead(
    "You match outputs with names by their order. Hooks run in the order of the layers, not of the names: let each hook know its name.",
    {"captured[name] =": "captured[len(captured)] =", "return captured": "return dict(zip(names, captured.values()))"},
)  # fmt: skip
keyed_by_the_module = instead(
    "Your keys are classes or modules. Take the names that were asked for as keys: two layers may be of one class.",
    {"captured[name] =": "captured[type(module).__name__] ="},
)
last_name_for_all = instead(
    "All your hooks write under the last name: a function made in a loop sees the loop's variable as it is when it is called. Hand the name over: by a function that makes the hook, or `functools.partial`.",
    {"captured[name] =": "captured[names[-1]] ="},
)


# --- what is left behind ------------------------------------------------------------------------------------

hooks_left = instead(
    "Your hooks stay on the model and run in every later pass. Keep the handles that `register_forward_hook` returns, and call `remove()` on each.",
    {"handle.remove()": "pass"},
)
last_hook_left = instead(
    "One hook stays: remove every one, from the first to the last.", {"in handles:": "in handles[:-1]:"}
)
first_hook_alone_removed = instead(
    "You remove one hook of several. Keep all the handles in a list, and remove each.",
    {"in handles:": "in handles[:1]:"},
)
last_hook_alone_removed = instead(
    "You remove the last hook alone: the variable holds one handle. Keep all of them in a list, and remove each.",
    {"in handles:": "in handles[-1:]:"},
)
hooks_left_after_an_error = instead(
    "Where the forward pass raises an error, your hooks stay: the lines behind it never run. Remove them in a `finally:`.",
    {"    try:": "    if True:", "    finally:": "    if True:"},
)
mode_left_after_an_error = instead(
    "Where the forward pass raises an error, the model stays in evaluation mode: `model.train(was_training)` belongs into the `finally:`, beside the hooks' removal.",
    {"        model.train(was_training)": "    model.train(was_training)"},
)
error_swallowed = instead(
    "You catch the error of the model's forward pass and return what is there by then. Let it through: a `finally:` without an `except` cleans up, and hides nothing.",
    {"    finally:": "    except Exception as error:\n        print(error)\n    finally:"},
)
mode_not_restored = instead(
    "You leave the model in evaluation mode. Remember `model.training` and restore it at the end.",
    {"model.train(was_training)": "pass"},
)
always_left_in_training_mode = instead(
    "You always leave the model in training mode. Restore what you found: it may have been evaluation.",
    {"train(was_training)": "train()"},
)
mode_restored_outside_only = instead(
    "You set the mode back in the outermost module alone. `model.train(was_training)` reaches the layers inside as well.",
    {"model.train(was_training)": "model.training = was_training"},
)
evaluation_mode_forgotten = instead(
    "The model runs in the mode it is in. Call `model.eval()` first: batch norm and dropout behave differently while training, and batch norm even learns from your images.",
    {"model.eval()": ""},
)
training_mode_switched_on = instead(
    "You switch training mode on. Switch to evaluation mode.", {"model.eval()": "model.train()"}
)
gradients_left_switched_off = instead(
    "You switch gradients off for good, so later training fails. `with torch.no_grad():` switches them on again.",
    {"with torch.no_grad():": "torch.set_grad_enabled(False)\n        if True:"},
)
gradients_always_left_on = instead(
    "You leave gradients switched on, also where you found them off. `with torch.no_grad():` puts back what it found.",
    {"with torch.no_grad():": "torch.set_grad_enabled(False)\n        if True:", "model.train(was_training)": "model.train(was_training)\n        torch.set_grad_enabled(True)"},
)  # fmt: skip

# --- names --------------------------------------------------------------------------------------------------

_LOOK = "        if name not in modules:\n            raise KeyError(f\"no module {name!r}; there are {', '.join(modules)}\")"
_HANG = "        for name in names:\n            handles.append(modules[name].register_forward_hook(keeper(name)))"

unknown_names_left_out = instead(
    "A name that is none of the model's is passed over in silence. Raise KeyError: a slip in a name should be seen at once.",
    {_LOOK: "        names = [each for each in names if each in modules]"},
)
another_error_raised = instead(
    "For an unknown name you raise another error. Raise KeyError.", {"KeyError": "ValueError"}
)
children_alone = instead(
    "You know the outermost layers alone. `named_modules()` goes into layers inside layers, and gives their dotted names.",
    {"model.named_modules()": "model.named_children()"},
)
error_of_get_submodule = instead(
    "For an unknown name `get_submodule` raises AttributeError. Catch it, or look into `named_modules()`, and raise KeyError before anything runs.",
    {_LOOK: "        model.get_submodule(name)"},
)
hooks_left_at_an_unknown_name = instead(
    "You notice an unknown name when hooks lie on the layers before it, and these stay. Look at all names first, then register.",
    {_LOOK: "        pass", f"    model.eval()\n    try:\n{_HANG}": f"    if True:\n{_HANG}\n    model.eval()\n    try:"},
)  # fmt: skip
unknown_names_seen_afterwards = instead(
    "You notice an unknown name when the model has run. Look at the names first, and raise KeyError before anything runs.",
    {_LOOK: "        pass", _HANG: _HANG.replace("names", "modules"), "return captured": "return {name: captured[name] for name in names}"},
)  # fmt: skip
