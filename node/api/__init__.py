"""What a station offers its operators on a unix socket: types and methods for both ends, and the server's end."""
