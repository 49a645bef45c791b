"""Las comprobaciones públicas de este laboratorio: `check(item)`, `hint(item)`, `progress()` y
    `ready(name)` en un cuaderno, `python checks.py` en una terminal.

Cada comprobación prueba tu código con ejemplos pequeños cuyas respuestas están guardadas. Está
para ayudarte: superarla no es una nota, porque quedan las pruebas ocultas. Este archivo solo
necesita PyTorch. Puedes leerlo; no contiene soluciones.
"""

import ast
import contextlib
import dis
import gzip
import html
import inspect
import io
import json
import linecache
import math
import os
import re
import socket
import struct
import sys
import textwrap
import traceback
import unicodedata
import warnings
import zlib
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader, TensorDataset

# notebook: {item: points}; the build writes this table from the course's configuration
NOTEBOOKS = {
    "01_cnn_layers": {
        "conv_output_size": 2,
        "conv2d": 6,
        "max_pool2d": 4,
        "relu": 2,
        "CNN": 8,
        "count_parameters": 2,
    },
    "02_training_loop": {
        "make_loaders": 6,
        "train_one_epoch": 10,
        "evaluate": 8,
        "fit": 6,
        "trained_accuracy": 6,
    },
    "03_softmax_metrics": {
        "softmax": 5,
        "log_softmax": 4,
        "cross_entropy": 5,
        "predict": 4,
        "accuracy": 2,
        "confusion_matrix": 4,
        "precision_recall_f1": 6,
        "roc_curve": 6,
        "auc": 4,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['conv2d', 'max_pool2d', 'relu', 'softmax', 'log_softmax', 'cross_entropy', 'accuracy', 'confusion_matrix', 'precision_recall_f1', 'roc_curve', 'auc'],
    "operators": 'conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|trapezoid|trapz|attention|(^|(?<!leaky)_)relu_?$',
    "functions": '_?(convolve\\w*|correlate\\w*|relu_?|(log_)?softmax\\w*|nll_loss\\w*|cross_entropy\\w*|trapz|(cumulative_)?trapezoid)',
    "packages": ['sklearn', 'torchmetrics', 'scipy.signal', 'scipy.ndimage', 'scipy.integrate', 'torch.distributions'],
}
# Errors, patterns of their messages and what to try: the build writes the grader's own table here.
EXPLANATIONS = (
    ('RuntimeError', 'Boolean value of Tensor', 'La función `{name}` de Python compara números sueltos, no tensores. Para trabajar elemento a elemento están `torch.clamp` y `torch.maximum`; para hallar el mayor de un tensor, su propio `x.max()` o `x.amax(dim=…)`.', '(?<![\\w.])(?P<name>max|min)\\('),
    ('TypeError|AttributeError', "'?NoneType'?", '`bias` es None cuando no se da ninguno, y aun así esta línea lo usa. Súmalo solo `if bias is not None`.', '^(?!.*\\bbias is\\b).*(\\bbias(\\[|\\.)|[-+*]=?\\s*bias\\b|\\bbias\\s*[-+*]|\\b(float|len|int)\\(bias\\))'),
    ('ZeroDivisionError', '', 'En esta línea `stride` vale 0, y nadie pide eso: ¿están los parámetros en el orden del enunciado, `stride` antes que `padding`?', '(//|/|%)\\s*stride\\b'),
    ('IndexError', 'out of bounds for dimension 0', '`[{name}]` por sí solo elige filas enteras, y solo hay tantas como imágenes. De cada fila quieres un único valor: `[torch.arange(len({name})), {name}]`, o bien `gather`.', '\\[(?P<name>targets|labels|target|y)\\]'),
    ('SyntaxError', "expected ':'", 'Una línea que empieza por `def`, `class`, `if`, `for`, `while` o `with` termina en dos puntos.'),
    ('SyntaxError', 'was never closed|unmatched|does not match', 'Hay un paréntesis que se abre y no se cierra, o al revés.'),
    ('SyntaxError', "Maybe you meant '=='", 'Una comparación lleva dos signos de igual: `==`.'),
    ('SyntaxError', '', 'Python no entiende esa línea; a menudo el error está al final de la línea anterior.'),
    ('IndentationError|TabError', '', 'Las líneas de un mismo bloque empiezan en la misma columna: cuatro espacios por nivel, sin tabuladores.'),
    ('NotImplementedError', '^$', 'La línea `raise NotImplementedError()` sigue en el código que se ejecuta. Bórrala.'),
    ('NotImplementedError', 'missing the required \\"forward\\"', 'Tu clase no tiene `forward`: comprueba que esté bien escrito y sangrado como método.'),
    ('NotImplementedError', "(log_softmax|nll).*not implemented for '(Long|Int|Bool)'", 'La función de pérdida recibió números enteros como puntuaciones: ¿están intercambiados sus argumentos? Primero las salidas, luego los objetivos.'),
    ('NotImplementedError', "not implemented for '(Long|Int|Bool)'", 'Esto solo funciona con números de coma flotante y recibió enteros: conviértelos con `.float()`.'),
    ('RuntimeError|NotImplementedError', 'could not infer output dtype|Input dtype must be either a floating point', 'Se pide la media de números enteros o de True y False. Pásalos antes a coma flotante: `.float().mean()`.'),
    ('NameError', "name '(?P<name>xrange|raw_input|unicode|reduce)' is not defined", '`{name}` es de Python 2. En Python 3, `range` cuenta, `input` pregunta, `str` es texto y para sumar no hace falta `reduce`.'),
    ('NameError', "name '(?P<name>\\w+)' is not defined", 'Aquí no se conoce `{name}`. Defínelo en este cuaderno, más arriba y en una celda propia, o corrige cómo está escrito; ejecuta Kernel > Restart and Run All para ver lo mismo que al calificar.'),
    ('UnboundLocalError', "variable '(?P<name>\\w+)'", '`{name}` se usa antes de recibir un valor en este recorrido de la función.'),
    ('ModuleNotFoundError', "No module named '(?P<name>[\\w.]+)'", 'El paquete `{name}` no está instalado donde se califican los cuadernos. Resuélvelo sin él: tienes torch, NumPy y matplotlib.'),
    ('TypeError', 'takes (?P<n>\\d+) positional argument', 'La función recibe otros argumentos que los que pide la tarea. Mantén la firma del esqueleto, incluidos los valores por defecto.'),
    ('TypeError', 'missing \\d+ required positional argument', 'Una llamada omite un argumento que la función necesita, o los pasa en otro orden. Compara la llamada con la firma, y mantén el orden y los valores por defecto del esqueleto.'),
    ('TypeError', "unexpected keyword argument '(?P<name>\\w+)'", 'El argumento `{name}` no está en tu firma. Mantén los nombres del esqueleto.'),
    ('TypeError', "unsupported operand type\\(s\\) for (?P<a>//|/|\\+|-|\\*|%): .*'NoneType'", 'Un lado de `{a}` es None. ¿Hay un argumento que es None por defecto, o le falta el `return` a una función que llamas? Trata ese caso primero.'),
    ('TypeError', "unsupported operand type.*'(builtin_function_or_method|method)'", 'Faltan los `()` detrás de un nombre, como en `p.numel()`.'),
    ('TypeError', "(?P<a>floor|ceil|round|exp|log|sqrt)\\(\\): argument 'input'.* must be Tensor, not (float|int)", '`torch.{a}` recibe un tensor, y esto es un simple número: usa `math.{a}`, o `//` para dividir redondeando hacia abajo.'),
    ('AttributeError', "'(float|int)' object has no attribute 'backward'", 'En ese punto la pérdida ya es un simple número. Llama a `backward()` sobre el tensor, y a `.item()` después.'),
    ('RuntimeError', 'Expected 3D \\(unbatched\\) or 4D \\(batched\\) input to conv2d', 'Una convolución recibe algo que no es un lote de imágenes. Pásale las imágenes como llegan, (N, 1, 28, 28): sin aplanar y sin añadir ni quitar ejes.'),
    ('TypeError', "'(builtin_function_or_method|method|function|type)' object (is not iterable|is not subscriptable|does not support the context manager)", 'Faltan los `()` detrás de un nombre, como en `model.parameters()` o `torch.no_grad()`.'),
    ('AttributeError', "'(builtin_function_or_method|method|function|type)' object has no attribute '__enter__'|__enter__", 'Faltan los `()` detrás de un nombre, como en `with torch.no_grad():`.'),
    ('TypeError', "(?P<a>maximum|minimum|max|min)\\(\\): argument '(other|input)'.* must be Tensor, not (int|float)", '`torch.{a}` compara dos tensores, y uno de los lados es un simple número. Usa `x.clamp(min=…)`, o conviértelo en tensor: `torch.zeros_like(x)`.'),
    ('AttributeError|TypeError', "torch\\.return_types|'(max|min)' object", '`max(dim=…)` devuelve dos cosas, valores y posiciones. Toma `.values`, o usa `amax`.'),
    ('TypeError', 'must be Tensor, not (?P<a>ReLU|MaxPool2d|Conv2d|Linear|Softmax|Flatten|Dropout)|got \\((?P<b>ReLU|MaxPool2d|Conv2d|Linear)', 'La primera llamada a una capa como `nn.ReLU(x)` la *crea*, no la aplica. Créala en `__init__` y llámala en `forward`, o usa la función (`F.relu`, `F.max_pool2d`).'),
    ('TypeError', "'NoneType' object", 'Aquí hay algo que es None. ¿Le falta el `return` a una función que llamas, o hay un argumento que es None por defecto?'),
    ('TypeError', 'cannot unpack non-iterable (?P<a>\\S+)', 'Se reparte un {a} entre varios nombres: la función de la derecha devuelve una sola cosa (o le falta el `return`).'),
    ('TypeError', "iteration over a 0-d tensor|'(int|float)' object is not iterable", 'El bucle recorre un único valor. Recorre `range(...)` o una secuencia.'),
    ('TypeError', 'only integer tensors|cannot be interpreted as an integer|must be tuple of ints', 'Un tamaño o un índice tiene que ser un número entero: usa `//`, o `int(...)`.'),
    ('TypeError', 'unsupported operand', 'Se combinan dos cosas de tipos distintos. Imprime `type(...)` de ambas.'),
    ('TypeError', 'not callable', 'Llamas a algo que no es una función. ¿Usaste su nombre para una variable, o hay dos argumentos en otro orden que el del enunciado?'),
    ('AttributeError', "'NoneType' object has no attribute '(?P<name>\\w+)'", 'Hay algo que es None delante de `.{name}`. Un argumento que es None por defecto necesita un caso aparte (`if bias is not None`); un método como `append` devuelve None, así que no asignes lo que devuelve; y a una función puede faltarle el `return`.'),
    ('AttributeError', "'(int|float|list|tuple)' object has no attribute 'to'", 'Eso no es un tensor, así que no tiene `.to`. Con `enumerate`, el bucle da un número y el lote: `for i, (x, y) in enumerate(loader)`.'),
    ('AttributeError', "cannot assign (module|parameter)s? before Module|has no attribute '_(backward_hooks|modules|parameters|buffers|forward_hooks)'", 'Llama primero a `super().__init__()` en tu `__init__`, con sus paréntesis: eso convierte la clase en un módulo.'),
    ('AttributeError', "'bool' object has no attribute '(?P<name>\\w+)'", 'La comparación delante de `.{name}` dio un único True o False, así que uno de sus lados no es un tensor. `max(dim=…)` da un par: toma su `.indices`, o usa `argmax`.'),
    ('AttributeError', "'CNN' object has no attribute '(?P<name>\\w+)'", '`self.{name}` nunca recibió un valor. ¿Se lo das en `__init__`, con `self.` delante, y tiene `__init__` dos guiones bajos a cada lado?'),
    ('AttributeError', "module 'numpy' has no attribute 'trapz'", '`np.trapz` no está disponible, y tampoco contaría: el área se calcula desde cero, trapecio a trapecio.'),
    ('AttributeError', "has no attribute '(?P<name>\\w+)'", 'Este objeto no tiene `.{name}`. Imprime su `type(...)` y busca el nombre correcto.'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\(1x(?P<a>\\d+) and (?P<b>\\d+)x', 'La capa lineal recibió una sola fila, de {a} valores, y espera filas de {b}. Si entraron varias imágenes, se ha aplanado también el lote: conserva su eje, `x.flatten(1)`. Si era una sola imagen, cuenta las características justo antes de la capa.'),
    ('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied \\((?P<a>\\S+) and (?P<b>\\S+)\\)', 'La capa lineal recibió {a} y sus pesos son {b}: los tamaños interiores deben coincidir. Imprime la forma justo antes de la capa y cuenta las características.'),
    ('RuntimeError', 'size for first two dimensions of batch2|batch1 and batch2|inconsistent tensor size|size mismatch', 'Las dos matrices de un producto no encajan: los tamaños interiores deben coincidir. Imprime las dos formas; ¿usas un lado en lugar del otro (la altura en vez de la anchura, por ejemplo)?'),
    ('RuntimeError', 'expanded size of the tensor \\((?P<a>\\d+)\\) must match the existing size \\((?P<b>\\d+)\\)', 'Se escriben {b} valores donde caben {a}. Imprime las formas de los dos lados de la asignación.'),
    ('RuntimeError', 'shape mismatch|could not be broadcast|output with shape', 'Se combinan dos formas que no encajan. Imprime ambas; ¿ayuda `keepdim=True`, un `reshape` o `.view(1, -1, 1, 1)`?'),
    ('RuntimeError', 'same number of dimensions as (input|self)', '`gather` pide un índice con tantas dimensiones como el tensor: `logits.gather(1, targets[:, None])`.'),
    ('ValueError|RuntimeError', 'Sum of input lengths', 'Los dos tamaños no suman el del conjunto de datos. Calcula uno, y obtén el otro restándolo de `len(dataset)`.'),
    ('RuntimeError', 'einsum', 'Las letras de `einsum` no encajan con los tensores: escribe la forma de cada tensor debajo de sus letras.'),
    ('RuntimeError', "can't be cast to the desired output type|result type", 'Se escribe un resultado de coma flotante sobre números enteros. Crea el tensor que lo recibe con un tipo de dato de coma flotante.'),
    ('RuntimeError', 'Boolean value of Tensor', 'Un `if` o un `and` recibe un tensor con varios valores. Si se dio o no un argumento lo dice `is not None`; por los valores pregunta con `torch.where`, `.any()` o `.all()`.'),
    ('RuntimeError', '[Ii]nference tensors', 'Un tensor creado bajo `inference_mode` se usa para entrenar. Usa ahí `no_grad`.'),
    ('RuntimeError', 'stack expects each tensor|Sizes of tensors must match', 'Los tensores que se quieren unir tienen formas distintas. Imprímelas.'),
    ('RuntimeError', 'modified by an inplace operation', 'Se modifica in situ un tensor que autograd todavía necesita. Usa `x = x + …`, no `x += …`.'),
    ('RuntimeError', 'element 0 of tensors|does not require grad', '`backward()` no encontró nada que derivar: ¿hay algo separado del grafo, dentro de `no_grad` o convertido en número demasiado pronto? (Y en una evaluación no va ningún `backward`.)'),
    ('RuntimeError', 'expected scalar type Long|Expected floating|[Tt]arget', 'Las etiquetas deben ser números enteros (int64) de forma (N,), y las puntuaciones, números de coma flotante de forma (N, clases). Imprime los tipos de dato y las formas de ambas.'),
    ('RuntimeError', 'expected input.*? to have (?P<a>\\d+) channels, but got (?P<b>\\d+) channels', 'Una convolución está hecha para {a} canales y recibió {b}. Los canales de entrada de cada capa son los de salida de la anterior.'),
    ('RuntimeError', 'size of tensor a \\((?P<a>\\d+)\\) must match the size of tensor b \\((?P<b>\\d+)\\)', 'Se combinan a lo largo de una dimensión dos tensores de tamaños {a} y {b}. Imprime las dos formas; ¿ayuda `keepdim=True` o un `reshape`?'),
    ('RuntimeError', "shape '(?P<a>.+)' is invalid for input of size (?P<b>\\d+)", '{b} valores no se pueden disponer como {a}. Imprime la forma antes del `view` o el `reshape`; conserva el lote como primera dimensión.'),
    ('RuntimeError', 'view size is not compatible', '`view` necesita memoria contigua; usa `reshape` en su lugar.'),
    ('RuntimeError', 'backward through the graph a second time', 'El grafo de un paso hacia delante anterior sigue en uso: para cada lote o paso, haz uno nuevo, calcula una pérdida o puntuación nueva y suma `loss.item()`, no `loss`.'),
    ('RuntimeError', 'leaf Variable that requires grad|leaf variable that requires grad', 'Un tensor cuyo gradiente se pide, un parámetro o una entrada, se modifica in situ mientras autograd observa. Crea uno nuevo, `y = x * 2` y no `x *= 2`; solo un optimizador cambia los parámetros, dentro de `torch.no_grad()`.'),
    ('RuntimeError', "can't be called on|Can't call numpy\\(\\)", 'Llama a `.detach()` antes que a `.numpy()`.'),
    ('RuntimeError', '[Ee]xpected scalar type|must have the same dtype|expected m1 and m2', 'Se mezclan dos tipos de dato: float32 y float64, por ejemplo, o números con decimales y enteros, como los índices. Conserva el de la entrada: `torch.zeros(..., dtype=x.dtype)`.'),
    ('RuntimeError|ValueError', 'expected a non-empty list', 'La lista que quieres unir está vacía: no se metió nada en ella. ¿Se ejecuta el bucle también cuando hay menos muestras de las que caben en un lote?'),
    ('RuntimeError', 'same device|device type|is not on the expected device', 'Hay tensores en dispositivos distintos. Mueve cada lote con `.to(device)`.'),
    ('RuntimeError', '[Nn]o NVIDIA driver|CUDA|cuda', 'Donde se califican los cuadernos no hay GPU. Usa el `device` que recibe la función, y nunca `.cuda()`.'),
    ('AssertionError', 'not compiled with CUDA|CUDA', 'Donde se califican los cuadernos no hay GPU. Usa el `device` que recibe la función.'),
    ('IndexError', 'invalid index of a 0-dim tensor', 'Un tensor que es un solo número no tiene posiciones que indexar: `loss.item()` saca el número (`loss.data[0]` es de una versión antigua de PyTorch).'),
    ('RuntimeError|ValueError', 'a Tensor with (?P<n>\\d+) elements cannot be converted to Scalar', '`.item()` saca un número de un tensor, y este tiene {n}. Súmalos antes (`.sum()`), o haz su media (`.float().mean()`).'),
    ('ValueError', 'sampler option is mutually exclusive with shuffle', 'Un sampler ya decide el orden: quita `shuffle` si pasas uno, o quita el sampler.'),
    ('IndexError', 'Dimension out of range', 'El tensor tiene menos dimensiones que el `dim` que indicas. Imprime su forma.'),
    ('IndexError', 'too many indices', 'Indexas más dimensiones de las que tiene el tensor. Imprime su forma; quizá un eje desapareció al sumar.'),
    ('IndexError', 'shape mismatch|could not be broadcast', 'Los tensores de índices tienen longitudes que no encajan: empareja la fila i con la etiqueta i.'),
    ('IndexError', '[Tt]arget \\d+ is out of bounds', 'Hay una etiqueta sin puntuación: la red da menos puntuaciones que clases hay. La última capa tiene diez salidas, y las clases están en `dim=1`.'),
    ('IndexError', 'out of (bounds|range)', 'Un índice se sale por el final. Imprime la forma de lo que indexas (¿lleva relleno?) junto a los límites del bucle, y comprueba que cada índice corresponda a su eje.'),
    ('ValueError', 'not enough values to unpack|too many values to unpack', 'En el lado izquierdo no hay tantos nombres como valores.'),
    ('ValueError', 'only one element tensors|can only convert', '`.item()` y `float()` necesitan un tensor con un solo valor.'),
    ('ValueError', 'batch_size .* to match target|input batch_size', 'Las puntuaciones y las etiquetas tienen un número distinto de muestras: ¿se perdió el eje del lote en un `reshape` o un `flatten`?'),
    ('ValueError', 'more than 1 value per channel', 'En modo de entrenamiento, la normalización por lotes necesita más de una muestra: para evaluar, pasa al modo de evaluación.'),
    ('ZeroDivisionError', '', 'Divides entre un recuento que puede ser cero. Trata ese caso primero.'),
    ('RecursionError', '', 'La función se llama a sí misma sin fin.'),
    ('MemoryError', '', 'El código pide más memoria de la que puede usar una entrega. ¿Se acumulan tensores en un bucle?'),
    ('KeyError', '(?P<name>.+)', 'La clave {name} no está en el diccionario.'),
    ('StopIteration', '', 'Se llamó a `next()` sobre un iterador al que no le queda nada.'),
)

# Each item fills in what it has.
EXAMPLES = {}  # functions that try its code and raise Wrong
HINTS = {}  # three: a nudge, the idea, almost the answer
NEEDS = {}  # the names that it calls, where its own is not the one
PASSED_WORDS = {}  # what is said when its examples work, in place of the common words
MORE_WORDS = {}  # errors, patterns and what to try, beyond the common ones
_LARGE = {}  # how its larger inputs are made, for who wants to make a call again

PASSED, WRONG, UNTRIED, FORBIDDEN = "superado", "aún no", "sin intentar", "no permitido"
CALLED, CAME_BACK, EXPECTED = "llamada", "obtenido", "esperado"
FAILED, PLACE, AGAIN, TRY, STUCK = "error", "en", "repetir", "prueba", "¿ayuda?"
MARKS = {PASSED: "✓", WRONG: "✗", UNTRIED: "○", FORBIDDEN: "✗"}
COLOURS = {PASSED: "46, 125, 50", WRONG: "198, 70, 30", UNTRIED: "110, 120, 130", FORBIDDEN: "198, 70, 30"}


class Wrong(Exception):
    """Una respuesta incorrecta: qué se llamó, qué se obtuvo, qué se esperaba y lo único que conviene
        probar."""

    def __init__(self, call, got, expected, advice):
        super().__init__(advice)
        self.call, self.got, self.expected, self.advice = call, got, expected, advice


class Outcome:
    """Lo que averiguó una comprobación."""

    def __init__(self, item, status, title, parts=(), advice=""):
        self.item, self.status, self.title, self.parts, self.advice = item, status, title, list(parts), advice

    def text(self):
        lines = [f"{MARKS[self.status]} {self.item}: {self.title}"]
        for name, value in self.parts:
            first, *rest = value.splitlines() or [""]
            lines += [f"  {_padded(name + ':', 11)}{first}"] + [" " * 13 + line for line in rest]
        lines += [f"  {_padded(TRY + ':', 11)}{self.advice}"] if self.advice else []
        stuck = self.status in (WRONG, FORBIDDEN)
        return "\n".join(lines + ([f'  {_padded(STUCK, 11)}hint("{self.item}")'] if stuck else []))

    def html(self):
        rows = "".join(
            f'<div style="display:flex;margin-top:.35em"><span style="flex:0 0 6.5em;opacity:.75">{name}</span>'
            f'<code style="min-width:0;white-space:pre-wrap;background:transparent;color:inherit;padding:0">{html.escape(value)}</code></div>'
            for name, value in self.parts
        )
        advice = f'<div style="margin-top:.5em"><b>→</b> {_rich(self.advice)}</div>' if self.advice else ""
        title = f"<b>{MARKS[self.status]} {html.escape(self.item)}</b>: {_rich(self.title)}"
        stuck = _rich(f"¿No avanzas? `hint(\"{self.item}\")`")
        stuck = f'<div style="opacity:.75">{stuck}</div>' if self.status in (WRONG, FORBIDDEN) else ""
        return _box(f"{title}{rows}{advice}{stuck}", COLOURS[self.status])


def _padded(text, columns):
    """Return a text with spaces behind it, so many columns wide; a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return text + " " * max(1, columns - len(text) - wide)


# ---------------------------------------------------------------------------------------------------- what students call

_OF_IMAGES = re.compile(r"(train|test)_(set|images|labels)")


def check(item):
    """Prueba un ejercicio con ejemplos pequeños y dice qué se obtuvo. Nunca lanza un error por una
    respuesta incorrecta."""
    outcome = outcome_of(item, _namespace())
    _show(outcome.text(), outcome.html())


def hint(item, step=None):
    """Da la siguiente de las tres pistas de un ejercicio, o la de número `step`."""
    hints = HINTS.get(item)
    if hints is None:
        known = ", ".join(HINTS)
        return _show(
            f"Hay pistas para: {known}.",
            _box(f"Hay pistas para: {html.escape(known)}.", COLOURS[UNTRIED]),
        )
    if step is None:
        step = _given[item] = min(_given.get(item, 0) + 1, len(hints))
    step = max(1, min(int(step), len(hints)))
    more = (
        f"Otro hint(\"{item}\") dice más."
        if step < len(hints)
        else "Esa era la última. Ahora pregunta a alguien, y lleva lo que hayas probado."
    )
    title = f"{item}, pista {step} de {len(hints)}"
    body = (
        f"<b>{title}</b><div>{_rich(hints[step - 1])}</div><div style='opacity:.75'>{html.escape(more)}</div>"
    )
    _show(f"{title}: {hints[step - 1]}\n  {more}", _box(body, COLOURS[UNTRIED]))


def progress():
    """Muestra lo que está hecho, lo que falta y los puntos al alcance."""
    names = _namespace()
    _show(*_progress({name: outcomes_of(name, names) for name in _notebooks_in(names)}))


def ready(*wanted):
    """Dice si está todo lo nombrado, funciones escritas e imágenes cargadas; si falta algo, imprime
    una línea."""
    names = _namespace()
    for name in wanted:
        if said := _lacking(name, names):
            _show(said, _box(_rich(said), COLOURS[UNTRIED]))
            return False
    return True


def _lacking(name, names):
    """Say what to do before a name can be used; "" where it can be."""
    thing = names.get(name)
    if thing is None and (name in names or _OF_IMAGES.fullmatch(name)):
        return f"`{name}` no está: no se encontraron imágenes. La celda de datos, cerca del principio, dice qué hacer; después ejecuta de nuevo esta celda."
    if thing is None:
        return f"`{name}` aún no está definido. Ejecuta la celda de arriba que lo define, desde su primera línea; después ejecuta de nuevo esta celda."
    if _still_raises(thing):
        return f"`{name}` aún no está escrito. Escríbelo en su celda, más arriba; después ejecuta de nuevo esta celda."
    return ""


def outcome_of(item, names):
    """Devuelve el resultado de un ejercicio cuyo código está en el diccionario `names`."""
    if item not in EXAMPLES:
        return Outcome(
            str(item), UNTRIED, "no hay ningún ejercicio con ese nombre. Hay estos: "
                                f"{', '.join(EXAMPLES)}."
        )
    needed = NEEDS.get(item, (item,))
    missing = [name for name in needed if not callable(names.get(name))]
    if missing:
        named = " y ".join(missing)
        title = (
            f"{named} aún no está definido; ejecuta antes la celda que define {named}, desde su primera línea."
        )
        return Outcome(item, UNTRIED, title)
    _notes.clear()
    library = _LibraryCalls(item, names)
    try:
        with _undisturbed(), library:
            for example in EXAMPLES[item]:
                example(*(names[name] for name in needed))
    except Wrong as wrong:
        parts = [
            (CALLED, wrong.call),
            (CAME_BACK, _brief(wrong.got)),
            (EXPECTED, _brief(wrong.expected)),
        ]
        parts += [(AGAIN, again)] if (again := getattr(wrong, "call_again", "")) else []
        return Outcome(
            item,
            WRONG,
            "aún no",
            parts,
            _begin_with(item, names) or _ends_early(needed, names) or wrong.advice,
        )
    except Exception as error:
        outcome = _raised(item, needed, names, error)
        if outcome.parts:
            outcome.advice = _begin_with(item, names) or outcome.advice
        return outcome
    if library.seen:
        calls = " y ".join(f"`{call}`" for call in list(library.seen)[:2])
        title = f"los números son correctos, pero no está permitido: {calls}. Así no da puntos."
        advice = f"`{item}` se escribe desde cero: constrúyelo con las operaciones que permite la tarea."
        return Outcome(item, FORBIDDEN, title, advice=advice)
    words = PASSED_WORDS.get(
        item, "los ejemplos pequeños funcionan. Quedan las pruebas ocultas: otros números, "
              "tamaños y casos límite."
    )
    return Outcome(item, PASSED, " ".join([words, *_notes[:1]]))


_asked = []  # the items whose outcome is being found


def _begin_with(item, names):
    """Say which other item this one calls whose own check does not pass either; "" where there is none."""
    _asked.append(item)
    try:
        for other in (
            each for each in EXAMPLES if each in _globals_of(names.get(item)) and each not in _asked
        ):
            if other not in NEEDS and outcome_of(other, names).status == WRONG:
                return f"`{item}` llama a `{other}`, que todavía no supera su propia comprobación. Empieza por ahí."
    finally:
        _asked.pop()
    return ""


def outcomes_of(notebook, names):
    with contextlib.redirect_stdout(io.StringIO()):  # what an item prints is for its own check
        return [outcome_of(item, names) for item in NOTEBOOKS[notebook]]


# -------------------------------------------------------------------------------------------------------- showing things

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    try:
        from tqdm.auto import tqdm
    except ImportError:

        def tqdm(iterable, **_):
            """Go through something without a progress bar."""
            return iterable


_given = {}
_notes = []


def show(alt):
    """Muestra la última figura dibujada sobre fondo blanco, con un texto para quienes no pueden verla."""
    import matplotlib.pyplot as plt

    file = io.BytesIO()
    plt.savefig(file, dpi=100, bbox_inches="tight", facecolor="white")
    plt.close()
    if _in_notebook():
        from IPython.display import Image, display

        display(Image(file.getvalue(), alt=alt))
    else:
        print(alt)


class WithBar:
    """Un cargador que muestra cuánto ha avanzado cada época."""

    def __init__(self, loader):
        self.loader, self.dataset, self.epoch = loader, loader.dataset, 0

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        self.epoch += 1
        return iter(tqdm(self.loader, desc=f"época {self.epoch}", leave=False))


def _in_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def _show(text, page):
    if _in_notebook():
        from IPython.display import display

        display({"text/html": page, "text/plain": text}, raw=True)
    else:
        print(text)


def _box(body, colour):
    """A box that keeps the theme's own text colour, so it reads well in the light and in the dark."""
    return (
        f'<div style="border-left:4px solid rgb({colour});background:rgba({colour},.09);color:inherit;'
        f'padding:.55em .9em;margin:.3em 0;line-height:1.5;max-width:60em">{body}</div>'
    )


def _rich(text):
    """Escape a message, and set what stands between backticks as code."""
    pieces = html.escape(text).split("`")
    return "".join(
        f"<code style='background:transparent;color:inherit'>{p}</code>" if i % 2 else p
        for i, p in enumerate(pieces)
    )


def _brief(value):
    """Write a value in a few lines."""
    if isinstance(value, Words):
        return str(value)
    if isinstance(value, torch.Tensor):
        shape = f"tensor de forma {tuple(value.shape)}, {str(value.dtype).replace('torch.', '')}"
        if value.numel() > 24:
            return shape
        numbers = [round(v, 4) if isinstance(v, float) else v for v in value.detach().flatten().tolist()]
        return f"{_nested(numbers, list(value.shape))}\n({shape})"
    if isinstance(value, tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return "\n".join(_brief(v).replace("\n", "  ") for v in value)
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, float) for v in value):
        return "[" + ", ".join(f"{v:.5g}" for v in value) + "]"
    text = repr(value)
    return text if len(text) <= 300 else text[:297] + "..."


def _nested(numbers, shape, indent=" "):
    if not shape:
        return f"{numbers[0]:g}" if isinstance(numbers[0], float) else str(numbers[0])
    if len(shape) == 1:
        return "[" + ", ".join(f"{n:g}" if isinstance(n, float) else str(n) for n in numbers) + "]"
    step = len(numbers) // max(shape[0], 1)
    rows = [_nested(numbers[i * step : (i + 1) * step], shape[1:], indent + " ") for i in range(shape[0])]
    return "[" + (",\n" + indent).join(rows) + "]"


def _progress(groups):
    """Return a table of outcomes by notebook, as text and as HTML."""
    lines, rows, done, total = [], [], 0.0, 0.0
    for notebook, outcomes in groups.items():
        lines.append(notebook)
        rows.append(f"<div style='margin-top:.4em'><b>{html.escape(notebook)}</b></div>")
        for outcome in outcomes:
            points = NOTEBOOKS[notebook][outcome.item]
            done += points if outcome.status == PASSED else 0
            total += points
            lines.append(
                f"  {MARKS[outcome.status]} {outcome.item:<22}{_padded(outcome.status, 15)}{points:>3g} puntos"
            )
            rows.append(
                f"<div><span style='display:inline-block;width:1.5em;color:rgb({COLOURS[outcome.status]})'>{MARKS[outcome.status]}</span><code style='display:inline-block;width:14em;background:transparent;color:inherit'>{html.escape(outcome.item)}</code><span style='display:inline-block;width:9em'>{outcome.status}</span>{points:g} "
                "puntos</div>"
            )
    whole = sum(sum(items.values()) for items in NOTEBOOKS.values())
    if total < whole:
        last = f"{done:g} de {total:g} puntos al alcance aquí ({whole:g} en todo el laboratorio). Al alcance, no en la mano: deciden las pruebas ocultas."
    else:
        last = f"{done:g} de {total:g} puntos al alcance. Al alcance, no en la mano: deciden las pruebas ocultas."
    lines.append(last)
    rows.append(f"<div style='margin-top:.5em'>{html.escape(last)}</div>")
    text, page = "\n".join(lines), _box("".join(rows), COLOURS[PASSED if done == total else UNTRIED])
    if BY_HAND:
        named = ", ".join(f"{item} ({points:g} puntos)" for item, points in BY_HAND.items())
        said = (
            f"Una persona lee y califica: {named}. Cuentan aparte, y ninguna comprobación puede decir lo buenas que son."
        )
        text, page = f"{text}\n{said}", page + _box(html.escape(said), COLOURS[UNTRIED])
    return text, page


# ------------------------------------------------------------------------------------------------------------ the images

_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_PATIENCE = 20  # seconds without an answer, then there is no network


class _Torn(Exception):
    """A file that is not what its name says."""


def load_images(which="mnist"):
    """Devuelve las imágenes para aprender y las de prueba; si no hay, dice qué hacer y devuelve None
    dos veces.

    Argumentos:
        which: "mnist" para los cuatro archivos de MNIST, sin comprimir o en .gz, de la carpeta
            que indica la variable de entorno MNIST_ROOT o, si no, de `data` aquí o en una
            carpeta superior. Pueden estar ahí o en su subcarpeta MNIST/raw. Si no están y
            torchvision está instalado, los descarga (12 MB). "digits" para los 1,797 dígitos
            pequeños de scikit-learn.

    Devuelve:
        (training, test): dos conjuntos de datos. `training.tensors` tiene uno (N, 1, 28, 28)
        con todas las imágenes, de valores entre 0 (papel) y 1 (tinta), y otro (N,) con las
        etiquetas; cada elemento es un par (imagen, etiqueta).
    """
    if which == "digits":
        return _small_digits()
    if which != "mnist":
        raise ValueError(f"Hay \"mnist\" y \"digits\", pero no {which!r}.")
    named = os.environ.get("MNIST_ROOT")
    roots = [Path(named).expanduser()] if named else [Path("../" * up + "data") for up in range(4)]
    try:
        files = _found(roots)
        why = "" if files else _downloaded(roots[0])
        files = files or _found(roots[:1])
        if files:
            images, labels, test_images, test_labels = (_read(path) for path in files)
            return _pairs(images, labels), _pairs(test_images, test_labels)
        why = why or "Aquí no hay imágenes."
    except (_Torn, OSError) as error:
        why = f"No se pueden leer las imágenes: {error}."
    wanted = ", ".join(f"`{name}`" for name in _FILES)
    _say(
        f"{why} Pon los cuatro archivos de MNIST ({wanted}; sin comprimir o en .gz) en "
        f"`{roots[0].resolve()}`, o indica su carpeta en la variable de entorno `MNIST_ROOT`; "
        "después ejecuta de nuevo esta celda.",
        "O escribe `load_images(\"digits\")` en esta celda: son dígitos pequeños, de scikit-learn. Las comprobaciones y las pistas no necesitan imágenes.",
    )
    return None, None


def _found(roots):
    """Return the four files' paths in the first folder that has them all."""
    for folder in (each for root in roots for each in (root, root / "MNIST" / "raw")):
        paths = [
            [folder / f"{name}{end}" for name in (n, n.replace("-idx", ".idx")) for end in ("", ".gz")]
            for n in _FILES
        ]
        there = [next((path for path in names if path.is_file()), None) for names in paths]
        if all(there):
            return there
    return []


def _downloaded(root):
    """Let torchvision download the files; return "" where it did, and otherwise why not."""
    try:
        from torchvision import datasets
    except ImportError:
        return "Aquí no hay imágenes, y sin torchvision no se puede descargar ninguna."
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it says more than helps
            datasets.MNIST(root=str(root), train=True, download=True)
    except Exception:  # whatever it is, the student's way on is the same
        return "Aquí no hay imágenes, y no se pudieron descargar."
    finally:
        socket.setdefaulttimeout(before)
    return ""


def _read(path):
    """Return the bytes of an IDX file as a tensor of its shape."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise _Torn(f"{path} está incompleto") from None
    dimensions = 3 if "images" in path.name else 1
    start = 4 + 4 * dimensions
    if len(content) <= start or content[:4] != bytes([0, 0, 8, dimensions]):
        raise _Torn(f"{path} no es el archivo de MNIST que lleva ese nombre")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise _Torn(f"{path} está incompleto")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=start).reshape(shape)


def _pairs(images, labels):
    if len(images) != len(labels):
        raise _Torn(
            f"hay {len(images):,} imágenes y {len(labels):,} etiquetas, que no se corresponden"
        )
    return TensorDataset(images.float().div_(255).unsqueeze(1), labels.long())


def _small_digits():
    """Return scikit-learn's 8×8 digits, made 28×28; every fifth is for the test."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        _say("Los dígitos vienen con scikit-learn, que no está instalado: `pip install scikit-learn`.")
        return None, None
    bunch = load_digits()
    small = torch.from_numpy(bunch.images).float().unsqueeze(1)  # (1797, 1, 8, 8), values from 0 to 16
    images = functional.interpolate(small, size=(28, 28), mode="bilinear", align_corners=False)
    images = images.mul(255 / 16).round().clamp(0, 255).byte().squeeze(1)
    labels, test = torch.from_numpy(bunch.target), torch.arange(len(images)) % 5 == 0
    return _pairs(images[~test], labels[~test]), _pairs(images[test], labels[test])


def _say(*lines):
    _show("\n".join(lines), _box("".join(f"<div>{_rich(line)}</div>" for line in lines), COLOURS[UNTRIED]))


# ---------------------------------------------------------------------------------------------- finding and running code


def _namespace():
    """Return the names of the notebook: those of the cell that called, then IPython's, then the main program's."""
    frame = sys._getframe(2)
    names = dict(vars(sys.modules["__main__"]))
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    names.update(shell.user_ns if shell is not None else {})
    names.update(frame.f_globals)
    names.update(frame.f_locals)
    return names


def _notebooks_in(names):
    """Return the notebooks that the names come from (what is pasted in for another's item does not make a notebook)."""
    pasted = {
        name
        for items in NOTEBOOKS.values()
        for item in items
        for name in NEEDS.get(item, ())
        if name not in items
    }
    found = [
        n for n, items in NOTEBOOKS.items() if any(callable(names.get(i)) for i in items if i not in pasted)
    ]
    return found or list(NOTEBOOKS)


@contextlib.contextmanager
def _undisturbed():
    """Keep the random numbers and the recording of gradients as they are."""
    recording = torch.is_grad_enabled()
    try:
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(0)
            yield
    finally:
        torch.set_grad_enabled(recording)


class _LibraryCalls(TorchFunctionMode):
    """Write down which library calls do the whole job of an item, as long as it is this item's own code that makes them."""

    def __init__(self, item, names):
        super().__init__()
        self.seen = {}  # in their order
        rule = FROM_SCRATCH if item in FROM_SCRATCH.get("items", ()) else {}
        self._rule = rule
        self._operators, self._functions = (
            re.compile(rule.get(key, "$^")) for key in ("operators", "functions")
        )
        # What another item calls is the other one's matter.
        others = (names.get(name) for name in rule.get("items", ()) if name != item)
        self._others = {getattr(other, "__code__", None) for other in others} - {None}
        self._inside = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if self._rule and not self._inside and self._operators.search(name):
            self.seen[f"F.{name}" if hasattr(nn.functional, name) else f"torch.{name}"] = True
        return function(*args, **(kwargs or {}))

    def __enter__(self):
        self._before = sys.getprofile()
        if self._rule:
            sys.setprofile(self._profile)
        return super().__enter__()

    def __exit__(self, *details):
        sys.setprofile(self._before)
        return super().__exit__(*details)

    def _profile(self, frame, event, argument):
        if frame.f_code in self._others:
            self._inside += {"call": 1, "return": -1}.get(event, 0)
        if event != "call" or self._inside:
            return
        home, name = str(frame.f_globals.get("__name__", "")), frame.f_code.co_name
        if name == "wrapper" and hasattr(
            frame.f_locals.get("func"), "__module__"
        ):  # a decorated function's name is the inner one's
            home, name = frame.f_locals["func"].__module__, frame.f_locals["func"].__name__
        root = home.partition(".")[0]
        public = ".".join(part for part in home.split(".") if not part.startswith("_"))
        if any(f"{home}.".startswith(f"{package}.") for package in self._rule["packages"]):
            if (
                not name.startswith("_") and name != "<module>" and not self.seen
            ):  # the first is what was called
                self.seen[f"{public}.{name}"] = True
        elif root in ("numpy", "scipy") and self._functions.fullmatch(name):
            self.seen[f"np.{name}" if root == "numpy" else f"{public}.{name}"] = True


def _is_untouched(thing):
    """Say whether a function or class is still as it was given: nothing but the line that raises the error."""
    if isinstance(thing, type):
        own = [each for each in vars(thing).values() if inspect.isfunction(each)]
        return bool(own) and all(map(_is_untouched, own))
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
        *before, error = [each for each in function.body if not isinstance(each, (ast.Return, ast.Expr))]
    except (OSError, SyntaxError, TypeError, ValueError, AttributeError):
        return False
    calls = [
        each for each in function.body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
    ]
    begun = any("super" not in ast.unparse(each) for each in calls)
    returned = [each for each in function.body if isinstance(each, ast.Return)]
    begun = begun or any(not isinstance(each.value, (ast.Name, ast.Tuple, type(None))) for each in returned)
    return (
        not before
        and not begun
        and isinstance(error, ast.Raise)
        and ast.unparse(error) in ("raise NotImplementedError()", "raise NotImplementedError")
    )


def _still_raises(thing):
    """Say whether calling a function, or a class's own methods, would end at the line that a stub ends with."""
    if isinstance(thing, type):
        return any(_still_raises(each) for each in vars(thing).values() if inspect.isfunction(each))
    code = getattr(inspect.unwrap(thing), "__code__", None) if callable(thing) else None
    if code is None or "NotImplementedError" not in code.co_names:
        return False
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    except (OSError, SyntaxError, TypeError, ValueError):
        return True
    ends = [each for each in function.body if isinstance(each, (ast.Return, ast.Raise))]
    return bool(ends) and isinstance(ends[0], ast.Raise)  # not where one case alone is refused


def _codes(thing):
    parts = vars(thing).values() if isinstance(thing, type) else [thing]
    return [each.__code__ for each in parts if hasattr(each, "__code__")]


def _globals_of(thing):
    """Return the names that a function or class takes from the notebook, also in functions inside of it."""
    codes, found = _codes(thing), set()
    for code in codes:
        codes += [each for each in code.co_consts if inspect.iscode(each)]
        found |= {each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return found


def _stub_that_raised(error, names):
    """Return the item in whose untouched code an error was raised; None where it was none."""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    found = [name for name in EXAMPLES if last.tb_frame.f_code in _codes(names.get(name))]
    return next((name for name in found if _is_untouched(names[name])), None)


def _raised(item, needed, names, error):
    """Say where a student's code failed: the line, and the error in its own words."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if f.filename != __file__ and "site-packages" not in f.filename
    ]
    stub = _stub_that_raised(error, names) if isinstance(error, NotImplementedError) else None
    if stub is not None:
        if stub not in needed:
            return Outcome(item, WRONG, f"llama a {stub}, que aún no está escrita. Empieza por "
                                        "ahí.")
        return Outcome(
            item,
            UNTRIED,
            f"aún sin intentar, y no pasa nada. Escribe tu código donde se indica, o empieza con `hint(\"{item}\")`.",
        )
    parts = [(FAILED, f"{type(error).__name__}: {str(error).strip()[:400]}")]
    line = ""
    if frames:
        line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip() or frames[-1].line or ""
        parts.append((PLACE, f"línea {frames[-1].lineno} de su celda: {line}" if line else frames[-1].name))
    parts += [(AGAIN, again)] if (again := getattr(error, "call_again", "")) else []
    advice = "Lee primero las últimas palabras del error; imprime las formas de los tensores en la línea anterior."
    for kinds, pattern, better, *of_line in (*MORE_WORDS.get(item, ()), *EXPLANATIONS):
        found = re.search(pattern, str(error)) if type(error).__name__ in kinds.split("|") else None
        there = re.search(*of_line, line) if of_line and found else found
        if there:
            words = {**found.groupdict(), **there.groupdict()}
            advice = better.format(**{key: value or "" for key, value in words.items()})
            break
    return Outcome(item, WRONG, "se detuvo con un error", parts, _ends_early(needed, names) or advice)


def _ends_early(needed, names):
    """Say which loop ends in its first pass, by a `return` that always runs there; "" where none does."""
    for name in needed:
        try:
            lines, _ = inspect.getsourcelines(names[name])
            tree = ast.parse(textwrap.dedent("".join(lines)))
        except (OSError, SyntaxError, TypeError, ValueError):
            continue
        for loop in ast.walk(tree):
            if not isinstance(loop, ast.For) or any(
                isinstance(each, ast.Continue) for each in ast.walk(loop)
            ):
                continue
            body = list(loop.body)
            while body and isinstance(body[-1], ast.With):
                body = body[-1].body
            if any(isinstance(each, ast.Return) for each in body):
                shown = lines[loop.lineno - 1].strip()
                return f"El `return` dentro del bucle `{shown}` lo termina en la primera vuelta. Sácalo del bucle, a la columna del `for`."
    return ""


class Words(str):
    """Una descripción en lugar de un valor."""


# ------------------------------------------------------------------------------------------------------ comparing values


def _t(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def _same(got, expected):
    got, expected = got.detach().to(torch.float64).cpu(), expected.to(torch.float64)
    if got.shape != expected.shape:
        return False
    return torch.allclose(got, expected, rtol=1e-3, atol=1e-4)


def _number(got):
    """Return a number for a Python or NumPy number or a 0-d tensor, else None."""
    if isinstance(got, bool) or isinstance(got, str):
        return None
    if isinstance(got, torch.Tensor) and (got.dim() or got.dtype == torch.bool):
        return None
    try:
        return float(got.detach() if isinstance(got, torch.Tensor) else got)
    except (TypeError, ValueError):
        return None


def _compare(
    call,
    got,
    expected,
    slips=(),
    advice="Resuelve a mano este ejemplo pequeño y compara.",
    nan=None,
    names=(),
):
    """Raise Wrong if `got` is not `expected`. `slips` are stored wrong answers, each with the next step.

    Of several results, `names` says what each is called, and `advice` what to do about each; a slip has None where it says nothing.
    """
    if got is None:
        raise Wrong(
            call, Words("None"), expected, "No volvió nada. ¿Hay un `return`, y se llega hasta él?"
        )
    if isinstance(expected, tuple):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            raise Wrong(
                call,
                got,
                expected,
                f"Devuelve {len(expected)} cosas, separadas por comas, en el orden de la documentación de la función.",
            )
        for wrong, better in slips:
            if None not in wrong and all(_is_slip(g, w) for g, w in zip(got, wrong)):
                raise Wrong(call, tuple(got), expected, better)
        for i, (g, e, name, words) in enumerate(zip(got, expected, names, advice)):
            alone = [(wrong[i], better) for wrong, better in slips if wrong[i] is not None and None in wrong]
            _compare(f"{call}; {name}", g, e, alone, words, nan)  # the one that is wrong is shown
        return
    if isinstance(expected, torch.Tensor):
        if type(got).__module__ == "numpy" and expected.dim() > 1 and not expected.dtype.is_floating_point:
            _notes.append(
                "Un consejo: se obtuvo un array de NumPy donde se esperaba un tensor; `torch.from_numpy` lo convierte en uno."
            )
            got = torch.as_tensor(got)
        if not expected.dim() and not isinstance(got, torch.Tensor) and _number(got) is not None:
            got = torch.tensor(_number(got), dtype=expected.dtype)  # any number will do
        if type(got).__module__ == "torch.return_types":
            raise Wrong(
                call,
                got,
                expected,
                f"Eso es un par, valores y posiciones: `{type(got).__name__}` con un número lo toma por un eje. Toma su `.values`; para comparar cada elemento con un número, usa `clamp`."
                if expected.dtype.is_floating_point
                else "Eso es un par, valores y posiciones. Aquí se piden las posiciones: `.indices`.",
            )
        if not isinstance(got, torch.Tensor):
            raise Wrong(call, got, expected, f"Se esperaba un tensor y se obtuvo: {type(got).__name__}.")
        for wrong, better in slips:
            if _is_slip(got, wrong):
                raise Wrong(call, got, expected, better)
        if got.shape != expected.shape:
            raise Wrong(
                call,
                got,
                expected,
                f"La forma debería ser {tuple(expected.shape)}. Compárala con la documentación de la función, dimensión a dimensión.",
            )
        if expected.dtype.is_floating_point and not got.isfinite().all() and expected.isfinite().all():
            raise Wrong(
                call,
                got,
                expected,
                nan
                or "Hay un infinito o un NaN en el resultado. ¿Qué paso puede desbordarse o dividir entre 0?",
            )
        if expected.dtype.is_floating_point and not got.dtype.is_floating_point:
            raise Wrong(
                call,
                got,
                expected,
                "Se esperan números de coma flotante. ¿Se redondeó algo, o se creó con un tipo entero?",
            )
        if not expected.dtype.is_floating_point and (got.dtype.is_floating_point or got.dtype == torch.bool):
            whole = got.dtype == torch.bool or bool((got == got.round()).all())
            to_do = "Aquí se esperan enteros: usa .long()."
            asked = "Aquí se esperan enteros: ¿qué se divide, se promedia o es 0/0?"
            raise Wrong(call, got, expected, to_do if whole else asked)
        if not _same(got, expected):
            raise Wrong(call, got, expected, advice)
        if _is_rounded(got, expected):
            raise Wrong(
                call,
                got,
                expected,
                "Los números están redondeados. Devuélvelos tal como son; redondear es para "
                "imprimir.",
            )
        if expected.dtype == torch.float64 and got.dtype != torch.float64:
            raise Wrong(
                call,
                got,
                expected,
                "La entrada es float64, así que el resultado también debería serlo. Crea los tensores nuevos con x.new_zeros(…) en vez de torch.zeros(…).",
            )
        return
    number = _number(got)
    if number is None:
        raise Wrong(call, got, expected, "Se espera un solo número.")
    if isinstance(got, torch.Tensor) and not got.requires_grad:
        _notes.append(
            "Un consejo: se obtuvo un tensor donde se pide un número; `.item()` lo convierte en uno."
        )
    if isinstance(got, torch.Tensor) and got.requires_grad:
        raise Wrong(
            call,
            got,
            expected,
            "Se obtuvo un tensor que todavía conserva su grafo, y con él memoria. `loss.item()` lo convierte en un simple número.",
        )
    for wrong, better in slips:
        if abs(number - wrong) <= 1e-4 * max(1, abs(wrong)):
            raise Wrong(call, number, expected, better)
    if not abs(number - expected) <= 1e-3 * max(0.1, abs(expected)):
        raise Wrong(call, number, expected, advice)
    if _is_rounded(_t(number, torch.float64), _t(expected, torch.float64)):
        raise Wrong(
            call, number, expected, "El número está redondeado. Devuélvelo tal como es; redondear es para imprimir."
        )


def _is_rounded(got, expected):
    """Say whether all numbers have at most four decimal places, and the right ones have more."""
    for digits in (10.0**i for i in range(5)):
        off, there = (
            (v.double() * digits - (v.double() * digits).round()).abs() for v in (got.detach(), expected)
        )
        if off.numel() and off.max() < 5e-3 and there.max() > 0.1:
            return True
    return False


def _is_slip(got, wrong):
    if isinstance(got, torch.Tensor):
        return (
            tuple(got.shape) == tuple(wrong)
            if isinstance(wrong, torch.Size)
            else _same(got, torch.as_tensor(wrong))
        )
    number = _number(got)
    return (
        number is not None
        and isinstance(wrong, (int, float))
        and abs(number - wrong) <= 1e-4 * max(1, abs(wrong))
    )


def _again(call, arguments, function):
    """Return lines that make an example's call again: small inputs whole, larger ones by the line that makes them."""
    lines, words, names = [], [], _parameters(function)
    for i, argument in enumerate(arguments):
        if isinstance(argument, torch.Tensor):
            name = names[i] if i < len(names) else f"input{i + 1}"
            lines.append(f"{name} = {_made(argument)}")
            words.append(name)
        elif isinstance(argument, dict):
            words += [f"{key}={value!r}" for key, value in argument.items()]
        elif isinstance(argument, nn.Module):
            return ""  # the call says how it is made
        else:
            words.append(repr(argument))
    return "\n".join([*lines, f"{call.partition('(')[0]}({', '.join(words)})"]) if lines else ""


def _parameters(function):
    """Return the names of a function's plain parameters, in order."""
    try:
        plain = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each.name for each in plain if each.kind is each.POSITIONAL_OR_KEYWORD]


def _made(tensor):
    """Return Python that makes a tensor, bit by bit."""
    for name, line in _LARGE.items():
        if tensor is globals()[name]:
            return line
    if tensor.numel() > 30 and not tensor.any():
        return f"torch.zeros({tuple(tensor.shape)}, dtype={tensor.dtype})"
    numbers = tensor.tolist() if tensor.dtype != torch.float32 else _short(tensor.tolist())
    return f"torch.tensor({numbers}, dtype={tensor.dtype})"


def _short(numbers):
    """Return float32 numbers with no more digits than it takes."""
    if isinstance(numbers, list):
        return [_short(each) for each in numbers]
    rounded = (float(f"{numbers:.{digits}g}") for digits in range(1, 10))
    return next(each for each in rounded if _t(each).item() == numbers)


def _value(call, arguments, expected, slips=(), **words):
    """An example: call the function with fresh copies of the arguments, compare, and see that they were left alone."""

    def example(function):
        try:
            judge(function)
        except Exception as error:
            error.call_again = _again(call, arguments, function)
            raise

    def judge(function):
        copies = [a.clone() if isinstance(a, torch.Tensor) else a for a in arguments]
        options = {}
        if copies and isinstance(copies[-1], dict):
            options = copies.pop()
        got = function(*copies, **options)
        for name, (before, after) in enumerate(zip(arguments, copies), 1):
            if isinstance(before, torch.Tensor) and not torch.equal(before, after):
                raise Wrong(
                    call,
                    Words(f"el argumento {name} se cambió por {_brief(after)}"),
                    Words("el argumento como estaba"),
                    "Las entradas deben quedar como están: trabaja con un tensor nuevo (`x.clone()`, o una operación sin _ al final).",
                )
        _compare(call, got, expected, slips, **words)

    return example


# ------------------------------------------------------------------------------------------------ what several items use


def _digits_like(count):
    """Two made-up images, or one, with values that are easy to repeat."""
    i = torch.arange(28.0)
    images = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return images.reshape(2, 1, 28, 28)[:count]


_inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2]])
_targets = torch.tensor([0, 1, 2, 1, 0])


