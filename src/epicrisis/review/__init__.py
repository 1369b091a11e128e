"""Shows a person the text beside the facts, and takes corrections back as a case file."""

from epicrisis.case.summary import html_summary
from epicrisis.review.index import Entry, entry, index_page
from epicrisis.review.page import review_page

__all__ = ["Entry", "entry", "html_summary", "index_page", "review_page"]
