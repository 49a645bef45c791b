EXAMPLES["softmax"] = [
    _value(
        f"softmax(z) with {_Z}",
        (_z,),
        _S1,
        [
            (_S0, "The columns add up to 1, not the rows: dim=-1 is the last dimension."),
            (_t([[0.08032, 0.21834, 0.59352], [0.02955, 0.02955, 0.04872]]), "The whole tensor adds up to 1. Sum along `dim` only, with keepdim=True."),
            (_t([[2.71828, 7.38906, 20.08554], [1, 1, 1.64872]]), "exp is right. Now divide by its sum along `dim`."),
            (_t([[1 / 6, 1 / 3, 0.5], [0, 0, 1]]), "The exponential is missing: exp first, then divide by the sum."),
            (_L1, "That is the logarithm of softmax. It is the next task."),
        ],
        advice="exp of each score, divided by the sum of the exps in its row. Does each row add up to 1?",
    ),
    _value(f"softmax(z, dim=0) with {_Z}", (_z, {"dim": 0}), _S0, [(_S1, "The argument `dim` is not used. Hand it on to amax and sum.")], advice="With dim=0, each column adds up to 1."),
    _value("softmax(tensor([[1000., 1001.]]))", (_t([[1000, 1001]]),), _t([[0.26894, 0.73106]]), nan="exp(1000) is infinity. Subtract the largest score along `dim` first: the result stays the same."),
    _value("softmax(tensor([[-1000., -1001.]]))", (_t([[-1000, -1001]]),), _t([[0.73106, 0.26894]]), nan="exp(-1000) is 0, and 0 / 0 is no number. Subtract the largest score, also where it is negative."),
    _value("softmax(tensor([[5., 1000.], [0., 1.]]))", (_t([[5, 1000], [0, 1]]),), _t([[0, 1], [0.26894, 0.73106]]), [(_t([[0, 1], [0, 0]]), "Subtract each row's own maximum, not that of the whole tensor.")], nan="Subtract from each row its own maximum, z.amax(dim=dim, keepdim=True): neither that of the whole tensor nor a mean will do."),
    _value("softmax(z) with z in float64", (_z.double(),), _S1.double()),
]

HINTS["softmax"] = (
    "Two steps: make every score positive, then make them add up to 1. Along which dimension?",
    "exp, then divide by the sum along `dim`, with keepdim=True so that the shapes line up. For large scores: subtract something from all of them first. It does not change the result; why?",
    "m = z.amax(dim=dim, keepdim=True); work with exp(z − m). The largest exponent is then 0.",
)
