"""The languages of the course: catalogues in gettext's PO format, and what a translation must keep of the English text."""

from autograder.locale.catalogue import ENGLISH, Catalogue, Message

__all__ = ["ENGLISH", "Catalogue", "Message"]
