"""Returns damaged at random: whatever comes, it is read or told, in good time, and no answer is lost."""

from __future__ import annotations

import io
import random
import signal
import zipfile
from contextlib import contextmanager

import openpyxl
import pytest

from fixtures.programmes import ANSWERS, small_programme
from fixtures.tables import HEADING, ROWS, WRITERS
from survey.intake import UnreadableWorkbookError, read_returns, read_workbook

LONGEST = 5  # seconds that any return may take
TEXTS = (
    "", "0", "-1", "1e9", "94.55", "９４．５５％", "0.9455", "9455", "12万", "1,234,567", "约90", "90-95%", "NaN",
    "inf", "TRUE", "是", "√", "大型", "城市商业银行", "不适用", "2023-02-30", "45291", "#REF!", "=1+1", "@SUM(A1)",
    "<script>", "'; DROP TABLE", "\u202e反", "\x7f", "🏦", "\ud7ff", "①", "½", "٣", "a┋b", "(跳过)", "-3", "字" * 5000,
    "9" * 400, "1" + " 000" * 50, "-" * 300, "3分" * 60, "1/2/3/4", "\n\n", "１" * 200 + "%",
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    made = small_programme(tmp_path_factory.mktemp("fuzz"))
    made.send("A1", "seed.xlsx")
    return made


@contextmanager
def in_good_time():
    """Stop whatever hangs."""

    def stop(*_):
        raise TimeoutError

    former = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


def cells_at_random(rng, seed, path):
    """Type over answers, and beside the form; return what was typed."""
    book = openpyxl.load_workbook(seed)
    typed = []
    for _ in range(rng.randint(1, 12)):
        sheet = rng.choice(book.worksheets)
        row, column = rng.randint(1, sheet.max_row + 5), rng.choice((5, 5, 5, 7, 9))
        text = rng.choice(TEXTS).replace("\x7f", "")
        sheet.cell(row, column).value = text
        sheet.cell(row, column).data_type = "s"
    if rng.random() < 0.3:
        sheet = rng.choice(book.worksheets[1:])
        sheet.insert_rows(rng.randint(2, 8), rng.randint(1, 3))
    if rng.random() < 0.3:
        rng.choice(book.worksheets[1:]).title = f"表{rng.randint(1, 99)}"
    book.save(path)
    for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets:
        typed += [
            str(cell.value).strip()
            for row in sheet.iter_rows(min_col=5)
            for cell in row
            if cell.column in {5, 9} and str(cell.value or "").strip() and cell.value != "填报 Answer"
        ]
    return typed


def xml_at_random(rng, seed, path):
    """Damage the parts inside the package."""
    with zipfile.ZipFile(seed) as packed:
        parts = {name: bytearray(packed.read(name)) for name in packed.namelist()}
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(sorted(parts))
        content = parts[name]
        if not content:
            continue
        at = rng.randrange(len(content))
        act = rng.randrange(6)
        if act == 0:
            content[at] = rng.randrange(256)
        elif act == 1:
            del content[at : at + rng.randint(1, 400)]
        elif act == 2:
            content[at:at] = content[at : at + rng.randint(1, 200)]
        elif act == 3:
            content[at:at] = rng.randbytes(rng.randint(1, 60))
        elif act == 4:
            parts[name] = content.replace(b'r="', b'r="9', rng.randint(1, 3))
        else:
            del parts[name]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, bytes(content))


def package_at_random(rng, seed, path):
    """Damage the package itself: cut it, flip bytes, add junk, set two of them together."""
    raw = bytearray(seed.read_bytes())
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(raw))
        act = rng.randrange(5)
        if act == 0:
            raw[at] ^= 1 << rng.randrange(8)
        elif act == 1:
            raw = raw[: max(1, at)]
        elif act == 2:
            raw += rng.randbytes(rng.randint(1, 500))
        elif act == 3:
            raw[:0] = rng.randbytes(rng.randint(1, 40))
        else:
            raw += raw[at:]
    path.write_bytes(bytes(raw))


def text_at_random(rng, seed, path):
    """Damage a table of text: its bytes, its delimiters, its encoding."""
    rows = [[rng.choice(TEXTS) if rng.random() < 0.2 else value for value in row] for row in ROWS]
    try:
        WRITERS[rng.choice(["UTF-8", "UTF-8 with mark", "GB18030", "semicolons", "tabs"])](path, rows)
    except UnicodeEncodeError:
        WRITERS["UTF-8"](path, rows)
    raw = bytearray(path.read_bytes())
    for _ in range(rng.randint(0, 4)):
        at = rng.randrange(len(raw))
        raw[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
    path.write_bytes(bytes(raw))


KINDS = (cells_at_random, xml_at_random, package_at_random, text_at_random)


def hold(small, number):
    """Damage one return by its number, read it, and hold what came of it to what must be."""
    rng = random.Random(number)  # noqa: S311 - nothing secret
    kind = KINDS[number % len(KINDS)]
    folder = small.returns()
    seed = folder.parent / "seed.xlsx"
    for path in folder.iterdir():
        path.unlink()
    path = folder / f"{number}.dat"
    typed = kind(rng, seed, path) or []
    with in_good_time():
        intake = read_returns(small.programme, "2023")
    used = intake.returns["status"] == "used"
    assert len(intake.returns) >= 1
    assert used.any() or len(intake.findings)
    assert len(intake.responses) == 16 * used.sum()
    assert (intake.responses["status"] == "unreadable").sum() <= len(intake.findings) * len(HEADING)
    assert set(intake.cells["disposition"]) <= {"parsed", "finding"}
    assert not intake.cells.duplicated(["file", "sheet", "cell"]).any()
    kept = list(intake.cells["text"])
    if not (intake.findings["code"] == "return_unreadable").any():
        assert [text for text in typed if text not in kept] == []
    return used.any()


@pytest.fixture(scope="module")
def damaged(small):
    seed = small.returns() / "seed.xlsx"
    seed.rename(small.returns().parent / "seed.xlsx")
    assert len(ANSWERS) == 16
    return small


@pytest.mark.parametrize("block", range(4))
def test_a_hundred_damaged_returns(damaged, block):
    outcomes = [hold(damaged, number) for number in range(25 * block, 25 * block + 25)]
    assert 0 < sum(outcomes) < len(outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_thousands_of_damaged_returns(damaged, block):
    outcomes = [hold(damaged, 1000 + number) for number in range(300 * block, 300 * block + 300)]
    assert 0 < sum(outcomes) < len(outcomes)


def test_reading_ends_in_an_answer_or_one_kind_of_error(tmp_path):
    rng = random.Random(7)  # noqa: S311 - nothing secret
    for _ in range(200):
        path = tmp_path / "x.xlsx"
        path.write_bytes(rng.choice([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"", b"$FL2"]) + rng.randbytes(300))
        with pytest.raises(UnreadableWorkbookError):
            read_workbook(path)
