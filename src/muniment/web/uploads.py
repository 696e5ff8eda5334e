"""The one file that a page takes, a message to be tried: held in memory as far as it may be large, on no disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.urls import reverse

from muniment.formats import largest


class InMemory(FileUploadHandler):
    """Keeps one byte more than a message may have, so that its reader says that it is too large; the rest is dropped.

    Files to other pages, of who is not logged in, and any but the first are passed over unread.
    """

    held: BytesIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        request = self.request
        wanted = request is not None and request.path == reverse("try_message") and request.user.is_authenticated
        if not wanted or self.held is not None:
            raise SkipFile
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it came."""
        assert self.held is not None
        self.held.write(raw_data[: max(0, largest() + 1 - start)])

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002  the form is that of the base class
        """It is there."""
        assert self.held is not None
        size = self.held.tell()
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name or "", self.content_type, size, self.charset
        )
