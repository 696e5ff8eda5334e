"""The program's own settings, with the same password hashing made fast: a journey signs hundreds of times."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from muniment.project.settings import *  # noqa: F403  that is what this module is

PBKDF2PasswordHasher.iterations = 1_000
