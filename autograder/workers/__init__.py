"""Who grades: worker processes here, or a cluster. Needs neither torch nor pytest until a worker has begun."""
