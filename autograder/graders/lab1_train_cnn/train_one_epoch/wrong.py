"""Wrong answers for `train_one_epoch`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def gradients_pile_up(model, loader, criterion, optimizer, device="cpu"):
    # zero_grad is missing
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * images.size(0))
        sizes.append(images.size(0))
    return sum(losses) / sum(sizes)


def zeroed_after_backward(model, loader, criterion, optimizer, device="cpu"):
    # zero_grad between backward and step
    model.train()
    running = 0.0
    for batch in loader:
        images, labels = batch[0].to(device), batch[1].to(device)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        running += loss.item() * len(images)
    return running / len(loader.dataset)


def mean_of_batch_means(model, loader, criterion, optimizer, device="cpu"):
    # a small last batch weighs as much as a full one
    model.train()
    running, steps = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        running += loss.item()
        steps += 1
    return running / steps


def no_training_mode(model, loader, criterion, optimizer, device="cpu"):
    # model.train() is missing
    model.to(device)
    running, seen = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        running += float(loss) * len(labels)
        seen += len(labels)
    return running / seen


def forgets_the_step(model, loader, criterion, optimizer, device="cpu"):
    # the optimizer never steps
    model.train()
    running, seen = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        running += loss.item() * len(labels)
        seen += len(labels)
    return running / seen


def step_after_the_loop(model, loader, criterion, optimizer, device="cpu"):
    # one step an epoch
    model.train()
    total = 0
    for images, labels in loader:
        loss = criterion(model(images.to(device)), labels.to(device))
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(labels)
    optimizer.step()
    return total / len(loader.dataset)


def keeps_the_graph(model, loader, criterion, optimizer, device="cpu"):
    # the sum of tensors with a graph
    model.train()
    total = 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        total = total + loss * labels.size(0)
    return total / len(loader.dataset)


def sums_before_the_step(model, loader, criterion, optimizer, device="cpu"):
    # one backward for the sum of all losses
    model.train()
    total = 0.0
    optimizer.zero_grad()
    for images, labels in loader:
        total = total + criterion(model(images.to(device)), labels.to(device))
    total.backward()
    optimizer.step()
    return total.item() / len(loader)


def clips(model, loader, criterion, optimizer, device="cpu"):
    # clips values
    model.train()
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.01)
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)


def cross_entropy_whatever_is_given(model, loader, criterion, optimizer, device="cpu"):
    # the criterion is not used
    model.train()
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        logp = F.log_softmax(model(images.to(device)), dim=-1)
        loss = F.nll_loss(logp, labels.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)


def first_batch_only(model, loader, criterion, optimizer, device="cpu"):
    # return stands inside the loop
    model.train()
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        return total / len(loader.dataset)


def cuda_by_hand(model, loader, criterion, optimizer, device="cpu"):
    # .cuda() in place of .to(device)
    model.train()
    total = 0.0
    for images, labels in loader:
        images, labels = images.cuda(), labels.cuda()
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)


def device_forgotten(model, loader, criterion, optimizer, device="cpu"):
    # batches not moved to device
    model.train()
    total, samples = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def moved_copies_thrown_away(model, loader, criterion, optimizer, device="cpu"):
    # x.to(device) result not assigned
    model.train()
    total, samples = 0.0, 0
    for images, labels in loader:
        images.to(device)
        labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def only_images_moved(model, loader, criterion, optimizer, device="cpu"):
    # targets not moved to device
    model.train()
    total, samples = 0.0, 0
    for images, labels in loader:
        images = images.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def adam_of_its_own(model, loader, criterion, optimizer, device="cpu"):
    # own optimizer made inside, argument ignored
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    total, samples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def rows_of_784(model, loader, criterion, optimizer, device="cpu"):
    # images reshaped to (-1, 784)
    model.train()
    total, samples = 0.0, 0
    for images, labels in loader:
        images = images.view(-1, 784).to(device)
        labels = labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def loss_and_accuracy(model, loader, criterion, optimizer, device="cpu"):
    # returns a pair (loss, accuracy)
    model.train()
    total, samples, correct = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        out = model(images)
        loss = criterion(out, labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        correct += (out.argmax(1) == labels).sum().item()
        samples += len(labels)
    return total / samples, correct / samples


def loss_divided_with_two_slashes(model, loader, criterion, optimizer, device="cpu"):
    # integer division of the loss
    model.train()
    total = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total // len(loader.dataset)


def loss_with_two_digits(model, loader, criterion, optimizer, device="cpu"):
    # rounded to two digits
    model.train()
    total = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return round(total / len(loader.dataset), 2)


def cleared_for_the_first_batch_only(model, loader, criterion, optimizer, device="cpu"):
    # zero_grad only before the first batch
    model.train()
    optimizer.zero_grad()
    loss_total = 0.0
    samples = 0
    for batch in loader:
        x, y = batch[0].to(device), batch[1].to(device)
        pred = model(x)
        loss = criterion(pred, y)
        loss.backward()
        optimizer.step()
        if samples == 0:
            optimizer.zero_grad()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples


def both_from_the_first_part_of_the_batch(model, loader, criterion, optimizer, device="cpu"):
    # targets taken from batch[0]
    model.train()
    loss_total = 0.0
    samples = 0
    for batch in loader:
        x, y = batch[0].to(device), batch[0].to(device)
        optimizer.zero_grad()
        pred = model(x)
        loss = criterion(pred, y)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples


def enumerate_not_unpacked(model, loader, criterion, optimizer, device="cpu"):
    # enumerate not unpacked
    model.train()
    loss_total = 0.0
    samples = 0
    for batch in enumerate(loader):
        x, y = batch[0].to(device), batch[1].to(device)
        optimizer.zero_grad()
        pred = model(x)
        loss = criterion(pred, y)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples


def argmax_before_the_loss(model, loader, criterion, optimizer, device="cpu"):
    # loss on argmax
    model.train()
    loss_total = 0.0
    samples = 0
    for batch in loader:
        x, y = batch[0].to(device), batch[1].to(device)
        optimizer.zero_grad()
        pred = model(x).argmax(dim=1).float()
        loss = criterion(pred, y)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples


def data_of_the_outputs(model, loader, criterion, optimizer, device="cpu"):
    # graph cut and requires_grad_ patched on: no gradient
    model.train()
    loss_total = 0.0
    samples = 0
    for batch in loader:
        x, y = batch[0].to(device), batch[1].to(device)
        optimizer.zero_grad()
        pred = model(x.detach()).data
        loss = criterion(pred, y)
        loss.requires_grad_(True)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples


def parameters_in_another_order(model, loader, optimizer, criterion, device="cpu"):
    # parameters in another order
    model.train()
    loss_total = 0.0
    samples = 0
    for batch in loader:
        x, y = batch[0].to(device), batch[1].to(device)
        optimizer.zero_grad()
        pred = model(x)
        loss = criterion(pred, y)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * x.size(0)
        samples += x.size(0)
    return loss_total / samples
