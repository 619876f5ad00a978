"""The reports of one grade: terminal, page, pictures. They read the result, and know nothing of pytest."""
