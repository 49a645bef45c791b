"""Hold unusual right answers for `train_one_epoch`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def gradients_cleared_at_the_end(model, loader, criterion, optimizer, device="cpu"):
    # `zero_grad` comes after the step
    model.train()
    loss_sum = 0.0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss_sum += loss.item() * images.size(0)
    return loss_sum / len(loader.dataset)


def gradients_filled_with_zeros(model, loader, criterion, optimizer, device="cpu"):
    # gradients become zeros instead of None, between the forward and the backward pass
    model.to(device).train(True)
    loss_sum, seen = 0.0, 0
    for batch in loader:
        images, labels = (part.to(device) for part in batch)
        loss = criterion(model(images), labels)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        loss_sum, seen = loss_sum + float(loss) * len(images), seen + len(images)
    return loss_sum / seen


def gradients_cleared_by_the_model(model, loader, criterion, optimizer, device="cpu"):
    # the model clears the gradients, not the optimizer
    model.train()
    losses = []
    for images, labels in loader:
        model.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        losses.extend([loss.detach().item()] * len(labels))
    return sum(losses) / len(losses)


def gradients_removed_by_hand(model, loader, criterion, optimizer, device="cpu"):
    # a loop sets every parameter's gradient to None
    model.train()
    loss_sum = torch.zeros((), dtype=torch.float64)
    for images, labels in loader:
        for parameter in model.parameters():
            parameter.grad = None
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach().cpu().double() * labels.numel()
    return (loss_sum / len(loader.dataset)).item()


def step_with_a_closure(model, loader, criterion, optimizer, device="cpu"):
    # the optimizer's step runs forward and backward pass itself, from a closure
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)

        def closure(images=images, labels=labels):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            return loss

        loss_sum += optimizer.step(closure).item() * len(labels)
        count += len(labels)
    return loss_sum / count


def gradients_from_autograd_grad(model, loader, criterion, optimizer, device="cpu"):
    # `torch.autograd.grad` returns the gradients, and a loop puts them into place
    model.train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    loss_sum, count = 0.0, 0
    for images, labels in loader:
        loss = criterion(model(images.to(device)), labels.to(device))
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        count += len(labels)
    return loss_sum / count


def running_mean(model, loader, criterion, optimizer, device="cpu"):
    # the mean is brought up to date with every batch, and there is no sum
    model.train()
    mean, seen = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        seen += len(labels)
        mean += (loss.item() - mean) * len(labels) / seen
    return mean


def exact_sum(model, loader, criterion, optimizer, device="cpu"):
    # `math.fsum` adds up what a list collected
    model.train()
    weighted, sizes = [], []
    for _, (images, labels) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        weighted.append(loss.item() * labels.shape[0])
        sizes.append(labels.shape[0])
    return math.fsum(weighted) / sum(sizes)


def average_from_numpy(model, loader, criterion, optimizer, device="cpu"):
    # NumPy weights the batch losses, so the result is a NumPy number
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().cpu().numpy())
        sizes.append(len(images))
    return np.average(np.array(losses), weights=sizes)


def tensor_without_dimensions(model, loader, criterion, optimizer, device="cpu"):
    # the result is a detached 0-d tensor
    model.train()
    loss_sum = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        loss_sum = loss_sum + loss.detach() * len(labels)
    return loss_sum / len(loader.dataset)


def iterator_by_hand(model, loader, criterion, optimizer, device="cpu"):
    # `iter`, `next` and `while` replace the for loop
    model.train()
    batches, loss_sum, count = iter(loader), 0.0, 0
    while (batch := next(batches, None)) is not None:
        optimizer.zero_grad()
        loss = criterion(model(batch[0].to(device)), batch[1].to(device))
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(batch[1])
        count += len(batch[1])
    return loss_sum / count


def all_batches_loaded_first(model, loader, criterion, optimizer, device="cpu"):
    # the loader is read out into a list before training begins
    model.train()
    batches = [(images.to(device), labels.to(device)) for images, labels in loader]
    loss_sum = 0.0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)
    return loss_sum / sum(len(labels) for _, labels in batches)


def samples_counted_beforehand(model, loader, criterion, optimizer, device="cpu"):
    # the loader is read once more, to count the samples
    count = sum(len(labels) for _, labels in loader)
    model.train()
    loss_sum = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels) / count
    return loss_sum


def one_batch_at_a_time_in_a_helper(model, loader, criterion, optimizer, device="cpu"):
    # a helper trains on one batch, and a generator expression drives it
    def train_on(images, labels):
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        return loss.item() * len(labels)

    model.train()
    return sum(train_on(*batch) for batch in loader) / len(loader.dataset)


def modes_set_one_by_one(model, loader, criterion, optimizer, device="cpu"):
    # every module is switched by hand, and the model is left in evaluation mode
    for module in model.modules():
        module.training = True
    loss_sum, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        count += len(labels)
    model.eval()
    return loss_sum / count


def gradients_switched_on_and_progress_printed(model, loader, criterion, optimizer, device="cpu"):
    # gradients are switched on explicitly, and every batch prints a line
    model.train()
    loss_sum, count = 0.0, 0
    for i, (images, labels) in enumerate(loader, start=1):
        with torch.enable_grad():
            loss = criterion(model(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        count += len(labels)
        print(f"batch {i}/{len(loader)}: loss {loss.item():.4f}")
    return loss_sum / count


def values_looked_at_on_the_way(model, loader, criterion, optimizer, device="cpu"):
    # numbers, assertions and NumPy between the lines
    model.train()
    losses, weights = [], []
    for step, (images, labels) in enumerate(loader):
        images, labels = images.to(device), labels.to(device)
        assert torch.isfinite(images).all(), step
        print(f"step {step}: mean {images.mean().item():.3f}, classes {sorted(set(labels.tolist()))}")
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().cpu().numpy())
        weights.append(len(labels))
    return float(np.average(losses, weights=weights))


def sum_kept_on_the_cpu(model, loader, criterion, optimizer, device="cpu"):
    # the batches go to the device, the numbers stay here
    model.train()
    loss_sum = torch.zeros(())
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach().cpu() * len(labels)
    return loss_sum.item() / len(loader.dataset)


def loss_on_the_cpu(model, loader, criterion, optimizer, device="cpu"):
    # the outputs come back before the loss
    model.train()
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)).cpu(), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)
