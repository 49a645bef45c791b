"""A cause has one name however the answer is written that has it: each kind of mistake in several hands."""

from __future__ import annotations

from types import ModuleType

import grading_bench as bench
import pytest
from test_causes_named import (  # noqa: F401  (fixtures are used by their names)
    CALLED,
    CONV,
    EPOCH,
    EVALUATE,
    INLINE,
    NET,
    _quietly,
    but,
    checks,
    define,
    fit,
)

POOL = """
    def max_pool2d(x, kernel_size, stride=None):
        s = stride or kernel_size
        h, w = ((side - kernel_size) // s + 1 for side in x.shape[2:])
        out = x.new_zeros(*x.shape[:2], h, w)
        for i in range(h):
            for j in range(w):
                out[:, :, i, j] = x[:, :, i * s:i * s + kernel_size, j * s:j * s + kernel_size].amax((2, 3))
        return out
    """
BIASED = CONV.format("(0 if bias is None else bias[k])")
PREDICT = """
    def predict(model, images):
        before = model.training
        model.eval()
        with torch.no_grad():
            scores = model(images)
            {}
        model.train(before)
        return labels, sure
    """
LOADERS = """
    def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
        order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
        n_val = round(len(dataset) * val_fraction)
        {}
        return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)
    """
SAMPLER = """
    def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
        order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
        n_val = round(len(dataset) * val_fraction)
        pick = torch.utils.data.SubsetRandomSampler(order[n_val:])
        return {}, DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)
    """
COUNT = "def count_parameters(model):\n    n = sum(p.numel() for p in model.parameters() if p.requires_grad)\n    return {}"
STEPS = "def auc(x, y):\n    area = 0.0\n    for i in range(len(x) - 1):\n        area += (x[i + 1] - x[i]).item() * {}\n    return area"
RIGHT = "right += int((scores.argmax(1) == y).sum())"
SHARE = ("right / len(loader.dataset)", "{}")
ENTROPY = "def cross_entropy(z, t):\n    p = torch.softmax(z, 1)[torch.arange(len(t)), t]\n    return {}"
ROC = """
    def roc_curve(scores, labels):
        order = scores.argsort(descending=True)
        s, y = scores[order], labels[order]
        last = torch.cat([s[1:] != s[:-1], torch.tensor([True])])
        tp, fp, s = y.cumsum(0)[last], (1 - y).cumsum(0)[last], s[last]
        tpr, fpr = (torch.cat([torch.zeros(1), each / each[-1]]) for each in (tp, fp))
        return fpr, tpr, {}
    """
EARLY = (
    "append(accuracy)\n",
    "append(accuracy)\n            {}\n",
)


def own_loop(keep: str, number: str, before: str = "pass", each: str = "pass") -> str:
    """Return a `fit` with a training loop of its own, right but for how it keeps its losses."""
    train = INLINE.replace("total, n = 0, 0", each).replace(
        "total, n = total + loss * len(y), n + len(y)", keep
    )
    return fit(
        train.replace("total / n", number), ("        for epoch", f"        {before}\n        for epoch")
    )


