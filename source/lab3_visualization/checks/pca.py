import torch

# Around the mean (1, 2, 3): 6 steps to both sides along (2, 2, 1) / 3, and 3 along (-2, 1, 2) / 3.
_cloud = _t([[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]])
_axes = _t([[2, 2, 1], [-2, 1, 2]]) / 3
_nothing = _t([[1, -2, 2]]) / 3  # at right angles to both
_along = _t([[6, 0], [-6, 0], [0, 3], [0, -3]])
_CLOUD = "x = [[5, 6, 5], [-3, -2, 1], [-1, 3, 5], [3, 1, 1]]"


def _components(k, shares, kind=torch.float32):
    def example(pca):
        call, x = f"pca(x, {k}) with {_CLOUD}" + (", in float64" if kind == torch.float64 else ""), _cloud.to(kind, copy=True)
        got = pca(x, k)
        if not torch.equal(x, _cloud.to(kind)):
            raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: `x - x.mean(dim=0)`, not `x -= …`.")
        if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(each, torch.Tensor) for each in got):
            raise Wrong(call, got, Words("three tensors: projected, components, explained"), "Return three tensors, in the order of the docstring.")
        projected, components, explained = got
        if components.shape == (3, k):
            raise Wrong(call + "; the components", components, _axes[:k], "The components are columns. Each is a *row*, (k, D): transpose them (`torch.linalg.eigh` gives columns, `svd` gives Vh with rows).")
        wanted = _axes[:k].to(kind)
        signs = torch.where((components.to(wanted) * wanted).sum(dim=1) < 0, -1.0, 1.0).to(kind) if components.shape == wanted.shape else torch.ones(k, dtype=kind)
        unit = [(_nothing, "That is the axis along which *nothing* varies. `eigh` gives rising variances: take the last, and turn the order round."), (torch.cat([_nothing, _axes[1:]]), "The variances rise. `eigh` gives them so: turn the order round."), (_axes.flip(0), "The components are the right ones, the last one first. They go by falling variance."), (_axes[1:], "That is the second component. The first has the largest variance.")]
        for wrong, better in unit:
            if components.shape == wrong.shape and _same(components.abs(), wrong.abs()):
                raise Wrong(call + "; the components", components, wanted, better)
        if components.shape == wanted.shape and _same(components.abs(), wanted.abs()) and not _same(components * signs[:, None].to(components.dtype), wanted):
            raise Wrong(call + "; the components", components, wanted, "The sizes are right, the signs are not (only a whole component may be turned round). Did you take *columns* of Vh? Its rows are the components: `Vh[:k]`.")
        _compare(call + "; the components (signs are free)", components * signs[:, None].to(components.dtype) if components.shape == wanted.shape else components, wanted, (), "The right singular vectors of the *centred* x are the components: take the mean of each column away first, `x.mean(dim=0)`. Each component has length 1.")
        slips = [
            ((_cloud @ _axes[:k].T).to(kind), "The projection is not centred: project x − mean, not x."),
            ((_along[:, :k] / _t([8.4852814, 4.2426407])[:k]).to(kind), "These are the left singular vectors U. The projection is (x − mean) times the components, or U · S."),
        ]
        _compare(call + "; the projection (signs as of the components)", projected * signs.to(projected.dtype) if projected.shape[-1:] == signs.shape else projected, _along[:, :k].to(kind), slips, "The projection is `(x - mean) @ components.T`, (N, k).")
        known = [
            ([1.0], "That is the share of the k components alone. Divide by the whole variance, that of all components."),
            ([0.6666667, 0.3333333], "These are the shares of the singular values. A variance is the *square* of one."),
            ([18.0, 4.5], "These are the variances. A share is a variance divided by the sum of all variances."),
            ([24.0, 6.0], "These are the variances. A share is a variance divided by the sum of all variances."),
            ([72.0, 18.0], "These are sums of squares. A share is such a sum divided by the sum of them all."),
            ([8.4852814, 4.2426407], "These are the singular values. Square them, and divide by the sum of all squares."),
            ([80.0, 20.0], "These are percentages. A share lies between 0 and 1."),
            ([0.8, 1.0], "The shares are added up. Give each component its own."),
        ]
        words = [(_t(numbers[:k]).to(kind), better) for numbers, better in known if len(numbers) >= k and not _same(_t(numbers[:k]), _t(shares))]
        _compare(call + "; the shares explained", explained, _t(shares).to(kind), words, "Along the first component lie 72 of 90 of all squared distances from the mean: 0.8.")

    return example


EXAMPLES["pca"] = [_components(1, [0.8]), _components(2, [0.8, 0.2]), _components(2, [0.8, 0.2], torch.float64)]
MORE_WORDS["pca"] = (
    (
        "RuntimeError",
        "mat1 and mat2|cannot be multiplied",
        "Two shapes do not fit in a matrix product. (N, D) times (D, k) is (N, k): components (k, D) must be transposed, `components.T`.",
    ),
)

HINTS["pca"] = (
    "Take the mean of each column away, and plot the four points of the example: along which direction do they lie most widely? Which share of all squared distances from the mean lies along it?",
    "`U, S, Vh = torch.linalg.svd(centred, full_matrices=False)` says it all: the rows of Vh are the components, the largest first, and S² is what varies along each.",
    "The components are `Vh[:k]`, rows already. The projection is the centred x times their transpose, (N, D) times (D, k). For the shares, divide S² by the sum of *all* S² first, and cut to k then.",
)