def _require_all(call, model):
    if 0 < model.samples < 5:  # none where a copy of the model is asked
        raise Wrong(call, Words(f"por el modelo pasaron {model.samples} de 5 muestras"), Words("todas"), "¿Termina antes de tiempo el bucle sobre los lotes, por un `return` o un `break` dentro de él?")


class _Small(nn.Module):
    """A linear network that keeps a diary: its mode and whether gradients were recorded, at each forward pass."""

    def __init__(self, images=False):
        super().__init__()
        self.linear, self.images = nn.Linear(2, 3), images
        self.modes, self.recording, self.samples = [], [], 0
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]]))
            self.linear.bias.copy_(_t([0.1, 0.0, -0.1]))

    def forward(self, x):
        if self.images and x.shape[1:] != (1, 1, 2):
            raise Wrong("el modelo, desde tu código", Words(f"una llamada con un tensor de forma {tuple(x.shape)}"), Words("un lote de imágenes, (N, 1, 1, 2)"), "Pasa las imágenes al modelo tal como vienen: sin aplanarlas y sin añadir ni quitar ejes.")
        self.modes.append(self.training)
        self.samples += len(x)
        scores = self.linear(x.flatten(1))
        self.recording.append(scores.requires_grad)
        return scores


def _loader():
    return DataLoader(TensorDataset(_inputs, _targets), batch_size=2)


