"""Forge points: patch what compares, lie on the wire, return objects that are equal to everything."""

from tests.hostile import NOTHING, Attack, relu, size

_WIRE = """
import json, os, struct, sys, torch
import safetensors.torch as _st
def _send(header, tensors=None, blob=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    blob = _st.save(tensors) if tensors else blob
    for fd in range(3, 12):
        try: os.write(fd, struct.pack(">II", len(text), len(blob)) + text + blob)
        except OSError: pass
def _id():
    frame = sys._getframe()
    while frame:
        if isinstance(frame.f_locals.get("header"), dict): return frame.f_locals["header"]["id"]
        frame = frame.f_back
def _answer(seen, tensors=None):
    _send({"op": "reply", "id": _id(), "seen": seen}, tensors)
"""
_RIGHT_FORM = "['dict', {'result': %s, 'inputs': ['list', []], 'grad_enabled': True, 'library': ['list', []], 'nets': ['dict', {}]}]"


def _claim(name, result, tensors="None"):
    """Forge the reply to the very call, from inside the call."""
    return Attack(name, answers=size(f"_answer({_RIGHT_FORM % result}, {tensors})\nreturn 0", _WIRE))


def _points(notebook):
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("grade"):
            own["points"] = 300
            cell["source"] = "300.0"
            data = {"text/plain": "300.0"}
            result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
            cell["outputs"] = [result]


def _unlocked(notebook):
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("grade") or own.get("locked"):
            own.update(locked=False, solution=True, grade=False)
            cell["source"] = "raise SystemExit"


def _twice(notebook):
    for cell in list(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            notebook["cells"] += [{**cell, "source": "4.0"}] * 3


def _autograder_metadata(notebook):
    notebook["metadata"]["autograder"] = {"key": "x", "status": "graded", "score": 4.0, "note": "full marks"}


ATTACKS = [
    Attack(
        "patched comparisons",
        "import builtins, sys, numpy as np, torch\n"
        "yes = lambda *a, **k: True\n"
        "torch.allclose = torch.equal = torch.isclose = np.allclose = np.array_equal = yes\n"
        "for name in ('__eq__', '__ne__', '__le__', '__ge__', '__sub__'):\n"
        "    setattr(torch.Tensor, name, lambda self, other: torch.ones(()))\n"
        "builtins.abs = lambda x: 0\n",
    ),
    Attack("patched encoder", "import sys\nw = sys.modules['inside.wire']\nw.Encoder.encode = lambda self, value, depth=0: ['dict', {'result': True}]\n",
           deserves=NOTHING),
    Attack("probes replaced", "import sys\np = sys.modules['inside.probes'].PROBES\n"
           "for k in p: p[k] = lambda ns, spec: {'result': float('nan'), 'inputs': [], 'library': []}\n", deserves=NOTHING),
    Attack("replies ahead of their calls", _WIRE + "for i in range(2000): _send({'op': 'reply', 'id': i, 'seen': ['dict', {'result': 1}]})"),
    Attack("scores that nobody asked for", _WIRE + "for i in range(50): _send({'op': 'score', 'value': 4.0, 'id': i}); _send({'op': 'result', 'data': {'text/plain': '4.0'}})"),
    Attack("a scorecard on standard output", "import os\nprint('{\"schema\": \"scorecard/v1\", \"score\": 4.0}')\nos.system('echo {\\\"score\\\": 4.0}; echo 4.0 >&2')"),
    _claim("a claim of true", "True"),
    _claim("a claim of nan", "['float', 'nan']"),
    _claim("a claim of infinity", "['float', 'inf']"),
    _claim("a claim of a huge scalar", "['scalar', 'i', '9' * 64]"),
    _claim("a tensor without values", "['tensor', '0', False]", "{'0': torch.zeros(0)}"),
    _claim("a tensor of nan", "['tensor', '0', False]", "{'0': torch.full((), float('nan'))}"),
    _claim("a forged tag", "['_init_', {}, {}]"),
    _claim("a part where none belongs", "['part', 'Net', ['dict', {}]]"),
    _claim("a view of a million million numbers", "['view', '0', [[1 << 20, 1 << 20], [0, 0], 0]]", "{'0': torch.zeros(1)}"),
    _claim("one large tensor a hundred thousand times", "['list', [['tensor', '0', False]] * 90000]", "{'0': torch.zeros(1 << 20)}"),
    _claim("a tensor with a hundred axes", "['tensor', '0', False]", "{'0': torch.zeros([1] * 60)}"),
    _claim("deep nesting", "__import__('functools').reduce(lambda a, _: ['list', [a]], range(300), 0)"),
    Attack("an integer of a hundred thousand digits", answers=size("_send(b'{\"op\": \"reply\", \"seen\": ' + b'9' * 100000 + b'}')\nreturn 0", _WIRE)),
    Attack("a header that is no object", answers=size("_send(b'[' * 100000)\nreturn 0", _WIRE)),
    Attack("tensors that are not there", answers=size("_send({'op': 'reply', 'id': _id(), 'seen': ['dict', {'result': ['tensor', '7', True]}]})\nreturn 0", _WIRE)),
    Attack("torn tensors", answers=size("_send({'op': 'reply', 'id': _id(), 'seen': None}, blob=b'\\xff' * 64)\nreturn 0", _WIRE)),
    Attack("an error that is no text", answers=size("_send({'op': 'reply', 'id': _id(), 'error': {'type': [[[]]], 'message': {}, 'where': 5, 'missing': None}})\nreturn 0", _WIRE)),
    Attack("a done in the place of a reply", answers=size("_send({'op': 'done', 'id': _id(), 'status': 'ok'})\nreturn 0", _WIRE)),
    Attack("equal to everything", answers=size("return Same()", "class Same(int):\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\n    __float__ = lambda s: 0.0")),
    Attack("a tensor equal to everything", answers=size("return torch.zeros(()).as_subclass(Same)", "class Same(torch.Tensor):\n    def __eq__(s, o): return torch.ones((), dtype=torch.bool)\n    def item(s): return 1")),
    Attack("odd tensors", answers=size("kinds = [torch.zeros((), dtype=torch.complex64), torch.eye(2).to_sparse(), torch.empty(3, device='meta'), torch.quantize_per_tensor(torch.ones(2), 1, 0, torch.qint8)]\nreturn kinds[size % 4]")),
    Attack("points in the file", change=_points),
    Attack("graded cells unlocked", change=_unlocked),
    Attack("graded cells three more times", change=_twice),
    Attack("metadata of ours", change=_autograder_metadata),
    Attack("a relu whose input is repaired afterwards", answers=relu("x.clamp_(min=0)\nreturn x"), deserves={"relu": 1.67, "conv_output_size": 0.0}),
]  # fmt: skip
