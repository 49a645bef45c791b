"""Wrong answers for `count_parameters`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader


def all_of_them(model):
    # frozen ones too
    total = 0
    for parameter in model.parameters():
        total += parameter.nelement()
    return total


def number_of_tensors(model):
    # counts tensors
    return sum(1 for p in model.parameters() if p.requires_grad)


def weights_of_layers(model):
    # forgets the biases
    total = 0
    for layer in model.modules():
        if hasattr(layer, "weight") and layer.weight.requires_grad:
            total += layer.weight.numel()
    return total


def state_dict_sizes(model):
    # counts buffers
    n = 0
    for _, tensor in model.state_dict().items():
        n += tensor.numel()
    return n


def length_of_each(model):
    # len is the first side
    return sum(len(p) for p in model.parameters() if p.requires_grad)


def returns_a_list(model):
    # no sum
    return [p.numel() for p in model.parameters() if p.requires_grad]


def top_level_only(model):
    # modules inside modules are missed
    count = 0
    for layer in model:
        for p in layer.parameters(recurse=False):
            if p.requires_grad:
                count += p.numel()
    return count


def sum_of_the_values(model):
    total = 0.0
    for p in model.parameters():
        if p.requires_grad:
            total += p.sum().item()
    return total


def return_stands_in_the_loop(model):
    count = 0
    for p in model.parameters():
        if p.requires_grad:
            count += p.numel()
        return count


def return_stands_under_the_if(model):
    for p in model.parameters():
        if p.requires_grad:
            return p.numel()
    return 0


def method_without_brackets(model):
    return sum(p.numel() for p in model.parameters if p.requires_grad)
