"""Messages in XML: container, reader, writer."""
