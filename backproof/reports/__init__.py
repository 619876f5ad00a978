"""The reports of one grade: terminal, page, pictures. They read the result, and do not depend on pytest."""
