"""Wrong answers for `accuracy`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader


def loop_over_columns(logits, labels):
    # argmax along axis 0
    best = logits.argmax(0)
    return sum(int(a == b) for a, b in zip(best, labels)) / len(labels)


def percent(logits, labels):
    # times 100
    right = 0
    for row, label in zip(logits, labels):
        if row.argmax() == label:
            right += 1
    return right / len(labels) * 100


def only_the_count(logits, labels):
    # not divided
    return int((logits.argmax(1) == labels).sum())


def divided_by_classes(logits, labels):
    # the wrong denominator
    correct = (logits.max(1).indices == labels).sum().item()
    return correct / logits.size(1)


def integer_division(logits, labels):
    # //
    correct = (logits.max(1)[1] == labels).sum().item()
    return correct // labels.shape[0]


def compares_the_values(logits, labels):
    # [0] is the value
    return (logits.max(1)[0] == labels).float().mean().item()


def returns_a_vector(logits, labels):
    # the mean is missing
    return (logits.argmax(1) == labels).float()


def two_digits(logits, labels):
    # rounded
    return round(int((logits.argmax(1) == labels).sum()) / len(labels), 2)


def three_digits(logits, labels):
    # rounded by format
    return float(f"{(logits.argmax(1) == labels).sum().item() / len(labels):.3f}")


def probabilities_over_a_half(logits, labels):
    # a threshold ties the classes
    guesses = (1 / (1 + (-logits).exp()) > 0.5).int().argmax(1)
    return (guesses == labels).float().mean().item()


def from_the_second(logits, labels):
    # range(1, n)
    right = 0
    for i in range(1, len(labels)):
        if logits[i].argmax() == labels[i]:
            right += 1
    return right / len(labels)


def up_to_the_last_but_one(logits, labels):
    # range(n - 1)
    right = sum(int(logits[i].argmax() == labels[i]) for i in range(len(labels) - 1))
    return right / len(labels)


def one_too_many_below(logits, labels):
    # n + 1 in the denominator
    right = (logits.argmax(1) == labels).sum().item()
    return right / (len(labels) - 1)
