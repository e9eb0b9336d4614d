"""What all stores in SQL databases share: reads, writes, the chain of revisions, check, repair."""
