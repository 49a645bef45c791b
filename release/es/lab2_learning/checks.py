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
    "01_first_networks": {
        "image_statistics": 3,
        "normalize": 3,
        "FirstNet": 6,
        "CNNNet": 8,
        "BasicCNN": 6,
        "nll_loss": 4,
    },
    "02_losses_and_optimizers": {
        "mse_loss": 3,
        "bce_loss": 4,
        "kl_div": 4,
        "SGD": 6,
        "RMSprop": 5,
        "Adagrad": 5,
        "Adam": 8,
        "train_with_log": 5,
    },
    "03_regularisation_and_evaluation": {
        "dropout": 5,
        "channel_dropout": 3,
        "l2_penalty": 4,
        "EarlyStopping": 6,
        "classification_report": 6,
        "trained_regularised": 6,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['nll_loss', 'mse_loss', 'bce_loss', 'kl_div', 'SGD', 'RMSprop', 'Adagrad', 'Adam', 'classification_report'],
    "operators": 'conv(?!ert)|max_pool|softmax|nll_loss|cross_entropy|attention|trapezoid|trapz|mse_loss|kl_div|dropout|_fused_(sgd|adam|adagrad)',
    "functions": '_?(convolve\\w*|correlate\\w*|(log_)?softmax\\w*|nll_loss\\w*|cross_entropy\\w*|trapz|(cumulative_)?trapezoid|mse_loss\\w*|binary_cross_entropy\\w*|kl_div\\w*|rel_entr|(\\w+_)?dropout\\w*|kl_\\w+_\\w+|\\w*Categorical\\w*|stochastic_depth|drop_block\\w*|((single|multi)_tensor_|fused_)?(asgd|adadelta|adafactor|adagrad|adam|adamw|adamax|muon|nadam|radam|rmsprop|rprop|sgd|sparse_adam))',
    "packages": ['sklearn', 'torchmetrics', 'scipy.signal', 'scipy.ndimage', 'scipy.integrate'],
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


def _images():
    """Three made-up images, (3, 1, 28, 28), with values that are easy to repeat."""
    i = torch.arange(28.0)
    two = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return torch.cat([two, 0.6 * two[1:]]).unsqueeze(1)


def _scores(made, model, images, what):
    """Return a network's answer to a batch of images; raise Wrong where it is no tensor (N, 10)."""
    if not isinstance(model, nn.Module):
        name = made.partition("(")[0]
        raise Wrong(made, model, Words("un nn.Module"), f"Escribe `class {name}(nn.Module):`, y llama primero a super().__init__().")
    call, wanted = f"{made}(x) con x de forma {tuple(images.shape)}", Words(f"un tensor de forma ({len(images)}, 10)")
    got = model(images)
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, wanted, f"¿Devuelve `forward` {what}?")
    if got.shape == (len(images), 10):
        return got
    advice = "La última capa tiene diez salidas por imagen, una para cada dígito."
    if got.dim() == 1:
        advice = "Se ha perdido el eje del lote, por un `squeeze()` o por un `flatten()` sin start_dim=1. Un lote de una sola imagen también es un lote."
    elif len(got) > len(images):
        advice = "Hay más filas que imágenes: un `view(-1, …)` ha cortado una imagen en varias. Conserva una fila por imagen con flatten(start_dim=1)."
    elif len(got) < len(images):
        advice = "Hay menos filas que imágenes. Conserva una fila por imagen con flatten(start_dim=1)."
    raise Wrong(call, got, wanted, advice)


def _require_size(made, model, expected, known, otherwise):
    """Raise Wrong where a network has another number of trainable parameters; `known` numbers tell what is missing."""
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if size != expected:
        raise Wrong(f"los parámetros entrenables de {made}", size, expected, known.get(size, otherwise))


def _require_gradients(made, model, images):
    """Raise Wrong where a parameter has no gradient after a backward pass."""
    model(images)[:, 0].sum().backward()
    without = [tuple(p.shape) for p in model.parameters() if p.requires_grad and p.grad is None]
    if without:
        raise Wrong(f"backward a través de {made}", Words(f"ningún gradiente para un parámetro de forma {without[0]}"), Words("un gradiente para cada parámetro"), "Así que este parámetro no aprendería nunca: ¿hay algo separado con detach, dentro de no_grad, o creado pero no usado en `forward`?")


def _filled(model, numbers, last, slope):
    """Set all parameters of a layer to one number, by their size, and those of the last layer's digit k to k times `slope`.

    Returns False where the weights are cut in another way than by layers: the example does not fit them, the hidden tests do.
    """
    parameters = list(model.parameters())
    if not {p.numel() for p in parameters} <= {*numbers, last}:
        return False
    ramp = slope * torch.arange(10.0)
    with torch.no_grad():
        for each in parameters:
            if each.numel() == last:
                each.copy_(ramp.reshape([10] + [1] * (each.dim() - 1)) if each.shape[0] == 10 else ramp.expand(each.shape))
            else:
                each.fill_(numbers[each.numel()])
    return True


_NO_POWER = ("NotImplementedError|RuntimeError|TypeError", "bitwise_xor|unsupported operand type.* \\^", "`^` no es una potencia en Python. Escribe `** 2`.")

# Notebook 02: the four optimizers.


class _Bench:
    """Three parameters and a student's optimizer: the first has a gradient in every step, the second never, the third from a step on."""

    pulls = _t([[1, -2], [3, 0.5], [-1, 2], [0.5, 1]])  # the first parameter's gradient in each step

    def __init__(self, call, kind, options):
        self.call = call
        self.first, self.idle, self.last = (nn.Parameter(_t(start)) for start in ([1, 2], [5], [[1], [-1]]))
        self.place = self.first.data_ptr()  # of its numbers in memory
        self.optimizer = kind((each for each in (self.first, self.idle, self.last)), **options)
        for name in ("step", "zero_grad"):
            if not callable(getattr(self.optimizer, name, None)):
                raise Wrong(call, Words(f"un objeto sin {name}()"), Words("un objeto con step() y zero_grad()"), "Conserva los dos métodos de la clase, con sus nombres.")
        parts = [self.optimizer, *getattr(self.optimizer, "__dict__", {}).values()]
        homes = {base.__module__ for each in parts for base in type(each).__mro__}
        if any(home.startswith("torch.optim.") and home != "torch.optim.optimizer" for home in homes):
            raise Wrong(call, Words("un optimizador de torch.optim"), Words("uno escrito por ti"), "El optimizador de la biblioteca hace aquí todo el trabajo, y eso no da puntos: escribe tú los pasos.")

    def go(self, steps, begin, scale):
        """Make steps; the third parameter has gradients from step `begin` on, all of them multiplied by `scale`."""
        for number, pull in enumerate(scale * self.pulls[:steps]):
            self.optimizer.zero_grad()
            if any(each.grad is not None and each.grad.any() for each in (self.first, self.last)):
                raise Wrong(f"{self.call}; un gradiente después de zero_grad", Words("el de antes"), Words("None o ceros"), "`zero_grad` no llega a todos los parámetros: `p.grad = None` para cada uno. `params` puede ser un generador, que solo se puede recorrer una vez: guarda `list(params)`.")
            self.idle.grad = self.last.grad = None
            loss = (self.first * pull).sum()
            if number >= begin:
                loss = loss + 2 * scale * self.last.sum()
            loss.backward()
            self.optimizer.step()
            if not torch.is_grad_enabled():
                raise Wrong(self.call, Words("los gradientes quedan desactivados después del paso"), Words("activados, como antes"), "`with torch.no_grad():` los vuelve a activar por sí solo; torch.set_grad_enabled(False), no.")
            if self.first.grad_fn is not None or not self.first.requires_grad:
                raise Wrong(self.call, Words("un parámetro que lleva un grafo, o que ya no registra"), Words("el mismo parámetro con números nuevos"), "Trabaja dentro de `with torch.no_grad():` y cambia p in situ, `p -= …`: así no se registra nada del paso.")
        if not torch.equal(self.idle, _t([5])):
            raise Wrong(f"{self.call}; un parámetro que no tiene gradiente", self.idle, _t([5]), "Un parámetro cuyo gradiente es None se deja en paz: ni paso ni decaimiento.")
        if self.first.data_ptr() != self.place:
            raise Wrong(self.call, Words("un parámetro con otro tensor detrás"), Words("el mismo con números nuevos"), "`p.data = …` pone un tensor nuevo detrás del parámetro. Cambia los números del que ya está: `p -= …`.")


def _walk(call, options, steps, first, last, slips=(), advice="", begin=0, scale=1, nan=None):
    """An example: make steps with the gradients of `_Bench.pulls`, and compare where the first and the last parameter end."""
    pulls = ", ".join(str([float(f"{value:g}") for value in pull]) for pull in (scale * _Bench.pulls[:steps]).tolist())
    whole = f"{call}; w = [1, 2] después de {steps} paso{'s' * (steps > 1)}, gradientes {pulls}"

    def example(kind):
        bench = _Bench(call, kind, options)
        bench.go(steps, begin, scale)
        words = [
            *((_t(wrong), better) for wrong, better in slips),
            (_t([1, 2]), "El parámetro no ha cambiado. `p = p - …` hace un tensor nuevo, del que la red no sabe nada: escribe `p -= …`. Y `params` puede ser un generador, que solo se puede recorrer una vez: guarda `list(params)`."),
            (_t([2 - first[0], 4 - first[1]]), "Los pasos van cuesta arriba. El gradiente apunta hacia donde crece la pérdida: resta el paso a w."),
        ]
        _compare(whole, bench.first, _t(first), words, advice, nan)
        behind = "El primer parámetro termina bien, y otro que va detrás, no. Cada uno tiene su propia memoria, y el bucle sigue después de uno que no tiene gradiente."
        if begin:
            behind = "Un parámetro que recibe más tarde su primer gradiente empieza entonces: su memoria está vacía, y su propia cuenta de pasos es 1."
        _compare(f"{call}; v = [[1], [-1]] con gradientes de {2 * scale:g} desde el paso {begin + 1} hasta el paso {steps}", bench.last, _t(last), (), behind)

    return example


_OPTIMIZER_WORDS = (
    _NO_POWER,
    ("TypeError|AttributeError", "NoneType", "Un parámetro no tiene gradiente: su `p.grad` es None. Déjalo en paz con `if p.grad is not None:`, en `step` y en `zero_grad`."),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "Un parámetro solo se puede cambiar in situ donde no se registra nada: pon el paso dentro de `with torch.no_grad():`."),
    ("RuntimeError", "must match|broadcast", "Dos formas no encajan. ¿Tiene cada parámetro su propia memoria, de su misma forma?"),
)


# ----------------------------------------------------------------------------------- 01_first_networks: image_statistics

_mean, _std = _t([0.5, 0.625, 0.5]), _t([0.223607, 0.414578, 0.4])
_colours = _t([[[[0.2, 0.4]], [[0, 1]], [[0.1, 0.1]]], [[[0.6, 0.8]], [[1, 0.5]], [[0.9, 0.9]]]])
_grey_image = _t([[[[0, 0.5, 1], [0.25, 0.75, 0.5]]]], torch.float64)
_ONE_FOR_ALL = "Eso es un solo número para todos los canales. Cada canal tiene el suyo: deja fuera el eje de los canales, `dim=(0, 2, 3)`."
_PER_CHANNEL = ("El canal 0 contiene 0.2, 0.4, 0.6 y 0.8, así que su media es 0.5.", "En el canal 0 los valores están a −0.3, −0.1, 0.1 y 0.3 de la media: elévalos al cuadrado, toma la media de los cuatro cuadrados, y después la raíz.")
_BY_COUNT = "Divides entre el número de valores − 1, como hace `std` por sí sola. Divide entre el número de valores: `correction=0`."


def _of_the_images_type(image_statistics):
    for name, got in zip(("mean", "desviación típica"), image_statistics(_colours.clone())):
        if got.dtype != torch.float32:
            raise Wrong("image_statistics(images) con imágenes en float32; la " + name, Words(str(got.dtype)), Words("torch.float32"), "El resultado tiene el tipo de las imágenes: `.to(images.dtype)`, si calculas en otro.")


