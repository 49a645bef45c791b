"""Hold unusual right answers for `evaluate`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F


def helper_with_decorator(model, loader, criterion, device="cpu"):
    # a decorated helper switches the gradients off
    @torch.no_grad()
    def judge(images, labels):
        logits = model(images.to(device))
        labels = labels.to(device)
        return criterion(logits, labels).item() * len(labels), (logits.argmax(1) == labels).sum().item()

    was_training = model.training
    model.eval()
    loss_sums, hits = zip(*(judge(*batch) for batch in loader), strict=True)
    model.train(was_training)
    return sum(loss_sums) / len(loader.dataset), sum(hits) / len(loader.dataset)


def inference_mode(model, loader, criterion, device="cpu"):
    # `torch.inference_mode` replaces `no_grad`
    mode = model.training
    model.eval()
    loss_sum, correct, count = 0.0, 0.0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += float(criterion(logits, labels)) * len(labels)
            correct += float((logits.max(1)[1] == labels).float().sum())
            count += len(labels)
    if mode:
        model.train()
    return loss_sum / count, correct / count


def gradient_state_put_back_by_hand(model, loader, criterion, device="cpu"):
    # `set_grad_enabled` is called as a function, and `finally` puts everything back
    was_training, had_gradients = model.training, torch.is_grad_enabled()
    try:
        model.eval()
        torch.set_grad_enabled(False)
        loss_sum = correct = 0
        for images, labels in loader:
            logits = model(images.to(device))
            loss_sum += criterion(logits, labels.to(device)).item() * images.shape[0]
            correct += torch.eq(logits.argmax(-1), labels.to(device)).sum().item()
        return loss_sum / len(loader.dataset), correct / len(loader.dataset)
    finally:
        torch.set_grad_enabled(had_gradients)
        model.train(was_training)


def logits_concatenated(model, loader, criterion, device="cpu"):
    # all logits are collected, and loss and accuracy computed once, over everything
    was_training = model.training
    model.eval()
    with torch.set_grad_enabled(False):
        pairs = [(model(images.to(device)), labels.to(device)) for images, labels in loader]
        logits = torch.cat([pair[0] for pair in pairs])
        labels = torch.cat([pair[1] for pair in pairs])
        loss = criterion(logits, labels).item()
    model.train(was_training)
    return loss, (logits.argmax(dim=1) == labels).double().mean().item()


def everything_in_one_batch(model, loader, criterion, device="cpu"):
    # the batches are joined, and the network runs once
    was_training = model.training
    model.eval()
    with torch.no_grad():
        images, labels = (torch.cat(parts).to(device) for parts in zip(*loader, strict=True))
        logits = model(images)
        result = criterion(logits, labels).item(), (logits.argmax(1) == labels).sum().item() / len(labels)
    model.train(was_training)
    return result


def one_image_at_a_time(model, loader, criterion, device="cpu"):
    # the network sees batches of one
    was_training = model.training
    model.eval()
    losses, hits = [], []
    with torch.no_grad():
        for images, labels in loader:
            for image, label in zip(images.to(device), labels.to(device), strict=True):
                logits = model(image[None])
                losses.append(criterion(logits, label[None]).item())
                hits.append(logits.argmax().item() == label.item())
    model.train(was_training)
    return sum(losses) / len(losses), sum(hits) / len(hits)


def two_passes_over_the_data(model, loader, criterion, device="cpu"):
    # the loss is computed in one pass over the loader, the accuracy in another
    was_training = model.training
    model.eval()
    with torch.no_grad():
        losses = [criterion(model(x.to(device)), y.to(device)).item() * len(y) for x, y in loader]
        hits = [int((model(x.to(device)).argmax(1) == y.to(device)).sum()) for x, y in loader]
    model.train(was_training)
    return sum(losses) / len(loader.dataset), sum(hits) / len(loader.dataset)


def copy_evaluated(model, loader, criterion, device="cpu"):
    # a deep copy is evaluated, so the network itself never changes its mode
    import copy

    twin = copy.deepcopy(model).eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = twin(images.to(device)), labels.to(device)
            loss_sum += criterion(logits, labels).item() * len(labels)
            correct += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss_sum / count, correct / count


def mode_of_every_module_put_back(model, loader, criterion, device="cpu"):
    # the mode of every single module is noted and put back
    modes = [(module, module.training) for module in model.modules()]
    for module, _ in modes:
        module.training = False
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += criterion(logits, labels).item() * len(labels)
            correct += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    for module, mode in modes:
        module.training = mode
    return loss_sum / count, correct / count


def context_of_its_own(model, loader, criterion, device="cpu"):
    # a context manager written in the function looks after the mode
    class EvaluationMode:
        def __enter__(self):
            self.was_training = model.training
            model.eval()

        def __exit__(self, *details):
            model.train(self.was_training)

    loss_sum, correct, count = 0.0, 0, 0
    with EvaluationMode(), torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += criterion(logits, labels).item() * len(labels)
            correct += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss_sum / count, correct / count


def running_means(model, loader, criterion, device="cpu"):
    # both means are brought up to date with every batch
    was_training = model.training
    model.eval()
    loss, accuracy, seen = 0.0, 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            seen += len(labels)
            share = len(labels) / seen
            loss += share * (criterion(logits, labels).item() - loss)
            accuracy += share * ((logits.argmax(dim=1) == labels).double().mean().item() - accuracy)
    model.train(was_training)
    return loss, accuracy


def numpy_does_the_counting(model, loader, criterion, device="cpu"):
    # NumPy weights and counts, so both results are NumPy numbers, in a list
    was_training = model.training
    model.eval()
    losses, sizes, hits = [], [], []
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images.to(device))
            losses.append(criterion(logits, labels.to(device)).item())
            sizes.append(len(labels))
            hits.append(logits.cpu().numpy().argmax(axis=1) == labels.numpy())
    model.train(was_training)
    return [np.average(losses, weights=sizes), np.concatenate(hits).mean()]


def hits_counted_by_topk_and_bincount(model, loader, criterion, device="cpu"):
    # `topk` predicts, `bincount` counts misses and hits, and the mode is restored before counting
    was_training = model.training
    model.eval()
    hits, loss_sum = [], 0.0
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += criterion(logits, labels).item() * labels.numel()
            hits.append(logits.topk(1, dim=1).indices.squeeze(1).eq(labels))
    model.train(was_training)
    misses_and_hits = torch.bincount(torch.cat(hits).long(), minlength=2)
    return loss_sum / len(loader.dataset), (misses_and_hits[1] / misses_and_hits.sum()).item()


def probabilities_decide(model, loader, criterion, device="cpu"):
    # the prediction is made from probabilities, which does not change the largest
    was_training = model.training
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += criterion(logits, labels).item() * len(labels)
            correct += (F.softmax(logits, dim=1).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    model.train(was_training)
    return loss_sum / count, correct / count


def tensors_without_dimensions(model, loader, criterion, device="cpu"):
    # both results are 0-d tensors, and wrong answers are counted instead of right ones
    was_training = model.training
    model.eval()
    loss_sum, wrong = torch.zeros(()), torch.zeros(())
    with torch.no_grad():
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum = loss_sum + criterion(logits, labels) * len(labels)
            wrong = wrong + (logits.argmax(dim=1) != labels).sum()
    model.train(was_training)
    return loss_sum / len(loader.dataset), 1 - wrong / len(loader.dataset)


def whole_numbers_from_numpy(model, loader, criterion, device="cpu"):
    # NumPy numbers come back, in a list
    was = model.training
    model.eval()
    sums = np.zeros(3)
    with torch.no_grad():
        for batch in loader:
            images, labels = (each.to(device) for each in batch)
            logits = model(images)
            sums += [
                criterion(logits, labels).item() * len(labels),
                (logits.argmax(1) == labels).sum(),
                len(labels),
            ]
    model.train(was)
    return [sums[0] / sums[2], sums[1] / sums[2]]


def hits_counted_on_the_cpu(model, loader, criterion, device="cpu"):
    # predictions come back, labels for the loss go
    mode = model.training
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images.to(device))
            loss_sum += float(criterion(outputs, labels.to(device))) * len(labels)
            hits += int((outputs.argmax(dim=1).cpu() == labels).sum())
    model.train(mode)
    return loss_sum / len(loader.dataset), hits / len(loader.dataset)


def hits_counted_before_the_loss(model, loader, criterion, device="cpu"):
    # numbers are taken out in every line
    mode = model.training
    model.eval()
    count, hits, loss_sum = 0, 0, 0.0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            print(outputs.max().item(), outputs.cpu().numpy().shape)
            hits += (outputs.argmax(dim=1) == labels).sum().item()
            loss_sum += criterion(outputs, labels).item() * labels.shape[0]
            count += labels.shape[0]
    model.train(mode)
    return loss_sum / count, hits / count
