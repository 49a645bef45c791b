"""Sentences with named places, read from a Python module: what its strings say to a student.

Nobody marks a message in a grader: a string that holds words is one, unless it stands where only programs read it. A choice inside a
sentence makes two whole sentences; what fills a place is said by itself.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import math
import re
from collections.abc import Iterator

from autograder.authoring.written_out import assigned, name_of
from autograder.grading.phrases import gave
from autograder.pages.retelling import PLACE, words_in

_MOST_CHOICES = 6  # of a place, that make sentences of their own
_MOST_SENTENCES = 12  # that one string makes
# Calls whose arguments only programs read, by the last part of what is called.
_UNSAID = frozenset(
    "compile exec eval print search match fullmatch sub findall finditer split partition rpartition removeprefix removesuffix "  # noqa: SIM905
    "startswith endswith replace index find get pop getattr setattr hasattr ContextVar TypeVar import_module getLogger once warn skip".split()
)
# Errors that a student never reads.
_FOR_OTHERS = frozenset(
    "GraderFault CourseError GradebookError DataError UsageError ArithmeticError AssertionError AttributeError IndexError KeyError "  # noqa: SIM905
    "LookupError NotImplementedError RuntimeError TypeError ValueError OSError".split()
)
_LOOKED_UP = ("_ERRORS", "_TELLING")  # tables: what is looked for, then what is said
_ERRORS = re.compile(r"(\w*(Error|Iteration|Exception|Warning)\|?)+")
_CODE = re.compile(
    r"\n\s|^\s*(return|def|class|import|from \w+ import|for \w+ in .*:|if .*:)\b|\w\(.*\)\s*=|(?<![=<>!{(` ])=(?![=`])|\)\.\w+\("
    r"|\[:|\\[dwsSb.(]|\(\?|\.\*|^[\w.]+\(.*\)$|^[\[(].*[\])]$|\w\|\w|->"
)


def said_in(text: str, all: bool = True, tests: bool = False) -> list[str]:
    """Return the messages of a Python module, each once.

    Args:
        text: Its source.
        all: Whether each string is one that holds words; else only those that are marked, by `words("…")` and `message("…")`.
        tests: Whether docstrings of tests are titles.
    """
    tree = ast.parse(text)
    reader = _Reader(tree, tests)
    reader.visit(tree)
    return list(dict.fromkeys([*reader.marked, *(reader.found() if all else ())]))


class _Reader(ast.NodeVisitor):
    """Collects the messages of a module."""

    def __init__(self, tree: ast.Module, tests: bool) -> None:
        self.tests = tests
        self.marked: list[str] = []
        self._found: list[tuple[str, int]] = []
        self._parts: set[int] = set()  # strings that stand in others
        self._differs = False  # whether a `Difference` is read
        self._known = assigned(tree.body, {})
        self._scopes = [self._known]
        self._handed_on: frozenset[str] = frozenset()  # names that a call gets, which may say them alone

    def found(self) -> list[str]:
        """Return what is said, but for strings that only stand in others."""
        return [text for text, node in self._found if node not in self._parts]

    # ------------------------------------------------------------------ where nothing is said

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in node.decorator_list:
            self.visit(each)
        title = ast.get_docstring(node)
        if (
            self.tests
            and title
            and any(ast.unparse(each).startswith("item(") for each in node.decorator_list)
        ):
            self.marked.append(title)
        self._scopes.append(assigned(ast.walk(node), self._known))
        outer, self._handed_on = self._handed_on, self._handed_on | _handed_on(node)
        for statement in node.body:
            self.visit(statement)
        self._handed_on = outer
        self._scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *node.body):
            self.visit(each)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    def visit_Compare(self, node: ast.Compare) -> None:
        pass

    def visit_Raise(self, node: ast.Raise) -> None:
        if isinstance(node.exc, ast.Call) and name_of(node.exc.func) not in _FOR_OTHERS:
            self.visit(node.exc)

    def visit_match_case(self, node: ast.match_case) -> None:
        for each in node.body:
            self.visit(each)

    def visit_Dict(self, node: ast.Dict) -> None:
        for each in node.values:
            self.visit(each)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        first = node.elts[0] if node.elts else None
        table = isinstance(first, ast.Constant) and _ERRORS.fullmatch(str(first.value))
        for each in node.elts[2:3] if table else node.elts:  # a row of a table: error, pattern, what to try
            self.visit(each)

    def visit_Call(self, node: ast.Call) -> None:
        name = name_of(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in ("words", "message") or ast.unparse(node.func) == "words.count":
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            self.marked += [str(each) for each in texts[: 2 if name == "count" else 1]]
            arguments = [each for each in arguments if not isinstance(each, ast.Constant)]
        elif name in _UNSAID:
            default = node.args[1:2] if name == "get" else []
            arguments = [*([node.func.value] if isinstance(node.func, ast.Attribute) else []), *default]
        elif name == "join" and isinstance(node.func, ast.Attribute):
            self._joined(node.func.value)
        elif self._says(node):
            arguments = []
        elif name == "Difference":
            self._differs = True
            for each in arguments[:2]:
                self.visit(each)
            self._differs, arguments = False, arguments[2:]
        elif name.startswith("instead"):  # a misconception: its hint, and places of code
            arguments = [each for each in arguments if not isinstance(each, ast.Dict)]
        else:
            self.visit(node.func)
        for each in arguments:
            self.visit(each)

    # ------------------------------------------------------------------ what is said

    def visit_Constant(self, node: ast.Constant) -> None:
        self._says(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._says(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not self._says(node):
            self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not self._says(node):
            self.visit(node.value)

    def visit_Return(self, node: ast.Return) -> None:
        choices = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
        if any(isinstance(each, ast.Subscript) for each in choices) and node.value is not None:
            self._inside(node.value)  # one of several words
        elif node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(name_of(each) == "RESULTS" for each in node.targets):  # what an item's results are called
            self._inside(node.value)
        if isinstance(node.value, ast.Tuple) and any(name_of(each) in _LOOKED_UP for each in node.targets):
            for row in node.value.elts:
                for each in row.elts[1:] if isinstance(row, ast.Tuple) else [row]:
                    self.visit(each)
        else:
            self.visit(node.value)

    def _says(self, node: ast.expr) -> bool:
        """Take down what a string says; say whether it is one."""
        places = _Places()
        made = self._sentences(node, places, 0)
        for text in made or ():
            self._take(text, node)
        said = any(map(_is_said, made or ()))
        for inner in places.inner if made is not None else ():
            self._inside(inner) if said else self.visit(inner)
        return made is not None

    def _take(self, text: str, node: ast.expr) -> None:
        text = text.replace("{}", "{value}", 1)  # filled by position
        saw, expected, wanted = text.partition(", expected ")
        forms = [text]
        if expected or self._differs:  # as `compare.Difference` puts it into words
            forms = [wanted]
            for each in dict.fromkeys((saw, saw.replace("{where}", "the result"))):
                forms += [gave(each), each.removeprefix("the result has ").removeprefix("the result is ")]
            forms = [each for each in forms if not re.match(r"\{where\} (is|has|at)\b", each)]
        said = [
            each
            for each in forms
            if _is_said(each) or (each == wanted and re.fullmatch("[a-z]+", each) and words_in(each))
        ]
        self._found += [(each.strip(), id(node)) for each in dict.fromkeys(said)]

    def _inside(self, node: ast.expr) -> None:
        """Take down what fills a place: each text that it may be, a single word too; else what stands inside an expression."""
        texts = list(self._texts(node, 0))
        self._found += [(each.strip(), 0) for each in texts if _is_word(each)]
        if not texts or isinstance(node, ast.JoinedStr):
            self.visit(node)

    def _joined(self, sign: ast.expr) -> None:
        """Take down how things are listed, where that takes a word."""
        for each in self._sentences(sign, _Places(), 0) or ():
            if words_in(each):
                self._found.append((f"{{first}}{each}{{rest}}", 0))
                self._parts.add(id(sign))

    def _texts(self, node: ast.expr, depth: int) -> Iterator[str]:
        """Yield the texts that an expression may be, where these are written out."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Dict(values=inner):
                for each in inner:
                    yield from self._texts(each, depth)
            case ast.IfExp(body=body, orelse=other):
                yield from self._texts(body, depth)
                yield from self._texts(other, depth)
            case ast.Subscript(value=value) if not isinstance(node.slice, ast.Slice):
                yield from self._texts(value, depth)
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[_, default]):
                yield from self._texts(value, depth)
                yield from self._texts(default, depth)
            case ast.Name(id=name) if depth < 3:
                for each in self._values(name):
                    yield from self._texts(each, depth + 1)

    def _sentences(self, node: ast.expr, places: _Places, depth: int) -> list[str] | None:
        """Return the sentences that a string may be, with named places; None where it is no string that can be read here."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=values):
                return self._put_together(values, places, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                if self._sentences(left, _Places(), depth + 1) or self._sentences(
                    right, _Places(), depth + 1
                ):
                    return self._put_together([left, right], places, depth)
            case ast.IfExp(body=body, orelse=other) if depth:
                both = [self._sentences(each, places, depth) for each in (body, other)]
                if any(both):
                    named = zip((body, other), both, strict=True)
                    return [text for each, made in named for text in made or [places.name(each)]]
            case ast.Subscript(value=value, slice=ast.Slice()):  # shortened
                return self._sentences(value, places, depth)
            case ast.Call(func=ast.Attribute(value=value, attr="strip" | "format")):
                return self._sentences(value, places, depth)
            case ast.Name(id=name) if 0 < depth < 4:
                return self._choices(name, places, depth)
        return None

    def _put_together(self, nodes: list[ast.expr], places: _Places, depth: int) -> list[str]:
        """Return all ways to put parts one behind another; places that touch are one. A part of many ways is a place."""
        parts = [self._part(each, places, depth) for each in nodes]
        while math.prod(map(len, parts)) > _MOST_SENTENCES:
            most = max(range(len(parts)), key=lambda i: len(parts[i]))
            parts[most] = [places.name(nodes[most])]
        made = ["".join(each) for each in itertools.product(*parts)]
        return [re.sub(r"(\{[a-z_]\w*\})(?:\{[a-z_]\w*\})+", r"\1", each) for each in made]

    def _part(self, node: ast.expr, places: _Places, depth: int) -> list[str]:
        plain = not isinstance(node, ast.FormattedValue) or (
            node.conversion == -1 and node.format_spec is None
        )
        made = self._sentences(_inner(node), places, depth + 1) if plain else None
        if made is None or (isinstance(node, ast.FormattedValue) and all(map(_stands_alone, made))):
            return [places.name(node)]
        return made

    def _choices(self, name: str, places: _Places, depth: int) -> list[str] | None:
        """Return what a name stands for, where that is one of a few texts."""
        values = self._values(name)
        made = [self._sentences(each, places, depth + 1) for each in values]
        texts = [text for each in made for text in each or ()]
        if not texts or None in made or len(texts) > _MOST_CHOICES or all(map(_stands_alone, texts)):
            return None
        if name not in self._handed_on:
            inner = (each for value in values for each in ast.walk(value))
            self._parts |= {id(each) for each in inner if not hasattr(each, "looped")}
        return list(dict.fromkeys(texts))

    def _values(self, name: str) -> list[ast.expr]:
        return next((scope[name] for scope in reversed(self._scopes) if name in scope), [])


class _Places:
    """The names of a sentence's places."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.inner: list[ast.expr] = []

    def name(self, node: ast.expr) -> str:
        inner = _inner(node)
        source = ast.unparse(inner)
        if isinstance(node, ast.FormattedValue) and (node.format_spec or node.conversion != -1):
            source = ast.dump(node)  # the same number, written otherwise
        if source not in self._names:
            self.inner.append(inner)
            base = _called(inner)
            taken = sum(re.sub(r"_\d+$", "", each) == base for each in self._names.values())
            self._names[source] = f"{base}_{taken + 1}" if taken else base
        return f"{{{self._names[source]}}}"


