"""A file that is not taken, and why, in words for the person who sent it."""

REFUSED = "refused"
INDEX = "index"
ANNOTATIONS = "annotations"


class Refused(Exception):
    """A file is not taken. `reason` is one plain sentence that names what is wrong.

    `template` and `values` are the sentence's parts, so that it can be translated before they are
    put together; `outcome` is one of the words above.
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
