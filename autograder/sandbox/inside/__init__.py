"""What runs inside the sandbox: the wire, the parts that probes are built from, the probes and the shell.

The trusted side imports the same modules, so that a probe does the same to a student's function inside and to the
reference outside. Students can read all of it: nothing here may tell what a right answer is.
"""
