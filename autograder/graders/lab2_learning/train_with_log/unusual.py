"""Unusual right answers for `train_with_log`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import sys

import torch


def as_in_tutorials(model, train_loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    log = []
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = loss_fn(output, target)
        loss.backward()
        optimizer.step()
        if batch_idx % log_interval == 0:
            seen = batch_idx * train_loader.batch_size
            print(
                f"Train Epoch: {epoch} [{seen}/{len(train_loader.dataset)} ({100.0 * batch_idx / len(train_loader):.0f}%)]\tLoss: {loss.item():.6f}"
            )
            log.append((seen, loss.item()))
    return log


def counted_down_to_the_next_report(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.to(device).train(True)
    log, images, wait, n = [], 0, 0, len(loader.dataset)
    for batch in loader:
        x, y = (part.to(device) for part in batch)
        loss = loss_fn(model(x), y)
        loss.backward()
        if not wait:
            log += [[images, float(loss)]]
            print(epoch, images, f"{images / n:.3f}", f"{loss:.3g}", sep=" / ")
            wait = log_interval
        optimizer.step()
        optimizer.zero_grad()
        images, wait = images + y.numel(), wait - 1
    return log


def written_to_standard_output(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    log, seen = [], 0
    for i, (x, y) in enumerate(loader, start=1):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if (i - 1) % log_interval == 0:
            log.append((seen, loss.detach().cpu().numpy().item()))
            share = int(100 * seen / len(loader.dataset))
            sys.stdout.write(f"[epoch {epoch:03d}] {seen:,} images, {share} percent: {log[-1][1]:.2e}\n")
        seen += x.shape[0]
    return log


def all_losses_kept(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # the list is a slice of what was kept of every batch
    model.train()
    kept, seen = [], 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        kept.append((seen, loss.item()))
        seen += len(y)
    for images, loss in kept[::log_interval]:
        print(f"Epoch {epoch}: {images} of {seen} images ({images / seen:.2%}), loss = {loss}")
        print(f"In short, epoch {epoch}, {images} images, {images / seen:.0%}: about {loss:.1f}")
    return kept[::log_interval]


def with_this_batch_in_the_line(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    # the line says how far the training has come with this batch
    model.train()
    log, done = [], 0
    print(f"Epoch {epoch} begins.")
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        before, done = done, done + len(x)
        if i % log_interval == 0:
            log.append((before, loss.item()))
            print(
                f"{epoch=} {done}/{len(loader.dataset)} {100 * done / len(loader.dataset):.1f}% loss={loss.item()}"
            )
    print("done")
    return log


def several_lists_zipped(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    counts, losses, sizes = [], [], [0]
    for i, (x, y) in enumerate(loader):
        with torch.enable_grad():
            loss = loss_fn(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i in range(0, len(loader), log_interval):
            counts.append(sum(sizes))
            losses.append(loss.item())
            print(
                f"Epoche {epoch}, Bilder {counts[-1]}, Anteil {sum(sizes) / len(loader.dataset):.3f}, Verlust {losses[-1]:.3f}".replace(
                    ".", ","
                )
            )
        sizes.append(len(x))
    return list(zip(counts, losses))
