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
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.data import TensorDataset

# notebook: {item: points}; the build writes this table from the course's configuration
NOTEBOOKS = {
    "01_filters_and_activations": {
        "get_filters": 6,
        "normalise_maps": 6,
        "make_grid": 8,
        "receptive_field": 6,
        "capture_activations": 14,
        "top_images": 8,
        "saliency": 6,
    },
    "02_representations": {
        "features": 8,
        "pca": 12,
        "cosine_similarity": 6,
        "nearest_neighbours": 8,
        "knn_accuracy": 6,
        "maximise_activation": 6,
    },
}
# What a person grades, and its points: the build writes this, too.
BY_HAND = {}
# The items that are to be written from scratch, and the library calls that would do their whole job: the build writes this, too.
FROM_SCRATCH = {
    "items": ['make_grid', 'capture_activations', 'top_images', 'features', 'pca', 'cosine_similarity', 'nearest_neighbours', 'knn_accuracy'],
    "operators": 'cosine_similarity|cosine_embedding',
    "functions": 'pca_lowrank|make_grid|IntermediateLayerGetter',
    "packages": ['sklearn', 'torchmetrics', 'captum', 'torchvision.models.feature_extraction'],
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


class _Watched(nn.Module):
    """A small network that keeps a diary: a convolution in `body`, a ReLU in place, dropout, a linear layer `last`."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 2, (1, 2)), relu=nn.ReLU(inplace=True)))
        self.drop, self.last = nn.Dropout(0.5), nn.Linear(8, 3)
        self.modes, self.sizes = [], []
        with torch.no_grad():
            self.body.conv.weight.copy_(_t([[[[1, -1]]], [[[0, 2]]]]))
            self.body.conv.bias.copy_(_t([0.5, -1]))
            self.last.weight.copy_(_t([[1] * 8, [0, 0, 0, 0, 0, 1, 0, 0], [-1] * 4 + [0] * 4]))
            self.last.bias.copy_(_t([0, 1, 0.5]))

    def forward(self, x):
        self.modes.append(self.training or any(module.training for module in self.modules()))
        self.sizes.append(len(x))
        return self.last(self.drop(self.body(x).flatten(start_dim=1)))


_FIVE = [[[1, 0, 2], [3, 1, 0]], [[0, 1, 0], [1, 0, 1]], [[0, 0, 5], [0, 0, 3]], [[0, 1, 3], [0, 2, 4]], [[4, 0, 0], [1, 1, 1]]]

# What goes wrong with the names of layers inside layers
_DOTTED = (
    (
        "KeyError",
        r"\w\.conv",
        "El nombre es el de una capa que está dentro de otra. `dict(model.named_modules())` las tiene todas con sus nombres con puntos; `named_children()` solo tiene las de fuera.",
    ),
    (
        "AttributeError",
        r"no attribute '\w+\.\w",
        "`getattr` no entiende el punto. `dict(model.named_modules())[name]` encuentra la capa.",
    ),
)


def _five():
    """Five images, (5, 1, 2, 3)."""
    return _t(_FIVE).unsqueeze(1)


def _hooks_of(model):
    """Return how many hooks hang on a network and its modules."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind, ())) for module in model.modules() for kind in kinds)


def _require_as_found(call, model, before):
    """Raise Wrong where a network is not as it was: hooks, mode, gradients, what it learns, and whether gradients are recorded."""
    if hooks := _hooks_of(model):
        raise Wrong(call, Words(f"{hooks} hook{'s' * (hooks > 1)} en la red después de la llamada"), Words("ninguno"), "Un hook que se queda se ejecuta en todos los pasos posteriores. Guarda el handle que da `register_forward_hook`, y llama a `handle.remove()` en un `finally:`.")
    if any(module.training != before for module in model.modules()):
        raise Wrong(call, Words("la red, o una capa suya, en otro modo"), Words("el modo en que estaba"), "Recuerda `model.training` al principio, y pásalo a `model.train(…)` al final.")
    if any(parameter.grad is not None for parameter in model.parameters()):
        raise Wrong(call, Words("gradientes en los parámetros de la red"), Words("ninguno, como antes"), "Mirar no es entrenar: no dejes ningún gradiente en los pesos. `torch.autograd.grad(score, image)` da solo el de la imagen.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parámetros que ya no aprenden"), Words("los parámetros como estaban"), "Deja en paz el `requires_grad` de los parámetros, o restáuralo al final.")
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise Wrong(call, Words("después, los gradientes están desactivados"), Words("activados, como antes"), "`with torch.no_grad():` los vuelve a activar por sí solo; torch.set_grad_enabled(False) no.")


def _require_evaluation(call, model):
    """Raise Wrong where a pass was made in training mode."""
    if any(model.modes):  # there are none where a copy of the network is asked
        raise Wrong(call, Words("un paso hacia delante en modo de entrenamiento"), Words("modo de evaluación"), "Llama primero a `model.eval()`: si no, el dropout hace que cada respuesta sea distinta.")


def _require_key_error(call, function, names, advice):
    """Raise Wrong where no KeyError comes, or where it does not name what there is."""
    wanted = Words("un KeyError" + (f" que nombre {' and '.join(names)}" if names else ""))
    try:
        got = function()
    except KeyError as error:
        lacking = [name for name in names if name not in str(error)]
        if lacking:
            raise Wrong(call, Words(f"KeyError: {error}"), wanted, f"Di en el mensaje lo que hay: falta {lacking[0]}.") from None
        return
    except Exception as error:
        raise Wrong(call, Words(f"{type(error).__name__}: {error}"), wanted, advice) from None
    raise Wrong(call, got, wanted, advice)


# ------------------------------------------------------------------------------- 01_filters_and_activations: get_filters

_filters_weight = _t([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]], [[[-1, -2]], [[-3, -4]]]])  # (3, 2, 1, 2)


