"""Files of other projects: shipped as published, with their licence, asking nobody for more."""

import io
import json
import re
import runpy
import shutil
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VENDOR = runpy.run_path(str(ROOT / "tools" / "vendor.py"))
PACKAGES = VENDOR["read"](ROOT)
FILES = [file["to"] for package in PACKAGES for file in package["files"]]
FONTS = (ROOT / VENDOR["RECORD"]).with_name("fonts.css")
# What a browser fetches by itself. Names of namespaces and links in messages are no requests.
FETCHES = re.compile(
    r"""(?x)
    (?: url\( | @import\s | @import(?=["'`]) | importScripts\( | import\( | \bfrom(?=["'`])
      | fetch\( | EventSource\( | WebSocket\( | Worker\( | sourceMappingURL=
      | \b(?:src|href|action)\s*=
    )
    \s* ["'`\\]* \s* (?: (?:https?|wss?): )? //
    """
)


@pytest.fixture
def copy(tmp_path):
    """Return a root that holds the vendored files and nothing else."""
    for name in (VENDOR["RECORD"].as_posix(), *FILES):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return tmp_path


def record(root, packages):
    root.joinpath(VENDOR["RECORD"]).write_text(VENDOR["render"](packages), encoding="utf-8")


def publish(monkeypatch, files):
    """Let npm hand out these files as the one package that it has."""

    def pack(label, *, folder):
        assert label == "thing@1.0.0"
        path = folder / "package.tgz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return path

    monkeypatch.setitem(VENDOR["contents_of"].__globals__, "pack", pack)


def one_package(*names, licence="MIT", folder="static/thing"):
    files = [{"from": f"dist/{name}", "to": f"{folder}/{name}", "sha256": ""} for name in names]
    return [{"package": "thing", "version": "1.0.0", "licence": licence, "files": files}]


# --- what is shipped -----------------------------------------------------------------------------


def test_every_vendored_file_is_as_it_was_published():
    assert VENDOR["check"](ROOT) == []


def test_the_record_is_written_as_the_tool_writes_it():
    text = (ROOT / VENDOR["RECORD"]).read_text(encoding="utf-8")
    assert text == VENDOR["render"](PACKAGES)
    assert len(set(FILES)) == len(FILES)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["package"])
def test_a_package_brings_its_licence_in_the_same_folder_and_notice_names_it(package):
    for file in package["files"]:
        assert (ROOT / file["to"]).with_name("LICENSE").stat().st_size > 500
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    (line,) = [line for line in notice.splitlines() if f"{package['package']} " in line]
    assert f"{package['package']} {package['version']} ({package['licence']}" in line


def test_what_only_tests_need_is_not_part_of_the_program():
    assert [name for name in FILES if "axe" in name and not name.startswith("tests/")] == []


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith((".js", ".css"))])
def test_a_vendored_script_makes_a_browser_ask_no_other_host(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [found[0] for found in FETCHES.finditer(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "a { background: url(https://example.org/a.png) }",
        "a { background: url( '//example.org/a.png' ) }",
        '@import "https://example.org/a.css";',
        "@import'http://example.org/a.css'",
        '@import url("https://example.org/a.css")',
        'importScripts("https://example.org/a.js")',
        "import('https://example.org/a.js')",
        'import{a}from"https://example.org/a.js"',
        'e.src = "https://example.org/a.js"',
        "e.innerHTML='<img src=\"http://example.org/a.png\">'",
        r'"<img src=\"http://example.org/a.png\">"',
        "e.src=`//example.org/a.js`",
        "new EventSource('https://example.org/events')",
        "fetch(`https://example.org`)",
        "//# sourceMappingURL=https://example.org/a.js.map",
    ],
)
def test_a_request_to_another_host_would_be_seen(text):
    assert FETCHES.search(text)


@pytest.mark.parametrize(
    "text",
    [
        'e.namespaceURI === "http://www.w3.org/2000/svg"',
        'helpUrlBase: "https://example.org/rules/"',
        'url("inter/inter-latin-wght-normal.woff2")',
        "url(#clip)",
        'e.src = "/static/a.js" // the same host',
    ],
)
def test_a_namespace_a_link_in_a_message_and_our_own_host_are_no_such_request(text):
    assert not FETCHES.search(text)


# --- typefaces -----------------------------------------------------------------------------------


def faces():
    """Return the declarations of every @font-face by their names."""
    text = re.sub(r"/\*.*?\*/", "", FONTS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.sub(r"@font-face \{[^}]*\}", "", text).strip() == ""
    return [
        {key.strip(): value.strip() for key, value in re.findall(r"([\w-]+):([^;]*);", body)}
        for body in re.findall(r"@font-face \{([^}]*)\}", text)
    ]


def test_the_stylesheet_offers_exactly_the_vendored_typefaces():
    named = [re.findall(r'url\("([^"]*)"\)', face["src"]) for face in faces()]
    paths = sorted((FONTS.parent / name).relative_to(ROOT).as_posix() for (name,) in named)
    assert paths == sorted(name for name in FILES if name.endswith(".woff2"))
    assert FETCHES.search(FONTS.read_text(encoding="utf-8")) is None


def test_text_is_readable_before_its_typeface_arrives():
    assert {face["font-display"] for face in faces()} == {"swap"}


def test_two_families_come_in_every_weight_and_the_serif_in_italic_too():
    found = {(face["font-family"], face["font-style"], face["font-weight"]) for face in faces()}
    assert found == {
        ('"Source Serif 4 Variable"', "normal", "200 900"),
        ('"Source Serif 4 Variable"', "italic", "200 900"),
        ('"Inter Variable"', "normal", "100 900"),
    }


def test_english_text_needs_one_file_a_style():
    for character in "aZ0é–—“”’…›×−€":
        styles = [
            (face["font-family"], face["font-style"])
            for face in faces()
            if any(ord(character) in covered for covered in ranges(face["unicode-range"]))
        ]
        assert len(styles) == len(set(styles)) == 3


def ranges(text):
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", text):
        yield range(int(first, 16), int(last or first, 16) + 1)


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith(".woff2")])
def test_a_typeface_is_woff2_and_arrives_quickly(name):
    content = (ROOT / name).read_bytes()
    assert content[:4] == b"wOF2"
    assert len(content) < 120_000


