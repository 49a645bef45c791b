"""Wrong answers for `evaluate`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

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


def argmax_along_the_batch(model, loader, criterion, device="cpu"):
    # argmax over the batch (shape mismatch)
    mode = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for images, targets in loader:
            images, targets = images.to(device), targets.to(device)
            logits = model(images)
            total += criterion(logits, targets).item() * targets.size(0)
            correct += (logits.argmax(dim=0) == targets).sum().item()
            samples += targets.size(0)
    model.train(mode)
    return total / samples, correct / samples


def device_forgotten(model, loader, criterion, device="cpu"):
    # batches not moved to device
    mode = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for images, targets in loader:
            logits = model(images)
            total += criterion(logits, targets).item() * len(targets)
            correct += (logits.argmax(1) == targets).sum().item()
            samples += len(targets)
    model.train(mode)
    return total / samples, correct / samples


def training_loop_copied(model, loader, criterion, device="cpu"):
    # evaluation trains the model (copied training loop)
    mode = model.training
    model.eval()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    total, correct, samples = 0.0, 0, 0
    for images, targets in loader:
        images, targets = images.to(device), targets.to(device)
        optimizer.zero_grad()
        logits = model(images)
        loss = criterion(logits, targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(targets)
        correct += (logits.argmax(1) == targets).sum().item()
        samples += len(targets)
    model.train(mode)
    return total / samples, correct / samples


def backward_left_in(model, loader, criterion, device="cpu"):
    # backward in evaluation
    mode = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    for images, targets in loader:
        images, targets = images.to(device), targets.to(device)
        logits = model(images)
        loss = criterion(logits, targets)
        loss.backward()
        total += loss.item() * len(targets)
        correct += (logits.argmax(1) == targets).sum().item()
        samples += len(targets)
    model.train(mode)
    return total / samples, correct / samples


def column_compared_with_row(model, loader, criterion, device="cpu"):
    # keepdim: comparison broadcasts to (N, N)
    mode = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for images, targets in loader:
            images, targets = images.to(device), targets.to(device)
            logits = model(images)
            total += criterion(logits, targets).item() * len(targets)
            pred = logits.argmax(dim=1, keepdim=True)
            correct += (pred == targets).sum().item()
            samples += len(targets)
    model.train(mode)
    return total / samples, correct / samples


def no_grad_without_parentheses(model, loader, criterion, device="cpu"):
    # no_grad without parentheses
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad:
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / n, hits / n


def both_rounded(model, loader, criterion, device="cpu"):
    # rounded
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return round(loss_total / n, 3), round(hits / n, 3)


def hits_by_full_batches(model, loader, criterion, device="cpu"):
    # accuracy over len(loader) * batch_size
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / n, hits / (len(loader) * loader.batch_size)


def all_instead_of_sum(model, loader, criterion, device="cpu"):
    # all() instead of sum()
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += int((scores.argmax(dim=1) == y).all())
            n += y.size(0)
    model.train(before)
    return loss_total / n, hits / n


def second_best_counts(model, loader, criterion, device="cpu"):
    # top-2 accuracy
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.topk(2, dim=1).indices == y[:, None]).any(dim=1).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / n, hits / n


def accuracy_formatted(model, loader, criterion, device="cpu"):
    # accuracy as a string
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / n, f"{100 * hits / n:.1f}%"


def squeezed_outputs(model, loader, criterion, device="cpu"):
    # squeeze: a last batch of one crashes
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x).squeeze()
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / n, hits / n


def ten_thousand_written_in(model, loader, criterion, device="cpu"):
    # 10000 hard-coded
    before = model.training
    model.eval()
    loss_total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            scores = model(x)
            loss_total += criterion(scores, y).item() * y.size(0)
            hits += (scores.argmax(dim=1) == y).sum().item()
            n += y.size(0)
    model.train(before)
    return loss_total / 10000, hits / 10000