EXAMPLES["image_statistics"] = [
    _value(
        "image_statistics(images) con dos imágenes de tres canales, cada una de 1×2",
        (_colours,),
        (_mean, _std),
        [
            ((_std, _mean), "Los dos están intercambiados: primero la media, después la "
                            "desviación típica."),
            ((_t(0.541667), None), _ONE_FOR_ALL),
            ((None, _t(0.361613)), _ONE_FOR_ALL),
            ((None, _t(0.377692)), _ONE_FOR_ALL),
            ((_t([0.3, 0.783333]), None), "Eso es una media por imagen. Lo que tiene una media es cada *canal*, sobre todas las imágenes: `dim=(0, 2, 3)`."),
            ((None, _t([0.33665, 0.177169])), "Eso es una por imagen. Lo que tiene una es cada *canal*, sobre todas las imágenes: `dim=(0, 2, 3)`."),
            ((None, _t([0.258199, 0.478714, 0.46188])), _BY_COUNT),
            ((None, _t([0.066667, 0.229167, 0.213333])), "Eso es la varianza, y dividida entre el número de valores − 1. Toma su raíz, y divide entre el número de valores."),
            ((None, _t([0.05, 0.171875, 0.16])), "Eso es la varianza. La desviación típica es su raíz cuadrada."),
            ((None, _t([0.1, 0.375, 0])), "Eso es la media de las desviaciones típicas de cada imagen. No ve que una imagen es más oscura que otra: toma juntos todos los píxeles de un canal."),
            ((None, _t([0.141421, 0.53033, 0])), "Eso es la media de las desviaciones típicas de cada imagen. No ve que una imagen es más oscura que otra: toma juntos todos los píxeles de un canal."),
            ((torch.Size([2, 3]), None), "Eso es un número por imagen y canal. Todas las imágenes van juntas: `dim=(0, 2, 3)`."),
            ((torch.Size([3, 1, 2]), None), "Eso es un número por píxel, sobre las imágenes. Los píxeles de un canal también van juntos: `dim=(0, 2, 3)`."),
            ((torch.Size([1, 3, 1, 1]), None), "La media debe tener forma (3,), un número por canal: quita `keepdim=True` al final, o aplánala."),
            ((None, torch.Size([1, 3, 1, 1])), "La desviación típica debe tener forma (3,), un número por canal: quita `keepdim=True` al final, o aplánala."),
        ],
        names=("mean", "desviación típica"),
        advice=_PER_CHANNEL,
    ),
    _value(
        "image_statistics(images) con una imagen gris, de 2×3, en float64",
        (_grey_image,),
        (_t([0.5], torch.float64), _t([0.322749], torch.float64)),
        [((None, _t([0.353553])), _BY_COUNT)],
        names=("mean", "desviación típica"),
        advice=("Hay un canal, así que hay una media, en un tensor de forma (1,).", "Hay un canal, así que hay una desviación típica, en un tensor de forma (1,)."),
    ),
    _of_the_images_type,
]

HINTS["image_statistics"] = (
    "Las imágenes son (N, C, H, W), y el número de un canal sale de todas las imágenes y todos los píxeles: ¿sobre qué tres ejes promedias?",
    "`mean` y `std` admiten varios ejes a la vez: `dim=(0, 2, 3)` deja los canales, (C,). Y mira entre qué divide `std`.",
    "images.mean(dim=(0, 2, 3)) es la primera. La segunda es images.std con los mismos ejes y `correction=0`; o la raíz de la media de las distancias a la media al cuadrado.",
)


# ------------------------------------------------------------------------------------------ 01_first_networks: normalize

_colour_images = _t([[[[0.25, 0.5, 1]], [[0, 0.3, 0.2]]], [[[0.75, 0, 0.5]], [[0.4, 0.1, 1]]]])
_means, _stds = _t([0.5, 0.2]), _t([0.25, 0.1])
_square = _t([[[[0.1, 0.5]], [[0.2, 0.4]]]])
_written = _t([[[[0, 1, 0.5], [0.1307, 0.25, 0.75]]]])


def _shaped(values):
    return _t(values).reshape(2, 2, 1, 3)


EXAMPLES["normalize"] = [
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) con imágenes de forma (2, 2, 1, 3)",
        (_colour_images, _means, _stds),
        _shaped([-1, 0, 2, -2, 1, 0, 1, -2, 0, 2, -1, 8]),
        [
            (_colour_images, "No ha cambiado nada. Resta a cada canal su media, y divide entre su desviación típica."),
            (_shaped([-1.75, -1.5, -1, -2, -1.7, -1.8, -1.25, -2, -1.5, -1.6, -1.9, -1]), "Solo se ha dividido la media. La diferencia va entre paréntesis: (x − mean) / std."),
            (_shaped([0.5, 1.5, 3.5, -0.2, 2.8, 1.8, 2.5, -0.5, 1.5, 3.8, 0.8, 9.8]), "Primero divides y después restas la media. Es al revés: (x − mean) / std."),
            (_shaped([3, 4, 6, 2, 5, 4, 5, 2, 4, 6, 3, 12]), "Sumas la media. Réstala."),
            (_shaped([-0.0625, 0, 0.125, -0.02, 0.01, 0, 0.0625, -0.125, 0, 0.02, -0.01, 0.08]), "Multiplicas por la desviación típica. Divide entre ella."),
            (_shaped([-4, 0, 8, -20, 10, 0, 4, -8, 0, 20, -10, 80]), "Divides entre el cuadrado de la desviación típica. Basta con una vez."),
            (_shaped([-0.5, 0, 1, -0.632456, 0.316228, 0, 0.5, -1, 0, 0.632456, -0.316228, 2.529822]), "Divides entre la raíz de lo que se da. Ya es la desviación típica."),
            (_shaped([-0.774597, 0, 1.549193, -1.025978, -0.102598, -0.410391, 0.774597, -1.549193, 0, 0.205196, -0.718185, 2.051957]), "Eso usa la media y la desviación típica de las propias imágenes. Usa las dos que se dan."),
            (_shaped([-0.25, 0, 0.5, -0.2, 0.1, 0, 0.25, -0.5, 0, 0.2, -0.1, 0.8]), "La media está restada. Ahora divide entre la desviación típica."),
            (_shaped([-1, 0, 2, -2, -0.8, -1.2, 1, -2, 0, -0.4, -1.6, 2]), "Todos los canales se tratan con los números del primero. Cada uno tiene los suyos."),
            (_shaped([0, 0.5, 1.5, -0.5, 1, 0.5, 1, -0.5, 0.5, 1.5, 0, 4.5]), "Las dos están intercambiadas: la media se resta, y la desviación típica divide."),
            (_shaped([1, 2, 4, 0, 3, 2, 3, 0, 2, 4, 1, 10]), "La media sigue ahí. Réstala antes de dividir."),
        ],
        advice="En el canal 0, 0.25 pasa a ser (0.25 − 0.5) / 0.25 = −1; en el canal 1, 0.3 pasa a ser (0.3 − 0.2) / 0.1 = 1.",
    ),
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) con imágenes de forma (1, 2, 1, 2)",
        (_square, _means, _stds),
        _t([[[[-1.6, 0]], [[0, 2]]]]),
        [(_t([[[[-1.6, 3]], [[-1.2, 2]]]]), "Las dos medias se fueron a las dos columnas, no a los dos canales: PyTorch alinea las formas desde la derecha. Dales la forma (C, 1, 1).")],
        advice="El canal 0 se trata con 0.5 y 0.25; el canal 1, con 0.2 y 0.1.",
    ),
    _value(
        "normalize(images, 0.1307, 0.3081) con una imagen gris, de 2×3",
        (_written, 0.1307, 0.3081),
        _t([[[[-0.424213, 2.821487, 1.198637], [0, 0.387212, 2.010062]]]]),
        [(_t([[[[-1, 1, 0], [-0.7386, -0.5, 0.5]]]]), "Se usa 0.5, y no lo que se da.")],
        advice="Los números valen para todos los canales: 1 pasa a ser (1 − 0.1307) / 0.3081 = "
               "2.8215.",
    ),
    _value(
        "normalize(images, tensor([0.5], float64), tensor([0.25], float64)) con una imagen gris en float64",
        (_t([[[[0, 1], [0.25, 0.5]]]], torch.float64), _t([0.5], torch.float64), _t([0.25], torch.float64)),
        _t([[[[-2, 2], [-1, 0]]]], torch.float64),
    ),
]

MORE_WORDS["normalize"] = (
    (
        "RuntimeError",
        "must match the size of tensor",
        "Las formas se alinean desde la derecha, así que una media de forma (C,) se aplica a las columnas de las imágenes. Dales a la media y a la desviación típica la forma (C, 1, 1).",
    ),
    (
        "AttributeError|TypeError",
        r"'(float|int)' object (has no attribute|is not subscriptable)|object of type '(float|int)' has no len",
        "Aquí la media y la desviación típica son números corrientes, y también tienen que funcionar. `torch.as_tensor` hace un tensor de un número, y deja un tensor como está.",
    ),
)

HINTS["normalize"] = (
    "¿Qué forma debe recibir un tensor (C,) para que sus números lleguen a los canales de (N, C, H, W)? PyTorch alinea las formas desde la derecha.",
    "(C, 1, 1) queda alineada: reshape(-1, 1, 1). Un número corriente no tiene reshape; `torch.as_tensor` hace un tensor de lo que le llegue.",
    "mean = torch.as_tensor(mean, dtype=images.dtype, device=images.device).reshape(-1, 1, 1), y std igual. Después resta, y divide la diferencia.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: FirstNet

_SIZES = {
    834500: "Faltan los sesgos: deja `bias` en su valor por defecto.",
    785000: "Solo la primera capa tiene parámetros. ¿Guardas las otras dos con `self.name = …`? Una lista normal las esconde; nn.ModuleList, no.",
    50560: "Los parámetros de la primera capa no se ven, o están congelados. Guarda la capa con `self.name = …` en __init__.",
    835050: "La última capa no se ve, o falta. Guárdala con `self.name = …` en __init__.",
    0: "No se ven los parámetros de ninguna capa. Guarda cada una con `self.name = …` en __init__; una lista normal las esconde.",
    84060: "Parece que la primera capa tiene 100 salidas. Aquí tiene 1000.",
}


def _require_log_probabilities(got):
    call, ones = "exp de FirstNet()(images), sumado para cada una de tres imágenes", torch.ones(3)
    advice = "Las diez probabilidades de una imagen deben sumar 1. Devuelve F.log_softmax(…, dim=1) de lo que da la última capa."
    if torch.allclose(got.sum(1), ones, atol=1e-4):
        advice = "Esas son probabilidades. Devuelve sus logaritmos: F.log_softmax en lugar de softmax."
    elif torch.allclose(got.exp().sum(0), torch.ones(10), atol=1e-4):
        advice = "Lo que suma 1 son las *columnas*: log_softmax fue a lo largo de las imágenes. Dale dim=1."
    _compare(call, got.exp().sum(1), ones, advice=advice)


def _first_net(FirstNet):
    images = _images()
    model = FirstNet()
    got = _scores("FirstNet()", model, images, Words("log-probabilidades"))
    _require_size("FirstNet()", model, 835560, _SIZES, "Imprime la forma de cada parámetro, y compara con 784·1000 + 1000, 1000·50 + 50 y 50·10 + 10.")
    _scores("FirstNet()", model, images[:1], Words("log-probabilidades"))
    _require_gradients("FirstNet()", model, images)
    smaller = FirstNet(image_size=6)
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 1, 2, 3), Words("log-probabilidades"))
    _scores("FirstNet(image_size=6)", smaller, torch.ones(3, 6), Words("log-probabilidades"))
    _require_log_probabilities(got.detach())
    if not _filled(model, {784000: 0.4, 1000: 0.2, 50000: -0.001, 50: 10.0, 10: 0.1}, 500, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 0], model.eval()(images)[:, 0]
    call = "FirstNet()(images), con pesos puestos por nosotros; log-probabilidad del dígito 0 en tres imágenes"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("lo mismo en modo de entrenamiento y de evaluación"), "En modo de entrenamiento la red responde otra cosa: quita el dropout y la normalización por lotes.")
    slips = [
        (_t([-2.213047, -2.302585, -2.213047]), "Las puntuaciones negativas se recortan: hay una ReLU después de la última capa. Solo la llevan las dos primeras."),
        (_t([-0.736736, -3.0687, -1.871503]), "Se comporta como si no hubiera ninguna ReLU: va una después de la primera capa y otra después de la segunda."),
        (_t([-0.736736, -2.302585, -1.871503]), "Se comporta como si no hubiera ReLU después de la primera capa."),
        (_t([-0.925991, -3.0687, -1.871503]), "Se comporta como si no hubiera ReLU después de la segunda capa."),
        (_t([-2.087876, -2.087876, -2.087876]), "Eso es una tanh o una sigmoide entre las capas. Se pide una ReLU."),

    ]
    _compare(call, again, _t([-0.925991, -2.302585, -1.871503]), slips, "Compara el orden con la tabla: lineal, ReLU, lineal, ReLU, lineal, log-softmax, y nada más.")


EXAMPLES["FirstNet"] = [_first_net]
MORE_WORDS["FirstNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "Todas las imágenes están en una sola fila: el lote se ha aplanado con ellas. Conserva una fila por imagen: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "La primera capa recibe `image_size` números de cada imagen, y 784 solo por defecto. Usa el argumento en __init__, y aplana con `x.flatten(start_dim=1)`. ¿Entran y salen 1000 y 50 de las capas correctas?",
    ),
    ("TypeError", "image_size|positional argument", "`__init__` recibe `image_size`, y 784 si no se da ninguno: def __init__(self, image_size=784)."),
)

HINTS["FirstNet"] = (
    "Las capas con parámetros se crean en __init__ (`self.name = nn.Linear(…)`) y se usan en forward. Recorre la tabla fila por fila.",
    "Tres nn.Linear: de image_size a 1000, de 1000 a 50, de 50 a 10. En forward: aplana todo menos el primer eje, después lineal y F.relu dos veces, y después la tercera lineal sola.",
    "x.flatten(start_dim=1) da (N, image_size). Después de la tercera capa, ninguna ReLU: devuelve F.log_softmax(…, dim=1) de lo que da, para que cada fila quede normalizada.",
)


# --------------------------------------------------------------------------------------------- 01_first_networks: CNNNet

