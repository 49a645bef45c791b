"""What `cli.py` puts together: the commands, one module for each or for each group."""
