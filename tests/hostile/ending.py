"""End early: leave before the tests, or make leaving look like success."""

from tests.hostile import Attack, size

ATTACKS = [
    Attack("exit in a cell", "import os\nos._exit(0)"),
    Attack("exit by SystemExit", "import sys\nsys.exit(0)"),
    Attack("quit", "quit()\nexit()"),
    Attack("exit in the call", answers=size("import os\nos._exit(0)")),
    Attack("SystemExit in the call", answers=size("raise SystemExit(0)")),
    Attack("KeyboardInterrupt in the call", answers=size("raise KeyboardInterrupt")),
    Attack("abort", "import os\nos.abort()"),
    Attack("a segmentation fault in the call", answers=size("import ctypes\nctypes.string_at(0)")),
    Attack("another program", "import os\nos.execv('/usr/bin/true', ['true'])"),
    Attack("no descriptors", answers=size("import os\nos.closerange(0, 64)")),
    Attack("a thread that ends the process later",
           "import os, threading\nthreading.Timer(0.2, lambda: os._exit(0)).start()"),
    Attack("an exit when the process ends", "import atexit, os\natexit.register(lambda: os._exit(0))\nraise SystemExit(0)"),
    Attack("a child that answers instead", "import os, time\nif os.fork(): time.sleep(60)"),
    Attack("a pytest that always passes", "import sys, types\nsys.modules['pytest'] = types.ModuleType('pytest')\nsys.modules['pytest'].main = lambda *a, **k: 0"),
    Attack("every name removed", "import sys\nfor name in list(sys.modules):\n    if name.startswith('inside'): sys.modules[name].__dict__.clear()"),
]  # fmt: skip
