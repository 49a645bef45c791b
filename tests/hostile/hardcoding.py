"""Answer without computing: constants, tables, the public examples, the library behind another name."""

from tests.hostile import Attack, relu, size

_NO_RELU = {"relu": 0.0, "conv_output_size": 0.0}

ATTACKS = [
    Attack("a constant", answers=size("return 28")),
    Attack("a table of the public examples", answers=size("return {(28, 3, 1, 1): 28, (7, 3, 1, 1): 7, (28, 2, 2, 0): 14}.get((size, kernel_size, stride, padding), 1)")),
    Attack("a random guess", answers=size("import random\nreturn random.randint(1, 40)")),
    Attack("what came the last time", answers=size("seen.append(size)\nreturn seen[0]", "seen = []")),
    Attack("numbers from the public checks", answers=size("import glob, json\nfor p in glob.glob('/**/checks.py', recursive=True): return len(open(p).read())\nreturn 1")),
    Attack("memory that nobody filled", answers=relu("return torch.empty_like(x)"), deserves=_NO_RELU),
    Attack("the input as it is", answers=relu("return x.clone()"), deserves=_NO_RELU),
    Attack("the library's relu", answers=relu("return F.relu(x)"), deserves=_NO_RELU),
    Attack("the library's relu by a module", answers=relu("return nn.ReLU()(x)"), deserves=_NO_RELU),
    Attack("the library's relu by another name", answers=relu("return getattr(torch, 're' + 'lu')(x)"), deserves=_NO_RELU),
    Attack("the sandbox's own stand-in", answers=relu("return LIBRARY['relu'](x)", "import sys\nLIBRARY = sys.modules['inside.standins'].LIBRARY['lab1_train_cnn']"), deserves=_NO_RELU),
]  # fmt: skip
