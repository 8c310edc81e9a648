"""The errors that are meant for a person: what is wrong, where, and what to do."""


class InputError(Exception):
    """A fault of the input, the configuration or the surroundings, never of the program.

    Programs print its text as one line and exit with 1; there is no traceback.
    The text says what is wrong, where (file and line where there is one), and what to do.
    """


class OutOfTimeError(Exception):
    """The job's time ends before the work does; what is done is kept, the next attempt goes on from there.

    Programs print its text as one line and exit with 1, so that the driver sends the job again.
    """