_CNNNET_SIZES = {
    21750: "Faltan los sesgos: deja `bias` en su valor por defecto.",
    21810: "Faltan los sesgos de las convoluciones: deja `bias` en su valor por defecto.",
    21330: "La última capa, lineal 50→10, no se ve. Guárdala con `self.name = …` en __init__.",
    5790: "La capa lineal 320→50 no se ve. Guárdala con `self.name = …` en __init__.",
    21900: "Son 60 parámetros de más, tantos como tiene la normalización por lotes. El dropout no tiene ninguno; quita las capas que sobran.",
}


def _cnn_net(CNNNet):
    images = _images()
    model = CNNNet()
    _scores("CNNNet()", model, images, Words("log-probabilidades"))
    _require_size("CNNNet()", model, 21840, _CNNNET_SIZES, "Imprime la forma de cada parámetro, y compara con 260 + 5,020 + 16,050 + 510.")
    _scores("CNNNet()", model, images[:1], Words("log-probabilidades"))
    _require_gradients("CNNNet()", model, images)
    numbers = {250: 0.08, 5000: -0.025, 20: 7.5, 16000: 0.02, 50: -15.0, 10: -0.4}
    if not _filled(model, numbers, 500, -0.0004):
        return
    with torch.no_grad():
        model.eval()
        got, again = model(images), model(images)
    call = "CNNNet().eval()(images), con pesos puestos por nosotros; log-probabilidad del dígito 0 en tres imágenes"
    if not torch.equal(got, again):
        raise Wrong(call, got[:, 0], again[:, 0], "Las mismas imágenes reciben dos respuestas distintas en modo de evaluación: el dropout sigue trabajando. Con F.dropout y F.dropout2d, pasa `training=self.training`; nn.Dropout y nn.Dropout2d se ocupan ellos solos.")
    slips = [
        (_t([-0.4, -0.4, -0.4]), "Esas son las puntuaciones en bruto de la última capa. Devuelve F.log_softmax(…, dim=1) de ellas."),
        (_t([0.425909, 0.1, 0.162697]), "Esas son probabilidades. Devuelve sus logaritmos: F.log_softmax en lugar de softmax."),
        (_t([-2.302585, -2.302585, -2.302585]), "Las puntuaciones negativas se recortan: ninguna ReLU después de la última capa."),
        (_t([-1.098612, -1.098612, -1.098612]), "Se normalizan las columnas, no las filas: log_softmax necesita dim=1."),
        (_t([-0.715197, -1.023816, -0.731538]), "Se comporta como si no hubiera ninguna ReLU: va una después de cada agrupación, y otra después de la primera capa lineal."),
        (_t([-0.715197, -0.859246, -0.731538]), "Se comporta como si no hubiera ReLU después de la primera convolución y su agrupación."),
        (_t([-0.853529, -2.302585, -1.877164]), "Se comporta como si no hubiera ReLU después de la segunda convolución y su agrupación."),
        (_t([-0.853529, -2.757137, -1.815863]), "Se comporta como si no hubiera ReLU después de la primera capa lineal."),
        (_t([-0.731248, -2.302585, -1.400237]), "Se comporta como la agrupación promedio: usa la "
                                                "agrupación máxima."),
    ]
    _compare(call, got[:, 0], _t([-0.853529, -2.302585, -1.815863]), slips, "Compara el orden de las capas con la tabla, una fila tras otra.")
    _look_at_dropout(model)


def _look_at_dropout(model):
    """See which values the two dropouts let through, of 64 copies of one image, all of whose values are equal in each layer."""
    copies, slope = torch.zeros(64, 1, 28, 28), 0.01

    def kept(maps):
        _filled(model, {250: 0.0, 5000: 0.0, 20: maps, 16000: 1 / 320, 50: 1.0 - maps, 10: 0.0}, 500, slope)
        with torch.no_grad():
            scores = model.train()(copies)
        return (scores[:, 1] - scores[:, 0]) / (2 * slope)  # half the sum of the 50 numbers before the last layer

    numbers = kept(maps=0.0)  # the feature maps are all 0, so nothing changes where some are dropped
    call = "cuántos de los 50 números conserva el dropout, en modo de entrenamiento, en copias de una imagen"
    wanted = Words("un número entero distinto en casi todas las copias, alrededor de 25")
    if (numbers - numbers[0]).abs().max() < 1e-2:
        raise Wrong(call, Words("el mismo en todas las copias: no se descarta nada"), wanted, "En modo de entrenamiento, el dropout va entre las dos capas lineales, sobre los 50 números que hay detrás de la ReLU. ¿Se pasa `training=self.training`?")
    if len(numbers.round().unique()) <= 2:
        raise Wrong(call, Words("todos o ninguno, en cada copia"), wanted, "Los 50 corren la misma suerte. ¿Está el dropout detrás de la última capa, sobre las puntuaciones? Va antes de ella, sobre los 50 números de detrás de la ReLU, cada uno con su propio sorteo.")
    if torch.equal(numbers, kept(maps=0.0)):
        raise Wrong(call, Words("exactamente lo mismo en dos llamadas"), wanted, "Lo que se descarta tiene que sortearse de nuevo en cada llamada, en `forward`.")
    if (numbers - numbers.round()).abs().max() > 0.02 or (numbers.mean() - 25).abs() > 5:
        raise Wrong(call, numbers[:8], wanted, "Los 50 números se descartan con una probabilidad distinta de 0.5, o los conservados no se duplican. nn.Dropout(0.5) hace ambas cosas.")
    numbers = kept(maps=1.0) * 10  # kept numbers times kept maps
    call = "cuántos de los 20 mapas de características conserva el dropout, en modo de entrenamiento, en copias de una imagen"
    wanted = Words("un número entero distinto en casi todas las copias, alrededor de 10")
    if (numbers - 10 * (numbers / 10).round()).abs().max() < 0.2:
        raise Wrong(call, Words("el mismo en todas las copias: no se descarta ningún mapa"), wanted, "En modo de entrenamiento, el dropout 2D va después de la segunda convolución: nn.Dropout2d.")
    if (numbers - numbers.round()).abs().max() > 0.1 or (numbers.mean() - 250).abs() > 80:
        raise Wrong(call, Words("otros números"), wanted, "Se descartan valores sueltos, no mapas de características enteros, o la probabilidad no es 0.5. nn.Dropout2d(0.5) descarta mapas enteros.")


EXAMPLES["CNNNet"] = [_cnn_net]
MORE_WORDS["CNNNet"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "Todas las imágenes están en una sola fila: el lote se ha aplanado con ellas. Conserva una fila por imagen: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "La capa lineal recibe un número de valores distinto de 320 = 20·4·4. Imprime x.shape justo antes de ella: ¿son los dos núcleos de 5×5 sin relleno, y hay dos agrupaciones?",
    ),
)

HINTS["CNNNet"] = (
    "Dos convoluciones, dos capas lineales y dos dropouts: ¿cuáles tienen parámetros y, por tanto, se tienen que crear en __init__? Después, recorre la tabla hacia abajo.",
    "nn.Conv2d recibe los canales que entran, los que salen y kernel_size; dos de ellas, dos nn.Linear, un nn.Dropout2d y un nn.Dropout. En forward: convolución, agrupación, ReLU; convolución, dropout 2D, agrupación, ReLU; aplanar.",
    "Después de flatten(start_dim=1): lineal, ReLU, dropout, lineal, y F.log_softmax(…, dim=1). Como módulos, los dropouts conocen el modo de la red; como funciones necesitan training=self.training.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: BasicCNN

_BASICCNN_SIZES = {
    224800: "Faltan los sesgos: deja `bias` en su valor por defecto.",
    421642: "La capa lineal está hecha para 64·7·7 números: ¿hay relleno en las convoluciones? Aquí no llevan.",
    315146: "La capa lineal está hecha para 64·6·6 números. ¿Qué tamaño tienen de verdad los mapas? Recorre otra vez las capas, y redondea hacia abajo.",
    1011466: "La capa lineal está hecha para mapas de 11×11: ¿falta la segunda agrupación?",
    223744: "La última capa, lineal 128→10, no se ve. Guárdala con `self.name = …` en __init__.",
}


def _basic_cnn(BasicCNN):
    images = _images()
    model = BasicCNN()
    _scores("BasicCNN()", model, images, "logits")
    _require_size("BasicCNN()", model, 225034, _BASICCNN_SIZES, "Imprime la forma de cada parámetro, y compara con la tabla: 1→32 y 32→64 canales, 3×3, después 128 y 10 salidas.")
    _scores("BasicCNN()", model, images[:1], "logits")
    _require_gradients("BasicCNN()", model, images)
    numbers = {288: 0.2, 32: -0.6, 18432: -0.025, 64: 7.5, 204800: 0.008, 128: -33.0, 10: -0.25}
    if not _filled(model, numbers, 1280, -0.001):
        return
    with torch.no_grad():
        training, again = model.train()(images)[:, 9], model.eval()(images)[:, 9]
    call = "BasicCNN()(images), con pesos puestos por nosotros; puntuación del dígito 9 en tres imágenes"
    if not torch.allclose(training, again, rtol=1e-3, atol=1e-3):
        raise Wrong(call, training, Words("lo mismo en modo de entrenamiento y de evaluación"), "En modo de entrenamiento la red responde otra cosa: quita el dropout y la normalización por lotes.")
    slips = [
        (_t([0.0, 0.0, 0.0]), "Las puntuaciones negativas se recortan: ninguna ReLU después de la última capa. Los logits pueden ser negativos."),
        (_t([0.000067, 0.1, 0.000001]), "Al final hay una softmax. Devuelve las puntuaciones en bruto: la entropía cruzada calcula ella misma la softmax."),
        (_t([-9.606681, -2.302585, -14.263971]), "Al final hay una log-softmax. Aquí se piden las puntuaciones en bruto: la entropía cruzada la calcula ella misma."),
        (_t([-37.247822, -116.992004, -124.806007]), "Se comporta como si no hubiera ninguna ReLU: va una después de cada capa menos de la última."),
        (_t([-37.247822, -146.907883, -129.0952]), "Se comporta como si no hubiera ReLU después de la primera convolución."),
        (_t([-9.408129, -0.25, -0.688168]), "Se comporta como si no hubiera ReLU después de la segunda convolución."),
        (_t([-9.408129, 1.208707, -14.277714]), "Se comporta como si no hubiera ReLU después de la primera capa lineal."),
        (_t([-48.141865, -0.25, -6.950331]), "Se comporta como la agrupación promedio: usa la "
                                             "agrupación máxima."),
    ]
    _compare(call, again, _t([-9.408129, -0.25, -14.277714]), slips, "Compara el orden de las capas con la tabla: convolución, ReLU, agrupación, dos veces; después lineal, ReLU, lineal.")


EXAMPLES["BasicCNN"] = [_basic_cnn]
MORE_WORDS["BasicCNN"] = (
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \(1x",
        "Todas las imágenes están en una sola fila: el lote se ha aplanado con ellas. Conserva una fila por imagen: `x.flatten(start_dim=1)`.",
    ),
    (
        "RuntimeError",
        "mat1 and mat2 shapes|shape '.*' is invalid",
        "La capa lineal está hecha para un número de valores distinto del que recibe. Imprime x.shape justo antes de aplanar: los tres últimos números, multiplicados, son lo que recibe. Que no sean los 64·6·6 de las diapositivas es justo de lo que va esta tarea.",
    ),
)

HINTS["BasicCNN"] = (
    "¿Qué tamaño tienen los mapas después de cada capa? Un núcleo de 3×3 sin relleno quita 2, una agrupación 2×2 deja la mitad, y las mitades se redondean hacia abajo.",
    "28 → 26 → 13 → 11 → ? Multiplica el último lado por sí mismo y por los 64 mapas: ese número de valores entra en la primera capa lineal.",
    "No cuentes: escribe las capas hasta la segunda agrupación, imprime ahí x.shape para una imagen, y pon el producto de los tres últimos números en nn.Linear. Después de lineal 128→10 no viene nada.",
)


# ------------------------------------------------------------------------------------------- 01_first_networks: nll_loss

_shares = _t([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]])
_LOGS = "log_probs = log de [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]]"
_right_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["nll_loss"] = [
    _value(
        f"nll_loss(log_probs, targets) con {_LOGS}, targets = [0, 1, 0, 2]",
        (_shares.log(), _right_classes),
        _t(1.049926),
        [
            (_t(4.199705), "Eso es la suma sobre el lote. Toma la media."),
            (_t(-1.049926), "El signo está mal: las log-probabilidades son negativas, y la pérdida es *menos* su media."),
            (_t(0.349975), "Divides entre N·K. La media es sobre las N muestras."),
            (_t([0.693147, 0.287682, 1.609438, 1.609438]), "Esas son las pérdidas de las muestras, y están bien. Toma su media."),
            (_t([-0.693147, -0.287682, -1.609438, -1.609438]), "Esos son los números correctos de cada fila. La pérdida es menos su media."),
            (_t(-0.4125), "Eso es menos la media de las probabilidades. Los logaritmos ya están dados: no hace falta ninguna `exp`."),
            (_t(1.046311), "Se hace una softmax de las probabilidades. Los logaritmos ya están dados: no hace falta ni `exp` ni softmax."),
            (_t(0.885519), "Eso es el logaritmo de la probabilidad media. Toma la media de los logaritmos."),
            (_t(0.462082), "Tomas el mayor de cada fila. La pérdida pide el elemento del *objetivo*, sea grande o pequeño."),
            (_t(1.325892), "Eso es la media de todos los elementos. De cada fila solo cuenta el elemento de su objetivo."),
            (_t(1.258978), "`log_probs[targets]` toma filas enteras, no un elemento de cada fila. Empareja: log_probs[torch.arange(N), targets]."),
            (_t(3.776935), "`log_probs[targets]` toma filas enteras, no un elemento de cada fila. Empareja: log_probs[torch.arange(N), targets]."),
            (_t(1.412207), "`log_probs[:, targets]` empareja cada fila con todos los objetivos. Empareja la fila n con el objetivo n: log_probs[torch.arange(N), targets]."),
        ],
        nan="El logaritmo se toma una segunda vez, de números negativos. La entrada ya son logaritmos.",
        advice="Las cuatro probabilidades elegidas son 0.5, 0.75, 0.2 y 0.2: toma sus logaritmos, la media, y un signo menos.",
    ),
    _value(
        "nll_loss(log_probs, targets) con log_probs = [[-1.5, -0.252483]], targets = [0], en float64",
        (_t([[-1.5, -0.252483]], torch.float64), torch.tensor([0])),
        _t(1.5, torch.float64),
        [(_t(0.252483), "La clase 0 es la primera columna, así que el elemento es −1.5.")],
        advice="Hay una sola muestra, así que la pérdida es 1.5.",
    ),
    _value(
        "nll_loss(log_probs, targets) con log_probs = [[-200, 0]], targets = [0]",
        (_t([[-200, 0]]), torch.tensor([0])),
        _t(200),
        [(_t(100), "Aquí no se pone ningún tope: la pérdida de −200 es 200."), (_t(1), "La probabilidad se redondea a 0. Usa el logaritmo tal como se da, sin `exp`.")],
        nan="exp(−200) se redondea a 0, y su logaritmo es menos infinito. Usa el logaritmo tal como se da.",
        advice="No se pone ningún tope ni se pasa nada por `exp`: la pérdida de −200 es 200.",
    ),
]

