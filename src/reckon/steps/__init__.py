"""Steps of the workflow: the command line of a program, the record of what it made, the code it rests on."""