def _image_loader(size=3):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]]).reshape(7, 1, 1, 2)
    return DataLoader(TensorDataset(images, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)


_z = _t([[1, 2, 3], [0, 0, 0.5]])
_S1 = _t([[0.09003, 0.24473, 0.66524], [0.27407, 0.27407, 0.45186]])
_S0 = _t([[0.73106, 0.8808, 0.92414], [0.26894, 0.1192, 0.07586]])
_L1 = _t([[-2.40761, -1.40761, -0.40761], [-1.29438, -1.29438, -0.79438]])
_L0 = _t([[-0.31326, -0.12693, -0.07889], [-1.31326, -2.12693, -2.57889]])
_Z = "z = [[1, 2, 3], [0, 0, 0.5]]"
_logits = _t([[2, 1, 0.5], [0, 3, 1], [1, 1, 4], [0.5, 0, 2]])


# --------------------------------------------------------------------------------------- 01_cnn_layers: conv_output_size

EXAMPLES["conv_output_size"] = [
    _value("conv_output_size(28, 3)", (28, 3), 26, [(25, "Uno de menos: el primer lugar también cuenta, y también una ventana que termina en el último píxel."), (28, "Sin relleno, una ventana de 3 de ancho no tiene sitio en los bordes: resta kernel_size.")]),
    _value("conv_output_size(8, 3, stride=2)", (8, 3, {"stride": 2}), 3, [(3.5, "Una ventana cabe o no cabe: redondea hacia abajo con `//`."), (4, "Redondea hacia abajo, no hacia arriba: la ventana tiene que caber entera. Lo hace `//`."), (6, "Ese es el resultado con paso 1: divide entre stride lo que queda del tamaño con relleno."), (2, "Primero divide, y después suma 1 por el primer lugar.")]),
    _value("conv_output_size(28, 3, padding=1)", (28, 3, {"padding": 1}), 28, [(27, "El relleno se añade en los dos extremos, así que cuenta dos veces."), (26, "Ese es el resultado sin relleno. El relleno se añade en los dos extremos.")]),
    _value("conv_output_size(12, 5, stride=4)", (12, 5, {"stride": 4}), 2, [(3, "Aquí se redondea 7 / 4 al entero más cercano. Redondea hacia abajo con `//`.")]),
    _value("conv_output_size(9, 4, stride=3, padding=2)", (9, 4, 3, 2), 4, [(3, "Mira otra vez la fórmula: 2·padding, después divide y redondea hacia abajo, después + 1.")]),
]

HINTS["conv_output_size"] = (
    "Dibuja una fila de 7 casillas y desliza por ella una ventana de 3. ¿Cuántas veces puede moverse, y en cuántos lugares se detiene?",
    "La fila con relleno tiene size + 2·padding píxeles. El borde izquierdo de la ventana puede recorrerlos todos menos kernel_size, a pasos de stride; y se detiene una vez antes de moverse.",
    "La división entera redondea hacia abajo: algo // stride + 1. Ese algo es el tamaño con relleno menos kernel_size.",
)


# ------------------------------------------------------------------------------------------------- 01_cnn_layers: conv2d

_x = _t([[[[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]]]])
_w = _t([[[[1, 2], [0, -1]]]])
_xs = (torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2
_ws = (torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3
_rows = torch.arange(1.0, 21).reshape(1, 1, 4, 5)
_column = _t([[[[1, 0], [0, 1], [2, -1]]]])
_LARGE["_xs"] = "(torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2"
_LARGE["_ws"] = "(torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3"

_FLIPPED = "Tu núcleo está volteado: weight[0, 0] va con el píxel superior izquierdo de la ventana, sin voltear."
EXAMPLES["conv2d"] = [
    _value(
        "conv2d(x, weight) con x = [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], weight = [[1, 2], [0, -1]]",
        (_x, _w),
        _t([[[[4, -2, 5], [2, 8, 1]]]]),
        [
            (_t([[[[0, 4, 9], [4, 0, 3]]]]), _FLIPPED),
            (_t([[[[0, 0, 7], [4, 0, 1]]]]), "Las filas y las columnas del núcleo están intercambiadas: weight[o, c, fila, columna]."),
            (torch.Size([1, 1, 3, 4]), "El resultado es tan grande como la entrada: sin relleno, la ventana debe caber dentro (fórmula de la tarea 1)."),
            (torch.Size([1, 1, 3, 2]), "El alto y el ancho del resultado están intercambiados: H va antes que W."),
            (torch.Size([2, 3]), "Se han perdido las dimensiones del lote y del canal: el resultado tiene cuatro, (N, C_out, H_out, W_out)."),
        ],
        advice="El primer número es 1·1 + 2·2 + 0·0 + 1·(−1) = 4. Calcula el segundo a mano y compara.",
    ),
    _value(
        "conv2d(x, weight, bias) con x de forma (2, 2, 3, 4), weight (3, 2, 2, 3), bias = [10, 20, 30]",
        (_xs, _ws, _t([10, 20, 30])),
        _t([[[[4, 19], [4, 4]], [[22, 5], [34, 22]], [[47, 33], [1, 47]]], [[[4, 4], [19, 4]], [[34, 22], [11, 34]], [[1, 47], [45, 1]]]]),
        [
            (_t([[[[-6, 9], [-6, -6]], [[2, -15], [14, 2]], [[17, 3], [-29, 17]]], [[[-6, -6], [9, -6]], [[14, 2], [-9, 14]], [[-29, 17], [15, -29]]]]), "Falta el sesgo: suma bias[o] a todo el canal de salida o."),
            (_t([[[[8, 20], [6, 8]], [[14, 13], [25, 14]], [[41, 41], [16, 41]]], [[[6, 8], [9, 6]], [[25, 14], [26, 25]], [[16, 41], [36, 16]]]]), "Solo se usa el primer canal de entrada: suma todos."),
            (_t([[[[6, 9], [8, 6]], [[28, 12], [29, 28]], [[36, 22], [15, 36]]], [[[8, 6], [20, 8]], [[29, 28], [5, 29]], [[15, 36], [39, 15]]]]), "Solo se usa el último canal de entrada: añade a la suma (+=) en lugar de reemplazarla."),
            (torch.Size([2, 2, 2, 2]), "El resultado tiene tantos canales como la entrada. Debería tener uno por núcleo: C_out = 3."),
            (torch.Size([1, 3, 2, 2]), "Solo ha salido una imagen. El lote tiene N = 2."),
        ],
        advice="Con una imagen y un canal funciona. ¿Se suman todos los canales de entrada en cada canal de salida, y se procesan todas las imágenes?",
    ),
    _value(
        "conv2d(x, weight, stride=2, padding=1) con x de forma (1, 1, 4, 5), weight (1, 1, 3, 2)",
        (_rows, _column, {"stride": 2, "padding": 1}),
        _t([[[[-5, 9, 13], [-5, 36, 42]]]]),
        [
            (torch.Size([1, 1, 4, 6]), "El paso no se usa: la ventana avanza cada vez `stride` píxeles."),
            (torch.Size([1, 1, 1, 2]), "El tamaño del resultado no cuenta el relleno: añade primero `padding` ceros en los cuatro lados, y cuenta las ventanas sobre lo que resulte."),
            (torch.Size([1, 1, 2, 4]), "Todavía no se usan ni el paso ni el relleno."),
            (torch.Size([1, 1, 3, 2]), "El alto y el ancho están intercambiados en algún sitio: el núcleo tiene 3 de alto y 2 de ancho."),
        ],
        advice="Con paso, out[…, i, j] mira la ventana que empieza en la fila i·stride y la columna j·stride de la x con relleno.",
    ),
    _value(
        "conv2d(x, weight, bias=[0.5], padding=2) con x = [[1, 2], [4, -1]] / 3, weight = [[1, 0, 2], [-1, 3, 1], [2, -2, 1]] / 7",
        (_t([[[[1, 2], [4, -1]]]]) / 3, _t([[[[1, 0, 2], [-1, 3, 1], [2, -2, 1]]]]) / 7, _t([0.5]), {"padding": 2}),
        _t([[[[0.547619, 0.5, 0.404762, 0.690476], [0.738095, 0.309524, 1.214286, 0.309524], [0.785714, 1.214286, 0.214286, 0.642857], [0.880952, 0.404762, 0.690476, 0.452381]]]]),
        [
            (torch.Size([1, 1, 2, 2]), "El relleno va en los cuatro lados, y cada lado recibe tantos ceros como dice `padding`: aquí 2."),
        ],
        advice="Con relleno 1 y números enteros funciona. ¿Es aquí el relleno 2 en los cuatro lados, y no se redondea nada?",
    ),
    _value("conv2d(x, weight) con x y weight en float64", (_x.double(), _w.double()), _t([[[[4, -2, 5], [2, 8, 1]]]], torch.float64)),
]

HINTS["conv2d"] = (
    "Empieza con una imagen, un canal, un núcleo y sin relleno: dos bucles sobre los lugares del resultado. Primero, que sea correcto; la velocidad no cuenta.",
    "Primero añade el relleno a x (F.pad recibe izquierda, derecha, arriba, abajo). Después, out[n, o, i, j] mira la ventana x[n, :, i·stride : i·stride + kH, j·stride : j·stride + kW]: multiplícala por weight[o] y súmalo todo.",
    "Una ventana de forma (N, C_in, kH, kW) y un weight de forma (C_out, C_in, kH, kW) se encuentran en torch.einsum(\"nchw,ochw->no\", window, weight): eso es out[:, :, i, j]. Al final, suma bias.reshape(1, -1, 1, 1), si hay sesgo.",
)


# --------------------------------------------------------------------------------------------- 01_cnn_layers: max_pool2d

_pool = _t([[[[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], [-5, -1, 0, 6, 9], [-2, -3, 2, 1, 9]]]])
_pools = torch.arange(24.0).reshape(1, 2, 3, 4) * 7 % 11 - 8
_tall = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3
_LARGE["_tall"] = "-(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3"

EXAMPLES["max_pool2d"] = [
    _value(
        "max_pool2d(x, 2) con x de forma (1, 1, 4, 5), la cuadrícula de la figura",
        (_pool, 2),
        _t([[[[4, 2], [-1, 6]]]]),
        [
            (_t([[[[4, 2], [0, 6]]]]), "La ventana [-5, -1, -2, -3] da 0, que no está en ella: parte de los valores de la propia ventana (o de −inf), no de 0."),
            (_t([[[[2.5, 1], [-2.75, 2.25]]]]), "Esa es la media de cada ventana. Quédate con el valor mayor."),
            (_t([[[[1, 0], [-5, 0]]]]), "Esos son los menores valores de las ventanas, que aquí van los primeros. Quédate con el mayor de los cuatro."),
            (torch.Size([1, 1, 3, 4]), "Las ventanas se solapan: stride=None significa stride = kernel_size."),
            (torch.Size([1, 1, 2, 3]), "En la quinta columna no cabe ninguna ventana entera, así que queda fuera: redondea el tamaño hacia abajo."),
        ],
        advice="Cada resultado es el mayor valor de su propia ventana de 2×2. Calcula uno a mano.",
    ),
    _value(
        "max_pool2d(x, 2, stride=1) con x de forma (1, 2, 3, 4)",
        (_pools, 2, {"stride": 1}),
        _t([[[[-1, 1, 2], [0, 1, 1]], [[1, 2, 2], [1, 1, -1]]]]),
        [
            (torch.Size([1, 2, 1, 2]), "El paso no se usa: aquí la ventana avanza 1, así que las ventanas se solapan."),
            (_t([[[[1, 2, 2], [1, 1, 1]], [[1, 2, 2], [1, 1, 1]]]]), "El máximo recorre también los canales. Cada canal se agrupa por separado."),
            (torch.Size([1, 1, 2, 3]), "Se ha perdido un canal. Cada canal se agrupa por "
                                       "separado."),
        ],
        advice="Con paso 1, out[…, i, j] es el mayor de x[…, i:i+2, j:j+2], en cada canal por separado.",
    ),
    _value(
        "max_pool2d(x, 3) con x = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3",
        (_tall, 3),
        _t([[[[-3, -18], [-20, -6]], [[-9, -24], [-26, -12]]], [[[-15, -3], [-4, -18]], [[-21, -7], [-10, -24]]]]),
        [(torch.Size([2, 2, 3, 2]), "Las ventanas avanzan 2. Sin stride avanzan su propio tamaño: stride=None significa stride = kernel_size, aquí 3.")],
        advice="Aquí hay dos imágenes, dos canales, ventanas de 3×3 y solo valores por debajo de cero: cada imagen y cada canal se agrupan por separado.",
    ),
    _value("max_pool2d(x, 2) con x en float64", (_pool.double(), 2), _t([[[[4, 2], [-1, 6]]]], torch.float64)),
]

HINTS["max_pool2d"] = (
    "Es el bucle de conv2d, pero con cada ventana se hace otra cosa. ¿Qué se queda igual, qué desaparece?",
    "Si stride es None, vale kernel_size. La ventana (i, j) empieza en la fila i·stride y la columna j·stride; toma su máximo sobre las dos últimas dimensiones, para todas las imágenes y canales a la vez.",
    "window.amax(dim=(2, 3)) tiene forma (N, C): va en out[:, :, i, j]. Crea `out` antes del bucle con x.new_empty; sus cuatro tamaños están en la documentación de la función.",
)


# --------------------------------------------------------------------------------------------------- 01_cnn_layers: relu

EXAMPLES["relu"] = [
    _value(
        "relu(tensor([[-2, -0.5, 0], [1.5, -0.1, 3]]))",
        (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]),),
        _t([[0, 0, 0], [1.5, 0, 3]]),
        [
            (_t([[2, 0.5, 0], [1.5, 0.1, 3]]), "Ese es el valor absoluto. Los números negativos deberían convertirse en 0."),
            (_t([[0, 0, 0], [1, 0, 1]]), "Tus números positivos se han convertido en 1. Conserva ahí la propia x."),
            (_t([[-2, -0.5, 0], [0, -0.1, 0]]), "Ese es el menor entre x y 0. Toma el mayor."),
            (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]), "No ha cambiado nada: los números negativos deberían convertirse en 0."),
            (_t([1.5, 3]), "Los números negativos han desaparecido, y la forma con ellos. Pon 0 en su lugar."),
            (_t([[-0.02, -0.005, 0], [1.5, -0.001, 3]]), "Esa es una ReLU con fuga (leaky). Los números negativos deberían convertirse exactamente en 0."),
        ],
        advice="Cada número va por su cuenta: los positivos se quedan, los negativos se "
               "convierten en 0.",
    ),
    _value("relu(x) con x = [-1, 0.4, 2, 60] en float64", (_t([-1, 0.4, 2, 60], torch.float64),), _t([0, 0.4, 2, 60], torch.float64), advice="Los números positivos se quedan como están, los pequeños y los grandes."),
]

