"""Staff forms for teams, their members and roles."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Membership, Role, Team

INPUT = {"class": "form-control", "autocomplete": "off"}
SELECT = forms.Select(attrs={"class": "form-select"})


class TeamForm(forms.ModelForm):
    use_required_attribute = False

    class Meta:
        model = Team
        fields = ["name"]
        labels = {"name": gettext_lazy("Name of the new team")}
        error_messages = {"name": {"required": gettext_lazy("Enter the name of the new team.")}}
        widgets = {"name": forms.TextInput(attrs=INPUT)}


class RoleForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["role"]
        error_messages = {"role": {"required": gettext_lazy("Choose a role.")}}
        widgets = {"role": SELECT}


class MemberForm(forms.Form):
    """The username and the role of a new member of a team."""

    use_required_attribute = False
    user = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter a username.")},
        widget=forms.TextInput(attrs=INPUT | {"autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Role.choices,
        widget=SELECT,
        error_messages={"required": gettext_lazy("Choose a role.")},
    )

    def __init__(self, data=None, *, team):
        self.team = team
        super().__init__(data, auto_id=f"id_team_{team.pk}_%s")

    def clean_user(self):
        """Return the active user with this username.

        Raises ValidationError if there is none, or if the user is already in the team.
        """
        name = self.cleaned_data["user"]
        user = get_user_model().objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _("There is no active user “%s”. Check the username.") % name
            )
        if self.team.memberships.filter(user=user).exists():
            raise forms.ValidationError(_("“%s” is already in this team.") % name)
        return user
