"""Check a network by its weights: load them into the reference network here, and compare what the two give.

Weights are matched by shape and behaviour, never by name: any order, bare parameters, a transposed last layer or one that is
a convolution, any order of flattening, biases inside the matrices.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F

from autograder.graders.kit import naming, network_clues, network_errors, network_sizes
from autograder.graders.kit.architecture import Architecture
from autograder.graders.kit.matching import Match, close, match
from autograder.grading import causes
from autograder.grading.compare import describe, short
from autograder.grading.items import material
from autograder.grading.misconceptions import Misconception
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student
from autograder.sandbox.inside.network_probes import drawn

Seen = dict[str, Any]
Apart = Callable[[Seen], bool | None]

_BEND = 1e-6  # of the brightest pixel: some ten times what float32 rounds off here; a quarter of the draws come so close somewhere
_MOST_DRAWS = 6
_LABELS = (3, 0, 7, 9)


def trainable(seen: Seen) -> int:
    """Return how many of a network's numbers learn."""
    both = zip(seen["parameters"], seen["trainable"], strict=True)
    return sum(parameter.numel() for parameter, learns in both if learns is True)


def learns(seen: Seen) -> bool:
    """Say whether a network gives the same scores in both modes and the loss reaches all of its parameters.

    Scores of a form that no loss takes tell by their dtype whether a gradient could come.
    """
    outputs: torch.Tensor = seen["outputs_training"]
    if not close(seen["outputs"], outputs):
        return False
    if outputs.ndim != 2 and outputs.is_floating_point():
        return True
    return bool(seen["gradients"]) and all(bool(each.abs().sum() > 0) for each in seen["gradients"])