# --- the tool ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_noticed(copy, name):
    path = copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (complaint,) = VENDOR["check"](copy)
    assert complaint.startswith(f"{name}: sha256 is ")


def test_a_missing_file_is_told_with_the_command_that_brings_it(copy):
    copy.joinpath(FILES[0]).unlink()
    assert VENDOR["check"](copy) == [f"{FILES[0]}: missing; run tools/vendor.py --update"]


def test_a_file_that_nobody_recorded_is_told_wherever_it_lies(copy):
    vendor = copy / VENDOR["RECORD"].parent
    vendor.joinpath("fonts.css").touch()  # our own lie beside the record
    vendor.joinpath("htmx", "more.js").touch()
    vendor.joinpath("other", "deep").mkdir(parents=True)
    vendor.joinpath("other", "deep", "other.js").touch()
    assert VENDOR["check"](copy) == [
        "src/whennot/web/static/vendor/htmx/more.js: not in vendor.json",
        "src/whennot/web/static/vendor/other/deep/other.js: not in vendor.json",
    ]


def test_a_package_without_its_licence_is_told(copy):
    packages = VENDOR["read"](copy)
    (htmx,) = [package for package in packages if package["package"] == "htmx.org"]
    htmx["files"] = [file for file in htmx["files"] if file["from"] != "LICENSE"]
    record(copy, packages)
    assert VENDOR["check"](copy) == [
        "htmx.org: no LICENSE in src/whennot/web/static/vendor/htmx",
        "src/whennot/web/static/vendor/htmx/LICENSE: not in vendor.json",
    ]


def test_the_exit_code_says_whether_all_is_as_recorded(copy, capsys):
    assert VENDOR["main"]([], root=copy) == 0
    copy.joinpath(FILES[0]).write_bytes(b"")
    assert VENDOR["main"]([], root=copy) == 1
    assert FILES[0] in capsys.readouterr().out


def test_checking_starts_no_program(copy, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr("subprocess.run", refuse)
    assert VENDOR["main"]([], root=copy) == 0


def test_an_update_writes_what_was_published_and_its_hash(copy, monkeypatch, capsys):
    for name in FILES:
        copy.joinpath(name).unlink()
    record(copy, one_package("thing.js", "LICENSE"))
    publish(
        monkeypatch,
        {
            "package.json": b'{"license": "MIT"}',
            "dist/thing.js": b"thing()\r\n",
            "dist/LICENSE": b"MIT\n",
            "dist/unasked.js": b"",
        },
    )
    assert VENDOR["main"](["--update"], root=copy) == 0
    assert "static/thing/thing.js: sha256 is now " in capsys.readouterr().out
    assert copy.joinpath("static/thing/thing.js").read_bytes() == b"thing()\r\n"
    assert sorted(p.name for p in copy.joinpath("static/thing").iterdir()) == [
        "LICENSE",
        "thing.js",
    ]
    assert VENDOR["update"](copy) == []


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ({"license": "GPL-3.0"}, "thing@1.0.0: is GPL-3.0, vendor.json says MIT"),
        ({}, "thing@1.0.0: has no file dist/LICENSE"),
    ],
)
def test_an_update_that_brings_something_else_writes_nothing(
    copy, monkeypatch, published, message
):
    names = ["thing.js", "LICENSE"] if published else ["thing.js"]
    files = {f"dist/{name}": b"" for name in names}
    publish(monkeypatch, files | {"package.json": json.dumps(published).encode()})
    record(copy, one_package("thing.js", "LICENSE"))
    with pytest.raises(SystemExit, match=message):
        VENDOR["update"](copy)
    assert not copy.joinpath("static").exists()
    assert VENDOR["read"](copy) == one_package("thing.js", "LICENSE")


def test_an_update_without_npm_says_what_is_needed(copy, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SystemExit, match="npm is needed for --update"):
        VENDOR["update"](copy)
