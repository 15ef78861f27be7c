"""An edition counts against the next: few changed answers are not published as a difference."""

import os

import pytest

from survey.archive import Archive
from survey.edition import Request
from survey.edition.revision import check_policy, check_small_revision
from survey.errors import PublicationError
from survey.figures import compute_figures, forget_publications, register_publication

MEMBERS = ("A1", "B2", "C3", "D4", "E5", "F6")


@pytest.fixture
def published(answered, tmp_path):
    """Publish the figures of a wave; publishing anew asks for three members or more."""
    answered.edit(
        "programme.yaml", "revision_base: {value: 1, because: invented members}",
        "revision_base: {value: 3, because: the difference is their answer}",
    )  # fmt: skip
    for member in MEMBERS:
        answered.send(member, wave="2022")
    archive = Archive(answered.programme, tmp_path / "archive")
    register_publication(archive, compute_figures(archive, "2023"))
    return answered, tmp_path / "archive"


def checked(survey, folder, revision="refuse", edition="public"):
    figures = compute_figures(Archive(survey.programme, folder), "2023")
    check_small_revision(figures, Request(survey.programme, "2023", edition, ("zh", "en"), revision))
    return figures


def test_the_difference_of_one_late_answer_is_not_published(published):
    survey, folder = published
    survey.send("F6", channels__app="是", staff_total=777)
    with pytest.raises(PublicationError) as refused:
        checked(survey, folder)
    message = str(refused.value)
    assert "the answers of fewer than 3 members have changed behind 1 of its indicators" in message
    assert "2023/staff_total/total/all as published then" in message
    for remedy in ("Wait until 3 members", "--revision withhold", "--revision forget"):
        assert remedy in message
    assert "777" not in message
    checked(survey, folder, edition="internal")
    assert checked(survey, folder, "withhold").published


def test_the_same_answers_and_those_of_three_members_are_published_again(published):
    survey, folder = published
    checked(survey, folder)
    for member in MEMBERS[:3]:
        survey.send(member, staff_total=345, channels__app="否", calls_handled=800)
    checked(survey, folder)


def test_an_edition_that_was_never_given_out_is_forgotten(published):
    survey, folder = published
    survey.send("F6", channels__app="是", staff_total=777)
    forget_publications(Archive(survey.programme, folder), "2023")
    assert not checked(survey, folder).published


def test_a_policy_that_protects_less_than_before_needs_a_dated_reason(published):
    survey, folder = published
    strict = "revision_base: {value: 3, because: the difference is their answer}"
    loose = strict.replace("3", "2")
    survey.edit("programme.yaml", strict, loose)
    with pytest.raises(PublicationError) as refused:
        check_policy(compute_figures(Archive(survey.programme, folder), "2023"), "public")
    assert str(refused.value).startswith(
        "programme.yaml, disclosure: revision_base protects less than when an edition of 2023 was published, "
        "and members answered under that promise. Put the old value back, or give the reason under "
    )
    reason = "{rule: revision_base, author: secretariat, date: 2026-05-01, because: members agreed to two}"
    survey.edit("programme.yaml", loose, f"{loose}\n  loosened: [{reason}]")
    figures = compute_figures(Archive(survey.programme, folder), "2023")
    check_policy(figures, "public")
    register_publication(Archive(survey.programme, folder), figures)
    # a reason counts once
    survey.edit("programme.yaml", "revision_base: {value: 2", "revision_base: {value: 1")
    with pytest.raises(PublicationError, match="revision_base protects less"):
        check_policy(compute_figures(Archive(survey.programme, folder), "2023"), "public")


def test_the_archive_is_its_owners_whatever_the_umask(answered, tmp_path):
    answered.send("A1", wave="2022")
    before = os.umask(0)
    try:
        folder = tmp_path / "archive"
        archive = Archive(answered.programme, folder)
        register_publication(archive, compute_figures(archive, "2023"))
    finally:
        os.umask(before)
    paths = [folder, *folder.rglob("*")]
    assert len(paths) > 10
    assert [str(path) for path in paths if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("leads", ["to a file", "nowhere"])
def test_a_link_among_the_returns_is_told_and_not_followed(answered, tmp_path, leads):
    archive = Archive(answered.programme, tmp_path / "archive")
    assert "A1" in set(archive.wave("2023").responses["member_id"])
    path = answered.returns() / "2023_A1.xlsx"
    outside = path.rename(tmp_path / "secret.xlsx")
    path.symlink_to(outside if leads == "to a file" else tmp_path / "missing.xlsx")
    clean = archive.wave("2023")
    assert set(clean.responses["member_id"]) == {*MEMBERS} - {"A1"}
    (found,) = clean.intake.findings.to_dict("records")
    assert (found["code"], found["file"]) == ("return_linked", "2023_A1.xlsx")
    assert found["message_en"].endswith("which is not followed; put the file itself into returns")