HINTS["nll_loss"] = (
    "¿Cuál de los K números de cada fila dice lo bien que lo hizo la red?",
    "De la fila n, toma el elemento de la columna targets[n]. La pérdida es menos la media de lo que has tomado; los logaritmos ya están.",
    "log_probs[torch.arange(N), targets] toma un elemento de cada fila (gather también). Después un signo menos y .mean().",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: mse_loss

EXAMPLES["mse_loss"] = [
    _value(
        "mse_loss(predictions, targets) con [[1, 2], [3, 5]] y [[1, 0], [4, 1]]",
        (_t([[1, 2], [3, 5]]), _t([[1, 0], [4, 1]])),
        _t(5.25),
        [
            (_t(21), "Eso es la suma de los cuadrados. Toma la media: divide entre el número de elementos."),
            (_t(10.5), "Divides entre el número de filas. La media es sobre todos los elementos, aquí cuatro."),
            (_t(2.625), "Eso es la mitad. Quita el factor 1/2: algunos libros lo llevan, esta pérdida no."),
            (_t(2.291288), "Eso es la raíz. El error cuadrático medio no lleva raíz."),
            (_t(1.75), "Eso es la media de las distancias. Primero eleva cada diferencia al "
                       "cuadrado."),
            (_t(1.25), "Eso es la media de las diferencias. Primero eleva cada una al cuadrado."),
            (_t(1.5625), "Elevas la media al cuadrado. Toma la media de los cuadrados."),
            (_t(-5.25), "El signo está mal: los cuadrados nunca son negativos."),
            (_t([[0, 4], [1, 16]]), "Esos son los cuadrados, y están bien. Ahora toma su media."),
            (_t([2, 8.5]), "Eso es una media por fila. Se pide un solo número: la media de todos los elementos."),
            (_t([0.5, 10]), "Eso es una media por columna. Se pide un solo número: la media de todos los elementos."),
        ],
        advice="Las diferencias son 0, 2, −1 y 4. Elévalas al cuadrado, y después toma la media.",
    ),
    _value("mse_loss(tensor([1., 2., 3.], float64), tensor([2., 2., 5.], float64))", (_t([1, 2, 3], torch.float64), _t([2, 2, 5], torch.float64)), _t(5 / 3, torch.float64), advice="Las diferencias son −1, 0 y −2: vale cualquier forma, y cualquier número de elementos."),
]

MORE_WORDS["mse_loss"] = (_NO_POWER,)

HINTS["mse_loss"] = (
    "Tres pasos: la diferencia, su cuadrado, la media. Todos funcionan con tensores enteros.",
    "`a - b` resta elemento por elemento, y `** 2` eleva al cuadrado elemento por elemento. ¿Qué llamada saca de ellos un solo número?",
    "`.mean()` sin argumento es la media de todos los elementos, sea cual sea la forma.",
)


# ------------------------------------------------------------------------------------ 02_losses_and_optimizers: bce_loss

EXAMPLES["bce_loss"] = [
    _value(
        "bce_loss(probabilities, targets) con [0.9, 0.2, 0.6] y [1, 0, 0]",
        (_t([0.9, 0.2, 0.6]), _t([1, 0, 0])),
        _t(0.414932),
        [
            (_t(1.244795), "Eso es la suma. Toma la media de todos los elementos."),
            (_t(-0.414932), "El signo está mal: los logaritmos de probabilidades son negativos, así que la pérdida es menos su media."),
            (_t(0.03512), "Solo está la mitad con t. Un no también cuenta: suma (1 − t) · log(1 − p)."),
            (_t(0.379811), "Solo está la mitad con 1 − t. Suma t · log p."),
            (_t(-0.344691), "La segunda mitad tiene el signo equivocado. Ambas se suman, y el menos va delante de su suma."),
            (_t(1.474283), "Las mitades están intercambiadas: t va con log p, y 1 − t con log(1 − p). ¿O lo están los dos argumentos?"),
            (_t(0.802648), "Ambos logaritmos se ponderan con t. El segundo lleva el peso 1 − t."),
            (_t(1.889215), "Ambos logaritmos cuentan enteros en todas partes. Pondera log p con t, y log(1 − p) con 1 − t."),
            (_t(0.180203), "Ese es el logaritmo en base 10. Toma el natural, `torch.log`."),
            (_t(30), "Estás tomando los logaritmos de los objetivos. Las probabilidades van "
                     "primero."),
            (_t(0.725594), "Sobra una sigmoide: la entrada ya son probabilidades."),
            (_t(-0.7), "Falta el logaritmo: eso es menos la probabilidad media de la verdad."),
            (_t([0.105361, 0.223144, 0.916291]), "Esas son las pérdidas de los elementos, y están bien. Toma su media."),
        ],
        advice="Cada elemento paga menos el logaritmo de la probabilidad que le dio a la verdad: 0.9, 0.8 y 0.4.",
    ),
    _value(
        "bce_loss(tensor([0., 1., 0.5]), tensor([1., 0., 1.]))",
        (_t([0, 1, 0.5]), _t([1, 0, 1])),
        _t(66.897716),
        [(_t(0.231049), "Una respuesta segura y equivocada no paga nada aquí. Pon al logaritmo un tope en −100, para que pague 100.")],
        nan="log 0 es −∞, y 0 · ∞ es NaN. Pon un tope a los dos logaritmos con `clamp(min=-100)`, antes de multiplicarlos por los objetivos.",
        advice="Dos respuestas son seguras y equivocadas, y pagan 100 cada una. Un número pequeño dentro del logaritmo, o un tope en la probabilidad, lo rebaja: pon el tope al propio logaritmo, en −100.",
    ),
    _value("bce_loss(tensor([0., 1.]), tensor([0., 1.]))", (_t([0, 1]), _t([0, 1])), _t(0), nan="Segura y correcta: 0 · log 0 es NaN. Pon a los dos logaritmos un tope en −100 antes de multiplicarlos por los objetivos.", advice="Las respuestas seguras y correctas no pagan nada."),
    _value("bce_loss(tensor([1e-10], float64), tensor([1.], float64))", (_t([1e-10], torch.float64), _t([1], torch.float64)), _t(23.025851, torch.float64), advice="log 1e-10 es −23, y no necesita ningún tope. Deja la probabilidad como está, y ponle tope solo al logaritmo, en −100."),
]

HINTS["bce_loss"] = (
    "Empieza con una sola respuesta: p = 0.9. ¿Cuánto paga si la verdad es sí (t = 1), y cuánto si es no (t = 0)?",
    "Dos logaritmos, de p y de 1 − p, cada uno ponderado: con t y con 1 − t. Pon a cada uno un tope en −100 antes de multiplicar. Después, menos la media.",
    "`probabilities.log().clamp(min=-100)` es el primer logaritmo. `clamp` convierte −∞ en −100, para que 0 por él sea 0.",
)


# -------------------------------------------------------------------------------------- 02_losses_and_optimizers: kl_div

EXAMPLES["kl_div"] = [
    _value(
        "kl_div(log_q, p) con q = [[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]], p = [[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]",
        (_t([[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]]).log(), _t([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])),
        _t(0.277598),
        [
            (_t(0.555195), "Eso es la suma. Divídela entre el número de filas, N = 2."),
            (_t(0.092533), "Eso es la media de los N · K elementos. Divide entre el número de filas, N = 2."),
            (_t(0.185065), "Divides entre el número de clases. Divide entre el número de filas, N = 2."),
            (_t([0.173287, 0.381909]), "Esas son las sumas de las filas, y están bien. Toma su media."),
            (_t(-0.277598), "El signo está mal: primero va log p, y se le resta log_q."),
            (_t(1.272593), "Eso es la entropía cruzada: falta p · log p."),
            (_t(0.254041), "Eso es la divergencia en la otra dirección, de q a p. Los pesos son p, la verdad."),
            (_t(-0.254041), "Los pesos de la suma son p, la verdad, no q."),
            (_t(-0.143841), "Faltan los pesos: cada diferencia de logaritmos se multiplica por p."),
            (_t(-1.291246), "Conviertes log_q en probabilidades. Déjalo como está: la fórmula pide su logaritmo."),
            (_t(1.680093), "Falta el logaritmo de p: p llega como probabilidades corrientes."),
            (_t(0.146433), "Sobra una log-softmax: log_q ya contiene log-probabilidades."),
        ],
        nan="log_q ya es un logaritmo. Toma solo el de p.",
        advice="Suma p · (log p − log_q) sobre todo, y divide entre el número de filas. La predicción va primero, y en forma de logaritmos.",
    ),
    _value(
        "kl_div(log_q, p) con p = [[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], ambos float64",
        (_t([[0.25, 0.5, 0.25], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], torch.float64).log(), _t([[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], torch.float64)),
        _t(0.420955, torch.float64),
        nan="0 · log 0 es NaN para PyTorch, y aquí es 0: `torch.xlogy(p, p)` es p · log p con esta regla, o elige con `torch.where`.",
        advice="Donde p es 0, el término es 0; los demás términos se quedan como están.",
    ),
]

HINTS["kl_div"] = (
    "Dos partes: p · log p, y p · log_q. ¿Cuál de los dos logaritmos ya está?",
    "Suma p · log p − p · log_q sobre todos los elementos, y divide entre el número de filas, `len(p)`. ¿Qué pasa con p · log p donde p es 0?",
    "`torch.xlogy(p, p)` es p · log p, con 0 donde p es 0. Después resta p · log_q, `.sum()`, y divide.",
)


# ----------------------------------------------------------------------------------------- 02_losses_and_optimizers: SGD

_PULL = "Haz los primeros pasos a mano: g, después el buffer, después w."

EXAMPLES["SGD"] = [
    _walk(
        "SGD(params, lr=0.1)",
        {"lr": 0.1},
        2,
        [0.6, 2.15],
        [[0.6], [-1.4]],
        [
            ([-3, 3.5], "Falta la tasa de aprendizaje: el paso es lr por el buffer."),
            ([0.5, 2.35], "Los gradientes se suman aunque momentum es 0: entonces el buffer es g, y no se recuerda nada."),
            ([0.9, 2.2], "Solo cuenta el primer paso. ¿Es el buffer el propio tensor del gradiente? Entonces `zero_grad` y `backward` también lo cambian: empieza con ceros, o con una copia."),
            ([0.51, 2.33], "Hay momento aunque no se pidió: su valor por defecto es 0."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9)",
        {"lr": 0.1, "momentum": 0.9},
        3,
        [0.259, 2.247],
        [[-0.122], [-2.122]],
        [
            ([0.7, 1.95], "El momento no tiene efecto. El buffer recuerda: momentum por el anterior, más g; y el paso sigue al buffer."),
            ([0.9259, 2.0247], "Hay un factor (1 − momentum) delante de g. Aquí g se suma entero."),
            ([0.682, 2.5125], "Hay un factor (1 − momentum) delante de g. Aquí g se suma entero, en todos los pasos."),
            ([0.0331, 2.1723], "Eso es el momento de Nesterov, un pariente. El paso es lr por el buffer, y no se suma nada."),
            ([0.34, 2.085], "El buffer recuerda un solo paso. Guarda el buffer nuevo, no el gradiente."),
            ([0.2, 2.3], "El buffer anterior no se reduce: multiplícalo por momentum antes de sumar g."),
            ([1.741, 1.753], "El gradiente se resta del buffer. Súmalo."),
            ([-6.41, 4.47], "Falta la tasa de aprendizaje: el paso es lr por el buffer."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, weight_decay=0.5)",
        {"lr": 0.1, "weight_decay": 0.5},
        1,
        [0.85, 2.1],
        [[0.75], [-1.15]],
        [
            ([0.9, 2.2], "El decaimiento de pesos no tiene efecto: suma weight_decay · w al "
                         "gradiente."),
            ([0.95, 2.3], "Los pesos crecen: weight_decay · w se *suma* al gradiente, porque el paso se resta."),
            ([0.8, 2.0], "El decaimiento es el doble de lo pedido: sin factor 2."),
            ([0.895, 2.19], "La tasa de aprendizaje cuenta dos veces en el decaimiento. Suma weight_decay · w al gradiente, y multiplica por lr una vez."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9, weight_decay=0.5)",
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.5},
        2,
        [0.3725, 2.035],
        [[0.2875], [-1.4275]],
        [
            ([0.4175, 2.125], "El decaimiento se suma después del buffer. Súmalo antes al gradiente, para que el buffer lo vea."),
            ([0.51, 2.33], "Con momento se pierde el decaimiento de pesos: el buffer recoge g, no el gradiente a secas."),
        ],
        _PULL,
    ),
    _walk("SGD(params, lr=0.1, momentum=0.9)", {"lr": 0.1, "momentum": 0.9}, 4, [-0.0169, 2.0723], [[0.42], [-1.58]], (), _PULL, begin=2),
]
MORE_WORDS["SGD"] = _OPTIMIZER_WORDS

HINTS["SGD"] = (
    "¿Qué hay que recordar de un paso al siguiente? Créalo en `__init__`: los parámetros como lista, los tres números, y un buffer para cada parámetro.",
    "Sirve un buffer de ceros (`torch.zeros_like(p)`): momentum por ceros más g es g. En `step`, dentro de `with torch.no_grad():`, para cada parámetro cuyo gradiente no es None: g, después el buffer, después w in situ.",
    "`buffer.mul_(momentum).add_(g)` cambia el buffer in situ; `p -= lr * buffer` cambia el parámetro. `zero_grad` pone `p.grad = None` para cada parámetro.",
)


# ------------------------------------------------------------------------------------- 02_losses_and_optimizers: RMSprop

EXAMPLES["RMSprop"] = [
    _walk(
        "RMSprop(params, lr=0.1, alpha=0.9)",
        {"lr": 0.1, "alpha": 0.9},
        3,
        [0.482714, 2.004164],
        [[0.262262], [-1.737738]],
        [
            ([0.866034, 1.935474], "alpha y 1 − alpha están intercambiados: alpha dice cuánto se conserva de la media *anterior*."),
            ([0.827571, 2.001388], "alpha está en los dos lugares. Delante de g² va 1 − alpha."),
            ([0.479118, 2.019339], "La media anterior de los cuadrados se conserva entera. Multiplícala por alpha antes de sumar."),
            ([0.352294, 2.02946], "Eso es la media de |g|. Promedia los cuadrados de g."),
            ([0.83642, 2.001317], "Falta el factor (1 − alpha) delante de g²."),
            ([0.835283, 2.006115], "Los cuadrados se suman y no se olvida nada: eso es Adagrad. La media anterior de los cuadrados se multiplica por alpha."),
            ([0.683772, 1.683772], "La media de los cuadrados lo olvida todo: suma a la anterior, y guarda la nueva."),
            ([0.545475, 2.125121], "Hay una sola media de los cuadrados para todo el tensor. Cada elemento tiene la suya."),
            ([-0.202122, 2.102213], "Falta la raíz: divide entre √ms."),
            ([-0.547501, 2.291208], "Eso es la media de |g|. Promedia los cuadrados de g, y divide entre la raíz."),
            ([0.752642, 1.969233], "La media de los cuadrados empieza con el primer g². Empieza "
                                   "con ceros."),
            ([0.820868, 1.944371], "Hay una corrección del sesgo, como en Adam. RMSprop no tiene "
                                   "ninguna."),
            ([0.76943, 1.922666], "Multiplicas por la raíz. Divide entre ella."),
        ],
        "Primero la media de los cuadrados, ms = alpha · ms + (1 − alpha) · g²; después el paso, lr · g / (√ms + eps).",
    ),
    _walk("RMSprop(params, lr=0.1, alpha=0.9, eps=0.5)", {"lr": 0.1, "alpha": 0.9, "eps": 0.5}, 2, [0.676815, 2.131984], [[0.677597], [-1.322403]], [([0.625131, 2.157669], "eps se suma dentro de la raíz. Súmalo después de la raíz.")], "eps se suma a la raíz de la media de los cuadrados."),
    _walk("RMSprop(params)", {}, 2, [0.805084, 2.075631], [[0.829112], [-1.170888]], (), "Los valores por defecto son lr=0.01, alpha=0.99 y eps=1e-8."),
    _walk("RMSprop(params)", {}, 2, [0.877897, 2.050283], [[0.880996], [-1.119004]], (), "Con gradientes tan pequeños como estos, eps cuenta: su valor por defecto es 1e-8, y se suma a la raíz.", scale=1e-7),
]
MORE_WORDS["RMSprop"] = _OPTIMIZER_WORDS

HINTS["RMSprop"] = (
    "Empieza con una copia de tu SGD. ¿Qué se recuerda para cada parámetro, en lugar del buffer?",
    "Un tensor de ceros para cada parámetro, `torch.zeros_like(p)`: la media móvil de sus cuadrados. En `step`: multiplícala por alpha, suma (1 − alpha) · g², y después divide g entre su raíz.",
    "`square.mul_(alpha).add_((1 - alpha) * p.grad**2)`, y después el paso: `p -= lr * p.grad / (root + eps)`, con la raíz de la nueva media de los cuadrados.",
)


# ------------------------------------------------------------------------------------- 02_losses_and_optimizers: Adagrad

EXAMPLES["Adagrad"] = [
    _walk(
        "Adagrad(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.835283, 2.006115],
        [[0.771554], [-1.228446]],
        [
            ([0.879091, 2.013993], "Falta la raíz: divide entre √suma."),
            ([0.845, 2.035555], "Estás sumando |g|. Suma los cuadrados de g, y divide entre la "
                                "raíz."),
            ([0.856597, 2.043293], "Hay una sola suma para todo el tensor. Cada elemento tiene la suya."),
            ([0.818059, 1.945096], "Divides la suma entre el número de pasos. Adagrad suma, y no promedia nada."),
            ([0.9, 1.9], "La suma olvida: cada paso empieza de nuevo. Suma g² a lo que ya hay, y guárdalo."),
            ([-0.646129, 2.056514], "La suma es una media móvil: eso es RMSprop. Adagrad solo suma."),
            ([0.862616, 2.064663], "La tasa de aprendizaje se divide, además, entre el número del paso. Quítalo: de acortar los pasos se encarga la suma."),
        ],
        "Primero la suma, suma = suma + g²; después el paso, lr · g / (√suma + eps).",
    ),
    _walk("Adagrad(params, lr=0.1, eps=0.5)", {"lr": 0.1, "eps": 0.5}, 2, [0.851417, 2.060481], [[0.859912], [-1.140088]], [([0.825768, 2.071339], "eps se suma dentro de la raíz. Súmalo después de la raíz.")], "eps se suma a la raíz de la suma."),
    _walk("Adagrad(params)", {}, 2, [0.980513, 2.007575], [[0.982929], [-1.017071]], (), "Los valores por defecto son lr=0.01 y eps=1e-10."),
    _walk("Adagrad(params, lr=0.1)", {"lr": 0.1}, 2, [0.877924, 2.050335], [[0.881093], [-1.118907]], (), "Con gradientes tan pequeños como estos, eps cuenta: su valor por defecto es 1e-10, y se suma a la raíz.", scale=1e-10),
]
MORE_WORDS["Adagrad"] = _OPTIMIZER_WORDS

HINTS["Adagrad"] = (
    "Empieza con una copia de tu RMSprop. ¿Qué línea hace que olvide?",
    "Un tensor de ceros para cada parámetro. En `step`: súmale g², in situ, y divide g entre la raíz de la suma.",
    "`total += p.grad**2`, y después el paso: `p -= lr * p.grad / (root + eps)`, con la raíz de la nueva suma.",
)


# ---------------------------------------------------------------------------------------- 02_losses_and_optimizers: Adam

_NAN = "Hay un NaN: 0 dividido entre 0, o la raíz de un número negativo. Las correcciones son 1 − β elevado a t, y t es 1 en el primer paso."
_FIRST_STEP = [
    ([0.683772, 2.316228], "Falta la corrección del sesgo: divide m entre 1 − β₁ elevado a t, y v entre 1 − β₂ elevado a t."),
    ([0.99, 2.01], "Falta la corrección del sesgo de m: divídela entre 1 − β₁ elevado a t."),
    ([-2.162277, 5.162277], "Falta la corrección del sesgo de v: divídela entre 1 − β₂ elevado a t."),
    ([0.925586, 2.074414], "t empieza en 2. El primer paso de un parámetro tiene t = 1."),
    ([0.9, 2.05], "Falta la raíz: divide entre √v̂."),
]

EXAMPLES["Adam"] = [
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 1, [0.9, 2.1], [[0.9], [-1.1]], _FIRST_STEP, "En el primer paso m̂ es g y v̂ es g², así que el paso es lr, en contra del signo de g.", nan=_NAN),
    _walk(
        "Adam(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.759853, 2.128478],
        [[0.7], [-1.3]],
        [
            ([0.700948, 2.134177], "La corrección del sesgo es en todos los pasos la del primero. Cuenta los pasos: t = 1, 2, 3."),
            ([0.866848, 2.124256], "Se guardan m y v corregidas, y en el paso siguiente se corrigen otra vez. Recuerda m y v tal como son."),
            ([-0.458505, 4.532026], "Se guarda m corregida, y en el paso siguiente se corrige otra vez. Recuerda m tal como es."),
            ([0.890633, 2.101493], "Se guarda v corregida, y en el paso siguiente se corrige otra vez. Recuerda v tal como es."),
            ([0.818086, 1.945088], "El paso sigue el gradiente. Tiene que seguir m̂, la media móvil de los gradientes."),
            ([0.760102, 2.142521], "Las betas están intercambiadas: la primera es de m, la segunda de v."),
            ([0.779909, 2.124531], "t cuenta los parámetros que encuentra el bucle. Cada parámetro cuenta sus propios pasos, una vez en cada paso."),
            ([0.962126, 1.997399], "β y 1 − β están intercambiados: β dice cuánto se conserva de la media *anterior*."),
            ([0.683132, 2.177621], "v es la media de |g|. Primero eleva g al cuadrado."),
        ],
        "Primero m y v, después sus copias corregidas, después el paso: lr · m̂ / (√v̂ + eps).",
        nan=_NAN,
    ),
    _walk(
        "Adam(params, lr=0.1, betas=(0.5, 0.8), eps=0.5)",
        {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.5},
        4,
        [0.810658, 2.000813],
        [[0.68], [-1.32]],
        [([0.77451, 1.999237], "eps se suma dentro de la raíz. Súmalo después de la raíz."), ([0.841771, 1.990081], "eps se suma a la raíz antes de la corrección. Primero corrige v: el paso es lr · m̂ / (√v̂ + eps)."), ([0.80903, 1.980436], "Falta la corrección del sesgo."), ([0.808965, 2.08004], "Se guardan m y v corregidas. Recuerda m y v tal como son."), ([0.813768, 2.000873], "Divides entre la mayor v hasta ahora, que es otro método (AMSGrad). Divide entre la v̂ de este paso.")],
        "`betas` y `eps` son argumentos: usa los que se dan.",
    ),
    _walk("Adam(params)", {}, 3, [0.997599, 2.001285], [[0.997], [-1.003]], (), "Los valores por defecto son lr=0.001, betas=(0.9, 0.999) y eps=1e-8."),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 2, [0.886579, 2.094509], [[0.866667], [-1.133333]], (), "Con gradientes tan pequeños como estos, eps cuenta: su valor por defecto es 1e-8, y se suma a la raíz de v̂.", scale=1e-8),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 4, [0.712004, 2.095068], [[0.8], [-1.2]], (), "El cuarto paso está mal, aunque los tres primeros estaban bien.", begin=2),
]
MORE_WORDS["Adam"] = _OPTIMIZER_WORDS

HINTS["Adam"] = (
    "Para cada parámetro se recuerdan tres cosas: m, v y cuántos pasos ha dado.",
    "En `step`, para cada parámetro con gradiente: cuenta, actualiza m con g y v con g², y después corrige: m / (1 − β₁ elevado a t), v / (1 − β₂ elevado a t). Las corregidas son tensores nuevos.",
    "`self.steps[i] += 1`; `m.mul_(beta1).add_((1 - beta1) * g)`; lo mismo para v con g². Después m_hat = m / (1 - beta1**t), v_hat igual, y el paso es lr · m_hat / (√v_hat + eps).",
)


# ------------------------------------------------------------------------------ 02_losses_and_optimizers: train_with_log


class _Logged(nn.Module):
    """A linear network that counts its forward passes, and remembers in which mode they were."""

    def __init__(self):
        super().__init__()
        self.linear, self.modes = nn.Linear(2, 3), []
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1], [-1, 0]]))
            self.linear.bias.copy_(_t([0.1, 0, -0.1]))

    def forward(self, x):
        self.modes.append(self.training)
        return self.linear(x)


