"""Points for addresses, from Nominatim or Photon."""