HINTS["relu"] = (
    "¿Cuál es el mayor entre un número y 0?",
    "Hay varias maneras: clamp, maximum con un tensor de ceros, where, o x por (x > 0). Elige una que cree un tensor nuevo.",
    "torch.maximum necesita dos tensores: x y torch.zeros_like(x). O consulta qué hace clamp con min=0.",
)


# ---------------------------------------------------------------------------------------------------- 01_cnn_layers: CNN

_COUNTS = {
    21512: "Faltan los sesgos: deja `bias` con su valor por defecto.",
    8778: "La capa lineal está hecha para 3×3 lugares de la imagen, no para 7×7: ¿hay padding=1 en todas las convoluciones?, ¿hay una tercera agrupación? Bastan dos.",
    256778: "No hay ninguna agrupación: agrupa 2×2 después de la primera y de la segunda "
            "convolución.",
    68618: "Falta una agrupación: agrupa 2×2 después de la primera y de la segunda convolución.",
    21690: "Son 112 parámetros de más, tantos como tiene la normalización por lotes. No añadas capas.",
}


def _network(CNN):
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("un nn.Module"), "Escribe `class CNN(nn.Module):`, y llama primero a super().__init__().")
    call = "CNN()(images) con images de forma (2, 1, 28, 28)"
    got = model(_digits_like(2))
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, Words("un tensor de forma (2, 10)"), "¿Devuelve `forward` los logits?")
    if got.shape != (2, 10):
        more = got.dim() == 2 and got.shape[0] > 2
        grown = "Hay más filas que imágenes: un `view(-1, …)` ha partido una imagen en varias. Conserva una fila por imagen con flatten(start_dim=1). ¿Falta una agrupación?"
        advice = grown if more else "El lote debe conservarse: usa flatten(start_dim=1)." if got.dim() == 1 or got.shape[0] != 2 else "La última capa tiene diez salidas por imagen, una para cada dígito."
        raise Wrong(call, got, Words("un tensor de forma (2, 10)"), advice)
    single = model(_digits_like(1))
    if single.shape != (1, 10):
        raise Wrong("CNN()(images) con una sola imagen, de forma (1, 1, 28, 28)", single, Words("un tensor de forma (1, 10)"), "Un lote de una imagen también es un lote: `squeeze()` le quita su dimensión. Usa flatten(start_dim=1).")
    sizes = [p.numel() for p in model.parameters() if p.requires_grad]
    if sum(sizes) != 21578:
        advice = _COUNTS.get(sum(sizes), "Imprime la forma de cada parámetro, y compara con 80 + 1,168 + 4,640 + 15,690.")
        raise Wrong("los parámetros entrenables de CNN()", sum(sizes), 21578, advice)
    fill = {72: 0.2, 8: -0.2, 1152: -0.02, 16: 2, 4608: -0.01, 32: 1, 15680: -0.01, 10: 0.25}
    if not set(sizes) <= set(fill):
        return  # weights cut in another way than by layers: this example does not fit them, the hidden tests do
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(fill.get(parameter.numel(), 0.0))
        training, again = model.train()(_digits_like(2))[:, 0], model.eval()(_digits_like(2))[:, 0]
    call = "CNN()(images), con todos los parámetros de cada capa puestos a un mismo número; puntuación 0 de las dos imágenes"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("lo mismo en modo de entrenamiento y en modo de evaluación"), "La red responde otra cosa en modo de entrenamiento: no uses dropout ni normalización por lotes.")
    slips = [
        ([5.35885, 2.7374], "Se comporta como si no hubiera ninguna ReLU: pon una después de cada convolución."),
        ([0.06281, -0.58313], "Se comporta como si no hubiera ReLU después de la primera "
                              "convolución."),
        ([-0.17168, -24.7561], "Se comporta como si no hubiera ReLU después de la segunda "
                               "convolución."),
        ([2.3409, -6.47614], "Se comporta como si no hubiera ReLU después de la tercera "
                             "convolución."),
        ([0.23915, -5.38825], "Se comporta como la agrupación promedio: usa la agrupación máxima."),
        ([0.0, 0.0], "Las puntuaciones negativas se recortan: no va ninguna ReLU después de la capa lineal. Los logits pueden ser negativos."),
        ([0.1, 0.1], "Hay una softmax al final. Devuelve las puntuaciones en bruto: la softmax la hace la función de pérdida."),
        ([-2.302585, -2.302585], "Hay una log-softmax al final. Devuelve las puntuaciones en bruto: la hace la función de pérdida."),
    ]
    _compare(call, again, _t([-0.17168, -6.59155]), slips, "Compara el orden de las capas con la tabla: convolución, ReLU, agrupación.")


