import torch

_cosine_a = _t([[3, 4], [0, 0], [1, 0]])
_cosine_b = _t([[4, 3], [0, 2], [-1, 0], [0, 0]])
_cosines = _t([[0.96, 0.8, -0.6, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]])
_ZERO_ROW = "A row of zeros has no direction, and its length is 0: 0 / 0 is NaN. Its cosines are 0 here. Divide by `length.clamp(min=…)` with something tiny, or by 1 where the length is 0."


def _cosine_slips(kind=torch.float32):
    return [
        (_t([[24, 8, -3, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "These are the scalar products. Divide each by both lengths."),
        (_t([[4.8, 1.6, -0.6, 0], [0, 0, 0, 0], [4, 0, -1, 0]]).to(kind), "That is divided by the lengths in `a` alone. Divide by those in `b`, too."),
        (_t([[4.8, 4, -3, 0], [0, 0, 0, 0], [0.8, 0, -1, 0]]).to(kind), "That is divided by the lengths in `b` alone. Divide by those in `a`, too."),
        (_t([[0.04, 0.2, 1.6, 1], [1, 1, 1, 1], [0.2, 1, 2, 1]]).to(kind), "That is 1 − cosine, a distance. The similarity is asked for."),
        (_cosines.abs().to(kind), "The signs are lost. Vectors that point in opposite directions have the cosine −1."),
        (_t([[0.0384, 0.08, -0.12, 0], [0, 0, 0, 0], [0.16, 0, -1, 0]]).to(kind), "That is divided by the squares of the lengths. A length is the root: `norm(dim=1)`."),
        (torch.Size([4, 3]), "Rows and columns are exchanged: a row for each row of `a`."),
        (torch.Size([3]), "Each row of `a` meets *each* row of `b`: the result is a table (N, M), `a @ b.T`."),
    ]


EXAMPLES["cosine_similarity"] = [
    _value("cosine_similarity([[3, 4], [0, 0], [1, 0]], [[4, 3], [0, 2], [-1, 0], [0, 0]])", (_cosine_a, _cosine_b), _cosines, _cosine_slips(), advice="(3, 4) and (4, 3): 3 · 4 + 4 · 3 = 24, both lengths are 5, and 24 / 25 = 0.96.", nan=_ZERO_ROW),
    _value("cosine_similarity of the same in float64", (_cosine_a.double(), _cosine_b.double()), _cosines.double(), _cosine_slips(torch.float64), advice="Nothing but the type is another here.", nan=_ZERO_ROW),
    _value("cosine_similarity([[0.01, 0]], [[0.03, 0.04]])", (_t([[0.01, 0]]), _t([[0.03, 0.04]])), _t([[0.6]]), advice="Short vectors have a direction, too: 0.6. What is added to a length, or put in the place of a small one, must be far smaller than any real length."),
]
MORE_WORDS["cosine_similarity"] = (
    (
        "RuntimeError",
        "must match|cannot be multiplied",
        "`a` has N rows and `b` M, and they need not be as many. `a @ b.T` is the table (N, M) of all scalar products.",
    ),
)

HINTS["cosine_similarity"] = (
    "If all rows had length 1, what would be left of the formula?",
    "`a @ b.T` has all scalar products, (N, M). `a.norm(dim=1, keepdim=True)` are the lengths, (N, 1). What do you divide by where a length is 0?",
    "Divide each of the two by its lengths first, `a / a.norm(dim=1, keepdim=True).clamp(min=1e-30)` and b in the same way, and multiply: the one @ the other.T. A row of zeros stays one.",
)
