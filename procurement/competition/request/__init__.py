"""What a buyer writes in plain words, read and compared with the form. Pure."""
