"""Git repositories in and out: templates, clones and archives into nbgrader's `submitted/`, feedback back."""
