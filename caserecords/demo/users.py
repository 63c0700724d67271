"""The invented users of the demonstration."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients.models import Role


@dataclass(frozen=True)
class DemoUser:
    """A user; the family name contains “(invented)”.

    `can`, shown with the login, describes what the user can do. `role` is the role in the
    demonstration's team, or None.
    """

    given_name: str
    family_name: str
    role: Role | None
    can: str

    @property
    def role_words(self):
        return self.role.label if self.role else _("not in a team")


USERS = {
    "clinician": DemoUser(
        "Clara",
        "Lindgren (invented)",
        Role.CLINICIAN,
        _("Enters cases and images, and submits cases for review. Author of the published case."),
    ),
    "colleague": DemoUser(
        "Colin",
        "Aoki (invented)",
        Role.CLINICIAN,
        _("Enters cases too. Co-author of the published case."),
    ),
    "reviewer": DemoUser(
        "Rosa",
        "Villar (invented)",
        Role.REVIEWER,
        _("Reads all cases of the team, and approves or returns submitted cases."),
    ),
    "reader": DemoUser(
        "Ruben",
        "Haas (invented)",
        Role.READER,
        _("Reads all cases of the team, but cannot change them."),
    ),
    "stranger": DemoUser("Stella", "Marsh (invented)", None, _("Sees no cases.")),
}
