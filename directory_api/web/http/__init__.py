"""What is asked and answered: reading requests, responses, negotiation, problems."""