@dataclass(frozen=True)
class Network:
    """An item that is a network: what is asked of it, and how it is looked at.

    Attributes:
        lab: The lab.
        item: The item, and the class's name.
        architecture: The network.
        summary: The network in a line.
        between: What lies between its layers, in a sentence for who has the right ones.
        arguments: What the class is called with.
        brightest: The images' largest value; where an activation with an upper limit (ReLU6) meets it, and no score outgrows a softmax.
        darkest: Their smallest value: below 0 where normalised images are handed in, so that a ReLU before the first layer shows.
    """

    lab: str
    item: str
    architecture: Architecture
    summary: str
    between: str
    arguments: dict[str, Any] = field(default_factory=dict)
    brightest: float = 30.0
    darkest: float = 0.0

    @property
    def scores(self) -> tuple[int, int]:
        """The shape of the scores of the images that are drawn."""
        return (len(_LABELS), self.architecture.classes)

    @property
    def called(self) -> str:
        return f"{self.made}(x {(len(_LABELS), *self.architecture.image)})"

    @property
    def made(self) -> str:
        """How the network is made, in words."""
        return f"{self.item}({', '.join(f'{name}={value}' for name, value in self.arguments.items())})"

    @property
    def known(self) -> tuple[Misconception, ...]:
        return material(self.lab, self.item).misconceptions

    # ------------------------------------------------------------------------------------------ observing a student

    def spec_of(self, rng: Rng) -> dict[str, Any]:
        """Return what the probe `module` is asked with these random numbers."""
        fresh = Rng(rng.seed)
        image = self.architecture.image
        return {
            "item": self.item,
            "arguments": self.arguments,
            "images": fresh.uniform(len(_LABELS), *image, low=self.darkest, high=self.brightest),
            "single": fresh.uniform(1, *image, low=self.darkest, high=self.brightest),
            "labels": torch.tensor(_LABELS) % self.architecture.classes,
            "seed": rng.seed % 2**31,
            "whole": self.architecture.count,
        }

    def observe(self, student: Student, rng: Rng, **more: Any) -> Seen:
        """Return what the probe `module` sees; `more` is what else it is asked.

        Raises:
            Failed: It is no module, or its code raised an error; a misconception with the same error is named.
        """
        spec = {**self.spec_of(rng), **more}
        try:
            seen: Seen = student.observation(
                "module", self.item, spec, self.called, accept=lambda seen: self._right(seen, spec)
            )
        except Failed as failure:
            if causes.sought():
                self._name_error(failure, student, spec)
            raise
        if seen.get("module") is not True:
            raise Failed(self.made, describe(seen.get("result")), "an nn.Module", "Let your class inherit from `nn.Module`.", stop=True)  # fmt: skip
        if not _well_formed(seen):
            raise Failed(self.called, describe(seen.get("outputs")), f"a floating-point tensor of shape {self.scores}", "Return the scores of the last layer.")  # fmt: skip
        if not self._as_drawn(seen, spec):
            raise Failed(
                self.called, "parameters that do not keep the numbers written into them", "parameters that change in training only",
                "Use plain layers or `nn.Parameter`, leave `parameters` as it is, and change no weight in `forward`.",
            )  # fmt: skip
        width = network_sizes.width_of(self.architecture, seen["parameters"])
        if (
            self.architecture.convolutions
            and width is not None
            and width != network_sizes.width(self.architecture)
        ):
            first, *others = network_sizes.sides(self.architecture)
            seen["features"] = {first: width, **self._features(student, spec, tuple(others))}
        return seen

    def look(self, student: Student, rng: Rng) -> tuple[Seen, Rng]:
        """Return what `observe` saw, and the numbers it was drawn with; only the first fact that asks looks."""
        return student.once(self.made, lambda: (self.observe(student, rng), rng))

    def _name_error(self, failure: Failed, student: Student, spec: dict[str, Any]) -> None:
        """Give an error its misconceptions, or else the advice that its numbers allow."""
        matches = [m for m in self.known if failure.got.startswith(naming.error_of(m, spec))]
        features = (
            self._features(student, spec, network_sizes.sides(self.architecture))
            if network_errors.features_in(failure.got) and self.architecture.convolutions
            else {}
        )
        if features:
            # No padding and a third pool leave as much of 28×28 pixels, but not of other sizes.
            matches = [m for m in matches if self._features_of(m, spec) == features]
        failure.matches = [m.name for m in matches]
        failure.advice = network_errors.of_error(self.architecture, failure.got, features) or failure.advice

    def _features(self, student: Student, spec: dict[str, Any], sides: tuple[int, ...]) -> dict[int, int]:
        """Return by the images' side how many numbers an image sends to the linear layer, where an error tells it."""
        found = {}
        for side in sides:
            reply = student.ask("module", self.item, self._resized(spec, side))
            text = str(reply.value["message"]) if reply.status == "error" else ""
            if (count := network_errors.features_in(text)) is not None:
                found[side] = count
        return found

    def _features_of(self, each: Misconception, spec: dict[str, Any]) -> dict[int, int]:
        texts = {
            side: naming.error_of(each, self._resized(spec, side))
            for side in network_sizes.sides(self.architecture)
        }
        counts = {side: network_errors.features_in(text) for side, text in texts.items()}
        return {side: count for side, count in counts.items() if count is not None}

    def _resized(self, spec: dict[str, Any], side: int) -> dict[str, Any]:
        """Return the probe with images of another side (their values do not matter)."""
        shape = (self.architecture.image[0], side, side)
        return {**spec, "images": torch.zeros(len(_LABELS), *shape), "single": torch.zeros(1, *shape)}

    def drawn(self, seen: Seen) -> list[int]:
        learning = [each is True for each in seen["trainable"]]
        return drawn(learning, [each.numel() for each in seen["parameters"]], self.architecture.count)

    def _as_drawn(self, seen: Seen, spec: dict[str, Any]) -> bool:
        """Say whether the weights are those that follow from the seed: dead ones would make any network the task's."""
        generator = torch.Generator().manual_seed(spec["seed"])
        for i in self.drawn(seen):
            theirs = seen["parameters"][i]
            ours = (0.1 * torch.randn(theirs.shape, generator=generator)).to(theirs.dtype)
            if not torch.allclose(theirs, ours, rtol=1e-4, atol=1e-6):
                return False
        return True

    def _match(self, seen: Seen, spec: dict[str, Any]) -> Match | None:
        """Match the weights that were drawn: what else a network holds is none of the task's."""
        if tuple(seen["outputs"].shape) != self.scores:
            return None
        weights = [seen["parameters"][i] for i in self.drawn(seen)]
        return match(self.architecture, weights, spec["images"], seen["outputs"])

    def _right(self, seen: Seen, spec: dict[str, Any]) -> bool:
        try:
            return _well_formed(seen) and self._as_drawn(seen, spec) and self._match(seen, spec) is not None
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError):
            return False

    # ---------------------------------------------------------------------------------------------------- the facts

    def named(self, seen: Seen, rng: Rng, training: bool = False) -> list[str]:
        """Return the misconceptions whose network is the student's; with `training`, in training mode too."""
        return naming.named(self.known, self.architecture, seen, self.spec_of(rng), training)

    def require_scores(self, seen: Seen, rng: Rng) -> None:
        """Fail unless the scores are a floating-point tensor of the right shape."""
        value, wanted = seen["outputs"], f"a floating-point tensor of shape {self.scores}"
        if not isinstance(value, torch.Tensor):
            raise Failed(self.called, describe(value), wanted, "Look at the `return` line: it must give back a tensor.", self.named(seen, rng), kind="type")  # fmt: skip
        if tuple(value.shape) != self.scores:
            advice = network_sizes.of_shape(self.architecture, tuple(value.shape), self.scores[0]) or "Print the shape after each step, and compare it with the formula in the task."  # fmt: skip
            raise Failed(
                self.called,
                f"shape {tuple(value.shape)}",
                wanted,
                advice,
                self.named(seen, rng),
                kind="shape",
            )
        if not value.is_floating_point():
            raise Failed(self.called, f"dtype {short(value.dtype)}", wanted, "Keep the dtype of the input: `dtype=x.dtype`.", self.named(seen, rng), kind="dtype")  # fmt: skip

    def require_match(self, seen: Seen, rng: Rng, apart: Apart = lambda seen: None) -> Match:
        """Fail unless the reference network with the student's weights gives the student's scores.

        `apart` says whether the fact that is tested is true of what was seen, whatever network it is (`Failed.true`).
        """
        spec = self.spec_of(rng)
        if (found := self._match(seen, spec)) is not None:
            return found
        shapes = ", ".join(str(tuple(p.shape)) for p in seen["parameters"][:12])
        if "cause" not in seen:  # several facts ask for one network's
            matches = self.named(seen, rng)
            seen["cause"] = matches, "" if matches or not causes.sought() else self._advice(seen, spec)
        matches, advice = seen["cause"]
        got = f"other scores than the network of the task with your weights (your parameters: {shapes})"[:300]
        raise Failed(self.called, got, self.summary, advice, list(matches), true=apart(seen))

    def _advice(self, seen: Seen, spec: dict[str, Any]) -> str:
        if (shape := tuple(seen["outputs"].shape)) != self.scores:
            return network_sizes.of_shape(self.architecture, shape, self.scores[0])
        known = network_clues.of_network(self.architecture, seen, spec["images"], spec["single"])
        return known or network_clues.of_numbers(self.architecture, seen, self.between)

    def right_but_for_the_shape(self, seen: Seen, rng: Rng) -> bool | None:
        """Say whether scores of another shape are the network's, in its order; None for scores of the right one, or of other numbers."""
        n, k = self.scores
        if tuple(seen["outputs"].shape) == self.scores or seen["outputs"].numel() != n * k:
            return None
        return (
            self._match({**seen, "outputs": seen["outputs"].reshape(n, k)}, self.spec_of(rng)) is not None
            or None
        )

    def one_image_works(self, seen: Seen) -> bool:
        """Say whether a network gives one image scores of the right shape."""
        return tuple(seen["single"].shape) == (1, self.architecture.classes)

    def require_network(self, seen: Seen, rng: Rng) -> None:
        """Fail unless it is the task's; scores of another shape may be its own but for that."""
        self.require_match(seen, rng, apart=lambda seen: self.right_but_for_the_shape(seen, rng))

    def require_single(self, seen: Seen, rng: Rng) -> None:
        """Fail unless it is the task's and gives one image its scores."""
        found, spec = self.require_match(seen, rng, apart=self.one_image_works), self.spec_of(rng)
        if not self.one_image_works(seen) or not close(found(spec["single"].double()), seen["single"]):
            raise Failed(
                f"{self.made}(x {(1, *self.architecture.image)})", describe(seen["single"]), f"a tensor of shape {(1, self.architecture.classes)} with that image's scores",
                "Flatten with `flatten(1)`, which keeps the batch, and use no `squeeze()`.", self.named(seen, rng), true=False,
            )  # fmt: skip

    def require_training(self, student: Student, rng: Rng) -> None:
        """Fail unless the network trains as the task's does; where rounding decides about a gradient, look at other images.

        At a ReLU's bend, and where two pixels are a pool's largest, the next digit says which way a gradient goes: one right
        network in some thousands would lose a point by that.
        """
        for attempt in range(_MOST_DRAWS):
            fresh = Rng(rng.seed + attempt)
            seen = self.observe(student, fresh)
            found = self.require_match(seen, fresh, apart=learns)
            try:
                return self.require_gradients(seen, fresh)
            except Failed:
                if attempt == _MOST_DRAWS - 1 or not _at_a_bend(
                    found, self.spec_of(fresh)["images"], _BEND * self.brightest
                ):
                    raise
        return None

    def require_gradients(self, seen: Seen, rng: Rng) -> None:
        """Fail unless training mode gives the same scores and the loss reaches every parameter as in the reference.

        Where something is dropped, `dropping` looks at both.
        """
        spec = self.spec_of(rng)
        found = self._match(seen, spec)
        assert found is not None
        if not close(seen["outputs"], trained := seen["outputs_training"]):
            advice, matches = "Take out what acts in training only (dropout, batch norm): the network of the task has neither.", self.named(seen, rng)  # fmt: skip
            sums = trained.double().logsumexp(-1)
            if self.architecture.log_probabilities and float(sums.abs().max()) > 1e-3:
                advice, matches = "In training mode your network returns no log-probabilities. It ends in `F.log_softmax(x, dim=1)` in both modes.", []  # fmt: skip
            raise Failed(f"{self.made} in training mode", describe(trained), "the same scores as in evaluation mode", advice, matches, true=False)  # fmt: skip
        weights = tuple(w.clone().requires_grad_() for w in found.weights)
        F.cross_entropy(
            self.architecture.forward(weights, spec["images"].double()), spec["labels"]
        ).backward()
        came = seen["gradients"]
        complete = len(came) == len(seen["parameters"])
        gradients = found.arrange([came[i].double() for i in self.drawn(seen)]) if complete else []
        for role, weight, i in zip(self.architecture.roles, weights, found.where, strict=True):
            assert weight.grad is not None
            norm = float(weight.grad.norm())
            theirs = float(gradients[i].norm()) if i < len(gradients) else 0.0
            if abs(norm - theirs) > 1e-2 * norm + 1e-7:
                raise self.no_gradient(role, f"{theirs:.4g}", f"{norm:.4g}", seen, self.named(seen, rng))

    def no_gradient(
        self, role: tuple[int, ...], got: str, wanted: str, seen: Seen, named: list[str]
    ) -> Failed:
        """Return what to raise where a parameter gets another gradient than in the task's network."""
        advice = "Is a feature map detached, turned into NumPy, or computed under `no_grad` on its way?"
        if not all(seen["trainable"]):
            advice = "Some of your parameters are frozen: `requires_grad` is False. All of them are to learn."
        called, size = "loss.backward()", f"a gradient of size {{size}} at the parameter of shape {role}"
        return Failed(called, size.format(size=got), size.format(size=wanted), advice, named, true=False)

    def has_the_count(self, seen: Seen) -> bool:
        return trainable(seen) == self.architecture.count

    def require_count(self, seen: Seen, rng: Rng) -> None:
        """Fail unless it is the task's and as many of its numbers learn."""
        self.require_match(seen, rng, apart=self.has_the_count)
        if not self.has_the_count(seen):
            raise Failed(
                f"the number of trainable parameters of {self.made}", f"{trainable(seen):,}", f"{self.architecture.count:,} = {network_sizes.terms(self.architecture)}",
                "Count layer by layer, biases included: is there a layer too many, or one frozen?", self.named(seen, rng), true=False,
            )  # fmt: skip


