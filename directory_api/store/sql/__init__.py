"""What all stores in SQL databases share: reads, writes and the chain of revisions."""
