"""The secretariat: forms sent, returns checked, queries written."""

from survey.secretariat.check_returns import open_desk
from survey.secretariat.send_forms import Mailout, form_folder

__all__ = ["Mailout", "form_folder", "open_desk"]
