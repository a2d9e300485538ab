"""A saved model is read back only if every byte is what was saved and nothing in it can run."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import pickle
import zipfile
import zlib

import numpy as np
import pytest
from lifecycle_examples import ROWS, Line

from shopkeeper.errors import ArtifactError, ShopkeeperError, UnsafeArtifactError
from shopkeeper.lifecycle.artifacts import load_model, read_artifact, write_artifact
from shopkeeper.lifecycle.safe_files import check_file, is_pickle

MARKER = "planted-code-ran"


class Planted:
    """Makes a file when it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return os.mkdir, (str(self.place / MARKER),)


def npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def disguises(place):
    """Name → file name and content: every way to bring a pickle in that we could think of."""
    planted = [pickle.dumps(Planted(place), protocol) for protocol in range(6)]
    objects = np.array([Planted(place)], dtype=object)
    raw_objects = io.BytesIO()
    np.save(raw_objects, objects, allow_pickle=True)
    found = {
        f"protocol {number} as {name}": (name, content)
        for number, content in enumerate(planted)
        for name in ("model.json", "model.ubj", "model.npz", "card.md", "model.pkl", "model")
    }
    for name in ("model.json", "model.ubj", "model.npz"):
        found[f"gzip as {name}"] = (name, gzip.compress(planted[4]))
        found[f"zlib (joblib) as {name}"] = (name, zlib.compress(planted[4]))
        found[f"bz2 (joblib) as {name}"] = (name, bz2.compress(planted[4]))
        found[f"xz (joblib) as {name}"] = (name, lzma.compress(planted[4]))
        found[f"npy of objects as {name}"] = (name, raw_objects.getvalue())
        found[f"torch archive as {name}"] = (name, zipped(archive__data_dot_pkl=planted[2]))
    found |= {
        "npz of objects": ("model.npz", npz(a=np.arange(3), b=objects)),
        "structured objects": ("model.npz", npz(a=np.zeros(1, dtype=[("x", "i4"), ("y", "O")]))),
        "objects of the right length": ("model.npz", zipped(a_dot_npy=padded_objects(planted[4]))),
        "pickle in npz": ("model.npz", zipped(data_dot_pkl=planted[4])),
        "pickle in npz as npy": ("model.npz", zipped(data_dot_npy=planted[4])),
        "pickle behind npy": ("model.npz", zipped(a_dot_npy=array_bytes() + planted[4])),
        "pickle before npz": ("model.npz", planted[0] + npz(a=np.arange(3))),
        "joblib": ("model.joblib", planted[4]),
        "numpy array": ("model.npy", raw_objects.getvalue()),
        "torch": ("model.pt", zipped(archive__data_dot_pkl=planted[2])),
        "python": ("model.py", b"print()"),
        "skops": ("model.skops", zipped(schema_dot_json=b"{}")),
    }
    return found