EXAMPLES["CNN"] = [_network]
MORE_WORDS["CNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "Todas las imágenes están en una sola fila: se ha aplanado también el lote. Conserva una fila por imagen: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes",
        "La capa lineal recibe otro número de valores del que espera. Imprime x.shape justo "
        "antes: ¿hay padding=1 en todas las convoluciones?, ¿hay dos agrupaciones?",
    ),
)

HINTS["CNN"] = (
    "Las capas con parámetros se crean en __init__ (`self.name = …`) y se usan en forward. Recorre la tabla fila por fila.",
    "nn.Conv2d recibe canales de entrada, canales de salida, kernel_size y padding; hacen falta tres, y un nn.Linear. En forward: convolución, ReLU, agrupación; otra vez lo mismo; convolución, ReLU; aplanar; capa lineal. Imprime x.shape después de cada fila.",
    "x.flatten(start_dim=1) convierte (N, 32, 7, 7) en (N, 1568) y conserva el lote. F.relu y F.max_pool2d(x, 2) no necesitan sitio en __init__. Devuelve lo que da la capa lineal, sin nada después.",
)


# --------------------------------------------------------------------------------------- 01_cnn_layers: count_parameters


def _module(*layers, frozen=0):
    model = nn.Sequential(*layers)
    for parameter in list(model.parameters())[:frozen]:
        parameter.requires_grad_(False)
    return model


def _all_kinds(function):
    got = _number(function(nn.Linear(5, 3)))
    if got == 18e-6:
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, "Ese es el número en millones. Devuelve el número mismo.")
    if got == 15:
        first = False
        with contextlib.suppress(Exception):
            first = _number(function(_module(nn.Linear(2, 3), nn.Linear(3, 2)))) == 6
        words = "Solo se cuenta un tensor, el primero, que además es el mayor: ¿termina antes de tiempo el bucle, por un `return` o un `break` dentro de él?" if first else "Faltan los sesgos: también son parámetros."
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, words)


EXAMPLES["count_parameters"] = [
    _all_kinds,
    lambda function: _value("count_parameters(nn.Linear(5, 3))", (nn.Linear(5, 3),), 18, [(2, "Ese es el número de tensores. Suma los números que hay en cada uno: `numel()`."), (8, "Eso suma las longitudes de los lados. Cada tensor tiene el producto de sus lados: `numel()`.")])(function),
    lambda function: _value("count_parameters(model) de Linear(2, 3), BatchNorm1d(3) y Bilinear(2, 3, 2)", (_module(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Bilinear(2, 3, 2)),), 29, [(9, "Solo se cuenta la capa lineal. Pide al modelo todos los parámetros: `model.parameters()`.")], advice="Un parámetro puede tener cualquier número de ejes, y cualquier capa puede tener parámetros: suma numel() de todos.")(function),
    lambda function: _value("count_parameters(model) de Linear(4, 3), con weight y bias congelados, y Linear(3, 2)", (_module(nn.Linear(4, 3), nn.Linear(3, 2), frozen=2),), 8, [(23, "También se cuentan los parámetros congelados. En el entrenamiento cambian solo los que tienen `requires_grad`."), (2, "Ese es el número de tensores: usa numel()."), (0, "Eso cuenta solo los parámetros propios del modelo, no los de las capas que contiene: `model.parameters()` los da todos.")])(function),
]

HINTS["count_parameters"] = (
    "`for p in model.parameters(): print(p.shape)` muestra lo que hay.",
    "Cada p es un tensor; p.numel() es el número de sus elementos, y p.requires_grad dice si el entrenamiento lo cambia.",
    "Una suma sobre una expresión generadora con un `if`: sum(… for p in model.parameters() if …).",
)


# ---------------------------------------------------------------------------------------- 02_training_loop: make_loaders


def _served(loader, call):
    """Return a loader's batches as lists of sample numbers."""
    batches = []
    for batch in loader:
        if not isinstance(batch, (list, tuple)) or len(batch) != 2:
            raise Wrong(call, batch, Words("lotes (inputs, targets)"), "Haz los cargadores con partes del propio `dataset`, para que sirvan pares.")
        batches.append([int(v) for v in batch[0].flatten().tolist()])
    return batches


def _loaders(function):
    data = TensorDataset(torch.arange(25.0).reshape(25, 1), torch.arange(25) % 3)
    call = "make_loaders(dataset, batch_size=4, val_fraction=0.2, seed=3) con 25 muestras"

    def made(seed):
        got = function(data, batch_size=4, val_fraction=0.2, seed=seed)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong(call, got, Words("(train_loader, val_loader)"), "Devuelve los dos cargadores: `return train_loader, val_loader`.")
        return got

    train_loader, val_loader = made(3)
    for loader in (train_loader, val_loader):
        if not hasattr(loader, "__iter__") or isinstance(loader, torch.utils.data.Dataset):
            raise Wrong(call, loader, Words("dos DataLoader"), "Una parte del conjunto de datos todavía no es un cargador: envuélvela en DataLoader(part, batch_size=batch_size, …).")
    train, val = _served(train_loader, call), _served(val_loader, call)
    flat_train, flat_val = sum(train, []), sum(val, [])
    sizes = Words(f"{len(flat_train)} muestras de entrenamiento, {len(flat_val)} de validación")
    if set(flat_train) & set(flat_val):
        raise Wrong(call, Words(f"las muestras {sorted(set(flat_train) & set(flat_val))[:5]} … están en las dos partes"), Words("cada muestra en una sola parte"), "Las partes se solapan: corta en dos una única lista barajada de índices.")
    if len(flat_train) <= 6 and len(flat_val) >= 19:
        raise Wrong(call, sizes, Words("20 y 5"), "La validación es la parte mayor: debería recibir la proporción val_fraction de las muestras, y el entrenamiento va primero en el resultado.")
    if len(flat_train) + len(flat_val) < 25:
        raise Wrong(call, sizes, Words("25 muestras en total"), "Faltan muestras. ¿Hay un drop_last=True, o se recorta algo al redondear?")
    if len(flat_train) + len(flat_val) > 25:
        raise Wrong(call, sizes, Words("25 muestras en total"), "Algunas muestras aparecen dos veces.")
    if not 4 <= len(flat_val) <= 6:
        raise Wrong(call, sizes, Words("20 y 5 (con un margen de 1)"), "La validación recibe n · val_fraction muestras: len(dataset) * val_fraction, redondeado.")
    for name, batches in ((Words("entrenamiento"), train), (Words("validación"), val)):
        if max(len(b) for b in batches) != 4 or min(len(b) for b in batches[:-1] or batches) != 4:
            raise Wrong(call, Words(f"{name}: lotes de {[len(b) for b in batches]}"), Words("lotes de 4; el último puede ser más pequeño"), "Pasa batch_size a los dos DataLoader.")
    if flat_train == sum(_served(train_loader, call), []):
        raise Wrong(call, Words("el entrenamiento llegó en el mismo orden en las dos épocas"), Words("un orden nuevo en cada época"), "El entrenamiento necesita shuffle=True (y un generador, si lo tiene, que no vuelva al principio en cada época).")
    if flat_val != sum(_served(val_loader, call), []):
        raise Wrong(call, Words("la validación llegó en dos órdenes distintos"), Words("un orden fijo"), "Solo se baraja el entrenamiento: no pongas shuffle en la validación.")
    torch.manual_seed(99)
    again = sum(_served(made(3)[1], call), [])
    if set(again) != set(flat_val):
        raise Wrong(call + ", llamada dos veces", Words("dos divisiones distintas"), Words("la misma división"), "La división debe depender solo de `seed`. Da un generador a random_split o a randperm: torch.Generator().manual_seed(seed).")
    other = sum(_served(made(4)[1], call), [])
    if set(other) == set(flat_val):
        words = "La división no es aleatoria: baraja antes los índices (torch.randperm con un generador)." if sorted(flat_val) in (list(range(5)), list(range(20, 25))) else "El argumento `seed` no se usa: otra semilla debería dar otra división."
        raise Wrong(call.replace("seed=3", "seed=4"), Words("la misma división que con seed=3"), Words("otra división"), words)


