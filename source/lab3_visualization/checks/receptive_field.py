def _field(layers, expected, slips=(), words=None):
    call = f"receptive_field({layers})"
    names, advice = ("size", "stride"), words or ("Each layer adds (kernel − 1) times the stride of everything *before* it.", "The strides of all layers are multiplied.")

    def example(function):
        given = list(layers)
        got = function(given)
        if given != layers:
            raise Wrong(call, Words("the list was changed"), Words("the list as it was"), "Inputs must stay as they are: go through the list without `pop` or `reverse`.")
        _compare(call, got, expected, slips, advice, names=names)

    return example


EXAMPLES["receptive_field"] = [
    _field(
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        (16, 4),
        [
            ((4, 16), "The order is (size, stride)."),
            ((56, 100), "A layer is a pair (kernel_size, stride), in this order."),
            ((14, 2), "That is the result before the last layer. All layers count."),
            ((28, 7), "The strides are added up. They are multiplied: a step of 2 among steps of 2 is 4 pixels."),
            ((256, None), "That is an area. How many pixels in a *row* are seen?"),
            ((11, None), "The strides are left out. Behind a pooling of stride 2, each step of a kernel is two input pixels: add (kernel − 1) · stride so far."),
            ((14, None), "The kernels are added up. A kernel of 5 adds 4 steps, and each step is as long as the strides before it multiplied."),
            ((19, None), "The layer's own stride is counted before its kernel. A layer's step is as long as the strides of the layers *before* it: grow the size first, then the stride."),
            ((13, None), "You multiply by the layer's own stride. What counts are the strides of the layers before it, multiplied."),
            ((22, None), "The size begins at 1, and each layer adds kernel − 1 steps, not kernel: its first value is there already."),
            ((28, None), "That goes through the layers in the wrong direction. From the input on: size grows by (kernel − 1) · stride, then stride is multiplied."),
            ((15, None), "You begin with a size of 0. Before any layer, a value sees itself: size 1."),
            ((100, None), "The kernels are multiplied. Each layer *adds* (kernel − 1) · stride so far."),
            ((None, 6), "The strides are added up. They are multiplied: a step of 2 among steps of 2 is 4 pixels."),
            ((None, 2), "A stride is missing. Those of all layers are multiplied, of the last one, too."),
        ],
    ),
    _field([(3, 2)], (3, 2), [((2, 3), "The order is (size, stride), as a layer is a pair (kernel_size, stride).")], ("One layer sees as much as its kernel.", "Two neighbours of one layer lie its stride apart.")),
    _field([(3, 2), (1, 1), (3, 3)], (7, 6), words=("After the first layer the size is 3 and the stride 2; a kernel of 1 adds nothing; the last adds 2 · 2.", "2 · 1 · 3 is 6.")),
]

HINTS["receptive_field"] = (
    "Before any layer, a value sees one pixel, itself, and its neighbour looks one pixel further: size 1, stride 1. What does a 3×3 layer make of these two numbers?",
    "A kernel of k lays k values of the layer before side by side: k − 1 steps more than one value. And how many input pixels is such a step long, behind a pooling of stride 2?",
    "size, stride = 1, 1; then for each layer first size += (kernel_size − 1) * stride, and after it stride *= the layer's own stride.",
)
