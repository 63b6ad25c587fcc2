"""Commands in processes of their own: progress, queue, pool."""
