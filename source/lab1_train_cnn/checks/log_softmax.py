EXAMPLES["log_softmax"] = [
    _value(
        f"log_softmax(z) with {_Z}",
        (_z,),
        _L1,
        [
            (_S1, "That is softmax. Its logarithm is asked for."),
            (-_L1, "The sign is wrong: log-probabilities are negative."),
            (_L0, "The columns are normalised, not the rows: dim=-1 is the last dimension."),
            (_t([[-2.52169, -1.52169, -0.52169], [-3.52169, -3.52169, -3.02169]]), "The whole tensor is normalised. Sum along `dim` only, with keepdim=True."),
            (_t([[-2, -1, 0], [-0.5, -0.5, 0]]), "The largest score is subtracted. Now subtract the logarithm of the sum of the exps, too."),
        ],
        advice="z − log(sum of exp(z)) along each row.",
    ),
    _value(f"log_softmax(z, dim=0) with {_Z}", (_z, {"dim": 0}), _L0, [(_L1, "The argument `dim` is not used. Hand it on to amax and sum.")], advice="With dim=0, normalise each column."),
    _value("log_softmax(tensor([[1000., 1000.]]))", (_t([[1000, 1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(1000) is infinity. Subtract the largest score before exp."),
    _value("log_softmax(tensor([[-1000., -1000.]]))", (_t([[-1000, -1000]]),), _t([[-0.69315, -0.69315]]), nan="exp(-1000) is 0, and its logarithm is minus infinity. Subtract the largest score, also where it is negative."),
    _value("log_softmax(tensor([[0., 0.], [1000., 1000.]]))", (_t([[0, 0], [1000, 1000]]),), _t([[-0.69315, -0.69315], [-0.69315, -0.69315]]), nan="Subtract each row's own maximum, not that of the whole tensor: of a row that lies far below, nothing is left."),
    _value("log_softmax(tensor([[0., 200.]]))", (_t([[0, 200]]),), _t([[-200, 0]]), [(_t([[-20.72327, 0]]), "A small number inside the logarithm hides the trouble and gives a wrong value. Take the logarithm on paper: (z − m) − log(sum of exp(z − m)).")], nan="log(softmax(z)) breaks down: the small probability became 0 before the logarithm. Use (z − m) − log(sum of exp(z − m)).", advice="No probability need be computed: (z − m) − log(sum of exp(z − m)), m the largest score."),
    _value("log_softmax(z) with z in float64", (_z.double(),), _L1.double()),
]

HINTS["log_softmax"] = (
    "Write log(exp(z_k) / S) as a difference of two logarithms, on paper.",
    "log softmax = z − log(sum of exp(z)). Only the second part can overflow; subtract the largest score before exp, and account for it.",
    "With s = z − z.amax(dim=dim, keepdim=True), the answer is s minus the log of the sum of exp(s) along `dim`, keepdim=True. (torch.logsumexp does the second part, stably.)",
)