def _logging(loss_fn, size, interval, expected, weights, slips, light=()):
    call = f"train_with_log(model, loader, nn.{loss_fn}(), SGD con lr=0.5, epoch=37, log_interval={interval}), 7 muestras en lotes de {size}"

    def example(function):
        inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]])
        loader = DataLoader(TensorDataset(inputs, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)
        model, printed = _Logged().eval(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            got = function(model, loader, getattr(nn, loss_fn)(), torch.optim.SGD(model.parameters(), lr=0.5), 37, interval)
        if not all(model.modes):
            raise Wrong(call, Words("un paso hacia delante en modo de evaluación"), Words("modo de entrenamiento"), "Llama a model.train() antes del primer lote.")
        if len(model.modes) != len(loader):
            few = len(model.modes) < len(loader)
            again = "Cada lote pasa una vez por el modelo. Guarda su pérdida; no la calcules otra vez."
            raise Wrong(call, Words(f"{len(model.modes)} pasos hacia delante"), Words(f"{len(loader)}, uno por lote"), again if not few else "Todos los lotes pasan una vez por el modelo, también donde no se informa de nada. ¿Termina el bucle antes de tiempo, por un `return` dentro de él?")
        _compare(call + "; el peso del modelo al terminar", model.linear.weight, _t(weights), [(_t(wrong), better) for wrong, better in light], "Para cada lote, también donde no se informa: zero_grad, forward, la pérdida que se da, backward, step, una vez cada uno.")
        if not isinstance(got, (list, tuple)) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got):
            raise Wrong(call, got, Words("una lista de pares (imágenes, pérdida)"), "Empieza con una lista vacía, añade un par en cada informe, y devuelve la lista detrás del bucle.")
        if any(isinstance(value, torch.Tensor) and value.requires_grad for pair in got for value in pair):
            raise Wrong(call, Words("pérdidas que todavía llevan sus grafos"), Words("números corrientes"), "Añade `loss.item()`: un tensor mantiene en memoria el grafo de su lote.")
        if any(_number(value) is None for pair in got for value in pair):
            raise Wrong(call, got, Words("una lista de pares de números"), "Cada par tiene dos números corrientes: cuántas imágenes, y `loss.item()`.")
        pairs = [(_number(seen), _number(loss)) for seen, loss in got]
        if len(pairs) != len(expected):
            raise Wrong(call, pairs, expected, f"Hay {len(expected)} informes, de los lotes número 0, {interval} y así sucesivamente. Cuenta desde 0, e informa cuando el número es múltiplo de log_interval.")
        for wrong, better in slips:
            if all(a is None or _same(_t(a), _t(b)) for one, other in zip(wrong, pairs) for a, b in zip(one, other)):
                raise Wrong(call, pairs, expected, better)
        if not _same(_t(pairs), _t(expected)):
            raise Wrong(call, pairs, expected, "Cada par: las imágenes vistas *antes* del lote, y la pérdida que tenía este lote cuando se entrenó con él.")
        lines = [line for line in printed.getvalue().splitlines() if line.strip()]
        shown = Words("\n".join(lines) or "no se imprimió nada")
        if len(lines) < len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} líneas, una por informe"), "Imprime una línea en cada informe: época, imágenes, proporción y pérdida.")
        if len(lines) == len(loader) > 2 * len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} líneas, una por informe"), "Se imprime una línea por cada lote. Imprime solo donde informas.")
        if not re.search(r"(?<!\d)0*37(?!\d)", printed.getvalue()):
            raise Wrong(call, shown, Words("líneas que digan la época 37, las imágenes, su proporción y la pérdida"), "La línea no dice la época, que se da como `epoch`.")
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", "\n".join(lines).replace(",", "."))]
        of_the_second = expected[1][0] / 7, min(expected[1][0] + size, 7) / 7  # before and behind the batch
        if size == 1 and 7 not in numbers and not any(abs(number - unit * share) < 0.011 * unit for number in numbers for unit in (1, 100) for share in of_the_second):
            raise Wrong(call, shown, Words("líneas que digan la época 37, las imágenes, su proporción y la pérdida"), "La línea no dice qué proporción de todas las imágenes, o de todos los lotes, es eso.")

    return example


