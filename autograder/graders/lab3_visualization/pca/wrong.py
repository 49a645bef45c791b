"""Wrong answers for `pca`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader


def means_of_columns(x):
    return x - x.mean(0)


def divided_by_the_rows(x):
    # the number of rows in place of that of values
    return x - x.sum() / len(x)
