EXAMPLES["conv_output_size"] = [
    _value("conv_output_size(28, 3)", (28, 3), 26, [(25, "One too few: the first place counts, too, and so does a window that ends on the last pixel."), (28, "Without padding, a 3-wide window has no room at the edges: subtract kernel_size.")]),
    _value("conv_output_size(8, 3, stride=2)", (8, 3, {"stride": 2}), 3, [(3.5, "A window fits or it does not: round down with `//`."), (4, "Round down, not up: the window has to fit as a whole. `//` does it."), (6, "That is the result with stride 1: divide by the stride what is left of the padded size."), (2, "Divide first, then add 1 for the first place.")]),
    _value("conv_output_size(28, 3, padding=1)", (28, 3, {"padding": 1}), 28, [(27, "Padding is added at both ends, so it counts twice."), (26, "That is the result without padding. It is added at both ends.")]),
    _value("conv_output_size(12, 5, stride=4)", (12, 5, {"stride": 4}), 2, [(3, "7 / 4 is rounded to the nearest whole number here. Round down with `//`.")]),
    _value("conv_output_size(9, 4, stride=3, padding=2)", (9, 4, 3, 2), 4, [(3, "Look at the formula again: 2·padding, then divide and round down, then + 1.")]),
]

HINTS["conv_output_size"] = (
    "Draw a row of 7 boxes and slide a window of 3 along it. How often can it move, and in how many places does it stand?",
    "The padded row has size + 2·padding pixels. The window's left edge can move over all but kernel_size of them, in steps of stride; and it stands once before it moves.",
    "Integer division rounds down: something // stride + 1. The something is the padded size minus kernel_size.",
)
