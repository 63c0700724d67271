#!/usr/bin/env python3
"""Command-line entry point of Caserecords."""

import os
import sys

from django.core.management import execute_from_command_line

from caserecords.env import prepare_data_folder


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
    if sys.argv[1:2] == ["demo"]:
        prepare_data_folder()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
