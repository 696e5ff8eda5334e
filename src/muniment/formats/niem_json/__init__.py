"""Messages in JSON: container, reader, writer."""