# The item, words of the grader's advice, words that it must not say, the answers.
Kind = tuple[str, str, str, tuple[str, ...]]
KINDS: dict[str, Kind] = {
    "infinities patched": ("softmax", "maximum", "add up to 1", (
        "def softmax(z, dim=-1):\n    e = torch.exp(z)\n    e[e.isinf()] = 1e30\n    return e / e.sum(dim, keepdim=True)",
        "def softmax(z, dim=-1):\n    e = torch.nan_to_num(z.exp(), posinf=1e20)\n    return torch.nan_to_num(e / e.sum(dim=dim, keepdim=True))",
        "def softmax(z, dim=-1):\n    e = torch.where(z > 80, torch.full_like(z, 1e34), torch.exp(z))\n    return e / (e.sum(dim, True) + 1e-30)",
    )),
    "losses of all epochs together": ("fit", "in later epochs it holds the earlier ones", "weight decay", (
        own_loop("seen.append(loss.detach())", "torch.stack(seen).mean().item()", "seen = []"),
        own_loop("total, n = total + loss.item() * len(y), n + len(y)", "total / n", "total, n = 0.0, 0"),
        own_loop("seen += [loss.item()] * len(y)", "sum(seen) / len(seen)", "seen = []"),
    )),
    "the last window lost, conv2d": ("conv2d", "Only the last row or column", "square", (
        BIASED.replace("range(ow)", "range(ow - 1)"),
        BIASED.replace("for i in range(oh)", "for i in range(0, (h - kh - 1) // stride + 1)").replace("range(ow)", "range((w - kw - 1) // stride + 1)"),
        BIASED.replace("for i in range(oh):", "for i in range(oh):\n                if i == oh - 1: break"),
    )),
    "the last window lost, max_pool2d": ("max_pool2d", "Only the last row or column", "square", (
        POOL.replace("range(h)", "range(h - 1)"),
        POOL.replace("range(w)", "range(len(range(0, x.shape[3] - kernel_size, s)))"),
    )),
    "device overwritten, train_one_epoch": ("train_one_epoch", "no other value inside", "small inputs", (
        but(EPOCH, ("        total = 0.0", "        total, device = 0.0, 'cpu'")),
        but(EPOCH, ("        model.train()", "        device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')\n        model.train()")),
        but(EPOCH, ("x.to(device)), y.to(device)", "x.cpu()), y.cpu()")),
    )),
    "device overwritten, evaluate": ("evaluate", "no other value inside", "small inputs", (
        but(EVALUATE, ("        model.eval()", "        model.eval()\n        device = 'cpu'")),
        but(EVALUATE, ("x, y = x.to(device), y.to(device)", "x, y = (each.to('cpu') for each in (x, y))")),
    )),
    "zero or the maximum subtracted": ("softmax", "far below zero", "overflows", (
        "def softmax(z, dim=-1):\n    e = torch.exp(z - z.max(dim, keepdim=True).values.clamp(min=0))\n    return e / e.sum(dim, keepdim=True)",
        "def softmax(z, dim=-1):\n    m = z.amax(dim, True)\n    m = torch.where(m > 0, m, torch.zeros_like(m))\n    e = (z - m).exp()\n    return e / e.sum(dim, True)",
        "def softmax(z, dim=-1):\n    m = z.amax(dim, True)\n    e = (z - m * (m > 0)).exp()\n    return e / e.sum(dim, True)",
    )),
    "zero or the maximum subtracted, logarithms": ("log_softmax", "far below zero", "overflows", (
        "def log_softmax(z, dim=-1):\n    z = z - z.max(dim, keepdim=True)[0].clamp_min(0)\n    return z - z.exp().sum(dim, keepdim=True).log()",
        "def log_softmax(z, dim=-1):\n    m = F.relu(z.amax(dim, True))\n    return z - m - (z - m).exp().sum(dim, True).log()",
    )),
    "a choice that never arrives": ("relu", "zero everywhere", "its own sign", (
        "def relu(x):\n    out = torch.zeros_like(x)\n    torch.where(x > 0, x, out)\n    return out",
        "def relu(x):\n    mask = torch.zeros_like(x)\n    mask[x > 0] == 1\n    return mask * x",
        "def relu(x):\n    out = torch.zeros_like(x)\n    for row in out:\n        row = torch.clamp(row, min=0)\n    return out",
    )),
    "a rule of NumPy's": ("auc", "from scratch", "look the name up", (
        "def auc(x, y): return np.trapz(y.numpy(), x.numpy()).item()",
        "def auc(x, y):\n    import numpy\n    return float(numpy.trapz(y, x=x))",
        "def auc(x, y):\n    area = np.trapz(np.asarray(y), np.asarray(x))\n    return area",
    )),
    "a batch that has grown": ("CNN", "rows of scores for", "is the batch axis lost", (
        but(NET, ("F.max_pool2d(F.relu(self.a(x)), 2)", "F.relu(self.a(x))"), ("x.flatten(1)", "x.view(-1, 1568)")),
        but(NET, ("F.max_pool2d(F.relu(self.b(x)), 2)", "F.max_pool2d(F.relu(self.b(x)), 2, 1, 1)[..., :14, :14]"), ("x.flatten(1)", "torch.reshape(x, (-1, 32 * 7 * 7))")),
        but(NET, ("F.max_pool2d(F.relu(self.a(x)), 2)", "F.relu(self.a(x))"), ("F.max_pool2d(F.relu(self.b(x)), 2)", "F.relu(self.b(x))"), ("x.flatten(1)", "x.contiguous().view(-1, self.d.in_features)")),
    )),
    "a table of whole numbers, conv2d": ("conv2d", "a tensor of whole numbers takes them", "square", (
        BIASED.replace("x.new_zeros(n, o, oh, ow)", "torch.zeros((n, o, oh, ow), dtype=torch.int32)").replace("return out", "return out.float()"),
        BIASED.replace("x.new_zeros(n, o, oh, ow)", "torch.from_numpy(np.zeros((n, o, oh, ow), dtype=int))").replace("return out", "return out * torch.ones(1)"),
        CONV.format("0").replace("x.new_zeros(n, o, oh, ow)", "x.new_zeros(n, o, oh, ow, dtype=torch.long)").replace("return out", "return out.to(x.dtype) if bias is None else out + bias.view(-1, 1, 1)"),
    )),
    "a table of whole numbers, max_pool2d": ("max_pool2d", "a tensor of whole numbers takes them", "square", (
        POOL.replace("x.new_zeros(*x.shape[:2], h, w)", "torch.zeros(*x.shape[:2], h, w, dtype=torch.int)").replace("return out", "return out.to(x)"),
        POOL.replace("x.new_zeros(*x.shape[:2], h, w)", "torch.full((*x.shape[:2], h, w), -100)").replace("return out", "return out.type_as(x)"),
    )),
    "thresholds shifted": ("roc_curve", "shifted by one place", "even grid", (
        ROC.format("torch.cat([s, s[-1:] - 1])"),
        ROC.format("torch.cat([s, torch.tensor([-float('inf')])])"),
        ROC.format("torch.cat([s, torch.full((1,), -99.0)]) - 1e-9"),
    )),
    "a zero behind the thresholds": ("roc_curve", "last threshold is above", "even grid", (
        ROC.format("torch.cat([s, torch.zeros(1)]) - 1e-9"),
    )),
    "a percentage in whole numbers": ("evaluate", "percentage in whole numbers", "largest logit", (
        but(EVALUATE, (SHARE[0], "100 * right // len(loader.dataset)")),
        but(EVALUATE, (SHARE[0], "round(100.0 * right / len(loader.dataset))")),
        but(EVALUATE, (SHARE[0], "math.floor(right * 100 / len(loader.dataset))")),
    )),
    "accuracy of the last batch": ("evaluate", "last batch", "largest logit", (
        but(EVALUATE, (RIGHT, "right = (scores.argmax(dim=-1) == y).float().mean().item()"), (SHARE[0], "right")),
        but(EVALUATE, (RIGHT, "right = (scores.argmax(1) == y).sum().item()")),
        but(EVALUATE, (RIGHT, "right = accuracy(scores, y)"), (SHARE[0], "right"), ("    def evaluate", "    def accuracy(s, y): return sum(int(a) == int(b) for a, b in zip(s.argmax(1), y)) / len(y)\n    def evaluate")),
    )),
    "shares divided by samples": ("evaluate", "each a share already", "largest logit", (
        but(EVALUATE, ("int((scores.argmax(1) == y).sum())", "(scores.max(1).indices == y).float().mean().item()")),
        but(EVALUATE, ("int((scores.argmax(1) == y).sum())", "scores.argmax(1).eq(y).sum().item() / x.size(0)")),
        but(EVALUATE, ("int((scores.argmax(1) == y).sum())", "float(torch.mean((torch.max(scores, 1)[1] == y).double()))")),
    )),
    "means divided by samples": ("evaluate", "means over batches, of loss and accuracy", "by hand", (
        but(EVALUATE, (".item() * len(y)", ".item()"), ("int((scores.argmax(1) == y).sum())", "(scores.argmax(1) == y).float().mean().item()")),
        but(EVALUATE, ("criterion(scores, y).item() * len(y)", "float(criterion(scores, y))"), ("int((scores.argmax(1) == y).sum())", "scores.argmax(1).eq(y).double().mean().item()")),
    )),
    "a number inside the logarithm": ("cross_entropy", "to the probability", "by hand", (
        ENTROPY.format("-torch.log(p + 1e-6).mean()"),
        ENTROPY.format("-(1e-4 + p).log().sum() / len(t)"),
        "def cross_entropy(z, t):\n    e = (z - z.amax(1, True)).exp()\n    p = e / e.sum(1, True)\n    return -(F.one_hot(t, z.shape[1]) * (p + 1e-5).log()).sum(1).mean()",
    )),
    "softmax over the whole batch": ("cross_entropy", "over the whole batch", "by hand", (
        "def cross_entropy(z, t):\n    e = torch.exp(z - z.max())\n    return -torch.log((e / e.sum()).gather(1, t[:, None])).mean()",
        "def cross_entropy(z, t):\n    p = torch.softmax(z.flatten(), 0).view_as(z)\n    return -p[range(len(t)), t].log().mean()",
        "def cross_entropy(z, t):\n    logp = z - torch.logsumexp(z, dim=(0, 1))\n    return -sum(logp[i, c] for i, c in enumerate(t)) / len(t)",
    )),
    "exponentials as confidences": ("predict", "are exponentials", "by hand", (
        PREDICT.format("sure, labels = torch.exp(scores).max(1)"),
        PREDICT.format("labels = scores.argmax(1)\n            sure = torch.exp(scores[torch.arange(len(scores)), labels])"),
        PREDICT.format("sure = scores.exp().amax(dim=1)\n            labels = scores.max(dim=1)[1]"),
    )),
    "parameters in millions": ("count_parameters", "a millionth", "by hand", (
        COUNT.format("n / 1e6"), COUNT.format("n * 1e-6"), COUNT.format("float(torch.tensor(n / 1_000_000, dtype=torch.float64))"),
    )),
    "the area of other curves": ("auc", "", "height of each step", (
        "def auc(x, y):\n    at = torch.linspace(0, 1, 1001, dtype=torch.float64).numpy() * float(x[-1] - x[0]) + float(x[0])\n    return float(np.interp(at, x, y).mean() * (x[-1] - x[0]))",
        "def auc(x, y):\n    p = np.polyfit(x.numpy(), y.numpy(), 4)\n    q = np.polyint(p)\n    return float(np.polyval(q, float(x[-1])) - np.polyval(q, float(x[0])))",
    )),
    "rectangles": ("auc", "height of each step", "by hand", (
        STEPS.format("y[i].item()"), STEPS.format("float(y[i + 1])"), STEPS.format("max(y[i], y[i + 1]).item()"),
        "def auc(x, y): return float(torch.dot(torch.diff(x), torch.minimum(y[1:], y[:-1])))",
    )),
    "loss.data[0]": ("train_one_epoch", "takes the number out", "small inputs", (
        but(EPOCH, ("loss.item()", "loss.data[0]")), but(EPOCH, ("loss.item()", "float(loss[0])")), but(EPOCH, ("loss.item()", "loss.detach().cpu()[0].numpy()")),
    )),
    "loss.data[0] in a fit of its own": ("fit", "takes the number out", "small inputs", (own_loop("total += loss.data[0] * len(y)", "total / len(train_loader.dataset)", each="total = 0"),)),
    "a sampler and shuffle": ("make_loaders", "leave `shuffle` away", "small inputs", (
        SAMPLER.format("DataLoader(dataset, batch_size=batch_size, shuffle=True, sampler=pick)"),
        SAMPLER.format("DataLoader(dataset, batch_size, True, torch.utils.data.WeightedRandomSampler(torch.ones(len(dataset)), len(dataset)))"),
        SAMPLER.format("DataLoader(**{'dataset': dataset, 'batch_size': batch_size, 'sampler': pick, 'shuffle': True})"),
    )),
    ".item() of a batch": ("accuracy", "average them", "small inputs", (
        "def accuracy(logits, labels):\n    return (logits.argmax(dim=1) == labels).item()",
        "def accuracy(logits, labels):\n    right = torch.eq(logits.max(1)[1], labels)\n    return right.double().item() / len(labels)",
        "def accuracy(logits, labels):\n    hits = [(row.argmax() == labels).item() for row in logits]\n    return sum(hits) / len(hits)",
    )),
    "xrange": ("auc", "of Python 2", "Define it", (STEPS.format("(y[i] + y[i + 1]).item() / 2").replace("range", "xrange"),)),
    "xrange in a convolution": ("conv2d", "of Python 2", "Define it", (BIASED.replace("in range", "in xrange"),)),
    "rounded validation loss": ("fit", "Your `val_loss` is rounded", "`val_accuracy`", (
        fit(CALLED, ("append(loss)", "append(round(loss, 2))")), fit(CALLED, ("append(loss)", "append(float('%.3f' % loss))")),
    )),
    "rounded training loss": ("fit", "Your `train_loss` is rounded", "`val_loss`", (fit(CALLED.replace("append(train_one_epoch(model, train_loader, criterion, adam))", "append(np.round(train_one_epoch(model, train_loader, criterion, adam), 3).item())")),)),
    # --- what a class of 437 answers showed anew: the first words that came were those of another mistake
    "another formula, right once by chance": ("conv_output_size", "by hand", "half the kernel", (
        "def conv_output_size(size, kernel_size, stride=1, padding=0): return (size - 1) * stride - 2 * padding + kernel_size",
        "def conv_output_size(size, kernel_size, stride=1, padding=0): return stride * (size - 1) + kernel_size - padding - padding",
        "def conv_output_size(size, kernel_size, stride=1, padding=0): return size * stride - 2 * padding + kernel_size - stride",
    )),
    "the maximum once more inside the sum": ("log_softmax", "", "inside the sum only", (
        "def log_softmax(z, dim=-1):\n    m = z.amax(dim, True)\n    s = z - m\n    return s - (s - m).exp().sum(dim, True).log()",
        "def log_softmax(z, dim=-1):\n    m = z.max(dim, keepdim=True)[0]\n    return (z - m) - torch.log(torch.exp(z - 2 * m).sum(dim, keepdim=True))",
        "def log_softmax(z, dim=-1):\n    m = z.amax(dim, keepdim=True)\n    return z + m - torch.log(torch.exp(z - m).sum(dim, keepdim=True)) - m",
    )),
    "argmax over the images": ("accuracy", "", "number of logits", (
        "def accuracy(logits, labels):\n    best = logits.argmax(dim=0)\n    return (best == labels[:len(best)]).float().mean().item()",
        "def accuracy(logits, labels):\n    best = logits.argmax(0)\n    return sum(int(a == b) for a, b in zip(best, labels)) / len(best)",
        "def accuracy(logits, labels):\n    best = torch.max(logits, 0).indices\n    return float(np.mean([a == b for a, b in zip(best.tolist(), labels.tolist())]))",
    )),
    "a small number below the fraction": ("precision_recall_f1", "You add about", "Neither", tuple(
        f"def precision_recall_f1(cm):\n    tp, eps = cm.diag().{dtype}(), {eps}\n    p, r = tp / (cm.sum(0) + eps), tp / (cm.sum(1) + eps)\n    return p, r, 2 * p * r / (p + r + eps)"
        for dtype, eps in (("float", "1e-3"), ("double", "5e-4"), ("float", "0.01"))
    )),
    "another dtype alone": ("conv2d", "only the dtype is not", "when a bias is given", (
        BIASED.replace("return out", "return out.double()"), BIASED.replace("x.new_zeros(n, o, oh, ow)", "torch.zeros(n, o, oh, ow, dtype=torch.float64)"),
        BIASED.replace("return out", "return torch.from_numpy(out.numpy().astype(np.float64))"),
    )),
    "validation taken out of training": ("make_loaders", "in the training part as well", "two different permutations", (
        LOADERS.format("train, val = Subset(dataset, order[:len(dataset) - n_val]), Subset(dataset, order[:n_val])"),
        LOADERS.format("train, val = Subset(dataset, order[n_val:]), Subset(dataset, order[-n_val:])"),
        LOADERS.format("train = Subset(dataset, order[n_val:])\n        val = Subset(train, range(n_val))"),
    )),
    "a count that each batch overwrites": ("evaluate", "overwrites the count", "every prediction", (
        but(EVALUATE, ("right += int", "right = int")),
        but(EVALUATE, (RIGHT, "right = scores.max(1)[1].eq(y).sum().item()")),
        but(EVALUATE, (RIGHT, "right = sum(int(a == b) for a, b in zip(scores.argmax(1), y))")),
    )),
    "an early end": ("fit", "no early end", "`range`", (
        fit(CALLED, (EARLY[0], EARLY[1].format("if len(history['val_loss']) > 1 and accuracy <= history['val_accuracy'][-2]: break"))),
        fit(CALLED, (EARLY[0], EARLY[1].format("if accuracy >= 0.5 and epoch: return history"))),
    )),
    "gradients pile up in a loop of its own": ("fit", "", "whole number", (
        but(fit(INLINE.replace("loss * len(y)", "loss.item() * len(y)")), ("                adam.zero_grad()\n", "")),
        but(fit(INLINE.replace("loss * len(y)", "loss.item() * len(y)")), ("                adam.zero_grad()\n", ""), ("        for epoch", "        adam.zero_grad()\n        for epoch")),
    )),
    "stride and padding in another order": ("conv_output_size", "in the task's order", "can be zero", (
        "def conv_output_size(size, kernel_size, padding=0, stride=1): return (size + 2 * padding - kernel_size) // stride + 1",
        "def conv_output_size(size, kernel_size, padding=0, stride=1):\n    return int(math.floor((size - kernel_size + 2 * padding) / stride)) + 1",
        "def conv_output_size(n, k, p=0, stride=1):\n    free = n + p + p - k\n    return 1 + (free - free % stride) // stride",
    )),
    "the stride below one term alone": ("conv_output_size", "", "does not depend", (
        "def conv_output_size(size, kernel_size, stride=1, padding=0): return int(size - kernel_size + 2 * padding / stride) + 1",
        "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return size - kernel_size + (padding + padding) // stride + 1",
    )),
    "less exact": ("softmax", "near the right ones", "not to 1", (
        "def softmax(z, dim=-1):\n    h = z.half()\n    e = (h - h.amax(dim, True)).exp()\n    return (e / e.sum(dim, True)).to(z.dtype)",
        "def softmax(z, dim=-1):\n    e = (z - z.amax(dim, True)).exp().bfloat16().to(z.dtype)\n    return e / e.sum(dim, True)",
        "def softmax(z, dim=-1):\n    e = (z - z.amax(dim, True)).exp()\n    return e / (e.sum(dim, True) + 1e-3)",
    )),
    "rounded probabilities": ("softmax", "You round your result", "before the exponential", tuple(
        f"def softmax(z, dim=-1):\n    e = (z - z.amax(dim, True)).exp()\n    return {line}"
        for line in ("torch.round(e / e.sum(dim, True), decimals=3)", "(e / e.sum(dim, True) * 100).round() / 100", "torch.from_numpy(np.around((e / e.sum(dim, True)).numpy(), 4))")
    )),
    "all or nothing": ("accuracy", "plain 0 or 1", "Your division", (
        "def accuracy(logits, labels): return float((logits.argmax(1) == labels).all())",
        "def accuracy(logits, labels): return int(torch.equal(logits.argmax(1), labels))",
        "def accuracy(logits, labels): return int((logits.argmax(1) == labels).float().mean())",
    )),
    "a return in the loop over the images": ("accuracy", "", "best image", (
        "def accuracy(logits, labels):\n    right = 0\n    for row, y in zip(logits, labels):\n        right += int(row.argmax() == y)\n        return right / len(labels)",
        "def accuracy(logits, labels):\n    n = 0.0\n    for i in range(len(labels)):\n        if torch.argmax(logits[i]) == labels[i]:\n            n += 1\n        return n / logits.shape[0]",
    )),
    "the last class left out": ("precision_recall_f1", "only the last class is wrong", "Neither", (
        "def precision_recall_f1(cm):\n    p, r = (cm.diag() / cm.sum(d).clamp(min=1) for d in (0, 1))\n    p[-1] = r[-1] = 0\n    return p, r, (2 * p * r / (p + r)).nan_to_num()",
        "def precision_recall_f1(cm):\n    p, r = torch.zeros(2, len(cm))\n    for k in range(len(cm) - 1):\n        p[k], r[k] = cm[k, k] / cm[:, k].sum().clamp(min=1), cm[k, k] / cm[k].sum().clamp(min=1)\n    return p, r, (2 * p * r / (p + r)).nan_to_num()",
    )),
    "one point too many at the end": ("roc_curve", "last threshold is above", "Start with", (
        ROC.replace("return fpr, tpr, {}", "return F.pad(fpr, (0, 1), value=1), F.pad(tpr, (0, 1), value=1), torch.cat([s[:1] + 1, s, s[:1]])"),
        ROC.replace("return fpr, tpr, {}", "return torch.cat([fpr, fpr[-1:]]), torch.cat([tpr, tpr[-1:]]), torch.cat([s[:1] + 1, s, s[-1:] + 0.1])"),
    )),
    "nothing flattened": ("CNN", "nothing is flattened", "Your flattening", (
        but(NET, ("x.flatten(1)", "x")), but(NET, ("x.flatten(1)", "x.contiguous()")), but(NET, ("            return", "            x.view(-1, 1568)\n            return"), ("x.flatten(1)", "x")),
    )),
    "one tensor for each shape": ("count_parameters", "", "linear and convolutional", (
        "def count_parameters(model): return sum(s.numel() for s in {p.shape for p in model.parameters() if p.requires_grad})",
        "def count_parameters(model):\n    sizes = {tuple(p.shape): p.numel() for p in model.parameters() if p.requires_grad}\n    return sum(sizes.values())",
        "def count_parameters(model):\n    seen, n = [], 0\n    for p in model.parameters():\n        if p.requires_grad and p.shape not in seen:\n            seen.append(p.shape)\n            n += p.numel()\n    return n",
    )),
    "the first parameter alone": ("count_parameters", "first parameter", "You return inside", (
        "def count_parameters(model): return next(model.parameters()).numel()",
        "def count_parameters(model): return list(model.parameters())[0].numel()",
        "def count_parameters(model):\n    for p in model.parameters(): return p.numel()",
    )),
    "a break left over": ("train_one_epoch", "no `break`", "You skip", (
        but(EPOCH, ("for x, y in loader:", "for i, (x, y) in enumerate(loader):\n            if i == 2: break"), ("len(loader.dataset)", "8")),
        but(EPOCH, ("for x, y in loader:", "for x, y in list(loader)[:-1]:"), ("total = 0.0", "total, n = 0.0, 0"), ("total += loss.item() * len(y)", "total, n = total + loss.item() * len(y), n + len(y)"), ("len(loader.dataset)", "n")),
    )),
    "a pair that comes again": ("confusion_matrix", "a pair that comes again is not counted", "sample by sample", (
        "def confusion_matrix(preds, labels, num_classes):\n    cm = torch.zeros(num_classes, num_classes).long()\n    for p, t in zip(preds, labels): cm[t, p] = +1\n    return cm",
        "def confusion_matrix(preds, labels, num_classes):\n    cm = torch.zeros(num_classes, num_classes).long()\n    for i in range(num_classes):\n        for j in range(num_classes):\n            for p, t in zip(preds, labels):\n                if (t, p) == (i, j):\n                    cm[i, j] += 1\n                    break\n    return cm",
        "def confusion_matrix(preds, labels, num_classes):\n    cm = torch.zeros(num_classes, num_classes).long()\n    for t, p in set(zip(labels.tolist(), preds.tolist())): cm[t, p] += 1\n    return cm",
    )),
}  # fmt: skip
ANSWERS = [(kind, number) for kind, (*_, codes) in KINDS.items() for number in range(len(codes))]


