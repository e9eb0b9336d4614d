"""The coordinate of an address, from a geocoding service that the operator chooses."""