_AFTER = "Esa es la pérdida después del paso. Informa de la que tenía el lote cuando se entrenó con él."
_TIMES = "La pérdida ya es una media sobre el lote. Informa de ella tal como es."

_WEIGHTS = [[0.325663, 0.349926], [0.626462, 0.171588], [-1.202125, -0.021514]]  # of the batches of two, however often one reports

EXAMPLES["train_with_log"] = [
    _logging(
        "CrossEntropyLoss",
        2,
        2,
        [(0, 0.325556), (4, 0.160176)],
        _WEIGHTS,
        [
            ([(2, 1.043635), (6, 3.169401)], "Informan los lotes número 1 y 3. Cuenta desde 0: informa el primero de todos."),
            ([(2, None), (6, None)], "Se cuenta el propio lote. Cuenta las imágenes vistas *antes* de él."),
            ([(0, None), (2, None)], "Eso es el número del lote. Cuenta imágenes."),
            ([(1, None), (3, None)], "Eso es el número del lote, desde 1. Cuenta imágenes, desde 0."),
            ([(0, 0.251612), (4, 0.06863)], _AFTER),
            ([(0, 0.651111), (4, 0.320353)], _TIMES),
            ([(0, 0.325556), (4, 0.509789)], "Esa es la pérdida media hasta ahora. Informa solo de la pérdida de este lote."),
            ([(0, 0.325556), (4, 0.601906)], "Esa es la pérdida media desde el último informe. Informa solo de la pérdida de este lote."),
            ([(0.325556, 0), (0.160176, 4)], "Los pares están al revés: primero las imágenes, después la pérdida."),
        ],
        [
            ([[0.5, -0.5], [0.25, 1], [-1, 0]], "Los pesos no han cambiado. ¿Se llama a optimizer.step(), después de loss.backward()?"),
            ([[0.731822, 0.612122], [0.600525, -0.049924], [-1.582347, -0.062198]], "Cada paso sigue los gradientes de todos los lotes hasta ahora. Bórralos en cada lote: optimizer.zero_grad()."),
        ],
    ),
    _logging("CrossEntropyLoss", 2, 3, [(0, 0.325556), (6, 3.169401)], _WEIGHTS, [([(0, None), (3, None)], "El último lote es más pequeño: su número por su tamaño no es lo que se ha visto. Suma los tamaños de los lotes.")]),
    _logging(
        "MultiMarginLoss",
        1,
        3,
        [(0, 0), (3, 1.233333), (6, 1.375)],
        [[0.333333, 0.083333], [0.75, 0.25], [-1.333333, 0.166667]],
        [([(0, None), (3, None), (3, None)], "La cuenta empieza de nuevo después de cada informe. Cuenta todas las imágenes anteriores al lote.")],
        [([[0.426419, 0.502271], [0.654054, 0.071291], [-1.330473, -0.073562]], "Eso es lo que da la entropía cruzada. Usa la función de pérdida que se da, `loss_fn`.")],
    ),
]

HINTS["train_with_log"] = (
    "Escribe primero el bucle sin informes: modo de entrenamiento, y después los cinco pasos de cada lote. Luego: ¿cuándo informa un lote, y qué hay que contar?",
    "`enumerate(loader)` numera los lotes desde 0; un lote informa si `number % log_interval == 0`. Una cuenta de imágenes empieza en 0 y crece en len(targets) al *final* de cada vuelta.",
    "En cada informe, añade `(seen, loss.item())` e imprime una línea con epoch, seen, seen / len(loader.dataset) y la pérdida. Devuelve la lista detrás del bucle, en la columna del `for`.",
)


# ----------------------------------------------------------------------------- 03_regularisation_and_evaluation: dropout


def _dropped_small(function):
    call = "dropout(x, p=0.25) con x = [[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]]"
    before = _t([[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]])
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x se ha modificado"), Words("x como estaba"), "Las entradas tienen que quedarse como están: haz un tensor nuevo, `x * mask / (1 - p)`, y no escribas en ninguna.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "No ha cambiado nada. Al entrenar, cada valor se convierte en 0 con probabilidad p, y los demás se dividen entre 1 − p."),
        (x * kept, "Se descartan valores, y los conservados están como estaban. Divídelos entre 1 − p, para que su media siga siendo la que era."),
        (x * kept / 0.25, "Los valores conservados se dividen entre p. Divide entre 1 − p, la probabilidad de conservarse: con p = 0.25, entre 0.75."),
        (x * kept * 0.75, "Los valores conservados se multiplican por 1 − p, y eso los hace aún más pequeños. Divide entre ello."),
        (kept.to(x), "Eso es la máscara sola. Multiplica x por ella, y divide entre 1 − p."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Cada valor es 0 o x / (1 − p), aquí x / 0.75.")
    for kind in (torch.float32, torch.float64):
        if function(x.to(kind), 0.25).dtype == kind:
            continue
        raise Wrong(f"{call}, x en {kind}", Words("un resultado de otro tipo"), Words(str(kind)), "El resultado tiene el tipo de x. `torch.rand_like(x)` y `torch.empty_like(x)` hacen tensores como x.")


def _dropped_share(function):
    x = torch.ones(200, 300)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "dropout(torch.ones(200, 300)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        masks = [function(x, **options).detach() == 0 for _ in range(4)]
        share = masks[0].double().mean().item()
        if 0 < share < 1 and ((masks[0] == masks[0][:1]).all() or (masks[0] == masks[0][:, :1]).all()):
            raise Wrong(call, Words("se descartan juntas filas o columnas enteras"), Words("cada valor por su cuenta"), "Sortea tantos números como valores tiene x: `torch.rand_like(x)`, no `torch.rand(len(x))`.")
        if abs(share - p) > 0.015:  # a right answer is so far off once in 10¹¹ times
            better = "Sortea un número para cada valor; se descarta donde ese número es menor que p."
            if abs(share - 0.75) < 0.015 and p == 0.25:
                better = "p es la probabilidad de que un valor se descarte, no de que se conserve."
            elif share == 0:
                better = "Aquí no se descarta nada. ¿Se sortea un número para cada valor, y se ponen a 0 los que quedan por debajo de p?"
            elif share == 1:
                better = "Todos los valores corren la misma suerte. Sortea un número para cada uno: `torch.rand_like(x)`."
            elif p == 0.5:
                better = "Sin argumento, p es 0.5, y el modo es el de entrenamiento."
            raise Wrong(call, Words(f"el {share:.1%} de los valores es 0"), Words(f"más o menos el {p:.0%}"), better)
        if torch.equal(masks[0], masks[1]):
            raise Wrong(call + ", dos veces", Words("se descartan otra vez los mismos valores"), Words("otros cada vez"), "Sortea de nuevo en cada llamada, y no fijes ninguna semilla dentro de la función.")
        if all(mask.sum() == round(p * x.numel()) for mask in masks):
            raise Wrong(call + ", cuatro veces", Words(f"exactamente el {p:.0%} de los valores es 0, cada vez"), Words("a veces unos pocos más, a veces unos pocos menos"), "No elijas un número fijo de valores: cada valor tiene su propio sorteo.")


def _dropped_gradient(function):
    call = "dropout(x, p=0.25).sum().backward() con x de 40 valores; el gradiente de x"
    x = torch.linspace(1, 3, 40).requires_grad_()
    got = function(x, 0.25)
    if not got.requires_grad:
        raise Wrong(call, Words("nada: el resultado está desconectado de x"), Words("1 / (1 − p) donde se conservó un valor, 0 en los demás"), "Calcula el resultado a partir de x mismo, sin `detach`, `.data`, `no_grad` ni NumPy: una red aprende a través de él.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("otro gradiente"), Words("1 / (1 − p) donde se conservó un valor, 0 en los demás"), "Multiplica x por la máscara y divide entre 1 − p: entonces el gradiente sale solo.")


_dropped_x = _t([[1, 2, 3], [5, 6, -7]])
EXAMPLES["dropout"] = [
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.25, training=False)",
        (_dropped_x, {"p": 0.25, "training": False}),
        _dropped_x,
        [
            (_dropped_x * 0.75, "En la evaluación x vuelve tal como es. La escala ya se ajustó al entrenar: los valores conservados se dividieron entre 1 − p."),
            (_dropped_x / 0.75, "En la evaluación no se descarta nada, así que tampoco se escala nada: devuelve x."),
        ],
        advice="Con training=False vuelven los valores de x tal como son. ¿Se consulta "
               "`training`?",
    ),
    _dropped_small,
    _dropped_share,
    _value("dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.0)", (_dropped_x, {"p": 0.0}), _dropped_x, advice="Con p = 0 no se descarta nada, y 1 − p es 1."),
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=1.0)",
        (_dropped_x, {"p": 1.0}),
        torch.zeros(2, 3),
        advice="Con p = 1 se descarta todo. Los números de `torch.rand` están en 0 … 1, y el propio 1 no sale nunca.",
        nan="Con p = 1 divides entre 1 − p = 0. ¿Qué se devuelve entonces, sin dividir nada?",
    ),
    _dropped_gradient,
]

HINTS["dropout"] = (
    "Primero la mitad fácil: ¿qué se devuelve con training=False? Después, sortea un número entre 0 y 1 para cada valor. ¿Cuáles deben llevar a un 0?",
    "`torch.rand_like(x)` sortea esos números, con la forma y el tipo de x. `drawn >= p` es True con probabilidad 1 − p: es la máscara de lo que se conserva. Multiplica x por ella. ¿Qué falta todavía, y qué pasa con p = 1?",
    "Devuelve x si no se entrena. Si p == 1, sirve x * 0. Si no, x * mask / (1 − p), con la máscara `torch.rand_like(x) >= p`.",
)


