"""A right answer to `train_with_log`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of


def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            share = 100 * seen / len(loader.dataset)
            print(f"epoch {epoch}, {seen} images ({share:.1f} %), loss {loss.item():.4f}")
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


instead = changes_of(train_with_log)