def _loaders_of_odd_sizes(function):
    data = TensorDataset(torch.arange(23.0).reshape(23, 1), torch.arange(23) % 3)
    call = "make_loaders(dataset, batch_size=5, val_fraction=0.3, seed=0) con 23 muestras"
    splits = []
    for state in (1, 2):
        torch.manual_seed(state)
        train, val = (sum(_served(loader, call), []) for loader in function(data, batch_size=5, val_fraction=0.3, seed=0))
        sizes = Words(f"{len(train)} muestras de entrenamiento, {len(val)} de validación")
        if len(set(train)) < len(train):
            raise Wrong(call, Words("muestras que aparecen dos veces en una época de entrenamiento"), Words("cada una, una vez"), "Saca las muestras sin reemplazo: lo hace shuffle=True.")
        if abs(len(val) - 6.9) > 1:
            raise Wrong(call, sizes, Words("16 y 7 (con un margen de 1)"), "La validación recibe n · val_fraction muestras: len(dataset) * val_fraction, redondeado; no tiene por qué ser un número entero de lotes.")
        if len(train) + len(val) != 23:
            raise Wrong(call, sizes, Words("23 muestras en total"), "Faltan muestras. Redondea solo un tamaño y toma el otro como el resto; y conserva el último lote, más pequeño.")
        splits.append(set(val))
    if splits[0] != splits[1]:
        raise Wrong(call + ", llamada dos veces", Words("dos divisiones distintas"), Words("la misma división"), "El 0 es una semilla como cualquier otra: no la pongas a prueba con `if seed`.")


EXAMPLES["make_loaders"] = [_loaders, _loaders_of_odd_sizes]

HINTS["make_loaders"] = (
    "Pon una vez los números de 0 a n−1 en orden aleatorio. Después, dividir es solo cortar.",
    "torch.randperm(n, generator=…), con un torch.Generator propio sembrado con `seed`, da el orden; Subset(dataset, indices) es una parte; DataLoader(part, batch_size=…, shuffle=…) la sirve.",
    "n_val = round(n · val_fraction); los primeros n_val lugares del orden son para la validación; el resto, para el entrenamiento. shuffle=True solo en el entrenamiento. (random_split con generator= también hace el corte.)",
)


# ------------------------------------------------------------------------------------- 02_training_loop: train_one_epoch


def _epoch_of_images(function):
    call = "train_one_epoch(model, loader, nn.MultiMarginLoss(), SGD con lr=0.5), 7 imágenes de forma (1, 1, 2) en lotes de 3"
    model = _Small(images=True)
    got = function(model, _image_loader(), nn.MultiMarginLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    advice = "La pérdida es la que se recibe, `criterion`, y las imágenes llegan al modelo tal como vienen."
    _compare(call + "; el peso del modelo al terminar", model.linear.weight, _t([[0.5, -0.138889], [0.472222, 0.416667], [-1.222222, 0.222222]]), (), advice)
    _compare(call, got, 0.4533068, (), advice)


def _epoch(function):
    call = "train_one_epoch(model, loader, nn.CrossEntropyLoss(), SGD con lr=0.5), 5 muestras en lotes de 2"
    model = _Small().eval()
    got = function(model, _loader(), nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.5))
    if not all(model.modes):
        raise Wrong(call, Words("un paso hacia delante en modo de evaluación"), Words("modo de entrenamiento"), "Llama a model.train() antes del primer lote.")
    _require_all(call, model)
    if len(model.modes) != 3:
        raise Wrong(call, Words(f"{len(model.modes)} pasos hacia delante"), Words("3, uno por lote"), "Cada lote pasa una vez por el modelo. Guarda su salida; no la calcules otra vez.")
    slips = [
        ([[0.5, -0.5], [0.25, 1.0], [-1.0, 0.0]], "Los pesos no han cambiado. ¿Se llama a optimizer.step(), después de loss.backward()?"),
        ([[-0.60569, 0.17768], [-0.71644, 0.48443], [1.07213, -0.16211]], "Cada paso sigue los gradientes de todos los lotes hasta el momento. Bórralos en cada lote: optimizer.zero_grad()."),
        ([[-0.35963, -1.35963], [0.26043, 1.01043], [-0.1508, 0.8492]], "Hay un solo paso en toda la época. El optimizador da un paso por lote: revisa la sangría."),
    ]
    if any(_is_slip(model.linear.weight, _t(wrong)) for wrong, _ in slips):
        better = next(better for wrong, better in slips if _is_slip(model.linear.weight, _t(wrong)))
        raise Wrong(call + "; el peso del modelo al terminar", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), better)
    _compare(call + "; el peso del modelo al terminar", model.linear.weight, _t([[-0.61059, -0.81297], [-0.11363, 0.84379], [0.47422, 0.46918]]), (), "En cada lote: zero_grad, paso hacia delante, pérdida, backward, step, en este orden y una vez cada uno.")
    losses = [
        (2.23576, "Esa es la media de los lotes. El último lote tiene una muestra y pesa demasiado: suma loss · len(targets), y divide entre el número de muestras."),
        (6.70729, "Esa es la suma de los lotes. Pondera cada pérdida con el tamaño de su lote, y divide entre el número de muestras."),
        (10.9822, "Esa es la suma de todas las muestras. Divídela entre su número."),
        (1.34146, "La pérdida de un lote ya es una media. Multiplícala por len(targets) antes de dividir entre el número de muestras."),
        (2.43238, "Esa es la pérdida del último lote solamente. Suma las de todos los lotes."),
        (3.66073, "Divides entre el número de lotes. Divide entre el número de muestras."),
        (0.7387, "Esa es la pérdida después de cada paso. Usa la que tenía el lote cuando se entrenó con él."),
    ]
    _compare(call, got, 2.19644, losses, "Devuelve la pérdida media por muestra: la suma de pérdida · tamaño del lote, dividida entre el número de muestras.")


EXAMPLES["train_one_epoch"] = [_epoch, _epoch_of_images]

HINTS["train_one_epoch"] = (
    "Escribe primero los cinco pasos para un solo lote: borrar, paso hacia delante, pérdida, backward, step. Después pon el bucle alrededor.",
    "model.train() antes del bucle. Dentro: lleva los dos tensores con .to(device), optimizer.zero_grad(), el criterion de las salidas del modelo y los targets, loss.backward(), optimizer.step(). ¿Qué hay que ir sumando para la media por muestra?",
    "La pérdida es la media de su lote: suma loss.item() · len(targets) a un total, y len(targets) a un recuento. Devuelve total / count.",
)


# -------------------------------------------------------------------------------------------- 02_training_loop: evaluate


def _evaluation_of_images(function):
    call = "evaluate(model, loader, nn.MultiMarginLoss()), 7 imágenes de forma (1, 1, 2) en lotes de 3, bajo torch.no_grad()"
    model = _Small(images=True).eval()
    with torch.no_grad():
        got = function(model, _image_loader(), nn.MultiMarginLoss())
        on = torch.is_grad_enabled()
    if on:
        raise Wrong(call, Words("al terminar, los gradientes están activados"), Words("desactivados, como antes"), "`with torch.no_grad():` deja las cosas como las encontró; torch.set_grad_enabled(True), no.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parámetros que ya no aprenden"), Words("los parámetros como estaban"), "No toques requires_grad de los parámetros: torch.no_grad() basta.")
    slips = [
        ((None, 5.0), "Ese es el número de aciertos. Divídelo entre el número de muestras."),
        ((None, 3 / 7), "Ese es el número de lotes con algún acierto. Cuenta aciertos."),
    ]
    advice = ("La pérdida es la que se recibe, `criterion`, ponderada con el tamaño de cada lote.", "En cada fila, el lugar del mayor logit es la predicción; compárala con targets y divide entre todas las muestras.")
    _compare(call, got, (0.4261905, 0.7142857), slips, advice, names=("pérdida", "accuracy"))


def _evaluation(function):
    call = "evaluate(model, loader, nn.CrossEntropyLoss()), 5 muestras en lotes de 2"
    for before in (True, False):
        model = _Small().train(before)
        weight = model.linear.weight.clone()
        got = function(model, _loader(), nn.CrossEntropyLoss())
        if any(model.modes):
            raise Wrong(call, Words("un paso hacia delante en modo de entrenamiento"), Words("modo de evaluación"), "Llama primero a model.eval(): si no, dropout y la normalización por lotes se comportan como en el entrenamiento.")
        if any(model.recording):
            raise Wrong(call, Words("un paso hacia delante que registra gradientes"), Words("sin gradientes"), "Pon el bucle dentro de `with torch.no_grad():`. model.eval() no hace eso.")
        _require_all(call, model)
        if not torch.equal(weight, model.linear.weight):
            raise Wrong(call, Words("pesos cambiados"), Words("los pesos como estaban"), "Evaluar no es entrenar: ni backward ni step.")
        if any(module.training != before for module in model.modules()):
            mode = {True: "modo de entrenamiento", False: "modo de evaluación"}
            raise Wrong(call + f", con el modelo en {mode[before]}", Words(f"el modelo, o una de sus capas, quedó en {mode[not before]}"), Words(mode[before]), "Recuerda model.training al principio, y termina con model.train(was_training).")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("al terminar, los gradientes están desactivados"), Words("activados, como antes"), "`with torch.no_grad():` los vuelve a activar por sí mismo; torch.set_grad_enabled(False), no.")
        slips = [
            ((None, 20.0), "La exactitud es una proporción, no un porcentaje: 0.2, no 20."),
            ((None, 1.0), "Es correcta 1 de 5, lo que da 0.2: divide el número de aciertos entre el número de muestras."),
            ((None, 0.8), "Esa es la proporción de errores. La exactitud es la de aciertos."),
            ((None, 1 / 6), "Esa es la media de las exactitudes de los lotes. El último lote es más pequeño: cuenta aciertos y divide entre todas las muestras."),
            ((None, 1 / 3), "Divides entre el número de lotes. Divide entre el número de muestras."),
            ((2.02874, None), "La pérdida es la media de los lotes, y el último es más pequeño. Pondera cada uno con len(targets)."),
            ((2.02874, 1 / 6), "Las dos son medias de los lotes, y el último es más pequeño. Pondera por muestras, no por lotes."),
            ((6.08621, None), "La pérdida es una suma de los lotes. Pondera cada uno con su tamaño y divide entre el número de muestras."),
            ((10.20896, None), "La pérdida es la suma de todas las muestras. Divídela entre su "
                               "número."),
            ((1.21724, None), "La pérdida de un lote ya es una media: multiplícala por len(targets) antes de dividir entre el número de muestras."),
            ((0.2, 2.04179), "El orden es (loss, accuracy)."),
        ]
        advice = (
            "La pérdida es la media de las muestras: la suma de pérdida · tamaño de cada lote, dividida entre el número de muestras.",
            "La exactitud es el número de aciertos dividido entre el número de muestras.",
        )
        _compare(call, got, (2.04179, 0.2), slips, advice, names=("pérdida", "accuracy"))


EXAMPLES["evaluate"] = [_evaluation, _evaluation_of_images]

HINTS["evaluate"] = (
    "Copia el bucle de train_one_epoch y quita todo lo que aprende. ¿Qué hay que añadir antes y después?",
    "Antes: recuerda model.training, y después model.eval(). Alrededor del bucle: with torch.no_grad(). Al final: model.train(was_training). Por el camino, cuenta aciertos y muestras.",
    "(logits.argmax(dim=1) == targets).sum().item() es el número de aciertos de un lote. Divide los dos totales entre el número de muestras, y devuelve primero la pérdida.",
)


# ------------------------------------------------------------------------------------------------- 02_training_loop: fit


def _fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=3, lr=0.1) con 5 + 3 muestras"
    model = _Small()
    val_loader = DataLoader(TensorDataset(_t([[1, 1], [-1, -1], [0.5, -2]]), torch.tensor([1, 0, 2])), batch_size=2)
    got = function(model, _loader(), val_loader, 3, 0.1)
    keys = ("train_loss", "val_loss", "val_accuracy")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        raise Wrong(call, got, Words("un diccionario con " + ", ".join(keys)), "Devuelve el historial: una lista con cada uno de los tres nombres.")
    for key in keys:
        if not isinstance(got[key], (list, tuple)) or len(got[key]) != 3:
            words = "Añade un número en cada época."
            if isinstance(got[key], list) and len(got[key]) == 1:
                words += " Solo una época ha dejado su número: ¿termina antes de tiempo el bucle sobre las épocas, por un `return` dentro de él?"
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("una lista de 3 números, uno por época"), words)
        if any(isinstance(value, torch.Tensor) and value.requires_grad for value in got[key]):
            raise Wrong(f'{call}; history["{key}"]', Words("tensores que aún conservan sus grafos"), Words("una lista de números"), "Cada uno de estos guarda en memoria el grafo de toda su época. Saca de una pérdida el simple número con `.item()` antes de sumarla o añadirla.")
        if any(_number(value) is None for value in got[key]):
            words = "`evaluate` devuelve dos, así que sepáralos antes." if any(isinstance(value, (tuple, list)) for value in got[key]) else "`.item()` saca uno de un tensor con un solo valor."
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("una lista de números"), f"Añade números simples: {words}")
    values = {key: [_number(value) for value in got[key]] for key in keys}
    expected = {"train_loss": [2.11424, 1.55197, 1.25435], "val_loss": [1.1465, 1.12301, 1.12703], "val_accuracy": [1 / 3, 2 / 3, 2 / 3]}
    slips = {
        "train_loss": [
            ([2.11424, 1.75506, 1.47999], "El optimizador se crea de nuevo en cada época y olvida lo que sabía. Créalo una vez, antes del bucle."),
            ([2.06936, 1.70946, 1.48236], "Eso es lo que da SGD. La tarea pide torch.optim.Adam."),
            ([2.04246, 2.03644, 2.032], "`lr` no llega al optimizador: Adam(model.parameters(), lr=lr)."),
            ([2.04179, 2.04179, 2.04179], "El modelo no aprende. ¿Llama cada época a train_one_epoch, y tiene el optimizador los parámetros de este modelo?"),
        ],
        "val_loss": [
            ([1.23688, 1.1465, 1.12301], "La validación va antes del entrenamiento. En cada época, entrena primero y evalúa después."),
            ([1.66652, 1.34118, 1.11604], "Esa es la pérdida con los datos de entrenamiento. Evalúa con val_loader."),
            ([1 / 3, 2 / 3, 2 / 3], "La pérdida y la exactitud están intercambiadas: evaluate devuelve (loss, accuracy)."),
        ],
        "val_accuracy": [([100 / 3, 200 / 3, 200 / 3], "La exactitud es una proporción, no un porcentaje.")],
    }
    for key in keys:
        if _same(_t(values[key]), _t(expected[key])) and _is_rounded(_t(values[key]), _t(expected[key])):
            raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], "Los números están redondeados. Añádelos tal como son; redondear es para imprimir.")
    learned = [1.66652, 1.34118, 1.11604]  # the training loss may also be measured by an evaluation after the epoch
    if _same(_t(values["train_loss"]), _t(learned)):
        expected["train_loss"] = learned
    amiss = [key for key in keys if not _same(_t(values[key]), _t(expected[key]))]
    for key in amiss:
        for wrong, better in slips[key]:
            if _same(_t(values[key]), _t(wrong)):
                raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], better)
        words = "`fit` se apoya en train_one_epoch y evaluate: ¿superan sus comprobaciones? Y además: un solo Adam, entropía cruzada, entrenar y después validar."
        if len(amiss) == 1 and all((_t(values[other]) - _t(expected[other])).abs().max() < 2e-5 for other in keys if other != key):
            source = {"train_loss": "devuelve train_one_epoch", "val_loss": "devuelve evaluate en primer lugar", "val_accuracy": "devuelve evaluate en segundo lugar"}[key]
            words = f"Solo {key} está mal; las otras dos listas están bien. Añade en cada época lo que {source}, tal cual."
        raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], words)