def _two_convolutions():
    block = nn.Sequential(OrderedDict(conv=nn.Conv2d(2, 3, (1, 2)), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(first=nn.Conv2d(1, 2, 1), block=block, last=nn.Linear(4, 2)))
    with torch.no_grad():
        model.block.conv.weight.copy_(_filters_weight)
        model.block.conv.bias.fill_(9)
    return model


def _filters(get_filters):
    call, model = 'get_filters(model, "block.conv")', _two_convolutions()
    got = get_filters(model, "block.conv")
    slips = [
        (model.first.weight.detach(), "Esos son los pesos de otra capa. El nombre lleva puntos: en `block`, el módulo `conv`."),
        (_t([9, 9, 9]), "Eso es el sesgo. Los filtros son el `weight` de la capa."),
        (torch.Size([3, 1, 1, 2]), "Falta un canal de cada filtro. Devuelve todos los pesos, (C_out, C_in, kH, kW)."),
        (_filters_weight.transpose(0, 1), "Los dos primeros ejes están intercambiados. Los pesos son (C_out, C_in, kH, kW), tal como están guardados."),
        ((_filters_weight - _filters_weight.min()) / 12, "Los filtros están escalados. Devuelve los números como son; escalar es para la figura."),
    ]
    if isinstance(got, nn.Module):
        raise Wrong(call, Words(f"la capa, de tipo {type(got).__name__}"), _filters_weight, "Eso es la capa. Sus filtros están en `.weight`.")
    _compare(call, got, _filters_weight, slips, "Devuelve el `weight` de la capa que tiene este "
                                                "nombre.")
    if got.grad_fn is not None:
        raise Wrong(call, Words("un tensor que conserva un grafo"), Words("simples números"), "`.detach()` saca los números del grafo.")
    with torch.no_grad():
        got.zero_()
    if not torch.equal(model.block.conv.weight, _filters_weight):
        raise Wrong(call + ", y después el resultado puesto a 0", Words("con él han cambiado los pesos de la red"), Words("la red como estaba"), "`.detach()` y `.data` comparten los números con la red. `.clone()` crea números propios.")
    if not model.block.conv.weight.requires_grad:
        raise Wrong(call, Words("la capa ya no aprende"), Words("la capa como estaba"), "No cambies la capa: `weight.detach().clone()` la deja en paz.")


def _unknown_filters(get_filters):
    model, known = _two_convolutions(), ("first", "block.conv")
    for name, what in (("conv", "ningún módulo tiene ese nombre"), ("last", "este nombre es el de una capa lineal"), ("block", "este nombre no es el de una convolución, sino el de algo que contiene una")):
        advice = f"Aquí {what}. Reúne los nombres de las convoluciones, `nn.Conv2d`, con `model.named_modules()`, y lanza un KeyError que los enumere."
        _require_key_error(f'get_filters(model, "{name}")', lambda name=name: get_filters(model, name), known, advice)


EXAMPLES["get_filters"] = [_filters, _unknown_filters]
MORE_WORDS["get_filters"] = _DOTTED

HINTS["get_filters"] = (
    "`model.named_modules()` da un par (nombre con puntos, módulo) por cada cosa que hay en una red. ¿Cuáles de los módulos son convoluciones?",
    "Crea un diccionario {nombre: módulo} de todos los módulos que son `nn.Conv2d`. Un nombre que no está en él es un KeyError, y sus claves son lo que enumera el mensaje.",
    "De la capa, `.weight.detach().clone()`: detach termina el grafo, clone hace una copia. Antes, si el nombre no está en el diccionario, `raise KeyError(…)` con `', '.join(convolutions)` en su mensaje.",
)


# ---------------------------------------------------------------------------- 01_filters_and_activations: normalise_maps

_two_maps = _t([[[1, 3, 5], [2, 4, 1]], [[7, 7, 7], [7, 7, 7]]])  # (2, 2, 3), the second of them constant
_NO_RANGE = "Un mapa constante no tiene rango: mayor − menor es 0, y 0 / 0 es NaN. Ahí el resultado es 0: divide, por ejemplo, entre 1."

EXAMPLES["normalise_maps"] = [
    _value(
        "normalise_maps(maps) con dos mapas, [[1, 3, 5], [2, 4, 1]] y uno que es 7 en todas "
        "partes",
        (_two_maps,),
        _t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0, 0, 0], [0, 0, 0]]]),
        [
            (_two_maps, "No ha cambiado nada. Resta a cada mapa su valor menor, y divide entre su rango."),
            ((_two_maps - 1) / 6, "Eso es un solo rango para todos los mapas juntos. Cada mapa tiene el suyo: `amin` y `amax` sobre los dos últimos ejes, con keepdim=True."),
            (_two_maps / _t([[[5.0]], [[7.0]]]), "Eso está dividido solo entre el mayor. Resta primero el menor, y divide entre el rango."),
            (_t([[[0, 0.5, 1], [0.3333333, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "Eso es un rango por fila. Un mapa es (H, W): toma los dos ejes, `dim=(-2, -1)`."),
            (_t([[[0, 2, 4], [1, 3, 0]], [[0, 0, 0], [0, 0, 0]]]), "Se ha restado el menor. Falta dividir entre el rango."),
            (_t([[[0, 0.4, 0.8], [0.2, 0.6, 0]], [[0, 0, 0], [0, 0, 0]]]), "Eso está dividido entre el valor mayor. Divide entre el rango, mayor − menor."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[1, 1, 1], [1, 1, 1]]]), "Un mapa constante es 0 en todas partes, no 1."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[7, 7, 7], [7, 7, 7]]]), "Un mapa constante pasa a ser 0 en todas partes; el tuyo se queda como estaba."),
            (_t([[[1, 0.5, 0], [0.75, 0.25, 1]], [[0, 0, 0], [0, 0, 0]]]), "Los mapas están invertidos. Resta a cada uno su valor menor, en vez de restarlo todo del mayor."),
            (_t([[[-1, 0, 1], [-0.5, 0.5, -1]], [[0, 0, 0], [0, 0, 0]]]), "Estos mapas van de −1 a 1. Deben ir de 0 a 1."),
            (_t([[[0, 0, 1], [1, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "Eso es un rango por columna. Un mapa es (H, W): toma los dos ejes, `dim=(-2, -1)`."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]]), "Un mapa constante es 0 en todas partes, no un medio."),
        ],
        advice="En el primer mapa, el menor es 1 y el rango 4: (3 − 1) / 4 = 0.5.",
        nan=_NO_RANGE,
    ),
    _value(
        "normalise_maps(maps) con mapas (1, 2, 1, 3), [-2, -1, 2] y [10, 10.5, 12], en float64",
        (_t([[[[-2, -1, 2]], [[10, 10.5, 12]]]]).double(),),
        _t([[[[0, 0.25, 1]], [[0, 0.25, 1]]]]).double(),
        [
            (_t([[[[0, 1 / 14, 4 / 14]], [[12 / 14, 12.5 / 14, 1]]]]), "Aquí los ejes son (N, C, H, W), y cada uno de los N · C mapas tiene su propio rango: los dos últimos ejes, haya lo que haya delante."),
            (_t([[[[0, 0, 0]], [[1, 1, 1]]]]), "El rango se toma a través de los mapas, no dentro de cada uno. Toma los dos últimos ejes."),
        ],
        advice="Trabaja sobre los dos últimos ejes, haya los que haya delante.",
        nan=_NO_RANGE,
    ),
    _value("normalise_maps(maps) con un solo mapa (2, 2), [[0, 4], [1, 3]]", (_t([[0, 4], [1, 3]]),), _t([[0, 1], [0.25, 0.75]]), advice="También se admite un solo mapa (H, W)."),
]
MORE_WORDS["normalise_maps"] = (
    (
        "TypeError",
        "invalid combination|must be int",
        "`min` y `max` admiten un solo eje. Para los dos a la vez están `maps.amin(dim=(-2, -1), keepdim=True)` y `amax`.",
    ),
)

HINTS["normalise_maps"] = (
    "¿Qué le pasa a un mapa cuyo valor menor es 1 y cuyo valor mayor es 5, si 1 debe convertirse en 0 y 5 debe convertirse en 1?",
    "`maps.amin(dim=(-2, -1), keepdim=True)` es el valor menor de cada mapa, y keepdim permite restarlo. Lo mismo con `amax`. ¿Entre qué número divides donde los dos son iguales?",
    "El rango es el mayor menos el menor, (…, 1, 1). Antes de dividir entre él, `torch.where(range == 0, 1, range)` pone un 1 donde es 0: un mapa constante se convierte en 0 / 1.",
)


# --------------------------------------------------------------------------------- 01_filters_and_activations: make_grid

_grid_maps = _t([[[0.1, 0.2]], [[0.3, 0.4]], [[0.5, 0.6]]])  # (3, 1, 2)
_grid_of_three = _t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 1, 1, 1], [1] * 7])

EXAMPLES["make_grid"] = [
    _value(
        "make_grid(maps, 2) con los mapas [[0.1, 0.2]], [[0.3, 0.4]] y [[0.5, 0.6]]",
        (_grid_maps, 2),
        _grid_of_three,
        [
            (_grid_of_three * (_grid_of_three < 1), "El fondo es 0. Aquí es 1: empieza con un tensor de unos."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.5, 0.6, 1], [1] * 7, [1, 0.3, 0.4, 1, 1, 1, 1], [1] * 7]), "Los mapas van bajando por las columnas. Llena fila a fila: el mapa i está en la fila i // columns y la columna i % columns."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 0, 0, 1], [1] * 7]), "La última fila no está llena, y su hueco es 0. Se queda como fondo, 1."),
            (torch.Size([3, 7]), "Falta el último mapa: una fila que no está llena también cuenta. Hay ceil(K / columns) filas."),
            (torch.Size([2, 4]), "No hay margen. Sin argumento, pad es 1: un píxel alrededor de cada mapa."),
            (torch.Size([4, 6]), "Falta el margen en un borde de la cuadrícula: rows · (H + pad) + pad píxeles de arriba abajo, y lo mismo de lado a lado."),
            (torch.Size([3, 5]), "Hay margen entre los mapas, o en el borde, pero no en ambos sitios. Va alrededor de cada mapa."),
            (torch.Size([6, 8]), "Entre dos vecinos hay un solo margen, no dos: rows · (H + pad) + pad."),
            (torch.Size([3, 10]), "Todos los mapas están en una fila. `columns` dice cuántos van uno junto a otro."),
            (torch.Size([7, 4]), "Todos los mapas están en una columna. `columns` dice cuántos van uno junto a otro."),
            (torch.Size([7, 5]), "Las filas y las columnas están intercambiadas: el resultado es (rows · (H + pad) + pad, columns · (W + pad) + pad)."),
        ],
        advice="Empieza con unos, (rows · (H + pad) + pad, columns · (W + pad) + pad). El mapa i empieza en el píxel pad + row · (H + pad) desde arriba, y del mismo modo desde la izquierda.",
    ),
    _value(
        "make_grid(maps, 3, pad=0) con [[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]] y [[0.9, 1.0], [1.1, 1.2]]",
        (_t([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]], [[0.9, 1.0], [1.1, 1.2]]]).double(), 3, {"pad": 0}),
        _t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1.1, 1.2]]).double(),
        [
            (torch.Size([4, 6]), "Hay una fila vacía. Cuando la última fila está llena, con K // columns + 1 sobra una: redondea K / columns hacia arriba."),
            (torch.Size([4, 10]), "Hay margen donde se pidió pad=0. Usa el argumento."),
            (_t([[0.1, 0.3, 0.5, 0.7, 0.9, 1.1], [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]]), "Cada mapa está traspuesto. Colócalo tal como es."),
            (_t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1, 1]]), "Los valores mayores que 1 están recortados. Coloca los mapas como son."),
        ],
        advice="Con pad=0 los mapas se tocan, aquí tres en una fila.",
    ),
    _value(
        "make_grid(maps, 2, 2) con un mapa, [[0.0]]",
        (_t([[[0.0]]]), 2, 2),
        _t([[1] * 8, [1] * 8, [1, 1, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8]),
        [(torch.Size([5, 5]), "La cuadrícula es tan ancha como dice `columns`, aunque haya menos mapas: columns · (W + pad) + pad.")],
        advice="Con pad=2 hay dos píxeles alrededor de cada mapa, y el primero empieza en [2, 2].",
    ),
]

