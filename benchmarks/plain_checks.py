"""The checks of lab 1 as plain asserts that run in the student's own process, for autograders that work so.

As near as possible to the hidden graders: the same functions on inputs of the same kinds, as many calls, the same trainings. What
differs is named in `DIFFERENCES`.
"""

from __future__ import annotations

DIFFERENCES = (
    "plain asserts stop at an item's first wrong fact; there is no partial credit, no diagnosis and no stand-in; weights after "
    "training steps are compared with PyTorch's own steps in the same process; the from-scratch rule is not checked"
)

COMMON = """
def _close(a, b, tol=1e-4):
    a, b = torch.as_tensor(a), torch.as_tensor(b)
    assert a.shape == b.shape, (a.shape, b.shape)
    assert torch.allclose(a.double(), b.double(), rtol=tol, atol=1e-5), (a, b)
def _n(*shape, dtype=torch.float32):
    return torch.randn(*shape, dtype=dtype)
def _mlp(norm=True):
    return nn.Sequential(nn.Linear(6, 9), *([nn.BatchNorm1d(9)] if norm else []), nn.ReLU(), nn.Dropout(0.3 if norm else 0.0), nn.Linear(9, 4))
def _batches(n=23, batch=5):
    return DataLoader(TensorDataset(_n(n, 6), torch.randint(0, 4, (n,))), batch_size=batch)
"""

_TRAIN = """
def _accuracy_after(images, labels, test_images, test_labels, epochs):
    train_loader, val_loader = make_loaders(TensorDataset(images, labels))
    network = CNN()
    fit(network, train_loader, val_loader, epochs, 0.001)
    network.eval()
    with torch.no_grad():
        right = sum(int((network(x).argmax(1) == y).sum()) for x, y in zip(test_images.split(1000), test_labels.split(1000)))
    return right / len(test_labels)
def _made_up(train, test):
    templates = F.interpolate(_n(10, 1, 7, 7), size=(28, 28), mode="bicubic", align_corners=False)[:, 0]
    low, high = templates.amin((1, 2), keepdim=True), templates.amax((1, 2), keepdim=True)
    templates = (templates - low) / (high - low)
    labels = torch.randint(0, 10, (train + test,))
    shifts = torch.randint(-2, 3, (train + test, 2))
    images = torch.stack([torch.roll(templates[y], (int(a), int(b)), (0, 1)) for y, (a, b) in zip(labels, shifts)])
    images = (images + 0.25 * _n(train + test, 28, 28)).clamp(0, 1)[:, None]
    return images[:train], labels[:train], images[train:], labels[train:]
import os

import torchvision
_a, _b, _c, _d = _made_up(256, 64)
_accuracy_after(_a, _b, _c, _d, 1)
assert _accuracy_after(*_made_up(1500, 400), 3) >= 0.70
_train = torchvision.datasets.MNIST(os.environ["MNIST_ROOT"], train=True)
_test = torchvision.datasets.MNIST(os.environ["MNIST_ROOT"], train=False)
assert _accuracy_after(_train.data[:{images}, None].float() / 255, _train.targets[:{images}],
                       _test.data[:, None].float() / 255, _test.targets, {epochs}) >= {threshold}
"""

