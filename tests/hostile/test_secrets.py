"""Submissions that read secrets, or write files."""

import pytest

from tests.hostile.attempts import attempt

UNREADABLE = {
    "the reference": "return open('{folder}/course/reference/target.py').read()",
    "the checks": "return open('{folder}/course/checks/test_target.py').read()",
    "the assignment": "return open('{folder}/course/assignment.toml').read()",
    "the list of checks": "return os.listdir('{folder}/course/checks')",
    "another submission": "return open('{folder}/neighbour/target.py').read()",
    "the list of submissions": "return os.listdir('{folder}')",
    "its own folder by ..": "return open('{folder}/submission/../neighbour/target.py').read()",
    "its own folder": "return open('{folder}/submission/target.py').read()",
    "a link to the reference": "return open('{folder}/submission/link').read()",
    "a link in its own folder": "return open('{folder}/submission/linked/target.py').read()",
    "the shipped reference": "return open('{shipped}/reference/losses.py').read()",
    "the engine": "return open('{engine}/grading/runner.py').read()",
    "users of the machine": "return open('/etc/passwd').read()",
    "its own environment, from outside": "return open('/proc/self/environ').read()",
    "its memory, as a file": "return open('/proc/self/mem', 'rb').read(1)",
    "its parent's memory": "return open(f'/proc/{{os.getppid()}}/mem', 'rb').read(1)",
    "its parent's environment": "return open(f'/proc/{{os.getppid()}}/environ').read()",
    "its parent's descriptors": "return os.listdir(f'/proc/{{os.getppid()}}/fd')",
    "its parent's maps": "return open(f'/proc/{{os.getppid()}}/maps').read()",
    "the examiner's memory": "return open('/proc/{examiner}/mem', 'rb').read(1)",
    "the examiner's arguments": "return open('/proc/{examiner}/cmdline').read()",
    "the examiner's root": "return os.listdir('/proc/{examiner}/root/')",
    "the processes": "return os.listdir('/proc')",
    "home": "return os.listdir('/root')",
    "a file of its own": "return open('{folder}/submission/new', 'w')",
    "a file in /tmp": "return open('/tmp/backproof-was-here', 'w')",
    "a file in /dev/shm": "return open('/dev/shm/backproof-was-here', 'w')",
    "a library": "return open(os.__file__, 'a')",
    "the reference, changed": "return open('{folder}/course/reference/target.py', 'a')",
    "a nameless file": "return os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_no_file_but_the_libraries(stage, name):
    """Only files that Python and the libraries need can be read, and none can be written."""
    stage.submission.mkdir()
    (stage.submission / "link").symlink_to(stage.course / "reference" / "target.py")
    (stage.submission / "linked").symlink_to(stage.course / "reference")
    stage.expect(attempt(stage, UNREADABLE[name], "refused: EACCES"))


def test_links_to_the_reference_are_not_read(stage):
    """A module that is a link out of the submission is refused, and its target is not shown."""
    stage.limit()
    stage.submit("")
    (stage.submission / "target.py").unlink()
    (stage.submission / "target.py").symlink_to(stage.course / "reference" / "target.py")
    grade = stage.grade()
    assert grade.score == 3
    assert {check.failure.message for check in grade.checks if check.failure} == {
        "target.py is a link to a place outside of the submission"
    }


def test_the_environment_is_the_candidates_own(stage, monkeypatch):
    """No variable of the examiner's reaches a submission."""
    monkeypatch.setenv("GITHUB_TOKEN", stage.secret)
    body = "return sorted(set(os.environ) - {{'PATH', 'LANG', 'HOME', 'LC_CTYPE'}})"
    grade = stage.expect(attempt(stage, body, "it worked: ["))
    names = grade.checks[0].failure.message.rpartition("it worked: ")[2]
    assert names == "['MKL_NUM_THREADS', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS']"