HINTS["make_grid"] = (
    "Dibuja tres mapas en dos columnas en papel cuadriculado, con un marco de un cuadrado alrededor de cada uno. ¿Cuántos cuadrados mide tu dibujo de alto y de ancho, y dónde empieza cada mapa?",
    "El número de filas es ceil(K / columns), es decir, `-(-K // columns)` o `math.ceil(K / columns)`. Empieza con `maps.new_ones(…)` del tamaño total, y copia en él un mapa tras otro.",
    "El mapa i está en la fila i // columns y en la columna i % columns. Su primer píxel está a pad + row · (H + pad) desde arriba, y del mismo modo desde la izquierda: copia el mapa en la rebanada de H por W píxeles que empieza ahí.",
)


# --------------------------------------------------------------------------- 01_filters_and_activations: receptive_field


def _field(layers, expected, slips=(), words=None):
    call = f"receptive_field({layers})"
    names, advice = ("size", "stride"), words or ("Cada capa suma (núcleo − 1) por el paso de todo lo que hay *antes* de ella.", "Los pasos de todas las capas se multiplican.")

    def example(function):
        given = list(layers)
        got = function(given)
        if given != layers:
            raise Wrong(call, Words("la lista se modificó"), Words("la lista como estaba"), "Las entradas deben quedar como están: recorre la lista sin `pop` ni `reverse`.")
        _compare(call, got, expected, slips, advice, names=names)

    return example


EXAMPLES["receptive_field"] = [
    _field(
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        (16, 4),
        [
            ((4, 16), "El orden es (size, stride)."),
            ((56, 100), "Una capa es un par (kernel_size, stride), en este orden."),
            ((14, 2), "Ese es el resultado antes de la última capa. Cuentan todas las capas."),
            ((28, 7), "Los pasos están sumados. Se multiplican: un paso de 2 entre pasos de 2 son 4 píxeles."),
            ((256, None), "Eso es un área. ¿Cuántos píxeles *seguidos* se ven?"),
            ((11, None), "Faltan los pasos (stride). Tras una agrupación de paso 2, cada avance de un núcleo son dos píxeles de entrada: suma (núcleo − 1) · el paso hasta ahí."),
            ((14, None), "Los núcleos están sumados. Un núcleo de 5 suma 4 avances, y cada avance es tan largo como el producto de los pasos anteriores."),
            ((19, None), "El paso de la propia capa se cuenta antes que su núcleo. El avance de una capa es tan largo como los pasos de las capas *anteriores*: haz crecer primero el tamaño, después el paso."),
            ((13, None), "Multiplicas por el paso de la propia capa. Lo que cuenta son los pasos de las capas anteriores, multiplicados."),
            ((22, None), "El tamaño empieza en 1, y cada capa suma núcleo − 1 avances, no núcleo: su primer valor ya está ahí."),
            ((28, None), "Eso recorre las capas en la dirección equivocada. Empezando por la entrada: el tamaño crece en (núcleo − 1) · paso, y después se multiplica el paso."),
            ((15, None), "Empiezas con un tamaño de 0. Antes de cualquier capa, un valor se ve a sí mismo: tamaño 1."),
            ((100, None), "Los núcleos están multiplicados. Cada capa *suma* (núcleo − 1) · el paso hasta ahí."),
            ((None, 6), "Los pasos están sumados. Se multiplican: un paso de 2 entre pasos de 2 son 4 píxeles."),
            ((None, 2), "Falta un paso. Se multiplican los de todas las capas, también el de la última."),
        ],
    ),
    _field([(3, 2)], (3, 2), [((2, 3), "El orden es (size, stride), igual que una capa es un par (kernel_size, stride).")], ("Una capa ve tanto como su núcleo.", "Dos vecinos de una capa están a la distancia de su paso.")),
    _field([(3, 2), (1, 1), (3, 3)], (7, 6), words=("Después de la primera capa, el tamaño es 3 y el paso 2; un núcleo de 1 no suma nada; la última suma 2 · 2.", "2 · 1 · 3 es 6.")),
]

HINTS["receptive_field"] = (
    "Antes de cualquier capa, un valor ve un píxel, él mismo, y su vecino mira un píxel más allá: tamaño 1, paso 1. ¿Qué hace una capa de 3×3 con estos dos números?",
    "Un núcleo de k abarca k valores contiguos de la capa anterior: k − 1 avances más que un solo valor. ¿Y cuántos píxeles de entrada mide un avance así, tras una agrupación de paso 2?",
    "size, stride = 1, 1; después, para cada capa, primero size += (kernel_size − 1) * stride, y luego stride *= el paso de la propia capa.",
)


# ----------------------------------------------------------------------- 01_filters_and_activations: capture_activations

_conv_of_two = _t([[[[1.5, -1.5], [2.5, 1.5]], [[-1, 3], [1, -1]]], [[[-0.5, 1.5], [1.5, -0.5]], [[1, -1], [-1, 1]]]])
_scores_of_two = _t([[9.5, 4, -5], [5, 1, -2.5]])


def _captured(capture_activations):
    names = ["body.conv", "last"]
    for before in (True, False):
        model, images = _Watched().train(before), _five()[:2]
        call = f'capture_activations(model, images, ["body.conv", "last"]), dos imágenes, el modelo en modo {"training" if before else "evaluation"}'
        got = capture_activations(model, images, names)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if not torch.equal(images, _five()[:2]):
            raise Wrong(call, Words("las imágenes se modificaron"), Words("las imágenes como estaban"), "Las entradas deben quedar como están.")
        if not isinstance(got, dict):
            raise Wrong(call, got, Words("un diccionario {nombre: salida}"), "Llena un diccionario en los hooks, y devuélvelo después del paso hacia delante.")
        if set(got) != set(names):
            raise Wrong(call, list(got), names, "El diccionario tiene los nombres que se pidieron, ni uno menos ni uno más. En un bucle, cada hook necesita su propio nombre: `lambda module, inputs, output, name=name: …`, o una función que cree el hook.")
        slips = [
            (_conv_of_two.clamp(min=0), "Estos números han pasado por la ReLU que hay detrás de la capa, que trabaja *in situ*: escribió encima del tensor que guardaste. Guarda una copia, `output.detach().clone()`."),
            (_scores_of_two, "Eso es lo que dio otra capa: todos los hooks escriben con el último nombre del bucle. Cada hook necesita su propio nombre: `name=name` como valor por defecto, o una función que cree el hook."),
            (_five()[:2], "Eso es lo que *entra* en la capa. A un hook de paso hacia delante se le llama con (module, inputs, output): guarda la salida."),
            (torch.Size([2, 2, 2]), "Eso es una sola imagen, sin el eje del lote. Guarda todas las imágenes, (N, …)."),
            (_conv_of_two[:1], "Solo está la primera imagen. Guarda el lote completo, (N, …)."),
        ]
        _compare(f'{call}; ["body.conv"]', got["body.conv"], _conv_of_two, slips, "Guarda lo que da la capa, en el momento en que lo da.")
        _compare(f'{call}; ["last"]', got["last"], _scores_of_two, (), "La salida de la última capa son las puntuaciones, tras un paso hacia delante en modo de evaluación.")
        if any(value.grad_fn is not None for value in got.values()):
            raise Wrong(call, Words("salidas que conservan un grafo"), Words("simples números"), "Pon el paso hacia delante dentro de `with torch.no_grad():`, o guarda `output.detach()`.")


