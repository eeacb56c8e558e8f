from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """64 MiB, two passes, one lane: the memory of RFC 9106 without Django's eight threads on two cores."""

    time_cost = 2
    memory_cost = 64 * 1024
    parallelism = 1
