"""The text form of Nlets messages: grammar, reader, writer."""
