"""Tables, migrations, and one module of queries per subject.

Every function with a `workspace_id` reads and writes that workspace only. A row of another workspace counts as not
found.
"""
