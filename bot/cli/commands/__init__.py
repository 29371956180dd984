"""What is typed after `tend`, in thin commands. What each needs is imported when it runs: the help is quick."""
