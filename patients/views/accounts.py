"""Views for the user's own account and session."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.http import JsonResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    """Change the user's password and end the user's other sessions."""

    template_name = "registration/password_change.html"
    success_url = reverse_lazy("caserecords:home")
    success_message = _("Password changed. You have been signed out on all other devices.")


@login_not_required
@require_safe
def show_session(request):
    """Return the primary key of the signed-in user as JSON, or null.

    Pages request this before they send a form, so that no input is lost if the session has ended.
    """
    return JsonResponse({"user": request.user.pk})