def _unknown_names(capture_activations):
    model = _Watched()
    call = 'capture_activations(model, images, ["body.conv", "conv"])'
    advice = "`conv` por sí solo no es aquí un nombre; es `body.conv`. Busca primero todos los nombres, `dict(model.named_modules())[name]`: eso lanza el KeyError antes de que se ejecute nada."
    _require_key_error(call, lambda: capture_activations(model, _five(), ["body.conv", "conv"]), (), advice)
    if model.modes:
        raise Wrong(call, Words("un paso por la red antes del KeyError"), Words("ningún paso"), advice)
    _require_as_found(call, model, True)


class _Failing(nn.Module):
    """A network that raises in its pass, behind its first layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 2)

    def forward(self, x):
        self.first(x)
        raise RuntimeError("made to fail")


def _after_an_error(capture_activations):
    model, call = _Failing(), "capture_activations(model, images, [\"first\"]) con un modelo cuyo forward lanza un error"
    try:
        capture_activations(model, torch.ones(2, 3), ["first"])
    except RuntimeError as error:
        if "made to fail" not in str(error):
            raise
    else:
        raise Wrong(call, Words("ningún error"), Words("el error del propio modelo"), "No te tragues los errores: `try: … finally: …` sin un `except` quita los hooks y deja salir el error.")
    _require_as_found(call, model, True)


def _under_no_grad(capture_activations):
    model = _Watched()
    with torch.no_grad():
        capture_activations(model, _five(), ["last"])
        on = torch.is_grad_enabled()
    if on:
        raise Wrong("capture_activations(…) dentro de torch.no_grad()", Words("después, los gradientes están activados"), Words("desactivados, como antes"), "`with torch.no_grad():` deja todo como lo encontró; torch.set_grad_enabled(True) no.")


EXAMPLES["capture_activations"] = [_captured, _unknown_names, _after_an_error, _under_no_grad]
MORE_WORDS["capture_activations"] = (
    *_DOTTED,
    (
        "TypeError",
        r"positional argument",
        "A un hook de paso hacia delante se le llama con tres cosas, (module, inputs, output). ¿Las recibe todas el tuyo? Y llama a `model(images)` con el lote completo.",
    ),
)

HINTS["capture_activations"] = (
    "`register_forward_hook` cuelga de un módulo una función a la que se llama cada vez que ese módulo ha calculado algo. ¿Qué debe hacer esa función con lo que recibe, y quién la descuelga?",
    "Primero busca cada nombre en `dict(model.named_modules())`. Después, un hook para cada uno, que escribe `output.detach().clone()` con su nombre, y una lista de los handles. Después, el paso hacia delante, en modo de evaluación y sin gradientes; y en `finally:` quita todos los handles y restaura el modo.",
    "Una función `keep(name)` que define un hook y lo devuelve da a cada hook su propio nombre. Antes de nada, anota `model.training`. En `try:` cuelga los hooks, llama a `model.eval()` y, dentro de `with torch.no_grad():`, haz el paso hacia delante; `finally:` toma los handles uno a uno, `handle.remove()`, y pasa el modo anotado a `model.train(…)`.",
)


# -------------------------------------------------------------------------------- 01_filters_and_activations: top_images


def _tops(channel, k, expected, slips=(), size=2, options=True):
    def example(top_images):
        for before in (True, False):
            model, images = _Watched().train(before), _five()
            more = f", batch_size={size}" if options else ""
            call = f"top_images(model, \"body.conv\", {channel}, images, {k}{more}), cinco imágenes"
            got = top_images(model, "body.conv", channel, images, k, **({"batch_size": size} if options else {}))
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if not torch.equal(images, _five()):
                raise Wrong(call, Words("las imágenes se modificaron"), Words("las imágenes como estaban"), "Las entradas deben quedar como están.")
            if max(model.sizes, default=0) > size:
                raise Wrong(call, Words(f"un lote de {max(model.sizes)} imágenes"), Words(f"como máximo {size} a la vez"), "Todos los mapas de sesenta mil imágenes no caben en la memoria. `images.split(batch_size)` las corta en lotes.")
            if 0 < sum(model.sizes) < 5:
                raise Wrong(call, Words(f"{sum(model.sizes)} de 5 imágenes pasaron por la red"), Words("todas"), "El último lote es más pequeño, y cuenta. ¿Termina pronto el bucle, por un `return` en su interior?")
            _compare(call, got, torch.tensor(expected), slips, "Cada imagen tiene un número: el valor mayor de su mapa de este canal. Devuelve las posiciones de los k números mayores, el mayor primero.")

    return example


EXAMPLES["top_images"] = [
    _tops(
        1,
        3,
        [2, 3, 0],
        [
            ([3, 2, 0], "Las imágenes están ordenadas por la *media* del mapa. Toma su valor "
                        "mayor."),
            ([0, 3, 2], "El orden está al revés. El mayor va primero."),
            ([4, 0, 1], "Ese es otro canal. El mapa (N, C, H, W) se toma en `[:, channel]`."),
            ([9.0, 7.0, 3.0], "Esos son los valores mayores. Devuelve las posiciones de las imágenes: `topk` da ambas cosas, y `.indices` son las posiciones."),
            ([0, 1, 0], "Esas son posiciones dentro de un lote. Primero une los números de todos los lotes, y después elige."),
            ([3, 4, 1], "Las posiciones cuentan desde 1. La primera imagen es la 0."),
            (torch.Size([2]), "Hay demasiado pocas. Reúne los números de todos los lotes antes de elegir."),
            (torch.Size([5]), "Se devolvieron todas las imágenes. Solo se piden las k primeras."),
        ],
    ),
    _tops(
        0,
        5,
        [4, 0, 1, 2, 3],
        [
            ([4, 0, 1, 3, 2], "Las imágenes están ordenadas por la *media* del mapa. Toma su valor mayor."),
            ([1, 2, 3, 4, 0], "Esos son rangos: para cada imagen, cuántas le gustan más al canal. Un `argsort` da las imágenes en orden; un segundo, los rangos."),
            ([3, 2, 1, 0, 4], "El orden está al revés. El mayor va primero."),
        ],
    ),
    _tops(0, 1, [4], size=64, options=False),
]
MORE_WORDS["top_images"] = _DOTTED

HINTS["top_images"] = (
    "Para un lote: tu `capture_activations` da el mapa. ¿Qué número suyo, uno solo, dice cuánto le gusta una imagen a este canal?",
    "Para cada parte de `images.split(batch_size)`: los mapas (n, C, H, W) de la capa, de ellos `[:, channel]`, (n, H, W), y `amax(dim=(1, 2))`, (n,). Junta las partes con `torch.cat` después del bucle.",
    "Unidas, las partes son un número por imagen, (N,), en el orden de las imágenes. Su `topk(k)` da un par, y `.indices` son las posiciones entre todas las imágenes, la mayor primero.",
)


# ---------------------------------------------------------------------------------- 01_filters_and_activations: saliency

_saliency_weight = _t(
    [
        [[[1, 0, 0], [2, 0, 1]], [[0, 0, -3], [1, 1, 0]]],
        [[[0.5, -2, 1], [0, 3, -1]], [[-1, 1.5, 0], [2, -0.5, -4]]],
    ]
)  # (2 labels, 2 channels, 2, 3)


class _Scored(nn.Module):
    """A linear network for images (2, 2, 3) and two labels, behind dropout."""

    def __init__(self, bend=False):
        super().__init__()
        self.drop, self.last, self.bend = nn.Dropout(0.5), nn.Linear(12, 2, bias=False), bend
        self.modes = []
        with torch.no_grad():
            self.last.weight.copy_(_saliency_weight.flatten(start_dim=1))

    def forward(self, x):
        if x.shape[1:] != (2, 2, 3):
            raise Wrong("el modelo, desde tu código", Words(f"una llamada con un tensor de forma {tuple(x.shape)}"), Words("un lote de una imagen, (1, 2, 2, 3)"), "La red recibe lotes: `image.unsqueeze(0)` hace uno de una imagen.")
        self.modes.append(self.training or self.drop.training)
        scores = self.last(self.drop(x).flatten(start_dim=1))
        return scores.square() if self.bend else scores


_saliency_image = _t([[[1, 1, 0], [1, 0, 0]], [[0, 0, -1], [0, 1, 0]]])
_saliency_map = _t([[1, 2, 1], [2, 3, 4]])


def _salient(label, expected, slips, bend=False, advice="Solo la puntuación de `label`, hacia atrás hasta la imagen, y después el mayor valor absoluto entre los canales."):
    def example(saliency):
        for before in (True, False):
            model, image = _Scored(bend).train(before), _saliency_image.clone()
            call = f"saliency(model, image, {label}) con una imagen de forma (2, 2, 3)"
            got = saliency(model, image, label)
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if image.requires_grad or image.grad is not None or not torch.equal(image, _saliency_image):
                raise Wrong(call, Words("la imagen se modificó, o ahora registra gradientes"), Words("la imagen como estaba"), "Trabaja con una copia propia: `image.detach().clone().requires_grad_()`.")
            _compare(call, got, expected, slips, advice)
            if got.grad_fn is not None:
                raise Wrong(call, Words("un mapa que conserva un grafo"), Words("simples números"), "`.detach()` saca los números del grafo.")

    return example


EXAMPLES["saliency"] = [
    _salient(
        1,
        _saliency_map,
        [
            (_t([[1, 0, 3], [2, 1, 1]]), "Ese es el gradiente de la puntuación mayor. Toma la puntuación de `label`, piense lo que piense la red."),
            (_t([[1.5, 2, 3], [3, 3, 4]]), "Ese es el gradiente de todas las puntuaciones juntas. Toma solo la puntuación de `label`."),
            (_t([[1.5, 3.5, 1], [2, 3.5, 5]]), "Los canales están sumados. Toma el mayor de ellos: `amax(dim=0)`."),
            (_t([[0.75, 1.75, 0.5], [1, 1.75, 2.5]]), "Esa es la media entre los canales. Toma el mayor: `amax(dim=0)`."),
            (_t([[0.5, 0.5, 1], [2, 2.5, 5]]), "Los canales se suman antes del valor absoluto. Primero abs, después el mayor entre los canales."),
            (_t([[0.5, 1.5, 1], [2, 3, -1]]), "Falta el valor absoluto: un píxel que baja la puntuación importa tanto como uno que la sube."),
            (_t([[0.5, 1.5, 1], [2, 3, 1]]), "Primero el valor absoluto, después el mayor entre los canales: un gradiente negativo grande cuenta."),
            (_t([[0, 1 / 3, 0], [1 / 3, 2 / 3, 1]]), "El mapa está escalado a 0 … 1. Devuelve los gradientes como son; escalar es para la figura."),
            (_t([[0.5, 2, 0], [0, 0.5, 0]]), "Eso es el gradiente por la imagen. Devuelve solo el gradiente."),
            (_saliency_weight[1].abs(), "Los canales siguen ahí. Toma el mayor de ellos: `amax(dim=0)`."),
            (_saliency_map.unsqueeze(0), "El eje del lote sigue ahí. Devuelve (H, W)."),
        ],
    ),
    _salient(
        0,
        14 * _t([[1, 0, 3], [2, 1, 1]]),
        [
            (4 * _saliency_map, "Esa es la etiqueta 1. La puntuación de `label` es la salida de la red en [0, label]."),
            (_t([[1, 0, 3], [2, 1, 1]]), "El gradiente se toma en la imagen dada, con sus números."),
        ],
        bend=True,
        advice="Con esta red, una puntuación es el cuadrado de una suma: 7² para la etiqueta 0, así que el gradiente es 2 · 7 por un peso.",
    ),
]
MORE_WORDS["saliency"] = (
    (
        "RuntimeError",
        "does not require grad|leaf",
        "La imagen debe registrar gradientes: `image.detach().clone().requires_grad_()`, *antes* de pasar por la red, y sin `torch.no_grad()` alrededor.",
    ),
    (
        "AttributeError|TypeError",
        "NoneType",
        "No hay gradiente. Solo lo tiene el tensor sobre el que llamaste a `requires_grad_()` (`batch.grad`), no uno calculado a partir de él.",
    ),
)

HINTS["saliency"] = (
    "Al entrenar se pregunta cómo cambia la pérdida con los pesos. Aquí: ¿cómo cambia una puntuación con los píxeles? ¿Qué tensor debe registrar entonces?",
    "Haz un lote de uno con una copia de la imagen, y que registre gradientes: `batch = image.detach().clone().unsqueeze(0).requires_grad_()`. Tras el paso hacia delante en modo de evaluación, toma la puntuación `model(batch)[0, label]`. `torch.autograd.grad(score, batch)` da una tupla con su gradiente, y deja en paz los pesos.",
    "El gradiente es (1, C, H, W), igual que el lote. En su única imagen, el valor absoluto y después `amax(dim=0)` llevan de (C, H, W) a (H, W). Antes del paso hacia delante, `model.eval()`, con el modo anotado; en `finally:`, el modo anotado vuelve a `model.train(…)`.",
)


# ------------------------------------------------------------------------------------------ 02_representations: features

_five_features = _t(
    [
        [1.5, 0, 2.5, 1.5, 0, 3, 1, 0],
        [0, 1.5, 1.5, 0, 1, 0, 0, 1],
        [0.5, 0, 0.5, 0, 0, 9, 0, 5],
        [0, 0, 0, 0, 1, 5, 3, 7],
        [4.5, 0.5, 0.5, 0.5, 0, 0, 1, 1],
    ]
)


def _features_in_batches(features):
    for before in (True, False):
        model, images = _Watched().train(before), _five()
        call = f"features(model, images, batch_size=2), cinco imágenes, el modelo en modo {'training' if before else 'evaluation'}"
        got = features(model, images, batch_size=2)
        _require_evaluation(call, model)
        _require_as_found(call, model, before)
        if max(model.sizes, default=0) > 2:
            raise Wrong(call, Words(f"un lote de {max(model.sizes)} imágenes"), Words("como máximo 2 a la vez"), "`images.split(batch_size)` corta las imágenes en lotes.")
        slips = [
            (torch.Size([5, 3]), "Eso es lo que *sale* de la última capa lineal, las puntuaciones. Guarda lo que entra en ella: a un hook se le llama con (module, inputs, output), y es `inputs[0]`."),
            (torch.Size([1, 8]), "Eso es solo el último lote. Reúne las partes en una lista, y únelas con `torch.cat`."),
            (torch.Size([2, 8]), "Eso es un solo lote. Reúne las partes en una lista, y únelas con `torch.cat`."),
            (torch.Size([4, 8]), "Falta una imagen. El último lote es más pequeño, y también cuenta."),
            (torch.Size([5, 6]), "Esos son los píxeles. Guarda lo que entra en la última capa lineal."),
        ]
        _compare(call, got, _five_features, slips, "Aquí, lo que entra en `last` es la salida de la ReLU, aplanada a ocho números por imagen.")
        if got.grad_fn is not None:
            raise Wrong(call, Words("características que conservan un grafo"), Words("simples números"), "Pon el paso hacia delante dentro de `with torch.no_grad():`.")


def _last_of_two(features):
    call = "features(model, images) con un modelo de dos capas lineales, 6 → 2 → 3, dos imágenes"
    body = nn.Sequential(OrderedDict(flatten=nn.Flatten(), first=nn.Linear(6, 2, bias=False), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(body=body, head=nn.Sequential(nn.Linear(2, 3)), end=nn.LogSoftmax(dim=1))).eval()
    with torch.no_grad():
        model.body.first.weight.copy_(_t([[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, -1]]))
    got = features(model, _five()[:2])
    slips = [
        (torch.Size([2, 6]), "Eso entra en la *primera* capa lineal. De todos los `nn.Linear` de `model.modules()`, toma el último."),
        (torch.Size([2, 3]), "Eso sale de las últimas capas. Guarda lo que entra en la última capa *lineal*, `inputs[0]` de su hook."),
        (_t([[1, 2], [0, -1]]), "Eso sale de la primera capa lineal. Guarda lo que entra en la última."),
    ]
    _compare(call, got, _t([[1, 2], [0, 0]]), slips, "De todos los `nn.Linear` de `model.modules()`, toma el último, y guarda lo que entra en él.")
    _require_as_found(call, model, False)


EXAMPLES["features"] = [_features_in_batches, _last_of_two]
MORE_WORDS["features"] = (
    (
        "IndexError",
        "list index out of range",
        "La lista de capas lineales está vacía. `model.modules()` entra en las capas que están dentro de otras, `model.children()` no; y lo que se busca es un `nn.Linear`.",
    ),
    ("AttributeError|TypeError", "tuple", "`inputs` es una tupla, aunque haya una sola entrada: toma `inputs[0]`."),
)

HINTS["features"] = (
    "La última capa lineal convierte en puntuaciones algunos números de una imagen. ¿Por dónde pasan esos números, para poder guardarlos?",
    "`[m for m in model.modules() if isinstance(m, nn.Linear)][-1]` es la capa. A un hook de paso hacia delante se le llama con (module, inputs, output); `inputs` es una tupla, e `inputs[0]` es (n, D). Un solo hook basta para todos los lotes.",
    "Haz que el hook añada `inputs[0].detach().clone()` a una lista. En `try:`, en modo de evaluación y sin gradientes, pasa por la red cada parte de `images.split(batch_size)`; en `finally:`, quita el hook y restaura el modo. `torch.cat` une la lista.",
)


# ----------------------------------------------------------------------------------------------- 02_representations: pca

# Around the mean (1, 2, 3): 6 steps to both sides along (2, 2, 1) / 3, and 3 along (-2, 1, 2) / 3.
_cloud = _t([[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]])
_axes = _t([[2, 2, 1], [-2, 1, 2]]) / 3
_nothing = _t([[1, -2, 2]]) / 3  # at right angles to both
_along = _t([[6, 0], [-6, 0], [0, 3], [0, -3]])
_CLOUD = "x = [[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]]"


def _components(k, shares, kind=torch.float32):
    def example(pca):
        call, x = f"pca(x, {k}) con {_CLOUD}" + (", en float64" if kind == torch.float64 else ""), _cloud.to(kind, copy=True)
        got = pca(x, k)
        if not torch.equal(x, _cloud.to(kind)):
            raise Wrong(call, Words("x se modificó"), Words("x como estaba"), "Las entradas deben quedar como están: `x - x.mean(dim=0)`, no `x -= …`.")
        if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(each, torch.Tensor) for each in got):
            raise Wrong(call, got, Words("tres tensores: projected, components, explained"), "Devuelve tres tensores, en el orden de la documentación de la función.")
        projected, components, explained = got
        if components.shape == (3, k):
            raise Wrong(call + "; las componentes", components, _axes[:k], "Las componentes son columnas. Cada una es una *fila*, (k, D): trasponlas (`torch.linalg.eigh` da columnas, `svd` da Vh con filas).")
        wanted = _axes[:k].to(kind)
        signs = torch.where((components.to(wanted) * wanted).sum(dim=1) < 0, -1.0, 1.0).to(kind) if components.shape == wanted.shape else torch.ones(k, dtype=kind)
        unit = [(_nothing, "Ese es el eje a lo largo del cual *nada* varía. `eigh` da las varianzas de menor a mayor: toma las últimas, y dale la vuelta al orden."), (torch.cat([_nothing, _axes[1:]]), "Las varianzas van de menor a mayor. Así las da `eigh`: dale la vuelta al orden."), (_axes.flip(0), "Las componentes son las correctas, con la última en primer lugar. Van de mayor a menor varianza."), (_axes[1:], "Esa es la segunda componente. La primera tiene la varianza mayor.")]
        for wrong, better in unit:
            if components.shape == wrong.shape and _same(components.abs(), wrong.abs()):
                raise Wrong(call + "; las componentes", components, wanted, better)
        if components.shape == wanted.shape and _same(components.abs(), wanted.abs()) and not _same(components * signs[:, None].to(components.dtype), wanted):
            raise Wrong(call + "; las componentes", components, wanted, "Los tamaños son correctos, los signos no (solo se le puede dar la vuelta a una componente entera). ¿Tomaste *columnas* de Vh? Las componentes son sus filas: `Vh[:k]`.")
        _compare(call + "; las componentes (los signos son libres)", components * signs[:, None].to(components.dtype) if components.shape == wanted.shape else components, wanted, (), "Las componentes son los vectores singulares por la derecha de la x *centrada*: resta primero a cada columna su media, `x.mean(dim=0)`. Cada componente tiene longitud 1.")
        slips = [
            ((_cloud @ _axes[:k].T).to(kind), "La proyección no está centrada: proyecta x − media, no x."),
            ((_along[:, :k] / _t([8.4852814, 4.2426407])[:k]).to(kind), "Esos son los vectores singulares por la izquierda, U. La proyección es (x − media) por las componentes, o U · S."),
        ]
        _compare(call + "; la proyección (con los signos de las componentes)", projected * signs.to(projected.dtype) if projected.shape[-1:] == signs.shape else projected, _along[:, :k].to(kind), slips, "La proyección es `(x - mean) @ components.T`, (N, k).")
        known = [
            ([1.0], "Esa es la parte de solo las k componentes. Divide entre la varianza total, la de todas las componentes."),
            ([0.6666667, 0.3333333], "Esas son las partes de los valores singulares. Una varianza es el *cuadrado* de uno."),
            ([18.0, 4.5], "Esas son las varianzas. Una parte es una varianza dividida entre la suma de todas las varianzas."),
            ([24.0, 6.0], "Esas son las varianzas. Una parte es una varianza dividida entre la suma de todas las varianzas."),
            ([72.0, 18.0], "Esas son sumas de cuadrados. Una parte es una de esas sumas dividida entre la suma de todas."),
            ([8.4852814, 4.2426407], "Esos son los valores singulares. Elévalos al cuadrado, y divide entre la suma de todos los cuadrados."),
            ([80.0, 20.0], "Esos son porcentajes. Una parte está entre 0 y 1."),
            ([0.8, 1.0], "Las partes están acumuladas. Da a cada componente la suya."),
        ]
        words = [(_t(numbers[:k]).to(kind), better) for numbers, better in known if len(numbers) >= k and not _same(_t(numbers[:k]), _t(shares))]
        _compare(call + "; las partes explicadas", explained, _t(shares).to(kind), words, "A lo largo de la primera componente están 72 de 90 de todas las distancias al cuadrado desde la media: 0.8.")

    return example


EXAMPLES["pca"] = [_components(1, [0.8]), _components(2, [0.8, 0.2]), _components(2, [0.8, 0.2], torch.float64)]
MORE_WORDS["pca"] = (
    (
        "RuntimeError",
        "mat1 and mat2|cannot be multiplied",
        "Dos formas no encajan en un producto de matrices. (N, D) por (D, k) es (N, k): hay que trasponer las componentes (k, D), `components.T`.",
    ),
)

HINTS["pca"] = (
    "Resta a cada columna su media, y dibuja los cuatro puntos del ejemplo: ¿en qué dirección se extienden más? ¿Qué parte de todas las distancias al cuadrado desde la media está a lo largo de ella?",
    "`U, S, Vh = torch.linalg.svd(centred, full_matrices=False)` lo dice todo: las filas de Vh son las componentes, la mayor primero, y S² es lo que varía a lo largo de cada una.",
    "Las componentes son `Vh[:k]`, que ya son filas. La proyección es la x centrada por la traspuesta de ellas, (N, D) por (D, k). Para las partes, divide primero S² entre la suma de *todos* los S², y después corta a k.",
)


# --------------------------------------------------------------------------------- 02_representations: cosine_similarity

_cosine_a = _t([[3, 4], [0, 0], [1, 0]])
_cosine_b = _t([[4, 3], [0, 2], [-1, 0], [0, 0]])
_cosines = _t([[0.96, 0.8, -0.6, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]])
_ZERO_ROW = "Una fila de ceros no tiene dirección, y su longitud es 0: 0 / 0 es NaN. Aquí sus cosenos son 0. Divide entre `length.clamp(min=…)` con algo diminuto, o entre 1 donde la longitud es 0."


def _cosine_slips(kind=torch.float32):
    return [
        (_t([[24, 8, -3, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "Esos son los productos escalares. Divide cada uno entre las dos longitudes."),
        (_t([[4.8, 1.6, -0.6, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "Eso está dividido solo entre las longitudes de `a`. Divide también entre las de `b`."),
        (_t([[4.8, 4, -3, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]]).to(kind), "Eso está dividido solo entre las longitudes de `b`. Divide también entre las de `a`."),
        (_t([[0.04, 0.2, 1.6, 1], [1, 1, 1, 1], [0.2, 1, 2, 1]]).to(kind), "Eso es 1 − coseno, una distancia. Se pide la similitud."),
        (_cosines.abs().to(kind), "Se han perdido los signos. Dos vectores que apuntan en direcciones opuestas tienen coseno −1."),
        (_t([[0.0384, 0.08, -0.12, 0], [0, 0, 0, 0], [0.16, 0, -1, 0]]).to(kind), "Eso está dividido entre los cuadrados de las longitudes. Una longitud es la raíz: `norm(dim=1)`."),
        (torch.Size([4, 3]), "Las filas y las columnas están intercambiadas: una fila por cada "
                             "fila de `a`."),
        (torch.Size([3]), "Cada fila de `a` se encuentra con *cada* fila de `b`: el resultado es una tabla (N, M), `a @ b.T`."),
    ]


EXAMPLES["cosine_similarity"] = [
    _value("cosine_similarity([[3, 4], [0, 0], [1, 0]], [[4, 3], [0, 2], [-1, 0], [0, 0]])", (_cosine_a, _cosine_b), _cosines, _cosine_slips(), advice="(3, 4) y (4, 3): 3 · 4 + 4 · 3 = 24, las dos longitudes son 5, y 24 / 25 = 0.96.", nan=_ZERO_ROW),
    _value("cosine_similarity de lo mismo en float64", (_cosine_a.double(), _cosine_b.double()), _cosines.double(), _cosine_slips(torch.float64), advice="Aquí solo cambia el tipo.", nan=_ZERO_ROW),
    _value("cosine_similarity([[0.01, 0]], [[0.03, 0.04]])", (_t([[0.01, 0]]), _t([[0.03, 0.04]])), _t([[0.6]]), advice="Los vectores cortos también tienen dirección: 0.6. Lo que se suma a una longitud, o se pone en lugar de una pequeña, debe ser mucho menor que cualquier longitud real."),
]
MORE_WORDS["cosine_similarity"] = (
    (
        "RuntimeError",
        "must match|cannot be multiplied",
        "`a` tiene N filas y `b` tiene M, y no tienen por qué ser iguales. `a @ b.T` es la tabla (N, M) de todos los productos escalares.",
    ),
)

HINTS["cosine_similarity"] = (
    "Si todas las filas tuvieran longitud 1, ¿qué quedaría de la fórmula?",
    "`a @ b.T` tiene todos los productos escalares, (N, M). `a.norm(dim=1, keepdim=True)` son las longitudes, (N, 1). ¿Entre qué número divides donde una longitud es 0?",
    "Divide primero cada una de las dos entre sus longitudes, `a / a.norm(dim=1, keepdim=True).clamp(min=1e-30)` y b del mismo modo, y multiplica: la una @ la otra.T. Una fila de ceros sigue siéndolo.",
)


# -------------------------------------------------------------------------------- 02_representations: nearest_neighbours

_neighbour_points = _t([[1, 0], [0, 3], [9, 0], [6, 0], [10, 5]])
_neighbour_queries = _t([[0, 0], [10, 0]])

EXAMPLES["nearest_neighbours"] = [
    _value(
        "nearest_neighbours(queries, points, 3), queries (0, 0) and (10, 0), points (1, 0), (0, 3), (9, 0), (6, 0), (10, 5)",
        (_neighbour_queries, _neighbour_points, 3),
        torch.tensor([[0, 1, 3], [2, 3, 4]]),
        [
            (torch.tensor([[4, 2, 3], [1, 0, 4]]), "Esos son los *más lejanos*. `topk` toma los mayores si no se le dice `largest=False`."),
            (torch.tensor([[3, 1, 0], [4, 3, 2]]), "El orden está al revés. El más cercano va primero."),
            (_t([[1, 3, 6], [1, 4, 5]]), "Esas son las distancias. Devuelve las posiciones de los puntos: `topk` y `sort` dan ambas cosas, `argsort` da las posiciones."),
            (torch.tensor([[1, 2, 4], [3, 4, 5]]), "Las posiciones cuentan desde 1. El primer punto es el 0."),
            (torch.Size([3, 2]), "Las filas y las columnas están intercambiadas: una fila por "
                                 "consulta, (Q, k)."),
            (torch.Size([5, 2]), "Ordena las distancias de cada consulta a lo largo del último eje: el resultado es (Q, k)."),
            (torch.Size([2, 5]), "Se devolvieron todos los puntos. Solo se piden los k más cercanos: `[:, :k]`."),
        ],
        advice="Desde (0, 0), los puntos están a distancias 1, 3, 9, 6 y 11.2.",
    ),
    _value(
        "nearest_neighbours(queries, points, 3), query (0, 0), points (-3, 3), (5, 0), (0, 4.5)",
        (_t([[0, 0]]), _t([[-3, 3], [5, 0], [0, 4.5]]), 3),
        torch.tensor([[0, 2, 1]]),
        [
            (torch.tensor([[2, 1, 0]]), "Esos son los más cercanos por la distancia Manhattan, |dx| + |dy|. La distancia euclídea es la raíz de la suma de los *cuadrados*."),
            (torch.tensor([[0, 1, 2]]), "Aquí las posiciones salieron en su propio orden. Van de menor a mayor distancia."),
        ],
        advice="Los puntos están a distancias 4.24, 5 y 4.5.",
    ),
    _value(
        "nearest_neighbours(queries, points, 1), una consulta (2, 1, 0), puntos (5, -2, 3), (2, 1, 4), en float64",
        (_t([[2, 1, 0]]).double(), _t([[5, -2, 3], [2, 1, 4]]).double(), 1),
        torch.tensor([[1]]),
        [
            (torch.tensor([1]), "Una fila por consulta, también cuando k es 1: (Q, 1)."),
            (torch.tensor([[0]]), "Las diferencias son (−3, 3, −3) y (0, 0, −4): las raíces de 27 y de 16. Primero eleva al cuadrado cada diferencia y después suma, en todas las coordenadas."),
        ],
        advice="El segundo punto está más cerca, a 4. Con k = 1, el resultado es (Q, 1).",
    ),
]

HINTS["nearest_neighbours"] = (
    "Haz primero la tabla de todas las distancias: una fila por consulta, una columna por punto. ¿Qué necesita entonces una fila?",
    "`torch.cdist(queries, points)` es esta tabla, (Q, P); también lo es `(queries[:, None] - points[None]).norm(dim=2)`. En cada fila se buscan los k menores, el menor primero, y de ellos sus posiciones.",
    "`topk(k, largest=False)` da para cada fila un par, valores e `.indices`. O bien ordena las posiciones de cada fila con `argsort(dim=1)`, y quédate con las k primeras columnas.",
)


# -------------------------------------------------------------------------------------- 02_representations: knn_accuracy


def _voted(points, labels, tests, truth, k, expected, slips, advice):
    column = "train_x {}, train_y {}, test_x {}, test_y {}".format(points, labels, tests, truth)
    arguments = (_t(points)[:, None], torch.tensor(labels), _t(tests)[:, None], torch.tensor(truth), k)
    return _value(f"knn_accuracy(…, k={k}) sobre una recta: {column}", arguments, expected, slips, advice=advice)


EXAMPLES["knn_accuracy"] = [
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 10.5, 2, 11, 1.5],
        [3, 5, 7, 5, 3],
        3,
        0.8,
        [
            (0.6, "Esa es la proporción de aciertos si decide solo el más cercano. Toma la mayoría de los k más cercanos."),
            (0.2, "Esa es la proporción de respuestas *incorrectas*. La exactitud es la de las "
                  "correctas."),
            (80.0, "Eso es un porcentaje. Se espera una proporción de 0 a 1."),
            (4.0, "Eso es el número de respuestas correctas. Divídelo entre el número de puntos "
                  "de prueba."),
            (0.0, "Nada es correcto. ¿Conviertes las posiciones de los vecinos en sus *etiquetas*, `train_y[places]`?"),
        ],
        "Los vecinos de 0.25 son los que están en 0, 1 y 2.5, con etiquetas 7, 3 y 3: es un 3.",
    ),
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 1.125, 7, 10.75],
        [7, 3, 5, 3],
        2,
        0.75,
        [(0.5, "Dos clases empatan, con un voto cada una, y se toma la etiqueta menor o la mayor. Toma la clase del *más cercano* entre los que empatan.")],
        "En 0.25, las clases 7 y 3 tienen un voto cada una. El más cercano de los dos es el 7.",
    ),
    _voted(
        [0, 1, 2, 3, 4],
        [9, 4, 2, 2, 4],
        [-1, 5, 1.125],
        [4, 4, 9],
        5,
        2 / 3,
        [
            (0.0, "2 y 4 tienen dos votos cada una, y se toma la etiqueta menor. Entre las clases que empatan gana la que tiene el vecino más cercano."),
            (1 / 3, "Cuando dos clases empatan, tomas el más cercano de *todos* los vecinos, cuya clase puede tener menos votos. Solo cuentan las clases que empatan con más votos."),
        ],
        "En −1, las etiquetas de los vecinos son 9, 4, 2, 2, 4, empezando por el más cercano. 4 y 2 tienen dos votos cada una, y hay un 4 más cerca que los 2.",
    ),
]
MORE_WORDS["knn_accuracy"] = (
    (
        "IndexError",
        "used as indices",
        "`train_y[…]` recibe posiciones, números enteros. `topk` y `sort` dan valores y posiciones: `.indices` son las posiciones.",
    ),
)

HINTS["knn_accuracy"] = (
    "Para un punto de prueba: ¿qué etiquetas tienen sus k más cercanos, en el orden de su distancia? Después, cuenta los votos de cada clase.",
    "`train_y[nearest_neighbours(test_x, train_x, k)]` son las etiquetas, (Q, k), la más cercana primero. En una fila, cuenta los votos de cada etiqueta; el ganador tiene que llegar al mayor número de votos. Recorre la fila desde el más cercano: gana la primera etiqueta que tenga ese número de votos.",
    "Para cada fila: counts = (row[:, None] == row[None]).sum(dim=1) dice, para cada vecino, cuántos votos tiene su clase; `row[counts.argmax()]` es el primero de los que tienen más, ya que argmax da la primera posición en la CPU. Compara con test_y, y haz la media.",
)


# ------------------------------------------------------------------------------- 02_representations: maximise_activation

_ascent_start = _t([[[[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]]])


def _pleases(image):
    """Return the mean of channel 1's map of an image."""
    return (2 * image[..., 1:] - 1).mean().item()


