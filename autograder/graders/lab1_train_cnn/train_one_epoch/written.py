"""A right answer to `train_one_epoch`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of


def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


instead = changes_of(train_one_epoch)