@pytest.mark.parametrize(("kind", "number"), ANSWERS)
def test_the_cause_keeps_its_name(kind: str, number: int) -> None:
    item, words, never, codes = KINDS[kind]
    result = bench.grade(define(codes[number]), item, 1)
    hints = [test.hint for test in result.tests if test.hint]
    assert result.score < result.points
    assert words in hints[0], hints[0]
    assert not [hint for hint in hints if never in hint]


# What the public check said of another mistake: the item, the code, words of its advice, words that it must not say.
SAID: dict[str, tuple[str, str, str, str]] = {
    "the mean subtracted": ("softmax", "def softmax(z, dim=-1):\n    e = (z - z.mean(dim, True)).exp()\n    return e / e.sum(dim, True)", "nor a mean", "not that of the whole tensor"),
    "one of four by chance": ("accuracy", "def accuracy(logits, labels):\n    return (logits.sigmoid().round() == labels[:, None]).float().mean().item()", "3 of 4 are right", "That is the share of wrong"),
    "cells set": ("confusion_matrix", "def confusion_matrix(p, y, k):\n    cm = torch.zeros(k, k).long()\n    for a, b in zip(y, p): cm[a, b] = 1\n    return cm", "only sets a cell", "use a loop"),
    "shares of rows": ("confusion_matrix", "def confusion_matrix(p, y, k):\n    cm = torch.zeros(k, k)\n    for a, b in zip(y, p): cm[a, b] += 1\n    return cm / cm.sum(1, True)", "what is divided", ".long()"),
    "the size without the padding": ("conv2d", but(BIASED, ("        x = F.pad(x, (padding,) * 4)\n", ""), ("oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1", "oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1\n        x = F.pad(x, (padding,) * 4)")), "does not count the padding", "not used"),
    "cut at one": ("relu", "def relu(x): return x.clamp(0, 1)", "have become 1", "only where x is positive"),
    "no padding and a small linear layer": ("CNN", but(NET, (", padding=1", ""), ("1568", "32 * 3 * 3")), "is padding=1 in every", "one too many"),
    "weight decay": ("fit", fit(CALLED, ("lr=lr)", "lr=lr, weight_decay=1e-2)")), "", "the other two lists are right"),
    "the lower height": ("auc", STEPS.format("min(y[i], y[i + 1]).item()"), "lower of its two heights", "with the left height"),
    "one where nothing is defined": ("precision_recall_f1", "def precision_recall_f1(cm):\n    p, r = (torch.where(cm.sum(d) > 0, cm.diag() / cm.sum(d), 1.0) for d in (0, 1))\n    return p, r, (2 * p * r / (p + r)).nan_to_num()", "and not 1", "5 / (5+2+1)"),
    "a window that fits exactly": ("conv_output_size", "def conv_output_size(size, k, stride=1, padding=0): return len(range(0, size + 2 * padding - k, stride))", "ends on the last pixel", "add 1 at the end"),
    "the first value of each window": ("max_pool2d", POOL.replace(".amax((2, 3))", "[..., 0, 0]"), "stand first", "That is the smallest"),
    "a hundred times the fraction": ("make_loaders", LOADERS.format("n_val = int(100 * val_fraction)\n        train, val = Subset(dataset, order[n_val:]), Subset(dataset, order[:n_val])"), "larger part", "exchanged"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_the_public_check_claims_no_other_cause(checks: ModuleType, case: str) -> None:  # noqa: F811
    item, code, words, never = SAID[case]
    outcome = checks.outcome_of(item, define(code))
    assert outcome.status == "not yet"
    assert words in outcome.advice
    assert never not in outcome.advice