def _ascended(gain, options, slips, words, modes=(True,)):
    """An example for channel 1, whose mean map rises with the pixels of the second and third column, from each mode."""
    shown = "".join(f", {key}={value}" for key, value in options.items())

    def example(maximise_activation):
        for before in modes:
            model, start = _Watched().train(before), _ascent_start.clone()
            call = f'maximise_activation(model, "body.conv", 1, start{shown}), start = [[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]'
            weight = model.body.conv.weight.detach().clone()
            got = maximise_activation(model, "body.conv", 1, start, **options)
            if any(model.modes):
                raise Wrong(call, Words("un paso hacia delante en modo de entrenamiento"), Words("modo de evaluación"), "Llama primero a `model.eval()`, y restaura el modo al final.")
            _require_as_found(call, model, before)
            if not torch.equal(weight, model.body.conv.weight):
                raise Wrong(call, Words("pesos cambiados"), Words("los pesos como estaban"), "Sube la imagen, no la red: solo cambia la imagen.")
            if not torch.equal(start, _ascent_start) or start.requires_grad:
                raise Wrong(call, Words("start se modificó, o ahora registra gradientes"), Words("start como estaba"), "Trabaja con una copia, `.detach().clone()`.")
            wanted = Words(f"una imagen en [0, 1], (1, 1, 2, 3), cuyo mapa tiene una media de {_pleases(_ascent_start) + gain:.2f}")
            if not isinstance(got, torch.Tensor) or got.shape != start.shape:
                raise Wrong(call, got, wanted, "Devuelve la imagen, con la forma de `start`.")
            if got.grad_fn is not None:
                raise Wrong(call, Words("una imagen que conserva un grafo"), wanted, "`.detach()` saca la imagen del grafo.")
            if not got.isfinite().all() or got.min() < 0 or got.max() > 1:
                raise Wrong(call, got, wanted, "La imagen se sale de [0, 1]. Después de *cada* paso, `clamp(0, 1)`.")
            for wrong, better in slips:
                if _same(got, wrong):
                    raise Wrong(call, got, wanted, better)
            if _pleases(got) - _pleases(_ascent_start) < 0.98 * gain - 1e-6:
                raise Wrong(call, got, wanted, words)

    return example


