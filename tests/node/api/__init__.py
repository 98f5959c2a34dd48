"""The local API: its types on the wire, and the server's end on real sockets."""
