"""WSGI entry point; also resumes imports interrupted by a crash or restart."""

import os

from django.core.wsgi import get_wsgi_application

from imaging.intake.starting import resume_imports

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
application = get_wsgi_application()
resume_imports()
