"""What is known of each country: files of the installation, a folder for each country."""
