"""Wrong answers for `evaluate`, in the style of students: each must lose the item."""

import torch


def stays_in_training_mode(model, loader, criterion, device="cpu"):
    # eval() is missing
    loss_sum, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += criterion(outputs, labels.to(device)).item() * images.shape[0]
            hits += (outputs.max(1)[1] == labels).sum().item()
            n += images.shape[0]
    return loss_sum / n, hits / n


def never_back_to_training(model, loader, criterion, device="cpu"):
    # the mode is not restored
    model.eval()
    losses, hits, n = [], 0, 0
    with torch.inference_mode():
        for images, labels in loader:
            outputs = model(images.to(device))
            losses += [criterion(outputs, labels.to(device)).item()] * len(labels)
            hits += int((outputs.argmax(-1) == labels).sum())
            n += len(labels)
    return sum(losses) / n, hits / n


def always_back_to_training(model, loader, criterion, device="cpu"):
    # train() at the end, whatever was before
    model.eval()
    loss_sum, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += criterion(outputs, labels.to(device)).item() * len(labels)
            hits += (outputs.argmax(1) == labels).sum().item()
            n += len(labels)
    model.train()
    return loss_sum / n, hits / n


def graph_on(model, loader, criterion, device="cpu"):
    # no no_grad
    before = model.training
    model.eval()
    loss_sum, hits, n = 0.0, 0, 0
    for images, labels in loader:
        outputs = model(images.to(device))
        loss_sum += criterion(outputs, labels.to(device)).item() * len(labels)
        hits += (outputs.argmax(1) == labels).sum().item()
        n += len(labels)
    model.train(before)
    return loss_sum / n, hits / n


def percentages(model, loader, criterion, device="cpu"):
    # accuracy in percent
    before = model.training
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += criterion(outputs, labels.to(device)).item() * len(labels)
            hits += (outputs.argmax(1) == labels).sum().item()
    model.train(before)
    return loss_sum / len(loader.dataset), 100 * hits / len(loader.dataset)


def means_of_means(model, loader, criterion, device="cpu"):
    # both averaged over batches
    before = model.training
    model.eval()
    losses, accuracies = [], []
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            losses.append(criterion(outputs, labels.to(device)).item())
            accuracies.append((outputs.argmax(1) == labels).double().mean().item())
    model.train(before)
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


def accuracy_first(model, loader, criterion, device="cpu"):
    # the pair is turned round
    before = model.training
    model.eval()
    loss_sum, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += criterion(outputs, labels.to(device)).item() * len(labels)
            hits += (outputs.argmax(1) == labels).sum().item()
            n += len(labels)
    model.train(before)
    return hits / n, loss_sum / n


def loss_of_the_sum_over_batches(model, loader, criterion, device="cpu"):
    # loss divided by the number of samples, but not weighted
    before = model.training
    model.eval()
    loss_sum, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += criterion(outputs, labels.to(device)).item()
            hits += (outputs.argmax(1) == labels).sum().item()
            n += len(labels)
    model.train(before)
    return loss_sum / n, hits / n


def returned_in_the_loop(model, loader, criterion, device="cpu"):
    # only the first batch
    before = model.training
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss = criterion(outputs, labels.to(device)).item()
            hits = (outputs.argmax(1) == labels).float().mean().item()
            model.train(before)
            return loss, hits


def tensors_with_graph(model, loader, criterion, device="cpu"):
    # gradients on, and the loss is a tensor with a graph
    before = model.training
    model.eval()
    loss_sum, hits, n = 0, 0, 0
    for images, labels in loader:
        outputs = model(images.to(device))
        loss_sum = loss_sum + criterion(outputs, labels.to(device)) * len(labels)
        hits = hits + (outputs.argmax(1) == labels).sum()
        n += len(labels)
    model.train(before)
    return loss_sum / n, hits / n