def padded_objects(planted):
    """An array of objects that is as long as its header says."""
    padded = planted + b"\0" * (-len(planted) % 8)
    stream = io.BytesIO()
    header = {"descr": "|O", "fortran_order": False, "shape": (len(padded) // 8,)}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + padded


def array_bytes():
    stream = io.BytesIO()
    np.save(stream, np.arange(3))
    return stream.getvalue()


DISGUISES = sorted(disguises(__import__("pathlib").Path("/nowhere")))


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "models" / "line" / "1"
    write_artifact(folder, Line(2.5), {"card.md": b"# A line\n"}, {"seed": 1})
    folder.chmod(0o755)
    return folder


def plant(folder, name, content):
    """Puts a file into a folder as one who can also count check sums."""
    record_file = folder / "checksums.json"
    record = json.loads(record_file.read_text())
    mark = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    record["documents" if name == "card.md" else "files"][name] = mark
    for file, text in ((folder / name, content), (record_file, json.dumps(record).encode())):
        file.unlink(missing_ok=True)
        file.write_bytes(text)


def test_model_comes_back_to_the_last_bit(saved):
    model = load_model(saved, further=[Line])
    assert model.predict(ROWS).equals(Line(2.5).predict(ROWS))


@pytest.mark.parametrize("disguise", DISGUISES)
def test_planted_pickle_is_refused_in_every_disguise(saved, tmp_path, disguise):
    name, content = disguises(tmp_path)[disguise]
    plant(saved, name, content)
    with pytest.raises(UnsafeArtifactError):
        load_model(saved, further=[Line])
    assert not (tmp_path / MARKER).exists()


def test_the_planted_code_would_have_run(tmp_path):
    pickle.loads(pickle.dumps(Planted(tmp_path)))
    assert (tmp_path / MARKER).exists()


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_of_all_protocols_are_recognised(protocol):
    assert is_pickle(pickle.dumps({"a": [1, 2.5, "x"]}, protocol))


@pytest.mark.parametrize("content", [b'{"a": 1}', b"{}", b"", b"# A card\n"])
def test_plain_files_are_no_pickles(content):
    assert not is_pickle(content)


def test_honest_files_are_read():
    check_file("a.json", b'{"a": [1, null]}')
    check_file("a.npz", npz(a=np.arange(3), text=np.array(["a", "b"]), empty=np.zeros((0, 2))))
    check_file("a.npz", npz())
    check_file("a.ubj", b"{L\x00\x00\x00\x00\x00\x00\x00\x01ai\x01}")
    check_file("card.md", "# Ein Käufer\n".encode())


@pytest.mark.parametrize("name", ["model.json", "line.npz", "card.md", "checksums.json"])
def test_changed_bytes_are_refused(saved, name):
    seal = read_artifact(saved).seal
    content = bytearray((saved / name).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / name).unlink()
    (saved / name).write_bytes(content)
    with pytest.raises(ArtifactError):
        read_artifact(saved, seal)


def test_folder_with_new_check_sums_is_not_the_registered_one(saved):
    seal = read_artifact(saved).seal
    plant(saved, "model.json", b'{"kind": "another"}')
    assert read_artifact(saved).files["model.json"] == b'{"kind": "another"}'
    with pytest.raises(ArtifactError, match="not the one that was registered"):
        read_artifact(saved, seal)


def test_missing_and_added_files_are_refused(saved):
    (saved / ".hidden").write_text("")
    with pytest.raises(ArtifactError, match="added"):
        read_artifact(saved)
    (saved / ".hidden").unlink()
    (saved / "line.npz").unlink()
    with pytest.raises(ArtifactError, match="missing"):
        read_artifact(saved)


def test_links_are_refused(saved, tmp_path):
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes((saved / "model.json").read_bytes())
    (saved / "model.json").unlink()
    (saved / "model.json").symlink_to(elsewhere)
    with pytest.raises(UnsafeArtifactError, match="link"):
        read_artifact(saved)


def test_linked_folder_is_refused(saved, tmp_path):
    (tmp_path / "link").symlink_to(saved)
    with pytest.raises(UnsafeArtifactError, match="link"):
        read_artifact(tmp_path / "link")


@pytest.mark.parametrize(
    "name", ["../model.json", "/etc/model.json", "a/b.json", "..json", ".json"]
)
def test_paths_that_lead_elsewhere_are_refused(saved, name):
    record = json.loads((saved / "checksums.json").read_text())
    record["files"][name] = record["files"]["model.json"]
    (saved / "checksums.json").unlink()
    (saved / "checksums.json").write_text(json.dumps(record))
    with pytest.raises(UnsafeArtifactError):
        read_artifact(saved)


def test_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("shopkeeper.lifecycle.safe_files.LARGEST_FILE_BYTES", 10_000)
    stream = io.BytesIO()
    np.savez_compressed(stream, a=np.zeros(100_000))
    assert len(stream.getvalue()) < 10_000
    with pytest.raises(UnsafeArtifactError, match="unpacks"):
        check_file("model.npz", stream.getvalue())


@pytest.mark.parametrize(
    "path", ["os:system", "shopkeeper.jobs.run:run", "lifecycle_examples:Line"]
)
def test_only_models_are_imported(saved, path):
    record = json.loads((saved / "checksums.json").read_text())
    (saved / "checksums.json").unlink()
    (saved / "checksums.json").write_text(json.dumps({**record, "class": path}))
    with pytest.raises(UnsafeArtifactError, match="no model"):
        load_model(saved)


def test_what_stands_is_never_overwritten(saved):
    with pytest.raises(ArtifactError, match="stands already"):
        write_artifact(saved, Line(9.0), {}, {})
    assert load_model(saved, further=[Line]).slope_ == 2.5


def test_model_that_saves_a_pickle_is_not_written(tmp_path):
    class Careless(Line):
        def save(self):
            return {"model.json": pickle.dumps(self.slope_)}

    with pytest.raises(UnsafeArtifactError, match="is a pickle"):
        write_artifact(tmp_path / "1", Careless(1.0), {}, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["[]", "{}", '{"format_version": 99}', "not json"])
def test_damaged_record_is_an_error_of_ours(saved, text):
    (saved / "checksums.json").unlink()
    (saved / "checksums.json").write_text(text)
    with pytest.raises(ShopkeeperError):
        read_artifact(saved)