def _no_step(maximise_activation):
    call, model = 'maximise_activation(model, "body.conv", 1, start, steps=0)', _Watched()
    got = maximise_activation(model, "body.conv", 1, _ascent_start.clone(), steps=0)
    _compare(call, got, _ascent_start, (), "Sin ningún paso, vuelve la imagen de partida.")
    _require_as_found(call, model, True)


EXAMPLES["maximise_activation"] = [
    _ascended(
        0.35,
        {"steps": 1, "lr": 0.4},
        [
            (_ascent_start, "No ha cambiado nada. Cada paso suma a la imagen lr por el gradiente."),
            (_t([[[[0.2, 0.4, 0.5], [0.5, 0.7, 0.6]]]]), "Eso va cuesta abajo. La activación debe *crecer*: suma el gradiente."),
            (_t([[[[0.3, 0.6, 0.6], [0.6, 0.9, 0.7]]]]), "Eso sube para otro canal. Toma el mapa (1, C, H, W) en `[:, channel]`."),
            (_t([[[[0.3, 0.8, 0.8], [0.6, 1, 0.9]]]]), "Eso sube para todos los canales juntos. Toma el mapa (1, C, H, W) en `[:, channel]`."),
            (_t([[[[0.25, 0.7, 0.75], [0.55, 1, 0.85]]]]), "Eso sube para la media de todos los canales. Toma el mapa (1, C, H, W) en `[:, channel]`."),
        ],
        "Un paso suma lr · gradiente. La media del mapa (2 · el de la derecha − 1) crece 0.5 por cada píxel de la segunda y la tercera columna, así que cada uno de ellos sube 0.4 · 0.5 = 0.2, donde hay sitio.",
        modes=(True, False),
    ),
    _ascended(0.15, {"steps": 3, "lr": 0.05}, [], "Tres pasos de 0.05 · 0.5 suman 0.075 a los píxeles de la segunda y la tercera columna. ¿Empieza cada paso donde terminó el anterior, con un gradiente nuevo?"),
    _ascended(0.5, {}, [], "Sin argumentos hay 50 pasos con lr = 0.1: suficientes para que los píxeles que cuentan lleguen a 1."),
    _no_step,
]
MORE_WORDS["maximise_activation"] = (
    *_DOTTED,
    (
        "RuntimeError",
        "backward through the graph a second time",
        "Cada paso necesita su propio grafo: separa la imagen después de cada paso, haz que vuelva a registrar y pásala otra vez por la red.",
    ),
    (
        "RuntimeError",
        "does not require grad",
        "Nada registra gradientes. `image.requires_grad_()` va antes del paso hacia delante, que no está dentro de `torch.no_grad()`, y el hook no puede separar con detach lo que guarda. (`capture_activations` lo hace, así que aquí no sirve.)",
    ),
    (
        "RuntimeError",
        "in-place operation|leaf [Vv]ariable",
        "La imagen solo se puede modificar in situ donde no se registra nada: crea una nueva, `(image + lr * gradient).clamp(0, 1).detach()`, o trabaja dentro de `with torch.no_grad():`.",
    ),
)

HINTS["maximise_activation"] = (
    "Es `saliency` en un bucle: un número, su gradiente respecto a la imagen y un paso. ¿Qué número es aquí, y de dónde lo sacas?",
    "Un hook de paso hacia delante que guarda `output.clone()` *sin* detach deja el mapa en el grafo. Lo que debe crecer es `kept[:, channel].mean()`; su `torch.autograd.grad` da solo el gradiente de la imagen.",
    "Empieza con una copia de `start`. En cada paso, la imagen registra gradientes (`requires_grad_()`) y pasa por la red; `torch.autograd.grad` de la media del canal da una tupla con su gradiente; y `(image + lr * gradient).clamp(0, 1).detach()` es la imagen siguiente. Alrededor, como en capture_activations: modo de evaluación y, en `finally:`, el hook y el modo.",
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
