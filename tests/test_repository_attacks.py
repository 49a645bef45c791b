"""Attacks by what is handed in: planted configuration and hooks, forged objects, links, archives that bite."""

import io
import json
import os
import shutil
import stat
import subprocess
import time
import zipfile
import zlib

import pytest

from autograder.repos import clones
from autograder.repos.archives import Archive, ArchiveError, Folder, unpack_class
from autograder.repos.git import Git, GitError, checked_address, own_repository, without_credentials
from autograder.repos.importing import Options, import_class
from autograder.repos.layouts import look, origin
from autograder.repos.roster import Person
from autograder.repos.snapshot import snapshot
from tests.repo_class import commit, git

LAB = "lab1_train_cnn"
ROSTER = [Person("ada", username="ada"), Person("ben", username="ben"), Person("cyd", username="cyd")]
HOOKS = (
    "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman", "pre-push", "pre-commit",
    "post-commit", "post-merge", "post-rewrite", "pre-receive", "update", "post-receive", "post-update", "proc-receive", "push-to-checkout",
)  # fmt: skip


def config(command):
    """Return a repository's configuration in which everything that can run something runs the command."""
    return f"""
[core]
  repositoryformatversion = 1
  bare = false
  fsmonitor = {command}
  sshCommand = {command}
  gitProxy = {command}
  pager = {command}
  editor = {command}
  askPass = {command}
  alternateRefsCommand = {command}
  attributesFile = ../attributes
[extensions]
  partialClone = origin
  worktreeConfig = true
[include]
  path = ../included
[includeIf "gitdir:/"]
  path = ../included
[alias]
  ls-remote = !{command}
  cat-file = !{command}
  upload-pack = !{command}
  pack-objects = !{command}
[uploadpack]
  packObjectsHook = {command}
  allowAnySHA1InWant = true
[filter "evil"]
  clean = {command}
  smudge = {command}
  process = {command}
  required = true
[diff "evil"]
  textconv = {command}
  command = {command}
[diff]
  external = {command}
[merge "evil"]
  driver = {command}
[credential]
  helper = !{command}
[gpg]
  program = {command}
[commit]
  gpgSign = true
[gc]
  auto = 1
[protocol]
  allow = always
[protocol "ext"]
  allow = always
[safe]
  directory = *
[remote "origin"]
  url = {{url}}
  promisor = true
  uploadpack = {command}
  receivepack = {command}
  proxy = {command}
  fetch = +refs/heads/*:refs/remotes/origin/*
[url "ext::{command} %S"]
  insteadOf = /
  insteadOf = https://
  pushInsteadOf = /
"""


