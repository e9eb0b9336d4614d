"""What a device keeps to find the nearest centre without a network: the bundle, and its changes."""
