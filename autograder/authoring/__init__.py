"""For whoever writes a course: from source to release, and whether it does what it says."""