_PLAIN = frozenset(dir(builtins)) | {"torch", "math", "np", "tolist", "reshape", "self", "each"}


def _called(node: ast.expr) -> str:
    """Return a name for what an expression gives: its own names, but for those of Python and PyTorch."""
    if isinstance(node, ast.Name):
        return node.id.strip("_").lower()
    names = []
    for each in ast.walk(node):
        name = name_of(each) if isinstance(each, (ast.Name, ast.Attribute)) else getattr(each, "value", "")
        if isinstance(name, str) and name.isidentifier() and name.lower() not in _PLAIN:
            names.append(name.strip("_").lower())
    return "_".join(dict.fromkeys(filter(str.isidentifier, names[:2]))) or "value"


def _handed_on(node: ast.AST) -> frozenset[str]:
    """Return the names that stand among a call's arguments by themselves."""
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    arguments = (each for call in calls for each in (*call.args, *(named.value for named in call.keywords)))
    return frozenset(each.id for each in arguments if isinstance(each, ast.Name))


def _inner(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.FormattedValue) else node


def _is_word(text: str) -> bool:
    return re.search(r"^[a-z][a-z-]{2,}$|[a-z] [A-Za-z]", text) is not None and not _CODE.search(text)


def _stands_alone(text: str) -> bool:
    """Say whether a text is nothing, or a whole sentence."""
    bare = text.strip()
    return not bare or (bare[0].isupper() and bare[-1] in ".?!")


def _is_said(text: str) -> bool:
    """Say whether a text is meant for people: it has two words or more outside code, or one beside a place, and is no code itself."""
    bare = PLACE.sub(" 0 ", re.sub(r"`[^`]*`", " 0 ", text))
    if " " not in bare.strip():
        return False
    if len(words_in(bare)) < 2 and not re.search(r"[a-z]{2,} +0|0 +[a-z]{2,}|\ban? +([a-z]{3,}|0)", bare):
        return False
    return not _CODE.search(re.sub(r"`[^`]*`", "", text).strip())
