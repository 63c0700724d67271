"""URLs for signing in and out and changing the password."""

from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from patients.views.accounts import ChangePassword, show_session

urlpatterns = [
    path("login/", login_not_required(views.LoginView.as_view()), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("session/", show_session, name="session"),
]
