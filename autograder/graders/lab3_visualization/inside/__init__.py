"""What of this lab runs inside the sandbox, where students can read it: no reference, and nothing of ours imported."""