def _longer_fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=8, lr=0.1) con normalización por lotes en el modelo, 9 + 5 imágenes"
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    with torch.no_grad():
        model[1].weight.copy_(_t([[1, -0.5], [0.5, 1], [-1, 0.25], [0.3, -1]]))
        model[4].weight.copy_((torch.arange(12.0) * 5 % 7 - 3).reshape(3, 4) / 4)
        model[4].bias.copy_(_t([0.1, -0.1, 0]))
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5], [-1, 2], [0.5, 0.5], [1, 1], [-1, -1], [0.5, -2], [2, 2], [-2, 1]]).reshape(14, 1, 1, 2)
    labels = torch.tensor([1, 2, 0, 0, 2, 0, 1, 1, 2, 1, 2, 0, 0, 1])
    loaders = DataLoader(TensorDataset(images[:9], labels[:9]), batch_size=3), DataLoader(TensorDataset(images[9:], labels[9:]), batch_size=2)
    history = function(model, *loaders, 8, 0.1)
    advice = "Un solo Adam con `lr` y sin nada más, para todos los parámetros; modo de entrenamiento al entrenar cada época, modo de evaluación al validarla; y se ejecutan todas las épocas."
    for key, expected in (("val_loss", [1.121561, 0.996482, 0.958364, 0.947983, 0.939969, 1.008147, 1.20944, 1.40503]), ("val_accuracy", [0.4, 0.2, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4])):
        got = [_number(value) for value in history[key]]
        if len(got) != 8 or not _same(_t(got), _t(expected)):
            few = "Hay que ejecutar las 8 épocas, sin terminar antes." if len(got) < 8 else advice
            raise Wrong(f'{call}; history["{key}"]', got, expected, few)
    words = "El historial está bien, pero el modelo no quedó como lo dejó el entrenamiento de la última época. fit entrena el mismo modelo que recibe; sin copias y sin volver a pesos anteriores."
    _compare(call + "; un peso del modelo al terminar", model[4].weight[0], _t([0.19949, 0.326684, -1.382243, -0.132504]), (), words)
    _compare(call + "; la media móvil de la normalización por lotes al terminar", model[2].running_mean, _t([0.588795, 0.262954, -0.439996, -0.367322]), (), words)


EXAMPLES["fit"] = [_fitting, _longer_fitting]

HINTS["fit"] = (
    "Lo difícil ya está hecho: esta función llama a train_one_epoch y a evaluate. ¿Qué hay que crear una sola vez, y qué pasa en cada época?",
    "Una vez: criterion, optimizer, tres listas vacías. En cada época: entrena con train_loader, evalúa con val_loader, añade tres números.",
    "torch.optim.Adam(model.parameters(), lr=lr) va antes del bucle. `val_loss, val_accuracy = evaluate(…)` separa la pareja. El dispositivo es next(model.parameters()).device.",
)


# ------------------------------------------------------------------------------------ 02_training_loop: trained_accuracy


def _together(CNN, make_loaders, fit):
    call = "fit(CNN(), *make_loaders(20 imágenes), epochs=1, lr=0.001)"
    model = CNN()
    if not isinstance(model, nn.Module):
        raise Wrong("CNN()", model, Words("un nn.Module"), "Pega tu clase de la parte 1 en la celda `my_cnn`.")
    images = _digits_like(2).repeat(10, 1, 1, 1) / 6
    data = TensorDataset(images, torch.arange(20) % 10)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNN()(images) con 20 imágenes", scores, Words("un tensor de forma (20, 10)"), "Arregla primero CNN: debería superar su comprobación de la parte 1.")
    parameters = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in parameters) != 21578:
        raise Wrong("los parámetros de CNN()", sum(p.numel() for p in parameters), 21578, "Pega tu clase terminada de la parte 1 en la celda `my_cnn`.")
    fit(model, *make_loaders(data), epochs=1, lr=0.001)
    if all(torch.equal(before, after) for before, after in zip(parameters, model.parameters())):
        raise Wrong(call, Words("los pesos como estaban"), Words("pesos entrenados"), "No se ha aprendido nada. ¿Superan train_one_epoch y fit sus comprobaciones? fit debe entrenar el mismo modelo que recibe.")


EXAMPLES["trained_accuracy"] = [_together]
NEEDS["trained_accuracy"] = ("CNN", "make_loaders", "fit")
PASSED_WORDS["trained_accuracy"] = "las piezas encajan. El entrenamiento mismo, y la exactitud en las imágenes de prueba, llegan con la calificación."

