"""The exception for a rejected file, with a reason for the person who uploaded it."""

REFUSED = "refused"
INDEX = "index"
ANNOTATIONS = "annotations"


class Refused(Exception):
    """A file was rejected; `reason` is the untranslated message for the user.

    `template` and `values` are kept separate so that the template can be translated before it is
    formatted. `outcome` is REFUSED, INDEX or ANNOTATIONS.
    """

    def __init__(self, template, outcome=REFUSED, values=None):
        super().__init__(template, outcome, values)
        self.template = template
        self.outcome = outcome
        self.values = values or {}

    @property
    def reason(self):
        return self.template % self.values if self.values else self.template

    def __str__(self):
        return self.reason
