"""What tests share: clients, servers, records, fakes."""