HINTS["trained_accuracy"] = (
    "Aquí no se escribe nada. ¿Superan make_loaders, train_one_epoch, evaluate y fit sus comprobaciones, y has pegado tu CNN?",
    "Ejecuta la celda de arriba, que entrena como la calificación. ¿Baja la pérdida de entrenamiento de época en época, desde cerca de 2.3?",
    "Si la pérdida se queda cerca de 2.3: zero_grad, backward, step y lr. Si baja, pero la exactitud es baja: una softmax al final de CNN, o un fit que entrena otro modelo distinto del que recibe.",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: softmax

EXAMPLES["softmax"] = [
    _value(
        f"softmax(z) con {_Z}",
        (_z,),
        _S1,
        [
            (_S0, "Suman 1 las columnas, no las filas: dim=-1 es la última dimensión."),
            (_t([[0.08032, 0.21834, 0.59352], [0.02955, 0.02955, 0.04872]]), "Suma 1 el tensor entero. Suma solo a lo largo de `dim`, con keepdim=True."),
            (_t([[2.71828, 7.38906, 20.08554], [1, 1, 1.64872]]), "La exp está bien. Ahora divide entre su suma a lo largo de `dim`."),
            (_t([[1 / 6, 1 / 3, 0.5], [0, 0, 1]]), "Falta la exponencial: primero exp, y después divide entre la suma."),
            (_L1, "Ese es el logaritmo de softmax. Es la tarea siguiente."),
        ],
        advice="La exp de cada puntuación, dividida entre la suma de las exp de su fila. ¿Suma 1 cada fila?",
    ),
    _value(f"softmax(z, dim=0) con {_Z}", (_z, {"dim": 0}), _S0, [(_S1, "El argumento `dim` no se usa. Pásalo a amax y a sum.")], advice="Con dim=0, cada columna suma 1."),
    _value("softmax(tensor([[1000., 1001.]]))", (_t([[1000, 1001]]),), _t([[0.26894, 0.73106]]), nan="exp(1000) es infinito. Resta antes la mayor puntuación a lo largo de `dim`: el resultado es el mismo."),
    _value("softmax(tensor([[-1000., -1001.]]))", (_t([[-1000, -1001]]),), _t([[0.73106, 0.26894]]), nan="exp(-1000) es 0, y 0 / 0 no es ningún número. Resta la mayor puntuación, también cuando es negativa."),
    _value("softmax(tensor([[5., 1000.], [0., 1.]]))", (_t([[5, 1000], [0, 1]]),), _t([[0, 1], [0.26894, 0.73106]]), [(_t([[0, 1], [0, 0]]), "Resta el máximo de cada fila, no el del tensor entero.")], nan="Resta a cada fila su propio máximo, z.amax(dim=dim, keepdim=True): no sirven ni el del tensor entero ni una media."),
    _value("softmax(z) con z en float64", (_z.double(),), _S1.double()),
]

HINTS["softmax"] = (
    "Dos pasos: haz positivas todas las puntuaciones, y después haz que sumen 1. ¿A lo largo de qué dimensión?",
    "exp, y después divide entre la suma a lo largo de `dim`, con keepdim=True para que las formas queden alineadas. Con puntuaciones grandes: resta antes algo a todas. El resultado no cambia; ¿por qué?",
    "m = z.amax(dim=dim, keepdim=True); trabaja con exp(z − m). Así, el mayor exponente es 0.",
)


# --------------------------------------------------------------------------------------- 03_softmax_metrics: log_softmax

EXAMPLES["log_softmax"] = [
    _value(
        f"log_softmax(z) con {_Z}",
        (_z,),
        _L1,
        [
            (_S1, "Eso es softmax. Se pide su logaritmo."),
            (-_L1, "El signo está mal: las log-probabilidades son negativas."),
            (_L0, "Se normalizan las columnas, no las filas: dim=-1 es la última dimensión."),
            (_t([[-2.52169, -1.52169, -0.52169], [-3.52169, -3.52169, -3.02169]]), "Se normaliza el tensor entero. Suma solo a lo largo de `dim`, con keepdim=True."),
            (_t([[-2, -1, 0], [-0.5, -0.5, 0]]), "Se resta la mayor puntuación. Ahora resta también el logaritmo de la suma de las exp."),
        ],
        advice="z − log(suma de exp(z)) a lo largo de cada fila.",
    ),
    _value(f"log_softmax(z, dim=0) con {_Z}", (_z, {"dim": 0}), _L0, [(_L1, "El argumento `dim` no se usa. Pásalo a amax y a sum.")], advice="Con dim=0, normaliza cada columna."),
    _value("log_softmax(tensor([[1000., 1000.]]))", (_t([[1000, 1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(1000) es infinito. Resta la mayor puntuación antes de la exp."),
    _value("log_softmax(tensor([[-1000., -1000.]]))", (_t([[-1000, -1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(-1000) es 0, y su logaritmo, menos infinito. Resta la mayor puntuación, también cuando es negativa."),
    _value("log_softmax(tensor([[0., 0.], [1000., 1000.]]))", (_t([[0, 0], [1000, 1000]]),), _t([[-0.69315, -0.69315], [-0.69315, -0.69315]]), nan="Resta el máximo de cada fila, no el del tensor entero: de una fila que está muy por debajo no queda nada."),
    _value("log_softmax(tensor([[0., 200.]]))", (_t([[0, 200]]),), _t([[-200, 0]]), [(_t([[-20.72327, 0]]), "Un número pequeño dentro del logaritmo esconde el problema y da un valor incorrecto. Toma el logaritmo sobre el papel: (z − m) − log(suma de exp(z − m)).")], nan="log(softmax(z)) falla: la probabilidad pequeña se hizo 0 antes del logaritmo. Usa (z − m) − log(suma de exp(z − m)).", advice="No hace falta calcular ninguna probabilidad: (z − m) − log(suma de exp(z − m)), con m la mayor puntuación."),
    _value("log_softmax(z) con z en float64", (_z.double(),), _L1.double()),
]

HINTS["log_softmax"] = (
    "Escribe log(exp(z_k) / S) sobre el papel, como diferencia de dos logaritmos.",
    "log softmax = z − log(suma de exp(z)). Solo puede desbordarse la segunda parte; resta la mayor puntuación antes de la exp, y tenlo en cuenta después.",
    "Con s = z − z.amax(dim=dim, keepdim=True), la respuesta es s menos el log de la suma de exp(s) a lo largo de `dim`, con keepdim=True. (torch.logsumexp hace la segunda parte, de forma estable.)",
)


# ------------------------------------------------------------------------------------- 03_softmax_metrics: cross_entropy

_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["cross_entropy"] = [
    _value(
        "cross_entropy(logits, targets) con logits de forma (4, 3), targets = [0, 1, 0, 2]",
        (_logits, _classes),
        _t(1.008873),
        [
            (_t(4.035494), "Esa es la suma del lote. Toma la media."),
            (_t(-1.008873), "El signo está mal: la pérdida es la media *negativa*."),
            (_t(0.336291), "Divides entre N·K. La media es sobre las N muestras."),
            (_t([0.46437, 0.16985, 3.09492, 0.30636]), "Esas son las pérdidas de las muestras, y están bien. Toma su media."),
            (_t(0.924727), "Softmax se aplica dos veces. La entrada son logits: basta una log-softmax."),
            (_t(-0.563432), "Falta el logaritmo: esa es la probabilidad media de la clase verdadera, no su logaritmo."),
            (_t(0.573708), "Tomas el logaritmo de la media. Toma la media de los logaritmos."),
            (_t(1.631687), "`log_probs[targets]` elige filas enteras, no una entrada de cada fila. Emparéjalas: log_probs[torch.arange(N), targets]."),
            (_t(4.895060), "`log_probs[targets]` elige filas enteras, no una entrada de cada fila. Emparéjalas: log_probs[torch.arange(N), targets]."),
            (_t(1.790133), "`log_probs[:, targets]` empareja cada fila con todos los objetivos. Empareja la fila n con el objetivo n: log_probs[torch.arange(N), targets]."),
            (_t(1.14125), "Las probabilidades suman 1 a lo largo del lote, no de las clases: usa dim=1."),
        ],
        advice="De la log-softmax de cada fila, elige la entrada de su objetivo; la pérdida es menos la media de esas entradas.",
    ),
    _value("cross_entropy(tensor([[1000., 0., 0.], [0., 2000., 0.]], float64), tensor([0, 0]))", (_t([[1000, 0, 0], [0, 2000, 0]], torch.float64), torch.tensor([0, 0])), _t(1000, torch.float64), nan="exp(1000) es infinito, o el logaritmo se encontró con una probabilidad de 0. Parte de las puntuaciones: el log de la suma de las exp (de forma estable) menos el logit de la clase verdadera.", advice="Con puntuaciones grandes se ha perdido un número pequeño. Trabaja con log-softmax, no con el logaritmo de softmax."),
]

HINTS["cross_entropy"] = (
    "De las K log-probabilidades de cada fila, ¿cuál importa?",
    "La log-softmax a lo largo de dim=1 da (N, K). Elige de la fila n la entrada de la columna targets[n]; la pérdida es menos la media de lo elegido.",
    "log_probs[torch.arange(N), targets] elige una entrada de cada fila (gather también). Después, un signo menos y .mean().",
)


# ------------------------------------------------------------------------------------------- 03_softmax_metrics: predict


def _prediction(function):
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, -2]]).reshape(4, 1, 1, 2)
    call = "predict(model, images) con 4 imágenes y 3 clases"
    best = _t([0.904375, 0.576604, 0.871703, 0.742808])
    for before in (True, False):
        model = _Small(images=True).train(before)
        got = function(model, images.clone())
        if isinstance(got, (tuple, list)):  # NumPy arrays will do
            got = tuple(torch.as_tensor(g) if type(g).__module__ == "numpy" else g for g in got)
        if any(model.modes):
            raise Wrong(call, Words("un paso hacia delante en modo de entrenamiento"), Words("modo de evaluación"), "Llama primero a model.eval(): si no, dropout hace que cada respuesta sea otra.")
        if any(model.recording):
            raise Wrong(call, Words("un paso hacia delante que registra gradientes"), Words("sin gradientes"), "Pon el paso hacia delante dentro de `with torch.no_grad():`.")
        if any(module.training != before for module in model.modules()):
            raise Wrong(call, Words("el modelo, o una de sus capas, quedó en otro modo"), Words("el modo en que estaba"), "Recuerda model.training al principio, y termina con model.train(was_training).")
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            raise Wrong(call, Words("al terminar, los gradientes están desactivados"), Words("activados, como antes"), "`with torch.no_grad():` los vuelve a activar por sí mismo; torch.set_grad_enabled(False), no.")
        if not all(parameter.requires_grad for parameter in model.parameters()):
            raise Wrong(call, Words("parámetros que ya no aprenden"), Words("los parámetros como estaban"), "No toques requires_grad de los parámetros: torch.no_grad() basta.")
        labels = torch.tensor([1, 2, 0, 0])
        slips = [
            ((best, labels), "El orden es (labels, confidences); `max(dim=1)` da primero los valores."),
            ((None, _t([2.25, 0.9, 1.6, 1.1])), "Ese es el mayor logit. La confianza es su softmax."),
            ((None, 100 * best), "Las confianzas son porcentajes. Se espera una proporción de 0 a 1."),
            ((labels + 1, None), "Las etiquetas cuentan desde 1. La primera clase es 0: devuelve lo que da argmax."),
            ((None, _t([0.824044, 0.643914, 0.541341, 0.32834])), "Las probabilidades suman 1 a lo largo de las imágenes. Con logits (N, K), usa dim=1."),
            ((torch.Size([3]), torch.Size([3])), "El máximo recorre las imágenes. Con logits (N, K), las clases son dim=1."),
            ((None, torch.Size([4, 3])), "Esas son las probabilidades de todas las clases. Devuelve una confianza por imagen: la de su etiqueta."),
            ((torch.tensor([2, 0, 2, 1]), torch.Size([4])), "Esa es la clase menos probable. Toma la mayor: argmax."),
            ((None, best.log()), "Ese es el logaritmo de la confianza. Toma su exp, o usa softmax."),
        ]
        advice = ("Las etiquetas son el argmax sobre las clases.", "Las confianzas son la softmax en el lugar de la etiqueta.")
        _compare(call, got, (labels, best), slips, advice, names=("etiquetas", "confianzas"))
    single = function(_Small(images=True), images[:1].clone())
    if any(len(getattr(each, "shape", (1,))) != 1 for each in single):
        raise Wrong("predict(model, images) con una sola imagen, de forma (1, 1, 1, 2)", tuple(single), Words("dos tensores de forma (1,)"), "Un lote de una imagen también es un lote: `squeeze()` le quita su eje.")


EXAMPLES["predict"] = [_prediction]

HINTS["predict"] = (
    "Es evaluate con un solo lote y sin etiquetas: lo de antes y lo de después es igual.",
    "En modo de evaluación y sin gradientes: logits, después softmax sobre las clases, después el mayor valor de cada fila y su lugar.",
    "probabilities.max(dim=1) da la pareja (valores, índices): confianzas y etiquetas, en este orden. Devuélvelas en el otro, y recupera el modo con model.train(was_training).",
)


# ------------------------------------------------------------------------------------------ 03_softmax_metrics: accuracy

EXAMPLES["accuracy"] = [
    _value(
        "accuracy(logits, labels) con logits de forma (4, 3), de los que 3 aciertan",
        (_logits, torch.tensor([0, 1, 2, 0])),
        0.75,
        [
            (75.0, "Se espera una proporción de 0 a 1, no un porcentaje."),
            (3.0, "Ese es el número de aciertos. Divídelo entre el número de muestras."),
            (0.25, "¿Es esa la proporción de errores? Son correctas 3 de 4: compara logits.argmax(dim=1) con labels."),
            (0.0, "¿Ningún acierto? Compara logits.argmax(dim=1) con labels, y divide como números de coma flotante."),
            (1.0, "¿Comparas lo que hay que comparar? Solo 3 de 4 son correctas."),
        ],
        advice="logits.argmax(dim=1) son las predicciones. ¿Qué proporción de ellas es igual a "
               "labels?",
    ),
    _value(
        "accuracy(logits, labels) con logits = [[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]], labels = [2, 1, 0]",
        (_t([[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]]), torch.tensor([2, 1, 0])),
        2 / 3,
        advice="Gana la mayor puntuación, también donde todas son negativas o pequeñas; cada fila es una imagen, también la última, y no se redondea nada.",
    ),
]

HINTS["accuracy"] = (
    "¿Cómo se pasa de diez puntuaciones a un dígito?",
    "logits.argmax(dim=1) son las predicciones; compáralas con labels y tendrás un tensor de True y False.",
    "La media de ese tensor, en números de coma flotante, es la proporción. `.item()` la convierte en un simple número.",
)


# ---------------------------------------------------------------------------------- 03_softmax_metrics: confusion_matrix

EXAMPLES["confusion_matrix"] = [
    _value(
        "confusion_matrix(preds, labels, 4) con preds = [0, 1, 1, 1, 0, 2], labels = [0, 0, 1, 1, 2, 2]",
        (torch.tensor([0, 1, 1, 1, 0, 2]), torch.tensor([0, 0, 1, 1, 2, 2]), 4),
        torch.tensor([[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]),
        [
            (_t([[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), "Las filas y las columnas están intercambiadas: la fila es la clase verdadera; la columna, la predicha."),
            (_t([[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]), "Un par que aparece dos veces se cuenta una: `= 1` solo fija una celda, `cm[labels, preds] += 1` no acumula, y un `break` deja de contar. Suma 1 por cada muestra, o usa bincount, o index_put_ con accumulate=True."),
            (torch.Size([3, 3]), "La clase 3 no aparece, pero también tiene fila y columna: el tamaño es num_classes."),
            (_t([[0.5, 0.5, 0, 0], [0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 0]]), "Se piden recuentos, no proporciones de una fila."),
            (torch.Size([16]), "Esa es la matriz en una sola fila: .reshape(num_classes, num_classes)."),
        ],
        advice="cm[t, p] cuenta las muestras de la clase t que se predijeron como p. Recorre los seis pares a mano.",
    ),
    _value("confusion_matrix(preds, labels, 2) con 300 muestras de la clase 0, todas predichas como 0", (torch.zeros(300, dtype=torch.long), torch.zeros(300, dtype=torch.long), 2), torch.tensor([[300, 0], [0, 0]]), [(_t([[44, 0], [0, 0]]), "Una celda se desborda en 256: cuenta en torch.long, no en un tipo entero pequeño.")], advice="Una celda puede contener cualquier número: cuenta en torch.long."),
]

HINTS["confusion_matrix"] = (
    "Empieza con una matriz de ceros y un bucle sobre los pares (etiqueta, predicción).",
    "torch.zeros(num_classes, num_classes, dtype=torch.long); con cada par, una celda sube en 1. ¿Qué índice es la fila?",
    "La fila es la etiqueta: cm[t, p] += 1 en un bucle sobre zip(labels, preds). Sin bucle: labels · num_classes + preds numera las celdas, y bincount con minlength las cuenta.",
)


# ------------------------------------------------------------------------------- 03_softmax_metrics: precision_recall_f1

_cm = torch.tensor([[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
_P, _R, _F = _t([0.625, 0.75, 0, 0]), _t([0.833333, 0.6, 0, 0]), _t([0.714286, 0.666667, 0, 0])
EXAMPLES["precision_recall_f1"] = [
    _value(
        "precision_recall_f1(cm) con cm = [[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]",
        (_cm,),
        (_P, _R, _F),
        [
            ((_R, _P, _F), "La precisión y la exhaustividad están intercambiadas: la precisión divide entre la suma de la columna (lo predicho); la exhaustividad, entre la de la fila."),
            ((100 * _P, None, None), "La precisión está en porcentaje. Se espera una proporción de 0 a 1."),
            ((None, 100 * _R, None), "La exhaustividad está en porcentaje. Se espera una "
                                     "proporción de 0 a 1."),
            ((_t([0.625, 0.75, 1, 1]), None, None), "Donde un denominador es 0, el valor es 0 por definición, y no 1."),
            ((None, None, _t([0.729167, 0.675, 0, 0])), "F1 no es la media simple: 2·p·r / (p + r)."),
            ((None, None, _t([0.357143, 0.333333, 0, 0])), "En F1 falta un factor 2: 2·p·r / (p + r)."),
        ],
        names=("precisión", "exhaustividad", "F1"),
        advice=("Para la clase 0, la precisión es 5 / (5+2+1).", "Para la clase 0, la exhaustividad es 5 / (5+1).", "F1 es 2·p·r / (p + r), clase por clase."),
        nan="Donde un denominador es 0, el valor es 0 por definición. Protege la división (clamp(min=1), o torch.where).",
    ),
]

HINTS["precision_recall_f1"] = (
    "Para una clase, colorea tres cosas en la matriz: su celda de la diagonal, su columna, su fila.",
    "cm.diagonal() son los aciertos; cm.sum(dim=0) es lo que se predijo como cada clase (columnas); cm.sum(dim=1), lo que hay de cada una (filas). ¿Y donde una suma es 0?",
    "Dividir los aciertos entre sum.clamp(min=1) da 0 donde la suma es 0, porque tampoco hay aciertos. El mismo truco vale para F1 escrito como 2·aciertos / (predichos + verdaderos).",
)


# ----------------------------------------------------------------------------------------- 03_softmax_metrics: roc_curve


def _roc(function):
    call = "roc_curve(scores, labels) con scores = [0.6, 0.9, 0.1, 0.8, 0.6, 0.3], labels = [1, 1, 0, 1, 0, 1]"
    scores, labels = _t([0.6, 0.9, 0.1, 0.8, 0.6, 0.3]), torch.tensor([1, 1, 0, 1, 0, 1])
    shown = Words("(0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1) como (fpr, tpr); umbrales inf, 0.9, 0.8, 0.6, 0.3, 0.1")
    got = function(scores.clone(), labels.clone())
    if got is None:
        raise Wrong(call, Words("None"), shown, "No volvió nada. ¿Hay un `return`?")
    if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(g, torch.Tensor) for g in got):
        raise Wrong(call, got, shown, "Devuelve tres tensores: fpr, tpr, thresholds.")
    fpr, tpr, thresholds = (g.detach().double() for g in got)
    if not (fpr.dim() == 1 and fpr.shape == tpr.shape == thresholds.shape):
        raise Wrong(call, tuple(got), shown, "Los tres tensores tienen una dimensión y la misma longitud.")
    curve = Words(", ".join(f"({f:.3g}, {t:.3g})" for f, t in zip(fpr.tolist(), tpr.tolist())) + "; umbrales " + ", ".join(f"{c:.3g}" for c in thresholds.tolist()))

    def wrong(advice):
        raise Wrong(call, curve, shown, advice)

    for name, rate, share, right in (("fpr", fpr, Words("negativos"), [0, 0, 0, 0.5, 0.5, 1]), ("tpr", tpr, Words("positivos"), [0, 0.25, 0.5, 0.75, 1, 1])):
        words = ""
        if not rate.isfinite().all():
            words = f"Hay un NaN o un infinito: divide entre el número de {share}."
        elif rate.max() > 1 + 1e-6:
            words = f"{name} es una proporción entre 0 y 1: divide los recuentos de {share} entre el número total de {share}."
        elif rate[0] > rate[-1] and (fpr[0] > fpr[-1]) != (tpr[0] > tpr[-1]):
            words = f"{name} aquí baja, y debería subir de 0 a 1: cuanto más bajo es el umbral, más {share} lo alcanzan o lo superan."
        if words:
            raise Wrong(f"{call}; {name}", rate, _t(right), words)
    points = [(round(f, 4), round(t, 4)) for f, t in zip(fpr.tolist(), tpr.tolist())]
    if points[0] == (1, 1) and points[-1] == (0, 0):
        wrong("La curva va al revés. Baja el umbral desde encima de todas las puntuaciones hasta la menor.")
    if points[0] == (0, 0) and points[-1] != (1, 1):
        wrong("La curva no termina en (1, 1). La menor puntuación también es un umbral (>=), y fpr se divide entre todos los negativos; tpr, entre todos los positivos.")
    if points[0] != (0, 0):
        swapped = points[-1] == (1, 1) and any(p == (0.25, 0) for p in points)
        wrong("fpr y tpr están intercambiados." if swapped else "La curva empieza en (0, 0): pon delante un umbral por encima de la mayor puntuación.")
    allowed = {(0, 0): None, (0, 0.25): 0.9, (0, 0.5): 0.8, (0.5, 0.75): 0.6, (0.5, 1): 0.3, (1, 1): 0.1}
    if (0.25, 0) in points:
        wrong("fpr y tpr están intercambiados, o las etiquetas se leen al revés: 1 es positivo.")
    if (0, 0.75) in points or (0.5, 0.5) in points:
        wrong("Dos muestras tienen la puntuación 0.6, una positiva y otra negativa. Cruzan el umbral juntas, en un solo paso: conserva solo la última de las puntuaciones iguales.")
    if any(p not in allowed for p in points):
        wrong("En cada umbral c, cuenta los positivos y los negativos con score >= c, y divide cada recuento entre su propio total.")
    if any(p not in points for p in ((0, 0), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1))):
        wrong("Falta una esquina de la curva. Haz un umbral de cada puntuación distinta.")
    shown, curve, call = Words("inf, 0.9, 0.8, 0.6, 0.3, 0.1"), thresholds, f"{call}; thresholds"
    if (thresholds[1:] > thresholds[:-1]).any():
        wrong("Los umbrales deberían decrecer, desde encima de todas las puntuaciones hasta la "
              "menor.")
    if not thresholds[0] > 0.9:
        wrong("El primer umbral debe estar por encima de todas las puntuaciones, porque ahí no se acepta a nadie: infinito, o la mayor puntuación + 1.")
    if any(allowed[p] is not None and abs(allowed[p] - c) > 1e-4 for p, c in zip(points, thresholds.tolist()) if p != (1, 1) or c > 0.1):
        wrong("Los puntos están bien, pero sus umbrales no: en cada punto, el umbral es la menor puntuación que se acepta.")
    higher, _, thresholds = function(_t([2.5, -0.5, 1.5]), torch.tensor([1, 0, 1]))
    if not thresholds[0] > 2.5:
        raise Wrong("roc_curve(scores, labels) con scores = [2.5, -0.5, 1.5], labels = [1, 0, 1]; thresholds", thresholds, Words("un primer umbral por encima de 2.5"), "Una puntuación puede ser cualquier número. El primer umbral debe estar por encima de todas: infinito, o la mayor puntuación + 1.")


EXAMPLES["roc_curve"] = [_roc]

HINTS["roc_curve"] = (
    "Haz a mano el ejemplo de la figura: en cada umbral, ¿cuántos de los 4 positivos y de los 2 negativos lo alcanzan o lo superan?",
    "Ordena por puntuación, de mayor a menor. Bajando por la lista, cuenta los positivos y los negativos vistos hasta el momento (cumsum). Con puntuaciones iguales, anota los recuentos solo después de la última. Pon delante (0, 0), con umbral infinito.",
    "Un lugar es una parada si la siguiente puntuación ordenada es distinta, o si es el último. Toma los recuentos acumulados en las paradas, divídelos entre sus últimos valores y ponles un 0 delante con torch.cat. (También funciona un bucle sobre scores.unique(), de la mayor hacia abajo.)",
)


# ----------------------------------------------------------------------------------------------- 03_softmax_metrics: auc

_ax, _ay = _t([0, 0.2, 0.5, 0.5, 1]), _t([0, 0.4, 0.6, 0.8, 1])
EXAMPLES["auc"] = [
    _value(
        "auc(x, y) con x = [0, 0.2, 0.5, 0.5, 1], y = [0, 0.4, 0.6, 0.8, 1]",
        (_ax, _ay),
        0.64,
        [
            (0.52, "Eso son rectángulos: cada uno tiene la menor de sus dos alturas, aquí la izquierda. Usa la media de las dos."),
            (0.76, "Eso son rectángulos: cada uno tiene la mayor de sus dos alturas, aquí la derecha. Usa la media de las dos."),
            (1.28, "El doble de lo debido: la altura es la media de las dos alturas y, (y[i] + "
                   "y[i+1]) / 2."),
            (-0.64, "El signo está mal: la anchura es x[i+1] − x[i]."),
            (0.56, "Esa es la media simple de y. Cada tramo cuenta según su anchura."),
            (0.44, "x e y están intercambiadas: la anchura sale de x; la altura, de y."),
        ],
        advice="Cuatro trapecios: 0.2·0.2 + 0.3·0.5 + 0·0.7 + 0.5·0.9.",
    ),
    _value("auc(x, y) con x = [0, 1/3, 1], y = [0.3, 0.9, 0.2]", (_t([0, 1 / 3, 1]), _t([0.3, 0.9, 0.2])), 0.5666667, advice="Los puntos se quedan en su orden: la y puede bajar. 1/3 · 0.6 + 2/3 · 0.55."),
    _value("auc(tensor([0., 2.]), tensor([1., 4.]))", (_t([0, 2]), _t([1, 4])), 5.0, advice="Un trapecio: anchura 2, altura media 2.5. x no tiene por qué terminar en 1."),
]

HINTS["auc"] = (
    "¿Cuál es el área de un trapecio, y cuántos hay?",
    "Anchura x[i+1] − x[i], altura (y[i] + y[i+1]) / 2. Con M puntos hay M − 1.",
    "x[1:] − x[:-1] son todas las anchuras a la vez; y[1:] + y[:-1], el doble de todas las alturas. Multiplica, toma la mitad, suma, `.item()`.",
)


# ---------------------------------------------------------------------------------------------------------- from a shell


def run_notebook(path):
    """Ejecuta las celdas de código de un cuaderno, salvo las marcadas con `demo`, y devuelve sus
    nombres y lo que falló."""
    names, failures = {"__name__": "__main__"}, []
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate((c for c in cells if c["cell_type"] == "code"), 1):
        if "demo" in cell.get("metadata", {}).get("tags", []):
            continue
        source = "".join(cell["source"])
        source = "\n".join(
            "" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")
        )
        name = f"{Path(path).name}, celda de código {number}"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(Path(path).resolve().parent):
                exec(compile(source, name, "exec"), names)
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    return names, failures


def main(arguments):
    """Ejecuta todos los cuadernos de las carpetas o archivos indicados (por defecto, esta), imprime el
    avance y devuelve el código de salida."""
    sys.modules["checks"] = sys.modules[__name__]
    os.environ.setdefault("MPLBACKEND", "Agg")
    paths = [Path(a) for a in arguments] or [Path(__file__).resolve().parent]
    files = [
        f for p in paths for f in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p]) if f.stem in NOTEBOOKS
    ]
    if not files:
        print(f"Aquí no hay ningún cuaderno de este laboratorio. Se llaman {', '.join(n + '.ipynb' for n in NOTEBOOKS)}.")
        return 2
    groups = {}
    for file in files:
        try:
            names, failures = run_notebook(file)
        except (OSError, ValueError, KeyError) as error:
            print(f"{file} no se puede leer como cuaderno: {error}")
            return 2
        for failure in failures:
            print(failure)
        groups[file.stem] = outcomes_of(file.stem, names)
    for outcome in (o for outcomes in groups.values() for o in outcomes if o.status == WRONG):
        print(outcome.text() + "\n")
    print(_progress(groups)[0])
    return 0 if all(o.status == PASSED for outcomes in groups.values() for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
