"""Wrong answers for `knn_accuracy`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def library_call(train_x, train_y, test_x, test_y, k):
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(k).fit(train_x.numpy(), train_y.numpy()).score(test_x.numpy(), test_y.numpy())


def mode_of_the_labels(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    return (train_y[near].mode(1).values == test_y).float().mean().item()


def counts_of_each_class(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    votes = torch.stack([torch.bincount(row).argmax() for row in train_y[near]])
    return float((votes == test_y).float().mean())


def weighted_by_distance(train_x, train_y, test_x, test_y, k):
    apart, near = torch.cdist(test_x, train_x).topk(k, largest=False)
    scores = torch.zeros(len(test_x), int(train_y.max()) + 1, dtype=apart.dtype)
    scores.scatter_add_(1, train_y[near], 1 / apart)
    return float((scores.argmax(1) == test_y).float().mean())


def class_centres(train_x, train_y, test_x, test_y, k):
    names = train_y.unique()
    centres = torch.stack([train_x[train_y == each].mean(0) for each in names])
    return float((names[torch.cdist(test_x, centres).argmin(1)] == test_y).float().mean())


def one_neighbour_less(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(max(k - 1, 1), largest=False).indices
    votes = torch.tensor([max(row, key=row.count) for row in train_y[near].tolist()])
    return float((votes == test_y).float().mean())


def ties_count_as_wrong(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    right = 0
    for row, true in zip(train_y[near].tolist(), test_y.tolist(), strict=True):
        right += all(row.count(true) > row.count(each) for each in set(row) - {true}) and true in row
    return right / len(test_y)


def ties_count_as_right(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    right = 0
    for row, true in zip(train_y[near].tolist(), test_y.tolist(), strict=True):
        right += true in row and row.count(true) == max(map(row.count, row))
    return right / len(test_y)


def votes_returned(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    return torch.tensor([max(row, key=row.count) for row in train_y[near].tolist()])


def largest_cosine(train_x, train_y, test_x, test_y, k):
    a, b = (each / each.norm(dim=1, keepdim=True) for each in (test_x, train_x))
    near = (a @ b.T).topk(k).indices
    votes = torch.tensor([max(row, key=row.count) for row in train_y[near].tolist()])
    return float((votes == test_y).float().mean())


def rounded(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    votes = torch.tensor([max(row, key=row.count) for row in train_y[near].tolist()])
    return round(float((votes == test_y).float().mean()), 1)


def classes_of_the_test_samples_only(train_x, train_y, test_x, test_y, k):
    near = train_y[torch.cdist(test_x, train_x).topk(k, largest=False).indices].tolist()
    rows = [[each for each in row if each in test_y.tolist()] or [-1] for row in near]
    votes = torch.tensor([max(row, key=row.count) for row in rows])
    return float((votes == test_y).float().mean())


def votes_by_rank(train_x, train_y, test_x, test_y, k):
    near = train_y[torch.cdist(test_x, train_x).topk(k, largest=False).indices].tolist()
    votes = [max(row, key=lambda c: sum(1 / (i + 1) for i in range(k) if row[i] == c)) for row in near]
    return float((torch.tensor(votes) == test_y).float().mean())


def assigned_in_place_of_added(train_x, train_y, test_x, test_y, k):
    near = train_y[torch.cdist(test_x, train_x).topk(k, largest=False).indices].tolist()
    for row, true in zip(near, test_y.tolist(), strict=True):
        right = int(max(row, key=row.count) == true)
    return right / len(test_y)
