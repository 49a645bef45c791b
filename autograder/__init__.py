"""Grade notebooks on convolutional networks: hidden pytest graders outside, the student's code in a sandbox."""

__version__ = "0.1.0"
