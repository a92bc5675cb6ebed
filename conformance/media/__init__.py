"""Small media files, made byte by byte: pictures, sounds, films and papers that uploads need, valid and broken."""