_CHECKS = {
    "conv_output_size": """
for size, k, s, p in ((23, 4, 1, 0), (7, 3, 1, 1), (28, 6, 1, 2), (31, 4, 3, 0), (11, 2, 2, 3), (8, 3, 2, 0), (10, 4, 4, 0), (18, 2, 3, 0), (17, 5, 1, 2)):
    got = conv_output_size(size, k, s, p)
    assert isinstance(got, int) and got == (size + 2 * p - k) // s + 1
assert conv_output_size(19, 5) == 15 and conv_output_size(19, kernel_size=4, stride=3) == 6
""",
    "conv2d": """
for x, w, b, s, p in (
    (_n(2, 3, 6, 8), _n(4, 3, 3, 2), None, 1, 0), (_n(2, 3, 7, 9), _n(4, 3, 3, 2), None, 1, 0), (_n(1, 2, 5, 6), _n(3, 2, 2, 4), None, 1, 0),
    (_n(2, 3, 6, 7), _n(5, 3, 2, 3), _n(5), 1, 0), (_n(1, 2, 5, 8), _n(3, 2, 3, 2), _n(3), 1, 1), (_n(2, 3, 9, 11), _n(4, 3, 3, 2), None, 2, 0),
    (_n(1, 2, 10, 13), _n(3, 2, 2, 3), _n(3), 3, 0), (_n(2, 3, 6, 7), _n(4, 3, 3, 2), None, 1, 2), (_n(3, 1, 5, 8), _n(2, 1, 4, 3), _n(2), 1, 1),
    (_n(2, 3, 8, 9), _n(5, 3, 3, 4), _n(5), 2, 1), (_n(2, 3, 6, 7, dtype=torch.float64), _n(4, 3, 3, 2, dtype=torch.float64), None, 1, 0),
    (_n(2, 8, 6, 3).permute(0, 3, 1, 2), _n(2, 3, 4, 5).transpose(2, 3), _n(4)[::2], 1, 1), (_n(3, 4, 5, 2), _n(2, 4, 1, 1), None, 1, 0),
):
    kept = x.clone()
    got = conv2d(x, w, b, s, p)
    assert got.dtype == x.dtype
    _close(got, F.conv2d(x, w, b, s, p))
    assert torch.equal(x, kept)
""",
    "max_pool2d": """
for x, k, s in ((_n(2, 3, 6, 8), 2, None), (_n(1, 2, 9, 6) - 40, 3, None), (_n(2, 3, 7, 9), 3, 2), (_n(1, 2, 8, 11), 2, 3), (_n(2, 1, 6, 7), 3, 1),
                (_n(1, 3, 12, 8), 4, None), (_n(2, 3, 7, 9), 2, None), (_n(1, 2, 11, 10, dtype=torch.float64), 4, 3), (_n(2, 9, 7, 3).permute(0, 3, 2, 1), 2, None)):
    kept = x.clone()
    _close(max_pool2d(x, k, s), F.max_pool2d(x, k, s))
    assert torch.equal(x, kept)
""",
    "relu": """
for x in (_n(3, 5), _n(4, 7), _n(2, 3, 4, 5) * 100, _n(11) * 1e-3, _n(5, 6), _n(3, 8, dtype=torch.float64).t()[1:]):
    kept = x.clone()
    _close(relu(x), F.relu(x))
    assert torch.equal(x, kept)
""",
    "CNN": """
torch.manual_seed(3)
net = CNN()
layers = [p for p in net.parameters() if p.dim() > 1], [p for p in net.parameters() if p.dim() == 1]
def _forward(x):
    (c1, c2, c3, w), (b1, b2, b3, b) = layers
    x = F.max_pool2d(F.relu(F.conv2d(x, c1, b1, padding=1)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, c2, b2, padding=1)), 2)
    return F.linear(F.relu(F.conv2d(x, c3, b3, padding=1)).flatten(1), w, b)
for mode in (True, False):
    net.train(mode)
    for n in (4, 1):
        x = torch.rand(n, 1, 28, 28)
        assert net(x).shape == (n, 10)
        _close(net(x), _forward(x))
F.cross_entropy(net(torch.rand(4, 1, 28, 28)), torch.tensor([1, 2, 3, 4])).backward()
assert all(p.grad is not None for p in net.parameters())
assert sum(p.numel() for p in net.parameters()) == 21578
""",
    "count_parameters": """
for net in (nn.Linear(3, 2), nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3, bias=False)), nn.Sequential(nn.Conv2d(2, 6, 3), nn.BatchNorm2d(6), nn.Conv2d(6, 5, (3, 2))),
            nn.Sequential(nn.ReLU(), nn.PReLU(7)), nn.Sequential(nn.Sequential(nn.Linear(4, 5)), nn.LayerNorm(2))):
    assert count_parameters(net) == sum(p.numel() for p in net.parameters())
net[0].requires_grad_(False)
assert count_parameters(net) == 4
""",
    "make_loaders": """
for n, fraction, size, seed in ((53, 0.3, 7, 1), (53, 0.3, 7, 2), (100, 0.2, 64, 0)):
    data = TensorDataset(torch.arange(n)[:, None].float(), torch.arange(n))
    def _served(**kwargs):
        train, val = make_loaders(data, batch_size=size, val_fraction=fraction, **kwargs)
        return train, val, [int(i) for _, y in train for i in y], [int(i) for _, y in val for i in y]
    train, val, a, b = _served(seed=seed)
    assert not set(a) & set(b) and sorted(a + b) == list(range(n))
    assert abs(len(b) - n * fraction) <= 1
    assert [len(y) for _, y in val][:-1] == [size] * (len(val) - 1)
    torch.manual_seed(99)
    assert set(_served(seed=seed)[3]) == set(b) and set(_served(seed=seed + 5)[3]) != set(b)
    assert [int(i) for _, y in train for i in y] != a or n < 3
    assert [int(i) for _, y in val for i in y] == b
""",
    "train_one_epoch": """
import copy
for criterion in (nn.CrossEntropyLoss(), nn.MultiMarginLoss()):
    for norm in (True, False):
        for make in (lambda p: torch.optim.SGD(p, 0.1), lambda p: torch.optim.Adam(p, 0.01)):
            mine, loader = _mlp(norm), _batches()
            theirs = copy.deepcopy(mine)
            mine.eval()
            torch.manual_seed(5)
            loss = train_one_epoch(mine, loader, criterion, make(mine.parameters()))
            torch.manual_seed(5)
            theirs.train()
            optimizer, total, seen = make(theirs.parameters()), 0.0, 0
            for x, y in loader:
                optimizer.zero_grad()
                step = criterion(theirs(x), y)
                step.backward()
                optimizer.step()
                total, seen = total + step.item() * len(y), seen + len(y)
            _close(loss, total / seen)
            for a, b in zip(mine.state_dict().values(), theirs.state_dict().values()):
                _close(a, b)
""",
    "evaluate": """
import copy
for criterion in (nn.CrossEntropyLoss(), nn.MultiMarginLoss()):
    for training in (True, False):
        for n, batch in ((23, 5), (19, 16)):
            net, loader = _mlp().train(training), _batches(n, batch)
            before = copy.deepcopy(net.state_dict())
            loss, share = evaluate(net, loader, criterion)
            assert net.training == training and torch.is_grad_enabled()
            assert all(torch.equal(a, b) for a, b in zip(before.values(), net.state_dict().values()))
            net.eval()
            with torch.no_grad():
                pairs = [(net(x), y) for x, y in loader]
            _close(loss, sum(criterion(z, y).item() * len(y) for z, y in pairs) / n)
            _close(share, sum(int((z.argmax(1) == y).sum()) for z, y in pairs) / n)
""",
    "fit": """
import copy
for epochs, lr in ((6, 0.05), (12, 0.05), (1, 0.3), (3, 0.002)):
    mine, train, val = _mlp(False), _batches(), _batches(13)
    theirs = copy.deepcopy(mine)
    history = fit(mine, train, val, epochs, lr)
    optimizer, criterion = torch.optim.Adam(theirs.parameters(), lr), nn.CrossEntropyLoss()
    for epoch in range(epochs):
        total = 0.0
        theirs.train()
        for x, y in train:
            optimizer.zero_grad()
            step = criterion(theirs(x), y)
            step.backward()
            optimizer.step()
            total += step.item() * len(y)
        theirs.eval()
        with torch.no_grad():
            pairs = [(theirs(x), y) for x, y in val]
        _close(history["train_loss"][epoch], total / 23)
        _close(history["val_loss"][epoch], sum(criterion(z, y).item() * len(y) for z, y in pairs) / 13)
        _close(history["val_accuracy"][epoch], sum(int((z.argmax(1) == y).sum()) for z, y in pairs) / 13)
    for a, b in zip(mine.parameters(), theirs.parameters()):
        _close(a, b, 1e-3)
""",
    "trained_accuracy": _TRAIN,
    "softmax": """
for z, d in ((_n(4, 4), -1), (2 * _n(5, 5), -1), (2 * _n(4, 7), -1), (3 * _n(2, 3, 5), -1), (_n(6), -1), (_n(1, 4) + 3, -1), (2 * _n(4, 6), 0), (2 * _n(2, 5, 3), 1),
             (2 * _n(3, 2, 4, 5), -3), (1000 * _n(3, 4), -1), (_n(6, 3, dtype=torch.float64) - 900, 0), (_n(5, 8).t()[1:], 0)):
    _close(softmax(z, d), F.softmax(z, d))
""",
    "log_softmax": """
for z, d in ((_n(4, 4), -1), (2 * _n(5, 5), -1), (2 * _n(4, 7), -1), (2 * _n(2, 4, 3), -1), (2 * _n(5, 3), 0), (2 * _n(2, 5, 3), 1), (_n(6) + 2, -1), (1000 * _n(3, 4), -1),
             (_n(6, 3, dtype=torch.float64) - 900, 0)):
    _close(log_softmax(z, d), F.log_softmax(z, d))
""",
    "cross_entropy": """
for n, k, scale in ((5, 4, 1), (7, 4, 2), (1, 6, 1), (9, 3, 2), (4, 7, 500), (8, 5, 900)):
    z, y = scale * _n(n, k), torch.randint(0, k, (n,))
    got = cross_entropy(z, y)
    assert got.shape == ()
    _close(got, F.cross_entropy(z, y))
""",
    "predict": """
for training in (True, False):
    for n in (12, 1, 7):
        net, x = _mlp().train(training), _n(n, 6)
        labels, sure = predict(net, x)
        assert net.training == training and not sure.requires_grad
        net.eval()
        with torch.no_grad():
            right = F.softmax(net(x), 1).max(1)
        _close(sure, right.values)
        assert torch.equal(labels.long(), right.indices)
""",
    "accuracy": """
for n, k in ((6, 4), (9, 3), (31, 5), (8, 8), (40, 2)):
    z, y = _n(n, k), torch.randint(0, k, (n,))
    assert abs(float(accuracy(z, y)) - float((z.argmax(1) == y).float().mean())) < 1e-6
    assert float(accuracy(z, z.argmax(1))) == 1.0
""",
    "confusion_matrix": """
for n, k in ((9, 4), (31, 3), (12, 7), (640, 2), (1300, 3), (50, 6)):
    p, y = torch.randint(0, k, (n,)), torch.randint(0, k, (n,))
    right = torch.zeros(k, k, dtype=torch.int64)
    right.index_put_((y, p), torch.ones(n, dtype=torch.int64), accumulate=True)
    assert torch.equal(confusion_matrix(p, y, k).long(), right)
""",
    "precision_recall_f1": """
for k in (4, 5, 3, 6):
    cm = torch.randint(0, 20, (k, k))
    cm[:, 1] = 0
    hits, wanted, given = cm.diag().double(), cm.sum(1).double(), cm.sum(0).double()
    right = hits / given.clamp(min=1), hits / wanted.clamp(min=1), 2 * hits / (given + wanted).clamp(min=1)
    for got, each in zip(precision_recall_f1(cm), right):
        _close(got, each)
""",
    "roc_curve": """
for n, levels in ((12, 0), (17, 0), (30, 0), (22, 0), (25, 4), (40, 7)):
    s = torch.randint(0, levels, (n,)).float() if levels else _n(n)
    y = torch.randint(0, 2, (n,))
    y[:2] = torch.tensor([0, 1])
    fpr, tpr, thresholds = roc_curve(s, y)
    steps = [torch.inf, *sorted(set(s.tolist()), reverse=True)]
    _close(fpr, torch.tensor([float((s[y == 0] >= c).float().mean()) for c in steps]))
    _close(tpr, torch.tensor([float((s[y == 1] >= c).float().mean()) for c in steps]))
""",
    "auc": """
for n in (6, 9, 14, 8, 11):
    x, y = torch.rand(n, dtype=torch.float64).sort().values, torch.rand(n, dtype=torch.float64)
    assert abs(float(auc(x, y)) - float(torch.trapezoid(y, x))) < 1e-6
assert float(auc(torch.tensor([0.0, 0.25, 1.0]), torch.tensor([0.0, 0.75, 1.0]))) == 0.75
""",
}


def checks(item: str, images: int, epochs: int, threshold: float) -> str:
    """Return the code that checks an item in the namespace of the student's notebook."""
    code = _CHECKS[item]
    if item == "trained_accuracy":
        for name, value in (("images", images), ("epochs", epochs), ("threshold", threshold)):
            code = code.replace(f"{{{name}}}", str(value))
    return f"{COMMON}{code}".strip() + "\n"
