"""Unusual right answers for `l2_penalty`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def one_line(model, weight_decay):
    return 0.5 * weight_decay * sum(p.pow(2).sum() for p in model.parameters() if p.requires_grad)


def norms_squared(model, weight_decay):
    squares = [torch.linalg.vector_norm(p) ** 2 for p in model.parameters() if p.requires_grad]
    return torch.stack(squares).sum() * weight_decay / 2


def one_long_vector(model, weight_decay):
    learning = filter(lambda p: p.requires_grad, model.parameters())
    w = torch.cat([p.reshape(-1) for p in learning])
    return weight_decay * (w @ w) / 2


def layer_by_layer(model, weight_decay):
    total = torch.zeros((), dtype=next(model.parameters()).dtype)
    seen = set()
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if p.requires_grad and id(p) not in seen:
                seen.add(id(p))
                total = total + torch.einsum("i,i->", p.flatten(), p.flatten())
    return total.mul(weight_decay).div(2)


def by_name(model, weight_decay):
    penalty = 0
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        penalty += weight_decay * 0.5 * torch.sum(parameter * parameter)
    return penalty


def mean_times_number(model, weight_decay):
    return sum(
        torch.mean(torch.square(p)) * p.numel() * (weight_decay / 2)
        for p in model.parameters()
        if p.requires_grad
    )


def from_the_vector_of_utils(model, weight_decay):
    vector = torch.nn.utils.parameters_to_vector([p for p in model.parameters() if p.requires_grad])
    return torch.dot(vector, vector).multiply(0.5 * weight_decay)


def error_to_zero(model, weight_decay):
    # the loss between the weights and zeros
    parts = [
        ((p - torch.zeros_like(p)) ** 2).sum() / 2 for p in model.parameters() if p.requires_grad is True
    ]
    return weight_decay * torch.sum(torch.stack(parts))
