"""Reference and misconceptions of `receptive_field`: how many input pixels in a row an output sees, and how far apart two neighbours look."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8
RESULTS = ("size", "stride")


def receptive_field(layers):
    size, jump = 1, 1
    for kernel_size, stride in layers:
        size = size + (kernel_size - 1) * jump
        jump = jump * stride
    return size, jump


reference = receptive_field
instead = changes_of(receptive_field)


def clue(args, kwargs, got, expected):
    """Say for how many layers the answer would be right, or work the first ones out."""
    layers = args[0]
    for start in range(len(layers)):
        for end in range(start + 2, len(layers) + 1):  # of one layer much is the same by chance
            if tuple(got) == receptive_field(layers[start:end]) and end - start < len(layers):
                return f"Your answer is that for the layers {layers[start:end]} alone. Every layer counts, from the first to the last."
    size, jump = receptive_field(layers[:1])
    return f"Begin with size 1 and stride 1. The first layer, {tuple(layers[0])}, makes it {size} and {jump}: size grows by (kernel_size - 1) times the stride so far, and then the stride is multiplied. Go on by hand, layer by layer, and compare."


stride_multiplied_first = instead(
    "You multiply the stride before you use it. A layer's kernel steps by the stride of the layers before it: first the size, then the stride.",
    {"        size = size + (kernel_size - 1) * jump\n        jump = jump * stride": "        jump = jump * stride\n        size = size + (kernel_size - 1) * jump"},
)  # fmt: skip
whole_kernel_added = instead(
    "You add the whole kernel. Its first pixel is there already: each layer adds kernel_size − 1 steps.",
    {"(kernel_size - 1)": "kernel_size"},
)
half_kernels = instead(
    "You add half of each kernel. A kernel has one pixel in common with what was seen, and kernel_size − 1 further ones, on both sides together.",
    {"(kernel_size - 1)": "kernel_size // 2"},
)
both_halves = instead(
    "You add 2 · (kernel_size // 2), which is one too much for kernels of even size. Each layer adds kernel_size − 1 steps.",
    {"(kernel_size - 1)": "2 * (kernel_size // 2)"},
)
strides_forgotten = instead(
    "You add kernel_size − 1 whatever the strides before it are. Neighbours in a later layer lie further apart: multiply by the stride so far.",
    {"(kernel_size - 1) * jump": "(kernel_size - 1)"},
)
own_stride_alone = instead(
    "You multiply by the layer's own stride. What counts is the product of the strides before it.",
    {"(kernel_size - 1) * jump": "(kernel_size - 1) * stride"},
)
strides_added = instead(
    "You add the strides. They multiply: every second of every second pixel is every fourth.",
    {"jump = jump * stride": "jump = jump + stride"},
)
strides_added_from_zero = instead(
    "You add up the strides from 0. They multiply, from 1 on.",
    {"size, jump = 1, 1": "size, jump, total = 1, 1, 0", "jump = jump * stride": "jump = jump * stride\n        total = total + stride", "return size, jump": "return size, total"},
)  # fmt: skip
last_stride_alone = instead(
    "Your stride is the last layer's. It is the product of all strides.",
    {"return size, jump": "return size, stride"},
)
stride_of_the_layers_before = instead(
    "Your stride leaves out the last layer's: two neighbours in its output are further apart than two in its input.",
    {"size, jump = 1, 1": "size, jump, before = 1, 1, 1", "jump = jump * stride": "before, jump = jump, jump * stride", "return size, jump": "return size, before"},
)  # fmt: skip
begins_at_zero = instead(
    "You begin with size 0. Before any layer a pixel sees itself: begin with 1.",
    {"size, jump = 1, 1": "size, jump = 0, 1"},
)
kernels_multiplied = instead(
    "You multiply the sizes. Each layer adds (kernel_size − 1) times the stride so far.",
    {"size + (kernel_size - 1) * jump": "size * kernel_size"},
)
kernels_added = instead(
    "You add up the kernels' sizes. Each adds (kernel_size − 1) times the stride so far, to 1.",
    {"size, jump = 1, 1": "size, jump = 0, 1", "(kernel_size - 1) * jump": "kernel_size"},
)
last_layer_first = instead(
    "You go from the last layer to the first with the rule for the other way. Begin at the input, or, from the end, take size = (size − 1)·stride + kernel_size.",
    {"in layers": "in reversed(layers)"},
)
pair_the_wrong_way_round = instead(
    "Your results are in the other order. Return (size, stride).", {"return size, jump": "return jump, size"}
)
kernel_and_stride_swapped = instead(
    "You take a layer for (stride, kernel_size). It is (kernel_size, stride).",
    {"kernel_size, stride in": "stride, kernel_size in"},
)
size_alone = instead(
    "You return the size alone. Return the stride, too.", {"return size, jump": "return size"}
)
area_returned = instead(
    "You square the size. It is how many pixels are seen in a row, along one axis.",
    {"return size, jump": "return size**2, jump"},
)
ends_after_one_layer = instead(
    "Your `return` stands inside the loop, and ends it after the first layer.",
    {"    return size": "        return size"},
)
first_layer_left_out = instead(
    "You leave the first layer out. Go over all of them, from size 1 and stride 1.",
    {"in layers": "in layers[1:]"},
)
last_layer_left_out = instead(
    "You leave the last layer out. Go over all of them.", {"in layers": "in layers[:-1]"}
)
layers_taken_out = instead(
    "You take the layers out of the list, so that the caller's is empty afterwards. Go over it with `for`.",
    {"for kernel_size, stride in layers:": "while layers:\n        kernel_size, stride = layers.pop(0)"},
)
asked_by_attribute = instead(
    "Pairs have no names: `layer.kernel_size` is for modules. Take a pair apart: `for kernel_size, stride in layers`.",
    {"for kernel_size, stride in layers:": "for layer in layers:\n        kernel_size, stride = layer.kernel_size, layer.stride"},
)  # fmt: skip