def _well_formed(seen: Seen) -> bool:
    lists = [seen.get("parameters"), seen.get("trainable"), seen.get("gradients")]
    return (
        all(isinstance(each, list) for each in lists)
        and all(isinstance(p, torch.Tensor) for p in seen["parameters"] + seen["gradients"])
        and len(seen["parameters"]) == len(seen["trainable"])
        and all(isinstance(seen.get(key), torch.Tensor) for key in ("outputs", "single", "outputs_training"))
    )


def _at_a_bend(found: Match, images: torch.Tensor, near: float) -> bool:
    """Say whether a number before a ReLU, or what parts the two largest of a window, is so small that rounding decides."""
    x = images.double()
    with torch.no_grad():
        for i, (weight, bias) in enumerate(found.architecture.pairs[:-1]):
            layer = found.architecture.layers[i]
            x = found.architecture.before(i, x, found.weights[weight], found.weights[bias])
            if layer.rectified and float(x.abs().min()) < near:
                return True
            if layer.pool:
                acted = x.relu() if layer.rectified else x
                windows = acted.unfold(2, layer.pool, layer.pool).unfold(3, layer.pool, layer.pool).flatten(4)
                first, second = windows.topk(2).values.unbind(-1)
                if bool(((first - second < near) & (first > 0)).any()):
                    return True
            x = found.architecture.after(i, x)
    return False