# --------------------------------------------------------------------- 03_regularisation_and_evaluation: channel_dropout


def _channels_small(function):
    call = "channel_dropout(x, p=0.25) con x = torch.arange(1., 17).reshape(2, 4, 1, 2)"
    before = torch.arange(1.0, 17).reshape(2, 4, 1, 2)
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x se ha modificado"), Words("x como estaba"), "Las entradas tienen que quedarse como están: haz un tensor nuevo, `x * mask / (1 - p)`.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "No ha cambiado nada. Al entrenar, cada canal de cada imagen se convierte en 0 con probabilidad p, y los demás se dividen entre 1 − p."),
        (x * kept, "Los canales conservados están como estaban. Divídelos entre 1 − p, como en "
                   "`dropout`."),
        (x * kept / 0.25, "Los canales conservados se dividen entre p. Divide entre 1 − p, aquí "
                          "0.75."),
        (x * kept * 0.75, "Los canales conservados se multiplican por 1 − p. Divide entre ello."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Cada canal es 0 o x / (1 − p), aquí x / 0.75.")


def _channels_share(function):
    x = torch.ones(150, 200, 2, 3)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "channel_dropout(torch.ones(150, 200, 2, 3)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        first, second = (function(x, **options).detach() == 0 for _ in range(2))
        whole = first.flatten(2).all(2)  # (150, 200)
        if not torch.equal(whole, first.flatten(2).any(2)):
            raise Wrong(call, Words("canales en los que algunos valores son 0 y otros no"), Words("canales enteros"), "Sortea un número para cada canal de cada imagen, con forma (N, C, 1, 1); de lo demás se encarga la difusión.")
        share = whole.double().mean().item()
        if share == 0:
            raise Wrong(call, Words("ningún canal es 0"), Words(f"más o menos el {p:.0%} de ellos"), "Aquí no se descarta nada. ¿Se sortea un número para cada canal de cada imagen, y se ponen a 0 los que quedan por debajo de p?")
        if (whole == whole[:, :1]).all():
            raise Wrong(call, Words("todos los canales de una imagen corren la misma suerte"), Words("cada canal por su cuenta"), "Sortea un número para cada canal de cada imagen, con forma (N, C, 1, 1), no uno por imagen.")
        if (whole == whole[:1]).all():
            raise Wrong(call, Words("todas las imágenes pierden los mismos canales"), Words("otros en cada imagen"), "Sortea para cada imagen: forma (N, C, 1, 1), no (1, C, 1, 1).")
        if abs(share - p) > 0.02:  # a right answer is so far off once in 10¹¹ times
            better = "p es la probabilidad de que un canal se descarte, no de que se conserve." if abs(share - 0.75) < 0.02 else "Un canal se descarta donde su número es menor que p; sin argumento, p es 0.5."
            raise Wrong(call, Words(f"el {share:.1%} de los canales es 0"), Words(f"más o menos el {p:.0%}"), better)
        if (whole.sum(dim=1) == whole[0].sum()).all():
            raise Wrong(call, Words(f"exactamente el {p:.0%} de los canales de cada imagen es 0"), Words("unos pocos más en una imagen, unos pocos menos en otra"), "No elijas un número fijo de canales: cada canal tiene su propio sorteo.")
        if torch.equal(first, second):
            raise Wrong(call + ", dos veces", Words("se descartan otra vez los mismos canales"), Words("otros cada vez"), "Sortea de nuevo en cada llamada, y no fijes ninguna semilla dentro de la función.")


def _channels_gradient(function):
    call = "channel_dropout(x, p=0.25).sum().backward() con x de 5 imágenes con 8 canales; el gradiente de x"
    x = torch.linspace(1, 3, 240, dtype=torch.float64).reshape(5, 8, 2, 3).requires_grad_()
    got = function(x, 0.25)
    if got.dtype != torch.float64 or function(x.detach().float(), 0.25).dtype != torch.float32:
        raise Wrong(call, Words("un resultado de un tipo distinto al de x"), Words("float64 para float64, float32 para float32"), "El resultado tiene el tipo de x: `x.new_empty(…)` hace un tensor como x.")
    if not got.requires_grad:
        raise Wrong(call, Words("nada: el resultado está desconectado de x"), Words("1 / (1 − p) en los canales conservados, 0 en los demás"), "Calcula el resultado a partir de x mismo, sin `detach`, `.data`, `no_grad` ni NumPy.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("otro gradiente"), Words("1 / (1 − p) en los canales conservados, 0 en los demás"), "Multiplica x por la máscara y divide entre 1 − p: entonces el gradiente sale solo.")


_channels_x = torch.arange(1.0, 9).reshape(2, 2, 2, 1)
EXAMPLES["channel_dropout"] = [
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.25, training=False)",
        (_channels_x, {"p": 0.25, "training": False}),
        _channels_x,
        [(_channels_x * 0.75, "En la evaluación x vuelve tal como es: la escala ya se ajustó al entrenar.")],
        advice="Con training=False vuelven los valores de x tal como son. ¿Se consulta "
               "`training`?",
    ),
    _channels_small,
    _channels_share,
    _value("channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.0)", (_channels_x, {"p": 0.0}), _channels_x, advice="Con p = 0 no se descarta nada."),
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=1.0)",
        (_channels_x, {"p": 1.0}),
        torch.zeros(2, 2, 2, 1),
        advice="Con p = 1 se descarta todo.",
        nan="Con p = 1 divides entre 1 − p = 0. ¿Qué se devuelve entonces, sin dividir nada?",
    ),
    _channels_gradient,
]

HINTS["channel_dropout"] = (
    "Es dropout con menos sorteos: ¿cuántos números necesitas para N imágenes de C canales?",
    "Uno por cada canal de cada imagen: N · C en total. ¿Qué forma deben tener para que cada uno multiplique un plano (H, W) entero?",
    "Una máscara de forma (N, C, 1, 1), de `torch.rand(N, C, 1, 1) >= p`, con el tipo de x y en su dispositivo. O pasa un tensor de unos de esa forma por tu `dropout`, y multiplica x por lo que devuelva.",
)


# -------------------------------------------------------------------------- 03_regularisation_and_evaluation: l2_penalty


def _penalised():
    """A linear layer inside a block, and a frozen one behind it."""
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 1))
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), ([[1, 2], [0, -1]], [2, -0.5], [[3, 4]], [1])):
            parameter.copy_(_t(values))
    model[1].requires_grad_(False)
    return model


def _penalty(function):
    call = "l2_penalty(model, weight_decay=0.1): pesos [[1, 2], [0, -1]] y [2, -0.5] en un bloque, y una capa congelada"
    model = _penalised()
    got = function(model, 0.1)
    expected = _t(0.5125)
    slips = [
        (_t(1.025), "Falta el factor 1/2: con él, el gradiente es weight_decay · w, sin un 2."),
        (_t(0.3), "Se dejan fuera los sesgos. Aquí cuentan todos los parámetros entrenables: model.parameters() los da todos."),
        (_t(0.6), "Falta el factor 1/2, y se dejan fuera los sesgos: cuentan todos los parámetros entrenables."),
        (_t(1.8125), "Se cuenta la capa congelada. Toma solo los parámetros con requires_grad."),
        (_t(3.625), "Se cuenta la capa congelada, y falta el factor 1/2."),
        (_t(0.160078), "Eso sale de la norma, la raíz de la suma. Toma la suma de los cuadrados, sin raíz."),
        (_t(0.320156), "Eso sale de la norma, la raíz de la suma. Toma la suma de los cuadrados, sin raíz, y el factor 1/2."),
        (_t(0.225552), "Son normas, las raíces de sumas. Toma la suma de los cuadrados de cada tensor, sin raíz."),
        (_t(0.525552), "Son normas, las raíces de sumas, y se cuenta la capa congelada. Toma la suma de los cuadrados de cada tensor entrenable, sin raíz."),
        (_t(0.325), "Son los valores absolutos (una penalización L1). Toma los cuadrados."),
        (_t(0.65), "Son los valores absolutos (una penalización L1). Toma los cuadrados, y la mitad de su suma."),
        (_t(5.125), "Falta weight_decay: multiplica por él."),
        (_t(0.18125), "Son medias, una por tensor. Suma los cuadrados: una suma, no una media."),
        (_t(0.085417), "Eso es la media de todos los cuadrados. Toma su suma."),
        (_t(0.3125), "Cuadrados de sumas: primero eleva cada peso al cuadrado, y después suma."),
        (_t(0.2125), "El bucle ha terminado con los primeros tensores, o guarda solo el último: suma sobre todos los parámetros."),
    ]
    _compare(call, got, expected, slips, "Aquí es 0.1 / 2 · (1 + 4 + 0 + 1 + 4 + 0.25), los cuadrados de los seis números entrenables.")
    if not isinstance(got, torch.Tensor) or not got.requires_grad:
        raise Wrong(call, Words("un número sin grafo"), Words("un tensor derivable"), "Aquí nada de `.item()`, `.data`, `detach` ni `no_grad`: la penalización es parte de la pérdida, y solo está ahí por su gradiente.")
    got.backward()
    weight = model[0][0].weight
    _compare(call + "; después de backward, el gradiente del peso", weight.grad, 0.1 * weight.detach(), (), "El gradiente de weight_decay / 2 · w² es weight_decay · w. ¿Se puede derivar cada paso desde los pesos hasta la suma?")


EXAMPLES["l2_penalty"] = [_penalty]

MORE_WORDS["l2_penalty"] = (_NO_POWER,)

HINTS["l2_penalty"] = (
    "¿Qué tensores de un modelo cambian al entrenar? model.parameters() los da uno tras otro, también los congelados.",
    "Para cada parámetro con requires_grad, `(p**2).sum()` es un tensor con un solo valor. Súmalos, y multiplica por weight_decay / 2.",
    "weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad). Devuelve el tensor tal como es, con su grafo.",
)


# ----------------------------------------------------------------------- 03_regularisation_and_evaluation: EarlyStopping


