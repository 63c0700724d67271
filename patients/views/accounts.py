"""Views for the user's own account."""

from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    """Change the user's password and end the user's other sessions."""

    template_name = "registration/password_change.html"
    success_url = reverse_lazy("caserecords:home")
    success_message = _("Password changed. You have been signed out on all other devices.")
