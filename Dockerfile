# A self-hosted grader:
#   docker build -t backproof .
#   docker run --rm --network none -v "$PWD/homework:/submission:ro" backproof grade /submission
# The confinement is the host kernel's: Linux 5.13 or newer with Landlock; the engine's default profile allows it.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libseccomp2 && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cpu
COPY . /opt/backproof
RUN pip install --no-cache-dir "/opt/backproof[notebooks]" && rm -rf /opt/backproof
# Root runs submissions as `nobody`; any other user could give up fewer privileges.
WORKDIR /tmp
ENTRYPOINT ["backproof"]
CMD ["--help"]
