"""Put figures that were printed in a bulletin into the form of its wave, as printed.

Unlike the other returns made here these invent nothing: a member's bulletin is a return whose answers are
known, slips included, and the form is how they come back into the house.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from survey.errors import DefinitionError
from survey.intake import write_form
from survey.programme import Definition, items_of, read_definition

if TYPE_CHECKING:
    from pathlib import Path

    from survey.programme import Programme

__all__ = ["PRINTED", "Placing", "printed_answers", "write_printed"]

#: The file that says how the ledger's lines go into the form.
PRINTED = "printed.yaml"


class Placing(Definition):
    """How a line of the ledger becomes an answer.

    The answer's code is the line's indicator; `prefixes` puts the part of the bulletin before it where
    several parts print the same indicator. The ledger's segment is the wave, a blank, and the part.
    """

    prefixes: dict[str, str] = Field(default_factory=dict)


def printed_answers(programme: Programme, wave: str) -> dict[str, str]:
    """Return the answers of a wave by item code, as the ledger prints them, per cents with their sign.

    Raises
    ------
    DefinitionError
        A line of the wave for which the form has no answer cell: with its indicator.
    """
    path = programme.folder / PRINTED
    placing = read_definition(path, Placing)
    ledger = programme.published
    lines = ledger[ledger["segment"].str.startswith(f"{wave} ")]
    codes = {item.code for question in programme.questionnaire(wave).questions for item in items_of(question)}
    found: dict[str, str] = {}
    for line in lines.to_dict("records"):
        part = str(line["segment"]).removeprefix(f"{wave} ")
        code = placing.prefixes.get(part, "") + str(line["indicator"])
        if code not in codes:
            raise DefinitionError(
                path, None, f"{line['indicator']} of {part} has no answer {code!r} in the form of {wave}; "
                "add the question or a prefix"
            )  # fmt: skip
        found[code] = f"{line['value']}%" if line["unit"] == "%" else str(line["value"])
    return found


def write_printed(programme: Programme, target: Path | None = None) -> dict[str, int]:
    """Write the return of every wave whose figures the ledger prints.

    Parameters
    ----------
    programme : Programme
        With one member, `printed.yaml` and a ledger.
    target : Path, optional
        A copy of the programme's folder to write to; default the programme itself.

    Returns
    -------
    dict
        Wave to the number of workbooks written. Same ledger, same bytes.
    """
    written: dict[str, int] = {}
    for wave in programme.waves:
        answers = printed_answers(programme, wave)
        if not answers:
            continue
        questionnaire = programme.questionnaire(wave)
        folder = (target or programme.folder) / wave / "returns"
        folder.mkdir(parents=True, exist_ok=True)
        members = programme.frame.of(wave).values()
        for member in members:
            cover = {"form": questionnaire.form, "member_id": member.member_id, "name": member.name}
            write_form(folder / f"{wave}_{member.member_id}.xlsx", questionnaire, cover, answers)
        written[wave] = len(members)
    return written