@pytest.fixture
def clone(course, lab1, tmp_path):
    """A clone `lab1-ada` of a bare repository with the released notebooks."""
    start = tmp_path / "start"
    start.mkdir()
    for name in lab1.notebooks:
        shutil.copy(course.release(LAB) / f"{name}.ipynb", start / f"{name}.ipynb")
    (start / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    git(start, "init", "--quiet")
    commit(start, "work")
    bare = tmp_path / "org" / "lab1-ada.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(start), str(bare))
    folder = tmp_path / "clones"
    folder.mkdir()
    git(folder, "clone", "--quiet", str(bare), "lab1-ada")
    return folder / "lab1-ada"


@pytest.fixture
def bring(temporary_course, lab1, clone):
    """Import what lies in the folder of clones; return the entries by name."""

    def run(place=clone.parent, **options):
        return {
            e.repository: e
            for e in import_class(temporary_course, lab1, place, ROSTER, Options(**options)).entries
        }

    return run


def test_a_planted_configuration_and_planted_hooks_run_nothing(
    clone, bring, temporary_course, lab1, tmp_path
):
    marker = tmp_path / "marker"
    evil = tmp_path / "evil.sh"
    evil.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\nexit 1\n')
    evil.chmod(0o755)
    url = (clone.parents[1] / "org" / "lab1-ada.git").as_posix()
    (clone / ".git" / "config").write_text(config(evil).replace("{url}", url))
    (clone / ".git" / "config.worktree").write_text(f"[core]\n  fsmonitor = {evil}\n")
    (clone / "included").write_text(f"[core]\n  fsmonitor = {evil}\n")
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    (clone / ".git" / "hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        shutil.copy(evil, clone / ".git" / "hooks" / name)

    git(clone, "status", check=False)  # the attack is real: plain git runs it
    assert marker.is_file()
    marker.unlink()

    entries = bring()
    assert entries["lab1-ada"].notebooks == [f"{name}.ipynb" for name in lab1.notebooks]
    out = tmp_path / "manifest.json"
    rows = snapshot(temporary_course, LAB, clone.parent, out)["repositories"]
    assert rows[0]["sha"] == entries["lab1-ada"].sha
    assert snapshot(temporary_course, LAB, clone.parent, tmp_path / "m2.json", remote=True, local=True)[
        "repositories"
    ][0]["sha"]
    assert not marker.exists(), marker.read_text()


def test_hooks_of_a_folder_that_is_pushed_to_do_not_run(clone, tmp_path):
    """With --local-remotes an address may be a folder; its owner must not run things as the instructor."""
    from autograder.repos.git import RECEIVE_PACK

    marker = tmp_path / "marker"
    bare = clone.parents[1] / "org" / "lab1-ada.git"
    (bare / "hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        (bare / "hooks" / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (bare / "hooks" / name).chmod(0o755)
    own = own_repository(tmp_path / "own.git")
    tree = own.text("mktree")
    sha = own.text("-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-m", "x")
    push = Git(own.folder, network=True, local=True)
    push.run(
        "push", "--quiet", "--receive-pack", RECEIVE_PACK, "--", str(bare), f"{sha}:refs/heads/grading/x"
    )
    assert not marker.exists()
    git(own.folder, "push", "--quiet", str(bare), f"{sha}:refs/heads/again")  # plain git does run them
    assert marker.exists()


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% /tmp/x", "--upload-pack=touch /tmp/x", "-oProxyCommand=x@y:z/w", "ssh://-oProxyCommand=x/y/z", "fd::7",
        "https://a.example/x y", "file:///etc", "/some/where", "git://a.example/b", "http://a.example/b", "https://a.example/b\nx", "",
        "-x@host:y", "user@-host:y", "../up",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(GitError, match="no https or ssh address"):
        checked_address(address, local=False)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/org/lab1-ada.git",
        "git@github.com:org/lab1-ada.git",
        "ssh://git@host.example:22/org/x",
    ],
)
def test_an_ordinary_address_is_taken(address):
    assert checked_address(address, local=False) == address


def test_an_address_is_shown_without_its_token(clone, bring):
    secret = "https://x-access-token:ghp_secret@github.example/org/lab1-ada"
    git(clone, "remote", "set-url", "origin", secret)
    assert bring()["lab1-ada"].address == "https://github.example/org/lab1-ada"
    assert "secret" not in without_credentials(f"fatal: could not read from {secret}")


def test_an_object_that_is_not_what_its_name_says_is_refused(clone, bring):
    """A clone that a student packed can hold a commit of yesterday with other work under its name."""
    sha = git(clone, "rev-parse", "HEAD:01_cnn_layers.ipynb")
    git(clone, "repack", "-a", "-d", "-q")
    for pack in (clone / ".git" / "objects" / "pack").glob("*"):
        pack.chmod(0o644)
    with_packs = sorted((clone / ".git" / "objects" / "pack").glob("*.pack"))
    scratch = clone.parents[1] / "scratch"
    scratch.mkdir()
    git(scratch, "init", "--quiet")
    subprocess.run(
        ["git", "unpack-objects", "-q"], cwd=scratch, stdin=with_packs[0].open("rb"), check=True, timeout=60
    )
    shutil.rmtree(clone / ".git" / "objects")
    shutil.copytree(scratch / ".git" / "objects", clone / ".git" / "objects")
    path = clone / ".git" / "objects" / sha[:2] / sha[2:]
    forged = json.dumps({"cells": [], "nbformat": 4}).encode()
    path.chmod(0o644)
    path.write_bytes(zlib.compress(f"blob {len(forged)}\0".encode() + forged))
    entry = bring()["lab1-ada"]
    assert "01_cnn_layers.ipynb" not in entry.notebooks
    assert "not what its name says" in " ".join([*entry.warnings, entry.problem])


def test_links_and_submodules_in_a_commit_are_not_followed(clone, bring, tmp_path, temporary_course):
    secret = tmp_path / "secret.ipynb"
    secret.write_text("secret")
    (clone / "01_cnn_layers.ipynb").unlink()
    (clone / "01_cnn_layers.ipynb").symlink_to(secret)
    git(clone, "add", "-A")
    git(clone, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(clone, "commit", "--quiet", "-m", "links")
    git(clone, "push", "--quiet", "origin", "HEAD")
    entry = bring()["lab1-ada"]
    assert entry.notebooks == ["02_training_loop.ipynb", "03_softmax_metrics.ipynb"]
    for path in (temporary_course.root / "submitted").rglob("*"):
        assert not path.is_symlink()


def test_a_clone_that_is_links_or_points_elsewhere_is_refused(clone, bring, tmp_path):
    (clone.parent / "lab1-ben").mkdir()
    (clone.parent / "lab1-ben" / ".git").symlink_to(clone / ".git")
    (clone.parent / "lab1-ben" / "01_cnn_layers.ipynb").write_text("{}")
    (clone.parent / "lab1-cyd").symlink_to(clone)
    entries = bring()
    assert set(entries) == {"lab1-ada", "lab1-ben"}
    assert entries["lab1-ben"].notebooks == []
    assert "no plain clone" in entries["lab1-ben"].problem


def test_a_clone_without_objects_stops_itself_only(clone, bring):
    git(clone.parent, "clone", "--quiet", str(clone.parents[1] / "org" / "lab1-ada.git"), "lab1-ben")
    shutil.rmtree(clone.parent / "lab1-ben" / ".git" / "objects")
    (clone.parent / "lab1-ben" / ".git" / "objects").mkdir()
    entries = bring()  # the commit's name alone does not bring ada's work, which was imported before
    assert "not in the clone" in entries["lab1-ben"].problem
    assert entries["lab1-ada"].notebooks


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a folder to somebody else needs root")
def test_a_clone_that_belongs_to_somebody_else_is_read(clone, bring):
    subprocess.run(["chown", "-R", "12345", str(clone)], check=True)
    done = subprocess.run(
        ["git", "status"], cwd=clone, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "SUDO_UID": "0"},
    )  # fmt: skip
    assert "dubious ownership" in done.stderr  # plain git refuses
    assert bring()["lab1-ada"].notebooks


def test_an_import_that_is_interrupted_leaves_the_old_submission(clone, bring, temporary_course, monkeypatch):
    bring()
    target = temporary_course.root / "submitted" / "ada" / LAB
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    (clone / "02_training_loop.ipynb").write_text("{}")
    git(clone, "commit", "--quiet", "-am", "more")
    git(clone, "push", "--quiet", "origin", "HEAD")
    real = os.replace

    def interrupted(source, place):
        real(source, place)
        if str(place).endswith(".old"):  # the old one is out of the way, the new one is not there yet
            raise KeyboardInterrupt

    monkeypatch.setattr("autograder.repos.placing.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bring()
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert [path.name for path in target.parent.iterdir()] == [LAB]
    bring()
    assert (target / "02_training_loop.ipynb").read_text() == "{}"


def test_a_clone_of_depth_one_is_enough(clone, bring):
    shutil.rmtree(clone)
    source = clone.parents[1] / "org" / "lab1-ada.git"
    git(clone.parent, "clone", "--quiet", "--depth", "1", f"file://{source}", "lab1-ada")
    assert bring()["lab1-ada"].notebooks


def test_reading_a_clone_ends_in_time(clone, bring, monkeypatch):
    monkeypatch.setattr("autograder.repos.objects._SECONDS", 0.0)
    assert "was stopped" in bring()["lab1-ada"].problem


def test_a_command_that_never_ends_is_stopped(tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").write_text('#!/bin/sh\nsleep 600 &\necho $! > "$GIT_DIR/child"\nwait\n')
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    begin = time.monotonic()
    with pytest.raises(GitError, match="took more than"):
        Git(tmp_path).run("status", seconds=1)
    assert time.monotonic() - begin < 20
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        if open(f"/proc/{child}/stat").read().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child lives")


# ----------------------------------------------------------------------------------------------------------- archives


def packed(path, *members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def special(name, mode):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.create_system = 3
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ipynb",
        "/etc/evil.ipynb",
        "a/../../evil.ipynb",
        "..\\evil.ipynb",
        "C:\\evil.ipynb",
        "C:evil.ipynb",
    ],
)
def test_an_archive_with_a_name_that_leads_out_is_refused(tmp_path, name):
    with pytest.raises(ArchiveError, match="leads out of it"):
        Archive(packed(tmp_path / "a.zip", (name, "x")))


def test_a_zero_byte_in_a_name_hides_nothing(tmp_path):
    path = packed(tmp_path / "a.zip", ("ok.ipynbX.exe", "x"))
    path.write_bytes(path.read_bytes().replace(b"ok.ipynbX", b"ok.ipynb\0"))
    with pytest.raises(ArchiveError, match="leads out of it"):
        Archive(path)


def test_an_archive_with_links_devices_or_a_password_is_refused(tmp_path):
    for mode in (stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o666, stat.S_IFIFO | 0o666):
        with pytest.raises(ArchiveError, match="link or a device"):
            Archive(packed(tmp_path / "a.zip", (special("01_cnn_layers.ipynb", mode), "/etc/passwd")))
    data = bytearray(packed(tmp_path / "p.zip", ("a.ipynb", "x")).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "p.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match="encrypted"):
        Archive(tmp_path / "p.zip")


def test_a_bomb_is_refused_whatever_it_says(tmp_path):
    path = packed(tmp_path / "bomb.zip", ("01_cnn_layers.ipynb", b"\0" * (70 << 20)))
    archive = Archive(path)
    with pytest.raises(ArchiveError, match="bomb"):
        archive.read(archive.members()[0], 100 << 20)
    with pytest.raises(ArchiveError, match="larger than 1 MiB"):
        archive.read(archive.members()[0], 1 << 20)
    data = path.read_bytes().replace((70 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(data)  # it says 100 bytes now
    liar = Archive(path)
    assert liar.members()[0].size == 100
    with pytest.raises(ArchiveError):
        liar.read(liar.members()[0], 100 << 20)
    same = packed(
        tmp_path / "same.zip", ("01_cnn_layers.ipynb", '"loss: nan\\n",\n' * 2_000_000)
    )  # printed in a loop
    assert len(Archive(same).read(Archive(same).members()[0], 100 << 20)) > 20 << 20
    many = packed(tmp_path / "many.zip", *((f"{i}.txt", "") for i in range(5001)))
    with pytest.raises(ArchiveError, match="5,001 files"):
        Archive(many)
    (tmp_path / "no.zip").write_bytes(b"no archive")
    with pytest.raises(ArchiveError, match="no zip archive"):
        Archive(tmp_path / "no.zip")


def test_archives_and_folders_of_learning_systems_are_imported(temporary_course, lab1, tmp_path):
    release = {n: (temporary_course.release(LAB) / f"{n}.ipynb").read_bytes() for n in lab1.notebooks}
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in release.items():
            archive.writestr(f"lab/{name}.ipynb", content)
        archive.writestr("lab/conftest.py", "evil")
    moodle = packed(
        tmp_path / "moodle.zip",
        ("Ada Lovelace_4711_assignsubmission_file_/work.zip", inner.getvalue()),
        ("Ben Late_4712_assignsubmission_file_/01_cnn_layers.ipynb", release["01_cnn_layers"]),
        ("Cyd Charisse_4713_assignsubmission_file_/work.zip", packed(tmp_path / "x.zip", ("../01_cnn_layers.ipynb", "x")).read_bytes()),
        ("Who Knows_4714_assignsubmission_file_/01_cnn_layers.ipynb", release["01_cnn_layers"]),
    )  # fmt: skip
    people = [
        Person("ada", name="Ada Lovelace"),
        Person("ben", name="Ben Late"),
        Person("cyd", name="Cyd Charisse"),
    ]
    entries = import_class(temporary_course, lab1, moodle, people, Options()).entries
    found = {tuple(e.students): e for e in entries}
    assert found["ada",].notebooks == [f"{n}.ipynb" for n in lab1.notebooks]
    assert found["ben",].notebooks == ["01_cnn_layers.ipynb"]
    assert "leads out of it" in found["cyd",].problem
    assert "Nobody in the roster" in found[()].problem
    names = {path.name for path in (temporary_course.root / "submitted" / "ada" / LAB).iterdir()}
    assert names == {f"{n}.ipynb" for n in lab1.notebooks}

    canvas = tmp_path / "canvas"
    canvas.mkdir()
    for who in ("lovelaceada_1_22", "lateben_LATE_2_33"):
        (canvas / f"{who}_01_cnn_layers.ipynb").write_bytes(release["01_cnn_layers"])
    (canvas / "lovelaceada_1_44_02_training_loop.ipynb").write_bytes(release["02_training_loop"])
    entries = {
        tuple(e.students): e for e in import_class(temporary_course, lab1, canvas, people, Options()).entries
    }
    assert entries["ada",].notebooks == ["01_cnn_layers.ipynb", "02_training_loop.ipynb"]
    assert entries["ben",].notebooks == ["01_cnn_layers.ipynb"]


def test_a_link_in_a_folder_is_not_followed(tmp_path):
    place = tmp_path / "ada"
    (place / "sub").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "03.ipynb").write_text("secret")
    (place / "01.ipynb").symlink_to(tmp_path / "secret" / "03.ipynb")
    (place / "dir").symlink_to(tmp_path / "secret")
    (place / "sub" / "02.ipynb").write_text("mine")
    assert [member.path for member in Folder(place).members()] == ["sub/02.ipynb"]


def test_a_class_archive_is_unpacked_inside_its_folder_or_not_at_all(tmp_path):
    with pytest.raises(ArchiveError, match="leads out of it"):
        unpack_class(
            packed(tmp_path / "c.zip", ("../x.ipynb", "x"), ("ok/y.ipynb", "y")), tmp_path / "out", 1 << 20
        )
    assert not (tmp_path / "x.ipynb").exists()
    assert not (tmp_path / "out").exists()


def test_a_forged_address_in_a_clone_is_read_as_text(clone):
    (clone / "included").write_text('[remote "origin"]\n url = https://evil.example/x/y\n')
    (clone / ".git" / "config").write_text(
        '[include]\n path = ../included\n[remote "origin"]\n  url = https://a.example/org/lab1-ada\n'
    )
    assert origin(clone) == "https://a.example/org/lab1-ada"
    assert look(clone.parent).found[0].names == ["lab1-ada"]
    assert clones.key("../../x y") != clones.key("..-..-x-y")
