"""Settings of backproof's own tests; ``pytester`` runs whole pytest sessions in folders of their own."""

pytest_plugins = ["pytester"]
