"""Reference and misconceptions of `make_grid`: each value without the mean of all."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of
from autograder.grading.misconceptions import misconception


def make_grid(x):  # as a student writes it: most misconceptions change a place in it
    return x - x.mean()


reference = make_grid  # or the library's own, in float64, where that is nearer the truth
instead = changes_of(make_grid)

sum_taken_away = instead(
    "You take the sum away, not the mean: divide it by the number of values.",
    {"mean()": "sum()"},
)
mean_of_each_row = instead(
    "You take from each row its own mean. Here there is one mean, of all values.",
    {"mean()": "mean(-1, keepdim=True)"},
)
divided_by_the_mean = instead("You divide by the mean. Take it away.", {"-": "/"})
mean_added = instead("You add the mean. Take it away: then the values lie around zero.", {"-": "+"})
median_taken_away = instead(
    "You take the value in the middle, the median. The mean is the sum divided by the number of values.",
    {"mean": "median"},
)


@misconception("You return the input unchanged. Take its mean away.", other_task=True)
def nothing_changed(x):  # what is no change of the answer is a function of its own
    return x.clone()