class _Counted(nn.Module):
    """A network with a weight and a buffer, which say the epoch."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))
        self.register_buffer("running", torch.zeros(2))

    def train_to(self, epoch):
        with torch.no_grad():
            self.weight.fill_(epoch)
            self.running.fill_(10 * epoch)


def _stops(call, stopper, losses, expected, best, slips):
    """Follow losses, with a network trained on meanwhile; return it."""
    model, said = _Counted(), []
    for epoch, loss in enumerate(losses, 1):
        model.train_to(epoch)
        answer = stopper.update(loss, model)
        _compare(f"{call}; un peso después de la actualización {epoch} (cada uno es su época)", model.weight[0], _t(float(epoch)), (), "`update` deja el modelo como está. Quien lo cambia es `restore`, cuando el entrenamiento lo pide.")
        if isinstance(answer, torch.Tensor) and answer.numel() == 1:
            answer = answer.item()
        if not isinstance(answer, int) and type(answer).__module__ != "numpy":
            raise Wrong(f"{call}; update({loss}, model)", answer, Words("True o False"), "`update` devuelve True cuando es hora de parar, y si no False. ¿Se llega a un `return` en todos los casos?")
        said.append(bool(answer))
    call += f"; las respuestas de update a las pérdidas {', '.join(map(str, losses))}"
    if said != expected:
        words = "Cuenta las épocas desde la mejor: la cuenta empieza de nuevo con cada época mejor."
        raise Wrong(call, said, expected, next((better for wrong, better in slips if said == wrong), words))
    value = _number(stopper.best)
    if best is None:  # where a loss was lower by less than min_delta, it may be either
        return model
    if value is None or abs(value - best) > 1e-6:
        raise Wrong(call + "; después best", stopper.best, best, "`best` es la pérdida de la mejor época hasta ahora, como número. Solo cambia con una época que mejora en más de min_delta.")
    return model


def _stopping(EarlyStopping):
    call, no, yes = "EarlyStopping(patience=2)", False, True
    stopper = EarlyStopping(patience=2)
    slips = [
        ([no, no, no, no, yes, yes], "La cuenta no se reinicia. Después de una época mejor, empieza otra vez en 0."),
        ([no] * 6, "No se detiene. Compara con la mejor pérdida hasta ahora, no con la anterior, y para cuando la cuenta llegue a `patience`, no cuando la pase."),
        ([no, no, yes, no, yes, yes], "Se detiene tras una sola época peor. Cuéntalas, y para cuando la cuenta llegue a `patience`."),
        ([no, no, yes, yes, yes, yes], "Toma por mejor una pérdida mayor. Es mejor la pérdida menor."),
        ([yes, yes, no, yes, no, no], "Eso dice si la época fue mejor. `update` dice si es hora de parar."),
        ([yes, yes, yes, yes, yes, no], "Eso dice si hay que seguir. `update` dice si es hora de parar: al revés."),
        ([no, yes, yes, yes, yes, yes], "Ninguna época cuenta como mejor. Empieza con best = infinito, y compara con él: ¿es val_loss menor?"),
    ]
    model = _stops(call, stopper, [1.0, 0.8, 0.9, 0.7, 0.75, 0.72], [no, no, no, no, no, yes], 0.7, slips)
    stopper.restore(model)
    call += "; restore(model) tras seis épocas, de las que la cuarta fue la mejor"
    slips = [(_t([6.0] * 3), "Esos son los pesos de la última época. ¿Vuelve `restore` a poner lo guardado, y era una copia? `state_dict()` contiene los propios tensores, que el entrenamiento sigue cambiando: guarda copias (`.clone()`, `copy.deepcopy`).")]
    _compare(call + "; los pesos (cada uno es su época)", model.weight, _t([4.0] * 3), slips, "Se piden los pesos de la mejor época: cópialos en `update` cuando una época es mejor, y vuelve a ponerlos en `restore`.")
    buffer = "Los pesos han vuelto, pero un buffer no. Los buffers (por ejemplo, las medias móviles de la normalización por lotes) pertenecen a la red: `state_dict()` contiene ambas cosas."
    _compare(call + "; un buffer (diez veces su época)", model.running, _t([40.0] * 2), (), buffer)
    model.train_to(7)
    stopper.restore(model)
    _compare(call + ", otra vez tras una época más; los pesos", model.weight, _t([4.0] * 3), (), "Lo que se restauró está ligado a la copia, y el entrenamiento ha cambiado los dos. Copia los números en el modelo: `load_state_dict` lo hace.")


def _small_steps(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 5, "min_delta no se usa, o actúa al revés. Una época solo cuenta como mejor si su pérdida está por debajo de best − min_delta."),
        ([no, no, yes, yes, yes], "La tercera época mejora en 0.2. min_delta es una diferencia de pérdidas, no una proporción: mejor es val_loss < best − min_delta."),
        ([no, yes, yes, yes, yes], "La primera época es mejor en todo caso: empieza con best = infinito. Y ¿se toman `patience` y `min_delta` en este orden?"),
    ]
    _stops("EarlyStopping(2, 0.1)", EarlyStopping(2, 0.1), [5.0, 5.2, 4.8, 4.75, 4.78], [no, no, no, no, yes], None, slips)


def _without_arguments(EarlyStopping):
    no, yes = False, True
    slips = [
        ([no] * 7, "Sin argumento, `patience` es 3."),
        ([no, no, no, no, no, yes, yes], "Sin argumento, `patience` es 3: tres épocas seguidas."),
        ([no, no, no, no, yes, yes, yes], "La cuarta época es mejor, aunque solo un poco: sin argumento, min_delta es 0, y no se redondea nada."),
    ]
    _stops("EarlyStopping()", EarlyStopping(), [0.5, 0.4, 0.45, 0.39995, 0.6, 0.41, 0.45], [no, no, no, no, no, no, yes], 0.39995, slips)


EXAMPLES["EarlyStopping"] = [_stopping, _small_steps, _without_arguments]
MORE_WORDS["EarlyStopping"] = (
    (
        "RuntimeError",
        "Missing key",
        "A la copia le falta algo que tiene el modelo. `model.state_dict()` lo contiene todo, pesos y buffers; model.parameters() da solo los pesos.",
    ),
    (
        "AttributeError",
        "has no attribute 'best'",
        "Dale al objeto su atributo `best` en `__init__`, por ejemplo infinito: cualquier primera pérdida es mejor.",
    ),
)

HINTS["EarlyStopping"] = (
    "¿Qué tiene que recordar el objeto de una época a la siguiente? Tres cosas: la mejor pérdida, cuántas épocas han pasado desde entonces, y los pesos de aquella época.",
    "Empieza con best = infinito, para que la primera época sea mejor. En `update`: ¿está val_loss por debajo de best − min_delta? Entonces anota la pérdida, copia los pesos y pon la cuenta a 0; si no, suma uno a la cuenta. ¿Qué se devuelve en ambos casos?",
    "`copy.deepcopy(model.state_dict())` es una copia de pesos y buffers que el entrenamiento no puede cambiar, y `model.load_state_dict(kept)` la vuelve a poner. Devuelve `self.count >= self.patience`.",
)


# --------------------------------------------------------------- 03_regularisation_and_evaluation: classification_report

_report_labels = torch.tensor([0, 1, 0, 2, 0, 1, 0, 0, 2, 0, 1])
_report_preds = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1, 1, 3, 0])


def _report(function):
    call = "classification_report(preds, labels, 5), labels 0 1 0 2 0 1 0 0 2 0 1, preds 0 1 0 1 0 1 0 1 1 3 0"
    preds, labels = _report_preds.clone(), _report_labels.clone()
    got = function(preds, labels, 5)
    if not torch.equal(preds, _report_preds) or not torch.equal(labels, _report_labels):
        raise Wrong(call, Words("preds o labels se han modificado"), Words("ambos como estaban"), "Las entradas tienen que quedarse como están: cuenta en tensores nuevos.")
    keys = ("precision", "recall", "f1", "support", "accuracy", "macro_f1", "weighted_f1")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        lacking = ", ".join(key for key in keys if not isinstance(got, dict) or key not in got)
        raise Wrong(call, list(got) if isinstance(got, dict) else got, Words("un diccionario con " + ", ".join(keys)), f"Devuelve un solo diccionario. Lo que falta: {lacking}.")
    precision, recall, f1 = _t([0.8, 0.4, 0, 0, 0]), _t([0.666667, 0.666667, 0, 0, 0]), _t([0.727273, 0.5, 0, 0, 0])
    percent = "Se espera una proporción de 0 a 1, no un porcentaje."
    wanted = {
        "support": (_t([6.0, 3, 2, 0, 0]), [(_t([5.0, 5, 0, 1, 0]), "Eso es cuántas veces se predijo cada clase. El soporte cuenta las etiquetas."), (_t([4.0, 2, 0, 0, 0]), "Esos son los aciertos. El soporte cuenta todas las etiquetas de una clase.")], "La clase 0 está seis veces en labels."),
        "precision": (precision, [(recall, "Precisión y exhaustividad están intercambiadas: la precisión divide los aciertos entre las veces que se predijo la clase."), (100 * precision, percent)], "La clase 0 se predice cinco veces, y cuatro de ellas son correctas: 4 / 5. Si una clase no se predice nunca, es 0."),
        "recall": (recall, [(precision, "Precisión y exhaustividad están intercambiadas: la exhaustividad divide los aciertos entre las veces que la clase está."), (100 * recall, percent)], "De seis muestras de la clase 0 se encuentran cuatro: 4 / 6. Si una clase no está, es 0."),
        "f1": (f1, [(_t([0.733333, 0.533333, 0, 0, 0]), "F1 no es la media simple: 2·p·r / (p + r)."), (f1 / 2, "En F1 falta un factor 2: 2·p·r / (p + r).")], "F1 es 2·p·r / (p + r), clase por clase, y 0 donde ambos son 0."),
        "accuracy": (6 / 11, [(600 / 11, percent), (6.0, "Eso es el número de respuestas correctas. Divídelo entre el número de muestras.")], "6 de 11 muestras son correctas."),
        "macro_f1": (0.245455, [(0.409091, "Esa es la media sobre las clases que están. Aquí cuentan todas las `num_classes`; las ausentes, con 0."), (0.306818, "La clase 4, que ni está ni se predice, se ha dejado fuera. Aquí cuentan todas las `num_classes`; una clase así, con 0."), (0.252632, "Eso sale de la precisión media y la exhaustividad media. Toma la media de los valores F1."), (0.533058, "Esa es la media ponderada. La media macro da a todas las clases el mismo peso.")], "La media simple de los cinco valores F1."),
        "weighted_f1": (0.533058, [(0.245455, "Esa es la media simple. Aquí cada clase pesa tanto como su soporte."), (0.557851, "Los pesos son las veces que se predijo cada clase. Pondera con el soporte."), (5.863636, "Divide entre el número de muestras.")], "Cada F1 por su soporte, todo sumado y dividido entre el número de muestras."),
    }
    for key in keys[3:4] + keys[:3] + keys[4:]:
        expected, slips, advice = wanted[key]
        value = got[key]
        if key == "support" and isinstance(value, torch.Tensor):
            value = value.float()  # a whole number of any type
        _compare(f'{call}; ["{key}"]', value, expected, slips, advice, nan="Donde un denominador es 0, el valor es 0 por definición: `clamp(min=1)` en las cuentas, o `torch.where`.")


EXAMPLES["classification_report"] = [_report]
MORE_WORDS["classification_report"] = (
    (
        "RuntimeError",
        r"size of tensor a \(\d\) must match",
        "Dos cuentas tienen longitudes distintas. Sin `minlength=num_classes`, `bincount` termina en la mayor clase que aparece.",
    ),
)

HINTS["classification_report"] = (
    "Para cada clase bastan tres cuentas: cuántas veces está, cuántas veces se predice, y cuántas ambas cosas.",
    "`torch.bincount(labels, minlength=num_classes)` cuenta las etiquetas. Contando igual, `preds` da los predichos, y `labels[preds == labels]`, los aciertos. ¿Dónde divides entre 0?",
    "Con aciertos, predichos y soporte: precisión = aciertos / predichos, exhaustividad = aciertos / soporte, F1 = 2 · aciertos / (predichos + soporte), cada denominador con `.clamp(min=1)`. macro_f1 es f1.mean(), y weighted_f1, la suma de f1 · soporte / número de muestras; cada uno con `.item()`.",
)


# ----------------------------------------------------------------- 03_regularisation_and_evaluation: trained_regularised


def _parts_fit(CNNNet, train_with_log, Adam):
    model = CNNNet()
    if not isinstance(model, nn.Module):
        raise Wrong("CNNNet()", model, Words("un nn.Module"), "Pega tu clase de la parte 1 en la celda `my_cnnnet`.")
    images = ((torch.arange(20 * 784) * 7 % 31) / 31).reshape(20, 1, 28, 28)
    scores = model(images)
    if not isinstance(scores, torch.Tensor) or scores.shape != (20, 10):
        raise Wrong("CNNNet()(images) con 20 imágenes", scores, Words("un tensor de forma (20, 10)"), "Corrige primero CNNNet: debe superar su comprobación en la parte 1.")
    before = [p.detach().clone() for p in model.parameters()]
    if sum(p.numel() for p in before) != 21840:
        raise Wrong("los parámetros de CNNNet()", sum(p.numel() for p in before), 21840, "Pega tu clase terminada de la parte 1 en la celda `my_cnnnet`.")
    if not _same(scores.exp().sum(dim=1), torch.ones(20)):
        raise Wrong("CNNNet()(images).exp().sum(dim=1), de la primera imagen", scores.exp().sum(dim=1)[0].item(), 1.0, "La función de pérdida es nn.NLLLoss(), así que la red termina en log-probabilidades: log_softmax con dim=1.")
    labels = torch.arange(20) % 10
    loader = DataLoader(TensorDataset(images, labels), batch_size=5)
    with torch.no_grad():
        at_first = nn.NLLLoss()(model.eval()(images), labels).item()
    call = "train_with_log(CNNNet(), loader, nn.NLLLoss(), Adam(model.parameters(), lr=0.001), 1) con 20 imágenes"
    optimizer = Adam(model.parameters(), lr=0.001)
    train_with_log(model, loader, nn.NLLLoss(), optimizer, 1)
    if all(torch.equal(old, new) for old, new in zip(before, model.parameters())):
        raise Wrong(call, Words("los pesos como estaban"), Words("pesos entrenados"), "No se ha aprendido nada. ¿Superan Adam y train_with_log sus comprobaciones en la parte 2? `model.parameters()` es un generador: solo se puede recorrer una vez.")
    if not all(p.isfinite().all() for p in model.parameters()):
        raise Wrong(call, Words("pesos que no son números (NaN o infinito)"), Words("pesos entrenados"), "¿Supera Adam su comprobación en la parte 2? Mira sus dos divisiones: entre 1 − betaᵗ, donde t empieza en 1, y entre la raíz más eps.")
    quicker = Adam(model.parameters(), lr=0.01)
    with contextlib.redirect_stdout(io.StringIO()):
        for epoch in range(2, 10):
            train_with_log(model, loader, nn.NLLLoss(), quicker, epoch)
    with torch.no_grad():
        at_last = nn.NLLLoss()(model.eval()(images), labels).item()
    if not at_last < at_first + 0.1:
        raise Wrong(call + ", después ocho épocas más con lr=0.01; la pérdida con estas imágenes", at_last, Words(f"no más que al principio, {at_first:.3f}"), "La pérdida crece. ¿Da Adam el paso en contra del gradiente, y superan él y train_with_log sus comprobaciones en la parte 2?")


EXAMPLES["trained_regularised"] = [_parts_fit]
NEEDS["trained_regularised"] = ("CNNNet", "train_with_log", "Adam")
PASSED_WORDS["trained_regularised"] = "las piezas encajan. El entrenamiento en sí, y la exactitud con las imágenes de prueba, llegan al calificar."

HINTS["trained_regularised"] = (
    "Aquí no se escribe nada nuevo. ¿Has pegado tus CNNNet, train_with_log y Adam, y superan sus comprobaciones en las partes 1 y 2?",
    "Ejecuta la celda de arriba, que entrena como se hace al calificar. ¿Baja la pérdida de época en época, empezando cerca de 2.3?",
    "Si la pérdida se queda cerca de 2.3: zero_grad, backward, step, y la corrección del sesgo de Adam. Si baja pero la exactitud es pobre: un dropout que sigue activo en la evaluación, o train_with_log entrena un modelo distinto del que recibe.",
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
