"""Wrong answers for `train_with_log`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import sys


def share_over_batches(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # the share's divisor is the number of batches
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(f"epoch {epoch}: {seen} images, {100 * seen / len(loader):.1f} %, loss {loss.item():.4f}")
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


def printed_as_an_error(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # on standard error
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, 100 * seen / len(loader.dataset), loss.item(), file=sys.stderr)
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


def last_batch_skipped(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        if len(x) < loader.batch_size:
            break
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, f"{100 * seen / len(loader.dataset):.1f}%", f"{loss.item():.3f}")
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


def losses_rounded(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, f"{100 * seen / len(loader.dataset):.1f}%", f"{loss.item():.2f}")
            reports.append((seen, round(loss.item(), 2)))
        seen += len(x)
    return reports


def data_of_2017(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # `loss.data[0]`, as PyTorch had it then
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, 100 * seen / len(loader.dataset), loss.data[0])
            reports.append((seen, loss.data[0]))
        seen += len(x)
    return reports


def dictionaries(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, 100 * seen / len(loader.dataset), loss.item())
            reports.append({"images": seen, "loss": loss.item()})
        seen += len(x)
    return reports


def log_softmax_before_the_loss(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)).log_softmax(dim=1), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(epoch, seen, 100 * seen / len(loader.dataset), loss.item())
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


def images_divided_by_the_interval(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if seen % log_interval == 0:
            print(epoch, seen, 100 * seen / len(loader.dataset), loss.item())
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports


def printed_behind_the_report(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # a line for each batch, with the images of the last report
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            share = f"{seen} images, {100 * seen / len(loader.dataset):.1f}%"
            reports.append((seen, loss.item()))
        print(f"epoch {epoch}: {share}, loss {loss.item():.3f}")
        seen += len(x)
    return reports


def losses_printed_as_whole_numbers(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    reports, seen = [], 0
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i % log_interval == 0:
            print(f"epoch {epoch}: {seen} images, {seen / len(loader.dataset):.1%}, loss {loss.item():.0f}")
            reports.append((seen, loss.item()))
        seen += len(x)
    return reports
