"""A user's own account."""

from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    """The old password once, the new one twice; every other session of the user ends."""

    template_name = "registration/password_change.html"
    success_url = reverse_lazy("caserecords:home")
    success_message = _("Your password is changed. Wherever else you were signed in, you are not.")
