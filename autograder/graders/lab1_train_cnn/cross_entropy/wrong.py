"""Wrong answers for `cross_entropy`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def summed_loop(logits, targets):
    # the sum, not the mean
    loss = 0
    for row, t in zip(logits, targets):
        loss = loss + torch.logsumexp(row, 0) - row[t]
    return loss


def gather_without_minus(logits, targets):
    # the sign
    logp = logits - logits.logsumexp(1, keepdim=True)
    return logp.gather(1, targets[:, None]).mean()


def one_hot_mean(logits, targets):
    # .mean() over N·K entries
    one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[targets]
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return (-one_hot * logp).mean()


def all_targets_for_each_row(logits, targets):
    # [:, targets] makes an N×N table
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return -torch.mean(logp[:, targets])


def probabilities_with_epsilon(logits, targets):
    # epsilon bounds the loss
    e = (logits - logits.max(1, keepdim=True).values).exp()
    p = e / e.sum(1, keepdim=True)
    return -torch.log(p[range(len(targets)), targets] + 1e-9).mean()


def unstable(logits, targets):
    # overflow
    e = torch.exp(logits)
    return -torch.log(e[torch.arange(len(targets)), targets] / e.sum(dim=1)).mean()


def softmax_along_the_batch(logits, targets):
    # dim 0
    logp = logits - torch.logsumexp(logits, 0, keepdim=True)
    return -logp[torch.arange(logits.shape[0]), targets].mean()


def not_reduced(logits, targets):
    # a loss for each sample
    logp = logits - torch.logsumexp(logits, 1, keepdim=True)
    return -logp.gather(1, targets.view(-1, 1)).squeeze(1)


def library_loss(logits, targets):
    # the library does the job
    return torch.nn.CrossEntropyLoss()(logits, targets)


def rows_of_the_table(logits, targets):
    # logp[targets] picks rows
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return -logp[targets].mean()


def a_table_for_ten_digits(logits, targets):
    # ten classes written in
    table = torch.zeros(len(targets), 10).scatter_(1, targets[:, None], 1.0)
    logp = logits - logits.logsumexp(1, keepdim=True)
    return -(table * logp).sum() / len(targets)


def batch_size_written_in(logits, targets):
    # 128 in place of len(targets)
    total = 0
    for row, t in zip(logits, targets):
        total = total + row.logsumexp(0) - row[t]
    return total / 128


def flat_index_for_gather(logits, targets):
    # gather wants a column
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return logp.gather(1, targets).neg().mean()


def targets_times_log(logits, targets):
    # class numbers taken for a one-hot table
    logp = logits - logits.logsumexp(1, keepdim=True)
    return -(logp * targets).sum(dim=1).mean()


def shift_in_the_sum_only(logits, targets):
    # the maximum never comes back
    total = 0
    for row, t in zip(logits, targets):
        total = total + torch.log(torch.exp(row - row.max()).sum()) - row[t]
    return total / len(logits)


def loop_stops_early(logits, targets):
    # range(n - 1)
    n, loss = len(logits), 0
    for i in range(n - 1):
        loss = loss + logits[i].logsumexp(0) - logits[i, targets[i]]
    return loss / n


def worst_image(logits, targets):
    # max for mean
    losses = torch.logsumexp(logits, 1) - logits.gather(1, targets[:, None])[:, 0]
    return losses.max()


def smoothed_by_a_twentieth(logits, targets):
    # label smoothing
    k = logits.shape[1]
    y = torch.eye(k, dtype=logits.dtype)[targets] * 0.95 + 0.05 / k
    return -(y * (logits - logits.logsumexp(1, keepdim=True))).sum(1).mean()


def logits_limited(logits, targets):
    # clamp hides the overflow
    e = torch.exp(logits.clamp(-30, 30))
    return -(e / e.sum(1, keepdim=True))[torch.arange(len(targets)), targets].log().mean()


def max_is_a_pair(logits, targets):
    # max(dim) returns values and places
    z = logits - logits.max(1, keepdim=True)
    return (z.exp().sum(1).log() - z.gather(1, targets[:, None])[:, 0]).mean()
