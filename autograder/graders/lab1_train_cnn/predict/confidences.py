"""Misconceptions of `predict`: confidences that do not add up to 1 over the classes."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.lab1_train_cnn.predict.written import instead

exponentials_as_confidences = instead(
    "Your confidences are exponentials. Divide each by the sum of its row: that is softmax.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "logits = model(images)",
        "return": "confidences, labels = torch.exp(logits).max(dim=1)\n    return",
    },
)
softmax_over_everything = instead(
    "Your softmax runs over the whole batch, so all its confidences together add up to 1. Each row adds up to 1: use `dim=1`.",
    {
        "confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)": "logits = model(images)",
        "return": "confidences, labels = torch.softmax(logits.flatten(), dim=0).reshape(logits.shape).max(dim=1)\n    return",
    },
)
