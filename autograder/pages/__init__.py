"""Text, HTML and pictures that people see, made safe."""
